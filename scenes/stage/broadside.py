"""From where a level line looks level: across the line of sight, with the hill not before it."""

from __future__ import annotations

import numpy as np

from scenes.stage.landscape import GROUND, Landscape

HEIGHTS = np.arange(50.0, 76.0, 5.0)
"""Where the eye may stand, in degrees from the zenith."""

AROUND = np.arange(8.0, 83.0, 2.0)
"""Where it may stand round a quarter of the map, in degrees: no axis points straight at it."""

POINT, LINE = 60.0, 15.0
"""How many degrees of slant on the picture it is worth that the point, or the line, is in sight."""

FAR = 0.1
"""The same for one degree less of turning."""

TOUCHING = 0.03
"""Manim units from the hill at which nobody sees on which side of it something is."""


def broadside(
    land: Landscape, line: np.ndarray, usual: float, distance: float
) -> tuple[float, float]:
    """Return from where a level line in space (m, 3) looks most level, as (phi, theta) in degrees.

    The middle of the line is a point of the hill, and in sight if that can be; so is most of the
    line. The same two sides of the map are near to the eye as from the usual side.

    Args:
        land: the landscape.
        line: places along the line.
        usual: the usual side, in degrees round from the first axis.
        distance: how far the eye is from the middle of space, in Manim units.
    """
    phi, theta = np.meshgrid(HEIGHTS, 90 * np.floor(usual / 90) + AROUND)
    up, round_ = np.radians(phi.ravel()), np.radians(theta.ravel())
    side = np.stack([np.cos(round_), np.sin(round_)], axis=-1)
    eyes = distance * np.column_stack([np.sin(up)[:, None] * side, np.cos(up)])
    way = (line[-1] - line[0])[:2]
    along, across = side @ way, side @ (-way[1], way[0])
    slant = np.degrees(np.arctan2(np.abs(along) * np.cos(up), np.abs(across)))
    hidden = hidden_from(land, line, eyes)
    cost = slant + POINT * hidden[:, len(line) // 2] + LINE * hidden.mean(axis=1)
    best = np.argmin(cost + FAR * np.abs(theta.ravel() - usual))
    return float(phi.ravel()[best]), float(theta.ravel()[best])


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
