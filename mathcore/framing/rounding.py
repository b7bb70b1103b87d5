"""Round numbers: ends of ranges, steps between levels, learning rates."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

_STEPS = (1.0, 2.0, 5.0)
_SIZES = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_RATES = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)


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
    [0.5, 0.6, 0.8, 1.0, 1.2]
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [clean(m * 10.0**power) for power in powers for m in _RATES]
    return np.array([rate for rate in found if low * (1 - 1e-9) <= rate <= high * (1 + 1e-9)])
