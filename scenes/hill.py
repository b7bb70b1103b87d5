"""The idea before the formulas: look to two sides, put the two together, walk; then the names."""

from __future__ import annotations

import numpy as np
from manim import DEGREES, Create

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    Glossary,
    Swell,
    Vanish,
    WalkFilm,
    beat,
    dim,
    knob,
    on_board,
    undim,
)

NAMES = 2.62
"""Manim units for the column of plain words."""

WAY, ARROW = 0.42, 0.2
"""How long the arrow of the steepest way is as a share of the hill's longer side, and that of ∇f.

That of ∇f has its true length where this is seen well.
"""

HIGH = 42
"""Where the camera stands, in degrees from the zenith: it sees into the valley."""

LOOKS = 3
"""Steps before which one looks again for the way; after them there is no need to see it."""

WALK = 3.6
"""Seconds that all steps take together at most."""


class OnTheHill(WalkFilm):
    """On a hill, two looks show the way down; then everything seen gets its name."""

    f = knob("2 sin(x) cos(y)", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-3.0, 3.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-1.4, 3.0))
    start = knob("auto", "where one stands", like=(1.0, -0.4))
    rate = knob("auto", "learning rate η", above=0, like=0.6)
    steps = knob("auto", "how many steps", between=(1, 200), like=5)

    def cast(self) -> None:
        self.camera.set_phi(HIGH * DEGREES)
        self.set_up_hill()
        self.choose_side((0.0, np.pi / 2), HIGH)
        self.set_up_walk()
        self.walker.counted.set_value(0)
        self.walker.remove(self.walker.zero)  # who does not know what it marks sees a speck
        self.cuts = self.cuts_along_axes(self.where)
        self.tangents = [cut.tangent_ends() for cut in self.cuts]
        self.director.make_room(np.concatenate(self.tangents))
        self.set_up_ways(self.cuts, WAY)
        self.looks = [*self.cuts[0], *self.cuts[1], *self.ways_down, self.down]
        self.valley = self.valley_near(self.path.points[-1])
        self.glossary = Glossary(self.typeset, NAMES, headed=True)
        at_bottom = self.valley is not None and np.allclose(self.point, self.valley)
        if not self.slopes_here.any():
            self.leave_out("put_together")
        if self.path.steps == 0:
            self.leave_out("walk_down", "the_step", *([] if at_bottom else ["where_it_ends"]))

    # What is seen

    @beat
    def on_the_hill(self) -> None:
        self.director.alone.set_value(1)
        self.say("You stand somewhere in the hills and want to go down. Which way?")
        self.raise_hill(axes=False)
        self.play(Appear(self.walker.dot))

    @beat
    def left_and_right(self) -> None:
        if self.slopes_here[0]:
            self.say("Look left and right: to one side the ground rises, to the other it falls.")
        else:
            self.say("Look left and right: here the ground is level.")
        self.look_along(0)

    @beat
    def ahead_and_behind(self) -> None:
        if self.slopes_here[1]:
            self.say("Look ahead and behind: one of these ways leads up, the other down.")
        else:
            self.say("Look ahead and behind: that way the ground is level.")
        first = self.cuts[0]
        seen = self.shown(first.cut, first.tangent, self.ways_down[0])
        self.play(Vanish(first.plane, first.trace), *dim(*seen), run_time=STEADY)
        self.look_along(1)

    def look_along(self, axis: int) -> None:
        """Cut the hill along an axis, lay the tangent on the cut and show where it leads down."""
        cut, way_down = self.cuts[axis], self.ways_down[axis]
        come = *self.look_broadside(axis * np.pi / 2), Appear(cut.plane, cut.trace), Create(cut.cut)
        self.play(*come, run_time=SLOW)
        self.play(Create(cut.tangent), run_time=STEADY)
        for show in (Appear, Swell) if self.slopes_here[axis] else ():
            self.play(show(way_down))

    @beat
    def put_together(self) -> None:
        if self.slopes_here.all():
            self.say(
                "Add both ways down in proportion to their slopes: "
                "that way the ground falls fastest."
            )
        else:
            self.say("Only one of the looks shows a way down: there the ground falls fastest.")
        first, second = self.cuts
        self.play(
            Vanish(first.cut, second.plane, second.trace, second.cut),
            Appear(self.walker.foot, self.walker.plumb),
            *undim(*self.shown(first.tangent, self.ways_down[0])),
            *self.turn_to_side(HIGH, self.framing.turn),
            run_time=STEADY,
        )
        self.add_up(self.down, self.downhill)

    @beat
    def walk_down(self) -> None:
        if np.any(np.diff(self.path.values) > 0):
            self.say("Take a step that way, then look again: a step too long leads up once more.")
        elif self.walk_ends_near(self.path, self.valley):
            self.say("Take a step that way, look again, step again, and you come to the bottom.")
        else:
            self.say("Take a step that way, look again, step again: every step leads lower.")
        self.play(*self.vanish(*self.looks))
        self.walk_and_look(LOOKS, WALK)

    # What it is called

    @beat
    def your_place(self) -> None:
        place = self.variables()
        self.formula_f = on_board(self.field_formula(), 0)
        self.say("Now the names: your place is a point ${place}$, its height is ${value}$.",
                 place=f"({place})", value=f"f({place})")  # fmt: skip
        self.play(
            self.director.alone.animate.set_value(0),
            self.walked.animate.set_value(0),
            *self.vanish(*self.looks, self.downhill),
            run_time=SLOW,
        )
        self.remove(self.trail)
        self.set_up_told_parts(ARROW)
        walker = self.walker
        stand = [part for part in walker if part not in self.shown(*walker)]
        heads = self.glossary.heads(self.tr("on the hill"), self.tr("in mathematics"))
        self.play(Appear(self.scenery.axes, self.formula_f, heads, *stand), run_time=STEADY)
        self.name(self.tr("your place"), self.tr("point") + f" $({place})$", "ink")
        self.play(Swell(walker.foot))
        self.play(walker.counted.animate.set_value(1), run_time=STEADY)
        self.name(self.tr("the height there"), self.tr("value") + f" $f({place})$", "ink")
        self.play(Swell(walker.stem))

    def name(self, words: str, name: str, color: str) -> None:
        """Write the next entry of the glossary, the name in a colour of the theme."""
        self.play(Appear(self.glossary.entry((words, "ink"), (name, color))))

    @beat
    def both_slopes(self) -> None:
        self.say("The two slopes that you saw are the partial derivatives of $f$.")
        for cut in self.cuts:
            cut.cut.set_stroke(opacity=1)
        self.play(*(Create(cut.cut) for cut in self.cuts), run_time=STEADY)
        self.play(*(Create(cut.tangent) for cut in self.cuts), run_time=STEADY)
        self.name(self.tr("both slopes"), f"${', '.join(self.partial_names())}$", "tangent")

    @beat
    def the_gradient(self) -> None:
        gradient = self.tr("gradient") + " $nabla f$"
        if not self.slopes_here.any():
            self.say("Together they make the gradient $nabla f$; on level ground it is zero.")
            self.name(self.tr("both together"), gradient, "gradient")
            return
        self.say("Together they make the gradient $nabla f$; the fastest way down is $-nabla f$.")
        self.play(Vanish(*(cut.cut for cut in self.cuts)))
        taken = self.add_up_gradient(self.tangents)
        self.name(self.tr("fastest way up"), gradient, "gradient")
        self.grow(self.downhill, *self.named(self.gradient_tag("-nabla f", self.downhill, taken)))
        self.name(self.tr("fastest way down"), "$-nabla f$", "gradient")

    @beat
    def the_step(self) -> None:
        self.say("A step is $-eta nabla f$: the learning rate $eta$ scales it.")
        self.put_arrows_away(self.up, *(cut.tangent for cut in self.cuts))
        self.plan_first_step(self.tangents, ARROW)
        self.name(self.tr("one step"), "$-eta thin nabla f$", "path")
        self.name(self.tr("its scale"), self.tr("learning rate") + " $eta$", "path")

    @beat
    def where_it_ends(self) -> None:
        if self.path.steps == 0:
            self.say("It is higher all around: you stand at the bottom, at a minimum.")
        elif self.valley is None:
            self.say("Step by step along $-nabla f$: this is called gradient descent.")
        else:
            self.say("The bottom is a minimum; step by step along $-nabla f$ is gradient descent.")
        if self.path.steps:
            self.walk_as_planned(WALK)
        if self.valley is not None:
            self.play(Appear(self.pin_minimum(self.valley, self.trail.walked())))
            self.name(self.tr("the bottom"), self.tr("minimum"), "minimum")
