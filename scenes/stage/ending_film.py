"""EndingFilm: a film that says in its last sentence how a walk ended, and why."""

from __future__ import annotations

import numpy as np

from mathcore import Outcome, descend, gradient_descent
from scenes.stage.function_film import FunctionFilm
from scenes.stage.walk import Ending, Walk

GOING_ON = 12
"""Steps beyond the last that tell whether a walk is still on its way down."""

LEVEL = 1e-3
"""A bottom found to be less steep than this share of the whole hill is level: it is no kink."""


class EndingFilm(FunctionFilm):
    """A film about a walk of gradient descent, its `path`, that says how this ends.

    What is said at a kink, and where all goes well, is up to a family of films.
    """

    def say_there_is_no_slope(self) -> None:
        """Say that f has no gradient where the walk stands, so that it ends there."""
        raise NotImplementedError

    def sum_up(self, bottom: np.ndarray | None) -> None:
        """Say in a sentence what gradient descent is.

        Args:
            bottom: the minimum (n,) at which the walk arrives, if it does.
        """
        raise NotImplementedError

    def bottom_of(self, walk: Walk) -> np.ndarray | None:
        """Return the minimum (n,) at which a walk arrives, None where it arrives at none."""
        valley = self.valley_near(walk.points[-1])
        return valley if self.walk_ends_near(walk, valley) else None

    def say_how_it_ended(self, valley: np.ndarray | None) -> None:
        """Say how the film's walk ended, and why; `valley` is the minimum (n,) that it led to."""
        match self.path.ending:
            case Ending.UP_AND_OUT:
                self.say("Too far, up and out of the picture: the learning rate $eta$ is too big.")
            case Ending.DOWN_AND_OUT:
                self.say("The way down leads out of the picture; a wider range shows more of it.")
            case Ending.UNDEFINED:
                self.say("The next step ends where $f$ is not defined: the walk ends here.")
            case Ending.KINK:
                self.say_there_is_no_slope()
            case Ending.LEVEL:
                self._say_that_it_is_level()
            case _:
                self._say_where_it_led(valley)

    def _say_that_it_is_level(self) -> None:
        """Say what level ground that is no minimum the walk ended on."""
        match self.path.path.outcome:
            case Outcome.STALLED_MAXIMUM:
                self.say("Level, and lower all around: a maximum. Yet gradient descent stops here.")
            case Outcome.STALLED_SADDLE if len(self.land.ranges) == 2:
                self.say("Level, yet lower to some sides: a saddle. Gradient descent stops here.")
            case _:
                self.say("Level: no slope shows a way down. Gradient descent stops here.")

    def _say_where_it_led(self, valley: np.ndarray | None) -> None:
        """Say where a walk ended all of whose steps are shown, on ground that is not level."""
        arrives, outcome = self.walk_ends_near(self.path, valley), self.path.path.outcome
        if self.path.steps == 0:
            self.say("Level, and higher all around: a minimum. Gradient descent stays here.")
        elif outcome is Outcome.DIVERGED:
            self.say("Step by step it climbs: the learning rate $eta$ is too big here.")
        elif arrives and not self.is_level(valley):
            self.say("The minimum is a kink without a slope: no step settles there.")
        elif self.goes_to_and_fro(self.path):
            self.say("It jumps to and fro: a smaller learning rate $eta$ comes closer.")
        elif not arrives and outcome is Outcome.OUT_OF_STEPS:
            self.say("Still $f$ falls: more steps, or perhaps another $eta$, lead further.")
        else:
            self.sum_up(valley if arrives else None)

    def is_level(self, valley: np.ndarray | None) -> bool:
        """Whether the gradient is zero at a valley's bottom (n,), unlike at a kink; yes if none."""
        if valley is None:
            return True
        steepness = float(np.hypot.reduce(self.land.hill.gradient(valley)))
        return steepness <= LEVEL * self.land.steepness

    def goes_to_and_fro(self, walk: Walk) -> bool:
        """Whether not all of the last steps that are shown lead down, and the next no lower."""
        falls = np.diff(walk.values[-GOING_ON:]) < -self._hardly()
        out_of_steps = walk.path.outcome is Outcome.OUT_OF_STEPS
        return out_of_steps and not falls.all() and not self.goes_on_down(walk)

    def goes_on_down(self, walk: Walk) -> bool:
        """Whether the next steps, which are not shown, would lead lower than the last two did."""
        last = walk.points[-1]
        rule = gradient_descent(float(walk.path.rates[-1]))
        further = descend(self.land.hill, last, rule, GOING_ON)
        return bool(np.nanmin(further.values[-2:]) < walk.values[-2:].min() - self._hardly())

    def _hardly(self) -> float:
        """Return a difference of values that is rounding."""
        return 1e-12 * (self.land.highest - self.land.lowest)
