"""TurningFilm: a film in which a direction u turns at a point, and the slope along it with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from manim import PI, Animation, Group, Mobject, ValueTracker, VMobject, linear

from mathcore import directional_derivative, unit_direction
from scenes.stage.actors import COMPASS, Compass, Place, Slice, tangent_ends
from scenes.stage.appear import Appear, Jump, Vanish, exchange
from scenes.stage.arrow_field import unit_scale
from scenes.stage.broadside import HEIGHTS, broadside, sloping
from scenes.stage.formula import half_size
from scenes.stage.graphs import SideView, SlopeGraph
from scenes.stage.hill_film import VIEW, HillFilm
from scenes.stage.panel import Row, lines_of_words
from scenes.stage.readout import number_text, vector_text
from scenes.stage.step import Step, first_step
from scenes.stage.theme import FORMULA_EM, READOUT_EM, SLOW, STEADY
from scenes.stage.turn_graph import within_turn

LAST_STEP = 0.015
"""The last step h that is seen, as a share of the first."""

APART = 30.0, 40.0, 50.0, 60.0
"""Degrees from the gradient at which u may be first."""

ANGLE_ROOM = 0.3
"""Manim units between the name of an angle and either of its legs, where it is seen."""

NAME_OF_U = 0.45
"""Manim units that the name of u takes beyond its tip."""


def well_apart(uphill: float) -> float:
    """Return an angle from the steepest way up at which u has two parts that are well seen."""
    for angle in np.radians(APART):
        if np.abs(unit_direction(uphill + angle)).min() > 0.25:
            break
    return float(angle)


class TurningFilm(HillFilm):
    """A hill film with a direction: `angle` says where u points, and all that shows it follows.

    These are the cut along u (`turning`), the `compass` on the map with its name `u`, the view from
    the `side`, the graph of the `slopes`, and the read-outs `degrees` and `slope`: all `turned`.
    """

    angle_symbol = "phi"
    """What `angle` is called: Typst maths. θ is kept for the angle between u and ∇f."""

    def set_up_direction(
        self, where: Place, *, zero: float = 0.0, first: float = 0.0, share: float = COMPASS
    ) -> None:
        """Make the direction at a point of the domain; `cast` calls it.

        Args:
            where: the point (2,), now.
            zero: the direction from which `angle` is counted, in radians.
            first: the angle at first.
            share: the length of the compass's arrow, as a share of the hill's longer side.
        """
        self.angle, self.zero = ValueTracker(first), zero
        self.turned: list[Mobject] = []
        self.marks = Group()
        stage = self.land, self.theme, where, self.heading
        self.turning, self.compass = Slice(*stage), Compass(*stage, zero=zero, share=share)
        self.director.give_way(self.turning.tangent)

    def set_up_unit(
        self, where: Place, share: float, *, least: float | None = None, **angles: float
    ) -> None:
        """Make the direction as `set_up_direction` does, u to a round scale, 1 if it can be.

        Args:
            where: the point (2,), now.
            share: about how much of the hill's longer side it takes.
            least: what it takes at least; half of that where left out.
            angles: `zero` and `first`, as there.
        """
        scale = unit_scale(self.land.span, share, least)
        self.set_up_direction(where, share=scale / self.land.span, **angles)

    def make_room_for_compass(self) -> None:
        """Keep the compass at the start in view, and the name of u, wherever that points."""
        around = unit_direction(np.linspace(0, 2 * PI, 24, endpoint=False))
        self.make_room_for_arrows(self.compass.length * around, NAME_OF_U)

    def unit_rows(self, row: float) -> list[Row]:
        """Return the row that says to which scale u is drawn, if that is not its true length."""
        if np.isclose(self.compass.scale(), 1):
            return []
        return [self.drawn_row(row, self.compass.scale, of="u")]

    def words_of_angle(self, row: float) -> Group:
        """Return words in a row of the board that say what `angle` is."""
        names = {"angle": f"${self.angle_symbol}$", "u": "$u$"}
        text = self.tr("{angle}: angle of {u}").format(**names)
        return lines_of_words(self.words(text, em=READOUT_EM, color=self.theme.quiet), row=row)

    def heading(self) -> float:
        """Return where u points now, in radians from the first axis."""
        return self.zero + self.angle.get_value()

    def set_up_step(self, cut: Slice) -> None:
        """Make a `step` along a cut at the start, its `size` h as large as it can be at first."""
        self.size = ValueTracker(first_step(self.land, self.point, cut.way()))
        self.step = Step(self.theme, cut, self.size.get_value)

    def make_room_for_secants(self, least: float) -> None:
        """Keep the secant of the step in view while h shrinks to a share of what it is."""
        whole, secant = self.size.get_value(), self.step.secant
        for share in np.linspace(least, 1, 4):
            self.size.set_value(share * whole)
            self.director.make_room(secant.update().points[[0, -1]])

    def shrink_step(self, share: float = LAST_STEP) -> Animation:
        """Return the animation that lets h shrink to a share of what it is.

        Where that is left out, the secant is then as good as the tangent.
        """
        return self.size.animate.set_value(share * self.size.get_value())

    def step_rows(self, row: int, *, alone: bool = True) -> tuple[Row, Row]:
        """Return the rows with h and, below it, with the slope of the secant.

        Args:
            row: number of the first.
            alone: whether nothing stands in the second column beside h.
        """
        h, slope = self.size.get_value, self._slope_text(self.step.slope)
        # A step is no shorter than this share of the hill's side, so two decimals more will do.
        size = self.row(
            "h", lambda: number_text(h(), 3, self.land.span), row, "direction", alone=alone
        )
        return size, self.row("Delta f \\/ h", slope, row + 1, "tangent", alone=False)

    def direction_row(self, row: int, label: str = "u") -> Row:
        """Return the row with the parts of u."""
        return self.row(label, lambda: vector_text(self.turning.way()), row, "direction")

    def slope_definition(self) -> VMobject:
        """Return D_u f = lim (f((x, y) + h u) - f(x, y)) / h in the picture's colours."""
        slope = self.wearing("D_u f", "tangent")
        step, h = self.wearing("h u", "direction"), self.wearing("h", "direction")
        return self.formula(f"{slope} = lim_(h -> 0) frac({self.climb(step)}, {h})")

    def climb(self, step: str) -> str:
        """Return f(x, y) after a step, less f(x, y): Typst maths, like the step."""
        return f"f(({self.variables()}) + {step}) - f({self.variables()})"

    def slope_graph(self, point: np.ndarray) -> SlopeGraph:
        """Return the graph of the slope at a point (2,) over the angle of u."""
        angle, name = self.angle.get_value, self.angle_symbol
        return SlopeGraph(self.typeset, self.land, point, angle, self.zero, name)

    def show_the_direction(
        self,
        point: np.ndarray,
        in_place_of: Sequence[Mobject] = (),
        *others: Mobject,
        on_map: bool = False,
        column: int = 1,
    ) -> None:
        """Bring on the direction at a point (2,) and what shows the slope along it.

        Args:
            point: of the domain.
            in_place_of: what goes off.
            others: what else comes on, and is put away with it.
            on_map: whether the hill has sunk onto its map, and the cut is only a line there.
            column: of the board, where the angle and the slope stand.
        """
        self.slopes = self.slope_graph(point)
        rows = self.rows_of_direction(column)
        self.u = self.name_of_u()
        self.side = SideView(self.typeset, self.turning, self.tr("seen from the side"))
        cut = self.turning.trace if on_map else self.turning
        shown = [cut, self.compass, self.u, self.side, self.slopes, *rows, *others]
        coming = exchange(in_place_of, *shown) if in_place_of else [Appear(*shown)]
        self.play(*coming, run_time=STEADY)
        self.turned += shown

    def rows_of_direction(self, column: int) -> tuple[Row, Row]:
        """Make the rows `degrees` and `slope` in a column of the board, and return them."""
        self.degrees = self.row(self.angle_symbol, self.angle_text, 2, "direction", column=column)
        self.slope = self.slope_row(self.turning.slope, 3, column=column)
        return self.degrees, self.slope

    def put_direction_away(self) -> None:
        """Take off what shows the direction, as far as it is there."""
        self.take_off(*self.turned)

    def name_of_u(self) -> VMobject:
        """Return the name of the compass's arrow, beyond its tip."""
        return self.arrow_tag("u", self.compass.arrow, self.theme.direction)

    def name_of_angle(self, *off: VMobject) -> VMobject:
        """Return the name of the angle that is turned, at its arc; a narrow one has no name.

        Args:
            off: straight lines and dots in space; it is not seen where it would touch them.
        """
        tag = self.formula(self.angle_symbol, em=FORMULA_EM, color=self.theme.direction)
        tag.set_stroke(self.theme.background, width=5, background=True)
        tag.is_seen = 1.0
        self.director.give_way(tag)
        return tag.add_updater(partial(self._name_angle, off=off), call_updater=True)

    def _name_angle(self, tag: VMobject, off: Sequence[VMobject]) -> None:
        angle, around = self.angle.get_value() % (2 * PI), np.linspace(0, 2 * PI, 25)
        ways = unit_direction(self.zero + np.append([angle / 2, 0, angle], around))
        places = self.land.ground(self.point + self.compass.scale() * np.vstack([[0, 0], ways]))
        foot, *rims = self.camera.project_points(places)[:, :2]
        spokes = np.array(rims) - foot
        lengths = np.linalg.norm(spokes, axis=1)
        (ahead, *legs), reach = spokes[:3] / lengths[:3, None], float(lengths.max())
        opening = min(float(np.sin(np.arccos(np.clip(ahead @ leg, 0, 1)))) for leg in legs)
        away = 0.4 * lengths[0] + ANGLE_ROOM  # the arc is that large
        if opening * away < ANGLE_ROOM:
            away = ANGLE_ROOM / max(opening, 1e-6)
        tag.move_to(np.append(foot + min(away, reach) * ahead, 0.0))
        # At 0 and at 360 degrees there is no arc, or no place beside it.
        half = half_size(tag)
        room = self._room(tag.get_center()[:2], half, [thing.points[[0, -1]] for thing in off])
        inside = min(2 - 2 * away / reach, 2 * PI - angle, 3.5 * room - 0.25)
        seen = float(np.clip(inside / 0.2, 0.0, 1.0))
        if seen != tag.is_seen:  # else its opacity is that of a fade
            tag.is_seen = seen
            tag.set_fill(opacity=seen).set_stroke(opacity=seen, background=True)

    def gather_partials(self, partials: Iterable[Row], gradient: Row, *others: Mobject) -> None:
        """Slide the rows of the two partial derivatives into the gradient that they make.

        Args:
            partials: the two rows, on stage.
            gradient: the row that they become.
            others: what comes with it.
        """
        rows = Group(*partials)
        parts = [row.readout.copy().clear_updaters() for row in rows]
        self.add(*parts)
        self.play(Vanish(rows))
        places = gradient.readout.number_places()
        self.play(
            *(part.animate.move_to(place) for part, place in zip(parts, places, strict=True)),
            run_time=STEADY,
        )
        self.play(*exchange(parts, gradient, *others), run_time=STEADY)

    def turn_all_the_way_round(self) -> None:
        """Turn u from 0° to 360° while the graph of the slope is drawn."""
        turns = [tracker.animate.set_value(2 * PI) for tracker in (self.angle, self.slopes.drawn)]
        self.play(*turns, run_time=3 * SLOW, rate_func=linear)

    def stop_at(self, angle: float, *others: Animation, view: Iterable[Animation] = ()) -> None:
        """Turn u to an angle and mark its slope on the graph; others are played with the mark.

        Args:
            angle: in radians.
            others: animations.
            view: those that turn the view along with u.
        """
        self.turn_to(angle, *view)
        mark = self.slopes.mark(angle)
        self.marks = Group(*self.marks, mark)
        self.play(Appear(mark), *others)

    def look_broadside(self, angle: float, *heights: float) -> list[Animation]:
        """Return animations that turn the view so that the tangent along u looks as steep as it is.

        Args:
            angle: where u points then, in radians from the first axis.
            heights: where the eye may stand, in degrees from the zenith; from high up to low down
                where left out.
        """
        usual, far = self.side_of(VIEW["theta"]), self.camera.get_focal_distance()
        line = self._tangent(angle)
        return self.turn_to_side(*broadside(self.land, line, usual, far, heights or HEIGHTS))

    def _tangent(self, angle: float) -> np.ndarray:
        """Return places (9, 3) along the tangent line at the start, for an angle of u."""
        way = unit_direction(angle)
        slope = float(directional_derivative(self.land.hill, self.point, way))
        ends = tangent_ends(self.land, self.point, way, slope)
        return ends[0] + np.linspace(0, 1, 9)[:, None] * (ends[1] - ends[0])

    def choose_side(self, angles: Sequence[float], phi: float) -> None:
        """Stand before the hill where tangents at the start that slope are seen to slope.

        Args:
            angles: of u in radians.
            phi: where the eye stands, in degrees from the zenith.
        """
        side = self.sloping_side(angles, self.framing.turn, phi)
        self.framing = replace(self.framing, turn=side)
        self.camera.set_theta(np.radians(side))

    def sloping_side(self, angles: Sequence[float], usual: float, phi: float) -> float:
        """Return the side, near the usual one, from which such tangents are seen to slope.

        Args:
            angles: of u in radians.
            usual: in degrees round the hill.
            phi: where the eye stands, in degrees from the zenith.
        """
        lines = [self._tangent(angle) for angle in angles]
        return sloping(self.land, lines, usual, self.camera.get_focal_distance(), phi)

    def angle_text(self) -> str:
        """Return what the read-out says of the direction: the degrees that it has turned."""
        return number_text(np.degrees(within_turn(self.angle.get_value())), 0) + "°"

    def turn_to(self, angle: float, *view: Animation) -> None:
        """Turn u to an angle in radians, the shorter way from where a full turn ended.

        Animations that turn the view are played meanwhile.
        """
        angle %= 2 * PI
        if self.angle.get_value() == 2 * PI and angle < PI:
            # 360° is 0°: the graph begins there, and what stands at its end goes over to it.
            marks = self.slopes.marker, self.compass.arc, *self.degrees
            again = partial(self.angle.set_value, 0)
            self.play(*(Jump(mark, again) for mark in marks), run_time=STEADY)
        self.play(self.angle.animate.set_value(angle), *view, run_time=SLOW)
