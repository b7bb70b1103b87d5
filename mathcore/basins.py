"""Basins: to which valley gradient descent leads from each start, from many starts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField
from mathcore.framing.rounding import floored, step_at_least
from mathcore.framing.survey import Box, survey

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int_]
Ranges: TypeAlias = Sequence[tuple[float, float]]

OUTSIDE, ON_ITS_WAY = -1, -2
"""Numbers that stand for no valley: the walk left the rectangle; it has come to no valley yet."""

_CLOSE = 0.01
"""The share of the longer side within which a walk has come to a valley's bottom."""


def careful_rate(field: ScalarField, ranges: Ranges, height: float = np.inf) -> float | None:
    """Return a learning rate that follows the slope closely: 1 / (4 × the greatest curvature).

    It is a quarter of what still converges for sure on a convex hill. Where that is tiny, as at a
    kink, or nothing bends, it is such that no step is longer than a 250th of the longer side. Only
    points where f is at most `height` count. None where nothing slopes.

    Source: Y. Nesterov, Introductory Lectures on Convex Optimization, theorem 2.1.14.

    >>> careful_rate(ScalarField.parse("x^2 + y^2"), [(-2, 2), (-2, 2)])
    0.12
    """
    low, high = np.array(ranges, dtype=np.float64).T
    axes = [np.linspace(*ends, 43)[1:-1] for ends in ranges]
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, len(axes))
    with np.errstate(invalid="ignore"):
        points = points[field.value(points) <= height]
    steepness = np.hypot.reduce(field.gradient(points), axis=-1)
    hessians = field.hessian(points)
    known = hessians[np.isfinite(hessians).all(axis=(1, 2))]
    bend = float(np.abs(np.linalg.eigvalsh(known)).max(initial=0.0)) if len(known) else 0.0
    steep = float(steepness[np.isfinite(steepness)].max(initial=0.0))
    rates = [0.004 * float((high - low).max()) / steep] if 1e-300 < steep < 1e300 else []
    rates += [0.25 / bend] if 1e-300 < bend < 1e300 and rates else []
    if not rates:
        return None
    return floored(max(rates), step_at_least(max(rates) / 20))


def walk_from(
    field: ScalarField, starts: npt.ArrayLike, rate: float, steps: int, ranges: Ranges
) -> FloatArray:
    """Return gradient descent from many starts (m, n) at once: points (steps + 1, m, n).

    A walk whose next step would leave the rectangle, or the region where f has a gradient, stays
    at its last point inside.

    >>> bowl = ScalarField.parse("x^2 + y^2")
    >>> walk_from(bowl, [[1.0, 2.0]], 0.25, 2, [(-2, 2), (-2, 2)])[:, 0].tolist()
    [[1.0, 2.0], [0.5, 1.0], [0.25, 0.5]]
    """
    low, high = np.array(ranges, dtype=np.float64).T
    points = [np.array(starts, dtype=np.float64)]
    for _ in range(steps):
        points.append(_stepped(field, points[-1], rate, low, high)[0])
    return np.stack(points)


@dataclass(frozen=True, eq=False)
class Basins:
    """The valleys of a field in a rectangle, and which of them a walk leads to.

    `bottoms` (k, n) are its minima in the rectangle, the deepest first. `valley_of` follows
    gradient descent with a learning rate from any points.
    """

    field: ScalarField
    ranges: Ranges
    bottoms: FloatArray
    rate: float
    steps: int

    def valley_of(self, starts: npt.ArrayLike) -> IntArray:
        """Return the number of the bottom that walks from points (m, n) come to: (m,).

        OUTSIDE where a walk leaves the rectangle or the region where f has a gradient first,
        ON_ITS_WAY where the steps run out first.
        """
        low, high = np.array(self.ranges, dtype=np.float64).T
        points = np.array(starts, dtype=np.float64).reshape(-1, len(low))
        found = np.full(len(points), ON_ITS_WAY)
        still = np.arange(len(points))
        close = _CLOSE * float((high - low).max())
        for step in range(self.steps + 1):
            if not len(still):
                break
            if step % 8 == 0 and len(self.bottoms):
                away = np.linalg.norm(points[:, np.newaxis] - self.bottoms, axis=-1)
                there = away.min(axis=1) <= close
                if there.any():
                    found[still[there]] = away[there].argmin(axis=1)
                    still, points = still[~there], points[~there]
            points, stayed = _stepped(self.field, points, self.rate, low, high)
            if stayed.any():
                found[still[stayed]] = OUTSIDE
                still, points = still[~stayed], points[~stayed]
        return found


def basins(
    field: ScalarField,
    ranges: Ranges,
    rate: float,
    steps: int = 4000,
    minima: npt.ArrayLike | None = None,
) -> Basins:
    """Return the valleys of a field in a rectangle, for walks of at most so many steps.

    `minima` (k, n) are those that are known; left out, they are looked for.
    """
    low, high = np.array(ranges, dtype=np.float64).T
    box = Box(low, high)
    with np.errstate(all="ignore"):
        known = np.array(survey(field, box).minima if minima is None else minima, dtype=np.float64)
    known = known.reshape(-1, len(low))
    known = known[box.contains(known)]
    depth = np.argsort(field.value(known), kind="stable")
    return Basins(field, ranges, known[depth], rate, steps)


