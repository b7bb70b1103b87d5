"""Every film that takes f, over functions of all kinds, both languages and themes: read off it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from curve_truth import CurveTruth
from functions import FUNCTIONS, NAMED, Function
from graph_truth import GraphTruth
from layout import Audit
from oracle import Case
from reading import Ruler, in_space, on_stage
from truth import Truth
from walking import walk

from mathcore import variables_of
from mathcore.over_plane import expression_of
from mathcore.typeset import typeset
from scenes.stage import AutodiffFilm, CurveFilm, GradientArrow, HillFilm, Slice, Walker
from scenes.stage.lesson import LANGUAGES
from scenes.stage.space import Mesh
from scenes.stage.stills import film_in

SCENES = Path(__file__).resolve().parents[2] / "scenes"
FILMS = {
    path.stem: film
    for path in sorted(SCENES.glob("[!_]*.py"))
    if "f" in (film := film_in(path)).knobs()
}
"""The films that take f, found by their knobs."""

IN_LIGHT = {
    "bowl", "parabola", "banana", "ramp", "plain", "only t", "roof", "shore", "pole", "waves",
    "corner", "saddle", "a unit", "high up",
}  # fmt: skip
"""Functions that are looked at in the light theme too; what it changes is not the geometry."""


def _matrix() -> list[tuple[str, Function, str, str]]:
    """Return every film with every function, in the two languages by turns.

    So each film shows half of the functions in each: the words depend on how a walk ends, which
    many functions share. In the light theme it is the other language.
    """
    cases = []
    for i, film in enumerate(FILMS):
        for j, function in enumerate((*FUNCTIONS, *NAMED)):
            dark, light = LANGUAGES[(i + j) % 2], LANGUAGES[(i + j + 1) % 2]
            cases.append((film, function, dark, "dark"))
            if function.name in IN_LIGHT:
                cases.append((film, function, light, "light"))
    return cases


MATRIX = _matrix()
MANY_OPERATIONS = 5
"""A graph of more may be too large to be read."""

OF_A_MODEL = "in_machine_learning", "the_tools"
"""The beats in which the place on the map is the parameters of a model."""

TAKEN = ("only t", "huge", "named rosenbrock", "tiny")
"""Functions that the suite shows in every run: each film one of them, by turns."""

SHOWN = {film: TAKEN[number % len(TAKEN)] for number, film in enumerate(FILMS)}
ALWAYS = [case for case in MATRIX if case[1].name == SHOWN[case[0]] and case[3] == "dark"]
SAMPLE = ALWAYS + random.Random(4).sample([case for case in MATRIX if case not in ALWAYS], 4)


class Spots(Truth):
    """What stands on any hill: the walker, the tangents through it, and the arrows along ±∇f.

    Unlike its base it is told nothing but f: where the walker stands is read off the picture.
    """

    def __call__(self, film: Any) -> None:
        """Measure a beat's last picture."""
        self.film, self.theme, self.state = film, film.theme, film.beat_name
        self.stage = {id(m): m for m in on_stage(film) if in_space(m)}
        self.claimed = set()
        for mesh in self.stage.values():
            if isinstance(mesh, Mesh) and not np.isfinite(mesh.points[mesh.faces]).all():
                self.failures.append(f"{self.state}: a triangle without a place")
        walkers = [walker for walker in self.cast(Walker) if self.shows(walker.dot)]
        if not walkers:
            return
        variables = [typeset(variable) for variable in film.land.hill.variables]
        if film.beat_name in OF_A_MODEL:
            variables = ["theta_1", "theta_2"]
        self.ruler = Ruler(film, variables)
        self.near("axes: ticks off a straight scale", self.ruler.residual, 0, 1e-6)
        self.floor = self._level_of_the_map()
        for walker in walkers:
            self.here = self.stop = self.ruler.domain(walker.dot.points.mean(axis=0))
            self.height = self.case.value(self.here)
            self.slopes = self.case.gradient(self.here)
            self.walker(walker)
        for cut in self.cast(Slice):
            if self.shows(cut.tangent):
                ends = self.ruler.domain(cut.tangent.points[[0, -1]])
                way = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
                self.tangent(cut.tangent, way)
        if np.isfinite(self.slopes).all() and self.slopes.any():
            for arrow in self.cast(GradientArrow):
                self.gradient_arrow(arrow)

    def _level_of_the_map(self) -> float:
        maps = (mobject for mobject in self.stage.values() if isinstance(mobject, Mesh))
        levels = [mesh.points[0, 2] for mesh in maps if np.ptp(mesh.points[:, 2]) == 0]
        return float(min(levels, default=np.nan))


def outcome_of(film: Any) -> str:
    """Return how the film ended, in the words of its code and of its last caption."""
    ending = getattr(getattr(film, "path", None), "ending", None)
    return f"{getattr(ending, 'name', '')}: {film.sentence}"


def variables_in(text: str) -> int:
    """Return how many variables a text uses, 0 where it cannot be read."""
    try:
        return len(variables_of(expression_of(text)))
    except ValueError:
        return 0


