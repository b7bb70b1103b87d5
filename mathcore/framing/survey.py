"""Where a field is interesting: its minima, saddles and summits inside a box.

All starts are followed at once, as arrays of points (m, n).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

_SAMPLES = {1: 256, 2: 32}  # along each axis; even, so that no sample lies on the middle
_MOST_STARTS = 96
_NEWTON_STEPS = 24
_COMPASS_STEPS = 60
_SAME = 2e-3  # points nearer than this share of the box are one


@dataclass(frozen=True, eq=False)
class Box:
    """The points from `low` (n,) to `high` (n,)."""

    low: FloatArray
    high: FloatArray

    @classmethod
    def around(cls, middle: npt.ArrayLike, half: npt.ArrayLike) -> Box:
        """Return the box that reaches `half` (n,) or one number to all sides of `middle` (n,)."""
        centre = np.asarray(middle, dtype=np.float64)
        reach = np.broadcast_to(np.asarray(half, dtype=np.float64), centre.shape)
        return cls(centre - reach, centre + reach)

    @property
    def size(self) -> FloatArray:
        """The lengths of the sides (n,)."""
        return self.high - self.low

    @property
    def middle(self) -> FloatArray:
        """The centre (n,)."""
        return (self.low + self.high) / 2

    def contains(self, points: FloatArray, margin: float = 0.0) -> BoolArray:
        """Say which points (..., n) lie inside, `margin` (a share of the sides) from the border."""
        away = margin * self.size
        inside = (points >= self.low + away) & (points <= self.high - away)
        return np.asarray(np.all(inside, axis=-1))

    def grid(self, samples: int | None = None) -> FloatArray:
        """Return points on a grid, (samples, n) or (samples, samples, n), a little off the middle.

        The shift of a thousandth of a cell keeps samples off whole numbers and axes, where
        functions have their kinks.
        """
        n = len(self.low)
        count = samples or _SAMPLES[n]
        places = (np.arange(count) + 0.501) / count
        axes = [low + side * places for low, side in zip(self.low, self.size, strict=True)]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


@dataclass(frozen=True, eq=False)
class Survey:
    """Level points of a field in a box: minima (m, n), and saddles and summits (k, n).

    Minima include those at kinks. `floor` (f, n) are points of bottoms that are level along a line
    or over an area, such as that of (x - y)². All are sorted by their distance from the middle.
    """

    box: Box
    minima: FloatArray
    others: FloatArray
    floor: FloatArray

    @property
    def bottoms(self) -> FloatArray:
        """Minima and points of floors, (m + f, n): where walks can end."""
        return np.concatenate([self.minima, self.floor])

    @property
    def points(self) -> FloatArray:
        """Minima and others, or the nearest point of a floor where there is no minimum."""
        first = self.minima if len(self.minima) else self.floor[:1]
        return np.concatenate([first, self.others])


def survey(field: ScalarField, box: Box, *, troughs: bool = True) -> Survey:
    """Return the level points of a field in a box, as far as a grid of starts shows them.

    With `troughs`, a floor that is level along a line or over an area counts as a minimum.
    """
    grid = box.grid()
    values, gradients = field.value_and_gradient(grid)
    steepness = np.hypot.reduce(gradients, axis=-1)
    low_spots = grid[_local_minima(values)]
    starts = _thinned(np.concatenate([low_spots, grid[_local_minima(steepness)]]), box)
    spread = float(np.ptp(values[np.isfinite(values)])) if np.any(np.isfinite(values)) else 0.0
    level, bends = _newton(field, box, starts, spread)
    bottoms = _compass(field, box, _thinned(low_spots, box))
    lowest_of = _is_lowest(field, box, level, spread)
    most = np.abs(bends).max(axis=-1, initial=0.0)
    bowl = np.abs(bends).min(axis=-1, initial=np.inf) > 1e-6 * most
    lowest_of &= bends.min(axis=-1, initial=np.inf) > -1e-6 * most
    minima, others = level[lowest_of & bowl], level[~lowest_of & bowl]
    trough = level[lowest_of & ~bowl & troughs]
    middle = box.middle
    minima = _apart(_by_distance(minima, middle), box)
    rest = bottoms[_is_lowest(field, box, bottoms, spread)]
    if len(rest):
        rest = rest[_is_kink_or_flat(field, box, rest, troughs)]
    loose = _apart(_by_distance(np.concatenate([trough, rest]), middle), box)
    floor = loose[:0]
    if len(loose) > 4 and not _are_kinks(field, box, loose):
        loose, floor = loose[:0], loose
    minima = _apart(np.concatenate([minima, loose]), box)
    others = _apart(_by_distance(others, middle), box)
    return Survey(box, _by_distance(minima, middle), others, floor)


def _local_minima(values: FloatArray) -> BoolArray:
    """Say where a grid's value is not above its neighbours' and below one of them; not at edges."""
    padded = np.pad(values, 1, constant_values=np.nan)
    known = np.isfinite(values)
    lowest, below_one = known.copy(), np.zeros_like(known)
    for shift in product((0, 1, 2), repeat=values.ndim):
        if all(s == 1 for s in shift):
            continue
        beside = padded[tuple(slice(s, s + k) for s, k in zip(shift, values.shape, strict=True))]
        lowest &= ~(beside < values)
        below_one |= beside > values
    return lowest & below_one


def _thinned(points: FloatArray, box: Box) -> FloatArray:
    """Return the points nearest to the middle, no more than can be followed quickly."""
    return _by_distance(points, box.middle)[:_MOST_STARTS]


def _by_distance(points: FloatArray, middle: FloatArray) -> FloatArray:
    away = np.hypot.reduce(points - middle, axis=-1)
    # Distances are rounded, so that mirrored points keep one order whatever the last bit says.
    reach = away.max(initial=0.0) or 1.0
    keys = np.round(away / reach, 6)
    return points[np.lexsort((*(-points.T[::-1]), keys))] if len(points) else points


def _apart(points: FloatArray, box: Box) -> FloatArray:
    """Return the points without those that repeat an earlier one."""
    kept: list[FloatArray] = []
    for point in points:
        if all(np.max(np.abs(point - other) / box.size) > _SAME for other in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, len(box.low))


def _newton(
    field: ScalarField, box: Box, starts: FloatArray, spread: float
) -> tuple[FloatArray, FloatArray]:
    """Return the level points that Newton's method reaches, and their curvatures (m, n)."""
    n = len(box.low)
    nothing = np.empty((0, n)), np.empty((0, n))
    if not len(starts):
        return nothing
    points, longest = starts.copy(), 0.1 * float(np.max(box.size))
    step = np.full(len(points), np.inf)
    for _ in range(_NEWTON_STEPS):
        move, _ = _newton_step(field, points)
        step = np.hypot.reduce(move, axis=-1)
        factor = np.minimum(1.0, longest / np.maximum(step, 1e-300))
        points = points + move * factor[:, np.newaxis]
        going = np.isfinite(points).all(axis=-1) & box.contains(points, -0.5)
        points, step = points[going], step[going]
        if not len(points) or np.all(step <= 1e-12 * longest):
            break
    if not len(points):
        return nothing
    _, bends = _newton_step(field, points)
    level = (step <= 1e-6 * longest) & box.contains(points) & np.isfinite(bends).all(axis=-1)
    # Far out on e^(-x²) everything is level to the last bit; that is no level point.
    heights = np.abs(bends).max(axis=-1) * longest**2
    level &= heights > 1e-12 * spread
    return points[level], bends[level]


