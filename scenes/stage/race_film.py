"""RaceFilm: a film of walks from one start, one after another on the hill, then side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import Animation, Group, Mobject, VGroup

from mathcore.typeset import coloured
from scenes.stage.actors import Trail, Walker
from scenes.stage.appear import Appear, Vanish, exchange
from scenes.stage.map_film import MapFilm
from scenes.stage.panel import Row
from scenes.stage.pens import Pen, pens
from scenes.stage.plot import tick_label
from scenes.stage.racer import Racer
from scenes.stage.readout import number_text
from scenes.stage.small_map import WHOLE, SmallMap, side_by_side, titled, windows
from scenes.stage.standings import FOUR, Contestant, Standings
from scenes.stage.step_plots import LogCurves, Series, StepCurves, are_squeezed, around, stepwise
from scenes.stage.theme import SLOW, STAGE, STEADY, Zone
from scenes.stage.walk import Walk

STEP, WALK, RACE = 0.6, 3.0, 4.5
"""Seconds for a step, for the steps of one walk at most, and for those of a race."""

BESIDE = 0.12
"""Manim units from k = to the number of steps."""

WALL = Zone(STAGE.left + 0.1, STAGE.right, STAGE.bottom, STAGE.top)
"""Where the small maps stand: a walker at the edge of one of them keeps to the stage too."""


class RaceFilm(MapFilm):
    """A film of walks from one start: on the hill in turn, then on small maps side by side.

    What the walks are is up to the film, which calls `set_up_race`. The `racers` go them, `turn` is
    the one that is on the hill, or the one that takes longest when all are on their maps.
    """

    layout = FOUR
    """Where the board shows how they do."""

    deepest = 0.0
    """The share of the highest f in view below which a logarithmic axis does not reach."""

    racers: list[Racer]
    turn: Racer

    def set_up_race(
        self, walks: Sequence[Walk], names: Sequence[str], chosen: Sequence[Pen] = ()
    ) -> None:
        """Make what shows the walks on the hill; `cast` calls it.

        Args:
            walks: four of them, or up to six, from one start.
            names: what they are called, as Typst maths.
            chosen: their pens; shades of the colour of a path for four or five where left out.
        """
        used = chosen or pens(self.theme, self.theme.path)[: len(walks)]
        self.racers = [Racer(*each) for each in zip(walks, names, used, strict=True)]
        self.bottom = self.valley_near(min(walks, key=self.final).points[-1])
        self.turn = self.racers[0]
        stage = self.land, self.theme
        self.walker = Walker(*stage, self.where)
        self.trails = [
            Trail(*stage, one.walk, one.done.get_value, one.pen.color) for one in self.racers
        ]

    def where(self) -> np.ndarray:
        """Return the walker's point of the domain (2,), now."""
        return self.turn.where()

    # How the walks do

    def final(self, walk: Walk) -> float:
        """Return f where a walk ends; infinity where it leaves otherwise than down."""
        if walk.exit is None:
            return float(walk.values[-1])
        down = walk.target is not None and walk.beyond < walk.values[-1]
        return float(self.land.hill.value(walk.exit)) if down else np.inf

    def placing(self, walk: Walk) -> tuple[float, int]:
        """Return what tells walks apart, the better the smaller: f in the end, and how soon.

        Both are to nine digits of f. One that leaves otherwise than down is the better the later.
        """
        end = self.final(walk)
        if walk.exit is not None:
            return _to_nine_digits(end), walk.last if np.isfinite(end) else -walk.last
        values = [_to_nine_digits(value) for value in walk.values]
        elsewhere = [step for step, value in enumerate(values) if value != values[-1]]
        return values[-1], max(elsewhere, default=-1) + 1

    def reached(self, racer: Racer) -> float:
        """Return f where a walk ends, as `final` does, to nine digits: two may be equal."""
        return self.placing(racer.walk)[0]

    def standing(self, racer: Racer) -> tuple[bool, float, int]:
        """Return what a walk is ranked by: f in the end, then how soon it is as low.

        Those that leave have no rank and come last, the soonest of them last of all.
        """
        if racer.leaves:
            return True, 0.0, -racer.walk.last
        return False, *self.placing(racer.walk)

    def ranks(self) -> list[int]:
        """Return the ranks of those that stay, the best first; equal ones have one rank."""
        stay = [self.standing(one) for one in self.order if not one.leaves]
        return [1 + stay.index(each) for each in stay]

    def set_up_board(self) -> None:
        """Make the step count, the standings and the plot of all walks."""
        racers = self.racers
        self.count = self.step_row()
        self.order = sorted(racers, key=self.standing)
        self.standings = Standings(
            self.typeset,
            [self.contestant(one) for one in racers],
            [racers.index(one) for one in self.order],
            self.ranks(),
            self._value_name(),
            self.layout,
            self._more_name(),
        )
        self.losses = self.loss_plot(self.layout.plot, racers)

    def step_row(self) -> Row:
        """Return the row with the number of steps, as k = 24 where it stands beside two heads."""
        if not self._more_name():
            return self.count_row(lambda: self.turn.done.get_value(), self.layout.count)
        row = self.row(
            "k =", lambda: str(int(self.turn.done.get_value() + 1e-6)), self.layout.count
        )
        row.begin_at(row.label.get_right()[0] + BESIDE)
        return row

    def loss_plot(self, zone: Zone, racers: Sequence[Racer], *, room: float = 0.0) -> StepCurves:
        """Return the plot of f over the steps of some walks, as high as what is in view."""
        ends = np.array([one.walk.values[-1] for one in racers if not one.leaves])
        return self.value_plot(zone, [one.heights() for one in racers], ends, room=room)

    def value_plot(
        self, zone: Zone, series: Sequence[Series], ends: np.ndarray, **more: Any
    ) -> StepCurves:
        """Return the plot of f along several walks, which end at some heights (k,).

        Its axis is logarithmic, and says so, where these ends would be one else.
        """
        heights = np.concatenate([one.values for one in series])
        seen = heights[(heights <= self.land.highest) & (heights >= self.land.lowest)]
        if self.deepest and seen.min() >= 0:
            floor = self.deepest * float(seen.max())
            seen, ends = np.maximum(seen, floor), np.maximum(ends, floor)
        label = coloured(self._value_name(), self.theme.path)
        if not are_squeezed(ends, seen):
            return StepCurves(self.typeset, zone, series, around(seen), label, **more)
        told = self.tr("log scale")
        label += f' quad "{told}"'
        return LogCurves(self.typeset, zone, series, seen, label, **more)

    def _value_name(self) -> str:
        return f"f({self.iterate_name('k')})"

    def _more_name(self) -> str:
        """Return what the standings' second numbers are, as Typst maths; "" for none."""
        return ""

    def contestant(self, racer: Racer) -> Contestant:
        """Return what the standings show of a walk."""
        scale = max(abs(self.land.lowest), abs(self.land.highest))
        out = self._words_for_one_that_left(racer.walk) if racer.leaves else ""
        return Contestant(
            racer.pen,
            racer.name,
            lambda: number_text(float(racer.walk.values[racer.stop()]), 3, scale),
            out,
            racer.is_out,
        )

    def _words_for_one_that_left(self, walk: Walk) -> str:
        """Return which end of the heights a walk leaves by that keeps to the map, else the step.

        Typst markup.
        """
        low, high = self.land.value_range
        if walk.target is None or not self.land.contains(walk.target) or np.isnan(walk.beyond):
            return self.tr("out in step {k}").format(k=f"${walk.last}$")
        return f"$f > {tick_label(high)}$" if walk.beyond > high else f"$f < {tick_label(low)}$"

    def board(self) -> list[Mobject]:
        """Return what the board shows of all walks, but for the formulas."""
        standings = self.standings
        return [self.count, self.losses, standings.head, *standings.entries, standings.ranks]

    # On the hill

    def begin_the_race(self, gone: Sequence[Mobject] = (), *others: Mobject) -> None:
        """Bring on the board with the first walk's line, and let the walker go it.

        Args:
            gone: what goes off before.
            others: what comes with the board.
        """
        self.set_up_board()
        come = *others, self.count, self.losses, self.standings.head, self.standings.entries[0]
        self.play(*(exchange(gone, *come) if gone else [Appear(*come)]), run_time=STEADY)
        self.go(0)

    def begin_again(self, number: int) -> None:
        """Put the walker back to the start, and let it go the next walk."""
        self.play(*self.vanish(self.trails[number - 1], self.walker))
        self.turn = self.racers[number]
        self.play(Appear(self.walker, self.standings.entries[number]))
        self.go(number)

    def go(self, number: int) -> None:
        """Let the walker take all steps of one of the walks."""
        racer = self.racers[number]
        self.add(self.trails[number], self.walker)
        self.play(self.run(racer, min(STEP, WALK / racer.walk.last)))
        if racer.leaves:
            self.play(Vanish(self.walker))

    def run(self, racer: Racer, pace: float) -> Animation:
        """Return the animation of all steps of a walk, each of so many seconds."""
        last = racer.walk.last
        run_time = max(pace * last, STEADY)
        return racer.done.animate(run_time=run_time, rate_func=stepwise(last)).set_value(last)

    # Side by side

    def race(self, racers: Sequence[Racer]) -> None:
        """Let walks go side by side, all of them making each step at the same time."""
        pace = min(STEP, RACE / max(one.walk.last for one in racers))
        self.play(*(self.run(one, pace) for one in racers))

    def start_again(self) -> None:
        """Put all walks back to the start, for a race."""
        for one in self.racers:
            one.done.set_value(0)
        for entry in self.standings.entries:
            entry.update()  # off the stage or not: none of them is out any more
        self.turn = max(self.racers, key=lambda one: one.walk.last)

    def deal_maps(self, *others: Mobject) -> None:
        """Let the map become small ones with titles, each with its walk; others come with these."""
        wall = self.wall()
        pairs = [
            windows(self.camera, self.land, side_by_side(WALL, *way)) for way in ((2, 1), (1, 2))
        ]
        self.two = max(pairs, key=lambda pair: pair[0][2])
        self.maps = [
            self.small_map(one, [WHOLE, wall[level], self.two[0]], level)
            for level, one in enumerate(self.racers)
        ]
        ground, *rims = self.scenery.map
        self.play(Vanish(self.scenery.axes, *rims))
        self.remove(ground)
        self.add(*(small.ground for small in self.maps))
        self.play(*(small.moved.animate.set_value(1) for small in self.maps), run_time=SLOW)
        named = zip(self.maps, self.racers, strict=True)
        self.titles = Group(*(self.title_of(small, one) for small, one in named))
        marks = [small.marks for small in self.maps]
        self.play(Appear(*marks, self.titles, *others), run_time=STEADY)
        self.add(*self.maps)

    def wall(self) -> list[np.ndarray]:
        """Return the windows of the wall of small maps, as large as they can be."""
        ways = ((2, 2),) if len(self.racers) <= 4 else ((3, 2), (2, 3))
        walls = [windows(self.camera, self.land, side_by_side(WALL, *way)) for way in ways]
        return max(walls, key=lambda wall: wall[0][2])

    def keep_one_map(self, number: int) -> None:
        """Take the other maps and the board off; the one gets larger, its walk not yet begun."""
        small, title = self.maps[number], self.titles[number]
        seen = [*self.maps, *self.titles, *self.board()]
        self.play(Vanish(*(thing for thing in seen if thing not in (small, title))))
        begun, slid = self.racers[number].done, small.moved
        self.play(slid.animate.set_value(2), begun.animate.set_value(0), run_time=STEADY)

    def map_beside(self, racer: Racer) -> tuple[SmallMap, VGroup]:
        """Return the map of another walk, beside the one that was kept, and its title."""
        small = self.small_map(racer, [self.two[1]], 1)
        return small, self.title_of(small, racer)

    def small_map(self, racer: Racer, places: list[np.ndarray], level: int) -> SmallMap:
        """Return a small map with a walk; where it is dealt, higher levels lie on lower ones."""
        return SmallMap(
            self.theme,
            self.land,
            racer.walk,
            racer.done.get_value,
            racer.pen,
            places,
            level=level,
            minimum=self.bottom,
        )

    def title_of(self, small: SmallMap, racer: Racer) -> VGroup:
        """Return the name of a walk and a sample of its pen, above its small map."""
        return titled(self.camera, small, racer.pen, self.formula(racer.name))


def _to_nine_digits(value: float) -> float:
    return float(f"{value:.9g}")
