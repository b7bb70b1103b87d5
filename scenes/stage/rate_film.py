"""RateFilm: a race of learning rates, which finds the rates that are worth showing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group, ValueTracker, VMobject

from mathcore import gradient_descent, inverse_time_decay
from mathcore.typeset import coloured
from scenes.stage.actors import GradientArrow, domain_arrow
from scenes.stage.appear import Appear
from scenes.stage.arrow_field import StopArrows
from scenes.stage.course import Course, course_of, step_lengths
from scenes.stage.knobs import AUTO
from scenes.stage.plot import tick_label
from scenes.stage.race_film import RaceFilm
from scenes.stage.racer import Racer
from scenes.stage.rates import Decay, four_rates, two_rates_in_view
from scenes.stage.readout import number_text, short_text
from scenes.stage.space import SpaceArrow
from scenes.stage.step_plots import StepBars, StepCurves
from scenes.stage.theme import BOARD, LOWER_BOARD, STEADY, Zone
from scenes.stage.walk import Walk

LONGEST = 0.3
"""How long the longest arrow along −∇f may be, as a share of the hill's longer side."""

DECAYS = 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0
"""How fast the rate may shrink; the slowest that leads to the bottom is shown."""

BETTER = 0.5
"""A rate that shrinks is worth showing where it leaves no more of the height than this share."""

HIGHEST = 2.0
"""How many times as high over the bottom as the start such a walk may get."""

BOLD = 1.4
"""How many times as wide as other arrows those of two steps are, one of which lies on the other."""

MIDDLE_BOARD = Zone(BOARD.left, BOARD.right, LOWER_BOARD.top + 0.3, 1.5)
"""Where η stands over the steps."""


