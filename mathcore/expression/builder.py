"""From the grammar's tree to a sympy expression, bottom-up."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy
from lark import Token, Transformer_NonRecursive, Tree
from lark.exceptions import VisitError

from mathcore.expression.errors import ExpressionError
from mathcore.expression.functions import FUNCTIONS, MANY
from mathcore.expression.limits import (
    MAX_CONSTANT_HEIGHT,
    MAX_EXPONENT,
    MAX_HEIGHT,
    MAX_MAGNITUDE,
    MAX_PARTS,
    TANH_HEIGHT,
    UNDEFINED,
)
from mathcore.expression.names import CONSTANTS


def build(tree: Tree[Token], text: str) -> sympy.Expr:
    """Return the expression of ``tree``, read from ``text``.

    Raises:
        ExpressionError: at the part that is undefined, not real or too large.
    """
    try:
        expression: sympy.Expr = _Builder(text).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    return expression


@dataclass(frozen=True)
class _Part:
    """A built part: its expression, where it stands, its value if it is a constant.

    The float is known before sympy computes with the part, so that a tower of powers is refused
    instead of computed.
    """

    expression: sympy.Expr
    position: int
    constant: float | None = None
    juxtaposed: bool = False


class _Builder(Transformer_NonRecursive[Token, Any]):
    """Builds the expression of a tree, bottom-up, refusing what is undefined or too large."""

    def __init__(self, text: str) -> None:
        super().__init__(visit_tokens=False)
        self.text = text
        self.measures: dict[sympy.Basic, tuple[int, int]] = {}

    def fail(self, reason: str, position: int) -> ExpressionError:
        return ExpressionError(reason, self.text, position)

    def make(
        self,
        position: int,
        build: Callable[[], sympy.Expr],
        number: Callable[..., float],
        *operands: _Part,
    ) -> _Part:
        """Return ``build()`` once ``number`` has shown that a constant result is in range."""
        constants = [operand.constant for operand in operands]
        constant = None
        if None not in constants:
            constant = self._checked(lambda: number(*constants), position)
        try:
            expression = build()
        except Exception as error:  # whatever trips sympy, the writer of the text sees where
            raise self.fail("this part cannot be worked out", position) from error
        self._refuse_large(expression, position)
        if expression in UNDEFINED or any(a in UNDEFINED for a in expression.args):
            raise self.fail("this part is not a real number", position)
        if expression.is_Rational:
            constant = self._checked(lambda: _as_float(expression), position)
        elif constant is None and not expression.free_symbols:
            constant = self._checked(lambda: float(expression), position)
        return _Part(expression, position, constant)

    def _refuse_large(self, expression: sympy.Expr, position: int) -> None:
        """Refuse many parts while they are few: what sympy does takes longer with each."""
        height, size = self._measure(expression)
        if size > MAX_PARTS:
            raise self.fail(f"the expression has more than {MAX_PARTS} parts", position)
        if height > MAX_HEIGHT:
            tanh = f" (tanh counts as {TANH_HEIGHT})" if expression.has(sympy.tanh) else ""
            raise self.fail(f"more than {MAX_HEIGHT} parts inside one another{tanh}", position)
        if height > MAX_CONSTANT_HEIGHT and not expression.free_symbols:
            raise self.fail(
                f"more than {MAX_CONSTANT_HEIGHT} parts of a number inside one another", position
            )

    def _measure(self, expression: sympy.Basic) -> tuple[int, int]:
        """Return how many parts stand inside one another, and how many there are in all."""
        known = self.measures.get(expression)
        if known is None:
            heavy = isinstance(expression, sympy.tanh) and expression.free_symbols
            inner = [self._measure(argument) for argument in expression.args]
            height = (TANH_HEIGHT if heavy else 1) + max((each[0] for each in inner), default=0)
            known = height, 1 + sum(each[1] for each in inner)
            self.measures[expression] = known
        return known

    def _checked(self, compute: Callable[[], float], position: int) -> float:
        try:
            value = compute()
        except ZeroDivisionError:
            raise self.fail("a division by zero", position) from None
        except OverflowError:
            value = math.inf
        except (ValueError, TypeError):
            raise self.fail("this part is not a real number", position) from None
        if isinstance(value, complex) or math.isnan(value):
            raise self.fail("this part is not a real number", position)
        if abs(value) > MAX_MAGNITUDE or 0 < abs(value) < 1 / MAX_MAGNITUDE:
            raise self.fail("a constant must lie between 10^-300 and 10^300", position)
        return value

    def leaf(self, item: Any) -> _Part:
        """Return the part of a token; a part stays as it is."""
        if not isinstance(item, Token):
            return item  # type: ignore[no-any-return]
        at = item.start_pos or 0
        if item.type == "NUMBER":
            fraction = Fraction(str(item))
            rational = sympy.Rational(fraction.numerator, fraction.denominator)
            return _Part(rational, at, self._checked(lambda: _as_float(rational), at))
        if item.type == "CONSTANT":
            value = CONSTANTS[str(item)]
            return _Part(value, at, float(value))
        return _Part(sympy.Symbol(str(item), real=True), at)

    def start(self, items: list[Any]) -> sympy.Expr:
        return self.leaf(items[0]).expression

    def group(self, items: list[Any]) -> _Part:
        part = self.leaf(items[1])
        return _Part(part.expression, part.position, part.constant)

    def bars(self, items: list[Any]) -> _Part:
        part = self.leaf(items[1])
        build = FUNCTIONS["abs"].build
        return self.make(items[0].start_pos, lambda: build(part.expression), abs, part)

    def sign(self, items: list[Any]) -> _Part:
        part = self.leaf(items[1])
        if items[0] == "+":
            return part
        return self.make(items[0].start_pos, lambda: -part.expression, lambda x: -x, part)

    def sum(self, items: list[Any]) -> _Part:
        parts = [self.leaf(item) for item in items[::2]]
        signs = [1, *(-1 if operator == "-" else 1 for operator in items[1::2])]
        pairs = list(zip(signs, parts, strict=True))
        return self.make(
            parts[0].position,
            lambda: sympy.Add(*(sign * part.expression for sign, part in pairs)),
            lambda *values: math.fsum(s * v for s, v in zip(signs, values, strict=True)),
            *parts,
        )

    def juxtaposed(self, items: list[Any]) -> _Part:
        parts = [self.leaf(item) for item in items]
        part = self.make(
            parts[0].position,
            lambda: sympy.Mul(*(part.expression for part in parts)),
            lambda *values: math.prod(values),
            *parts,
        )
        return _Part(part.expression, part.position, part.constant, juxtaposed=True)

    def term(self, items: list[Any]) -> _Part:
        parts = [self.leaf(item) for item in items[::2]]
        divides = [False, *(operator == "/" for operator in items[1::2])]
        for index, part in enumerate(parts):
            if not divides[index]:
                continue
            slash = items[2 * index - 1].start_pos
            if part.constant == 0:
                raise self.fail("a division by zero", slash)
            if part.juxtaposed:
                raise self.fail(
                    "how far this fraction reaches is unclear: write a/(b c) or (a/b) c", slash
                )
        factors = [
            (part.expression, -1 if divided else 1)
            for part, divided in zip(parts, divides, strict=True)
        ]
        return self.make(
            parts[0].position,
            lambda: sympy.Mul(*(base**exponent for base, exponent in factors)),
            lambda *values: math.prod(
                1 / value if divided else value
                for value, divided in zip(values, divides, strict=True)
            ),
            *parts,
        )

    def raised(self, items: list[Any]) -> _Part:
        base = self.leaf(items[0])
        last = items[-1]
        if isinstance(last, Token) and last.type == "RAISED":
            exponent = self._whole(last)
        else:
            exponent = self.leaf(last)
        return self.power(base, exponent, items[1].start_pos)

    def _whole(self, token: Token) -> _Part:
        at = token.start_pos or 0
        if len(token) > 8:
            raise self.fail(f"an exponent may be at most {MAX_EXPONENT:,}", at)
        return _Part(sympy.Integer(int(token)), at, float(token))

    def power(self, base: _Part, exponent: _Part, position: int) -> _Part:
        """Return the power, refused before it is computed when it would be too large."""
        self._refuse_large_power(base, exponent, position)
        part = self.make(
            position,
            lambda: sympy.Pow(base.expression, exponent.expression),
            math.pow,
            base,
            exponent,
        )
        result = part.expression.exp if part.expression.is_Pow else None
        if result is not None and result.is_Integer and abs(result) > MAX_EXPONENT:
            raise self.fail(f"an exponent may be at most {MAX_EXPONENT:,}", position)
        return part

    def _refuse_large_power(self, base: _Part, exponent: _Part, position: int) -> None:
        power = exponent.constant
        if power is None:
            return
        if abs(power) > MAX_EXPONENT:
            raise self.fail(f"an exponent may be at most {MAX_EXPONENT:,}", position)
        if base.constant == 0 and power < 0:
            raise self.fail("a division by zero", position)
        # (2x)^n holds the constant 2^n.
        coefficient = base.expression.as_coeff_Mul()[0]
        self._checked(lambda: math.pow(abs(_as_float(coefficient)), power), position)
        digits = max(abs(coefficient.p), coefficient.q).bit_length() * abs(power)
        if coefficient not in (1, -1) and digits > 8_000:
            raise self.fail("a constant power must stay below 2,400 digits", position)

    def call(self, items: list[Any]) -> _Part:
        name, *rest = items
        at = name.start_pos
        function_power = rest.pop(0) if rest[0].type == "FUNCTION_POWER" else None
        arguments = [self.leaf(item) for item in rest[1:-1:2]]
        function = FUNCTIONS[str(name)]
        if not function.least <= len(arguments) <= function.most:
            wanted = {1: "one argument", 2: "two arguments"}[function.least]
            more = " or more" if function.most == MANY else ""
            raise self.fail(f"{name} takes {wanted}{more}, not {len(arguments)}", at)
        part = self.make(
            at,
            lambda: function.build(*(argument.expression for argument in arguments)),
            function.number,
            *arguments,
        )
        if function_power is None:
            return part
        return self.power(part, self._whole(function_power), function_power.start_pos)


def _as_float(rational: sympy.Rational) -> float:
    """Return the nearest float; OverflowError when it is too large."""
    return int(rational.p) / int(rational.q)
