"""FieldFilm: a map film that shows the gradient at every point, a vector field."""

from __future__ import annotations

import numpy as np

from scenes.stage.arrow_field import ArrowField
from scenes.stage.journey import is_smooth_between
from scenes.stage.map_film import MapFilm

LEVEL = 1e-6
"""Ground that is less steep than this share of the whole hill is level."""


class FieldFilm(MapFilm):
    """A map film with an ArrowField, the minima at which its arrows end."""

    def say_what_field_it_is(self, field: ArrowField) -> None:
        """Say that the gradient is a vector field, and how its arrows are drawn."""
        if field.is_even:
            self.say("Evenly spaced contour lines: the gradient is the same everywhere.")
        elif field.is_cut and field.is_stretched:
            self.say(
                "Every point has its arrow, long ones cut, short ones drawn out: a vector field."
            )
        elif field.is_cut:
            self.say("Every point has its arrow, the longest cut short: a vector field.")
        elif field.is_stretched:
            self.say("Every point has its arrow, the shortest drawn out: a vector field.")
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
