"""Autodiff shows true numbers: read off the picture after every beat, and in between."""

from __future__ import annotations

import re
from typing import Any

import mpmath as m
import numpy as np
import pytest
from graph_truth import NUMBERS, Drawn, GraphTruth
from layout import Audit
from oracle import Case
from reading import (
    Shown,
    family,
    formulas_after,
    numbers_in,
    source_of,
    texts,
    value_at,
    wrong_sign,
)
from sampling import sampled
from walking import walk

from mathcore.typeset import typeset
from scenes.autodiff import Autodiff

OWN = Case("own", "sin(x y) + x^2", lambda x, y: m.sin(x * y) + x**2)
SHOWN = {"value", "adjoint", "slope", "f", "gradient", "row", "local row", "local formula", "sum"}


def check(case: Case, folder: Any, lesson: str, *more: Any) -> tuple[Any, GraphTruth]:
    """Walk through the film and fail with everything that is not true."""
    truth = GraphTruth(case)
    film = walk(Autodiff, lesson, folder, truth, *more)
    assert not truth.failures, "\n".join(truth.failures[:20])
    return film, truth


def test_every_number_is_true_on_the_films_own_example(tmp_path):
    film, truth = check(OWN, tmp_path, "")
    assert set(truth.measured) >= SHOWN
    assert film.start == (1.5, 0.6)
    assert len(film.beats) == 10


CASES = (
    Case("square", "(x y + 1)^2", lambda x, y: (x * y + 1) ** 2),
    Case("fan", "(x y + x)^2", lambda x, y: (x * y + x) ** 2),
    Case("quotient", "x/(1 + y^2)", lambda x, y: x / (1 + y**2)),
    Case("one variable", "exp(-t^2)", lambda t, s: m.exp(-(t**2))),
    Case("one step", "u w_1", lambda u, w: u * w),
    Case("thrice", "x + sin(x) + y x", lambda x, y: x + m.sin(x) + y * x),
    Case("small", "1e-9 (x^2 + 2y^2)", lambda x, y: m.mpf("1e-9") * (x**2 + 2 * y**2)),
)


@pytest.mark.parametrize("number", sampled(range(len(CASES)), 2), ids=lambda one: CASES[one].name)
def test_every_number_is_true_and_can_be_read(number, tmp_path):
    case, audit = CASES[number], Audit()
    language, theme = ("zh", "light") if number % 2 else ("en", "dark")
    lesson = f'language = "{language}"\ntheme = "{theme}"\n[autodiff]\nf = "{case.text}"\n'
    film, _ = check(case, tmp_path, lesson, audit)
    assert not audit.violations, audit.report()
    assert audit.beats == list(film.beats)


@pytest.mark.parametrize(("language", "theme"), sampled([("en", "light"), ("zh", "dark")], 1))
def test_it_keeps_its_layout(language, theme, tmp_path):
    audit = Audit()
    walk(Autodiff, f'language = "{language}"\ntheme = "{theme}"\n', tmp_path, audit)
    assert not audit.violations, audit.report()


def test_on_the_way_a_number_is_there_when_all_that_it_needs_has_come(tmp_path):
    looked = []

    def look(film: Any) -> None:
        if film.beat_name not in ("values_flow_forward", "back_through_the_graph"):
            return
        picture = film.picture
        ahead = film.beat_name == "values_flow_forward"
        tracker = picture.forward if ahead else picture.backward
        before = tracker.get_value()
        for place in (0.3, 1.0, 1.6, 2.5):
            tracker.set_value(place)
            film.update_mobjects(0)
            for i, node in enumerate(picture.nodes):
                column = picture.layout.columns[i]
                come = column <= place if ahead else column >= place
                assert bool((node.value if ahead else node.adjoint).shown) == come
            flows = picture.ahead if ahead else picture.back
            for (i, j), flow in flows.items():
                start, end = (picture.layout.columns[k] for k in (i, j))
                share = place - (end - 1) if ahead else start + 1 - place
                way = picture.ways[i, j] if ahead else picture.ways[i, j][::-1]
                tip = flow[1].points
                if share <= 0:
                    assert not len(tip)
                    continue
                lengths = np.append(0, np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1)))
                reached = [
                    np.interp(min(share, 1) * lengths[-1], lengths, way[:, k]) for k in (0, 1)
                ]
                assert tip[0][:2] == pytest.approx(reached, abs=1e-6)
                looked.append(share)
        tracker.set_value(before)
        film.update_mobjects(0)

    walk(Autodiff, "", tmp_path, look)
    assert len(looked) > 20


