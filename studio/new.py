"""A new lesson file: every knob of every film with its default, as comments ready to be set.

A line of explanation begins with `##`, one that sets something with `# `. So the file is valid as
it is, and also after one `#` was taken away from every line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from studio.catalogue import films
from studio.errors import StudioError
from studio.knob_source import KnobSource
from studio.source import FilmSource, read_films
from studio.texts import Translate, translation

WIDEST_SETTING = 36
"""Characters before the remarks, which stand in a column as far as this allows."""


def write_lesson(file: Path, language: str = "en") -> Path:
    """Write a new lesson file and return its path.

    Args:
        file: its path, which ends in `.toml`.
        language: `en` or `zh`: of the films and of the explanations.

    Raises:
        StudioError: there is such a file, or it cannot be written.
    """
    if file.suffix != ".toml":
        raise StudioError(f"{file}: a lesson is a TOML file. Name it {file.stem or file}.toml.")
    sources = read_films(films())
    for source in sources:
        if not isinstance(source, FilmSource):
            click.echo(f"steepest: left out: {source.reason}", err=True)
    readable = [source for source in sources if isinstance(source, FilmSource)]
    text = lesson_text(readable, file, language)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as lesson:
            lesson.write(text)
    except FileExistsError:
        raise StudioError(
            f"{file}: it is there already and stays as it is. Choose another name."
        ) from None
    except OSError as error:
        raise StudioError(
            f"{file}: it cannot be written ({error.strerror}). Name a folder that is there."
        ) from None
    return file


def lesson_text(sources: Sequence[FilmSource], file: Path, language: str) -> str:
    """Return what a new lesson file says about these films."""
    tr = translation(language)
    look = [
        (f'language = "{language}"', tr("en or zh")),
        ('theme = "dark"', tr("dark or light")),
    ]
    lines = [
        "## " + tr("A Steepest lesson: what the films of one lecture show."),
        "##",
        "## " + tr("A line that begins with one # is a default: take the # away, set your value."),
        "## "
        + tr("lesson.toml in the folder you work in is found by itself; any other is chosen so:"),
        "##",
        f"##     steepest build --lesson {file.name}",
        "##",
        "## " + tr("What is typed after the command (--set, --lang, --theme) wins over this file."),
        "",
        *_settings(look),
        "",
        "## " + tr("For every film that has these knobs; the table of a film, below, wins."),
        "[all]",
        *_knobs(shared_knobs(sources), tr),
    ]
    if language != "en":
        place = next(i for i, line in enumerate(lines) if line.startswith("# language"))
        lines[place] = lines[place].removeprefix("# ").replace("  #", "    #", 1)
    for source in sources:
        lines += ["", f"## {tr(source.summary)}", f"[{source.name}]"]
        lines += _knobs(list(source.knobs.values()), tr)
    return "\n".join(lines) + "\n"


def shared_knobs(sources: Sequence[FilmSource]) -> list[KnobSource]:
    """Return the knobs that several films have under one name, one rule and one meaning.

    Each has the default that most of these films have.
    """
    kinds: dict[str, list[KnobSource]] = {}
    for source in sources:
        for knob in source.knobs.values():
            kinds.setdefault(knob.name, []).append(knob)
    shared = []
    for knobs in kinds.values():
        same_rule = len({knob.rule for knob in knobs}) == 1
        if len(knobs) > 1 and same_rule:
            ((default, _),) = Counter(knob.toml for knob in knobs).most_common(1)
            shared.append(next(knob for knob in knobs if knob.toml == default))
    return shared


def _knobs(knobs: Sequence[KnobSource], tr: Translate) -> Iterator[str]:
    yield from _settings(
        [
            (f"{knob.name} = {knob.toml}", _remark(knob, tr))
            for knob in knobs
            if knob.toml is not None
        ]
    )
    for knob in knobs:
        if knob.toml is None:
            computed = tr("computed in the source")
            yield f"## {knob.name}: {_remark(knob, tr)} ({computed})"


def _remark(knob: KnobSource, tr: Translate) -> str:
    return tr("{meaning}; {rule}").format(meaning=tr(knob.meaning), rule=knob.rule_in(tr))


def _settings(settings: Sequence[tuple[str, str]]) -> Iterator[str]:
    lengths = [len(setting) for setting, _ in settings if len(setting) <= WIDEST_SETTING]
    column = max(lengths, default=0)
    for setting, remark in settings:
        yield f"# {setting:<{column}}  # {remark}"
