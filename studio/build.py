"""Building: what is stale is drawn, by as many processes as there are, and nothing else.

First the versions are compared with their records, which needs neither Manim nor a lock. Only
where something is stale the rest comes into play: one build at a time in a folder, parts that are
drawn by a crew, versions that are published as they are done.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studio.asked import UnclearError, read_asked
from studio.errors import BROKEN, INTERRUPTED, REFUSED, StudioError
from studio.fingerprint import Now, facades_of
from studio.picture import Picture
from studio.reasons import State, state_of
from studio.source import require_python
from studio.version import CACHE, INDEX, RENDERS, Version
from studio.worker import run_aloud

if TYPE_CHECKING:
    from filelock import FileLock

    from studio.crew import Crew

LOCK = CACHE / "build.lock"

CHECK = "scenes.stage.check"
"""The module that says whether all films would refuse what is asked."""


class GivenUpError(Exception):
    """What was waited for, or drawn, is wanted no more."""


def versions_of(
    files: Sequence[Path], languages: Sequence[str], picture: Picture, settings: Mapping[str, str]
) -> list[Version]:
    """Return films in languages; without a language, in that of the lesson.

    Raises:
        UnclearError: what is asked can only be told, or refused, by the films.
    """
    versions: list[Version] = []
    chosen = [{"STEEPEST_LANG": language} for language in languages] or [{}]
    for language in chosen:
        theirs = {**settings, **language}
        asked = read_asked(theirs)
        theirs |= {"STEEPEST_LANG": asked.language, "STEEPEST_THEME": asked.theme}
        versions += [Version(file, picture, asked, theirs) for file in files]
    return sorted(versions, key=lambda version: files.index(version.file))


def states_of(versions: Sequence[Version]) -> list[State]:
    """Return how versions stand beside their records, at this moment."""
    now = Now()
    return [state_of(version, now) for version in versions]


def build(
    files: Sequence[Path],
    languages: Sequence[str],
    picture: Picture,
    settings: Mapping[str, str],
    jobs: int | None = None,
    scheduler: str | None = None,
) -> int:
    """Bring films up to date, say where they are, and return the exit status.

    That is 0; or 2 where a film refused what was set or could not be written; or 1 where one broke.
    The others are there. Ctrl-C ends it all with 130.

    Args:
        files: the films' files.
        languages: in which they are built; none for that of the lesson.
        picture: size and frame rate.
        settings: environment variables that say what the films show, besides our own.
        jobs: processes that draw at the same time; as many as there are cores by default.
        scheduler: address of a Dask cluster's scheduler, to draw there instead.
    """
    _refuse_twins(files)
    try:
        versions = versions_of(files, languages, picture, settings)
        states = states_of(versions)
        status = _checked(files, settings, states)
    except UnclearError:
        status = run_aloud(CHECK, [str(file) for file in files], settings)
        if status == 0:
            raise StudioError("what is set changed while it was read. Build again.") from None
        return status
    if status:
        return status
    if not any(state.reasons for state in states):
        for state in states:
            click.echo(f"{state.version.video}  (up to date)")
        _note_drift(states)
        _mend_index(states)
        return 0
    outcome = Outcome(len(versions))
    try:
        with alone():
            return _draw(states_of(versions), _crew(jobs, scheduler), outcome)
    except KeyboardInterrupt:
        click.echo(f"\nsteepest: stopped; {outcome.kept}.", err=True)
        return INTERRUPTED
    except OSError as error:
        raise unwritable(error) from error


def _refuse_twins(files: Sequence[Path]) -> None:
    """Refuse films that would be written into one folder."""
    for number, file in enumerate(files):
        for other in files[:number]:
            if other.stem == file.stem:
                raise StudioError(
                    f"{other} and {file} have the same name, and so the same place in {RENDERS}/. "
                    "Build them one by one in folders of their own, or rename one."
                )


class Outcome:
    """What became of the versions, and in how much time."""

    def __init__(self, count: int):
        self._count = count
        self._began = time.monotonic()
        self.current: list[str] = []
        self.rendered: list[str] = []
        self.refused: list[str] = []
        self.broken: list[str] = []

    @property
    def status(self) -> int:
        """The exit status."""
        return BROKEN if self.broken else REFUSED if self.refused else 0

    @property
    def kept(self) -> str:
        """What is said after Ctrl-C."""
        done = f"finished: {', '.join(self.rendered)}; " if self.rendered else ""
        return f"{done}earlier videos are as they were"

    @property
    def summary(self) -> str:
        """What is said in the end of more than one version."""
        from studio.progress import duration

        lists = {"refused": self.refused, "broken": self.broken}
        rest = "".join(f"; {how}: {', '.join(names)}" for how, names in lists.items() if names)
        current = f", {len(self.current)} up to date" if self.current else ""
        took = duration(time.monotonic() - self._began)
        return f"{len(self.rendered)} of {self._count} films rendered in {took}{current}{rest}"

    @property
    def is_alone(self) -> bool:
        """Whether there is one version, which has said it all."""
        return self._count == 1


def _crew(jobs: int | None, scheduler: str | None) -> AbstractContextManager[Crew]:
    from studio.crew import cluster, pool

    return pool(jobs or cores()) if scheduler is None else cluster(scheduler)


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _draw(states: Sequence[State], crew: AbstractContextManager[Crew], outcome: Outcome) -> int:
    """Draw what is stale, with the folder to ourselves."""
    from studio.schedule import draw

    stale: list[State] = []
    for state in states:
        if not state.reasons:
            click.echo(f"{state.version.video}  (up to date)")
            outcome.current.append(state.version.name)
            continue
        try:
            require_python(state.version.file)  # a slip of the pen needs no traceback
        except StudioError as error:
            error.show()
            outcome.broken.append(state.version.name)
        else:
            stale.append(state)
    if stale:
        with crew as those:
            draw(stale, those, outcome)
    if not outcome.is_alone:
        click.echo(f"steepest: {outcome.summary}.", err=True)
    return outcome.status


def _checked(files: Sequence[Path], settings: Mapping[str, str], states: Sequence[State]) -> int:
    """Have the films check what is asked, unless it was found right before, or one film will."""
    asked = states[0].version.asked if states else None
    if asked is None or not (asked.lesson or asked.typed):
        return 0
    known = {state.record.inputs["asked_digest"] for state in states if state.record is not None}
    speaks = len(states) == 1 and bool(states[0].reasons)
    if asked.digest in known or speaks:
        return 0
    return run_aloud(CHECK, [str(file) for file in files], settings)


@contextmanager
def alone(is_given_up: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Wait until no other build is at work in this folder, and keep others waiting.

    Args:
        is_given_up: whether waiting is of no use any more.

    Raises:
        GivenUpError: it was.
    """
    from filelock import FileLock, Timeout

    CACHE.mkdir(parents=True, exist_ok=True)
    lock = FileLock(LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        click.echo(f"steepest: another build is at work in {RENDERS}/; waiting for it.", err=True)
        _wait_for(lock, is_given_up)
    try:
        shutil.rmtree(CACHE / "parts", ignore_errors=True)  # a killed build's
        yield
    finally:
        lock.release()


def _wait_for(lock: FileLock, is_given_up: Callable[[], bool]) -> None:
    from filelock import Timeout

    while not is_given_up():
        with suppress(Timeout):
            lock.acquire(timeout=0.5)
            return
    raise GivenUpError


def _note_drift(states: Sequence[State]) -> None:
    """Take into the records what was written otherwise but counts for nothing; renew the pages.

    Else it would be parsed again by every build. Where that cannot be written, it is.
    """
    drifted = [state for state in states if state.drifted]
    if not drifted:
        return
    with suppress(OSError), alone():
        now = Now()
        for state in (state_of(state.version, now) for state in drifted):
            if state.drifted and state.record is not None:
                _take_over(state, now)


def _mend_index(states: Sequence[State]) -> None:
    """Write the page of all films anew where it does not show what was built.

    It is missing, or a build was killed before it; where it cannot be written, it stays so.
    """
    try:
        page = INDEX.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        page = ""
    records = [state.record.fields for state in states if state.record is not None]
    if all(fields["outputs"][fields["page"]]["sha256"] in page for fields in records):
        return
    from studio.index import write_index

    with suppress(OSError), alone():
        write_index()


def _take_over(state: State, now: Now) -> None:
    from studio.publish import rewrite_record

    assert state.record is not None
    fields, inputs = state.record.fields, state.record.inputs
    code = {name: {**said, "bytes": now.bytes_of(name)} for name, said in inputs["code"].items()}
    known = facades_of(code, now)
    facades = {name: known.get(name, said) for name, said in inputs["facades"].items()}
    digests = {"asked_digest": state.version.asked.digest, "page": now.page()}
    new = {**fields, "inputs": {**inputs, **digests, "code": code, "facades": facades}}
    rewrite_record(state.version, new, renew_pages=inputs["page"] != now.page())


def unwritable(error: OSError) -> StudioError:
    """Return what is said where something cannot be written."""
    place = error.filename or RENDERS
    return StudioError(
        f"{os.path.relpath(place) if os.path.isabs(str(place)) else place}: it cannot be written "
        f"({error.strerror}). Earlier videos are as they were. "
        "Make room, or make the folder writable, and build again."
    )


def why(
    files: Sequence[Path], languages: Sequence[str], picture: Picture, settings: Mapping[str, str]
) -> int:
    """Say of each version what changed since it was built; return the exit status.

    Args:
        files: the films' files.
        languages: the versions; none for that of the lesson.
        picture: size and frame rate that a build would have.
        settings: environment variables that say what the films show, besides our own.
    """
    try:
        states = states_of(versions_of(files, languages, picture, settings))
    except UnclearError:
        return run_aloud(CHECK, [str(file) for file in files], settings)
    for state in states:
        click.echo(f"{state.version.name}: {state.sentence}.")
    return 0
