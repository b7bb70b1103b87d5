"""The three-dimensional examples of Manim's documentation, run with another camera.

Those in the docstrings of the installed Manim are taken from there. The three best known stand in
Manim's example gallery, which is not installed; they are set up here with the same objects,
angles and resolutions.

Most of the examples are stills. Such a one is looked at for four seconds by a camera that turns,
the same for both cameras. (The encoder looks ahead 40 frames: in a shorter scene it would have
nearly all of its work left to do when the last frame is drawn.)
"""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import Any

import manim
import numpy as np
from manim import (
    BLUE,
    DEGREES,
    GREEN,
    IN,
    ORANGE,
    ORIGIN,
    PI,
    RED_D,
    RED_E,
    TAU,
    Circle,
    Surface,
    ThreeDAxes,
    ThreeDScene,
)

IN_DOCSTRINGS = {
    "FillByValueExample": manim.Surface.set_fill_by_value,
    "ParaSurface": manim.Surface,
    "ExampleSphere": manim.Sphere,
    "ExampleTorus": manim.Torus,
    "ExampleCylinder": manim.Cylinder,
    "ExampleCone": manim.Cone,
    "ExampleArrow3D": manim.Arrow3D,
    "CubeExample": manim.Cube,
    "RotatingDifferentAxis": manim.Rotating,
    "PlotSurfaceExample": manim.ThreeDAxes.plot_surface,
}
"""Examples by name, and what they document."""

_TURN = 0.5  # radians a second
_LOOK = 4.0  # seconds


class ThreeDSurfacePlot(ThreeDScene):
    """A Gaussian bump in a checkerboard of two colours, edges drawn, half transparent."""

    def construct(self) -> None:  # noqa: D102
        self.set_camera_orientation(phi=75 * DEGREES, theta=-30 * DEGREES)

        def bump(u: float, v: float) -> np.ndarray:
            return np.array([u, v, np.exp(-(u**2 + v**2) / (2 * 0.4**2))])

        plane = Surface(bump, u_range=[-2, 2], v_range=[-2, 2], resolution=(24, 24))
        plane.scale(2, about_point=ORIGIN)
        plane.set_style(fill_opacity=1, stroke_color=GREEN)
        plane.set_fill_by_checkerboard(ORANGE, BLUE, opacity=0.5)
        self.add(ThreeDAxes(), plane)


class ThreeDLightSourcePosition(ThreeDScene):
    """A sphere lit from below."""

    def construct(self) -> None:  # noqa: D102
        def sphere(u: float, v: float) -> np.ndarray:
            ring = np.cos(u) * np.array([np.cos(v), np.sin(v), 0])
            return 1.5 * (ring + np.array([0, 0, np.sin(u)]))

        surface = Surface(
            sphere,
            u_range=[-PI / 2, PI / 2],
            v_range=[0, TAU],
            checkerboard_colors=[RED_D, RED_E],
            resolution=(15, 32),
        )
        self.renderer.camera.light_source.move_to(3 * IN)
        self.set_camera_orientation(phi=75 * DEGREES, theta=30 * DEGREES)
        self.add(ThreeDAxes(), surface)


class ThreeDCameraRotation(ThreeDScene):
    """A circle and axes, seen by a camera that turns and comes back."""

    def construct(self) -> None:  # noqa: D102
        self.set_camera_orientation(phi=75 * DEGREES, theta=30 * DEGREES)
        self.add(Circle(), ThreeDAxes())
        self.begin_ambient_camera_rotation(rate=0.1)
        self.wait()
        self.stop_ambient_camera_rotation()
        self.move_camera(phi=75 * DEGREES, theta=30 * DEGREES)
        self.wait()


_GALLERY = (ThreeDSurfacePlot, ThreeDLightSourcePosition, ThreeDCameraRotation)


def example(name: str) -> type[ThreeDScene]:
    """Return an example by its name in Manim's documentation, turning where it is a still."""
    gallery = {scene.__name__: scene for scene in _GALLERY}
    documented = gallery[name] if name in gallery else _from_docstring(name)

    class Turning(documented):  # type: ignore[valid-type, misc]
        def construct(self) -> None:
            super().construct()
            if self.renderer.num_plays == 0:
                self.begin_ambient_camera_rotation(rate=_TURN)
                self.wait(_LOOK)

    Turning.__name__ = name
    return Turning


def _from_docstring(name: str) -> type[ThreeDScene]:
    """Run an example of the installed Manim's docstrings, and return its class."""
    text = inspect.getdoc(IN_DOCSTRINGS[name]) or ""
    found = re.search(rf"^( *)class {name}\(.*\):\n(?:(?:\1 .*)?\n?)*", text, re.MULTILINE)
    if found is None:
        raise LookupError(f"{name}: the installed Manim does not document this example")
    namespace: dict[str, Any] = {"np": np, **vars(manim)}
    exec(textwrap.dedent(found.group()), namespace)
    return namespace[name]
