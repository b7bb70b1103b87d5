"""A deep network and, below its layers, how large the gradient is that comes back to each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from manim import RIGHT, UP, Dot, VGroup, VMobject

from mathcore.typeset import coloured
from scenes.stage.formula import Typesetter
from scenes.stage.plot import Plot, following, nice_ticks, short_label
from scenes.stage.theme import BOARD, FIRST_ROW, LABEL_EM, READOUT_EM, ROW, STAGE, Zone

UNITS = 5
"""How many units of a layer are drawn at most."""

NET = Zone(STAGE.left, STAGE.right, STAGE.top - 1.75, STAGE.top)
"""Where the network stands above the bars."""

ALONE = 0.95, STAGE.center[1]
"""From one unit to the next, and the middle one, where the network stands alone."""

ABOVE = 0.36, NET.center[1]
"""The same above the bars."""

BARS = Zone(STAGE.left, STAGE.right, STAGE.bottom, NET.bottom - 0.3)
"""Where the bars stand."""

BAR = 0.66
"""Width of a bar in layers."""

BEFORE, BEHIND = 0.4, 0.3
"""From the first layer to the name of what goes in, and from the last to that of what comes out."""

DOT = 0.07
"""Radius of a unit where there is room."""

DOT_SIZES = 0.25, 1.0, 1.6
"""A unit's size where its layer's gradient is the least on the axis of the bars, 1, the largest."""

REACH, LABELLED = 4.0, 3.0
"""How far to both sides of 0 activations are shown, and the number that stands there."""

SYMBOLS = {"sigmoid": "sigma", "tanh": "tanh", "ReLU": 'op("ReLU")'}
"""Activations as Typst maths."""

TICKS, NEAREST = (6, 9), 0.1
"""About how many powers of ten the axis of the bars names, and the share of it between two."""

APART = 0.2
"""Manim units between a column of names and the next one."""

POWERS = 0.01, 1000.0
"""A product below the first or from the second on is told with a power of ten."""


def product_label(size: float, factors: int) -> str:
    """Return a product of so many factors as a power of their geometric mean, Typst maths.

    >>> product_label(0.125, 3), product_label(0.00096, 19)
    ('0.5^3 = 0.13', '0.6937^19 = 9.6 times 10^(-4)')
    >>> product_label(0.0, 19)
    '0'
    """
    if size == 0:
        return "0"
    low, high = POWERS
    mantissa, exponent = f"{size:.1e}".split("e")
    written = f"{mantissa} times 10^({int(exponent)})"
    shown = short_label(size, 2) if low <= size < high else written
    return f"{short_label(size ** (1 / factors), 4)}^{factors} = {shown}"


def decades(sizes: np.ndarray) -> tuple[float, float]:
    """Return whole powers of ten, as exponents, between which all sizes above 0 lie, and 1.

    >>> decades(np.array([0.02, 1.0, 300.0, 0.0]))
    (-2.0, 3.0)
    """
    known = np.log10(sizes[(sizes > 0) & np.isfinite(sizes)])
    low, high = min(-1.0, *known), max(1.0, *known)
    return float(math.floor(low + 1e-9)), float(math.ceil(high - 1e-9))


def exponents_of(low: float, high: float) -> list[float]:
    """Return the exponents whose powers of ten an axis names: on both sides of 1 if they have room.

    >>> exponents_of(-10.0, 4.0)
    [-10.0, -8.0, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0]
    >>> exponents_of(-30.0, 4.0)
    [-30.0, -25.0, -20.0, -15.0, -10.0, -5.0, 0.0, 4.0]
    """
    for count in TICKS:
        found = [k for k in nice_ticks(low, high, count) if k == round(k)]
        if found[0] < 0 < found[-1]:
            return found
    room = NEAREST * (high - low)
    below, above = [low] if found[0] == 0 and -low >= room else [], [high] if high >= room else []
    return [*below, *found, *(above if found[-1] == 0 else [])]


def power_of_ten(exponent: float) -> str:
    """Return a power of ten as Typst maths.

    >>> power_of_ten(-3.0), power_of_ten(0.0)
    ('10^(-3)', '1')
    """
    return f"10^({exponent:.0f})" if exponent else "1"


class LayerBars(Plot):
    """The gradient's size at each layer, as bars from 1 up or down on an axis of powers of ten.

    Args:
        depth: number of layers.
        powers: exponents of the lowest and the highest number on the axis.
        sizes: the gradient's size at each layer (depth,), now.
        reached: to how many layers it has come back; 2.5 is half-way to the third.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        depth: int,
        powers: tuple[float, float],
        sizes: Callable[[], np.ndarray],
        reached: Callable[[], float],
    ):
        color = typesetter.theme.gradient
        counts = [k for k in nice_ticks(0, depth, 5) if k == round(k) and k > 0]
        layers = sorted({1.0, *(k for k in counts if k - 1 > 1), float(depth)})
        if len(layers) > 2 and layers[-1] - layers[-2] < 0.06 * depth:
            layers.remove(layers[-2])
        super().__init__(
            typesetter,
            BARS,
            (0.5, depth + 0.5),
            powers,
            x_label="l",
            y_label=coloured("|partial L \\/ partial bold(a)_l|", color),
            x_ticks=[(k, f"{k:.0f}") for k in layers],
            y_ticks=[(k, power_of_ten(k)) for k in exponents_of(*powers)],
        )
        self.sizes, self.reached, self.count = sizes, reached, depth
        self.bars = VMobject(fill_color=color, fill_opacity=1, stroke_width=0)
        self.add(self.bars.add_updater(lambda bars: self._draw(bars), call_updater=True))

    def heights(self) -> np.ndarray:
        """Return the exponents of ten (depth,) to which the bars reach now."""
        with np.errstate(divide="ignore"):
            exponents = np.clip(np.log10(self.sizes()), *self.y_range)
        layers = np.arange(1, self.count + 1)
        return exponents * np.clip(self.reached() - (self.count - layers), 0.0, 1.0)

    def dot_sizes(self) -> np.ndarray:
        """Return how large a dot stands for the size at each layer (depth,), see `DOT_SIZES`."""
        with np.errstate(divide="ignore"):
            exponents = np.log10(self.sizes())
        low, high = self.y_range
        return np.interp(exponents, (low, 0.0, high), DOT_SIZES)

    def _draw(self, bars: VMobject) -> None:
        drawn = [np.zeros((0, 3))]
        for layer, height in enumerate(self.heights(), 1):
            if height:
                across = layer + BAR / 2 * np.array([-1, 1, 1, -1, -1])
                up = height * np.array([0.0, 0.0, 1.0, 1.0, 0.0])
                bars.set_points_as_corners(self.at(across, up))
                drawn.append(bars.points)
        bars.points = np.concatenate(drawn)


