"""Rendering with plain Manim, where its own options are asked for: one film after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from studio.errors import BROKEN, INTERRUPTED, REFUSED, StudioError
from studio.source import require_python
from studio.worker import ending, run_aloud


def render_plainly(
    files: Sequence[Path], manim_options: Sequence[str], settings: Mapping[str, str]
) -> int:
    """Render films with Manim, which says of each where it is; return the exit status.

    That is 0; or 2 where a film refused what was set; or 1 where one broke. The others are there.
    Ctrl-C ends it all with 130.

    Args:
        files: the films' files.
        manim_options: for Manim's command line.
        settings: environment variables that say what the films show, besides our own.
    """
    if len(files) > 1:  # what all films would refuse is refused once
        status = run_aloud("scenes.stage.check", [str(file) for file in files], settings)
        if status == REFUSED:
            return REFUSED
    ends: dict[Path, int] = {}
    for file in files:
        try:
            ends[file] = _render(file, manim_options, settings)
        except KeyboardInterrupt:
            what = f"stopped while {file.stem} was drawn; earlier videos are as they were"
            click.echo(f"\nsteepest: {what}.", err=True)
            return INTERRUPTED
    refused = [file.stem for file, status in ends.items() if status == REFUSED]
    broken = [file.stem for file, status in ends.items() if status not in (0, REFUSED)]
    if len(files) > 1 and refused + broken:
        done = f"{len(files) - len(refused + broken)} of {len(files)} films rendered"
        lists = {"refused": refused, "broken": broken}
        rest = "".join(f"; {how}: {', '.join(names)}" for how, names in lists.items() if names)
        click.echo(f"steepest: {done}{rest}.", err=True)
    return BROKEN if broken else REFUSED if refused else 0


def _render(file: Path, manim_options: Sequence[str], settings: Mapping[str, str]) -> int:
    """Render one film and return its exit status; where it broke, say so."""
    try:
        require_python(file)  # a slip of the pen needs no traceback
    except StudioError as error:
        error.show()
        return BROKEN
    status = run_aloud("scenes.stage.command", [*manim_options, str(file)], settings)
    if status not in (0, REFUSED):
        click.echo(f"steepest: {file.stem}: {ending(status)}", err=True)
    return status
