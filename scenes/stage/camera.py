"""The depth camera: Manim's 3D camera with a depth for every pixel.

What lives in space is drawn first, by the loops in `raster`: opaque meshes, translucent meshes
from back to front, then strokes, each tested against the depth of the meshes. What is flat comes
on top, drawn by Manim itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from manim.camera.camera import Camera
from manim.camera.three_d_camera import ThreeDCamera
from manim.constants import CapStyleType
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

from . import raster
from .space import DEPTH_BIAS, GHOST_OPACITY, OCCLUSIONS, Mesh

_NEAREST = 0.01  # what is nearer to the eye than this share of the focal distance is not drawn
_CHORD_ERROR = 0.1  # pixels that a chord may leave its curve by
_MOST_CHORDS = 64


class _Buffers:
    """What the camera keeps from frame to frame.

    It has no `__dict__`, so that Manim's cache key sees its type alone: these arrays say nothing
    about the picture that the scene does not say, and whether they are filled depends on what
    was rendered before.
    """

    __slots__ = (
        "depth", "key", "meshes", "opacities", "owner", "patch", "planes", "premultiplied",
        "scratch", "stage", "still", "windows",
    )  # fmt: skip

    def __init__(self) -> None:
        self.depth = np.zeros(0, np.float32)
        self.owner = np.zeros(0, np.int32)
        self.planes = np.zeros((0, raster.PLANE_TERMS), np.float32)
        self.scratch = np.zeros((0, 0), np.float32)
        self.windows = np.zeros((0, 5), np.int64)
        self.opacities = np.zeros(0)
        self.key: tuple | None = None  # what the drawn meshes depend on
        self.meshes: dict[int, _Snapshot] = {}
        self.patch: np.ndarray | None = None  # the drawn meshes over the clean background
        self.still: list[Mobject] = []  # what Manim holds to stand still
        self.stage = "clean"  # what the picture holds: clean, still, drawn
        self.premultiplied = False


class _Snapshot:
    """A mesh as it was drawn: to see a change by whatever way it came, and to keep its normals."""

    __slots__ = ("faces", "heights", "normals", "points")

    def __init__(self, mesh: Mesh) -> None:
        self.points = np.array(mesh.points, dtype=float, order="C")
        self.heights = np.array(mesh.heights, dtype=float, order="C")
        self.faces = np.array(mesh.faces, dtype=np.int32, order="C")
        self.normals = raster.vertex_normals(self.points, self.faces)

    def shows(self, mesh: Mesh) -> bool:
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


def _look_of(mesh: Mesh) -> tuple:
    """Return everything about a mesh's look that is not in its arrays of vertices and faces."""
    return (
        mesh.opacity,
        mesh.lit,
        mesh.value_range,
        mesh.contour_width,
        mesh.contour_opacity,
        mesh.ramp.tobytes(),
        mesh.contour_levels.tobytes(),
        tuple(mesh.contour_color.to_rgb()),
    )


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
        rotated = (points - self.frame_center) @ self.get_rotation_matrix().T
        focal = self.get_focal_distance()
        away = focal - rotated[:, 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            away = np.where(away > _NEAREST * focal, away, np.nan)
            factor = focal / away
            if self.exponential_projection:
                factor = np.where(away < focal, np.exp(rotated[:, 2] / focal), factor)
        factor *= self.get_zoom()
        x_scale = self.pixel_width / self.frame_width
        y_scale = self.pixel_height / self.frame_height
        screen = np.empty((len(points), 3))
        screen[:, 0] = self.pixel_width / 2
        screen[:, 0] += (rotated[:, 0] * factor + self.principal_point[0]) * x_scale
        screen[:, 1] = self.pixel_height / 2
        screen[:, 1] -= (rotated[:, 1] * factor + self.principal_point[1]) * y_scale
        screen[:, 2] = 1 / away
        return screen

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
            raster.premultiply(self.pixel_array)
        self._buffers.premultiplied = True
        self._draw_meshes([mesh for mesh in meshes if mesh.opacity > 0])
        self._draw_strokes(lines)
        for kind, group in itertools.groupby(flat, self.type_or_raise):
            self.display_funcs[kind](list(group), self.pixel_array)
        if see_through:
            # Cairo multiplies colours by alpha, files do not: left alone, edges would be dark.
            raster.unmultiply(self.pixel_array)
            self._buffers.premultiplied = False

    # Meshes

    def _draw_meshes(self, meshes: list[Mesh]) -> None:
        buffers = self._buffers
        changed = self._take_snapshots(meshes)
        key = (self._view(), tuple((id(mesh), _look_of(mesh)) for mesh in meshes))
        clean = buffers.stage == "clean"
        if not changed and key == buffers.key and clean and buffers.patch is not None:
            left, top, right, bottom = self._drawn_area()
            self.pixel_array[top:bottom, left:right] = buffers.patch
            return
        self._fill_layers(meshes)
        buffers.key, buffers.patch = key, None
        if clean:
            left, top, right, bottom = self._drawn_area()
            buffers.patch = self.pixel_array[top:bottom, left:right].copy()

    def _view(self) -> tuple:
        """Return everything about the camera that the drawn meshes depend on."""
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
            (id(self.background), str(self.background_color), self.background_opacity),
        )

    def _take_snapshots(self, meshes: list[Mesh]) -> bool:
        """Keep the meshes as they are now; return whether anything is not as it was."""
        kept = self._buffers.meshes
        taken = {}
        changed = len(kept) != len(meshes)
        for mesh in meshes:
            snapshot = kept.get(id(mesh))
            if snapshot is None or not snapshot.shows(mesh):
                snapshot = _Snapshot(mesh)
                changed = True
            taken[id(mesh)] = snapshot
        self._buffers.meshes = taken
        return changed

    def _drawn_area(self) -> tuple[int, int, int, int]:
        windows = self._buffers.windows
        if not len(windows):
            return 0, 0, 0, 0
        left, top = windows[:, :2].min(axis=0)
        right, bottom = windows[:, 2:4].max(axis=0)
        return left, top, max(left, right), max(top, bottom)

    def _fill_layers(self, meshes: list[Mesh]) -> None:
        """Rasterise all meshes: the opaque ones in one layer, each translucent one in its own."""
        buffers = self._buffers
        snapshots = buffers.meshes
        screens = [self.screen_points(snapshots[id(mesh)].points) for mesh in meshes]
        opaque = [i for i, mesh in enumerate(meshes) if mesh.opacity >= 1]
        clear = [i for i, mesh in enumerate(meshes) if mesh.opacity < 1]
        clear.sort(key=lambda i: np.nanmean(screens[i][:, 2]) if len(screens[i]) else 0.0)
        groups = ([opaque] if opaque else []) + [[i] for i in clear]
        windows = self._windows([[screens[i] for i in group] for group in groups])
        buffers.windows = windows
        buffers.opacities = np.array([meshes[group[0]].opacity for group in groups], dtype=float)
        self._reserve(windows, sum(len(mesh.faces) for mesh in meshes))

        looks, ramps, levels = self._looks(meshes)
        owners = np.repeat(np.arange(len(meshes)), [len(mesh.faces) for mesh in meshes])
        firsts = np.cumsum([0, *(len(mesh.faces) for mesh in meshes)])
        for group, window in zip(groups, windows, strict=True):
            raster.clear(buffers.depth, window)
            for i in group:
                kept = snapshots[id(meshes[i])]
                raster.fill_triangles(
                    screens[i], kept.heights, self._light_on(meshes[i], kept.normals),
                    kept.faces, firsts[i], window, buffers.depth, buffers.owner, buffers.planes,
                )  # fmt: skip
            front = windows[0] if opaque else window
            raster.resolve(
                self.pixel_array, window, front, buffers.depth, buffers.owner, buffers.planes,
                owners, looks, ramps, levels, 0.5 * self._pixel_depth(),
            )  # fmt: skip

    def _windows(self, groups: list[list[np.ndarray]]) -> np.ndarray:
        """Return the window of each group of meshes, given their vertices on the screen."""
        windows = np.zeros((len(groups), 5), np.int64)
        offset = 0
        limits = np.array([self.pixel_width, self.pixel_height])
        for window, screens in zip(windows, groups, strict=True):
            points = np.concatenate(screens)[:, :2]
            points = points[np.isfinite(points).all(axis=1)]
            if len(points):
                window[:2] = np.clip(np.floor(points.min(axis=0)) - 1, 0, limits)
                window[2:4] = np.clip(np.ceil(points.max(axis=0)) + 1, 0, limits)
            window[4] = offset
            offset += raster.SAMPLES * (window[2] - window[0]) * (window[3] - window[1])
        return windows

    def _reserve(self, windows: np.ndarray, triangles: int) -> None:
        """Make room for the samples of all windows and the planes of all triangles."""
        buffers = self._buffers
        sizes = raster.SAMPLES * np.prod(windows[:, 2:4] - windows[:, :2], axis=1)
        total = int(sizes.sum())
        if len(buffers.depth) < total:
            buffers.depth = np.zeros(total, np.float32)
            buffers.owner = np.zeros(total, np.int32)
        if len(buffers.planes) < triangles:
            buffers.planes = np.zeros((triangles, raster.PLANE_TERMS), np.float32)

    def _light_on(self, mesh: Mesh, normals: np.ndarray) -> np.ndarray:
        """Return the soft light (n, 2) on the front and the back of each vertex."""
        light = np.ones((len(normals), 2))
        if mesh.lit:
            toward = self.light_direction / np.linalg.norm(self.light_direction)
            facing = normals @ toward
            light[:, 0] = self.ambient + (1 - self.ambient) * (0.5 + 0.5 * facing)
            light[:, 1] = self.ambient + (1 - self.ambient) * (0.5 - 0.5 * facing)
            light[:, 1] *= self.underside
        return light

    def _looks(self, meshes: list[Mesh]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the tables that the shading reads: looks, colour ramps, contour levels."""
        looks = np.zeros((len(meshes), raster.LOOK_TERMS))
        ramps = np.zeros((len(meshes), raster.RAMP_STEPS, 3))
        levels = np.concatenate([np.zeros(1), *(mesh.contour_levels for mesh in meshes)])
        first = 1
        for look, ramp, mesh in zip(looks, ramps, meshes, strict=True):
            low, high = mesh.value_range
            look[raster.OPACITY] = min(mesh.opacity, 1.0)
            look[raster.VALUE_LOW] = low
            look[raster.VALUE_SCALE] = 1 / (high - low) if high > low else 0.0
            count = len(mesh.contour_levels)
            if count and mesh.contour_opacity > 0:
                look[raster.CONTOUR_RADIUS] = mesh.contour_width / 2 * self.pixel_height / 1080
            look[raster.CONTOUR_OPACITY] = mesh.contour_opacity
            look[raster.CONTOUR_RED : raster.CONTOUR_BLUE + 1] = mesh.contour_color.to_rgb()
            look[raster.LEVELS_FIRST], look[raster.LEVELS_END] = first, first + count
            gaps = np.diff(mesh.contour_levels)
            if count > 1 and np.allclose(gaps, gaps[0], rtol=1e-6, atol=0):
                look[raster.LEVELS_SPACING] = gaps.mean()
            first += count
            stops = np.linspace(0, 1, len(mesh.ramp))
            for channel in range(3):
                steps = np.linspace(0, 1, raster.RAMP_STEPS)
                ramp[:, channel] = np.interp(steps, stops, mesh.ramp[:, channel])
        return looks, ramps, levels

    def _pixel_depth(self) -> float:
        """Return the step in depth as wide as one pixel, as a share of the depth w."""
        return self.frame_width / self.pixel_width / self.get_zoom() / self.get_focal_distance()

    # Strokes

    def _draw_strokes(self, lines: list[VMobject]) -> None:
        buffers = self._buffers
        strokes, widths, curves = self._gather(lines)
        if not strokes:
            return
        parts, ends = self._parts([line for line, _ in curves], widths, curves)
        if buffers.scratch.shape != self.pixel_array.shape[:2]:
            buffers.scratch = np.zeros(self.pixel_array.shape[:2], np.float32)
        colours = np.array(strokes, dtype=float)
        for behind in (True, False):
            raster.draw_strokes(
                self.pixel_array, buffers.scratch, parts, colours, ends, behind,
                self._pixel_depth(), buffers.windows, buffers.opacities,
                buffers.depth, buffers.owner, buffers.planes,
            )  # fmt: skip

    def _gather(self, lines: list[VMobject]) -> tuple[list, list, list]:
        """Return colours and rules, half-widths in pixels, and (mobject, control points)."""
        strokes, widths, curves = [], [], []
        unit = self.cairo_line_width_multiple * self.pixel_width / self.frame_width / 2
        for line in lines:
            count = len(line.points) // 4
            for background in (True, False):
                width = line.get_stroke_width(background)
                red, green, blue, alpha = line.get_stroke_rgbas(background)[0][:4]
                if count == 0 or width <= 0 or alpha <= 0:
                    continue
                occlusion = getattr(line, "occlusion", "ghost")
                if occlusion not in OCCLUSIONS:
                    raise ValueError(
                        f"occlusion={occlusion!r}: give one of {', '.join(OCCLUSIONS)}"
                    )
                ghost = {"hide": 0.0, "show": 1.0}.get(
                    occlusion, getattr(line, "ghost_opacity", GHOST_OPACITY)
                )
                lift = getattr(line, "depth_bias", DEPTH_BIAS)
                strokes.append((red, green, blue, min(alpha, 1.0), ghost, lift))
                widths.append(width * unit)
                curves.append((line, line.points[: 4 * count].reshape(count, 4, 3)))
        return strokes, widths, curves

    def _parts(
        self, lines: list[VMobject], widths: list[float], curves: list
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the strokes' parts on the screen and where each stroke's parts end."""
        counts = [len(control) for _, control in curves]
        stroke_of = np.repeat(np.arange(len(curves)), counts)
        control = np.concatenate([control for _, control in curves])
        start, end, of = self._chords(control)
        stroke_of = stroke_of[of]
        parts = np.zeros((len(of), raster.PART_TERMS))
        parts[:, raster.X0 : raster.W0 + 1] = start
        parts[:, raster.X1 : raster.W1 + 1] = end
        radii = np.array(widths)[stroke_of]
        parts[:, raster.R0] = parts[:, raster.R1] = radii
        dots = np.array([line.cap_style == CapStyleType.ROUND for line in lines])
        length = np.hypot(*(end - start)[:, :2].T)
        drawn = (length > 1e-4) | dots[stroke_of]
        drawn &= np.isfinite(parts).all(axis=1)
        parts, stroke_of = parts[drawn], stroke_of[drawn]
        ends = np.searchsorted(stroke_of, np.arange(len(curves)), side="right")
        if not any(getattr(line, "head_length", 0) for line in lines):
            return parts, ends
        pieces = np.split(parts, ends[:-1])
        unit = self.cairo_line_width_multiple * self.pixel_width / self.frame_width
        pieces = [
            _with_head(piece, line.head_length * unit, line.head_width * unit / 2)
            if getattr(line, "head_length", 0) and len(piece)
            else piece
            for piece, line in zip(pieces, lines, strict=True)
        ]
        return np.concatenate(pieces), np.cumsum([len(piece) for piece in pieces])

    def _chords(self, control: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Cut Bezier curves (c, 4, 3) into chords: their two ends on the screen, and whose."""
        seen = self.screen_points(control.reshape(-1, 3))[:, :2].reshape(-1, 4, 2)
        bend = np.abs(np.diff(seen, n=2, axis=1)).sum(axis=2).max(axis=1)
        bend = np.nan_to_num(bend, nan=0.0, posinf=0.0)
        count = np.clip(np.ceil(np.sqrt(0.75 * bend / _CHORD_ERROR)), 1, _MOST_CHORDS).astype(int)
        of = np.repeat(np.arange(len(control)), count)
        place = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
        ends = []
        for shift in (0, 1):
            t = ((place + shift) / count[of])[:, None]
            s = 1 - t
            p0, p1, p2, p3 = (control[of, i] for i in range(4))
            points = s**3 * p0 + 3 * s**2 * t * p1 + 3 * s * t**2 * p2 + t**3 * p3
            ends.append(self.screen_points(points))
        return ends[0], ends[1], of


def _with_head(parts: np.ndarray, length: float, half: float) -> np.ndarray:
    """Return an arrow's parts: a shaft and a head, which shrink together on a short arrow."""
    start, tip = parts[0, raster.X0 : raster.W0 + 1], parts[-1, raster.X1 : raster.W1 + 1]
    whole = np.hypot(*(tip - start)[:2])
    if whole < 1e-6:
        return parts[:0]
    scale = min(1.0, whole / (3 * length))
    radius = parts[0, raster.R0] * scale
    base = tip + (start - tip) * (length * scale / whole)
    neck = tip + (start - tip) * (0.8 * length * scale / whole)
    return np.array(
        [
            [raster.CAPSULE, *start, radius, *neck, radius],
            [raster.HEAD, *base, half * scale, *tip, 0.0],
        ]
    )
