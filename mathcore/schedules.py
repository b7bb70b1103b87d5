"""Learning rates that change from step to step: functions of the step's index k = 0, 1, 2, ..."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

Schedule: TypeAlias = Callable[[int], float]
Rate: TypeAlias = float | Schedule


def constant(rate: float) -> Schedule:
    """Keep the same rate at every step: ηₖ = rate."""
    rate = checked_rate(rate)
    return lambda k: rate


def inverse_time_decay(rate: float, decay: float) -> Schedule:
    """Decay slowly enough to reach any distance: ηₖ = rate / (1 + decay·k).

    Source: H. Robbins and S. Monro, A Stochastic Approximation Method, 1951.

    >>> [inverse_time_decay(1.0, decay=1.0)(k) for k in range(3)]
    [1.0, 0.5, 0.3333333333333333]
    """
    rate = checked_rate(rate)
    decay = _checked_positive("decay", decay)
    return lambda k: rate / (1 + decay * k)


def exponential_decay(rate: float, factor: float) -> Schedule:
    """Shrink by the same factor at every step: ηₖ = rate · factor^k, with 0 < factor ≤ 1."""
    rate = checked_rate(rate)
    factor = _checked_factor(factor)
    return lambda k: float(rate * factor**k)


def step_decay(rate: float, factor: float, every: int) -> Schedule:
    """Hold the rate for `every` steps, then shrink it: ηₖ = rate · factor^⌊k / every⌋."""
    rate = checked_rate(rate)
    factor = _checked_factor(factor)
    if int(every) != every or every < 1:
        raise ValueError(f"every={every}: the number of steps must be a whole number from 1")
    return lambda k: float(rate * factor ** (k // every))


def as_schedule(rate: Rate) -> Schedule:
    """Make a schedule of a number or a schedule; its rates are checked when asked for."""
    if not callable(rate):
        return constant(rate)

    def checked(k: int) -> float:
        now = float(rate(k))
        if not (math.isfinite(now) and now >= 0):
            raise ValueError(f"rate={now} at step {k}: a schedule must give rates from 0 upwards")
        return now

    return checked


def checked_rate(rate: float) -> float:
    """Return the rate as a float; raises ValueError unless it is finite and above 0."""
    return _checked_positive("rate", rate, "the learning rate")


def _checked_positive(name: str, number: float, title: str | None = None) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError(f"{name}={number!r}: {title or name} must be a number")
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name}={number}: {title or 'it'} must be above 0")
    return float(number)


def _checked_factor(factor: float) -> float:
    if not 0 < factor <= 1:
        raise ValueError(f"factor={factor}: it must be above 0 and at most 1")
    return float(factor)
