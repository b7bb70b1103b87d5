"""What is to be drawn, gathered from Manim's mobjects into arrays.

A surface is a thousand mobjects. Here each is touched once a frame, to pick up its arrays; whether
anything changed is then a comparison of a few long arrays, and all that follows is computed from
those.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from manim.constants import CapStyleType
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.space import DEPTH_BIAS, GHOST_OPACITY, OCCLUSIONS

_NOTHING = np.zeros((1, 4))


def family_members(mobjects: Iterable[Mobject]) -> list[Mobject]:
    """Return all that has points in families of mobjects, each once, by z_index.

    The same list as `extract_mobject_family_members` with `only_those_with_points`, in a tenth of
    the time: that one makes and thins out a list at every level of every family.
    """
    found: list[Mobject] = []
    waiting = list(mobjects)[::-1]
    while waiting:
        mobject = waiting.pop()
        found.append(mobject)
        if mobject.submobjects:
            waiting.extend(mobject.submobjects[::-1])
    found = [mobject for mobject in found if len(mobject.points)]
    if len(set(map(id, found))) < len(found):  # what is there twice counts where it is last
        found = list({id(mobject): mobject for mobject in reversed(found)}.values())[::-1]
    if any(mobject.z_index for mobject in found):
        found.sort(key=lambda mobject: mobject.z_index)
    return found


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
        self.styles = np.zeros((0, 7))
        self.shape_number = self.fill_number = self.stroke_number = 0

    def take(self, mobjects: list[VMobject], orders: list[int]) -> None:
        """Take mobjects as they are now; where the same place holds two, the later order wins."""
        self.members = mobjects
        things = [mobject.__dict__ for mobject in mobjects]
        points, starts = _rows([thing["points"] for thing in things], 3)
        shaded = np.array([thing["shade_in_3d"] for thing in things], dtype=bool)
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
        fill, stops = _rows([thing.get("fill_rgbas", _NOTHING) for thing in things], 4)
        if not (np.array_equal(stops, self.fill_stops) and _same(fill, self.fill)):
            self.fill, self.fill_stops = fill, stops
            self.fill_number += 1
        stroke, stops = _rows([thing.get("stroke_rgbas", _NOTHING) for thing in things], 4)
        below, below_stops = _rows(
            [thing.get("background_stroke_rgbas", _NOTHING) for thing in things], 4
        )
        styles = np.array(
            [_style(mobject, thing) for mobject, thing in zip(mobjects, things, strict=True)],
            dtype=float,
        ).reshape(-1, 7)
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


# Columns of `Vectors.styles`.
WIDTH, BELOW_WIDTH, LEFT, LIFT, ROUND, HEAD_LENGTH, HEAD_WIDTH = range(7)


def _style(mobject: VMobject, thing: dict[str, Any]) -> tuple[Any, ...]:
    """Return how a mobject's strokes are drawn: a row of `Vectors.styles`."""
    occlusion, ghost, lift, in_space, head = _class_style(type(mobject))
    occlusion = thing.get("occlusion", occlusion)
    if occlusion is None:
        occlusion = "ghost" if thing.get("in_space", in_space) else "hide"
    if occlusion == "ghost":
        left = thing.get("ghost_opacity", ghost)
    elif occlusion in OCCLUSIONS:
        left = 1.0 if occlusion == "show" else 0.0
    else:
        raise ValueError(f"occlusion={occlusion!r}: give one of {', '.join(OCCLUSIONS)}")
    return (
        thing["stroke_width"],
        thing["background_stroke_width"],
        left,
        thing.get("depth_bias", lift),
        thing["cap_style"] is CapStyleType.ROUND,
        thing.get("head_length", head),
        thing.get("head_width", 0.0),
    )


_CLASS_STYLES: dict[type, tuple[Any, ...]] = {}


def _class_style(kind: type) -> tuple[Any, ...]:
    """Return what a class says of its strokes, where its mobjects say nothing themselves."""
    style = _CLASS_STYLES.get(kind)
    if style is None:
        style = _CLASS_STYLES[kind] = (
            getattr(kind, "occlusion", None),
            getattr(kind, "ghost_opacity", GHOST_OPACITY),
            getattr(kind, "depth_bias", DEPTH_BIAS),
            getattr(kind, "in_space", False),
            getattr(kind, "head_length", 0.0),
        )
    return style


def _rows(arrays: list[np.ndarray], columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Return arrays (k, columns) as one, and where each begins, with the end."""
    starts = np.zeros(len(arrays) + 1, np.int64)
    if not arrays:
        return np.zeros((0, columns)), starts
    np.cumsum([len(array) for array in arrays], out=starts[1:])
    return np.ascontiguousarray(np.concatenate(arrays), dtype=float), starts


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays of floats hold the same bits (nan is the same as nan)."""
    return one.shape == other.shape and np.array_equal(one.view(np.int64), other.view(np.int64))
