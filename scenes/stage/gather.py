"""What is to be drawn, gathered from Manim's mobjects into arrays.

A surface is a thousand mobjects. Here each is touched once a frame, to pick up its arrays; whether
anything changed is then a comparison of a few long arrays, and all that follows is computed from
those.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

import numpy as np
from manim.constants import CapStyleType
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.chords import BUTT, ROUND, SOFT
from scenes.stage.space import DEPTH_BIAS, GHOST_OPACITY, OCCLUSIONS


def family_members(mobjects: Iterable[Mobject]) -> list[Mobject]:
    """Return all that has points in families of mobjects, each once, by z_index.

    The same list as `extract_mobject_family_members` with `only_those_with_points`, in a tenth of
    the time: that one makes and thins out a list at every level of every family.
    """
    found: list[Mobject] = []
    _walk_back(list(mobjects), found, set())
    found.reverse()
    if any([mobject.z_index for mobject in found]):  # noqa: C419, a list is twice as fast
        found.sort(key=lambda mobject: mobject.z_index)
    return found


def _walk_back(mobjects: list[Mobject], found: list[Mobject], seen: set[int]) -> None:
    """Append what has points in families of mobjects, from the last to the first.

    So what is there twice counts where it is last. Manim names faces beside their surface.
    """
    for mobject in reversed(mobjects):
        key = id(mobject)
        if key in seen:
            continue
        seen.add(key)
        if mobject.submobjects:
            _walk_back(mobject.submobjects, found, seen)
        if len(mobject.points):
            found.append(mobject)


class Vectors:
    """VMobjects in space as arrays: m mobjects with n points in all.

    Each of `shape_number`, `fill_number` and `stroke_number` goes up when something that it
    stands for changed: points and how they are shaded; colours of fills; everything of strokes.
    """

    __slots__ = (
        "below", "below_stops", "fill", "fill_number", "fill_stops", "members", "orders", "points",
        "shaded", "shape_number", "starts", "stroke", "stroke_number", "stroke_stops", "styles",
    )  # fmt: skip

    def __init__(self) -> None:
        self.members: list[VMobject] = []
        self.points = np.zeros((0, 3))
        self.starts = np.zeros(1, np.int64)  # mobject i has points starts[i] to starts[i + 1]
        self.shaded = np.zeros(0, bool)
        self.orders = np.zeros(0)
        self.fill, self.fill_stops = np.zeros((0, 4)), np.zeros(1, np.int64)
        self.stroke, self.stroke_stops = np.zeros((0, 4)), np.zeros(1, np.int64)
        self.below, self.below_stops = np.zeros((0, 4)), np.zeros(1, np.int64)
        self.styles = np.zeros((0, 8))
        self.shape_number = self.fill_number = self.stroke_number = 0

    def take(self, mobjects: list[VMobject], orders: list[int]) -> None:
        """Take mobjects as they are now; where the same place holds two, the later order wins."""
        self.members = mobjects
        things = [mobject.__dict__ for mobject in mobjects]
        columns = [list(column) for column in zip(*map(_ALWAYS, things), strict=True)]
        columns = columns or [[] for _ in range(8)]
        points, starts = _rows(columns[0], 3)
        shaded = np.array(columns[1], dtype=bool)
        ordered = np.array(orders, dtype=float)
        if not (
            np.array_equal(starts, self.starts)
            and np.array_equal(shaded, self.shaded)
            and np.array_equal(ordered, self.orders)
            and _same(points, self.points)
        ):
            self.points, self.starts = points, starts
            self.shaded, self.orders = shaded, ordered
            self.shape_number += 1
        fill, stops = _rows(columns[2], 4)
        if not (np.array_equal(stops, self.fill_stops) and _same(fill, self.fill)):
            self.fill, self.fill_stops = fill, stops
            self.fill_number += 1
        stroke, stops = _rows(columns[3], 4)
        below, below_stops = _rows(columns[4] if any(columns[6]) else [], 4)
        styles = _styles(mobjects, things, columns[5:])
        if not (
            np.array_equal(stops, self.stroke_stops)
            and np.array_equal(below_stops, self.below_stops)
            and _same(stroke, self.stroke)
            and _same(below, self.below)
            and _same(styles, self.styles)
        ):
            self.stroke, self.stroke_stops = stroke, stops
            self.below, self.below_stops = below, below_stops
            self.styles = styles
            self.stroke_number += 1


# What every VMobject has, in the order in which `Vectors.take` wants it.
_ALWAYS = itemgetter(
    "points", "shade_in_3d", "fill_rgbas", "stroke_rgbas", "background_stroke_rgbas",
    "stroke_width", "background_stroke_width", "cap_style",
)  # fmt: skip

# Columns of `Vectors.styles`.
WIDTH, BELOW_WIDTH, LEFT, LIFT, CAP, HEAD_LENGTH, HEAD_WIDTH, RANK = range(8)
_OWN = [LEFT, LIFT, CAP, HEAD_LENGTH, HEAD_WIDTH]


def _styles(
    mobjects: list[VMobject], things: list[dict[str, Any]], columns: list[list[Any]]
) -> np.ndarray:
    """Return how mobjects' strokes are drawn, (m, 8): what their classes say and they themselves.

    A mobject may have the attributes of `space.in_space` things: occlusion, ghost_opacity,
    depth_bias, in_space, head_length and head_width.
    """
    widths, below, caps = columns
    styles = np.zeros((len(mobjects), 8))
    if not mobjects:
        return styles
    styles[:, WIDTH], styles[:, BELOW_WIDTH] = widths, below
    kinds = list(map(type, mobjects))
    usual = {kind: [getattr(kind, name, value) for name, value in _TOLD] for kind in set(kinds)}
    rows = {kind: _style(*told) for kind, told in usual.items()}
    styles[:, _OWN] = [rows[kind] for kind in kinds]
    for i, thing in enumerate(things):
        if (
            "occlusion" in thing
            or "head_length" in thing
            or "in_space" in thing
            or "depth_bias" in thing
            or "ghost_opacity" in thing
        ):
            told = zip(_TOLD, usual[kinds[i]], strict=True)
            styles[i, _OWN] = _style(*[thing.get(name, value) for (name, _), value in told])
    # Manim's strokes of one z_index lie as they are deep; ours keep the order they are given.
    styles[:, RANK] = [mobject.z_index for mobject in mobjects]
    styles[:, RANK] -= min(styles[:, RANK].min(), 0.0)
    ours = np.flatnonzero(styles[:, CAP] != BUTT)
    styles[ours, RANK] = -1.0 - ours
    if CapStyleType.ROUND in caps:
        styles[[cap is CapStyleType.ROUND for cap in caps], CAP] = ROUND
    return styles


# What a mobject or its class may say of its strokes, and what holds where neither does.
_TOLD = (
    ("in_space", False),
    ("occlusion", None),
    ("ghost_opacity", GHOST_OPACITY),
    ("depth_bias", DEPTH_BIAS),
    ("head_length", 0.0),
    ("head_width", 0.0),
)


def _style(
    ours: bool, occlusion: str | None, ghost: float, lift: float, length: float, width: float
) -> tuple[float, ...]:
    """Return what is left of a line behind something, its lift, its cap and its arrow's head.

    Raises ValueError where its occlusion is none that there is.
    """
    if occlusion is None:
        occlusion = "ghost" if ours else "hide"
    if occlusion not in OCCLUSIONS:
        raise ValueError(f"occlusion={occlusion!r}: give one of {', '.join(OCCLUSIONS)}")
    left = {"hide": 0.0, "show": 1.0}.get(occlusion, ghost)
    return left, lift, SOFT if ours else BUTT, length, width


def _rows(arrays: list[np.ndarray], columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Return arrays (k, columns) as one, and where each begins, with the end."""
    starts = np.zeros(len(arrays) + 1, np.int64)
    if not arrays:
        return np.zeros((0, columns)), starts
    np.cumsum(list(map(len, arrays)), out=starts[1:])
    return np.ascontiguousarray(np.concatenate(arrays), dtype=float), starts


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays of floats hold the same bits (nan is the same as nan)."""
    return one.shape == other.shape and np.array_equal(one.view(np.int64), other.view(np.int64))
