"""The build at work: parts are given out, taken in, given out again, and versions published."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TYPE_CHECKING

from studio.crew import Crew
from studio.drawing import AgainError, Drawing, Rendered
from studio.errors import FilmRefusedError, StudioError
from studio.part import PartResult
from studio.plan import begin_with, parts_of, weights_of
from studio.progress import UPDATES, Progress, TerminalProgress, duration
from studio.reasons import State

if TYPE_CHECKING:
    from studio.build import Outcome

Task = tuple[Drawing, int]
"""A version, and which of its parts."""


def draw(
    states: Sequence[State], crew: Crew, outcome: Outcome, progress: Progress | None = None
) -> None:
    """Draw versions and publish each as soon as it is there; note in `outcome` what became of it.

    Args:
        states: the versions, none of them up to date.
        crew: who draws.
        outcome: is filled in.
        progress: where it is shown how far they are; the terminal by default.

    Raises:
        OSError: something cannot be written, so that going on is of no use.
    """
    parts = parts_of(states, crew.size)
    drawings = [Drawing(state, parts[number], crew) for number, state in enumerate(states)]
    with progress or TerminalProgress() as shown:
        board = _Board(crew, shown, outcome)
        for number in begin_with(states):
            board.give_out(drawings[number])
        board.work()


class _Board:
    """What is given out, to whom, and since when."""

    def __init__(self, crew: Crew, progress: Progress, outcome: Outcome):
        self._crew, self._progress, self._outcome = crew, progress, outcome
        self._tasks: dict[Future[PartResult], Task] = {}
        self._began: dict[Drawing, float] = {}

    def give_out(self, drawing: Drawing) -> None:
        """Give out all parts of a version."""
        self._began.setdefault(drawing, time.monotonic())
        weights = weights_of(drawing.state)
        beats = [weights if part is None else part for part in drawing.parts]
        self._progress.begin(
            drawing.version.name,
            {n: {name: weights.get(name, 0.0) for name in part} for n, part in enumerate(beats)},
        )
        for number, job in drawing.jobs().items():
            self._tasks[self._crew.draw(job)] = drawing, number

    def work(self) -> None:
        """Take in parts until there are none."""
        while self._tasks:
            done, _ = wait(self._tasks, 1 / UPDATES, FIRST_COMPLETED)
            for future in done:
                task = self._tasks.pop(future, None)
                if task is not None:  # else its version was given up
                    self._take(future, *task)
            self._tell()

    def _take(self, future: Future[PartResult], drawing: Drawing, number: int) -> None:
        try:
            error = future.exception()
            if isinstance(error, OSError):
                raise error
            if error is not None:  # the process of the pool has died, whatever it was at
                drawing.try_again(f"the process that was to draw it has died ({_words(error)})")
                self._tasks[self._crew.draw(drawing.job(number))] = drawing, number
                return
            complete = drawing.take(number, future.result())
            self._progress.part_done(drawing.version.name, number)
            if complete:
                self._done(drawing, drawing.finish())
        except AgainError as error:
            self._again(drawing, error)
        except StudioError as error:
            self._failed(drawing, error)

    def _again(self, drawing: Drawing, why: AgainError) -> None:
        try:
            drawing.try_again(str(why))
        except StudioError as error:
            self._failed(drawing, error)
        else:
            self._give_up(drawing)
            self.give_out(drawing)

    def _done(self, drawing: Drawing, rendered: Rendered) -> None:
        name, seconds = drawing.version.name, time.monotonic() - self._began[drawing]
        self._outcome.rendered.append(name)  # before it is said: Ctrl-C may come at any moment
        segments = f"{rendered.drawn} of {rendered.drawn + rendered.reused} segments drawn"
        self._progress.end(name)
        self._progress.say(
            f"{rendered.video}  ({segments}, {duration(seconds)}: {drawing.state.sentence})"
        )

    def _failed(self, drawing: Drawing, error: StudioError) -> None:
        self._give_up(drawing)
        self._progress.end(drawing.version.name)
        refused = isinstance(error, FilmRefusedError)
        shown = error.format_message() if refused else f"steepest: {error.format_message()}"
        self._progress.say(shown, err=True)
        names = self._outcome.refused if refused else self._outcome.broken
        names.append(drawing.version.name)

    def _give_up(self, drawing: Drawing) -> None:
        """Take no part of a version in any more."""
        for future, (theirs, _) in list(self._tasks.items()):
            if theirs is drawing:
                future.cancel()
                del self._tasks[future]

    def _tell(self) -> None:
        for drawing, number in self._tasks.values():
            address = drawing.news.get(number)
            if address is not None:
                self._progress.tell(drawing.version.name, number, self._crew.news(address))
        self._progress.show()


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
