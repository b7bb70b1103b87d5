"""What a film about a curve shows, flat on the frame: the curve, points, lines and arrows.

Every part is told where things are by functions without arguments and asks them anew on every
frame. Where f has no value or no slope, what would show it is not drawn.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Dot, ValueTracker, VGroup, VMobject

from mathcore.typeset import coloured, typeset
from scenes.stage.actors import dashes
from scenes.stage.formula import Typesetter
from scenes.stage.plot import Plot, following, unbroken
from scenes.stage.profile import Profile
from scenes.stage.theme import BOARD, STAGE, TALL_BOARD, Theme, Zone
from scenes.stage.walk import Walk

Number = Callable[[], float]
"""A number, now."""

NUMBER_LINE = 0.9
"""Air between the curve's lowest point and the axis below it in Manim units."""

BASE = 0.22
"""How far the ground reaches below the curve's lowest point in Manim units."""

HEAD = 0.04
"""Air above the curve's highest point, as a share of its height."""

REACH = 2.6
"""Half the length of a tangent line in Manim units."""

SLACK = 0.01
"""Manim units that a tangent line may leave the picture below and above."""

LENS = np.array([BOARD.left + 1.35, BOARD.bottom + 1.3, 0.0]), 1.2
"""Middle and radius of the magnifying glass."""

LEAD = 0.16
"""Manim units from a point to the line that leads from it to the magnifying glass."""

NOTHING = np.zeros((0, 3))


def within(start: np.ndarray, end: np.ndarray, zone: Zone) -> np.ndarray:
    """Return the part (2, 3) of a line from start to end (3,) inside a zone; (0, 3) if none."""
    low, high = np.array([zone.left, zone.bottom]), np.array([zone.right, zone.top])
    way = (end - start)[:2]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.stack([low - start[:2], high - start[:2]]) / way
    shares = shares[:, way != 0]
    first = max(0.0, *shares.min(axis=0))
    last = min(1.0, *shares.max(axis=0))
    if not first < last:
        return NOTHING
    return start + np.array([[first], [last]]) * (end - start)


def line(points: Callable[[], np.ndarray], color: str, width: float, **style: float) -> VMobject:
    """Return a flat line that follows a polyline (m, 3), drawn where it has two points."""
    made = following(lambda: [part for part in [points()] if len(part) > 1], color, width)
    return made.set_stroke(**style)


SHORT = 0.2
"""Manim units of an arrow below which the dot at its foot would hide too much of it."""


def spot(place: Callable[[], np.ndarray], radius: float, theme: Theme) -> VMobject:
    """Return a dot that follows a place (3,), and is not drawn where that is nan."""
    disc = Dot(radius=radius, color=theme.ink, z_index=3).set_stroke(theme.background, 2)
    shape = disc.points.copy()

    def follow(mobject: VMobject) -> None:
        here = place()
        mobject.points = shape + here if np.isfinite(here).all() else NOTHING

    return disc.add_updater(follow, call_updater=True)


class Curve(Plot):
    """The big picture: f over a number line, with the ground below the curve.

    The curve is drawn from the left as far as the share `drawn` of the range.
    """

    def __init__(self, typesetter: Typesetter, land: Profile):
        theme = typesetter.theme
        self.land = land
        self.drawn = ValueTracker(1)
        super().__init__(
            typesetter,
            Zone(STAGE.left, STAGE.right - 0.25, STAGE.bottom + 0.1, STAGE.top),
            land.x_range,
            (land.lowest, land.highest + HEAD * (land.highest - land.lowest)),
            x_label=typeset(land.hill.variables[0]),
            y_label="f",
            x_count=7,
            y_count=5,
            below=NUMBER_LINE,
        )
        self.stretches = [self.at(*part.T) for part in unbroken(land.section)]
        self.ground = VMobject(fill_color=theme.surface[1], fill_opacity=0.28, stroke_width=0)
        self.ground.add_updater(lambda ground: self._fill(ground), call_updater=True)
        self.outline = following(self._shown, theme.contour, 4)
        self.add_to_back(self.ground)
        self.add(self.outline)

    def _shown(self) -> list[np.ndarray]:
        """Return the stretches (m, 3) of the curve as far as they are drawn."""
        end = self.area.left + self.drawn.get_value() * self.area.width
        parts = [part[part[:, 0] <= end + 1e-9] for part in self.stretches]
        return [part for part in parts if len(part) > 1]

    def _fill(self, ground: VMobject) -> None:
        drawn = [NOTHING]
        for part in self._shown():
            feet = part[[-1, 0]].copy()
            feet[:, 1] = self.area.bottom - BASE
            ground.set_points_as_corners(np.concatenate([part, feet, part[:1]]))
            drawn.append(ground.points)
        ground.points = np.concatenate(drawn)

    def place(self, x: float) -> np.ndarray:
        """Return the place (3,) on the curve above x, nan where none is shown."""
        return self.at(x, self.land.value(x))

    def tangent_ends(self, x: float, slope: float) -> np.ndarray:
        """Return the ends (2, 3) of the tangent line at x; (0, 3) where there is none."""
        middle = self.place(x)
        way = np.append(self.units * (1.0, slope), 0.0)
        if not np.isfinite(middle + way).all():
            return NOTHING
        reach = REACH * way / np.linalg.norm(way)
        area = self.area  # a level tangent at the lowest point lies along its edge
        picture = Zone(area.left, area.right, area.bottom - SLACK, area.top + SLACK)
        return within(middle - reach, middle + reach, picture)


