"""Profile: a function of one variable over a range, and which of its values are shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mathcore import ScalarField
from scenes.stage.sections import broken_section

_SAMPLES = 961

_HALVINGS = 40
"""How often a stretch is halved to find where the curve leaves the picture on it."""


@dataclass(frozen=True, eq=False)
class Profile:
    """A field over a range: for a curve what a Landscape is for a hill.

    Args:
        hill: a function of one variable.
        x_range: (low, high) of the variable.
        value_range: (low, high) of f; what is lower or higher is cut off.
        name: what the function is called.

    Raises ValueError where f has no value in the range.
    """

    hill: ScalarField
    x_range: tuple[float, float]
    value_range: tuple[float, float] = (-np.inf, np.inf)
    name: str = "f"
    lowest: float = field(init=False)
    highest: float = field(init=False)
    section: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        xs = np.linspace(*self.x_range, _SAMPLES)
        xs = np.sort(np.concatenate([xs, self._edges(xs)]))
        values = self.height(xs[:, None])
        shown = values[np.isfinite(values)]
        if not shown.size:
            raise ValueError("f is not defined anywhere in this range")
        low, high = float(shown.min()), float(shown.max())
        if not high - low > 1e-12 * max(abs(low), abs(high)):  # a plain, half-way up
            low, high = low - max(abs(low), 1.0), high + max(abs(low), 1.0)
        object.__setattr__(self, "lowest", low)
        object.__setattr__(self, "highest", high)
        points, values = broken_section(self.height, xs[:, None], high - low)
        object.__setattr__(self, "section", np.stack([points[:, 0], values], axis=-1))

    def _edges(self, xs: np.ndarray) -> np.ndarray:
        """Return the last places that are shown before f ends or leaves the frame, (k,)."""
        shown = np.isfinite(self.height(xs[:, None]))
        at = np.flatnonzero(shown[1:] != shown[:-1])
        inside = np.where(shown[at], xs[at], xs[at + 1])
        outside = np.where(shown[at], xs[at + 1], xs[at])
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            here = np.isfinite(self.height(middle[:, None]))
            inside, outside = np.where(here, middle, inside), np.where(here, outside, middle)
        return inside

    def __deepcopy__(self, memo: object) -> Profile:
        """Return the profile itself: it never changes, and animations copy what holds it."""
        return self

    @property
    def ranges(self) -> tuple[tuple[float, float]]:
        """(low, high) of each variable."""
        return (self.x_range,)

    @property
    def span(self) -> float:
        """The length of the range, in units of the variable."""
        return self.x_range[1] - self.x_range[0]

    @property
    def steepness(self) -> float:
        """About how steep the curve is: its height over the range, in units of f and x."""
        return (self.highest - self.lowest) / self.span

    @property
    def datum(self) -> float:
        """The value that heights are measured from: 0, or the end of the range next to it."""
        return min(max(0.0, self.lowest), self.highest)

    def contains(self, point: np.ndarray) -> bool:
        """Whether a point (1,) lies in the shown range."""
        return bool(self.x_range[0] <= point[0] <= self.x_range[1])

    def height(self, points: np.ndarray) -> np.ndarray:
        """Return the values at points (..., 1) as far as they are shown, nan beyond."""
        values = self.hill.value(points)
        low, high = self.value_range
        with np.errstate(invalid="ignore"):
            return np.where((values >= low) & (values <= high), values, np.nan)

    def value(self, x: float) -> float:
        """Return f(x) as far as it is shown, nan beyond."""
        return float(self.height(np.array([x])))

    def slope(self, x: float) -> float:
        """Return f'(x), nan where there is none."""
        return float(self.hill.gradient([x])[0])
