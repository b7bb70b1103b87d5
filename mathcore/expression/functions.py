"""The functions of the language, as sympy writes them and as a float takes them."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

import sympy

from mathcore.expression.cube_root import cbrt


def _calm(function: type[sympy.Expr]) -> Callable[..., sympy.Expr]:
    """Return ``function`` without sympy's simplifications where they take long or go wrong.

    Comparing the arguments of Abs, Max and Min with one another grows out of hand when they hold
    many others of their kind; and the absolute value of what sympy cannot prove real, such as
    |e^√x|, would be taken apart into real and imaginary parts.
    """

    def build(*parts: sympy.Expr) -> sympy.Expr:
        inner = sum(len(part.atoms(sympy.Abs, sympy.Max, sympy.Min)) for part in parts)
        real = all(part.is_extended_real for part in parts)
        return function(*parts, evaluate=real and len(parts) + inner <= 4)

    return build


@dataclass(frozen=True)
class Function:
    """A function of the language: how sympy writes it, and how a float takes it."""

    build: Callable[..., sympy.Expr]
    number: Callable[..., float]
    least: int = 1
    most: int = 1


def _over(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: 1 / function(x)


def _sign(x: float) -> float:
    return math.copysign(1, x) if x else 0.0


MANY = sys.maxsize
FUNCTIONS: dict[str, Function] = {
    "sin": Function(sympy.sin, math.sin),
    "cos": Function(sympy.cos, math.cos),
    "tan": Function(sympy.tan, math.tan),
    "cot": Function(sympy.cot, _over(math.tan)),
    "sec": Function(sympy.sec, _over(math.cos)),
    "csc": Function(sympy.csc, _over(math.sin)),
    "asin": Function(sympy.asin, math.asin),
    "acos": Function(sympy.acos, math.acos),
    "atan": Function(sympy.atan, math.atan),
    "sinh": Function(sympy.sinh, math.sinh),
    "cosh": Function(sympy.cosh, math.cosh),
    "tanh": Function(sympy.tanh, math.tanh),
    "asinh": Function(sympy.asinh, math.asinh),
    "acosh": Function(sympy.acosh, math.acosh),
    "atanh": Function(sympy.atanh, math.atanh),
    "exp": Function(sympy.exp, math.exp),
    "log": Function(sympy.log, math.log),
    "log2": Function(lambda x: sympy.log(x) / sympy.log(2), math.log2),
    "log10": Function(lambda x: sympy.log(x) / sympy.log(10), math.log10),
    "sqrt": Function(sympy.sqrt, math.sqrt),
    "cbrt": Function(cbrt, math.cbrt),
    "abs": Function(_calm(sympy.Abs), abs),
    "sign": Function(sympy.sign, _sign),
    "min": Function(_calm(sympy.Min), min, 2, MANY),
    "max": Function(_calm(sympy.Max), max, 2, MANY),
    "floor": Function(sympy.floor, math.floor),
    "ceil": Function(sympy.ceiling, math.ceil),
    "sigmoid": Function(lambda x: 1 / (1 + sympy.exp(-x)), lambda x: 1 / (1 + math.exp(-x))),
    "relu": Function(lambda x: _calm(sympy.Max)(x, sympy.S.Zero), lambda x: max(x, 0.0)),
    "softplus": Function(lambda x: sympy.log(1 + sympy.exp(x)), lambda x: math.log1p(math.exp(x))),
    "atan2": Function(sympy.atan2, math.atan2, 2, 2),
    "hypot": Function(lambda x, y: sympy.sqrt(x**2 + y**2), math.hypot, 2, 2),
}
SYNONYMS = {
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "ceiling": "ceil",
    "sgn": "sign",
}
FUNCTIONS |= {name: FUNCTIONS[same] for name, same in SYNONYMS.items()}
