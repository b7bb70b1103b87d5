"""Sections: the values of a function along a row of points, broken where it jumps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_HALVINGS = 30
"""How often a stretch is halved to find where the function jumps on it."""


def broken_section(
    height: Callable[[np.ndarray], np.ndarray], points: np.ndarray, relief: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return a function along a row of points (m, n), broken where it jumps.

    Points (k, n) and values (k,), k at least m: at a jump the last point before it and the first
    behind it are added, with a nan between them. `relief` is how far apart its values are.
    """
    values = height(points)
    rise = np.abs(np.diff(values))
    still = np.flatnonzero(rise > 1e-3 * relief)
    step, ends = rise[still], points[[still, still + 1]]
    low, high = values[still], values[still + 1]
    for _ in range(_HALVINGS):
        if not len(still):  # where nothing jumps, after two or three times
            break
        middle = ends.mean(axis=0)
        here = height(middle)
        first = np.abs(here - low) > np.abs(high - here)
        ends[1, first], high[first] = middle[first], here[first]
        ends[0, ~first], low[~first] = middle[~first], here[~first]
        kept = np.abs(high - low) > 0.3 * step
        still, step, ends, low, high = (
            still[kept], step[kept], ends[:, kept], low[kept], high[kept],
        )  # fmt: skip
    places = np.stack([ends[0], ends.mean(axis=0), ends[1]], axis=1).reshape(-1, points.shape[-1])
    heights = np.stack([low, np.full(len(low), np.nan), high], axis=1).reshape(-1)
    at = np.repeat(still + 1, 3)
    return np.insert(points, at, places, axis=0), np.insert(values, at, heights)
