"""GradientFan: the ways down of several data points, or batches, and how they average."""

from __future__ import annotations

import numpy as np
from manim import Group, ValueTracker

from scenes.stage.actors import Place, domain_arrow
from scenes.stage.landscape import Landscape
from scenes.stage.space import SpaceArrow
from scenes.stage.theme import Theme

SLIM = 2.5, 13.0, 9.0
"""Width of an arrow's shaft, length and width of its head."""

LINKS = 4.0, 3.0, 7.0
"""The same for arrows that are divided by their number: they are short."""


class GradientFan(Group):
    """Arrows against several gradients, all from one point of the map.

    `grown` (0 to 1) lets them grow. With `shared` at 1 each is divided by their number; with
    `joined` at 1 they lie one after another, turned from one to the next, and end where their mean
    does. All of that is drawn `times` as long.

    Args:
        where: the point (2,).
        gradients: what they show (k, 2).
        units: units of length of the domain for one of gradient.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        where: Place,
        gradients: np.ndarray,
        units: float,
    ):
        self.grown, self.times = ValueTracker(0), ValueTracker(1)
        self.shared, self.joined = ValueTracker(0), ValueTracker(0)
        # In the order of their directions they go round, and make a chain without a tangle.
        self.order = np.argsort(np.arctan2(-gradients[:, 1], -gradients[:, 0]), kind="stable")
        self.vectors = -units * gradients[self.order]
        feet = (np.cumsum(self.vectors, axis=0) - self.vectors) / len(gradients)

        def fit(arrow: SpaceArrow) -> None:
            share = self.shared.get_value()
            arrow.stroke_width, arrow.head_length, arrow.head_width = (
                (1 - share) * whole + share * link for whole, link in zip(SLIM, LINKS, strict=True)
            )

        def arrow(index: int) -> SpaceArrow:
            made = domain_arrow(
                land,
                lambda: where() + self.joined.get_value() * self.times.get_value() * feet[index],
                lambda: self._size() * self.vectors[index],
                color=theme.gradient,
            )
            return made.add_updater(fit, call_updater=True)

        super().__init__(*map(arrow, range(len(gradients))))

    def _size(self) -> float:
        share, whole = self.shared.get_value(), self.grown.get_value() * self.times.get_value()
        return float(whole * (1 - share + share / len(self.vectors)))

    def of(self, number: int) -> SpaceArrow:
        """Return the arrow of one of the gradients by its number."""
        return self[int(np.flatnonzero(self.order == number)[0])]
