"""Work on a picture, shared out to the processor's cores in bands of its rows.

A compiled loop runs without Python's lock, and what it makes of one row depends on no other row. So
bands are drawn side by side, and the picture is the same to the last bit however many there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TypeVar

Result = TypeVar("Result")

THREADS = "band"
"""How the names of the threads begin that draw bands."""

_FEWEST_ROWS = 24
"""Rows that a band has at least: in fewer there is too little to do."""

_FOR_EACH = 2
"""Bands for each core: one that has little to draw in its own takes another."""


@cache
def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), thread_name_prefix=THREADS)


def of_rows(top: int, bottom: int) -> list[tuple[int, int]]:
    """Return bands (first row, end) of about one height that make up the rows top to bottom."""
    wanted = _FOR_EACH * cores() if cores() > 1 else 1
    count = max(min(wanted, (bottom - top) // _FEWEST_ROWS), 1)
    return list(pairwise(top + (bottom - top) * i // count for i in range(count + 1)))


def each(work: Callable[[int, int], Result], shares: Sequence[tuple[int, int]]) -> list[Result]:
    """Return what `work` makes of each band, done side by side."""
    if len(shares) == 1:
        return [work(*shares[0])]
    return list(_pool().map(work, *zip(*shares, strict=True)))
