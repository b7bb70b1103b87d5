"""The depth camera: Manim's 3D camera with a depth for every pixel.

What lives in space is drawn first: what is opaque (`solids`), what is translucent (`sheets`), then
strokes (`polylines`) and what faces the eye (`billboards`), each tested against the depth of the
rest. What is flat comes on top, drawn by Manim itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from manim.camera.camera import Camera
from manim.camera.three_d_camera import ThreeDCamera
from manim.mobject.mobject import Mobject

from scenes.stage.billboards import Billboards
from scenes.stage.gather import family_members
from scenes.stage.layers import Layers
from scenes.stage.shading import premultiply, unmultiply
from scenes.stage.vertices import to_eye, to_screen

_NEAREST = 0.01  # what is nearer to the eye than this share of the focal distance is not drawn


class _Kept:
    """A picture that is kept from the second frame on that it is the same."""

    __slots__ = ("_key", "_picture", "_whole")

    def __init__(self) -> None:
        self._key: tuple | None = None
        self._picture = np.zeros((0, 0, 4), np.uint8)
        self._whole = False

    def recall(self, key: tuple | None, picture: np.ndarray) -> bool:
        """Copy what was kept under a key into a picture; say whether there was any."""
        if key is None or key != self._key or not self._whole:
            return False
        np.copyto(picture, self._picture)
        return True

    def keep(self, key: tuple | None, picture: np.ndarray) -> None:
        """Note what a picture is, and keep it if the last one was the same."""
        self._whole = key is not None and key == self._key
        self._key = key
        if self._whole:
            if self._picture.shape != picture.shape:
                self._picture = np.empty_like(picture)
            np.copyto(self._picture, picture)


class _Buffers:
    """What the camera keeps from frame to frame.

    It has no `__dict__`, so that Manim's cache key sees its type alone: these arrays say nothing
    about the picture that the scene does not say, and whether they are filled depends on what
    was rendered before.
    """

    __slots__ = (
        "billboards", "blank", "fresh", "ground", "layers", "pixels", "premultiplied", "space",
        "stage", "still", "surfaces",
    )  # fmt: skip

    def __init__(self) -> None:
        self.layers = Layers()
        self.billboards = Billboards()
        self.fresh = False  # whether the picture is nothing but the background
        self.pixels: np.ndarray | None = None
        self.blank = False  # whether it is to be the background, which is not yet copied
        self.ground: np.ndarray | None = None  # the background of what is kept
        self.surfaces = _Kept()  # on the background
        self.space = _Kept()  # all that lives in space, on the background
        self.still: list[Mobject] = []  # what Manim holds to stand still
        self.stage = "clean"  # what the picture holds: clean, still, drawn
        self.premultiplied = False


class DepthCamera(ThreeDCamera):
    """A `ThreeDCamera` that draws what is behind behind: give it to any `ThreeDScene`.

        class Ball(ThreeDScene):
            def __init__(self, **kwargs):
                super().__init__(camera_class=DepthCamera, **kwargs)

    Every mobject stands in space but those fixed in frame. A line that passes behind something
    is hidden by it; `mobject.occlusion` says otherwise ("ghost", "show"), and what is marked by
    `space.in_space` is seen through it faintly.

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
        self._kinds: dict[type, type[Mobject]] = {}
        self._turned: tuple[tuple[float, ...], np.ndarray] | None = None
        self.principal_point = np.array(principal_point, dtype=float)
        self.light_direction = np.array(light_direction, dtype=float)
        self.ambient = ambient
        self.underside = underside
        super().__init__(**kwargs)

    # Where things are

    def is_flat(self, mobject: Mobject) -> bool:
        """Whether a mobject is drawn flat on the frame, on top of what lives in space."""
        return mobject in self.fixed_in_frame_mobjects

    def _has_flat(self) -> bool:
        """Whether any mobject at all may be flat: a thousand faces need not be asked one by one."""
        return type(self).is_flat is not DepthCamera.is_flat or bool(self.fixed_in_frame_mobjects)

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

    def get_cairo_context(self, pixel_array: np.ndarray) -> Any:
        """Return Manim's drawing context for an array, with the frame's middle in its middle.

        Manim subtracts the frame's centre when it projects points, and once more in a context that
        is made while the centre is not the origin: labels would land beside what they name.
        """
        context = self.get_cached_cairo_context(pixel_array)
        if context is None:
            centre = np.array(self.frame_center)
            self.frame_center = np.zeros(3)
            try:
                context = super().get_cairo_context(pixel_array)
            finally:
                self.frame_center = centre
        return context

    def screen_points(self, points: np.ndarray) -> np.ndarray:
        """Return x, y in pixels and the depth w = 1 / (distance to the eye), shape (n, 3).

        Points beside or behind the eye come out as nan.
        """
        eye = self.eye_points(points)
        eye[~(eye[:, 2] > self.nearest)] = np.nan
        return self.to_screen(eye)

    @property
    def nearest(self) -> float:
        """How far before the eye things begin to be seen, in world units."""
        return _NEAREST * self.get_focal_distance()

    @property
    def layers(self) -> Layers:
        """What stands in space, as it was last drawn."""
        return self._buffers.layers

    def eye_points(self, points: np.ndarray) -> np.ndarray:
        """Return points (n, 3) as the eye has them: right, up, and the distance before the eye."""
        return to_eye(
            np.ascontiguousarray(points, dtype=float),
            np.asarray(self.frame_center, dtype=float),
            np.ascontiguousarray(self.get_rotation_matrix(), dtype=float),
            float(self.get_focal_distance()),
        )

    def to_screen(self, eye: np.ndarray) -> np.ndarray:
        """Return x, y in pixels and the depth w of points (n, 3) as the eye has them."""
        return to_screen(eye, self.view_terms())

    def view_terms(self) -> np.ndarray:
        """Return what makes places before the eye places on the screen, as in `vertices`."""
        x_scale = self.pixel_width / self.frame_width
        y_scale = self.pixel_height / self.frame_height
        zoom = self.get_zoom()
        return np.array(
            [
                self.nearest,
                self.get_focal_distance(),
                zoom * x_scale,
                zoom * y_scale,
                self.pixel_width / 2 + self.principal_point[0] * x_scale,
                self.pixel_height / 2 - self.principal_point[1] * y_scale,
                float(self.exponential_projection),
            ]
        )

    def generate_rotation_matrix(self) -> np.ndarray:
        """Return the matrix (3, 3) that turns the world as the camera stands."""
        stand = self.get_phi(), self.get_theta(), self.get_gamma()
        if self._turned is None or self._turned[0] != stand:
            self._turned = stand, super().generate_rotation_matrix()
        return self._turned[1]

    # A frame

    def reset(self) -> DepthCamera:
        """Go back to the clean background, which is copied when the picture is looked at."""
        buffers = self._buffers
        if buffers.pixels is None or buffers.pixels.shape != self.background.shape:
            self.pixel_array = np.empty_like(self.background)
        buffers.stage, buffers.premultiplied = "clean", False
        buffers.fresh = buffers.blank = True
        return self

    @property
    def pixel_array(self) -> np.ndarray:
        """The picture, 8-bit RGBA (h, w, 4)."""
        buffers = self._buffers
        if buffers.pixels is None:
            raise AttributeError("there is no picture before the first reset")
        if buffers.blank:
            buffers.blank = False
            np.copyto(buffers.pixels, self.background)
        return buffers.pixels

    @pixel_array.setter
    def pixel_array(self, pixels: np.ndarray) -> None:
        self._buffers.pixels = pixels

    def set_frame_to_background(self, background: np.ndarray) -> None:
        """Go back to the picture of what stands still, which Manim takes before an animation."""
        super().set_frame_to_background(background)
        self._buffers.stage = "still"

    def set_pixel_array(self, pixel_array: Any, convert_from_floats: bool = False) -> None:
        """Set the picture; its colours are straight, not multiplied by alpha."""
        self._buffers.premultiplied = self._buffers.blank = False
        super().set_pixel_array(pixel_array, convert_from_floats)
        self._buffers.fresh = pixel_array is self.background

    def get_mobjects_to_display(
        self,
        mobjects: Iterable[Mobject],
        include_submobjects: bool = True,
        excluded_mobjects: list | None = None,
    ) -> list[Mobject]:
        """Return what is to be drawn, by z_index; the depth does what Manim's sorting is for."""
        if include_submobjects and not excluded_mobjects and self.use_z_index:
            return family_members(mobjects)
        return Camera.get_mobjects_to_display(
            self, mobjects, include_submobjects, excluded_mobjects
        )

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
        buffers.stage, buffers.fresh = "drawn", False

    def _draw(self, shown: list[Mobject]) -> None:
        buffers = self._buffers
        flat, facing, spatial = [], [], shown
        if self._has_flat():
            spatial = []
            for mobject in shown:
                (flat if self.is_flat(mobject) else spatial).append(mobject)
        turned = self.fixed_orientation_mobjects
        if turned:
            facing = [mobject for mobject in spatial if mobject in turned]
            spatial = [mobject for mobject in spatial if mobject not in turned]
        see_through = self.background_opacity < 1
        if see_through and not buffers.premultiplied:
            premultiply(self.pixel_array)
        buffers.premultiplied = True
        # Manim may add flat things to a frame in a second call: its depth stays as it is then.
        if spatial or buffers.stage == "clean":
            self._draw_space(spatial)
        buffers.billboards.draw(facing, self)
        self._draw_flat(flat)
        if see_through:
            # Cairo multiplies colours by alpha, files do not: left alone, edges would be dark.
            unmultiply(self.pixel_array)
            buffers.premultiplied = False

    def type_or_raise(self, mobject: Mobject) -> type[Mobject]:
        """Return the kind of mobject that one is drawn as, which its class alone decides.

        Raises TypeError where there is none.
        """
        kind = self._kinds.get(type(mobject))
        if kind is None:
            kind = self._kinds[type(mobject)] = super().type_or_raise(mobject)
        return kind

    def _draw_flat(self, mobjects: list[Mobject]) -> None:
        """Draw what lies on the frame, over all that there is."""
        for kind, group in itertools.groupby(mobjects, self.type_or_raise):
            self.display_funcs[kind](list(group), self.pixel_array)

    def _draw_space(self, mobjects: list[Mobject]) -> None:
        """Draw what lives in space; what of it is as it was twice before is copied."""
        buffers = self._buffers
        picture = buffers.pixels  # as it is, before the background is copied
        if buffers.ground is not self.background:
            buffers.ground, buffers.surfaces, buffers.space = self.background, _Kept(), _Kept()
        surfaces, lines = buffers.layers.update(mobjects, self)
        kept = buffers.fresh and bool(mobjects)
        floor = (surfaces, buffers.premultiplied) if kept else None
        whole = (floor, lines) if kept else None
        if buffers.space.recall(whole, picture):
            buffers.blank = False
            return
        if buffers.surfaces.recall(floor, picture):
            buffers.blank = False
        else:
            buffers.layers.draw_surfaces(self)
            buffers.surfaces.keep(floor, picture)
        buffers.layers.draw_lines(self)
        buffers.space.keep(whole, picture)

    # What lives in space

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
