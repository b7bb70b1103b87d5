"""CurveFilm: a film about a function of one variable, shown as a curve over a number line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from manim import DL, UR, Animation, Circle, Dot, Group, VGroup, VMobject

from mathcore import (
    Choice,
    Framing,
    ScalarField,
    across_from,
    chosen_around,
    field_on_line,
    frame_on_line,
    stands_on_line,
)
from mathcore.framing.rounding import step_at_least
from mathcore.typeset import coloured, typeset
from scenes.stage.appear import Appear
from scenes.stage.arrow_field import round_scale
from scenes.stage.curve_actors import Curve, FlatArrow, Secant, line
from scenes.stage.formula import half_size
from scenes.stage.function_film import FunctionFilm, clearance
from scenes.stage.knobs import AUTO
from scenes.stage.panel import Row
from scenes.stage.plot import BEYOND, round_below, short_label, tick_label
from scenes.stage.profile import Profile
from scenes.stage.readout import number_text, short_text, shown_number
from scenes.stage.theme import FORMULA_EM, READOUT_EM, STAGE

ARROW = 0.17
"""Length of the longest arrow of f' as a share of the range; others are to its scale."""

LONGEST = 0.35
"""How long it may be as a share of the range, for the sake of a short one."""

SEEN = 0.6
"""Manim units of a short arrow that is seen well beside the dot at its foot."""

ARROWS = 11
"""How many arrows of f' the number line has room for, one after the other."""

LONG = 0.85
"""How long the arrows between two places are together, at most, as a share of the way."""

FEWEST = 3
"""How many arrows there are at least where the scale can be chosen for it."""

SPECK = 0.28
"""Manim units of an arrow that is little more than its head."""

SHORTEST = 0.3
"""Manim units of a leg below which its name would be longer."""

MOST_DIGITS = 7
"""Digits that the climb of a secant has at most."""

_AIR = 0.12
"""Manim units between a name and what it names."""


