"""What a camera ought to see, by casting rays at surfaces given by formulas (see `solids`).

Nothing here is taken from the stage. The camera is written down from the definition of Manim's
angles: the eye stands at distance `focal` from `center`, phi down from the z-axis and theta round
from the x-axis, and the page through `center` is seen at `zoom`.

A ray starts in the eye and has length 1 along the axis of view, so that a hit at t lies at distance
t from the plane through the eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NOWHERE = -1
"""The number of the background."""

FRAME_WIDTH = 128 / 9
"""Width of Manim's frame in its units; the height follows from the picture's shape."""


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
