"""Who draws what: films side by side, and a film split by beats where processes would be idle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.errors import StudioError
from studio.reasons import State
from studio.source import read_film

Part = tuple[str, ...] | None
"""The beats that one process draws; all of them where it is None."""

SECONDS_A_CAPTION = 6.0
"""What a caption takes in a film that was never drawn: a guess that need not be good."""


def parts_of(states: Sequence[State], processes: int) -> list[list[Part]]:
    """Return for each version the parts that it is drawn in.

    Whole films go side by side as long as each process has one; those left over are split, so that
    all processes end together. Where a few beats were edited, only these are spread.
    """
    rest = len(states) % processes
    shares: dict[int, int] = {}
    if rest:
        split = begin_with(states)[len(states) - rest :]  # the shortest lose least by it
        each, more = divmod(processes, rest)
        shares = {index: each + (place < more) for place, index in enumerate(split)}
    return [_split(state, shares.get(index, 1)) for index, state in enumerate(states)]


def begin_with(states: Sequence[State]) -> list[int]:
    """Return the versions' numbers, the longest first: one begun late would end last, alone."""
    lengths = [sum(weights_of(state).values()) for state in states]
    return sorted(range(len(states)), key=lambda index: -lengths[index])


def _split(state: State, share: int) -> list[Part]:
    weights = weights_of(state)
    heavy = [beat for beat in state.edited if beat in weights] or list(weights)
    count = min(share, len(heavy))
    if count < 2:
        return [None]
    return list(balanced({beat: weights[beat] * (beat in heavy) for beat in weights}, count))


def balanced(weights: Mapping[str, float], count: int) -> list[tuple[str, ...]]:
    """Return names in so many groups of about the same weight, each in the order given.

    The heaviest goes first, each to the group that is lightest then (Graham, 1969).

    >>> balanced({"a": 3, "b": 5, "c": 1, "d": 2}, 2)
    [('b', 'c'), ('a', 'd')]
    """
    groups: list[list[str]] = [[] for _ in range(count)]
    loads = [0.0] * count
    for name in sorted(weights, key=lambda name: -weights[name]):
        lightest = loads.index(min(loads))
        groups[lightest].append(name)
        loads[lightest] += weights[name]
    order = list(weights)
    return [tuple(sorted(group, key=order.index)) for group in groups if group]


def weights_of(state: State) -> dict[str, float]:
    """Return how long each beat is in seconds: as it last was, else guessed by its captions."""
    known = state.record.durations if state.record is not None else {}
    try:
        beats = read_film(state.version.file).beats
    except StudioError:
        return known
    return {
        beat.name: known.get(beat.name, SECONDS_A_CAPTION * max(1, len(beat.captions)))
        for beat in beats
    }
