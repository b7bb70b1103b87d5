"""How soon `steepest watch` shows an edit: from the save to the edited beat on the page.

    python -m benchmarks.watch                      # descent
    python -m benchmarks.watch hill --json

A copy of the project is watched as a page does it. Each edit is made, seen, and undone. `begun` are
the seconds from the save until the beat is being drawn, `shown` those until its preview is there;
what lies between is the beat's own drawing.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.edits import Edit, Project

Beat = dict[str, Any]


def edits_of(film: str) -> tuple[Edit, ...]:
    """Return the edits of a film, from a word of it to what begins it anew."""
    source = f"scenes/{film}.py"
    return (
        Edit("a caption of the first beats", source, r'(self\.say\(\s*")', r"\1Now: "),
        Edit("a caption of the last beats", source, r'(.*self\.say\(\s*")', r"\1Now: "),
        Edit(
            "the class, with all its beats", source, r"(    def cast\(self\))", r"    NEW = 1\n\n\1"
        ),
        Edit("the start, in a lesson", "lesson.toml", "", f"[{film}]\nstart = [0.9, 0.8]\n"),
        Edit("a colour of the theme", "scenes/stage/theme.py", r'(path=")#.', r"\1#A"),
        Edit("a module of the stage", "scenes/stage/actors.py", "", "\nOTHER = 1\n"),
    )


class Page:
    """What a page is told by a watch, as it comes."""

    def __init__(self, port: int):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=900)
        self.connection.request("GET", "/events")
        self.answer = self.connection.getresponse()

    def beats(self) -> Iterator[tuple[float, list[Beat], bool]]:
        """Yield the time, the film's beats, and whether something is still being done."""
        while line := self.answer.readline():
            if line.startswith(b"data: "):
                film = json.loads(line.removeprefix(b"data: "))["films"][0]
                yield time.monotonic(), film["beats"], bool(film["work"])

    def until(self, holds: Callable[[list[Beat], bool], Any]) -> tuple[float, list[Beat]]:
        """Return when something holds of the beats, and these."""
        for when, beats, works in self.beats():
            if holds(beats, works):
                return when, beats
        raise SystemExit("the watch has ended")

    def until_built(self) -> None:
        """Wait until all is shown as it was asked for."""
        self.until(
            lambda beats, works: (
                beats
                and not works
                and all(beat["quality"] == "full" and not beat["drawing"] for beat in beats)
            )
        )


@contextmanager
def watched(project: Project, film: str) -> Iterator[Page]:
    """Watch a film of a project."""
    command = [sys.executable, "-P", "-m", "studio", "watch", film, "-q", project.quality]
    with subprocess.Popen(
        command, cwd=project.folder, env=project.environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            for line in process.stdout or ():
                if found := re.match(r"http://127\.0\.0\.1:(\d+)/", line):
                    yield Page(int(found[1]))
                    return
            raise SystemExit("the watch gave no address")
        finally:
            process.terminate()


def measure(project: Project, film: str) -> dict[str, dict[str, float]]:
    """Return what was edited -> seconds until the first edited beat was begun, and shown."""
    figures = {}
    with watched(project, film) as page:
        page.until_built()
        for edit in edits_of(film):
            undo = project.edited(edit)
            saved = time.monotonic()
            begun, beats = page.until(lambda beats, _: any(beat["drawing"] for beat in beats))
            first = next(number for number, beat in enumerate(beats) if beat["drawing"])
            shown, _ = page.until(
                lambda beats, _, first=first: beats[first]["quality"] == "preview"
            )
            figures[edit.what] = {"begun": begun - saved, "shown": shown - saved}
            page.until_built()
            undo()
            page.until_built()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("film", nargs="?", default="descent")
    parser.add_argument("-q", "--quality", default="l", choices=tuple("lmh"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Project.copied(Path(folder), [arguments.film], arguments.quality)
        figures = measure(project, arguments.film)
    if arguments.json:
        print(json.dumps(figures))
        return
    print(f"{'edited':32} {'begun s':>8} {'shown s':>8}")
    for what, found in figures.items():
        print(f"{what:32} {found['begun']:8.2f} {found['shown']:8.2f}")


if __name__ == "__main__":
    main()
