"""The rules against PyTorch's: as its documentation writes them, and itself where it is there.

Source: https://docs.pytorch.org/docs/stable/optim.html, the algorithm of each optimizer, with the
defaults there.
"""

from __future__ import annotations

import numpy as np
import pytest

from mathcore import (
    adagrad,
    adam,
    descend,
    gradient_descent,
    momentum,
    nesterov,
    rmsprop,
)
from mathcore.over_plane import field_over_plane

STEPS = 1000
CLOSE = 1e-10
VALLEY = np.array([[5.0, -4.0], [-4.0, 5.0]])


def slope_of_valley(point):
    """Return the gradient of 2.5 x² - 4 x y + 2.5 y²."""
    return VALLEY @ point


def slope_of_banana(point):
    """Return the gradient of (1 - x)² + 100 (y - x²)²."""
    x, y = point
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


def slope_of_saddle(point):
    """Return the gradient of x² - y² + y⁴ / 4."""
    x, y = point
    return np.array([2 * x, -2 * y + y**3])


HILLS = {
    "2.5x^2 - 4x y + 2.5y^2": (slope_of_valley, (-1.8, -0.8)),
    "(1-x)^2 + 100(y-x^2)^2": (slope_of_banana, (-1.2, 1.0)),
    "x^2 - y^2 + y^4/4": (slope_of_saddle, (1.5, 0.01)),
}


def sgd(rate, share=0.0, *, ahead=False):
    """Return SGD as documented: momentum µ without dampening, Nesterov's where `ahead`."""
    memory = {}

    def step(t, p, g):
        if share:
            memory["b"] = g.copy() if t == 1 else share * memory["b"] + g
            g = g + share * memory["b"] if ahead else memory["b"]
        return p - rate * g

    return step


def plain_adagrad(rate, epsilon=1e-10):
    memory = {"sum": np.zeros(2)}

    def step(t, p, g):
        memory["sum"] = memory["sum"] + g * g
        return p - rate * g / (np.sqrt(memory["sum"]) + epsilon)

    return step


def plain_rmsprop(rate, alpha=0.99, epsilon=1e-8):
    memory = {"v": np.zeros(2)}

    def step(t, p, g):
        memory["v"] = alpha * memory["v"] + (1 - alpha) * g * g
        return p - rate * g / (np.sqrt(memory["v"]) + epsilon)

    return step


def plain_adam(rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    memory = {"m": np.zeros(2), "v": np.zeros(2)}

    def step(t, p, g):
        memory["m"] = beta1 * memory["m"] + (1 - beta1) * g
        memory["v"] = beta2 * memory["v"] + (1 - beta2) * g * g
        corrected = memory["m"] / (1 - beta1**t), memory["v"] / (1 - beta2**t)
        return p - rate * corrected[0] / (np.sqrt(corrected[1]) + epsilon)

    return step


RULES = {
    "gradient descent": (gradient_descent, sgd, "SGD", {}),
    "momentum": (momentum, lambda rate: sgd(rate, 0.9), "SGD", {"momentum": 0.9}),
    "nesterov": (
        nesterov,
        lambda rate: sgd(rate, 0.9, ahead=True),
        "SGD",
        {"momentum": 0.9, "nesterov": True},
    ),
    "adagrad": (adagrad, plain_adagrad, "Adagrad", {}),
    "rmsprop": (rmsprop, plain_rmsprop, "RMSprop", {}),
    "adam": (adam, plain_adam, "Adam", {}),
}
"""Ours, that of the documentation, and what PyTorch calls it."""
RATES = {"gradient descent": 1e-3, "momentum": 2e-4, "nesterov": 2e-4, "rmsprop": 5e-4}
"""Rates at which rounding is not blown up on any hill; 0.01 for the others."""


def rate_of(name):
    return RATES.get(name, 0.01)


def ours(name, text, start):
    rule = RULES[name][0](rate_of(name))
    return descend(field_over_plane(text), start, rule, STEPS, tolerance=0.0).points


def agree(found, truth):
    """Compare two walks, whose longer one may go on where the other stands on level ground."""
    count = min(len(found), len(truth))
    assert count > 200
    np.testing.assert_allclose(found[:count], truth[:count], rtol=CLOSE, atol=CLOSE)


@pytest.mark.parametrize("text", HILLS)
@pytest.mark.parametrize("name", RULES)
def test_a_thousand_steps_are_those_of_the_documentation(name, text):
    slope, start = HILLS[text]
    step = RULES[name][1](rate_of(name))
    points = [np.array(start)]
    for t in range(1, STEPS + 1):
        points.append(step(t, points[-1], slope(points[-1])))
    agree(ours(name, text, start), np.array(points))


@pytest.mark.parametrize("text", HILLS)
@pytest.mark.parametrize("name", RULES)
def test_a_thousand_steps_are_those_of_pytorch(name, text):
    torch = pytest.importorskip("torch")
    slope, start = HILLS[text]
    point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    _, _, kind, settings = RULES[name]
    optimizer = getattr(torch.optim, kind)([point], lr=rate_of(name), **settings)
    points = [point.detach().numpy().copy()]
    for _ in range(STEPS):
        point.grad = torch.from_numpy(slope(point.detach().numpy()))
        optimizer.step()
        points.append(point.detach().numpy().copy())
    agree(ours(name, text, start), np.array(points))


@pytest.mark.parametrize("make", [adagrad, rmsprop, adam])
def test_a_scale_is_what_the_step_was_divided_by(make):
    rule = make(0.01)
    path = descend(field_over_plane("x^2 + 5y^2"), (1.5, -0.8), rule, 20)
    for k, step in enumerate(path.step_vectors):
        ahead = path.states[k + 1]
        slope = path.gradients[k] if make is not adam else ahead.mean / (1 - 0.9 ** (k + 1))
        np.testing.assert_allclose(step * rule.scale(ahead), -0.01 * slope, rtol=1e-12)


@pytest.mark.parametrize("make", [gradient_descent, momentum, nesterov])
def test_other_rules_have_no_scale(make):
    assert make(0.01).scale is None
