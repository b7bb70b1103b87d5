"""Every update rule follows its published formula."""

import math

import numpy as np
import pytest

from mathcore import (
    Local,
    ScalarField,
    adagrad,
    adam,
    constant,
    descend,
    exponential_decay,
    gradient_descent,
    inverse_time_decay,
    momentum,
    nesterov,
    newton,
    rmsprop,
    step_decay,
)

STRETCHED = ScalarField.parse("x^2 + 5y^2")
START = (1.5, -0.8)
K = 25


def slope(p):
    return [2 * p[0], 10 * p[1]]


def walk(rule, steps=K):
    return descend(STRETCHED, START, rule, steps, tolerance=0.0).points


def by_hand(step_of):
    """Walk in plain Python, by `step_of(k, g, memory)` in each coordinate."""
    p, memories, points = list(START), [{}, {}], [START]
    for k in range(K):
        g = slope(p)
        p = [p[i] + step_of(k, g[i], memories[i]) for i in range(2)]
        points.append(tuple(p))
    return np.array(points)


def test_gradient_descent_shrinks_each_direction_by_its_own_factor():
    points = walk(gradient_descent(0.08))
    k = np.arange(K + 1)
    np.testing.assert_allclose(points[:, 0], 1.5 * (1 - 0.08 * 2) ** k, rtol=1e-12)
    np.testing.assert_allclose(points[:, 1], -0.8 * (1 - 0.08 * 10) ** k, rtol=1e-10)


def test_momentum_follows_polyak():
    def step(k, g, m):
        m["v"] = 0.8 * m.get("v", 0.0) + g
        return -0.03 * m["v"]

    np.testing.assert_allclose(walk(momentum(0.03, beta=0.8)), by_hand(step), rtol=1e-10)


def test_momentum_solves_its_linear_recurrence():
    # p(k+1) = (1 + β - ηλ) p(k) - β p(k-1): a sum of powers of the roots of its polynomial
    eta, beta, lam = 0.03, 0.8, 2.0
    r1, r2 = np.roots([1, -(1 + beta - eta * lam), beta])
    c = np.linalg.solve([[1, 1], [r1, r2]], [1.5, 1.5 * (1 - eta * lam)])
    expected = [(c[0] * r1**k + c[1] * r2**k).real for k in range(K + 1)]
    np.testing.assert_allclose(walk(momentum(eta, beta))[:, 0], expected, atol=1e-12)


def test_nesterov_follows_sutskever():
    def step(k, g, m):
        m["v"] = 0.8 * m.get("v", 0.0) + g
        return -0.03 * (g + 0.8 * m["v"])

    np.testing.assert_allclose(walk(nesterov(0.03, beta=0.8)), by_hand(step), rtol=1e-10)


def test_nesterov_is_the_gradient_taken_ahead():
    # Nesterov's own form: v = βv - η∇f(q + βv), q = q + v, seen at p = q + βv.
    eta, beta, q, v = 0.03, 0.8, np.array(START), np.zeros(2)
    ahead = [q + beta * v]
    for _ in range(K):
        v = beta * v - eta * np.array(slope(q + beta * v))
        q = q + v
        ahead.append(q + beta * v)
    np.testing.assert_allclose(walk(nesterov(eta, beta)), ahead, rtol=1e-9)


def test_adagrad_follows_duchi():
    def step(k, g, m):
        m["s"] = m.get("s", 0.0) + g * g
        return -0.4 * g / (math.sqrt(m["s"]) + 1e-10)

    np.testing.assert_allclose(walk(adagrad(0.4)), by_hand(step), rtol=1e-10)


def test_rmsprop_follows_hinton():
    def step(k, g, m):
        m["s"] = 0.9 * m.get("s", 0.0) + (1 - 0.9) * g * g
        return -0.05 * g / (math.sqrt(m["s"]) + 1e-8)

    np.testing.assert_allclose(walk(rmsprop(0.05, alpha=0.9)), by_hand(step), rtol=1e-10)


def test_adam_follows_algorithm_1_of_its_paper():
    def step(k, g, m):
        t = k + 1
        m["m"] = 0.9 * m.get("m", 0.0) + (1 - 0.9) * g
        m["v"] = 0.999 * m.get("v", 0.0) + (1 - 0.999) * g * g
        m_hat, v_hat = m["m"] / (1 - 0.9**t), m["v"] / (1 - 0.999**t)
        return -0.1 * m_hat / (math.sqrt(v_hat) + 1e-8)

    np.testing.assert_allclose(walk(adam(0.1)), by_hand(step), rtol=1e-10)


