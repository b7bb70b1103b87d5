"""Which surfaces are seen in a row of pixels, and what is known of them there."""

from __future__ import annotations

import numpy as np

from scenes.stage.compiled import compiled
from scenes.stage.samples import (
    DEPTH_X,
    DEPTH_Y,
    MESH,
    SAMPLE_X,
    SAMPLE_Y,
    SAMPLES,
    VALUE_X,
    VALUE_Y,
)
from scenes.stage.surface_lanes import carries_on, covered, has_border, plane_at

_SAME_TONE = np.float32(0.01)  # light and colour that differ by less are taken for the same
_NOTHING, _HALF, _WHOLE = np.float32(0), np.float32(0.5), np.float32(1)

# A set of a pixel's samples is a number from 0 to 15. Each set's middle, and its share of them:
_MEMBERS = (np.arange(1 << SAMPLES)[:, None] >> np.arange(SAMPLES)) & 1
_COUNT = np.maximum(_MEMBERS.sum(axis=1), 1)
_MIDDLE_X = (_MEMBERS @ SAMPLE_X / _COUNT).astype(np.float32)
_MIDDLE_Y = (_MEMBERS @ SAMPLE_Y / _COUNT).astype(np.float32)
SHARE = (_COUNT / SAMPLES).astype(np.float32)
ALL = (1 << SAMPLES) - 1

# The surfaces that are seen in a row of pixels, each shaded once for a pixel. First which they
# are: the column, the triangle, the set of samples, the number of the mesh, the step of its ramp.
COLUMN, TRIANGLE, SET, LOOK, STEP = range(5)
# Then what is known amid those samples: value, light, the square of the value's slope for one
# pixel, the nearest contour line and how far the next is, how much of the pixel that line covers.
VALUE, LIGHT, SLOPE, LEVEL, GAP, INK = range(6)


@compiled
def find_surfaces(y, window, low, high, front, depth, owner, planes, scales, columns, indices):
    """Find which surfaces are seen in row y and return how many; those of a pixel in a row.

    Of the row, pixels `low` to `high` are looked at, counted from the window's left edge.

    Samples behind those of the window `front` are left out. `scales` (m,) is by what each mesh's
    values are multiplied to compare them. `columns` (2, w) is room to work in; `indices`
    (5, 4 w) receives the surfaces. Pixels are sorted into lists without a branch, since no
    processor can guess which pixels have a border of triangles in them.
    """
    left, width = window[0], window[2] - window[0]
    start = window[4] + (y - window[1]) * width * SAMPLES
    shielded = front[4] != window[4] and front[1] <= y < front[3]
    front_start = front[4] + (y - front[1]) * (front[2] - front[0]) * SAMPLES
    places, triangles, sets = indices[COLUMN], indices[TRIANGLE], indices[SET]
    several, partial = columns[0], columns[1]
    y_mid, tone = np.float32(y) + _HALF, _SAME_TONE
    # Unsigned, here and below, so that no index is looked at for being negative.
    count, borders, rest = np.uint64(0), np.uint64(0), np.uint64(0)
    for x in range(low, high):
        at = np.uint64(start + SAMPLES * x)
        seen = covered(depth, at)
        if not seen:
            continue
        border, full = has_border(owner, at), (seen == ALL) & (not shielded)
        places[count], triangles[count], sets[count] = x, owner[at], ALL
        several[borders] = partial[rest] = x
        count += np.uint64(full & (not border))
        borders += np.uint64(full & border)
        rest += np.uint64(not full)

    # Where all samples are of triangles that carry on one surface, it is that surface's pixel.
    crossings = np.uint64(0)
    for i in range(borders):
        x = several[i]
        at = np.uint64(start + SAMPLES * x)
        a, b = owner[at], owner[at + np.uint64(1)]
        c, d = owner[at + np.uint64(2)], owner[at + np.uint64(3)]
        second = c if c != a else d
        second = b if b != a else second
        two = ((c == a) | (c == second)) & ((d == a) | (d == second))
        number = np.uint64(a)
        scale, x_mid = scales[np.uint64(planes[number, MESH])], np.float32(left + x) + _HALF
        alike = carries_on(planes, number, np.uint64(second), x_mid, y_mid, scale, tone)
        places[count], triangles[count], sets[count] = x, a, ALL
        several[crossings] = partial[rest] = x
        count += np.uint64(two & alike)
        rest += np.uint64(not alike)
        crossings += np.uint64(alike & (not two))
    for i in range(crossings):  # three or four triangles meet there
        x = several[i]
        at = np.uint64(start + SAMPLES * x)
        number = np.uint64(owner[at])
        scale, x_mid = scales[np.uint64(planes[number, MESH])], np.float32(left + x) + _HALF
        alike = 1
        for k in range(1, SAMPLES):
            other = np.uint64(owner[at + np.uint64(k)])
            alike &= carries_on(planes, number, other, x_mid, y_mid, scale, tone)
        places[count], triangles[count], sets[count] = x, np.int32(number), ALL
        partial[rest] = x
        count += np.uint64(alike)
        rest += np.uint64(1 - alike)

    # The others surface by surface.
    for i in range(rest):
        x = np.int64(partial[i])
        at, x_mid = np.uint64(start + SAMPLES * x), np.float32(left + x) + _HALF
        todo = covered(depth, at)
        if shielded and front[0] <= left + x < front[2]:
            before = np.uint64(front_start + SAMPLES * (left + x - front[0]))
            for k in range(SAMPLES):
                if depth[before + np.uint64(k)] >= depth[at + np.uint64(k)]:
                    todo &= ~(1 << k)
        while todo:
            first = 0
            while not (todo >> first) & 1:
                first += 1
            number = np.uint64(owner[at + np.uint64(first)])
            scale = scales[np.uint64(planes[number, MESH])]
            group = 1 << first
            for k in range(first + 1, SAMPLES):
                if (todo >> k) & 1:
                    other = np.uint64(owner[at + np.uint64(k)])
                    group |= carries_on(planes, number, other, x_mid, y_mid, scale, tone) << k
            todo &= ~group
            places[count], triangles[count], sets[count] = x, np.int32(number), group
            count += np.uint64(1)
    return np.int64(count)


@compiled
def measure(y, left, count, planes, indices, numbers):
    """Enter value, light and slope of surfaces amid their samples, and their meshes."""
    values, lights, slopes = numbers[VALUE], numbers[LIGHT], numbers[SLOPE]
    places, triangles, sets = indices[COLUMN], indices[TRIANGLE], indices[SET]
    meshes = indices[LOOK]
    for i in range(count):
        number, group = np.uint64(triangles[i]), np.uint64(sets[i])
        x, y_mid = np.float32(left + places[i]) + _MIDDLE_X[group], np.float32(y) + _MIDDLE_Y[group]
        w, value, light = plane_at(planes, number, x, y_mid)
        away = _WHOLE / w
        value *= away
        across = (planes[number, VALUE_X] - value * planes[number, DEPTH_X]) * away
        down = (planes[number, VALUE_Y] - value * planes[number, DEPTH_Y]) * away
        values[i], lights[i] = value, light * away
        slopes[i] = across * across + down * down
        meshes[i] = np.int32(planes[number, MESH])
