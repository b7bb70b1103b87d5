"""The tangent plane of the hill, as far as it stays in the picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group, VMobject

from scenes.stage.actors import Place, following
from scenes.stage.landscape import GAP, Landscape
from scenes.stage.space import Mesh
from scenes.stage.theme import Theme

CORNERS = 6
"""A rectangle that is cut off below and above has no more corners."""

BENEATH = 0.002
"""Manim units by which a plane is drawn too low, so that it does not mix with level ground."""


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


class Plane(Group):
    """The plane through the hill's point with the gradient's slopes, over all of the map.

    It ends where it would be lower than the map, or higher than the hill. Where there is no
    gradient, there is no plane.

    Args:
        where: the point of the domain (2,).
        slopes: the plane's gradient (2,); that of f where left out.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        where: Place,
        slopes: Callable[[], np.ndarray] | None = None,
    ):
        self.land, self.where = land, where
        self.slopes = slopes or (lambda: land.hill.gradient(where()))
        faces = [[0, i, i + 1] for i in range(1, CORNERS - 1)]
        self.sheet = Mesh(self._corners(), faces, ramp=[theme.tangent], opacity=0.32, lit=False)
        self.sheet.add_updater(lambda mesh: mesh.set(points=self._corners()))
        self.rim = following(
            VMobject(stroke_color=theme.tangent, stroke_width=2.5), lambda: self._corners(closed=1)
        )
        super().__init__(self.sheet, self.rim)

    def value(self, points: np.ndarray) -> np.ndarray:
        """Return the plane's heights over points (..., 2)."""
        here = self.where()
        return self.land.hill.value(here) + (points - here) @ self.slopes()

    def least_gap(self) -> float:
        """Return the least of f minus the plane over the whole picture: 0 where it lies below."""
        points = self.land.grid()[::4, ::4]
        gaps = self.land.hill.value(points) - self.value(points)
        lowest = float(np.nanmin(gaps, initial=0.0))
        scale = float(np.nanmax(np.abs(self.land.hill.value(points))))
        return 0.0 if lowest > -1e-12 * scale else lowest

    def _corners(self, closed: int = 0) -> np.ndarray:
        land = self.land
        (x0, x1), (y0, y1) = land.ranges
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        heights = self.value(corners)
        if not np.isfinite(heights).all():
            return np.tile(land.ground(self.where()), (CORNERS + closed, 1))
        low = land.lowest - 0.85 * GAP / land.height_scale
        corners, heights = cut_off(corners, heights, low)
        corners, heights = cut_off(corners, -heights, -land.highest)
        if not len(corners):  # hardly anything of it is in view
            return np.tile(land.ground(self.where()), (CORNERS + closed, 1))
        places = land.place(corners, -heights)
        places[:, 2] -= BENEATH
        order = np.minimum(np.arange(CORNERS), len(places) - 1)
        return places[np.append(order, 0) if closed else order]
