"""ChordFilm: a film in which a chord joins two points of a hill and goes from place to place."""

from __future__ import annotations

import numpy as np
from manim import UP, Create, Group, Mobject, ValueTracker, VMobject

from mathcore.typeset import coloured
from scenes.stage.appear import Appear
from scenes.stage.graph_chord import ChordGraph, GraphChord
from scenes.stage.journey import Journey
from scenes.stage.lay import Lay
from scenes.stage.lay_film import LayFilm
from scenes.stage.panel import Row, lined_up
from scenes.stage.readout import Readout, number_text, shown_number
from scenes.stage.theme import BOARD, SLOW, STEADY

OUTWARD = 0.7
"""How far beyond the end of a chord its name stands, for each unit above it."""

SIGN = 0.4
"""Manim units for the sign that stands before a row."""

NAMED = np.array([[0.3, 0.1], [0.3, 0.5]])
"""How far an end of a chord with its name reaches on the frame: left and down, right and up."""


class ChordFilm(LayFilm):
    """A film with a chord between p and q, the ground below it, and the gap between both.

    `share` is λ: it says where on the `chord` the gap is measured.
    """

    def set_up_chord(self, lay: Lay, count: int) -> bool:
        """Make the chord of a hill, and so many places, or fewer, where it is to go.

        The last of them is where it runs below the ground, on a hill with such a chord.

        Returns:
            Whether there is any chord to show.
        """
        tour = lay.tour(count if lay.caught is None else count - 1)
        stops = [*tour, *([] if lay.caught is None else [lay.caught[0]])]
        if not stops:
            return False
        self.pair = Journey(stops[0].ravel())
        self.stops = stops[1:]
        self.share = ValueTracker(0.5 if tour or lay.caught is None else lay.caught[1])
        self.chord = GraphChord(lay.land, self.theme, self.ends, self.share.get_value)
        for place in lay.land.surface(np.concatenate(stops)):
            self.director.make_room_round(place, NAMED)
        return True

    def say_how_chords_lie(self, lay: Lay, before: Lay) -> None:
        """Say whether chords of a second hill dip below the ground, as those of the one before."""
        if lay.caught is not None and before.caught is not None:
            self.say("Another hill that is not convex: this chord, too, dips below the ground.")
        elif lay.caught is not None:
            self.say("Another hill. This chord dips below the ground: the hill is not convex.")
        elif lay.is_convex and before.is_convex:
            self.say("Another hill, and no chord dips below the ground: it is convex too.")
        elif lay.is_convex:
            self.say("Another hill, and no chord dips below the ground: this one is convex.")
        else:
            self.say("Another hill: here no chord dips below, as far as there is ground.")

    def ends(self) -> np.ndarray:
        """Return the ends p and q (2, 2) of the chord now."""
        return self.pair.where().reshape(2, 2)

    def show_chord(self, *measures: Mobject) -> None:
        """Bring on the chord, and let it go round, with what measures it."""
        chord = self.chord
        self.names = [self.end_name(letter, end) for end, letter in enumerate("pq")]
        self.play(Appear(chord.trace, chord.dots, *self.names), Create(chord.line), run_time=STEADY)
        self.play(Create(chord.ground), Appear(chord.between, *measures), run_time=STEADY)
        for stop in self.stops:
            self.play(self.pair.to(stop.ravel()), run_time=1.2 * STEADY)

    def tried_rows(self, lay: Lay) -> Group:
        """Return the rows with the gap, and how many chords of a hill were found below ground."""
        below = lay.below
        return lined_up(
            self.gap_row(0),
            self.worded_row(self.tr("chords tried"), lambda: f"{below.tried}", 1),
            self.worded_row(self.tr("below ground"), lambda: f"{len(below)}", 2),
        )

    def gap_row(self, row: int) -> Row:
        """Return the row with the gap: how far the chord is above the ground."""
        chord = self.chord
        return self.worded_row(
            self.tr("gap"), lambda: self.height_text(chord.level() - chord.height()), row
        )

    def end_name(self, letter: str, end: int) -> VMobject:
        """Return the name of an end of the chord, above it and a little beyond."""
        tag = self.formula(letter, color=self.theme.ink)
        tag.set_stroke(self.theme.background, width=5, background=True)

        def follow(name: VMobject) -> None:
            places = np.stack([dot.get_center() for dot in self.chord.dots])
            images = self.camera.project_points(places) * (1, 1, 0)
            ahead = images[end] - images[1 - end]
            ahead /= max(float(np.linalg.norm(ahead)), 1e-9)
            aside = UP + OUTWARD * ahead
            name.move_to(images[end] + 0.32 * aside / np.linalg.norm(aside))

        self.director.give_way(tag)
        return tag.add_updater(follow, call_updater=True)

    def definition_formula(self) -> VMobject:
        """Return convex ⇔ f(λp + (1 - λ)q) ≤ λ f(p) + (1 - λ) f(q), in the picture's colours."""
        name, theme = self.land.name, self.theme
        ground = coloured(f"{name}(lambda p + (1 - lambda) q)", theme.direction)
        chord = coloured(f"lambda {name}(p) + (1 - lambda) {name}(q)", theme.tangent)
        return self.formula(f"& {self.convex_if()} {ground} \\ & quad <= {chord}")

    def measures(self) -> Group:
        """Return the chord seen from the side, and its numbers."""
        chord = self.chord
        self.graph = ChordGraph(self.typeset, chord)
        above = self.worded_row(
            self.tr("chord"), lambda: self.height_text(chord.level()), 2, "tangent"
        )
        above.indent(SIGN)
        self.rows = lined_up(
            self.row("lambda", lambda: number_text(self.share.get_value()), 0),
            self.worded_row(
                self.tr("ground"), lambda: self.height_text(chord.height()), 1, "direction"
            ),
            above,
            self.gap_row(3),
        )
        self.rows.add(*self.signs(above))
        return Group(self.rows, self.graph)

    def signs(self, row: Row) -> list[Readout]:
        """Return what stands before the row of the chord's height: how the ground compares now.

        It is the definition's ≤ or, in the colour of what breaks it, >.
        """
        chord = self.chord

        def is_higher() -> bool:
            ground, level = (
                shown_number(self.height_text(height)) for height in (chord.height(), chord.level())
            )
            return ground > level

        holds = Readout(lambda: "" if is_higher() else "≤", color=self.theme.ink)
        broken = Readout(lambda: ">" if is_higher() else "", color=self.theme.path)
        foot = np.array([BOARD.left, row.label.baseline(), 0])
        return [sign.at(foot) for sign in (holds, broken)]

    def go_along_chord(self, lay: Lay) -> None:
        """Go along the chord from q to p, and back to where it is farthest from the ground."""
        self.play(self.share.animate.set_value(0), run_time=STEADY)
        self.play(self.share.animate.set_value(1), run_time=1.5 * SLOW)
        last = lay.widest(self.ends()) if lay.caught is None else lay.caught[1]
        self.play(self.share.animate.set_value(last), run_time=STEADY)
