"""What a lecture sets: language, theme and knobs, from a lesson file and from the command line.

The command line wins over the file, the file over the film. The environment variable STEEPEST_SET
brings what `steepest --set` was given, one NAME=VALUE a line, and can tell plain `manim` the same;
STEEPEST_LANG, STEEPEST_THEME and STEEPEST_LESSON do so for `--lang`, `--theme` and `--lesson`.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from scenes.stage.errors import FilmError, nearest
from scenes.stage.knobs import LONGEST_SHOWN, Knob, shown
from scenes.stage.lesson_file import read_toml
from scenes.stage.theme import THEMES

LANGUAGES = ("en", "zh")

FilmKnobs = Mapping[str, frozenset[str] | None]
"""Film -> the names of its knobs, for every film that there is; None where it cannot be told."""


@dataclass(frozen=True)
class Lesson:
    """What a lesson file, or a command line, sets; empty where it says nothing.

    Paths in it begin in its `folder`.
    """

    source: str = "no lesson file"
    language: str | None = None
    theme: str | None = None
    shared: Mapping[str, Any] = field(default_factory=dict)
    films: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    folder: Path = Path()

    def settings_for(self, films: tuple[str, ...]) -> dict[str, tuple[str, Any]]:
        """Return knob -> (where it was set, value) for a film known by these names.

        A film's own table wins over `[all]`, a later name over an earlier one.
        """
        settings = {name: (self.place("all", name), value) for name, value in self.shared.items()}
        for film in films:
            for name, value in self.films.get(film, {}).items():
                settings[name] = (self.place(film, name), value)
        return settings

    def place(self, table: str, name: str) -> str:
        """Return where a knob is set, as a message begins."""
        return f"{self.source}, [{table}]"


class Typed(Lesson):
    """What was typed as NAME=VALUE: every value is a text, to be read by its knob."""

    def place(self, table: str, name: str) -> str:
        """Return where a knob is set, as a message begins."""
        return f"--set {name}" if table == "all" else f"--set {table}.{name}"

    def read_for(
        self, films: tuple[str, ...], knobs: Mapping[str, Knob]
    ) -> dict[str, tuple[str, Any]]:
        """Return knob -> (where it was set, value) for a film that has these knobs."""
        settings = self.settings_for(films)
        return {
            name: (where, knobs[name].read(text))
            for name, (where, text) in settings.items()
            if name in knobs
        }


def current_lesson(film_knobs: Callable[[], FilmKnobs]) -> Lesson:
    """Return the lesson that STEEPEST_LESSON names, or ./lesson.toml, or an empty one.

    Args:
        film_knobs: returns the knobs of every known film by the film's name; asked for where
            there is a lesson to check.

    Raises:
        FilmError: the file is missing, unreadable, or sets something that does not exist.
    """
    named = os.environ.get("STEEPEST_LESSON")
    path = Path(named or "lesson.toml")
    if not os.path.lexists(path):  # a dead link is there, and cannot be read
        if not named:
            return Lesson()
        raise FilmError(
            f"STEEPEST_LESSON={named}: there is no such file. "
            "Name a lesson file that exists, or unset the variable."
        )
    return read_lesson(path, film_knobs())


def read_lesson(path: Path, film_knobs: FilmKnobs) -> Lesson:
    """Read a lesson file and check every name in it.

    Raises:
        FilmError: with the file, the key, the rule and the nearest valid name.
    """
    content = read_toml(path)
    tables = {key: value for key, value in content.items() if isinstance(value, dict)}
    plain = {key: value for key, value in content.items() if key not in tables}
    for key in plain:
        if key not in ("language", "theme"):
            raise FilmError(
                f"{path}: there is no setting {shown(key)}."
                + nearest(key, ["language", "theme"])
                + " Knobs stand in a table such as [all] or [descent]."
            )
    for table, settings in tables.items():
        if table != "all" and table not in film_knobs:
            if _is_own_film(table, path.parent):
                continue  # the user's; it checks its table itself
            raise FilmError(f"{path}: {_no_film(table, film_knobs)}")
        for name in settings:
            if name in ("language", "theme"):
                raise FilmError(
                    f"{path}, [{table}]: {name} is one for all films. "
                    "It stands at the top of the file, above the first table."
                )
            _check_knob(f"{path}, [{table}]", table, name, film_knobs)
    shared = tables.pop("all", {})
    return Lesson(
        source=str(path),
        language=_choice(f"{path}: language = ", plain.get("language"), LANGUAGES),
        theme=_choice(f"{path}: theme = ", plain.get("theme"), tuple(THEMES)),
        shared=shared,
        films=tables,
        folder=path.parent,
    )


def typed_settings(film_knobs: Callable[[], FilmKnobs]) -> Typed:
    """Return what STEEPEST_SET sets: one NAME=VALUE a line, NAME being `knob` or `film.knob`.

    Args:
        film_knobs: returns the knobs of every known film; asked for where there is a name to check.

    Raises:
        FilmError: a line is no NAME=VALUE, or its name does not exist.
    """
    tables: dict[str, dict[str, str]] = {}
    for line in os.environ.get("STEEPEST_SET", "").splitlines():
        if not line.strip():
            continue
        full_name, equals, value = line.partition("=")
        full_name = full_name.strip()
        film, _, name = full_name.rpartition(".")
        if not (equals and name):
            written = _printable(line.strip())
            raise FilmError(f"--set {written}: write it as NAME=VALUE, such as rate=0.2.")
        known, where = film_knobs(), f"--set {_printable(full_name)}"
        if not film or film in known:
            _check_knob(where, film or "all", name, known)
        elif not _is_own_film(film):
            raise FilmError(f"{where}: {_no_film(film, known)}")
        tables.setdefault(film or "all", {})[name] = value
    return Typed(source="--set", shared=tables.pop("all", {}), films=tables)


def chosen_language(lesson: Lesson) -> str:
    """Return the language of the films: STEEPEST_LANG, else the lesson's, else English.

    Raises:
        FilmError: STEEPEST_LANG names a language that the films do not speak.
    """
    named = os.environ.get("STEEPEST_LANG") or None
    return _choice("STEEPEST_LANG=", named, LANGUAGES, bare=True) or lesson.language or "en"


def chosen_theme(lesson: Lesson) -> str:
    """Return the name of the films' theme: STEEPEST_THEME, else the lesson's, else dark.

    Raises:
        FilmError: STEEPEST_THEME names a theme that there is not.
    """
    named = os.environ.get("STEEPEST_THEME") or None
    return _choice("STEEPEST_THEME=", named, tuple(THEMES), bare=True) or lesson.theme or "dark"


def knobs_of_films(folder: Path) -> dict[str, frozenset[str] | None]:
    """Return film -> names of its knobs, read from the sources without running them.

    A source that is not Python has None: a broken film does not keep others from their lesson.
    """
    knobs: dict[str, frozenset[str] | None] = {}
    for path in sorted(folder.glob("*.py")):
        if not path.stem.startswith("_"):
            try:
                knobs[path.stem] = knobs_in_source(path.read_text(encoding="utf-8"))
            except (OSError, SyntaxError, ValueError):  # ValueError: bytes that are no text
                knobs[path.stem] = None
    return knobs


@cache
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


def _printable(text: str) -> str:
    """Return a text as a message repeats it bare: cut where it is long, and escaped if need be."""
    if len(text) <= LONGEST_SHOWN and text.isprintable():
        return text
    quoted = shown(text)
    return quoted[1:] if quoted.endswith("…") else quoted[1:-1]


def _no_film(name: str, film_knobs: FilmKnobs) -> str:
    quoted = '"' + shown(name)[1:-1] + '"'
    return f"no film named {quoted}.{nearest(name, film_knobs)}"


def _is_own_film(name: str, *folders: Path) -> bool:
    """Whether the user has a file of this name, here or beside the lesson: a film of their own."""
    places = (Path(), *folders)
    return name.isidentifier() and any((place / f"{name}.py").is_file() for place in places)


def _check_knob(where: str, table: str, name: str, film_knobs: FilmKnobs) -> None:
    """Refuse a knob that the table's film has not, or, in the table of all, no film."""
    asked = film_knobs.values() if table == "all" else [film_knobs[table]]
    readable = [names for names in asked if names is not None]
    known = frozenset().union(*readable)
    if name not in known and len(readable) == len(asked):
        owner = "no film has a" if table == "all" else f"the film {table} has no"
        raise FilmError(f"{where}: {owner} knob {shown(name)}.{nearest(name, known)}")


def _choice(
    subject: str, value: Any, allowed: tuple[str, ...], *, bare: bool = False
) -> str | None:
    if value is None or value in allowed:
        return value
    text = shown(value)
    raise FilmError(f"{subject}{text[1:-1] if bare else text}: it must be {' or '.join(allowed)}.")
