"""Plot: a small graph on the board, its numbers set like everything else."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Dot, Line, VGroup, VMobject

from scenes.stage.formula import Typesetter
from scenes.stage.theme import LABEL_EM, Zone

BEYOND = 0.3
"""How far an axis below a curve goes on beyond its range, on both sides, in Manim units."""

ZERO = 0.45
"""Opacity of the line of the number 0 where that is no axis."""

NEARLY = 1e-3
"""The share of a step by which the ends of an axis may miss a round number: they are samples'."""


def nice_ticks(low: float, high: float, count: int) -> list[float]:
    """Return about `count` round numbers (1, 2 or 5 times a power of ten) from low to high.

    There are always two or more: one number alone gives no scale.

    >>> nice_ticks(0, 4, 4)
    [0.0, 1.0, 2.0, 3.0, 4.0]
    >>> nice_ticks(-4.6, 4.6, 3)
    [-4.0, -2.0, 0.0, 2.0, 4.0]
    >>> nice_ticks(0, 4e-13, 4)
    [0.0, 1e-13, 2e-13, 3e-13, 4e-13]
    >>> nice_ticks(-0.99997, 1, 4)
    [-1.0, -0.5, 0.0, 0.5, 1.0]
    """
    raw = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    steps = [factor * power for factor in (0.1, 0.2, 0.5, 1, 2, 5, 10)]
    fitting = next(index for index, step in enumerate(steps) if step >= raw * 0.999)
    for step in reversed(steps[: fitting + 1]):
        first, last = math.ceil(low / step - NEARLY), math.floor(high / step + NEARLY)
        if last > first:
            break
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def round_below(number: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above a number above 0.

    >>> round_below(1.2), round_below(0.7), round_below(40.0)
    (1.0, 0.5, 20.0)
    """
    power = 10.0 ** math.floor(math.log10(number * (1 + 1e-12)))
    factor = next(factor for factor in (5, 2, 1) if factor * power <= number * (1 + 1e-12))
    return float(f"{factor * power:.3g}")


def tick_label(value: float) -> str:
    """Return a tick's number as Typst maths: as short as it is exact.

    >>> tick_label(-0.5), tick_label(4.0), tick_label(2e6), tick_label(-1e7), tick_label(1000002.0)
    ('-0.5', '4', '2 times 10^6', '-10^7', '1000002')
    """
    plain = f"{value:.12g}"
    mantissa, exponent = f"{value:.11e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    if "e" not in plain and len(plain) <= len(mantissa) + 5:
        return plain
    power = f"10^{int(exponent)}" if int(exponent) >= 0 else f"10^({int(exponent)})"
    return {"1": power, "-1": f"-{power}"}.get(mantissa, f"{mantissa} times {power}")


def rounded(value: float, digits: int = 3) -> float:
    """Return a number rounded to so many digits.

    >>> rounded(2.0), rounded(-0.123456)
    (2.0, -0.123)
    """
    return float(f"{value:.{digits}g}")


def short_label(value: float, digits: int = 3) -> str:
    """Return a number rounded to so many digits as Typst maths, as short as these are exact.

    >>> short_label(-0.123456), short_label(2.0)
    ('-0.123', '2')
    """
    return tick_label(rounded(value, digits))


def with_power(values: Sequence[float], digits: int = 3) -> tuple[str, list[str]]:
    """Return a power of ten as Typst maths, and numbers without it, rounded to so many digits.

    It is empty where the numbers are short without it, or too different for one.

    >>> with_power([3.2e-6, -8e-7]), with_power([3.2, -0.8])
    (('10^(-6)', ['3.2', '-0.8']), ('', ['3.2', '-0.8']))
    """
    labels = [short_label(value, digits) for value in values]
    if not any("10^" in label for label in labels):
        return "", labels
    exponent = math.floor(math.log10(max(map(abs, values))))
    shares = [short_label(value / 10.0**exponent, digits) for value in values]
    if any("10^" in share for share in shares):
        return "", labels
    return f"10^{exponent}" if exponent >= 0 else f"10^({exponent})", shares


def tick_labels(values: Sequence[float]) -> list[str]:
    """Return the numbers of an axis as Typst maths, all with one power of ten or all without.

    >>> tick_labels([0.0, 4e6, 8e6, 1.2e7])
    ['0', '0.4 times 10^7', '0.8 times 10^7', '1.2 times 10^7']
    >>> tick_labels([1000000.0, 1000002.0])
    ['1000000', '1000002']
    """
    labels = [tick_label(value) for value in values]
    if not any("10^" in label for label in labels):
        return labels
    exponent = math.floor(math.log10(max(abs(value) for value in values)) + 1e-9)
    power = f"10^{exponent}" if exponent >= 0 else f"10^({exponent})"
    shares = [f"{value / 10.0**exponent:.6g}" for value in values]
    kept = (float(share) * 10.0**exponent for share in shares)
    if not all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(kept, values, strict=True)):
        return [f"{value:.15g}" for value in values]  # else digits would be lost
    written = {"0": "0", "1": power, "-1": f"-{power}"}
    return [written.get(share, f"{share} times {power}") for share in shares]


def unbroken(pairs: np.ndarray) -> list[np.ndarray]:
    """Return the stretches (m, 2) of a polyline between pairs of numbers that are not finite.

    >>> [len(stretch) for stretch in unbroken(np.array([[0, 1], [1, 2], [2, np.nan], [3, 4]]))]
    [2]
    """
    known = np.isfinite(pairs).all(axis=1)
    stretches = np.split(pairs, np.flatnonzero(np.diff(known)) + 1)
    return [part for part in stretches if len(part) > 1 and np.isfinite(part).all()]


def _labelled(values: list[float], least: float) -> Callable[[float], bool]:
    """Return which of evenly spaced numbers get a label, so that these are `least` apart."""
    if len(values) < 2:
        return lambda value: True
    step = values[1] - values[0]
    stride = max(1, math.ceil(least / step - 1e-9))
    rests = [round(value / step) % stride for value in values]
    # Those with 0 among them, unless that leaves one number alone, which gives no scale.
    rest = 0 if rests.count(0) >= 2 else max(rests, key=rests.count)
    return lambda value: round(value / step) % stride == rest


def following(stretches: Callable[[], list[np.ndarray]], color: str, width: float) -> VMobject:
    """Return a line on the board made of polylines (m, 3) that are asked for on every frame."""
    line = VMobject(stroke_color=color, stroke_width=width)

    def follow(mobject: VMobject) -> None:
        drawn = [np.zeros((0, 3))]
        for stretch in stretches():
            mobject.set_points_as_corners(stretch)
            drawn.append(mobject.points)
        mobject.points = np.concatenate(drawn)

    follow(line)
    return line.add_updater(follow)


class Plot(VGroup):
    """Two axes over ranges of numbers, and the map from numbers to places on the board.

    Args:
        zone: where the plot stands, its tick labels included.
        x_range: (low, high).
        y_range: (low, high).
        x_label: Typst maths at the end of the horizontal axis.
        y_label: Typst maths at the top of the vertical axis.
        x_ticks: numbers with their labels as Typst maths; round numbers where left out.
        y_ticks: the same of the vertical axis.
        x_count: about how many numbers stand on the horizontal axis, where they are left out.
        y_count: about how many numbers stand on the vertical axis.
        below: Manim units of air between the lowest number and the horizontal axis; with 0 the
            axis stands at the number 0, as far as that is in view.
        numbered: whether the vertical axis has numbers; another plot beside it may have them.
        room: Manim units that the vertical axis keeps from the zone's left end, at least.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        zone: Zone,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        *,
        x_label: str,
        y_label: str,
        x_ticks: Sequence[tuple[float, str]] | None = None,
        y_ticks: Sequence[tuple[float, str]] | None = None,
        x_count: int = 5,
        y_count: int = 4,
        below: float = 0.0,
        numbered: bool = True,
        room: float = 0.0,
    ):
        super().__init__()
        quiet = typesetter.theme.quiet
        self.x_range, self.y_range, self.below = x_range, y_range, below

        def label(source: str) -> VMobject:
            return typesetter.formula(source, em=LABEL_EM, color=quiet)

        if y_ticks is None:
            levels = nice_ticks(*y_range, y_count)
            y_ticks = list(zip(levels, tick_labels(levels), strict=True))
        heights = [(value, label(source)) for value, source in y_ticks]
        numbers = [text.width + 0.14 for _, text in heights] if numbered else []
        if x_ticks is None:
            places = nice_ticks(*x_range, x_count)
            x_ticks = list(zip(places, tick_labels(places), strict=True))
        name_x, name_y = label(x_label), label(y_label)
        texts = [(value, label(source)) for value, source in x_ticks]
        gutter = max(numbers, default=0.07)
        if texts:
            gutter = max(gutter, texts[0][1].width / 2)  # it may stand at the left end
        if below:
            gutter = max(gutter, BEYOND)
        self.gutter = gutter = max(gutter, room)
        beyond = BEYOND if below else 0.0
        self.area = Zone(
            zone.left + gutter,
            zone.right - name_x.width - 0.24 - beyond,
            zone.bottom + 0.36 + below,
            zone.top - name_y.height - 0.12,
        )
        floor = min(max(0.0, y_range[0]), y_range[1])

        def foot(x: float) -> np.ndarray:
            return self.on_axis(x) if below else self.at(x, floor)

        axes = [
            Line(foot(x_range[0]), foot(x_range[1])),
            Line(self.at(x_range[0], y_range[0]), self.at(x_range[0], y_range[1])),
        ]
        for axis in axes:
            axis.set_stroke(quiet, 2)
        for end, way in ((0, LEFT), (1, RIGHT)) if below else ():
            ends = [foot(x_range[end]), foot(x_range[end]) + beyond * way]
            self.add(VMobject(stroke_color=quiet, stroke_width=2).set_points_as_corners(ends))
        self.name_x = name_x.next_to(axes[0], RIGHT, buff=0.2 + beyond)
        name_y.move_to(self.at(x_range[0], y_range[1]), aligned_edge=DOWN + LEFT)
        name_y.shift(0.12 * UP)
        self.add(*axes, name_x, name_y)
        if below and floor == 0.0:
            level = Line(self.at(x_range[0], 0.0), self.at(x_range[1], 0.0))
            self.add(level.set_stroke(quiet, 1.5, opacity=ZERO))
        unit = (y_range[1] - y_range[0]) / self.area.height
        every = _labelled([value for value, _ in heights], 1.25 * LABEL_EM * unit)
        for value, text in heights:
            place = self.at(x_range[0], value)
            self.add(Line(place, place + 0.07 * LEFT).set_stroke(quiet, 2))
            if numbered and every(value):
                self.add(text.next_to(place, LEFT, buff=0.12))
        unit = (x_range[1] - x_range[0]) / self.area.width
        widest = max((text.width for _, text in texts), default=0.0)
        every = _labelled([value for value, _ in texts], (widest + 0.5 * LABEL_EM) * unit)
        for value, text in texts:
            place = foot(value)
            self.add(Line(place, place + 0.07 * DOWN).set_stroke(quiet, 2))
            if every(value) and (value != x_range[0] or floor == y_range[0] or below):
                self.add(text.next_to(self.on_axis(value), DOWN, buff=0.12))

    def at(self, x: np.ndarray | float, y: np.ndarray | float) -> np.ndarray:
        """Return the places of pairs of numbers (...) as Manim points (..., 3)."""
        fraction_x = (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])
        fraction_y = (y - self.y_range[0]) / (self.y_range[1] - self.y_range[0])
        places = np.zeros((*np.shape(fraction_x), 3))
        places[..., 0] = self.area.left + fraction_x * self.area.width
        places[..., 1] = self.area.bottom + fraction_y * self.area.height
        return places

    def on_axis(self, x: np.ndarray | float) -> np.ndarray:
        """Return the places (..., 3) of numbers (...) at the plot's foot."""
        return self.at(x, np.full(np.shape(x), self.y_range[0])) + self.below * DOWN

    @property
    def units(self) -> np.ndarray:
        """Manim units for one unit of either number, (2,)."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        return np.array([self.area.width / (x1 - x0), self.area.height / (y1 - y0)])

    def curve(self, points: Callable[[], np.ndarray], color: str, width: float = 4) -> VMobject:
        """Return a polyline that follows `points()`, pairs of numbers (m, 2), on every frame."""
        return following(
            lambda: [self.at(*stretch.T) for stretch in unbroken(points())], color, width
        )


def in_line(*makers: Callable[[float], Plot]) -> list[Plot]:
    """Return plots that stand below each other, with their vertical axes in one line.

    Args:
        makers: each makes one of them, given its `room`.
    """
    room = max(make(0.0).gutter for make in makers)
    return [make(room) for make in makers]


class Marker(Dot):
    """A dot on a plot that follows a pair of numbers."""

    def __init__(self, plot: Plot, pair: Callable[[], Sequence[float]], color: str):
        super().__init__(plot.at(*pair()), radius=0.075, color=color)
        self.add_updater(lambda dot: dot.move_to(plot.at(*pair())))
