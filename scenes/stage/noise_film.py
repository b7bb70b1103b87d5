"""NoiseFilm: a race of walks that take their gradient from mini-batches of the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from manim import Animation, Group, VMobject

from mathcore import (
    Choice,
    Framing,
    ScalarField,
    batches,
    constant,
    descend,
    inverse_time_decay,
    normalised,
    stochastic_descent,
    unit_direction,
)
from mathcore.framing.rounding import clean, floored, rounded, size_at_least, step_at_least
from mathcore.losses import least_squares
from scenes.stage.actors import ON_MAP, GradientArrow, following
from scenes.stage.appear import Appear, exchange
from scenes.stage.arrow_field import round_scale
from scenes.stage.curvature_film import stretch_inside
from scenes.stage.formula import half_size
from scenes.stage.function_film import clearance
from scenes.stage.gradient_fan import GradientFan
from scenes.stage.knobs import AUTO
from scenes.stage.landscape import LEVEL
from scenes.stage.line_film import LineFilm
from scenes.stage.panel import Row, fitting_scale, on_board
from scenes.stage.plot import short_label
from scenes.stage.race_film import RACE, RaceFilm
from scenes.stage.racer import Racer
from scenes.stage.readout import number_text
from scenes.stage.scatter import Scatter
from scenes.stage.space import SpaceArrow, SpaceDot
from scenes.stage.standings import FOUR_BY_TWO, Contestant
from scenes.stage.step_plots import Series, StepCurves, stepwise
from scenes.stage.theme import BOARD, FORMULA_EM, SLOW, STEADY, Zone

LONGEST = 0.55
"""How long the longest arrow of a data point may be, as a share of the hill's longer side."""

MEAN_LENGTH = 0.35
"""How long their mean is about, drawn larger."""

ROOM = 1.2
"""How far what is shown reaches from the minimum, as a share of how far the noisiest walk goes."""

FARTHEST = 2.5
"""How far that counts at most, as a share of how far the start is."""

CAREFUL = 0.5
"""The rate as a share of that at which a step on one data point brings its own loss to zero."""

USUAL = 8
"""Data points in a mini-batch where that is no more than a fifth of them."""

LATE = 1 / 3
"""The share of the steps, the last ones, that tell how far from the minimum a walk keeps."""

AROUND = 0.5
"""A walk that keeps no farther from the minimum than this share of its way has come there."""

NOISY = 0, 1, 3
"""The numbers of the walks that do not use all data points."""

DRAWS, OFF = 3, 0.5
"""How many data points are drawn one by one, and how far off −∇L their arrows are at least.

That is a share of how far the farthest is to its side.
"""

DRAWN = 3.5, 16.0, 12.0
"""Width of the shaft of an arrow of one that is drawn, length and width of its head."""

BOTTOM = 2.0
"""Radius of a dot at the minimum, in pixels of a frame 1080 high."""

LEAST = 0.3
"""The least share to which arrows are drawn smaller where they would leave the map."""

REACHES, APART = np.arange(0.1, 0.75, 0.05), 0.12
"""How far from the tip of −∇L its name may stand, and from other arrows, in Manim units."""

BACK = 0.3
"""Opacity of the arrows of all data points while some stand out."""

SCALE, SCATTERS = 2, (3, 4)
"""The rows with the arrows' scale, and with how far they scatter."""

MEAN = -2.15
"""Height of the formula of the mean on the board."""


