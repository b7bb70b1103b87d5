"""Live numbers: read-outs of cached digits, cheap enough to change on every frame."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from manim import DOWN, LEFT, VGroup, VMobject

from scenes.stage.formula import Formula
from scenes.stage.theme import READOUT_EM

CHARACTERS = "0123456789.,()+−×÷∞–=≈≤<>°%⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
"""What a read-out can show besides spaces."""

LONGEST = 28
"""Characters in the longest read-out."""

READABLE = 12
"""Characters of the longest single number; a longer one has a power of ten, if it loses digits."""

_SPACE = 0.25
"""Width of a space in em."""

_SAMPLE_EM = 0.5

_TINY = 1e-3
"""Numbers that are all smaller than this are shown with a power of ten."""

NEAR = 0.05
"""Numbers that lie no farther apart than this share of themselves are far from 0."""

_DIGITS = 15
"""Digits that a number certainly has."""


@dataclass(frozen=True)
class Glyph:
    """One character's outline at an em of 1, its pen position at the origin."""

    points: np.ndarray
    advance: float


@cache
def glyphs() -> dict[str, Glyph]:
    """Return the outline and the advance of every character a read-out can show.

    All characters are set once, on one baseline, each at the start of a cell two em wide behind a
    bar that marks the baseline; a second row of bars carries the advances.
    """
    cells = "".join(f'#cell("{character}")' for character in CHARACTERS)
    bars = "".join(f'#advance("{character}")' for character in CHARACTERS)
    sheet = Formula(
        "#set par(leading: 3em)\n"
        "#let bar(w) = box(width: w, height: 1pt, fill: black)\n"
        "#let cell(c) = box(width: 2em)[#c]\n"
        "#let advance(c) = context bar(measure(c).width)\n"
        f"#box[#bar(1pt)#h(2em - 1pt){cells}]\\ \n#box[{bars}]",
        font_size=96 * _SAMPLE_EM,
        typst_preamble='#set text(font: "New Computer Modern Math")',
        should_center=False,
    )
    parts = sheet.submobjects
    mark, outlines, widths = parts[0], parts[1 : len(CHARACTERS) + 1], parts[len(CHARACTERS) + 1 :]
    if len(widths) != len(CHARACTERS):
        raise RuntimeError(f"Typst drew {len(parts)} shapes for {len(CHARACTERS)} characters")
    origin = mark.get_corner(DOWN + LEFT)
    table = {}
    for column, (character, outline, width) in enumerate(
        zip(CHARACTERS, outlines, widths, strict=True), start=1
    ):
        pen = origin + np.array([2 * _SAMPLE_EM * column, 0.0, 0.0])
        table[character] = Glyph((outline.points - pen) / _SAMPLE_EM, width.width / _SAMPLE_EM)
    return table


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def number_text(
    value: float, decimals: int = 2, scale: float = 1.0, spread: float = math.inf
) -> str:
    """Return a number as a read-out shows it: rounded, with a true minus, never a minus zero.

    Args:
        value: the number.
        decimals: how many, where the numbers that it stands among are about 1 or more.
        scale: how large these are; where they are small there are more decimals.
        spread: how far they lie apart; where that is little beside the number itself, it has all
            digits that tell it from the others.

    >>> number_text(-0.004), number_text(-1.2), number_text(3.2e6), number_text(float("nan"))
    ('0.00', '−1.20', '3.2×10⁶', '–')
    >>> number_text(0.0234, scale=0.1), number_text(4.2e-6, scale=1e-5)
    ('0.023', '4.2×10⁻⁶')
    >>> number_text(-215.6), number_text(12345.678)
    ('−215.6', '12346')
    >>> number_text(1000002.5, spread=4.0), number_text(1.0000025, spread=4e-6)
    ('1000002.50', '1.00000250')
    """
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    if 0 < spread < NEAR * abs(value):
        needed = decimals - math.floor(math.log10(spread))
        known = _DIGITS - 1 - math.floor(math.log10(abs(value)))
        text = f"{value:.{max(min(needed, known), 0)}f}".replace("-", "−")
        if len(text) <= READABLE:
            return text
    tiny = 0 < scale < _TINY
    if 0 < scale < 0.5 and not tiny:
        decimals += math.ceil(-math.log10(scale))
    if abs(value) >= 1e5 or (tiny and abs(value) >= 5e-4 * scale):
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}×10".replace("-", "−") + str(int(exponent)).translate(_SUPERSCRIPTS)
    if abs(value) >= 100:  # as many digits as smaller numbers have
        decimals = max(decimals - math.floor(math.log10(abs(value))) + 1, 0)
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def short_text(value: float, digits: int = 3) -> str:
    """Return a number as short as `digits` significant digits allow.

    >>> short_text(0.15), short_text(0.08092), short_text(1.5e-7)
    ('0.15', '0.0809', '1.5×10⁻⁷')
    """
    mantissa, _, exponent = f"{value:.{digits}g}".replace("-", "−").partition("e")
    if not exponent:
        return mantissa
    return f"{mantissa}×10" + str(int(exponent.replace("−", "-"))).translate(_SUPERSCRIPTS)


