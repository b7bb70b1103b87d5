"""Watching real films: previews are what a build from nothing gives, whatever was edited."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from incremental import ROOT, contents, launched
from watching import Watching, beats_of, error_of, is_full, watching


def start(*arguments: str) -> subprocess.Popen[str]:
    """Start the command with real films; previews are as large as the built film."""
    return launched("tiny_steepest.py", *arguments, PYTHONPATH=str(ROOT))


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, short_source: str
) -> Iterator[tuple[Path, Watching]]:
    """A watch of the short film, built."""
    folder = tmp_path_factory.mktemp("watch")
    (folder / "short.py").write_text(short_source, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        process = start("watch", "short.py")
    with watching(process) as watch:
        watch.until(is_full)
        yield folder, watch


EDITS = {
    "caption": ('"You are here."', '"Here you are."'),
    "last beat": ("run_time=0.6", "run_time=0.8"),
    "first beat": ('"A hill."', '"The hill."'),
    "two beats": ("run_time=0.4", "run_time=0.6"),
    "line numbers": ("    def cast(self):", "    # A remark.\n\n    def cast(self):"),
    "cast": ("ValueTracker(0)", "ValueTracker(1)"),
}


SAMPLE = ("caption", "line numbers")


@pytest.mark.parametrize(
    "what",
    [pytest.param(what, marks=[] if what in SAMPLE else pytest.mark.audit) for what in EDITS],
)
def test_a_preview_is_what_a_build_from_nothing_gives(
    shared: tuple[Path, Watching],
    short_source: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    folder, watch = shared
    text = short_source.replace(*EDITS[what]) + f"\nWHAT = {what!r}\n" * (what == "cast")
    film = folder / "short.py"
    before = film.read_text(encoding="utf-8")
    film.write_text(text, encoding="utf-8")
    if what != "line numbers":
        line = watch.said(lambda line: "segments drawn" in line and "not built" not in line)
        assert "(0 of 9 segments drawn" in line  # all of them were there: by the same names
        watch.until(is_full)
        monkeypatch.chdir(tmp_path)
        (tmp_path / "short.py").write_text(text, encoding="utf-8")
        with start("build", "short.py") as process:
            process.communicate(timeout=300)
        clean, built = contents(tmp_path / "renders/short"), contents(folder / "renders/short")
        clips = {name for name in clean if name.endswith(".mp4")}
        assert len(clips) == 4
        assert {name: clean[name] for name in clips} == {name: built[name] for name in clips}
    assert before != text


def test_an_error_in_a_beat_is_told_with_file_and_line(
    shared: tuple[Path, Watching], short_source: str
) -> None:
    folder, watch = shared
    text = short_source.replace(
        'self.say("Down you go.")', 'self.say("Down")\n        self.missing()'
    )
    (folder / "short.py").write_text(text, encoding="utf-8")
    state = watch.until(error_of)
    line = text.splitlines().index("        self.missing()") + 1
    assert error_of(state).startswith(f"short.py:{line}: AttributeError")
    assert "self.missing()" in state["films"][0]["error"]["trace"]
    (folder / "short.py").write_text(short_source.replace("0.4", "0.2"), encoding="utf-8")
    state = watch.until(lambda state: not error_of(state) and is_full(state))
    assert list(beats_of(state)) == ["the_hill", "the_walker", "the_steps"]


def test_a_refused_knob_is_told_in_the_films_words(
    shared: tuple[Path, Watching], short_source: str
) -> None:
    folder, watch = shared
    (folder / "lesson.toml").write_text("[all]\nrate = -1\n", encoding="utf-8")
    state = watch.until(error_of)
    assert "rate = -1" in error_of(state)
    assert "above 0" in error_of(state)
    (folder / "lesson.toml").unlink()
    watch.until(lambda state: not error_of(state) and is_full(state))
