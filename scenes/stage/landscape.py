"""Landscape: where points of the domain, heights and slopes stand in the scene's space."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from mathcore import ScalarField
from scenes.stage.plot import nice_ticks
from scenes.stage.relief import Relief, relief
from scenes.stage.sections import broken_section

GROUND = 4.6
"""Side of the contour map in Manim units."""

RELIEF = 2.5
"""Height of the hill, from its lowest to its highest point, in Manim units."""

CONTOURS = 14
"""About how many contour lines a hill carries, where nobody says which."""

LEVEL = 1e-9
"""Ground that is less steep than this share of the whole hill is level."""

GAP = 1.5
"""Air between the contour map and the hill's lowest point in Manim units."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """A field over a rectangle, and the one map from its numbers to the scene's space.

    Space has x and y as the domain has them, scaled alike so that directions stay true, and z
    proportional to the value. The contour map lies flat at `floor`.

    Args:
        hill: a function of two variables.
        x_range: (low, high) of the first variable.
        y_range: (low, high) of the second variable.
        value_range: (low, high) of f; what is lower or higher is cut off the hill, not the map.
        levels: values of f at which contour lines run; round ones where left out.
        quarter: how many quarter turns counter-clockwise it is seen from, beyond the usual side,
            at which the corner of the first variable's high and the second's low end is nearest.
        samples: how many values along each side the hill is made of.
        name: what the function is called.
        whole: the landscape that this is a part of; it lies in its place, in its colours.
    """

    hill: ScalarField
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    value_range: tuple[float, float] = (-np.inf, np.inf)
    levels: tuple[float, ...] | None = None
    quarter: int = 0
    samples: int = 161
    name: str = "f"
    whole: Landscape | None = None
    relief: Relief = field(init=False)
    flat: Relief = field(init=False)
    lowest: float = field(init=False)
    highest: float = field(init=False)
    is_cut: tuple[bool, bool] = field(init=False)
    """Whether something is cut off the hill: below it, above it."""

    def __post_init__(self) -> None:
        xs, ys = (np.linspace(*ends, self.samples) for ends in (self.x_range, self.y_range))
        whole = made = relief(self.hill.value, xs, ys)
        values = whole.values[np.isfinite(whole.values)]
        low, high = self.value_range
        cut = bool((values < low).any()), bool((values > high).any())
        if any(cut):
            made = relief(self.hill.value, xs, ys, low, high)
        heights = made.values[made.faces]
        if not heights.size:
            raise ValueError("f is not defined anywhere in this range")
        low, high = float(heights.min()), float(heights.max())
        if not high - low > 1e-12 * max(abs(low), abs(high)):  # a plain, half-way up
            low, high = low - max(abs(low), 1.0), high + max(abs(low), 1.0)
        if self.whole is not None:
            low, high = self.whole.lowest, self.whole.highest
        levels = nice_ticks(low, high, CONTOURS)[1:] if self.levels is None else self.levels
        object.__setattr__(self, "levels", tuple(levels))
        object.__setattr__(self, "relief", made)
        object.__setattr__(self, "flat", whole)
        object.__setattr__(self, "lowest", low)
        object.__setattr__(self, "highest", high)
        object.__setattr__(self, "is_cut", cut)

    def __deepcopy__(self, memo: object) -> Landscape:
        """Return the landscape itself: it never changes, and animations copy what holds it."""
        return self

    def part(self, x_range: tuple[float, float], y_range: tuple[float, float]) -> Landscape:
        """Return what of it lies over a smaller rectangle, in its place; it is for its map alone.

        Raises:
            ValueError: f is not defined anywhere there.
        """
        everything = (-np.inf, np.inf)
        smaller = {"x_range": x_range, "y_range": y_range, "value_range": everything}
        return replace(self, **smaller, levels=self.levels, whole=self)

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """(low, high) of each variable."""
        return self.x_range, self.y_range

    @property
    def span(self) -> float:
        """The longer side of the rectangle, in units of the domain."""
        return max(high - low for low, high in (self.x_range, self.y_range))

    @property
    def ground_scale(self) -> float:
        """Manim units for one unit of x or y."""
        return GROUND / (self.whole or self).span

    @property
    def height_scale(self) -> float:
        """Manim units for one unit of f."""
        return RELIEF / (self.highest - self.lowest)

    @property
    def has_even_levels(self) -> bool:
        """Whether the contour lines are drawn at heights that are all equally far apart."""
        steps = np.diff(self.levels)
        return bool(len(steps) and np.ptp(steps) <= 1e-6 * steps.max())

    @property
    def steepness(self) -> float:
        """About how steep the hill is: its height over the longer side, in units of f and x."""
        return (self.highest - self.lowest) / self.span

    @property
    def floor(self) -> float:
        """The contour map's z in Manim units."""
        return -(RELIEF + GAP) / 2

    @property
    def corners(self) -> np.ndarray:
        """The corners of the domain (4, 2), counter-clockwise from the one seen at the left.

        The second is the one nearest to the eye.
        """
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        usual = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        return np.roll(usual, -self.quarter, axis=0)

    def grid(self) -> np.ndarray:
        """Return the sample points of the domain, (rows, columns, 2)."""
        xs = np.linspace(*self.x_range, self.samples)
        ys = np.linspace(*self.y_range, self.samples)
        return np.stack(np.meshgrid(xs, ys), axis=-1)

    def contains(self, point: np.ndarray) -> bool:
        """Whether a point (2,) lies in the shown rectangle."""
        (x, y), (x0, x1), (y0, y1) = point, self.x_range, self.y_range
        return bool(x0 <= x <= x1 and y0 <= y <= y1)

    def ground(self, points: np.ndarray) -> np.ndarray:
        """Return the places on the contour map of points (..., 2), as (..., 3)."""
        points = np.asarray(points, dtype=float)
        middle = np.array((self.whole or self).ranges).mean(axis=1)
        flat = (points - middle) * self.ground_scale
        return np.concatenate([flat, np.full((*flat.shape[:-1], 1), self.floor)], axis=-1)

    def under(self, places: np.ndarray) -> np.ndarray:
        """Return the points of the domain (..., 2) above or below places in space (..., 3)."""
        middle = np.array([sum(self.x_range) / 2, sum(self.y_range) / 2])
        return np.asarray(places)[..., :2] / self.ground_scale + middle

    @property
    def datum(self) -> float:
        """The value that heights are measured from: 0, or the end of the range next to it."""
        return min(max(0.0, self.lowest), self.highest)

    def altitude(self, values: np.ndarray | float) -> np.ndarray:
        """Return the z of values of f, in Manim units."""
        return self.floor + GAP + (np.asarray(values) - self.lowest) * self.height_scale

    def place(self, points: np.ndarray, values: np.ndarray | float) -> np.ndarray:
        """Return the places at these values over points (..., 2), as (..., 3)."""
        places = self.ground(points)
        places[..., 2] = self.altitude(values)
        return places

    def surface(self, points: np.ndarray) -> np.ndarray:
        """Return the places on the hill over points (..., 2), as (..., 3); nan where it ends."""
        return self.place(points, self.height(points))

    def height(self, points: np.ndarray) -> np.ndarray:
        """Return the values at points (..., 2) as far as they are shown, nan beyond."""
        values = self.hill.value(points)
        low, high = self.value_range
        with np.errstate(invalid="ignore"):
            return np.where((values >= low) & (values <= high), values, np.nan)

    def slopes(self, points: np.ndarray) -> np.ndarray:
        """Return the gradients at points (..., 2); parts that are nothing but rounding are 0."""
        slopes = self.hill.gradient(points)
        steepest = np.hypot.reduce(slopes, axis=-1, keepdims=True)
        level = steepest <= LEVEL * self.steepness
        return np.where(level | (np.abs(slopes) <= LEVEL * steepest), 0.0, slopes)

    def uphill(self, point: np.ndarray) -> float:
        """Return the angle of the steepest way up at a point (2,); nan where there is none."""
        first, second = self.slopes(point)
        return float(np.arctan2(second, first)) if first or second else np.nan

    def steepest(self, point: np.ndarray) -> float:
        """Return the slope of the steepest way up at a point (2,), 0 on level ground."""
        return float(np.hypot.reduce(self.slopes(point)))

    def section(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the hill along a row of points (m, 2), broken where it jumps.

        Points (k, 2) and values (k,), k at least m: at a jump the last point before it and the
        first behind it are added, with a nan between them.
        """
        return broken_section(self.height, points, self.highest - self.lowest)

    def rise(self, direction: np.ndarray, slope: np.ndarray | float) -> np.ndarray:
        """Return the space vector of a step along `direction` (..., 2) that climbs by `slope`.

        A tangent vector of the hill where `slope` is the directional derivative times |direction|.
        """
        direction = np.asarray(direction, dtype=float)
        climb = np.asarray(slope, dtype=float) * self.height_scale
        flat = direction * self.ground_scale
        return np.concatenate(
            [flat, np.broadcast_to(climb[..., None], (*flat.shape[:-1], 1))], axis=-1
        )
