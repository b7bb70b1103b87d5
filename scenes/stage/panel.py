"""Panel: a column of named live numbers on the board, labels and values each in line."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import LEFT, Line, VGroup, VMobject

from scenes.stage.formula import Typesetter
from scenes.stage.readout import Readout, glyphs
from scenes.stage.theme import BOARD, FIRST_ROW, READOUT_EM, ROW

VALUES = BOARD.left + 1.3
"""Where the column of values begins."""

SECOND = BOARD.left + 2.7
"""Where the second column begins, with its labels."""

SUM_LINE = 3.4
"""How long the line above a sum is in Manim units."""


class Row(VGroup):
    """A label and its read-out, on one baseline.

    Args:
        label: Typst maths.
        text: what the read-out shows now.
        color: hex colour of the value; labels are quiet.
        row: number of the row, from 0 at the top.
        column: 0, or 1 for the second column of short values.
        alone: whether the value may reach to the board's right end, where no second one stands.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        label: str,
        text: Callable[[], str],
        *,
        color: str,
        row: int,
        column: int = 0,
        alone: bool = True,
    ):
        baseline = FIRST_ROW - ROW * row
        self.label = typesetter.formula(label, em=READOUT_EM, color=typesetter.theme.quiet)
        axis = baseline + READOUT_EM * float(np.mean(glyphs()["+"].points[:, 1]))
        self.label.move_to((SECOND if column else BOARD.left, axis, 0), aligned_edge=LEFT)
        right = self.label.get_right()[0]
        pen = right + 0.25 if column else max(VALUES, right + 0.15)
        end = BOARD.right if column or alone else SECOND - 0.28
        self.readout = Readout(text, color=color, room=end - pen)
        self.readout.at(np.array([pen, baseline, 0]))
        super().__init__(self.label, self.readout)


def sum_line(total: Row, color: str) -> Line:
    """Return the line above a row in which the rows over it are added up."""
    level = total.readout.get_top()[1] + 0.12
    line = Line((BOARD.left, level, 0), (BOARD.left + SUM_LINE, level, 0))
    return line.set_stroke(color, 2)


_LINES = (3.25, 2.6, 1.95)

_LINE_HEIGHT = 0.62
"""Manim units that a formula may be high."""


def fitting_scale(formula: VMobject, lines: int = 1) -> float:
    """Return how much of its size a formula has left when it fits on a line of the board, or more.

    Lines stand a little apart, so that several hold a formula that is higher than all of them.
    """
    height = _LINE_HEIGHT + _LINES[0] - _LINES[lines - 1]
    size = max(formula.width / BOARD.width, formula.height / height)
    return 1 / size if size > 1 else 1.0


def on_board(formula: VMobject, line: int, lines: int = 1) -> VMobject:
    """Return a formula in its place on the board's upper part, made to fit; lines count from 0.

    It may be as high as several lines.
    """
    formula.scale(fitting_scale(formula, lines))
    middle = (_LINES[line] + _LINES[line + lines - 1]) / 2
    return formula.move_to((BOARD.left, middle, 0), aligned_edge=LEFT)
