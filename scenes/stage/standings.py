"""Standings: how several walks are doing, a row for each; in the end they sort themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from manim import LEFT, RIGHT, UP, ValueTracker, VGroup, VMobject

from scenes.stage.formula import Typesetter
from scenes.stage.pens import SAMPLE, Pen
from scenes.stage.readout import Readout, glyphs, text_width
from scenes.stage.theme import BOARD, READOUT_EM, Zone

_RANK, _SAMPLE = BOARD.left, BOARD.left + 0.3

_COUNTED = 1.95
"""Where the step count has ended, from the board's left side."""

_GAP = 0.14
"""Manim units between a sample and a name at least."""

_APART = 0.17
"""Manim units between two columns at least."""


@dataclass(frozen=True)
class Layout:
    """Where the standings stand on the board, with the step count above and a plot below.

    Args:
        count: the row of the board with the step count.
        head: baseline of what the numbers are called, beside the step count.
        first: baseline of the first row.
        row: Manim units from one row to the next.
        plot: where curves over the steps stand.
        name, more, value: how far from the board's left side the names begin, the second numbers
            if there are any, and the numbers.
        em: type size of the rows in Manim units.
    """

    count: float
    head: float
    first: float
    row: float
    plot: Zone
    name: float = 1.06
    more: float = 2.75
    value: float = 2.9
    em: float = READOUT_EM


FOUR = Layout(-3, 2.54, 1.86, 0.5, Zone(BOARD.left, BOARD.right, BOARD.bottom, 0.05))
"""Room for four walks, and a rule of one line."""

_TWO = {"name": 0.86, "more": 2.4, "value": 3.36}

FOUR_BY_TWO = replace(FOUR, **_TWO, em=0.33)
"""The same, with two numbers for each walk."""

SIX_BY_TWO = Layout(
    -0.7, 1.344, 0.92, 0.33, Zone(BOARD.left, BOARD.right, BOARD.bottom, -1.0), **_TWO, em=0.28
)
"""Room for six walks with two numbers each, and a rule of three lines with a row below it."""


@dataclass(frozen=True, eq=False)
class Contestant:
    """What a row of the standings shows.

    Args:
        pen: of its curve.
        name: Typst maths.
        text: its number now, of the characters of a read-out.
        out: words in Typst markup for one that has left, in place of the number; else "".
        is_out: whether it has left, now.
        more: a second number, which stands before the other one, or None.
    """

    pen: Pen
    name: str
    text: Callable[[], str]
    out: str
    is_out: Callable[[], bool]
    more: Callable[[], str] | None = None


