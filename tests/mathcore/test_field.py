"""A scalar field's value, gradient and Hessian are exact, for any shape of points."""

import math
import pickle
import time

import mpmath
import numpy as np
import pytest
import sympy
from random_expressions import errors_of, random_samples, relative_error, worst_error

from mathcore import FieldError, ScalarField, parse

x, y, z = sympy.symbols("x y z", real=True)
SAMPLES = random_samples(60, seed=2)


def field(expression, *variables):
    return ScalarField(sympy.sympify(expression), variables or (x,))


def test_derivatives_of_random_expressions_agree_with_mpmath():
    functions, numbers, worst = worst_error(240, seed=1)
    print(f"\n{functions} random functions, {numbers} numbers, worst relative error {worst:.1e}")
    assert worst < 1e-8


def test_the_oracle_sees_a_wrong_derivative():
    sample = SAMPLES[0]
    wrong = type(sample)(
        sample.expression + sample.variables[0] ** 2 / 1000,
        sample.variables,
        sample.numeric,
        sample.point,
    )
    assert max(errors_of(wrong)) > 1e-8


@pytest.mark.parametrize("sample", SAMPLES[::6], ids=lambda s: str(s.expression)[:40])
def test_derivatives_agree_with_central_differences(sample):
    f = ScalarField(sample.expression, sample.variables)
    p, n, h = np.array(sample.point), len(sample.point), 1e-5
    ahead, behind = p + h * np.eye(n), p - h * np.eye(n)
    slopes = (f.value(ahead) - f.value(behind)) / (2 * h)
    bends = (f.gradient(ahead) - f.gradient(behind)) / (2 * h)
    scale = 1 + np.abs(f.hessian(p)).max()
    np.testing.assert_allclose(f.gradient(p), slopes, rtol=1e-4, atol=1e-5 * scale)
    np.testing.assert_allclose(f.hessian(p), bends, rtol=1e-3, atol=1e-4 * scale)


@pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (3, 4, 5), (2, 0, 3)])
def test_any_leading_shape_comes_back_and_every_point_is_its_own(shape):
    f = field(x**2 * y + sympy.sin(y), x, y)
    points = np.random.default_rng(3).normal(size=(*shape, 2))
    assert f.value(points).shape == shape
    assert f.gradient(points).shape == (*shape, 2)
    assert f.hessian(points).shape == (*shape, 2, 2)
    a, b = points[..., 0], points[..., 1]
    np.testing.assert_allclose(f.value(points), a**2 * b + np.sin(b), rtol=1e-14)
    np.testing.assert_allclose(
        f.gradient(points), np.stack([2 * a * b, a**2 + np.cos(b)], -1), rtol=1e-14
    )
    np.testing.assert_allclose(f.hessian(points)[..., 0, 1], 2 * a, rtol=1e-14)
    np.testing.assert_allclose(f.hessian(points)[..., 1, 1], -np.sin(b), rtol=1e-14)


def test_constants_broadcast_and_are_fresh_arrays():
    f = field(sympy.pi, x, y)
    points = np.zeros((3, 4, 2))
    assert f.value(points).tolist() == np.full((3, 4), math.pi).tolist()
    assert not f.gradient(points).any()
    assert not f.hessian(points).any()
    f.value(points)[0, 0] = 1.0  # writable, not a broadcast view


def test_evaluating_leaves_the_points_alone_and_lists_are_points_too():
    f = field(x + y, x, y)
    points = np.array([[1.0, 2.0]])
    f.value(points)[0] = 99
    assert points.tolist() == [[1.0, 2.0]]
    assert f.value([1, 2]) == 3.0
    assert f.value([1, 2]).dtype == np.float64


@pytest.mark.parametrize("points", [1.0, [1.0], [[1.0, 2.0, 3.0]], []])
def test_a_wrong_last_axis_is_refused_with_its_shape(points):
    with pytest.raises(ValueError, match=r"points of shape \(.*\): the last axis must hold the 2"):
        field(x + y, x, y).value(points)


