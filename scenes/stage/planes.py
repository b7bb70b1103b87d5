"""Planes through the point under the microscope: swept by a line, tilted, and climbed in stairs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group, VMobject

from mathcore import unit_direction
from scenes.stage.actors import TANGENT_REACH, following
from scenes.stage.microscope import TRAY, Microscope
from scenes.stage.space import Mesh, SpaceDot

_SPOKES = 96


class PlanePatch(Group):
    """A plane through the microscope's point: a disc, or as much of it as a line has swept.

    Args:
        scope: the microscope; before it lifts the patch, the disc is as large as tangents are.
        color: hex colour.
        slopes: of the plane, now (2,).
        swept: by how much the line has turned from the first axis, now; π is all round.
    """

    def __init__(
        self,
        scope: Microscope,
        color: str,
        slopes: Callable[[], np.ndarray],
        swept: Callable[[], float] = lambda: np.pi,
    ):
        self.scope, self.slopes, self.swept = scope, slopes, swept
        self.color_of_gap = color
        fan = np.arange(_SPOKES // 2)
        self._faces = np.concatenate(
            [
                np.stack([0 * fan, first + fan, first + fan + 1], axis=1)
                for first in (1, 2 + _SPOKES // 2)
            ]
        )
        self.sheet = Mesh(self._corners(), self._faces, ramp=[color], opacity=0.3, lit=False)
        self.sheet.add_updater(lambda mesh: mesh.set(points=self._corners()))
        self.outline = following(
            VMobject(stroke_color=color, stroke_width=3), lambda: self._corners()[self._rim()]
        )
        self.outline.ghost_opacity = 0.45
        super().__init__(self.sheet, self.outline)

    def gap(self) -> VMobject:
        """Return a line that follows the gap between this plane and the hill at the step's end."""
        scope = self.scope

        def ends() -> np.ndarray:
            away = scope.h() * scope.patch.way
            climbs = np.array([float(away @ self.slopes()), float(scope.patch.climb(away))])
            return scope.place(np.stack([away, away]), climbs)

        line = following(VMobject(stroke_color=self.color_of_gap, stroke_width=4), ends)
        line.ghost_opacity = 0.6
        return line

    def _rim(self) -> np.ndarray:
        half = _SPOKES // 2 + 1
        around = np.arange(1, 2 * half + 1)
        if self.swept() >= np.pi - 1e-9:
            return np.append(around, 1)
        return np.concatenate([[0], around[:half], [0], around[half:], [0]])

    def _corners(self) -> np.ndarray:
        """Return the point and the ends of the line (n, 3), both of them turning."""
        scope, slopes = self.scope, self.slopes()
        turn = np.linspace(0, self.swept(), _SPOKES // 2 + 1)
        ways = unit_direction(np.concatenate([turn, turn + np.pi]))
        lengths = np.linalg.norm(scope.land.rise(ways, ways @ slopes), axis=1)
        lifted = scope.lifted.get_value()
        reach = (1 - lifted) * TANGENT_REACH / lengths + lifted * TRAY * scope.h()
        away = np.concatenate([np.zeros((1, 2)), reach[:, None] * ways])
        return scope.place(away, away @ slopes)


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

    def corners(self) -> np.ndarray:
        """Return the corners (6, 3): the point, two stairs, and the hill above or below."""
        step, (first, second) = self.step(), self.step() * self.scope.patch.slopes
        across = np.array([[0, 0], [1, 0], [1, 0], [1, 1], [1, 1], [1, 1]]) * step
        total = first + second
        return self.scope.place(across, np.array([0, 0, first, first, total, self.true()]))
