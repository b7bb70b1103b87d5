"""Stochastic gradient descent: the gradient of a few data points in place of that of all."""

from __future__ import annotations

from manim import DEGREES

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    NoiseFilm,
    beat,
    exchange,
    knob,
)

HIGH = 46
"""Where the camera stands, in degrees from the zenith: it sees into the valley."""


class Stochastic(NoiseFilm):
    """Mini-batches: a noisy gradient, cheap steps, and a rate that shrinks to settle them."""

    data = knob("noisy", "points: a set's name, or a CSV file with columns x, y", file=True)
    start = knob("auto", "slope and intercept of the first line", like=(-1.0, 1.0))
    rate = knob("auto", "learning rate η", above=0, like=0.1)
    steps = knob(60, "how many steps", between=(1, 200))
    batch = knob("auto", "points in a batch", between=(2, 299), like=8)
    decay = knob(0.05, "η shrinks to η / (1 + decay k)", above=0)
    seed = knob(1, "which batches are drawn at random", between=(0, 1000000))

    def cast(self) -> None:
        self.camera.set_phi(HIGH * DEGREES)
        self.set_up_noise()
        if self.racers[2].walk.last == 0:
            self.leave_out(*set(self.beats) - {"the_loss", "each_point"})
        if not self.comes_down():
            self.leave_out("the_ball_of_noise")

    # The mean of many gradients

    @beat
    def the_loss(self) -> None:
        picture = self.picture
        self.loss_shown = self.mean_of("L", "ell_i")
        self.say("The loss $L$ is a mean over all data points: a hill over slope and intercept.")
        self.play(Appear(picture.sheet, picture.small, picture.dots, picture.line))
        self.raise_hill(self.loss_shown)
        self.play(Appear(self.walker))

    @beat
    def each_point(self) -> None:
        self.say("Each data point has a loss of its own, and so a way down of its own.")
        self.look_down()
        self.grow(self.fan, Appear(self.scale_row), run_time=SLOW)

    @beat
    def their_mean(self) -> None:
        self.mean = self.mean_of("nabla L", "nabla ell_i")
        self.down_name = self.arrow_tag("-nabla L", self.downhill.on_map, self.theme.gradient)
        self.say_what_mean_is()
        self.play(*self.vanish(self.loss_shown), Appear(self.mean))
        self.lay_end_to_end(Appear(self.down_name))

    @beat
    def one_at_random(self) -> None:
        self.spread = self.scatter_row(0)
        self.say(
            "One data point at random ($B = 1$) is right on average. "
            "Scatter: how far off it is (RMS)."
        )
        self.play(*self.vanish(self.down_name))
        self.open_fan()
        self.draw_some()
        self.play(Appear(self.spread))

    @beat
    def a_mini_batch(self) -> None:
        self.less_spread = self.scatter_row(1)
        self.say_what_batch_does()
        self.play(*self.vanish(*self.picked))
        self.grow(self.batch_fan, Appear(self.less_spread), run_time=SLOW)

    # Four walks

    @beat
    def one_by_one(self) -> None:
        self.say_how_it_goes(0)
        self.clear_the_map()
        self.look_across()
        self.rate_shown = self.rate_formula()
        self.begin_the_race((), self.rate_shown)

    @beat
    def mini_batches(self) -> None:
        self.say_how_it_goes(1)
        self.begin_again(1)

    @beat
    def all_of_them(self) -> None:
        self.say_how_it_goes(2)
        self.begin_again(2)

    @beat
    def a_rate_that_shrinks(self) -> None:
        self.say_how_it_goes(3)
        self.play(*exchange([self.rate_shown], self.shrinking_rate_formula()), run_time=STEADY)
        self.begin_again(3)

    @beat
    def at_equal_cost(self) -> None:
        self.say_what_cost_buys()
        self.play(*self.vanish(*self.trails, self.walker))
        self.look_down()
        self.start_again()
        self.deal_maps()
        self.race_at_equal_cost()

    @beat
    def side_by_side(self) -> None:
        self.say(
            "The same number of steps each: more data a step, less noise, but more points read."
        )
        self.race_on()

    @beat
    def the_ball_of_noise(self) -> None:
        self.circles = self.balls()
        self.say_how_it_settles()
        self.play(*exchange(self.pins(), self.bottoms(), self.circles), run_time=STEADY)
