"""Rendering: each film in a process of its own, one after another; none depends on the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from studio.errors import StudioError, WorkerCrashedError
from studio.worker import ending, run_aloud

REFUSED = 2
"""Exit status of a film that refused its settings."""

INTERRUPTED = 130
"""Exit status after Ctrl-C."""


def build(files: Sequence[Path], manim_options: Sequence[str], settings: Mapping[str, str]) -> int:
    """Render films with Manim, which says of each where it is; return the exit status.

    That is 0; or 2 where a film refused what was set; or 1 where one broke. The others are there.
    Ctrl-C ends it all with 130.

    Args:
        files: the films' files.
        manim_options: for Manim's command line.
        settings: environment variables that say what the films show, besides our own.
    """
    refused: list[str] = []
    broken: list[str] = []
    film = "nothing"
    try:
        if len(files) > 1:  # one sentence, rather than the same from every film
            status = run_aloud("scenes.stage.check", [str(file) for file in files], settings)
            if status == REFUSED:
                return REFUSED
        for file in files:
            film = file.stem
            status = run_aloud("scenes.stage.command", [*manim_options, str(file)], settings)
            if status == REFUSED:
                refused.append(film)
            elif status != 0:
                click.echo(f"steepest: {film}: {ending(status)}", err=True)
                broken.append(film)
    except KeyboardInterrupt:
        said = f"\nsteepest: stopped while {film} was drawn; earlier videos are as they were."
        click.echo(said, err=True)
        return INTERRUPTED
    if len(files) > 1 and refused + broken:
        done = f"{len(files) - len(refused + broken)} of {len(files)} films rendered"
        parts = [
            f"{how}: {', '.join(names)}"
            for how, names in (("refused", refused), ("broken", broken))
            if names
        ]
        click.echo(f"steepest: {done}; {'; '.join(parts)}.", err=True)
    if broken:
        return WorkerCrashedError.exit_code
    return StudioError.exit_code if refused else 0
