"""Manim's own mobjects in the depth camera, against Manim's own camera and closed forms."""

import numpy as np
import pytest
from manim import (
    DEGREES,
    OUT,
    PI,
    RIGHT,
    UP,
    Annulus,
    Arrow3D,
    Circle,
    Cone,
    Cube,
    Cylinder,
    Dodecahedron,
    Dot3D,
    Icosahedron,
    ImageMobject,
    Line,
    Line3D,
    ManimColor,
    MathTypst,
    Octahedron,
    ParametricFunction,
    PointCloudDot,
    Prism,
    Sphere,
    Square,
    Star,
    Surface,
    Tetrahedron,
    Text,
    ThreeDAxes,
    ThreeDCamera,
    ThreeDScene,
    Torus,
    TracedPath,
    VGroup,
    VMobject,
    tempconfig,
)
from manim.utils.color.core import get_shaded_rgb
from manim.utils.space_ops import rotation_matrix

from scenes.stage.camera import DepthCamera
from scenes.stage.space import in_space

WIDTH, HEIGHT = 384, 216


def camera(phi=60.0, theta=-50.0, kind=DepthCamera, **settings):
    settings.setdefault("background_color", "#000000")
    settings.setdefault("should_apply_shading", False)
    made = kind(pixel_width=WIDTH, pixel_height=HEIGHT, **settings)
    made.set_phi(phi * DEGREES)
    made.set_theta(theta * DEGREES)
    made.reset_rotation_matrix()
    return made


def picture(view, *mobjects):
    view.reset()
    view.capture_mobjects(mobjects)
    return view.pixel_array.copy()


def pixel(view, point):
    x, y, _ = view.screen_points(np.array([point], float))[0]
    return int(y), int(x)


def traced_path():
    dot = Dot3D([2, 0, 0])
    path = TracedPath(dot.get_center, stroke_width=6, stroke_color="#FF0000")
    for step in range(1, 30):
        dot.move_to([2 * np.cos(step / 10), 2 * np.sin(step / 10), step / 20])
        path.update(0)
    return path


def wave(u, v):
    return np.array([u, v, 0.5 * np.sin(u) * np.cos(v)])


def plain(mobject):
    return mobject.set_fill("#FF0000", opacity=1).set_stroke(width=0)


def red(mobject):
    return mobject.set_color("#FF0000")


