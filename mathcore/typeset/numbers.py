"""Numbers as they are written: read-outs with fixed decimals, and short ones."""

from __future__ import annotations

import math

_LARGE = 1e5  # read-outs from here on are written with a power of ten
_NOISE = 1e-12  # and below this they are rounding errors, shown as zero


def typeset_number(value: float, decimals: int = 2) -> str:
    """Return a read-out of ``value`` as Typst maths: fixed decimals, never ``-0.00``.

    From 10^5 on, and where fixed decimals would show a plain zero, it is ``1.20 times 10^5``;
    below 10^-12 it is zero.  nan is a dash, an infinity ``oo``.

    Raises:
        ValueError: if ``decimals`` is negative.

    >>> typeset_number(-2), typeset_number(-0.0), typeset_number(123456.0, 1)
    ('-2.00', '0.00', '1.2 times 10^5')
    >>> typeset_number(0.0004)
    '4.00 times 10^(-4)'
    """
    if decimals < 0:
        raise ValueError(f"decimals={decimals}: the number of decimals must be 0 or more")
    value = float(value)
    if math.isnan(value):
        return '"–"'
    if math.isinf(value):
        return "oo" if value > 0 else "-oo"
    fixed = f"{value:.{decimals}f}"
    if abs(value) < _NOISE:
        return f"{0:.{decimals}f}"
    if abs(float(fixed)) < _LARGE and float(fixed) != 0:
        return fixed
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    power = int(exponent)
    return f"{mantissa} times 10^{power}" if power >= 0 else f"{mantissa} times 10^({power})"


def typeset_short(value: float, decimals: int) -> str:
    """Return a float without trailing zeros, with a power of ten where that is shorter."""
    if not math.isfinite(value) or abs(value) >= _LARGE:
        return typeset_number(value, decimals)
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if float(text) == 0:
        return "0" if value == 0 else typeset_number(value, decimals)
    return text
