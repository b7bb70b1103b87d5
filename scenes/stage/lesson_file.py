"""A lesson file as TOML, whatever stands in it: its content or one sentence, in little time."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from scenes.stage.errors import FilmError
from scenes.stage.knobs import shown

LARGEST_FILE = 100_000
"""Bytes; a lesson is a page of text."""

LONGEST_LINE = 2_000
"""Characters; twice those of the longest function that is read.

tomllib's work and memory grow with the square of the parts of a dotted key, and a key is one line:
a single key of 100,000 bytes would take 10 GB.
"""

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds.

    Raises:
        FilmError: it is no regular file, too large, unreadable, not UTF-8 or not TOML.
    """
    text = _text_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            raise FilmError(
                f"{path}, line {number}: it has {len(line):,} characters; a line of a lesson has "
                f"at most {LONGEST_LINE:,}."
            )
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise FilmError(
            f"{path}: this is not valid TOML for a lesson: brackets inside brackets, too deep."
        ) from None
    except ValueError as error:  # also of numbers beyond all size
        raise FilmError(f"{path}: this is not valid TOML: {_reason(error, text)}.") from None


def _text_of(path: Path) -> str:
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):  # a pipe would be waited for, a device never ends
            kind = next((name for is_kind, name in _KINDS if is_kind(state.st_mode)), "no file")
            raise FilmError(f"{path}: a lesson is a text file; this is {kind}.")
        if state.st_size > LARGEST_FILE:
            raise _too_large(path)
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)  # some files do not tell their size
    except OSError as error:
        raise FilmError(
            f"{path}: it cannot be read ({error.strerror}). A lesson is a text file."
        ) from None
    if len(data) > LARGEST_FILE:
        raise _too_large(path)
    try:
        return data.decode("utf-8-sig")  # Windows editors put a mark first
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FilmError(
            f"{path}, line {line}: a lesson is UTF-8 text; byte {error.start} is not. "
            "Save it as UTF-8."
        ) from None


def _too_large(path: Path) -> FilmError:
    return FilmError(f"{path}: a lesson is at most {LARGEST_FILE:,} bytes long.")


def _reason(error: ValueError, text: str) -> str:
    reason = str(error)
    if reason.startswith("Exceeds the limit"):  # Python's own limit on digits
        return "a number has thousands of digits"
    if reason.startswith("Cannot overwrite a value"):  # which of them, tomllib does not say
        lines = text.rstrip().splitlines()
        place = re.search(r"at line (\d+)", reason)
        number = int(place[1]) if place else len(lines)
        return (
            f"line {number} sets for a second time what was set before: {shown(lines[number - 1])}"
        )
    return reason if len(reason) < 200 else shown(reason)
