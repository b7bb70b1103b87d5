"""Which heights to show, and at which of them to draw contour lines."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField
from mathcore.framing.rounding import clean, floored, raised, rounded, step_at_least
from mathcore.framing.survey import Survey

FloatArray: TypeAlias = npt.NDArray[np.float64]

MOST_LEVELS = 16

_EVEN_LEVELS = 14
"""The most evenly spaced levels: more crowd each other where the hill is steep."""

_ENOUGH = 2.2
"""How many times the median rise above the bottom is shown of a hill with steep walls."""

_MOST = 40.0
"""How many times as high as the walk a hill with steep walls is shown at most."""

_WORTH = 1.8
"""A wall is cut only where it is this many times as high as what is left of it."""


def value_range(
    field: ScalarField, found: Survey, path: FloatArray
) -> tuple[float, float, FloatArray]:
    """Return the lowest and highest value to show, and the sampled values (m,) between them.

    All values are shown where they fill the picture. Where a wall or a pole would press the rest
    flat it is cut: above about twice the median rise, never below the path (k, n), and where there
    are several level points never below the highest of them.
    """
    n = len(found.box.low)
    grid = found.box.grid(96 if n == 2 else 1024).reshape(-1, n)
    ends = np.array(np.meshgrid(*zip(found.box.low, found.box.high, strict=True)))
    corners = ends.reshape(n, -1).T
    special = field.value(np.concatenate([found.points, corners]))
    on_path = field.value(path)
    on_path = on_path[np.isfinite(on_path)]
    values = np.concatenate([field.value(grid), special, on_path])
    values = np.sort(values[np.isfinite(values)])
    if not len(values):
        return -1.0, 1.0, values
    bottom, top = float(values[0]), float(values[-1])
    level = field.value(found.points)
    level = level[np.isfinite(level)]
    low = _cut(-values[::-1], -level, -on_path) if _falls_away(values, level) else None
    low_end = bottom if low is None else -low
    high = _cut(values[values >= low_end] if low is not None else values, level, on_path)
    high_end = top if high is None else high
    span = high_end - low_end
    if span <= 1e-12 * max(abs(high_end), abs(low_end), 1e-300):
        pad = abs(high_end) or 1.0
        step = step_at_least(pad / 2)
        return floored(low_end - pad / 2, step), raised(high_end + pad / 2, step), values
    step = step_at_least(span / 40)
    # An end that is not cut lies beyond all heights, so that nothing is cut by a rounding.
    margin = 0.01 * span
    first = floored(low_end - margin, step) if low is None else floored(low_end, step)
    last = raised(high_end + margin, step) if high is None else raised(high_end, step)
    return clean(first), clean(last), values[(values >= first) & (values <= last)]


def _falls_away(values: FloatArray, level: FloatArray) -> bool:
    """Whether the lowest values are no bottom, but a fall without end."""
    bottom, middle = float(values[0]), float(np.median(values))
    span = float(values[-1]) - bottom
    return not (len(level) and float(level.min()) <= bottom + 1e-3 * span) and middle > bottom


def _cut(values: FloatArray, level: FloatArray, path: FloatArray) -> float | None:
    """Return the height at which to cut rising values (m,), or None to show them all."""
    bottom, top = float(values[0]), float(values[-1])
    quarter, middle, most = (float(q) for q in np.percentile(values, (25, 50, 75)))
    grounded = level.size > 0 and float(level.min()) <= bottom + 1e-3 * (top - bottom)
    # Without a bottom the low end may be a pole itself; what is shown of it counts.
    base = bottom if grounded else max(bottom, quarter - 2.0 * (most - quarter))
    if grounded:
        cut = bottom + _ENOUGH * (middle - bottom)
        if len(level) > 1 and np.ptp(level) > 1e-2 * (cut - bottom):
            cut = bottom + 1.5 * float(np.ptp(level))
    else:
        cut = most + 2.0 * (most - quarter)
    needed = [float(path.max(initial=base)), float(level.max(initial=base))]
    if len(path) and needed[0] > base:  # a walk at the foot of a wall is to be seen
        cut = min(cut, base + _MOST * (needed[0] - base))
    cut = max(cut, *(base + 1.15 * (height - base) for height in needed))
    worth = 2 * _WORTH if len(level) == 1 else _WORTH
    return cut if top - base > worth * (cut - base) else None


def contour_levels(
    low: float, high: float, values: FloatArray, *, plane: bool = True
) -> tuple[float, ...]:
    """Return round values between two heights, 16 at most, rising.

    They are evenly spaced where the sampled values (m,) are. Where most of the ground lies low, or
    over a `plane` a tenth of it next to the bottom, as in a long valley, they rise from the bottom
    as 1, 2, 5, 10, 20, ..., so that the valley's floor has lines too; each is as round as its rise.
    """
    if not len(values) or not low < high:
        return ()
    bottom, top = float(values.min()), float(min(values.max(), high))
    span = top - bottom
    if span <= 1e-9 * max(abs(bottom), abs(top), 1e-300):
        return ()
    tenth, share = ((float(np.percentile(values, p)) - bottom) / span for p in (10, 30))
    if share < 0.06 or (plane and tenth < 0.02):
        return _growing(bottom, top, values)
    step = step_at_least(span / _EVEN_LEVELS)
    first = raised(bottom + 1e-6 * span, step)
    if first <= bottom + 1e-6 * span:
        first += step
    count = int(np.floor((top - first) / step + 1e-9)) + 1
    levels = [clean(round((first + i * step) / step) * step) for i in range(count)]
    return tuple(level for level in levels if bottom < level <= top)[:MOST_LEVELS]


def _growing(bottom: float, top: float, values: FloatArray) -> tuple[float, ...]:
    floor_rise = max(float(np.percentile(values, 10)) - bottom, 5e-3 * (top - bottom))
    finest = step_at_least(floor_rise)
    base = floored(bottom + 1e-6 * finest, finest)
    found: list[float] = []
    rise = finest
    while base + rise < top:
        lead = f"{rise:e}"[0]
        found.append(rounded(base + rise, rise / (5.0 if lead == "5" else 2.0)))
        rise = clean(rise * (2.5 if lead == "2" else 2.0))
    return tuple(level for level in found if bottom < level < top)[-MOST_LEVELS:]
