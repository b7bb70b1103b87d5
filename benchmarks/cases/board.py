"""A passage of the board alone: formulas, live numbers and a plot that draws itself."""

from __future__ import annotations

import numpy as np
from manim import PI, ValueTracker, linear

from mathcore import directional_derivative, unit_direction
from scenes.stage import Appear, HillFilm, SlopeGraph, beat, knob, number_text, on_board

SECONDS = 4.0


class Board(HillFilm):
    """A direction turns all the way round; nothing is seen but the board."""

    f = knob("x^2 + y^2", "the hill's height")
    x_range = knob((-2.0, 2.0), "what is shown of the first variable")
    y_range = knob((-2.0, 2.0), "what is shown of the second variable")
    start = knob((1.6, 1.2), "the point that directions start from")

    def cast(self) -> None:
        """Make a hill that stays away, and the tracked direction."""
        self.land = self.landscape()
        self.angle = ValueTracker(0)

    def where(self) -> np.ndarray:
        """Return the point (2,) that directions start from."""
        return np.array(self.start)

    @beat
    def all_the_way_round(self) -> None:
        """Turn once, with everything on the board that follows."""
        turn = self.angle.get_value

        def slope() -> float:
            u = unit_direction(turn())
            return float(directional_derivative(self.land.hill, self.where(), u))

        def degrees() -> str:
            return number_text(np.degrees(turn()), 0) + "°"

        formulas = self.field_formula(), self.gradient_definition(), self.gradient_formula()
        graph = SlopeGraph(self.typeset, self.land, self.where(), turn, 0.0, "phi")
        rows = (
            self.point_row(self.where, 0),
            self.gradient_row(self.where, 1),
            self.row("phi", degrees, 2),
            self.slope_row(slope, 3),
        )
        self.say("Turn $u$ all the way round: the directional derivative rises and falls.")
        self.play(Appear(graph, *rows, *(on_board(one, n) for n, one in enumerate(formulas))))
        full_turn = [tracker.animate.set_value(2 * PI) for tracker in (self.angle, graph.drawn)]
        self.play(*full_turn, run_time=SECONDS, rate_func=linear)
