"""Partials shows true numbers: read off the stage after every beat, and on the way between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from board import MEANINGS, WholeTruth, colours_of
from manim import Mobject, VMobject
from oracle import BOWL, CASES, Case, varied
from reading import (
    PlotRuler,
    colour_of,
    formulas_after,
    in_space,
    number_in,
    numbers_in,
    on_stage,
    source_of,
    texts,
    value_at,
    value_of,
    vertices,
    worn_by,
)
from test_descent_truth import BY_NAME, report
from truth import CLOSE
from walking import walk

from scenes.partials import Partials
from scenes.stage import Row
from scenes.stage.theme import Zone

BOWL_AT_1_1 = replace(BOWL, start=(1.0, 1.0))
"""The film's own example, that of the texts."""

QUOTIENTS = [
    "lim_(h -> 0) frac(f(x + h, y) - f(x, y), h)",
    "lim_(h -> 0) frac(f(x, y + h) - f(x, y), h)",
]
"""What the two partial derivatives are, as Typst maths."""

SHOWN = {
    "axes", "hill", "map", "colours", "walker", "foot", "plumb", "plane", "cut", "trace", "tangent",
    "cut graph", "read-out", "front", "fan", "climb", "left", "definition", "partial as written",
    "plane's name", "f as written", "curve as written",
}  # fmt: skip
"""What a walk through the film has to have measured."""


WORDY = {"himmelblau"}
"""Cases whose partial derivatives are longer than the board: they are not written."""


