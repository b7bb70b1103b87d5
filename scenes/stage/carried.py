"""What update rules carry along, drawn on the map: a velocity, and axes that are stretched."""

from __future__ import annotations

import numpy as np
from manim import Group, VMobject

from mathcore import unit_direction
from scenes.stage.actors import ON_MAP, domain_arrow
from scenes.stage.landscape import Landscape
from scenes.stage.space import in_space
from scenes.stage.theme import Theme

LONGEST = 0.1
"""Half the longest axis of all ellipses of a walk, as a share of the landscape's longer side."""

WIDTH = 3.0
"""Stroke width of ellipses and their axes."""


class Parts(Group):
    """The two parts of a step with momentum, tip to tail: what is kept, and what the slope adds.

    Args:
        here: where the step begins (2,).
        kept: that part (2,), which is drawn there.
        added: the other part (2,), which is drawn at its tip.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        here: np.ndarray,
        kept: np.ndarray,
        added: np.ndarray,
    ):
        self.places = here + np.cumsum([0 * kept, kept, added], axis=0)
        self.kept = domain_arrow(land, lambda: here, lambda: kept, color=theme.direction)
        self.added = domain_arrow(land, lambda: here + kept, lambda: added, color=theme.gradient)
        super().__init__(self.kept, self.added)


class Stretched(Group):
    """The learning rate along each axis at a stop, as an ellipse whose half-axes are these rates.

    Args:
        here: the stop (2,).
        halves: the half-axes (2,), in units of the domain.
        carried: an arrow (2,) from there, in units of the domain, or None.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        here: np.ndarray,
        halves: np.ndarray,
        carried: np.ndarray | None = None,
    ):
        def drawn(shape: np.ndarray) -> VMobject:
            line = in_space(VMobject(stroke_color=theme.direction, stroke_width=WIDTH))
            line.set_points_as_corners(land.ground(here + halves * shape))
            line.ghost_opacity = ON_MAP
            return line

        self.ring = drawn(unit_direction(np.linspace(0, 2 * np.pi, 73)))
        self.axes = Group(*(drawn(np.outer([-1.0, 1.0], axis)) for axis in np.eye(2)))
        super().__init__(self.ring, self.axes)
        self.places = here + np.stack([-halves, halves])
        if carried is not None:
            self.arrow = domain_arrow(land, lambda: here, lambda: carried, color=theme.direction)
            self.places = np.vstack([self.places, here + carried])
            self.add(self.arrow)
