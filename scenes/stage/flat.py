"""What is flat on the frame, drawn with little work: paths kept, pictures cut to what they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from manim.mobject.types.vectorized_mobject import VMobject

_BAND = 32
"""Rows of a picture that are cut together."""


class KeptPaths:
    """The Cairo paths of mobjects, kept until their points change.

    Manim splits a mobject's points into closed and open curves on every frame, which for the
    glyphs of a board takes longer than filling them.
    """

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[VMobject, tuple[np.ndarray, list[_Curve]]] = (
            WeakKeyDictionary()
        )

    def set_path(
        self, context: Any, mobject: VMobject, seen: Callable[[VMobject, np.ndarray], np.ndarray]
    ) -> None:
        """Make a mobject's outline the path of a Cairo context.

        `seen` tells where points (n, 3) of the mobject are on the frame; that may not change.
        """
        kept = self._kept.get(mobject)
        if kept is None or not np.array_equal(kept[0], mobject.points):
            kept = mobject.points.copy(), _curves(mobject, seen(mobject, mobject.points))
            self._kept[mobject] = kept
        context.new_path()
        for start, pieces, closed in kept[1]:
            context.new_sub_path()
            context.move_to(*start)
            for piece in pieces:
                context.curve_to(*piece)
            if closed:
                context.close_path()


_Curve = tuple[list[float], list[list[float]], bool]
"""Where a curve starts (2 numbers), its Bezier pieces (6 numbers each), whether it is closed."""


def _curves(mobject: VMobject, points: np.ndarray) -> list[_Curve]:
    """Return the curves of a mobject, split and closed as Manim does it."""
    curves = []
    for start, end in mobject.get_subpath_split_indices_from_points(points, n_dims=2).tolist():
        count = (end - start) // 4
        if count:
            pieces = points[start : start + 4 * count, :2].reshape(count, 8)[:, 2:].tolist()
            closed = mobject.consider_points_equals_2d(points[start], points[end - 1])
            curves.append((points[start, :2].tolist(), pieces, closed))
    return curves


Cutting = tuple[int, int, np.ndarray]
"""A part of a picture: its left column, its top row, its pixels (h, w, 4)."""


def cuttings(picture: np.ndarray) -> list[Cutting]:
    """Return what a picture (h, w, 4) holds, in bands without the transparent pixels beside it."""
    found = []
    opaque = picture[..., 3] > 0
    for top in range(0, len(picture), _BAND):
        columns = np.flatnonzero(opaque[top : top + _BAND].any(axis=0))
        if len(columns):
            left, right = int(columns[0]), int(columns[-1]) + 1
            found.append((left, top, picture[top : top + _BAND, left:right].copy()))
    return found
