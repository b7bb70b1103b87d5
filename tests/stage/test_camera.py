"""The depth camera against stock Manim, ray casting and formulas worked out by hand."""

import copy

import numpy as np
import pytest
from manim import (
    DEGREES,
    Circle,
    Line,
    Sphere,
    Square,
    ThreeDCamera,
    Torus,
    VMobject,
    tempconfig,
)
from manim.utils.hashing import get_json

from scenes.stage import bands, fragments, raster, shading
from scenes.stage.camera import DepthCamera
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot, grid_mesh, in_space

WIDTH, HEIGHT = 256, 144


def camera(phi=0.0, theta=-90.0, **settings):
    settings.setdefault("background_color", "#000000")
    made = DepthCamera(pixel_width=WIDTH, pixel_height=HEIGHT, **settings)
    made.set_phi(phi * DEGREES)
    made.set_theta(theta * DEGREES)
    return made


def picture(view, *mobjects):
    view.reset()
    view.capture_mobjects(mobjects)
    return view.pixel_array.copy()


def sheet(z=0.0, size=2.0, colour="#FF0000", rows=2, **style):
    xs = np.linspace(-size, size, rows)
    X, Y = np.meshgrid(xs, xs)
    style = {"lit": False, "ramp": [colour]} | style
    return grid_mesh(np.stack([X, Y, np.full_like(X, z)], -1), **style)


def ball(center, radius, colour, steps=48):
    """A sphere of triangles, its vertices on the sphere."""
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 2 * steps), np.linspace(0, np.pi, steps))
    unit = np.stack([np.sin(v) * np.cos(u), np.sin(v) * np.sin(u), np.cos(v)], -1)
    return grid_mesh(np.asarray(center) + radius * unit, lit=False, ramp=[colour])


def centre_pixel(view, point):
    x, y, _ = view.screen_points(np.array([point], float))[0]
    return int(y), int(x)


# Projection


def test_points_are_seen_where_stock_manim_sees_them():
    rng = np.random.default_rng(0)
    points = rng.uniform(-3, 3, (50, 3))
    for _ in range(20):
        ours = camera()
        stock = ThreeDCamera(pixel_width=WIDTH, pixel_height=HEIGHT)
        phi, theta, gamma, zoom = rng.uniform(0.1, 1.5, 4)
        for each in (ours, stock):
            each.set_phi(phi)
            each.set_theta(theta)
            each.set_gamma(gamma)
            each.set_zoom(zoom)
            each.frame_center = rng.uniform(-1, 1, 3) if each is ours else ours.frame_center
            each.reset_rotation_matrix()
        expected = stock.project_points(points)
        assert np.allclose(ours.project_points(points), expected)
        assert np.allclose(ours.project_point(points[0]), expected[0])
        screen = ours.screen_points(points)
        assert np.allclose(screen[:, 0], WIDTH / 2 + expected[:, 0] * WIDTH / ours.frame_width)
        assert np.allclose(screen[:, 1], HEIGHT / 2 - expected[:, 1] * HEIGHT / ours.frame_height)


def test_the_principal_point_moves_everything_in_space():
    points = np.random.default_rng(1).uniform(-2, 2, (9, 3))
    plain, moved = camera(60, -40), camera(60, -40, principal_point=(-2.5, 0.5))
    for view in (plain, moved):
        view.reset_rotation_matrix()
    difference = moved.project_points(points) - plain.project_points(points)
    assert np.allclose(difference, [-2.5, 0.5, 0.0])


def test_points_behind_the_eye_are_not_drawn():
    view = camera()
    mesh = sheet(z=25.0)
    line = in_space(Line([-1, 0, 25], [1, 0, 25], stroke_width=10))
    assert (picture(view, mesh, line)[..., :3] == 0).all()


# Meshes


