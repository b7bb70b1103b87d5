"""WalkFilm: a film in which a walker steps down a hill by gradient descent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import DEGREES, Animation, Mobject, ValueTracker, VMobject

from mathcore import gradient_descent
from mathcore.framing.survey import Box
from mathcore.framing.view import hidden_share
from scenes.stage.actors import TANGENT_REACH, GradientArrow, Slice, StepArrow, Trail, Walker
from scenes.stage.appear import Appear, Swell, Vanish
from scenes.stage.arrow_field import PartArrows, round_scale, scales_near
from scenes.stage.ending_film import EndingFilm
from scenes.stage.hill_film import SHORTEST
from scenes.stage.panel import Row
from scenes.stage.theme import SLOW, STEADY
from scenes.stage.turning_film import TurningFilm

ARROW = 0.175
"""The first gradient's arrow as a share of the hill's longer side; others are to its scale."""

PLAIN = 0.06
"""The share of the hill's longer side from which an arrow is seen well at its true length."""

SCALE_ROW = 6.6
"""The row of the board that says so, below names given so far: the last one comes after it."""

TOLD_ROW = 4
"""The row that says so beside the first step, below the step count."""

SEEN = 0.45
"""Manim units on the frame from which the arrow of a vector is seen well."""

LONGER = 2.2
"""How many times as long as that the arrow of the steepest gradient may be."""

BOLD = 1.5
"""How many times as wide as that arrow the one of the step is, which lies on it."""

CLEARLY = 1.5
"""How many times as long as the first step -∇f is drawn before it, where there is room."""

LARGEST = 0.5
"""How long it may be for that, as a share of the hill's longer side: ∇f is there too."""

AS_LONG = 3.0
"""How many times as long as the first step the arrow of -∇f is beside it, where that can be."""

NUMBERS_APART = 1.15
"""How far the numbers at the axis of heights are apart at least, in their heights."""

UNHURRIED = 0.7
"""Seconds of a step from which the gradient is shown anew before it."""


