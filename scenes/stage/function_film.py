"""FunctionFilm: a film about a function, whatever the picture: its knobs, its walk, its board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy
from manim import ValueTracker, VGroup, VMobject

from mathcore import (
    Choice,
    Framing,
    Outcome,
    Rule,
    ScalarField,
    check_gradient,
    descend,
    newton,
    with_name,
)
from mathcore.typeset import coloured, typeset
from scenes.stage.actors import Place
from scenes.stage.film import Film
from scenes.stage.knobs import AUTO
from scenes.stage.landscape import LEVEL
from scenes.stage.panel import Row, fitting_scale
from scenes.stage.readout import number_text, short_text, vector_text
from scenes.stage.theme import FORMULA_EM, SMALLEST_EM
from scenes.stage.walk import Ending, Walk, walk_in_view

NEAR = 0.1
"""A bottom no farther than this share of the hill's longer side is where a walk has led."""

ALL_STEPS = 16.0
"""Seconds that steps take together at most, where a film says nothing else."""

FITTED = ("x_range", "y_range", "start", "rate", "steps")
"""The knobs that may be left to the function."""


def outer_signs(source: str) -> list[int]:
    """Return where the terms of a sum in Typst maths begin, apart from the first.

    >>> outer_signs("x^2 - (y - 1)^2")
    [3]
    """
    depth, signs = 0, []
    for place, character in enumerate(source):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if depth == 0 and place and source[place : place + 3] in (" + ", " - "):
            signs.append(place)
    return signs


def in_two_lines(source: str) -> list[str]:
    r"""Return Typst maths broken at the sign nearest to its middle; nothing where there is none.

    >>> in_two_lines("x^2 - (y - 1)^2")
    ['& x^2 \\ & - (y - 1)^2']
    """
    signs = outer_signs(source)
    if not signs:
        return []
    middle = min(signs, key=lambda place: abs(place - len(source) / 2))
    return [f"& {source[:middle]} \\ & {source[middle + 1 :]}"]


def kinks_left_out(*slopes: sympy.Expr) -> str:
    """Return where derivatives hold as Typst maths, behind a space: nothing where it is everywhere.

    >>> x = sympy.Symbol("x", real=True)
    >>> kinks_left_out(sympy.sign(x)), kinks_left_out(2 * x)
    (' quad x != 0', '')
    """
    kinks = {sign.args[0] for part in slopes for sign in part.atoms(sympy.sign)}
    wheres = sorted(f"{typeset(kink)} != 0" for kink in kinks)
    return f" quad {', '.join(wheres)}" if wheres else ""


def apart_from(expression: sympy.Expr, moving: sympy.Symbol) -> list[sympy.Expr]:
    """Return the largest parts in which a variable does not stand, but another one.

    >>> x, y = sympy.symbols("x y")
    >>> apart_from(x**2 + 3 * y**2 + x * sympy.sin(y), x)
    [3*y**2, sin(y)]
    """
    found, left = [], [expression]
    while left:
        part = left.pop(0)
        if moving in part.free_symbols:
            left.extend(part.args)
        elif part.free_symbols:
            found.append(part)
    return found


def clearance(spot: np.ndarray, half: np.ndarray, points: np.ndarray) -> float:
    """Return how far a box round a spot (2,), half its size (2,), is from the nearest of points.

    Points (m, 2) that are nan do not count; below 0 one lies in the box.
    """
    return float(np.nanmin(np.max(np.abs(points - spot) - half, axis=1)))


