"""All of it once more: four slopes and the names they have, the two arrows, and the walk."""

from __future__ import annotations

import numpy as np
from manim import PI, Group, ValueTracker, VMobject

from mathcore import gradient_descent, steepest_angle
from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    GradientArrow,
    Hill,
    SideView,
    SlopeGraph,
    Term,
    Trail,
    TurningFilm,
    Vanish,
    Walker,
    beat,
    knob,
    on_board,
    tangent_ends,
)

ARROW = 0.16
"""The gradient's arrow as a share of the hill's longer side."""

STEP, WALK = 0.7, 6.0
"""Seconds for a step, and for all of them at most."""


class Recap(TurningFilm):
    """Derivative, partial and directional derivative, gradient: what each one says."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where the walk begins", like=(1.0, 1.0))
    rate = knob("auto", "learning rate η", above=0, like=0.15)
    steps = knob("auto", "how many steps", between=(1, 200), like=10)

    def cast(self) -> None:
        self.land = self.landscape()
        self.point = np.array(self.start)
        with self.blaming("start"):
            self.require_slopes(self.point)
        self.path = self.walk(self.land, gradient_descent(self.rate))
        self.walked = ValueTracker(0)
        self.scenery = Hill(self, self.land)
        self.walker = Walker(self.land, self.theme, self.where)
        self.set_up_direction(self.where)
        self.make_room_for_tangents(self.point)
        steepness = float(np.hypot.reduce(self.path.gradients[0]))
        scale = ARROW * self.land.span / (steepness or 1.0)
        stage = self.land, self.theme, self.where
        self.uphill, self.downhill = GradientArrow(*stage, scale), GradientArrow(*stage, -scale)
        self.director.give_way(*self.uphill, *self.downhill)
        self.trail = Trail(self.land, self.theme, self.path, self.walked.get_value)
        if not steepness:
            self.leave_out("the_gradient", "up_and_down", "the_walk")
        elif self.path.last == 0:
            self.leave_out("the_walk")

    def where(self) -> np.ndarray:
        """Return the walker's point of the domain (2,), now."""
        return self.path.position(self.walked.get_value())

    def term(self, symbol: str, words: str, color: str, row: int) -> Term:
        """Return a row of the table: a symbol in the colour of what it means, and words."""
        return Term(self.typeset, symbol, words, color=getattr(self.theme, color), row=row)

    @beat
    def the_derivative(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.side = SideView(self.typeset, self.turning, self.tr("seen from the side"))
        self.say("A cut through the hill is a curve: the slope of its tangent is a derivative.")
        self.play(Appear(self.scenery.map, self.scenery.axes, self.formula_f), run_time=STEADY)
        self.add(self.scenery.hill)
        self.play(self.scenery.rise.animate.set_value(1), run_time=SLOW)
        bare = (part for part in self.side if part is not self.side.letter)
        self.play(Appear(self.walker, self.turning, *bare), run_time=STEADY)
        self.play(Appear(self.term("f'", self.tr("slope of a curve"), "tangent", 0)))

    @beat
    def the_partial_derivatives(self) -> None:
        self.say("Along an axis, the other variable held fixed, it is a partial derivative.")
        name = self.partial_names()[0]
        term = self.term(name, self.tr("slope along an axis"), "tangent", 1)
        self.play(self.angle.animate.set_value(PI / 2), run_time=SLOW)
        self.play(Appear(term))
        self.play(self.angle.animate.set_value(0), run_time=SLOW)

    @beat
    def the_directional_derivative(self) -> None:
        self.say("Along any direction $u$ it is the directional derivative.")
        self.slopes = SlopeGraph(self.typeset, self.land, self.point, self.angle.get_value)
        self.u = self.name_of_u()
        self.play(Appear(self.compass, self.u, self.side.letter, self.slopes), run_time=STEADY)
        self.play(Appear(self.term("D_u f", self.tr("slope along any $u$"), "tangent", 2)))
        self.turn_all_the_way_round()

    @beat
    def the_gradient(self) -> None:
        self.say("The gradient points where that slope is highest; its length is that slope.")
        uphill = float(steepest_angle(self.land.hill, self.point)) % (2 * PI)
        self.play(Vanish(self.compass, self.u))
        self.play(self.angle.animate.set_value(uphill), run_time=SLOW)
        self.up_name = self.name_of("nabla f", self.uphill)
        self.add(self.uphill)
        self.play(self.uphill.grown.animate.set_value(1), Appear(self.up_name), run_time=STEADY)
        words = self.tr("steepest way up")
        self.play(Appear(self.term("nabla f", words, "gradient", 3)))

    def name_of(self, source: str, arrow: GradientArrow, *others: VMobject) -> VMobject:
        """Return the name of an arrow at the start, clear of the tangent and of other names."""
        land, gradient = self.land, self.path.gradients[0]
        steepness = float(np.hypot.reduce(gradient))
        foot, top = land.ground(self.point), land.surface(self.point)
        tip = land.ground(self.point + arrow.units * gradient)
        return self.arrow_tag(
            source,
            arrow.on_map,
            self.theme.gradient,
            beside=1,
            ends=np.stack([foot, tip]),
            others=[(other, self.uphill.on_map.points[[0, -1]]) for other in others],
            lines=[
                tangent_ends(land, self.point, gradient / steepness, steepness),
                np.stack([foot, top]),
            ],
        )

    @beat
    def up_and_down(self) -> None:
        self.say("$nabla f$ points the steepest way up, $-nabla f$ the steepest way down.")
        self.down_name = self.name_of("-nabla f", self.downhill, self.up_name)
        self.add(self.downhill)
        self.play(self.downhill.grown.animate.set_value(1), Appear(self.down_name), run_time=STEADY)

    @beat
    def the_walk(self) -> None:
        self.rule = on_board(self.rule_formula(), 1)
        self.say("Gradient descent steps against it, again and again.")
        arrows = Group(self.uphill, self.downhill, self.up_name, self.down_name)
        self.play(Vanish(self.side, self.slopes, self.turning, arrows))
        self.play(Appear(self.rule))
        self.add(self.trail)
        pace = min(STEP, WALK / self.path.last)
        for step in range(1, self.path.last + 1):
            self.play(self.walked.animate.set_value(step), run_time=pace)

    @beat
    def in_one_sentence(self) -> None:
        valley = self.valley_near(self.path.points[-1])
        if not self.path.gradients[0].any():
            self.say("Level ground: the slope is zero, whatever the direction.")
        elif self.walk_ends_near(self.path, valley):
            self.say("The gradient points the steepest way up; walk against it, toward the bottom.")
        else:
            self.say("The gradient points the steepest way up; gradient descent walks against it.")
        if valley is not None and self.path.last:
            name, color = self.tr("minimum"), self.theme.minimum
            self.play(Appear(self.pin(valley, name, color, self.trail.walked())))
