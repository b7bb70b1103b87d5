"""The sigmoid and its kin, computed without overflow and without loss.

Written out, `log(1 + e^u)` overflows above u = 709, and the slope of `1/(1 + e^-u)` is inf/inf
below -709. Here they become functions of their own, and `1 - σ(u)`, `log σ(u)` and
`e^u / (1 + e^u)` are expressed by them.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import sympy

from mathcore.evaluation.operation import Numbers, Operation


class sigmoid(sympy.Function):  # type: ignore[misc]  # noqa: N801  (sympy: lower-case functions)
    """σ(u) = 1 / (1 + e^-u), with σ' = σ(u) σ(-u): nothing cancels or overflows."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return the slope σ(u) σ(-u)."""
        return self * sigmoid(-self.args[0])

    def _eval_is_positive(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real or None


class softplus(sympy.Function):  # type: ignore[misc]  # noqa: N801
    """The soft form log(1 + e^u) of max(u, 0); its slope is σ(u)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return the slope σ(u)."""
        return sigmoid(self.args[0])


def softened(expression: sympy.Expr) -> sympy.Expr:
    """Return the expression with σ and softplus in place of what can be written by them.

    >>> x = sympy.Symbol("x", real=True)
    >>> softened(sympy.log(1 + sympy.exp(2 * x)) - 1 / (1 + sympy.exp(-x)))
    -sigmoid(x) + softplus(2*x)
    """
    return _softened(expression, {}) if expression.has(sympy.exp) else expression


def rebuilt(e: sympy.Basic, parts: list[sympy.Basic]) -> sympy.Basic:
    """Return `e` made of other parts, itself if they are the same, without long comparisons."""
    if len(parts) == len(e.args) and all(map(operator.is_, parts, e.args)):
        return e
    # sympy would take |u| apart where it cannot prove u real, and compare all parts of a maximum.
    calm = isinstance(e, sympy.Abs | sympy.Max | sympy.Min | sympy.Piecewise)
    return e.func(*parts, evaluate=False) if calm else e.func(*parts)


def _softened(e: sympy.Basic, known: dict[sympy.Basic, sympy.Basic]) -> sympy.Basic:
    if e.args and e not in known:
        known[e] = _written_soft(rebuilt(e, [_softened(part, known) for part in e.args]))
    return known[e] if e.args else e


def _written_soft(e: sympy.Basic) -> sympy.Basic:
    """Write one node, whose parts are soft already, by σ and softplus where it can be."""
    if isinstance(e, sympy.log):
        return _of_log(e)
    if isinstance(e, sympy.Pow) and e.exp.is_Rational and e.exp < 0:
        u = _soft_exponent(e.base)
        return e if u is None else sigmoid(-u) ** -e.exp
    if isinstance(e, sympy.Add):
        return _of_sum(e)
    if isinstance(e, sympy.Mul):
        return _without_exponential(e)
    return e


def _soft_exponent(e: sympy.Expr) -> sympy.Expr | None:
    """Return u when `e` is 1 + e^u (or 1 + c e^u with a number c above 0), else None."""
    if not isinstance(e, sympy.Add) or len(e.args) != 2 or sympy.S.One not in e.args:
        return None
    (term,) = (part for part in e.args if part is not sympy.S.One)
    factor, power = term.as_coeff_Mul()
    if not isinstance(power, sympy.exp) or not power.args[0].free_symbols or not factor > 0:
        return None
    return power.args[0] + sympy.log(factor)


def _of_log(e: sympy.log) -> sympy.Expr:
    u = _soft_exponent(e.args[0])
    if u is not None:
        return softplus(u)
    base, power = e.args[0].as_base_exp()
    return -power * softplus(-base.args[0]) if isinstance(base, sigmoid) else e


def _of_sum(e: sympy.Add) -> sympy.Expr:
    """Write 1 - σ(u) as σ(-u)."""
    if len(e.args) == 2 and sympy.S.One in e.args:
        (rest,) = (part for part in e.args if part is not sympy.S.One)
        if isinstance(-rest, sigmoid):
            return sigmoid(-(-rest).args[0])
    return e


def _without_exponential(e: sympy.Mul) -> sympy.Expr:
    """Write e^-u σ(u) as σ(-u), as often as the powers allow."""
    exponent = next((f.args[0] for f in e.args if isinstance(f, sympy.exp)), None)
    if exponent is None:
        return e
    for factor in e.args:
        base, power = factor.as_base_exp()
        if not isinstance(base, sigmoid) or not power.is_Integer:
            continue
        u = base.args[0]
        for times in range(int(power), 0, -1):
            left = sympy.expand_mul(exponent + times * u)
            if len(_moving_terms(left)) < len(_moving_terms(exponent)):
                others = [f for f in e.args if f is not factor and not isinstance(f, sympy.exp)]
                swapped = base ** (power - times) * sigmoid(-u) ** times
                product = sympy.Mul(sympy.exp(left), swapped, *others)
                again = isinstance(product, sympy.Mul)
                return _without_exponential(product) if again else product
    return e


def _moving_terms(e: sympy.Expr) -> list[sympy.Expr]:
    return [term for term in sympy.Add.make_args(e) if term.free_symbols]


def _sigmoid(u: Numbers) -> Numbers:
    small = np.exp(-np.abs(u))
    return np.where(np.less(u, 0), small, 1.0) / (1.0 + small)


SOFT: dict[Any, Operation] = {
    sigmoid: Operation(_sigmoid),
    softplus: Operation(lambda u: np.logaddexp(0.0, u)),
}
