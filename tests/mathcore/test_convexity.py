"""Chords, basins and saddles against closed forms and walks worked out by hand."""

import numpy as np
import pytest

from mathcore.basins import ON_ITS_WAY, OUTSIDE, basins, careful_rate, ridge, saddles, walk_from
from mathcore.convexity import along_chord, chord_gap, chords_below
from mathcore.over_plane import field_over_plane

BOX = [(-2.0, 2.0), (-2.0, 2.0)]

CONVEX = (
    "x^2 + y^2",
    "x^2 + 200y^2",
    "x^2 + 1.9x y + y^2",
    "2x - y",
    "3",
    "|x| + |y|",
    "max(|x|, |y|)",
    "sqrt(x^2 + y^2)",
    "exp(3x) + exp(-3y)",
    "x ln(x) + y^2",
    "1000000 + x^2 + y^2",
    "1e-9 (x^2 + 2y^2)",
    "relu(x + y) + relu(x - y) + relu(-x)",
)
NOT_CONVEX = (
    "x^2 - y^2",
    "4 - x^2 - y^2",
    "x^4 + y^4 - x^2",
    "min((x-1)^2, (x+1)^2) + y^2",
    "sin(x)cos(y)",
    "sign(x) + y^2",
    "floor(x) + y^2/4",
    "1/x + y^2",
    "sqrt(x + y)",
    "x^2 + 0.002 sin(40x)",
    "x^2 + 2.02x y + y^2",
)


@pytest.mark.parametrize("text", CONVEX)
def test_no_chord_of_a_convex_function_is_below(text):
    assert len(chords_below(field_over_plane(text), BOX)) == 0


@pytest.mark.parametrize("text", NOT_CONVEX)
def test_a_chord_below_is_found_where_a_function_is_not_convex(text):
    field = field_over_plane(text)
    found = chords_below(field, BOX)
    assert len(found)
    p, q = found.ends[0]
    share = found.shares[0]
    below = share * field.value(p) + (1 - share) * field.value(q)
    assert below < field.value(share * p + (1 - share) * q)


def test_a_gap_is_that_of_the_definition():
    ends = np.array([[1.0, 2.0], [-1.0, 0.5]])
    assert np.allclose(along_chord(ends, 0.25), [-0.5, 0.875])
    bowl = field_over_plane("x^2 + y^2")
    # λ (1 - λ) |p - q|² for a bowl
    assert chord_gap(bowl, ends, 0.25) == pytest.approx(0.25 * 0.75 * (4 + 2.25))


def test_a_hole_between_two_points_is_seen():
    assert chords_below(field_over_plane("sqrt(x^2 - 1) + y^2"), BOX).broken


def test_walks_side_by_side_are_gradient_descent():
    paths = walk_from(field_over_plane("x^2 + 3y^2"), [[1.0, 1.0], [-2.0, 0.5]], 0.1, 5, BOX)
    powers = np.arange(6)
    for walk, (x, y) in enumerate([(1.0, 1.0), (-2.0, 0.5)]):
        assert np.allclose(paths[:, walk, 0], x * 0.8**powers)
        assert np.allclose(paths[:, walk, 1], y * 0.4**powers)


def test_the_basins_of_twin_valleys_meet_at_the_axis():
    field = field_over_plane("(x^2 - 1)^2 + y^2")
    valleys = basins(field, BOX, careful_rate(field, BOX))
    assert np.allclose(np.sort(valleys.bottoms[:, 0]), [-1, 1], atol=1e-6)
    starts = np.random.default_rng(0).uniform(-1.9, 1.9, (200, 2))
    led = valleys.bottoms[valleys.valley_of(starts)]
    assert (np.sign(led[:, 0]) == np.sign(starts[:, 0])).all()


def test_a_walk_out_of_the_rectangle_comes_to_no_valley():
    slope = field_over_plane("2x - y")
    assert basins(slope, BOX, 0.01).valley_of([[0.0, 0.0]]).tolist() == [OUTSIDE]
    bowl = field_over_plane("x^2 + y^2")
    assert basins(bowl, BOX, 1e-6, 10).valley_of([[1.0, 0.0]]).tolist() == [ON_ITS_WAY]


def test_saddles_are_where_a_closed_form_has_them():
    found = saddles(field_over_plane("(x^2 - 1)^2 + y^2"), BOX)
    assert np.allclose(found, [[0, 0]], atol=1e-9)
    assert not len(saddles(field_over_plane("x^2 + y^2"), BOX))


def test_from_the_ridge_a_walk_comes_to_the_saddle_and_from_beside_it_past():
    field = field_over_plane("(x^2 - 1)^2 + y^2")
    valleys = basins(field, BOX, careful_rate(field, BOX))
    found = ridge(valleys, np.zeros(2))
    assert found.bends == pytest.approx([-4, 2])
    assert found.start[0] == pytest.approx(0, abs=1e-9)
    beside = found.start + 1e-3 * np.array([[1.0, 0.0], [-1.0, 0.0]])
    led = valleys.bottoms[valleys.valley_of(beside)]
    assert np.sign(led[:, 0]).tolist() == [1, -1]
