"""All of it once more: four slopes and the names they have, the two arrows, and the walk."""

from __future__ import annotations

from manim import PI, Group

from scenes.stage import (
    QUICK,
    SLOW,
    STEADY,
    Appear,
    Glossary,
    SideView,
    Vanish,
    WalkFilm,
    beat,
    exchange,
    knob,
    on_board,
)

ARROW = 0.16
"""The gradient's arrow as a share of the hill's longer side."""

UNIT = 0.19
"""About how long the arrow of u is as a share of that side."""

TELLING = 1.25
"""A scale nearer to 1 than this makes no difference that one sees; the true length is shown."""

TOLD = 2.42, 3.1
"""The rows of the board that say what the angle is, and to which scale u is drawn."""

SYMBOLS, FEW_SYMBOLS, LINE = 2.05, 0.85, 0.39
"""Manim units for the column of symbols, of slopes and of a model, and from line to line."""

RULE_OF_A_MODEL = "{ahead} = {here} - eta thin {gradient} ({here})"
"""The update rule with a model's parameters and its loss, Typst maths."""

EYE = 52.0, 46.0, 40.0, 34.0, 28.0
"""Where the eye may stand for the walk, in degrees from the zenith: as before, or higher up."""

WALK = 6.0
"""Seconds that all steps take together at most."""


