"""The flagship: one hill, its slopes in every direction, and the walk to the bottom."""

from __future__ import annotations

import numpy as np
from manim import LEFT, PI, Create, Group, VMobject

from mathcore import Outcome
from mathcore.typeset import typeset
from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    CutGraph,
    Ending,
    LossGraph,
    Slice,
    Vanish,
    WalkFilm,
    beat,
    exchange,
    knob,
    on_board,
    short_text,
)

ARROW = 0.175
"""The first gradient's arrow as a share of the hill's longer side; others are to its scale."""

PLAIN = 0.06
"""The share of the hill's longer side from which an arrow is seen well at its true length."""

LONGER = 2.2
"""How many times as long as that the arrow of the steepest gradient may be."""

DIMMED = 0.5
"""Opacity of the first cut while the second one is looked at."""

UNHURRIED = 0.7
"""Seconds of a step from which the gradient is shown anew before it."""


class Descent(WalkFilm):
    """Gradient descent walks down the hill, one step at a time."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where the walk begins", like=(1.6, 1.2))
    rate = knob("auto", "learning rate η", above=0, like=0.15)
    steps = knob("auto", "how many steps", between=(1, 200), like=10)

    def cast(self) -> None:
        self.set_up_hill(smooth=False)
        self.set_up_walk()
        self.names = [f"${typeset(variable)}$" for variable in self.land.hill.variables]
        stage = self.land, self.theme, self.where
        self.cuts = Slice(*stage, lambda: 0.0), Slice(*stage, lambda: PI / 2)
        self.set_up_direction(self.where)
        steepness = np.nan_to_num(np.hypot.reduce(self.path.gradients, axis=1))
        scale = self.arrow_scale(steepness[0], steepness.max())
        ahead = scale * np.nan_to_num(self.path.gradients[0])
        self.director.make_room(self.land.ground(self.path.points[0] + ahead)[None])
        self.make_room_for_tangents(self.path.points[0])
        self.set_up_gradient(scale)
        self.director.give_way(*(cut.tangent for cut in self.cuts))
        if self.path.last == 0:
            self.leave_out("the_way_down", "the_rule", "the_first_step", "step_by_step")
            if self.path.ending is Ending.KINK:
                self.leave_out("all_the_way_round", "the_steepest")
        elif self.path.steps == 0:
            self.leave_out("the_first_step", "step_by_step")
        elif self.path.steps == 1:
            self.leave_out("step_by_step")

    def arrow_scale(self, first: float, most: float) -> float:
        """Return the length of the domain that stands for one unit of gradient.

        Args:
            first: the steepness at the start.
            most: the greatest steepness on the walk.
        """
        scale = ARROW * self.land.span / (max(first, most / LONGER) or 1.0)
        return 1.0 if scale > 1 and first >= PLAIN * self.land.span else scale

    @beat
    def the_hill(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.say("Above every point there is a height: the value of $f$.")
        self.raise_hill(self.formula_f)

    @beat
    def the_walker(self) -> None:
        self.place, self.height = self.point_row(self.where, 0), self.height_row(self.where, 1)
        self.say("You stand here. Which way is down, and how steep is it?")
        self.play(Appear(self.walker, self.place, self.height), run_time=STEADY)

    @beat
    def look_along_x(self) -> None:
        moving, fixed = self.names
        if not self.depends_on(0):
            self.say(
                "Hold {fixed} fixed and look along {moving}: $f$ stays level, the slope is 0.",
                moving=moving,
                fixed=fixed,
            )
        elif self.has_slope(0):
            self.say(
                "Hold {fixed} fixed and look along {moving}: one cut, one tangent, one slope.",
                moving=moving,
                fixed=fixed,
            )
        else:
            self.say(
                "Hold {fixed} fixed and look along {moving}: this cut has no tangent here.",
                moving=moving,
                fixed=fixed,
            )
        self.show_cut(0)

    @beat
    def look_along_y(self) -> None:
        fixed, moving = self.names
        if not self.depends_on(1):
            self.say(
                "Now hold {fixed} fixed and look along {moving}: $f$ stays level, the slope is 0.",
                moving=moving,
                fixed=fixed,
            )
        elif self.has_slope(1):
            self.say(
                "Now hold {fixed} fixed and look along {moving}: another cut, another slope.",
                moving=moving,
                fixed=fixed,
            )
        else:
            self.say(
                "Now hold {fixed} fixed and look along {moving}: this cut has no tangent here.",
                moving=moving,
                fixed=fixed,
            )
        first = self.cuts[0]
        self.play(
            Vanish(first.plane, first.trace, self.graph),
            *self.turn_view(phi=50, theta=-30),
            *(line.animate.set_stroke(opacity=DIMMED) for line in (first.cut, first.tangent)),
            run_time=STEADY,
        )
        self.show_cut(1)

    def has_slope(self, axis: int) -> bool:
        """Whether the partial derivative along an axis exists at the start."""
        return bool(np.isfinite(self.cuts[axis].slope()))

    def show_cut(self, axis: int) -> None:
        """Cut the hill along an axis and read the slope of the tangent, if there is one."""
        cut = self.cuts[axis]
        self.graph = CutGraph(self.typeset, cut, axis)
        row = self.partial_row(axis, cut.slope, 2 + axis)
        self.partials = Group(*getattr(self, "partials", ()), row)
        self.play(Appear(cut.plane, cut.trace, self.graph), Create(cut.cut), run_time=STEADY)
        tangent = [Create(cut.tangent)] if self.has_slope(axis) else []
        self.play(*tangent, Appear(row), run_time=STEADY)

    @beat
    def all_the_way_round(self) -> None:
        if self.is_level():
            self.say("Turn $u$ all the way round: the slope is zero in every direction.")
        else:
            self.say(
                "Turn the unit vector $u$ all the way round: "
                "the slope along it is the directional derivative."
            )
        self.show_the_direction(self.path.points[0], in_place_of=[*self.cuts, self.graph])
        self.turn_all_the_way_round()

    def is_level(self) -> bool:
        """Whether the gradient is zero at the start."""
        return not self.land.slopes(self.path.points[0]).any()

    @beat
    def the_steepest(self) -> None:
        self.definition = on_board(self.gradient_definition(), 1)
        self.formula_g = on_board(self.gradient_formula(), 2)
        self.gradient = self.gradient_row(self.stop, 2)
        self.length = self.steepness_row(self.where, 3)
        turned = self.compass, self.u, self.degrees
        formulas = exchange([self.side], self.definition, self.formula_g)
        if self.is_level():
            self.say("Level in every direction: no way is steepest, and $nabla f$ is zero.")
            self.play(Vanish(*turned), *formulas, run_time=STEADY)
            self.gather_partials(self.partials, self.gradient, self.length)
            return
        self.up_name = self.gradient_tag("nabla f", self.uphill)
        if self.uphill.units < 1:
            self.say(
                "The gradient $nabla f$ points the steepest way up; its length, "
                "here drawn shorter, is that slope."
            )
        elif self.uphill.units > 1:
            self.say(
                "The gradient $nabla f$ points the steepest way up; its length, "
                "here drawn longer, is that slope."
            )
        else:
            self.say("The gradient $nabla f$ points the steepest way up; its length is that slope.")
        self.turn_to(self.land.uphill(self.path.points[0]))
        self.add(self.uphill)
        self.play(
            self.uphill.grown.animate.set_value(1),
            Vanish(*turned),
            Appear(self.up_name),
            run_time=STEADY,
        )
        self.play(*formulas, run_time=STEADY)
        self.gather_partials(self.partials, self.gradient, self.length)

    @beat
    def the_way_down(self) -> None:
        angle = self.angle.get_value()
        opposite = angle + PI if angle < PI else angle - PI  # the marker never jumps to 0° or 360°
        self.down_name = self.gradient_tag("-nabla f", self.downhill)
        self.say("Straight the other way, along $-nabla f$, $f$ falls fastest.")
        self.play(self.angle.animate.set_value(opposite), run_time=STEADY)
        self.add(self.downhill)
        self.play(self.downhill.grown.animate.set_value(1), Appear(self.down_name), run_time=STEADY)

    @beat
    def the_rule(self) -> None:
        self.rule = on_board(self.rule_formula(), 2)
        heights, self.height = self.height, self.height_row(self.stop, 1, "f(bold(x)_k)")
        self.iterate = self.iterate_row(self.stop, 0)
        self.count = self.count_row(lambda: min(self.walked.get_value(), self.path.steps), 3)
        self.rate_row = self.row("eta", lambda: short_text(self.rate), 3, column=1)
        # At its true length the arrow shows what η takes of it. Where that is too long, or too
        # short to be seen, ∇f is shown as before, and the step goes the other way.
        tips = self.path.points - np.nan_to_num(self.path.gradients)
        steepness = float(np.hypot.reduce(self.path.gradients[0]))
        in_view = steepness > PLAIN * self.land.span and all(map(self.land.contains, tips))
        # It keeps to the other side than the name on its line, or clear of what else is there.
        upright = np.stack([self.land.ground(self.stop()), self.land.surface(self.stop())])
        self.compared, name, self.length_shown = self.uphill, self.up_name, 1.0
        gone = [self.downhill, self.down_name]
        ends = self.uphill.on_map.points[[0, -1]]
        if in_view:
            self.compared, name = self.downhill, self.down_name
            self.length_shown = 1 / abs(self.downhill.units)
            gone = [self.uphill, self.up_name]
            ends = self.land.ground(np.stack([self.stop(), tips[0]]))
        self.step_name = self.arrow_tag(
            "-eta thin nabla f",
            self.next_step.on_map,
            self.theme.path,
            beside=-name.beside or -1,
            ends=self.land.ground(self.path.position(np.array([0.0, 1.0]))),
            lines=[ends, upright],
            others=[(name, ends)],
        )
        if in_view:
            self.say(
                "This is $-nabla f$ at full length; each step is $eta$ times that: "
                "$eta$ is the learning rate."
            )
        else:
            self.say(
                "So step by $-eta nabla f$: the learning rate $eta$ says how much of it to go."
            )
        formula, kept = self.definition, self.formula_g
        if not kept:  # the gradient of a long formula, which nobody could read
            formula, kept = kept, formula
        step_name = [self.step_name] if self.step_name.has_room else []
        covered = in_view and self.rate > 1 and name.beside == 0  # by the longer arrow of the step
        self.arrow_names = [*([] if covered else [name]), *step_name]
        gone += [name] if covered else []
        gone += [self.turning, self.slopes, self.slope, self.length, self.place, heights, formula]
        self.play(Vanish(*gone))
        self.play(
            kept.animate.move_to(self.definition, aligned_edge=LEFT),
            self.compared.grown.animate.set_value(self.length_shown),
            Appear(self.rule, self.iterate, self.height, self.count, self.rate_row),
            run_time=STEADY,
        )
        self.add(self.next_step)
        named = [Appear(*step_name)] if step_name else []
        self.play(self.planned.animate.set_value(1), *named, run_time=STEADY)

    @beat
    def the_first_step(self) -> None:
        self.losses = LossGraph(self.typeset, self.path, self.walked.get_value)
        if self.path.values[1] < self.path.values[0]:
            self.say("One step: the point moves, its height drops, and the curve records it.")
        else:
            self.say("One step: so long that it ends higher up; the curve records it.")
        self.play(Appear(self.losses))
        self.add(self.trail)
        self.take_step(1, SLOW)
        self.play(*self.look_again(), *map(Appear, self.names_ahead()), run_time=STEADY)

    def names_ahead(self) -> list[VMobject]:
        """Return the name of the arrow where the walker stands, if there is a place for it.

        There is none at an arrow that is hardly seen, nor where it shows the way up: the trail lies
        below it.
        """
        arrow = self.downhill.units * self.land.hill.gradient(self.stop())
        ends = self.land.ground(self.stop() + self.length_shown * np.stack([0 * arrow, arrow]))
        return [n for n in self.arrow_names if n is self.down_name and self.is_long(ends)]

    @beat
    def step_by_step(self) -> None:
        if np.all(np.diff(np.hypot.reduce(self.path.gradients, axis=1)) < 0):
            self.say("Again and again: as the ground levels out, arrow and steps grow shorter.")
        else:
            self.say("Again and again: look where the gradient points, and step the other way.")
        for step, pace in enumerate(self.paces(self.path.steps - 1), 2):
            looked = self.look_again() if pace >= UNHURRIED else []
            self.play(self.planned.animate.set_value(step), *looked, run_time=0.4 * pace)
            self.take_step(step, 0.6 * pace)

    @beat
    def the_whole_walk(self) -> None:
        valley = self.valley_near(self.path.points[-1])
        self.say_how_it_ended(valley)
        if self.path.exit is not None:
            self.step_out()
        self.play(*self.turn_view(phi=46, theta=-22), *self.put_away(), run_time=SLOW)
        if valley is not None:
            name, color = self.tr("minimum"), self.theme.minimum
            self.play(Appear(self.pin(valley, name, color, self.trail.walked())))

    def step_out(self) -> None:
        """Take the step that leaves the picture; what would be read off the walker goes with it."""
        self.add(self.trail)
        self.play(
            self.planned.animate.set_value(self.path.last), *self.look_again(), run_time=STEADY
        )
        read = Vanish(self.iterate, self.height, self.gradient)
        self.take_step(self.path.last, SLOW, read)
        self.play(Vanish(self.walker))

    def say_how_it_ended(self, valley: np.ndarray | None) -> None:
        """Say the last sentence: how this walk ended, and why."""
        if self.say_usual_ending():
            return
        match self.path.ending:
            case Ending.UNDEFINED:
                self.say("The next step ends where $f$ is not defined: there is no ground there.")
            case Ending.KINK:
                self.say("No tangent plane here, so no gradient: no step can follow it.")
            case _ if self.goes_to_and_fro(self.path):
                self.say("It jumps to and fro: a smaller learning rate $eta$ comes closer.")
            case _ if self.walk_ends_near(self.path, valley):
                self.say(
                    "The gradient points the steepest way up; walk against it, toward the bottom."
                )
            case _ if self.path.path.outcome is Outcome.OUT_OF_STEPS:
                self.say("Still $f$ falls: more steps, or another $eta$, lead further.")
            case _:
                self.say(
                    "The gradient points the steepest way up; gradient descent walks against it."
                )
