"""What halving a radius does to the gap between a hill and a plane: as a table, and as a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from manim import LEFT, UP, Group, Line, VGroup, VMobject

from mathcore.typeset import coloured
from scenes.stage.captions import STRUT
from scenes.stage.formula import Typesetter
from scenes.stage.microscope import Microscope
from scenes.stage.patch import LAST
from scenes.stage.plot import Marker, Plot, rounded, tick_label
from scenes.stage.readout import Readout, number_text, short_text
from scenes.stage.theme import BOARD, FIRST_ROW, READOUT_EM, ROW, Zone

COLUMNS = BOARD.left, BOARD.left + 1.55, BOARD.left + 3.2
"""Where the columns of the table begin."""


class Halvings:
    """A table of the radius h and of the gap at it, row by row as the microscope halves h.

    The row that h has not reached yet counts down to it; `rows` are those with a number each, and
    `shares` say how many times as wide the gap of the row above is. Where the gap shrinks like h²,
    `law` says below them how many h² it comes to.

    Args:
        typesetter: sets the texts.
        scope: the microscope.
        gap: the name of the gap, a word.
    """

    def __init__(self, typesetter: Typesetter, scope: Microscope, gap: str):
        self.typesetter, self.scope = typesetter, scope
        theme = typesetter.theme
        names = ("$h = |bold(h)|$", theme.direction), (gap, theme.ink)
        level = FIRST_ROW - 0.16
        rule = Line((BOARD.left, level, 0), (BOARD.right - 0.2, level, 0))
        self.heads = VGroup(rule.set_stroke(theme.quiet, 1.5))
        for (name, color), left in zip(names, COLUMNS, strict=False):
            self.heads.add(self._head(name, color, left))
        self.rows = [self._row(halvings) for halvings in range(LAST + 1)]
        gaps = scope.patch.gaps()
        self.shares = [
            self._number(f"÷{_times(before / after)}", theme.ink, COLUMNS[2], row)
            for row, (before, after) in enumerate(pairwise(gaps), 2)
            if after
        ]
        has_law = scope.patch.is_quartered() and np.isfinite(scope.patch.share_of_square())
        self.law = self._law(gap) if has_law else VGroup()

    def parts(self) -> list[VMobject]:
        """Return all that the table is made of."""
        return [self.heads, *self.rows, *self.shares, self.law]

    def _row(self, halvings: int) -> VGroup:
        theme, patch = self.typesetter.theme, self.scope.patch

        def h() -> float:
            """Return the row's radius: it stays, once it is reached."""
            zoom = min(max(self.scope.zoom.get_value(), halvings - 1), halvings)
            return float(patch.radius * 0.5 ** max(zoom, 0))

        numbers = h, lambda: abs(patch.gap(h()))
        return VGroup(
            *(
                self._number(lambda number=number: short_text(number()), color, left, halvings + 1)
                for number, color, left in zip(
                    numbers, (theme.direction, theme.ink), COLUMNS, strict=False
                )
            )
        )

    def _law(self, gap: str) -> VMobject:
        """Return the gap as a multiple of h²: that to which it goes as h gets small."""
        patch, theme = self.scope.patch, self.typesetter.theme
        multiple = rounded(patch.share_of_square())
        multiples = patch.gaps() / patch.radii() ** 2
        sign = "=" if np.allclose(multiples, multiple, rtol=1e-9) else "approx"
        times = "" if multiple == 1 else f"{tick_label(multiple)} thin "
        square = coloured("h^2", theme.direction)
        law = self.typesetter.formula(f'"{gap}" {sign} {times} {square}', em=READOUT_EM)
        law.move_to((BOARD.left, 0, 0), aligned_edge=LEFT)
        return law.shift((FIRST_ROW - (LAST + 2.2) * ROW - law.baseline()) * UP)

    def _number(self, text: str | Callable[[], str], color: str, left: float, row: int) -> Readout:
        shown = text if callable(text) else lambda: text
        return Readout(shown, color=color).at(np.array([left, FIRST_ROW - ROW * row, 0]))

    def _head(self, source: str, color: str, left: float) -> VMobject:
        text = self.typesetter.words(STRUT + source, em=READOUT_EM, color=color)
        text.move_to((left, text.get_y(), 0), aligned_edge=LEFT)
        text.shift((0, FIRST_ROW - 0.24 * READOUT_EM - text[0].get_bottom()[1], 0))
        return text.remove(text[0])


class GapGraph(Plot):
    """The gap divided by h over h, for some planes, from the largest h down to that of now.

    Args:
        scope: the microscope.
        gap: the name of the gap, a word.
        planes: what is added to the gradient (2,), and the hex colour of the curve.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        scope: Microscope,
        gap: str,
        planes: Sequence[tuple[np.ndarray, str]],
    ):
        theme, patch = typesetter.theme, scope.patch
        self.scope = scope

        def shares(tilt: np.ndarray, sizes: np.ndarray) -> np.ndarray:
            """Return (h, gap / h) at numbers h (m,) as (m, 2)."""
            return np.array([(h, abs(patch.gap(h, tilt)) / h) for h in sizes])

        whole = np.linspace(patch.radius / 2**LAST, patch.radius, 61)
        highest = max(shares(tilt, whole)[:, 1].max() for tilt, _ in planes)
        super().__init__(
            typesetter,
            Zone(BOARD.left, BOARD.right, BOARD.bottom, FIRST_ROW - 1.4 * ROW),
            (0.0, patch.radius),
            (0.0, 1.1 * float(highest) or 1.0),
            x_label=coloured("h", theme.direction),
            y_label=f'"{gap}" \\/ {coloured("h", theme.direction)}',
            y_count=4,
        )

        def drawn(tilt: np.ndarray) -> np.ndarray:
            h = scope.h()
            return shares(tilt, np.append(h, whole[whole > h]))

        self.curves, self.markers = VGroup(), Group()
        for tilt, color in planes:
            self.curves.add(self.curve(lambda tilt=tilt: drawn(tilt), color))
            self.markers.add(Marker(self, lambda tilt=tilt: drawn(tilt)[0], color))
        self.add(self.curves, *self.markers)


def _times(ratio: float) -> str:
    """Return a ratio as the narrow third column holds it.

    >>> _times(4.0), _times(1.6e18)
    ('4.0', '2×10¹⁸')
    """
    text = number_text(ratio, 1)
    return short_text(ratio, 1) if "×" in text else text
