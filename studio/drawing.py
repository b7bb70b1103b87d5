"""A version while it is drawn: its parts, what they say, and whether that holds together."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from identity.seal import SEAL, is_whole
from studio import part as drawing_part
from studio.asked import Declared, UnclearError, read_asked
from studio.catalogue import HOME
from studio.crew import ATTEMPTS, Crew
from studio.errors import FilmRefusedError, StudioError, WorkerCrashedError
from studio.fingerprint import Now, beats_of, facades_of, source_name
from studio.options import LANGUAGES
from studio.parcel import parcel_of, take_in
from studio.part import PartJob, PartResult
from studio.plan import Part
from studio.publish import publish
from studio.reasons import State
from studio.source import read_film
from studio.version import CACHE
from studio.worker import ending

PARTS = CACHE / "parts"
"""Where parts leave their stills and records; what is found there is a killed build's."""


DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""What a worker dies of that no other film would survive; the encoder tells it in its own words."""


class AgainError(Exception):
    """What was drawn cannot be used, and drawing it again may mend that; the message says why."""


@dataclass(frozen=True)
class Rendered:
    """What came of a version."""

    video: Path
    drawn: int
    reused: int


class Drawing:
    """A version's parts, given out to a crew."""

    def __init__(self, state: State, parts: list[Part], crew: Crew):
        self.state, self.version, self.parts = state, state.version, parts
        self._crew = crew
        self._attempts = 0
        self._results: dict[int, PartResult] = {}
        self._outputs: dict[int, Path] = {}
        self.news: dict[int, str | None] = {}
        self._seen = _Seen(state)

    def jobs(self) -> dict[int, PartJob]:
        """Return what is to be drawn from the beginning, by the numbers of the parts."""
        self._seen = _Seen(self.state)
        self._results.clear()
        return {number: self.job(number) for number in range(len(self.parts))}

    def job(self, number: int) -> PartJob:
        """Return what is to be drawn for a part.

        Raises:
            WorkerCrashedError: it was tried too often.
        """
        version, picture = self.version, self.version.picture
        output = (
            PARTS.resolve()
            / f"{version.film}-{version.language}-{number}-{self._attempts}-{os.getpid()}"
        )
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir(parents=True)
        self._outputs[number] = output
        self.news[number] = self._crew.news_of(output)
        beats = self.parts[number]
        request = {
            "film": str(version.file.resolve()),
            "width": picture.width,
            "height": picture.height,
            "frame_rate": picture.frame_rate,
            "segments": str(version.segments.resolve()),
            "output": str(output),
            "beats": None if beats is None else list(beats),
        }
        job = PartJob(
            module=drawing_part.WORKER,
            request=request,
            settings=dict(version.settings),
            home=str(HOME),
            news=self.news[number],
            parcel=None,
        )
        return parcel_of(version, job) if self._crew.away else job

    def try_again(self, why: str) -> None:
        """Note that something is drawn again.

        Raises:
            WorkerCrashedError: it was tried too often.
        """
        self._attempts += 1
        if self._attempts >= ATTEMPTS:
            raise WorkerCrashedError(f"{self.version.name}: {why}. It was tried {ATTEMPTS} times.")

    def take(self, number: int, result: PartResult) -> bool:
        """Take in a part; return whether all of them are there.

        Raises:
            FilmRefusedError: the film refused its settings.
            WorkerCrashedError: it broke.
            AgainError: the process was killed, or the part cannot be used.
            OSError: the disk is full.
        """
        status, words = result["status"], result["words"]
        if status == FilmRefusedError.exit_code:
            raise FilmRefusedError("\n".join(words))
        if status < 0:
            raise AgainError(ending(status).rstrip("."))
        for code in DISK_FULL:
            if status != 0 and any(os.strerror(code) in line for line in words):
                raise OSError(code, os.strerror(code), str(self.version.segments))
        if status != 0 or result["part"] is None:
            last = "".join(f"\n  {line}" for line in words)
            said = " The end of what it said:" if last else ""
            raise WorkerCrashedError(f"{self.version.name}: {ending(status)}{said}{last}")
        if self._crew.away:
            take_in(self.version, result, self._outputs[number])
        self._results[number] = result
        return len(self._results) == len(self.parts)

    def finish(self) -> Rendered:
        """Put the parts together and publish the version.

        Raises:
            AgainError: a segment is damaged, something changed meanwhile, or beats are missing.
            WorkerCrashedError: the parts were drawn with different versions of something.
            OSError: something cannot be written.
        """
        parts = [self._said(number) for number in range(len(self.parts))]
        beats = sorted(
            (beat for part in parts for beat in part["beats"]), key=lambda beat: _place(beat)
        )
        if len(beats) != max(result["beats"] for result in self._results.values()):
            self.parts = [None]  # the film has beats that its source does not tell
            raise AgainError("the film has other beats than its source tells")
        whole: dict[str, Any] = {**parts[0], "beats": beats}
        segments = [self.version.segments / name for beat in beats for name in beat["segments"]]
        whole["inputs"] = self._inputs(parts, segments)
        damaged = [segment for segment in segments if not is_whole(segment)]
        if damaged:
            _remove(damaged)
            raise AgainError("a segment was damaged")
        stills = {
            beat["still"]: self._outputs[number] / beat["still"]
            for number, part in enumerate(parts)
            for beat in part["beats"]
        }
        try:
            video = publish(self.version, whole, stills, whole["inputs"])
        except ValueError as error:
            raise WorkerCrashedError(f"{self.version.name}: {error}.") from error
        counts = [sum(beat[name] for beat in beats) for name in ("drawn", "reused")]
        for output in self._outputs.values():
            shutil.rmtree(output, ignore_errors=True)
        return Rendered(video, *counts)

    def _said(self, number: int) -> Mapping[str, Any]:
        part = self._results[number]["part"]
        assert part is not None
        return part

    def _inputs(self, parts: list[Mapping[str, Any]], segments: list[Path]) -> dict[str, Any]:
        first = parts[0]["inputs"]
        for part in parts[1:]:
            if part["inputs"]["versions"] != first["versions"]:
                raise WorkerCrashedError(
                    f"{self.version.name}: {_difference(first['versions'], part)}. "
                    "All that draw need the same versions."
                )
        code = {name: said for part in parts for name, said in part["inputs"]["code"].items()}
        others = [
            {key: value for key, value in part["inputs"].items() if key not in ("texts", "code")}
            for part in parts
        ]
        one_film = all(json.dumps(other) == json.dumps(others[0]) for other in others)
        if not (one_film and self._seen.still_holds(code, first.get("files", {}))):
            _remove(segments)  # whose code they show is not certain
            raise AgainError("its sources or settings were edited while it was drawn")
        texts = {
            english: text for part in parts for english, text in part["inputs"]["texts"].items()
        }
        told = [parts[0]["summary"]["en"], *texts]
        told += [beat["title"]["en"] for part in parts for beat in part["beats"]]
        ours = self._seen.inputs(code, first["knobs"])
        return {**first, "code": code, "texts": texts, "words": self._seen.words(told), **ours}


