"""RateFilm: a race of learning rates, which finds the rates that are worth showing."""

from __future__ import annotations

import numpy as np
from manim import Group

from mathcore import gradient_descent, inverse_time_decay, unit_direction
from scenes.stage.appear import exchange
from scenes.stage.course import Course, course_of
from scenes.stage.formula import half_size
from scenes.stage.knobs import AUTO
from scenes.stage.plot import in_line, tick_label
from scenes.stage.racer import Racer
from scenes.stage.rates import Decay, four_rates
from scenes.stage.small_map import side_by_side
from scenes.stage.step_plots import StepCurves
from scenes.stage.step_size_film import StepSizeFilm
from scenes.stage.theme import BOARD, Zone
from scenes.stage.walk import Walk

DECAYS = 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0
"""How fast the rate may shrink; the slowest that leads to the bottom is shown."""

BETTER = 0.5
"""A rate that shrinks is worth showing where it leaves no more of the height than this share."""

DOT = 0.14
"""Manim units round a stop that its dot takes."""

HIGHEST = 2.0
"""How many times as high over the bottom as the start such a walk may get."""

BELOW_LAW = Zone(BOARD.left, BOARD.right, BOARD.bottom, 1.5)
"""Where two plots stand, below the formula of a rate that shrinks."""


class RateFilm(StepSizeFilm):
    """A race film whose walks differ in their learning rate alone, `rates` in rising order.

    `courses` says what each of them does, `path` is the second walk, and `shrinking` how a rate
    leads down that shrinks, if one is worth showing. It has the knobs rates and decay.
    """

    rates: list[float]
    decay: float | str

    def set_up_rates(self) -> None:
        """Make the race of the four rates, and find out what each of them does."""
        self.rates = sorted(four_rates(self.framing) if self.rates == AUTO else self.rates)
        walks = [self.walk(self.land, gradient_descent(rate)) for rate in self.rates]
        names = [f"eta = {tick_label(rate)}" for rate in self.rates]
        self.set_up_race(walks, names)
        self.courses = [course_of(walk, self.land, self.bottom) for walk in walks]
        self.path = walks[1]
        self.set_up_steps(self.path.gradients[0], self.rates[1])
        self.shrinking = self.find_decay()

    # One walk after another

    def pinned_bottom(self) -> Group:
        """Return a ring round the minimum that walks come near, and its name if there is room."""
        if self.bottom is None:
            return Group()
        walks = [one.walk for one in self.racers]
        ways = [walk.position(np.linspace(0, walk.last, 20 * walk.last + 1)) for walk in walks]
        dots = DOT / self.land.ground_scale * unit_direction(np.linspace(0, 2 * np.pi, 8))
        ways += [(walk.points[:, None] + dots).reshape(-1, 2) for walk in walks]
        rings, name = self.pin_minimum(self.bottom, np.concatenate(ways))
        ends = np.concatenate([walk.points[[0, -1]] for walk in walks])
        stems = np.stack([self.land.ground(ends), self.land.surface(ends)], axis=1)
        is_free = self._room(name.get_center()[:2], half_size(name), stems) > DOT
        return Group(rings, *([name] if name.has_room and is_free else []))

    def set_up_board(self) -> None:
        """Make what the board shows, and `final_head`, for numbers that have no step in common."""
        super().set_up_board()
        text = self.tr("{f} at the end").format(f="$f$")
        self.final_head = self.standings.head_in_words(text)

    def begin_again(self, number: int) -> None:
        """Put the walker back to the start, and let it go the next walk.

        Walks may end after different steps: from the second one on no step count stands above them.
        """
        counted = self.shown(self.count, self.standings.head)
        if counted:
            self.play(*exchange(counted, self.final_head))
        super().begin_again(number)

    # Which rates are worth showing

    def find_decay(self) -> Decay | None:
        """Return how a rate leads down that is too large to stay fixed, where it shrinks."""
        failed = Course.GROWS, Course.UP_AND_OUT, Course.UNDEFINED, Course.CLIMBS
        swings = Course.TO_AND_FRO, Course.CALMS, Course.TOSSED, Course.WANDERS
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

    def is_lowest(self, racer: Racer) -> bool:
        """Whether no walk gets lower than this one, nor leaves the picture lower down."""
        return self.reached(racer) == min(map(self.reached, self.racers))

    def wins(self, number: int) -> bool:
        """Whether the walk with one of the rates will be the first of the ranking."""
        return self.racers[number] is min(self.racers, key=self.standing)

    # A rate that shrinks

    def plots_of_two(self, fixed: Racer, shrinking: Racer, decay: Decay) -> list[StepCurves]:
        """Return the plots of a fixed rate and one that shrinks, and of f on both walks."""
        upper, lower = side_by_side(BELOW_LAW, 1, 2)
        unchanged = fixed.over_steps(np.full(fixed.walk.last + 1, decay.rate))
        rates = [unchanged, shrinking.over_steps(decay.rates())]
        span = 0.0, decay.rate
        return in_line(
            lambda room: StepCurves(self.typeset, upper, rates, span, "eta_k", room=room),
            lambda room: self.loss_plot(lower, (fixed, shrinking), room=room),
        )

    # What is said

    def say_what_rate_says(self) -> None:
        """Say what η makes of the gradient at the start."""
        if self.steepness:
            self.say(
                "The learning rate $eta$ sets the step: twice the rate, twice as far, the same way."
            )
        elif np.isfinite(self.path.gradients[0]).all():
            self.say("Level ground: $nabla f$ is zero, so there is no step, whatever $eta$.")
        else:
            self.say("There is no gradient here, so there is no step, whatever $eta$.")

    def say_how_it_goes(self, number: int) -> None:
        """Say what the walk with one of the rates does."""
        match self.courses[number]:
            case Course.CRAWLS:
                self.say("Too small: every step leads down, but the walk only crawls.")
            case Course.PLUNGES if Course.PLUNGES in self.courses[:number]:
                self.say("This rate, too, plunges first and then only crawls.")
            case Course.PLUNGES:
                self.say("First a plunge, then it only crawls: where it is flat, steps shrink.")
            case Course.ARRIVES if Course.ARRIVES in self.courses[:number]:
                self.say("This rate, too, leads near the minimum.")
            case Course.ARRIVES:
                self.say("Just right: soon the walk is near the minimum (ring).")
            case Course.TO_AND_FRO if self.wins(number):
                self.say("Each step jumps across the valley, back and forth.")
            case Course.TO_AND_FRO:
                self.say("Rather large: each step jumps across the valley, back and forth.")
            case Course.CALMS if self.wins(number):
                self.say(
                    "The first steps jump to and fro across the valley, then the walk slides down."
                )
            case Course.CALMS:
                self.say(
                    "Rather large: the first steps jump to and fro across the valley, "
                    "then the walk slides down."
                )
            case Course.TOSSED if self.wins(number):
                self.say("Most steps jump back across the valley.")
            case Course.TOSSED:
                self.say("Rather large: most steps jump back across the valley.")
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
                self.say("Still $f$ falls: more steps, or perhaps another $eta$, lead further.")
            case _:
                self.say("Now up, now down: with this rate the walk does not settle.")

    def say_what_race_it_is(self) -> None:
        """Say who wins the race: the lowest, but for those that leave the picture."""
        if all(one.leaves for one in self.racers):
            self.say(
                "Four rates from one start, step by step together: all lead out of the picture."
            )
        elif self.is_lowest(self.order[0]):
            self.say("Four rates from one start, step by step together: the lowest $f$ wins.")
        else:
            self.say("Four rates from one start, step by step together: those that leave are out.")

    def say_which_rate_wins(self) -> None:
        """Say which rate gets lowest of those whose walks stay in the picture."""
        best, eta = self.order[0], f"${self.order[0].name}$"
        is_lowest = self.is_lowest(best)
        if not is_lowest and self.order[1].leaves:
            self.say(
                "Only with {eta} does the walk stay in the picture: the others are out.", eta=eta
            )
        elif not is_lowest:
            self.say(
                "Of the rates whose walks stay in the picture, {eta} gets $f$ lowest.", eta=eta
            )
        elif best is self.racers[-1]:
            self.say("Here the largest rate gets $f$ lowest: smaller ones fall behind.")
        elif best is self.racers[0]:
            self.say("Here the smallest rate gets $f$ lowest: larger ones do worse.")
        else:
            self.say("{eta} gets $f$ lowest: neither the smallest rate nor the largest.", eta=eta)

    def say_what_shrinking_does(self, decay: Decay) -> None:
        """Say how much better the rate that shrinks does than the fixed one."""
        arrives = self.walk_ends_near(decay.walk, self.bottom)
        turns = Course.TO_AND_FRO, Course.CALMS, Course.TOSSED
        if arrives and self.courses[decay.number] not in turns:
            self.say("Start large, then shrink $eta$ with every step: now it settles.")
        elif arrives:
            self.say("Start large, then shrink $eta$ with every step: it settles sooner.")
        else:
            self.say("Start large, then shrink $eta$ with every step: it gets lower.")
