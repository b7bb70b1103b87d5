"""Small pictures of everything that the stage draws in space, for `test_gold`.

There is no text on them: it depends on the machine's fonts.
"""

from __future__ import annotations

import numpy as np
from manim import DEGREES, Dot, Line, Mobject, Square, VMobject

from mathcore import descend, field_over_plane, gradient_descent
from scenes.stage.actors import Compass, GradientArrow, Slice, Trail, Walker
from scenes.stage.camera import DepthCamera
from scenes.stage.film_camera import FilmCamera
from scenes.stage.landscape import Landscape
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot, grid_mesh, in_space
from scenes.stage.theme import DARK, LIGHT, Theme, Zone
from scenes.stage.walk import walk_in_view

WIDTH, HEIGHT = 320, 180
PAGE = Zone(-6.4, 6.4, -3.6, 3.6)
SQUARE = (-2.0, 2.0), (-2.0, 2.0)


def _camera(theme: Theme, phi: float, theta: float, **settings: float) -> FilmCamera:
    """Return a film's camera, angles in degrees."""
    camera = FilmCamera(
        pixel_width=WIDTH, pixel_height=HEIGHT, background_color=theme.background, **settings
    )
    camera.set_phi(phi * DEGREES)
    camera.set_theta(theta * DEGREES)
    return camera


def _taken(camera: DepthCamera, *mobjects: Mobject) -> np.ndarray:
    """Return a picture (height, width, 4) of mobjects and their families."""
    camera.reset()
    camera.capture_mobjects(mobjects)
    return camera.pixel_array.copy()


def _terrain(land: Landscape, theme: Theme) -> tuple[Mesh, Mesh]:
    """Return a hill with contour lines, and its contour map."""
    grid = land.grid()
    values = land.hill.value(grid)
    levels = np.linspace(land.lowest, land.highest, 12)[1:-1]
    style = {"contour_levels": levels, "contour_color": theme.contour, "contour_width": 3.0}
    hill = grid_mesh(land.surface(grid), values, ramp=theme.surface, **style)
    ground = grid_mesh(
        land.ground(grid), values, ramp=theme.surface, lit=False, opacity=0.5, **style
    )
    return hill, ground


def _hill(text: str, theme: Theme, phi: float, theta: float, **settings: float) -> np.ndarray:
    land = Landscape(field_over_plane(text), *SQUARE, samples=97)
    camera = _camera(theme, phi, theta, **settings)
    places = np.concatenate([land.surface(land.grid()), land.ground(land.grid())]).reshape(-1, 3)
    camera.fit(places[np.isfinite(places).all(axis=1)], PAGE)
    return _taken(camera, *_terrain(land, theme))


def hill_and_map() -> np.ndarray:
    """Return hollows and hilltops with contour lines over their map."""
    return _hill("sin(2x) cos(1.5y)", DARK, 56, -62)


def light_hill() -> np.ndarray:
    """Return a saddle by daylight."""
    return _hill("x^2 - y^2 + x y / 2", LIGHT, 60, -35)


def hill_on_no_background() -> np.ndarray:
    """Return a hill and a hollow, transparent around them."""
    return _hill("x e^(-x^2 - y^2)", DARK, 60, -70, background_opacity=0.0)


def walk_on_a_hill() -> np.ndarray:
    """Return a walk, the gradient where it begins, a cut, and the tangent plane there."""
    land = Landscape(field_over_plane("e^(-(x^2 + y^2)/1.5)"), *SQUARE, samples=97)
    path = descend(land.hill, np.array([0.35, -0.6]), gradient_descent(0.35), 9)
    walk = walk_in_view(land, path)
    camera = _camera(DARK, 64, -14)
    places = np.concatenate([land.surface(land.grid()), land.ground(land.grid())]).reshape(-1, 3)
    camera.fit(places, Zone(-6.4, 6.4, -3.7, 2.9))

    def start() -> np.ndarray:
        return path.points[0]

    stage = land, DARK, start
    slope = land.hill.gradient(start())
    beside = 0.7 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    corners = land.place(start() + beside, land.hill.value(start()) + beside @ slope)
    plane = Mesh(corners, [[0, 1, 2], [0, 2, 3]], ramp=[DARK.tangent], opacity=0.35, lit=False)
    uphill = GradientArrow(*stage, 0.9)
    uphill.grown.set_value(1)
    actors = [
        plane,
        Slice(*stage, lambda: -0.6),
        Compass(*stage, lambda: 0.9),
        Trail(land, DARK, walk, lambda: walk.steps),
        uphill,
        Walker(*stage),
    ]
    for actor in actors:
        actor.update()
    return _taken(camera, *_terrain(land, DARK), *actors)


