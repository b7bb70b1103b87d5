"""What the films ought to show, worked out without mathcore: lambdas by hand and mpmath.

Every case is a function as a teacher types it, the same function as a Python lambda, the knobs of
the walk, and the minima that are known from closed forms or from the literature.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import mpmath
import numpy as np

DIGITS = 50
"""Decimal digits that the oracle works with."""

_H = mpmath.mpf(10) ** -16
"""Step of the central differences: their error is about its square, 1e-32."""


@dataclass(frozen=True)
class Case:
    """A function, how the film is told about it, and what is known of it.

    `minima` are the points of the shown rectangle at which f has a local minimum and is smooth;
    `kinks` those at which it has one and is not.
    """

    name: str
    text: str
    f: Callable[[Any, Any], Any]
    x_range: tuple[float, float] = (-2.0, 2.0)
    y_range: tuple[float, float] = (-2.0, 2.0)
    start: tuple[float, float] = (1.6, 1.2)
    rate: float = 0.15
    steps: int = 10
    minima: tuple[tuple[float, float], ...] = ()
    kinks: tuple[tuple[float, float], ...] = ()

    def value(self, point: Any) -> float:
        """Return f at a point (2,), nan where it is not a real number."""
        return _real(self._f(*map(mpmath.mpf, map(float, point))))

    def values(self, points: np.ndarray) -> np.ndarray:
        """Return f at points (m, 2)."""
        return np.array([self.value(point) for point in points])

    def slope(self, point: Any, direction: Any) -> float:
        """Return the derivative of t -> f(point + t direction) at 0."""
        return _real(self._slope(tuple(map(mpmath.mpf, map(float, point))), direction))

    def gradient(self, point: Any) -> np.ndarray:
        """Return the two partial derivatives at a point (2,)."""
        return np.array([self.slope(point, (1, 0)), self.slope(point, (0, 1))])

    def position(self, progress: float) -> np.ndarray:
        """Return where the walk is after so many steps; 2.5: half-way along the third."""
        before = min(int(progress), len(self.iterates) - 1)
        after = min(before + 1, len(self.iterates) - 1)
        share = progress - before
        return (1 - share) * self.iterates[before] + share * self.iterates[after]

    @cached_property
    def iterates(self) -> np.ndarray:
        """The start and every point that gradient descent reaches, (steps + 1, 2)."""
        return np.array([[float(x), float(y)] for x, y in self.walk()])

    def walk(self) -> list[tuple[Any, Any]]:
        """Return the points of gradient descent, in the oracle's precision."""
        with mpmath.workdps(DIGITS):
            point = tuple(map(mpmath.mpf, self.start))
            points = [point]
            for _ in range(self.steps):
                slopes = self._slope(point, (1, 0)), self._slope(point, (0, 1))
                if mpmath.hypot(*slopes) <= mpmath.mpf("1e-9"):  # level ground: the film stops too
                    break
                point = tuple(
                    p - mpmath.mpf(self.rate) * s for p, s in zip(point, slopes, strict=True)
                )
                points.append(point)
            return points

    def stays_in_view(self) -> bool:
        """Whether the walk never leaves the rectangle, nor the region where f has a slope."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        try:
            points = self.walk()
        except (TypeError, ValueError, ZeroDivisionError):  # complex numbers have no order
            return False
        inside = all(x0 < x < x1 and y0 < y < y1 for x, y in points)
        return inside and bool(np.isfinite(self.values(np.array(points, dtype=float))).all())

    def relief(self) -> float:
        """Return about how far apart the highest and the lowest shown values of f are."""
        xs, ys = np.linspace(*self.x_range, 9), np.linspace(*self.y_range, 9)
        values = self.values(np.array([(x, y) for x in xs for y in ys]))
        return float(np.nanmax(values) - np.nanmin(values))

    def lesson(self, language: str = "en", theme: str = "dark") -> str:
        """Return a lesson file that makes the film show this case."""
        return (
            f'language = "{language}"\ntheme = "{theme}"\n\n[descent]\nf = "{self.text}"\n'
            f"x_range = {list(self.x_range)}\ny_range = {list(self.y_range)}\n"
            f"start = {list(self.start)}\nrate = {self.rate!r}\nsteps = {self.steps}\n"
        )

    def _f(self, x: Any, y: Any) -> Any:
        with mpmath.workdps(DIGITS):
            try:
                return self.f(x, y)
            except (ZeroDivisionError, ValueError):
                return mpmath.nan

    def _slope(self, point: tuple[Any, Any], direction: Any) -> Any:
        with mpmath.workdps(DIGITS):
            u, v = (mpmath.mpf(part) for part in direction)
            x, y = point
            ahead, behind = self._f(x + _H * u, y + _H * v), self._f(x - _H * u, y - _H * v)
            return (ahead - behind) / (2 * _H)


def _real(value: Any) -> float:
    if isinstance(value, mpmath.mpc):
        return float(value.real) if value.imag == 0 else float("nan")
    return float(value)


def varied(case: Case, seed: int) -> Case:
    """Return the case with another start, rate and number of steps, such that it stays in view."""
    source = random.Random(f"{case.name} {seed}")
    spans = [(high - low, low) for low, high in (case.x_range, case.y_range)]
    for _ in range(200):
        start = tuple(round(low + source.uniform(0.1, 0.9) * span, 3) for span, low in spans)
        rate = float(f"{case.rate * source.uniform(0.3, 1.2):.3g}")
        other = replace(case, start=start, rate=rate, steps=source.randint(2, case.steps))
        if other.stays_in_view() and np.linalg.norm(other.gradient(start)) > 1e-3 * other.relief():
            return other
    raise AssertionError(f"no walk on {case.text} stays in view")


def _found(equation: Callable[[Any], Any], near: float) -> float:
    with mpmath.workdps(DIGITS):
        return float(mpmath.findroot(equation, near))


def _himmelblau(x: Any, y: Any) -> Any:
    return ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2) / 100


def _published(*points: tuple[str, str]) -> tuple[tuple[float, float], ...]:
    """Return Himmelblau's minima, published to six digits, to all of a float's digits."""

    def slopes(x: Any, y: Any) -> list[Any]:
        a, b = x**2 + y - 11, x + y**2 - 7
        return [4 * x * a + 2 * b, 2 * a + 4 * y * b]

    with mpmath.workdps(DIGITS):
        roots = [mpmath.findroot(slopes, tuple(map(mpmath.mpf, point))) for point in points]
        for root, point in zip(roots, points, strict=True):
            assert max(abs(r - mpmath.mpf(p)) for r, p in zip(root, point, strict=True)) < 1e-5
        return tuple((float(root[0]), float(root[1])) for root in roots)


# D. M. Himmelblau, Applied Nonlinear Programming (1972).
_HIMMELBLAU = _published(
    ("3", "2"),
    ("-2.805118", "3.131312"),
    ("-3.779310", "-3.283186"),
    ("3.584428", "-1.848126"),
)

BOWL = Case("bowl", "x^2 + y^2", lambda x, y: x**2 + y**2, minima=((0.0, 0.0),))

CASES = (
    BOWL,
    Case("trough", "x^2 + 3y^2", lambda x, y: x**2 + 3 * y**2, minima=((0.0, 0.0),)),
    Case(
        "shifted",
        "(x-1)^2 + (y+1)^2",
        lambda x, y: (x - 1) ** 2 + (y + 1) ** 2,
        start=(-0.7, 0.9),
        minima=((1.0, -1.0),),
    ),
    Case(
        "waves",
        "sin(x) + cos(y) + 0.3x^2",
        lambda x, y: mpmath.sin(x) + mpmath.cos(y) + mpmath.mpf(3) / 10 * x**2,
        x_range=(-3.0, 3.0),
        y_range=(0.5, 5.5),
        start=(1.4, 1.3),
        rate=0.6,
        minima=((_found(lambda x: mpmath.cos(x) + mpmath.mpf(6) / 10 * x, -1.1), float(np.pi)),),
    ),
    Case(
        "well",
        "-exp(-x^2 - y^2)",
        lambda x, y: -mpmath.exp(-(x**2) - y**2),
        start=(0.9, -0.6),
        rate=0.2,
        minima=((0.0, 0.0),),
    ),
    Case("saddle", "x y", lambda x, y: x * y, start=(0.5, -0.3), steps=8),
    Case("roof", "|x| + y^2", lambda x, y: abs(x) + y**2, start=(1.317, 1.2), kinks=((0.0, 0.0),)),
    Case("ramp", "2x - y", lambda x, y: 2 * x - y, start=(1.2, -1.1), steps=8),
    Case(
        "shore",
        "x ln(x) + y^2",
        lambda x, y: x * mpmath.log(x) + y**2,
        x_range=(-0.5, 2.5),
        y_range=(-1.5, 1.5),
        start=(2.0, 1.1),
        minima=((float(1 / mpmath.e), 0.0),),
    ),
    Case(
        "himmelblau",
        "((x^2 + y - 11)^2 + (x + y^2 - 7)^2)/100",
        _himmelblau,
        x_range=(-5.0, 5.0),
        y_range=(-5.0, 5.0),
        start=(0.6, -0.4),
        rate=0.5,
        minima=_HIMMELBLAU,
    ),
    Case(
        "small",
        "x^2 - x y + y^2",
        lambda x, y: x**2 - x * y + y**2,
        x_range=(-0.04, 0.06),
        y_range=(-0.05, 0.05),
        start=(0.031, -0.027),
        minima=((0.0, 0.0),),
    ),
    Case(
        "tall",
        "2000000x^2 + 1000000y^2",
        lambda x, y: 2000000 * x**2 + 1000000 * y**2,
        rate=1.5e-7,
        minima=((0.0, 0.0),),
    ),
)
"""The default first; then slanted, shifted, wavy, flat-rimmed, without minimum, kinked, with an
edge of definition, with four valleys, very small and very tall."""
