"""Automatic differentiation: values flow forward through a graph, derivatives flow back."""

from __future__ import annotations

from manim import VGroup, linear

from scenes.stage import SLOW, STEADY, Appear, AutodiffFilm, Vanish, beat, exchange, knob, on_board


class Autodiff(AutodiffFilm):
    """A formula becomes a graph; one pass back through it gives the whole gradient."""

    f = knob("sin(x y) + x^2", "the function, as a formula or a name such as booth")
    start = knob("auto", "where its derivatives are asked for", like=(1.5, 0.6))

    def cast(self) -> None:
        self.set_up_graph()
        self.first, self.before = self.stops()
        self.rule = VGroup()
        if self.before == self.first:
            self.leave_out("back_through_the_graph")
        if self.fan is None:
            self.leave_out("the_fan_out")

    # Forward

    @beat
    def the_graph(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.say("A formula is made of simple steps: each one becomes a node of a graph.")
        self.play(Appear(self.formula_f), run_time=STEADY)
        self.build(self.picture)

    @beat
    def values_flow_forward(self) -> None:
        self.place = self.place_row()
        self.value = self.value_row()
        self.say("Values flow forward: each node computes its own from those that come in.")
        self.play(Appear(self.place))
        self.flow_forward(self.picture)
        self.play(Appear(self.value))

    @beat
    def local_derivatives(self) -> None:
        self.locals = self.slope_rows()
        self.say(
            "On each arrow its local derivative: how fast the node changes with what comes in."
        )
        self.play(Vanish(self.value))
        self.play(Appear(*self.picture.slopes.values(), self.locals), run_time=STEADY)

    # Back

    @beat
    def begin_at_the_end(self) -> None:
        self.rows = self.rows_back()
        self.say("Now backwards: how fast does $f$ change with each node? With itself, at rate 1.")
        self.play(Vanish(self.locals))
        self.begin_back(self.rows)

    @beat
    def one_step_back(self) -> None:
        self.say("One step back along an arrow: multiply by its local derivative.")
        self.flow_back(self.first, self.rows, run_time=2 * SLOW)

    @beat
    def back_through_the_graph(self) -> None:
        self.rule = self.chain_rule(self.example())
        self.say("Step by step back through the graph: at each node this is the chain rule.")
        self.play(Appear(self.rule))
        self.flow_back(self.before, self.rows)

    @beat
    def the_fan_out(self) -> None:
        rule = self.chain_rule(self.fan)
        self.say("Where a value is used more than once, what comes back along its arrows adds up.")
        self.play(*exchange([self.rule], rule))
        self.rule = rule
        self.flow_back(self.picture.layout.columns[self.fan], self.rows, run_time=2 * SLOW)

    @beat
    def at_the_inputs(self) -> None:
        self.say("What arrives at the inputs is the gradient, the same as by formula.")
        self.flow_back(0, self.rows)
        self.check()

    # A network

    @beat
    def the_network(self) -> None:
        self.say("A neural network is such a graph too: from data and weights comes the loss.")
        self.leave_function()
        self.build(self.net)
        self.play(Appear(self.layer_rows()))
        self.flow_forward(self.net)

    @beat
    def backpropagation(self) -> None:
        self.chain = self.layered_chain()
        self.say("One pass back gives the derivative for every weight: this is backpropagation.")
        self.add(*self.net.derivatives())
        back = self.net.backward
        back.set_value(self.net.layout.width - 1)
        self.play(Appear(*(self.net.slopes[edge] for edge in self.first_path())))
        self.play(back.animate.set_value(0), run_time=1.5 * SLOW, rate_func=linear)
        self.play(Appear(self.chain), run_time=STEADY)
