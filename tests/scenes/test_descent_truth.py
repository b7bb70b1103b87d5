"""Descent shows true numbers: read off the stage after every beat, and in between."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from board import WholeTruth
from manim import Typst
from oracle import BOWL, CASES, Case, varied
from reading import family, numbers_in
from sampling import sampled
from truth import within
from walking import walk

from scenes.descent import Descent
from scenes.stage import Row, Slice, Trail
from scenes.stage.readout import CHARACTERS, glyphs

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
            for progress in (*self.source.uniform(0, last, 3), self.source.integers(0, last)):
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
    actors = (actor for actor in within(vars(film).values()) if isinstance(actor, kind))
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
    assert missing == too_long(case), f"never on stage: {sorted(missing)}"
    return truth


def too_long(case: Case) -> set[str]:
    """Return what is left out of the board because nobody could read it."""
    return {"gradient as written"} if case.name == "himmelblau" else set()


EVERYTHING = {
    "axes", "hill", "map", "colours", "walker", "foot", "height 0", "plumb", "stem's top",
    "plane", "cut", "trace", "tangent", "compass", "u", "arc", "gradient", "step", "trail",
    "stops", "read-out", "loss", "cut graph", "side view", "slope graph", "f as written",
    "gradient as written", "tag",
}  # fmt: skip
"""What a walk through Descent has to have measured, so that nothing passes by being away."""


def test_every_number_on_screen_is_true_on_the_default_hill(tmp_path):
    truth = check(BOWL, tmp_path, lesson_text="")
    assert truth.measured["minimum"] >= 2
    assert truth.measured["read-out"] > 50
    print(f"{sum(truth.measured.values())} measurements; worst, in shares of what is allowed:")
    print(sorted(truth.worst.items(), key=lambda item: -item[1])[:8])


@pytest.mark.parametrize("name", ["shore"])
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


# The measurements themselves: what is off by little must be found


NUDGE = np.array([0.002, 0.003, 0.001])
"""Manim units: a fifth of a pixel at 1080p, along no axis."""

TOLD = "look_along_y", "all_the_way_round", "the_way_down", "the_rule", "the_whole_walk"
"""Beats after which things are moved; together they show every actor."""


class Lies:
    """Moves each thing on stage a little after a beat, one at a time; notes what was believed."""

    def __init__(self, case: Case, beat: str):
        self.case, self.beat = case, beat
        self.believed: list[str] = []
        self.told = 0

    def __call__(self, film: Any) -> None:
        if film.beat_name != self.beat:
            return
        honest = self.look(film)
        assert not honest.failures, report(honest)
        for mobject in honest.stage.values():
            if id(mobject) not in {id(part) for part in honest.ruler.parts}:
                self.tell(film, mobject)
        for row in (m for m in family(film.mobjects) if isinstance(m, Row)):
            self.tell_number(film, row)

    def look(self, film: Any) -> WholeTruth:
        """Measure the stage as it stands."""
        truth = WholeTruth(self.case)
        truth.look(film)
        truth.look_at_board(film)
        return truth

    def tell(self, film: Any, mobject: Any) -> None:
        """Move one end of a thing, or its first half of points, and look."""
        before = mobject.points.copy()
        moved = before.copy()
        moved[: max(1, len(moved) // 2)] += NUDGE
        mobject.points = moved
        self.weigh(film, f"{film.beat_name}: {type(mobject).__name__} moved")
        mobject.points = before

    def tell_number(self, film: Any, row: Row) -> None:
        """Change a read-out's last digit, and then only what is drawn of it."""
        honest = row.readout.shown
        index = max(i for i, character in enumerate(honest) if character.isdigit())
        other = str((int(honest[index]) + 2) % 10)
        row.readout.text, text = (
            lambda: honest[:index] + other + honest[index + 1 :],
            row.readout.text,
        )
        row.readout.refresh()
        self.weigh(film, f"{film.beat_name}: {row.readout.shown} for {honest}")
        row.readout.shown = honest
        self.weigh(film, f"{film.beat_name}: drawn otherwise than {honest}")
        row.readout.shown, row.readout.text = "", text
        row.readout.refresh()

    def weigh(self, film: Any, lie: str) -> None:
        """Note a lie that was not found out."""
        self.told += 1
        if not self.look(film).failures:
            self.believed.append(lie)


@pytest.mark.parametrize("beat", sampled(TOLD, 1))
def test_what_is_off_by_a_fifth_of_a_pixel_is_found(beat, tmp_path):
    case = Case("few", BOWL.text, BOWL.f, minima=BOWL.minima, steps=4, rate=0.3)
    lies = Lies(case, beat)
    walk(Descent, case.lesson(), tmp_path, lies)
    assert lies.believed == []
    assert lies.told > 20


def test_each_glyph_of_the_read_outs_is_the_character_it_stands_for():
    """Typst sets every character anew, alone; its outline has the shape in the table."""
    for character in CHARACTERS:
        alone = Typst(
            f'#"{character}"',
            font_size=96,
            typst_preamble='#set text(font: "New Computer Modern Math")',
        ).family_members_with_points()
        assert len(alone) == 1, character
        shape, known = alone[0].points, glyphs()[character].points
        assert shape.shape == known.shape, character
        assert np.abs((shape - shape[0]) - (known - known[0])).max() < 2e-3, character


def test_numbers_are_read_as_they_are_printed():
    shown = numbers_in("(−0.004, 3.2×10⁻⁶)")
    assert [one.value for one in shown] == pytest.approx([-0.004, 3.2e-6])
    assert shown[0].agrees(-0.0035)
    assert shown[0].agrees(-0.0045)
    assert not shown[0].agrees(-0.00451)
    assert numbers_in("360°")[0].value == 360


def test_a_hill_far_up_has_readable_heights_and_a_graph_of_how_they_fall(tmp_path):
    seen: dict[str, Any] = {}

    def look(film: Any) -> None:
        if film.beat_name == "step_by_step":
            seen["heights"] = film.height.readout.shown
            seen["range"] = film.losses.y_range

    walk(Descent, '[descent]\nf = "1000000 + x^2 + y^2"\n', tmp_path, look)
    shown = numbers_in(seen["heights"])[0].value
    assert 1000000 < shown < 1000000.1
    low, high = seen["range"]
    assert 1000000 <= low < high <= 1000005
