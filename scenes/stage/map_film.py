"""MapFilm: a film that also looks straight down on the map, where vectors are seen undistorted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from manim import PI, Group, Mobject, ValueTracker, VMobject

from mathcore import normalised, unit_direction
from scenes.stage.actors import GradientArrow, Place, Walker
from scenes.stage.appear import Appear, Vanish
from scenes.stage.arrow_field import PartArrows
from scenes.stage.contour import ContourLine, right_angle
from scenes.stage.formula import half_size
from scenes.stage.journey import balanced_place
from scenes.stage.knobs import AUTO
from scenes.stage.landscape import Landscape
from scenes.stage.panel import Row
from scenes.stage.readout import LONGEST, bracketed, equals, number_text, shown_number
from scenes.stage.space import Mesh, SpaceArrow, in_space
from scenes.stage.theme import FORMULA_EM, SLOW, STEADY, Zone
from scenes.stage.turning_film import TurningFilm

CONTOURS = 0.65, 0.4
"""Opacity of the map's contour lines, seen from above and otherwise."""

RING = 0.03
"""Radius of the ring round a minimum, as a share of the landscape's longer side."""

BACK = 0.25
"""Manim units from the tip of u back to the middle of its name; shares of a shorter u."""

NAME = 0.75
"""Manim units that the name of an arrow takes beyond its tip."""


