"""Classification's points, boundary, shading, rings and hill are those of plain numpy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from layout import Audit
from manim import DL, DR, UL, UR, ManimColor
from reading import PlotRuler, family, is_visible, source_of, texts, vertices
from sampling import sampled
from test_regression_truth import LineCase, LineTruth
from truth import CLOSE
from walking import walk

from mathcore.data import BUILT_IN
from scenes.classification import Classification
from scenes.stage.data_picture import DataAxes

FLAT = "the_points", "the_boundary", "the_probability", "the_loss"
"""The beats in which there is no hill yet."""


@dataclass(frozen=True)
class ClassCase(LineCase):
    """The mean cross-entropy of weights for points (k,) of two classes t, 0 and 1.

    The boundary takes u = (x - origin) / unit and v = (y - across) / step.
    """

    t: Any = ()
    across: float = 0.0
    step: float = 1.0

    @property
    def inputs(self) -> np.ndarray:
        """The numbers (k, 2) that the weights weigh."""
        return np.stack([self.u, (np.array(self.y) - self.across) / self.step], axis=1)

    def chances(self, weights: Any) -> np.ndarray:
        """Return how probable class 1 is of each point (k,)."""
        return 1 / (1 + np.exp(-(self.inputs @ np.array(weights))))

    def each(self, weights: Any) -> np.ndarray:
        """Return -log of the probability of each point's own class (k,)."""
        z, t = self.inputs @ np.array(weights), np.array(self.t)
        return np.where(t == 1, np.log1p(np.exp(-z)), np.log1p(np.exp(z)))

    def value(self, point: Any) -> float:
        """Return the mean cross-entropy of weights (2,)."""
        return float(np.mean(self.each(point)))

    def gradient(self, point: Any) -> np.ndarray:
        """Return its partial derivatives."""
        return np.mean((self.chances(point) - np.array(self.t))[:, None] * self.inputs, axis=0)

    def best(self) -> tuple[float, float] | None:
        """Return where the gradient is zero, by small steps down; None where that is far off."""
        point = np.zeros(2)
        for _ in range(20000):
            point = point - 0.5 * self.gradient(point)
        return tuple(map(float, point)) if np.hypot(*self.gradient(point)) < 1e-9 else None


def case_of(film: Any, points: Any, scales: Any) -> ClassCase:
    """Return what a film ought to show of points; ranges and knobs are read off it."""
    (origin, unit), (across, step) = scales
    x, y, t = points
    case = ClassCase(
        "classes",
        "",
        lambda first, second: np.nan,
        x_range=film.land.x_range,
        y_range=film.land.y_range,
        start=film.start,
        rate=film.rate,
        steps=film.steps,
        x=tuple(x),
        y=tuple(y),
        t=tuple(t),
        origin=origin,
        unit=unit,
        across=across,
        step=step,
    )
    best = case.best()
    object.__setattr__(case, "minima", () if best is None else (best,))
    return case


