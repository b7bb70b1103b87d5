"""Reliefs end where their fields end: areas and rims against closed forms."""

import numpy as np
import pytest

from mathcore import ScalarField, parse, symbol
from scenes.stage.landscape import Landscape
from scenes.stage.relief import relief

GRID = np.linspace(-2, 2, 161)


def relief_of(text, low=-np.inf, high=np.inf, grid=GRID):
    field = ScalarField(parse(text), (symbol("x"), symbol("y")))
    return relief(field.value, grid, grid, low, high)


def areas(made):
    a, b, c = np.moveaxis(made.points[made.faces], 1, 0)
    return np.linalg.det(np.stack([b - a, c - a], axis=-1)) / 2


@pytest.mark.parametrize(
    ("text", "low", "high", "area"),
    [
        ("x^2 + y^2", -np.inf, np.inf, 16),
        ("sqrt(1 - x^2 - y^2)", -np.inf, np.inf, np.pi),
        ("ln(x - y)", -10, np.inf, 8),
        ("1/(x^2 + y^2)", -np.inf, 8, 16 - np.pi / 8),
        ("x^2 + y^2", 1, np.inf, 16 - np.pi),
        ("1/x", -1, 1, 8),
        ("sign(x) + y^2", -np.inf, np.inf, 16),
        ("floor(1.3 x) + floor(y)", -np.inf, np.inf, 16),
    ],
)
def test_a_relief_covers_what_is_shown_of_its_field(text, low, high, area):
    made = relief_of(text, low, high)
    assert areas(made).sum() == pytest.approx(area, abs=0.003)
    assert areas(made).min() > -1e-12  # every triangle still faces up
    assert np.isfinite(made.values[made.faces]).all()
    assert np.isfinite(made.values[made.rims]).all()


def test_a_whole_field_has_no_rim():
    assert len(relief_of("x^2 + y^2").rims) == 0
    assert len(relief_of("|x| + sqrt(|y|)").rims) == 0  # a kink and a cusp are no ends
    assert len(relief_of("cbrt(x) + 1/(1 + exp(-900 y))").rims) == 0  # steep is no jump


def test_rims_run_along_the_edge_of_the_field():
    made = relief_of("sqrt(1 - x^2 - y^2)")
    around = made.points[made.rims]
    assert np.allclose(np.hypot(*np.moveaxis(around, -1, 0)), 1, atol=1e-6)
    assert np.linalg.norm(np.diff(around, axis=1), axis=-1).sum() == pytest.approx(2 * np.pi, 0.001)


@pytest.mark.parametrize(
    ("text", "low", "high", "length"),
    [
        ("x^2 + y^2", -np.inf, np.inf, 16),
        ("sqrt(1 - x^2 - y^2)", -np.inf, np.inf, 0),
        ("ln(x - y)", -np.inf, np.inf, 8),
        ("x + y", -np.inf, 2, 12),
        ("sign(x) + y^2", -np.inf, np.inf, 16),
    ],
)
def test_the_border_is_what_is_shown_of_the_sides(text, low, high, length):
    made = relief_of(text, low, high)
    ends = made.points[made.border]
    assert (np.abs(ends) == 2).any(axis=-1).all()
    assert np.linalg.norm(np.diff(ends, axis=1), axis=-1).sum() == pytest.approx(length, abs=1e-3)


def test_a_cut_at_the_top_is_level():
    made = relief_of("x^2 + 3y^2", high=5)
    assert np.allclose(made.values[made.rims], 5, atol=1e-5)
    assert made.values[made.faces].max() <= 5


def test_a_jump_has_two_rims_and_nothing_between_them():
    made = relief_of("sign(x - 0.013) + y")
    x, y = np.moveaxis(made.points[made.rims], -1, 0)
    assert np.allclose(x, 0.013, atol=1e-6)
    side = made.values[made.rims] - y
    assert set(np.round(side, 6).ravel()) == {-1.0, 1.0}
    heights = made.values[made.faces]
    assert np.ptp(heights, axis=1).max() < 0.1


def test_the_grid_itself_is_kept():
    made = relief_of("sqrt(x)")
    assert np.array_equal(
        made.points[: 161**2], np.stack(np.meshgrid(GRID, GRID), -1).reshape(-1, 2)
    )
    assert np.isnan(made.values[: 161**2]).sum() == 80 * 161


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("x^2 + y^2", []),
        ("1000x + y", []),
        ("|x| + cbrt(x - 0.3)", []),
        ("floor(x) + y^2", [-1, 0, 1]),
        ("sign(x - 0.3) + x", [0.3]),
        ("floor(3x)/3", [-5 / 3, -4 / 3, -1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3]),
    ],
)
def test_a_section_is_broken_where_the_hill_jumps_and_nowhere_else(text, breaks):
    field = ScalarField(parse(text), (symbol("x"), symbol("y")))
    land = Landscape(field, (-2, 2), (-2, 2))
    row = np.stack([np.linspace(-2, 2, 122)[:-1], np.full(121, 0.5)], axis=-1)
    points, values = land.section(row)
    gaps = np.flatnonzero(np.isnan(values))
    assert points[gaps, 0] == pytest.approx(breaks, abs=1e-7)
    for gap in gaps:
        before, behind = points[[gap - 1, gap + 1], 0]
        assert before < behind < before + 1e-7
        assert values[[gap - 1, gap + 1]] == pytest.approx(
            field.value(points[[gap - 1, gap + 1]]), abs=1e-12
        )
    assert np.all(np.diff(points[:, 0]) >= 0)
    assert len(points) == len(row) + 3 * len(gaps)
