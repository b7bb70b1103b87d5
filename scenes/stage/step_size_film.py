"""StepSizeFilm: a race film that looks at how long a step is: η times |∇f|."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from operator import itemgetter

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Animation, Group, ValueTracker, VMobject

from mathcore.typeset import coloured
from scenes.stage.actors import GradientArrow, domain_arrow
from scenes.stage.appear import Appear
from scenes.stage.arrow_field import StopArrows, round_scale
from scenes.stage.course import step_lengths
from scenes.stage.panel import Row
from scenes.stage.plot import short_label
from scenes.stage.race_film import RaceFilm
from scenes.stage.rates import two_rates_in_view
from scenes.stage.readout import number_text, short_text
from scenes.stage.space import SpaceArrow
from scenes.stage.step_plots import StepBars
from scenes.stage.theme import STEADY

LONGEST = 0.3
"""How long the longest arrow along −∇f may be, as a share of the hill's longer side."""

BOLD, RIM, RIM_OF_HEAD = 1.4, 1.8, 1.25
"""How many times as wide as other arrows those of two steps are, one of which lies on the other,
and how many times as wide as its shaft and its head the rim is that sets the shorter one off."""

SLIDES = 0.0, 0.25, -0.25
"""How far along an arrow from its middle its name may stand, as shares of its length."""

TO_TIP = 0.0, 0.25, 0.5, 0.75, 1.0, 1.25
"""The same for the name of a step, which stands beside its tip: it tells how far this leads."""


