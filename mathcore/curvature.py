"""Curvature: how a field bends at a point, and what that says of walks downhill.

Points are arrays (..., n). A bend is a second derivative along a direction of length 1, in units of
f per unit of length squared.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField
from mathcore.local import normalised

FloatArray: TypeAlias = npt.NDArray[np.float64]

_NOISE = 1e-12
"""A bend below this share of the greatest one is rounding."""


class Shape(Enum):
    """How a field bends at a point, by the signs of its bends."""

    UP = "up in every direction"
    DOWN = "down in every direction"
    BOTH = "up along one direction, down along another"
    TROUGH = "up, but along one direction not at all"
    ROOF = "down, but along one direction not at all"
    NONE = "not at all"


@dataclass(frozen=True, eq=False)
class Curvature:
    """How a field bends at one point, by its Hessian there.

    `point` (n,), `hessian` H (n, n), `bends` λ (n,) its eigenvalues in rising order, `ways` (n, n)
    its eigenvectors, one a row, of length 1: H·wayᵢ = λᵢ wayᵢ. A bend that is nothing but rounding
    is 0; a way's first part that is not 0 is above 0.
    """

    point: FloatArray
    hessian: FloatArray
    bends: FloatArray
    ways: FloatArray

    @property
    def shape(self) -> Shape:
        """How the field bends: UP at a minimum where it is level, BOTH at a saddle."""
        low, high = self.bends[0], self.bends[-1]
        if low < 0 < high:
            return Shape.BOTH
        if high > 0:
            return Shape.UP if low > 0 else Shape.TROUGH
        if low < 0:
            return Shape.DOWN if high < 0 else Shape.ROOF
        return Shape.NONE

    @property
    def condition(self) -> float:
        """The condition number κ = λmax / λmin where all bends are above 0, else infinity."""
        return float(self.bends[-1] / self.bends[0]) if self.bends[0] > 0 else float("inf")

    @property
    def best_rate(self) -> float | None:
        """The learning rate 2 / (λmin + λmax), None where not all bends are above 0.

        No other fixed rate leaves less of the distance to the minimum of a quadratic, in the worst
        case. Source: Y. Nesterov, Introductory Lectures on Convex Optimization, theorem 2.1.15.
        """
        return float(2 / (self.bends[0] + self.bends[-1])) if self.bends[0] > 0 else None

    @property
    def contraction(self) -> float:
        """What a step at the best rate leaves of the distance: (κ - 1) / (κ + 1), at most.

        On a quadratic of two variables each step leaves just this much; 1 where κ is infinite.
        """
        if self.bends[0] <= 0:
            return 1.0
        low, high = self.bends[0], self.bends[-1]
        return float((high - low) / (high + low))

    def along(self, direction: npt.ArrayLike) -> FloatArray:
        """Return the bends uᵀHu along directions (..., n), scaled to length 1: (...)."""
        u = normalised(direction)
        return np.asarray(np.einsum("...i,ij,...j->...", u, self.hessian, u))

    def across(self, size: float) -> FloatArray:
        """Return half the axes (n,) of the ellipsoid ½ dᵀHd = size, infinite where it is open.

        They lie along `ways`.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.bends > 0, np.sqrt(2 * size / self.bends), np.inf)


def curvature_at(field: ScalarField, point: npt.ArrayLike) -> Curvature | None:
    """Return how a field bends at a point (n,), None where it has no Hessian there.

    Source: J. Nocedal and S. Wright, Numerical Optimization, appendix A.1.

    >>> valley = curvature_at(ScalarField.parse("2.5x^2 - 4x y + 2.5y^2"), [0.0, 0.0])
    >>> valley.bends.round(9).tolist(), round(valley.condition, 9), round(valley.best_rate, 9)
    ([1.0, 9.0], 9.0, 0.2)
    >>> curvature_at(ScalarField.parse("|x| + y^2"), [0.0, 1.0]) is None
    True
    """
    p = np.array(point, dtype=np.float64)
    hessian = field.hessian(p)
    if hessian.shape != (field.dimension, field.dimension):
        raise ValueError(f"point of shape {p.shape}: one point of {field.dimension} coordinates")
    if not np.isfinite(hessian).all():
        return None
    size = float(np.abs(hessian).max()) or 1.0  # keeps tiny and huge Hessians from over-flowing
    bends, columns = np.linalg.eigh(hessian / size)
    bends[np.abs(bends) <= _NOISE * np.abs(bends).max()] = 0.0
    ways = columns.T
    ways[np.abs(ways) <= _NOISE] = 0.0
    first = (ways != 0).argmax(axis=1)
    ways = ways * np.sign(ways[np.arange(len(ways)), first])[:, np.newaxis]
    return Curvature(p, hessian, size * bends, ways)


def second_derivative(
    field: ScalarField, point: npt.ArrayLike, direction: npt.ArrayLike
) -> FloatArray:
    """Return how fast the slope along `direction` changes along it: D²_u f = uᵀHu, |u| = 1.

    Points (..., n) and directions (..., n) broadcast; the result has their common shape without the
    last axis, nan where f has no Hessian. Raises ValueError for a zero direction.

    >>> saddle = ScalarField.parse("x^2 - y^2")
    >>> second_derivative(saddle, [1.0, 1.0], [[1.0, 0.0], [0.0, 3.0]])
    array([ 2., -2.])
    """
    u = normalised(direction)
    return np.asarray(np.einsum("...i,...ij,...j->...", u, field.hessian(point), u))


def contractions(points: npt.ArrayLike, goal: npt.ArrayLike) -> FloatArray:
    """Return what each step of a walk leaves of the distance to x* (n,): |xₖ₊₁ - x*| / |xₖ - x*|.

    Points (k + 1, n) give k numbers, nan from where the walk is at the goal.

    >>> contractions([[4.0, 0.0], [2.0, 0.0], [0.0, 0.0], [0.0, 0.0]], [0.0, 0.0])
    array([0.5, 0. , nan])
    """
    away = np.asarray(points, dtype=np.float64) - np.asarray(goal, dtype=np.float64)
    lengths = np.linalg.norm(away, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(lengths[1:] / lengths[:-1])
