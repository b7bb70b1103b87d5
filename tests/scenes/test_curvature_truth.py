"""Curvature shows true numbers and true places: read off the stage after every beat."""

from __future__ import annotations

import json
from typing import Any

import mpmath
import numpy as np
import pytest
from oracle import Case
from reading import PlotRuler, Ruler, drawn_text, numbers_in, source_of, vertices
from walking import walk

from scenes.curvature import Curvature
from scenes.stage import Row

VALLEY = Case(
    "valley",
    "3x^2 - 8xy + 9y^2",
    lambda x, y: 3 * x**2 - 8 * x * y + 9 * y**2,
    start=(-1.8, -0.2),
    steps=12,
)
BANANA = Case("banana", "(1-x)^2 + 5(y-x^2)^2", lambda x, y: (1 - x) ** 2 + 5 * (y - x**2) ** 2)
SADDLE = Case("saddle", "x^2 - 2y^2", lambda x, y: x**2 - 2 * y**2)

CLOSE = 1e-6


def hessian(case: Case, point: Any) -> np.ndarray:
    """Return the second partial derivatives (2, 2) by differences in 60 digits."""
    with mpmath.workdps(60):
        h = mpmath.mpf(10) ** -15
        x, y = map(mpmath.mpf, map(float, point))

        def f(i: int, j: int) -> Any:
            return case.f(x + i * h, y + j * h)

        xx = (f(1, 0) - 2 * f(0, 0) + f(-1, 0)) / h**2
        yy = (f(0, 1) - 2 * f(0, 0) + f(0, -1)) / h**2
        xy = (f(1, 1) - f(1, -1) - f(-1, 1) + f(-1, -1)) / (4 * h**2)
        return np.array([[float(xx), float(xy)], [float(xy), float(yy)]])


def eigenvalues(matrix: np.ndarray) -> tuple[float, float]:
    """Return the lesser and the greater eigenvalue of a symmetric matrix, by the formula."""
    middle = (matrix[0, 0] + matrix[1, 1]) / 2
    reach = np.hypot((matrix[0, 0] - matrix[1, 1]) / 2, matrix[0, 1])
    return float(middle - reach), float(middle + reach)