class LayerNet(VGroup):
    """A network whose layers stand above their bars; at most `UNITS` units of each are drawn.

    `ends` name what goes into it and what comes out. The larger the gradient of a layer, the larger
    the dots with which it comes to its units.

    Args:
        places: where each layer stands along the frame (depth,).
        width: units in a layer.
        ahead: to how many layers the values have come.
        back: to how many layers the gradient has come, from the last one.
        lifted: 0 where it stands alone, 1 above the bars.
        grown: how large these dots are at each layer (depth,), 1 where they cover a unit.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        places: Sequence[float],
        width: int,
        ahead: Callable[[], float],
        back: Callable[[], float],
        lifted: Callable[[], float],
        grown: Callable[[], np.ndarray],
    ):
        theme, depth = typesetter.theme, len(places)
        pitch = (places[-1] - places[0]) / (depth - 1)
        count = np.arange(min(width, UNITS))
        dot = Dot(radius=min(DOT, 0.3 * pitch)).points

        def levels() -> np.ndarray:
            step, middle = (1 - lifted()) * np.array(ALONE) + lifted() * np.array(ABOVE)
            return middle + step * (count.mean() - count)

        def dots(layers: Sequence[int], sizes: np.ndarray) -> np.ndarray:
            spots = [
                [places[layer], level, 0.0] + sizes[layer] * dot
                for layer in layers
                for level in levels()
            ]
            return np.concatenate([np.zeros((0, 3)), *spots])

        def joints() -> list[np.ndarray]:
            here = levels()
            return [
                np.array([[places[i], one, 0.0], [places[i + 1], other, 0.0]])
                for i in range(depth - 1)
                for one in here
                for other in here
            ]

        def units(
            color: str,
            layers: Callable[[], Sequence[int]],
            sizes: Callable[[], np.ndarray] = lambda: np.ones(depth),
        ) -> VMobject:
            made = VMobject(fill_color=color, fill_opacity=1, stroke_width=0)

            def follow(mobject: VMobject) -> None:
                mobject.points = dots(layers(), sizes())

            return made.add_updater(follow, call_updater=True)

        order = list(range(depth))
        self.lines = following(joints, theme.quiet, 1).set_stroke(opacity=0.5)
        self.units = units(theme.quiet, lambda: order)
        self.values = units(theme.ink, lambda: order[: int(ahead() + 1e-6)])
        self.slopes = units(theme.gradient, lambda: order[::-1][: int(back() + 1e-6)], grown)
        self.ends = [typesetter.formula(one, em=LABEL_EM) for one in ("bold(a)_0", "L")]
        for name, x in zip(self.ends, (places[0] - BEFORE, places[-1] + BEHIND), strict=True):
            name.set_x(x).add_updater(
                lambda mobject: mobject.set_y(float(levels().mean())), call_updater=True
            )
        super().__init__(self.lines, self.units, self.slopes, *self.ends)


class Product(VGroup):
    """What a product of equal factors makes, as a formula, behind the names of what it belongs to.

    Args:
        names: of the columns before it, as Typst maths.
        source: the product, as Typst maths.
        row: number of the row on the board.
        color: hex colour of the product; names are quiet.
    """

    def __init__(
        self, typesetter: Typesetter, names: Sequence[str], source: str, row: float, color: str
    ):
        quiet = typesetter.theme.quiet
        self.names = VGroup(
            *(typesetter.formula(name, em=READOUT_EM, color=quiet) for name in names)
        )
        self.value = typesetter.formula(source, em=READOUT_EM, color=color)
        super().__init__(self.names, self.value)
        for part in (*self.names, self.value):
            part.shift((FIRST_ROW - ROW * row - part.baseline()) * UP)


def in_columns(products: Sequence[Product]) -> None:
    """Put products below each other on the board, in one size, and what stands before them."""
    pen = BOARD.left
    for column in zip(*(one.names for one in products), strict=True):
        for name in column:
            name.shift((pen - name.get_left()[0]) * RIGHT)
        pen += max(name.width for name in column) + APART
    size = min(1.0, (BOARD.right - pen) / max(one.value.width for one in products))
    for one in products:
        foot = one.value.baseline()
        one.value.scale(size)
        one.value.shift((pen - one.value.get_left()[0]) * RIGHT)
        one.value.shift((foot - one.value.baseline()) * UP)


class ActivationPlot(Plot):
    """An activation, or its derivative: a function of one number, as far as the plot reaches.

    Args:
        zone: where the plot stands.
        name: the function as Typst maths.
        function: from numbers (m,) to numbers (m,).
        y_range: (low, high).
        color: hex colour of the line and of its name.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        zone: Zone,
        name: str,
        function: Callable[[np.ndarray], np.ndarray],
        y_range: tuple[float, float],
        color: str,
    ):
        levels = range(math.ceil(y_range[0]), math.floor(y_range[1]) + 1)
        super().__init__(
            typesetter,
            zone,
            (-REACH, REACH),
            y_range,
            x_label="z",
            y_label=coloured(f"{name}(z)", color),
            x_ticks=[(z, f"{z:.0f}") for z in (-LABELLED, 0.0, LABELLED)],
            y_ticks=[(float(level), str(level)) for level in levels],
        )
        z = np.linspace(-REACH, REACH, 401)
        values = function(z)
        values[values > y_range[1] + 1e-9] = np.nan
        jumps = np.flatnonzero(np.abs(np.diff(values)) > 0.5)
        pairs = np.insert(np.stack([z, values], axis=-1), jumps + 1, np.nan, axis=0)
        self.line = self.curve(lambda: pairs, color)
        self.add(self.line)
