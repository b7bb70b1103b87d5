"""Convexity shows true numbers and true places: read off the stage after every beat."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from manim import VMobject
from oracle import Case
from reading import (
    Ruler,
    colour_of,
    colours_of,
    drawn_text,
    in_space,
    numbers_in,
    on_stage,
    source_of,
    vertices,
)
from scipy.optimize import minimize
from walking import walk

from scenes.convexity import Convexity
from scenes.stage import Readout, Row
from scenes.stage.crowd import BasinMap, Crowd


def hilly(x: Any, y: Any) -> Any:
    """Return the film's second hill, by hand."""
    return x**4 + y**4 - 3 * x**2 - 3 * y**2 + x * y + x


BOWL = Case("bowl", "x^2 + y^2", lambda x, y: x**2 + y**2)
HILLY = Case("hilly", "x^4 + y^4 - 3x^2 - 3y^2 + x y + x", hilly)
CLOSE = 1e-6


class Looks:
    """Measures what the beats show, and keeps what is wrong."""

    def __init__(self, first: Case, second: Case):
        self.cases = {"f": first, "g": second}
        self.seen: dict[str, int] = {}
        self.before: Ruler | None = None

    def __call__(self, film: Any) -> None:
        self.film, self.case = film, self.cases[film.land.name]
        film.camera.reset_rotation_matrix()
        self.rows = {
            str(member.label.typst_code): member
            for thing in film.mobjects
            for member in thing.get_family()
            if isinstance(member, Row)
        }
        look = getattr(self, film.beat_name, None)
        if look:
            look()
            self.seen[film.beat_name] = self.seen.get(film.beat_name, 0) + 1

    def ruler(self) -> Ruler:
        """Return a ruler read off the axes; from above, its heights are those from before."""
        self.before = Ruler(self.film, ["x", "y"], self.before)
        return self.before

    def number(self, label: str, truth: Any) -> None:
        """Compare a row's numbers with the truth, to the last digit."""
        row = next(row for source, row in self.rows.items() if label in source)
        found = numbers_in(drawn_text(row.readout))
        for one, true in zip(found, np.atleast_1d(truth), strict=True):
            assert one.agrees(float(true)), (self.film.beat_name, label, drawn_text(row.readout))

    def ends(self) -> np.ndarray:
        """Return p and q (2, 2) as the feet on the map show them."""
        return self.ruler().domain(vertices(self.film.chord.trace))

    def measured(self, ends: np.ndarray, share: float) -> tuple[float, float]:
        """Return the heights of chord and ground at a share of the way from q to p."""
        p, q = ends
        level = share * self.case.value(p) + (1 - share) * self.case.value(q)
        return level, self.case.value(share * p + (1 - share) * q)

    def the_chord(self) -> None:
        level, ground = self.measured(self.ends(), 0.5)
        self.number("gap", level - ground)
        line = vertices(self.film.chord.line)
        heights = self.ruler().heights(line)
        assert np.allclose(heights, self.case.values(self.ends()), atol=CLOSE)

    def the_definition(self) -> None:
        share = self.film.share.get_value()
        level, ground = self.measured(self.ends(), share)
        for label, truth in (
            ("lambda", share),
            ("chord", level),
            ("ground", ground),
            ("gap", level - ground),
        ):
            self.number(label, truth)
        signs = [m for m in self.film.rows if isinstance(m, Readout) and m.shown]
        wanted = (">", "path") if ground > level + 1e-9 else ("≤", "ink")
        color = getattr(self.film.theme, wanted[1]).upper()
        assert [(sign.shown, colours_of(sign)) for sign in signs] == [(wanted[0], {color})]
        p, q = self.film.camera.project_points(self.film.land.ground(self.ends()))[:, 0]
        at_zero, at_one = (
            next(text for text in self.film.graph if letter in getattr(text, "typst_code", ""))
            for letter in ("(q)", "(p)")
        )
        assert (q < p) is (at_zero.get_x() < at_one.get_x())
        under = vertices(self.film.chord.ground)
        points, heights = self.ruler().domain(under), self.ruler().heights(under)
        assert np.allclose(heights, self.case.values(points), atol=1e-6)

    the_other_hill = the_definition

    def the_tangent_plane(self) -> None:
        ruler = self.ruler()
        here = ruler.domain(self.film.walker.dot.points.mean(axis=0))
        slopes = self.case.gradient(here)
        self.number("nabla", slopes)
        corners = ruler.domain(self.film.plane.sheet.points)
        plane = self.case.value(here) + (corners - here) @ slopes
        found = ruler.heights(self.film.plane.sheet.points)
        relief = self.film.land.highest - self.film.land.lowest
        assert np.allclose(found, plane, atol=1.25e-3 * relief)  # it is drawn a hair too low
        grid = self.grid(21)
        over = self.case.value(here) + (grid - here) @ slopes - self.case.values(grid)
        assert bool(over.max() <= 1e-9) is self.film.first.is_convex
        self.number("min ground", self.lowest_above(here, slopes))

    def lowest_above(self, here: np.ndarray, slopes: np.ndarray) -> float:
        """Return the least of f minus the tangent plane at a point (2,), from a fine grid on."""

        def gap(point: np.ndarray) -> float:
            return float(self.case.f(*point) - self.case.value(here) - (point - here) @ slopes)

        start = min(self.grid(81), key=gap)
        bounds = [tuple(ends) for ends in self.film.land.ranges]
        return min(0.0, minimize(gap, start, bounds=bounds, tol=1e-12).fun)

    def row(self, label: str) -> Row:
        """Return the row with a label."""
        return next(row for source, row in self.rows.items() if label in source)

    def grid(self, side: int) -> np.ndarray:
        """Return points (side², 2) all over the picture."""
        axes = [np.linspace(*ends, side) for ends in self.film.land.ranges]
        return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)

    def from_every_start(self) -> None:
        self.walks(self.film.crowd, self.film.first.rate)
        rings = [ring for ring in on_stage(self.film) if self.is_ring(ring)]
        where = self.ruler().domain(np.array([ring.points.mean(axis=0) for ring in rings]))
        bottoms = self.film.first.valleys.bottoms
        away = np.linalg.norm(where[:, None] - bottoms, axis=2)
        assert len(rings) == len(bottoms)  # all have one, none has two
        assert away.min(axis=0).max() < 0.02 * self.film.land.span

    def is_ring(self, thing: Any) -> bool:
        """Whether a thing is a ring round a minimum."""
        return (
            isinstance(thing, VMobject)
            and in_space(thing)
            and colour_of(thing) == self.film.theme.minimum.upper()
        )

    def walks(self, crowd: Crowd, rate: float) -> None:
        """Compare the first and the last steps of some walks with the rule."""
        for start in (0, len(crowd.paths) - 2):
            for before, after in zip(crowd.paths[start], crowd.paths[start + 1], strict=True):
                truth = before - rate * self.case.gradient(before)
                inside = all(
                    low <= t <= high
                    for t, (low, high) in zip(truth, self.film.land.ranges, strict=True)
                )
                assert np.allclose(after, truth if inside else before, atol=1e-9)

    def where_you_start(self) -> None:
        film = self.film
        self.walks(film.crowd, film.second.rate)
        found: BasinMap = film.basins
        faces = found.areas.faces[:: max(len(found.areas.faces) // 40, 1)]
        bottoms = film.second.valleys.bottoms
        for face in faces:
            here = self.ruler().domain(found.areas.points[face].mean(axis=0))
            for _ in range(4000):
                here = here - film.second.rate * self.slopes(here)
            number = int(np.linalg.norm(bottoms - here, axis=1).argmin())
            assert np.linalg.norm(bottoms[number] - here) < 0.01
            assert found.areas.heights[face] == pytest.approx(number)
        for number, bottom in enumerate(bottoms):
            assert np.allclose(self.case.gradient(bottom), 0, atol=1e-6)
            row = film.depths[1][number]
            assert numbers_in(drawn_text(row.readout))[0].agrees(self.case.value(bottom))
            place = numbers_in(source_of(row.label))
            assert all(one.agrees(true) for one, true in zip(place, bottom, strict=True))

    def slopes(self, point: np.ndarray) -> np.ndarray:
        """Return the gradient (2,) by central differences, quickly."""
        h = 1e-6
        return np.array(
            [
                (self.case.f(*(point + step)) - self.case.f(*(point - step))) / (2 * h)
                for step in h * np.eye(2)
            ]
        )

    def the_saddle(self) -> None:
        ruler = self.ruler()
        here = ruler.domain(self.film.saddle.mark[0].points.mean(axis=0))
        assert np.allclose(self.case.gradient(here), 0, atol=1e-6)
        self.number("(x, y)", here)
        bends = [
            sum(self.case.value(here + s * 1e-3 * way) - self.case.value(here) for s in (1, -1))
            for way in self.film.second.ridge.ways
        ]
        assert bends[0] < 0 < bends[1]
        cuts = [np.array([np.cos(c.angle()), np.sin(c.angle())]) for c in self.film.saddle.cuts]
        for cut, way in zip(cuts, self.film.second.ridge.ways, strict=True):
            assert abs(cut @ way) == pytest.approx(1)

    def a_hair_off(self) -> None:
        self.walks(self.film.hair, self.film.second.rate)
        last = self.film.hair.paths[-1]
        saddle = self.film.second.ridge.saddle
        assert np.linalg.norm(last[0] - saddle) < 0.01
        sides = (last[1:] - saddle) @ self.film.second.ridge.ways[0]
        assert sides[0] * sides[1] < 0
        self.number("nabla g|", mpmath.hypot(*self.case.gradient(last[0])))


def test_every_number_is_true_on_the_films_own_hills(tmp_path):
    looks = Looks(BOWL, HILLY)
    film = walk(Convexity, "", tmp_path, looks)
    assert set(looks.seen) == set(film.beats) - {"the_level_plane", "the_guarantee"}
    assert film.first.is_convex
    assert not film.second.is_convex


def test_after_a_hill_that_is_not_convex_comes_one_that_is(tmp_path):
    pits = Case("himmelblau", "himmelblau", lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2)
    said = {}

    class Told(Looks):
        def __call__(self, film: Any) -> None:
            said[film.beat_name] = film.sentence
            super().__call__(film)

    looks = Told(pits, BOWL)
    film = walk(Convexity, '[convexity]\nf = "himmelblau"\n', tmp_path, looks)
    assert "different bottoms" in said["from_every_start"]
    assert "this one is convex" in said["the_other_hill"]
    assert "One bottom" in said["where_you_start"]
    assert film.second.is_convex
    assert list(film.beats)[-3:] == ["the_other_hill", "where_you_start", "the_guarantee"]
    assert set(looks.seen) == set(film.beats) - {"the_level_plane", "the_guarantee"}
    grid = looks.grid(15)
    for p, q in zip(grid, grid[::-1], strict=True):  # no chord dips below what is on stage now
        level, ground = looks.measured(np.array([p, q]), 0.3)
        assert level >= ground - 1e-9
    assert np.abs(film.last.paths[-1]).max() < 0.05  # all walks end at the one bottom


def test_a_hill_that_is_not_convex_is_caught(tmp_path):
    wavy = Case("waves", "sin(x)cos(y)", lambda x, y: mpmath.sin(x) * mpmath.cos(y))
    said = {}

    class Told(Looks):
        def __call__(self, film: Any) -> None:
            said[film.beat_name] = film.sentence
            if film.land.name == "f" and film.beat_name != "from_every_start":
                super().__call__(film)

    looks = Told(wavy, BOWL)
    film = walk(Convexity, '[convexity]\nf = "sin(x)cos(y)"\n', tmp_path, looks)
    assert not film.first.is_convex
    assert film.g == "x^2 + y^2"
    assert "dips below" in said["the_chord"]
    assert "rises above" in said["the_tangent_plane"]
    assert {"the_chord", "the_definition", "the_tangent_plane"} <= set(looks.seen)
    p, q = film.first.caught[0]
    share = film.first.caught[1]
    below = share * wavy.value(p) + (1 - share) * wavy.value(q)
    assert below < wavy.value(share * p + (1 - share) * q)


@pytest.mark.parametrize(
    ("f", "words"),
    [("2x - y", "has no minimum"), ("|x| + |y|", "At the kink"), ("x^2 + y^2 + 1", "is level")],
)
def test_a_convex_hill_is_told_apart_by_its_bottom(f, words, tmp_path):
    said = {}
    walk(
        Convexity,
        f'[convexity]\nf = "{f}"\ng = "x^2 + 2y^2"\n',
        tmp_path,
        lambda film: said.update({film.beat_name: film.sentence}),
    )
    assert words in said["the_level_plane"]
    assert "it is convex too" in said["the_other_hill"]
    assert "the_saddle" not in said
