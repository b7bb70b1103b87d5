"""Names as they are written: letters, words, subscripts."""

from __future__ import annotations

from mathcore.expression import GREEK_NAMES


def typeset_name(name: str) -> str:
    """Return a variable's name: ``w_10``, ``theta``, ``italic("rate")``."""
    base, _, subscript = name.partition("_")
    return (
        f"{typeset_word(base)}_{typeset_subscript(subscript)}" if subscript else typeset_word(base)
    )


def typeset_word(word: str) -> str:
    """Return a name without its subscript, a word of several letters in italics."""
    plain = (len(word) == 1 and word.isalpha()) or word in GREEK_NAMES
    return word if plain else f"italic({_quoted(word)})"


def typeset_subscript(subscript: str) -> str:
    """Return a subscript, a word of several letters upright."""
    plain = subscript.isdigit() or (len(subscript) == 1 and subscript.isalpha())
    return subscript if plain else _quoted(subscript)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
