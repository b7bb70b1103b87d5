"""LayersFilm: a film about the gradient on its way back through the layers of a deep network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from manim import LEFT, UP, Animation, Group, ValueTracker, VGroup, VMobject, linear

from mathcore.deep_network import RELU, SIGMOID, TANH, Activation, DeepNetwork, random_network
from mathcore.typeset import coloured
from scenes.stage.appear import Appear
from scenes.stage.film import Film
from scenes.stage.layer_picture import (
    SYMBOLS,
    UNITS,
    ActivationPlot,
    LayerBars,
    LayerNet,
    Product,
    decades,
    in_columns,
    product_label,
)
from scenes.stage.node_graph import Flow
from scenes.stage.panel import Row, lined_up, lines_of_words
from scenes.stage.plot import rounded, tick_label
from scenes.stage.readout import short_text
from scenes.stage.theme import LABEL_EM, QUICK, READOUT_EM, SLOW, STAGE, STEADY, Zone

Kind: TypeAlias = tuple[Activation, float]
"""An activation and a scale of the weights."""

FACTORS = 0.5, 1.5
"""Two factors of a product of equal ones: it vanishes, and it explodes."""

WAYS = 2.4
"""From the middle of the network that stands alone to the arrows over and under it."""

ACTIVATIONS = SIGMOID, TANH, RELU
"""In the order in which they are shown."""

GONE, HUGE = 0.1, 10.0
"""Below and above these shares the gradient is said to vanish and to explode."""


def steepest(activation: Activation) -> str:
    """Return the largest slope of an activation; ReLU has it right of 0, the others there.

    >>> steepest(SIGMOID), steepest(RELU)
    ('0.25', '1')
    """
    return short_text(float(activation.slope(np.array([0.0, 1.0])).max()))


class LayersFilm(Film):
    """A film about one random network, of which one thing at a time is changed.

    `sizes` returns what the bars show now; `scale` and `factor` are what it may follow.
    """

    too_small, too_large = FACTORS

    depth: int
    width: int
    seed: int
    scales: tuple[float, float]
    sizes: Callable[[], np.ndarray]

    def set_up_layers(self) -> None:
        """Make the network and its picture, with all that the bars will ever show in view."""
        self.scales = min(self.scales), max(self.scales)
        self.scale, self.factor = ValueTracker(1), ValueTracker(1)
        self.ahead, self.reached = ValueTracker(0), ValueTracker(0)
        shown = [self.product(factor) for factor in FACTORS]
        shown += [self.network(one).gradient_sizes() for one in ACTIVATIONS]
        shown += [self.network(RELU, scale).gradient_sizes() for scale in self.scales]
        self.sizes = lambda: self.product(self.factor.get_value())
        self.bars = LayerBars(
            self.typeset,
            self.depth,
            decades(np.concatenate(shown)),
            lambda: self.sizes(),
            self.reached.get_value,
        )
        places = self.bars.at(np.arange(1, self.depth + 1), np.zeros(self.depth))[:, 0]
        self.lifted = ValueTracker(0)
        now = [one.get_value for one in (self.ahead, self.reached, self.lifted)]
        self.net = LayerNet(self.typeset, places, self.width, *now, self.bars.dot_sizes)
        self.ways = [
            self.way(places, 1, "bold(a)_l", self.ahead, "ink"),
            self.way(places, -1, "partial L \\/ partial bold(a)_l", self.reached, "gradient"),
        ]

    def way(
        self, places: np.ndarray, side: int, name: str, come: ValueTracker, color: str
    ) -> VGroup:
        """Return an arrow over (1) or under (-1) the layers, that way, which grows with a tracker.

        Its name stands at its beginning; color is the name of what it means in the theme.
        """
        level, color = STAGE.center[1] + side * WAYS, getattr(self.theme, color)
        way = np.array([[x, level, 0.0] for x in (places[0], places[-1])[::side]])
        arrow = Flow(way, lambda: come.get_value() / self.depth, color)
        tag = self.formula(name, em=LABEL_EM, color=color)
        return VGroup(
            tag.next_to(way[0], side * UP, buff=0.12).align_to(way[0], side * LEFT), arrow
        )

    def network(self, activation: Activation, scale: float = 1.0) -> DeepNetwork:
        """Return the network with an activation and a scale of its weights."""
        return random_network(self.depth, self.width, activation, scale, self.seed)

    def product(self, factor: float) -> np.ndarray:
        """Return what is left of 1 at each layer (depth,), by the same factor in each."""
        return factor ** np.arange(self.depth - 1.0, -1.0, -1.0)

    @property
    def passed(self) -> int:
        """How many layers multiply the gradient on its way to the first one."""
        return self.depth - 1

    def left(self) -> float:
        """Return what is left of the gradient at the first layer now."""
        return float(self.sizes()[0])

    # What the board says

    def wearing(self, source: str, meaning: str) -> str:
        """Return Typst maths in the colour of what it means, a name in the theme."""
        return coloured(source, getattr(self.theme, meaning))

    def layer_formula(self) -> VMobject:
        """Return what a layer computes."""
        return self.formula("bold(a)_l = phi(bold(z)_l), quad bold(z)_l = W_l thin bold(a)_(l-1)")

    def back_formula(self) -> VMobject:
        """Return what a layer does to the gradient that comes back to it."""
        after, before = (
            self.wearing(f"partial L \\/ partial bold(a)_({index})", "gradient")
            for index in ("l", "l-1")
        )
        slope = self.wearing("phi'(bold(z)_l)", "tangent")
        return self.formula(f"{before} = W_l^top ({slope} dot.o {after})")

    def symbol_lines(self, row: float) -> Group:
        """Return lines on the board, from a row on, that say what the letters stand for."""
        output, given = self.tr("output of a layer"), self.tr("input")
        weights, activation, loss = self.tr("weights"), self.tr("activation"), self.tr("loss")
        lines = (
            f"$bold(a)_l$ {output} #h(1em) $bold(a)_0$ {given}",
            f"$W_l$ {weights} #h(1em) $phi$ {activation} #h(1em) $L$ {loss}",
        )
        return lines_of_words(*(self.words(line, em=READOUT_EM) for line in lines), row=row)

    def mean_line(self, row: float) -> Group:
        """Return the lines on the board, from a row on, about the mean factor of a layer.

        They say what it is, and what the weights alone make of it: E|Wᵀv|² = 2 s² |v|².
        """
        mean = self.tr("$macron(q)$: geometric mean per layer")
        alone = self.tr("weights alone: about $sqrt(2) thin s$")
        lines = (self.words(line, em=READOUT_EM) for line in (mean, alone))
        return lines_of_words(*lines, row=row)

    def entrywise_line(self, row: float) -> Group:
        """Return the line on the board, in a row, that says what ⊙ stands for."""
        line = self.tr("$dot.o$ multiplies entry by entry")
        return lines_of_words(self.words(line, em=READOUT_EM), row=row)

    def law_formula(self, factor: str = "q") -> VMobject:
        """Return what is left at the first layer by the factor of a layer, Typst maths."""
        last, first = (
            self.wearing(f"|partial L \\/ partial bold(a)_{index}|", "gradient") for index in "D1"
        )
        return self.formula(f"{last} = 1, quad {first} = {factor}^(D - 1)")

    def weights_formula(self) -> VMobject:
        """Return how the weights are drawn."""
        return self.formula("W_l tilde cal(N)(0, s^2 dot 2 \\/ n)")

    def size_rows(self) -> Group:
        """Return the rows with the depth and the width of the network."""
        layers, units = self.tr("layers"), self.tr("units in each")
        return lined_up(
            self.row(f'"{layers}" thick D', lambda: str(self.depth), 0),
            self.row(f'"{units}" thick n', lambda: str(self.width), 1),
        )

    def slope_rows(self) -> Group:
        """Return the rows with the largest slope of each activation."""
        return lined_up(
            *(
                self.row(f"max {SYMBOLS[one.name]}'", lambda one=one: steepest(one), row, "tangent")
                for row, one in enumerate(ACTIVATIONS)
            )
        )

    def scale_row(self) -> Row:
        """Return the row with the scale of the weights now."""
        words = self.tr("scale of the weights")
        return self.live_row(f'"{words}" thick s', self.scale.get_value, 1)

    def row(self, label: str, text: Callable[[], str], row: float, color: str = "ink") -> Row:
        """Return a named number in the panel, in the colour of what it means (a theme's name)."""
        return Row(self.typeset, label, text, color=getattr(self.theme, color), row=row)

    def factor_products(self, row: float) -> list[Product]:
        """Return what is left at the first layer by each of two factors, from a row on."""
        return self._products(
            [([f"q = {tick_label(one)}"], float(self.product(one)[0])) for one in FACTORS], row
        )

    def network_products(self, row: float) -> dict[Kind, Product]:
        """Return what is left there of each activation, and of ReLU with each scale, from a row on.

        `head` says above them what the columns are.
        """
        kinds = list(dict.fromkeys([*((one, 1.0) for one in ACTIVATIONS), *self.scaled]))
        sizes = [float(self.network(*kind).gradient_sizes()[0]) for kind in kinds]
        names = [(SYMBOLS[one.name], tick_label(scale)) for one, scale in kinds]
        words = self.tr("measured")
        self.head = Product(self.typeset, ("phi", "s"), f'"{words}"', row, self.theme.quiet)
        pairs = list(zip(names, sizes, strict=True))
        return dict(zip(kinds, self._products(pairs, row + 1, self.head), strict=True))

    @property
    def scaled(self) -> list[Kind]:
        """ReLU with either scale of the weights."""
        return [(RELU, scale) for scale in self.scales]

    def _products(
        self, pairs: Sequence[tuple[Sequence[str], float]], row: float, *head: Product
    ) -> list[Product]:
        color = self.theme.gradient
        made = [
            Product(self.typeset, names, product_label(size, self.passed), row + number, color)
            for number, (names, size) in enumerate(pairs)
        ]
        in_columns([*head, *made])
        return made

    def live_row(self, label: str, value: Callable[[], float], row: float) -> Row:
        """Return the row with a number that is being changed."""
        return self.row(label, lambda: short_text(value()), row)

    def activation_plots(self) -> Group:
        """Return the activations below each other, each with its slope beside it."""
        height, middle = STAGE.height / len(ACTIVATIONS), STAGE.center[0]
        plots = []
        for row, one in enumerate(ACTIVATIONS):
            top, name = STAGE.top - row * height, SYMBOLS[one.name]
            bottom = top - height + 0.2
            left = Zone(STAGE.left, middle - 0.1, bottom, top)
            right = Zone(middle + 0.1, STAGE.right, bottom, top)
            ink, yellow = self.theme.ink, self.theme.tangent
            plots += [
                ActivationPlot(self.typeset, left, name, one.value, (-1.0, 1.5), ink),
                ActivationPlot(self.typeset, right, f"{name}'", one.slope, (0.0, 1.0), yellow),
            ]
        return Group(*plots)

    # What happens

    def go_ahead(self) -> None:
        """Let the values go through the layers."""
        self.add(self.net.values, self.ways[0])
        self.play(self.ahead.animate.set_value(self.depth), run_time=SLOW, rate_func=linear)

    def come_back(self) -> None:
        """Let the gradient come back through the layers."""
        self.play(self.reached.animate.set_value(self.depth), run_time=SLOW, rate_func=linear)

    def show(self, activation: Activation, *changes: Animation) -> None:
        """Let the gradient come back through a network with another activation, after changes."""
        sizes = self.network(activation).gradient_sizes()
        self.say_what_is_left(activation, float(sizes[0]))
        if changes:
            self.reached.set_value(0)
            self.play(*changes, run_time=STEADY)
        else:
            self.play(self.reached.animate.set_value(0), run_time=QUICK)
        self.sizes = lambda: sizes
        self.come_back()
        self.play(Appear(self.products[activation, 1.0]))

    def lift(self) -> Animation:
        """Return the animation that makes room for the bars below the network."""
        return self.lifted.animate.set_value(1)

    def multiply(self, factor: float) -> None:
        """Let every layer multiply by a factor instead, which goes there from where it is."""
        self.play(self.factor.animate.set_value(factor), run_time=1.5 * SLOW)
        self.play(Appear(self.powers[FACTORS.index(factor)]))

    def turn_to(self, scale: float) -> None:
        """Let the weights grow or shrink to a scale, and with them the gradient of every layer."""
        self.sizes = lambda: self.network(RELU, self.scale.get_value()).gradient_sizes()
        self.play(self.scale.animate.set_value(scale), run_time=1.5 * SLOW)

    def turn_to_scale(self, number: int) -> None:
        """Let the weights go to one of the two scales, and tell what that leaves."""
        self.turn_to(self.scales[number])
        come = self.bring_back(self.products[self.scaled[number]])
        if come:  # with the scale 1 it is there
            self.play(*come)

    # What is said

    def say_what_layers_do(self) -> None:
        """Say what a network does, and of how many units in a layer a picture is drawn."""
        if self.width > UNITS:
            self.say(
                "A deep network, {drawn} of {width} units drawn: each layer works on what the one "
                "before gives.",
                drawn=f"${UNITS}$",
                width=f"${self.width}$",
            )
        else:
            self.say("A deep network: each layer works on what the one before it gives.")

    def say_how_steep(self) -> None:
        """Say how steep the activations are at most: in the middle, ReLU on one side."""
        self.say(
            "The slope of the sigmoid $sigma$ is at most ${low}$, of $tanh$ at most ${high}$; "
            'of $op("ReLU")$ 0 or 1.',
            low=steepest(SIGMOID),
            high=steepest(TANH),
        )

    def say_what_is_left(self, activation: Activation, left: float) -> None:
        """Say what becomes of the gradient with an activation."""
        name = SYMBOLS[activation.name]
        factor = tick_label(rounded(left ** (1 / self.passed), 2))
        if left < GONE:
            self.say(
                "With ${phi}$, slopes times weights make about ${q}$ per layer: "
                "the first layers hardly learn.",
                phi=name,
                q=factor,
            )
        elif left > HUGE:
            self.say("With ${phi}$, the gradient grows on its way back.", phi=name)
        elif activation is RELU:
            self.say(
                'With $op("ReLU")$ it stays about as large: '
                "the weights make up for the slopes that are 0."
            )
        else:
            self.say(
                "With ${phi}$, slopes times weights make about ${q}$ per layer: "
                "the gradient keeps its size.",
                phi=name,
                q=factor,
            )

    def say_what_scale_does(self, scale: float) -> None:
        """Say what becomes of the gradient with weights of a scale."""
        left = float(self.network(RELU, scale).gradient_sizes()[0])
        size = tick_label(scale)
        if left < GONE:
            self.say(
                '$op("ReLU")$ with weights ${s}$ times as large: the gradient vanishes.', s=size
            )
        elif left > HUGE:
            self.say(
                '$op("ReLU")$ with weights ${s}$ times as large: the gradient explodes, '
                "and the steps too.",
                s=size,
            )
        else:
            self.say(
                '$op("ReLU")$ with weights ${s}$ times as large: '
                "the gradient keeps about its size.",
                s=size,
            )

    def say_what_size_is_right(self) -> None:
        """Say what becomes of the gradient with weights of the size that keeps it on average."""
        left = float(self.network(RELU).gradient_sizes()[0])
        if GONE <= left <= HUGE:
            self.say(
                'Variance $2 \\/ n$ suits $op("ReLU")$: the gradient neither vanishes nor explodes.'
            )
        else:
            self.say("The right size on average; a narrow, deep network may stray from it.")
