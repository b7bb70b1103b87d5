"""The ray caster itself, held against stock Manim and against the equations it solves."""

import numpy as np
import pytest
from manim import ThreeDCamera
from random_scenes import view
from raycaster import NOWHERE, View, away_from_edges, blended, front, pixel_rays
from solids import Sheet, Sphere, all_hits
from things import thing


def test_points_are_seen_where_stock_manim_sees_them():
    rng = np.random.default_rng(3)
    for _ in range(50):
        looking = view(rng, principal_point=(0.0, 0.0))
        stock = ThreeDCamera(pixel_width=looking.width, pixel_height=looking.height)
        stock.set_phi(looking.phi)
        stock.set_theta(looking.theta)
        stock.set_gamma(looking.gamma)
        stock.set_zoom(looking.zoom)
        stock.set_focal_distance(looking.focal)
        stock.frame_center = np.asarray(looking.center)
        stock.reset_rotation_matrix()
        points = rng.uniform(-3, 3, (20, 3))
        expected = stock.project_points(points)[:, :2] * looking.width / stock.frame_width
        expected = expected * [1, -1] + [looking.width / 2, looking.height / 2]
        seen = looking.seen_at(points)
        assert np.allclose(seen[:, :2], expected)
        rays = looking.rays(seen[:, 0], seen[:, 1])
        assert np.allclose(looking.eye + seen[:, 2:] * rays, points)


def test_the_principal_point_is_where_the_axis_meets_the_frame():
    looking = View(0.4, 1.0, principal_point=(2.0, -1.0))
    x, y, away = looking.seen_at(np.zeros(3))
    scale = 9.0  # pixels for a unit: 128 over 128 / 9
    assert np.allclose([x, y, away], [64 + 2 * scale, 36 + scale, 20.0])


EQUATIONS = {
    "sphere": lambda solid, p: (p * p).sum(axis=1) - solid.radius**2,
    "sheet": lambda solid, p: p[:, 2],
    "box": lambda solid, p: (np.abs(p) / solid.half).max(axis=1) - 1,
    "torus": lambda solid, p: (
        (np.hypot(p[:, 0], p[:, 1]) - solid.radius) ** 2 + p[:, 2] ** 2 - solid.tube**2
    ),
    "hill": lambda solid, p: p[:, 2] - solid.f(p[:, 0], p[:, 1]),
}


@pytest.mark.parametrize("kind", EQUATIONS)
def test_rays_meet_a_surface_where_its_equation_holds(kind):
    rng = np.random.default_rng(5)
    for _ in range(6):
        one = thing(rng, rng.uniform(-1, 1, 3), kind=kind)
        looking = view(rng)
        # Toward points of the surface: each ray meets it at least there.
        u, v = rng.uniform(0.02, 0.98, (2, 200))
        targets = one.patches[0](u, v)
        away = (targets - looking.eye) @ -looking.outward
        rays = (targets - looking.eye) / away[:, None]
        hits = one.solid.hits(looking.eye, rays)
        found = np.isfinite(hits)
        assert (np.diff(np.where(found, hits, 1e9), axis=1) >= 0).all()
        assert np.mean(np.abs(hits - away[:, None]).min(axis=1) < 1e-6) > 0.98  # the rest grazes
        points = looking.eye + np.where(found, hits, 0.0)[..., None] * rays[:, None]
        own = (points - one.solid.at)[found] @ one.solid.axes
        assert np.abs(EQUATIONS[kind](one.solid, own)).max() < 1e-6
        if kind in ("sphere", "box", "torus"):
            assert np.mean(found.sum(axis=1) % 2 == 0) > 0.98


def test_a_ball_covers_its_disc_and_hides_what_is_behind_it():
    looking = View(0.0, -np.pi / 2, focal=1e6, width=256, height=144)
    ball = Sphere(np.zeros(3), np.eye(3), 2.0)
    behind = Sheet(np.array([0, 0, -3.0]), np.eye(3), np.array([1.0, 1.0]))
    rays = pixel_rays(looking, 1).reshape(-1, 3)
    number = front(all_hits([behind, ball], looking.eye, rays))
    assert set(np.unique(number)) == {NOWHERE, 1}
    assert (number == 1).sum() == pytest.approx(np.pi * (2 / looking.pixel) ** 2, rel=0.01)


def test_pixels_near_an_edge_are_left_out():
    number = np.zeros((20, 3, 30, 3), int)
    number[:, :, 10:] = 1  # an edge between the pixels 9 and 10
    away = away_from_edges(number, 1.5)
    assert (away == (np.abs(np.arange(30) + 0.5 - 10) > 1.5)).all()
    assert away.any(axis=0).sum() == 26


def test_blending_goes_from_the_front_to_the_back():
    depths = np.array([[2.0, 1.0], [1.0, 2.0], [np.inf, 3.0]])
    colours = np.array([[200.0, 0, 0], [0, 0, 100.0]])
    seen = blended(depths, colours, np.array([0.5, 0.25]), np.array([0.0, 80.0, 0.0]))
    expected = [[75, 30, 25], [100, 30, 12.5], [0, 60, 25]]
    assert np.allclose(seen, expected)
