"""Patch: the surroundings of a point of the hill in numbers: how close its tangent plane is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenes.stage.landscape import Landscape
from scenes.stage.plot import round_below
from scenes.stage.relief import relief

WIDEST = 0.25
"""The radius of a patch as a share of the landscape's longer side, at most."""

SMALLEST = 1e-4
"""The radius of a patch as a share of that side, at least."""

EVERYWHERE = ((-np.inf, np.inf), (-np.inf, np.inf))

WAYS = np.array([(x, y) for x in (0.6, 0.8, -0.6, -0.8) for y in (0.8, 0.6, -0.8, -0.6)])
WAYS = WAYS[np.isclose(np.hypot(*WAYS.T), 1.0)]
"""Unit vectors of round numbers along no axis: a step along one has two parts, read with ease."""

STEEP = 0.4
"""The share of the steepest of them that the plane climbs along the one that is taken."""

LAST = 4
"""How often the patch is halved."""

QUARTER = 3.4, 4.7
"""A gap so many times as wide as that at half the radius is about four times as wide."""


class Patch:
    """The surroundings of a point in numbers: how much f climbs there, and how much its plane does.

    `radius` is the largest round number at which f is smooth all around inside the landscape, and
    the gap between hill and plane shrinks with the radius as it does in the limit; `way` is one of
    the round directions in which the gap is large and the plane not level, to the right of an eye
    at an angle.

    Args:
        land: the landscape.
        point: of the domain (2,).
        eye: round from the first axis, in radians.

    Raises ValueError where f is not continuous around the point, or upright in it.
    """

    def __init__(self, land: Landscape, point: np.ndarray, eye: float):
        self.land, self.point = land, point
        self.value = float(land.hill.value(point))
        slopes = land.hill.gradient(point)
        self.has_plane = bool(np.isfinite(slopes).all())
        self.slopes = slopes if self.has_plane else np.zeros(2)
        rightward = WAYS @ np.array([-np.sin(eye), np.cos(eye)])
        found = self._found(rightward, land.ranges) or self._found(rightward, EVERYWHERE)
        if found is None:
            raise ValueError("f is not continuous there, or upright. Move the start.")
        self.radius, self.way = found

    def climb(self, away: np.ndarray) -> np.ndarray:
        """Return how much higher f is at places `away` (..., 2) from the point."""
        return self.land.hill.value(self.point + away) - self.value

    def gap(self, h: float, tilt: np.ndarray | float = 0.0, way: np.ndarray | None = None) -> float:
        """Return by how much the hill is above a plane at distance h: 0 where it is rounding.

        Args:
            h: distance from the point, along `way`.
            tilt: what the plane's slopes (2,) are more than the gradient.
            way: another direction than `way`.
        """
        step = h * (self.way if way is None else way)
        climb, plane = float(self.climb(step)), float(step @ (self.slopes + tilt))
        noise = 32 * np.finfo(float).eps * max(abs(self.value), abs(self.value + climb), abs(plane))
        return climb - plane if abs(climb - plane) > noise else 0.0

    def side_slopes(self, h: float, way: np.ndarray | None = None) -> np.ndarray:
        """Return how steep the hill is on average along `way`, up to h behind and ahead (2,)."""
        step = h * (self.way if way is None else way)
        behind, ahead = self.climb(np.stack([-step, step]))
        return np.array([-behind, ahead]) / h

    def radii(self) -> np.ndarray:
        """Return the radius, half of it, and so on (LAST + 1,)."""
        return self.radius * 0.5 ** np.arange(LAST + 1)

    def gaps(self) -> np.ndarray:
        """Return how wide the gap is at each of the radii (LAST + 1,)."""
        return np.abs([self.gap(h) for h in self.radii()])

    def ratios(self) -> np.ndarray:
        """Return how many times as wide gaps are before each halving (LAST,); nan where it is 0."""
        gaps = self.gaps()
        return np.divide(gaps[:-1], gaps[1:], out=np.full(LAST, np.nan), where=gaps[1:] > 0)

    def is_quartered(self, *, always: bool = False) -> bool:
        """Whether half the distance leaves about a quarter of the gap: it shrinks like h².

        That is asked of the last halving, or of all of them.
        """
        low, high = QUARTER
        asked = self.ratios() if always else self.ratios()[-1:]
        return bool(((low <= asked) & (asked <= high)).all())

    def share_of_square(self) -> float:
        """Return how many times h² the gap is as h goes to 0: half of f's curvature along `way`."""
        return 0.5 * float(abs(self.way @ self.land.hill.hessian(self.point) @ self.way))

    def _found(
        self, rightward: np.ndarray, ranges: Sequence[tuple[float, float]]
    ) -> tuple[float, np.ndarray] | None:
        """Return a radius and a direction of a patch inside ranges, None where there is none."""
        found: list[tuple[float, np.ndarray]] = []
        radius = round_below(WIDEST * self.land.span)
        while radius > SMALLEST * self.land.span:
            if self._is_smooth(radius, ranges):
                found.append((radius, self._way(radius, rightward)))
                if self._is_typical(*found[-1]):
                    return found[-1]
            radius = round_below(0.75 * radius)
        return found[0] if found and self.has_plane else None

    def _is_smooth(self, radius: float, ranges: Sequence[tuple[float, float]]) -> bool:
        """Whether f goes on without hole or jump in a square of this radius inside ranges."""
        low, high = self.point - radius, self.point + radius
        slack = 1e-9 * self.land.span
        for (first, last), one, other in zip(ranges, low, high, strict=True):
            if one < first - slack or other > last + slack:
                return False
        sides = (np.linspace(*ends, 33) for ends in zip(low, high, strict=True))
        made = relief(self.land.hill.value, *sides)
        return bool(np.isfinite(made.values).all()) and not len(made.rims)

    def _way(self, radius: float, rightward: np.ndarray) -> np.ndarray:
        """Return the direction farthest to the right of those with a large gap, not level."""
        if self.has_plane:
            gaps = np.abs([self.gap(radius / 4, way=way) for way in WAYS])
        else:
            gaps = np.abs([np.diff(self.side_slopes(radius, way))[0] for way in WAYS])
        large = gaps >= 0.5 * gaps.max()
        climbs = np.abs(WAYS @ self.slopes)
        steep = large & (climbs >= STEEP * climbs.max())
        large = steep if steep.any() else large
        return WAYS[np.argmax(np.where(large, rightward, -np.inf))]

    def _is_typical(self, radius: float, way: np.ndarray) -> bool:
        """Whether the gap shrinks from halving to halving as it should when a patch is small."""
        gaps = np.abs([self.gap(radius / 2**count, way=way) for count in range(LAST + 1)])
        if not self.has_plane:  # at a kink, slopes to both sides settle, and not on one number
            slopes = np.array([self.side_slopes(radius / 2**count, way) for count in (0, LAST)])
            (bend, still), steep = np.abs(np.diff(slopes, axis=1))[:, 0], np.abs(slopes).max(axis=1)
            return bool(steep[1] <= 1.5 * steep[0] and still > 0.3 * bend)
        if not gaps[-1] or not gaps.all():
            return not gaps.any()
        return bool((gaps[:-1] / gaps[1:]).min() > 2.2)
