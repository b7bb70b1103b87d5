"""Axis labels give way to the names and arrows that come near, and come back."""

import numpy as np
import pytest
from manim import RIGHT, Square, ValueTracker, VMobject

from scenes.stage.director import Director
from scenes.stage.film_camera import FilmCamera
from scenes.stage.space import SpaceArrow
from scenes.stage.theme import Zone


@pytest.fixture
def director():
    corners = np.array([[x, y, 0.0] for x in (-2, 2) for y in (-2, 2)])
    return Director(FilmCamera(), corners, Zone(-6, 2, -3, 3))


def label_at(director, place):
    label = Square(0.3, fill_opacity=1, stroke_width=0)
    director.attach(label, np.array(place, float))
    return label


def opacity(director, label, *shown):
    director.clear_the_way(shown)
    return label.get_fill_opacity()


def test_a_label_is_gone_where_a_name_stands_and_whole_beside_it(director):
    label = label_at(director, (1, 1, 0))
    name = Square(0.4, fill_opacity=1, stroke_width=0).move_to(label)
    director.give_way(name)
    assert opacity(director, label, name) == 0
    assert opacity(director, label, name.shift(0.39 * RIGHT)) == pytest.approx(0.5, abs=0.01)
    assert opacity(director, label, name.shift(0.04 * RIGHT)) == pytest.approx(1)
    assert opacity(director, label, name.move_to(label)) == 0
    assert opacity(director, label, name.set_fill(opacity=0.25)) == pytest.approx(0.75)


def test_what_is_not_shown_is_not_in_the_way(director):
    label = label_at(director, (0, 0, 0))
    name = Square(0.4, fill_opacity=1, stroke_width=0).move_to(label)
    director.give_way(name)
    assert opacity(director, label) == 1
    assert opacity(director, label, VMobject(), name) == 0
    assert opacity(director, label) == 1


def test_a_label_gives_way_to_an_arrow_but_not_to_one_of_no_length(director):
    label = label_at(director, (0.5, 0, 0))
    length = ValueTracker(0)
    arrow = SpaceArrow((0, 0, 0), (0, 0, 0))
    arrow.add_updater(
        lambda arrow: arrow.put_start_and_end_on((0, 0, 0), (length.get_value(), 0, 0))
    )
    director.give_way(arrow)
    assert opacity(director, label, arrow) == 1
    length.set_value(1)
    arrow.update()
    assert opacity(director, label, arrow) == 0
