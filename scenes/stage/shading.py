"""Samples into colours: ramps, light, contour lines, and layers laid over one another."""

from __future__ import annotations

import math

import numpy as np

from scenes.stage.compiled import compiled
from scenes.stage.lanes import carries_on, inked, plane_at, ramp_colour, tint_colour, word
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

RAMP_STEPS = 1024
"""Colours in a ramp's table: so many that a step is less than one of 255 shades."""

# Columns of the table of looks, one row for each mesh of a layer. The triangles of a tinted mesh
# have a tint, to which their value is added, instead of a ramp and contour lines.
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
    TINTED,
) = range(12)
LOOK_TERMS = 12
"""Numbers in a row of the table of looks."""

# Pixels between contour lines: full strength, gone.
_SPARSE_GAP, _DENSE_GAP = np.float32(5), np.float32(2)
_SAME_TONE = np.float32(0.01)  # light and colour that differ by less are taken for the same
_NOTHING, _HALF, _WHOLE, _FAR = np.float32(0), np.float32(0.5), np.float32(1), np.float32(1e9)
_LAST_STEP = np.float32(RAMP_STEPS - 1)


def _bayer() -> np.ndarray:
    """Return the 8 by 8 ordered-dither thresholds in (0, 1) (Bayer 1973)."""
    pattern = np.zeros((1, 1))
    for _ in range(3):
        pattern = np.block(
            [[4 * pattern, 4 * pattern + 2], [4 * pattern + 3, 4 * pattern + 1]],
        )
    return (pattern + 0.5) / 64


DITHER = _bayer()
_THRESHOLDS = DITHER.astype(np.float32)

# A set of a pixel's samples is a number from 0 to 15; these are each set's middle and its share.
_MEMBERS = (np.arange(1 << SAMPLES)[:, None] >> np.arange(SAMPLES)) & 1
_COUNT = np.maximum(_MEMBERS.sum(axis=1), 1)
_MIDDLE_X = (_MEMBERS @ SAMPLE_X / _COUNT).astype(np.float32)
_MIDDLE_Y = (_MEMBERS @ SAMPLE_Y / _COUNT).astype(np.float32)
_SHARE = (_COUNT / SAMPLES).astype(np.float32)
_ALL = (1 << SAMPLES) - 1

# What is known of the surfaces that are seen in a row of pixels: each is shaded once for a
# pixel, amid its samples. Rows of numbers, one column for a surface.
_W, _VALUE, _LIGHT, _W_X, _W_Y, _V_X, _V_Y, _LEVEL, _GAP, _INK, _PART = range(11)
_COLUMN, _LOOK, _TRIANGLE, _STEP = range(4)


def resolve(patch, window, front, depth, owner, planes, looks, ramps, levels) -> None:
    """Shade a layer's samples into `patch` (h, w, 4), premultiplied 8-bit RGBA, of its window.

    Samples that lie behind those of the window `front` are left out (give the same window for
    none). Each surface in a pixel is shaded once, amid its samples. `looks` (m, 12), `ramps`
    (m, 1024, 3) and `levels` say how each mesh looks.
    """
    looks = np.asarray(looks, np.float32)
    colours = np.zeros((*ramps.shape[:2], 4), np.float32)
    colours[..., :3] = ramps
    inks = np.ones((len(looks), 4), np.float32)
    inks[:, :3] = looks[:, CONTOUR_RED : CONTOUR_BLUE + 1]
    _resolve(
        patch.view(np.uint32)[..., 0], window, front, depth, owner, planes, looks,
        colours.reshape(-1, 4), inks, np.asarray(levels, np.float32),
    )  # fmt: skip


@compiled
def _resolve(words, window, front, depth, owner, planes, looks, ramps, inks, levels):
    """Shade row by row: which surfaces are seen, how they look, and into the patch."""
    most = SAMPLES * words.shape[1]
    numbers = np.empty((11, most), np.float32)
    indices = np.empty((4, most), np.int32)
    mixed = np.zeros(4, np.float32)
    for y in range(window[1], window[3]):
        count = _surfaces(y, window, front, depth, owner, planes, looks, numbers, indices)
        begin = 0
        while begin < count:
            end = _end_of_look(indices, begin, count)
            _shade(numbers, indices, begin, end, looks, levels)
            begin = end
        words[y - window[1], :] = 0
        _paint(y, window, numbers, indices, count, planes, looks, ramps, inks, mixed, words)


