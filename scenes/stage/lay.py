"""The lay of the land: whether a hill is convex, where its valleys are, what is worth showing."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from mathcore import Framing, unit_direction
from mathcore.basins import (
    Basins,
    Ridge,
    basins,
    careful_rate,
    ridge,
    saddles,
    walk_from,
)
from mathcore.convexity import chord_gap, chords_below
from scenes.stage.chord_choice import NOISE, SHARES, chord_caught, chord_tour
from scenes.stage.landscape import Landscape

ASIDE = 0.02
"""How far round a point there is ground, as a share of the longer side, where a plane touches."""

STARTS = 12
"""Walks that set out round the middle of a hill."""

SIDES = 100.0, -110.0
"""Degrees from the eye, round the middle, at which a plane touches the hill."""

HAIR = 0.006
"""How far beside the ridge walks begin that leave it, as a share of the longer side."""


class Lay:
    """What is true of a hill, found out by computing.

    `below` are the chords found that run below the ground, `is_convex` says whether there are none,
    as far as the picture goes. `valleys` tells where walks end; there is none on level ground.

    Args:
        land: the hill.
        framing: what is known of it.
    """

    def __init__(self, land: Landscape, framing: Framing):
        self.land, self.framing, self.turn = land, framing, framing.turn
        self.heights = land.value_range
        self.below = chords_below(land.hill, land.ranges, self.heights)
        self.is_convex = not len(self.below) and not self.below.broken
        self.rate = careful_rate(land.hill, land.ranges, self.heights[1])
        self.valleys: Basins | None = None
        if self.rate is not None:
            self.valleys = basins(land.hill, land.ranges, self.rate, minima=framing.minima)
        self.minima = np.array(framing.minima).reshape(-1, 2)

    def look_from(self, land: Landscape, framing: Framing) -> None:
        """Let the same hill be seen from another side."""
        self.land, self.framing, self.turn = land, framing, framing.turn

    # Chords

    def widest(self, ends: np.ndarray) -> float:
        """Return λ where a chord (2, 2) that is nowhere below the ground is farthest above it."""
        gaps = np.nan_to_num(chord_gap(self.land.hill, ends, SHARES), nan=-np.inf)
        return float(SHARES[np.argmax(gaps)])

    @cached_property
    def caught(self) -> tuple[np.ndarray, float] | None:
        """The ends (2, 2) of a chord seen well that runs below the ground, and λ where it does."""
        return chord_caught(self.land, self.below, self.turn)

    def tour(self, count: int) -> list[np.ndarray]:
        """Return so many chords (2, 2) to look at, or fewer, all of them above the ground."""
        return chord_tour(self.land, self.turn, count)

    # Tangent planes

    @cached_property
    def _spots(self) -> np.ndarray:
        """Points (m, 2) of a grid at which f has a gradient, and is shown."""
        axes = [low + (high - low) * np.linspace(0.1, 0.9, 17) for low, high in self.land.ranges]
        points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
        return points[self._is_smooth(points)]

    def _is_smooth(self, points: np.ndarray) -> np.ndarray:
        """Whether f has a gradient at points (m, 2), and is shown there and close by."""
        sides = ASIDE * self.land.span * unit_direction(np.pi / 4 * np.arange(8))
        around = np.isfinite(self.land.height(points[:, np.newaxis] + sides)).all(axis=1)
        known = np.isfinite(self.land.hill.gradient(points)).all(axis=1)
        return known & around & np.isfinite(self.land.height(points))

    @cached_property
    def touching(self) -> list[np.ndarray]:
        """Points (2,) with gradients at which a plane is worth seeing, one after the other.

        They lie to two sides of the middle; where a plane cuts through the hill, that is the last.
        """
        points = []
        for wanted in self._round_middle(np.radians(SIDES), 0.5):
            if self._is_smooth(wanted[np.newaxis])[0]:
                points.append(wanted)
            elif len(self._spots):
                away = np.linalg.norm(self._spots - wanted, axis=1)
                points.append(self._spots[away.argmin()])
        return points if self.cutting is None else [*points[:1], self.cutting]

    def _round_middle(self, angles: np.ndarray, shares: np.ndarray | float) -> np.ndarray:
        """Return points (m, 2) at angles from the eye, at shares of the way to the edge."""
        low, high = np.array(self.land.ranges).T
        ways = unit_direction(np.radians(self.turn) + angles)
        return (low + high) / 2 + np.reshape(shares, (-1, 1)) * (high - low) / 2 * ways

    @cached_property
    def cutting(self) -> np.ndarray | None:
        """The point (2,) whose tangent plane rises above the shown ground the most, if one does."""
        grid = self.land.grid()[::8, ::8].reshape(-1, 2)
        grid = grid[np.isfinite(self.land.height(grid))]
        values, slopes = self.land.hill.value_and_gradient(self._spots)
        planes = values[:, None] + np.einsum(
            "mk,mnk->mn", slopes, grid[None] - self._spots[:, None]
        )
        over = planes - self.land.hill.value(grid)
        most = over.max(axis=1, initial=-np.inf)
        noise = NOISE * (self.land.highest - self.land.lowest)
        return self._spots[most.argmax()] if len(most) and most.max() > noise else None

    # Where walks lead

    @property
    def level_place(self) -> np.ndarray | None:
        """Where (2,) a plane is level: at the bottom, or higher up where not all is convex."""
        return self.bottom if self.is_convex or self.shelf is None else self.shelf

    @property
    def has_kink(self) -> bool:
        """Whether f has no gradient where a plane is level."""
        goal = self.level_place
        slopes = self.land.hill.gradient(goal) if goal is not None else np.zeros(2)
        return not np.isfinite(slopes).all() or bool(np.hypot(*slopes) > 1e-6 * self.land.steepness)

    @cached_property
    def bottom(self) -> np.ndarray | None:
        """The lowest minimum (2,) in view, or else level ground that is lowest; None without."""
        if len(self.minima):
            return self.minima[np.argmin(self.land.hill.value(self.minima))]
        inner = self.land.grid()[8:-8:8, 8:-8:8].reshape(-1, 2)
        heights = self.land.height(inner)
        if not np.isfinite(heights).any():
            return None
        noise = NOISE * (self.land.highest - self.land.lowest)
        level = inner[heights <= np.nanmin(heights) + noise]
        middle = np.mean(self.land.ranges, axis=1)
        lowest = level[np.linalg.norm(level - middle, axis=1).argmin()]
        lower = np.nanmin(self.land.height(self.land.grid())) < np.nanmin(heights) - noise
        return None if lower else lowest

    @cached_property
    def shelf(self) -> np.ndarray | None:
        """The highest smooth minimum (2,) that is not the lowest ground in view; or None."""
        if not len(self.minima):
            return None
        smooth = np.hypot.reduce(self.land.hill.gradient(self.minima), axis=1) <= (
            1e-6 * self.land.steepness
        )
        values = self.land.hill.value(self.minima)
        higher = smooth & np.array([self.has_lower_than(point) for point in self.minima])
        return self.minima[np.argmax(np.where(higher, values, -np.inf))] if higher.any() else None

    def has_lower_than(self, point: np.ndarray) -> bool:
        """Whether there is ground in view that is clearly lower than at a point (2,)."""
        lowest = float(np.nanmin(self.land.height(self.land.grid())))
        clearly = 1e-3 * (self.land.highest - self.land.lowest)
        return float(self.land.hill.value(point)) > lowest + clearly

    def ring(self) -> np.ndarray:
        """Return starts (m, 2) all round the middle, where there is ground and a gradient."""
        angles = 2 * np.pi * (np.arange(STARTS) + 0.5) / STARTS
        shares = np.where(np.arange(STARTS) % 2, 0.88, 0.62)
        return self._sound(self._round_middle(angles, shares))

    def lattice(self, side: int) -> np.ndarray:
        """Return starts (m, 2) on a grid over the map, where there is a gradient."""
        axes = [
            low + (high - low) * (np.arange(side) + 0.5) / side for low, high in self.land.ranges
        ]
        return self._sound(np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2), shown=False)

    def _sound(self, points: np.ndarray, *, shown: bool = True) -> np.ndarray:
        heights = self.land.height(points) if shown else self.land.hill.value(points)
        slopes = self.land.hill.gradient(points)
        return points[np.isfinite(heights) & np.isfinite(slopes).all(axis=1)]

    def walks(self, starts: np.ndarray, most: int = 1500) -> np.ndarray:
        """Return gradient descent from starts (m, 2) until all have settled: (steps + 1, m, 2)."""
        paths = walk_from(self.land.hill, starts, self.rate, most, self.land.ranges)
        left = np.linalg.norm(paths - paths[-1], axis=2).max(axis=1)
        settled = int(np.argmax(left <= 0.004 * self.land.span))
        return paths[: max(settled, 2) + 1]

    @property
    def hair(self) -> float:
        """How far beside the ridge walks begin that leave it."""
        return HAIR * self.land.span

    @cached_property
    def parting(self) -> np.ndarray | None:
        """Walks (steps + 1, 3, 2), the first to the saddle, the others past it to both sides.

        They end where the others have settled, and before rounding has driven the first away. None
        where there is no ridge to begin on.
        """
        if self.ridge is None or self.ridge.start is None:
            return None
        aside = self.hair * self.ridge.across
        starts = self.ridge.start + np.array([[0.0], [1.0], [-1.0]]) * aside
        paths = walk_from(self.land.hill, starts, self.rate, 2000, self.land.ranges)
        left = np.linalg.norm(paths - paths[-1], axis=2)[:, 1:].max(axis=1)
        settled = int(np.argmax(left <= 0.004 * self.land.span))
        away = np.linalg.norm(paths[:, 0] - self.ridge.saddle, axis=1)
        stays = np.flatnonzero(away <= max(away.min(), 1e-4 * self.land.span))
        return paths[: max(min(settled, int(stays[-1])), 2) + 1]

    @cached_property
    def ridge(self) -> Ridge | None:
        """The ridge of the saddle that is seen best, if there is one in view."""
        if self.valleys is None:
            return None
        found = saddles(self.land.hill, self.land.ranges)
        found = found[np.isfinite(self.land.height(found))]
        ridges = [ridge(self.valleys, point) for point in found[:2]]
        with_start = [each for each in ridges if each.start is not None]
        return (with_start or ridges or [None])[0]
