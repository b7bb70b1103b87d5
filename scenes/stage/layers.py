"""The meshes as they were last drawn: what did not change is neither filled nor shaded again.

All opaque meshes make one layer, each translucent mesh one of its own. A layer keeps the depth
of its samples (see `raster`), by which strokes are hidden, and its shaded picture.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from scenes.stage import raster, shading
from scenes.stage.normals import vertex_normals
from scenes.stage.space import Mesh
from scenes.stage.vertices import extent

if TYPE_CHECKING:
    from scenes.stage.camera import DepthCamera

_SLACK = 1.3  # a layer is given this much more room than it needs, to grow in


class Snapshot:
    """A mesh as it was drawn: to see a change by whatever way it came, and to keep its normals."""

    __slots__ = ("_light", "_light_key", "faces", "heights", "normals", "number", "points")

    _numbers = itertools.count()

    def __init__(self, mesh: Mesh) -> None:
        self.points = np.array(mesh.points, dtype=float, order="C")
        self.heights = np.array(mesh.heights, dtype=float, order="C")
        self.faces = np.array(mesh.faces, dtype=np.int32, order="C")
        self.normals = vertex_normals(self.points, self.faces)
        self.number = next(self._numbers)
        self._light_key: tuple | None = None
        self._light = np.ones((0, 2))

    def light(self, lit: bool, camera: DepthCamera) -> np.ndarray:
        """Return the light (n, 2) on the front and back of the vertices."""
        key = (lit, camera.light_direction.tobytes(), camera.ambient, camera.underside)
        if key != self._light_key:
            self._light_key = key
            self._light = camera.light_on(lit, self.normals)
        return self._light

    def shows(self, mesh: Mesh) -> bool:
        """Whether the mesh is still as it was."""
        return (
            _same(self.points, mesh.points)
            and _same(self.heights, mesh.heights)
            and _same(self.faces, mesh.faces)
        )


def _same(kept: np.ndarray, given: np.ndarray) -> bool:
    """Whether two arrays hold the same bits (nan is the same as nan)."""
    if kept.shape != given.shape or kept.dtype != given.dtype:
        return False
    bits = f"i{kept.dtype.itemsize}"
    return np.array_equal(kept.view(bits), np.ascontiguousarray(given).view(bits))


class Layer:
    """Meshes that share one depth: where their samples and triangles are kept, their picture."""

    __slots__ = ("depth_key", "nearness", "opacity", "patch", "patch_key", "samples", "triangles",
                 "window")  # fmt: skip

    def __init__(self) -> None:
        self.samples = range(0)  # its stretch of the arrays of samples
        self.triangles = range(0)  # its stretch of the array of planes
        self.window = np.zeros(5, np.int64)
        self.opacity = 1.0
        self.nearness = 0.0  # mean depth of the vertices
        self.depth_key: tuple | None = None  # what its samples depend on
        self.patch_key: tuple | None = None  # what its picture depends on
        self.patch = np.zeros((0, 0, 4), np.uint8)


class MeshLayers:
    """Draws meshes, and keeps what it drew from frame to frame."""

    __slots__ = ("_kept", "_snapshots", "depth", "layers", "owner", "planes")

    def __init__(self) -> None:
        self.depth = np.zeros(0, np.float32)
        self.owner = np.zeros(0, np.int32)
        self.planes = np.zeros((0, raster.PLANE_TERMS), np.float32)
        self.layers: list[Layer] = []  # from the back to the front
        self._kept: dict[int, Layer] = {}
        self._snapshots: dict[int, Snapshot] = {}

    @property
    def windows(self) -> np.ndarray:
        """The layers' windows (n, 5)."""
        return np.array([layer.window for layer in self.layers], np.int64).reshape(-1, 5)

    @property
    def opacities(self) -> np.ndarray:
        """How much each layer hides, (n,)."""
        return np.array([layer.opacity for layer in self.layers], dtype=float)

    def draw(self, meshes: list[Mesh], camera: DepthCamera) -> None:
        """Draw meshes over the camera's pixels, which must be premultiplied by their alpha."""
        self._take_snapshots(meshes)
        opaque = [mesh for mesh in meshes if mesh.opacity >= 1]
        groups = [(id(mesh), [mesh]) for mesh in meshes if mesh.opacity < 1]
        if opaque:
            groups.insert(0, (0, opaque))
        self._kept = {name: self._kept.get(name) or Layer() for name, _ in groups}
        view = camera.view_key()
        for name, group in groups:
            layer = self._kept[name]
            layer.opacity = min(group[0].opacity, 1.0)
            self._fill(layer, group, view, camera)
        front = self._kept[0] if opaque else None
        for name, group in groups:
            self._shade(self._kept[name], group, front, camera)
        rest = [layer for layer in self._kept.values() if layer is not front]
        rest.sort(key=lambda layer: layer.nearness)
        self.layers = [front, *rest] if front else rest
        for layer in self.layers:
            shading.lay_over(camera.pixel_array, layer.patch, layer.window[0], layer.window[1])

    def _take_snapshots(self, meshes: list[Mesh]) -> None:
        taken = {}
        for mesh in meshes:
            snapshot = self._snapshots.get(id(mesh))
            if snapshot is None or not snapshot.shows(mesh):
                snapshot = Snapshot(mesh)
            taken[id(mesh)] = snapshot
        self._snapshots = taken

    def _fill(self, layer: Layer, meshes: list[Mesh], view: tuple, camera: DepthCamera) -> None:
        """Rasterise a layer's meshes, unless they and the view are as they were."""
        snapshots = [self._snapshots[id(mesh)] for mesh in meshes]
        key = (
            view,
            *((kept.number, _lines_of(m)) for kept, m in zip(snapshots, meshes, strict=True)),
        )
        if key == layer.depth_key:
            return
        layer.depth_key = key
        screens = [camera.screen_points(kept.points) for kept in snapshots]
        extents = np.array([extent(screen) for screen in screens])
        layer.nearness = extents[:, 4].sum() / max(extents[:, 5].sum(), 1)
        layer.window[:4] = _frame_of(extents, camera.pixel_width, camera.pixel_height)
        self._make_room(layer, sum(len(kept.faces) for kept in snapshots))
        raster.clear(self.depth, layer.window)
        first = layer.triangles.start
        for number, (mesh, kept, screen) in enumerate(zip(meshes, snapshots, screens, strict=True)):
            raster.fill_triangles(
                screen, kept.heights, kept.light(mesh.lit, camera), kept.faces,
                number, first, layer.window, self.depth, self.owner, self.planes,
            )  # fmt: skip
            first += len(kept.faces)

    def _make_room(self, layer: Layer, triangles: int) -> None:
        """See that a layer has room for its window's samples and its triangles."""
        window = layer.window
        samples = raster.SAMPLES * int((window[2] - window[0]) * (window[3] - window[1]) + 3)
        if len(layer.samples) < samples:
            layer.samples = range(0)
            layer.samples = _free(samples, (other.samples for other in self._kept.values()))
            self.depth = _grown(self.depth, layer.samples.stop)
            self.owner = _grown(self.owner, layer.samples.stop)
        if len(layer.triangles) < triangles:
            layer.triangles = range(0)
            layer.triangles = _free(triangles, (other.triangles for other in self._kept.values()))
            self.planes = _grown(self.planes, layer.triangles.stop)
        window[4] = layer.samples.start

    def _shade(
        self, layer: Layer, meshes: list[Mesh], front: Layer | None, camera: DepthCamera
    ) -> None:
        """Shade a layer, unless it and what stands before it are as they were."""
        front = front or layer
        key = (layer.depth_key, front.depth_key, *(_look_of(mesh) for mesh in meshes))
        if key == layer.patch_key:
            return
        layer.patch_key = key
        left, top, right, bottom, _ = layer.window
        if layer.patch.shape[:2] != (bottom - top, right - left):
            layer.patch = np.zeros((bottom - top, right - left, 4), np.uint8)
        shading.resolve(
            layer.patch, layer.window, front.window, self.depth, self.owner, self.planes,
            *_tables(meshes, camera.pixel_height),
        )  # fmt: skip


