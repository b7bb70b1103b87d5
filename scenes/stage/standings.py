"""Standings: how several walks are doing, a row for each; in the end they sort themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from manim import LEFT, UP, ValueTracker, VGroup, VMobject

from scenes.stage.formula import Typesetter
from scenes.stage.pens import Pen
from scenes.stage.readout import Readout, glyphs
from scenes.stage.theme import BOARD, READOUT_EM, Zone

_RANK, _SAMPLE, _NAME, _VALUE = (BOARD.left + shift for shift in (0.0, 0.3, 1.06, 2.75))


@dataclass(frozen=True)
class Layout:
    """Where the standings stand on the board, with the step count above and a plot below.

    Args:
        count: the row of the board with the step count.
        head: baseline of what the numbers are called, beside the step count.
        first: baseline of the first row.
        row: Manim units from one row to the next.
        plot: where curves over the steps stand.
    """

    count: int
    head: float
    first: float
    row: float
    plot: Zone


FOUR = Layout(-3, 2.54, 1.86, 0.5, Zone(BOARD.left, BOARD.right, BOARD.bottom, 0.05))
"""Room for four walks, and a rule of one line."""

SIX = Layout(-1, 1.5, 1.06, 0.36, Zone(BOARD.left, BOARD.right, BOARD.bottom, -1.0))
"""Room for six walks, and a rule of two lines with a row below it."""


@dataclass(frozen=True, eq=False)
class Contestant:
    """What a row of the standings shows.

    Args:
        pen: of its curve.
        name: Typst maths.
        text: its number now, of the characters of a read-out.
        out: words in Typst markup for one that has left, in place of the number; else "".
        is_out: whether it has left, now.
    """

    pen: Pen
    name: str
    text: Callable[[], str]
    out: str
    is_out: Callable[[], bool]


class Standings:
    """A row for each of some walks: a sample of its line, its name and its number now.

    With `sorted` at 1 the rows stand in their final order, with the `ranks` before them.

    Args:
        contestants: in the order in which they begin.
        order: their numbers from the best to the last.
        ranked: how many of these have a rank: who has left has none.
        head: Typst maths: what their numbers are.
        layout: where all of this stands.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        contestants: Sequence[Contestant],
        order: Sequence[int],
        ranked: int,
        head: str,
        layout: Layout = FOUR,
    ):
        self.typesetter, self.sorted, self.layout = typesetter, ValueTracker(0), layout
        self.places = np.argsort(order)
        self.entries = [self._entry(number, one) for number, one in enumerate(contestants)]
        quiet = typesetter.theme.quiet
        axis = READOUT_EM * float(np.mean(glyphs()["+"].points[:, 1]))
        self.head = typesetter.formula(head, em=READOUT_EM, color=quiet)
        self.head.move_to((_VALUE, 0, 0), aligned_edge=LEFT)
        self.head.shift((layout.head - self.head.baseline()) * UP)
        self.ranks = VGroup(
            *(
                typesetter.formula(str(rank + 1), em=READOUT_EM, color=quiet).move_to(
                    (_RANK, layout.first - layout.row * rank + axis, 0), aligned_edge=LEFT
                )
                for rank in range(ranked)
            )
        )

    def _baseline(self, number: int) -> float:
        share = self.sorted.get_value()
        line = (1 - share) * number + share * self.places[number]
        return float(self.layout.first - self.layout.row * line)

    def _entry(self, number: int, one: Contestant) -> VGroup:
        theme = self.typesetter.theme
        axis = READOUT_EM * float(np.mean(glyphs()["+"].points[:, 1]))
        sample = one.pen.sample()
        name = self.typesetter.formula(one.name, em=READOUT_EM)
        scale = min(1.0, (_VALUE - 0.2 - _NAME) / name.width)
        name.scale(scale)
        value = Readout(
            lambda: "" if one.is_out() else one.text(), color=theme.ink, room=BOARD.right - _VALUE
        )
        parts: list[VMobject] = [sample, name, value]
        if one.out:
            words = self.typesetter.words(one.out, em=READOUT_EM, color=theme.quiet)
            words.scale(min(1.0, (BOARD.right - _VALUE) / words.width))
            words.is_seen = True
            words.add_updater(lambda text: _show(text, one.is_out()), call_updater=True)
            parts.append(words)
        entry = VGroup(*parts)

        def follow(entry: VGroup) -> None:
            baseline = self._baseline(number)
            if baseline == entry.baseline:
                return
            entry.baseline = baseline
            sample.move_to((_SAMPLE, baseline + axis, 0), aligned_edge=LEFT)
            name.move_to((_NAME, baseline + axis, 0), aligned_edge=LEFT)
            value.at(np.array([_VALUE, baseline, 0]))
            for text in parts[3:]:
                text.move_to((_VALUE, baseline + axis, 0), aligned_edge=LEFT)

        entry.baseline = np.nan
        return entry.add_updater(follow, call_updater=True)


def _show(text: VMobject, is_seen: bool) -> None:
    if text.is_seen != is_seen:  # else its opacity is that of a fade
        text.is_seen = is_seen
        text.set_opacity(float(is_seen))
