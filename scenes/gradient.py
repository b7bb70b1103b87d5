"""The gradient: two slopes make one vector, and what that vector says, point by point."""

from __future__ import annotations

import numpy as np
from manim import PI, Create, Group, ValueTracker, VMobject

from mathcore.typeset import typeset
from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    ArrowField,
    GradientArrow,
    Journey,
    MapFilm,
    PartArrows,
    Slice,
    Vanish,
    Walker,
    beat,
    exchange,
    is_smooth_between,
    knob,
    on_board,
    round_scale,
    steep_and_flat,
)

ARROW = 0.18
"""The first arrow of the gradient as a share of the hill's longer side, at most."""

NAME = 0.65
"""Manim units that the name of an arrow takes beyond its tip."""


class Gradient(MapFilm):
    """Two slopes make one vector, the gradient: it points the steepest way up."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where one stands", like=(1.0, 1.0))

    def cast(self) -> None:
        self.set_up_hill()
        self.slopes_here = self.land.slopes(self.point)
        self.journey = Journey(self.point)
        stage = self.land, self.theme, self.journey.where
        self.walker = Walker(*stage)
        self.cuts = Slice(*stage, lambda: 0.0), Slice(*stage, lambda: PI / 2)
        self.set_up_direction(self.journey.where)
        self.make_room_for_tangents(self.point)
        steepest = float(np.hypot.reduce(self.slopes_here))
        scale = round_scale(ARROW * self.land.span / (steepest or 1.0))
        self.scale = ValueTracker(scale)
        self.make_room_for_arrows(scale * self.slopes_here[None], NAME)
        self.parts, self.uphill = PartArrows(*stage, scale), GradientArrow(*stage, scale)
        tangents = [cut.tangent for cut in self.cuts]
        self.director.give_way(*self.parts, *self.uphill, *tangents)
        self.field = ArrowField(self.land, self.theme, self.point)
        self.scale_row = self.drawn_row(self.scale.get_value, 3)
        self.named, self.lefts = Group(), Group()
        self.tour = steep_and_flat(self.land, self.point, scale)
        minima = self.smooth_minima()
        near = np.argsort(np.hypot.reduce(minima - self.point, axis=1))
        self.minima = minima[near][is_smooth_between(self.land, self.point, minima[near])]
        self.leave_out_what_is_not_there(steepest)

    def leave_out_what_is_not_there(self, steepest: float) -> None:
        """Tell the film without the beats that this function has nothing to show for."""
        if not steepest:
            self.leave_out("the_two_parts", "the_steepest", "across_the_contour", "its_length")
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
        first, second = (f"${typeset(variable)}$" for variable in self.land.hill.variables)
        self.say(
            "Two partial derivatives: how steep it is along {first}, and along {second}.",
            first=first,
            second=second,
        )
        self.raise_hill(self.formula_f)
        self.play(Appear(self.walker, self.place))
        self.partials = Group()
        for axis, cut in enumerate(self.cuts):
            row = self.partial_row(axis, cut.slope, 1 + axis)
            self.partials.add(row)
            self.play(Create(cut.cut), Create(cut.tangent), Appear(row), run_time=STEADY)

    @beat
    def the_two_parts(self) -> None:
        if self.slopes_here.all():
            self.say("Draw each slope as an arrow along its own axis, here on the map.")
        else:
            self.say("Draw each slope as an arrow along its own axis; a slope of 0 has none.")
        self.look_down(*self.cuts)
        self.add(self.parts)
        self.part_names = self.names_of_parts(
            self.parts, self.slopes_here, self.partial_names(), self.theme.tangent
        )
        self.play(
            self.parts.grown.animate.set_value(1),
            Appear(self.part_names, self.scale_row),
            run_time=STEADY,
        )

    @beat
    def one_vector(self) -> None:
        self.definition = on_board(self.gradient_definition(), 1)
        self.gradient = self.gradient_row(self.journey.where, 1)
        self.length = self.steepness_row(self.journey.where, 2)
        if self.slopes_here.any():
            self.say("Together they are one vector, the gradient: direction and length in one.")
            name = self.arrow_tag("nabla f", self.uphill.on_map, self.theme.gradient)
            self.named.add(name)
            self.play(Vanish(self.part_names))
            self.play(self.parts.joined.animate.set_value(1), run_time=STEADY)
            self.add(self.uphill)
            self.play(self.uphill.grown.animate.set_value(1), Appear(name), run_time=STEADY)
        else:
            self.say("Level ground: both slopes are zero, and the gradient is the zero vector.")
        self.play(Appear(self.definition), run_time=STEADY)
        self.gather_partials(self.partials, self.gradient, self.length)

    @beat
    def the_steepest(self) -> None:
        self.say("Turn $u$: the slope is highest along $nabla f$, and equals its length there.")
        self.show_the_direction(self.point, [self.parts, self.definition], on_map=True)
        self.turned = [self.turning.trace, self.compass, self.u, self.degrees, self.slope]
        self.turned.append(self.slopes)
        self.turn_all_the_way_round()
        self.turn_to(self.land.uphill(self.point))
        self.ceiling = self.slopes.ceiling()
        self.play(Appear(self.ceiling))
        self.turned.append(self.ceiling)

    @beat
    def across_the_contour(self) -> None:
        along = self.land.uphill(self.point) + PI / 2
        self.say("Along its contour line $f$ stays level; $nabla f$ stands at right angles to it.")
        self.formula_g = on_board(self.gradient_formula(), 2)
        self.contour, self.corner = self.contour_across()
        self.play(
            *exchange([self.side], self.definition, self.formula_g),
            Create(self.contour),
            run_time=STEADY,
        )
        self.turn_to(along)
        self.play(Appear(self.corner))
        self.turned += [self.contour, self.corner]

    @beat
    def its_length(self) -> None:
        if self.land.has_even_levels:
            self.say("Where contour lines are close, the arrow is long; where far apart, short.")
        else:
            self.say("Where the hill is steep, the arrow is long; where it is gentle, short.")
        self.put_direction_away()
        self.play(Vanish(self.named))
        for stop in self.tour:
            self.play(Appear(*self.tell_length()))
            left = self.uphill.on_map.copy().clear_updaters()
            self.director.give_way(left)
            self.lefts.add(left)
            self.add(left)
            self.play(self.journey.to(stop), run_time=SLOW)
        self.play(Appear(*self.tell_length()))

    def put_direction_away(self) -> None:
        """Take off what stands round u, if it is there."""
        if self.compass in self.mobjects:
            self.play(Vanish(*self.turned))

    def tell_length(self) -> list[VMobject]:
        """Return the number that tells how long the arrow is, where there is a place for it."""
        stops = np.array([self.point, *self.tour])
        others = stops[(stops != self.journey.where()).any(axis=1)]
        length = self.length_tag(self.length.readout.shown, self.uphill, others)
        self.lefts.add(*length)
        return length

    @beat
    def the_field(self) -> None:
        if self.field.is_even:
            self.say("Evenly spaced contour lines: the gradient is the same everywhere.")
        elif self.field.is_cut:
            self.say("Every arrow to one scale, the longest cut: a field of vectors.")
        elif self.field.has_gaps:
            self.say("Wherever $f$ has a gradient there is an arrow: a field of vectors.")
        elif self.field.scale < 1:
            self.say("Every point has its arrow, here drawn shorter: a field of vectors.")
        else:
            self.say("Every point has its arrow: the gradient is a field of vectors.")
        self.look_down(*self.cuts)
        self.put_direction_away()
        gone = [thing for thing in (*self.named, *self.lefts) if thing in self.mobjects]
        if self.is_short_from_here():
            self.add(self.uphill)
            shown = self.uphill.grown.animate.set_value(self.field.scale / self.uphill.units)
        else:
            shown = Vanish(self.uphill)
        self.play(
            shown,
            self.scale.animate.set_value(self.field.scale),
            *[Vanish(*gone)] if gone else [],
            run_time=STEADY,
        )
        self.add(self.field, self.scale_row)
        self.play(self.field.grown.animate.set_value(1), run_time=SLOW)

    def is_short_from_here(self) -> bool:
        """Whether the arrow is no longer than those of the field, from here to the minimum."""
        here = self.journey.where()
        ways = here + np.linspace(0, 1, 81)[:, None] * (
            np.array([here, *self.minima[:1]])[-1] - here
        )
        return self.field.holds(self.land.hill.gradient(ways))

    @beat
    def at_the_minimum(self) -> None:
        self.say("At a minimum the ground is level: the gradient is the zero vector.")
        self.rings = Group(*map(self.ring, self.minima))
        self.play(self.journey.to(self.minima[0]), run_time=SLOW)
        self.play(Appear(self.rings))

    @beat
    def the_way_down(self) -> None:
        self.say("$nabla f$ points the steepest way up, $-nabla f$ the steepest way down.")
        self.play(Vanish(self.uphill))
        self.play(self.field.turned.animate.set_value(PI), run_time=SLOW)
        self.look_across(self.journey.to(self.point))
