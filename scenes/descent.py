"""The flagship: one hill, its slopes in every direction, and the walk to the bottom."""

from __future__ import annotations

import numpy as np
from manim import LEFT, PI

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    CutFilm,
    Ending,
    LossGraph,
    Vanish,
    WalkFilm,
    beat,
    exchange,
    knob,
    on_board,
    short_text,
)

UNIT = 0.12
"""About how long the arrow of u is as a share of the hill's longer side."""


class Descent(CutFilm, WalkFilm):
    """Gradient descent walks down the hill, one step at a time."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where the walk begins", like=(1.6, 1.2))
    rate = knob("auto", "learning rate η", above=0, like=0.15)
    steps = knob("auto", "how many steps", between=(1, 200), like=10)

    def cast(self) -> None:
        self.set_up_hill(smooth=False)
        self.set_up_walk()
        self.set_up_cuts(2)
        self.set_up_unit(self.where, UNIT)
        self.set_up_gradient(self.scale_for_all())
        self.make_room_for_arrows(self.uphill.units * np.nan_to_num(self.path.gradients[:1]))
        self.make_room_for_tangents(self.point)
        if self.path.ending is Ending.KINK and self.path.last == 0:
            self.leave_out("all_the_way_round", "the_steepest")
        if self.path.last == 0:
            self.leave_out("the_way_down", "the_rule")
        if self.path.steps == 0:
            self.leave_out("the_first_step")
        if self.path.steps < 2:
            self.leave_out("step_by_step")

    @beat
    def the_hill(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.say("Above every point there is a height: the value of $f$.")
        self.raise_hill(self.formula_f)

    @beat
    def the_walker(self) -> None:
        self.place, self.height = self.point_row(self.where, 0), self.height_row(self.where, 1)
        self.say("You stand here. Which way is down, and how steep is it?")
        self.play(Appear(self.walker, self.place, self.height), run_time=STEADY)

    @beat
    def look_along_x(self) -> None:
        self.say_what_first_cut_shows()
        self.show_cut(0)

    @beat
    def look_along_y(self) -> None:
        self.say_what_second_cut_shows()
        self.turn_to_second_axis(phi=50, theta=-30)
        self.show_cut(1)

    @beat
    def all_the_way_round(self) -> None:
        if self.slopes_here.any():
            self.say(
                "Turn the unit vector $u$ all the way round: "
                "the slope along it is the directional derivative."
            )
        else:
            self.say("Turn $u$ all the way round: the slope is zero in every direction.")
        self.scales = self.unit_rows(0)
        self.aside = [self.place] if self.scales else []
        self.show_the_direction(self.point, [*self.cuts, self.graph, *self.aside], *self.scales)
        self.turn_all_the_way_round()

    @beat
    def the_steepest(self) -> None:
        self.definition = on_board(self.gradient_definition(), 1)
        self.formula_g = on_board(self.gradient_formula(), 2)
        self.gradient = self.gradient_row(self.stop, 2)
        self.length = self.steepness_row(self.where, 3)
        turned = self.compass, self.u, self.degrees, *self.scales
        formulas = exchange([self.side], self.definition, self.formula_g, *self.aside)
        if self.slopes_here.any():
            self.up_name = self.gradient_tag("nabla f", self.uphill)
            self.say_where_gradient_points()
            self.turn_to(self.land.uphill(self.point))
            self.grow(self.uphill, Vanish(*turned), Appear(self.up_name))
            self.play(*formulas, run_time=STEADY)
        else:
            self.say("Level in every direction: no way is steepest, and $nabla f$ is zero.")
            self.play(Vanish(*turned), *formulas, run_time=STEADY)
        self.gather_partials(self.partials, self.gradient, self.length)

    @beat
    def the_way_down(self) -> None:
        angle = self.angle.get_value()
        opposite = angle + PI if angle < PI else angle - PI  # the marker never jumps to 0° or 360°
        self.down_name = self.gradient_tag("-nabla f", self.downhill)
        self.say("Straight the other way, along $-nabla f$, $f$ falls fastest.")
        self.play(self.angle.animate.set_value(opposite), run_time=STEADY)
        self.grow(self.downhill, Appear(self.down_name))

    @beat
    def the_rule(self) -> None:
        self.rule = on_board(self.rule_formula(), 2)
        gone = [*self.compare_with_step(), self.turning, self.slopes, self.slope, self.length]
        gone += [self.place, self.height]
        self.iterate = self.iterate_row(self.stop, 0)
        self.height = self.height_row(self.stop, 1, "f(bold(x)_k)")
        self.count = self.count_row(lambda: min(self.walked.get_value(), self.path.steps), 3)
        self.rate_row = self.row("eta", lambda: short_text(self.rate), 3, column=1)
        if self.is_true:
            self.say(
                "This is $-nabla f$ at full length; each step is $eta$ times that: "
                "$eta$ is the learning rate."
            )
        else:
            self.say(
                "So step by $-eta nabla f$: the learning rate $eta$ says how much of it to go."
            )
        formula, kept = self.definition, self.formula_g
        if not kept:  # the gradient of a long formula, which nobody could read
            formula, kept = kept, formula
        self.play(Vanish(*gone, formula))
        self.play(
            kept.animate.move_to(self.definition, aligned_edge=LEFT),
            self.compared.grown.animate.set_value(self.length_shown),
            Appear(self.rule, self.iterate, self.height, self.count, self.rate_row, *self.told),
            run_time=STEADY,
        )
        self.add(self.next_step)
        named = self.named(self.step_name)
        self.play(self.planned.animate.set_value(1), *named, run_time=STEADY)

    @beat
    def the_first_step(self) -> None:
        self.losses = LossGraph(self.typeset, self.path, self.walked.get_value)
        if self.path.values[1] < self.path.values[0]:
            self.say("One step: the point moves, its height drops, and the curve records it.")
        else:
            self.say("One step: so long that it ends higher up; the curve records it.")
        self.play(Appear(self.losses))
        self.add(self.trail)
        self.take_step(1, SLOW)
        if self.is_true:
            self.play(*self.look_again(), *map(Appear, self.names_ahead()), run_time=STEADY)

    @beat
    def step_by_step(self) -> None:
        lengths = np.hypot.reduce(self.path.gradients, axis=1)
        if np.all(np.diff(lengths) < 0):
            self.say("Again and again: as the ground levels out, the steps grow shorter.")
        else:
            self.say("Again and again: look where the gradient points, and step the other way.")
        self.walk_on(2)

    @beat
    def the_whole_walk(self) -> None:
        valley = self.valley_near(self.path.points[-1])
        self.say_how_it_ended(valley)
        if self.path.exit is not None:
            self.step_out(self.iterate, self.height, self.gradient)
        self.play(*self.turn_view(phi=46, theta=-22), *self.put_away(), run_time=SLOW)
        if valley is not None:
            self.play(Appear(self.pin_minimum(valley, self.trail.walked())))
