"""What is flat on the frame, drawn with little work: what did not change is not drawn again."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor
from typing import Any
from weakref import WeakKeyDictionary

import cairo
import numpy as np
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.raster import SPAN_ROWS, spans_of
from scenes.stage.shading import cut_stamp, lay_stamps


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


_LARGEST = 1 << 16
"""Pixels of the largest stamp: larger things are few, and are drawn as they are."""

_KEPT = 1 << 23
"""Pixels of stamps after which all are forgotten."""

LINE_WIDTH = 0.01
"""How wide a line of width 1 is on the frame, as Manim draws it."""

_MITER = 5.0
"""How far a corner reaches beyond a path, as a share of its line's width (Cairo's limit)."""

_Paint = tuple[float, np.ndarray]
"""A line's width, or 0 for the inside, and its colour (4,)."""


class Stamps:
    """The shapes of flat mobjects that are small, as glyphs and ticks are, kept until they change.

    A stamp says which share of each pixel a shape covers. Colouring these takes a tenth of the time
    in which Cairo draws the shape, and whatever fades in or out keeps its stamp. What is small is
    always drawn so, and looks the same whether its stamp is new or not.

    Args:
        outline: makes a mobject's outline the path of a context.
        pixels: columns and rows of the picture.
        matrix: from the frame to these, of a Cairo context.
    """

    def __init__(
        self, outline: Callable[[Any, VMobject], Any], pixels: tuple[int, int], matrix: Any
    ) -> None:
        surface = cairo.ImageSurface(cairo.FORMAT_A8, *pixels)
        rows = np.frombuffer(surface.get_data(), np.uint8).reshape(pixels[1], -1)
        self._scratch = rows[:, : pixels[0]]  # Cairo's may be longer
        self._context = cairo.Context(surface)
        self._context.set_matrix(matrix)
        self._outline = outline
        self._kept: WeakKeyDictionary[VMobject, tuple[tuple, dict]] = WeakKeyDictionary()
        self._stamps = np.zeros(0, np.uint8)
        self._used = 0
        self._next: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, mobject: VMobject) -> bool:
        """Take a mobject of even colours to what is laid next, or say that it is too large."""
        shape = mobject.points.tobytes(), mobject.joint_type, mobject.cap_style
        kept = self._kept.get(mobject)
        if kept is None or kept[0] != shape:
            kept = self._kept[mobject] = shape, {}
        places, paints = kept[1], _paints(mobject)
        for width, _ in paints:
            if width not in places:
                places[width] = self._stamped(mobject, width)
            if places[width] is None:
                return False
        self._next += [(places[width], color) for width, color in paints]
        return True

    def _stamped(self, mobject: VMobject, width: float) -> np.ndarray | None:
        """Return the place of a new stamp (see `lay_stamps`), or None where it is too large."""
        context = self._context
        self._outline(context, mobject)
        left, top, right, bottom = self._box(_MITER * width * LINE_WIDTH)
        size = (right - left) * (bottom - top)
        if size > _LARGEST:
            return None
        if self._used + size > len(self._stamps):
            more = np.zeros(size + len(self._stamps), np.uint8)
            self._stamps = np.concatenate([self._stamps, more])
        place = np.array([self._used, left, top, right - left, bottom - top])
        if width:
            context.set_line_width(width * LINE_WIDTH)
            context.set_line_join(LINE_JOIN_MAP[mobject.joint_type])
            context.set_line_cap(CAP_STYLE_MAP[mobject.cap_style])
            context.stroke()
        else:
            context.fill()
        cut_stamp(self._scratch, self._stamps, place)
        self._used += int(place[3] * place[4])
        return place

    def _box(self, reach: float) -> tuple[int, int, int, int]:
        """Return the pixels that the path, or what is drawn within reach of it, may touch."""
        context = self._context
        x0, y0, x1, y1 = context.path_extents()
        (x0, y0), (x1, y1) = context.user_to_device(x0, y0), context.user_to_device(x1, y1)
        margin = 1 + context.user_to_device_distance(reach, 0)[0]
        height, width = self._scratch.shape
        left, right = max(0, floor(min(x0, x1) - margin)), min(width, ceil(max(x0, x1) + margin))
        top, bottom = max(0, floor(min(y0, y1) - margin)), min(height, ceil(max(y0, y1) + margin))
        return left, top, max(left, right), max(top, bottom)

    def lay(self, picture: np.ndarray) -> None:
        """Draw in a premultiplied picture (h, w, 4) what was added since the last time."""
        if self._next:
            places, colors = map(np.array, zip(*self._next, strict=True))
            lay_stamps(picture, self._stamps, places, colors)
            self._next = []
        if self._used > _KEPT:
            self._kept.clear()
            self._used = 0


def _paints(mobject: VMobject) -> list[_Paint]:
    """Return what is seen of a mobject of even colours, from below to above."""
    behind, before = mobject.background_stroke_width, mobject.stroke_width
    return [
        (width, rgbas[0])
        for width, rgbas in (
            (behind, mobject.background_stroke_rgbas if behind else ()),
            (0.0, mobject.fill_rgbas),
            (before, mobject.stroke_rgbas if before else ()),
        )
        if len(rgbas) and rgbas[0, 3]
    ]


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
