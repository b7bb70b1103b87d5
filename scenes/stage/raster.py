"""Triangles and strokes into pixels, with a depth for every sample: the inner loops of the camera.

Screen coordinates are pixels, x to the right and y down; the middle of pixel (i, j) is at
(i + 1/2, j + 1/2). Depth is w = 1 / (distance to the eye along the view axis), which is linear
over the screen on every plane; the larger w is nearer, and 0 is nothing there.

Every pixel holds four samples, one on each of four sub-rows and each in another quarter of the
pixel's width (a rotated grid). A *window* is a row (left, top, right, bottom, offset): the
rectangle of pixels that a layer covers, and where its samples begin in the shared arrays. The
four samples of a pixel stand side by side, and the pixels of a row.

A triangle's row in `planes` is (x0, y0, w, dw/dx, dw/dy, v, dv/dx, dv/dy, l, dl/dx, dl/dy): depth,
value times depth and light times depth at the corner (x0, y0), and how they change per pixel.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

SAMPLES = 4
"""Samples in a pixel."""

SAMPLE_X = np.array([0.375, 0.875, 0.125, 0.625])
"""Where in the pixel's width the sample of each sub-row stands."""

PLANE_TERMS = 11
"""Numbers in a row of `planes`."""

RAMP_STEPS = 256
"""Steps of a colour ramp's table; colours in between are interpolated."""

# Columns of the table of looks, one row for each mesh.
(
    OPACITY,
    VALUE_LOW,
    VALUE_SCALE,
    CONTOUR_RADIUS,
    CONTOUR_OPACITY,
    CONTOUR_RED,
    CONTOUR_GREEN,
    CONTOUR_BLUE,
    LEVELS_FIRST,
    LEVELS_END,
    LEVELS_SPACING,
) = range(11)
LOOK_TERMS = 11

# Columns of a stroke's parts: a tapered capsule, or the triangle of an arrow's head.
KIND, X0, Y0, W0, R0, X1, Y1, W1, R1 = range(9)
PART_TERMS = 9
CAPSULE, HEAD = 0.0, 1.0

_SPARSE_GAP, _DENSE_GAP = 5.0, 2.0  # pixels between contour lines: full strength, gone
_STEEPEST = 8.0  # a surface that goes deeper than this for 1 across counts as so steep
_BEND = 0.3  # how far off a surface may be from its plane, as a share of the way along it
_SAME_TONE = 0.01  # light and colour that differ by less are taken for the same


def _bayer() -> np.ndarray:
    """Return the 8 by 8 ordered-dither thresholds in (0, 1) (Bayer 1973)."""
    pattern = np.zeros((1, 1))
    for _ in range(3):
        pattern = np.block(
            [[4 * pattern, 4 * pattern + 2], [4 * pattern + 3, 4 * pattern + 1]],
        )
    return (pattern + 0.5) / 64


DITHER = _bayer()


@njit(cache=True, nogil=True, error_model="numpy")
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


