"""The order in which terms and factors are written, and where their signs go."""

from __future__ import annotations

import sympy


def sign_and_size(term: sympy.Expr) -> tuple[bool, sympy.Expr]:
    """Return whether ``term`` is written with a minus in front, and what follows it."""
    coefficient = term.as_coeff_Mul()[0]
    return (True, -term) if coefficient.is_negative else (False, term)


def is_reciprocal(factor: sympy.Expr) -> bool:
    """Tell whether a factor is written below a fraction line."""
    return bool(isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp < 0)


def factor_rank(factor: sympy.Expr) -> int:
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


def sum_order(expr: sympy.Add) -> list[sympy.Expr]:
    """Return the terms by falling degree, but with no needless minus in front: 1 - x^2, y - 2 x.

    Squares of sums go the other way, the simplest first: (1 - x)^2 + 100 (y - x^2)^2.
    """
    terms = list(expr.as_ordered_terms(order="lex"))
    if all(_is_power_of_sum(term) for term in terms):
        variables = sorted(expr.free_symbols, key=sympy.default_sort_key)
        degrees = {term: [_degree(term, variable) for variable in variables] for term in terms}
        terms.sort(key=lambda term: (sum(degrees[term]), [-degree for degree in degrees[term]]))
    return _positive_first(terms, expr) if sign_and_size(terms[0])[0] else terms


def _positive_first(terms: list[sympy.Expr], expr: sympy.Add) -> list[sympy.Expr]:
    """Return the terms with a positive one in front, where nobody expects a falling degree."""
    positive = [term for term in terms if not sign_and_size(term)[0]]
    if expr.is_polynomial() and all(_degree(expr, v) <= 1 for v in expr.free_symbols):
        moving = [term for term in positive if term.free_symbols] or positive
        return [*moving[:1], *(term for term in terms if term not in moving[:1])]
    polynomial = len(expr.free_symbols) == 1 and expr.is_polynomial() and len(terms) > 2
    if len(positive) == 1 and not polynomial and (len(terms) == 2 or positive[0].is_number):
        return [positive[0], *(term for term in terms if term is not positive[0])]
    return terms


def _is_power_of_sum(term: sympy.Expr) -> bool:
    """Tell whether a term is one power of a sum, perhaps times numbers and parameters."""
    sums = [f for f in sympy.Mul.make_args(term) if isinstance(f.as_base_exp()[0], sympy.Add)]
    if len(sums) != 1:
        return False
    rest = term / sums[0]
    return rest.is_polynomial() and not rest.free_symbols & sums[0].free_symbols


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
