"""Captions: translated sentences at the foot of the frame, timed to be read."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from manim import UP, VMobject

from mathcore.typeset import coloured
from scenes.stage.formula import Typesetter
from scenes.stage.theme import CAPTION, CAPTION_EM, CHARACTERS_PER_SECOND

MEANINGS = {
    "u": "direction",
    "h u": "direction",
    "nabla f": "gradient",
    "nabla g": "gradient",
    "-nabla f": "gradient",
    "nabla L": "gradient",
    "-nabla L": "gradient",
    "D f": "gradient",
    "-eta nabla f": "path",
    "-eta beta bold(v)": "direction",
}
"""Maths that wears its colour in captions: Typst source -> name in the theme."""

STRUT = "#box(width: 0.01pt, height: 0.84em, baseline: 0.24em, fill: black)"
"""Typst markup of an unseen first glyph: it shows where a line of text has its foot."""

LOCALE = Path(__file__).with_name("locale")


@cache
def translations(language: str) -> dict[str, str]:
    """Return English -> `language` of every caption; empty for English, the source language."""
    if language == "en":
        return {}
    path = LOCALE / language / "LC_MESSAGES" / "steepest.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


def reading_time(sentence: str, language: str) -> float:
    """Return the seconds that a sentence needs on screen.

    >>> reading_time("Look along x.", "en")
    0.9
    """
    shown = re.sub(r"[$\\*_#]", "", sentence)
    return math.ceil(10 * len(shown) / CHARACTERS_PER_SECOND[language]) / 10


def caption(sentence: str, typesetter: Typesetter) -> VMobject:
    """Return a sentence on the caption strip's one baseline, set smaller where it is long."""
    colors = {source: getattr(typesetter.theme, name) for source, name in MEANINGS.items()}
    sentence = re.sub(
        r"\$([^$]+)\$",
        lambda maths: (
            f"${coloured(maths[1], colors[maths[1]])}$" if maths[1] in colors else maths[0]
        ),
        sentence,
    )
    line = typesetter.words(STRUT + sentence, em=CAPTION_EM)
    if line.width > CAPTION.width:
        line.scale(CAPTION.width / line.width)
    line.set_x(CAPTION.center[0]).shift((CAPTION.bottom - line[0].get_bottom()[1]) * UP)
    return line.remove(line[0])