def saddles(field: ScalarField, ranges: Ranges) -> FloatArray:
    """Return the saddles of a field of two variables that are found in a rectangle, (k, 2).

    At each the gradient is zero, and f bends up along one way and down along another.

    >>> saddles(ScalarField.parse("x^2 - y^2"), [(-2, 2), (-2, 2)]).round(6).tolist()
    [[0.0, 0.0]]
    """
    low, high = np.array(ranges, dtype=np.float64).T
    box = Box(low, high)
    with np.errstate(all="ignore"):
        points = survey(field, box).others
    points = points[box.contains(points)] + 0.0
    bends = np.linalg.eigvalsh(np.nan_to_num(field.hessian(points)))
    values = field.value(box.grid())
    rise = float(np.ptp(values[np.isfinite(values)])) if np.isfinite(values).any() else 0.0
    least = 1e-3 * rise / float((high - low).max()) ** 2  # what bends less is level for the eye
    return np.asarray(points[(bends[:, 0] < -least) & (bends[:, 1] > least)])


def _stepped(
    field: ScalarField, points: FloatArray, rate: float, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return points (m, n) after a step, and which of them stayed as it would lead nowhere."""
    with np.errstate(all="ignore"):
        ahead = points - rate * field.gradient(points)
        within = (ahead >= low) & (ahead <= high)  # nan is not
    outside = np.asarray(~reduce(np.logical_and, within.T), dtype=np.bool_)
    if outside.any():
        ahead[outside] = points[outside]
    return ahead, outside


@dataclass(frozen=True, eq=False)
class Ridge:
    """A saddle (2,), the directions in which f bends up and down there, and a start on its ridge.

    `bends` (2,) are the curvatures, the one downwards first, `ways` (2, 2) their unit vectors.
    Gradient descent from `start` (2,) comes to the saddle; from either side of it, along `across`
    (2,), it goes on to another side. `start` is None where no such place was found.
    """

    saddle: FloatArray
    bends: FloatArray
    ways: FloatArray
    start: FloatArray | None
    across: FloatArray


def ridge(valleys: Basins, saddle: FloatArray, reach: float = 0.25) -> Ridge:
    """Return a saddle's ridge, which parts those who go to one side from those who go to another.

    From the saddle it is followed uphill, no farther than `reach`, a share of the longer side;
    where it is steepest, two starts whose walks part are brought together until they are
    neighbouring numbers.

    Source: S. Strogatz, Nonlinear Dynamics and Chaos, section 6.4: the stable manifold of a saddle.
    """
    field = valleys.field
    low, high = np.array(valleys.ranges, dtype=np.float64).T
    span = float((high - low).max())
    bends, columns = np.linalg.eigh(field.hessian(saddle))
    down, up = columns.T
    ends = valleys.valley_of(saddle + 0.02 * span * np.stack([down, -down]))
    found = Ridge(saddle, bends, columns.T, None, up)
    tracks = [
        _uphill(field, saddle, sign * up, reach * span, (low + 0.04 * span, high - 0.04 * span))
        for sign in (1.0, -1.0)
    ]
    for track in sorted(tracks, key=len, reverse=True):
        if len(track) < 20:
            continue
        ahead = track[-1] - track[-2]
        across = np.array([-ahead[1], ahead[0]]) / np.hypot(*ahead)
        start = _parting(valleys, track[-1], across, 0.02 * span, saddle, down, ends)
        if start is not None:
            return Ridge(saddle, bends, columns.T, start, across)
    return found


def _uphill(
    field: ScalarField,
    saddle: FloatArray,
    way: FloatArray,
    reach: float,
    box: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Return the steepest way up from a saddle, begun along `way` (2,), to where it is steepest."""
    stride = reach / 60
    points, steeps = [saddle + 2 * stride * way], [0.0]
    while len(points) < 240:
        slopes = field.gradient(points[-1])
        steep = float(np.hypot(*slopes))
        if not 0 < steep < np.inf or np.hypot(*(points[-1] - saddle)) > reach:
            break
        ahead = points[-1] + stride * slopes / steep
        if np.any(ahead < box[0]) or np.any(ahead > box[1]):
            break
        points.append(ahead)
        steeps.append(steep)
    return np.array(points[: int(np.argmax(steeps)) + 1])


def _parting(
    valleys: Basins,
    middle: FloatArray,
    across: FloatArray,
    width: float,
    saddle: FloatArray,
    down: FloatArray,
    ends: IntArray,
) -> FloatArray | None:
    """Return the start within `width` of `middle` (2,) on either side of which walks part.

    `ends` (2,) are the valleys that lie along `down` (2,) from the saddle, and the other way.
    """
    low, high = -width, width
    for _ in range(10):
        places = np.linspace(low, high, 65)
        starts = middle + places[:, np.newaxis] * across
        if ends[0] != ends[1]:
            led = valleys.valley_of(starts)
            sides = np.where(led == ends[0], 1, np.where(led == ends[1], -1, 0))
        else:
            last = walk_from(valleys.field, starts, valleys.rate, 600, valleys.ranges)[-1]
            sides = np.sign(np.round((last - saddle) @ down / width, 6)).astype(int)
        still = np.flatnonzero(sides == 0)
        if len(still) and (sides[: still[0]] != 0).any() and (sides[still[-1] :] != 0).any():
            return np.asarray(starts[still[len(still) // 2]])  # it has come to the saddle itself
        part = np.flatnonzero(sides[1:] * sides[:-1] < 0)
        if not len(part):
            return None
        low, high = places[part[0]], places[part[0] + 1]
    return np.asarray(middle + (low + high) / 2 * across)
