"""A film that stands by before each of its beats, so that an edited one is drawn at once.

`steepest watch` starts `serve` in a process that it has forked; it has this module imported, and no
film. For each order `walk` a process is forked that goes through a film without drawing anything
(a walk), and tells what the segments of each beat are called. Before each beat it leaves a process
behind that waits there. From this one a beat is drawn, in a process forked from it, and from it a
later walk begins when this beat was edited: what comes before need not be gone through again.

Each process has a wire of its own, and ends with it; what it tells is read in `studio/live.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, Protocol

from manim import tempconfig

from scenes.stage import warm
from scenes.stage.captions import translations
from scenes.stage.edited import take_over
from scenes.stage.errors import FilmError
from scenes.stage.film import Film
from scenes.stage.film_identity import HOME, film_sources
from scenes.stage.stills import film_in, in_words, use_project_settings


class Wire(Protocol):
    """What connects a process with the studio."""

    def tell(self, **said: Any) -> None:
        """Say something."""

    def hear(self) -> dict[str, Any] | None:
        """Return what is said next; None where nobody is there any more."""

    def close(self) -> None:
        """Close this end."""

    def end_with_it(self) -> None:
        """End this process when nobody is there any more."""


Connect = Callable[..., Wire]
Fault = Callable[[BaseException, Path], dict[str, str]]


def serve(wire: Wire, connect: Connect, fault: Fault) -> None:
    """Fork a walk through a film for each order.

    Args:
        wire: connects this process.
        connect: returns the wire of a new process, which says who it is.
        fault: returns what is told of an error in a film's file.
    """
    files = {getattr(module, "__file__", None) for module in sys.modules.values()}
    ours = sorted(file for file in files if file and Path(file).is_relative_to(HOME))
    wire.tell(ready=True, files=ours)
    warm.main()  # the compiled loops are loaded once, for all that are forked
    company = _Company(wire, connect)
    while (order := wire.hear()) is not None:
        if company.fork("walk", number=order["number"]):
            _Walk(company, fault, order).begin()


class _Company:
    """A process among others that it forks; `wire` is always its own."""

    def __init__(self, wire: Wire, connect: Connect):
        self.wire, self._connect = wire, connect

    def fork(self, role: str, **who: Any) -> bool:
        """Fork, and return whether this is the new process."""
        sys.stdout.flush()
        if os.fork():
            return False
        self.wire.close()
        self.wire = self._connect(role=role, **who)
        return True

    def leave(self) -> NoReturn:
        """End this process."""
        sys.stdout.flush()
        os._exit(0)


class _Walk:
    """A film gone through without drawing; after a fork, a beat of it drawn."""

    def __init__(self, company: _Company, fault: Fault, order: dict[str, Any]):
        self._company, self._fault = company, fault
        self._number: int = order["number"]
        self._order = order
        self._file = Path(order["film"])
        self._known: dict[str, str] = {}
        self._edited: frozenset[str] = frozenset()
        self._told_beats = False
        self._draws = False
        self._beat = ""
        self._segments: list[str] = []
        self._frames = 0

    def begin(self) -> NoReturn:
        """Go through the film and end."""
        self._company.wire.end_with_it()
        Film.refuse = staticmethod(_refuse)  # type: ignore[method-assign]
        with self._errors_told():
            os.environ.update(self._order["settings"])
            use_project_settings()
            picture = self._order["picture"]
            settings = {
                "pixel_width": picture["width"],
                "pixel_height": picture["height"],
                "frame_rate": picture["frame_rate"],
                "format": "mp4",
                "transparent": False,
                "progress_bar": "none",
                "partial_movie_dir": self._order["segments"],
                "video_dir": self._order["segments"],
                "input_file": str(self._file),
            }
            with tempconfig(settings):
                film = film_in(self._file)()
                writer = film.renderer.file_writer
                writer.joins = False
                self._real = writer.is_already_cached, film.renderer.render
                writer.is_already_cached = lambda key: True  # so that nothing is drawn
                film.renderer.render = lambda *_: None  # not even a play's last frame
                film.renderer.on_segment = self._segment
                film.renderer.on_frame = self._frame
                film.before_beat.append(self._before)
                film.after_beat.append(self._after)
                film.render()
        self._company.wire.tell(done=True)
        self._company.leave()

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        """Tell of what goes wrong, be it a refusal or a fault, and end."""
        try:
            yield
            return
        except FilmError as error:
            self._company.wire.tell(refused=f"steepest: {error}")
        except Exception as error:  # whatever a broken film does
            fault = self._fault(error, self._file)
            self._company.wire.tell(broken={**fault, "beat": self._beat})
        self._company.leave()

    # Before a beat

    def _before(self, film: Film) -> None:
        self._beat = film.beat_name
        if not self._told_beats:
            self._told_beats = True
            titles = {name: in_words(name, film.language) for name in film.beats}
            code = [str(file) for file in film_sources(type(film))]
            self._company.wire.tell(beats=titles, texts=film.texts, code=code)
        later = film.beats[film.beats.index(film.beat_name) :]
        if self._known.get(film.beat_name) == film.found and not self._edited & set(later):
            self._company.wire.tell(same_from=film.beat_name)
            self._company.leave()
        self._company.wire.tell(at=film.beat_name, found=film.found)
        if self._company.fork("stand-by", number=self._number, beat=film.beat_name):
            self._stand_by(film)
        self._segments, film.texts = [], {}

    def _stand_by(self, film: Film) -> None:
        """Wait before a beat; return in a process that is to draw it, or to go on from here."""
        while (order := self._company.wire.hear()) is not None:
            who = {"number": order["number"], "beat": film.beat_name}
            if self._company.fork(order["do"], **who):
                self._company.wire.end_with_it()
                self._go_on(film, order)
                return
        self._company.leave()

    def _go_on(self, film: Film, order: dict[str, Any]) -> None:
        self._number = order["number"]
        translations.cache_clear()
        if not take_over(film, self._file):
            self._company.wire.tell(other_film=True)
            self._company.leave()
        if order["do"] == "walk":
            self._known, self._edited = order["known"], frozenset(order["edited"])
            self._company.wire.tell(at=film.beat_name, found=film.found)
            return
        self._draws = True
        film.renderer.file_writer.is_already_cached, film.renderer.render = self._real

    # A beat's segments

    def _segment(self, key: str, reused: bool) -> None:
        self._segments.append(f"{key}.mp4")

    def _frame(self, count: int) -> None:
        self._frames += count
        if self._draws:
            self._company.wire.tell(frames=self._frames)

    def _after(self, film: Film) -> None:
        if self._draws:
            film.renderer.file_writer.join_all_encode_jobs()
            self._company.wire.tell(drawn=self._segments)
            self._company.leave()
        self._company.wire.tell(names=self._segments, texts=film.texts)


def _refuse(message: str) -> NoReturn:
    raise FilmError(message)
