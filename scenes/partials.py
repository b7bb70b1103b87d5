"""Partial derivatives: from curve to surface, endless tangents, and the two along the axes."""

from __future__ import annotations

import numpy as np
from manim import DEGREES, OUT, PI, RIGHT, Create, Mobject, ValueTracker, VMobject, linear

from mathcore.typeset import coloured, typeset
from scenes.stage import (
    READOUT_EM,
    SLOW,
    STEADY,
    TALL_BOARD,
    Appear,
    Climb,
    CutGraph,
    CutPair,
    Journey,
    Slice,
    SpaceDot,
    Step,
    TangentFan,
    TurningFilm,
    Vanish,
    Walker,
    beat,
    exchange,
    farthest_smooth,
    first_step,
    heights_of,
    knob,
    number_text,
    on_board,
    other_slopes,
    tick_label,
)

FRONT = -90.0
"""Where the eye stands in degrees when the first variable's axis runs from left to right."""

USUAL, SIDE, BETWEEN = -62.0, -30.0, -45.0
"""Where it stands for the cut along the first axis, along the second one, and for both."""

LAST = 0.015
"""The last step h that is seen, as a share of the first."""

DIMMED = 0.5
"""Opacity of what has been looked at and stays for comparison."""

HEIGHTS = 0.15, 0.3, 0.5, 0.7, 0.9
"""Where the name of a plane may stand beside it, as shares of its height."""

SLIDES = 3
"""Places at which the sliding plane leaves its cut behind, after the first."""