class PartialsTruth(WholeTruth):
    """Measures what only this film shows: the curve seen from the front, the fan of tangents."""

    cut_name = "z"

    def after_beat(self, film: Any) -> None:
        """Measure a beat's last picture; the first one is seen from the front, without the hill."""
        if film.beat_name == "the_curve":
            self.beats.append(film.beat_name)
            self.film, self.theme, self.state = film, film.theme, film.beat_name
            self.curve()
        else:
            super().after_beat(film)
            self.partials_as_written()
            self.names_of_planes()

    def look(self, film: Any) -> None:
        """Measure everything that stands in space now."""
        self.run: dict[int, float] = {}
        super().look(film)

    def truth_of(self, label: str) -> list[float] | None:
        """Return what a row of this name has to show."""
        own = {
            "x": [float(self.here[0])],
            "f'": [float(self.slopes[0])],
            "c": [float(self.here[1])],
        }
        return own.get(label) or super().truth_of(label)

    # The curve alone

    def curve(self) -> None:
        """From the front, x runs to the right and f upward, and the curve is f over them."""
        film, case = self.film, self.case
        self.here = self.stop = np.array(case.start)
        self.slopes, self.height = case.gradient(self.here), case.value(self.here)
        self.angle = self.zero = self.progress = 0.0
        camera, cut = film.camera, film.cuts[0]
        labels = [t for t in texts(film) if worn_by(t) == {film.theme.quiet.upper()}]
        numbers = [(t.get_center(), t.get_right(), number_in(t)) for t in labels]
        numbers = [row for row in numbers if row[2] is not None]
        level = min(middle[1] for middle, _, _ in numbers)
        below = [(place[0], n) for place, _, n in numbers if abs(place[1] - level) < 0.05]
        beside = [(place[1], n) for place, _, n in numbers if abs(place[1] - level) >= 0.05]
        fits = [np.polyfit(*np.array(pairs).T, 1) for pairs in (below, beside)]
        extent, relief = np.ptp(case.x_range), case.relief()

        def read(places: np.ndarray) -> np.ndarray:
            on_frame = camera.project_points(places)
            return np.stack([np.polyval(fit, on_frame[:, k]) for k, fit in enumerate(fits)], -1)

        corners = vertices(cut.cut)
        pairs = read(corners[np.isfinite(corners).all(axis=1)])
        truth = case.values(np.column_stack([pairs[:, 0], np.full(len(pairs), self.here[1])]))
        close = 1e-4  # labels are set in their place by their outlines
        self.near("front: curve", pairs[:, 1], truth, 10 * close * relief)
        ends = np.array([pairs[:, 0].min(), pairs[:, 0].max()])
        if np.isfinite(corners).all():
            self.near("front: from end to end", ends, case.x_range, close * extent)
        first, last = read(cut.tangent.points[[0, -1]])
        slope = (last[1] - first[1]) / (last[0] - first[0])
        scale = max(abs(self.slopes[0]), relief / extent)
        self.near("front: slope", slope, self.slopes[0], 10 * close * scale)
        spot = read(film.dot.points[:1])[0]
        self.near("front: point", spot[0], self.here[0], close * extent)
        self.near("front: point", spot[1], self.height, 10 * close * relief)
        self.wears("front", cut.cut, "direction")
        self.wears("front", cut.tangent, "tangent")
        # Where the hill is cut off the axis says so: z <= 2.8.
        names = {source_of(t).partition(" <= ")[0] for t in labels if number_in(t) is None}
        if not {"x", "z"} <= names:
            self.fail(f"front: axes named {names}")
        for row in (m for m in film.mobjects if isinstance(m, Row)):
            self.row(row)
        self.curve_as_written()

    def curve_as_written(self) -> None:
        """The formula of the curve says f at every x, with the y at which one stands."""
        for text in texts(self.film):
            name, *rest = source_of(text).removeprefix("z = ").split(" = ")
            if not rest:
                continue
            self.measured["curve as written"] += 1
            if value_of(name.removeprefix("f(x, ").removesuffix(")"), {}) != self.here[1]:
                self.fail(f"curve: {name} is not where one stands, {self.here}")
            along = np.linspace(*self.case.x_range, 7)
            points = np.column_stack([along, np.full(7, self.here[1])])
            values = [value_at(rest[0], point) for point in points]
            self.same("curve as written", values, points, None)

    # What stands in space

    def left_behind(self) -> None:
        """The fan of tangents, the climbs, and the cuts where the plane has been."""
        super().left_behind()
        self.fan()
        for axis, climb in enumerate(self.film.climbs):
            self.climb_of(axis, climb)
        for line in self.film.left:
            if in_space(line) and self.shows(line):
                self.left(line)

    def fan(self) -> None:
        """Each line of the fan is a tangent, and they stand evenly all round."""
        shown = [line for line in self.film.fan if self.shows(line)]
        turns = []
        for line in shown:
            first, last = self.ruler.domain(line.points[[0, -1]])
            way = (last - first) / np.linalg.norm(last - first)
            turns.append(np.arctan2(way[1], way[0]) % np.pi)
            self.tangent(line, way)
        if shown:
            self.measured["fan"] += 1
            gaps = np.diff([*np.sort(turns), np.sort(turns)[0] + np.pi])
            self.near("fan: evenly all round", gaps, np.pi / len(shown), 1e-6)

    def climb_of(self, axis: int, climb: Any) -> None:
        """Ahead along an axis: the stretch on the map, level in the cut, and up to the tangent."""
        if not self.shows(climb.on_map):
            return
        way = np.eye(2)[axis]
        ends = self.ruler.domain(climb.on_map.points[[0, -1]])
        long = float((ends[1] - ends[0]) @ way)
        self.map_arrow("climb", climb.on_map, long * way)
        self.wears("climb", climb.on_map, "direction")
        run = float(np.diff(self.ruler.domain(climb.level.points[[0, -1]]), axis=0)[0] @ way)
        if long < run * (1 - 1e-6):
            self.fail(f"climb: an arrow of {long} beside a stretch of {run}")
        self.near("climb: a stretch ahead", max(0.0, *(ends[1] - self.top())), 0, CLOSE)
        if not run > 0:
            self.fail(f"climb: it goes {run} along its axis, which is not its positive direction")
        if float(f"{run:.1g}") != pytest.approx(run, rel=1e-9):
            self.fail(f"climb: a stretch of {run}")
        ahead, top = self.here + run * way, self.height + run * self.slopes[axis]
        if self.shows(climb.level):
            corners = np.stack([self.here, ahead])
            self.places("climb", climb.level.points[[0, -1]], corners, self.height)
            self.wears("climb", climb.level, "ink")
        if self.shows(climb.upright):
            heights = np.array([self.height, top])
            self.places("climb", climb.upright.points[[0, -1]], np.stack([ahead] * 2), heights)
            self.wears("climb", climb.upright, "tangent")
        self.run[axis] = run

    def top(self) -> np.ndarray:
        """Return the upper ends of both variables (2,)."""
        return np.array([self.case.x_range, self.case.y_range])[:, 1]

    def left(self, line: VMobject) -> None:
        """What the sliding plane left behind is a cut of the hill, or the tangent of one."""
        corners = vertices(line)
        corners = corners[np.isfinite(corners).all(axis=1)]
        points = self.ruler.domain(corners)
        self.near("left: in a plane", np.ptp(points[:, 1]), 0, CLOSE * self.ruler.extent)
        if colour_of(line) == self.theme.tangent.upper():
            (first, last), (low, high) = points[[0, -1]], self.ruler.heights(corners[[0, -1]])
            spot = np.array([self.case.start[0], first[1]])
            slope, truth = (high - low) / (last[0] - first[0]), self.case.gradient(spot)[0]
            scale = max(abs(truth), self.ruler.relief / self.ruler.extent)
            self.near("left: slope", slope, truth, CLOSE * scale)
            there = low + slope * (spot[0] - first[0])
            self.near("left: touches", there, self.case.value(spot), CLOSE * self.ruler.relief)
        else:
            self.places("left", corners, points, self.case.values(points))
            self.wears("left", line, "direction")

    # The board

    def look_at_board(self, film: Any) -> None:
        """Measure everything that lies flat on the picture."""
        super().look_at_board(film)
        shown = {id(mobject) for mobject in on_stage(film)}
        if film.beat_name == "slide_the_plane":
            for line in film.left:
                if not in_space(line) and id(line) in shown:
                    self.left_on_board(PlotRuler(film.graph), line)
        for axis, (level, upright) in enumerate(getattr(film, "triangles", ())):
            if id(level) in shown and id(upright) in shown:
                first = PlotRuler(film.pair[0])
                ruler = PlotRuler(film.pair[1], first) if axis else first
                self.triangle(ruler, axis, level, upright)
                self.lengths(axis, film.lengths[axis], level, upright)
        if film.beat_name == "rates_of_change":
            self.names_of_ways()

    def lengths(self, axis: int, labels: Any, level: Mobject, upright: Mobject) -> None:
        """What is written beside the lines of a triangle are its run and its rise."""
        run, zone = self.run[axis], self.film.pair[axis].zone
        rise = run * self.slopes[axis]
        for label in labels:
            self.measured["length of a leg"] += 1
            is_run = colour_of(label[0]) == self.theme.ink.upper()
            truth, leg = (run, level) if is_run else (rise, upright)
            shown = number_in(label)
            self.near("triangle: a number", shown / truth, 1, 6e-3)
            gap = np.abs(label.get_center() - leg.get_center())[int(is_run)]
            half = (label.height if is_run else label.width) / 2
            self.near("triangle: a number beside its line", gap - half, 0.1, 0.05)
            if not zone.contains(Zone.around(label.get_center()[:2], (half, half))):
                self.fail("triangle: a number outside its graph")

    def names_of_ways(self) -> None:
        """The name of a variable on the map stands nearest to the arrow along its axis."""
        arrows = [np.array(climb.on_map.points[[0, -1]]) for climb in self.film.climbs]
        spots = [self.film.camera.project_points(ends)[:, :2] for ends in arrows]
        for text in texts(self.film):
            blue = colours_of(text) == {self.theme.direction.upper()}
            if not blue or source_of(text) not in ("x", "y"):
                continue
            self.measured["way's name"] += 1
            own = "xy".index(source_of(text))
            middle = text.get_center()[:2]
            away = [np.abs(np.linspace(*ends, 40) - middle).max(axis=1).min() for ends in spots]
            if not away[own] < away[1 - own]:
                self.fail(f"name {source_of(text)}: it is nearer to the other arrow")

    def left_on_board(self, ruler: PlotRuler, line: Mobject) -> None:
        """The same on the graph; which plane it was in is told by f at the point."""
        if colour_of(line) == self.theme.direction.upper():
            self.measured["left on the board"] += 1
            return
        first, last = ruler.read(line.points[[0, -1]])
        slope = (last[1] - first[1]) / (last[0] - first[0])
        there = first[1] + slope * (self.case.start[0] - first[0])
        tangents = [t for t in self.film.left if in_space(t)]
        tangents = [t for t in tangents if colour_of(t) == self.theme.tangent.upper()]
        spots = [self.ruler.domain(t.points.mean(axis=0)) for t in tangents]
        truths = [(self.case.value(spot), self.case.gradient(spot)[0]) for spot in spots]
        scale = np.array([self.ruler.relief, self.ruler.relief / self.ruler.extent])
        off = np.abs(np.array(truths) - (there, slope)) / np.maximum(scale, np.abs(truths))
        self.near("left on the board: a tangent", off.max(axis=1).min(), 0, 10 * CLOSE)

    def triangle(self, ruler: PlotRuler, axis: int, level: Mobject, upright: Mobject) -> None:
        """The same stretch as on the hill, and what the tangent gains on it."""
        x, run = self.here[axis], self.run[axis]
        top = self.height + run * self.slopes[axis]
        corners = ruler.read(np.concatenate([level.points[[0, -1]], upright.points[[0, -1]]]))
        truth = [(x, self.height), (x + run, self.height), (x + run, self.height), (x + run, top)]
        scale = np.array([self.ruler.extent, self.ruler.relief])
        self.near("triangle", corners / scale, np.array(truth) / scale, 10 * CLOSE)
        self.coloured("triangle", level, "ink")
        self.coloured("triangle", upright, "tangent")

    def partials_as_written(self) -> None:
        """The formulas of the partial derivatives mean these, or are the definition."""
        source = np.random.default_rng(5)
        points = source.uniform(*np.array([self.case.x_range, self.case.y_range]).T, (8, 2))
        for axis, name in enumerate("xy"):
            for written in formulas_after(self.film, f"partial f \\/ partial {name}"):
                if written == QUOTIENTS[axis]:
                    self.measured["definition"] += 1
                    continue
                rule = written.partition(" quad ")[0]
                if rule == f"inline(frac(d, d {name})) f(x, y)":
                    self.measured["too long to be written"] += 1
                    continue
                values = [value_at(rule, point) for point in points]
                self.same("partial as written", values, points, axis)

    def names_of_planes(self) -> None:
        """A plane's name says where it stands."""
        for text in texts(self.film):
            axis, equals, number = source_of(text).partition(" = ")
            if equals and axis in ("x", "y") and numbers_in(number):
                self.measured["plane's name"] += 1
                where = self.here["xy".index(axis)]
                if abs(float(number) - where) > 1e-3 * max(1.0, abs(where)):
                    self.fail(f"a plane is called {source_of(text)}, it stands at {where}")


