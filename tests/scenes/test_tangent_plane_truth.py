"""TangentPlane shows true numbers: on the hill, and under the microscope at every enlargement."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from board import WholeTruth
from manim import Typst
from oracle import BOWL, CASES, Case, varied
from reading import (
    COLOURED,
    PlotRuler,
    colour_of,
    drawn_text,
    family,
    number_in,
    numbers_in,
    on_stage,
    source_of,
    texts,
    value_at,
    vertices,
)
from sampling import sampled
from test_descent_truth import BY_NAME, report
from truth import CLOSE, STRAIGHT
from walking import walk

from scenes.stage import DiscPlane, Readout
from scenes.tangent_plane import TangentPlane

ON_HILL = "two_tangents", "one_plane", "its_equation", "the_expansion", "a_kink"
"""Beats whose last picture is of the whole hill."""


def rounds_to(shown: float, truth: float, digits: int) -> bool:
    """Whether a number is another one rounded to so many digits."""
    if not truth:
        return shown == 0
    unit = 10.0 ** (np.floor(np.log10(abs(truth))) + 1 - digits)
    return bool(abs(shown - truth) <= 0.5 * unit * (1 + 1e-6))


class PlaneTruth(WholeTruth):
    """Measures the hill as any film's; and what is enlarged, with a ruler made of the step h u."""

    def __init__(self, case: Case):
        super().__init__(case)
        self.ratios: list[float] = []
        self.table: list[tuple[str, str]] = []

    def __call__(self, film: Any) -> None:
        """Measure a beat's last picture, and the same at other enlargements."""
        if film.beat_name in ON_HILL:
            self.after_beat(film)
            return
        self.beats.append(film.beat_name)
        before = film.scope.zoom.get_value()
        if film.beat_name == "row_times_column":
            self.names_of_climbs(film)
        for zoom in (before, 0.37, 2.8):
            film.scope.zoom.set_value(zoom)
            film.update_mobjects(0)
            self.look_close(film)
        film.scope.zoom.set_value(before)
        film.update_mobjects(0)

    def names_of_climbs(self, film: Any) -> None:
        """Beside both upright parts of the stairs stands how high they are, or beside none."""
        names = [name for name in film.climb_names if number_in(name) is not None]
        # As they are seen: how deep in the picture a stroke is does not count.
        along = np.linspace(0, 1, 33)[:, None]
        ends = (climb.points[[0, -1]] for climb in film.stairs.climbs)
        strokes = [film.camera.project_points(a + along * (b - a))[:, :2] for a, b in ends]
        if len(names) not in (0, 2):
            self.fail(f"climbs: {len(names)} of 2 have a name")
        climbs = film.patch.radius / 2 * film.patch.way * self.case.gradient(np.array(film.start))
        for own, (name, climb) in enumerate(zip(names, climbs, strict=False)):
            self.measured["name of a climb"] += 1
            if not rounds_to(number_in(name), climb, 3) or source_of(name) == "-0":
                self.fail(f"climbs: one is called {source_of(name)}, it is {climb}")
            half = np.array([name.width, name.height]) / 2
            beyond = (np.abs(stroke - name.get_center()[:2]) - half for stroke in strokes)
            away = [np.linalg.norm(np.maximum(off, 0), axis=1).min() for off in beyond]
            if away[own] > away[1 - own] - 0.1:
                self.fail(f"climbs: {source_of(name)} does not stand beside its own")
            self.wears("name of a climb", name.family_members_with_points()[0], "tangent")

    def stilts(self) -> None:
        """The plane on the hill is claimed too: it touches the hill, and has the hill's slopes."""
        super().stilts()
        for plane in self.cast(DiscPlane):
            if self.shows(plane.sheet):
                points = plane.sheet.points
                away = self.ruler.domain(points) - self.here
                wanted = self.height + away @ self.slopes
                found = self.ruler.heights(points)
                reach = max(self.ruler.relief, float(np.abs(wanted - self.height).max()))
                self.near("plane of tangents: height", found, wanted, CLOSE * reach)
                turned = np.sort(np.arctan2(*away[1:].T))
                gaps = np.diff(np.append(turned, turned[0] + 2 * np.pi))
                self.near("plane of tangents: all round", gaps.max(), 0, 0.15)
            if self.shows(plane.outline):
                self.wears("plane of tangents", plane.outline, "tangent")

        for line in getattr(self.film, "fan", ()):
            if self.shows(line):
                ends = line.points[[0, -1]]
                away = self.ruler.domain(ends) - self.here
                self.near("fan: through the point", away.sum(axis=0), 0, CLOSE * self.ruler.extent)
                rise = self.ruler.heights(ends) - self.height - away @ self.slopes
                self.near("fan: in the plane", rise, 0, CLOSE * self.ruler.relief)
                self.wears("fan", line, "tangent")

    # Under the microscope

    def look_close(self, film: Any) -> None:
        """Measure what is enlarged, and what the board says of it."""
        self.film, self.theme, scope = film, film.theme, film.scope
        self.here = np.array(film.start)
        self.height, self.slopes = self.case.value(self.here), self.case.gradient(self.here)
        self.way, self.h = film.patch.way, film.patch.radius * 0.5 ** scope.zoom.get_value()
        self.state = f"{film.beat_name}, h={self.h:.4g}"
        self.shown = {id(mobject) for mobject in on_stage(film)}
        self.near("step: a unit vector", np.hypot(*self.way), 1, 1e-12)
        # One ruler: the arrow on the map is h long, and points along u.
        start, end = scope.step.points[[0, -1]]
        self.unit = float(np.linalg.norm(end - start)) / self.h
        self.parallel("step", (end - start)[:2], self.way)
        self.foot, self.top = start, scope.dot.points.mean(axis=0)
        self.near("step: from below the point", start[:2], self.top[:2], 1e-9)
        places = scope.hill.points
        self.truth = self.case.values(self.domain(places)) - self.height
        rise = places[:, 2] - self.top[2]
        steep = self.truth if np.abs(self.truth).max() > 0 else np.ones(1)
        self.per_height = float(rise @ self.truth / (steep @ steep))
        tall = max(float(np.abs(rise).max()), 0.1)
        self.near("patch: it is f", rise, self.per_height * self.truth, 1e-5 * tall)
        self.ratios.append(self.per_height / self.unit)
        away = np.linalg.norm(self.domain(vertices(scope.rim)) - self.here, axis=1)
        self.near("rim: h from the point", away, self.h, CLOSE * self.h)
        self.near("map: below the patch", self.domain(scope.map.points), self.domain(places), 1e-9)
        self.near("map: level", scope.map.points[:, 2], self.foot[2], 1e-9)
        if film.patch.has_plane:
            self.planes()
            self.stairs()
        self.number("zoom", film.glass[1], film.patch.radius / self.h)
        self.rows()
        self.board()

    def domain(self, places: np.ndarray) -> np.ndarray:
        """Return the points of the domain (..., 2) above which places (..., 3) are."""
        return self.here + (np.asarray(places)[..., :2] - self.foot[:2]) / self.unit

    def climbs(self, places: np.ndarray) -> np.ndarray:
        """Return how much higher than the point places (..., 3) are, in units of f."""
        return (np.asarray(places)[..., 2] - self.top[2]) / self.per_height

    def planes(self) -> None:
        """The tangent plane has the oracle's slopes, the other one those of the board's graph."""
        film = self.film
        for plane, slopes in (
            (film.plane, self.slopes),
            (film.other, self.slopes + film.tilted.get_value() * film.tilt),
        ):
            if id(plane.sheet) not in self.shown:
                continue
            points = plane.sheet.points
            away = self.domain(points) - self.here
            rise = points[:, 2] - self.top[2]
            found = np.linalg.lstsq(away, rise, rcond=None)[0] / self.unit
            wanted = slopes * self.per_height / self.unit
            self.near("plane: flat", rise, away @ found * self.unit, 1e-9)
            one, other = (np.append(-each, 1.0) for each in (found, wanted))
            lean = np.linalg.norm(np.cross(one, other)) / np.linalg.norm(one) ** 2
            self.near("plane: leans as it should", lean, 0, STRAIGHT)

    def stairs(self) -> None:
        """Level along each axis, up by slope times step; the gap goes on from there to the hill."""
        stairs, step = self.film.stairs, self.h * self.way
        true = self.case.value(self.here + step) - self.height
        climbs = step * self.slopes
        corners = np.array([[0, 0], [1, 0], [1, 0], [1, 1], [1, 1], [1, 1]]) * step + self.here
        heights = np.array([0, 0, climbs[0], climbs[0], climbs.sum(), true])
        parts = [stairs.runs[0], stairs.climbs[0], stairs.runs[1], stairs.climbs[1], stairs.gap[0]]
        for index, part in enumerate(parts):
            if id(part) in self.shown:
                ends = part.points[[0, -1]]
                self.near("stairs: where", self.domain(ends), corners[index : index + 2], 1e-9)
                off = self.climbs(ends) - heights[index : index + 2]
                self.near("stairs: height", off * self.per_height, 0, 1e-5)
                meaning = ("direction", "tangent", "direction", "tangent", "ink")[index]
                self.wears("stairs", part, meaning)

    def gap(self, h: float, tilt: Any = 0.0) -> float:
        """Return how far the hill is from a plane at the distance h along u."""
        step = h * self.way
        return abs(self.case.value(self.here + step) - self.height - step @ (self.slopes + tilt))

    # The board

    def rows(self) -> None:
        """The table: radii that halve, the gap at each, and how many times it shrank."""
        table = getattr(self.film, "table", None)
        if table is None:
            return
        self.table, there = [], {id(part) for part in family(self.film.mobjects)}
        radius, zoom = self.film.patch.radius, self.film.scope.zoom.get_value()
        for halvings, row in enumerate(table.rows):
            if id(row[0]) not in there:
                continue
            h = radius * 0.5 ** max(min(max(zoom, halvings - 1), halvings), 0)
            self.number("h", row[0], h)
            self.number("gap", row[1], self.gap(h))
            self.table.append((row[0].shown, row[1].shown))
        gaps = [self.gap(radius * 0.5**count) for count in range(len(table.rows))]
        for count, share in enumerate(table.shares):
            if id(share) in there:
                ratio = numbers_in(share.shown)[0]
                self.measured["ratio"] += 1
                if not ratio.agrees(gaps[count] / gaps[count + 1]):
                    self.fail(f"ratio: shows {share.shown}, it is {gaps[count] / gaps[count + 1]}")

    def number(self, what: str, readout: Readout, truth: float, digits: int = 3) -> None:
        """A read-out shows a number to so many digits, and its outlines say the same."""
        self.measured[what] += 1
        shown = numbers_in(readout.shown)[0].value
        scale = 1e-12 * abs(self.height)
        if not rounds_to(shown, truth, digits) and abs(shown - truth) > scale:
            self.fail(f"{what}: shows {readout.shown}, it is {truth}")
        if drawn_text(readout) != readout.shown.replace(" ", ""):
            self.fail(f"{what}: {drawn_text(readout)!r} is drawn for {readout.shown!r}")

    def board(self) -> None:
        """Rows, graph and formulas say what the oracle says."""
        film, step = self.film, self.h * self.way
        if id(getattr(film, "graph", None)) in {id(thing) for thing in film.mobjects}:
            self.gap_graph(film.graph)
        if hasattr(film, "compared") and film.compared in film.mobjects:
            rows = film.compared
            climb = self.case.value(self.here + step) - self.height
            predicted = float(step @ self.slopes)
            for row, name, truth in zip(
                rows,
                ("predicted", "true", "remainder"),
                (predicted, climb, climb - predicted),
                strict=True,
            ):
                long = re.search("×|0[.]000", drawn_text(row.readout))
                digits = 3 if long or name == "remainder" else 4  # beside it stands a word
                self.number(name, row.readout, truth, digits)
            if [source_of(row.label) for row in rows] != ["Delta z", "Delta f", "R"]:
                self.fail("rows: not called what the expansion calls them")
        if getattr(film, "step_now", None) in film.mobjects:
            self.measured["step's parts"] += 1
            shown = [one.value for one in numbers_in(film.step_now.readout.shown)]
            if not all(rounds_to(*pair, 3) for pair in zip(shown, step, strict=True)):
                self.fail(f"step: shows {film.step_now.readout.shown}, it is {step}")
        if hasattr(film, "sides"):
            ahead = (self.case.value(self.here + step) - self.height) / self.h
            behind = (self.height - self.case.value(self.here - step)) / self.h
            for row, truth in zip(film.sides[1:], (behind, ahead), strict=True):
                self.measured["side"] += 1
                if not numbers_in(row.readout.shown)[0].agrees(truth):
                    self.fail(f"side: shows {row.readout.shown}, it is {truth}")

    def gap_graph(self, graph: Any) -> None:
        """Both curves are the gap divided by h, from the widest patch down to this one."""
        ruler = PlotRuler(graph)
        self.near("graph: ticks off a straight scale", ruler.residual, 0, 1e-6)
        top = graph.y_range[1]
        for curve, marker, tilt, meaning in zip(
            graph.curves, graph.markers, (0.0, self.film.tilt), ("tangent", "quiet"), strict=True
        ):
            pairs = ruler.read(vertices(curve))
            truth = [self.gap(h, tilt) / h for h in pairs[:, 0]]
            self.near("graph: gap over h", pairs[:, 1], truth, 1e-5 * top)
            ends = [self.h, self.film.patch.radius]
            self.near("graph: as far as zoomed", pairs[[0, -1], 0], ends, 1e-6 * ends[1])
            spot = ruler.read(marker.get_center())
            self.near("graph: marker", spot, [self.h, truth[0]], 1e-5 * max(top, ends[1]))
            self.wears("graph", curve, meaning)


