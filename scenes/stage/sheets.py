"""What is translucent in space, or has smooth edges: blended from its fragments when it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes.stage import bands, fragments
from scenes.stage.fills import Fills
from scenes.stage.pictures import Pictures
from scenes.stage.projection import frame_of, project_rings, project_triangles
from scenes.stage.solids import (
    Snapshot,
    Solids,
    contour_radius,
    look_of,
    look_tables,
)
from scenes.stage.space import Mesh

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera

_SLACK = 1.3
_NO_LEVELS, _NO_SHAPES = np.zeros(0), np.zeros(0, np.int64)


class Sheets:
    """The fragments (see `fragments`) of a window of the picture, and what they blend to."""

    __slots__ = ("empty", "heads", "key", "patch", "records", "sheets", "tints", "window")

    def __init__(self) -> None:
        self.key: tuple | None = None
        self.empty = True
        self.window = np.zeros(4, np.int64)
        self.heads = np.zeros(0, np.int32)
        self.records = np.zeros((1 << 14, 3), np.int32)
        self.tints = np.zeros((1 << 14, 4), np.float32)
        self.sheets = np.zeros((0, fragments.SHEET_TERMS))
        self.patch = np.zeros((0, 0, 4), np.uint8)

    @property
    def shown_window(self) -> np.ndarray:
        """The window that has fragments now: left, top, right, bottom."""
        return np.zeros(4, np.int64) if self.empty else self.window

    def update(
        self,
        meshes: list[Mesh],
        snapshots: list[Snapshot],
        fills: Fills,
        pictures: Pictures,
        solids: Solids,
        camera: DepthCamera,
    ) -> None:
        """Blend translucent things before the solids, unless all is as it was."""
        filled = len(fills.sheet_faces) + len(fills.shape_ends) > 0
        if not (meshes or filled or pictures.any):
            self.key, self.empty = None, True
            return
        key = (
            camera.view_key(),
            solids.key,
            fills.number if filled else None,
            pictures.number,
            *(
                (kept.number, mesh.lit, look_of(mesh))
                for kept, mesh in zip(snapshots, meshes, strict=True)
            ),
        )
        if key == self.key:
            return
        self.key = key
        screens, scatters, numbers = [], [], 0
        for look, (mesh, kept) in enumerate(zip(meshes, snapshots, strict=True)):
            light = kept.light(mesh.lit, camera)
            piece = project_triangles(camera, kept.points, kept.values, light, kept.faces)
            radius = contour_radius(mesh, camera.pixel_height)
            levels = mesh.contour_levels - kept.datum if radius > 0 else _NO_LEVELS
            paint = np.array([[fragments.MESH, look, 0, 0, 0, 0, -1.0]])
            screens.append(piece.screen)
            scatters.append(
                (fragments.scatter_triangles, piece.screen, piece.values, piece.light, piece.faces,
                 paint, len(piece.faces) + 1, _NO_SHAPES, levels, radius + 1.5, numbers)
            )  # fmt: skip
            numbers += len(piece.faces)
        if len(fills.sheet_faces):
            piece = fills.projected(camera, fills.sheet_faces)
            paints = np.ascontiguousarray(fills.sheet_paints[piece.sources])
            screens.append(piece.screen)
            scatters.append(
                (fragments.scatter_triangles, piece.screen, piece.values, piece.light, piece.faces,
                 paints, 1, fills.sheet_shapes[piece.sources], _NO_LEVELS, 0.0, numbers)
            )  # fmt: skip
            numbers += len(piece.faces)
        if len(fills.shape_ends):
            screen, values, ends = project_rings(
                camera, fills.ring_points, fills.ring_values, fills.ring_ends
            )
            screens.append(screen)
            scatters.append(
                (fragments.scatter_outlines, screen, values, ends, fills.shape_ends,
                 fills.shape_paints, numbers)
            )  # fmt: skip
            numbers += len(fills.shape_ends)
        for piece, paint in pictures.quads(camera):
            screens.append(piece.screen)
            scatters.append(
                (fragments.scatter_triangles, piece.screen, piece.values, piece.light, piece.faces,
                 paint, len(piece.faces) + 1, _NO_SHAPES, _NO_LEVELS, 0.0, numbers)
            )  # fmt: skip
            numbers += len(piece.faces)
        for screen, paints, side in pictures.clouds(camera):
            spread = np.array([side, side, 0.0])
            screens += [screen - spread, screen + spread]
            scatters.append((fragments.scatter_points, screen, paints, side, numbers))
            numbers += len(screen)

        self.window[:] = frame_of(screens, camera.pixel_width, camera.pixel_height)
        self._scatter(scatters, numbers, solids)
        if self.empty:
            return
        shape = (self.window[3] - self.window[1], self.window[2] - self.window[0])
        if self.patch.shape[:2] != shape:
            self.patch = np.zeros((*shape, 4), np.uint8)
        fragments.blend(
            self.patch, self.window, self.heads, self.records, self.tints, self.sheets,
            *look_tables(meshes, snapshots, camera.pixel_height),
            fills.gradients, pictures.textures, pictures.texels,
        )  # fmt: skip

    def _scatter(self, scatters: list[tuple], numbers: int, solids: Solids) -> None:
        """Leave the fragments of all pieces, in as much room as they turn out to need."""
        pixels = int((self.window[2] - self.window[0]) * (self.window[3] - self.window[1]))
        if len(self.heads) < pixels:
            self.heads = np.empty(int(_SLACK * pixels), np.int32)
        if len(self.sheets) < numbers:
            self.sheets = np.zeros((int(_SLACK * numbers) + 1, fragments.SHEET_TERMS))
        self.heads[:pixels] = -1
        left, top, right, bottom = self.window
        shares = bands.of_rows(top, bottom)

        def leave(begin: int, end: int) -> int:
            """Leave the fragments of a band in its part of the records; return how many."""
            first = room * shares.index((begin, end))
            count, heads = first, self.heads[(begin - top) * (right - left) :]
            for scatter, *given in scatters:
                count = scatter(
                    *given, np.array([left, begin, right, end]), solids.window, solids.depth,
                    heads, self.records[: first + room], self.sheets, count,
                )  # fmt: skip
            return count - first

        while True:
            room = len(self.records) // len(shares)
            counts = bands.each(leave, shares)
            if max(counts) <= room:
                break
            self.heads[:pixels] = -1
            self.records = np.zeros((int(_SLACK * max(counts)) * len(shares), 3), np.int32)
            self.tints = np.zeros((len(self.records), 4), np.float32)
        self.empty = not any(counts)
