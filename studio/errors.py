"""What ends a command of the studio: one message, one exit status, no traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import IO, Any

import click


class StudioError(click.ClickException):
    """Something that the user can put right; ends with exit status 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on standard error."""
        click.echo(f"steepest: {self.format_message()}", file=file, err=True)


class FilmRefusedError(StudioError):
    """The film refused its settings; the message is the film's own."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the film's message as it came."""
        click.echo(self.format_message(), file=file, err=True)


class WorkerCrashedError(StudioError):
    """A film broke while it was drawn; ends with exit status 1."""

    exit_code = 1


REFUSED = StudioError.exit_code
"""Exit status where a film refused its settings, or something could not be written."""

BROKEN = WorkerCrashedError.exit_code
"""Exit status where a film broke."""

INTERRUPTED = 130
"""Exit status after Ctrl-C."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return ` Did you mean "…"?` for the nearest of `names`, or the list of them all.

    >>> nearest("decent", ["descent", "gradient"])
    ' Did you mean "descent"?'
    >>> nearest("zzz", ["descent", "gradient"])
    ' There are: descent, gradient.'
    """
    names = sorted(names)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f' Did you mean "{close[0]}"?'
    return f" There are: {', '.join(names)}." if names else ""
