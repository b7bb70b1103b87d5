"""After any edit a build gives what a cold one gives, frame for frame, and draws little more than
it has to.

A copy of the project gets one random edit after another: of the film, the stage, mathcore, the
lesson, the catalogue. After each the film is built with all that is there, and from nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from incremental import contents, frames_of
from short_film import CATALOGUE, CHINESE

EDITS = 104
"""Edits of `make audit`, in so many rows as there are seeds."""

SEEDS = 8

Change = Callable[["Project", random.Random], str]


@dataclass
class Project:
    """A copy of the project with the film `short`, and the edits that it has had."""

    folder: Path
    driver: Path

    def build(self, renders: str = "renders", *options: str) -> tuple[int, int]:
        """Build the film and return how many segments were drawn, of how many."""
        place = self.folder / f"in-{renders}"
        place.mkdir(exist_ok=True)
        lesson = self.folder / "lesson.toml"
        (place / "lesson.toml").unlink(missing_ok=True)
        if lesson.exists():
            shutil.copy(lesson, place)
        kept = {name: value for name, value in os.environ.items() if "STEEPEST_" not in name}
        done = subprocess.run(
            [sys.executable, "-P", str(self.driver), "build", "short", *options],
            cwd=place,
            env={**kept, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        found = re.search(r"\((\d+) of (\d+) segments drawn", done.stdout)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def made(self, renders: str = "renders") -> dict[str, object]:
        """What was made: of all versions all files but the record's inputs."""
        found = contents(self.folder / f"in-{renders}" / "renders" / "short")
        for name, held in found.items():
            if name.endswith("film.json"):
                del held["inputs"]
        return found

    def video(self, renders: str = "renders") -> Path:
        """The video of the language that the lesson asks for."""
        zh = (self.folder / "lesson.toml").exists() and '"zh"' in (
            self.folder / "lesson.toml"
        ).read_text(encoding="utf-8")
        folder = self.folder / f"in-{renders}" / "renders" / "short"
        return (folder / "zh" if zh else folder) / "short.mp4"

    def segments(self, renders: str = "renders") -> dict[str, str]:
        """Segment -> digest of its bytes."""
        cache = self.folder / f"in-{renders}" / "renders" / ".cache" / "segments" / "short"
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in cache.rglob("*.mp4")
        }

    def replace(self, file: str, pattern: str, new: Callable[[re.Match[str]], str], place: int):
        """Replace one of the places where a pattern stands."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        matches = list(re.finditer(pattern, text))
        match = matches[place % len(matches)]
        path.write_text(text[: match.start()] + new(match) + text[match.end() :], encoding="utf-8")


def pace(project: Project, chance: random.Random) -> str:
    project.replace(
        "scenes/short.py",
        r"run_time=[\d.]+",
        lambda _: f"run_time={chance.choice([0.2, 0.4, 0.6, 0.8, 1.0])}",
        chance.randrange(3),
    )
    return "the pace of a beat"


def caption(project: Project, chance: random.Random) -> str:
    project.replace(
        "scenes/short.py",
        r'say\("([^"]*?)(!*)"',
        lambda match: f'say("{match[1]}{chance.choice(["", "!", "!!"])}"',
        chance.randrange(3),
    )
    return "a caption"


def helper(project: Project, chance: random.Random) -> str:
    project.replace(
        "scenes/short.py",
        r"(?:[\d.]+ \* )?self\.walked\.get_value\(\)",
        lambda _: f"{chance.choice([0.5, 0.75, 1.0])} * self.walked.get_value()",
        0,
    )
    return "a helper of the film"


def comment(project: Project, chance: random.Random) -> str:
    file = chance.choice(["scenes/short.py", "scenes/stage/hill.py", "mathcore/field.py"])
    with (project.folder / file).open("a", encoding="utf-8") as text:
        text.write(f"\n# Comment {chance.random()}.\n")
    return f"a comment in {file}"


def other_film(project: Project, chance: random.Random) -> str:
    with (project.folder / "scenes/recap.py").open("a", encoding="utf-8") as text:
        text.write(f"\nOTHER = {chance.random()}\n")
    return "another film"


def stage(project: Project, chance: random.Random) -> str:
    colour = f'"#{chance.randrange(16, 64):02X}{chance.randrange(16, 64):02X}45"'
    project.replace("scenes/stage/theme.py", r'"#[0-9A-F]{4}45"', lambda _: colour, 0)
    return "a colour of the stage"


def unused_stage(project: Project, chance: random.Random) -> str:
    with (project.folder / "scenes/stage/crowd.py").open("a", encoding="utf-8") as text:
        text.write(f"\nOTHER = {chance.random()}\n")
    return "a module of the stage that the film does not import"


def mathcore(project: Project, chance: random.Random) -> str:
    with (project.folder / "mathcore/field.py").open("a", encoding="utf-8") as text:
        text.write(f"\nOTHER = {chance.random()}\n")
    return "mathcore"


def lesson(project: Project, chance: random.Random) -> str:
    lines = []
    if chance.random() < 0.5:
        lines.append(f'language = "{chance.choice(["en", "zh"])}"')
    if chance.random() < 0.3:
        lines.append(f'theme = "{chance.choice(["dark", "light"])}"')
    if chance.random() < 0.7:
        lines += ["[short]", f"rate = {chance.choice([0.1, 0.15, 0.2])}"]
    (project.folder / "lesson.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "the lesson"


def catalogue(project: Project, chance: random.Random) -> str:
    project.replace(
        CATALOGUE,
        r'(你在这里|往下走|一座山)(！|。)*"',
        lambda match: f'{match[1]}{chance.choice(["。", "！", "！！"])}"',
        chance.randrange(3),
    )
    return "the catalogue"


CHANGES: list[Change] = [
    pace, caption, helper, comment, other_film, stage, unused_stage, mathcore, lesson, catalogue,
]  # fmt: skip

WITHOUT_EFFECT = {comment, other_film, unused_stage}


@pytest.fixture(scope="module")
def project(root: Path, tmp_path_factory: pytest.TempPathFactory, short_source: str) -> Project:
    folder = tmp_path_factory.mktemp("edits") / "project"
    folder.mkdir()
    for room in ("identity", "mathcore", "scenes", "studio"):
        shutil.copytree(root / room, folder / room)
    shutil.copy(root / "manim.cfg", folder)
    (folder / "scenes" / "short.py").write_text(short_source, encoding="utf-8")
    with (folder / CATALOGUE).open("a", encoding="utf-8") as catalogue:
        catalogue.write(CHINESE)
    project = Project(folder, root / "tests" / "studio" / "tiny_steepest.py")
    assert project.build() == (9, 9)
    return project


def row_of_edits(project: Project, seed: int, count: int, changes: list[Change] = CHANGES) -> None:
    """Make edits one after another; hold each build to a cold one, and count."""
    chance = random.Random(seed)
    drawn_in_all = needed_in_all = 0
    for number in range(count):
        change = chance.choice(changes) if len(changes) > count else changes[number % len(changes)]
        before = set(project.segments().values())
        what = change(project, chance)
        drawn, _ = project.build()
        shutil.rmtree(project.folder / "in-cold", ignore_errors=True)
        project.build("cold")
        cold = project.segments("cold")
        needed = len([digest for digest in cold.values() if digest not in before])
        print(f"seed {seed}, edit {number}, {what}: {drawn} drawn, {needed} had to be")
        assert set(cold) <= set(project.segments())
        frames, others = frames_of(project.video()), frames_of(project.video("cold"))
        assert frames.shape == others.shape, what
        assert (frames == others).all(), what
        cold_made, warm_made = project.made("cold"), project.made()
        assert {name: warm_made.get(name) for name in cold_made} == cold_made, what
        assert drawn >= needed
        if change in WITHOUT_EFFECT:
            assert drawn == 0, what
        drawn_in_all, needed_in_all = drawn_in_all + drawn, needed_in_all + needed
    print(json.dumps({"seed": seed, "drawn": drawn_in_all, "needed": needed_in_all}))


def test_a_row_of_edits_gives_what_cold_builds_give(project: Project) -> None:
    row_of_edits(project, 0, 2, [caption, comment])


def test_a_film_split_over_processes_is_the_film_of_one(project: Project) -> None:
    assert project.build("serial", "-j", "1")[0] > 0
    assert project.build("parallel", "-j", "3")[0] > 0
    assert project.made("serial") == project.made("parallel")


@pytest.mark.audit
@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_a_hundred_random_edits_give_what_cold_builds_give(project: Project, seed: int) -> None:
    chance = random.Random(seed)
    changes = list(CHANGES)
    chance.shuffle(changes)
    row_of_edits(project, seed, EDITS // SEEDS, changes)
