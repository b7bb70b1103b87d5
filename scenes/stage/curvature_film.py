"""CurvatureFilm: a film about how a hill bends, and what that makes of walks downhill."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import RIGHT, UP, Group, Mobject, VMobject

from mathcore import Outcome, Shape, contractions, descend, gradient_descent, newton
from scenes.stage.actors import Trail, domain_arrow
from scenes.stage.appear import Appear
from scenes.stage.bend_film import EIGEN_DIGITS, BendFilm
from scenes.stage.bends import ModelContour
from scenes.stage.crowd import strokes
from scenes.stage.glossary import Glossary
from scenes.stage.landscape import LEVEL
from scenes.stage.panel import Row, lined_up
from scenes.stage.pens import Pen, pens
from scenes.stage.plot import round_below, rounded, short_label, tick_label
from scenes.stage.racer import Racer
from scenes.stage.readout import short_text
from scenes.stage.space import SpaceArrow
from scenes.stage.step_plots import Series, StepCurves, around, stepwise
from scenes.stage.theme import BOARD, LOWER_BOARD, STEADY
from scenes.stage.walk import Ending, Walk

ROUND = 0.3
"""A valley of which a step leaves less than this share of the distance is nearly round."""

EXACT = 1e-6
"""By how much a measured contraction may differ from the predicted one and be the same."""

PACE, ALL_STEPS = 0.6, 5.0
"""Seconds for a step, and for all of them at most."""

SHORTEST_AXIS = 0.1
"""A half axis is named as far from the middle as this, as a share of the hill's longer side."""

THINNEST_AXIS = 0.03
"""A half axis shorter than this share of that side is hardly seen, and has no name."""

SHORTEST_ARROW = 0.25
"""The arrow along −∇f is no shorter than this where it has room, as a share of that side."""

SIZES = 2, 1000, 10**6, 10**9
"""Numbers of variables whose Hessians are compared."""


