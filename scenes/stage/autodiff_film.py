"""AutodiffFilm: a film about a function as a computation graph, and a network as another one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from manim import LEFT, RIGHT, Group, VGroup, VMobject, linear

from mathcore import (
    Choice,
    Framing,
    ScalarField,
    field_over_plane,
    frame_over_plane,
    variables_of,
)
from mathcore.graph import ComputationGraph, Edge
from mathcore.over_plane import expression_of
from mathcore.typeset import typeset
from scenes.stage.appear import Appear, exchange
from scenes.stage.function_film import FunctionFilm
from scenes.stage.node_graph import NodeGraph, figure
from scenes.stage.node_layout import layout_of
from scenes.stage.panel import (
    Row,
    SumRow,
    fitting_scale,
    lined_up,
    lines_of_words,
    on_board,
)
from scenes.stage.readout import LONGEST, as_maths, bracketed, equals, shown_number
from scenes.stage.theme import (
    BOARD,
    FIRST_ROW,
    FORMULA_EM,
    QUICK,
    ROW,
    SLOW,
    SMALLEST_EM,
    STAGE,
    STEADY,
)

ROWS = 7
"""How many rows of derivatives the board has, below the row of the point."""

READABLE = 5, 4
"""Columns and rows of the largest graph that a lesson's function for all films may have."""

WEIGHTS = {"w_1": 0.8, "w_2": -0.5, "w_3": 1.2, "w_4": 0.4}
"""The weights of the network, before it has learned anything."""

DATA = {"x": 1.5, "t": 1.0}
"""What goes into the network, and the target: what ought to come out."""

STEPS = {"h_1": "tanh(w_1 x)", "h_2": "tanh(w_2 x)", "o": "w_3 h_1 + w_4 h_2", "L": "(o - t)^2"}
"""Two layers and the loss."""


@dataclass(frozen=True)
class OnGraph:
    """What the films of a computation graph show of a function: nothing but its formula."""

    hill: ScalarField
    span: float
    name: str = "f"


