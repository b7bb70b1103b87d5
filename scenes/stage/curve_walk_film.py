"""CurveWalkFilm: a film in which points walk down a curve by gradient descent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group

from mathcore import gradient_descent
from scenes.stage.appear import Appear
from scenes.stage.arrow_field import scales_near
from scenes.stage.curve_actors import Runner, SlopeArrow
from scenes.stage.curve_film import SPECK, CurveFilm
from scenes.stage.ending_film import EndingFilm
from scenes.stage.graphs import LossGraph
from scenes.stage.panel import Row, SumRow
from scenes.stage.plot import short_label
from scenes.stage.readout import bracketed, equals, number_text, short_text, shown_number
from scenes.stage.walk import Walk

SAME = 1e-3
"""Two bottoms no farther apart than this share of the range are one."""

CLEARLY = 1.5
"""How many times the learning rate the scale of the arrows of f' is, or the other way round."""

DECIMALS = 2, 3, 4
"""How many decimals the numbers of a step may have, so that the step is seen in them."""

LINE = 24
"""Characters that go into the update rule on one line, at most."""


class CurveWalkFilm(EndingFilm, CurveFilm):
    """A curve film with walks: a Runner shows each. `path` is the one that the ending is told of.

    The `walk_rows` tell of the walk that is seen. It has the knobs rate and steps.
    """

    walk_rows: Group

    def runner_from(self, x: float) -> Runner:
        """Return the runner that walks down from a number."""
        walk = self.walk(self.land, gradient_descent(self.rate), x)
        return Runner(self.curve, self.theme, walk)

    # The arrows of the slope

    def scales_of_two(self, here: float, there: float) -> tuple[float, float]:
        """Return to which scales slopes at two numbers are drawn: one, if both are then seen.

        None of them is near the learning rate: f' would look as long as the step.
        """
        one = self._scale_unlike_rate(here, there)
        if not self._are_seen(one, here, there):
            return self._scale_unlike_rate(here), self._scale_unlike_rate(there)
        return one, one

    def _scale_unlike_rate(self, *places: float) -> float:
        """Return to which scale slopes at some numbers are drawn, larger than the learning rate.

        Where they have no room for that it is smaller, if they are then still seen.
        """
        usual, most = self.arrow_scale(*places), self.largest_scale(*places)

        def is_unlike(scale: float) -> bool:
            return scale >= CLEARLY * self.rate * (1 - 1e-9) or CLEARLY * scale <= self.rate

        if usual == 1 or is_unlike(usual):
            return usual
        others = [scale for scale in scales_near(usual) if is_unlike(scale)]
        longer = [scale for scale in others if usual < scale <= most]
        shorter = [scale for scale in others if scale < usual and self._are_seen(scale, *places)]
        return next(iter([*longer, *shorter[::-1]]), usual)

    def _are_seen(self, scale: float, *places: float) -> bool:
        """Whether the slopes at some numbers are seen as arrows to a scale, but for those of 0."""
        lengths = [scale * abs(self.land.slope(x)) * self.curve.units[0] for x in places]
        return not any(0 < length < SPECK for length in lengths)

    def set_up_slopes(self, where: Callable[[], float], scale: float) -> None:
        """Make the arrows of f' and -f' at a number, their `names`, and the row of their scale."""
        self.scale_row = self.scale_rows(scale, 2)
        self.uphill, self.downhill = (
            SlopeArrow(self.curve, self.theme.gradient, where, sign * scale) for sign in (1, -1)
        )
        self.names = [
            self.arrow_name(sign + self.slope_name, arrow, self.theme.gradient)
            for sign, arrow in (("", self.uphill), ("-", self.downhill))
        ]

    def grow_slopes(self, x: float) -> None:
        """Let the arrows grow at a number, each with its name where there is a slope."""
        for arrow, name in zip((self.uphill, self.downhill), self.names, strict=True):
            self.grow(arrow, *self.tell_scale(x))
            if self.land.slope(x):
                self.play(Appear(name))

    # What the board says

    def iterate_name(self, index: str) -> str:
        """Return x_k as Typst maths, where k is the index; w_(1, k) for w_1."""
        stem, _, own = self.variable.partition("_")
        if own:
            return f"{stem}_({own.strip('()')}, {index})"
        return f"{self.variable}_({index})" if len(index) > 1 else f"{self.variable}_{index}"

    def rows_of_walk(self, runner: Runner) -> Group:
        """Return the rows about a walk's current step, and how the next one comes about.

        In the last of them numbers go into the update rule, 5.00 - 0.2 · 4.00, and below stands
        what comes out, = 4.20. All have as many digits as it takes to tell the next point from this
        one, as far as there is room, and no fewer than at the step before.
        """
        texts = self._texts_of(runner.walk)

        def part(number: int) -> Callable[[], str]:
            return lambda: texts[runner.count()][number]

        here = self.iterate_name("k")
        return Group(
            self.count_row(runner.count, -1),
            self.row("eta", lambda: short_text(self.rate), -1, column=1),
            self.row(here, part(0), 0, "path"),
            self.row(f"f'({here})", part(1), 1, "tangent"),
            SumRow(
                self.typeset,
                self.iterate_name("k+1"),
                part(2),
                part(3),
                color=self.theme.path,
                row=2,
            ),
        )

    def result_row(self, walk: Walk, row: int) -> Row:
        """Return the row with the last point of a walk, called x_k, and where it began."""
        first, last = (self.iterate_name(str(count)) for count in (0, walk.steps))
        label = f"{first} = {short_label(float(walk.points[0, 0]))} \\, quad {last}"
        (text, *_) = self._texts_of(walk)[-1]
        return self.row(label, lambda: text, row, "path")

    def _texts_of(self, walk: Walk) -> list[tuple[str, str, str, str]]:
        """Return what is shown of each step of a walk."""
        texts, decimals = [], DECIMALS[0]
        for x in walk.points[:, 0]:
            decimals, step = self._step_texts(float(x), decimals)
            texts.append(step)
        return texts

    def _step_texts(self, x: float, least: int) -> tuple[int, tuple[str, str, str, str]]:
        """Return what is shown of the step from a number: it, the slope there, the sum, the result.

        Before that comes how many decimals these have: `least` or more, as far as there is room,
        and one more where the sum is not seen to give the result.
        """
        slope, found = self.land.slope(x), list[tuple[int, tuple[str, str, str, str]]]()
        for decimals in (*(count for count in DECIMALS if count >= least), least, DECIMALS[0]):
            here, there = (self.place_text(at, decimals) for at in (x, x - self.rate * slope))
            factor = number_text(slope, decimals, self.land.steepness)
            terms, result = self._sum_texts(here, factor, there, decimals)
            if len(terms) <= LINE and (here != there or decimals < least):
                found.append((max(decimals, least), (here, factor, terms, result)))
        if not found:
            return max(decimals, least), (here, factor, there, "")
        few = [one for one in found if one[0] <= max(found[0][0], DECIMALS[1])]
        closed = (one for one in few if one[1][3].startswith("="))
        return next(closed, max(few, key=lambda one: one[0]))

    def _sum_texts(self, here: str, slope: str, there: str, decimals: int) -> tuple[str, str]:
        """Return x - η · slope, and = the next x; behind ≈ where these digits do not give it."""
        rate = short_text(self.rate)
        x, eta, factor = map(shown_number, (here, rate, slope))
        sign = equals(self.place_text(x - eta * factor, decimals), there)
        if here == there and factor:  # the step is lost in these digits
            sign = "≈"
        return f"{here} − {rate}×{bracketed(slope)}", f"{sign} {there}"

    def loss_graph(self, runner: Runner, before: Walk | None = None) -> LossGraph:
        """Return the graph of f over the steps of a walk, and over those of one `before` it."""
        name = f"f({self.iterate_name('k')})"
        return LossGraph(self.typeset, runner.walk, runner.walked.get_value, name, before=before)

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
        """Say what gradient descent is, or why its steps die out at the `bottom` (1,)."""
        if bottom is not None:
            at = self.at_place(shown_number(self.place_text(float(bottom[0]))))
            self.say(
                "At the minimum {at} the slope is 0: the nearer you are, the smaller the steps.",
                at=at,
            )
        else:
            self.say("Against the slope, step by step: that is gradient descent.")

    def say_another_minimum(self, at: str, higher: float) -> None:
        """Say that a walk from somewhere leads to another minimum, and how much higher that is."""
        if abs(higher) <= SAME * (self.land.highest - self.land.lowest):
            self.say("From {at} the same rule leads to another minimum.", at=at)
        elif higher < 0:
            self.say("From {at} the same rule leads to another, lower minimum.", at=at)
        else:
            self.say("From {at} the same rule leads to another, higher minimum.", at=at)

    # Step by step

    def run_on(self, runner: Runner, paces: np.ndarray, first: int = 1) -> None:
        """Let a runner go on from before a first step, in so many seconds for each step."""
        self.step_on(runner.planned, runner.walked, paces, first)

    def tell_no_next_step(self, walk: Walk) -> None:
        """Take off the row with the next point of a walk, if there is none."""
        if walk.exit is None:
            self.take_off(self.walk_rows[-1])

    # Where a walk has led

    def is_same(self, one: np.ndarray, other: np.ndarray) -> bool:
        """Whether two minima (1,) are one and the same, as far as walks can tell."""
        return bool(np.abs(one - other)[0] < SAME * self.land.span)