STOCK = {
    "Surface": lambda: plain(Surface(wave, u_range=[-2, 2], v_range=[-2, 2], resolution=12)),
    "coarse Sphere": lambda: plain(Sphere(radius=2, resolution=(8, 8))),
    "Sphere": lambda: plain(Sphere(radius=2)),
    "Dot3D": lambda: plain(Dot3D([1, 0, 1], radius=0.3)),
    "Line3D": lambda: plain(Line3D([-2, -1, -1], [2, 1, 1], thickness=0.2)),
    "Arrow3D": lambda: plain(Arrow3D([-2, -1, -1], [2, 1, 1], thickness=0.1)),
    "Cone": lambda: plain(Cone(base_radius=1, height=2, direction=OUT)),
    "Cylinder": lambda: plain(Cylinder(radius=1, height=2)),
    "Torus": lambda: plain(Torus(major_radius=2, minor_radius=0.6)),
    "Cube": lambda: plain(Cube(side_length=2)),
    "Prism": lambda: plain(Prism([1, 2, 3])),
    "Tetrahedron": lambda: plain(Tetrahedron(edge_length=2)),
    "Octahedron": lambda: plain(Octahedron(edge_length=2)),
    "Icosahedron": lambda: plain(Icosahedron(edge_length=1)),
    "Dodecahedron": lambda: plain(Dodecahedron(edge_length=1)),
    "ThreeDAxes": lambda: ThreeDAxes(tips=False),
    "axes with tips": lambda: ThreeDAxes(),
    "ParametricFunction": lambda: red(
        ParametricFunction(lambda t: np.array([2 * np.cos(t), np.sin(t), t / 4]), t_range=[-6, 6])
    ),
    "TracedPath": traced_path,
    "Text": lambda: red(Text("Steepest & 80%", font_size=96)),
    "MathTypst": lambda: red(MathTypst("integral x^2 dif x", font_size=120)),
    "Circle": lambda: plain(Circle(radius=2)),
    "bordered Square": lambda: Square(3, fill_opacity=1, fill_color="#00FF00", stroke_width=8),
    "corners": lambda: VMobject(stroke_width=20, stroke_color="#FFFFFF").set_points_as_corners(
        [[-2, -1, 0], [-1, 1, 0], [0, -1, 0], [1, 1, 0], [2, 1, 0]]
    ),
    "Star": lambda: plain(Star(outer_radius=2)),
    "pentagram": lambda: plain(
        VMobject().set_points_as_corners(
            [[2 * np.cos(a), 2 * np.sin(a), 0] for a in 4 * PI / 5 * np.arange(6)]
        )
    ),
    "Annulus": lambda: plain(Annulus(inner_radius=1, outer_radius=2)),
    "gradient": lambda: Square(3, stroke_width=0, fill_opacity=1).set_fill(["#FF0000", "#0000FF"]),
    "translucent Circle": lambda: plain(Circle(radius=2)).set_fill(opacity=0.4),
    "ImageMobject": lambda: ImageMobject(
        np.uint8(np.indices((16, 16)).sum(axis=0)[..., None] * [8, 4, 1])
    ).set(height=3),
    "PointCloudDot": lambda: PointCloudDot(radius=2, density=6, color="#FF0000"),
    "VGroup": lambda: VGroup(plain(Square(2)), plain(Circle()).set_fill("#00FF00")),
}


@pytest.mark.filterwarnings("ignore:'mode' parameter:DeprecationWarning")  # Manim's images
@pytest.mark.parametrize("name", STOCK)
def test_it_looks_as_in_manims_camera(name):
    mobject = STOCK[name]()
    ours = picture(camera(), mobject)[..., :3].astype(int)
    theirs = picture(camera(kind=ThreeDCamera), mobject)[..., :3].astype(int)
    assert theirs.max() > 100
    # Manim leaves dark seams between faces, which cost up to a tenth of their light.
    seams = 0.12 if len(mobject.get_family()) > 60 else 0.03
    assert -0.03 < ours.sum() / theirs.sum() - 1 < seams
    # Edges are smoothed in other ways; whatever is more than that would show here.
    different = np.abs(ours - theirs).max(axis=2) > 110
    assert different.sum() <= 0.02 * (theirs.max(axis=2) > 0).sum()


def test_all_stock_mobjects_together_make_a_picture():
    everything = [make().scale(0.3).shift(3 * RIGHT) for make in STOCK.values()]
    drawn = picture(camera(), *everything)
    assert (drawn[..., :3].max(axis=2) > 100).sum() > 500


@pytest.mark.parametrize("order", [1, -1])
def test_the_nearer_of_two_solids_hides_the_other(order):
    near = plain(Sphere(radius=0.8)).shift([0, 0, 3])
    far = plain(Cube(side_length=4)).set_fill("#0000FF")
    view = camera(phi=0)
    drawn = picture(view, *[near, far][::order])
    assert drawn[pixel(view, [0, 0, 3])][:3].tolist() == [255, 0, 0]
    assert drawn[pixel(view, [1.7, 1.7, 2])][:3].tolist() == [0, 0, 255]


def test_a_line_behind_a_solid_is_hidden_and_one_in_space_is_seen_faintly():
    ball = plain(Sphere(radius=1.5))
    line = Line([-4, 0, -3], [4, 0, -3], stroke_width=20, color="#00FF00")
    view = camera(phi=0)
    middle, beside = pixel(view, [0, 0, -3]), pixel(view, [3, 0, -3])
    drawn = picture(view, ball, line)
    assert drawn[middle][:3].tolist() == [255, 0, 0]
    assert drawn[beside][:3].tolist() == [0, 255, 0]
    drawn = picture(view, ball, in_space(line))
    assert 30 < drawn[middle][1] < 90