class AutodiffFilm(FunctionFilm):
    """A film about the computation graph of f at one point.

    `field` is f over two variables, `picture` its graph, `net` that of a network. `fan` is the node
    whose derivatives add up, the one that is reached last, or None where every value is used once.
    The way back goes first one step, to the column `first`, then on to the column `before`, and on
    to that of `fan`.
    """

    start: tuple[float, float]
    land: OnGraph
    first: int
    before: int
    rule: VMobject
    rows: dict[int, Row]

    def takes(self, name: str, value: object) -> bool:
        """Whether a value for all films is meant for this one: a graph too large to read is not."""
        if name == "f" and isinstance(value, str):
            try:
                expression = expression_of(value)
            except ValueError:
                return True  # and refused, as by any film
            graph = ComputationGraph.of(expression)
            layout = layout_of(len(graph.nodes), graph.edges)
            return layout.width <= READABLE[0] and layout.height <= READABLE[1]
        return super().takes(name, value)

    def read(self, text: str) -> ScalarField:
        """Return the function that a text names or writes."""
        variables = variables_of(expression_of(text))
        if len(variables) > 2:
            names = ", ".join(variable.name for variable in variables)
            raise ValueError(
                f"the start is a point of two numbers, and this has {len(variables)} ({names}). "
                "Write a function of one or two variables."
            )
        return field_over_plane(text)

    def frame(self, field: ScalarField, choice: Choice) -> Framing:
        """Return where to look at a function, keeping what is chosen."""
        return frame_over_plane(field, choice)

    def set_up_graph(self) -> None:
        """Make the graph that the knobs describe, and that of the network.

        Raises:
            FilmError: f cannot be read, is no operation at all, or its graph is too large to be
                read; it has no value or no derivative at the start.
        """
        self.field = field = self.fit()
        self.graph = ComputationGraph.of(field.expression)
        with self.blaming("f"):
            if not self.graph.edges:
                raise ValueError("there is no operation in it. Write a function such as x^2 + y.")
        used = [field.variables.index(self.graph.nodes[i].symbol) for i in self.graph.inputs]
        self.point = np.array(self.start)[used]
        with self.blaming("start"):
            try:
                passes = self.graph.passes(self.point)
            except ValueError as error:
                raise ValueError(f"{error}. Move the start.") from None
        low, high = self.framing.x_range
        inputs = [field.variables[axis] for axis in used]
        self.land = OnGraph(ScalarField(field.expression, inputs), high - low)
        with self.blaming("f"):
            self.picture = NodeGraph(self.typeset, self.graph, passes, STAGE)
        columns = self.picture.layout.columns
        fans = [i for i in range(len(columns)) if len(self.graph.takers(i)) > 1]
        self.fan = min(fans, key=columns.__getitem__, default=None)
        self._set_up_net()

    def _set_up_net(self) -> None:
        names = list(WEIGHTS | DATA)
        graph = ComputationGraph.of_steps(names, STEPS)
        passes = graph.passes(list((WEIGHTS | DATA).values()))
        said = {"x": self.tr("data"), "t": self.tr("target")}
        named = {i: graph.nodes[i].symbol.name for i in graph.inputs}
        given = {i: said[name] for i, name in named.items() if name in said}
        self.net = NodeGraph(self.typeset, graph, passes, STAGE, given=given)

    # The columns of the way back

    @property
    def last(self) -> int:
        """The column of the output."""
        return self.picture.layout.width - 1

    def stops(self) -> tuple[int, int]:
        """Return the columns `first` and `before`; it goes to the inputs where nothing fans out."""
        first = self.last - 1
        if self.fan is None:
            return first, 0
        return first, min(first, self.picture.layout.columns[self.fan] + 1)

    # What the board says

    def name_of(self, number: int) -> str:
        """Return what a node is called, as Typst maths."""
        return typeset(self.graph.nodes[number].symbol)

    def adjoint_name(self, number: int) -> str:
        """Return ∂f/∂v, say: the derivative of the output by a node."""
        return self.quotient(len(self.graph.nodes) - 1, number)

    def quotient(self, above: int, below: int) -> str:
        """Return the derivative of a node by another as Typst maths."""
        return f"partial {self.name_of(above)} \\/ partial {self.name_of(below)}"

    def place_row(self) -> Row:
        """Return the row with the point."""
        return self.row(self._spot_name(), lambda: as_row(self.point), 0)

    def value_row(self) -> Row:
        """Return the row with the value of f at the point."""
        value = float(self.picture.passes.values[-1])
        return self.row("f", lambda: figure(value), 1)

    def slope_rows(self) -> Group:
        """Return rows with the local derivatives as formulas and as numbers, as many as fit.

        Those that are always 1 or -1 come last, where there is no room for all.
        """
        edges = list(self.picture.slopes)
        formulas = {edge: self.graph.slope_expression(edge) for edge in edges}
        if len(edges) > ROWS:
            edges = sorted(edges, key=lambda edge: formulas[edge] in (1, -1))[:ROWS]
        return lined_up(
            *(
                self._slope_row(edge, typeset(formulas[edge]), number + 1)
                for number, edge in enumerate(edges)
            )
        )

    def _slope_row(self, edge: Edge, formula: str, number: int) -> Row:
        slope = self.picture.passes.slopes[edge]
        name = self.quotient(edge[1], edge[0])
        label = name if "cases(" in formula else f"{name} = inline({formula})"
        row = self.row(label, lambda: figure(slope), number, "tangent")
        is_wide = row.get_right()[0] > BOARD.right or row.label.width > 0.72 * BOARD.width
        if is_wide or row.label.height > ROW:
            row = self.row(name, lambda: figure(slope), number, "tangent")
        return row

    def rows_back(self) -> dict[int, Row]:
        """Return the row of each node with its derivative, from the output on, as many as fit.

        The inputs always have theirs.
        """
        inputs = list(self.graph.inputs)
        others = [i for i in range(len(self.graph.nodes)) if i not in inputs]
        columns = self.picture.layout.columns
        shown = sorted(others, key=lambda i: (-columns[i], i))[: ROWS - len(inputs)]
        order = sorted([*shown, *inputs], key=lambda i: (-columns[i], i))
        rows: dict[int, Row] = {}
        line, spare = 1, ROWS - len(order)
        for i in order:
            rows[i] = row = self._row_back(i, line, spare)
            lines = 2 if isinstance(row, SumRow) else 1
            line, spare = line + lines, spare - (lines - 1)
        lined_up(*rows.values())
        return rows

    def _row_back(self, number: int, line: int, spare: int) -> Row:
        """Return the row that says how the derivative by a node comes about.

        A sum of products has its result on a second line, if one is spare; else the products stand
        there as numbers, as far as a read-out can show them.
        """
        passes, takers = self.picture.passes, self.graph.takers(number)
        total = figure(float(passes.adjoints[number]))
        name, color = self.adjoint_name(number), self.theme.gradient
        products = [
            (float(passes.adjoints[taker]), float(passes.slopes[number, taker])) for taker in takers
        ]
        told, result = said_as_sum(products, total)
        if len(products) > 1:
            if spare and len(told) <= LONGEST:
                row = SumRow(
                    self.typeset, name, lambda: told, lambda: result, color=color, row=line
                )
                return self._with_factors(row)
            told, result = said_as_sum([(math.prod(product),) for product in products], total)
        whole = f"{told} {result}"
        text = whole if takers and len(whole) <= LONGEST else total
        return self._with_factors(self.row(name, lambda: text, line, "gradient"))

    def _with_factors(self, row: Row) -> Row:
        """Let the local derivatives in a row, its second factors, wear their colour."""
        for factor in re.finditer(r"× (\S+)", row.readout.shown):
            for character in row.readout.submobjects[slice(*factor.span(1))]:
                character.set_fill(self.theme.tangent)
        return row

    def example(self) -> int:
        """Return the node by which the chain rule is shown: one with a local derivative to see."""
        columns, slopes = self.picture.layout.columns, self.picture.passes.slopes

        def rank(number: int) -> tuple[bool, bool, bool, int]:
            takers = self.graph.takers(number)
            is_plain = abs(slopes[number, takers[0]]) == 1
            return len(takers) > 1, columns[takers[0]] == self.last, is_plain, -columns[number]

        passed = range(self.before, self.first)
        return min((i for i, column in enumerate(columns) if column in passed), key=rank)

    def chain_rule(self, number: int) -> VMobject:
        """Return the chain rule for a node in the second and third line, or nothing if too long."""
        terms = [
            self.wearing(self.adjoint_name(taker), "gradient")
            + " dot "
            + self.wearing(self.quotient(taker, number), "tangent")
            for taker in self.graph.takers(number)
        ]
        name = self.wearing(self.adjoint_name(number), "gradient")
        broken = f"{name} & = {terms[0]} \\ & + " + " \\ & + ".join(terms[1:])
        whole = f"{name} = {' + '.join(terms)}"
        forms = [self.formula(form) for form in ([whole, broken] if len(terms) == 2 else [whole])]
        largest = max(forms, key=lambda form: fitting_scale(form, lines=2))
        if fitting_scale(largest, lines=2) < SMALLEST_EM / FORMULA_EM:
            return VGroup()
        return on_board(largest, 1, lines=2)

    def check_rows(self) -> Group:
        """Return the gradient by formula and by the graph, below each other."""
        place = self.point
        hill = self.land.hill
        found = self.picture.passes.adjoints[list(self.graph.inputs)]
        return lined_up(
            self.worded_row(self.tr("by formula"), lambda: as_row(hill.gradient(place)), 1),
            self.worded_row(self.tr("by the graph"), lambda: as_row(found), 2, "gradient"),
        )

    def layer_rows(self) -> Group:
        """Return the layers of the network as formulas, each with its name."""
        graph = self.net.graph
        formulas = {
            node.symbol.name: f"{typeset(node.symbol)} = {typeset(node.formula)}"
            for node in graph.nodes
            if node.formula is not None
        }
        hidden, output, loss = self.tr("layer 1:"), self.tr("layer 2:"), self.tr("loss:")
        lines = (
            f"{hidden} ${formulas['h_1']}$",
            f"${formulas['h_2']}$",
            f"{output} ${formulas['o']}$",
            f"{loss} ${formulas['L']}$",
        )
        rows = lines_of_words(*(self.words(line) for line in lines), row=-4)
        rows[1].align_to(rows[0], RIGHT)
        return rows

    def first_path(self) -> list[Edge]:
        """Return the edges of the network from its first weight through both layers to the loss."""
        graph = self.net.graph
        path = [graph.inputs[0]]
        while takers := graph.takers(path[-1]):
            path.append(takers[0])
        return list(pairwise(path))

    def layered_chain(self) -> VMobject:
        """Return the chain rule along `first_path`, its numbers below; they stand behind = or ≈."""
        edges, passes = self.first_path()[::-1], self.net.passes
        first, last = edges[-1][0], edges[0][1]
        ends = [(last, first), *((above, below) for below, above in edges)]
        meanings = ["gradient", "gradient", *["tangent"] * (len(edges) - 1)]  # ∂L/∂o is one of L
        names = [typeset(node.symbol) for node in self.net.graph.nodes]
        texts = [figure(float(passes.adjoints[first]))]
        texts += [figure(passes.slopes[edge]) for edge in edges]
        found = figure(math.prod(map(shown_number, texts[1:])))
        signs = ["=", *["dot"] * (len(edges) - 1)]
        said = [equals(found, texts[0]), *["times"] * (len(edges) - 1)]
        texts = [*texts[:2], *map(bracketed, texts[2:])]
        quotients, numbers = "", ""
        for (above, below), text, meaning, *between in zip(
            ends, texts, meanings, [*signs, ""], [*said, ""], strict=True
        ):
            quotient = f"display(frac(partial {names[above]}, partial {names[below]}))"
            after, under = (f", {sign}, " if sign else "" for sign in between)
            quotients += self.wearing(quotient, meaning) + after
            numbers += self.wearing(as_maths(text), meaning) + under
        chain = self.formula(f"mat(delim: #none, row-gap: #0.5em, {quotients} ; {numbers})")
        chain.scale(fitting_scale(chain, lines=2))
        return chain.move_to((BOARD.left, FIRST_ROW - 1.5 * ROW, 0), aligned_edge=LEFT)

    # What the film does again and again

    def build(self, picture: NodeGraph) -> None:
        """Bring a graph on, column by column."""
        for column in range(picture.layout.width):
            self.play(Appear(*picture.column(column)), run_time=QUICK)

    def flow_forward(self, picture: NodeGraph) -> None:
        """Let the values flow from the inputs to the output."""
        self.add(*picture.numbers())
        picture.forward.set_value(0)
        self.play(Appear(*(picture.nodes[i].value for i in picture.graph.inputs)))
        last = picture.layout.width - 1
        flow = picture.forward.animate.set_value(last)
        self.play(flow, run_time=STEADY * last, rate_func=linear)

    def flow_back(self, column: int, rows: dict[int, Row], run_time: float = SLOW) -> None:
        """Let the derivatives flow back to a column, step by step; their rows come with them."""
        picture = self.picture
        while picture.backward.get_value() > column:
            ahead = round(picture.backward.get_value()) - 1
            self.play(picture.backward.animate.set_value(ahead), run_time=run_time / 2)
            come = [row for i, row in rows.items() if picture.layout.columns[i] == ahead]
            if come:
                self.play(Appear(*come))

    def begin_back(self, rows: dict[int, Row]) -> None:
        """Show the derivative of the output by itself, from which all others follow."""
        self.add(*self.picture.derivatives())
        self.picture.backward.set_value(self.last)
        output = len(self.graph.nodes) - 1
        self.play(Appear(self.picture.nodes[output].adjoint, rows[output]), run_time=STEADY)

    def check(self) -> None:
        """Show the partial derivatives as formulas, and both gradients in the place of the rows."""
        axes = range(len(self.point))
        named = (self.partial_formula(axis, "gradient", quiet=False) for axis in axes)
        formulas = [on_board(formula, 1 + axis) for axis, formula in enumerate(named)]
        self.checked = Group(*formulas, self.check_rows())
        gone = self.shown(*self.rows.values(), self.rule)
        self.play(*exchange(gone, self.checked), run_time=STEADY)

    def leave_function(self) -> None:
        """Take the graph of f off, and all that the board says of it."""
        picture = self.picture
        shown = [picture, *picture.numbers(), *picture.derivatives(), *picture.slopes.values()]
        self.take_off(*shown, self.formula_f, self.place, self.checked)


def said_as_sum(products: Sequence[Sequence[float]], total: str) -> tuple[str, str]:
    """Return products of numbers as a sum, and its total behind = or ≈.

    It is = where the numbers as they are shown give the total as it is shown.

    >>> said_as_sum([(1.0, 3.0), (0.6216, -0.6)], "2.63")
    ('1.00 × 3.00 + 0.62 × (−0.60)', '= 2.63')
    """
    texts = [[figure(factor) for factor in product] for product in products]
    found = sum(math.prod(map(shown_number, product)) for product in texts)
    told = " + ".join(" × ".join(map(bracketed, product)) for product in texts)
    if texts:  # the first number needs no brackets
        told = texts[0][0] + told.removeprefix(bracketed(texts[0][0]))
    return told, f"{equals(figure(found), total)} {total}"


def as_row(numbers: np.ndarray) -> str:
    """Return a row of numbers, each as in the graph; without brackets where there is one."""
    text = ", ".join(figure(float(number)) for number in numbers)
    return f"({text})" if len(numbers) > 1 else text
