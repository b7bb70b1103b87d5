"""One scene before two cameras: `manim -ql -s examples/depth_camera.py Depth`, or `Stock`."""

from manim import (
    BLUE,
    DEGREES,
    DOWN,
    GREEN,
    LEFT,
    OUT,
    PINK,
    RED,
    RIGHT,
    UP,
    YELLOW,
    Arrow3D,
    Cone,
    Cube,
    Dot3D,
    Line,
    Sphere,
    Square,
    Text,
    ThreeDAxes,
    ThreeDCamera,
    ThreeDScene,
    Torus,
)

from scenes.stage import DepthCamera


class Depth(ThreeDScene):
    """Solids, sheets that cross, lines through both, and words on the floor."""

    def __init__(self, camera_class=DepthCamera, **kwargs):
        super().__init__(camera_class=camera_class, **kwargs)

    def construct(self):
        """Put the things into space."""
        self.set_camera_orientation(phi=65 * DEGREES, theta=-50 * DEGREES)
        sheets = [
            Square(3.4, fill_opacity=0.5, fill_color=RED),
            Square(3.4, fill_opacity=0.5, fill_color=BLUE).rotate(60 * DEGREES, axis=RIGHT),
            Square(3.4, fill_opacity=0.5, fill_color=GREEN).rotate(60 * DEGREES, axis=UP),
        ]
        self.add(
            ThreeDAxes(),
            *(sheet.shift(3 * LEFT + 2 * UP + 0.6 * OUT) for sheet in sheets),
            Line([-6, 2, 0.8], [1, 2, 0.4]),
            Torus(major_radius=1.2, minor_radius=0.4).shift(3 * RIGHT),
            Sphere(radius=1.1, fill_opacity=0.5).shift(2.6 * RIGHT + 2.5 * UP + 0.6 * OUT),
            Cube(side_length=1.5, fill_opacity=1, fill_color=RED).shift(2 * DOWN + LEFT),
            Cone(base_radius=0.8, height=1.6, direction=OUT).shift(3 * LEFT + 2.5 * DOWN + OUT),
            Arrow3D([0, 0, 0], [2, 2, 2], color=YELLOW),
            Dot3D([2, -1.5, 0.6], color=PINK),
            Text("on the floor", font_size=40).shift(2.4 * DOWN + 2.6 * RIGHT),
        )


class Stock(Depth):
    """The same, drawn by Manim."""

    def __init__(self, **kwargs):
        super().__init__(camera_class=ThreeDCamera, **kwargs)
