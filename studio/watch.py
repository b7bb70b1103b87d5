"""Watching: after each save the stale beats, first as a preview, then as they are asked for.

One loop takes in what is saved, what processes tell and what the page says, and gives out what is
to be done. A save ends whatever an earlier one has begun.
"""

from __future__ import annotations

import ast
import itertools
import os
import queue
import secrets
import time
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import click

from studio import live
from studio.asked import Declared, UnclearError, read_asked
from studio.build import cores, states_of, versions_of
from studio.catalogue import FILMS, HOME
from studio.changes import Changes
from studio.errors import INTERRUPTED, FilmRefusedError, StudioError, WorkerCrashedError
from studio.fingerprint import MANIM_SETTINGS, ROOMS, beats_of
from studio.full import Done, FullBuild, Underway
from studio.live import Told
from studio.picture import QUALITIES, Picture
from studio.progress import duration
from studio.reel import CLIPS, ELSEWHERE, Reel
from studio.rehearse import Rehearsals
from studio.screen import Screen
from studio.source import is_beat, read_film, require_python
from studio.texts import LOCALE, translation, translations
from studio.version import Draft, Version
from studio.worker import run_worker

LOOK = 0.1
"""Seconds between two looks at the files."""

PREVIEW = "l"
"""The quality of previews."""

REHEARSED = 2
"""Films that stand by at a time, those last worked on: each takes some hundred megabytes."""

KEPT = 24 * 3600.0
"""Seconds after which the clips of an earlier watch are taken away."""

CHECK = "scenes.stage.check"
"""The module that says why it cannot be told what is asked."""

WORDS = (
    "Film",
    "Beats",
    "Play",
    "Pause",
    "Speed",
    "Place in the film",
    "preview",
    "full",
    "before the edit",
    "being drawn",
    "Go to what was edited",
    "Nothing is drawn yet.",
    "The film is broken; this is what it was before.",
    "The watch has ended. Start it again, then reload this page.",
)
"""What the page says, in English."""


def watch(
    files: Sequence[Path],
    language: str | None,
    picture: Picture,
    settings: Mapping[str, str],
    port: int | None,
    opens: bool,
) -> int:
    """Show films in a page that follows each save, until Ctrl-C; return the exit status.

    Args:
        files: the films' files.
        language: in which they are shown; None for that of the lesson.
        picture: the full quality.
        settings: environment variables that say what the films show, besides our own.
        port: of the page; the first free one where it is None.
        opens: whether the page is opened in a browser.

    Raises:
        StudioError: the port is taken.
    """
    news: queue.SimpleQueue[Any] = queue.SimpleQueue()
    screen = Screen(port, news.put)
    try:
        with Watch(files, language, picture, settings, news, screen) as loop:
            names = ", ".join(file.stem for file in files)
            click.echo(f"{screen.url}  watches {names}; Ctrl-C ends it.")
            if opens:
                webbrowser.open(screen.url)
            loop.run()
    except KeyboardInterrupt:
        click.echo("\nsteepest: no longer watching; all videos are whole.", err=True)
        return INTERRUPTED
    finally:
        screen.close()
    return 0


