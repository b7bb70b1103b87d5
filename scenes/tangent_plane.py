"""The tangent plane: zoom in until the hill is flat, and see how fast the gap closes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from manim import LEFT, PI, UP, Create, Group, ValueTracker, VMobject, linear

from mathcore.typeset import typeset
from scenes.stage import (
    BOARD,
    FORMULA_EM,
    LAST,
    READOUT_EM,
    SECOND,
    SHEER,
    SLOW,
    SMALLEST_EM,
    STEADY,
    VIEW,
    Appear,
    DiscPlane,
    GapGraph,
    Halvings,
    HillFilm,
    Microscope,
    Patch,
    Row,
    Slice,
    Stairs,
    Swell,
    Vanish,
    Walker,
    beat,
    exchange,
    fitting_scale,
    knob,
    lined_up,
    number_text,
    on_board,
    short_text,
    tick_label,
)
from scenes.stage.theme import FIRST_ROW, ROW

LOW_VIEW = 70
"""Where the camera stands, in degrees from the zenith, to see under the patch."""

GLASSY = 0.6
"""Opacity of the hill while a plane lies below it."""

DIM = 0.12
"""Opacity of the patch, and of its plane, while one looks at what is inside."""

QUARTER = 3.4, 4.7
"""A gap so many times as wide as that at half the radius is about four times as wide."""

LONGEST = 8
"""Characters of a number that leave room for a word beside it."""


def three(number: float) -> float:
    """Return a number rounded to three digits.

    >>> three(2.0), three(-0.123456)
    (2.0, -0.123)
    """
    return float(f"{number:.3g}")


class TangentPlane(HillFilm):
    """Zoom in until the hill is flat: the tangent plane is the best linear approximation."""

    f = knob("x^2 + y^2", "the hill's height, as a formula or a name such as himmelblau")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    start = knob("auto", "where one stands", like=(1.0, 1.0))

    def cast(self) -> None:
        self.set_up_hill(smooth=False)
        self.angle = ValueTracker(0)
        eye = np.radians(self.side_of(-62))
        with self.blaming("start"):
            self.patch = Patch(self.land, self.point, eye)
        stage = self.land, self.theme, self.where
        self.walker = Walker(*stage)
        self.cuts = Slice(*stage, lambda: 0.0), Slice(*stage, lambda: PI / 2)
        self.turning = Slice(*stage, self.angle.get_value)
        self.make_room_for_tangents(self.point)
        self.scope = Microscope(self.land, self.theme, self.patch)
        self.director.look_at(self.scope.room(), self.scope.lifted.get_value)
        self.director.give_way(self.turning.tangent, *(cut.tangent for cut in self.cuts))
        self.tilted, self.tilt = ValueTracker(0), self.scope.tilt()
        self.gaps, self.law = self.patch.gaps(), Group()
        if self.patch.has_plane:
            self.leave_out("a_kink", "no_plane")
            self.cast_planes()
        else:
            others = [name for name in self.beats if name not in ("a_kink", "no_plane")]
            self.leave_out(*others)
        if not self.gaps.any():
            self.leave_out("how_fast")

    def cast_planes(self) -> None:
        """Make the tangent plane and another one, and the stairs that lead up the first."""
        scope, slopes = self.scope, self.patch.slopes
        self.plane = DiscPlane(scope, self.theme.tangent, lambda: slopes, self.angle.get_value)
        self.other = DiscPlane(
            scope, self.theme.quiet, lambda: slopes + self.tilted.get_value() * self.tilt
        )
        self.stairs = Stairs(scope)
        self.director.give_way(self.plane.outline)

    # On the hill

    @beat
    def two_tangents(self) -> None:
        self.show_the_hill()
        first, second = (f"${typeset(variable)}$" for variable in self.land.hill.variables)
        self.say(
            "Cut along {first} and along {second}: two tangent lines through one point.",
            first=first,
            second=second,
        )
        self.rise()
        self.partials = Group()
        for axis, cut in enumerate(self.cuts):
            row = self.partial_row(axis, cut.slope, 2 + axis)
            self.partials.add(row)
            self.play(Create(cut.cut), Create(cut.tangent), Appear(row), run_time=STEADY)

    def show_the_hill(self) -> None:
        """Make what the board says of the point."""
        self.formula_f = on_board(self.field_formula(), 0)
        place = self.point_row(self.where, 0, "bold(p)")
        self.rows = Group(place, self.height_row(self.where, 1))

    def rise(self) -> None:
        """Let the hill rise, with the point on it."""
        self.raise_hill(self.formula_f)
        self.play(Appear(self.walker, self.rows))

    @beat
    def one_plane(self) -> None:
        self.say("Turn the cut: all tangent lines lie in one plane, the tangent plane.")
        tangents = [cut.tangent for cut in self.cuts]
        self.play(
            Vanish(*(cut.cut for cut in self.cuts), *tangents),
            Appear(self.turning.cut, self.turning.tangent, self.turning.trace),
        )
        self.play(self.scenery.hill[0].animate.set_opacity(GLASSY), run_time=STEADY / 2)
        self.add(self.plane)
        self.play(self.angle.animate.set_value(PI), run_time=1.5 * SLOW, rate_func=linear)
        self.play(Vanish(self.turning.cut, self.turning.tangent, self.turning.trace))

    @beat
    def its_equation(self) -> None:
        self.say("Its equation: the height at the point, plus each slope times the step.")
        z, nabla = self.wearing("z", "tangent"), self.wearing("nabla f", "gradient")
        rest = f"f(bold(p)) + {nabla} (bold(p)) dot (bold(x) - bold(p))"
        self.equation = on_board(self.fitting(f"{z} = {rest}"), 1)
        self.numbers = on_board(self.plane_in_numbers(), 2)
        self.play(Appear(self.equation), run_time=STEADY)
        self.play(Appear(self.numbers), Swell(self.walker.dot), run_time=STEADY)

    def plane_in_numbers(self) -> VMobject:
        """Return the equation of the plane with its numbers, to three digits."""
        z, slopes = self.wearing("z", "tangent"), self.patch.slopes
        sign, terms = self.equals(self.patch.value, *slopes, *self.point), []
        for variable, slope, place in zip(
            self.land.hill.variables, slopes, self.point, strict=True
        ):
            away = f"({typeset(variable)} {'-' if place >= 0 else '+'} "
            away += f"{tick_label(abs(three(place)))})"
            size = self.in_digits([abs(slope)], "gradient")
            terms.append(
                f"{'-' if slope < 0 else '+'} {size} thin {away if place else typeset(variable)}"
            )
        terms.insert(0, tick_label(three(self.patch.value)))
        whole = f"{z} {sign} {' '.join(terms)}"
        broken = f"{z} {sign} & {' '.join(terms[:2])} \\ & {terms[2]}"
        return self.fitting(whole, broken)

    # Under the microscope

    @beat
    def the_gap(self) -> None:
        if self.gaps.any():
            self.say("Under a microscope: at a distance $h$, hill and plane are a gap apart.")
        else:
            self.say("Under a microscope: at every distance $h$, hill and plane are one.")
        self.lift(self.walker, self.rows, self.partials)
        self.table = Halvings(self.typeset, self.scope, self.tr("gap"))
        self.bar = self.stairs.gap
        shown = [self.bar, self.table.heads, self.table.rows[0]]
        self.gap_name = self.name_of_gap()
        self.play(Appear(*shown, *self.gap_name), run_time=STEADY)

    def name_of_gap(self) -> Group:
        """Return the word for the gap, beside it and clear of both rims, where there is room."""
        name = self.words(self.tr("gap"), em=READOUT_EM, color=self.theme.ink)
        ends = self.stairs.corners()[4:]
        if not self.gaps.any():
            return Group()
        return self.beside(name, ends.mean(axis=0), [*self.rims(), ends])

    def rims(self) -> list[np.ndarray]:
        """Return places (m, 3) on the rims of the plane and of the patch."""
        return [self.plane.outline.points, self.scope.rim.points]

    def beside(self, name: VMobject, place: np.ndarray, others: list[np.ndarray]) -> Group:
        """Put a name beside a place in space (3,), clear of others (m, 3); leave it out else."""
        name.set_stroke(self.theme.background, width=5, background=True)
        shift, has_room = self.free_side(name, place, np.concatenate(others))
        name.move_to(self.camera.project_point(place) * (1, 1, 0) + shift)
        return Group(name) if has_room else Group()

    def lift(self, *gone: VMobject) -> None:
        """Take the patch around the point off the hill and enlarge it."""
        scope, scenery = self.scope, self.scenery
        self.play(Create(scope.rim), run_time=STEADY)
        self.scene = [scenery.hill, scenery.map, scenery.axes]
        self.patch_parts = [scope.hill, scope.map, scope.map_rim, scope.dot, scope.foot]
        self.play(Appear(*self.patch_parts), Vanish(*self.scene, *gone), run_time=STEADY)
        self.play(
            scope.lifted.animate.set_value(1),
            *self.turn_view(phi=LOW_VIEW, theta=-62),
            run_time=SLOW,
        )
        scope.step.update()  # it was not there while the patch was lifted
        self.h_name = self.arrow_tag(
            "h",
            scope.step,
            self.theme.direction,
            beside=-1,
            ends=scope.step.points[[0, -1]],
            lines=[self.plane.outline.points[::8]] if self.patch.has_plane else [],
        )
        named = [self.h_name] if self.h_name.has_room else []
        self.play(Appear(scope.step, scope.plumbs, *named))

    @beat
    def zoom_in(self) -> None:
        if self.gaps.any():
            self.say("Halve $h$ and enlarge as much: the hill sinks onto its tangent plane.")
        else:
            self.say("Halve $h$ and enlarge as much: nothing changes, for $f$ is linear here.")
        for halvings, row in enumerate(self.table.rows[1:], 1):
            gone = [Vanish(self.gap_name)] if halvings == 1 and len(self.gap_name) else []
            self.play(Appear(row), *gone)
            self.play(self.scope.zoom.animate.set_value(halvings), run_time=STEADY)

    @beat
    def how_fast(self) -> None:
        ratios = self.gaps[:-1] / np.where(self.gaps[1:] > 0, self.gaps[1:], np.nan)
        low, high = QUARTER
        if np.isnan(ratios[-1]):
            self.say("Near enough, no gap is left: there the hill itself is a plane.")
        elif ratios[-1] > high:
            self.say("Each time $h$ is halved, less than a quarter of the gap is left.")
        elif ratios[-1] >= low:
            self.say("Half of $h$, a quarter of the gap: it shrinks like $h^2$.")
            self.law.add(self.gap_as_square())
        else:
            self.say("Each time $h$ is halved, less than half of the gap is left.")
        for share in self.table.shares:
            self.play(Appear(share))
        if len(self.law):
            self.play(Appear(self.law))

    def gap_as_square(self) -> VMobject:
        """Return the gap as a multiple of h², below the table: that of the last row."""
        sizes = self.patch.radius * 0.5 ** np.arange(LAST + 1)
        shares = np.abs(self.gaps) / sizes**2
        share = three(shares[-1])
        sign = "=" if np.allclose(shares, share, rtol=1e-9) else "approx"
        times = "" if share == 1 else f"{tick_label(share)} thin "
        gap, square = self.tr("gap"), self.wearing("h^2", "direction")
        law = self.formula(f'"{gap}" {sign} {times} {square}', em=READOUT_EM)
        law.move_to((BOARD.left, 0, 0), aligned_edge=LEFT)
        return law.shift((FIRST_ROW - (LAST + 2.2) * ROW - law.baseline()) * UP)

    @beat
    def the_best(self) -> None:
        self.say("Tilt the plane, and gap / $h$ no longer goes to 0: the tangent plane is best.")
        theme = self.theme
        planes = (np.zeros(2), theme.tangent), (self.tilt, theme.quiet)
        self.graph = GapGraph(self.typeset, self.scope, self.tr("gap"), planes)
        table = [self.table.heads, *self.table.rows, *self.table.shares, *self.law]
        self.play(Vanish(*table))
        self.play(self.scope.zoom.animate.set_value(0), run_time=STEADY)
        self.other_bar = self.other.gap()
        self.add(self.other, self.other_bar)
        self.play(self.tilted.animate.set_value(1), run_time=STEADY)
        self.play(Appear(self.graph))
        self.play(self.scope.zoom.animate.set_value(4), run_time=2 * SLOW)

    @beat
    def row_times_column(self) -> None:
        self.say("A row of slopes times a column of steps: so much the plane climbs.")
        self.play(Vanish(self.graph, self.other, self.other_bar, self.equation, self.numbers))
        self.play(
            self.scope.zoom.animate.set_value(1),
            self.scope.opacity.animate.set_value(DIM),
            self.plane.sheet.animate.set_opacity(DIM),
            run_time=STEADY,
        )
        self.product = on_board(self.product_in_numbers(), 1, lines=2)
        for run, climb in zip(self.stairs.runs, self.stairs.climbs, strict=True):
            self.play(Create(run), run_time=STEADY / 2)
            self.play(Create(climb), run_time=STEADY / 2)
        self.run_names = self.names_of_runs()
        self.play(Appear(self.product, self.run_names))
        gap = self.tr("gap")
        self.compared = Group(
            self.told("Delta z", self.stairs.predicted, 0, "tangent", self.tr("predicted")),
            self.told("Delta f", self.stairs.true, 1, "ink", self.tr("true")),
            self.row(f'"{gap}"', lambda: short_text(self.scope.gap()), 2),
        )
        self.play(Appear(self.compared))

    def told(self, label: str, number: Callable[[], float], row: int, color: str, word: str) -> Row:
        """Return a row with a number that is as short as it can be, and a word for it."""

        def shown() -> str:
            text = short_text(number(), 4)
            return text if len(text) <= LONGEST else short_text(number(), 3)

        made = self.row(label, shown, row, color, alone=False)
        text = self.words(word, em=READOUT_EM, color=self.theme.quiet)
        return made.add(text.move_to((SECOND, made.label.get_y(), 0), aligned_edge=LEFT))

    def names_of_runs(self) -> Group:
        """Return Δx and Δy, beside the level parts of the stairs that are long enough."""
        names, strokes = Group(), (*self.stairs.runs, *self.stairs.climbs, self.bar[0])
        taken = [self.plane.outline.points, *(stroke.points for stroke in strokes)]
        for run, variable in zip(self.stairs.runs, self.land.hill.variables, strict=True):
            source = f"Delta {typeset(variable)}"
            name = self.formula(source, em=READOUT_EM, color=self.theme.direction)
            named = self.beside(name, run.points[[0, -1]].mean(axis=0), taken)
            if not names or not len(named) or self.are_apart(names[0], name):
                names.add(*named)
        return names

    def are_apart(self, one: VMobject, other: VMobject) -> bool:
        """Whether two names do not touch."""
        away = np.abs(one.get_center() - other.get_center())[:2]
        half = np.array([one.width + other.width, one.height + other.height]) / 2
        return bool((away > half + 0.05).any())

    def product_in_numbers(self) -> VMobject:
        """Return the row of slopes times the column of steps, to three digits, or its symbols."""
        step, climb = self.stairs.step(), self.stairs.predicted()
        row = self.in_digits(self.patch.slopes, "gradient")
        column, total = self.in_digits(step, "direction"), self.in_digits([climb], "tangent")
        sign = self.equals(*self.patch.slopes, *step, climb)
        z = self.wearing("Delta z", "tangent")
        whole = f"{z} = mat({row}) thin vec({column})"
        steps = [f"Delta {typeset(variable)}" for variable in self.land.hill.variables]
        symbols = ", ".join(self.wearing(step, "direction") for step in steps)
        named = f"{z} = {self.wearing('D f', 'gradient')} thin vec({symbols})"
        return self.readable(2, f"{whole} {sign} {total}", whole, named)

    def readable(self, lines: int, *sources: str) -> VMobject:
        """Return the first formula that so many lines of the board hold at a readable size."""
        for source in sources:
            formula = self.formula(source)
            if fitting_scale(formula, lines) * FORMULA_EM >= SMALLEST_EM:
                break
        return formula

    def in_digits(self, numbers: Iterable[float], meaning: str) -> str:
        """Return numbers to three digits in the colour of what they mean, a comma between them."""
        return ", ".join(self.wearing(tick_label(three(number)), meaning) for number in numbers)

    def equals(self, *numbers: float) -> str:
        """Return the sign for numbers that are shown with three digits: = where none are lost."""
        exact = np.allclose([three(number) for number in numbers], numbers, rtol=1e-9, atol=1e-300)
        return "=" if exact else "approx"

    @beat
    def the_jacobian(self) -> None:
        self.say("The row is the same for every step: the Jacobian $D f$, the gradient as a row.")
        row = ", ".join(self.wearing(name, "tangent") for name in self.partial_names())
        name, slopes = self.wearing("D f", "gradient"), self.patch.slopes
        numbers = f"{self.equals(*slopes)} mat({self.in_digits(slopes, 'gradient')})"
        symbols = f"{name} = mat({row})"
        self.jacobian = on_board(self.readable(1, f"{symbols} {numbers}", symbols), 1)
        self.play(*exchange([self.product, self.run_names], self.jacobian), run_time=STEADY)
        self.play(self.scope.zoom.animate.set_value(LAST), run_time=1.5 * SLOW)

    @beat
    def the_expansion(self) -> None:
        if self.gaps.any():
            self.say("So Taylor's expansion begins: value, slopes times step, and a rest: the gap.")
        else:
            self.say(
                "So Taylor's expansion begins: value plus slopes times step; here nothing is left "
                "over."
            )
        step, row = self.wearing("bold(Delta)", "direction"), self.wearing("D f", "gradient")
        rest = self.tr("gap")
        self.expansion = on_board(
            self.formula(f'f(bold(p) + {step}) = f(bold(p)) + {row} thin {step} + "{rest}"'), 2
        )
        self.play(Appear(self.expansion), run_time=STEADY)
        self.come_back()

    def come_back(self) -> None:
        """Put the patch back where it was taken from."""
        scope = self.scope
        gone = [self.stairs, self.bar, self.compared, scope.step, scope.plumbs, self.h_name]
        trackers = scope.opacity.animate.set_value(1), scope.zoom.animate.set_value(0)
        self.play(Vanish(*gone), *trackers, self.plane.sheet.animate.set_opacity(SHEER))
        self.play(
            scope.lifted.animate.set_value(0),
            *self.turn_view(phi=VIEW["phi"], theta=VIEW["theta"]),
            run_time=SLOW,
        )
        back = [*self.scene, self.walker, self.rows, self.partials]
        self.play(Appear(*back), Vanish(scope.rim, *self.patch_parts), run_time=STEADY)

    # Where there is none

    @beat
    def a_kink(self) -> None:
        self.show_the_hill()
        self.say("Here $f$ has a kink. Does a plane touch it?")
        self.rise()

    @beat
    def no_plane(self) -> None:
        self.say("However close you look, the kink stays: $f$ has no tangent plane here.")
        self.lift(self.walker, self.rows)
        self.play(Create(self.scope.cut), run_time=STEADY)
        self.sides = lined_up(
            self.row("h", lambda: short_text(self.scope.h()), 0, "direction"),
            *(
                self.row(f'"{word}"', lambda side=side: self.side_text(side), 1 + side, "tangent")
                for side, word in enumerate((self.tr("slope behind"), self.tr("slope ahead")))
            ),
        )
        self.play(Appear(self.sides))
        self.play(self.scope.zoom.animate.set_value(LAST), run_time=2 * SLOW)

    def side_text(self, side: int) -> str:
        """Return how steep the hill is along the step, behind (0) or ahead (1) of the point."""
        return number_text(self.patch.side_slopes(self.scope.h())[side], scale=self.land.steepness)
