"""LossFilm: a film about a model with two parameters, whose loss over data is the hill."""

from __future__ import annotations

import numpy as np
from manim import Group, Mobject

from mathcore import Outcome
from mathcore.typeset import typeset
from scenes.stage.appear import Appear
from scenes.stage.data_picture import DataPicture
from scenes.stage.journey import Journey
from scenes.stage.panel import Row
from scenes.stage.readout import number_text
from scenes.stage.theme import SLOW, STEADY
from scenes.stage.walk import Ending
from scenes.stage.walk_film import WalkFilm

PARAMETERS, LOSS = 2, 3
"""The rows with the parameters, and with the loss and the number of steps."""

ROAM = 0.8
"""How far from the minimum the walker looks round, as a share of how far the start is."""

LOW = 0.2
"""The same for the place where it looks last: low on the hill."""

TRIED = 0.3
"""How far each parameter is changed for a trial, as a share of its range."""


class LossFilm(WalkFilm):
    """A film that walks down a loss; `picture` shows the points of data and the model.

    The walker stands where `roam` says until its walk begins; the model has the parameters of the
    walker's place.
    """

    picture: DataPicture

    def set_up_loss(self) -> None:
        """Make the hill, the walk on it, and the arrow of -∇L; `cast` calls it."""
        self.set_up_hill()
        self.roam = Journey(self.point)
        self.set_up_walk()
        self.set_up_gradient(self.scale_for_all())
        self.make_room_for_arrows(self.downhill.units * self.path.gradients[:1])
        self.compared = self.downhill

    def where(self) -> np.ndarray:
        """Return the walker's place (2,), the parameters, now."""
        return super().where() if self.walked.get_value() else self.roam.where()

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

    def step_count(self) -> Row:
        """Return the row with the number of steps."""
        return self.count_row(lambda: min(self.walked.get_value(), self.path.steps), LOSS, column=1)

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

    def make_way_for_hill(self, *numbers: Mobject) -> None:
        """Let points and model go to the board, where small axes and numbers join them."""
        picture = self.picture
        self.play(picture.moved.animate.set_value(1), run_time=STEADY)
        self.play(Appear(picture.small, *numbers))

    def look_round(self) -> None:
        """Let the walker go to some other places, with the model."""
        for place in self.looks():
            self.play(self.roam.to(place), run_time=0.8 * SLOW)

    def go_back(self) -> None:
        """Bring the walker back to the start, with the model."""
        self.play(self.roam.to(self.point), run_time=STEADY)

    def way(self) -> np.ndarray:
        """Return the points (m, 2) of the whole walk, close together: its steps may be long."""
        last = self.path.last
        return self.path.position(np.linspace(0, last, 60 * last + 1))

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
        lost = self.path.ending is not Ending.SHOWN or self.path.path.outcome is Outcome.DIVERGED
        if not lost and self.walk_ends_near(self.path, valley):
            self.say_that_it_is_best()
        elif lost or self.goes_to_and_fro(self.path):
            self.say_how_it_ended(valley)
        else:
            self.say("Still $L$ falls: more steps, or another $eta$, lead further.")

    def say_that_it_is_best(self) -> None:
        """Say what the model at the minimum is."""
        raise NotImplementedError
