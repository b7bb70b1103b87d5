"""Compiles the depth camera's loops before they are needed: `python -m scenes.stage.warm`.

A quarter of a minute, once after the installation, instead of before the first frame.
"""

from __future__ import annotations

import numpy as np
from manim import Line

from scenes.stage.camera import DepthCamera
from scenes.stage.space import SpaceArrow, grid_mesh, in_space


def main() -> None:
    """Draw a picture of a few pixels that uses every loop."""
    camera = DepthCamera(pixel_width=64, pixel_height=36, background_opacity=0.0)
    x, y = np.meshgrid(*2 * [np.linspace(-1, 1, 5)])
    sheet = np.stack([x, y, x * y], axis=-1)
    camera.capture_mobjects(
        [
            grid_mesh(sheet, contour_levels=[0.0, 0.1]),
            grid_mesh(sheet[..., [0, 2, 1]], opacity=0.5),
            in_space(Line()),
            SpaceArrow(),
        ]
    )


if __name__ == "__main__":
    main()
