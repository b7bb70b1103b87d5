"""What the depth camera does not do right yet, each with its smallest case."""

import comparisons
import numpy as np
import pytest
import random_scenes as scenes
from manim import Line
from pictures import camera_for, picture
from raycaster import View
from things import sheet, sphere

BLENDS = {
    "sheets that cross": scenes.crossing_sheets,
    "sheets apart": scenes.sheets_apart,
    "translucent balls": scenes.translucent_balls,
}
UP = np.eye(3)


def sampled(few, many):
    return pytest.mark.parametrize("count", [few, pytest.param(many, marks=pytest.mark.audit)])


# What reaches behind the eye


@sampled(3, 110)
def test_what_reaches_behind_the_eye_is_cut_off_at_the_eye(count):
    comparisons.fronts(scenes.behind_the_eye, count, "behind the eye").check(0.995)


@pytest.mark.parametrize(
    ("middle", "cuts"),
    [(0.0, 1), pytest.param(-4.0, 2, id="with corners exactly beside the eye")],
)
def test_a_floor_reaches_from_under_the_eye_to_the_horizon(middle, cuts):
    looking = View(np.pi / 2, -np.pi / 2, focal=4.0)
    floor = sheet(np.array([0, middle, -1.0]), UP, np.array([50.0, 50.0]), cuts)
    drawn = picture(camera_for(looking), floor.mesh(np.array([255, 0, 0])))
    assert (drawn[60:, :, 0] == 255).all()
    assert (drawn[:30] == 0).all()


def test_a_line_that_begins_behind_the_eye_is_seen_before_it():
    looking = View(np.pi / 2, -np.pi / 2, focal=4.0)
    line = Line([0, 10, -1], [0, -10, -1], stroke_width=50, stroke_color="#FFFFFF")
    drawn = picture(camera_for(looking), line)
    x, y, _ = looking.seen_at(np.array([0, -1.0, -1.0]))
    assert drawn[int(y), int(x)].tolist() == [255, 255, 255]


# What is translucent


@pytest.mark.parametrize("kind", BLENDS)
@sampled(3, 55)
def test_what_is_translucent_blends_in_every_position(kind, count):
    comparisons.blends(BLENDS[kind], count, kind).check(0.995)


def test_two_sheets_that_cross_change_places_where_they_do():
    looking = View(0.0, -np.pi / 2)
    half = np.array([2.0, 2.0])
    tilted = np.array(
        [[np.sqrt(0.5), 0, -np.sqrt(0.5)], [0, 1, 0], [np.sqrt(0.5), 0, np.sqrt(0.5)]]
    )
    level, slanted = sheet(np.zeros(3), UP, half), sheet(np.zeros(3), tilted, half)
    red, blue = level.mesh(np.array([255, 0, 0]), 0.5), slanted.mesh(np.array([0, 0, 255]), 0.5)
    drawn = picture(camera_for(looking), red, blue)
    left, right = drawn[36, 58], drawn[36, 70]
    assert np.abs(left - [128, 0, 64]).max() <= 2  # the slanted sheet rises to the right
    assert np.abs(right - [64, 0, 128]).max() <= 2


def test_a_translucent_ball_is_seen_through_twice():
    ball = sphere(np.zeros(3), UP, 2.0).mesh(np.array([255, 0, 0]), 0.5)
    drawn = picture(camera_for(View(0.7, 0.3)), ball)
    assert np.abs(drawn[36, 64] - [191, 0, 0]).max() <= 2


def test_a_line_behind_a_translucent_sheet_wears_its_colour():
    looking = View(0.0, -np.pi / 2)
    pane = sheet(np.zeros(3), UP, np.array([2.0, 2.0])).mesh(np.array([255, 0, 0]), 0.5)
    line = Line([-3, 0, -1], [3, 0, -1], stroke_width=50, stroke_color="#00FF00")
    line.occlusion = "hide"
    drawn = picture(camera_for(looking), pane, line)
    assert np.abs(drawn[36, 64] - [128, 128, 0]).max() <= 2


@sampled(5, 110)
def test_lines_among_translucent_sheets_wear_their_colours(count):
    comparisons.strokes_among_sheets(count).check(0.99)