class ClassTruth(LineTruth):
    """Measures hill and board, and the points with boundary, shading and rings on their axes."""

    axis_names = "w_1", "w_2"
    losses_name = "L(bold(w)_k)"
    flat = FLAT

    def __init__(self, points: Any, scales: Any):
        self.given, self.made = (points, scales), False

    def made_of(self, film: Any) -> ClassCase:
        return case_of(film, *self.given)

    def truth_of(self, label: str) -> list[float] | None:
        rows = {"w_1": [self.here[0]], "w_2": [self.here[1]]}
        return rows.get(label) or super().truth_of(label)

    def points_and_line(self, film: Any) -> None:
        """Read points, boundary, shading and rings off the axes that are there."""
        axes = [m for m in family(film.mobjects) if isinstance(m, DataAxes) and is_visible(m[0])]
        self.near("data: axes", len(axes), 1, 0.5)
        self.axes_now, picture = PlotRuler(axes[0]), film.picture
        self.near("data: ticks off a straight scale", self.axes_now.residual, 0, 1e-6)
        shown = {id(m) for m in family(film.mobjects) if is_visible(m)}
        x, y, t = (np.array(part) for part in (self.case.x, self.case.y, self.case.t))
        self.away = CLOSE * max(np.ptp(x), np.ptp(y))
        for number, marks in enumerate(picture.dots):
            own = np.stack([x, y], axis=1)[t == number]
            found = self.axes_now.read(marks.points.reshape(len(own), -1, 3).mean(axis=1))
            self.near("data: points", found, own, self.away)
        colours = [marks.get_fill_color().to_hex() for marks in picture.dots]
        if len(set(colours)) != 2:
            self.fail("data: both classes have one colour")
        if id(picture.line) in shown:
            ends = self.axes_now.read(vertices(picture.line))
            self.near("boundary: z = 0", self.weighed(ends), 0, 1e-6 * np.abs(self.here).max())
            self.wears("boundary", picture.line, "path")
        if film.beat_name not in FLAT[:2]:
            self.shading(picture, colours)
        if film.beat_name == "the_boundary":
            self.sides(film)
        if id(picture.rings) in shown:
            self.rings(picture, np.stack([x, y], axis=1))

    def weighed(self, points: np.ndarray) -> np.ndarray:
        """Return z of points of data (m, 2)."""
        case = self.case
        parts = points - np.array([case.origin, case.across])
        return parts / np.array([case.unit, case.step]) @ np.array(self.here)

    def sides(self, film: Any) -> None:
        """Where z is said to have a sign, it has that; the ring is where z is 0 for all weights."""
        for name in film.sides:
            self.measured["sides"] += 1
            box = [name.get_corner(corner) for corner in (UL, UR, DL, DR)]
            sign = {"z > 0": 1, "z < 0": -1}[source_of(name)]
            if (sign * self.weighed(self.axes_now.read(np.array(box))) <= 0).any():
                self.fail(f"sides: {source_of(name)} stands where that is not so")
        middle = self.axes_now.read(film.origin.get_center())
        self.near("origin: place", middle, [self.case.origin, self.case.across], self.away)

    def shading(self, picture: Any, colours: list[str]) -> None:
        """The strips cover the area once, and each is as strong as its probability is certain."""
        covered = 0.0
        for strip in picture.shading:
            if not len(strip.points):
                continue
            corners = vertices(strip)
            places = self.axes_now.read(corners)
            x, y = corners[:, 0], corners[:, 1]
            covered += abs(float(x[:-1] @ y[1:] - x[1:] @ y[:-1])) / 2
            chances = 1 / (1 + np.exp(-self.weighed(places)))
            wide = max(0.0, float(np.ptp(chances)) - 0.05)
            self.near("shading: of one probability", wide, 0, 1e-6)
            if np.ptp(chances) < 0.02:
                continue  # in a corner
            middle = (chances.min() + chances.max()) / 2
            strength = float(strip.get_fill_opacity()) / 0.42
            self.near("shading: as strong as certain", strength, abs(2 * middle - 1), 0.05)
            wanted = ManimColor(colours[int(middle > 0.5)]).to_hex()
            if abs(middle - 0.5) > 0.026 and strip.get_fill_color().to_hex() != wanted:
                self.fail(f"shading: the wrong class at p = {middle:.2f}")
        area = picture.area
        self.near("shading: all of the area", covered, area.width * area.height, 1e-6)

    def rings(self, picture: Any, points: np.ndarray) -> None:
        """Each ring is round its point, and has an area to the scale of the loss there."""
        drawn = picture.rings.points.reshape(len(points), -1, 3)
        middles = (drawn.min(axis=1) + drawn.max(axis=1)) / 2
        self.near("rings: round the points", self.axes_now.read(middles), points, self.away)
        areas = (np.ptp(drawn, axis=1)[:, 0] / 2) ** 2
        losses = self.case.each(self.here)
        scale = areas.sum() / losses.sum()
        self.near("rings: area as loss", areas / scale, losses, 1e-6 * losses.max())

    def said(self, film: Any) -> None:
        """The formulas count the points, and u is what it is said to be."""
        count = len(self.case.x)
        for text in texts(film):
            source = source_of(text)
            self.worked_out(source)
            if source.startswith("z = "):
                self.measured["formula"] += 1
                names = "u v" if self.case.unit != 1 or self.case.step != 1 else "x y"
                first, second = names.split()
                if not source.startswith(f"z = w_1 {first} + w_2 {second}"):
                    self.fail(f"boundary: {source}")
            if source.startswith("p_i ("):
                self.class_formula(text, source)
            if "sum_" in source:
                self.measured["mean"] += 1
                if f", {count}) sum_(i=1)^{count} " not in source:
                    self.fail(f"mean over {count} points: {source}")

    def class_formula(self, text: Any, source: str) -> None:
        """What p(t) is stands beside the mark of the class t: p for a square, or else 1 - p."""
        self.measured["class"] += 1
        marks = [
            one for one in family(self.film.legend) if one.get_fill_opacity() and len(one.points)
        ]
        marks = [one for one in marks if one.get_right()[0] < text.get_left()[0] - 0.3]
        beside = min(marks, key=lambda one: abs(one.get_y() - text.get_y()))
        wanted = ["p_i (0) = 1 - p_i", "p_i (1) = p_i"]
        number = wanted.index(source)
        row = [one for one in marks if abs(one.get_y() - beside.get_y()) < 0.2]
        colours = {one.get_fill_color().to_hex() for one in row}
        if self.film.picture.dots[number].get_fill_color().to_hex() not in colours:
            self.fail(f"{source}: not beside the mark of class {number}")


