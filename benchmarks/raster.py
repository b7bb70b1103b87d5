"""How long the depth camera takes for a frame at 1080p: `python -m benchmarks.raster`.

Each figure is the least of some runs, in milliseconds of one core's time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from manim import DEGREES, Mobject, VMobject

from scenes.stage.camera import DepthCamera
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot, grid_mesh, in_space

FLOOR, CEILING = -1.5, 3.0


def hill(count: int) -> Mesh:
    x, y = np.meshgrid(*2 * [np.linspace(-2, 2, count)])
    heights = x**2 + y**2
    levels = np.arange(0.5, 8, 0.5)
    return grid_mesh(np.stack([x, y, 0.35 * heights], -1), heights, contour_levels=levels)


def contour_map(count: int) -> Mesh:
    drawn = hill(count)
    drawn.lit = False
    drawn.points[:, 2] = FLOOR
    return drawn


def slice_plane(angle: float) -> Mesh:
    x, y = 2 * np.cos(angle), 2 * np.sin(angle)
    corners = [[-x, -y, FLOOR], [x, y, FLOOR], [x, y, CEILING], [-x, -y, CEILING]]
    return Mesh(np.array(corners), [[0, 1, 2], [0, 2, 3]], opacity=0.13, lit=False)


def forty_strokes() -> list[VMobject]:
    """Ten lines on the hill, twenty dots and ten arrows."""
    x = np.linspace(-2, 2, 121)
    strokes: list[VMobject] = []
    for y in np.linspace(-1, 0.8, 10):
        line = VMobject(stroke_width=3.5)
        line.set_points_as_corners(np.stack([x, 0 * x + y, 0.35 * (x**2 + y**2)], -1))
        strokes.append(in_space(line))
    angles = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles), 0 * angles], -1)
    on_hill, on_map = np.array([0, 0, 0.35]), np.array([0, 0, FLOOR])
    strokes += [SpaceDot(point, ring_width=2) for point in circle + on_hill]
    strokes += [SpaceArrow(on_map, point) for point in circle[::2] + on_map]
    return strokes


def milliseconds(frame: Callable[[], None], runs: int = 12) -> float:
    frame()
    times = []
    for _ in range(runs):
        begin = time.thread_time()
        frame()
        times.append(time.thread_time() - begin)
    return 1000 * min(times)


def cases() -> dict[str, Callable[[], None]]:
    """Return what is measured, by name: functions that draw one frame."""
    camera = DepthCamera(pixel_width=1920, pixel_height=1080)
    camera.set_phi(65 * DEGREES)
    camera.set_theta(-60 * DEGREES)
    small, large, floor, plane = hill(129), hill(161), contour_map(161), slice_plane(0.3)
    strokes = forty_strokes()
    turned = [0.3]

    def draw(*mobjects: Mobject) -> None:
        camera.reset()
        camera.capture_mobjects(mobjects)

    def orbit(*mobjects: Mobject) -> None:
        camera.set_theta(camera.get_theta() + 0.01)
        draw(*mobjects)

    def turn(*others: Mobject) -> None:
        turned[0] += 0.05
        plane.points = slice_plane(turned[0]).points
        draw(large, floor, plane, *others)

    return {
        "background only": draw,
        "hill 129 x 129, camera moves": lambda: orbit(small),
        "hill 129 x 129, nothing moves": lambda: draw(small),
        "hill and map 161 x 161, camera moves": lambda: orbit(large, floor),
        "hill and map 161 x 161, nothing moves": lambda: draw(large, floor),
        "hill, map and a plane that turns": turn,
        "hill and map, forty strokes": lambda: draw(large, floor, *strokes),
    }


def main() -> None:
    for name, frame in cases().items():
        print(f"{name:40} {milliseconds(frame):6.1f} ms")


if __name__ == "__main__":
    main()
