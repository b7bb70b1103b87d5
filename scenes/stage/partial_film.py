"""PartialFilm: a film that cuts a surface by planes along the axes, and slides one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy
from manim import (
    DEGREES,
    OUT,
    PI,
    RIGHT,
    Animation,
    Create,
    Mobject,
    ValueTracker,
    VGroup,
    VMobject,
)

from mathcore import with_name
from mathcore.typeset import typeset
from scenes.stage.actors import Climb, Slice, tangent_ends
from scenes.stage.appear import DIMMED, Appear, exchange
from scenes.stage.graphs import CutGraph, CutPair, heights_of
from scenes.stage.hill_film import NAME_ROOM, VIEW
from scenes.stage.journey import LOW, Journey, farthest_smooth, other_slopes
from scenes.stage.landscape import Landscape
from scenes.stage.panel import Row, on_board
from scenes.stage.plot import rounded, short_label
from scenes.stage.readout import number_text
from scenes.stage.theme import READOUT_EM, SLOW, STEADY, TALL_BOARD
from scenes.stage.turning_film import TurningFilm

SLIDES = 3
"""Places at which the sliding plane leaves its cut behind, after the first."""

FRONT = -90.0
"""Where the eye stands in degrees when the first variable's axis runs from left to right."""

HEIGHTS = 0.15, 0.3, 0.5, 0.7, 0.9
"""Where the name of a plane may stand beside it, as shares of its height."""


