"""A film brought up to date at its full quality, aside, as `steepest build` does it."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import Any

from studio.build import GivenUpError, Outcome, alone, cores, unwritable
from studio.errors import StudioError
from studio.fingerprint import Now
from studio.progress import Progress, columns
from studio.reasons import state_of
from studio.version import Version


@dataclass(frozen=True)
class Done:
    """A build has ended: what it said, and what went wrong."""

    build: FullBuild
    lines: tuple[str, ...] = ()
    wrong: str = ""


@dataclass(frozen=True)
class Underway:
    """How far a build is, in words."""

    build: FullBuild
    words: str


class FullBuild(threading.Thread):
    """Builds a version; what comes of it goes into a queue. `stop` has it end at once."""

    def __init__(self, version: Version, number: int, news: queue.SimpleQueue[Any]):
        super().__init__(daemon=True)
        self.version, self.number = version, number
        self._news = news
        self._given_up = threading.Event()
        self.start()

    def stop(self) -> None:
        """Give the build up, its processes included, and wait until they are gone."""
        self._given_up.set()
        self.join()

    def run(self) -> None:
        """Build, and tell how it ended."""
        from studio.crew import pool
        from studio.schedule import draw

        progress = _Told(self, self._news, self._given_up)
        outcome = Outcome(1)
        try:
            with alone(self._given_up.is_set):
                state = state_of(self.version, Now())
                if state.reasons:
                    with pool(cores()) as crew:
                        draw([state], crew, outcome, progress)
            self._news.put(Done(self, tuple(progress.lines), "\n".join(progress.wrong)))
        except GivenUpError:
            self._news.put(Done(self))
        except OSError as error:
            self._news.put(Done(self, (), f"steepest: {unwritable(error).format_message()}"))
        except StudioError as error:
            self._news.put(Done(self, (), f"steepest: {error.format_message()}"))


class _Told(Progress):
    """Tells the news instead of showing them; ends the build where it is given up."""

    def __init__(self, build: FullBuild, news: queue.SimpleQueue[Any], given_up: threading.Event):
        super().__init__()
        self._build, self._news, self._given_up = build, news, given_up
        self._words = ""
        self.lines: list[str] = []
        self.wrong: list[str] = []

    def say(self, line: str, err: bool = False) -> None:
        """Keep a line."""
        (self.wrong if err else self.lines).append(line)

    def show(self) -> None:
        """Tell how far the film is."""
        if self._given_up.is_set():
            raise GivenUpError
        for parts in self._films.values():
            beats, _, left = columns(list(parts.values()))
            words = ", ".join(filter(None, [beats, left]))
            if words != self._words:
                self._words = words
                self._news.put(Underway(self._build, words))
