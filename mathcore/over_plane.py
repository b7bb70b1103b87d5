"""Any function as a hill over two variables: what the films about a hill take, and how to show it.

A named function is looked up, one of a single variable becomes a valley, constant along a second
variable, and one of three or more is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy

from mathcore.expression import ExpressionError, parse, symbol, variables_of
from mathcore.field import ScalarField
from mathcore.framing import Framing, frame
from mathcore.framing.rounding import rounded, step_at_least
from mathcore.framing.survey import Box
from mathcore.framing.view import turn
from mathcore.framing.window import Range
from mathcore.gallery import GALLERY, NamedField, near_name, with_name

_COMPANIONS = {
    "x": "y", "y": "x", "z": "x", "s": "t", "t": "s", "u": "v", "v": "u", "w": "b", "b": "w",
    "a": "b", "p": "q", "q": "p", "m": "b", "r": "s", "theta": "phi", "phi": "theta",
    "alpha": "beta", "beta": "alpha",
}  # fmt: skip
"""The variable that usually stands beside another."""

_ALIKE = 2.0
"""A range given is like a named function's own where neither is more than so many times as wide."""


def expression_of(text: str) -> sympy.Expr:
    """Return the function that a text names or writes, as a sympy expression.

    Raises ValueError where the text cannot be read, naming the nearest function if it looks like a
    name.

    >>> expression_of("parabola")
    x**2
    """
    named = with_name(text)
    if named is not None:
        return named.field.expression
    try:
        return parse(text)
    except ExpressionError as error:
        near = near_name(text)
        if near is None:
            raise
        raise ValueError(f'no function has this name. Did you mean "{near}"?') from error


def field_over_plane(text: str) -> ScalarField:
    """Return the function of two variables that a text names or writes.

    Its variables are x and y, or the two that it uses. One that uses a single other variable gets a
    second one beside it.

    Raises ValueError where the text cannot be read, naming the nearest function if it looks like a
    name, or where it uses three or more variables.

    >>> field_over_plane("himmelblau").variables
    (x, y)
    >>> field_over_plane("sin(t)").variables
    (t, s)
    >>> field_over_plane("w_1^2").variables
    (w_1, w_2)
    """
    expression = expression_of(text)
    variables = variables_of(expression)
    plane = symbol("x"), symbol("y")
    if set(variables) <= set(plane):
        variables = plane
    elif len(variables) == 1:
        variables = (*variables, _companion(variables[0]))
    if len(variables) != 2:
        names = ", ".join(variable.name for variable in variables)
        raise ValueError(
            f"the hill stands over two variables, and this has {len(variables)} ({names}). "
            "Write a function of x and y, or of any two variables."
        )
    return ScalarField(expression, variables)


def _companion(variable: sympy.Symbol) -> sympy.Symbol:
    """Return a second variable for a function of one: w_2 for w_1, s for t, y for most."""
    stem, _, index = variable.name.partition("_")
    if index.isdigit():
        return symbol(f"{stem}_{int(index) + 1}")
    name = _COMPANIONS.get(variable.name, "y")
    return symbol(name)


@dataclass(frozen=True)
class Choice:
    """What a user asks to be shown of a function of two variables; None is left to the function."""

    x_range: Sequence[float] | None = None
    y_range: Sequence[float] | None = None
    start: Sequence[float] | None = None
    rate: float | None = None
    steps: int | None = None


def frame_over_plane(field: ScalarField, choice: Choice) -> Framing:
    """Return what to show of a function of two variables, keeping whatever is chosen.

    A function of the gallery, by name or written out in whatever variables, is shown as the gallery
    says as far as that fits what is chosen; the rest is fitted. Along a variable that the function
    does not depend on, the frame is as wide as along the other.

    Raises ValueError as `frame` does.

    >>> bowl = field_over_plane("u^2 + v^2")
    >>> shown = frame_over_plane(bowl, Choice())
    >>> shown.x_range, shown.start, shown.rate, shown.steps
    ((-2.0, 2.0), (1.6, 1.2), 0.15, 10)
    >>> frame_over_plane(bowl, Choice(rate=0.01)).rate
    0.01
    """
    used = [i for i, v in enumerate(field.variables) if v in field.expression.free_symbols]
    if len(used) == 1:
        return _frame_valley(field, choice, used[0])
    return frame_alike(field, choice)