class NoiseFilm(LineFilm, RaceFilm):
    """A race film of walks on batches: one data point, some, all; and one at a rate that shrinks.

    `batches` are the numbers of the data points in each batch of each walk, and `read` how many a
    walk has read by each of its stops. `fan` are the ways down
    of all data points at the start, `downhill` is their mean, and `batch_fan` the ways down of the
    mini-batches of an epoch. It has the knobs rate, steps, batch, decay and seed.
    """

    layout = FOUR_BY_TWO
    is_at_equal_cost = False
    picture: Scatter
    rate: float
    decay: float
    seed: int

    def set_up_noise(self) -> None:
        """Make the hill, the four walks and the arrows; `cast` calls it.

        Raises:
            FilmError: as `set_up_hill` does, or a mini-batch would hold all data points.
        """
        self.set_up_hill()
        count = len(self.sample)
        if self.batch == AUTO:
            self.batch = max(2, min(USUAL, count // 5))
        with self.blaming("batch"):
            if self.batch >= count:
                raise ValueError(f"there are {count} data points; a mini-batch has fewer.")
        plain, shrinking = constant(self.rate), inverse_time_decay(self.rate, self.decay)
        plans = (1, plain), (self.batch, plain), (count, plain), (1, shrinking)
        self.batches = [batches(count, size, self.steps, self.seed) for size, _ in plans]
        self.read = [np.cumsum([0, *map(len, chosen)]) for chosen in self.batches]
        walks = [
            self.walk(self.land, stochastic_descent(self.loss, chosen, rate))
            for chosen, (_, rate) in zip(self.batches, plans, strict=True)
        ]
        names = [*(f"B = {size}" for size, _ in plans[:3]), "B = 1, eta_k"]
        self.set_up_race(walks, names)
        self.set_up_fans()
        lines = self.loss.predictions(np.array([self.point, *self.framing.minima]))
        self.picture = Scatter(self.typeset, self.sample, self.predict, lines)
        self.picture.moved.set_value(1)

    def set_up_fans(self) -> None:
        """Make the arrows of data points, of mini-batches, and of their mean, to one scale."""
        count = len(self.sample)
        own = self.loss.point_gradients(self.point)
        longest = float(np.hypot.reduce(own, axis=1).max()) or 1.0
        units = LONGEST * self.land.span / longest
        self.units = round_scale(self.share_on_map(-units * own) * units)
        stage = self.land, self.theme, lambda: self.point
        epoch = batches(count, self.batch, -(-count // self.batch), self.seed)
        means = np.array([own[batch].mean(axis=0) for batch in epoch])
        self.fan = GradientFan(*stage, own, self.units)
        self.batch_fan = GradientFan(*stage, means, self.units)
        self.downhill = GradientArrow(*stage, -self.units)
        self.downhill.on_map.set_z_index(2)  # over the others, which are thinner
        self.scatters = [
            float(np.sqrt(np.mean(np.sum((g - own.mean(axis=0)) ** 2, axis=1))))
            for g in (own, means)
        ]
        steepness = float(np.hypot.reduce(own.mean(axis=0)))
        self.larger = 1.0
        if steepness:
            scale = round_scale(MEAN_LENGTH * self.land.span / steepness)
            self.larger = max(1.0, scale / self.units)
        arrows = self.tr("arrows")
        self.scale_row = self.drawn_row(
            SCALE, lambda: self.units * self.fan.times.get_value(), of=f'"{arrows}"'
        )
        self.director.give_way(*self.fan, *self.downhill)
        self.make_room_for_arrows(-self.units * own)

    def share_on_map(self, arrows: np.ndarray) -> float:
        """Return the share at which arrows (k, 2) from the start end on the map, or the least."""
        ends = self.point + arrows
        low, high = np.array(self.land.ranges).T
        return max(LEAST, min(stretch_inside(low, high, self.point, end)[1] for end in ends))

    def frame(self, field: ScalarField, choice: Choice) -> Framing:
        """Return what to show of the hill, with a rate at which no single data point is too much.

        The loss of a data point bends by 2 (u² + 1) along its gradient.
        """
        if choice.rate is None:
            bend = float(2 * (self.loss.inputs**2).sum(axis=1).max())
            choice = replace(choice, rate=floored(2 * CAREFUL / bend, step_at_least(0.2 / bend)))
        framing = super().frame(field, choice)
        if choice.x_range or choice.y_range:
            return framing
        noisiest = descend(
            field,
            framing.start,
            stochastic_descent(
                self.loss, batches(len(self.sample), 1, self.steps, self.seed), framing.rate
            ),
            self.steps,
        )
        bottom = np.array(least_squares(self.loss.inputs[:, 0], self.loss.targets))
        away = np.abs(noisiest.points - bottom).max(axis=1)
        if not away[0]:
            return framing
        half = size_at_least(ROOM * min(float(away.max()), FARTHEST * float(away[0])))
        ranges = [
            (clean(middle - half), clean(middle + half))
            for middle in (rounded(part, step_at_least(half / 8)) for part in bottom.tolist())
        ]
        return super().frame(
            field, replace(choice, start=framing.start, x_range=ranges[0], y_range=ranges[1])
        )

    def contestant(self, racer: Racer) -> Contestant:
        """Return what the standings show of a walk: how many data points it has read, too.

        At equal cost, where that is the same, they show its steps instead.
        """
        read = self.read[self.racers.index(racer)]

        def more() -> str:
            done = int(racer.done.get_value() + 1e-6)
            return str(done if self.is_at_equal_cost else read[done])

        return replace(super().contestant(racer), more=more)

    def _more_name(self) -> str:
        read = self.tr("points read")
        return f'"{read}"'

    def _value_name(self) -> str:
        return "L(m_k, b_k)"

    # On the board

    def mean_of(self, whole: str, own: str) -> VMobject:
        """Return the formula of a mean over the data points, such as ∇L = 1/k Σ ∇ℓᵢ.

        Args:
            whole: the mean, as Typst maths.
            own: what one data point adds to it.
        """
        count = len(self.sample)
        if "nabla" in whole:
            whole, own = (self.wearing(name, "gradient") for name in (whole, own))
        formula = self.formula(f"{whole} = frac(1, {count}) sum_(i=1)^{count} {own}")
        formula.scale(fitting_scale(formula, lines=2))
        return formula.move_to((BOARD.left + formula.width / 2, MEAN, 0))

    def scatter_row(self, number: int) -> Row:
        """Return the row that says how far the arrows of a fan are from their mean (RMS)."""
        size = (1, self.batch)[number]
        words = self.tr("scatter")
        return self.row(
            f'B = {size} thick "{words}"',
            lambda: number_text(self.scatters[number], scale=self.land.steepness),
            SCATTERS[number],
        )

    def rate_formula(self) -> VMobject:
        """Return the learning rate, at the top of the board."""
        return on_board(self.formula(f"eta = {short_label(self.rate)}"), 0)

    def shrinking_rate_formula(self) -> VMobject:
        """Return how the learning rate of the last walk shrinks, beside that of the others."""
        shrinks = f"eta_k = eta \\/ (1 + {short_label(self.decay)} k)"
        return on_board(self.formula(f"eta = {short_label(self.rate)}, quad {shrinks}"), 0)

    # What happens

    def lay_end_to_end(self, *others: Animation) -> None:
        """Divide the arrows by their number, lay them end to end, larger, and add their mean."""
        fan = self.fan
        self.play(fan.shared.animate.set_value(1), run_time=STEADY)
        joined = fan.joined.animate.set_value(1), fan.times.animate.set_value(self.larger)
        self.play(*joined, run_time=SLOW)
        self.add(self.downhill)
        self.play(self.downhill.grown.animate.set_value(self.larger), *others, run_time=STEADY)

    def open_fan(self) -> None:
        """Let the arrows of the data points have their own feet and lengths again, but dimmed."""
        fan = self.fan
        self.play(
            *(tracker.animate.set_value(0) for tracker in (fan.joined, fan.shared)),
            *(tracker.animate.set_value(1) for tracker in (fan.times, self.downhill.grown)),
            run_time=STEADY,
        )
        self.mean_name = self.name_at_tip("-nabla L", -self.units * self.slopes_here)
        dimmed = (arrow.animate.set_stroke(opacity=BACK) for arrow in self.fan)
        self.play(*dimmed, Appear(*self.mean_name))

    def name_at_tip(self, source: str, vector: np.ndarray, *others: VMobject) -> Group:
        """Return the name of an arrow seen from above, in a group that is empty without room.

        It stands as near to the arrow's tip as the other arrows leave room.

        Args:
            source: Typst maths.
            vector: the arrow from the start (2,).
            others: names that this one keeps clear of.
        """
        land = self.land
        name = self.formula(source, em=FORMULA_EM, color=self.theme.gradient)
        name.set_stroke(self.theme.background, width=5, background=True)
        half, tip = half_size(name), self.point + vector

        def seen(points: np.ndarray) -> np.ndarray:
            return self.camera.project_points(land.ground(points))[:, :2]

        corners, here = seen(land.corners), seen(tip[None])[0]
        sheet = Zone(*np.stack([corners.min(axis=0), corners.max(axis=0)], axis=1).ravel())
        vectors = [np.zeros(2), *self.fan.vectors, *self.batch_fan.vectors]
        shares = np.linspace(0, 1, 65)[:, None]
        box = np.stack(np.meshgrid(*[np.linspace(-1, 1, 9)] * 2), axis=-1).reshape(-1, 2)
        names = [other.get_center()[:2] + half_size(other) * box for other in others]
        taken = np.concatenate([*(seen(self.point + shares * each) for each in vectors), *names])
        for reach in REACHES:
            for way in unit_direction(np.linspace(0, 2 * np.pi, 48, endpoint=False)):
                shift = (reach + np.abs(way) @ half) * way
                is_free = clearance(here + shift, half, taken) >= APART
                if is_free and sheet.contains(Zone.around(here + shift, half)):
                    return Group(self._kept_at(name, lambda: seen(tip[None])[0], shift))
        return Group()

    def _kept_at(
        self, name: VMobject, place: Callable[[], np.ndarray], shift: np.ndarray
    ) -> VMobject:
        """Return a name that stays beside a place on the frame (2,), the axes' labels give way."""
        self.director.give_way(name)
        return name.add_updater(
            lambda tag: tag.move_to(np.append(place() + shift, 0.0)), call_updater=True
        )

    def draw_some(self) -> None:
        """Draw data points one after another, as the first walk does, each with its arrow.

        Those are left out whose arrows are small, or hardly to be told from −∇L.
        """
        self.picked: list[VMobject] = []
        own, ahead = self.loss.point_gradients(self.point), normalised(self.slopes_here)
        aside = np.abs(own @ np.array([-ahead[1], ahead[0]]))
        drawn = np.concatenate(self.batches[0])
        for number in drawn[aside[drawn] >= OFF * aside[drawn].max()][:DRAWS]:
            name = self.name_at_tip("-nabla ell_i", -self.units * own[number], *self.mean_name)
            before, self.picked = (
                self.picked,
                [self.strong(number), self.picture.ring(self.sample.points[number]), *name],
            )
            self.play(*self.vanish(*before), Appear(*self.picked), run_time=STEADY)

    def strong(self, number: int) -> SpaceArrow:
        """Return the arrow of a data point once more, stronger."""
        ends = self.fan.of(number).points[[0, -1]]
        arrow = SpaceArrow(*ends, color=self.theme.gradient, z_index=1.5)
        arrow.stroke_width, arrow.head_length, arrow.head_width = DRAWN
        arrow.ghost_opacity = ON_MAP
        return arrow

    def clear_the_map(self) -> None:
        """Take everything off that shows what data points do at the start."""
        spreads = self.spread, self.less_spread
        arrows = self.fan, self.batch_fan, self.downhill, self.mean_name
        picture = self.picture
        shown = picture.sheet, picture.small, picture.dots, picture.line
        self.play(*self.vanish(*arrows, *spreads, self.mean, self.scale_row, *shown))

    @property
    def budget(self) -> int:
        """How many data points each walk has read where they are compared at equal cost."""
        return min(len(self.sample), self.steps)

    def afforded(self) -> list[int]:
        """Return how many steps each walk makes, in the picture, for the budget."""
        return [
            min(int(np.searchsorted(read, self.budget, side="right")) - 1, one.walk.last)
            for one, read in zip(self.racers, self.read, strict=True)
        ]

    def cost_plot(self) -> StepCurves:
        """Return the plot of L over the data points that the walks have read."""
        series = []
        for racer, read, count in zip(self.racers, self.read, self.afforded(), strict=True):
            heights = racer.heights()
            read = read[: min(count + 1, len(heights.values))]
            places = np.arange(read[-1] + 1)
            values = np.interp(places, read, heights.values[: len(read)])
            series.append(Series(values, self.reader(racer, read), racer.pen))
        ends = np.array([one.values[-1] for one in series])
        return self.value_plot(self.layout.plot, series, ends, x_label=self._more_name())

    def reader(self, racer: Racer, read: np.ndarray) -> Callable[[], float]:
        """Return how many data points a walk has read now; a step reads them evenly."""
        steps = np.arange(len(read))
        return lambda: float(np.interp(racer.done.get_value(), steps, read))

    def race_at_equal_cost(self) -> None:
        """Let the walks go on their maps for so long as each has read as many data points."""
        plot, self.is_at_equal_cost = self.cost_plot(), True
        self.steps_head, read = self.standings.second_head("k"), self.standings.head[1]
        self.play(*exchange([self.count, self.losses, read], plot, self.steps_head))
        self.losses_over_cost = plot
        self.play(
            *(
                one.done.animate(run_time=RACE, rate_func=stepwise(made)).set_value(made)
                for one, made in zip(self.racers, self.afforded(), strict=True)
                if made
            )
        )

    def race_on(self) -> None:
        """Let the walks begin again, and make as many steps each."""
        back = [one.done.animate.set_value(0) for one in self.racers]
        gone, read = [self.losses_over_cost, self.steps_head], self.standings.head[1]
        self.play(*back, *exchange(gone, self.count, self.losses, read))
        self.is_at_equal_cost = False
        self.race(self.racers)

    def balls(self) -> Group:
        """Return a circle on each small map: about so far from the minimum the walk keeps (RMS)."""
        turns = unit_direction(np.linspace(0, 2 * np.pi, 73))

        def ball(number: int) -> VMobject:
            around = self.bottom + self.away(number) * turns
            line = VMobject(stroke_color=self.theme.minimum, stroke_width=4, z_index=3)
            return following(line, lambda: self.maps[number].place(around))

        return Group(*map(ball, NOISY))

    def pins(self) -> list[Group]:
        """Return the rings round the minimum on the small maps, which all have the same size."""
        return [small.ring for small in self.maps]

    def bottoms(self) -> Group:
        """Return a dot at the minimum on each small map."""
        places = [small.place(self.bottom) for small in self.maps]
        color = self.theme.minimum
        return Group(*(SpaceDot(place, BOTTOM, color=color, z_index=3) for place in places))

    def late(self, number: int) -> np.ndarray:
        """Return the points (m, 2) that a walk reaches in its last steps."""
        points = self.racers[number].walk.points
        return np.asarray(points[-max(1, round(LATE * len(points))) :])

    def away(self, number: int) -> float:
        """Return how far from the minimum a walk keeps in its last steps, on average (RMS)."""
        late = self.late(number)
        return float(np.sqrt(np.mean(np.sum((late - self.bottom) ** 2, axis=1))))

    def comes_down(self) -> bool:
        """Whether each walk stays in the picture and has come near the minimum."""
        if self.bottom is None or any(one.leaves for one in self.racers):
            return False
        whole = float(np.linalg.norm(self.point - self.bottom))
        return all(self.away(number) <= AROUND * whole for number in range(4))

    # What is said

    def say_what_mean_is(self) -> None:
        """Say how the arrows of the data points make that of −∇L."""
        self.say(
            "Divide each by {count}, lay them end to end: their mean is $-nabla L$.",
            count=f"${len(self.sample)}$",
        )

    def say_what_batch_does(self) -> None:
        """Say how the means of mini-batches scatter."""
        some, size = f"${self.batch}$", f"$B = {self.batch}$"
        if self.scatters[1] < self.scatters[0]:
            self.say(
                "The mean of a mini-batch of {size} scatters less, at {some} times the price.",
                size=size,
                some=some,
            )
        else:
            self.say("The mean of a mini-batch of {size} is right on average, too.", size=size)

    def say_how_it_goes(self, number: int) -> None:
        """Say what batches one of the walks takes, and what becomes of it."""
        count, some = f"${len(self.sample)}$", f"${self.batch}$"
        if self.racers[number].leaves:
            self.say("With this rate the noise carries the walk out of the picture.")
        elif number == 0:
            self.say(
                "One data point a step: ${part}$ of the price, but the way staggers.",
                part=f"1\\/{len(self.sample)}",
            )
        elif number == 1:
            self.say(
                "{some} data points a step: {some} times the price, and a steadier way.", some=some
            )
        elif number == 2:
            self.say(
                "All {count} data points a step: gradient descent, no noise, the full price.",
                count=count,
            )
        else:
            self.say("One data point a step again, but $eta$ shrinks: shorter steps, less noise.")

    def say_what_cost_buys(self) -> None:
        """Say which walk is lowest when each has read as many data points."""
        read = f"${self.budget}$"
        pairs = list(zip(self.racers, self.afforded(), strict=True))
        if any(one.leaves and count == one.walk.last for one, count in pairs):
            self.say("Equal cost: each has read {read} data points, or is out.", read=read)
            return
        ends = [one.walk.values[count] for one, count in pairs]
        best = int(np.argmin(ends))
        self.say(
            "Equal cost: each has read {read} data points. Lowest, after {steps} steps: {name}.",
            read=read,
            name=f"${self.racers[best].name}$",
            steps=f"${pairs[best][1]}$",
        )

    def say_how_it_settles(self) -> None:
        """Say what keeps the walks from the minimum, and what the rings tell."""
        if self.is_exact():
            self.say("This line meets every point: no noise is left at the minimum.")
        else:
            self.say(
                "Small batches at a fixed $eta$ stay noisy. Ring: root mean square distance to the "
                "minimum, last {n} steps.",
                n=f"${len(self.late(0))}$",
            )

    def is_exact(self) -> bool:
        """Whether the best line meets every data point."""
        land = self.land
        return float(land.hill.value(self.bottom)) <= LEVEL * (land.highest - land.lowest)
