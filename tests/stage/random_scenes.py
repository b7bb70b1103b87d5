"""Random scenes: cameras, and things for them to look at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from raycaster import View
from things import COLOURS, Thing, box, bumps, hill, sheet, sphere, thing, turned

NEAR = 0.01
"""What is nearer to the eye than this share of the focal distance need not be drawn."""


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
