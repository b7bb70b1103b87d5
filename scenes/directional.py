"""The directional derivative: how steep the hill is, whichever way one looks."""

from __future__ import annotations

import numpy as np
from manim import PI, Create, Group

from mathcore import directional_derivative, unit_direction
from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    ContourLine,
    StepGraph,
    TurningFilm,
    Vanish,
    Walker,
    beat,
    exchange,
    knob,
    on_board,
)

FIRST = np.radians([60, 30, 120, 150, 210, 240, 300, 330])
"""Directions to look at first, the best before the others: along no axis."""

UNIT, LEAST = 0.19, 1 / 6
"""About how long the arrow of u is as a share of the hill's longer side, and at least."""

HIGH = 50.0
"""Where the eye stands while u goes all the way round, in degrees from the zenith."""

LEFT = 0.05
"""The share of a step h that is left at the end: its slope is nearly that of the tangent."""

FACING = 0.6
"""The sine of the least angle between a cut and the line of sight: the eye sees its slope."""


class Directional(TurningFilm):
    """At one point, the hill is as steep as the direction says."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where one stands", like=(-0.4, 1.2))

    def cast(self) -> None:
        self.set_up_hill()
        self.uphill = self.land.uphill(self.point)
        self.walker = Walker(self.land, self.theme, self.where)
        self.set_up_unit(self.where, UNIT, least=LEAST)
        self.angle.set_value(np.nan_to_num(self.uphill + PI))  # where u points at the end
        self.set_up_step(self.turning)
        self.make_room_for_secants(LEFT)
        self.make_room_for_tangents(self.point)
        self.make_room_for_compass()
        if np.isnan(self.uphill):
            self.leave_out("the_highest", "along_the_contour", "the_lowest")

    @beat
    def the_place(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.place = self.point_row(self.where, 0)
        self.say("You stand on a hill. How steep it is depends on the way you look.")
        self.raise_hill(self.formula_f)
        self.play(Appear(self.walker, self.place))

    def first_angle(self, theta: float) -> float:
        """Return the direction to look at first in a view: not at the eye, and up if may be."""
        facing = np.abs(np.sin(FIRST - np.radians(self.side_of(theta)))) > FACING
        slopes = directional_derivative(self.land.hill, self.point, unit_direction(FIRST))
        return float(FIRST[np.argmax(2 * facing + (slopes > 0))])

    @beat
    def one_direction(self) -> None:
        self.angle.set_value(self.first_angle(-30))
        self.say(
            "Cut the hill along a unit vector $u$: the cut's slope is the directional derivative."
        )
        self.vector = self.direction_row(1)
        self.play(*self.look_broadside(self.angle.get_value()), run_time=STEADY)
        scales = self.unit_rows(0)
        gone = [self.place] if scales else []
        self.phi = self.name_of_angle(self.turning.tangent, self.walker.zero, self.walker.dot)
        self.show_the_direction(self.point, gone, self.phi, *scales, column=0)
        self.play(Appear(self.vector))

    @beat
    def along_the_axes(self) -> None:
        self.say("In the positive direction of an axis the slope is a partial derivative.")
        self.play(*exchange([self.degrees, self.slope], *self.rows_of_direction(1)))
        self.partials = Group()
        for axis in (0, 1):
            self.turn_to(axis * PI / 2, *self.look_broadside(axis * PI / 2))
            row = self.partial_row(axis, lambda axis=axis: self.partial(axis), 2 + axis)
            self.play(Appear(row), run_time=STEADY)
            self.partials.add(row)

    def partial(self, axis: int) -> float:
        """Return the partial derivative along an axis."""
        return float(self.land.hill.gradient(self.point)[axis])

    @beat
    def all_the_way_round(self) -> None:
        if np.isnan(self.uphill):
            self.say("Turn $u$ all the way round: the slope is zero in every direction.")
        else:
            self.say(
                "Turn $u$ all the way round, $phi$ counted from the {first} axis: "
                "the slope draws a wave.",
                first=self.axes_in_words()["first"],
            )
        self.turn_to(0, *self.look_broadside(0, HIGH))
        self.turn_all_the_way_round()

    @beat
    def the_highest(self) -> None:
        self.say("One direction is the steepest way up: there the slope is highest.")
        self.stop_at(self.uphill, view=self.look_broadside(self.uphill))

    @beat
    def along_the_contour(self) -> None:
        self.contour = ContourLine(self.land, self.theme, self.point)
        self.say("A quarter turn on, $u$ runs along the contour line: no climb, the slope is zero.")
        self.play(*(Create(part) for part in self.contour), run_time=STEADY)
        along = self.uphill + PI / 2
        self.stop_at(along, view=self.look_broadside(along))

    @beat
    def the_lowest(self) -> None:
        self.say("The opposite way is the steepest way down: the same slope with a minus.")
        self.play(Vanish(self.contour))
        self.stop_at(self.uphill + PI, view=self.look_broadside(self.uphill))

    @beat
    def the_definition(self) -> None:
        self.definition = on_board(self.slope_definition(), 1, lines=2)
        if np.isnan(self.uphill):
            self.say("Level ground: the slope is zero, whatever the direction.")
        else:
            self.say(
                "The slope along a unit vector $u$ is a limit: the climb divided by $h$, "
                "as $h$ goes to 0."
            )
        self.steps = StepGraph(self.typeset, self.step, touched=True)
        self.h, self.quotient = self.step_rows(2, alone=False)
        gone = self.side, self.slopes, self.marks, self.partials, self.phi
        shown = self.definition, self.step, self.steps, self.h, self.quotient
        self.play(*exchange(gone, *shown), run_time=STEADY)
        self.play(self.shrink_step(LEFT), run_time=SLOW)
