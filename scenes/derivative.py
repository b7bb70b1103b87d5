"""The derivative: a secant becomes the tangent, and its slope tells which way is up."""

from __future__ import annotations

from manim import Create, ValueTracker, VGroup, linear

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    CurveFilm,
    CurvePoint,
    DerivativeGraph,
    Lens,
    Secant,
    SlopeArrow,
    Vanish,
    beat,
    exchange,
    knob,
    on_board,
)

SHRINK = 1000.0
"""How many times as small Δx is in the end."""


class Derivative(CurveFilm):
    """A secant becomes the tangent; the sign of its slope says which way is up."""

    f = knob("x^2", "the function of one variable: a formula, or a name such as double-well")
    x_range = knob("auto", "what is shown of the variable", like=(-3.0, 3.0))
    start = knob("auto", "where the slope is looked at first", like=2.0)
    other = knob("auto", "where the slope is looked at next", like=-2.0)

    def cast(self) -> None:
        self.set_up_curve()
        self.x, self.shrunk = ValueTracker(self.start), ValueTracker(0)
        self.first_step = self.step_in_view(self.start)
        self.point = CurvePoint(self.curve, self.theme, self.where)
        self.secant = Secant(self.curve, self.theme, self.where, self.step)
        self.touching = self.tangent(self.where)
        scale = self.scale_of_field(self.arrow_scale(self.start, self.other))
        self.scale_row = self.scale_rows(scale, 2)
        self.field = self.field_of_arrows(scale)
        self.arrow = SlopeArrow(self.curve, self.theme.gradient, self.where, scale)
        if self.other == self.start:
            self.leave_out("the_other_side")

    def where(self) -> float:
        """Return the number x above which the point stands now."""
        return self.x.get_value()

    def step(self) -> float:
        """Return Δx now."""
        return self.first_step * SHRINK ** -self.shrunk.get_value()

    @beat
    def the_curve(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.place = self.point_row(self.where, 0)
        self.value = self.value_row(self.where, 0, column=1)
        low, high = self.land.x_range
        self.curve.drawn.set_value(0)
        self.x.set_value(low)
        self.say(
            "Above each ${x}$ stands a value of $f$: together they draw a curve.", x=self.variable
        )
        self.play(
            Appear(self.curve, self.formula_f, self.point, self.place, self.value), run_time=STEADY
        )
        pen = self.curve.drawn.animate.set_value(1), self.x.animate.set_value(high)
        self.play(*pen, run_time=1.5 * SLOW, rate_func=linear)
        self.play(self.x.animate.set_value(self.start), run_time=STEADY)

    @beat
    def the_secant(self) -> None:
        secant = self.secant
        self.run, self.rise, self.quotient = self.secant_rows(secant)
        self.legs = self.names_of_legs(secant)
        self.say(
            "Change ${x}$ by ${delta}$: $f$ changes by $Delta f$. "
            "The line through both points is a secant.",
            x=self.variable,
            delta=self.delta,
        )
        self.play(Create(secant.run), run_time=STEADY)
        self.play(Create(secant.climb), Appear(secant.end, self.run, self.rise), run_time=STEADY)
        self.play(Appear(self.legs))
        self.play(Create(secant.chord), Appear(self.quotient), run_time=STEADY)

    @beat
    def the_limit(self) -> None:
        self.lens = Lens(self.typeset, self.secant)
        self.say(
            "Shrink ${delta}$: under the lens the curve straightens, "
            "the secant becomes the tangent.",
            delta=self.delta,
        )
        self.play(Vanish(self.legs), Appear(self.lens), run_time=STEADY)
        self.play(self.shrunk.animate.set_value(1), run_time=3 * SLOW)
        self.play(Create(self.touching), run_time=STEADY)
        self.play(Vanish(self.secant.chord))

    @beat
    def the_definition(self) -> None:
        self.definition = on_board(self.derivative_definition(), 1, lines=2)
        self.slope = self.derivative_row(self.where, 1)
        self.say(
            "As ${delta}$ goes to 0, the limit of the secant's slope is the derivative ${name}$.",
            delta=self.delta,
            name=self.slope_name,
        )
        self.play(Vanish(self.lens, self.secant), Appear(self.definition), run_time=STEADY)
        gone = self.run, self.rise, self.quotient
        self.play(*exchange(gone, self.slope), run_time=STEADY)

    @beat
    def the_rate_of_change(self) -> None:
        strokes, lengths = self.slope_triangle(self.where(), self.touching)
        self.triangle = VGroup(strokes, lengths)
        self.say("The slope is a rate of change: along the tangent, the rise divided by the run.")
        for stroke in strokes:
            self.play(Create(stroke), run_time=STEADY)
        self.play(Appear(lengths))

    @beat
    def which_way_is_up(self) -> None:
        self.arrow_tag = self.arrow_name(self.slope_name, self.arrow, self.theme.gradient)
        self.say_which_way_is_up(self.start)
        self.play(Vanish(self.triangle))
        self.grow(self.arrow, *self.tell_scale(self.start))
        self.play(Appear(self.arrow_tag))

    @beat
    def the_other_side(self) -> None:
        self.say_which_way_is_up(self.other)
        tell = self.tell_scale(self.other)
        self.play(self.x.animate.set_value(self.other), *tell, run_time=SLOW)

    @beat
    def the_slope_draws_a_graph(self) -> None:
        low, high = self.land.x_range
        self.graph = DerivativeGraph(self.typeset, self.land, self.where)
        self.formula_s = on_board(self.derivative_formula(), 1)
        self.say(
            "Slide along the curve: the slope at each ${x}$ draws the graph of $f'$.",
            x=self.variable,
        )
        gone = self.arrow, self.arrow_tag, *self.scale_row
        self.play(Vanish(*self.shown(*gone)), Appear(self.graph), run_time=STEADY)
        self.play(self.x.animate.set_value(low), run_time=STEADY)
        slide = [tracker.animate.set_value(high) for tracker in (self.x, self.graph.drawn)]
        self.play(*slide, run_time=3 * SLOW, rate_func=linear)
        if self.formula_s:
            self.play(*exchange([self.definition], self.formula_s), run_time=STEADY)
        self.play(self.x.animate.set_value(self.start), run_time=STEADY)

    @beat
    def the_gradient(self) -> None:
        self.say(
            "In one dimension ${name}$ is the gradient: "
            "its sign says which way is up, its size how steep.",
            name=self.slope_name,
        )
        come = self.field, self.arrow_tag, *self.scale_row
        self.play(*map(Appear, come), run_time=STEADY)