class PartialFilm(TurningFilm):
    """A turning film on partial derivatives: two `cuts` along the axes where one stands.

    The `tags` are the names of their planes, the `climbs` are what their tangents gain at the
    start. On the `journey` the first plane goes by the `slides` to the stop `slid`, and one goes on
    to the `end`; what is `left` behind stays there. The `definition` is
    that of the first partial derivative as a limit.
    """

    definition: VMobject

    def set_up_cuts(self) -> None:
        """Make the cuts, with what their tangents gain on a stretch ahead."""
        self.journey = Journey(self.point)
        self.names = [typeset(variable) for variable in self.land.hill.variables]
        self.cuts = self.cuts_along_axes(self.where)
        self.climbs = [Climb(self.theme, cut, self.run(cut)) for cut in self.cuts]
        self.left: list[VMobject] = []
        self.plane_at = self.plane_row(1)
        self.director.give_way(*(climb.on_map for climb in self.climbs))

    def where(self) -> np.ndarray:
        """Return the point (2,) where one stands, now."""
        return self.journey.where()

    def run(self, cut: Slice) -> float:
        """Return a round stretch ahead, 1 if it can be, on which the tangent is seen to climb."""
        return self.stretch_ahead(self.point, cut.way(), cut.slope())

    def plan_stops(self, side: float) -> None:
        """Choose the stops, and keep the tangents there and at the start in view.

        They are chosen for the side from which both tangents at the start are seen to slope.

        Args:
            side: about where the eye is then, in degrees of the usual view.
        """
        self.between = self.sloping_side((0.0, PI / 2), self.side_of(side), LOW)
        self.slid = farthest_smooth(self.land, self.point, 1, self.between)
        self.end = other_slopes(self.land, self.slid, self.between)
        self.slides = np.linspace(self.point, self.slid, SLIDES + 1)[1:]
        slopes = self.land.hill.gradient(self.slides)[:, 0]
        for stop, slope in zip(self.slides, slopes, strict=True):
            self.director.make_room(tangent_ends(self.land, stop, self.cuts[0].way(), slope))
        for stop in (self.point, self.slid, self.end):
            if stop is not None:
                self.make_room_for_tangents(stop)

    def turn_to_both(self) -> list[Animation]:
        """Return the animations that turn to the view for which the stops are chosen."""
        return self.turn_to_side(LOW, self.between)

    # The curve, and the surface that grows out of it

    def look_from_front(self) -> None:
        """Put the camera where the first variable's axis runs to the right, and that of f up.

        The plane of the first cut does not reach down to the map then.
        """
        self.cuts[0].sunk.set_value(0)
        camera = self.camera
        turns = np.round((camera.get_theta() / DEGREES - FRONT) / 360)
        camera.set_phi(90 * DEGREES)
        camera.set_theta((FRONT + 360 * turns) * DEGREES)
        self.director.direct()

    def turn_into_space(self) -> list[Any]:
        """Return the animations that turn from there to the usual view; the plane meets the map."""
        return [*self.turn_view(**VIEW), self.cuts[0].sunk.animate.set_value(1)]

    def sweeps(self, spread: ValueTracker) -> list[VMobject]:
        """Return the cuts at which the hill ends that has grown so far, to both sides of the first.

        Args:
            spread: the share of the way to the farther end.
        """
        return [self._sweep(side, spread) for side in (-1, 1)]

    def _sweep(self, side: int, spread: ValueTracker) -> VMobject:
        low, high = self.land.y_range
        farthest = max(self.point[1] - low, high - self.point[1])

        def where() -> np.ndarray:
            away = side * spread.get_value() * farthest
            return np.array([self.point[0], np.clip(self.point[1] + away, low, high)])

        return Slice(self.land, self.theme, where, lambda: 0.0).cut

    def height_symbol(self, land: Landscape) -> str:
        """Return what the third axis is called: z, or another letter where that is a variable."""
        variables = {typeset(variable) for variable in land.hill.variables}
        return next(letter for letter in "zhv" if letter not in variables)

    # The planes

    def in_words(self, axis: int) -> dict[str, str]:
        """Return the parts of a caption that name a cut along an axis, as Typst maths.

        They are the variable that is `moving` and the one `held`, the cut's `plane` and the plane
        that it is `parallel` to, and the equation of the `surface`.
        """
        moving, held = self.names[axis], self.names[1 - axis]
        height = self.height_symbol(self.land)
        return {
            "moving": moving,
            "held": held,
            "plane": self.plane_name(axis),
            "parallel": f"{moving} O {height}",
            "surface": f"{height} = f({self.variables()})",
        }

    def plane_name(self, axis: int) -> str:
        """Return the equation of the plane of the cut along an axis, such as y = 1."""
        held = 1 - axis
        return f"{self.names[held]} = {short_label(self.point[held], 6)}"

    def name_planes(self, *sides: float) -> None:
        """Make the names of the planes, each to be seen from a side in degrees of the usual view.

        The camera is left where the first of them is seen.
        """
        tags = [self._plane_tag(axis, sides[axis]) for axis in (1, 0)]
        self.tags = tags[::-1]

    def _plane_tag(self, axis: int, side: float) -> VMobject:
        """Return the name of the plane of the cut along an axis, beside one of its ends.

        It stands beside the right one, as low as nothing else is there, or else beside the left.
        """
        land, camera = self.land, self.camera
        camera.set_theta(self.side_of(side) * DEGREES)
        self.director.direct()
        tag = self.formula(self.plane_name(axis), em=READOUT_EM, color=self.theme.direction)
        tag.set_stroke(self.theme.background, width=5, background=True)
        grid = land.grid()[::4, ::4].reshape(-1, 2)
        tangents = [np.linspace(*cut.tangent_ends(), 40) for cut in self.cuts]
        drawn = np.concatenate([land.surface(grid), land.ground(grid), *tangents])
        corners = np.tile(self.point, (2, 1))
        corners[:, axis] = land.ranges[axis]
        left, right = sorted(land.ground(corners), key=lambda end: camera.project_point(end)[0])
        up, aside = (land.altitude(land.highest) - land.floor) * OUT, (tag.width / 2 + 0.15) * RIGHT
        ends = (right, aside), (left, -aside)
        spots = [(end + share * up, shift) for end, shift in ends for share in HEIGHTS]
        self.director.attach(tag, *self.freest(tag, spots, drawn), framed=True)
        self.director.give_way(tag)
        return tag

    def say_what_slides(self) -> None:
        """Say whether the first cut, and its slope, depend on what is held fixed."""
        way = np.linspace(self.point, self.slid, 21)
        plane = f"{self.names[1]} = c"
        if not self.depends_on(1):
            self.say("Slide the plane ${plane}$: the cut is always the same.", plane=plane)
        elif np.ptp(self.land.hill.gradient(way)[:, 0]) <= 1e-9 * self.land.steepness:
            self.say(
                "Slide the plane ${plane}$: another cut, yet for this $f$ the same slope along "
                "${moving}$.",
                plane=plane,
                moving=self.names[0],
            )
        else:
            self.say(
                "Slide the plane ${plane}$: another cut, and another slope along ${moving}$.",
                plane=plane,
                moving=self.names[0],
            )

    def leave_behind(self, *lines: VMobject) -> None:
        """Let lines stay where they are now, dimmed; labels give way to them as they did before."""
        for line in lines:
            copy = line.copy().clear_updaters().set_stroke(opacity=DIMMED)
            if line in self.director.ways:
                self.director.give_way(copy)
            self.left.append(copy)
            self.add(copy)

    def say_whether_slopes_differ(self) -> None:
        """Say whether the slopes at the end are others than where the plane has slid to."""
        here, there = self.land.hill.gradient(np.stack([self.slid, self.end]))
        if np.abs(here - there).max() <= 1e-9 * self.land.steepness:
            self.say("On this surface both slopes are the same wherever you stand.")
        else:
            self.say(
                "Partial derivatives depend on where you stand: "
                "they are functions of ${moving}$ and ${held}$.",
                **self.in_words(0),
            )

    # The board

    def write_partials(self) -> None:
        """Write the first partial derivative in the place of its definition; make both `partials`.

        Where f is nothing but a name, those are empty groups that would only say what is to be
        done with it; without any, the definition stays until the second one's takes its place.
        """
        named, formulas = with_name(self.f), [self.partial_formula(axis) for axis in (0, 1)]
        if named is not None and f'"{named.name}"' in self.formula_f.typst_code:
            formulas = [one if "frac(d, d" not in one.typst_code else VGroup() for one in formulas]
        self.partials = [on_board(formula, 1 + axis) for axis, formula in enumerate(formulas)]
        gone = [self.definition]
        if not any(self.partials):
            gone, self.partials[1] = [], on_board(self.partial_definition(1), 1, lines=2)
        self.play(*self.rewrite_f(0, gone), run_time=SLOW)
        if self.partials[0]:
            self.play(Appear(self.partials[0]), run_time=SLOW)

    def coordinate_row(self, axis: int, row: int) -> Row:
        """Return the row with one of the start's coordinates."""
        scale = self.land.span
        return self.row(self.names[axis], lambda: number_text(self.point[axis], scale=scale), row)

    def slope_of_curve(self, row: int) -> Row:
        """Return the row with the slope of the first cut, a curve, at the point."""
        return self.partial_row(0, self.cuts[0].slope, row, "f'")

    def curve_formula(self) -> VMobject:
        """Return z = f(x, 1) = x^2 + 1, say: the first cut, a curve.

        It is an empty group where that is too long to read, or would not be exact.
        """
        held, variable = float(self.point[1]), self.land.hill.variables[1]
        if rounded(held, 6) != held:
            return VGroup()
        value = sympy.Rational(repr(rounded(held, 6)))
        curve = typeset(self.land.hill.expression.subs(variable, value))
        name = f"f({self.names[0]}, {short_label(held, 6)})"
        height = self.height_symbol(self.land)
        return self.fitting(f"{height} = {name} = {curve}", f"{name} = {curve}")

    def cut_graph(self, axis: int, *, whole: bool = False) -> CutGraph:
        """Return the cut along an axis as a graph, as high as both cuts are, or the whole hill."""
        return CutGraph(
            self.typeset,
            self.cuts[axis],
            axis,
            heights=None if whole else heights_of(self.cuts),
            zone=TALL_BOARD,
            name=self.height_symbol(self.land),
        )

    def cut_pair(self, heights: tuple[float, float] | None = None) -> CutPair:
        """Return both cuts as graphs between two heights, or those of the whole hill."""
        name = self.height_symbol(self.land)
        return CutPair(self.typeset, self.cuts, heights=heights, zone=TALL_BOARD, name=name)

    def heights_climbed(self) -> tuple[float, float]:
        """Return between which values of f both cuts run, and what their tangents gain."""
        ends = [self.land.hill.value(self.point) + self.run(cut) * cut.slope() for cut in self.cuts]
        low, high = heights_of(self.cuts)
        return float(min(low, *ends)), float(max(high, *ends))

    def names_of_ways(self) -> list[VMobject]:
        """Return the names of the variables at the arrows along the axes, where there is room."""
        tips = [
            self.point + climb.arrow * np.eye(2)[axis] for axis, climb in enumerate(self.climbs)
        ]
        ends = [self.land.ground(np.stack([self.point, tip])) for tip in tips]
        levels = self.camera.project_points(np.array(ends)[:, 1])[:, 1]
        upright = np.stack([self.land.ground(self.point), self.land.surface(self.point)])
        tangents = [cut.tangent.points[[0, -1]] for cut in self.cuts]
        tags = []
        for axis, climb in enumerate(self.climbs):
            outward = 1 if levels[axis] >= levels[1 - axis] else -1
            tag = self.arrow_tag(
                self.names[axis],
                climb.on_map,
                self.theme.direction,
                beside=outward,
                ends=ends[axis],
                lines=[ends[1 - axis], upright, *tangents],
            )
            spot, middle = tag.spot(ends[axis]), np.zeros(2)
            own, other = (self._room(spot, middle, [ends[k]]) for k in (axis, 1 - axis))
            if tag.has_room and own < other - NAME_ROOM:
                tags.append(tag)
        return tags

    def measure_climbs(self, pair: CutPair) -> None:
        """Show what the tangents gain, on the hill and on the graphs of both cuts."""
        self.triangles = pair.climbs(self.run)
        self.lengths = pair.lengths(self.triangles, self.run)
        self.way_names = self.names_of_ways()
        for climb, (level, upright) in zip(self.climbs, self.triangles, strict=True):
            self.play(Appear(climb.on_map, climb.level, level), run_time=STEADY)
            self.play(Create(climb.upright), Create(upright))
        self.play(Appear(*self.lengths, *self.way_names))

    def measured(self) -> list[Mobject]:
        """Return what `measure_climbs` has shown."""
        return [*self.climbs, *self.triangles, *self.lengths, *self.way_names]

    def plane_row(self, row: int) -> Row:
        """Return the row that says at which number c the sliding plane stands."""
        scale = self.land.span
        return self.row(
            "c", lambda: number_text(self.where()[1], scale=scale), row, "direction", column=1
        )

    def partial_definition(self, axis: int) -> VMobject:
        """Return ∂f/∂x as the limit of a quotient, what is held fixed in quiet ink."""
        names = [self.wearing(name, "quiet") for name in self.names]
        names[axis] = self.names[axis]
        here = ", ".join(names)
        names[axis] += " + h"
        quotient = f"frac(f({', '.join(names)}) - f({here}), h)"
        name = self.wearing(self.partial_names()[axis], "tangent")
        return self.formula(f"{name} = lim_(h -> 0) {quotient}")

    def rewrite_f(
        self, axis: int | None, gone: Sequence[Mobject], *come: Mobject
    ) -> list[Animation]:
        """Return the animations that write f anew, in quiet ink what is constant along an axis.

        Args:
            axis: the axis, if one is looked along.
            gone: what else goes off.
            come: what else comes on.
        """
        marks = None if axis is None else self.held_constant(self.land.hill.expression, axis)
        before, self.formula_f = self.formula_f, on_board(self.field_formula(marks), 0)
        return exchange([before, *gone], self.formula_f, *come)
