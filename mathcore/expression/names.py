"""The names of variables and constants: their letters, their one spelling, their order."""

from __future__ import annotations

import re
from typing import Any

import sympy

from mathcore.expression.errors import ExpressionError
from mathcore.expression.functions import FUNCTIONS

_LOWER_GREEK = {
    **{"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta"},
    **{"η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu"},
    **{"ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau"},
    **{"υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega"},
}
GREEK_LETTERS = {
    **_LOWER_GREEK,
    **{letter.upper(): name.capitalize() for letter, name in _LOWER_GREEK.items()},
    **{"ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "µ": "mu", "ς": "sigma"},
}
GREEK_NAMES = frozenset(GREEK_LETTERS.values())
SUBSCRIPT_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
FREE_PRODUCT = set("xyztuvwabcrs")  # letters that "xy" may multiply when no variables are given
CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "tau": 2 * sympy.pi}

SUBSCRIPT = re.compile(r"[₀-₉]+|_(?:\{(?:[0-9]+|[A-Za-z]+)\}|[0-9]+|[A-Za-z]+)")
NAME = re.compile(rf"([A-Za-z]+|[{''.join(GREEK_LETTERS)}])(?:{SUBSCRIPT.pattern})?")


def canonical_name(name: str) -> str:
    """Return the one spelling of a variable's name: ``θ`` -> ``theta``, ``w₁`` -> ``w_1``.

    Raises:
        ExpressionError: if ``name`` is no letter or word with at most one subscript, or is the
            name of a function.

    >>> canonical_name("w₁"), canonical_name("θ"), canonical_name("x_{12}")
    ('w_1', 'theta', 'x_12')
    """
    match = NAME.fullmatch(name)
    if match is None:
        raise ExpressionError(
            f"{name!r} is no name for a variable; use a letter such as x, w_1 or theta"
        )
    base = GREEK_LETTERS.get(match[1], match[1])
    if base in FUNCTIONS:
        raise ExpressionError(f"{base!r} is a function, so no variable can have that name")
    subscript = name[match.end(1) :].lstrip("_").strip("{}").translate(SUBSCRIPT_DIGITS)
    return f"{base}_{subscript}" if subscript else base


def symbol(name: str) -> sympy.Symbol:
    """Return the real variable called ``name``; the one way that mathcore makes a variable.

    Raises:
        ExpressionError: if ``name`` cannot be a variable's name.

    >>> symbol("θ")
    theta
    >>> symbol("x").is_real
    True
    """
    return sympy.Symbol(canonical_name(name), real=True)


def variables_of(expression: sympy.Expr) -> tuple[sympy.Symbol, ...]:
    """Return the variables of ``expression``: x, y, z first, then by name, w_2 before w_10.

    >>> from mathcore.expression import parse
    >>> variables_of(parse("w_10 + w_2 + y + a + x"))
    (x, y, a, w_2, w_10)
    """

    def order(variable: sympy.Symbol) -> tuple[Any, ...]:
        name = variable.name
        words = [
            (0, int(w), "") if w.isdigit() else (1, 0, w) for w in re.findall(r"\d+|\D+", name)
        ]
        return (name not in {"x", "y", "z"}, words)

    return tuple(sorted(expression.free_symbols, key=order))
