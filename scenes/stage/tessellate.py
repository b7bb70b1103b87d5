"""Filled shapes of Bezier curves into triangles and outlines.

A solid's face of four sides, as every `Surface` has them by the thousand, becomes a Coons patch:
the grid of points that its four border curves imply (Coons 1967). Another face of a solid becomes
a fan of triangles, if that covers it. All other shapes become closed rings of points, which
`fragments` fills by the rule of the nonzero winding number, as Manim does.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from scenes.stage.compiled import compiled

NOTHING, PATCH, FAN, OUTLINE = range(4)
"""What becomes of a shape."""

Steps = tuple[int, int]
"""Into how many strips a patch is cut: across its first border curve, across its second."""

_CHORD_ERROR = 0.05  # pixels that a chord may leave its curve by
_PATCH_ERROR = 0.4  # the same for patches, which are many, where they are nearest to the eye
_MOST_CHORDS = 64
_SAME_PLACE = 1e-5  # world units: curves that come so near to each other meet


@compiled
def sort_shapes(points, starts, wanted, solid):
    """Return for each shape whether it is a PATCH, an OUTLINE or NOTHING (not wanted, no curve).

    Shape i has the points starts[i] to starts[i + 1], four to a curve. A patch is a solid's face
    of four curves that close.
    """
    kinds = np.zeros(wanted.shape[0], np.int64)
    for i in range(wanted.shape[0]):
        first = starts[i]
        count = (starts[i + 1] - first) // 4
        if not wanted[i] or count == 0:
            continue
        kinds[i] = OUTLINE
        if solid[i] and count == 4:
            closed = True
            for j in range(4):
                end, begin = first + 4 * j + 3, first + 4 * ((j + 1) % 4)
                for axis in range(3):
                    # True for nan also: such a patch is not drawn, and needs no outline.
                    closed &= not abs(points[end, axis] - points[begin, axis]) > _SAME_PLACE
            if closed:
                kinds[i] = PATCH
    return kinds


def border_chords(control: np.ndarray, scale: float, most: int) -> np.ndarray:
    """Return how many chords the curves (q, 4) that border patches (q, 16, 3) need.

    At `scale` pixels to a world unit, 1 to `most`; 1 where a point is nan.
    """
    curves = control.reshape(-1, 4, 4, 3)
    second = curves[:, :, :2] - 2 * curves[:, :, 1:3] + curves[:, :, 2:]
    bend = np.sqrt(np.square(second).sum(axis=3)).max(axis=2)
    chords = np.ceil(np.sqrt(0.75 * scale / _PATCH_ERROR * np.nan_to_num(bend, posinf=0.0)))
    return np.clip(chords, 1, most).astype(int)


@cache
def _patch_weights(steps: Steps, chords: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return what weights give a Coons patch's points and normals.

    The first (n, 16) is for the control points of the four curves, of which so many chords are
    taken, the second (n, 4) for the corners, where the curves begin.
    """
    across, along = (np.linspace(0, 1, count + 1) for count in steps)
    v, u = (grid.ravel() for grid in np.meshgrid(along, across, indexing="ij"))

    def curve(at: np.ndarray, count: int) -> np.ndarray:
        ends = np.linspace(0, 1, count + 1)
        s = 1 - ends
        bernstein = s**3, 3 * s**2 * ends, 3 * s * ends**2, ends**3
        return np.stack([np.interp(at, ends, weights) for weights in bernstein], -1)

    corners = np.stack([(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v], -1)
    weights = np.zeros((len(u), 16))
    weights[:, 0:4] = (1 - v)[:, None] * curve(u, chords[0])
    weights[:, 4:8] = u[:, None] * curve(v, chords[1])
    weights[:, 8:12] = v[:, None] * curve(1 - u, chords[2])
    weights[:, 12:16] = (1 - u)[:, None] * curve(1 - v, chords[3])
    weights[:, 0:16:4] -= corners
    return weights, corners


@cache
def patch_triangles(steps: Steps, chords: tuple[int, ...]) -> np.ndarray:
    """Return the triangles (t, 3) of a patch's points, counter-clockwise as its border.

    Of the points on a border they have the ends of its chords only: those between them lie beside
    the chord by rounding errors, through which the neighbour's triangles would be seen.
    """
    across, along = steps
    point = np.arange((along + 1) * (across + 1), dtype=np.int32).reshape(along + 1, across + 1)
    corner = point.copy()
    i, j = np.arange(across + 1), np.arange(along + 1)
    corner[0] = point[0, i - i % (across // chords[0])]
    corner[-1] = point[-1, i - i % (across // chords[2])]
    corner[:, -1] = point[j - j % (along // chords[1]), -1]
    corner[:, 0] = point[j - j % (along // chords[3]), 0]
    a, b, c, d = corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]
    faces = np.stack([a, b, c, a, c, d], -1).reshape(-1, 3)
    return faces[(faces != np.roll(faces, 1, axis=1)).all(axis=1)]


def patch_points(control: np.ndarray, steps: Steps, chords: tuple[int, ...]) -> np.ndarray:
    """Return the points (q, n, 3) of patches with control points (q, 16, 3).

    `chords` (4,) says how many chords stand for each border curve: divisors of the steps there.
    """
    if steps == (1, 1):
        return control[:, [0, 4, 12, 8]]
    return _patch_weights(steps, chords)[0] @ control


def smooth_corners(control: np.ndarray) -> np.ndarray:
    """Return unit normals (q, 4, 3) at the corners of patches, smooth where patches meet.

    A patch's corner gets the mean of the faces around it, weighted by area, that are less than
    45° off its own: a ball becomes round, a box keeps its edges.
    """
    corners = np.ascontiguousarray(control[:, ::4])  # a, b, c, d round the border
    faces = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    keys = place_keys(corners.reshape(-1, 3))
    return corner_normals(faces, np.argsort(keys, kind="stable"), keys)


def patch_normals(corners: np.ndarray, steps: Steps) -> np.ndarray:
    """Return unit normals (q, n, 3) of patches from those of their corners (q, 4, 3)."""
    if steps == (1, 1):
        return corners[:, [0, 1, 3, 2]]
    between = _patch_weights(steps, (1, 1, 1, 1))[1] @ corners
    length = np.linalg.norm(between, axis=2, keepdims=True)
    return between / np.maximum(length, 1e-12)


def place_keys(points: np.ndarray) -> np.ndarray:
    """Return numbers (n,) that are the same for points (n, 3) at the same place.

    Places are told apart by cells a millionth of the whole in size: no two corners share one by
    accident, and they are shifted so that round numbers do not lie on the border of two.
    """
    points = np.nan_to_num(points)
    size = np.abs(points).max(initial=1e-9)
    cells = np.floor(points / (1e-6 * size) + 0.3719).astype(np.int64)
    return cells @ np.array([1, 2097169, 4398042316801])


@compiled
def corner_normals(faces, order, keys):
    """Return unit normals (q, 4, 3) of the corners of faces with normals (q, 3), not of unit size.

    `order` (4 q,) lists the corners so that those at one place, with equal `keys`, follow one
    another.
    """
    normals = np.zeros((faces.shape[0], 4, 3))
    length = np.empty(faces.shape[0])
    for f in range(faces.shape[0]):
        length[f] = math.sqrt(faces[f, 0] ** 2 + faces[f, 1] ** 2 + faces[f, 2] ** 2)
    first = 0
    while first < order.shape[0]:
        end = first + 1
        while end < order.shape[0] and keys[order[end]] == keys[order[first]]:
            end += 1
        for i in range(first, end):
            f, corner = order[i] // 4, order[i] % 4
            x, y, z = faces[f, 0], faces[f, 1], faces[f, 2]
            for j in range(first, end):
                g = order[j] // 4
                if g == f:
                    continue
                cosine = faces[f, 0] * faces[g, 0] + faces[f, 1] * faces[g, 1]
                cosine += faces[f, 2] * faces[g, 2]
                if cosine > math.sqrt(0.5) * length[f] * length[g]:
                    x, y, z = x + faces[g, 0], y + faces[g, 1], z + faces[g, 2]
            size = math.sqrt(x * x + y * y + z * z)
            if size > 0:
                normals[f, corner, 0] = x / size
                normals[f, corner, 1] = y / size
                normals[f, corner, 2] = z / size
        first = end
    return normals


@compiled
def flatten(points, starts, chosen, scale):
    """Return the chosen shapes as rings of chords: points, ends of the rings, ends of the shapes.

    The shapes' ends count rings, the rings' ends count points. A ring goes on while a curve begins
    where the one before it ends; it is closed without repeating its first point. `scale` is in
    pixels to a world unit.
    """
    shapes = 0
    most_points, most_rings = 0, 0
    for i in range(chosen.shape[0]):
        if chosen[i]:
            shapes += 1
            for c in range(starts[i], starts[i + 1] - 3, 4):
                most_points += _chords(points, c, scale) + 1
                most_rings += 1
    flat = np.empty((most_points, 3))
    ring_ends, shape_ends = np.empty(most_rings, np.int64), np.empty(shapes, np.int64)
    count, rings, shape = 0, 0, 0
    for i in range(chosen.shape[0]):
        if not chosen[i]:
            continue
        begun = count
        for c in range(starts[i], starts[i + 1] - 3, 4):
            joined = c > starts[i]
            for axis in range(3):
                joined = joined and abs(points[c, axis] - points[c - 1, axis]) <= _SAME_PLACE
            if not joined:
                if count > begun:
                    ring_ends[rings] = count
                    rings += 1
                begun = count
                flat[count] = points[c]
                count += 1
            chords = _chords(points, c, scale)
            for k in range(1, chords + 1):
                t = k / chords
                s = 1.0 - t
                for axis in range(3):
                    value = s * s * s * points[c, axis] + 3 * s * s * t * points[c + 1, axis]
                    value += 3 * s * t * t * points[c + 2, axis] + t * t * t * points[c + 3, axis]
                    flat[count, axis] = value
                count += 1
        if count > begun:
            ring_ends[rings] = count
            rings += 1
        shape_ends[shape] = rings
        shape += 1
    return flat[:count], ring_ends[:rings], shape_ends


@compiled
def _chords(points, c, scale):
    """Return how many chords the curve that begins at point c needs."""
    bend = 0.0
    for k in range(2):
        square = 0.0
        for axis in range(3):
            second = points[c + k, axis] - 2 * points[c + k + 1, axis] + points[c + k + 2, axis]
            square += second**2
        bend = max(bend, square)
    chords = math.ceil(math.sqrt(0.75 * math.sqrt(bend) * scale / _CHORD_ERROR))
    return int(min(max(chords, 1.0), _MOST_CHORDS))


@compiled
def fans(flat, ring_ends, shape_ends):
    """Return whether each shape is one ring that a fan from its first point covers, once."""
    covered = np.zeros(shape_ends.shape[0], np.bool_)
    ring = 0
    for s in range(shape_ends.shape[0]):
        rings = shape_ends[s] - ring
        first, end = ring_ends[ring - 1] if ring else 0, ring_ends[shape_ends[s] - 1]
        ring = shape_ends[s]
        if rings != 1 or end - first < 3:
            continue
        nx, ny, nz, size = 0.0, 0.0, 0.0, 0.0
        for i in range(first + 1, end - 1):
            x, y, z = _cross(flat, first, i)
            nx, ny, nz = nx + x, ny + y, nz + z
            size += math.sqrt(x * x + y * y + z * z)
        # Triangles of one plane and one sense add up to their sum's length, no others do.
        covered[s] = math.sqrt(nx * nx + ny * ny + nz * nz) > (1 - 1e-9) * size
    return covered


@compiled
def _cross(flat, first, i):
    """Return the cross product of the sides from point `first` to points i and i + 1."""
    ax, ay, az = (
        flat[i, 0] - flat[first, 0],
        flat[i, 1] - flat[first, 1],
        flat[i, 2] - flat[first, 2],
    )
    bx, by, bz = (
        flat[i + 1, 0] - flat[first, 0],
        flat[i + 1, 1] - flat[first, 1],
        flat[i + 1, 2] - flat[first, 2],
    )
    return ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx


def light_factor(points: np.ndarray, normals: np.ndarray, light_source: np.ndarray) -> np.ndarray:
    """Return what Manim's light adds to the colours of points (n, 3) with unit normals (n, 3).

    That of `manim.utils.color.get_shaded_rgb`: half the cube of the cosine, on the side away from
    the light half of that.
    """
    toward = light_source - points
    distance = np.linalg.norm(toward, axis=1)
    cosine = np.einsum("ij,ij->i", toward, normals) / np.maximum(distance, 1e-12)
    light = 0.5 * cosine**3
    return np.where(light < 0, 0.5 * light, light)


def face_normals(points: np.ndarray, starts: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Return unit normals of flat shapes as Manim takes them, at the first corner."""
    first, end = starts[shapes], starts[shapes + 1]
    normals = np.cross(points[first + 3] - points[first], points[end - 4] - points[first])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.where(length > 0, normals / np.maximum(length, 1e-300), [0.0, 1.0, 0.0])