UNDEFINED = [
    (sympy.log(x), 0.0),
    (sympy.log(x), -1.0),
    (1 / x, 0.0),
    (x ** sympy.Rational(-1, 2), 0.0),
    (x**-3, -0.0),
    (sympy.sqrt(x), -1.0),
    (x ** sympy.Rational(1, 3), -8.0),
    (sympy.asin(x), 1.5),
    (sympy.acosh(x), 0.5),
    (sympy.atanh(x), 1.0),
    (sympy.exp(-1 / x**2), 0.0),  # numpy alone says 0
    (sympy.atan(1 / x), 0.0),  # numpy alone says π/2
    (1 / (1 + 1 / x**2), 0.0),  # numpy alone says 0
    (1 / sympy.log(x), 0.0),
    (x**x, 0.0),
    (x**x, -0.5),
    (sympy.csc(x), 0.0),
    (sympy.coth(x), 0.0),
    (sympy.Max(sympy.log(x), 0), -1.0),
    (sympy.sign(sympy.log(x)), -1.0),
    (sympy.Heaviside(sympy.log(x)), -1.0),
    (sympy.Piecewise((1, sympy.log(x) > 0), (2, True)), -1.0),
    (sympy.Piecewise((x, x > 1)), 0.0),
    (x, math.nan),
]


@pytest.mark.parametrize(("expression", "at"), UNDEFINED, ids=str)
def test_where_a_function_is_undefined_everything_is_nan_without_a_warning(expression, at):
    f = field(expression)
    points = [[at], [2.0]]
    assert np.isnan(f.value(points)).tolist() == [True, np.isnan(f.value([2.0]))]
    assert np.isnan(f.gradient([at])).all()
    assert np.isnan(f.hessian([at])).all()
    assert f.value(points).dtype == np.float64


def test_a_derivative_is_nan_where_only_its_formula_goes_on():
    assert np.isnan(field(sympy.log(x)).gradient([-1.0])).all()  # 1/x is defined there
    assert np.isnan(field(x * sympy.log(x)).hessian([-1.0])).all()


def test_overflow_is_infinite_and_underflow_zero():
    assert field(sympy.exp(x)).value([1000.0]) == np.inf
    assert field(-(x**3)).value([1e200]) == -np.inf
    assert field(sympy.exp(-(x**2))).value([100.0]) == 0.0


def softplus(x):
    return mpmath.log1p(mpmath.exp(x)) if x < 1 else x + mpmath.log1p(mpmath.exp(-x))


SOFT = {
    "softplus(x)": softplus,
    "log(1 + e^x)": softplus,
    "sigmoid(x)": lambda x: 1 / (1 + mpmath.exp(-x)),
    "1/(e^(-x) + 1)": lambda x: 1 / (1 + mpmath.exp(-x)),
    "e^x/(1 + e^x)": lambda x: 1 / (1 + mpmath.exp(-x)),
    "1 - sigmoid(x)": lambda x: 1 / (1 + mpmath.exp(x)),
    "e^(-x)/(1 + e^(-x))^2": lambda x: 1 / (2 + 2 * mpmath.cosh(x)),
    "log(sigmoid(x))": lambda x: -softplus(-x),
    "log(1 - sigmoid(x))": lambda x: -softplus(x),
    "sigmoid(2x - 1)^2": lambda x: (1 + mpmath.exp(1 - 2 * x)) ** -2,
    "5/(1 + 9e^(-x/2))": lambda x: 5 / (1 + 9 * mpmath.exp(-x / 2)),
}


@pytest.mark.parametrize("text", SOFT)
def test_sigmoid_and_softplus_are_exact_far_out(text):
    f = ScalarField.parse(text)
    for at in (-1500.0, -720.0, -400.0, -40.0, -1.5, 0.3, 40.0, 400.0, 720.0, 1500.0):
        found = [f.value([at]), f.gradient([at])[0], f.hessian([at])[0, 0]]
        with mpmath.workdps(400):  # e^-720 beside 1
            exact = [mpmath.diff(SOFT[text], at, order, h="1e-20") for order in range(3)]
        for order, (number, wanted) in enumerate(zip(found, exact, strict=True)):
            error = abs(mpmath.mpf(float(number)) - wanted)
            assert error <= 1e-12 * abs(wanted) + mpmath.mpf("1e-300"), (at, order)