def plain(text: Typst) -> str:
    """Return Typst maths without colours."""
    return COLOURED.sub(r"\2", source_of(text))


class Formulas:
    """Keeps the formulas that stand on the board at the end of each beat."""

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] = {}

    def __call__(self, film: Any) -> None:
        """Note them."""
        self.seen[film.beat_name] = [plain(text) for text in texts(film)]

    def after(self, beat: str, beginning: str) -> str:
        """Return the formula of a beat that begins so."""
        return next(text for text in self.seen[beat] if text.startswith(beginning))


def check(case: Case, folder: Any, lesson: str) -> tuple[PlaneTruth, Formulas, Any]:
    """Walk through the film and fail with everything that is not true."""
    truth, formulas = PlaneTruth(case), Formulas()
    film = walk(TangentPlane, lesson, folder, truth, formulas)
    assert not truth.failures, report(truth)
    assert truth.beats == list(film.beats)
    # Width and height are enlarged alike: slopes stay what they are.
    assert np.ptp(truth.ratios) <= 1e-5 * abs(truth.ratios[0])
    point, value, slopes = np.array(film.start), case.value(film.start), case.gradient(film.start)
    if np.isfinite(slopes).all():
        written = formulas.after("its_equation", "z = f")
        assert "nabla f" in written
        numbers = next(
            text
            for text in formulas.seen["its_equation"]
            if re.match(r"z (=|approx) [&\d -]", text)
        )
        right = re.sub(r"^z (=|approx) ", "", numbers).replace("&", "").replace("\\", "")
        right = right.replace(" thin ", " ").replace(" med ", " ")
        names = [str(name) for name in film.land.hill.variables]
        size = max(abs(value), *np.abs(slopes * film.land.span), 1e-300)
        for away in ((0, 0), (0.1, 0), (0, 0.1)):
            there = point + np.array(away) * film.land.span
            wanted = value + (there - point) @ slopes
            assert value_at(right, there, names) == pytest.approx(wanted, abs=2e-2 * size)
        law(formulas, truth, film)
        written = formulas.after("row_times_column", "Delta z = ")
        if "mat(" in written:  # numbers too long for the board are left out
            row_times_column(written, slopes, film)
    return truth, formulas, film


