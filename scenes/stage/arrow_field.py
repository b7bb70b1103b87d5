"""Gradients as arrows to scale: the parts of one, those along a walk, and one at every point."""

from __future__ import annotations

import numpy as np
from manim import Group, ValueTracker

from scenes.stage.actors import ON_MAP, Place, domain_arrow
from scenes.stage.landscape import Landscape
from scenes.stage.space import SpaceArrow, SpaceDot
from scenes.stage.theme import Theme
from scenes.stage.walk import Walk

SPACING = 0.125
"""From one arrow of a field to the next, as a share of the landscape's longer side."""

FULL = 0.95
"""The longest arrow of a field as a share of that spacing: none reaches the next one's point."""

OUTLYING = 2.5
"""How many times the usual steepness one that sets the scale may be; steeper arrows are cut."""

STEEP = 0.75
"""The share of a field that is not cut at least, however much its arrows differ."""

SHORTEST = 0.2
"""The shortest arrow of a field as a share of the longest: shorter ones are only specks."""

SPECK = 0.01
"""Where an arrow would be shorter than this share of the longest, the ground looks level."""

_MANTISSAS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def round_scale(most: float) -> float:
    """Return the largest scale of few digits that is not above `most`.

    >>> round_scale(0.21), round_scale(0.0839), round_scale(37.0)
    (0.2, 0.08, 30.0)
    """
    power = 10.0 ** np.floor(np.log10(most))
    mantissa = max(m for m in _MANTISSAS if m <= most / power * (1 + 1e-9))
    return float(f"{mantissa * power:.6g}")


def scales_near(scale: float) -> list[float]:
    """Return the scales of few digits next to one, from a quarter of it to four times as much.

    >>> scales_near(1.0)
    [0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0]
    """
    power = 10.0 ** np.floor(np.log10(scale))
    around = (float(f"{m * power * ten:.6g}") for ten in (0.1, 1, 10) for m in _MANTISSAS[:-1])
    return [near for near in around if scale / 4 * (1 - 1e-9) <= near <= scale * 4 * (1 + 1e-9)]


def unit_scale(span: float, share: float, least: float | None = None) -> float:
    """Return the scale of a vector of length 1 that is drawn about as long as a share of a span.

    It is drawn in its true length, where that is half as much again at most, and no less than the
    `least` share: half as much where left out.

    >>> unit_scale(4.0, 0.19), unit_scale(0.01, 0.19)
    (1.0, 0.0015)
    >>> unit_scale(10.0, 0.19), unit_scale(10.0, 0.19, 1 / 6)
    (1.0, 2.0)
    """
    if least is not None and 1 / span < least:
        return min(scale for scale in scales_near(least * span) if scale >= least * span)
    return 1.0 if 0.5 * share <= 1 / span <= 1.5 * share else round_scale(share * span)


def grid_points(land: Landscape, spacing: float = SPACING) -> np.ndarray:
    """Return points (m, 2) of the domain on a square grid, no nearer to the edges than its spacing.

    Args:
        land: the landscape.
        spacing: as a share of its longer side.
    """
    step = spacing * land.span
    rows = []
    for low, high in (land.x_range, land.y_range):
        count = max(int((high - low) / step + 1e-6) - 1, 1)
        rows.append((low + high) / 2 + step * (np.arange(count) - (count - 1) / 2))
    return np.stack(np.meshgrid(*rows), axis=-1).reshape(-1, 2)


def _usual(steepness: np.ndarray) -> float:
    """Return the steepness (m,) of the longest arrow that is not cut; 1 where there is none."""
    if not len(steepness):
        return 1.0
    usual = max(OUTLYING * np.median(steepness), np.quantile(steepness, STEEP))
    return float(min(usual, steepness.max()))


