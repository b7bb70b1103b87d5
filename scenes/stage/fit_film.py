"""FitFilm: a film in which a line is fitted to points by walking down its mean squared error."""

from __future__ import annotations

import numpy as np
from manim import Animation, Group

from scenes.stage.line_film import LineFilm
from scenes.stage.line_marks import BarNames, LineMarks
from scenes.stage.listing import Listing
from scenes.stage.loss_film import LossFilm
from scenes.stage.panel import fitting_scale
from scenes.stage.scatter import Scatter
from scenes.stage.theme import BOARD, LOWER_BOARD, STEADY

SLOPES = -1.65, -2.4
"""Heights of the two parts of the gradient on the board."""


class FitFilm(LineFilm, LossFilm):
    """A loss film about a line, with one step of its walk as a program, the `listing`."""

    step_heights = -2.27, -2.67  # below the program
    picture: Scatter
    listing: Listing

    def set_up_fit(self) -> None:
        """Make the hill, the walk on it, and the points with the line; `cast` calls it."""
        self.set_up_loss()
        lines = self.loss.predictions(np.array([*self.path.points, *self.framing.minima]))
        self.picture = Scatter(self.typeset, self.sample, self.predict, lines)
        self.picture.draw_upright()
        self.marks = LineMarks(self.typeset, self.picture, self.scale)

    def gradient_formulas(self) -> Group:
        """Return the two parts of ∇L as means over the points, below the rows."""
        count, parts = len(self.sample), Group()
        factors = ("m", f" {self.variable}_i"), ("b", "")
        for (name, factor), height in zip(factors, SLOPES, strict=True):
            slope = self.wearing(f"partial L \\/ partial {name}", "gradient")
            mean = f"frac(2, {count}) sum_(i=1)^{count} (hat(y)_i - y_i){factor}"
            part = self.formula(f"inline({slope} = {mean})")
            part.scale(fitting_scale(part))
            parts.add(part.move_to((BOARD.left + part.width / 2, height, 0)))
        return parts

    def bar_names(self) -> BarNames:
        """Return the names ŷ and y at the ends of one residual, as the line is now."""
        return BarNames(self.typeset, self.picture)

    def code(self) -> Listing:
        """Return one step of gradient descent in three lines of Python."""
        u = self.variable
        lines = (
            f"r = m*{u} + b - y",
            f"dm, db = 2*mean(r*{u}), 2*mean(r)",
            "m, b = m - η*dm, b - η*db",
        )
        return Listing(self.typeset, lines, LOWER_BOARD)

    def run_line(self, number: int, *shown: Animation) -> None:
        """Let a line of the program run, while what it works out is shown."""
        running = self.listing.running
        if number:
            self.play(running.animate.set_value(number))
        else:
            running.set_value(0)
        self.play(*shown, run_time=STEADY)

    def say_that_it_is_best(self) -> None:
        """Say what line there is at the minimum, which the walk has come close to."""
        self.say(
            "At the bottom the gradient is zero: there the line has the least mean squared error."
        )
