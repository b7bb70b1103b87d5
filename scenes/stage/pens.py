"""Pens: shades and dashes that tell lines of one meaning, and so of one colour, apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

import numpy as np
from manim import ManimColor, VMobject

from scenes.stage.theme import Theme

SAMPLE = 0.62
"""Length of a sample of a line in Manim units."""

_PATTERNS = (
    (0.035, 0.075),
    (),
    (0.15, 0.085),
    (0.17, 0.07, 0.035, 0.07),
    (0.3, 0.09),
    (0.09, 0.06),
)
_SHADES = (
    ("background", 0.25),
    ("ink", 0.0),
    ("ink", 0.35),
    ("ink", 0.65),
    ("background", 0.12),
)


@dataclass(frozen=True)
class Pen:
    """How a line is drawn: its hex colour, its dashes and gaps in Manim units, and its width."""

    color: str
    pattern: tuple[float, ...] = ()
    width: float = 4.0

    def strokes(self, line: np.ndarray) -> list[np.ndarray]:
        """Return the dashes (k, 3) of a polyline (m, 3), or the whole line where it has none."""
        return dashed(line, self.pattern)

    def sample(self, width: float = SAMPLE) -> VMobject:
        """Return a short level line drawn with it, from the origin to the right."""
        made = VMobject(stroke_color=self.color, stroke_width=self.width)
        points = [np.zeros((0, 3))]
        for stroke in self.strokes(np.array([[0.0, 0.0, 0.0], [width, 0.0, 0.0]])):
            points.append(made.set_points_as_corners(stroke).points)
        made.points = np.concatenate(points)
        return made


def pens(theme: Theme, color: str) -> list[Pen]:
    """Return five pens of one hex colour, each of its own shade and pattern; the second is plain.

    Dotted, drawn out, dashed, dashed and dotted: from the background's side of the colour to the
    ink's. The fifth has long dashes.
    """
    return [
        Pen(ManimColor(color).interpolate(ManimColor(getattr(theme, end)), share).to_hex(), pattern)
        for (end, share), pattern in zip(_SHADES, _PATTERNS, strict=False)
    ]


def hues(theme: Theme) -> list[Pen]:
    """Return six pens, each of its own hue and pattern; the first has that of a path.

    They are told apart from each other and from a gradient's arrows by the colour-blind too.
    """
    blue, _, violet, green, _, teal, *_ = theme.regions
    colors = theme.path, green, violet, theme.ink, blue, teal
    return [Pen(color, each) for color, each in zip(colors, _PATTERNS, strict=True)]


def dashed(line: np.ndarray, pattern: tuple[float, ...]) -> list[np.ndarray]:
    """Return a polyline (m, 3) as dashes, whose lengths and gaps take turns along it.

    >>> [dash[:, 0].tolist() for dash in dashed(np.array([[0., 0, 0], [2, 0, 0]]), (1.0, 0.5))]
    [[0.0, 1.0], [1.5, 2.0]]
    """
    if len(line) < 2:
        return []
    if not pattern:
        return [line]
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    dashes, reached, lengths = [], 0.0, cycle(pattern)
    while reached < along[-1]:
        end = min(reached + next(lengths), along[-1])
        inner = along[(along > reached) & (along < end)]
        places = np.concatenate([[reached], inner, [end]])
        dashes.append(np.stack([np.interp(places, along, column) for column in line.T], axis=-1))
        reached = end + next(lengths)
    return dashes
