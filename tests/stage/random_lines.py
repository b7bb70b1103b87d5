"""Random lines among random things, and where along them a ray caster sees them.

A place on a line is *certain* if it and all the places 2 pixels round it are seen, or all of them
are hidden; a line on a surface is moved along that surface, one in the air along the page.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import CapStyleType, VMobject
from raycaster import FRAME_WIDTH, View
from things import Place, Thing

MARGIN = 2.0
"""Pixels from a change between seen and hidden within which a place is left out."""

LIFT = 0.02
"""How far a line is lifted toward the eye by default, in units of space."""

MESH_ERROR = 0.004
"""How far triangles may be off their surface."""

STROKE = 12.0
"""Width of the lines in Manim's stroke units: 4 pixels of a picture 480 wide."""

_ROUND = np.exp(2j * np.pi * np.arange(8) / 8).view(float).reshape(8, 2)
_PLACES = 240


@dataclass(frozen=True)
class Track:
    """A line's places (n, 3), those round each of them (n, 8, 3), and what it lies on.

    `around` follows the surface `on` that the line lies on, if any; `beside` the page.
    """

    places: np.ndarray
    around: np.ndarray
    beside: np.ndarray
    on: Thing | None

    def stroke(self, occlusion: str, **look: float) -> VMobject:
        """Return the line as a white stroke."""
        # Round ends, so that the pixel at each end of the line is covered as well.
        line = VMobject(stroke_color="#FFFFFF", stroke_width=STROKE, cap_style=CapStyleType.ROUND)
        line.set_points_as_corners(self.places)
        line.occlusion = occlusion
        for name, value in look.items():
            setattr(line, name, value)
        return line


def pixel_at(looking: View, places: np.ndarray) -> np.ndarray:
    """Return the side of a pixel at the depth of places (..., 3), in units of space."""
    away = (places - looking.eye) @ -looking.outward
    return looking.pixel * away / looking.focal


def _track(looking: View, places: np.ndarray, around: np.ndarray | None, on: Thing | None) -> Track:
    step = MARGIN * pixel_at(looking, places)[:, None, None]
    beside = places[:, None] + step * (_ROUND @ looking.page)
    return Track(places, beside if around is None else around, beside, on)


def straight(rng: np.random.Generator, looking: View, reach: float = 2.5) -> Track:
    """Return a straight line through the middle of a scene."""
    start, end = rng.uniform(-reach, reach, (2, 3))
    t = np.linspace(0, 1, _PLACES)[:, None]
    return _track(looking, start + t * (end - start), None, None)


def curved(rng: np.random.Generator, looking: View, reach: float = 2.5) -> Track:
    """Return a curve of degree three through the middle of a scene."""
    t, control = np.linspace(0, 1, _PLACES)[:, None], rng.uniform(-reach, reach, (4, 3))
    weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
    return _track(looking, sum(w * p for w, p in zip(weights, control, strict=True)), None, None)


def along(rng: np.random.Generator, looking: View, on: Thing) -> Track:
    """Return a winding path on the surface of a thing."""
    patch = on.patches[rng.integers(len(on.patches))]
    t = np.linspace(0, 1, _PLACES)
    uv = []
    for _ in range(2):
        low, high = np.sort(rng.uniform(0.12, 0.88, 2))
        swing = min(low - 0.1, 0.9 - high, 0.1)
        uv.append(low + (high - low) * t + swing * np.sin(rng.uniform(2, 9) * t))
    if rng.random() < 0.5:
        uv[0] = uv[0][::-1]
    places = patch(*uv)
    step = MARGIN * pixel_at(looking, places)
    return _track(looking, places, _moved(patch, *uv, step), on)


