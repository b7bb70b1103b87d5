"""How large an expression may be, and what is no real number."""

from __future__ import annotations

import unicodedata

import sympy
from lark import Token

from mathcore.expression.errors import ExpressionError

MAX_LENGTH = 1_000  # characters
MAX_PARTS = 400  # numbers, names, functions and operators, as typed and as sympy holds them
MAX_HEIGHT = 60  # parts inside parts, however they were written
TANH_HEIGHT = 10  # parts that a tanh counts as: sympy takes four times as long with each one more
MAX_CONSTANT_HEIGHT = 12  # of a part without variables: sympy compares those by computing them
MAX_EXPONENT = 10**6  # a whole-number exponent
MAX_MAGNITUDE = 1e300  # a constant part; also 1 / the smallest

UNDEFINED = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)
_COMPLEX = (sympy.re, sympy.im, sympy.arg, sympy.conjugate)


def refuse_outright(text: str) -> None:
    """Refuse what is no text, too long a text, and control characters."""
    if not isinstance(text, str):
        raise ExpressionError(f"an expression is a text such as 'x^2 + y^2', not {text!r}")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"the text has {len(text):,} characters; at most {MAX_LENGTH:,} are read",
            text,
            MAX_LENGTH,
        )
    for position, character in enumerate(text):
        if unicodedata.category(character) == "Cc":
            raise ExpressionError(
                f"the control character U+{ord(character):04X} cannot be part of an expression",
                text,
                position,
            )


def refuse_many(tokens: list[Token], text: str) -> None:
    """Refuse more numbers, names, functions and operators than ``MAX_PARTS``."""
    parts = [token for token in tokens if token.type not in {"OPEN", "CLOSE", "COMMA", "RBAR"}]
    if len(parts) > MAX_PARTS:
        raise ExpressionError(
            f"more than {MAX_PARTS} numbers, names and operators",
            text,
            parts[MAX_PARTS].start_pos or 0,
        )


def refuse_result(expression: sympy.Expr, text: str) -> None:
    """Refuse an expression that is not real, or holds a constant beyond ``MAX_MAGNITUDE``."""
    for node in sympy.preorder_traversal(expression):
        if node in UNDEFINED or isinstance(node, _COMPLEX):
            raise ExpressionError("the expression is not a real number", text)
        if node.is_Rational and not -(10**300) <= node <= 10**300:
            raise ExpressionError("a constant must stay below 10^300", text)
