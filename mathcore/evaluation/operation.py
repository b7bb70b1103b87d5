"""What an operation on arrays is: how to compute it, and where it jumps.

Every `compute` takes and returns float64 numbers or arrays; outside its real domain it gives nan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

Numbers = Any  # float64 scalars and arrays of any shape, mixed
Marks = Any  # boolean arrays, or None for "jumps nowhere"


@dataclass(frozen=True)
class Operation:
    """How to compute a function, and where it jumps.

    `jumps_at(*arguments)` is True where the function itself jumps; `carry` says where a result
    jumps because an argument does (by default: wherever any argument does).
    """

    compute: Callable[..., Numbers]
    jumps_at: Callable[..., Numbers] | None = None
    carry: Callable[[list[Numbers], list[Marks]], Marks] | None = None

    def jumps(self, arguments: list[Numbers], marks: list[Marks]) -> Marks:
        """Where the result jumps, given the arguments and where they jump."""
        if self.carry is not None:
            return self.carry(arguments, marks)
        here = [] if self.jumps_at is None else [self.jumps_at(*arguments)]
        return either([m for m in marks if m is not None] + here)


def either(marks: list[Marks]) -> Marks:
    """Return where any of the marks stands; None when there are none."""
    return reduce(np.logical_or, marks) if marks else None


def nan_where(condition: Numbers, value: Numbers) -> Numbers:
    """Return the value, nan where the condition holds."""
    return np.where(condition, np.nan, value)
