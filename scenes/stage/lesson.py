"""A lesson file: language, theme and knobs for one lecture, read and checked."""

from __future__ import annotations

import ast
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenes.stage.errors import FilmError, nearest
from scenes.stage.knobs import shown
from scenes.stage.theme import THEMES

LANGUAGES = ("en", "zh")
LARGEST_FILE = 1_000_000
"""Bytes; a lesson is a page of text."""


@dataclass(frozen=True)
class Lesson:
    """What a lesson file sets; empty where it says nothing."""

    source: str = "no lesson file"
    language: str | None = None
    theme: str | None = None
    shared: Mapping[str, Any] = field(default_factory=dict)
    films: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def settings_for(self, films: tuple[str, ...]) -> dict[str, tuple[str, Any]]:
        """Return knob -> (where it was set, value) for a film known by these names.

        A film's own table wins over `[all]`, a later name over an earlier one.
        """
        settings = {name: (f"{self.source}, [all]", value) for name, value in self.shared.items()}
        for film in films:
            for name, value in self.films.get(film, {}).items():
                settings[name] = (f"{self.source}, [{film}]", value)
        return settings


def current_lesson(film_knobs: Callable[[], Mapping[str, frozenset[str]]]) -> Lesson:
    """Return the lesson that STEEPEST_LESSON names, or ./lesson.toml, or an empty one.

    Args:
        film_knobs: returns the knobs of every known film by the film's name; asked for where
            there is a lesson to check.

    Raises:
        FilmError: the file is missing, unreadable, or sets something that does not exist.
    """
    named = os.environ.get("STEEPEST_LESSON")
    if named:
        path = Path(named)
        if not path.exists():
            raise FilmError(
                f"STEEPEST_LESSON={named}: there is no such file. "
                "Name a lesson file that exists, or unset the variable."
            )
        return read_lesson(path, film_knobs())
    path = Path("lesson.toml")
    there = path.exists() or path.is_symlink()
    return read_lesson(path, film_knobs()) if there else Lesson()


def read_lesson(path: Path, film_knobs: Mapping[str, frozenset[str]]) -> Lesson:
    """Read a lesson file and check every name in it.

    Raises:
        FilmError: with the file, the key, the rule and the nearest valid name.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FilmError(f"{path}: a lesson file is at most {LARGEST_FILE:,} bytes long.")
        text = path.read_text(encoding="utf-8-sig")  # Windows editors put a mark first
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise FilmError(
            f"{path}: a lesson file is UTF-8 text; byte {error.start} is not. Save it as UTF-8."
        ) from None
    except (ValueError, RecursionError) as error:  # ValueError: also of numbers beyond all size
        raise FilmError(f"{path}: this is not valid TOML: {error}.") from None
    except OSError as error:
        raise FilmError(
            f"{path}: it cannot be read ({error.strerror}). A lesson is a text file."
        ) from None

    tables = {key: value for key, value in content.items() if isinstance(value, dict)}
    plain = {key: value for key, value in content.items() if key not in tables}
    for key in plain:
        if key not in ("language", "theme"):
            raise FilmError(
                f"{path}: there is no setting {key!r}."
                + nearest(key, ["language", "theme"])
                + " Knobs stand in a table such as [all] or [descent]."
            )
    for table, settings in tables.items():
        if table != "all" and table not in film_knobs:
            raise FilmError(
                f"{path}: no film named {json.dumps(table, ensure_ascii=False)}."
                + nearest(table, film_knobs)
            )
        known = film_knobs[table] if table != "all" else frozenset().union(*film_knobs.values())
        for name in settings:
            if name not in known:
                owner = "any film" if table == "all" else f"the film {table}"
                raise FilmError(
                    f"{path}, [{table}]: {owner} has no knob {name!r}." + nearest(name, known)
                )
    shared = tables.pop("all", {})
    return Lesson(
        source=str(path),
        language=_choice(path, "language", plain.get("language"), LANGUAGES),
        theme=_choice(path, "theme", plain.get("theme"), tuple(THEMES)),
        shared=shared,
        films=tables,
    )


def chosen_language(lesson: Lesson) -> str:
    """Return the language of the films: STEEPEST_LANG, else the lesson's, else English.

    Raises:
        FilmError: STEEPEST_LANG names a language that the films do not speak.
    """
    named = os.environ.get("STEEPEST_LANG")
    if not named:
        return lesson.language or "en"
    if named not in LANGUAGES:
        raise FilmError(f"STEEPEST_LANG={named}: it must be {' or '.join(LANGUAGES)}.")
    return named


def knobs_of_films(folder: Path) -> dict[str, frozenset[str]]:
    """Return film -> names of its knobs, read from the sources without running them.

    Raises:
        FilmError: a film's source is not Python.
    """
    knobs = {}
    for path in sorted(folder.glob("*.py")):
        if not path.stem.startswith("_"):
            try:
                knobs[path.stem] = knobs_in_source(path.read_text(encoding="utf-8"))
            except SyntaxError as error:
                raise FilmError(
                    f"{path}, line {error.lineno}: this is not Python ({error.msg}). The lesson is "
                    "checked against every film: put that right, or take the lesson away."
                ) from None
    return knobs


def knobs_in_source(source: str) -> frozenset[str]:
    """Return the names that class bodies of `source` bind to `knob(...)`.

    >>> sorted(knobs_in_source('class A: rate = knob(0.1, "η")'))
    ['rate']
    """
    return frozenset(
        target.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Name)
        and statement.value.func.id == "knob"
        for target in statement.targets
        if isinstance(target, ast.Name)
    )


def _choice(path: Path, key: str, value: Any, allowed: tuple[str, ...]) -> str | None:
    if value is None or value in allowed:
        return value
    raise FilmError(f"{path}: {key} = {shown(value)}: it must be {' or '.join(allowed)}.")