@njit(cache=True, nogil=True, error_model="numpy")
def clear(depth, window):
    """Empty the samples of `window`."""
    size = (window[2] - window[0]) * (window[3] - window[1]) * SAMPLES
    depth[window[4] : window[4] + size] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def fill_triangles(screen, values, light, faces, first, window, depth, owner, planes):
    """Draw a mesh's triangles into the samples of `window`, the nearest winning.

    `screen` (n, 3) holds x, y, w of the vertices, `values` (n,) what colours and contour lines
    are made of, `light` (n, 2) the light on the front and on the back. Triangle f is entered in
    `owner` and `planes` as number first + f. One with a nan corner is not drawn.
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
        lowest, highest = min(ya, yb, yc), max(ya, yb, yc)
        if highest < top or lowest > bottom:
            continue
        if max(xa, xb, xc) < left or min(xa, xb, xc) > right:
            continue
        va, vb, vc = values[a] * wa, values[b] * wb, values[c] * wc
        if not math.isfinite(va + vb + vc):
            continue
        side = 0 if area < 0 else 1
        la, lb, lc = light[a, side] * wa, light[b, side] * wb, light[c, side] * wc

        number = first + f
        inverse = 1.0 / area
        tx, ty = (yc - ya) * inverse, -(xc - xa) * inverse
        sx, sy = -(yb - ya) * inverse, (xb - xa) * inverse
        wx, wy = (wb - wa) * tx + (wc - wa) * sx, (wb - wa) * ty + (wc - wa) * sy
        planes[number, 0], planes[number, 1] = xa, ya
        planes[number, 2], planes[number, 3], planes[number, 4] = wa, wx, wy
        planes[number, 5] = va
        planes[number, 6] = (vb - va) * tx + (vc - va) * sx
        planes[number, 7] = (vb - va) * ty + (vc - va) * sy
        planes[number, 8] = la
        planes[number, 9] = (lb - la) * tx + (lc - la) * sx
        planes[number, 10] = (lb - la) * ty + (lc - la) * sy

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


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _box(distance, radius):
    """Return how much of a pixel lies in a band, `distance` from its axis."""
    return max(0.0, min(distance + 0.5, radius) - max(distance - 0.5, -radius))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _line_strength(offset, square, gap, radius):
    """Return how much of a pixel a contour line covers, 0 to 1.

    The value is `offset` away from the level and changes by the root of `square` per pixel; the
    next level is `gap` away. Lines closer together than a few pixels fade out.
    """
    strength = 0.0
    if offset * offset < (radius + 0.5) ** 2 * square:
        gradient = math.sqrt(square)
        room = (gap / gradient - _DENSE_GAP) / (_SPARSE_GAP - _DENSE_GAP)
        strength = min(1.0, _box(abs(offset) / gradient, radius)) * min(1.0, max(0.0, room))
    return strength


@njit(cache=True, nogil=True, error_model="numpy")
def resolve(pixels, window, front, depth, owner, planes, mesh_of, looks, ramps, levels, flat):
    """Blend a layer's samples over `pixels` (h, w, 4), premultiplied 8-bit RGBA.

    Samples of `window` that lie behind those of the window `front` are left out (give the same
    window for none). Each surface in a pixel is shaded once, amid its samples; `flat` is the step
    in depth, as a share of w, below which neighbouring triangles make up one surface.
    """
    # One long body: numba counts references for every array that is handed to another function,
    # which took longer than the shading.
    left, top, right, bottom, offset = window[0], window[1], window[2], window[3], window[4]
    width = right - left
    front_width = front[2] - front[0]
    tested = front[4] != offset
    numbers = np.empty(SAMPLES, np.int64)
    for y in range(top, bottom):
        base = offset + ((y - top) * width - left) * SAMPLES
        shielded = tested and front[1] <= y < front[3]
        front_base = front[4] + ((y - front[1]) * front_width - front[0]) * SAMPLES
        for x in range(left, right):
            at = np.uint64(base + SAMPLES * x)  # unsigned: no index is looked at for being negative
            if (
                depth[at] == 0.0
                and depth[at + np.uint64(1)] == 0.0
                and depth[at + np.uint64(2)] == 0.0
                and depth[at + np.uint64(3)] == 0.0
            ):
                continue
            behind = shielded and front[0] <= x < front[2]
            first, count, smooth = -1, 0, True
            for k in range(SAMPLES):
                w = depth[at]
                number = owner[at]
                at += np.uint64(1)
                numbers[k] = -1
                if w == 0.0 or (behind and depth[front_base + SAMPLES * x + k] >= w):
                    continue
                numbers[k] = number
                count += 1
                if first < 0:
                    first = number
                elif number != first and smooth:
                    # Does this triangle carry on the first one's depth, light and value?
                    mesh = mesh_of[number]
                    dx = x + SAMPLE_X[k] - planes[first, 0]
                    dy = y + (k + 0.5) / SAMPLES - planes[first, 1]
                    ex = x + SAMPLE_X[k] - planes[number, 0]
                    ey = y + (k + 0.5) / SAMPLES - planes[number, 1]
                    jump = planes[first, 2] + planes[first, 3] * dx + planes[first, 4] * dy - w
                    value = planes[first, 5] + planes[first, 6] * dx + planes[first, 7] * dy
                    value -= planes[number, 5] + planes[number, 6] * ex + planes[number, 7] * ey
                    light = planes[first, 8] + planes[first, 9] * dx + planes[first, 10] * dy
                    light -= planes[number, 8] + planes[number, 9] * ex + planes[number, 10] * ey
                    smooth = (
                        mesh == mesh_of[first]
                        and abs(jump) < flat * w
                        and abs(light) < _SAME_TONE * w
                        and abs(value) * looks[mesh, VALUE_SCALE] < _SAME_TONE * w
                    )
            if count == 0:
                continue

            red, green, blue, alpha = 0.0, 0.0, 0.0, 0.0
            for k in range(SAMPLES):
                number = numbers[k]
                if number < 0:
                    continue
                share, at_x, at_y = 0.0, 0.0, 0.0
                for m in range(k, SAMPLES):
                    if numbers[m] == number or (smooth and numbers[m] >= 0):
                        numbers[m] = -1
                        share += 1.0
                        at_x += SAMPLE_X[m]
                        at_y += (m + 0.5) / SAMPLES
                mesh = mesh_of[number]

                # The surface's value and light amid its samples.
                dx = x + at_x / share - planes[number, 0]
                dy = y + at_y / share - planes[number, 1]
                z = 1.0 / (planes[number, 2] + planes[number, 3] * dx + planes[number, 4] * dy)
                value = planes[number, 5] + planes[number, 6] * dx + planes[number, 7] * dy
                light = planes[number, 8] + planes[number, 9] * dx + planes[number, 10] * dy
                value *= z
                light *= z

                # The ramp's colour for the value.
                stop = (value - looks[mesh, VALUE_LOW]) * looks[mesh, VALUE_SCALE]
                stop = min(max(stop, 0.0), 1.0) * (RAMP_STEPS - 1)
                i = min(int(stop), RAMP_STEPS - 2)
                t = stop - i
                r = (ramps[mesh, i, 0] + t * (ramps[mesh, i + 1, 0] - ramps[mesh, i, 0])) * light
                g = (ramps[mesh, i, 1] + t * (ramps[mesh, i + 1, 1] - ramps[mesh, i, 1])) * light
                b = (ramps[mesh, i, 2] + t * (ramps[mesh, i + 1, 2] - ramps[mesh, i, 2])) * light

                radius = looks[mesh, CONTOUR_RADIUS]
                if radius > 0.0:
                    begin, end = int(looks[mesh, LEVELS_FIRST]), int(looks[mesh, LEVELS_END])
                    gap = looks[mesh, LEVELS_SPACING]
                    if gap > 0:
                        nearest = begin + math.floor((value - levels[begin]) / gap + 0.5)
                        level = levels[min(max(nearest, begin), end - 1)]
                    else:
                        low, high = begin, end
                        while low < high:
                            middle = (low + high) // 2
                            if levels[middle] < value:
                                low = middle + 1
                            else:
                                high = middle
                        above, below = levels[min(low, end - 1)], levels[max(low - 1, begin)]
                        level = above if above - value < value - below else below
                        gap = above - below if above > below else 1e9
                    gx = (planes[number, 6] - value * planes[number, 3]) * z
                    gy = (planes[number, 7] - value * planes[number, 4]) * z
                    a = _line_strength(value - level, gx * gx + gy * gy, gap, radius)
                    if a > 0.0:
                        a *= looks[mesh, CONTOUR_OPACITY]
                        r += (looks[mesh, CONTOUR_RED] - r) * a
                        g += (looks[mesh, CONTOUR_GREEN] - g) * a
                        b += (looks[mesh, CONTOUR_BLUE] - b) * a

                share *= looks[mesh, OPACITY] / SAMPLES
                red += min(max(r, 0.0), 1.0) * share
                green += min(max(g, 0.0), 1.0) * share
                blue += min(max(b, 0.0), 1.0) * share
                alpha += share

            keep = 1.0 - alpha
            low_bit = DITHER[y & 7, x & 7]
            pixels[y, x, 0] = min(255, int(pixels[y, x, 0] * keep + red * 255.0 + low_bit))
            pixels[y, x, 1] = min(255, int(pixels[y, x, 1] * keep + green * 255.0 + low_bit))
            pixels[y, x, 2] = min(255, int(pixels[y, x, 2] * keep + blue * 255.0 + low_bit))
            pixels[y, x, 3] = min(255, int(pixels[y, x, 3] * keep + alpha * 255.0 + 0.5))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _capsule(px, py, dx, dy, t, start, end):
    """Return how much of the pixel at (px, py) a capsule from (0, 0) to (dx, dy) covers, 0 to 1.

    t is the nearest place on its axis; the radius goes from `start` to `end`.
    """
    distance = math.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2)
    return min(1.0, _box(distance, start + t * (end - start)))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _arrow_head(px, py, dx, dy, length, half):
    """Return how much of the pixel at (px, py) a triangle covers, 0 to 1.

    Its base lies at (0, 0) and reaches `half` to both sides, its tip at (dx, dy).
    """
    along = (px * dx + py * dy) / length
    across = abs(px * dy - py * dx) / length
    slanted = (along * half + across * length - half * length) / math.hypot(half, length)
    return min(1.0, max(0.0, 0.5 - max(slanted, -along)))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _row_range(x0, y0, dx, dy, head, radius, y, width):
    """Return the pixels (start, stop) of row y that a part can touch."""
    start, stop = min(x0, x0 + dx) - radius, max(x0, x0 + dx) + radius
    if abs(dy) > 1e-6 and not head:
        middle = x0 + (y + 0.5 - y0) * dx / dy
        half = radius * math.sqrt(dx * dx + dy * dy) / abs(dy)
        start, stop = max(start, middle - half), min(stop, middle + half)
    # Clamped before it becomes an integer: a point near the eye can be far off the screen.
    return int(min(max(start, 0.0), width)), int(min(max(stop + 1.0, 0.0), width))


@njit(cache=True, nogil=True, error_model="numpy")
def draw_strokes(
    pixels,
    scratch,
    parts,
    strokes,
    ends,
    behind,
    pixel_depth,
    windows,
    opacities,
    depth,
    owner,
    planes,
):
    """Blend strokes over `pixels`, each one tested against the layers' depth pixel by pixel.

    `parts` (p, 9) are the strokes' capsules and arrow heads in order; stroke s takes those up to
    ends[s]. `strokes` (s, 6) holds red, green, blue, opacity, the share of the opacity that is
    left behind something, and how far toward the eye it is lifted (world units, at least a
    pixel's width). Draws what is seen through something if `behind`, else what is in front: call
    it for ghosts first, so that they never lie over a line that is really seen. `pixel_depth` is
    the step in depth as wide as one pixel, as a share of w. The parts of a stroke count once
    where they overlap. `scratch` (h, w) must be, and is left, all zero.
    """
    height, width = scratch.shape
    begin = 0
    for s in range(strokes.shape[0]):
        first, begin = begin, ends[s]
        ghost, lift = strokes[s, 4], strokes[s, 5]
        hides = ghost < 1.0 and windows.shape[0] > 0
        if behind and (ghost == 0.0 or not hides):
            continue
        for p in range(first, ends[s]):
            head = parts[p, KIND] == HEAD
            x0, y0, w0, r0 = parts[p, X0], parts[p, Y0], parts[p, W0], parts[p, R0]
            dx, dy, r1 = parts[p, X1] - x0, parts[p, Y1] - y0, parts[p, R1]
            dw = parts[p, W1] - w0
            square = dx * dx + dy * dy
            length = math.sqrt(square)
            radius = max(r0, r1) + 1.0
            low = min(max(min(y0, y0 + dy) - radius, 0.0), height)
            high = min(max(max(y0, y0 + dy) + radius + 1.0, 0.0), height)
            for y in range(int(low), int(high)):
                start, stop = _row_range(x0, y0, dx, dy, head, radius, y, width)
                for x in range(start, stop):
                    px, py = x + 0.5 - x0, y + 0.5 - y0
                    t = (px * dx + py * dy) / square if square > 1e-12 else 0.0
                    t = min(max(t, 0.0), 1.0)
                    if head:
                        coverage = _arrow_head(px, py, dx, dy, length, r0)
                    else:
                        coverage = _capsule(px, py, dx, dy, t, r0, r1)
                    if coverage <= scratch[y, x]:
                        continue
                    if hides:
                        # The stroke's depth is known on its axis; so each surface is carried
                        # along its own plane from the sample to there. A line that lies on a
                        # surface is then seen in its full width, however steep that stands.
                        w = w0 + t * dw
                        soft = w * pixel_depth
                        w += max(w * w * lift, soft)
                        axis_x, axis_y = t * dx - px + 0.5, t * dy - py + 0.5
                        reach = soft * _STEEPEST * (math.hypot(t * dx - px, t * dy - py) + 0.5)
                        seen = 0.0
                        for k in range(SAMPLES):
                            through = 1.0
                            for n in range(windows.shape[0]):
                                left, top = windows[n, 0], windows[n, 1]
                                if not (left <= x < windows[n, 2] and top <= y < windows[n, 3]):
                                    continue
                                pixel = (y - top) * (windows[n, 2] - left) + x - left
                                i = windows[n, 4] + pixel * SAMPLES + k
                                surface = depth[i]
                                if surface > 0.0:
                                    number = owner[i]
                                    change = planes[number, 3] * (axis_x - SAMPLE_X[k])
                                    change += planes[number, 4] * (axis_y - (k + 0.5) / SAMPLES)
                                    change = min(max(change, -reach), reach)
                                    surface += change - _BEND * abs(change)
                                    hidden = min(max((surface - w) / soft + 0.5, 0.0), 1.0)
                                    through *= 1.0 - opacities[n] * hidden
                            seen += through / SAMPLES
                        coverage *= (1.0 - seen) * ghost if behind else seen
                    scratch[y, x] = max(scratch[y, x], coverage)
        for p in range(first, ends[s]):
            head = parts[p, KIND] == HEAD
            x0, y0 = parts[p, X0], parts[p, Y0]
            dx, dy = parts[p, X1] - x0, parts[p, Y1] - y0
            radius = max(parts[p, R0], parts[p, R1]) + 1.0
            low = min(max(min(y0, y0 + dy) - radius, 0.0), height)
            high = min(max(max(y0, y0 + dy) + radius + 1.0, 0.0), height)
            for y in range(int(low), int(high)):
                start, stop = _row_range(x0, y0, dx, dy, head, radius, y, width)
                for x in range(start, stop):
                    alpha = scratch[y, x] * strokes[s, 3]
                    scratch[y, x] = 0.0
                    if alpha > 0.0:
                        keep = 1.0 - alpha
                        for channel in range(3):
                            mixed = pixels[y, x, channel] * keep
                            mixed += strokes[s, channel] * 255.0 * alpha
                            pixels[y, x, channel] = int(mixed + 0.5)
                        pixels[y, x, 3] = int(pixels[y, x, 3] * keep + 255.0 * alpha + 0.5)


@njit(cache=True, nogil=True, error_model="numpy")
def premultiply(pixels):
    """Multiply the colours of 8-bit RGBA pixels by their alpha, in place."""
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            alpha = int(pixels[y, x, 3])
            if alpha < 255:
                for channel in range(3):
                    pixels[y, x, channel] = (int(pixels[y, x, channel]) * alpha + 127) // 255


@njit(cache=True, nogil=True, error_model="numpy")
def unmultiply(pixels):
    """Undo `premultiply`, in place: straight colours, as PNG and video files hold them."""
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            alpha = int(pixels[y, x, 3])
            if 0 < alpha < 255:
                for channel in range(3):
                    colour = (int(pixels[y, x, channel]) * 255 + alpha // 2) // alpha
                    pixels[y, x, channel] = min(255, colour)
