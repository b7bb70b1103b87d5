"""What stands out in a formula: in a colour, or handed to a Typst function."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sympy

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def coloured(source: str, hex_colour: str) -> str:
    """Return Typst maths that shows ``source`` in a colour, its size and spacing unchanged.

    Raises:
        ValueError: if ``hex_colour`` is not six hexadecimal digits after a ``#``.

    >>> coloured("x^2", "#E69F00")
    '#text(fill: rgb("#E69F00"))[$x^2$]'
    """
    if not _COLOUR.fullmatch(hex_colour):
        raise ValueError(f"hex_colour={hex_colour!r}: a colour is written like '#E69F00'")
    return f'#text(fill: rgb("{hex_colour}"))[${source}$]'


def refuse_bad_marks(marks: Mapping[sympy.Basic, str]) -> None:
    """Refuse a mark that is neither a colour nor the name of a Typst function."""
    for part, mark in marks.items():
        if not (_COLOUR.fullmatch(mark) or _LABEL.fullmatch(mark)):
            raise ValueError(
                f"parts[{part}]={mark!r}: give a colour such as '#E69F00' or the name of a Typst"
                " function"
            )


def marked(source: str, mark: str) -> str:
    """Return Typst maths that shows ``source`` with ``mark``, a colour or a function's name."""
    return coloured(source, mark) if mark.startswith("#") else f"#{mark}[${source}$]"