def law(formulas: Formulas, truth: PlaneTruth, film: Any) -> None:
    """Below the table stands how many h² the gap is, where it shrinks to a quarter."""
    written = [text for text in formulas.seen.get("how_fast", ()) if text.endswith("h^2")]
    sizes = film.patch.radius * 0.5 ** np.arange(5)
    gaps = np.array([truth.gap(h) for h in sizes])
    if not gaps.all() or not 3.4 <= gaps[-2] / gaps[-1] <= 4.7:
        assert not written
        return
    sign, share = re.fullmatch(r'"\w+" (=|approx) (.*?) ?h\^2', written[0]).groups()
    share = value_at(share.replace("thin", "").replace("times", "dot"), (0, 0)) if share else 1.0
    curved = [
        (
            truth.case.value(truth.here + h * truth.way)
            + truth.case.value(truth.here - h * truth.way)
        )
        / 2
        - truth.height
        for h in sizes[-2:]
    ]
    wide, near = np.abs(curved) / sizes[-2:] ** 2
    assert rounds_to(share, (4 * near - wide) / 3, 3)  # what they go to as h does to 0
    if sign == "=":
        assert gaps == pytest.approx(share * sizes**2, rel=1e-6)


def row_times_column(written: str, slopes: np.ndarray, film: Any) -> None:
    """The row is the gradient, the column the step, and their product stands behind them."""
    power, row, column, total = re.fullmatch(
        r"Delta z = (10\^\S+ )?mat\((.*)\) thin vec\((.*?)\)(?: (?:=|approx) (.*))?", written
    ).groups()
    step = film.patch.radius / 2 * film.patch.way
    *between, total = re.split(" (?:=|approx) ", total) if total else [None]
    for sum_of in between:
        first, sign, second = re.fullmatch(r"(\S+) ([+-]) (\S+)", sum_of).groups()
        climbs = float(first), float(sign + second)
        assert all(rounds_to(*pair, 3) for pair in zip(climbs, slopes * step, strict=True))
        assert rounds_to(sum(climbs), slopes @ step, 3)
    parts = [*row.split(", "), *column.split(", "), *([total] if total else [])]
    read = [value_at(part.replace("times", "dot"), (0, 0)) for part in parts]
    if power:
        read[:2] = [value_at(power, (0, 0)) * part for part in read[:2]]
    wanted = [*slopes, *step, slopes @ step][: len(read)]
    largest = np.abs(slopes).max()
    for one, other in zip(read, wanted, strict=True):
        assert rounds_to(one, other, 3) or abs(one - other) < 1e-12 * largest