def test_a_sigmoid_deep_in_a_large_expression_is_exact_too():
    inner = "1+x*(" * 12 + "x" + ")" * 12
    f = ScalarField.parse(f"1/(1 + exp(-({inner}))) + log(1 + exp({inner}))")
    slope = sum(k * 3.0 ** (k - 1) for k in (*range(12), 13))  # of 1 + x + ... + x^11 + x^13
    assert f.gradient([3.0])[0] == pytest.approx(slope, rel=1e-12)
    assert np.isfinite(f.hessian([[3.0], [-3.0]])).all()


def test_the_soft_functions_keep_their_formula():
    f = ScalarField.parse("softplus(x)")
    assert f.expression == sympy.log(1 + sympy.exp(x))
    assert f.gradient_expressions == (sympy.exp(x) / (1 + sympy.exp(x)),)


# --- large expressions --------------------------------------------------------------------------


def nested(before, inside, after, times):
    return before * times + inside + after * times


LARGE = {
    "80 factors": "".join(f"(x+{k}/50)" for k in range(1, 81)),
    "40 sines": "*".join(f"(2+sin({k}x+y))" for k in range(1, 41)),
    "quotients": "*".join(f"((x+{k}y)/(y+{k}))" for k in range(1, 33)),
    "absolute values": "*".join(f"|{k}x-40y|" for k in range(1, 40)),
    "sum": "+".join(f"sin({k}x)cos({k}y)" for k in range(1, 45)),
    "horner": nested("1+x*(", "y", ")", 29),
    "sines": nested("sin(", "x y", ")", 58),
    "fraction of fractions": nested("1/(1+x*", "y", ")", 19),
    "maximum of many": "max(" + ",".join(f"sin({k}x+y)" for k in range(60)) + ")",
    "tower": "x^" * 59 + "y",
    "roots": nested("sqrt(1+x*", "y", ")", 19),
    "angles": nested("atan2(x,y+", "x", ")", 29),
    "lengths": nested("hypot(x,y+", "x", ")", 14),
    "products in products": nested("x*y*(1+sin(x)*", "y", ")", 28),
    "sigmoids": nested("sigmoid(x+y*", "x", ")", 11),
    "powers": nested("(x+1)^(y*", "x", ")", 28),
}


@pytest.mark.parametrize("name", LARGE)
def test_the_largest_expressions_are_differentiated_within_two_seconds_and_right(name):
    start = time.process_time()
    f = ScalarField.parse(LARGE[name], ["x", "y"])
    p = np.array([0.37, 0.61])
    value, gradient, hessian = f.value(p), f.gradient(p), f.hessian(p)
    seconds = time.process_time() - start
    assert seconds < 2
    numeric = sympy.lambdify((x, y), parse(LARGE[name]), "mpmath")
    with mpmath.workdps(40):
        at = tuple(map(mpmath.mpf, p))
        assert relative_error(float(value), numeric(*at)) < 1e-11
        for i in range(2):
            orders = [(1, 0), (0, 1)]
            assert relative_error(gradient[i], mpmath.diff(numeric, at, orders[i])) < 1e-9
            for j in range(2):
                both = tuple(map(sum, zip(orders[i], orders[j], strict=True)))
                assert relative_error(hessian[i, j], mpmath.diff(numeric, at, both)) < 1e-9


def test_a_large_expression_has_its_kinks_and_its_domain():
    f = ScalarField.parse("*".join(f"(2+|x-{k}|)" for k in range(1, 21)) + "* sqrt(x)", ["x"])
    assert np.isnan(f.gradient([[3.0], [-1.0], [2.5]])[:, 0]).tolist() == [True, True, False]
    assert np.isnan(f.value([[3.0], [-1.0]])).tolist() == [False, True]
    assert f.gradient([[0.5]])[0, 0] == f.gradient([0.5])[0]


