"""CloseupFilm: a film that comes close to a point of the map, where vectors are seen large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import DOWN, PI, UP, Group, Mobject, ValueTracker, VMobject

from mathcore import normalised, unit_direction
from scenes.stage.actors import GradientArrow, Slice
from scenes.stage.appear import Appear, Vanish
from scenes.stage.arrow_field import PartArrows, round_scale, scales_near
from scenes.stage.director import NEIGHBOURS, ROOM
from scenes.stage.formula import half_size
from scenes.stage.function_film import clearance
from scenes.stage.hill import ContourMap
from scenes.stage.hill_film import NAME_ROOM
from scenes.stage.landscape import Landscape
from scenes.stage.map_film import CONTOURS, MapFilm
from scenes.stage.panel import Row
from scenes.stage.theme import READOUT_EM, SLOW, STAGE, STEADY, Zone

SHOWN = 2.4
"""How much of either variable is seen from close by, where that is possible: u is 1 long."""

CLOSEST = 3.0
"""How many times as large as before everything is seen from close by, at most."""

TRUE = 0.18, 0.6
"""The share of what is seen of a variable that u may take, so that it has its true length."""

LONGER = 1.25, 1.75
"""How many times as long as u the gradient is drawn: their heads do not meet where u is on it."""

NAMES = (0.12, 0.12), (0.26, 0.18), (0.4, 0.18)
"""Half the sizes of the names of u, ∇f and -∇f, in Manim units, or a little more."""

OFF = 0.0, 0.12, 0.24
"""How much farther than need be a number may stand from a name, to be off the map's edge."""

LEFTWARDS = np.array([[0.0, 1.0], [-1.0, 0.0]])
"""What turns a row vector to the left: there is the name of u."""


def window(land: Landscape, point: np.ndarray) -> list[tuple[float, float]]:
    """Return the ranges of the variables that are seen from close by a point (2,)."""
    side = max(SHOWN, land.span / CLOSEST)
    ranges = []
    for middle, (low, high) in zip(point, land.ranges, strict=True):
        length = min(side, high - low)
        start = float(np.clip(middle - length / 2, low, high - length))
        ranges.append((start, start + length))
    return ranges


def unit_in(span: float) -> float:
    """Return the scale of u where so much of a variable is seen: 1, or else a round one.

    >>> unit_in(2.4), unit_in(300.0), unit_in(0.003)
    (1.0, 100.0, 0.001)
    """
    true = TRUE[0] * span <= 1 <= TRUE[1] * span
    return 1.0 if true else round_scale(span / SHOWN)


def gradient_beside(unit: float, steepness: float) -> float:
    """Return the scale of a gradient beside a u that is drawn `unit` long: the same if it can be.

    Args:
        unit: of length of the domain.
        steepness: the gradient's length, above 0.

    >>> gradient_beside(1.0, 1.5), gradient_beside(1.0, 0.5), gradient_beside(1.0, 8**0.5)
    (1.0, 3.0, 0.5)
    """
    if LONGER[0] <= steepness <= LONGER[1]:
        return unit
    wanted = float(np.sqrt(np.prod(LONGER))) * unit / steepness
    return min(scales_near(wanted), key=lambda scale: abs(np.log(scale / wanted)))


def _room(way: np.ndarray, half: tuple[float, float]) -> np.ndarray:
    """Return how far a name half as large reaches beyond a tip (2, 2) if it is a way (2,) off."""
    spot = (0.16 + np.abs(way) @ half) * way
    return np.maximum(np.stack([half - spot, half + spot]), 0.0)


