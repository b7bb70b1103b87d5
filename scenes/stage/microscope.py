"""Microscope: a round patch of the hill taken off it and enlarged, as much as it shrinks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Group, ManimColor, ValueTracker, VMobject

from mathcore import normalised, unit_direction
from scenes.stage.actors import ON_MAP, dashes, following
from scenes.stage.hill import MAP_STRENGTH
from scenes.stage.landscape import Landscape
from scenes.stage.patch import Patch
from scenes.stage.plot import round_below
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

    def facing(self, phi: float, theta: float) -> float:
        """Return how squarely an eye sees the enlarged tangent plane: 0 edge-on, 1 straight on.

        Args:
            phi: of the eye from the zenith, in radians.
            theta: of the eye round from the first axis, in radians.
        """
        steep = self._stretch * self.land.height_scale / self.land.ground_scale
        normal = normalised(np.append(-steep * self.patch.slopes, 1.0))
        sight = np.append(np.sin(phi) * unit_direction(theta), np.cos(phi))
        return abs(float(normal @ sight))

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
