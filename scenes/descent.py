"""The flagship: one hill, its slopes in every direction, and the walk to the bottom."""

from __future__ import annotations

import numpy as np
from manim import LEFT, PI, Create, Group, ValueTracker, linear

from mathcore import gradient_descent, steepest_angle
from mathcore.typeset import typeset
from scenes.stage import (
    LOST,
    SLOW,
    STEADY,
    Appear,
    Compass,
    CutGraph,
    GradientArrow,
    Hill,
    HillFilm,
    LossGraph,
    Slice,
    SlopeGraph,
    StepArrow,
    Trail,
    Vanish,
    Walker,
    beat,
    knob,
    number_text,
    on_board,
    position,
    short_text,
    within_turn,
)

ARROW = 0.175
"""The first gradient's arrow as a share of the hill's longer side; others are to its scale."""

LONGER = 2.2
"""How many times as long as that the arrow of the steepest gradient may be."""

ALL_STEPS = 16.0
"""Seconds that the steps after the first take together at most."""


class Descent(HillFilm):
    """Gradient descent walks down the hill, one step at a time."""

    f = knob("x^2 + y^2", "the hill's height")
    x_range = knob((-2.0, 2.0), "what is shown of the first variable")
    y_range = knob((-2.0, 2.0), "what is shown of the second variable")
    start = knob((1.6, 1.2), "where the walk begins")
    rate = knob(0.15, "learning rate η", above=0)
    steps = knob(10, "how many steps", between=(1, 200))

    def cast(self) -> None:
        self.land = self.landscape()
        self.path = self.walk(self.land, gradient_descent(self.rate))
        self.walked, self.angle = ValueTracker(0), ValueTracker(0)
        self.names = [f"${typeset(variable)}$" for variable in self.land.hill.variables]
        stage = self.land, self.theme, self.where
        turn, progress = self.angle.get_value, self.walked.get_value
        self.scenery = Hill(self, self.land)
        self.walker = Walker(*stage)
        self.cuts = Slice(*stage, lambda: 0.0), Slice(*stage, lambda: PI / 2)
        self.turning, self.compass = Slice(*stage, turn), Compass(*stage, turn)
        steepness = np.hypot.reduce(self.path.gradients, axis=1)
        scale = ARROW * self.land.span / max(steepness[0], steepness.max() / LONGER)
        self.uphill, self.downhill = GradientArrow(*stage, scale), GradientArrow(*stage, -scale)
        self.next_step = StepArrow(self.land, self.theme, self.path, progress)
        self.trail = Trail(self.land, self.theme, self.path, progress)

    def where(self) -> np.ndarray:
        """Return the walker's point of the domain (2,), now."""
        return position(self.path, self.walked.get_value())

    @beat
    def the_hill(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.say("Above every point there is a height: the value of $f$.")
        self.play(Appear(self.scenery.map, self.scenery.axes, self.formula_f), run_time=STEADY)
        self.add(self.scenery.hill)
        self.play(self.scenery.rise.animate.set_value(1), run_time=SLOW)

    @beat
    def the_walker(self) -> None:
        self.point, self.height = self.point_row(self.where, 0), self.height_row(self.where, 1)
        self.say("You stand here. Which way is down, and how steep is it?")
        self.play(Appear(self.walker, self.point, self.height), run_time=STEADY)

    @beat
    def look_along_x(self) -> None:
        moving, fixed = self.names
        self.say(
            "Hold {fixed} fixed and look along {moving}: one cut, one tangent, one slope.",
            moving=moving,
            fixed=fixed,
        )
        self.show_cut(0)

    @beat
    def look_along_y(self) -> None:
        fixed, moving = self.names
        self.say(
            "Now hold {fixed} fixed and look along {moving}: another cut, another slope.",
            moving=moving,
            fixed=fixed,
        )
        self.play(
            Vanish(self.cuts[0].plane, self.graph),
            *self.turn_view(phi=50, theta=-38),
            run_time=STEADY,
        )
        self.show_cut(1)

    def show_cut(self, axis: int) -> None:
        """Cut the hill along an axis and read the slope of the tangent."""
        cut = self.cuts[axis]
        self.graph = CutGraph(self.typeset, cut, axis)
        row = self.partial_row(axis, cut.slope, 2 + axis)
        self.partials = Group(*getattr(self, "partials", ()), row)
        self.play(Appear(cut.plane, cut.trace, self.graph), Create(cut.cut), run_time=STEADY)
        self.play(Create(cut.tangent), Appear(row), run_time=STEADY)

    @beat
    def all_the_way_round(self) -> None:
        turn = self.angle.get_value
        self.slopes = SlopeGraph(self.typeset, self.land, self.path.points[0], turn)
        self.degrees = self.row(
            "theta",
            lambda: number_text(np.degrees(within_turn(turn())), 0) + "°",
            2,
            "direction",
            column=1,
        )
        self.slope = self.slope_row(self.turning.slope, 3, column=1)
        self.u = self.arrow_tag("u", self.compass.arrow, self.theme.direction)
        self.say("Turn $u$ all the way round: the directional derivative rises and falls.")
        self.play(
            Vanish(*self.cuts, self.graph),
            Appear(self.turning, self.compass, self.u, self.slopes, self.degrees, self.slope),
        )
        full_turn = [t.animate.set_value(2 * PI) for t in (self.angle, self.slopes.drawn)]
        self.play(*full_turn, run_time=3 * SLOW, rate_func=linear)

    @beat
    def the_steepest(self) -> None:
        uphill = 2 * PI + steepest_angle(self.land.hill, self.path.points[0]) % (2 * PI)
        self.definition = on_board(self.gradient_definition(), 1)
        self.formula_g = on_board(self.gradient_formula(), 2)
        self.gradient = self.gradient_row(self.where, 2)
        self.length = self.steepness_row(self.where, 3)
        name = self.arrow_tag("nabla f", self.uphill.on_map, self.theme.gradient, beside=1)
        self.say("The gradient $nabla f$ points the steepest way up; its length is that slope.")
        self.play(self.angle.animate.set_value(uphill), run_time=SLOW)
        self.play(Appear(self.definition, self.formula_g), run_time=STEADY)
        self.add(self.uphill)
        self.play(
            self.uphill.grown.animate.set_value(1),
            Vanish(self.partials, self.degrees, self.compass, self.u),
            Appear(self.gradient, self.length, name),
            run_time=STEADY,
        )
        self.name = name

    @beat
    def the_way_down(self) -> None:
        opposite = self.angle.get_value() + PI
        name = self.arrow_tag("-nabla f", self.downhill.on_map, self.theme.gradient, beside=1)
        self.say("Straight the other way, along $-nabla f$, $f$ falls fastest.")
        self.play(
            self.angle.animate.set_value(opposite),
            self.uphill.grown.animate.set_value(0),
            Vanish(self.name),
            run_time=SLOW,
        )
        self.add(self.downhill)
        self.play(self.downhill.grown.animate.set_value(1), Appear(name), run_time=STEADY)
        self.name = name

    @beat
    def the_rule(self) -> None:
        self.rule = on_board(self.rule_formula(), 2)
        self.iterate = self.iterate_row(self.where, 0)
        self.count = self.count_row(self.walked.get_value, 3)
        self.rate_row = self.row("eta", lambda: short_text(self.rate), 3, column=1)
        self.step_name = self.arrow_tag(
            "-eta thin nabla f", self.next_step.on_map, self.theme.path, beside=-1
        )
        # At its true length the arrow shows what η takes of it; where that is too long, the map is
        # left to the step, and the arrow on the hill goes on showing the way.
        in_view = all(map(self.land.contains, self.path.points - self.path.gradients))
        if in_view:
            self.say("This is $-nabla f$ at full length; one step goes $eta$ times as far.")
        else:
            self.say(
                "So step by $-eta nabla f$: the learning rate $eta$ says how much of it to go."
            )
        length = 1 / abs(self.downhill.units) if in_view else 1.0
        gone, kept = self.definition, self.formula_g
        if not kept:  # the gradient of a long formula, which nobody could read
            gone, kept = kept, gone
        self.arrow_names = [self.name, self.step_name] if in_view else [self.step_name]
        self.play(
            Vanish(self.turning, self.slopes, self.slope, self.length, gone, self.point),
            Vanish(*([self.downhill.on_hill] if in_view else [self.downhill.on_map, self.name])),
            kept.animate.move_to(self.definition, aligned_edge=LEFT),
            self.downhill.grown.animate.set_value(length),
            Appear(self.rule, self.iterate, self.count, self.rate_row),
            run_time=STEADY,
        )
        self.add(self.next_step)
        self.play(
            self.next_step.grown.animate.set_value(1), Appear(self.step_name), run_time=STEADY
        )

    @beat
    def the_first_step(self) -> None:
        self.losses = LossGraph(self.typeset, self.path, self.walked.get_value)
        if self.path.values[1] < self.path.values[0]:
            self.say("One step: the point moves, its height drops, and the curve records it.")
        else:
            self.say("One step: so long that it ends higher up; the curve records it.")
        self.play(Appear(self.losses))
        self.add(self.trail)
        self.play(self.walked.animate.set_value(1), run_time=SLOW)

    @beat
    def step_by_step(self) -> None:
        if np.all(np.diff(np.hypot.reduce(self.path.gradients, axis=1)) < 0):
            self.say("Again and again: as the ground levels out, arrow and steps grow shorter.")
        else:
            self.say("Again and again: look where the gradient points, and step the other way.")
        named = self.arrow_names
        for step, pace in zip(range(2, self.path.steps + 1), self.paces(), strict=True):
            self.next_step.grown.set_value(0)
            if step == 3:
                self.play(Vanish(*named))
                named = []
            self.play(self.next_step.grown.animate.set_value(1), run_time=0.4 * pace)
            self.play(self.walked.animate.set_value(step), run_time=0.6 * pace)
        if named:
            self.play(Vanish(*named))

    def paces(self) -> np.ndarray:
        """Return the seconds for each step after the first: unhurried, then quicker."""
        paces = np.maximum(2.2 * 0.8 ** np.arange(self.path.steps - 1), 0.8)
        return paces * min(1.0, ALL_STEPS / max(paces.sum(), 1.0))

    @beat
    def the_whole_walk(self) -> None:
        valley = self.valley_near(self.path.points[-1])
        if self.path.outcome in LOST:
            self.say("One more step would leave the picture; a wider range shows where it goes.")
        elif self.walk_ends_near(self.path, valley):
            self.say("The gradient points the steepest way up; walk against it, toward the bottom.")
        else:
            self.say("The gradient points the steepest way up; gradient descent walks against it.")
        fold = [arrow.grown.animate.set_value(0) for arrow in (self.downhill, self.next_step)]
        self.play(*self.turn_view(phi=46, theta=-22), *fold, run_time=SLOW)
        if valley is not None:
            name, color = self.tr("minimum"), self.theme.minimum
            self.play(Appear(self.pin(valley, name, color, away=self.path.points[0])))
