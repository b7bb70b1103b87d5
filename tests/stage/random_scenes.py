"""Random things to look at, each both as a formula (for rays) and as a mesh (for the camera)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from manim import ManimColor
from raycaster import FRAME_WIDTH, Box, HeightField, Sheet, Solid, Sphere, Torus, View

from scenes.stage.camera import DepthCamera
from scenes.stage.space import Mesh, grid_faces

NEAR = 0.01
"""What is nearer to the eye than this share of the focal distance need not be drawn."""

COLOURS = np.array(
    [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [255, 255, 0],
        [255, 0, 255],
        [0, 255, 255],
        [255, 255, 255],
        [255, 128, 0],
        [0, 128, 255],
    ]
)
"""The colours of a scene's things by number; the last, for NOWHERE, is never a thing's."""

Place = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""A surface's points (..., 3) at parameters u and v from 0 to 1."""


@dataclass(frozen=True)
class Thing:
    """A solid, its surface in patches of parameters, and how finely those are to be cut."""

    solid: Solid
    patches: tuple[Place, ...]
    cuts: tuple[int, int]

    def mesh(self, colour: np.ndarray, opacity: float = 1.0) -> Mesh:
        """Return the surface as triangles of one colour (3,), 0 to 255, without light."""
        u, v = np.meshgrid(*(np.linspace(0, 1, cut + 1) for cut in self.cuts))
        points = [patch(u, v).reshape(-1, 3) for patch in self.patches]
        faces = [grid_faces(*u.shape) + i * u.size for i in range(len(self.patches))]
        return Mesh(
            np.concatenate(points),
            np.concatenate(faces),
            ramp=[ManimColor(tuple(int(part) for part in colour))],
            lit=False,
            opacity=opacity,
        )


def _placed(solid: Solid, *own: Place, cuts: tuple[int, int]) -> Thing:
    """Return a thing from a solid and its patches in the solid's own frame."""

    def in_space(patch: Place) -> Place:
        return lambda u, v: solid.at + patch(u, v) @ solid.axes.T

    return Thing(solid, tuple(in_space(patch) for patch in own), cuts)


