"""WalkFilm: a film in which a walker steps down a hill by gradient descent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Animation, ValueTracker, VMobject

from mathcore import gradient_descent
from scenes.stage.actors import GradientArrow, StepArrow, Trail, Walker
from scenes.stage.appear import Swell, Vanish
from scenes.stage.arrow_field import PartArrows
from scenes.stage.theme import STEADY
from scenes.stage.turning_film import TurningFilm


class WalkFilm(TurningFilm):
    """A turning film with a walk: the `walker` stands where `walked` steps of its `path` lead.

    The `trail` lies behind it, `next_step` is the arrow to where `planned` steps lead, and `uphill`
    and `downhill` are ±∇f at the last stop. It has the knobs rate and steps.

    One of these arrows, the one `compared` with the step, goes with a step and is there again
    before the next one, `length_shown` times as long as it was made; `arrow_names` go with it.
    """

    compared: GradientArrow
    length_shown = 1.0
    arrow_names: Sequence[VMobject] = ()

    def set_up_walk(self) -> None:
        """Make the walk from the start and all that follows it, but for the gradient's arrows."""
        self.path = self.walk(self.land, gradient_descent(self.rate))
        self.walked, self.planned = ValueTracker(0), ValueTracker(0)
        stage, progress = (self.land, self.theme), self.walked.get_value
        self.walker = Walker(*stage, self.where)
        self.trail = Trail(*stage, self.path, progress)
        self.next_step = StepArrow(*stage, self.path, progress, self.planned.get_value)

    def set_up_gradient(self, scale: float) -> None:
        """Make the arrows of ±∇f at the last stop.

        Args:
            scale: units of length of the domain for one unit of gradient.
        """
        stage = self.land, self.theme, self.stop
        self.uphill, self.downhill = GradientArrow(*stage, scale), GradientArrow(*stage, -scale)
        self.director.give_way(*self.uphill, *self.downhill)
        self.compared = self.uphill

    def set_up_parts(self, scale: float) -> None:
        """Make the arrows of ±∇f, and `up` and `down`, the parts of them along the axes.

        Args:
            scale: units of length of the domain for one unit of gradient.
        """
        stage = self.land, self.theme, self.stop
        self.up, self.down = PartArrows(*stage, scale), PartArrows(*stage, -scale)
        self.director.give_way(*self.up, *self.down)
        self.set_up_gradient(scale)
        self.make_room_for_arrows(scale * np.array([self.slopes_here, -self.slopes_here]))

    def where(self) -> np.ndarray:
        """Return the walker's point of the domain (2,), now."""
        return self.path.position(self.walked.get_value())

    def stop(self) -> np.ndarray:
        """Return the stop x_k (2,) that the walker reached last: there the gradient is taken."""
        return self.path.position(min(np.floor(self.walked.get_value() + 1e-9), self.path.steps))

    def add_up(self, parts: PartArrows, arrow: GradientArrow, *others: Animation) -> None:
        """Lay two arrows end to end, one for each slope; a third leads where they end."""
        self.grow(parts)
        if self.slopes_here.all():
            self.play(parts.joined.animate.set_value(1), run_time=STEADY)
        self.grow(arrow, *others)

    # Step by step

    def walk_and_look(self, looks: int, seconds: float) -> None:
        """Walk all steps; before the first ones one looks for the way down, and sees its arrow.

        Args:
            looks: before how many steps; the first look has been taken.
            seconds: that all steps take together at most.
        """
        self.add(self.trail)
        for step, pace in enumerate(self.paces(self.path.steps, seconds), 1):
            if 1 < step <= looks:
                self.grow(self.downhill, run_time=STEADY / 2)
            seen = [self.downhill.grown.animate.set_value(0)] if step <= looks else []
            self.play(self.walked.animate.set_value(step), *seen, run_time=pace)
        self.remove(self.downhill)

    def plan_first_step(self, tangents: Sequence[np.ndarray]) -> None:
        """Let the arrow of the first step grow, with its name -η∇f; without room for it, it swells.

        Args:
            tangents: ends (2, 3) of the tangent lines at the start, which the name keeps clear of.
        """
        self.add(self.next_step)
        step, arrow = -self.rate * self.slopes_here, self.next_step.on_map
        named = self.named(self.vector_tag("-eta thin nabla f", arrow, step, tangents))
        self.play(self.planned.animate.set_value(1), *named, run_time=STEADY)
        if not named:  # it is short, or stands among other things
            self.play(Swell(self.next_step))

    def walk_as_planned(self, seconds: float) -> None:
        """Make all steps, each planned, then walked; names of arrows go before.

        Args:
            seconds: that all steps take together at most.
        """
        self.add(self.trail)
        if self.tags():
            self.play(Vanish(*self.tags()))
        self.step_on(self.planned, self.walked, self.paces(self.path.steps, seconds))

    def take_step(self, step: int, seconds: float, *others: Animation) -> None:
        """Walk what is planned; the gradient that was taken where it began goes."""
        self.play(self.walked.animate.set_value(step), *self.put_away(), *others, run_time=seconds)

    def put_away(self) -> list[Animation]:
        """Return the animations that take the gradient's arrow and the names off the stage."""
        gone = [thing for thing in (self.compared, *self.arrow_names) if thing in self.mobjects]
        return [Vanish(*gone)] if gone else []

    def look_again(self) -> list[Animation]:
        """Return the animations that show the gradient where the walker stands, if it is gone."""
        if self.compared in self.mobjects:
            return []
        self.compared.grown.set_value(0)
        self.add(self.compared)
        return [self.compared.grown.animate.set_value(self.length_shown)]