def _newton_step(field: ScalarField, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the steps (m, n) to the quadratic models' level points, and the curvatures (m, n)."""
    gradients, hessians = field.gradient(points), field.hessian(points)
    known = np.isfinite(gradients).all(axis=-1) & np.isfinite(hessians).all(axis=(-1, -2))
    fine: BoolArray = np.asarray(known)
    bends, ways = np.linalg.eigh(np.where(fine[:, np.newaxis, np.newaxis], hessians, 0.0))
    floor = 1e-9 * np.abs(bends).max(axis=-1, keepdims=True)
    along = np.einsum("mij,mi->mj", ways, gradients)
    parts = np.where(np.abs(bends) > floor, -along / bends, 0.0)
    # A slope without any curvature has no level point.
    parts = np.where((floor > 0) | (along == 0), parts, np.nan)
    move = np.einsum("mij,mj->mi", ways, parts)
    return np.where(fine[:, np.newaxis], move, np.nan), np.where(fine[:, np.newaxis], bends, np.nan)


def _ring(n: int) -> FloatArray:
    if n == 1:
        return np.array([[1.0], [-1.0]])
    turns = np.arange(16) * np.pi / 8
    return np.stack([np.cos(turns), np.sin(turns)], axis=-1)


def _compass(field: ScalarField, box: Box, starts: FloatArray) -> FloatArray:
    """Return where a search by values alone ends, which minds no kink: (m, n) -> (m, n)."""
    if not len(starts):
        return starts
    points, values = starts.copy(), field.value(starts)
    reach = np.full(len(points), 1.0 / _SAMPLES[len(box.low)])
    rows = np.arange(len(points))
    for _ in range(_COMPASS_STEPS):
        around = points[:, np.newaxis] + reach[:, np.newaxis, np.newaxis] * box.size * _ring(
            len(box.low)
        )
        heights = field.value(around)
        heights = np.where(np.isnan(heights), np.inf, heights)
        best = np.argmin(heights, axis=1)
        lower = heights[rows, best] < values
        points = np.where(lower[:, np.newaxis], around[rows, best], points)
        values = np.where(lower, heights[rows, best], values)
        reach = np.where(lower, reach, reach / 2)
        if np.all(reach < 1e-9):
            break
    return points[box.contains(points) & np.isfinite(values) & (reach < 1e-4)]


def _is_lowest(field: ScalarField, box: Box, points: FloatArray, spread: float) -> BoolArray:
    """Say at which points (m, n) nothing near is lower and something is higher.

    A pole, and an edge at which the field ends, are no minima. `spread` is the difference of the
    field's values in the box: what is far below it is rounding.
    """
    if not len(points):
        return np.zeros(0, dtype=np.bool_)
    here = field.value(points)[:, np.newaxis, np.newaxis]
    reach = np.array([1e-6, 1e-4, 1e-3, 4e-3, 2e-2])[:, np.newaxis, np.newaxis]
    around = field.value(points[:, np.newaxis, np.newaxis] + reach * box.size * _ring(len(box.low)))
    noise = 1e-13 * np.abs(here)
    near = around[:, :4]
    whole = np.isfinite(near).all(axis=(1, 2))
    lower = np.any(near < here - noise, axis=(1, 2))
    higher = np.any(around > here + noise + 1e-15 * spread, axis=(1, 2))
    rises = np.max(around - here, axis=2)
    deep = (rises[:, 0] > 0.2 * rises[:, 3]) & (rises[:, 3] > 0)  # however near: a pole
    return np.asarray(whole & ~lower & higher & ~deep)


def _is_kink_or_flat(field: ScalarField, box: Box, points: FloatArray, troughs: bool) -> BoolArray:
    """Say which minima (m, n) have no Hessian that curves up all round: Newton misses those."""
    reach = 1e-5 * box.size
    beside = points[:, np.newaxis] + reach * _ring(len(box.low))
    jump = np.ptp(field.gradient(beside), axis=1).max(axis=-1)
    bends = _newton_step(field, points)[1]
    expected = 4 * np.max(np.abs(bends), axis=-1) * reach.max()
    smooth = np.isfinite(bends).all(axis=-1) & (jump <= expected)
    flat = bends.min(axis=-1) <= 1e-4 * np.abs(bends).max(axis=-1)
    return np.asarray(~smooth | (flat & troughs))


def _are_kinks(field: ScalarField, box: Box, points: FloatArray) -> bool:
    """Whether most of the points (m, n) are kinks, where the slope turns at once."""
    return bool(np.mean(_is_kink_or_flat(field, box, points, False)) > 0.5)