def test_the_gradient_by_formula_is_that_of_the_graph(tmp_path):
    def look(film: Any) -> None:
        if film.beat_name != "at_the_inputs":
            return
        rows = film.checked.submobjects[-1]
        formula, graph = (row.readout.shown for row in rows)
        assert formula == graph
        for shown, slope in zip(numbers_in(graph), OWN.gradient(film.start), strict=True):
            assert shown.agrees(slope)
        for axis, name in enumerate(("x", "y")):
            (source,) = formulas_after(film, f"partial f \\/ partial {name}")
            assert value_at(source, film.start) == pytest.approx(OWN.gradient(film.start)[axis])

    walk(Autodiff, "", tmp_path, look)


def test_the_chain_through_both_layers_multiplies_to_the_derivative(tmp_path):
    multiplied = []

    def look(film: Any) -> None:
        if film.beat_name != "backpropagation":
            return
        drawn = Drawn(film.net, {id(one) for one in family(film.mobjects)})
        given = {name: float(one) for name, one in NUMBERS.items()}
        (chain,) = (one for text in texts(film) if (one := source_of(text)).startswith("mat("))
        quotients, numbers = chain.split(" ; ")
        whole, *links = re.findall(r"frac\(partial (\w+), partial (\w+)\)", quotients)
        assert [before for _, before in links[:-1]] == [after for after, _ in links[1:]]
        assert (links[0][0], links[-1][1]) == whole == ("L", "w_1")
        values = drawn.run(given)
        slopes = [drawn.slope(values, (before, after)) for after, before in links]
        total = drawn.adjoint(given, "w_1")
        assert np.prod(slopes) == pytest.approx(total, rel=1e-9)
        shown = numbers_in(numbers)
        for number, exact in zip(shown, [total, *slopes], strict=True):
            assert number.agrees(exact)
        product = np.prod([number.value for number in shown[1:]])
        assert not wrong_sign(numbers, product, shown[0])
        on_arrows = {film.net.slopes[edge].shown for edge in film.first_path()}
        assert on_arrows == {re.sub("-", "−", one) for one in re.findall(r"-?\d\.\d+", numbers)[1:]}
        multiplied.append(len(links))

    walk(Autodiff, "", tmp_path, look)
    assert multiplied == [3]


def test_a_derivative_that_comes_twice_adds_up(tmp_path):
    def look(film: Any) -> None:
        if film.beat_name == "the_fan_out":
            row = film.rows[film.fan]
            products = [numbers_in(product) for product in row.readout.shown.split(" + ")]
            x, y = film.start
            exact = (1, 2 * x), (np.cos(x * y), y)
            assert len(products) == 2
            for product, factors in zip(products, exact, strict=True):
                assert all(map(Shown.agrees, product, factors))
            assert numbers_in(row.result.shown)[0].agrees(2 * x + y * np.cos(x * y))
            for sign in ("×", "+"):
                assert row.readout.shown.count(sign) == {"×": 2, "+": 1}[sign]

    film = walk(Autodiff, "", tmp_path, look)
    assert typeset(film.graph.nodes[film.fan].symbol) == "x"


def test_beats_without_anything_to_show_are_left_out(tmp_path):
    film = walk(Autodiff, '[autodiff]\nf = "x y"\n', tmp_path)
    assert "the_fan_out" not in film.beats
    assert "back_through_the_graph" not in film.beats
    film = walk(Autodiff, '[autodiff]\nf = "(x y + 1)^2"\n', tmp_path)
    assert "the_fan_out" not in film.beats
    assert "back_through_the_graph" in film.beats


@pytest.mark.parametrize(
    ("lesson", "words"),
    [
        ('f = "x + y + z"', ["f = 'x + y + z'", "this has 3 (x, y, z)", "one or two variables"]),
        ('f = "3"', ["f = '3'", "no operation", "Write a function such as"]),
        ('f = "x"', ["f = 'x'", "no operation"]),
        ('f = "ln(x y)"\nstart = [-1, 2]', ["start = [-1.0, 2.0]", "not defined there"]),
        ('f = "|x| + y"\nstart = [0, 2]', ["start = [0.0, 2.0]", "no derivative", "Move"]),
        ('f = "((x+y)^2 + sin(x) + cos(y) + exp(x y) + x/y + y/x + x^3 + y^3)^2"',
         ["too many to be read", "1/36 is the least", "fewer operations"]),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_by_name(lesson, words, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(Autodiff, f"[autodiff]\n{lesson}\n", tmp_path)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert all(word in said for word in words), said


def test_a_lessons_function_for_all_films_is_taken_if_its_graph_is_small(tmp_path):
    film = walk(Autodiff, '[all]\nf = "x^2 + 3y^2"\nstart = [1.6, 1.0]\n', tmp_path)
    assert (film.f, film.start) == ("x^2 + 3y^2", (1.6, 1.0))
    film = walk(Autodiff, '[all]\nf = "six-hump-camel"\n', tmp_path)
    assert film.f == "sin(x y) + x^2"
