"""The rasteriser's loops, held against closed forms."""

import math

import numpy as np
import pytest

from scenes.stage import fragments, hidden, raster, samples, shading, strokes
from scenes.stage.normals import vertex_normals
from scenes.stage.space import grid_faces


def stroke_on_empty_canvas(parts, colour=(1.0, 1.0, 1.0, 1.0), size=64):
    pixels = np.zeros((size, size, 4), np.uint8)
    entries = np.zeros((size, size), np.int32)
    parts = np.array(parts, dtype=float)
    strokes.draw_strokes(
        pixels,
        entries,
        np.full(size * size, -1, np.int32),
        parts,
        np.array([[*colour, 0.2, 0.0, 0.0, -1.0]]),
        np.array([len(parts)]),
        1e-3,
        np.zeros(5, np.int64),
        np.zeros(0, np.float32),
        np.zeros(0, np.int32),
        np.zeros((0, raster.PLANE_TERMS), np.float32),
        hidden.NO_TILES,
        np.zeros(4, np.int64),
        np.zeros(0, np.int32),
        np.zeros((0, 3), np.int32),
        np.zeros((0, 4), np.float32),
        np.zeros((0, fragments.SHEET_TERMS)),
    )
    assert not entries.any()
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


def drawn_triangle(corners, window, w=0.05, slack=12):
    """Draw one triangle between two stretches of the arrays that belong to others."""
    window = np.array([*window, 8])
    size = (window[2] - window[0]) * (window[3] - window[1]) * raster.SAMPLES
    depth = np.zeros(8 + size + slack, np.float32)
    depth[:8] = depth[8 + size :] = -7
    owner = np.full(len(depth), -7, np.int32)
    planes = np.zeros((4, raster.PLANE_TERMS), np.float32)
    corners = np.asarray(corners, float)
    raster.fill_triangles(
        np.column_stack([corners, np.broadcast_to(w, 3)]),
        np.zeros(3),
        np.ones((3, 2)),
        np.array([[0, 1, 2]], np.int32),
        0,
        3,
        window,
        depth,
        owner,
        planes,
    )
    inside = slice(8, 8 + size)
    outside = np.r_[0:8, 8 + size : len(depth)]
    assert (depth[outside] == -7).all()
    assert (owner[outside] == -7).all()
    assert ((owner[inside] == 3) == (depth[inside] > 0)).all()
    return depth[inside].reshape(window[3] - window[1], window[2] - window[0], raster.SAMPLES)


@pytest.mark.parametrize("window", [(0, 0, 40, 30), (5, 7, 38, 24), (11, 3, 14, 29)])
def test_a_triangle_holds_the_samples_that_lie_in_it(window):
    left, top, right, bottom = window
    rng = np.random.default_rng(right)
    columns, rows = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
    x = columns[..., None] + samples.SAMPLE_X
    y = rows[..., None] + samples.SAMPLE_Y
    for _ in range(200):
        corners = rng.uniform(-10, 50, (3, 2)) if rng.random() < 0.5 else rng.uniform(8, 20, (3, 2))
        w = rng.uniform(0.04, 0.06, 3)
        depth = drawn_triangle(corners, window, w)
        lines = np.linalg.inv(np.column_stack([corners, np.ones(3)]).T)
        weights = np.einsum("kc,crsp->krsp", lines, np.stack([x, y, np.ones_like(x)]))
        clear = (np.abs(weights) > 1e-4).all(axis=0)
        expected = (weights > 0).all(axis=0)
        assert np.array_equal((depth > 0)[clear], expected[clear])
        plane = np.einsum("k,krsp->rsp", w, weights)
        assert np.allclose(depth[clear & expected], plane[clear & expected], rtol=1e-5)


