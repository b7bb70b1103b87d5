"""Walk: the part of a path that the picture can show, and where the path leaves it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from mathcore import Outcome, Path

_SAMPLES = 400
"""Points along the last step among which the end of what is shown is looked for."""


class Ending(Enum):
    """How a walk ends on the picture."""

    SHOWN = "all steps are shown"
    LEVEL = "the ground is level"
    DOWN_AND_OUT = "the next step goes down, out of the picture"
    UP_AND_OUT = "the next step overshoots, out of the picture"
    UNDEFINED = "the next step ends where f is not defined"
    KINK = "f has no gradient where the walk stands"


@dataclass(frozen=True, eq=False)
class Walk:
    """A path as far as it can be shown.

    Args:
        path: its points that are shown.
        ending: how it ends.
        exit: the point (2,) at which the next step leaves the picture, if it does.
        target: the point (2,) at which that step ends, out of the picture.
        beyond: f there.
    """

    path: Path
    ending: Ending
    exit: np.ndarray | None = None
    target: np.ndarray | None = None
    beyond: float = math.nan
    _route: np.ndarray = field(init=False, repr=False)
    """The points (m, 2) between which the walk goes straight: those shown, and the exit."""

    def __post_init__(self) -> None:
        route = self.points if self.exit is None else np.vstack([self.points, self.exit])
        object.__setattr__(self, "_route", route)

    @classmethod
    def standing(cls, land: Any, point: np.ndarray, ending: Ending) -> Walk:
        """Return the walk that makes no step from a point (2,)."""
        value, gradient = land.hill.value_and_gradient(point)
        path = Path(
            rule="",
            points=point[None],
            values=np.array([float(value)]),
            gradients=np.asarray(gradient)[None],
            rates=np.zeros(0),
            states=(),
            outcome=Outcome.LEFT_DOMAIN,
        )
        return cls(path, ending)

    def __deepcopy__(self, memo: object) -> Walk:
        """Return the walk itself: it never changes, and animations copy what holds it."""
        return self

    @property
    def points(self) -> np.ndarray:
        """The points of the domain (k + 1, 2) that are shown."""
        return self.path.points

    @property
    def values(self) -> np.ndarray:
        """The heights (k + 1,) there."""
        return self.path.values

    @property
    def gradients(self) -> np.ndarray:
        """The gradients (k + 1, 2) there."""
        return self.path.gradients

    @property
    def steps(self) -> int:
        """The number k of whole steps."""
        return self.path.steps

    @property
    def last(self) -> int:
        """The number of the last stop: that of the whole steps, or one more for the exit."""
        return self.steps + (self.exit is not None)

    def position(self, progress: np.ndarray | float) -> np.ndarray:
        """Return the points (..., 2) after so many steps; 2.5: half-way along the third.

        After k + 1 steps the walk stands at its exit, if it has one.
        """
        route = self._route
        if np.ndim(progress) == 0:  # several times a frame
            last = len(route) - 1
            done = min(max(float(progress), 0.0), float(last))
            stop = min(int(done), last - 1) if last else 0
            return route[stop] + (done - stop) * (route[min(stop + 1, last)] - route[stop])
        stops = np.arange(len(route))
        return np.stack([np.interp(progress, stops, column) for column in route.T], axis=-1)


def walk_in_view(land: Any, path: Path) -> Walk:
    """Return what of a path the picture can show: that of a Landscape, or of a Profile."""
    level = (Outcome.STALLED_FLAT, Outcome.STALLED_MAXIMUM, Outcome.STALLED_SADDLE)
    last = path.points[-1]
    has_slope = bool(np.isfinite(path.gradients[-1]).all())
    if path.steps == 0 or (land.contains(last) and np.isfinite(land.height(last))):
        if not has_slope:
            return Walk(path, Ending.KINK)
        return Walk(path, Ending.LEVEL if path.outcome in level else Ending.SHOWN)
    kept = path.first(path.steps - 1)
    here, target = kept.points[-1], last
    shares = _inside(land, here, target) * np.linspace(0, 1, _SAMPLES)
    along = here + shares[:, None] * (target - here)
    shown = np.isfinite(land.height(along))
    reached = len(shown) if shown.all() else int(np.argmin(shown))
    edge = along[max(reached - 1, 0)]
    if np.isnan(path.values[-1]):
        return Walk(kept, Ending.UNDEFINED, edge, target)
    rises = not path.values[-1] < kept.values[-1]
    ending = Ending.UP_AND_OUT if rises else Ending.DOWN_AND_OUT
    return Walk(kept, ending, edge, target, float(path.values[-1]))


def _inside(land: Any, here: np.ndarray, target: np.ndarray) -> float:
    """Return the share of the way from a point of the rectangle to another that lies in it."""
    low, high = np.array(land.ranges).T
    way = target - here
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(way > 0, (high - here) / way, (low - here) / way)
    shares = shares[way != 0]
    return float(np.clip(shares.min(initial=1.0), 0.0, 1.0))
