"""Stairs: the way up the tangent plane under the microscope, along one axis and the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group, VMobject

from scenes.stage.actors import following
from scenes.stage.microscope import Microscope
from scenes.stage.space import SpaceDot


class Stairs(Group):
    """The way up the tangent plane: along one axis, up, along the other, up, and then the gap.

    `runs` are the level parts, `climbs` the upright ones, which together are what the plane climbs;
    the `gap` is what the hill is above or below the plane.
    """

    def __init__(self, scope: Microscope):
        self.scope = scope
        theme = scope.theme

        def stroke(color: str, corners: Callable[[], np.ndarray], width: float) -> VMobject:
            made = following(VMobject(stroke_color=color, stroke_width=width), corners)
            made.ghost_opacity = 0.6
            return made

        self.runs, self.climbs = Group(), Group()
        for axis in (0, 1):
            run, climb = (slice(2 * axis, 2 * axis + 2), slice(2 * axis + 1, 2 * axis + 3))
            self.runs.add(stroke(theme.direction, lambda part=run: self.corners()[part], 4))
            self.climbs.add(stroke(theme.tangent, lambda part=climb: self.corners()[part], 5))
        self.gap = Group(
            stroke(theme.ink, lambda: self.corners()[4:], 6), self._end(4), self._end(5)
        )
        super().__init__(self.runs, self.climbs)

    def _end(self, corner: int) -> SpaceDot:
        """Return a dot that stays at one end of the gap."""
        dot = SpaceDot(self.corners()[corner], 4.5, color=self.scope.theme.ink, z_index=2)
        dot.ghost_opacity = 0.6
        return dot.add_updater(lambda mobject: mobject.move_to(self.corners()[corner]))

    def step(self) -> np.ndarray:
        """Return the step (2,) along both axes."""
        return self.scope.h() * self.scope.patch.way

    def predicted(self) -> float:
        """Return how much the plane climbs over the step."""
        return float(self.step() @ self.scope.patch.slopes)

    def true(self) -> float:
        """Return how much the hill climbs over the step."""
        return float(self.scope.patch.climb(self.step()))

    def rest(self) -> float:
        """Return by how much the hill is above the plane at the end of the step."""
        return self.scope.patch.gap(self.scope.h())

    def corners(self) -> np.ndarray:
        """Return the corners (6, 3): the point, two stairs, and the hill above or below."""
        step, (first, second) = self.step(), self.step() * self.scope.patch.slopes
        across = np.array([[0, 0], [1, 0], [1, 0], [1, 1], [1, 1], [1, 1]]) * step
        total = first + second
        return self.scope.place(across, np.array([0, 0, first, first, total, self.true()]))
