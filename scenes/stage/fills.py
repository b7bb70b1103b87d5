"""The fills of VMobjects in space, as triangles and outlines that last until a mobject changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from scenes.stage import tessellate
from scenes.stage.fragments import GRADIENT, GRADIENT_STEPS, PAINT_TERMS, TINT
from scenes.stage.gather import Vectors
from scenes.stage.projection import Triangles, on_grid, project_triangles
from scenes.stage.tessellate import FAN, OUTLINE, PATCH, Steps

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera

_MOST_STEPS = 6  # a patch is cut into so many strips at most, both ways
_FEW, _LIT_STEPS = 200, 4  # few patches are large: their light bends, so they are cut finer
_OPAQUE = 0.999


class Fills:
    """Triangles (of solids' faces) and outlines (of all other shapes), ready to be projected.

    `points` (v, 3) with `light` (v,), what Manim's light adds to the colours there, are shared by
    `solid_faces` (f, 3) with `solid_tints` (f, 3) and, translucent, `sheet_faces` (g, 3) with
    `sheet_paints` (g, 7), in columns as `fragments` has them, and the numbers `sheet_shapes` (g,)
    of the shapes that they are of. `ring_points` (s, 3) with
    `ring_values` (s,), rings that end at `ring_ends` and shapes that end at `shape_ends`, are the
    outlines, with `shape_paints`. `gradients` (k, steps, 4) are the colours of gradients.
    `number` goes up whenever any of it changed.
    """

    def __init__(self) -> None:
        self.number = 0
        self._shape_key: tuple | None = None
        self._paint_key: tuple | None = None
        self._seen = self._filled_number = -1
        self._filled: tuple[np.ndarray, ...] = ()
        self._box = np.zeros((8, 3))
        self._clear()

    def _clear(self) -> None:
        self.points, self.light = np.zeros((0, 3)), np.zeros(0)
        self.ring_points, self.ring_values = np.zeros((0, 3)), np.zeros(0)
        self.ring_ends = self.shape_ends = np.zeros(0, np.int64)
        self._faces, self._face_shapes = np.zeros((0, 3), np.int32), np.zeros(0, np.int64)
        self._even = np.ones((0, 2))
        self._ring_light = self.ring_values
        self._outlines = self._outline_of = np.zeros(0, np.int64)
        self.solid_faces = self.sheet_faces = self._faces
        self.sheet_shapes = self._face_shapes
        self.solid_tints = np.zeros((0, 3))
        self.sheet_paints = self.shape_paints = np.zeros((0, PAINT_TERMS))
        self.gradients = np.zeros((0, GRADIENT_STEPS, 4))

    def update(self, vectors: Vectors, camera: DepthCamera) -> None:
        """Follow the mobjects, and the camera: seen from near, curves need more chords."""
        wanted = np.zeros(0, bool)
        if len(vectors.fill):
            wanted = np.maximum.reduceat(vectors.fill[:, 3], vectors.fill_stops[:-1]) > 0
        if not wanted.any():
            if self._shape_key is not None:
                self._clear()
                self._shape_key = self._paint_key = None
                self.number += 1
            return
        self._follow(vectors, wanted)
        light = camera.light_source.points[0] if camera.should_apply_shading else None
        key = (
            self._filled_number,
            wanted.tobytes(),
            None if light is None else light.tobytes(),
            self._scale(camera),
        )
        if key != self._shape_key:
            self._shape_key = key
            self._tessellate(vectors, wanted, light, key[-1])
            self._paint_key = None
        paint_key = (vectors.fill_number, self._filled_number)
        if paint_key != self._paint_key:
            self._paint_key = paint_key
            self._paint(vectors)
            self.number += 1

    def _follow(self, vectors: Vectors, wanted: np.ndarray) -> None:
        """See whether what is filled changed: a line that moves leaves the fills as they are."""
        if vectors.shape_number == self._seen and self._filled[0].tobytes() == wanted.tobytes():
            return
        self._seen = vectors.shape_number
        points = vectors.points[np.repeat(wanted, np.diff(vectors.starts))]
        filled = (
            wanted,
            np.diff(vectors.starts)[wanted],
            vectors.shaded[wanted],
            vectors.orders[wanted],
            points,
        )
        if len(self._filled) == len(filled) and all(
            np.array_equal(one, other) for one, other in zip(filled, self._filled, strict=True)
        ):
            return
        self._filled = filled
        self._filled_number += 1
        known = points[np.isfinite(points).all(axis=1)]
        self._box = np.zeros((8, 3))
        if len(known):
            ends = np.stack([known.min(axis=0), known.max(axis=0)])
            for axis in range(3):
                self._box[:, axis] = ends[(np.arange(8) >> axis) & 1, axis]

    def _scale(self, camera: DepthCamera) -> float:
        """Return the pixels of a world unit where the shapes are nearest, to the next step up."""
        focal = camera.get_focal_distance()
        nearest = max(camera.eye_points(self._box)[:, 2].min(), 0.1 * focal)
        scale = camera.pixel_width / camera.frame_width * camera.get_zoom() * focal / nearest
        return float(2.0 ** (np.ceil(2 * np.log2(max(scale, 1e-6))) / 2))

    def projected(self, camera: DepthCamera, faces: np.ndarray) -> Triangles:
        """Return some of the triangles as the camera sees them."""
        piece = project_triangles(camera, self.points, self.light, self._even, faces)
        on_grid(piece.screen)
        return piece

    # Shapes

    def _tessellate(
        self, vectors: Vectors, wanted: np.ndarray, light: np.ndarray | None, scale: float
    ) -> None:
        self._clear()
        points, starts, solid = vectors.points, vectors.starts, vectors.shaded
        kinds = tessellate.sort_shapes(points, starts, wanted, solid)
        pieces: list[tuple[np.ndarray, ...]] = []  # points, light, faces, shapes of faces
        patches = np.flatnonzero(kinds == PATCH)
        if len(patches):
            control = points[starts[patches][:, None] + np.arange(16)]
            normals = None if light is None else tessellate.smooth_corners(control)
            needed = tessellate.border_chords(control, scale, _MOST_STEPS)
            for chosen, steps, chords in _cut(needed):
                placed = tessellate.patch_points(control[chosen], steps, chords).reshape(-1, 3)
                shade = np.zeros(len(placed))
                if light is not None:
                    facing = tessellate.patch_normals(normals[chosen], steps).reshape(-1, 3)
                    shade = tessellate.light_factor(placed, facing, light)
                faces = tessellate.patch_triangles(steps, chords)
                first = np.arange(len(chosen), dtype=np.int32) * math.prod(n + 1 for n in steps)
                all_faces = (first[:, None, None] + faces).reshape(-1, 3)
                pieces.append((placed, shade, all_faces, np.repeat(patches[chosen], len(faces))))

        shapes = np.flatnonzero(kinds == OUTLINE)
        if len(shapes):
            flat, ring_ends, shape_ends = tessellate.flatten(
                points, starts, kinds == OUTLINE, scale
            )
            sizes = np.diff(shape_ends, prepend=0)
            counts = np.diff(ring_ends, prepend=0)
            shape_of = np.repeat(np.repeat(np.arange(len(shapes)), sizes), counts)
            shade = np.zeros(len(flat))
            if light is not None:
                normals = tessellate.face_normals(points, starts, shapes)
                shade = tessellate.light_factor(flat, normals[shape_of], light)
                shade[~solid[shapes[shape_of]]] = 0.0
            fans = tessellate.fans(flat, ring_ends, shape_ends) & solid[shapes]
            kinds[shapes[fans]] = FAN
            in_fan = fans[shape_of]
            self._keep_outlines(
                flat, shade, ring_ends, shape_ends, in_fan, fans, shapes, sizes, counts
            )
            if fans.any():
                sizes = np.bincount(shape_of, minlength=len(shapes))[fans]
                pieces.append(_fan_pieces(flat[in_fan], shade[in_fan], sizes, shapes[fans]))
        first = 0
        for placed, _, faces, _ in pieces:
            faces += np.int32(first)
            first += len(placed)
        if pieces:
            self.points, self.light, self._faces, self._face_shapes = (
                np.ascontiguousarray(np.concatenate(columns))
                for columns in zip(*pieces, strict=True)
            )
        self._even = np.ones((len(self.points), 2))

    def _keep_outlines(
        self,
        flat: np.ndarray,
        shade: np.ndarray,
        ring_ends: np.ndarray,
        shape_ends: np.ndarray,
        in_fan: np.ndarray,
        fans: np.ndarray,
        shapes: np.ndarray,
        sizes: np.ndarray,
        counts: np.ndarray,
    ) -> None:
        """Keep the shapes that no fan covers as outlines."""
        self.ring_points, self.ring_values = flat[~in_fan], shade[~in_fan]
        rings_kept = ~np.repeat(fans, sizes)
        self.ring_ends = np.cumsum(counts[rings_kept])
        self.shape_ends = np.cumsum(sizes[~fans])
        self._outlines = shapes[~fans]
        self._outline_of = np.repeat(
            np.repeat(np.arange(len(self._outlines)), sizes[~fans]), counts[rings_kept]
        )
        self._ring_light = self.ring_values

    # Colours

    def _paint(self, vectors: Vectors) -> None:
        """Give triangles and outlines their colours; part the opaque from the translucent."""
        fill, stops = vectors.fill, vectors.fill_stops
        many = np.diff(stops) > 1
        if many.any():
            sums = np.add.reduceat(fill, stops[:-1])
            colours = sums / np.diff(stops)[:, None]
        else:
            colours = fill
        of = self._face_shapes
        alpha = colours[of, 3]
        solid, sheet = alpha >= _OPAQUE, (alpha > 0) & (alpha < _OPAQUE)
        self.solid_faces, self.solid_tints = self._faces[solid], colours[of[solid], :3]
        self.sheet_faces, self.sheet_shapes = self._faces[sheet], of[sheet]
        self.sheet_paints = _paints(colours[of[sheet]], np.full(sheet.sum(), -1.0))

        outlines = self._outlines
        flat = ~vectors.shaded[outlines]
        orders = np.where(flat, vectors.orders[outlines], -1.0)
        self.shape_paints = _paints(colours[outlines], orders)
        self.gradients = np.zeros((0, GRADIENT_STEPS, 4))
        if many.any():
            self._paint_gradients(vectors, np.flatnonzero(flat & many[outlines]))

    def _paint_gradients(self, vectors: Vectors, chosen: np.ndarray) -> None:
        """Colour outlines (by number) with the gradients of their mobjects."""
        tables, self.ring_values = [], self._ring_light.copy()
        steps = np.linspace(0, 1, GRADIENT_STEPS)
        for outline in chosen:
            shape = self._outlines[outline]
            colours = vectors.fill[vectors.fill_stops[shape] : vectors.fill_stops[shape + 1]]
            if (colours == colours[0]).all():
                continue
            start, end = vectors.members[shape].get_gradient_start_and_end_points()
            along = np.asarray(end) - start
            mine = self._outline_of == outline
            length = max(along @ along, 1e-12)
            self.ring_values[mine] = (self.ring_points[mine] - start) @ along / length
            self.shape_paints[outline, :2] = GRADIENT, len(tables)
            at = np.linspace(0, 1, len(colours))
            tables.append(np.stack([np.interp(steps, at, column) for column in colours.T], -1))
        if tables:
            self.gradients = np.stack(tables)


def _cut(chords: np.ndarray) -> Iterator[tuple[np.ndarray, Steps, tuple[int, ...]]]:
    """Yield patches (by number) that are cut alike, how finely, and the chords of their borders.

    `chords` (q, 4) are those that the borders need. Two patches that meet in a border both take its
    chords there, however finely they are cut: else there would be gaps between them.
    """
    finest = int(chords.max())
    if len(chords) <= _FEW:
        finest = max(finest, _LIT_STEPS)
        yield np.arange(len(chords)), (finest, finest), (finest,) * 4
        return
    ways = [_rounded(chords, top) for top in range(finest, _MOST_STEPS + 1)]
    rounded = min(ways, key=lambda way: int(_steps(way).prod(axis=1).sum()))
    alike, which = np.unique(rounded, axis=0, return_inverse=True)
    for i, steps in enumerate(_steps(alike).tolist()):
        yield np.flatnonzero(which.ravel() == i), tuple(steps), tuple(alike[i].tolist())


def _rounded(chords: np.ndarray, top: int) -> np.ndarray:
    """Return chords rounded up to divisors of `top`, so that any two have few steps in common."""
    divisors = np.array([n for n in range(1, top + 1) if top % n == 0])
    return divisors[np.searchsorted(divisors, chords)]


def _steps(chords: np.ndarray) -> np.ndarray:
    """Return the steps (q, 2) of patches whose borders, one after another, have so many chords."""
    return np.lcm(chords[:, :2], chords[:, 2:])


def _paints(colours: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Return rows of paint for plain colours (n, 4)."""
    paints = np.zeros((len(colours), PAINT_TERMS))
    paints[:, 0] = TINT
    paints[:, 2:6] = colours
    paints[:, 6] = orders
    return paints


def _fan_pieces(
    flat: np.ndarray, shade: np.ndarray, sizes: np.ndarray, shapes: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return points, light, faces and the faces' shapes of fans with so many points each."""
    first = np.repeat(np.cumsum(sizes) - sizes, sizes - 2)
    within = np.arange(len(first)) - np.repeat(np.cumsum(sizes - 2) - (sizes - 2), sizes - 2)
    faces = np.stack([first, first + within + 1, first + within + 2], -1).astype(np.int32)
    return flat, shade, faces, np.repeat(shapes, sizes - 2)
