"""Where a walk should begin, so that it is worth seeing."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField
from mathcore.framing.rounding import rounded, step_at_least
from mathcore.framing.survey import Box, Survey

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

# Places in the window, as shares of its half sides, the favourites first.
_ON_LINE = (0.8, 0.7, 0.6, -0.8, -0.7, -0.6, 0.5, -0.5, 0.4, -0.4, 0.3, -0.3, 0.2, -0.2, 0.1, -0.1)
_CORNERS = ((0.8, 0.6), (0.6, 0.8), (0.7, 0.5), (0.5, 0.3), (0.35, 0.65), (0.8, 0.25), (0.2, 0.4))
_SIGNS = ((1, 1), (-1, 1), (1, -1), (-1, -1))

_STRIDE = 0.015  # of the window's side: how far one step of the track goes
_STRIDES = 80


def begin(field: ScalarField, found: Survey) -> FloatArray:
    """Return a start (n,) in the surveyed box from which the way down is long and well seen.

    It lies inside, where the field has a value and a slope all round, on a slope that is neither
    flat nor among the highest parts, off the axes of symmetry where that can be, and its way down
    stays in the box. The way is the curve of steepest descent, followed by steps of equal length.
    """
    box = found.box
    starts = _candidates(box)
    values, gradients = field.value_and_gradient(starts)
    steepness = np.hypot.reduce(gradients, axis=-1)
    sound = np.isfinite(values) & np.isfinite(steepness) & _sound_around(field, box, starts)
    if not np.any(sound):
        known = np.isfinite(values) & np.isfinite(steepness)
        return starts[np.argmax(known)] if np.any(known) else _any_point(field, box)
    starts, values, steepness = starts[sound], values[sound], steepness[sound]
    track = downhill(field, box, starts)
    score = _score(field, found, track, values, steepness)
    return np.asarray(starts[int(np.argmax(np.round(score, 6)))])


def _candidates(box: Box) -> FloatArray:
    n = len(box.low)
    if n == 1:
        places = np.array(_ON_LINE)[:, np.newaxis]
    else:
        places = np.array([(a * s, b * t) for a, b in _CORNERS for s, t in _SIGNS])
    steps = [step_at_least(side / 41) for side in box.size]
    points = box.middle + places * box.size / 2
    return np.array(
        [[rounded(c, step) for c, step in zip(point, steps, strict=True)] for point in points]
    )


def _any_point(field: ScalarField, box: Box) -> FloatArray:
    """Return a point where a walk can begin, if there is one, however dull."""
    grid = box.grid().reshape(-1, len(box.low))
    values, gradients = field.value_and_gradient(grid)
    known = np.isfinite(values) & np.isfinite(gradients).all(axis=-1)
    inner = known & box.contains(grid, 0.05)
    for choice in (inner, known):
        if np.any(choice):
            spots = grid[choice]
            way = np.hypot.reduce(gradients[choice], axis=-1)
            # The middle of the steepness: neither the flattest nor the wildest spot.
            chosen = spots[np.argsort(way, kind="stable")[len(spots) // 2]]
            short = [
                rounded(c, step_at_least(side / 400))
                for c, side in zip(chosen, box.size, strict=True)
            ]
            value, slope = field.value_and_gradient(short)
            fine = np.isfinite(value) and np.all(np.isfinite(slope))
            return np.array(short) if fine else np.asarray(chosen)
    raise ValueError(f"{field.shown}: it has no slope anywhere in this range; widen the range")


def _sound_around(field: ScalarField, box: Box, points: FloatArray) -> BoolArray:
    """Say round which points (m, n) the field is smooth for a hundredth of the box."""
    n = len(box.low)
    ways = 0.01 * box.size * np.concatenate([np.eye(n), -np.eye(n)])
    around = points[:, np.newaxis] + ways
    gradients = field.gradient(around)
    known = np.isfinite(gradients).all(axis=(1, 2))
    turn = np.ptp(gradients, axis=1).max(axis=-1)
    calm = turn <= 1.0 * np.abs(gradients).max(axis=(1, 2)) + 1e-300
    return np.asarray(known & calm)


def downhill(field: ScalarField, box: Box, starts: FloatArray) -> FloatArray:
    """Return the ways of steepest descent from points (m, n), as points (k + 1, m, n).

    Each step goes the same distance, or half as far for ever after where that would lead up. A way
    that leaves the box or the field ends where it did.
    """
    points, stride = starts.copy(), np.full(len(starts), _STRIDE)
    values, gradients = field.value_and_gradient(points)
    track = [points]
    for _ in range(_STRIDES):
        scaled = gradients * box.size
        ahead = -scaled / np.hypot.reduce(scaled, axis=-1, keepdims=True)
        target = points + stride[:, np.newaxis] * np.nan_to_num(ahead) * box.size
        there, slopes = field.value_and_gradient(target)
        down = there < values
        fine = down & np.isfinite(slopes).all(axis=-1) & box.contains(points)
        points = np.where(fine[:, np.newaxis], target, points)
        values = np.where(fine, there, values)
        gradients = np.where(fine[:, np.newaxis], slopes, gradients)
        stride = np.where(down, stride, stride / 2)
        track.append(points)
        if np.all(stride < 1e-5) or not np.any(box.contains(points)):
            break
    return np.array(track)


def _score(
    field: ScalarField,
    found: Survey,
    track: FloatArray,
    values: FloatArray,
    steepness: FloatArray,
) -> FloatArray:
    box = found.box
    starts, ends = track[0], track[-1]
    length = np.sum(np.hypot.reduce(np.diff(track, axis=0) / box.size, axis=-1), axis=0)
    aside = (np.abs(ends - box.middle) / (box.size / 2)).max(axis=-1)
    stays = box.contains(track).all(axis=0)
    score = 2.0 * np.minimum(length / 0.4, 1.0) + 1.5 * stays
    score -= np.maximum(length - 0.8, 0.0)
    score -= 2.0 * np.maximum(aside - 0.7, 0.0)  # a bottom at the border is half a bottom
    if len(found.bottoms):
        away = np.abs(ends[:, np.newaxis] - found.bottoms) / box.size
        score += 2.0 * (away.max(axis=-1).min(axis=-1) < 0.04)
    heights = field.value(box.grid(24))
    heights = heights[np.isfinite(heights)]
    if len(heights):
        rank = np.searchsorted(np.sort(heights), values) / len(heights)
        score -= 6.0 * np.maximum(rank - 0.85, 0.0)
        usual = float(np.median(heights) - heights.min())
        times = (values - heights.min()) / max(usual, 1e-300)
        score -= np.where(times > 2.5, np.log2(times / 2.5), 0.0)
    steepest = np.hypot.reduce(field.gradient(track), axis=-1)
    steepest = np.where(np.isfinite(steepest), steepest, 0.0).max(axis=0)
    score -= 4.0 * np.clip(1 - steepness / np.maximum(0.4 * steepest, 1e-300), 0.0, 1.0)
    if len(box.low) == 2:
        way = np.abs(starts - ends) / box.size
        across = way.min(axis=-1) / np.maximum(way.max(axis=-1), 1e-300)
        score -= 1.0 * (across < 0.15)
    return np.asarray(score - 0.02 * np.arange(len(starts)))
