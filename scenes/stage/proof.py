"""Proof: lines of maths on the board that go on from each other."""

from __future__ import annotations

from manim import Animation, VMobject

from scenes.stage.appear import Appear, exchange
from scenes.stage.formula import Typesetter
from scenes.stage.theme import BOARD

LINES = (2.52, 1.78, 1.2)
"""Where the lines stand, from above."""

READ = 0.5
"""Opacity of lines that are done."""


class Proof:
    """The lines of a proof; those that are done step back when it goes on.

    Args:
        head: Typst maths that the first line begins with, up to its equals sign.
    """

    def __init__(self, typesetter: Typesetter, head: str):
        self.typesetter, self.lines = typesetter, list[VMobject]()
        self.indent = typesetter.formula(head).width - typesetter.formula("=").width

    def line(self, source: str, row: int, after: VMobject | None = None) -> VMobject:
        """Return a line; one that begins with an equals sign stands under the first one's.

        Args:
            source: Typst maths.
            row: number of the line, from 0 at the top.
            after: the line on that row after which it goes on.
        """
        formula = self.typesetter.formula(source)
        left = BOARD.left + (self.indent if source.startswith("=") else 0.0)
        left = after.get_right()[0] + 0.15 if after else left
        formula.scale(min(1.0, (BOARD.right - left) / formula.width))
        return formula.move_to((left + formula.width / 2, LINES[row], 0))

    def rewrite(self, line: VMobject) -> list[Animation]:
        """Return the animations that write another line in the place of the last one."""
        gone, self.lines[-1] = self.lines[-1], line
        return exchange([gone], line)

    def go_on(self, line: VMobject) -> list[Animation]:
        """Return the animations that bring on the next line; those before it step back."""
        done = [old.animate.set_opacity(READ) for old in self.lines]
        self.lines.append(line)
        return [Appear(line), *done]
