"""Planes through a point of the hill: over all of the map, and round under the microscope."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group, VMobject

from mathcore import unit_direction
from scenes.stage.actors import TANGENT_REACH, Place, following
from scenes.stage.landscape import GAP, Landscape
from scenes.stage.microscope import TRAY, Microscope
from scenes.stage.space import Mesh
from scenes.stage.theme import Theme

CORNERS = 6
"""A rectangle that is cut off below and above has no more corners."""

BENEATH = 0.002
"""Manim units by which a plane is drawn too low, so that it does not mix with level ground."""

SHEER = 0.3
"""Opacity of a plane."""

CLOSER, AROUND = 12, np.stack(np.meshgrid(*[np.linspace(-1, 1, 7)] * 2), axis=-1).reshape(-1, 2)
"""How often one looks closer for the lowest point, and where around the last one found (m, 2)."""

_SPOKES = 96


def cut_off(corners: np.ndarray, values: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Return what of a convex polygon (m, 2) has linear values (m,) of at least `least`.

    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> cut_off(square, square[:, 0], 0.5)[0].tolist()
    [[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]]
    """
    kept, heights = [], []
    for i in range(len(corners)):
        before, here = values[i - 1], values[i]
        if (before >= least) != (here >= least):
            share = (least - before) / (here - before)
            kept.append(corners[i - 1] + share * (corners[i] - corners[i - 1]))
            heights.append(least)
        if here >= least:
            kept.append(corners[i])
            heights.append(here)
    return np.array(kept).reshape(-1, 2), np.array(heights)


class Pane(Group):
    """A see-through sheet in one colour, which follows its corners, and its outline.

    Args:
        color: hex colour.
        corners: places (n, 3), now.
        faces: the triangles (m, 3) between them.
        around: numbers of the corners that the outline joins, now.
        opacity: of the sheet.
    """

    def __init__(
        self,
        color: str,
        corners: Callable[[], np.ndarray],
        faces: np.ndarray,
        around: Callable[[], np.ndarray],
        opacity: float = SHEER,
    ):
        self.sheet = Mesh(corners(), faces, ramp=[color], opacity=opacity, lit=False)
        self.sheet.add_updater(lambda mesh: mesh.set(points=corners()))
        line = VMobject(stroke_color=color, stroke_width=3)
        self.outline = following(line, lambda: corners()[around()])
        super().__init__(self.sheet, self.outline)


class MapPlane(Pane):
    """The plane through the hill's point with the gradient's slopes, over all of the map.

    It ends where it would be lower than the map, or higher than the hill. Where there is no
    gradient, there is no plane.

    Args:
        where: the point of the domain (2,).
        slopes: the plane's gradient (2,); that of f where left out.
        color: hex colour; that of tangents where left out.
        opacity: of its sheet.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        where: Place,
        slopes: Callable[[], np.ndarray] | None = None,
        color: str | None = None,
        opacity: float = SHEER,
    ):
        self.land, self.where = land, where
        self.slopes = slopes or (lambda: land.hill.gradient(where()))
        faces = np.array([[0, i, i + 1] for i in range(1, CORNERS - 1)])
        around = np.append(np.arange(CORNERS), 0)
        super().__init__(color or theme.tangent, self._corners, faces, lambda: around, opacity)

    def value(self, points: np.ndarray) -> np.ndarray:
        """Return the plane's heights over points (..., 2)."""
        here = self.where()
        return self.land.hill.value(here) + (points - here) @ self.slopes()

    def least_gap(self) -> float:
        """Return the least of f minus the plane over the whole picture: 0 where it lies below.

        It is looked for on a grid, then closer and closer round the lowest point found.
        """
        low, high = np.array(self.land.ranges).T
        grid = self.land.grid()[::2, ::2]
        points, reach = grid.reshape(-1, 2), grid[1, 1] - grid[0, 0]
        values = self.land.hill.value(points)
        scale = float(np.nanmax(np.abs(values)))
        gaps = values - self.value(points)
        for _ in range(CLOSER):
            if np.isnan(gaps).all():
                return 0.0
            points = np.clip(points[np.nanargmin(gaps)] + reach * AROUND, low, high)
            gaps, reach = self.land.hill.value(points) - self.value(points), reach / 3
        lowest = float(np.nanmin(gaps, initial=0.0))
        return 0.0 if lowest > -1e-12 * scale else lowest

    def _corners(self) -> np.ndarray:
        land = self.land
        (x0, x1), (y0, y1) = land.ranges
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        heights = self.value(corners)
        if not np.isfinite(heights).all():
            return np.tile(land.ground(self.where()), (CORNERS, 1))
        low = land.lowest - 0.85 * GAP / land.height_scale
        corners, heights = cut_off(corners, heights, low)
        corners, heights = cut_off(corners, -heights, -land.highest)
        if not len(corners):  # hardly anything of it is in view
            return np.tile(land.ground(self.where()), (CORNERS, 1))
        places = land.place(corners, -heights)
        places[:, 2] -= BENEATH
        return places[np.minimum(np.arange(CORNERS), len(places) - 1)]


class DiscPlane(Pane):
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
        faces = np.concatenate(
            [
                np.stack([0 * fan, first + fan, first + fan + 1], axis=1)
                for first in (1, 2 + _SPOKES // 2)
            ]
        )
        super().__init__(color, self._corners, faces, self._rim)
        self.outline.ghost_opacity = 0.45

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
