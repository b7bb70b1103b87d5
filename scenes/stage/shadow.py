"""The gradient's shadow on a direction u: the dot product ∇f·u as a length on the map."""

from __future__ import annotations

import numpy as np
from manim import Group, VMobject

from scenes.stage.actors import ON_MAP, Place, dashes, following
from scenes.stage.landscape import Landscape
from scenes.stage.space import in_space
from scenes.stage.theme import Theme

DIM = 0.55
"""Opacity of the shadow: what casts it may lie on it, and is seen."""


class Shadow(Group):
    """What an arrow of the gradient casts on the line along u, with the perpendicular to its foot.

    It reaches from the point along u where the slope along u is positive, else backwards.

    Args:
        way: the unit vector u (2,), now.
        scale: units of length of the domain for one unit of gradient.
    """

    def __init__(self, land: Landscape, theme: Theme, where: Place, way: Place, scale: float):
        def ends() -> np.ndarray:
            """Return the tip of the arrow and the foot of the perpendicular, (2, 2)."""
            vector, u = scale * land.hill.gradient(where()), way()
            return where() + np.stack([vector, (vector @ u) * u])

        self.cast = following(
            VMobject(stroke_color=theme.tangent, stroke_width=17, stroke_opacity=DIM, z_index=-1),
            lambda: land.ground(np.stack([where(), ends()[1]])),
        )
        self.drop = in_space(VMobject(stroke_color=theme.ink, stroke_width=2.5))
        self.drop.add_updater(
            lambda line: line.set_points(dashes(*land.ground(ends()))), call_updater=True
        )
        for line in (self.cast, self.drop):
            line.ghost_opacity = ON_MAP
        super().__init__(self.cast, self.drop)
