"""The learning rate: too small, right, too large, far too large; and one that shrinks."""

from __future__ import annotations

import numpy as np
from manim import DEGREES

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    Course,
    Racer,
    RateFilm,
    Vanish,
    beat,
    knob,
    on_board,
    pens,
)

HIGH = 46
"""Where the camera stands, in degrees from the zenith: it sees into the valley."""

PACE, ALL_STEPS = 0.6, 5.0
"""Seconds for a step that is looked at, and for all of them at most."""


class LearningRate(RateFilm):
    """One start, different learning rates: how far each step goes decides where it leads."""

    f = knob("x^2/4 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-3.0, 3.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where the walks begin", like=(-2.0, 1.0))
    rates = knob("auto", "four learning rates to compare", above=0, like=(0.02, 0.45, 0.95, 1.08))
    steps = knob("auto", "how many steps", between=(1, 200), like=10)
    decay = knob("auto", "η shrinks to η / (1 + decay k)", above=0, like=0.1)

    def cast(self) -> None:
        self.camera.set_phi(HIGH * DEGREES)
        self.set_up_hill(smooth=False)
        self.set_up_rates()
        if Course.STANDS in self.courses:
            self.leave_out(*set(self.beats) - {"the_hill", "two_rates"})
        if Course.GROWS not in self.courses:
            self.leave_out("why_it_leaves")
        if all(one.leaves for one in self.racers):
            self.leave_out("the_ranking")
        if self.shrinking is None:
            self.leave_out("one_that_shrinks")

    # The question

    @beat
    def the_hill(self) -> None:
        formula, self.rule = on_board(self.field_formula(), 0), on_board(self.rule_formula(), 1)
        self.say("Gradient descent steps against the gradient. But how far?")
        self.raise_hill(formula)
        self.play(Appear(self.walker, self.rule))
        self.name_downhill()
        self.grow(self.downhill, *self.named(self.name))

    @beat
    def two_rates(self) -> None:
        self.say_what_rate_says()
        length = float(np.hypot.reduce(self.path.gradients[0]))
        self.rows = self.product_rows(lambda: length, self.eta.get_value, length, 1)
        if not self.steepness:
            self.play(Appear(self.rows))
            return
        self.look_down()
        self.rows.add(*self.scale_rows(self.arrow_scale(), 4))
        self.play(*self.vanish(self.name), Appear(self.rows))
        self.show_two_steps()

    # Four answers

    @beat
    def the_first_rate(self) -> None:
        self.say_how_it_goes(0)
        gone = self.downhill, self.rule, self.rows, self.two_steps, self.arrow_names
        self.play(*self.vanish(*gone))
        self.look_across()
        self.pinned = self.pinned_bottom()
        self.begin_the_race((), self.pinned)

    @beat
    def the_second_rate(self) -> None:
        self.say_how_it_goes(1)
        self.begin_again(1)

    @beat
    def the_third_rate(self) -> None:
        self.say_how_it_goes(2)
        self.begin_again(2)

    @beat
    def the_fourth_rate(self) -> None:
        self.say_how_it_goes(3)
        self.begin_again(3)

    @beat
    def why_it_leaves(self) -> None:
        number = 3 - self.courses[::-1].index(Course.GROWS)
        self.say("Each overshoot lands where it is steeper, so the next step is longer still.")
        gone = [*self.trails, self.walker, self.pinned, self.final_head, *self.board()]
        self.play(*self.vanish(*gone))
        self.look_at_lengths(number, self.rates[number])
        self.play(Appear(self.walker, self.bars, self.product))
        self.add(self.trails[number], self.slopes, self.walker)
        last = self.turn.walk.last
        paces = np.full(last, min(PACE, ALL_STEPS / last))
        self.step_on(self.slopes.grown, self.turn.done, paces)
        self.play(Vanish(self.walker))

    # All of them at once

    @beat
    def all_at_once(self) -> None:
        self.say_what_race_it_is()
        gone = [*self.trails, self.walker, self.pinned, self.final_head, *self.board()]
        if "why_it_leaves" in self.beats:
            gone += [self.bars, self.slopes, self.product]
        self.play(*self.vanish(*gone))
        self.look_down()
        self.start_again()
        self.deal_maps(*self.board()[:-1])
        self.race(self.racers)

    @beat
    def the_ranking(self) -> None:
        self.say_which_rate_wins()
        self.play(self.standings.sorted.animate.set_value(1), run_time=SLOW)
        self.play(Appear(self.standings.ranks))

    @beat
    def one_that_shrinks(self) -> None:
        decay = self.shrinking
        self.say_what_shrinking_does(decay)
        self.keep_one_map(decay.number)
        fixed = self.racers[decay.number]
        shrinking = Racer(decay.walk, "eta_k", pens(self.theme, self.theme.path)[-1])
        self.shrunk, self.shrunk_title = self.map_beside(shrinking)
        self.law = on_board(self.formula(decay.law), 1, lines=2)
        self.plots = self.plots_of_two(fixed, shrinking, decay)
        come = self.shrunk, self.shrunk_title, self.law, *self.plots
        self.play(Appear(*come), run_time=STEADY)
        self.race([shrinking, fixed])
