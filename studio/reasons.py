"""Why a version has to be drawn again: each difference between its record and now, in words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from studio.asked import bare
from studio.fingerprint import Now, beats_of, passed_on, source_name
from studio.picture import Picture
from studio.record import REPLACEABLE, Record, RecordError, is_as_written
from studio.version import Version

MOST = 3
"""Reasons of one kind that are told one by one."""

LANGUAGE_NAMES = {"zh": "Chinese", "en": "English"}


@dataclass(frozen=True)
class State:
    """A version beside its record: the reasons to draw it, none where it is up to date.

    `edited` are the beats that alone were edited, where that is all; `drifted` is set where
    something was written otherwise that counts for nothing, such as a comment, or for no picture,
    such as the style of the lecture page.
    """

    version: Version
    record: Record | None
    reasons: tuple[str, ...]
    edited: tuple[str, ...] = ()
    drifted: bool = False

    @property
    def sentence(self) -> str:
        """What `why` says: a sentence, also for nothing."""
        if not self.reasons:
            return f"nothing changed since {self.version.video} was built"
        return "; ".join(self.reasons)


def state_of(version: Version, now: Now) -> State:
    """Return how a version stands."""
    try:
        record = Record.of(version.folder)
    except RecordError as error:
        return State(version, None, (str(error),))
    if record is None:
        return State(version, None, ("not built yet",))
    code = _Code(record, version, now)
    others = [
        *_outputs(record, version),
        *_look(record, version),
        *_asked(record, version),
        *_files(record, version, now),
        *_texts(record, now),
        *_machine(record, now),
    ]
    reasons = (*code.reasons, *others)
    edited = () if others or not code.only_beats else code.edited
    drifted = code.drifted or record.inputs["asked_digest"] != version.asked.digest
    drifted = drifted or record.inputs["page"] != now.page()
    return State(version, record, reasons, edited, drifted and not reasons)


class _Code:
    """The sources of a version beside its record."""

    def __init__(self, record: Record, version: Version, now: Now):
        self.drifted = False
        self.edited: tuple[str, ...] = ()
        self._own = source_name(version.file)
        changed = []
        for name, known in record.inputs["code"].items():
            if now.bytes_of(name) == known["bytes"]:
                continue
            if now.code_of(name) == known["code"]:
                self.drifted = True
            else:
                changed.append(name)
        others = [_changed(name, now) for name in changed if name != self._own]
        others += list(self._facades(record, now))
        own = self._of_beats(record, now) if self._own in changed else []
        self.only_beats = bool(self.edited) and not others
        self.reasons = (*own, *_shortened(others, "other files"))
        if self._own not in record.inputs["code"]:
            self.only_beats = False
            self.reasons = (f"{version.folder} holds another film of this name",)

    def _of_beats(self, record: Record, now: Now) -> list[str]:
        text = now.text_of(self._own)
        if text is None:
            return [_changed(self._own, now)]
        try:
            beats = beats_of(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return [_changed(self._own, now)]
        before = record.inputs["beats"]
        changed = [
            name for name in {**before, **beats} if name and before.get(name) != beats.get(name)
        ]
        if not changed or before.get("") != beats[""]:
            return [_changed(self._own, now)]
        words = [
            f"beat {name} {'is new' if name not in before else 'is gone'}"
            if (name not in before) != (name not in beats)
            else f"beat {name} changed"
            for name in changed
        ]
        self.edited = tuple(name for name in changed if name in beats)
        return [f"{_shown(self._own)}: {', '.join(_shortened(words, 'other beats'))}"]

    def _facades(self, record: Record, now: Now) -> Iterator[str]:
        for name, known in record.inputs["facades"].items():
            if now.bytes_of(name) == known["bytes"]:
                continue
            names = passed_on(name, now)
            before = known["names"]
            if names is None or before is None:
                yield _changed(name, now)
                continue
            moved = [each for each, origin in before.items() if names.get(each) != origin]
            if moved:
                names_moved = ", ".join(_shortened(moved, "others"))
                yield f"{_shown(name)}: {names_moved} no longer as before"
            else:
                self.drifted = True


def _changed(name: str, now: Now) -> str:
    return f"{_shown(name)} is gone" if now.bytes_of(name) is None else f"{_shown(name)} changed"


def _shown(name: str) -> str:
    """Return a file's name as it is seen from here, where that is shorter."""
    return min(name, os.path.relpath(name), key=len) if os.path.isabs(name) else name


def _outputs(record: Record, version: Version) -> Iterator[str]:
    wrong = []
    for name, said in record.fields["outputs"].items():
        path = version.folder / name
        if not path.exists():
            wrong.append(f"{name} is missing")
        elif name not in REPLACEABLE and not is_as_written(path, said):
            wrong.append(f"{name} is not what was written")
    yield from _shortened(wrong, "other outputs")


def _look(record: Record, version: Version) -> Iterator[str]:
    fields = record.fields
    before = Picture(fields["width"], fields["height"], fields["frame_rate"])
    if before != version.picture:
        yield f"quality {before.name} → {version.picture.name}"
    for what, now in (("language", version.asked.language), ("theme", version.asked.theme)):
        if fields[what] != now:
            yield f"{what} {fields[what]} → {now}"


def _asked(record: Record, version: Version) -> Iterator[str]:
    film = record.declared
    before, now = record.inputs["asked"], version.asked.of(film)
    for name in film.defaults:
        old, new = before.get(name), now.get(name)
        if old != new:
            texts = [
                _value(film.defaults[name] if text is None else bare(text), name in film.texts)
                for text in (old, new)
            ]
            yield f"knob {name}: {' → '.join(texts)}"


def _files(record: Record, version: Version, now: Now) -> Iterator[str]:
    """Yield what became of the files that knobs named."""
    named = version.files(record.declared)
    for knob, known in record.inputs["files"].items():
        name = str(named[knob].absolute()) if knob in named else ""
        if name and now.bytes_of(name) != known:
            yield _changed(name, now)


def _value(text: str, quoted: bool) -> str:
    return f"'{text}'" if quoted else text


def _texts(record: Record, now: Now) -> Iterator[str]:
    own = {record.fields["language"]: record.inputs["texts"]}
    changed = [
        f'the {LANGUAGE_NAMES[language]} of "{english}" changed'
        for told in (own, record.inputs["words"])  # what is shown, and what the record says of it
        for language, texts in told.items()
        for english, text in texts.items()
        if now.texts(language).get(english, english) != text
    ]
    yield from _shortened(list(dict.fromkeys(changed)), "other texts")


def _machine(record: Record, now: Now) -> Iterator[str]:
    for name, version in record.inputs["versions"].items():
        here = now.version(name)
        if name != "schema" and here != version:
            yield f"{name} {version} → {here or 'none'}"
    before, settings = record.inputs["manim_settings"], now.manim_settings()
    for name in dict.fromkeys([*before, *settings]):
        if before.get(name) != settings.get(name):
            yield f"manim.cfg, {name}: {_setting(before, name)} → {_setting(settings, name)}"
    if record.inputs["installed_fonts"] != now.fonts():
        yield "the fonts on this machine changed"


def _setting(settings: Mapping[str, Any], name: str) -> str:
    return str(settings.get(name, "not set"))


def _shortened(items: list[str], rest: str) -> list[str]:
    """Return the first few, and how many there are besides.

    >>> _shortened(["a", "b", "c", "d", "e"], "other files")
    ['a', 'b', 'c', '2 other files']
    """
    if len(items) <= MOST + 1:
        return items
    return [*items[:MOST], f"{len(items) - MOST} {rest}"]