class FunctionFilm(Film):
    """A film with the knob f: `land` is what its picture shows of f, such as a Landscape.

    Where it has the knobs x_range, y_range, start, rate or steps and these are "auto", `fit` puts
    numbers in their place that suit the function and what else is set.
    """

    subject = "f"
    """The knob that says what the film is about."""

    framing: Framing
    land: Any
    path: Walk

    def takes(self, name: str, value: Any) -> bool:
        """Whether a value for all films is meant for this one: it has as many variables."""
        if name != "start" or not isinstance(value, (int, float, list)):
            return True
        return isinstance(value, list) == isinstance(self.knobs()[name].kind, tuple)

    def read(self, text: str) -> ScalarField:
        """Return the function that a text names or writes; ValueError where it cannot be shown."""
        raise NotImplementedError

    def frame(self, field: ScalarField, choice: Choice) -> Framing:
        """Return what to show of a function, keeping what is chosen."""
        raise NotImplementedError

    def fit(self) -> ScalarField:
        """Return the function of the subject, and fit to it what the other knobs leave open.

        Raises:
            FilmError: f cannot be read or shown, or its gradient is wrong; a range is empty; the
                start lies outside, or f is not defined there.
        """
        self._begin_with_own_example()
        with self.blaming(self.subject):
            field = self.read(getattr(self, self.subject))
        self.framing = self._framed(field)
        for name in FITTED:
            if hasattr(self, name):
                value = getattr(self.framing, name)
                is_row = name != "start" or isinstance(self.knobs()[name].kind, tuple)
                setattr(self, name, value if is_row else value[0])
        with self.blaming(self.subject):
            ranges = self.framing.x_range, self.framing.y_range
            check_gradient(field, *ranges[: field.dimension])
        return field

    def _begin_with_own_example(self) -> None:
        """Show the film's own function as its knobs say, where nothing else is asked for."""
        knobs = self.knobs()
        fitted = [name for name, knob in knobs.items() if knob.like is not None]
        own = getattr(self, self.subject) == knobs[self.subject].default
        if own and all(getattr(self, name) == AUTO for name in fitted):
            for name in fitted:
                setattr(self, name, knobs[name].checked(name, knobs[name].like))

    def _framed(self, hill: ScalarField) -> Framing:
        """Return what to show of a function, as the knobs choose and else as fits it."""
        chosen = {name: value for name in FITTED if (value := getattr(self, name, AUTO)) != AUTO}
        ranges = {name: chosen[name] for name in ("x_range", "y_range") if name in chosen}
        for name, (low, high) in ranges.items():
            with self.blaming(name):
                if not low < high:
                    raise ValueError("the first number must be below the second.")
        if "start" in chosen:
            chosen["start"] = tuple(np.atleast_1d(chosen["start"]).tolist())
            with self.blaming("start"):
                spots = dict(zip(("x_range", "y_range"), chosen["start"], strict=False))
                if not all(low <= spots[name] <= high for name, (low, high) in ranges.items()):
                    shown = ", ".join(f"{name} = {list(ends)}" for name, ends in ranges.items())
                    raise ValueError(
                        f"it lies outside what is shown, {shown}. "
                        "Move the start, or widen the range."
                    )
                if not np.isfinite(hill.value(chosen["start"])):
                    raise ValueError("f is not defined there. Move the start.")
        with self.blaming(self.subject):
            return self.frame(hill, Choice(**chosen))

    def walk(self, land: Any, rule: Rule, start: float | None = None, level: float = LEVEL) -> Walk:
        """Return the walk from a number, or the knob start, with as many steps as `steps` says.

        It ends where the slope is no more than a share of the steepest one, its `level`.

        Raises:
            FilmError: no walk can begin there.
        """
        start = np.atleast_1d(self.start if start is None else start)
        if np.isfinite(land.height(start)) and not np.isfinite(land.hill.gradient(start)).all():
            return Walk.standing(land, start, Ending.KINK)
        with self.blaming("start"):
            path = descend(
                land.hill,
                start,
                rule,
                self.steps,
                domain=land.ranges,
                tolerance=level * land.steepness,
            )
        unseen = np.flatnonzero(~np.isfinite(land.height(path.points)))
        return walk_in_view(land, path.first(int(unseen[0])) if len(unseen) else path)

    # What the board says

    def row(
        self,
        label: str,
        text: Callable[[], str],
        row: int,
        color: str = "ink",
        **place: Any,
    ) -> Row:
        """Return a named number in the panel, in the colour of what it means (a theme's name).

        Args:
            label: Typst maths.
            text: what the number is now.
            row: number of the row.
            color: name of a colour of the theme.
            place: `column` and `alone`, as for `Row`.
        """
        shade = getattr(self.theme, color)
        return Row(self.typeset, label, text, color=shade, row=row, **place)

    def worded_row(self, words: str, text: Callable[[], str], row: int, color: str = "ink") -> Row:
        """Return a row whose label is words."""
        return self.row(f'"{words}"', text, row, color)

    def point_row(self, where: Place, row: int, label: str = "") -> Row:
        """Return the row with the coordinates of a point."""
        return self.row(label or self._spot_name(), self._spot_text(where), row)

    def iterate_row(self, where: Place, row: int) -> Row:
        """Return the row with the coordinates of the walk's current point."""
        return self.row(self.iterate_name("k"), self._spot_text(where), row, "path")

    def height_row(self, where: Place, row: int, label: str = "f") -> Row:
        """Return the row with the height of the hill at a point."""
        land = self.land
        scale, spread = max(abs(land.lowest), abs(land.highest)), land.highest - land.lowest
        return self.row(
            label, lambda: number_text(float(land.hill.value(where())), 3, scale, spread), row
        )

    def partial_row(
        self, axis: int, slope: Callable[[], float], row: int, label: str = "", column: int = 0
    ) -> Row:
        """Return the row with a partial derivative: the slope along an axis."""
        label = label or self.partial_names()[axis]
        return self.row(label, self._slope_text(slope), row, "tangent", alone=False, column=column)

    def slope_row(self, slope: Callable[[], float], row: int, **place: Any) -> Row:
        """Return the row with the directional derivative."""
        return self.row("D_u f", self._slope_text(slope), row, "tangent", **place)

    def gradient_row(self, where: Place, row: int, sign: int = 1) -> Row:
        """Return the row with the gradient at a point; with the sign -1 that with its opposite."""
        hill, scale = self.land.hill, self.land.steepness

        def text() -> str:
            return vector_text(sign * hill.gradient(where()), scale=scale)

        minus = "-" if sign < 0 else ""
        return self.row(f"{minus}nabla {self.land.name}", text, row, "gradient")

    def steepness_row(self, where: Place, row: int) -> Row:
        """Return the row with the gradient's length at a point."""

        def slope() -> float:
            return float(np.hypot.reduce(self.land.hill.gradient(where())))

        label = f"|nabla {self.land.name}|"
        return self.row(label, self._slope_text(slope), row, "gradient", alone=False)

    def _spot_name(self) -> str:
        names = self.variables()
        return f"({names})" if "," in names else names

    def _spot_text(self, where: Place) -> Callable[[], str]:
        return lambda: vector_text(where(), scale=self.land.span, spread=self.land.span)

    def iterate_name(self, index: str) -> str:
        """Return x_k as Typst maths, where k is the index."""
        return f"bold(x)_({index})" if len(index) > 1 else f"bold(x)_{index}"

    def _slope_text(self, slope: Callable[[], float]) -> Callable[[], str]:
        return lambda: number_text(slope(), scale=self.land.steepness)

    def drawn_row(
        self, row: float, *scales: Callable[[], float], of: str = "", column: int = 0
    ) -> Row:
        """Return the row that says how many times their true length arrows have in the picture.

        Args:
            row: number of the row.
            scales: that number for each kind of arrow, now; kinds with the same one share it.
            of: names of the kinds, as Typst maths; all arrows where left out.
            column: as for `Row`.
        """
        drawn = self.tr("drawn")
        label = " thick ".join([*filter(None, [of]), f'"{drawn}"'])

        def text() -> str:
            return ", ".join(dict.fromkeys(f"×{short_text(scale())}" for scale in scales))

        return self.row(label, text, row, column=column, alone=bool(of))

    def count_row(self, progress: Callable[[], float], row: int, **place: Any) -> Row:
        """Return the row with the number of whole steps walked."""
        return self.row("k", lambda: str(int(progress() + 1e-6)), row, **place)

    def field_formula(self, marks: Mapping[sympy.Basic, str] | None = None) -> VMobject:
        """Return f(x, y) = ..., say, as a formula, shorter where that is too long to read.

        What is too long in every form ends in dots; a function of the gallery is called by its
        name instead.

        Args:
            marks: parts of f that stand out, each with its hex colour.
        """
        letter = self.land.name
        name = f"{letter}({self.variables()})"
        expression = typeset(self.land.hill.expression, marks)
        lines = [f"{letter} = {form}" for form in in_two_lines(expression)]
        fitting = self.fitting(f"{name} = {expression}", f"{letter} = {expression}", *lines)
        if fitting:
            return fitting
        named = with_name(self.f)
        if named is not None:
            return self.formula(f'{letter} = "{named.name}"({self.variables()})')
        return self._first_terms(expression) or self.formula(name)

    def _first_terms(self, expression: str) -> VMobject:
        """Return as many terms of a long sum in two lines as can be read, and dots."""
        signs = outer_signs(expression)
        if signs:
            whole = self.formula(f"{self.land.name} = {in_two_lines(expression)[0]}")
            readable = fitting_scale(whole) / (SMALLEST_EM / FORMULA_EM)
            signs = [place for place in signs if place <= 1.1 * readable * len(expression)]
        for place in reversed(signs):
            lines = in_two_lines(f"{expression[:place]} + dots.c")
            formula = self.fitting(*(f"{self.land.name} = {form}" for form in lines))
            if formula:
                return formula
        return VGroup()

    def gradient_formula(self) -> VMobject:
        """Return ∇f = (2x, 2y), say: a row, a column, or nothing where both are too long."""
        return self.slope_formula(self.wearing("nabla f", "gradient"))

    def slope_formula(self, name: str) -> VMobject:
        """Return what the gradient is called, and its parts as formulas of the variables."""
        slopes = self.land.hill.gradient_expressions
        parts = ", ".join(typeset(part) for part in slopes)
        where = kinks_left_out(*slopes)
        if len(slopes) == 1:
            return self.fitting(f"{name} = {parts}{where}")
        return self.fitting(f"{name} = ({parts}){where}", f"{name} = vec({parts}){where}")

    def partial_names(self) -> list[str]:
        """Return ∂f/∂x and ∂f/∂y as Typst maths."""
        return [f"partial f \\/ partial {typeset(name)}" for name in self.land.hill.variables]

    def partial_formula(
        self, axis: int, meaning: str = "tangent", *, quiet: bool = True
    ) -> VMobject:
        """Return ∂f/∂x = 2x, say, its name in the colour of a meaning.

        Where that is too long it says what it is: d/dx of f(x, y).

        Args:
            axis: 0 for the first variable, 1 for the second.
            meaning: what the name's colour means.
            quiet: whether what is held constant is quiet.
        """
        slope = self.land.hill.gradient_expressions[axis]
        name = self.wearing(self.partial_names()[axis], meaning)
        marks = self.held_constant(slope, axis) if quiet else {}
        names = [typeset(variable) for variable in self.land.hill.variables]
        moving = names[axis]
        if quiet:
            names = [one if one == moving else self.wearing(one, "quiet") for one in names]
        short = f"{name} = inline(frac(d, d {moving})) f({', '.join(names)})"
        whole = f"{name} = {typeset(slope, marks)}{kinks_left_out(slope)}"
        return self.fitting(whole) or self.formula(short)

    def held_constant(self, expression: sympy.Expr, axis: int) -> dict[sympy.Basic, str]:
        """Return what is constant in an expression along an axis, with the colour of the quiet."""
        variables = self.land.hill.variables
        parts = apart_from(expression, variables[axis])
        if any(one != other and one.has(other) for one in parts for other in parts):
            parts = [variables[1 - axis]]  # a colour within a colour
        return dict.fromkeys(parts, self.theme.quiet)

    def fitting(self, *sources: str) -> VMobject:
        """Return the first formula that the board holds at its full size, or else the largest.

        Fractions are also tried small. Where none is readable, an empty group is returned.
        """
        largest, size = VGroup(), 0.999 * SMALLEST_EM / FORMULA_EM
        for source in sources:
            for form in [source, f"inline({source})"] if "frac" in source else [source]:
                formula = self.formula(form)
                scale = fitting_scale(formula)
                if scale > size:
                    largest, size = formula, scale
                if scale == 1:
                    return formula
        return largest

    def wearing(self, source: str, meaning: str) -> str:
        """Return Typst maths in the colour of what it means, a name in the theme."""
        return coloured(source, getattr(self.theme, meaning))

    def gradient_definition(self) -> VMobject:
        """Return ∇f = (∂f/∂x, ∂f/∂y), the partial derivatives in the colour of their tangents."""
        parts = ", ".join(self.wearing(name, "tangent") for name in self.partial_names())
        return self.formula(f"{self.wearing('nabla f', 'gradient')} = ({parts})")

    def rule_formula(self) -> VMobject:
        """Return the update rule of gradient descent, in the picture's colours."""
        here, ahead = (self.wearing(self.iterate_name(index), "path") for index in ("k", "k+1"))
        step = f"eta thin {self.wearing(self.gradient_symbol, 'gradient')} ({here})"
        return self.formula(f"{ahead} = {here} - {step}")

    gradient_symbol = "nabla f"
    """What the gradient is called: Typst maths."""

    def variables(self) -> str:
        """Return the variables as Typst maths, with commas between them."""
        return ", ".join(typeset(variable) for variable in self.land.hill.variables)

    # What is asked of the function where one stands

    def require_slopes(self, point: np.ndarray) -> None:
        """Raise ValueError where f has no gradient at a point (n,)."""
        if not np.isfinite(self.land.hill.gradient(point)).all():
            raise ValueError(
                "f has no gradient there, so some slopes do not exist. Move the start."
            )

    def depends_on(self, axis: int) -> bool:
        """Whether the variable of an axis stands in f."""
        return self.land.hill.variables[axis] in self.land.hill.expression.free_symbols

    # Where a walk has led

    def valley_near(self, point: np.ndarray) -> np.ndarray | None:
        """Return the minimum in view to which a walk that ends at a point (n,) led.

        It is the one that Newton's method finds from there; else one close by, or the only one.
        """
        land = self.land
        if np.isfinite(land.hill.gradient(point)).all():
            found = descend(
                land.hill,
                point,
                newton(),
                steps=60,
                domain=land.ranges,
                tolerance=LEVEL * land.steepness,
            )
            if found.outcome is Outcome.CONVERGED:
                return found.points[-1]
        known = np.array(self.framing.minima).reshape(-1, len(point))
        away = np.linalg.norm(known - point, axis=1)
        led_there = len(known) == 1 or (away <= NEAR * land.span).any()
        return known[away.argmin()] if led_there else None

    def walk_ends_near(self, walk: Walk, valley: np.ndarray | None) -> bool:
        """Whether a walk covered nine tenths of the way to a valley's bottom (n,), if any."""
        if valley is None:
            return False
        first, last = np.linalg.norm(walk.points[[0, -1]] - valley, axis=1)
        return bool(last <= 0.1 * first)

    def paces(self, steps: int, most: float = ALL_STEPS) -> np.ndarray:
        """Return the seconds for each of so many steps: unhurried, then quicker.

        Args:
            steps: how many.
            most: seconds that they take together at most.
        """
        paces = np.maximum(2.2 * 0.8 ** np.arange(steps), 0.8)
        return paces * min(1.0, most / max(paces.sum(), 1.0))

    def step_on(
        self, planned: ValueTracker, walked: ValueTracker, paces: np.ndarray, first: int = 1
    ) -> None:
        """Make one step after another: each is planned, then walked.

        Args:
            planned: how many steps are planned.
            walked: how many are walked.
            paces: the seconds for each of those that are to be made.
            first: the number of the first of them.
        """
        for step, pace in enumerate(paces, first):
            self.play(planned.animate.set_value(step), run_time=0.4 * pace)
            self.play(walked.animate.set_value(step), run_time=0.6 * pace)
