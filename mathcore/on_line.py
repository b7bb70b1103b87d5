"""Any function as a curve over one variable: what the films about a curve take and show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mathcore.expression import symbol, variables_of
from mathcore.field import ScalarField
from mathcore.framing import Framing
from mathcore.framing.rounding import rounded, step_at_least
from mathcore.over_plane import Choice, expression_of, frame_alike


def field_on_line(text: str) -> ScalarField:
    """Return the function of one variable that a text names or writes; x where it uses none.

    Raises ValueError where the text cannot be read, naming the nearest function if it looks like a
    name, or where it uses two or more variables.

    >>> field_on_line("(t - 3)^2").variables
    (t,)
    >>> field_on_line("3").variables
    (x,)
    """
    expression = expression_of(text)
    variables = variables_of(expression) or (symbol("x"),)
    if len(variables) > 1:
        names = ", ".join(variable.name for variable in variables)
        raise ValueError(
            f"the curve stands over one variable, and this has {len(variables)} ({names}). "
            "Write a function of x, or of any one variable."
        )
    return ScalarField(expression, variables)


def stands_on_line(text: str) -> bool:
    """Whether a text names or writes no function of two or more variables.

    >>> stands_on_line("x^2"), stands_on_line("x^2 + 3y^2"), stands_on_line("x^^2")
    (True, False, True)
    """
    try:
        return len(variables_of(expression_of(text))) < 2
    except ValueError:
        return True


def frame_on_line(field: ScalarField, choice: Choice) -> Framing:
    """Return what to show of a function of one variable, keeping whatever is chosen.

    A function of the gallery, by name or written out in whatever variable, is shown as the gallery
    says as far as that fits what is chosen; the rest is fitted.

    Raises ValueError as `frame` does.

    >>> shown = frame_on_line(field_on_line("(w - 3)^2"), Choice())
    >>> shown.x_range, shown.start
    ((0.0, 6.0), (5.0,))
    """
    return frame_alike(field, choice)


@np.errstate(all="ignore")
def across_from(field: ScalarField, framing: Framing, start: float) -> float:
    """Return a place in the frame that tells something else than the start does.

    There the slope has the other sign, if it has it anywhere, and else another size; f is smooth
    for a hundredth of the frame around, and its value is in view. Places mirrored at the minimum
    nearest to the start, or else at the frame's middle, come first.

    >>> bowl = field_on_line("x^2")
    >>> across_from(bowl, frame_on_line(bowl, Choice()), 2.0)
    -2.0
    """
    low, high = framing.x_range
    span = high - low
    bottoms = [point[0] for point in framing.minima] or [(low + high) / 2]
    mirror = 2 * min(bottoms, key=lambda bottom: abs(bottom - start)) - start
    step = step_at_least(span / 41)
    places = np.array([rounded(place, step) for place in (mirror, *np.linspace(low, high, 41))])
    beside = places[:, np.newaxis] + 0.01 * span * np.array([-1.0, 0.0, 1.0])
    values, slopes = field.value_and_gradient(beside[..., np.newaxis])
    slopes = slopes[..., 0]
    bottom, top = framing.value_range
    fine = np.isfinite(slopes).all(axis=1) & (np.ptp(slopes, axis=1) <= abs(slopes).max(axis=1))
    fine &= ((values >= bottom) & (values <= top)).all(axis=1)
    inside = (places > low + 0.1 * span) & (places < high - 0.1 * span)
    fine &= inside & (abs(places - start) >= 0.1 * span)
    if not fine.any():
        return start
    here = float(field.gradient([start])[0])
    there = slopes[:, 1]
    apart = np.clip(abs(np.log2(abs(there) / abs(here))), 0.0, 10.0)  # halvings between the sizes
    apart = np.where(np.isnan(apart), 0.0, apart)
    score = np.where(np.sign(there) == -np.sign(here), 9.0 - apart, -abs(apart - 1.0))
    score -= 0.5 * abs(places - mirror) / span
    return float(places[np.argmax(np.where(fine, score, -np.inf))])


def chosen_around(choice: Choice, framing: Framing, other: float) -> Choice:
    """Return a choice whose range holds another place too, as far as nobody chose the range."""
    low, high = framing.x_range
    if choice.x_range is not None or low <= other <= high:
        return choice
    room = 0.1 * (max(high, other) - min(low, other))
    return replace(choice, x_range=(min(low, other - room), max(high, other + room)))
