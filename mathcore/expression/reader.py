"""The reading of a text, step by step, from characters to a checked expression."""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from mathcore.expression.ambiguity import group_fractions, refuse_unclear
from mathcore.expression.bare_functions import bracket_bare_functions
from mathcore.expression.brackets import pair
from mathcore.expression.builder import build
from mathcore.expression.errors import ExpressionError
from mathcore.expression.grammar import tree_of
from mathcore.expression.limits import refuse_many, refuse_outright, refuse_result
from mathcore.expression.names import canonical_name
from mathcore.expression.scanner import scan


def parse(text: str, variables: Sequence[str] | None = None) -> sympy.Expr:
    """Return the real expression that ``text`` writes, exact: ``0.1`` is one tenth.

    Args:
        text: such as ``x^2 + 3y^2``, ``2 sin(x) cos(y)``, ``|x| - √(y²+1)``, ``e^(-x^2)``.
            A heading such as ``f(x, y) =`` is skipped.
        variables: the names that may stand for variables; ``None`` accepts any letter, and words
            that a heading such as ``f(weight, bias) =`` declares.  A variable called ``e`` or
            ``pi`` hides the constant.

    Raises:
        ExpressionError: if the text is no real expression of the language, or is too large; it
            points at the character.

    >>> parse("x^2 + 3y^2")
    x**2 + 3*y**2
    >>> parse("0.1 sin^2(2πx)")
    sin(2*pi*x)**2/10
    >>> parse("x + q", variables=["x", "y"])
    Traceback (most recent call last):
    mathcore.expression.errors.ExpressionError: unknown name 'q'; the variables are: x, y
      x + q
          ^
    """
    allowed = None if variables is None else tuple(canonical_name(str(v)) for v in variables)
    refuse_outright(text)
    tokens = pair(scan(text, allowed), text)
    if not tokens:
        raise ExpressionError("an expression is missing; write one such as x^2 + y^2", text)
    refuse_many(tokens, text)
    tokens = bracket_bare_functions(group_fractions(tokens), text)
    refuse_unclear(tokens, text)
    expression = build(tree_of(tokens, text), text)
    refuse_result(expression, text)
    return expression
