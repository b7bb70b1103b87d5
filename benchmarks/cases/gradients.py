"""A passage of smooth gradients: a hill without contour lines, which the camera goes round."""

from __future__ import annotations

import numpy as np
from manim import DEGREES

from benchmarks.cases.hill import FIELD, REACH, on_hill
from benchmarks.cases.orbit import Orbit
from scenes.stage.space import Mesh, grid_mesh
from scenes.stage.theme import DARK


class Gradients(Orbit):
    """A hill in the films' colours on their background, near enough to fill the frame."""

    def construct(self) -> None:
        """Turn the camera slowly round the hill."""
        self.camera.background_color = DARK.background
        self.set_camera_orientation(phi=50 * DEGREES, theta=-60 * DEGREES, zoom=2.2)
        grid = np.stack(np.meshgrid(*2 * [np.linspace(-REACH, REACH, 161)]), axis=-1)
        hill: Mesh = grid_mesh(on_hill(grid), FIELD.value(grid), ramp=DARK.surface)
        self.add(hill)
        self.begin_ambient_camera_rotation(rate=0.15)
        self.wait(2)
