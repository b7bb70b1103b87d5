"""OptimizerFilm: a race of update rules, and what each of them carries along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from manim import LEFT, UP, Group, VGroup, VMobject

from mathcore import (
    Rule,
    adagrad,
    adam,
    gradient_descent,
    momentum,
    nesterov,
    rmsprop,
)
from mathcore.rules import State
from scenes.stage.appear import Appear, exchange
from scenes.stage.carried import LONGEST, Parts, Stretched
from scenes.stage.knobs import AUTO
from scenes.stage.landscape import LEVEL, Landscape
from scenes.stage.node_graph import densely
from scenes.stage.panel import lined_up, on_board
from scenes.stage.pens import hues
from scenes.stage.plot import short_label
from scenes.stage.race_film import RaceFilm
from scenes.stage.racer import Racer
from scenes.stage.readout import short_text, vector_text
from scenes.stage.small_map import SmallMap, titled
from scenes.stage.space import SpaceDot
from scenes.stage.standings import SIX_BY_TWO, Contestant
from scenes.stage.step_plots import stepwise
from scenes.stage.theme import BOARD, LABEL_EM, STEADY
from scenes.stage.walk import Walk

FORGETTING = 0.9
"""RMSProp's α in the film; with 0.99 it forgets nothing in so few steps."""

TRIES = 27
"""Settings that are tried of each rule: as many rates, or fewer, each with every one of `BETAS`."""

BETAS = 0.4, 0.6, 0.9
"""Shares β that are tried."""

HIGHEST, LOWEST = 4.0, 1 / 64
"""Rates that are tried, in units of the one that suits gradient descent, or of the steps' room."""

SQUARES = 0.999
"""Adam's β₂."""

STRIDE = 0.1
"""A usual step of rules that divide by the size of slopes, as a share of the longer side."""

STEPS = 4
"""Steps that are looked at one by one; what is carried along is left behind at each."""

FIRST, WALK = 0.6, 2.5
"""Seconds for a step that is looked at, and for the others together at most."""

FLAT = 1e-6
"""A slope along an axis below this share of the other one is none."""

USUAL = 5.0
"""A rate along an axis is usual up to so many times the one in the middle of all."""

RULE = 1.34
"""How high the formula of a rule may be, in Manim units: it stays off that row."""

CARRIED = -1.65
"""The row of what a rule carries along, below the rule."""

APART = 0.85
"""Rows from those rates at first to those now."""

SMALL = 0.01
"""Heights below this share of the hill's have significant digits in the standings."""


@dataclass(frozen=True)
class Method:
    """An update rule of the race.

    Args:
        name: as all call it.
        formula: what it does, as Typst maths, with {nabla} for the slope, {v}, {s} and {m} for what
            it carries along, {rate} for η, {beta}, {squares} and {alpha} for shares, and
            {entrywise} for what says that a square is one of each part.
        make: the rule with a learning rate and β.
        keeps: whether it has a share β.
        divides: whether it divides by the size of slopes, so that η is the length of a step.
    """

    name: str
    formula: str
    make: Callable[[float, float], Rule]
    keeps: bool = False
    divides: bool = False


METHODS = (
    Method(
        "GD",
        "bold(x) <- bold(x) - eta thin {nabla}, quad eta = {rate}",
        lambda rate, beta: gradient_descent(rate),
    ),
    Method(
        "momentum",
        "& {v} <- beta {v} + {nabla}, quad beta = {beta} \\ "
        "& bold(x) <- bold(x) - eta {v}, quad eta = {rate}",
        momentum,
        keeps=True,
    ),
    Method(
        "Nesterov",
        "& {v} <- beta {v} + {nabla}, quad beta = {beta} \\ "
        "& bold(x) <- bold(x) - eta ({nabla} + beta {v}), quad eta = {rate}",
        nesterov,
        keeps=True,
    ),
    Method(
        "AdaGrad",
        "& {s} <- {s} + {nabla}^2 quad {entrywise} \\ "
        "& bold(x) <- bold(x) - eta thin {nabla} \\/ (sqrt({s}) + epsilon), quad eta = {rate}",
        lambda rate, beta: adagrad(rate),
        divides=True,
    ),
    Method(
        "RMSProp",
        "& {s} <- alpha {s} + (1 - alpha) {nabla}^2, quad alpha = {alpha} \\ "
        "& bold(x) <- bold(x) - eta thin {nabla} \\/ (sqrt({s}) + epsilon), quad eta = {rate}",
        lambda rate, beta: rmsprop(rate, FORGETTING),
        divides=True,
    ),
    Method(
        "Adam",
        "& {m} <- beta {m} + (1 - beta) {nabla}, quad beta = {beta} \\ "
        "& {s} <- beta_2 {s} + (1 - beta_2) {nabla}^2, quad beta_2 = {squares} \\ "
        "& bold(x) <- bold(x) - eta thin hat({m}) \\/ (sqrt(hat({s})) + epsilon), "
        "quad eta = {rate}",
        lambda rate, beta: adam(rate, beta, SQUARES),
        keeps=True,
        divides=True,
    ),
)
"""In the order in which they were found."""


