"""RaceFilm: a film of walks from one start, one after another on the hill, then side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import Group, ValueTracker

from mathcore.typeset import coloured
from scenes.stage.actors import Trail, Walker
from scenes.stage.appear import Appear, Vanish
from scenes.stage.hill import Hill
from scenes.stage.map_film import MapFilm
from scenes.stage.pens import pens
from scenes.stage.readout import number_text
from scenes.stage.small_map import WHOLE, SmallMap, side_by_side, titled, windows
from scenes.stage.standings import Contestant, Standings
from scenes.stage.step_plots import Series, StepCurves, around, stepwise
from scenes.stage.theme import BOARD, SLOW, STAGE, STEADY, Zone
from scenes.stage.walk import Walk

STEP, WALK, RACE = 0.6, 3.0, 4.5
"""Seconds for a step, for the steps of one walk at most, and for those of a race."""

COUNT, PLOT = -3, Zone(BOARD.left, BOARD.right, BOARD.bottom, 0.05)
"""The row of the step count, and where curves over the steps stand, below the standings."""

WALL = Zone(STAGE.left + 0.1, STAGE.right, STAGE.bottom, STAGE.top)
"""Where the small maps stand: a walker at the edge of one of them keeps to the stage too."""


class RaceFilm(MapFilm):
    """A film of four walks from one start: on the hill in turn, then on four small maps at once.

    What the walks are is up to the film, which calls `set_up_race`. `done` says how far each has
    come, `turn` which of them is on the hill.
    """

    count_at, plot_zone = COUNT, PLOT

    def set_up_race(self, walks: Sequence[Walk], names: Sequence[str]) -> None:
        """Make what shows the walks on the hill; `cast` calls it.

        Args:
            walks: four of them, from one start.
            names: what they are called, as Typst maths.
        """
        self.walks, self.names = list(walks), list(names)
        self.bottom = self.valley_near(min(walks, key=self.final).points[-1])
        self.done, self.turn = [ValueTracker(0) for _ in walks], 0
        self.pens = pens(self.theme, self.theme.path)
        stage = self.land, self.theme
        self.scenery, self.walker = Hill(self, self.land), Walker(*stage, self.where)
        self.trails = [
            Trail(*stage, walk, done.get_value)
            for walk, done in zip(self.walks, self.done, strict=True)
        ]

    def where(self) -> np.ndarray:
        """Return the walker's point of the domain (2,), now."""
        return self.walks[self.turn].position(self.done[self.turn].get_value())

    def step_now(self) -> float:
        """Return the number of steps that the walks have made, those that are walked now."""
        walk = self.walks[self.turn]
        return min(self.done[self.turn].get_value(), walk.steps)

    def final(self, walk: Walk) -> float:
        """Return f where a walk ends; infinity where it leaves otherwise than down."""
        if walk.exit is None:
            return float(walk.values[-1])
        down = walk.target is not None and walk.beyond < walk.values[-1]
        return float(self.land.hill.value(walk.exit)) if down else np.inf

    def standing(self, number: int) -> tuple[float, int]:
        """Return what a walk is ranked by: f in the end, then how soon it is there."""
        final, last = self.final(self.walks[number]), self.walks[number].last
        return float(f"{final:.9g}"), -last if final == np.inf else last

    def set_up_board(self) -> None:
        """Make the step count, the standings and the plot of all walks."""
        everyone = range(len(self.walks))
        self.count = self.count_row(self.step_now, COUNT)
        self.order = sorted(everyone, key=self.standing)
        contestants = [self.contestant(number) for number in everyone]
        self.standings = Standings(self.typeset, contestants, self.order)
        self.losses = self.loss_plot(
            PLOT, [self.series(self.walks[n], self.done[n], n) for n in everyone]
        )

    def series(self, walk: Walk, done: ValueTracker, pen: int) -> Series:
        """Return f over the steps of a walk, to where it is when the walk has left."""
        beyond = [walk.beyond] if np.isfinite(walk.beyond) else []
        return Series(np.append(walk.values, beyond), done.get_value, self.pens[pen])

    def loss_plot(self, zone: Zone, series: list[Series]) -> StepCurves:
        """Return the plot of f over the steps of some walks, as high as what is in view."""
        heights = np.concatenate([one.values for one in series])
        seen = heights[(heights <= self.land.highest) & (heights >= self.land.lowest)]
        label = coloured(f"f({self.iterate_name('k')})", self.theme.path)
        return StepCurves(self.typeset, zone, series, around(seen), label)

    def contestant(self, number: int) -> Contestant:
        """Return what the standings show of a walk."""
        walk, done = self.walks[number], self.done[number]
        scale = max(abs(self.land.lowest), abs(self.land.highest))

        def text() -> str:
            return number_text(float(walk.values[int(done.get_value() + 1e-6)]), 3, scale)

        out = self.tr("out in step {k}").format(k=f"${walk.last}$")
        return Contestant(
            self.pens[number],
            self.names[number],
            text,
            out if walk.exit is not None else "",
            lambda: walk.exit is not None and done.get_value() > walk.last - 1e-6,
        )

    def begin_again(self, number: int) -> None:
        """Put the walker back to the start, and let it go the next walk."""
        self.play(Vanish(*self.shown(self.trails[number - 1], self.walker)))
        self.turn = number
        self.play(Appear(self.walker, self.standings.entries[number]))
        self.go(number)

    def go(self, number: int) -> None:
        """Let the walker take all steps of one of the walks."""
        walk = self.walks[number]
        self.add(self.trails[number], self.walker)
        self.play(self.run(self.done[number], walk.last, min(STEP, WALK / walk.last)))
        if walk.exit is not None:
            self.play(Vanish(self.walker))

    def run(self, done: ValueTracker, last: int, pace: float) -> Any:
        """Return the animation of all steps of a walk, each of so many seconds."""
        run_time = max(pace * last, STEADY)
        return done.animate(run_time=run_time, rate_func=stepwise(last)).set_value(last)

    def race(self, walks: Sequence[Walk], done: Sequence[ValueTracker]) -> None:
        """Let walks go side by side, all of them making each step at the same time."""
        pace = min(STEP, RACE / max(walk.last for walk in walks))
        self.play(
            *(self.run(each, walk.last, pace) for each, walk in zip(done, walks, strict=True))
        )

    def deal_maps(self) -> None:
        """Let the map become four small ones with titles, and have the board beside them."""
        for done in self.done:
            done.set_value(0)
        for entry in self.standings.entries:
            entry.update()  # they are off the stage: none of them is out any more
        self.turn = max(range(4), key=lambda number: self.walks[number].steps)
        wall = windows(self.camera, self.land, side_by_side(WALL, 2, 2))
        pairs = [
            windows(self.camera, self.land, side_by_side(WALL, *way)) for way in ((2, 1), (1, 2))
        ]
        self.two = max(pairs, key=lambda pair: pair[0][2])
        self.maps = [
            self.small_map(self.walks[n], self.done[n], n, [WHOLE, wall[n], self.two[0]])
            for n in range(4)
        ]
        self.play(Vanish(self.scenery.axes))
        self.remove(self.scenery.map)
        self.add(*self.maps)
        self.play(*(small.moved.animate.set_value(1) for small in self.maps), run_time=SLOW)
        named = zip(self.maps, self.pens, self.names, strict=True)
        self.titles = Group(
            *(titled(self.camera, small, pen, self.formula(name)) for small, pen, name in named)
        )
        self.play(
            Appear(self.titles, self.count, self.losses, *self.standings.entries), run_time=STEADY
        )

    def small_map(
        self, walk: Walk, done: ValueTracker, number: int, places: list[np.ndarray]
    ) -> SmallMap:
        """Return a small map with a walk; its number says which pen draws it."""
        return SmallMap(
            self.theme,
            self.land,
            walk,
            done.get_value,
            self.pens[number],
            places,
            level=number,
            minimum=self.bottom,
        )