NO_DERIVATIVE = [
    (sympy.Abs(x), 0.0),
    (sympy.Abs(x**2 - 4), 2.0),
    (sympy.Max(x, 0), 0.0),
    (sympy.Min(x, 1 - x), 0.5),
    (sympy.sign(x), 0.0),
    (sympy.Heaviside(x), 0.0),
    (sympy.floor(x), 3.0),
    (sympy.ceiling(x), -2.0),
    (sympy.Mod(x, 2), 4.0),
    (sympy.frac(x), 1.0),
    (sympy.Piecewise((x, x < 1), (x + 1, True)), 1.0),  # equal slopes, but a jump
    (sympy.Piecewise((x, x < 1), (2 - x, True)), 1.0),  # a kink
    (sympy.Piecewise((0, (x > 0) & (x < 1)), (x, True)), 1.0),
    (sympy.sqrt(x), 0.0),
    (sympy.exp(sympy.sign(x)), 0.0),
]


@pytest.mark.parametrize(("expression", "at"), NO_DERIVATIVE, ids=str)
def test_a_kink_or_jump_has_a_value_but_no_derivative(expression, at):
    f = field(expression)
    assert np.isfinite(f.value([at]))
    assert np.isnan(f.gradient([at])).all()
    assert np.isnan(f.hessian([at])).all()
    beside = [[at + 1e-3], [at + 0.3]]
    assert np.isfinite(f.gradient(beside)).all()
    assert np.isfinite(f.hessian(beside)).all()


SMOOTH_AFTER_ALL = [
    (x * sympy.Abs(x), 0.0, 0.0),
    (sympy.Abs(x) ** 3, 0.0, 0.0),
    (sympy.Max(x, 0) ** 2, 0.0, 0.0),
    (x**2 * sympy.sign(x), 0.0, 0.0),
    (sympy.cosh(sympy.Abs(x)), 0.0, 0.0),
    (sympy.Abs(x) ** sympy.Rational(3, 2), 0.0, 0.0),
    (sympy.Piecewise((x**2 / 2, sympy.Abs(x) <= 1), (sympy.Abs(x) - 0.5, True)), 1.0, 1.0),
    (sympy.Piecewise((x**2, x < 0), (x**3, True)), 0.0, 0.0),
]


@pytest.mark.parametrize(("expression", "at", "slope"), SMOOTH_AFTER_ALL, ids=str)
def test_a_kink_that_is_multiplied_away_leaves_the_derivative(expression, at, slope):
    assert field(expression).gradient([at]) == pytest.approx(slope, abs=0)


def test_one_kink_spoils_only_the_partial_derivative_that_crosses_it():
    f = field(sympy.Abs(x) + y**2, x, y)
    np.testing.assert_array_equal(f.gradient([0.0, 3.0]), [np.nan, 6.0])
    np.testing.assert_array_equal(f.hessian([0.0, 3.0]), [[np.nan, np.nan], [np.nan, 2.0]])


def test_kinks_do_not_poison_other_points_of_the_array():
    f = field(sympy.Abs(x))
    np.testing.assert_array_equal(f.gradient([[-2.0], [0.0], [2.0]]), [[-1], [np.nan], [1]])
    np.testing.assert_array_equal(f.hessian([[-2.0], [0.0], [2.0]])[:, 0, 0], [0, np.nan, 0])


def test_the_real_cube_root_has_a_slope_below_zero():
    f = ScalarField.parse("cbrt(x)")
    assert f.value([-8.0]) == pytest.approx(-2)
    assert f.gradient([-8.0])[0] == pytest.approx(1 / 12)


def test_partial_derivatives_of_a_power_hold_at_base_zero():
    f = field(x**y, x, y)
    assert f.gradient([0.0, 3.0])[0] == 0.0


def test_the_derivative_expressions_are_those_of_the_textbook():
    f = field(x**2 + 3 * x * y + y**3, x, y)
    assert f.gradient_expressions == (2 * x + 3 * y, 3 * x + 3 * y**2)
    assert f.hessian_expressions == ((2, 3), (3, 6 * y))
    assert field(sympy.Abs(x)).gradient_expressions == (sympy.sign(x),)


