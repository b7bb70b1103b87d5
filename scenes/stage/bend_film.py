"""BendFilm: a film about how a hill bends at a place, in every direction: the Hessian."""

from __future__ import annotations

import numpy as np
from manim import LEFT, UP, Create, Mobject, VMobject

from mathcore import Shape, curvature_at, descend, gradient_descent, newton
from scenes.stage.actors import Walker
from scenes.stage.appear import Appear, Vanish
from scenes.stage.bends import Bend, BendGraph, EigenWay, parabola
from scenes.stage.graphs import SideView
from scenes.stage.map_film import MapFilm
from scenes.stage.panel import Row, fitting_scale
from scenes.stage.plot import short_label
from scenes.stage.racer import Racer
from scenes.stage.readout import number_text, short_text
from scenes.stage.theme import (
    BOARD,
    FIRST_ROW,
    FORMULA_EM,
    READOUT_EM,
    ROW,
    SLOW,
    SMALLEST_EM,
    STEADY,
)

BESIDE = {"phi": 50.0, "theta": -30.0}
"""Where the camera stands to see a cut, as `turn_view` takes it."""

ARROW = 0.2
"""Length of u and of the eigenvectors on the map, as a share of the hill's longer side."""

FIRST = np.radians([30, -30, 60, -60])
"""Directions to look along first, apart from the axes."""

EIGEN_DIGITS = 4
"""Significant digits of an eigenvalue, and of the condition number."""


