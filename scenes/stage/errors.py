"""What a user of the films can get wrong, told in a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class FilmError(Exception):
    """Something that the user can put right: the message names the thing, the rule, the remedy."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return ` Did you mean "…"?` for the nearest of `names`, or the list of them all.

    >>> nearest("rat", ["rate", "steps"])
    ' Did you mean "rate"?'
    >>> nearest("zzz", ["rate", "steps"])
    ' There are: rate, steps.'
    """
    names = sorted(names)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f' Did you mean "{close[0]}"?'
    return f" There are: {', '.join(names)}." if names else ""
