"""A saddle of the hill: the place, and the cuts along which it bends down and up."""

from __future__ import annotations

import numpy as np
from manim import Group

from mathcore.basins import Ridge
from scenes.stage.actors import Slice
from scenes.stage.landscape import Landscape
from scenes.stage.space import SpaceDot
from scenes.stage.theme import Theme


class Saddle(Group):
    """Dots at a saddle on the hill and on the map, and the cuts along its two ways there.

    Along the first of the `cuts` the hill bends down, along the second up; both tangents are level.
    """

    def __init__(self, land: Landscape, theme: Theme, ridge: Ridge):
        self.place = ridge.saddle
        style = {"color": theme.ink, "ring_width": 2.5, "ring_color": theme.background}
        places = land.surface(self.place), land.ground(self.place)
        self.mark = Group(*(SpaceDot(place, 8, z_index=2, **style) for place in places))
        angles = [float(np.arctan2(*way[::-1])) for way in ridge.ways]
        self.cuts = [Slice(land, theme, self.where, lambda turn=turn: turn) for turn in angles]
        lines = [part for cut in self.cuts for part in (cut.cut, cut.tangent)]
        super().__init__(*lines, self.mark)

    def where(self) -> np.ndarray:
        """Return the point (2,) of the domain."""
        return self.place
