"""Vertices before the eye and on the screen, and which rectangle holds them."""

from __future__ import annotations

import math

import numpy as np

from scenes.stage.compiled import compiled

NEAR, FOCAL, SCALE_X, SCALE_Y, MIDDLE_X, MIDDLE_Y, EXPONENTIAL = range(7)
"""Terms of a view: where things begin to be seen, the focal distance, pixels for one unit at that
distance, the pixel on the axis of view, and whether the projection is exponential."""

_JUST_BEFORE = 0.999  # what is cut off at the near plane may lie a rounding error before it


@compiled
def to_eye(points, centre, rotation, focal):
    """Return points (n, 3) as the eye has them: right, up, and the distance before the eye.

    `rotation` (3, 3) turns the world about `centre` so that the eye looks down the third axis,
    from the distance `focal`.
    """
    eye = np.empty((points.shape[0], 3))
    for i in range(points.shape[0]):
        x, y, z = points[i, 0] - centre[0], points[i, 1] - centre[1], points[i, 2] - centre[2]
        eye[i, 0] = rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z
        eye[i, 1] = rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z
        eye[i, 2] = focal - (rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z)
    return eye


@compiled
def to_screen(eye, view):
    """Return x, y in pixels and the depth w = 1 / (distance to the eye) of points (n, 3).

    `view` holds the terms named above. An exponential projection is Manim's: what lies beyond the
    focal distance as usual, what is nearer grows more. Points nearer than the near plane are nan.
    """
    screen = np.empty((eye.shape[0], 3))
    focal = view[FOCAL]
    for i in range(eye.shape[0]):
        away = eye[i, 2]
        w = 1.0 / away if away >= _JUST_BEFORE * view[NEAR] else math.nan
        factor = focal * w
        if view[EXPONENTIAL] > 0.0 and away < focal:
            factor = math.exp((focal - away) / focal)
        screen[i, 0] = view[MIDDLE_X] + eye[i, 0] * factor * view[SCALE_X]
        screen[i, 1] = view[MIDDLE_Y] - eye[i, 1] * factor * view[SCALE_Y]
        screen[i, 2] = w
    return screen


@compiled
def extent(screen):
    """Return the limits (left, top, right, bottom) of points (n, 3) that are no nan.

    With none of them the limits are inf and -inf.
    """
    left = top = math.inf
    right = bottom = -math.inf
    for i in range(screen.shape[0]):
        x, y, w = screen[i, 0], screen[i, 1], screen[i, 2]
        if math.isfinite(x + y + w):
            left, right = min(left, x), max(right, x)
            top, bottom = min(top, y), max(bottom, y)
    return left, top, right, bottom
