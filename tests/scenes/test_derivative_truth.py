"""Derivative shows true numbers: read off the picture after every beat, and in between."""

from __future__ import annotations

from typing import Any

import mpmath as m
import numpy as np
import pytest
from curve_truth import CurveTruth
from oracle import Case
from reading import formulas_after
from walking import walk

from scenes.derivative import Derivative

SHOWN = {
    "axes", "curve", "foot", "point", "stem", "plumb", "tangent", "secant", "lens", "arrow",
    "triangle", "slopes", "read-out", "f(x) as written", "f'(x) as written",
}  # fmt: skip
"""What a walk through the film has to have measured."""

PARABOLA = Case("parabola", "x^2", lambda x, _: x**2)


class Looks:
    """Looks at each beat's last picture, and at others with the point and Δx elsewhere."""

    def __init__(self, case: Case, seed: int = 0):
        self.truth = CurveTruth(case)
        self.source = np.random.default_rng(seed)
        self.signs: dict[str, int] = {}

    def __call__(self, film: Any) -> None:
        moves = {
            "the_limit": (film.shrunk, (0.0, 1.0)),
            "the_slope_draws_a_graph": (film.x, film.land.x_range),
            "the_other_side": (film.x, film.land.x_range),
        }
        if film.beat_name in moves:
            tracker, (low, high) = moves[film.beat_name]
            before = tracker.get_value()
            for value in self.source.uniform(low + 0.02 * (high - low), high, 3):
                tracker.set_value(value)
                film.update_mobjects(0)
                self.truth.look(film)
            tracker.set_value(before)
            film.update_mobjects(0)
        self.truth(film)
        self.signs[film.beat_name] = int(np.sign(self.truth.slope(self.truth.here)))


def report(truth: CurveTruth) -> str:
    return "\n".join(truth.failures[:20])


def check(case: Case, folder: Any, lesson: str, seed: int = 0) -> tuple[Any, Looks]:
    """Walk through the film and fail with everything that is not true."""
    looks = Looks(case, seed)
    film = walk(Derivative, lesson, folder, looks)
    assert not looks.truth.failures, report(looks.truth)
    return film, looks


def test_every_number_is_true_on_the_films_own_example(tmp_path):
    film, looks = check(PARABOLA, tmp_path, "")
    assert set(looks.truth.measured) >= SHOWN
    assert (film.start, film.other) == (2.0, -2.0)
    assert looks.signs["which_way_is_up"] == 1
    assert looks.signs["the_other_side"] == -1
    assert formulas_after(film, "f'(x)") == ["2 x"]


@pytest.mark.parametrize(
    ("text", "f", "language", "theme"),
    [
        ("x ln(x)", lambda x, _: x * m.log(x), "zh", "light"),
        ("sin(w_1)/w_1^2", lambda x, _: m.sin(x) / x**2, "en", "dark"),
    ],
)
def test_every_number_is_true(text, f, language, theme, tmp_path):
    lesson = f'language = "{language}"\ntheme = "{theme}"\n[derivative]\nf = "{text}"\n'
    check(Case(text, text, f), tmp_path, lesson, seed=1)


def test_the_secant_ends_as_the_tangent(tmp_path):
    def look(film: Any) -> None:
        if film.beat_name == "the_limit":
            assert film.secant.slope() == pytest.approx(4.0, abs=2e-3)
            assert film.step() == pytest.approx(1e-3)

    walk(Derivative, "", tmp_path, look)


def test_a_chosen_place_is_looked_at_and_kept_in_view(tmp_path):
    film, _ = check(PARABOLA, tmp_path, "[derivative]\nstart = 1.5\nother = -7\n")
    assert (film.start, film.other) == (1.5, -7.0)
    assert film.land.x_range[0] < -7


