"""The options that say what the films show: --set, --lang, --theme, --lesson.

The studio does not judge the values: it hands them on in the environment, as plain `manim` can be
told them too, and the film refuses what does not fit. Only names are checked here, so that a wrong
one is refused before anything is drawn.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import click
import cloup

from studio.catalogue import films
from studio.errors import StudioError, nearest
from studio.source import FilmSource, read_film

LANGUAGES = ("en", "zh")
"""What the films speak."""

THEMES = ("dark", "light")
"""How the films look."""

SET = "STEEPEST_SET"

_OWN_OPTIONS = {"language": "--lang", "lang": "--lang", "theme": "--theme", "lesson": "--lesson"}


@dataclass(frozen=True)
class Settings:
    """What was chosen: the assignments as typed, and everything as variables for a worker.

    `languages` are those that were named; a single one is among the variables too.
    """

    assignments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()


class Languages(click.ParamType):  # type: ignore[type-arg]  # generic in stubs alone
    """One language of the films, or several between commas."""

    name = "languages"

    def __init__(self, several: bool):
        self._several = several

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the languages, each once."""
        if isinstance(value, tuple):
            return value
        words = value.split(",") if self._several else [value]
        for word in words:
            if word not in LANGUAGES:
                several = ", or both: en,zh" if self._several else ""
                self.fail(f"{word!r} is not one of {_quoted(LANGUAGES)}{several}.", param, ctx)
        return tuple(dict.fromkeys(words))

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return how the help shows the value."""
        choice = f"[{'|'.join(LANGUAGES)}]"
        return f"{choice}[,…]" if self._several else choice


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def film_settings(
    *, several_languages: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what gives a command the options of films; it receives them as `settings`."""
    return lambda command: _with_options(command, several_languages)


def _with_options(command: Callable[..., Any], several_languages: bool) -> Callable[..., Any]:

    @wraps(command)
    def with_settings(
        *args: Any,
        assignments: tuple[str, ...],
        lang: tuple[str, ...] | None,
        theme: str | None,
        lesson: Path | None,
        **kwargs: Any,
    ) -> Any:
        languages = lang or ()
        one = languages[0] if len(languages) == 1 else None
        chosen = {"STEEPEST_LANG": one, "STEEPEST_THEME": theme}
        environment = {name: value for name, value in chosen.items() if value is not None}
        if lesson is not None:
            environment["STEEPEST_LESSON"] = str(_existing(lesson))
        if assignments:
            environment[SET] = joined(os.environ.get(SET, ""), assignments)
        settings = Settings(assignments, environment, languages)
        return command(*args, settings=settings, **kwargs)

    options = cloup.option_group(
        "What the films show",
        cloup.option(
            "--set",
            "assignments",
            metavar="NAME=VALUE",
            multiple=True,
            help='A knob, as often as needed: f="x^2 + 3y^2", start=1.6,1.2, or for one film '
            "descent.rate=0.2. `steepest list FILM` names them.",
        ),
        cloup.option("--lang", type=Languages(several_languages), help="Language of the captions."),
        cloup.option("--theme", type=click.Choice(THEMES), help="Colours."),
        cloup.option(
            "--lesson",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A lesson file.  [default: lesson.toml, where there is one]",
        ),
    )
    return options(with_settings)


def joined(before: str, assignments: Iterable[str]) -> str:
    """Return assignments as STEEPEST_SET has them: one a line, after what it held before.

    What was set before gives way to a new setting of the same knob, be it for all films.

    Raises:
        StudioError: an assignment is no NAME=VALUE, or has more than one line.
    """
    for text in assignments:
        name, equals, _ = text.partition("=")
        if not (name.strip() and equals):
            raise StudioError(f"--set {text}: write it as NAME=VALUE, such as rate=0.2.")
        if len(text.splitlines()) > 1:
            raise StudioError(f"--set {name.strip()}: a value is one line of text.")
    ours = {_full_name(text) for text in assignments}
    kept = [
        line
        for line in before.splitlines()
        if _full_name(line) not in ours and _knob(_full_name(line)) not in ours
    ]
    return "\n".join([*kept, *assignments])


def check_names(settings: Settings, files: Iterable[Path]) -> None:
    """Refuse a name in --set that none of the chosen films has.

    A film whose source cannot be read may have any knob: it will speak for itself.

    Raises:
        StudioError: naming the nearest knob of the chosen films.
    """
    if not settings.assignments:
        return  # reading the films takes half a second
    try:
        chosen = [read_film(file) for file in files]
    except StudioError:
        return
    for full_name in map(_full_name, settings.assignments):
        film, _, name = full_name.rpartition(".")
        named = [source for source in chosen if film in ("", *source.names)]
        if not named:
            raise StudioError(f"--set {full_name}: {_no_such(film, chosen)}")
        known = set().union(*(source.knobs for source in named))
        if name not in known:
            whose = f"the film {named[0].name} has no" if len(named) == 1 else "no film has a"
            option = _OWN_OPTIONS.get(name)
            hint = f" Use the option {option}." if option else nearest(name, known)
            raise StudioError(f'--set {full_name}: {whose} knob "{name}".{hint}')


def _no_such(film: str, chosen: list[FilmSource]) -> str:
    if film in films():
        return f'the film "{film}" is not among those to be drawn.'
    return f'no film named "{film}".{nearest(film, [source.name for source in chosen])}'


def _full_name(assignment: str) -> str:
    return assignment.partition("=")[0].strip()


def _knob(full_name: str) -> str:
    return full_name.rpartition(".")[2]


def _existing(lesson: Path) -> Path:
    """Return the lesson's path; refuse one where nothing is.

    Whether it is a lesson, the films find out.
    """
    if not os.path.lexists(lesson):
        beside = [str(path) for path in sorted(lesson.parent.glob("*.toml"))[:20]]
        hint = nearest(str(lesson), beside) if beside else " `steepest new` writes one."
        raise StudioError(f"--lesson {lesson}: there is no such file.{hint}")
    return lesson
