"""What is opaque in space, as it was last drawn: filled and shaded again only when it changed."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from scenes.stage import hidden, raster, shading
from scenes.stage.fills import Fills
from scenes.stage.normals import same_bits, vertex_normals
from scenes.stage.projection import frame_of, project_triangles
from scenes.stage.samples import TINT_BLUE, TINT_RED
from scenes.stage.space import Mesh

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera

_FAR = 20.0  # numbers that many times as large as their differences are far from 0
_SLACK = 1.3  # arrays are given this much more room than they need, to grow in


class Snapshot:
    """A mesh as it was drawn: to see a change by whatever way it came, and to keep its normals.

    Its `values` are its heights counted from `datum`, which is 0 unless all of them are far from 0:
    single precision, in which pictures are drawn, could not tell them apart.
    """

    __slots__ = (
        "_given", "_light", "_light_key", "datum", "faces", "heights", "normals", "number",
        "points", "values",
    )  # fmt: skip

    _numbers = itertools.count()

    def __init__(self, mesh: Mesh) -> None:
        self.points = np.array(mesh.points, dtype=float, order="C")
        self.heights = np.array(mesh.heights, dtype=float, order="C")
        known = self.heights[np.isfinite(self.heights)]
        low, high = float(known.min(initial=np.inf)), float(known.max(initial=-np.inf))
        self.datum = low if abs(low) > _FAR * (high - low) > 0 else 0.0
        self.values = self.heights - self.datum if self.datum else self.heights
        self._given = mesh.faces
        self.faces = np.array(mesh.faces, dtype=np.int32, order="C")
        self.normals = vertex_normals(self.points, self.faces)
        self.number = next(self._numbers)
        self._light_key: tuple | None = None
        self._light = np.ones((0, 2))

    def light(self, lit: bool, camera: DepthCamera) -> np.ndarray:
        """Return the light (n, 2) on the front and back of the vertices."""
        key = (lit, camera.light_direction.tobytes(), camera.ambient, camera.underside)
        if key != self._light_key:
            self._light_key = key
            self._light = camera.light_on(lit, self.normals)
        return self._light

    def shows(self, mesh: Mesh) -> bool:
        """Whether the mesh is still as it was."""
        return (
            _same(self.points, mesh.points)
            and _same(self.heights, mesh.heights)
            and self._has_faces(mesh.faces)
        )

    def _has_faces(self, faces: np.ndarray) -> bool:
        """Whether faces are still the same; those that nobody can write to are not compared."""
        return (faces is self._given and not faces.flags.writeable) or _same(self.faces, faces)


def _same(kept: np.ndarray, given: np.ndarray) -> bool:
    """Whether two arrays hold the same bits (nan is the same as nan)."""
    if kept.shape != given.shape or kept.dtype != given.dtype:
        return False
    bits = f"i{kept.dtype.itemsize}"
    return same_bits(
        kept.reshape(-1).view(bits), np.ascontiguousarray(given).reshape(-1).view(bits)
    )


class Solids:
    """The layer of all that is opaque: the depth of its samples (see `raster`) and its picture."""

    __slots__ = (
        "depth", "key", "owner", "patch", "picture_key", "planes", "spans", "tiles", "window",
    )  # fmt: skip

    def __init__(self) -> None:
        self.depth = np.zeros(0, np.float32)
        self.owner = np.zeros(0, np.int32)
        self.planes = np.zeros((0, raster.PLANE_TERMS), np.float32)
        self.window = np.zeros(5, np.int64)
        self.spans = raster.spans_of(0, 0, filled=False)  # outside of these no sample is set
        self.tiles = hidden.NO_TILES  # see `hidden`; made where they are wanted
        self.patch = np.zeros((0, 0, 4), np.uint8)
        self.key: tuple | None = None  # what its samples depend on
        self.picture_key: tuple | None = None  # what its picture depends on

    def update(
        self, meshes: list[Mesh], snapshots: list[Snapshot], fills: Fills, camera: DepthCamera
    ) -> None:
        """Draw opaque meshes and the opaque faces of fills, unless they are as they were."""
        solid = len(fills.solid_faces) > 0
        key = (
            camera.view_key() if meshes or solid else None,
            fills.number if solid else None,
            *((kept.number, mesh.lit) for kept, mesh in zip(snapshots, meshes, strict=True)),
        )
        if key != self.key:
            self.key = key
            self._fill(meshes, snapshots, fills, camera)
        patch_key = (key, *(look_of(mesh) for mesh in meshes))
        if patch_key != self.picture_key:
            self.picture_key = patch_key
            left, top, right, bottom, _ = self.window
            if self.patch.shape[:2] != (bottom - top, right - left):
                self.patch = np.zeros((bottom - top, right - left, 4), np.uint8)
            shading.resolve(
                self.patch, self.window, self.window, self.depth, self.owner, self.planes,
                *look_tables(meshes, snapshots, camera.pixel_height), self.spans,
            )  # fmt: skip

    def _fill(
        self, meshes: list[Mesh], snapshots: list[Snapshot], fills: Fills, camera: DepthCamera
    ) -> None:
        pieces = []
        for mesh, kept in zip(meshes, snapshots, strict=True):
            light = kept.light(mesh.lit, camera)
            pieces.append(project_triangles(camera, kept.points, kept.values, light, kept.faces))
        if len(fills.solid_faces):
            pieces.append(fills.projected(camera, fills.solid_faces))
        screens = [piece.screen for piece in pieces]
        raster.clear(self.depth, self.window, self.spans)
        self.window[:4] = frame_of(screens, camera.pixel_width, camera.pixel_height)
        width, height = self.window[2] - self.window[0], self.window[3] - self.window[1]
        self.spans = raster.spans_of(width, height, filled=False)
        samples = int(raster.SAMPLES * (width * height + 3))  # pixels are drawn in fours
        if len(self.depth) < samples:
            self.depth = np.zeros(int(samples * _SLACK), np.float32)
            self.owner = np.zeros(int(samples * _SLACK), np.int32)
        triangles = sum(len(piece.faces) for piece in pieces)
        if len(self.planes) < triangles:
            shape = int(triangles * _SLACK), raster.PLANE_TERMS
            self.planes = np.zeros(shape, np.float32)
        self.tiles = hidden.NO_TILES
        first = 0
        for number, piece in enumerate(pieces):
            raster.widen(self.spans, self.window, piece.screen, piece.faces)
            near, far = hidden.sides(piece.screen, piece.faces)
            for chosen in (near, far) if len(far) else (near,):
                if chosen is far:
                    chosen = hidden.in_sight(
                        piece.screen, piece.faces, far, self.window, self.farthest()
                    )
                tints = self.planes[first : first + len(chosen), TINT_RED : TINT_BLUE + 1]
                tints[:] = 0 if number < len(meshes) else fills.solid_tints[piece.sources][chosen]
                raster.fill_triangles(
                    piece.screen, piece.values, piece.light, piece.faces[chosen],
                    number, first, self.window, self.depth, self.owner, self.planes,
                )  # fmt: skip
                first += len(chosen)

    def farthest(self) -> np.ndarray:
        """Return the tiles (see `hidden`) of what was drawn when they were first wanted."""
        if not self.tiles.size:
            self.tiles = hidden.farthest(self.depth, self.window)
        return self.tiles


def contour_radius(mesh: Mesh, pixel_height: int) -> float:
    """Return half the width of a mesh's contour lines in pixels, 0 where there are none."""
    return mesh.contour_width / 2 * pixel_height / 1080 if mesh.contour_opacity > 0 else 0.0


