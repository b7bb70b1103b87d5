"""Knobs: what a teacher may set on a film, with its type, its range and its meaning."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mathcore import parse
from scenes.stage.errors import FilmError

AUTO = "auto"
"""The value of a knob that is left to the film, which fits it to the function."""

LONGEST_SHOWN = 60
"""Characters of a value that an error message repeats."""


def shown(value: Any) -> str:
    """Return a value as an error message repeats it, cut where it is long.

    >>> shown("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
    """
    if isinstance(value, bool):
        return str(value).lower()  # as in a lesson
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    try:
        text = repr(list(value) if isinstance(value, tuple) else value)
    except ValueError:  # Python refuses to write out whole numbers of thousands of digits
        return "a number of thousands of digits"
    except RecursionError:
        return "tables inside tables"
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


@dataclass(frozen=True)
class Knob:
    """A named value that a film reads as an attribute and a lesson may set.

    The default's type is the knob's type: text, a whole number, a number, a yes or no, or a row of
    numbers of the default's length. A knob that the film may fit to its function has the default
    "auto", and `like` is a value of its type. Of a `file` that a text names, the content counts.
    """

    default: Any
    meaning: str
    above: float | None = None
    between: tuple[float, float] | None = None
    choices: tuple[str, ...] | None = None
    like: Any = None
    file: bool = False

    @property
    def kind(self) -> Any:
        """A value of the knob's type."""
        return self.default if self.like is None else self.like

    def rule(self) -> str:
        """Return what values are allowed, as the end of a sentence that begins "it must be"."""
        return self._rule() if self.like is None else f"auto (fitted to f), or {self._rule()}"

    def _rule(self) -> str:
        if self.choices is not None:
            return f"one of {', '.join(self.choices)}"
        if isinstance(self.kind, bool):
            return "true or false"
        if isinstance(self.kind, str):
            return "text"
        if isinstance(self.kind, Sequence):
            kind = f"{len(self.kind)} numbers, such as {list(self.kind)}"
        elif isinstance(self.kind, int):
            kind = "a whole number"
        else:
            kind = "a number"
        if self.above is not None:
            return f"{kind} above {self.above:g}"
        if self.between is not None:
            low, high = self.between
            return f"{kind} between {low:g} and {high:g}"
        return kind

    def read(self, text: str) -> Any:
        """Return the value that a typed text stands for, or the text where it stands for none.

        Text is taken whole. A number may be written as arithmetic, such as `1/3` or `pi/4`; a row
        of numbers may stand in brackets or without. Whether the value is allowed, `checked` says.
        """
        if self.like is not None and text.strip() == AUTO:
            return AUTO
        if isinstance(self.kind, bool):
            return {"true": True, "false": False}.get(text.strip(), text)
        if isinstance(self.kind, str):
            return text
        if not isinstance(self.kind, Sequence):
            number = _number(text)
            return text if number is None else number
        row = text.strip()
        if row[:1] + row[-1:] in ("[]", "()"):
            row = row[1:-1]
        items = [_number(item) for item in row.replace("，", ",").rstrip(", ").split(",")]
        return text if None in items else items

    def checked(self, name: str, value: Any) -> Any:
        """Return `value` as the knob's type, or "auto" where that is allowed.

        Raises:
            FilmError: `value` has the wrong type or lies outside the range.
        """
        problem = FilmError(f"{name} = {shown(value)}: {self.meaning}; it must be {self.rule()}.")
        if self.like is not None and isinstance(value, str) and value == AUTO:
            return AUTO
        if isinstance(self.kind, bool):
            if not isinstance(value, bool):
                raise problem
            return value
        if isinstance(self.kind, str):
            if not isinstance(value, str) or (self.choices and value not in self.choices):
                raise problem
            return value
        if isinstance(self.kind, Sequence):
            if not isinstance(value, Sequence) or isinstance(value, str):
                raise problem
            if len(value) != len(self.kind) or not all(self._fits(item) for item in value):
                raise problem
            return tuple(float(item) for item in value)
        if not self._fits(value):
            raise problem
        if isinstance(self.kind, int):
            if value != int(value):
                raise problem
            return int(value)
        return float(value)

    def _fits(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        try:
            if not math.isfinite(value):
                return False
        except OverflowError:  # a whole number beyond every float
            return False
        if self.above is not None and not value > self.above:
            return False
        return self.between is None or self.between[0] <= value <= self.between[1]


def _number(text: str) -> int | float | None:
    """Return the number that a text writes, by digits or by arithmetic; None if it is none."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    try:
        return float(parse(text))
    except (ValueError, TypeError, OverflowError):  # not arithmetic; with a variable; beyond floats
        return None


def knob(
    default: Any,
    meaning: str,
    *,
    above: float | None = None,
    between: tuple[float, float] | None = None,
    choices: tuple[str, ...] | None = None,
    like: Any = None,
    file: bool = False,
) -> Any:
    """Declare a knob of a film; on the film itself the attribute holds the value.

    With the default "auto" the film finds the value itself, and `like` shows its type. A text with
    `file` may be the path of a file; a relative one begins where the text was written.

    >>> knob(0.15, "learning rate", above=0).checked("rate", 0.2)
    0.2
    """
    return Knob(default, meaning, above, between, choices, like, file)
