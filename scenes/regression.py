"""Regression: a line is fitted to points; its mean squared error is a hill to walk down."""

from __future__ import annotations

from scenes.stage import (
    QUICK,
    SLOW,
    STEADY,
    Appear,
    FitFilm,
    LossGraph,
    Swell,
    Vanish,
    beat,
    exchange,
    knob,
    on_board,
)


class Regression(FitFilm):
    """A line fitted to points: its mean squared error is a hill, and each step moves both."""

    data = knob("line", "points: a set's name, or a CSV file with columns x, y", file=True)
    start = knob("auto", "slope and intercept of the first line", like=(-0.8, 1.8))
    rate = knob("auto", "learning rate η", above=0, like=0.25)
    steps = knob("auto", "how many steps", between=(1, 200), like=10)

    def cast(self) -> None:
        self.set_up_fit()
        if self.path.last == 0:
            self.leave_out("the_gradient", "the_code", "step_by_step")
        if self.path.steps == 0 and self.path.last:
            self.leave_out("the_code")
        if self.path.steps < 2:
            self.leave_out("step_by_step")

    # Points and lines

    @beat
    def the_points(self) -> None:
        self.say("Some points: which line comes closest to all of them?")
        self.play(Appear(self.picture.sheet, self.picture.wide, self.picture.dots), run_time=STEADY)

    @beat
    def a_line(self) -> None:
        scatter = self.picture
        self.formula_line = on_board(self.line_formula(), 0)
        self.parameters = self.parameter_rows()
        scatter.drawn.set_value(0)
        self.say("A line has two parameters: slope $m$ and intercept $b$.")
        self.play(Appear(self.formula_line, self.parameters))
        self.add(scatter.line)
        self.play(scatter.drawn.animate.set_value(1), run_time=STEADY)
        self.play(Appear(self.marks))
        self.tilt_and_shift()

    @beat
    def the_errors(self) -> None:
        scatter = self.picture
        scatter.opened.set_value(0)
        scatter.squared.set_value(0)
        self.say("At each point the line has an error: the prediction $hat(y)$ minus the true $y$.")
        self.play(Vanish(self.marks))
        self.add(scatter.residuals)
        self.play(scatter.opened.animate.set_value(1), run_time=SLOW)
        self.ends = self.bar_names()
        self.play(Appear(self.ends))

    @beat
    def the_squares(self) -> None:
        self.formula_loss = on_board(self.loss_formula(), 1, lines=2)
        self.loss_shown = self.loss_row()
        self.say("Square the errors: the mean of these squares is the loss $L$.")
        self.play(Vanish(self.ends))
        self.add(self.picture.squares)
        self.play(self.picture.squared.animate.set_value(1), run_time=SLOW)
        self.play(Appear(self.formula_loss, self.loss_shown))

    # The hill

    @beat
    def the_hill(self) -> None:
        self.say("Let slope and intercept be a point on a map, and the loss its height: a hill.")
        self.make_way_for_hill(self.formula_line, self.formula_loss)

    @beat
    def point_and_line(self) -> None:
        self.say(
            "Every point of the hill stands for a line: the lower the point, the better the fit."
        )
        self.look_round()

    @beat
    def the_gradient(self) -> None:
        self.show_gradient()

    @beat
    def the_code(self) -> None:
        self.listing, self.in_numbers = self.code(), self.first_step()
        self.say("Three lines of Python make a step: errors, gradient, new parameters.")
        self.play(*exchange([self.parts], self.listing), run_time=STEADY)
        self.run_line(0, Swell(self.picture.residuals))
        self.run_line(1, Swell(self.downhill))
        self.add(self.next_step, self.trail)
        self.run_line(2, self.planned.animate.set_value(1), Appear(self.in_numbers))
        self.take_step(1, SLOW)

    @beat
    def step_by_step(self) -> None:
        self.losses = LossGraph(self.typeset, self.path, self.walked.get_value, "L(m_k, b_k)")
        self.say("Step by step the point goes down the hill, and the line swings into place.")
        gone = self.listing, self.in_numbers, self.eta
        self.play(*exchange(gone, self.losses, *self.walk_rows()), run_time=QUICK)
        self.walk_on(2)

    @beat
    def the_best_line(self) -> None:
        self.end_walk()