def shown_number(text: str) -> float:
    """Return the number that a text of `number_text` or `short_text` shows; nan for "–".

    >>> shown_number("−1.20"), shown_number("3.2×10⁻⁶")
    (-1.2, 3.2e-06)
    """
    if text == "–":
        return math.nan
    mantissa, _, power = text.replace("−", "-").replace("∞", "inf").partition("×10")
    return float(f"{mantissa}e{power.translate(_LOWERED) or 0}")


def bracketed(text: str) -> str:
    """Return a number's text in brackets where it has a minus sign.

    >>> bracketed("−0.42"), bracketed("0.42")
    ('(−0.42)', '0.42')
    """
    return f"({text})" if text.startswith("−") else text


def as_maths(text: str) -> str:
    """Return a text of `number_text` or `short_text` as Typst maths.

    >>> as_maths("(−1.20)"), as_maths("3.2×10⁻⁶")
    ('(-1.20)', '3.2 times 10^(-6)')
    """
    plain = text.replace("−", "-").replace("×", " times ")
    return re.sub("[⁻⁰-⁹¹²³]+", lambda power: f"^({power[0].translate(_LOWERED)})", plain)


def equals(found: str, shown: str) -> str:
    """Return the sign before a result: = where the numbers shown before it give what is shown.

    Args:
        found: what these give, as it would be shown.
        shown: the result, which is that of the unrounded numbers.

    >>> equals("2.45", "2.45"), equals("2.46", "2.45")
    ('=', '≈')
    """
    return "=" if found == shown else "≈"


def vector_text(
    values: np.ndarray, decimals: int = 2, scale: float = 1.0, spread: float = math.inf
) -> str:
    """Return a row of numbers as a read-out shows it, each as `number_text` does.

    >>> vector_text(np.array([3.2, -2.4]))
    '(3.20, −2.40)'
    """
    texts = (number_text(float(value), decimals, scale, spread) for value in values)
    return f"({', '.join(texts)})"


def _advances(text: str) -> list[float]:
    """Return how wide each character of a text is, in em."""
    table = glyphs()
    return [table[c].advance if c != " " else _SPACE for c in text]


def text_width(text: str, em: float = READOUT_EM) -> float:
    """Return how wide a text is at a type size, in Manim units."""
    return em * sum(_advances(text))


class Readout(VGroup):
    """A line of text that may change on every frame, on a fixed baseline.

    Args:
        text: function that returns what to show now, of the characters in `CHARACTERS` and spaces.
        color: hex colour.
        em: type size in Manim units.
        align: -1 keeps the left end where it is, 0 the middle, 1 the right end.
        room: Manim units that it may be wide; a longer text is set smaller.
    """

    def __init__(
        self,
        text: Callable[[], str],
        *,
        color: str,
        em: float = READOUT_EM,
        align: int = -1,
        room: float = np.inf,
    ):
        super().__init__(
            *(VMobject(fill_color=color, fill_opacity=1, stroke_width=0) for _ in range(LONGEST))
        )
        self.full_em = self.em = em
        self.align = align
        self.room = room
        self.text = text
        self.shown = ""
        self._anchor = np.zeros(3)
        self.refresh()
        self.add_updater(lambda readout: readout.refresh())

    def at(self, anchor: np.ndarray) -> Self:
        """Put the baseline's left end, middle or right end (by `align`) at a point."""
        self._anchor = np.asarray(anchor, dtype=float)
        self.shown = ""
        return self.refresh()

    def number_places(self) -> list[np.ndarray]:
        """Return the middles (3,) of the numbers of a row such as `(3.20, 2.40)`."""
        comma, end = self.shown.index(","), len(self.shown) - 1
        parts = self.submobjects[1:comma], self.submobjects[comma + 2 : end]
        return [VGroup(*part).get_center() for part in parts]

    def refresh(self) -> Self:
        """Show what `text` returns now."""
        text = self.text()
        if text == self.shown:
            return self
        if len(text) > LONGEST:
            raise ValueError(f"{text!r}: a read-out shows at most {LONGEST} characters")
        self.shown = text
        table, advances = glyphs(), _advances(text)
        self.em = min(self.full_em, self.room / max(sum(advances), 1.0))
        pen = -sum(advances) * (self.align + 1) / 2
        for slot, character, advance in zip(self.submobjects, text, advances, strict=False):
            if character == " ":
                slot.points = np.zeros((0, 3))
            else:
                offset = np.array([pen, 0.0, 0.0])
                slot.points = self._anchor + self.em * (table[character].points + offset)
            pen += advance
        for slot in self.submobjects[len(text) :]:
            slot.points = np.zeros((0, 3))
        return self
