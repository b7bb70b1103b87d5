"""Any function becomes a hill over two variables, framed as the user chooses and else as fits."""

import math

import numpy as np
import pytest

from mathcore import GALLERY, Choice, field_over_plane, frame_over_plane, named


def shown(text: str, **chosen):
    return frame_over_plane(field_over_plane(text), Choice(**chosen))


# What is typed


@pytest.mark.parametrize("entry", GALLERY.values(), ids=lambda entry: entry.name)
def test_every_named_function_is_a_hill(entry):
    hill = field_over_plane(entry.name)
    assert hill.dimension == 2
    for point in [*entry.starts, *(point for point, _ in entry.minima)]:
        both = (*point, 0.7)[:2]
        assert hill.value(both) == pytest.approx(entry.field.value(point), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", ["Himmelblau", "himmelblau's function", "HIMMELBLAU"])
def test_a_name_may_be_written_as_one_likes(name):
    # D. Himmelblau, 1972: f(3, 2) = 0 and f(0, 0) = 170
    assert field_over_plane(name).value([[3.0, 2.0], [0.0, 0.0]]).tolist() == [0.0, 170.0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("himelblau", "himmelblau"), ("rosenbrok", "rosenbrock"), ("sadle", "saddle")],
)
def test_a_mistyped_name_is_told_the_nearest(typed, meant):
    with pytest.raises(ValueError, match=f'Did you mean "{meant}"'):
        field_over_plane(typed)


@pytest.mark.parametrize("typed", ["x +", "sin(q", "x^2 + foo", "hello", "x" * 70, "x and y\n" * 9])
def test_what_is_near_no_name_is_refused_for_what_it_is(typed):
    with pytest.raises(ValueError, match=r"^(?!.*no function has this name)"):
        field_over_plane(typed)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("3", "x y"),
        ("x^2", "x y"),
        ("y^2", "x y"),
        ("sin t", "t s"),
        ("w^2", "w b"),
        ("w_1^2", "w_1 w_2"),
        ("theta^2", "theta phi"),
        ("k^2", "k y"),
        ("v^2 + u", "u v"),
    ],
)
def test_a_function_of_fewer_variables_gets_others_beside_them(text, names):
    assert [v.name for v in field_over_plane(text).variables] == names.split()


def test_three_variables_are_refused_by_name():
    with pytest.raises(ValueError, match=r"two variables, and this has 3 \(x, y, z\)"):
        field_over_plane("x + y + z")


# What is shown of it


@pytest.mark.parametrize("text", ["x^2 + y^2", "y² + x²", "u^2 + v^2", "bowl"])
def test_the_plain_bowl_is_shown_as_ever(text):
    bowl = shown(text)
    assert (bowl.x_range, bowl.y_range) == ((-2, 2), (-2, 2))
    assert (bowl.start, bowl.rate, bowl.steps) == ((1.6, 1.2), 0.15, 10)
    assert bowl.turn == -62
    assert bowl.contour_levels == (1, 2, 3, 4, 5, 6, 7, 8)


CHOICES = [
    {"x_range": (-3.0, 1.0)},
    {"x_range": (2.5, 4.0)},
    {"y_range": (-0.5, 7.0)},
    {"x_range": (-4.0, 4.0), "y_range": (-1.0, 1.0)},
    {"start": (0.5, 0.25)},
    {"start": (30.0, -4.0)},
    {"start": (1.0, 30.0), "x_range": (-2.0, 2.0)},
    {"rate": 0.001},
    {"rate": 5.0},
    {"steps": 1},
    {"steps": 200},
    {"start": (0.3, 0.2), "rate": 0.02, "steps": 7, "x_range": (0.0, 1.0), "y_range": (0.0, 1.0)},
]


@pytest.mark.parametrize("chosen", CHOICES, ids=str)
@pytest.mark.parametrize("text", ["x^2 + y^2", "himmelblau", "x^2", "y^2", "|x| + y^2", "3"])
def test_what_is_chosen_is_kept_and_the_rest_fits_it(text, chosen):
    framing = shown(text, **chosen)
    for name, value in chosen.items():
        assert getattr(framing, name) == pytest.approx(value, rel=1e-12)
    ranges = np.array([framing.x_range, framing.y_range])
    assert np.all(ranges[:, 0] < ranges[:, 1])
    assert np.all(ranges[:, 0] <= framing.start)
    assert np.all(framing.start <= ranges[:, 1])
    assert 0 < framing.rate < math.inf
    assert 1 <= framing.steps <= 200
    height = float(field_over_plane(text).value(framing.start))
    assert framing.value_range[0] <= height <= framing.value_range[1]


@pytest.mark.parametrize("name", [entry.name for entry in GALLERY.values()])
def test_a_named_function_is_shown_as_the_gallery_knows_it(name):
    entry, framing = named(name), shown(name)
    assert framing.x_range == entry.x_range
    assert framing.start[: len(entry.start)] == entry.start
    if entry.y_range is not None:
        assert framing.y_range == entry.y_range
    if entry.rate is not None:
        assert (framing.rate, framing.steps) == (entry.rate, entry.steps)


def test_a_start_of_the_gallery_gives_way_to_a_range_without_it():
    framing = shown("himmelblau", x_range=(2.0, 4.5))
    assert 2.0 < framing.start[0] < 4.5


@pytest.mark.parametrize("text", ["x^2", "(x - 3)^2", "sin t", "log(x)", "|x|", "1/x"])
def test_a_function_of_one_variable_is_a_valley_as_wide_as_it_is_long(text):
    framing = shown(text)
    (a, b), (c, d) = framing.x_range, framing.y_range
    assert d - c == pytest.approx(b - a)
    assert (c + d) / 2 == pytest.approx(0)
    turned = shown(text.replace("x", "y").replace("t", "y")) if "x" in text else framing
    assert (turned.x_range if "x" in text else turned.y_range) == framing.y_range


def test_the_walls_of_a_valley_are_cut_so_that_its_floor_is_seen():
    """Of Rosenbrock's 2500 the picture shows a few hundred; its path lies below 30."""
    low, high = shown("rosenbrock").value_range
    assert low <= 0
    assert 100 < high < 1000
    assert sum(level <= 50 for level in shown("rosenbrock").contour_levels) >= 3
