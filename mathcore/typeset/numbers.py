"""Numbers as they are written: read-outs with fixed decimals, and short ones."""

from __future__ import annotations

import math

import sympy

_LARGE = 1e5  # read-outs from here on are written with a power of ten
_SHORT_BELOW = 1000  # denominators up to here make fractions that can be read
_LONG, _MANY_ZEROS = 7, 5  # digits, and zeros at their end, that make a power of ten shorter
_FEW_ZEROS = 3  # behind the point of a decimal
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


def exact_decimal(number: sympy.Rational) -> str | None:
    """Return the size of a rational number that is best written out, or with a power of ten.

    Those are whole numbers with many zeros, and decimals that a fraction would hide behind a long
    denominator. None is returned for all others.

    >>> exact_decimal(sympy.Integer(2500000)), exact_decimal(sympy.Rational(-1, 10**6))
    ('2.5 dot 10^6', '10^(-6)')
    >>> exact_decimal(sympy.Rational("3.14159")), exact_decimal(sympy.Rational(1, 3))
    ('3.14159', None)
    """
    above, below = abs(number.p), number.q
    places = _decimal_places(below)
    if places is None or (1 < below <= _SHORT_BELOW):
        return None
    digits = str(above * 10**places // below)
    exponent = len(digits) - 1 - places
    shown = digits.rstrip("0")
    if below == 1 and (len(digits) < _LONG or len(digits) - len(shown) < _MANY_ZEROS):
        return None
    if below > 1 and exponent >= -_FEW_ZEROS:
        digits = digits.rjust(places + 1, "0")
        return f"{digits[:-places]}.{digits[-places:]}"
    power = f"10^{exponent}" if exponent >= 0 else f"10^({exponent})"
    mantissa = shown[0] + (f".{shown[1:]}" if len(shown) > 1 else "")
    return power if mantissa == "1" else f"{mantissa} dot {power}"


def _decimal_places(below: int) -> int | None:
    """Return how many decimals a fraction with this denominator has.

    None where they never end, and where it is a power of 2: x/1024 is best left as it is.
    """
    twos = fives = 0
    while below % 2 == 0:
        below, twos = below // 2, twos + 1
    while below % 5 == 0:
        below, fives = below // 5, fives + 1
    return max(twos, fives) if below == 1 and (fives or not twos) else None


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
