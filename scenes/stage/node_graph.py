"""NodeGraph: a computation graph on the frame; values flow along its edges, derivatives back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import numpy as np
from manim import DOWN, LEFT, UP, RoundedRectangle, ValueTracker, VGroup, VMobject

from mathcore.graph import ComputationGraph, Edge, Passes
from mathcore.typeset import typeset
from scenes.stage.formula import Typesetter, half_size
from scenes.stage.function_film import clearance
from scenes.stage.node_layout import layout_of
from scenes.stage.plot import following
from scenes.stage.readout import Readout, number_text
from scenes.stage.theme import FRAME_HEIGHT, SMALLEST_EM, Theme, Zone

EM = 0.34
"""Type size of a graph that has all the room that it needs, in Manim units."""

SMALL = 0.05
"""A number below this has more decimals than others."""

_LINE, _PAD, _TAG, _GAP = 0.44, 0.12, 0.4, 0.2
"""At that size: a line of a node, its rim, its name, and what is free below it."""

_SPACES = (1.0, 0.4), (0.8, 0.18)
"""Between two columns, at least, and beyond the longest label there: at ease, or close together."""

_CROWDED = 0.15
"""How much wider that space gets for each edge beyond three that runs through it."""

_LEAST = 0.95
"""Width of the narrowest node."""

_LARGEST = 1.2
"""How many times as large as that a small graph gets."""

_WIDER = 1.6
"""How many times as wide the space between columns gets where there is room."""

_TIP = 0.19
"""Length of an arrow's tip."""

_BROAD = 0.42
"""Half the width of a tip as a share of its length."""

SHARES, FAR = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82), (0.0, 0.12, 0.25, 0.4)
"""Where the label of an edge may stand along it, and how far beyond the least distance."""

_CLEAR = 0.05
"""Manim units between an edge's label and anything else."""


def figure(value: float) -> str:
    """Return a number as it stands in a graph and in its sums.

    >>> figure(2.0), figure(-0.4161), figure(0.0234)
    ('2.00', '−0.42', '0.0234')
    """
    return number_text(value, scale=abs(value) if abs(value) < SMALL else 1.0)


def part_of(way: np.ndarray, share: float) -> np.ndarray:
    """Return the first share of a polyline (m, 3) by its length; nothing (0, 3) where it is 0.

    >>> part_of(np.array([[0.0, 0, 0], [1, 0, 0], [1, 3, 0]]), 0.5)[-1].tolist()
    [1.0, 1.0, 0.0]
    """
    if share <= 0:
        return np.zeros((0, 3))
    lengths = np.append(0, np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1)))
    end = min(share, 1.0) * lengths[-1]
    last = [np.interp(end, lengths, way[:, axis]) for axis in range(3)]
    return np.concatenate([way[lengths < end], [last]])


def arrow_tip(way: np.ndarray, length: float) -> np.ndarray:
    """Return the corners (4, 3) of a tip at the end of a polyline (m, 3)."""
    ahead = way[-1] - way[-2]
    ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-9)
    neck, aside = way[-1] - length * ahead, _BROAD * length * np.array([-ahead[1], ahead[0], 0])
    return np.stack([way[-1], neck + aside, neck - aside, way[-1]])


class Flow(VGroup):
    """An arrow that grows along a polyline (m, 3) as `share` goes from 0 to 1.

    It loses its tip as soon as something comes back along it: `back`, another share, is above 0.
    """

    def __init__(
        self,
        way: np.ndarray,
        share: Callable[[], float],
        color: str,
        *,
        width: float = 5.0,
        tip: float = _TIP,
        back: Callable[[], float] = lambda: 0.0,
    ):
        def drawn() -> list[np.ndarray]:
            part = part_of(way, share())
            if len(part) < 2:
                return []
            whole = float(np.linalg.norm(np.diff(part, axis=0), axis=1).sum())
            return [part_of(part, 1 - 0.7 * min(tip, whole) / whole)]

        def follow(head: VMobject) -> None:
            part = part_of(way, share())
            if len(part) < 2:
                head.points = np.zeros((0, 3))
            else:
                head.set_points_as_corners(arrow_tip(part, 0.0 if back() > 0 else tip))

        head = VMobject(fill_color=color, fill_opacity=1, stroke_width=0)
        super().__init__(
            following(drawn, color, width), head.add_updater(follow, call_updater=True)
        )


