"""An audit of a film's pictures: margins, zones, overlaps, type sizes, contrast, reading time.

Any film can run under it: `Audit` listens after every beat, `violations` is the list of what it
found, each with the beat and the names of the things. It measures what is on the stage, as it is
projected onto the frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from manim import ManimColor, Mobject, Typst, VMobject
from reading import (
    COLOURED,
    colours_of,
    family,
    in_space,
    is_visible,
    on_board,
    on_stage,
    source_of,
    texts,
)

from scenes.stage import Plot, Readout
from scenes.stage.node_graph import NodeGraph
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot
from scenes.stage.theme import (
    BOARD,
    CAPTION,
    CHARACTERS_PER_SECOND,
    FRAME_HEIGHT,
    QUICK,
    SAFE,
    STAGE,
    Zone,
)

SLACK = 0.02
"""Manim units by which a box may be over before anybody sees it."""

CONTRAST = 4.5
"""Least contrast of text with the background (WCAG 2.1, success criterion 1.4.3)."""

BLANK = 0.04
"""Share of the picture that has to differ from the background, or it is nearly blank."""

STROKE = 0.01
"""Manim units for one unit of stroke width."""


@dataclass(frozen=True)
class Item:
    """A text on the picture: its name for a report, its box, its size and what it is."""

    name: str
    box: Zone
    em: float
    colours: frozenset[str]
    is_caption: bool
    follows: bool  # a tag or an axis label: it goes where the thing goes that it names
    mobject: Mobject


class Audit:
    """Looks at each beat's last picture; `violations` are sentences."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.beats: list[str] = []

    def __call__(self, film: Any) -> None:
        """Audit the picture that the film shows now, the last of a beat."""
        self.film = film
        self.beats.append(film.beat_name)
        film.camera.reset_rotation_matrix()
        shown = on_stage(film)
        self.space = [(each, _image(each, film)) for each in shown if in_space(each)]
        self.plots = _plots(film)
        self.items = _items(film)
        self.lines = _lines(film, shown)
        self.margins()
        self.zones()
        self.texts_over_texts()
        self.texts_over_things()
        self.type_sizes()
        self.contrast()
        self.reading_time()
        self.blankness()

    def report(self) -> str:
        """Return all violations, one a line."""
        return f"{len(self.violations)} violations:\n" + "\n".join(self.violations)

    def note(self, sentence: str) -> None:
        """Keep a violation, with its beat."""
        self.violations.append(f"{self.film.beat_name}: {sentence}")

    # Places

    def margins(self) -> None:
        """Everything stays inside the frame's margin of 5%."""
        for item in self.items:
            self.inside(item.name, item.box, SAFE, "the frame")
        for mobject, image in self.space:
            self.inside(_name(mobject, self.film), image, SAFE, "the frame")
        for plot in self.plots:
            self.inside(type(plot).__name__, _box(plot), SAFE, "the frame")

    def zones(self) -> None:
        """The stage, the board and the caption keep to themselves; alone, the stage has it all."""
        alone = not self.board_is_used()
        whole = Zone(SAFE.left, SAFE.right, CAPTION.top, SAFE.top)
        stage = whole if alone else Zone(SAFE.left, BOARD.left, CAPTION.top, SAFE.top)
        for mobject, image in self.space:
            hill = isinstance(mobject, Mesh) and len(mobject.points) > 100
            zone = STAGE if hill and not alone else stage
            self.inside(_name(mobject, self.film), image, zone, "the stage")
        for item in self.items:
            if item.is_caption:
                self.inside(item.name, item.box, CAPTION, "the caption's strip")
            elif item.follows:
                self.inside(item.name, item.box, stage, "the stage")
            else:
                self.inside(item.name, item.box, BOARD, "the board")
        for plot in self.plots:
            zone, what = (BOARD, "the board") if on_board(plot) else (stage, "the stage")
            self.inside(type(plot).__name__, _box(plot), zone, what)

    def board_is_used(self) -> bool:
        """Whether a text or a plot stands on the board."""
        texts = [item.mobject for item in self.items if not item.is_caption]
        return any(map(on_board, [*texts, *self.plots]))

    def inside(self, name: str, box: Zone | None, zone: Zone, what: str) -> None:
        """Note by how much a box leaves a zone."""
        if box is None or zone.contains(box, SLACK):
            return
        over = {
            "left": zone.left - box.left,
            "right": box.right - zone.right,
            "below": zone.bottom - box.bottom,
            "above": box.top - zone.top,
        }
        sides = ", ".join(f"{by:.2f} {side}" for side, by in over.items() if by > SLACK)
        self.note(f"{name} leaves {what}: {sides}")

    # Overlaps

    def texts_over_texts(self) -> None:
        """No text stands on another."""
        for one, other in combinations(self.items, 2):
            if _overlap(one.box, other.box):
                self.note(f"{one.name} stands on {other.name}")

    def texts_over_things(self) -> None:
        """No text stands on an arrow, a dot, a tangent or a trail, nor on a graph's lines."""
        lines = self.lines
        reaches = np.array(
            [(points.min(axis=0) - width, points.max(axis=0) + width) for _, points, width in lines]
        ).reshape(-1, 2, 2)
        for item in self.items:
            box = _shrunk(item.box)
            near = (reaches[:, 0] < (box.right, box.top)) & (reaches[:, 1] > (box.left, box.bottom))
            struck = [
                name
                for (name, points, width), close in zip(lines, near.all(axis=1), strict=True)
                if close and _crosses(box, points, width)
            ]
            for name in dict.fromkeys(struck):
                self.note(f"{item.name} stands on {name}")

    # Text

    def type_sizes(self) -> None:
        """No text is set smaller than a thirty-sixth of the frame's height."""
        for item in self.items:
            if item.em < FRAME_HEIGHT / 36 - 1e-6:
                self.note(
                    f"{item.name} is set at {FRAME_HEIGHT / item.em:.1f} to the frame's height"
                )

    def contrast(self) -> None:
        """Every colour of a text stands out from the background."""
        ground = self.film.camera.background_color
        for item in self.items:
            for colour in item.colours:
                ratio = contrast(ManimColor(colour), ground)
                if ratio < CONTRAST:
                    self.note(f"{item.name}: {colour} has a contrast of {ratio:.2f}")

    def reading_time(self) -> None:
        """The caption is there, and stays long enough to be read."""
        captions = [item for item in self.items if item.is_caption]
        if len(captions) != 1:
            self.note(f"{len(captions)} captions")
            return
        glyphs = len(captions[0].mobject.family_members_with_points())
        characters = glyphs + self.film.sentence.count(" ")
        stands = self.film.clock - self.film.said_at - QUICK
        allowed = CHARACTERS_PER_SECOND[self.film.language]
        if characters / max(stands, 1e-9) > allowed * 1.01:
            rate = characters / max(stands, 1e-9)
            self.note(
                f"the caption runs at {rate:.1f} characters a second, {allowed:g} are allowed"
            )

    def blankness(self) -> None:
        """The picture shows something."""
        self.film.renderer.update_frame(self.film)
        picture = self.film.renderer.get_frame()[..., :3].astype(int)
        ground = np.array(self.film.camera.background_color.to_int_rgb())
        share = float((np.abs(picture - ground).max(axis=2) > 8).mean())
        if share < BLANK:
            self.note(f"only {share:.1%} of the picture differs from the background")