class Recap(WalkFilm):
    """Derivative, partial and directional derivative, gradient: what each one says."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where the walk begins", like=(1.0, 1.0))
    rate = knob("auto", "learning rate η", above=0, like=0.15)
    steps = knob("auto", "how many steps", between=(1, 200), like=10)

    def cast(self) -> None:
        self.set_up_hill()
        self.model_names = self.scenery.other_names("theta_1", "theta_2", "L")
        self.set_up_walk()
        self.set_up_unit(self.where, UNIT)
        self.make_room_for_compass()
        self.make_room_for_tangents(self.point)
        scale = self.gradient_scale(ARROW)
        self.set_up_gradient(1.0 if 1 / TELLING < scale < TELLING else scale)
        self.glossary = Glossary(self.typeset, SYMBOLS, row=LINE)
        self.training = Glossary(self.typeset, FEW_SYMBOLS, row=LINE)
        without_a_walk = "the_walk", "in_machine_learning", "the_tools"
        if not self.slopes_here.any():
            without_a_gradient = "the_gradient", "up_and_down", "from_one_to_the_next"
            self.leave_out(*without_a_gradient, *without_a_walk)
        elif self.path.last == 0:
            self.leave_out(*without_a_walk)

    def tell(self, symbol: str, words: str, color: str, table: Glossary | None = None) -> None:
        """Write a table's next row: a symbol in the colour of what it means, and words."""
        row = (table or self.glossary).entry((f"${symbol}$", color), (words, "ink"))
        self.play(Appear(row))

    @beat
    def the_derivative(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        self.side = SideView(self.typeset, self.turning, self.tr("seen from the side"))
        self.say("A cut through the hill is a curve: the slope of its tangent is a derivative.")
        self.raise_hill(self.formula_f)
        self.along = [
            self.side.axis_name(self.typeset, name.strip("$"), self.theme.quiet)
            for name in self.axes_in_words().values()
        ]
        bare = (part for part in self.side if part is not self.side.letter)
        self.play(Appear(self.walker, self.turning, *bare, self.along[0]), run_time=STEADY)
        self.tell("f'", self.tr("slope of a curve"), "tangent")

    @beat
    def the_partial_derivatives(self) -> None:
        self.say(
            "Along an axis, the slope is a partial derivative: the other variable is held fixed."
        )
        words = self.tr("slope along {first}, {second}").format(**self.axes_in_words())
        self.tell(", ".join(self.partial_names()), words, "tangent")
        turned = exchange(self.along[:1], self.along[1])
        self.play(self.angle.animate.set_value(PI / 2), *turned, run_time=SLOW)

    @beat
    def the_directional_derivative(self) -> None:
        self.say("Along any direction $u$, the slope is the directional derivative.")
        self.slopes = self.slope_graph(self.point)
        self.u = self.name_of_u()
        self.told = self.words_of_angle(TOLD[0]), *self.unit_rows(TOLD[1])
        come = self.compass, self.u, self.side.letter, self.slopes, *self.told
        self.play(self.angle.animate.set_value(0), run_time=SLOW)
        self.play(*exchange(self.along[1:], *come), run_time=STEADY)
        self.tell("D_u f", self.tr("slope along any $u$"), "tangent")
        self.turn_all_the_way_round()

    @beat
    def the_gradient(self) -> None:
        self.say_how_steep_gradient_is()
        uphill = self.land.uphill(self.point) % (2 * PI)
        self.play(Vanish(self.compass, self.u, *self.told))
        self.play(self.angle.animate.set_value(uphill), run_time=SLOW)
        self.up_name = self.gradient_tag("nabla f", self.uphill)
        self.grow(self.uphill, Appear(self.up_name))
        self.tell("nabla f", self.tr("steepest way up"), "gradient")
        self.tell("|nabla f|", self.tr("the steepest slope"), "gradient")

    @beat
    def up_and_down(self) -> None:
        self.say("$nabla f$ points the steepest way up, $-nabla f$ the steepest way down.")
        self.down_name = self.gradient_tag("-nabla f", self.downhill)
        self.grow(self.downhill, Appear(self.down_name))

    @beat
    def from_one_to_the_next(self) -> None:
        self.say(
            "One leads to the next: hold one variable fixed, turn anywhere, take the steepest."
        )
        self.play(Vanish(self.side, self.slopes))
        for place, words in (
            (1, self.tr("hold the other fixed")),
            (3, self.tr("turn to any direction")),
            (5, self.tr("take the steepest of all")),
        ):
            link, room = self.glossary.insert(place, ("$arrow.b$", "ink"), (words, "quiet"))
            self.play(*room, run_time=QUICK)
            self.play(Appear(link))

    @beat
    def the_walk(self) -> None:
        self.rule = on_board(self.rule_formula(), 1)
        self.say("Gradient descent: from $bold(x)$, step against $nabla f$, again and again.")
        arrows = Group(self.uphill, self.downhill, self.up_name, self.down_name)
        self.play(Vanish(self.turning, arrows))
        heights = self.walker.counted.animate.set_value(0)  # the line from 0 says nothing here
        self.play(*self.view_into_walk(EYE), heights, Appear(self.rule), run_time=STEADY)
        self.tell("-nabla f", self.tr("steepest way down"), "gradient")
        self.tell("eta", self.tr("learning rate"), "ink")
        self.add(self.trail)
        for step, pace in enumerate(self.paces(self.path.last, WALK), 1):
            self.play(self.walked.animate.set_value(step), run_time=pace)

    @beat
    def in_machine_learning(self) -> None:
        rule = RULE_OF_A_MODEL.format(
            ahead=self.wearing("bold(theta)_(k+1)", "path"),
            here=self.wearing("bold(theta)_k", "path"),
            gradient=self.wearing("nabla L", "gradient"),
        )
        self.model_rule = on_board(self.formula(rule), 1)
        self.say(
            "Training a model is this walk: the height is its loss $L$, the place its "
            "parameters $bold(theta)$."
        )
        gone = self.formula_f, self.rule, self.scenery.names, *self.glossary.entries
        self.play(*exchange(gone, self.model_rule, self.model_names))
        self.tell("L", self.tr("squared error, cross-entropy"), "ink", self.training)
        self.tell("bold(theta)", self.tr("what the model learns"), "path", self.training)

    @beat
    def the_tools(self) -> None:
        self.say(
            "Backpropagation gives $nabla L$, mini-batches estimate it; "
            "momentum and $H$ shape the steps."
        )
        for symbol, words, color in (
            ("nabla L", self.tr("by backpropagation"), "gradient"),
            ("nabla L_B", self.tr("by a mini-batch: noisy, cheap"), "gradient"),
            ("bold(v)_k", self.tr("momentum: past gradients"), "path"),
            ("H", self.tr("Hessian: how the loss bends"), "ink"),
        ):
            self.tell(symbol, words, color, self.training)

    @beat
    def in_one_sentence(self) -> None:
        if self.training.entries:
            learnt = self.model_rule, self.model_names, *self.training.entries
            come = self.formula_f, self.rule, self.scenery.names, *self.glossary.entries
            self.play(*exchange(learnt, *come))
        valley = self.valley_near(self.path.points[-1])
        if not self.slopes_here.any():
            self.say("Level ground: the slope is zero, whatever the direction.")
        else:
            self.sum_up(self.bottom_of(self.path))
        if valley is not None and self.path.last:
            self.play(Appear(self.pin_minimum(valley, self.trail.walked())))
