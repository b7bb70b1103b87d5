"""Recap shows what is true: read off the stage after every beat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from board import RULE, WholeTruth
from oracle import BOWL, Case, varied
from reading import formulas_after, source_of
from test_descent_truth import BY_NAME, report
from walking import walk

from scenes.recap import LINE, Recap

SHOWN = {
    "axes", "hill", "map", "colours", "walker", "foot", "plumb", "plane", "cut", "trace", "tangent",
    "compass", "u", "arc", "slope graph", "gradient", "tag", "trail", "f as written",
}  # fmt: skip
"""What a walk through the film has to have measured."""

PARTIALS = "partial f \\/ partial x, partial f \\/ partial y"

SYMBOLS = {
    "the_derivative": ["f'"],
    "the_partial_derivatives": ["f'", PARTIALS],
    "the_directional_derivative": ["f'", PARTIALS, "D_u f"],
    "the_gradient": ["f'", PARTIALS, "D_u f", "nabla f", "|nabla f|"],
}
LINKED = ["f'", "arrow.b", PARTIALS, "arrow.b", "D_u f", "arrow.b", "nabla f", "|nabla f|"]
SYMBOLS["from_one_to_the_next"] = LINKED
SYMBOLS["the_walk"] = [*LINKED, "-nabla f", "eta"]
"""The rows of the table of slopes after each beat."""

OF_A_MODEL = {"in_machine_learning": ["L", "bold(theta)"]}
OF_A_MODEL["the_tools"] = [
    *OF_A_MODEL["in_machine_learning"],
    "nabla L",
    "nabla L_B",
    "bold(v)_k",
    "H",
]
"""The rows of the table of a model's symbols after each beat."""


AXES = dict.fromkeys(OF_A_MODEL, ("theta_1", "theta_2", "L"))
"""What the axes are called in the beats of a model; x, y and f in the others."""


class RecapTruth(WholeTruth):
    """Knows what the axes are called in which beat."""

    def look(self, film: Any) -> None:
        """Measure the stage, and compare the axes' names."""
        *self.axis_names, height = AXES.get(film.beat_name, ("x", "y", "f"))
        super().look(film)
        if self.ruler.height != height or len(self.ruler.names_there) != 3:
            self.fail(f"the axis of heights is called {self.ruler.height}")


def symbols_of(film: Any, table: Any) -> list[str]:
    """Return the symbols of those rows of a table that are on the picture."""
    return [source_of(row[0]).partition("$")[2].rstrip("$") for row in film.shown(*table.entries)]


def check(case: Case, folder: Any, lesson: str) -> None:
    """Walk through the film and fail with everything that is not true."""
    truth = RecapTruth(case)
    rows: dict[str, list[str]] = {}
    of_a_model: dict[str, list[str]] = {}
    rules: dict[str, list[str]] = {}
    levels: dict[str, list[float]] = {}
    turned: dict[str, float] = {}

    def look(film: Any) -> None:
        truth.after_beat(film)
        rows[film.beat_name] = symbols_of(film, film.glossary)
        levels[film.beat_name] = [row[1].get_y() for row in film.glossary.entries]
        of_a_model[film.beat_name] = symbols_of(film, film.training)
        rules[film.beat_name] = formulas_after(film, "bold(theta)_(k+1)")
        turned[film.beat_name] = film.angle.get_value()

    film = walk(Recap, lesson, folder, look)
    assert not truth.failures, report(truth)
    assert set(truth.measured) >= SHOWN
    for beat, symbols in SYMBOLS.items():
        assert rows[beat] == symbols, beat
        assert np.diff(levels[beat]) == pytest.approx(-LINE, abs=0.1), beat
    for beat, symbols in of_a_model.items():
        assert symbols == OF_A_MODEL.get(beat, []), beat
        model_rule = RULE.partition(" = ")[2].replace("bold(x)", "bold(theta)").replace("f", "L")
        assert rules[beat] == [model_rule] * (beat in OF_A_MODEL), beat
    assert turned["the_derivative"] != turned["the_partial_derivatives"]
    way = np.array([np.cos(turned["the_gradient"]), np.sin(turned["the_gradient"])])
    steepness = float(np.linalg.norm(case.gradient(film.start)))
    assert case.slope(film.start, way) == pytest.approx(steepness, rel=1e-9)


def lesson_of(case: Case, language: str = "en", theme: str = "dark") -> str:
    """Return a lesson that makes the film show a case."""
    return (
        f'language = "{language}"\ntheme = "{theme}"\n[recap]\nf = "{case.text}"\n'
        f"x_range = {list(case.x_range)}\ny_range = {list(case.y_range)}\n"
        f"start = {list(case.start)}\nrate = {case.rate}\nsteps = {case.steps}\n"
    )


def test_what_is_shown_is_true_on_the_films_own_example(tmp_path):
    check(replace(BOWL, start=(1.0, 1.0)), tmp_path, "")


@pytest.mark.parametrize("name", ["shore"])
def test_what_is_shown_is_true(name, tmp_path):
    case = varied(BY_NAME[name], 2)
    check(case, tmp_path, lesson_of(case, "zh", "light"))


@pytest.mark.audit
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_what_is_shown_is_true_everywhere(name, tmp_path):
    case = varied(BY_NAME[name], 3)
    check(case, tmp_path, lesson_of(case))
