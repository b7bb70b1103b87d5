"""Samples into colours: ramps, light, contour lines, and layers laid over one another."""

from __future__ import annotations

import math

import numpy as np

from scenes.stage import bands
from scenes.stage.colour_lanes import inked, ramp_colour, tint_colour, word
from scenes.stage.compiled import compiled
from scenes.stage.raster import SPAN_ROWS, spans_of
from scenes.stage.samples import SAMPLES
from scenes.stage.surfaces import (
    ALL,
    COLUMN,
    GAP,
    INK,
    LEVEL,
    LIGHT,
    LOOK,
    SET,
    SHARE,
    SLOPE,
    STEP,
    TRIANGLE,
    VALUE,
    find_surfaces,
    measure,
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


def resolve(patch, window, front, depth, owner, planes, looks, ramps, levels, spans=None) -> None:
    """Shade a layer's samples into `patch` (h, w, 4), premultiplied 8-bit RGBA, of its window.

    Samples that lie behind those of the window `front` are left out (give the same window for
    none). Each surface in a pixel is shaded once, amid its samples. `looks` (m, 12), `ramps`
    (m, 1024, 3) and `levels` say how each mesh looks. Only the pixels in the window's `spans` (see
    `raster.spans_of`) are written, where these are given.
    """
    looks = np.asarray(looks, np.float32)
    colours = np.zeros((*ramps.shape[:2], 4), np.float32)
    colours[..., :3] = ramps
    inks = np.ones((len(looks), 4), np.float32)
    inks[:, :3] = looks[:, CONTOUR_RED : CONTOUR_BLUE + 1]
    words, colours = patch.view(np.uint32)[..., 0], colours.reshape(-1, 4)
    levels = np.asarray(levels, np.float32)
    if spans is None:
        spans = spans_of(patch.shape[1], patch.shape[0], filled=True)

    def shade(begin: int, end: int) -> None:
        _resolve(
            words, window, front, begin, end, spans,
            depth, owner, planes, looks, colours, inks, levels,
        )  # fmt: skip

    bands.each(shade, bands.of_rows(window[1], window[3]))


@compiled
def _resolve(
    words, window, front, begin, end, spans, depth, owner, planes, looks, ramps, inks, levels
):
    """Shade rows begin to end: which surfaces are seen, how they look, and into the patch."""
    width = words.shape[1]
    indices = np.empty((5, SAMPLES * width), np.int32)
    numbers = np.empty((6, SAMPLES * width), np.float32)
    columns = np.empty((2, width), np.int32)
    scales, mixed = looks[:, VALUE_SCALE].copy(), np.zeros(4, np.float32)
    for y in range(begin, end):
        span = (y - window[1]) // SPAN_ROWS
        low, high = spans[span, 0], spans[span, 1]
        if low >= high:
            continue
        count = find_surfaces(
            y, window, low, high, front, depth, owner, planes, scales, columns, indices
        )
        measure(y, window[0], count, planes, indices, numbers)
        first = 0
        while first < count:
            stop = _end_of_look(indices, first, count)
            _shade(numbers, indices, first, stop, looks, levels)
            first = stop
        words[y - window[1], low:high] = 0
        _paint(y, window, numbers, indices, count, planes, looks, ramps, inks, mixed, words)


@compiled
def _end_of_look(indices, begin, count):
    """Return where the surfaces end that are of the same mesh as the one at `begin`."""
    meshes = indices[LOOK]
    end = np.uint64(begin + 1)
    while end < np.uint64(count) and meshes[end] == meshes[np.uint64(begin)]:
        end += np.uint64(1)
    return np.int64(end)


@compiled
def _shade(numbers, indices, begin, end, looks, levels):
    """Find the step of the ramp and the share of ink of surfaces of one mesh.

    Short loops over few rows each, so that LLVM turns them into vector instructions.
    """
    look = looks[indices[LOOK, begin]]
    value, slope, ink = (
        numbers[VALUE, begin:end],
        numbers[SLOPE, begin:end],
        numbers[INK, begin:end],
    )
    step = indices[STEP, begin:end]
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
    level, gap = numbers[LEVEL, begin:end], numbers[GAP, begin:end]
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
    values, lights, shares = numbers[VALUE], numbers[LIGHT], numbers[INK]
    columns, sets, meshes = indices[COLUMN], indices[SET], indices[LOOK]
    triangles, steps = indices[TRIANGLE], indices[STEP]
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
        part = SHARE[np.uint64(sets[i])]
        colour = inked(colour, inks, mesh, shares[i], part * looks[mesh, OPACITY])
        threshold = thresholds[(column + left) & np.uint64(7)]
        if sets[i] == ALL:
            words[row, column] = word(colour, threshold)
        else:
            if columns[i] != last:
                last = columns[i]
                mixed[:] = _NOTHING
            for k in range(4):
                mixed[k] += colour[k]
            words[row, column] = word((mixed[0], mixed[1], mixed[2], mixed[3]), threshold)


_WORTH_SHARING = 1 << 15
"""Columns of all spans from which laying a patch is shared out: half a million pixels."""


def lay_over(
    pixels: np.ndarray, patch: np.ndarray, left: int, top: int, spans: np.ndarray | None = None
) -> None:
    """Lay a premultiplied patch (h, w, 4) over `pixels`, its corner at (left, top).

    Where `spans` are given (see `raster.spans_of`), nothing of it is but in these.
    """
    if spans is None:
        spans = spans_of(patch.shape[1], patch.shape[0], filled=True)
    below = pixels[top : top + patch.shape[0], left : left + patch.shape[1]]
    below_words, patch_words = below.view(np.uint32)[..., 0], patch.view(np.uint32)[..., 0]

    def lay(begin: int, end: int) -> None:
        _lay_over(begin, end, spans, below, below_words, patch, patch_words)

    is_little = spans[:, 1].sum() - spans[:, 0].sum() < _WORTH_SHARING
    bands.each(lay, [(0, len(patch))] if is_little else bands.of_rows(0, len(patch)))


@compiled
def _lay_over(begin, end, spans, below, below_words, patch, patch_words):
    """Blend rows begin to end of a patch over pixels; a word is a pixel's four bytes."""
    for line in range(begin, end):
        y, span = np.uint64(line), line // SPAN_ROWS
        for column in range(spans[span, 0], spans[span, 1]):
            x = np.uint64(column)
            alpha = int(patch[y, x, 3])
            if alpha == 255:
                below_words[y, x] = patch_words[y, x]
            elif alpha > 0:
                for channel in range(4):
                    kept = (int(below[y, x, channel]) * (255 - alpha) + 127) // 255
                    below[y, x, channel] = min(255, int(patch[y, x, channel]) + kept)


@compiled
def lay_stamps(pixels, stamps, places, colors):
    """Colour pixels by the shares of them that small shapes cover, one shape after the other.

    Args:
        pixels: premultiplied 8-bit RGBA (h, w, 4).
        stamps: the shares (n,) of all shapes, 0 to 255, row by row.
        places: (m, 5): the first pixel in `stamps`, left, top, width and height.
        colors: straight RGBA (m, 4), each from 0 to 1.
    """
    tint = np.zeros(4, np.int64)
    for number in range(len(places)):
        first, left, top, width, height = places[number]
        for channel in range(4):
            share = 1.0 if channel == 3 else colors[number, channel]
            # As Cairo rounds it, so that what is small looks like what is large.
            tint[channel] = int(65535 * share * colors[number, 3] + 0.5) >> 8
        for line in range(height):
            y, begin = np.uint64(top + line), first + line * width
            for column in range(width):
                covered = int(stamps[np.uint64(begin + column)])
                if covered == 0:
                    continue
                x, alpha = np.uint64(left + column), (tint[3] * covered + 127) // 255
                if alpha == 255:
                    for channel in range(4):
                        pixels[y, x, channel] = tint[channel]
                    continue
                for channel in range(4):
                    kept = (int(pixels[y, x, channel]) * (255 - alpha) + 127) // 255
                    laid = (tint[channel] * covered + 127) // 255
                    pixels[y, x, channel] = min(255, kept + laid)


@compiled
def cut_stamp(shares, stamps, place):
    """Move what covers something of shares (h, w) to the stamps, and leave 0 there.

    `place` (5,), as in `lay_stamps`, says where it may be, and then where it is.
    """
    first, left, top, width, height = place
    x0, y0, x1, y1 = left + width, top + height, left, top
    for y in range(top, top + height):
        for x in range(left, left + width):
            if shares[y, x]:
                x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x + 1), y + 1
    width, height = max(0, x1 - x0), max(0, y1 - y0)
    place[1], place[2], place[3], place[4] = x0, y0, width, height
    for line in range(height):
        for column in range(width):
            stamps[first + line * width + column] = shares[y0 + line, x0 + column]
            shares[y0 + line, x0 + column] = 0


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