class CurvePoint(VGroup):
    """A point on the curve, its foot on the number line, and its height.

    The plumb line is dashed from the number line up to the height 0, and solid from there to the
    curve: that part is f.
    """

    def __init__(self, curve: Curve, theme: Theme, where: Number):
        def level() -> np.ndarray:
            return curve.at(where(), curve.land.datum)

        def stem() -> np.ndarray:
            top = curve.place(where())
            return np.stack([level(), top]) if np.isfinite(top).all() else NOTHING

        def plumb(mobject: VMobject) -> None:
            top = curve.place(where())
            foot, low = curve.on_axis(where()), min(level()[1], top[1])
            shown = np.isfinite(low)
            mobject.points = dashes(foot, np.array([foot[0], low, 0])) if shown else NOTHING

        self.plumb = VMobject(stroke_color=theme.quiet, stroke_width=2.5)
        self.plumb.add_updater(plumb, call_updater=True)
        self.stem = line(stem, theme.ink, 3)
        self.foot = spot(lambda: curve.on_axis(where()), 0.06, theme)
        self.dot = spot(lambda: curve.place(where()), 0.09, theme)
        super().__init__(self.plumb, self.stem, self.foot, self.dot)


class FlatArrow(VGroup):
    """An arrow on the frame whose ends (2, 3) are asked for on every frame."""

    def __init__(self, ends: Callable[[], np.ndarray], color: str):
        self.ends = ends
        self.shaft = VMobject(stroke_color=color, stroke_width=6)
        self.tip = VMobject(fill_color=color, fill_opacity=1, stroke_width=0)
        super().__init__(self.shaft, self.tip)
        self.add_updater(lambda arrow: arrow.draw(), call_updater=True)

    def draw(self) -> None:
        """Follow the ends; an arrow without length is not drawn, a short one not under a dot."""
        start, end = self.ends()
        length = float(np.linalg.norm(end - start))
        self.set_z_index(2 if length > SHORT else 4)
        if not length > 1e-4:
            self.shaft.points = self.tip.points = NOTHING
            return
        ahead = (end - start) / length
        head = min(0.26, 0.6 * length)
        neck, aside = end - head * ahead, 0.45 * head * np.array([-ahead[1], ahead[0], 0])
        self.shaft.set_points_as_corners([start, neck + 0.1 * head * ahead])
        self.tip.set_points_as_corners([end, neck + aside, neck - aside, end])


class SlopeArrow(FlatArrow):
    """f'(x) as a vector of one dimension, on the number line: it points the way up.

    Args:
        scale: units of x for one unit of slope; negative for -f'.
    """

    def __init__(self, curve: Curve, color: str, where: Number, scale: float):
        self.grown = ValueTracker(0)
        self.units = scale

        def ends() -> np.ndarray:
            slope = np.nan_to_num(curve.land.slope(where()))
            length = self.grown.get_value() * scale * slope
            return curve.on_axis(where() + np.array([0.0, length]))

        super().__init__(ends, color)


