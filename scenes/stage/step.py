"""A step h u: on the hill, on the map, and seen from the side; as h shrinks, a slope is left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group, VGroup, VMobject

from mathcore.typeset import coloured
from scenes.stage.actors import TANGENT_REACH, Slice, domain_arrow, following
from scenes.stage.formula import Typesetter
from scenes.stage.landscape import Landscape
from scenes.stage.plot import Marker, Plot
from scenes.stage.space import SpaceDot
from scenes.stage.theme import LOWER_BOARD, Theme

LONGEST, SHORTEST = 0.4, 0.05
"""The longest step as a share of the landscape's longer side, and the shortest first one."""

_SHOWN = -0.35, 1.35
"""What is seen from the side, in first steps from the point."""


def first_step(land: Landscape, point: np.ndarray, way: np.ndarray) -> float:
    """Return how long a step along a unit vector (2,) can be that stays on one smooth stretch."""
    for share in np.linspace(LONGEST, SHORTEST, 29):
        points = point + land.span * share * np.linspace(0, 1, 41)[:, None] * way
        gradients = land.hill.gradient(points)
        heights = land.height(points)
        smooth = np.isfinite(gradients).all() and np.isfinite(heights).all()
        if smooth and land.contains(points[-1]) and not np.isnan(land.section(points)[1]).any():
            return float(share * land.span)
    return SHORTEST * land.span


class Step(Group):
    """A step h u from where a slice's hill is cut: an arrow on the map, and the secant above it.

    Args:
        cut: the slice along u.
        size: h now, in units of the domain.
    """

    def __init__(self, theme: Theme, cut: Slice, size: Callable[[], float]):
        self.cut, self.size = cut, size
        land = cut.land

        def goal() -> np.ndarray:
            return cut.where() + size() * cut.way()

        def secant() -> np.ndarray:
            along = land.rise(cut.way(), self.slope())
            reach = TANGENT_REACH / np.linalg.norm(along) * along
            start = land.surface(cut.where())
            run = size() * land.rise(cut.way(), self.slope())
            return np.stack([start - reach, start + run + reach])

        self.on_map = domain_arrow(
            land, cut.where, lambda: size() * cut.way(), color=theme.direction
        )
        self.secant = following(VMobject(stroke_color=theme.tangent, stroke_width=3), secant)
        self.secant.ghost_opacity = 0.65
        ring = {"ring_width": 2.0, "ring_color": theme.background}
        self.dot = SpaceDot(land.surface(goal()), 7, color=theme.direction, z_index=2, **ring)
        self.dot.ghost_opacity = 0.5
        self.dot.add_updater(lambda dot: dot.move_to(land.surface(goal())))
        super().__init__(self.on_map, self.secant, self.dot)

    def slope(self) -> float:
        """Return (f(x + h u) - f(x)) / h, the slope of the secant."""
        point, h = self.cut.where(), self.size()
        ends = np.stack([point, point + h * self.cut.way()])
        low, high = self.cut.land.hill.value(ends)
        return float((high - low) / h)


class StepGraph(Plot):
    """The hill along u from the side: f(x + h u) over h, the secant, its run and its rise.

    Args:
        touched: whether the tangent is there too; the secant is then thinner.
    """

    def __init__(self, typesetter: Typesetter, step: Step, *, touched: bool = False):
        theme, cut = typesetter.theme, step.cut
        land, point, way = cut.land, cut.where(), cut.way()
        longest = step.size()
        along = longest * np.linspace(*_SHOWN, 241)
        shown, heights = land.section(point + along[:, None] * way)
        places = (shown - point) @ way
        inside = np.array([land.contains(spot) for spot in shown])
        heights = np.where(inside, heights, np.nan)
        low, high = np.nanmin(heights), np.nanmax(heights)
        margin = 0.1 * (high - low) or 1.0
        limits = float(low - margin), float(high + margin)
        super().__init__(
            typesetter,
            LOWER_BOARD,
            (longest * _SHOWN[0], longest * _SHOWN[1]),
            limits,
            x_label=coloured("h", theme.direction),
            y_label="f",
            y_count=3,
        )
        here = float(land.hill.value(point))

        def there() -> float:
            return here + step.size() * step.slope()

        def through_point(slope: float) -> np.ndarray:
            """Return the line of a slope through the point as far as it stays on the graph."""
            ends = np.array(self.x_range)
            if slope:
                bounds = np.sort((np.array(limits) - here) / slope)
                ends = np.array([max(ends[0], bounds[0]), min(ends[1], bounds[1])])
            return np.stack([ends, here + slope * ends], axis=-1)

        def line(slope: Callable[[], float], width: float) -> VMobject:
            return self.curve(lambda: through_point(slope()), theme.tangent, width)

        self.section = self.curve(lambda: np.stack([places, heights], axis=-1), theme.direction, 3)
        self.tangent = VGroup(*([line(cut.slope, 3.5)] if touched else []))
        self.secant = line(step.slope, 2 if touched else 3.5)
        self.run = self.curve(
            lambda: np.array([[0.0, here], [step.size(), here]]), theme.direction, 2.5
        )
        self.rise = self.curve(
            lambda: np.array([[step.size(), here], [step.size(), there()]]), theme.ink, 2.5
        )
        self.marker = Marker(self, lambda: (0.0, here), theme.ink)
        self.goal = Marker(self, lambda: (step.size(), there()), theme.direction)
        self.add(self.section, self.run, self.rise, self.tangent, self.secant)
        self.add(self.marker, self.goal)