def test_parse_takes_variables_in_the_order_given():
    assert ScalarField.parse("x^2 + 3y^2").gradient([1.0, 2.0]).tolist() == [2.0, 12.0]
    assert ScalarField.parse("x^2 + 3y^2", ["y", "x"]).value([1.0, 2.0]) == 7.0
    assert ScalarField.parse("x^2", ["x", "y"]).dimension == 2
    assert ScalarField.parse("7", ["x"]).value([[1.0], [2.0]]).tolist() == [7.0, 7.0]


MISUSE = [
    (lambda: ScalarField(sympy.Integer(3)), "a constant; name its variables"),
    (lambda: ScalarField(sympy.Integer(3), ()), "at least one variable"),
    (lambda: ScalarField(x + y, (x,)), "y: not among the variables of this function"),
    (lambda: ScalarField(x, (x, x)), "listed once"),
    (lambda: ScalarField(sympy.Symbol("w"), (sympy.Symbol("w"),)), "must be real"),
    (lambda: ScalarField(sympy.I * x, (x,)), "must be real and finite"),
    (lambda: ScalarField(sympy.zoo * x, (x,)), "must be real and finite"),
    (lambda: ScalarField(x < 1, (x,)), "a number as its value"),
    (lambda: ScalarField(sympy.Function("g")(x), (x,)), "g: no numeric form"),
    (lambda: ScalarField(sympy.gamma(x), (x,)), "gamma: no numeric form"),
]


@pytest.mark.parametrize(("make", "message"), MISUSE)
def test_misuse_is_refused_when_the_field_is_made(make, message):
    with pytest.raises(FieldError, match=message):
        make()


def test_fields_are_equal_by_expression_and_variables():
    assert field(x + y, x, y) == field(y + x, x, y)
    assert hash(field(x + y, x, y)) == hash(field(y + x, x, y))
    assert field(x + y, x, y) != field(x + y, y, x)
    assert field(x) != x


def test_a_pickled_field_is_the_same_field():
    f = field(sympy.Abs(x) * sympy.exp(y), x, y)
    f.hessian([1.0, 2.0])
    again = pickle.loads(pickle.dumps(f))
    assert again == f
    assert again.gradient([1.0, 2.0]).tolist() == f.gradient([1.0, 2.0]).tolist()


def test_a_variable_may_have_any_name():
    odd = sympy.Symbol("__import__('os')", real=True)
    assert ScalarField(odd**2, (odd,)).gradient([3.0]).tolist() == [6.0]


def test_repr_names_the_function_and_its_variables():
    assert repr(field(x**2 + y, x, y)) == "ScalarField(x**2 + y, variables=(x, y))"


TIES = [
    ("max(x, |x|)", lambda x, y: max(x, abs(x)), (1.5, 0.0)),
    ("max(x, |x|)", lambda x, y: max(x, abs(x)), (-0.7, 0.0)),
    ("min(x + y, x + |y|)", lambda x, y: min(x + y, x + abs(y)), (0.3, 1.2)),
    ("max(x, |x|, relu(x)) y", lambda x, y: max(x, abs(x), max(x, 0)) * y, (0.9, -2.0)),
    ("max(x^2, x^2, -1)", lambda x, y: max(x**2, -1), (0.4, 0.0)),
    ("max(x^3, 0)", lambda x, y: max(x**3, 0), (0.0, 1.0)),
]


@pytest.mark.parametrize(("text", "f", "point"), TIES)
def test_where_parts_of_a_maximum_agree_it_has_the_slope_of_both(text, f, point):
    with mpmath.workdps(40):
        x, y = map(mpmath.mpf, point)
        h = mpmath.mpf(10) ** -12
        slopes = [
            float((f(x + h, y) - f(x - h, y)) / (2 * h)),
            float((f(x, y + h) - f(x, y - h)) / (2 * h)),
        ]
    found = ScalarField.parse(text, ["x", "y"]).gradient(point)
    assert found == pytest.approx(slopes, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("text", ["max(x, y)", "max(x, |x|)", "min(x, y, 2x - y)"])
def test_where_the_parts_of_a_maximum_cross_there_is_no_slope(text):
    assert np.isnan(ScalarField.parse(text, ["x", "y"]).gradient([0.0, 0.0])).any()
