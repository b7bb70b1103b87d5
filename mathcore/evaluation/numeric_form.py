"""An equal form of an expression that is computed without loss and differentiated cheaply.

sympy's work on an expression grows with the square of its depth, or worse: the Hessian of a product
of 80 factors took 40 s, that of x^x^x^... 63 s. So a large expression is cut into parts, each
named by a symbol and shallow; the parts of its derivatives are again such definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import sympy

from mathcore.evaluation.soft import rebuilt, softened

Parts: TypeAlias = dict[sympy.Symbol, sympy.Expr]

_SMALL = 40  # nodes that an expression may have without being cut
_SHALLOW = 4  # levels that a part may have
_FEW = 8  # factors that a product may have


@dataclass(frozen=True)
class NumericForm:
    """An expression in the variables and in the symbols of its parts, which stand in order."""

    expression: sympy.Expr
    parts: Parts


def numeric_form(expression: sympy.Expr) -> NumericForm:
    """Return a form with the same values, for computing and differentiating only.

    >>> x = sympy.Symbol("x", real=True)
    >>> numeric_form(1 / (1 + sympy.exp(-x)))
    NumericForm(expression=sigmoid(x), parts={})
    >>> len(numeric_form(sympy.Mul(*[x - k for k in range(80)])).parts)
    79
    """
    soft = softened(expression)
    if not _is_large(soft):
        return NumericForm(soft, {})
    cut = _Cut()
    return NumericForm(cut.form(soft), cut.parts)


def _is_large(expression: sympy.Expr) -> bool:
    for count, _ in enumerate(sympy.preorder_traversal(expression), start=1):
        if count > _SMALL:
            return True
    return False


class _Cut:
    """Cuts an expression into parts from the inside out, each of its parts once."""

    def __init__(self) -> None:
        self.parts: Parts = {}
        self._known: dict[sympy.Basic, sympy.Basic] = {}
        self._height: dict[sympy.Basic, int] = {}

    def form(self, e: sympy.Basic) -> sympy.Basic:
        """Return `e` in symbols of parts, itself perhaps the symbol of a new part."""
        if not e.args:
            return e
        if e not in self._known:
            self._known[e] = self._cut(rebuilt(e, [self.form(part) for part in e.args]))
        return self._known[e]

    def _cut(self, e: sympy.Basic) -> sympy.Basic:
        if not isinstance(e, sympy.Expr) or not e.free_symbols:
            return e
        limit = {sympy.Mul: _FEW, sympy.Max: 2, sympy.Min: 2}.get(e.func)
        if limit is not None and len(e.args) > limit:
            return self._halved(e, list(e.args))
        return self._named(e) if self._height_of(e) >= _SHALLOW else e

    def _halved(self, e: sympy.Expr, args: list[sympy.Expr]) -> sympy.Expr:
        """Name a product or an extreme of two halves, each made of two halves."""
        if len(args) == 1:
            return args[0]
        middle = len(args) // 2
        first, second = self._halved(e, args[:middle]), self._halved(e, args[middle:])
        return self._named(rebuilt(e, [first, second]))

    def _named(self, e: sympy.Expr) -> sympy.Expr:
        symbol = sympy.Dummy("part", real=True)
        self.parts[symbol] = e
        return symbol

    def _height_of(self, e: sympy.Basic) -> int:
        if not e.args:
            return 0
        if e not in self._height:
            self._height[e] = 1 + max(self._height_of(part) for part in e.args)
        return self._height[e]
