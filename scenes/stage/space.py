"""Things that live in space and are drawn by the depth camera: meshes, arrows, dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from manim.constants import CapStyleType
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject
from manim.utils.bezier import interpolate
from manim.utils.color import ManimColor, ParsableManimColor

OCCLUSIONS = ("hide", "ghost", "show")
"""What a stroke does where something stands in front of it."""

GHOST_OPACITY = 0.22
"""What is left of a stroke's opacity where it is seen through something, by default."""

DEPTH_BIAS = 0.02
"""How far a stroke is lifted toward the eye (world units), so that it can lie on a surface."""

AnyMobject = TypeVar("AnyMobject", bound=Mobject)


def in_space(*mobjects: AnyMobject) -> AnyMobject | tuple[AnyMobject, ...]:
    """Mark whole families as things in space and return them (one alone, several as a tuple).

    >>> from manim import Line
    >>> in_space(Line()).in_space
    True
    """
    for mobject in mobjects:
        for member in mobject.get_family():
            member.in_space = True
    return mobjects[0] if len(mobjects) == 1 else mobjects


def _colours(colours: Sequence[ParsableManimColor]) -> np.ndarray:
    if not len(colours):
        raise ValueError("ramp=[]: a colour ramp needs at least one colour")
    return np.array([ManimColor(colour).to_rgb() for colour in colours], dtype=float)


