"""Scatter: points of data, a line through them, its residuals and their squares."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import ValueTracker, VMobject

from mathcore import Data
from scenes.stage.data_picture import MARGIN, WIDE, DataPicture, Range
from scenes.stage.formula import Typesetter
from scenes.stage.plot import following

Predict = Callable[[np.ndarray], np.ndarray]
"""What the line says for numbers x (k,), now."""


def ranges_for(data: Data, lines: np.ndarray) -> tuple[Range, Range]:
    """Return ranges of x and y that hold the points, some lines, and the squares on residuals.

    Args:
        data: the points.
        lines: what the lines say at each x (m, k).
    """
    low, high = float(data.x.min()), float(data.x.max())
    across = MARGIN * (high - low)
    heights = np.concatenate([data.y, lines.ravel()])
    bottom, top = float(heights.min()), float(heights.max())
    widest = float(np.abs(lines - data.y).max())  # its square takes half of the picture at most
    missing = max(0.0, 2 * widest * WIDE.height / WIDE.width - (top - bottom))
    up = MARGIN * (top - bottom or 1.0) + missing / 2
    return (low - across, high + across), (bottom - up, top + up)


class Scatter(DataPicture):
    """The points, the line, its residuals and their squares.

    The line is drawn as far as the share `drawn` of the range, the residuals as far as `opened`,
    and each square grows with `squared` from its residual towards the middle.

    Args:
        data: the points.
        line: what the line says for numbers x, now.
        lines: what all lines that are to be seen well say at each x (m, k).
    """

    def __init__(self, typesetter: Typesetter, data: Data, line: Predict, lines: np.ndarray):
        super().__init__(typesetter, ranges_for(data, lines))
        theme = typesetter.theme
        self.data, self.predict = data, line
        self.drawn, self.opened, self.squared = (ValueTracker(1) for _ in range(3))
        self.dots = self.dots_at(data.points, theme.ink)
        self.line = following(self._line, theme.path, 5).set_z_index(2)
        self.residuals = following(self._residuals, theme.contour, 3).set_z_index(1)
        self.squares = VMobject(fill_color=theme.surface[1], fill_opacity=0.3)
        self.squares.set_stroke(theme.contour, 1.5, opacity=0.7)
        self.squares.add_updater(self._put_squares, call_updater=True)
        self.add(self.sheet, self.squares, self.residuals, self.line, self.dots)

    def _line(self) -> list[np.ndarray]:
        """Return the part of the line that lies in the area."""
        low, high = self.x_range
        x = np.array([low, low + self.drawn.get_value() * (high - low)])
        y = self.predict(x)
        shares = np.array([0.0, 1.0])
        if y[0] != y[1]:
            enters = np.sort((np.array(self.y_range) - y[0]) / (y[1] - y[0]))
            shares = np.clip(shares, *enters)
        elif not self.y_range[0] <= y[0] <= self.y_range[1]:
            return []
        if not shares[0] < shares[1]:
            return []
        return [self.at(x[0] + shares * (x[1] - x[0]), y[0] + shares * (y[1] - y[0]))]

    def _residuals(self) -> list[np.ndarray]:
        """Return the ways (2, 3) from the points to the line, straight up or down."""
        x, y = self.data.x, self.data.y
        ends = np.clip(y + self.opened.get_value() * (self.predict(x) - y), *self.y_range)
        return list(np.stack([self.at(x, y), self.at(x, ends)], axis=1))

    def _put_squares(self, squares: VMobject) -> None:
        """Draw each square beside its residual; all turn the same way, so that none cancel."""
        area, drawn = self.area, [np.zeros((0, 3))]
        middle = (area.left + area.right) / 2
        for start, end in self._residuals():
            side = self.squared.get_value() * abs(end[1] - start[1])
            if side:
                left = start[0] - (side if start[0] > middle else 0.0)
                low, high = sorted((start[1], end[1]))
                corners = np.zeros((5, 3))
                corners[:, 0] = left + side * np.array([0, 1, 1, 0, 0])
                corners[:, 1] = [low, low, high, high, low]
                squares.set_points_as_corners(corners)
                drawn.append(squares.points)
        squares.points = np.concatenate(drawn)
