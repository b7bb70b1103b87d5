"""From where a line looks as steep as it is: across the line of sight, the hill not before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenes.stage.landscape import GROUND, Landscape

HEIGHTS = np.arange(50.0, 76.0, 5.0)
"""Where the eye may stand, in degrees from the zenith."""

AROUND = np.arange(8.0, 83.0, 3.0)
"""Where it may stand round a quarter of the map, in degrees: no axis points straight at it."""

POINT, LINE = 60.0, 15.0
"""How many degrees of slant on the picture it is worth that the point, or the line, is in sight."""

FAR = 0.1
"""The same for one degree less of turning."""

ACROSS, SHORT = 0.6, 100.0
"""Least share of a line's run that is seen, and degrees that it is worth where all of it is not."""

LEAST = 10.0
"""Degrees of slant on the picture at which everybody sees that a line slopes."""

TOUCHING = 0.03
"""Manim units from the hill at which nobody sees on which side of it something is."""


def broadside(
    land: Landscape,
    line: np.ndarray,
    usual: float,
    distance: float,
    heights: Sequence[float] | np.ndarray = HEIGHTS,
) -> tuple[float, float]:
    """Return from where a line in space (m, 3) looks most as steep as it is: (phi, theta).

    They are in degrees. The middle of the line is a point of the hill, and in sight if that can be;
    so is most of the line. The same two sides of the map are near to the eye as from the usual one.

    Args:
        land: the landscape.
        line: places along the line.
        usual: the usual side, in degrees round from the first axis.
        distance: how far the eye is from the middle of space, in Manim units.
        heights: where the eye may stand, in degrees from the zenith.
    """
    eye = _Eyes(heights, usual, distance)
    seen, run = eye.slant(line)
    *way, climb = line[-1] - line[0]
    off = np.abs(seen - np.degrees(np.arctan2(climb, np.hypot(*way))))
    hidden = hidden_from(land, line, eye.places)
    cost = off + POINT * hidden[:, len(line) // 2] + LINE * hidden.mean(axis=1)
    best = np.argmin(cost + SHORT * np.maximum(ACROSS - run, 0) + FAR * eye.turned)
    return float(eye.phi[best]), float(eye.theta[best])


def sloping(
    land: Landscape, lines: Sequence[np.ndarray], usual: float, distance: float, phi: float
) -> float:
    """Return the side, near the usual one, from which lines that slope are seen to slope.

    Args:
        land: the landscape.
        lines: places along each line, (m, 3); the middle is a point of the hill.
        usual: the usual side, in degrees round from the first axis.
        distance: how far the eye is from the middle of space, in Manim units.
        phi: where the eye stands, in degrees from the zenith.
    """
    eye = _Eyes(np.array([phi]), usual, distance)
    cost = FAR * eye.turned
    for line in lines:
        climb = line[-1, 2] - line[0, 2]
        if climb:
            cost += np.maximum(LEAST - np.sign(climb) * eye.slant(line)[0], 0)
        cost += POINT * hidden_from(land, line[[len(line) // 2]], eye.places)[:, 0]
    return float(eye.theta[np.argmin(cost)])


class _Eyes:
    """Where the eye may stand: angles in degrees, how far round from usual, places (n, 3)."""

    def __init__(self, heights: Sequence[float] | np.ndarray, usual: float, distance: float):
        sides = np.append(90 * np.floor(usual / 90) + AROUND, usual)
        self.phi, self.theta = (grid.ravel() for grid in np.meshgrid(heights, sides))
        up, around = np.radians(self.phi), np.radians(self.theta)
        flat = np.stack([np.cos(around), np.sin(around), 0 * around], axis=-1)
        zenith, self.distance = np.array([0.0, 0.0, 1.0]), distance
        self.toward = np.sin(up)[:, None] * flat + np.cos(up)[:, None] * zenith
        self.right = np.cross(zenith, flat)
        self.above = np.cross(self.toward, self.right)
        self.places = distance * self.toward
        self.turned = np.abs(self.theta - usual)

    def slant(self, line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return in degrees how a line slants on the picture, (n,), and what share of its run."""
        ends = line[[0, -1]]
        nearer = self.distance / (self.distance - ends @ self.toward.T)
        across, up = (
            np.diff(nearer * (ends @ way.T), axis=0)[0] for way in (self.right, self.above)
        )
        way = ends[1, :2] - ends[0, :2]
        run = np.abs(self.right[:, :2] @ way) / np.hypot(*way)
        return np.degrees(np.arctan2(up, np.abs(across))), run


def hidden_from(land: Landscape, places: np.ndarray, eyes: np.ndarray) -> np.ndarray:
    """Return whether the hill is between eyes (n, 3) and places in space (m, 3): (n, m).

    A place on the hill is seen from above or from below. One is hidden where its line of sight is
    on both sides of the hill.
    """
    toward = eyes[:, None] - places
    toward /= np.linalg.norm(toward, axis=-1, keepdims=True)
    sight = places + np.linspace(0, 1.5 * GROUND, 160)[:, None, None, None] * toward
    points = land.under(sight)
    low, high = np.transpose(land.ranges)
    over = sight[..., 2] - land.altitude(land.height(points))
    over[((points < low) | (points > high)).any(axis=-1)] = np.nan
    with np.errstate(invalid="ignore"):
        return (over > TOUCHING).any(axis=0) & (over < -TOUCHING).any(axis=0)
