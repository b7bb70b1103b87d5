"""What to show of a function, chosen from the function itself.

    survey     minima, saddles and summits inside a box
    window     the ranges
    begin      the start
    rates      learning rates and the number of steps
    heights    the values shown, and contour levels
    view       the side to look from

Whatever the caller gives is kept; the rest is fitted to it. Nothing is drawn at random, so the same
function is framed alike each time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mathcore.descent import descend
from mathcore.field import ScalarField
from mathcore.framing.begin import begin
from mathcore.framing.heights import contour_levels, value_range
from mathcore.framing.rates import Rates, pace
from mathcore.framing.survey import Box, Survey, survey
from mathcore.framing.view import SWING, USUAL, swing, turn
from mathcore.framing.window import Range, window
from mathcore.rules import gradient_descent

__all__ = ["SWING", "USUAL", "Framing", "Rates", "frame", "swing"]


@dataclass(frozen=True)
class Framing:
    """What to show of a function of one or two variables.

    `x_range` and `y_range` (None with one variable) are the frame, `start` the point where the
    walk begins, `rate` and `steps` how it goes on. `value_range` are the heights to show; what is
    higher or lower is cut off at the frame. `contour_levels` are round values inside it, rising.
    `turn` is the side that the camera looks from, in degrees round from the first axis to the
    second. `rates` are learning rates to compare, `minima` the bottoms inside the frame.
    """

    x_range: Range
    y_range: Range | None
    start: tuple[float, ...]
    rate: float
    steps: int
    value_range: Range
    contour_levels: tuple[float, ...]
    turn: float
    rates: Rates
    minima: tuple[tuple[float, ...], ...]


@np.errstate(all="ignore")  # what is undefined or too large is nan or inf, and looked for
def frame(
    field: ScalarField,
    *,
    x_range: Sequence[float] | None = None,
    y_range: Sequence[float] | None = None,
    start: Sequence[float] | None = None,
    rate: float | None = None,
    steps: int | None = None,
) -> Framing:
    """Return what to show of a function, keeping whatever is given.

    Raises ValueError for three or more variables, for a given value that cannot be shown (an empty
    range, a start outside a range or where the function is not defined, a rate or number of steps
    not above 0), and for a function that is defined nowhere in sight.

    >>> shown = frame(ScalarField.parse("(x - 3)^2"))
    >>> shown.x_range, shown.y_range
    ((0.0, 6.0), None)
    >>> frame(ScalarField.parse("x^2 + y^2"), start=(1.0, 1.0)).start
    (1.0, 1.0)
    """
    if field.dimension > 2:
        names = ", ".join(str(v) for v in field.variables)
        raise ValueError(
            f"{field.shown}: it has {field.dimension} variables ({names}); "
            "a hill stands over one or two"
        )
    ranges = [_checked_range("x_range", x_range)]
    if field.dimension == 2:
        ranges.append(_checked_range("y_range", y_range))
    elif y_range is not None:
        raise ValueError(f"y_range={list(y_range)}: {field.shown} has one variable only")
    _checked_budget(rate, steps)
    begins = None if start is None else _checked_start(field, start, ranges)
    box = window(field, ranges, begins)
    found = survey(field, box)
    first = begin(field, found) if begins is None else begins
    walk = pace(field, found, first, rate, steps)
    path = _shown_points(field, found, first, walk.rate, walk.steps)
    low, high, values = value_range(field, found, path)
    side = USUAL if field.dimension == 1 else turn(field, box, (low, high), path)
    return Framing(
        x_range=_pair(box, 0),
        y_range=_pair(box, 1) if field.dimension == 2 else None,
        start=tuple(first.tolist()),
        rate=walk.rate,
        steps=walk.steps,
        value_range=(low, high),
        contour_levels=contour_levels(low, high, values, plane=field.dimension == 2),
        turn=side,
        rates=walk.rates,
        minima=tuple(tuple(point) for point in found.minima.tolist()),
    )


def _pair(box: Box, axis: int) -> Range:
    return float(box.low[axis]), float(box.high[axis])


def _shown_points(
    field: ScalarField, found: Survey, start: npt.NDArray[np.float64], rate: float, steps: int
) -> npt.NDArray[np.float64]:
    """Return the points of the walk that lie in the frame (k, n)."""
    box = found.box
    if not np.all(np.isfinite(field.gradient(start))):  # on a kink: no step can be made
        return start[np.newaxis]
    domain = list(zip(box.low.tolist(), box.high.tolist(), strict=True))
    points = descend(field, start, gradient_descent(rate), steps, domain=domain).points
    return np.asarray(points[box.contains(points) & np.isfinite(field.value(points))])


def _checked_range(name: str, given: Sequence[float] | None) -> Range | None:
    if given is None:
        return None
    if len(given) != 2 or not all(math.isfinite(end) for end in given) or not given[0] < given[1]:
        raise ValueError(f"{name}={list(given)}: give two finite numbers, the lower one first")
    return float(given[0]), float(given[1])


def _checked_budget(rate: float | None, steps: int | None) -> None:
    if rate is not None and not 0 < rate < math.inf:
        raise ValueError(f"rate={rate}: the learning rate must be above 0")
    if steps is not None and (isinstance(steps, bool) or int(steps) != steps or steps < 1):
        raise ValueError(f"steps={steps}: the number of steps must be a whole number from 1")


def _checked_start(
    field: ScalarField, start: Sequence[float], ranges: list[Range | None]
) -> npt.NDArray[np.float64]:
    point = np.array(start, dtype=np.float64)
    shown = list(start)
    if point.shape != (field.dimension,) or not np.all(np.isfinite(point)):
        raise ValueError(f"start={shown}: give {field.dimension} finite coordinates")
    for coordinate, ends in zip(point, ranges, strict=True):
        if ends is not None and not ends[0] <= coordinate <= ends[1]:
            raise ValueError(f"start={shown}: it lies outside the range {list(ends)}")
    if not np.isfinite(field.value(point)):
        raise ValueError(f"start={shown}: {field.shown} is not defined here")
    return point
