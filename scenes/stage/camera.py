"""The depth camera: Manim's 3D camera with a depth for every pixel.

What lives in space is drawn first: opaque meshes, translucent meshes from back to front
(`layers`), then strokes (`polylines`), each tested against the depth of the meshes. What is flat
comes on top, drawn by Manim itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from manim.camera.camera import Camera
from manim.camera.three_d_camera import ThreeDCamera
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.layers import MeshLayers
from scenes.stage.polylines import stroke_parts
from scenes.stage.shading import premultiply, unmultiply
from scenes.stage.space import Mesh
from scenes.stage.strokes import draw_strokes
from scenes.stage.vertices import to_screen

_NEAREST = 0.01  # what is nearer to the eye than this share of the focal distance is not drawn


class _Buffers:
    """What the camera keeps from frame to frame.

    It has no `__dict__`, so that Manim's cache key sees its type alone: these arrays say nothing
    about the picture that the scene does not say, and whether they are filled depends on what
    was rendered before.
    """

    __slots__ = ("layers", "premultiplied", "scratch", "stage", "still")

    def __init__(self) -> None:
        self.layers = MeshLayers()
        self.scratch = np.zeros((0, 0), np.float32)
        self.still: list[Mobject] = []  # what Manim holds to stand still
        self.stage = "clean"  # what the picture holds: clean, still, drawn
        self.premultiplied = False


class DepthCamera(ThreeDCamera):
    """A `ThreeDCamera` that draws what is behind behind.

    `principal_point` (2,) is where on the frame (in Manim units) the axis of view meets it.
    `light_direction` (3,) points from the world to the light; `ambient` is the share of light
    that comes from everywhere, `underside` what is left of the light on the back of a sheet.
    """

    def __init__(
        self,
        *,
        principal_point: Sequence[float] = (0.0, 0.0),
        light_direction: Sequence[float] = (0.55, -0.25, 0.8),
        ambient: float = 0.35,
        underside: float = 0.8,
        **kwargs: Any,
    ) -> None:
        self._buffers = _Buffers()
        self.principal_point = np.array(principal_point, dtype=float)
        self.light_direction = np.array(light_direction, dtype=float)
        self.ambient = ambient
        self.underside = underside
        super().__init__(**kwargs)

    # Where things are

    def is_flat(self, mobject: Mobject) -> bool:
        """Whether a mobject is drawn flat on the frame, on top of what lives in space."""
        return mobject in self.fixed_in_frame_mobjects or mobject in self.fixed_orientation_mobjects

    def project_points(self, points: np.ndarray) -> np.ndarray:
        """Return where points (n, 3) are seen on the frame, in Manim units."""
        projected = super().project_points(points)
        projected[:, :2] += self.principal_point
        return projected

    def transform_points_pre_display(self, mobject: Mobject, points: np.ndarray) -> np.ndarray:
        """Return where Manim is to draw a mobject's points: flat ones where they are."""
        if self.is_flat(mobject) and mobject not in self.fixed_orientation_mobjects:
            return Camera.transform_points_pre_display(self, mobject, points)
        return super().transform_points_pre_display(mobject, points)

    def screen_points(self, points: np.ndarray) -> np.ndarray:
        """Return x, y in pixels and the depth w = 1 / (distance to the eye), shape (n, 3).

        Points beside or behind the eye come out as nan.
        """
        x_scale = self.pixel_width / self.frame_width
        y_scale = self.pixel_height / self.frame_height
        focal, zoom = self.get_focal_distance(), self.get_zoom()
        return to_screen(
            np.ascontiguousarray(points, dtype=float),
            np.asarray(self.frame_center, dtype=float),
            np.ascontiguousarray(self.get_rotation_matrix(), dtype=float),
            float(focal),
            float(_NEAREST * focal),
            float(zoom * x_scale),
            float(zoom * y_scale),
            float(self.pixel_width / 2 + self.principal_point[0] * x_scale),
            float(self.pixel_height / 2 - self.principal_point[1] * y_scale),
            bool(self.exponential_projection),
        )

    # A frame

    def reset(self) -> DepthCamera:
        """Go back to the clean background."""
        super().reset()
        self._buffers.stage = "clean"
        return self

    def set_frame_to_background(self, background: np.ndarray) -> None:
        """Go back to the picture of what stands still, which Manim takes before an animation."""
        super().set_frame_to_background(background)
        self._buffers.stage = "still"

    def set_pixel_array(self, pixel_array: Any, convert_from_floats: bool = False) -> None:
        """Set the picture; its colours are straight, not multiplied by alpha."""
        super().set_pixel_array(pixel_array, convert_from_floats)
        self._buffers.premultiplied = False

    def get_mobjects_to_display(self, *args: Any, **kwargs: Any) -> list[Mobject]:
        """Return what is to be drawn, by z_index; the depth does what Manim's sorting is for."""
        return Camera.get_mobjects_to_display(self, *args, **kwargs)

    def capture_mobjects(self, mobjects: Iterable[Mobject], **kwargs: Any) -> None:
        """Draw mobjects: what lives in space with its depth, what is flat on top."""
        buffers = self._buffers
        self.reset_rotation_matrix()
        shown = self.get_mobjects_to_display(mobjects, **kwargs)
        if buffers.stage == "clean":
            buffers.still = shown
        elif buffers.stage == "still" and not all(self.is_flat(mobject) for mobject in shown):
            # Manim would paint what moves over a picture of what stands still. That picture has
            # no depth and already wears its flat labels, so the whole frame is drawn instead.
            together = dict.fromkeys([*buffers.still, *shown])
            shown = sorted(together, key=lambda mobject: mobject.z_index)
            self.set_pixel_array(self.background)
            buffers.stage = "clean"
        self._draw(shown)
        buffers.stage = "drawn"

    def _draw(self, shown: list[Mobject]) -> None:
        meshes = [mobject for mobject in shown if isinstance(mobject, Mesh)]
        lines, flat = [], []
        for mobject in shown:
            if isinstance(mobject, Mesh):
                continue
            in_space = isinstance(mobject, VMobject) and not self.is_flat(mobject)
            (lines if in_space else flat).append(mobject)
        see_through = self.background_opacity < 1
        if see_through and not self._buffers.premultiplied:
            premultiply(self.pixel_array)
        self._buffers.premultiplied = True
        self._draw_meshes([mesh for mesh in meshes if mesh.opacity > 0])
        self._draw_strokes(lines)
        for kind, group in itertools.groupby(flat, self.type_or_raise):
            self.display_funcs[kind](list(group), self.pixel_array)
        if see_through:
            # Cairo multiplies colours by alpha, files do not: left alone, edges would be dark.
            unmultiply(self.pixel_array)
            self._buffers.premultiplied = False

    # What lives in space

    def _draw_meshes(self, meshes: list[Mesh]) -> None:
        # Manim may add flat things to a frame in a second call: its depth stays as it is then.
        if meshes or self._buffers.stage == "clean":
            self._buffers.layers.draw(meshes, self)

    def view_key(self) -> tuple:
        """Return everything about the camera that drawn meshes depend on."""
        return (
            self.get_rotation_matrix().tobytes(),
            self.frame_center.tobytes(),
            self.get_focal_distance(),
            self.get_zoom(),
            self.exponential_projection,
            self.principal_point.tobytes(),
            self.light_direction.tobytes(),
            (self.ambient, self.underside),
            (self.pixel_width, self.pixel_height, self.frame_width, self.frame_height),
        )

    def light_on(self, lit: bool, normals: np.ndarray) -> np.ndarray:
        """Return the soft light (n, 2) on the front and the back of vertices with these normals."""
        light = np.ones((len(normals), 2))
        if lit:
            toward = self.light_direction / np.linalg.norm(self.light_direction)
            facing = normals @ toward
            light[:, 0] = self.ambient + (1 - self.ambient) * (0.5 + 0.5 * facing)
            light[:, 1] = self.ambient + (1 - self.ambient) * (0.5 - 0.5 * facing)
            light[:, 1] *= self.underside
        return light

    def _draw_strokes(self, lines: list[VMobject]) -> None:
        buffers = self._buffers
        unit = self.cairo_line_width_multiple * self.pixel_width / self.frame_width
        strokes, parts, ends = stroke_parts(lines, self.screen_points, unit)
        if not len(strokes):
            return
        if buffers.scratch.shape != self.pixel_array.shape[:2]:
            buffers.scratch = np.zeros(self.pixel_array.shape[:2], np.float32)
        # The step in depth as wide as one pixel, as a share of the depth.
        pixel = self.frame_width / self.pixel_width / self.get_zoom() / self.get_focal_distance()
        layers = buffers.layers
        draw_strokes(
            self.pixel_array, buffers.scratch, parts, strokes, ends, pixel,
            layers.windows, layers.opacities, layers.depth, layers.owner, layers.planes,
        )  # fmt: skip
