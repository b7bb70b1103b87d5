"""How long the depth camera takes for a frame: `python -m benchmarks.raster`.

First some scenes at 1080p, then how the time grows with the pixels and with the triangles. Each
figure is the least of some runs, in milliseconds of cores' time: all of them together.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import DEGREES, Mobject, VMobject

from benchmarks.recording import drawing_seconds
from scenes.stage.camera import DepthCamera
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot, grid_mesh, in_space

FLOOR, CEILING = -1.5, 3.0
CLOSE = 1.7  # the zoom at which the hill covers 22% of the picture, as in the films
HEIGHTS = 480, 720, 1080, 1440, 2160
VERTICES = 65, 129, 257, 513, 1000


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
        begin = drawing_seconds()
        frame()
        times.append(drawing_seconds() - begin)
    return 1000 * min(times)


def depth_camera(height: int = 1080, zoom: float = 1.0) -> DepthCamera:
    """Return a camera of 16:9 that looks down on the hill."""
    camera = DepthCamera(pixel_width=2 * round(height * 8 / 9), pixel_height=height)
    camera.set_phi(65 * DEGREES)
    camera.set_theta(-60 * DEGREES)
    camera.set_zoom(zoom)
    return camera


def drawing(camera: DepthCamera, *mobjects: Mobject, turn: float = 0.0) -> Callable[[], None]:
    """Return a function that draws a frame, the camera turned a little for each."""

    def draw() -> None:
        if turn:
            camera.set_theta(camera.get_theta() + turn)
        camera.reset()
        camera.capture_mobjects(mobjects)

    return draw


def cases() -> dict[str, Callable[[], None]]:
    """Return what is measured, by name: functions that draw one frame."""
    camera, close = depth_camera(), depth_camera(zoom=CLOSE)
    small, large, floor, plane = hill(129), hill(161), contour_map(161), slice_plane(0.3)
    strokes = forty_strokes()
    turned = [0.3]

    def turning(*others: Mobject) -> Callable[[], None]:
        draw = drawing(camera, large, floor, plane, *others)

        def frame() -> None:
            turned[0] += 0.05
            plane.points = slice_plane(turned[0]).points
            draw()

        return frame

    return {
        "background only": drawing(camera),
        "hill 129 x 129, camera moves": drawing(camera, small, turn=0.01),
        "hill 129 x 129 close by, camera moves": drawing(close, small, turn=0.01),
        "hill 129 x 129, nothing moves": drawing(camera, small),
        "hill and map 161 x 161, camera moves": drawing(camera, large, floor, turn=0.01),
        "hill and map 161 x 161, nothing moves": drawing(camera, large, floor),
        "hill, map and a plane that turns": turning(),
        "hill and map, forty strokes": drawing(camera, large, floor, *strokes),
    }


def growth(title: str, unit: str, rows: list[tuple[str, float, float]]) -> None:
    """Print a curve: labels, amounts and milliseconds, and the line that fits them best.

    The line is fitted to relative errors, so that the small amounts count as much as the large.
    """
    print(f"\n{title}")
    amounts, times = np.array([row[1:] for row in rows]).T
    slope, start = np.polyfit(amounts, times, 1, w=1 / times)
    for (label, amount, time_taken), fitted in zip(rows, start + slope * amounts, strict=True):
        print(f"{label:>14} {amount:7.3f} {unit} {time_taken:7.1f} ms   (line {fitted:6.1f} ms)")
    exponent = np.polyfit(np.log(amounts), np.log(times), 1)[0]
    print(f"  {start:.1f} ms + {slope:.1f} ms for a {unit}; time grows as its power {exponent:.2f}")


def pixel_curve() -> None:
    """Print how the time of the moving hill grows with the picture."""
    rows = []
    for height in HEIGHTS:
        camera = depth_camera(height, CLOSE)
        amount = camera.pixel_width * camera.pixel_height / 1e6
        took = milliseconds(drawing(camera, hill(129), turn=0.01))
        rows.append((f"{camera.pixel_width} x {height}", amount, took))
    growth("Pixels: hill 129 x 129 close by, camera moves", "Mpixel", rows)


def triangle_curve() -> None:
    """Print how the time of the moving hill grows with its grid."""
    rows = []
    for count in VERTICES:
        took = milliseconds(drawing(depth_camera(), hill(count), turn=0.01))
        rows.append((f"{count} x {count}", 2 * (count - 1) ** 2 / 1e6, took))
    growth("Triangles: hill at 1080p, camera moves", "Mtriangle", rows)


def main() -> None:
    for name, frame in cases().items():
        print(f"{name:40} {milliseconds(frame):6.1f} ms")
    pixel_curve()
    triangle_curve()


if __name__ == "__main__":
    main()