class RateFilm(RaceFilm):
    """A race film whose walks differ in their learning rate alone, `rates` in rising order.

    `courses` says what each of them does. `path` is the second walk; `slope` is the gradient where
    all begin, zero where there is none, `steepness` its length, and `downhill` its arrow turned
    round. `pair` are two rates whose steps from there are seen well. It has the knobs rates and
    decay.
    """

    rates: list[float]
    decay: float | str

    def set_up_rates(self) -> None:
        """Make the race of the four rates, and find out what each of them does."""
        self.rates = sorted(four_rates(self.framing) if self.rates == AUTO else self.rates)
        walks = [self.walk(self.land, gradient_descent(rate)) for rate in self.rates]
        self.set_up_race(walks, [f"eta = {tick_label(rate)}" for rate in self.rates])
        self.courses = [course_of(walk, self.land, self.bottom) for walk in walks]
        self.path = walks[1]
        slope = self.path.gradients[0]
        self.slope = slope if np.isfinite(slope).all() else np.zeros(2)
        self.steepness = float(np.hypot.reduce(self.slope))
        self.downhill = GradientArrow(
            self.land, self.theme, lambda: self.point, -self.arrow_scale()
        )
        self.pair = two_rates_in_view(self.land, self.point, self.slope, self.rates[1])
        self.eta = ValueTracker(self.pair[0])
        self.two_steps, self.step_names = Group(), Group()
        self.shrinking = self.find_decay()

    # Which rates are worth showing

    def arrow_scale(self) -> float:
        """Return how many times its true length the arrow −∇f at the start has."""
        tip = self.point - self.slope
        longest = LONGEST * self.land.span / (self.steepness or 1.0)
        return 1.0 if longest < 5 and self.land.contains(tip) else longest

    def find_decay(self) -> Decay | None:
        """Return how a rate leads down that is too large to stay fixed, where it shrinks."""
        failed = Course.GROWS, Course.UP_AND_OUT, Course.UNDEFINED, Course.CLIMBS
        swings = Course.TO_AND_FRO, Course.WANDERS
        decays = DECAYS if self.decay == AUTO else (self.decay,)
        for kinds in (failed, swings):
            for number in reversed(range(4)):
                if self.courses[number] not in kinds:
                    continue
                for decay in decays:
                    rule = gradient_descent(inverse_time_decay(self.rates[number], decay))
                    walk = self.walk(self.land, rule)
                    if self.is_better(walk, self.racers[number].walk):
                        return Decay(number, self.rates[number], decay, walk)
        return None

    def is_better(self, walk: Walk, fixed: Walk) -> bool:
        """Whether a walk with a rate that shrinks stays in view and ends much lower."""
        if walk.exit is not None or self.bottom is None:
            return False
        floor = float(self.land.hill.value(self.bottom))
        if np.max(walk.values) - floor > HIGHEST * (walk.values[0] - floor):
            return False
        if self.final(fixed) == np.inf:
            return self.walk_ends_near(walk, self.bottom)
        return bool(self.final(walk) - floor <= BETTER * (self.final(fixed) - floor))

    # Two steps from one gradient

    def name_downhill(self) -> None:
        """Keep the arrow −∇f in view, and give it its `name`."""
        ends = self.ends_of(self.arrow_scale())
        self.director.make_room(ends)
        upright = np.stack([ends[0], self.land.surface(self.point)])
        self.name = self.arrow_tag(
            "-nabla f", self.downhill.on_map, self.theme.gradient, ends=ends, lines=[upright]
        )

    def ends_of(self, rate: float) -> np.ndarray:
        """Return the places (2, 3) on the map at which a step from the start begins and ends."""
        return self.land.ground(np.stack([self.point, self.point - rate * self.slope]))

    def name_in_the_way(self) -> list[VMobject]:
        """Return the name of −∇f where the longer step will lie on it, or it is off the stage."""
        covered = self.name.beside == 0 and self.pair[1] > self.arrow_scale()
        stays = self.is_on_stage(self.name, self.downhill.on_map.points[[0, -1]])
        return [] if stays and not covered else [self.name]

    def show_two_steps(self) -> None:
        """Let the steps with the `pair` of rates grow from the start, each with its name."""
        for number, eta in enumerate(self.pair):
            grown = ValueTracker(number / 2)  # the second grows out of the first
            arrow = domain_arrow(
                self.land,
                lambda: self.point,
                lambda eta=eta, grown=grown: -grown.get_value() * eta * self.slope,
                color=self.theme.path,
            )
            arrow.set_stroke(width=BOLD * arrow.get_stroke_width()).set_z_index(3 - number)
            names = self.names_of_step(eta, arrow, (-1, 1) if number else (1, -1))
            self.two_steps.add(arrow)
            self.step_names.add(*names)
            self.add(arrow)
            steps = grown.animate.set_value(1), self.eta.animate.set_value(eta)
            self.play(*steps, *map(Appear, names), run_time=STEADY)

    def names_of_step(
        self, eta: float, arrow: SpaceArrow, sides: tuple[int, int]
    ) -> list[VMobject]:
        """Return the name of a step on the first of two sides of it that has room, if one has."""
        ends = self.ends_of(eta)
        names = [
            self.arrow_tag(
                f"eta = {tick_label(float(f'{eta:.3g}'))}",
                arrow,
                self.theme.path,
                beside=side,
                ends=ends,
                lines=[self.ends_of(self.pair[1]), self.ends_of(self.arrow_scale())],
            )
            for side in sides
        ]
        return [name for name in names if name.has_room and self.is_on_stage(name, ends)][:1]

    def product_rows(
        self, slope: Callable[[], float], rate: Callable[[], float], steepest: float, row: int
    ) -> Group:
        """Return the rows of |∇f|, of η, and of the length of the step that they make.

        Args:
            slope: |∇f| now.
            rate: η now.
            steepest: how large |∇f| gets.
            row: number of the first of them.
        """

        def step() -> str:
            return number_text(rate() * slope(), scale=self.rates[1] * steepest)

        return Group(
            self.row("|nabla f|", lambda: number_text(slope(), scale=steepest), row, "gradient"),
            self.row("eta", lambda: short_text(rate()), row + 1),
            self.row("eta thin |nabla f|", step, row + 2, "path"),
        )

    # Why a walk flies off

    def look_at_lengths(self, number: int) -> None:
        """Put the walker back to the start of a walk, and make what shows how long its steps are.

        These are an arrow −∇f at every stop, `slopes`, the rows of the `product` that makes a step,
        and the `bars`, which are as high as the steps are long.
        """
        self.turn = racer = self.racers[number]
        racer.done.set_value(0)
        walk = racer.walk
        steepness = np.hypot.reduce(walk.gradients, axis=1)
        steepest = float(steepness.max())
        self.slopes = StopArrows(self.land, self.theme, walk, LONGEST * self.land.span / steepest)
        self.product = Group(
            self.count_row(racer.stop, self.count_at),
            *self.product_rows(
                lambda: float(steepness[racer.stop()]),
                lambda: self.rates[number],
                steepest,
                self.count_at + 1,
            ),
        )
        self.bars = StepBars(
            self.typeset,
            self.plot_zone,
            step_lengths(walk),
            racer.done.get_value,
            self.theme.path,
            coloured("eta thin |nabla f|", self.theme.path),
        )

    # A rate that shrinks

    def rate_plot(self, fixed: Racer, shrinking: Racer, decay: Decay) -> StepCurves:
        """Return the plot of a fixed rate and of one that shrinks, over the steps of both walks."""
        rates = np.full(fixed.walk.last + 1, decay.rate)
        series = [fixed.over_steps(rates), shrinking.over_steps(decay.rates())]
        return StepCurves(self.typeset, MIDDLE_BOARD, series, (0.0, decay.rate), "eta_k")

    # What is said

    def say_what_rate_says(self) -> None:
        """Say what η makes of the gradient at the start."""
        if self.steepness:
            self.say("The learning rate $eta$ says: twice the rate, twice the step, the same way.")
        elif np.isfinite(self.path.gradients[0]).all():
            self.say("Level ground: $nabla f$ is zero, so there is no step, whatever $eta$.")
        else:
            self.say("There is no gradient here, so there is no step, whatever $eta$.")

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

    def say_which_rate_wins(self) -> None:
        """Say which rate gets lowest of those whose walks stay in the picture."""
        best, staying = self.order[0], [one for one in self.racers if not one.leaves]
        reached = [self.final(one.walk) for one in self.racers]
        is_lowest = self.final(best.walk) == min(reached)
        eta = f"${best.name}$"
        if not is_lowest and len(staying) == 1:
            self.say(
                "Only with {eta} does the walk stay in the picture: the others are out.", eta=eta
            )
        elif not is_lowest:
            self.say("Of the rates whose walks stay in the picture, {eta} gets lowest.", eta=eta)
        elif best is self.racers[-1]:
            self.say("Here the largest rate gets lowest: smaller ones fall behind.")
        elif best is self.racers[0]:
            self.say("Here the smallest rate gets lowest: larger ones do worse.")
        else:
            self.say("{eta} gets lowest: not the smallest rate, and not the largest.", eta=eta)

    def say_what_shrinking_does(self, decay: Decay) -> None:
        """Say how much better the rate that shrinks does than the fixed one."""
        arrives = self.walk_ends_near(decay.walk, self.bottom)
        if arrives and self.courses[decay.number] is not Course.TO_AND_FRO:
            self.say("Start large, then shrink $eta$ with every step: now it settles.")
        elif arrives:
            self.say("Start large, then shrink $eta$ with every step: it settles sooner.")
        else:
            self.say("Start large, then shrink $eta$ with every step: it gets lower.")
