"""Why steepest shows true numbers and a sound proof: read off the stage, and in between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from board import WholeTruth
from oracle import BOWL, CASES, Case, varied
from reading import (
    colours_of,
    is_text_visible,
    numbers_in,
    on_board,
    on_stage,
    source_of,
    texts,
)
from test_descent_truth import BY_NAME, report
from walking import walk

from scenes.why_steepest import WhySteepest

SHOWN = {
    "axes", "map", "hill", "colours", "walker", "foot", "plane", "cut", "trace", "tangent", "u",
    "compass", "arc", "step h u", "step's end", "secant", "step graph", "part", "gradient", "tag",
    "angle's name", "close-up", "shadow", "perpendicular", "slope graph", "mark", "ceiling",
    "contour", "right angle", "read-out", "f as written",
}  # fmt: skip
"""What a walk through the film has to have measured."""

PROOF = (
    "D_u f = lim_(h -> 0) frac(f((x, y) + h u) - f(x, y), h)",
    "= partial f \\/ partial x dot u_1 + partial f \\/ partial y dot u_2",
    "= nabla f dot u",
    "= |nabla f| cos theta",
)
"""The lines of the proof, as Typst maths."""


class Looks:
    """Looks at each beat's last picture, and at others with another u, and with other steps h."""

    def __init__(self, case: Case, seed: int):
        self.truth = WholeTruth(case)
        self.source = np.random.default_rng(seed)
        self.slopes: dict[str, float] = {}

    def __call__(self, film: Any) -> None:
        self.truth.after_beat(film)
        u = film.turning.way()
        self.slopes[film.beat_name] = self.truth.case.slope(film.start, u)
        shown = on_stage(film)
        if film.beat_name == "the_chain_rule":
            self.rates(film, u)
        if film.beat_name == "the_definition":
            first = film.size.get_value() / 0.015
            film.add(film.step.secant, film.step.dot)
            self.move(film, film.size, first * self.source.uniform(0.1, 1, 2))
            film.remove(film.step.secant, film.step.dot)
        elif film.shadow.cast in shown and getattr(film, "corner", None) not in shown:
            self.move(film, film.angle, self.source.uniform(0, 2 * np.pi, 3))

    def rates(self, film: Any, u: np.ndarray) -> None:
        """A number on the map is the rate of the nearest name, u or a part of it: not beside it."""
        parts = self.truth.slopes * u
        rates = {"u_1": parts[0], "u_2": parts[1], "u": parts.sum()}
        on_map = [text for text in texts(film) if not on_board(text)]
        names = [text for text in on_map if source_of(text) in rates]
        self.numbers = []
        for text in on_map:
            if colours_of(text) != {film.theme.tangent.upper()}:
                continue
            gaps = [
                np.abs((name.get_center() - text.get_center())[:2])
                - np.array([name.width + text.width, name.height + text.height]) / 2
                for name in names
            ]
            near = np.argmin([np.hypot.reduce(np.maximum(gap, 0)) for gap in gaps])
            rate = rates[source_of(names[near])]
            number = numbers_in(source_of(text))[0]
            self.numbers.append(number.value)
            if not number.agrees(rate):
                self.truth.fail(f"rate: {source_of(text)} is said of {rate}")
            if source_of(text)[0] == "+" or gaps[near][1] < 0:
                self.truth.fail(f"rate: {source_of(text)} reads as a term or a factor")

    def move(self, film: Any, tracker: Any, values: np.ndarray) -> None:
        """Look at the picture with other values of a tracker."""
        before = tracker.get_value()
        for value in values:
            tracker.set_value(value)
            film.update_mobjects(0)
            self.truth.look(film)
            self.truth.look_at_board(film)
        tracker.set_value(before)
        film.update_mobjects(0)


def check(case: Case, folder: Any, lesson: str, seed: int = 0) -> Looks:
    """Walk through the film and fail with everything that is not true."""
    looks = Looks(case, seed)
    film = walk(WhySteepest, lesson, folder, looks)
    assert not looks.truth.failures, report(looks.truth)
    assert set(looks.truth.measured) >= SHOWN
    assert tuple(source_of(line) for line in film.proof.lines) == PROOF
    assert all(is_text_visible(line) for line in film.proof.lines)
    steepness = float(np.linalg.norm(case.gradient(film.start)))
    assert looks.slopes["the_highest"] == pytest.approx(steepness, rel=1e-9)
    assert looks.slopes["along_the_contour"] == pytest.approx(0, abs=1e-9 * steepness)
    assert looks.slopes["the_lowest"] == pytest.approx(-steepness, rel=1e-9)
    assert looks.slopes["the_answer"] == pytest.approx(steepness, rel=1e-9)
    return looks


def lesson_of(case: Case, language: str = "en", theme: str = "dark") -> str:
    """Return a lesson that makes the film show a case."""
    return (
        f'language = "{language}"\ntheme = "{theme}"\n[why_steepest]\nf = "{case.text}"\n'
        f"x_range = {list(case.x_range)}\ny_range = {list(case.y_range)}\n"
        f"start = {list(case.start)}\n"
    )


def test_every_number_is_true_on_the_films_own_example(tmp_path):
    looks = check(replace(BOWL, start=(1.0, 1.0)), tmp_path, "")
    assert len(looks.numbers) == 3, "a rate is not told on the map"


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


def test_on_level_ground_no_way_is_steepest(tmp_path):
    looks = Looks(replace(BOWL, start=(0.0, 0.0)), 0)
    film = walk(WhySteepest, "[why_steepest]\nstart = [0.0, 0.0]\n", tmp_path, looks)
    assert not looks.truth.failures, report(looks.truth)
    assert looks.truth.beats[-1] == "no_way_is_steepest"
    assert film.sentence == "Both partial derivatives are zero: so is the slope, whatever $u$ is."


def test_a_kink_is_refused_by_name(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(WhySteepest, '[why_steepest]\nf = "|x| + y^2"\nstart = [0, 1]\n', tmp_path)
    assert ended.value.code == 2
    assert "no gradient" in capsys.readouterr().err
