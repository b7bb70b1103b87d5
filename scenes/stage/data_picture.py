"""DataPicture: points of data on axes that stand on the stage, or small beside the hill."""

from __future__ import annotations

import numpy as np
from manim import Circle, Dot, Group, Line, ValueTracker, VMobject

from scenes.stage.formula import Typesetter
from scenes.stage.plot import ZERO, Plot
from scenes.stage.theme import BOARD, STAGE, Zone

WIDE = Zone(STAGE.left, STAGE.right - 0.25, STAGE.bottom + 0.1, STAGE.top)
"""Where the points stand while there is no hill."""

SMALL = Zone(BOARD.left, BOARD.right, 0.34, BOARD.top)
"""Where they stand beside the hill."""

BELOW = 0.16
"""Air between the lowest number and the axis below in Manim units."""

RADIUS = 0.085, 0.06
"""Radius of a point, large and small."""

SHEET = 0.16
"""Opacity of the sheet on which the points stand."""

RING = 0.13
"""Radius of the ring round a point that is looked at."""

MARGIN = 0.08
"""How far the ranges go on beyond the points, as a share of these."""

MANY = 60
"""Points from which on they are drawn smaller."""

Range = tuple[float, float]


def shaped(kind: type[VMobject], radius: float) -> VMobject:
    """Return a disc of a radius, or a square of the same area."""
    return Dot(radius=radius) if kind is Dot else kind(radius * np.sqrt(np.pi))


class DataAxes(Plot):
    """The axes of the points, in a zone."""

    def __init__(self, typesetter: Typesetter, zone: Zone, x_range: Range, y_range: Range):
        super().__init__(
            typesetter, zone, x_range, y_range, x_label="x", y_label="y", below=BELOW, y_count=5
        )


class DataPicture(Group):
    """What is shown of data, on a sheet with `wide` axes with `moved` at 0, with `small` ones at 1.

    Args:
        ranges: of x and of y.
    """

    def __init__(self, typesetter: Typesetter, ranges: tuple[Range, Range]):
        super().__init__()
        self.theme = typesetter.theme
        self.x_range, self.y_range = ranges
        self.wide, self.small = (DataAxes(typesetter, zone, *ranges) for zone in (WIDE, SMALL))
        self.moved = ValueTracker(0)
        self.sheet = VMobject(fill_color=self.theme.surface[1], fill_opacity=SHEET, stroke_width=0)
        self.sheet.set_z_index(-1).add_updater(self._lay_sheet, call_updater=True)

    def draw_upright(self) -> None:
        """Draw x = 0 on both axes, as y = 0 is, where that is in view."""
        low, high = self.x_range
        for axes in (self.wide, self.small):
            if low < 0.0 < high:
                ends = [axes.at(0.0, end) for end in self.y_range]
                axes.add(Line(*ends).set_stroke(self.theme.quiet, 1.5, opacity=ZERO))

    @property
    def area(self) -> Zone:
        """Where the ranges are on the frame now."""
        share, (wide, small) = self.moved.get_value(), (self.wide.area, self.small.area)
        ends = [
            (1 - share) * getattr(wide, side) + share * getattr(small, side)
            for side in ("left", "right", "bottom", "top")
        ]
        return Zone(*ends)

    def _lay_sheet(self, sheet: VMobject) -> None:
        area, corners = self.area, np.zeros((5, 3))
        corners[:, 0] = [area.left, area.right, area.right, area.left, area.left]
        corners[:, 1] = [area.bottom, area.bottom, area.top, area.top, area.bottom]
        sheet.set_points_as_corners(corners)

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the places (..., 3) of pairs of numbers (...) now."""
        area, places = self.area, np.zeros((*np.shape(x), 3))
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        places[..., 0] = area.left + (x - x0) / (x1 - x0) * area.width
        places[..., 1] = area.bottom + (y - y0) / (y1 - y0) * area.height
        return places

    def dots_at(self, points: np.ndarray, color: str) -> VMobject:
        """Return dots at points of data (k, 2), all of them one mobject."""
        return self.marks_at(points, color, Dot)

    def marks_at(self, points: np.ndarray, color: str, kind: type[VMobject]) -> VMobject:
        """Return marks at points of data (k, 2), discs or squares, all of them one mobject."""
        marks = VMobject(fill_color=color, fill_opacity=1, z_index=3)
        marks.set_stroke(width=0).set_stroke(self.theme.background, 2.5, background=True)
        small = 0.7 if len(points) > MANY else 1.0

        def put(mobject: VMobject) -> None:
            first, last = RADIUS
            radius = small * (first + self.moved.get_value() * (last - first))
            places = self.at(*points.T)
            mobject.points = (places[:, None] + shaped(kind, radius).points).reshape(-1, 3)

        return marks.add_updater(put, call_updater=True)

    def ring(self, point: np.ndarray) -> VMobject:
        """Return a ring round a point of data (2,), where that is now."""
        ring = Circle(RING, color=self.theme.ink, stroke_width=3, z_index=3)
        return ring.move_to(self.at(*point))
