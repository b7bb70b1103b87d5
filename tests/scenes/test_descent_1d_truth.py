"""Descent in one dimension shows true numbers, and says truly how a walk ends."""

from __future__ import annotations

from typing import Any

import mpmath as m
import numpy as np
import pytest
from curve_truth import CurveTruth
from layout import Audit
from oracle import Case
from reading import source_of, texts
from sampling import sampled
from walking import walk

from scenes.descent_1d import Descent1D
from scenes.stage import Row

SHOWN = {
    "axes", "curve", "foot", "point", "stem", "plumb", "tangent", "arrow", "read-out", "rule",
    "step", "stops", "trail", "loss", "minimum", "f(x) as written", "result",
}  # fmt: skip
"""What a walk through the film has to have measured."""

PARABOLA = Case("parabola", "(x-3)^2", lambda x, _: (x - 3) ** 2)


def report(truth: CurveTruth) -> str:
    return "\n".join(truth.failures[:20])


def check(case: Case, folder: Any, lesson: str) -> tuple[Any, CurveTruth]:
    """Walk through the film and fail with everything that is not true or not well laid out."""
    truth, audit = CurveTruth(case), Audit()
    film = walk(Descent1D, lesson, folder, truth, audit)
    assert not truth.failures, report(truth)
    assert not audit.violations, audit.report()
    return film, truth


def test_every_number_is_true_on_the_films_own_example(tmp_path):
    said = {}

    def look(film: Any) -> None:
        said[film.beat_name] = film.sentence

    film, truth = check(PARABOLA, tmp_path, "")
    walk(Descent1D, "", tmp_path, look)
    assert set(truth.measured) >= SHOWN
    assert said["which_way_is_down"] == "At $x = 5$ the slope is $4$: $-f'$ points left, downhill."
    assert said["the_other_side"] == "At $x = 2$ the slope is $-2$: $-f'$ points right, downhill."
    assert film.runner.walk.points[:3, 0] == pytest.approx([5.0, 4.2, 3.72])
    assert film.second.walk.points[-1, 0] == pytest.approx(3 - 0.6**10)


def test_every_number_is_true_while_it_walks(tmp_path):
    truth = CurveTruth(PARABOLA)

    def look(film: Any) -> None:
        if film.beat_name == "step_by_step":
            for done in np.random.default_rng(1).uniform(0, 10, 4):
                film.runner.walked.set_value(done)
                film.update_mobjects(0)
                truth.look(film)

    walk(Descent1D, "", tmp_path, look)
    assert not truth.failures, report(truth)
    assert truth.measured["trail"] == 4


def test_a_step_is_seen_in_the_numbers_however_near_the_minimum(tmp_path):
    shown = []

    def look(film: Any) -> None:
        if film.beat_name == "step_by_step":
            film.runner.walked.set_value(9)
            film.update_mobjects(0)
            film.walk_rows[-1].update()
            shown.extend(row.readout.shown for row in film.walk_rows[2:])
            shown.append(film.walk_rows[-1].result.shown)

    walk(Descent1D, "", tmp_path, look)
    assert shown == ["3.020", "0.040", "3.020 − 0.2×0.040", "= 3.012"]


def test_after_the_last_step_no_next_one_is_reckoned(tmp_path):
    seen = {}

    def look(film: Any) -> None:
        seen[film.beat_name] = bool(film.shown(*film.walk_rows[-1:]))

    walk(Descent1D, "", tmp_path, look)
    assert seen["the_rule"]
    assert seen["the_first_step"]
    assert not seen["step_by_step"]
    assert not seen["from_the_other_side"]


def test_what_both_walks_have_come_to_stands_beside_the_minimum(tmp_path):
    film = walk(Descent1D, "", tmp_path)
    rows = [m for top in film.mobjects for m in top.get_family() if isinstance(m, Row)]
    shown = {source_of(row.label): row.readout.shown for row in rows}
    assert shown["x_0 = 5 \\, quad x_(10)"] == "3.012"
    assert shown["x_0 = 2 \\, quad x_(10)"] == "2.994"


