"""Small copies of the contour map, side by side, each with a walk of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from manim import RIGHT, Group, ValueTracker, VGroup, VMobject

from mathcore import unit_direction
from scenes.stage.actors import following
from scenes.stage.film_camera import FilmCamera
from scenes.stage.hill import flat_map, rim_points
from scenes.stage.landscape import Landscape
from scenes.stage.map_film import CONTOURS
from scenes.stage.pens import Pen
from scenes.stage.space import Mesh, SpaceDot, in_space
from scenes.stage.theme import READOUT_EM, Theme, Zone
from scenes.stage.walk import Walk

WHOLE = np.array([0.0, 0.0, 1.0])
"""The window in which a small map lies on the map itself: its middle, and its share of the size."""

LIFT = 2e-3
"""Manim units between maps that lie on one another, so that one of them is on top."""

RING = 0.035
"""Radius of the ring round a minimum, as a share of the landscape's longer side."""

SHORT, SMALLEST = 0.1, 0.45
"""A walk that keeps to less than this share of the longer side has smaller dots, to that share."""

_TITLE = 1.4 * READOUT_EM
"""Manim units above a small map that its title takes."""


def windows(camera: FilmCamera, land: Landscape, zones: Sequence[Zone]) -> list[np.ndarray]:
    """Return the windows (3,) in which small maps with titles fill zones of the frame.

    The camera looks straight down, the first variable to the right.
    """
    places = np.array([[0.0, 0.0, land.floor], [1.0, 0.0, land.floor]])
    origin, right = camera.project_points(places)[:, :2]
    unit = right[0] - origin[0]
    sides = unit * land.ground_scale * np.array([high - low for low, high in land.ranges])
    made = []
    for zone in zones:
        room = np.array([zone.width, zone.height - _TITLE])
        middle = np.array(zone.center[:2]) - (0, _TITLE / 2)
        made.append(np.append((middle - origin) / unit, (room / sides).min()))
    return made


def side_by_side(zone: Zone, columns: int, rows: int, gap: float = 0.3) -> list[Zone]:
    """Return the zones of a wall of small maps, row by row from the upper left."""
    width, height = (zone.width + gap) / columns, (zone.height + gap) / rows
    return [
        Zone(
            zone.left + column * width,
            zone.left + (column + 1) * width - gap,
            zone.top - (row + 1) * height + gap,
            zone.top - row * height,
        )
        for row in range(rows)
        for column in range(columns)
    ]


class SmallMap(Group):
    """A copy of the contour map with a walk on it; it slides from window to window.

    The `marks` are all that is drawn on the `ground`: they are seen through maps that lie on it.

    Args:
        windows: where it lies, one after another; `moved` tells how far it has slid: 0 is in the
            first one.
        progress: steps walked now.
        pen: the shade of the path; its dashes are for plots.
        level: which of several it is, the higher the nearer to the eye.
        minimum: a point (2,) that gets a ring, or None.
    """

    def __init__(
        self,
        theme: Theme,
        land: Landscape,
        walk: Walk,
        progress: Callable[[], float],
        pen: Pen,
        windows: Sequence[np.ndarray],
        level: int = 0,
        minimum: np.ndarray | None = None,
    ):
        self.land, self.walk, self.progress = land, walk, progress
        self.windows, self.moved = np.array(windows), ValueTracker(0)
        self.lift = level * LIFT
        self.ground = flat_map(theme, land, CONTOURS[0])
        self.rim = in_space(VMobject(stroke_color=theme.quiet, stroke_width=1.5))
        self._window = np.full(3, np.nan)
        self._lay(self.ground)
        self.ground.add_updater(self._lay)
        self.trail = following(
            VMobject(stroke_color=pen.color, stroke_width=3.5), lambda: self.place(self.walked())
        )
        reach = float(np.ptp(walk.points, axis=0).max()) / land.span
        size = min(max(SMALLEST, reach / SHORT), 1.0)
        self.stops = Group(*(self._stop(step, pen.color, size) for step in range(len(walk.points))))
        ring = {"ring_width": 2.0, "ring_color": theme.background}
        self.dot = SpaceDot(self.here(), 6.5 * size, color=theme.ink, z_index=2, **ring)
        self.dot.is_there = True
        self.dot.add_updater(self._follow)
        self.ring = Group()
        if minimum is not None:
            around = minimum + RING * land.span * unit_direction(np.linspace(0, 2 * np.pi, 49))
            made = VMobject(stroke_color=theme.minimum, stroke_width=4)
            self.ring.add(following(made, lambda: self.place(around)))
        self.marks = Group(self.rim, self.ring, self.trail, self.stops, self.dot)
        super().__init__(self.ground, self.marks)

    @property
    def window(self) -> np.ndarray:
        """Where it lies now: the middle's x and y, and its share of the map's size, (3,)."""
        stops = np.arange(len(self.windows))
        done = self.moved.get_value()
        return np.array([np.interp(done, stops, column) for column in self.windows.T])

    def place(self, points: np.ndarray) -> np.ndarray:
        """Return the places (..., 3) of points (..., 2) of the domain."""
        return self._into_window(self.land.ground(points))

    def _into_window(self, places: np.ndarray) -> np.ndarray:
        x, y, share = self.window
        return places * (share, share, 1.0) + (x, y, self.lift)

    def here(self) -> np.ndarray:
        """Return the place (3,) of the walker."""
        return self.place(self.walk.position(self.progress()))

    def walked(self) -> np.ndarray:
        """Return the stops (m, 2) so far, and the point now."""
        done = min(self.progress(), self.walk.last)
        return self.walk.position(np.append(np.arange(np.floor(done) + 1), done))

    def top_left(self) -> np.ndarray:
        """Return the place (3,) of the corner above which the title stands."""
        return self.place(np.array([self.land.x_range[0], self.land.y_range[1]]))

    def _lay(self, ground: Mesh) -> None:
        window = self.window
        if (window != self._window).any():
            self._window = window
            ground.points = self._into_window(self.land.ground(self.land.flat.points))
            flat = self.land.flat
            edges = np.concatenate([flat.rims, flat.border])
            self.rim.points = rim_points(edges, ground.points)

    def _stop(self, step: int, color: str, size: float) -> SpaceDot:
        dot = SpaceDot(self.place(self.walk.points[step]), 4.0 * size, color=color)
        dot.is_reached = True

        def follow(mobject: SpaceDot) -> None:
            mobject.move_to(self.place(self.walk.points[step]))
            if mobject.is_reached != (step <= self.progress()):
                mobject.is_reached = not mobject.is_reached
                mobject.set_stroke(opacity=float(mobject.is_reached))

        return dot.add_updater(follow, call_updater=True)

    def _follow(self, dot: SpaceDot) -> None:
        dot.move_to(self.here())
        is_there = self.walk.exit is None or self.progress() < self.walk.last
        if dot.is_there != is_there:
            dot.is_there = is_there
            dot.set_stroke(opacity=float(is_there))
            dot.set_stroke(opacity=float(is_there), background=True)


def titled(camera: FilmCamera, small: SmallMap, pen: Pen, label: VMobject) -> VGroup:
    """Return a sample of a pen and a label, above the left end of a small map."""
    title = VGroup(pen.sample(), label)
    label.next_to(title[0], RIGHT, buff=0.15)
    width = title.width

    def follow(mobject: VGroup) -> None:
        x, y = camera.project_point(small.top_left())[:2]
        title.move_to((x + width / 2, y + _TITLE / 2, 0))

    return title.add_updater(follow, call_updater=True)
