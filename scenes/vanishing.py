"""Many layers multiply: gradients that vanish or explode, and what decides it."""

from __future__ import annotations

from mathcore.deep_network import RELU, SIGMOID, TANH
from scenes.stage import STEADY, Appear, LayersFilm, beat, exchange, knob, on_board


class Vanishing(LayersFilm):
    """On its way back through many layers a gradient dies out or blows up."""

    depth = knob(20, "how many layers", between=(5, 60))
    width = knob(32, "units in each layer", between=(3, 200))
    seed = knob(2, "which random weights are drawn", between=(0, 9999))
    scales = knob((0.7, 1.5), "weights too small and too large", between=(0.01, 100))

    def cast(self) -> None:
        self.set_up_layers()

    # A product of many factors

    @beat
    def the_layers(self) -> None:
        self.layer = on_board(self.layer_formula(), 0)
        self.size, self.symbols = self.size_rows(), self.symbol_lines(2.5)
        self.say_what_layers_do()
        come = self.net.lines, self.net.units, *self.net.ends
        self.play(Appear(*come, self.layer, self.size, self.symbols), run_time=STEADY)
        self.go_ahead()

    @beat
    def the_way_back(self) -> None:
        self.rule = on_board(self.back_formula(), 1)
        self.say("On the way back, each layer multiplies the gradient by its slope and weights.")
        self.entrywise = self.entrywise_line(4.5)
        self.play(Appear(self.rule, self.entrywise), run_time=STEADY)
        self.add(self.net.slopes, self.ways[1])
        self.come_back()

    @beat
    def below_one(self) -> None:
        self.law = on_board(self.law_formula(), 1)
        self.live = self.live_row("q", self.factor.get_value, 2)
        self.say("Suppose each layer multiplies by the same $q$: below 1, the gradient vanishes.")
        self.powers = self.factor_products(3)
        gone = self.rule, self.entrywise, self.net.values, self.symbols, *self.ways
        self.play(*exchange(gone, self.law), self.lift(), run_time=STEADY)
        self.play(Appear(self.bars, self.live), run_time=STEADY)
        self.multiply(self.too_small)

    @beat
    def above_one(self) -> None:
        self.say("Above 1 it explodes: the more layers, the farther from 1 the product gets.")
        self.multiply(self.too_large)

    # The activation

    @beat
    def three_slopes(self) -> None:
        self.plots, self.steepest = self.activation_plots(), self.slope_rows()
        self.say_how_steep()
        gone = *self.net, self.bars, self.law, self.size, self.live, *self.powers
        self.play(*exchange(gone, self.plots, self.rule, self.entrywise), run_time=STEADY)
        self.play(Appear(self.steepest))

    @beat
    def with_sigmoid(self) -> None:
        self.drawn_from = on_board(self.weights_formula(), 0)
        self.live, self.law = self.scale_row(), on_board(self.law_formula("macron(q)"), 1)
        self.measured, self.products = self.mean_line(-1), self.network_products(2)
        gone = self.plots, self.rule, self.entrywise, self.steepest, self.layer
        board = self.law, self.drawn_from, self.measured, self.live, self.head
        come = *self.net, self.bars, *board
        self.show(SIGMOID, *exchange(gone, *come))

    @beat
    def with_tanh(self) -> None:
        self.show(TANH)

    @beat
    def with_relu(self) -> None:
        self.show(RELU)

    # The weights

    @beat
    def small_weights(self) -> None:
        small, _ = self.scales
        self.say_what_scale_does(small)
        self.turn_to_scale(0)

    @beat
    def large_weights(self) -> None:
        _, large = self.scales
        self.say_what_scale_does(large)
        self.turn_to_scale(1)

    @beat
    def the_right_size(self) -> None:
        self.say_what_size_is_right()
        self.turn_to(1.0)
