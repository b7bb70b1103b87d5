"""A film's segments, or those of some of its beats: `python -m scenes.stage.render JOB.json`.

The studio starts this, many at once where there are processors for it, and joins what they draw.
JOB.json says what is to be drawn (`Job`); its folder `output` receives one PNG a beat, the beat's
last frame, and `part.json`: which segments make up each beat, and all that the pictures depend on.
Lines on standard output tell how far it is: `beats 11`, `beat 3 look_along_x`, `frames 25` (drawn
since the last such line). Exit status 2 means that the film or its settings were refused; the
reason stands on standard error.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import sympy
from manim import tempconfig
from PIL import Image

from identity.digest import Digest
from scenes.stage.captions import translations
from scenes.stage.errors import FilmError
from scenes.stage.film import Film
from scenes.stage.film_identity import HOME, film_sources, machine_identity
from scenes.stage.lesson import LANGUAGES
from scenes.stage.stills import (
    description,
    film_in,
    in_words,
    refusals_told,
    summary_of,
    use_project_settings,
    write_json,
)

SCHEMA = "steepest-part-1"

NEWS = 0.5
"""Seconds between two lines about frames."""


@dataclass(frozen=True)
class Job:
    """What is to be drawn: a film's file, the picture, where segments and records go.

    `beats` are the names of those to be drawn, all where it is None.
    """

    film: Path
    width: int
    height: int
    frame_rate: float
    segments: Path
    output: Path
    beats: list[str] | None = None

    @classmethod
    def read(cls, file: Path) -> Job:
        """Return the job that a JSON file describes."""
        said = json.loads(file.read_text(encoding="utf-8"))
        places = {name: Path(said[name]) for name in ("film", "segments", "output")}
        return cls(**{**said, **places})


@dataclass
class _Record:
    """What a beat has come to, as it is drawn."""

    name: str
    segments: list[str] = field(default_factory=list)
    reused: int = 0
    caption: dict[str, str] = field(default_factory=dict)
    still: str = ""


def render(job: Job) -> dict[str, Any]:
    """Draw a job's segments and stills; return what `part.json` holds.

    Raises:
        FilmError: the file holds no film, or the film has no such beat.
    """
    job.output.mkdir(parents=True, exist_ok=True)
    picture = {
        "pixel_width": job.width,
        "pixel_height": job.height,
        "frame_rate": job.frame_rate,
        "format": "mp4",
        "transparent": False,
        "progress_bar": "none",
        "partial_movie_dir": str(job.segments),
        "video_dir": str(job.output),  # nothing is written there, but Manim makes the folder
        "input_file": str(job.film),
    }
    with tempconfig(picture):
        film = film_in(job.film)()
        unknown = set(job.beats or ()) - set(film.beats)
        if unknown:
            raise FilmError(f"{job.film}: there is no beat {', '.join(sorted(unknown))}.")
        drawn = _Drawn(film, job)
        film.render()
    return {**_description(film), **drawn.part(), "inputs": inputs(film)}


class _Drawn:
    """Listens to a film that is drawn, and keeps what is told of its beats."""

    def __init__(self, film: Film, job: Job):
        self._film, self._job = film, job
        self._records: dict[str, _Record] = {}
        self._frames, self._said = 0, time.monotonic()
        self._formula: dict[str, str] | None = None
        film.drawn = None if job.beats is None else frozenset(job.beats)
        film.renderer.file_writer.joins = False
        film.renderer.on_segment = self._segment
        film.renderer.on_frame = self._frame
        film.before_beat.append(self._begin)
        film.after_beat.append(self._end)

    def _begin(self, film: Film) -> None:
        if not self._records:
            print(f"beats {len(film.beats)}", flush=True)
            self._formula = formula(film)
        self._records[film.beat_name] = _Record(film.beat_name)
        print(f"beat {len(self._records)} {film.beat_name}", flush=True)

    def _segment(self, key: str, reused: bool) -> None:
        record = self._records[self._film.beat_name]
        record.segments.append(f"{key}.mp4")
        record.reused += reused

    def _frame(self, count: int) -> None:
        self._frames += count
        if time.monotonic() - self._said > NEWS:
            self._tell()

    def _tell(self) -> None:
        print(f"frames {self._frames}", flush=True)
        self._frames, self._said = 0, time.monotonic()

    def _end(self, film: Film) -> None:
        if film.drawn is not None and film.beat_name not in film.drawn:
            return
        record = self._records[film.beat_name]
        english, parts = film.said
        record.caption = in_all_languages(english, **parts)
        record.still = f"{len(self._records):02}_{film.beat_name}.png"
        film.renderer.update_frame(film)
        picture = Image.fromarray(film.renderer.get_frame()).convert("RGB")
        picture.save(self._job.output / record.still)

    def part(self) -> dict[str, Any]:
        """Return the beats that were drawn."""
        self._tell()
        return {
            "formula": self._formula,
            "beats": [self._beat(record) for record in self._records.values() if record.still],
        }

    def _beat(self, record: _Record) -> dict[str, Any]:
        frames = sum(_frames_in(self._job.segments / name) for name in record.segments)
        return {
            "name": record.name,
            "title": {language: in_words(record.name, language) for language in LANGUAGES},
            "caption": record.caption,
            "segments": record.segments,
            "frames": frames,
            "duration": frames / self._job.frame_rate,
            "still": record.still,
            "drawn": len(record.segments) - record.reused,
            "reused": record.reused,
        }


def _frames_in(segment: Path) -> int:
    with av.open(str(segment)) as container:
        return container.streams.video[0].frames


def formula(film: Film) -> dict[str, str] | None:
    """Return what f is, as text and as LaTeX; None for a film that is about no function.

    A film whose function is made of data says its `law` itself.
    """
    law = getattr(film, "law", None)
    land = getattr(film, "land", None)
    if land is None or law is not None:
        return law
    expression, variables = land.hill.expression, land.hill.variables
    text = str(expression).replace("**", "^")
    names = ", ".join(map(str, variables))
    latex = ", ".join(map(sympy.latex, variables))
    return {
        "text": f"{land.name}({names}) = {text}",
        "latex": f"{land.name}({latex}) = {sympy.latex(expression)}",
    }


def _description(film: Film) -> dict[str, Any]:
    return {
        **description(film),
        "schema": SCHEMA,
        "summary": in_all_languages(summary_of(type(film))),
        "theme": film.theme.name,
        "width": film.camera.pixel_width,
        "height": film.camera.pixel_height,
        "frame_rate": float(film.camera.frame_rate),
        "versions": machine_identity(),
    }


def in_all_languages(english: str, **parts: str) -> dict[str, str]:
    """Return a text in each language that the films speak, with its parts put in."""
    texts = {language: translations(language).get(english, english) for language in LANGUAGES}
    return {name: text.format(**parts) if parts else text for name, text in texts.items()}


def inputs(film: Film) -> dict[str, Any]:
    """Return all that a film's pictures depend on, as JSON has it.

    `code` has of each file the digests of its bytes and of its code as parsed; files of the
    project are named from its folder, others from the root. `texts` are those the film has used,
    `files` the digests of what is in the files that knobs name.
    """
    code = {}
    for path, file in film_sources(type(film)).items():
        name = path.relative_to(HOME).as_posix() if path.is_relative_to(HOME) else str(path)
        code[name] = {"bytes": file.data, "code": Digest(file.code.dump).value()}
    return {
        "code": code,
        "texts": film.texts,
        "knobs": film.chosen,
        "files": film.files,
        "language": film.language,
        "theme": film.theme.name,
        "fonts": list(film.typeset.fonts),
        "size": [film.camera.pixel_width, film.camera.pixel_height],
        "frame_rate": float(film.camera.frame_rate),
        "encoder": str(film.session_spec.video_encoder),
        "versions": machine_identity(),
    }


def main() -> None:
    """Draw the job named on the command line and write `part.json`."""
    job = Job.read(Path(sys.argv[1]))
    use_project_settings()
    with refusals_told():
        write_json(job.output / "part.json", render(job))


if __name__ == "__main__":
    main()