def lesson_of(case: Case, language: str = "en", theme: str = "dark") -> str:
    """Return a lesson that makes the film show a case."""
    return (
        f'language = "{language}"\ntheme = "{theme}"\n[tangent_plane]\nf = "{case.text}"\n'
        f"x_range = {list(case.x_range)}\ny_range = {list(case.y_range)}\n"
        f"start = {list(case.start)}\n"
    )


def test_every_number_is_true_on_the_films_own_example(tmp_path):
    truth, formulas, film = check(replace(BOWL, start=(1.0, 1.0)), tmp_path, "")
    assert formulas.after("its_equation", "z = 2") == ("z = 2 + 2 thin (x - 1) + 2 thin (y - 1)")
    # On a bowl the gap at the distance h is h², whatever the direction.
    assert list(np.abs(film.gaps)) == pytest.approx([4.0**-k for k in range(5)], rel=1e-12)
    assert [share.shown for share in film.table.shares] == ["÷4.0"] * 4
    assert formulas.after("how_fast", '"gap" =').split() == ['"gap"', "=", "h^2"]
    assert formulas.after("row_times_column", "Delta z").endswith(" = 0.8 + 0.6 = 1.4")
    assert truth.measured["name of a climb"] == 2
    assert {
        "plane",
        "plane of tangents",
        "fan",
        "stairs",
        "graph",
        "ratio",
        "predicted",
    } <= set(truth.measured)


