"""The catalogues of texts, read without Babel: its import takes a fifth of a second."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

from studio.catalogue import FILMS

LOCALE = FILMS / "stage" / "locale"
"""Where the films' catalogues stand."""

OWN_LOCALE = Path(__file__).with_name("locale")
"""Where the studio's own catalogues stand."""

Translate = Callable[[str], str]

_FIELD = re.compile(r'(msgid|msgstr)?\s*("(?:[^"\\]|\\.)*")')


def translations(language: str) -> dict[str, str]:
    """Return English -> `language` of the texts that the films translate; empty for English."""
    if language == "en":
        return {}
    path = LOCALE / language / "LC_MESSAGES" / "steepest.po"
    try:
        return read_po(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):  # the films will say what is wrong
        return {}


def translation(language: str) -> Translate:
    """Return a function from the studio's English to a language; what it lacks stays English."""
    if language == "en":
        return str
    path = OWN_LOCALE / language / "LC_MESSAGES" / "steepest.po"
    words = read_po(path.read_text(encoding="utf-8"))
    return lambda english: words.get(english, english)


def read_po(text: str) -> dict[str, str]:
    r"""Return what a catalogue translates; entries that are empty or fuzzy do not.

    >>> read_po('msgid "a"\nmsgstr "b"\n#, fuzzy\nmsgid "c"\nmsgstr "d"')
    {'a': 'b'}
    """
    found: dict[str, str] = {}
    entry, field, fuzzy = {"msgid": "", "msgstr": ""}, "", False
    for line in [*map(str.strip, text.splitlines()), 'msgid ""']:
        if line.startswith("#"):
            if field == "msgstr":  # the next entry's
                _keep(entry, fuzzy, found)
                entry, field, fuzzy = {"msgid": "", "msgstr": ""}, "", False
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        match = _FIELD.fullmatch(line)
        if match is None:
            continue
        if match[1] == "msgid" and field == "msgstr":
            _keep(entry, fuzzy, found)
            entry, fuzzy = {"msgid": "", "msgstr": ""}, False
        field = match[1] or field
        if field:
            entry[field] += ast.literal_eval(match[2])
    return found


def _keep(entry: dict[str, str], fuzzy: bool, found: dict[str, str]) -> None:
    if entry["msgid"] and entry["msgstr"] and not fuzzy:
        found[entry["msgid"]] = entry["msgstr"]
