"""The hill that the cases `orbit` and `fixed` show, for the stage and for stock Manim alike."""

from __future__ import annotations

import numpy as np

from mathcore import ScalarField, descend, gradient_descent, parse, symbol

FIELD = ScalarField(parse("2 e^(-(x^2 + y^2)/2) + 0.3 x"), (symbol("x"), symbol("y")))
"""A hill on a slope: its top is at (0.15, 0)."""

REACH = 2.5
"""The hill stands over [-REACH, REACH]²."""


def on_hill(points: np.ndarray) -> np.ndarray:
    """Return the places (..., 3) on the hill over points (..., 2)."""
    points = np.asarray(points, dtype=float)
    return np.concatenate([points, FIELD.value(points)[..., None]], axis=-1)


def walk() -> np.ndarray:
    """Return the points (n, 2) of a walk down the hill, fine enough to follow it."""
    path = descend(
        FIELD, np.array([0.4, -0.4]), gradient_descent(0.15), 25, domain=2 * [(-REACH, REACH)]
    )
    steps = np.arange(path.steps + 1)
    at = np.linspace(0, path.steps, 8 * path.steps + 1)
    return np.stack([np.interp(at, steps, column) for column in path.points.T], axis=-1)


def circling(turn: float) -> np.ndarray:
    """Return the point (2,) of a walk round the hill after an angle in radians."""
    return 1.1 * np.array([np.cos(turn), np.sin(turn)])


def tangent_frame(point: np.ndarray) -> np.ndarray:
    """Return two vectors (2, 3) that span the tangent plane at a point (2,)."""
    slopes = FIELD.gradient(point)
    return np.array([[1.0, 0.0, slopes[0]], [0.0, 1.0, slopes[1]]])


def climb(point: np.ndarray) -> np.ndarray:
    """Return the vector (3,) of space that goes along the gradient at a point (2,)."""
    return FIELD.gradient(point) @ tangent_frame(point)
