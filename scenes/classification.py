"""Classification: a boundary between two classes; its cross-entropy is a hill to walk down."""

from __future__ import annotations

from scenes.stage import (
    QUICK,
    SLOW,
    STEADY,
    Appear,
    ClassFilm,
    LossGraph,
    Vanish,
    beat,
    exchange,
    knob,
    on_board,
)


class Classification(ClassFilm):
    """A boundary between two classes: its cross-entropy is a hill, and each step turns it."""

    data = knob("clouds", "points: a set's name, or a CSV file with columns x, y, class", file=True)
    start = knob("auto", "the two weights of the first boundary", like=(-1.0, 1.5))
    rate = knob("auto", "learning rate η", above=0, like=1.5)
    steps = knob("auto", "how many steps", between=(1, 200), like=25)

    def cast(self) -> None:
        self.set_up_classes()
        if self.path.last == 0:
            self.leave_out("the_gradient", "step_by_step")

    # Points and a boundary

    @beat
    def the_points(self) -> None:
        picture = self.picture
        self.say("Points of two classes: which line parts them best?")
        self.play(Appear(picture.sheet, picture.wide, picture.dots, self.legend), run_time=STEADY)

    @beat
    def the_boundary(self) -> None:
        picture = self.picture
        self.formula_sum = on_board(self.sum_formula(), 0)
        self.parameters = self.parameter_rows()
        picture.drawn.set_value(0)
        self.say(
            "Two weights give each point a number $z$; "
            "the boundary $z = 0$ runs through the origin."
        )
        self.play(Appear(self.formula_sum, self.parameters))
        self.add(picture.line)
        self.play(picture.drawn.animate.set_value(1), run_time=STEADY)
        self.play(Appear(self.origin))
        self.tilt_and_shift()
        self.sides = self.side_names()
        self.play(Appear(self.sides))

    @beat
    def the_probability(self) -> None:
        self.formula_p = on_board(self.probability_formula(), 1)
        self.say(
            "From $z$ comes $p$, the probability that a point is a square: a half on the boundary."
        )
        self.play(Vanish(self.sides, self.origin))
        self.add(self.picture.shading)
        self.play(self.picture.shaded.animate.set_value(1), Appear(self.formula_p), run_time=SLOW)

    @beat
    def the_loss(self) -> None:
        picture = self.picture
        self.formula_loss, self.of_classes = on_board(self.loss_formula(), 2), self.class_formulas()
        self.loss_shown = self.loss_row()
        picture.weighed.set_value(0)
        self.say("Each circle's area is a loss: minus the log of the probability of its class $t$.")
        self.add(picture.rings)
        self.play(picture.weighed.animate.set_value(1), run_time=SLOW)
        self.play(Appear(self.formula_loss, self.of_classes, self.loss_shown))

    # The hill

    @beat
    def the_hill(self) -> None:
        self.say("The mean of the losses is the cross-entropy $L$: a hill over the two weights.")
        told = self.formula_sum, self.formula_p, self.formula_loss, self.of_classes
        self.make_way_for_hill(*told, self.legend)

    @beat
    def point_and_boundary(self) -> None:
        self.say(
            "Each point of the hill is a boundary: the lower, the more probable the true classes."
        )
        self.look_round()

    @beat
    def the_gradient(self) -> None:
        self.show_gradient()

    @beat
    def step_by_step(self) -> None:
        self.say("Step by step the point goes down the hill, and the boundary swings into place.")
        told = self.parts
        self.add(self.next_step, self.trail)
        if self.path.steps:
            told = self.first_step()
            self.play(*exchange([self.parts], told), self.planned.animate.set_value(1))
            self.take_step(1, SLOW)
        self.losses = LossGraph(self.typeset, self.path, self.walked.get_value, "L(bold(w)_k)")
        gone = told, self.eta
        self.play(*exchange(gone, self.losses, *self.walk_rows()), run_time=QUICK)
        self.walk_on(2)

    @beat
    def the_best_boundary(self) -> None:
        self.end_walk()
