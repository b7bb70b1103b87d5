"""A wrong gradient is caught, a right one never refused, and kinks are found where they are."""

import numpy as np
import pytest
import sympy
from random_expressions import random_samples

from mathcore import (
    FieldError,
    GradientError,
    ScalarField,
    check_gradient,
    kinks,
    parse,
    symbol,
    undefined_slope,
    variables_of,
)

SMOOTH = """
x^2 + y^2
(1 - x)^2 + 100(y - x^2)^2
(x^2 + y - 11)^2 + (x + y^2 - 7)^2
20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)
sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1
exp(-x^2 - y^2)
exp(-1000x^2)
sin(40x) + cos(35y)
sin(200x)
x^10 y^3
exp(20x)
cosh(5x) cosh(5y)
tanh(50x)
sigmoid(8x) + y
1000000000x^2 + y
0.000000001x^2 + 1000000000y
1000000 + x^2
7
3x - 2y
hypot(x, y)^3
log(1 + exp(30x)) + y^2
""".strip().splitlines()
POLES_AND_EDGES = """
1/x
1/(x - 0.3)
1/(x^2 + y^2)
1/x + x + y^2
tan(x) + y^2
1/sin(5x)
log(x)
log(x) + log(y)
log(sin(3x))
log(x^2 + y^2)
sqrt(x) + y^2
sqrt(1 - x^2 - y^2)
sqrt(x - y)
x^x
x^y
atan(1/x)
asin(x) + acos(y)
sin(1/x)
x^2 sin(1/x)
""".strip().splitlines()
BROKEN = """
|x|
|x| + |y|
|x y|
|x^2 + y^2 - 1|
sqrt(|x|)
sqrt(|x y|)
sqrt(|x^2 + y^2 - 1|)
|x|^1.5
|sin(3x)| + y^2
max(x^2, y)
max(|x|, |y|)
min(x, y)
min((x - 1)^2 + y^2, (x + 1)^2 + y^2 + 0.3)
relu(x) + relu(-y)
cbrt(x)
hypot(x, y)
floor(3x) + ceil(y)
sign(x) x^2 + y^2
sign(sin(4x)) + y
floor(x) y
atan2(y, x)
|x| + 1000x
""".strip().splitlines()
ALL = SMOOTH + POLES_AND_EDGES + BROKEN


def field_of(text: str) -> ScalarField:
    expression = parse(text)
    variables = variables_of(expression)
    plane = symbol("x"), symbol("y")
    return ScalarField(expression, variables if len(variables) == 1 else plane)


def box(field: ScalarField, low: float = -2.0, high: float = 2.0):
    return [(low, high)] * field.dimension


class Wrong(ScalarField):
    """A field whose gradient has an error put into it."""

    def __init__(self, text: str, spoil):
        made = field_of(text)
        super().__init__(made.expression, made.variables)
        self.spoil = spoil

    def value_and_gradient(self, points):
        value, gradient = super().value_and_gradient(points)
        return value, self.spoil(np.asarray(points, dtype=float), gradient)


def test_there_are_many_kinds_of_function():
    assert len(set(ALL)) >= 60


@pytest.mark.parametrize("text", ALL)
@pytest.mark.parametrize("ends", [(-2.0, 2.0), (0.1, 1.3), (-50.0, 30.0), (-0.01, 0.02)])
def test_no_right_gradient_is_refused(text, ends):
    field = field_of(text)
    check_gradient(field, *box(field, *ends))


@pytest.mark.parametrize("sample", random_samples(40, seed=5), ids=lambda s: str(s.expression)[:40])
def test_no_random_function_is_refused(sample):
    if len(sample.variables) < 3:
        field = ScalarField(sample.expression, sample.variables)
        check_gradient(field, *box(field))


ERRORS = {
    "a sign": lambda p, g: -g,
    "a factor of 1.001": lambda p, g: 1.001 * g,
    "a term left out": lambda p, g: g - 0.01 * p,
    "partials exchanged": lambda p, g: g[..., ::-1],
    "none at all": lambda p, g: 0.0 * g,
    "undefined everywhere": lambda p, g: np.nan * g,
    "wrong on one side only": lambda p, g: np.where(p[..., :1] > 1, 1.1 * g, g),
}


