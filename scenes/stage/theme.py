"""Colours, type sizes, durations and layout zones: the look that every film shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

FRAME_WIDTH = 128 / 9
"""Width of the design frame in Manim units (16:9 at Manim's height of 8)."""

FRAME_HEIGHT = 8.0
"""Height of the design frame in Manim units."""


@dataclass(frozen=True)
class Theme:
    """One meaning, one colour: hex colours by what they stand for."""

    name: str
    background: str
    ink: str  # text and the point
    quiet: str  # axes, labels, what is only there for orientation
    gradient: str
    direction: str
    tangent: str
    path: str
    minimum: str
    surface: tuple[str, str, str]  # low, middle, high ground
    contour: str
    regions: tuple[str, ...]  # what belongs together on the map, each to another
    ambient: float  # the share of light that comes from everywhere: paper has no dark undersides

    MEANINGS: ClassVar[tuple[str, ...]] = (
        "ink",
        "quiet",
        "gradient",
        "direction",
        "tangent",
        "path",
        "minimum",
    )


DARK = Theme(
    name="dark",
    background="#0E1116",
    ink="#F2F4F8",
    quiet="#9AA4B8",
    gradient="#E69F00",
    direction="#56B4E9",
    tangent="#F0E442",
    path="#E377A8",
    minimum="#2BD4A5",
    surface=("#232B45", "#4A669B", "#9DB8DC"),
    contour="#DCE6F5",
    regions=(
        "#5B8DEF",
        "#E07A5F",
        "#B98AD9",
        "#7FB069",
        "#D9B44A",
        "#4FB3BF",
        "#C9748B",
        "#9A9FB5",
    ),
    ambient=0.35,
)

LIGHT = Theme(
    name="light",
    background="#FAFAF7",
    ink="#16191F",
    quiet="#596273",
    gradient="#9A5B00",
    direction="#0A6AA6",
    tangent="#766A00",
    path="#B02C73",
    minimum="#007457",
    surface=("#8FA6CC", "#BCCCE6", "#E4EBF6"),
    contour="#3C4A66",
    regions=(
        "#3565C4",
        "#B6492F",
        "#8250AE",
        "#4C7A35",
        "#8F6F10",
        "#1F7A86",
        "#9C3D58",
        "#62677D",
    ),
    ambient=0.6,
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


@dataclass(frozen=True)
class Zone:
    """A rectangle of the frame in Manim units."""

    left: float
    right: float
    bottom: float
    top: float

    @classmethod
    def around(cls, spot: Sequence[float], half: Sequence[float]) -> Zone:
        """Return the zone with this middle (x, y) and half this size (width, height)."""
        (x, y), (across, up) = spot, half
        return cls(x - across, x + across, y - up, y + up)

    @property
    def width(self) -> float:
        """Width in Manim units."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in Manim units."""
        return self.top - self.bottom

    @property
    def center(self) -> tuple[float, float, float]:
        """The middle of the zone as a Manim point."""
        return ((self.left + self.right) / 2, (self.bottom + self.top) / 2, 0.0)

    def contains(self, other: Zone, slack: float = 1e-6) -> bool:
        """Whether `other` lies inside this zone, give or take `slack` Manim units."""
        return (
            other.left >= self.left - slack
            and other.right <= self.right + slack
            and other.bottom >= self.bottom - slack
            and other.top <= self.top + slack
        )


_MARGIN_X, _MARGIN_Y = 0.05 * FRAME_WIDTH, 0.05 * FRAME_HEIGHT

SAFE = Zone(
    -FRAME_WIDTH / 2 + _MARGIN_X,
    FRAME_WIDTH / 2 - _MARGIN_X,
    -FRAME_HEIGHT / 2 + _MARGIN_Y,
    FRAME_HEIGHT / 2 - _MARGIN_Y,
)
"""Everything but the background stays inside: a margin of 5% all round is empty."""

CAPTION = Zone(SAFE.left, SAFE.right, SAFE.bottom, SAFE.bottom + 0.62)
"""The caption's strip along the bottom."""

STAGE = Zone(SAFE.left, SAFE.left + 0.61 * SAFE.width, CAPTION.top + 0.12, SAFE.top)
"""Where the hill stands: the left 60%."""

BOARD = Zone(STAGE.right + 0.35, SAFE.right, CAPTION.top + 0.12, SAFE.top)
"""Where formulas, read-outs and plots stand: the right."""


ROW = 0.52
"""Manim units between the baselines of two rows of numbers on the board."""

FIRST_ROW = 0.98
"""Baseline of the first row."""

UPPER_BOARD = Zone(BOARD.left, BOARD.right, FIRST_ROW + 0.42, 2.86)
"""Where a picture stands between the formula of f and the rows, before other formulas do."""

LOWER_BOARD = Zone(BOARD.left, BOARD.right, BOARD.bottom, FIRST_ROW - 3.65 * ROW)
"""Where a graph stands, below four rows."""

TALL_BOARD = Zone(BOARD.left, BOARD.right, BOARD.bottom, FIRST_ROW - 2.65 * ROW)
"""Where a graph stands, below three rows."""

SMALLEST_EM = FRAME_HEIGHT / 36
"""No text on screen is set smaller than this (an em in Manim units)."""

FORMULA_EM = 0.40
CAPTION_EM = 0.38
READOUT_EM = 0.36
LABEL_EM = 0.30

QUICK = 0.5
"""Seconds for something small to come or go."""

STEADY = 1.0
"""Seconds for one thing to move."""

SLOW = 2.0
"""Seconds for a passage that is the point of its beat."""

REST = 0.8
"""Seconds that a beat's last picture stands at least."""

CHARACTERS_PER_SECOND = {"en": 15.0, "zh": 7.0}
"""How fast a caption may be read at most."""