class WalkFilm(EndingFilm, TurningFilm):
    """A turning film with a walk: the `walker` stands where `walked` steps of its `path` lead.

    The `trail` lies behind it, `next_step` is the arrow to where `planned` steps lead, and `uphill`
    and `downhill` are ±∇f at the last stop; `up_name` and `down_name` are their names. It has the
    knobs rate and steps.

    One of these arrows, the one `compared` with the step, goes with a step and is there again
    before the next one, `length_shown` times as long as it was made, if it `is_true`: then it has
    its true length. `arrow_names` go with it.

    Arrows may be drawn longer or shorter than they are; the row `told` then says how much.
    """

    compared: GradientArrow
    length_shown = 1.0
    up_name: VMobject
    down_name: VMobject
    arrow_names: Sequence[VMobject] = ()
    told: Sequence[Row] = ()
    is_true = True

    def set_up_walk(self) -> None:
        """Make the walk from the start and all that follows it, but for the gradient's arrows."""
        self.path = self.walk(self.land, gradient_descent(self.rate))
        self.walked, self.planned = ValueTracker(0), ValueTracker(0)
        stage, progress = (self.land, self.theme), self.walked.get_value
        self.walker = Walker(*stage, self.where)
        self.trail = Trail(*stage, self.path, progress)
        self.next_step = StepArrow(*stage, self.path, progress, self.planned.get_value)

    def set_up_gradient(self, scale: float) -> None:
        """Make the arrows of ±∇f at the last stop.

        Args:
            scale: units of length of the domain for one unit of gradient.
        """
        stage = self.land, self.theme, self.stop
        self.uphill, self.downhill = GradientArrow(*stage, scale), GradientArrow(*stage, -scale)
        self.director.give_way(*self.uphill, *self.downhill)
        self.compared = self.uphill

    def scale_for_all(self) -> float:
        """Return units of length of the domain for one of gradient, for arrows at all stops.

        It is 1 where they would be longer than the gradient, and that is long enough to be seen.
        """
        steepness = np.nan_to_num(np.hypot.reduce(self.path.gradients, axis=1))
        first, most = steepness[0], steepness.max()
        scale = ARROW * self.land.span / (max(first, most / LONGER) or 1.0)
        return 1.0 if scale > 1 and first >= PLAIN * self.land.span else scale

    def scale_on_tangents(self, cuts: Sequence[Slice], share: float) -> float:
        """Return units of length of the domain for one of slope, on the map and on tangents alike.

        The arrow of ∇f is as long as a share of the hill's longer side, or shorter: along none of
        the cuts the way down is longer than half of the tangent.
        """
        land = self.land
        lengths = [
            abs(cut.slope()) * np.linalg.norm(land.rise(cut.way(), cut.slope())) for cut in cuts
        ]
        longest = self.gradient_scale(share) * max(lengths)
        return self.gradient_scale(share) * min(1.0, TANGENT_REACH / (longest or np.inf))

    def set_up_ways(self, cuts: Sequence[Slice], share: float) -> None:
        """Make `ways_down`, arrows on the tangents of cuts, and the parts of ∇f on the map.

        Those on the map may be longer, to be seen, but all to one scale.

        Args:
            cuts: the hill cut along its axes.
            share: how much of the hill's longer side the arrow of ∇f takes, at most.
        """
        scale = self.scale_on_tangents(cuts, share)
        self.ways_down = [cut.way_down(scale) for cut in cuts]
        wanted = min(self.gradient_scale(share), self._scale_with_room())
        self.set_up_parts(max(scale, wanted), opposite=False)

    def _scale_with_room(self) -> float:
        """Return the largest scale at which -∇f stays on the map at every stop of the walk."""
        low, high = np.array(self.land.ranges).T
        falls = -np.nan_to_num(self.path.gradients)
        with np.errstate(divide="ignore", invalid="ignore"):
            rooms = np.where(falls > 0, high - self.path.points, low - self.path.points) / falls
        return float(np.nanmin(np.where(falls == 0, np.inf, rooms)))

    def set_up_told_parts(self, share: float) -> None:
        """Make the arrows of ±∇f and their parts to a scale that is 1, or `told` on the board.

        Where that is not 1, -∇f is longer than the first step will be, as far as the map has room.
        """
        slopes = self.slopes_here
        times = self._times(share, 1.0, slopes, -slopes)
        if times != 1 and slopes.any():
            least = CLEARLY * self.rate
            longer = min(one for one in scales_near(least) if one >= least * (1 - 1e-9))
            longer = min(longer, 1.0) if times < 1 else longer
            is_short = longer * np.hypot(*slopes) <= LARGEST * self.land.span
            if times < longer and is_short and self.land.contains(self.point - longer * slopes):
                times = longer
        self.set_up_parts(self._tell_scale("nabla f", times))

    def _tell_scale(self, name: str, times: float) -> float:
        """Return how many times their true length vectors are drawn; `told` says so, if not 1.

        It says so too after others have been drawn longer or shorter.
        """
        self.scale_row = self.drawn_row(SCALE_ROW, lambda: times, of=name)
        self.told = [self.scale_row] if times != 1 or self.told else []
        return times

    def _times(self, share: float, before: float, *vectors: np.ndarray) -> float:
        """Return how many times its true length a vector at the start is drawn on the map.

        It is 1, or as many times as before, where it is then seen, and all of them are on the map;
        else a round number.

        Args:
            share: how much of the hill's longer side the vector takes else, at most.
            before: how many times other vectors were drawn.
            vectors: of the domain (2,), as long as each other.
        """
        land = self.land
        for times, length in ((1.0, SEEN), (before, SHORTEST)):
            tips = self.point + times * np.array(vectors)
            start, tip = self.camera.project_points(land.ground(np.stack([self.point, tips[0]])))
            if all(map(land.contains, tips)) and np.linalg.norm((tip - start)[:2]) >= length:
                return times
        return round_scale(share * land.span / (float(np.hypot(*vectors[0])) or 1.0))

    def put_arrows_away(self, *others: Mobject) -> None:
        """Take off the arrows of ±∇f with their names, and others, and count heights no longer.

        Below 0 the line up to there would stand on the walker.
        """
        gone = self.uphill, self.downhill, *self.tags(), *self.told, *others
        self.play(Vanish(*gone), self.walker.counted.animate.set_value(0), run_time=STEADY)

    def set_up_parts(self, scale: float, *, opposite: bool = True) -> None:
        """Make the arrows of ±∇f, and `up` and `down`, the parts of them along the axes.

        Args:
            scale: units of length of the domain for one unit of gradient.
            opposite: whether ∇f is to be seen too, and not -∇f alone.
        """
        stage = self.land, self.theme, self.stop
        self.up, self.down = PartArrows(*stage, scale), PartArrows(*stage, -scale)
        self.director.give_way(*self.up, *self.down)
        self.set_up_gradient(scale)
        signs = np.array([[-1.0], [1.0]] if opposite else [[-1.0]])
        self.make_room_for_arrows(scale * signs * self.slopes_here)

    def where(self) -> np.ndarray:
        """Return the walker's point of the domain (2,), now."""
        return self.path.position(self.walked.get_value())

    def stop(self) -> np.ndarray:
        """Return the stop x_k (2,) that the walker reached last: there the gradient is taken."""
        return self.path.position(min(np.floor(self.walked.get_value() + 1e-9), self.path.steps))

    def view_into_walk(self, phis: Sequence[float]) -> list[Any]:
        """Return animations that raise the eye until the hill hides nothing of the walk's stops.

        Args:
            phis: how far from the zenith it may stand, in degrees, as it does now at first; of
                those that hide as little as can be it is the first one. From higher up than the
                heights' numbers stand apart it never looks.
        """
        land, side = self.land, self.camera.get_theta() / DEGREES
        box, heights = Box(*np.array(land.ranges).T), (land.lowest, land.highest)
        seen_from = np.array([side])
        phis = [phi for phi in phis if self._heights_stand_apart(phi)] or phis[:1]
        hidden = [
            float(hidden_share(land.hill, box, heights, self.path.points, seen_from, 90 - phi)[0])
            for phi in phis
        ]
        return self.turn_to_side(phis[int(np.argmin(hidden))], side)

    def _heights_stand_apart(self, phi: float) -> bool:
        """Whether the numbers at the axis of heights stay apart, seen from so far off the zenith.

        From above, the axis is seen shorter.
        """
        camera = self.camera
        numbers = [one for one in self.scenery.height_axis if not camera.is_in_space(one)]
        levels = np.sort([one.get_y() for one in numbers])
        shorter = np.sin(phi * DEGREES) / np.sin(camera.get_phi())
        highest = max((one.height for one in numbers), default=0.0)
        return bool((shorter * np.diff(levels) > NUMBERS_APART * highest).all())

    # The gradient beside the step

    def compare_with_step(self) -> list[Mobject]:
        """Choose the arrow that is seen beside the next step, and return what goes off for it.

        At its true length -∇f shows what η takes of it. Where that is too long, or too short to be
        seen, the row `told` says how it is drawn, and it is there beside the first step alone.
        """
        gone, name = [self.uphill, self.up_name], self.down_name
        self.compared = self.downhill
        tips = self.path.points - np.nan_to_num(self.path.gradients)
        steepness = float(np.hypot.reduce(self.path.gradients[0]))
        self.is_true = steepness > PLAIN * self.land.span and all(map(self.land.contains, tips))
        times = 1.0 if self.is_true else self._times_beside_step()
        self.length_shown = times / abs(self.downhill.units)
        step = self.next_step.on_map.set_z_index(1.5)  # above the arrow on which it lies
        step.set_stroke(width=BOLD * self.downhill.on_map.get_stroke_width())
        if not self.is_true:
            step.head_length /= 2  # a short arrow is thin unless its head is short too
            self.told = [self.drawn_row(TOLD_ROW, lambda: times, of="-nabla f")]
        tip = self.point - times * self.path.gradients[0]
        ends = self.land.ground(np.stack([self.stop(), tip]))
        self.step_name = self._name_of_step(name, ends)
        self.arrow_names = [name, *([self.step_name] if self.step_name.has_room else [])]
        if self.rate > times and name.beside == 0:  # by the longer arrow of the step
            self.arrow_names.remove(name)
            gone.append(name)
        return gone

    def _times_beside_step(self) -> float:
        """Return how many times its true length -∇f is drawn beside the first step: a round number.

        It is longer than the step, if it then is seen and ends on the map; else as it was before.
        """
        gradient, before = self.path.gradients[0], abs(self.downhill.units)
        times = round_scale(AS_LONG * self.rate)
        is_seen = times * float(np.hypot(*gradient)) > PLAIN * self.land.span
        return times if is_seen and self.land.contains(self.point - times * gradient) else before

    def _name_of_step(self, name: VMobject, ends: np.ndarray) -> VMobject:
        """Return the name of the next step, clear of a gradient's arrow (2, 3) with its name.

        It keeps to the other side than that name on its line, or clear of what else is there.
        """
        upright = np.stack([self.land.ground(self.stop()), self.land.surface(self.stop())])
        return self.arrow_tag(
            "-eta thin nabla f",
            self.next_step.on_map,
            self.theme.path,
            beside=-name.beside or -1,
            ends=self.land.ground(self.path.position(np.array([0.0, 1.0]))),
            lines=[ends, upright],
            others=[(name, ends)],
        )

    def names_ahead(self) -> list[VMobject]:
        """Return the name of the arrow where the walker stands, if there is a place for it.

        There is none at an arrow that is hardly seen, nor where there is no arrow.
        """
        arrow = self.downhill.units * self.land.hill.gradient(self.stop())
        ends = self.land.ground(self.stop() + self.length_shown * np.stack([0 * arrow, arrow]))
        if not self.is_true or not self.is_long(ends):
            return []
        return [name for name in self.arrow_names if name is self.down_name]

    def add_up(self, parts: PartArrows, arrow: GradientArrow, *others: Animation) -> None:
        """Lay two arrows end to end, one for each slope; a third leads where they end."""
        self.grow(parts)
        if self.slopes_here.all():
            self.play(parts.joined.animate.set_value(1), run_time=STEADY)
        self.grow(arrow, *others)

    def add_up_gradient(self, tangents: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Add up the parts of ∇f, and name it; return the lines in space that names keep off.

        Args:
            tangents: ends (2, 3) of the tangent lines at the start.
        """
        whole = self.uphill.units * self.slopes_here
        corners = self.point + np.stack([0 * whole, whole * (1, 0), whole])
        taken = [*tangents, self.land.ground(corners)]
        name = self.gradient_tag("nabla f", self.uphill, taken)
        self.add_up(self.up, self.uphill, *self.named(name), *map(Appear, self.told))
        if not self.slopes_here.all():  # one part alone lies under the arrow
            self.play(Vanish(self.up))
        return taken

    # Step by step

    def walk_and_look(self, looks: int, seconds: float) -> None:
        """Walk all steps; before the first ones one looks for the way down, and sees its arrow.

        Args:
            looks: before how many steps; the first look has been taken.
            seconds: that all steps take together at most.
        """
        self.add(self.trail)
        for step, pace in enumerate(self.paces(self.path.steps, seconds), 1):
            if 1 < step <= looks:
                self.grow(self.downhill, run_time=STEADY / 2)
            seen = [self.downhill.grown.animate.set_value(0)] if step <= looks else []
            self.play(self.walked.animate.set_value(step), *seen, run_time=pace)
        self.remove(self.downhill)

    def plan_first_step(self, tangents: Sequence[np.ndarray], share: float) -> None:
        """Let the arrow of the first step grow, with its name -η∇f; without room for it, it swells.

        Args:
            tangents: ends (2, 3) of the tangent lines at the start, which the name keeps clear of.
            share: how much of the hill's longer side the arrow takes where it is drawn longer than
                it is, to be seen.
        """
        step, arrow = -self.rate * self.slopes_here, self.next_step.on_map
        before = self.uphill.units if self.told else 1.0
        times = self._tell_scale("-eta thin nabla f", self._times(share / CLEARLY, before, step))
        step *= times
        self.next_step.times.set_value(times)
        self.add(self.next_step)
        named = self.named(self.vector_tag("-eta thin nabla f", arrow, step, tangents))
        self.play(
            self.planned.animate.set_value(1), *named, *map(Appear, self.told), run_time=STEADY
        )
        if not named:  # it is short, or stands among other things
            self.play(Swell(self.next_step))

    def walk_as_planned(self, seconds: float) -> None:
        """Make all steps, each planned, then walked; names of arrows go before.

        Args:
            seconds: that all steps take together at most.
        """
        self.add(self.trail)
        gone = [*self.tags(), *self.told]
        if gone:
            self.play(Vanish(*gone), self.next_step.times.animate.set_value(1))
        self.step_on(self.planned, self.walked, self.paces(self.path.steps, seconds))

    def take_step(self, step: int, seconds: float, *others: Animation) -> None:
        """Walk what is planned; the gradient that was taken where it began goes."""
        self.play(self.walked.animate.set_value(step), *self.put_away(), *others, run_time=seconds)

    def walk_on(self, first: int) -> None:
        """Take one step after another from a first one on, the gradient shown before slow ones."""
        for step, pace in enumerate(self.paces(self.path.steps - first + 1), first):
            looked = self.look_again() if pace >= UNHURRIED else []
            self.play(self.planned.animate.set_value(step), *looked, run_time=0.4 * pace)
            self.take_step(step, 0.6 * pace)

    def step_out(self, *read: Mobject) -> None:
        """Take the step that leaves the picture; what would be read off the walker goes with it."""
        self.add(self.trail)
        planned = self.planned.animate.set_value(self.path.last)
        self.play(planned, *self.look_again(), run_time=STEADY)
        self.take_step(self.path.last, SLOW, Vanish(*read))
        self.play(Vanish(self.walker))

    def put_away(self) -> list[Animation]:
        """Return the animations that take the gradient's arrow and the names off the stage."""
        arrows = [thing for thing in (self.compared, *self.arrow_names) if thing in self.mobjects]
        gone = [*arrows, *self.shown(*self.told)]
        return [Vanish(*gone)] if gone else []

    def look_again(self) -> list[Animation]:
        """Return the animations that show -∇f at its true length where the walker stands.

        There are none where it is there, or has another length.
        """
        if self.compared in self.mobjects or not self.is_true:
            return []
        self.compared.grown.set_value(0)
        self.add(self.compared)
        return [self.compared.grown.animate.set_value(self.length_shown)]

    # What is said

    def say_where_gradient_points(self) -> None:
        """Say what the arrow of ∇f says, and whether it is drawn at its true length."""
        if self.uphill.units < 1:
            self.say(
                "$nabla f$ points the steepest way up; its length (drawn shorter) "
                "is the slope that way."
            )
        elif self.uphill.units > 1:
            self.say(
                "$nabla f$ points the steepest way up; its length (drawn longer) "
                "is the slope that way."
            )
        else:
            self.say("$nabla f$ points the steepest way up; its length is the slope that way.")

    def say_how_steep_gradient_is(self) -> None:
        """Say that ∇f is the highest slope's way and size, and whether its arrow has its length."""
        if self.uphill.units < 1:
            self.say(
                "$nabla f$ points where the slope is highest; its length (drawn shorter) "
                "is that slope."
            )
        elif self.uphill.units > 1:
            self.say(
                "$nabla f$ points where the slope is highest; its length (drawn longer) "
                "is that slope."
            )
        else:
            self.say("$nabla f$ points where the slope is highest; its length is that slope.")

    def say_there_is_no_slope(self) -> None:
        """Say that f has no gradient where the walk stands, so that it ends there."""
        self.say("No tangent plane here, so no gradient: no step can follow it.")

    def sum_up(self, bottom: np.ndarray | None) -> None:
        """Say in a sentence what gradient descent is; `bottom` (2,) is where the walk arrives."""
        if bottom is not None:
            self.say("The gradient points the steepest way up; walk against it, toward the bottom.")
        else:
            self.say("The gradient points the steepest way up; gradient descent walks against it.")
