"""Things to look at, each both as a formula (for rays) and as a mesh (for the camera)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from manim import ManimColor
from solids import Box, HeightField, Sheet, Solid, Sphere, Torus

from scenes.stage.space import Mesh, grid_faces

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