def test_the_numbers_of_a_walk_never_lose_digits(tmp_path):
    shown = []

    def look(film: Any) -> None:
        if film.beat_name == "from_the_other_side":
            for done in range(film.second.walk.last + 1):
                film.second.walked.set_value(done)
                film.update_mobjects(0)
                film.walk_rows[-1].update()
                shown.append([row.readout.shown for row in film.walk_rows[2:]])

    walk(Descent1D, "", tmp_path, look)
    digits = [len(here.partition(".")[2]) for here, *_ in shown]
    assert digits == sorted(digits)
    assert shown[-1] == ["2.994", "−0.012", "2.994 − 0.2×(−0.012)"]


def test_the_numbers_of_a_step_have_the_size_of_other_rows(tmp_path):
    sizes = []

    def look(film: Any) -> None:
        if film.beat_name in ("the_rule", "step_by_step", "from_the_other_side"):
            rule = film.walk_rows[-1]
            sizes.extend(part.em / rule.readout.full_em for part in (rule.readout, rule.result))

    walk(Descent1D, "", tmp_path, look)
    assert min(sizes) > 0.9


def test_the_first_walks_losses_stay_beside_those_of_the_second(tmp_path):
    film, truth = check(PARABOLA, tmp_path, "")
    assert truth.measured["loss"]
    assert film.losses.y_range[1] >= film.path.values[0]
    assert len(film.losses.before) == 1


def test_two_slopes_of_very_different_size_have_scales_of_their_own_that_are_told(tmp_path):
    told, lengths = [], []

    def look(film: Any) -> None:
        if film.beat_name in ("which_way_is_down", "the_other_side"):
            told.extend(row.readout.shown for row in film.shown(*film.scale_row))
            lengths.append(float(np.ptp(film.uphill.ends()[:, 0])))

    lesson = '[descent_1d]\nf = "double-well"\nstart = 1.5\nother = -1.2\n'
    truth = CurveTruth(Case("", "", lambda x, _: x**4 - 2 * x**2 + m.mpf(3) / 10 * x))
    walk(Descent1D, lesson, tmp_path, look, truth)
    assert not truth.failures, report(truth)
    assert len(set(told)) == 2
    assert min(lengths) > 0.28


@pytest.mark.parametrize(
    "lesson",
    [
        "",
        'f = "double-well"',
        'f = "x^2"\nrate = 0.3',
        'f = "sin(x)"',
        'f = "x^4"',
        'f = "e^x - x"',
    ],
)
def test_the_arrows_of_both_slopes_are_to_one_scale_that_is_not_the_learning_rate(lesson, tmp_path):
    scales = {}

    def look(film: Any) -> None:
        if film.beat_name in ("which_way_is_down", "the_other_side"):
            scales[film.beat_name] = film.uphill.units

    film = walk(Descent1D, f"[descent_1d]\n{lesson}\n", tmp_path, look)
    [scale] = set(scales.values())
    assert scale == 1 or max(scale / film.rate, film.rate / scale) > 1.49


@pytest.mark.parametrize(("rate", "steps"), sampled([(0.3, 6), (0.3, 12), (0.45, 9), (0.9, 40)], 2))
def test_no_number_less_something_is_said_to_be_itself(rate, steps, tmp_path):
    check(PARABOLA, tmp_path, f"[descent_1d]\nrate = {rate}\nsteps = {steps}\n")


def test_the_scale_of_the_arrows_is_told(tmp_path):
    told = {}

    def look(film: Any) -> None:
        on = film.shown(*film.scale_row)
        told[film.beat_name] = [row.readout.shown for row in on]

    walk(Descent1D, "", tmp_path, look)
    assert told["which_way_is_down"] == told["the_other_side"] == ["×0.3"]
    assert not told["the_rule"], "a step has its true length"


ENDINGS = [
    ('f = "x^2"\nrate = 1.05', lambda x, _: x**2, "up and out of the picture"),
    ('f = "x^2"\nrate = 1.0', lambda x, _: x**2, "to and fro"),
    ('f = "x ln(x)"\nrate = 1.2\nstart = 0.8', lambda x, _: x * m.log(x), "not defined"),
    ('f = "2x - 1"\nsteps = 40', lambda x, _: 2 * x - 1, "out of the picture"),
    ('f = "|x|"\nstart = 0', lambda x, _: abs(x), "A kink: no derivative here"),
    ('f = "|x|"', lambda x, _: abs(x), "a kink without a slope"),
    ('f = "-x^2"\nstart = 0', lambda x, _: -(x**2), "a maximum"),
    ('f = "x^2"\nstart = 0', lambda x, _: x**2, "a minimum. Gradient descent stays"),
    ('f = "x^3"\nstart = 0', lambda x, _: x**3, "no slope shows a way down"),
    ('f = "3"', lambda x, _: m.mpf(3), "no slope shows a way down"),
    ('f = "x^2"\nrate = 0.01', lambda x, _: x**2, "more steps"),
    ('f = "x^2"\nrate = 0.2', lambda x, _: x**2, "At the minimum $x = 0$ the slope is 0"),
]