def test_the_nearer_of_two_sheets_wins_everywhere():
    for first, second in ((0.0, 0.5), (0.5, 0.0)):
        view = camera(20, -70)
        colours = {0.0: "#FF0000", 0.5: "#0000FF"}
        sheets = [sheet(z, colour=colours[z], rows=9) for z in (first, second)]
        alone = picture(view, sheet(0.5, colour="#0000FF", rows=9))
        both = picture(view, *sheets)
        full = alone[..., 2] == 255
        assert full.sum() > 500
        assert (both[full] == [0, 0, 255, 255]).all()


def test_who_is_in_front_agrees_with_ray_casting():
    rng = np.random.default_rng(7)
    colours = ["#FF0000", "#00FF00", "#0000FF"]
    agreed = total = 0
    for _ in range(12):
        view = camera(rng.uniform(10, 170), rng.uniform(0, 360))
        view.set_zoom(rng.uniform(0.7, 1.3))
        balls = [(rng.uniform(-1.5, 1.5, 3), rng.uniform(0.6, 1.4)) for _ in colours]
        meshes = [ball(c, r, colour) for (c, r), colour in zip(balls, colours, strict=True)]
        drawn = picture(view, *meshes)[..., :3]
        expected = cast_rays(view, balls)
        seen = np.where(drawn.max(axis=-1) > 0, drawn.argmax(axis=-1), -1)
        same = np.ones_like(expected, bool)  # away from edges: all neighbours are the same ball
        for axis in (0, 1):
            for shift in (-1, 1):
                same &= np.roll(expected, shift, axis) == expected
        agreed += (seen == expected)[same].sum()
        total += same.sum()
        assert ((drawn > 0).sum(axis=-1) > 1).sum() < 0.05 * drawn.shape[0] * drawn.shape[1]
    assert agreed / total > 0.998


