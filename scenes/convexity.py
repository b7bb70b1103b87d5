"""Convex hills have one bottom for every start; on other hills, where you start decides."""

from __future__ import annotations

import numpy as np
from manim import LEFT, Create, Group, ValueTracker, VMobject, smooth, squish_rate_func

from mathcore.basins import OUTSIDE
from mathcore.typeset import coloured
from scenes.stage import (
    BOARD,
    SLOW,
    STEADY,
    Appear,
    Hill,
    Journey,
    Row,
    Slice,
    Vanish,
    Walker,
    beat,
    knob,
    lined_up,
    on_board,
    short_text,
    vector_text,
)
from scenes.stage.chord_film import ChordFilm
from scenes.stage.crowd import BasinMap, Crowd
from scenes.stage.lay import Lay
from scenes.stage.planes import MapPlane
from scenes.stage.space import SpaceDot
from scenes.stage.theme import FIRST_ROW, READOUT_EM, ROW

LOW = 70
"""Where the camera stands, in degrees from the zenith, to look below a hill."""

ASIDE = 0.006
"""How far beside the ridge the others start, as a share of the longer side."""

DEPTHS = 5
"""Valleys, the deepest first, whose depth is written on the board."""

SIDE = 7
"""Starts along each side of the map from which the crowd sets out."""