def _contour_radius(mesh: Mesh, pixel_height: int) -> float:
    """Return half the width of a mesh's contour lines in pixels, 0 where there are none."""
    return mesh.contour_width / 2 * pixel_height / 1080 if mesh.contour_opacity > 0 else 0.0


def _lines_of(mesh: Mesh) -> tuple:
    """Return what of a mesh's look its samples depend on."""
    lines = mesh.contour_levels.tobytes(), mesh.contour_width, mesh.contour_opacity > 0
    return mesh.lit, *lines


def _look_of(mesh: Mesh) -> tuple:
    """Return what of a mesh's look its picture depends on and its samples do not."""
    return (
        mesh.opacity,
        mesh.value_range,
        mesh.contour_opacity,
        mesh.ramp.tobytes(),
        tuple(mesh.contour_color.to_rgb()),
    )


def _frame_of(extents: np.ndarray, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the rectangle of pixels (left, top, right, bottom) that holds some extents (n, 6)."""
    if not extents[:, 5].any():
        return 0, 0, 0, 0
    limits = np.array([width, height])
    low = np.clip(np.floor(extents[:, :2].min(axis=0)) - 1, 0, limits)
    high = np.clip(np.ceil(extents[:, 2:4].max(axis=0)) + 1, 0, limits)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _free(length: int, taken: Iterable[range]) -> range:
    """Return the first stretch of `length` and some slack beside those that are taken."""
    length = int(length * _SLACK)
    start = 0
    for other in sorted(taken, key=lambda stretch: stretch.start):
        if len(other):
            if other.start - start >= length:
                break
            start = max(start, other.stop)
    return range(start, start + length)


def _grown(array: np.ndarray, length: int) -> np.ndarray:
    """Return an array with at least `length` rows that begins as `array` does."""
    if len(array) >= length:
        return array
    longer = np.zeros((length, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer


def _tables(meshes: list[Mesh], pixel_height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the tables that the shading reads: looks, colour ramps, contour levels."""
    looks = np.zeros((len(meshes), shading.LOOK_TERMS))
    ramps = np.zeros((len(meshes), shading.RAMP_STEPS, 3), np.float32)
    levels = np.concatenate([np.zeros(1), *(mesh.contour_levels for mesh in meshes)])
    steps = np.linspace(0, 1, shading.RAMP_STEPS)
    first = 1
    for look, ramp, mesh in zip(looks, ramps, meshes, strict=True):
        low, high = mesh.value_range
        look[shading.OPACITY] = min(mesh.opacity, 1.0)
        look[shading.VALUE_LOW] = low
        look[shading.VALUE_SCALE] = 1 / (high - low) if high > low else 0.0
        look[shading.CONTOUR_RADIUS] = _contour_radius(mesh, pixel_height)
        look[shading.CONTOUR_OPACITY] = mesh.contour_opacity
        look[shading.CONTOUR_RED : shading.CONTOUR_BLUE + 1] = mesh.contour_color.to_rgb()
        count = len(mesh.contour_levels)
        look[shading.LEVELS_FIRST], look[shading.LEVELS_END] = first, first + count
        gaps = np.diff(mesh.contour_levels)
        if count > 1 and np.allclose(gaps, gaps[0], rtol=1e-6, atol=0):
            look[shading.LEVELS_SPACING] = gaps.mean()
        first += count
        stops = np.linspace(0, 1, len(mesh.ramp))
        for channel in range(3):
            ramp[:, channel] = np.interp(steps, stops, mesh.ramp[:, channel])
    return looks, ramps, levels
