"""Numbers, names, sums, products and powers as Typst maths."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.printer import Printer

from mathcore.typeset.logarithms import join_logarithms
from mathcore.typeset.marks import marked
from mathcore.typeset.names import typeset_name, typeset_subscript, typeset_word
from mathcore.typeset.numbers import exact_decimal, typeset_short
from mathcore.typeset.order import factor_rank, is_reciprocal, sign_and_size, sum_order

UPRIGHT = {
    **{name: name for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh")},
    **{"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log": "ln"},
    **{"asinh": 'op("arsinh")', "acosh": 'op("arcosh")', "atanh": 'op("artanh")'},
    **{"atan2": 'op("atan2")', "sign": 'op("sgn")', "coth": "coth", "DiracDelta": "delta"},
}
_POWER_ON_NAME = {"sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "log", "sign"}
_SINGLE = re.compile(r"[0-9.]+|[A-Za-z]+(_[0-9]+)?(\^[0-9]+)?")  # needs no parentheses by a slash


class AlgebraPrinter(Printer):  # type: ignore[misc]
    """Writes each kind of node; sums, products and powers carry the conventions."""

    printmethod = "_typst"

    def __init__(self, marks: Mapping[sympy.Basic, str], decimals: int) -> None:
        super().__init__()
        self.marks = marks
        self.decimals = decimals
        self.raised = False  # inside an exponent, where a stacked fraction would be too small

    def emptyPrinter(self, expr: Any) -> str:  # noqa: N802  (sympy's name)
        """Refuse a kind of node that no method writes."""
        raise ValueError(f"{expr}: there is no Typst notation for {type(expr).__name__}")

    def _print(self, expr: Any, **options: Any) -> str:
        source: str = super()._print(expr, **options)
        return marked(source, self.marks[expr]) if expr in self.marks else source

    def within(self, expr: sympy.Expr, level: int) -> str:
        """Write ``expr``, in parentheses unless it binds at least as tightly as ``level``."""
        source = self._print(expr)
        return source if self.tightness(expr) >= level else f"({source})"

    def tightness(self, expr: sympy.Expr) -> int:
        """Return how tightly the written form of ``expr`` binds."""
        if isinstance(expr, (sympy.Rational, sympy.Float)):
            if expr < 0:
                return int(PRECEDENCE["Add"])
            written = self._number(expr)
            if "10^" in written or written.startswith("frac"):
                return int(PRECEDENCE["Mul"])
            return int(PRECEDENCE["Atom"])
        if isinstance(expr, (sympy.Function, sympy.Abs, sympy.Max, sympy.Min, sympy.exp)):
            return int(PRECEDENCE["Pow"] if isinstance(expr, sympy.exp) else PRECEDENCE["Atom"])
        if isinstance(expr, (sympy.Piecewise, sympy.Derivative)):
            return int(PRECEDENCE["Mul"])
        return int(precedence(expr))

    # --- numbers and names -----------------------------------------------------------------

    def _number(self, number: sympy.Expr) -> str:
        if isinstance(number, sympy.Float):
            return typeset_short(float(number), self.decimals)
        sign = "-" if number < 0 else ""
        for written in (self._decimal(number), exact_decimal(number)):
            if written is not None:
                return sign + written
        if number.is_Integer:
            return str(number)
        return sign + self._fraction(str(abs(number.p)), str(number.q))

    def _fraction(self, above: str, below: str, of_sum: bool = False) -> str:
        """Write a fraction, with a slash inside an exponent."""
        if not self.raised:
            return f"frac({above}, {below})"
        above = f"({above})" if of_sum else above
        below = below if _SINGLE.fullmatch(below) else f"({below})"
        return f"{above} \\/ {below}"

    def _decimal(self, number: sympy.Rational) -> str | None:
        """Return the size of a fraction that is a short decimal; None for the others."""
        scaled = abs(number) * 10**self.decimals
        if number.is_Integer or not scaled.is_Integer:
            return None
        if 1 / abs(number) in (2, 4) or (self.raised and number.q in (2, 4)):
            return None
        digits = str(int(scaled)).rjust(self.decimals + 1, "0")
        return f"{digits[: -self.decimals]}.{digits[-self.decimals :].rstrip('0')}"

    def _print_Rational(self, expr: sympy.Rational) -> str:  # noqa: N802
        return self._number(expr)

    _print_Integer = _print_Rational  # noqa: N815
    _print_Float = _print_Rational  # noqa: N815

    def _print_Symbol(self, expr: sympy.Symbol) -> str:  # noqa: N802
        return typeset_name(expr.name)

    _print_Dummy = _print_Symbol  # noqa: N815

    def _print_NumberSymbol(self, expr: sympy.Expr) -> str:  # noqa: N802
        return "e" if expr is sympy.E else str(expr).lower()

    def _print_Infinity(self, expr: sympy.Expr) -> str:  # noqa: N802
        return "oo"

    def _print_NegativeInfinity(self, expr: sympy.Expr) -> str:  # noqa: N802
        return "-oo"

    def _print_NaN(self, expr: sympy.Expr) -> str:  # noqa: N802
        return '"–"'

    # --- sums --------------------------------------------------------------------------------

    def _print_Add(self, expr: sympy.Add) -> str:  # noqa: N802
        text = ""
        for term in sum_order(expr):
            negative, size = sign_and_size(term)
            written = self._signless(term, size)
            if not text:
                text = f"-{written}" if negative else written
            else:
                text += f" - {written}" if negative else f" + {written}"
        return text

    def _signless(self, term: sympy.Expr, size: sympy.Expr) -> str:
        """Write a term without its sign, marked if either form of it is."""
        written = self._print(size)
        if size is not term and term in self.marks and size not in self.marks:
            written = marked(written, self.marks[term])
        return f"({written})" if isinstance(size, sympy.Add) else written

    # --- products ------------------------------------------------------------------------------

    def _print_Mul(self, expr: sympy.Mul) -> str:  # noqa: N802
        negative, size = sign_and_size(expr)
        if negative:
            written = self._print(size)
            return f"-({written})" if isinstance(size, sympy.Add) else f"-{written}"
        coefficient, above, below = self._split(expr)
        above, below = join_logarithms(above, below)
        if not below:
            return self._row([*coefficient, *above])
        top = [*coefficient, *above]
        of_sum = len(top) == 1 and isinstance(top[0], sympy.Add)
        return self._fraction(self._row(top) if top else "1", self._row(below), of_sum)

    def _split(
        self, expr: sympy.Expr
    ) -> tuple[list[sympy.Expr], list[sympy.Expr], list[sympy.Expr]]:
        """Return a product's coefficient, and its factors above and below the fraction line."""
        coefficient, above, below = [], [], []
        for factor in sorted(expr.as_ordered_factors(), key=factor_rank):
            if factor.is_Rational:
                if self._decimal(factor) is not None or exact_decimal(factor) is not None:
                    coefficient.append(factor)
                    continue
                if factor.p != 1:
                    coefficient.append(sympy.Integer(factor.p))
                if factor.q != 1:
                    below.append(sympy.Integer(factor.q))
            elif is_reciprocal(factor):
                below.append(1 / factor)
            else:
                above.append(factor)
        return coefficient, above, below

    def _row(self, factors: list[sympy.Expr]) -> str:
        if len(factors) == 1:
            return self._print(factors[0])
        text = ""
        for factor in factors:
            written = self.within(factor, PRECEDENCE["Mul"])
            # Two numbers side by side would read as one: 2 · 3^x.
            if text:
                text += " dot " if written[0].isdigit() or _starts_digit(factor) else " "
            text += written
        return text

    # --- powers --------------------------------------------------------------------------------

    def _print_Pow(self, expr: sympy.Pow) -> str:  # noqa: N802
        base, exponent = expr.base, expr.exp
        if is_reciprocal(expr):
            return self._fraction("1", self._print(1 / expr))
        if exponent.is_Rational and exponent.p == 1:
            root = self._print(base)
            return f"sqrt({root})" if exponent.q == 2 else f"root({exponent.q}, {root})"
        raised = self._exponent(exponent)
        if isinstance(base, sympy.Function) and exponent.is_Integer and exponent > 0:
            name = type(base).__name__
            if name in _POWER_ON_NAME and base not in self.marks:
                return f"{UPRIGHT[name]}^{raised}({self._arguments(base.args)})"
        if isinstance(base, sympy.Symbol) and "_" in base.name and base in self.marks:
            return f"{self._marked_symbol(base)}^{raised}"
        return f"{self._base(base)}^{raised}"

    def _base(self, base: sympy.Expr) -> str:
        if isinstance(base, (sympy.Max, sympy.Min)) or type(base).__name__ == "Heaviside":
            return f"({self._print(base)})"
        return self.within(base, PRECEDENCE["Atom"])

    def _marked_symbol(self, symbol: sympy.Symbol) -> str:
        """Mark a letter and its subscript apart, so that an exponent stands above the subscript."""
        base, _, subscript = symbol.name.partition("_")
        mark = self.marks[symbol]
        below = marked(typeset_subscript(subscript), mark)
        return f"{marked(typeset_word(base), mark)}_({below})"

    def _exponent(self, exponent: sympy.Expr) -> str:
        outside, self.raised = self.raised, True
        written = self._print(exponent)
        self.raised = outside
        return written if re.fullmatch(r"[0-9]+|[A-Za-z]", written) else f"({written})"

    def _print_exp(self, expr: sympy.exp) -> str:
        return f"e^{self._exponent(expr.args[0])}"

    def _arguments(self, arguments: Sequence[sympy.Expr]) -> str:
        return ", ".join(self._print(argument) for argument in arguments)


def _starts_digit(factor: sympy.Expr) -> bool:
    """Tell whether a power is written with a number in front, such as ``3^x``."""
    return bool(isinstance(factor, sympy.Pow) and factor.base.is_Rational)
