"""What an edit costs: what is drawn again, and in how many seconds, beside a build from nothing.

    python -m benchmarks.edits                      # all films at 480p15
    python -m benchmarks.edits -q h descent recap   # some, at 1080p60

A copy of the project is built, then edited in one place after another; each edit is undone before
the next. Plain Manim, which does not know what an edit makes stale, renders every film once more.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]

ROOMS = "identity", "mathcore", "scenes", "studio"
"""What a film and the command need."""

CATALOGUE = "scenes/stage/locale/zh/LC_MESSAGES/steepest.po"


@dataclass(frozen=True)
class Edit:
    """One place of the project, by a pattern, and what is written there instead.

    Where the pattern is empty the text is added at the file's end, or the file is written anew.
    """

    what: str
    file: str
    pattern: str
    new: str

    def applied(self, text: str) -> str:
        """Return a file's text after the edit.

        Raises:
            ValueError: The place is not there.
        """
        if not self.pattern:
            return text + self.new
        edited, count = re.subn(self.pattern, self.new, text, count=1, flags=re.DOTALL)
        if not count or edited == text:
            raise ValueError(f"{self.file} has nothing like {self.pattern!r} to edit")
        return edited


EDITS = (
    Edit("a comment in mathcore", "mathcore/field.py", "", "\n# A comment.\n"),
    Edit(
        "the pace of descent's last beat",
        "scenes/descent.py",
        r"(def the_whole_walk.*?run_time=)",
        r"\g<1>1.5 * ",
    ),
    Edit(
        "a caption in the middle of descent",
        "scenes/descent.py",
        r'(def the_way_down.*?self\.say\(")',
        r"\1Now: ",
    ),
    Edit("the length of recap's walk", "scenes/recap.py", r"WALK = 6\.0", "WALK = 5.0"),
    Edit("descent's rate, in a lesson", "lesson.toml", "", "[descent]\nrate = 0.2\n"),
    Edit("a Chinese caption, for films in English", CATALOGUE, r"(你站在这里)", r"\1！"),
    Edit("a module that few films import", "mathcore/basins.py", "", "\nOTHER = 1\n"),
    Edit("the colour of a path", "scenes/stage/theme.py", r'(path=")#.', r"\1#A"),
)


@dataclass
class Project:
    """A copy of the project in which films are built."""

    folder: Path
    films: list[str]
    quality: str

    @classmethod
    def copied(cls, folder: Path, films: list[str], quality: str) -> Project:
        """Copy the project into an empty folder."""
        for room in ROOMS:
            shutil.copytree(HOME / room, folder / room)
        shutil.copy(HOME / "manim.cfg", folder)
        return cls(folder, films, quality)

    def environment(self) -> dict[str, str]:
        """Return the environment in which Python finds the copy."""
        return {**os.environ, "PYTHONPATH": str(self.folder)}

    def run(self, *command: str) -> tuple[float, str]:
        """Return the seconds that a command of Python's takes, and what it prints."""
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-P", *command],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        return time.perf_counter() - began, done.stdout

    def built(self) -> dict[str, float]:
        """Build the films; return seconds, and how many films and segments were drawn."""
        seconds, said = self.run("-m", "studio", "build", *self.films, "-q", self.quality)
        drawn = [int(count) for count in re.findall(r"(\d+) of \d+ segments drawn", said)]
        return {"seconds": seconds, "films": sum(map(bool, drawn)), "segments": sum(drawn)}

    def with_plain_manim(self) -> dict[str, float]:
        """Render the films one after another as `manim` does that keeps nothing."""
        spent = 0.0
        for film in self.films:
            command = "-m", "manim", f"-q{self.quality}", "--disable_caching"
            spent += self.run(*command, "--media_dir", "plain", f"scenes/{film}.py")[0]
        return {"seconds": spent, "films": len(self.films)}

    def edited(self, edit: Edit) -> Callable[[], object]:
        """Make an edit; return what undoes it."""
        path = self.folder / edit.file
        before = path.read_text(encoding="utf-8") if path.exists() else None
        path.write_text(edit.applied(before or ""), encoding="utf-8")
        if before is None:
            return path.unlink
        return lambda: path.write_text(before, encoding="utf-8")


def measure(project: Project) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield what was done, and seconds, films and segments drawn."""
    yield "plain Manim", project.with_plain_manim()
    yield "from nothing", project.built()
    yield "nothing", project.built()
    for edit in EDITS:
        undo = project.edited(edit)
        yield edit.what, project.built()
        undo()
        yield f"{edit.what}, taken back", project.built()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("films", nargs="*")
    parser.add_argument("-q", "--quality", default="l", choices=tuple("lmh"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    films = arguments.films or sorted(path.stem for path in HOME.glob("scenes/[a-z]*.py"))
    with tempfile.TemporaryDirectory() as folder:
        figures = {}
        for what, found in measure(Project.copied(Path(folder), films, arguments.quality)):
            figures[what] = found
            print(f"{what}: {found['seconds']:.1f} s", file=sys.stderr)
    if arguments.json:
        print(json.dumps(figures))
        return
    whole = figures["from nothing"]["seconds"]
    print(f"{'edited':42} {'seconds':>8} {'of a build':>10} {'films':>6} {'segments':>9}")
    for what, found in figures.items():
        segments = f"{found['segments']:9.0f}" if "segments" in found else ""
        share = found["seconds"] / whole
        print(f"{what:42} {found['seconds']:8.2f} {share:10.1%} {found['films']:6.0f} {segments}")


if __name__ == "__main__":
    main()
