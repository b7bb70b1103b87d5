"""How a hill bends: the parabola that fits a cut, a tangent that slides along it, the ellipse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import UP, Group, ValueTracker, VMobject

from mathcore import Curvature, directional_derivative, second_derivative, unit_direction
from scenes.stage.actors import ON_MAP, Slice, domain_arrow, following, tangent_ends
from scenes.stage.formula import Typesetter
from scenes.stage.landscape import Landscape
from scenes.stage.space import SpaceDot, in_space
from scenes.stage.theme import Theme
from scenes.stage.turn_graph import TurnGraph

REACH = 0.24
"""How far a parabola goes to either side of its point, as a share of the longer side, at most."""

SHORT = 0.55
"""The length of a sliding tangent, as a share of that of others."""

ABOVE = 0.14
"""Manim units by which the angle's name is above the axis, to be off the number at its end."""

LONG = 0.32
"""Half the longest axis of the ellipse, as a share of the longer side, at most."""


def parabola(
    land: Landscape, point: np.ndarray, way: np.ndarray, slope: float, bend: float
) -> np.ndarray:
    """Return f(p) + slope t + ½ bend t² over p + t·way, as far as it is in view, (m, 3) in space.

    Args:
        land: the landscape.
        point: p (2,).
        way: a unit vector (2,).
        slope: in units of f per unit of length.
        bend: per unit of length squared.
    """
    along = REACH * land.span * np.linspace(-1, 1, 121)
    points = point + along[:, None] * way
    heights = float(land.hill.value(point)) + slope * along + bend / 2 * along**2
    (x0, x1), (y0, y1) = land.ranges
    seen = (points >= (x0, y0)).all(axis=1) & (points <= (x1, y1)).all(axis=1)
    seen &= (heights >= land.lowest) & (heights <= land.highest)
    seen[60] = True
    first = 60 - int(np.argmin(np.append(seen[60::-1], False))) + 1
    last = 60 + int(np.argmin(np.append(seen[60:], False)))
    shown = slice(first, max(last, first + 2))
    return land.place(points[shown], heights[shown])


class Bend(Group):
    """How a hill bends along a cut: the parabola that fits it there, on top of it.

    `slid` is how far from the point a tangent has slid along the cut, in units of the domain;
    `sliding` is that tangent, with a dot where it touches.
    """

    def __init__(self, theme: Theme, cut: Slice):
        self.cut, self.slid, land = cut, ValueTracker(0), cut.land

        def fitting() -> np.ndarray:
            return parabola(land, cut.where(), cut.way(), cut.slope(), self.size())

        def touching() -> np.ndarray:
            ends = tangent_ends(land, self.spot(), cut.way(), self.slope())
            middle = ends.mean(axis=0)
            return middle + SHORT * (ends - middle)

        self.parabola = following(VMobject(stroke_color=theme.tangent, stroke_width=5.5), fitting)
        tangent = following(VMobject(stroke_color=theme.tangent, stroke_width=5), touching)
        ring = {"ring_width": 2.0, "ring_color": theme.background}
        dot = SpaceDot(land.surface(self.spot()), 6, color=theme.tangent, z_index=2, **ring)
        dot.add_updater(lambda mobject: mobject.move_to(land.surface(self.spot())))
        self.sliding = Group(tangent, dot)
        for part in (self.parabola, tangent):
            part.ghost_opacity = 0.65
        super().__init__(self.parabola)

    def size(self) -> float:
        """Return the second derivative of f along the cut at its point."""
        return float(second_derivative(self.cut.land.hill, self.cut.where(), self.cut.way()))

    def spot(self) -> np.ndarray:
        """Return where the sliding tangent touches, (2,)."""
        return self.cut.where() + self.slid.get_value() * self.cut.way()

    def slope(self) -> float:
        """Return the slope of the sliding tangent."""
        return float(directional_derivative(self.cut.land.hill, self.spot(), self.cut.way()))

    def room(self) -> float:
        """Return how far the tangent can slide to both sides and stay on the hill."""
        land, cut = self.cut.land, self.cut
        for share in np.linspace(REACH, 0.0, 25):
            along = share * land.span * np.linspace(-1, 1, 41)
            points = cut.where() + along[:, None] * cut.way()
            inside = all(map(land.contains, points)) and np.isfinite(land.height(points)).all()
            if inside and np.isfinite(land.hill.gradient(points)).all():
                return float(share * land.span)
        return 0.0


class EigenWay(Group):
    """An eigenvector of the Hessian at a point: the parabola along it, and its arrow on the map.

    Args:
        found: how the hill bends there.
        number: which of its ways.
        length: of the arrow, in units of the domain.
        back: whether the arrow points the other way.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        found: Curvature,
        number: int,
        length: float,
        *,
        back: bool,
    ):
        self.way = -found.ways[number] if back else found.ways[number]
        slope = float(directional_derivative(land.hill, found.point, self.way))
        line = parabola(land, found.point, self.way, slope, float(found.bends[number]))
        self.parabola = in_space(VMobject(stroke_color=theme.tangent, stroke_width=5.5))
        self.parabola.set_points_as_corners(line).ghost_opacity = 0.65
        self.vector = length * self.way
        self.arrow = domain_arrow(
            land, lambda: found.point, lambda: self.vector, color=theme.direction
        )
        super().__init__(self.parabola, self.arrow)


class ModelContour(Group):
    """A contour line of the quadratic model at a minimum, on the map: an ellipse, and its axes.

    `axes` are the lines along the eigenvectors from end to end, `halves` (2,) half their lengths.
    """

    def __init__(self, land: Landscape, theme: Theme, found: Curvature):
        self.halves = ellipse(land, found)
        around = (self.halves * unit_direction(np.linspace(0, 2 * np.pi, 145))) @ found.ways
        self.ring = in_space(VMobject(stroke_color=theme.tangent, stroke_width=4))
        self.ring.set_points_as_corners(land.ground(found.point + around))
        self.axes = Group()
        for half, way in zip(self.halves, found.ways, strict=True):
            ends = found.point + half * np.outer([-1, 1], way)
            line = in_space(VMobject(stroke_color=theme.direction, stroke_width=5.5))
            self.axes.add(line.set_points_as_corners(land.ground(ends)))
        for part in (self.ring, *self.axes):
            part.ghost_opacity = ON_MAP
        super().__init__(self.ring, self.axes)


def ellipse(land: Landscape, found: Curvature) -> np.ndarray:
    """Return half the axes (2,) of the largest ellipse of equal bend that is well in view."""
    box = np.array(land.ranges)
    room = np.minimum(found.point - box[:, 0], box[:, 1] - found.point)
    shape = found.across(1.0)
    reach = np.sqrt(((shape[:, None] * found.ways) ** 2).sum(axis=0))  # along each axis
    return shape * min(float((0.94 * room / reach).min()), LONG * land.span / float(shape.max()))


class BendGraph(TurnGraph):
    """The bend at one point over the angle of the direction.

    Args:
        found: how the hill bends there.
        label: what a bend is called, as Typst maths.
        angle: the direction now, in radians from the first axis.
        name: what the angle is called, as Typst maths.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        found: Curvature,
        label: str,
        angle: Callable[[], float],
        name: str,
    ):
        low, high = min(0.0, found.bends[0]), max(0.0, found.bends[-1])
        air = 0.12 * (high - low) or 1.0
        span = (low - air if low < 0 or high == 0 else 0.0, high + air if high > 0 else air)
        super().__init__(typesetter, found.along, span, label, angle, 0.0, name)
        self.name_x.shift(ABOVE * UP)
