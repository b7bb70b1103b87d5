"""Hill: the surface, its contour map below, and the axes with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, OUT, Group, ManimColor, ValueTracker, VMobject

from mathcore.typeset import typeset
from scenes.stage.actors import dashes
from scenes.stage.landscape import Landscape
from scenes.stage.plot import nice_ticks, tick_label
from scenes.stage.space import Mesh, in_space
from scenes.stage.theme import LABEL_EM

if TYPE_CHECKING:
    from scenes.stage.hill_film import HillFilm

CONTOURS = 14
"""About how many contour lines a hill carries."""

MAP_STRENGTH = 0.42
"""How much of the terrain's colour the contour map has; the rest is background."""

_TICK = 0.10
"""Length of a tick in Manim units."""


class Hill:
    """What stands there before anything happens; `rise` (0 to 1) lifts the hill off its map."""

    def __init__(self, film: HillFilm, land: Landscape):
        self.land = land
        self.film = film
        self.rise = ValueTracker(0)
        theme = film.theme
        relief = land.relief
        style = {
            "value_range": (land.lowest, land.highest),
            "contour_levels": np.array(nice_ticks(land.lowest, land.highest, CONTOURS)[1:]),
            "contour_color": theme.contour,
        }
        self._ground = land.ground(relief.points)
        self._places = land.place(relief.points, relief.values)
        dim = [
            ManimColor(theme.background).interpolate(ManimColor(color), MAP_STRENGTH)
            for color in theme.surface
        ]
        ground = Mesh(
            self._ground,
            relief.faces,
            relief.values,
            ramp=dim,
            lit=False,
            contour_opacity=0.4,
            contour_width=1.3,
            **style,
        )
        self.map = Group(ground, self._rim(1.5))
        self._risen = 0.0
        self._mesh = Mesh(self._ground, relief.faces, relief.values, ramp=theme.surface, **style)
        self._mesh_rim = self._rim(2)
        self.hill = Group(self._mesh, self._mesh_rim)
        self._mesh.add_updater(lambda mesh: self._lift())
        self.axes = self._axes()
        film.director.direct()

    def _lift(self) -> None:
        rise = self.rise.get_value()
        if rise == self._risen:
            return
        self._risen = rise
        self._mesh.points = self._ground + rise * (self._places - self._ground)
        self._mesh_rim.points = self._rim_points(self._mesh.points)

    def _rim(self, width: float) -> VMobject:
        """Return a line on the map along all rims of the relief."""
        line = VMobject(stroke_color=self.film.theme.quiet, stroke_width=width)
        line.points = self._rim_points(self._ground)
        return in_space(line)

    def _rim_points(self, places: np.ndarray) -> np.ndarray:
        """Return the rims through places (n, 3) as Manim's curves (4 k, 3)."""
        start, end = np.moveaxis(places[self.land.relief.rims], 1, 0)
        shares = np.linspace(0, 1, 4)[:, None]
        return (start[:, None] + shares * (end - start)[:, None]).reshape(-1, 3)

    def _axes(self) -> Group:
        """Return the axes: the domain's on the map's near edges, the height's at the left."""
        land, axes = self.land, Group()
        (x0, x1), (y0, y1) = land.x_range, land.y_range
        names = [typeset(variable) for variable in land.hill.variables]
        for name, ends, outward in (
            (names[0], [(x0, y0), (x1, y0)], (0.0, -1.0, 0.0)),
            (names[1], [(x1, y0), (x1, y1)], (1.0, 0.0, 0.0)),
        ):
            start, end = land.ground(np.array(ends))
            axis = 0 if ends[0][1] == ends[1][1] else 1
            low, high = ends[0][axis], ends[1][axis]
            ticks = [
                ((tick - low) / (high - low), tick_label(tick)) for tick in nice_ticks(low, high, 4)
            ]
            outward = np.array(outward)
            self._axis(axes, start, end, outward, ticks)
            axes.add(self.name(name, (start + end) / 2 + 8.6 * _TICK * outward))
        corner = land.ground(np.array([x0, y0]))
        foot, top = corner.copy(), corner.copy()
        foot[2], top[2] = land.altitude(land.lowest), land.altitude(land.highest)
        heights = nice_ticks(land.lowest, land.highest, 4)
        span = land.highest - land.lowest
        ticks = [((height - land.lowest) / span, tick_label(height)) for height in heights]
        self._axis(axes, foot, top, np.array([-0.8, -0.6, 0.0]), ticks, reach=2.2, align=1)
        axes.add(self.name("f", top + 4 * _TICK * OUT))
        stilt = VMobject(stroke_color=self.film.theme.quiet, stroke_width=2, stroke_opacity=0.6)
        axes.add(in_space(stilt.set_points(dashes(corner, foot))))
        return axes

    def _axis(
        self,
        axes: Group,
        start: np.ndarray,
        end: np.ndarray,
        outward: np.ndarray,
        ticks: list[tuple[float, str]],
        reach: float = 3.5,
        align: int = 0,
    ) -> None:
        """Add an axis with ticks at fractions of its length, and numbers `reach` ticks away."""
        axes.add(self._line(np.stack([start, end])))
        for fraction, source in ticks:
            place = start + fraction * (end - start)
            axes.add(self._line(np.stack([place, place + _TICK * outward])))
            axes.add(self.label(source, place + reach * _TICK * outward, align))

    def _line(self, points: np.ndarray) -> VMobject:
        line = VMobject(stroke_color=self.film.theme.quiet, stroke_width=2)
        return in_space(line.set_points_as_corners(points))

    def name(self, source: str, place: np.ndarray) -> VMobject:
        """Return an axis's name, larger than its numbers."""
        return self.label(source, place, em=1.25 * LABEL_EM)

    def label(
        self, source: str, place: np.ndarray, align: int = 0, em: float = LABEL_EM
    ) -> VMobject:
        """Return a formula that lies flat on the frame at the image of a place in space.

        There stands its middle, or with `align` 1 its right end.
        """
        text = self.film.formula(source, em=em, color=self.film.theme.quiet)
        self.film.director.attach(text, place, align * text.width / 2 * LEFT, framed=True)
        return text
