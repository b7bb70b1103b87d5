"""MicroscopeFilm: a film that takes a patch off the hill and looks at it ever closer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Animation, Create, Group, Mobject, ValueTracker, VMobject

from mathcore import unit_direction
from mathcore.typeset import typeset
from scenes.stage.actors import Place, following, tangent_ends
from scenes.stage.appear import Appear, Vanish
from scenes.stage.formula import half_size
from scenes.stage.function_film import clearance
from scenes.stage.hill_film import NAME_ROOM, NEAR, VIEW, HillFilm
from scenes.stage.microscope import Microscope
from scenes.stage.name_spots import all_together, are_apart, spots_beside
from scenes.stage.node_graph import densely
from scenes.stage.panel import SECOND, Row, lined_up
from scenes.stage.patch import Patch
from scenes.stage.planes import SHEER, DiscPlane
from scenes.stage.plot import short_label
from scenes.stage.readout import Readout, number_text, short_text, shown_number
from scenes.stage.stairs import Stairs
from scenes.stage.theme import BOARD, READOUT_EM, SLOW, STAGE, STEADY

LOW_VIEWS = 70.0, 65.0, 60.0, 55.0, 50.0, 45.0
"""Where the camera may stand to see under the patch, in degrees from the zenith; the first best."""

FACING = 0.2
"""How squarely it has to see the tangent plane: 0 is edge-on, 1 is straight onto it."""

DIM = 0.12
"""Opacity of the patch, and of its plane, while one looks at what is inside."""

FAN = 6
"""How many tangent lines show that all lie in one plane."""

FROM_BOARD = 0.5
"""Manim units that the word for the gap keeps from the stage's right end, and so from the board."""

LONGEST = 8
"""Characters of a number that leave room for a word beside it."""


