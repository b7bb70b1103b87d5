"""Walks downhill: every rule on every hill, and every way a walk can end."""

import math
import pickle

import numpy as np
import pytest

from mathcore import (
    Outcome,
    Rule,
    ScalarField,
    adagrad,
    adam,
    descend,
    exponential_decay,
    gradient_descent,
    momentum,
    nesterov,
    newton,
    rmsprop,
)

NARROW = 0.0015  # the rate of a narrow valley, 2 / 1000 being the largest that holds

# Published minima: M. Molga and C. Smutnicki, Test functions for optimization needs, 2005;
# Himmelblau's to 6 digits: D. Himmelblau, Applied Nonlinear Programming, 1972.
# Each hill: its formula, a start, the minimum in that start's valley, a rate for plain gradients.
HILLS = {
    "bowl": ("x^2 + y^2", (1.0, 1.0), (0, 0), 0.1),
    "stretched bowl": ("x^2 + 10y^2", (2.0, 1.0), (0, 0), 0.02),
    "tilted bowl": ("x^2 + x y + y^2", (1.0, -2.0), (0, 0), 0.1),
    "Booth": ("(x + 2y - 7)^2 + (2x + y - 5)^2", (0.0, 0.0), (1, 3), 0.03),
    "Matyas": ("0.26(x^2 + y^2) - 0.48 x y", (2.0, 1.0), (0, 0), 0.5),
    "Beale": (
        "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
        (2.9, 0.45),
        (3, 0.5),
        0.005,
    ),
    "Rosenbrock": ("(1 - x)^2 + 100(y - x^2)^2", (0.8, 0.7), (1, 1), NARROW),
    "three-hump camel": ("2x^2 - 1.05x^4 + x^6/6 + x y + y^2", (0.3, -0.3), (0, 0), 0.05),
    "Himmelblau 1": ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", (3.3, 2.2), (3, 2), 0.004),
    "Himmelblau 2": (
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        (-2.6, 3.0),
        (-2.805118, 3.131312),
        0.004,
    ),
    "Himmelblau 3": (
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        (-3.6, -3.1),
        (-3.779310, -3.283186),
        0.004,
    ),
    "Himmelblau 4": (
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        (3.4, -1.7),
        (3.584428, -1.848126),
        0.004,
    ),
    "parabola": ("(x - 3)^2", (5.0,), (3,), 0.1),
    "three variables": ("x^2 + 2y^2 + 3z^2 - x", (1.0, 1.0, 1.0), (0.5, 0, 0), 0.05),
}
# A shrinking rate lets RMSProp settle.
RULES = {
    "gradient_descent": lambda rate: gradient_descent(rate),
    "momentum": lambda rate: momentum(rate / 4),
    "nesterov": lambda rate: nesterov(rate / 4),
    "adagrad": lambda rate: adagrad(0.05 if rate == NARROW else 0.5),
    "rmsprop": lambda rate: rmsprop(exponential_decay(0.02, 0.999), alpha=0.9),
    "adam": lambda rate: adam(0.02),
    "newton": lambda rate: newton(),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("hill", HILLS)
def test_every_rule_finds_the_published_minimum_of_every_hill(rule, hill):
    text, start, minimum, rate = HILLS[hill]
    path = descend(ScalarField.parse(text), start, RULES[rule](rate), 30_000, tolerance=1e-5)
    assert path.outcome is Outcome.CONVERGED
    np.testing.assert_allclose(
        path.points[-1], minimum, atol=3e-4
    )  # 1e-5 over the least curvature, 0.04


SIMPLE = ScalarField.parse("x^2 + y^2")
GENTLE = gradient_descent(0.1)


def ends(text, start, rule=GENTLE, steps=5000, **options):
    return descend(
        ScalarField.parse(text, options.pop("variables", None)), start, rule, steps, **options
    )


def test_a_path_records_what_was_seen_at_each_point():
    path = descend(SIMPLE, (1.0, 1.0), GENTLE, 3)
    assert path.outcome is Outcome.OUT_OF_STEPS
    assert (path.steps, path.rule) == (3, "gradient_descent")
    expected = [[0.8**k, 0.8**k] for k in range(4)]
    np.testing.assert_allclose(path.points, expected)
    np.testing.assert_allclose(path.values, [2 * 0.64**k for k in range(4)])
    np.testing.assert_allclose(path.gradients, 2 * np.array(expected))
    np.testing.assert_allclose(path.step_vectors, -0.1 * path.gradients[:-1])
    assert [state.steps for state in path.states] == [0, 1, 2, 3]
    assert path.rates.tolist() == [0.1] * 3


def test_the_seeds_walk_from_5_goes_towards_3():
    path = ends("(x - 3)^2", (5.0,), gradient_descent(0.25), 2)
    assert path.points[:, 0].tolist() == [5.0, 4.0, 3.5]
    assert path.gradients[0, 0] == 4.0


def test_a_start_on_the_minimum_has_converged_without_a_step():
    path = descend(SIMPLE, (0.0, 0.0), GENTLE, 10)
    assert (path.outcome, path.steps) == (Outcome.CONVERGED, 0)
    assert path.points.shape == path.gradients.shape == (1, 2)
    assert path.step_vectors.shape == (0, 2)
    assert path.rates.shape == (0,)


OUTCOMES = [
    ("x^4", (0.01,), newton(), Outcome.CONVERGED),  # no curvature, yet a minimum
    ("x^2 + y^4", (0.0, 0.0), GENTLE, Outcome.CONVERGED),
    ("|x|^1.5", (0.0,), GENTLE, Outcome.CONVERGED),  # no Hessian, yet a minimum
    ("0.00001 x^2", (0.0,), GENTLE, Outcome.CONVERGED),
    ("x^2 - y^2", (1.0, 0.0), GENTLE, Outcome.STALLED_SADDLE),
    ("x^2 - y^2", (1.0, 0.5), newton(), Outcome.STALLED_SADDLE),
    ("x^2 + y^3", (0.0, 0.0), GENTLE, Outcome.STALLED_SADDLE),
    ("y^4 - x^2", (0.0, 0.0), GENTLE, Outcome.STALLED_SADDLE),
    ("-x^2 - y^2", (0.0, 0.0), GENTLE, Outcome.STALLED_MAXIMUM),
    ("cos(x)", (0.1,), newton(), Outcome.STALLED_MAXIMUM),
    ("-x^4", (0.0,), GENTLE, Outcome.STALLED_MAXIMUM),
    ("x^3", (0.5,), newton(), Outcome.STALLED_FLAT),
    ("exp(-x)", (25.0,), GENTLE, Outcome.STALLED_FLAT),
    ("tanh(x)", (-12.0,), GENTLE, Outcome.STALLED_FLAT),
    ("exp(-x^2)", (7.0,), GENTLE, Outcome.STALLED_FLAT),
    ("max(x, 0)", (-3.0,), GENTLE, Outcome.STALLED_FLAT),
    ("exp(-x)", (0.0,), GENTLE, Outcome.OUT_OF_STEPS),
    ("x", (0.0,), GENTLE, Outcome.OUT_OF_STEPS),
    ("x^2", (1.0,), gradient_descent(1.0), Outcome.OUT_OF_STEPS),  # to and fro for ever
    ("x^2", (1.0,), gradient_descent(1.01), Outcome.DIVERGED),
    ("x^4", (3.0,), gradient_descent(0.5), Outcome.DIVERGED),
    ("exp(x)", (2.0,), gradient_descent(lambda k: 1e9), Outcome.DIVERGED),
    ("-x^2", (1.0,), GENTLE, Outcome.DIVERGED),
    ("cosh(x)", (5.0,), gradient_descent(10.0), Outcome.DIVERGED),  # overflows
    ("x", (0.0,), newton(), Outcome.DIVERGED),  # no Newton step exists
    ("log(x)", (1.0,), GENTLE, Outcome.LEFT_DOMAIN),
    ("sqrt(x) + y^2", (0.01, 1.0), GENTLE, Outcome.LEFT_DOMAIN),
    ("|x|", (0.5,), gradient_descent(0.125), Outcome.LEFT_DOMAIN),  # lands on the kink
]


@pytest.mark.parametrize(("text", "start", "rule", "outcome"), OUTCOMES)
def test_a_walk_ends_by_its_right_name(text, start, rule, outcome):
    assert ends(text, start, rule).outcome is outcome


def test_a_constant_is_flat_ground():
    assert ends("5", (1.0, 2.0), variables=["x", "y"]).outcome is Outcome.STALLED_FLAT


@pytest.mark.parametrize("steps", [4, 10])
def test_a_short_walk_that_climbs_to_its_end_has_diverged(steps):
    assert ends("x^2", (1.0,), gradient_descent(1.1), steps).outcome is Outcome.DIVERGED


def test_a_diverged_path_is_finite_and_ends_far_away():
    path = ends("x^2", (1.0,), gradient_descent(3.0))
    assert np.isfinite(path.points).all()
    assert abs(path.points[-1, 0]) > 1e8 > abs(path.points[-2, 0])


def test_the_point_outside_the_domain_ends_the_path():
    path = ends("log(x)", (1.0,), GENTLE)
    assert path.points[-1, 0] < 0 < path.points[-2, 0]
    assert np.isnan(path.values[-1])
    assert np.isnan(path.gradients[-1]).all()


def test_a_domain_box_is_a_fence():
    path = ends("x + y^2", (1.0, 0.5), GENTLE, domain=[(0, 2), (-1, 1)])
    assert path.outcome is Outcome.LEFT_DOMAIN
    assert path.points[-1, 0] < 0 <= path.points[-2, 0]
    assert np.isfinite(path.values).all()
    inside = ends("x^2 + y^2", (1.0, 0.5), GENTLE, domain=[(-2, 2), (-1, 1)])
    assert inside.outcome is Outcome.CONVERGED


def test_the_walk_ends_at_the_first_point_below_the_tolerance():
    path = ends("x^2", (1.0,), GENTLE, tolerance=1e-3)
    slopes = np.abs(path.gradients[:, 0])
    assert slopes[-1] <= 1e-3 < slopes[-2]


def test_every_outcome_has_its_own_sentence():
    sentences = {outcome.sentence for outcome in Outcome}
    assert len(sentences) == len(Outcome) == 7
    assert all(s.startswith(("The walk", "The steps")) and s.endswith(".") for s in sentences)


MISUSE = [
    ({"start": (1.0,)}, r"start=\(1.0,\): a point of 2 coordinates"),
    ({"start": 1.0}, "a point of 2 coordinates"),
    ({"start": (math.nan, 0.0)}, "every coordinate must be finite"),
    ({"start": (math.inf, 0.0)}, "every coordinate must be finite"),
    ({"steps": 0}, "steps=0: the number of steps must be a whole number from 1"),
    ({"steps": 2.5}, "steps=2.5"),
    ({"tolerance": -1.0}, "tolerance=-1.0: it must be 0 or above"),
    ({"domain": [(0, 1)]}, "for each of 2 variables"),
    ({"domain": [(0, 1), (1, 0)]}, "each low end must be below its high end"),
    ({"domain": [(2, 3), (2, 3)]}, "outside the domain"),
]


@pytest.mark.parametrize(("options", "message"), MISUSE)
def test_misuse_is_refused_by_name(options, message):
    call = {"start": (1.0, 1.0), "steps": 10} | options
    with pytest.raises(ValueError, match=message):
        descend(SIMPLE, rule=GENTLE, **call)


@pytest.mark.parametrize(
    ("text", "start", "message"),
    [("log(x)", (-1.0,), "is not defined here"), ("|x|", (0.0,), "has no gradient here")],
)
def test_a_start_where_the_walk_cannot_begin_is_refused(text, start, message):
    with pytest.raises(ValueError, match=message):
        ends(text, start)


def test_a_rule_of_ones_own_needs_only_the_pair():
    by_sign = Rule(
        "by_sign",
        rate=lambda k: 0.25,
        init=lambda point: None,
        update=lambda local, state: (-0.25 * np.sign(local.gradient), state),
    )
    path = descend(SIMPLE, (1.0, -0.5), by_sign, 10)
    assert path.outcome is Outcome.CONVERGED
    assert path.points.tolist()[:3] == [[1.0, -0.5], [0.75, -0.25], [0.5, 0.0]]


def test_a_path_is_read_only_and_can_be_pickled():
    path = descend(SIMPLE, (1.0, 1.0), adam(0.1), 5)
    with pytest.raises(ValueError, match="read-only"):
        path.points[0, 0] = 9.0
    again = pickle.loads(pickle.dumps(path))
    assert again.outcome is path.outcome
    np.testing.assert_array_equal(again.points, path.points)


def test_the_same_walk_is_the_same_to_the_last_bit():
    first = descend(SIMPLE, (1.0, 0.3), adam(0.1), 50)
    second = descend(ScalarField.parse("y^2 + x^2"), (1.0, 0.3), adam(0.1), 50)
    assert first.points.tobytes() == second.points.tobytes()
