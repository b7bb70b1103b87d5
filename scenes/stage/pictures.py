"""Images and point clouds in space: textured quadrilaterals, and squares that face the eye."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from manim.mobject.mobject import Mobject
from manim.mobject.types.image_mobject import AbstractImageMobject
from manim.mobject.types.point_cloud_mobject import PMobject
from PIL import Image

from scenes.stage.fragments import PAINT_TERMS, TEXTURE, TINT
from scenes.stage.projection import Triangles, project_triangles

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera

_CORNERS = np.array([0.0, 1.0, 0.0, 1.0]), np.array([[0, 0], [0, 0], [1, 1], [1, 1]], float)
_FACES = np.array([[0, 2, 3], [0, 3, 1]], np.int32)  # of upper left, right, lower left, right


class Pictures:
    """The images and point clouds of a frame. `number` goes up when any of them changed."""

    def __init__(self) -> None:
        self.number = 0
        self.textures, self.texels = np.zeros((0, 3), np.int64), np.zeros((0, 4), np.float32)
        self._images: list[tuple[np.ndarray, float]] = []
        self._clouds: list[tuple[np.ndarray, np.ndarray, int]] = []
        self._levels: list[list[np.ndarray]] = []
        self._taken: list[np.ndarray | float] = []
        self._chosen: tuple = ()

    @property
    def any(self) -> bool:
        """Whether there is any image or point cloud."""
        return bool(self._images or self._clouds)

    def take(self, mobjects: list[Mobject], orders: list[int], camera: DepthCamera) -> None:
        """Take images and point clouds as they are now."""
        if not mobjects and not self.any:
            return
        taken: list[np.ndarray | float] = []
        for mobject, order in zip(mobjects, orders, strict=True):
            colours = (
                mobject.get_pixel_array()
                if isinstance(mobject, AbstractImageMobject)
                else mobject.rgbas
            )
            taken += [mobject.points, colours, order, getattr(mobject, "stroke_width", 0)]
        if len(taken) == len(self._taken) and all(
            np.array_equal(one, other) for one, other in zip(taken, self._taken, strict=True)
        ):
            return
        self.number += 1
        self._taken = [np.array(one) for one in taken]
        self._images, self._clouds, self._levels, self._chosen = [], [], [], ()
        for i, mobject in enumerate(mobjects):
            points, colours, order, _ = self._taken[4 * i : 4 * i + 4]
            if isinstance(mobject, AbstractImageMobject):
                self._images.append((points, float(order)))
                self._levels.append([colours])
            elif isinstance(mobject, PMobject) and len(points):
                paints = np.zeros((len(points), PAINT_TERMS))
                paints[:, 0], paints[:, 6] = TINT, order
                paints[:, 2:6] = colours
                side = int(camera.adjusted_thickness(mobject.stroke_width))
                self._clouds.append((points, paints, max(side, 1)))

    def quads(self, camera: DepthCamera) -> Iterator[tuple[Triangles, np.ndarray]]:
        """Yield each image as triangles with their paint, and choose how fine it is to be."""
        pieces, chosen = [], []
        for (points, order), levels in zip(self._images, self._levels, strict=True):
            piece = project_triangles(camera, points, *_CORNERS, _FACES)
            paint = np.zeros((1, PAINT_TERMS))
            paint[0] = TEXTURE, len(pieces), 0, 0, 0, 1, order
            pieces.append((piece, paint))
            chosen.append(_level_for(levels, piece.screen))
        if tuple(chosen) != self._chosen:
            self._chosen = tuple(chosen)
            pixels = [levels[i] for levels, i in zip(self._levels, chosen, strict=True)]
            sizes = [each.shape[0] * each.shape[1] for each in pixels]
            first = np.cumsum([0, *sizes])[:-1]
            self.textures = np.array(
                [(at, each.shape[1], each.shape[0]) for at, each in zip(first, pixels, strict=True)]
            )
            flat = np.concatenate([each.reshape(-1, 4) for each in pixels]).astype(np.float32)
            flat[:, :3] *= flat[:, 3:] / 255
            self.texels = flat
        yield from pieces

    def clouds(self, camera: DepthCamera) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
        """Yield each point cloud: its places on the screen, their paints, a point's side."""
        for points, paints, side in self._clouds:
            yield camera.screen_points(points), paints, side


def _level_for(levels: list[np.ndarray], screen: np.ndarray) -> int:
    """Return which of an image's halvings has about a texel to a pixel, made where it is missing.

    Seen from far an image must be averaged, or it glitters when it moves.
    """
    height, width = levels[0].shape[:2]
    known = screen[np.isfinite(screen).all(axis=1), :2]
    if len(known) < 3:
        return 0
    low, high = known.min(axis=0), known.max(axis=0)
    across = max(np.hypot(*(high - low)), 1.0)
    level = int(max(np.floor(np.log2(np.hypot(width, height) / across) + 0.3), 0))
    level = min(level, int(np.log2(max(min(height, width), 1))))
    while len(levels) <= level:
        finer = levels[-1]
        size = (max(finer.shape[1] // 2, 1), max(finer.shape[0] // 2, 1))
        smaller = Image.fromarray(finer).resize(size, Image.Resampling.BOX)
        levels.append(np.asarray(smaller))
    return level
