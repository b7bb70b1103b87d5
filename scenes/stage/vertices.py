"""Vertices on the screen: where they are, and which rectangle holds them."""

from __future__ import annotations

import math

import numpy as np

from scenes.stage.compiled import compiled


@compiled
def to_screen(points, centre, rotation, focal, nearest, zoom_x, zoom_y, x, y, exponential):
    """Return x, y in pixels and the depth w = 1 / (distance to the eye) of points (n, 3).

    `rotation` (3, 3) turns the world about `centre` so that the eye looks down the third axis,
    from the distance `focal`. One unit at the distance `focal` is zoom_x by zoom_y pixels, and
    the axis meets the screen at pixel (x, y). An exponential projection is Manim's: what lies
    beyond `focal` as usual, what is nearer grows more. Points closer than `nearest` are nan.
    """
    screen = np.empty((points.shape[0], 3))
    for i in range(points.shape[0]):
        px, py, pz = points[i, 0] - centre[0], points[i, 1] - centre[1], points[i, 2] - centre[2]
        right = rotation[0, 0] * px + rotation[0, 1] * py + rotation[0, 2] * pz
        up = rotation[1, 0] * px + rotation[1, 1] * py + rotation[1, 2] * pz
        toward = rotation[2, 0] * px + rotation[2, 1] * py + rotation[2, 2] * pz
        away = focal - toward
        w = 1.0 / away if away > nearest else math.nan
        factor = focal * w
        if exponential and away < focal:
            factor = math.exp(toward / focal)
        screen[i, 0] = x + right * factor * zoom_x
        screen[i, 1] = y - up * factor * zoom_y
        screen[i, 2] = w
    return screen


@compiled
def extent(screen):
    """Return the limits (left, top, right, bottom) of x and y, the sum of w and the count.

    Only points (n, 3) that are no nan count; with none of them the limits are inf and -inf.
    """
    left = top = math.inf
    right = bottom = -math.inf
    total, count = 0.0, 0
    for i in range(screen.shape[0]):
        x, y, w = screen[i, 0], screen[i, 1], screen[i, 2]
        if math.isfinite(x + y + w):
            left, right = min(left, x), max(right, x)
            top, bottom = min(top, y), max(bottom, y)
            total += w
            count += 1
    return left, top, right, bottom, total, count
