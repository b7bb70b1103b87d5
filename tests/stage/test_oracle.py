"""The depth camera against an independent oracle: rays cast at formulas (see `raycaster`)."""

from dataclasses import replace

import comparisons
import numpy as np
import pytest
import random_scenes as scenes
from pictures import aim, camera_for, picture
from random_lines import curved
from things import COLOURS

FRONTS = {
    "strewn": scenes.strewn,
    "crossing": scenes.crossing,
    "inside": scenes.inside,
    "off the frame": scenes.off_frame,
    "edge-on": scenes.edge_on,
    "of all sizes": scenes.of_all_sizes,
    "of any shape": scenes.of_any_shape,
    "close up": scenes.close_up,
}
BLENDS = {
    "stacked sheets": scenes.stacked_sheets,
    "a sheet among opaque things": scenes.sheet_among_things,
}
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