MEANINGS |= {"x": "ink", "f'": "tangent", "c": "direction"}


def check(case: Case, folder: Any, lesson: str, more: set[str] | None = None) -> Any:
    """Walk through the film and fail with everything that is not true, or not measured."""
    truth = PartialsTruth(case)
    film = walk(Partials, lesson, folder, truth.after_beat)
    assert not truth.failures, report(truth)
    missing = (SHOWN | (more or set())) - set(truth.measured)
    if "slide_the_plane" not in film.beats:
        missing -= {"left"}
    if case.name in WORDY:
        missing -= {"partial as written", "curve as written"}
    assert not missing
    return film


def lesson_of(case: Case, language: str = "en", theme: str = "dark") -> str:
    """Return a lesson that makes the film show a case."""
    return (
        f'language = "{language}"\ntheme = "{theme}"\n[partials]\nf = "{case.text}"\n'
        f"x_range = {list(case.x_range)}\ny_range = {list(case.y_range)}\n"
        f"start = {list(case.start)}\n"
    )


def test_every_number_is_true_on_the_films_own_example(tmp_path):
    film = check(BOWL_AT_1_1, tmp_path, "", {"length of a leg", "way's name"})
    assert film.beats == tuple(film.beat_names())


@pytest.mark.parametrize("name", ["shore"])
def test_every_number_is_true(name, tmp_path):
    case = varied(BY_NAME[name], 2)
    check(case, tmp_path, lesson_of(case, "zh", "light"))


