"""Microscope: a round patch of the hill taken off it and enlarged, as much as it shrinks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from manim import Group, ManimColor, ValueTracker, VMobject

from mathcore import unit_direction
from scenes.stage.actors import ON_MAP, dashes, following
from scenes.stage.hill import MAP_STRENGTH
from scenes.stage.landscape import Landscape
from scenes.stage.plot import round_below
from scenes.stage.relief import relief
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot, in_space
from scenes.stage.theme import Theme

RADIUS = 2.3
"""Radius of the enlarged patch in Manim units, seen from above."""

TRAY = 1.12
"""How many times as far as the patch a plane below it reaches."""

LOW, HIGH = -1.2, 2.1
"""Between which heights the enlarged patch stands, in Manim units."""

SEEN_GAP, STRETCH = 0.65, 2.5
"""How high a gap is made in Manim units, and how many times as high as the hill at most."""

TILT = 0.3
"""Slope in the picture, along the step, by which another plane leans away from the tangent one."""

WIDEST = 0.25
"""The radius of a patch as a share of the landscape's longer side, at most."""

SMALLEST = 1e-4
"""The radius of a patch as a share of that side, at least."""

EVERYWHERE = ((-np.inf, np.inf), (-np.inf, np.inf))

WAYS = np.array([(x, y) for x in (0.6, 0.8, -0.6, -0.8) for y in (0.8, 0.6, -0.8, -0.6)])
WAYS = WAYS[np.isclose(np.hypot(*WAYS.T), 1.0)]
"""Unit vectors of round numbers along no axis: a step along one has two parts, read with ease."""

LAST = 4
"""How often the patch is halved."""

_RINGS, _SPOKES = 28, 96


def _disc() -> tuple[np.ndarray, np.ndarray]:
    """Return the points (n, 2) and the triangles (m, 3) of a round net of radius 1."""
    around = unit_direction(np.linspace(0, 2 * np.pi, _SPOKES, endpoint=False))
    shares = np.arange(1, _RINGS + 1) / _RINGS
    points = np.concatenate([np.zeros((1, 2)), *(share * around for share in shares)])
    spoke = np.arange(_SPOKES)
    after = (spoke + 1) % _SPOKES
    faces = [np.stack([0 * spoke, 1 + spoke, 1 + after], axis=1)]
    for ring in range(_RINGS - 1):
        inner, outer = 1 + ring * _SPOKES, 1 + (ring + 1) * _SPOKES
        faces.append(np.stack([inner + spoke, outer + spoke, outer + after], axis=1))
        faces.append(np.stack([inner + spoke, outer + after, inner + after], axis=1))
    return points, np.concatenate(faces)


