"""Curvature against finite differences in 50 digits, closed forms and walks worked out by hand."""

import mpmath
import numpy as np
import pytest

from mathcore import ScalarField, descend, gradient_descent, newton
from mathcore.curvature import Shape, contractions, curvature_at, second_derivative
from mathcore.over_plane import field_over_plane

FUNCTIONS = {
    "2.5x^2 - 4x y + 2.5y^2": lambda x, y: (5 * x**2 - 8 * x * y + 5 * y**2) / 2,
    "x^2 - y^2": lambda x, y: x**2 - y**2,
    "sin(x)cos(y) + x^3/5": lambda x, y: mpmath.sin(x) * mpmath.cos(y) + x**3 / 5,
    "(1-x)^2 + 100(y-x^2)^2": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "exp(-x^2 - y^2)": lambda x, y: mpmath.exp(-(x**2) - y**2),
    "2x - y": lambda x, y: 2 * x - y,
}
POINTS = [(0.3, -0.7), (1.1, 0.4), (-0.9, 1.6)]
ANGLES = np.linspace(0, np.pi, 9)


def bend(f, point, angle):
    """Return the second difference quotient of f along an angle, to about 20 digits."""
    with mpmath.workdps(60):
        h = mpmath.mpf(10) ** -15
        x, y = map(mpmath.mpf, point)
        u, v = mpmath.cos(mpmath.mpf(angle)), mpmath.sin(mpmath.mpf(angle))
        values = [f(x + s * h * u, y + s * h * v) for s in (-1, 0, 1)]
        return float((values[0] - 2 * values[1] + values[2]) / h**2)


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("point", POINTS)
def test_the_bend_along_a_direction_is_that_of_the_cut(text, point):
    field = field_over_plane(text)
    ways = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=-1)
    truth = [bend(FUNCTIONS[text], point, angle) for angle in ANGLES]
    found = second_derivative(field, point, 3 * ways)
    np.testing.assert_allclose(found, truth, rtol=1e-9, atol=1e-9)
    along = curvature_at(field, point).along(ways)
    np.testing.assert_allclose(along, found, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("point", POINTS)
def test_the_bends_are_the_least_and_the_greatest_all_round(text, point):
    found = curvature_at(field_over_plane(text), point)
    angles = np.linspace(0, np.pi, 721)
    around = np.array([bend(FUNCTIONS[text], point, angle) for angle in angles[::20]])
    low, high = found.bends
    slack = 1e-9 * max(1.0, np.abs(found.bends).max())
    assert low - slack <= around.min()
    assert around.max() <= high + slack
    for value, way in zip(found.bends, found.ways, strict=True):
        truth = bend(FUNCTIONS[text], point, np.arctan2(*way[::-1]))
        assert value == pytest.approx(truth, rel=1e-9, abs=1e-9)


def test_ways_are_an_orthonormal_pair_that_h_only_stretches():
    field = field_over_plane("sin(x)cos(y) + x^3/5")
    found = curvature_at(field, (0.3, -0.7))
    np.testing.assert_allclose(found.ways @ found.ways.T, np.eye(2), atol=1e-14)
    np.testing.assert_allclose(
        found.ways @ found.hessian, found.bends[:, np.newaxis] * found.ways, atol=1e-14
    )


def test_a_rotated_valley_has_its_closed_form():
    found = curvature_at(field_over_plane("2.5x^2 - 4x y + 2.5y^2"), (0.0, 0.0))
    np.testing.assert_allclose(found.bends, [1, 9], rtol=1e-14)
    np.testing.assert_allclose(found.ways, np.array([[1, 1], [1, -1]]) / np.sqrt(2), atol=1e-14)
    assert found.condition == pytest.approx(9)
    assert found.best_rate == pytest.approx(0.2)
    assert found.contraction == pytest.approx(0.8)
    np.testing.assert_allclose(found.across(4.5), [3, 1], rtol=1e-14)


@pytest.mark.parametrize("text", ["x^2 - y^2", "(x + y)^2", "2x - y", "-x^2 - y^2"])
def test_without_two_bends_upwards_there_is_no_best_rate(text):
    found = curvature_at(field_over_plane(text), (0.1, 0.2))
    assert found.condition == np.inf
    assert found.best_rate is None
    assert found.contraction == 1


def test_a_flat_direction_bends_by_exactly_nothing():
    found = curvature_at(field_over_plane("(0.3x + 0.7y)^2"), (0.1, 0.2))
    assert found.bends[0] == 0
    assert found.across(1.0)[0] == np.inf


@pytest.mark.parametrize("factor", ["1e-200", "1e200"])
def test_the_scale_of_f_does_not_matter(factor):
    found = curvature_at(field_over_plane(f"{factor} (x^2 + 4y^2)"), (0.0, 0.0))
    assert found.condition == pytest.approx(4)


def test_there_is_none_where_second_derivatives_do_not_exist():
    assert curvature_at(field_over_plane("|x| + y^2"), (0.0, 1.0)) is None
    assert np.isnan(second_derivative(field_over_plane("|x| + y^2"), (0.0, 1.0), (1.0, 1.0)))


def test_a_point_of_another_dimension_is_refused():
    with pytest.raises(ValueError, match="coordinates"):
        curvature_at(field_over_plane("x^2 + y^2"), [[0.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize("text", ["2.5x^2 - 4x y + 2.5y^2", "x^2 + 8y^2", "x^2 + x y + 3y^2"])
@pytest.mark.parametrize("start", [(1.5, -0.4), (-0.2, 1.9)])
def test_each_step_at_the_best_rate_leaves_what_is_predicted_of_a_quadratic(text, start):
    field = field_over_plane(text)
    found = curvature_at(field, start)
    path = descend(field, start, gradient_descent(found.best_rate), 12)
    kappa = np.linalg.cond(field.hessian((0.0, 0.0)))
    np.testing.assert_allclose(
        contractions(path.points, (0.0, 0.0)), (kappa - 1) / (kappa + 1), rtol=1e-9
    )


def test_no_other_rate_leaves_less_in_the_worst_case():
    hessian = np.array([[5.0, -4.0], [-4.0, 5.0]])
    best = curvature_at(field_over_plane("2.5x^2 - 4x y + 2.5y^2"), (0.0, 0.0))
    worst = [np.abs(1 - rate * np.linalg.eigvalsh(hessian)).max() for rate in (0.19, 0.2, 0.21)]
    assert worst[1] == pytest.approx(best.contraction)
    assert worst[1] == min(worst)


def test_newton_leaves_nothing_of_a_quadratic():
    field = field_over_plane("2.5x^2 - 4x y + 2.5y^2 + x")
    path = descend(field, (1.5, -0.4), newton(), 3)
    goal = np.linalg.solve([[5.0, -4.0], [-4.0, 5.0]], [-1.0, 0.0])
    assert path.steps == 1
    assert contractions(path.points, goal)[0] < 1e-14


def test_a_field_of_three_variables_bends_too():
    field = ScalarField.parse("x^2 + 2y^2 + 3z^2")
    np.testing.assert_allclose(curvature_at(field, (1.0, 1.0, 1.0)).bends, [2, 4, 6])


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x^2 + 3y^2", Shape.UP),
        ("-x^2 - 3y^2", Shape.DOWN),
        ("x y", Shape.BOTH),
        ("(x + 2y)^2", Shape.TROUGH),
        ("-(x + 2y)^2", Shape.ROOF),
        ("2x - y", Shape.NONE),
    ],
)
def test_the_signs_of_the_bends_make_the_shape(text, shape):
    assert curvature_at(field_over_plane(text), (0.0, 0.0)).shape is shape