@pytest.mark.audit
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_number_is_true_everywhere(case, theme, language, tmp_path):
    check(case, tmp_path, lesson_of(case, language, theme))


class Sentences(list):
    """Keeps what each beat says."""

    def __call__(self, film: Any) -> None:
        """Keep a beat's caption."""
        self.append(film.sentence)


@pytest.mark.parametrize(
    ("f", "said"),
    [
        ("x^2 + y^2", "yet for this $f$ the same slope along $x$"),  # it is 2x, whatever y is
        ("x y", "another cut, and another slope along $x$"),  # it is y
        ("x^2", "the cut is always the same"),
    ],
)
def test_what_the_sliding_plane_changes_is_said(f, said, tmp_path):
    sentences = Sentences()
    walk(Partials, f'[partials]\nf = "{f}"\nstart = [1.0, 1.0]\n', tmp_path, sentences)
    assert any(said in sentence for sentence in sentences)


def test_level_ground_is_said_to_be_level(tmp_path):
    sentences = Sentences()
    walk(Partials, "[partials]\nstart = [0.0, 0.0]\n", tmp_path, sentences)
    assert "here all of them are level" in sentences[2]


def test_a_plane_is_said_to_have_the_same_slopes_everywhere(tmp_path):
    sentences = Sentences()
    walk(Partials, '[partials]\nf = "2x - y"\n', tmp_path, sentences)
    assert sentences[-1] == "On this surface both slopes are the same wherever you stand."