def cast_rays(view, balls):
    """Return the number of the nearest ball at each pixel's middle, -1 for none."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    x = (columns + 0.5 - WIDTH / 2) * view.frame_width / WIDTH / view.get_zoom()
    y = (HEIGHT / 2 - rows - 0.5) * view.frame_height / HEIGHT / view.get_zoom()
    focal = view.get_focal_distance()
    eye = np.array([0, 0, focal])
    ray = np.stack([x, y, np.full(x.shape, -focal)], -1)
    ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
    rotation = view.get_rotation_matrix()
    best, nearest = np.full(x.shape, -1), np.full(x.shape, np.inf)
    for number, (center, radius) in enumerate(balls):
        to_eye = eye - rotation @ center
        half = ray @ to_eye
        inside = half**2 - (to_eye @ to_eye - radius**2)
        distance = np.where(inside >= 0, -half - np.sqrt(np.maximum(inside, 0)), np.inf)
        best = np.where(distance < nearest, number, best)
        nearest = np.minimum(nearest, distance)
    return best


def test_edges_of_a_mesh_are_smooth():
    drawn = picture(camera(0, -90 + 17), sheet(size=1.5))[..., 0]
    assert {0, 255} < set(drawn.ravel().tolist())
    edge = (drawn > 0) & (drawn < 255)
    side = 3.0 * WIDTH / camera().frame_width
    assert edge.sum() > 2 * side
    assert drawn.sum() / 255 == pytest.approx(side**2, rel=0.005)


def test_two_sheets_that_cross_meet_in_a_smooth_line():
    tilted = sheet(colour="#0000FF", size=3).rotate(40 * DEGREES, axis=[0.3, 1, 0])
    drawn = picture(camera(), sheet(size=3), tilted)
    row = drawn[HEIGHT // 2]
    mixed = (row[:, 0] > 0) & (row[:, 2] > 0)
    assert mixed.sum() <= 2
    column = int(np.argmax(np.abs(np.diff(row[:, 0].astype(int))))) + 1
    assert abs(column - WIDTH / 2) < 60
    assert (drawn[:, :, 0].astype(int) + drawn[:, :, 2] >= 250)[60:84, 100:156].all()


def test_a_translucent_sheet_blends_by_its_opacity():
    view = camera()
    at = centre_pixel(view, [0, 0, 0])
    over_nothing = picture(view, sheet(opacity=0.25))[at]
    assert abs(int(over_nothing[0]) - 0.25 * 255) <= 1
    below, above = sheet(-1, colour="#00FF00"), sheet(1, opacity=0.25)
    for order in ((below, above), (above, below)):
        red, green, blue, alpha = picture(view, *order)[at].tolist()
        assert abs(red - 0.25 * 255) <= 1
        assert abs(green - 0.75 * 255) <= 1
        assert (blue, alpha) == (0, 255)


def test_translucent_sheets_blend_from_back_to_front():
    view = camera()
    back, front = sheet(-1, opacity=0.5), sheet(1, colour="#0000FF", opacity=0.5)
    red, _, blue, _ = picture(view, front, back)[centre_pixel(view, [0, 0, 0])].tolist()
    assert abs(red - 0.25 * 255) <= 1
    assert abs(blue - 0.5 * 255) <= 1


def test_a_translucent_sheet_behind_an_opaque_one_is_not_seen():
    drawn = picture(camera(), sheet(1), sheet(-1, size=0.5, colour="#0000FF", opacity=0.5))
    assert (drawn[..., 2] == 0).all()


def test_a_face_with_a_hole_is_not_drawn():
    mesh = sheet(rows=3, size=2)
    mesh.points[0, 2] = np.nan
    view = camera()
    drawn = picture(view, mesh)
    assert drawn[centre_pixel(view, [1, 1, 0])][0] == 255
    assert drawn[centre_pixel(view, [-1.7, -1.7, 0])][0] == 0
    mesh.points[:] = np.nan
    assert (picture(view, mesh)[..., :3] == 0).all()


def test_contour_lines_lie_at_their_levels():
    xs = np.linspace(-2, 2, 65)
    X, Y = np.meshgrid(xs, xs)
    levels = [0.5, 1.5, 3.0]
    mesh = grid_mesh(
        np.stack([X, Y, np.zeros_like(X)], -1),
        X**2 + Y**2,
        lit=False,
        ramp=["#000000"],
        contour_levels=levels,
        contour_color="#FFFFFF",
        contour_width=9.0,
        contour_opacity=1.0,
    )
    view = camera()
    drawn = picture(view, mesh)[..., 0]
    scale = view.frame_width / WIDTH
    rows, columns = np.nonzero(drawn > 200)
    x = (columns + 0.5 - WIDTH / 2) * scale
    y = (HEIGHT / 2 - rows - 0.5) * scale
    away = np.abs(np.hypot(x, y)[:, None] - np.sqrt(levels)).min(axis=1) / scale
    assert len(rows) > 100
    assert away.max() < 1.0
    # 9 pixels of a frame 1080 high are 1.2 here: the ink on the page is length times width.
    inner = np.hypot(*np.mgrid[-HEIGHT / 2 + 0.5 : HEIGHT / 2, -WIDTH / 2 + 0.5 : WIDTH / 2]) < 26
    ink = drawn[inner].sum() / 255
    length = 2 * np.pi * (np.sqrt(0.5) + np.sqrt(1.5)) / scale
    assert ink == pytest.approx(length * 1.2, rel=0.05)


@pytest.mark.parametrize("opacity", [1.0, 0.5])
def test_contour_lines_of_values_far_from_0_look_as_those_near_it(opacity):
    X, Y = np.meshgrid(np.linspace(-2, 2, 65), np.linspace(-2, 2, 65))
    drawn = [
        picture(
            camera(),
            grid_mesh(
                np.stack([X, Y, 0 * X], -1),
                X**2 + Y**2 + far,
                contour_levels=np.arange(1, 8) + far,
                contour_opacity=1.0,
                opacity=opacity,
            ),
        ).astype(int)
        for far in (0.0, 2.0**20)
    ]
    assert np.ptp(drawn[0]) > 100
    assert np.abs(drawn[0] - drawn[1]).max() <= 2


def test_contour_lines_fade_where_they_crowd():
    view = camera()
    style = {"contour_color": "#FFFFFF", "contour_opacity": 1.0, "contour_width": 9.0}
    X, Y = np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 9))
    for count, seen in ((20, True), (400, False)):
        mesh = grid_mesh(
            np.stack([X, Y, 0 * X], -1),
            X,
            lit=False,
            ramp=["#000000"],
            contour_levels=np.linspace(-2, 2, count),
            **style,
        )
        assert (picture(view, mesh)[..., 0] > 20).any() == seen


# Strokes


@pytest.mark.parametrize(
    ("occlusion", "ghost_opacity", "share"),
    [("hide", 0.4, 0.0), ("ghost", 0.4, 0.4), ("show", 0.4, 1.0)],
)
def test_a_line_behind_a_sheet_does_as_it_is_told(occlusion, ghost_opacity, share):
    view = camera()
    line = in_space(Line([-3, 0, -1], [3, 0, -1], stroke_width=30, stroke_color="#00FF00"))
    line.set_stroke(opacity=0.8)
    line.occlusion, line.ghost_opacity = occlusion, ghost_opacity
    drawn = picture(view, sheet(size=1.5), line)
    behind = drawn[centre_pixel(view, [0, 0, -1])]
    beside = drawn[centre_pixel(view, [2.5, 0, -1])]
    assert abs(int(behind[1]) - 0.8 * share * 255) <= 1
    assert abs(int(behind[0]) - (1 - 0.8 * share) * 255) <= 1
    assert abs(int(beside[1]) - 0.8 * 255) <= 1


def test_a_line_in_front_of_a_sheet_is_seen_whole():
    view = camera()
    line = in_space(Line([-3, 0, 1], [3, 0, 1], stroke_width=30, stroke_color="#00FF00"))
    drawn = picture(view, sheet(size=1.5), line)
    assert (drawn[centre_pixel(view, [0, 0, 1])] == [0, 255, 0, 255]).all()


def test_an_unknown_occlusion_is_refused():
    line = in_space(Line())
    line.occlusion = "behind"
    with pytest.raises(ValueError, match="hide, ghost, show"):
        picture(camera(), line)


def test_a_line_behind_a_translucent_sheet_shows_through_it():
    view = camera()
    line = in_space(Line([-3, 0, -1], [3, 0, -1], stroke_width=30, stroke_color="#00FF00"))
    line.occlusion = "hide"
    drawn = picture(view, sheet(opacity=0.25), line)
    assert abs(int(drawn[centre_pixel(view, [0, 0, -1])][1]) - 0.75 * 255) <= 1


def test_a_ghost_never_covers_a_line_that_is_seen():
    view = camera()
    seen = in_space(Line([-1, 0, 1], [1, 0, 1], stroke_width=30, stroke_color="#00FF00"))
    hidden = in_space(Line([0, -1, -1], [0, 1, -1], stroke_width=30, stroke_color="#0000FF"))
    drawn = picture(view, sheet(), seen, hidden)
    assert (drawn[centre_pixel(view, [0, 0, 1])] == [0, 255, 0, 255]).all()


def test_a_path_on_a_hill_is_seen_in_its_full_width_from_all_round():
    xs = np.linspace(-2, 2, 65)
    X, Y = np.meshgrid(xs, xs)
    hill = grid_mesh(np.stack([X, Y, 0.5 - 0.3 * (X**2 + Y**2)], -1), lit=False, ramp=["#000080"])
    t = np.linspace(-1, 1, 60)
    points = np.stack([t, 0.5 * t, 0.5 - 0.375 * t**2], -1)
    path = in_space(VMobject(stroke_color="#00FF00", stroke_width=14))
    path.set_points_as_corners(points)
    for theta in range(0, 360, 30):
        view = camera(35, theta)
        ghost = picture(view, hill, path)
        path.occlusion = "show"
        whole = picture(view, hill, path)
        path.occlusion = "ghost"
        # A pixel is 0.055 wide here: the hill's bend within the stroke's width shows a little.
        assert np.abs(ghost.astype(int) - whole).max() <= 12


def test_a_dot_on_a_slope_is_seen_whole():
    slope = sheet(size=2, rows=17).rotate(30 * DEGREES, axis=[1, 0, 0])
    for theta in range(0, 360, 45):
        view = camera(30, theta)
        dot = SpaceDot([0, 0, 0], radius=30, color="#00FF00")
        whole = np.pi * (0.3 * WIDTH / view.frame_width) ** 2
        assert picture(view, slope, dot)[..., 1].sum() / 255 == pytest.approx(whole, rel=0.02)


def test_a_dot_has_its_ring():
    view = camera(background_color="#FFFFFF")
    dot = SpaceDot([0, 0, 0], radius=20, color="#00FF00", ring_width=20, ring_color="#000000")
    drawn = picture(view, dot)
    y, x = centre_pixel(view, [0, 0, 0])
    unit = WIDTH / view.frame_width / 100
    assert drawn[y, x].tolist() == [0, 255, 0, 255]
    assert drawn[y, x + int(30 * unit)].tolist() == [0, 0, 0, 255]
    assert drawn[y, x + int(50 * unit)].tolist() == [255, 255, 255, 255]


def test_an_arrows_tip_is_at_its_end_and_it_vanishes_with_its_length():
    view = camera()
    unit = WIDTH / view.frame_width
    arrow = SpaceArrow([-2, 0, 0], [2, 0, 0], color="#FFFFFF", width=12, head_length=80)
    arrow.head_width = 80.0
    columns = np.flatnonzero(picture(view, arrow)[..., 0].max(axis=0) > 100)
    assert abs(columns.max() + 1 - (WIDTH / 2 + 2 * unit)) <= 2.5
    inks = []
    for length in (2.4, 1.2, 0.6, 0.3, 0.0):
        arrow.put_start_and_end_on([0, 0, 0], [length, 0, 0])
        inks.append(picture(view, arrow)[..., 0].sum() / 255)
    assert inks == sorted(inks, reverse=True)
    assert inks[1] / inks[2] == pytest.approx(4, rel=0.25)
    assert inks[-1] == 0


def test_a_curve_is_as_wide_as_manim_draws_it():
    view = camera()
    ring = in_space(Circle(radius=2, stroke_width=20, stroke_color="#FFFFFF"))
    ink = picture(view, ring)[..., 0].sum() / 255
    unit = WIDTH / view.frame_width
    assert ink == pytest.approx(2 * np.pi * 2 * unit * 0.2 * unit, rel=0.01)


# Frames


def scene():
    xs = np.linspace(-2, 2, 33)
    X, Y = np.meshgrid(xs, xs)
    hill = grid_mesh(np.stack([X, Y, 0.4 * (X**2 - Y**2)], -1), contour_levels=[-1, 0, 1])
    line = in_space(Line([-3, 0.2, 0.1], [3, 0.3, 0.4], stroke_width=6))
    return hill, sheet(-1, opacity=0.5), line, SpaceDot([0, 0, 0]), SpaceArrow([0, 0, 0], [1, 1, 1])


def test_two_renders_are_identical():
    one = picture(camera(60, -50), *scene())
    assert np.array_equal(one, picture(camera(60, -50), *scene()))


@pytest.mark.parametrize("cores", [2, 3, 16])
def test_a_picture_is_the_same_on_any_number_of_cores(cores, monkeypatch):
    things = *scene(), Torus(fill_opacity=0.5).shift([0.5, 0, 0]), Sphere(radius=0.8)
    monkeypatch.setattr(bands, "cores", lambda: 1)
    alone = picture(camera(60, -50), *things)
    monkeypatch.setattr(bands, "cores", lambda: cores)
    monkeypatch.setattr(bands, "_FEWEST_ROWS", 5)
    assert np.array_equal(alone, picture(camera(60, -50), *things))


def test_a_kept_frame_equals_a_fresh_one():
    view, things = camera(60, -50), scene()
    first = picture(view, *things)
    assert np.array_equal(first, picture(view, *things))
    for change in (
        lambda: things[0].shift([0, 0, 0.3]),
        lambda: things[0].points.__setitem__((5, 2), 1.0),
        lambda: things[0].heights.__iadd__(0.3),
        lambda: things[0].set_opacity(0.5),
        lambda: things[0].set_ramp("#FF0000", "#00FF00"),
        lambda: view.set_theta(-20 * DEGREES),
        lambda: view.principal_point.__iadd__(0.5),
        lambda: setattr(view, "background_color", "#223344"),
    ):
        change()
        kept = picture(view, *things)
        fresh = camera(60, -50, background_color=view.background_color)
        fresh.set_theta(view.get_theta())
        fresh.principal_point = view.principal_point.copy()
        assert not np.array_equal(kept, first)
        assert np.array_equal(kept, picture(fresh, *things))
        first = kept


def test_only_what_changed_is_drawn_again(monkeypatch):
    monkeypatch.setattr(bands, "cores", lambda: 1)  # else a loop is called for every band
    calls = []

    def note(module, name, size):
        whole = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *given: (calls.append((name, size(given))), whole(*given))[1]
        )

    note(raster, "fill_triangles", lambda given: len(given[3]))
    note(shading, "resolve", lambda given: 1)
    note(fragments, "scatter_triangles", lambda given: len(given[3]))
    note(fragments, "blend", lambda given: 1)
    view, (hill, floor, line, dot, arrow) = camera(60, -50), scene()
    turning = sheet(size=1.5, opacity=0.3, rows=3).rotate(1.0, axis=[1, 0, 0])
    things = (hill, floor, turning, line, dot, arrow)
    solid = [("fill_triangles", len(hill.faces)), ("resolve", 1)]
    sheer = [("scatter_triangles", len(each.faces)) for each in (floor, turning)]
    sheer.append(("blend", 1))

    def drawn_again():
        calls.clear()
        kept = picture(view, *things)
        view.capture_mobjects([])  # as flat things are added to a frame
        noted = list(calls)
        fresh = camera(60, -50)
        fresh.set_theta(view.get_theta())
        assert np.array_equal(kept, picture(fresh, *things))
        return noted

    assert drawn_again() == solid + sheer
    assert drawn_again() == []
    turning.rotate(0.2, axis=[0, 0, 1])
    assert drawn_again() == sheer
    turning.set_opacity(0.6)
    assert drawn_again() == sheer
    hill.set_ramp("#FF0000", "#00FF00")
    assert drawn_again() == [("resolve", 1)]
    view.set_theta(0.3)
    assert drawn_again() == solid + sheer


def test_layers_that_come_and_go_leave_the_others_as_they_are():
    view, hill = camera(60, -50), scene()[0]
    first, second = sheet(0.4, opacity=0.5), sheet(-0.4, size=3, colour="#0000FF", opacity=0.5)
    for things in ((hill, first), (hill, second, first), (second,), (first, hill), (hill, second)):
        assert np.array_equal(picture(view, *things), picture(camera(60, -50), *things))
        first.scale(1.2)


def test_what_moves_is_hidden_by_what_stands_still():
    """Manim draws moving mobjects over a picture of the still ones; depth must not get lost."""
    hill, floor, line, dot, arrow = scene()
    label = Square(side_length=1, fill_opacity=1, fill_color="#FFFFFF")
    view = camera(60, -50)
    view.fixed_in_frame_mobjects.add(label)
    expected = picture(view, hill, floor, label, line, dot, arrow)
    view.reset()
    view.capture_mobjects([hill, floor, label])
    still = view.pixel_array.copy()
    for _ in range(2):
        view.set_frame_to_background(still)
        view.capture_mobjects([line, dot, arrow])
        assert np.array_equal(view.pixel_array, expected)


def test_flat_mobjects_are_drawn_on_top_and_stay_where_they_are():
    label = Square(side_length=1, stroke_width=0, fill_opacity=1, fill_color="#FFFFFF")
    view = camera(70, 30)
    view.fixed_in_frame_mobjects.add(label)
    drawn = picture(view, label, sheet(2))
    unit = WIDTH / view.frame_width
    white = (drawn[..., :3] == 255).all(axis=-1)
    assert white.sum() == pytest.approx(unit**2, rel=0.1)
    assert white[HEIGHT // 2, WIDTH // 2]


def test_a_transparent_background_gives_straight_colours():
    view = camera(0, -73, background_opacity=0.0)
    label = Square(side_length=1, stroke_width=0, fill_opacity=0.5, fill_color="#00FF00")
    label.shift([5, 0, 0])
    view.fixed_in_frame_mobjects.add(label)
    drawn = picture(view, sheet(size=1.5), in_space(Line([-3, 3, 0], [3, 3, 0])), label)
    alpha = drawn[..., 3]
    assert alpha[0, 0] == 0
    assert alpha[HEIGHT // 2, WIDTH // 2] == 255
    red_edge = (alpha > 20) & (alpha < 255) & (drawn[..., 0] > 0) & (drawn[..., 1] == 0)
    assert red_edge.sum() > 20
    assert (drawn[red_edge][:, 0] >= 245).all()
    assert drawn[centre_pixel(view, [0, 0, 0])[0], int(WIDTH / 2 + 5 * 18)].tolist()[3] in (
        127,
        128,
    )


def test_a_transparent_picture_of_what_stands_still_can_be_drawn_upon():
    view = camera(0, -73, background_opacity=0.0)
    label = Square(side_length=1, stroke_width=0, fill_opacity=0.5, fill_color="#00FF00")
    view.fixed_in_frame_mobjects.add(label)
    expected = picture(view, sheet(size=1.5), label)
    view.reset()
    view.capture_mobjects([sheet(size=1.5)])
    still = view.pixel_array.copy()
    view.set_frame_to_background(still)
    view.capture_mobjects([label])
    assert np.abs(view.pixel_array.astype(int) - expected).max() <= 2


def test_what_is_kept_between_frames_is_no_part_of_manims_cache_key():
    view = camera(60, -50)
    view.capture_mobjects([])
    before = get_json(view)
    picture(view, *scene())
    assert get_json(view) == before
    view.light_direction = np.array([0.0, 0.0, 1.0])
    assert get_json(view) != before


def test_a_copied_camera_draws_the_same():
    view = camera(60, -50)
    things = scene()
    assert np.array_equal(picture(view, *things), picture(copy.deepcopy(view), *things))


def test_nothing_to_draw_is_no_error():
    empty = Mesh(np.zeros((0, 3)), np.zeros((0, 3), int))
    assert (picture(camera(), empty, VMobject())[..., :3] == 0).all()


def test_the_camera_serves_a_scene():
    from manim import Create, FadeIn, Scene

    class Walk(Scene):
        def construct(self):
            hill, _, line, dot, arrow = scene()
            self.play(FadeIn(hill), Create(line), run_time=0.1)
            self.play(dot.animate.shift([0, 0, 1]), FadeIn(arrow), run_time=0.1)

    settings = {
        "pixel_width": WIDTH,
        "pixel_height": HEIGHT,
        "frame_rate": 20,
        "dry_run": True,
        "disable_caching": True,
        "progress_bar": "none",
    }
    with tempconfig(settings):
        walk = Walk(camera_class=DepthCamera)
        walk.render()
        assert isinstance(walk.renderer.camera, DepthCamera)
        assert walk.renderer.camera.pixel_array[..., :3].max() > 100
