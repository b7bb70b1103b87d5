"""Truth of a computation graph: its nodes, arrows and numbers read off the picture.

What a node computes is the formula in its box, read with mpmath; which nodes it takes is where the
arrows begin; every derivative is a central difference in many digits of what comes after.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

import mpmath
import numpy as np
from oracle import Case
from reading import drawn_text, family, is_visible, numbers_in, source_of, value_of, wrong_sign

from mathcore.typeset import typeset
from scenes.stage import Row
from scenes.stage.autodiff_film import DATA, WEIGHTS
from scenes.stage.node_graph import GraphNode, NodeGraph
from scenes.stage.panel import SumRow
from scenes.stage.theme import STAGE, Zone

DIGITS = 200
"""Decimal digits that this works with: what is tiny is compared too."""

STEP = mpmath.mpf(10) ** -70

NUMBERS = WEIGHTS | DATA
"""What goes into the network."""


class Drawn:
    """A graph as it is drawn: nodes by name, each with its formula and the names that it takes."""

    def __init__(self, picture: NodeGraph, shown: set[int]):
        self.nodes: dict[str, GraphNode] = {}
        self.formulas: dict[str, str] = {}
        for node in picture.nodes:
            if id(node.box) in shown:
                label, tag = source_of(node.label), source_of(node.tag) if node.tag else ""
                is_input = not tag or tag.startswith('"')  # words say what it is
                self.nodes[label if is_input else tag] = node
                if not is_input:
                    self.formulas[tag] = label
        self.edges: dict[tuple[str, str], Any] = {}
        for edge, flow in picture.edges.items():
            line, tip = flow
            if id(line) in shown:
                ends = self.at(line.points[0], 1), self.at(tip.points[0], -1)
                self.edges[ends] = picture.slopes[edge]
        self.takes = {name: [i for i, j in self.edges if j == name] for name in self.formulas}

    def at(self, place: np.ndarray, side: int) -> str:
        """Return the name of the node at whose right (1) or left (-1) rim a place is."""
        for name, node in self.nodes.items():
            middle, half = node.box.get_center(), node.box.width / 2
            on_rim = abs(place[0] - middle[0] - side * half) < 1e-3
            if on_rim and abs(place[1] - middle[1]) < node.box.height / 2:
                return name
        raise AssertionError(f"an arrow that ends at no node: {place}")

    def run(self, given: dict[str, Any], moved: str = "", step: Any = 0) -> dict[str, Any]:
        """Return the value of every node, where one of them is so much larger."""
        values: dict[str, Any] = {}

        def value(name: str) -> Any:
            if name not in values:
                if name in given:
                    exact = mpmath.mpf(given[name])
                else:
                    exact = value_of(
                        self.formulas[name], {one: value(one) for one in self.takes[name]}
                    )
                values[name] = exact + step if name == moved else exact
            return values[name]

        with mpmath.workdps(DIGITS):
            for name in self.nodes:
                value(name)
        return values

    def output(self) -> str:
        """Return the name of the node from which no arrow leads on."""
        (last,) = [name for name in self.nodes if all(i != name for i, _ in self.edges)]
        return last

    def adjoint(self, given: dict[str, Any], name: str) -> float:
        """Return the derivative of the output by a node."""
        last = self.output()
        with mpmath.workdps(DIGITS):
            ahead, behind = (self.run(given, name, step)[last] for step in (STEP, -STEP))
            return float((ahead - behind) / (2 * STEP))

    def slope(self, values: dict[str, Any], edge: tuple[str, str]) -> float:
        """Return the local derivative of a node by one that it takes."""
        taken, taker = edge
        with mpmath.workdps(DIGITS):
            ahead, behind = (
                value_of(
                    self.formulas[taker],
                    {one: values[one] + step * (one == taken) for one in self.takes[taker]},
                )
                for step in (STEP, -STEP)
            )
            return float((ahead - behind) / (2 * STEP))


class GraphTruth:
    """Compares what a film of graphs shows with f by hand; keeps what is wrong."""

    def __init__(self, case: Case):
        self.case = case
        self.failures: list[str] = []
        self.measured: Counter[str] = Counter()

    def __call__(self, film: Any) -> None:
        self.film, self.state = film, film.beat_name
        shown = {id(one) for one in family(film.mobjects) if is_visible(one)}
        at = dict(zip(film.graph.inputs, film.point, strict=True))
        own = {source_of(film.picture.nodes[i].label): float(value) for i, value in at.items()}
        self.graph(film.picture, own, shown)
        self.graph(film.net, {name: float(one) for name, one in NUMBERS.items()}, shown)

    def fail(self, message: str) -> None:
        """Keep that something is wrong, with the beat."""
        self.failures.append(f"{self.state}: {message}")

    def agrees(self, what: str, text: str, truth: float) -> None:
        """Compare a text on screen with a number."""
        self.measured[what.partition(":")[0]] += 1
        if not numbers_in(text)[-1].agrees(truth):
            self.fail(f"{what}: {text}, off by {numbers_in(text)[-1].value - truth:.3g}")

    def graph(self, picture: NodeGraph, given: dict[str, float], shown: set[int]) -> None:
        """Every number in a graph, as far as it is shown."""
        drawn = Drawn(picture, shown)
        if len(drawn.nodes) < len(picture.nodes):
            if drawn.nodes:
                self.fail("only a part of the graph is shown")
            return
        values = drawn.run(given)
        for name, node in drawn.nodes.items():
            box, middle = node.box, node.box.get_center()
            zone = Zone.around(middle[:2], (box.width / 2, box.height / 2))
            if not STAGE.contains(zone, 1e-3):
                self.fail(f"{name}: its box leaves the stage")
            for what, readout in (("value", node.value), ("adjoint", node.adjoint)):
                if id(readout.submobjects[0]) not in shown:
                    continue
                truth = float(values[name]) if what == "value" else drawn.adjoint(given, name)
                self.agrees(f"{what}: {name}", readout.shown, truth)
                if drawn_text(readout) != readout.shown.replace(" ", ""):
                    self.fail(f"{what}: {name}: drawn as {drawn_text(readout)}")
        for (taken, taker), label in drawn.edges.items():
            if id(label.submobjects[0]) in shown:
                exact = drawn.slope(values, (taken, taker))
                self.agrees(f"slope: {taker} by {taken}", label.shown, exact)
        if picture is self.film.picture:
            self.own(drawn, values)
        self.rows(drawn, given, values)

    def own(self, drawn: Drawn, values: dict[str, Any]) -> None:
        """The graph computes f, and its inputs' adjoints are the gradient of f by hand."""
        point = np.array(self.film.start)
        exact = self.case.value(point)
        found = float(values[drawn.output()])
        self.measured["f"] += 1
        if not abs(found - exact) <= 1e-9 * max(1.0, abs(exact)):
            self.fail(f"f: the graph computes {found}, f is {exact}")
        names = map(typeset, self.film.field.variables)
        for name, slope in zip(names, self.case.gradient(point), strict=True):
            known = abs(slope) > 1e-20  # as exact as the case is
            if self.state == "at_the_inputs" and name in drawn.nodes and known:
                self.agrees("gradient", drawn.nodes[name].adjoint.shown, slope)

    def sum(self, name: str, text: str) -> None:
        """A row says truly whether its factors or summands, as they are shown, give its result."""
        parts = re.split(" [=≈] ", text)
        if len(parts) == 2:
            self.measured["sum"] += 1
            products = [numbers_in(product) for product in parts[0].split(" + ")]
            found = sum(math.prod(one.value for one in product) for product in products)
            if wrong := wrong_sign(text, found, numbers_in(parts[1])[0]):
                self.fail(f"{name}: {wrong}")

    def colours(self, name: str, row: Row) -> None:
        """Behind × stands a local derivative, in its colour; all else is a derivative of f."""
        wanted, meaning = [], "gradient"
        for part in row.readout.shown.split(" "):
            if part != "×":
                wanted += [getattr(self.film.theme, meaning).upper()] * len(part)
            meaning = "tangent" if part == "×" else "gradient"
        shown = f" {row.readout.shown} ".replace(" × ", "   ")[1:-1]
        worn = [
            one.get_fill_color().to_hex().upper()
            for one, character in zip(row.readout.submobjects, shown, strict=False)
            if character != " "
        ]
        if worn != wanted:
            self.fail(f"{name}: colours {worn} of {row.readout.shown}, wanted {wanted}")

    def rows(self, drawn: Drawn, given: dict[str, float], values: dict[str, Any]) -> None:
        """The rows of derivatives on the board: ∂f/∂v with its sum, and ∂v/∂x = a formula."""
        for row in (one for one in family(self.film.mobjects) if isinstance(one, Row)):
            name, _, formula = source_of(row.label).partition(" = ")
            if not name.startswith("partial "):
                continue
            above, below = (part.removeprefix("partial ") for part in name.split(" \\/ "))
            if below not in drawn.nodes or above not in drawn.nodes:
                continue
            if above == drawn.output() and not formula and self.state != "local_derivatives":
                text = row.readout.shown
                if isinstance(row, SumRow):
                    text += f" {row.result.shown}"
                self.agrees(f"row: {name}", text, drawn.adjoint(given, below))
                self.sum(name, text)
                self.colours(name, row)
            else:
                exact = drawn.slope(values, (below, above))
                self.agrees(f"local row: {name}", row.readout.shown, exact)
                if formula:
                    with mpmath.workdps(DIGITS):
                        source = formula.removeprefix("inline(").removesuffix(")")
                        found = float(value_of(source, values))
                    self.measured["local formula"] += 1
                    if not abs(found - exact) <= 1e-9 * max(1.0, abs(exact)):
                        self.fail(f"{name} = {formula}: it is {found}, not {exact}")
