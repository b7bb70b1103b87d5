"""The tangent plane: zoom in until the hill is flat, and see how fast the gap closes."""

from __future__ import annotations

import numpy as np
from manim import PI, Create, Group, ValueTracker, linear

from scenes.stage import (
    LAST,
    SLOW,
    STEADY,
    Appear,
    GapGraph,
    Halvings,
    MicroscopeFilm,
    PlaneFormulas,
    Slice,
    Swell,
    Vanish,
    Walker,
    beat,
    exchange,
    knob,
    on_board,
)

GLASSY = 0.6
"""Opacity of the hill while a plane lies below it."""

NO_PLANE = "a_kink", "no_plane"
"""The beats of the film where f has no tangent plane."""


class TangentPlane(MicroscopeFilm):
    """Zoom in until the hill is flat: the tangent plane is the best linear approximation."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where one stands", like=(1.0, 1.0))

    def cast(self) -> None:
        self.set_up_hill(smooth=False)
        self.angle = ValueTracker(0)
        self.set_up_microscope(self.angle.get_value)
        stage = self.land, self.theme, self.where
        self.walker = Walker(*stage)
        self.cuts = self.cuts_along_axes(self.where)
        self.turning = Slice(*stage, self.angle.get_value)
        self.director.give_way(self.turning.tangent)
        self.make_room_for_tangents(self.point)
        if self.patch.has_plane:
            self.leave_out(*NO_PLANE)
            self.maths = PlaneFormulas(self, self.patch)
        else:
            self.leave_out(*(name for name in self.beats if name not in NO_PLANE))
        if not self.gaps.any():
            self.leave_out("how_fast")

    def rise(self) -> None:
        """Let the hill rise, with the point on it, and say on the board where that is."""
        self.formula_f = on_board(self.field_formula(), 0)
        place = self.point_row(self.where, 0, "bold(p)")
        self.rows = Group(place, self.height_row(self.where, 1))
        self.raise_hill(self.formula_f)
        self.play(Appear(self.walker, self.rows))

    # On the hill

    @beat
    def two_tangents(self) -> None:
        self.say(
            "Cut along {first} and along {second}: two tangent lines through one point.",
            **self.axes_in_words(),
        )
        self.rise()
        self.partials = self.partial_rows(self.cuts, 2)
        for cut, row in zip(self.cuts, self.partials, strict=True):
            self.play(Create(cut.cut), Create(cut.tangent), Appear(row), run_time=STEADY)

    @beat
    def one_plane(self) -> None:
        self.say("Turn the cut: all tangent lines lie in one plane, the tangent plane.")
        drawn = (line for cut in self.cuts for line in (cut.cut, cut.tangent))
        seen = self.turning.cut, self.turning.tangent, self.turning.trace
        self.play(Vanish(*drawn), Appear(*seen))
        self.play(self.scenery.hill[0].animate.set_opacity(GLASSY), run_time=STEADY / 2)
        self.fan = self.fan_of_tangents(self.angle.get_value)
        self.add(self.plane, self.fan)
        self.play(self.angle.animate.set_value(PI), run_time=1.5 * SLOW, rate_func=linear)
        self.play(Vanish(*seen))

    @beat
    def its_equation(self) -> None:
        self.say("Its equation: the height at the point, plus each slope times the step.")
        self.equation = on_board(self.maths.equation(), 1)
        self.numbers = self.maths.equation_in_numbers()
        self.play(Appear(self.equation), run_time=STEADY)
        self.play(Appear(self.numbers), Swell(self.walker.dot), run_time=STEADY)

    # Under the microscope

    @beat
    def the_gap(self) -> None:
        if self.gaps.any():
            self.say("Under a microscope: at a distance $h$, hill and plane are a gap apart.")
        else:
            self.say("Under a microscope: at every distance $h$, hill and plane are one.")
        self.lift(self.walker, self.rows, self.partials, self.fan)
        self.table = Halvings(self.typeset, self.scope, self.tr("gap"))
        self.gap_name = self.name_of_gap()
        shown = self.stairs.gap, self.table.heads, self.table.rows[0], *self.gap_name
        self.play(Appear(*shown), run_time=STEADY)

    @beat
    def zoom_in(self) -> None:
        if self.gaps.any():
            self.say("Halve $h$, zoom in twice as far: the hill sinks onto its tangent plane.")
        else:
            self.say("Halve $h$, zoom in twice as far: nothing changes, for $f$ is linear here.")
        for halvings, row in enumerate(self.table.rows[1:], 1):
            self.play(Appear(row), *self.vanish(*self.gap_name))
            self.play(self.zoom_to(halvings), run_time=STEADY)

    @beat
    def how_fast(self) -> None:
        self.say_how_fast_the_gap_closes()
        for share in self.table.shares:
            self.play(Appear(share))
        if len(self.table.law):
            self.play(Appear(self.table.law))

    @beat
    def the_best(self) -> None:
        self.say("Tilt the plane, and gap / $h$ no longer goes to 0: the tangent plane is best.")
        planes = (np.zeros(2), self.theme.tangent), (self.tilt, self.theme.quiet)
        self.graph = GapGraph(self.typeset, self.scope, self.tr("gap"), planes)
        self.play(Vanish(*self.table.parts()))
        self.play(self.zoom_to(0), run_time=STEADY)
        self.other_bar = self.other.gap()
        self.add(self.other, self.other_bar)
        self.play(self.tilted.animate.set_value(1), run_time=STEADY)
        self.play(Appear(self.graph))
        self.play(self.zoom_to(LAST), run_time=2 * SLOW)

    @beat
    def row_times_column(self) -> None:
        self.say("Zoom out: a row of slopes times a column of steps is the plane's climb.")
        self.play(Vanish(self.graph, self.other, self.other_bar, self.equation, self.numbers))
        self.play(self.zoom_to(1), *self.look_inside(), run_time=STEADY)
        for run, climb in zip(self.stairs.runs, self.stairs.climbs, strict=True):
            self.play(Create(run), run_time=STEADY / 2)
            self.play(Create(climb), run_time=STEADY / 2)
        self.product = on_board(self.maths.row_times_column(self.stairs.step()), 1, lines=2)
        self.run_names, self.climb_names = self.names_of_stairs()
        self.play(Appear(self.product, *self.run_names, *self.climb_names))
        self.compared = self.rows_of_climb()
        self.play(Appear(self.compared))

    @beat
    def the_jacobian(self) -> None:
        self.say("The row is the same for every step: the Jacobian $D f$, the gradient as a row.")
        self.jacobian = on_board(self.maths.jacobian(), 1)
        self.step_name = on_board(self.maths.step(), 2, lines=2)
        self.step_now = self.step_row(3)
        gone, come = [self.product, *self.climb_names], [self.jacobian, self.step_name]
        self.play(*exchange(gone, *come, self.step_now), run_time=STEADY)
        self.play(self.zoom_to(LAST), run_time=1.5 * SLOW)

    @beat
    def the_expansion(self) -> None:
        if self.gaps.any():
            self.say(
                "So Taylor's expansion begins: value, slopes times step, and $R$: "
                "the gap with its sign."
            )
            self.expansion = on_board(self.maths.expansion(self.rest), 2)
        else:
            self.say(
                "So Taylor's expansion begins: value plus slopes times step; here nothing is left "
                "over."
            )
            self.expansion = on_board(self.maths.expansion(), 2)
        self.play(*exchange([self.step_name], self.expansion), run_time=STEADY)
        gone = self.stairs, self.stairs.gap, self.compared, self.step_now, *self.run_names
        self.put_back(gone, [self.walker, self.rows, self.partials])

    # Where there is none

    @beat
    def a_kink(self) -> None:
        self.say("Here $f$ has a kink. Does a plane touch it?")
        self.rise()

    @beat
    def no_plane(self) -> None:
        self.say("However close you look, the kink stays: $f$ has no tangent plane here.")
        self.lift(self.walker, self.rows)
        self.play(Create(self.scope.cut), run_time=STEADY)
        self.sides = self.rows_of_sides()
        self.play(Appear(self.sides))
        self.play(self.zoom_to(LAST), run_time=2 * SLOW)
