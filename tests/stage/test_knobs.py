"""Knobs: what each kind takes, what it refuses, and how it says so."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.stage.errors import FilmError, nearest
from scenes.stage.knobs import knob, shown

RATE = knob(0.15, "learning rate", above=0)
STEPS = knob(10, "how many steps", between=(1, 200))
START = knob((1.6, 1.2), "where the walk begins")
TEXT = knob("x^2", "the hill's height")
SWITCH = knob(True, "whether the map is shown")
SIDE = knob("left", "where the board stands", choices=("left", "right"))
FITTED = knob("auto", "learning rate", above=0, like=0.15)
FITTED_START = knob("auto", "where the walk begins", like=(1.6, 1.2))


@pytest.mark.parametrize(
    ("declared", "given_value", "kept"),
    [
        (RATE, 1, 1.0),
        (RATE, 5e-324, 5e-324),
        (STEPS, 200, 200),
        (STEPS, 1, 1),
        (STEPS, 3.0, 3),
        (START, [0, -1], (0.0, -1.0)),
        (START, (0.5, 1), (0.5, 1.0)),
        (TEXT, "", ""),
        (SWITCH, False, False),
        (SIDE, "right", "right"),
        (FITTED, 1, 1.0),
        (FITTED, "auto", "auto"),
        (FITTED_START, [1, 2], (1.0, 2.0)),
        (FITTED_START, "auto", "auto"),
    ],
)
def test_a_fitting_value_becomes_the_type_of_the_default(declared, given_value, kept):
    value = declared.checked("it", given_value)
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize(
    ("declared", "wrong", "rule"),
    [
        (RATE, "fast", "a number above 0"),
        (RATE, 0, "a number above 0"),
        (RATE, -0.1, "a number above 0"),
        (RATE, math.nan, "a number above 0"),
        (RATE, math.inf, "a number above 0"),
        (RATE, True, "a number above 0"),
        (RATE, [0.1], "a number above 0"),
        (RATE, {"a": 1}, "a number above 0"),
        (RATE, None, "a number above 0"),
        pytest.param(RATE, 10**400, "a number above 0", id="beyond every float"),
        pytest.param(RATE, 16**5000, "a number above 0", id="thousands of digits"),
        (STEPS, 0, "a whole number between 1 and 200"),
        (STEPS, 201, "a whole number between 1 and 200"),
        (STEPS, 2.5, "a whole number between 1 and 200"),
        (STEPS, "10", "a whole number between 1 and 200"),
        (START, [1], "2 numbers, such as [1.6, 1.2]"),
        (START, [1, 2, 3], "2 numbers, such as [1.6, 1.2]"),
        (START, [1, "2"], "2 numbers, such as [1.6, 1.2]"),
        (START, [1, math.nan], "2 numbers, such as [1.6, 1.2]"),
        (START, [1, [2]], "2 numbers, such as [1.6, 1.2]"),
        (START, "12", "2 numbers, such as [1.6, 1.2]"),
        (START, 1, "2 numbers, such as [1.6, 1.2]"),
        (TEXT, 2, "text"),
        (TEXT, ["x"], "text"),
        (SWITCH, 1, "true or false"),
        (SWITCH, "yes", "true or false"),
        (SIDE, "top", "one of left, right"),
        (SIDE, 1, "one of left, right"),
        (FITTED, 0, "auto (fitted to f), or a number above 0"),
        (FITTED, "automatic", "auto (fitted to f), or a number above 0"),
        (FITTED, "", "auto (fitted to f), or a number above 0"),
        (FITTED_START, "auto,auto", "auto (fitted to f), or 2 numbers, such as [1.6, 1.2]"),
        (FITTED_START, ["auto", 1], "auto (fitted to f), or 2 numbers, such as [1.6, 1.2]"),
    ],
)
def test_a_wrong_value_is_refused_with_the_knob_its_meaning_and_the_rule(declared, wrong, rule):
    with pytest.raises(FilmError) as refused:
        declared.checked("it", wrong)
    message = str(refused.value)
    assert message.startswith("it = ")
    assert declared.meaning in message
    assert message.endswith(f"it must be {rule}.")
    assert len(message) < 250


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@given(value=anything)
@pytest.mark.parametrize("declared", [RATE, STEPS, START, TEXT, SWITCH, SIDE])
def test_any_value_is_either_kept_in_range_or_refused_in_a_sentence(declared, value):
    try:
        kept = declared.checked("it", value)
    except FilmError:
        return
    assert type(kept) is type(declared.default)
    if declared is RATE:
        assert 0 < kept < math.inf
    if declared is STEPS:
        assert 1 <= kept <= 200
    if declared is SIDE:
        assert kept in ("left", "right")


def test_a_long_value_is_cut_in_the_message():
    assert shown([0.5]) == "[0.5]"
    assert len(shown("x" * 10_000)) < 80
    assert "digits" in shown(16**5000)


def test_the_nearest_name_is_offered_else_all_of_them():
    assert nearest("stepz", ["rate", "steps"]) == ' Did you mean "steps"?'
    assert nearest("q", ["rate", "steps"]) == " There are: rate, steps."
    assert nearest("q", []) == ""


# What is typed


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        (RATE, "0.2", 0.2),
        (RATE, " +1e-3 ", 0.001),
        (RATE, "1/3", 1 / 3),
        (RATE, "pi/4", math.pi / 4),
        (RATE, "sqrt(2)", math.sqrt(2)),
        (RATE, "１.５", 1.5),  # as a Chinese keyboard writes it
        (STEPS, "12", 12),
        (STEPS, "20/2", 10),
        (START, "1.6,1.2", (1.6, 1.2)),
        (START, "[1.6, -1.2,]", (1.6, -1.2)),
        (START, "(1/2， pi)", (0.5, math.pi)),
        (TEXT, "x^2 + 3y^2", "x^2 + 3y^2"),
        (TEXT, '"x"', '"x"'),
        (TEXT, "12", "12"),
        (SWITCH, "true", True),
        (SWITCH, "false ", False),
        (SIDE, "right", "right"),
        (FITTED, " auto ", "auto"),
        (FITTED, "1/4", 0.25),
        (FITTED_START, "auto", "auto"),
        (FITTED_START, "1, 2", (1.0, 2.0)),
    ],
)
def test_a_typed_text_becomes_what_it_says(declared, text, value):
    assert declared.checked("it", declared.read(text)) == value


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        (RATE, "fast"),
        (RATE, ""),
        (RATE, "x + 1"),
        (RATE, "1/0"),
        (RATE, "sqrt(-1)"),
        (RATE, "inf"),
        (RATE, "nan"),
        (RATE, "1e999"),
        (RATE, "9" * 5000),
        (RATE, "9^9^9^9"),
        (RATE, "__import__('os').getcwd()"),
        (RATE, "0.1, 0.2"),
        (RATE, "0"),
        (STEPS, "2.5"),
        (STEPS, "1/3"),
        (START, "1.6"),
        (START, "1,2,3"),
        (START, "1;2"),
        (START, ""),
        (START, "[1, two]"),
        (SWITCH, "yes"),
        (SWITCH, "1"),
        (SIDE, "top"),
        (FITTED, "atuo"),
        (FITTED_START, "auto, 1"),
    ],
)
def test_a_typed_text_that_says_nothing_allowed_is_refused(declared, text):
    with pytest.raises(FilmError, match=r"^it = .*; it must be "):
        declared.checked("it", declared.read(text))


@given(st.text())
def test_no_text_breaks_a_knob(text):
    for declared in (RATE, STEPS, START, TEXT, SWITCH, SIDE):
        with suppress(FilmError):
            declared.checked("it", declared.read(text))
