"""A fixed camera, a tangent plane and arrows that move: with the stage, and with stock Manim."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import (
    BLUE,
    DEGREES,
    ORANGE,
    PI,
    YELLOW,
    Arrow3D,
    Dot3D,
    Surface,
    ThreeDScene,
    ValueTracker,
    always_redraw,
    linear,
)

from benchmarks.cases.hill import circling, climb, on_hill, tangent_frame
from benchmarks.cases.orbit import MIDDLE, axes, hill_mesh, hill_surface
from scenes.stage.camera import DepthCamera
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot

SECONDS = 4.0
_HALF = 0.9  # half the side of the tangent plane
_SQUARE = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])


class Fixed(ThreeDScene):
    """The hill with its moving plane, drawn by the depth camera."""

    def __init__(self) -> None:
        super().__init__(camera_class=DepthCamera)

    def construct(self) -> None:
        """Go round the hill once."""
        self.set_camera_orientation(
            phi=60 * DEGREES, theta=-60 * DEGREES, zoom=1.6, frame_center=MIDDLE
        )
        self.turn = ValueTracker(-PI / 2)
        self.add(*self.things())
        self.play(self.turn.animate.set_value(PI / 2), run_time=SECONDS, rate_func=linear)

    def here(self) -> np.ndarray:
        """Return the point (2,) of the walk round the hill."""
        return circling(self.turn.get_value())

    def things(self) -> tuple[Any, ...]:
        """Return what stands there and what moves."""

        def corners() -> np.ndarray:
            return on_hill(self.here()) + _HALF * _SQUARE @ tangent_frame(self.here())

        def arrow(color: Any, vector: Any) -> SpaceArrow:
            def follow(mobject: SpaceArrow) -> None:
                start = on_hill(self.here())
                mobject.put_start_and_end_on(start, start + vector())

            return SpaceArrow(color=color).add_updater(follow, call_updater=True)

        faces = [[0, 1, 2], [0, 2, 3]]
        plane = Mesh(corners(), faces, ramp=[YELLOW], opacity=0.5, lit=False)
        plane.add_updater(lambda mesh: mesh.set(points=corners()))
        dot = SpaceDot(on_hill(self.here()), 8, ring_width=2)
        dot.add_updater(lambda mobject: mobject.move_to(on_hill(self.here())))
        return (
            axes(),
            hill_mesh(),
            plane,
            arrow(ORANGE, lambda: climb(self.here())),
            arrow(BLUE, lambda: tangent_frame(self.here())[0]),
            dot,
        )


class StockFixed(Fixed):
    """The same in stock Manim.

    What moves is added before the hill, so that Manim draws them together and sorts their faces:
    added after it, they would be painted over the hill even where they are behind it.
    """

    def __init__(self) -> None:
        ThreeDScene.__init__(self)

    def things(self) -> tuple[Any, ...]:
        """Return what moves and what stands there."""

        def tangent_plane() -> Surface:
            start, frame = on_hill(self.here()), tangent_frame(self.here())
            return Surface(
                lambda u, v: start + np.array([u, v]) @ frame,
                u_range=(-_HALF, _HALF),
                v_range=(-_HALF, _HALF),
                resolution=8,
                fill_opacity=0.5,
                checkerboard_colors=False,
                fill_color=YELLOW,
                stroke_width=0,
            )

        def arrow(color: Any, vector: Any) -> Any:
            def arrow_now() -> Arrow3D:
                start = on_hill(self.here())
                return Arrow3D(start, start + vector(), color=color, resolution=8)

            return always_redraw(arrow_now)

        return (
            always_redraw(tangent_plane),
            arrow(ORANGE, lambda: climb(self.here())),
            arrow(BLUE, lambda: tangent_frame(self.here())[0]),
            always_redraw(lambda: Dot3D(on_hill(self.here()), radius=0.08)),
            axes(),
            hill_surface(),
        )
