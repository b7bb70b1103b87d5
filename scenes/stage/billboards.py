"""Mobjects of fixed orientation: drawn flat by Manim, at the depth of their centre."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.fragments import lay_at_depth
from scenes.stage.space import DEPTH_BIAS

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera


class Billboards:
    """Draws mobjects that face the eye, over a picture whose depth is known."""

    __slots__ = ("_page",)

    def __init__(self) -> None:
        self._page = np.zeros((0, 0, 4), np.uint8)  # all zero between two uses

    def draw(self, mobjects: list[Mobject], camera: DepthCamera) -> None:
        """Draw mobjects, those farther from the eye first; what shares its centre is one."""
        if not mobjects:
            return
        groups = []
        centre_of = camera.fixed_orientation_mobjects
        for centre, members in itertools.groupby(mobjects, centre_of.get):
            depth = camera.screen_points(np.array([centre()], dtype=float))[0, 2]
            if np.isfinite(depth):
                groups.append((depth, list(members)))
        groups.sort(key=lambda group: group[0])
        if self._page.shape != camera.pixel_array.shape:
            self._page = np.zeros_like(camera.pixel_array)
        solids, sheets = camera.layers.solids, camera.layers.sheets
        for depth, members in groups:
            left, top, right, bottom = _box(members, camera)
            if left >= right or top >= bottom:
                continue
            for kind, some in itertools.groupby(members, camera.type_or_raise):
                camera.display_funcs[kind](list(some), self._page)
            lay_at_depth(
                camera.pixel_array, self._page, (left, top, right, bottom),
                depth + DEPTH_BIAS * depth * depth, solids.window, solids.depth,
                sheets.shown_window, sheets.heads, sheets.records, sheets.tints, sheets.sheets,
            )  # fmt: skip


def _box(members: list[Mobject], camera: DepthCamera) -> tuple[int, int, int, int]:
    """Return the rectangle of pixels that holds what Manim draws of some mobjects."""
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    for member in members:
        places = camera.transform_points_pre_display(member, member.points)[:, :2]
        width = 0.0
        if isinstance(member, VMobject):
            width = max(member.get_stroke_width(), member.get_stroke_width(background=True))
        margin = 2 * camera.cairo_line_width_multiple * width
        low = np.minimum(low, places.min(axis=0) - margin)
        high = np.maximum(high, places.max(axis=0) + margin)
    scale = camera.pixel_width / camera.frame_width
    width, height = camera.pixel_width, camera.pixel_height
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        return 0, 0, 0, 0
    left, right = width / 2 + low[0] * scale - 2, width / 2 + high[0] * scale + 2
    top, bottom = height / 2 - high[1] * scale - 2, height / 2 - low[1] * scale + 2
    return (
        int(np.clip(left, 0, width)),
        int(np.clip(top, 0, height)),
        int(np.clip(np.ceil(right), 0, width)),
        int(np.clip(np.ceil(bottom), 0, height)),
    )
