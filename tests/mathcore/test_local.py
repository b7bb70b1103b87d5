"""Slopes, tangents and models near a point."""

import math

import numpy as np
import pytest

from mathcore import (
    ScalarField,
    directional_derivative,
    normalised,
    quadratic_model,
    slice_along,
    steepest_angle,
    tangent_line,
    tangent_plane,
    unit_direction,
)

BOWL = ScalarField.parse("x^2 + 3y^2")
WAVES = ScalarField.parse("sin(x) cos(y) + x^2 y")
P = np.array([0.7, -0.4])


def height(p):
    """The waves, written out once more."""
    a, b = p
    return math.sin(a) * math.cos(b) + a**2 * b


@pytest.mark.parametrize("shape", [(), (0,), (5,), (3, 4)])
def test_unit_directions_have_length_one_and_the_angle_asked_for(shape):
    angles = np.random.default_rng(1).uniform(-3, 3, shape)
    u = unit_direction(angles)
    assert u.shape == (*shape, 2)
    np.testing.assert_allclose(np.hypot(u[..., 0], u[..., 1]), 1)
    np.testing.assert_allclose(np.arctan2(u[..., 1], u[..., 0]), angles)


def test_normalised_keeps_the_direction_even_of_tiny_and_huge_vectors():
    for scale in (1e-320, 1e-200, 1.0, 1e200, 1e308):
        np.testing.assert_allclose(normalised([0.6 * scale, -0.8 * scale]), [0.6, -0.8], rtol=1e-3)


@pytest.mark.parametrize("v", [[0.0, 0.0], [[1.0, 0.0], [0.0, 0.0]], [np.nan, 1], [np.inf, 1]])
def test_a_vector_without_direction_is_refused(v):
    with pytest.raises(ValueError, match="a direction must be finite and not zero"):
        normalised(v)


def test_directional_derivative_is_the_slope_of_the_slice():
    for angle in np.linspace(-3, 3, 13):
        u, h = np.array([math.cos(angle), math.sin(angle)]), 1e-5
        slope = (height(P + h * u) - height(P - h * u)) / (2 * h)
        assert directional_derivative(WAVES, P, 7 * u) == pytest.approx(slope, abs=1e-9)


def test_along_the_axes_it_is_the_partial_derivative_and_it_draws_a_cosine():
    gx, gy = WAVES.gradient(P)
    assert directional_derivative(WAVES, P, [2.0, 0.0]) == pytest.approx(gx)
    assert directional_derivative(WAVES, P, [0.0, 5.0]) == pytest.approx(gy)
    angles = np.linspace(0, 2 * math.pi, 50)
    slopes = directional_derivative(WAVES, P, unit_direction(angles))
    steepest = math.atan2(gy, gx)
    np.testing.assert_allclose(slopes, math.hypot(gx, gy) * np.cos(angles - steepest), atol=1e-14)


def test_points_and_directions_broadcast():
    points, directions = np.ones((3, 1, 2)), unit_direction(np.zeros(4))
    assert directional_derivative(BOWL, points, directions).shape == (3, 4)
    assert directional_derivative(BOWL, np.ones((0, 2)), [1.0, 0.0]).shape == (0,)
    assert directional_derivative(BOWL, [1.0, 1.0], [1.0, 0.0]).shape == ()


def test_steepest_angle_points_uphill_and_is_nan_on_level_ground():
    angles = steepest_angle(BOWL, [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(angles[:3], [0, math.pi / 2, math.pi])
    assert np.isnan(angles[3])
    assert np.isnan(steepest_angle(ScalarField.parse("|x| + y"), [0.0, 1.0]))
    with pytest.raises(ValueError, match="a function of two variables"):
        steepest_angle(ScalarField.parse("x^2"), [1.0])


def test_a_slice_is_the_curve_above_the_line():
    t = np.linspace(-1, 1, 6).reshape(2, 3)
    heights = slice_along(WAVES, P, [3.0, 4.0], t)
    assert heights.shape == (2, 3)
    expected = [[height(P + s * np.array([0.6, 0.8])) for s in row] for row in t]
    np.testing.assert_allclose(heights, expected, rtol=1e-13)
    assert slice_along(WAVES, P, [3.0, 4.0], 0.0) == pytest.approx(height(P))


def test_the_tangent_line_touches_and_errs_by_the_square():
    line = tangent_line(WAVES, P, [1.0, 2.0])
    np.testing.assert_allclose(line.position(0.0), [*P, height(P)])
    assert line.position(np.zeros((2, 3))).shape == (2, 3, 3)
    u = np.array([1.0, 2.0]) / math.sqrt(5)

    def miss(t):
        *place, z = line.position(t)
        np.testing.assert_allclose(place, P + t * u)
        return abs(z - height(place))

    assert miss(1e-3) / miss(5e-4) == pytest.approx(4, rel=0.01)


def test_the_plane_errs_by_the_square_and_the_quadratic_model_by_the_cube():
    u = np.array([0.8, -0.6])
    plane, model = tangent_plane(WAVES, P), quadratic_model(WAVES, P)

    def miss(surface, h):
        return abs(surface.value(P + h * u) - height(P + h * u))

    assert miss(plane, 1e-2) / miss(plane, 5e-3) == pytest.approx(4, rel=0.02)
    assert miss(model, 1e-2) / miss(model, 5e-3) == pytest.approx(8, rel=0.02)


def test_the_quadratic_model_of_a_quadratic_is_itself():
    points = np.random.default_rng(5).normal(size=(4, 3, 2))
    a, b = points[..., 0], points[..., 1]
    np.testing.assert_allclose(quadratic_model(BOWL, P).value(points), a**2 + 3 * b**2)
    assert tangent_plane(BOWL, P).value(points).shape == (4, 3)


def test_the_tangent_in_one_variable_is_the_seeds_example():
    square = ScalarField.parse("x^2")
    assert tangent_line(square, [2.0], [1.0]).slope == 4.0
    assert tangent_line(square, [-2.0], [1.0]).slope == -4.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: tangent_line(BOWL, [1.0], [1.0, 0.0]),
        lambda: tangent_line(BOWL, [1.0, 1.0], [1.0, 0.0, 0.0]),
        lambda: tangent_plane(BOWL, [[1.0, 1.0]]),
        lambda: tangent_plane(BOWL, [1.0, 1.0]).value([1.0]),
        lambda: slice_along(BOWL, [1.0, 1.0], unit_direction([0.0, 1.0]), 0.0),
        lambda: directional_derivative(BOWL, [1.0, 1.0], [1.0]),
        lambda: normalised(3.0),
    ],
)
def test_wrong_shapes_are_refused(call):
    with pytest.raises(ValueError, match=r"shape|coordinates"):
        call()


def test_the_parts_of_a_tangent_cannot_be_reassigned():
    with pytest.raises(AttributeError):
        tangent_plane(BOWL, P).height = 1.0
