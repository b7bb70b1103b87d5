"""A chord of the hill: straight from one point of the graph to another, and the ground below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from manim import Group, VMobject

from mathcore.convexity import along_chord
from mathcore.typeset import coloured
from scenes.stage.actors import ON_MAP, following
from scenes.stage.formula import Typesetter
from scenes.stage.landscape import Landscape
from scenes.stage.plot import Marker, Plot
from scenes.stage.space import Mesh, SpaceDot
from scenes.stage.theme import BOARD, LOWER_BOARD, Theme, Zone

DEEP = 0.08
"""Manim units that the names of ends reach deeper than numbers, below the axis of λ."""

PARTS = 81
"""Places along a chord at which the ground below it is drawn."""

Ends = Callable[[], np.ndarray]
"""The points p and q of the domain (2, 2), now."""


class GraphChord(Group):
    """The chord over p and q, the ground under it, what is between them, and the gap at one place.

    Args:
        ends: p and q.
        share: λ: the gap is shown over λ p + (1 - λ) q.
    """

    def __init__(self, land: Landscape, theme: Theme, ends: Ends, share: Callable[[], float]):
        self.land, self.ends, self.share = land, ends, share
        self.line = following(
            VMobject(stroke_color=theme.tangent, stroke_width=5.5),
            lambda: land.place(ends(), land.hill.value(ends())),
        )
        self.line.ghost_opacity = 0.65
        self.ground = following(
            VMobject(stroke_color=theme.direction, stroke_width=4),
            lambda: land.place(*land.section(self._row())),
        )
        self.between = Mesh(*self._strip(), ramp=[theme.ink], opacity=0.16, lit=False)
        self.between.add_updater(lambda mesh: mesh.set(points=self._strip()[0]))
        self.trace = following(
            VMobject(stroke_color=theme.quiet, stroke_width=2.5), lambda: land.ground(ends())
        )
        self.trace.ghost_opacity = ON_MAP
        self.gap = following(
            VMobject(stroke_color=theme.ink, stroke_width=4),
            lambda: land.place(
                np.stack([self.spot(), self.spot()]), self.in_view([self.height(), self.level()])
            ),
        )
        self.gap.ghost_opacity = 0.65
        self.dots = Group(
            *(self._dot(theme, end) for end in (0, 1)), *(self._foot(theme, end) for end in (0, 1))
        )
        self.marks = Group(
            self._mark(theme.tangent, self.level, theme),
            self._mark(theme.direction, self.height, theme),
        )
        chord = self.between, self.trace, self.ground, self.line, self.dots
        self.measured = Group(self.gap, self.marks)
        super().__init__(*chord, self.measured)

    def spot(self) -> np.ndarray:
        """Return λ p + (1 - λ) q (2,)."""
        return along_chord(self.ends(), self.share())

    def height(self) -> float:
        """Return the height of the ground there, f(λ p + (1 - λ) q)."""
        return float(self.land.hill.value(self.spot()))

    def level(self) -> float:
        """Return the height of the chord there, λ f(p) + (1 - λ) f(q)."""
        first, second = self.land.hill.value(self.ends())
        return float(self.share() * first + (1 - self.share()) * second)

    def in_view(self, heights: Sequence[float]) -> np.ndarray:
        """Return heights as far as they are in the picture: beyond, its upper or lower end."""
        return np.clip(heights, self.land.lowest, self.land.highest)

    def _row(self) -> np.ndarray:
        return along_chord(self.ends(), np.linspace(0, 1, PARTS))

    def _strip(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the strip between chord and ground: places (2 PARTS, 3) and faces."""
        row, shares = self._row(), np.linspace(0, 1, PARTS)
        first, second = self.land.hill.value(self.ends())
        levels = shares * first + (1 - shares) * second
        heights = self.land.height(row)
        heights = np.where(np.isfinite(heights), heights, levels)  # no strip where no ground is
        low = np.arange(PARTS - 1)
        quads = np.stack([low, low + 1, low + PARTS + 1, low + PARTS], axis=1)
        faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
        places = [self.land.place(row, heights), self.land.place(row, levels)]
        return np.concatenate(places), faces

    def _dot(self, theme: Theme, end: int) -> SpaceDot:
        """Return the dot at an end of the chord."""

        def place() -> np.ndarray:
            point = self.ends()[end]
            return self.land.place(point, self.land.hill.value(point))

        return self._disc(place, 8, theme.ink, theme, 0.5)

    def _foot(self, theme: Theme, end: int) -> SpaceDot:
        """Return the dot on the map below an end."""
        return self._disc(lambda: self.land.ground(self.ends()[end]), 5, theme.ink, theme, ON_MAP)

    def _mark(self, color: str, height: Callable[[], float], theme: Theme) -> SpaceDot:
        """Return a dot at an end of the gap."""

        def place() -> np.ndarray:
            return self.land.place(self.spot(), self.in_view([height()])[0])

        return self._disc(place, 6, color, theme, 0.65)

    def _disc(
        self, place: Callable[[], np.ndarray], radius: float, color: str, theme: Theme, ghost: float
    ) -> SpaceDot:
        ring = {"ring_width": 0.3 * radius, "ring_color": theme.background}
        dot = SpaceDot(place(), radius, color=color, z_index=2, **ring)
        dot.ghost_opacity = ghost
        return dot.add_updater(lambda mobject: mobject.move_to(place()))


class ChordGraph(Plot):
    """A chord and the ground under it seen from the side, over λ; the gap at one place."""

    def __init__(self, typesetter: Typesetter, chord: GraphChord):
        land, theme = chord.land, typesetter.theme
        super().__init__(
            typesetter,
            Zone(BOARD.left, BOARD.right, BOARD.bottom + DEEP, LOWER_BOARD.top),
            (0, 1),
            (land.lowest, land.highest),
            x_label="lambda",
            y_label=coloured(land.name, theme.direction),
            x_ticks=[(0, "0 thick (q)"), (0.5, "0.5"), (1, "1 thick (p)")],
            below=0.25,
        )

        def ground() -> np.ndarray:
            points, heights = land.section(chord._row()[::-1])
            first, second = chord.ends()
            way = first - second
            shares = (points - second) @ way / max(float(way @ way), 1e-300)
            return np.stack([shares, heights], axis=-1)

        def straight() -> np.ndarray:
            return np.stack([np.array([0.0, 1.0]), land.hill.value(chord.ends()[::-1])], axis=-1)

        def gap() -> np.ndarray:
            heights = chord.in_view([chord.height(), chord.level()])
            return np.stack([np.full(2, chord.share()), heights], axis=-1)

        self.ground = self.curve(ground, theme.direction)
        self.line = self.curve(straight, theme.tangent)
        self.gap = self.curve(gap, theme.ink, 3.5)
        self.marks = [
            Marker(self, lambda: gap()[1], theme.tangent),
            Marker(self, lambda: gap()[0], theme.direction),
        ]
        self.add(self.ground, self.line, self.gap, *self.marks)
