"""Hill: the surface, its contour map below, and the axes with their names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import LEFT, OUT, RIGHT, Group, ManimColor, ValueTracker, VMobject

from mathcore.typeset import typeset
from scenes.stage.actors import dashes
from scenes.stage.director import NEIGHBOURS
from scenes.stage.landscape import Landscape
from scenes.stage.plot import nice_ticks, tick_label, tick_labels
from scenes.stage.space import Mesh, in_space
from scenes.stage.theme import LABEL_EM, Theme

if TYPE_CHECKING:
    from scenes.stage.hill_film import HillFilm

TICKS = 4
"""The most numbers on the axis of heights, apart from its lower end."""

CORNER = 0.05
"""The share of a side next to the corner nearest to the eye where numbers would meet."""

BOTH = 0.32
"""Manim units that half of each of two numbers there are wide, at most: else they would touch."""

MAP_STRENGTH = 0.42
"""How much of the terrain's colour the contour map has; the rest is background."""

WIDE = 0.2
"""Manim units: beside numbers half of which is wider, the name of their axis stands aside."""

WIDE_ASIDE = 0.28
"""The same where long numbers are farther away: half of one, and by how much it is farther."""

DIGIT = 0.08
"""Half the width of a number of one digit, in Manim units."""

_TICK = 0.10
"""Length of a tick in Manim units."""

_REACH = 3.5
"""How many ticks beyond its axis a number stands."""

NAME_BEYOND = 0.3
"""Manim units on the frame from an axis's numbers to the middle of its name, at least."""


def height_ticks(levels: Sequence[float], low: float, high: float) -> list[float]:
    """Return the heights that get a number: two to six of the contour lines' where they can be.

    >>> height_ticks([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0], 0, 4.2)
    [0.0, 1.0, 2.0, 3.0, 4.0]
    >>> height_ticks([1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0], 0, 104)
    [0.0, 20.0, 50.0, 100.0]
    """
    span = high - low
    if len(levels) < 2:
        return nice_ticks(low, high, 4)
    steps = np.diff(levels)
    if np.ptp(steps) > 1e-6 * steps[0]:  # they grow with the height
        chosen = [levels[-1]]
        for level in reversed(levels):
            if chosen[-1] - level >= 0.18 * span:
                chosen.append(level)
        if chosen[0] - low < 0.5 * span:  # they are all for the valley's floor
            return nice_ticks(low, high, 4)
        if low <= 0.0 < chosen[-1]:
            near = chosen[-1] < 0.18 * span and len(chosen) > 1
            chosen[len(chosen) - near :] = [0.0]
        found = chosen[::-1]
        return found if len(found) > 1 else nice_ticks(low, high, 4)
    for times in (1, 2, 4, 5, 10):
        step = times * (levels[-1] - levels[0]) / (len(levels) - 1)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        lead = f"{step:e}"[0]
        if 1 <= last - first <= TICKS and lead in "1245":
            return [float(f"{count * step:.12g}") + 0.0 for count in range(first, last + 1)]
    return nice_ticks(low, high, 4)


def contour_style(theme: Theme, land: Landscape) -> dict[str, Any]:
    """Return what a mesh is drawn with that carries a landscape's contour lines on a dim ground."""
    background = ManimColor(theme.background)
    return {
        "ramp": [background.interpolate(ManimColor(c), MAP_STRENGTH) for c in theme.surface],
        "value_range": (land.lowest, land.highest),
        "contour_levels": np.array(land.levels),
        "contour_color": theme.contour,
    }


def flat_map(theme: Theme, land: Landscape, contours: float = 0.4) -> Mesh:
    """Return the contour map on the ground below a landscape."""
    return Mesh(
        land.ground(land.flat.points),
        land.flat.faces,
        land.flat.values,
        lit=False,
        contour_opacity=contours,
        contour_width=1.3,
        **contour_style(theme, land),
    )