class Watch:
    """The films that are watched, and all that is at work for them."""

    def __init__(
        self,
        files: Sequence[Path],
        language: str | None,
        picture: Picture,
        settings: Mapping[str, str],
        news: queue.SimpleQueue[Any],
        screen: Screen,
    ):
        self._language, self._picture, self._settings = language, picture, settings
        self._news, self._screen = news, screen
        self._reels = [Reel(file) for file in files]
        self._order = list(self._reels)
        """The films, those last worked on first."""
        self._rehearsals = Rehearsals(self._order, news, self._fail, self._on_screen)
        self._numbers = itertools.count()
        self._saved = time.monotonic()
        self._says_when = False
        self._run = secrets.token_hex(4)
        self._jump: dict[str, Any] | None = None
        self._place = ""
        self._full: tuple[Reel, FullBuild] | None = None
        self._changes = Changes(self._files, self._folders)

    def __enter__(self) -> Self:
        _take_away_old_clips()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_full()
        self._rehearsals.close()

    def run(self) -> None:
        """Watch until something is raised."""
        for reel in self._reels:
            self._begin(reel, set())
        looked = 0.0
        while True:
            self._go_on()
            self._screen.show(*self._told())
            try:
                self._take(self._news.get(timeout=max(0.0, looked + LOOK - time.monotonic())))
            except queue.Empty:
                look = self._changes.look()
                looked = time.monotonic()
                if look.saved:
                    self._take_save({path.resolve() for path in look.changed})

    # What is looked at

    def _files(self) -> Iterator[Path]:
        for room in ROOMS:
            yield from (HOME / room).rglob("*.py")
        yield from LOCALE.rglob("*.po")
        yield from (Path(MANIM_SETTINGS).absolute(), HOME / MANIM_SETTINGS)
        yield Path.home() / ".config" / "manim" / MANIM_SETTINGS
        lesson = self._settings.get("STEEPEST_LESSON") or os.environ.get("STEEPEST_LESSON")
        yield Path(lesson or "lesson.toml").absolute()
        for reel in self._reels:
            yield reel.file.absolute()
            yield from reel.file.absolute().parent.glob("*.py")
            yield from self._named_by(reel)

    def _named_by(self, reel: Reel) -> Iterator[Path]:
        """Yield the files that the knobs of a film may name."""
        with suppress(UnclearError, StudioError):
            declared = Declared.by(read_film(reel.file))
            files = read_asked(self._settings).files_of(declared, reel.file.resolve().parent)
            yield from (path.absolute() for path in files.values())

    def _folders(self) -> Iterator[Path]:
        for room in ROOMS:
            yield from {file.parent for file in (HOME / room).rglob("*.py")}
        yield from {reel.file.absolute().parent for reel in self._reels}

    # What was saved

    def _take_save(self, changed: set[Path]) -> None:
        touched = [reel for reel in self._order if _concerns(reel, changed)]
        if not touched:
            return
        self._saved, self._says_when = time.monotonic(), True
        self._stop_full()
        self._rehearsals.take_save(changed)
        for reel in touched:
            if reel.file.resolve() in changed:
                self._put_first(reel)
        for reel in sorted(touched, key=self._order.index):
            self._begin(reel, changed)

    def _put_first(self, reel: Reel) -> None:
        self._order.remove(reel)
        self._order.insert(0, reel)

    def _begin(self, reel: Reel, changed: set[Path]) -> None:
        """Begin to find out how a film is now, and draw what was edited."""
        reel.number = next(self._numbers)
        reel.stop()
        reel.error, reel.work, reel.given_up, reel.drafted = None, "", False, False
        try:
            require_python(reel.file)
            reel.version, reel.preview = self._versions(reel.file)
            digests = _digests(reel.file)
            state = states_of([reel.version])[0]
        except StudioError as error:
            return self._fail(reel, {"what": error.format_message()})
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return self._fail(reel, {"what": f"{reel.file}: {error}"})
        reel.current = not state.reasons
        reel.show_built(state)
        edited = _edited_beats(reel, changed, digests)
        reel.digests = digests
        if edited == []:
            return None  # a comment, say
        if live.CAN_FORK and self._order.index(reel) < REHEARSED:
            self._rehearsals.begin(reel, edited)
        else:
            reel.forget()
        if changed and not reel.current and self._order[0] is reel:
            jump = {"film": reel.name, "beats": edited or []}
            self._jump = {"id": f"{self._run}-{reel.number}", **jump}
        return None

    def _versions(self, file: Path) -> tuple[Version, Version]:
        language = [self._language] if self._language else []
        # Files that are edited twice in a second would pass for those that were compiled.
        settings = {**self._settings, "PYTHONDONTWRITEBYTECODE": "1"}
        pictures = self._picture, QUALITIES[PREVIEW]
        try:
            full, preview = (versions_of([file], language, each, settings)[0] for each in pictures)
        except UnclearError:
            try:
                run_worker(file.stem, CHECK, [str(file)], settings, lambda line: False)
            except (FilmRefusedError, WorkerCrashedError) as error:
                raise StudioError(error.format_message().removeprefix("steepest: ")) from None
            raise StudioError("what is set changed while it was read. Save again.") from None
        return full, preview if live.CAN_FORK else Draft(**vars(preview))

    def _fail(self, reel: Reel, fault: Mapping[str, str]) -> None:
        """Show what went wrong with a film, in the page and in the terminal, once."""
        reel.to_draw.clear()
        if reel.error is not None:
            return
        reel.error = {"what": "", "where": "", "trace": "", **fault}
        where = f"{_seen_from_here(reel.error['where'])}: " if reel.error["where"] else ""
        reel.error["where"] = where.removesuffix(": ")
        click.echo(f"steepest: {reel.name}: {where}{reel.error['what']}", err=True)

    # What is told

    def _take(self, news: Any) -> None:
        match news:
            case Told():
                self._rehearsals.take(news)
            case Underway():
                if self._full is not None and self._full[1] is news.build:
                    self._full[0].work = news.words
            case Done():
                self._take_build(news)
            case {"film": str(film), "beat": str(beat)}:
                self._take_place(film, beat)

    def _take_place(self, film: str, beat: str) -> None:
        """Take in what the page shows: that comes first."""
        self._place = beat
        reel = next((reel for reel in self._reels if reel.name == film), None)
        if reel is not None and reel is not self._order[0]:
            stood_by = self._order.index(reel) < REHEARSED
            self._put_first(reel)
            for other in self._order[REHEARSED:]:
                other.forget()
                other.stop()
            if not stood_by and reel.error is None:
                self._begin(reel, set())

    def _on_screen(self, reel: Reel, beat: str) -> None:
        if self._says_when:
            self._says_when = False
            took = duration(time.monotonic() - self._saved)
            click.echo(f"{reel.name}: {beat} is shown, {took} after the save")

    # What is to be done

    def _go_on(self) -> None:
        """Have drawn what is stale: previews first, then films as they are asked for."""
        self._rehearsals.give_out(1 if self._says_when else cores(), self._place)
        if self._full is not None or any(reel.is_busy for reel in self._reels):
            return
        for reel in self._order:
            wanted = not (reel.current or reel.given_up or reel.error) and reel.version is not None
            if wanted and reel.version is not None:
                drafts = not (live.CAN_FORK or reel.drafted) and reel.preview is not None
                version = reel.preview if drafts and reel.preview else reel.version
                self._full = reel, FullBuild(version, reel.number, self._news)
                return

    def _stop_full(self) -> None:
        if self._full is not None:
            reel, build = self._full
            self._full, reel.work = None, ""
            build.stop()

    def _take_build(self, done: Done) -> None:
        if self._full is None or self._full[1] is not done.build:
            return
        (reel, _), self._full = self._full, None
        reel.work = ""
        if done.wrong:
            self._fail(reel, {"what": done.wrong.removeprefix("steepest: ")})
        if isinstance(done.build.version, Draft):
            reel.drafted = True
            reel.show_draft(states_of([done.build.version])[0])
            return
        for line in done.lines:
            click.echo(line)
        assert reel.version is not None
        state = states_of([reel.version])[0]
        reel.current, reel.given_up = not state.reasons, bool(state.reasons)
        if reel.current:
            reel.show_built(state)
            for beat in reel.beats.values():
                beat.built = beat.names

    def _told(self) -> tuple[dict[str, Any], list[Any]]:
        """Return what the page is told, and the clips that it may ask for."""
        version = next((reel.version for reel in self._order if reel.version), None)
        language = version.language if version else self._language or "en"
        state = {
            "language": language,
            "theme": version.asked.theme if version else "dark",
            "words": _words(language),
            "jump": self._jump,
            "films": [reel.told() for reel in self._reels],
        }
        beats = [beat for reel in self._reels for beat in reel.beats.values()]
        return state, [beat.clip for beat in beats if beat.clip is not None]


