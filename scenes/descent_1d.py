"""Gradient descent in one dimension: the sign of the slope says where to go, its size how far."""

from __future__ import annotations

import numpy as np
from manim import Create, ValueTracker

from mathcore import Outcome, gradient_descent
from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    CurveFilm,
    CurvePoint,
    Ending,
    LossGraph,
    Row,
    Runner,
    SlopeArrow,
    Vanish,
    beat,
    exchange,
    knob,
    on_board,
    short_text,
    tick_label,
)

SECOND_WALK = 6.0
"""Seconds that the steps from the other side take together at most."""


class Descent1D(CurveFilm):
    """Against the slope, step by step, to the bottom of a curve."""

    f = knob("(x-3)^2", "the function of one variable: a formula, or a name such as double-well")
    x_range = knob("auto", "what is shown of the variable", like=(0.0, 6.0))
    start = knob("auto", "where the walk begins", like=5.0)
    other = knob("auto", "where a second walk begins", like=2.0)
    rate = knob("auto", "learning rate η", above=0, like=0.2)
    steps = knob("auto", "how many steps", between=(1, 200), like=10)

    over_plane = "descent"

    def cast(self) -> None:
        self.set_up_curve()
        self.other = self.place_across() if self.other == "auto" else self.other
        rule = gradient_descent(self.rate)
        self.runner, self.second = (
            Runner(self.curve, self.theme, self.walk(self.land, rule, x))
            for x in (self.start, self.other)
        )
        self.path = self.runner.walk
        self.x = ValueTracker(self.start)
        self.point = CurvePoint(self.curve, self.theme, self.where)
        self.touching = self.tangent(self.where)
        places = [x for x in (self.start, self.other) if np.isfinite(self.land.slope(x))]
        scale = self.arrow_scale(*places)
        self.uphill, self.downhill = (
            SlopeArrow(self.curve, self.theme.gradient, self.where, sign * scale)
            for sign in (1, -1)
        )
        self.leave_out(*self.without())

    def without(self) -> set[str]:
        """Return the beats that would make no sense, as the walks go."""
        gone = set()
        if self.path.ending is Ending.KINK:
            gone |= {"which_way_is_down", "the_other_side"}
        if self.path.last == 0:
            gone |= {"the_rule", "from_the_other_side"}
        if self.path.steps == 0:
            gone |= {"the_first_step"}
        if self.path.steps < 2:
            gone |= {"step_by_step"}
        if self.other == self.start or self.second.walk.last == 0:
            gone |= {"the_other_side", "from_the_other_side"}
        return gone

    def where(self) -> float:
        """Return the number x above which the point stands now."""
        return self.x.get_value() + self.runner.where() - self.start

    @beat
    def the_task(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.rows = [
            self.point_row(lambda: np.array([self.where()]), 0),
            self.value_row(self.where, 0, column=1),
        ]
        self.say("Look for the lowest point, feeling only how $f$ slopes where you stand.")
        self.curve.drawn.set_value(0)
        self.play(Appear(self.curve, self.formula_f), run_time=STEADY)
        self.play(self.curve.drawn.animate.set_value(1), run_time=SLOW)
        self.play(Appear(self.point, *self.rows))

    @beat
    def which_way_is_down(self) -> None:
        self.rows.append(self.derivative_row(self.where, 1))
        self.names = [
            self.arrow_name(sign + self.slope_name, arrow, self.theme.gradient)
            for sign, arrow in (("", self.uphill), ("-", self.downhill))
        ]
        self.say_which_way(self.start)
        self.play(Create(self.touching), Appear(self.rows[-1]), run_time=STEADY)
        for arrow, name in zip((self.uphill, self.downhill), self.names, strict=True):
            self.add(arrow)
            self.play(arrow.grown.animate.set_value(1), run_time=STEADY)
            if self.land.slope(self.start):
                self.play(Appear(name))

    @beat
    def the_other_side(self) -> None:
        self.say_which_way(self.other)
        self.play(self.x.animate.set_value(self.other), run_time=SLOW)

    def say_which_way(self, x: float) -> None:
        """Say what the slope is at a number, and which way its opposite points."""
        at, slope = self.at_place(x), self.land.slope(x)
        number = f"${tick_label(float(f'{slope:.3g}'))}$"
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

    @beat
    def the_rule(self) -> None:
        self.rule = on_board(self.rule_formula(), 1)
        self.say("Step against the slope: the learning rate $eta$ says how much of it to go.")
        arrows = [self.uphill, self.downhill, *self.names]
        self.play(Vanish(*self.shown(*arrows)))
        self.play(self.x.animate.set_value(self.start), run_time=STEADY)
        self.follow(self.runner)
        self.play(Appear(self.rule), *exchange(self.rows, *self.steps_rows), run_time=STEADY)
        self.name = self.arrow_name("-eta thin f'", self.runner.arrow, self.theme.path)
        self.add(self.runner.arrow)
        self.play(self.runner.planned.animate.set_value(1), run_time=STEADY)
        self.play(Appear(self.name))

    def follow(self, runner: Runner) -> None:
        """Make the rows and the graph that follow a runner."""
        here = self.iterate_name("k")
        self.steps_rows: list[Row] = [
            self.count_row(runner.count, 0),
            self.row("eta", lambda: short_text(self.rate), 0, column=1),
            self.iterate_row(lambda: np.array([runner.stop()]), 1),
            self.derivative_row(runner.stop, 2, f"f'({here})"),
            self.next_row(runner.stop, 3),
        ]
        self.losses = LossGraph(self.typeset, runner.walk, runner.walked.get_value, here)

    @beat
    def the_first_step(self) -> None:
        walk = self.path
        if walk.values[1] < walk.values[0]:
            self.say("One step: the point moves, $f$ drops, and the graph records it.")
        else:
            self.say("One step: so long that it ends higher up; the graph records it.")
        self.play(Appear(self.losses), Vanish(self.name), run_time=STEADY)
        self.add(self.runner.trail, self.point)
        self.play(self.runner.walked.animate.set_value(1), run_time=SLOW)

    @beat
    def step_by_step(self) -> None:
        if np.all(np.diff(np.abs(self.path.gradients[:, 0])) < 0):
            self.say("Again and again: as the slope shrinks, so do the steps.")
        else:
            self.say("Again and again: look where the slope points, and step the other way.")
        self.run_from(self.runner, 1, self.paces(self.path.steps - 1))

    def run_from(self, runner: Runner, first: int, paces: np.ndarray) -> None:
        """Let a runner take the steps after the first ones: each is planned, then walked."""
        for step, pace in enumerate(paces, first + 1):
            self.play(runner.planned.animate.set_value(step), run_time=0.4 * pace)
            self.play(runner.walked.animate.set_value(step), run_time=0.6 * pace)

    @beat
    def from_the_other_side(self) -> None:
        walk = self.second.walk
        ends = [self.valley_near(each.points[-1]) for each in (self.path, walk)]
        arrives = [self.walk_ends_near(*pair) for pair in zip((self.path, walk), ends, strict=True)]
        if all(arrives) and np.abs(ends[0] - ends[1])[0] < 1e-3 * self.land.span:
            self.say(
                "From {at} the same rule leads to the same minimum.", at=self.at_place(self.other)
            )
        elif all(arrives):
            self.say(
                "From {at} the same rule leads to another minimum.", at=self.at_place(self.other)
            )
        else:
            self.say("From {at} the same rule takes its own way.", at=self.at_place(self.other))
        gone = [*self.steps_rows, self.losses, self.touching, self.name]
        self.play(Vanish(*self.shown(*gone)))
        self.follow(self.second)
        self.touching = self.tangent(self.second.where)
        self.play(
            Appear(*self.steps_rows, self.losses, self.second.point, self.touching), run_time=STEADY
        )
        self.add(self.second.trail, self.second.arrow, self.second.point)
        self.run_from(self.second, 0, self.paces(walk.last, SECOND_WALK))

    @beat
    def where_it_ends(self) -> None:
        valley = self.valley_near(self.path.points[-1])
        self.say_how_it_ended(valley)
        if self.path.exit is not None:
            self.step_out()
        if valley is not None and np.isfinite(self.land.value(valley[0])):
            ring, name = self.pin(valley[0], self.tr("minimum"), self.theme.minimum)
            if self.shown(self.touching):
                self.play(Vanish(self.touching))
            self.touching = self.tangent(lambda: valley[0])
            level = [Create(self.touching)] if self.is_level(valley) else []
            self.play(Appear(ring, name), *level, run_time=STEADY)

    def step_out(self) -> None:
        """Take the step that leaves the picture; the point goes with it."""
        gone = self.shown(self.name, self.touching)
        self.play(*[Vanish(*gone)] if gone else [], Appear(self.runner.trail))
        self.add(self.runner.arrow, self.point)
        self.run_from(self.runner, self.path.steps, np.array([2.5]))
        self.play(Vanish(self.point))

    def say_how_it_ended(self, valley: np.ndarray | None) -> None:
        """Say the last sentence: how the first walk ended, and why."""
        if self.say_usual_ending():
            return
        match self.path.ending:
            case Ending.UNDEFINED:
                self.say("The next step ends where $f$ is not defined: the walk ends here.")
            case Ending.KINK:
                self.say("A kink: no derivative here, so the rule knows no next step.")
            case _ if self.goes_to_and_fro(self.path) and self.is_level(valley):
                self.say("It jumps to and fro: a smaller learning rate $eta$ comes closer.")
            case _ if self.walk_ends_near(self.path, valley) and self.is_level(valley):
                self.say("At the minimum the slope is 0: there the rule stands still.")
            case _ if self.walk_ends_near(self.path, valley):
                self.say("The lowest point is a kink without a slope: no step settles there.")
            case _ if self.path.path.outcome is Outcome.OUT_OF_STEPS:
                self.say("Still $f$ falls: more steps, or another $eta$, lead further.")
            case _:
                self.say("Against the slope, step by step: that is gradient descent.")

    def is_level(self, valley: np.ndarray | None) -> bool:
        """Whether the slope is 0 at a valley's bottom (1,), unlike at a kink; yes if none."""
        slope = 0.0 if valley is None else self.land.slope(valley[0])
        return bool(abs(slope) <= 1e-6 * self.land.steepness)
