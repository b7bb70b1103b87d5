"""HillFilm: a film about a function of two variables, shown as a hill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import Any

import numpy as np
from manim import DEGREES, DOWN, LEFT, RIGHT, UP, Animation, Group, Mobject, VMobject

from mathcore import (
    Choice,
    Framing,
    ScalarField,
    check_gradient,
    directional_derivative,
    field_over_plane,
    frame_over_plane,
    unit_direction,
)
from mathcore.framing import SWING, USUAL, swing
from mathcore.framing.survey import Box
from mathcore.framing.view import turn
from mathcore.typeset import typeset
from scenes.stage.actors import TANGENT_REACH, GradientArrow, Place, Slice, tangent_ends
from scenes.stage.appear import Appear, Vanish
from scenes.stage.director import ROOM, Director
from scenes.stage.formula import half_size
from scenes.stage.function_film import FunctionFilm, clearance
from scenes.stage.hill import Hill
from scenes.stage.landscape import Landscape
from scenes.stage.plot import round_below
from scenes.stage.space import SpaceArrow, in_space
from scenes.stage.theme import FORMULA_EM, READOUT_EM, SLOW, STAGE, STEADY, Zone

VIEW = {"phi": 52.0, "theta": USUAL}
"""Where the camera usually stands, in degrees: from the zenith, and round from the x-axis."""

SHORTEST = 0.2
"""Manim units on the frame below which nobody sees what the name of an arrow names."""

SLIDES = 0.25, 0.5, 0.75, 1.0
"""How far from an arrow's middle towards its tip its name may slide, as shares of its length."""

AT_TIP = 0.5
"""How far that is for the tip itself."""

NEAR, FAR = 0.3, 0.7
"""Manim units from a place to its name, and where that has no room so near."""

NAME_ROOM = 0.1
"""Manim units that a name keeps from what it must not touch, where it keeps off the axes too."""

SHARE = 0.95
"""How much of half a tangent line a stretch below it takes at most."""


