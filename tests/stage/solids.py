"""Surfaces given by formulas, and where rays meet them: each equation is solved for the ray.

Nothing here is taken from the stage. Everything is in double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

_BATCH = 2048  # rays that are cast at once: what is worked out for them stays in the cache


@dataclass(frozen=True)
class Solid:
    """A surface in a frame of its own: `at` is its origin (3,), the columns of `axes` its axes."""

    at: np.ndarray
    axes: np.ndarray

    def hits(self, eye: np.ndarray, rays: np.ndarray) -> np.ndarray:
        """Return the t > 0 where rays (n, 3) meet the surface, rising, inf for none: (n, k)."""
        eye, rays = (eye - self.at) @ self.axes, rays @ self.axes
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [
                self._meet(eye, rays[i : i + _BATCH]) for i in range(0, max(len(rays), 1), _BATCH)
            ]
        found = np.concatenate(parts)
        return np.sort(np.where(found > 0, found, np.inf), axis=-1)

    def _meet(self, eye: np.ndarray, rays: np.ndarray) -> np.ndarray:
        raise NotImplementedError


@dataclass(frozen=True)
class Sphere(Solid):
    """Points at `radius` from the origin."""

    radius: float

    def _meet(self, eye: np.ndarray, rays: np.ndarray) -> np.ndarray:
        square, half = (rays * rays).sum(axis=1), rays @ eye
        root = np.sqrt(half**2 - square * (eye @ eye - self.radius**2))
        return np.stack([-half - root, -half + root], axis=-1) / square[:, None]


@dataclass(frozen=True)
class Sheet(Solid):
    """A rectangle of half sides `half` (2,) in the plane z = 0."""

    half: np.ndarray

    def _meet(self, eye: np.ndarray, rays: np.ndarray) -> np.ndarray:
        t = -eye[2] / rays[:, 2]
        inside = (np.abs(eye[:2] + t[:, None] * rays[:, :2]) <= self.half).all(axis=1)
        return np.where(inside, t, np.inf)[:, None]


@dataclass(frozen=True)
class Box(Solid):
    """A box of half sides `half` (3,)."""

    half: np.ndarray

    def _meet(self, eye: np.ndarray, rays: np.ndarray) -> np.ndarray:
        first, last = slabs(eye, rays, -self.half, self.half)
        return np.where((first <= last)[:, None], np.stack([first, last], axis=-1), np.inf)


@dataclass(frozen=True)
class Torus(Solid):
    """A tube of radius `tube` round the circle of `radius` in the plane z = 0."""

    radius: float
    tube: float

    def _meet(self, eye: np.ndarray, rays: np.ndarray) -> np.ndarray:
        R, r = self.radius, self.tube
        found = np.full((len(rays), 4), np.inf)
        # From the point of the ray nearest to the middle, for the sake of the quartic's digits.
        begin = -(rays @ eye) / (rays * rays).sum(axis=1)
        start = eye + begin[:, None] * rays
        near = np.flatnonzero((start * start).sum(axis=1) < (R + r) ** 2)
        start, ray = start[near], rays[near]
        a, b, c = ((u * v).sum(axis=1) for u, v in ((ray, ray), (ray, start), (start, start)))
        c = c + R**2 - r**2
        flat_a, flat_b, flat_c = (
            4 * R**2 * (u[:, :2] * v[:, :2]).sum(axis=1)
            for u, v in ((ray, ray), (ray, start), (start, start))
        )
        quartic = np.stack(
            [4 * a * b, 4 * b * b + 2 * a * c - flat_a, 4 * b * c - 2 * flat_b, c * c - flat_c]
        )
        companion = np.zeros((len(near), 4, 4))
        companion[:, 0] = -(quartic / a**2).T
        companion[:, [1, 2, 3], [0, 1, 2]] = 1.0
        roots = np.linalg.eigvals(companion)
        real = np.abs(roots.imag) < 1e-7 * (R + r)
        found[near] = np.where(real, begin[near, None] + roots.real, np.inf)
        return found


@dataclass(frozen=True)
class HeightField(Solid):
    """The graph z = f(x, y) over |x| <= half[0], |y| <= half[1], with |f| below `top`.

    A ray is tried at `steps` places inside that box; between two where it is above and below,
    the place where it goes through is found by bisection.
    """

    f: Callable[[np.ndarray, np.ndarray], np.ndarray]
    half: np.ndarray
    top: float
    steps: int = 96

    def _meet(self, eye: np.ndarray, rays: np.ndarray) -> np.ndarray:
        box = np.array([*self.half, self.top])
        first, last = slabs(eye, rays, -box, box)
        met = np.flatnonzero((first < last) & (last > 0))
        found = np.full((len(rays), 6), np.inf)
        if not len(met):
            return found
        first, last, ray = np.maximum(first[met], 0.0), last[met], rays[met]

        def above(t: np.ndarray, ray: np.ndarray) -> np.ndarray:
            x, y, z = (eye[i] + t * ray[..., i] for i in range(3))
            return z - self.f(x, y)

        t = first[:, None] + (last - first)[:, None] * np.linspace(0, 1, self.steps + 1)
        sign = above(t, ray[:, None, :]) > 0
        which, step = np.nonzero(sign[:, 1:] != sign[:, :-1])
        low, high, begun = t[which, step], t[which, step + 1], sign[which, step]
        for _ in range(48):
            middle = (low + high) / 2
            same = (above(middle, ray[which]) > 0) == begun
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        place = np.arange(len(which)) - np.searchsorted(
            which, which
        )  # first, second ... of its ray
        kept = place < found.shape[1]
        found[met[which[kept]], place[kept]] = high[kept]
        return found


def slabs(
    eye: np.ndarray, rays: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return where rays (n, 3) enter and leave the box from `low` to `high`: enter > leave if not.

    The method of slabs (Kay and Kajiya 1986).
    """
    one, two = (low - eye) / rays, (high - eye) / rays
    one = np.where(np.isnan(one), -np.inf, one)  # the ray runs inside that side's plane
    two = np.where(np.isnan(two), np.inf, two)
    return np.minimum(one, two).max(axis=1), np.maximum(one, two).min(axis=1)


def all_hits(solids: Sequence[Solid], eye: np.ndarray, rays: np.ndarray) -> list[np.ndarray]:
    """Return the hits of each solid, see `Solid.hits`."""
    return [solid.hits(eye, rays) for solid in solids]
