"""Samples into colours: ramps, light, contour lines, and layers laid over one another."""

from __future__ import annotations

import math

import numpy as np

from scenes.stage.compiled import compiled
from scenes.stage.raster import (
    CORNER_X,
    CORNER_Y,
    CROSSED,
    DEPTH,
    DEPTH_X,
    DEPTH_Y,
    LIGHT,
    LIGHT_X,
    LIGHT_Y,
    MESH,
    SAMPLE_X,
    SAMPLES,
    TINT_BLUE,
    TINT_GREEN,
    TINT_RED,
    VALUE,
    VALUE_X,
    VALUE_Y,
)

RAMP_STEPS = 1024
"""Colours in a ramp's table: so many that a step is less than one of 255 shades."""

# Columns of the table of looks, one row for each mesh of a layer.
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

_SPARSE_GAP, _DENSE_GAP = 5.0, 2.0  # pixels between contour lines: full strength, gone
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

# A set of a pixel's samples is a number from 0 to 15; these are the middle and size of each set.
_MEMBERS = (np.arange(1 << SAMPLES)[:, None] >> np.arange(SAMPLES)) & 1
_COUNT = _MEMBERS.sum(axis=1).astype(float)
_MIDDLE_X = _MEMBERS @ SAMPLE_X / np.maximum(_COUNT, 1)
_MIDDLE_Y = _MEMBERS @ ((np.arange(SAMPLES) + 0.5) / SAMPLES) / np.maximum(_COUNT, 1)
_ALL = (1 << SAMPLES) - 1