class GraphNode(VGroup):
    """One node: its name above a box with what it computes, its value and its adjoint.

    Above that of an input may stand what it is.
    """

    def __init__(self, tag: VMobject | None, label: VMobject, value: Readout, adjoint: Readout):
        self.tag, self.label, self.value, self.adjoint = tag, label, value, adjoint
        self.box = VMobject()
        super().__init__(label, *([tag] if tag else []))

    def put(
        self, middle: np.ndarray, width: float, height: float, unit: float, theme: Theme
    ) -> None:
        """Draw the box round a middle (3,) and put the texts in and over it.

        Args:
            middle: where the box stands.
            width: its width.
            height: its height.
            unit: the size of everything, 1 where it is that of `EM`.
            theme: the colours.
        """
        self.box = RoundedRectangle(
            width=width,
            height=height,
            corner_radius=0.12 * unit,
            stroke_color=theme.quiet,
            stroke_width=2,
            fill_color=theme.surface[1],
            fill_opacity=0.22,
        )
        self.box.move_to(middle)
        floor = self.box.get_bottom()[1] + unit * (_PAD + 0.1)
        for line, readout in enumerate((self.adjoint, self.value)):
            readout.at(np.array([middle[0], floor + line * unit * _LINE, 0]))
        top = self.box.get_top()[1] - unit * _PAD
        room = top - (floor + 2 * unit * (_LINE - 0.05))
        self.label.move_to((middle[0], top - room / 2, 0))
        if self.tag:
            self.tag.move_to(self.box.get_corner(UP + LEFT), aligned_edge=DOWN + LEFT)
            self.tag.shift((0.05 * unit, 0.08 * unit, 0))
        self.add_to_back(self.box)


