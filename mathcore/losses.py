"""Losses: data and a model make a hill over the model's two parameters.

A model has the prediction z = a·p for each data point, with the point's inputs a (2,) and the
parameters p (2,); the loss is the mean over the points of a function of z and the point's target.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import sympy

from mathcore.data import Data
from mathcore.expression import symbol
from mathcore.field import ScalarField
from mathcore.framing import Framing
from mathcore.framing.rounding import clean, rounded, size_at_least, step_at_least
from mathcore.over_plane import Choice, frame_over_plane
from mathcore.rules import Local, Rule, StepCount
from mathcore.schedules import Rate, as_schedule

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int_]

RAVINE = 12.0
"""How many times as steep one way as the other the bowl of a line may be before x is rescaled."""

_AT_ONCE = 1 << 20
"""Numbers that are worked on at once, so that a large grid takes little memory."""


@dataclass(frozen=True)
class Scale:
    """A straight change of numbers: u = (x - origin) / unit."""

    origin: float = 0.0
    unit: float = 1.0

    def __call__(self, x: npt.ArrayLike) -> FloatArray:
        """Return u for numbers x (...)."""
        return (np.asarray(x, dtype=np.float64) - self.origin) / self.unit

    @property
    def is_plain(self) -> bool:
        """Whether u is x."""
        return self == Scale()


def scale_for_line(x: FloatArray) -> Scale:
    """Return how x (k,) is best measured for a line: as it is where that makes no ravine.

    Else from a round origin in the middle and in a round unit, half the spread or a little more:
    for years such as 1990 to 2020 no walk over (slope, intercept) would arrive.

    >>> scale_for_line(np.array([-1.0, 0.5, 2.0]))
    Scale(origin=0.0, unit=1.0)
    >>> scale_for_line(np.array([1990.0, 2004.0, 2020.0]))
    Scale(origin=2005.0, unit=20.0)
    """
    bends = np.linalg.eigvalsh(_bends(np.stack([x, np.ones_like(x)], axis=-1)))
    if bends[1] <= RAVINE * bends[0]:
        return Scale()
    half = float(np.ptp(x)) / 2
    middle = float(x.min()) + half
    return Scale(rounded(middle, step_at_least(half / 5)), step_at_least(half))


def _bends(inputs: FloatArray) -> FloatArray:
    """Return the mean of a aᵀ (2, 2) over inputs a (k, 2)."""
    return np.asarray(inputs.T @ inputs / len(inputs))


@dataclass(frozen=True, eq=False)
class Loss:
    """The mean loss of a model over data, a `field` over its two parameters, and its parts.

    `inputs` (k, 2) and `targets` (k,) are those of the k data points; `of` is the loss of one point
    by its prediction and target, `slope` its derivative by the prediction.
    """

    field: ScalarField
    inputs: FloatArray
    targets: FloatArray
    of: Callable[[FloatArray, FloatArray], FloatArray]
    slope: Callable[[FloatArray, FloatArray], FloatArray]

    def __len__(self) -> int:
        """Return the number k of data points."""
        return len(self.targets)

    def predictions(self, parameters: npt.ArrayLike) -> FloatArray:
        """Return z = a·p of each data point: parameters (..., 2) -> (..., k)."""
        return np.asarray(np.asarray(parameters, dtype=np.float64) @ self.inputs.T)

    def point_losses(self, parameters: npt.ArrayLike) -> FloatArray:
        """Return the loss of each data point: parameters (..., 2) -> (..., k)."""
        return self.of(self.predictions(parameters), self.targets)

    def point_gradients(self, parameters: npt.ArrayLike) -> FloatArray:
        """Return the gradient of each data point's loss: parameters (..., 2) -> (..., k, 2).

        Their mean is the gradient of the loss.
        """
        slopes = self.slope(self.predictions(parameters), self.targets)
        return np.asarray(slopes[..., np.newaxis] * self.inputs)

    def batch_gradient(self, parameters: npt.ArrayLike, batch: IntArray) -> FloatArray:
        """Return the mean gradient (2,) of the data points of a batch, by their numbers (j,)."""
        return np.asarray(self.point_gradients(parameters)[batch].mean(axis=0))


def squared_error(data: Data, scale: Scale | None = None) -> Loss:
    """Return the mean squared error of the line ŷ = m u + b, over its slope m and intercept b.

    L(m, b) = 1/k Σ (m uᵢ + b - yᵢ)², with u = (x - origin) / unit. The field is the same bowl
    written around its lowest point (m̂, b̂), the line of least squares:

        L = Var(u) (m - m̂)² + (b - ȳ + ū m)² + L(m̂, b̂)

    Its values are sums of squares, so that nothing is lost where L is nearly 0. A data point's loss
    is (ŷ - y)², its gradient 2 (ŷ - y) (u, 1).

    Source: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, section
    3.2.

    >>> cross = Data("cross", np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1.0, 2.0]))
    >>> loss = squared_error(cross)
    >>> float(loss.field.value([0.0, 1.0])), loss.point_losses([0.0, 1.0]).tolist()
    (0.6666666666666666, [1.0, 0.0, 1.0])
    """
    u = (scale or Scale())(data.x)
    m, b = symbol("m"), symbol("b")
    slope, height = least_squares(u, data.y)
    mean, rest = float(u.mean()), data.y - slope * u - height
    bowl = (
        sympy.Float(float(u.var())) * (m - sympy.Float(slope)) ** 2
        + (b - sympy.Float(float(data.y.mean())) + sympy.Float(mean) * m) ** 2
        + sympy.Float(float(np.mean(rest**2)))
    )
    inputs = np.stack([u, np.ones_like(u)], axis=-1)
    return Loss(ScalarField(bowl, (m, b)), inputs, data.y, _squared, _twice_the_gap)


def least_squares(u: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Return slope and intercept of the line through points (k,) with the least squared error.

    >>> least_squares(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]))
    (2.0, 1.0)
    """
    from_mean = u - u.mean()
    slope = float(from_mean @ (y - y.mean()) / (from_mean @ from_mean))
    return slope, float(y.mean() - slope * u.mean())


