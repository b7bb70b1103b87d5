"""Is the gradient right, and where is there none? Asked before a film shows either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

_SEED = 20_240_517
_POINTS = 240
_HALVINGS = 12
_FIRST_STEP = 2e-3  # of the domain's side
_TINY = 1e-250  # slopes below this have lost their digits to underflow
_CLOSE = 1e-5  # relative error of a difference quotient that has converged
_SHARE = 0.02  # mismatches below this share are kinks that the sample grazed


class GradientError(ValueError):
    """The gradient does not fit the values: the formula of a derivative is wrong."""


@np.errstate(all="ignore")
def check_gradient(
    field: ScalarField,
    x_range: Sequence[float],
    y_range: Sequence[float] | None = None,
) -> None:
    """Compare the gradient with difference quotients of the values, over the ranges.

    At 240 points, the same ones each time, every partial derivative is compared with central
    differences f(p + h) - f(p - h) over 2h, improved by Richardson's extrapolation and followed
    through halved h for as long as they settle. How far they may be apart follows from how far
    the last two quotients are, and from the rounding of f. Points whose quotients do not settle
    (next to a kink, a jump or an edge of f, or faster waves than float64 tells apart) decide
    nothing; where f has a value and quotients settle, the gradient must exist and agree.

    Raises GradientError (a ValueError) naming the point, the gradient and the quotients where they
    differ, and ValueError where a range is missing or empty.

    Source: W. Press and others, Numerical Recipes, section 5.7.

    >>> check_gradient(ScalarField.parse("x^2 + |y|"), (-2, 2), (-2, 2))
    """
    low, high = _checked_box(field, x_range, y_range)
    rng = np.random.default_rng(_SEED)
    points = rng.uniform(low, high, size=(_POINTS, field.dimension))
    slopes = field.gradient(points)
    quotients, errors = difference_quotients(field, points, _FIRST_STEP * (high - low))
    settled = np.isfinite(errors) & np.isfinite(quotients)
    wrong = settled & ~_agree(slopes, quotients, errors)
    # Far out, where f is 0 or ±1 to the last bit, overflow in a slope's formula decides nothing.
    wrong &= ~(np.isnan(slopes) & (quotients == 0))
    rows = np.flatnonzero(wrong.any(axis=1))
    if not len(rows):
        return
    # Quotients of fast waves may settle by chance: a mismatch must show with other steps as well.
    again, error_again = difference_quotients(
        field, points[rows], 0.0123 * _FIRST_STEP * (high - low)
    )
    same = np.isfinite(error_again) & _agree(again, quotients[rows], errors[rows] + error_again)
    wrong[rows] &= same
    if not np.any(wrong):
        return
    if wrong.sum() <= _SHARE * settled.sum() and _all_near_breaks(field, points, wrong, high - low):
        return
    row = int(np.argmax(wrong.any(axis=1)))
    raise GradientError(
        f"{field.shown}: at {_shown(points[row])} the gradient is said to be "
        f"{_shown(slopes[row])}, but differences of f give {_shown(quotients[row])}"
    )


def _agree(one: FloatArray, other: FloatArray, errors: FloatArray) -> BoolArray:
    return np.asarray(np.abs(one - other) <= 20 * errors + _CLOSE * np.abs(other) + _TINY)


@np.errstate(all="ignore")
def difference_quotients(
    field: ScalarField, points: FloatArray, first_step: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return partial derivatives by differences, and how uncertain they are: (m, n) and (m, n).

    Central differences with h, h/2, ... from `first_step` (n,) are extrapolated once; of the
    results the one that differs least from its neighbour is taken, and that difference, or the
    rounding of f over h if it is larger, is its uncertainty. It is infinite where quotients do not
    settle: where they differ by more than a thousandth, or the slopes to both sides do.
    """
    n = field.dimension
    sizes = 0.5 ** np.arange(_HALVINGS)
    h = sizes[:, np.newaxis] * first_step  # (s, n)
    offsets = h[:, :, np.newaxis] * np.eye(n)
    here = field.value(points)
    ahead = field.value(points[:, np.newaxis, np.newaxis] + offsets)
    behind = field.value(points[:, np.newaxis, np.newaxis] - offsets)
    # The step that was really made: p + h is rounded.
    made = _made(points, h)
    plain = (ahead - behind) / made
    better = (4 * plain[:, 1:] - plain[:, :-1]) / 3  # (m, s - 1, n)
    size = np.maximum(np.abs(ahead), np.abs(behind))
    size = np.maximum(size, np.abs(here)[:, np.newaxis, np.newaxis])
    rounding = 8 * np.finfo(np.float64).eps * size / np.abs(made)
    change = np.abs(np.diff(better, axis=1)) + rounding[:, 2:]
    change = np.where(np.isfinite(change), change, np.inf)
    # Two halvings in a row must agree.
    change = np.concatenate([np.maximum(change[:, :-1], change[:, 1:]), change[:, -1:]], axis=1)
    best = np.argmin(change, axis=1)[:, np.newaxis]
    quotient = np.take_along_axis(better, best + 1, axis=1)[:, 0]
    error = np.take_along_axis(change, best, axis=1)[:, 0]
    right = (ahead - here[:, np.newaxis, np.newaxis]) / h
    left = (here[:, np.newaxis, np.newaxis] - behind) / h
    bend = np.take_along_axis(np.abs(right - left), best + 2, axis=1)[:, 0]
    bend_before = np.take_along_axis(np.abs(right - left), best + 1, axis=1)[:, 0]
    scale = np.abs(quotient) + np.take_along_axis(rounding, best + 2, axis=1)[:, 0]
    # At a smooth point the two one-sided slopes come together as h shrinks; at a kink not.
    noise = 4 * np.take_along_axis(rounding, best + 2, axis=1)[:, 0]
    smooth = (bend <= 0.75 * bend_before + noise) | (bend <= 1e-6 * scale)
    error = np.where(smooth & (error <= 1e-3 * scale + noise), error, np.inf)
    return quotient, error


