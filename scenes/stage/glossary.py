"""Glossary: a table on the board that grows, plain words beside their names in mathematics."""

from __future__ import annotations

from manim import LEFT, Line, VGroup, VMobject

from scenes.stage.captions import STRUT
from scenes.stage.formula import Typesetter
from scenes.stage.theme import BOARD

ENTRY_EM = 0.33
"""Type size of the entries in Manim units; the heads of the columns are as large."""

HEADS = 2.3
"""Baseline of the columns' heads: below the board's first formula."""

FIRST_ENTRY, ENTRY = 1.62, 0.58
"""Baseline of the first entry, and Manim units from one to the next."""

NAMES = BOARD.left + 2.62
"""Where the column of names begins."""

_AIR = 0.15
"""Manim units that stay empty between the columns."""


class Glossary:
    """A table of two columns on one grid, whose entries come one by one.

    Args:
        typesetter: sets its texts.
        words, names: heads of the columns, Typst markup.
    """

    def __init__(self, typesetter: Typesetter, words: str, names: str):
        self.typesetter = typesetter
        quiet = typesetter.theme.quiet
        rule = Line((BOARD.left, HEADS - 0.2, 0), (BOARD.right, HEADS - 0.2, 0))
        rule.set_stroke(quiet, width=1.5)
        self.heads = VGroup(
            self._text(words, BOARD.left, NAMES - _AIR, HEADS, quiet),
            self._text(names, NAMES, BOARD.right, HEADS, quiet),
            rule,
        )
        self.entries: list[VGroup] = []

    def entry(self, words: str, name: str, color: str) -> VGroup:
        """Return the next entry: plain words, and their name in the hex colour of the thing."""
        baseline = FIRST_ENTRY - ENTRY * len(self.entries)
        plain = self._text(words, BOARD.left, NAMES - _AIR, baseline, self.typesetter.theme.ink)
        named = self._text(name, NAMES, BOARD.right, baseline, color)
        self.entries.append(VGroup(plain, named))
        return self.entries[-1]

    def _text(
        self, source: str, left: float, right: float, baseline: float, color: str
    ) -> VMobject:
        """Return a text from a left end on, on a baseline, smaller where it would be too long."""
        text = self.typesetter.words(STRUT + source, em=ENTRY_EM, color=color)
        foot = baseline - 0.24 * ENTRY_EM
        text.scale(min(1.0, (right - left) / text.width))
        text.move_to((left, text.get_y(), 0), aligned_edge=LEFT)
        text.shift((0, foot - text[0].get_bottom()[1], 0))
        return text.remove(text[0])