_REACH = 0.5
"""How far the parameters of a line reach from the best ones, as a share of the spread of y."""


def frame_line(loss: Loss, choice: Choice) -> Framing:
    """Return what to show of the hill of `squared_error`, keeping whatever is chosen.

    Ranges that are left open lie around the line of least squares, and reach so far that lines
    are seen that miss the points plainly.

    Raises ValueError as `frame` does.
    """
    best = least_squares(loss.inputs[:, 0], loss.targets)
    spread = float(np.ptp(loss.targets)) or abs(best[1]) or 1.0
    half = size_at_least(_REACH * spread)
    if choice.start is not None:
        away = float(np.abs(np.subtract(choice.start, best)).max())
        half = max(half, size_at_least(1.1 * away)) if away > 0 else half
    centres = [rounded(middle, step_at_least(half / 4)) for middle in best]
    x_range, y_range = [(clean(centre - half), clean(centre + half)) for centre in centres]
    chosen = replace(choice, x_range=choice.x_range or x_range, y_range=choice.y_range or y_range)
    return frame_over_plane(loss.field, chosen)


def _squared(prediction: FloatArray, target: FloatArray) -> FloatArray:
    return np.asarray((prediction - target) ** 2)


def _twice_the_gap(prediction: FloatArray, target: FloatArray) -> FloatArray:
    return np.asarray(2 * (prediction - target))


def cross_entropy(data: Data, scales: tuple[Scale, Scale] = (Scale(), Scale())) -> Loss:
    """Return the mean cross-entropy of the logistic model over its two weights.

    p = σ(z), z = w₁ u + w₂ v, with u and v the scaled x and y, is how probable class 1 is said to
    be; z = 0 is the boundary, a line through the origin of u and v. With t = 0 or 1 the class,

        L(w) = -1/k Σ (tᵢ log pᵢ + (1 - tᵢ) log(1 - pᵢ)) = 1/k Σ log(1 + e^(∓zᵢ))

    with the minus for t = 1. A data point's gradient is (p - t) (u, v). L is convex; where a line
    through the origin parts the classes it has no minimum and falls for ever.

    Raises ValueError where the points have no classes.

    Source: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, section
    4.4.
    """
    if data.classes is None:
        raise ValueError(f"{data.name}: these points have no classes")
    inputs = np.stack([scales[0](data.x), scales[1](data.y)], axis=-1)
    field = CrossEntropyField(inputs, data.classes)
    return Loss(field, inputs, data.classes, _entropy, _excess)


_CENTRED = 0.2
"""How far from 0 the middle between two classes may be, as a share of how far they reach."""

_PLAIN_REACH = 1.0, 5.0
"""How far numbers may reach from their middle and still be taken as they are."""


