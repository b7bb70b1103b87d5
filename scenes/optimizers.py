"""Optimizers: six update rules race from one start, with what each of them carries along."""

from __future__ import annotations

from manim import DEGREES

from scenes.stage import (
    SLOW,
    Appear,
    OptimizerFilm,
    beat,
    knob,
    on_board,
)

HIGH = 46
"""Where the camera stands, in degrees from the zenith: it sees into the valley."""


class Optimizers(OptimizerFilm):
    """Gradient descent, momentum, Nesterov, AdaGrad, RMSProp and Adam race from one start."""

    f = knob("x^2/8 + 2y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-3.0, 3.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where the walks begin", like=(-2.6, 1.2))
    rates = knob(
        "auto",
        "one learning rate for each rule",
        above=0,
        like=(0.43, 0.5, 0.25, 1.9, 0.35, 1.2),
    )
    betas = knob(
        "auto",
        "β of rules 2, 3 and 6",
        between=(0.0, 0.999),
        like=(0.4, 0.6, 0.4),
    )
    steps = knob("auto", "how many steps", between=(1, 200), like=24)

    def cast(self) -> None:
        self.camera.set_phi(HIGH * DEGREES)
        self.set_up_hill(smooth=False)
        self.set_up_methods()
        if self.path.last == 0:
            self.leave_out(*set(self.beats) - {"the_hill", "no_step"})
            return
        self.leave_out("no_step")
        if all(one.leaves for one in self.racers):
            self.leave_out("the_ranking")

    @beat
    def the_hill(self) -> None:
        self.line = on_board(self.field_formula(), 0)
        self.say("Six rules for the next step. Each knows the slopes on its way, and no more.")
        self.raise_hill(self.line)
        self.play(Appear(self.walker, *self.mark_minimum()))

    @beat
    def no_step(self) -> None:
        self.say("Here no slope shows a way down: none of the six rules makes a step.")
        self.play(*self.turn_view(phi=HIGH, theta=-22), run_time=SLOW)

    # One after another

    @beat
    def gradient_descent(self) -> None:
        self.say("Gradient descent (GD) carries nothing along: the slope here decides the step.")
        self.begin()

    @beat
    def momentum(self) -> None:
        self.say(
            "Momentum adds a share of the last step ($-eta beta bold(v)$) to one along "
            "$-nabla f$: swings cancel, the rest adds up."
        )
        self.show(1)

    @beat
    def nesterov(self) -> None:
        self.say(
            "{name} updates $bold(v)$ first, then adds $-eta beta bold(v)$ to a step along "
            "$-nabla f$: as if one ahead.",
            name="Nesterov",
        )
        self.show(2)

    @beat
    def adagrad(self) -> None:
        self.say(
            "{name} sums squared slopes: each axis has its own rate (ellipse), which only shrinks.",
            name="AdaGrad",
        )
        self.show(3)

    @beat
    def rmsprop(self) -> None:
        self.say(
            "{name} lets old squares fade: a mean, not a sum, so a rate can grow again.",
            name="RMSProp",
        )
        self.show(4)

    @beat
    def adam(self) -> None:
        self.say(
            "{name}: fading means of slopes (arrow) and squares (ellipse). "
            "The hats correct for both starting at zero.",
            name="Adam",
        )
        self.show(5)

    # All of them at once

    @beat
    def the_race(self) -> None:
        self.say_what_race_it_is()
        gone = self.way, self.walker.foot, self.with_it, self.line, self.carried
        self.play(*self.vanish(*gone))
        self.race_on_one_map()

    @beat
    def the_ranking(self) -> None:
        self.say_which_rule_wins()
        self.play(*self.vanish(self.ways, self.runners, self.goal))
        self.deal_maps()
        self.play(self.standings.sorted.animate.set_value(1), run_time=SLOW)
        self.play(Appear(self.standings.ranks))
