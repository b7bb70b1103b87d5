"""Plots over the steps of walks: several curves side by side, and the lengths of steps as bars."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from manim import Dot, VMobject, smooth

from scenes.stage.formula import Typesetter
from scenes.stage.pens import Pen
from scenes.stage.plot import Plot, following, nice_ticks, tick_label
from scenes.stage.readout import NEAR
from scenes.stage.theme import Zone

APART = 0.1
"""The share of an axis from which the ends of curves are told apart."""

BAR = 0.42
"""How wide a bar is, as a share of the way from one to the next."""


@dataclass(frozen=True, eq=False)
class Series:
    """A number at every step of a walk.

    Args:
        values: one for each step (m,), from step 0.
        progress: steps walked now; 2.5 is half-way along the third.
        pen: how its curve is drawn.
    """

    values: np.ndarray
    progress: Callable[[], float]
    pen: Pen

    def drawn(self) -> np.ndarray:
        """Return the pairs (k, 2) of steps and numbers as far as the walk has come."""
        done = min(self.progress(), len(self.values) - 1)
        steps = np.unique(np.append(np.arange(np.floor(done) + 1), done))
        return np.stack([steps, np.interp(steps, np.arange(len(self.values)), self.values)], -1)

    def __deepcopy__(self, memo: object) -> Series:
        """Return the series itself: it never changes, and animations copy what holds it."""
        return self


def stepwise(count: int, moving: float = 0.7) -> Callable[[float], float]:
    """Return a rate function that goes from 0 to 1 in equal steps, with a rest after each.

    Args:
        count: how many steps.
        moving: the share of a step's time in which it is made.
    """

    def eased(alpha: float) -> float:
        steps = min(alpha, 1.0) * count  # beside a longer animation it is asked for more
        done = int(steps + 1e-9)
        return float(done + smooth(min((steps - done) / moving, 1.0))) / count

    return eased


def step_ticks(last: int) -> list[tuple[float, str]]:
    """Return about five whole numbers from 0 to the last step, with their labels."""
    return [(k, f"{k:.0f}") for k in nice_ticks(0, last, 5) if k == round(k)]


class StepCurves(Plot):
    """Curves over the steps, each in its own pen and drawn as far as its walk has come.

    A curve that leaves the range of the plot ends at its border, below that without a dot: its
    walk goes on.

    Args:
        zone: where the plot stands.
        series: what the curves show.
        y_range: of the numbers.
        y_label: Typst maths.
        room: as for any plot.
        y_ticks: as for any plot.
        x_label: Typst maths.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        zone: Zone,
        series: Sequence[Series],
        y_range: tuple[float, float],
        y_label: str,
        *,
        room: float = 0.0,
        y_ticks: Sequence[tuple[float, str]] | None = None,
        x_label: str = "k",
    ):
        last = max(1, *(len(one.values) - 1 for one in series))
        names = {"x_label": x_label, "y_label": y_label, "x_ticks": step_ticks(last)}
        super().__init__(typesetter, zone, (0, last), y_range, room=room, y_ticks=y_ticks, **names)
        self.series = list(series)
        self.lines, self.ends = [], []
        for one in series:
            self.lines.append(
                following(
                    lambda one=one: one.pen.strokes(self.at(*self._shown(one).T)),
                    one.pen.color,
                    one.pen.width,
                )
            )
            self.ends.append(self._end(one))
        self.add(*self.lines, *self.ends)

    def _shown(self, one: Series) -> np.ndarray:
        """Return a curve's pairs (k, 2) up to where it leaves the plot."""
        pairs = one.drawn()
        low, high = self.y_range
        slack = 1e-9 * (high - low)
        out = (pairs[:, 1] < low - slack) | (pairs[:, 1] > high + slack)
        if not out.any():
            return pairs
        first = int(np.argmax(out))
        if first == 0:
            return pairs[:0]
        (k, value), (ahead, beyond) = pairs[first - 1], pairs[first]
        border = high if beyond > value else low
        share = (border - value) / (beyond - value)
        return np.vstack([pairs[:first], [k + share * (ahead - k), border]])

    def _end(self, one: Series) -> Dot:
        """Return the dot at the end of a curve, as soon as there is one."""
        dot = Dot(radius=0.065, color=one.pen.color)
        shape = dot.points.copy()

        def follow(mobject: VMobject) -> None:
            pairs, goes_on = self._shown(one), one.drawn()[-1, 1] < self.y_range[0]
            is_seen = len(pairs) > 1 and not goes_on
            mobject.points = shape + self.at(*pairs[-1]) if is_seen else shape[:0]

        return dot.add_updater(follow, call_updater=True)


