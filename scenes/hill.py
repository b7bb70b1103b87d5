"""The idea before the formulas: look to two sides, put the two together, walk; then the names."""

from __future__ import annotations

import numpy as np
from manim import DEGREES, PI, Animation, Create, Mobject, ValueTracker, VMobject

from mathcore import gradient_descent
from mathcore.typeset import typeset
from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    Glossary,
    GradientArrow,
    Hill,
    HillFilm,
    Slice,
    SpaceArrow,
    StepArrow,
    Swell,
    Trail,
    Vanish,
    Walker,
    beat,
    domain_arrow,
    knob,
    on_board,
)

ARROW = 0.2
"""How long the arrow of the steepest way is, as a share of the hill's longer side."""

HIGH = 48
"""Where the camera stands, in degrees from the zenith: it sees into the valley."""

DIMMED = 0.5
"""Opacity of the first cut while the second one is looked at."""

LOOKS = 3
"""Steps before which one looks again for the way; after them there is no need to see it."""

STEP, WALK = 0.8, 5.0
"""Seconds for a step, and for all of them at most."""


class OnTheHill(HillFilm):
    """On a hill, two looks show the way down; then everything seen gets its name."""

    f = knob("sin(x) cos(y)", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-3.0, 3.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-1.4, 3.0))
    start = knob("auto", "where one stands", like=(1.0, -0.4))
    rate = knob("auto", "learning rate η", above=0, like=1.2)
    steps = knob("auto", "how many steps", between=(1, 200), like=5)

    def cast(self) -> None:
        self.camera.set_phi(HIGH * DEGREES)
        self.land = self.landscape()
        with self.blaming("start"):
            self.require_slopes(np.array(self.start))
        self.path = self.walk(self.land, gradient_descent(self.rate))
        self.slopes = self.path.gradients[0]
        self.walked, self.planned = ValueTracker(0), ValueTracker(0)
        self.scenery = Hill(self, self.land)
        stage = self.land, self.theme, self.where
        self.walker = Walker(*stage)
        self.cuts = Slice(*stage, lambda: 0.0), Slice(*stage, lambda: PI / 2)
        self.director.make_room(np.concatenate([cut.tangent_ends() for cut in self.cuts]))
        self.cast_arrows()
        self.trail = Trail(self.land, self.theme, self.path, self.walked.get_value)
        self.valley = self.valley_near(self.path.points[-1])
        self.glossary = Glossary(self.typeset, self.tr("on the hill"), self.tr("in mathematics"))
        at_bottom = self.valley is not None and np.allclose(self.path.points[0], self.valley)
        if not self.slopes.any():
            self.leave_out("put_together")
        if self.path.steps == 0:
            self.leave_out("walk_down", "the_step", *([] if at_bottom else ["the_bottom"]))

    def cast_arrows(self) -> None:
        """Make the arrows on the map: the two ways, what they make together, and a step."""
        self.sign, self.joined = ValueTracker(-1), ValueTracker(0)
        scale = ARROW * self.land.span / (float(np.hypot.reduce(self.slopes)) or 1.0)
        first, second = scale * np.diag(self.slopes)
        parts = [
            domain_arrow(
                self.land,
                lambda: self.stop() + self.sign.get_value() * self.joined.get_value() * first,
                lambda: self.sign.get_value() * second,
                color=self.theme.tangent,
            ),
            domain_arrow(
                self.land,
                self.stop,
                lambda: self.sign.get_value() * first,
                color=self.theme.tangent,
            ),
        ]
        self.parts = [part for part in parts[::-1] if np.linalg.norm(part.get_vector()) > 0]
        stage = self.land, self.theme, self.stop
        self.uphill, self.downhill = GradientArrow(*stage, scale), GradientArrow(*stage, -scale)
        ways = np.array([[1.0], [-1.0]]) * (first + second)
        self.director.make_room(self.land.ground(self.path.points[0] + ways))
        tangents = [cut.tangent for cut in self.cuts]
        self.director.give_way(*tangents, *self.parts, *self.uphill, *self.downhill)
        self.tags: list[tuple[VMobject, np.ndarray]] = []
        self.next_step = StepArrow(
            self.land, self.theme, self.path, self.walked.get_value, self.planned.get_value
        )

    def where(self) -> np.ndarray:
        """Return the walker's point of the domain (2,), now."""
        return self.path.position(self.walked.get_value())

    def stop(self) -> np.ndarray:
        """Return the point of the domain (2,) that the walker reached with the last whole step."""
        return self.path.position(np.floor(self.walked.get_value() + 1e-9))

    # What is seen

    @beat
    def on_the_hill(self) -> None:
        self.director.alone.set_value(1)
        self.say("You stand on a hill and want to go down. Which way?")
        self.play(Appear(self.scenery.map), run_time=STEADY)
        self.add(self.scenery.hill)
        self.play(self.scenery.rise.animate.set_value(1), run_time=SLOW)
        self.play(Appear(self.walker.dot))

    @beat
    def left_and_right(self) -> None:
        if self.slopes[0]:
            self.say("Look left and right: to one side the ground rises, to the other it falls.")
        else:
            self.say("Look left and right: here the ground is level.")
        self.look_along(0)

    @beat
    def ahead_and_behind(self) -> None:
        if self.slopes[1]:
            self.say("Look ahead and behind: one of these ways leads up, the other down.")
        else:
            self.say("Look ahead and behind: that way the ground is level.")
        first = self.cuts[0]
        self.play(
            Vanish(first.plane, first.trace),
            *(line.animate.set_stroke(opacity=DIMMED) for line in (first.cut, first.tangent)),
            run_time=STEADY,
        )
        self.look_along(1)

    def look_along(self, axis: int) -> None:
        """Cut the hill along an axis and lay the tangent on the cut."""
        cut = self.cuts[axis]
        self.play(Appear(cut.plane, cut.trace), Create(cut.cut), run_time=STEADY)
        self.play(Create(cut.tangent), run_time=STEADY)

    @beat
    def put_together(self) -> None:
        if self.slopes.all():
            self.say("Put both ways down together: in this direction the ground falls fastest.")
        else:
            self.say("Only one of the looks shows a way down: there the ground falls fastest.")
        first, second = self.cuts
        walker = self.walker
        self.play(
            Vanish(first.cut, second.plane, second.trace, second.cut),
            Appear(walker.foot, walker.plumb, walker.stem, walker.zero),
            first.tangent.animate.set_stroke(opacity=1),
            run_time=STEADY,
        )
        self.add_up(-1, self.downhill)

    def add_up(self, sign: int, arrow: GradientArrow, *others: Animation) -> None:
        """Lay the two ways up (1) or down (-1) end to end; the arrow leads where they end."""
        self.sign.set_value(sign)
        self.joined.set_value(0)
        self.play(Appear(*self.parts), run_time=STEADY)
        if self.slopes.all():
            self.play(self.joined.animate.set_value(1), run_time=STEADY)
        self.add(arrow)
        self.play(arrow.grown.animate.set_value(1), *others, run_time=STEADY)

    @beat
    def walk_down(self) -> None:
        if np.any(np.diff(self.path.values) > 0):
            self.say("Take a step that way, then look again: a step too long leads up once more.")
        elif self.walk_ends_near(self.path, self.valley):
            self.say("Take a step that way, look again, step again, and you come to the bottom.")
        else:
            self.say("Take a step that way, look again, step again: every step leads lower.")
        self.play(*self.looks_away(but=self.downhill))
        self.add(self.trail)
        for step, pace in enumerate(self.paces(), 1):
            looking = step <= LOOKS
            if looking and step > 1:
                self.add(self.downhill)
                self.play(self.downhill.grown.animate.set_value(1), run_time=STEADY / 2)
            ends = [self.downhill.grown.animate.set_value(0)] if looking else []
            self.play(self.walked.animate.set_value(step), *ends, run_time=pace)
        self.remove(self.downhill)

    def looks_away(self, but: Mobject | None = None) -> list[Animation]:
        """Return what takes off all that the looks showed, but for one thing."""
        looks = [*(part for cut in self.cuts for part in cut), *self.parts, self.downhill]
        return [Vanish(look) for look in looks if self.is_there(look) and look is not but]

    def is_there(self, thing: Mobject) -> bool:
        """Whether a thing is on stage, alone or in a group."""
        return any(thing in group.get_family() for group in self.mobjects)

    def paces(self) -> np.ndarray:
        """Return the seconds for each step: slow ones first, then quicker."""
        paces = STEP * np.maximum(0.85 ** np.arange(self.path.steps), 0.4)
        return paces * min(1.0, WALK / paces.sum())

    # What it is called

    @beat
    def your_place(self) -> None:
        place = ", ".join(map(typeset, self.land.hill.variables))
        self.formula_f = on_board(self.field_formula(), 0)
        self.say("Now the names: your place is a point ${place}$, its height is ${value}$.",
                 place=f"({place})", value=f"f({place})")  # fmt: skip
        self.play(
            self.director.alone.animate.set_value(0),
            self.walked.animate.set_value(0),
            *self.looks_away(),
            run_time=SLOW,
        )
        self.remove(self.trail)
        stand = [part for part in self.walker if not self.is_there(part)]
        self.play(
            Appear(self.scenery.axes, self.formula_f, self.glossary.heads, *stand), run_time=STEADY
        )
        self.name(self.tr("your place"), self.tr("point") + f" $({place})$", "ink")
        self.play(Swell(self.walker.foot))
        self.name(self.tr("its height"), self.tr("value") + f" $f({place})$", "ink")
        self.play(Swell(self.walker.stem))

    def name(self, words: str, name: str, color: str) -> None:
        """Write the next entry of the glossary, in a colour of the theme."""
        self.play(Appear(self.glossary.entry(words, name, getattr(self.theme, color))))

    @beat
    def both_slopes(self) -> None:
        self.say("The two slopes that you saw are the partial derivatives of $f$.")
        names = self.partial_names()
        for cut in self.cuts:
            cut.cut.set_stroke(opacity=1)
        self.play(*(Create(cut.cut) for cut in self.cuts), run_time=STEADY)
        self.play(*(Create(cut.tangent) for cut in self.cuts), run_time=STEADY)
        self.name(self.tr("both slopes"), f"${', '.join(names)}$", "tangent")

    @beat
    def the_gradient(self) -> None:
        together = self.tr("both together"), self.tr("gradient") + " $nabla f$", "gradient"
        if not self.slopes.any():
            self.say("Together they make the gradient $nabla f$; on level ground it is zero.")
            self.name(*together)
            return
        self.say("Together they make the gradient $nabla f$; the steepest way down is $-nabla f$.")
        self.play(Vanish(*(cut.cut for cut in self.cuts)))
        self.add_up(1, self.uphill, *self.named("nabla f", self.uphill.on_map, 1))
        self.name(*together)
        self.play(Vanish(*self.parts))
        self.add(self.downhill)
        named = self.named("-nabla f", self.downhill.on_map, -1)
        self.play(self.downhill.grown.animate.set_value(1), *named, run_time=STEADY)
        self.name(self.tr("steepest way down"), "$-nabla f$", "gradient")

    def named(self, source: str, arrow: SpaceArrow, units: float) -> list[Animation]:
        """Return what brings on the name of an arrow along the gradient, if there is room for it.

        The name keeps clear of the tangents, of what stands on the place, and of other names.

        Args:
            source: Typst maths.
            arrow: what it names; it may not have its length yet.
            units: the length that it will have, in lengths of the gradient's arrow.
        """
        land, point = self.land, self.path.points[0]
        ends = land.ground(np.stack([point, point + units * self.uphill.units * self.slopes]))
        upright = np.stack([land.ground(point), land.surface(point)])
        tag = self.arrow_tag(
            source,
            arrow,
            arrow.get_stroke_color().to_hex(),
            beside=1,
            ends=ends,
            lines=[upright, *(cut.tangent_ends() for cut in self.cuts)],
            others=self.tags,
        )
        if not tag.has_room:
            return []
        self.tags.append((tag, ends))
        return [Appear(tag)]

    @beat
    def the_step(self) -> None:
        self.say("A step is $-eta nabla f$: the learning rate $eta$ says how far you go.")
        tags = [tag for tag, _ in self.tags]
        tangents = [cut.tangent for cut in self.cuts]
        self.play(Vanish(self.uphill, self.downhill, *tags, *tangents), run_time=STEADY)
        self.tags = []
        self.add(self.next_step)
        units = -self.rate / self.uphill.units
        named = self.named("-eta thin nabla f", self.next_step.on_map, units)
        self.play(self.planned.animate.set_value(1), *named, run_time=STEADY)
        self.name(self.tr("one step"), "$-eta thin nabla f$", "path")
        self.name(self.tr("how far you go"), self.tr("learning rate") + " $eta$", "path")

    @beat
    def the_bottom(self) -> None:
        if self.path.steps == 0:
            self.say("It is higher all around: you stand at the bottom, at a minimum.")
        elif self.valley is None:
            self.say("Step by step along $-nabla f$: this is called gradient descent.")
        else:
            self.say("The bottom is a minimum; step by step along $-nabla f$ is gradient descent.")
        if self.path.steps:
            self.add(self.trail)
            if self.tags:
                self.play(Vanish(*(tag for tag, _ in self.tags)))
            for step, pace in enumerate(0.8 * self.paces(), 1):
                self.play(self.planned.animate.set_value(step), run_time=0.4 * pace)
                self.play(self.walked.animate.set_value(step), run_time=0.6 * pace)
        if self.valley is not None:
            walked = self.trail.walked() if self.path.steps else self.path.points
            name, color = self.tr("minimum"), self.theme.minimum
            self.play(Appear(self.pin(self.valley, name, color, walked)))
            self.name(self.tr("the bottom"), name, "minimum")