def scales_for_boundary(data: Data) -> tuple[Scale, Scale]:
    """Return how x and y are best measured for a boundary through the origin.

    As they are where the middle between the classes is near 0 and the numbers reach from 1 to 5
    about; else from a round origin near that middle, in a round unit.

    Raises ValueError where the points have no classes.

    >>> weights = Data("w", np.array([50.0, 60, 70, 80]), np.array([-2.0, -1, 1, 2]),
    ...                np.array([0.0, 0, 1, 1]))
    >>> scales_for_boundary(weights)
    (Scale(origin=65.0, unit=10.0), Scale(origin=0.0, unit=1.0))
    """
    middles = (data.of_class(0).mean(axis=0) + data.of_class(1).mean(axis=0)) / 2
    made = []
    for middle, numbers in zip(middles.tolist(), (data.x, data.y), strict=True):
        reach = float(np.abs(numbers - middle).max())
        if abs(middle) <= _CENTRED * reach and _PLAIN_REACH[0] <= reach <= _PLAIN_REACH[1]:
            made.append(Scale())
        else:
            made.append(Scale(rounded(middle, step_at_least(reach / 5)), step_at_least(reach / 2)))
    return made[0], made[1]


_RIDGE = 0.02
"""What keeps the weights finite where a line parts the classes: this much of |w|²/2 is added."""

_TURNED = np.radians(105.0)
"""How far the first boundary is turned from the best one."""


def frame_boundary(loss: Loss, choice: Choice) -> Framing:
    """Return what to show of the hill of `cross_entropy`, keeping whatever is chosen.

    Ranges that are left open hold the origin and the best weights, or the way there where these
    are infinite; a start that is left open has its boundary turned far from the best one.

    Raises ValueError as `frame` does.
    """
    best = _best_weights(loss)
    turn = np.array([[np.cos(_TURNED), -np.sin(_TURNED)], [np.sin(_TURNED), np.cos(_TURNED)]])
    half = size_at_least(1.4 * max(float(np.abs(best).max()), 0.5))
    step = step_at_least(half / 10)
    start = choice.start or tuple(rounded(part, step) for part in (turn @ best).tolist())
    centres = [rounded(middle, step_at_least(half / 4)) for middle in (best / 2).tolist()]
    away = float(np.abs(np.subtract(start, centres)).max())
    half = max(half, size_at_least(1.1 * away)) if away > 0 else half
    x_range, y_range = [(clean(centre - half), clean(centre + half)) for centre in centres]
    chosen = replace(
        choice,
        start=start,
        x_range=choice.x_range or x_range,
        y_range=choice.y_range or y_range,
    )
    return frame_over_plane(loss.field, chosen)


def _best_weights(loss: Loss) -> FloatArray:
    """Return the weights (2,) of least loss, with a little of |w|² added to it (Newton)."""
    weights = np.zeros(2)
    for _ in range(50):
        slope = loss.field.gradient(weights) + _RIDGE * weights
        bend = loss.field.hessian(weights) + _RIDGE * np.eye(2)
        step = np.linalg.solve(bend, slope)
        weights = weights - step * min(1.0, 1.0 / float(np.hypot.reduce(step) or 1.0))
    return weights


