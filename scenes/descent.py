"""The flagship: one hill, its slopes in every direction, and the walk to the bottom."""

from __future__ import annotations

import numpy as np
from manim import PI, Create, Group, ValueTracker, linear

from mathcore import directional_derivative, gradient_descent, steepest_angle, unit_direction
from mathcore.typeset import typeset
from scenes.stage import (
    LOWER_BOARD,
    QUICK,
    SLOW,
    STEADY,
    Appear,
    Compass,
    GradientArrow,
    Hill,
    HillFilm,
    Marker,
    Plot,
    Row,
    Slice,
    StepArrow,
    Trail,
    Vanish,
    Walker,
    beat,
    colored,
    knob,
    number_text,
    on_board,
    position,
    vector_text,
)

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
        self.hill = self.land.hill
        self.path = self.walk(self.land, gradient_descent(self.rate))
        self.walked, self.angle = ValueTracker(0), ValueTracker(0)
        turn, walked = self.angle.get_value, self.walked.get_value
        self.scenery = Hill(self, self.land)
        self.walker = Walker(self.land, self.theme, self.where)
        self.slice_x = Slice(self.land, self.theme, self.where, lambda: 0.0)
        self.slice_y = Slice(self.land, self.theme, self.where, lambda: PI / 2)
        self.turning = Slice(self.land, self.theme, self.where, turn)
        self.compass = Compass(self.land, self.theme, self.where, turn)
        self.trail = Trail(self.land, self.theme, self.path, walked)
        self.next_step = StepArrow(self.land, self.theme, self.path, walked)
        scale = 0.7 / np.linalg.norm(self.path.gradients, axis=1).max()
        self.uphill = GradientArrow(self.land, self.theme, self.where, scale)
        self.downhill = GradientArrow(self.land, self.theme, self.where, -scale)

    def where(self) -> np.ndarray:
        """The walker's point of the domain, now."""
        return position(self.path, self.walked.get_value())

    def slope(self) -> float:
        """The slope of the hill at the walker along u, now."""
        return self.turning.slope()

    def row(self, label: str, text, row: int, color: str = "ink", column: float = 0.0) -> Row:
        """A named number in the panel, in the colour of what it means."""
        return Row(self.typeset, label, text, color=getattr(self.theme, color), row=row, column=column)

    @beat
    def the_hill(self) -> None:
        variables = ", ".join(typeset(variable) for variable in self.hill.variables)
        self.formula_f = on_board(self.formula(f"f({variables}) = {typeset(self.hill.expression)}"), 0)
        self.say("Above every point there is a height: the value of $f$.")
        self.play(Appear(self.scenery.map, self.scenery.axes, self.formula_f), run_time=STEADY)
        self.add(self.scenery.hill)
        self.play(self.scenery.rise.animate.set_value(1), run_time=SLOW)

    @beat
    def the_walker(self) -> None:
        point = "(" + ", ".join(typeset(variable) for variable in self.hill.variables) + ")"
        self.point = self.row(point, lambda: vector_text(self.where()), 0, "path")
        self.height = self.row("f", lambda: number_text(float(self.hill.value(self.where())), 3), 1)
        self.say("You stand here. Which way is down, and how steep is it?")
        self.play(Appear(self.walker), Appear(self.point), Appear(self.height))

    @beat
    def look_along_x(self) -> None:
        self.partial_x = self.look_along(self.slice_x, 0)
        self.say("Look along one axis: the cut has one tangent, and its slope is a partial derivative.")
        self.play(Appear(self.slice_x.plane, self.slice_x.trace), Create(self.slice_x.cut))
        self.play(Create(self.slice_x.tangent), Appear(self.partial_x))

    @beat
    def look_along_y(self) -> None:
        self.partial_y = self.look_along(self.slice_y, 1)
        self.say("Look along the other axis: another cut, another tangent, another slope.")
        self.play(Vanish(self.slice_x.plane))
        self.play(Appear(self.slice_y.plane, self.slice_y.trace), Create(self.slice_y.cut))
        self.play(Create(self.slice_y.tangent), Appear(self.partial_y))

    def look_along(self, cut: Slice, axis: int) -> Row:
        """The partial derivative along an axis, as a row of the panel."""
        label = f"partial f \\/ partial {typeset(self.hill.variables[axis])}"
        return self.row(label, lambda: number_text(cut.slope()), 2 + axis, "tangent")

    @beat
    def all_the_way_round(self) -> None:
        steepest = float(np.linalg.norm(self.path.gradients[0]))
        self.rose = Plot(
            self.typeset,
            LOWER_BOARD,
            (0, 2 * PI),
            (-1.15 * steepest, 1.15 * steepest),
            x_label="theta",
            y_label=colored("D_u f", self.theme.tangent),
            x_ticks=[(quarter * PI / 2, f"{90 * quarter} degree") for quarter in range(5)],
        )
        self.drawn = ValueTracker(0)
        self.slopes = self.rose.curve(self.slopes_drawn, self.theme.tangent)
        self.needle = Marker(self.rose, lambda: (self.angle.get_value(), self.slope()), self.theme.ink)
        degrees = lambda: number_text(np.degrees(self.angle.get_value()), 0) + "°"  # noqa: E731
        self.turned = self.row("theta", degrees, 2, "direction", column=2.7)
        self.sloping = self.row("D_u f", lambda: number_text(self.slope()), 3, "tangent", column=2.7)
        u = self.arrow_tag("u", self.compass.arrow, self.theme.direction)
        self.searching = Group(
            self.turning, self.compass, self.rose, self.slopes, self.needle, self.turned, self.sloping, u
        )
        self.say("Now turn the direction $u$ all the way round: the slope along it rises and falls.")
        self.play(Vanish(self.slice_x, self.slice_y), Appear(self.searching))
        turn = [tracker.animate.set_value(2 * PI) for tracker in (self.angle, self.drawn)]
        self.play(*turn, run_time=3 * SLOW, rate_func=linear)

    def slopes_drawn(self) -> np.ndarray:
        """The angles turned through so far and the slopes along them, (m, 2)."""
        angles = np.linspace(0, self.drawn.get_value(), 121)
        slopes = directional_derivative(self.hill, self.path.points[0], unit_direction(angles))
        return np.stack([angles, slopes], axis=-1)

    @beat
    def the_steepest(self) -> None:
        uphill = steepest_angle(self.hill, self.path.points[0]) % (2 * PI)
        self.formula_g = on_board(self.gradient_formula(), 1)
        self.gradient = self.row("nabla f", lambda: vector_text(self.gradient_here()), 2, "gradient")
        self.steepness = self.row(
            "|nabla f|", lambda: number_text(float(np.linalg.norm(self.gradient_here()))), 3, "gradient"
        )
        self.say("One direction climbs fastest: it is the gradient $nabla f$, and that slope is its length.")
        self.play(self.angle.animate.set_value(uphill), run_time=SLOW)
        self.add(self.uphill, self.arrow_tag("nabla f", self.uphill.on_hill, self.theme.gradient))
        self.play(
            self.uphill.grown.animate.set_value(1),
            Vanish(self.partial_x, self.partial_y, self.turned, self.compass, self.searching[-1]),
            Appear(self.formula_g, self.gradient, self.steepness),
            run_time=STEADY,
        )

    def gradient_here(self) -> np.ndarray:
        """The gradient at the walker, now."""
        return self.hill.gradient(self.where())

    def gradient_formula(self):
        """The gradient as a formula of the variables."""
        parts = ", ".join(typeset(part) for part in self.hill.gradient_expressions)
        return self.formula(f"{colored('nabla f', self.theme.gradient)} = ({parts})")

    @beat
    def the_way_down(self) -> None:
        self.say("Straight the other way, $-nabla f$, the hill falls fastest.")
        opposite = (self.angle.get_value() + PI) % (2 * PI)
        self.play(self.angle.animate.set_value(opposite), run_time=SLOW)
        self.add(self.downhill, self.arrow_tag("-nabla f", self.downhill.on_hill, self.theme.gradient))
        self.play(
            self.downhill.grown.animate.set_value(1),
            self.uphill.grown.animate.set_value(0),
            run_time=STEADY,
        )

    @beat
    def the_rule(self) -> None:
        path, gradient = self.theme.path, self.theme.gradient
        rule = f"{colored('bold(x)_(k+1)', path)} = {colored('bold(x)_k', path)} - eta thin "
        self.rule = on_board(self.formula(rule + colored("nabla f(bold(x)_k)", gradient)), 2)
        self.rate_row = self.row("eta", lambda: number_text(self.rate), 3, column=2.7)
        self.count = self.row("k", lambda: str(int(self.walked.get_value() + 1e-6)), 3)
        self.say("Take a step that way; the learning rate $eta$ says how long it is.")
        self.play(Vanish(self.searching, self.steepness))
        self.play(Appear(self.rule, self.rate_row), run_time=STEADY)
        step = self.arrow_tag("-eta thin nabla f", self.next_step.on_map, self.theme.path)
        self.add(self.next_step, step)
        self.play(self.next_step.grown.animate.set_value(1), Vanish(self.downhill.on_map), run_time=STEADY)

    @beat
    def the_first_step(self) -> None:
        low, high = min(0.0, self.path.values.min()), self.path.values.max()
        loss = colored("f(bold(x)_k)", self.theme.path)
        self.losses = Plot(
            self.typeset, LOWER_BOARD, (0, self.path.steps), (low, high), x_label="k", y_label=loss
        )
        self.loss = self.losses.curve(self.losses_so_far, self.theme.path)
        self.tip = Marker(self.losses, lambda: self.losses_so_far()[-1], self.theme.path)
        self.say("One step: the point moves, its height drops, and the curve of heights begins.")
        self.play(Appear(self.losses, self.tip, self.count))
        self.add(self.trail, self.loss)
        self.play(self.walked.animate.set_value(1), run_time=SLOW)

    def losses_so_far(self) -> np.ndarray:
        """Step and height along the way walked so far, corners included, (m, 2)."""
        done = self.walked.get_value()
        steps = np.append(np.arange(np.floor(done) + 1), done)
        return np.stack([steps, np.interp(steps, np.arange(self.path.steps + 1), self.path.values)], axis=-1)

    @beat
    def step_by_step(self) -> None:
        self.say("And again: as the ground levels out the arrow shortens, and so do the steps.")
        rest = range(2, self.path.steps + 1)
        pace = min(1.8, ALL_STEPS / max(1, len(rest)))
        for step in rest:
            self.next_step.grown.set_value(0)
            self.play(self.next_step.grown.animate.set_value(1), run_time=0.35 * pace)
            self.play(self.walked.animate.set_value(step), run_time=0.65 * pace)

    @beat
    def the_whole_walk(self) -> None:
        self.next_step.grown.set_value(0)
        self.say("The gradient points up the steepest way; descent keeps walking the other way.")
        self.play(*self.turn_view(phi=38, theta=-38), self.downhill.grown.animate.set_value(0), run_time=SLOW)
        valley = self.valley_near(self.path.points[-1])
        if valley is not None:
            self.play(Appear(self.pin(valley, self.theme.minimum)))
