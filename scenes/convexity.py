"""Convex hills have one bottom for every start; on other hills, where you start decides."""

from __future__ import annotations

from manim import Create, Group, Mobject

from scenes.stage import (
    SLOW,
    STEADY,
    Appear,
    ChordFilm,
    Crowd,
    CrowdFilm,
    PlaneFilm,
    Saddle,
    Vanish,
    beat,
    knob,
    on_board,
)

LOW = 70
"""Where the camera stands, in degrees from the zenith, to look below a hill."""

SIDE = 7
"""Starts along each side of the map from which the crowd sets out."""


class Convexity(ChordFilm, PlaneFilm, CrowdFilm):
    """A convex hill has one bottom for every start; on others the start decides."""

    f = knob("x^2 + y^2", "the first hill, best a convex one, as a formula or a name")
    x_range = knob("auto", "what is shown of the first variable", like=(-2.0, 2.0))
    y_range = knob("auto", "what is shown of the second variable", like=(-2.0, 2.0))
    g = knob(
        "auto",
        "the second hill, of the kind that f is not",
        like="x^4 + y^4 - 3x^2 - 3y^2 + x y + x",
    )

    def cast(self) -> None:
        self.first = self.lay_of_f()
        self.second = self.lay_of("g", self.first)
        self.has_chord = self.set_up_chord(self.first, 3)
        self.set_up_plane(self.first)
        self.starts = self.first.ring()
        self.passing: list[Mobject] = []
        self.leave_out(*self.without())

    def without(self) -> list[str]:
        """Return the beats that these hills have nothing to show for."""
        first, second = self.first, self.second
        is_shown = {
            "the_chord": self.has_chord,
            "the_definition": self.has_chord,
            "the_tangent_plane": self.spots,
            "the_level_plane": self.spots and (first.is_convex or len(first.minima)),
            "from_every_start": first.valleys and len(self.starts),
            "where_you_start": second.valleys,
            "the_saddle": second.ridge,
            "a_hair_off": second.parting is not None,
            "the_guarantee": second.valleys,
        }
        return [name for name, shown in is_shown.items() if not shown]

    # The chord

    @beat
    def the_chord(self) -> None:
        self.formula_f = on_board(self.field_formula(), 0)
        if self.first.is_convex:
            self.say("Join any two points of the hill: the chord never dips below the ground.")
        elif self.first.caught is None:
            self.say("Join any two points: no chord dips below, as far as there is ground.")
        else:
            self.say("Join two points of the hill by a chord: this one dips below the ground.")
        self.raise_hill(self.formula_f)
        self.tried = self.tried_rows(self.first)
        self.show_chord(self.chord.measured, self.tried)

    @beat
    def the_definition(self) -> None:
        self.definition = on_board(self.definition_formula(), 1, lines=2)
        if self.first.caught is not None:
            self.say(
                "Convex: for all $p$, $q$ the chord is on or above the ground. Here it is not."
            )
        else:
            self.say("So convex means: at every $lambda$ the chord is on or above the ground.")
        self.play(Vanish(self.tried))
        self.play(Appear(self.definition, self.measures()), run_time=STEADY)
        self.go_along_chord(self.first)
        self.passing = [self.chord, *self.names, self.definition, self.graph, self.rows]

    # The tangent plane

    @beat
    def the_tangent_plane(self) -> None:
        if self.first.cutting is None:
            self.say("A tangent plane touches a convex hill, and is nowhere above it.")
        else:
            self.say("On a convex hill no tangent plane rises above the ground: this one does.")
        self.take_off(*self.passing)
        self.below = on_board(self.plane_formula(), 1, lines=2)
        self.play(*self.turn_view(phi=LOW, theta=-62), Appear(self.walker), run_time=STEADY)
        self.show_plane(self.below)
        for spot in self.spots[1:]:
            self.play(self.journey.to(spot), run_time=SLOW)

    @beat
    def the_level_plane(self) -> None:
        self.say_what_level_means(self.first)
        if self.first.level_place is not None:
            self.come_to_rest(self.first)

    # The walks

    @beat
    def from_every_start(self) -> None:
        self.say_where_walks_lead(self.first.valleys.valley_of(self.starts))
        gone = [self.plane, self.walker, self.below, self.rows] if self.spots else self.passing
        self.take_off(*gone, *self.pinned)
        self.crowd = Crowd(self.land, self.theme, self.first.walks(self.starts))
        self.walk_rows = self.rate_and_count(self.first, self.crowd)
        self.play(*self.turn_view(phi=48, theta=-62), run_time=STEADY)
        self.let_walk(self.crowd, self.walk_rows)
        self.bottoms = Group(*map(self.ring, self.first.valleys.bottoms))
        self.play(Appear(self.bottoms))

    # The second hill

    @beat
    def the_other_hill(self) -> None:
        lay = self.second
        self.go_over_to(lay)
        self.formula_g = on_board(self.field_formula(), 0)
        self.say_how_chords_lie(lay, self.first)
        has_chord = self.set_up_chord(lay, 1 if lay.caught else 2)
        self.raise_hill(self.formula_g)
        self.passing = []
        if has_chord:
            self.show_chord(self.chord.measured, self.measures())
            self.passing = [self.chord, *self.names, self.graph, self.rows]

    @beat
    def where_you_start(self) -> None:
        lay, starts = self.second, self.second.lattice(SIDE)
        self.say_what_starts_decide(lay, starts)
        self.look_down(*self.passing)
        self.crowd = self.parted_crowd(lay, starts, on_hill=False, width=2.5)
        self.walk_rows = self.rate_and_count(lay, self.crowd)
        self.let_walk(self.crowd, self.walk_rows)
        self.basins, self.depths = self.basin_map(lay), self.depth_rows(lay, 2.5)
        self.bottoms = Group(*map(self.ring, lay.valleys.bottoms))
        self.play(Appear(self.basins, self.bottoms, self.depths), run_time=SLOW)
        self.passing = [self.crowd, self.walk_rows, self.bottoms, self.depths]

    @beat
    def the_saddle(self) -> None:
        self.say("Between valleys a saddle: $nabla g = 0$, yet up one way and down the other.")
        self.play(Vanish(*self.passing))
        self.rise_through_colours()
        self.saddle = Saddle(self.land, self.theme, self.second.ridge)
        where = self.saddle.where
        self.rows = Group(self.point_row(where, 0), self.gradient_row(where, 1))
        self.play(Appear(self.saddle.mark, self.rows, *(name := self.name_of_saddle(self.saddle))))
        for cut in self.saddle.cuts[::-1]:
            self.play(Create(cut.cut), Create(cut.tangent), run_time=STEADY)
        self.passing = [self.saddle, self.rows, *name]

    @beat
    def a_hair_off(self) -> None:
        self.say("Start exactly on the saddle's ridge: the walk stalls. A hair off, it does not.")
        self.play(Vanish(*self.passing))
        self.hair = self.parting_crowd(self.second)
        self.rows = self.rows_of_parting(self.second, self.hair)
        self.let_walk(self.hair, self.rows)
        self.stalled = self.name_of_stall(self.second)
        self.play(*map(Appear, self.stalled))
        self.passing = [self.hair, self.rows, *self.stalled]

    @beat
    def the_guarantee(self) -> None:
        self.say(
            "Convex: a small enough $eta$ finds the global minimum. Not convex: the start decides."
        )
        self.play(Vanish(*self.passing))
        self.rise_through_colours()
        convex, other = self.headed(
            (self.tr("convex:"), "ink", self.tr("every start leads to the lowest point")),
            (self.tr("not convex:"), "ink", self.tr("the start decides the valley")),
        )
        self.last = self.parted_crowd(self.second, self.second.ring())
        if self.second.caught is None:
            self.let_walk(self.last, convex)
            self.play(Appear(other))
        else:  # the walks on this hill show what is said of those that are not convex
            self.play(Appear(convex))
            self.let_walk(self.last, other)
