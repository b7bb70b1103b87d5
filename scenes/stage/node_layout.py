"""Where the nodes of a graph stand: columns from left to right, with few crossings of its edges."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations
from typing import TypeAlias

Edge: TypeAlias = tuple[int, int]
"""The numbers of the nodes where an edge begins and ends."""

Link: TypeAlias = tuple[int, Hashable, Hashable]
"""A column, something in it, and what that is joined to in the next column."""

MOST_TRIED = 6
"""A column of more is left in the order in which it is found."""

ROUNDS = 4
"""How often the columns are put in order, one after the other."""


@dataclass(frozen=True)
class NodeLayout:
    """The place of every node, in columns from the left and rows from the middle upwards.

    `routes` are the places (column, row) through which an edge runs between its ends, one in each
    column that it passes; nothing else stands there.
    """

    columns: tuple[int, ...]
    rows: tuple[float, ...]
    routes: dict[Edge, tuple[tuple[int, float], ...]]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return 1 + max(self.columns)

    @property
    def height(self) -> int:
        """How many things stand in the fullest column, edges that pass it included."""
        rows = [*self.rows, *(row for route in self.routes.values() for _, row in route)]
        return round(2 * max(rows)) + 1


def layout_of(count: int, edges: Sequence[Edge]) -> NodeLayout:
    """Return where so many nodes stand, whose edges lead from lower to higher numbers.

    Every edge leads to the right. A node that nothing leads to stands right before the first one
    that it leads to.

    >>> layout_of(5, [(0, 2), (1, 2), (2, 3), (3, 4), (0, 4)]).columns
    (0, 0, 1, 2, 3)
    """
    columns = _columns(count, edges)
    stacks: list[list[Hashable]] = [[] for _ in range(1 + max(columns))]
    for node, column in enumerate(columns):
        stacks[column].append(node)
    links: list[Link] = []
    for i, j in edges:
        passed = range(columns[i] + 1, columns[j])
        for column in passed:
            stacks[column].append((i, j, column))
        path = [i, *((i, j, column) for column in passed), j]
        links += [(columns[i] + k, *pair) for k, pair in enumerate(pairwise(path))]
    _put_in_order(stacks, links)
    rows = _rows(stacks)
    routes = {
        (i, j): tuple((k, rows[i, j, k]) for k in range(columns[i] + 1, columns[j]))
        for i, j in edges
    }
    return NodeLayout(tuple(columns), tuple(rows[node] for node in range(count)), routes)


def _columns(count: int, edges: Sequence[Edge]) -> list[int]:
    columns = [0] * count
    for i, j in sorted(edges, key=lambda edge: edge[1]):
        columns[j] = max(columns[j], columns[i] + 1)
    for node in range(count):
        if all(j != node for _, j in edges):
            columns[node] = min((columns[j] for i, j in edges if i == node), default=1) - 1
    return columns


def _rows(stacks: Sequence[Sequence[Hashable]]) -> dict[Hashable, float]:
    """Return the row of everything: the columns stand round one middle."""
    return {
        thing: (len(stack) - 1) / 2 - place for stack in stacks for place, thing in enumerate(stack)
    }


def _put_in_order(stacks: list[list[Hashable]], links: Sequence[Link]) -> None:
    """Put each column, from the top, in the order with the fewest crossings, then short links.

    Then turn all columns from one on upside down where that is better, which no column finds alone.
    """
    for _ in range(ROUNDS):
        for column in [*range(len(stacks)), *reversed(range(len(stacks)))]:
            stack = stacks[column]
            if len(stack) > MOST_TRIED:
                continue
            near = [link for link in links if link[0] in (column - 1, column)]
            rows = _rows(stacks)
            orders = list(permutations(stack))
            costs = [_cost(near, rows | _rows([order])) for order in orders]
            stacks[column] = list(orders[costs.index(min(costs))])
        for column in range(1, len(stacks)):
            turned = [*stacks[:column], *(stack[::-1] for stack in stacks[column:])]
            if _cost(links, _rows(turned)) < _cost(links, _rows(stacks)):
                stacks[column:] = turned[column:]
    if stacks[0].index(min(stacks[0])) > stacks[0].index(max(stacks[0])):
        for stack in stacks:
            stack.reverse()  # as good, and the first node is above the last


def _cost(links: Sequence[Link], rows: dict[Hashable, float]) -> tuple[int, float]:
    """Return how many links cross, and the sum of the squares of their climbs."""
    ends = [(column, rows[first], rows[last]) for column, first, last in links]
    crossings = sum(
        one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < 0
        for one, other in combinations(ends, 2)
    )
    return crossings, sum((first - last) ** 2 for _, first, last in ends)
