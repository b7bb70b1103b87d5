"""Learning rates that crawl, work, oscillate and diverge, found by walking with each of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.descent import Path, descend
from mathcore.field import ScalarField
from mathcore.framing.begin import downhill
from mathcore.framing.rounding import is_short, rates_between
from mathcore.framing.survey import Survey
from mathcore.outcomes import Outcome
from mathcore.rules import gradient_descent

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

MOST_STEPS = 40
"""The most steps that a walk is given when nobody says how many."""

LEAST_STEPS = 8

_WISHED_STEPS = 11
_CREEPING_STEPS = 20  # where no rate reaches the bottom, so many show how it creeps
_SEEN, _SHORT_STEP_COST = 0.05, 4.0  # the share of the frame that a first step should have
_PLAIN_RATE = 0.1
_LOST = (Outcome.DIVERGED, Outcome.LEFT_DOMAIN)


@dataclass(frozen=True)
class Rates:
    """Learning rates for gradient descent from one start; None where there is no such rate.

    In the number of steps of its framing, `crawls` covers less than 15% of the way to the bottom
    (to the frame's border where there is none), `works` comes near a minimum, `oscillates` goes to
    and fro across the valley and ends no higher than it began, and `diverges` leaves the frame.
    """

    crawls: float | None
    works: float | None
    oscillates: float | None
    diverges: float | None


@dataclass(frozen=True, eq=False)
class Pace:
    """What was found for one start: the rate and steps to show, and the rates to compare."""

    rate: float
    steps: int
    rates: Rates


class _Walks:
    """Walks from one start with many rates at once, frozen where they are lost.

    `points` (k + 1, r, n) and `values` (k + 1, r) by step and rate; `left` (r,) is the number of
    the step that left the box or the field, or one above the number of steps; `stuck` (r,) says
    which landed on a kink, where there is no slope.
    """

    def __init__(
        self, field: ScalarField, found: Survey, start: FloatArray, rates: FloatArray, steps: int
    ):
        box = found.box
        self.box, self.rates = box, rates
        self.roughness = np.array([0.0 if is_short(rate) else 1.0 for rate in rates])
        points = np.repeat(start[np.newaxis], len(rates), axis=0)
        values, gradients = field.value_and_gradient(points)
        self.left = np.full(len(rates), steps + 1)
        self.stuck = np.zeros(len(rates), dtype=np.bool_)
        track, heights = [points], [values]
        for step in range(1, steps + 1):
            target = points - rates[:, np.newaxis] * gradients
            there, slopes = field.value_and_gradient(target)
            going = self.left > steps
            # But for rounding the walk may stand on a kink: |x| walked from 1.6 by 0.1.
            on_kink = np.isnan(field.gradient(np.round(target, 12))).any(axis=-1)
            lost = ~box.contains(target) | np.isnan(there) | np.isnan(slopes).any(axis=-1) | on_kink
            self.left[going & lost] = step
            self.stuck |= going & lost & box.contains(target) & np.isfinite(there)
            move = going & ~lost
            points = np.where(move[:, np.newaxis], target, points)
            values = np.where(move, there, values)
            gradients = np.where(move[:, np.newaxis], slopes, gradients)
            track.append(points)
            heights.append(values)
        self.points, self.values = np.array(track), np.array(heights)
        self.steps = steps

    @property
    def stays(self) -> BoolArray:
        """Which walks stay in the frame (r,)."""
        return np.asarray(self.left > self.steps)

    def falls(self, steps: npt.ArrayLike) -> BoolArray:
        """Which walks never climb in their first steps, one number or one for each walk (r,)."""
        noise = 1e-12 * np.abs(self.values[0])
        later = np.arange(self.steps)[:, np.newaxis] >= np.asarray(steps)
        return np.asarray(np.all((np.diff(self.values, axis=0) <= noise) | later, axis=0))

    def gaps(self, goal: FloatArray) -> FloatArray:
        """Return how much of the way to a goal (n,) is left: (k + 1, r), 1 at the start."""
        away = np.hypot.reduce((self.points - goal) / self.box.size, axis=-1)
        return np.asarray(away / max(float(away[0, 0]), 1e-300))

    def reversals(self, steps: int) -> FloatArray:
        """Return the share of the first turns that go back, where steps can be seen: (r,)."""
        moves = np.diff(self.points[: steps + 1], axis=0) / self.box.size
        length = np.hypot.reduce(moves, axis=-1)
        back = np.sum(moves[1:] * moves[:-1], axis=-1) < -0.3 * length[1:] * length[:-1]
        seen = (length[1:] > 0.004) & (length[:-1] > 0.004)
        enough = seen.sum(axis=0) >= 3
        return np.where(enough, (back & seen).sum(axis=0) / np.maximum(seen.sum(axis=0), 1), 0.0)

    def turns_back(self, there: npt.NDArray[np.int_]) -> FloatArray:
        """Return how often each walk has turned back visibly until its step `there` (r,)."""
        moves = np.diff(self.points, axis=0) / self.box.size
        length = np.hypot.reduce(moves, axis=-1)
        back = np.sum(moves[1:] * moves[:-1], axis=-1) < -0.3 * length[1:] * length[:-1]
        before = np.arange(1, self.steps)[:, np.newaxis] < there
        return np.asarray((back & (length[1:] > 0.02) & before).sum(axis=0), dtype=np.float64)

    def first_step(self) -> FloatArray:
        """Return the first step's length as a share of the frame: (r,)."""
        moves = (self.points[1] - self.points[0]) / self.box.size
        return np.asarray(np.hypot.reduce(moves, axis=-1))

    def swing(self, steps: int) -> FloatArray:
        """Return the longest of the first three steps as a share of the frame: (r,)."""
        moves = np.diff(self.points[: steps + 1], axis=0)[:3] / self.box.size
        return np.asarray(np.hypot.reduce(moves, axis=-1).max(axis=0))


def pace(
    field: ScalarField, found: Survey, start: FloatArray, rate: float | None, steps: int | None
) -> Pace:
    """Return the rate and the steps to show from a start (n,), and the rates to compare.

    Rates are multiples of 1/L, L being the largest curvature along the way down and at its end
    (the bound of convergence is 2/L), and each is tried by walking.

    Source: Y. Nesterov, Introductory Lectures on Convex Optimization, section 1.2.3.
    """
    if not np.all(np.isfinite(field.gradient(start))):  # on a kink, where no walk begins
        return Pace(rate or _PLAIN_RATE, steps or 12, Rates(None, None, None, None))
    track = downhill(field, found.box, start[np.newaxis])[:, 0]
    goal = _goal(found, track[-1])
    tried = _tried(field, found, start, track, goal)
    budget = steps or MOST_STEPS
    walks = _Walks(field, found, start, tried, budget)
    works, needed = _working(walks, goal, steps)
    shown = works if works is not None else _fallback(walks, goal)
    if rate is not None:
        shown, needed = rate, _steps_with(field, found, start, rate, goal, budget)
    count = steps or needed
    swings = _oscillating(walks, goal, count, works)
    rates = Rates(
        crawls=_crawling(walks, goal, count, shown if rate is None else works),
        works=works,
        oscillates=swings,
        diverges=_diverging(walks, count, works if swings is None else swings),
    )
    return Pace(shown, count, _confirmed(field, found, start, rates, count))


def _goal(found: Survey, end: FloatArray) -> FloatArray | None:
    """Return the bottom (n,) in the frame at which the way down ends, or None."""
    bottoms = found.bottoms
    if not len(bottoms):
        return None
    away = np.abs(bottoms - end) / found.box.size
    nearest = int(np.argmin(away.max(axis=-1)))
    return bottoms[nearest] if away[nearest].max() < 0.1 else None


def _tried(
    field: ScalarField,
    found: Survey,
    start: FloatArray,
    track: FloatArray,
    goal: FloatArray | None,
) -> FloatArray:
    """Return the round rates worth trying: about 1/L, and by the length of the first step."""
    places = np.concatenate([track, track[:1] if goal is None else goal[np.newaxis]])
    bends = field.hessian(places)
    bends = bends[np.isfinite(bends).all(axis=(-1, -2))]
    curvature = float(np.abs(np.linalg.eigvalsh(bends)).max(initial=0.0)) if len(bends) else 0.0
    slope = float(np.hypot.reduce(field.gradient(start)))
    side = float(found.box.size.min())
    low, high = [], []
    if curvature > 0 and np.isfinite(curvature):
        low.append(3e-3 / curvature)
        high.append(6 / curvature)
    if slope > 0 and np.isfinite(slope):
        low.append(1e-3 * side / slope)
        high.append(3 * side / slope)
    if not low:
        return np.array([_PLAIN_RATE])
    return rates_between(max(min(low), 1e-12 * max(high)), max(high))


def _working(walks: _Walks, goal: FloatArray | None, steps: int | None) -> tuple[float | None, int]:
    """Return the rate that reaches the goal best, and how many steps it takes."""
    wished = min(_WISHED_STEPS, steps or _WISHED_STEPS)
    if goal is None:
        return None, steps or 12
    gaps, least = walks.gaps(goal), min(LEAST_STEPS, walks.steps)
    bottom = np.min(walks.values, initial=np.inf, where=gaps <= 0.03)
    low = walks.values - bottom <= 0.2 * (walks.values[0] - bottom)
    low |= ~np.isfinite(bottom)
    # A walk that is there at once shows no way; it is taken where there is no other.
    # Better still is one that does not swing across the valley.
    passes = ((0.4, 0.0), (0.4, np.inf), (0.0, np.inf))
    for left, swings, near in ((*p, n) for p in passes for n in (0.03, 0.06, 0.12, 0.25)):
        arrived = (gaps <= near) & low & (np.arange(len(gaps)) >= least)[:, np.newaxis]
        there = np.where(arrived.any(axis=0), np.argmax(arrived, axis=0), walks.steps + 1)
        fine = (there <= walks.steps) & (walks.left > there) & walks.falls(there)
        fine &= (gaps[1] >= left) & (walks.turns_back(there) <= swings)
        if not np.any(fine):
            continue
        cost = np.abs(there - wished) + 3.0 * walks.turns_back(there) + 2.0 * walks.roughness
        cost += _SHORT_STEP_COST * np.maximum(1 - walks.first_step() / _SEEN, 0.0)
        best = int(np.argmin(np.where(fine, cost, np.inf)))
        return float(walks.rates[best]), int(there[best])
    return None, steps or min(walks.steps, _CREEPING_STEPS)


def _fallback(walks: _Walks, goal: FloatArray | None) -> float:
    """Return a rate to show where none works: the walk that gets far and stays in the frame."""
    count = min(walks.steps, 12 if goal is None else walks.steps)
    heights = walks.values[count]
    fine = (walks.left > count) & walks.falls(count) & np.isfinite(heights)
    if not np.any(fine):
        longest = np.argmax(np.where(np.isfinite(walks.values[-1]), walks.left, 0))
        return float(walks.rates[int(longest)])
    return float(walks.rates[int(np.argmin(np.where(fine, heights, np.inf)))])


def _steps_with(
    field: ScalarField,
    found: Survey,
    start: FloatArray,
    rate: float,
    goal: FloatArray | None,
    budget: int,
) -> int:
    """Return how many steps a given rate should be shown for."""
    walks = _Walks(field, found, start, np.array([rate]), budget)
    if not walks.stays[0]:
        return int(np.clip(walks.left[0], 1, budget))
    if goal is None:
        return min(12, budget)
    arrived = walks.gaps(goal)[:, 0] <= 0.03
    if np.any(arrived):
        return int(np.clip(np.argmax(arrived), min(LEAST_STEPS, budget), budget))
    return budget


def _covered(walks: _Walks, goal: FloatArray | None, steps: int) -> FloatArray:
    """How much of the way each walk has covered (r,): to the goal, else to the border."""
    moved = (walks.points[min(steps, walks.steps)] - walks.points[0]) / walks.box.size
    if goal is None:
        return np.asarray(np.hypot.reduce(moved, axis=-1) / 0.5)
    way = float(np.hypot.reduce((goal - walks.points[0, 0]) / walks.box.size))
    return np.asarray(np.hypot.reduce(moved, axis=-1) / max(way, 1e-300))


def _crawling(
    walks: _Walks, goal: FloatArray | None, steps: int, works: float | None
) -> float | None:
    share = _covered(walks, goal, steps)
    fine = (walks.left > steps) & walks.falls(steps) & (share < 0.13) & (share > 0.004)
    fine &= walks.roughness == 0
    if works is not None:
        fine &= walks.rates < works
    return float(walks.rates[fine].max()) if np.any(fine) else None


def _oscillating(
    walks: _Walks, goal: FloatArray | None, steps: int, works: float | None
) -> float | None:
    if goal is None:
        return None
    steps = min(steps, walks.steps)
    back = walks.reversals(min(steps, 12))
    first, last = walks.values[0], walks.values[steps]
    fine = (walks.left > steps) & (back >= 0.6) & (last <= first + 1e-9 * np.abs(first))
    fine &= walks.swing(steps) > 0.05
    if works is not None:
        fine &= walks.rates > works
    if not np.any(fine):
        return None
    # Most telling is a walk that swings widely and still comes down: a fifth of the way is left.
    left = np.abs(np.log(np.maximum(walks.gaps(goal)[steps], 1e-6) / 0.2)) - 2.0 * back
    left += 0.3 * walks.roughness
    return float(walks.rates[int(np.argmin(np.where(fine, left, np.inf)))])


def _diverging(walks: _Walks, steps: int, above: float | None) -> float | None:
    fine = (walks.left <= min(steps, walks.steps)) & ~walks.stuck
    if above is not None:
        fine &= walks.rates > above
    if not np.any(fine):
        return None
    # Four to six steps show the swings grow; a walk that leaves at once shows nothing.
    climbs = np.array([walks.values[k - 1, i] > walks.values[0, i] for i, k in _last(walks)])
    cost = np.abs(walks.left - 5.0) + np.where(walks.left <= 2, 6.0, 0.0) - 2.0 * climbs
    cost += 0.6 * walks.roughness
    return float(walks.rates[int(np.argmin(np.where(fine, cost, np.inf)))])


def _last(walks: _Walks) -> list[tuple[int, int]]:
    return [(i, int(min(k, walks.steps))) for i, k in enumerate(walks.left)]


def _confirmed(
    field: ScalarField, found: Survey, start: FloatArray, rates: Rates, steps: int
) -> Rates:
    """Return the rates for which `descend` itself shows what their name says, None for others."""
    box = found.box
    domain = list(zip(box.low.tolist(), box.high.tolist(), strict=True))
    kept: dict[str, float | None] = {}
    for entry in fields(Rates):
        rate = getattr(rates, entry.name)
        if rate is not None:
            path = descend(field, start, gradient_descent(rate), steps, domain=domain)
            lost = path.outcome in _LOST
            if lost != (entry.name == "diverges") and not _climbed(path):
                rate = None
        kept[entry.name] = rate
    return Rates(**kept)


def _climbed(path: Path) -> bool:
    """Whether a walk is called diverged for climbing only, in the last of few steps."""
    return path.outcome is Outcome.DIVERGED and bool(np.isfinite(path.values).all())