@pytest.mark.parametrize("spoil", ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize(
    "text",
    [
        "x^2 + 3y^2",
        "x^2 + |y|",
        "(1 - x)^2 + 100(y - x^2)^2",
        "log(x) + y^2",
        "1/x + y",
        "floor(x) y + x^3",
        "exp(-x^2 - 2y^2)",
    ],
)
def test_a_wrong_gradient_is_caught(text, spoil):
    with pytest.raises(GradientError, match="but differences of f give"):
        check_gradient(Wrong(text, spoil), (-2, 2), (-2, 2))


def test_the_message_names_point_and_numbers():
    with pytest.raises(GradientError) as refusal:
        check_gradient(Wrong("x^2 + y^2", lambda p, g: g + np.array([1.0, 0.0])), (-2, 2), (-2, 2))
    assert str(refusal.value).startswith("x**2 + y**2: at (")
    assert "the gradient is said to be (" in str(refusal.value)


@pytest.mark.parametrize("text", SMOOTH)
def test_enough_of_the_sample_settles_to_decide(text):
    field = field_of(text)
    if text == "7":
        return
    with pytest.raises(GradientError):
        check_gradient(Wrong(text, lambda p, g: 1.01 * g + 1e-3 * np.abs(g).max()), *box(field))


def test_ranges_must_fit_the_function():
    with pytest.raises(ValueError, match="1 ranges for 2 variables"):
        check_gradient(field_of("x + y"), (0, 1))
    with pytest.raises(ValueError, match="the lower one first"):
        check_gradient(field_of("x^2"), (1, 0))
    assert issubclass(GradientError, ValueError)
    assert not issubclass(GradientError, FieldError)


def test_where_no_derivative_exists_is_told_point_by_point():
    points = [[0.0, 1.0], [1.0, 0.0], [0.0, 0.0], [2.0, 3.0]]
    assert undefined_slope(field_of("|x| + |y|"), points).tolist() == [True, True, True, False]
    assert undefined_slope(field_of("x |x| + y"), points).tolist() == [False] * 4
    # Outside the domain there is nothing, hence no missing slope either.
    assert undefined_slope(field_of("log(x)"), [[-1.0], [0.0], [1.0]]).tolist() == [False] * 3


# Distances of a point from the curve on which no derivative exists, by hand.
CURVES = [
    ("|x| + y^2", lambda x, y: np.abs(x)),
    ("|x - 0.7| + |y|", lambda x, y: np.minimum(np.abs(x - 0.7), np.abs(y))),
    ("|x^2 + y^2 - 1|", lambda x, y: np.abs(np.hypot(x, y) - 1)),
    ("sqrt(|x^2 + y^2 - 1|)", lambda x, y: np.abs(np.hypot(x, y) - 1)),
    ("max(x, y)", lambda x, y: np.abs(x - y)),
    ("floor(x) + y^2", lambda x, y: np.abs(x - np.round(x))),
    ("atan2(y, x)", lambda x, y: np.where(x <= 0, np.abs(y), np.hypot(x, y))),
    ("relu(x + y - 0.5) + 0.001x", lambda x, y: np.abs(x + y - 0.5)),
]


@pytest.mark.parametrize(("text", "distance"), CURVES)
def test_kinks_and_jumps_are_found_on_their_curves_all_along(text, distance):
    found = kinks(field_of(text), (-2.0, 2.0), (-2.0, 2.0))
    assert len(found) >= 30
    assert distance(*found.T).max() < 1e-9
    # All along: every point of a fine grid that is on the curve has a found point near.
    axis = np.linspace(-1.95, 1.95, 79)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    near = grid[distance(*grid.T) < 0.01]
    gaps = np.hypot.reduce(near[:, None] - found, axis=-1).min(axis=1)
    assert gaps.max() < 0.12


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("|x|", [0.0]),
        ("|x - 1| + |x + 0.3|", [-0.3, 1.0]),
        ("max(x^2, 1)", [-1.0, 1.0]),
        ("floor(x)", [-1.0, 0.0, 1.0]),
        ("sign(x - pi/4)", [0.7853981633974483]),
        ("cbrt(x - 0.25)", [0.25]),
    ],
)
def test_kinks_of_one_variable_are_found_to_the_last_digits(text, places):
    found = np.sort(kinks(field_of(text), (-2.0, 2.0))[:, 0])
    np.testing.assert_allclose(found, places, atol=1e-12)


def test_the_tip_of_a_cone_is_found():
    np.testing.assert_allclose(kinks(field_of("hypot(x, y)"), (-2, 2), (-2, 2)), [[0, 0]])


@pytest.mark.parametrize(
    "text",
    [text for text in SMOOTH if text != "hypot(x, y)^3"]
    + [
        "1/x",
        "1/(x^2 + y^2)",
        "tan(x) + y^2",
        "1/sin(5x)",
        "log(x)",
        "x |x| + y",
        "log(x^2 + y^2)",
    ],
)
def test_smooth_ground_poles_and_edges_are_no_kinks(text):
    field = field_of(text)
    assert len(kinks(field, *box(field))) == 0


def test_a_number_of_samples_can_be_asked_for():
    field = ScalarField(sympy.Abs(symbol("x")), (symbol("x"), symbol("y")))
    few, many = (len(kinks(field, (-1, 1), (-1, 1), samples=n)) for n in (9, 33))
    assert few < many
