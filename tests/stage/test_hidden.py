"""What is left out as hidden could not be seen: held against a look at every sample."""

import numpy as np
import pytest
from manim import DEGREES, Sphere

from scenes.stage import hidden
from scenes.stage.camera import DepthCamera
from scenes.stage.hidden import TILE

SIZE = {"pixel_width": 320, "pixel_height": 180}
SOURCE = np.random.default_rng(5)


def test_a_tile_keeps_the_depth_of_its_farthest_sample() -> None:
    width, height = 37, 29
    depth = SOURCE.uniform(0.1, 1, (height, width, 4)).astype(np.float32)
    depth[SOURCE.random((height, width)) < 0.01, 2] = 0
    window = np.array([5, 9, 5 + width, 9 + height, 0])
    tiles = hidden.farthest(np.append(depth.ravel(), np.zeros(12, np.float32)), window)
    expected = [
        [depth[y : y + TILE, x : x + TILE].min() for x in range(0, width, TILE)]
        for y in range(0, height, TILE)
    ]
    assert np.array_equal(tiles, np.array(expected))
    assert (tiles == 0).any()
    assert (tiles > 0).any()


@pytest.mark.parametrize("place", [(3.0, 11.0), (12.0, 20.0), (30.0, 3.0)])
@pytest.mark.parametrize(("w", "seen"), [(0.4, False), (0.5, True), (0.6, True), (np.nan, True)])
def test_a_triangle_is_left_out_only_behind_all_its_tiles(place, w, seen) -> None:
    tiles = np.full((4, 5), 0.5, np.float32)
    tiles[0, 3] = 0  # one has a sample with nothing in it
    screen = np.array([[0.0, 0, w], [6, 2, w], [1, 5, w]]) + np.array([*place, 0.0])
    faces, window = np.array([[0, 1, 2]], np.int32), np.array([0, 0, 40, 32, 0])
    kept = hidden.in_sight(screen, faces, np.array([0]), window, tiles)
    over_the_empty_one = place == (30.0, 3.0)
    assert len(kept) == (seen or over_the_empty_one)


def test_what_leaves_the_window_is_kept() -> None:
    tiles, window = np.full((2, 2), 0.5, np.float32), np.array([10, 10, 26, 26, 0])
    faces = np.array([[0, 1, 2]], np.int32)
    inside = np.array([[12.0, 12, 0.1], [20, 13, 0.1], [13, 20, 0.1]])
    for shift, count in ((0.0, 0), (-5.0, 1), (10.0, 1)):
        screen = inside + np.array([shift, 0.0, 0.0])
        assert len(hidden.in_sight(screen, faces, np.array([0]), window, tiles)) == count


def test_balls_look_the_same_with_all_their_triangles_and_strokes(monkeypatch) -> None:
    balls = [
        Sphere([x, 0.4 * x, 0.2], radius=1.2, resolution=(32, 32)).set_stroke("#FFFFFF", 1)
        for x in (-1.5, 0.0, 1.0)
    ]

    def picture() -> np.ndarray:
        camera = DepthCamera(**SIZE, phi=70 * DEGREES, theta=20 * DEGREES)
        camera.capture_mobjects(balls)
        return camera.pixel_array.copy()

    left_out = []
    in_sight = hidden.in_sight

    def counted(screen, faces, numbers, window, tiles):
        kept = in_sight(screen, faces, numbers, window, tiles)
        left_out.append(len(numbers) - len(kept))
        return kept

    monkeypatch.setattr(hidden, "in_sight", counted)
    monkeypatch.setattr("scenes.stage.layers.FEWEST", 100)
    culled = picture()
    assert sum(left_out) > 1000
    monkeypatch.setattr("scenes.stage.layers.FEWEST", 1_000_000_000)
    monkeypatch.setattr(hidden, "in_sight", lambda screen, faces, numbers, window, tiles: numbers)
    assert np.array_equal(picture(), culled)
    assert culled[..., :3].any()
