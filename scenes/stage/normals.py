"""What is computed of a mesh: whether it changed, and its normals, for its light."""

from __future__ import annotations

import math

import numpy as np

from scenes.stage.compiled import compiled

_AT_ONCE = 1024
"""Numbers compared between two looks at whether any was different."""


@compiled
def same_bits(kept, given):
    """Whether two rows of integers of one length are the same."""
    for begin in range(0, len(kept), _AT_ONCE):
        different = kept[0] ^ kept[0]
        for i in range(begin, min(begin + _AT_ONCE, len(kept))):
            different |= kept[np.uint64(i)] ^ given[np.uint64(i)]
        if different:
            return False
    return True


@compiled
def vertex_normals(points, faces):
    """Return unit normals (n, 3): the mean of the faces around a vertex, weighted by area.

    Faces run counter-clockwise seen from the side that the normal points to. A face with a nan
    corner is left out; a vertex without a face gets (0, 0, 1).
    """
    normals = np.zeros_like(points)
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ux = points[b, 0] - points[a, 0]
        uy = points[b, 1] - points[a, 1]
        uz = points[b, 2] - points[a, 2]
        vx = points[c, 0] - points[a, 0]
        vy = points[c, 1] - points[a, 1]
        vz = points[c, 2] - points[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        if math.isfinite(nx + ny + nz):
            for corner in (a, b, c):
                normals[corner, 0] += nx
                normals[corner, 1] += ny
                normals[corner, 2] += nz
    for i in range(points.shape[0]):
        length = math.sqrt(normals[i, 0] ** 2 + normals[i, 1] ** 2 + normals[i, 2] ** 2)
        if length > 0:
            normals[i, 0] /= length
            normals[i, 1] /= length
            normals[i, 2] /= length
        else:
            normals[i, 2] = 1.0
    return normals
