"""FieldFilm: a map film that shows the gradient at every point, a vector field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Group

from scenes.stage.arrow_field import ArrowField
from scenes.stage.director import ROOM
from scenes.stage.function_film import clearance
from scenes.stage.hill_film import SHORTEST
from scenes.stage.journey import is_smooth_between
from scenes.stage.map_film import MapFilm
from scenes.stage.theme import FORMULA_EM, STAGE, Zone

LEVEL = 1e-6
"""Ground that is less steep than this share of the whole hill is level."""

PARTS = np.linspace(0, 1, 5)
"""Where on an arrow a name must not be, as shares of its length."""

CLEAR = 0.05
"""Manim units that the name of a field keeps from its arrows."""


class FieldFilm(MapFilm):
    """A map film with an ArrowField, the minima at which its arrows end, and names for it."""

    def field_tag(self, source: str, field: ArrowField, others: Sequence[np.ndarray]) -> Group:
        """Return a name before or behind one of a field's arrows as they are now.

        It is off the labels of the axes if it can be, and left out where there is no free place.

        Args:
            source: Typst maths.
            field: the arrows.
            others: places in space (m, 3) each that the name keeps clear of, besides the hill.
        """
        tag = self.formula(source, em=FORMULA_EM, color=self.theme.gradient)
        tag.set_stroke(self.theme.background, width=5, background=True)
        half, spots = np.array([tag.width, tag.height]) / 2, []
        arrows = np.array([arrow.points[[0, -1]] for arrow in field.arrows])
        for ends in arrows[:, [[0, 1], [1, 0]]].reshape(-1, 2, 3):
            there, here = self.camera.project_points(ends)[:, :2]
            length = float(np.linalg.norm(here - there))
            if length > SHORTEST:
                ahead = (here - there) / length
                shift = (0.12 + np.abs(ahead) @ half) * ahead
                if STAGE.contains(Zone.around(here + shift, half)):
                    spots.append((ends[1], np.append(shift, 0.0)))
        if not spots:
            return Group()
        along = arrows[:, :1] + PARTS[:, None] * (arrows[:, 1:] - arrows[:, :1])
        hill = self.land.surface(self.land.grid()[::2, ::2].reshape(-1, 2))
        taken = np.concatenate([along.reshape(-1, 3), hill, *others])
        seen = self.camera.project_points(taken)[:, :2]

        def room(spot: tuple[np.ndarray, np.ndarray]) -> tuple[bool, float]:
            place, shift = spot
            here = (self.camera.project_point(place) + shift)[:2]
            gap = clearance(here, half, seen)
            return gap > CLEAR, min(gap, self.director.gap(here, half), ROOM)

        place, shift = max(spots, key=room)
        if not room((place, shift))[0]:
            return Group()
        self.director.attach(tag, place, shift)
        self.director.give_way(tag)
        return Group(tag)

    def say_what_field_it_is(self, field: ArrowField) -> None:
        """Say that the gradient is a vector field, and how its arrows are drawn."""
        if field.is_even:
            self.say("Evenly spaced contour lines: the gradient is the same everywhere.")
        elif field.is_cut:
            self.say("Every arrow to one scale, the longest cut: a vector field.")
        elif field.has_gaps:
            self.say("Wherever $f$ has a gradient there is an arrow: a vector field.")
        elif field.scale < 1:
            self.say("Every point has its arrow, here drawn shorter: a vector field.")
        else:
            self.say("Every point has its arrow: the gradient is a vector field.")

    def smooth_minima(self) -> np.ndarray:
        """Return the minima in view (m, 2) at which the gradient is zero, the nearest first.

        To each of them a straight way without kink or hole leads from the start.
        """
        land = self.land
        minima = np.array(self.framing.minima).reshape(-1, 2)
        steepness = np.hypot.reduce(land.hill.gradient(minima), axis=1)
        inside = np.array([land.contains(point) for point in minima], dtype=bool)
        minima = minima[inside & (steepness <= LEVEL * land.steepness)]
        minima = minima[np.argsort(np.hypot.reduce(minima - self.point, axis=1))]
        return minima[is_smooth_between(land, self.point, minima)]
