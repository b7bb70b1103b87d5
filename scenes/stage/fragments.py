"""An A-buffer: what is translucent, or smooth at its edge, as sorted fragments of pixels.

Every triangle or outline leaves a fragment in each pixel that it touches (Carpenter, "The
A-buffer, an antialiased hidden surface method", 1984). The fragments of a pixel form a linked
list, which begins at `heads`; a row of `records` holds the next fragment (or -1), the number of
the sheet, and a mask of the pixel's samples (see `raster`) with the share of the pixel that is
covered. A triangle's fragment has the samples that lie in it, so that neighbours join without a
seam; an outline's fragment has all samples, at an opacity that is its exact coverage. Blending
sorts a pixel's fragments by depth, per sample where they cross within the pixel.

A row of `sheets` describes a triangle's or outline's plane over the screen and how it is painted.
"""

from __future__ import annotations

import math

import numpy as np

from scenes.stage import bands
from scenes.stage.compiled import compiled
from scenes.stage.raster import SAMPLE_X, SAMPLES
from scenes.stage.shading import (
    CONTOUR_BLUE,
    CONTOUR_GREEN,
    CONTOUR_OPACITY,
    CONTOUR_RADIUS,
    CONTOUR_RED,
    DITHER,
    LEVELS_END,
    LEVELS_FIRST,
    OPACITY,
    RAMP_STEPS,
    VALUE_LOW,
    VALUE_SCALE,
)

# Columns of `sheets`: a corner on the screen; depth, value times depth and light times depth
# there and their changes per pixel; whether contour lines may cross; then the paint.
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
    CROSSED,
    KIND,
    LOOK,
    RED,
    GREEN,
    BLUE,
    ALPHA,
    ORDER,
) = range(19)
SHEET_TERMS = 20
"""Numbers in a row of `sheets`."""

PAINT_TERMS = 7
"""Numbers in a row of paint: the columns of `sheets` from KIND on."""

MESH, TINT, GRADIENT, TEXTURE = 0.0, 1.0, 2.0, 3.0
"""Kinds of paint: the ramp and lines of a mesh (number LOOK of the looks); one colour to which
the value is added; the colour of a gradient (number LOOK) at the value; a texture (number LOOK)
at the value across and the light down. ALPHA is the opacity of the last three."""

GRADIENT_STEPS = 256

LINK, SHEET, COVER = range(3)
"""Columns of `records`. COVER is 16 times the coverage (0 to 255) plus the mask of samples."""

_FULL = (1 << SAMPLES) - 1
_TIE = 2e-6  # depths that differ by a smaller share are taken for the same
_ROWS = 16  # rows per pixel at which an outline's edges are looked at
_SPARSE_GAP, _DENSE_GAP = 5.0, 2.0  # as in shading

# The middle and size of each set of samples.
_MEMBERS = (np.arange(1 << SAMPLES)[:, None] >> np.arange(SAMPLES)) & 1
_COUNT = _MEMBERS.sum(axis=1).astype(float)
_MIDDLE_X = _MEMBERS @ SAMPLE_X / np.maximum(_COUNT, 1)
_MIDDLE_Y = _MEMBERS @ ((np.arange(SAMPLES) + 0.5) / SAMPLES) / np.maximum(_COUNT, 1)


