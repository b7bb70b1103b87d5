"""CurveWalkFilm: a film in which points walk down a curve by gradient descent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group

from mathcore import gradient_descent
from scenes.stage.curve_actors import Runner
from scenes.stage.curve_film import CurveFilm
from scenes.stage.ending_film import EndingFilm
from scenes.stage.graphs import LossGraph
from scenes.stage.panel import Row
from scenes.stage.plot import short_label
from scenes.stage.readout import LONGEST, number_text, short_text, shown_number

SAME = 1e-3
"""Two bottoms no farther apart than this share of the range are one."""


class CurveWalkFilm(EndingFilm, CurveFilm):
    """A curve film with walks: a Runner shows each. `path` is the one that the ending is told of.

    It has the knobs rate and steps.
    """

    def runner_from(self, x: float) -> Runner:
        """Return the runner that walks down from a number."""
        walk = self.walk(self.land, gradient_descent(self.rate), x)
        return Runner(self.curve, self.theme, walk)

    # What the board says

    def iterate_name(self, index: str) -> str:
        """Return x_k as Typst maths, where k is the index; w_(1, k) for w_1."""
        stem, _, own = self.variable.partition("_")
        if own:
            return f"{stem}_({own.strip('()')}, {index})"
        return f"{self.variable}_({index})" if len(index) > 1 else f"{self.variable}_{index}"

    def rows_of_walk(self, runner: Runner) -> Group:
        """Return the rows about a walk's current step, and how the next one comes about."""
        return Group(
            self.count_row(runner.count, 0),
            self.row("eta", lambda: short_text(self.rate), 0, column=1),
            self.iterate_row(runner.stop, 1),
            self.derivative_row(runner.stop, 2, f"f'({self.iterate_name('k')})"),
            self.next_row(runner.stop, 3),
        )

    def next_row(self, where: Callable[[], float], row: int) -> Row:
        """Return the row in which numbers go into the update rule: 5.00 - 0.2 · 4.00 = 4.20.

        Where rounded numbers do not give the rounded result, it stands behind ≈.
        """
        steepness = self.land.steepness

        def text() -> str:
            x, slope = where(), self.land.slope(where())
            here, there = self.place_text(x), self.place_text(x - self.rate * slope)
            rate, factor = short_text(self.rate), number_text(slope, scale=steepness)
            x, eta, slope = map(shown_number, (here, rate, factor))
            sign = "=" if self.place_text(x - eta * slope) == there else "≈"
            factor = f"({factor})" if factor.startswith("−") else factor
            whole = f"{here} − {rate}×{factor} {sign} {there}"
            return whole if len(whole) <= LONGEST else there

        return self.row(self.iterate_name("k+1"), text, row, "path")

    def loss_graph(self, runner: Runner) -> LossGraph:
        """Return the graph of f over the steps of a walk."""
        name = self.iterate_name("k")
        return LossGraph(self.typeset, runner.walk, runner.walked.get_value, name)

    # What is said of a slope, and of a walk

    def say_which_way_is_down(self, x: float) -> None:
        """Say what the slope is at a number, and that its opposite points downhill."""
        at, slope = self.at_place(x), self.land.slope(x)
        number = f"${short_label(slope)}$"
        if not np.isfinite(slope):
            self.say("At {at} there is no slope.", at=at)
        elif abs(slope) <= 1e-9 * self.land.steepness:
            self.say("At {at} the slope is 0: no way is down.", at=at)
        elif slope > 0:
            self.say(
                "At {at} the slope is {slope}: $-f'$ points left, downhill.", at=at, slope=number
            )
        else:
            self.say(
                "At {at} the slope is {slope}: $-f'$ points right, downhill.", at=at, slope=number
            )

    def say_there_is_no_slope(self) -> None:
        """Say that f has no derivative where the walk stands, so that it ends there."""
        self.say("A kink: no derivative here, so the rule knows no next step.")

    def sum_up(self, bottom: np.ndarray | None) -> None:
        """Say what gradient descent is, or why it stands still at the `bottom` (1,)."""
        if bottom is not None:
            at = self.at_place(shown_number(self.place_text(float(bottom[0]))))
            self.say("At the minimum {at} the slope is 0: there the rule stands still.", at=at)
        else:
            self.say("Against the slope, step by step: that is gradient descent.")

    # Step by step

    def run_on(self, runner: Runner, paces: np.ndarray, first: int = 1) -> None:
        """Let a runner go on from before a first step, in so many seconds for each step."""
        self.step_on(runner.planned, runner.walked, paces, first)

    # Where a walk has led

    def is_same(self, one: np.ndarray, other: np.ndarray) -> bool:
        """Whether two minima (1,) are one and the same, as far as walks can tell."""
        return bool(np.abs(one - other)[0] < SAME * self.land.span)
