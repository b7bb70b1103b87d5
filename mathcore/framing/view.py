"""From which side to look at a hill, so that it does not hide the walk."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField
from mathcore.framing.survey import Box

FloatArray: TypeAlias = npt.NDArray[np.float64]

USUAL = -62.0
"""The side from which films look by default, in degrees."""

_ABOVE = 38.0  # degrees that the eye stands above the horizon
_STEEP = 2.5 / 4.6  # how high a hill is drawn, as a share of its longer side
_SIDES = 36

SWING = 40.0
"""Degrees that the eye may go on round the hill, so that the walk is seen from there too."""


def swing(side: float) -> int:
    """Return 1 or -1: which way round the eye goes on, counter-clockwise or clockwise.

    It goes where the same two sides of the map stay near to it: these are the same through a
    quarter of a turn.

    >>> swing(-62.0), swing(-17.0)
    (1, -1)
    """
    return 1 if side % 90 <= 90 - SWING else -1


def _is_slanted(side: float) -> bool:
    """Whether no axis points at the eye, here and as it goes on round the hill."""
    ends = side % 90, (side % 90) + swing(side) * SWING
    return min(ends) >= 15 and max(ends) <= 72


def turn(
    field: ScalarField,
    box: Box,
    heights: tuple[float, float],
    path: FloatArray,
) -> float:
    """Return the side to look from, in degrees round from the first axis to the second.

    An eye 38° above the horizon looks from there at a hill whose height is 0.54 times its longer
    side. Of the sides from which no axis points at the eye it is one near to -62° from which the
    hill hides little of the path (k, n), or else as little as can be, also when the eye goes on
    from there by SWING.
    """
    turned = USUAL + 360.0 / _SIDES * np.arange(_SIDES)
    sides = np.asarray((turned + 180.0) % 360.0 - 180.0, dtype=np.float64)
    sides = sides[[_is_slanted(float(side)) for side in sides]]
    ways = np.array([swing(float(side)) for side in sides])
    seen = [sides + share * SWING * ways for share in (0.0, 0.6, 1.0)]
    # Where the walk begins and where it ends count as much as all that is between.
    walks = [path, path[[0, -1]]] if len(path) else [path]
    hidden = np.mean(
        [hidden_share(field, box, heights, walk, each) for each in seen for walk in walks], axis=0
    )
    apart = np.abs((sides - USUAL + 180.0) % 360.0 - 180.0)
    cost = np.round(np.maximum(hidden - 0.03, 0.0), 6) * 1000.0 + apart
    return float(sides[int(np.argmin(cost))])


def hidden_share(
    field: ScalarField,
    box: Box,
    heights: tuple[float, float],
    path: FloatArray,
    sides: FloatArray,
    eye: float = _ABOVE,
) -> FloatArray:
    """Return the share of the path (k, n) that the hill hides from each side (s,) in degrees.

    The `eye` stands that many degrees above the horizon.
    """
    low, high = heights
    unit = float(box.size.max())
    scale = _STEEP * unit / (high - low) if high > low else 0.0
    feet = path[np.isfinite(field.value(path))]
    if not len(feet):
        return np.zeros(len(sides))
    feet = feet[:: max(1, len(feet) // 16)]
    angle = np.radians(sides)
    toward = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    reach = unit * np.linspace(0.012, 1.42, 240)
    ray = feet[:, None, None] + reach[:, None] * toward[:, None, None].transpose(1, 0, 2, 3)[0]
    sight = (field.value(feet)[:, None, None] - low) * scale + reach * np.tan(np.radians(eye))
    ground = field.value(ray)
    shown = np.isfinite(ground) & (ground >= low) & (ground <= high) & box.contains(ray)
    above = shown & ((ground - low) * scale > sight + 0.004 * unit)
    return np.asarray(above.any(axis=-1).mean(axis=0))
