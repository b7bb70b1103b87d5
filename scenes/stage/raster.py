"""Triangles into samples, with a depth for every sample: the inner loop of the camera.

The arrays and their terms are described in `samples`.
"""

from __future__ import annotations

import math

import numpy as np

from scenes.stage import bands
from scenes.stage.compiled import compiled
from scenes.stage.lanes import fill_row
from scenes.stage.samples import (
    CORNER_X,
    CORNER_Y,
    DEPTH,
    DEPTH_X,
    DEPTH_Y,
    LANES,
    LIGHT,
    LIGHT_X,
    LIGHT_Y,
    MESH,
    PLANE_TERMS,
    SAMPLE_X,
    SAMPLES,
    VALUE,
    VALUE_X,
    VALUE_Y,
)

__all__ = ["DEPTH_X", "DEPTH_Y", "PLANE_TERMS", "SAMPLES", "SAMPLE_X", "clear", "fill_triangles"]

SPAN_ROWS = 16
"""Rows of a window that have one span."""


def spans_of(width: int, height: int, *, filled: bool) -> np.ndarray:
    """Return a window's spans, (n, 2): for every 16 rows the first pixel of interest and the end.

    Pixels are counted from the window's left edge. All of them are of interest where it is
    `filled`, else none.
    """
    return np.tile([0, width] if filled else [width, 0], (-(-height // SPAN_ROWS), 1))


@compiled
def widen(spans, window, screen, faces):
    """Have a window's spans hold all pixels that triangles may have samples in."""
    left, top = window[0], window[1]
    width, height = float(window[2] - left), float(window[3] - top)
    for f in range(faces.shape[0]):
        a, b, c = np.uint64(faces[f, 0]), np.uint64(faces[f, 1]), np.uint64(faces[f, 2])
        xa, ya, xb, yb = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1]
        xc, yc = screen[c, 0], screen[c, 1]
        if not math.isfinite(xa + ya + xb + yb + xc + yc):
            continue
        low, high = max(min(xa, xb, xc) - left, 0.0), min(max(xa, xb, xc) + 1.0 - left, width)
        begin, end = max(min(ya, yb, yc) - top, 0.0), min(max(ya, yb, yc) + 1.0 - top, height)
        if low >= high or begin >= end:
            continue
        start, stop = int(low), int(high)
        for span in range(int(begin) // SPAN_ROWS, (int(end) - 1) // SPAN_ROWS + 1):
            at = np.uint64(span)
            spans[at, 0], spans[at, 1] = min(spans[at, 0], start), max(spans[at, 1], stop)


def clear(depth: np.ndarray, window: np.ndarray, spans: np.ndarray) -> None:
    """Empty the samples in the spans of `window`."""
    bands.each(
        lambda begin, end: _clear(depth, window, spans, begin, end),
        bands.of_rows(window[1], window[3]),
    )


@compiled
def _clear(depth, window, spans, begin, end):
    """Empty the samples in the spans of rows begin to end."""
    top, row = window[1], (window[2] - window[0]) * SAMPLES
    for y in range(begin, end):
        start, span = window[4] + (y - top) * row, (y - top) // SPAN_ROWS
        low, high = spans[span, 0], spans[span, 1]
        if low < high:
            depth[start + SAMPLES * low : start + SAMPLES * high] = 0


def fill_triangles(screen, values, light, faces, mesh, first, window, depth, owner, planes):
    """Draw a mesh's triangles into the samples of `window`, the nearest winning.

    `screen` (n, 3) holds x, y, w of the vertices, `values` (n,) what colours and contour lines
    are made of, `light` (n, 2) the light on the front and on the back; `mesh` is the mesh's
    number in the tables that the shading reads. Triangle f is entered in `owner` as number
    first + f, and in `planes` if it won a sample. One with a nan corner is not drawn.

    Raises ValueError when the arrays of samples are less than three pixels longer than a row of
    the window, since pixels are drawn in fours.
    """

    def fill(begin: int, end: int) -> None:
        # What two bands both enter of a triangle in `planes` is the same.
        band, start = window_of_band(window, begin, end)
        _fill(screen, values, light, faces, mesh, first, band, depth[start:], owner[start:], planes)

    bands.each(fill, bands.of_rows(window[1], window[3]))


def window_of_band(window: np.ndarray, begin: int, end: int) -> tuple[np.ndarray, int]:
    """Return the window of some of a window's rows, and where its samples begin.

    Its samples are counted from there: what is drawn in fours does not reach back into another
    band's rows then.
    """
    left, top, right, _, offset = window
    start = offset + (begin - top) * (right - left) * SAMPLES
    return np.array([left, begin, right, end, 0]), start


@compiled
def _fill(screen, values, light, faces, mesh, first, window, depth, owner, planes):
    """Draw a mesh's triangles into the samples of a band, as `fill_triangles` says."""
    left, top, right, bottom, offset = window[0], window[1], window[2], window[3], window[4]
    width = right - left
    if min(depth.shape[0], owner.shape[0]) < SAMPLES * width + LANES - SAMPLES:
        raise ValueError("depth, owner: make them three pixels longer than a row of the window")
    first_row, end_row = float(SAMPLES * top), float(SAMPLES * bottom)
    for f in range(faces.shape[0]):
        a, b, c = np.uint64(faces[f, 0]), np.uint64(faces[f, 1]), np.uint64(faces[f, 2])
        ya, yb, yc = screen[a, 1], screen[b, 1], screen[c, 1]
        if max(ya, yb, yc) <= top or min(ya, yb, yc) >= bottom:  # most are in another band
            continue
        xa, xb, xc = screen[a, 0], screen[b, 0], screen[c, 0]
        area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya)
        if not 1e-9 < abs(area) < math.inf:  # also when it is nan
            continue

        # The pixels and sub-rows that may hold a sample of it.
        low = math.ceil(max(min(xa, xb, xc) - 0.875, left))
        high = math.ceil(min(max(xa, xb, xc) - 0.125, right))
        begin = math.ceil(max(SAMPLES * min(ya, yb, yc) - 0.5, first_row))
        end = math.ceil(min(SAMPLES * max(ya, yb, yc) - 0.5, end_row))
        if begin >= end or low >= high:
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
        turn = math.ceil(min(max(SAMPLES * y2 - 0.5, first_row), end_row))
        long = x1, y1, (x3 - x1) / (y3 - y1) if y3 > y1 else 0.0
        upper = x1, y1, (x2 - x1) / (y2 - y1) if y2 > y1 else 0.0
        lower = x2, y2, (x3 - x2) / (y3 - y2) if y3 > y2 else 0.0
        long_is_left = x1 + (y2 - y1) * long[2] < x2

        # The plane of depth over the screen.
        wa, wb, wc = screen[a, 2], screen[b, 2], screen[c, 2]
        inverse = 1.0 / area
        tx, ty = (yc - ya) * inverse, -(xc - xa) * inverse
        sx, sy = -(yb - ya) * inverse, (xb - xa) * inverse
        wx, wy = (wb - wa) * tx + (wc - wa) * sx, (wb - wa) * ty + (wc - wa) * sy
        number = first + f
        won = False
        for row in range(begin // SAMPLES, (end + SAMPLES - 1) // SAMPLES):
            won |= fill_row(
                depth, owner, offset + (row - top) * width * SAMPLES, row, left, low, high,
                begin, turn, end, long, upper, lower, long_is_left,
                np.float32(wa - wx * xa + wy * (row - ya)), np.float32(wx), np.float32(wy),
                np.int32(number),
            )  # fmt: skip
        if not won:
            continue

        side = 0 if area < 0 else 1
        la = light[a, side] * wa
        lb, lc = light[b, side] * wb - la, light[c, side] * wc - la
        ea = va * wa
        eb, ec = vb * wb - ea, vc * wc - ea
        planes[number, DEPTH], planes[number, VALUE], planes[number, LIGHT] = wa, ea, la
        planes[number, DEPTH_X], planes[number, DEPTH_Y] = wx, wy
        planes[number, VALUE_X], planes[number, VALUE_Y] = eb * tx + ec * sx, eb * ty + ec * sy
        planes[number, LIGHT_X], planes[number, LIGHT_Y] = lb * tx + lc * sx, lb * ty + lc * sy
        planes[number, CORNER_X], planes[number, CORNER_Y] = xa, ya
        planes[number, MESH] = mesh
