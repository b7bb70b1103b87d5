"""A contour line drawn for itself, and the right angle at which the gradient stands on it."""

from __future__ import annotations

import numpy as np
from manim import Group, VMobject

from mathcore import level_line
from scenes.stage.actors import ON_MAP
from scenes.stage.landscape import Landscape
from scenes.stage.space import in_space
from scenes.stage.theme import Theme

CORNER = 0.042
"""Side of the mark of a right angle, as a share of the landscape's longer side."""


class ContourLine(Group):
    """The contour line through a point of the domain (2,), on the hill and on the map.

    Raises ValueError where the gradient at the point is zero or does not exist.
    """

    def __init__(self, land: Landscape, theme: Theme, point: np.ndarray):
        line = level_line(land.hill, point, (land.x_range, land.y_range))
        self.on_hill, self.on_map = (
            in_space(
                VMobject(stroke_color=theme.contour, stroke_width=width).set_points_as_corners(
                    placed(line)
                )
            )
            for placed, width in ((land.surface, 6.0), (land.ground, 4.5))
        )
        super().__init__(self.on_hill, self.on_map)


def right_angle(
    land: Landscape, theme: Theme, point: np.ndarray, one: np.ndarray, other: np.ndarray
) -> VMobject:
    """Return the mark of a right angle on the map, at a point, between two unit vectors (2,)."""
    size = CORNER * land.span
    corner = point + size * np.stack([one, one + other, other])
    mark = VMobject(stroke_color=theme.ink, stroke_width=3)
    mark.ghost_opacity = ON_MAP
    return in_space(mark.set_points_as_corners(land.ground(corner)))
