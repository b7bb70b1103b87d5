"""Partial derivatives of real functions, exact, in the form that a reader would write.

sympy differentiates over the complex numbers and in the sense of distributions: where it cannot
prove an argument real, the derivative of |u| becomes a tangle of real and imaginary parts, and
that of sign(u) a Dirac delta. Here every u is real, so |u|' = sign(u)·u', and steps have slope 0.
At the kink or the step itself no derivative exists; `mathcore.evaluation` finds those points.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeAlias

import sympy

_Slopes: TypeAlias = dict[sympy.Basic, sympy.Expr]  # derivatives known so far, by expression


class Differentiation:
    """Partial derivatives by the n variables of a field; each part is differentiated once.

    Args:
        variables: what is differentiated by.
        parts: symbols that stand for expressions of the variables and of symbols before them; the
            derivatives of such symbols become further parts, added to this dictionary.

    >>> x, y = sympy.symbols("x y", real=True)
    >>> Differentiation((x, y)).gradient(x**2 + abs(x * y))
    (2*x + y*sign(x*y), x*sign(x*y))
    """

    def __init__(
        self,
        variables: tuple[sympy.Symbol, ...],
        parts: dict[sympy.Symbol, sympy.Expr] | None = None,
    ):
        self.parts = {} if parts is None else parts
        self._known: dict[sympy.Symbol, _Slopes] = {v: {} for v in variables}

    def gradient(self, expression: sympy.Expr) -> tuple[sympy.Expr, ...]:
        """Return the n first partial derivatives (∂f/∂x₁, ..., ∂f/∂xₙ)."""
        return tuple(self._slope(expression, v) for v in self._known)

    def hessian(self, expression: sympy.Expr) -> tuple[tuple[sympy.Expr, ...], ...]:
        """Return the n×n second partial derivatives ∂²f/∂xᵢ∂xⱼ, a symmetric table."""
        upper = {
            (i, j): self._slope(first, variable)
            for j, variable in enumerate(self._known)
            for i, first in enumerate(self.gradient(expression)[: j + 1])
        }
        n = len(self._known)
        return tuple(tuple(upper[min(i, j), max(i, j)] for j in range(n)) for i in range(n))

    def _slope(self, e: sympy.Basic, v: sympy.Symbol) -> sympy.Expr:
        known = self._known[v]
        if e not in known:
            known[e] = self._new_slope(e, v)
        return known[e]

    def _new_slope(self, e: sympy.Basic, v: sympy.Symbol) -> sympy.Expr:
        if e in self.parts:
            return self._named(self._slope(self.parts[e], v))
        if not e.args:
            return sympy.S.One if e == v else sympy.S.Zero
        if isinstance(e, sympy.Piecewise):
            return sympy.Piecewise(*[(self._slope(value, v), where) for value, where in e.args])
        slopes = [self._slope(part, v) for part in e.args]
        if all(slope is sympy.S.Zero for slope in slopes):
            return sympy.S.Zero
        return _RULES.get(e.func, _by_chain_rule)(e, slopes)

    def _named(self, slope: sympy.Expr) -> sympy.Expr:
        if not slope.args:
            return slope
        symbol = sympy.Dummy("slope", real=True)
        self.parts[symbol] = slope
        return symbol


def _of_product(e: sympy.Expr, slopes: list[sympy.Expr]) -> sympy.Expr:
    return sympy.Add(
        *[
            _product(*e.args[:i], slope, *e.args[i + 1 :])
            for i, slope in enumerate(slopes)
            if slope is not sympy.S.Zero
        ]
    )


def _of_power(e: sympy.Expr, slopes: list[sympy.Expr]) -> sympy.Expr:
    """(u^v)' = v·u^(v-1)·u' + u^v·log(u)·v', without sympy's u^v/u, which fails at u = 0."""
    base, exponent = e.args
    by_base, by_exponent = slopes
    terms = []
    if by_base is not sympy.S.Zero:
        terms.append(_product(exponent, sympy.Pow(base, exponent - 1), by_base))
    if by_exponent is not sympy.S.Zero:
        terms.append(_product(e, sympy.log(base), by_exponent))
    return sympy.Add(*terms)


def _of_maximum(e: sympy.Expr, slopes: list[sympy.Expr]) -> sympy.Expr:
    return _of_extreme(e, slopes, sympy.Gt)


def _of_minimum(e: sympy.Expr, slopes: list[sympy.Expr]) -> sympy.Expr:
    return _of_extreme(e, slopes, sympy.Lt)


def _of_extreme(
    e: sympy.Expr, slopes: list[sympy.Expr], leads: Callable[[sympy.Expr, sympy.Expr], Any]
) -> sympy.Expr:
    """Give the slope of whichever part wins, taking the parts in two at a time.

    Where two parts are equal and so are their slopes, as those of x and |x| for x > 0, there is no
    kink: `mathcore.evaluation` compares the pieces on their border.
    """

    def compare(
        left: tuple[sympy.Expr, sympy.Expr], right: tuple[sympy.Expr, sympy.Expr]
    ) -> tuple[sympy.Expr, sympy.Expr]:
        winner = e.func(left[0], right[0], evaluate=False)
        return winner, _chosen(leads(left[0], right[0]), left[1], right[1])

    return reduce(compare, zip(e.args, slopes, strict=True))[1]


def _chosen(ahead: Any, one: sympy.Expr, other: sympy.Expr) -> sympy.Expr:
    """Return one slope where a condition holds, and another elsewhere."""
    if one == other or ahead in (sympy.true, sympy.false):
        return one if ahead is not sympy.false else other
    return sympy.Piecewise((one, ahead), (other, sympy.true), evaluate=False)


def _of_remainder(e: sympy.Expr, slopes: list[sympy.Expr]) -> sympy.Expr:
    """Differentiate a mod b = a - b·floor(a / b)."""
    dividend, divisor = e.args
    return slopes[0] - _product(sympy.floor(dividend / divisor), slopes[1])


def _by_chain_rule(e: sympy.Expr, slopes: list[sympy.Expr]) -> sympy.Expr:
    terms = [
        _product(e.fdiff(i), slope)
        for i, slope in enumerate(slopes, start=1)
        if slope is not sympy.S.Zero
    ]
    return sympy.Add(*terms)


def _product(*factors: sympy.Expr) -> sympy.Expr:
    """Multiply, with sign(u)² = 1 and Heaviside(u)² = Heaviside(u), as is so off the step."""
    product = sympy.Mul(*factors)
    if not product.has(sympy.sign, sympy.Heaviside):
        return product
    return sympy.Mul(*[_without_repeats(factor) for factor in sympy.Mul.make_args(product)])


def _without_repeats(factor: sympy.Expr) -> sympy.Expr:
    base, exponent = factor.as_base_exp()
    if not (exponent.is_Integer and exponent > 1):
        return factor
    if isinstance(base, sympy.sign):
        return sympy.S.One if exponent % 2 == 0 else base
    return base if isinstance(base, sympy.Heaviside) else factor


def _flat(e: sympy.Expr, slopes: list[sympy.Expr]) -> sympy.Expr:
    return sympy.S.Zero


_RULES: dict[Any, Callable[[Any, list[sympy.Expr]], sympy.Expr]] = {
    sympy.Add: lambda e, slopes: sympy.Add(*slopes),
    sympy.Mul: _of_product,
    sympy.Pow: _of_power,
    sympy.Abs: lambda e, slopes: _product(sympy.sign(e.args[0]), slopes[0]),
    sympy.sign: _flat,
    sympy.floor: _flat,
    sympy.ceiling: _flat,
    sympy.Heaviside: _flat,
    sympy.Max: _of_maximum,
    sympy.Min: _of_minimum,
    sympy.Mod: _of_remainder,
    sympy.frac: lambda e, slopes: slopes[0],
}
