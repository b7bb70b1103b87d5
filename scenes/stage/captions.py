"""Captions: translated sentences at the foot of the frame, timed to be read."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from manim import DOWN, VMobject

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
    """Return a sentence set on one line in the caption strip, smaller where it is long."""
    line = typesetter.words(sentence, em=CAPTION_EM)
    if line.width > CAPTION.width:
        line.scale(CAPTION.width / line.width)
    return line.move_to(CAPTION.center).align_to((0, CAPTION.bottom, 0), DOWN)
