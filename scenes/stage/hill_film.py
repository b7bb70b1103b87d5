"""HillFilm: a film about a function of two variables, shown as a hill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import sympy
from manim import DEGREES, DOWN, LEFT, RIGHT, UP, Group, VGroup, VMobject

from mathcore import (
    Choice,
    Framing,
    Outcome,
    Rule,
    ScalarField,
    check_gradient,
    descend,
    directional_derivative,
    field_over_plane,
    frame_over_plane,
    newton,
    unit_direction,
    with_name,
)
from mathcore.framing import SWING, USUAL, swing
from mathcore.typeset import coloured, typeset
from scenes.stage.actors import Place, tangent_ends
from scenes.stage.director import Director
from scenes.stage.film import Film
from scenes.stage.knobs import AUTO
from scenes.stage.landscape import Landscape
from scenes.stage.panel import Row, fitting_scale
from scenes.stage.readout import number_text, vector_text
from scenes.stage.space import SpaceArrow, in_space
from scenes.stage.theme import FORMULA_EM, READOUT_EM, SMALLEST_EM, STAGE, Zone
from scenes.stage.walk import Ending, Walk, walk_in_view

VIEW = {"phi": 52.0, "theta": USUAL}
"""Where the camera usually stands, in degrees: from the zenith, and round from the x-axis."""

SHORTEST = 0.2
"""Manim units on the frame below which nobody sees what the name of an arrow names."""

LEVEL = 1e-9
"""Ground that is less steep than this share of the whole hill is level."""

NEAR = 0.1
"""A bottom no farther than this share of the hill's longer side is where a walk has led."""

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


def clearance(spot: np.ndarray, half: np.ndarray, points: np.ndarray) -> float:
    """Return how far a box round a spot (2,), half its size (2,), is from the nearest of points.

    Points (m, 2) that are nan do not count; below 0 one lies in the box.
    """
    return float(np.nanmin(np.max(np.abs(points - spot) - half, axis=1)))


