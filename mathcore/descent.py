"""A walk downhill: a field, a rule and a start give a path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField
from mathcore.outcomes import Outcome, kind_of_level_ground
from mathcore.rules import Local, Rule, State

FloatArray: TypeAlias = npt.NDArray[np.float64]

# A walk that is this many times its starting scale away from the start has diverged.
_FAR_AWAY = 1e8


@dataclass(frozen=True, eq=False)
class Path:
    """Where a walk went, with k steps: its points, what it saw there, and how it ended.

    `points` (k + 1, n), `values` (k + 1,) and `gradients` (k + 1, n) begin with the start. `rates`
    (k,) are the learning rates used and `states` (k + 1 of them) what the rule carried along.
    The last point of a walk that left the domain or diverged is the one where that showed, so that
    it can be drawn: it is finite, but its value and gradient may be nan or infinite.
    """

    rule: str
    points: FloatArray
    values: FloatArray
    gradients: FloatArray
    rates: FloatArray
    states: tuple[State, ...]
    outcome: Outcome

    @property
    def steps(self) -> int:
        """The number k of steps made."""
        return len(self.points) - 1

    def first(self, steps: int) -> Path:
        """Return the walk's first `steps` steps, with the outcome of the whole walk.

        Raises ValueError when the walk has fewer steps.
        """
        if not 0 <= steps <= self.steps:
            raise ValueError(f"steps={steps}: this walk has {self.steps}")
        return replace(
            self,
            points=self.points[: steps + 1],
            values=self.values[: steps + 1],
            gradients=self.gradients[: steps + 1],
            rates=self.rates[:steps],
            states=self.states[: steps + 1],
        )

    @property
    def step_vectors(self) -> FloatArray:
        """The steps themselves, from each point to the next: (k, n)."""
        return np.diff(self.points, axis=0)


def descend(
    field: ScalarField,
    start: npt.ArrayLike,
    rule: Rule,
    steps: int,
    *,
    domain: Sequence[tuple[float, float]] | None = None,
    tolerance: float = 1e-9,
) -> Path:
    """Walk from `start` (n,) by `rule`, for at most `steps` steps.

    The walk ends early when the ground is level, |∇f| ≤ tolerance (absolute, in units of f per
    unit of length): CONVERGED at a minimum, else one of the STALLED outcomes. It has LEFT_DOMAIN
    where f or ∇f is undefined or outside `domain`, one (low, high) for each variable. It has
    DIVERGED when a point, value or gradient is infinite, when it is 10⁸ times max(1, |start|) away,
    or when the steps run out while it is climbing: the last three values rise and the last is
    above the first. Otherwise it is OUT_OF_STEPS.

    Raises ValueError only for misuse: a start of the wrong dimension, not finite, outside the
    domain or where f or ∇f is undefined; fewer than 1 step; a tolerance below 0.

    >>> from mathcore.rules import gradient_descent
    >>> bowl = ScalarField.parse("x^2 + y^2")
    >>> path = descend(bowl, (1.0, 1.0), gradient_descent(0.5), steps=10)
    >>> path.points.tolist(), str(path.outcome)
    ([[1.0, 1.0], [0.0, 0.0]], 'converged')
    """
    _check_budget(steps, tolerance)
    box = _checked_domain(field, domain)
    walk = _Walk(field, rule, _checked_start(field, start, box), box, tolerance)
    outcome = walk.verdict()
    while outcome is None and walk.steps < steps:
        outcome = walk.advance()
    if outcome is None:
        outcome = Outcome.DIVERGED if walk.is_climbing() else Outcome.OUT_OF_STEPS
    return walk.path(outcome)


class _Walk:
    """The walk so far."""

    def __init__(
        self,
        field: ScalarField,
        rule: Rule,
        start: FloatArray,
        box: FloatArray | None,
        tolerance: float,
    ):
        self.field, self.rule, self.box, self.tolerance = field, rule, box, tolerance
        self.horizon = _FAR_AWAY * max(1.0, float(np.hypot.reduce(start)))
        self.points = [start]
        value, gradient = field.value_and_gradient(start)
        self.values, self.gradients = [float(value)], [gradient]
        self.rates: list[float] = []
        self.states: list[Any] = [rule.init(start)]

    @property
    def steps(self) -> int:
        return len(self.points) - 1

    def advance(self) -> Outcome | None:
        """Make one step; how the walk ended, or None when it goes on."""
        state, point = self.states[-1], self.points[-1]
        local = Local(self.field, point, self.values[-1], self.gradients[-1])
        with np.errstate(all="ignore"):
            step, new_state = self.rule.update(local, state)
            target = point + step
        if not np.all(np.isfinite(target)):
            return Outcome.DIVERGED
        self.rates.append(self.rule.rate(self.steps))
        self.states.append(new_state)
        self.points.append(target)
        value, gradient = self.field.value_and_gradient(target)
        self.values.append(float(value))
        self.gradients.append(gradient)
        return self.verdict()

    def verdict(self) -> Outcome | None:
        """How the walk ends at its last point, or None when it goes on."""
        point, value, gradient = self.points[-1], self.values[-1], self.gradients[-1]
        if np.hypot.reduce(point - self.points[0]) > self.horizon:
            return Outcome.DIVERGED
        if self._is_outside(point) or np.isnan(value) or np.any(np.isnan(gradient)):
            return Outcome.LEFT_DOMAIN
        if np.isinf(value) or np.any(np.isinf(gradient)):
            return Outcome.DIVERGED
        if np.hypot.reduce(gradient) <= self.tolerance:
            return kind_of_level_ground(self.field, point, self.tolerance)
        return None

    def is_climbing(self) -> bool:
        """Whether the walk ends higher than it began, and higher at each of its last steps."""
        last = self.values[-4:]
        rising = len(last) == 4 and all(a < b for a, b in pairwise(last))
        return rising and last[-1] > self.values[0]

    def path(self, outcome: Outcome) -> Path:
        n = self.field.dimension
        return Path(
            rule=self.rule.name,
            points=_settled(self.points, n),
            values=_settled(self.values),
            gradients=_settled(self.gradients, n),
            rates=_settled(self.rates),
            states=tuple(self.states),
            outcome=outcome,
        )

    def _is_outside(self, point: FloatArray) -> bool:
        if self.box is None:
            return False
        return bool(np.any(point < self.box[:, 0]) or np.any(point > self.box[:, 1]))


def _settled(items: Sequence[Any], *shape: int) -> FloatArray:
    array = np.array(items, dtype=np.float64).reshape(-1, *shape)
    array.flags.writeable = False
    return array


def _check_budget(steps: int, tolerance: float) -> None:
    if isinstance(steps, bool) or int(steps) != steps or steps < 1:
        raise ValueError(f"steps={steps}: the number of steps must be a whole number from 1")
    if not 0 <= tolerance < np.inf:
        raise ValueError(f"tolerance={tolerance}: it must be 0 or above")


def _checked_domain(
    field: ScalarField, domain: Sequence[tuple[float, float]] | None
) -> FloatArray | None:
    if domain is None:
        return None
    box = np.array(domain, dtype=np.float64)
    if box.shape != (field.dimension, 2):
        raise ValueError(
            f"domain={domain}: give (low, high) for each of {field.dimension} variables"
        )
    if not np.all(box[:, 0] < box[:, 1]):
        raise ValueError(f"domain={domain}: each low end must be below its high end")
    return box


def _checked_start(field: ScalarField, start: npt.ArrayLike, box: FloatArray | None) -> FloatArray:
    point = np.array(start, dtype=np.float64)
    shown = tuple(np.atleast_1d(point).tolist())
    if point.shape != (field.dimension,):
        raise ValueError(f"start={shown}: a point of {field.dimension} coordinates is needed")
    if not np.all(np.isfinite(point)):
        raise ValueError(f"start={shown}: every coordinate must be finite")
    if box is not None and (np.any(point < box[:, 0]) or np.any(point > box[:, 1])):
        raise ValueError(f"start={shown}: outside the domain {box.tolist()}; start inside it")
    if not np.isfinite(field.value(point)):
        raise ValueError(f"start={shown}: {field.shown} is not defined here; start elsewhere")
    if not np.all(np.isfinite(field.gradient(point))):
        raise ValueError(
            f"start={shown}: {field.shown} has no gradient here; start a little beside it"
        )
    return point
