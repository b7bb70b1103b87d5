"""What acts on the landscape: the walker, slices, arrows and the trail, each following numbers.

Every actor is told where things are by functions without arguments; it asks them anew on every
frame, so a picture depends on the tracked numbers alone and never on how it was reached.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group, ValueTracker, VMobject

from mathcore import directional_derivative, unit_direction
from scenes.stage.landscape import GAP, Landscape
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot, in_space
from scenes.stage.theme import Theme
from scenes.stage.walk import Walk

Place = Callable[[], np.ndarray]
"""A point of the domain (2,), now."""

AHEAD = 0.25
"""How long the arrow along an axis is as a share of the longer side, on a shorter stretch too."""

TANGENT_REACH = 1.35
"""Half the length of a tangent line in Manim units."""


def following(mobject: VMobject, points: Callable[[], np.ndarray]) -> VMobject:
    """Make a line in space follow a polyline (m, 3) on every frame."""

    def follow(line: VMobject) -> None:
        line.set_points_as_corners(points())

    follow(mobject)
    return in_space(mobject).add_updater(follow)


def dashes(start: np.ndarray, end: np.ndarray, length: float = 0.11) -> np.ndarray:
    """Return a dashed line as Manim's curves (4 m, 3), each dash and each gap `length` long."""
    count = max(1, round(np.linalg.norm(end - start) / (2 * length)))
    edges = (np.arange(count)[:, None] + np.linspace(0, 0.5, 4)) / count
    return (start + edges[..., None] * (end - start)).reshape(-1, 3)


def tangent_ends(
    land: Landscape, point: np.ndarray, direction: np.ndarray, slope: float
) -> np.ndarray:
    """Return the ends (2, 3) in space of the tangent line at a point, along a unit vector (2,)."""
    along = land.rise(direction, slope)
    reach = TANGENT_REACH * along / np.linalg.norm(along)
    middle = land.surface(point)
    return np.stack([middle - reach, middle + reach])


class Walker(Group):
    """A point on the hill, its foot on the contour map, and its height.

    The plumb line is dashed from the map up to the height 0, where a small dot marks the level, and
    solid from there: that part is f. With `counted` at 0 heights are not counted from anywhere yet:
    the dashes lead up to the hill.
    """

    def __init__(self, land: Landscape, theme: Theme, where: Place):
        def dot(placed: Callable[[np.ndarray], np.ndarray], radius: float) -> SpaceDot:
            ring = {"ring_width": 0.3 * radius, "ring_color": theme.background}
            disc = SpaceDot(placed(where()), radius, color=theme.ink, **ring)
            disc.add_updater(lambda mobject: mobject.move_to(placed(where())))
            return disc.set_z_index(2)

        self.dot, self.foot = dot(land.surface, 9), dot(land.ground, 6)

        self.counted = ValueTracker(1)

        def level() -> np.ndarray:
            share = self.counted.get_value()
            zero = land.place(where(), land.datum)
            return zero if share == 1 else zero + (1 - share) * (land.surface(where()) - zero)

        self.plumb = in_space(VMobject(stroke_color=theme.quiet, stroke_width=2.5))
        self.plumb.add_updater(
            lambda line: line.set_points(dashes(land.ground(where()), level())), call_updater=True
        )
        self.stem = following(
            VMobject(stroke_color=theme.ink, stroke_width=3),
            lambda: np.stack([level(), land.surface(where())]),
        )
        self.zero = SpaceDot(level(), 3.5, color=theme.ink)
        self.zero.add_updater(lambda mobject: mobject.move_to(level()))
        for part in (self.plumb, self.stem, self.zero, self.dot):
            part.ghost_opacity = 0.5
        self.foot.ghost_opacity = ON_MAP
        super().__init__(self.plumb, self.stem, self.zero, self.foot, self.dot)


