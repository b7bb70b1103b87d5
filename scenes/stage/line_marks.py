"""LineMarks: what slope and intercept are on a line; BarNames: the ends of one of its residuals."""

from __future__ import annotations

import numpy as np
from manim import Circle, VGroup, VMobject

from mathcore import Scale
from scenes.stage.formula import Typesetter, half_size
from scenes.stage.plot import following
from scenes.stage.scatter import Scatter
from scenes.stage.theme import READOUT_EM

RADIUS = 0.075
"""Radius of the dot at the intercept in Manim units."""

LEAST = 0.6, 0.35
"""Manim units that a slope's step is wide and high, at least."""

APART = 0.1
"""Manim units between a name and what it names."""


class LineMarks(VGroup):
    """The intercept b of a line as a dot, and its slope m as what it climbs along one unit.

    They follow the line, as far as they are within the ranges; a step that is too small to be seen
    is not there.

    Args:
        picture: the points and the line.
        scale: how x is measured for the line: its u is 0 at the intercept.
    """

    def __init__(self, typesetter: Typesetter, picture: Scatter, scale: Scale):
        self.picture, self.scale = picture, scale
        theme = typesetter.theme
        self.along = following(lambda: self._leg(0), theme.quiet, 3).set_z_index(1)
        self.up = following(lambda: self._leg(1), theme.path, 3).set_z_index(1)
        self.dot = VMobject(fill_color=theme.path, fill_opacity=1, stroke_width=0, z_index=3)
        self.dot.add_updater(self._put_dot, call_updater=True)
        self.names = VGroup(
            typesetter.formula("b", em=READOUT_EM, color=theme.path),
            typesetter.formula("1", em=READOUT_EM, color=theme.quiet),
            typesetter.formula("m", em=READOUT_EM, color=theme.path),
        )
        for name, spot in zip(self.names, (self._at_dot, self._at_along, self._at_up), strict=True):
            name.is_there = True
            name.add_updater(lambda name, spot=spot: follow(name, spot(name)), call_updater=True)
        super().__init__(self.along, self.up, self.dot, self.names)

    def corners(self) -> np.ndarray:
        """Return the points of data (3, 2) of the step: the intercept, beside the line, on it."""
        x = self.scale.origin + self.scale.unit * np.array([0.0, 1.0, 1.0])
        low, high = self.picture.predict(x[:2])
        return np.stack([x, [low, low, high]], axis=1)

    def _seen(self) -> np.ndarray:
        """Return which of the corners (3,) are within the ranges."""
        ranges = np.array([self.picture.x_range, self.picture.y_range])
        corners = self.corners()
        return ((ranges[:, 0] <= corners) & (corners <= ranges[:, 1])).all(axis=1)

    def places(self) -> np.ndarray | None:
        """Return the places (3, 3) of the corners, None where no step is there."""
        places = self.picture.at(*self.corners().T)
        wide, high = np.abs(places[2] - places[0])[:2]
        is_large = wide >= LEAST[0] and high >= LEAST[1]
        return places if is_large and self._seen().all() else None

    def _leg(self, number: int) -> list[np.ndarray]:
        places = self.places()
        return [] if places is None else [places[number : number + 2]]

    def _intercept(self) -> np.ndarray | None:
        return self.picture.at(*self.corners()[0]) if self._seen()[0] else None

    def _put_dot(self, dot: VMobject) -> None:
        place = self._intercept()
        dot.points = np.zeros((0, 3)) if place is None else Circle(RADIUS).points + place

    def _rises(self) -> float:
        low, _, high = self.corners()[:, 1]
        return 1.0 if high >= low else -1.0

    def _at_dot(self, name: VMobject) -> np.ndarray | None:
        """Return where b stands: to the left, on the side of the line where no step is."""
        place, (across, up) = self._intercept(), half_size(name)
        if place is None:
            return None
        return place + np.array([-across - RADIUS - APART, self._rises() * (up + APART), 0.0])

    def _at_along(self, name: VMobject) -> np.ndarray | None:
        places = self.places()
        if places is None:
            return None
        away = half_size(name)[1] + APART
        return (places[0] + places[1]) / 2 - np.array([0.0, self._rises() * away, 0.0])

    def _at_up(self, name: VMobject) -> np.ndarray | None:
        places = self.places()
        if places is None:
            return None
        return (places[1] + places[2]) / 2 + np.array([half_size(name)[0] + APART, 0.0, 0.0])


def follow(name: VMobject, spot: np.ndarray | None) -> None:
    """Put a name at a spot (3,), out of sight where that is None."""
    if name.is_there != (spot is not None):  # else its opacity is that of a fade
        name.is_there = spot is not None
        name.set_opacity(float(name.is_there))
    if spot is not None:
        name.move_to(spot)


class BarNames(VGroup):
    """The names ŷ and y at the ends of the first or the last residual, the longer one.

    Args:
        picture: the points and the line, which stays where it is.
    """

    def __init__(self, typesetter: Typesetter, picture: Scatter):
        data, slope = picture.data, np.ptp(picture.predict(np.array([0.0, 1.0])))
        ends = np.array([np.argmin(data.x), np.argmax(data.x)])
        tops = picture.predict(data.x[ends])
        gaps = np.abs(tops - data.y[ends])
        low, high = picture.y_range
        chosen = int(np.argmax(np.where((low <= tops) & (tops <= high), gaps, -1.0)))
        super().__init__()
        if not low <= tops[chosen] <= high:
            return
        x, y, line = data.x[ends][chosen], data.y[ends][chosen], tops[chosen]
        steep = slope * picture.wide.units[1] / picture.wide.units[0]
        way = 1.0 if line >= y else -1.0
        for source, value, side in (("hat(y)", line, way), ("y", y, -way)):
            name = typesetter.formula(source, em=READOUT_EM)
            name.set_stroke(typesetter.theme.background, width=5, background=True)
            across, up = half_size(name)
            away = up + APART + (steep * across if value == line else RADIUS)
            self.add(name.move_to(picture.at(x, value) + np.array([0.0, side * away, 0.0])))
