"""Level lines against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from mathcore import ScalarField, level_line

SQUARE = ((-2.0, 2.0), (-2.0, 2.0))


def test_a_bowls_level_line_is_a_circle_that_closes():
    line = level_line(ScalarField.parse("x^2 + y^2"), (1.0, 0.5), SQUARE)
    radius = np.hypot(*line.T)
    assert radius == pytest.approx(np.hypot(1.0, 0.5), abs=1e-12)
    assert line[0] == pytest.approx(line[-1])
    turned = np.unwrap(np.arctan2(line[:, 1], line[:, 0]))
    assert abs(turned[-1] - turned[0]) == pytest.approx(2 * np.pi)


def test_a_saddles_level_line_goes_on_to_the_border_both_ways():
    line = level_line(ScalarField.parse("x y"), (1.0, 1.0), SQUARE)
    assert line[:, 0] * line[:, 1] == pytest.approx(1.0, abs=1e-12)
    ends = line[[0, -1]]
    assert np.abs(ends).max(axis=1) == pytest.approx(2.0, abs=0.02)
    assert np.all(np.diff(line[:, 0]) < 0) or np.all(np.diff(line[:, 0]) > 0)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("x^2 + 10y^2", (1.5, 0.3)),
        ("sin(3x) cos(2y)", (0.3, 0.4)),
        ("x ln(x) + y^2", (1.5, 0.7)),
        ("100(y - x^2)^2 + (1 - x)^2", (-1.0, 1.2)),
        ("exp(-x^2 - y^2)", (1.2, 0.9)),
        ("|x| + |y|", (0.7, 0.4)),
        ("1000000(x + y^3)", (0.5, 0.5)),
    ],
)
def test_f_is_the_same_all_along_and_there_are_no_gaps(text, point):
    field = ScalarField.parse(text)
    line = level_line(field, point, SQUARE)
    values = field.value(line)
    scale = np.ptp(field.value(np.random.default_rng(0).uniform(0.1, 2, (99, 2))))
    assert np.abs(values - field.value(np.array(point))).max() < 1e-9 * scale
    assert np.hypot(*np.diff(line, axis=0).T).max() < 2 * 4 / 240 + 1e-3
    assert np.abs(line).max() <= 2
    assert np.hypot(*(line - point).T).min() == 0


@pytest.mark.parametrize(("text", "point"), [("x^2 + y^2", (0, 0)), ("|x| + y", (0, 1))])
def test_where_there_is_no_direction_it_is_refused(text, point):
    with pytest.raises(ValueError, match="no level line"):
        level_line(ScalarField.parse(text), point, SQUARE)
