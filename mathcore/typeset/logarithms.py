"""Logarithms to the base 2 and 10, which sympy writes as fractions of natural ones."""

from __future__ import annotations

import sympy


class LogToBase(sympy.Function):  # type: ignore[misc]
    """Stands for log(x)/log(2) or log(x)/log(10) while a product is written."""


def join_logarithms(
    above: list[sympy.Expr], below: list[sympy.Expr]
) -> tuple[list[sympy.Expr], list[sympy.Expr]]:
    """Return the factors with ln(x)/ln(2) joined to log_2(x), and the same for 10."""
    for base in (2, 10):
        logarithms = [factor for factor in above if isinstance(factor, sympy.log)]
        if logarithms and sympy.log(base) in below:
            joined = LogToBase(logarithms[0].args[0], base)
            above = [joined if factor is logarithms[0] else factor for factor in above]
            below = [factor for factor in below if factor != sympy.log(base)]
    return above, below
