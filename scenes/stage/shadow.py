"""The gradient's shadow on a direction u: the dot product ∇f·u as a length on the map."""

from __future__ import annotations

import numpy as np
from manim import Group, VMobject
from manim.constants import CapStyleType

from scenes.stage.actors import ON_MAP, Place, dashes
from scenes.stage.landscape import Landscape
from scenes.stage.space import in_space
from scenes.stage.theme import Theme

DIM = 0.7
"""Opacity of the shadow: what casts it may lie on it, and is seen."""

PIECES = 6
"""In so many pieces is a negative shadow that is as long as what casts it."""


class Shadow(Group):
    """What an arrow of the gradient casts on the line along u, with the perpendicular to its foot.

    It reaches from the point along u where the slope along u is positive, else backwards, and is
    then in pieces: its length counts as negative.

    Args:
        way: the unit vector u (2,), now.
        scale: units of length of the domain for one unit of gradient.
    """

    def __init__(self, land: Landscape, theme: Theme, where: Place, way: Place, scale: float):
        def ends() -> np.ndarray:
            """Return the tip of the arrow and the foot of the perpendicular, (2, 2)."""
            vector, u = scale * land.hill.gradient(where()), way()
            return where() + np.stack([vector, (vector @ u) * u])

        def band() -> np.ndarray:
            """Return the shadow as Manim's curves (4 m, 3), one or several."""
            tip, foot = ends() - where()
            length, whole = np.hypot(*foot), np.hypot(*tip)
            pieces = 1 if foot @ way() >= 0 else max(2, round(PIECES * float(length / whole)))
            shares = 2 * np.arange(pieces)[:, None] + np.linspace(0, 1, 4)
            return land.ground(where() + shares.reshape(-1, 1) / (2 * pieces - 1) * foot)

        self.cast = in_space(
            VMobject(
                stroke_color=theme.tangent,
                stroke_width=17,
                stroke_opacity=DIM,
                cap_style=CapStyleType.BUTT,
                z_index=-1,
            )
        )
        self.cast.add_updater(lambda line: line.set_points(band()), call_updater=True)
        self.drop = in_space(VMobject(stroke_color=theme.ink, stroke_width=2.5))
        self.drop.add_updater(
            lambda line: line.set_points(dashes(*land.ground(ends()))), call_updater=True
        )
        for line in (self.cast, self.drop):
            line.ghost_opacity = ON_MAP
        super().__init__(self.cast, self.drop)
