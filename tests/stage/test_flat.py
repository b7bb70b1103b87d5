"""What is flat is drawn as Manim draws it, and once."""

from collections.abc import Iterator

import numpy as np
import pytest
from manim import (
    Annulus,
    Circle,
    Dot,
    Group,
    Line,
    Rectangle,
    Square,
    VMobject,
    linear,
    tempconfig,
)
from manim.camera.camera import Camera

from scenes.stage import Appear, Film, beat
from scenes.stage.film_camera import FilmCamera
from scenes.stage.flat import layer_of
from scenes.stage.space import Mesh

SIZE = {"pixel_width": 160, "pixel_height": 90}


def zigzag() -> VMobject:
    line = VMobject(stroke_width=6)
    line.set_points_as_corners([[-3, 0, 0], [0, 2, 0], [2, -1, 0]])
    line.start_new_path(np.array([-2.0, -2.0, 0.0]))
    return line.add_line_to(np.array([2.0, -2.0, 0.0]))


@pytest.mark.parametrize(
    "mobject",
    [
        Annulus(fill_opacity=0.7),
        Square(fill_opacity=0.5, stroke_width=3),
        zigzag(),
        Circle(fill_opacity=1).set_fill(["#FF0000", "#0000FF"]),
        Line().set_stroke("#FFFFFF", 8, background=True),
    ],
    ids=str,
)
def test_a_flat_mobject_looks_as_in_manim_wherever_it_moves(mobject: VMobject) -> None:
    ours, theirs = FilmCamera(**SIZE), Camera(**SIZE)
    for shift in (0.0, 1.3, 0.0):
        mobject.shift([shift, 0.2 * shift, 0])
        for camera in (ours, theirs):
            camera.reset()
            camera.capture_mobjects([mobject])
        assert ours.pixel_array[..., :3].any()
        assert is_nearly(ours.pixel_array, theirs.pixel_array)


def is_nearly(picture: np.ndarray, other: np.ndarray) -> bool:
    """Whether pictures differ by no more than the roundings of two products."""
    return bool(np.abs(picture.astype(int) - other).max() <= 1)


def test_what_fades_lies_in_its_order_and_moves_looks_as_in_manim() -> None:
    ours, theirs = FilmCamera(**SIZE), Camera(**SIZE)
    below = Square(fill_opacity=1, stroke_width=0, color="#204060")
    wide = Rectangle(width=14, height=7, fill_opacity=0.5, stroke_width=5)  # too large for a stamp
    above = Circle(fill_opacity=1, color="#FFAA00").set_stroke("#FFFFFF", 12, background=True)
    for opacity, shift in ((0.2, 0.0), (0.9, 0.0), (0.9, 0.137), (0.0, 0.0), (1.0, 0.4)):
        above.set_fill(opacity=opacity).set_stroke(opacity=opacity, background=True).shift(shift)
        for camera in (ours, theirs):
            camera.reset()
            camera.capture_mobjects([below, wide, above])
        assert is_nearly(ours.pixel_array, theirs.pixel_array)
        assert len(np.unique(ours.pixel_array.reshape(-1, 4), axis=0)) > 3


def test_points_changed_in_place_are_seen() -> None:
    camera, square = FilmCamera(**SIZE), Square(fill_opacity=1)
    camera.capture_mobjects([square])
    before = camera.pixel_array.copy()
    square.points[:, 0] += 1
    camera.reset()
    camera.capture_mobjects([square])
    assert not np.array_equal(before, camera.pixel_array)


def test_the_spans_of_a_layer_hold_all_of_it_and_little_else() -> None:
    picture = np.zeros((100, 200, 4), np.uint8)
    picture[10:20, 150:160] = 200
    picture[97:, :30] = 255
    kept, spans = layer_of(picture)
    assert np.array_equal(kept, picture)
    inside = np.zeros((112, 200), bool)
    for band, (low, high) in zip(inside.reshape(7, 16, 200), spans, strict=True):
        band[:, low:high] = True
    assert inside[:100][picture[..., 3] > 0].all()
    assert inside.sum() <= 10 * 32 + 30 * 16


def sheet(opacity: float) -> Mesh:
    corners = np.array([[-2.0, -2, 0], [2, -2, 0], [2, 2, 0], [-2, 2, 0]])
    return Mesh(corners, [[0, 1, 2], [0, 2, 3]], ramp=["#FFFFFF"], opacity=opacity, lit=False)


class Coming(Film):
    """A sheet comes on, while a label rests."""

    @beat
    def only(self) -> None:
        self.add(Rectangle(width=0.2, height=0.2, fill_opacity=1).shift([-5, 3, 0]))
        self.play(Appear(Group(sheet(0.8), Dot([5, 3, 0])), rate_func=linear), run_time=1)


class There(Film):
    """The same half-way, at rest."""

    @beat
    def only(self) -> None:
        self.add(Rectangle(width=0.2, height=0.2, fill_opacity=1).shift([-5, 3, 0]))
        self.add(sheet(0.4), Dot([5, 3, 0]).set_opacity(0.5))
        self.wait(1)


def frames_of(film: type[Film], folder: object) -> Iterator[np.ndarray]:
    settings = {**SIZE, "frame_rate": 2, "media_dir": str(folder), "disable_caching": True}
    with tempconfig(settings | {"progress_bar": "none"}):
        scene = film()
        writer = scene.renderer.file_writer
        frames: list[np.ndarray] = []
        writer.begin_animation = writer.end_animation = lambda *_, **__: None
        writer.write_frame = lambda pixels, repeat=1: frames.append(pixels)
        writer.finish = lambda: None
        scene.render()
    return iter(frames)


def test_what_comes_on_is_drawn_once(tmp_path: object) -> None:
    _, half_way, *_ = frames_of(Coming, tmp_path)
    there = next(frames_of(There, tmp_path))
    assert np.array_equal(half_way[45, 80], there[45, 80])
    assert abs(int(half_way[45, 80, 0]) - (0.4 * 255 + 0.6 * 14)) <= 2
    assert np.abs(half_way.astype(int) - there).max() <= 1