class BendFilm(MapFilm):
    """A map film about the Hessian at a `place`: level ground that walks from the start lead to.

    `bending` says how the hill bends there, None without a Hessian, `is_level` whether it is level.
    The `walker` stands there, or where the `racer` is.
    """

    bend_name = "D_u^2 f"
    """What a bend is called: Typst maths."""

    racer: Racer | None = None

    def set_up_place(self) -> None:
        """Find the place to look at, and make what shows how the hill bends there."""
        self.place = self.find_place()
        self.bending = curvature_at(self.land.hill, self.place)
        slopes = self.land.hill.gradient(self.place)
        self.is_level = bool(np.hypot.reduce(slopes) <= 1e-6 * self.land.steepness)
        self.walker = Walker(self.land, self.theme, self.where)
        self.set_up_direction(self.where, first=self.first_angle(), share=ARROW)
        self.bend = Bend(self.theme, self.turning)
        self.make_room_for_tangents(self.place)

    def where(self) -> np.ndarray:
        """Return the walker's point of the domain (2,), now."""
        return self.place if self.racer is None else self.racer.where()

    def first_angle(self) -> float:
        """Return the direction to look along first: one that the eye sees well from aside."""
        eye = np.radians(self.side_of(BESIDE["theta"]))
        return float(FIRST[np.argmax(np.abs(np.sin(FIRST - eye)))])

    def stand_beside(self) -> None:
        """Let the camera begin where cuts are seen well."""
        self.camera.set_phi(np.radians(BESIDE["phi"]))
        self.camera.set_theta(np.radians(self.side_of(BESIDE["theta"])))

    # Where to look, and what is there

    def find_place(self) -> np.ndarray:
        """Return the minimum that gradient descent leads to, else other level ground, the start.

        There is a Hessian at the place, unless there is none at the start either.
        """
        hill = self.land.hill
        if not np.isfinite(hill.gradient(self.point)).all():
            return self.point
        fine = 1e-9 * self.land.steepness
        reached = self.walk(self.land, gradient_descent(self.framing.rate))
        bottom = self.valley_near(reached.points[-1])
        found = descend(hill, self.point, newton(), 60, domain=self.land.ranges, tolerance=fine)
        for goal in (bottom, found.points[-1]):
            if goal is None or not np.isfinite(self.land.height(goal)):
                continue
            steepness = float(np.hypot.reduce(hill.gradient(goal)))
            level = steepness <= 1e-6 * self.land.steepness
            if level and self.land.contains(goal) and curvature_at(hill, goal) is not None:
                return np.array(goal)
        return self.point

    def is_at_place(self, point: np.ndarray) -> bool:
        """Whether a point (2,) is the place, as far as anybody can see."""
        return bool(np.linalg.norm(point - self.place) <= 1e-6 * self.land.span)

    # The bend in every direction

    def show_cut(self, *others: Mobject) -> None:
        """Bring on the cut along u, the compass, and the cut seen from the side."""
        view = self.tr("seen from the side")
        self.side = SideView(self.typeset, self.turning, view, self.bend.size)
        self.side.remove(self.side.tangent)  # it comes when the parabola does
        self.u = self.name_of_u()
        self.degrees = self.row(self.angle_symbol, self.angle_text, 3, "direction", column=1)
        seen = self.turning.plane, self.turning.cut, self.turning.trace
        self.play(Appear(*seen, self.compass, self.u, self.side, self.degrees, *others))

    def slide_tangent(self, slope: Row) -> None:
        """Let a tangent slide along the cut, from one side of the place to the other and back.

        Args:
            slope: the row with its slope.
        """
        room = self.bend.room()
        self.play(Appear(self.bend.sliding, slope))
        slid = self.bend.slid
        for there, time in ((-room, STEADY), (room, SLOW), (0.0, STEADY)):
            self.play(slid.animate.set_value(there), run_time=time)

    def sliding_row(self, row: int) -> Row:
        """Return the row with the slope of the sliding tangent."""
        return self.slope_row(self.bend.slope, row, alone=False)

    def bend_row(self, row: int, label: str = "") -> Row:
        """Return the row with the second derivative along u."""
        return self.row(label or self.bend_name, self._bend_text, row, "tangent", alone=False)

    def _bend_text(self) -> str:
        bend, most = self.bend.size(), float(np.abs(self.bending.bends).max())
        return number_text(0.0 if abs(bend) <= 1e-12 * most else bend, scale=most)

    def bend_graph(self) -> BendGraph:
        """Return the graph of the bend over the angle of u."""
        label = self.wearing(self.bend_name, "tangent")
        return BendGraph(self.typeset, self.bending, label, self.angle.get_value, self.angle_symbol)

    def hessian_formula(self) -> VMobject:
        """Return H as a matrix of second derivatives, and its numbers at the place."""
        first, second = self.second_derivatives()
        numbers = self.bending.hessian / (np.abs(self.bending.hessian).max() or 1.0)
        kept = np.where(np.abs(numbers) <= 1e-12, 0.0, self.bending.hessian)
        rows = "; ".join(", ".join(short_label(number) for number in row) for row in kept)
        names = f"mat({first[0]}, {first[1]}; {second[0]}, {second[1]})"
        whole = self.formula(f"H = {names} = mat({rows})")
        readable = fitting_scale(whole, lines=2) > SMALLEST_EM / FORMULA_EM
        return whole if readable else self.formula(f"H = mat({rows})")

    def second_derivatives(self) -> list[list[str]]:
        """Return what the parts of H are called, as Typst maths, row by row."""
        names = self.variables().split(", ")
        return [[f"f_({one} {other})" for other in names] for one in names]

    def show_parabola(self) -> None:
        """Let the parabola that fits take the place of the sliding tangent, in both views."""
        drawn = Create(self.bend.parabola), Create(self.side.tangent)
        self.play(Vanish(self.bend.sliding), *drawn, run_time=STEADY)
        self.side.add(self.side.tangent)

    # The directions that bend the most and the least

    def eigen_way(self, number: int) -> EigenWay:
        """Return what is left behind of an eigenvector; its arrow keeps to the side that u shows.

        It has its name `named`, which stays with the arrow.
        """
        back = bool(self.bending.ways[number] @ self.turning.way() < 0)
        made = EigenWay(self.land, self.theme, self.bending, number, self.compass.length, back=back)
        ends = self.land.ground(np.stack([self.place, self.place + made.vector]))
        lines = [line for one in range(2) for line in self._lines_of_way(one)]
        made.named = self.arrow_tag(
            self.way_label(number), made.arrow, self.theme.direction, ends=ends, lines=lines
        )
        return made

    def _lines_of_way(self, number: int) -> list[np.ndarray]:
        """Return what a name must keep clear of: an eigenvector both ways, the line above it."""
        land, way = self.land, self.bending.ways[number]
        slope = float(self.land.hill.gradient(self.place) @ way)
        fitting = parabola(land, self.place, way, slope, float(self.bending.bends[number]))
        reach = self.compass.length * way
        upright = np.stack([land.ground(self.place), land.surface(self.place)])
        return [land.ground(np.stack([self.place - reach, self.place + reach])), fitting, upright]

    def bend_label(self, number: int) -> str:
        """Return what an eigenvalue is called, as Typst maths."""
        return "lambda_max" if number else "lambda_min"

    def way_label(self, number: int) -> str:
        """Return what an eigenvector is called, as Typst maths."""
        return "v_max" if number else "v_min"

    def eigen_formula(self, row: int) -> VMobject:
        """Return H v = λ v on a row of the board."""
        way, value = self.wearing("v", "direction"), self.wearing("lambda", "tangent")
        formula = self.formula(f"H {way} = {value} {way}", em=READOUT_EM)
        formula.move_to((BOARD.left, 0, 0), aligned_edge=LEFT)
        return formula.shift((FIRST_ROW - ROW * row - formula.baseline()) * UP)

    def eigen_row(self, number: int, row: int) -> Row:
        """Return the row with an eigenvalue."""
        value = short_text(float(self.bending.bends[number]), EIGEN_DIGITS)
        return self.row(self.bend_label(number), lambda: value, row, "tangent")

    def eigen_angle(self, number: int) -> float:
        """Return the direction of an eigenvector, in radians from the first axis."""
        return float(np.arctan2(*self.bending.ways[number][::-1]))

    # What is said

    def say_what_place_it_is(self) -> None:
        """Say where one stands: on level ground or on a slope."""
        if self.bending is None:
            self.say("How a hill bends is told by its second derivatives. Here?")
        elif self.is_level and self.bending.shape in (Shape.UP, Shape.TROUGH):
            self.say("At the bottom every slope is zero. What is left to see: how the hill bends.")
        elif self.is_level:
            self.say("Level ground: every slope is zero. What is left to see: how the hill bends.")
        else:
            self.say("The gradient says how steep it is here; now look how the hill bends.")

    def say_how_bend_turns(self) -> None:
        """Say how the bend changes as u turns."""
        low, high = self.bending.bends
        if np.isclose(low, high, rtol=1e-9):
            self.say("Turn $u$ all the way round: the bend is the same in every direction.")
        else:
            self.say("Turn $u$ all the way round: the bend draws a wave, twice in one turn.")

    def say_what_eigenvectors_are(self) -> None:
        """Say what the bends along the eigenvectors tell."""
        low, high = self.bending.bends
        match self.bending.shape:
            case Shape.NONE:
                self.say("$H$ is zero here: to second order the hill does not bend at all.")
            case _ if np.isclose(low, high, rtol=1e-9):
                self.say("Here every direction is an eigenvector of $H$, with one eigenvalue.")
            case Shape.BOTH if self.is_level:
                self.say(
                    "Along one eigenvector of $H$ the hill bends up, along the other down: "
                    "a saddle."
                )
            case Shape.BOTH:
                self.say("Along one eigenvector of $H$ it bends up, along the other down.")
            case Shape.TROUGH | Shape.ROOF:
                self.say("Along one eigenvector of $H$ the bend is zero: that eigenvalue is 0.")
            case Shape.DOWN if self.is_level:
                self.say("Both eigenvalues of $H$ are negative: the level ground is a maximum.")
            case _:
                self.say(
                    "It bends most and least along the eigenvectors of $H$; these bends are its "
                    "eigenvalues."
                )
