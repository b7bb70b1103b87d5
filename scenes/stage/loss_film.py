"""LossFilm: a film about a model with two parameters, whose loss over data is the hill."""

from __future__ import annotations

import numpy as np
from manim import LEFT, Group, Mobject

from mathcore import Outcome
from mathcore.typeset import typeset
from scenes.stage.appear import Appear, Vanish, exchange
from scenes.stage.data_picture import DataPicture
from scenes.stage.journey import Journey
from scenes.stage.panel import Row, fitting_scale
from scenes.stage.readout import (
    as_maths,
    bracketed,
    equals,
    number_text,
    short_text,
    shown_number,
)
from scenes.stage.space import GHOST_OPACITY
from scenes.stage.theme import BOARD, SLOW, STEADY
from scenes.stage.walk import Ending
from scenes.stage.walk_film import WalkFilm

PARAMETERS, LOSS, GRADIENT, RATE = 2, 3, 4, 4
"""The rows with the parameters, with the loss and the steps, with ∇L, and with η above a graph."""

ROAM = 0.8
"""How far from the minimum the walker looks round, as a share of how far the start is."""

LOW = 0.2
"""The same for the place where it looks last: low on the hill."""

TRIED = 0.3
"""How far each parameter is changed for a trial, as a share of its range."""


