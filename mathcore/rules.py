"""Update rules: how a walk downhill chooses its next step.

A rule is a pair of functions with what it carries along in a named state:

    state = rule.init(point)
    step, state = rule.update(local, state)
    point = point + step

`local` is what the rule may know of the field where it stands. Throughout, g = ∇f(p) and k = 0, 1,
2, ... counts the steps; ηₖ, the rate, is a number or a schedule (`mathcore.schedules`). Squares,
roots and quotients of vectors are taken coordinate by coordinate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField
from mathcore.schedules import Rate, Schedule, as_schedule

FloatArray: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Local:
    """What a rule may know: the point (n,), the value and gradient (n,) there, and the field."""

    field: ScalarField
    point: FloatArray
    value: float
    gradient: FloatArray

    def hessian(self) -> FloatArray:
        """Return the Hessian (n, n) at the point, worked out only when a rule asks for it."""
        return self.field.hessian(self.point)


State: TypeAlias = Any  # one of the named states below; a rule understands its own


@dataclass(frozen=True, eq=False)
class Rule:
    """An update rule: its name, its rate by step, and the pair `init` and `update`.

    `init(point) -> state` starts a walk; `update(local, state) -> (step, state)` makes one step, a
    vector (n,) to add to the point.
    `scale(state) -> (n,)` is what each coordinate of the last step was divided by, None where it
    was not.
    """

    name: str
    rate: Schedule
    init: Callable[[FloatArray], State]
    update: Callable[[Local, State], tuple[FloatArray, State]]
    scale: Callable[[State], FloatArray] | None = None


class StepCount(NamedTuple):
    """State of a rule without memory: the number of steps made so far."""

    steps: int


class Velocity(NamedTuple):
    """State of momentum and Nesterov: steps made, and the velocity v (n,)."""

    steps: int
    velocity: FloatArray


class SquareSum(NamedTuple):
    """State of AdaGrad: steps made, and the sum of squared gradients (n,)."""

    steps: int
    square_sum: FloatArray


class SquareMean(NamedTuple):
    """State of RMSProp: steps made, and the running mean of squared gradients (n,)."""

    steps: int
    square_mean: FloatArray


class Moments(NamedTuple):
    """State of Adam: steps made, running means of gradients and of squared gradients, each (n,)."""

    steps: int
    mean: FloatArray
    square_mean: FloatArray


def gradient_descent(rate: Rate) -> Rule:
    """Step straight down: step = -ηₖ g.

    Source: A. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées,
    1847. Raises ValueError unless the rate is above 0.
    """
    eta = as_schedule(rate)

    def update(local: Local, state: StepCount) -> tuple[FloatArray, StepCount]:
        return -eta(state.steps) * local.gradient, StepCount(state.steps + 1)

    return Rule("gradient_descent", eta, lambda point: StepCount(0), update)


def momentum(rate: Rate, beta: float = 0.9) -> Rule:
    """Roll like a heavy ball: v ← βv + g, step = -ηₖ v, from v = 0 (no dampening, as in PyTorch).

    Source: B. Polyak, Some methods of speeding up the convergence of iteration methods, 1964.
    Raises ValueError unless the rate is above 0 and 0 ≤ β < 1.
    """
    eta, beta = as_schedule(rate), _checked_fraction("beta", beta)

    def update(local: Local, state: Velocity) -> tuple[FloatArray, Velocity]:
        velocity = beta * state.velocity + local.gradient
        return -eta(state.steps) * velocity, Velocity(state.steps + 1, velocity)

    return Rule("momentum", eta, lambda point: Velocity(0, np.zeros_like(point)), update)


def nesterov(rate: Rate, beta: float = 0.9) -> Rule:
    """Use momentum that looks ahead: v ← βv + g, step = -ηₖ (g + βv), from v = 0 (PyTorch's form).

    Source: Y. Nesterov, A method for solving the convex programming problem with convergence rate
    O(1/k²), 1983; this form: I. Sutskever et al., On the importance of initialization and momentum
    in deep learning, 2013. Raises ValueError unless the rate is above 0 and 0 ≤ β < 1.
    """
    eta, beta = as_schedule(rate), _checked_fraction("beta", beta)

    def update(local: Local, state: Velocity) -> tuple[FloatArray, Velocity]:
        velocity = beta * state.velocity + local.gradient
        step = -eta(state.steps) * (local.gradient + beta * velocity)
        return step, Velocity(state.steps + 1, velocity)

    return Rule("nesterov", eta, lambda point: Velocity(0, np.zeros_like(point)), update)


def adagrad(rate: Rate, epsilon: float = 1e-10) -> Rule:
    """Keep a rate for each coordinate: s ← s + g², step = -ηₖ g / (√s + ε), from s = 0.

    Source: J. Duchi, E. Hazan and Y. Singer, Adaptive Subgradient Methods, 2011. Raises ValueError
    unless the rate and ε are above 0.
    """
    eta, epsilon = as_schedule(rate), _checked_epsilon(epsilon)

    def update(local: Local, state: SquareSum) -> tuple[FloatArray, SquareSum]:
        square_sum = state.square_sum + local.gradient**2
        ahead = SquareSum(state.steps + 1, square_sum)
        return -eta(state.steps) * local.gradient / scale(ahead), ahead

    def scale(state: SquareSum) -> FloatArray:
        return np.asarray(np.sqrt(state.square_sum) + epsilon)

    return Rule("adagrad", eta, lambda point: SquareSum(0, np.zeros_like(point)), update, scale)


def rmsprop(rate: Rate, alpha: float = 0.99, epsilon: float = 1e-8) -> Rule:
    """Use AdaGrad that forgets: s ← αs + (1-α)g², step = -ηₖ g / (√s + ε), from s = 0.

    Source: T. Tieleman and G. Hinton, Neural Networks for Machine Learning, lecture 6.5, 2012.
    Raises ValueError unless the rate and ε are above 0 and 0 ≤ α < 1.
    """
    eta, epsilon = as_schedule(rate), _checked_epsilon(epsilon)
    alpha = _checked_fraction("alpha", alpha)

    def update(local: Local, state: SquareMean) -> tuple[FloatArray, SquareMean]:
        square_mean = alpha * state.square_mean + (1 - alpha) * local.gradient**2
        ahead = SquareMean(state.steps + 1, square_mean)
        return -eta(state.steps) * local.gradient / scale(ahead), ahead

    def scale(state: SquareMean) -> FloatArray:
        return np.asarray(np.sqrt(state.square_mean) + epsilon)

    return Rule("rmsprop", eta, lambda point: SquareMean(0, np.zeros_like(point)), update, scale)


def adam(rate: Rate, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> Rule:
    """Use momentum and a rate for each coordinate, both corrected for starting from zero.

    m ← β₁m + (1-β₁)g, s ← β₂s + (1-β₂)g², from m = s = 0; with t = k + 1
    step = -ηₖ (m / (1-β₁ᵗ)) / (√(s / (1-β₂ᵗ)) + ε).

    Source: D. Kingma and J. Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1.
    Raises ValueError unless the rate and ε are above 0 and 0 ≤ β₁, β₂ < 1.
    """
    eta, epsilon = as_schedule(rate), _checked_epsilon(epsilon)
    beta1, beta2 = _checked_fraction("beta1", beta1), _checked_fraction("beta2", beta2)

    def init(point: FloatArray) -> Moments:
        return Moments(0, np.zeros_like(point), np.zeros_like(point))

    def update(local: Local, state: Moments) -> tuple[FloatArray, Moments]:
        t = state.steps + 1
        mean = beta1 * state.mean + (1 - beta1) * local.gradient
        square_mean = beta2 * state.square_mean + (1 - beta2) * local.gradient**2
        ahead = Moments(t, mean, square_mean)
        return -eta(state.steps) * (mean / (1 - beta1**t)) / scale(ahead), ahead

    def scale(state: Moments) -> FloatArray:
        return np.asarray(np.sqrt(state.square_mean / (1 - beta2**state.steps)) + epsilon)

    return Rule("adam", eta, init, update, scale)


def newton(damping: Rate = 1.0) -> Rule:
    """Jump to the stationary point of the quadratic model: step = -d H⁻¹ g, with damping d.

    It is drawn to saddles and maxima as much as to minima. Where H is singular the shortest step
    that solves H·step = -d g is taken; where there is none the step is nan: it has no end.

    Source: J. Nocedal and S. Wright, Numerical Optimization, section 3.3. Raises ValueError unless
    the damping is above 0.
    """
    if not callable(damping):
        _checked_damping(damping)
    scale = as_schedule(damping)

    def update(local: Local, state: StepCount) -> tuple[FloatArray, StepCount]:
        step = scale(state.steps) * _newton_step(local.hessian(), local.gradient)
        return step, StepCount(state.steps + 1)

    return Rule("newton", scale, lambda point: StepCount(0), update)


def _newton_step(hessian: FloatArray, gradient: FloatArray) -> FloatArray:
    if not (np.all(np.isfinite(hessian)) and np.all(np.isfinite(gradient))):
        return np.full_like(gradient, np.nan)
    try:
        return np.asarray(np.linalg.solve(hessian, -gradient), dtype=np.float64)
    except np.linalg.LinAlgError:
        step = np.linalg.lstsq(hessian, -gradient)[0]
        missed = np.linalg.norm(hessian @ step + gradient)
        solves = missed <= 1e-9 * np.linalg.norm(gradient)
        return np.asarray(step if solves else np.full_like(gradient, np.nan), dtype=np.float64)


def _checked_fraction(name: str, number: float) -> float:
    if not 0 <= number < 1:
        raise ValueError(f"{name}={number}: it must be at least 0 and below 1")
    return float(number)


def _checked_epsilon(epsilon: float) -> float:
    if not 0 < epsilon < np.inf:
        raise ValueError(f"epsilon={epsilon}: it must be above 0")
    return float(epsilon)


def _checked_damping(damping: float) -> None:
    if not 0 < damping < np.inf:
        raise ValueError(f"damping={damping}: it must be above 0; 1 is the full Newton step")
