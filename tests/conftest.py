"""What several test files share: a short film, the manim command, and decoded pictures."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from short_film import SHORT_FILM

# For texts by the thousand: the same ones each time, however long one takes.
settings.register_profile(
    "fuzz",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

ROOT = Path(__file__).resolve().parents[1]

SMALL = ("-r", "192,108", "--fps", "5", "-v", "WARNING")
"""Options of a render that takes a second or two."""

_OWN_VARIABLES = ("STEEPEST_", "DISPLAY", "WAYLAND_DISPLAY", "PYTHON")


@dataclass(frozen=True)
class Run:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def command_environment(project: Path = ROOT, **changes: str) -> dict[str, str]:
    """The environment of a command: no viewer, no lesson, the modules of `project`."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(_OWN_VARIABLES)
    }
    return kept | {"PYTHONPATH": str(project), "COLUMNS": "400"} | changes


def run_manim(
    *arguments: object, cwd: Path, project: Path = ROOT, before: str = "", **environment: str
) -> Run:
    """Run `manim ARGUMENTS` in a folder; `before` is Python that runs first in the same process."""
    start = ["-m", "manim"]
    if before:
        start = ["-c", f"{before}\nfrom manim.__main__ import main\nmain()"]
    done = subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        cwd=cwd,
        env=command_environment(project, **environment),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=500,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def decoded_frames(video: Path) -> np.ndarray:
    """Every frame of a video, (frames, height, width, 4), as bytes of red, green, blue, alpha."""
    with av.open(str(video)) as container:
        return np.stack([frame.to_ndarray(format="rgba") for frame in container.decode(video=0)])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that accepts changed pictures, see tests/stage/test_gold.py."""
    parser.addoption(
        "--update-gold", action="store_true", help="accept the stage's stills as they are drawn now"
    )


@pytest.fixture(scope="session")
def manim() -> Callable[..., Run]:
    """The manim command, see `run_manim`."""
    return run_manim


@pytest.fixture(scope="session")
def decoded() -> Callable[[Path], np.ndarray]:
    """See `decoded_frames`."""
    return decoded_frames


@pytest.fixture(scope="session")
def small() -> tuple[str, ...]:
    """Options of a small, quick render."""
    return SMALL


@pytest.fixture(scope="session")
def environment_of() -> Callable[..., dict[str, str]]:
    """See `command_environment`."""
    return command_environment


@pytest.fixture(scope="session")
def short_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short film's file, in a folder with nothing else in it."""
    path = tmp_path_factory.mktemp("film") / "short.py"
    path.write_text(SHORT_FILM, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def short_source() -> str:
    """The short film's text."""
    return SHORT_FILM


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return ROOT