class HillFilm(FunctionFilm):
    """A film about a function of two variables, whose camera looks at the stage zone.

    Its `scenery` is the hill with its map and axes, `point` the knob start.
    """

    name_of_height = ""
    """What the function is called; like its knob where left out."""

    scenery: Hill
    point: np.ndarray
    director: Director | None = None

    def setup(self) -> None:
        """Set the camera so that the hill stands in the stage zone."""
        super().setup()
        self.tagged: list[tuple[VMobject, np.ndarray]] = []
        self.camera.set_phi(VIEW["phi"] * DEGREES)
        self.camera.set_theta(VIEW["theta"] * DEGREES)

    def set_up_hill(self, *, smooth: bool = True) -> None:
        """Make the hill that the knobs describe, and fit to it what they leave open.

        Args:
            smooth: whether f has to have a gradient at the start.

        Raises:
            FilmError: as `landscape` does, or f has no gradient at the start.
        """
        self.land, self.point = self.landscape(), np.array(self.start)
        if smooth:
            with self.blaming("start"):
                self.require_slopes(self.point)
        self.scenery = Hill(self, self.land)

    def height_symbol(self, land: Landscape) -> str:
        """Return what the axis of a landscape's heights is called, as Typst maths: its name."""
        return land.name

    def where(self) -> np.ndarray:
        """Return the point (2,) where one stands, now: the start."""
        return self.point

    @property
    def slopes_here(self) -> np.ndarray:
        """The partial derivatives (2,) at the start; one that is nothing but rounding is 0."""
        return self.land.slopes(self.point)

    def raise_hill(self, *others: Mobject, axes: bool = True) -> None:
        """Bring on the map with its axes and other things, then let the hill rise from the map."""
        scenery = self.scenery
        things = (scenery.axes, *others) if axes else others
        self.play(Appear(scenery.map, *things), run_time=STEADY)
        self.add(scenery.hill)
        self.play(scenery.rise.animate.set_value(1), run_time=SLOW)

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
        if self.director is not None:
            self.remove(self.director)
        self.director = Director(self.camera, places, zone)
        self.add(self.director)

    def cuts_along_axes(self, where: Place) -> tuple[Slice, Slice]:
        """Return the cuts through a point (2,) along the first axis and along the second."""
        stage = self.land, self.theme, where
        cuts = Slice(*stage, lambda: 0.0), Slice(*stage, lambda: np.pi / 2)
        self.director.give_way(*(cut.tangent for cut in cuts))
        return cuts

    def partial_rows(self, cuts: Sequence[Slice], row: int) -> Group:
        """Return the rows with the slopes of the cuts along the axes: the partial derivatives."""
        rows = (self.partial_row(axis, cut.slope, row + axis) for axis, cut in enumerate(cuts))
        return Group(*rows)

    def gradient_scale(self, share: float) -> float:
        """Return units of length of the domain for one of gradient, for arrows of ∇f.

        That at the start is then as long as this share of the hill's longer side.
        """
        return share * self.land.span / (self.land.steepest(self.point) or 1.0)

    def make_room_for_arrows(self, vectors: np.ndarray, beyond: float = 0.0) -> None:
        """Keep arrows at the start in view, and the names at their tips.

        Args:
            vectors: of the domain (m, 2); one that is zero counts for nothing.
            beyond: Manim units for a name.
        """
        lengths = np.hypot.reduce(vectors, axis=1)[:, None]
        margin = beyond / self.land.ground_scale
        ahead = ((lengths + margin) * vectors)[lengths[:, 0] > 0] / lengths[lengths > 0][:, None]
        if len(ahead):
            self.director.make_room(self.land.ground(self.point + ahead))

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
        return self.turn_to_side(phi, self.side_of(theta))

    def turn_to_side(self, phi: float, side: float) -> list[Any]:
        """Return animations that turn the camera to an angle from the zenith and to a side."""
        return [
            self.camera.phi_tracker.animate.set_value(phi * DEGREES),
            self.camera.theta_tracker.animate.set_value(side * DEGREES),
        ]

    def side_of(self, theta: float) -> float:
        """Return where the eye is in degrees round the hill when the usual view's is theta."""
        return self.framing.turn + swing(self.framing.turn) * (theta - VIEW["theta"])

    def read(self, text: str) -> ScalarField:
        """Return the function of two variables that a text names or writes."""
        return field_over_plane(text)

    def frame(self, field: ScalarField, choice: Choice) -> Framing:
        """Return what to show of a function of two variables, keeping what is chosen."""
        return frame_over_plane(field, choice)

    def landscape(self) -> Landscape:
        """Return the hill that the knobs describe, and fit to it what they leave open.

        Raises:
            FilmError: as `fit` does, or f is defined nowhere in this range.
        """
        hill = self.fit()
        land = self._raised(self.subject, hill, self.framing)
        self.stand_before(land, self.framing)
        return land

    def another(self, knob: str) -> tuple[Landscape, Framing]:
        """Return the hill of a knob other than f, called like the knob, and what is shown of it.

        Raises:
            FilmError: it cannot be read or shown, or its gradient is wrong.
        """
        with self.blaming(knob):
            hill = self.read(getattr(self, knob))
            framing = self.frame(hill, Choice())
            check_gradient(hill, framing.x_range, framing.y_range)
        return self._raised(knob, hill, framing), framing

    def _raised(self, knob: str, hill: ScalarField, framing: Framing) -> Landscape:
        middle = framing.turn + swing(framing.turn) * SWING / 2
        with self.blaming(knob):
            return Landscape(
                hill,
                framing.x_range,
                framing.y_range,
                framing.value_range,
                framing.contour_levels,
                int(np.floor(middle / 90)) + 1,
                name=self.name_of_height or knob,
            )

    def seen_well(
        self, land: Landscape, framing: Framing, points: np.ndarray
    ) -> tuple[Landscape, Framing]:
        """Return a landscape from a side from which the hill hides little of some points (k, 2)."""
        box = Box(*np.array(land.ranges).T)
        side = turn(land.hill, box, (land.lowest, land.highest), points)
        framing = replace(framing, turn=side)
        return self._raised(land.name, land.hill, framing), framing

    def stand_before(self, land: Landscape, framing: Framing) -> None:
        """Let the camera look at a landscape, and everything else be about it."""
        self.land, self.framing = land, framing
        self.camera.set_theta(framing.turn * DEGREES)
        self.keep_in_view(land)

    def clear_for(self, land: Landscape, framing: Framing) -> None:
        """Take everything but the caption off the stage, and stand before another landscape."""
        kept = (self.director, self._caption)
        self.play(Vanish(*(thing for thing in self.mobjects if thing not in kept)))
        self.camera.set_phi(VIEW["phi"] * DEGREES)
        self.stand_before(land, framing)

    # What stands on the stage

    def axes_in_words(self) -> dict[str, str]:
        """Return the variables as the parts `first` and `second` of a caption."""
        first, second = (f"${typeset(variable)}$" for variable in self.land.hill.variables)
        return {"first": first, "second": second}

    def stretch_ahead(self, point: np.ndarray, way: np.ndarray, slope: float) -> float:
        """Return a round stretch along a unit vector (2,), 1 if it can be, below its tangent line.

        Both ends are in view, and so is what the tangent gains between them; 0 where there is none.
        """
        land = self.land
        ranges, height = np.array(land.ranges), float(land.hill.value(point))
        with np.errstate(divide="ignore"):
            rooms = np.where(way > 0, ranges[:, 1] - point, point - ranges[:, 0]) / np.abs(way)
        room_above = land.highest - height if slope > 0 else height - land.lowest
        top = room_above / abs(slope) if slope else np.inf
        reach = SHARE * TANGENT_REACH / np.linalg.norm(land.rise(way, slope))
        longest = float(min(*rooms, top, reach))
        if not longest > 1e-3 * land.span:
            return 0.0
        return 1.0 if 0.12 * land.span <= 1.0 <= longest else round_below(longest)

    def pin(self, point: np.ndarray, name: str, color: str, others: np.ndarray) -> Group:
        """Return a ring on the hill and on the contour map round a point (2,), with its name.

        The name stands above the ring, below or beside it, where other points (m, 2) are farthest,
        off the lines of the axes if it can; `has_room` of it says whether it is free of them.
        """
        rings = Group()
        for placed, size in ((self.land.surface, 0.2), (self.land.ground, 0.15)):
            turns = size / self.land.ground_scale * unit_direction(np.linspace(0, 2 * np.pi, 49))
            ring = VMobject(stroke_color=color, stroke_width=5, z_index=3)
            rings.add(in_space(ring.set_points_as_corners(placed(point + turns))))
        label = self.words(name, em=READOUT_EM, color=color)
        label.set_stroke(self.theme.background, width=5, background=True)
        on_both = np.concatenate([self.land.surface(others), self.land.ground(others)])
        shift, label.has_room = self.free_side(label, self.land.surface(point), on_both)
        self.director.attach(label, self.land.surface(point), shift)
        self.director.give_way(label)
        return Group(rings, label)

    def pin_minimum(self, point: np.ndarray, others: np.ndarray) -> Group:
        """Return a ring round a minimum (2,) with its name, as `pin` does."""
        return self.pin(point, self.tr("minimum"), self.theme.minimum, others)

    def free_side(
        self, label: VMobject, place: np.ndarray, others: np.ndarray
    ) -> tuple[np.ndarray, bool]:
        """Return where beside a place in space (3,) a label is farthest from others (m, 3).

        It is a shift on the frame (3,), off the lines of the axes and their labels if it can be,
        and whether the label has room there: it touches none of the others nor leaves the stage.
        """
        here = self.camera.project_point(place)
        there = self.camera.project_points(others)[:, :2]
        half, axes = half_size(label), self._axes()

        def room(shift: np.ndarray) -> tuple[bool, bool, bool, float]:
            spot = (here + shift)[:2]
            gap = clearance(spot, half, there)
            clear = gap > NAME_ROOM and self._room(spot, half, axes) > 0
            is_bare = self.director.gap(spot, half) >= ROOM
            return STAGE.contains(Zone.around(spot, half)), clear, is_bare, gap

        sides = (UP, DOWN, RIGHT, LEFT, UP + RIGHT, UP + LEFT, DOWN + RIGHT, DOWN + LEFT)
        shifts: list[np.ndarray] = []
        for away in NEAR, FAR:
            shifts += [(away / np.linalg.norm(side) + np.append(half, 0)) * side for side in sides]
            best = max(shifts, key=room)
            inside, clear, _, gap = room(best)
            if inside and clear:
                break
        return best, inside and gap > NAME_ROOM / 2

    def freest(
        self, label: VMobject, spots: Sequence[tuple[np.ndarray, np.ndarray]], others: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the first of some spots for a label that is free, or else the freest.

        A spot is a place in space (3,) and a shift on the frame (3,); it is free where neither
        others (m, 3) nor the axes and their labels are so near that one fades for the other.
        """
        there = self.camera.project_points(others)[:, :2]
        half, axes = half_size(label), self._axes()

        def room(spot: tuple[np.ndarray, np.ndarray]) -> float:
            place, shift = spot
            here = (self.camera.project_point(place) + shift)[:2]
            gaps = clearance(here, half, there), self.director.gap(here, half)
            return min(*gaps, self._room(here, half, axes), ROOM)

        return max(spots, key=room)

    def _axes(self) -> list[np.ndarray]:
        """Return the lines of the axes, as places in space (k, 3) each."""
        return [line.points for line in self.scenery.axes if self.camera.is_in_space(line)]

    def arrow_tag(
        self,
        source: str,
        arrow: SpaceArrow,
        color: str,
        *,
        beside: int = 0,
        ends: np.ndarray | None = None,
        lines: Sequence[np.ndarray] = (),
        others: Sequence[tuple[VMobject, np.ndarray]] | None = None,
        slides: Sequence[float] = SLIDES,
        at_tip: bool = False,
    ) -> VMobject:
        """Return a name that stays with an arrow.

        Args:
            source: Typst maths.
            arrow: what it names.
            color: hex colour.
            beside: 0 puts it just beyond the tip, 1 above the arrow's middle, -1 below it.
            ends: places (2, 3) of the arrow's ends once it is grown; the name then stands at the
                first place, beginning with `beside`, that is free of `lines` and `others`, and
                of the axes' labels and the map's edge if there is one: beside the arrow's middle,
                beyond its tip, or beside where it is nearer to that.
            lines: polylines in space (m, 3) each.
            others: names of arrows, and the ends (2, 3) that these will have; where left out, the
                names on the picture that were given `ends`.
            slides: how far from the arrow's middle to its tip the name may slide to be off the
                map's edge, as shares of its length.
            at_tip: whether it stands beside the tip rather than beside the middle.

        Returns:
            The name; `has_room` says whether a place was free, `beside` where it stands, and `spot`
            where on the frame (2,) it will once its arrow has other ends.
        """
        tag = self.formula(source, em=FORMULA_EM, color=color)
        tag.set_stroke(self.theme.background, width=5, background=True)

        half = half_size(tag)

        def spot(places: np.ndarray, beside: int, slide: float = 0.0) -> np.ndarray:
            """Return where on the frame the name of an arrow between two places belongs."""
            start, tip = self.camera.project_points(places)[:, :2]
            length = np.linalg.norm(tip - start)
            ahead = (tip - start) / length if length > 1e-6 else np.zeros(2)
            if beside:
                aside = np.array([-ahead[1], ahead[0]]) * beside * (1 if ahead[0] >= 0 else -1)
                middle = (start + tip) / 2 + slide * (tip - start)
                return middle + (0.14 + np.abs(aside) @ half) * aside
            return tip + (0.16 + np.abs(ahead) @ half) * ahead

        has_room, slide = True, 0.0
        if ends is not None:
            sides = (beside, -beside, 0) if beside else (0, 1, -1)
            places = [(side, AT_TIP if at_tip else 0.0) for side in sides]
            slid = [(side, share) for share in slides for side in sides if side]
            others = self.tagged if others is None else others
            there = [(name.spot(places), name) for name, places in others if self.shown(name)]

            def room(place: tuple[int, float]) -> float:
                here = spot(ends, *place)
                gaps = [
                    clearance(here, half + half_size(name), other[None]) for other, name in there
                ]
                return min(self._room(here, half, lines), *gaps, np.inf)

            def is_clear(place: tuple[int, float]) -> bool:
                return room(place) > 0.1 and self.director.gap(spot(ends, *place), half) >= 0.1

            edge = self.land.ground(self.land.corners[[0, 1, 2, 3, 0]])
            upright = [
                line.points for line in self.scenery.height_axis if self.camera.is_in_space(line)
            ]
            best = (
                place
                for place in (*places, *slid)
                if is_clear(place) and self._room(spot(ends, *place), half, [edge, *upright]) > 0
            )
            free = [place for place in places if room(place) > 0.1]
            # An axis or the edge may run through it, and numbers give way, if they must.
            chosen = [*islice(best, 1), *filter(is_clear, places), *free]
            has_room = bool(chosen) and self.is_long(ends)
            beside, slide = chosen[0] if has_room else max(places, key=room)

        def spot_there(places: np.ndarray) -> np.ndarray:
            return spot(places, beside, slide)

        tag.has_room, tag.beside, tag.spot = has_room, beside, spot_there

        def follow(mobject: VMobject) -> None:
            mobject.move_to(np.append(spot_there(arrow.points[[0, -1]]), 0.0))

        if ends is not None:
            self.tagged.append((tag, ends))
        self.director.give_way(tag, arrow)
        return tag.add_updater(follow, call_updater=True)

    def vector_tag(
        self,
        source: str,
        arrow: SpaceArrow,
        vector: np.ndarray,
        tangents: Sequence[np.ndarray],
    ) -> VMobject:
        """Return the name of an arrow at the start, in its colour and clear of what stands there.

        Args:
            source: Typst maths.
            arrow: what it names.
            vector: of the domain (2,); that is what the arrow will be once it is grown.
            tangents: ends (2, 3) of the tangent lines at the start.
        """
        foot, top = self.land.ground(self.point), self.land.surface(self.point)
        return self.arrow_tag(
            source,
            arrow,
            arrow.get_stroke_color().to_hex(),
            beside=1,
            ends=np.stack([foot, self.land.ground(self.point + vector)]),
            lines=[*tangents, np.stack([foot, top])],
        )

    def gradient_tag(
        self, source: str, arrow: GradientArrow, tangents: Sequence[np.ndarray] = ()
    ) -> VMobject:
        """Return the name of a gradient's arrow at the start, as `vector_tag` does.

        It is clear of the tangent along the gradient, where no others are told.
        """
        gradient = self.land.hill.gradient(self.point)
        if not len(tangents):
            steepness = float(np.hypot.reduce(gradient))
            tangents = [tangent_ends(self.land, self.point, gradient / steepness, steepness)]
        return self.vector_tag(source, arrow.on_map, arrow.units * gradient, tangents)

    def named(self, tag: VMobject) -> list[Animation]:
        """Return the animation that brings on the name of an arrow, if there is room for it."""
        return [Appear(tag)] if tag.has_room else []

    def tags(self) -> list[VMobject]:
        """Return the names of arrows on the picture that were given their `ends`."""
        return self.shown(*(tag for tag, _ in self.tagged))

    def is_on_stage(self, tag: VMobject, ends: np.ndarray) -> bool:
        """Whether the name of an arrow stays on the stage when that has these ends (2, 3)."""
        half = half_size(tag)
        return STAGE.contains(Zone.around(tag.spot(ends), half))

    def on_line(self, line: VMobject, *names: VMobject) -> list[VMobject]:
        """Return those of some names on the frame that lie on a straight line in space."""
        ends = [line.points[[0, -1]]]
        return [
            name for name in names if self._room(name.get_center()[:2], half_size(name), ends) < 0
        ]

    def is_long(self, ends: np.ndarray) -> bool:
        """Whether an arrow between two places in space (2, 3) is long enough to have a name."""
        start, tip = self.camera.project_points(ends)[:, :2]
        return bool(np.linalg.norm(tip - start) > SHORTEST)

    def _room(self, spot: np.ndarray, half: np.ndarray, lines: Sequence[np.ndarray]) -> float:
        """Return how far a box (half its size (2,)) on the frame is from lines in space."""
        gaps = [np.inf]
        for line in lines:
            corners = self.camera.project_points(line)[:, :2]
            for start, end in pairwise(corners):
                along = start + np.linspace(0, 1, 60)[:, None] * (end - start)
                gaps.append(clearance(spot, half, along))
        return min(gaps)