class Patch:
    """The surroundings of a point in numbers: how much f climbs there, and how much its plane does.

    `radius` is the largest round number at which f is smooth all around inside the landscape, and
    the gap between hill and plane shrinks with the radius as it does in the limit; `way` is one of
    the round directions in which the gap is large, to the right of an eye at an angle.

    Args:
        land: the landscape.
        point: of the domain (2,).
        eye: round from the first axis, in radians.

    Raises ValueError where f is not continuous around the point, or upright in it.
    """

    def __init__(self, land: Landscape, point: np.ndarray, eye: float):
        self.land, self.point = land, point
        self.value = float(land.hill.value(point))
        slopes = land.hill.gradient(point)
        self.has_plane = bool(np.isfinite(slopes).all())
        self.slopes = slopes if self.has_plane else np.zeros(2)
        rightward = WAYS @ np.array([-np.sin(eye), np.cos(eye)])
        found = self._found(rightward, land.ranges) or self._found(rightward, EVERYWHERE)
        if found is None:
            raise ValueError("f is not continuous there, or upright. Move the start.")
        self.radius, self.way = found

    def climb(self, away: np.ndarray) -> np.ndarray:
        """Return how much higher f is at places `away` (..., 2) from the point."""
        return self.land.hill.value(self.point + away) - self.value

    def gap(self, h: float, tilt: np.ndarray | float = 0.0, way: np.ndarray | None = None) -> float:
        """Return by how much the hill is above a plane at distance h: 0 where it is rounding.

        Args:
            h: distance from the point, along `way`.
            tilt: what the plane's slopes (2,) are more than the gradient.
            way: another direction than `way`.
        """
        step = h * (self.way if way is None else way)
        climb, plane = float(self.climb(step)), float(step @ (self.slopes + tilt))
        noise = 32 * np.finfo(float).eps * max(abs(self.value), abs(self.value + climb), abs(plane))
        return climb - plane if abs(climb - plane) > noise else 0.0

    def side_slopes(self, h: float, way: np.ndarray | None = None) -> np.ndarray:
        """Return how steep the hill is on average along `way`, up to h behind and ahead (2,)."""
        step = h * (self.way if way is None else way)
        behind, ahead = self.climb(np.stack([-step, step]))
        return np.array([-behind, ahead]) / h

    def gaps(self) -> np.ndarray:
        """Return how wide the gap is at the radius, at half of it, and so on (LAST + 1,)."""
        return np.abs([self.gap(self.radius / 2**halvings) for halvings in range(LAST + 1)])

    def _found(
        self, rightward: np.ndarray, ranges: Sequence[tuple[float, float]]
    ) -> tuple[float, np.ndarray] | None:
        """Return a radius and a direction of a patch inside ranges, None where there is none."""
        found: list[tuple[float, np.ndarray]] = []
        radius = round_below(WIDEST * self.land.span)
        while radius > SMALLEST * self.land.span:
            if self._is_smooth(radius, ranges):
                found.append((radius, self._way(radius, rightward)))
                if self._is_typical(*found[-1]):
                    return found[-1]
            radius = round_below(0.75 * radius)
        return found[0] if found and self.has_plane else None

    def _is_smooth(self, radius: float, ranges: Sequence[tuple[float, float]]) -> bool:
        """Whether f goes on without hole or jump in a square of this radius inside ranges."""
        low, high = self.point - radius, self.point + radius
        slack = 1e-9 * self.land.span
        for (first, last), one, other in zip(ranges, low, high, strict=True):
            if one < first - slack or other > last + slack:
                return False
        sides = (np.linspace(*ends, 33) for ends in zip(low, high, strict=True))
        made = relief(self.land.hill.value, *sides)
        return bool(np.isfinite(made.values).all()) and not len(made.rims)

    def _way(self, radius: float, rightward: np.ndarray) -> np.ndarray:
        """Return the direction farthest to the right of those in which the gap is large."""
        if self.has_plane:
            gaps = np.abs([self.gap(radius / 4, way=way) for way in WAYS])
        else:
            gaps = np.abs([np.diff(self.side_slopes(radius, way))[0] for way in WAYS])
        large = gaps >= 0.5 * gaps.max()
        return WAYS[np.argmax(np.where(large, rightward, -np.inf))]

    def _is_typical(self, radius: float, way: np.ndarray) -> bool:
        """Whether the gap shrinks from halving to halving as it should when a patch is small."""
        gaps = np.abs([self.gap(radius / 2**count, way=way) for count in range(LAST + 1)])
        if not self.has_plane:  # at a kink, slopes to both sides settle, and not on one number
            slopes = np.array([self.side_slopes(radius / 2**count, way) for count in (0, LAST)])
            (bend, still), steep = np.abs(np.diff(slopes, axis=1))[:, 0], np.abs(slopes).max(axis=1)
            return bool(steep[1] <= 1.5 * steep[0] and still > 0.3 * bend)
        if not gaps[-1] or not gaps.all():
            return not gaps.any()
        return bool((gaps[:-1] / gaps[1:]).min() > 2.2)