def test_where_f_is_but_a_name_the_definition_stays_for_want_of_a_formula(tmp_path):
    written = {}

    def look(film: Any) -> None:
        names = (f"partial f \\/ partial {name}" for name in "xy")
        written[film.beat_name] = [formulas_after(film, name) for name in names]

    walk(Partials, '[partials]\nf = "peaks"\n', tmp_path, look)
    assert written["how_to_compute"] == [[QUOTIENTS[0]], []]
    assert written["the_second_cut"] == written["elsewhere"] == [[], [QUOTIENTS[1]]]


def test_what_stands_for_a_point_is_never_under_the_tangent(tmp_path):
    seen = set()

    def look(film: Any) -> None:
        marks = [film.dot, film.walker.dot]
        marks += [film.graph.marker] if hasattr(film, "graph") else []
        shown = film.shown(*marks)
        lines = film.shown(*(cut.tangent for cut in film.cuts), *film.left)
        lines += [film.graph.tangent] if film.shown(*marks[2:]) else []
        highest = max((line.z_index for line in lines), default=-np.inf)
        assert min(mark.z_index for mark in shown) > highest
        seen.add(film.beat_name)

    film = walk(Partials, "", tmp_path, look)
    assert seen == set(film.beats)


LONG = "e^(-x^2 - y^2) sin(x y) cos(x + 2y)"
"""A function that can be read where its partial derivatives cannot."""


def test_a_partial_derivative_too_long_to_be_read_is_said_in_short(tmp_path):
    written = {}

    def look(film: Any) -> None:
        written[film.beat_name] = [
            (source_of(text), text.height / film.formula(text.typst_code.strip("$ ")).height)
            for text in texts(film)
            if "frac(d, d" in source_of(text)
        ]

    walk(Partials, f'[partials]\nf = "{LONG}"\n', tmp_path, look)
    [(first, size)] = written["how_to_compute"]
    assert first == "partial f \\/ partial x = inline(frac(d, d x)) f(x, y)"
    assert size > 0.9
    assert len(written["the_second_cut"]) == 2


@pytest.mark.parametrize("f", ["peaks", "sin(x)cos(y)", "x^2 + y^2"])
def test_where_one_ends_both_tangents_are_seen(f, tmp_path):
    angles = {}

    def look(film: Any) -> None:
        ends = np.array([cut.tangent.points[[0, -1]] for cut in film.cuts])
        ways = np.diff(
            film.camera.project_points(ends.reshape(4, 3))[:, :2].reshape(2, 2, 2), axis=1
        )
        first, second = ways[:, 0] / np.linalg.norm(ways[:, 0], axis=1)[:, None]
        angles[film.beat_name] = np.degrees(np.arccos(min(abs(float(first @ second)), 1.0)))

    walk(Partials, f'[partials]\nf = "{f}"\n', tmp_path, look)
    assert angles["elsewhere"] > 15


def test_the_third_axis_has_a_name_that_is_no_variable(tmp_path):
    names = {}

    def look(film: Any) -> None:
        names[film.land.hill.variables[0].name] = [source_of(t) for t in texts(film)]

    for f, letter in (("x^2 + y^2", "z"), ("z^2 + t^2", "h")):
        walk(Partials, f'[partials]\nf = "{f}"\n', tmp_path, look)
        assert letter in names.popitem()[1]


def test_a_kink_is_refused_by_name(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(Partials, '[partials]\nf = "|x| + y^2"\nstart = [0, 1]\n', tmp_path)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "start = [0.0, 1.0]" in said
    assert "no gradient" in said
