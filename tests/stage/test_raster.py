"""The rasteriser's loops, held against closed forms."""

import math

import numpy as np
import pytest

from scenes.stage import raster, shading, strokes
from scenes.stage.normals import vertex_normals
from scenes.stage.space import grid_faces


def stroke_on_empty_canvas(parts, colour=(1.0, 1.0, 1.0, 1.0), size=64):
    pixels = np.zeros((size, size, 4), np.uint8)
    scratch = np.zeros((size, size), np.float32)
    parts = np.array(parts, dtype=float)
    strokes.draw_strokes(
        pixels,
        scratch,
        parts,
        np.array([[*colour, 0.2, 0.0]]),
        np.array([len(parts)]),
        1e-3,
        np.zeros((0, 5), np.int64),
        np.zeros(0),
        np.zeros(0, np.float32),
        np.zeros(0, np.int32),
        np.zeros((0, raster.PLANE_TERMS), np.float32),
    )
    assert not scratch.any()
    return pixels


def capsule(x0, y0, x1, y1, radius, end_radius=None):
    end_radius = radius if end_radius is None else end_radius
    return [strokes.CAPSULE, x0, y0, 0.05, radius, x1, y1, 0.05, end_radius]


@pytest.mark.parametrize("radius", [0.4, 1.0, 2.5, 6.0])
@pytest.mark.parametrize("angle", [0.0, 0.3, 0.9, math.pi / 2])
def test_a_capsule_covers_its_area(radius, angle):
    length = 38.0
    dx, dy = length * math.cos(angle), length * math.sin(angle)
    x0, y0 = 31.7 - dx / 2, 32.2 - dy / 2
    pixels = stroke_on_empty_canvas([capsule(x0, y0, x0 + dx, y0 + dy, radius)])
    area = 2 * radius * length + math.pi * radius**2
    assert pixels[..., 3].sum() / 255 == pytest.approx(area, rel=0.01)


def test_a_stroke_that_crosses_itself_is_blended_once():
    one = [capsule(10, 10, 50, 50, 3)]
    twice = [*one, capsule(50, 50, 10, 10, 3)]
    half = (1.0, 0.5, 0.0, 0.5)
    once_drawn = stroke_on_empty_canvas(one, half)
    assert np.array_equal(once_drawn, stroke_on_empty_canvas(twice, half))
    assert once_drawn[30, 30].tolist() == [128, 64, 0, 128]


def test_an_arrow_head_covers_its_triangle():
    head = [strokes.HEAD, 10.0, 32.0, 0.05, 10.0, 44.0, 32.0, 0.05, 0.0]
    pixels = stroke_on_empty_canvas([head])
    assert pixels[..., 3].sum() / 255 == pytest.approx(10 * 34, rel=0.01)
    columns = np.flatnonzero(pixels[..., 3].sum(axis=0) > 20)
    assert columns.min() == 10
    assert columns.max() in (42, 43)


def test_a_stroke_far_off_the_screen_draws_nothing():
    pixels = stroke_on_empty_canvas([capsule(1e12, 30, 2e12, 30, 3), capsule(-1e15, -9, -5, -9, 3)])
    assert not pixels.any()


def test_dither_thresholds_are_all_different_and_amount_to_one_half():
    assert len(np.unique(shading.DITHER)) == 64
    assert shading.DITHER.mean() == pytest.approx(0.5)


def test_neighbouring_triangles_share_every_sample_once():
    rng = np.random.default_rng(4)
    points = rng.uniform(2, 62, (12, 2))
    corners = np.array([[0, 0], [64, 0], [64, 64], [0, 64]])
    points = np.concatenate([corners, points])
    triangles = fan_triangulation(points)
    window = np.array([0, 0, 64, 64, 0])
    samples = 64 * 64 * raster.SAMPLES
    counts = np.zeros(samples, int)
    screen = np.column_stack([points, np.full(len(points), 0.05)])
    for triangle in triangles:
        depth, owner = np.zeros(samples, np.float32), np.zeros(samples, np.int32)
        planes = np.zeros((1, raster.PLANE_TERMS), np.float32)
        raster.fill_triangles(
            screen,
            np.zeros(len(points)),
            np.ones((len(points), 2)),
            np.array([triangle], np.int32),
            0,
            0,
            window,
            depth,
            owner,
            planes,
        )
        counts += depth > 0
    assert (counts == 1).all()


def fan_triangulation(points):
    """Split the square into triangles by putting in one point after another."""
    triangles = [(0, 1, 2), (0, 2, 3)]
    for number in range(4, len(points)):
        for triangle in triangles:
            a, b, c = (points[i] for i in triangle)
            weights = np.linalg.solve(np.array([[*a, 1], [*b, 1], [*c, 1]]).T, [*points[number], 1])
            if (weights > 1e-9).all():
                break
        triangles.remove(triangle)
        i, j, k = triangle
        triangles += [(i, j, number), (j, k, number), (k, i, number)]
    return triangles


def test_vertex_normals_of_a_paraboloid_are_close_to_the_gradient():
    xs = np.linspace(-1, 1, 41)
    X, Y = np.meshgrid(xs, xs)
    points = np.stack([X, Y, 0.5 * X**2 - 0.3 * X * Y], -1).reshape(-1, 3)
    normals = vertex_normals(points, grid_faces(41, 41)).reshape(41, 41, 3)
    exact = np.stack([-(X - 0.3 * Y), 0.3 * X, np.ones_like(X)], -1)
    exact /= np.linalg.norm(exact, axis=-1, keepdims=True)
    inside = slice(1, -1)
    assert np.abs(normals - exact)[inside, inside].max() < 2e-3


def test_vertex_normals_leave_out_faces_with_a_hole():
    points = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, np.nan]], float)
    normals = vertex_normals(points, np.array([[0, 1, 2], [0, 2, 3]], np.int32))
    assert np.array_equal(normals, np.tile([0.0, 0.0, 1.0], (4, 1)))


def test_premultiplying_and_back_keeps_colours():
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (16, 16, 4)).astype(np.uint8)
    pixels[..., 3] = np.maximum(pixels[..., 3], 128)
    again = pixels.copy()
    shading.premultiply(again)
    assert (again[..., :3] <= again[..., 3:]).all()
    shading.unmultiply(again)
    assert np.abs(again.astype(int) - pixels).max() <= 1
