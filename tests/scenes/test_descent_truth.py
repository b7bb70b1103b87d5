"""Descent shows true numbers: read off the stage after every beat, and in between."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from board import WholeTruth
from oracle import BOWL, CASES, Case, varied
from reading import family
from truth import _within
from walking import walk

from scenes.descent import Descent
from scenes.stage import Slice, Trail

BY_NAME = {case.name: case for case in CASES}


class InBetween:
    """Looks at each beat's last picture, then at pictures on the way to it and beyond."""

    def __init__(self, case: Case, seed: int = 0):
        self.truth = WholeTruth(case)
        self.source = np.random.default_rng(seed)

    def __call__(self, film: Any) -> None:
        truth = self.truth
        truth.after_beat(film)
        if on_stage(film, Slice) and film.turning.tangent in family(film.mobjects):
            for angle in self.source.uniform(0, 2 * np.pi, 4):
                self.at(film, film.angle, angle)
        if on_stage(film, Trail):
            last = len(truth.case.iterates) - 1
            for progress in (*self.source.uniform(0, last, 3), self.source.integers(0, last + 1)):
                self.at(film, film.walked, progress)

    def at(self, film: Any, tracker: Any, value: float) -> None:
        """Measure the stage with a tracker at another value; put it back."""
        before = tracker.get_value()
        tracker.set_value(value)
        film.update_mobjects(0)
        self.truth.look(film)
        self.truth.look_at_board(film)
        tracker.set_value(before)
        film.update_mobjects(0)


def on_stage(film: Any, kind: type) -> bool:
    """Whether the film has an actor of a kind with a part on stage."""
    shown = {id(member) for member in family(film.mobjects)}
    actors = (actor for actor in _within(vars(film).values()) if isinstance(actor, kind))
    return any(id(part) in shown for actor in actors for part in family([actor]))


def report(truth: WholeTruth) -> str:
    """Return the failures, those of one kind and beat once."""
    kinds = Counter(
        (failure.split(",")[0], failure.partition(": ")[2][:60]) for failure in truth.failures
    )
    lines = [next(f for f in truth.failures if f.startswith(beat) and kind in f)
             for beat, kind in kinds]  # fmt: skip
    return f"{len(truth.failures)} untruths on {truth.case}:\n" + "\n".join(lines[:40])


def check(case: Case, folder: Any, lesson_text: str | None = None, seed: int = 0) -> WholeTruth:
    """Walk through the film and fail with everything that is not true."""
    looks = InBetween(case, seed)
    walk(Descent, case.lesson() if lesson_text is None else lesson_text, folder, looks)
    truth = looks.truth
    assert not truth.failures, report(truth)
    missing = EVERYTHING - set(truth.measured)
    assert not missing, f"never on stage: {sorted(missing)}"
    return truth


EVERYTHING = {
    "axes", "hill", "map", "colours", "walker", "foot", "plumb's top", "plane", "cut", "trace",
    "tangent", "compass", "u", "gradient", "step", "trail", "stops", "read-out", "loss",
    "slope graph", "f as written", "gradient as written", "tag",
}  # fmt: skip
"""What a walk through Descent has to have measured, so that nothing passes by being away."""


def test_every_number_on_screen_is_true_on_the_default_hill(tmp_path):
    truth = check(BOWL, tmp_path, lesson_text="")
    assert truth.measured["minimum"] >= 2
    assert truth.measured["read-out"] > 50
    print(f"{sum(truth.measured.values())} measurements; worst, in shares of what is allowed:")
    print(sorted(truth.worst.items(), key=lambda item: -item[1])[:8])


@pytest.mark.parametrize("name", ["waves", "shore"])
def test_every_number_on_screen_is_true(name, tmp_path):
    check(varied(BY_NAME[name], 1), tmp_path, seed=1)


@pytest.mark.audit
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("seed", range(4))
def test_every_number_on_screen_is_true_everywhere(case, seed, tmp_path):
    check(varied(case, seed) if seed else case, tmp_path, seed=seed)


@pytest.mark.audit
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_number_and_colour_is_true_in_every_language_and_theme(
    case, theme, language, tmp_path
):
    check(case, tmp_path, case.lesson(language, theme))