class Mesh(Mobject):
    """A surface of triangles, coloured by a value at each vertex, with contour lines of that value.

    `points` (n, 3) are the vertices, so that shift, rotate, apply_function, become and Transform
    do what they do to any mobject; `faces` (m, 3) are vertex numbers, counter-clockwise seen from
    the front, and read-only: give other ones instead; `heights` (n,) are the values (z when not
    given). A face with a nan corner is not drawn. `ramp` runs from the low to the high end of
    `value_range`. `contour_width` is in pixels of a frame 1080 pixels high. An unlit mesh shows its
    ramp's colours as they are.

    Raises ValueError when the arrays do not fit each other.
    """

    in_space = True

    def __init__(
        self,
        vertices: np.ndarray,
        faces: np.ndarray,
        heights: np.ndarray | None = None,
        *,
        ramp: Sequence[ParsableManimColor] = ("#232B45", "#4A669B", "#9DB8DC"),
        value_range: tuple[float, float] | None = None,
        opacity: float = 1.0,
        lit: bool = True,
        contour_levels: Sequence[float] = (),
        contour_color: ParsableManimColor = "#DCE6F5",
        contour_width: float = 1.5,
        contour_opacity: float = 0.6,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        self.points = np.array(vertices, dtype=float)
        self.faces = faces
        if self.points.ndim != 2 or self.points.shape[1] != 3:
            raise ValueError(f"vertices of shape {self.points.shape}: give (n, 3)")
        if self.faces.ndim != 2 or self.faces.shape[1] != 3:
            raise ValueError(f"faces of shape {self.faces.shape}: give (m, 3)")
        if self.faces.size and not 0 <= self.faces.min() <= self.faces.max() < len(self.points):
            raise ValueError(
                f"faces name vertices that are not there: there are {len(self.points)}"
            )
        heights = self.points[:, 2] if heights is None else heights
        self.heights = np.array(heights, dtype=float).reshape(-1)
        if len(self.heights) != len(self.points):
            raise ValueError(
                f"{len(self.heights)} heights for {len(self.points)} vertices: give one for each"
            )
        if value_range is None:
            known = self.heights[np.isfinite(self.heights)]
            value_range = (known.min(), known.max()) if len(known) else (0.0, 1.0)
        self.value_range = (float(value_range[0]), float(value_range[1]))
        self.ramp = _colours(ramp)
        self.opacity = float(opacity)
        self.lit = lit
        self.contour_levels = np.sort(np.array(contour_levels, dtype=float))
        self.contour_color = ManimColor(contour_color)
        self.contour_width = float(contour_width)
        self.contour_opacity = float(contour_opacity)

    @property
    def faces(self) -> np.ndarray:
        """The corners of every face, as numbers of vertices, (m, 3)."""
        return self._faces

    @faces.setter
    def faces(self, faces: np.ndarray) -> None:
        self._faces = np.array(faces, dtype=np.int32)
        self._faces.flags.writeable = False  # who has seen these need not look at them again

    def set_ramp(self, *colours: ParsableManimColor) -> Mesh:
        """Colour the mesh from the low to the high end of its value range."""
        self.ramp = _colours(colours)
        return self

    def set_color(self, color: ParsableManimColor, family: bool = True) -> Mesh:
        """Give the whole mesh one colour."""
        self.color = ManimColor(color)
        self.ramp = _colours([color])
        if family:
            for member in self.submobjects:
                member.set_color(color, family=True)
        return self

    def set_opacity(self, opacity: float, family: bool = True) -> Mesh:
        """Set how much the mesh hides of what is behind it, 0 to 1; contour lines go with it."""
        self.opacity = float(opacity)
        if family:
            for member in self.submobjects:
                member.set_opacity(opacity, family=True)
        return self

    def get_opacity(self) -> float:
        """Return how much the mesh hides of what is behind it, 0 to 1."""
        return self.opacity

    def fade(self, darkness: float = 0.5, family: bool = True) -> Mesh:
        """Take away the share `darkness` of the opacity; FadeIn and FadeOut go through here."""
        self.opacity *= 1.0 - darkness
        return super().fade(darkness, family)

    def align_points_with_larger(self, larger_mobject: Mobject) -> Mesh:
        """Refuse: meshes of different sizes have no vertices in common."""
        raise ValueError(
            f"a mesh of {len(self.points)} vertices cannot turn into one of "
            f"{len(larger_mobject.points)}: build both on the same grid"
        )

    def interpolate_color(self, mobject1: Mesh, mobject2: Mesh, alpha: float) -> Mesh:
        """Mix everything but the vertices; Transform and become go through here."""
        for name in ("opacity", "contour_width", "contour_opacity"):
            setattr(
                self, name, interpolate(getattr(mobject1, name), getattr(mobject2, name), alpha)
            )
        low = interpolate(mobject1.value_range[0], mobject2.value_range[0], alpha)
        high = interpolate(mobject1.value_range[1], mobject2.value_range[1], alpha)
        self.value_range = (low, high)
        for name in ("heights", "ramp", "contour_levels"):
            first, second = getattr(mobject1, name), getattr(mobject2, name)
            if alpha == 1 or first.shape != second.shape:
                setattr(self, name, (second if alpha == 1 else first).copy())
            else:
                setattr(self, name, interpolate(first, second, alpha))
        self.contour_color = mobject1.contour_color.interpolate(mobject2.contour_color, alpha)
        if alpha == 1:
            self.faces = mobject2.faces
            self.lit = mobject2.lit
        return self


def grid_faces(rows: int, columns: int) -> np.ndarray:
    """Return the triangles (2 (rows-1) (columns-1), 3) of a grid numbered row by row.

    The diagonals alternate, so that a symmetric hill gets symmetric contour lines.

    >>> grid_faces(2, 2).tolist()
    [[0, 1, 3], [0, 3, 2]]
    """
    corner = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a, b = corner[:-1, :-1], corner[:-1, 1:]
    d, c = corner[1:, :-1], corner[1:, 1:]
    row, column = np.indices(a.shape)
    turned = ((row + column) % 2 == 1)[..., None]
    one = np.where(turned, np.stack([a, b, d], -1), np.stack([a, b, c], -1))
    two = np.where(turned, np.stack([b, c, d], -1), np.stack([a, c, d], -1))
    return np.stack([one, two], axis=2).reshape(-1, 3)


def grid_mesh(points: np.ndarray, heights: np.ndarray | None = None, **style) -> Mesh:
    """Return the mesh of a height field: `points` (rows, columns, 3), x along the rows.

    `heights` (rows, columns) are the values to colour by, z when not given; further keywords go
    to `Mesh`. Raises ValueError for fewer than 2 by 2 points.
    """
    points = np.asarray(points, dtype=float)
    if points.ndim != 3 or points.shape[2] != 3 or min(points.shape[:2]) < 2:
        raise ValueError(f"points of shape {points.shape}: give (rows, columns, 3), 2 by 2 or more")
    if heights is not None:
        heights = np.asarray(heights, dtype=float).reshape(-1)
    return Mesh(points.reshape(-1, 3), grid_faces(*points.shape[:2]), heights, **style)


class SpaceArrow(VMobject):
    """An arrow from `start` to `end` in space, with a shaft and head of constant size on screen.

    Widths and lengths are in stroke units (1 is 0.01 of Manim's unit of length on screen). Shaft
    and head shrink together when the arrow is shorter on screen than three heads, and are gone at
    length 0. The tip is exactly at `end`.
    """

    in_space = True

    def __init__(
        self,
        start: Sequence[float] = (0, 0, 0),
        end: Sequence[float] = (1, 0, 0),
        *,
        color: ParsableManimColor = "#E69F00",
        width: float = 6.0,
        head_length: float = 24.0,
        head_width: float = 20.0,
        **kwargs,
    ) -> None:
        self.head_length = float(head_length)
        self.head_width = float(head_width)
        super().__init__(stroke_color=color, stroke_width=width, color=color, **kwargs)
        self.put_start_and_end_on(start, end)

    def put_start_and_end_on(self, start: Sequence[float], end: Sequence[float]) -> SpaceArrow:
        """Set both ends; they may be the same point."""
        start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
        self.points = start + np.array([[0], [1 / 3], [2 / 3], [1]]) * (end - start)
        return self

    def get_vector(self) -> np.ndarray:
        """Return end minus start, shape (3,)."""
        return self.points[-1] - self.points[0]


class SpaceDot(VMobject):
    """A disc of constant size on screen at a point of space, with an optional ring around it.

    `radius` and `ring_width` are in stroke units (1 is 0.01 of Manim's unit of length on screen).
    The ring in the background's colour sets the dot off from any ground.
    """

    in_space = True

    def __init__(
        self,
        point: Sequence[float] = (0, 0, 0),
        radius: float = 8.0,
        *,
        color: ParsableManimColor = "#F2F4F8",
        ring_width: float = 0.0,
        ring_color: ParsableManimColor = "#0E1116",
        **kwargs,
    ) -> None:
        self.depth_bias = 0.01 * radius
        super().__init__(
            stroke_color=color,
            color=color,
            stroke_width=2 * radius,
            background_stroke_color=ring_color,
            background_stroke_width=2 * (radius + ring_width) if ring_width > 0 else 0.0,
            cap_style=CapStyleType.ROUND,
            **kwargs,
        )
        self.points = np.tile(np.asarray(point, dtype=float), (4, 1))

    def scale(self, scale_factor: float, **kwargs) -> SpaceDot:
        """Scale the disc; growing and shrinking animations go through here."""
        self.stroke_width *= abs(scale_factor)
        self.background_stroke_width *= abs(scale_factor)
        about = kwargs.get("about_point")
        if about is not None:
            self.points = about + scale_factor * (self.points - about)
        return self