class Convexity(ChordFilm):
    """A convex hill has one bottom for every start; on others the start decides."""

    f = knob("x^2 + y^2", "the first hill, best a convex one, as a formula or a name")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    g = knob("x^4 + y^4 - 3x^2 - 3y^2 + x y + x", "the second hill, with several valleys")

    def cast(self) -> None:
        self.land = self.landscape()
        self.scenery = Hill(self, self.land)
        self.first = Lay(self.land, self.framing)
        self.second = Lay(*self.another("g"))
        self.ridge = self.second.ridge
        if self.ridge is not None and self.ridge.start is not None:
            self.parting = self.second.parting(self.starts_on_ridge())
            seen = np.concatenate([self.parting[:, 0], *self.parting[:, 1:].swapaxes(0, 1)])
            land, framing = self.second.land, self.second.framing
            self.second.look_from(*self.seen_well(land, framing, seen))
        self.tour = self.first.tour(2 if self.first.caught else 3)
        self.share = ValueTracker(0.5)
        if self.tour or self.first.caught:
            self.set_up_chord(self.first, self.tour)
        else:
            self.leave_out("the_chord", "the_definition")
        spots = self.first.beside((100, -110))
        cutting = self.first.cutting
        self.spots = [*spots[:1], cutting] if cutting is not None else spots
        if self.spots:
            self.journey = Journey(self.spots[0])
            self.walker = Walker(self.land, self.theme, self.journey.where)
            self.plane = MapPlane(self.land, self.theme, self.journey.where)
        else:
            self.leave_out("the_tangent_plane", "the_level_plane")
        if not self.first.is_convex and not len(self.first.minima):
            self.leave_out("the_level_plane")
        self.cast_walks()

    def starts_on_ridge(self) -> np.ndarray:
        """Return a start on the ridge and two a hair beside it, (3, 2)."""
        aside = ASIDE * self.second.land.span * self.ridge.across
        return self.ridge.start + np.array([[0.0], [1.0], [-1.0]]) * aside

    def cast_walks(self) -> None:
        """Find the walks of both hills, and leave out the beats that have none."""
        starts = self.first.ring()
        if self.first.valleys is None or not len(starts):
            self.leave_out("from_every_start")
        else:
            self.led = self.first.valleys.valley_of(starts)
            self.paths = self.first.walks(starts)
        if self.second.valleys is None:
            self.leave_out("where_you_start", "the_guarantee")
        if self.ridge is None:
            self.leave_out("the_saddle")
        if self.ridge is None or self.ridge.start is None:
            self.leave_out("a_hair_beside")

    # The chord

    @beat
    def the_chord(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        if self.first.is_convex:
            self.say("Join any two points of the hill: the chord never dips below the ground.")
        elif self.caught is None:
            self.say("Join any two points: no chord dips below, as far as there is ground.")
        else:
            self.say("Join two points of the hill by a chord: this one dips below the ground.")
        self.raise_hill(self.formula_f)
        below = self.first.below
        self.tried = lined_up(
            self.gap_row(0),
            self.worded_row(self.tr("chords tried"), lambda: f"{below.tried}", 1),
            self.worded_row(self.tr("below ground"), lambda: f"{len(below)}", 2),
        )
        self.show_chord(self.chord.measured, self.tried)

    @beat
    def the_definition(self) -> None:
        self.definition = on_board(self.definition_formula(), 1, lines=2)
        if self.caught is not None:
            self.say(
                "Convex means: chord above ground, for all $p$, $q$. One below, and it is not."
            )
        else:
            self.say("That is what convex means: at every $lambda$ the chord is above the ground.")
        self.play(Vanish(self.tried))
        self.play(Appear(self.definition, self.measures()), run_time=STEADY)
        self.go_along_chord(self.first)

    # The tangent plane

    @beat
    def the_tangent_plane(self) -> None:
        if self.first.cutting is None:
            self.say("A tangent plane touches a convex hill, and lies below all of it.")
        else:
            self.say("Under a convex hill every tangent plane stays below: this one cuts through.")
        self.play(Vanish(self.chord, *self.names, self.definition, self.graph, self.rows))
        name, theme = self.land.name, self.theme
        plane = coloured(f"{name}(p) + nabla {name}(p) dot (q - p)", theme.tangent)
        ground = coloured(f"{name}(q)", theme.direction)
        self.below = on_board(self.formula(f"& {ground} \\ & quad >= {plane}"), 1, lines=2)
        self.rows = lined_up(
            self.row("p", lambda: vector_text(self.journey.where(), scale=self.land.span), 0),
            self.gradient_row(self.journey.where, 1),
            self.worded_row(
                self.tr("least gap"), lambda: self.height_text(self.plane.least_gap()), 2
            ),
        )
        self.play(*self.turn_view(phi=LOW, theta=-62), Appear(self.walker), run_time=STEADY)
        self.play(Appear(self.plane, self.below, self.rows), run_time=STEADY)
        for spot in self.spots[1:]:
            self.play(self.journey.to(spot), run_time=SLOW)

    @beat
    def the_level_plane(self) -> None:
        lay = self.first
        goal = lay.bottom if lay.is_convex or lay.shelf is None else lay.shelf
        if lay.is_convex:
            self.say_what_level_means(goal)
        elif lay.has_lower_than(goal):
            self.say("Here it is level, yet other ground lies lower: only a local minimum.")
        else:
            self.say("Here it is level, and no ground in view is lower; yet nothing promises it.")
        if goal is None:
            return
        if lay.has_kink and goal is lay.bottom:
            level = MapPlane(self.land, self.theme, lambda: goal, lambda: np.zeros(2))
            self.play(Vanish(self.plane, self.rows))
            self.rows = Group(self.rows[0])
            self.add(self.rows)
            self.play(self.journey.to(goal), run_time=SLOW)
            self.plane = level
            self.play(Appear(self.plane))
        else:
            self.play(self.journey.to(goal), run_time=SLOW)
        self.pinned = self.pin(goal, self.tr("minimum"), self.theme.minimum, goal[None])[0]
        depth = float(self.land.hill.value(goal))
        name = f"{self.land.name}(p)"
        self.rows.add(self.row(name, lambda: self.height_text(depth), 3, "minimum"))
        lined_up(*self.rows)
        self.play(Appear(self.pinned, self.rows[-1]))

    def say_what_level_means(self, bottom: np.ndarray | None) -> None:
        """Say what a level plane means below a convex hill, or that there is none."""
        if bottom is None:
            self.say("No plane here is level: this hill has no minimum in the picture.")
        elif self.first.has_kink:
            self.say("At the kink a level plane fits below: local minimum is global minimum.")
        else:
            self.say(
                "Where $nabla f = 0$ the plane is level, all the hill above it: a global minimum."
            )

    # The walks

    @beat
    def from_every_start(self) -> None:
        reached = self.led[self.led >= 0]
        if len(reached) == len(self.led) and len(set(reached)) == 1:
            self.say("So from every start, gradient descent comes to the same bottom.")
        elif len(reached) == len(self.led):
            self.say("From different starts, gradient descent comes to different bottoms.")
        elif not len(reached) and (self.led == OUTSIDE).all():
            self.say("No bottom in view: from every start the way down leads out of the picture.")
        elif not len(reached):
            self.say("With this many steps, no walk comes to a bottom.")
        else:
            self.say("Some of these walks come to a bottom, others do not.")
        if self.spots:
            self.play(Vanish(self.plane, self.walker, self.below, self.rows))
        self.crowd = Crowd(self.land, self.theme, self.paths, [self.theme.path] * len(self.led))
        self.walk_rows = self.rows_of_walks(self.first)
        self.play(*self.turn_view(phi=48, theta=-62), run_time=STEADY)
        self.play(Appear(self.crowd, self.walk_rows))
        self.walk_on(self.crowd)

    def walk_on(self, crowd: Crowd) -> None:
        """Let a crowd walk all its steps: its first ones, the longest, slowly."""
        self.play(
            crowd.done.animate.set_value(len(crowd.paths) - 1),
            run_time=1.5 * SLOW,
            rate_func=lambda t: t * t * (1 + t) / 2,
        )

    def rows_of_walks(self, lay: Lay) -> Group:
        """Return the rows with the learning rate and the number of steps."""
        eta = self.row("eta", lambda: short_text(lay.rate), 0)
        return Group(eta, self.count_row(self.crowd.progress, 1))

    # The second hill

    @beat
    def the_other_hill(self) -> None:
        lay = self.second
        self.clear_for(lay.land, lay.framing)
        self.walker, self.scenery = None, Hill(self, self.land)
        self.formula_g = on_board(self.field_formula(), 0)
        if lay.caught is not None:
            self.say("Another hill. This chord dips below the ground: the hill is not convex.")
        elif lay.is_convex and self.first.is_convex:
            self.say("Another hill, and no chord dips below the ground: it is convex too.")
        else:
            self.say("Another hill: here no chord dips below, as far as there is ground.")
        tour = [] if lay.caught else lay.tour(1)
        has_chord = bool(tour or lay.caught)
        if has_chord:
            self.set_up_chord(lay, tour)
        self.raise_hill(self.formula_g)
        self.passing = []
        if has_chord:
            self.show_chord(self.chord.measured, self.measures())
            self.passing = [self.chord, *self.names, self.graph, self.rows]

    @beat
    def where_you_start(self) -> None:
        lay, count = self.second, len(self.second.valleys.bottoms)
        if count > 1:
            self.say(
                "Each start leads to one valley; the colours say which. Where you start decides."
            )
        elif count:
            self.say("Every walk that comes to a bottom comes to the same one.")
        else:
            self.say("No valley in the picture: no walk comes to a bottom.")
        self.look_down(*self.passing)
        self.hues = self.hues_of(np.arange(count))
        starts = lay.lattice(SIDE)
        colors = self.hues_of(lay.valleys.valley_of(starts))
        self.crowd = Crowd(
            self.land, self.theme, lay.walks(starts), colors, on_hill=False, width=2.5
        )
        self.walk_rows = self.rows_of_walks(lay)
        self.play(Appear(self.crowd.dots, self.walk_rows))
        self.add(self.crowd)
        self.walk_on(self.crowd)
        self.basins = BasinMap(self.land, self.theme, lay.valleys, self.hues)
        self.bottoms = Group(*map(self.ring, lay.valleys.bottoms), self.depths())
        self.play(Appear(self.basins, self.bottoms), run_time=SLOW)
        self.passing = [self.crowd, self.walk_rows, self.bottoms]

    def depths(self) -> Group:
        """Return rows with how deep the valleys are, the deepest first, in their colours."""
        bottoms = self.second.valleys.bottoms
        rows = Group()
        for number, point in enumerate(bottoms[:DEPTHS]):
            text = self.height_text(float(self.land.hill.value(point)))
            lowest = self.tr("lowest")
            label = self.land.name if number else f'"{lowest}"'
            color = self.hues[number]
            rows.add(Row(self.typeset, label, lambda t=text: t, color=color, row=2 + number))
        return rows

    @beat
    def the_saddle(self) -> None:
        saddle = self.ridge.saddle
        self.say("Between valleys a saddle: $nabla g = 0$, yet up one way and down the other.")
        self.play(Vanish(*self.passing))
        comes_through = squish_rate_func(smooth, 0, 0.6)  # or it would hide the colours at once
        self.look_across(Appear(self.scenery.hill, rate_func=comes_through))
        angles = [float(np.arctan2(*way[::-1])) for way in self.ridge.ways]
        self.cuts = [
            Slice(self.land, self.theme, lambda: saddle, lambda angle=angle: angle)
            for angle in angles
        ]
        self.mark = self.spot_on_hill(saddle)
        self.rows = Group(
            self.row("(x, y)", lambda: vector_text(saddle, scale=self.land.span), 0),
            self.gradient_row(lambda: saddle, 1),
        )
        self.play(Appear(self.mark, self.rows))
        for cut in self.cuts[::-1]:
            self.play(Create(cut.cut), Create(cut.tangent), run_time=STEADY)
        lines = [part for cut in self.cuts for part in (cut.cut, cut.tangent)]
        self.passing = [*lines, self.mark, self.rows]

    def spot_on_hill(self, point: np.ndarray) -> Group:
        """Return dots on the hill and on the map at a point (2,)."""
        style = {"color": self.theme.ink, "ring_width": 2.5, "ring_color": self.theme.background}
        places = self.land.surface(point), self.land.ground(point)
        return Group(*(SpaceDot(place, 8, z_index=2, **style) for place in places))

    @beat
    def a_hair_beside(self) -> None:
        self.say(
            "Start exactly on its ridge and the walk stalls there; a hair beside, it falls off."
        )
        self.hair = Crowd(self.land, self.theme, self.parting, [self.theme.path] * 3)
        self.play(Vanish(*self.passing))
        self.rows = Group(
            self.worded_row(self.tr("beside"), lambda: short_text(ASIDE * self.land.span), 0),
            self.steepness_row(lambda: self.hair.position(self.hair.progress())[0], 1),
            self.count_row(self.hair.progress, 2),
        )
        self.play(Appear(self.hair, self.rows))
        self.walk_on(self.hair)
        self.passing = [self.hair, self.rows]

    @beat
    def the_guarantee(self) -> None:
        self.say(
            "Convex: a good $eta$ finds the global minimum. Not convex: where you start decides."
        )
        self.play(Vanish(*self.passing))
        lines = [
            self.line(self.tr("convex:"), 0, self.theme.minimum),
            self.line(self.tr("every start leads to the lowest point"), 1, self.theme.ink),
            self.line(self.tr("not convex:"), 2, self.theme.path),
            self.line(self.tr("every valley has starts of its own"), 3, self.theme.ink),
        ]
        starts = self.second.ring()
        hues = self.hues_of(self.second.valleys.valley_of(starts))
        self.last = Crowd(self.land, self.theme, self.second.walks(starts), hues)
        if self.second.caught is None:
            self.play(Appear(self.last, *lines[:2]))
            self.walk_on(self.last)
            self.play(Appear(*lines[2:]))
        else:  # the walks on this hill show what is said of those that are not convex
            self.play(Appear(*lines[:2]))
            self.play(Appear(self.last, *lines[2:]))
            self.walk_on(self.last)

    def line(self, text: str, row: int, color: str) -> VMobject:
        """Return words on a row of the board, smaller where they would be too long."""
        words = self.words(text, em=READOUT_EM, color=color)
        words.scale(min(1.0, BOARD.width / words.width))
        return words.move_to((BOARD.left, FIRST_ROW - ROW * row, 0), aligned_edge=LEFT)

    def hues_of(self, led: np.ndarray) -> list[str]:
        """Return the colour of each walk (m,) by the valley that it leads to."""
        hues = self.theme.regions
        return [hues[number % len(hues)] if number >= 0 else self.theme.quiet for number in led]
