"""Things in space: what Manim's copying and animating does to them."""

import copy

import numpy as np
import pytest
from manim import FadeIn, FadeOut, Line, Square, Transform, VGroup

from scenes.stage.space import Mesh, SpaceArrow, SpaceDot, grid_faces, grid_mesh, in_space


def hill(rows=5, columns=7, scale=1.0, **style):
    X, Y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    return grid_mesh(np.stack([X, Y, scale * (X**2 + Y**2)], -1), **style)


def test_in_space_marks_the_whole_family():
    group = VGroup(Square(), VGroup(Line()))
    assert in_space(group) is group
    assert all(member.in_space for member in group.get_family())
    one, two = Line(), Line()
    assert in_space(one, two) == (one, two)


@pytest.mark.parametrize("duplicate", [lambda m: m.copy(), copy.deepcopy])
@pytest.mark.parametrize("make", [hill, SpaceArrow, SpaceDot, Line])
def test_a_copy_keeps_how_it_is_drawn(make, duplicate):
    mobject = make()
    mobject.in_space = True
    mobject.occlusion = "hide"
    mobject.ghost_opacity = 0.5
    mobject.depth_bias = 0.125
    twin = duplicate(mobject)
    assert twin is not mobject
    assert (twin.in_space, twin.occlusion, twin.ghost_opacity, twin.depth_bias) == (
        True,
        "hide",
        0.5,
        0.125,
    )
    assert np.array_equal(twin.points, mobject.points)
    twin.shift([1, 0, 0])
    assert not np.array_equal(twin.points, mobject.points)


def test_a_copied_mesh_keeps_faces_and_look():
    mesh = hill(contour_levels=[0.5, 1.0], opacity=0.4)
    twin = mesh.copy()
    assert np.array_equal(twin.faces, mesh.faces)
    assert np.array_equal(twin.contour_levels, mesh.contour_levels)
    assert twin.get_opacity() == 0.4


def test_a_mesh_moves_like_any_mobject():
    mesh = hill().shift([1, 2, 3])
    assert np.allclose(mesh.get_center(), [1, 2, 4])
    mesh.rotate(np.pi, about_point=np.zeros(3)).scale(2, about_point=np.zeros(3))
    assert np.allclose(mesh.get_center(), [-2, -4, 8])


def test_grid_faces_run_counter_clockwise_and_tile_the_grid():
    X, Y = np.meshgrid(np.arange(6.0), np.arange(4.0))
    points = np.stack([X, Y], -1).reshape(-1, 2)
    a, b, c = (points[grid_faces(4, 6)[:, i]] for i in range(3))
    u, v = b - a, c - a
    areas = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    assert (areas == 0.5).all()
    assert areas.sum() == 15


def test_transform_mixes_two_hills():
    flat, high = hill(scale=0.0, opacity=0.5), hill(scale=2.0, opacity=1.0)
    move = Transform(flat, high)
    move.begin()
    move.interpolate_mobject(0.5)
    assert np.allclose(flat.points[:, 2], high.points[:, 2] * move.rate_func(0.5))
    assert flat.opacity == pytest.approx(0.5 + 0.5 * move.rate_func(0.5))
    move.interpolate_mobject(1)
    assert np.allclose(flat.heights, high.heights)


def test_become_takes_over_another_size():
    mesh, other = hill(5, 7), hill(9, 9, contour_levels=[1.0])
    mesh.become(other)
    assert len(mesh.points) == len(mesh.heights) == 81
    assert mesh.faces.max() == 80
    assert mesh.contour_levels.tolist() == [1.0]


def test_a_mesh_fades_in_and_out():
    mesh = hill(opacity=0.8)
    appear = FadeIn(mesh)
    appear.begin()
    assert mesh.opacity == 0
    appear.finish()
    assert mesh.opacity == pytest.approx(0.8)
    vanish = FadeOut(mesh)
    vanish.begin()
    vanish.interpolate(1)
    assert mesh.opacity == pytest.approx(0)


def test_animate_set_opacity():
    mesh = hill()
    change = mesh.animate.set_opacity(0.25).build()
    change.begin()
    change.finish()
    assert mesh.get_opacity() == pytest.approx(0.25)


def test_an_arrow_knows_its_vector_and_may_be_of_no_length():
    arrow = SpaceArrow([0, 0, 1], [1, 2, 3])
    assert np.allclose(arrow.get_vector(), [1, 2, 2])
    arrow.put_start_and_end_on([1, 1, 1], [1, 1, 1])
    assert np.allclose(arrow.get_vector(), 0)
    arrow.put_start_and_end_on([1, 1, 1], [0, 0, 0])
    assert np.allclose(arrow.get_end(), 0)


def test_a_dot_moves_and_grows():
    dot = SpaceDot([1, 2, 3], radius=5, ring_width=1)
    assert np.allclose(dot.move_to([4, 5, 6]).get_center(), [4, 5, 6])
    dot.scale(2)
    assert dot.get_stroke_width() == 20
    assert dot.get_stroke_width(background=True) == 24


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Mesh(np.zeros((3, 2)), [[0, 1, 2]]), "vertices of shape"),
        (lambda: Mesh(np.zeros((3, 3)), [[0, 1]]), "faces of shape"),
        (lambda: Mesh(np.zeros((3, 3)), [[0, 1, 3]]), "faces name vertices"),
        (lambda: Mesh(np.zeros((3, 3)), [[0, 1, 2]], [1.0]), "1 heights for 3 vertices"),
        (lambda: Mesh(np.zeros((3, 3)), [[0, 1, 2]], ramp=[]), "at least one colour"),
        (lambda: grid_mesh(np.zeros((1, 5, 3))), "2 by 2 or more"),
        (lambda: hill(3, 3).align_points(hill(4, 4)), "cannot turn into"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