class PartArrows(Group):
    """The two parts of the gradient at a point, or of another vector, as arrows along the axes.

    `grown` (0 to 1) lets them grow, `joined` (0 to 1) slides the second to the tip of the first.
    The first is that along the axis `lead`. `whole` is the vector (2,), now.

    Args:
        scale: units of length of the domain for one unit of the vector.
        of: the vector (2,), now; the gradient where left out.
        color: hex colour; that of the tangents, whose slopes a gradient's parts are.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        where: Place,
        scale: float,
        of: Place | None = None,
        color: str | None = None,
        lead: int = 0,
    ):
        self.lead, self.shade = lead, color or theme.tangent
        self.grown, self.joined = ValueTracker(0), ValueTracker(0)
        self.whole = of or (lambda: land.slopes(where()))

        def part(axis: int) -> np.ndarray:
            vector = np.zeros(2)
            vector[axis] = scale * self.grown.get_value() * self.whole()[axis]
            return vector

        def foot() -> np.ndarray:
            return where() + self.joined.get_value() * part(lead)

        self.arrows = [
            domain_arrow(land, place, lambda axis=axis: part(axis), color=self.shade)
            for axis, place in enumerate((foot, where) if lead else (where, foot))
        ]
        super().__init__(*self.arrows)


class StopArrows(Group):
    """The arrows −∇f at all stops of a walk, to one scale; `grown` counts those that are there.

    With `grown` at 2.5 there are two, and a half of the third.

    Args:
        scale: units of length of the domain for one unit of gradient.
    """

    def __init__(self, land: Landscape, theme: Theme, walk: Walk, scale: float):
        self.grown = ValueTracker(0)

        def arrow(stop: int) -> SpaceArrow:
            def vector() -> np.ndarray:
                share = np.clip(self.grown.get_value() - stop, 0.0, 1.0)
                return -share * scale * walk.gradients[stop]

            return domain_arrow(land, lambda: walk.points[stop], vector, color=theme.gradient)

        super().__init__(*map(arrow, range(len(walk.points))))


class ArrowField(Group):
    """The gradient at many points of the map, all to one scale.

    There is none where f has no gradient; where the gradient is zero, or looks so beside the
    others, there is a dot. `grown` (0 to 1) lets them grow, from `centre` outwards; `turned` is an
    angle in radians by which all are turned: π makes them -∇f.

    `scale` is in units of length of the domain for one unit of gradient, `longest` and `shortest`
    how long an arrow may be; `is_cut` and `is_stretched` say whether some would be longer or
    shorter, and are drawn as long as that. `has_gaps` says whether some points have no gradient,
    `is_even` whether it is the same everywhere.
    """

    def __init__(self, land: Landscape, theme: Theme, centre: np.ndarray):
        points = grid_points(land)
        gradients = land.hill.gradient(points)
        known = np.isfinite(gradients).all(axis=1) & np.isfinite(land.hill.value(points))
        self.has_gaps = not known.all()
        self.starts, gradients = points[known], gradients[known]
        steepness = np.hypot.reduce(gradients, axis=1)
        rising = steepness[steepness > 1e-9 * land.steepness]
        self.longest = longest = FULL * SPACING * land.span
        self.is_level = not len(rising)
        self.scale = round_scale(longest / _usual(rising))
        drawn = self.scale * steepness
        self.shortest = SHORTEST * longest
        is_level = drawn <= max(SPECK * longest, 1e-9 * self.scale * land.steepness)
        self.is_cut = bool((drawn > longest * (1 + 1e-9)).any())
        self.is_stretched = bool((drawn < self.shortest * (1 - 1e-9))[~is_level].any())
        lengths = np.where(is_level, 0.0, np.clip(drawn, self.shortest, longest))
        shares = lengths / np.where(drawn > 0, drawn, 1.0)
        spread = np.ptp(gradients, axis=0).max() if len(gradients) else 0.0
        self.is_even = bool(not self.has_gaps and spread <= 1e-9 * steepness.max(initial=0.0))
        self.vectors = self.scale * gradients * shares[:, None]
        away = np.hypot.reduce(self.starts - centre, axis=1)
        self._later = away / max(away.max(initial=0.0), 1e-12)
        self.grown, self.turned = ValueTracker(0), ValueTracker(0)
        self._drawn: tuple[float, float] | None = None
        places = land.ground(self.starts)
        self._places, self._land = places, land
        style = {"color": theme.gradient, "width": 4.0, "head_length": 11.0, "head_width": 11.0}
        self.arrows = [SpaceArrow(place, place, z_index=1, **style) for place in places]
        self.dots = [SpaceDot(place, 2.5, color=theme.gradient) for place in places[is_level]]
        for thing in (*self.arrows, *self.dots):
            thing.ghost_opacity = ON_MAP
        super().__init__(*self.arrows, *self.dots)
        self._follow()
        self.add_updater(lambda field: field._follow())

    def holds_between(self, start: np.ndarray, end: np.ndarray) -> bool:
        """Whether arrows from a point (2,) straight to another are as short as the field's."""
        way = start + np.linspace(0, 1, 81)[:, None] * (end - start)
        steepest = np.hypot.reduce(self._land.hill.gradient(way), axis=1).max()
        return bool(self.scale * steepest <= self.longest)

    def _follow(self) -> None:
        state = self.grown.get_value(), self.turned.get_value()
        if state == self._drawn:
            return
        self._drawn = state
        grown, turned = state
        shares = np.clip(2 * grown - self._later, 0, 1)
        turn = np.array([[np.cos(turned), np.sin(turned)], [-np.sin(turned), np.cos(turned)]])
        ends = self._land.ground(self.starts + shares[:, None] * self.vectors @ turn)
        for arrow, start, end in zip(self.arrows, self._places, ends, strict=True):
            arrow.put_start_and_end_on(start, end)
