"""What a field looks like near one point: slopes, tangents, slices and the quadratic model.

Points are arrays (..., n). Angles are in radians, counted from the first axis to the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField

FloatArray: TypeAlias = npt.NDArray[np.float64]


_ALONG_AN_AXIS = 1e-15
"""Coordinates of a unit vector below this are rounding: cos(π/2) is 6e-17."""


def unit_direction(angle: npt.ArrayLike) -> FloatArray:
    """Return the direction u = (cos θ, sin θ) in the plane: angles (...) -> (..., 2).

    >>> unit_direction(0.0)
    array([1., 0.])
    """
    theta = np.asarray(angle, dtype=np.float64)
    return np.stack([np.cos(theta), np.sin(theta)], axis=-1)


def normalised(vector: npt.ArrayLike) -> FloatArray:
    """Return the vector scaled to length 1, v / |v|: (..., n) -> (..., n).

    Raises ValueError when a vector is zero or not finite: it has no direction.

    >>> normalised([3.0, 4.0])
    array([0.6, 0.8])
    """
    v = np.asarray(vector, dtype=np.float64)
    if v.ndim == 0:
        raise ValueError(f"vector {v}: a vector needs an axis of coordinates")
    largest = np.max(np.abs(v), axis=-1, keepdims=True, initial=0.0)
    if not np.all(np.isfinite(v)) or not np.all(largest > 0):
        raise ValueError(f"direction {v.tolist()}: a direction must be finite and not zero")
    scaled = v / largest  # keeps tiny and huge vectors from under- and overflowing when squared
    return np.asarray(scaled / np.linalg.norm(scaled, axis=-1, keepdims=True))


def directional_derivative(
    field: ScalarField, point: npt.ArrayLike, direction: npt.ArrayLike
) -> FloatArray:
    """Slope of the field along `direction`: D_u f = ∇f·u, with u of length 1.

    Points (..., n) and directions (..., n) broadcast against each other; the result has their
    common shape without the last axis. A partial derivative that `direction` leaves out need not
    exist. Raises ValueError for a zero direction.

    Source: J. Stewart, Calculus, section 14.6, theorem 3.

    >>> bowl = ScalarField.parse("x^2 + y^2")
    >>> directional_derivative(bowl, [1.0, 1.0], [[1.0, 0.0], [0.0, -2.0]])
    array([ 2., -2.])
    """
    u = _matching_direction(field, direction)
    slopes = field.gradient(point)
    with np.errstate(all="ignore"):
        parts = np.where(np.abs(u) < _ALONG_AN_AXIS, 0.0, slopes * u)
        return np.asarray(np.sum(parts, axis=-1))


def steepest_angle(field: ScalarField, point: npt.ArrayLike) -> FloatArray:
    """Return the angle in (-π, π] of the gradient: the way up that is steepest.

    Points (..., 2) of a field of two variables -> (...); nan where the gradient is zero or does not
    exist. Raises ValueError for a field that is not of two variables.
    """
    if field.dimension != 2:
        raise ValueError(f"{field}: an angle needs a function of two variables")
    slopes = field.gradient(point)
    gx, gy = slopes[..., 0] + 0.0, slopes[..., 1] + 0.0  # -0 + 0 = 0, so that -x·0 is not -π
    level = (gx == 0) & (gy == 0)
    return np.where(level, np.nan, np.arctan2(gy, gx))


def slice_along(
    field: ScalarField, point: npt.ArrayLike, direction: npt.ArrayLike, t: npt.ArrayLike
) -> FloatArray:
    """Heights f(p + t·u) over the straight line through one point: t (...) -> (...).

    u is `direction` (n,) scaled to length 1, so t is a distance in the plane.
    """
    p, u = _one_point(field, point), _one_direction(field, direction)
    distance = np.asarray(t, dtype=np.float64)
    return field.value(p + distance[..., np.newaxis] * u)


@dataclass(frozen=True, eq=False)
class TangentLine:
    """The line that touches the surface z = f at one point, above one direction.

    `point` (n,), `height` f(p), `direction` u (n,) of length 1, `slope` D_u f(p).
    """

    point: FloatArray
    height: float
    direction: FloatArray
    slope: float

    def position(self, t: npt.ArrayLike) -> FloatArray:
        """Points (p + t·u, f(p) + t·slope) of space at distances t: (...) -> (..., n + 1)."""
        distance = np.asarray(t, dtype=np.float64)[..., np.newaxis]
        across = self.point + distance * self.direction
        return np.concatenate([across, self.height + distance * self.slope], axis=-1)


@dataclass(frozen=True, eq=False)
class TangentPlane:
    """The plane that touches the surface z = f at one point: the linear model of f.

    `point` (n,), `height` f(p), `gradient` ∇f(p) (n,).
    """

    point: FloatArray
    height: float
    gradient: FloatArray

    def value(self, points: npt.ArrayLike) -> FloatArray:
        """Heights f(p) + ∇f(p)·(q - p): points q (..., n) -> (...)."""
        away = _checked(points, self.point.size) - self.point
        return np.asarray(self.height + away @ self.gradient)


@dataclass(frozen=True, eq=False)
class QuadraticModel:
    """The second-order Taylor model of f at one point.

    `point` (n,), `height` f(p), `gradient` (n,), `hessian` (n, n).
    """

    point: FloatArray
    height: float
    gradient: FloatArray
    hessian: FloatArray

    def value(self, points: npt.ArrayLike) -> FloatArray:
        """Heights f(p) + ∇f·d + ½ d·H·d with d = q - p: points q (..., n) -> (...)."""
        away = _checked(points, self.point.size) - self.point
        bend = np.einsum("...i,ij,...j->...", away, self.hessian, away)
        return np.asarray(self.height + away @ self.gradient + 0.5 * bend)


def tangent_line(field: ScalarField, point: npt.ArrayLike, direction: npt.ArrayLike) -> TangentLine:
    """Return the tangent line at one point (n,), above one direction (n,) of any length but 0."""
    p, u = _one_point(field, point), _one_direction(field, direction)
    slope = float(directional_derivative(field, p, u))
    return TangentLine(p, float(field.value(p)), u, slope)


def tangent_plane(field: ScalarField, point: npt.ArrayLike) -> TangentPlane:
    """Return the tangent plane at one point (n,).

    Source: J. Stewart, Calculus, section 14.4, equation 2.
    """
    p = _one_point(field, point)
    return TangentPlane(p, float(field.value(p)), field.gradient(p))


def quadratic_model(field: ScalarField, point: npt.ArrayLike) -> QuadraticModel:
    """Return the second-order Taylor model at one point (n,).

    Source: J. Nocedal and S. Wright, Numerical Optimization, theorem 2.1.
    """
    p = _one_point(field, point)
    return QuadraticModel(p, float(field.value(p)), field.gradient(p), field.hessian(p))


def _checked(points: npt.ArrayLike, dimension: int) -> FloatArray:
    array = np.asarray(points, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] != dimension:
        raise ValueError(
            f"points of shape {array.shape}: the last axis must hold {dimension} coordinates"
        )
    return array


def _matching_direction(field: ScalarField, direction: npt.ArrayLike) -> FloatArray:
    u = normalised(direction)
    if u.shape[-1] != field.dimension:
        raise ValueError(
            f"direction of shape {u.shape}: the last axis must hold {field.dimension} coordinates"
        )
    return u


def _one_point(field: ScalarField, point: npt.ArrayLike) -> FloatArray:
    p = np.array(point, dtype=np.float64)
    if p.shape != (field.dimension,):
        raise ValueError(f"point of shape {p.shape}: one point of {field.dimension} coordinates")
    return p


def _one_direction(field: ScalarField, direction: npt.ArrayLike) -> FloatArray:
    u = _matching_direction(field, direction)
    if u.ndim != 1:
        raise ValueError(f"direction of shape {u.shape}: one direction is needed here")
    return u
