"""Every named function is the published one, with the published minima."""

import mpmath
import numpy as np
import pytest
from mpmath import cos, e, exp, fabs, mpf, pi, sin, sqrt

from mathcore import GALLERY, NamedField, Outcome, descend, gradient_descent, named, parse
from mathcore.typeset import typeset


def levy(x, y):
    w, v = 1 + (x - 1) / 4, 1 + (y - 1) / 4
    return (
        sin(pi * w) ** 2
        + (w - 1) ** 2 * (1 + 10 * sin(pi * w + 1) ** 2)
        + (v - 1) ** 2 * (1 + sin(2 * pi * v) ** 2)
    )


def peaks(x, y):
    return (
        3 * (1 - x) ** 2 * exp(-(x**2) - (y + 1) ** 2)
        - 10 * (x / 5 - x**3 - y**5) * exp(-(x**2) - y**2)
        - exp(-((x + 1) ** 2) - y**2) / 3
    )


def ackley(x, y):
    far = -20 * exp(-sqrt((x * x + y * y) / 2) / 5)
    return far - exp((cos(2 * pi * x) + cos(2 * pi * y)) / 2) + 20 + e


# The oracle: closed forms typed from the literature, in mpmath.
FORMS = {
    "bowl": lambda x, y: x * x + y * y,
    "stretched-bowl": lambda x, y: x * x + 10 * y * y,
    "tilted-bowl": lambda x, y: x * x + x * y + y * y,
    "rosenbrock": lambda x, y: 100 * (y - x * x) ** 2 + (x - 1) ** 2,
    "himmelblau": lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    "beale": lambda x, y: sum(
        (c - x * (1 - y**k)) ** 2 for k, c in ((1, mpf(3) / 2), (2, mpf(9) / 4), (3, mpf(21) / 8))
    ),
    "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    "matyas": lambda x, y: mpf(26) / 100 * (x * x + y * y) - mpf(48) / 100 * x * y,
    "three-hump-camel": lambda x, y: 2 * x**2 - mpf(105) / 100 * x**4 + x**6 / 6 + x * y + y**2,
    "six-hump-camel": lambda x, y: (
        4 * x**2 - mpf(21) / 10 * x**4 + x**6 / 3 + x * y - 4 * y**2 + 4 * y**4
    ),
    "styblinski-tang": lambda x, y: sum(t**4 - 16 * t**2 + 5 * t for t in (x, y)) / 2,
    "rastrigin": lambda x, y: 20 + sum(t**2 - 10 * cos(2 * pi * t) for t in (x, y)),
    "ackley": ackley,
    "levy": levy,
    "mccormick": lambda x, y: sin(x + y) + (x - y) ** 2 - 3 * x / 2 + 5 * y / 2 + 1,
    "saddle": lambda x, y: x * x - y * y,
    "monkey-saddle": lambda x, y: x**3 - 3 * x * y**2,
    "peaks": peaks,
    "twin-valleys": lambda x, y: x**4 - 2 * x**2 + 1 + y**2,
    "plateau": lambda x, y: 1 - exp(-(x * x + y * y)),
    "cliff": lambda x, y: 2 / (1 + exp(-8 * x)) + (x + 1) ** 2 / 4 + y**2 / 4,
    "egg-box": lambda x, y: (cos(x - y) - cos(x + y)) / 2,
    "parabola": lambda x: x * x,
    "shifted-parabola": lambda x: x * x - 6 * x + 9,
    "double-well": lambda x: x**4 - 2 * x**2 + mpf(3) / 10 * x,
    "absolute-value": fabs,
}
# Deepest points as the sources print them.
PUBLISHED = {
    "rosenbrock": ((1, 1), 0, 1e-9),
    "beale": ((3, 0.5), 0, 1e-9),
    "booth": ((1, 3), 0, 1e-9),
    "matyas": ((0, 0), 0, 1e-9),
    "three-hump-camel": ((0, 0), 0, 1e-9),
    "six-hump-camel": ((0.0898, -0.7126), -1.0316, 1e-4),
    "styblinski-tang": ((-2.903534, -2.903534), -2 * 39.16617, 1e-4),
    "rastrigin": ((0, 0), 0, 1e-9),
    "ackley": ((0, 0), 0, 1e-9),
    "levy": ((1, 1), 0, 1e-9),
    "mccormick": ((-0.54719, -1.54719), -1.9133, 1e-4),
    "peaks": ((0.2283, -1.6256), -6.5511, 2e-4),
}
HIMMELBLAU = {(3, 2), (-2.805, 3.131), (-3.779, -3.283), (3.584, -1.848)}
MINIMA = [(name, p, v) for name, entry in GALLERY.items() for p, v in entry.minima]


def ranges(entry: NamedField):
    return [entry.x_range] if entry.y_range is None else [entry.x_range, entry.y_range]


def test_the_oracle_knows_every_function():
    assert FORMS.keys() == GALLERY.keys()
    assert len(GALLERY) >= 20


@pytest.mark.parametrize("name", GALLERY)
def test_the_expression_is_the_published_function(name):
    entry = GALLERY[name]
    low, high = np.array(ranges(entry)).T
    points = np.random.default_rng(7).uniform(low, high, (25, len(low)))
    values = entry.field.value(points)
    for point, value in zip(points, values, strict=True):
        exact = FORMS[name](*map(mpf, point.tolist()))
        assert abs(value - exact) <= 1e-12 * (1 + abs(exact))