def look_of(mesh: Mesh) -> tuple:
    """Return what of a mesh's look its picture depends on and its samples do not."""
    return (
        mesh.opacity,
        mesh.value_range,
        mesh.contour_levels.tobytes(),
        mesh.contour_width,
        mesh.contour_opacity,
        mesh.ramp.tobytes(),
        tuple(mesh.contour_color.to_rgb()),
    )


def look_tables(
    meshes: list[Mesh], snapshots: list[Snapshot], pixel_height: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the tables that the shading reads: looks, colour ramps, contour levels.

    After the meshes comes one row more, for triangles that have a tint of their own.
    """
    looks = np.zeros((len(meshes) + 1, shading.LOOK_TERMS))
    ramps = np.zeros((len(meshes) + 1, shading.RAMP_STEPS, 3), np.float32)
    datums = [kept.datum for kept in snapshots]
    counted = [mesh.contour_levels - datum for mesh, datum in zip(meshes, datums, strict=True)]
    levels = np.concatenate([np.zeros(1), *counted])
    looks[-1, [shading.OPACITY, shading.VALUE_SCALE, shading.TINTED]] = 1.0
    steps = np.linspace(0, 1, shading.RAMP_STEPS)
    first = 1
    for look, ramp, mesh, datum in zip(looks, ramps, meshes, datums, strict=False):
        low, high = mesh.value_range
        look[shading.OPACITY] = min(mesh.opacity, 1.0)
        look[shading.VALUE_LOW] = low - datum
        look[shading.VALUE_SCALE] = 1 / (high - low) if high > low else 0.0
        look[shading.CONTOUR_RADIUS] = contour_radius(mesh, pixel_height)
        look[shading.CONTOUR_OPACITY] = mesh.contour_opacity
        look[shading.CONTOUR_RED : shading.CONTOUR_BLUE + 1] = mesh.contour_color.to_rgb()
        count = len(mesh.contour_levels)
        look[shading.LEVELS_FIRST], look[shading.LEVELS_END] = first, first + count
        gaps = np.diff(mesh.contour_levels)
        if count > 1 and np.allclose(gaps, gaps[0], rtol=1e-6, atol=0):
            look[shading.LEVELS_SPACING] = gaps.mean()
        first += count
        stops = np.linspace(0, 1, len(mesh.ramp))
        for channel in range(3):
            ramp[:, channel] = np.interp(steps, stops, mesh.ramp[:, channel])
    return looks, ramps, levels
