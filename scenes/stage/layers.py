"""All that lives in space, as it was last drawn: what did not change is not drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.fills import Fills
from scenes.stage.gather import Vectors
from scenes.stage.pictures import Pictures
from scenes.stage.polylines import Polylines
from scenes.stage.shading import lay_over
from scenes.stage.sheets import Sheets
from scenes.stage.solids import Snapshot, Solids
from scenes.stage.space import Mesh

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera


class Layers:
    """Draws meshes, fills and images with their depth, and keeps what it drew."""

    __slots__ = ("_snapshots", "fills", "pictures", "polylines", "sheets", "solids", "vectors")

    def __init__(self) -> None:
        self._snapshots: dict[int, Snapshot] = {}
        self.vectors = Vectors()
        self.fills = Fills()
        self.polylines = Polylines()
        self.pictures = Pictures()
        self.solids = Solids()
        self.sheets = Sheets()

    def draw(self, mobjects: list[Mobject], camera: DepthCamera) -> None:
        """Draw surfaces over the camera's pixels, which must be premultiplied by their alpha."""
        orders = [i for i, mobject in enumerate(mobjects) if isinstance(mobject, VMobject)]
        lines, others = mobjects, []
        if len(orders) < len(mobjects):
            lines = [mobjects[i] for i in orders]
            others = [pair for pair in enumerate(mobjects) if not isinstance(pair[1], VMobject)]
        meshes = [mobject for _, mobject in others if isinstance(mobject, Mesh)]
        meshes = [mesh for mesh in meshes if mesh.opacity > 0]
        rest = [pair for pair in others if not isinstance(pair[1], Mesh)]
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
        lay_over(camera.pixel_array, self.solids.patch, *self.solids.window[:2])
        if not self.sheets.empty:
            lay_over(camera.pixel_array, self.sheets.patch, *self.sheets.window[:2])

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
