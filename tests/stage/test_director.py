"""Axis labels give way to the names and arrows that come near, and come back."""

import numpy as np
import pytest
from manim import RIGHT, Scene, Square, ValueTracker, VMobject, linear

from scenes.stage.appear import Appear, Vanish
from scenes.stage.director import NEIGHBOURS, Director
from scenes.stage.film_camera import FilmCamera
from scenes.stage.space import SpaceArrow, in_space
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
    assert opacity(director, label, name.shift(0.475 * RIGHT)) == pytest.approx(0.5, abs=0.01)
    assert opacity(director, label, name.shift(0.08 * RIGHT)) == pytest.approx(1)
    assert opacity(director, label, name.move_to(label)) == 0
    assert opacity(director, label, name.set_fill(opacity=0.1)) == pytest.approx(0.6)


def test_a_number_and_its_axis_name_may_stand_side_by_side_but_not_on_each_other(director):
    number, name = label_at(director, (1, 1, 0)), label_at(director, (1, 1, 0))
    director.give_way(name, distances=NEIGHBOURS)
    assert opacity(director, number, number, name) == 0
    assert opacity(director, number, number, name.shift(0.36 * RIGHT)) == 1
    assert opacity(director, name, number, name) == 1


def test_a_label_that_is_gone_leaves_no_rim_behind(director):
    label = label_at(director, (1, 1, 0)).set_stroke("#000000", width=5, background=True)
    name = Square(0.4, fill_opacity=1, stroke_width=0).move_to(label)
    director.give_way(name)
    assert opacity(director, label, name) == 0
    assert label.get_stroke_opacity(background=True) == 0
    assert opacity(director, label) == label.get_stroke_opacity(background=True) == 1


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


@pytest.mark.parametrize(("width", "aside"), [(0.2, 0.0), (2.5, 0.0), (2.5, -1.25)])
def test_framed_labels_lie_in_the_zone_with_all_their_width(director, width, aside):
    """Labels do not grow with the picture: that gives way to them instead."""
    labels = []
    for place in ((-2, 0, 0), (2, 1, 0), (0, -2, 0)):
        label = Square(0.3).stretch_to_fit_width(width)
        director.attach(label, np.array(place, float), aside * RIGHT, framed=True)
        labels.append(label)
    director.direct()
    zone = director.zone
    corners = director.camera.project_points(director.places)[:, :2]
    for points in (corners, *(label.points[:, :2] for label in labels)):
        assert points[:, 0].min() >= zone.left - 1e-9
        assert points[:, 0].max() <= zone.right + 1e-9
        assert points[:, 1].min() >= zone.bottom - 1e-9
        assert points[:, 1].max() <= zone.top + 1e-9
    everything = np.concatenate([corners, *(label.points[:, :2] for label in labels)])
    size = np.ptp(everything, axis=0)
    assert np.isclose(size, [zone.width, zone.height]).any()


def test_a_label_gives_way_to_a_line_in_space_but_not_to_one_that_is_nowhere(director):
    label = label_at(director, (0.5, 0, 0))
    line = in_space(VMobject(stroke_width=5)).set_points_as_corners([[0, 0, 0], [1.0, 0, 0]])
    director.give_way(line)
    assert opacity(director, label, line) == 0
    assert opacity(director, label, line.set_points_as_corners(np.full((2, 3), np.nan))) == 1


@pytest.mark.parametrize("kind", [Appear, Vanish])
def test_a_label_that_fades_while_it_comes_or_goes_is_whole_again_later(director, kind):
    label = label_at(director, (1, 1, 0)).set_stroke("#000000", width=5, background=True)
    name = Square(0.4, fill_opacity=1, stroke_width=0).move_to(label)
    director.give_way(name)
    for before, after in (([], [name]), ([name], [])):
        opacity(director, label, *before)
        animation = kind(label, rate_func=linear)
        animation.begin()
        animation.interpolate(0.5)
        assert opacity(director, label, *after) == pytest.approx(0.0 if after else 0.5)
        animation.interpolate(0.6)
        come = 0.6 if kind is Appear else 0.4
        assert opacity(director, label, *after) == pytest.approx(0.0 if after else come)
        animation.finish()
        animation.clean_up_from_scene(Scene())
        assert opacity(director, label, *after) == (0.0 if after else 1.0)
        assert opacity(director, label) == label.get_stroke_opacity(background=True) == 1