@pytest.mark.parametrize(("name", "point", "value"), MINIMA)
def test_each_listed_minimum_is_one(name, point, value):
    form = FORMS[name]
    with mpmath.workdps(30):
        at = tuple(map(mpf, point))
        here = form(*at)
        assert abs(here - mpf(value)) < 1e-6
        for turn in range(12):
            way = (cos(pi * turn / 6), sin(pi * turn / 6))[: len(at)]
            for reach in (mpf("1e-3"), mpf("1e-2")):
                if abs(way[0]) > 1e-3 or len(at) == 2:
                    around = (c + reach * w for c, w in zip(at, way, strict=True))
                    assert form(*around) > here


@pytest.mark.parametrize(("name", "point", "value"), MINIMA)
def test_the_slope_at_a_minimum_is_zero_or_does_not_exist(name, point, value):
    slope = GALLERY[name].field.gradient(point)
    if name in {"ackley", "absolute-value"}:
        assert np.isnan(slope).all()
        return
    with mpmath.workdps(30):
        for axis in range(len(point)):
            at = tuple(map(mpf, point))
            order = tuple(int(i == axis) for i in range(len(at))) if len(at) > 1 else 1
            exact = mpmath.diff(FORMS[name], at if len(at) > 1 else at[0], order)
            # Coordinates are given to 6 digits; the largest curvature here is about 800.
            assert abs(exact) < 1e-3
            assert abs(slope[axis] - exact) < 1e-7


@pytest.mark.parametrize("name", GALLERY)
def test_nothing_in_the_frame_is_lower_than_the_deepest_minimum(name):
    entry = GALLERY[name]
    axes = [np.linspace(*ends, 301) for ends in ranges(entry)]
    grid = np.stack(np.meshgrid(*axes), axis=-1)
    values = entry.field.value(grid)
    if entry.minima:
        assert values.min() >= min(v for _, v in entry.minima) - 1e-6
        assert all(
            low < c < high
            for p, _ in entry.minima
            for c, (low, high) in zip(p, ranges(entry), strict=True)
        )
    else:  # a saddle falls to the border
        inner = values[1:-1, 1:-1]
        assert values.min() < inner.min()


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_deepest_minimum_is_where_the_source_has_it(name):
    point, value, error = PUBLISHED[name]
    listed = dict(GALLERY[name].minima)
    nearest = min(listed, key=lambda p: np.hypot(*np.subtract(p, point)))
    np.testing.assert_allclose(nearest, point, atol=max(error, 1e-4 if error > 1e-6 else error))
    assert listed[nearest] == pytest.approx(value, abs=error)
    assert listed[nearest] == min(listed.values())


def test_himmelblau_has_its_four_minima():
    found = {tuple(round(c, 3) for c in p) for p, _ in GALLERY["himmelblau"].minima}
    assert found == HIMMELBLAU


@pytest.mark.parametrize("name", GALLERY)
def test_an_entry_is_complete_and_its_starts_can_be_walked_from(name):
    entry = GALLERY[name]
    assert entry.name == name
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz-")
    assert len(entry.source) > 10
    assert 15 < len(entry.shows) < 100
    assert typeset(parse(entry.text))
    for start in entry.starts:
        assert all(low < c < high for c, (low, high) in zip(start, ranges(entry), strict=True))
        path = descend(entry.field, start, gradient_descent(1e-4), 3)
        assert path.values[-1] < path.values[0]


@pytest.mark.parametrize("name", [n for n, entry in GALLERY.items() if entry.rate])
def test_a_suggested_rate_walks_down_inside_the_frame(name):
    entry = GALLERY[name]
    path = descend(
        entry.field,
        entry.start,
        gradient_descent(entry.rate),
        entry.steps,
        domain=ranges(entry),
    )
    assert path.outcome in {Outcome.OUT_OF_STEPS, Outcome.CONVERGED}
    assert path.values[-1] < 0.5 * path.values[0]


def test_the_bowl_is_the_flagships_default():
    bowl = named("bowl")
    assert (bowl.text, bowl.x_range, bowl.y_range) == ("x^2 + y^2", (-2, 2), (-2, 2))
    assert (bowl.start, bowl.rate, bowl.steps) == ((1.6, 1.2), 0.15, 10)


def test_the_seeds_starts_are_there():
    assert named("parabola").starts == ((2.0,), (-2.0,))
    assert named("shifted-parabola").starts == ((5.0,), (2.0,))
    assert (1.0, 1.0) in named("bowl").starts


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Himmelblau", "himmelblau"),
        (" BOWL ", "bowl"),
        ("three hump camel", "three-hump-camel"),
        ("Three_Hump-Camel", "three-hump-camel"),
        ("3-hump camel", "three-hump-camel"),
        ("Rosenbrock's function", "rosenbrock"),
        ("StyblinskiTang", "styblinski-tang"),
        ("banana", "rosenbrock"),
    ],
)
def test_a_name_is_read_however_it_is_spelled(typed, name):
    assert named(typed).name == name


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("himelblau", "Did you mean 'himmelblau'?"),
        ("rosenbrok", "Did you mean 'rosenbrock'?"),
        ("sadle", "Did you mean 'saddle'?"),
        ("", "There are bowl, "),
        ("x^2 + y^2", "or write a formula"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(typed, hint):
    with pytest.raises(ValueError, match=r"^No function named") as refusal:
        named(typed)
    assert hint in str(refusal.value)
