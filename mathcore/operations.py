"""The real functions that a field can be made of: how numpy computes each, and where it jumps.

Every `compute` takes and returns float64 numbers or arrays; outside its real domain it gives nan.
Truth values of conditions are 1.0, 0.0 and, where a side is undefined, nan.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import sympy
from sympy.functions.elementary.complexes import arg as argument_of
from sympy.functions.elementary.complexes import im, re

from mathcore.expression import cbrt

Numbers = Any  # float64 scalars and arrays of any shape, mixed
Marks = Any  # boolean arrays, or None for "jumps nowhere"


@dataclass(frozen=True)
class Operation:
    """How to compute a function, and where it jumps.

    `jumps_at(*arguments)` is True where the function itself jumps; `carry` says where a result
    jumps because an argument does (by default: wherever any argument does).
    """

    compute: Callable[..., Numbers]
    jumps_at: Callable[..., Numbers] | None = None
    carry: Callable[[list[Numbers], list[Marks]], Marks] | None = None

    def jumps(self, arguments: list[Numbers], marks: list[Marks]) -> Marks:
        """Where the result jumps, given the arguments and where they jump."""
        if self.carry is not None:
            return self.carry(arguments, marks)
        here = [] if self.jumps_at is None else [self.jumps_at(*arguments)]
        return _either([m for m in marks if m is not None] + here)


def _either(marks: list[Marks]) -> Marks:
    return reduce(np.logical_or, marks) if marks else None


# --- arithmetic ------------------------------------------------------------------------------


def _add(*terms: Numbers) -> Numbers:
    return reduce(np.add, terms)


def _multiply(*factors: Numbers) -> Numbers:
    return reduce(np.multiply, factors)


def _carry_product(factors: list[Numbers], marks: list[Marks]) -> Marks:
    """Let a bounded jump times zero be zero: the product does not jump there."""
    jump = _either([m for m in marks if m is not None])
    if jump is None:
        return None
    for factor, mark in zip(factors, marks, strict=True):
        steady_zero = np.equal(factor, 0)
        if mark is not None:
            steady_zero = steady_zero & ~mark
        jump = jump & ~steady_zero
    return jump


def _nan_where(condition: Numbers, value: Numbers) -> Numbers:
    return np.where(condition, np.nan, value)


def _reciprocal(x: Numbers) -> Numbers:
    return _nan_where(np.equal(x, 0), np.divide(1.0, x))


def _power(base: Numbers, exponent: Numbers) -> Numbers:
    """Real power; nan at poles, at 0^0 and where a negative base has a fractional exponent."""
    pole = np.equal(base, 0) & ~np.greater(exponent, 0)
    return _nan_where(pole, np.power(base, exponent))


def _fixed_power(exponent: float) -> Callable[[Numbers], Numbers]:
    if exponent > 0:
        return lambda base: np.power(base, exponent)
    return lambda base: _nan_where(np.equal(base, 0), np.power(base, exponent))


def _cube(x: Numbers) -> Numbers:
    return np.multiply(np.square(x), x)


_POWERS: dict[sympy.Basic, Operation] = {
    sympy.Integer(2): Operation(np.square),
    sympy.Integer(3): Operation(_cube),
    sympy.Integer(-1): Operation(_reciprocal),
    sympy.Integer(-2): Operation(lambda x: _reciprocal(np.square(x))),
    sympy.Rational(1, 2): Operation(np.sqrt),
    sympy.Rational(-1, 2): Operation(lambda x: _reciprocal(np.sqrt(x))),
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


# --- functions of one number -----------------------------------------------------------------


def _log(x: Numbers) -> Numbers:
    return _nan_where(np.less_equal(x, 0), np.log(x))


def _inverse(function: Callable[[Numbers], Numbers]) -> Operation:
    """One divided by `function`: sec, csc, cot and their hyperbolic kin."""
    return Operation(lambda x: _reciprocal(function(x)))


def _at_inverse(function: Callable[[Numbers], Numbers]) -> Operation:
    """Apply `function` to one divided by x: asec, acsc and their kin."""
    return Operation(lambda x: function(_reciprocal(x)))


def _atanh(x: Numbers) -> Numbers:
    return _nan_where(np.greater_equal(np.abs(x), 1), np.arctanh(x))


def _acot(x: Numbers) -> Numbers:
    """Inverse cotangent as sympy has it: atan(1/x), with acot(0) = π/2."""
    return np.where(np.equal(x, 0), np.pi / 2, np.arctan(np.divide(1.0, x)))


def _is_whole(x: Numbers) -> Numbers:
    return np.equal(x, np.floor(x))


def _is_zero(x: Numbers, *_: Numbers) -> Numbers:
    return np.equal(x, 0)


def _heaviside(x: Numbers, at_zero: Numbers = 0.5) -> Numbers:
    return np.where(np.isnan(x), np.nan, np.heaviside(x, at_zero))


_erf = np.vectorize(math.erf, otypes=[np.float64])
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


# --- functions of several numbers ------------------------------------------------------------


def _atan2(y: Numbers, x: Numbers) -> Numbers:
    return _nan_where(np.equal(x, 0) & np.equal(y, 0), np.arctan2(y + 0.0, x))


def _atan2_jumps(y: Numbers, x: Numbers) -> Numbers:
    return np.equal(y, 0) & np.less(x, 0)


def _mod(x: Numbers, period: Numbers) -> Numbers:
    return _nan_where(np.equal(period, 0), np.mod(x, period))


def _mod_jumps(x: Numbers, period: Numbers) -> Numbers:
    return np.equal(np.mod(x, period), 0)


# --- conditions and pieces -------------------------------------------------------------------


def _relation(compare: Callable[[Numbers, Numbers], Numbers]) -> Callable[..., Numbers]:
    def truth(left: Numbers, right: Numbers) -> Numbers:
        undefined = np.isnan(left) | np.isnan(right)
        return _nan_where(undefined, compare(left, right).astype(np.float64))

    return truth


def _at_border(left: Numbers, right: Numbers) -> Numbers:
    return np.equal(left, right)


def _both(*truths: Numbers) -> Numbers:
    return reduce(np.minimum, truths)


def _any(*truths: Numbers) -> Numbers:
    return reduce(np.maximum, truths)


def _piecewise(*parts: Numbers) -> Numbers:
    """First value whose condition holds; nan where none does or a condition is undefined."""
    conditions, values = parts[::2], parts[1::2]
    result: Numbers = np.nan
    for condition, value in reversed(list(zip(conditions, values, strict=True))):
        result = np.where(np.equal(condition, 1), value, _nan_where(np.isnan(condition), result))
    return result


def _carry_piecewise(parts: list[Numbers], marks: list[Marks]) -> Marks:
    """On a border between pieces the function jumps unless the pieces agree there."""
    conditions, values = parts[::2], parts[1::2]
    borders = [False if m is None else m for m in marks[::2]]
    inner = [False if m is None else m for m in marks[1::2]]

    def chosen(sides: list[Numbers], items: list[Numbers]) -> Numbers:
        return _piecewise(*[part for pair in zip(sides, items, strict=True) for part in pair])

    held = [np.where(b, 1.0, c) for c, b in zip(conditions, borders, strict=True)]
    failed = [np.where(b, 0.0, c) for c, b in zip(conditions, borders, strict=True)]
    one, other = chosen(held, values), chosen(failed, values)
    plain = chosen(list(conditions), values)
    agree = np.isclose(one, other, rtol=1e-9, atol=1e-12) & np.isclose(one, plain, rtol=1e-9)
    on_border = reduce(np.logical_or, borders)
    inside = np.equal(chosen(list(conditions), [np.where(m, 1.0, 0.0) for m in inner]), 1)
    return (on_border & ~agree) | inside


OPERATIONS: dict[Any, Operation] = {
    sympy.Add: Operation(_add),
    sympy.Mul: Operation(_multiply, carry=_carry_product),
    sympy.exp: Operation(np.exp),
    sympy.log: Operation(_log),
    sympy.sin: Operation(np.sin),
    sympy.cos: Operation(np.cos),
    sympy.tan: Operation(np.tan),
    sympy.cot: _inverse(np.tan),
    sympy.sec: _inverse(np.cos),
    sympy.csc: _inverse(np.sin),
    sympy.asin: Operation(np.arcsin),
    sympy.acos: Operation(np.arccos),
    sympy.atan: Operation(np.arctan),
    sympy.acot: Operation(_acot, jumps_at=_is_zero),
    sympy.asec: _at_inverse(np.arccos),
    sympy.acsc: _at_inverse(np.arcsin),
    sympy.sinh: Operation(np.sinh),
    sympy.cosh: Operation(np.cosh),
    sympy.tanh: Operation(np.tanh),
    sympy.coth: _inverse(np.tanh),
    sympy.sech: _inverse(np.cosh),
    sympy.csch: _inverse(np.sinh),
    sympy.asinh: Operation(np.arcsinh),
    sympy.acosh: Operation(np.arccosh),
    sympy.atanh: Operation(_atanh),
    sympy.acoth: _at_inverse(_atanh),
    sympy.asech: _at_inverse(np.arccosh),
    sympy.acsch: _at_inverse(np.arcsinh),
    sympy.sinc: Operation(lambda x: np.sinc(np.divide(x, np.pi))),
    sympy.erf: Operation(_erf),
    sympy.erfc: Operation(_erfc),
    cbrt: Operation(np.cbrt),
    sympy.Abs: Operation(np.abs),
    sympy.sign: Operation(np.sign, jumps_at=_is_zero),
    sympy.Heaviside: Operation(_heaviside, jumps_at=_is_zero),
    sympy.floor: Operation(np.floor, jumps_at=_is_whole),
    sympy.ceiling: Operation(np.ceil, jumps_at=_is_whole),
    sympy.frac: Operation(lambda x: np.subtract(x, np.floor(x)), jumps_at=_is_whole),
    sympy.Max: Operation(lambda *items: reduce(np.maximum, items)),
    sympy.Min: Operation(lambda *items: reduce(np.minimum, items)),
    sympy.Mod: Operation(_mod, jumps_at=_mod_jumps),
    sympy.atan2: Operation(_atan2, jumps_at=_atan2_jumps),
    # On the real line these say little, but sympy leaves them behind where it cannot tell that
    # an argument is real; where the argument is not real it is nan already.
    re: Operation(lambda x: x),
    im: Operation(lambda x: np.multiply(0.0, x)),
    argument_of: Operation(lambda x: _nan_where(np.equal(x, 0), np.where(x < 0, np.pi, 0.0 * x))),
    sympy.Lt: Operation(_relation(np.less), jumps_at=_at_border),
    sympy.Le: Operation(_relation(np.less_equal), jumps_at=_at_border),
    sympy.Gt: Operation(_relation(np.greater), jumps_at=_at_border),
    sympy.Ge: Operation(_relation(np.greater_equal), jumps_at=_at_border),
    # An equality is how an author fills a gap (sin(x)/x at 0): its border is meant.
    sympy.Eq: Operation(_relation(np.equal)),
    sympy.Ne: Operation(_relation(np.not_equal)),
    sympy.And: Operation(_both),
    sympy.Or: Operation(_any),
    sympy.Not: Operation(lambda truth: np.subtract(1.0, truth)),
    sympy.Piecewise: Operation(_piecewise, carry=_carry_piecewise),
}