class Slice(Group):
    """The hill cut upright along a direction: the cutting plane, the cut, and its tangent line.

    The plane stands on the map; with `sunk` at 0 it reaches down to the hill's lowest height only.
    """

    def __init__(self, land: Landscape, theme: Theme, where: Place, angle: Callable[[], float]):
        self.land, self.where, self.angle, self.sunk = land, where, angle, ValueTracker(1)
        self.plane = Mesh(
            self._corners(), [[0, 1, 2], [0, 2, 3]], ramp=[theme.direction], opacity=0.13, lit=False
        )
        self.plane.add_updater(lambda mesh: mesh.set(points=self._corners()))
        self.cut = following(
            VMobject(stroke_color=theme.direction, stroke_width=3.5),
            lambda: land.place(*land.section(self.row())),
        )
        self.trace = following(
            VMobject(stroke_color=theme.direction, stroke_width=2, stroke_opacity=0.7),
            lambda: land.ground(self.row()[[0, -1]]),
        )
        self.tangent = following(
            VMobject(stroke_color=theme.tangent, stroke_width=5.5), self.tangent_ends
        )
        self.tangent.ghost_opacity = 0.65
        super().__init__(self.plane, self.trace, self.cut, self.tangent)

    def slope(self) -> float:
        """Return the slope of the hill along the slice, in units of f per unit of length."""
        return float(directional_derivative(self.land.hill, self.where(), self.way()))

    def tangent_ends(self) -> np.ndarray:
        """Return the tangent line's two ends (2, 3) in space."""
        return tangent_ends(self.land, self.where(), self.way(), self.slope())

    def way_down(self, scale: float) -> SpaceArrow:
        """Return the way down on the tangent as an arrow, above that of -slope on the map.

        Args:
            scale: units of length of the domain for one unit of slope.
        """
        start, slope = self.land.surface(self.where()), self.slope()
        tip = start - scale * slope * self.land.rise(self.way(), slope)
        arrow = SpaceArrow(start, tip, color=self.tangent.get_stroke_color())
        arrow.ghost_opacity = 1.0
        return arrow

    def way(self) -> np.ndarray:
        """Return the unit vector (2,) along which the hill is cut."""
        return unit_direction(self.angle())

    def row(self) -> np.ndarray:
        """Return the points of the domain (121, 2) that the slice runs over."""
        low, high = self._reach()
        return self.where() + np.linspace(low, high, 121)[:, None] * self.way()

    def _reach(self) -> tuple[float, float]:
        """Return how far the slice goes backwards and forwards until it leaves the rectangle."""
        u, point = self.way(), self.where()
        ranges = np.array([self.land.x_range, self.land.y_range])
        with np.errstate(divide="ignore", invalid="ignore"):
            bounds = np.sort((ranges - point[:, None]) / u[:, None], axis=1)
        parallel = np.abs(u) < 1e-12
        bounds[parallel] = (-np.inf, np.inf)
        return float(bounds[:, 0].max()), float(bounds[:, 1].min())

    def _corners(self) -> np.ndarray:
        low, high = self._reach()
        ends = self.land.ground(self.where() + np.array([[low], [high]]) * self.way())
        top = ends.copy()
        top[:, 2] = self.land.altitude(self.land.highest)
        ends[:, 2] += (1 - self.sunk.get_value()) * GAP
        return np.concatenate([ends, top[::-1]])


class TangentFan(Group):
    """The tangent lines at a point (2,) in directions all round, those that an angle has passed.

    Args:
        turned: the angle in radians, now; at π there are all of them.
        count: how many.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        point: np.ndarray,
        turned: Callable[[], float],
        count: int = 18,
    ):
        self.angles = np.arange(count) * np.pi / count
        ways = unit_direction(self.angles)
        slopes = directional_derivative(land.hill, point, ways)
        super().__init__()
        for angle, way, slope in zip(self.angles, ways, slopes, strict=True):
            line = VMobject(stroke_color=theme.tangent, stroke_width=2.5)
            line.set_points_as_corners(tangent_ends(land, point, way, slope))
            line.ghost_opacity = 0.65
            line.add_updater(lambda line, angle=angle: reveal(line, angle <= turned()))
            self.add(in_space(line))
        self.update()


def reveal(mobject: VMobject, shown: bool) -> None:
    """Show strokes or hide them; where they stay as they were, their opacity is that of a fade."""
    if getattr(mobject, "is_reached", True) != shown:
        mobject.set_stroke(opacity=float(shown))
    mobject.is_reached = shown


class Climb(Group):
    """What the tangent of a cut gains on a stretch: a level line and an upright one.

    On the map an arrow shows the way along which it goes.

    Args:
        run: how long the stretch is, in units of the domain.
    """

    def __init__(self, theme: Theme, cut: Slice, run: float):
        land, where = cut.land, cut.where
        ahead_of = np.array(land.ranges)[:, 1] - where()
        self.arrow = max(run, min(AHEAD * land.span, 0.9 * float(cut.way() @ ahead_of)))

        def ahead() -> np.ndarray:
            return where() + run * cut.way()

        def height() -> float:
            return float(land.hill.value(where()))

        self.level = following(
            VMobject(stroke_color=theme.ink, stroke_width=3),
            lambda: land.place(np.stack([where(), ahead()]), height()),
        )
        self.upright = following(
            VMobject(stroke_color=theme.tangent, stroke_width=4),
            lambda: land.place(
                np.stack([ahead(), ahead()]), height() + run * cut.slope() * np.array([0.0, 1.0])
            ),
        )
        for line in (self.level, self.upright):
            line.ghost_opacity = 0.65
        self.on_map = domain_arrow(
            land, where, lambda: self.arrow * cut.way(), color=theme.direction
        )
        super().__init__(self.level, self.upright, self.on_map)


ON_MAP = 0.75
"""How much is seen of what lies on the map where the hill is before it: it is talked about."""

COMPASS = 0.12
"""Length of the arrow u, as a share of the landscape's longer side."""


