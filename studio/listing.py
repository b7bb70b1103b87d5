"""What `steepest list` shows: the films, or one film's beats and knobs, as text or as JSON."""

from __future__ import annotations

import json
import os
import shutil
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.knob_source import KnobSource, Unread
from studio.source import BeatSource, FilmSource, UnreadFilm
from studio.titles import title_of

WIDEST = 100
"""Columns; longer lines are hard to read."""

LONGEST_DEFAULT = 24
"""Characters of a knob's default that the page shows."""

MOST_CAPTIONS = 2
"""Captions of a beat that the page shows."""

Found = FilmSource | UnreadFilm


def films_page(films: Sequence[Found]) -> str:
    """Return the films: name, title and, below it, summary, or why its source tells none."""
    column = max((len(film.name) for film in films), default=0) + 2
    lines = []
    for film in films:
        head = film.name.ljust(column)
        if isinstance(film, FilmSource):
            lines += [*_row(head, title_of(film.name)), *_row(" " * column, film.summary)]
        else:
            lines += _row(head, f"[broken] {film.reason}")
    return "\n".join(lines)


def film_page(film: FilmSource) -> str:
    """Return a film's title, its beats with their captions, and its knobs, in columns."""
    heading = _row("", f"{film.name}: {title_of(film.name)}")
    lines = [*heading, *_row("", film.summary), _short(film.file)]
    if film.beats:
        lines += ["", "Beats"]
        column = max(len(beat.name) for beat in film.beats) + 2
        for number, beat in enumerate(film.beats, 1):
            head = f"  {number:2}  {beat.name:<{column}}"
            first, *others = _captions(beat)
            lines += _row(head, first)
            for other in others:
                lines += _row(" " * len(head), f"or {other}")
    if film.knobs:
        lines += ["", "Knobs"]
        names = max(len(name) for name in film.knobs) + 2
        defaults = max(len(_default(knob)) for knob in film.knobs.values()) + 2
        for name, knob in film.knobs.items():
            head = f"  {name:<{names}}{_default(knob):<{defaults}}"
            lines += _row(head, f"{knob.meaning} ({knob.rule})")
    return "\n".join(lines)


def to_json(films: Sequence[Found]) -> str:
    """Return everything that is known of films as JSON: a list with one object for each.

    A knob's default is null where the source computes it; a film that cannot be read has an
    `error` and nothing else.
    """
    return json.dumps([_fields(film) for film in films], ensure_ascii=False, indent=2)


def _fields(film: Found) -> dict[str, Any]:
    place = {"film": film.name, "file": str(film.file)}
    if isinstance(film, UnreadFilm):
        return {**place, "error": film.reason}
    return {
        **place,
        "title": title_of(film.name),
        "summary": film.summary,
        "beats": [{"name": beat.name, "captions": list(beat.captions)} for beat in film.beats],
        "knobs": [_knob_fields(knob) for knob in film.knobs.values()],
    }


def _knob_fields(knob: KnobSource) -> dict[str, Any]:
    fields = {
        "name": knob.name,
        "type": knob.kind,
        "default": knob.default,
        "rule": knob.rule,
        "above": knob.above,
        "between": knob.between,
        "choices": knob.choices,
        "like": knob.like,
        "meaning": knob.meaning,
    }
    return {key: None if isinstance(value, Unread) else value for key, value in fields.items()}


def _captions(beat: BeatSource) -> list[str]:
    """Return the one or two captions of a beat, or of many the last: the usual case comes last."""
    captions = list(beat.captions) or [""]
    if len(captions) <= MOST_CAPTIONS:
        return captions
    return [captions[-1], f"one of {len(captions) - 1} others (--json has them)"]


def _default(knob: KnobSource) -> str:
    text = knob.shown
    return text if len(text) <= LONGEST_DEFAULT else text[: LONGEST_DEFAULT - 1] + "…"


def _row(head: str, text: str) -> list[str]:
    """Return a line, wrapped under itself where it is longer than the page is wide."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    if width < len(head) + 20:  # too narrow for columns
        return [(head + text).rstrip()]
    return textwrap.wrap(
        text,
        width,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
        break_long_words=False,
    ) or [head.rstrip()]


def _short(file: Path) -> str:
    """Return a path as it is seen from here, where that is shorter."""
    return min(str(file), os.path.relpath(file), key=len)
