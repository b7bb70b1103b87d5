"""A computation graph: values flow forward through it, derivatives flow back.

Reverse-mode automatic differentiation, called backpropagation in a neural network. Source:
A. Griewank and A. Walther, Evaluating Derivatives (SIAM, 2nd ed. 2008), chapter 3; A. G. Baydin et
al., "Automatic Differentiation in Machine Learning: a Survey", JMLR 18 (2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import sympy

from mathcore.expression import parse, symbol, variables_of
from mathcore.field import ScalarField
from mathcore.typeset.order import is_reciprocal, sign_and_size, sum_order

FloatArray: TypeAlias = npt.NDArray[np.float64]

Edge: TypeAlias = tuple[int, int]
"""The numbers of the node whose value is taken, and of the node that takes it."""

_LETTERS = "vuqsabcdghkmnp"
"""Letters for what is computed on the way; the first one that no variable has."""

_SHOWN = 60
"""Characters of a part that an error's sentence repeats."""


class GraphError(ValueError):
    """A value or a local derivative of a graph does not exist at a point."""


@dataclass(frozen=True)
class Node:
    """An input, or one operation on the values of other nodes.

    `formula` is the operation in the `symbol`s of the nodes that it takes, whose numbers are its
    `arguments`; an input has neither. Constants stand in the formula of the operation that takes
    them, since nobody asks for a derivative by them.
    """

    symbol: sympy.Symbol
    formula: sympy.Expr | None = None
    arguments: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Passes:
    """What a forward and a backward pass through a graph of m nodes find at one point.

    `values[i]` is the value of node i, `adjoints[i]` the derivative of the output by it, (m,) each.
    `slopes[i, j]` is the local derivative of node j by node i, for every edge.
    """

    values: FloatArray
    slopes: dict[Edge, float]
    adjoints: FloatArray

    def carried(self, edge: Edge) -> float:
        """Return what an edge carries back: the adjoint at its end times its local derivative."""
        return float(self.adjoints[edge[1]] * self.slopes[edge])


