"""The tangent plane in formulas: its equation, the row of its slopes, and how f begins with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, UP, VGroup, VMobject

from mathcore.typeset import typeset
from scenes.stage.panel import fitting_scale, on_board
from scenes.stage.patch import Patch
from scenes.stage.plot import rounded, short_label, with_power
from scenes.stage.theme import BOARD, FORMULA_EM, SMALLEST_EM

if TYPE_CHECKING:
    from scenes.stage.hill_film import HillFilm


WELL_READ = 0.7
"""The share of its size from which a formula is read with ease."""


TWO_LINES = 0.765
"""Manim units that two lines may be high and stay clear of the rows below."""


def equals(*numbers: float) -> str:
    """Return the sign for numbers that are shown with three digits: = where none are lost.

    >>> equals(2.0, -0.125), equals(1 / 3)
    ('=', 'approx')
    """
    shown = [rounded(number) for number in numbers]
    return "=" if np.allclose(shown, numbers, rtol=1e-9, atol=1e-300) else "approx"


class PlaneFormulas:
    """What the board says of the tangent plane at a point; numbers have three digits.

    Args:
        film: sets the formulas, in the colours of its picture.
        patch: the surroundings of the point.
    """

    def __init__(self, film: HillFilm, patch: Patch):
        self.film, self.patch = film, patch
        self.variables = [typeset(variable) for variable in film.land.hill.variables]
        self.z, self.d_f = film.wearing("z", "tangent"), film.wearing("D f", "gradient")

    def equation(self) -> VMobject:
        """Return z = f(p) + ∇f(p) · ((x, y) - p)."""
        nabla, here = self.film.wearing("nabla f", "gradient"), f"({', '.join(self.variables)})"
        rest = f"f(bold(p)) + {nabla} (bold(p)) dot ({here} - bold(p))"
        return self.film.fitting(f"{self.z} = {rest}")

    def equation_in_numbers(self) -> VMobject:
        """Return z = 2 + 2 (x - 1) + 2 (y - 1), say, in its place below the equation."""
        patch = self.patch
        left = f"{self.z} {equals(patch.value, *patch.slopes, *patch.point)}"
        power, (value, *sizes) = with_power([patch.value, *np.abs(patch.slopes)])
        first, second = map(self._climb, (0, 1), sizes)
        start, end = (f"{power} \\( ", " \\)") if power else ("", "")
        whole = f"{left} {start}{value} {first} {second}{end}"
        one = self.film.formula(whole)
        if fitting_scale(one) >= WELL_READ:
            return on_board(one, 2)
        second = second.replace(" ", " med ", 1)  # where a line begins, a sign stands close
        two = self.film.formula(f"{left} & {start}{value} {first} \\ & {second}{end}")
        is_readable = fitting_scale(two, 2, 2) * FORMULA_EM >= SMALLEST_EM
        if not is_readable:
            return VGroup()
        top = on_board(two, 2, 2).get_top()
        return two.scale(min(1.0, TWO_LINES / two.height)).move_to(
            (BOARD.left, top[1], 0), aligned_edge=UP + LEFT
        )

    def _climb(self, axis: int, size: str) -> str:
        """Return what the plane climbs along an axis, with its sign: + 2 (x - 1), say."""
        slope, place = self.patch.slopes[axis], self.patch.point[axis]
        variable, size = self.variables[axis], self.film.wearing(size, "gradient")
        away = f"({variable} {'-' if place >= 0 else '+'} {short_label(abs(place))})"
        return f"{'-' if slope < 0 else '+'} {size} thin {away if place else variable}"

    def row_times_column(self, step: np.ndarray) -> VMobject:
        """Return Δz as the row of slopes times a column of steps (2,), with or without the result.

        The climbs along both axes stand between, where they add up to the result as they are shown.
        Where numbers would be too long to be read, symbols stand for them.
        """
        slopes, climb = self.patch.slopes, float(step @ self.patch.slopes)
        row, column = self._row(slopes), self._in_digits(map(short_label, step), "direction")
        z, total = self.film.wearing("Delta z", "tangent"), short_label(climb)
        whole = f"{z} = {row} thin vec({column})"
        steps = (self.film.wearing(f"Delta {name}", "direction") for name in self.variables)
        symbols = f"{z} = {self.d_f} thin vec({', '.join(steps)})"
        sign = equals(*slopes, *step, climb)
        total = self.film.wearing(total, "tangent")
        first, second = (rounded(part) for part in slopes * step)
        parts = f"{short_label(first)} {'-' if second < 0 else '+'} {short_label(abs(second))}"
        adds_up = short_label(first + second) == short_label(climb)
        middle = f"{sign} {self.film.wearing(parts, 'tangent')} " if adds_up else ""
        result = f"{sign} {total}"
        return self._readable(2, f"{whole} {middle}{result}", f"{whole} {result}", whole, symbols)

    def jacobian(self) -> VMobject:
        """Return D f as the row of the partial derivatives, and as that of the slopes."""
        names = (self.film.wearing(name, "tangent") for name in self.film.partial_names())
        symbols, slopes = f"{self.d_f} = mat({', '.join(names)})", self.patch.slopes
        numbers = f"{equals(*slopes)} {self._row(slopes)}"
        return self._readable(1, f"{symbols} {numbers}", symbols)

    def step(self) -> VMobject:
        """Return h as the column of Δx and Δy."""
        names = ", ".join(f"Delta {name}" for name in self.variables)
        return self.film.formula(self.film.wearing(f"bold(h) = vec({names})", "direction"))

    def expansion(self, rest: str = "") -> VMobject:
        """Return f(p + h) = f(p) + D f h + rest; without one nothing is left over."""
        step = self.film.wearing("bold(h)", "direction")
        sides = f"f(bold(p) + {step}) = f(bold(p)) + {self.d_f} thin {step}"
        return self.film.formula(f"{sides} + {rest}" if rest else sides)

    def _row(self, slopes: np.ndarray) -> str:
        """Return slopes as a row, behind a power of ten that is common to them."""
        power, parts = with_power(slopes)
        return f"{power} mat({self._in_digits(parts, 'gradient')})".strip()

    def _in_digits(self, labels: Iterable[str], meaning: str) -> str:
        """Return numbers with commas between them, in the colour of what they mean."""
        return ", ".join(self.film.wearing(label, meaning) for label in labels)

    def _readable(self, lines: int, *sources: str) -> VMobject:
        """Return the first formula that so many lines of the board hold at a readable size."""
        for source in sources:
            formula = self.film.formula(source)
            if fitting_scale(formula, lines) >= WELL_READ:
                break
        return formula