def test_the_first_adam_step_is_the_rate_in_every_coordinate():
    step = np.diff(walk(adam(0.25), 1), axis=0)[0]
    np.testing.assert_allclose(step, [-0.25, 0.25], rtol=1e-8)


def test_newton_reaches_the_bowl_minimum_in_one_step_and_damped_in_halves():
    np.testing.assert_allclose(walk(newton(), 1)[1], [0, 0], atol=1e-15)
    expected = np.outer(0.5 ** np.arange(K + 1), START)
    np.testing.assert_allclose(walk(newton(damping=0.5)), expected, rtol=1e-10)


def test_newton_takes_the_shortest_step_where_the_hessian_is_singular():
    valley = ScalarField.parse("(x + y)^2", ["x", "y"])
    path = descend(valley, (3.0, 1.0), newton(), 1)
    np.testing.assert_allclose(path.points[-1], [1.0, -1.0], atol=1e-12)


RULES = [gradient_descent, momentum, nesterov, adagrad, rmsprop, adam]


@pytest.mark.parametrize("make", RULES)
def test_a_schedule_gives_the_rate_of_each_step_counted_from_zero(make):
    asked = []

    def schedule(k):
        asked.append(k)
        return 0.01

    path = descend(STRETCHED, START, make(schedule), 4)
    assert sorted(set(asked)) == [0, 1, 2, 3]
    np.testing.assert_array_equal(path.points, walk(make(0.01), 4))
    assert path.rates.tolist() == [0.01] * 4


@pytest.mark.parametrize("make", [*RULES, newton])
def test_updating_a_state_leaves_the_old_one_as_it_was(make):
    rule = make(0.1)
    point = np.array(START)
    state = rule.init(point)
    local = Local(STRETCHED, point, 1.0, STRETCHED.gradient(point))
    first, later = rule.update(local, state)
    again, _ = rule.update(local, state)
    np.testing.assert_array_equal(first, again)
    assert (state.steps, later.steps) == (0, 1)
    assert point.tolist() == list(START)


def test_schedules_give_their_formulas():
    assert [constant(0.3)(k) for k in (0, 9)] == [0.3, 0.3]
    assert [inverse_time_decay(0.6, 0.5)(k) for k in (0, 2, 4)] == pytest.approx([0.6, 0.3, 0.2])
    assert [exponential_decay(0.8, 0.5)(k) for k in range(3)] == pytest.approx([0.8, 0.4, 0.2])
    rates = [step_decay(0.8, 0.5, every=3)(k) for k in range(7)]
    assert rates == pytest.approx([0.8] * 3 + [0.4] * 3 + [0.2])


@pytest.mark.parametrize("make", RULES)
@pytest.mark.parametrize("rate", [-0.1, 0.0, math.nan, math.inf])
def test_a_rate_that_is_not_above_zero_is_refused(make, rate):
    with pytest.raises(ValueError, match=rf"rate={rate}: the learning rate must be above 0"):
        make(rate)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gradient_descent("fast"), "rate='fast': the learning rate must be a number"),
        (lambda: momentum(0.1, beta=1.0), "beta=1.0: it must be at least 0 and below 1"),
        (lambda: nesterov(0.1, beta=-0.1), "beta=-0.1"),
        (lambda: rmsprop(0.1, alpha=1.5), "alpha=1.5"),
        (lambda: adam(0.1, beta1=1.0), "beta1=1.0"),
        (lambda: adam(0.1, beta2=math.nan), "beta2=nan"),
        (lambda: adagrad(0.1, epsilon=0.0), "epsilon=0.0: it must be above 0"),
        (lambda: newton(damping=0.0), "damping=0.0: it must be above 0"),
        (lambda: inverse_time_decay(0.1, decay=-1.0), "decay=-1.0"),
        (lambda: exponential_decay(0.1, factor=1.1), "factor=1.1"),
        (lambda: step_decay(0.1, 0.5, every=0), "every=0"),
    ],
)
def test_other_settings_out_of_range_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_schedule_that_turns_negative_is_refused_at_that_step():
    with pytest.raises(ValueError, match=r"rate=-0.1\d* at step 2"):
        descend(STRETCHED, START, gradient_descent(lambda k: 0.1 - 0.1 * k), 5)