@compiled
def resolve(patch, window, front, depth, owner, planes, looks, ramps, levels):
    """Shade a layer's samples into `patch` (h, w, 4), premultiplied 8-bit RGBA, of its window.

    Samples that lie behind those of the window `front` are left out (give the same window for
    none). Each surface in a pixel is shaded once, amid its samples. `looks` (m, 12), `ramps`
    (m, 1024, 3) and `levels` say how each mesh looks.
    """
    # One long body: numba counts references for every array that is handed to another function,
    # which took longer than the shading.
    left, top, right, bottom, offset = window[0], window[1], window[2], window[3], window[4]
    width = right - left
    front_width = front[2] - front[0]
    tested = front[4] != offset
    for y in range(top, bottom):
        base = offset + ((y - top) * width - left) * SAMPLES
        shielded = tested and front[1] <= y < front[3]
        front_base = front[4] + ((y - front[1]) * front_width - front[0]) * SAMPLES
        for x in range(left, right):
            at = np.uint64(base + SAMPLES * x)  # unsigned: no index is looked at for being negative
            unseen = 0
            for k in range(SAMPLES):
                unseen |= (depth[at + np.uint64(k)] == 0.0) << k
            todo = _ALL - unseen
            if todo and shielded and front[0] <= x < front[2]:
                for k in range(SAMPLES):
                    if depth[front_base + SAMPLES * x + k] >= depth[at + np.uint64(k)]:
                        todo &= ~(1 << k)
            red, green, blue, alpha = 0.0, 0.0, 0.0, 0.0
            while todo:
                # The samples of one surface: those of one triangle, and of others that carry on
                # its value and light.
                k = 0
                while not (todo >> k) & 1:
                    k += 1
                number = np.uint64(owner[at + np.uint64(k)])
                mesh = np.uint64(planes[number, MESH])
                group = 1 << k
                last, smooth = number, True
                for m in range(k + 1, SAMPLES):
                    if not (todo >> m) & 1:
                        continue
                    other = np.uint64(owner[at + np.uint64(m)])
                    if other != last:
                        last, smooth = other, True
                        if other != number:
                            dx, dy = x + 0.5 - planes[number, CORNER_X], y + 0.5
                            dy -= planes[number, CORNER_Y]
                            ex, ey = x + 0.5 - planes[other, CORNER_X], y + 0.5
                            ey -= planes[other, CORNER_Y]
                            one = planes[number, DEPTH] + planes[number, DEPTH_X] * dx
                            one += planes[number, DEPTH_Y] * dy
                            two = planes[other, DEPTH] + planes[other, DEPTH_X] * ex
                            two += planes[other, DEPTH_Y] * ey
                            light = planes[number, LIGHT] + planes[number, LIGHT_X] * dx
                            light += planes[number, LIGHT_Y] * dy
                            light_two = planes[other, LIGHT] + planes[other, LIGHT_X] * ex
                            light_two += planes[other, LIGHT_Y] * ey
                            value = planes[number, VALUE] + planes[number, VALUE_X] * dx
                            value += planes[number, VALUE_Y] * dy
                            value_two = planes[other, VALUE] + planes[other, VALUE_X] * ex
                            value_two += planes[other, VALUE_Y] * ey
                            scale = looks[mesh, VALUE_SCALE]
                            tone = _SAME_TONE * one * two
                            smooth = (
                                planes[other, MESH] == mesh
                                and abs(light * two - light_two * one) < tone
                                and abs(value * two - value_two * one) * scale < tone
                                and planes[other, TINT_RED] == planes[number, TINT_RED]
                                and planes[other, TINT_GREEN] == planes[number, TINT_GREEN]
                                and planes[other, TINT_BLUE] == planes[number, TINT_BLUE]
                            )
                    if smooth:
                        group |= 1 << m
                todo &= ~group

                # The surface's value and light amid its samples.
                dx = x + _MIDDLE_X[group] - planes[number, CORNER_X]
                dy = y + _MIDDLE_Y[group] - planes[number, CORNER_Y]
                w = planes[number, DEPTH] + planes[number, DEPTH_X] * dx
                z = 1.0 / (w + planes[number, DEPTH_Y] * dy)
                value = planes[number, VALUE] + planes[number, VALUE_X] * dx
                value = (value + planes[number, VALUE_Y] * dy) * z
                light = planes[number, LIGHT] + planes[number, LIGHT_X] * dx
                light = (light + planes[number, LIGHT_Y] * dy) * z

                # The ramp's colour for the value.
                stop = (value - looks[mesh, VALUE_LOW]) * looks[mesh, VALUE_SCALE]
                i = np.uint64(min(max(stop, 0.0), 1.0) * (RAMP_STEPS - 1) + 0.5)
                r, g, b = ramps[mesh, i, 0], ramps[mesh, i, 1], ramps[mesh, i, 2]
                r, g, b = r * light, g * light, b * light
                if looks[mesh, TINTED] > 0.0:
                    r = planes[number, TINT_RED] + value
                    g = planes[number, TINT_GREEN] + value
                    b = planes[number, TINT_BLUE] + value

                if planes[number, CROSSED] > 0.0:
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
                    gx = (planes[number, VALUE_X] - value * planes[number, DEPTH_X]) * z
                    gy = (planes[number, VALUE_Y] - value * planes[number, DEPTH_Y]) * z
                    steepness = math.sqrt(gx * gx + gy * gy)
                    radius = looks[mesh, CONTOUR_RADIUS]
                    if abs(value - level) < (radius + 0.5) * steepness:
                        distance = abs(value - level) / steepness
                        a = min(distance + 0.5, radius) - max(distance - 0.5, -radius)
                        # Lines closer together than a few pixels fade out.
                        room = (gap / steepness - _DENSE_GAP) / (_SPARSE_GAP - _DENSE_GAP)
                        a = min(max(a, 0.0), 1.0) * min(max(room, 0.0), 1.0)
                        a *= looks[mesh, CONTOUR_OPACITY]
                        r += (looks[mesh, CONTOUR_RED] - r) * a
                        g += (looks[mesh, CONTOUR_GREEN] - g) * a
                        b += (looks[mesh, CONTOUR_BLUE] - b) * a

                share = _COUNT[group] * looks[mesh, OPACITY] / SAMPLES
                red += min(max(r, 0.0), 1.0) * share
                green += min(max(g, 0.0), 1.0) * share
                blue += min(max(b, 0.0), 1.0) * share
                alpha += share

            low_bit = DITHER[y & 7, x & 7] if alpha > 0.0 else 0.0
            row, column = y - top, x - left
            patch[row, column, 0] = min(255, int(red * 255.0 + low_bit))
            patch[row, column, 1] = min(255, int(green * 255.0 + low_bit))
            patch[row, column, 2] = min(255, int(blue * 255.0 + low_bit))
            patch[row, column, 3] = min(255, int(alpha * 255.0 + 0.5))


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
