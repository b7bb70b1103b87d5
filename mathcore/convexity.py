"""Convexity: chords between points of a graph, and those that run below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

Ranges: TypeAlias = Sequence[tuple[float, float]]

_SIDE = 11
"""Points along each side of the grid whose pairs are joined by chords."""

_SHARES = np.linspace(0, 1, 25)[1:-1]
"""Places on a chord at which it is compared with the graph."""

_REACHES = (0.25, 0.1, 0.03, 0.01, 0.003)
"""Lengths of chords where f bends down, as shares of the longer side."""

_BENDS = 12
"""Places where f bends down the most, at which such chords are tried."""

_NOISE = 1e-9
"""What is below a graph by less than this share of its values' range may be rounding."""


@dataclass(frozen=True, eq=False)
class Chords:
    """Chords of a graph, and where each one is lowest above it.

    Chord i joins the graph at `ends[i, 0]` = p and at `ends[i, 1]` = q, (m, 2, n). At its place
    λ p + (1 - λ) q with λ = `shares[i]`, the gap λ f(p) + (1 - λ) f(q) - f(λ p + (1 - λ) q) has its
    least value `gaps[i]`. `tried` is how many chords were looked at, `broken` whether one of them
    runs over places where f is undefined: then the domain itself is not convex.
    """

    ends: FloatArray
    shares: FloatArray
    gaps: FloatArray
    tried: int
    broken: bool

    def __len__(self) -> int:
        """Return the number m of chords."""
        return len(self.gaps)


def along_chord(ends: FloatArray, shares: npt.ArrayLike) -> FloatArray:
    """Return the points λ p + (1 - λ) q (..., n) of a pair of points (2, n), for shares λ (...)."""
    share = np.asarray(shares, dtype=np.float64)[..., np.newaxis]
    return np.asarray(share * ends[0] + (1 - share) * ends[1])


def chord_gap(field: ScalarField, ends: FloatArray, shares: npt.ArrayLike) -> FloatArray:
    """Return how far the chord between two points (2, n) is above the graph at shares λ (...).

    >>> bowl = ScalarField.parse("x^2 + y^2")
    >>> float(chord_gap(bowl, np.array([[1.0, 0.0], [-1.0, 0.0]]), 0.5))
    1.0
    """
    share = np.asarray(shares, dtype=np.float64)
    first, second = field.value(ends)
    with np.errstate(invalid="ignore"):
        chord = share * first + (1 - share) * second
        return np.asarray(chord - field.value(along_chord(ends, share)))


def chords_below(
    field: ScalarField,
    ranges: Ranges,
    heights: tuple[float, float] = (-np.inf, np.inf),
) -> Chords:
    """Return the chords found that run below the graph somewhere, the farthest below first.

    A function of two variables is convex on a rectangle where there are none at all. All pairs of a
    grid's points are tried, and short chords where the Hessian says that f bends down the most:
    what is found is a proof that f is not convex, and finding none is none that it is.

    Args:
        field: of two variables.
        ranges: (low, high) of each variable.
        heights: (low, high) of f; ends of chords are looked for where f is between them.

    >>> chords_below(ScalarField.parse("x^2 + y^2"), [(-2, 2), (-2, 2)]).gaps
    array([], dtype=float64)
    >>> saddle = ScalarField.parse("x^2 - y^2")
    >>> chords_below(saddle, [(-2, 2), (-2, 2)]).ends[0].tolist()
    [[-2.0, -2.0], [-2.0, 2.0]]
    """
    low, high = np.array(ranges, dtype=np.float64).T
    axes = [np.linspace(*ends, _SIDE) for ends in ranges]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    points = points[_within(field.value(points), heights)]
    pairs = np.array(list(combinations(points, 2))).reshape(-1, 2, 2)
    bends = _where_it_bends_down(field, low, high)
    inside = ((bends >= low) & (bends <= high)).all(axis=(1, 2))
    ends = np.concatenate([pairs, bends[inside]])
    ends = ends[_within(field.value(ends), heights).all(axis=1)]
    if not len(ends):
        return Chords(ends, np.zeros(0), np.zeros(0), 0, False)
    values = field.value(ends)
    ground = np.stack([field.value(along_chord(ends.swapaxes(0, 1), s)) for s in _SHARES])
    with np.errstate(invalid="ignore"):
        shares = _SHARES[:, np.newaxis]
        gaps = shares * values[:, 0] + (1 - shares) * values[:, 1] - ground
    broken = bool(np.isnan(ground).any())
    with np.errstate(invalid="ignore"):
        known = np.where(np.isfinite(gaps), gaps, np.inf)
    lowest = known.argmin(axis=0)
    gaps = known[lowest, np.arange(len(ends))]
    tolerance = _NOISE * float(np.ptp(values)) + 1e-12 * float(np.abs(values).max())
    below = np.flatnonzero(gaps < -tolerance)
    below = below[np.argsort(gaps[below], kind="stable")]
    return Chords(ends[below], _SHARES[lowest[below]], gaps[below], len(ends), broken)


def _within(values: FloatArray, heights: tuple[float, float]) -> BoolArray:
    with np.errstate(invalid="ignore"):
        return np.isfinite(values) & (values >= heights[0]) & (values <= heights[1])


def _where_it_bends_down(field: ScalarField, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return pairs of points (m, 2, 2) across the places where a grid's Hessians bend down most."""
    axes = [np.linspace(a, b, 41)[1:-1] for a, b in zip(low, high, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    hessians = field.hessian(points)
    known = np.isfinite(hessians).all(axis=(1, 2))
    if not known.any():
        return np.zeros((0, 2, 2))
    points, (bends, ways) = points[known], np.linalg.eigh(hessians[known])
    worst = np.argsort(bends[:, 0], kind="stable")[:_BENDS]
    worst = worst[bends[worst, 0] < 0]
    reaches = np.array(_REACHES) * float((high - low).max())
    halves = reaches[:, np.newaxis, np.newaxis] / 2 * ways[worst, :, 0]
    return np.asarray(np.stack([points[worst] - halves, points[worst] + halves], axis=-2)).reshape(
        -1, 2, 2
    )
