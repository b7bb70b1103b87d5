"""Clipping at the near plane: what reaches behind the eye is cut off there.

Points are given as the eye has them: x to the right, y up, and the distance in front of the eye.
What is carried along, such as a light, goes linearly with the place.
"""

from __future__ import annotations

import numpy as np

from scenes.stage.compiled import compiled


@compiled
def clip_triangles(eye, carried, faces, near):
    """Return points, what they carry, triangles and their sources, cut off at the near plane.

    `eye` (n, 3) and `carried` (n, k) come back with the points of the cuts behind them; a
    triangle becomes none, one or two. Corners that are nan count as in front.
    """
    count, dimensions = eye.shape[0], carried.shape[1]
    cut = 0
    for f in range(faces.shape[0]):
        behind = 0
        for j in range(3):
            behind += eye[faces[f, j], 2] < near
        cut += behind == 1 or behind == 2
    points = np.empty((count + 2 * cut, 3))
    loads = np.empty((count + 2 * cut, dimensions))
    points[:count], loads[:count] = eye, carried
    triangles = np.empty((faces.shape[0] + cut, 3), np.int32)
    sources = np.empty(faces.shape[0] + cut, np.int64)
    made = 0
    corners = np.empty(4, np.int32)
    for f in range(faces.shape[0]):
        kept = 0
        for j in range(3):
            one, two = faces[f, j], faces[f, (j + 1) % 3]
            one_behind, two_behind = eye[one, 2] < near, eye[two, 2] < near
            if not one_behind:
                corners[kept] = one
                kept += 1
            if one_behind != two_behind:
                t = (near - eye[one, 2]) / (eye[two, 2] - eye[one, 2])
                points[count] = eye[one] + t * (eye[two] - eye[one])
                points[count, 2] = near
                loads[count] = carried[one] + t * (carried[two] - carried[one])
                corners[kept] = count
                kept += 1
                count += 1
        for j in range(kept - 2):
            triangles[made, 0] = corners[0]
            triangles[made, 1], triangles[made, 2] = corners[j + 1], corners[j + 2]
            sources[made] = f
            made += 1
    return points[:count], loads[:count], triangles[:made], sources[:made]


@compiled
def clip_rings(eye, carried, ends, near):
    """Return closed rings of points, what they carry and their ends, cut off at the near plane.

    Ring r has the points (n, 3) up to ends[r]. What lies behind the plane is dropped and its
    border runs along the plane: the winding around every place in front stays as it is.
    """
    points, loads = np.empty((2 * eye.shape[0], 3)), np.empty(2 * eye.shape[0])
    new_ends = np.empty_like(ends)
    count, first = 0, 0
    for r in range(ends.shape[0]):
        for one in range(first, ends[r]):
            two = one + 1 if one + 1 < ends[r] else first
            one_behind, two_behind = eye[one, 2] < near, eye[two, 2] < near
            if not one_behind:
                points[count], loads[count] = eye[one], carried[one]
                count += 1
            if one_behind != two_behind:
                t = (near - eye[one, 2]) / (eye[two, 2] - eye[one, 2])
                points[count] = eye[one] + t * (eye[two] - eye[one])
                points[count, 2] = near
                loads[count] = carried[one] + t * (carried[two] - carried[one])
                count += 1
        first = ends[r]
        new_ends[r] = count
    return points[:count], loads[:count], new_ends
