"""From points in space to places on the screen, cut off at the near plane."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scenes.stage.clip import clip_rings, clip_triangles
from scenes.stage.vertices import extent

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera


class Triangles(NamedTuple):
    """Triangles on the screen, in the terms of `raster.fill_triangles`."""

    screen: np.ndarray
    values: np.ndarray
    light: np.ndarray
    faces: np.ndarray
    sources: np.ndarray | slice
    """Which of the triangles in space each one is (a part of)."""


def project_triangles(
    camera: DepthCamera,
    points: np.ndarray,
    values: np.ndarray,
    light: np.ndarray,
    faces: np.ndarray,
) -> Triangles:
    """Return triangles as the camera sees them.

    `points` (n, 3) carry `values` (n,) and `light` (n, 2). Where points may be moved a little for
    the sake of tight seams (see `on_grid`) is for the caller to decide.
    """
    eye = camera.eye_points(points)
    near = camera.nearest
    sources: np.ndarray | slice = slice(None)
    if len(eye) and not eye[:, 2].min() >= near and (eye[:, 2] < near).any():
        carried = np.column_stack([values, light])
        eye, carried, faces, sources = clip_triangles(eye, carried, faces, near)
        values = np.ascontiguousarray(carried[:, 0])
        light = np.ascontiguousarray(carried[:, 1:])
    return Triangles(camera.to_screen(eye), values, light, faces, sources)


def project_rings(
    camera: DepthCamera, points: np.ndarray, values: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return closed rings as the camera sees them: their points (s, 3), values and ends."""
    eye = camera.eye_points(points)
    near = camera.nearest
    if len(eye) and not eye[:, 2].min() >= near and (eye[:, 2] < near).any():
        eye, values, ends = clip_rings(eye, values, ends, near)
    return camera.to_screen(eye), values, ends


_GRID = 4096.0


def on_grid(screen: np.ndarray) -> np.ndarray:
    """Move points (n, 3) to the next place on a grid of 1/4096 pixel, and return them.

    Neighbouring faces of a surface have corners that should be the same and differ by rounding
    errors; on the grid they are the same, so that the faces leave no gap.
    """
    screen[:, :2] = np.rint(screen[:, :2] * _GRID) / _GRID
    return screen


def frame_of(screens: Iterable[np.ndarray], width: int, height: int) -> tuple[int, int, int, int]:
    """Return the rectangle of pixels (left, top, right, bottom) that holds points (n, 3)."""
    extents = np.array([extent(screen) for screen in screens]).reshape(-1, 4)
    low, high = (
        extents[:, :2].min(axis=0, initial=np.inf),
        extents[:, 2:].max(axis=0, initial=-np.inf),
    )
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        return 0, 0, 0, 0
    limits = np.array([width, height])
    low = np.clip(np.floor(low) - 1, 0, limits)
    high = np.clip(np.ceil(high) + 1, 0, limits)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
