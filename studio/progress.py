"""How far a build is: a line for each film on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table

UPDATES = 4
"""Pictures a second of what changes."""


@dataclass
class PartNews:
    """What a part has told: the beats it has begun, in their order, and the frames it has drawn.

    `weights` are the beats that it draws, with how long each takes.
    """

    weights: Mapping[str, float]
    began: float = field(default_factory=time.monotonic)
    begun: list[str] = field(default_factory=list)
    frames: int = 0
    first: float | None = None
    done: bool = False

    def read(self, text: str) -> None:
        """Take in all that was told so far."""
        lines = [line.split() for line in text.splitlines()]
        self.begun = [words[2] for words in lines if words[0] == "beat" and len(words) == 3]
        self.frames = sum(int(words[1]) for words in lines if words[0] == "frames")
        if self.begun and self.first is None:
            self.first = time.monotonic()

    @property
    def finished(self) -> list[str]:
        """The beats of this part that are drawn."""
        beats = self.begun if self.done else self.begun[:-1]
        return [beat for beat in beats if beat in self.weights]

    @property
    def time_left(self) -> float | None:
        """Seconds until it is done; None as long as nobody can tell."""
        if self.done:
            return 0.0
        whole = sum(self.weights.values())
        share = sum(self.weights[beat] for beat in self.finished) / whole if whole else 0.0
        if self.first is None or share == 0:
            return None
        return (time.monotonic() - self.first) * (1 - share) / share


class Progress:
    """How far the films are that are being drawn; shown nowhere."""

    def __init__(self) -> None:
        self._films: dict[str, dict[int, PartNews]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End what is shown."""

    def begin(self, film: str, parts: Mapping[int, Mapping[str, float]]) -> None:
        """Begin to show a film whose parts draw these beats."""
        self._films[film] = {number: PartNews(weights) for number, weights in parts.items()}

    def tell(self, film: str, part: int, text: str) -> None:
        """Take in all that a part has told so far."""
        self._films[film][part].read(text)

    def part_done(self, film: str, part: int) -> None:
        """Note that a part is drawn."""
        self._films[film][part].done = True

    def end(self, film: str) -> None:
        """Show a film no longer."""
        self._films.pop(film, None)

    def say(self, line: str, err: bool = False) -> None:
        """Print a line."""
        click.echo(line, err=err)

    def show(self) -> None:
        """Show how far the films are."""


class TerminalProgress(Progress):
    """Shows the films that are being drawn, on a terminal alone."""

    def __init__(self) -> None:
        super().__init__()
        self._live: Live | None = None
        if sys.stderr.isatty():
            console = Console(stderr=True, highlight=False)
            self._live = Live(
                console=console, transient=True, auto_refresh=False, redirect_stdout=False,
                redirect_stderr=False,
            )  # fmt: skip

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take away what is shown."""
        if self._live is not None:
            self._films.clear()
            self.show()
            self._live.stop()

    def say(self, line: str, err: bool = False) -> None:
        """Print a line above what changes."""
        if self._live is not None:  # it would stand in the middle of it
            self._live.update("", refresh=True)
        super().say(line, err)
        self.show()

    def show(self) -> None:
        """Show how far the films are."""
        if self._live is None:
            return
        table = Table.grid(padding=(0, 2))
        for film, parts in self._films.items():
            table.add_row(film, *columns(list(parts.values())))
        self._live.update(table, refresh=True)


def columns(parts: list[PartNews]) -> tuple[str, str, str]:
    """Return beats, frames a second and time left of a film in these parts, in words.

    >>> columns([PartNews({"hill": 1.0})])
    ('0 of 1 beats', '', '')
    """
    count = len({beat for part in parts for beat in part.weights})
    beats = f"{sum(len(part.finished) for part in parts)} of {count} beats"
    frames = sum(part.frames for part in parts)
    since = [part.first for part in parts if part.first is not None]
    rate = frames / max(time.monotonic() - min(since), 0.1) if since and frames else 0.0
    left = [part.time_left for part in parts]
    known = [seconds for seconds in left if seconds is not None]
    remaining = f"{duration(max(known))} left" if len(known) == len(left) else ""
    return beats, f"{rate:.0f} frames/s" if rate else "", remaining


def duration(seconds: float) -> str:
    """Return a time in words.

    >>> duration(3.21), duration(75), duration(3700)
    ('3.2 s', '1 min 15 s', '1 h 01 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
