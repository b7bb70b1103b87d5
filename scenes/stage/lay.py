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
from mathcore.convexity import along_chord, chord_gap, chords_below
from scenes.stage.landscape import Landscape

SHARES = np.linspace(0, 1, 41)
"""Places on a chord at which it is looked at."""

LONG = 0.4
"""The least length of a chord that is shown, as a share of the longer side, where possible."""

ASIDE = 0.02
"""How far round a point there is ground, as a share of the longer side, where a plane touches."""

NOISE = 1e-9
"""A share of the hill's height that is rounding."""

STARTS = 12
"""Walks that set out round the middle of the first hill."""


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

    def gaps(self, ends: np.ndarray) -> np.ndarray:
        """Return how far the chord over p and q (2, 2) is above the ground, nan where none is."""
        return chord_gap(self.land.hill, ends, SHARES)

    def widest(self, ends: np.ndarray) -> float:
        """Return λ where a chord that is nowhere below the ground is farthest above it."""
        return float(SHARES[np.argmax(np.nan_to_num(self.gaps(ends), nan=-np.inf))])

    @cached_property
    def caught(self) -> tuple[np.ndarray, float] | None:
        """The ends (2, 2) of a chord seen well that runs below the ground, and λ where it does."""
        if not len(self.below):
            return None
        ends, depth = self.below.ends, -self.below.gaps
        inside = np.isfinite(self.land.height(along_chord(ends.swapaxes(0, 1), 0.5)))
        for share in (0.25, 0.75):
            spots = along_chord(ends.swapaxes(0, 1), share)
            inside &= np.isfinite(self.land.height(spots))
        finite = np.where(np.isfinite(depth), depth, 0.0)
        share = finite / max(float(finite.max()), 1e-300)
        seen = self._facing(ends)
        long = np.minimum(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1) / self.land.span, LONG)
        score = 2 * inside + np.minimum(share, 0.7) + 0.8 * np.minimum(seen, 0.9) + long / LONG
        best = int(np.argmax(score))
        gaps = np.nan_to_num(self.gaps(ends[best]), nan=np.inf)
        seen_there = np.isfinite(self.land.height(along_chord(ends[best], SHARES)))
        deep = seen_there & (gaps < 0)
        lowest = SHARES[np.argmin(np.where(deep, gaps, np.inf) if deep.any() else gaps)]
        return ends[best], float(lowest)

    def tour(self, count: int) -> list[np.ndarray]:
        """Return so many chords (2, 2) to look at, or fewer, all of them above the ground.

        From each to the next both ends can go straight, with ground below them all the way.
        """
        (x0, x1), (y0, y1) = self.land.ranges
        axes = [
            low + (high - low) * np.linspace(0.07, 0.93, 8) for low, high in ((x0, x1), (y0, y1))
        ]
        points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
        points = points[np.isfinite(self.land.height(points))]
        first, second = np.triu_indices(len(points), 1)
        pairs = np.stack([points[first], points[second]], axis=1)
        if not len(pairs):
            return []
        rows = along_chord(pairs.swapaxes(0, 1), SHARES[:, None])  # (41, m, 2)
        values = self.land.hill.value(pairs)
        levels = SHARES[:, None] * values[:, 0] + (1 - SHARES[:, None]) * values[:, 1]
        ground = self.land.height(rows)
        relief = self.land.highest - self.land.lowest
        with np.errstate(invalid="ignore"):
            gaps = (levels - ground) / relief
        least = np.where(np.isnan(gaps).any(axis=0), -np.inf, gaps.min(axis=0))
        above = least >= -NOISE
        if not above.any():
            return []
        pairs, widest = pairs[above], gaps.max(axis=0)[above]
        length = np.linalg.norm(pairs[:, 0] - pairs[:, 1], axis=1) / self.land.span
        score = (
            np.minimum(3 * widest, 1.2)
            + 0.8 * self._facing(pairs)
            + np.minimum(length, LONG) / LONG
        )
        chosen: list[np.ndarray] = []
        for best in np.argsort(-score, kind="stable"):
            pair = pairs[best]
            for turned in (pair, pair[::-1]):
                if all(self._apart(turned, other) for other in chosen) and (
                    not chosen or self._leads(chosen[-1], turned)
                ):
                    chosen.append(turned)
                    break
            if len(chosen) == count:
                break
        return chosen

    def _apart(self, one: np.ndarray, other: np.ndarray) -> bool:
        away = [np.linalg.norm(one - twin, axis=1).min() for twin in (other, other[::-1])]
        return bool(min(away) > 0.2 * self.land.span)

    def _leads(self, one: np.ndarray, other: np.ndarray) -> bool:
        way = one + np.linspace(0, 1, 21)[:, None, None] * (other - one)
        return bool(np.isfinite(self.land.height(way)).all())

    def leads(self, one: np.ndarray, other: np.ndarray) -> bool:
        """Whether both ends of a chord (2, 2) can go straight to those of another, over ground."""
        return self._leads(one, other)

    def _facing(self, pairs: np.ndarray) -> np.ndarray:
        """Return how squarely the eye sees chords (m, 2, 2): the sine of the angle between."""
        eye = unit_direction(np.radians(self.turn))
        ways = pairs[:, 1] - pairs[:, 0]
        across = ways[:, 0] * eye[1] - ways[:, 1] * eye[0]
        return np.abs(across) / np.maximum(np.linalg.norm(ways, axis=1), 1e-300)

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

    def beside(self, turns: tuple[float, ...]) -> list[np.ndarray]:
        """Return points (2,) so many degrees round the middle from the eye, with gradients."""
        middle = np.array([(low + high) / 2 for low, high in self.land.ranges])
        half = np.array([(high - low) / 2 for low, high in self.land.ranges])
        points = []
        for turn in turns:
            wanted = middle + 0.5 * half * unit_direction(np.radians(self.turn + turn))
            if self._is_smooth(wanted[np.newaxis])[0]:
                points.append(wanted)
            elif len(self._spots):
                away = np.linalg.norm(self._spots - wanted, axis=1)
                points.append(self._spots[away.argmin()])
        return points

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
    def has_kink(self) -> bool:
        """Whether f has no gradient at its lowest valley."""
        slopes = self.land.hill.gradient(self.bottom) if self.bottom is not None else np.zeros(2)
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
        middle = np.array([(low + high) / 2 for low, high in self.land.ranges])
        half = np.array([(high - low) / 2 for low, high in self.land.ranges])
        angles = np.radians(self.turn) + 2 * np.pi * (np.arange(STARTS) + 0.5) / STARTS
        shares = np.where(np.arange(STARTS) % 2, 0.88, 0.62)[:, None]
        return self._sound(middle + shares * half * unit_direction(angles))

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

    def parting(self, starts: np.ndarray) -> np.ndarray:
        """Return walks (steps + 1, 3, 2), the first to a saddle, the others past it to both sides.

        They end where the others have settled, and before rounding has driven the first away.
        """
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