class MapFilm(TurningFilm):
    """A turning film whose hill can sink onto its map while the camera goes straight above it.

    It may have a `walker`, whose foot is what is left of it on the map.
    """

    walker: Walker | None = None
    is_from_above = False

    def set_up_hill_for_arrows(self, share: float) -> None:
        """Make the hill as `set_up_hill` does, seen from where the gradient's parts are seen well.

        Args:
            share: how much of the hill's longer side the gradient's arrow takes, at most.
        """
        is_free = self.start == AUTO
        self.set_up_hill()
        if is_free:
            self.point = balanced_place(self.land, self.point, share, self.framing.turn)
            self.start = tuple(map(float, self.point))

    def set_up_gradient(self, where: Place, scale: float) -> None:
        """Make `uphill`, the gradient's arrow, with room for it and its name.

        Args:
            where: the point (2,), now.
            scale: units of length of the domain for one unit of gradient.
        """
        self.uphill = GradientArrow(self.land, self.theme, where, scale)
        self.make_room_for_arrows(scale * self.slopes_here[None], NAME)
        self.director.give_way(*self.uphill)

    def set_up_opposite(self, where: Place) -> None:
        """Make `downhill`, the opposite of `uphill`, with room for it and its name."""
        scale = -self.uphill.units
        self.downhill = GradientArrow(self.land, self.theme, where, scale)
        self.make_room_for_arrows(scale * self.slopes_here[None], NAME)
        self.director.give_way(*self.downhill)

    def grow_both_ways(self, others: Sequence[np.ndarray]) -> None:
        """Let ∇f and -∇f grow at the start, each with its name where there is room for it.

        Args:
            others: lines in space (m, 3) each, that the names keep clear of.
        """
        foot, top = self.land.ground(self.point), self.land.surface(self.point)
        lines = [np.stack([foot, top]), *others]
        for name, arrow in (("nabla f", self.uphill), ("-nabla f", self.downhill)):
            tip = self.land.ground(self.point + arrow.units * self.slopes_here)
            ends = np.stack([foot, tip])
            shown, color = arrow.on_map, self.theme.gradient
            tag = self.arrow_tag(name, shown, color, ends=ends, lines=lines, at_tip=True)
            self.grow(arrow, *self.named(tag))

    def look_down(self, *gone: Mobject) -> None:
        """Let the hill sink onto the map and look at that from above, first variable to the right.

        Args:
            gone: what goes off before.
        """
        if self.is_from_above:
            return
        self.is_from_above = True
        walker, camera = self.walker, self.camera
        standing = (
            [walker.plumb, walker.stem, walker.zero, walker.dot] if walker is not None else []
        )
        self._standing = self.shown(*standing)
        self.play(Vanish(*self._standing, self.scenery.height_axis, *gone))
        self.upright = ValueTracker(1)
        self.director.upright = self.upright.get_value
        self.scenery.map[0].add_updater(self._bring_out_contours)
        self._seen_from = camera.get_phi(), camera.get_theta()
        turns = np.round((camera.get_theta() + PI / 2) / (2 * PI))
        self.play(*self._stand_up(0), *self._turn(0, -PI / 2 + 2 * PI * turns), run_time=SLOW)
        self.remove(self.scenery.hill)

    def look_across(self, *others: Any, view: Sequence[Any] = ()) -> None:
        """Let the hill rise again and look at it, from where one looked before or from elsewhere.

        Args:
            others: animations that go on meanwhile.
            view: those that turn the view there; where left out, it is the one from before.
        """
        self.is_from_above = False
        self.add(self.scenery.hill)
        turned = view or self._turn(*self._seen_from)
        self.play(*self._stand_up(1), *turned, *others, run_time=SLOW)
        self.play(Appear(*self._standing, self.scenery.height_axis), run_time=STEADY)

    def _bring_out_contours(self, ground: Mesh) -> None:
        ground.contour_opacity = CONTOURS[0] + self.upright.get_value() * (
            CONTOURS[1] - CONTOURS[0]
        )

    def _stand_up(self, share: float) -> list[Any]:
        trackers = self.scenery.rise, self.upright
        return [tracker.animate.set_value(share) for tracker in trackers]

    def _turn(self, phi: float, theta: float) -> list[Any]:
        trackers = self.camera.phi_tracker, self.camera.theta_tracker
        return [
            tracker.animate.set_value(angle)
            for tracker, angle in zip(trackers, (phi, theta), strict=True)
        ]

    def scale_rows_of_both(self, row: int) -> list[Row]:
        """Return the row that says to which scales the gradient and u are drawn.

        What has its true length is not told of, and there is no row where both have.
        """
        told = {"nabla f": self.uphill.units, "u": self.compass.scale()}
        told = {name: scale for name, scale in told.items() if not np.isclose(scale, 1)}
        scales = [partial(float, scale) for scale in told.values()]
        return [self.drawn_row(row, *scales, of=", ".join(told))] if told else []

    def rate_row(self, axis: int, row: int) -> Row:
        """Return the row with the rate that a part of u adds: a partial derivative times it."""

        def text() -> str:
            return self.product_text(self.slopes_here[axis], self.turning.way()[axis])

        return self.row(
            f'{self.partial_names()[axis]} class("normal", dot) u_{axis + 1}', text, row, "tangent"
        )

    def product_text(self, slope: float, share: float) -> str:
        """Return what a slope times a number from -1 to 1 is; that alone, where it is too long.

        It stands behind ≈ where the two numbers as they are shown do not give it.
        """
        scale = self.land.steepness
        steep, factor = number_text(slope, scale=scale), number_text(share)
        product = number_text(slope * share, scale=scale)
        found = number_text(shown_number(steep) * shown_number(factor), scale=scale)
        whole = f"{steep} × {bracketed(factor)} {equals(found, product)} {product}"
        return whole if len(whole) <= LONGEST else product

    def name_of_u(self) -> VMobject:
        """Return the name of u, to the left of its shaft near the tip: it may lie on an arrow."""
        arrow = self.compass.arrow
        tag = self.formula("u", em=FORMULA_EM, color=self.theme.direction)
        tag.set_stroke(self.theme.background, width=5, background=True)
        half = half_size(tag)

        def follow(mobject: VMobject) -> None:
            start, tip = self.camera.project_points(arrow.points[[0, -1]])[:, :2]
            length = max(float(np.linalg.norm(tip - start)), 1e-6)
            ahead = (tip - start) / length
            aside = np.array([-ahead[1], ahead[0]])
            spot = tip - BACK * min(1.0, length) * ahead + (0.16 + np.abs(aside) @ half) * aside
            mobject.move_to(np.append(spot, 0.0))

        self.director.give_way(tag, arrow)
        return tag.add_updater(follow, call_updater=True)

    def parts_of_u(self, scale: float) -> PartArrows:
        """Return the two parts of u as arrows, to the right of it: its name is to the left.

        Args:
            scale: how long u is drawn, in units of the domain.
        """
        land, theme, turning = self.land, self.theme, self.turning
        first, second = turning.way()
        parts = PartArrows(
            land,
            theme,
            turning.where,
            scale,
            turning.way,
            theme.direction,
            lead=int(first * second < 0),
        )
        self.director.give_way(*parts)
        return parts

    def names_of_parts(self, parts: PartArrows, sources: Sequence[str]) -> Group:
        """Return the names of the parts of a vector, outside of the angle they make.

        Args:
            parts: the arrows; one that is zero gets no name.
            sources: their names, as Typst maths.
        """
        names, vector = Group(), parts.whole()
        signs = np.where(vector < 0, -1.0, 1.0)
        joined = parts.joined.get_value() == 1
        for axis in np.flatnonzero(vector):
            arrow = parts.arrows[axis]
            name = self.formula(sources[axis], em=FORMULA_EM, color=parts.shade)
            name.set_stroke(self.theme.background, width=5, background=True)
            away = -1.0 if axis == parts.lead or not joined else 1.0
            aside = np.array([away, 1.0] if axis else [1.0, away])
            gap = (0.16, 0.05) if axis else (0.05, 0.16)
            shift = signs * aside * (half_size(name) + gap)
            place = partial(self._place_at_foot, arrow=arrow, shift=shift)
            self.director.give_way(name, arrow)
            names.add(name.add_updater(place, call_updater=True))
        return names

    def length_tag(self, text: str, gradient: GradientArrow, others: np.ndarray) -> list[VMobject]:
        """Return a number beside the gradient's arrow where it is now, if there is a place for it.

        That is on the map if it can be.

        Args:
            text: the number, which stays there when the arrow goes on.
            gradient: the arrow.
            others: points (m, 2) at which it has been or will be; the number keeps clear of them.
        """
        vectors = gradient.units * self.land.hill.gradient(others)
        start, tip = gradient.on_map.points[[0, -1]]
        lines = self.land.ground(np.stack([others, others + vectors], axis=1))
        lengths = []
        for share in (1.0, 0.5):  # beside the whole arrow, or beside its first half
            ends = np.stack([start, start + share * (tip - start)])
            arrow = gradient.on_map.copy().clear_updaters()
            arrow.put_start_and_end_on(*ends)
            taken = [*lines, np.stack([ends[1], tip])]
            for side in (1, -1):
                tag = self.arrow_tag(
                    text, arrow, self.theme.gradient, beside=side, ends=ends, lines=taken
                )
                if tag.has_room and self.is_on_stage(tag, ends):
                    lengths.append((not self.is_on_map(tag, ends), tag))
        return [tag for _, tag in sorted(lengths, key=lambda found: found[0])[:1]]

    def is_on_map(self, tag: VMobject, ends: np.ndarray) -> bool:
        """Whether the name of an arrow stays on the map, seen from above, for ends (2, 3) of it."""
        corners = self.camera.project_points(self.land.ground(self.land.corners))[:, :2]
        (left, bottom), (right, top) = corners.min(axis=0), corners.max(axis=0)
        half = half_size(tag)
        return Zone(left, right, bottom, top).contains(Zone.around(tag.spot(ends), half))

    def ring(self, point: np.ndarray) -> VMobject:
        """Return a ring on the map round a minimum (2,)."""
        land = self.land
        turns = RING * land.span * unit_direction(np.linspace(0, 2 * np.pi, 49))
        ring = VMobject(stroke_color=self.theme.minimum, stroke_width=5, z_index=3)
        return in_space(ring.set_points_as_corners(land.ground(point + turns)))

    def contour_across(self, land: Landscape) -> tuple[VMobject, VMobject]:
        """Return the contour line through the start, and its right angle with the gradient.

        Both lie on the map of a landscape.
        """
        slopes, along = land.slopes(self.point), land.uphill(self.point) + PI / 2
        stage = land, self.theme, self.point
        corner = right_angle(*stage, normalised(slopes), unit_direction(along))
        return ContourLine(*stage).on_map, corner

    def _place_at_foot(self, name: VMobject, arrow: SpaceArrow, shift: np.ndarray) -> None:
        name.move_to(np.append(self.camera.project_point(arrow.points[0])[:2] + shift, 0.0))
