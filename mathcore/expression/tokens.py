"""What the steps of reading know of a token; the tokens themselves are lark's."""

from __future__ import annotations

from lark import Token

STARTS_VALUE = {"NUMBER", "NAME", "CONSTANT", "OPEN", "LBAR"}
END = Token("END", "", start_pos=0, end_pos=0)


def retype(token: Token, kind: str, value: str | None = None) -> Token:
    """Return the token with another type, and another value if one is given."""
    text = str(token) if value is None else value
    return Token(kind, text, start_pos=token.start_pos, end_pos=token.end_pos)
