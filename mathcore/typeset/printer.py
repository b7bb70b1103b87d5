"""From a sympy expression to Typst maths: the functions, relations and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE

from mathcore.typeset.algebra import UPRIGHT, AlgebraPrinter
from mathcore.typeset.logarithms import LogToBase
from mathcore.typeset.marks import refuse_bad_marks
from mathcore.typeset.names import typeset_name
from mathcore.typeset.rows import typeset_vector

_RELATIONS = {
    sympy.Eq: "=",
    sympy.Ne: "!=",
    sympy.Lt: "<",
    sympy.Le: "<=",
    sympy.Gt: ">",
    sympy.Ge: ">=",
}


def typeset(
    expr: sympy.Basic, parts: Mapping[sympy.Basic, str] | None = None, decimals: int = 3
) -> str:
    """Return ``expr`` as Typst maths.

    Args:
        expr: a sympy expression, relation, tuple or matrix.
        parts: sub-expressions that stand out, each with its colour (``"#E69F00"``) or with the
            name of a Typst function that is given its content.
        decimals: a fraction that ends within so many decimals is written as a decimal number;
            a half and a quarter stay fractions.

    Raises:
        ValueError: if a part's mark is neither a colour nor a name, if ``decimals`` is negative,
            or if ``expr`` holds something that has no notation here.

    >>> from mathcore.expression import parse
    >>> typeset(parse("0.15 x^2 + y/3"))
    '0.15 x^2 + frac(y, 3)'
    >>> typeset(parse("x^2 exp(-x) sin(y)^2"))
    'x^2 e^(-x) sin^2(y)'
    """
    if decimals < 0:
        raise ValueError(f"decimals={decimals}: the number of decimals must be 0 or more")
    marks = dict(parts or {})
    refuse_bad_marks(marks)
    text: str = _Typesetter(marks, decimals).doprint(sympy.sympify(expr, strict=True))
    return text


class _Typesetter(AlgebraPrinter):
    """Writes the functions, relations and tables; sums, products and powers are inherited."""

    # --- functions ---

    def _print_Function(self, expr: sympy.Function) -> str:  # noqa: N802
        name = type(expr).__name__
        if isinstance(expr, LogToBase):
            return f"log_{expr.args[1]}({self._print(expr.args[0])})"
        if name not in UPRIGHT and not isinstance(expr, sympy.core.function.AppliedUndef):
            return self.emptyPrinter(expr)
        return f"{UPRIGHT.get(name) or typeset_name(name)}({self._arguments(expr.args)})"

    def _print_Abs(self, expr: sympy.Abs) -> str:  # noqa: N802
        return f"abs({self._print(expr.args[0])})"

    def _print_floor(self, expr: sympy.floor) -> str:
        return f"floor({self._print(expr.args[0])})"

    def _print_ceiling(self, expr: sympy.ceiling) -> str:
        return f"ceil({self._print(expr.args[0])})"

    def _print_cbrt(self, expr: sympy.Expr) -> str:
        return f"root(3, {self._print(expr.args[0])})"

    def _extreme(self, name: str, expr: sympy.Expr) -> str:
        # max(x, 0), not max(0, x): the numbers come last.
        ordered = sorted(expr.args, key=lambda a: (a.is_number, sympy.default_sort_key(a)))
        return f"{name}({self._arguments(ordered)})"

    def _print_Max(self, expr: sympy.Max) -> str:  # noqa: N802
        return self._extreme("max", expr)

    def _print_Min(self, expr: sympy.Min) -> str:  # noqa: N802
        return self._extreme("min", expr)

    def _print_Heaviside(self, expr: sympy.Heaviside) -> str:  # noqa: N802
        """Write the step as the indicator of its condition: 1 where it holds, else 0."""
        return f"bb(1)_({self._print(expr.args[0])} > 0)"

    def _print_Derivative(self, expr: sympy.Derivative) -> str:  # noqa: N802
        inner = self.within(expr.expr, PRECEDENCE["Atom"])
        d = "d" if len(expr.expr.free_symbols) == 1 else "partial"
        for variable, count in reversed(expr.variable_count):
            power = "" if count == 1 else f"^{count}"
            inner = f"frac({d}{power}, {d} {self._print(variable)}{power}) {inner}"
        return inner

    def _print_Piecewise(self, expr: sympy.Piecewise) -> str:  # noqa: N802
        rows = [
            f"{self._print(value)} comma & quad {self._condition(expr, index)}"
            for index, (value, _) in enumerate(expr.args)
        ]
        return f"cases({', '.join(rows)})"

    def _condition(self, expr: sympy.Piecewise, index: int) -> str:
        """Write a row's condition; "otherwise" as the opposite of a single one before it."""
        condition = expr.args[index].cond
        if condition is sympy.true and index == 1:
            condition = sympy.Not(expr.args[0].cond)
        return '"otherwise"' if condition is sympy.true else self._print(condition)

    # --- relations and collections ---------------------------------------------------------------

    def _print_Relational(self, expr: Any) -> str:  # noqa: N802
        sign = _RELATIONS[type(expr)]
        return f"{self._print(expr.lhs)} {sign} {self._print(expr.rhs)}"

    def _joined(self, expr: Any, sign: str) -> str:
        return f" {sign} ".join(
            self._print(a)
            if isinstance(a, sympy.core.relational.Relational)
            else f"({self._print(a)})"
            for a in sorted(expr.args, key=sympy.default_sort_key)
        )

    def _print_And(self, expr: Any) -> str:  # noqa: N802
        return self._joined(expr, "and")

    def _print_Or(self, expr: Any) -> str:  # noqa: N802
        return self._joined(expr, "or")

    def _print_Tuple(self, expr: Any) -> str:  # noqa: N802
        return typeset_vector([self._print(item) for item in expr])

    def _print_MatrixBase(self, expr: Any) -> str:  # noqa: N802
        rows = [", ".join(self._print(item) for item in row) for row in expr.tolist()]
        return f"mat({'; '.join(rows)})"
