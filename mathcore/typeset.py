"""From a sympy expression to Typst maths, written as a careful mathematician writes it.

The strings are the inside of a Typst formula: ``$ … $`` is put around them by whoever shows them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.printer import Printer

from mathcore.expression import GREEK_NAMES

_UPRIGHT = {
    **{name: name for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh")},
    **{"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log": "ln"},
    **{"asinh": 'op("arsinh")', "acosh": 'op("arcosh")', "atanh": 'op("artanh")'},
    **{"atan2": 'op("atan2")', "sign": 'op("sgn")', "coth": "coth", "DiracDelta": "delta"},
}
_POWER_ON_NAME = {"sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "log", "sign"}
_RELATIONS = {
    sympy.Eq: "=",
    sympy.Ne: "!=",
    sympy.Lt: "<",
    sympy.Le: "<=",
    sympy.Gt: ">",
    sympy.Ge: ">=",
}
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_SINGLE = re.compile(r"[0-9.]+|[A-Za-z]+(_[0-9]+)?(\^[0-9]+)?")  # needs no parentheses by a slash
_LARGE = 1e5  # read-outs from here on are written with a power of ten
_NOISE = 1e-12  # and below this they are rounding errors, shown as zero


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
    for part, mark in marks.items():
        if not (_COLOUR.fullmatch(mark) or _LABEL.fullmatch(mark)):
            raise ValueError(
                f"parts[{part}]={mark!r}: give a colour such as '#E69F00' or the name of a Typst"
                " function"
            )
    text: str = _Typesetter(marks, decimals).doprint(sympy.sympify(expr))
    return text


def coloured(source: str, hex_colour: str) -> str:
    """Return Typst maths that shows ``source`` in a colour, its size and spacing unchanged.

    Raises:
        ValueError: if ``hex_colour`` is not six hexadecimal digits after a ``#``.

    >>> coloured("x^2", "#E69F00")
    '#text(fill: rgb("#E69F00"))[$x^2$]'
    """
    if not _COLOUR.fullmatch(hex_colour):
        raise ValueError(f"hex_colour={hex_colour!r}: a colour is written like '#E69F00'")
    return f'#text(fill: rgb("{hex_colour}"))[${source}$]'


def typeset_number(value: float, decimals: int = 2) -> str:
    """Return a read-out of ``value`` as Typst maths: fixed decimals, never ``-0.00``.

    From 10^5 on, and where fixed decimals would show a plain zero, it is ``1.20 times 10^5``;
    below 10^-12 it is zero.  nan is a dash, an infinity ``oo``.

    Raises:
        ValueError: if ``decimals`` is negative.

    >>> typeset_number(-2), typeset_number(-0.0), typeset_number(123456.0, 1)
    ('-2.00', '0.00', '1.2 times 10^5')
    >>> typeset_number(0.0004)
    '4.00 times 10^(-4)'
    """
    if decimals < 0:
        raise ValueError(f"decimals={decimals}: the number of decimals must be 0 or more")
    value = float(value)
    if math.isnan(value):
        return '"–"'
    if math.isinf(value):
        return "oo" if value > 0 else "-oo"
    fixed = f"{value:.{decimals}f}"
    if abs(value) < _NOISE:
        return f"{0:.{decimals}f}"
    if abs(float(fixed)) < _LARGE and float(fixed) != 0:
        return fixed
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    power = int(exponent)
    return f"{mantissa} times 10^{power}" if power >= 0 else f"{mantissa} times 10^({power})"


def typeset_vector(items: Sequence[str]) -> str:
    """Return a row such as ``(a, b)`` of formulas that are Typst maths already.

    >>> typeset_vector(["2 x", "6 y"])
    '(2 x, 6 y)'
    """
    return f"({', '.join(items)})"


def typeset_column(items: Sequence[str]) -> str:
    """Return a column such as ``vec(a, b)`` of formulas that are Typst maths already.

    >>> typeset_column(["2 x", "6 y"])
    'vec(2 x, 6 y)'
    """
    return f"vec({', '.join(items)})"


def _typeset_name(name: str) -> str:
    base, _, subscript = name.partition("_")
    return (
        f"{_typeset_word(base)}_{_typeset_subscript(subscript)}"
        if subscript
        else _typeset_word(base)
    )


def _typeset_word(word: str) -> str:
    plain = (len(word) == 1 and word.isalpha()) or word in GREEK_NAMES
    return word if plain else f"italic({_quoted(word)})"


def _typeset_subscript(subscript: str) -> str:
    plain = subscript.isdigit() or (len(subscript) == 1 and subscript.isalpha())
    return subscript if plain else _quoted(subscript)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Typesetter(Printer):  # type: ignore[misc]
    """Writes each kind of node; sums, products and powers carry the conventions."""

    printmethod = "_typst"

    def __init__(self, marks: Mapping[sympy.Basic, str], decimals: int) -> None:
        super().__init__()
        self.marks = marks
        self.decimals = decimals
        self.raised = False  # inside an exponent, where a stacked fraction would be too small

    def emptyPrinter(self, expr: Any) -> str:  # noqa: N802  (sympy's name)
        raise ValueError(f"{expr}: there is no Typst notation for {type(expr).__name__}")

    def _print(self, expr: Any, **options: Any) -> str:
        source: str = super()._print(expr, **options)
        return self.mark(source, self.marks[expr]) if expr in self.marks else source

    @staticmethod
    def mark(source: str, mark: str) -> str:
        return coloured(source, mark) if mark.startswith("#") else f"#{mark}[${source}$]"

    def within(self, expr: sympy.Expr, level: int) -> str:
        """Write ``expr``, in parentheses unless it binds at least as tightly as ``level``."""
        source = self._print(expr)
        return source if self.tightness(expr) >= level else f"({source})"

    def tightness(self, expr: sympy.Expr) -> int:
        """Return how tightly the written form of ``expr`` binds."""
        if isinstance(expr, (sympy.Rational, sympy.Float)):
            if expr < 0:
                return int(PRECEDENCE["Add"])
            whole = expr.is_Float or expr.is_Integer or self._decimal(expr) is not None
            return int(PRECEDENCE["Atom"] if whole else PRECEDENCE["Mul"])
        if isinstance(expr, (sympy.Function, sympy.Abs, sympy.Max, sympy.Min, sympy.exp)):
            return int(PRECEDENCE["Pow"] if isinstance(expr, sympy.exp) else PRECEDENCE["Atom"])
        if isinstance(expr, (sympy.Piecewise, sympy.Derivative)):
            return int(PRECEDENCE["Mul"])
        return int(precedence(expr))

    # --- numbers and names -----------------------------------------------------------------

    def _number(self, number: sympy.Expr) -> str:
        if isinstance(number, sympy.Float):
            return _short(float(number), self.decimals)
        if number.is_Integer:
            return str(number)
        decimal = self._decimal(number)
        if decimal is not None:
            return decimal
        sign = "-" if number < 0 else ""
        return sign + self._fraction(str(abs(number.p)), str(number.q))

    def _fraction(self, above: str, below: str, of_sum: bool = False) -> str:
        """Write a fraction, with a slash inside an exponent."""
        if not self.raised:
            return f"frac({above}, {below})"
        above = f"({above})" if of_sum else above
        below = below if _SINGLE.fullmatch(below) else f"({below})"
        return f"{above} \\/ {below}"

    def _decimal(self, number: sympy.Rational) -> str | None:
        """Return a short decimal for a fraction that is one; None for the others."""
        scaled = abs(number) * 10**self.decimals
        if number.is_Integer or not scaled.is_Integer:
            return None
        if 1 / abs(number) in (2, 4) or (self.raised and number.q in (2, 4)):
            return None
        digits = str(int(scaled)).rjust(self.decimals + 1, "0")
        text = f"{digits[: -self.decimals]}.{digits[-self.decimals :].rstrip('0')}"
        return f"-{text}" if number < 0 else text

    def _print_Rational(self, expr: sympy.Rational) -> str:  # noqa: N802
        return self._number(expr)

    _print_Integer = _print_Rational  # noqa: N815
    _print_Float = _print_Rational  # noqa: N815

    def _print_Symbol(self, expr: sympy.Symbol) -> str:  # noqa: N802
        return _typeset_name(expr.name)

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
        for term in _sum_order(expr):
            negative, size = _sign_and_size(term)
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
            written = self.mark(written, self.marks[term])
        return f"({written})" if isinstance(size, sympy.Add) else written

    # --- products ------------------------------------------------------------------------------

    def _print_Mul(self, expr: sympy.Mul) -> str:  # noqa: N802
        negative, size = _sign_and_size(expr)
        if negative:
            written = self._print(size)
            return f"-({written})" if isinstance(size, sympy.Add) else f"-{written}"
        coefficient, above, below = self._split(expr)
        above, below = _join_logarithms(above, below)
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
        for factor in sorted(expr.as_ordered_factors(), key=_factor_rank):
            if factor.is_Rational:
                if self._decimal(factor) is not None:
                    coefficient.append(factor)
                    continue
                if factor.p != 1:
                    coefficient.append(sympy.Integer(factor.p))
                if factor.q != 1:
                    below.append(sympy.Integer(factor.q))
            elif _is_reciprocal(factor):
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
        if _is_reciprocal(expr):
            return self._fraction("1", self._print(1 / expr))
        if exponent.is_Rational and exponent.p == 1:
            root = self._print(base)
            return f"sqrt({root})" if exponent.q == 2 else f"root({exponent.q}, {root})"
        raised = self._exponent(exponent)
        if isinstance(base, sympy.Function) and exponent.is_Integer and exponent > 0:
            name = type(base).__name__
            if name in _POWER_ON_NAME and base not in self.marks:
                return f"{_UPRIGHT[name]}^{raised}({self._arguments(base.args)})"
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
        below = self.mark(_typeset_subscript(subscript), mark)
        return f"{self.mark(_typeset_word(base), mark)}_({below})"

    def _exponent(self, exponent: sympy.Expr) -> str:
        outside, self.raised = self.raised, True
        written = self._print(exponent)
        self.raised = outside
        return written if re.fullmatch(r"[0-9]+|[A-Za-z]", written) else f"({written})"

    def _print_exp(self, expr: sympy.exp) -> str:
        return f"e^{self._exponent(expr.args[0])}"

    # --- functions -----------------------------------------------------------------------------

    def _arguments(self, arguments: Sequence[sympy.Expr]) -> str:
        return ", ".join(self._print(argument) for argument in arguments)

    def _print_Function(self, expr: sympy.Function) -> str:  # noqa: N802
        name = type(expr).__name__
        if isinstance(expr, _LogToBase):
            return f"log_{expr.args[1]}({self._print(expr.args[0])})"
        if name not in _UPRIGHT and not isinstance(expr, sympy.core.function.AppliedUndef):
            return self.emptyPrinter(expr)
        return f"{_UPRIGHT.get(name) or _typeset_name(name)}({self._arguments(expr.args)})"

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


def _short(value: float, decimals: int) -> str:
    """Return a float without trailing zeros, with a power of ten where that is shorter."""
    if not math.isfinite(value) or abs(value) >= _LARGE:
        return typeset_number(value, decimals)
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if float(text) == 0:
        return "0" if value == 0 else typeset_number(value, decimals)
    return text


def _sign_and_size(term: sympy.Expr) -> tuple[bool, sympy.Expr]:
    """Return whether ``term`` is written with a minus in front, and what follows it."""
    coefficient = term.as_coeff_Mul()[0]
    return (True, -term) if coefficient.is_negative else (False, term)


def _is_reciprocal(factor: sympy.Expr) -> bool:
    """Tell whether a factor is written below a fraction line."""
    return bool(isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp < 0)


class _LogToBase(sympy.Function):  # type: ignore[misc]
    """Stands for log(x)/log(2) or log(x)/log(10) while a product is written."""


def _join_logarithms(
    above: list[sympy.Expr], below: list[sympy.Expr]
) -> tuple[list[sympy.Expr], list[sympy.Expr]]:
    """Return the factors with ln(x)/ln(2) joined to log_2(x), and the same for 10."""
    for base in (2, 10):
        logarithms = [factor for factor in above if isinstance(factor, sympy.log)]
        if logarithms and sympy.log(base) in below:
            joined = _LogToBase(logarithms[0].args[0], base)
            above = [joined if factor is logarithms[0] else factor for factor in above]
            below = [factor for factor in below if factor != sympy.log(base)]
    return above, below


def _starts_digit(factor: sympy.Expr) -> bool:
    """Tell whether a power is written with a number in front, such as ``3^x``."""
    return bool(isinstance(factor, sympy.Pow) and factor.base.is_Rational)


def _factor_rank(factor: sympy.Expr) -> int:
    """Order factors as they are written: 2 π x (y - 1) |z| √w e^x sin(x)."""
    if factor.is_Rational or isinstance(factor, sympy.Float):
        return 0
    base = factor.base if isinstance(factor, sympy.Pow) else factor
    if isinstance(factor, sympy.exp):
        return 7
    if isinstance(factor, sympy.Pow) and not factor.exp.is_Integer:
        return 6 if base.is_Rational is not True else 1
    if base.is_number:
        return 2
    if isinstance(base, sympy.Symbol):
        return 3
    if isinstance(base, sympy.Add):
        return 4
    if isinstance(base, sympy.Abs):
        return 5
    return 9 if isinstance(base, (sympy.Piecewise, sympy.Heaviside)) else 8


def _sum_order(expr: sympy.Add) -> list[sympy.Expr]:
    """Return the terms by falling degree, but with no needless minus in front: 1 - x^2.

    Squares of sums go the other way, the simplest first: (1 - x)^2 + 100 (y - x^2)^2.
    """
    terms = list(expr.as_ordered_terms(order="lex"))
    if all(isinstance(_base_of(term), sympy.Add) for term in terms):
        variables = sorted(expr.free_symbols, key=sympy.default_sort_key)
        degrees = {term: [_degree(term, variable) for variable in variables] for term in terms}
        terms.sort(key=lambda term: (sum(degrees[term]), [-degree for degree in degrees[term]]))
    if _sign_and_size(terms[0])[0]:
        positive = [term for term in terms if not _sign_and_size(term)[0]]
        polynomial = len(expr.free_symbols) == 1 and expr.is_polynomial() and len(terms) > 2
        if len(positive) == 1 and not polynomial and (len(terms) == 2 or positive[0].is_number):
            terms.remove(positive[0])
            terms.insert(0, positive[0])
    return terms


def _base_of(term: sympy.Expr) -> sympy.Expr:
    """Return the base of a term that is one power times a number."""
    power = term.as_coeff_Mul()[1]
    return power.base if isinstance(power, sympy.Pow) else power


def _degree(expr: sympy.Expr, variable: sympy.Symbol) -> float:
    """Return the degree in ``variable`` without expanding; what is no polynomial counts as 0."""
    if expr == variable:
        return 1
    if isinstance(expr, sympy.Pow) and expr.exp.is_Rational:
        return _degree(expr.base, variable) * float(expr.exp)
    degrees = [_degree(part, variable) for part in expr.args]
    if isinstance(expr, sympy.Add):
        return max(degrees)
    return sum(degrees) if isinstance(expr, sympy.Mul) else 0