def test_where_the_hill_is_below_its_plane_the_remainder_has_a_minus(tmp_path):
    case = Case("dome", "-x^2 - y^2", lambda x, y: -(x**2) - y**2, start=(1.0, 1.0))
    shown: dict[str, float] = {}

    def look(film: Any) -> None:
        if film.beat_name == "the_jacobian":
            shown.update(
                {
                    source_of(row.label): numbers_in(row.readout.shown)[0].value
                    for row in film.compared
                }
            )

    truth, formulas, film = check(case, tmp_path, lesson_of(case))
    walk(TangentPlane, lesson_of(case), tmp_path, look)
    # f(p + h) = f(p) + D f h + R, with the numbers that the rows showed before.
    written = formulas.after("the_expansion", "f(bold(p) + bold(h)) = ")
    assert written.endswith(" = f(bold(p)) + D f thin bold(h) + R")
    assert shown["R"] == pytest.approx(-(float(film.patch.radius / 16) ** 2), rel=5e-3)
    assert shown["Delta f"] == pytest.approx(shown["Delta z"] + shown["R"], abs=1e-4)
    assert truth.measured["remainder"]


@pytest.mark.parametrize("name", ["waves"])
def test_every_number_is_true(name, tmp_path):
    case = varied(BY_NAME[name], 2)
    check(case, tmp_path, lesson_of(case, "zh", "light"))


