"""Level lines: the points of the plane at which a function has one value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField

FloatArray: TypeAlias = npt.NDArray[np.float64]

_STRIDE = 1 / 240
"""Length of a step along the line, as a share of the rectangle's longer side."""

_MOST = 2400
"""Steps one way at most: ten times the longer side."""

_CORRECTIONS = 4


@np.errstate(all="ignore")  # where f ends its values are nan, and looked for
def level_line(
    field: ScalarField, point: npt.ArrayLike, ranges: Sequence[tuple[float, float]]
) -> FloatArray:
    """Return the level line through a point (2,), as points (m, 2) inside a rectangle.

    It goes on both ways until it leaves the rectangle or the region where f is smooth, or comes
    back; a closed line ends where it begins. Each point is found by a step along the line and a few
    of Newton's steps across it, back to the value at the point.

    Raises ValueError where the gradient at the point is zero or does not exist: there the line has
    no direction.

    Source: E. Allgower and K. Georg, Introduction to Numerical Continuation Methods, chapter 2.
    """
    start = np.asarray(point, dtype=np.float64)
    slopes = field.gradient(start)
    if not np.isfinite(slopes).all() or not slopes.any():
        raise ValueError(f"{start.tolist()}: no level line, for the gradient is zero or not there")
    low, high = np.array(ranges, dtype=np.float64).T
    stride = _STRIDE * float(np.max(high - low))
    ahead, closed = _follow(field, start, stride, low, high)
    if closed:
        return np.vstack([start, ahead, start])
    back, _ = _follow(field, start, -stride, low, high)
    return np.vstack([back[::-1], start, ahead])


def _follow(
    field: ScalarField, start: FloatArray, stride: float, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, bool]:
    """Return the line one way from a start (2,), and whether it came back there."""
    level = float(field.value(start))
    here = start
    points: list[FloatArray] = []
    for count in range(_MOST):
        slopes = field.gradient(here)
        along = np.array([-slopes[1], slopes[0]]) / np.hypot(*slopes)
        target = here + stride * along
        for _ in range(_CORRECTIONS):
            value, slopes = field.value_and_gradient(target)
            target = target - (value - level) * slopes / (slopes @ slopes)
        # Where the line is not found again near by, f has a kink or an end.
        if not np.hypot(*(target - here)) < 1.5 * abs(stride):
            break
        if not (np.all(target >= low) and np.all(target <= high)):
            break
        if count > 2 and np.hypot(*(target - start)) < abs(stride):
            return np.array(points), True
        here = target
        points.append(here)
    return np.array(points).reshape(-1, 2), False
