"""Gradient descent in one dimension: the sign of the slope says where to go, its size how far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Create, Group, ValueTracker

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    CurvePoint,
    CurveWalkFilm,
    Row,
    Runner,
    Vanish,
    Walk,
    beat,
    exchange,
    knob,
    lined_up,
    on_board,
)

SECOND_WALK = 6.0
"""Seconds that the steps from the other side take together at most."""


class Descent1D(CurveWalkFilm):
    """Against the slope, step by step, to the bottom of a curve."""

    f = knob("(x-3)^2", "the function of one variable: a formula, or a name such as double-well")
    x_range = knob("auto", "what is shown of the variable", like=(0.0, 6.0))
    start = knob("auto", "where the walk begins", like=5.0)
    other = knob("auto", "where a second walk begins", like=2.0)
    rate = knob("auto", "learning rate η", above=0, like=0.2)
    steps = knob("auto", "how many steps", between=(1, 200), like=10)

    over_plane = "descent"

    def cast(self) -> None:
        self.set_up_curve(smooth=False)
        self.runner, self.second = self.runner_from(self.start), self.runner_from(self.other)
        self.path, self.walk_rows = self.runner.walk, Group()
        self.x = ValueTracker(self.start)
        self.point = CurvePoint(self.curve, self.theme, self.where)
        self.touching = self.tangent(self.where)
        self.scales = self.scales_of_two(self.start, self.other)
        self.set_up_slopes(self.where, self.scales[0])
        if not np.isfinite(self.land.slope(self.start)):
            self.leave_out("which_way_is_down", "the_other_side")
        if self.path.last == 0:
            self.leave_out("the_rule", "from_the_other_side")
        if self.path.steps < 2:
            self.leave_out("step_by_step", *(["the_first_step"] if self.path.steps == 0 else []))
        if self.other == self.start or self.second.walk.last == 0:
            self.leave_out("the_other_side", "from_the_other_side")

    def where(self) -> float:
        """Return the number x above which the point stands now."""
        return self.x.get_value() + self.runner.where() - self.start

    @beat
    def the_task(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.rows = [self.point_row(self.where, 0), self.value_row(self.where, 0, column=1)]
        self.say("Find the bottom of a valley, knowing only the slope where you stand.")
        self.curve.drawn.set_value(0)
        self.play(Appear(self.curve, self.formula_f), run_time=STEADY)
        self.play(self.curve.drawn.animate.set_value(1), run_time=SLOW)
        self.play(Appear(self.point, *self.rows))

    @beat
    def which_way_is_down(self) -> None:
        self.rows.append(self.derivative_row(self.where, 1))
        self.say_which_way_is_down(self.start)
        self.play(Create(self.touching), Appear(self.rows[-1]), run_time=STEADY)
        self.grow_slopes(self.start)

    @beat
    def the_other_side(self) -> None:
        self.say_which_way_is_down(self.other)
        here, there = self.scales
        if here == there:
            tell = self.tell_scale(self.other)
            self.play(self.x.animate.set_value(self.other), *tell, run_time=SLOW)
            return
        self.play(*self.vanish(self.uphill, self.downhill, *self.names, *self.scale_row))
        self.play(self.x.animate.set_value(self.other), run_time=SLOW)
        self.set_up_slopes(self.where, there)
        self.grow_slopes(self.other)

    @beat
    def the_rule(self) -> None:
        self.rule = on_board(self.rule_formula(), 1)
        self.say("Step against the slope; the learning rate $eta$ scales the step.")
        arrows = self.uphill, self.downhill, *self.names, *self.scale_row
        self.play(Vanish(*self.shown(*arrows)))
        self.play(self.x.animate.set_value(self.start), run_time=STEADY)
        self.follow(self.runner)
        self.play(Appear(self.rule), *exchange(self.rows, self.walk_rows), run_time=STEADY)
        self.name = self.arrow_name("-eta thin f'", self.runner.arrow, self.theme.path)
        self.add(self.runner.arrow)
        self.play(self.runner.planned.animate.set_value(1), run_time=STEADY)
        # The arrows of f' were drawn to a scale; that of a step is as long as the step.
        self.true_length = [self.drawn_row(4, lambda: 1.0, of="-eta f'") for _ in self.scale_row]
        self.play(Appear(self.name, *self.true_length))

    def follow(self, runner: Runner, before: Walk | None = None) -> None:
        """Make the rows and the graph that follow a runner, in view of a walk before its own."""
        self.walk_rows, self.losses = self.rows_of_walk(runner), self.loss_graph(runner, before)

    @beat
    def the_first_step(self) -> None:
        if self.path.values[1] < self.path.values[0]:
            self.say("One step: the point moves, $f$ drops, and the graph records it.")
        else:
            self.say("One step: so long that it ends higher up; the graph records it.")
        gone = self.name, *self.true_length
        self.play(*exchange(gone, self.losses), run_time=STEADY)
        self.add(self.runner.trail, self.point)
        self.play(self.runner.walked.animate.set_value(1), run_time=SLOW)
        if self.path.steps == 1:
            self.tell_no_next_step(self.path)

    @beat
    def step_by_step(self) -> None:
        if np.all(np.diff(np.abs(self.path.gradients[:, 0])) < 0):
            self.say("Again and again: as the slope shrinks, so do the steps.")
        else:
            self.say("Again and again: look where the slope points, and step the other way.")
        self.run_on(self.runner, self.paces(self.path.steps - 1), first=2)
        self.tell_no_next_step(self.path)

    @beat
    def from_the_other_side(self) -> None:
        second, at = self.second, self.at_place(self.other)
        here, there = self.bottom_of(self.path), self.bottom_of(second.walk)
        if here is None or there is None:
            self.say("From {at} the same rule takes its own way.", at=at)
        elif self.is_same(here, there):
            self.say("From {at} the same rule leads to the same minimum.", at=at)
        else:
            self.say_another_minimum(at, self.land.value(there[0]) - self.land.value(here[0]))
        gone = *self.walk_rows, self.losses, self.touching, self.name, *self.true_length
        self.play(*self.vanish(*gone))
        self.follow(second, self.path)
        self.touching = self.tangent(second.where)
        come = self.walk_rows, self.losses, second.point, self.touching
        self.play(Appear(*come), run_time=STEADY)
        self.add(second.trail, second.arrow, second.point)
        self.run_on(second, self.paces(second.walk.last, SECOND_WALK))
        self.tell_no_next_step(second.walk)

    @beat
    def where_it_ends(self) -> None:
        valley = self.valley_near(self.path.points[-1])
        self.say_how_it_ended(valley)
        if self.path.exit is not None:
            self.step_out()
        ends = [end for end in (valley, self.other_end(valley)) if end is not None]
        ends = [float(end[0]) for end in ends if np.isfinite(self.land.value(end[0]))]
        if ends:
            # Numbers of the last step are near those at a minimum, and others than they.
            if gone := self.vanish(self.touching, *self.walk_rows[2:]):
                self.play(*gone)
            level = [self.tangent(lambda x=x: x) for x in ends if self.is_level(np.array([x]))]
            pins = [part for x in ends for part in self.pin_minimum(x)]
            self.play(Appear(*pins, *self.results()), *map(Create, level), run_time=STEADY)

    def results(self) -> Sequence[Row]:
        """Return the rows with what the walks have come to that end in the picture."""
        walks = [self.path, *([self.second.walk] if "from_the_other_side" in self.beats else [])]
        ended = [walk for walk in walks if walk.steps and walk.exit is None]
        rows = [self.result_row(walk, row) for row, walk in enumerate(ended)]
        return lined_up(*rows) if rows else []

    def sum_up(self, bottom: np.ndarray | None) -> None:
        """Say why the steps die out; of two minima (1,) that are ringed, of both."""
        other = self.other_end(bottom)
        if other is not None and self.is_level(other):
            self.say("At each minimum the slope is 0: the nearer you are, the smaller the steps.")
        else:
            super().sum_up(bottom)

    def other_end(self, valley: np.ndarray | None) -> np.ndarray | None:
        """Return the minimum (1,) of the walk from the other side, where it is another one."""
        if "from_the_other_side" not in self.beats:
            return None
        there = self.bottom_of(self.second.walk)
        known = valley is None or there is None or self.is_same(valley, there)
        return None if known else there

    def step_out(self) -> None:
        """Take the step that leaves the picture; the point goes with it."""
        gone = self.name, *self.true_length, self.touching
        self.play(*self.vanish(*gone), Appear(self.runner.trail))
        self.add(self.runner.arrow, self.point)
        self.run_on(self.runner, np.array([2.5]), first=self.path.last)
        self.play(Vanish(self.point))
