"""Journey: a point that moves straight from stop to stop, and where it is worth going."""

from __future__ import annotations

import numpy as np
from manim import Animation, ValueTracker

from mathcore.framing.survey import Box
from mathcore.framing.view import hidden_share
from scenes.stage.arrow_field import grid_points
from scenes.stage.landscape import Landscape

FLATTEST = 0.4
"""The share of the steepness at the start below which an arrow would be too short to be seen."""

EVEN = 0.01
"""Ground whose steepness differs by no more than this share is equally steep everywhere."""

ALIKE = 0.1, 0.2, 0.3
"""How much less steep than the steepest place, as shares of what there is, one may be; or flat."""

BALANCED = 0.35
"""The share of the gradient that a part of it has at least where both parts are well seen."""

APART = 0.25
"""The share of the landscape's longer side that stops are apart where that is possible."""

CLEAR = 0.08
"""The share of the longer side that is left free between two arrows."""


class Journey:
    """A point of the domain that moves straight from stop to stop, as one number tells it."""

    def __init__(self, start: np.ndarray):
        self.stops, self.progress = [np.array(start, dtype=float)], ValueTracker(0)

    def where(self) -> np.ndarray:
        """Return the point (2,) now."""
        done = self.progress.get_value()
        leg = min(int(done), len(self.stops) - 1)
        ahead = self.stops[min(leg + 1, len(self.stops) - 1)]
        return self.stops[leg] + (done - leg) * (ahead - self.stops[leg])

    def to(self, point: np.ndarray) -> Animation:
        """Return the animation that moves it on to a point (2,)."""
        self.stops.append(np.array(point, dtype=float))
        return self.progress.animate.set_value(len(self.stops) - 1)


def is_smooth_between(land: Landscape, start: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return whether f has a value and a gradient all the way to each of some ends (m, 2): (m,)."""
    shares = np.linspace(0, 1, 81)[:, None, None]
    points = start + shares * (ends - start)
    values, gradients = land.hill.value_and_gradient(points)
    return np.isfinite(values).all(axis=0) & np.isfinite(gradients).all(axis=(0, 2))


def balanced_place(land: Landscape, start: np.ndarray, share: float, side: float) -> np.ndarray:
    """Return the point (2,) nearest to the start from which the gradient and its parts are seen.

    Neither part is short beside the other, and an arrow along the gradient that is as long as a
    share of the longer side stays on the map; the hill does not hide the point from an eye at a
    side, in degrees, if it need not. It is the start itself where that is so, or nowhere else.
    """
    points = np.concatenate([start[None], grid_points(land, spacing=0.05)])
    gradients = land.hill.gradient(points)
    steepness = np.hypot.reduce(gradients, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ways = gradients / steepness[:, None]
    inside = np.array([land.contains(tip) for tip in points + share * land.span * ways])
    fit = inside & (np.abs(ways).min(axis=1) >= BALANCED) & is_seen_between(land, start, points)
    fit &= steepness >= FLATTEST * steepness.max(where=fit, initial=0.0)
    if not fit.any():
        return start
    points = points[fit]
    points = points[np.argsort(np.hypot.reduce(points - start, axis=1), kind="stable")]
    around = CLEAR / 2 * land.span * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])
    seen = (point for point in points if not is_hidden(land, point + around, side))
    return next(seen, points[0])


def steep_and_flat(land: Landscape, start: np.ndarray, scale: float) -> list[np.ndarray]:
    """Return a steep point (2,) and a flat one to go to, on straight ways without kink or hole.

    In these places the gradient's arrow, `scale` units of length for one of gradient, stays on the
    map and apart from the arrow at the start and at the other one. One of them is left out where
    the start is just as steep, or just as flat, or where there is no such place.
    """
    points = grid_points(land, spacing=0.05)
    gradients = land.hill.gradient(points)
    steepness = np.hypot.reduce(gradients, axis=1)
    tips = points + scale * gradients
    inside = np.array([land.contains(tip) for tip in tips])
    here = float(np.hypot.reduce(land.hill.gradient(start)))
    fit = inside & is_smooth_between(land, start, points) & (steepness >= FLATTEST * here)
    if not fit.any():
        return []
    points, steepness, tips = points[fit], steepness[fit], tips[fit]
    differ = np.ptp(steepness)
    if differ <= EVEN * steepness.max():
        return []
    stops = [start]
    arrows = [_along(start, start + scale * land.hill.gradient(start))]
    for sign in (1, -1):
        most = (sign * steepness).max()
        nearly = most - ALIKE[0] * differ
        if sign * here >= nearly:
            continue
        theirs = _along(points, tips)
        between = theirs[:, :, None] - np.concatenate(arrows)
        is_free = np.hypot.reduce(between, axis=3).min(axis=(1, 2)) >= CLEAR * land.span
        is_free &= is_smooth_between(land, stops[-1], points)
        for share in ALIKE:
            # More than that, but always well away from how steep it is at the start.
            enough = max(most - share * differ, min(nearly, sign * here + ALIKE[0] * differ))
            chosen = np.flatnonzero(is_free & (sign * steepness >= enough))
            if len(chosen):
                away = np.hypot.reduce(points[chosen, None] - np.array(stops), axis=2)
                best = np.lexsort((away[:, -1], away.min(axis=1) < APART * land.span))[0]
                stops.append(points[chosen[best]])
                arrows.append(theirs[chosen[best]])
                break
    return stops[1:]


def _along(feet: np.ndarray, tips: np.ndarray) -> np.ndarray:
    """Return points (..., 9, 2) along arrows from feet (..., 2) to tips (..., 2)."""
    return feet[..., None, :] + np.linspace(0, 1, 9)[:, None] * (tips - feet)[..., None, :]


MARGIN = 0.1
"""The share of a side that a point keeps from the edge, so that a tangent there is in view."""

TOO_STEEP = 3.0
"""How many times the whole hill's steepness a slope may be that is looked at."""


CROSSING = 30.0
"""Degrees between two tangents on the frame from which they are seen as two."""

LOW = 60.0
"""Where the eye stands in degrees from the zenith when both are looked at."""


def farthest_smooth(land: Landscape, start: np.ndarray, axis: int, side: float) -> np.ndarray:
    """Return the farthest point (2,) along an axis, either way, without kink or hole up to it.

    The hill does not hide it from an eye at a side, in degrees, where such a point is well away.
    The start itself where there is none.
    """
    low, high = land.ranges[axis]
    ends = np.tile(start, (41, 1))
    ends[:, axis] = np.linspace(low + MARGIN * (high - low), high - MARGIN * (high - low), 41)
    fit = is_seen_between(land, start, ends)
    if not fit.any():
        return start
    ends = ends[fit]
    away = np.abs(ends[:, axis] - start[axis])
    seen = away >= APART * (high - low)
    seen[seen] = _is_clear(land, ends[seen], side)
    return ends[np.argmax(away + np.where(seen, high - low, 0.0))]


def other_slopes(land: Landscape, start: np.ndarray, side: float) -> np.ndarray | None:
    """Return a point (2,) at which both partial derivatives are as different as may be.

    The hill does not hide it from an eye at a side, in degrees, if it need not. None where no
    straight way without kink or hole leads to any.
    """
    points = grid_points(land, spacing=2 * MARGIN)
    points = points[is_seen_between(land, start, points)]
    if not len(points):
        return None
    for is_good in (_is_clear, _tangents_cross):
        good = is_good(land, points, side)
        points = points[good] if good.any() else points
    slopes = land.hill.gradient(np.vstack([start, points]))
    change = np.minimum(np.abs(slopes[1:] - slopes[0]) / land.steepness, 1.0)
    return points[np.argmax(change.min(axis=1) + 0.5 * change.max(axis=1))]


def _is_clear(land: Landscape, points: np.ndarray, side: float) -> np.ndarray:
    """Return whether the hill is not before points (m, 2) nor what is close around them: (m,)."""
    around = CLEAR / 2 * land.span * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])
    return np.array([not is_hidden(land, point + around, side) for point in points])