@compiled
def _surfaces(y, window, front, depth, owner, planes, looks, numbers, indices):
    """Find the surfaces that are seen in a row, from left to right, and return how many."""
    left, right = window[0], window[2]
    start = window[4] + ((y - window[1]) * (right - left) - left) * SAMPLES
    shielded = front[4] != window[4] and front[1] <= y < front[3]
    front_start = front[4] + ((y - front[1]) * (front[2] - front[0]) - front[0]) * SAMPLES
    ws, values, lights, parts = numbers[_W], numbers[_VALUE], numbers[_LIGHT], numbers[_PART]
    w_x, w_y, v_x, v_y = numbers[_W_X], numbers[_W_Y], numbers[_V_X], numbers[_V_Y]
    columns, meshes, triangles = indices[_COLUMN], indices[_LOOK], indices[_TRIANGLE]
    # Unsigned, here and below, so that no index is looked at for being negative.
    count = np.uint64(0)
    mid_y, tone = np.float32(y) + _HALF, _SAME_TONE
    for x in range(left, right):
        at = np.uint64(start + SAMPLES * x)
        second, third, fourth = at + np.uint64(1), at + np.uint64(2), at + np.uint64(3)
        a, b, c, d = depth[at], depth[second], depth[third], depth[fourth]
        if (a + b) + (c + d) == _NOTHING:
            continue
        todo = _ALL
        if min(min(a, b), min(c, d)) == _NOTHING:
            todo = (a > _NOTHING) | (b > _NOTHING) << 1 | (c > _NOTHING) << 2 | (d > _NOTHING) << 3
        if shielded and front[0] <= x < front[2]:
            for k in range(SAMPLES):
                if depth[front_start + SAMPLES * x + k] >= depth[at + np.uint64(k)]:
                    todo &= ~(1 << k)
        mid_x = np.float32(x) + _HALF
        while todo:
            # The samples of one surface: those of one triangle, and of others that carry it on.
            k = 0
            while not (todo >> k) & 1:
                k += 1
            number = np.uint64(owner[at + np.uint64(k)])
            group = 1 << k
            if todo == _ALL:
                two = np.uint64(owner[second])
                three, four = np.uint64(owner[third]), np.uint64(owner[fourth])
                group = _ALL
                if (number ^ two) | (number ^ three) | (number ^ four):
                    scale = looks[np.uint64(planes[number, MESH]), VALUE_SCALE]
                    group = 1
                    group |= carries_on(planes, number, two, mid_x, mid_y, scale, tone) << 1
                    group |= carries_on(planes, number, three, mid_x, mid_y, scale, tone) << 2
                    group |= carries_on(planes, number, four, mid_x, mid_y, scale, tone) << 3
            else:
                scale = looks[np.uint64(planes[number, MESH]), VALUE_SCALE]
                for m in range(k + 1, SAMPLES):
                    if (todo >> m) & 1:
                        other = np.uint64(owner[at + np.uint64(m)])
                        group |= carries_on(planes, number, other, mid_x, mid_y, scale, tone) << m
            todo &= ~group

            middle = np.uint64(group)
            ws[count], values[count], lights[count] = plane_at(
                planes, number, np.float32(x) + _MIDDLE_X[middle], np.float32(y) + _MIDDLE_Y[middle]
            )
            w_x[count], w_y[count] = planes[number, DEPTH_X], planes[number, DEPTH_Y]
            v_x[count], v_y[count] = planes[number, VALUE_X], planes[number, VALUE_Y]
            parts[count] = _SHARE[middle]
            columns[count] = np.int32(x - left)
            meshes[count] = np.int32(planes[number, MESH])
            triangles[count] = np.int32(number)
            count += np.uint64(1)
    return np.int64(count)


@compiled
def _end_of_look(indices, begin, count):
    """Return where the surfaces end that are of the same mesh as the one at `begin`."""
    meshes = indices[_LOOK]
    end = np.uint64(begin + 1)
    while end < np.uint64(count) and meshes[end] == meshes[np.uint64(begin)]:
        end += np.uint64(1)
    return np.int64(end)


