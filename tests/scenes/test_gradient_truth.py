"""Gradient shows true numbers: read off the stage after every beat, and in between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from board import WholeTruth
from oracle import BOWL, CASES, Case, varied
from reading import numbers_in, on_board, on_stage, source_of, texts
from sampling import sampled
from test_descent_truth import BY_NAME, report
from walking import walk

from scenes.gradient import Gradient
from scenes.stage import round_scale

SHOWN = {
    "axes", "map", "hill", "colours", "walker", "foot", "cut", "tangent", "part", "gradient",
    "compass", "u", "arc", "trace", "read-out", "side view", "slope graph", "ceiling", "contour",
    "right angle", "left behind", "length", "field", "tag", "definition", "gradient as written",
    "f as written",
}  # fmt: skip
"""What a walk through the film has to have measured."""


class Looks:
    """Looks at each beat's last picture, and at others with u and the point somewhere else."""

    def __init__(self, case: Case, seed: int):
        self.truth = WholeTruth(case)
        self.source = np.random.default_rng(seed)
        self.stills: dict[str, dict[str, str]] = {}

    def __call__(self, film: Any) -> None:
        self.truth.after_beat(film)
        self.stills[film.beat_name] = shown_by(film)
        if film.turning.trace in on_stage(film):
            self.move(film, film.angle, self.source.uniform(0, 2 * np.pi, 2))
        elif film.beat_name == "its_length":
            lefts = [thing for thing in film.lefts if thing in film.mobjects]
            film.remove(*lefts)  # the last length that is told is that of the arrow at the end
            self.move(film, film.journey.progress, self.source.uniform(0, len(film.tour), 2))
            film.add(*lefts)

    def move(self, film: Any, tracker: Any, values: np.ndarray) -> None:
        """Look at the picture with other values of a tracker."""
        corner = getattr(film, "corner", None)
        if corner in film.mobjects:  # it is that between the gradient and the contour line
            return
        before = tracker.get_value()
        # The number that stands where the arrow is now tells nothing of it elsewhere.
        here = film.land.ground(film.journey.where())
        told = [tag for tag, ends in film.tagged if np.allclose(ends[0], here)]
        gone = [tag for tag in told if tag in film.mobjects]
        film.remove(*gone)
        for value in values:
            tracker.set_value(value)
            film.update_mobjects(0)
            self.truth.look(film)
            self.truth.look_at_board(film)
        tracker.set_value(before)
        film.add(*gone)
        film.update_mobjects(0)


def shown_by(film: Any) -> dict[str, str]:
    """Return the read-outs on stage, by the film's names for their rows."""
    shown = on_stage(film)
    return {
        name: row.readout.shown
        for name in ("gradient", "length", "slope", "scale_row")
        if (row := getattr(film, name, None)) is not None and row.readout[0] in shown
    }


def check(case: Case, folder: Any, lesson: str, seed: int = 0, *, shown: set[str] = SHOWN) -> Looks:
    """Walk through the film and fail with everything that is not true."""
    looks = Looks(case, seed)
    film = walk(Gradient, lesson, folder, looks)
    assert not looks.truth.failures, report(looks.truth)
    assert shown <= set(looks.truth.measured)
    steepness = float(np.linalg.norm(case.gradient(film.start)))
    highest = looks.stills["the_steepest"]
    assert highest["slope"] == highest["length"]
    assert numbers_in(highest["length"])[0].agrees(steepness)
    assert numbers_in(looks.stills["across_the_contour"]["slope"])[0].value == 0
    return looks


def lesson_of(case: Case, language: str = "en", theme: str = "dark") -> str:
    """Return a lesson that makes the film show a case."""
    return (
        f'language = "{language}"\ntheme = "{theme}"\n[gradient]\nf = "{case.text}"\n'
        f"x_range = {list(case.x_range)}\ny_range = {list(case.y_range)}\n"
        f"start = {list(case.start)}\n"
    )


def test_every_number_is_true_on_the_films_own_example(tmp_path):
    looks = check(replace(BOWL, start=(1.0, 1.0)), tmp_path, "", shown=SHOWN | {"minimum"})
    assert looks.stills["one_vector"]["gradient"] == "(2.00, 2.00)"  # the seeds' own figures
    assert looks.stills["at_the_minimum"]["gradient"] == "(0.00, 0.00)"


@pytest.mark.parametrize("name", ["shore"])
def test_every_number_is_true(name, tmp_path):
    case = varied(BY_NAME[name], 2)
    check(case, tmp_path, lesson_of(case, "zh", "light"), seed=2)


@pytest.mark.audit
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_number_is_true_everywhere(case, theme, language, tmp_path):
    # Where it is equally steep everywhere, nothing is left behind.
    always = SHOWN - {"left behind", "length", "gradient as written"}
    check(case, tmp_path, lesson_of(case, language, theme), shown=always)


