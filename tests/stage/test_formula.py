"""A text looks as Manim reads it, and one that is set again is a mobject of its own."""

from __future__ import annotations

import numpy as np
import pytest
from manim import Typst, tempconfig

from scenes.stage.formula import Typesetter
from scenes.stage.theme import DARK

TEXTS = {
    "words": "Still lower: $f$ falls.",
    "a fraction": "$ f(x) = frac(x^2, 2) + sqrt(x) $",
    "colours": '$ #text(fill: rgb("#FF8800"))[$nabla f$] = (2x, 2y) $',
}


@pytest.fixture(autouse=True)
def media(tmp_path):
    with tempconfig({"media_dir": str(tmp_path)}):
        yield


def look(text):
    """What is seen of each glyph: its outline, its fill and its line."""
    return [
        (glyph.points, glyph.fill_rgbas, glyph.stroke_rgbas, glyph.get_stroke_width())
        for glyph in text.family_members_with_points()
    ]


def same(one, other):
    return len(one) == len(other) and all(
        np.allclose(mine, theirs, atol=1e-6)
        for glyph, its_like in zip(one, other, strict=True)
        for mine, theirs in zip(glyph, its_like, strict=True)
    )


@pytest.mark.parametrize("source", TEXTS.values(), ids=TEXTS)
def test_a_text_looks_as_manim_reads_it_the_first_time_and_the_second(source):
    typeset = Typesetter(DARK, "en")
    first, second = typeset.words(source), typeset.words(source)
    manims = Typst(
        source,
        font_size=first.font_size,
        typst_preamble=first.typst_preamble,
        color=DARK.ink,
        stroke_width=0 if "frac" not in source else None,
    )
    assert len(look(manims)) > 5
    assert same(look(first), look(manims))
    assert same(look(second), look(manims))


def test_a_text_that_is_set_again_does_not_follow_the_first():
    typeset = Typesetter(DARK, "en")
    source = TEXTS["a fraction"]
    before = look(typeset.words(source))
    first = typeset.words(source)
    first.scale(2).shift([1, 2, 0]).set_color("#FF0000")
    first.remove(first[0])
    second = typeset.words(source)
    assert same(look(second), before)
    lines = [glyph.get_stroke_width() for glyph in second.family_members_with_points()]
    assert max(lines) > 0
    second.scale(3)  # the line of the fraction grows along, and it is the text's own
    grown = [glyph.get_stroke_width() for glyph in second.family_members_with_points()]
    assert grown == pytest.approx([3 * width for width in lines])
    assert same(look(typeset.words(source)), before)