@pytest.mark.parametrize(
    "lesson", ["", "start = 1.37", "start = 2.5\nx_range = [-3, 3]", 'f = "sin(x)"', 'f = "e^x"']
)
def test_the_gradient_has_an_arrow_where_the_point_is(lesson, tmp_path):
    film = walk(Derivative, f"[derivative]\n{lesson}\n", tmp_path)
    arrows = [arrow for _, arrow in film.field]
    tails = np.array([arrow.ends()[0, 0] for arrow in arrows])
    foot = film.curve.on_axis(film.start)[0]
    assert np.abs(tails - foot).min() < 1e-9
    ends = np.array([arrow.ends()[:, 0] for arrow in arrows])
    ends = ends[np.argsort(tails)]
    reached, begun = ends.max(axis=1)[:-1], ends.min(axis=1)[1:]
    assert (reached < begun + 1e-9).all(), "arrows lie on each other"
    low, high = film.curve.on_axis(np.array(film.land.x_range))[:, 0]
    assert low - 1e-9 <= ends.min() <= ends.max() <= high + 1e-9


@pytest.mark.parametrize(
    "lesson",
    ["", 'f = "sin(x)"\nx_range = [-8, 8]\nstart = 1\nother = -4', 'f = "e^x"', 'f = "x^3"'],
)
def test_all_arrows_of_the_film_have_one_scale_and_none_is_a_mere_head(lesson, tmp_path):
    told = {}

    def look(film: Any) -> None:
        told[film.beat_name] = [row.readout.shown for row in film.shown(*film.scale_row)]

    film = walk(Derivative, f"[derivative]\n{lesson}\n", tmp_path, look)
    assert told["which_way_is_up"] == told["the_other_side"] == told["the_gradient"]
    start = film.curve.on_axis(film.start)[0]
    ends = np.array([arrow.ends()[:, 0] for _, arrow in film.field])
    lengths = np.abs(np.ptp(ends, axis=1))
    assert ((lengths < 1e-6) | (lengths > 0.25) | (np.abs(ends[:, 0] - start) < 1e-9)).all()


def test_where_the_slope_is_zero_it_is_said_to_be_zero(tmp_path):
    said = []
    check(PARABOLA, tmp_path, "[derivative]\nstart = 0\nother = 1\n")
    walk(
        Derivative,
        "[derivative]\nstart = 0\nother = 1\n",
        tmp_path,
        lambda f: said.append(f.sentence),
    )
    assert "At $x = 0$ the slope is 0: $f$ neither rises nor falls there." in said


@pytest.mark.parametrize(
    ("lesson", "words"),
    [
        ('f = "x^2 + y^2"', ["this has 2 (x, y)", 'The film "directional" is about two']),
        ('f = "|x|"\nstart = 0', ["start = 0.0", "no derivative there"]),
        ('f = "|x|"\nother = 0', ["other = 0.0", "no derivative there"]),
        ("x_range = [-1, 1]\nother = 3", ["other = 3.0", "outside what is shown"]),
        ('f = "ln(x)"\nother = -1', ["other = -1.0", "not defined there"]),
        ("x_range = [-1, 1]\nstart = 3", ["start = 3.0", "outside what is shown"]),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(lesson, words, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(Derivative, f"[derivative]\n{lesson}\n", tmp_path)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert all(word in said for word in words), said


def test_what_a_lesson_says_of_two_variables_is_not_for_a_curve(tmp_path):
    shared = '[all]\nf = "x^2 + 3y^2"\nstart = [1.6, 1.0]\n'
    film = walk(Derivative, shared, tmp_path)
    assert (film.f, film.start) == ("x^2", 2.0)
    film = walk(Derivative, shared + '[derivative]\nf = "sin(t)"\n', tmp_path)
    assert film.f == "sin(t)"


@pytest.mark.parametrize(
    ("lesson", "told"),
    [
        ('[all]\nf = "x^^2"\n', "x^^2"),
        ('[all]\nstart = "here"\n', "start"),
        ('[derivative]\nf = "x^2 + y^2"\n', "about two"),
        ("[derivative]\nstart = [1, 1]\n", "start"),
    ],
)
def test_what_is_wrong_for_any_film_is_refused(lesson, told, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(Derivative, lesson, tmp_path)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