def undefined_slope(field: ScalarField, points: npt.ArrayLike) -> BoolArray:
    """Say where f has a value but not all its partial derivatives: points (..., n) -> (...).

    There the film says "no derivative here": kinks such as |x| at 0, jumps, vertical slopes. Exact
    at the points given, since a kink has no width; `kinks` finds such points.

    >>> undefined_slope(ScalarField.parse("|x| + y^2"), [[0.0, 1.0], [1.0, 0.0]])
    array([ True, False])
    """
    values, slopes = field.value_and_gradient(points)
    return np.asarray(np.isfinite(values) & np.isnan(slopes).any(axis=-1))


@np.errstate(all="ignore")
def kinks(
    field: ScalarField,
    x_range: Sequence[float],
    y_range: Sequence[float] | None = None,
    *,
    samples: int = 65,
) -> FloatArray:
    """Return points of the domain next to which f or its slope jumps: (m, n), float64 close.

    Neighbouring samples of a grid, `samples` along each side, are compared: where the gradient (or
    the value) between two of them changes and goes on changing by as much as the pair is halved
    together, the halving ends on a kink or a jump. Poles and edges of f are left out. Along a curve
    of kinks the points lie where it crosses the grid's lines. An isolated kink, such as the tip of
    a cone, and a vertical slope, such as that of the cube root, are found where their coordinates
    are round (multiples of 0.05 in a domain 4 wide). The border itself is not looked at.

    >>> kinks(ScalarField.parse("|x - 1|"), (0, 3)).round(12).tolist()
    [[1.0]]
    """
    low, high = _checked_box(field, x_range, y_range)
    ends = [_grid_edges(field, low, high, axis, samples) for axis in range(field.dimension)]
    a, b = (np.concatenate(side) for side in zip(*ends, strict=True))
    found = _break_points(field, a, b)
    tips = _tips(field, low, high)
    apart = np.abs(tips[:, np.newaxis] - found).max(axis=-1) > 1e-9 * np.max(high - low)
    return np.concatenate([found, tips[apart.all(axis=1)]])


def _checked_box(
    field: ScalarField, x_range: Sequence[float], y_range: Sequence[float] | None
) -> tuple[FloatArray, FloatArray]:
    ranges = [x_range] if y_range is None else [x_range, y_range]
    if len(ranges) != field.dimension:
        raise ValueError(f"{field.shown}: {len(ranges)} ranges for {field.dimension} variables")
    low, high = (np.array(side, dtype=np.float64) for side in zip(*ranges, strict=True))
    if not (np.all(np.isfinite([low, high])) and np.all(low < high)):
        raise ValueError(f"ranges {ranges}: each needs two finite numbers, the lower one first")
    return low, high


def _made(points: FloatArray, h: FloatArray) -> FloatArray:
    wide = points[:, np.newaxis]
    return np.asarray((wide + h) - (wide - h))


def _shown(numbers: FloatArray) -> str:
    return "(" + ", ".join(f"{number:.6g}" for number in numbers) + ")"