class Looks:
    """Measures what the beats show, and keeps what they say."""

    def __init__(self, case: Case):
        self.case = case
        self.seen: set[str] = set()
        self.said: dict[str, str] = {}
        self.before: Ruler | None = None

    def __call__(self, film: Any) -> None:
        self.film = film
        self.said[film.beat_name] = film.sentence
        film.camera.reset_rotation_matrix()
        self.rows = {
            source_of(member.label): member
            for thing in film.mobjects
            for member in thing.get_family()
            if isinstance(member, Row)
        }
        look = getattr(self, film.beat_name, None)
        if look:
            look()
            self.seen.add(film.beat_name)

    @property
    def matrix(self) -> np.ndarray:
        """The Hessian at the place where the film looks."""
        return hessian(self.case, self.film.place)

    @property
    def bends(self) -> tuple[float, float]:
        """Its eigenvalues."""
        return eigenvalues(self.matrix)

    def ruler(self) -> Ruler:
        """Return a ruler read off the axes; from above, its heights are those from before."""
        self.before = Ruler(self.film, ["x", "y"], self.before)
        return self.before

    def number(self, label: str, truth: Any) -> None:
        """Compare a row's numbers with the truth, to the last digit."""
        found = numbers_in(drawn_text(self.rows[label].readout))
        for one, true in zip(found, np.atleast_1d(truth), strict=True):
            assert one.agrees(float(true)), (self.film.beat_name, label, one, true)

    def way(self) -> np.ndarray:
        """Return u as its arrow on the map points."""
        ends = self.ruler().domain(self.film.compass.arrow.points[[0, -1]])
        return (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])

    def fits(self, line: Any, way: np.ndarray) -> None:
        """Compare a parabola with f(p) + slope t + ½ bend t²."""
        points, heights = self.ruler().domain(vertices(line)), self.ruler().heights(vertices(line))
        along = (points - self.film.place) @ way
        assert np.abs(along).max() > 0.05
        truth = self.case.value(self.film.place)
        truth = truth + self.case.slope(self.film.place, way) * along
        truth = truth + way @ self.matrix @ way / 2 * along**2
        assert np.allclose(points, self.film.place + along[:, None] * way, atol=CLOSE)
        assert np.allclose(heights, truth, atol=CLOSE * self.ruler().relief)

    def the_hill(self) -> None:
        here = self.ruler().domain(self.film.walker.dot.points.mean(axis=0))
        assert np.allclose(here, self.film.place, atol=CLOSE)
        assert np.allclose(self.case.gradient(here), 0, atol=1e-6)
        self.number("(x, y)", here)

    def the_bend(self) -> None:
        way = self.way()
        self.number("D_u^2 f", way @ self.matrix @ way)
        self.number("D_u f", self.case.slope(self.film.place, way))
        self.fits(self.film.bend.parabola, way)

    def all_the_way_round(self) -> None:
        pairs = PlotRuler(self.film.slopes).read(vertices(self.film.slopes.line))
        turned = np.radians(pairs[:, 0])
        ways = np.stack([np.cos(turned), np.sin(turned)], axis=-1)
        truth = np.einsum("mi,ij,mj->m", ways, self.matrix, ways)
        assert np.ptp(pairs[:, 0]) == pytest.approx(360)
        assert np.allclose(pairs[:, 1], truth, atol=1e-4 * np.abs(self.bends).max())

    def the_hessian(self) -> None:
        source = source_of(self.film.hessian)
        found = numbers_in(source.rpartition("= mat")[2])
        for one, true in zip(found, self.matrix.ravel(), strict=True):
            assert one.value == pytest.approx(true, rel=0.005, abs=1e-9)
        way = self.way()
        self.number("u^top H u", way @ self.matrix @ way)
        self.number("u", way)

    def the_eigenvectors(self) -> None:
        low, high = self.bends
        self.number("lambda_min", low)
        self.number("lambda_max", high)
        for way, bend in zip(self.film.ways[::2], (high, low), strict=True):
            start, tip = self.ruler().domain(way.arrow.points[[0, -1]])
            assert np.allclose(start, self.film.place, atol=CLOSE)
            along = (tip - start) / np.linalg.norm(tip - start)
            assert np.allclose(self.matrix @ along, bend * along, atol=1e-5 * abs(high))
            self.fits(way.parabola, along)

    def the_condition_number(self) -> None:
        low, high = self.bends
        shown = numbers_in(source_of(self.film.hessian))
        assert [one.value for one in shown] == pytest.approx([high, low, high / low], rel=0.005)
        self.number("sqrt(kappa)", np.sqrt(high / low))
        ring = self.ruler().domain(vertices(self.film.contour.ring)) - self.film.place
        levels = np.einsum("mi,ij,mj->m", ring, self.matrix, ring)
        assert np.allclose(levels / levels[0], 1, atol=1e-6)
        lengths = [
            np.linalg.norm(np.diff(self.ruler().domain(line.points[[0, -1]]), axis=0))
            for line in self.film.contour.axes
        ]
        assert lengths[0] / lengths[1] == pytest.approx(np.sqrt(high / low), rel=1e-6)

    def walked(self) -> np.ndarray:
        """Return the stops of gradient descent at the best rate."""
        point, rate = np.array(self.film.start), 2 / sum(self.bends)
        points = [point]
        for _ in range(self.film.steps):
            point = point - rate * self.case.gradient(point)
            points.append(point)
        return np.array(points)

    def the_zigzag(self) -> None:
        rate = numbers_in(source_of(self.film.best))[-1].value
        assert rate == pytest.approx(2 / sum(self.bends), rel=0.005)
        line = self.film.way[0]
        stops = self.ruler().domain(vertices(line)[::12])
        assert np.allclose(stops[: len(self.walked())], self.walked(), atol=1e-5)
        self.number("k", len(self.walked()) - 1)

    def the_contraction(self) -> None:
        low, high = self.bends
        away = np.linalg.norm(self.walked() - self.film.place, axis=1)
        kappa = high / low
        self.number('"predicted"', (kappa - 1) / (kappa + 1))
        steps = len(away) - 1
        self.number('"measured, mean"', (away[-1] / away[0]) ** (1 / steps))
        ruler = PlotRuler(self.film.distances)
        measured, predicted = (
            ruler.read(vertices(line)) if len(line.points) else np.zeros((0, 2))
            for line in self.film.distances.lines
        )
        assert np.allclose(
            measured[:, 1], np.interp(measured[:, 0], np.arange(len(away)), away), atol=1e-4
        )
        share = away[0] * ((kappa - 1) / (kappa + 1)) ** np.arange(len(away))
        assert np.allclose(
            predicted[:, 1],
            np.interp(predicted[:, 0], np.arange(len(away)), share),
            atol=1e-4,
        )

    def newton(self) -> None:
        point = np.array(self.film.start)
        stops = [point]
        for _ in range(self.film.jump.walk.last):
            matrix = hessian(self.case, point)
            point = point - np.linalg.solve(matrix, self.case.gradient(point))
            stops.append(point)
        found = self.ruler().domain(vertices(self.film.quick[0])[::12])
        assert np.allclose(found[: len(stops)], stops, atol=1e-5)
        self.number("bold(x)_k", stops[-1])
        self.number("f(bold(x)_k)", self.case.value(stops[-1]))


