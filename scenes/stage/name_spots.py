"""Names beside strokes on the frame: where they stand so that all of them have room together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from manim import VMobject

from scenes.stage.formula import half_size
from scenes.stage.function_film import clearance
from scenes.stage.theme import STAGE, Zone

APART = 0.15
"""Manim units that two names keep from each other."""

WELL_APART = 0.5
"""Manim units between two names beyond which they stand no better."""

CROWDED = 0.2
"""What two names that are nearer than that count less, in Manim units of room."""

CLEAR = 0.05
"""Manim units that a name keeps from every line, at least."""

NEARER = 0.12
"""Manim units that a name is nearer to its own stroke than to another that it could name."""

WELL_CLEAR = 0.25
"""Manim units from other lines beyond which a name stands no better."""

SHARES = np.array([0.5, 0.35, 0.65])
"""Where along its stroke a name may stand."""

OFF = np.array([0.1, 0.18, 0.28])
"""How far off its stroke a name may stand, in Manim units."""

SIDES = np.array([(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)])
"""On which sides of its stroke a name may stand."""

MOST = 24
"""Spots for one name, the best ones, that are weighed against those for the others."""


def are_apart(one: VMobject, other: VMobject) -> bool:
    """Whether two names do not touch."""
    away = np.abs(one.get_center() - other.get_center())[:2]
    return bool((away > half_size(one) + half_size(other) + APART).any())


def spots_beside(
    half: np.ndarray,
    stroke: np.ndarray,
    others: np.ndarray,
    faint: np.ndarray,
    rival: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return spots (k, 2) for a name beside its stroke, the best first, and how good they are (k,).

    Args:
        half: half the name's size (2,).
        stroke: the ends (2, 2) of what it names.
        others: points (m, 2) of lines that it may not touch.
        faint: points (n, 2) of lines that it would rather not touch.
        rival: points (r, 2) of a stroke of its kind, which it may not seem to name.
    """
    along = stroke[0] + SHARES[:, None] * (stroke[1] - stroke[0])
    away = OFF[:, None, None] / np.linalg.norm(SIDES, axis=1)[:, None] * SIDES + half * SIDES
    spots = (along[:, None, None] + away).reshape(-1, 2)
    worse = np.abs(SHARES - 0.5)[:, None, None] + OFF[:, None] + np.zeros(len(SIDES))
    own = stroke[0] + np.linspace(0, 1, 33)[:, None] * (stroke[1] - stroke[0])
    clear = _clearances(spots, half, others)
    off_own = _clearances(spots, half, own)
    is_free = np.minimum(clear, off_own) >= CLEAR
    is_free &= _clearances(spots, half, rival) >= off_own + NEARER
    is_free &= [STAGE.contains(Zone.around(spot, half)) for spot in spots]
    off_faint = np.clip(_clearances(spots, half, faint), -CLEAR, CLEAR)
    good = np.minimum(clear, WELL_CLEAR) + off_faint - worse.ravel()
    best = np.argsort(np.where(is_free, -good, np.inf), kind="stable")[: min(MOST, is_free.sum())]
    return spots[best], good[best]


def _clearances(spots: np.ndarray, half: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return how far boxes round spots (k, 2) are from the nearest of points (m, 2), one each."""
    return np.array([clearance(spot, half, points) for spot in spots])


def all_together(
    choices: Sequence[tuple[np.ndarray, np.ndarray]], halves: Sequence[np.ndarray]
) -> list[np.ndarray] | None:
    """Return one spot (2,) for each name, at which they stand best together; None without room.

    Args:
        choices: the spots of each name, and how good they are, as `spots_beside` returns them.
        halves: half the sizes (2,) of the names.
    """
    count = len(choices)

    def spread(values: np.ndarray, *axes: int) -> np.ndarray:
        return np.expand_dims(values, tuple(axis for axis in range(count) if axis not in axes))

    total = sum(spread(good, axis) for axis, (_, good) in enumerate(choices))
    for one, other in combinations(range(count), 2):
        away = np.abs(choices[one][0][:, None] - choices[other][0])
        touch = (away <= halves[one] + halves[other] + APART).all(axis=2)
        near = (away <= halves[one] + halves[other] + WELL_APART).all(axis=2)
        worse = np.where(touch, np.inf, CROWDED * near)
        total = total - spread(worse, one, other)
    if not np.isfinite(np.max(total, initial=-np.inf)):
        return None
    best = np.unravel_index(np.argmax(total), np.shape(total))
    return [spots[number] for (spots, _), number in zip(choices, best, strict=True)]