def sigmoid(z: FloatArray) -> FloatArray:
    """Return σ(z) = 1 / (1 + e^-z), without overflow: (...) -> (...)."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -z)))


def _entropy(z: FloatArray, target: FloatArray) -> FloatArray:
    return np.asarray(np.logaddexp(0.0, (1 - 2 * target) * z))


def _excess(z: FloatArray, target: FloatArray) -> FloatArray:
    """Return p - t without the loss of digits where both are near 1."""
    sign = 1 - 2 * target
    return np.asarray(sign * sigmoid(sign * z))


class CrossEntropyField(ScalarField):
    """The mean of log(1 + e^(s a·w)) over k data points, s = 1 for class 0 and -1 for class 1.

    The same function as its `expression`, a sum of k terms; numbers come straight from the data,
    hundreds of times as fast as from a formula of that length.
    """

    def __init__(self, inputs: FloatArray, classes: FloatArray):
        """Make the field of inputs a (k, 2) with their classes (k,) of 0 and 1."""
        self._signed = (1 - 2 * classes)[:, np.newaxis] * inputs
        self._variables = symbol("w_1"), symbol("w_2")

    @cached_property
    def _expression(self) -> sympy.Expr:  # asked for by few
        first, second = self._variables
        terms = [
            sympy.log(1 + sympy.exp(sympy.Float(u) * first + sympy.Float(v) * second))
            for u, v in self._signed.tolist()
        ]
        return sympy.Add(*terms) / len(terms)

    def value(self, points: npt.ArrayLike) -> FloatArray:
        """Return the loss: points (..., 2) -> (...)."""
        return self._in_parts(points, self._values, ())

    def value_and_gradient(self, points: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return loss and gradient: points (..., 2) -> (...) and (..., 2)."""
        both = self._in_parts(points, self._values_and_slopes, (3,))
        return both[..., 0], both[..., 1:]

    def hessian(self, points: npt.ArrayLike) -> FloatArray:
        """Return the Hessian: points (..., 2) -> (..., 2, 2)."""
        return self._in_parts(points, self._bends, (2, 2))

    def _values(self, points: FloatArray) -> FloatArray:
        return np.asarray(np.logaddexp(0.0, points @ self._signed.T).mean(axis=-1))

    def _values_and_slopes(self, points: FloatArray) -> FloatArray:
        z = points @ self._signed.T
        values = np.logaddexp(0.0, z).mean(axis=-1, keepdims=True)
        return np.concatenate([values, sigmoid(z) @ self._signed / len(self._signed)], axis=-1)

    def _bends(self, points: FloatArray) -> FloatArray:
        z = points @ self._signed.T
        squares = (self._signed[:, :, np.newaxis] * self._signed[:, np.newaxis]).reshape(-1, 4)
        bends = (sigmoid(z) * sigmoid(-z)) @ squares / len(squares)
        return np.asarray(bends.reshape(-1, 2, 2))

    def _in_parts(
        self,
        points: npt.ArrayLike,
        work: Callable[[FloatArray], FloatArray],
        shape: tuple[int, ...],
    ) -> FloatArray:
        """Return what `work` makes of points (m, 2), for points of any shape, a part at a time."""
        array = self._checked_points(points)
        flat = array.reshape(-1, 2)
        count = max(1, _AT_ONCE // len(self._signed))
        with np.errstate(all="ignore"):
            parts = [work(flat[i : i + count]) for i in range(0, len(flat), count)]
        whole = np.concatenate(parts) if parts else np.empty((0, *shape))
        return np.asarray(whole.reshape((*array.shape[:-1], *shape)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CrossEntropyField):
            return NotImplemented
        return np.array_equal(self._signed, other._signed)

    def __hash__(self) -> int:
        return hash(self._signed.tobytes())

    def __reduce__(self) -> tuple[Callable[..., ScalarField], tuple[Any, ...]]:
        return CrossEntropyField, (self._signed, np.zeros(len(self._signed)))


# Mini-batches


def batches(count: int, size: int, steps: int, seed: int) -> tuple[IntArray, ...]:
    """Return the numbers of the data points in each of so many mini-batches.

    In each epoch every one of `count` points is used once, in a new random order; the last batch of
    an epoch is smaller where the size does not go into the count. A size of `count` or more gives
    all points each time, in their order.

    Raises ValueError where one of the numbers is below 1.

    >>> [batch.tolist() for batch in batches(3, size=3, steps=2, seed=0)]
    [[0, 1, 2], [0, 1, 2]]
    >>> sorted(np.concatenate(batches(5, size=2, steps=3, seed=0)).tolist())
    [0, 1, 2, 3, 4]
    """
    for name, number in (("count", count), ("size", size), ("steps", steps)):
        if number < 1:
            raise ValueError(f"{name}={number}: it must be a whole number from 1")
    if size >= count:
        return (np.arange(count),) * steps
    rng = np.random.default_rng(seed)
    found: list[IntArray] = []
    while len(found) < steps:
        order = rng.permutation(count)
        found += [order[i : i + size] for i in range(0, count, size)]
    return tuple(found[:steps])


def stochastic_descent(loss: Loss, chosen: tuple[IntArray, ...], rate: Rate) -> Rule:
    """Step against the mean gradient of a batch: step = -ηₖ ∇L_B(p), with B the k-th of `chosen`.

    At one point, the steps of batches of one size that make an epoch average to that of gradient
    descent. After the last batch the first comes again.

    Source: H. Robbins and S. Monro, A Stochastic Approximation Method, 1951. Raises ValueError
    unless the rate is above 0.
    """
    eta = as_schedule(rate)

    def update(local: Local, state: StepCount) -> tuple[FloatArray, StepCount]:
        batch = chosen[state.steps % len(chosen)]
        step = -eta(state.steps) * loss.batch_gradient(local.point, batch)
        return step, StepCount(state.steps + 1)

    return Rule("stochastic_descent", eta, lambda point: StepCount(0), update)