class CloseupFilm(MapFilm):
    """A map film that goes on close to the start: there `closeup` is the map, of the land `near`.

    On it stand `uphill` and `downhill`, the arrows of ±∇f, and u, `unit` long. `across` is the cut
    along u: its trace ends with that map.
    """

    def set_up_closeup(self) -> None:
        """Make the map that is seen from close by, and the gradient's arrows on it."""
        land = self.land
        self.near = land.part(*window(land, self.point))
        self.unit = unit_in(self.near.span)
        self.closeup, self.close = ContourMap(self, self.near, framed=False), ValueTracker(0)
        self.closeup.map[0].contour_opacity = CONTOURS[0]
        self.across = Slice(self.near, self.theme, self.where, self.heading)
        slopes = self.slopes_here
        scale = gradient_beside(self.unit, float(np.hypot(*slopes))) if slopes.any() else self.unit
        self.set_up_gradient(self.where, scale)
        self.downhill = GradientArrow(land, self.theme, self.where, -scale)
        self.director.give_way(*self.downhill)
        self.director.give_way(self.compass.circle, distances=NEIGHBOURS)
        around = unit_direction(np.linspace(0, 2 * PI, 24, endpoint=False))
        named = [(self.unit * way, _room(way @ LEFTWARDS, NAMES[0])) for way in around]
        if slopes.any():
            up = normalised(slopes)
            named += [
                (scale * slopes, _room(up, NAMES[1])),
                (-scale * slopes, _room(-up, NAMES[2])),
            ]
            # The foot of the gradient's shadow goes round the circle over it.
            whole = scale * float(np.hypot(*slopes))
            named += [((scale * slopes + whole * way) / 2, np.zeros((2, 2))) for way in around]
        self.director.look_at(
            land.ground(self.near.corners),
            self.close.get_value,
            labels=self.closeup.map_axes,
            named=[(land.ground(self.point + vector), room) for vector, room in named],
        )

    def come_close(self, *gone: Mobject) -> None:
        """Look down on the map, cut out what is round the start, and let that fill the stage.

        Args:
            gone: what goes off before.
        """
        self.look_down(*gone)
        scenery, closeup = self.scenery, self.closeup
        self.compass.size.set_value(self.unit / self.compass.length)
        ground, *edges = closeup.map
        self.add(ground)
        self.play(Appear(*edges), Vanish(scenery.map, scenery.map_axes), run_time=STEADY)
        self.play(self.close.animate.set_value(1), run_time=SLOW)
        self.play(Appear(closeup.map_axes))

    def show_u(self, place: Mobject, *others: Mobject) -> None:
        """Bring on u with its circle and, where it is not drawn 1 long, the row that says how long.

        Args:
            place: the row in whose place that one comes.
            others: what comes too.
        """
        scales = self.unit_rows(0)
        self.seen = Group(self.compass.circle, self.compass.arrow, *scales)
        gone = self.vanish(place) if scales else []
        self.play(*gone, Appear(self.seen, self.u, *others), run_time=STEADY)

    def step_back(self, *others: Any, view: Sequence[Any] = ()) -> None:
        """Let the map round the start go back to its place, and look across the hill again.

        Args:
            others: animations that go on while the hill rises.
            view: as for `look_across`.
        """
        scenery, closeup = self.scenery, self.closeup
        self.play(Vanish(closeup.map_axes))
        self.play(self.close.animate.set_value(0), run_time=SLOW)
        self.play(Appear(scenery.map, scenery.map_axes), run_time=STEADY)
        self.remove(*closeup.map)
        self.look_across(*others, view=view)

    def chain_rule(self) -> str:
        """Return the slope along u as the rates that its parts add: Typst maths, coloured."""
        terms = (
            f"{self.wearing(partial, 'tangent')} dot {self.wearing(f'u_{axis + 1}', 'direction')}"
            for axis, partial in enumerate(self.partial_names())
        )
        return " + ".join(terms)

    def rate_tags(self, parts: PartArrows, names: Group, name: VMobject) -> list[Group]:
        """Return the rates that the parts of u add, and their sum: below or above the names.

        Args:
            parts: the parts of u as arrows.
            names: their names; a part that is zero has none, and no number.
            name: the name of u.

        Returns:
            A group for each part and the last for u, empty where there is no room for a number.
        """
        whole, tags = parts.whole(), [Group(), Group(), Group()]
        rates = [*(self.slopes_here * whole), self.slopes_here @ whole]
        for number, one in zip((*np.flatnonzero(whole), 2), (*names, name), strict=True):
            others = [*names, name, *(tag for there in tags for tag in there)]
            tags[number].add(*self._rate_tag(rates[number], one, parts, others))
        return tags

    def _rate_tag(
        self, rate: float, name: VMobject, parts: PartArrows, others: list[VMobject]
    ) -> list[VMobject]:
        """Return a rate below or above a name, clear of others, where there is room.

        Beside the name it would seem to be a factor.
        """
        text = self._slope_text(lambda: rate)()
        tag = self.formula(text, em=READOUT_EM, color=self.theme.tangent)
        tag.set_stroke(self.theme.background, width=5, background=True)
        middle, half = name.get_center()[:2], half_size(tag)
        reach = half + half_size(name) + NAME_ROOM
        arrows = [arrow.points[[0, -1]] for arrow in (*parts.arrows, self.compass.arrow)]
        halves = [half + half_size(one) for one in others]

        def has_room(spot: np.ndarray) -> bool:
            gaps = [
                clearance(spot, both, one.get_center()[None, :2])
                for one, both in zip(others, halves, strict=True)
            ]
            room = min(self._room(spot, half, arrows), *gaps)
            return room > 0.9 * NAME_ROOM and STAGE.contains(Zone.around(spot, half))

        def is_bare(spot: np.ndarray) -> tuple[bool, bool]:
            lines = [self._edge(), self.compass.circle.points[::4]]
            return self.director.gap(spot, half) >= ROOM, self._room(spot, half, lines) > 0

        over = half[0] - name.width / 2  # below or above it may begin or end where the name does
        shifts = (0, 0), (over, 0), (-over, 0)
        spots = [
            middle + (reach + off) * side[:2] + shift
            for off in OFF
            for side in (DOWN, UP)
            for shift in shifts
        ]
        free = sorted(filter(has_room, spots), key=is_bare, reverse=True)
        for spot in free[:1]:
            self.director.give_way(tag.move_to(np.append(spot, 0.0)))
        return [tag] if free else []

    def grow_opposite(self) -> None:
        """Let the arrow of -∇f grow, with its name where that stays on the stage."""
        away = -self.uphill.units * self.slopes_here
        ends = self.land.ground(self.point + np.stack([self.unit * normalised(away), away]))
        arrow = self.downhill.on_map.copy().clear_updaters()  # what u will not lie on
        arrow.put_start_and_end_on(*ends)
        right = 1 if away[0] < 0 else -1  # the name of u is to the left
        color = self.theme.gradient
        made = [self.arrow_tag("-nabla f", arrow, color, beside=side) for side in (0, right)]
        tags = [tag for tag in made if self.is_on_stage(tag, ends)]
        tags.sort(key=lambda tag: self._is_on_edge(tag, ends))
        self.down_name = Group(*tags[:1])
        self.grow(self.downhill, *map(Appear, self.down_name))

    def _is_on_edge(self, tag: VMobject, ends: np.ndarray) -> bool:
        """Whether the name of an arrow with ends (2, 3) stands on the edge of the map."""
        half = half_size(tag)
        return self._room(tag.spot(ends), half, [self._edge()]) <= 0

    def _edge(self) -> np.ndarray:
        """Return the corners (5, 3) of the map from close by, the first one twice."""
        return self.near.ground(self.near.corners[[0, 1, 2, 3, 0]])

    def cosine_row(self, row: int) -> Row:
        """Return the row with the slope as |∇f| cos θ, both factors and their product."""
        steepness = self.land.steepest(self.point)

        def text() -> str:
            return self.product_text(steepness, np.cos(self.angle.get_value()))

        made = self.row("D_u f", text, row, "tangent")
        made.begin_at(made.label.get_right()[0] + 0.2)
        return made
