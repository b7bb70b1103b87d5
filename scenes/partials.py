"""Partial derivatives: from curve to surface, endless tangents, and the two along the axes."""

from __future__ import annotations

import numpy as np
from manim import PI, Create, linear

from scenes.stage import (
    SLOW,
    STEADY,
    VIEW,
    Appear,
    PartialFilm,
    SpaceDot,
    TangentFan,
    Vanish,
    Walker,
    beat,
    dim,
    exchange,
    knob,
    on_board,
    undim,
)

SIDE, BETWEEN = -30.0, -56.0
"""Where the eye stands in degrees for the cut along the second axis, and about where for both."""


class Partials(PartialFilm):
    """Of a surface's endless tangents, two are enough: one along each axis."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where one stands", like=(1.0, 1.0))

    def cast(self) -> None:
        self.set_up_hill()
        self.set_up_cuts()
        self.set_up_direction(self.where)
        self.set_up_step(self.cuts[0])
        self.dot = SpaceDot(self.land.surface(self.point), 9, color=self.theme.ink, z_index=2)
        self.walker = Walker(self.land, self.theme, self.where)
        self.fan = TangentFan(self.land, self.theme, self.point, self.angle.get_value)
        self.director.give_way(*self.fan, self.step.on_map, self.step.secant)
        self.plan_stops(BETWEEN)
        if not np.any(self.slid != self.point):
            self.leave_out("slide_the_plane")
        if self.end is None:
            self.leave_out("elsewhere")
        self.name_planes(VIEW["theta"], SIDE)
        # After the names, which need not keep clear of it: it is gone when they come.
        self.front = self.scenery.upright_axes(self.point[1])

    @beat
    def the_curve(self) -> None:
        cut = self.cuts[0]
        self.look_from_front()
        self.place, self.slope_here = self.coordinate_row(0, 0), self.slope_of_curve(1)
        self.formula_c = on_board(self.curve_formula(), 0)
        self.say("At a point of a curve there is one tangent, and so there is one slope.")
        self.play(Appear(self.front, cut.plane), run_time=STEADY)
        self.play(Create(cut.cut), Appear(self.formula_c), run_time=SLOW)
        self.play(Appear(self.dot, self.place))
        self.play(Create(cut.tangent), Appear(self.slope_here), run_time=STEADY)

    @beat
    def the_surface(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.spot = self.point_row(self.where, 0)
        self.say(
            "Let ${held}$ vary too: curve beside curve makes a surface, ${surface}$.",
            **self.in_words(0),
        )
        self.play(*self.turn_into_space(), run_time=SLOW)
        gone = [self.front, self.place, self.slope_here, self.formula_c]
        come = self.scenery.map, self.scenery.axes, self.spot, self.formula_f
        self.play(*exchange(gone, *come), run_time=STEADY)
        self.spread = self.scenery.grow_from(self.point[1])
        sweeps = self.sweeps(self.spread)
        self.add(self.scenery.hill, *sweeps)
        self.play(self.spread.animate.set_value(1), Vanish(self.cuts[0].plane), run_time=1.5 * SLOW)
        self.play(Vanish(*sweeps, self.dot), Appear(self.walker))

    @beat
    def endless_tangents(self) -> None:
        if self.slopes_here.any():
            self.say(
                "But a point of a surface has infinitely many tangents: no one slope is enough."
            )
        else:
            self.say(
                "A point of a surface has infinitely many tangents; here all of them are level."
            )
        first, turning = self.cuts[0], self.turning
        come = Appear(turning.plane, turning.cut, turning.tangent, turning.trace, self.fan)
        self.play(come, Vanish(first.cut, first.tangent))
        self.play(self.angle.animate.set_value(PI), run_time=2 * SLOW, rate_func=linear)

    @beat
    def the_first_cut(self) -> None:
        cut = self.cuts[0]
        self.graph = self.cut_graph(0)
        self.say(
            "So hold ${held}$ fixed: the plane ${plane}$, parallel to ${parallel}$, "
            "cuts out one curve.",
            **self.in_words(0),
        )
        self.play(Vanish(self.fan, self.turning))
        self.play(Appear(cut.plane, cut.trace, self.tags[0]), Create(cut.cut), run_time=STEADY)
        self.play(Appear(self.graph), Create(cut.tangent), run_time=STEADY)

    @beat
    def as_a_limit(self) -> None:
        name, tangents = self.partial_names()[0], [self.cuts[0].tangent, self.graph.tangent]
        self.definition = on_board(self.partial_definition(0), 1, lines=2)
        self.secants, self.quotient = [self.step, self.graph.secant(self.step)], self.step_rows(1)
        self.say(
            "The slope of its tangent is the partial derivative ${name}$: a limit, as ever.",
            name=name,
        )
        come = Appear(self.definition, *self.secants, *self.quotient)
        self.play(Vanish(*tangents), come, run_time=STEADY)
        self.play(self.shrink_step(), run_time=2 * SLOW)
        self.rows = self.partial_rows(self.cuts, 1)
        rows = exchange(self.quotient, self.rows[0])
        self.play(Appear(*tangents), Vanish(*self.secants), *rows, run_time=STEADY)

    @beat
    def how_to_compute(self) -> None:
        self.say(
            "Treat ${held}$ as a constant and differentiate with respect to ${moving}$.",
            **self.in_words(0),
        )
        self.write_partials()

    @beat
    def the_second_cut(self) -> None:
        first, second = self.cuts
        gone, self.graph = [first.plane, first.trace, self.tags[0], self.graph], self.cut_graph(1)
        self.say(
            "Now hold ${held}$ fixed: the plane ${plane}$, parallel to ${parallel}$, "
            "cuts out another curve.",
            **self.in_words(1),
        )
        back = dim(first.cut, first.tangent)
        self.play(Vanish(*gone), *self.turn_view(phi=50, theta=SIDE), *back, run_time=STEADY)
        come = Appear(second.plane, second.trace, self.tags[1], self.graph)
        self.play(come, Create(second.cut), run_time=STEADY)
        self.play(Create(second.tangent), Appear(self.rows[1]), run_time=STEADY)
        self.play(
            *self.rewrite_f(1, self.shown(self.definition), self.partials[1]), run_time=STEADY
        )

    @beat
    def rates_of_change(self) -> None:
        first, second = self.cuts
        self.say(
            "Partial derivatives are rates of change of $f$ in the positive direction of an axis."
        )
        self.pair = self.cut_pair(self.heights_climbed())
        self.play(
            *self.rewrite_f(None, [self.graph], self.pair),
            Vanish(second.plane, second.trace, self.tags[1]),
            *self.turn_to_both(),
            *undim(first.cut, first.tangent),
            run_time=STEADY,
        )
        self.measure_climbs(self.pair)

    @beat
    def slide_the_plane(self) -> None:
        first, second = self.cuts
        self.say_what_slides()
        self.graph = self.cut_graph(0, whole=True)
        gone = [self.pair, *self.measured(), second.cut, second.tangent]
        come = self.graph, first.plane, first.trace, self.plane_at
        self.play(*exchange(gone, *come), run_time=STEADY)
        for stop in self.slides:
            self.leave_behind(first.cut, first.tangent, self.graph.section, self.graph.tangent)
            self.play(self.journey.to(stop), run_time=1.3 * STEADY, rate_func=linear)

    @beat
    def elsewhere(self) -> None:
        self.say_whether_slopes_differ()
        first, second = self.cuts
        gone = [self.pair, *self.measured(), self.graph, first.plane, first.trace, self.plane_at]
        self.pair = self.cut_pair()
        come = self.pair, second.cut, second.tangent
        self.play(*exchange(self.shown(*gone, *self.left), *come), run_time=STEADY)
        self.play(self.journey.to(self.end), run_time=1.5 * SLOW)