class Compass(Group):
    """A direction u and all the others: a circle on the contour map with its arrow.

    Args:
        zero: the direction from which the arc of the angle is drawn, in radians.
        share: the length of the arrow, as a share of the landscape's longer side; `size` is a
            factor on it, and `scale` the length that u, which is 1 long, has now.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        where: Place,
        angle: Callable[[], float],
        *,
        zero: float = 0.0,
        share: float = COMPASS,
    ):
        self.size = ValueTracker(1)
        self.length = share * land.span
        around = unit_direction(np.linspace(0, 2 * np.pi, 73))

        self.circle = following(
            VMobject(stroke_color=theme.direction, stroke_width=2, stroke_opacity=0.6),
            lambda: land.ground(where() + self.scale() * around),
        )
        self.arc = following(
            VMobject(stroke_color=theme.direction, stroke_width=3),
            lambda: land.ground(
                where() + 0.4 * self.scale() * unit_direction(np.linspace(zero, angle(), 49))
            ),
        )
        self.axis = following(
            VMobject(stroke_color=theme.direction, stroke_width=2, stroke_opacity=0.6),
            lambda: land.ground(where() + self.scale() * np.stack([[0, 0], unit_direction(zero)])),
        )
        self.arrow = domain_arrow(
            land, where, lambda: self.scale() * unit_direction(angle()), color=theme.direction
        )
        self.arrow.set_z_index(1.5)  # above another arrow on which it may lie
        for line in (self.circle, self.axis, self.arc):
            line.ghost_opacity = ON_MAP
        super().__init__(self.circle, self.axis, self.arc, self.arrow)

    def scale(self) -> float:
        """Return how long the arrow is in units of the domain; u itself is 1 long."""
        return float(self.size.get_value() * self.length)


def domain_arrow(
    land: Landscape, where: Place, vector: Callable[[], np.ndarray], *, color: str
) -> SpaceArrow:
    """Return an arrow on the contour map: a vector of the domain, at a point of the domain."""

    def follow(arrow: SpaceArrow) -> None:
        arrow.put_start_and_end_on(land.ground(where()), land.ground(where() + vector()))

    ends = land.ground(where()), land.ground(where() + vector())
    arrow = SpaceArrow(*ends, color=color, z_index=1)
    arrow.ghost_opacity = ON_MAP
    return arrow.add_updater(follow)


class GradientArrow(Group):
    """The gradient at a point, on the contour map: it is a vector of the domain.

    Args:
        scale: units of length of the domain for one unit of gradient; negative for -∇f.
    """

    def __init__(self, land: Landscape, theme: Theme, where: Place, scale: float):
        self.grown = ValueTracker(0)
        self.units = scale

        def vector() -> np.ndarray:
            gradient = np.nan_to_num(land.hill.gradient(where()))  # no arrow where there is none
            return self.grown.get_value() * scale * gradient

        self.on_map = domain_arrow(land, where, vector, color=theme.gradient)
        super().__init__(self.on_map)


class StepArrow(Group):
    """What is planned and not yet walked of a walk, on the contour map.

    It is drawn `times` as long as it is.

    Args:
        progress: steps walked now; 2.5 is half-way along the third.
        planned: steps planned now.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        walk: Walk,
        progress: Callable[[], float],
        planned: Callable[[], float],
    ):
        self.times = ValueTracker(1)

        def where() -> np.ndarray:
            return walk.position(progress())

        def vector() -> np.ndarray:
            return self.times.get_value() * (walk.position(planned()) - where())

        self.on_map = domain_arrow(land, where, vector, color=theme.path)
        super().__init__(self.on_map)


class Trail(Group):
    """A walked path on the hill and on the contour map, up to a number of steps.

    Args:
        progress: steps walked now; 2.5 is half-way along the third.
        color: hex colour; that of a path where left out.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        walk: Walk,
        progress: Callable[[], float],
        color: str = "",
    ):
        color = color or theme.path
        self.land, self.walk, self.progress = land, walk, progress
        self.on_hill = following(
            VMobject(stroke_color=color, stroke_width=5), lambda: land.surface(self.walked())
        )
        self.on_map = following(
            VMobject(stroke_color=color, stroke_width=3.5), lambda: land.ground(self.walked())
        )
        self.on_hill.ghost_opacity, self.on_map.ghost_opacity = 0.5, ON_MAP
        self.stops = Group(
            *(
                SpaceDot(place, radius, color=color)
                for placed, radius in ((land.surface, 6.0), (land.ground, 4.5))
                for place in placed(walk.points)
            )
        )
        count = len(walk.points)

        for index, stop in enumerate(self.stops):
            stop.add_updater(lambda dot, step=index % count: reveal(dot, step <= progress()))
        self.stops.update()
        super().__init__(self.on_map, self.on_hill, self.stops)

    def walked(self) -> np.ndarray:
        """Return the points of the domain (m, 2) walked so far, fine enough to follow the hill."""
        done = self.progress()
        return self.walk.position(np.append(np.arange(0, done, 1 / 12), done))
