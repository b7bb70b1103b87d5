"""The LALR(1) grammar of the language, fed with tokens that were made beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Tree, UnexpectedToken
from lark.lexer import Lexer

from mathcore.expression.errors import ExpressionError

_GRAMMAR = """
start: sum
?sum: term (ADD term)*
?term: signed (MUL signed)*
?signed: ADD signed -> sign | juxtaposed
?juxtaposed: power factor*
?power: number | factor
?number: NUMBER | NUMBER RAISED -> raised | NUMBER POW exponent -> raised
?factor: atom | atom RAISED -> raised | atom POW exponent -> raised
?exponent: ADD exponent -> sign | power
?atom: NAME | CONSTANT | call | OPEN sum CLOSE -> group | LBAR sum RBAR -> bars
call: FUNCTION FUNCTION_POWER? OPEN sum (COMMA sum)* CLOSE
%declare ADD MUL POW RAISED NUMBER NAME CONSTANT FUNCTION FUNCTION_POWER OPEN CLOSE LBAR RBAR COMMA
"""


class _Given(Lexer):
    """Passes on tokens that were made beforehand."""

    def __init__(self, lexer_conf: object) -> None:
        pass

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        return iter(data)


def tree_of(tokens: list[Token], text: str) -> Tree[Token]:
    """Return the tree that the grammar sees in ``tokens``, cut from ``text``.

    Raises:
        ExpressionError: at the first token that cannot stand where it stands.
    """
    try:
        return _grammar().parse(tokens)
    except UnexpectedToken as error:
        raise _explain(error, text) from None


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer=_Given)


def _explain(error: UnexpectedToken, text: str) -> ExpressionError:
    """Say in plain words what the grammar stumbled over."""
    token = error.token
    if token.type == "$END":
        return ExpressionError("something is missing at the end", text, len(text.rstrip()))
    wants_value = "NAME" in error.expected
    at = token.start_pos or 0
    if token.type == "COMMA":
        reason = "a comma only parts the arguments of a function; decimals take a point, as in 0.5"
    elif wants_value and token.type in {"CLOSE", "RBAR"}:
        reason = f"something is missing before {str(token)!r}"
    elif wants_value:
        reason = f"a number, a name or a bracket should stand here, not {str(token)!r}"
    elif token.type == "NUMBER":
        reason = "a number cannot follow a factor directly; write an operator in between"
    else:
        reason = f"{str(token)!r} cannot stand here"
    return ExpressionError(reason, text, at)
