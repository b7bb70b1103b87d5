"""The elementary functions: exponential, trigonometric, roots, steps, remainders."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import sympy
from sympy.functions.elementary.complexes import arg as argument_of
from sympy.functions.elementary.complexes import im, re

from mathcore.evaluation.arithmetic import reciprocal
from mathcore.evaluation.operation import Numbers, Operation, nan_where
from mathcore.expression import cbrt


def _log(x: Numbers) -> Numbers:
    return nan_where(np.less_equal(x, 0), np.log(x))


def _inverse(function: Callable[[Numbers], Numbers]) -> Operation:
    """One divided by `function`: sec, csc, cot and their hyperbolic kin."""
    return Operation(lambda x: reciprocal(function(x)))


def _at_inverse(function: Callable[[Numbers], Numbers]) -> Operation:
    """Apply `function` to one divided by x: asec, acsc and their kin."""
    return Operation(lambda x: function(reciprocal(x)))


def _atanh(x: Numbers) -> Numbers:
    return nan_where(np.greater_equal(np.abs(x), 1), np.arctanh(x))


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


def _atan2(y: Numbers, x: Numbers) -> Numbers:
    return nan_where(np.equal(x, 0) & np.equal(y, 0), np.arctan2(y + 0.0, x))


def _atan2_jumps(y: Numbers, x: Numbers) -> Numbers:
    return np.equal(y, 0) & np.less(x, 0)


def _mod(x: Numbers, period: Numbers) -> Numbers:
    return nan_where(np.equal(period, 0), np.mod(x, period))


def _mod_jumps(x: Numbers, period: Numbers) -> Numbers:
    return np.equal(np.mod(x, period), 0)


ELEMENTARY: dict[Any, Operation] = {
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
    argument_of: Operation(lambda x: nan_where(np.equal(x, 0), np.where(x < 0, np.pi, 0.0 * x))),
}