class ComesBack(Looks):
    """The walk of Newton's method leaves the map and comes back: it is drawn as far as on it."""

    def newton(self) -> None:
        point = np.array(self.film.start)
        stops = [point]
        for _ in range(self.film.jump.walk.last):
            point = point - np.linalg.solve(hessian(self.case, point), self.case.gradient(point))
            stops.append(point)
        low, high = np.array(self.film.land.ranges).T
        inside = [((low <= stop) & (stop <= high)).all() for stop in stops]
        assert not all(inside)
        drawn = self.ruler().domain(vertices(self.film.quick[0]))
        assert ((drawn >= low - CLOSE) & (drawn <= high + CLOSE)).all()
        dots = self.ruler().domain(np.array([dot.points[0] for dot in self.film.quick[1:]]))
        shown = [stop for stop, is_inside in zip(stops, inside, strict=True) if is_inside]
        assert np.allclose(dots, shown, atol=1e-5)
        for stop in shown:
            assert np.linalg.norm(drawn - stop, axis=1).min() < 1e-5
        self.number("bold(x)_k", stops[-1])
        self.number("f(bold(x)_k)", self.case.value(stops[-1]))
        self.number("k", len(stops) - 1)


BEATS = [
    "the_hill",
    "the_bend",
    "all_the_way_round",
    "the_hessian",
    "the_eigenvectors",
    "the_condition_number",
    "the_zigzag",
    "the_contraction",
    "newton",
    "the_price",
]


def test_every_number_is_true_on_the_films_own_valley(tmp_path):
    looks = Looks(VALLEY)
    film = walk(Curvature, "", tmp_path, looks)
    assert list(film.beats) == BEATS
    assert looks.seen == set(BEATS) - {"the_price"}
    assert "one step" in looks.said["newton"]
    assert "the same share" in looks.said["the_contraction"]


def lesson_of(case: Case, more: str = "") -> str:
    """Return a lesson that makes the film show a case."""
    return f"[curvature]\nf = {json.dumps(case.text)}\n{more}"


def test_where_f_is_not_quadratic_newton_takes_more_steps_and_so_it_says(tmp_path):
    looks = Looks(BANANA)
    film = walk(Curvature, lesson_of(BANANA), tmp_path, looks)
    assert {"the_bend", "the_hessian", "the_eigenvectors", "newton"} <= looks.seen
    assert np.allclose(film.place, (1, 1), atol=1e-6)
    assert film.jump.walk.last > 1
    assert f"takes ${film.jump.walk.last}$ steps" in looks.said["newton"]


def test_a_walk_of_newtons_that_leaves_the_map_is_followed_until_it_comes_back(tmp_path):
    case = Case("rosenbrock", "rosenbrock", lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2)
    looks = ComesBack(case)
    film = walk(Curvature, lesson_of(case, "start = [-1.2, 1]\n"), tmp_path, looks)
    assert {"the_condition_number", "newton"} <= looks.seen
    assert "near the minimum" in looks.said["the_condition_number"]
    assert f"at step ${film.jump.walk.last}$" in looks.said["newton"]


def test_at_a_saddle_newton_is_said_to_look_for_level_ground(tmp_path):
    looks = Looks(SADDLE)
    film = walk(Curvature, lesson_of(SADDLE), tmp_path, looks)
    assert np.allclose(film.place, 0, atol=1e-9)
    assert "a saddle" in looks.said["the_eigenvectors"]
    assert "not for low ground" in looks.said["newton"]
    assert "the_zigzag" not in film.beats


def said_of(f: str, folder: Any, more: str = "") -> dict[str, str]:
    """Return what the film says of a function, beat by beat."""
    said: dict[str, str] = {}

    def listen(film: Any) -> None:
        said[film.beat_name] = film.sentence

    walk(Curvature, f"[curvature]\nf = {json.dumps(f)}\n{more}", folder, listen)
    return said


def test_a_flat_direction_is_an_eigenvalue_zero(tmp_path):
    said = said_of("(x + y)^2", tmp_path)
    assert "that eigenvalue is 0" in said["the_eigenvectors"]
    assert "the_condition_number" not in said


def test_on_a_ramp_nothing_bends(tmp_path):
    said = said_of("2x - y", tmp_path)
    assert "does not bend at all" in said["the_eigenvectors"]
    assert list(said)[-1] == "the_eigenvectors"


def test_on_a_bowl_the_contours_are_circles(tmp_path):
    said = said_of("x^2 + y^2", tmp_path)
    assert "It is 1" in said["the_condition_number"]
    assert "the same in every direction" in said["all_the_way_round"]


def test_without_second_derivatives_there_is_no_hessian(tmp_path):
    said = said_of("|x| + y^2", tmp_path, "start = [0, 1]\n")
    assert list(said) == ["the_hill", "no_hessian"]


def test_a_summit_is_said_to_be_a_maximum(tmp_path):
    said = said_of("4 - x^2 - 3y^2", tmp_path)
    assert "a maximum" in said["the_eigenvectors"]