@pytest.mark.parametrize(("f", "count"), [("x^2", 2), ("booth", 0)])
def test_each_climb_is_named_beside_its_own_stroke_or_none_is(f, count, tmp_path):
    rule = {
        "x^2": lambda x, y: x**2,
        "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    }
    truth = PlaneTruth(Case(f, f, rule[f]))

    def look(film: Any) -> None:
        truth.film, truth.theme = film, film.theme
        if film.beat_name == "row_times_column":
            truth.names_of_climbs(film)

    lesson = f'[tangent_plane]\nf = "{f}"\n'
    walk(TangentPlane, lesson, tmp_path, look, last="row_times_column")
    assert not truth.failures, report(truth)
    assert truth.measured["name of a climb"] == count


@pytest.mark.audit
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_number_is_true_everywhere(case, theme, language, tmp_path):
    check(case, tmp_path, lesson_of(case, language, theme))


FLAT = [
    Case("millionths", "x^2/1000000 + y^2/3000000", lambda x, y: x**2 / 10**6 + y**2 / (3 * 10**6)),
    replace(BY_NAME["well"], x_range=(-3.0, 3.0), y_range=(-3.0, 3.0), start=(2.6, 2.2)),
]
"""Hills that are flat, all over or where one stands."""


@pytest.mark.parametrize("case", FLAT, ids=lambda case: case.name)
def test_where_the_hill_is_flat_its_numbers_are_there_and_large_enough_to_read(case, tmp_path):
    sizes: dict[str, float] = {}

    def look(film: Any) -> None:
        for text in texts(film):
            if re.match(r"z (=|approx)|Delta z =|D f =", source_of(text)):
                whole = film.formula(text.typst_code.strip("$ "))
                sizes[source_of(text)] = text.height / whole.height

    film = walk(TangentPlane, lesson_of(case), tmp_path, look)
    _, formulas, _ = check(case, tmp_path, lesson_of(case))
    assert "10^" in formulas.after("its_equation", "z = f") or any(
        text.startswith(("z = ", "z approx")) and "10^" in text for text in sizes
    )
    assert min(sizes.values()) >= 0.7, sizes
    shown = [row.readout.shown for row in (*film.rows, *film.partials)]
    assert not any(text.strip("−0.") == "" for text in shown), shown


def test_a_linear_function_is_its_own_tangent_plane(tmp_path):
    case = BY_NAME["ramp"]
    said: dict[str, str] = {}
    formulas = Formulas()
    film = walk(
        TangentPlane,
        lesson_of(case),
        tmp_path,
        formulas,
        lambda film: said.update({film.beat_name: film.sentence}),
    )
    assert not film.gaps.any()
    assert "how_fast" not in film.beats
    assert "nothing changes" in said["zoom_in"]
    assert "nothing is left over" in said["the_expansion"]
    assert formulas.after("the_expansion", "f(bold(p) + ").endswith(
        " = f(bold(p)) + D f thin bold(h)"
    )


@pytest.mark.parametrize("f", sampled(["3x - 2y", "x^2 + y^2", "2y - 3x"], 1))
def test_the_plane_is_not_seen_edge_on_under_the_microscope(f, tmp_path):
    shares = []

    def look(film):
        if film.beat_name != "the_gap":
            return
        rim = film.camera.project_points(vertices(film.plane.outline))[:, :2]
        rim = rim - rim.mean(axis=0)
        narrow, wide = np.linalg.svd(rim, compute_uv=False)[::-1]
        shares.append(narrow / wide)

    walk(TangentPlane, f'[tangent_plane]\nf = "{f}"\n', tmp_path, look)
    assert shares[0] > 0.1


def test_a_kink_has_no_tangent_plane(tmp_path):
    case = Case("roof", "|x| + y^2", lambda x, y: abs(x) + y**2, start=(0.0, 1.0))
    truth = PlaneTruth(case)
    film = walk(TangentPlane, lesson_of(case), tmp_path, truth)
    assert not truth.failures, report(truth)
    assert list(film.beats) == ["a_kink", "no_plane"]
    assert film.sentence == (
        "However close you look, the kink stays: $f$ has no tangent plane here."
    )
    assert truth.measured["side"]
    shown = [row.readout.shown for row in film.sides[1:]]
    assert shown[0] != shown[1]


@pytest.mark.parametrize("f", ["cbrt(x) + y^2", "sign(x) + y^2"])
def test_where_the_hill_is_upright_or_jumps_the_start_is_refused_by_name(f, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(TangentPlane, f'[tangent_plane]\nf = "{f}"\nstart = [0, 1]\n', tmp_path)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "start = [0.0, 1.0]" in said
    assert "Move the start" in said


@pytest.mark.parametrize(
    ("f", "order"),
    [("x^2 + y^2", 4.0), ("(x - 1)^3 + y^3", 8.0), ("|x|^1.5 + |y|^1.5", 2**1.5)],
)
def test_the_film_says_how_fast_the_gap_shrinks(f, order, tmp_path):
    start = {"x^2 + y^2": (1, 1), "(x - 1)^3 + y^3": (1, 0), "|x|^1.5 + |y|^1.5": (0, 0)}[f]
    said: dict[str, str] = {}
    film = walk(
        TangentPlane,
        f'[tangent_plane]\nf = "{f}"\nx_range = [-2, 2]\ny_range = [-2, 2]\n'
        f"start = {list(start)}\n",
        tmp_path,
        lambda film: said.update({film.beat_name: film.sentence}),
    )
    assert film.gaps[-2] / film.gaps[-1] == pytest.approx(order, rel=0.02)
    words = {4.0: "a quarter of the gap", 8.0: "less than a quarter", 2**1.5: "less than half"}
    assert words[order] in said["how_fast"]


def test_the_slopes_of_the_other_plane_are_not_the_hills(tmp_path):
    film = walk(TangentPlane, "", tmp_path)
    shares = [abs(film.patch.gap(h, film.tilt)) / h for h in (1.0, 0.1, 0.01, 0.001)]
    assert shares[-1] > 0.5 * shares[0]
    assert abs(film.patch.gap(0.001)) / 0.001 < 0.01
    assert colour_of(film.other.outline) == film.theme.quiet.upper()