class ComputationGraph:
    """A function as a graph of simple operations; the last node is the output.

    >>> graph = ComputationGraph.of(parse("(x y + x)^2"))
    >>> [f"{node.symbol} = {node.formula}" for node in graph.nodes if node.formula is not None]
    ['v_1 = x*y', 'v_2 = v_1 + x', 'f = v_2**2']
    >>> passes = graph.passes([1.0, 2.0])
    >>> passes.values.tolist(), passes.adjoints.tolist()
    ([1.0, 2.0, 2.0, 3.0, 9.0], [18.0, 6.0, 6.0, 6.0, 1.0])
    """

    def __init__(self, nodes: Sequence[Node]):
        """Make a graph of nodes, each behind those that it takes.

        Raises ValueError where there is none, or one takes what is not before it.
        """
        self.nodes = tuple(nodes)
        if not self.nodes:
            raise ValueError("nodes=(): a graph needs at least one node")
        for number, node in enumerate(self.nodes):
            taken = {self.nodes[i].symbol for i in node.arguments if i < number}
            if (set() if node.formula is None else node.formula.free_symbols) != taken:
                raise ValueError(f"{node.symbol}: a node takes the values of nodes before it")

    @classmethod
    def of(cls, expression: sympy.Expr, output: str = "f") -> ComputationGraph:
        """Return the graph of an expression: equal parts are computed once.

        A sum or a product of several parts is one operation, with its signs, numbers and
        divisions. The inputs are the variables of the expression, in their usual order.

        Args:
            expression: a real expression.
            output: what the last node is called.
        """
        inputs = variables_of(expression)
        parts = _Parts(inputs)
        parts.take(expression)
        stems = {variable.name.partition("_")[0] for variable in inputs}
        letter = next(one for one in _LETTERS if one not in stems)
        return cls(parts.nodes(letter, output))

    @classmethod
    def of_steps(cls, inputs: Sequence[str], steps: Mapping[str, str]) -> ComputationGraph:
        """Return the graph of named steps, each a formula of inputs and of steps before it.

        Raises ExpressionError where a formula cannot be read.

        >>> graph = ComputationGraph.of_steps(["w"], {"h": "tanh(2w)", "L": "(h - 1)^2"})
        >>> [str(node.symbol) for node in graph.nodes]
        ['w', 'h', 'L']
        """
        nodes = [Node(symbol(name)) for name in inputs]
        for name, text in steps.items():
            names = [node.symbol.name for node in nodes]
            formula = parse(text, names)
            taken = sorted(names.index(one.name) for one in formula.free_symbols)
            nodes.append(Node(symbol(name), formula, tuple(taken)))
        return cls(nodes)

    @property
    def inputs(self) -> tuple[int, ...]:
        """The numbers of the inputs."""
        return tuple(i for i, node in enumerate(self.nodes) if node.formula is None)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All edges, by the node that takes the value."""
        return tuple((i, j) for j, node in enumerate(self.nodes) for i in node.arguments)

    def takers(self, number: int) -> tuple[int, ...]:
        """Return the numbers of the nodes that take the value of a node: its fan-out."""
        return tuple(j for i, j in self.edges if i == number)

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """How many operations stand one after another up to each node; 0 for an input."""
        depths: list[int] = []
        for node in self.nodes:
            before = [depths[i] for i in node.arguments]
            depths.append(0 if node.formula is None else 1 + max(before, default=0))
        return tuple(depths)

    @cached_property
    def expressions(self) -> tuple[sympy.Expr, ...]:
        """What each node computes, as an expression of the inputs."""
        made: dict[sympy.Symbol, sympy.Expr] = {}
        for node in self.nodes:
            made[node.symbol] = node.symbol if node.formula is None else node.formula.xreplace(made)
        return tuple(made[node.symbol] for node in self.nodes)

    def slope_expression(self, edge: Edge) -> sympy.Expr:
        """Return the local derivative of an edge, as a formula of the symbols of nodes."""
        i, j = edge
        return self._operations[j].gradient_expressions[self.nodes[j].arguments.index(i)]

    def passes(self, point: npt.ArrayLike) -> Passes:
        """Return what the forward and the backward pass find at a point (n,) of the n inputs.

        The adjoint of the output is 1. That of another node is the sum, over the nodes that take
        its value, of their adjoint times their local derivative by it: the chain rule.

        Raises GraphError where an operation has no finite value or no derivative there.
        """
        values = self._values(np.asarray(point, dtype=np.float64))
        slopes: dict[Edge, float] = {}
        for j, operation in self._operations.items():
            arguments = self.nodes[j].arguments
            found = operation.gradient(values[list(arguments)])
            if not np.isfinite(found).all():
                raise GraphError(f"{self._where(j, values)} has no derivative there")
            slopes |= {(i, j): float(slope) for i, slope in zip(arguments, found, strict=True)}
        adjoints = np.zeros(len(self.nodes))
        adjoints[-1] = 1.0
        for j in reversed(range(len(self.nodes))):
            for i in self.nodes[j].arguments:
                adjoints[i] += adjoints[j] * slopes[i, j]
        return Passes(values, slopes, adjoints)

    def _values(self, point: FloatArray) -> FloatArray:
        """Return the value of each node (m,) at a point (n,)."""
        if point.shape != (len(self.inputs),):
            raise ValueError(f"a point of shape {point.shape}: it needs {len(self.inputs)} numbers")
        given = iter(point)
        values = np.zeros(len(self.nodes))
        for j, node in enumerate(self.nodes):
            if node.formula is None:
                values[j] = next(given)
            elif not node.arguments:
                values[j] = float(node.formula)
            else:
                values[j] = self._operations[j].value(values[list(node.arguments)])
            if not np.isfinite(values[j]):
                raise GraphError(f"{self._where(j, values)} has no finite value there")
        return values

    @cached_property
    def _operations(self) -> dict[int, ScalarField]:
        """The operations that take something, by the number of their node."""
        return {
            j: ScalarField(node.formula, [self.nodes[i].symbol for i in node.arguments])
            for j, node in enumerate(self.nodes)
            if node.arguments
        }

    def _where(self, number: int, values: FloatArray) -> str:
        """Return what a node computes of which numbers, for an error."""
        taken = self.nodes[number].arguments
        numbers = ", ".join(f"{_short(self.expressions[i])} = {values[i]:.4g}" for i in taken)
        return f"{_short(self.expressions[number])}, at {numbers},"


class _Parts:
    """The parts of an expression in the order in which they are found, each a node once."""

    def __init__(self, inputs: Sequence[sympy.Symbol]):
        self.inputs = tuple(inputs)
        self.symbols: dict[sympy.Expr, sympy.Symbol] = {one: one for one in inputs}
        self.formulas: dict[sympy.Symbol, sympy.Expr] = {}

    def take(self, part: sympy.Expr) -> sympy.Symbol:
        """Return the symbol that stands for a part."""
        if part not in self.symbols:
            formula = self._operation(part)
            # Its name has to wait until all parts are known.
            self.symbols[part] = made = sympy.Dummy(real=True)
            self.formulas[made] = formula
        return self.symbols[part]

    def _operation(self, part: sympy.Expr) -> sympy.Expr:
        """Return the outermost operation of a part, on the symbols of what stands inside it."""
        if not part.free_symbols or not all(isinstance(one, sympy.Expr) for one in part.args):
            return part
        if isinstance(part, sympy.Add):
            return sympy.Add(*(self._signed(term) for term in sum_order(part)))
        if isinstance(part, sympy.Mul):
            return sympy.Mul(*(self._factor(factor) for factor in part.args))
        return part.func(*(self._argument(one) for one in part.args))

    def _argument(self, part: sympy.Expr) -> sympy.Expr:
        """Return the symbol that stands for a part, or the number that it is."""
        return self.take(part) if part.free_symbols else part

    def _signed(self, term: sympy.Expr) -> sympy.Expr:
        """Return a term of a sum, a minus sign left outside."""
        negative, size = sign_and_size(term)
        return -self._argument(size) if negative else self._argument(size)

    def _factor(self, factor: sympy.Expr) -> sympy.Expr:
        """Return a factor of a product, or what it is divided by."""
        if is_reciprocal(factor):
            return 1 / self._argument(1 / factor)
        return self._argument(factor)

    def nodes(self, letter: str, output: str) -> list[Node]:
        """Return the inputs and the operations, ordered by how deep they stand."""
        depths = dict.fromkeys(self.inputs, 0)
        for made, formula in self.formulas.items():
            depths[made] = 1 + max((depths[one] for one in formula.free_symbols), default=0)
        ordered = sorted(self.formulas, key=depths.__getitem__)  # stable: as they are found
        names = [f"{letter}_{k}" for k in range(1, len(ordered))] + [output]
        last = dict(zip(ordered, map(symbol, names), strict=True)) if ordered else {}
        places = {one: i for i, one in enumerate([*self.inputs, *ordered])}
        nodes = [Node(variable) for variable in self.inputs]
        for made in ordered:
            formula = self.formulas[made]
            taken = tuple(sorted(places[one] for one in formula.free_symbols))
            nodes.append(Node(last[made], formula.xreplace(last), taken))
        return nodes


def _short(part: sympy.Expr) -> str:
    text = str(part)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
