"""Read-outs: the numbers on screen, their glyphs, and that they do not jump about."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.stage.readout import CHARACTERS, LONGEST, Readout, glyphs, number_text, vector_text


def parsed(text: str) -> float:
    """The number that a viewer reads."""
    plain = text.replace("−", "-").replace("∞", "inf").replace("–", "nan")
    plain = plain.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    mantissa, _, exponent = plain.partition("×10")
    return float(mantissa) * 10.0 ** int(exponent or 0)


@given(st.floats(-1e5, 1e5, exclude_min=True, exclude_max=True))
def test_a_number_is_shown_rounded_to_two_places_or_to_five_digits(value):
    text = number_text(value)
    assert re.fullmatch(r"−?(\d{1,2}\.\d\d|100\.00|\d{3}\.\d|\d{4,6}(\.0)?)", text)
    half = 0.005 if abs(value) < 100 else 0.05 if abs(value) < 1000 else 0.5
    assert abs(parsed(text) - value) <= half + 1e-9 * abs(value)
    assert text != "−0.00"
    assert len(text) <= LONGEST


@given(st.floats(1e5, 1e307) | st.floats(-1e307, -1e5))
def test_a_large_number_is_shown_as_a_power_of_ten(value):
    text = number_text(value)
    assert re.fullmatch(r"−?\d\.\d×10[⁰¹²³⁴⁵⁶⁷⁸⁹]+", text)
    assert parsed(text) == pytest.approx(value, rel=0.051)


@given(st.floats(), st.floats())
def test_every_number_is_made_of_the_characters_there_are(x, y):
    assert set(number_text(x)) <= set(CHARACTERS)
    assert set(vector_text(np.array([x, y]))) <= set(CHARACTERS) | {" "}


@given(st.floats(-1e5, 1e5), st.floats(0.01, 1e3))
def test_numbers_are_told_apart_however_far_from_0_they_are(away, spread):
    middle, near = away * spread, {"scale": spread, "spread": spread}
    here, there = (number_text(x, **near) for x in (middle, middle + spread / 50))
    assert here != there
    assert abs(parsed(here) - middle) <= spread / 50
    assert max(map(len, (here, there))) <= LONGEST


def test_what_is_no_number_has_a_sign_of_its_own():
    assert [number_text(x) for x in (math.nan, math.inf, -math.inf)] == ["–", "∞", "−∞"]
    assert number_text(-0.0) == "0.00"
    assert number_text(2.5, decimals=0) in ("2", "3")
    assert vector_text(np.array([1.0, -0.001])) == "(1.00, 0.00)"


def test_every_character_has_a_glyph_of_its_own_and_all_digits_one_width():
    table = glyphs()
    assert set(table) == set(CHARACTERS)
    for character, glyph in table.items():
        width, height, _ = np.ptp(glyph.points, axis=0)
        assert 0 < width <= 1.2 * glyph.advance + 0.05, character
        assert 0 < height < 1.2, character
        assert -0.15 < glyph.points[:, 0].min() < glyph.advance, character
    assert np.ptp([table[digit].advance for digit in "0123456789"]) < 1e-3
    shapes = {glyph.points.round(4).tobytes() for glyph in table.values()}
    assert len(shapes) == len(CHARACTERS)


def test_glyphs_stand_on_one_baseline():
    table = glyphs()
    for digit in "0123456789":
        assert abs(table[digit].points[:, 1].min()) < 0.04, digit
        assert 0.55 < table[digit].points[:, 1].max() < 0.75, digit
    assert table[","].points[:, 1].min() < -0.1
    assert table["⁸"].points[:, 1].min() > 0.25
    middle = [table[sign].points[:, 1].mean() for sign in "+−"]
    assert middle == pytest.approx([0.25, 0.25], abs=0.05)


def outline(readout: Readout) -> list[bytes]:
    return [slot.points.round(9).tobytes() for slot in readout.submobjects]


@pytest.mark.parametrize("align", [-1, 0, 1])
def test_a_readout_follows_its_number_and_forgets_what_it_showed_before(align):
    texts = ["(−1.25, 100.00)", "0.5", "(3.20, −2.40)", "∞"]
    now = [texts[0]]
    place = np.array([2.0, -1.0, 0.0])
    live = Readout(lambda: now[0], color="#FFFFFF", align=align).at(place)
    for text in texts:
        now[0] = text
        live.update()
        fresh = Readout(lambda same=text: same, color="#FFFFFF", align=align).at(place)
        assert live.shown == text
        assert outline(live) == outline(fresh)


@pytest.mark.parametrize(("align", "edge"), [(-1, 0), (0, 1), (1, 2)])
def test_the_anchor_stays_where_it_is_while_the_number_grows(align, edge):
    now = ["1"]
    readout = Readout(lambda: now[0], color="#FFFFFF", em=0.4, align=align).at(np.zeros(3))
    ends = []
    for text in ("8", "88888", "88.88"):
        now[0] = text
        readout.update()
        points = np.concatenate([slot.points for slot in readout.submobjects])
        left, right = points[:, 0].min(), points[:, 0].max()
        ends.append((left, (left + right) / 2, right)[edge])
    assert np.ptp(ends) < 0.01
    assert abs(ends[0]) < 0.05


def test_a_digit_that_does_not_change_does_not_move():
    now = ["1.11"]
    readout = Readout(lambda: now[0], color="#FFFFFF").at(np.zeros(3))
    before = outline(readout)
    now[0] = "1.71"
    readout.update()
    after = outline(readout)
    assert [a == b for a, b in zip(before, after, strict=True)][:4] == [True, True, False, True]


def test_too_long_a_text_is_refused():
    with pytest.raises(ValueError, match=f"at most {LONGEST} characters"):
        Readout(lambda: "1" * (LONGEST + 1), color="#FFFFFF")


def test_it_scales_with_its_type_size():
    sizes = [Readout(lambda: "3.14", color="#FFFFFF", em=em).height for em in (0.2, 0.4)]
    assert sizes[1] == pytest.approx(2 * sizes[0])


def test_a_long_text_is_set_smaller_so_that_it_stays_in_its_room():
    shown = ["3.20"]
    readout = Readout(lambda: shown[0], color="#FFFFFF", room=1.2)
    height = readout.height
    shown[0] = "−6.8×10⁶"
    assert readout.refresh().width <= 1.2
    assert readout.em < readout.full_em
    shown[0] = "3.20"
    assert readout.refresh().height == pytest.approx(height)