def sphere(at: np.ndarray, axes: np.ndarray, radius: float) -> Thing:
    def patch(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        turn, down = 2 * np.pi * u, np.pi * v
        flat = np.sin(down)
        return radius * np.stack([flat * np.cos(turn), flat * np.sin(turn), np.cos(down)], -1)

    return _placed(Sphere(at, axes, radius), patch, cuts=(128, 64))


def sheet(at: np.ndarray, axes: np.ndarray, half: np.ndarray, cuts: int = 4) -> Thing:
    def patch(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return np.stack([(2 * u - 1) * half[0], (2 * v - 1) * half[1], 0 * u], -1)

    return _placed(Sheet(at, axes, half), patch, cuts=(cuts, cuts))


def box(at: np.ndarray, axes: np.ndarray, half: np.ndarray) -> Thing:
    def face(axis: int, side: int) -> Place:
        def patch(u: np.ndarray, v: np.ndarray) -> np.ndarray:
            own = np.roll(np.stack([side + 0 * u, 2 * u - 1, 2 * v - 1], -1), axis, axis=-1)
            return own * half

        return patch

    faces = [face(axis, side) for axis in range(3) for side in (-1, 1)]
    return _placed(Box(at, axes, half), *faces, cuts=(2, 2))


def torus(at: np.ndarray, axes: np.ndarray, radius: float, tube: float) -> Thing:
    def patch(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        turn, round_ = 2 * np.pi * u, 2 * np.pi * v
        out = radius + tube * np.cos(round_)
        return np.stack([out * np.cos(turn), out * np.sin(turn), tube * np.sin(round_)], -1)

    return _placed(Torus(at, axes, radius, tube), patch, cuts=(128, 64))


def hill(
    at: np.ndarray, axes: np.ndarray, half: np.ndarray, f: Callable[..., np.ndarray], top: float
) -> Thing:
    def patch(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        x, y = (2 * u - 1) * half[0], (2 * v - 1) * half[1]
        return np.stack([x, y, f(x, y)], -1)

    return _placed(HeightField(at, axes, f, half, top), patch, cuts=(160, 160))


def turned(rng: np.random.Generator) -> np.ndarray:
    """Return a random rotation (3, 3)."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q * np.linalg.det(q)


def bumps(rng: np.random.Generator, scale: float = 1.0) -> tuple[Callable[..., np.ndarray], float]:
    """Return a random smooth function of x and y, and a bound of its size."""
    count = rng.integers(2, 5)
    middle = rng.uniform(-1.4, 1.4, (count, 2)) * scale
    width = rng.uniform(0.4, 1.2, count) * scale
    high = rng.uniform(-1.2, 1.2, count) * scale

    def f(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        total = 0.0
        for (cx, cy), w, h in zip(middle, width, high, strict=True):
            total = total + h * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * w * w))
        return total

    return f, float(np.abs(high).sum()) * 1.01


def thing(
    rng: np.random.Generator, at: np.ndarray, scale: float = 1.0, kind: str | None = None
) -> Thing:
    """Return a random thing of about the size `scale` at a place."""
    kind = kind or str(rng.choice(["sphere", "sheet", "box", "torus", "hill"]))
    axes = turned(rng)
    if kind == "sphere":
        return sphere(at, axes, scale * rng.uniform(0.4, 1.1))
    if kind == "sheet":
        return sheet(at, axes, scale * rng.uniform(0.5, 1.8, 2))
    if kind == "box":
        return box(at, axes, scale * rng.uniform(0.3, 1.0, 3))
    if kind == "torus":
        return torus(at, axes, scale * rng.uniform(0.7, 1.1), scale * rng.uniform(0.15, 0.5))
    f, top = bumps(rng, scale)
    return hill(at, axes, scale * rng.uniform(1.0, 2.0, 2), f, top)


def view(rng: np.random.Generator, **settings) -> View:
    """Return a random camera that looks at the origin, more or less."""
    free = {
        "phi": rng.uniform(0, np.pi),
        "theta": rng.uniform(0, 2 * np.pi),
        "gamma": rng.choice([0.0, rng.uniform(-np.pi, np.pi)]),
        "zoom": rng.uniform(0.7, 1.6),
        "focal": 8 * 5 ** rng.uniform(0, 1),
        "center": rng.normal(0, 0.4, 3),
        "principal_point": rng.choice([0.0, 1.0]) * rng.uniform(-1, 1, 2),
    }
    return View(**free | settings)


Scene = tuple[View, list[Thing]]


def strewn(rng: np.random.Generator) -> Scene:
    """Return things here and there; some cross each other."""
    looking = view(rng, zoom=rng.uniform(1.2, 2.2))
    count = rng.integers(4, 9)
    return looking, [thing(rng, rng.uniform(-2.3, 2.3, 3)) for _ in range(count)]


def crossing(rng: np.random.Generator) -> Scene:
    """Return a sphere and a hill with sheets through them, and more in the same place."""
    kinds = ["sphere", "sheet", "hill", "sheet", *rng.choice(["box", "torus", "sphere"], 2)]
    looking = view(rng, zoom=rng.uniform(1.5, 2.5))
    return looking, [thing(rng, rng.normal(0, 0.35, 3), 1.3, kind) for kind in kinds]


def inside(rng: np.random.Generator) -> Scene:
    """Return things all round the eye, before it and behind it, none of them beside it."""
    looking = view(rng, focal=rng.uniform(1.5, 4), zoom=rng.uniform(0.5, 1.2))
    towards = rng.normal(size=(30, 3)) - rng.uniform(-0.5, 2, (30, 1)) * looking.outward
    towards /= np.linalg.norm(towards, axis=1, keepdims=True)
    places = looking.eye + rng.uniform(1.5, 6, (30, 1)) * towards
    things = [thing(rng, place) for place in places]
    return looking, [one for one in things if not straddles(looking, one)][:8]


def off_frame(rng: np.random.Generator) -> Scene:
    """Return things that the frame cuts off."""
    count = rng.integers(4, 9)
    looking = view(rng, zoom=rng.uniform(2, 5), center=rng.normal(0, 1, 3))
    return looking, [thing(rng, rng.uniform(-2, 2, 3), 1.4) for _ in range(count)]


def of_any_shape(rng: np.random.Generator) -> Scene:
    """Return a scene in an upright, square or broad picture, of odd and even numbers of pixels."""
    looking, things = strewn(rng)
    width, height = (int(size) for size in rng.integers(60, 140, 2))
    return replace(looking, zoom=2.5, width=width, height=height), things


def close_up(rng: np.random.Generator, most: float = 4.0) -> Scene:
    """Return the spot where sheets cross at a zoom of up to ten thousand, corners far off page."""
    looking = view(rng, zoom=10 ** rng.uniform(2, most), principal_point=(0.0, 0.0))
    return looking, [thing(rng, np.asarray(looking.center), 1.0, "sheet") for _ in range(3)]


def edge_on(rng: np.random.Generator) -> Scene:
    """Return hills and sheets seen along their ground, one sheet and a box's side exactly so."""
    looking = view(rng, phi=np.pi / 2 + rng.choice([0, rng.uniform(-0.02, 0.02)]), zoom=2.0)
    upright = np.eye(3)
    f, top = bumps(rng)
    level = looking.eye * [0, 0, 1]
    slight = looking.outward * rng.uniform(-0.02, 0.02) + [0, 0, 1]
    slight = np.linalg.qr(np.stack([slight, *rng.normal(size=(2, 3))], 1))[0][:, [1, 2, 0]]
    half = np.array([1.8, 1.5])
    return looking, [
        hill(rng.normal(0, 0.3, 3), upright, np.array([2.0, 2.0]), f, top),
        sheet(level, upright, half),
        sheet(rng.uniform(-1, 1, 3), slight, half),
        sheet(rng.normal(0, 0.5, 3), upright[:, [1, 2, 0]], half),
        box(level + np.array([1.0, 1.0, -0.5]), upright, np.array([0.4, 0.6, 0.5])),
        sphere(rng.uniform(-1.5, 1.5, 3), upright, 0.7),
    ]


def of_all_sizes(rng: np.random.Generator) -> Scene:
    """Return a scene of tiny, middling and huge things, itself tiny or huge as a whole.

    The picture is that of Manim's units: the zoom makes up for the size of the whole.
    """
    size = 10.0 ** rng.uniform(-5, 5)
    looking = view(rng, zoom=rng.uniform(1, 3) / size, center=np.zeros(3), focal=20 * size)
    far = -looking.outward
    axes = np.linalg.qr(np.stack([far, *rng.normal(size=(2, 3))], 1))[0][:, [1, 2, 0]]
    things = [
        sheet(size * 60 * far, axes, size * np.array([150.0, 150.0])),
        sphere(size * 105 * far + size * axes[:, 0] * rng.uniform(60, 90), axes, size * 100.0),
        sphere(size * rng.normal(0, 1, 3), axes, size * 0.15),
        box(size * rng.normal(0, 1, 3), turned(rng), size * np.array([0.05, 0.2, 2.5])),
        thing(rng, size * rng.normal(0, 1, 3), size),
        thing(rng, size * rng.normal(0, 1, 3), size),
    ]
    return looking, things


def behind_the_eye(rng: np.random.Generator) -> Scene:
    """Return things that reach from before the eye to behind it, a floor among them."""
    looking = view(rng, focal=rng.uniform(3, 6), zoom=rng.uniform(0.4, 1.0))
    right, up = looking.page
    aside = rng.uniform(-2, 2, 2) @ np.stack([right, looking.outward])
    below = looking.eye - rng.uniform(0.4, 1.0) * up + aside
    things = [sheet(below, np.stack([right, looking.outward, up], 1), np.array([9.0, 9.0]), 12)]
    for direction in rng.normal(size=(60, 3)):
        place = looking.eye + rng.uniform(1.0, 3.0) * direction / np.linalg.norm(direction)
        one = thing(rng, place, 1.3)
        if straddles(looking, one) and clearance(looking, one) > 0.3:
            things.append(one)
    return looking, things[:6]


Sheets = tuple[View, list[Thing], np.ndarray]
"""A view of things, and how much each of them hides."""


def stacked_sheets(rng: np.random.Generator) -> Sheets:
    """Return sheets one behind the other that more or less face the eye."""
    looking = view(rng, zoom=rng.uniform(2, 4))
    count = int(rng.integers(3, 7))
    things = []
    for depth in rng.permutation(np.linspace(-1.5, 1.5, count)):
        toward = looking.outward + 0.1 * rng.normal(size=3)
        axes = np.linalg.qr(np.stack([toward, *rng.normal(size=(2, 3))], 1))[0][:, [1, 2, 0]]
        aside = rng.uniform(-0.6, 0.6, 2) @ looking.page
        things.append(sheet(depth * looking.outward + aside, axes, rng.uniform(0.5, 1.0, 2)))
    return looking, things, rng.uniform(0.2, 0.8, count)


def sheet_among_things(rng: np.random.Generator) -> Sheets:
    """Return one translucent sheet before, behind and through opaque things."""
    looking, things = crossing(rng)
    things = [*things[:5], thing(rng, rng.normal(0, 0.5, 3), 1.5, "sheet")]
    return looking, things, np.array([1.0] * 5 + [rng.uniform(0.2, 0.8)])


def crossing_sheets(rng: np.random.Generator) -> Sheets:
    """Return sheets of which many cross others."""
    looking, count = view(rng, zoom=rng.uniform(2, 4)), int(rng.integers(3, 7))
    things = [thing(rng, rng.uniform(-0.8, 0.8, 3), 1.2, "sheet") for _ in range(count)]
    return looking, things, rng.uniform(0.2, 0.8, count)


def sheets_apart(rng: np.random.Generator) -> Sheets:
    """Return sheets in every direction, none of which touches another."""
    looking, count = view(rng, zoom=rng.uniform(2, 4)), int(rng.integers(3, 7))
    things: list[Thing] = []
    while len(things) < count:
        one = thing(rng, rng.uniform(-1.5, 1.5, 3), 1.2, "sheet")
        if not any(cross(one, other) or cross(other, one) for other in things):
            things.append(one)
    return looking, things, rng.uniform(0.2, 0.8, count)


def translucent_balls(rng: np.random.Generator) -> Sheets:
    """Return balls of which each is seen through twice, on its front and on its back."""
    looking = view(rng, zoom=rng.uniform(2, 4))
    things = [thing(rng, rng.uniform(-1, 1, 3), 1.2, "sphere") for _ in range(3)]
    return looking, things, rng.uniform(0.2, 0.8, 3)


def cross(one: Thing, other: Thing) -> bool:
    """Whether a side of one sheet goes through the other."""
    u, v = np.array([0.0, 1.0, 1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0, 1.0, 0.0])
    corners = one.patches[0](u, v)
    sides = zip(corners[:-1], np.diff(corners, axis=0), strict=True)
    return any(other.solid.hits(start, side[None])[0, 0] <= 1 for start, side in sides)


def straddles(looking: View, one: Thing, margin: float = 0.1) -> bool:
    """Whether a thing reaches from before the eye to beside or behind it."""
    away = (one.mesh(COLOURS[0]).points - looking.eye) @ -looking.outward
    return bool(away.min() < margin * looking.focal < away.max() + 2 * margin * looking.focal) and (
        away.max() > -margin * looking.focal
    )


def clearance(looking: View, one: Thing) -> float:
    """Return how near to the eye a thing comes."""
    return float(np.linalg.norm(one.mesh(COLOURS[0]).points - looking.eye, axis=1).min())


def camera_for(looking: View) -> DepthCamera:
    """Return the stage's camera with the settings of a view, before a black background."""
    camera = DepthCamera(
        pixel_width=looking.width, pixel_height=looking.height, background_color="#000000"
    )
    assert abs(camera.frame_width - FRAME_WIDTH) < 1e-9
    return aim(camera, looking)


def aim(camera: DepthCamera, looking: View) -> DepthCamera:
    """Give a camera the settings of a view."""
    camera.set_phi(looking.phi)
    camera.set_theta(looking.theta)
    camera.set_gamma(looking.gamma)
    camera.set_zoom(looking.zoom)
    camera.set_focal_distance(looking.focal)
    camera.frame_center = np.asarray(looking.center, float)
    camera.principal_point = np.asarray(looking.principal_point, float)
    return camera


def picture(camera: DepthCamera, *mobjects) -> np.ndarray:
    """Return the colours (height, width, 3) that a camera draws, as signed numbers."""
    camera.reset()
    camera.capture_mobjects(mobjects)
    return camera.pixel_array[..., :3].astype(int)