class Secant(VGroup):
    """The line through two points of the curve, and the legs Δx and Δf between them.

    Args:
        where: x of the first point.
        step: Δx.
    """

    def __init__(self, curve: Curve, theme: Theme, where: Number, step: Number):
        self.curve, self.where, self.step = curve, where, step
        self.chord = line(self.ends, theme.tangent, 3.5, opacity=0.8)
        self.run = line(lambda: self.corners()[:2], theme.ink, 3)
        self.climb = line(lambda: self.corners()[1:], theme.ink, 3)
        self.end = spot(lambda: self.corners()[2], 0.09, theme)
        super().__init__(self.chord, self.run, self.climb, self.end)

    def rise(self) -> float:
        """Return Δf."""
        hill, x = self.curve.land.hill, self.where()
        ahead, here = hill.value([[x + self.step()], [x]])
        return float(ahead - here)

    def slope(self) -> float:
        """Return Δf / Δx."""
        return self.rise() / self.step()

    def corners(self) -> np.ndarray:
        """Return the right-angled triangle's corners (3, 3): the first point, below, the second."""
        x, h = self.where(), self.step()
        value = self.curve.land.value(x)
        return self.curve.at(np.array([x, x + h, x + h]), value + np.array([0, 0, self.rise()]))

    def ends(self) -> np.ndarray:
        """Return the ends (2, 3) of the line, on the edges of the picture."""
        start, _, end = self.corners()
        if not np.isfinite([start, end]).all():
            return NOTHING
        way = 40.0 * (end - start) / np.linalg.norm(end - start)
        return within(start - way, start + way, self.curve.area)


class Lens(VGroup):
    """A magnifying glass on the board: what it enlarges lies in a ring round a point of the curve.

    Args:
        secant: the second point stays in view: the nearer it comes, the more the glass enlarges.
    """

    def __init__(self, typesetter: Typesetter, secant: Secant):
        theme, (middle, radius) = typesetter.theme, LENS
        self.secant, self.middle, self.radius = secant, middle, radius
        around = np.linspace(0, 2 * np.pi, 73)
        circle = np.stack([np.cos(around), np.sin(around), 0 * around], axis=-1)

        def ring() -> np.ndarray:
            return secant.corners()[0] + radius / self.power() * circle

        def lead() -> np.ndarray:
            point = secant.corners()[0]
            way = (middle - point) / np.linalg.norm(middle - point)
            ends = np.stack([point + LEAD * way, middle - radius * way])
            # Not across the rows above the glass.
            return ends if ends[1, 1] < middle[1] + 0.6 * radius else NOTHING

        self.rim = line(lambda: middle + radius * circle, theme.quiet, 3)
        self.lead = line(lead, theme.quiet, 2)
        self.ring = line(ring, theme.quiet, 2)
        self.curve = following(self._curve, theme.contour, 3)
        self.chord = line(self._chord, theme.tangent, 6.5)
        self.dots = VGroup(spot(lambda: middle, 0.09, theme), spot(self._far, 0.09, theme))
        super().__init__(self.lead, self.ring, self.rim, self.chord, self.curve, self.dots)

    def power(self) -> float:
        """Return how many times the glass enlarges, 1 or more."""
        start, _, end = self.secant.corners()
        return max(1.0, 0.72 * self.radius / float(np.linalg.norm(end - start)))

    def _far(self) -> np.ndarray:
        start, _, end = self.secant.corners()
        away = self.power() * (end - start)
        return self.middle + (away if np.linalg.norm(away) <= self.radius else np.nan)

    def _curve(self) -> list[np.ndarray]:
        curve, x = self.secant.curve, self.secant.where()
        half = self.radius / self.power() / curve.units[0]
        along = x + np.linspace(-half, half, 241)
        places = curve.at(along, curve.land.hill.value(along[:, None]))
        seen = self.middle + self.power() * (places - self.secant.corners()[0])
        with np.errstate(invalid="ignore"):
            outside = ~(np.linalg.norm(seen - self.middle, axis=1) <= self.radius)
        seen[outside] = np.nan
        return unbroken(seen)

    def _chord(self) -> np.ndarray:
        start, _, end = self.secant.corners()
        way = self.radius * (end - start) / np.linalg.norm(end - start)
        return self.middle + np.stack([-way, way])


