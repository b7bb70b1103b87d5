"""Glossary: a table on the board that grows: what stands for what."""

from __future__ import annotations

from manim import DOWN, LEFT, Animation, Line, VGroup

from scenes.stage.captions import STRUT
from scenes.stage.formula import Typesetter
from scenes.stage.theme import BOARD, FIRST_ROW, ROW

ENTRY_EM = 0.33
"""Type size of the entries in Manim units; the heads of the columns are as large."""

HEAD = 0.68
"""Manim units from the baseline of the columns' heads to that of the first entry."""

HEADED_FIRST, HEADED_ROW = 1.62, 0.58
"""Baseline of the first entry below heads, and Manim units from one entry to the next there."""

_AIR = 0.15
"""Manim units that stay empty between the columns."""


class Glossary:
    """A table of two columns on one grid, whose entries come one by one.

    Args:
        typesetter: sets its texts.
        second: where the second column begins, in Manim units from the board's left end.
        headed: whether the columns have heads, below a formula.
        row: Manim units from one entry to the next; as is usual, where left out.
    """

    def __init__(
        self, typesetter: Typesetter, second: float, *, headed: bool = False, row: float = 0.0
    ):
        self.typesetter = typesetter
        self.top, usual = (HEADED_FIRST, HEADED_ROW) if headed else (FIRST_ROW, ROW)
        self.row = row or usual
        middle = BOARD.left + second
        self.columns = (BOARD.left, middle - _AIR), (middle, BOARD.right)
        self.entries: list[VGroup] = []

    def heads(self, first: str, second: str) -> VGroup:
        """Return the heads of the columns, Typst markup, on a rule."""
        level = self.top + HEAD - 0.2
        rule = Line((BOARD.left, level, 0), (BOARD.right, level, 0))
        texts = self._line(self.top + HEAD, (first, "quiet"), (second, "quiet"))
        return VGroup(*texts, rule.set_stroke(self.typesetter.theme.quiet, width=1.5))

    def entry(self, first: tuple[str, str], second: tuple[str, str]) -> VGroup:
        """Return the next entry: for each column Typst markup and a colour of the theme."""
        self.entries.append(self._line(self.top - self.row * len(self.entries), first, second))
        return self.entries[-1]

    def insert(
        self, place: int, first: tuple[str, str], second: tuple[str, str]
    ) -> tuple[VGroup, list[Animation]]:
        """Return a new entry that comes before the one in a place, and what makes room for it."""
        below = [entry.animate.shift(self.row * DOWN) for entry in self.entries[place:]]
        self.entries.insert(place, self._line(self.top - self.row * place, first, second))
        return self.entries[place], below

    def _line(self, baseline: float, *texts: tuple[str, str]) -> VGroup:
        """Return texts in their columns on a baseline, smaller where they would be too long."""
        line = VGroup()
        for (source, color), (left, right) in zip(texts, self.columns, strict=True):
            shade = getattr(self.typesetter.theme, color)
            text = self.typesetter.words(STRUT + source, em=ENTRY_EM, color=shade)
            text.scale(min(1.0, (right - left) / text.width))
            text.move_to((left, text.get_y(), 0), aligned_edge=LEFT)
            text.shift((0, baseline - 0.24 * ENTRY_EM - text[0].get_bottom()[1], 0))
            line.add(text.remove(text[0]))
        return line