def contrast(one: ManimColor, other: ManimColor) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.1).

    >>> round(contrast(ManimColor("#FFFFFF"), ManimColor("#000000")), 3)
    21.0
    """

    def luminance(colour: ManimColor) -> float:
        rgb = np.array(colour.to_rgb())
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# What is there


def _items(film: Any) -> list[Item]:
    items = []
    for text in texts(film):
        glyphs = text.family_members_with_points()
        if max(glyph.get_fill_opacity() for glyph in glyphs) < 0.05:
            continue
        source = source_of(text)
        plain = COLOURED.sub(r"\2", text.typst_code).replace("$", "")
        is_caption = plain.endswith(COLOURED.sub(r"\2", film.sentence).replace("$", ""))
        name = "the caption" if is_caption else f"the text {source!r}"
        em = text.font_size / 96
        colours = frozenset(colours_of(text))
        items.append(Item(name, _box(text), em, colours, is_caption, not on_board(text), text))
    graphs = [one for one in vars(film).values() if isinstance(one, NodeGraph)]
    in_graphs = {id(readout) for graph in graphs for readout in graph.readouts()}
    for readout in (m for m in family(film.mobjects) if isinstance(m, Readout)):
        if any(map(is_visible, readout.submobjects)):
            colours = frozenset(colours_of(readout))
            name = f"the read-out {readout.shown!r}"
            follows = id(readout) in in_graphs or not on_board(readout)
            items.append(Item(name, _box(readout), readout.em, colours, False, follows, readout))
    return items


def _lines(film: Any, on_picture: list[Mobject]) -> list[tuple[str, np.ndarray, float]]:
    """Return what a text must not stand on: name, polyline on the frame (m, 2), half its width."""
    lines = []
    shown = list(family(film.mobjects))
    glyphs = {id(m) for m in family([m for m in shown if isinstance(m, (Typst, Readout))])}
    for mobject in on_picture:
        if not isinstance(mobject, VMobject) or id(mobject) in glyphs:
            continue
        if not _is_actor(mobject, film):
            continue
        width = STROKE * mobject.get_stroke_width() / 2
        points = np.asarray(mobject.points)
        if isinstance(mobject, SpaceArrow):
            width = STROKE * max(mobject.head_width, mobject.get_stroke_width()) / 2
        elif not isinstance(mobject, SpaceDot):
            points = np.concatenate([points[::4], points[-1:]])
        if in_space(mobject):
            points = film.camera.project_points(points)
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            lines.append((_name(mobject, film), points[:, :2], width))
    return lines


def _is_actor(mobject: Mobject, film: Any) -> bool:
    """Whether a line means something, unlike an axis or a trace, which a name may cross.

    An arrow in the background's colour is the rim of another.
    """
    theme = film.theme
    if str(mobject.get_color().to_hex()).upper() == theme.background.upper():
        return False
    if isinstance(mobject, (SpaceArrow, SpaceDot)):
        return True
    strong = {theme.tangent.upper(), theme.path.upper(), theme.gradient.upper()}
    if not (mobject.get_stroke_width() > 0 and len(mobject.points) >= 4):
        return False
    return str(mobject.get_stroke_color().to_hex()).upper() in strong


def _plots(film: Any) -> list[Plot]:
    return [
        mobject
        for mobject in family(film.mobjects)
        if isinstance(mobject, Plot) and any(map(is_visible, family([mobject])))
    ]


def _name(mobject: Mobject, film: Any) -> str:
    """Return what a thing is called in a report: its class and its colour's meaning."""
    if isinstance(mobject, Mesh):
        return f"a mesh of {len(mobject.points)}"
    colour = str(mobject.get_stroke_color().to_hex()).upper()
    meanings = {getattr(film.theme, name).upper(): name for name in film.theme.MEANINGS}
    kind = {"SpaceArrow": "arrow", "SpaceDot": "dot"}.get(type(mobject).__name__, "line")
    return f"a {meanings.get(colour, colour)} {kind}"


