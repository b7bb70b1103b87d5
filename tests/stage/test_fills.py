"""Gathering, tessellating, clipping and the fragments, each against a closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from manim import (
    TAU,
    UP,
    Circle,
    Cube,
    Group,
    Line,
    Mobject,
    RegularPolygon,
    Sphere,
    Square,
    Star,
    Surface,
    Text,
    ValueTracker,
    VGroup,
    VMobject,
)
from manim.utils.color.core import get_shaded_rgb
from manim.utils.family import extract_mobject_family_members

from scenes.stage import fragments, tessellate
from scenes.stage.camera import DepthCamera
from scenes.stage.clip import clip_rings, clip_triangles
from scenes.stage.gather import Vectors, family_members


def gathered(*mobjects):
    vectors = Vectors()
    members = family_members(mobjects)
    vectors.take(members, list(range(len(members))))
    return vectors


# Gathering


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 2), st.booleans()), max_size=10))
@settings(max_examples=60, deadline=None)
def test_families_are_those_that_manim_finds(steps):
    """Random families, some with members that are there twice."""
    pool = [VMobject() if i % 3 else Mobject() for i in range(10)]
    for i, (parent, z_index, filled) in enumerate(steps):
        pool[i].z_index = z_index
        pool[i].points = np.zeros((4 if filled else 0, 3))
        if parent < i:
            pool[parent].submobjects.append(pool[i])
    shown = [pool[0], pool[3], ValueTracker(1), pool[0]]
    expected = extract_mobject_family_members(shown, use_z_index=True, only_those_with_points=True)
    assert family_members(shown) == expected


def test_numbers_go_up_where_something_changed_and_only_there():
    squares = VGroup(*(Square() for _ in range(3)))
    members, vectors = family_members([squares]), Vectors()

    def numbers():
        vectors.take(members, [0, 1, 2])
        return vectors.shape_number, vectors.fill_number, vectors.stroke_number

    before = numbers()
    assert numbers() == before
    for change, which in (
        (lambda: squares[1].points.__setitem__((2, 0), 0.5), 0),
        (lambda: squares.set_shade_in_3d(True), 0),
        (lambda: squares[2].fill_rgbas.__setitem__((0, 3), 0.25), 1),
        (lambda: squares[0].set_fill(["#FF0000", "#00FF00"]), 1),
        (lambda: squares[0].stroke_rgbas.__setitem__((0, 1), 0.25), 2),
        (lambda: setattr(squares[0], "stroke_width", 9), 2),
        (lambda: setattr(squares[0], "occlusion", "show"), 2),
    ):
        change()
        after = numbers()
        assert [i for i in range(3) if after[i] != before[i]] == [which]
        before = after


def test_what_stands_still_is_not_tessellated_again(monkeypatch):
    calls = []
    for name in ("flatten", "patch_points", "patch_normals"):
        whole = getattr(tessellate, name)
        monkeypatch.setattr(
            tessellate, name, lambda *given, whole=whole: (calls.append(1), whole(*given))[1]
        )
    view = DepthCamera(pixel_width=256, pixel_height=144)
    things = [Sphere(resolution=6, fill_opacity=0.5), Cube(), Text("word")]
    for step in range(4):
        view.set_theta(0.1 * step)
        view.reset()
        view.capture_mobjects(things)
    assert len(calls) == 3
    things[1].set_fill("#FF0000")
    view.capture_mobjects(things)
    assert len(calls) == 3
    things[1].shift([0.1, 0, 0])
    view.capture_mobjects(things)
    assert len(calls) == 6


# Tessellating


def test_a_patch_has_its_border_curves_and_a_bilinear_one_is_exact():
    rng = np.random.default_rng(3)
    corners = rng.normal(size=(4, 3))
    t = np.array([0, 1 / 3, 2 / 3, 1])[:, None]
    control = np.concatenate([(1 - t) * corners[i] + t * corners[(i + 1) % 4] for i in range(4)])
    patch = tessellate.patch_points(control[None], (5, 5), (5,) * 4)[0].reshape(6, 6, 3)
    u, v = np.meshgrid(np.linspace(0, 1, 6), np.linspace(0, 1, 6))
    a, b, c, d = corners
    weights = (1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v
    expected = sum(w[..., None] * corner for w, corner in zip(weights, (a, b, c, d), strict=True))
    assert np.allclose(patch, expected)
    curved = control + 0.3 * rng.normal(size=control.shape)
    curved[[3, 7, 11, 15]] = curved[[4, 8, 12, 0]]
    grid = tessellate.patch_points(curved[None], (4, 6), (4, 6, 2, 3))[0].reshape(7, 5, 3)
    borders = grid[0], grid[:, -1], grid[-1, ::-2], grid[::-2, 0]
    for border, p in zip(borders, curved.reshape(4, 4, 3), strict=True):
        s = np.linspace(0, 1, len(border))[:, None]
        bezier = (1 - s) ** 3 * p[0] + 3 * (1 - s) ** 2 * s * p[1] + 3 * (1 - s) * s**2 * p[2]
        assert np.allclose(border, bezier + s**3 * p[3])
    assert np.allclose(grid[-1, 1], (grid[-1, 0] + grid[-1, 2]) / 2)  # on a chord


@pytest.mark.parametrize(
    ("steps", "chords"),
    [
        ((1, 1), (1, 1, 1, 1)),
        ((6, 6), (6, 2, 3, 1)),
        ((6, 3), (2, 1, 3, 3)),
        ((1, 6), (1, 3, 1, 2)),
        ((4, 1), (2, 1, 1, 1)),
    ],
)
def test_a_patchs_triangles_cover_it_once_and_meet_its_neighbours_at_chords(steps, chords):
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    control = np.linspace(corners, np.roll(corners, -1, axis=0), 4, axis=1).reshape(1, 16, 3)
    points = tessellate.patch_points(control, steps, chords)[0, :, :2]
    faces = tessellate.patch_triangles(steps, chords)
    a, b, c = points[faces].transpose(1, 0, 2)
    areas = np.linalg.det(np.stack([b - a, c - a], 1)) / 2
    assert areas.min() > 0
    assert areas.sum() == pytest.approx(1)
    used = points[np.unique(faces)]
    on_sides = (np.isclose(used[:, axis], at) for axis, at in ((1, 0), (0, 1), (1, 1), (0, 0)))
    assert tuple(int(side.sum()) - 1 for side in on_sides) == chords


@pytest.mark.parametrize("opacity", [1.0, 0.5])
def test_patches_that_are_cut_differently_leave_no_gap(opacity):
    def bump(u, v):
        return [u, v, 0.7 * np.exp(-4 * (u**2 + v**2))]

    plane = Surface(bump, u_range=[-4, 4], v_range=[-4, 4], resolution=20, stroke_width=0)
    plane.set_fill("#FFFFFF", opacity=opacity)
    control = gathered(plane).points.reshape(-1, 16, 3)
    chords = tessellate.border_chords(control, 250.0, 6)
    assert chords.min() == 1
    assert chords.max() == 6
    view = DepthCamera(pixel_width=1280, pixel_height=720, background_opacity=0.0)
    view.set_phi(0.3)
    view.capture_mobjects([plane])
    inside = view.pixel_array[120:600, 400:880, 3]
    assert np.abs(inside - 255 * opacity).max() <= 1


def test_a_balls_points_and_normals_are_those_of_a_sphere():
    vectors = gathered(Sphere(radius=2, resolution=(24, 24)))
    control = vectors.points.reshape(-1, 16, 3)
    points = tessellate.patch_points(control, (3, 3), (3,) * 4).reshape(-1, 3)
    normals = tessellate.patch_normals(tessellate.smooth_corners(control), (3, 3)).reshape(-1, 3)
    assert np.abs(np.linalg.norm(points, axis=1) - 2).max() < 2e-3
    away = np.linalg.norm(points[:, :2], axis=1) > 0.4  # at the poles four sides become three
    cosine = np.abs(np.einsum("ij,ij->i", points, normals)) / np.linalg.norm(points, axis=1)
    assert cosine[away].min() > np.cos(0.06)


def test_a_box_keeps_its_edges():
    cube = Cube(side_length=2)
    vectors = gathered(cube)
    corners = tessellate.smooth_corners(vectors.points.reshape(-1, 16, 3))
    normals = tessellate.patch_normals(corners, (2, 2))
    for face, found in zip(cube.submobjects, normals, strict=True):
        assert np.allclose(np.abs(found @ face.get_center()), 1)


def test_light_is_that_of_manim():
    rng = np.random.default_rng(5)
    points, normals = rng.normal(size=(2, 30, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    light = np.array([-7.0, -9.0, 10.0])
    factors = tessellate.light_factor(points, normals, light)
    for point, normal, factor in zip(points, normals, factors, strict=True):
        assert np.allclose(get_shaded_rgb(np.zeros(3), point, normal, light), factor)


def test_flat_solids_become_fans_that_cover_them_and_stars_do_not():
    vectors = gathered(RegularPolygon(5), Circle(), Star(), Square())
    chosen = np.ones(4, bool)
    flat, ring_ends, shape_ends = tessellate.flatten(vectors.points, vectors.starts, chosen, 500.0)
    assert list(np.diff(shape_ends, prepend=0)) == [1, 1, 1, 1]
    assert tessellate.fans(flat, ring_ends, shape_ends).tolist() == [True, True, False, True]
    circle = flat[ring_ends[0] : ring_ends[1]]
    x, y = circle[:, 0], circle[:, 1]
    area = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
    assert area == pytest.approx(TAU / 2, rel=1e-3)


def test_a_glyphs_rings_are_told_apart():
    vectors = gathered(Text("O8i"))
    rings = tessellate.flatten(vectors.points, vectors.starts, np.ones(3, bool), 100.0)[2]
    assert np.diff(rings, prepend=0).tolist() == [2, 3, 2]


# Clipping


def area_of(points, faces):
    sides = points[faces]
    return (
        np.linalg.norm(np.cross(sides[:, 1] - sides[:, 0], sides[:, 2] - sides[:, 0]), axis=1) / 2
    )


def test_clipped_triangles_are_what_of_them_lies_in_front():
    rng = np.random.default_rng(11)
    eye, carried = rng.uniform(-1, 1, (60, 3)), rng.normal(size=(60, 2))
    carried[:, 0] = eye @ [1.0, -2.0, 3.0]  # a linear function stays one
    faces = np.arange(60, dtype=np.int32).reshape(-1, 3)
    points, loads, triangles, sources = clip_triangles(eye, carried, faces, 0.2)
    assert points[triangles][..., 2].min() >= 0.2 - 1e-12
    assert np.allclose(loads[triangles][..., 0], points[triangles] @ [1.0, -2.0, 3.0])
    sums = np.bincount(sources, area_of(points, triangles), minlength=20)
    behind = clip_triangles(eye * [1, 1, -1], carried, faces, -0.2)
    sums += np.bincount(behind[3], area_of(behind[0], behind[2]), minlength=20)
    assert np.allclose(sums, area_of(eye, faces))
    # Seen from the same side as before.
    normals = np.cross(points[triangles[:, 1]] - points[triangles[:, 0]],
                       points[triangles[:, 2]] - points[triangles[:, 0]])  # fmt: skip
    whole = np.cross(eye[faces[:, 1]] - eye[faces[:, 0]], eye[faces[:, 2]] - eye[faces[:, 0]])
    assert (np.einsum("ij,ij->i", normals, whole[sources]) >= 0).all()


def test_a_clipped_ring_winds_around_what_is_in_front():
    angles = np.linspace(0, TAU, 40, endpoint=False)
    ring = np.stack([np.cos(angles), 0 * angles, np.sin(angles)], -1)
    points, _, ends = clip_rings(ring, np.zeros(40), np.array([40]), 0.0)
    x, z = points[: ends[0], 0], points[: ends[0], 2]
    half = abs(np.sum(x * np.roll(z, -1) - z * np.roll(x, -1))) / 2
    assert z.min() >= 0
    assert half == pytest.approx(0.5 * 20 * np.sin(TAU / 40), rel=1e-9)


# Fragments


def scatter(rings, paints, size=24):
    """Return coverage (size, size, shapes) of outlines, each a list of rings (k, 2)."""
    window, front = np.array([0, 0, size, size]), np.zeros(5, np.int64)
    screen = np.concatenate([ring for shape in rings for ring in shape])
    screen = np.column_stack([screen, np.full(len(screen), 0.05)])
    ring_ends = np.cumsum([len(ring) for shape in rings for ring in shape])
    shape_ends = np.cumsum([len(shape) for shape in rings])
    heads = np.full(size * size, -1, np.int32)
    records = np.zeros((20000, 3), np.int32)
    sheets = np.zeros((len(rings), fragments.SHEET_TERMS))
    count = fragments.scatter_outlines(
        screen, np.zeros(len(screen)), ring_ends, shape_ends, paints, 0, window, front,
        np.zeros(0, np.float32), heads, records, sheets, 0,
    )  # fmt: skip
    assert count <= len(records)
    covered = np.zeros((size, size, len(rings)))
    for place in range(size * size):
        fragment = heads[place]
        while fragment >= 0:
            link, sheet, cover = records[fragment]
            covered[place // size, place % size, sheet] += (cover >> 4) / 255
            fragment = link
    return covered


def paint(count):
    paints = np.zeros((count, fragments.PAINT_TERMS))
    paints[:, fragments.ALPHA - fragments.KIND] = 1
    return paints


def square(x, y, half, turn=1):
    return np.array([[x - half, y - half], [x + half, y - half], [x + half, y + half],
                     [x - half, y + half]])[::turn]  # fmt: skip


def test_coverage_of_an_outline_is_its_area_in_each_pixel():
    covered = scatter([[square(10.25, 9.5, 4.125)]], paint(1))[..., 0]
    across = np.clip(np.minimum(np.arange(24) + 1, 14.375) - np.maximum(np.arange(24), 6.125), 0, 1)
    down = np.clip(np.minimum(np.arange(24) + 1, 13.625) - np.maximum(np.arange(24), 5.375), 0, 1)
    assert np.abs(covered - np.outer(down, across)).max() < 0.04


def test_the_nonzero_rule_decides_what_is_filled():
    outer = square(12, 12, 8)
    hole = scatter([[outer, square(12, 12, 3, -1)]], paint(1))[..., 0]
    assert hole[12, 12] == 0
    assert hole[6, 12] == 1
    twice = scatter([[outer, square(12, 12, 3)]], paint(1))[..., 0]
    assert twice.sum() == pytest.approx(256)
    angles = 2 * TAU / 5 * np.arange(5)
    pentagram = 12 + 9 * np.stack([np.cos(angles), np.sin(angles)], -1)
    assert scatter([[pentagram]], paint(1))[12, 12, 0] == 1


def test_outlines_that_leave_the_window_are_cut_at_it():
    covered = scatter([[square(0, 0, 40)], [square(30, 12, 10)], [square(-50, 12, 10)]], paint(3))
    assert np.allclose(covered[..., 0], 1)
    assert covered[..., 1].sum() == pytest.approx(4 * 20)
    assert covered[..., 2].sum() == 0


@pytest.mark.parametrize("shape_of", [None, "each square", "all of it"])
def test_every_sample_of_a_sheet_has_one_fragment(shape_of):
    """A surface of many triangles is translucent without seams and without doubles.

    Pixels between the triangles of one shape have one fragment for all of them.
    """
    xs = np.linspace(2.3, 21.9, 8)
    x, y = np.meshgrid(xs, xs)
    x = x + 0.8 * np.sin(3 * y)
    corner = np.arange(64).reshape(8, 8)
    a, b, c, d = corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]
    faces = np.stack([a, b, c, a, c, d], -1).reshape(-1, 3).astype(np.int32)
    screen = np.column_stack([x.ravel(), y.ravel(), np.full(64, 0.05)])
    window = np.array([0, 0, 24, 24])
    heads, records = np.full(576, -1, np.int32), np.zeros((9000, 3), np.int32)
    squares = np.arange(len(faces)) // 2
    shapes = {None: squares[:0], "each square": squares, "all of it": 0 * squares}[shape_of]
    count = fragments.scatter_triangles(
        screen, np.zeros(64), np.ones((64, 2)), faces, paint(1), len(faces) + 1, shapes,
        np.zeros(0), 0.0, 0, window, np.zeros(5, np.int64), np.zeros(0, np.float32), heads, records,
        np.zeros((len(faces), fragments.SHEET_TERMS)), 0,
    )  # fmt: skip
    members = records[:count, 2] & 15
    total = sum(((members >> k) & 1).sum() for k in range(4))
    union = 0
    for place in range(576):
        fragment, seen = heads[place], 0
        while fragment >= 0:
            seen |= records[fragment, 2] & 15
            fragment = records[fragment, 0]
        union += bin(seen).count("1")
    assert total == union
    if shape_of == "all of it":
        assert count == (heads >= 0).sum()
    area = area_of(np.column_stack([x.ravel(), y.ravel(), np.zeros(64)]), faces).sum()
    assert union / 4 == pytest.approx(area, rel=0.01)


def test_a_surface_in_a_group_of_groups_is_drawn():
    view = DepthCamera(pixel_width=128, pixel_height=72, background_color="#000000")
    inner = Surface(lambda u, v: np.array([u, v, 0.0]), resolution=2).set_fill("#FF0000", opacity=1)
    view.capture_mobjects([Group(Group(VGroup(inner)))])
    assert view.pixel_array[..., 0].max() == 255


def test_a_line_that_moves_leaves_the_fills_beside_it_as_they_are():
    view = DepthCamera(pixel_width=64, pixel_height=36)
    cube, line = Cube(fill_opacity=1), Line()
    drawn = []
    for shift in (0.0, 0.3, 0.6):
        line.shift(shift * UP)
        view.reset()
        view.capture_mobjects([cube, line])
        drawn.append(view.layers.fills.number)
    assert len(set(drawn)) == 1
    cube.shift(0.1 * UP)
    view.reset()
    view.capture_mobjects([cube, line])
    assert view.layers.fills.number > drawn[-1]