class LossFilm(WalkFilm):
    """A film that walks down a loss; `picture` shows the points of data and the model.

    The walker stands where `roam` says until its walk begins, and when it has ended at a minimum;
    the model has the parameters of the walker's place. `parameters` and `loss_shown` are the rows
    with them and with the loss.
    """

    picture: DataPicture
    parameters: Group
    loss_shown: Row
    step_heights: tuple[float, float]
    """Where the two lines of the first step in numbers stand on the board."""

    is_settled = False
    """Whether the walker has left the end of its walk for the minimum."""

    def set_up_loss(self) -> None:
        """Make the hill, the walk on it, and the arrow of -∇L; `cast` calls it."""
        self.set_up_hill()
        self.roam = Journey(self.point)
        self.set_up_walk()
        self.walker.remove(self.walker.zero)  # no L is 0, so that there is no such level to mark
        self.trail.on_map.ghost_opacity = GHOST_OPACITY  # through the hill it is no second walk
        self.count = self.step_count()
        self.set_up_gradient(self.scale_for_all())
        self.make_room_for_arrows(self.downhill.units * self.path.gradients[:1])
        self.compared = self.downhill

    def where(self) -> np.ndarray:
        """Return the walker's place (2,), the parameters, now."""
        walks = self.walked.get_value() and not self.is_settled
        return super().where() if walks else self.roam.where()

    def looks(self) -> list[np.ndarray]:
        """Return places (2,) round the minimum where the walker looks; the last one is low."""
        if not self.framing.minima:
            return []
        bottom = np.array(self.framing.minima[0])
        way = ROAM * (self.point - bottom)
        low, high = np.array(self.land.ranges).T
        aside = np.array([-way[1], way[0]])
        around = bottom + aside, bottom - way, bottom + LOW / ROAM * aside
        places = [np.clip(place, low, high) for place in around]
        return [place for place in places if np.isfinite(self.land.height(place))]

    # On the board

    def parameter_rows(self) -> Group:
        """Return the rows with the two parameters."""

        def part(axis: int) -> Row:
            return self.row(
                typeset(self.land.hill.variables[axis]),
                lambda: number_text(float(self.where()[axis]), scale=self.land.span),
                PARAMETERS,
                "path",
                column=axis,
                alone=False,
            )

        return Group(part(0), part(1))

    def loss_row(self) -> Row:
        """Return the row with the loss."""
        return self.height_row(self.where, LOSS, "L")

    def rate_row(self, row: int = LOSS) -> Row:
        """Return the row with the learning rate, in the second column."""
        return self.row("eta", lambda: short_text(self.rate), row, column=1)

    def walk_rows(self) -> tuple[Row, Row]:
        """Return the rows that a walk has beside its graph: the steps and the learning rate."""
        return self.count, self.rate_row(RATE)

    def step_count(self) -> Row:
        """Return the row with the number of steps."""
        return self.count_row(lambda: min(self.walked.get_value(), self.path.steps), LOSS, column=1)

    def first_step(self) -> Group:
        """Return what the first step makes of each parameter, in numbers."""
        slopes, span = self.land.hill.gradient(self.point), self.land.span
        lines, rate = Group(), short_text(self.rate)
        for axis, variable in enumerate(self.land.hill.variables):
            old = number_text(float(self.point[axis]), scale=span)
            new = number_text(float(self.point[axis] - self.rate * slopes[axis]), scale=span)
            slope = self._slope_text(lambda axis=axis: float(slopes[axis]))()
            exact = shown_number(old) - shown_number(rate) * shown_number(slope)
            sign = equals(number_text(exact, scale=span), new)
            of_path = typeset(variable), as_maths(old), as_maths(new)
            name, before, after = (self.wearing(one, "path") for one in of_path)
            down = self.wearing(as_maths(bracketed(slope)), "gradient")
            step = f"{as_maths(rate)} dot {down}"
            lines.add(self.formula(f"{name} <- {before} - {step} {sign} {after}"))
        size = min(fitting_scale(line) for line in lines)
        for line, height in zip(lines, self.step_heights, strict=True):
            line.scale(size).move_to((BOARD.left, height, 0), aligned_edge=LEFT)
        return lines

    # What happens

    def tilt_and_shift(self) -> None:
        """Let one parameter change, then the other, and bring each back."""
        ranges = np.array(self.land.ranges)
        for axis, (low, high) in enumerate(ranges):
            other = self.point.copy()
            way = 1.0 if self.point[axis] < (low + high) / 2 else -1.0
            other[axis] += way * TRIED * (high - low)
            self.play(self.roam.to(other), run_time=STEADY)
            self.play(self.roam.to(self.point), run_time=STEADY)

    def make_way_for_hill(self, *formulas: Mobject) -> None:
        """Let points and model go to the board, where their numbers join them, and raise the hill.

        Args:
            formulas: what is on the board and goes.
        """
        picture, numbers = self.picture, (self.parameters, self.loss_shown)
        self.play(Vanish(*formulas, *numbers, picture.wide))
        self.play(picture.moved.animate.set_value(1), run_time=STEADY)
        self.play(Appear(picture.small, *numbers))
        self.raise_hill()
        self.play(Appear(self.walker))

    def look_round(self) -> None:
        """Let the walker go to some other places, with the model."""
        for place in self.looks():
            self.play(self.roam.to(place), run_time=0.8 * SLOW)

    def show_gradient(self) -> None:
        """Go back to the start, and show ∇L: its formulas, the `parts`, and the arrow of -∇L.

        With them come its value and `eta`, the learning rate.
        """
        self.parts = Group(self.gradient_row(self.where, GRADIENT), self.gradient_formulas())
        self.eta = self.rate_row()
        self.down_name = self.gradient_tag("-nabla L", self.downhill)
        self.arrow_names = [self.down_name]
        self.say_where_down_is()
        self.play(self.roam.to(self.point), run_time=STEADY)
        self.play(Appear(self.parts, self.eta), run_time=STEADY)
        self.grow(self.downhill, *self.named(self.down_name))

    def end_walk(self) -> None:
        """Say what the walk found, look into the valley, and settle in the minimum, if any."""
        valley = self.valley_near(self.path.points[-1])
        self.say_what_walk_found(valley)
        if self.path.exit is not None:
            self.step_out(self.parameters, self.loss_shown)
        self.play(*self.turn_view(phi=46, theta=-22), *self.put_away(), run_time=SLOW)
        if valley is not None and self.path.exit is None:
            self.play(Appear(self.pin_minimum(valley, self.way())))
            if self.has_arrived(valley):
                self.settle(valley)

    def settle(self, valley: np.ndarray) -> None:
        """Let the walker slide into the minimum (2,), which no step of its walk has met.

        The loss that is shown is the least one then, another than that of the walk's end.
        """
        self.roam, self.is_settled = Journey(self.where()), True
        least = self.height_row(self.where, LOSS, "min L")
        gone = self.shown(self.loss_shown, self.count)
        self.play(self.roam.to(valley), *exchange(gone, least), run_time=STEADY)

    def pin_minimum(self, point: np.ndarray, others: np.ndarray) -> Group:
        """Return a ring round the only minimum (2,) of a convex loss, with its name."""
        return self.pin(point, self.tr("the minimum"), self.theme.minimum, others)

    def way(self) -> np.ndarray:
        """Return the points (m, 2) of the whole walk, close together: its steps may be long."""
        last = self.path.last
        return self.path.position(np.linspace(0, last, 60 * last + 1))

    def gradient_formulas(self) -> Group:
        """Return the two parts of ∇L as means over the points, below the rows."""
        raise NotImplementedError

    def has_arrived(self, valley: np.ndarray | None) -> bool:
        """Whether the walk came close to the minimum (2,) that it led to, if any."""
        return not self.is_lost and self.walk_ends_near(self.path, valley)

    @property
    def is_lost(self) -> bool:
        """Whether the walk left the picture, stands on level ground, or climbs."""
        return self.path.ending is not Ending.SHOWN or self.path.path.outcome is Outcome.DIVERGED

    # What is said

    def say_where_down_is(self) -> None:
        """Say what the arrow of -∇L says, and whether it is drawn at its true length."""
        scale = abs(self.downhill.units)
        if scale == 1:
            self.say("The gradient $nabla L$ is a mean over the data; $-nabla L$ is the way down.")
        elif scale < 1:
            self.say(
                "The gradient $nabla L$ is a mean over the data; "
                "$-nabla L$, drawn shorter, is the way down."
            )
        else:
            self.say(
                "The gradient $nabla L$ is a mean over the data; "
                "$-nabla L$, drawn longer, is the way down."
            )

    def say_what_walk_found(self, valley: np.ndarray | None) -> None:
        """Say how the walk ended; `valley` (2,) is the minimum that it led to."""
        if self.has_arrived(valley):
            self.say_that_it_is_best()
        elif self.is_lost or self.goes_to_and_fro(self.path):
            self.say_how_it_ended(valley)
        else:
            self.say("Still $L$ falls: more steps, or perhaps another $eta$, lead further.")

    def say_that_it_is_best(self) -> None:
        """Say what the model at the minimum is."""
        raise NotImplementedError
