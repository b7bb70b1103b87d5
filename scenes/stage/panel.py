"""Panel: a column of named live numbers on the board, labels and values each in line."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import LEFT, RIGHT, UP, Group, Line, VGroup, VMobject

from scenes.stage.formula import Typesetter
from scenes.stage.readout import Readout
from scenes.stage.theme import BOARD, FIRST_ROW, READOUT_EM, ROW

VALUES = BOARD.left + 1.3
"""Where the column of values begins."""

SECOND = BOARD.left + 2.7
"""Where the second column begins, with its labels."""


class Row(VGroup):
    """A label and its read-out, on one baseline.

    Args:
        label: Typst maths.
        text: what the read-out shows now.
        color: hex colour of the value; labels are quiet.
        row: number of the row, from 0 at the top; it may be between two.
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
        row: float,
        column: int = 0,
        alone: bool = True,
    ):
        baseline = FIRST_ROW - ROW * row
        self.label = typesetter.formula(label, em=READOUT_EM, color=typesetter.theme.quiet)
        self.label.move_to((SECOND if column else BOARD.left, baseline, 0), aligned_edge=LEFT)
        self.label.shift((baseline - self.label.baseline()) * UP)
        right = self.label.get_right()[0]
        self.pen = right + 0.25 if column else max(VALUES, right + 0.2)
        self._end = BOARD.right if column or alone else SECOND - 0.28
        self._baseline = baseline
        self.readout = Readout(text, color=color)
        self.begin_at(self.pen)
        super().__init__(self.label, self.readout)

    def begin_at(self, pen: float) -> None:
        """Let the value begin so far to the right, and fit where the board has room for it."""
        self.pen = pen
        self.readout.room = self._end - pen
        self.readout.at(np.array([pen, self._baseline, 0]))

    def end_at(self, end: float) -> None:
        """Let the value reach so far to the right, at most."""
        self._end = end
        self.begin_at(self.pen)

    def indent(self, shift: float) -> None:
        """Shift the label to the right, by Manim units, and the value where it needs that room."""
        self.label.shift(shift * RIGHT)
        self.begin_at(max(self.pen, self.label.get_right()[0] + 0.2))


class SumRow(Row):
    """A row of what is added up, with the `result` on the line below.

    Args:
        result: what the second line shows now; the others are as for `Row`.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        label: str,
        text: Callable[[], str],
        result: Callable[[], str],
        *,
        color: str,
        row: float,
    ):
        self.result = Readout(result, color=color)
        super().__init__(typesetter, label, text, color=color, row=row)
        self.add(self.result)

    def begin_at(self, pen: float) -> None:
        """Let both lines begin so far to the right."""
        super().begin_at(pen)
        self.result.room = self._end - pen
        self.result.at(np.array([pen, self._baseline - ROW, 0]))


def lined_up(*rows: Row, air: float = 0.0) -> Group:
    """Return rows whose values begin below each other, beside the longest label.

    Args:
        rows: the rows.
        air: Manim units that stay empty there, beyond the usual ones.
    """
    pen = max(row.pen for row in rows) + air
    for row in rows:
        row.begin_at(pen)
    return Group(*rows)


def lines_of_words(*lines: VMobject, row: float = 0) -> Group:
    """Put lines of words on rows of the board from a given one on, and return them.

    They have one size, the largest at which the longest fits.
    """
    size = min(1.0, BOARD.width / max(line.width for line in lines))
    for number, line in enumerate(lines):
        line.scale(size).move_to((BOARD.left, 0, 0), aligned_edge=LEFT)
        line.shift((FIRST_ROW - ROW * (row + number) - line.baseline()) * UP)
    return Group(*lines)


def added_up(terms: Group, total: Row, color: str) -> Line:
    """Put rows that are added up and their total in one column, and return the line above it.

    All get one size, that of the smallest, and end at one place.
    """
    size = min(row.readout.em for row in (*terms, total))
    for row in (*terms, total):
        row.readout.full_em = size
        row.begin_at(row.pen)
    right = terms.get_right()[0]
    for row in (*terms, total):
        row.begin_at(max(row.pen, right - row.readout.width))
    level = total.readout.get_top()[1] + 0.12
    return Line((BOARD.left, level, 0), (right, level, 0)).set_stroke(color, 2)


_LINES = (3.25, 2.6, 1.95, 1.72)

_LINE_HEIGHT = 0.62
"""Manim units that a formula may be high."""


def fitting_scale(formula: VMobject, lines: int = 1, line: int = 0) -> float:
    """Return how much of its size a formula has left when it fits on a line of the board, or more.

    Lines stand a little apart, so that several hold a formula that is higher than all of them; the
    last one is a narrow one.
    """
    height = _LINE_HEIGHT + _LINES[line] - _LINES[line + lines - 1]
    size = max(formula.width / BOARD.width, formula.height / height)
    return 1 / size if size > 1 else 1.0


def on_board(formula: VMobject, line: int, lines: int = 1) -> VMobject:
    """Return a formula in its place on the board's upper part, made to fit; lines count from 0.

    It may be as high as several lines.
    """
    formula.scale(fitting_scale(formula, lines, line))
    middle = (_LINES[line] + _LINES[line + lines - 1]) / 2
    return formula.move_to((BOARD.left, middle, 0), aligned_edge=LEFT)