class CurveFilm(FunctionFilm):
    """A film about a function of one variable: `land` is its Profile, `curve` the big picture.

    `over_plane` names a film for functions of two variables, and `scale_row` says to which scale
    arrows of f' are drawn. Besides its base's knobs a film may have `other`, a second place to look
    at; "auto" puts it where the slope has another sign.
    """

    over_plane = "directional"
    gradient_symbol = "f'"
    land: Profile
    curve: Curve
    scale_row: list[Row]

    def takes(self, name: str, value: Any) -> bool:
        """Whether a value for all films is meant for this one: a function of two is not."""
        if name == "f" and isinstance(value, str):
            return stands_on_line(value)
        return super().takes(name, value)

    def read(self, text: str) -> ScalarField:
        """Return the function of one variable that a text names or writes."""
        try:
            return field_on_line(text)
        except ValueError as error:
            if "this has 2 (" not in str(error):
                raise
            raise ValueError(f'{error} The film "{self.over_plane}" is about two.') from None

    def frame(self, field: ScalarField, choice: Choice) -> Framing:
        """Return what to show of a function of one variable, keeping what is chosen."""
        framing = frame_on_line(field, choice)
        other = getattr(self, "other", AUTO)
        if other == AUTO:
            return framing
        with self.blaming("other"):
            self.require_value(field, framing, other)
        framing = frame_on_line(field, chosen_around(choice, framing, other))
        low, high = framing.value_range
        value = float(field.value([other]))
        return replace(framing, value_range=(min(low, value), max(high, value)))

    def require_value(self, field: ScalarField, framing: Framing, x: float) -> None:
        """Raise ValueError where a number is not in the chosen range, or f has no value there."""
        low, high = framing.x_range
        if getattr(self, "x_range", AUTO) != AUTO and not low <= x <= high:
            raise ValueError(f"it lies outside what is shown, x_range = {[low, high]}.")
        if not np.isfinite(field.value([x])):
            raise ValueError("f is not defined there.")

    def set_up_curve(self, *, smooth: bool = True) -> None:
        """Make the curve that the knobs describe, and fit to it what they leave open.

        Args:
            smooth: whether f has to have a derivative at the start and at the other place.

        Raises:
            FilmError: as `fit` does, f is defined nowhere in this range, or it has no derivative
                at one of the two places.
        """
        field = self.fit()
        with self.blaming("f"):
            self.land = Profile(field, self.framing.x_range, self.framing.value_range)
        self.curve = Curve(self.typeset, self.land)
        self.variable = typeset(field.variables[0])
        self.slope_name, self.delta = f"f'({self.variable})", f"Delta {self.variable}"
        if smooth:
            self.require_slope("start")
        if getattr(self, "other", None) == AUTO:
            self.other = self.place_across()
        if smooth and hasattr(self, "other"):
            self.require_slope("other")

    def require_slope(self, knob: str) -> None:
        """Refuse the number of a knob where f has no derivative there."""
        with self.blaming(knob):
            if not np.isfinite(self.land.slope(getattr(self, knob))):
                raise ValueError("f has no derivative there. Move it.")

    def arrow_scale(self, *places: float) -> float:
        """Return how many units of x stand for one unit of slope, for arrows at some numbers.

        The longest is as long as usual, or longer where the shortest would hardly be seen. The
        scale is round; it is 1 where there is no slope.
        """
        (low, high), span = self.land.x_range, self.land.span
        beyond = BEYOND / self.curve.units[0]
        usual, least = [], []
        for x in places:
            slope = self.land.slope(x)
            if slope and np.isfinite(slope):
                ahead = high - x if slope > 0 else x - low
                usual.append(min(ARROW * span, ahead + beyond) / abs(slope))
                least.append(SEEN / self.curve.units[0] / abs(slope))
        if not usual:
            return 1.0
        return round_scale(max(min(usual), min(self.largest_scale(*places), max(least))))

    def largest_scale(self, *places: float) -> float:
        """Return the largest scale at which ±f' at some numbers are not too long for the picture.

        It is infinite where there is no slope.
        """
        (low, high), beyond = self.land.x_range, BEYOND / self.curve.units[0]
        slopes = [abs(self.land.slope(x)) for x in places]
        rooms = [min(LONGEST * (high - low), high - x + beyond, x - low + beyond) for x in places]
        pairs = zip(rooms, slopes, strict=True)
        return min((room / slope for room, slope in pairs if 0 < slope < np.inf), default=np.inf)

    def scale_rows(self, scale: float, row: int) -> list[Row]:
        """Return the row that says to which scale f' is drawn, if that is not its true length."""
        return [] if scale == 1 else [self.drawn_row(row, lambda: scale, of="f'")]

    def tell_scale(self, x: float) -> list[Animation]:
        """Return what brings on the film's `scale_row`, unless there is no arrow at a number."""
        rows = self.scale_row if self.land.slope(x) else []
        return [Appear(row) for row in rows if not self.shown(row)]

    # Where things belong

    def place_across(self) -> float:
        """Return a place in view where the slope has another sign than at the start, or size."""
        return across_from(self.land.hill, self.framing, self.start)

    def step_in_view(self, x: float) -> float:
        """Return a round step from a number to another above which the curve goes on in view."""
        size = self.land.span / 5
        for _ in range(12):
            step = round_below(size)
            for signed in (step, -step):
                way = x + signed * np.linspace(0, 1, 101)
                low, high = self.land.x_range
                inside = low <= x + signed <= high
                values = self.land.height(way[:, None])
                if inside and np.isfinite(values).all() and not self._jumps(values):
                    return signed
            size = 0.99 * step
        return step

    def _jumps(self, values: np.ndarray) -> bool:
        return bool(np.abs(np.diff(values)).max() > 0.2 * (self.land.highest - self.land.lowest))

    def round_run(self, x: float) -> float:
        """Return a round stretch of x, 1 if it can be, that the tangent at x is seen to rise on."""
        first, (start, end) = self.curve.place(x), self.curve.tangent_ends(x, self.land.slope(x))
        most = max(end[0] - first[0], 0.0) / self.curve.units[0]
        back = max(first[0] - start[0], 0.0) / self.curve.units[0]
        room = most if most > 0.6 * back else -back
        if 0.12 * self.land.span <= 1.0 <= abs(room):
            return float(np.sign(room))
        return float(np.copysign(round_below(abs(room)), room))

    def scale_of_field(self, scale: float) -> float:
        """Return a round scale, that given or less, to which arrows of f' have room side by side.

        The arrow at the start is still seen.
        """
        slope, (low, high) = abs(self.land.slope(self.start)), self.land.x_range
        ahead = high - self.start if self.land.slope(self.start) > 0 else self.start - low
        least = SPECK / self.curve.units[0] / slope if slope else 0.0
        if slope and ahead / slope > least:  # else it ends beyond the range, however short
            scale = min(scale, round_scale(ahead / slope))
        chosen = scale
        while scale > max(least, chosen / 10):
            if len(self._places_of_field(scale)) >= FEWEST:
                return scale
            scale = round_scale(0.9 * scale)
        return chosen

    def _places_of_field(self, scale: float) -> list[float]:
        """Return the numbers from which arrows of f' start, as near to each other as they may.

        One of them is the start, whose arrow may end as far beyond the range as the axis does,
        unless it would leave the picture.
        """
        (low, high), span = self.land.x_range, self.land.span
        slack, speck = 1e-9 * span, SPECK / self.curve.units[0]
        gap = step_at_least(span / ARROWS)
        gap /= 1 if span >= ARROWS * gap / 2 else 2
        grid = self.start + gap / 2 * np.arange(-2 * ARROWS, 2 * ARROWS + 1)
        grid = grid[(low - slack <= grid) & (grid <= high + slack)]
        ways = scale * np.array([self._shown_slope(x) for x in grid])
        beyond = np.where(grid == self.start, BEYOND / self.curve.units[0], 0.0) + slack
        with np.errstate(invalid="ignore"):
            inside = (grid + ways >= low - beyond) & (grid + ways <= high + beyond)
        seen = (np.abs(ways) >= speck) | (np.abs(ways) <= slack) | (grid == self.start)
        grid, ways = grid[inside & seen], ways[inside & seen]

        def is_free(left: int, right: int) -> bool:
            """Whether two neighbours are far enough apart; facing ones share the way between."""
            apart = grid[right] - grid[left]
            facing = max(ways[left], 0.0) + max(-ways[right], 0.0)
            return bool(apart >= gap - slack and facing <= LONG * apart)

        chosen = [int(k) for k in np.flatnonzero(grid == self.start)]
        for k in np.flatnonzero(grid > self.start):
            if not chosen or is_free(chosen[-1], k):
                chosen.append(k)
        for k in np.flatnonzero(grid < self.start)[::-1]:
            if not chosen or is_free(k, chosen[0]):
                chosen.insert(0, k)
        return [float(grid[k]) for k in chosen]

    def field_of_arrows(self, scale: float) -> VGroup:
        """Return f' as arrows on the number line to a scale, each with a dot where it is."""
        arrows = VGroup()
        for x in self._places_of_field(scale):
            ends = self.curve.on_axis(x + np.array([0.0, scale * self._shown_slope(x)]))
            dot = Dot(ends[0], radius=0.05, color=self.theme.gradient)
            arrows.add(VGroup(dot, FlatArrow(lambda ends=ends: ends, self.theme.gradient)))
        return arrows

    def _shown_slope(self, x: float) -> float:
        return self.land.slope(x) if np.isfinite(self.land.value(x)) else np.nan

    # What the board says

    def value_row(
        self, where: Callable[[], float], row: int, label: str = "f", **place: int
    ) -> Row:
        """Return the row with the value of f at a number."""
        relief = self.land.highest - self.land.lowest

        def text() -> str:
            value = float(self.land.hill.value([where()]))
            return number_text(value, scale=relief, spread=relief)

        return self.row(label, text, row, **place)

    def derivative_row(self, where: Callable[[], float], row: int, label: str = "") -> Row:
        """Return the row with the derivative at a number."""
        scale = self.land.steepness
        label = label or self.slope_name
        return self.row(
            label, lambda: number_text(self.land.slope(where()), scale=scale), row, "tangent"
        )

    def secant_rows(self, secant: Secant) -> Group:
        """Return the rows with Δx, Δf and, below them, the slope of a secant.

        Δf has as many digits, three or more, as it takes to give that slope when it is divided.
        """

        def slope(rise: float) -> str:
            return number_text(rise / secant.step(), 3, self.land.steepness)

        def rise() -> str:
            texts = [short_text(secant.rise(), digits) for digits in range(3, MOST_DIGITS + 1)]
            exact = (text for text in texts if slope(shown_number(text)) == slope(secant.rise()))
            text = next(exact, texts[-1])
            return texts[0] if "×" in text else text  # no room for more beside a power of ten

        quotient = f"Delta f \\/ {self.delta}"
        return Group(
            self.row(self.delta, lambda: short_text(secant.step()), 1),
            self.row("Delta f", rise, 1, column=1),
            self.row(quotient, lambda: slope(secant.rise()), 2, "tangent"),
        )

    def _spot_text(self, where: Callable[[], Any]) -> Callable[[], str]:
        return lambda: self.place_text(where())

    def place_text(self, x: float, decimals: int = 2) -> str:
        """Return a number x as a read-out shows it, with more decimals where span is small."""
        return number_text(x, decimals, self.land.span, self.land.span)

    def derivative_definition(self) -> VMobject:
        """Return f'(x) = lim (f(x + Δx) - f(x)) / Δx as a formula."""
        x, step = self.variable, self.delta
        quotient = f"frac(f({x} + {step}) - f({x}), {step})"
        return self.formula(f"{self.slope_name} = lim_({step} -> 0) {quotient}")

    def derivative_formula(self) -> VMobject:
        """Return f'(x) = 2 x, say, or an empty group where it is too long to be read."""
        return self.slope_formula(coloured(self.slope_name, self.theme.tangent))

    def at_place(self, x: float) -> str:
        """Return where something is, x = 2, as maths for a caption."""
        return f"${self.variable} = {short_label(x, 4)}$"

    def say_which_way_is_up(self, x: float) -> None:
        """Say which way f rises at a number, by the sign of the slope."""
        slope, at = self.land.slope(x), self.at_place(x)
        if abs(slope) <= 1e-9 * self.land.steepness:
            self.say("At {at} the slope is 0: $f$ neither rises nor falls there.", at=at)
        elif slope > 0:
            self.say(
                "At {at} the slope is positive: up is to the right, so go left to go down.", at=at
            )
        else:
            self.say(
                "At {at} the slope is negative: up is to the left, so go right to go down.", at=at
            )

    # What stands on the stage

    def tangent(self, where: Callable[[], float]) -> VMobject:
        """Return the tangent line at a number, as far as it is in the picture."""

        def ends() -> np.ndarray:
            return self.curve.tangent_ends(where(), self.land.slope(where()))

        return line(ends, self.theme.tangent, 5.5)

    def slope_triangle(self, x: float, tangent: VMobject) -> tuple[VGroup, VGroup]:
        """Return what the tangent at x gains on a round stretch: two strokes, and their lengths."""
        run, slope = self.round_run(x), self.land.slope(x)
        xs = np.array([x, x + run, x + run] if run > 0 else [x + run, x, x])
        climb = np.array([0, 0, slope * abs(run)]) + slope * (xs[0] - x)
        corners = self.curve.at(xs, self.land.value(x) + climb)
        legs = (
            (tick_label(abs(run)), corners[:2], self.theme.ink),
            (short_label(slope * abs(run)), corners[1:], self.theme.tangent),
        )
        strokes = VGroup(
            VMobject(stroke_color=color, stroke_width=4).set_points_as_corners(ends)
            for _, ends, color in legs
        )
        return strokes, self.leg_tags(*legs, tangent.points[[0, -1]])

    def names_of_legs(self, secant: Secant) -> VGroup:
        """Return the names Δx and Δf beside the legs of a secant, as far as there is room."""
        corners, ink = secant.corners(), self.theme.ink
        run, rise = (self.delta, corners[:2], ink), ("Delta f", corners[1:], ink)
        return self.leg_tags(run, rise, secant.ends())

    def leg_tags(
        self,
        first: tuple[str, np.ndarray, str],
        second: tuple[str, np.ndarray, str],
        hypotenuse: np.ndarray,
    ) -> VGroup:
        """Return names beside the legs of a triangle, as far as there is room for them.

        Args:
            first: Typst maths, the ends (2, 3) of the level leg, and a hex colour.
            second: the same of the upright leg.
            hypotenuse: ends (2, 3) of the line that it lies on.
        """
        strokes = [hypotenuse, first[1], second[1]]
        taken = [np.linspace(*ends, 80)[:, :2] for ends in strokes if len(ends)]
        taken += [part[:, :2] for part in self.curve.stretches]
        tags = VGroup()
        for source, ends, color in (first, second):
            tag, room = self._leg_tag(source, ends, color, np.concatenate(taken))
            if room > 0 and np.linalg.norm(ends[1] - ends[0]) > SHORTEST:
                tags.add(tag)
                left, bottom, _ = tags[-1].get_corner(DL)
                right, top, _ = tags[-1].get_corner(UR)
                taken.append(np.array([(x, y) for x in (left, right) for y in (bottom, top)]))
        return tags

    def _leg_tag(
        self, source: str, ends: np.ndarray, color: str, taken: np.ndarray
    ) -> tuple[VMobject, float]:
        """Return a name beside a level or upright stroke, and its distance from points (m, 2)."""
        tag = self.formula(source, em=READOUT_EM, color=color)
        tag.set_stroke(self.theme.background, width=5, background=True)
        half = half_size(tag)
        along = np.abs(ends[1] - ends[0])[:2]
        aside = np.array([1.0, 0.0]) if along[1] > along[0] else np.array([0.0, 1.0])
        area = self.curve.area

        def room(spot: np.ndarray) -> float:
            low, high = spot - half, spot + half
            inside = min(
                low[0] - area.left, STAGE.right - high[0], low[1] - area.bottom, area.top - high[1]
            )
            return min(clearance(spot, half, taken), inside, 0.8 * _AIR)

        spots = [
            ends[0][:2] + share * (ends[1] - ends[0])[:2] + side * (_AIR + aside @ half) * aside
            for share in (0.5, 0.35, 0.65, 0.1, 0.9)
            for side in (1, -1)
        ]
        best = max(spots, key=room)
        return tag.move_to(np.append(best, 0.0)), room(best)

    def pin(self, x: float, name: str, color: str) -> tuple[VGroup, VMobject]:
        """Return rings round the place on the curve above a number and round its foot, and a name.

        The name stands above or below the curve, or else above the number line; it is left out
        where there is no room.
        """
        place, foot = self.curve.place(x), self.curve.on_axis(x)
        rings = VGroup(
            Circle(radius, color=color, stroke_width=5, z_index=4).move_to(middle)
            for middle, radius in ((place, 0.2), (foot, 0.14))
        )
        label = self.words(name, em=READOUT_EM, color=color)
        half = half_size(label)
        lines = [np.linspace(end, place, 60) for end in (foot, self.curve.at(x, self.land.datum))]
        taken = np.concatenate([*self.curve.stretches, *lines])[:, :2]
        area = self.curve.area

        def room(spot: np.ndarray) -> float:
            low, high = spot - half, spot + half
            floor = area.bottom if spot[1] > area.bottom else foot[1] + 0.5 * _AIR
            inside = min(
                low[0] - area.left, area.right - high[0], low[1] - floor, area.top - high[1]
            )
            return min(clearance(spot, half, taken), inside, 0.8 * _AIR)

        up, beside = 0.3 + half[1], 0.2 + half[0]
        shifts = [(0.0, up), (0.0, 1.5 * up), (0.0, 2.5 * up), (0.0, -up)]
        shifts += [(side * beside, rise * up) for rise in (1.0, 1.5, -1.0) for side in (1, -1)]
        spots = [place[:2] + np.array(shift) for shift in shifts]
        spots += [foot[:2] + np.array([side * beside, 0.18 + half[1]]) for side in (1, -1)]
        best = max(spots, key=room)
        label.move_to(np.append(best, 0.0))
        return rings, label if room(best) > 0 else VGroup()

    def pin_minimum(self, x: float) -> tuple[VGroup, VMobject]:
        """Return rings round a minimum and their name, as `pin` does."""
        return self.pin(x, self.tr("minimum"), self.theme.minimum)

    def arrow_name(self, source: str, arrow: FlatArrow, color: str) -> VMobject:
        """Return a name that stays above an arrow on the number line, or before a short one."""
        tag = self.formula(source, em=FORMULA_EM, color=color)
        tag.set_stroke(self.theme.background, width=5, background=True)

        def follow(mobject: VMobject) -> None:
            start, end = arrow.ends()
            spot, length = (start + end) / 2, end[0] - start[0]
            spot[1] += 0.16 + tag.height / 2
            if abs(length) < tag.width + 0.3:  # beside the plumb line, and over it to turn round
                side = np.clip(length / 0.03, -1, 1) or np.sign(getattr(arrow, "units", 1.0))
                spot[0] = start[0] + side * (0.15 + tag.width / 2)
            least = STAGE.left + tag.width / 2
            spot[0] = min(max(spot[0], least), STAGE.right - tag.width / 2)
            mobject.move_to(spot)

        return tag.add_updater(follow, call_updater=True)