def test_it_begins_where_both_parts_of_the_gradient_are_seen(tmp_path):
    film = walk(Gradient, '[gradient]\nf = "himmelblau"\n', tmp_path, last="the_two_slopes")
    slopes = film.land.hill.gradient(film.start)
    assert np.abs(slopes).min() >= 0.35 * np.linalg.norm(slopes)
    assert film.land.contains(np.array(film.start) + film.uphill.units * slopes)
    lesson = '[gradient]\nf = "himmelblau"\nstart = [1, -4]\n'
    film = walk(Gradient, lesson, tmp_path, last="the_two_slopes")
    assert film.start == (1.0, -4.0)


@pytest.mark.parametrize("f", sampled(["x^2 + y^2", "himmelblau", "sin(x)cos(y)"], 1))
def test_it_ends_with_both_arrows_at_the_start_and_their_names(f, tmp_path):
    film = walk(Gradient, f'[gradient]\nf = "{f}"\n', tmp_path)
    shown = on_stage(film)
    up, down = (arrow.on_map for arrow in (film.uphill, film.downhill))
    assert up in shown
    assert down in shown
    vectors = [arrow.points[-1] - arrow.points[0] for arrow in (up, down)]
    assert np.linalg.norm(vectors[0]) > 0.3  # Manim units
    assert vectors[1] == pytest.approx(-vectors[0], abs=1e-9)
    names = [text for text in texts(film) if not on_board(text)]
    assert {"nabla f", "-nabla f"} <= {source_of(name) for name in names}


@pytest.mark.parametrize(
    "f", sampled(["x^2 + y^2", "himmelblau", "(1-x)^2 + 100(y-x^2)^2", "peaks"], 2)
)
def test_no_arrow_of_the_field_is_a_speck(f, tmp_path):
    lengths: list[float] = []

    def look(film: Any) -> None:
        if film.beat_name == "the_field":
            for arrow in film.field.arrows:
                start, end = film.camera.project_points(arrow.points[[0, -1]])[:, :2]
                lengths.append(float(np.linalg.norm(end - start)))

    walk(Gradient, f'[gradient]\nf = "{f}"\n', tmp_path, look, last="the_field")
    drawn = np.array(lengths)[np.array(lengths) > 1e-9]
    assert len(drawn) > 0.8 * len(lengths)
    assert drawn.min() > 0.115  # Manim units: 15 pixels of 1080


@pytest.mark.parametrize(
    ("f", "name"),
    [("x^2 + y^2", "f"), ("himmelblau", "f <= 350"), ("1/x + y^2", "-7 <= f <= 9"),
     ("log(x^2 + y^2)", "f >= -7.5")],
)  # fmt: skip
def test_the_axis_says_where_the_hill_is_cut_off(f, name, tmp_path):
    film = walk(Gradient, f'[gradient]\nf = "{f}"\n', tmp_path, last="the_two_slopes")
    names = [source_of(part) for part in film.scenery.height_axis if hasattr(part, "typst_code")]
    assert name in names


def test_level_ground_has_the_zero_vector(tmp_path):
    looks = Looks(replace(BOWL, start=(0.0, 0.0)), 0)
    walk(Gradient, "[gradient]\nstart = [0.0, 0.0]\n", tmp_path, looks)
    assert not looks.truth.failures, report(looks.truth)
    assert looks.stills["one_vector"]["gradient"] == "(0.00, 0.00)"
    assert "the_steepest" not in looks.truth.beats
    assert "the_field" in looks.truth.beats


def test_a_plain_has_no_field(tmp_path):
    beats: list[str] = []
    film = walk(
        Gradient, '[gradient]\nf = "3"\n', tmp_path, lambda film: beats.append(film.beat_name)
    )
    assert beats == ["the_two_slopes", "one_vector"]
    assert (
        film.sentence == "Level ground: both slopes are zero, and the gradient is the zero vector."
    )


def test_contour_lines_at_uneven_heights_are_not_said_to_tell_the_steepness(tmp_path):
    said: dict[str, str] = {}
    f = "(1-x)^2 + 100(y-x^2)^2"
    film = walk(
        Gradient,
        f'[gradient]\nf = "{f}"\n',
        tmp_path,
        lambda film: said.update({film.beat_name: film.sentence}),
    )
    assert np.ptp(np.diff(film.land.levels)) > 0
    assert "contour" not in said["its_length"]


def test_a_kink_is_refused_by_name(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(Gradient, '[gradient]\nf = "|x| + y^2"\nstart = [0, 1]\n', tmp_path)
    assert ended.value.code == 2
    assert "no gradient" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("most", "scale"), [(0.21, 0.2), (0.0839, 0.08), (1.0, 1.0), (37.0, 30.0), (2.6e-7, 2.5e-7)]
)
def test_scales_are_round_and_not_above_what_fits(most, scale):
    assert round_scale(most) == pytest.approx(scale, rel=1e-12)
