"""Boundary: points of two classes, the line between them, probability as shading, their losses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import DOWN, LEFT, RIGHT, Dot, Square, ValueTracker, VGroup, VMobject

from mathcore import Data
from scenes.stage.data_picture import MARGIN, DataPicture, Range, shaped
from scenes.stage.formula import Typesetter, half_size, quoted
from scenes.stage.function_film import clearance
from scenes.stage.plot import following
from scenes.stage.theme import READOUT_EM, ROW

LEVELS = np.linspace(0.0, 1.0, 21)
"""The probabilities between which the shading has one strength."""

STRONGEST = 0.42
"""Opacity of the shading where a class is certain."""

LARGEST = 0.22
"""Radius of the ring round a point whose loss is 1, in Manim units on the large axes."""

FREE = 0.3
"""Manim units between the name of a side and points, the boundary and the edge of the axes."""

LONGEST = 10
"""Characters of a class's name that are shown."""

NAME_WIDTH = 2.3
"""Manim units that such a name may be wide."""

Weigh = Callable[[np.ndarray], np.ndarray]
"""z (...) of points (..., 2), now: class 1 is the more probable where it is above 0."""


def ranges_of(data: Data) -> tuple[Range, Range]:
    """Return ranges of x and y that hold the points."""
    found = []
    for numbers in (data.x, data.y):
        margin = MARGIN * float(np.ptp(numbers))
        found.append((float(numbers.min()) - margin, float(numbers.max()) + margin))
    return found[0], found[1]


def clipped(polygon: np.ndarray, heights: np.ndarray, least: float) -> np.ndarray:
    """Return what of a convex polygon (m, 2) is at least so high; heights (m,) are linear on it.

    >>> clipped(np.array([[0., 0], [2, 0], [2, 1], [0, 1]]), np.array([0., 2, 2, 0]), 1.0).tolist()
    [[1.0, 0.0], [2.0, 0.0], [2.0, 1.0], [1.0, 1.0]]
    """
    kept = []
    for index in range(len(polygon)):
        ahead = (index + 1) % len(polygon)
        here, there = heights[index] - least, heights[ahead] - least
        if here >= 0:
            kept.append(polygon[index])
        if (here >= 0) != (there >= 0):
            kept.append(polygon[index] + here / (here - there) * (polygon[ahead] - polygon[index]))
    return np.array(kept).reshape(-1, 2)