def test_a_windows_spans_hold_all_that_is_drawn_and_clearing_them_empties_it():
    window, rng = np.array([5, 7, 65, 80, 0]), np.random.default_rng(3)
    depth = np.zeros((60 * 73 + 3) * raster.SAMPLES, np.float32)
    owner, planes = np.zeros(len(depth), np.int32), np.zeros((1, raster.PLANE_TERMS), np.float32)
    faces, seen = np.array([[0, 1, 2]], np.int32), 0
    for _ in range(200):
        screen = np.column_stack([rng.uniform(-60, 130, (3, 2)), np.full(3, 0.05)])
        if rng.random() < 0.5:
            screen[:, :2] = screen[0, :2] + rng.uniform(-2, 2, (3, 2))
        spans = raster.spans_of(60, 73, filled=False)
        raster.widen(spans, window, screen, faces)
        raster.fill_triangles(
            screen, np.zeros(3), np.ones((3, 2)), faces, 0, 0, window, depth, owner, planes
        )
        drawn = depth[: 60 * 73 * raster.SAMPLES].reshape(73, 60, -1).any(axis=2)
        low, high = np.repeat(spans, raster.SPAN_ROWS, axis=0)[:73, :, None].transpose(1, 0, 2)
        assert not drawn[(np.arange(60) < low) | (np.arange(60) >= high)].any()
        seen += drawn.any()
        raster.clear(depth, window, spans)
        assert not depth.any()
    assert seen > 50


@pytest.mark.parametrize("window", [(0, 0, 1, 1), (0, 0, 5, 1), (3, 2, 4, 9), (0, 0, 2, 2)])
def test_a_small_window_is_filled_and_nothing_beside_it(window):
    assert (drawn_triangle([(-99, -99), (99, -99), (0, 99)], window) > 0).all()


@pytest.mark.parametrize("far", [1e4, 1e9, 1e15])
def test_a_triangle_may_reach_far_beyond_the_window(far):
    window = (0, 0, 40, 30)
    assert (drawn_triangle([(-far, -far), (far, -far), (20, 3 * far)], window) > 0).all()
    assert not drawn_triangle([(-far, 50), (far, 50), (20, 3 * far)], window).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_triangle_with_a_corner_nowhere_is_not_drawn(bad):
    for place in range(6):
        corners = np.array([(0, 0), (30, 0), (0, 30)], float)
        corners.flat[place] = bad
        assert not drawn_triangle(corners, (0, 0, 40, 30)).any()


def test_arrays_too_short_to_draw_in_fours_are_refused():
    with pytest.raises(ValueError, match="three pixels longer than a row"):
        drawn_triangle([(0, 0), (9, 0), (0, 9)], (0, 0, 5, 1), slack=0)


def test_tinted_triangles_are_shaded_one_by_one_and_meet_in_a_smooth_line():
    size, value = 8, 0.1
    corners = np.array([[0, 0, 0.05], [size, 0, 0.05], [size, size, 0.05], [0, size, 0.05]])
    window = np.array([0, 0, size, size, 0])
    depth, owner = np.zeros(size * size * 4, np.float32), np.zeros(size * size * 4, np.int32)
    planes = np.zeros((2, raster.PLANE_TERMS), np.float32)
    tints = np.array([[0.6, 0.2, 0.0], [0.0, 0.4, 0.8]])
    planes[:, samples.TINT_RED : samples.TINT_RED + 3] = tints
    faces = np.array([[0, 1, 3], [1, 2, 3]], np.int32)  # they meet in the falling diagonal
    values, light = np.full(4, value), np.ones((4, 2))
    raster.fill_triangles(corners, values, light, faces, 0, 0, window, depth, owner, planes)
    looks = np.zeros((1, shading.LOOK_TERMS))
    looks[0, [shading.OPACITY, shading.VALUE_SCALE, shading.TINTED]] = 1
    patch = np.zeros((size, size, 4), np.uint8)
    ramps, levels = np.zeros((1, shading.RAMP_STEPS, 3), np.float32), np.zeros(1)
    shading.resolve(patch, window, window, depth, owner, planes, looks, ramps, levels)
    assert (patch[..., 3] == 255).all()
    row, column = np.indices((size, size))
    for tint, where in zip(tints, (row + column < size - 1, row + column > size - 1), strict=True):
        assert (np.abs(patch[where][:, :3] - 255 * (tint + value)) <= 1).all()
    middle = patch[row + column == size - 1][:, :3]
    assert (np.abs(middle - 255 * (tints.mean(axis=0) + value)) <= 255 * 0.6 / 4 + 1).all()
    assert (middle[:, 0] > 255 * 0.2).all()
    assert (middle[:, 0] < 255 * 0.6).all()


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
