"""Captions: translated sentences at the foot of the frame, timed to be read."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from manim import UP, VMobject

from scenes.stage.formula import Typesetter
from scenes.stage.theme import CAPTION, CAPTION_EM, CHARACTERS_PER_SECOND

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
    strut = "#box(width: 0.01pt, height: 0.8em, baseline: 0.2em, fill: black)"
    line = typesetter.words(strut + sentence, em=CAPTION_EM)
    if line.width > CAPTION.width:
        line.scale(CAPTION.width / line.width)
    line.set_x(CAPTION.center[0]).shift((CAPTION.bottom - line[0].get_bottom()[1]) * UP)
    return line.remove(line[0])
