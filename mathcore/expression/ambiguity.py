"""What two careful readers would read in two ways: settled by a space, or refused."""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from mathcore.expression.errors import ExpressionError
from mathcore.expression.tokens import END, STARTS_VALUE, retype


def group_fractions(tokens: list[Token]) -> list[Token]:
    """Bracket a fraction of two numbers that stands apart: ``1/2 x^2`` is half of x^2.

    Without the space, ``1/2x`` stays unclear.
    """
    grouped: list[Token] = []
    for index, token in enumerate(tokens):
        grouped.append(token)
        window = tokens[max(index - 2, 0) : index + 1]
        if [part.type for part in window] != ["NUMBER", "MUL", "NUMBER"] or window[1] != "/":
            continue
        before = tokens[index - 3].type if index > 2 else "ADD"
        after = tokens[index + 1] if index + 1 < len(tokens) else END
        apart = after.type in {*STARTS_VALUE, "FUNCTION"} and after.start_pos != token.end_pos
        if apart and before in {"ADD", "OPEN", "LBAR", "COMMA"}:
            opening = retype(window[0], "OPEN", "(")
            grouped[-3:] = [opening, *window, retype(token, "CLOSE", ")")]
    return grouped


def refuse_unclear(tokens: list[Token], text: str) -> None:
    """Refuse a power or a fraction whose end two readers would see in different places."""
    for before, power, exponent, after in _exponents(tokens):
        if exponent.type not in {"NUMBER", "NAME", "CONSTANT"}:  # a bracket says where it ends
            continue
        touching = exponent.end_pos == after.start_pos and after.type in {"NAME", "CONSTANT"}
        of_e = before.type == "CONSTANT" and before == "e"
        if touching and (exponent.type == "NAME" or of_e):
            raise ExpressionError(
                f"{before}^{exponent}{after} is unclear: write {before}^({exponent}*{after}) or"
                f" {before}^({exponent})*{after}",
                text,
                power.start_pos or 0,
            )


def _exponents(tokens: list[Token]) -> Iterator[tuple[Token, Token, Token, Token]]:
    for index, token in enumerate(tokens):
        if token.type == "POW" and index > 0:
            at = index + 1
            while at < len(tokens) and tokens[at].type == "ADD":
                at += 1
            if at + 1 < len(tokens):
                yield tokens[index - 1], token, tokens[at], tokens[at + 1]