def _moved(patch: Place, u: np.ndarray, v: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Return the places (n, 8, 3) on a surface that are `step` (n,) away from those at u, v."""
    small = 1e-5
    along_u = np.linalg.norm(patch(u + small, v) - patch(u - small, v), axis=1) / (2 * small)
    along_v = np.linalg.norm(patch(u, v + small) - patch(u, v - small), axis=1) / (2 * small)
    return np.stack(
        [patch(u + a * step / along_u, v + b * step / along_v) for a, b in _ROUND], axis=1
    )


def hidden(looking: View, things: list[Thing], places: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Return whether a thing stands before each of the places (n, 3), by more than `gap` (n,)."""
    away = (places - looking.eye) @ -looking.outward
    rays = (places - looking.eye) / away[:, None]
    before = np.zeros(len(places), bool)
    for thing in things:
        before |= thing.solid.hits(looking.eye, rays)[:, 0] < away - gap
    return before


def certain(looking: View, things: list[Thing], track: Track) -> tuple[np.ndarray, np.ndarray]:
    """Return where along a track it is certain what is seen, and where it is hidden, (n,) each.

    Left out as well: places within the line's lift of a surface before them, places beside which
    the line itself passes, seen where they are hidden or the other way, and all off the picture.
    """
    others = [thing for thing in things if thing is not track.on]
    own = [track.on] if track.on else []
    pixel = pixel_at(looking, track.places)
    far = 2.5 * np.maximum(LIFT, pixel)
    # On the page beside it, the surface that the line lies on comes nearer by its slope.
    nearer = far + 2 * MARGIN * pixel * _slope(looking, track)
    close = np.full(len(pixel), MESH_ERROR)

    def behind(group: list[Thing], ring: np.ndarray, gap: np.ndarray) -> np.ndarray:
        spots = np.concatenate([track.places[:, None], ring], axis=1)
        gaps = np.repeat(gap, spots.shape[1])
        return hidden(looking, group, spots.reshape(-1, 3), gaps).reshape(spots.shape[:2])

    seen = ~behind(others, track.beside, close).any(axis=1)
    seen &= ~behind(own, track.around, close).any(axis=1)
    seen &= ~behind(own, track.beside, nearer).any(axis=1)
    gone = behind(things, track.beside, far).all(axis=1)
    gone &= behind(things, track.around, far).all(axis=1)
    sure = seen | gone
    return sure & inside(looking, track) & ~_passed(looking, track, gone, sure), gone


def _slope(looking: View, track: Track) -> np.ndarray:
    """Return how much deeper the surface under a track goes for 1 across the page, (n,)."""
    if track.on is None:
        return np.zeros(len(track.places))
    one, two = (track.around[:, i] - track.around[:, i + 4] for i in (0, 2))
    normal, ray = np.cross(one, two), track.places - looking.eye
    size = np.linalg.norm(normal, axis=1) * np.linalg.norm(ray, axis=1)
    facing = np.abs((normal * ray).sum(axis=1)) / size
    return np.sqrt(1 - facing**2) / np.maximum(facing, 1e-6)


def inside(looking: View, track: Track) -> np.ndarray:
    """Return whether places lie on the picture, (n,)."""
    x, y, _ = looking.seen_at(track.places).T
    return (x > 3) & (x < looking.width - 3) & (y > 3) & (y < looking.height - 3)


def _passed(looking: View, track: Track, gone: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Return where the line passes itself on the picture otherwise than it is there, (n,)."""
    spots = looking.seen_at(track.places)[:, :2]
    distance = np.linalg.norm(spots[:, None] - spots[None], axis=-1)
    steps = np.append(0, np.cumsum(np.linalg.norm(np.diff(spots, axis=0), axis=1)))
    on_the_way = np.abs(steps[:, None] - steps[None])
    again = on_the_way > 1.5 * distance + 4
    width = STROKE / 100 * looking.width / FRAME_WIDTH
    near = distance < np.where(again, width + MARGIN, MARGIN)
    other = (gone[:, None] != gone[None]) | ~sure[None]
    return (near & other).any(axis=1)
