"""Brackets and bars find their partners."""

from __future__ import annotations

from lark import Token

from mathcore.expression.errors import ExpressionError
from mathcore.expression.tokens import retype

MAX_DEPTH = 64  # brackets inside brackets

_VALUE_END = {"NUMBER", "NAME", "CONSTANT", "RAISED", "CLOSE", "RBAR"}
_PARTNER = {")": "(", "]": "[", "}": "{", "|": "|"}


def pair(tokens: list[Token], text: str) -> list[Token]:
    """Pair brackets, and tell each bar as an opening or a closing one.

    A bar closes when a value stands before it and the innermost open bracket is a bar; otherwise
    it opens: ``|x||y|`` is |x|·|y|, and ``||x|-1|`` is a bar inside a bar.
    """
    open_tokens: list[Token] = []
    paired: list[Token] = []
    for token in tokens:
        innermost = open_tokens[-1] if open_tokens else None
        after_value = bool(paired) and paired[-1].type in _VALUE_END
        kind = token.type
        if kind == "BAR":
            closes = after_value and innermost is not None and innermost == "|"
            kind = "RBAR" if closes else "LBAR"
        if kind in {"OPEN", "LBAR"}:
            open_tokens.append(token)
            if len(open_tokens) > MAX_DEPTH:
                raise ExpressionError(
                    f"more than {MAX_DEPTH} brackets inside one another", text, token.start_pos or 0
                )
        elif kind in {"CLOSE", "RBAR"}:
            if innermost is None or innermost != _PARTNER[str(token)]:
                raise ExpressionError(f"{str(token)!r} closes nothing", text, token.start_pos or 0)
            open_tokens.pop()
        paired.append(token if kind == token.type else retype(token, kind))
    if open_tokens:
        left = open_tokens[-1]
        raise ExpressionError(f"{str(left)!r} is never closed", text, left.start_pos or 0)
    return paired
