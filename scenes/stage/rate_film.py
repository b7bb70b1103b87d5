"""RateFilm: a race of learning rates, which finds the rates that are worth showing."""

from __future__ import annotations

import numpy as np

from mathcore import gradient_descent, inverse_time_decay
from scenes.stage.course import Course, course_of
from scenes.stage.race_film import RaceFilm
from scenes.stage.walk import Walk

LONGEST = 0.3
"""How long the longest arrow along −∇f may be, as a share of the hill's longer side."""

SEEN = 0.15
"""The share of the hill's longer side from which the longer of two steps is well seen."""

DECAYS = 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0
"""How fast the rate may shrink; the slowest that leads to the bottom is shown."""

BETTER = 0.5
"""A rate that shrinks is worth showing where it leaves no more of the height than this share."""

HIGHEST = 2.0
"""How many times as high over the bottom as the start such a walk may get."""


class RateFilm(RaceFilm):
    """A race film whose walks differ in their learning rate alone, `rates` in rising order.

    `courses` says what each of them does. `path` is the second walk; `slope` is the gradient where
    all begin, zero where there is none, `steepness` its length. It has the knobs rates and decay.
    """

    rates: list[float]
    decay: float | str

    @property
    def longest(self) -> float:
        """How long an arrow along −∇f may be, in units of the domain."""
        return LONGEST * self.land.span

    def look_at_start(self) -> None:
        """Find out what the walks do, and how steep it is where they begin."""
        self.courses = [course_of(walk, self.land, self.bottom) for walk in self.walks]
        self.path = self.walks[1]
        slope = self.path.gradients[0]
        self.slope = slope if np.isfinite(slope).all() else np.zeros(2)
        self.steepness = float(np.hypot.reduce(self.slope))

    def four_rates(self) -> list[float]:
        """Return four rising rates that differ in what they do, as far as f has such rates."""
        found, works = self.framing.rates, self.framing.rates.works or self.framing.rate
        crawls = found.crawls if found.crawls and found.crawls < works else works / 10
        diverges = found.diverges if found.diverges and found.diverges > works else None
        between = 3 * works if diverges is None else (works * diverges) ** 0.5
        swings = found.oscillates or between
        return [float(f"{rate:.2g}") for rate in (crawls, works, swings, diverges or 3 * swings)]

    def arrow_scale(self) -> float:
        """Return how many times its true length the arrow −∇f at the start has."""
        tip = np.array(self.start) - self.slope
        longest = self.longest / (self.steepness or 1.0)
        return 1.0 if longest < 5 and self.land.contains(tip) else longest

    def two_rates_in_view(self) -> tuple[float, float]:
        """Return a rate and twice that, whose steps from the start stay in view and are seen."""
        shares = np.linspace(0, 1, 40)[:, None]

        def is_in_view(rate: float) -> bool:
            return all(map(self.land.contains, np.array(self.start) - shares * rate * self.slope))

        rate = self.rates[1]
        while not is_in_view(rate) and rate > 1e-6 * self.rates[1]:
            rate /= 2
        while 0 < rate * self.steepness < SEEN * self.land.span and is_in_view(2 * rate):
            rate *= 2
        return rate / 2, rate

    def find_decay(self) -> tuple[int, tuple[float, Walk] | None]:
        """Return which rate is too large to stay fixed, and how it leads down when it shrinks."""
        failed = Course.GROWS, Course.UP_AND_OUT, Course.UNDEFINED, Course.CLIMBS
        swings = Course.TO_AND_FRO, Course.WANDERS
        decays = DECAYS if self.decay == "auto" else (self.decay,)
        for kinds in (failed, swings):
            for number in reversed(range(4)):
                if self.courses[number] not in kinds:
                    continue
                for decay in decays:
                    rule = gradient_descent(inverse_time_decay(self.rates[number], decay))
                    walk = self.walk(self.land, rule)
                    if self.is_better(walk, self.walks[number]):
                        return number, (decay, walk)
        return 0, None

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
