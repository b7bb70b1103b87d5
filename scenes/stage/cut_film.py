"""CutFilm: a film that cuts the hill along its axes, one after the other, and reads the slopes."""

from __future__ import annotations

import numpy as np
from manim import Create

from scenes.stage.actors import Slice
from scenes.stage.appear import Appear, Vanish, dim
from scenes.stage.graphs import CutGraph
from scenes.stage.theme import STEADY
from scenes.stage.turning_film import TurningFilm


class CutFilm(TurningFilm):
    """A turning film with two `cuts` along the axes through a point, and `partials`, their slopes.

    The cut that is looked at has its plane on the hill and its `graph` on the board.
    """

    cuts: tuple[Slice, Slice]

    def set_up_cuts(self, row: int) -> None:
        """Make the cuts through where one stands, and the rows of their slopes from this row on."""
        self.cuts = self.cuts_along_axes(self.where)
        self.partials = self.partial_rows(self.cuts, row)

    def has_slope(self, axis: int) -> bool:
        """Whether the partial derivative along an axis exists where one stands."""
        return bool(np.isfinite(self.cuts[axis].slope()))

    def show_cut(self, axis: int) -> None:
        """Cut the hill along an axis and read the slope of the tangent, if there is one."""
        cut, row = self.cuts[axis], self.partials[axis]
        self.graph = CutGraph(self.typeset, cut, axis)
        self.play(Appear(cut.plane, cut.trace, self.graph), Create(cut.cut), run_time=STEADY)
        tangent = [Create(cut.tangent)] if self.has_slope(axis) else []
        self.play(*tangent, Appear(row), run_time=STEADY)

    def turn_to_second_axis(self, phi: float, theta: float) -> None:
        """Let the first cut step back, and look along the second axis from there, in degrees."""
        first = self.cuts[0]
        self.play(
            Vanish(first.plane, first.trace, self.graph),
            *self.turn_view(phi=phi, theta=theta),
            *dim(first.cut, first.tangent),
            run_time=STEADY,
        )

    def say_what_first_cut_shows(self) -> None:
        """Say what holding the second variable fixed shows: a slope, level ground or a kink."""
        axes = self.axes_in_words()
        if not self.depends_on(0):
            self.say(
                "Hold {second} fixed and look along {first}: $f$ stays level, the slope is 0.",
                **axes,
            )
        elif self.has_slope(0):
            self.say(
                "Hold {second} fixed and look along {first}: one cut, one tangent, one slope.",
                **axes,
            )
        else:
            self.say(
                "Hold {second} fixed and look along {first}: this cut has no tangent here.", **axes
            )

    def say_what_second_cut_shows(self) -> None:
        """Say what holding the first variable fixed shows then."""
        axes = self.axes_in_words()
        if not self.depends_on(1):
            self.say(
                "Now hold {first} fixed and look along {second}: $f$ stays level, the slope is 0.",
                **axes,
            )
        elif self.has_slope(1):
            self.say(
                "Now hold {first} fixed and look along {second}: another cut, another slope.",
                **axes,
            )
        else:
            self.say(
                "Now hold {first} fixed and look along {second}: this cut has no tangent here.",
                **axes,
            )