def lines_round_a_ball() -> np.ndarray:
    """Return a ball with lines behind it, through it and round it, which show faintly through."""
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 97), np.linspace(0, np.pi, 49))
    unit = np.stack([np.sin(v) * np.cos(u), np.sin(v) * np.sin(u), np.cos(v)], -1)
    ball = grid_mesh(1.6 * unit, ramp=DARK.surface, contour_levels=np.linspace(-1.2, 1.2, 7))
    t = np.linspace(0, 6 * np.pi, 240)
    coil = VMobject(stroke_color=DARK.path, stroke_width=9)
    coil.set_points_as_corners(
        np.stack([2.2 * np.cos(t), 2.2 * np.sin(t), (t - 3 * np.pi) / 6], -1)
    )
    through = Line([-3, -3, -1], [3, 3, 1], stroke_color=DARK.tangent, stroke_width=14)
    behind = Line([-3.2, -0.8, 0.2], [1.2, 3.3, -1.7], stroke_color=DARK.direction, stroke_width=14)
    behind.ghost_opacity = 0.6
    hidden = Line([-1.8, 2.0, 2.0], [-0.3, 0.5, -3.2], stroke_color=DARK.ink, stroke_width=14)
    hidden.occlusion = "hide"
    over = Line([-2, 2, -2.2], [1, 3, 1], stroke_color=DARK.minimum, stroke_width=6)
    over.occlusion = "show"
    things = in_space(coil, through, behind, hidden, over)
    arrow = SpaceArrow([0, 0, 0], [0, -2.4, 2.0], color=DARK.gradient, width=16, head_length=60)
    arrow.head_width = 50.0
    dot = SpaceDot([1.6, 0, 0], 22, color=DARK.ink, ring_width=7, ring_color=DARK.background)
    return _taken(_camera(DARK, 65, -50, zoom=1.5), ball, *things, arrow, dot)


def sheets_and_labels() -> np.ndarray:
    """Return a torus cut by a sheet, one translucent sheet, and flat shapes on top."""
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 129), np.linspace(0, 2 * np.pi, 65))
    out = 1.5 + 0.6 * np.cos(v)
    points = np.stack([out * np.cos(u), out * np.sin(u), 0.6 * np.sin(v)], -1)
    ring = grid_mesh(points, ramp=["#7A3E00", "#E69F00", "#FFE0A0"])
    ring.rotate(0.5, axis=np.array([1.0, 0.4, 0.0]))
    x, y = np.meshgrid(np.linspace(-2.6, 2.6, 3), np.linspace(-2.0, 2.0, 3))
    floor = grid_mesh(np.stack([x, y, 0 * x - 0.2], -1), ramp=[DARK.surface[1]])
    upright = grid_mesh(np.stack([x, 0 * x + 0.4, y], -1), ramp=[DARK.direction], opacity=0.4)
    disc = Dot([-5, 2.4, 0], radius=0.8, color=DARK.minimum, fill_opacity=0.7)
    frame = Square(1.4, stroke_color=DARK.ink, stroke_width=8).move_to([5, -2.4, 0])
    camera = _camera(DARK, 58, -40, gamma=0.1, zoom=1.3)
    return _taken(camera, floor, ring, upright, disc, frame)


STILLS = {
    still.__name__: still
    for still in (
        hill_and_map,
        walk_on_a_hill,
        lines_round_a_ball,
        light_hill,
        hill_on_no_background,
        sheets_and_labels,
    )
}
"""The pictures by name; each is a function that draws it anew, (180, 320, 4)."""