class NodeGraph(VGroup):
    """A computation graph in a zone, as large as it fits.

    `nodes` and `edges` are its parts; `slopes` are the labels of the edges. `ahead` are the flows
    of values: `forward` is how many columns they have come, from -1. `back` are the flows of
    derivatives: `backward` is the column that they have come to, from one behind the last.

    Args:
        graph: the graph.
        passes: what its passes find.
        zone: where it stands.
        given: inputs by which no derivative is asked for: what each is, in words, by its number.

    Raises:
        ValueError: it is too large for its texts to be read.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        graph: ComputationGraph,
        passes: Passes,
        zone: Zone,
        *,
        given: Mapping[int, str] | None = None,
    ):
        self.graph, self.passes, self.theme = graph, passes, typesetter.theme
        self.layout = layout_of(len(graph.nodes), graph.edges)
        self.forward = ValueTracker(-1)
        self.backward = ValueTracker(self.layout.width)
        given = given or {}
        self.nodes = [
            self._node(typesetter, number, given.get(number, ""))
            for number in range(len(graph.nodes))
        ]
        self.slopes = {
            edge: self._readout(lambda slope=slope: figure(slope), self.theme.tangent)
            for edge, slope in passes.slopes.items()
        }
        self.unit = self._fitting_unit(zone)
        self._put_nodes(zone)
        self.ways = {edge: self._way(edge) for edge in graph.edges}
        self._put_slopes()
        back = {edge: self._share_back(edge) for edge in self.ways if edge[0] not in given}
        self.edges, self.ahead, self.back = {}, {}, {}
        for edge, way in self.ways.items():
            tip = _TIP * self.unit
            of_both = {"tip": tip, "back": back.get(edge, lambda: 0.0)}
            self.edges[edge] = Flow(way, lambda: 1.0, self.theme.quiet, width=2.5, **of_both)
            self.ahead[edge] = Flow(way, self._share(edge), self.theme.ink, **of_both)
            if edge in back:
                self.back[edge] = Flow(way[::-1], back[edge], self.theme.gradient, tip=tip)
        super().__init__(*self.nodes, *self.edges.values())

    def column(self, number: int) -> list[VMobject]:
        """Return what a column brings: its nodes, and the edges that lead to them."""
        nodes = [i for i, column in enumerate(self.layout.columns) if column == number]
        edges = [self.edges[edge] for edge in self.edges if edge[1] in nodes]
        return [*(self.nodes[i] for i in nodes), *edges]

    def numbers(self) -> list[VMobject]:
        """Return all that shows the forward pass: the values, and their ways."""
        return [*self.ahead.values(), *(node.value for node in self.nodes)]

    def derivatives(self) -> list[VMobject]:
        """Return all that shows the backward pass: the adjoints, and their ways."""
        return [*self.back.values(), *(node.adjoint for node in self.nodes)]

    def readouts(self) -> list[Readout]:
        """Return all its numbers: those of the nodes, and the labels of the edges."""
        in_nodes = [number for node in self.nodes for number in (node.value, node.adjoint)]
        return [*in_nodes, *self.slopes.values()]

    # What flows

    def _share(self, edge: Edge) -> Callable[[], float]:
        end = self.layout.columns[edge[1]]  # a long way begins when its value is wanted
        return lambda: self.forward.get_value() - (end - 1)

    def _share_back(self, edge: Edge) -> Callable[[], float]:
        start = self.layout.columns[edge[0]]
        return lambda: start + 1 - self.backward.get_value()

    def _node(self, typesetter: Typesetter, number: int, given: str) -> GraphNode:
        node, column = self.graph.nodes[number], self.layout.columns[number]
        come = 0 if node.formula is None else column  # what is given is there from the start
        ink, quiet = self.theme.ink, self.theme.quiet

        def value() -> str:
            reached = self.forward.get_value() >= come - 1e-6
            return figure(float(self.passes.values[number])) if reached else ""

        def adjoint() -> str:
            reached = self.backward.get_value() <= column + 1e-6 and not given
            return figure(float(self.passes.adjoints[number])) if reached else ""

        called, formula = f'"{given}"' if given else "", node.symbol
        if node.formula is not None:
            called, formula = typeset(node.symbol), node.formula
        return GraphNode(
            typesetter.formula(called, em=EM, color=quiet) if called else None,
            typesetter.formula(typeset(formula), em=EM, color=quiet if given else ink),
            self._readout(value, ink),
            self._readout(adjoint, self.theme.gradient),
        )

    def _readout(self, text: Callable[[], str], color: str) -> Readout:
        return Readout(text, color=color, em=EM, align=0)

    # Where it stands

    def _fitting_unit(self, zone: Zone) -> float:
        """Return the size at which the graph fits; at 1 its texts have the size of `EM`."""
        self.widths = [self._width(number) for number in range(len(self.nodes))]
        self.heights = [max(node.label.height, 0.3) + 2 * _LINE + 2 * _PAD for node in self.nodes]
        self.column_widths = [
            max(w for w, c in zip(self.widths, self.layout.columns, strict=True) if c == column)
            for column in range(self.layout.width)
        ]
        # The label of an edge stands where the edge comes to the node that takes the value.
        labels = [(self.layout.columns[j], one.width) for (_, j), one in self.slopes.items()]
        up = (max(self.heights) + _TAG + _GAP) * self.layout.height - _GAP
        for least, beyond in _SPACES:
            self.between = [
                max([least, *(width + beyond for end, width in labels if end == column)])
                * (1 + _CROWDED * max(0, self._lines_before(column) - 3))
                for column in range(1, self.layout.width)
            ]
            across = sum(self.column_widths) + sum(self.between)
            unit = min(_LARGEST, zone.width / across, zone.height / up)
            if unit >= SMALLEST_EM / EM:
                break
        else:
            share = FRAME_HEIGHT / (unit * EM)
            raise ValueError(
                f"its graph has {len(self.nodes)} nodes, {self.layout.width} one after another and "
                f"{self.layout.height} above each other, too many to be read: they would be set at "
                f"1/{share:.0f} of the picture's height, and 1/36 is the least. "
                "Write a function of fewer operations."
            )
        for node in self.nodes:
            for text in (node.label, node.tag):
                if text:
                    text.scale(unit)
        for readout in self.readouts():
            readout.full_em = EM * unit
        return unit

    def _lines_before(self, column: int) -> int:
        """Return how many edges run between a column and the one before it."""
        columns = self.layout.columns
        return sum(columns[i] < column <= columns[j] for i, j in self.graph.edges)

    def _width(self, number: int) -> float:
        """Return how wide the box of a node is: it has room for its numbers."""
        passes = self.passes
        texts = [figure(float(row[number])) for row in (passes.values, passes.adjoints)]
        numbers = [self._readout(lambda text=text: text, self.theme.ink).width for text in texts]
        return max(self.nodes[number].label.width, *numbers, _LEAST - 2 * _PAD) + 2 * _PAD

    def _put_nodes(self, zone: Zone) -> None:
        unit = self.unit
        widths = [unit * width for width in self.column_widths]
        wanted = unit * sum(self.between)
        wider = min(_WIDER, (zone.width - sum(widths)) / wanted) if wanted else 1.0
        left = zone.center[0] - (sum(widths) + wider * wanted) / 2
        self.sides = []
        for width, between in zip(widths, [*self.between, 0.0], strict=True):
            self.sides.append((left, left + width))
            left += width + wider * unit * between
        pitch = unit * (max(self.heights) + _TAG + _GAP)
        self.level = zone.center[1] - unit * _TAG / 2
        self.pitch = min(1.25 * pitch, zone.height / self.layout.height)
        for number, node in enumerate(self.nodes):
            column, row = self.layout.columns[number], self.layout.rows[number]
            middle = np.array([sum(self.sides[column]) / 2, self.level + row * self.pitch, 0.0])
            size = unit * self.widths[number], unit * self.heights[number]
            node.put(middle, *size, unit, self.theme)

    def _way(self, edge: Edge) -> np.ndarray:
        """Return the polyline (m, 3) of an edge, from the rim of one box to that of another."""
        i, j = edge
        start, end = self.nodes[i].box.get_right(), self.nodes[j].box.get_left()
        taken = self.graph.nodes[j].arguments
        levels = {one: self._comes_from((one, j)) for one in taken}
        place = sorted(taken, key=lambda one: -levels[one]).index(i)
        step = min(0.34 * self.unit, 0.7 * self.nodes[j].box.height / len(taken))
        end = end + ((len(taken) - 1) / 2 - place) * step * UP
        passed = [
            (x, self.level + row * self.pitch, 0.0)
            for column, row in self.layout.routes[edge]
            for x in self.sides[column]
        ]
        return np.array([start, *passed, end])

    def _comes_from(self, edge: Edge) -> float:
        """Return the row from which an edge comes into its last node."""
        route = self.layout.routes[edge]
        return route[-1][1] if route else self.layout.rows[edge[0]]

    def _put_slopes(self) -> None:
        """Put each local derivative beside its edge, clear of everything else."""
        parts = [part for node in self.nodes for part in (node.box, node.tag) if part]
        boxes = [self._rim(part) for part in parts]
        ways = {edge: densely(way) for edge, way in self.ways.items()}
        both = [part for way in self.ways.values() for part in (way, way[::-1])]
        tips = [densely(arrow_tip(way, _TIP * self.unit), 5) for way in both]
        put: list[np.ndarray] = []
        for edge, label in self.slopes.items():
            half = np.array([label.width, label.height]) * self.unit / 2
            others = np.concatenate([*ways.values(), *tips, *boxes, *put])[:, :2]
            parts = range(1, len(self.ways[edge]))
            spots = [
                (spot, -abs(share - 0.5) - 0.5 * far - 0.5 * (parts[-1] - part))
                for part in parts  # best beside the last one, which leads to the operation
                for share in SHARES
                for far in FAR
                for spot in self._beside(self.ways[edge][part - 1 : part + 1], share, half, far)
            ]
            best = max(
                spots,
                key=lambda one: 4 * min(clearance(one[0], half, others), _CLEAR) + 0.1 * one[1],
            )[0]
            label.at(np.array([best[0], best[1] - half[1], 0.0]))
            put.append(self._filled(best, half))

    def _beside(
        self, way: np.ndarray, share: float, half: np.ndarray, far: float
    ) -> list[np.ndarray]:
        """Return the places (2,) of a label on the two sides of an arrow's straight part (2, 3)."""
        ahead = (way[1] - way[0])[:2] / np.linalg.norm(way[1] - way[0])
        aside = np.array([-ahead[1], ahead[0]])
        away = float(np.abs(aside) @ half) + _CLEAR + _BROAD * _TIP * self.unit + far
        middle = (way[0] + share * (way[1] - way[0]))[:2]
        return [middle + side * away * aside for side in (1, -1)]

    @staticmethod
    def _rim(box: VMobject) -> np.ndarray:
        middle, half = box.get_center()[:2], half_size(box)
        return NodeGraph._filled(middle, half)

    @staticmethod
    def _filled(middle: np.ndarray, half: np.ndarray) -> np.ndarray:
        """Return places (m, 3) all over a box."""
        across, up = np.meshgrid(np.linspace(-1, 1, 15), np.linspace(-1, 1, 9))
        places = np.stack([across.ravel() * half[0], up.ravel() * half[1]], axis=-1) + middle
        return np.append(places, np.zeros((len(places), 1)), axis=1)


def densely(way: np.ndarray, count: int = 40) -> np.ndarray:
    """Return places (m, 3) all along a polyline, so many on each of its parts."""
    return np.concatenate([np.linspace(a, b, count) for a, b in itertools.pairwise(way)])
