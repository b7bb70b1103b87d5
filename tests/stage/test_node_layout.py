"""The places of a graph's nodes: to the right along every edge, apart, and with few crossings."""

import random
from itertools import combinations, pairwise

from scenes.stage.node_layout import layout_of


def random_edges(seed: int) -> tuple[int, list[tuple[int, int]]]:
    source = random.Random(seed)
    count = source.randint(2, 12)
    return count, [
        (i, j)
        for j in range(source.randint(1, count), count)
        for i in sorted(source.sample(range(j), source.randint(1, min(j, 2))))
    ]


def stretches(layout, edges):
    """Return the straight parts (column, row, next row) of all edges."""
    parts = []
    for i, j in edges:
        path = [(layout.columns[i], layout.rows[i]), *layout.routes[i, j]]
        path.append((layout.columns[j], layout.rows[j]))
        assert [column for column, _ in path] == list(range(path[0][0], path[-1][0] + 1))
        parts += [(a[0], a[1], b[1]) for a, b in pairwise(path)]
    return parts


def crossings(layout, edges):
    return sum(
        one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < 0
        for one, other in combinations(stretches(layout, edges), 2)
    )


def test_every_edge_leads_to_the_right_and_all_places_are_apart():
    for seed in range(200):
        count, edges = random_edges(seed)
        layout = layout_of(count, edges)
        assert all(layout.columns[i] < layout.columns[j] for i, j in edges)
        places = [*zip(layout.columns, layout.rows, strict=True)]
        places += [place for route in layout.routes.values() for place in route]
        assert len(set(places)) == len(places)
        assert max(layout.columns) + 1 == layout.width
        assert len({row for column, row in places}) >= 1
        fullest = max(sum(column == c for column, _ in places) for c in range(layout.width))
        assert layout.height == fullest


def test_a_node_that_nothing_leads_to_stands_right_before_its_first_taker():
    layout = layout_of(6, [(0, 2), (2, 3), (1, 3), (3, 5), (4, 5)])
    assert layout.columns == (0, 1, 1, 2, 2, 3)


def test_a_tree_has_no_crossings():
    tree = [(0, 4), (2, 4), (1, 5), (3, 5), (4, 6), (5, 6)]
    assert crossings(layout_of(7, tree), tree) == 0


def test_a_chain_with_a_bypass_has_no_crossings():
    edges = [(0, 2), (1, 2), (2, 3), (3, 4), (0, 4)]
    layout = layout_of(5, edges)
    assert crossings(layout, edges) == 0
    assert len(layout.routes[0, 4]) == 2


def test_a_bypass_over_several_columns_keeps_to_its_side():
    """The graph of (1 - x)^2 + 100 (y - x^2)^2."""
    edges = [(0, 2), (0, 3), (2, 4), (3, 5), (1, 5), (5, 6), (6, 7), (4, 8), (7, 8)]
    assert crossings(layout_of(9, edges), edges) == 0