class Standings:
    """A row for each of some walks: a sample of its line, its name and its number now.

    With `sorted` at 1 the rows stand in their final order, with the `ranks` before them.

    Args:
        contestants: in the order in which they begin.
        order: their numbers from the best to the last.
        ranks: of these, as far as they have one: who has left has none.
        head: Typst maths: what their numbers are.
        layout: where all of this stands.
        more: Typst maths: what their second numbers are, if they have any.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        contestants: Sequence[Contestant],
        order: Sequence[int],
        ranks: Sequence[int],
        head: str,
        layout: Layout = FOUR,
        more: str = "",
    ):
        self.typesetter, self.sorted, self.layout = typesetter, ValueTracker(0), layout
        self.name, self.more, self.value = (
            BOARD.left + shift for shift in (layout.name, layout.more, layout.value)
        )
        self.places = np.argsort(order)
        names = VGroup(*(typesetter.formula(one.name, em=layout.em) for one in contestants))
        names.scale(min(1.0, (self.more - _APART - self.name) / max(name.width for name in names)))
        seconds = [text_width(one.more(), layout.em) for one in contestants if one.more]
        if seconds:  # long ones begin farther to the left, as far as the names leave room
            nearest = self.name + max(name.width for name in names) + _APART
            self.more = min(self.more, max(nearest, self.value - _APART - max(seconds)))
        pairs = zip(contestants, names, strict=True)
        self.entries = [self._entry(number, *pair) for number, pair in enumerate(pairs)]
        quiet = typesetter.theme.quiet
        axis = layout.em * float(np.mean(glyphs()["+"].points[:, 1]))
        self.head = VGroup(self._head(head, self.value, BOARD.right))
        if more:
            self.head.add(self.second_head(more))
        self.ranks = VGroup(
            *(
                typesetter.formula(str(rank), em=layout.em, color=quiet).move_to(
                    (_RANK, layout.first - layout.row * row + axis, 0), aligned_edge=LEFT
                )
                for row, rank in enumerate(ranks)
            )
        )

    def head_in_words(self, text: str) -> VMobject:
        """Return a head in words, Typst markup, for the numbers where no step count stands."""
        head = self.typesetter.words(text, em=READOUT_EM, color=self.typesetter.theme.quiet)
        left = max(BOARD.left, min(self.value, BOARD.right - head.width))
        return self._headed(head, left, BOARD.right)

    def second_head(self, source: str) -> VMobject:
        """Return what the second numbers are called, in its place: Typst maths."""
        right = self.value - _APART
        head = self._head(source, BOARD.left + _COUNTED, right)
        place = min(self.more, right - head.width)
        return head.shift(max(0.0, place - head.get_left()[0]) * RIGHT)

    def _head(self, source: str, left: float, right: float) -> VMobject:
        head = self.typesetter.formula(source, em=READOUT_EM, color=self.typesetter.theme.quiet)
        return self._headed(head, left, right)

    def _headed(self, head: VMobject, left: float, right: float) -> VMobject:
        head.scale(min(1.0, (right - left) / head.width))
        head.move_to((left, 0, 0), aligned_edge=LEFT)
        return head.shift((self.layout.head - head.baseline()) * UP)

    def _baseline(self, number: int) -> float:
        share = self.sorted.get_value()
        line = (1 - share) * number + share * self.places[number]
        return float(self.layout.first - self.layout.row * line)

    def _entry(self, number: int, one: Contestant, name: VMobject) -> VGroup:
        theme = self.typesetter.theme
        em = self.layout.em
        axis = em * float(np.mean(glyphs()["+"].points[:, 1]))
        sample = one.pen.sample(min(SAMPLE, self.name - _GAP - _SAMPLE))
        room = BOARD.right - self.value
        style = {"color": theme.ink, "em": em}
        value = Readout(lambda: "" if one.is_out() else one.text(), **style, room=room)
        parts: list[VMobject] = [sample, name, value]
        if one.out:
            words = self.typesetter.words(one.out, em=em, color=theme.quiet)
            words.scale(min(1.0, room / words.width))
            words.is_seen = True
            words.add_updater(lambda text: _show(text, one.is_out()), call_updater=True)
            parts.append(words)
        entry = VGroup(*parts)
        if one.more:
            room = self.value - _APART - self.more
            entry.add(more := Readout(one.more, **style, room=room))

        def follow(entry: VGroup) -> None:
            baseline = self._baseline(number)
            if baseline == entry.baseline:
                return
            entry.baseline = baseline
            sample.move_to((_SAMPLE, baseline + axis, 0), aligned_edge=LEFT)
            name.move_to((self.name, baseline + axis, 0), aligned_edge=LEFT)
            value.at(np.array([self.value, baseline, 0]))
            if one.more:
                more.at(np.array([self.more, baseline, 0]))
            for text in parts[3:]:
                text.move_to((self.value, baseline + axis, 0), aligned_edge=LEFT)

        entry.baseline = np.nan
        return entry.add_updater(follow, call_updater=True)


def _show(text: VMobject, is_seen: bool) -> None:
    if text.is_seen != is_seen:  # else its opacity is that of a fade
        text.is_seen = is_seen
        text.set_opacity(float(is_seen))
