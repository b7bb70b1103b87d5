"""Why the gradient points the steepest way up: the proof, each of its symbols a thing one sees."""

from __future__ import annotations

import numpy as np
from manim import PI, Create, Group

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    CloseupFilm,
    Proof,
    Shadow,
    StepGraph,
    Vanish,
    Walker,
    added_up,
    beat,
    exchange,
    knob,
    lined_up,
    on_board,
    well_apart,
)

ARROW = 0.29
"""What the gradient's arrow may take of the hill's longer side where the start is free."""

UNIT = 0.19
"""About how long the arrow of u is as a share of that side, at first."""

BEHIND = np.radians(130)
"""The angle at which the shadow is seen to fall behind u, after a full turn."""


class WhySteepest(CloseupFilm):
    """Why the gradient points the steepest way up: the proof, seen."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where one stands", like=(1.0, 1.0))

    angle_symbol = "theta"

    def cast(self) -> None:
        self.set_up_hill_for_arrows(ARROW)
        stage = self.land, self.theme, self.where
        self.walker = Walker(*stage)
        zero = float(np.nan_to_num(self.land.uphill(self.point)))
        self.set_up_unit(self.where, UNIT, zero=zero, first=well_apart(zero))
        self.set_up_step(self.turning)
        self.set_up_closeup()
        self.unit_parts = self.parts_of_u(self.unit)
        self.shadow = Shadow(*stage, self.turning.way, self.uphill.units)
        self.director.give_way(self.shadow.cast)
        self.make_room_for_tangents(self.point)
        self.make_room_for_compass()
        self.proof = Proof(self.typeset, "D_u f =")
        if self.slopes_here.any():
            self.leave_out("no_way_is_steepest")
        else:
            self.leave_out("the_dot_product", "the_shadow", "all_the_way_round", "the_highest")
            self.leave_out("along_the_contour", "the_lowest", "the_answer")

    @beat
    def the_question(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.place, self.vector = self.point_row(self.where, 0), self.direction_row(1)
        self.say("You may walk along any direction $u$. Along which is the slope highest?")
        self.raise_hill(self.formula_f)
        self.play(Appear(self.walker, self.place))
        self.u, self.cut = self.name_of_u(), Group(self.turning.plane, self.turning.cut)
        self.play(*self.turn_view(phi=50, theta=-30), run_time=STEADY)
        self.show_u(self.place, self.cut, self.turning.trace, self.vector)

    @beat
    def the_definition(self) -> None:
        d, hu = self.wearing("D_u f", "tangent"), self.wearing("h u", "direction")
        quotient = f"frac({self.climb(hu)}, {self.wearing('h', 'direction')})"
        first = self.proof.line(f"{d} = lim_(h -> 0) {quotient}", 0)
        self.steps = StepGraph(self.typeset, self.step)
        self.h, self.quotient = self.step_rows(2)
        self.slope = self.slope_row(self.turning.slope, 3, column=1)
        self.say("Climb divided by $h$, as $h$ shrinks: that is the slope along $u$.")
        self.play(Vanish(self.compass.circle))
        self.play(*self.proof.go_on(first), Appear(self.step, self.steps, self.h, self.quotient))
        self.play(self.shrink_step(), run_time=2 * SLOW)
        # The tangent lies where the last secant is: neither goes before the other is there.
        gone = self.step.secant, self.step.dot, *self.on_line(self.turning.tangent, self.u)
        self.play(Appear(self.turning.tangent, self.slope), Vanish(*gone), run_time=STEADY)

    @beat
    def the_parts(self) -> None:
        self.say(
            "Seen from above, $u$ is two steps: one along {first} and one along {second}.",
            **self.axes_in_words(),
        )
        gone = [self.step.on_map, self.steps, self.h, self.quotient, self.slope]
        cut = self.seen, self.u, self.cut, self.turning.trace, self.turning.tangent
        self.come_close(*gone, *cut)
        self.unit_parts.joined.set_value(1)
        self.part_names = self.names_of_parts(self.unit_parts, ["u_1", "u_2"])
        self.show_u(self.place)
        gone, self.vector = [self.vector], self.direction_row(1, "u = (u_1, u_2)")
        self.grow(self.unit_parts, Appear(self.part_names), *exchange(gone, self.vector))

    @beat
    def the_chain_rule(self) -> None:
        self.say("Each part adds a rate: partial derivative times part; the chain rule adds them.")
        self.play(*self.proof.go_on(self.proof.line(f"= {self.chain_rule()}", 1)))
        self.rates = lined_up(*(self.rate_row(axis, 2 + axis) for axis in (0, 1)))
        self.rated = self.rate_tags(self.unit_parts, self.part_names, self.u)
        self.total = self.slope_row(self.turning.slope, 4)
        self.rule = added_up(self.rates, self.total, self.theme.quiet)
        for rate, tag in zip(self.rates, self.rated, strict=False):
            self.play(Appear(rate, tag), run_time=STEADY)
        self.play(Appear(self.rule, self.total, self.rated[-1]), run_time=STEADY)

    @beat
    def no_way_is_steepest(self) -> None:
        self.say("Both partial derivatives are zero: so is the slope, whatever $u$ is.")
        gone = self.unit_parts, self.part_names, self.rates, self.rule, *self.rated
        self.play(Vanish(*gone))
        self.play(self.angle.animate.increment_value(2 * PI), run_time=2 * SLOW)

    @beat
    def the_dot_product(self) -> None:
        nabla, u = self.wearing("nabla f", "gradient"), self.wearing("u", "direction")
        self.say("That sum is a dot product: of the gradient $nabla f$ and the direction $u$.")
        self.dot = self.proof.line(f"= {nabla} dot {u}", 2)
        self.gradient = self.gradient_row(self.where, 2)
        self.slope = self.slope_row(self.turning.slope, 3)
        self.scales_told = self.scale_rows_of_both(4)
        self.name = self.arrow_tag("nabla f", self.uphill.on_map, self.theme.gradient)
        gone = [self.rates, self.rule, self.total, self.unit_parts, self.part_names, *self.rated]
        gone += [*self.seen[2:], *self.shown(self.place)]
        come = self.gradient, self.slope, *self.scales_told
        self.play(*exchange(gone, *come), *self.proof.go_on(self.dot), run_time=STEADY)
        self.grow(self.uphill, Appear(self.name))

    @beat
    def the_shadow(self) -> None:
        length, u = self.wearing("|nabla f|", "gradient"), self.wearing("|u|", "direction")
        cosine = f"cos {self.wearing('theta', 'direction')}"
        self.say("As $u$ has length 1, this is the shadow of $nabla f$ on the line along $u$.")
        self.length = self.steepness_row(self.where, 1)
        self.degrees = self.row(self.angle_symbol, self.angle_text, 1, "direction", column=1)
        self.product, self.theta = self.cosine_row(2), self.name_of_angle(self.compass.arrow)
        self.play(Appear(self.across.trace, self.shadow), run_time=STEADY)
        whole = self.proof.line(f"= {length} {u} {cosine}", 2, after=self.dot)
        gone = [self.vector, self.gradient, self.slope, *self.scales_told]
        self.scales_told = self.scale_rows_of_both(3)
        come = self.length, self.degrees, self.product, *self.scales_told
        rows = exchange(gone, *come, self.compass.arc, self.theta)
        self.play(*self.proof.go_on(whole), *rows, run_time=STEADY)
        short = self.proof.line(f"= {length} {cosine}", 2, after=self.dot)
        self.play(*self.proof.rewrite(short), run_time=STEADY)

    @beat
    def all_the_way_round(self) -> None:
        self.say("Turn $u$ once round: the shadow draws a cosine, negative if it falls behind $u$.")
        self.slopes = self.slope_graph(self.point)
        self.play(self.angle.animate.set_value(0), run_time=STEADY)
        self.play(Appear(self.slopes))
        self.turn_all_the_way_round()
        self.turn_to(BEHIND)

    @beat
    def the_highest(self) -> None:
        self.say(
            "Highest at $theta = 0$, along $nabla f$ itself: the slope is the length of $nabla f$."
        )
        self.ceiling = self.slopes.ceiling()
        self.stop_at(0.0, Appear(self.ceiling))

    @beat
    def along_the_contour(self) -> None:
        self.say("At $theta = 90 degree$ the shadow is gone: slope zero, along the contour line.")
        self.contour, self.corner = self.contour_across(self.near)
        self.play(Create(self.contour), run_time=STEADY)
        self.stop_at(PI / 2, Appear(self.corner))

    @beat
    def the_lowest(self) -> None:
        self.say(
            "At $theta = 180 degree$, along $-nabla f$, the slope is lowest: the steepest way down."
        )
        self.play(Vanish(self.contour, self.corner))
        self.grow_opposite()
        self.stop_at(PI)

    @beat
    def the_answer(self) -> None:
        self.say("So $nabla f$ points the steepest way up, and its length is that slope.")
        self.play(Vanish(self.shadow, self.across.trace, self.downhill, self.down_name))
        self.turn_to(0.0)
        self.play(Vanish(self.seen, self.u, self.compass.arc, self.theta, self.name))
        lines = (line.animate.set_opacity(1) for line in self.proof.lines)
        self.step_back(*lines, view=self.look_broadside(self.heading()))
        named = self.named(self.gradient_tag("nabla f", self.uphill))
        self.play(Appear(self.turning.cut), Create(self.turning.tangent), *named, run_time=STEADY)
