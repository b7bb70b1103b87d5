"""Round numbers: ends of ranges, steps between levels, learning rates."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

_STEPS = (1.0, 2.0, 5.0)
_SIZES = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_RATES = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
_FINER = (1.1, 1.3, 1.4, 1.6, 1.7, 1.8, 1.9, 2.2, 2.8, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5)


def clean(number: float) -> float:
    """Return the number without the dust of floating point: at most 12 significant digits."""
    return float(f"{number:.12g}") + 0.0


def _at_least(number: float, mantissas: tuple[float, ...]) -> float:
    power = 10.0 ** math.floor(math.log10(number))
    for mantissa in (*mantissas, 10.0):
        if mantissa * power >= number * (1 - 1e-9):
            return clean(mantissa * power)
    raise ValueError(f"{number}: only numbers above 0 can be rounded up")


def step_at_least(number: float) -> float:
    """Return the least of 1, 2, 5 times a power of ten that is not below a number above 0.

    >>> step_at_least(0.3), step_at_least(2.0)
    (0.5, 2.0)
    """
    return _at_least(number, _STEPS)


def size_at_least(number: float) -> float:
    """Return the least round size that is not below a number above 0.

    >>> size_at_least(4.7), size_at_least(0.11)
    (5.0, 0.15)
    """
    return _at_least(number, _SIZES)


def rounded(number: float, step: float) -> float:
    """Return the multiple of `step` next to a number."""
    return clean(round(number / step) * step)


def floored(number: float, step: float) -> float:
    """Return the largest multiple of `step` that is not above a number."""
    return clean(math.floor(number / step + 1e-9) * step)


def raised(number: float, step: float) -> float:
    """Return the smallest multiple of `step` that is not below a number."""
    return clean(math.ceil(number / step - 1e-9) * step)


def rates_between(low: float, high: float) -> npt.NDArray[np.float64]:
    """Return the round learning rates from `low` to `high`, both above 0, rising.

    >>> rates_between(0.5, 1.2).tolist()
    [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.1, 1.2]
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [clean(m * 10.0**power) for power in powers for m in sorted(_RATES + _FINER)]
    return np.array([rate for rate in found if low * (1 - 1e-9) <= rate <= high * (1 + 1e-9)])


def is_short(rate: float) -> bool:
    """Whether a round rate is one of the rounder ones, such as 0.15 rather than 0.17."""
    return any(float(f"{rate:e}".split("e")[0]) == m for m in _RATES)