def _tangents_cross(land: Landscape, points: np.ndarray, side: float) -> np.ndarray:
    """Return whether the tangents along the axes at points (m, 2) are seen as two lines: (m,)."""
    eye, up = np.radians(side), np.radians(LOW)
    across = np.array([-np.sin(eye), np.cos(eye), 0.0])
    upward = np.array([-np.cos(up) * np.cos(eye), -np.cos(up) * np.sin(eye), np.sin(up)])
    frame = np.stack([across, upward], axis=-1)
    slopes = land.hill.gradient(points)
    ways = [np.tile(way, (len(points), 1)) for way in np.eye(2)]
    first, second = (land.rise(way, slopes[:, axis]) @ frame for axis, way in enumerate(ways))
    turned = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    lengths = np.hypot.reduce(first, axis=1) * np.hypot.reduce(second, axis=1)
    return np.abs(turned) >= np.sin(np.radians(CROSSING)) * lengths


def is_hidden(land: Landscape, points: np.ndarray, side: float) -> bool:
    """Whether the hill is before a point (2,), or one of (m, 2), seen from a side in degrees."""
    box, heights = Box(*np.array(land.ranges).T), (land.lowest, land.highest)
    return bool(hidden_share(land.hill, box, heights, np.atleast_2d(points), np.array([side]))[0])


def is_seen_between(land: Landscape, start: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return whether the way to each of some ends (m, 2) is smooth, in view and not too steep."""
    points = start + np.linspace(0, 1, 81)[:, None, None] * (ends - start)
    gentle = np.abs(land.hill.gradient(ends)).max(axis=1) <= TOO_STEEP * land.steepness
    seen = np.isfinite(land.height(points)).all(axis=0)
    return is_smooth_between(land, start, ends) & gentle & seen