class Microscope:
    """A round patch of the hill, with the map below it, under a glass.

    `lifted` (0 to 1) takes it off the hill into the middle of the stage. `zoom` is how often its
    radius h has been halved: the patch is drawn as large as before. `opacity` is that of the patch.
    """

    def __init__(self, land: Landscape, theme: Theme, patch: Patch):
        self.land, self.theme, self.patch = land, theme, patch
        self.lifted, self.zoom, self.opacity = ValueTracker(0), ValueTracker(0), ValueTracker(1)
        self._net, faces = _disc()
        self._around = unit_direction(np.linspace(0, 2 * np.pi, _SPOKES + 1))
        self._stretch, self._middle = 1.0, 0.0
        self._fit()
        style = {
            "value_range": (land.lowest, land.highest),
            "contour_levels": np.array(land.levels),
            "contour_color": theme.contour,
        }
        dim = [
            ManimColor(theme.background).interpolate(ManimColor(color), MAP_STRENGTH)
            for color in theme.surface
        ]
        heights = np.zeros(len(self._net))
        places = np.zeros((len(self._net), 3))
        self.hill = Mesh(places, faces, heights, ramp=theme.surface, **style)
        self.map = Mesh(
            places, faces, heights, ramp=dim, lit=False, contour_opacity=0.4, contour_width=1.3,
            **style,
        )  # fmt: skip
        self._drawn: tuple[float, ...] | None = None
        self.hill.add_updater(lambda mesh: self._draw(), call_updater=True)
        self.rim = following(
            VMobject(stroke_color=theme.contour, stroke_width=2.5),
            lambda: self.surface(self.h() * self._around),
        )
        self.map_rim = following(
            VMobject(stroke_color=theme.quiet, stroke_width=1.5),
            lambda: self.ground(self.h() * self._around),
        )
        self.dot = self._dot(lambda: self.surface(np.zeros(2)), 9)
        self.foot = self._dot(lambda: self.ground(np.zeros(2)), 6)
        self.step = SpaceArrow(*self._step(), color=theme.direction, z_index=1)
        self.step.ghost_opacity = ON_MAP
        self.step.add_updater(lambda arrow: arrow.put_start_and_end_on(*self._step()))
        self.cut = following(
            VMobject(stroke_color=theme.direction, stroke_width=4),
            lambda: self.surface(np.linspace(-self.h(), self.h(), 121)[:, None] * patch.way),
        )
        self.plumbs = Group(self._plumb(np.zeros(2)), self._plumb(patch.way))

    def __deepcopy__(self, memo: object) -> Microscope:
        """Return the microscope itself: animations copy what holds it."""
        return self

    def h(self) -> float:
        """Return the patch's radius now, in units of the domain."""
        return float(self.patch.radius * 0.5 ** self.zoom.get_value())

    def gap(self, tilt: np.ndarray | float = 0.0) -> float:
        """Return how wide the gap between hill and plane is now at the distance h."""
        return abs(self.patch.gap(self.h(), tilt))

    # Where things are

    def place(self, away: np.ndarray, climbs: np.ndarray | float) -> np.ndarray:
        """Return the places (..., 3) `away` (..., 2) from the point and higher by `climbs`."""
        land, lifted = self.land, self.lifted.get_value()
        power = self._power() ** lifted
        stretch = 1 + (self._stretch - 1) * lifted
        centre = land.place(self.patch.point, self.patch.value) * (1 - lifted)
        centre += lifted * np.array([0.0, 0.0, self._middle])
        flat = np.asarray(away, dtype=float) * land.ground_scale * power
        rise = np.broadcast_to(climbs, flat.shape[:-1]) * land.height_scale * power * stretch
        return centre + np.concatenate([flat, rise[..., None]], axis=-1)

    def surface(self, away: np.ndarray) -> np.ndarray:
        """Return the places on the hill that are `away` (..., 2) from the point."""
        return self.place(away, self.patch.climb(np.asarray(away)))

    def ground(self, away: np.ndarray) -> np.ndarray:
        """Return the places on the map that are `away` (..., 2) from the point."""
        lifted = self.lifted.get_value()
        centre = self.land.ground(self.patch.point) * (1 - lifted, 1 - lifted, 1)
        flat = np.asarray(away, dtype=float) * self.land.ground_scale * self._power() ** lifted
        return centre + np.concatenate([flat, np.zeros((*flat.shape[:-1], 1))], axis=-1)

    def room(self) -> np.ndarray:
        """Return places in space (m, 3) among which everything stands that is enlarged."""
        rings = [TRAY * RADIUS * self._around] * 3
        levels = LOW, HIGH, self.land.floor
        return np.concatenate(
            [
                np.column_stack([ring, np.full(len(ring), z)])
                for ring, z in zip(rings, levels, strict=True)
            ]
        )

    def tilt(self) -> np.ndarray:
        """Return what to add to the gradient (2,) to tilt a plane away from the hill."""
        steep = TILT * self.land.ground_scale / (self._stretch * self.land.height_scale)
        away = -1.0 if self.patch.gap(self.patch.radius) >= 0 else 1.0
        return away * round_below(steep) * self.patch.way

    def _power(self) -> float:
        return RADIUS / (self.h() * self.land.ground_scale)

    def _fit(self) -> None:
        """Choose by how much heights are stretched, and at which height the patch's middle is."""
        units = self.land.height_scale * self._power()
        gap = abs(self.patch.gap(self.patch.radius)) * units
        self._stretch = min(max(SEEN_GAP / gap, 1.0), STRETCH) if gap else 1.0
        low, high = self._extent()
        while high - low > HIGH - LOW:
            self._stretch *= 0.96
            low, high = self._extent()
        self._middle = (LOW + HIGH) / 2 - (low + high) / 2

    def _extent(self) -> tuple[float, float]:
        """Return how far below and above the point the patch and both planes reach, in space."""
        patch, radius, tray = self.patch, self.patch.radius, TRAY * self.patch.radius * self._around
        climbs = [patch.climb(radius * self._net), tray @ patch.slopes]
        climbs.append(tray @ (patch.slopes + self.tilt()))
        units = self.land.height_scale * self._power() * self._stretch
        together = units * np.concatenate(climbs)
        return float(together.min()), float(together.max())

    # What is drawn

    def _draw(self) -> None:
        state = self.lifted.get_value(), self.zoom.get_value(), self.opacity.get_value()
        if state == self._drawn:
            return
        if self._drawn and state[2] != self._drawn[2]:
            self.hill.set_opacity(state[2])
        self._drawn = state
        away = self.h() * self._net
        climbs = self.patch.climb(away)
        # Colours and contour lines are enlarged with the patch: a plane's would stand still.
        heights = self.patch.value + climbs * 2.0 ** self.zoom.get_value()
        for mesh, places in ((self.hill, self.place(away, climbs)), (self.map, self.ground(away))):
            mesh.points, mesh.heights = places, heights

    def _dot(self, place: Callable[[], np.ndarray], radius: float) -> SpaceDot:
        ring = {"ring_width": 0.3 * radius, "ring_color": self.theme.background}
        dot = SpaceDot(place(), radius, color=self.theme.ink, z_index=2, **ring)
        dot.ghost_opacity = 0.5
        return dot.add_updater(lambda mobject: mobject.move_to(place()))

    def _step(self) -> np.ndarray:
        return self.ground(np.stack([np.zeros(2), self.h() * self.patch.way]))

    def _plumb(self, way: np.ndarray) -> VMobject:
        """Return a dashed line from the map up to the plane, or the hill where there is none."""

        def top() -> np.ndarray:
            away = self.h() * way
            if not self.patch.has_plane:
                return self.surface(away)
            return self.place(
                away, min(float(away @ self.patch.slopes), float(self.patch.climb(away)))
            )

        line = in_space(VMobject(stroke_color=self.theme.quiet, stroke_width=2.5))
        line.ghost_opacity = 0.5
        return line.add_updater(
            lambda mobject: mobject.set_points(dashes(self.ground(self.h() * way), top())),
            call_updater=True,
        )
