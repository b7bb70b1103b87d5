"""An orbiting hill with axes, a walked path and a dot: with the stage, and with stock Manim."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import (
    BLUE_D,
    BLUE_E,
    DEGREES,
    PINK,
    WHITE,
    Dot3D,
    Surface,
    ThreeDAxes,
    ThreeDScene,
    VMobject,
)

from benchmarks.cases.hill import FIELD, REACH, on_hill, walk
from scenes.stage.camera import DepthCamera
from scenes.stage.space import Mesh, SpaceDot, grid_mesh, in_space

SECONDS = 4.0

MIDDLE = np.array([0.0, 0.0, 0.6])
"""What the camera looks at: half-way up the hill."""


def axes() -> ThreeDAxes:
    """Return axes that fit the hill."""
    return ThreeDAxes(
        x_range=(-3, 3), y_range=(-3, 3), z_range=(-1, 3), x_length=6, y_length=6, z_length=4
    )


def hill_mesh() -> Mesh:
    """Return the hill as the films show it: 161 x 161 vertices, lit, with contour lines."""
    grid = np.stack(np.meshgrid(*2 * [np.linspace(-REACH, REACH, 161)]), axis=-1)
    heights = FIELD.value(grid)
    return grid_mesh(on_hill(grid), heights, contour_levels=np.arange(-0.6, 2.2, 0.2))


def hill_surface() -> Surface:
    """Return the hill as Manim's Surface in its default resolution, 32 x 32 faces."""
    return Surface(
        lambda u, v: on_hill(np.array([u, v])),
        u_range=(-REACH, REACH),
        v_range=(-REACH, REACH),
        resolution=32,
        checkerboard_colors=[BLUE_D, BLUE_E],
    )


def line(points: np.ndarray, color: Any, width: float) -> VMobject:
    """Return a polyline in space."""
    path = VMobject(stroke_color=color, stroke_width=width)
    return path.set_points_as_corners(points)


class Orbit(ThreeDScene):
    """The hill drawn by the depth camera."""

    def __init__(self) -> None:
        super().__init__(camera_class=DepthCamera)

    def things(self) -> tuple[Any, ...]:
        """Return what stands there."""
        path = on_hill(walk())
        trail = in_space(line(path, PINK, 5))
        return axes(), hill_mesh(), trail, SpaceDot(path[-1], 8, color=WHITE, ring_width=2)

    def construct(self) -> None:
        """Turn the camera round the hill."""
        self.set_camera_orientation(
            phi=65 * DEGREES, theta=-60 * DEGREES, zoom=1.6, frame_center=MIDDLE
        )
        self.add(*self.things())
        self.begin_ambient_camera_rotation(rate=0.3)
        self.wait(SECONDS)


class StockOrbit(Orbit):
    """The same in stock Manim."""

    def __init__(self) -> None:
        ThreeDScene.__init__(self)

    def things(self) -> tuple[Any, ...]:
        """Return what stands there, its path lifted off the faces that would hide it."""
        path = on_hill(walk()) + np.array([0, 0, 0.03])
        trail = line(path, PINK, 5).set_shade_in_3d(True)
        return axes(), hill_surface(), trail, Dot3D(path[-1], radius=0.08, color=WHITE)
