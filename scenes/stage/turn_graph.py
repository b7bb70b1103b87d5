"""TurnGraph: a number at one point over the angle of a direction that turns there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import PI, Dot, ValueTracker

from mathcore import unit_direction
from scenes.stage.formula import Typesetter
from scenes.stage.plot import Marker, Plot
from scenes.stage.theme import LOWER_BOARD


def within_turn(angle: float) -> float:
    """Return an angle brought into [0, 2π]; a full turn stays a full turn.

    >>> within_turn(2 * PI) == 2 * PI, round(within_turn(2 * PI + 0.5), 9)
    (True, 0.5)
    """
    return angle if 0 <= angle <= 2 * PI else angle % (2 * PI)


class TurnGraph(Plot):
    """A number over the angle of the direction, drawn as far as `drawn` has turned.

    Args:
        numbers: the numbers (...) that belong to directions (..., 2) of length 1.
        y_range: of the numbers.
        label: what they are called, as Typst maths.
        angle: the direction now, in radians from `zero`; the marker shows its number.
        zero: the direction from which angles are counted.
        name: what the angle is called, as Typst maths.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        numbers: Callable[[np.ndarray], np.ndarray],
        y_range: tuple[float, float],
        label: str,
        angle: Callable[[], float],
        zero: float,
        name: str,
    ):
        theme = typesetter.theme
        super().__init__(
            typesetter,
            LOWER_BOARD,
            (0, 2 * PI),
            y_range,
            x_label=name,
            y_label=label,
            x_ticks=[(quarter * PI / 2, f"{90 * quarter} degree") for quarter in range(5)],
        )
        self.drawn = ValueTracker(0)

        def pairs(angles: np.ndarray) -> np.ndarray:
            return np.stack([angles, numbers(unit_direction(zero + angles))], axis=-1)

        self.line = self.curve(
            lambda: pairs(np.linspace(0, self.drawn.get_value(), 121)), theme.tangent
        )
        self.marker = Marker(self, lambda: pairs(np.array(within_turn(angle()))), theme.ink)
        self.add(self.line, self.marker)
        self._pairs = pairs
        self.typesetter = typesetter

    def mark(self, angle: float) -> Dot:
        """Return a dot on the curve at an angle in radians, that stays there."""
        place = self.at(*self._pairs(np.array(within_turn(angle))))
        return Dot(place, radius=0.07, color=self.line.get_stroke_color())