class CurvatureFilm(BendFilm):
    """A film about what the bends at a place make of walks from the start; it has the knob steps.

    `zigzag` is gradient descent at the rate that is best at the place, `jump` Newton's method.
    """

    zigzag: Racer | None = None
    jump: Racer | None = None

    def set_up_walks(self) -> None:
        """Make the walk at the rate that is best at the place, and that of Newton's method.

        Either is left out where there is none, and where it makes no step.
        """
        if self.bending is None or not self.is_level or self.is_at_place(self.point):
            return
        plain = pens(self.theme, self.theme.path)[1]
        if self.bending.best_rate is not None:
            best = self.walk(self.land, gradient_descent(self.bending.best_rate))
            self.zigzag = self._racer(best, "eta", plain)
        self.jump = self._racer(self._newton_walk(), "H", plain)

    def _racer(self, walk: Walk, name: str, pen: Pen) -> Racer | None:
        return Racer(walk, name, pen) if walk.last else None

    def _newton_walk(self) -> Walk:
        """Return the walk of Newton's method: to the end, where it comes back into the picture."""
        shown = self.walk(self.land, newton())
        if shown.exit is None:
            return shown
        fine = LEVEL * self.land.steepness
        path = descend(self.land.hill, self.point, newton(), self.steps, tolerance=fine)
        return Walk(path, Ending.SHOWN) if self.is_at_place(path.points[-1]) else shown

    def goes_out(self, racer: Racer) -> bool:
        """Whether a walk leaves the map on its way, and comes back."""
        return racer.walk.exit is None and not all(map(self.land.contains, racer.walk.points))

    def arrives(self, racer: Racer) -> bool:
        """Whether a walk ends on level ground, or so near to the place that nobody sees more."""
        settled = racer.walk.path.outcome in (
            Outcome.CONVERGED,
            Outcome.STALLED_FLAT,
            Outcome.STALLED_MAXIMUM,
            Outcome.STALLED_SADDLE,
        )
        return racer.walk.exit is None and (settled or self.is_at_place(racer.walk.points[-1]))

    def measured(self) -> np.ndarray:
        """Return what each step of the zigzag leaves of the distance to the place (m,)."""
        return contractions(self.zigzag.walk.points, self.place)

    def is_quadratic(self) -> bool:
        """Whether f has the same Hessian wherever it is shown."""
        points = self.land.grid()[::16, ::16].reshape(-1, 2)
        off = np.abs(self.land.hill.hessian(points) - self.bending.hessian).max()
        return bool(off <= 1e-9 * np.abs(self.bending.hessian).max())

    def is_as_predicted(self) -> bool:
        """Whether every step leaves just what the bends at the place predict."""
        known = self.measured()
        known = known[np.isfinite(known)]
        return bool(np.allclose(known, self.bending.contraction, rtol=EXACT, atol=1e-9))

    def goes_to_both_sides(self) -> bool:
        """Whether most steps of the zigzag lead to the other side of the valley."""
        across = (self.zigzag.walk.points - self.place) @ self.bending.ways[1]
        return bool(np.mean(across[1:] * across[:-1] < 0) > 0.6)

    # What it makes of walks

    def model_contour(self) -> ModelContour:
        """Return a contour line of the quadratic model, and its axes."""
        return ModelContour(self.land, self.theme, self.bending)

    def names_of_axes(self, contour: ModelContour) -> list[VMobject]:
        """Return the names of the eigenvectors, on the map beyond the ends of the axes."""
        names = []
        for number, (half, way) in enumerate(zip(contour.halves, self.bending.ways, strict=True)):
            if half < THINNEST_AXIS * self.land.span:
                continue
            far = max(half, SHORTEST_AXIS * self.land.span)
            for vector in (far * way, -far * way):
                ends = self.land.ground(np.stack([self.place, self.place + vector]))
                name = self.arrow_tag(
                    self.way_label(number), SpaceArrow(*ends), self.theme.direction, ends=ends
                )
                if name.has_room and name.beside == 0 and self.is_on_map(name, ends):
                    names.append(name)
                    break
        return names

    def condition_formula(self) -> VMobject:
        """Return κ = λmax / λmin with its numbers."""
        low, high = (short_label(float(bend), EIGEN_DIGITS) for bend in self.bending.bends)
        kappa = short_label(self.bending.condition, EIGEN_DIGITS)
        names = "frac(lambda_max, lambda_min)"
        return self.formula(f"kappa = {names} = frac({high}, {low}) {self._equals()} {kappa}")

    def _equals(self) -> str:
        """Return the sign between rounded numbers that make κ and κ itself."""
        low, high = (rounded(float(bend), EIGEN_DIGITS) for bend in self.bending.bends)
        shown = rounded(self.bending.condition, EIGEN_DIGITS)
        return "=" if np.isclose(high / low, shown, rtol=1e-9) else "approx"

    def root_row(self, row: int) -> Row:
        """Return the row with √κ: how many times as long as wide contours are."""
        root = short_text(float(np.sqrt(self.bending.condition)), EIGEN_DIGITS)
        shown = self.row("sqrt(kappa)", lambda: root, row)
        low, high = shown.readout.get_bottom()[1], shown.label[-1].get_bottom()[1]
        shown.label.shift((low - high) * UP)  # its first glyph, the root, reaches below the line
        return shown

    def best_rate_formula(self) -> VMobject:
        """Return η = 2 / (λmin + λmax) with its number."""
        rate = self.bending.best_rate
        low, high = (rounded(float(bend), EIGEN_DIGITS) for bend in self.bending.bends)
        sign = "=" if np.isclose(2 / (low + high), rounded(rate), rtol=1e-9) else "approx"
        return self.formula(f"eta = frac(2, lambda_min + lambda_max) {sign} {short_label(rate)}")

    def contraction_formula(self) -> VMobject:
        """Return what a step leaves of the distance to the place, and what is predicted."""
        here, ahead = (f"|{self.iterate_name(index)} - bold(x)^*|" for index in ("k", "k+1"))
        share = f"frac({ahead}, {here})"
        sign = "=" if self.is_as_predicted() else "approx"
        return self.formula(f"{self.wearing(share, 'path')} {sign} frac(kappa - 1, kappa + 1)")

    def contraction_rows(self, row: int) -> Group:
        """Return the rows with what the bends predict and what steps left so far, on average.

        Each has a sample of its line in the plot behind it; the last row counts the steps.
        """
        away, predicted = self.distances_to_place(), short_text(self.bending.contraction)

        def mean() -> str:
            step = self.zigzag.stop()
            return short_text(float((away[step] / away[0]) ** (1 / step))) if step else "–"

        rows = lined_up(
            self.worded_row(self.tr("predicted"), lambda: predicted, row),
            self.worded_row(self.tr("measured, mean"), mean, row + 1, "path"),
            self.count_row(self.zigzag.done.get_value, row + 2),
        )
        for made, pen in zip(rows, (self.dotted(), self.zigzag.pen), strict=False):
            sample = pen.sample().move_to((BOARD.right, made.label.baseline() + 0.1, 0), RIGHT)
            made.end_at(sample.get_left()[0] - 0.2)
            made.add(sample)
        return rows

    def dotted(self) -> Pen:
        """Return the pen of what is predicted."""
        return pens(self.theme, self.theme.ink)[0]

    def distances_to_place(self) -> np.ndarray:
        """Return how far the stops of the zigzag are from the place (k + 1,)."""
        return np.linalg.norm(self.zigzag.walk.points - self.place, axis=1)

    def distance_plot(self) -> StepCurves:
        """Return the plot of the distance to the place over the steps, with that predicted."""
        racer = self.zigzag
        distances = self.distances_to_place()
        predicted = distances[0] * self.bending.contraction ** np.arange(len(distances))
        series = [
            racer.over_steps(distances),
            Series(predicted, lambda: float(len(predicted)), self.dotted()),
        ]
        label = self.wearing(f"|{self.iterate_name('k')} - bold(x)^*|", "path")
        return StepCurves(self.typeset, LOWER_BOARD, series, around(distances), label)

    def way_of(self, racer: Racer) -> Group:
        """Return the way of a walk on the map, with its stops there."""
        land, walk = self.land, racer.walk
        trail = Trail(land, self.theme, walk, racer.done.get_value)
        stops = zip(walk.points, trail.stops[len(walk.points) :], strict=True)
        line = trail.on_map
        if self.goes_out(racer):
            line.add_updater(lambda made: self._cut_off(made, trail.walked()), call_updater=True)
        return Group(line, *(stop for point, stop in stops if land.contains(point)))

    def _cut_off(self, line: VMobject, points: np.ndarray) -> None:
        """Draw points of the domain (m, 2) as a line on the map, as far as they lie on it."""
        low, high = np.array(self.land.ranges).T
        drawn = [np.zeros((0, 3))]
        for start, end in pairwise(points):
            share_in, share_out = stretch_inside(low, high, start, end)
            if share_in < share_out:
                ends = start + np.outer([share_in, share_out], end - start)
                drawn.append(strokes(self.land.ground(ends)[np.newaxis]))
        line.points = np.concatenate(drawn)

    def put_on_way(self, racer: Racer) -> None:
        """Put the walker, of whom one sees the foot, to the beginning of a walk."""
        self.play(*self.vanish(self.walker.foot))
        self.racer = racer
        racer.done.set_value(0)
        self.play(Appear(self.walker.foot))
        if self.goes_out(racer):
            self.walker.foot.add_updater(
                lambda dot: dot.set_opacity(float(self.land.contains(racer.where())))
            )

    def go(self, racer: Racer) -> None:
        """Let the walker, of whom one sees the foot, take all steps of a walk; it may leave."""
        last = racer.walk.last
        time = max(min(PACE * last, ALL_STEPS), STEADY)
        self.play(racer.done.animate(run_time=time, rate_func=stepwise(last)).set_value(last))
        if racer.leaves:
            self.take_off(self.walker.foot)

    # Newton's method

    def newton_formula(self) -> VMobject:
        """Return Newton's rule, in the picture's colours."""
        here, ahead = (self.wearing(self.iterate_name(index), "path") for index in ("k", "k+1"))
        slope = self.wearing("nabla f", "gradient")
        return self.formula(f"{ahead} = {here} - H^(-1) {slope} ({here})")

    def newton_rows(self, row: int) -> Group:
        """Return the rows with the stop of Newton's method, f there, and the number of steps."""
        jump = self.jump

        def stop() -> np.ndarray:
            return jump.walk.points[jump.stop()]

        return Group(
            self.iterate_row(stop, row),
            self.height_row(stop, row + 1, f"f({self.iterate_name('k')})"),
            self.count_row(jump.stop, row + 2),
        )

    def two_ways_down(self) -> Group:
        """Return arrows along −∇f and along Newton's first step at the start.

        The first is about as long as the second, or longer where that is short: `drawn_times` its
        true length.
        """
        low, high = np.array(self.land.ranges).T
        step = self.jump.walk.position(1) - self.point
        step = step * stretch_inside(low, high, self.point, self.point + step)[1]
        slope = self.land.hill.gradient(self.point)
        seen = max(float(np.hypot.reduce(step)), SHORTEST_ARROW * self.land.span)
        length = seen / float(np.hypot.reduce(slope))
        room = stretch_inside(low, high, self.point, self.point - length * slope)[1]
        self.drawn_times = round_below(length * room)
        along = -self.drawn_times * slope
        arrows = Group()
        for vector, color in ((along, self.theme.gradient), (step, self.theme.path)):
            arrow = domain_arrow(
                self.land, lambda: self.point, lambda vector=vector: vector, color=color
            )
            arrows.add(arrow.set_z_index(1.5))  # it lies on the first step of the zigzag
        return arrows

    def told_scale(self, row: int) -> list[Row]:
        """Return the row that says to which scale −∇f is drawn, unless that is 1."""
        name = self.wearing("-nabla f", "gradient")
        times = self.drawn_times
        return [] if times == 1 else [self.drawn_row(row, lambda: times, of=name)]

    def show_ways(self, arrows: Group) -> None:
        """Bring on the arrows along −∇f and along Newton's step, each with its name if it has room.

        `way_names` are those names.
        """
        self.way_names = Group()
        lines = [arrow.points[[0, -1]] for arrow in arrows]
        lines += [self.land.ground(one.walk.points) for one in (self.zigzag, self.jump) if one]
        lines += [self.land.ground(np.vstack([self.place, self.place]))]
        for arrow, source in zip(arrows, ("-nabla f", "-H^(-1) nabla f"), strict=True):
            color, ends = arrow.get_stroke_color().to_hex(), arrow.points[[0, -1]]
            name = self.arrow_tag(source, arrow, color, beside=1, ends=ends, lines=lines)
            seen = [name] if name.has_room and self.is_on_map(name, ends) else []
            self.way_names.add(*seen)
            self.play(Appear(arrow, *seen), run_time=STEADY)

    def price_table(self) -> Glossary:
        """Return a table of numbers of variables and how many numbers their Hessians have."""
        table = Glossary(self.typeset, 2.4, headed=True)
        for size in SIZES:
            entry = f"${in_powers(size)}$", f"${in_powers(size**2)}$"
            table.entry((entry[0], "ink"), (entry[1], "tangent"))
        return table

    # What is said

    def say_how_round_it_is(self) -> None:
        """Say what the condition number tells of the contour lines."""
        round_, quadratic = self.bending.contraction < 1e-9, self.is_quadratic()
        if round_ and quadratic:
            self.say("The condition number $kappa$ is their ratio. It is 1: contours are circles.")
        elif round_:
            self.say(
                "The condition number $kappa$ is their ratio. It is 1: near the bottom contours "
                "are circles."
            )
        elif not quadratic:
            self.say(
                "Their ratio is the condition number $kappa$: near the minimum contours are "
                "$sqrt(kappa)$ times as long as wide."
            )
        else:
            self.say(
                "Their ratio is the condition number $kappa$: contours are $sqrt(kappa)$ times "
                "as long as wide."
            )

    def say_how_it_zigzags(self) -> None:
        """Say what gradient descent does at the rate that is best at the bottom."""
        if self.zigzag.walk.exit is not None:
            self.say(
                "This rate suits the bottom; up here the hill bends otherwise, and the walk leaves."
            )
        elif self.bending.contraction < ROUND:
            self.say("In a round valley $-nabla f$ points at the bottom: few steps are enough.")
        elif not self.goes_to_both_sides():
            self.say("The steep sides allow only a small rate: along the valley the walk crawls.")
        else:
            self.say(
                "Even at the best fixed rate, gradient descent zigzags: too far across, too "
                "little along the valley."
            )

    def say_what_each_step_leaves(self) -> None:
        """Say how much of the distance each step leaves, and how that was predicted."""
        if self.is_as_predicted():
            self.say("Each step leaves the same share of the distance, and $kappa$ predicts it.")
        else:
            self.say(
                "Near the bottom $kappa$ predicts what a step leaves; further off the hill bends "
                "otherwise."
            )

    def say_where_newton_leads(self) -> None:
        """Say where Newton's method leads from the start, and in how many steps."""
        racer, shape = self.jump, self.bending.shape
        at_place = self.is_at_place(racer.walk.points[-1])
        bottom = at_place and shape in (Shape.UP, Shape.TROUGH, Shape.NONE)
        if racer.walk.exit is not None:
            self.say(
                "Along each eigenvector, Newton divides slope by bend: from here that leads far "
                "out."
            )
        elif not self.arrives(racer):
            self.say(
                "Along each eigenvector, Newton divides slope by bend: not yet there after {n} "
                "steps.",
                n=f"${racer.walk.last}$",
            )
        elif not bottom:
            self.say("Newton's method looks for level ground, not for low ground.")
        elif self.goes_out(racer):
            self.say(
                "Along each eigenvector, Newton divides slope by bend: off the map, then at step "
                "{n} at the bottom.",
                n=f"${racer.walk.last}$",
            )
        elif racer.walk.last == 1 and self.is_quadratic():
            self.say(
                "Along each eigenvector, Newton divides slope by bend: one step, as $f$ is "
                "quadratic."
            )
        elif racer.walk.last == 1:
            self.say(
                "Along each eigenvector, Newton divides slope by bend: one step to the bottom."
            )
        else:
            self.say(
                "Along each eigenvector, Newton divides slope by bend: it takes {n} steps, as "
                "$f$ is not quadratic.",
                n=f"${racer.walk.last}$",
            )

    def on_the_board(self) -> list[Mobject]:
        """Return what the beats before Newton's leave on the board and on the hill."""
        names = (
            "spot gradient slopes marks ways eigenvalues meaning hessian root side contour best "
            "count law distances shares bends"
        )
        return [getattr(self, name) for name in names.split() if hasattr(self, name)]

    def old_lines(self) -> list[VMobject]:
        """Return the lines of the zigzag, which step back."""
        return [self.way[0]] if hasattr(self, "way") else []


def stretch_inside(
    low: np.ndarray, high: np.ndarray, start: np.ndarray, end: np.ndarray
) -> tuple[float, float]:
    """Return between which shares of the way from one point (2,) to another it lies in a box.

    >>> stretch_inside(np.zeros(2), np.ones(2), np.array([-1.0, 0.5]), np.array([3.0, 0.5]))
    (0.25, 0.5)
    """
    way = end - start
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.sort(np.stack([(low - start) / way, (high - start) / way]), axis=0)
    within = (low <= start) & (start <= high)
    shares = np.where(way == 0, np.where(within, [[0.0], [1.0]], [[1.0], [0.0]]), shares)
    return float(max(0.0, shares[0].max())), float(min(1.0, shares[1].min()))


def in_powers(number: int) -> str:
    """Return a whole number as Typst maths: a power of ten from 1000 on.

    >>> in_powers(4), in_powers(1000)
    ('4', '10^3')
    """
    exponent = len(str(number)) - 1
    return f"10^{exponent}" if number == 10**exponent >= 1000 else tick_label(float(number))
