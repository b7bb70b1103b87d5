"""The table of ideas tells the truth: each beat that it names is in the film that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studio.catalogue import films
from studio.source import read_film

ROOT = Path(__file__).resolve().parents[1]
TABLE = (ROOT / "docs" / "ideas.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in row)
    for row in re.findall(r"^\| (.+) \| (.+) \| (.+) \|$", TABLE, re.MULTILINE)
    if row[1] != "film"
]
BEATS = {name: [beat.name for beat in read_film(file).beats] for name, file in films().items()}


@pytest.mark.parametrize(("idea", "film", "beats"), ROWS)
def test_an_idea_is_in_the_beats_that_are_said_to_show_it(idea, film, beats):
    assert set(beats.split(", ")) <= set(BEATS[film]), f"{idea}: {film} has {BEATS[film]}"


def test_every_film_has_its_ideas():
    assert len(ROWS) > 20
    assert {film for _, film, _ in ROWS} == set(BEATS)


def test_no_idea_is_told_twice():
    ideas = [idea for idea, _, _ in ROWS]
    assert len(set(ideas)) == len(ideas)
