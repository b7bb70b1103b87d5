"""Which part of the domain to show: round ranges around what is interesting."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField
from mathcore.framing.rounding import floored, raised, rounded, size_at_least, step_at_least
from mathcore.framing.survey import Box, Survey, survey

FloatArray: TypeAlias = npt.NDArray[np.float64]
Range: TypeAlias = tuple[float, float]

_PLAIN = 2.0
"""Half the side of the window of a function that has no size of its own, such as x² + y²."""

_SEARCHES = (6.0, 0.5, 60.0, 2000.0)
"""Halves of the boxes that are searched for level points, until there are some."""

_MANY = 9  # more minima than this, or level points than twice as many, are a pattern that repeats
_ROOM = 1.35  # how much wider the window is than what it shows


def window(
    field: ScalarField,
    given: list[Range | None],
    start: FloatArray | None,
) -> Box:
    """Return the box to show: the ranges given, and round ones for the others (None).

    Raises ValueError when no point is found at which the field is defined.
    """
    if all(given):
        return _with(given, Box(*(np.zeros(len(given)) for _ in range(2))))
    found = _searched(field)
    middle, half = _spot(field, found)
    if start is not None:
        middle, half = _with_start(field, found, middle, half, start)
    known = [r for r in given if r is not None]
    if known:  # one range given: the other is as wide
        half = max(high - low for low, high in known) / 2
        if start is not None:  # which lies in the one range; it is to lie in the other too
            free = [i for i, ends in enumerate(given) if ends is None]
            half = max(half, 1.1 * float(np.max(np.abs(start - middle)[free])))
    size = half if known else size_at_least(half * (1 - 1e-9))
    step = step_at_least(size / 4)
    centre = np.array([rounded(c, step) for c in middle])
    box = Box(
        np.array([_clean(c - size) for c in centre]), np.array([_clean(c + size) for c in centre])
    )
    return _with(given, _cropped(field, box, start))


def _clean(number: float) -> float:
    return float(f"{number:.12g}") + 0.0


def _with(given: list[Range | None], box: Box) -> Box:
    low, high = box.low.copy(), box.high.copy()
    for i, ends in enumerate(given):
        if ends is not None:
            low[i], high[i] = ends
    return Box(low, high)


def _searched(field: ScalarField) -> Survey:
    """Return the level points nearest to the origin."""
    origin = np.zeros(field.dimension)
    found = None
    for half in _SEARCHES:
        found = survey(field, Box.around(origin, half), troughs=half <= _SEARCHES[0])
        if len(found.points):
            return _first_few(found)
    assert found is not None
    return found


def _first_few(found: Survey) -> Survey:
    """Return the level points nearest to the middle, where they repeat for ever."""
    if len(found.minima) <= _MANY and len(found.points) < 2 * _MANY:
        return found
    kept = found.minima if len(found.minima) else found.others
    if len(kept) > 1:
        away = np.hypot.reduce(kept - found.box.middle, axis=1)
        spacing = np.hypot.reduce(kept[1:] - kept[0], axis=1).min()
        kept = kept[away <= away[0] + 0.6 * spacing]
    none = kept[:0]
    return Survey(found.box, *((kept, none) if len(found.minima) else (none, kept)), found.floor)


def _spot(field: ScalarField, found: Survey) -> tuple[FloatArray, float]:
    """Return the middle (n,) of the window and half its side."""
    points = found.points
    if not len(points):
        return _open_slope(field)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float(np.max(high - low)) / 2
    if extent > 0.02 * float(found.box.size.max()):
        return (low + high) / 2, _ROOM * extent
    centre = points[0]
    half = min((_own_size(field, point) for point in points), default=_PLAIN)
    if half == _PLAIN:
        away = float(np.max(np.abs(centre)))
        half = away if _PLAIN < away <= 5 * _PLAIN else half  # keeps the axes in view
    return centre, half


def _own_size(field: ScalarField, point: FloatArray) -> float:
    """Return half the side of the window of one level point.

    The quadratic model tells the size: where f has left it by half, the hill has changed its
    shape. A model that holds for ever, as that of x², tells none.
    """
    n = len(point)
    hessian = field.hessian(point)
    if not np.all(np.isfinite(hessian)) or not np.any(hessian):
        return _PLAIN
    reach = np.geomspace(1e-5, 1e4, 361)
    ways = np.concatenate([np.eye(n), -np.eye(n)])
    model = 0.5 * np.einsum("wi,ij,wj->w", ways, hessian, ways)[:, np.newaxis] * reach**2
    rise = field.value(point + reach[:, np.newaxis] * ways[:, np.newaxis]) - field.value(point)
    noise = 1e-6 * np.abs(field.value(point)) + 1e-12
    left = ~(np.abs(rise - model) <= 0.5 * np.abs(model)) & (np.abs(model) > noise)
    if not np.any(left):
        return _PLAIN
    at = int(np.argmax(left.any(axis=0)))
    unit = int(np.searchsorted(reach, 1.0))
    straight = np.abs(model[:, unit]).max() <= 1e-4 * np.nanmax(np.abs(rise[:, unit]), initial=0.0)
    if np.any(left[:, :80]) or straight:  # a kink, or hardly any curvature: the model never held
        return _PLAIN
    own = 2.0 * float(reach[at])
    # Where f goes on rising beyond, its size does not matter near the bottom, unless it rises out
    # of all proportion; a well that levels out is seen as one only whole.
    later = [min(at + 40, len(reach) - 1), int(np.searchsorted(reach, 2 * _PLAIN))]
    near, beyond, plain = (np.abs(rise[:, i]) for i in (at, *later))
    levels_out = not np.any(beyond >= 4 * near)
    soars = bool(np.any(~(plain <= 1e4 * np.nanmax(near, initial=0.0))))
    return own if levels_out or (soars and own < _PLAIN) else _PLAIN


def _open_slope(field: ScalarField) -> tuple[FloatArray, float]:
    """Return the middle and half the side of the window of a field without level points."""
    n = field.dimension
    origin = np.zeros(n)
    for half in (2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001):
        evenness, known = _evenness(field, Box.around(origin, half))
        if known > 0.15 and evenness > 0.15:
            return origin, half if half < _PLAIN else _widened(field, origin, evenness)
    for half in (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 1e4):
        grid = Box.around(origin, half).grid().reshape(-1, n)
        inside = grid[np.isfinite(field.value(grid))]
        if len(inside) > 3:
            away = np.hypot.reduce(inside, axis=1)
            return inside[int(np.argmin(away))], max(_PLAIN, half / 40)
    raise ValueError(f"{field.shown}: it is defined nowhere that was looked; give its ranges")


def _widened(field: ScalarField, middle: FloatArray, evenness: float) -> float:
    """Return a half side wide enough to see a slope bend that is nearly straight close by."""
    for half in (_PLAIN, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0):
        if not 0.97 < evenness < 1 - 1e-12:
            return half if evenness < 1 - 1e-12 else _PLAIN
        evenness, _ = _evenness(field, Box.around(middle, 2.5 * half))
    return _PLAIN


def _evenness(field: ScalarField, box: Box) -> tuple[float, float]:
    """Return how evenly the steepness is spread over a box, and which share of it is defined.

    The first is (Σ|∇f|)² / (N Σ|∇f|²): 1 on a plane, near 0 where all that happens is in one spot.
    """
    grid = box.grid()
    values, gradients = field.value_and_gradient(grid)
    steepness = np.hypot.reduce(gradients, axis=-1)
    known = np.isfinite(values) & np.isfinite(steepness)
    share = float(np.mean(known))
    steep = steepness[known]
    largest = float(steep.max(initial=0.0))
    if largest == 0:
        return 1.0, share
    steep = steep / largest
    return float(np.sum(steep) ** 2 / (len(steep) * np.sum(steep**2))), share


def _with_start(
    field: ScalarField,
    found: Survey,
    middle: FloatArray,
    half: float,
    start: FloatArray,
) -> tuple[FloatArray, float]:
    """Return middle and half side with a given start in view, its nearest valley with it."""
    reach = float(np.max(np.abs(start - middle)))
    there = reach <= 1e-6 * half  # on the level point itself, but for the digits of its search
    if reach <= 0.9 * half and (half != _PLAIN or reach >= 0.15 * half or there):
        return middle, half
    goals = found.bottoms if len(found.bottoms) else found.points
    if not len(goals):
        return (start, half) if reach > 5 * half else (middle, max(half, 1.25 * reach))
    goal = goals[np.argmin(np.hypot.reduce(goals - start, axis=1))]
    reach = float(np.max(np.abs(start - goal)))
    if half == _PLAIN or reach > half:
        return goal, 1.25 * reach if reach > 0 else half
    low, high = np.minimum(start, middle - half), np.maximum(start, middle + half)
    return (low + high) / 2, float(np.max(high - low)) / 2 * 1.1


def _cropped(field: ScalarField, box: Box, start: FloatArray | None) -> Box:
    """Return the box moved and cut to where the field is defined, with its rim in view."""
    n = len(box.low)
    grid = box.grid(64 if n == 2 else 512).reshape(-1, n)
    inside = grid[np.isfinite(field.value(grid))]
    if not len(inside):
        return box
    first, last = inside.min(axis=0), inside.max(axis=0)
    low, high = box.low.copy(), box.high.copy()
    for i in range(n):
        side = box.size[i]
        step = step_at_least(side / 40)
        near = floored(first[i] - 0.04 * side, step)
        far = raised(last[i] + 0.04 * side, step)
        cut_low, cut_high = first[i] > low[i] + 0.1 * side, last[i] < high[i] - 0.1 * side
        if cut_low and not cut_high:  # the half-plane x > 0: as much of it as there was room for
            low[i] = near
            high[i] = max(high[i], raised(near + 0.75 * side, step))
        elif cut_high and not cut_low:
            high[i] = far
            low[i] = min(low[i], floored(far - 0.75 * side, step))
        elif cut_low and cut_high:
            low[i], high[i] = near, far
    if start is not None:
        low, high = np.minimum(low, start), np.maximum(high, start)
    return Box(low, high)
