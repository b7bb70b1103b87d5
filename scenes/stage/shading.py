"""Samples into colours: ramps, light, contour lines, and layers laid over one another."""

from __future__ import annotations

import math

import numpy as np

from scenes.stage.compiled import compiled
from scenes.stage.lanes import (
    carries_on,
    covered,
    has_border,
    inked,
    plane_at,
    ramp_colour,
    tint_colour,
    word,
)
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

# The surfaces that are seen in a row of pixels, each shaded once for a pixel. First which they
# are: the column, the triangle, the set of samples, the number of the mesh, the step of its ramp.
_COLUMN, _TRIANGLE, _SET, _LOOK, _STEP = range(5)
# Then what is known amid those samples: value, light, the square of the value's slope for one
# pixel, the nearest contour line and how far the next is, how much of the pixel that line covers.
_VALUE, _LIGHT, _SLOPE, _LEVEL, _GAP, _INK = range(6)


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
    width = words.shape[1]
    indices = np.empty((5, SAMPLES * width), np.int32)
    numbers = np.empty((6, SAMPLES * width), np.float32)
    columns = np.empty((2, width), np.int32)
    mixed = np.zeros(4, np.float32)
    for y in range(window[1], window[3]):
        count = _surfaces(y, window, front, depth, owner, planes, looks, columns, indices)
        _measure(y, window[0], count, planes, indices, numbers)
        begin = 0
        while begin < count:
            end = _end_of_look(indices, begin, count)
            _shade(numbers, indices, begin, end, looks, levels)
            begin = end
        words[y - window[1], :] = 0
        _paint(y, window, numbers, indices, count, planes, looks, ramps, inks, mixed, words)


@compiled
def _surfaces(y, window, front, depth, owner, planes, looks, columns, indices):
    """Find which surfaces are seen in a row and return how many; those of a pixel in a row.

    Pixels are sorted into lists without a branch, since no processor can guess which pixels have
    a border of triangles in them.
    """
    left, width = window[0], window[2] - window[0]
    start = window[4] + (y - window[1]) * width * SAMPLES
    shielded = front[4] != window[4] and front[1] <= y < front[3]
    front_start = front[4] + (y - front[1]) * (front[2] - front[0]) * SAMPLES
    places, triangles, sets = indices[_COLUMN], indices[_TRIANGLE], indices[_SET]
    several, partial = columns[0], columns[1]
    y_mid, tone = np.float32(y) + _HALF, _SAME_TONE
    # Unsigned, here and below, so that no index is looked at for being negative.
    count, borders, rest = np.uint64(0), np.uint64(0), np.uint64(0)
    for x in range(width):
        at = np.uint64(start + SAMPLES * x)
        seen = covered(depth, at)
        if not seen:
            continue
        border, full = has_border(owner, at), (seen == _ALL) & (not shielded)
        places[count], triangles[count], sets[count] = x, owner[at], _ALL
        several[borders] = partial[rest] = x
        count += np.uint64(full & (not border))
        borders += np.uint64(full & border)
        rest += np.uint64(not full)

    # Where all samples are of triangles that carry on one surface, it is that surface's pixel.
    for i in range(borders):
        x = several[i]
        at = np.uint64(start + SAMPLES * x)
        number = np.uint64(owner[at])
        scale = looks[np.uint64(planes[number, MESH]), VALUE_SCALE]
        x_mid, alike = np.float32(left + x) + _HALF, 1
        for k in range(1, SAMPLES):
            other = np.uint64(owner[at + np.uint64(k)])
            alike &= carries_on(planes, number, other, x_mid, y_mid, scale, tone)
        places[count], triangles[count], sets[count] = x, np.int32(number), _ALL
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
            scale = looks[np.uint64(planes[number, MESH]), VALUE_SCALE]
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
def _measure(y, left, count, planes, indices, numbers):
    """Find value, light and slope of surfaces amid their samples, and their meshes."""
    values, lights, slopes = numbers[_VALUE], numbers[_LIGHT], numbers[_SLOPE]
    places, triangles, sets = indices[_COLUMN], indices[_TRIANGLE], indices[_SET]
    meshes = indices[_LOOK]
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
    """Find the step of the ramp and the share of ink of surfaces of one mesh.

    Short loops over few rows each, so that LLVM turns them into vector instructions.
    """
    look = looks[indices[_LOOK, begin]]
    value, slope, ink = (
        numbers[_VALUE, begin:end],
        numbers[_SLOPE, begin:end],
        numbers[_INK, begin:end],
    )
    step = indices[_STEP, begin:end]
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
        pixels = _WHOLE / math.sqrt(slope[i]) if slope[i] > _NOTHING else _NOTHING
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
    values, lights, shares = numbers[_VALUE], numbers[_LIGHT], numbers[_INK]
    columns, sets, meshes = indices[_COLUMN], indices[_SET], indices[_LOOK]
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
        part = _SHARE[np.uint64(sets[i])]
        colour = inked(colour, inks, mesh, shares[i], part * looks[mesh, OPACITY])
        threshold = thresholds[(column + left) & np.uint64(7)]
        if sets[i] == _ALL:
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