class LogCurves(StepCurves):
    """Curves over the steps on a logarithmic axis: it begins at a power of ten.

    Args:
        zone: where the plot stands.
        series: what the curves show.
        seen: numbers above 0 (m,) that the axis reaches.
        y_label: Typst maths.
        room: as for any plot.
        x_label: Typst maths.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        zone: Zone,
        series: Sequence[Series],
        seen: np.ndarray,
        y_label: str,
        *,
        room: float = 0.0,
        x_label: str = "k",
    ):
        self.lowest = math.floor(math.log10(seen.min()) + 1e-9)
        top = max(math.log10(seen.max()) - self.lowest, 1.0)
        powers = [power for power in nice_ticks(0, top, 4) if power == round(power)]
        super().__init__(
            typesetter,
            zone,
            [replace(one, values=self.level(one.values)) for one in series],
            (0.0, top),
            y_label,
            room=room,
            x_label=x_label,
            y_ticks=[(power, tick_label(10.0 ** (self.lowest + power))) for power in powers],
        )

    def level(self, values: np.ndarray) -> np.ndarray:
        """Return where numbers (...) stand, in powers of ten above the axis."""
        return np.log10(np.maximum(values, np.finfo(float).tiny)) - self.lowest


class StepBars(Plot):
    """A bar for every step: it grows to a number while the step is walked.

    Args:
        zone: where the plot stands.
        values: one for each step (m,), above 0.
        progress: steps walked now.
        color: hex colour.
        y_label: Typst maths.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        zone: Zone,
        values: np.ndarray,
        progress: Callable[[], float],
        color: str,
        y_label: str,
    ):
        count = len(values)
        super().__init__(
            typesetter,
            zone,
            (-0.5, count - 0.5),
            (0.0, float(values.max())),
            x_label="k",
            y_label=y_label,
            x_ticks=[(k, label) for k, label in step_ticks(count - 1) if k < count],
        )

        self.bars = VMobject(fill_color=color, fill_opacity=1, stroke_width=0)

        def follow(bars: VMobject) -> None:
            heights = values * np.clip(progress() - np.arange(count), 0.0, 1.0)
            drawn = [np.zeros((0, 3))]
            for k, height in enumerate(heights):
                if height > 0:
                    right, left = k + BAR / 2, k - BAR / 2
                    across = np.array([left, right, right, left, left])
                    bars.set_points_as_corners(
                        self.at(across, height * np.array([0.0, 0.0, 1.0, 1.0, 0.0]))
                    )
                    drawn.append(bars.points)
            bars.points = np.concatenate(drawn)

        self.add(self.bars.add_updater(follow, call_updater=True))


def are_squeezed(ends: np.ndarray, seen: np.ndarray) -> bool:
    """Whether the ends of curves (k,) are told apart on a logarithmic axis alone.

    Args:
        ends: the numbers.
        seen: all numbers (m,) that the axis has to reach.

    >>> are_squeezed(np.array([4.1, 1.3]), np.array([1.3, 24.2, 232.0]))
    True
    >>> are_squeezed(np.array([3.1, 0.003]), np.array([0.003, 4.0]))
    False
    """
    if len(ends) < 2 or not seen.min() > 0:
        return False
    low, high = around(seen)
    powers = np.ptp(np.log10(seen))
    return bool(np.ptp(ends) < APART * (high - low) and np.ptp(np.log10(ends)) >= APART * powers)


def around(values: np.ndarray) -> tuple[float, float]:
    """Return a range that holds all values that are finite, even where all are 0.

    It holds 0 too, unless that is far away.

    >>> around(np.array([4.0, math.inf, 2.0])), around(np.zeros(2)), around(np.array([99.0, 100.0]))
    ((0.0, 4.0), (0.0, 1.0), (99.0, 100.0))
    """
    known = values[np.isfinite(values)]
    low, high = float(min(known, default=0.0)), float(max(known, default=0.0))
    if not 0 < high - low < NEAR * max(abs(low), abs(high)):
        low, high = min(0.0, low), max(0.0, high)
    return (low, high) if low < high and math.isfinite(high - low) else (0.0, 1.0)