class HillFilm(Film):
    """A film with the knob f, whose camera looks at the stage zone.

    Where it has the knobs x_range, y_range, start, rate or steps and these are "auto", `landscape`
    puts numbers in their place that fit the function and what else is set.
    """

    framing: Framing

    def setup(self) -> None:
        """Set the camera so that the hill stands in the stage zone."""
        super().setup()
        self.camera.set_phi(VIEW["phi"] * DEGREES)
        self.camera.set_theta(VIEW["theta"] * DEGREES)

    def keep_in_view(self, land: Landscape) -> None:
        """Fit the landscape into the stage zone now and however the camera turns."""
        edge = land.grid()[[0, -1], ::8].reshape(-1, 2), land.grid()[::8, [0, -1]].reshape(-1, 2)
        rim = np.concatenate(edge)
        places = np.concatenate(
            [land.ground(rim), land.surface(land.grid()[::8, ::8].reshape(-1, 2))]
        )
        places = np.concatenate([places, land.surface(rim)])
        places = places[np.isfinite(places).all(axis=1)]
        corners = np.array([[x, y] for x in land.x_range for y in land.y_range])
        places = np.concatenate([places, land.place(corners, land.highest)])
        zone = Zone(STAGE.left + 0.1, STAGE.right - 0.1, STAGE.bottom + 0.15, STAGE.top)
        self.director = Director(self.camera, places, zone)
        self.add(self.director)

    def make_room_for_tangents(self, point: np.ndarray) -> None:
        """Keep the tangent lines at a point of the domain (2,) in view, in all directions."""
        ways = unit_direction(np.linspace(0, np.pi, 24, endpoint=False))
        slopes = directional_derivative(self.land.hill, point, ways)
        ends = [
            tangent_ends(self.land, point, way, slope)
            for way, slope in zip(ways, slopes, strict=True)
            if np.isfinite(slope)
        ]
        if ends:
            self.director.make_room(np.concatenate(ends))

    def update_mobjects(self, dt: float) -> None:
        """Call the updaters, then let the axes' labels give way to the names that moved."""
        super().update_mobjects(dt)
        self.director.clear_the_way(self.mobjects)

    def turn_view(self, *, phi: float, theta: float) -> list[Any]:
        """Return animations that turn the camera to these angles in degrees.

        They are those of the usual view; where another side is better, they are turned with it.
        """
        return [
            self.camera.phi_tracker.animate.set_value(phi * DEGREES),
            self.camera.theta_tracker.animate.set_value(self.side_of(theta) * DEGREES),
        ]

    def side_of(self, theta: float) -> float:
        """Return where the eye is in degrees round the hill when the usual view's is theta."""
        return self.framing.turn + swing(self.framing.turn) * (theta - VIEW["theta"])

    def landscape(self) -> Landscape:
        """Return the hill that the knobs describe, and fit to it what they leave open.

        Raises:
            FilmError: f cannot be read, has three or more variables, or its gradient is wrong; a
                range is empty; the start lies outside, or f is not defined there.
        """
        self._begin_with_own_example()
        with self.blaming("f"):
            hill = field_over_plane(self.f)
        self.framing = self._framed(hill)
        for name in FITTED:
            if hasattr(self, name):
                setattr(self, name, getattr(self.framing, name))
        self.camera.set_theta(self.framing.turn * DEGREES)
        middle = self.framing.turn + swing(self.framing.turn) * SWING / 2
        with self.blaming("f"):
            check_gradient(hill, self.x_range, self.y_range)
            land = Landscape(
                hill,
                self.x_range,
                self.y_range,
                self.framing.value_range,
                self.framing.contour_levels,
                int(np.floor(middle / 90)) + 1,
            )
        self.keep_in_view(land)
        return land

    def _begin_with_own_example(self) -> None:
        """Show the film's own function as its knobs say, where nothing else is asked for."""
        knobs = self.knobs()
        fitted = [name for name in FITTED if name in knobs]
        if self.f == knobs["f"].default and all(getattr(self, name) == AUTO for name in fitted):
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
            with self.blaming("start"):
                spots = dict(zip(("x_range", "y_range"), chosen["start"], strict=True))
                if not all(low <= spots[name] <= high for name, (low, high) in ranges.items()):
                    shown = ", ".join(f"{name} = {list(ends)}" for name, ends in ranges.items())
                    raise ValueError(
                        f"it lies outside the hill that is shown, {shown}. "
                        "Move the start, or widen the range."
                    )
                if not np.isfinite(hill.value(chosen["start"])):
                    raise ValueError("f is not defined there. Move the start.")
        with self.blaming("f"):
            return frame_over_plane(hill, Choice(**chosen))

    def walk(self, land: Landscape, rule: Rule) -> Walk:
        """Return the walk from the knob start, with as many steps as the knob steps says.

        Raises:
            FilmError: no walk can begin there.
        """
        if np.isfinite(land.height(np.array(self.start))) and self._stands_on_kink(land):
            return Walk.standing(land, np.array(self.start), Ending.KINK)
        with self.blaming("start"):
            path = descend(
                land.hill,
                self.start,
                rule,
                self.steps,
                domain=self._rectangle(),
                tolerance=LEVEL * land.steepness,
            )
        return walk_in_view(land, path)

    def _stands_on_kink(self, land: Landscape) -> bool:
        return not np.isfinite(land.hill.gradient(np.array(self.start))).all()

    def _rectangle(self) -> tuple[tuple[float, float], tuple[float, float]]:
        return self.x_range, self.y_range

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

    def point_row(self, where: Place, row: int) -> Row:
        """Return the row with the coordinates of a point."""
        return self.row(f"({self._variables()})", self._spot_text(where), row)

    def iterate_row(self, where: Place, row: int) -> Row:
        """Return the row with the coordinates of the walk's current point."""
        return self.row("bold(x)_k", self._spot_text(where), row, "path")

    def height_row(self, where: Place, row: int, label: str = "f") -> Row:
        """Return the row with the height of the hill at a point."""
        land = self.land
        scale = max(abs(land.lowest), abs(land.highest))
        return self.row(label, lambda: number_text(float(land.hill.value(where())), 3, scale), row)

    def partial_row(self, axis: int, slope: Callable[[], float], row: int) -> Row:
        """Return the row with a partial derivative: the slope along an axis."""
        variable = typeset(self.land.hill.variables[axis])
        label = f"partial f \\/ partial {variable}"
        return self.row(label, self._slope_text(slope), row, "tangent", alone=False)

    def slope_row(self, slope: Callable[[], float], row: int, **place: Any) -> Row:
        """Return the row with the directional derivative."""
        return self.row("D_u f", self._slope_text(slope), row, "tangent", **place)

    def gradient_row(self, where: Place, row: int) -> Row:
        """Return the row with the gradient at a point."""
        hill, scale = self.land.hill, self.land.steepness

        def text() -> str:
            return vector_text(hill.gradient(where()), scale=scale)

        return self.row("nabla f", text, row, "gradient")

    def steepness_row(self, where: Place, row: int) -> Row:
        """Return the row with the gradient's length at a point."""

        def slope() -> float:
            return float(np.hypot.reduce(self.land.hill.gradient(where())))

        return self.row("|nabla f|", self._slope_text(slope), row, "gradient", alone=False)

    def _spot_text(self, where: Place) -> Callable[[], str]:
        return lambda: vector_text(where(), scale=self.land.span)

    def _slope_text(self, slope: Callable[[], float]) -> Callable[[], str]:
        return lambda: number_text(slope(), scale=self.land.steepness)

    def count_row(self, progress: Callable[[], float], row: int, **place: Any) -> Row:
        """Return the row with the number of whole steps walked."""
        return self.row("k", lambda: str(int(progress() + 1e-6)), row, **place)

    def field_formula(self) -> VMobject:
        """Return f(x, y) = ... as a formula, shorter where that is too long to read.

        What is too long in every form ends in dots; a function of the gallery is called by its
        name instead.
        """
        name = f"f({self._variables()})"
        expression = typeset(self.land.hill.expression)
        lines = [f"f = {form}" for form in in_two_lines(expression)]
        fitting = self.fitting(f"{name} = {expression}", f"f = {expression}", *lines)
        if fitting:
            return fitting
        named = with_name(self.f)
        if named is not None:
            return self.formula(f'f = "{named.name}"({self._variables()})')
        return self._first_terms(expression) or self.formula(name)

    def _first_terms(self, expression: str) -> VMobject:
        """Return as many terms of a long sum in two lines as can be read, and dots."""
        signs = outer_signs(expression)
        if signs:
            whole = self.formula(f"f = {in_two_lines(expression)[0]}")
            readable = fitting_scale(whole) / (SMALLEST_EM / FORMULA_EM)
            signs = [place for place in signs if place <= 1.1 * readable * len(expression)]
        for place in reversed(signs):
            lines = in_two_lines(f"{expression[:place]} + dots.c")
            formula = self.fitting(*(f"f = {form}" for form in lines))
            if formula:
                return formula
        return VGroup()

    def gradient_formula(self) -> VMobject:
        """Return ∇f = (2x, 2y), say: a row, a column, or nothing where both are too long."""
        slopes = self.land.hill.gradient_expressions
        parts = ", ".join(typeset(part) for part in slopes)
        name = coloured("nabla f", self.theme.gradient)
        kinks = {sign.args[0] for part in slopes for sign in part.atoms(sympy.sign)}
        wheres = sorted(f"{typeset(kink)} != 0" for kink in kinks)
        where = f" quad {', '.join(wheres)}" if wheres else ""
        return self.fitting(f"{name} = ({parts}){where}", f"{name} = vec({parts}){where}")

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

    def gradient_definition(self) -> VMobject:
        """Return ∇f = (∂f/∂x, ∂f/∂y), the partial derivatives in the colour of their tangents."""
        parts = ", ".join(
            coloured(f"partial f \\/ partial {typeset(variable)}", self.theme.tangent)
            for variable in self.land.hill.variables
        )
        return self.formula(f"{coloured('nabla f', self.theme.gradient)} = ({parts})")

    def rule_formula(self) -> VMobject:
        """Return the update rule of gradient descent, in the picture's colours."""
        path, gradient = self.theme.path, self.theme.gradient
        here = coloured("bold(x)_k", path)
        step = f"eta thin {coloured('nabla f', gradient)} ({here})"
        return self.formula(
            f"{coloured('bold(x)_(k+1)', path)} = {coloured('bold(x)_k', path)} - {step}"
        )

    def _variables(self) -> str:
        return ", ".join(typeset(variable) for variable in self.land.hill.variables)

    # What is asked of the function where one stands

    def require_slopes(self, point: np.ndarray) -> None:
        """Raise ValueError where f has no gradient at a point (2,)."""
        if not np.isfinite(self.land.hill.gradient(point)).all():
            raise ValueError(
                "f has no gradient there, so some slopes do not exist. Move the start."
            )

    def depends_on(self, axis: int) -> bool:
        """Whether the variable of an axis stands in f."""
        return self.land.hill.variables[axis] in self.land.hill.expression.free_symbols

    # What stands on the stage

    def valley_near(self, point: np.ndarray) -> np.ndarray | None:
        """Return the minimum in the rectangle to which a walk that ends at a point (2,) led.

        It is the one that Newton's method finds from there; else one close by, or the only one.
        """
        land = self.land
        if np.isfinite(land.hill.gradient(point)).all():
            found = descend(
                land.hill,
                point,
                newton(),
                steps=60,
                domain=self._rectangle(),
                tolerance=LEVEL * land.steepness,
            )
            if found.outcome is Outcome.CONVERGED:
                return found.points[-1]
        known = np.array(self.framing.minima).reshape(-1, 2)
        away = np.linalg.norm(known - point, axis=1)
        led_there = len(known) == 1 or (away <= NEAR * land.span).any()
        return known[away.argmin()] if led_there else None

    def walk_ends_near(self, walk: Walk, valley: np.ndarray | None) -> bool:
        """Whether a walk covered nine tenths of the way to a valley's bottom (2,), if any."""
        if valley is None:
            return False
        first, last = np.linalg.norm(walk.points[[0, -1]] - valley, axis=1)
        return bool(last <= 0.1 * first)

    def pin(self, point: np.ndarray, name: str, color: str, others: np.ndarray) -> Group:
        """Return a ring on the hill and on the contour map round a point (2,), with its name.

        The name stands above the ring, below or beside it, where other points (m, 2) are farthest.
        """
        rings = Group()
        for placed, size in ((self.land.surface, 0.2), (self.land.ground, 0.15)):
            turns = size / self.land.ground_scale * unit_direction(np.linspace(0, 2 * np.pi, 49))
            ring = VMobject(stroke_color=color, stroke_width=5, z_index=3)
            rings.add(in_space(ring.set_points_as_corners(placed(point + turns))))
        label = self.words(name, em=READOUT_EM, color=color)
        label.set_stroke(self.theme.background, width=5, background=True)
        here = self.camera.project_point(self.land.surface(point))
        on_both = np.concatenate([self.land.surface(others), self.land.ground(others)])
        there = self.camera.project_points(on_both)
        half = np.array([label.width, label.height]) / 2

        def room(shift: np.ndarray) -> float:
            return clearance((here + shift)[:2], half, there[:, :2])

        sides = (UP, DOWN, RIGHT, LEFT, UP + RIGHT, UP + LEFT, DOWN + RIGHT, DOWN + LEFT)
        shifts = [(0.3 / np.linalg.norm(side) + np.append(half, 0)) * side for side in sides]
        self.director.attach(label, self.land.surface(point), max(shifts, key=room))
        self.director.give_way(label)
        return Group(rings, label)

    def arrow_tag(
        self,
        source: str,
        arrow: SpaceArrow,
        color: str,
        *,
        beside: int = 0,
        ends: np.ndarray | None = None,
        lines: Sequence[np.ndarray] = (),
        others: Sequence[tuple[VMobject, np.ndarray]] = (),
    ) -> VMobject:
        """Return a name that stays with an arrow.

        Args:
            source: Typst maths.
            arrow: what it names.
            color: hex colour.
            beside: 0 puts it just beyond the tip, 1 above the arrow's middle, -1 below it.
            ends: places (2, 3) of the arrow's ends once it is grown; the name then stands at the
                first place, beginning with `beside`, that is free of `lines` and `others`, and
                of the axes' labels if there is one.
            lines: polylines in space (m, 3) each.
            others: names of arrows, and the ends (2, 3) that these will have.

        Returns:
            The name; `has_room` says whether a place was free, `beside` where it stands, and `spot`
            where on the frame (2,) it will once its arrow has other ends.
        """
        tag = self.formula(source, em=FORMULA_EM, color=color)
        tag.set_stroke(self.theme.background, width=5, background=True)

        half = np.array([tag.width, tag.height]) / 2

        def spot(places: np.ndarray, beside: int) -> np.ndarray:
            """Return where on the frame the name of an arrow between two places belongs."""
            start, tip = self.camera.project_points(places)[:, :2]
            length = np.linalg.norm(tip - start)
            ahead = (tip - start) / length if length > 1e-6 else np.zeros(2)
            if beside:
                aside = np.array([-ahead[1], ahead[0]]) * beside * (1 if ahead[0] >= 0 else -1)
                return (start + tip) / 2 + (0.14 + np.abs(aside) @ half) * aside
            return tip + (0.16 + np.abs(ahead) @ half) * ahead

        has_room = True
        if ends is not None:
            sides = (beside, -beside, 0) if beside else (0, 1, -1)
            there = [(name.spot(places), name) for name, places in others]

            def room(side: int) -> float:
                here = spot(ends, side)
                gaps = [
                    clearance(here, half + np.array([name.width, name.height]) / 2, place[None])
                    for place, name in there
                ]
                return min(self._room(here, half, lines), *gaps, np.inf)

            rooms = [room(side) for side in sides]
            free = [room > 0.1 for room in rooms]
            length = np.linalg.norm(np.diff(self.camera.project_points(ends)[:, :2], axis=0))
            has_room = any(free) and length > SHORTEST
            labelled = [self.director.gap(spot(ends, side), half) < 0.1 for side in sides]
            clear = [room and not label for room, label in zip(free, labelled, strict=True)]
            chosen = clear if any(clear) else free  # numbers of the axes give way, if they must
            beside = sides[chosen.index(True) if has_room else int(np.argmax(rooms))]

        tag.has_room, tag.beside, tag.spot = has_room, beside, lambda places: spot(places, beside)

        def follow(mobject: VMobject) -> None:
            mobject.move_to(np.append(spot(arrow.points[[0, -1]], beside), 0.0))

        self.director.give_way(tag, arrow)
        return tag.add_updater(follow, call_updater=True)

    def _room(self, spot: np.ndarray, half: np.ndarray, lines: Sequence[np.ndarray]) -> float:
        """Return how far a box (half its size (2,)) on the frame is from lines in space."""
        gaps = [np.inf]
        for line in lines:
            corners = self.camera.project_points(line)[:, :2]
            for start, end in pairwise(corners):
                along = start + np.linspace(0, 1, 60)[:, None] * (end - start)
                gaps.append(clearance(spot, half, along))
        return min(gaps)