class DerivativeGraph(Plot):
    """The slope over the variable, below three rows of numbers.

    It is drawn from the left as far as the number `drawn`.

    Args:
        where: x of the marker.
    """

    def __init__(self, typesetter: Typesetter, land: Profile, where: Number):
        theme = typesetter.theme
        self.drawn = ValueTracker(land.x_range[0])
        self.land = land
        xs = land.section[:, 0][np.isfinite(land.section[:, 1])]
        slopes = land.hill.gradient(xs[:, None])[:, 0]
        low, high = slope_range(slopes[np.isfinite(slopes)])
        variable = typeset(land.hill.variables[0])
        super().__init__(
            typesetter,
            TALL_BOARD,
            land.x_range,
            (low, high),
            x_label=variable,
            y_label=coloured("f'", theme.tangent),
            y_count=4,
        )
        along = np.linspace(*land.x_range, 961)

        def graph() -> np.ndarray:
            done = self.drawn.get_value()
            return self.pairs(np.append(along[along < done], done))

        self.line = self.curve(graph, theme.tangent)
        self.marker = spot(lambda: self.at(*self.pairs(np.array([where()]))[0]), 0.075, theme)
        self.add(self.line, self.marker)

    def pairs(self, xs: np.ndarray) -> np.ndarray:
        """Return (x, f'(x)) at numbers (m,) as (m, 2); nan where f or its slope is not shown."""
        slopes = self.land.hill.gradient(xs[:, None])[:, 0]
        low, high = self.y_range
        hidden = ~((slopes >= low) & (slopes <= high)) | np.isnan(self.land.height(xs[:, None]))
        return np.stack([xs, np.where(hidden, np.nan, slopes)], axis=-1)


def slope_range(slopes: np.ndarray) -> tuple[float, float]:
    """Return a range for slopes (m,), with 0 and without the few that are far off.

    >>> slope_range(np.array([-6.0, 6.0]))
    (-6.0, 6.0)
    """
    if not len(slopes):
        return -1.0, 1.0
    low, high = (float(end) for end in np.percentile(slopes, (4, 96)))
    room = 0.35 * (high - low)
    low, high = max(low - room, float(slopes.min())), min(high + room, float(slopes.max()))
    low, high = min(low, 0.0), max(high, 0.0)
    if not high > low:
        return -1.0, 1.0
    if low == 0.0 or high == 0.0:  # a level line keeps off the frame
        low, high = (low, 1.15 * high) if low == 0.0 else (1.15 * low, high)
    return low, high


class LineTrail(VGroup):
    """A walked path on the curve and on the number line, up to a number of steps.

    Args:
        progress: steps walked now; 2.5 is half-way along the third.
    """

    def __init__(self, curve: Curve, theme: Theme, walk: Walk, progress: Number):
        self.curve, self.walk, self.progress = curve, walk, progress
        self.stops = VGroup()
        for places, radius in ((curve.place, 0.065), (curve.on_axis, 0.05)):
            for x in walk.points[:, 0]:
                self.stops.add(Dot(places(x), radius=radius, color=theme.path))
        count = len(walk.points)

        def reveal(dot: Dot, step: int) -> None:
            if dot.is_reached != (step <= progress()):  # else its opacity is that of a fade
                dot.is_reached = not dot.is_reached
                dot.set_opacity(float(dot.is_reached))

        for index, stop in enumerate(self.stops):
            stop.is_reached = True
            stop.add_updater(lambda dot, step=index % count: reveal(dot, step))
        self.stops.update()
        self.on_curve = following(self._on_curve, theme.path, 4)
        super().__init__(self.on_curve, self.stops)

    def walked(self) -> np.ndarray:
        """Return the numbers (m,) walked so far, fine enough to follow the curve."""
        done = self.progress()
        return self.walk.position(np.append(np.arange(0, done, 1 / 24), done))[:, 0]

    def _on_curve(self) -> list[np.ndarray]:
        xs = self.walked()
        return unbroken(self.curve.at(xs, self.curve.land.height(xs[:, None])))


class Runner:
    """A walk on the curve and what shows it: the point, its trail, and the step that is planned.

    `walked` and `planned` say how many steps: 2.5 is half-way along the third.
    """

    def __init__(self, curve: Curve, theme: Theme, walk: Walk):
        self.walk = walk
        self.walked, self.planned = ValueTracker(0), ValueTracker(0)
        self.point = CurvePoint(curve, theme, self.where)
        self.trail = LineTrail(curve, theme, walk, self.walked.get_value)

        def ends() -> np.ndarray:
            planned = float(walk.position(self.planned.get_value())[0])
            return curve.on_axis(np.array([self.where(), planned]))

        self.arrow = FlatArrow(ends, theme.path)

    def __deepcopy__(self, memo: object) -> Runner:
        """Return the runner itself: animations copy what holds it."""
        return self

    def where(self) -> float:
        """Return the number x above which the point stands now."""
        return float(self.walk.position(self.walked.get_value())[0])

    def count(self) -> int:
        """Return the number k of whole steps walked."""
        return min(int(self.walked.get_value() + 1e-6), self.walk.steps)

    def stop(self) -> float:
        """Return x_k, where the runner stopped last."""
        return float(self.walk.points[self.count(), 0])