@compiled
def _shade(numbers, indices, begin, end, looks, levels):
    """Find value, light, step of the ramp and share of ink of surfaces of one mesh.

    Short loops over few rows each, so that LLVM turns them into vector instructions.
    """
    look = looks[indices[_LOOK, begin]]
    w, value, light = numbers[_W, begin:end], numbers[_VALUE, begin:end], numbers[_LIGHT, begin:end]
    step, ink = indices[_STEP, begin:end], numbers[_INK, begin:end]
    for i in range(end - begin):
        w[i] = _WHOLE / w[i]
        value[i] *= w[i]
    for i in range(end - begin):
        light[i] *= w[i]
    low, scale = look[VALUE_LOW], look[VALUE_SCALE] * _LAST_STEP
    for i in range(end - begin):
        stop = (value[i] - low) * scale
        stop = stop if stop > _NOTHING else _NOTHING  # nan too
        step[i] = np.int32(min(stop, _LAST_STEP) + _HALF)
    first, last = np.int64(look[LEVELS_FIRST]), np.int64(look[LEVELS_END]) - 1
    radius, opacity = look[CONTOUR_RADIUS], look[CONTOUR_OPACITY]
    ink[:] = _NOTHING
    if last < first or not radius * opacity > _NOTHING:
        return

    # How fast the value changes over the screen, for one pixel.
    w_x, w_y = numbers[_W_X, begin:end], numbers[_W_Y, begin:end]
    v_x, v_y = numbers[_V_X, begin:end], numbers[_V_Y, begin:end]
    for i in range(end - begin):
        across = (v_x[i] - value[i] * w_x[i]) * w[i]
        down = (v_y[i] - value[i] * w_y[i]) * w[i]
        w_x[i] = math.sqrt(across * across + down * down)
    # The nearest contour line, and how far its neighbour is.
    level, gap = numbers[_LEVEL, begin:end], numbers[_GAP, begin:end]
    spacing, lowest = look[LEVELS_SPACING], levels[first]
    if spacing > _NOTHING:
        inverse, most = _WHOLE / spacing, np.float32(last - first)
        for i in range(end - begin):
            nearest = math.floor((value[i] - lowest) * inverse + _HALF)
            level[i] = lowest + min(max(nearest, _NOTHING), most) * spacing
            gap[i] = spacing
    else:
        for i in range(end - begin):
            above, below = first, last + 1
            while above < below:
                middle = (above + below) // 2
                if levels[middle] < value[i]:
                    above = middle + 1
                else:
                    below = middle
            higher, lower = levels[min(above, last)], levels[max(above - 1, first)]
            level[i] = higher if higher - value[i] < value[i] - lower else lower
            gap[i] = higher - lower if higher > lower else _FAR
    for i in range(end - begin):
        pixels = _WHOLE / w_x[i] if w_x[i] > _NOTHING else _NOTHING  # for one of the value
        distance = abs(value[i] - level[i]) * pixels
        covered = min(distance + _HALF, radius) - max(distance - _HALF, -radius)
        # Lines closer together than a few pixels fade out.
        room = (gap[i] * pixels - _DENSE_GAP) / (_SPARSE_GAP - _DENSE_GAP)
        covered = min(max(covered, _NOTHING), _WHOLE)
        ink[i] = opacity * covered * min(max(room, _NOTHING), _WHOLE)


@compiled
def _paint(y, window, numbers, indices, count, planes, looks, ramps, inks, mixed, words):
    """Write a row's surfaces into the patch; those of one pixel stand side by side."""
    row, left = np.uint64(y - window[1]), np.uint64(window[0])
    values, lights, parts = numbers[_VALUE], numbers[_LIGHT], numbers[_PART]
    shares = numbers[_INK]
    columns, meshes = indices[_COLUMN], indices[_LOOK]
    triangles, steps = indices[_TRIANGLE], indices[_STEP]
    thresholds = _THRESHOLDS[y & 7]
    last = np.int32(-1)
    for n in range(count):
        i = np.uint64(n)
        mesh, column = np.uint64(meshes[i]), np.uint64(columns[i])
        if looks[mesh, TINTED] > _NOTHING:
            colour = tint_colour(planes, np.uint64(triangles[i]), values[i])
        else:
            step = mesh * np.uint64(RAMP_STEPS) + np.uint64(steps[i])
            colour = ramp_colour(ramps, step, lights[i])
        colour = inked(colour, inks, mesh, shares[i], parts[i] * looks[mesh, OPACITY])
        threshold = thresholds[(column + left) & np.uint64(7)]
        if parts[i] == _WHOLE:
            words[row, column] = word(colour, threshold)
        else:
            if columns[i] != last:
                last = columns[i]
                mixed[:] = _NOTHING
            for k in range(4):
                mixed[k] += colour[k]
            words[row, column] = word((mixed[0], mixed[1], mixed[2], mixed[3]), threshold)


def lay_over(pixels: np.ndarray, patch: np.ndarray, left: int, top: int) -> None:
    """Lay a premultiplied patch (h, w, 4) over `pixels`, its corner at (left, top)."""
    below = pixels[top : top + patch.shape[0], left : left + patch.shape[1]]
    _lay_over(below, below.view(np.uint32)[..., 0], patch, patch.view(np.uint32)[..., 0])


@compiled
def _lay_over(below, below_words, patch, patch_words):
    """Blend a patch over pixels of its shape; a word is a pixel's four bytes."""
    for y in range(patch.shape[0]):
        for x in range(patch.shape[1]):
            alpha = int(patch[y, x, 3])
            if alpha == 255:
                below_words[y, x] = patch_words[y, x]
            elif alpha > 0:
                for channel in range(4):
                    kept = (int(below[y, x, channel]) * (255 - alpha) + 127) // 255
                    below[y, x, channel] = min(255, int(patch[y, x, channel]) + kept)


@compiled
def premultiply(pixels):
    """Multiply the colours of 8-bit RGBA pixels by their alpha, in place."""
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            alpha = int(pixels[y, x, 3])
            if alpha < 255:
                for channel in range(3):
                    pixels[y, x, channel] = (int(pixels[y, x, channel]) * alpha + 127) // 255


@compiled
def unmultiply(pixels):
    """Undo `premultiply`, in place: straight colours, as PNG and video files hold them."""
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            alpha = int(pixels[y, x, 3])
            if 0 < alpha < 255:
                for channel in range(3):
                    colour = (int(pixels[y, x, channel]) * 255 + alpha // 2) // alpha
                    pixels[y, x, channel] = min(255, colour)
