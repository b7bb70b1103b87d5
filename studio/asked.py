"""What is asked of the films by lesson, environment and command line, told without running them.

The films judge values; here is only found out whether they were asked for the same before. So a
value stays the text that it was given as, in one spelling: `0.10` is `0.1`, and what is a knob's
default is not asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.knob_source import toml_value
from studio.options import LANGUAGES, SET, THEMES
from studio.source import FilmSource

LARGEST_LESSON = 100_000
"""Bytes; the films refuse larger ones."""

LONGEST_LINE = 2_000
"""Characters; the films refuse longer ones, and tomllib would take long over them."""


class UnclearError(Exception):
    """What is asked can only be told, or refused, by the films."""


@dataclass(frozen=True)
class Declared:
    """What must be known of a film to tell what is asked of it.

    `names` are those of its tables, `defaults` the texts of its knobs' defaults, `texts` the knobs
    that are texts, `files` those among them that may name a file.
    """

    names: tuple[str, ...]
    defaults: Mapping[str, str]
    texts: tuple[str, ...]
    files: tuple[str, ...] = ()

    @classmethod
    def by(cls, source: FilmSource) -> Declared:
        """Return what a film's source declares."""
        return cls(
            source.names,
            {name: knob.shown for name, knob in source.knobs.items()},
            tuple(name for name, knob in source.knobs.items() if knob.kind == "text"),
            tuple(name for name, knob in source.knobs.items() if knob.file),
        )

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Declared:
        """Return what a record has kept of it."""
        return cls(
            tuple(fields["names"]),
            dict(fields["defaults"]),
            tuple(fields["texts"]),
            tuple(fields.get("files", ())),
        )

    @property
    def fields(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "names": list(self.names),
            "defaults": dict(self.defaults),
            "texts": list(self.texts),
            "files": list(self.files),
        }


@dataclass(frozen=True)
class Asked:
    """What is asked of all films; `digest` differs wherever anything of it was typed otherwise.

    Paths in the lesson begin in its `folder`.
    """

    language: str
    theme: str
    digest: str
    lesson: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    folder: Path = Path()

    def of(self, film: Declared) -> dict[str, str]:
        """Return what is asked of a film: knob -> text, where it is not the default.

        What a lesson asks of all films is marked as such: a film may leave it to the others.
        """
        asked: dict[str, str] = {}
        for table in ("all", *film.names):
            for name, value in self.lesson.get(table, {}).items():
                asked[name] = _by_all(table, _spelled(value))
        for table in ("all", *film.names):
            for name, text in self.typed.get(table, {}).items():
                asked[name] = text if name in film.texts else _typed(text)
        return {
            name: text
            for name, text in asked.items()
            if name in film.defaults and bare(text) != film.defaults[name]
        }

    def files_of(self, film: Declared, beside: Path) -> dict[str, Path]:
        """Return the files that a film's knobs may name: knob -> path, whether it is there or not.

        Args:
            film: what it declares.
            beside: the folder of the film, where its own defaults begin.
        """
        found = {name: beside / film.defaults[name] for name in film.files}
        for folder, tables in ((self.folder, self.lesson), (Path(), self.typed)):
            for table in ("all", *film.names):
                for name, value in tables.get(table, {}).items():
                    if name in found and isinstance(value, str):
                        found[name] = folder / value
        return found


def bare(text: str) -> str:
    """Return a text of `Asked.of` without the mark.

    >>> bare("x^2 [all]")
    'x^2'
    """
    return text.removesuffix(_OF_ALL)


_OF_ALL = " [all]"


def _by_all(table: str, text: str) -> str:
    return f"{text}{_OF_ALL}" if table == "all" else text


def read_asked(settings: Mapping[str, str]) -> Asked:
    """Return what is asked of the films in the environment with these changes.

    Raises:
        UnclearError: something of it is wrong, and the films have the words for it.
    """
    environment = {**os.environ, **settings}
    named = environment.get("STEEPEST_LESSON", "")
    lesson, data = _lesson(named)
    lines = environment.get(SET, "")
    tables = {name: value for name, value in lesson.items() if isinstance(value, dict)}
    language = environment.get("STEEPEST_LANG") or lesson.get("language") or "en"
    theme = environment.get("STEEPEST_THEME") or lesson.get("theme") or "dark"
    if language not in LANGUAGES or theme not in THEMES:
        raise UnclearError
    folder = Path(named or "lesson.toml").parent
    told = json.dumps([data.decode("utf-8", "replace"), lines]).encode()
    digest = hashlib.sha256(told).hexdigest()
    return Asked(language, theme, digest, tables, _typed_tables(lines), folder)


def _lesson(named: str) -> tuple[dict[str, Any], bytes]:
    path = Path(named or "lesson.toml")
    if not os.path.lexists(path):
        if named:
            raise UnclearError
        return {}, b""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_LESSON:
            raise UnclearError
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
        if max(map(len, text.splitlines()), default=0) > LONGEST_LINE:
            raise UnclearError
        return tomllib.loads(text), data
    except (OSError, ValueError, RecursionError):
        raise UnclearError from None


def _typed_tables(lines: str) -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for line in lines.splitlines():
        if line.strip():
            full_name, equals, value = line.partition("=")
            film, _, name = full_name.strip().rpartition(".")
            if not (equals and name):
                raise UnclearError
            tables.setdefault(film or "all", {})[name] = value
    return tables


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else toml_value(value)


def _typed(text: str) -> str:
    """Return a typed value as a lesson would have it, where it is a number or a row of numbers.

    >>> _typed("0.10"), _typed("(1.6, -2)"), _typed("pi/4")
    ('0.1', '[1.6, -2]', 'pi/4')
    """
    row = text.strip()
    brackets = row[:1] + row[-1:] in ("[]", "()")
    items = (row[1:-1] if brackets else row).replace("，", ",").rstrip(", ").split(",")
    try:
        numbers = [float(item) for item in items]
    except ValueError:
        return text.strip()
    single = len(numbers) == 1 and not brackets and "," not in row
    return toml_value(numbers[0] if single else numbers)
