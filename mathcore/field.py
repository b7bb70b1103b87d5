"""A real function of n variables with exact derivatives, evaluated on arrays of points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import sympy

from mathcore.differentiation import Differentiation
from mathcore.evaluation import NumericForm, Program, numeric_form
from mathcore.expression import parse, symbol, variables_of

FloatArray: TypeAlias = npt.NDArray[np.float64]


_LONGEST_SHOWN = 60
"""Characters of a function that an error's sentence repeats."""


class FieldError(ValueError):
    """An expression or its variables cannot make a real function."""


class ScalarField:
    """A real function f of n real variables: its value, gradient and Hessian, exact and fast.

    Points are arrays whose last axis holds the n coordinates; the axes before it, any number of
    them, come back unchanged. Where f is not defined (1/0, the logarithm or an even root of a
    negative number) the value is nan, and so are the derivatives; where f is defined but a partial
    derivative does not exist (|x| at 0) that derivative is nan. Overflow gives ±inf. Numbers are
    float64, never complex, and no numpy warning is raised.

    A derivative is read off its formula. At a point where the formula breaks down though the
    derivative exists (a removable gap, such as that of (x²)^(5/4)'' at 0) it may be nan.

    Raises FieldError (a ValueError) when the expression is not real, uses a function without a
    numeric form, or uses a symbol that is not among the variables.

    >>> f = ScalarField.parse("x^2 + 3y^2")
    >>> f.value([1.0, 2.0])
    array(13.)
    >>> f.gradient([[1.0, 2.0], [0.0, 1.0]])
    array([[ 2., 12.],
           [ 0.,  6.]])
    >>> f.hessian([1.0, 2.0])
    array([[2., 0.],
           [0., 6.]])
    """

    def __init__(self, expression: sympy.Expr, variables: Sequence[sympy.Symbol] | None = None):
        """Make a field of `expression`; its `variables` in the order in which points list them."""
        self._expression = _checked_expression(expression)
        self._variables = _checked_variables(self._expression, variables)
        self._value_program  # noqa: B018 - refuses now what could not be evaluated later

    @classmethod
    def parse(cls, text: str, variables: Sequence[str] | None = None) -> ScalarField:
        """Read the field that `text` describes, such as "x^2 + 3y^2".

        `variables` names the variables and their order; without it they are those of the text.
        Raises ExpressionError (a ValueError) that points at the character where reading failed.
        """
        expression = parse(text, variables)
        return cls(expression, None if variables is None else [symbol(v) for v in variables])

    @property
    def expression(self) -> sympy.Expr:
        """The function as a sympy expression."""
        return self._expression

    @property
    def shown(self) -> str:
        """The function as an error's sentence names it, cut where it is long."""
        return _short(self._expression)

    @property
    def variables(self) -> tuple[sympy.Symbol, ...]:
        """The variables, in the order of a point's coordinates."""
        return self._variables

    @property
    def dimension(self) -> int:
        """The number n of variables."""
        return len(self._variables)

    @cached_property
    def gradient_expressions(self) -> tuple[sympy.Expr, ...]:
        """The n partial derivatives, exact."""
        with _shallow_enough():
            return self._differentiation.gradient(self._expression)

    @cached_property
    def hessian_expressions(self) -> tuple[tuple[sympy.Expr, ...], ...]:
        """The n×n second partial derivatives, exact; row i holds ∂²f/∂xᵢ∂xⱼ.

        For showing: written out, those of a very large function take minutes. `hessian` does not
        need them.
        """
        with _shallow_enough():
            return self._differentiation.hessian(self._expression)

    def value(self, points: npt.ArrayLike) -> FloatArray:
        """Heights f(p): points (..., n) -> (...)."""
        ((value, _),) = self._value_program.run(self._checked_points(points))
        return value

    def gradient(self, points: npt.ArrayLike) -> FloatArray:
        """Gradients ∇f(p): points (..., n) -> (..., n)."""
        return self.value_and_gradient(points)[1]

    def value_and_gradient(self, points: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Heights and gradients in one go: points (..., n) -> (...) and (..., n)."""
        results = self._gradient_program.run(self._checked_points(points), watch_jumps=True)
        value = results[0][0]
        gradient = np.empty((*value.shape, self.dimension))
        for i, slope in enumerate(_existing_slopes(results)):
            gradient[..., i] = slope
        return value, gradient

    def hessian(self, points: npt.ArrayLike) -> FloatArray:
        """Hessians ∇²f(p), symmetric: points (..., n) -> (..., n, n)."""
        n = self.dimension
        results = self._hessian_program.run(self._checked_points(points), watch_jumps=True)
        slopes = _existing_slopes(results[: n + 1])
        smooth = [~np.isnan(slope) for slope in slopes]
        rows = []
        for i in range(n):
            row = []
            for j in range(n):
                bend, jump = results[1 + n + i * n + j]
                known = smooth[i] & smooth[j]
                row.append(np.where(known if jump is None else known & ~jump, bend, np.nan))
            rows.append(np.stack(row, axis=-1))
        return np.stack(rows, axis=-2)

    @cached_property
    def _form(self) -> NumericForm:
        with _shallow_enough():
            return numeric_form(self._expression)

    @cached_property
    def _differentiation(self) -> Differentiation:
        return Differentiation(self._variables, self._form.parts)

    @cached_property
    def _value_program(self) -> Program:
        return self._program(self._form.expression)

    @cached_property
    def _gradient_program(self) -> Program:
        f = self._form.expression
        with _shallow_enough():
            slopes = self._differentiation.gradient(f)
        return self._program(f, *slopes)

    @cached_property
    def _hessian_program(self) -> Program:
        f = self._form.expression
        with _shallow_enough():
            slopes = self._differentiation.gradient(f)
            bends = [bend for row in self._differentiation.hessian(f) for bend in row]
        return self._program(f, *slopes, *bends)

    def _program(self, *expressions: sympy.Expr) -> Program:
        with _shallow_enough():
            try:
                return Program(expressions, self._variables, self._form.parts)
            except ValueError as error:
                raise FieldError(str(error)) from None

    def _checked_points(self, points: npt.ArrayLike) -> FloatArray:
        array = np.asarray(points, dtype=np.float64)
        if array.ndim == 0 or array.shape[-1] != self.dimension:
            names = ", ".join(str(v) for v in self._variables)
            raise ValueError(
                f"points of shape {array.shape}: the last axis must hold the "
                f"{self.dimension} coordinates ({names})"
            )
        return array

    def __repr__(self) -> str:
        names = ", ".join(str(v) for v in self._variables)
        return f"ScalarField({self._expression}, variables=({names}))"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ScalarField):
            return NotImplemented
        return (self._expression, self._variables) == (other._expression, other._variables)

    def __hash__(self) -> int:
        return hash((self._expression, self._variables))

    def __reduce__(self) -> tuple[Callable[..., ScalarField], tuple[Any, ...]]:
        return ScalarField, (self._expression, self._variables)


@contextmanager
def _shallow_enough() -> Iterator[None]:
    """Turn a stack that overflows into an error that says what to do about it."""
    try:
        yield
    except RecursionError:
        message = "the function is nested too deeply; write it with fewer functions of functions"
        raise FieldError(message) from None


def _short(expression: Any) -> str:
    text = str(expression)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def _existing_slopes(results: list[tuple[FloatArray, Any]]) -> list[FloatArray]:
    """Slopes, nan where f is undefined or jumps and where the slope itself jumps."""
    (value, value_jumps), *slopes = results
    lost = np.isnan(value)
    if value_jumps is not None:
        lost |= value_jumps
    return [
        np.where(lost if jumps is None else lost | jumps, np.nan, slope) for slope, jumps in slopes
    ]


def _checked_expression(expression: sympy.Expr) -> sympy.Expr:
    expression = sympy.sympify(expression, strict=True)
    if not isinstance(expression, sympy.Expr):
        raise FieldError(
            f"{_short(expression)}: a field needs a formula with a number as its value"
        )
    if expression.has(sympy.I, sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise FieldError(f"{_short(expression)}: the function must be real and finite")
    return expression


def _checked_variables(
    expression: sympy.Expr, variables: Sequence[sympy.Symbol] | None
) -> tuple[sympy.Symbol, ...]:
    if variables is None:
        variables = variables_of(expression)
        if not variables:
            raise FieldError(
                f"{_short(expression)}: a constant; name its variables, such as x and y"
            )
    chosen = tuple(variables)
    if not chosen:
        raise FieldError("variables=(): a field needs at least one variable")
    for variable in chosen:
        if not isinstance(variable, sympy.Symbol) or not variable.is_real:
            raise FieldError(f"{variable}: variables must be real; make them with symbol()")
    if len(set(chosen)) < len(chosen):
        raise FieldError(f"variables={chosen}: each variable must be listed once")
    missing = sorted(str(s) for s in expression.free_symbols - set(chosen))
    if missing:
        allowed = ", ".join(str(v) for v in chosen)
        raise FieldError(f"{missing[0]}: not among the variables of this function ({allowed})")
    return chosen