# Boxes


def _box(mobject: Mobject) -> Zone:
    points = np.concatenate([m.points for m in family([mobject]) if len(m.points)])
    points = points[np.isfinite(points).all(axis=1)]
    (left, bottom), (right, top) = points.min(axis=0)[:2], points.max(axis=0)[:2]
    return Zone(float(left), float(right), float(bottom), float(top))


def _image(mobject: Mobject, film: Any) -> Zone | None:
    points = np.asarray(mobject.points)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return None
    image = film.camera.project_points(points)[:, :2]
    reach = 0.0
    if isinstance(mobject, SpaceDot):
        reach = STROKE * mobject.get_stroke_width() / 2
    low, high = image.min(axis=0) - reach, image.max(axis=0) + reach
    return Zone(float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def _shrunk(box: Zone) -> Zone:
    return Zone(box.left + SLACK, box.right - SLACK, box.bottom + SLACK, box.top - SLACK)


def _overlap(one: Zone, other: Zone) -> bool:
    one = _shrunk(one)
    across = min(one.right, other.right) - max(one.left, other.left)
    return across > 0 and min(one.top, other.top) - max(one.bottom, other.bottom) > 0


def _crosses(box: Zone, points: np.ndarray, width: float) -> bool:
    """Whether a polyline (m, 2) of half this width touches a box."""
    low = np.array([box.left, box.bottom]) - width
    high = np.array([box.right, box.top]) + width
    starts, ways = points[:-1], np.diff(points, axis=0)
    if len(points) == 1:
        return bool(np.all((points[0] > low) & (points[0] < high)))
    with np.errstate(divide="ignore", invalid="ignore"):
        first, last = (low - starts) / ways, (high - starts) / ways
    enter, leave = np.minimum(first, last), np.maximum(first, last)
    still = ways == 0
    within = (starts > low) & (starts < high)
    enter = np.where(still, np.where(within, -np.inf, np.inf), enter).max(axis=1)
    leave = np.where(still, np.where(within, np.inf, -np.inf), leave).min(axis=1)
    return bool(np.any((enter < leave) & (enter < 1) & (leave > 0)))