def rim_points(rims: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return rims (k, 2) through places (n, 3) as Manim's curves (4 k, 3)."""
    start, end = np.moveaxis(places[rims], 1, 0)
    shares = np.linspace(0, 1, 4)[:, None]
    return (start[:, None] + shares * (end - start)[:, None]).reshape(-1, 3)


def _turned(ways: Sequence[tuple[float, float]], quarter: int) -> np.ndarray:
    """Return directions of the plane, turned by quarters counter-clockwise, in space (m, 3)."""
    flat = np.array(ways) @ np.linalg.matrix_power(np.array([[0.0, 1.0], [-1.0, 0.0]]), quarter % 4)
    return np.column_stack([flat, np.zeros(len(flat))])


class ContourMap:
    """The contour map of a landscape, and the axes of its variables on the edges near the eye.

    Args:
        framed: whether the axes' labels are to fit into the stage's zone wherever the eye is.
    """

    def __init__(self, film: HillFilm, land: Landscape, *, framed: bool = True):
        self.land, self.film, self.framed = land, film, framed
        self.tick = _TICK * land.span / (land.whole or land).span
        flat, ground = land.flat, flat_map(film.theme, land)
        self.map = Group(
            ground,
            self._line_along(flat.rims, 1.5, ground.points),
            self._line_along(flat.border, 1.5, ground.points),
        )
        self._named: dict[int, tuple[VMobject, np.ndarray]] = {}
        self.map_axes = self._map_axes()

    def _map_axes(self) -> Group:
        """Return the axes of the domain, on the map's near edges."""
        land, film, axes = self.land, self.film, Group()
        corners, at_corner = land.corners, list[tuple[float, str]]()
        for side, outward in enumerate(_turned([(0.0, -1.0), (1.0, 0.0)], land.quarter)):
            axis = (side + land.quarter) % 2
            low, high = (land.x_range, land.y_range)[axis]
            ends = corners[side : side + 2]
            start, end = land.ground(ends[np.argsort(ends[:, axis])])
            numbers = nice_ticks(low, high, 4)
            shares = [(number - low) / (high - low) for number in numbers]
            ticks = list(zip(shares, tick_labels(numbers), strict=True))
            shared = (corners[1, axis] - low) / (high - low)
            near = [tick for tick in ticks if abs(tick[0] - shared) <= CORNER]
            if side == 1 and near and at_corner and not self._are_apart(near[0], at_corner[0]):
                ticks.remove(near[0])
            at_corner = near
            self._axis(axes, start, end, outward, ticks, aside=axis == 1)
            name = typeset(land.hill.variables[axis])
            half = max(axes[-1 - 2 * index].width for index in range(len(ticks))) / 2
            over = half + _longer(half) - WIDE_ASIDE if axis == 1 else half - WIDE
            away = 8.6 * self.tick + max(0.0, over) * self.tick / _TICK
            middle = (start + end) / 2
            label = self.name(name, middle + away * outward)
            film.director.keep_beyond(label, middle + _REACH * self.tick * outward, NAME_BEYOND)
            self._named[axis] = label, outward
            axes.add(label)
        return axes

    def _line_along(self, edges: np.ndarray, width: float, places: np.ndarray) -> VMobject:
        """Return a line along edges (k, 2) between points that are at places (n, 3)."""
        line = VMobject(stroke_color=self.film.theme.quiet, stroke_width=width)
        line.points = rim_points(edges, places)
        return in_space(line)

    def _axis(
        self,
        axes: Group,
        start: np.ndarray,
        end: np.ndarray,
        outward: np.ndarray,
        ticks: list[tuple[float, str]],
        reach: float = _REACH,
        align: int = 0,
        aside: bool = False,
    ) -> None:
        """Add an axis with ticks at fractions of its length, and numbers `reach` ticks away.

        Where these stand `aside`, seen from above, long ones are farther away: they all begin at
        the same distance.
        """
        axes.add(self._line(np.stack([start, end])))
        for fraction, source in ticks:
            place = start + fraction * (end - start)
            axes.add(self._line(np.stack([place, place + self.tick * outward])))
            beyond = outward if aside else 0 * outward
            axes.add(self.label(source, place + reach * self.tick * outward, align, beyond=beyond))

    def _are_apart(self, *ticks: tuple[float, str]) -> bool:
        """Whether two axes have numbers of their own at the corner that both share.

        One number does for both where it is the same, and where two would touch.
        """
        one, other = (self.film.formula(source, em=LABEL_EM) for _, source in ticks)
        return ticks[0][1] != ticks[1][1] and one.width + other.width <= 2 * BOTH

    def _line(self, points: np.ndarray) -> VMobject:
        line = VMobject(stroke_color=self.film.theme.quiet, stroke_width=2)
        return in_space(line.set_points_as_corners(points))

    def name(self, source: str, place: np.ndarray, beyond: np.ndarray | float = 0.0) -> VMobject:
        """Return an axis's name, larger than its numbers; `beyond` as for `label`."""
        return self.label(source, place, em=1.25 * LABEL_EM, beyond=beyond)

    def label(
        self,
        source: str,
        place: np.ndarray,
        align: int = 0,
        em: float = LABEL_EM,
        beyond: np.ndarray | float = 0.0,
    ) -> VMobject:
        """Return a formula that lies flat on the frame at the image of a place in space.

        There stands its middle, or with `align` 1 its right end. The middle of one longer than a
        digit is farther away by what it is longer there, in the direction `beyond`.
        """
        text = self.film.formula(source, em=em, color=self.film.theme.quiet)
        place = place + _longer(text.width / 2) * self.tick / _TICK * beyond
        self.film.director.attach(text, place, align * text.width / 2 * LEFT, framed=self.framed)
        return text


class Hill(ContourMap):
    """What stands there before anything happens; `rise` (0 to 1) lifts the hill off its map."""

    def __init__(self, film: HillFilm, land: Landscape):
        super().__init__(film, land)
        self.rise = ValueTracker(0)
        theme, relief, ground = film.theme, land.relief, self.map[0]
        style = contour_style(theme, land)
        self._ground = land.ground(relief.points)
        self._places = land.place(relief.points, relief.values)
        self._risen = 0.0
        self._mesh = Mesh(self._ground, relief.faces, relief.values, **style)
        self._ramps = np.stack([ground.ramp, [ManimColor(c).to_rgb() for c in theme.surface]])
        self._ends = [
            (edges, self._line_along(edges, 2, self._ground))
            for edges in (relief.rims, relief.border)
        ]
        self.hill = Group(self._mesh, *(line for _, line in self._ends))
        self._mesh.add_updater(lambda mesh: self._lift())
        self.height_axis = Group()
        foot = land.ground(land.corners[0])
        outward = _turned([(-0.8, -0.6)], land.quarter)[0]
        height = self._axis_of_heights(self.height_axis, foot, outward)
        self.names = Group(self._named[0][0], self._named[1][0], height)
        self.axes = Group(*self.map_axes, *self.height_axis)
        film.director.give_way(*self.names, distances=NEIGHBOURS)
        film.director.direct()

    def other_names(self, first: str, second: str, height: str) -> Group:
        """Return other names for the axes, each to stand where one of `names` stands.

        A longer one keeps off the axis's numbers as far as that does.

        Args:
            first: that of the first variable, Typst maths.
            second: that of the second variable.
            height: that of heights.
        """
        *level, top = map(self.film.director.place_of, self.names)
        outward = [2 * self._named[axis][1] for axis in (0, 1)]  # it is seen aslant
        others = map(self.name, (first, second), level, outward)
        return Group(*others, self._name_of_heights(top, height))

    def _lift(self) -> None:
        rise = self.rise.get_value()
        if rise == self._risen:
            return
        self._risen = rise
        self._mesh.points = self._ground + rise * (self._places - self._ground)
        # It lies on the map in the map's colours, and brightens as it rises.
        self._mesh.ramp = self._ramps[0] + rise * (self._ramps[1] - self._ramps[0])
        for edges, line in self._ends:
            line.points = rim_points(edges, self._mesh.points)

    def grow_from(self, number: float) -> ValueTracker:
        """Let the hill stand, and grow out of its cut at a number of the second variable.

        Returns:
            How far it has grown, as a share of the way to the farther end: 0 to 1.
        """
        relief, spread = self.land.relief, ValueTracker(0)
        away = np.abs(relief.points[:, 1] - number)
        of_faces = away[relief.faces].max(axis=1)
        low, high = self.land.y_range
        farthest = max(number - low, high - number)

        def grow(mesh: Mesh) -> None:
            reach = spread.get_value() * farthest * (1 + 1e-9)
            faces = relief.faces[of_faces <= reach]
            if len(faces) != len(mesh.faces):
                mesh.faces = faces
                for edges, line in self._ends:
                    grown = edges[away[edges].max(axis=1) <= reach]
                    line.points = rim_points(grown, mesh.points)

        self.rise.set_value(1)
        self._lift()
        self._mesh.add_updater(grow, call_updater=True)
        return spread

    def upright_axes(self, number: float) -> Group:
        """Return the axes of the cut at a number of the second variable, to be seen from the front.

        The axis of the first variable lies at the lowest height, that of heights at the left.
        """
        land, axes = self.land, Group()
        low, high = land.x_range
        start, end = land.place(np.array([[low, number], [high, number]]), land.lowest)
        numbers = nice_ticks(low, high, 5)
        shares = [(number - low) / (high - low) for number in numbers]
        self._axis(axes, start, end, -OUT, list(zip(shares, tick_labels(numbers), strict=True)))
        axes.add(self.name(typeset(land.hill.variables[0]), end + 4 * _TICK * RIGHT))
        self._axis_of_heights(axes, start, LEFT)
        return axes

    def _axis_of_heights(self, axes: Group, corner: np.ndarray, outward: np.ndarray) -> VMobject:
        """Add the axis of heights above a corner (3,), on dashes where that lies below it.

        Returns:
            Its name.
        """
        land = self.land
        foot, top = corner.copy(), corner.copy()
        foot[2], top[2] = land.altitude(land.lowest), land.altitude(land.highest)
        heights = height_ticks(land.levels, land.lowest, land.highest)
        span = land.highest - land.lowest
        shares = [(height - land.lowest) / span for height in heights]
        ticks = list(zip(shares, tick_labels(heights), strict=True))
        self._axis(axes, foot, top, outward, ticks, reach=2.2, align=1)
        name = self._name_of_heights(top + 5 * _TICK * OUT, self.film.height_symbol(land))
        axes.add(name)
        if not np.allclose(corner, foot):
            stilt = VMobject(stroke_color=self.film.theme.quiet, stroke_width=2, stroke_opacity=0.6)
            axes.add(in_space(stilt.set_points(dashes(corner, foot))))
        return name

    def _name_of_heights(self, place: np.ndarray, source: str) -> VMobject:
        """Return the name of heights at a place in space, with those at which the hill is cut."""
        land = self.land
        ends = zip(land.is_cut, land.value_range, strict=True)
        low, high = (tick_label(bound) if is_cut else "" for is_cut, bound in ends)
        if high:
            source = f"{low} <= {source} <= {high}" if low else f"{source} <= {high}"
        elif low:
            source = f"{source} >= {low}"
        return self.label(source, place, align=int(any(land.is_cut)), em=1.25 * LABEL_EM)


def _longer(half: float) -> float:
    """Return by how much half the width of a number is more than that of a digit."""
    return max(0.0, half - DIGIT)
