"""Random functions in two forms, for sympy and for mpmath, and how far a field's derivatives err.

The mpmath form is written here from the same recipe as the sympy form; its derivatives are found
numerically with 50 digits, so that nothing of mathcore or sympy's calculus takes part in them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import mpmath
import sympy

from mathcore import ScalarField

DIGITS = 50
ONE_PLACE = {
    "sin": (sympy.sin, mpmath.sin),
    "cos": (sympy.cos, mpmath.cos),
    "exp": (sympy.exp, mpmath.exp),
    "log": (sympy.log, mpmath.log),
    "sqrt": (sympy.sqrt, mpmath.sqrt),
    "tanh": (sympy.tanh, mpmath.tanh),
    "atan": (sympy.atan, mpmath.atan),
    "cosh": (sympy.cosh, mpmath.cosh),
    "abs": (sympy.Abs, abs),
    "neg": (lambda a: -a, lambda a: -a),
}
TWO_PLACE = ("+", "+", "-", "*", "*", "/", "^", "max")


class OutsideDomainError(Exception):
    """A point too near the edge of where the function is defined and smooth."""


@dataclass(frozen=True)
class Sample:
    """A random function, a point in its domain, and a text to find it again by."""

    expression: sympy.Expr
    variables: tuple[sympy.Symbol, ...]
    numeric: Callable[..., mpmath.mpf]
    point: tuple[float, ...]


def _recipe(rng: random.Random, depth: int, names: int) -> tuple:
    if depth == 0 or rng.random() < 0.1:
        if rng.random() < 0.7:
            return ("variable", rng.randrange(names))
        return ("number", rng.choice([1, 2, 3, 5, (1, 2), (3, 10), (-7, 4)]))
    if rng.random() < 0.45:
        return (rng.choice(sorted(ONE_PLACE)), _recipe(rng, depth - 1, names))
    kind = rng.choice(TWO_PLACE)
    left = _recipe(rng, depth - 1, names)
    if kind == "^":
        return ("^", left, ("number", rng.choice([2, 3, 4, -1, -2, (1, 2), (5, 2)])))
    return (kind, left, _recipe(rng, depth - 1, names))


def _to_sympy(recipe: tuple, variables: tuple[sympy.Symbol, ...]) -> sympy.Expr:
    kind, *parts = recipe
    if kind == "variable":
        return variables[parts[0]]
    if kind == "number":
        return sympy.Rational(*parts[0]) if isinstance(parts[0], tuple) else sympy.Integer(parts[0])
    done = [_to_sympy(p, variables) for p in parts]
    if kind in ONE_PLACE:
        return ONE_PLACE[kind][0](*done)
    if kind == "max":
        return sympy.Max(*done)
    a, b = done
    return (
        {"+": a + b, "-": a - b, "*": a * b}.get(kind)
        if kind in "+-*"
        else (a / b if kind == "/" else a**b)
    )


def _to_mpmath(recipe: tuple, at: tuple) -> mpmath.mpf:
    kind, *parts = recipe
    if kind == "variable":
        return at[parts[0]]
    if kind == "number":
        n = parts[0]
        return mpmath.mpf(n[0]) / n[1] if isinstance(n, tuple) else mpmath.mpf(n)
    done = [_to_mpmath(p, at) for p in parts]
    _keep_inside(kind, done)
    if kind in ONE_PLACE:
        result = ONE_PLACE[kind][1](*done)
    elif kind == "max":
        result = max(done)
    else:
        a, b = done
        if kind == "/":
            result = a / b
        elif kind == "^":
            result = a**b
        else:
            result = a + b if kind == "+" else a - b if kind == "-" else a * b
    if abs(result) > 1e4:
        raise OutsideDomainError
    return result


def _keep_inside(kind: str, parts: list[mpmath.mpf]) -> None:
    """Refuse points within 0.05 of a pole, a kink or the edge of a real domain."""
    edge = {"log": 0, "sqrt": 0, "abs": 0, "/": 1, "^": 0}
    if kind in ("log", "sqrt") and parts[0] < 0.05:
        raise OutsideDomainError
    if kind in edge and abs(parts[edge[kind]]) < 0.05:
        raise OutsideDomainError
    if kind == "^" and parts[0] < 0 and parts[1] != int(parts[1]):
        raise OutsideDomainError
    if kind == "max" and abs(parts[0] - parts[1]) < 0.05:
        raise OutsideDomainError


def random_samples(count: int, seed: int) -> list[Sample]:
    """`count` different random functions of 1 to 3 variables, each with a point of its domain."""
    rng = random.Random(seed)
    samples: dict[sympy.Expr, Sample] = {}
    while len(samples) < count:
        names = rng.randint(1, 3)
        variables = sympy.symbols("x y z", real=True)[:names]
        recipe = _recipe(rng, rng.randint(2, 5), names)
        point = tuple(rng.uniform(-2, 2) for _ in range(names))
        try:
            with mpmath.workdps(DIGITS):
                _to_mpmath(recipe, tuple(map(mpmath.mpf, point)))
            expression = _to_sympy(recipe, variables)
        except (OutsideDomainError, ZeroDivisionError):
            continue
        if not expression.free_symbols or expression.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo):
            continue
        samples[expression] = Sample(
            expression, variables, lambda *at, recipe=recipe: _to_mpmath(recipe, at), point
        )
    return list(samples.values())


def relative_error(found: float, exact: mpmath.mpf) -> float:
    """|found - exact| / |exact|, the latter taken as 1e-4 at least: cancelling costs digits."""
    return float(abs(mpmath.mpf(found) - exact) / max(abs(exact), mpmath.mpf("1e-4")))


def errors_of(sample: Sample) -> list[float]:
    """Relative errors of the value, the gradient and the Hessian of a field, entry by entry."""
    n = len(sample.variables)
    field = ScalarField(sample.expression, sample.variables)
    value, gradient, hessian = (
        f(sample.point) for f in (field.value, field.gradient, field.hessian)
    )
    with mpmath.workdps(DIGITS):
        at = tuple(map(mpmath.mpf, sample.point))

        def exact(*which: int) -> mpmath.mpf:
            orders = tuple(which.count(i) for i in range(n))
            return mpmath.diff(
                sample.numeric, at if n > 1 else at[0], orders if n > 1 else orders[0]
            )

        errors = [relative_error(float(value), sample.numeric(*at))]
        errors += [relative_error(gradient[i], exact(i)) for i in range(n)]
        errors += [relative_error(hessian[i, j], exact(i, j)) for i in range(n) for j in range(n)]
    return errors


def worst_error(count: int, seed: int) -> tuple[int, int, float]:
    """How many functions and how many numbers were compared, and the worst relative error."""
    errors = [errors_of(sample) for sample in random_samples(count, seed)]
    return count, sum(map(len, errors)), max(max(e) for e in errors)