class MicroscopeFilm(HillFilm):
    """A hill film with a microscope: `scope` enlarges the `patch` around the start.

    Its step is the vector `bold(h)`, h its length; what f climbs more than the plane there is R.

    Where f has a tangent plane there, `plane` is it, `other` one that is tilted against it by
    `tilted` (0 to 1) of `tilt`, and `stairs` lead up the first to the gap, which is as wide as
    `gaps` say while h is halved.
    """

    rest = "R"
    """What is called what f climbs more than the plane: Typst maths."""

    def set_up_microscope(self, swept: Callable[[], float]) -> None:
        """Make the microscope, and the planes and stairs where there is a tangent plane.

        Args:
            swept: how far the line has turned that sweeps out the tangent plane, now; π is all
                round.
        """
        with self.blaming("start"):
            self.patch = Patch(self.land, self.point, self.eye)
        self.gaps = self.patch.gaps()
        self.scope = Microscope(self.land, self.theme, self.patch)
        named = []
        if self.patch.has_plane:
            self.set_up_planes(swept)
            named = self.room_for_gap()
        self.director.look_at(self.scope.room(), self.scope.lifted.get_value, named=named)

    def set_up_planes(self, swept: Callable[[], float]) -> None:
        """Make the tangent plane and another one, and the stairs that lead up the first."""
        scope, theme, slopes = self.scope, self.theme, self.patch.slopes
        self.tilted, self.tilt = ValueTracker(0), scope.tilt()
        self.plane = DiscPlane(scope, theme.tangent, lambda: slopes, swept)
        self.other = DiscPlane(
            scope, theme.quiet, lambda: slopes + self.tilted.get_value() * self.tilt
        )
        self.stairs = Stairs(scope)
        self.director.give_way(self.plane.outline)

    def room_for_gap(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return where the gap is when it is widest (3,), and the room (2, 2) for its word there.

        The word is to the right of it, if it has a place there, and is no part of the board.
        """
        self.scope.lifted.set_value(1)
        place = self.stairs.corners()[4:].mean(axis=0)
        self.scope.lifted.set_value(0)
        word = self.words(self.tr("gap"), em=READOUT_EM)
        return [(place, np.array([[0.0, 0.0], [NEAR + word.width + FROM_BOARD, 0.0]]))]

    def fan_of_tangents(self, swept: Callable[[], float]) -> Group:
        """Return tangent lines at the start, each of them there once another one has swept over it.

        Args:
            swept: how far that one has turned from the first axis, now; π is all round.
        """

        def line(turn: float) -> VMobject:
            way = unit_direction(turn)
            ends = tangent_ends(self.land, self.point, way, float(way @ self.patch.slopes))
            here = ends.mean(axis=0, keepdims=True)
            made = VMobject(stroke_color=self.theme.tangent, stroke_width=3)
            made = following(made, lambda: ends if swept() >= turn else here + 0 * ends)
            made.ghost_opacity = 0.45
            return made

        fan = Group(*map(line, np.linspace(0, np.pi, FAN, endpoint=False)))
        self.director.give_way(*fan)
        return fan

    @property
    def eye(self) -> float:
        """Where the eye stands in radians round from the first axis."""
        return float(np.radians(self.side_of(VIEW["theta"])))

    # Off the hill, and back

    def low_view(self) -> dict[str, float]:
        """Return the lowest view from which the tangent plane is not seen edge-on, if there is one.

        It is as `turn_view` takes it.
        """
        for phi in LOW_VIEWS:
            if self.scope.facing(np.radians(phi), self.eye) > FACING:
                break
        return {"phi": phi, "theta": VIEW["theta"]}

    def lift(self, *gone: Mobject) -> None:
        """Take the patch off the hill and enlarge it; the hill goes, and other things with it."""
        scope, scenery = self.scope, self.scenery
        self.play(Create(scope.rim), run_time=STEADY)
        self.whole = [scenery.hill, scenery.map, scenery.axes]
        self.enlarged = [scope.hill, scope.map, scope.map_rim, scope.dot, scope.foot]
        self.play(Appear(*self.enlarged), Vanish(*self.whole, *gone), run_time=STEADY)
        self.play(
            scope.lifted.animate.set_value(1), *self.turn_view(**self.low_view()), run_time=SLOW
        )
        scope.step.update()  # it was not there while the patch was lifted
        self.h_name, self.glass = self.name_of_h(), self.magnification()
        self.play(Appear(scope.step, scope.plumbs, self.glass, *self.h_name))

    def put_back(self, gone: Sequence[Mobject], back: Sequence[Mobject]) -> None:
        """Put the patch back where it was taken from.

        Args:
            gone: what goes off before.
            back: what comes with the hill.
        """
        scope = self.scope
        self.play(
            Vanish(*gone, scope.step, scope.plumbs, self.glass, *self.h_name),
            scope.zoom.animate.set_value(0),
            scope.opacity.animate.set_value(1),
            self.plane.sheet.animate.set_opacity(SHEER),
        )
        self.play(scope.lifted.animate.set_value(0), *self.turn_view(**VIEW), run_time=SLOW)
        hill = Appear(*self.whole, *back)
        self.play(hill, Vanish(scope.rim, *self.enlarged), run_time=STEADY)

    def zoom_to(self, halvings: float) -> Animation:
        """Return the animation that halves the radius so often, and enlarges as much."""
        return self.scope.zoom.animate.set_value(halvings)

    def look_inside(self) -> list[Animation]:
        """Return the animations that let patch and plane step back: one sees what is inside."""
        return [
            self.scope.opacity.animate.set_value(DIM),
            self.plane.sheet.animate.set_opacity(DIM),
        ]

    def magnification(self) -> Group:
        """Return how many times as much as at first all is enlarged, in a corner of the stage."""
        name = self.words(self.tr("zoom"), em=READOUT_EM, color=self.theme.quiet)
        name.move_to((STAGE.left, STAGE.bottom, 0), aligned_edge=DOWN + LEFT)
        times = Readout(
            lambda: f"×{short_text(2.0 ** self.scope.zoom.get_value())}", color=self.theme.ink
        )
        return Group(name, times.at((name.get_right()[0] + 0.2, name.baseline(), 0)))

    # Names of what is enlarged

    def name_of_h(self) -> list[VMobject]:
        """Return the name of the step h, below it and clear of the plane, where there is room."""
        scope = self.scope
        name = self.arrow_tag(
            "bold(h)",
            scope.step,
            self.theme.direction,
            beside=-1,
            ends=scope.step.points[[0, -1]],
            lines=[self.plane.outline.points[::8]] if self.patch.has_plane else [],
        )
        return [name] if name.has_room else []

    def name_of_gap(self) -> list[VMobject]:
        """Return the word for the gap, beside it, clear of both rims and of h, if it has room."""
        if not self.gaps.any():
            return []
        name = self.words(self.tr("gap"), em=READOUT_EM, color=self.theme.ink)
        ends, rims = self.stairs.corners()[4:], (self.plane.outline.points, self.scope.rim.points)
        arrow = densely(self.scope.step.points[[0, -1]], 17)
        plumb = densely(self.scope.plumbs[1].points[[0, -1]], 17)
        taken, place = [*rims, ends, arrow, plumb], ends.mean(axis=0)
        return self.beside(name, place, [*taken, self.scope.hill.points]) or self.beside(
            name, place, taken
        )

    def names_of_stairs(self) -> tuple[list[VMobject], list[VMobject]]:
        """Return Δx and Δy beside the level parts of the stairs, and what stands beside the others.

        That is how much each upright part climbs, for both parts or for none, and the word for the
        gap; a name for which there is no room is left out.
        """
        stairs, theme = self.stairs, self.theme
        runs, climbs = (
            [self.formula(source, em=READOUT_EM, color=color) for source in sources]
            for sources, color in (
                ([f"Delta {typeset(name)}" for name in self.land.hill.variables], theme.direction),
                (map(short_label, self.patch.slopes * stairs.step() + 0.0), theme.tangent),
            )
        )
        named = dict(zip((*runs, *climbs), (*stairs.runs, *stairs.climbs), strict=True))
        groups = [[*runs, *climbs], runs, *([run] for run in runs)]
        shown = next((group for group in groups if self.have_room(group, named)), [])
        others = [climb for climb in climbs if climb in shown]
        if self.gaps.any():
            gap = self.words(self.tr("gap"), em=READOUT_EM, color=theme.ink)
            taken = [
                self.plane.outline.points,
                *(densely(stroke.points, 17) for stroke in named.values()),
            ]
            found = self.beside(gap, stairs.corners()[4:].mean(axis=0), taken)
            others += found if all(are_apart(gap, name) for name in shown) else []
        return [run for run in runs if run in shown], others

    @property
    def dots(self) -> Sequence[VMobject]:
        """The dots under the microscope, which no name may touch."""
        return self.scope.dot, self.scope.foot, *self.stairs.gap[1:]

    def have_room(self, names: Sequence[VMobject], named: dict[VMobject, VMobject]) -> bool:
        """Put names beside what they name, if there is room for all of them; else return False.

        Args:
            names: the names.
            named: the strokes of the stairs by their names, of which there may be others.
        """

        def seen(*lines: np.ndarray) -> np.ndarray:
            return self.camera.project_points(np.concatenate(lines))[:, :2]

        scope, strokes = self.scope, (*named.values(), self.stairs.gap[0])
        turns = unit_direction(np.linspace(0, 2 * np.pi, 16, endpoint=False))
        rims = [seen(dot.points[:1]) + 0.005 * dot.stroke_width * turns for dot in self.dots]
        faint = seen(scope.rim.points, *(densely(plumb.points, 17) for plumb in scope.plumbs))
        halves = [half_size(name) for name in names]
        pairs = (tuple(self.stairs.runs), tuple(self.stairs.climbs))
        rivals = {one: other for pair in pairs for one, other in (pair, pair[::-1])}
        choices = []
        for name, half in zip(names, halves, strict=True):
            own = named[name]
            lines = (densely(stroke.points, 17) for stroke in strokes if stroke is not own)
            taken = np.concatenate([seen(self.plane.outline.points, *lines), *rims])
            rival = seen(densely(rivals[own].points, 17))
            choices.append(spots_beside(half, seen(own.points[[0, -1]]), taken, faint, rival))
        standing = [*self.h_name, self.glass]
        spots = all_together(
            [*choices, *((name.get_center()[np.newaxis, :2], np.zeros(1)) for name in standing)],
            [*halves, *map(half_size, standing)],
        )
        if spots is None:
            return False
        for name, spot in zip(names, spots, strict=False):
            name.set_stroke(self.theme.background, width=5, background=True).move_to((*spot, 0))
        return True

    def beside(
        self, name: VMobject, place: np.ndarray, others: Sequence[np.ndarray]
    ) -> list[VMobject]:
        """Return a name beside a place in space (3,), clear of others (m, 3) and of the dots.

        Where it has no room, nothing is returned.
        """
        name.set_stroke(self.theme.background, width=5, background=True)
        taken = np.concatenate([*others, *(dot.points[:1] for dot in self.dots)])
        shift, has_room = self.free_side(name, place, taken)
        name.move_to(self.camera.project_point(place) * (1, 1, 0) + shift)
        spot, half = name.get_center()[:2], half_size(name)
        for dot in self.dots:
            there = self.camera.project_points(dot.points[:1])[:, :2]
            has_room &= clearance(spot, half, there) > 0.005 * dot.stroke_width + NAME_ROOM / 2
        return [name] if has_room else []

    # What the board says

    def height_row(self, where: Place, row: int, label: str = "f") -> Row:
        """Return the row with the height of the hill at a point, however small it is."""
        made, value = super().height_row(where, row, label), self.patch.value
        if value and not shown_number(made.readout.text()):
            return self.row(label, lambda: number_text(value, scale=abs(value)), row)
        return made

    def partial_row(self, axis: int, slope: Callable[[], float], row: int, label: str = "") -> Row:
        """Return the row with a partial derivative; nothing stands beside it."""
        label = label or self.partial_names()[axis]
        return self.row(label, self._slope_text(slope), row, "tangent")

    def _slope_text(self, slope: Callable[[], float]) -> Callable[[], str]:
        """Return what the board says of a slope: more digits where all would be 0 else."""
        steepest, usual = float(np.abs(self.patch.slopes).max()), self.land.steepness
        scale = usual if shown_number(number_text(steepest, scale=usual)) else steepest
        return lambda: number_text(slope(), scale=scale)

    def rows_of_climb(self) -> Group:
        """Return the rows with what the plane climbs over the step, what f does, and the rest R."""
        stairs = self.stairs
        rows = [
            self.climb_row("Delta z", stairs.predicted, 0, "tangent", self.tr("predicted")),
            self.climb_row("Delta f", stairs.true, 1, "ink", self.tr("true")),
            self.climb_row(self.rest, stairs.rest, 2, "ink", self.tr("remainder"), digits=3),
        ]
        if any("×" in row.readout.shown for row in rows):  # the numbers take what room there is
            left = BOARD.right - max(word.width for *_, word in rows)
            for row in rows:
                row[-1].shift((left - row[-1].get_left()[0]) * RIGHT)
                row.end_at(left - 0.2)
        return Group(*rows)

    def step_row(self, row: int) -> Row:
        """Return the row with the parts of the step that the stairs lead up."""

        def shown() -> str:
            return f"({', '.join(map(short_text, self.stairs.step()))})"

        return self.row("bold(h)", shown, row, "direction")

    def climb_row(
        self,
        label: str,
        climb: Callable[[], float],
        row: int,
        color: str,
        word: str,
        digits: int = 4,
    ) -> Row:
        """Return a row with a climb as short as its digits allow, and a word for it behind."""

        def shown() -> str:
            text = short_text(climb(), digits)
            return text if len(text) <= LONGEST else short_text(climb(), 3)

        made = self.row(label, shown, row, color, alone=False)
        text = self.words(word, em=READOUT_EM, color=self.theme.quiet)
        text.move_to((SECOND, 0, 0), aligned_edge=LEFT)
        return made.add(text.shift((made.label.baseline() - text.baseline()) * UP))

    def rows_of_sides(self) -> Group:
        """Return the rows with h and how steep the hill is up to there, behind and ahead."""

        def text(side: int) -> str:
            slope = self.patch.side_slopes(self.scope.h())[side]
            return number_text(slope, scale=self.land.steepness)

        words = self.tr("slope behind"), self.tr("slope ahead")
        sides = (
            self.worded_row(word, lambda side=side: text(side), 1 + side, "tangent")
            for side, word in enumerate(words)
        )
        length = self.row("|bold(h)|", lambda: short_text(self.scope.h()), 0, "direction")
        return lined_up(length, *sides)

    def say_how_fast_the_gap_closes(self) -> None:
        """Say what is left of the gap each time that h is halved."""
        ratio = self.patch.ratios()[-1]
        if np.isnan(ratio):
            self.say("Near enough, no gap is left: there the hill itself is a plane.")
        elif self.patch.is_quartered(always=True):
            self.say("Half of $h$, a quarter of the gap: it shrinks like $h^2$.")
        elif self.patch.is_quartered():
            self.say(
                "The smaller $h$, the nearer half of it comes to a quarter of the gap: like $h^2$."
            )
        elif ratio > 4:
            self.say("Each time $h$ is halved, less than a quarter of the gap is left.")
        else:
            self.say("Each time $h$ is halved, less than half of the gap is left.")