@pytest.mark.parametrize("order", [1, -1])
def test_the_nearer_of_two_lines_lies_on_top_unless_z_index_says_otherwise(order):
    near = Line([-2, 0, 1], [2, 0, 1], stroke_width=20, color="#FF0000")
    far = Line([0, -2, -1], [0, 2, -1], stroke_width=20, color="#00FF00")
    view = camera(phi=0)
    at = pixel(view, [0, 0, 1])
    assert picture(view, *[near, far][::order])[at][:3].tolist() == [255, 0, 0]
    far.set_z_index(1)
    assert picture(view, *[near, far][::order])[at][:3].tolist() == [0, 255, 0]
    far.set_z_index(0).set_z(1)  # through each other: the later is on top
    expected = [0, 255, 0] if order == 1 else [255, 0, 0]
    assert picture(view, *[near, far][::order])[at][:3].tolist() == expected


# Light


@pytest.mark.parametrize("light", [[-7, -9, 10], [4, 4, -6], [0, 0, 5]])
def test_light_is_manims_own_at_every_place(light):
    """rgb + 0.5 cos³, half of that away from the light (manim.utils.color.get_shaded_rgb)."""
    view = camera(should_apply_shading=True, light_source_start_point=light)
    rgb, turn = np.array([0.2, 0.4, 0.6]), rotation_matrix(0.4, [1, 0.3, 0])
    square = Square(4, fill_opacity=1, fill_color=ManimColor(rgb), stroke_width=0)
    square.set_shade_in_3d(True).apply_matrix(turn)
    start, along, back = square.points[0], square.points[3], square.points[-4]
    normal = np.cross(along - start, back - start)
    drawn = picture(view, square)
    for place in ([-1.5, -1], [0, 0], [1.2, 1.7], [1.5, -1.5]):
        point = turn @ [*place, 0]
        expected = get_shaded_rgb(rgb, point, normal / np.linalg.norm(normal), np.array(light))
        shown = drawn[pixel(view, point)][:3]
        assert np.abs(shown - 255 * np.clip(expected, 0, 1)).max() <= 2


def test_faces_keep_their_colours():
    surface = Surface(
        lambda u, v: np.array([u, v, 0]),
        u_range=[-2, 2],
        v_range=[-2, 2],
        resolution=4,
        checkerboard_colors=["#FF0000", "#0000FF"],
        stroke_width=0,
    )
    view = camera(phi=0)
    drawn = picture(view, surface)
    for face in surface:
        expected = face.get_fill_color().to_int_rgb()
        assert drawn[pixel(view, face.get_center())][:3].tolist() == expected.tolist()


def test_a_balls_light_is_smooth_and_a_boxs_is_not():
    view = camera(should_apply_shading=True)
    ball = Sphere(radius=2, resolution=16, checkerboard_colors=False, stroke_width=0)
    drawn = picture(view, ball.set_fill("#808080", opacity=1))[..., 0].astype(int)
    inside = drawn > 0
    for axis in (0, 1):
        for shift in (-2, -1, 1, 2):
            inside &= np.roll(drawn, shift, axis) > 0
    bend = np.abs(np.roll(drawn, 1, 1) - 2 * drawn + np.roll(drawn, -1, 1))
    assert inside.sum() > 1000
    assert bend[inside].max() <= 10
    box = Cube(side_length=3, fill_color="#808080", fill_opacity=1, stroke_width=0)
    shades = np.unique(picture(view, box)[..., 0][picture(view, box)[..., 0] > 0])
    assert shades.max() - shades.min() > 40


# What is translucent


