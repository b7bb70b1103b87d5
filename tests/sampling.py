"""What `make test` shows of a long row of cases; `make audit` runs them all."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest


def sampled(cases: Iterable[Any], count: int) -> list[Any]:
    """Return the cases of a parametrized test, all but a seeded sample of them for the audit.

    >>> [getattr(case, "values", case) for case in sampled("abcd", 2)]
    ['a', ('b',), ('c',), 'd']
    """
    cases = list(cases)
    shown = random.Random(2).sample(range(len(cases)), count)
    return [
        case
        if number in shown
        else pytest.param(*(case if isinstance(case, tuple) else [case]), marks=pytest.mark.audit)
        for number, case in enumerate(cases)
    ]
