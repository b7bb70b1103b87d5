"""Triangles into samples, with a depth for every sample: the inner loop of the camera.

Screen coordinates are pixels, x to the right and y down; the middle of pixel (i, j) is at
(i + 1/2, j + 1/2). Depth is w = 1 / (distance to the eye along the view axis), which is linear
over the screen on every plane; the larger w is nearer, and 0 is nothing there.

Every pixel holds four samples, one on each of four sub-rows and each in another quarter of the
pixel's width (a rotated grid). A *window* is a row (left, top, right, bottom, offset): the
rectangle of pixels that a layer covers, and where its samples begin in the shared arrays. The
four samples of a pixel stand side by side, and the pixels of a row.

The arrays `depth` and `owner` hold the depth of each sample and the number of its triangle, and
`planes` a row for each triangle, by the columns named below. What is written per pixel (such as
VALUE_X) is the change of the quantity for one pixel to the right (X) or down (Y).
"""

from __future__ import annotations

import math

import numpy as np

from scenes.stage.compiled import compiled

SAMPLES = 4
"""Samples in a pixel."""

SAMPLE_X = np.array([0.375, 0.875, 0.125, 0.625])
"""Where in the pixel's width the sample of each sub-row stands."""

# Columns of `planes`: a corner on the screen; depth, value times depth and light times depth
# there and their changes per pixel; the number of the mesh; whether a contour line may cross; the
# tint of a triangle that has a colour of its own (which whoever calls `fill_triangles` enters).
(
    CORNER_X,
    CORNER_Y,
    DEPTH,
    DEPTH_X,
    DEPTH_Y,
    VALUE,
    VALUE_X,
    VALUE_Y,
    LIGHT,
    LIGHT_X,
    LIGHT_Y,
    MESH,
    CROSSED,
    TINT_RED,
    TINT_GREEN,
    TINT_BLUE,
) = range(16)
PLANE_TERMS = 16
"""Numbers in a row of `planes`: a whole line of the processor's cache."""


@compiled
def clear(depth, window):
    """Empty the samples of `window`."""
    size = (window[2] - window[0]) * (window[3] - window[1]) * SAMPLES
    depth[window[4] : window[4] + size] = 0.0


@compiled(inline="always")
def _any_between(levels, low, high):
    """Return whether one of the levels, in rising order, lies between low and high."""
    first, end = 0, levels.shape[0]
    while first < end:
        middle = (first + end) // 2
        if levels[middle] < low:
            first = middle + 1
        else:
            end = middle
    return first < levels.shape[0] and levels[first] <= high


