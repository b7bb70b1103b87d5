"""What the writer of an unknown name probably meant."""

from __future__ import annotations

import difflib

from mathcore.expression.functions import FUNCTIONS
from mathcore.expression.names import CONSTANTS, FREE_PRODUCT, GREEK_NAMES


def why_unknown(name: str, allowed: tuple[str, ...] | None) -> str:
    """Return why ``name`` is unknown and what was probably meant.

    >>> why_unknown("sinn", ("x",))
    "unknown name 'sinn'; the variables are: x; did you mean 'sin'?"
    """
    if name in {"i", "I"}:
        return f"{name!r}: only real numbers here; to use it as a variable, declare it"
    candidates = [*(allowed or ()), *FUNCTIONS, *CONSTANTS]
    if allowed is None:
        candidates += GREEK_NAMES
    near = difflib.get_close_matches(name, candidates, 1) or difflib.get_close_matches(
        name.lower(), candidates, 1
    )
    reason = f"unknown name {name!r}"
    if allowed is not None:
        listed = ", ".join(allowed)
        reason += f"; the variables are: {listed}" if listed else "; there are no variables"
    if inside := _hidden_name(name, allowed):
        reason += f"; set {inside!r} apart from its neighbours with a space or brackets"
    elif near:
        reason += f"; did you mean {near[0]!r}?"
    elif allowed is None:
        reason += "; write a product of variables as x*y and a function as sin(x)"
    return reason


def _hidden_name(name: str, allowed: tuple[str, ...] | None) -> str | None:
    """Return the function or constant that ``name`` runs into one or two variables."""
    letters = FREE_PRODUCT if allowed is None else set(allowed)
    inside = [
        known
        for known in [*FUNCTIONS, "pi"]
        if len(name) - len(known) in {1, 2}
        and (name.startswith(known) or name.endswith(known))
        and set(name.removeprefix(known) if name.startswith(known) else name[: -len(known)])
        <= letters
    ]
    return max(inside, key=len, default=None)
