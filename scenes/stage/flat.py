"""What is flat on the frame, drawn with little work: paths are kept, and what rests is a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.raster import SPAN_ROWS, spans_of


class KeptPaths:
    """The Cairo paths of mobjects, kept until their points change.

    Manim splits a mobject's points into closed and open curves on every frame, which for the
    glyphs of a board takes longer than filling them.
    """

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[VMobject, tuple[bytes, Any]] = WeakKeyDictionary()

    def set_path(
        self, context: Any, mobject: VMobject, seen: Callable[[VMobject, np.ndarray], np.ndarray]
    ) -> None:
        """Make a mobject's outline the path of a Cairo context.

        `seen` tells where points (n, 3) of the mobject are on the frame; that may not change.
        """
        points = mobject.points.tobytes()
        kept = self._kept.get(mobject)
        context.new_path()
        if kept is not None and kept[0] == points:
            context.append_path(kept[1])
            return
        for start, pieces, closed in _curves(mobject, seen(mobject, mobject.points)):
            context.new_sub_path()
            context.move_to(*start)
            for piece in pieces:
                context.curve_to(*piece)
            if closed:
                context.close_path()
        self._kept[mobject] = points, context.copy_path()


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


Layer = tuple[np.ndarray, np.ndarray]
"""A picture (h, w, 4), premultiplied by alpha, and the spans outside of which it is empty."""


def layer_of(picture: np.ndarray) -> Layer:
    """Return a copy of a picture with its spans (see `raster.spans_of`)."""
    height, width = picture.shape[:2]
    spans = spans_of(width, height, filled=False)
    opaque = picture[..., 3] > 0
    for span, top in zip(spans, range(0, height, SPAN_ROWS), strict=True):
        columns = np.flatnonzero(opaque[top : top + SPAN_ROWS].any(axis=0))
        if len(columns):
            span[:] = columns[0], columns[-1] + 1
    return picture.copy(), spans