@compiled
def scatter_triangles(
    screen, values, light, faces, paints, per, shapes, levels, reach, first, window, front, depth,
    heads, records, sheets, count,
):  # fmt: skip
    """Leave the fragments of triangles and return how many there are then.

    Arguments are as in `raster.fill_triangles`; triangle f is painted by row f // per of `paints`
    and becomes sheet number first + f. Samples that lie behind those of the window `front` of
    `depth` are left out. Fragments beyond the length of `records` are counted, but not kept.
    Triangles in a row with the same number in `shapes`, if it has any, carry on each other's
    surface while they face the same way: at an edge between them a fragment of one does for both.
    """
    left, top, right, bottom = window[0], window[1], window[2], window[3]
    width = right - left
    front_width = front[2] - front[0]
    room = records.shape[0]
    starts, stops = np.zeros(SAMPLES, np.int64), np.zeros(SAMPLES, np.int64)
    surface, shape, facing = 0, -1, -1  # the first of the triangles that this one carries on
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        xa, ya, wa = screen[a, 0], screen[a, 1], screen[a, 2]
        xb, yb, wb = screen[b, 0], screen[b, 1], screen[b, 2]
        xc, yc, wc = screen[c, 0], screen[c, 1], screen[c, 2]
        area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya)
        if not abs(area) > 1e-9:  # also when it is nan
            continue
        number, side = first + f, 0 if area < 0 else 1
        if shapes.shape[0] == 0 or shapes[f] != shape or side != facing:
            surface, facing = number, side
            shape = shapes[f] if shapes.shape[0] > 0 else -1
        if max(ya, yb, yc) < top or min(ya, yb, yc) > bottom:
            continue
        if max(xa, xb, xc) < left or min(xa, xb, xc) > right:
            continue
        va, vb, vc = values[a], values[b], values[c]
        if not math.isfinite(va + vb + vc):
            continue
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
        begin = int(max(math.ceil(SAMPLES * y1 - 0.5), SAMPLES * top))
        turn = max(math.ceil(SAMPLES * y2 - 0.5), SAMPLES * top)
        end = int(min(math.ceil(SAMPLES * y3 - 0.5), SAMPLES * bottom))
        if begin >= end:
            continue

        inverse = 1.0 / area
        tx, ty = (yc - ya) * inverse, -(xc - xa) * inverse
        sx, sy = -(yb - ya) * inverse, (xb - xa) * inverse
        wx, wy = (wb - wa) * tx + (wc - wa) * sx, (wb - wa) * ty + (wc - wa) * sy
        sheets[number, CORNER_X], sheets[number, CORNER_Y] = xa, ya
        sheets[number, DEPTH], sheets[number, DEPTH_X], sheets[number, DEPTH_Y] = wa, wx, wy
        la = light[a, side] * wa
        lb, lc = light[b, side] * wb - la, light[c, side] * wc - la
        sheets[number, LIGHT] = la
        sheets[number, LIGHT_X], sheets[number, LIGHT_Y] = lb * tx + lc * sx, lb * ty + lc * sy
        ea = va * wa
        eb, ec = vb * wb - ea, vc * wc - ea
        ex, ey = eb * tx + ec * sx, eb * ty + ec * sy
        sheets[number, VALUE], sheets[number, VALUE_X], sheets[number, VALUE_Y] = ea, ex, ey
        for term in range(PAINT_TERMS):
            sheets[number, KIND + term] = paints[f // per, term]
        beside = 0.0
        for v, w in ((va, wa), (vb, wb), (vc, wc)):
            beside = max(beside, (abs(ex - v * wx) + abs(ey - v * wy)) / w)
        beside *= reach
        low, high = min(va, vb, vc) - beside, max(va, vb, vc) + beside
        at = np.searchsorted(levels, low)
        sheets[number, CROSSED] = 1.0 if at < levels.shape[0] and levels[at] <= high else 0.0

        for y in range(begin // SAMPLES, (end - 1) // SAMPLES + 1):
            leftmost, rightmost = right, left  # where there are some samples of it
            inner, outer = left, right  # where there are all
            for k in range(SAMPLES):
                at = np.uint64(k)
                row = SAMPLES * y + k
                start, stop = right, left
                if begin <= row < end:
                    at_y = (row + 0.5) * (1.0 / SAMPLES)
                    one = x1 + (at_y - y1) * long_slope
                    if row < turn:
                        two = x1 + (at_y - y1) * upper_slope
                    else:
                        two = x2 + (at_y - y2) * lower_slope
                    shift = SAMPLE_X[at]
                    start = math.ceil((one if long_is_left else two) - shift)
                    stop = math.ceil((two if long_is_left else one) - shift)
                    start, stop = int(max(start, left)), int(min(stop, right))
                    if start < stop:
                        leftmost, rightmost = min(leftmost, start), max(rightmost, stop)
                starts[at], stops[at] = start, stop
                inner, outer = max(inner, start), min(outer, stop)
            shielded = front[1] <= y < front[3]
            front_base = front[4] + ((y - front[1]) * front_width - front[0]) * SAMPLES
            base = (y - top) * width - left
            for x in range(leftmost, rightmost):
                mask = _FULL
                if not inner <= x < outer:
                    mask = 0
                    for k in range(SAMPLES):
                        mask |= (starts[np.uint64(k)] <= x < stops[np.uint64(k)]) << k
                if shielded and front[0] <= x < front[2]:
                    at = np.uint64(front_base + SAMPLES * x)
                    for k in range(SAMPLES):
                        nearest = depth[at + np.uint64(k)]
                        if nearest > 0.0 and (mask >> k) & 1:
                            w = wa + wx * (x + SAMPLE_X[k] - xa)
                            w += wy * (y + (k + 0.5) / SAMPLES - ya)
                            if nearest > w * (1.0 + _TIE):
                                mask &= ~(1 << k)
                if mask:
                    place, entry = np.uint64(base + x), np.uint64(count)
                    if mask != _FULL and 0 <= heads[place] < room:
                        other = np.uint64(heads[place])
                        cover = records[other, COVER]
                        if records[other, SHEET] >= surface and not cover & mask:
                            records[other, COVER] = cover | mask
                            continue
                    if count < room:
                        records[entry, LINK] = heads[place]
                        records[entry, SHEET] = number
                        records[entry, COVER] = 255 * 16 + mask
                        heads[place] = count
                    count += 1
    return count


@compiled
def scatter_outlines(
    screen, values, ring_ends, shape_ends, paints, first, window, front, depth,
    heads, records, sheets, count,
):  # fmt: skip
    """Leave the fragments of filled outlines and return how many there are then.

    `screen` (s, 3) holds x, y, w of the rings' points, `values` (s,) what is added to the colour or
    chooses it; ring r ends before point ring_ends[r], shape i before ring shape_ends[i] and is
    painted by row i. What has a winding number other than 0 is filled. A shape is taken for flat:
    its plane goes through three of its points that lie far apart on the screen.
    """
    left, top, right, bottom = window[0], window[1], window[2], window[3]
    width = right - left
    front_width = front[2] - front[0]
    room = records.shape[0]
    cover = np.zeros(width + 2)
    ring = 0
    for s in range(shape_ends.shape[0]):
        first_ring, ring = ring, shape_ends[s]
        if paints[s, ALPHA - KIND] <= 0.0 or first_ring == ring:
            continue
        begin = ring_ends[first_ring - 1] if first_ring > 0 else 0
        end = ring_ends[ring - 1]
        low_x, high_x, low_y, high_y = math.inf, -math.inf, math.inf, -math.inf
        whole = True
        for i in range(begin, end):
            x, y = screen[i, 0], screen[i, 1]
            whole &= math.isfinite(x + y + screen[i, 2] + values[i])
            low_x, high_x = min(low_x, x), max(high_x, x)
            low_y, high_y = min(low_y, y), max(high_y, y)
        if not whole or end - begin < 3:
            continue
        if high_y < top or low_y > bottom or high_x < left or low_x > right:
            continue

        # Three points far apart, and the planes of depth and value through them.
        a = begin
        b, far = a, 0.0
        for i in range(begin, end):
            away = (screen[i, 0] - screen[a, 0]) ** 2 + (screen[i, 1] - screen[a, 1]) ** 2
            if away > far:
                b, far = i, away
        dx, dy = screen[b, 0] - screen[a, 0], screen[b, 1] - screen[a, 1]
        c, widest = a, 0.0
        for i in range(begin, end):
            x, y = screen[i, 0] - screen[a, 0], screen[i, 1] - screen[a, 1]
            if abs(dx * y - dy * x) > widest:
                c, widest = i, abs(dx * y - dy * x)
        if not widest > 1e-9:
            continue
        number = first + s
        wa, wb, wc = screen[a, 2], screen[b, 2], screen[c, 2]
        ex, ey = screen[c, 0] - screen[a, 0], screen[c, 1] - screen[a, 1]
        inverse = 1.0 / (dx * ey - dy * ex)
        wx = ((wb - wa) * ey - (wc - wa) * dy) * inverse
        wy = ((wc - wa) * dx - (wb - wa) * ex) * inverse
        va, vb, vc = values[a] * wa, values[b] * wb, values[c] * wc
        sheets[number, CORNER_X], sheets[number, CORNER_Y] = screen[a, 0], screen[a, 1]
        sheets[number, DEPTH], sheets[number, DEPTH_X], sheets[number, DEPTH_Y] = wa, wx, wy
        sheets[number, VALUE] = va
        sheets[number, VALUE_X] = ((vb - va) * ey - (vc - va) * dy) * inverse
        sheets[number, VALUE_Y] = ((vc - va) * dx - (vb - va) * ex) * inverse
        sheets[number, LIGHT], sheets[number, LIGHT_X], sheets[number, LIGHT_Y] = wa, wx, wy
        sheets[number, CROSSED] = 0.0
        for term in range(PAINT_TERMS):
            sheets[number, KIND + term] = paints[s, term]

        # Where the edges cross each row: counted, then entered, then sorted.
        low_row = int(max(math.ceil(_ROWS * low_y - 0.5), _ROWS * top))
        high_row = int(min(math.ceil(_ROWS * high_y - 0.5), _ROWS * bottom))
        if low_row >= high_row:
            continue
        ends = np.zeros(high_row - low_row + 1, np.int64)
        for passing in range(2):
            if passing == 1:
                for row in range(1, ends.shape[0]):
                    ends[row] += ends[row - 1]
                crossings = np.empty(ends[-1])
                senses = np.empty(ends[-1], np.int64)
                ends[1:] = ends[:-1].copy()
                ends[0] = 0
            ring_begin = begin
            for r in range(first_ring, ring):
                for i in range(ring_begin, ring_ends[r]):
                    j = i + 1 if i + 1 < ring_ends[r] else ring_begin
                    x1, y1, sense = screen[i, 0], screen[i, 1], 1
                    x2, y2 = screen[j, 0], screen[j, 1]
                    if y2 < y1:
                        x1, y1, x2, y2, sense = x2, y2, x1, y1, -1
                    start = int(max(math.ceil(_ROWS * y1 - 0.5), low_row))
                    stop = int(min(math.ceil(_ROWS * y2 - 0.5), high_row))
                    if start >= stop:
                        continue
                    slope = (x2 - x1) / (y2 - y1)
                    for row in range(start, stop):
                        if passing == 0:
                            ends[row - low_row] += 1
                            continue
                        x = x1 + ((row + 0.5) / _ROWS - y1) * slope
                        k = ends[row - low_row]
                        ends[row - low_row] = k + 1
                        crossings[k], senses[k] = x, sense
                ring_begin = ring_ends[r]

        # `ends` now holds where each row's crossings end.
        for y in range(low_row // _ROWS, (high_row - 1) // _ROWS + 1):
            leftmost, rightmost = width, -1
            for row in range(max(_ROWS * y, low_row), min(_ROWS * (y + 1), high_row)):
                stop = ends[row - low_row]
                start = ends[row - low_row - 1] if row > low_row else 0
                for i in range(start + 1, stop):
                    x, sense = crossings[i], senses[i]
                    j = i
                    while j > start and crossings[j - 1] > x:
                        crossings[j], senses[j] = crossings[j - 1], senses[j - 1]
                        j -= 1
                    crossings[j], senses[j] = x, sense
                winding = 0
                for i in range(start, stop):
                    before = winding
                    winding += senses[i]
                    if (before == 0) == (winding == 0):
                        continue
                    # Coverage that begins (or ends) here; its sum over the row is taken below.
                    x = min(max(crossings[i] - left, 0.0), float(width))
                    pixel = int(x)
                    share = (1.0 if before == 0 else -1.0) / _ROWS
                    cover[pixel] += share * (pixel + 1 - x)
                    cover[pixel + 1] += share * (x - pixel)
                    leftmost, rightmost = min(leftmost, pixel), max(rightmost, pixel)
            shielded = front[1] <= y < front[3]
            front_base = front[4] + ((y - front[1]) * front_width - front[0]) * SAMPLES
            total = 0.0
            for column in range(leftmost, min(rightmost + 2, width)):
                total += cover[column]
                amount = int(total * 255.0 + 0.5)
                if amount <= 0:
                    continue
                mask, x = _FULL, left + column
                if shielded and front[0] <= x < front[2]:
                    for k in range(SAMPLES):
                        w = wa + wx * (x + SAMPLE_X[k] - screen[a, 0])
                        w += wy * (y + (k + 0.5) / SAMPLES - screen[a, 1])
                        if depth[front_base + SAMPLES * x + k] > w * (1.0 + _TIE):
                            mask &= ~(1 << k)
                if mask:
                    if count < room:
                        place = (y - top) * width + column
                        records[count, LINK] = heads[place]
                        records[count, SHEET] = number
                        records[count, COVER] = min(amount, 255) * 16 + mask
                        heads[place] = count
                    count += 1
            for column in range(max(leftmost, 0), min(rightmost + 2, width + 2)):
                cover[column] = 0.0
    return count


@compiled
def scatter_points(
    screen, paints, side, first, window, front, depth, heads, records, sheets, count
):
    """Leave the fragments of points, squares of `side` pixels that face the eye.

    `screen` (n, 3) holds x, y, w; the return value is as in `scatter_triangles`.
    """
    left, top, right, bottom = window[0], window[1], window[2], window[3]
    width = right - left
    front_width = front[2] - front[0]
    room = records.shape[0]
    for i in range(screen.shape[0]):
        x0, y0, w = screen[i, 0], screen[i, 1], screen[i, 2]
        if not math.isfinite(x0 + y0 + w):
            continue
        if not (left - side < x0 < right + side and top - side < y0 < bottom + side):
            continue
        number = first + i
        sheets[number] = 0.0
        sheets[number, CORNER_X], sheets[number, CORNER_Y] = x0, y0
        sheets[number, DEPTH] = w
        for term in range(PAINT_TERMS):
            sheets[number, KIND + term] = paints[i, term]
        corner_x, corner_y = math.floor(x0) - (side - 1) // 2, math.floor(y0) - (side - 1) // 2
        for y in range(max(corner_y, top), min(corner_y + side, bottom)):
            shielded = front[1] <= y < front[3]
            front_base = front[4] + ((y - front[1]) * front_width - front[0]) * SAMPLES
            for x in range(max(corner_x, left), min(corner_x + side, right)):
                mask = _FULL
                if shielded and front[0] <= x < front[2]:
                    for k in range(SAMPLES):
                        if depth[front_base + SAMPLES * x + k] > w * (1.0 + _TIE):
                            mask &= ~(1 << k)
                if mask:
                    if count < room:
                        place = (y - top) * width + x - left
                        records[count, LINK] = heads[place]
                        records[count, SHEET] = number
                        records[count, COVER] = 255 * 16 + mask
                        heads[place] = count
                    count += 1
    return count


def blend(
    patch, window, heads, records, tints, sheets, looks, ramps, levels, gradients, textures, texels
) -> None:
    """Blend the fragments of a window into `patch` (h, w, 4), premultiplied 8-bit RGBA.

    `tints` (n, 4) receives the straight colour and the opacity of each fragment, 0 to 1, and every
    pixel's list is put in order, from the front to the back amid the pixel. `looks`, `ramps` and
    `levels` are those of meshes (see `shading.resolve`), `gradients` (k, steps, 4) colours,
    `textures` (t, 3) the first texel, width and height of textures in `texels` (n, 4),
    premultiplied, 0 to 255.
    """
    left, top, right, bottom = window
    words = patch.view(np.uint32)[..., 0]

    def blend_rows(begin: int, end: int) -> None:
        _blend(
            words[begin - top : end - top], np.array([left, begin, right, end]),
            heads[(begin - top) * (right - left) :], records, tints, sheets,
            looks, ramps, levels, gradients, textures, texels,
        )  # fmt: skip

    bands.each(blend_rows, bands.of_rows(top, bottom))


@compiled
def _blend(
    words, window, heads, records, tints, sheets, looks, ramps, levels, gradients, textures, texels
):
    """Blend the fragments of a band of rows, as `blend` says; a word is a pixel's four bytes."""
    left, top = window[0], window[1]
    width, height = window[2] - left, window[3] - top
    room = 32
    tones, planes = np.empty((room, 4)), np.empty((room, 3))  # colours, depth and its slopes
    masks, orders = np.empty(room, np.int64), np.empty(room)
    order, sorted_again = np.empty(room, np.uint64), np.empty(room, np.uint64)
    links = np.empty(room, np.int64)
    for row in range(height):
        y = top + row
        for column in range(width):
            place = np.uint64(row * width + column)
            f = heads[place]
            if f < 0:
                words[row, np.uint64(column)] = 0
                continue
            x = left + column
            n = 0
            while f >= 0:
                n += 1
                f = records[np.uint64(f), LINK]
            if n > room:
                room = 2 * n
                tones, planes = np.empty((room, 4)), np.empty((room, 3))
                masks, orders = np.empty(room, np.int64), np.empty(room)
                order, sorted_again = np.empty(room, np.uint64), np.empty(room, np.uint64)
                links = np.empty(room, np.int64)

            # Each fragment's depth and colour.
            f = heads[place]
            covered, most = 0, 0
            red, green, blue, clear = 0.0, 0.0, 0.0, 0.0
            for fragment in range(n):
                i, at = np.uint64(fragment), np.uint64(f)
                number = np.uint64(records[at, SHEET])
                packed = np.int64(records[at, COVER])
                mask = packed & _FULL
                corner_x, corner_y = sheets[number, CORNER_X], sheets[number, CORNER_Y]
                w_x, w_y = sheets[number, DEPTH_X], sheets[number, DEPTH_Y]
                dx, dy = x + _MIDDLE_X[mask] - corner_x, y + _MIDDLE_Y[mask] - corner_y
                w = sheets[number, DEPTH] + w_x * dx + w_y * dy
                z = 1.0 / max(w, 1e-12)
                value = sheets[number, VALUE] + sheets[number, VALUE_X] * dx
                value = (value + sheets[number, VALUE_Y] * dy) * z
                kind, look = sheets[number, KIND], np.uint64(sheets[number, LOOK])
                if kind == TINT:
                    r = sheets[number, RED] + value
                    g = sheets[number, GREEN] + value
                    b = sheets[number, BLUE] + value
                    alpha = sheets[number, ALPHA]
                elif kind == GRADIENT:
                    k = int(min(max(value, 0.0), 1.0) * (GRADIENT_STEPS - 1) + 0.5)
                    r, g, b = gradients[look, k, 0], gradients[look, k, 1], gradients[look, k, 2]
                    alpha = gradients[look, k, 3]
                else:
                    light = sheets[number, LIGHT] + sheets[number, LIGHT_X] * dx
                    light = (light + sheets[number, LIGHT_Y] * dy) * z
                    if kind == TEXTURE:
                        r, g, b, alpha = _texel(textures, texels, look, value, light)
                        alpha *= sheets[number, ALPHA]
                    else:
                        stop = (value - looks[look, VALUE_LOW]) * looks[look, VALUE_SCALE]
                        k = int(min(max(stop, 0.0), 1.0) * (RAMP_STEPS - 1) + 0.5)
                        r, g, b = ramps[look, k, 0], ramps[look, k, 1], ramps[look, k, 2]
                        r, g, b = r * light, g * light, b * light
                        alpha = looks[look, OPACITY]
                        if sheets[number, CROSSED] > 0.0:
                            gx = (sheets[number, VALUE_X] - value * w_x) * z
                            gy = (sheets[number, VALUE_Y] - value * w_y) * z
                            a = _contour(looks, levels, look, value, math.sqrt(gx * gx + gy * gy))
                            r += (looks[look, CONTOUR_RED] - r) * a
                            g += (looks[look, CONTOUR_GREEN] - g) * a
                            b += (looks[look, CONTOUR_BLUE] - b) * a
                r, g, b = min(max(r, 0.0), 1.0), min(max(g, 0.0), 1.0), min(max(b, 0.0), 1.0)
                alpha = min(alpha, 1.0) * (packed >> 4) / 255.0
                tints[at, 0], tints[at, 1], tints[at, 2], tints[at, 3] = r, g, b, alpha
                if n == 1:  # the most common by far: nothing to sort
                    share = _COUNT[mask] / SAMPLES
                    part = share * alpha
                    red, green, blue = part * r, part * g, part * b
                    clear = 1.0 - share + share * (1.0 - alpha)
                    break
                tones[i, 0], tones[i, 1], tones[i, 2], tones[i, 3] = r, g, b, alpha
                covered, most = covered | mask, most + mask
                middle_x, middle_y = x + 0.5 - corner_x, y + 0.5 - corner_y
                planes[i, 0] = sheets[number, DEPTH] + w_x * middle_x + w_y * middle_y
                planes[i, 1], planes[i, 2] = w_x, w_y
                masks[i], orders[i], links[i] = mask, sheets[number, ORDER], f
                # In its place from the back to the front, amid the pixel.
                j = i
                while j > np.uint64(0):
                    other = order[j - np.uint64(1)]
                    if not _nearer(planes[other, 0], orders[other], planes[i, 0], orders[i]):
                        break
                    order[j] = other
                    j -= np.uint64(1)
                order[j] = i
                f = records[at, LINK]
            if n == 1:
                words[row, np.uint64(column)] = _dithered(x, y, red, green, blue, clear)
                continue

            f = -1
            for j in range(n):
                i = order[np.uint64(j)]
                records[np.uint64(links[i]), LINK] = f
                f = links[i]
            heads[place] = f

            # Whether that order holds all over the pixel, and whether all samples are alike.
            crossing, uniform = False, True
            for j in range(1, n):
                one, two = order[np.uint64(j - 1)], order[np.uint64(j)]
                uniform &= masks[one] == masks[two]
                gap = planes[two, 0] - planes[one, 0]
                slant = abs(planes[two, 1] - planes[one, 1]) + abs(planes[two, 2] - planes[one, 2])
                if abs(gap) < 0.5 * slant and not abs(gap) <= _TIE * planes[one, 0]:
                    crossing = True
            crossing &= covered != most  # where no two have a sample in common, none cross
            if uniform and not crossing:
                share = _COUNT[covered] / SAMPLES
                left_over = 1.0
                for j in range(n - 1, -1, -1):
                    i = order[np.uint64(j)]
                    part = share * left_over * tones[i, 3]
                    red += part * tones[i, 0]
                    green += part * tones[i, 1]
                    blue += part * tones[i, 2]
                    left_over *= 1.0 - tones[i, 3]
                clear = 1.0 - share + share * left_over
            elif not crossing:
                for k in range(SAMPLES):
                    left_over = 1.0 / SAMPLES
                    for j in range(n - 1, -1, -1):
                        i = order[np.uint64(j)]
                        # Not asked for: no processor can guess which samples a fragment has.
                        alpha = tones[i, 3] * ((masks[i] >> k) & 1)
                        part = left_over * alpha
                        red += part * tones[i, 0]
                        green += part * tones[i, 1]
                        blue += part * tones[i, 2]
                        left_over *= 1.0 - alpha
                    clear += left_over
            else:
                for k in range(SAMPLES):
                    count = np.uint64(0)
                    dx, dy = SAMPLE_X[k] - 0.5, (k + 0.5) / SAMPLES - 0.5
                    for j in range(n):
                        i = order[np.uint64(j)]
                        if not (masks[i] >> k) & 1:
                            continue
                        w = planes[i, 0] + planes[i, 1] * dx + planes[i, 2] * dy
                        at = count
                        while at > np.uint64(0):
                            other = sorted_again[at - np.uint64(1)]
                            v = planes[other, 0] + planes[other, 1] * dx + planes[other, 2] * dy
                            if not _nearer(v, orders[other], w, orders[i]):
                                break
                            sorted_again[at] = other
                            at -= np.uint64(1)
                        sorted_again[at] = i
                        count += np.uint64(1)
                    left_over = 1.0 / SAMPLES
                    for j in range(np.int64(count) - 1, -1, -1):
                        i = sorted_again[np.uint64(j)]
                        part = left_over * tones[i, 3]
                        red += part * tones[i, 0]
                        green += part * tones[i, 1]
                        blue += part * tones[i, 2]
                        left_over *= 1.0 - tones[i, 3]
                    clear += left_over
            words[row, np.uint64(column)] = _dithered(x, y, red, green, blue, clear)


@compiled(forceinline=True)
def _dithered(x, y, red, green, blue, clear):
    """Return a pixel's four bytes in one number: colours times alpha, and what shines through."""
    low_bit = DITHER[y & 7, x & 7] if clear < 1.0 else 0.0
    word = min(255, int(red * 255.0 + low_bit))
    word |= min(255, int(green * 255.0 + low_bit)) << 8
    word |= min(255, int(blue * 255.0 + low_bit)) << 16
    return np.uint32(word | min(255, int((1.0 - clear) * 255.0 + 0.5)) << 24)


@compiled(inline="always")
def _nearer(w, order, v, other):
    """Return whether depth w is nearer than v; of two that are alike the later in order."""
    return order > other if abs(w - v) <= _TIE * w else w > v


@compiled
def _contour(looks, levels, look, value, steepness):
    """Return how much of a pixel a contour line covers, times its opacity.

    `steepness` is the change of the value per pixel.
    """
    begin, end = int(looks[look, LEVELS_FIRST]), int(looks[look, LEVELS_END])
    low = begin + np.searchsorted(levels[begin:end], value)
    above, below = levels[min(low, end - 1)], levels[max(low - 1, begin)]
    level = above if abs(above - value) < abs(value - below) else below
    gap = above - below if above > below else 1e9
    radius = looks[look, CONTOUR_RADIUS]
    if not abs(value - level) < (radius + 0.5) * steepness:
        return 0.0
    distance = abs(value - level) / steepness
    a = min(distance + 0.5, radius) - max(distance - 0.5, -radius)
    room = (gap / steepness - _DENSE_GAP) / (_SPARSE_GAP - _DENSE_GAP)
    return min(max(a, 0.0), 1.0) * min(max(room, 0.0), 1.0) * looks[look, CONTOUR_OPACITY]


@compiled
def _texel(textures, texels, look, across, down):
    """Return the straight colour and opacity of a texture, between its texels (bilinear)."""
    first, width, height = textures[look, 0], textures[look, 1], textures[look, 2]
    x = min(max(across * width - 0.5, 0.0), width - 1.0)
    y = min(max(down * height - 0.5, 0.0), height - 1.0)
    i, j = int(x), int(y)
    s, t = x - i, y - j
    right, below = min(i + 1, width - 1), min(j + 1, height - 1)
    r, g, b, alpha = 0.0, 0.0, 0.0, 0.0
    for row, column, share in (
        (j, i, (1 - s) * (1 - t)),
        (j, right, s * (1 - t)),
        (below, i, (1 - s) * t),
        (below, right, s * t),
    ):
        at = first + row * width + column
        r += share * texels[at, 0]
        g += share * texels[at, 1]
        b += share * texels[at, 2]
        alpha += share * texels[at, 3]
    if alpha <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    return r / alpha, g / alpha, b / alpha, alpha / 255.0


@compiled
def lay_at_depth(pixels, page, box, w, window, depth, sheet_window, heads, records, tints, sheets):
    """Lay a box of `page`, premultiplied, over `pixels` where depth w is seen, and clear it.

    What is opaque hides it sample by sample, fragments by their opacity.
    """
    left, top, right, bottom = box
    passed = np.empty(SAMPLES)
    for y in range(top, bottom):
        for x in range(left, right):
            if page[y, x, 3] == 0:
                continue
            for k in range(SAMPLES):
                passed[k] = 1.0 / SAMPLES
            if window[0] <= x < window[2] and window[1] <= y < window[3]:
                pixel = (y - window[1]) * (window[2] - window[0]) + x - window[0]
                for k in range(SAMPLES):
                    if depth[window[4] + SAMPLES * pixel + k] > w:
                        passed[k] = 0.0
            inside = sheet_window[0] <= x < sheet_window[2]
            if inside and sheet_window[1] <= y < sheet_window[3]:
                row = (y - sheet_window[1]) * (sheet_window[2] - sheet_window[0])
                f = heads[row + x - sheet_window[0]]
                while f >= 0:
                    number = records[f, SHEET]
                    surface = sheets[number, DEPTH]
                    surface += sheets[number, DEPTH_X] * (x + 0.5 - sheets[number, CORNER_X])
                    surface += sheets[number, DEPTH_Y] * (y + 0.5 - sheets[number, CORNER_Y])
                    if surface > w:
                        for k in range(SAMPLES):
                            if (records[f, COVER] >> k) & 1:
                                passed[k] *= 1.0 - tints[f, 3]
                    f = records[f, LINK]
            seen = passed.sum()
            keep = 1.0 - seen * page[y, x, 3] / 255.0
            for channel in range(4):
                mixed = pixels[y, x, channel] * keep + page[y, x, channel] * seen
                pixels[y, x, channel] = min(255, int(mixed + 0.5))
                page[y, x, channel] = 0