class StepSizeFilm(RaceFilm):
    """A race film that shows what a step is made of: the gradient, and how much of it.

    `slope` is the gradient where all begin, zero where there is none, `steepness` its length, and
    `downhill` its arrow turned round, to a scale of its own. `pair` are two rates whose steps from
    there are seen well, and `eta` is the one that is looked at.
    """

    def set_up_steps(self, gradient: np.ndarray, rate: float) -> None:
        """Make the arrow of −∇f at the start, and choose two steps to compare.

        Args:
            gradient: ∇f there (2,); it may be nan.
            rate: a usual one; that of the longer one of the steps, if it can be.
        """
        self.usual_rate = rate
        self.slope = gradient if np.isfinite(gradient).all() else np.zeros(2)
        self.steepness = float(np.hypot.reduce(self.slope))
        scale = self.arrow_scale()
        self.downhill = GradientArrow(self.land, self.theme, lambda: self.point, -scale)
        self.pair = two_rates_in_view(self.land, self.point, self.slope, rate)
        self.eta = ValueTracker(self.pair[0])
        self.two_steps, self.arrow_names = Group(), Group()

    def arrow_scale(self) -> float:
        """Return how many times its true length the arrow −∇f at the start has."""
        tip = self.point - self.slope
        longest = LONGEST * self.land.span / (self.steepness or 1.0)
        return 1.0 if longest < 5 and self.land.contains(tip) else round_scale(longest)

    def scale_rows(self, scale: float, row: int) -> list[Row]:
        """Return the row that says to which scale −∇f is drawn, if that is not its true length."""
        return [] if scale == 1 else [self.drawn_row(row, lambda: scale, of="-nabla f")]

    def ends_of(self, rate: float, first: float = 0.0) -> np.ndarray:
        """Return the places (2, 3) on the map between which a step from the start leads.

        It is the step with this rate, or what it has beyond the step with a `first` one.
        """
        return self.land.ground(self.point - np.array([[first], [rate]]) * self.slope)

    # Two steps from one gradient

    def name_downhill(self) -> None:
        """Keep the arrow −∇f in view, and give it its `name`."""
        ends = self.ends_of(self.arrow_scale())
        self.director.make_room(ends)
        upright = np.stack([ends[0], self.land.surface(self.point)])
        self.name = self.arrow_tag(
            "-nabla f", self.downhill.on_map, self.theme.gradient, ends=ends, lines=[upright]
        )

    def show_two_steps(self) -> None:
        """Let the steps with the `pair` of rates grow from the start, then name −∇f if it is seen.

        The `arrow_names` keep to the map, as seen from above.
        """
        for number in (0, 1):
            self._grow_step(number)
        scale = self.arrow_scale()
        if self.pair[1] < scale:
            ends, color = self.ends_of(scale), self.theme.gradient
            named = self._named_from_above("-nabla f", color, ends, (0, 1, -1))
            if named:
                self.play(*named)

    def _grow_step(self, number: int) -> None:
        """Let one of two steps grow, with its name; the second grows out of the first."""
        eta, grown, color = self.pair[number], ValueTracker(number / 2), self.theme.path
        arrow = domain_arrow(
            self.land,
            lambda: self.point,
            lambda: -grown.get_value() * eta * self.slope,
            color=color,
        )
        arrow.set_stroke(width=BOLD * arrow.get_stroke_width()).set_z_index(3 - number)
        name = f"eta = {short_label(eta)}"
        ends, sides = self.ends_of(eta, number * self.pair[0]), (-1, 1) if number else (1, -1)
        if not number:
            self.two_steps.add(self._rim(arrow))
        self.two_steps.add(arrow)
        self.add(self.two_steps)
        self.play(
            grown.animate.set_value(1),
            self.eta.animate.set_value(eta),
            *self._named_from_above(name, color, ends, sides, to_tip=True),
            run_time=STEADY,
        )

    def _rim(self, arrow: SpaceArrow) -> SpaceArrow:
        """Return a wider arrow in the background's colour that follows another, below it."""
        head = {"head_length": arrow.head_length, "head_width": RIM_OF_HEAD * arrow.head_width}
        width = RIM * arrow.get_stroke_width()
        rim = SpaceArrow(color=self.theme.background, width=width, z_index=2.5, **head)
        return rim.add_updater(lambda line: line.set(points=arrow.points), call_updater=True)

    def _named_from_above(
        self,
        source: str,
        color: str,
        ends: np.ndarray,
        sides: Sequence[int],
        *,
        to_tip: bool = False,
    ) -> list[Animation]:
        """Return the animation that names an arrow between two places on the map (2, 3).

        The name stands on the map if it can; there is none where it has no room.

        Args:
            source: Typst maths.
            color: hex colour.
            ends: the places.
            sides: where the name may stand, the best before the others, as for `arrow_tag`.
            to_tip: whether it stands as near to the arrow's tip as it can.
        """
        lines = [self.ends_of(self.pair[1]), self.ends_of(self.arrow_scale())]
        fitting = []
        for side, share in product(sides, TO_TIP if to_tip else SLIDES):
            slid = ends + share * (ends[1] - ends[0])
            place = SpaceArrow(*slid)
            tag = self.arrow_tag(
                source, place, color, beside=side, ends=slid, lines=lines, slides=()
            )
            if tag.has_room and self.is_on_stage(tag, slid):
                away = self._away(tag, ends[1]) if to_tip else 0.0
                fitting.append((not self.is_on_map(tag, slid), away, tag))
        names = [tag for *_, tag in sorted(fitting, key=itemgetter(0, 1))][:1]
        self.arrow_names.add(*names)
        return [*map(Appear, names)]

    def _away(self, tag: VMobject, place: np.ndarray) -> float:
        """Return how far the middle of the nearest side of a name is from a place (3,)."""
        sides = [tag.get_edge_center(side)[:2] for side in (LEFT, RIGHT, UP, DOWN)]
        tip = self.camera.project_points(place[None])[0, :2]
        return float(np.linalg.norm(sides - tip, axis=1).min())

    def product_rows(
        self, slope: Callable[[], float], rate: Callable[[], float], steepest: float, row: int
    ) -> Group:
        """Return the rows of |∇f|, of η, and of the length of the step that they make.

        Args:
            slope: |∇f| now.
            rate: η now.
            steepest: how large |∇f| gets.
            row: number of the first of them.
        """

        def step() -> str:
            return number_text(rate() * slope(), scale=self.usual_rate * steepest)

        return Group(
            self.row("|nabla f|", lambda: number_text(slope(), scale=steepest), row, "gradient"),
            self.row("eta", lambda: short_text(rate()), row + 1),
            self.row("eta thin |nabla f|", step, row + 2, "path"),
        )

    # Why a walk flies off

    def look_at_lengths(self, number: int, rate: float) -> None:
        """Put the walker back to the start of a walk, and make what shows how long its steps are.

        These are an arrow −∇f at every stop, `slopes`, the rows of the `product` that makes a step
        and of the arrows' scale, and the `bars`, which are as high as the steps are long.
        """
        self.turn = racer = self.racers[number]
        racer.done.set_value(0)
        walk = racer.walk
        steepness = np.hypot.reduce(walk.gradients, axis=1)
        steepest = float(steepness.max())
        scale = round_scale(LONGEST * self.land.span / steepest)
        self.slopes = StopArrows(self.land, self.theme, walk, scale)
        self.product = Group(
            self.count_row(racer.stop, self.layout.count),
            *self.product_rows(
                lambda: float(steepness[racer.stop()]),
                lambda: rate,
                steepest,
                self.layout.count + 1,
            ),
            *self.scale_rows(scale, self.layout.count + 4),
        )
        self.bars = StepBars(
            self.typeset,
            self.layout.plot,
            step_lengths(walk),
            racer.done.get_value,
            self.theme.path,
            coloured("eta thin |nabla f|", self.theme.path),
        )
