"""Small films that a fake worker draws (`drawer`), and the command that builds them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from studio.record import sealed

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

PATIENCE = 60.0
"""Seconds after which what was to come is taken for lost."""

BEAT = """
    @beat
    def {name}(self):
        self.draw("{name}", {colour}, {seconds})
        self.say("See {name}.")
"""


def film_text(name: str, beats: dict[str, tuple[int, float]], more: str = "") -> str:
    """The text of a film: beat -> colour and seconds."""
    head = f"from scenes.stage import Film, beat, knob\n\n\nclass {name.title()}(Film):\n"
    head += f'    """A film."""\n\n    f = knob("x", "a text")\n{more}'
    return head + "".join(
        BEAT.format(name=beat, colour=colour, seconds=seconds)
        for beat, (colour, seconds) in beats.items()
    )


BEATS = {"first": (40, 1.0), "second": (90, 2.0), "third": (140, 1.0)}


def write_film(name: str, beats: dict[str, tuple[int, float]] = BEATS, more: str = "") -> Path:
    """Write a film into the current folder."""
    path = Path(f"{name}.py")
    path.write_text(film_text(name, beats, more), encoding="utf-8")
    return path


def launched(script: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start a command of the tests in the current folder, in a group of processes of its own."""
    kept = {name: value for name, value in os.environ.items() if "STEEPEST_" not in name}
    return subprocess.Popen(
        [sys.executable, "-P", str(HERE / script), *arguments],
        env={**kept, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start the command with the drawer's films."""
    ours = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)]), "HOME": str(Path.cwd())}
    return launched("fake_steepest.py", *arguments, **{**ours, **environment})


def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run the command; return exit status, standard output and standard error."""
    with start(*arguments, **environment) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@cache
def _built(*files: tuple[str, str]) -> tempfile.TemporaryDirectory[str]:
    """A folder, kept until the tests end, in which films were built: files and their texts."""
    folder = tempfile.TemporaryDirectory()
    with chdir(folder.name):
        for name, text in files:
            Path(name).write_text(text, encoding="utf-8")
        status, _, err = run("build", *[name for name, _ in files if name.endswith(".py")])
    assert status == 0, err
    return folder


def clean(*films: str) -> Path:
    """What a build of films of the current folder gives in one where there was no video."""
    beside = [path for film in films for path in sorted(Path().glob(f"{Path(film).stem}.*"))]
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in beside]
    return Path(_built(*texts).name) / "renders"


def write_and_build(name: str) -> None:
    """Write a film into the current folder, and there what a build of it gives."""
    film = write_film(name)
    built = clean(film.name)
    shutil.copytree(built, "renders", dirs_exist_ok=True)
    path = Path("renders", name, "film.json")
    record = json.loads(path.read_bytes())
    code = record["inputs"]["code"]  # it names a film by where it is
    code[str(film.resolve())] = code.pop(str(built.resolve().parent / film))
    path.write_text(json.dumps(sealed(record)), encoding="utf-8")


def contents(folder: Path) -> dict[str, object]:
    """What a version's folder holds: of files their bytes, of the record all but times and places.

    What a record says of a file outside the project is found under the file's name alone.
    """
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".cache" not in path.parts:
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    for name in [name for name in found if Path(name).name == "film.json"]:
        record = json.loads((folder / name).read_bytes())
        del record["digest"]  # of the times too
        for said in record["outputs"].values():
            del said["modified"]
        code = record["inputs"]["code"]
        record["inputs"]["code"] = {
            Path(file).name if Path(file).is_absolute() else file: said
            for file, said in code.items()
        }
        found[name] = record
    return found


def frames_of(video: Path) -> np.ndarray:
    """The frames of a video that decodes to its end."""
    with av.open(str(video)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def group_is_gone(group: int) -> bool:
    """Whether no process of a group is left."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            return False
    return True


def wait_until(holds: Callable[[], Any]) -> None:
    """Wait for something that comes about by itself."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