class BoundaryPicture(DataPicture):
    """Discs and squares of two classes, the boundary z = 0, and how probable each class is.

    The shading is as strong as `shaded` (0 to 1); the ring round a point has an area to the scale
    of its loss, times `weighed` (0 to 1).

    Args:
        data: the points.
        weigh: z of points, now.
        losses: the losses (k,) of the points, now.
    """

    def __init__(
        self, typesetter: Typesetter, data: Data, weigh: Weigh, losses: Callable[[], np.ndarray]
    ):
        super().__init__(typesetter, ranges_of(data))
        self.data, self.weigh, self.losses = data, weigh, losses
        self.drawn, self.shaded, self.weighed = ValueTracker(1), ValueTracker(0), ValueTracker(1)
        self.colors = self.theme.regions[0], self.theme.regions[1]
        shapes = Dot, Square
        self.dots = VGroup(
            *(
                self.marks_at(data.of_class(number), self.colors[number], shapes[number])
                for number in (0, 1)
            )
        )
        self.line = following(self._line, self.theme.path, 5).set_z_index(2)
        self.rings = following(self._rings, self.theme.ink, 2).set_z_index(2)
        self.shading = VGroup(*(self._strip(index) for index in range(len(LEVELS) - 1)))
        self.add(self.sheet, self.shading, self.rings, self.line, self.dots)

    def beside(self, name: VMobject, side: int) -> VMobject:
        """Put a name where z has a sign (-1 or 1), clear of points and close to the boundary.

        It is nowhere where z has that sign on none of the axes.
        """
        area, half = self.area, half_size(name)
        across, up = half + FREE
        places = np.stack(
            np.meshgrid(
                np.linspace(area.left + across, area.right - across, 60),
                np.linspace(area.bottom + up, area.top - up, 40),
            ),
            axis=-1,
        ).reshape(-1, 2)
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        shares = (places - (area.left, area.bottom)) / (area.width, area.height)
        places = places[side * self.weigh(shares * (x1 - x0, y1 - y0) + (x0, y0)) > 0]
        if not len(places):
            return VMobject()
        dots = self.at(self.data.x, self.data.y)[:, :2]
        line = [np.linspace(*ends, 200)[:, :2] for ends in self._line()]

        def free(place: np.ndarray) -> tuple[float, float]:
            away = [clearance(place, half, part) for part in line]
            return min(clearance(place, half, dots), *away, FREE), -min(away, default=0.0)

        return name.move_to(np.append(max(places, key=free), 0.0))

    def legend(self, typesetter: Typesetter, place: np.ndarray, word: str) -> VGroup:
        """Return a sample and the name of each class, below each other from a place (3,) on.

        A class that is called by its number is called class t = 0, say.

        Args:
            typesetter: sets the names.
            place: the left end of the first sample.
            word: what a class is called before its number.
        """
        entries = VGroup()
        for number, shape in enumerate((Dot, Square)):
            sample = shaped(shape, 0.09).set_fill(self.colors[number], 1).set_stroke(width=0)
            told = self.data.class_names[number]
            told = told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"
            called = f"{word} $t = {number}$" if told == str(number) else quoted(told)
            name = typesetter.words(called, em=READOUT_EM)
            name.scale(min(1.0, NAME_WIDTH / name.width))
            sample.move_to(place + ROW * number * DOWN, aligned_edge=LEFT)
            entries.add(VGroup(sample, name.next_to(sample, RIGHT, buff=0.14)))
        return entries

    def _corners(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the corners (4, 2) of the ranges, and z there (4,)."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        return corners, self.weigh(corners)

    def _line(self) -> list[np.ndarray]:
        """Return the part of the line z = 0 that lies in the area, as far as it is drawn."""
        corners, z = self._corners()
        ends = []
        for index in range(4):
            here, there = z[index], z[(index + 1) % 4]
            if (here >= 0) != (there >= 0):
                way = corners[(index + 1) % 4] - corners[index]
                ends.append(corners[index] + here / (here - there) * way)
        if len(ends) < 2:
            return []
        first, last = sorted(ends, key=tuple)
        reached = first + self.drawn.get_value() * (last - first)
        return [self.at(*np.stack([first, reached]).T)] if (reached != first).any() else []

    def _rings(self) -> list[np.ndarray]:
        """Return a circle round each point, its area to the scale of its loss."""
        scale = self.area.width / self.wide.area.width * LARGEST
        radii = scale * np.sqrt(self.weighed.get_value() * self.losses())
        turns = np.linspace(0, 2 * np.pi, 25)
        circle = np.stack([np.cos(turns), np.sin(turns), 0 * turns], axis=-1)
        return list(self.at(self.data.x, self.data.y)[:, None] + radii[:, None, None] * circle)

    def _strip(self, index: int) -> VMobject:
        """Return the strip of the area where p lies between two of the levels."""
        low, high = LEVELS[index : index + 2]
        certain = low + high - 1  # -1 to 1
        strip = VMobject(stroke_width=0, fill_color=self.colors[int(certain > 0)], z_index=-0.5)

        def lay(strip: VMobject) -> None:
            polygon, z = self._corners()
            with np.errstate(divide="ignore"):
                ends = np.log(low / (1 - low)), np.log(high / (1 - high)) if high < 1 else np.inf
            if np.isfinite(ends[0]):
                polygon = clipped(polygon, z, ends[0])
            if np.isfinite(ends[1]) and len(polygon):
                polygon = clipped(polygon, -self.weigh(polygon), -ends[1])
            if len(polygon) < 3:
                strip.points = np.zeros((0, 3))
                return
            strip.set_points_as_corners(self.at(*np.vstack([polygon, polygon[:1]]).T))
            strip.set_fill(opacity=STRONGEST * abs(certain) * self.shaded.get_value())

        return strip.add_updater(lay, call_updater=True)
