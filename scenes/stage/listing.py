"""Listing: lines of a program on the board, one of them in front: the one that runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import LEFT, UP, ValueTracker, VGroup, VMobject

from scenes.stage.formula import Typesetter, quoted
from scenes.stage.theme import BOARD, LABEL_EM, SMALLEST_EM, Zone

INDENT = 0.18
"""Manim units between the mark of the line that runs and the lines."""

LEADING = 0.38
"""Manim units from one line to the next."""

MONO = "DejaVu Sans Mono"
"""The font of programs; Typst brings it along."""


class Listing(VGroup):
    """Lines of a program from the top of a zone on; `running` is the number of the one that runs.

    That line is in ink with a mark before it, the others are quiet; with -1 none runs.

    Args:
        lines: as they are typed.
        zone: where they stand.
    """

    def __init__(self, typesetter: Typesetter, lines: Sequence[str], zone: Zone):
        theme = typesetter.theme
        self.running = ValueTracker(-1)
        self._ink, self._quiet = theme.ink, theme.quiet
        self.lines = [self._typeset(typesetter, line) for line in lines]
        widest = max(line.width for line in self.lines)
        size = min(1.0, (BOARD.right - zone.left - INDENT) / widest)
        for number, line in enumerate(self.lines):
            line.scale(max(size, SMALLEST_EM / LABEL_EM))
            line.move_to((zone.left + INDENT, 0, 0), aligned_edge=LEFT)
            baseline = zone.top - LEADING * (number + 0.7)
            line.shift((baseline - line.baseline()) * UP)
            line.is_running = False
            line.add_updater(lambda line, number=number: self._colour(line, number))
        self.mark = VMobject(stroke_color=theme.ink, stroke_width=4)
        self.mark.add_updater(self._follow, call_updater=True)
        super().__init__(*self.lines, self.mark)

    @staticmethod
    def _typeset(typesetter: Typesetter, line: str) -> VMobject:
        source = f'#text(font: "{MONO}")[{quoted(line)}]'
        return typesetter.words(source, em=LABEL_EM, color=typesetter.theme.quiet)

    def _runs(self) -> int:
        return int(np.floor(self.running.get_value() + 0.5))

    def _colour(self, line: VMobject, number: int) -> None:
        if line.is_running != (self._runs() == number):
            line.is_running = not line.is_running
            line.set_fill(self._ink if line.is_running else self._quiet)

    def _follow(self, mark: VMobject) -> None:
        """Put the mark beside the line that runs, on its way where it goes to the next one."""
        now = self.running.get_value()
        if now < 0:
            mark.points = np.zeros((0, 3))
            return
        heights = [line.get_y() for line in self.lines]
        height = np.interp(now, np.arange(len(heights)), heights)
        left = self.lines[0].get_left()[0] - INDENT / 2
        mark.set_points_as_corners([(left, height + 0.16, 0), (left, height - 0.16, 0)])
