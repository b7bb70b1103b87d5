"""The derivative: a secant becomes the tangent, and its slope tells which way is up."""

from __future__ import annotations

import numpy as np
from manim import Create, Group, ValueTracker, VGroup, linear, smooth

from scenes.stage import (
    BOARD,
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
    number_text,
    on_board,
    short_text,
)

SHRINK = 1000.0
"""How many times as small Δx is in the end."""

LENS = np.array([BOARD.left + 1.35, BOARD.bottom + 1.3, 0.0]), 1.2
"""Middle and radius of the magnifying glass."""


class Derivative(CurveFilm):
    """A secant becomes the tangent; the sign of its slope says which way is up."""

    f = knob("x^2", "the function of one variable: a formula, or a name such as double-well")
    x_range = knob("auto", "what is shown of the variable", like=(-3.0, 3.0))
    start = knob("auto", "where the slope is looked at first", like=2.0)
    other = knob("auto", "where the slope is looked at next", like=-2.0)

    def cast(self) -> None:
        self.set_up_curve()
        with self.blaming("start"):
            self.require_slope(self.start)
        self.other = self.place_across() if self.other == "auto" else self.other
        with self.blaming("other"):
            self.require_slope(self.other)
        self.x, self.shrunk = ValueTracker(self.start), ValueTracker(0)
        self.first_step = self.step_in_view(self.start)
        self.point = CurvePoint(self.curve, self.theme, self.where)
        self.secant = Secant(self.curve, self.theme, self.where, self.step)
        self.touching = self.tangent(self.where)
        scale = self.arrow_scale(self.start, self.other)
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
        self.place = self.point_row(lambda: np.array([self.where()]), 0)
        self.value = self.value_row(self.where, 0, column=1)
        low, high = self.land.x_range
        self.curve.drawn.set_value(0)
        self.x.set_value(low)
        self.say(
            "Above each ${x}$ stands a value of $f$: together they draw a curve.",
            x=self.variable,
        )
        self.play(
            Appear(self.curve, self.formula_f, self.point, self.place, self.value), run_time=STEADY
        )
        pen = self.curve.drawn.animate.set_value(1), self.x.animate.set_value(high)
        self.play(*pen, run_time=1.5 * SLOW, rate_func=linear)
        self.play(self.x.animate.set_value(self.start), run_time=STEADY)

    @beat
    def the_secant(self) -> None:
        delta, scale = f"Delta {self.variable}", self.land.steepness
        self.rows = Group(
            self.row(delta, lambda: short_text(self.step()), 1),
            self.row("Delta f", lambda: short_text(self.secant.rise()), 1, column=1),
        )
        self.quotient = self.row(
            f"Delta f \\/ {delta}", lambda: number_text(self.secant.slope(), 3, scale), 2, "tangent"
        )
        corners, ends = self.secant.corners(), self.secant.ends()
        self.legs = self.leg_tags(
            (delta, corners[:2], self.theme.ink), ("Delta f", corners[1:], self.theme.ink), ends
        )
        self.say(
            "Go ${delta}$ aside: $f$ changes by $Delta f$. The line through both is a secant.",
            delta=delta,
        )
        self.play(Create(self.secant.run), run_time=STEADY)
        self.play(Create(self.secant.climb), Appear(self.secant.end, self.rows), run_time=STEADY)
        self.play(Appear(self.legs))
        self.play(Create(self.secant.chord), Appear(self.quotient), run_time=STEADY)

    @beat
    def the_limit(self) -> None:
        self.lens = Lens(self.typeset, self.secant, *LENS)
        self.say(
            "Shrink ${delta}$: under the lens the curve straightens, the secant becomes a tangent.",
            delta=f"Delta {self.variable}",
        )
        self.play(Vanish(self.legs), Appear(self.lens), run_time=STEADY)
        self.play(self.shrunk.animate.set_value(1), run_time=3 * SLOW, rate_func=smooth)
        self.play(Create(self.touching), run_time=STEADY)

    @beat
    def the_definition(self) -> None:
        x, name = self.variable, self.slope_name
        steps = f"Delta {x}"
        quotient = f"frac(f({x} + {steps}) - f({x}), {steps})"
        formula = self.formula(f"{name} = lim_({steps} -> 0) {quotient}")
        self.definition = on_board(formula, 1, lines=2)
        self.slope = self.derivative_row(self.where, 1)
        self.say("The slope that the secant's comes down to is the derivative ${name}$.", name=name)
        self.play(Vanish(self.lens, self.secant), Appear(self.definition), run_time=STEADY)
        self.play(*exchange([self.rows], self.slope), run_time=STEADY)

    @beat
    def the_rate_of_change(self) -> None:
        strokes, lengths = self.slope_triangle(self.where(), self.touching)
        self.triangle = VGroup(strokes, lengths)
        self.say(
            "It is a rate of change: how much $f$ changes for each unit of ${x}$.", x=self.variable
        )
        self.play(Vanish(self.quotient))
        for stroke in strokes:
            self.play(Create(stroke), run_time=STEADY)
        self.play(Appear(lengths))

    @beat
    def which_way_is_up(self) -> None:
        self.arrow_tag = self.arrow_name(self.slope_name, self.arrow, self.theme.gradient)
        self.say_which_way(self.start)
        self.play(Vanish(self.triangle))
        self.add(self.arrow)
        self.play(self.arrow.grown.animate.set_value(1), run_time=STEADY)
        self.play(Appear(self.arrow_tag))

    @beat
    def the_other_side(self) -> None:
        self.say_which_way(self.other)
        self.play(self.x.animate.set_value(self.other), run_time=SLOW)

    def say_which_way(self, x: float) -> None:
        """Say which way f rises at a number, by the sign of the slope."""
        slope, at = self.land.slope(x), self.at_place(x)
        if abs(slope) <= 1e-9 * self.land.steepness:
            self.say("At {at} the slope is 0: $f$ neither rises nor falls there.", at=at)
        elif slope > 0:
            self.say(
                "At {at} the slope is positive: up is to the right, so go left to go down.", at=at
            )
        else:
            self.say(
                "At {at} the slope is negative: up is to the left, so go right to go down.", at=at
            )

    @beat
    def the_slope_draws_a_graph(self) -> None:
        low, high = self.land.x_range
        self.graph = DerivativeGraph(self.typeset, self.land, self.where)
        self.formula_s = on_board(self.derivative_formula(), 1)
        self.say(
            "Slide along the curve: the slope at each ${x}$ draws the graph of $f'$.",
            x=self.variable,
        )
        self.play(Vanish(self.arrow, self.arrow_tag), Appear(self.graph), run_time=STEADY)
        self.play(self.x.animate.set_value(low), run_time=STEADY)
        slide = self.x, self.graph.drawn
        self.play(
            *(tracker.animate.set_value(high) for tracker in slide),
            run_time=3 * SLOW,
            rate_func=linear,
        )
        if self.formula_s:
            self.play(*exchange([self.definition], self.formula_s), run_time=STEADY)

    @beat
    def the_gradient(self) -> None:
        self.field = self.field_of_arrows()
        self.say(
            "The gradient in one dimension: its sign says which way is up, its size how steep."
        )
        self.play(self.x.animate.set_value(self.start), run_time=STEADY)
        self.add(self.field)
        self.play(Appear(self.field), run_time=STEADY)
