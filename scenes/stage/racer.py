"""Racer: a walk that takes part in a race, with its name and how its curve is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from manim import ValueTracker

from scenes.stage.pens import Pen
from scenes.stage.step_plots import Series
from scenes.stage.walk import Walk


@dataclass(frozen=True, eq=False)
class Racer:
    """A walk that takes part in a race.

    Args:
        walk: its way, as far as the picture shows it.
        name: what it is called, as Typst maths.
        pen: how its curve is drawn; its path has the same shade.
        done: how many steps it has made; 2.5 is half-way along the third.
    """

    walk: Walk
    name: str
    pen: Pen
    done: ValueTracker = field(default_factory=lambda: ValueTracker(0))

    @property
    def leaves(self) -> bool:
        """Whether its last step leads out of the picture."""
        return self.walk.exit is not None

    def is_out(self) -> bool:
        """Whether it has left the picture by now."""
        return self.leaves and self.done.get_value() > self.walk.last - 1e-6

    def where(self) -> np.ndarray:
        """Return its point of the domain (2,), now."""
        return self.walk.position(self.done.get_value())

    def stop(self) -> int:
        """Return the number of the last stop in the picture that it has reached."""
        return min(int(self.done.get_value() + 1e-6), self.walk.steps)

    def over_steps(self, numbers: np.ndarray) -> Series:
        """Return numbers over its steps, one for each stop (m,)."""
        return Series(numbers, self.done.get_value, self.pen)

    def heights(self) -> Series:
        """Return f over its steps, to where it is when it has left."""
        beyond = [self.walk.beyond] if np.isfinite(self.walk.beyond) else []
        return self.over_steps(np.append(self.walk.values, beyond))
