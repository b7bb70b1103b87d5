"""The six rules are true: their walks, what they carry along, and the race."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from manim import Typst
from oracle import Case
from reading import (
    Ruler,
    drawn_text,
    family,
    numbers_in,
    powers_of_ten,
    source_of,
    vertices,
)
from walking import walk

from scenes.curvature import Curvature
from scenes.optimizers import Optimizers
from scenes.stage import LogCurves, SmallMap

LESSONS = Path(__file__).resolve().parents[2] / "lessons"
VALLEY = Case(
    "valley",
    "x^2/8 + 2y^2",
    lambda x, y: x**2 / 8 + 2 * y**2,
    x_range=(-3.0, 3.0),
    start=(-2.6, 1.2),
    steps=24,
)
RATES = 0.43, 0.5, 0.25, 1.9, 0.35, 1.2
BETAS = {1: 0.4, 2: 0.6, 5: 0.4}
TRIED = 0.4, 0.6, 0.9
DEEPEST = 1e-6  # of f at the start: below that a logarithmic axis does not reach
CLOSE = 1e-6
NUMBERS = {
    "gradient_descent": 0,
    "momentum": 1,
    "nesterov": 2,
    "adagrad": 3,
    "rmsprop": 4,
    "adam": 5,
}


def slope(point: np.ndarray) -> np.ndarray:
    """Return the gradient of the valley, by hand."""
    return np.array([point[0] / 4, 4 * point[1]])


def by_hand(
    number: int, rate: float = 0.0, beta: float = 0.0
) -> tuple[np.ndarray, list[dict[str, np.ndarray]]]:
    """Return the points of a rule (steps + 1, 2), and what it knew before each step.

    Its rate and β are those of the film where left out.
    """
    rate, point = rate or RATES[number], np.array(VALLEY.start)
    beta = beta or BETAS.get(number, 0.0)
    v, m, s = np.zeros(2), np.zeros(2), np.zeros(2)
    points, known = [point], []
    for t in range(1, VALLEY.steps + 1):
        g = slope(point)
        if number == 0:
            step = -rate * g
            known.append({})
        elif number in (1, 2):
            v = beta * v + g
            step = -rate * (v if number == 1 else g + beta * v)
            known.append({"kept": -rate * (v if number == 2 else v - g), "velocity": v})
            if number == 2:
                known[-1]["kept"] = -rate * beta * v
        else:
            s = {3: s + g * g, 4: 0.9 * s + 0.1 * g * g, 5: 0.999 * s + 0.001 * g * g}[number]
            m = beta * m + (1 - beta) * g
            root = np.sqrt(s / (1 - 0.999**t) if number == 5 else s) + (
                1e-10 if number == 3 else 1e-8
            )
            step = -rate * (m / (1 - beta**t) if number == 5 else g) / root
            known.append({"rates": rate / root})
            if number == 5:
                known[-1]["mean"] = m / (1 - beta**t)
        point = point + step
        points.append(point)
    return np.array(points), known


def of_type(plot: Any, kind: type) -> list[Any]:
    """Return the parts of a plot that are of a kind."""
    return [part for part in plot.submobjects if isinstance(part, kind)]


class Looks:
    """Measures what the beats show."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.before: Ruler | None = None
        self.unit = self.length = 0.0  # all ellipses have one scale, and all means

    def __call__(self, film: Any) -> None:
        self.film = film
        film.camera.reset_rotation_matrix()
        number = NUMBERS.get(film.beat_name)
        if number is not None:
            self.on_hill(number)
            self.seen.add(film.beat_name)
        if film.beat_name in ("the_race", "the_ranking"):
            self.race()
            self.seen.add(film.beat_name)

    def ruler(self) -> Ruler:
        """Return a ruler read off the axes; from above, its heights are those from before."""
        self.before = Ruler(self.film, ["x", "y"], self.before)
        return self.before

    def on_hill(self, number: int) -> None:
        """Measure the trail on the map, what is carried, the formula's rate and the curve."""
        points, known = by_hand(number)
        ruler = self.ruler()
        line = vertices(self.film.trails[number].on_map)
        found = ruler.domain(line)[::12]
        assert np.allclose(found[: len(points)], points, atol=1e-5)
        assert f"eta = {RATES[number]}" in source_of(self.film.line)
        if number in BETAS:
            assert f"beta = {BETAS[number]}" in source_of(self.film.line)
        steps = [0, 1, 2, 3, len(points) - 2] if number > 2 else [0, 1, 2, 3][: 4 * (number > 0)]
        tips = [points[step] + known[step].get("kept", 0.0) for step in steps]
        steps = [s for s, tip in zip(steps, tips, strict=True) if (abs(tip) <= (3.0, 2.0)).all()]
        for step, piece in zip(steps, self.film.with_it, strict=True):
            self.carried(ruler, piece, points[step : step + 2], known[step])
        if known[0]:
            told = "rates" if number > 2 else "velocity"
            steps = (0, -1) if number in (3, 4) else (-1,)
            for row, step in zip(self.film.carried, steps, strict=True):
                shown = numbers_in(drawn_text(row.readout))
                pairs = zip(shown, known[step][told], strict=True)
                assert all(one.agrees(true) for one, true in pairs)
        self.curves([number])

    def carried(self, ruler: Ruler, piece: Any, ends: np.ndarray, known: dict) -> None:
        """Measure what is left behind at a stop: the parts of a step, or rates along the axes."""
        if "kept" in known:
            kept, added = (ruler.domain(a.points[[0, -1]]) for a in (piece.kept, piece.added))
            middle = ends[0] + known["kept"]
            assert np.allclose(kept, [ends[0], middle], atol=1e-5)
            assert np.allclose(added, [middle, ends[1]], atol=1e-5)
        else:
            axes = np.array(
                [np.diff(ruler.domain(a.points[[0, -1]]), axis=0)[0] for a in piece.axes]
            )
            assert np.allclose(np.abs(axes[[0, 1], [1, 0]]), 0, atol=1e-6)
            halves, truth = np.abs(np.diag(axes)) / 2, known["rates"]
            assert np.allclose(halves / truth, self.unit or halves[0] / truth[0], rtol=1e-5)
            self.unit = halves[0] / truth[0]
            if "mean" in known:
                ends = ruler.domain(piece.arrow.points[[0, -1]])
                along = (ends[1] - ends[0]) / known["mean"]
                assert np.allclose(along, self.length or along[0], rtol=1e-4)
                assert along[0] < 0
                self.length = along[0]

    def curves(self, numbers: Iterable[int]) -> None:
        """Compare the curves of f over the steps, whose axis counts powers of ten."""
        (graph,) = (m for m in family(self.film.mobjects) if isinstance(m, LogCurves))
        assert "log scale" in " ".join(map(source_of, of_type(graph, Typst)))
        for number in numbers:
            truth = VALLEY.values(by_hand(number)[0])
            decades = np.ptp(np.log10(truth))
            floor = np.floor(np.log10(DEEPEST * truth[0]))
            below = np.flatnonzero(np.log10(truth) < floor)
            last = float(len(truth) - 1)
            if len(below):  # the curve ends at the foot of the plot
                high, low = np.log10(truth)[below[0] - 1 : below[0] + 1]
                last = below[0] - 1 + (high - floor) / (high - low)
            steps, powers = powers_of_ten(graph, vertices(graph.lines[number])).T
            there = np.arange(np.floor(steps[-1]) + 1)  # a curve of dashes may end in a gap
            assert len(there) >= np.floor(last)
            found = np.interp(there, steps, powers)
            assert np.allclose(found, np.log10(truth)[: len(there)], atol=0.03 * decades)
            if len(below):  # it goes on below: no dot says that it ends there
                assert not len(graph.ends[number].points)
                continue
            end = powers_of_ten(graph, graph.ends[number].get_center()[None])[0]
            assert np.allclose(end, (last, np.log10(truth[-1])), atol=0.003 * decades)

    def race(self) -> None:
        """Measure the small maps, the numbers in the standings and their order."""
        ends = []
        for number, entry in enumerate(self.film.standings.entries):
            points = by_hand(number)[0]
            ends.append(VALLEY.value(points[-1]))
            assert numbers_in(entry[2].shown)[0].agrees(ends[-1])
            assert numbers_in(entry[-1].shown)[0].value == RATES[number]
        if self.film.beat_name == "the_race":
            self.curves(range(6))
            ruler = self.ruler()
            for number, (way, dot) in enumerate(
                zip(self.film.ways, self.film.runners, strict=True)
            ):
                points = by_hand(number)[0]
                found = ruler.domain(vertices(way[0]))[::12]
                assert np.allclose(found[: len(points)], points, atol=1e-5)
                assert np.allclose(ruler.domain(dot.points.mean(axis=0)), points[-1], atol=1e-5)
            return
        heights = [-entry[1].get_y() for entry in self.film.standings.entries]
        assert np.argsort(heights).tolist() == np.argsort(ends).tolist()
        maps = [m for m in family(self.film.mobjects) if isinstance(m, SmallMap)]
        assert len(maps) == 6
        for small in maps:
            points = by_hand(self.film.maps.index(small))[0]
            places = small.ground.points
            low, high = places.min(axis=0)[:2], places.max(axis=0)[:2]
            box = np.array([VALLEY.x_range, VALLEY.y_range]).T
            units = (high - low) / (box[1] - box[0])
            way = box[0] + (vertices(small.trail)[:, :2] - low) / units
            assert np.allclose(way[: len(points)], points, atol=1e-5)


