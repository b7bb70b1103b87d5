"""Hill: the surface, its contour map below, and the axes with their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from manim import Group, ValueTracker, VMobject

from mathcore.typeset import typeset
from scenes.stage.landscape import Landscape
from scenes.stage.plot import nice_ticks, tick_label
from scenes.stage.space import Mesh, grid_mesh, in_space
from scenes.stage.theme import LABEL_EM

if TYPE_CHECKING:
    from scenes.stage.film import Film

CONTOURS = 14
"""About how many contour lines a hill carries."""

_TICK = 0.10
"""Length of a tick in Manim units."""


class Hill:
    """What stands on the stage before anything happens; `rise` (0 to 1) lifts the hill off its map."""

    def __init__(self, film: Film, land: Landscape):
        self.land = land
        self.film = film
        self.rise = ValueTracker(0)
        theme = film.theme
        grid = land.grid()
        values = land.hill.value(grid)
        style = {
            "ramp": theme.surface,
            "value_range": (land.lowest, land.highest),
            "contour_levels": np.array(nice_ticks(land.lowest, land.highest, CONTOURS)[1:]),
            "contour_color": theme.contour,
        }
        self._places, self._ground = land.surface(grid), land.ground(grid)
        self.map = grid_mesh(self._ground, values, lit=False, opacity=0.45, **style)
        self.hill = grid_mesh(self._ground, values, **style)
        self.hill.add_updater(lambda mesh: self._lift(mesh))
        self.axes = self._axes()

    def _lift(self, mesh: Mesh) -> None:
        rise = self.rise.get_value()
        lifted = self._ground + rise * (self._places - self._ground)
        mesh.points = lifted.reshape(-1, 3)

    def _axes(self) -> Group:
        """The two domain axes on the map's near edges, the height axis at its left corner."""
        land, quiet = self.land, self.film.theme.quiet
        (x0, x1), (y0, y1) = land.x_range, land.y_range
        axes = Group()
        for name, ends, ticks, outward in (
            (0, [(x0, y0), (x1, y0)], nice_ticks(x0, x1, 4), np.array([0.0, -1.0])),
            (1, [(x1, y0), (x1, y1)], nice_ticks(y0, y1, 4), np.array([1.0, 0.0])),
        ):
            edge = land.ground(np.array(ends))
            axes.add(self._line(edge))
            away = np.append(outward, 0.0)
            for tick in ticks:
                place = land.ground(np.array([tick, y0] if name == 0 else [x1, tick]))
                axes.add(self._line(np.stack([place, place + _TICK * away])))
                axes.add(self.label(tick_label(tick), lambda at=place + 3 * _TICK * away: at))
            middle = edge.mean(axis=0) + 7.5 * _TICK * away
            axes.add(self.label(typeset(land.hill.variables[name]), lambda at=middle: at, em=1.25 * LABEL_EM))
        return axes

    def _line(self, points: np.ndarray) -> VMobject:
        line = VMobject(stroke_color=self.film.theme.quiet, stroke_width=2)
        return in_space(line.set_points_as_corners(points))

    def label(self, source: str, place: Callable[[], np.ndarray], em: float = LABEL_EM) -> VMobject:
        """Return a formula that lies flat on the frame at the image of a place in space."""
        text = self.film.formula(source, em=em, color=self.film.theme.quiet)
        return text.add_updater(
            lambda mobject: mobject.move_to(self.film.camera.project_point(place()) * (1, 1, 0)),
            call_updater=True,
        )
