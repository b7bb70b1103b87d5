"""All that lives in space, as it was last drawn: what did not change is not drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim.mobject.mobject import Mobject
from manim.mobject.types.image_mobject import AbstractImageMobject
from manim.mobject.types.point_cloud_mobject import PMobject
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.fills import Fills
from scenes.stage.gather import Vectors
from scenes.stage.hidden import FEWEST
from scenes.stage.pictures import Pictures
from scenes.stage.polylines import Polylines
from scenes.stage.shading import lay_over
from scenes.stage.sheets import Sheets
from scenes.stage.solids import Snapshot, Solids
from scenes.stage.space import Mesh
from scenes.stage.strokes import draw_strokes

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera


class Layers:
    """Draws meshes, fills and images with their depth, and keeps what it drew."""

    __slots__ = (
        "_entries",
        "_snapshots",
        "_tops",
        "fills",
        "pictures",
        "polylines",
        "sheets",
        "solids",
        "vectors",
    )

    def __init__(self) -> None:
        self._entries, self._tops = np.zeros((0, 0), np.int32), np.zeros(0, np.int32)
        self._snapshots: dict[int, Snapshot] = {}
        self.vectors = Vectors()
        self.fills = Fills()
        self.polylines = Polylines()
        self.pictures = Pictures()
        self.solids = Solids()
        self.sheets = Sheets()

    def update(self, mobjects: list[Mobject], camera: DepthCamera) -> tuple[tuple, tuple]:
        """Follow mobjects and camera; return keys of the picture of surfaces, and of lines."""
        orders = [i for i, mobject in enumerate(mobjects) if isinstance(mobject, VMobject)]
        lines, others = mobjects, []
        if len(orders) < len(mobjects):
            lines = [mobjects[i] for i in orders]
            others = [pair for pair in enumerate(mobjects) if not isinstance(pair[1], VMobject)]
        meshes = [mobject for _, mobject in others if isinstance(mobject, Mesh)]
        meshes = [mesh for mesh in meshes if mesh.opacity > 0]
        rest = [pair for pair in others if isinstance(pair[1], (AbstractImageMobject, PMobject))]
        self._take_snapshots(meshes)
        self.vectors.take(lines, orders)
        self.fills.update(self.vectors, camera)
        self.pictures.take([mobject for _, mobject in rest], [i for i, _ in rest], camera)
        solid = [mesh for mesh in meshes if mesh.opacity >= 1]
        sheer = [mesh for mesh in meshes if mesh.opacity < 1]
        self.solids.update(solid, self._shown(solid), self.fills, camera)
        self.sheets.update(
            sheer, self._shown(sheer), self.fills, self.pictures, self.solids, camera
        )
        return (
            (camera.view_key(), self.solids.picture_key, self.sheets.key),
            (self.polylines.update(self.vectors, camera),),
        )

    def draw_surfaces(self, camera: DepthCamera) -> None:
        """Draw meshes, fills and images over the camera's pixels, premultiplied by their alpha."""
        solids, sheets = self.solids, self.sheets
        lay_over(camera.pixel_array, solids.patch, *solids.window[:2], solids.spans)
        if not sheets.empty:
            lay_over(camera.pixel_array, sheets.patch, *sheets.window[:2])

    def draw_lines(self, camera: DepthCamera) -> None:
        """Draw lines over the surfaces that are there."""
        solids, sheets = self.solids, self.sheets
        strokes, parts, ends = self.polylines.parts(self.vectors, camera)
        if not len(parts):
            return
        if self._entries.shape != camera.pixel_array.shape[:2]:
            self._entries = np.zeros(camera.pixel_array.shape[:2], np.int32)
            self._tops = np.full(self._entries.size, -1, np.int32)
        # The step in depth as wide as one pixel, as a share of the depth.
        pixel = camera.frame_width / camera.pixel_width
        pixel /= camera.get_zoom() * camera.get_focal_distance()
        draw_strokes(
            camera.pixel_array, self._entries, self._tops, parts, strokes, ends, pixel,
            solids.window, solids.depth, solids.owner, solids.planes,
            solids.tiles if len(parts) < FEWEST else solids.farthest(),
            sheets.shown_window, sheets.heads, sheets.records, sheets.tints, sheets.sheets,
        )  # fmt: skip

    def _take_snapshots(self, meshes: list[Mesh]) -> None:
        taken = {}
        for mesh in meshes:
            snapshot = self._snapshots.get(id(mesh))
            if snapshot is None or not snapshot.shows(mesh):
                snapshot = Snapshot(mesh)
            taken[id(mesh)] = snapshot
        self._snapshots = taken

    def _shown(self, meshes: list[Mesh]) -> list[Snapshot]:
        return [self._snapshots[id(mesh)] for mesh in meshes]