@pytest.mark.parametrize(
    ("lesson", "f", "words"), sampled(ENDINGS, 4), ids=lambda one: str(one)[:24]
)
def test_it_is_said_how_the_walk_ends(lesson, f, words, tmp_path):
    film, _ = check(Case("", "", f), tmp_path, f"[descent_1d]\n{lesson}\n")
    assert words in film.sentence


def test_a_walk_that_lands_on_a_kink_is_told_from_the_slope_where_it_began(tmp_path):
    """From 1 with the rate 0.5, |x| has the points 1, 0.5 and 0; only there is no derivative."""
    said, audit = {}, Audit()

    def look(film: Any) -> None:
        said[film.beat_name] = film.sentence

    film = walk(
        Descent1D, '[descent_1d]\nf = "|x|"\nstart = 1\nrate = 0.5\n', tmp_path, look, audit
    )
    assert film.path.points[:, 0].tolist() == [1.0, 0.5, 0.0]
    assert said["which_way_is_down"] == "At $x = 1$ the slope is $1$: $-f'$ points left, downhill."
    assert {"the_rule", "the_first_step", "step_by_step"} <= set(said)
    assert "A kink: no derivative here" in said["where_it_ends"]
    assert not audit.violations, audit.report()


@pytest.mark.parametrize(("tilt", "word"), [("+", ", lower"), ("-", ", higher")])
def test_of_two_minima_it_is_said_which_is_lower(tilt, word, tmp_path):
    said = []
    lesson = f'[descent_1d]\nf = "x^4 - 2x^2 {tilt} 0.3x"\nstart = 1.5\nother = -1.2\n'
    walk(Descent1D, lesson, tmp_path, lambda film: said.append(film.sentence))
    assert any(f"leads to another{word} minimum" in sentence for sentence in said)


def test_numbers_of_the_last_step_do_not_stand_beside_what_is_said_of_the_minimum(tmp_path):
    film = walk(Descent1D, "", tmp_path)
    assert "the slope is 0" in film.sentence
    assert not film.shown(*film.walk_rows[2:])


def test_two_valleys_are_two_minima(tmp_path):
    said = []
    lesson = '[descent_1d]\nf = "x^4 - 2x^2"\n'
    walk(Descent1D, lesson, tmp_path, lambda film: said.append(film.sentence))
    assert any("leads to another minimum" in sentence for sentence in said)


def test_each_of_two_minima_has_its_word_and_it_is_said_that_both_are_meant(tmp_path):
    audit = Audit()
    lesson = '[descent_1d]\nf = "x^4 - 3x^2 + x"\nstart = 2\nother = -1.9\n'
    film = walk(Descent1D, lesson, tmp_path, audit)
    named = [text for text in texts(film) if source_of(text) == "minimum"]
    assert len(named) == 2
    assert "At each minimum the slope is 0" in film.sentence
    assert not audit.violations, audit.report()


@pytest.mark.parametrize("other", [-0.7, 0.9])
def test_the_shorter_of_two_slopes_is_seen_beside_its_dot(other, tmp_path):
    lengths = []

    def look(film: Any) -> None:
        if film.beat_name in ("which_way_is_down", "the_other_side"):
            lengths.append(float(np.ptp(film.uphill.ends()[:, 0])))

    walk(Descent1D, f'[descent_1d]\nf = "x^2"\nstart = 2\nother = {other}\n', tmp_path, look)
    assert min(lengths) >= 0.4
    assert lengths[0] / lengths[1] == pytest.approx(abs(2 / other))


def test_a_function_of_two_variables_is_refused_and_the_film_for_it_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        walk(Descent1D, '[descent_1d]\nf = "x^2 + y^2"\n', tmp_path)
    said = capsys.readouterr().err
    assert "this has 2 (x, y)" in said
    assert 'The film "descent" is about two' in said
