"""Curvature: the Hessian bends the hill; its condition number makes gradient descent zigzag."""

from __future__ import annotations

import numpy as np
from manim import Create, Group

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    CurvatureFilm,
    beat,
    dim,
    exchange,
    knob,
    on_board,
)


class Curvature(CurvatureFilm):
    """The Hessian says how a hill bends, and how hard that makes it for gradient descent."""

    f = knob("3x^2 - 8xy + 9y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where the walks begin", like=(-1.8, -0.2))
    steps = knob("auto", "how many steps", between=(1, 200), like=12)

    def cast(self) -> None:
        self.set_up_hill(smooth=False)
        self.stand_beside()
        self.set_up_place()
        self.set_up_walks()
        if self.bending is None:
            self.leave_out(*set(self.beats) - {"the_hill", "no_hessian"})
            return
        self.leave_out("no_hessian")
        if self.zigzag is None:
            self.leave_out("the_condition_number", "the_zigzag", "the_contraction")
        elif self.zigzag.walk.exit is not None:
            self.leave_out("the_contraction")
        if self.jump is None:
            self.leave_out("newton", "the_price")

    # How the hill bends

    @beat
    def the_hill(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.spot, self.gradient = self.point_row(self.where, 0), self.gradient_row(self.where, 1)
        self.say_what_place_it_is()
        self.raise_hill(self.formula_f)
        self.play(Appear(self.walker, self.spot, self.gradient))

    @beat
    def no_hessian(self) -> None:
        self.say("$f$ has no second derivatives here: no Hessian says how it bends.")
        self.play(*self.turn_view(phi=46, theta=-22), run_time=SLOW)

    @beat
    def the_bend(self) -> None:
        self.say("Cut along $u$: how fast the slope changes is the second derivative along $u$.")
        self.sliding, self.bends = self.sliding_row(2), self.bend_row(3)
        self.show_cut()
        self.slide_tangent(self.sliding)
        self.show_parabola()
        self.play(Appear(self.bends))

    @beat
    def all_the_way_round(self) -> None:
        self.say_how_bend_turns()
        self.slopes = self.bend_graph()
        self.play(*exchange([self.sliding], self.slopes))
        self.turn_to(0)
        self.turn_all_the_way_round()

    @beat
    def the_hessian(self) -> None:
        self.say("All these bends come from one matrix of second derivatives: the Hessian $H$.")
        self.hessian = on_board(self.hessian_formula(), 1, lines=2)
        self.vector = self.direction_row(1)
        product = self.bend_row(3, "u^top H u")
        gone = [self.side, self.gradient]
        self.play(*exchange(gone, self.hessian, self.vector), run_time=STEADY)
        self.play(*exchange([self.bends], product), run_time=STEADY)
        self.bends = product
        self.turn_to(np.radians(np.round(np.degrees(self.eigen_angle(1) + np.pi / 3))))

    @beat
    def the_eigenvectors(self) -> None:
        self.say_what_eigenvectors_are()
        self.ways, self.eigenvalues = Group(), Group()
        for number in (1, 0):
            self.stop_at(self.eigen_angle(number))
            left, row = self.eigen_way(number), self.eigen_row(number, 1 - number)
            gone = [self.spot] if number else [self.vector]
            self.play(*exchange(gone, row), Appear(left), *self.named(left.named))
            self.ways.add(left, left.named)
            self.eigenvalues.add(row)
        self.meaning = self.eigen_formula(2)
        self.play(Appear(self.meaning))
        turning = [*self.turning, self.bend.parabola, self.compass, self.u, self.degrees]
        self.take_off(*turning, self.bends)

    # What it makes of gradient descent

    @beat
    def the_condition_number(self) -> None:
        self.say_how_round_it_is()
        self.look_down(self.slopes, self.marks, self.ways)
        self.contour = self.model_contour()
        kappa = on_board(self.condition_formula(), 1, lines=2)
        gone = [self.hessian, self.meaning]
        self.play(*exchange(gone, kappa), Create(self.contour.ring), run_time=STEADY)
        self.play(*map(Create, self.contour.axes), run_time=STEADY)
        self.names = Group(*self.names_of_axes(self.contour))
        self.root = self.root_row(2)
        self.play(Appear(self.names, self.root))
        self.hessian = kappa

    @beat
    def the_zigzag(self) -> None:
        self.say_how_it_zigzags()
        self.best = on_board(self.best_rate_formula(), 1, lines=2)
        self.count = self.count_row(self.zigzag.done.get_value, 2)
        self.bottom = self.ring(self.place)
        gone = [self.contour, self.names, self.root, self.hessian]
        self.play(*exchange(gone, self.best, self.count, self.bottom), run_time=STEADY)
        self.put_on_way(self.zigzag)
        self.way = self.way_of(self.zigzag)
        self.add(self.way)
        self.go(self.zigzag)

    @beat
    def the_contraction(self) -> None:
        self.say_what_each_step_leaves()
        self.law = on_board(self.contraction_formula(), 1, lines=2)
        self.distances, self.shares = self.distance_plot(), self.contraction_rows(0)
        gone = [self.best, self.eigenvalues, self.count]
        come = self.law, self.distances, self.shares
        self.play(*exchange(gone, *come), self.zigzag.done.animate.set_value(0), run_time=STEADY)
        self.go(self.zigzag)

    # Newton's method

    @beat
    def newton(self) -> None:
        self.say_where_newton_leads()
        self.take_off(*self.on_the_board())
        self.look_down()
        rule = on_board(self.newton_formula(), 1)
        self.rows = self.newton_rows(0)
        self.put_on_way(self.jump)
        self.arrows = self.two_ways_down()
        self.rows.add(*self.told_scale(3))
        self.play(Appear(rule, self.rows), *dim(*self.shown(*self.old_lines())))
        self.show_ways(self.arrows)
        self.quick = self.way_of(self.jump)
        self.add(self.quick)
        self.go(self.jump)
        self.newton_rule = rule

    @beat
    def the_price(self) -> None:
        self.say("Yet $H$ has $n^2$ numbers for $n$ variables: large models cannot afford it.")
        table = self.price_table()
        heads = table.heads(self.tr("variables"), self.tr("numbers in $H$"))
        gone = self.rows, self.newton_rule, self.arrows, self.way_names  # no row tells their scale
        self.play(*exchange(gone, heads), run_time=STEADY)
        for entry in table.entries:
            self.play(Appear(entry))