class OptimizerFilm(RaceFilm):
    """A race film whose walks differ in their update rule, each with the rate that suits it.

    `shares` are the β of all rules, 0 where one has none. It has the knobs rates, betas and steps.
    """

    layout = SIX_BY_TWO
    deepest = 1e-6
    rates: list[float] | str
    betas: list[float] | str

    def set_up_methods(self) -> None:
        """Make the race of the six rules."""
        best = [self.best_setting(method) for method in METHODS]
        if self.rates == AUTO:
            self.rates = [rate for rate, _ in best]
        if self.betas == AUTO:
            self.betas = [
                beta for method, (_, beta) in zip(METHODS, best, strict=True) if method.keeps
            ]
        given = iter(self.betas)
        self.shares = [float(next(given)) if method.keeps else 0.0 for method in METHODS]
        settings = list(zip(map(float, self.rates), self.shares, strict=True))
        self.rules = [
            method.make(*setting) for method, setting in zip(METHODS, settings, strict=True)
        ]
        walks = [self.walk(self.land, rule) for rule in self.rules]
        self.is_fitted = settings == best and bool(np.isfinite([*map(self.final, walks)]).all())
        names = [f'"{self.name_of(method)}"' for method in METHODS]
        self.set_up_race(walks, names, hues(self.theme))
        self.path = walks[0]

    def walk(
        self, land: Landscape, rule: Rule, start: float | None = None, level: float = LEVEL
    ) -> Walk:
        """Return a walk that goes on where it has come down: all are told of in the same steps."""
        walk = super().walk(land, rule, start, level)
        is_down = walk.exit is None and 0 < walk.steps < self.steps
        return super().walk(land, rule, start, 0.0) if is_down else walk

    def name_of(self, method: Method) -> str:
        """Return what a rule is called in the film's language."""
        if method.name == "GD":
            return self.tr("GD")
        return self.tr("momentum") if method.name == "momentum" else method.name

    def best_setting(self, method: Method) -> tuple[float, float]:
        """Return which rate and β, of `TRIES` settings, bring a rule lowest, and there first.

        As in the race itself, one with which it stays in the picture is better than any other.
        """
        unit = STRIDE * self.land.span if method.divides else self.framing.rate
        betas = BETAS if method.keeps else (0.0,)
        rates = np.geomspace(HIGHEST * unit, LOWEST * unit, TRIES // len(betas))
        settings = [(float(f"{rate:.2g}"), beta) for beta in betas for rate in rates]

        def place(setting: tuple[float, float]) -> tuple[bool, float, int]:
            walk = self.walk(self.land, method.make(*setting))
            return walk.exit is not None, *self.placing(walk)

        return min(settings, key=place)

    # What a rule carries along

    def rule_line(self, number: int) -> VMobject:
        """Return what a rule does and its learning rate, as a formula at the top of the board."""
        method, rate = METHODS[number], self.rates[number]
        carried = {letter: self.wearing(f"bold({letter})", "direction") for letter in "vsm"}
        nabla = self.wearing("nabla f", "gradient")
        entrywise = self.tr("entry by entry")
        rule = method.formula.format(
            nabla=nabla,
            rate=short_label(rate),
            beta=short_label(self.shares[number]),
            squares=short_label(SQUARES),
            alpha=short_label(FORGETTING),
            entrywise=f'"({entrywise})"',
            **carried,
        )
        line = on_board(self.formula(rule), 0, lines=3)
        line.scale(min(1.0, RULE / line.height))
        return line.move_to((BOARD.left, BOARD.top, 0), aligned_edge=UP + LEFT)

    def carried_rows(self, number: int) -> Group:
        """Return the rows with what a rule carries along into its next step, if that is anything.

        Rates along the axes are told at first, too, where the rule leaves room for a second row.
        """
        method, racer = METHODS[number], self.racers[number]
        if number == 0 or racer.walk.steps == 0:
            return Group()
        known = self.scaled_rates(number) if method.divides else self.velocities(number)
        s = "hat(bold(s))" if method.keeps else "bold(s)"
        label = f"eta \\/ (sqrt({s}) + epsilon)" if method.divides else "bold(v)"
        scale = float(np.abs(known).max())

        def text() -> str:
            return vector_text(known[min(racer.stop(), len(known) - 1)], scale=scale)

        if not method.divides or method.keeps:
            return Group(self.row(label, text, CARRIED, "direction"))
        first, now = self.tr("rates at first"), self.tr("rates now")
        begun = vector_text(known[0], scale=scale)
        return lined_up(
            self.row(f'"{first}"', lambda: begun, CARRIED - APART, "direction"),
            self.row(f'"{now}"', text, CARRIED, "direction"),
        )

    def velocities(self, number: int) -> np.ndarray:
        """Return the velocity with which momentum makes each step (k, 2)."""
        return np.array([one.velocity for one in self._states(number)])

    def scaled_rates(self, number: int) -> np.ndarray:
        """Return the learning rate along each axis at each step (k, 2).

        Along an axis on which there was no slope it is 0: any rate makes no step there.
        """
        rule, states = self.rules[number], self._states(number)
        scales = np.array([rule.scale(one) for one in states])
        sloping = scales > FLAT * scales.max(axis=1, keepdims=True)
        rates = np.array([rule.rate(step) for step in range(len(states))])[:, None]
        return np.where(sloping, rates / scales, 0.0)

    def means(self, number: int) -> np.ndarray:
        """Return Adam's mean of the slopes at each step (k, 2)."""
        states, beta = self._states(number), self.shares[number]
        return np.array([one.mean / (1 - beta**one.steps) for one in states])

    def _states(self, number: int) -> Sequence[State]:
        walk = self.racers[number].walk
        return walk.path.states[1 : walk.steps + 1]

    def pieces(self, number: int) -> dict[int, Group]:
        """Return what a rule carries along into steps of its walk, by the number of the step.

        These are the first `STEPS`, and of rates the last one too, as far as they are on the map.
        """
        steps = self._stops(number)
        if number == 0 or not steps:
            return {}
        if METHODS[number].divides:
            made: Sequence[Parts | Stretched] = self._ellipses(number, steps)
        else:
            made = [self._parts(number, step) for step in steps]
        pairs = zip(steps, made, strict=True)
        return {step: one for step, one in pairs if all(map(self.land.contains, one.places))}

    def _stops(self, number: int) -> list[int]:
        """Return the numbers of the steps at which something is left behind."""
        count = self.racers[number].walk.steps
        last = [count - 1] if METHODS[number].divides and count > STEPS else []
        return [*range(min(STEPS, count)), *last]

    def _parts(self, number: int, step: int) -> Parts:
        path, rate, beta = self.racers[number].walk.path, self.rates[number], self.shares[number]
        # Both add -ηg to -ηβv: momentum with v as it was, Nesterov's with v as it is by then.
        velocity = path.states[step + (METHODS[number].name == "Nesterov")].velocity
        vectors = -rate * beta * velocity, -rate * path.gradients[step]
        return Parts(self.land, self.theme, path.points[step], *vectors)

    def _ellipses(self, number: int, steps: list[int]) -> list[Stretched]:
        points, longest = self.racers[number].walk.points, LONGEST * self.land.span
        halves = longest * self.scaled_rates(number)[steps] / self.largest_rate()
        arrows: Sequence[np.ndarray | None] = [None] * len(steps)
        if METHODS[number].name == "Adam":
            means = self.means(number)[steps]
            arrows = list(-2 * longest * means / np.hypot(*means.T).max())
        return [
            Stretched(self.land, self.theme, points[step], *each)
            for step, *each in zip(steps, halves, arrows, strict=True)
        ]

    def largest_rate(self) -> float:
        """Return the largest learning rate along an axis that is drawn: all have one scale.

        Far larger ones than usual, as where the ground is level along an axis, do not count.
        """
        numbers = [n for n, method in enumerate(METHODS) if method.divides and self._stops(n)]
        largest = np.hstack([self.scaled_rates(n)[self._stops(n)].max(axis=1) for n in numbers])
        return float(largest[largest <= USUAL * np.median(largest)].max())

    # The walks, one after another

    def mark_minimum(self) -> Group:
        """Return rings round the minimum to which the best walk leads, with its name off the first.

        `goal` is the ring on the map, which stays; `passing` goes with the hill.
        """
        self.goal, self.passing = Group(), Group()
        if self.bottom is None or self.path.last == 0:
            return Group()
        rings, name = self.pin_minimum(self.bottom, densely(self.path.points))
        self.goal, self.passing = Group(rings[1]), Group(rings[0], name)
        return Group(self.goal, self.passing)

    def begin(self) -> None:
        """Bring on the board, and let gradient descent go on the hill."""
        gone, self.line = [self.line], self.rule_line(0)
        self.carried, self.with_it = Group(), Group()
        self.begin_the_race(gone, self.line)

    def show(self, number: int) -> None:
        """Let the walker go another walk, seen from above; what its rule carries along stays."""
        racer, rule, rows = self.racers[number], self.rule_line(number), self.carried_rows(number)
        first = [self.trails[0], self.walker, self.passing]
        gone = first if number == 1 else [self.way, self.walker.foot]
        self.play(*self.vanish(*gone, self.with_it))
        self.look_down()
        self.turn = racer
        come = rule, *rows, self.standings.entries[number], self.walker.foot
        self.play(*exchange([self.line, *self.carried], *come), run_time=STEADY)
        self.line, self.carried, self.with_it = rule, rows, Group()
        self.way = self.way_of(racer)
        self.add(self.way, self.walker.foot)
        done = 0
        for step, piece in self.pieces(number).items():
            self._walk_on(racer, done, step)
            self.with_it.add(piece)
            self.play(Appear(piece), run_time=FIRST / 2)
            done = step
        self._walk_on(racer, done, racer.walk.last)
        if racer.leaves:
            self.take_off(self.walker.foot)

    def _walk_on(self, racer: Racer, done: int, stop: int) -> None:
        if stop > done:
            time = min(WALK, FIRST * (stop - done))
            walked = racer.done.animate(run_time=time, rate_func=stepwise(stop - done))
            self.play(walked.set_value(stop))

    def way_of(self, racer: Racer) -> Group:
        """Return the way of a walk on the map, with its stops there."""
        trail = self.trails[self.racers.index(racer)]
        return Group(trail.on_map, *trail.stops[len(racer.walk.points) :])

    # All of them at once

    def runner(self, racer: Racer) -> SpaceDot:
        """Return a dot on the map where a walk is now; it goes when the walk leaves the map."""
        ring = {"ring_width": 2.0, "ring_color": self.theme.background}
        dot = SpaceDot(self.land.ground(racer.where()), 7, color=racer.pen.color, z_index=2, **ring)
        dot.is_there = True

        def follow(dot: SpaceDot) -> None:
            dot.move_to(self.land.ground(racer.where()))
            if dot.is_there == racer.is_out():
                dot.is_there = not dot.is_there
                dot.set_stroke(opacity=float(dot.is_there))
                dot.set_stroke(opacity=float(dot.is_there), background=True)

        return dot.add_updater(follow)

    def race_on_one_map(self) -> None:
        """Let all walks go at once on the map."""
        self.start_again()
        self.ways = Group(*map(self.way_of, self.racers))
        self.runners = Group(*map(self.runner, self.racers))
        self.play(Appear(self.runners))
        self.add(self.ways, self.runners)
        self.race(self.racers)

    def title_of(self, small: SmallMap, racer: Racer) -> VGroup:
        """Return the name of a walk and a sample of its pen, above its small map."""
        return titled(self.camera, small, racer.pen, self.formula(racer.name, em=LABEL_EM))

    def contestant(self, racer: Racer) -> Contestant:
        """Return what the standings show of a walk: they tell the small numbers apart."""
        usual, scale = super().contestant(racer), max(abs(self.land.lowest), abs(self.land.highest))
        rate = short_text(float(self.rates[self.racers.index(racer)]))

        def text() -> str:
            value = float(racer.walk.values[racer.stop()])
            return short_text(value) if 0 < abs(value) < SMALL * scale else usual.text()

        return replace(usual, text=text, more=lambda: rate)

    def _more_name(self) -> str:
        return "eta"

    # What is said

    def say_what_race_it_is(self) -> None:
        """Say how the race is run."""
        if self.is_fitted:
            self.say(
                "All six from one start, each with the best of {count} settings tried on this map.",
                count=f"${TRIES}$",
            )
        else:
            self.say("All six from one start, step by step together.")

    def say_which_rule_wins(self) -> None:
        """Say which rule gets lowest of those whose walks stay in the picture."""
        best = self.order[0]
        name = best.name.strip('"')
        equal = sum(self.reached(one) == self.reached(best) for one in self.racers)
        if equal > 1:
            self.say("Several come to the same $f$: the ranks say who was there first.")
        else:
            self.say(
                "This time {name} is lowest; other steps, rates or hills may change the order.",
                name=name,
            )
