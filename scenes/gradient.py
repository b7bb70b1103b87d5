"""The gradient: two slopes make one vector, and what that vector says, point by point."""

from __future__ import annotations

import numpy as np
from manim import PI, Create, Group, ValueTracker

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    ArrowField,
    FieldFilm,
    Journey,
    PartArrows,
    Vanish,
    Walker,
    beat,
    exchange,
    knob,
    on_board,
    round_scale,
    steep_and_flat,
)

ARROW = 0.18
"""The first arrow of the gradient as a share of the hill's longer side, at most."""

UNIT = 0.12
"""About how long the arrow of u is as a share of that side."""


class Gradient(FieldFilm):
    """Two slopes make one vector, the gradient: it points the steepest way up."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where one stands", like=(1.0, 1.0))

    def cast(self) -> None:
        self.set_up_hill_for_arrows(ARROW)
        self.journey = Journey(self.point)
        stage = self.land, self.theme, self.journey.where
        self.walker = Walker(*stage)
        self.cuts = self.cuts_along_axes(self.journey.where)
        self.set_up_unit(self.journey.where, UNIT)
        self.set_up_gradient(self.journey.where, round_scale(self.gradient_scale(ARROW)))
        self.set_up_opposite(self.journey.where)
        self.parts = PartArrows(*stage, self.uphill.units)
        self.director.give_way(*self.parts)
        self.make_room_for_tangents(self.point)
        self.field = ArrowField(self.land, self.theme, self.point)
        self.scale = ValueTracker(self.uphill.units)
        self.scale_row = self.drawn_row(3, self.scale.get_value)
        self.name, self.lefts, self.rings = Group(), Group(), Group()
        self.tour = steep_and_flat(self.land, self.point, self.uphill.units)
        self.minima = self.smooth_minima()
        if not self.slopes_here.any():
            self.leave_out("the_two_parts", "the_steepest", "across_the_contour", "its_length")
            self.leave_out("the_way_down")
        elif not self.tour:
            self.leave_out("its_length")
        if self.field.is_level:
            self.leave_out("the_field", "the_way_down")
        if self.field.is_level or not len(self.minima):
            self.leave_out("at_the_minimum")

    @beat
    def the_two_slopes(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.place = self.point_row(self.journey.where, 0)
        self.partials = self.partial_rows(self.cuts, 1)
        self.say(
            "Two partial derivatives: how steep it is along {first}, and along {second}.",
            **self.axes_in_words(),
        )
        self.raise_hill(self.formula_f)
        self.play(Appear(self.walker, self.place))
        for cut, row in zip(self.cuts, self.partials, strict=True):
            self.play(Create(cut.cut), Create(cut.tangent), Appear(row), run_time=STEADY)

    @beat
    def the_two_parts(self) -> None:
        if self.slopes_here.all():
            self.say("Draw each slope as an arrow along its own axis, here on the map.")
        else:
            self.say("Draw each slope as an arrow along its own axis; a slope of 0 has none.")
        self.look_down(*self.cuts)
        self.part_names = self.names_of_parts(self.parts, self.partial_names())
        self.grow(self.parts, Appear(self.part_names, self.scale_row))

    @beat
    def one_vector(self) -> None:
        self.definition = on_board(self.gradient_definition(), 1)
        self.gradient = self.gradient_row(self.journey.where, 1)
        self.length = self.steepness_row(self.journey.where, 2)
        if self.slopes_here.any():
            self.say("Together they are one vector, the gradient: direction and length in one.")
            self.name = self.arrow_tag("nabla f", self.uphill.on_map, self.theme.gradient)
            self.play(Vanish(self.part_names))
            self.play(self.parts.joined.animate.set_value(1), run_time=STEADY)
            self.grow(self.uphill, Appear(self.name))
        else:
            self.say("Level ground: both slopes are zero, and the gradient is the zero vector.")
        self.play(Appear(self.definition), run_time=STEADY)
        self.gather_partials(self.partials, self.gradient, self.length)

    @beat
    def the_steepest(self) -> None:
        self.say(
            "Turn $u$ by $phi$: the slope is highest along $nabla f$, and equals its length there."
        )
        gone = self.parts, self.definition, self.place, self.scale_row
        self.show_the_direction(self.point, gone, *self.scale_rows_of_both(0), on_map=True)
        self.turn_all_the_way_round()
        self.turn_to(self.land.uphill(self.point))
        self.ceiling = self.slopes.ceiling()
        self.play(Appear(self.ceiling))

    @beat
    def across_the_contour(self) -> None:
        self.say("Along a contour line $f$ stays the same; $nabla f$ is perpendicular to it.")
        self.formula_g = on_board(self.gradient_formula(), 2, lines=2)
        self.contour, self.corner = self.contour_across(self.land)
        formulas = exchange([self.side], self.definition, self.formula_g)
        self.play(*formulas, Create(self.contour), run_time=STEADY)
        self.turn_to(self.land.uphill(self.point) + PI / 2)
        *around, arrow = self.compass
        self.play(Vanish(*around), Appear(self.corner))
        self.turned += [arrow, self.ceiling, self.contour, self.corner]

    @beat
    def its_length(self) -> None:
        if self.land.has_even_levels:
            self.say("Where contour lines are close, the arrow is long; where far apart, short.")
        else:
            self.say("Where the hill is steep, the arrow is long; where it is gentle, short.")
        self.put_direction_away()
        self.play(Vanish(self.name), *self.bring_back(self.place, self.scale_row))
        self.tell_length()
        for stop in self.tour:
            left = self.uphill.on_map.copy().clear_updaters()
            self.director.give_way(left)
            self.lefts.add(left)
            self.add(left)
            self.play(self.journey.to(stop), run_time=SLOW)
            self.tell_length()

    def tell_length(self) -> None:
        """Write how long the arrow is beside it, where there is a place for the number."""
        stops = np.array([self.point, *self.tour])
        others = stops[(stops != self.journey.where()).any(axis=1)]
        length = self.length_tag(self.length.readout.shown, self.uphill, others)
        self.lefts.add(*length)
        self.play(Appear(*length))

    @beat
    def the_field(self) -> None:
        self.say_what_field_it_is(self.field)
        self.look_down(*self.cuts)
        self.put_direction_away()
        here = self.journey.where()
        if self.field.holds_between(here, self.minima[0] if len(self.minima) else here):
            self.add(self.uphill)
            arrow = self.uphill.grown.animate.set_value(self.field.scale / self.uphill.units)
        else:
            arrow = Vanish(self.uphill)
        self.play(
            arrow,
            self.scale.animate.set_value(self.field.scale),
            *self.vanish(self.name, *self.lefts),
            *self.bring_back(self.place, self.scale_row),
            run_time=STEADY,
        )
        self.grow(self.field, run_time=SLOW)

    @beat
    def at_the_minimum(self) -> None:
        self.say("At a minimum the ground is level: the gradient is the zero vector.")
        self.rings = Group(*map(self.ring, self.minima))
        self.play(self.journey.to(self.minima[0]), run_time=SLOW)
        self.play(Appear(self.rings))

    @beat
    def the_way_down(self) -> None:
        self.say("$nabla f$ points the steepest way up, $-nabla f$ the steepest way down.")
        self.opposite = self.gradient_row(self.journey.where, 2, -1)
        self.play(*exchange([self.uphill, self.length], self.opposite))
        self.play(self.field.turned.animate.set_value(PI), run_time=SLOW)
        self.look_across(self.journey.to(self.point))
        again = self.scale.animate.set_value(self.uphill.units)
        self.play(Vanish(self.field), again, run_time=STEADY)
        self.uphill.grown.set_value(0)
        self.grow_both_ways([ring.points for ring in self.rings])
