"""The depth camera against an independent oracle: rays cast at formulas (see `raycaster`)."""

from dataclasses import replace

import comparisons
import numpy as np
import pytest
import random_scenes as scenes
from manim import Line
from pictures import aim, camera_for, picture
from random_lines import curved
from raycaster import View
from things import COLOURS, sheet, sphere

from scenes.stage.space import in_space

FRONTS = {
    "strewn": scenes.strewn,
    "crossing": scenes.crossing,
    "inside": scenes.inside,
    "off the frame": scenes.off_frame,
    "edge-on": scenes.edge_on,
    "of all sizes": scenes.of_all_sizes,
    "of any shape": scenes.of_any_shape,
    "close up": scenes.close_up,
    "behind the eye": scenes.behind_the_eye,
}
BLENDS = {
    "stacked sheets": scenes.stacked_sheets,
    "a sheet among opaque things": scenes.sheet_among_things,
    "sheets that cross": scenes.crossing_sheets,
    "sheets apart": scenes.sheets_apart,
    "translucent balls": scenes.translucent_balls,
}
UP = np.eye(3)
LEAST = {"hide": 0.99, "ghost": 0.99, "show": 1.0}


def sampled(few: int, many: int) -> pytest.MarkDecorator:
    """Return the counts of pictures that the suite and the audit draw."""
    return pytest.mark.parametrize("count", [few, pytest.param(many, marks=pytest.mark.audit)])


@pytest.mark.parametrize("kind", FRONTS)
@sampled(2, 25)
def test_the_nearest_thing_is_in_front(kind, count):
    comparisons.fronts(FRONTS[kind], count, kind).check(0.995)


@pytest.mark.parametrize("kind", BLENDS)
@sampled(3, 55)
def test_what_is_translucent_blends_by_its_opacity(kind, count):
    comparisons.blends(BLENDS[kind], count, kind).check(0.995)


@sampled(10, 110)
def test_a_line_is_seen_where_nothing_stands_before_it(count):
    for occlusion, tally in comparisons.strokes(count).items():
        tally.check(LEAST[occlusion])


@sampled(5, 110)
def test_lines_among_translucent_sheets_wear_their_colours(count):
    comparisons.strokes_among_sheets(count).check(0.99)


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


def test_a_translucent_sheet_makes_no_ghost_of_a_line_that_is_seen_through_it():
    looking = View(0.0, -np.pi / 2)
    pane = sheet(np.zeros(3), UP, np.array([2.0, 2.0])).mesh(np.array([255, 0, 0]), 0.5)
    line = Line([-3, 0, -1], [3, 0, -1], stroke_width=50, stroke_color="#00FF00")
    line.occlusion, line.ghost_opacity = "ghost", 0.4
    drawn = picture(camera_for(looking), pane, line)
    assert np.abs(drawn[36, 64] - [128, 128, 0]).max() <= 2


@pytest.mark.parametrize("ranked", [False, True])
@pytest.mark.parametrize("later", ["the line before the sheet", "the line behind it"])
def test_a_line_before_a_sheet_covers_one_behind_it(later, ranked):
    looking = View(0.0, -np.pi / 2)
    pane = sheet(np.zeros(3), UP, np.array([2.0, 2.0])).mesh(np.array([255, 0, 0]), 0.5)
    behind = Line([-3, 0, -1], [3, 0, -1], stroke_width=50, stroke_color="#00FF00")
    before = Line([-3, 0, 1], [3, 0, 1], stroke_width=30, stroke_color="#0000FF")
    if ranked:  # lines of a film: of those that are seen, the later lies on top
        in_space(behind, before)
    behind.occlusion = before.occlusion = "hide"
    lines = [behind, before] if later == "the line before the sheet" else [before, behind]
    drawn = picture(camera_for(looking), pane, *lines)
    assert np.abs(drawn[36, 64] - [0, 0, 255]).max() <= 2


def test_a_line_seen_through_a_sheet_covers_a_later_ghost():
    looking = View(0.0, -np.pi / 2)
    half = np.array([2.0, 2.0])
    pane = sheet(np.array([0, 0, 1.0]), UP, half).mesh(np.array([255, 0, 0]), 0.5)
    wall = sheet(np.array([0, 0, -1.0]), UP, half).mesh(np.array([0, 0, 0]))
    seen = Line([-3, 0, 0], [3, 0, 0], stroke_width=50, stroke_color="#00FF00")
    ghost = Line([-3, 0, -2], [3, 0, -2], stroke_width=50, stroke_color="#0000FF")
    seen.occlusion, ghost.occlusion, ghost.ghost_opacity = "hide", "ghost", 0.5
    drawn = picture(camera_for(looking), pane, wall, seen, ghost)
    assert np.abs(drawn[36, 64] - [128, 128, 0]).max() <= 2


def everything(seed):
    """Return a view, and opaque things, a translucent one and a line to look at."""
    rng = np.random.default_rng(seed)
    looking, things = scenes.crossing(rng)
    meshes = [one.mesh(COLOURS[i]) for i, one in enumerate(things[:4])]
    meshes.append(things[4].mesh(COLOURS[4], opacity=0.5))
    return looking, [*meshes, curved(rng, looking).stroke("ghost")]


def bytes_of(camera, looking, mobjects):
    picture(aim(camera, looking), *mobjects)
    return camera.pixel_array.tobytes()


@pytest.mark.parametrize("seed", range(3))
def test_a_scene_gives_the_same_bytes_again(seed):
    looking, mobjects = everything(seed)
    fresh = bytes_of(camera_for(looking), looking, mobjects)
    assert fresh == bytes_of(camera_for(looking), *everything(seed))
    used = camera_for(looking)
    for other in range(90, 94):
        assert fresh != bytes_of(used, *everything(other))
    assert fresh == bytes_of(used, *everything(seed))
    assert fresh == bytes_of(used, looking, mobjects)
    for change in ({"phi": 1.0}, {"theta": 2.0}, {"gamma": 0.7}, {"zoom": 0.9}, {"focal": 30.0}):
        other = replace(looking, **change)
        changed = bytes_of(camera_for(other), other, mobjects)
        assert changed != fresh
        assert changed == bytes_of(used, other, mobjects)
    assert fresh == bytes_of(used, looking, mobjects)


@pytest.mark.parametrize("seed", range(2))
def test_opaque_things_may_be_given_in_any_order(seed):
    looking, things = scenes.strewn(np.random.default_rng(seed))
    meshes = [one.mesh(COLOURS[i]) for i, one in enumerate(things)]
    drawn = picture(camera_for(looking), *meshes)
    turned = picture(camera_for(looking), *meshes[::-1])
    assert np.abs(drawn - turned).max() <= 1


@pytest.mark.parametrize("size", [1e-5, 1e5])
def test_a_scene_and_its_camera_may_be_of_any_size(size):
    looking, things = scenes.crossing(np.random.default_rng(4))
    meshes = [one.mesh(COLOURS[i]) for i, one in enumerate(things)]
    drawn = picture(camera_for(looking), *meshes)
    for mesh in meshes:
        mesh.points = mesh.points * size
    focal, center = looking.focal * size, np.asarray(looking.center) * size
    sized = replace(looking, zoom=looking.zoom / size, focal=focal, center=center)
    again = picture(camera_for(sized), *meshes)
    assert (np.abs(drawn - again).max(axis=-1) > 1).mean() < 1e-3
