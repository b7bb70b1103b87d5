"""LayFilm: a film about the lay of hills, one after the other: what is true of each of them."""

from __future__ import annotations

import numpy as np
from manim import UP, Group

from scenes.stage.hill import Hill
from scenes.stage.knobs import AUTO
from scenes.stage.lay import Lay
from scenes.stage.map_film import MapFilm
from scenes.stage.panel import lines_of_words
from scenes.stage.readout import number_text
from scenes.stage.theme import READOUT_EM

CLOSER = 0.1
"""Manim units by which a sentence is closer below its heading than rows are to each other."""

APART = 0.35
"""Manim units more than usual between a sentence and the next heading."""


class LayFilm(MapFilm):
    """A map film that looks into the lay of hills: that of the knob f, then that of another."""

    def lay_of_f(self) -> Lay:
        """Return the lay of the hill that the knob f describes, and stand before it."""
        self.land = self.landscape()
        self.scenery = Hill(self, self.land)
        return Lay(self.land, self.framing)

    def lay_of(self, knob: str, before: Lay) -> Lay:
        """Return the lay of another knob's hill, from a side from which walks that part are seen.

        Where the knob is "auto" the hill is of the other kind than the one before: the film's own
        f after a hill that a chord shows not to be convex, and else what the knob is like.

        Raises:
            FilmError: as `another` does.
        """
        if getattr(self, knob) == AUTO:
            own = self.knobs()
            text = own[knob].like if before.caught is None else own[self.subject].default
            setattr(self, knob, text)
        lay = Lay(*self.another(knob))
        if lay.parting is not None:
            to_saddle, beside = lay.parting[:, 0], lay.parting[:, 1:].swapaxes(0, 1)
            seen = np.concatenate([to_saddle, *beside])
            lay.look_from(*self.seen_well(lay.land, lay.framing, seen))
        return lay

    def go_over_to(self, lay: Lay) -> None:
        """Take everything but the caption off the stage, and stand before another hill."""
        self.clear_for(lay.land, lay.framing)
        self.walker, self.scenery = None, Hill(self, self.land)

    def convex_if(self) -> str:
        """Return convex ⇔ as Typst maths: what follows holds where f is convex, and there alone."""
        convex = self.tr("convex")
        return f'"{convex}" <=>'

    def height_text(self, value: float) -> str:
        """Return a height, or a difference of heights, as a read-out shows it."""
        return number_text(value, scale=max(abs(self.land.lowest), abs(self.land.highest)))

    def headed(self, *texts: tuple[str, str, str]) -> list[Group]:
        """Return sentences on the board, each close below its heading, which has a colour.

        Args:
            texts: a heading, the name of its colour in the theme, and the sentence.
        """
        lines = [
            self.words(text, em=READOUT_EM, color=getattr(self.theme, color))
            for head, name, sentence in texts
            for text, color in ((head, name), (sentence, "ink"))
        ]
        lines_of_words(*lines)
        for number, line in enumerate(lines):
            line.shift((CLOSER * (number % 2) - APART * (number // 2)) * UP)
        return [Group(*pair) for pair in zip(lines[::2], lines[1::2], strict=True)]
