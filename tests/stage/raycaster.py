"""What a camera ought to see, by casting rays at surfaces given by formulas.

Nothing here is taken from the stage. The camera is written down from the definition of Manim's
angles: the eye stands at distance `focal` from `center`, phi down from the z-axis and theta round
from the x-axis, and the page through `center` is seen at `zoom`; a solid is its equation, solved
for the ray. Everything is in double precision.

A ray starts in the eye and has length 1 along the axis of view, so that a hit at t lies at distance
t from the plane through the eye.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

NOWHERE = -1
"""The number of the background."""

FRAME_WIDTH = 128 / 9
"""Width of Manim's frame in its units; the height follows from the picture's shape."""

_BATCH = 2048  # rays that are cast at once: what is worked out for them stays in the cache


@dataclass(frozen=True)
class View:
    """A camera of Manim's kind, angles in radians, its picture `width` by `height` pixels.

    `principal_point` is where on the frame the axis of view meets it.
    """

    phi: float
    theta: float
    gamma: float = 0.0
    zoom: float = 1.0
    focal: float = 20.0
    center: Sequence[float] = (0.0, 0.0, 0.0)
    principal_point: Sequence[float] = (0.0, 0.0)
    width: int = 128
    height: int = 72

    @property
    def outward(self) -> np.ndarray:
        """The direction from the center to the eye (3,)."""
        flat = np.array([np.cos(self.theta), np.sin(self.theta), 0.0])
        return np.sin(self.phi) * flat + np.array([0.0, 0.0, np.cos(self.phi)])

    @property
    def eye(self) -> np.ndarray:
        """Where the eye stands (3,)."""
        return np.asarray(self.center, float) + self.focal * self.outward

    @property
    def page(self) -> np.ndarray:
        """The directions that are to the right and up on the page, (2, 3)."""
        right = np.array([-np.sin(self.theta), np.cos(self.theta), 0.0])
        up = np.cross(self.outward, right)
        turned = np.array(
            [[np.cos(self.gamma), -np.sin(self.gamma)], [np.sin(self.gamma), np.cos(self.gamma)]]
        )
        return turned @ np.stack([right, up])

    @property
    def pixel(self) -> float:
        """The side of a pixel at `center`, in units of space."""
        return FRAME_WIDTH / self.width / self.zoom

    def rays(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the rays (..., 3) through places of the picture, in pixels from its left top."""
        place = np.stack([x - self.width / 2, self.height / 2 - y], axis=-1) * FRAME_WIDTH
        place = (place / self.width - self.principal_point) / self.zoom
        return place / self.focal @ self.page - self.outward

    def seen_at(self, points: np.ndarray) -> np.ndarray:
        """Return x, y in pixels and the distance t of points (..., 3); nan behind the eye."""
        away = (points - self.eye) @ -self.outward
        away = np.where(away > 0, away, np.nan)
        place = (points - self.eye) @ self.page.T * (self.focal * self.zoom / away[..., None])
        place = (place + self.principal_point) * self.width / FRAME_WIDTH
        return np.stack(
            [self.width / 2 + place[..., 0], self.height / 2 - place[..., 1], away], axis=-1
        )


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


def front(hits: Sequence[np.ndarray], near: float = 0.0) -> np.ndarray:
    """Return the number (n,) of the solid that is met first, NOWHERE for none.

    `hits` are those of each solid, see `all_hits`; those nearer to the eye than `near` do not
    count.
    """
    nearest = [np.where(each > near, each, np.inf).min(axis=1) for each in hits]
    return np.where(np.isinf(np.min(nearest, axis=0)), NOWHERE, np.argmin(nearest, axis=0))


def pixel_rays(view: View, fine: int) -> np.ndarray:
    """Return the rays (height, fine, width, fine, 3) through a grid of places in each pixel.

    The middle place is the pixel's middle if `fine` is odd.
    """
    inside = (np.arange(fine) + 0.5) / fine
    x = np.arange(view.width)[:, None] + inside
    y = np.arange(view.height)[:, None] + inside
    return view.rays(*np.broadcast_arrays(x[None, None], y[:, :, None, None]))


def away_from_edges(number: np.ndarray, margin: float = 1.5) -> np.ndarray:
    """Whether no edge is within `margin` pixels of a pixel's middle, (height, width).

    `number` (height, fine, width, fine) says what is seen at a grid of places in each pixel. An
    edge is half-way between two places that see different things.
    """
    height, fine, width, _ = number.shape
    grid = number.reshape(height * fine, width * fine)
    middle = fine // 2
    centre = grid[middle::fine, middle::fine]
    same = np.ones((height, width), bool)
    radius = margin * fine + 0.5
    reach = int(radius)
    padded = np.pad(grid, reach + fine, mode="edge")
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dx * dx + dy * dy <= radius**2:
                top, left = reach + fine + middle + dy, reach + fine + middle + dx
                shifted = padded[
                    top : top + height * fine : fine, left : left + width * fine : fine
                ]
                same &= shifted == centre
    return same


def blended(
    depths: np.ndarray, colours: np.ndarray, opacities: np.ndarray, background: np.ndarray
) -> np.ndarray:
    """Return the colours (n, 3) of rays that meet sheets at depths (n, k), inf for a miss.

    Sheet j has the colour colours[j] (3,) and hides the share opacities[j] of what is behind it:
    from the front to the back, each adds its colour times what those before it let through.
    """
    order = np.argsort(depths, axis=1)
    opacity = np.where(np.isinf(depths), 0.0, opacities)
    opacity = np.take_along_axis(opacity, order, axis=1)
    through = np.cumprod(1 - opacity, axis=1)
    before = np.concatenate([np.ones((len(depths), 1)), through[:, :-1]], axis=1)
    light = np.einsum("nk,nkc->nc", before * opacity, colours[order])
    return light + through[:, -1:] * background
