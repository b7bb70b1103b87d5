"""FieldFilm: a map film that shows the gradient at every point, a vector field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Group

from scenes.stage.arrow_field import ArrowField
from scenes.stage.director import CLOSE, ROOM
from scenes.stage.function_film import clearance
from scenes.stage.hill_film import SHORTEST
from scenes.stage.journey import is_smooth_between
from scenes.stage.map_film import MapFilm
from scenes.stage.theme import FORMULA_EM, STAGE, Zone

LEVEL = 1e-6
"""Ground that is less steep than this share of the whole hill is level."""

PARTS = np.linspace(0, 1, 9)
"""Where on an arrow a name must not be, as shares of its length."""

CLEAR = 0.08
"""Manim units that the name of a field keeps from its arrows."""

PARTED = 4
"""How many arrows at most make way for the name of their field."""


class FieldFilm(MapFilm):
    """A map film with an ArrowField, the minima at which its arrows end, and names for it."""

    def field_tag(self, source: str, field: ArrowField, others: Sequence[np.ndarray]) -> Group:
        """Return a name beside one of a field's arrows as they are now.

        It stands on the map where it can, and a few other arrows make way for it; else off the map,
        clear of all of them. It is off the labels of the axes if it can be, and left out where
        there is no free place.

        Args:
            source: Typst maths.
            field: the arrows.
            others: places in space (m, 3) each that the name keeps clear of, besides the hill.
        """
        tag = self.formula(source, em=FORMULA_EM, color=self.theme.gradient)
        tag.set_stroke(self.theme.background, width=5, background=True)
        half = np.array([tag.width, tag.height]) / 2
        ends = np.array([arrow.points[[0, -1]] for arrow in field.arrows])
        along = ends[:, :1] + PARTS[:, None] * (ends[:, 1:] - ends[:, :1])
        seen = self.camera.project_points(along.reshape(-1, 3))[:, :2].reshape(*along.shape[:2], 2)
        hill = self.land.surface(self.land.grid()[::2, ::2].reshape(-1, 2))
        dots = [dot.points for dot in field.dots]
        taken = self.camera.project_points(np.concatenate([hill, *dots, *others]))[:, :2]
        edge = self.camera.project_points(self.land.ground(self.land.corners))[:, :2]

        def covered(spot: np.ndarray) -> np.ndarray:
            """Return the numbers of the arrows that the name would stand on, or all but touch."""
            away = np.abs(seen - spot) - half
            return np.flatnonzero((away.max(axis=2) < CLEAR).any(axis=1))

        def room(choice: tuple[int, np.ndarray]) -> tuple[bool, bool, int, float]:
            own, spot = choice
            on_map, parted = _is_within(edge, spot, half), covered(spot)
            gap = self.director.gap(spot, half)
            clear = clearance(spot, half, taken) > CLEAR and STAGE.contains(Zone.around(spot, half))
            fits = clear and own not in parted and len(parted) <= (PARTED if on_map else 0)
            return fits, on_map and gap > CLOSE, -len(parted), min(gap, ROOM)

        choices = [
            (number, spot)
            for number, arrow in enumerate(seen)
            for spot in _beside(arrow[0], arrow[-1], half)
        ]
        own, spot = max(choices, key=room, default=(0, np.zeros(2)))
        if not choices or not room((own, spot))[0]:
            return Group()
        field.make_way(covered(spot))
        foot = ends[own, 0]
        shift = np.append(spot, 0.0) - self.camera.project_point(foot) * (1, 1, 0)
        self.director.attach(tag, foot, shift)
        self.director.give_way(tag)
        return Group(tag)

    def say_what_field_it_is(self, field: ArrowField) -> None:
        """Say that the gradient is a vector field, and how its arrows are drawn."""
        if field.is_even:
            self.say("Evenly spaced contour lines: the gradient is the same everywhere.")
        elif field.is_cut and field.is_stretched:
            self.say(
                "Every point has its arrow, long ones cut, short ones drawn out: a vector field."
            )
        elif field.is_cut:
            self.say("Every point has its arrow, the longest cut short: a vector field.")
        elif field.is_stretched:
            self.say("Every point has its arrow, the shortest drawn out: a vector field.")
        elif field.has_gaps:
            self.say("Wherever $f$ has a gradient there is an arrow: a vector field.")
        elif field.scale < 1:
            self.say("Every point has its arrow, here drawn shorter: a vector field.")
        else:
            self.say("Every point has its arrow: the gradient is a vector field.")

    def smooth_minima(self) -> np.ndarray:
        """Return the minima in view (m, 2) at which the gradient is zero, the nearest first.

        To each of them a straight way without kink or hole leads from the start.
        """
        land = self.land
        minima = np.array(self.framing.minima).reshape(-1, 2)
        steepness = np.hypot.reduce(land.hill.gradient(minima), axis=1)
        inside = np.array([land.contains(point) for point in minima], dtype=bool)
        minima = minima[inside & (steepness <= LEVEL * land.steepness)]
        minima = minima[np.argsort(np.hypot.reduce(minima - self.point, axis=1))]
        return minima[is_smooth_between(land, self.point, minima)]


def _beside(foot: np.ndarray, tip: np.ndarray, half: np.ndarray) -> list[np.ndarray]:
    """Return spots (2,) on the frame for a name, half its size, round an arrow long enough."""
    length = float(np.linalg.norm(tip - foot))
    if not length > SHORTEST:
        return []
    ahead = (tip - foot) / length
    aside = np.array([-ahead[1], ahead[0]])
    beyond, beside = 0.12 + np.abs(ahead) @ half, 0.14 + np.abs(aside) @ half
    middle = (foot + tip) / 2
    return [
        tip + beyond * ahead,
        foot - beyond * ahead,
        middle + beside * aside,
        middle - beside * aside,
    ]


def _is_within(edge: np.ndarray, spot: np.ndarray, half: np.ndarray) -> bool:
    """Whether a box round a spot (2,), half its size, lies in a convex polygon (m, 2)."""
    corners = spot + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    along, away = np.roll(edge, -1, axis=0) - edge, corners[:, None] - edge
    turns = along[:, 0] * away[..., 1] - along[:, 1] * away[..., 0]
    return bool((turns > 0).all() or (turns < 0).all())