class _Seen:
    """What the studio itself saw when the drawing began, to be recorded with it."""

    def __init__(self, state: State):
        self._version = state.version
        self._now = Now()
        self._sources = self._now.sources(state.version.file)
        self._settings = self._now.manim_settings(), self._now.fonts()
        self._texts = {language: self._now.texts(language) for language in LANGUAGES}

    def still_holds(self, code: Mapping[str, Mapping[str, str]], files: Mapping[str, str]) -> bool:
        """Whether what was drawn is what was seen, and the settings are as they were."""
        now = Now()
        try:
            asked = read_asked(self._version.settings)
        except UnclearError:
            return False
        if (now.manim_settings(), now.fonts()) != self._settings or asked != self._version.asked:
            return False
        named = self._version.files(self._declared())
        for knob, digest in files.items():
            if knob in named and now.bytes_of(str(named[knob].absolute())) != digest:
                return False
        return all(
            self._sources.get(name, said["bytes"]) == said["bytes"] for name, said in code.items()
        )

    def words(self, english: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return what texts are in all languages: the record tells captions in each."""
        return {
            language: {text: texts.get(text, text) for text in english}
            for language, texts in self._texts.items()
            if texts
        }

    def inputs(self, code: Mapping[str, Any], knobs: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a record says besides what the worker says."""
        declared = self._declared()
        inherited = {name: "" for name in knobs if name not in declared.defaults}
        declared = Declared(
            declared.names,
            {**declared.defaults, **inherited},
            (*declared.texts, *inherited),
            declared.files,
        )
        settings, fonts = self._settings
        text = self._now.text_of(source_name(self._version.file))
        return {
            "beats": beats_of(text or ""),
            "facades": facades_of(code, self._now),
            "manim_settings": settings,
            "installed_fonts": fonts,
            "page": self._now.page(),
            "declared": declared.fields,
            "asked": self._version.asked.of(declared),
            "asked_digest": self._version.asked.digest,
        }

    def _declared(self) -> Declared:
        try:
            return Declared.by(read_film(self._version.file))
        except StudioError:
            return Declared((self._version.film,), {}, ())


def _place(beat: Mapping[str, Any]) -> int:
    """Return which beat of the film it is: its still says so."""
    return int(str(beat["still"]).partition("_")[0])


def _remove(segments: list[Path]) -> None:
    for segment in segments:
        segment.unlink(missing_ok=True)
        segment.with_suffix(SEAL).unlink(missing_ok=True)


def _difference(versions: Mapping[str, str], part: Mapping[str, Any]) -> str:
    theirs = part["inputs"]["versions"]
    name = next(name for name in {**versions, **theirs} if versions.get(name) != theirs.get(name))
    return f"one part was drawn with {name} {versions.get(name)}, another with {theirs.get(name)}"
