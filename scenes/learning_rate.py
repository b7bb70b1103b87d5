"""The learning rate: too small, right, too large, far too large; and one that shrinks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import DEGREES, Animation, Group, Mobject, ValueTracker, VMobject

from mathcore import gradient_descent, inverse_time_decay
from mathcore.typeset import coloured
from scenes.stage import (
    BOARD,
    LOWER_BOARD,
    SLOW,
    STAGE,
    STEADY,
    Appear,
    Course,
    GradientArrow,
    RateFilm,
    Row,
    Series,
    StepBars,
    StepCurves,
    Vanish,
    Walk,
    Zone,
    beat,
    domain_arrow,
    knob,
    number_text,
    on_board,
    short_text,
    step_lengths,
    tick_label,
    titled,
)

HIGH = 46
"""Where the camera stands, in degrees from the zenith: it sees into the valley."""

MIDDLE_BOARD = Zone(BOARD.left, BOARD.right, LOWER_BOARD.top + 0.3, 1.5)
"""Where η stands over the steps."""


class LearningRate(RateFilm):
    """One start, four learning rates: too small, right, too large; then one that shrinks."""

    f = knob("x^2/4 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-3.0, 3.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where the walks begin", like=(-2.0, 1.0))
    rates = knob("auto", "four learning rates to compare", above=0, like=(0.02, 0.45, 0.95, 1.08))
    steps = knob("auto", "how many steps", between=(1, 200), like=10)
    decay = knob("auto", "η shrinks to η / (1 + decay k)", above=0, like=0.1)

    def cast(self) -> None:
        self.camera.set_phi(HIGH * DEGREES)
        self.land = self.landscape()
        self.rates = sorted(self.four_rates() if self.rates == "auto" else self.rates)
        walks = [self.walk(self.land, gradient_descent(rate)) for rate in self.rates]
        self.set_up_race(walks, [f"eta = {tick_label(rate)}" for rate in self.rates])
        self.look_at_start()
        self.downhill = GradientArrow(
            self.land, self.theme, lambda: np.array(self.start), -self.arrow_scale()
        )
        self.pair = self.two_rates_in_view()
        self.fixed, self.shrinking = self.find_decay()
        self.leave_out(*self.without())

    def without(self) -> set[str]:
        """Return the beats that this function has nothing to show for."""
        if Course.STANDS in self.courses:
            return set(self.beats) - {"the_hill", "two_rates"}
        gone = set() if self.shrinking else {"one_that_shrinks"}
        return gone if Course.GROWS in self.courses else gone | {"why_it_leaves"}

    # The question

    @beat
    def the_hill(self) -> None:
        formula, self.rule = on_board(self.field_formula(), 0), on_board(self.rule_formula(), 1)
        self.say("Gradient descent steps against the gradient. But how far?")
        self.raise_hill(formula)
        self.play(Appear(self.walker, self.rule))
        self.add(self.downhill)
        tip = np.array(self.start) - self.arrow_scale() * self.slope
        ends = self.land.ground(np.stack([self.start, tip]))
        self.director.make_room(ends)
        self.name = self.arrow_tag(
            "-nabla f",
            self.downhill.on_map,
            self.theme.gradient,
            ends=ends,
            lines=[np.stack([ends[0], self.land.surface(np.array(self.start))])],
        )
        named = [Appear(self.name)] if self.steepness and self.name.has_room else []
        self.play(self.downhill.grown.animate.set_value(1), *named, run_time=STEADY)

    @beat
    def two_rates(self) -> None:
        if self.steepness:
            self.say("The learning rate $eta$ says: twice the rate, twice the step, the same way.")
        elif np.isfinite(self.path.gradients[0]).all():
            self.say("Level ground: $nabla f$ is zero, so there is no step, whatever $eta$.")
        else:
            self.say("There is no gradient here, so there is no step, whatever $eta$.")
        self.eta = ValueTracker(self.pair[0])
        length = float(np.hypot.reduce(self.path.gradients[0]))
        self.rows = self.product_rows(lambda: length, self.eta.get_value, length, 0)
        if self.steepness:
            self.look_down()
            covered = self.name.beside == 0 and self.pair[1] > self.arrow_scale()
            ends = self.downhill.on_map.points[[0, -1]]
            if (covered or not self.is_on_stage(self.name, ends)) and self.shown(self.name):
                self.play(Vanish(self.name))
        self.play(Appear(*self.rows))
        self.drawn_steps: list[Mobject] = []
        self.tags: list[tuple[VMobject, np.ndarray]] = []
        for number, eta in enumerate(self.pair if self.steepness else ()):
            self.play(*self.show_step(number, eta), run_time=STEADY)

    def product_rows(
        self,
        slope: Callable[[], float],
        rate: Callable[[], float],
        steepest: float,
        first: int,
    ) -> list[Row]:
        """Return the rows of |∇f|, of η, and of the step that they make.

        Args:
            slope: |∇f| now.
            rate: η now.
            steepest: how large |∇f| gets.
            first: number of the first row.
        """

        def step() -> str:
            return number_text(rate() * slope(), scale=self.rates[1] * steepest)

        return [
            self.row("|nabla f|", lambda: number_text(slope(), scale=steepest), first, "gradient"),
            self.row("eta", lambda: short_text(rate()), first + 1),
            self.row("eta thin |nabla f|", step, first + 2, "path"),
        ]

    def show_step(self, number: int, eta: float) -> list[Animation]:
        """Return the animations that show a step with a rate from the start, and its name."""
        start, grown = np.array(self.start), ValueTracker(0 if number == 0 else 0.5)
        arrow = domain_arrow(
            self.land,
            lambda: start,
            lambda: -grown.get_value() * eta * self.slope,
            color=self.theme.path,
        )
        arrow.set_stroke(width=1.4 * arrow.get_stroke_width()).set_z_index(3 - number)
        ways = np.array([[0.0, eta], [0.0, self.pair[1]], [0.0, self.arrow_scale()]])
        ends, *lines = self.land.ground(start - ways[..., None] * self.slope)
        tags = [
            self.arrow_tag(
                f"eta = {tick_label(float(f'{eta:.3g}'))}",
                arrow,
                self.theme.path,
                beside=side,
                ends=ends,
                lines=lines,
                others=[(self.name, lines[1]), *self.tags],
            )
            for side in ((-1, 1) if number else (1, -1))
        ]
        named = [tag for tag in tags if tag.has_room and self.is_on_stage(tag, ends)][:1]
        self.tags += [(tag, ends) for tag in named]
        self.drawn_steps += [arrow, *named]
        self.add(arrow)
        return [
            grown.animate.set_value(1),
            self.eta.animate.set_value(eta),
            *map(Appear, named),
        ]

    def is_on_stage(self, tag: VMobject, ends: np.ndarray) -> bool:
        """Whether the name of an arrow between two places in space (2, 3) stays on the stage."""
        half = np.array([tag.width, tag.height]) / 2
        return STAGE.contains(Zone.around(tag.spot(ends), half))

    # Four answers

    @beat
    def the_first_rate(self) -> None:
        self.say_how_it_goes(0)
        gone = [self.downhill, self.name, self.rule, *self.rows, *self.drawn_steps]
        self.play(Vanish(*self.shown(*gone)))
        self.look_across()
        self.set_up_board()
        self.play(Appear(self.count, self.losses, self.standings.entries[0]), run_time=STEADY)
        self.go(0)

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

    def say_how_it_goes(self, number: int) -> None:
        """Say what the walk with one of the rates does."""
        match self.courses[number]:
            case Course.CRAWLS:
                self.say("Too small: every step leads down, but the walk only crawls.")
            case Course.ARRIVES if Course.ARRIVES in self.courses[:number]:
                self.say("This rate, too, leads near the minimum.")
            case Course.ARRIVES:
                self.say("Just right: soon the walk is near the minimum.")
            case Course.TO_AND_FRO:
                self.say("Too large: each step jumps across the valley, back and forth.")
            case Course.GROWS if Course.TO_AND_FRO in self.courses[:number]:
                self.say("Larger still: each step is longer than the last, and the walk flies off.")
            case Course.GROWS:
                self.say("Too large: each step is longer than the last, and the walk flies off.")
            case Course.UP_AND_OUT:
                self.say("Too large: a step overshoots, up and out of the picture.")
            case Course.DOWN_AND_OUT:
                self.say("With this rate the way down soon leads out of the picture.")
            case Course.UNDEFINED:
                self.say("The next step ends where $f$ is not defined: the walk ends here.")
            case Course.KINK:
                self.say("A kink: no derivative here, so the rule knows no next step.")
            case Course.LEVEL:
                self.say("Level: no slope shows a way down. Gradient descent stops here.")
            case Course.CLIMBS:
                self.say("Step by step it climbs: the learning rate $eta$ is too big here.")
            case Course.FALLS:
                self.say("Still $f$ falls: more steps, or another $eta$, lead further.")
            case _:
                self.say("Now up, now down: with this rate the walk does not settle.")

    @beat
    def why_it_leaves(self) -> None:
        number = 3 - self.courses[::-1].index(Course.GROWS)
        self.say("Each overshoot lands where it is steeper, so the next step is longer still.")
        self.play(
            Vanish(*self.shown(*self.trails, self.walker, self.losses, *self.standings.entries))
        )
        self.turn, walk, done = number, self.walks[number], self.done[number]
        done.set_value(0)
        lengths, grown = step_lengths(walk), ValueTracker(0)
        self.bars = StepBars(
            self.typeset,
            self.plot_zone,
            lengths,
            done.get_value,
            self.theme.path,
            coloured("eta thin |nabla f|", self.theme.path),
        )
        steepest = np.hypot.reduce(walk.gradients, axis=1).max()
        scale = self.longest / steepest
        self.slopes = Group(
            *(self.slope_at(walk, step, scale, grown.get_value) for step in range(walk.steps + 1))
        )
        self.product = self.product_rows(
            lambda: float(np.hypot.reduce(walk.gradients[int(self.step_now() + 1e-6)])),
            lambda: self.rates[number],
            steepest,
            self.count_at + 1,
        )
        self.play(Appear(self.walker, self.bars, *self.product))
        self.add(self.trails[number], self.slopes, self.walker)
        for step in range(1, walk.last + 1):
            pace = min(0.6, 5 / walk.last)
            self.play(grown.animate.set_value(step), run_time=0.4 * pace)
            self.play(done.animate.set_value(step), run_time=0.6 * pace)
        self.play(Vanish(self.walker))

    def slope_at(self, walk: Walk, step: int, scale: float, grown: Callable[[], float]) -> VMobject:
        """Return the arrow −∇f at a stop of a walk, which grows as the step's turn comes."""
        return domain_arrow(
            self.land,
            lambda: walk.points[step],
            lambda: -np.clip(grown() - step, 0.0, 1.0) * scale * walk.gradients[step],
            color=self.theme.gradient,
        )

    # All of them at once

    @beat
    def all_at_once(self) -> None:
        self.say("Four rates from one start, step by step together: the lowest $f$ wins.")
        gone = [*self.trails, self.walker, self.losses, *self.standings.entries, self.count]
        if Course.GROWS in self.courses:
            gone += [self.bars, self.slopes, *self.product]
        self.play(Vanish(*self.shown(*gone)))
        self.look_down()
        self.deal_maps()
        self.race(self.walks, self.done)

    @beat
    def the_ranking(self) -> None:
        best = self.order[0]
        eta = f"${self.names[best]}$"
        if best == 3:
            self.say("Here the largest rate gets lowest: smaller ones fall behind.")
        elif best == 0:
            self.say("Here the smallest rate gets lowest: larger ones do worse.")
        else:
            self.say("{eta} gets lowest: not the smallest rate, and not the largest.", eta=eta)
        self.play(self.standings.sorted.animate.set_value(1), run_time=SLOW)
        self.play(Appear(self.standings.ranks))

    @beat
    def one_that_shrinks(self) -> None:
        decay, walk = self.shrinking
        rate, number, fixed = self.rates[self.fixed], self.fixed, self.walks[self.fixed]
        arrives = self.walk_ends_near(walk, self.bottom)
        if arrives and self.courses[number] is not Course.TO_AND_FRO:
            self.say("Start large, then shrink $eta$ with every step: now it settles.")
        elif arrives:
            self.say("Start large, then shrink $eta$ with every step: it settles sooner.")
        else:
            self.say("Start large, then shrink $eta$ with every step: it gets lower.")
        others = [small for n, small in enumerate(self.maps) if n != number]
        names = [title for n, title in enumerate(self.titles) if n != number]
        board = [self.count, self.losses, self.standings.ranks, *self.standings.entries]
        self.play(Vanish(*others, *names, *board))
        self.play(
            self.maps[number].moved.animate.set_value(2),
            self.done[number].animate.set_value(0),
            run_time=STEADY,
        )
        done, plain = ValueTracker(0), 1
        self.shrunk = self.small_map(walk, done, plain, [self.two[1]])
        self.shrunk_title = titled(
            self.camera, self.shrunk, self.pens[plain], self.formula("eta_k")
        )
        law = f"eta_k = frac({tick_label(rate)}, 1 + {tick_label(decay)} thin k)"
        self.law = on_board(self.formula(law), 1, lines=2)
        shrinks = inverse_time_decay(rate, decay)
        kept = Series(np.full(fixed.last + 1, rate), self.done[number].get_value, self.pens[number])
        shrinking = Series(
            np.array([shrinks(k) for k in range(walk.last + 1)]), done.get_value, self.pens[plain]
        )
        self.rates_plot = StepCurves(
            self.typeset, MIDDLE_BOARD, [kept, shrinking], (0.0, rate), "eta_k"
        )
        both = [self.series(fixed, self.done[number], number), self.series(walk, done, plain)]
        self.two_losses = self.loss_plot(LOWER_BOARD, both)
        self.play(
            Appear(self.shrunk, self.shrunk_title, self.law, self.rates_plot, self.two_losses),
            run_time=STEADY,
        )
        self.race([walk, fixed], [done, self.done[number]])