def test_everything_is_true_on_the_films_own_valley(tmp_path):
    looks = Looks()
    film = walk(Optimizers, "", tmp_path, looks)
    assert looks.seen == {*NUMBERS, "the_race", "the_ranking"}
    assert "no_step" not in film.beats
    assert film.is_fitted


@pytest.mark.parametrize("number", range(6))
def test_no_other_setting_of_as_many_gets_the_walk_lower(number):
    unit = 0.6 if number > 2 else 0.25  # a tenth of the map's width, or 1 / L: f bends by 4 at most
    betas = TRIED if number in BETAS else (0.0,)
    rates = [float(f"{rate:.2g}") for rate in unit * np.geomspace(4, 1 / 64, 27 // len(betas))]
    assert RATES[number] in rates
    ends = []
    for rate in rates:
        for beta in betas:
            points = by_hand(number, rate, beta)[0]
            inside = (np.abs(points) <= np.array([3.0, 2.0]) * (1 + 1e-9)).all()
            ends.append(VALLEY.value(points[-1]) if inside else np.inf)
    assert VALLEY.value(by_hand(number)[0][-1]) <= min(ends) * (1 + 1e-6)


def said_of(f: str, folder: Any, more: str = "") -> dict[str, str]:
    """Return what the film says of a function, beat by beat."""
    said: dict[str, str] = {}

    def listen(film: Any) -> None:
        said[film.beat_name] = film.sentence

    walk(Optimizers, f"[optimizers]\nf = {json.dumps(f)}\n{more}", folder, listen)
    return said


def test_on_level_ground_no_rule_makes_a_step(tmp_path):
    assert list(said_of("3", tmp_path)) == ["the_hill", "no_step"]


def test_the_rates_that_are_found_keep_the_walks_in_the_picture(tmp_path):
    film = walk(Optimizers, '[optimizers]\nf = "x^2 + 3y^2"\n', tmp_path)
    assert not any(one.leaves for one in film.racers)
    floor = film.land.hill.value(film.point)
    assert all(one.walk.values[-1] < 0.2 * floor for one in film.racers)


def lesson(name: str) -> str:
    """Return the text of one of the lessons that come with Steepest."""
    return (LESSONS / f"{name}.toml").read_text(encoding="utf-8")


def test_in_the_lesson_on_a_narrow_valley_kappa_is_16(tmp_path):
    film = walk(Curvature, lesson("narrow-valley"), tmp_path)
    assert numbers_in(source_of(film.hessian))[-1].value == 16
    assert {"the_zigzag", "newton"} <= set(film.beats)
    film = walk(Optimizers, lesson("narrow-valley"), tmp_path)
    assert (film.start, film.steps) == ((-2.6, 1.2), 24)


def test_in_the_lesson_on_a_saddle_scaled_axes_get_away_first(tmp_path):
    film = walk(Optimizers, lesson("saddle"), tmp_path)
    away = {one.name.strip('"'): np.abs(one.walk.points[:, 1]) for one in film.racers}
    assert np.allclose([np.hypot(*one.walk.points[0]) for one in film.racers], np.hypot(1.8, 0.02))
    assert away["GD"][5] < 0.5 < away["RMSProp"][5]
    assert away["GD"][5] < 0.5 < away["AdaGrad"][5]
    assert all(abs(y[-1] - 2) < 0.1 for y in away.values())


def test_in_the_lesson_on_a_saddle_the_ellipses_can_be_seen(tmp_path):
    looks, seen = Looks(), dict.fromkeys(("adagrad", "rmsprop", "adam"), 0)

    def look(film: Any) -> None:
        looks.film = film
        film.camera.reset_rotation_matrix()
        if film.beat_name in NUMBERS:
            ruler = looks.ruler()
        if film.beat_name in seen:
            rings = [ruler.domain(vertices(piece.ring)) for piece in film.with_it]
            sizes = np.array([np.ptp(ring, axis=0).max() for ring in rings])
            seen[film.beat_name] = int((sizes > 0.02 * 5).sum())

    walk(Optimizers, lesson("saddle"), tmp_path, look)
    assert min(seen.values()) >= 3, seen


def test_ranks_of_equal_ends_tell_who_was_there_first(tmp_path):
    film = walk(Optimizers, lesson("saddle"), tmp_path)
    assert film.said[0].startswith("Several come to the same")
    arrivals = []
    for one in film.racers:
        x, y = one.walk.points.T
        up = x**2 - y**2 + y**4 / 8 + 2
        assert up[-1] < 5e-9  # to nine digits these are -2
        arrivals.append(int(np.flatnonzero(up >= 5e-9).max()) + 1)
    rows = np.argsort([-entry[1].get_y() for entry in film.standings.entries])
    ranks = [numbers_in(source_of(rank))[0].value for rank in film.standings.ranks]
    found = [arrivals[row] for row in rows]
    assert found == sorted(arrivals)
    assert ranks == [1 + found.index(each) for each in found]