def _concerns(reel: Reel, changed: set[Path]) -> bool:
    """Whether a film may be another one, now that files have changed."""
    if reel.error is not None:
        return True  # even if nothing has changed: it may have been gone for a moment
    if not reel.code:
        return bool(changed)
    beside = {FILMS, reel.file.resolve().parent}
    return any(
        path.suffix != ".py"
        or path.name == "__init__.py"
        or path.parent not in beside
        or str(path) in reel.code
        for path in changed
    )


def _edited_beats(reel: Reel, changed: set[Path], digests: Mapping[str, str]) -> list[str] | None:
    """Return the beats that were edited; None where more was, or nothing is known yet."""
    others = {path for path in changed if path != reel.file.resolve() and path.suffix != ".po"}
    if not changed or others or not reel.code or reel.version is None:
        return None
    if list(digests) != list(reel.digests) or digests[""] != reel.digests[""]:
        return None
    texts = translations(reel.version.language)

    def is_retold(told: Mapping[str, str]) -> bool:
        return any(texts.get(english, english) != text for english, text in told.items())

    if is_retold(reel.texts):
        return None
    return [
        name
        for name, beat in reel.beats.items()
        if beat.digest != digests.get(name, ELSEWHERE) or is_retold(beat.texts)
    ]


def _digests(film: Path) -> dict[str, str]:
    """Return the digest of each beat in a film's file, in their order, and of the rest under ""."""
    text = film.read_text(encoding="utf-8-sig")
    digests = beats_of(text)
    order = [
        item.name
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.FunctionDef) and any(map(is_beat, item.decorator_list))
    ]
    return {name: digests[name] for name in ["", *order]}


def _seen_from_here(where: str) -> str:
    file, _, line = where.rpartition(":")
    return f"{min(file, os.path.relpath(file), key=len)}:{line}"


def _words(language: str) -> dict[str, str]:
    tr = translation(language)
    return {english: tr(english) for english in WORDS}


def _take_away_old_clips() -> None:
    """Take away clips of previews that nobody has looked at for long."""
    with suppress(OSError):
        for clip in CLIPS.iterdir():
            if time.time() - clip.stat().st_mtime > KEPT:
                clip.unlink()
