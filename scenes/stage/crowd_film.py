"""CrowdFilm: a film in which walks from many starts go at once, and part by their valleys."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import Group, Mobject, VMobject, smooth, squish_rate_func

from mathcore.basins import OUTSIDE
from scenes.stage.appear import Appear
from scenes.stage.crowd import BasinMap, Crowd
from scenes.stage.lay import Lay
from scenes.stage.lay_film import LayFilm
from scenes.stage.panel import Row, lined_up, lines_of_words
from scenes.stage.readout import number_text, short_text, vector_text
from scenes.stage.saddle import Saddle
from scenes.stage.theme import READOUT_EM, SLOW

DEPTHS = 4
"""Valleys, the deepest first, whose depth is written on the board."""

AIR = 0.15
"""Manim units more than usual between the place of a valley's bottom and its depth."""


class CrowdFilm(LayFilm):
    """A film in which crowds walk down a hill; each valley has a colour of its own."""

    def parted_crowd(self, lay: Lay, starts: np.ndarray, **style: Any) -> Crowd:
        """Return walks from starts (m, 2), each in the colour of the valley that it leads to."""
        colors = self.colours_of(lay.valleys.valley_of(starts))
        return Crowd(self.land, self.theme, lay.walks(starts), colors, **style)

    def parting_crowd(self, lay: Lay) -> Crowd:
        """Return the walks that part at a saddle: the one that stalls in the colour of a path.

        The others have those of the valleys that they lead to.
        """
        sides = self.colours_of(lay.valleys.valley_of(lay.parting[0, 1:]))
        return Crowd(self.land, self.theme, lay.parting, [self.theme.path, *sides])

    def name_of_stall(self, lay: Lay) -> list[VMobject]:
        """Return what is to say where one of the parting walks stalls, if there is room."""
        slope = f"$nabla {self.land.name} = 0$"
        text = self.tr("stalled: {slope}").format(slope=slope)
        others = self.land.surface(lay.parting).reshape(-1, 3)
        return self.named_place(text, lay.parting[-1, 0], others)

    def name_of_saddle(self, saddle: Saddle) -> list[VMobject]:
        """Return the name of a saddle, clear of its cuts and their tangents, if there is room."""
        lines = [line.points for cut in saddle.cuts for line in (cut.cut, cut.tangent)]
        shares = np.linspace(0, 1, 40)[:, None]
        along = [line[0] + shares * (line[-1] - line[0]) for line in lines[1::2]]
        return self.named_place(self.tr("saddle"), saddle.place, np.concatenate([*lines, *along]))

    def named_place(self, text: str, point: np.ndarray, others: np.ndarray) -> list[VMobject]:
        """Return words beside a point (2,) of the hill, if there is room there.

        Args:
            text: Typst markup.
            point: of the domain.
            others: places in space (m, 3) that the words keep clear of.
        """
        name = self.words(text, em=READOUT_EM, color=self.theme.ink)
        name.set_stroke(self.theme.background, width=5, background=True)
        place = self.land.surface(point)
        shift, has_room = self.free_side(name, place, others)
        self.director.attach(name, place, shift)
        return [name] if has_room else []

    def colours_of(self, valleys: np.ndarray) -> list[str]:
        """Return the colours of valleys by their numbers (m,); a quiet one where it is none."""
        hues = self.theme.regions
        return [hues[each % len(hues)] if each >= 0 else self.theme.quiet for each in valleys]

    def rate_and_count(self, lay: Lay, crowd: Crowd) -> Group:
        """Return the rows with the learning rate and the number of steps."""
        eta = self.row("eta", lambda: short_text(lay.rate), 0)
        return Group(eta, self.count_row(crowd.progress, 1))

    def rows_of_parting(self, lay: Lay, crowd: Crowd) -> Group:
        """Return the rows of walks that part: the slope on the first, how far off the others begin.

        The last row has the number of steps.
        """

        def slope() -> str:
            gradient = self.land.hill.gradient(crowd.position(crowd.progress())[0])
            return number_text(float(np.hypot(*gradient)), scale=self.land.steepness)

        stalled = self.tr("stalled:")
        label = f'"{stalled}" thick |nabla {self.land.name}|'
        return lined_up(
            self.row(label, slope, 0, "gradient"),
            self.worded_row(self.tr("the others: offset"), lambda: short_text(lay.hair), 1),
            self.count_row(crowd.progress, 2),
        )

    def let_walk(self, crowd: Crowd, *others: Mobject) -> None:
        """Bring on a crowd and other things, and let it walk, slowly at first: steps are long."""
        self.play(Appear(crowd, *others))
        self.play(
            crowd.done.animate.set_value(len(crowd.paths) - 1),
            run_time=1.5 * SLOW,
            rate_func=lambda t: t * t * (1 + t) / 2,
        )

    def rise_through_colours(self) -> None:
        """Let the hill rise through the coloured map, where one still looks at that from above."""
        if self.is_from_above:
            comes_through = squish_rate_func(smooth, 0, 0.6)  # or it would hide them at once
            self.look_across(Appear(self.scenery.hill, rate_func=comes_through))

    def basin_map(self, lay: Lay) -> BasinMap:
        """Return the map in the colours of the valleys that gradient descent leads to."""
        colors = self.colours_of(np.arange(len(lay.valleys.bottoms)))
        return BasinMap(self.land, self.theme, lay.valleys, colors)

    def say_what_starts_decide(self, lay: Lay, starts: np.ndarray) -> None:
        """Say whether it is the start, one of (m, 2), that decides to which valley a walk leads."""
        count = len(lay.valleys.bottoms)
        if count > 1:
            self.say(
                "Each start leads to one valley; the colours say which. Where you start decides."
            )
        elif count and lay.is_convex and (lay.valleys.valley_of(starts) == 0).all():
            self.say("One bottom: wherever you start on this convex hill, the walk comes to it.")
        elif count:
            self.say("Every walk that comes to a bottom comes to the same one.")
        else:
            self.say("No valley in the picture: no walk comes to a bottom.")

    def depth_rows(self, lay: Lay, row: float) -> Group:
        """Return rows with the places of the valleys' bottoms and f there, below a line on them.

        Each is in the colour of its valley, the deepest is first. None where there is no bottom.
        """
        bottoms, name = lay.valleys.bottoms[:DEPTHS], f"${self.land.name}$"
        if not len(bottoms):
            return Group()
        if len(bottoms) > 1:
            text = self.tr("{name} at the bottoms, the lowest first").format(name=name)
        else:
            text = self.tr("{name} at the bottom").format(name=name)
        head = self.words(text, em=READOUT_EM, color=self.theme.quiet)
        colors = self.colours_of(np.arange(len(bottoms)))
        rows = [
            self.depth_row(bottom, color, row + number)
            for number, (bottom, color) in enumerate(zip(bottoms, colors, strict=True), 1)
        ]
        return Group(lines_of_words(head, row=row), lined_up(*rows, air=AIR))

    def depth_row(self, bottom: np.ndarray, color: str, row: float) -> Row:
        """Return the row with where a bottom (2,) is, and f there."""
        place = vector_text(bottom, scale=self.land.span, spread=self.land.span)
        depth = self.height_text(float(self.land.hill.value(bottom)))
        return Row(self.typeset, place, lambda: depth, color=color, row=row)

    def say_where_walks_lead(self, valleys: np.ndarray) -> None:
        """Say to which valleys walks lead, told by their numbers (m,)."""
        reached = valleys[valleys >= 0]
        if not len(reached) and (valleys == OUTSIDE).all():
            self.say("No bottom in view: from every start the way down leads out of the picture.")
        elif not len(reached):
            self.say("With this many steps, no walk comes to a bottom.")
        elif len(reached) < len(valleys):
            self.say("Some of these walks come to a bottom, others do not.")
        elif len(set(reached)) > 1:
            self.say("From different starts, gradient descent comes to different bottoms.")
        else:
            self.say("So from every start, gradient descent comes to the same bottom.")
