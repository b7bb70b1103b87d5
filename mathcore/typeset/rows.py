"""Rows and columns of formulas that are Typst maths already."""

from __future__ import annotations

from collections.abc import Sequence


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