def _all_near_breaks(
    field: ScalarField, points: FloatArray, wrong: BoolArray, size: FloatArray
) -> bool:
    """Whether f or its slope breaks off beside each point at which a difference was found."""
    for row, axis in np.argwhere(wrong):
        reach = np.zeros_like(size)
        reach[axis] = 2 * _FIRST_STEP * size[axis]
        line = points[row] + np.linspace(-1, 1, 9)[:, np.newaxis] * reach
        edge = np.isnan(field.value(line)).any() or np.isnan(field.gradient(line)).any()
        if not edge and not len(_break_points(field, line[:-1], line[1:])):
            return False
    return True


def _grid_edges(
    field: ScalarField, low: FloatArray, high: FloatArray, axis: int, samples: int
) -> tuple[FloatArray, FloatArray]:
    """Return both ends (k, n) of the grid's edges along one axis."""
    places = (np.arange(samples) + 0.501) / samples
    axes = [a + (b - a) * places for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    first = np.take(grid, range(samples - 1), axis=axis)
    last = np.take(grid, range(1, samples), axis=axis)
    return first.reshape(-1, len(low)), last.reshape(-1, len(low))


def _break_points(field: ScalarField, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the points between a and b (k, n) on which f or its slope breaks."""
    start = np.abs(b - a).max() if len(a) else 0.0
    state_a, state_b = _state(field, a), _state(field, b)
    fine = np.isfinite(state_a).all(axis=-1) & np.isfinite(state_b).all(axis=-1)
    a, b, state_a, state_b = a[fine], b[fine], state_a[fine], state_b[fine]
    if not len(a):
        return a
    spread = np.ptp(np.concatenate([state_a, state_b]), axis=0)
    drop = np.abs(state_b[:, 0] - state_a[:, 0])
    noise = 1e-9 * np.maximum(np.abs(state_a), np.abs(state_b)) + 1e-7 * spread
    for _ in range(44):
        middle = (a + b) / 2
        state = _state(field, middle)
        lost = ~np.isfinite(state).all(axis=-1)
        stays = np.isfinite(field.value(middle))
        # A sample on the kink itself has no slope: it is the break.
        hit = lost & stays
        near_a = np.abs(state - state_a) / np.maximum(spread, 1e-300)
        near_b = np.abs(state - state_b) / np.maximum(spread, 1e-300)
        with np.errstate(invalid="ignore"):
            left = np.nanmax(np.where(np.isnan(near_a), -1, near_a), axis=-1) >= np.nanmax(
                np.where(np.isnan(near_b), -1, near_b), axis=-1
            )
        move_b = (left & ~lost)[:, np.newaxis]
        move_a = (~left & ~lost)[:, np.newaxis]
        shrink = hit[:, np.newaxis]
        # Close in on a hit from both sides.
        a2 = np.where(shrink, middle - (middle - a) * 0.25, np.where(move_a, middle, a))
        b2 = np.where(shrink, middle + (b - middle) * 0.25, np.where(move_b, middle, b))
        state_a = np.where(move_a, state, np.where(shrink, _state(field, a2), state_a))
        state_b = np.where(move_b, state, np.where(shrink, _state(field, b2), state_b))
        a, b = a2, b2
        with np.errstate(invalid="ignore"):
            change = np.abs(state_b - state_a)
            # A smooth change shrinks with the edge and is dropped as soon as it is small.
            steep = 1e-7 * np.maximum(np.abs(state_a), np.abs(state_b))
            keep = np.any(change > np.maximum(noise, steep), axis=-1) & ~(lost & ~stays)
            keep &= np.isfinite(change).all(axis=-1)
        a, b, state_a, state_b, noise, drop = (
            x[keep] for x in (a, b, state_a, state_b, noise, drop)
        )
        if not len(a) or np.abs(b - a).max() < 1e-13 * start:
            break
    # At a pole the values part the more, the nearer one looks; at a jump they stay apart.
    bounded = np.abs(state_b[:, 0] - state_a[:, 0]) <= 2 * drop + noise[:, 0]
    return np.asarray((a + b)[bounded] / 2)


def _state(field: ScalarField, points: FloatArray) -> FloatArray:
    """Return value and gradient side by side: points (k, n) -> (k, n + 1)."""
    values, slopes = field.value_and_gradient(points)
    return np.concatenate([values[:, np.newaxis], slopes], axis=1)


def _tips(field: ScalarField, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the points without a slope among those with round coordinates: tips of cones."""
    n = len(low)
    side = (high - low).max()
    step = 10.0 ** np.floor(np.log10(side / 8)) / 2
    axes = [
        np.arange(np.floor(a / step) + 1, np.ceil(b / step)) * step
        for a, b in zip(low, high, strict=True)
    ]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, n)
    return grid[undefined_slope(field, grid)]
