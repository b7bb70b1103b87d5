"""The films' camera: a depth camera for what stands in space, a flat page for all the rest."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

import numpy as np
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.camera import DepthCamera
from scenes.stage.flat import KeptPaths, Layer, Stamps, layer_of
from scenes.stage.shading import lay_over
from scenes.stage.theme import FRAME_HEIGHT, FRAME_WIDTH, Zone


class FilmCamera(DepthCamera):
    """A depth camera for which a mobject is flat unless it says `in_space`."""

    def __init__(self, **kwargs: Any):
        self.overlay: Layer | None = None
        """What lies between the space and the flat mobjects of a frame, if anything does."""
        self._lent: weakref.ref | None = None
        self._free: dict[int, np.ndarray] = {}
        super().__init__(**kwargs)
        self._layer = np.zeros_like(self.pixel_array)
        self._paths = KeptPaths()
        self._stamps = Stamps(
            self.set_cairo_context_path,
            (self.pixel_width, self.pixel_height),
            self.get_cairo_context(self.pixel_array).get_matrix(),
        )

    def lend(self) -> np.ndarray:
        """Return the picture itself, which stays as it is: the next one is drawn elsewhere.

        Where nobody holds it any more, its memory is drawn on again.
        """
        lent = None if self._lent is None else self._lent()
        if lent is None:
            page = self.pixel_array
            self._free.pop(id(page), None)
            lent = page.view()
            weakref.finalize(lent, self._free.__setitem__, id(page), page).atexit = False
            self._lent = weakref.ref(lent)
        return lent

    def _turn_page(self) -> None:
        """Have a picture to draw on that is not lent."""
        if self._lent is not None:
            self._lent = None
            pages = self._free
            self.pixel_array = pages.popitem()[1] if pages else np.empty_like(self.pixel_array)

    def reset(self) -> FilmCamera:
        """Begin a frame on the clean background."""
        self._turn_page()
        super().reset()
        return self

    def set_pixel_array(self, pixel_array: Any, convert_from_floats: bool = False) -> None:
        """Begin a frame on a picture."""
        self._turn_page()
        super().set_pixel_array(pixel_array, convert_from_floats)

    def is_in_space(self, mobject: Mobject) -> bool:
        """Whether a mobject stands in the scene's space, behind the depth camera."""
        # Not by getattr(mobject, ...): where there is nothing, Manim makes that a long search.
        marked = mobject.__dict__.get("in_space")
        return bool(getattr(type(mobject), "in_space", False) if marked is None else marked)

    def is_flat(self, mobject: Mobject) -> bool:
        """Whether a mobject lies on the frame, as text and plots do."""
        return not self.is_in_space(mobject)

    def resize_frame_shape(self, fixed_dimension: int = 0) -> None:
        """Make the frame the smallest of the picture's shape that holds the 16:9 design."""
        aspect = self.pixel_width / self.pixel_height
        self.frame_width = max(FRAME_WIDTH, FRAME_HEIGHT * aspect)
        self.frame_height = self.frame_width / aspect

    def fit(self, places: np.ndarray, zone: Zone, beyond: np.ndarray | None = None) -> None:
        """Zoom and shift the picture so that places (m, 3) just fit into a zone of the frame.

        Args:
            places: in space.
            zone: of the frame.
            beyond: how far what stands at the last k places reaches beyond their images, in frame
                units, to the left and down, then to the right and up (k, 2, 2): labels do not grow
                with the picture.
        """
        self.set_zoom(1)
        self.principal_point = np.zeros(2)
        self.reset_rotation_matrix()
        images = self.project_points(places)[:, :2]
        labels = 0 if beyond is None else len(beyond)
        bare = images[: len(images) - labels]
        outermost = np.concatenate([bare.argmin(axis=0), bare.argmax(axis=0)])
        images = np.concatenate([bare[outermost], images[len(bare) :]])
        low, high = np.zeros((2, *images.shape))
        if labels:
            low[4:], high[4:] = np.moveaxis(beyond, 1, 0)
        least, most = np.array([[zone.left, zone.bottom], [zone.right, zone.top]])
        apart = images[:, None] - images
        room = most - least - high[:, None] - low
        zoom = float(np.min(room[apart > 0] / apart[apart > 0]))
        self.set_zoom(zoom)
        first, last = least - zoom * images + low, most - zoom * images - high
        self.principal_point = (first.max(axis=0) + last.min(axis=0)) / 2

    def display_multiple_vectorized_mobjects(
        self, vmobjects: list[VMobject], pixel_array: np.ndarray
    ) -> None:
        """Draw flat mobjects."""
        stamps = self._stamps
        for vmobject in vmobjects:
            if not (_is_even(vmobject) and stamps.add(vmobject)):
                stamps.lay(pixel_array)
                super().display_multiple_vectorized_mobjects([vmobject], pixel_array)
        stamps.lay(pixel_array)

    def set_cairo_context_path(self, ctx: Any, vmobject: VMobject) -> FilmCamera:
        """Make a flat mobject's outline the path of a Cairo context."""
        if len(vmobject.points):
            self._paths.set_path(ctx, vmobject, self.transform_points_pre_display)
        return self

    def drawn_as_layer(self, mobjects: Iterable[Mobject]) -> Layer:
        """Return flat mobjects drawn on nothing."""
        picture = self.pixel_array
        self.pixel_array = self._layer
        self.pixel_array[:] = 0
        try:
            self.capture_mobjects(mobjects, include_submobjects=False)
            return layer_of(self._layer)
        finally:
            self.pixel_array = picture

    def _draw_flat(self, mobjects: list[Mobject]) -> None:
        if self.overlay is not None:
            picture, spans = self.overlay
            lay_over(self.pixel_array, picture, 0, 0, spans)
        super()._draw_flat(mobjects)


def _is_even(vmobject: VMobject) -> bool:
    """Whether no colour changes along a mobject, and none is taken from a picture."""
    return (
        len(vmobject.fill_rgbas) < 2
        and len(vmobject.stroke_rgbas) < 2
        and len(vmobject.background_stroke_rgbas) < 2
        and vmobject.background_image is None
    )
