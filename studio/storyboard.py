"""The storyboard: one picture of a film, with the last frame of every beat and its caption."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import typst

from studio.errors import StudioError, WorkerCrashedError
from studio.worker import run_worker

RENDERS = Path("renders")
"""Where the sheets go, seen from the working directory."""

TEMPLATE = Path(__file__).with_name("templates") / "storyboard.typ"

PATIENCE = 2.0
"""Seconds after which progress is told."""

STILL = re.compile(r"still (\d+) of (\d+): (\S+)")
"""How the worker tells of a picture."""


def make_storyboard(
    film: Path,
    *,
    height: int = 450,
    columns: int = 3,
    settings: Mapping[str, str] | None = None,
    output: Path | None = None,
) -> Path:
    """Draw a film's storyboard and return the PNG's path.

    Args:
        film: the film's file.
        height: of each still, in pixels.
        columns: stills beside each other.
        settings: environment variables that say what the film shows, besides our own.
        output: the sheet's path; by default `renders/FILM/storyboard.png`, or
            `storyboard-zh.png` for a film that came out in Chinese.

    Raises:
        StudioError: the film refuses its settings, or the sheet cannot be written.
        WorkerCrashedError: the film broke.
    """
    if output is not None and output.suffix.lower() != ".png":
        raise StudioError(f"{output}: a storyboard is a PNG picture. Name it {output.stem}.png.")
    folder = output.parent if output is not None else RENDERS / film.stem
    with _written_beside(folder, output) as unfinished, tempfile.TemporaryDirectory() as stills:
        progress = _Progress(film.stem)
        arguments = [str(film), stills, "--height", str(height)]
        said = run_worker(
            film.stem, "scenes.stage.stills", arguments, settings or {}, progress.takes_line
        )
        progress.end()
        for line in said:  # a film's own print() and warnings
            click.echo(line, err=True)
        sheet = Path(stills)
        unfinished.write_bytes(compose(sheet, columns))
        place = output or folder / sheet_name(sheet)
        os.replace(unfinished, place)
    return place


def sheet_name(stills: Path) -> str:
    """Return the file name of the sheet of these stills: English ones need no mention."""
    language = json.loads((stills / "beats.json").read_text(encoding="utf-8"))["language"]
    return "storyboard.png" if language == "en" else f"storyboard-{language}.png"


def compose(stills: Path, columns: int) -> bytes:
    """Return the sheet as PNG: stills at their own size, number, name, time and caption below.

    Args:
        stills: a folder with the pictures and `beats.json`, as `scenes.stage.stills` leaves it.
        columns: stills beside each other.

    Raises:
        WorkerCrashedError: Typst cannot set the sheet, for one because of a caption.
    """
    main = stills / TEMPLATE.name  # Typst reads nothing from outside its root
    shutil.copyfile(TEMPLATE, main)
    try:
        return typst.compile(
            main,
            root=stills,
            format="png",
            ppi=72.0,  # a Typst point is a pixel
            sys_inputs={"columns": str(columns)},
        )
    except typst.TypstError as error:
        raise WorkerCrashedError(f"the sheet could not be set: {error.message}") from error


@contextmanager
def _written_beside(folder: Path, output: Path | None) -> Iterator[Path]:
    """Give a file in `folder` that is gone in the end; refuse at once what cannot be written."""
    unfinished = folder / f".unfinished-{os.getpid()}-storyboard.png"
    try:
        if output is not None and output.is_dir():
            raise StudioError(f"{output}: the sheet is a file; this is a folder.")
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
        yield unfinished
    except OSError as error:
        raise StudioError(
            f"{output or folder}: the sheet cannot be written there ({error.strerror}). "
            "Make the folder writable, or name another place with -o."
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


class _Progress:
    """Tells of each still once the user has waited: a line that changes, or one a beat in a log."""

    def __init__(self, film: str):
        self._film = film
        self._started = time.monotonic()
        self._changes = sys.stderr.isatty()
        self._told = False

    def takes_line(self, line: str) -> bool:
        """Tell of a line that announces a still; return whether it did."""
        match = STILL.fullmatch(line)
        if match is None:
            return False
        if time.monotonic() - self._started > PATIENCE:
            number, count, name = match.groups()
            text = f"{self._film}: {number} of {count} beats, {name}"
            click.echo(f"\r\033[K{text}" if self._changes else text, err=True, nl=not self._changes)
            self._told = True
        return True

    def end(self) -> None:
        """Take the changing line away."""
        if self._told and self._changes:
            click.echo("\r\033[K", err=True, nl=False)
