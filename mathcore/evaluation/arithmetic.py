"""Sums, products and powers of real numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import sympy

from mathcore.evaluation.operation import Marks, Numbers, Operation, either, nan_where


def _add(*terms: Numbers) -> Numbers:
    return reduce(np.add, terms)


def _multiply(*factors: Numbers) -> Numbers:
    return reduce(np.multiply, factors)


def _carry_product(factors: list[Numbers], marks: list[Marks]) -> Marks:
    """Let a bounded jump times zero be zero: the product does not jump there."""
    jump = either([m for m in marks if m is not None])
    if jump is None:
        return None
    for factor, mark in zip(factors, marks, strict=True):
        steady_zero = np.equal(factor, 0)
        if mark is not None:
            steady_zero = steady_zero & ~mark
        jump = jump & ~steady_zero
    return jump


def reciprocal(x: Numbers) -> Numbers:
    """Return 1/x, nan at the pole."""
    return nan_where(np.equal(x, 0), np.divide(1.0, x))


def _power(base: Numbers, exponent: Numbers) -> Numbers:
    """Real power; nan at poles, at 0^0 and where a negative base has a fractional exponent."""
    pole = np.equal(base, 0) & ~np.greater(exponent, 0)
    return nan_where(pole, np.power(base, exponent))


def _fixed_power(exponent: float) -> Callable[[Numbers], Numbers]:
    if exponent > 0:
        return lambda base: np.power(base, exponent)
    return lambda base: nan_where(np.equal(base, 0), np.power(base, exponent))


def _cube(x: Numbers) -> Numbers:
    return np.multiply(np.square(x), x)


def _fourth(x: Numbers) -> Numbers:
    return np.square(np.square(x))  # NumPy's power takes fifty times as long


_POWERS: dict[sympy.Basic, Operation] = {
    sympy.Integer(2): Operation(np.square),
    sympy.Integer(3): Operation(_cube),
    sympy.Integer(4): Operation(_fourth),
    sympy.Integer(-1): Operation(reciprocal),
    sympy.Integer(-2): Operation(lambda x: reciprocal(np.square(x))),
    sympy.Rational(1, 2): Operation(np.sqrt),
    sympy.Rational(-1, 2): Operation(lambda x: reciprocal(np.sqrt(x))),
}


def power_operation(power: sympy.Pow) -> tuple[Operation, tuple[sympy.Basic, ...]]:
    """Choose the cheapest exact way to raise to this exponent, and the arguments it takes."""
    base, exponent = power.args
    if exponent.free_symbols:
        return Operation(_power), (base, exponent)
    special = _POWERS.get(exponent)
    if special is not None:
        return special, (base,)
    return Operation(_fixed_power(constant_value(exponent))), (base,)


def constant_value(constant: sympy.Basic) -> float:
    """Return the number that a constant stands for; nan when it is not real and finite."""
    if isinstance(constant, sympy.Float | sympy.Rational):
        try:
            return float(constant)
        except OverflowError:
            return math.copysign(math.inf, 1 if constant > 0 else -1)
    try:
        number = complex(sympy.N(constant, 30))
    except (TypeError, ValueError, OverflowError):
        return math.nan
    return number.real if number.imag == 0 and math.isfinite(number.real) else math.nan


ARITHMETIC: dict[Any, Operation] = {
    sympy.Add: Operation(_add),
    sympy.Mul: Operation(_multiply, carry=_carry_product),
}
