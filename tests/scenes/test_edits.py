"""An edit always shows: with a warm cache Manim gives the frames that a run without one gives.

The project is copied, a film is rendered, something is edited, and the film is rendered twice:
once with the cache of before, once into an empty folder. Both must decode to the same bytes, and
the segments of beats before the edit must come from the cache.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from manim._config.video_encoder import VideoEncoderSpec
from short_film import CATALOGUE, CHINESE

from scenes.stage.renderer import WholeSegmentEncoder

PLAYS = 9
"""Plays of the short film, three a beat."""


@dataclass(frozen=True)
class Edit:
    """A change to one file of the project, and how many of the old segments it leaves standing.

    `old` is replaced by `new`; where `old` is empty the file is written anew. `reused` is -1 where
    it is only known to be more than none. `extra` counts the plays that the edit adds.
    """

    file: str
    old: str
    new: str
    reused: int
    extra: int = 0
    shows: bool = True
    language: str = "en"


FILM = "scenes/short.py"
SHORT_EDITS = {
    "late beat": Edit(FILM, "run_time=0.6", "run_time=1.0", 6),
    "middle beat": Edit(
        FILM, "Appear(self.row), ", "Appear(self.row), self.walked.animate.set_value(1), ", 3
    ),
    "early beat": Edit(FILM, "self.scenery.axes, ", "", 0),
    "new last beat": Edit(
        FILM,
        "        self.play(self.walked.animate.set_value(self.path.steps), run_time=0.6)\n",
        "        self.play(self.walked.animate.set_value(self.path.steps), run_time=0.6)\n\n"
        "    @beat\n    def the_way_back(self):\n"
        "        self.play(self.walked.animate.set_value(0), run_time=0.4)\n",
        PLAYS,
        extra=2,
    ),
    "name of a beat": Edit(FILM, "the_walker(self)", "someone(self)", 6, shows=False),
    "pace of an early beat": Edit(
        FILM,
        "run_time=0.4)\n\n    @beat\n    def the_walker",
        "run_time=0.8)\n\n    @beat\n    def the_walker",
        6,
    ),
    "an early beat's caption": Edit(FILM, '"A hill."', '"A steep hill."', 3),
    "helper method": Edit(FILM, "self.walked.get_value())", "0.5 * self.walked.get_value())", 0),
    "cast": Edit(FILM, "gradient_descent(self.rate)", "gradient_descent(2 * self.rate)", 0),
    "default of a knob": Edit(FILM, "(1.6, 1.2)", "(-1.6, 1.2)", 0),
    "stage": Edit("scenes/stage/theme.py", '"#232B45"', '"#452B23"', 0),
    "mathcore": Edit(
        "mathcore/field.py",
        "return value\n\n    def gradient(",
        "return value + 1\n\n    def gradient(",
        0,
    ),
    "lesson": Edit("lesson.toml", "", "[all]\nrate = 0.4\n", 0),
    "theme by lesson": Edit("lesson.toml", "", 'theme = "light"\n', 0),
    "translation": Edit(CATALOGUE, "你在这里。", "你现在站在这里。", 3, language="zh"),
    "comments": Edit(
        FILM,
        '        self.say("You are here.")\n',
        "        # Nothing new.\n"
        "        self.say(  # still\n            'You are here.'\n        )\n",
        PLAYS,
        shows=False,
    ),
}

SAMPLE = {"middle beat", "comments"}
"""The edits of `make test`: one that shows, and one that does not."""

DESCENT = "scenes/descent.py"
DESCENT_EDITS = {
    "late beat": Edit(DESCENT, "turn_view(phi=46", "turn_view(phi=40", -1),
    "early beat": Edit(
        DESCENT,
        "self.play(Appear(self.walker",
        "self.wait(0.4)\n        self.play(Appear(self.walker",
        -1,
    ),
    "helper method": Edit(
        "scenes/stage/walk_film.py",
        "self.path.position(self.walked.get_value())",
        "self.path.position(0.5 * self.walked.get_value())",
        0,
    ),
    "stage": SHORT_EDITS["stage"],
    "mathcore": SHORT_EDITS["mathcore"],
    "lesson": Edit("lesson.toml", "", "[descent]\nrate = 0.2\n", 0),
    "comments": Edit(DESCENT, "    @beat\n", "    # A beat.\n\n    @beat\n", -1, shows=False),
}


class Project:
    """A copy of the project, a film of it, and the pictures that its videos hold."""

    def __init__(self, folder, manim, decoded, film):
        self.folder, self.manim, self.decoded, self.film = folder, manim, decoded, film

    def copy(self, folder):
        """The project as it is now, cache included, in a folder of its own."""
        shutil.copytree(self.folder, folder)
        return Project(folder, self.manim, self.decoded, self.film)

    def render(self, small, media="renders", language="en"):
        """Render the film and return its frames and how many segments came from the cache."""
        run = self.manim(
            *small,
            "--media_dir",
            self.folder / media,
            self.film,
            cwd=self.folder,
            project=self.folder,
            STEEPEST_LANG=language,
        )
        assert run.code == 0, run.err
        (path,) = (self.folder / media / Path(self.film).stem / "108p5").glob("*.mp4")
        found = re.search(r"(\d+) segments from the cache", run.out)
        return self.decoded(path), int(found[1]) if found else 0

    def segments(self, media="renders"):
        """Names of the whole segments in the cache."""
        folder = self.folder / media / ".cache" / "segments" / Path(self.film).stem / "108p5"
        return {path.name for path in folder.glob("*.mp4") if not path.name.startswith(".")}

    def make(self, edit):
        """Make an edit."""
        path = self.folder / edit.file
        if not edit.old:
            path.write_text(edit.new, encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        assert edit.old in text, f"{edit.file} no longer has {edit.old!r}"
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")


def project_copy(root, folder, manim, decoded, film):
    """A copy of what a film needs; compiled files come along, with the times of their sources."""
    for room in ("identity", "mathcore", "scenes"):
        shutil.copytree(root / room, folder / room)
    shutil.copy(root / "manim.cfg", folder)
    project = Project(folder, manim, decoded, film)
    where = subprocess.run(
        [
            sys.executable,
            "-c",
            "import mathcore, scenes; print(mathcore.__file__, scenes.__file__)",
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert where == [str(folder / room / "__init__.py") for room in ("mathcore", "scenes")]
    return project


@pytest.fixture(scope="session")
def short_project(root, tmp_path_factory, manim, decoded, small, short_source):
    """A project with the short film, rendered once in English and once in Chinese."""
    project = project_copy(root, tmp_path_factory.mktemp("project"), manim, decoded, FILM)
    (project.folder / FILM).write_text(short_source, encoding="utf-8")
    with (project.folder / CATALOGUE).open("a", encoding="utf-8") as catalogue:
        catalogue.write(CHINESE)
    project.before = {}
    for language in ("en", "zh"):
        project.before[language], reused = project.render(small, language=language)
        assert reused == 0
    assert len(project.segments()) == 2 * PLAYS
    return project


@pytest.fixture(scope="session")
def descent_project(root, tmp_path_factory, manim, decoded, small):
    """A project with the film descent, rendered once."""
    project = project_copy(root, tmp_path_factory.mktemp("descent"), manim, decoded, DESCENT)
    project.before = {"en": project.render(small)[0]}
    return project


def check(project, edit, name, folder, small):
    """Hold an edit to the promise; return how many segments were used again and made anew."""
    before, old = project.before[edit.language], project.segments()
    edited = project.copy(folder)
    edited.make(edit)
    warm, reused = edited.render(small, language=edit.language)
    made = len(edited.segments() - old)
    cold, from_nothing = edited.render(small, media="cold", language=edit.language)
    print(f"\n{project.film}, {name}: {reused} segments reused, {made} rendered again")
    assert from_nothing == 0
    assert np.array_equal(warm, cold)
    assert edit.shows != np.array_equal(warm, before)
    assert len(edited.segments("cold")) == reused + made
    return reused, made


@pytest.mark.parametrize(
    "name",
    [
        name if name in SAMPLE else pytest.param(name, marks=pytest.mark.audit)
        for name in SHORT_EDITS
    ],
)
def test_an_edit_shows_and_what_came_before_it_is_used_again(short_project, name, tmp_path, small):
    edit = SHORT_EDITS[name]
    reused, made = check(short_project, edit, name, tmp_path / "edited", small)
    assert reused == edit.reused
    assert made == PLAYS + edit.extra - edit.reused


@pytest.mark.audit
@pytest.mark.parametrize("name", DESCENT_EDITS)
def test_an_edit_of_descent_shows(descent_project, name, tmp_path, small):
    edit = DESCENT_EDITS[name]
    reused, made = check(descent_project, edit, name, tmp_path / "edited", small)
    if edit.reused == 0:
        assert reused == 0
    elif not edit.shows:
        assert made == 0
    else:
        assert reused > 0
        assert made > 0


def test_without_an_edit_nothing_is_rendered_again(short_project, tmp_path, small):
    project = short_project.copy(tmp_path / "same")
    frames, reused = project.render(small)
    assert np.array_equal(frames, short_project.before["en"])
    assert reused == PLAYS
    assert project.segments() == short_project.segments()


def test_equal_frames_give_equal_bytes_whatever_else_is_encoded(short_project, tmp_path):
    """Else a segment from the cache could differ from the same one rendered again."""
    frames = np.ascontiguousarray(short_project.before["en"])
    height, width = frames.shape[1:3]
    spec = VideoEncoderSpec(
        container_format="mp4",
        codec="libx264",
        pixel_format="yuv420p",
        width=width,
        height=height,
        frame_rate=Fraction(5),
        options=(("crf", "23"),),
    )
    parts = [(0, 4), (9, 12), (9, 15), (18, 22), (18, 28)]

    def encoded(number):
        first, last = parts[number % len(parts)]
        path = tmp_path / f"{number}.mp4"
        encoder = WholeSegmentEncoder(target=path, spec=spec)
        for frame in frames[first:last]:
            encoder.write_frame(frame)
        encoder.finish()
        return path.read_bytes()

    with ThreadPoolExecutor(5) as pool:
        videos = list(pool.map(encoded, range(80 * len(parts))))
    assert [len(set(videos[part :: len(parts)])) for part in range(len(parts))] == [1] * len(parts)


@pytest.mark.audit
def test_an_undone_edit_finds_its_old_segments(short_project, tmp_path, small):
    project = short_project.copy(tmp_path / "undone")
    text = (project.folder / FILM).read_text()
    project.make(SHORT_EDITS["late beat"])
    project.render(small)
    (project.folder / FILM).write_text(text)
    frames, reused = project.render(small)
    assert reused == PLAYS
    assert np.array_equal(frames, short_project.before["en"])


def test_a_killed_render_leaves_no_half_segment_and_the_old_video(
    short_project, tmp_path, small, environment_of
):
    project = short_project.copy(tmp_path / "killed")
    video = project.folder / "renders" / "short" / "108p5" / "Short.mp4"
    earlier = video.read_bytes(), video.stat().st_mtime_ns
    project.make(Edit(FILM, "run_time=0.6", "run_time=60", 6))
    kill_amid_a_segment(project, small, environment_of)
    assert (video.read_bytes(), video.stat().st_mtime_ns) == earlier
    folder = project.folder / "renders" / ".cache" / "segments" / "short" / "108p5"
    assert list(folder.glob(".unfinished-*"))  # else it was not killed amid a segment
    for name in project.segments():
        with av.open(str(folder / name)) as container:
            assert sum(1 for _ in container.decode(video=0)) > 0
    warm, reused = project.render(small)
    cold, _ = project.render(small, media="cold")
    assert 6 <= reused < PLAYS
    assert np.array_equal(warm, cold)


def kill_amid_a_segment(project, small, environment_of):
    """Start a render and kill it while a segment is being written."""
    process = subprocess.Popen(
        [sys.executable, "-m", "manim", *small, project.film],
        cwd=project.folder,
        env=environment_of(project.folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    folder = project.folder / "renders" / ".cache" / "segments" / "short" / "108p5"
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end and process.poll() is None:
            if any(folder.glob(".unfinished-*")):
                process.send_signal(signal.SIGSTOP)  # look again while it stands still
                if any(folder.glob(".unfinished-*")):
                    return
                process.send_signal(signal.SIGCONT)
            time.sleep(0.01)
        pytest.fail("the render ended before it could be stopped amid a segment")
    finally:
        process.kill()
        process.wait()
