"""The strokes of VMobjects in space: which there are and how they look, kept until they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.chords import BUTT, BUTT_START, SOFT, stroke_chords
from scenes.stage.gather import (
    BELOW_WIDTH,
    CAP,
    HEAD_LENGTH,
    HEAD_WIDTH,
    LEFT,
    LIFT,
    RANK,
    WIDTH,
    Vectors,
)
from scenes.stage.strokes import PART_TERMS, STROKE_TERMS
from scenes.stage.tessellate import face_normals, light_factor, place_keys

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera


class Polylines:
    """Strokes in the order in which they are drawn: a table and the points of each."""

    def __init__(self) -> None:
        self._key: tuple | None = None
        self._gradients: dict[tuple, tuple[np.ndarray, ...]] = {}
        self._strokes = np.zeros((0, STROKE_TERMS))
        self._spans = np.zeros((0, 2), np.int64)
        self._shares = np.zeros((0, 2))
        self._widths = np.zeros(0)
        self._caps = np.zeros(0)
        self._heads = np.zeros((0, 2))

    def update(self, vectors: Vectors, camera: DepthCamera) -> tuple:
        """Follow the mobjects; return a key that says which strokes there are."""
        light = camera.light_source.points[0] if camera.should_apply_shading else None
        key = (
            vectors.shape_number,
            vectors.stroke_number,
            None if light is None else light.tobytes(),
        )
        if key != self._key:
            self._key = key
            self._list(vectors, light)
        return key

    def parts(
        self, vectors: Vectors, camera: DepthCamera
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the strokes (s, 8), their parts (p, 9) and where each stroke's parts end (s,).

        The columns are those of `strokes.draw_strokes`.
        """
        if not len(self._strokes):
            return self._strokes, np.zeros((0, PART_TERMS)), np.zeros(0, np.int64)
        unit = camera.cairo_line_width_multiple * camera.pixel_width / camera.frame_width
        parts, ends = stroke_chords(
            camera.eye_points(vectors.points), self._spans, self._shares,
            self._widths * (unit / 2), self._caps, self._heads * unit, camera.view_terms(),
        )  # fmt: skip
        return self._strokes, parts, ends

    def _list(self, vectors: Vectors, light: np.ndarray | None) -> None:
        """List the strokes of all mobjects, that below a fill before the other."""
        styles, starts = vectors.styles, vectors.starts
        curves = np.diff(starts) // 4
        shown, colours = [], []
        for rgbas, stops, width in (
            (vectors.below, vectors.below_stops, styles[:, BELOW_WIDTH]),
            (vectors.stroke, vectors.stroke_stops, styles[:, WIDTH]),
        ):
            first = rgbas[stops[:-1]] if len(rgbas) else np.zeros((len(curves), 4))
            colours.append(first)
            shown.append((curves > 0) & (width > 0) & (first[:, 3] > 0))
        below, above = np.flatnonzero(shown[0]), np.flatnonzero(shown[1])
        keys = np.concatenate([2 * below, 2 * above + 1])
        keys.sort()
        of, on_top = keys // 2, keys % 2 == 1
        strokes = np.zeros((len(keys), STROKE_TERMS))
        strokes[:, :4] = np.where(on_top[:, None], colours[1][of], colours[0][of])
        strokes[:, 3] = np.minimum(strokes[:, 3], 1.0)
        strokes[:, 4] = styles[of, LEFT]
        strokes[:, 5] = styles[of, LIFT]
        strokes[:, 6] = np.where(on_top, vectors.orders[of], vectors.orders[of] - 0.5)
        strokes[:, 7] = vectors.styles[of, RANK]
        solid = vectors.shaded[of]
        if light is not None and solid.any():
            strokes[solid, :3] += _light(vectors, of[solid], light)[:, None]
        spans = np.stack([starts[of], starts[of] + 4 * curves[of]], -1)
        shares = np.tile([0.0, 1.0], (len(of), 1))
        count = np.where(
            on_top, _lengths(vectors.stroke_stops, of), _lengths(vectors.below_stops, of)
        )
        if (count > 1).any():
            index, strokes, spans, shares = self._with_gradients(
                vectors, strokes, spans, of, on_top, count > 1
            )
            of, on_top = of[index], on_top[index]
        index, spans = _without_doubles(vectors, of, strokes, spans, on_top & vectors.shaded[of])
        strokes, shares, of, on_top = strokes[index], shares[index], of[index], on_top[index]
        caps = styles[of, CAP]
        # An edge that is left of a face meets others at its ends; so does a piece of a gradient.
        alone = (spans[:, 1] - spans[:, 0] == 4) & (curves[of] > 1)
        caps[alone & vectors.shaded[of]] = SOFT
        end = starts[of] + 4 * curves[of]
        last = (shares[:, 1] == 1.0) & (spans[:, 1] == end)
        closed = (np.abs(vectors.points[end - 1] - vectors.points[starts[of]]) < 1e-5).all(axis=1)
        whole = (shares[:, 1] - shares[:, 0] == 1.0) & ~alone
        caps[(caps == BUTT) & ~whole & (closed | ~last)] = BUTT_START
        strokes[:, :3] = np.clip(strokes[:, :3], 0.0, 1.0)
        self._strokes, self._spans = strokes, np.ascontiguousarray(spans)
        self._widths = np.where(on_top, styles[of, WIDTH], styles[of, BELOW_WIDTH])
        self._caps, self._shares = caps, shares
        self._heads = styles[of][:, [HEAD_LENGTH, HEAD_WIDTH]] * [1.0, 0.5]

    def _with_gradients(
        self,
        vectors: Vectors,
        strokes: np.ndarray,
        spans: np.ndarray,
        of: np.ndarray,
        on_top: np.ndarray,
        many: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Cut strokes of many colours into pieces of one.

        Returns which stroke each one is a piece of, the pieces, their spans of points and the
        stretch of the curve that they take.
        """
        tables, kept = [], {}
        for stroke in np.flatnonzero(many).tolist():
            mobject = vectors.members[of[stroke]]
            stops = vectors.stroke_stops if on_top[stroke] else vectors.below_stops
            rgbas = vectors.stroke if on_top[stroke] else vectors.below
            colours = rgbas[stops[of[stroke]] : stops[of[stroke] + 1]]
            points = vectors.points[spans[stroke, 0] : spans[stroke, 1]]
            key = id(mobject), bool(on_top[stroke]), points.tobytes(), colours.tobytes()
            table = self._gradients.get(key)
            if table is None:
                table = _gradient(mobject, points, colours)
            kept[key] = table
            tables.append(table)
        self._gradients = kept
        counts = np.ones(len(spans), np.int64)
        counts[many] = [len(table[0]) for table in tables]
        index = np.repeat(np.arange(len(spans)), counts)
        curve, share, colour, change = (
            np.concatenate(column) for column in zip(*tables, strict=True)
        )
        strokes, spans = strokes[index], spans[index]
        shares = np.tile([0.0, 1.0], (len(index), 1))
        cut = many[index]
        shares[cut] = share
        strokes[cut, :3] += change  # with the light that is on the stroke
        strokes[cut, 3] = np.minimum(colour[:, 3], 1.0)
        begin = spans[cut, 0] + 4 * curve
        spans[cut] = np.stack([begin, begin + 4], -1)
        return index, strokes, spans, shares


_TONES = 6.0  # of 255: so much a gradient's colour may change within a piece of one colour
_MOST_PIECES = 24


def _gradient(
    mobject: VMobject, points: np.ndarray, colours: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut curves (4 c, 3) where the colour of Manim's gradient along them changes.

    Returns each piece's curve, its stretch (p, 2) of it, its colour (p, 4) and by how much red,
    green and blue (p, 3) differ from the gradient's first colour.
    """
    start, end = (np.asarray(place) for place in mobject.get_gradient_start_and_end_points())
    along = end - start
    places = (points.reshape(-1, 4, 3) - start) @ along / max(along @ along, 1e-12)
    at = np.linspace(0, 1, len(colours))

    def colour(share: np.ndarray) -> np.ndarray:
        return np.stack([np.interp(share, at, column) for column in colours.T], -1)

    change = np.abs(np.diff(colour(places), axis=1)).max(axis=2).sum(axis=1)
    count = np.clip(np.ceil(np.nan_to_num(change) * 255 / _TONES), 1, _MOST_PIECES).astype(int)
    curve = np.repeat(np.arange(len(places)), count)
    t = np.arange(len(curve)) - np.repeat(np.cumsum(count) - count, count)
    share = np.stack([t, t + 1], -1) / count[curve][:, None]
    t = share.mean(axis=1)
    s, place = 1 - t, places[curve].T
    middle = s**3 * place[0] + 3 * s**2 * t * place[1] + 3 * s * t**2 * place[2] + t**3 * place[3]
    found = colour(middle)
    return curve, share, found, found[:, :3] - colours[0, :3]


def _light(vectors: Vectors, of: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Return what Manim's light adds to the colour of solids' strokes, at their first corner."""
    first = vectors.starts[of]
    normals = face_normals(vectors.points, vectors.starts, of)
    normals[vectors.starts[of + 1] - first < 8] = (0.0, 1.0, 0.0)  # a line alone has no face
    factor = light_factor(vectors.points[first], normals, light)
    return np.nan_to_num(factor)


def _lengths(stops: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Return the number of colours of some mobjects, 1 where nothing is known of them."""
    return np.diff(stops)[of] if len(stops) > 1 else np.ones(len(of), np.int64)


def _without_doubles(
    vectors: Vectors, of: np.ndarray, strokes: np.ndarray, spans: np.ndarray, faces: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the strokes to draw and their points, each border of two faces once.

    Neighbouring faces of a surface both have the edge between them. Manim paints a face over
    half of what its neighbour drew of it; drawn twice on top, a hairline would be twice as strong.
    """
    faces = faces & (spans[:, 1] - spans[:, 0] == 16)
    chosen = np.flatnonzero(faces)
    if len(chosen) < 2:
        return np.arange(len(of)), spans
    begins = spans[chosen, :1] + np.arange(0, 16, 4)
    ends = np.stack([vectors.points[begins], vectors.points[begins + 3]], axis=2)  # (f, 4, 2, 3)
    places = place_keys(ends.reshape(-1, 3)).reshape(-1, 4, 2)
    places.sort(axis=2)
    looks = np.column_stack([strokes[chosen, 3:6], vectors.styles[of[chosen], WIDTH]])
    looks = np.column_stack([looks, vectors.stroke[vectors.stroke_stops[of[chosen]]]])
    marks = looks.view(np.int64) @ np.arange(3, 3 + 2 * looks.shape[1], 2)
    keys = places[..., 0] * 6364136223846793005 + places[..., 1] + marks[:, None] * 1442695040888963
    first = np.zeros(keys.size, bool)
    first[np.unique(keys.ravel(), return_index=True)[1]] = True
    whole = first.reshape(-1, 4).all(axis=1)
    # What keeps all its edges stays one stroke; else each edge that is left is one of its own.
    faces[chosen[whole]] = False
    edges = first.reshape(-1, 4) & ~whole[:, None]
    face, edge = np.nonzero(edges)
    index = np.concatenate([np.flatnonzero(~faces), chosen[face]])
    begin = begins[face, edge]
    spans = np.concatenate([spans[~faces], np.stack([begin, begin + 4], -1)])
    order = np.argsort(index, kind="stable")
    return index[order], spans[order]