def along_a_line(function: Function) -> Case:
    """Return a function of one variable as a case that varies along the first axis alone."""
    x, y = 0.3, 0.7
    along_second = function.f(x, y) == function.f(x / 2, y) and function.f(x, y) != function.f(x, 1)
    f = (lambda x, _: function.f(0, x)) if along_second else (lambda x, _: function.f(x, 0))
    return Case(function.name, function.text, f)


def is_no_graph_to_read(film: type, function: Function, refusal: str) -> bool:
    """Whether a film of graphs rightly refuses a function: of no operation, or of many."""
    if not issubclass(film, AutodiffFilm):
        return False
    if function.name == "tie":  # each of two equal parts has a slope of its own
        return "has no derivative there" in refusal
    operations = expression_of(function.text).count_ops()
    return (operations == 0 and "no operation in it" in refusal) or (
        operations > MANY_OPERATIONS and "too many to be read" in refusal
    )


def rows(problems: list[str]) -> Iterator[str]:
    """Yield problems, those that begin alike once."""
    seen: set[str] = set()
    for problem in problems:
        kind = problem.partition(": off by")[0]
        if kind not in seen:
            seen.add(kind)
            yield problem


def shown(
    name: str, function: Function, language: str, theme: str, folder: Path, capsys: Any
) -> None:
    """Walk through a film about a function; print a row of the table, fail with what is wrong."""
    told, wanted, seen = function.refusal, Spots, "walker"
    audit, case = Audit(), Case(function.name, function.text, function.f)
    if issubclass(FILMS[name], CurveFilm):
        wanted, seen = CurveTruth, "foot"
        if variables_in(function.text) == 2:
            told = "this has 2 ("
        elif not told:
            case = along_a_line(function)
    if issubclass(FILMS[name], AutodiffFilm):
        wanted, seen = GraphTruth, "value"
    spots = wanted(case)
    text = json.dumps(function.text, ensure_ascii=False)
    lesson = f'language = "{language}"\ntheme = "{theme}"\n[{name}]\nf = {text}\n'
    began, refusal = time.process_time(), ""
    try:
        film = walk(FILMS[name], lesson, folder, audit, spots)
        outcome = outcome_of(film)
    except SystemExit as ended:
        if ended.code != 2:  # somebody stops the tests
            raise
        refusal = capsys.readouterr().err
        outcome = f"REFUSED ({ended.code}): {' '.join(refusal.split())}"
    except Exception as error:
        where = audit.beats[-1] if audit.beats else "the start"
        outcome = f"CRASHED after {where}: {type(error).__name__}: {str(error)[:200]}"
        spots.failures.append(outcome)
    problems = [*rows(audit.violations), *rows(spots.failures)]
    seconds = time.process_time() - began
    print(
        f"{name} | {function.name} | {language} | {theme} | {len(audit.beats)} beats |"
        f" {sum(spots.measured.values())} measured | {seconds:.1f} s |"
        f" {len(problems)} wrong | {outcome}",
        *problems[:8],
        sep="\n    ",
        flush=True,
    )
    if told:
        assert told in refusal, outcome
        assert "Traceback" not in refusal
        return
    if is_no_graph_to_read(FILMS[name], function, refusal):
        return
    assert not refusal, refusal
    assert not problems, f"{function.text}:\n" + "\n".join(problems[:20])
    assert audit.beats == list(film.beats)
    assert spots.measured[seen], f"the {seen} was never seen"


def label(case: Any) -> str:
    """Return what a case of the matrix is called."""
    film, function, language, theme = case
    return f"{film}-{function.name}-{language}-{theme}".replace(" ", "_")


@pytest.mark.parametrize("case", SAMPLE, ids=label)
def test_a_film_shows_any_function(case, tmp_path, capsys):
    shown(*case, tmp_path, capsys)


@pytest.mark.audit
@pytest.mark.parametrize("case", [case for case in MATRIX if case not in SAMPLE], ids=label)
def test_every_film_shows_every_function(case, tmp_path, capsys):
    shown(*case, tmp_path, capsys)


def test_films_and_functions_are_found():
    assert "descent" in FILMS
    for film in FILMS:
        for language in LANGUAGES:
            assert sum((name, told) == (film, language) for name, _, told, _ in MATRIX) >= 60
    assert {function.name for function in FUNCTIONS} >= IN_LIGHT
    assert len({function.name for function in (*FUNCTIONS, *NAMED)}) == len(FUNCTIONS + NAMED)


def test_a_gradient_that_does_not_fit_its_function_is_refused(tmp_path, monkeypatch, capsys):
    """A slip in a rule of differentiation, such as sin' = sin, never reaches a lecture."""
    honest = HillFilm._framed

    def wrongly(film, hill):
        framing = honest(film, hill)
        slopes = type(hill).value_and_gradient

        def tilted(field, points):
            values, gradients = slopes(field, points)
            return values, gradients * [1.0, 1.001]

        monkeypatch.setattr(type(hill), "value_and_gradient", tilted)
        return framing

    monkeypatch.setattr(HillFilm, "_framed", wrongly)
    with pytest.raises(SystemExit) as ended:
        walk(FILMS["descent"], "", tmp_path)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "f = 'x^2 + y^2': " in said
    assert "the gradient is said to be" in said
