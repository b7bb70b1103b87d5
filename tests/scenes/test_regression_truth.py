"""Regression's points, line, squares and hill are those of plain numpy, in every beat."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from board import WholeTruth
from layout import Audit
from oracle import Case
from reading import (
    PlotRuler,
    Shown,
    colours_of,
    family,
    is_visible,
    on_board,
    source_of,
    texts,
    vertices,
    wrong_sign,
)
from sampling import sampled
from truth import CLOSE
from walking import walk

from mathcore.data import BUILT_IN, MOST
from scenes.regression import Regression
from scenes.stage.data_picture import DataAxes
from scenes.stage.listing import Listing

FLAT = "the_points", "a_line", "the_errors", "the_squares"
"""The beats in which there is no hill yet."""


@dataclass(frozen=True)
class LineCase(Case):
    """The mean squared error of lines m (x - origin) / unit + b through points (k,)."""

    x: Any = ()
    y: Any = ()
    origin: float = 0.0
    unit: float = 1.0

    @property
    def u(self) -> np.ndarray:
        """The numbers x (k,) as the line takes them."""
        return (np.array(self.x) - self.origin) / self.unit

    def line(self, parameters: Any) -> np.ndarray:
        """Return what a line says at the points (k,)."""
        return parameters[0] * self.u + parameters[1]

    def value(self, point: Any) -> float:
        """Return the mean squared error of slope and intercept (2,)."""
        return float(np.mean((self.line(point) - np.array(self.y)) ** 2))

    def gradient(self, point: Any) -> np.ndarray:
        """Return its partial derivatives."""
        gaps = self.line(point) - np.array(self.y)
        return np.array([2 * np.mean(gaps * self.u), 2 * np.mean(gaps)])

    def slope(self, point: Any, direction: Any) -> float:
        """Return its derivative along a direction."""
        return float(self.gradient(point) @ np.array(direction))

    @cached_property
    def whole(self) -> np.ndarray:
        """The points of gradient descent, up to the first that is out of the picture."""
        points = [np.array(self.start)]
        for _ in range(self.steps):
            points.append(points[-1] - self.rate * self.gradient(points[-1]))
            if not self.holds(points[-1]):
                break
        return np.array(points)

    def holds(self, point: np.ndarray) -> bool:
        """Whether the picture holds a point."""
        ranges = self.x_range, self.y_range
        return all(low <= part <= high for part, (low, high) in zip(point, ranges, strict=True))

    @property
    def leaves(self) -> bool:
        """Whether the walk goes out of the picture."""
        return not self.holds(self.whole[-1])

    @cached_property
    def iterates(self) -> np.ndarray:
        """The points of gradient descent that are shown."""
        return self.whole[:-1] if self.leaves else self.whole


def case_of(film: Any, x: np.ndarray, y: np.ndarray, origin: float, unit: float) -> LineCase:
    """Return what a film ought to show of points (k,): ranges and knobs are read off it."""
    land = film.land
    u = (x - origin) / unit
    return LineCase(
        "line",
        "",
        lambda m, b: np.nan,
        x_range=land.x_range,
        y_range=land.y_range,
        start=film.start,
        rate=film.rate,
        steps=film.steps,
        minima=(tuple(map(float, np.polyfit(u, y, 1))),),
        x=tuple(x),
        y=tuple(y),
        origin=origin,
        unit=unit,
    )


class LineTruth(WholeTruth):
    """Measures hill and board, and the points with line, gaps and squares on their axes."""

    axis_names = "m", "b"
    losses_name = "L(m_k, b_k)"
    flat: tuple[str, ...] = FLAT

    def __init__(self, data: Any, origin: float = 0.0, unit: float = 1.0):
        self.given = np.array(data[0], dtype=float), np.array(data[1], dtype=float), origin, unit
        self.made = False

    def __call__(self, film: Any) -> None:
        if not self.made:
            super().__init__(self.made_of(film))
            self.made = True
        self.film, self.theme, self.state = film, film.theme, film.beat_name
        self.progress = film.walked.get_value()
        self.stand()
        gone = self.progress > len(self.case.iterates) - 1 + 1e-9  # out of the picture
        if gone:
            self.beats.append(film.beat_name)
            return
        if film.beat_name in self.flat:
            self.beats.append(film.beat_name)
            self.angle, self.slopes = 0.0, self.case.gradient(self.here)
            for row in (m for m in family(film.mobjects) if type(m).__name__ == "Row"):
                self.row(row)
        else:
            self.after_beat(film)
        self.points_and_line(film)
        self.said(film)

    def made_of(self, film: Any) -> LineCase:
        """Return what the film ought to show."""
        return case_of(film, *self.given)

    def stand(self) -> None:
        super().stand()
        if self.film.said[0].startswith("At the bottom"):  # there it stands, not where it stopped
            self.measured["bottom"] += 1
            away = [np.hypot(*np.subtract(point, self.stop)) for point in self.case.minima]
            self.here = np.array(self.case.minima[int(np.argmin(away))])
        elif not self.progress:  # it looks round: what is shown has to fit where it is
            self.here = self.film.roam.where()

    @contextmanager
    def on_the_way(self) -> Iterator[None]:
        """Let the walker stand where its walk has led it."""
        self.here, here = self.case.position(self.progress), self.here
        yield
        self.here = here

    def trail(self, trail: Any) -> None:
        with self.on_the_way():
            super().trail(trail)

    def step_arrow(self, arrow: Any) -> None:
        with self.on_the_way():
            super().step_arrow(arrow)

    def truth_of(self, label: str) -> list[float] | None:
        rows = {"m": [self.here[0]], "b": [self.here[1]], "L": [self.case.value(self.here)]}
        rows["nabla L"] = list(self.case.gradient(self.here))
        if self.measured["bottom"]:
            rows["min L"] = rows.pop("L")  # another number than that of the last step
        if label == "k" and self.measured["bottom"]:
            return None  # no step has led there
        return rows.get(label) or super().truth_of(label)

    def points_and_line(self, film: Any) -> None:
        """Read the points, the line, the gaps and the squares off the axes that are there."""
        axes = [m for m in family(film.mobjects) if isinstance(m, DataAxes) and is_visible(m[0])]
        self.near("data: axes", len(axes), 1, 0.5)
        ruler, scatter = PlotRuler(axes[0]), film.picture
        self.near("data: ticks off a straight scale", ruler.residual, 0, 1e-6)
        if set(ruler.names) != {"x", "y"}:
            self.fail(f"data: axes named {ruler.names}")
        x, y = np.array(self.case.x), np.array(self.case.y)
        shown = {id(m) for m in family(film.mobjects) if is_visible(m)}
        away = CLOSE * max(np.ptp(x), np.ptp(y), 1e-9)
        count = len(x)
        dots = ruler.read(scatter.dots.points.reshape(count, -1, 3).mean(axis=1))
        self.near("data: points", dots, np.stack([x, y], axis=1), away)
        self.wears("data: points", scatter.dots, "ink")
        if id(scatter.line) in shown:
            ends = ruler.read(vertices(scatter.line))
            u = (ends[:, 0] - self.case.origin) / self.case.unit
            self.near("data: line", ends[:, 1], self.here[0] * u + self.here[1], away)
            self.wears("data: line", scatter.line, "path")
            reach = np.ptp(ends[:, 0]) / np.ptp(x)
            self.near("data: line reaches over the points", min(reach, 1), 1, 1e-9)
        line = self.case.line(self.here)
        if id(scatter.residuals) in shown:
            ends = ruler.read(scatter.residuals.points.reshape(count, 4, 3)[:, [0, 3]])
            self.near("data: gaps from the points", ends[:, 0], np.stack([x, y], axis=1), away)
            self.near("data: gaps to the line", ends[:, 1], np.stack([x, line], axis=1), away)
        self.marks(film, ruler, shown)
        if id(scatter.squares) in shown:
            drawn = scatter.squares.points.reshape(-1, 16, 3)
            wide, high = np.ptp(drawn, axis=1)[:, :2].T
            self.near("data: squares are square", wide, high, 1e-6)
            unit = np.diff(ruler.read(np.array([[0.0, 0, 0], [0, 1, 0]]))[:, 1])[0]
            mean = np.sum((high * unit) ** 2) / count
            truth = self.case.value(self.here)
            self.near("data: squares mean L", mean, truth, 1e-6 * max(truth, np.ptp(y) ** 2))

    def marks(self, film: Any, ruler: PlotRuler, shown: set[int]) -> None:
        """The intercept is where u is 0, and the slope what the line climbs along one unit of u."""
        start = np.array([self.case.origin, self.here[1]])
        one = start + np.array([self.case.unit, 0.0])
        corners, marks = np.array([start, one, one]), film.marks
        corners[2, 1] += self.here[0]
        spots = {"b": start, "1": corners[:2].mean(axis=0), "m": corners[1:].mean(axis=0)}
        if len(marks.dot.points) and id(marks.dot) in shown:
            middle = ruler.read(marks.dot.get_center())
            self.near("marks: intercept", middle, start, CLOSE * self.case.unit)
            self.wears("marks: intercept", marks.dot, "path")
            for number, leg in enumerate((marks.along, marks.up)):
                if len(leg.points):
                    ends = ruler.read(vertices(leg))
                    self.near(
                        "marks: step", ends, corners[number : number + 2], 1e-6 * self.case.unit
                    )
        if film.beat_name == "the_errors":
            ends = np.array([np.argmin(self.case.x), np.argmax(self.case.x)])
            tops = self.case.line(self.here)
            end = ends[np.argmax(np.abs(tops - np.array(self.case.y))[ends])]
            x = self.case.x[end]
            spots = {"hat(y)": np.array([x, tops[end]]), "y": np.array([x, self.case.y[end]])}
        flat = [one for one in texts(film) if film.picture.moved.get_value() == 0]
        for text in (one for one in flat if source_of(one) in spots and not on_board(one)):
            if text in film.picture.wide.submobjects:
                continue  # the name of an axis
            self.measured["marks: names"] += 1
            away = text.get_center() - film.picture.at(*spots[source_of(text)])
            self.near("marks: names", np.hypot(*away[:2]), 0, 0.5)

    def worked_out(self, source: str) -> None:
        """The first step of a parameter is true, and stands behind = where its numbers give it."""
        start, slopes = np.array(self.case.start), self.case.gradient(self.case.start)
        if " <- " in source:
            name, told = source.split(" <- ")
            axis = self.axis_names.index(name)
            taken, sign, result = re.split(" ([=≈]) ", told)
            old, (rate, slope) = taken.split(" - ", 1)[0], taken.split(" - ", 1)[1].split(" dot ")
            shown = [printed(one) for one in (old, rate, slope, result)]
            truth = [start[axis], self.case.rate, slopes[axis]]
            truth.append(truth[0] - truth[1] * truth[2])
            self.measured["step"] += 1
            exact = shown[0].value - shown[1].value * shown[2].value
            wrong = wrong_sign(sign, exact, shown[3])
            if wrong or not all(map(Shown.agrees, shown, truth)):
                self.fail(f"step: {source}, it is {truth}; {wrong}")

    def said(self, film: Any) -> None:
        """The formulas count the points, and u is what it is said to be."""
        for text in texts(film):
            self.worked_out(source_of(text))
        count, name = len(self.case.x), "x" if self.case.unit == 1 else "u"
        for text in texts(film):
            source = source_of(text)
            if source.startswith("hat(y) = "):
                self.measured["formula"] += 1
                wanted = f"hat(y) = m {name} + b"
                if not source.startswith(wanted):
                    self.fail(f"line: {source}")
                if name == "u" and f"{self.case.unit:g}" not in source:
                    self.fail(f"scale: {source}")
            if "sum_" in source:
                self.measured["mean"] += 1
                if f", {count}) sum_(i=1)^{count} " not in source:
                    self.fail(f"mean over {count} points: {source}")


def printed(source: str) -> Shown:
    """Return a number as Typst maths prints it.

    >>> printed("(-3.60)"), printed("1.2 times 10^(-4)").value
    (Shown(value=-3.6, half=0.005), 0.00012)
    """
    number, decimals, power = re.fullmatch(
        r"\(?(-?\d+(?:\.(\d+))?)(?: times 10\^\((-?\d+)\))?\)?", source
    ).groups()
    unit = 10.0 ** int(power or 0)
    return Shown(float(f"{number}e{power or 0}"), 0.5 * 10.0 ** -len(decimals or "") * unit)


CORNER = [0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 0.5, 2.5, 2.0, 3.5]
YEARS = [1990.0, 1997, 2004, 2011, 2020], [310000.0, 340000, 352000, 401000, 420000]
EXACT = [-1.0, 0.0, 1.0, 2.0], [-1.0, 1.0, 3.0, 5.0]


def written(data: Any, folder: Path) -> None:
    """Write points into the file points.csv of a folder."""
    lines = "".join(f"{x},{y}\n" for x, y in zip(*data, strict=True))
    (folder / "points.csv").write_text("x,y\n" + lines, encoding="utf-8")


def check(data: Any, folder: Path, lesson: str = "", **scale: float) -> tuple[Any, LineTruth]:
    """Walk through the film and fail with all that is wrong; return the film and its measures."""
    audit, truth = Audit(), LineTruth(data, **scale)
    film = walk(Regression, lesson, folder, audit, truth)
    problems = [*truth.failures, *audit.violations]
    assert not problems, "\n".join(problems[:20])
    assert truth.beats == list(film.beats)
    return film, truth


EVERYTHING = {
    "axes", "hill", "map", "colours", "walker", "foot", "gradient", "trail", "stops", "read-out",
    "loss", "data", "formula", "mean", "minimum", "tag", "bottom", "marks", "marks: names",
    "step",
}  # fmt: skip


def test_everything_is_true_of_the_films_own_points(tmp_path):
    own = BUILT_IN["line"]
    film, truth = check((own.x, own.y), tmp_path)
    assert set(truth.measured) >= EVERYTHING
    assert len(film.beats) == 10
    assert "least mean squared error" in film.sentence


@pytest.mark.parametrize("theme", sampled(["dark", "light"], 1))
def test_everything_is_true_in_chinese(theme, tmp_path):
    own = BUILT_IN["outlier"]
    lesson = f'language = "zh"\ntheme = "{theme}"\n[regression]\ndata = "outlier"\n'
    check((own.x, own.y), tmp_path, lesson)


@pytest.mark.parametrize(
    ("data", "scale"),
    sampled(
        [
            (CORNER, {"origin": 2.0, "unit": 2.0}),
            (YEARS, {"origin": 2005.0, "unit": 20.0}),
            (EXACT, {}),
            (([0.0, 1.0, 2.0], [4.0, 4.0, 4.0]), {}),
            (([1e-4, 2e-4, 4e-4], [0.01, -0.02, 0.0]), {"origin": 2.5e-4, "unit": 2e-4}),
        ],
        2,
    ),
    ids=["corner", "years", "exact", "level", "tiny"],
)
def test_everything_is_true_of_a_file(data, scale, tmp_path):
    written(data, tmp_path)
    check(data, tmp_path, '[regression]\ndata = "points.csv"\n', **scale)


def test_everything_is_true_of_very_many_points(tmp_path):
    rng = np.random.default_rng(1)
    data = rng.normal(0.0, 1.0, (2, MOST))
    written(data, tmp_path)
    check(data, tmp_path, '[regression]\ndata = "points.csv"\n')


@pytest.mark.parametrize(
    ("knobs", "told"),
    sampled(
        [
            ("rate = 0.9", "too big"),
            ("rate = 0.005\nsteps = 5", "Still $L$ falls"),
            ("steps = 1", ""),
            ("start = [3.0, 3.0]\nrate = 0.3", "least mean squared error"),
        ],
        2,
    ),
)
def test_a_walk_is_told_as_it_ends(knobs, told, tmp_path):
    own = BUILT_IN["line"]
    film, truth = check((own.x, own.y), tmp_path, f"[regression]\n{knobs}\n")
    assert told in film.sentence
    assert ("step_by_step" in film.beats) == (truth.case.steps > 1)


def test_the_program_makes_the_step_that_the_film_makes(tmp_path):
    found = []

    def look(film: Any) -> None:
        found.extend(m for m in family(film.mobjects) if isinstance(m, Listing))

    film = walk(Regression, "", tmp_path, look)
    own = BUILT_IN["line"]
    case = case_of(film, own.x, own.y, 0.0, 1.0)
    m, b = case.start
    names = {"x": own.x, "y": own.y, "m": m, "b": b, "η": case.rate, "mean": np.mean}
    for line in found[0].lines:
        code = source_of(line).split('[#"')[1].removesuffix('"]')
        exec(code, names)
    assert (names["m"], names["b"]) == pytest.approx(tuple(case.iterates[1]))
    assert colours_of(found[0].lines[2]) == {film.theme.ink.upper()}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0,1\n1,two\n2,3\n", "line 2: 'two' is no number"),
        ("0,1\n0,2\n0,3\n", "all x are equal"),
        ("0,1,a\n1,2,b\n2,3,a\n", "it has 3 columns; each line has 2: x, y"),
        ("", "there are no points in it"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(text, told, tmp_path, capsys):
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        walk(Regression, '[regression]\ndata = "points.csv"\n', tmp_path)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "data = 'points.csv': " in said
    assert told in said


@pytest.mark.parametrize(
    ("value", "told"),
    [("lines", 'Did you mean "line"?'), ("clouds", "x, y are needed"), ("a.csv", "no such file")],
)
def test_a_wrong_name_is_refused_with_the_right_one(value, told, tmp_path, capsys):
    with pytest.raises(SystemExit):
        walk(Regression, f"[regression]\ndata = {json.dumps(value)}\n", tmp_path)
    assert told in capsys.readouterr().err


def test_what_goes_with_a_function_is_not_for_this_film(tmp_path):
    film = walk(Regression, '[all]\nf = "x^2"\nstart = [5, 5]\nrate = 7\n', tmp_path)
    assert film.rate < 1


def test_another_content_of_the_file_is_another_film(tmp_path):
    causes = []
    for last in ("5", "6", "5"):
        (tmp_path / "points.csv").write_text(f"0,1\n1,3\n2,{last}\n", encoding="utf-8")
        film = walk(Regression, '[regression]\ndata = "points.csv"\n', tmp_path)
        causes.append(film.cause)
    assert causes[0] != causes[1]
    assert causes[0] == causes[2]