def frame_alike(field: ScalarField, choice: Choice) -> Framing:
    """Return the framing of a function of one or two variables, as its like in the gallery has.

    Raises ValueError as `frame` does.
    """
    named = _like(field)
    if named is not None:
        choice = _as_named(named, choice)
    return frame(
        field,
        x_range=choice.x_range,
        y_range=choice.y_range,
        start=choice.start,
        rate=choice.rate,
        steps=choice.steps,
    )


def _frame_valley(field: ScalarField, choice: Choice, axis: int) -> Framing:
    """Return the framing of a function that depends on one of its two variables only."""
    section = ScalarField(field.expression, [field.variables[axis]])
    ranges = [choice.x_range, choice.y_range]
    start = choice.start
    across = replace(
        choice,
        x_range=ranges[axis],
        y_range=None,
        start=None if start is None else (start[axis],),
    )
    shown = frame_alike(section, across)
    half = (shown.x_range[1] - shown.x_range[0]) / 2
    other = ranges[1 - axis]
    if other is None:
        beside = 0.0 if start is None else start[1 - axis]
        middle = 0.0 if abs(beside) <= 0.9 * half else rounded(beside, step_at_least(half / 4))
        other = middle - half, middle + half
    low, high = float(other[0]), float(other[1])
    if start is None:
        away = rounded((low + high) / 2 - 0.3 * (high - low) / 2, step_at_least((high - low) / 40))
        along = away if axis == 0 else -away
        along = along if low <= along <= high else (low + high) / 2
    else:
        along = start[1 - axis]

    def over(across: float) -> tuple[float, float]:
        return (across, along) if axis == 0 else (along, across)

    both: tuple[Range, Range] = (shown.x_range, (low, high))
    x_range, y_range = both if axis == 0 else both[::-1]
    box = Box(*np.array([x_range, y_range]).T)
    way = np.linspace(shown.start[0], shown.minima[0][0] if shown.minima else shown.start[0], 9)
    return replace(
        shown,
        x_range=x_range,
        y_range=y_range,
        start=over(shown.start[0]),
        turn=turn(field, box, shown.value_range, np.array([over(each) for each in way])),
        minima=tuple(over(point[0]) for point in shown.minima),
    )


def _like(field: ScalarField) -> NamedField | None:
    """Return the gallery's function that a field is, whatever its variables are called."""
    for named in GALLERY.values():
        dimension = 1 if named.y_range is None else 2
        # Few have the values of a named one at its minima: reading all texts would take 0.1 s.
        if dimension == field.dimension and all(
            abs(float(field.value(point)) - value) <= 1e-3 * (1.0 + abs(value))
            for point, value in named.minima
        ):
            renamed = dict(zip(field.variables, named.field.variables, strict=True))
            if field.expression.xreplace(renamed) == named.field.expression:
                return named
    return None


def _as_named(named: NamedField, choice: Choice) -> Choice:
    """Return a choice completed from the gallery as far as the two agree."""
    own = [named.x_range] if named.y_range is None else [named.x_range, named.y_range]
    ranges = [choice.x_range, choice.y_range][: len(own)]
    fits = all(
        given is None or 1 / _ALIKE <= (given[1] - given[0]) / (high - low) <= _ALIKE
        for given, (low, high) in zip(ranges, own, strict=True)
    )
    start = choice.start
    inside = [given or ends for given, ends in zip(ranges, own, strict=True)]
    if start is not None and not _holds(inside, start):
        fits = False
    if not fits:
        return choice
    start = start or next((one for one in named.starts if _holds(inside, one, 0.02)), None)
    rate, steps = choice.rate, choice.steps
    if start == named.start and rate is None and named.rate is not None:
        rate, steps = named.rate, steps or named.steps
    padded = [*inside, None][:2]
    return Choice(padded[0], padded[1], start, rate, steps)


def _holds(ranges: Sequence[Sequence[float]], point: Sequence[float], margin: float = 0.0) -> bool:
    """Whether a point lies inside ranges, and not within a share of them from their ends."""
    return all(
        low + margin * (high - low) <= coordinate <= high - margin * (high - low)
        for (low, high), coordinate in zip(ranges, point, strict=True)
    )