def blended(*layers):
    """Return the colour of (colour, opacity) from the front to the back, over black."""
    total, left = np.zeros(3), 1.0
    for colour, opacity in layers:
        total += left * opacity * np.array(colour, float)
        left *= 1 - opacity
    return total


RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


@pytest.mark.parametrize("solid", [True, False])
def test_sheets_that_cross_blend_by_who_is_nearer_at_each_pixel(solid):
    """Three translucent sheets through one point: z = 0, z = x and z = y."""
    sheets = []
    for colour, axis, angle in (
        ("#FF0000", RIGHT, 0),
        ("#00FF00", UP, -PI / 4),
        ("#0000FF", RIGHT, PI / 4),
    ):
        sheet = Square(6, stroke_width=0, fill_opacity=0.5, fill_color=colour)
        sheets.append(sheet.rotate(angle, axis=axis).set_shade_in_3d(solid))
    colours = [RED, GREEN, BLUE]
    view = camera(phi=0, theta=-90)
    drawn = picture(view, *sheets)[..., :3].astype(float)
    scale, focal = view.frame_width / WIDTH, view.get_focal_distance()
    seen = 0
    for row in range(HEIGHT // 2 - 24, HEIGHT // 2 + 25, 4):
        for column in range(WIDTH // 2 - 24, WIDTH // 2 + 25, 4):
            x, y = (column + 0.5 - WIDTH / 2) * scale, (HEIGHT / 2 - row - 0.5) * scale
            # The ray from the eye (0, 0, f) through (x, y, 0) meets z = 0, z = x and z = y.
            heights = np.array([0, x * focal / (focal + x), y * focal / (focal + y)])
            if min(abs(heights[i] - heights[j]) for i, j in ((0, 1), (0, 2), (1, 2))) < 2 * scale:
                continue
            expected = blended(*[(colours[i], 0.5) for i in np.argsort(-heights)])
            assert np.abs(drawn[row, column] - expected).max() <= 1.5
            seen += 1
    assert seen > 60


def test_where_sheets_cross_within_a_pixel_it_is_a_mixture():
    sheets = [
        Square(6, stroke_width=0, fill_opacity=0.5, fill_color=colour).rotate(angle, axis=UP)
        for colour, angle in (("#FF0000", PI / 4), ("#0000FF", -PI / 4))
    ]
    drawn = picture(camera(phi=0, theta=-90), *sheets)[HEIGHT // 2].astype(float)
    left, right = drawn[WIDTH // 2 - 8, :3], drawn[WIDTH // 2 + 8, :3]
    assert np.abs(left - right).max() > 50
    assert (
        np.abs(drawn[WIDTH // 2 - 1 : WIDTH // 2 + 1, :3].mean(axis=0) - (left + right) / 2).max()
        < 10
    )


@pytest.mark.parametrize("opacity", [0.2, 0.5, 0.8])
def test_a_translucent_ball_is_seen_from_both_sides_without_seams(opacity):
    ball = plain(Sphere(radius=2, resolution=24)).set_fill(opacity=opacity)
    drawn = picture(camera(), ball)[..., 0].astype(float)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    near = np.hypot(rows - HEIGHT / 2, columns - WIDTH / 2) < 0.9 * 2 * WIDTH / camera().frame_width
    assert np.abs(drawn[near] - 255 * (1 - (1 - opacity) ** 2)).max() <= 2


def test_a_line_is_dimmed_by_each_sheet_before_it():
    sheets = [
        Square(3, stroke_width=0, fill_color="#FF0000", fill_opacity=0.4).shift([0, 0, z])
        for z in (1, 2)
    ]
    line = Line([-4, 0, 0], [4, 0, 0], stroke_width=20, color="#00FF00")
    view = camera(phi=0)
    for shaded in (True, False):
        for sheet in sheets:
            sheet.set_shade_in_3d(shaded)
        drawn = picture(view, *sheets, line)
        assert abs(int(drawn[pixel(view, [0, 0, 0])][1]) - 255 * 0.6**2) <= 2
        assert drawn[pixel(view, [3, 0, 0])][1] == 255
        sheets[0].shift([0, 0, -2])
        drawn = picture(view, *sheets, line)
        assert abs(int(drawn[pixel(view, [0, 0, 0])][1]) - 255 * 0.6) <= 2
        sheets[0].shift([0, 0, 2])


def test_a_translucent_sheet_through_a_solid_shows_where_it_comes_out():
    ball = plain(Sphere(radius=1)).set_fill("#0000FF")
    sheet = Square(6, stroke_width=0, fill_color="#FF0000", fill_opacity=0.5)
    view = camera(phi=0)
    drawn = picture(view, ball, sheet)
    assert drawn[pixel(view, [0, 0, 1])][:3].tolist() == [0, 0, 255]
    assert abs(int(drawn[pixel(view, [2, 0, 0])][0]) - 127) <= 1


# Flat things: order, holes, edges


def test_of_flat_things_at_one_depth_the_later_is_on_top():
    below = Square(4, fill_opacity=1, fill_color="#FF0000", stroke_color="#00FF00", stroke_width=30)
    above = Square(4, fill_opacity=1, fill_color="#0000FF", stroke_width=0).shift([2, 0, 0])
    for angle in (0.0, 0.7, 1.2):
        view = camera(phi=angle / DEGREES, theta=-30)
        drawn = picture(view, below, above)
        assert drawn[pixel(view, [1, 0, 0])][:3].tolist() == [0, 0, 255]
        assert drawn[pixel(view, [2, 1, 0])][:3].tolist() == [0, 0, 255]  # on the other's border
        assert drawn[pixel(view, [-1, 0, 0])][:3].tolist() == [255, 0, 0]
        above.set_z_index(-1)
        assert picture(view, below, above)[pixel(view, [1, 0, 0])][:3].tolist() == [255, 0, 0]
        above.set_z_index(0)


def test_holes_stay_holes():
    view = camera()
    ring = plain(Annulus(inner_radius=1, outer_radius=2))
    ball = plain(Sphere(radius=0.5)).set_fill("#0000FF").shift([0, 0, -2])
    drawn = picture(view, ring)
    assert drawn[pixel(view, [0, 0, 0])][:3].tolist() == [0, 0, 0]
    assert drawn[pixel(view, [1.5, 0, 0])][:3].tolist() == [255, 0, 0]
    view = camera(phi=0)
    assert picture(view, ring, ball)[pixel(view, [0, 0, 0])][:3].tolist() == [0, 0, 255]


def test_the_ink_of_an_outline_is_its_area():
    disc = plain(Circle(radius=1.7)).shift([0.013, 0.021, 0])
    ink = picture(camera(phi=0), disc)[..., 0].sum() / 255
    assert ink == pytest.approx(PI * (1.7 * WIDTH / camera().frame_width) ** 2, rel=0.002)


def test_a_fill_joins_the_border_below_it_without_a_dark_seam():
    """Fill over the inner half of a background stroke of the same colour: one larger shape."""
    square = Square(3, stroke_width=0, fill_opacity=1, fill_color="#FFFFFF").rotate(0.3)
    square.set_stroke("#FFFFFF", 30, background=True)
    for phi in (0, 55):
        drawn = picture(camera(phi=phi), square)[..., 0]
        whole = picture(
            camera(phi=phi), Square(3, stroke_width=30, color="#FFFFFF", fill_opacity=1).rotate(0.3)
        )
        inside = whole[..., 0] == 255
        assert inside.sum() > 800
        assert drawn[inside].min() >= 250


# Facing the eye, on the frame


def test_a_billboard_has_the_depth_of_its_centre():
    view = camera()
    label = plain(Square(0.8)).set_fill("#00FF00").move_to([0, 0, 0])
    view.add_fixed_orientation_mobjects(label)
    # Seen as a square, however the camera stands.
    drawn = picture(view, label)[..., 1]
    side = 0.8 * WIDTH / view.frame_width
    assert drawn.sum() / 255 == pytest.approx(side**2, rel=0.01)
    eye = view.get_rotation_matrix()[2]
    wall = plain(Sphere(radius=1)).move_to(3 * eye)
    at = pixel(view, [0, 0, 0])
    assert picture(view, label, wall)[at][:3].tolist() == [255, 0, 0]
    assert picture(view, label, wall.move_to(-3 * eye))[at][:3].tolist() == [0, 255, 0]
    wall.move_to(3 * eye).set_fill(opacity=0.3)
    assert abs(int(picture(view, label, wall)[at][1]) - 255 * 0.7**2) <= 3


@pytest.mark.parametrize("exponential", [False, True])
def test_a_camera_that_looks_elsewhere_shows_all_things_together(exponential):
    view = camera(exponential_projection=exponential)
    view.frame_center = np.array([2.0, -1.0, 0.5])
    at = np.array([3.0, 0.5, 0.0])
    label, disc, ball = (plain(make()).move_to(at) for make in (Square, Circle, Sphere))
    view.add_fixed_orientation_mobjects(label)
    fixed = plain(Square(0.5)).set_fill("#0000FF").move_to([-5, 3, 0])
    view.add_fixed_in_frame_mobjects(fixed)
    row, column = pixel(view, at)
    for mobject in (label, disc, ball):
        drawn = picture(view, mobject, fixed)
        rows, columns = np.nonzero(drawn[..., 0] > 128)
        assert abs((rows.min() + rows.max()) / 2 - row) < 2
        assert abs((columns.min() + columns.max()) / 2 - column) < 2
        unit = WIDTH / view.frame_width
        assert drawn[int(HEIGHT / 2 - 3 * unit), int(WIDTH / 2 - 5 * unit)][2] == 255


def test_what_is_fixed_in_frame_is_on_top():
    view = camera()
    label = plain(Square(1)).set_fill("#00FF00")
    view.add_fixed_in_frame_mobjects(label)
    drawn = picture(view, label, plain(Sphere(radius=3)))
    assert drawn[HEIGHT // 2, WIDTH // 2][:3].tolist() == [0, 255, 0]


# Images and point clouds


def test_an_image_stands_upright_in_space_and_is_hidden_by_what_is_nearer():
    colours = np.zeros((40, 40, 3), np.uint8)
    colours[:20, :20], colours[:20, 20:] = (255, 0, 0), (0, 255, 0)
    colours[20:, :20], colours[20:, 20:] = (0, 0, 255), (255, 255, 0)
    image = ImageMobject(colours)
    image.height = 4
    view = camera(phi=40, theta=-70)
    drawn = picture(view, image)
    for corner, colour in (
        ([-1, 1], [255, 0, 0]),
        ([1, 1], [0, 255, 0]),
        ([-1, -1], [0, 0, 255]),
        ([1, -1], [255, 255, 0]),
    ):
        assert drawn[pixel(view, [*corner, 0])][:3].tolist() == colour
    ball = plain(Sphere(radius=0.5)).set_fill("#FFFFFF").move_to([1, 1, 0.5])
    drawn = picture(view, image, ball)
    assert drawn[pixel(view, [1, 1, 0.9])][:3].tolist() == [255, 255, 255]
    assert drawn[pixel(view, [-1, 1, 0])][:3].tolist() == [255, 0, 0]


def test_a_fine_image_seen_from_far_is_averaged():
    chess = np.uint8(255 * (np.indices((512, 512)).sum(axis=0) % 2))
    image = ImageMobject(chess)
    image.height = 2
    drawn = picture(camera(phi=30), image)[..., 0]
    assert np.abs(drawn[drawn.shape[0] // 2, WIDTH // 2 - 10 : WIDTH // 2 + 10] - 127.5).max() < 12


def test_points_of_a_cloud_are_hidden_by_what_is_nearer():
    cloud = PointCloudDot(radius=2, density=10, color="#00FF00")
    ball = plain(Sphere(radius=1)).shift([0, 0, 1.5])
    view = camera(phi=0)
    drawn = picture(view, cloud, ball)
    assert drawn[pixel(view, [0, 0, 1])][:3].tolist() == [255, 0, 0]
    assert (drawn[..., 1] == 255).sum() > 200


# Near the eye


def test_what_reaches_behind_the_eye_is_cut_off_there_not_dropped():
    view = camera(phi=80, theta=-90)
    floor = plain(
        Surface(
            lambda u, v: np.array([u, v, 0]), u_range=[-60, 60], v_range=[-60, 60], resolution=1
        )
    )
    at = pixel(view, [0, 2, 0])
    assert picture(view, floor)[at][:3].tolist() == [255, 0, 0]
    flat = plain(Square(120))
    assert picture(view, flat)[at][:3].tolist() == [255, 0, 0]
    assert picture(view, flat.set_fill(opacity=0.5))[at][0] in (127, 128)
    line = Line([0, -60, 0], [0, 60, 0], stroke_width=20, color="#FF0000")
    assert picture(view, line)[at][:3].tolist() == [255, 0, 0]
    bottom = picture(view, line)[HEIGHT - 1, WIDTH // 2]
    assert bottom[0] == 255


# Scenes


@pytest.mark.parametrize("transparent", [False, True])
def test_a_three_d_scene_renders_with_all_its_camera_moves(transparent):
    class Tour(ThreeDScene):
        def construct(self):
            self.set_camera_orientation(phi=60 * DEGREES, theta=-45 * DEGREES)
            ball = Sphere(radius=1, resolution=6)
            label = Text("ball", font_size=24).next_to(ball, UP)
            title = Text("title", font_size=24).to_corner()
            self.add(ThreeDAxes(), ball)
            self.add_fixed_orientation_mobjects(label)
            self.add_fixed_in_frame_mobjects(title)
            self.begin_ambient_camera_rotation(rate=0.5)
            self.wait(0.2)
            self.stop_ambient_camera_rotation()
            self.begin_3dillusion_camera_rotation(rate=2)
            self.wait(0.2)
            self.stop_3dillusion_camera_rotation()
            before = self.camera.pixel_array.copy()
            self.move_camera(phi=30 * DEGREES, theta=20 * DEGREES, zoom=1.4, run_time=0.2)
            self.play(ball.animate.set_opacity(0.5), run_time=0.2)
            self.changed = (self.camera.pixel_array != before).any(axis=2).mean()
            self.remove_fixed_in_frame_mobjects(title)
            self.remove_fixed_orientation_mobjects(label)
            self.wait(0.1)

    settings = {"dry_run": True, "disable_caching": True, "progress_bar": "none", "frame_rate": 20}
    settings |= {"pixel_width": WIDTH, "pixel_height": HEIGHT, "transparent": transparent}
    with tempconfig(settings):
        tour = Tour(camera_class=DepthCamera)
        tour.render()
    assert tour.changed > 0.01
    corner = tour.camera.pixel_array[-1, -1]
    assert corner[3] == (0 if transparent else 255)


def test_a_space_that_stands_still_is_the_same_picture_every_time():
    things = [Sphere(radius=1, resolution=6), ThreeDAxes(), Text("word")]
    view = camera()
    first = picture(view, *things)
    for _ in range(3):
        assert np.array_equal(picture(view, *things), first)
    things[0].shift(RIGHT)
    moved = picture(view, *things)
    assert not np.array_equal(moved, first)
    assert np.array_equal(moved, picture(camera(), *things))
    view.background_color = "#223344"
    assert picture(view, *things)[0, 0].tolist() == [0x22, 0x33, 0x44, 255]
