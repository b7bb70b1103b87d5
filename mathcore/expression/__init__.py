"""From what a teacher types to a sympy expression, without ever running text as code.

`parse` reads a line such as `x^2 + 3y^2` in steps, one module each; every step refuses what it
does not understand and points at the character:

    scanner          cuts the text into tokens and resolves names (names, functions)
    brackets         finds the partner of each bracket and bar
    bare_functions   brackets what a bare function such as `sin 2x` takes
    ambiguity        refuses what reads in two ways
    grammar          hands the tokens to an LALR(1) grammar
    builder          builds the sympy expression of its tree, bottom-up
    limits           refuses what is too large or no real number
"""

from mathcore.expression.cube_root import cbrt
from mathcore.expression.errors import ExpressionError
from mathcore.expression.names import GREEK_NAMES, canonical_name, symbol, variables_of
from mathcore.expression.reader import parse

__all__ = [
    "GREEK_NAMES",
    "ExpressionError",
    "canonical_name",
    "cbrt",
    "parse",
    "symbol",
    "variables_of",
]