@compiled
def fill_triangles(
    screen, values, light, faces, levels, reach, mesh, first, window, depth, owner, planes
):
    """Draw a mesh's triangles into the samples of `window`, the nearest winning.

    `screen` (n, 3) holds x, y, w of the vertices, `values` (n,) what colours and contour lines
    are made of, `light` (n, 2) the light on the front and on the back, `levels` the values of
    the contour lines in rising order and `reach` how far from its level, in pixels, such a line
    is drawn; `mesh` is the mesh's number in the tables that the shading reads. Triangle f is
    entered in `owner` and `planes` as number first + f. One with a nan corner is not drawn.
    """
    left, top, right, bottom, offset = window[0], window[1], window[2], window[3], window[4]
    width = right - left
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        xa, ya, wa = screen[a, 0], screen[a, 1], screen[a, 2]
        xb, yb, wb = screen[b, 0], screen[b, 1], screen[b, 2]
        xc, yc, wc = screen[c, 0], screen[c, 1], screen[c, 2]
        area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya)
        if not abs(area) > 1e-9:  # also when it is nan
            continue
        if max(ya, yb, yc) < top or min(ya, yb, yc) > bottom:
            continue
        if max(xa, xb, xc) < left or min(xa, xb, xc) > right:
            continue
        va, vb, vc = values[a], values[b], values[c]
        if not math.isfinite(va + vb + vc):
            continue

        # Corners from the top down: the same edge gives the same numbers in both its triangles,
        # so that neighbours neither overlap nor leave a gap.
        x1, y1, x2, y2, x3, y3 = xa, ya, xb, yb, xc, yc
        if y2 < y1 or (y2 == y1 and x2 < x1):
            x1, y1, x2, y2 = x2, y2, x1, y1
        if y3 < y1 or (y3 == y1 and x3 < x1):
            x1, y1, x3, y3 = x3, y3, x1, y1
        if y3 < y2 or (y3 == y2 and x3 < x2):
            x2, y2, x3, y3 = x3, y3, x2, y2
        long_slope = (x3 - x1) / (y3 - y1) if y3 > y1 else 0.0
        upper_slope = (x2 - x1) / (y2 - y1) if y2 > y1 else 0.0
        lower_slope = (x3 - x2) / (y3 - y2) if y3 > y2 else 0.0
        long_is_left = x1 + (y2 - y1) * long_slope < x2
        begin = max(math.ceil(SAMPLES * y1 - 0.5), SAMPLES * top)
        turn = max(math.ceil(SAMPLES * y2 - 0.5), SAMPLES * top)
        end = min(math.ceil(SAMPLES * y3 - 0.5), SAMPLES * bottom)
        if begin >= end:
            continue

        # The planes of depth, value and light over the screen.
        number = first + f
        inverse = 1.0 / area
        tx, ty = (yc - ya) * inverse, -(xc - xa) * inverse
        sx, sy = -(yb - ya) * inverse, (xb - xa) * inverse
        wx, wy = (wb - wa) * tx + (wc - wa) * sx, (wb - wa) * ty + (wc - wa) * sy
        planes[number, CORNER_X], planes[number, CORNER_Y] = xa, ya
        planes[number, DEPTH], planes[number, DEPTH_X], planes[number, DEPTH_Y] = wa, wx, wy
        side = 0 if area < 0 else 1
        la = light[a, side] * wa
        lb, lc = light[b, side] * wb - la, light[c, side] * wc - la
        planes[number, LIGHT] = la
        planes[number, LIGHT_X], planes[number, LIGHT_Y] = lb * tx + lc * sx, lb * ty + lc * sy
        ea = va * wa
        eb, ec = vb * wb - ea, vc * wc - ea
        ex, ey = eb * tx + ec * sx, eb * ty + ec * sy
        planes[number, VALUE], planes[number, VALUE_X], planes[number, VALUE_Y] = ea, ex, ey
        planes[number, MESH] = mesh
        # How far the value goes on beside the triangle, as far as one of its lines may reach.
        beside = 0.0
        for v, w in ((va, wa), (vb, wb), (vc, wc)):
            beside = max(beside, (abs(ex - v * wx) + abs(ey - v * wy)) / w)
        beside *= reach
        low, high = min(va, vb, vc) - beside, max(va, vb, vc) + beside
        planes[number, CROSSED] = 1.0 if _any_between(levels, low, high) else 0.0

        for row in range(begin, end):
            y = (row + 0.5) * (1.0 / SAMPLES)
            one = x1 + (y - y1) * long_slope
            two = x1 + (y - y1) * upper_slope if row < turn else x2 + (y - y2) * lower_slope
            shift = SAMPLE_X[row & 3]
            start = max(math.ceil((one if long_is_left else two) - shift), left)
            stop = min(math.ceil((two if long_is_left else one) - shift), right)
            if start < stop:
                w = wa + wx * (start + shift - xa) + wy * (y - ya)
                pixel = (row // SAMPLES - top) * width + start - left
                # Unsigned, so that no index is looked at for being negative.
                i = np.uint64(offset + SAMPLES * pixel + (row & 3))
                for _ in range(stop - start):
                    if w > depth[i]:
                        depth[i] = w
                        owner[i] = number
                    i += np.uint64(SAMPLES)
                    w += wx
