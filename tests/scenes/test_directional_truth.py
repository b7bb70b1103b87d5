"""Directional shows true numbers: read off the stage after every beat, and in between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from board import WholeTruth
from manim import ManimColor
from oracle import BOWL, CASES, Case, varied
from reading import Ruler, source_of, vertices
from test_descent_truth import BY_NAME, report
from walking import walk

from mathcore.typeset import typeset
from scenes.directional import Directional

SHOWN = {
    "axes", "hill", "map", "colours", "walker", "foot", "plumb", "plane", "cut", "trace", "tangent",
    "compass", "u", "arc", "read-out", "side view", "slope graph", "mark", "contour", "tag",
    "f as written", "angle's name", "step h u", "step's end", "secant", "step graph",
}  # fmt: skip
"""What a walk through the film has to have measured."""


class Looks:
    """Looks at each beat's last picture, and at others with u in directions of its own choice."""

    def __init__(self, case: Case, seed: int):
        self.truth = WholeTruth(case)
        self.source = np.random.default_rng(seed)
        self.slopes: dict[str, float] = {}

    def __call__(self, film: Any) -> None:
        self.truth.after_beat(film)
        self.slopes[film.beat_name] = self.truth.case.slope(
            film.start, (np.cos(film.angle.get_value()), np.sin(film.angle.get_value()))
        )
        turns = film.beat_name != "the_definition"  # the step is seen from the side as it was made
        if turns and film.turning.tangent in film.get_mobject_family_members():
            before = film.angle.get_value()
            for angle in self.source.uniform(0, 2 * np.pi, 3):
                film.angle.set_value(angle)
                film.update_mobjects(0)
                self.truth.look(film)
                self.truth.look_at_board(film)
            film.angle.set_value(before)
            film.update_mobjects(0)


def check(case: Case, folder: Any, lesson: str, seed: int = 0) -> None:
    """Walk through the film and fail with everything that is not true."""
    looks = Looks(case, seed)
    film = walk(Directional, lesson, folder, looks)
    assert not looks.truth.failures, report(looks.truth)
    assert set(looks.truth.measured) >= SHOWN
    steepness = float(np.linalg.norm(case.gradient(film.start)))
    assert looks.slopes["the_highest"] == pytest.approx(steepness, rel=1e-9)
    assert looks.slopes["along_the_contour"] == pytest.approx(0, abs=1e-9 * steepness)
    assert looks.slopes["the_lowest"] == pytest.approx(-steepness, rel=1e-9)


def lesson_of(case: Case, language: str = "en", theme: str = "dark") -> str:
    """Return a lesson that makes the film show a case."""
    return (
        f'language = "{language}"\ntheme = "{theme}"\n[directional]\nf = "{case.text}"\n'
        f"x_range = {list(case.x_range)}\ny_range = {list(case.y_range)}\n"
        f"start = {list(case.start)}\n"
    )


def test_every_number_is_true_on_the_films_own_example(tmp_path):
    check(replace(BOWL, start=(-0.4, 1.2)), tmp_path, "")


@pytest.mark.parametrize("name", ["shore"])
def test_every_number_is_true(name, tmp_path):
    case = varied(BY_NAME[name], 2)
    check(case, tmp_path, lesson_of(case, "zh", "light"), seed=2)


@pytest.mark.audit
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_number_is_true_everywhere(case, theme, language, tmp_path):
    check(case, tmp_path, lesson_of(case, language, theme))


@pytest.mark.parametrize(
    ("lines", "most"),
    [
        ("", 2),
        ('f = "x^2 + y^2"\nstart = [1.2, 0.4]', 9),
        ('f = "himmelblau"', 5),
        ('f = "1/x + y^2"', 5),
        ('f = "2sin(x)cos(y)"\nx_range = [-5, 5]\ny_range = [-5, 5]\nstart = [3.5, 2.5]', 5),
    ],
)
def test_level_looks_level_a_slope_is_seen_to_rise_and_u_is_large(lines, most, tmp_path):
    seen: dict[str, tuple[float, float, np.ndarray]] = {}

    def look(film: Any) -> None:
        film.renderer.update_frame(film)
        picture, project = film.renderer.get_frame(), film.camera.project_points
        ends = film.turning.tangent.points[[0, -1]]
        across, up = np.diff(project(ends), axis=0)[0, :2]
        way, climb = np.diff(ends, axis=0)[0, :2], np.diff(ends, axis=0)[0, 2]
        x, y = project(film.walker.dot.points)[0, :2]
        row, column = (picture.shape[0] / 8 * np.array([4 - y, 64 / 9 + x])).astype(int)
        seen[film.beat_name] = (
            np.degrees(np.arctan2(up, abs(across))),
            np.degrees(np.arctan2(climb, np.hypot(*way))),
            picture[row, column, :3].copy(),
        )

    film = walk(Directional, f"[directional]\n{lines}\n", tmp_path, look, height=360)
    slant, _, pixel = seen["along_the_contour"]
    assert abs(slant) < most
    ink = np.array(ManimColor(film.theme.ink).to_int_rgb())
    assert np.abs(pixel - ink.astype(float)).max() < 12
    slant, truth, _ = seen["all_the_way_round"]
    assert slant * np.sign(truth) > abs(truth) / 2
    ruler = Ruler(film, [typeset(variable) for variable in film.land.hill.variables])
    rim = ruler.domain(vertices(film.compass.circle)) - film.start
    assert np.hypot(*rim[0]) >= film.land.span / 6 * (1 - 1e-6)


def test_level_ground_is_said_to_be_level(tmp_path):
    looks = Looks(replace(BOWL, start=(0.0, 0.0)), 0)
    film = walk(Directional, "[directional]\nstart = [0.0, 0.0]\n", tmp_path, looks)
    assert not looks.truth.failures, report(looks.truth)
    assert film.sentence == "Level ground: the slope is zero, whatever the direction."
    assert "the_highest" not in looks.truth.beats


def test_a_kink_is_refused_by_name(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(Directional, '[directional]\nf = "|x| + y^2"\nstart = [0, 1]\n', tmp_path)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "start = [0.0, 1.0]" in said
    assert "no gradient" in said


@pytest.mark.parametrize(("f", "names"), [("x^2 + y^2", "x, y"), ("w_1^2 + w_2^2", "w_1, w_2")])
def test_the_definition_is_that_of_a_directional_derivative(f, names, tmp_path):
    film = walk(Directional, f'[directional]\nf = "{f}"\n', tmp_path)
    climb = f"f(({names}) + h u) - f({names})"
    assert source_of(film.definition) == f"D_u f = lim_(h -> 0) frac({climb}, h)"
