"""LayFilm: a film about the lay of hills, one after the other: what is true of each of them."""

from __future__ import annotations

import numpy as np
from manim import Group

from scenes.stage.hill import Hill
from scenes.stage.lay import Lay
from scenes.stage.map_film import MapFilm
from scenes.stage.panel import lines_of_words
from scenes.stage.readout import number_text
from scenes.stage.theme import READOUT_EM


class LayFilm(MapFilm):
    """A map film that looks into the lay of hills: that of the knob f, then that of another."""

    def lay_of_f(self) -> Lay:
        """Return the lay of the hill that the knob f describes, and stand before it."""
        self.land = self.landscape()
        self.scenery = Hill(self, self.land)
        return Lay(self.land, self.framing)

    def lay_of(self, knob: str) -> Lay:
        """Return the lay of another knob's hill, from a side from which walks that part are seen.

        Raises:
            FilmError: as `another` does.
        """
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

    def height_text(self, value: float) -> str:
        """Return a height, or a difference of heights, as a read-out shows it."""
        return number_text(value, scale=max(abs(self.land.lowest), abs(self.land.highest)))

    def lines(self, *texts: tuple[str, str]) -> Group:
        """Return lines of words on the board, each text in the colour of what it means."""
        theme = self.theme
        return lines_of_words(
            *(self.words(text, em=READOUT_EM, color=getattr(theme, name)) for text, name in texts)
        )
