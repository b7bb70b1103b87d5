"""Which chords of a hill are worth showing: long ones, seen squarely, with ground all along."""

from __future__ import annotations

import numpy as np

from mathcore import unit_direction
from mathcore.convexity import Chords, along_chord, chord_gap
from scenes.stage.landscape import Landscape

SHARES = np.linspace(0, 1, 41)
"""Places on a chord at which it is looked at."""

LONG = 0.4
"""The length from which a chord is long, as a share of the longer side."""

NOISE = 1e-9
"""A share of the hill's height that is rounding."""

APART = 0.2
"""The share of the longer side that an end of a chord is from those of another, at least."""


def chord_caught(land: Landscape, below: Chords, turn: float) -> tuple[np.ndarray, float] | None:
    """Return the chord (2, 2) to show of those that run below the ground, and λ where it does.

    Args:
        land: the hill.
        below: the chords.
        turn: where the eye is, in degrees.
    """
    if not len(below):
        return None
    ends, depth = below.ends, -below.gaps
    inside = np.ones(len(below), dtype=bool)
    for share in (0.25, 0.5, 0.75):
        inside &= np.isfinite(land.height(along_chord(ends.swapaxes(0, 1), share)))
    finite = np.where(np.isfinite(depth), depth, 0.0)
    deep = np.minimum(finite / max(float(finite.max()), 1e-300), 0.7)
    seen = np.minimum(_facing(ends, turn), 0.9)
    best = int(np.argmax(2 * inside + deep + 0.8 * seen + _long(land, ends)))
    chord = _as_seen(ends[best], turn)
    gaps = np.nan_to_num(chord_gap(land.hill, chord, SHARES), nan=np.inf)
    shown = np.isfinite(land.height(along_chord(chord, SHARES))) & (gaps < 0)
    lowest = SHARES[np.argmin(np.where(shown, gaps, np.inf) if shown.any() else gaps)]
    return chord, float(lowest)


def chord_tour(land: Landscape, turn: float, count: int) -> list[np.ndarray]:
    """Return so many chords (2, 2) to look at, or fewer, all of them above the ground.

    From each to the next both ends can go straight, with ground below them all the way.

    Args:
        land: the hill.
        turn: where the eye is, in degrees.
        count: how many.
    """
    pairs, widest = _above_ground(land)
    score = np.minimum(3 * widest, 1.2) + 0.8 * _facing(pairs, turn) + _long(land, pairs)
    chosen: list[np.ndarray] = []
    for pair in pairs[np.argsort(-score, kind="stable")]:
        if len(chosen) >= count:
            break
        chord = _as_seen(pair, turn)
        if all(_are_apart(land, chord, other) for other in chosen) and (
            not chosen or _leads(land, chosen[-1], chord)
        ):
            chosen.append(chord)
    return chosen


def _as_seen(pair: np.ndarray, turn: float) -> np.ndarray:
    """Return the ends p and q (2, 2) of a chord in the order in which the eye sees q on the left.

    So λ grows from left to right, as on the axis of a plot.
    """
    right = unit_direction(np.radians(turn + 90))
    return pair if (pair[0] - pair[1]) @ right >= 0 else pair[::-1]


def _above_ground(land: Landscape) -> tuple[np.ndarray, np.ndarray]:
    """Return chords (m, 2, 2) that are nowhere below the ground, and their widest gaps (m,).

    The gaps are shares of the hill's height.
    """
    axes = [low + (high - low) * np.linspace(0.07, 0.93, 8) for low, high in land.ranges]
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    points = points[np.isfinite(land.height(points))]
    first, second = np.triu_indices(len(points), 1)
    pairs = np.stack([points[first], points[second]], axis=1)
    values = land.hill.value(pairs)
    levels = SHARES[:, None] * values[:, 0] + (1 - SHARES[:, None]) * values[:, 1]
    ground = land.height(along_chord(pairs.swapaxes(0, 1), SHARES[:, None]))  # (41, m)
    with np.errstate(invalid="ignore"):
        gaps = (levels - ground) / (land.highest - land.lowest)
    above = np.where(np.isnan(gaps).any(axis=0), -np.inf, gaps.min(axis=0)) >= -NOISE
    return pairs[above], gaps.max(axis=0)[above]


def _long(land: Landscape, pairs: np.ndarray) -> np.ndarray:
    """Return the lengths of chords (m, 2, 2) as shares of a long one: 1 from there on."""
    lengths = np.linalg.norm(pairs[:, 0] - pairs[:, 1], axis=1) / land.span
    return np.minimum(lengths, LONG) / LONG


def _facing(pairs: np.ndarray, turn: float) -> np.ndarray:
    """Return how squarely the eye sees chords (m, 2, 2): the sine of the angle between."""
    eye = unit_direction(np.radians(turn))
    ways = pairs[:, 1] - pairs[:, 0]
    across = ways[:, 0] * eye[1] - ways[:, 1] * eye[0]
    return np.abs(across) / np.maximum(np.linalg.norm(ways, axis=1), 1e-300)


def _are_apart(land: Landscape, one: np.ndarray, other: np.ndarray) -> bool:
    """Whether chords (2, 2) do not share an end, however they are turned."""
    away = [np.linalg.norm(one - twin, axis=1).min() for twin in (other, other[::-1])]
    return bool(min(away) > APART * land.span)


def _leads(land: Landscape, one: np.ndarray, other: np.ndarray) -> bool:
    """Whether both ends of a chord (2, 2) can go straight to those of another, over ground."""
    way = one + np.linspace(0, 1, 21)[:, None, None] * (other - one)
    return bool(np.isfinite(land.height(way)).all())