class Partials(TurningFilm):
    """Of a surface's endless tangents, two are enough: one along each axis."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where one stands", like=(1.0, 1.0))

    def cast(self) -> None:
        self.set_up_hill()
        self.names = [typeset(variable) for variable in self.land.hill.variables]
        self.height_name = next(letter for letter in "zhv" if letter not in self.names)
        self.journey = Journey(self.point)
        stage = self.land, self.theme, self.journey.where
        self.front = self.scenery.upright_axes(self.point[1])
        self.dot = SpaceDot(self.land.surface(self.point), 9, color=self.theme.ink)
        self.walker = Walker(*stage)
        self.cuts = Slice(*stage, lambda: 0.0), Slice(*stage, lambda: PI / 2)
        self.set_up_direction(self.journey.where)
        self.fan = TangentFan(self.land, self.theme, self.point, self.angle.get_value)
        self.size = ValueTracker(first_step(self.land, self.point, self.cuts[0].way()))
        self.step = Step(self.theme, self.cuts[0], self.size.get_value)
        self.climbs = [Climb(self.theme, cut, self.run(cut)) for cut in self.cuts]
        self.left: list[VMobject] = []
        self.plan_where_to_go()
        arrows = [climb.on_map for climb in self.climbs]
        tangents = [cut.tangent for cut in self.cuts]
        self.director.give_way(*tangents, *self.fan, *arrows, self.step.on_map, self.step.secant)
        # Each from where the eye will be then; last of all from where it is to be first.
        self.tags = [self.plane_tag(axis) for axis in (1, 0)][::-1]

    def plan_where_to_go(self) -> None:
        """Choose where the plane slides to and where one stands last, and make room for it."""
        self.slid = farthest_smooth(self.land, self.point, 1)
        self.end = other_slopes(self.land, self.slid, self.side_of(BETWEEN))
        if not np.any(self.slid != self.point):
            self.leave_out("slide_the_plane")
        if self.end is None:
            self.leave_out("elsewhere")
        self.make_room_for_tangents(self.point)
        for point in (self.slid, self.end):
            if point is not None:
                self.make_room_for_tangents(point)

    @beat
    def the_curve(self) -> None:
        cut = self.cuts[0]
        self.usual = self.camera.get_phi(), self.camera.get_theta()
        turns = np.round((self.usual[1] / DEGREES - FRONT) / 360)
        self.camera.set_phi(90 * DEGREES)
        self.camera.set_theta((FRONT + 360 * turns) * DEGREES)
        self.director.direct()
        self.place = self.row(
            self.names[0], lambda: number_text(self.point[0], scale=self.land.span), 0
        )
        self.slope_here = self.partial_row(0, cut.slope, 1, "f'")
        self.say("At a point of a curve there is one tangent, and so there is one slope.")
        self.play(Appear(self.front, cut.plane), run_time=STEADY)
        self.play(Create(cut.cut), run_time=SLOW)
        self.play(Appear(self.dot, self.place))
        self.play(Create(cut.tangent), Appear(self.slope_here), run_time=STEADY)

    @beat
    def the_surface(self) -> None:
        first, second = self.names
        self.formula_f = on_board(self.field_formula(), 0)
        self.spot = self.point_row(self.journey.where, 0)
        self.say(
            "Let ${second}$ vary too: curve beside curve makes a surface, ${surface}$.",
            second=second,
            surface=f"{self.height_name} = f({first}, {second})",
        )
        phi, theta = self.usual
        self.play(
            self.camera.phi_tracker.animate.set_value(phi),
            self.camera.theta_tracker.animate.set_value(theta),
            Vanish(self.front, self.slope_here),
            run_time=SLOW,
        )
        self.play(
            Appear(self.scenery.map, self.scenery.axes, self.formula_f),
            *exchange([self.place], self.spot),
            run_time=STEADY,
        )
        self.spread = self.scenery.grow_from(self.point[1])
        sweeps = [self.sweep(side) for side in (-1, 1)]
        self.add(self.scenery.hill, *sweeps)
        self.play(self.spread.animate.set_value(1), Vanish(self.cuts[0].plane), run_time=1.5 * SLOW)
        self.play(Vanish(*sweeps, self.dot), Appear(self.walker))

    def sweep(self, side: int) -> VMobject:
        """Return the cut that stands where the hill has grown to, on one side of the first."""
        low, high = self.land.y_range
        farthest = max(self.point[1] - low, high - self.point[1])

        def where() -> np.ndarray:
            away = side * self.spread.get_value() * farthest
            return np.array([self.point[0], np.clip(self.point[1] + away, low, high)])

        return Slice(self.land, self.theme, where, lambda: 0.0).cut

    @beat
    def endless_tangents(self) -> None:
        if self.land.hill.gradient(self.point).any():
            self.say(
                "But a point of a surface has endlessly many tangents: no one slope is enough."
            )
        else:
            self.say(
                "A point of a surface has endlessly many tangents; here all of them are level."
            )
        turning = self.turning
        self.play(
            Appear(turning.plane, turning.cut, turning.tangent, turning.trace, self.fan),
            Vanish(self.cuts[0].cut, self.cuts[0].tangent),
        )
        self.play(self.angle.animate.set_value(PI), run_time=2 * SLOW, rate_func=linear)

    @beat
    def the_first_cut(self) -> None:
        cut, (first, second) = self.cuts[0], self.names
        self.say(
            "So hold ${held}$ fixed: the plane ${plane}$, parallel to ${parallel}$, "
            "cuts out one curve.",
            held=second,
            plane=self.plane_name(1),
            parallel=f"{first} O {self.height_name}",
        )
        self.graph = self.graph_of(0)
        self.play(Vanish(self.fan, self.turning))
        self.play(Appear(cut.plane, cut.trace, self.tags[0]), Create(cut.cut), run_time=STEADY)
        self.play(Appear(self.graph), Create(cut.tangent), run_time=STEADY)

    def graph_of(self, axis: int) -> CutGraph:
        """Return the cut along an axis as a graph, as high as both cuts are."""
        heights = heights_of(self.cuts)
        return CutGraph(self.typeset, self.cuts[axis], axis, heights=heights, zone=TALL_BOARD)

    def plane_tag(self, axis: int) -> VMobject:
        """Return the name of the plane that holds the other variable, beside one of its ends.

        It stands beside the right one, as low as nothing else is there, or else beside the left.
        """
        land, camera = self.land, self.camera
        camera.set_theta(self.side_of((USUAL, SIDE)[axis]) * DEGREES)
        self.director.direct()
        tag = self.formula(self.plane_name(1 - axis), em=READOUT_EM, color=self.theme.direction)
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

    def plane_name(self, axis: int) -> str:
        """Return the plane of an axis' number, such as y = 1, as Typst maths."""
        return f"{self.names[axis]} = {tick_label(float(f'{self.point[axis]:.6g}'))}"

    @beat
    def as_a_limit(self) -> None:
        first, second = self.names
        name, held = self.partial_names()[0], coloured(second, self.theme.quiet)
        quotient = f"frac(f({first} + h, {held}) - f({first}, {held}), h)"
        self.definition = on_board(
            self.formula(f"{coloured(name, self.theme.tangent)} = lim_(h -> 0) {quotient}"),
            1,
            lines=2,
        )
        self.say(
            "The slope of its tangent is the partial derivative ${name}$: a limit, as ever.",
            name=name,
        )
        self.secant = self.graph.secant(self.step)
        size = self.size
        self.h = self.row(
            "h", lambda: number_text(size.get_value(), 3, self.land.span), 1, "direction"
        )
        self.quotient = self.row(
            "Delta f \\/ h", self._slope_text(self.step.slope), 2, "tangent", alone=False
        )
        cut = self.cuts[0]
        self.play(
            Vanish(cut.tangent, self.graph.tangent),
            Appear(self.definition, self.step, self.secant, self.h, self.quotient),
            run_time=STEADY,
        )
        self.play(size.animate.set_value(LAST * size.get_value()), run_time=2 * SLOW)
        self.rows = [self.partial_row(axis, self.cuts[axis].slope, 1 + axis) for axis in (0, 1)]
        self.play(
            Appear(cut.tangent, self.graph.tangent),
            Vanish(self.step, self.secant),
            *exchange([self.h, self.quotient], self.rows[0]),
            run_time=STEADY,
        )

    @beat
    def how_to_compute(self) -> None:
        self.say(
            "To work it out, take ${held}$ for a constant and differentiate by ${moving}$.",
            moving=self.names[0],
            held=self.names[1],
        )
        self.partials = [on_board(self.partial_formula(axis), 1 + axis) for axis in (0, 1)]
        self.quieten(0, [self.definition], self.partials[0])

    def quieten(self, axis: int, gone: list[Mobject], *come: Mobject) -> None:
        """Write f with the constants along an axis in quiet ink, and exchange other formulas."""
        marks = self.held_constant(self.land.hill.expression, axis)
        before, self.formula_f = self.formula_f, on_board(self.field_formula(marks), 0)
        self.play(*exchange([before, *gone], self.formula_f, *come), run_time=STEADY)

    @beat
    def the_second_cut(self) -> None:
        first, second = self.names
        cut, before = self.cuts[1], self.cuts[0]
        self.say(
            "Now hold ${held}$ fixed: the plane ${plane}$, parallel to ${parallel}$, "
            "cuts out another.",
            held=first,
            plane=self.plane_name(0),
            parallel=f"{second} O {self.height_name}",
        )
        gone, self.graph = self.graph, self.graph_of(1)
        self.play(
            Vanish(before.plane, before.trace, self.tags[0], gone),
            *self.turn_view(phi=50, theta=SIDE),
            *(line.animate.set_stroke(opacity=DIMMED) for line in (before.cut, before.tangent)),
            run_time=STEADY,
        )
        plane = cut.plane, cut.trace, self.tags[1]
        self.play(Appear(*plane, self.graph), Create(cut.cut), run_time=STEADY)
        self.play(Create(cut.tangent), Appear(self.rows[1]), run_time=STEADY)
        self.quieten(1, [], self.partials[1])

    @beat
    def rates_of_change(self) -> None:
        self.say(
            "Both are rates of change: how fast $f$ grows in the positive direction of an axis."
        )
        first, second = self.cuts
        self.pair = CutPair(self.typeset, self.cuts, heights=heights_of(self.cuts), zone=TALL_BOARD)
        plain = on_board(self.field_formula(), 0)
        self.play(
            *exchange([self.graph, self.formula_f], self.pair, plain),
            Vanish(second.plane, second.trace, self.tags[1]),
            *self.turn_view(phi=50, theta=BETWEEN),
            *(line.animate.set_stroke(opacity=1) for line in (first.cut, first.tangent)),
            run_time=STEADY,
        )
        self.formula_f = plain
        self.triangles = [
            graph.climb(lambda cut=cut: self.run(cut))
            for graph, cut in zip(self.pair, self.cuts, strict=True)
        ]
        for climb, triangle in zip(self.climbs, self.triangles, strict=True):
            self.play(Appear(climb.on_map, climb.level, triangle[0]), run_time=STEADY)
            self.play(Create(climb.upright), Create(triangle[1]))

    def run(self, cut: Slice) -> float:
        """Return a round stretch ahead, 1 if it can be, on which the tangent is seen to climb."""
        return self.stretch_ahead(self.point, cut.way(), cut.slope())

    @beat
    def slide_the_plane(self) -> None:
        self.say_what_slides()
        first, second = self.cuts
        self.graph = CutGraph(self.typeset, first, 0, zone=TALL_BOARD)
        gone = [self.pair, *self.climbs, *self.triangles, second.cut, second.tangent]
        self.play(*exchange(gone, self.graph, first.plane, first.trace), run_time=STEADY)
        for share in np.linspace(0, 1, SLIDES + 1)[1:]:
            lines = first.cut, first.tangent, self.graph.section, self.graph.tangent
            _, tangent, *_ = self.leave_behind(*lines)
            self.director.give_way(tangent)
            stop = self.point + share * (self.slid - self.point)
            self.play(self.journey.to(stop), run_time=STEADY * 1.3, rate_func=linear)

    def say_what_slides(self) -> None:
        """Say whether the cut, and its slope where one stands, depend on what is held fixed."""
        way = self.point + np.linspace(0, 1, 21)[:, None] * (self.slid - self.point)
        plane = f"{self.names[1]} = c"
        if not self.depends_on(1):
            self.say("Slide the plane ${plane}$: the cut is always the same.", plane=plane)
        elif np.ptp(self.land.hill.gradient(way)[:, 0]) <= 1e-9 * self.land.steepness:
            self.say(
                "Slide the plane ${plane}$: the cut is another, but here with the same slope.",
                plane=plane,
            )
        else:
            self.say("Slide the plane ${plane}$: another cut, and another slope.", plane=plane)

    def leave_behind(self, *lines: VMobject) -> list[VMobject]:
        """Let lines stay where they are now, dimmed; return what stays."""
        copies = [line.copy().clear_updaters().set_stroke(opacity=DIMMED) for line in lines]
        self.left += copies
        self.add(*copies)
        return copies

    @beat
    def elsewhere(self) -> None:
        first, second = self.names
        here, there = self.land.hill.gradient(np.stack([self.slid, self.end]))
        if np.abs(here - there).max() <= 1e-9 * self.land.steepness:
            self.say("On this surface both slopes are the same wherever you stand.")
        else:
            self.say(
                "They depend on where you stand: a partial derivative is a function "
                "of ${first}$ and ${second}$.",
                first=first,
                second=second,
            )
        cuts, gone = self.cuts, [self.pair, *self.climbs, *self.triangles]
        if self.left:
            gone = [self.graph, cuts[0].plane, cuts[0].trace, *self.left]
        heights = self.land.lowest, self.land.highest
        self.pair = CutPair(self.typeset, cuts, heights=heights, zone=TALL_BOARD)
        self.play(*exchange(gone, self.pair, cuts[1].cut, cuts[1].tangent), run_time=STEADY)
        self.play(self.journey.to(self.end), run_time=1.5 * SLOW)