def points_of(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x, y and the class of a set."""
    data = BUILT_IN[name]
    return data.x, data.y, data.classes


PLAIN = (0.0, 1.0), (0.0, 1.0)
APART = (
    [-2.0, -1.0, -1.5, 1.0, 2.0, 1.2],
    [-1.0, -0.5, -1.5, 0.7, 1.2, 1.5],
    [0, 0, 0, 1, 1, 1],
)
LARGE = (
    [150.0, 160, 158, 172, 180, 169, 175, 163],
    [48000.0, 61000, 52000, 70000, 82000, 75000, 59000, 72000],
    [0, 0, 0, 1, 1, 1, 0, 1],
)
SCALES = (165.0, 10.0), (65000.0, 10000.0)


def written(points: Any, folder: Path) -> None:
    """Write points into the file points.csv of a folder."""
    names = "cat", "dog"
    lines = "".join(f"{x},{y},{names[int(t)]}\n" for x, y, t in zip(*points, strict=True))
    (folder / "points.csv").write_text("x,y,class\n" + lines, encoding="utf-8")


def check(points: Any, folder: Path, lesson: str = "", scales: Any = PLAIN) -> tuple[Any, Any]:
    """Walk through the film and fail with all that is wrong; return the film and its measures."""
    audit, truth = Audit(), ClassTruth(points, scales)
    film = walk(Classification, lesson, folder, audit, truth)
    problems = [*truth.failures, *audit.violations]
    assert not problems, "\n".join(problems[:20])
    assert truth.beats == list(film.beats)
    return film, truth


SHOWN = {
    "axes", "hill", "map", "colours", "walker", "foot", "gradient", "trail", "stops", "read-out",
    "loss", "data", "boundary", "shading", "rings", "formula", "mean", "minimum", "tag",
    "bottom", "class", "sides", "origin",
}  # fmt: skip
"""What a walk through the film has to have measured."""


def test_everything_is_true_of_the_films_own_points(tmp_path):
    film, truth = check(points_of("clouds"), tmp_path)
    assert set(truth.measured) >= SHOWN, SHOWN - set(truth.measured)
    assert len(film.beats) == 9
    assert "no line through the origin has a smaller loss" in film.sentence


@pytest.mark.parametrize("theme", sampled(["dark", "light"], 1))
def test_everything_is_true_in_chinese(theme, tmp_path):
    lesson = f'language = "zh"\ntheme = "{theme}"\n[classification]\ndata = "mixed"\n'
    check(points_of("mixed"), tmp_path, lesson)


def test_where_a_line_parts_the_classes_the_loss_falls_for_ever(tmp_path):
    written(APART, tmp_path)
    film, truth = check(APART, tmp_path, '[classification]\ndata = "points.csv"\n')
    assert not truth.case.minima
    assert "falls for ever" in film.sentence


def test_everything_is_true_of_large_numbers(tmp_path):
    written(LARGE, tmp_path)
    film, _ = check(LARGE, tmp_path, '[classification]\ndata = "points.csv"\n', SCALES)
    words = [source_of(text) for text in texts(film)]
    assert film.sample.class_names == ("cat", "dog")
    assert not any("cat" in word for word in words)  # the names are gone with the large axes


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0,1\n1,2\n2,3\n", "it has 2 columns; each line has 3: x, y, class"),
        ("0,1,a\n1,2,a\n2,3,a\n", "there have to be two classes"),
        ("0,1,a\n1,2,b\n2,3,c\n", "is a third class"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(text, told, tmp_path, capsys):
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        walk(Classification, '[classification]\ndata = "points.csv"\n', tmp_path)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "told"), [("cloud", 'Did you mean "clouds"?'), ("line", "x, y, class are needed")]
)
def test_a_wrong_name_is_refused_with_the_right_one(value, told, tmp_path, capsys):
    with pytest.raises(SystemExit):
        walk(Classification, f"[classification]\ndata = {json.dumps(value)}\n", tmp_path)
    assert told in capsys.readouterr().err
