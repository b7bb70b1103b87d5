"""Relief: a field over a rectangle as triangles, cut where it is undefined, too high, or jumps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenes.stage.space import grid_faces

HALVINGS = 26
"""How often an edge is halved to find where the field ends on it: beyond the eye, as floats go."""

_JUMP = 0.3
"""The share of the difference along an edge that is left, however short it gets, by a jump."""

_NOISE = 1e-9
"""Differences below this share of the field's range are no jumps: they may be rounding."""

Values = Callable[[np.ndarray], np.ndarray]
"""Points (n, 2) to values (n,), nan where there is none."""


@dataclass(frozen=True)
class Relief:
    """Triangles over the domain: points (n, 2), values (n,), faces (m, 3) and rims (k, 2) of edges.

    A rim runs along each edge at which the field ends without leaving the rectangle: round a hole,
    along a cut at the top, and on both sides of a jump. `rims` holds numbers of points.
    """

    points: np.ndarray
    values: np.ndarray
    faces: np.ndarray
    rims: np.ndarray

    @cached_property
    def border(self) -> np.ndarray:
        """The edges (k, 2) that lie along the rectangle's sides, as numbers of points."""
        edges = np.sort(self.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        ends = self.points[edges]
        sides = self.points.min(axis=0), self.points.max(axis=0)
        along = np.any([(ends == side).all(axis=1).any(axis=1) for side in sides], axis=0)
        return np.asarray(np.unique(edges[along], axis=0))


def relief(
    values: Values,
    x: np.ndarray,
    y: np.ndarray,
    low: float = -np.inf,
    high: float = np.inf,
    halvings: int = HALVINGS,
) -> Relief:
    """Return the relief of a field over a grid.

    Args:
        values: the field.
        x: the grid's first coordinates (c,), rising.
        y: its second coordinates (r,), rising.
        low: values below are cut off.
        high: values above are cut off.
        halvings: how often an edge is halved to find where the field ends on it.
    """
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    faces = grid_faces(len(y), len(x))

    def shown(places: np.ndarray) -> np.ndarray:
        found = values(places)
        with np.errstate(invalid="ignore"):
            return np.where((found >= low) & (found <= high), found, np.nan)

    heights = shown(points)
    edges, edge_of_face = _edges(faces)
    ends = _Ends(shown, points, heights, edges, halvings)
    return _cut(points, heights, faces, edge_of_face, edges, ends)


def _edges(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges (e, 2) of triangles (m, 3), and the numbers of each one's three (m, 3).

    Edge i of a triangle lies opposite its corner i.
    """
    pairs = np.sort(faces[:, [[1, 2], [2, 0], [0, 1]]], axis=-1)
    count = faces.max() + 1
    names, numbers = np.unique(pairs.reshape(-1, 2) @ [count, 1], return_inverse=True)
    return np.stack([names // count, names % count], axis=1), numbers.reshape(-1, 3)


class _Ends:
    """Where the field ends on edges: the last points on both sides, and their values.

    `cut` (e,) says which edges have an end; `first` and `last` (e, 2) are the points at it on the
    side of the edge's first and of its second corner, with their values `first_value` (e,) and
    `last_value`, nan where that side is not drawn.
    """

    def __init__(
        self,
        shown: Values,
        points: np.ndarray,
        heights: np.ndarray,
        edges: np.ndarray,
        halvings: int,
    ) -> None:
        a, b = points[edges[:, 0]], points[edges[:, 1]]
        va, vb = heights[edges[:, 0]], heights[edges[:, 1]]
        known_a, known_b = np.isfinite(va), np.isfinite(vb)
        known = heights[np.isfinite(heights)]
        noise = _NOISE * np.ptp(known) if len(known) else 0.0
        half_known = known_a != known_b
        with np.errstate(invalid="ignore"):
            suspect = known_a & known_b & (np.abs(va - vb) > noise)
        chosen = np.flatnonzero(half_known | suspect)
        pairs = (each[chosen] for each in (a, b, va, vb))
        number, *sides = _narrowed(shown, *pairs, half_known[chosen], halvings)
        chosen = chosen[number]
        self.cut = np.zeros(len(edges), dtype=bool)
        self.cut[chosen] = True
        self.first, self.last = a.copy(), b.copy()
        self.first_value, self.last_value = va.copy(), vb.copy()
        for kept, new in zip(
            (self.first, self.last, self.first_value, self.last_value), sides, strict=True
        ):
            kept[chosen] = new


def _narrowed(
    shown: Values,
    a: np.ndarray,
    b: np.ndarray,
    va: np.ndarray,
    vb: np.ndarray,
    half_known: np.ndarray,
    halvings: int,
) -> tuple[np.ndarray, ...]:
    """Return the numbers of the edges with an end; its last points on both sides, their values.

    Half-known edges have one. On the others the field jumps where the step stays, however short
    the edge gets.
    """
    with np.errstate(invalid="ignore"):
        still, step = np.arange(len(a)), np.abs(vb - va)
    for _ in range(halvings):
        a, b, va, vb = _halved(shown, a, b, va, vb)
        with np.errstate(invalid="ignore"):
            kept = half_known | (np.abs(vb - va) > _JUMP * step)
        still, half_known, step = still[kept], half_known[kept], step[kept]
        a, b, va, vb = (part[kept] for part in (a, b, va, vb))
    return still, a, b, va, vb


def _halved(
    shown: Values, a: np.ndarray, b: np.ndarray, va: np.ndarray, vb: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the half of each edge that the field ends or jumps on."""
    middle = (a + b) / 2
    value = shown(middle) if len(middle) else np.zeros(0)
    with np.errstate(invalid="ignore"):
        nearer_a = np.abs(value - va) <= np.abs(value - vb)
    known_a, known_b = np.isfinite(va), np.isfinite(vb)
    like_a = np.where(known_a & known_b, nearer_a, np.isfinite(value) == known_a)
    # Where both ends are drawn and the middle is not, the first half is as good as the other.
    like_a &= ~(known_a & known_b & ~np.isfinite(value))
    side = like_a[:, None]
    return (
        np.where(side, middle, a),
        np.where(side, b, middle),
        np.where(like_a, value, va),
        np.where(like_a, vb, value),
    )


def _cut(
    points: np.ndarray,
    heights: np.ndarray,
    faces: np.ndarray,
    edge_of_face: np.ndarray,
    edges: np.ndarray,
    ends: _Ends,
) -> Relief:
    """Return the triangles, those at an end cut along it."""
    chosen = np.flatnonzero(ends.cut)
    number = np.full(len(edges), -1)
    number[chosen] = len(points) + 2 * np.arange(len(chosen))
    points = np.concatenate(
        [points, np.stack([ends.first, ends.last], axis=1)[chosen].reshape(-1, 2)]
    )
    heights = np.concatenate(
        [heights, np.stack([ends.first_value, ends.last_value], axis=1)[chosen].reshape(-1)]
    )
    cuts = ends.cut[edge_of_face]
    count = cuts.sum(axis=1)

    def at_end(face: np.ndarray, edge: np.ndarray, corner: np.ndarray) -> np.ndarray:
        """Return the points at the ends on an edge (0, 1, 2) of faces, on a corner's side."""
        edge = edge_of_face[face, edge]
        return number[edge] + (edges[edge, 0] != faces[face, corner])

    whole = faces[count <= 1]
    pieces, rims = [whole[np.isfinite(heights[whole]).all(axis=1)]], []
    # Two edges are cut: one corner is apart from the pair of the others.
    face = np.flatnonzero(count == 2)
    apart = np.argmin(cuts[face], axis=1)
    pieces_apart = [(face, apart)]
    one, two = (apart + 1) % 3, (apart + 2) % 3
    p, q = faces[face, one], faces[face, two]
    p_end, q_end = at_end(face, two, one), at_end(face, one, two)
    kept = np.isfinite(heights[p]) & np.isfinite(heights[q])
    pieces += [np.stack([p, q, q_end], axis=1)[kept], np.stack([p, q_end, p_end], axis=1)[kept]]
    rims.append(np.stack([p_end, q_end], axis=1)[kept])
    # Three edges are cut: every corner is apart from the others.
    face = np.flatnonzero(count == 3)
    pieces_apart += [(face, np.full(len(face), corner)) for corner in range(3)]
    for face, apart in pieces_apart:
        one, two = (apart + 1) % 3, (apart + 2) % 3
        corner = faces[face, apart]
        ends_of = np.stack([at_end(face, two, apart), at_end(face, one, apart)], axis=1)
        kept = np.isfinite(heights[corner])
        pieces.append(np.column_stack([corner, ends_of])[kept])
        rims.append(ends_of[kept])
    return Relief(points, heights, np.concatenate(pieces), np.concatenate(rims))
