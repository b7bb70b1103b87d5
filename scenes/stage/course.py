"""Course: what a walk with a fixed learning rate does, as far as the picture shows it."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np

from mathcore import Outcome
from scenes.stage.walk import Ending, Walk

CRAWLING = 0.25
"""The share of the way below which a walk that leads down all the time crawls."""

PLUNGED, SHRUNK = 0.5, 0.2
"""The share of the height from which a walk has plunged where its last step has no more than the
other share of the longest."""

NEAR = 0.1
"""The share of the way that is left where a walk has arrived."""

TURNING = 0.6
"""The share of steps that go back on the one before, from which a walk goes to and fro."""

SEEN = 0.04
"""A step no shorter than this share of the landscape's longer side is seen as a jump."""


class Course(Enum):
    """What a walk does."""

    STANDS = "it makes no step"
    CRAWLS = "it goes down all the time, and gets hardly anywhere"
    PLUNGES = "it goes down all the time, most of the height, and then gets hardly anywhere"
    ARRIVES = "it ends near the bottom"
    TO_AND_FRO = "each of its steps jumps back across the valley"
    CALMS = "its first steps jump back across the valley, the others go down"
    TOSSED = "most of its steps that are seen jump back across the valley"
    GROWS = "it jumps back with every step, each longer than the last, and out of the picture"
    UP_AND_OUT = "it overshoots, up and out of the picture"
    DOWN_AND_OUT = "it goes down, out of the picture"
    UNDEFINED = "it steps to where f is not defined"
    KINK = "it lands where f has no gradient"
    LEVEL = "it lands on level ground that is no bottom"
    CLIMBS = "it climbs"
    FALLS = "it goes down all the time"
    WANDERS = "it goes up and down"


_BY_ENDING = {
    Ending.DOWN_AND_OUT: Course.DOWN_AND_OUT,
    Ending.UNDEFINED: Course.UNDEFINED,
    Ending.KINK: Course.KINK,
    Ending.LEVEL: Course.LEVEL,
}


def step_lengths(walk: Walk) -> np.ndarray:
    """Return how long each step of a walk is (m,), with the one that leaves the picture."""
    stops = walk.points if walk.target is None else np.vstack([walk.points, walk.target])
    return np.hypot.reduce(np.diff(stops, axis=0), axis=1)


def course_of(walk: Walk, land: Any, bottom: np.ndarray | None) -> Course:
    """Return what a walk on a landscape does.

    Args:
        walk: the walk.
        land: what it walks on.
        bottom: the bottom (2,) that it might reach, or None where there is none.
    """
    if walk.last == 0:
        return Course.STANDS
    if walk.ending is Ending.UP_AND_OUT:
        lengths = step_lengths(walk)
        grows = len(lengths) > 2 and bool((np.diff(lengths) > 0).all())
        moves = np.diff(walk.points, axis=0)
        grows &= bool(((moves[1:] * moves[:-1]).sum(axis=1) < 0).all())
        return Course.GROWS if grows else Course.UP_AND_OUT
    if walk.ending in _BY_ENDING:
        return _BY_ENDING[walk.ending]
    if walk.path.outcome is Outcome.DIVERGED:
        return Course.CLIMBS
    if _turns(walk, land) >= TURNING:
        return _how_it_turns(walk)
    falls = bool((np.diff(walk.values) <= 0).all())
    if bottom is not None:
        first, last = np.linalg.norm(walk.points[[0, -1]] - bottom, axis=1)
        if last <= NEAR * first:
            return Course.ARRIVES
        covered = 1 - last / first
    else:
        covered = float(np.linalg.norm(walk.points[-1] - walk.points[0])) / (land.span / 2)
    if not falls:
        return Course.WANDERS
    if covered >= CRAWLING:
        return Course.FALLS
    floor = land.lowest if bottom is None else float(land.hill.value(bottom))
    fallen, lengths = walk.values[0] - walk.values[-1], step_lengths(walk)
    plunges = fallen >= PLUNGED * (walk.values[0] - floor) and lengths[-1] <= SHRUNK * lengths.max()
    return Course.PLUNGES if plunges else Course.CRAWLS


def _turns(walk: Walk, land: Any) -> float:
    """Return the share of the steps that are seen which go back on the one before."""
    lengths = np.hypot.reduce(np.diff(walk.points, axis=0), axis=1)
    seen = (lengths[1:] > SEEN * land.span) & (lengths[:-1] > SEEN * land.span)
    return float((_goes_back(walk) & seen).sum() / seen.sum()) if seen.sum() >= 2 else 0.0


def _goes_back(walk: Walk) -> np.ndarray:
    """Return for each step but the first whether it goes back on the one before, (m - 1,)."""
    moves = np.diff(walk.points, axis=0)
    lengths = np.hypot.reduce(moves, axis=1)
    return np.asarray((moves[1:] * moves[:-1]).sum(axis=1) < -0.3 * lengths[1:] * lengths[:-1])


def _how_it_turns(walk: Walk) -> Course:
    """Return what a walk does that goes back on its steps: always, at first, or most of the time.

    Each step that another goes back on has crossed the valley.
    """
    back = _goes_back(walk)
    first = int(np.argmin(back))
    if back.all():
        return Course.TO_AND_FRO
    calms = first >= 2 and not back[first:].any() and (np.diff(walk.values[first + 1 :]) < 0).all()
    return Course.CALMS if calms else Course.TOSSED
