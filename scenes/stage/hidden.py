"""What lies wholly behind what is drawn already: found without looking at any sample of it.

Tiles of pixels keep the depth of their farthest sample. What is farther than that in all tiles that
it touches cannot be seen (Greene, Kass and Miller, "Hierarchical Z-buffer visibility", 1993).
"""

from __future__ import annotations

import math

import numpy as np

from scenes.stage import bands
from scenes.stage.compiled import compiled
from scenes.stage.samples import SAMPLES, TILE
from scenes.stage.surface_lanes import lowest_in_tile

FEWEST = 4000
"""Triangles or parts of strokes for which it pays to make the tiles."""

NO_TILES = np.zeros((0, 0), np.float32)
"""Tiles of which nothing is known: nothing is behind them."""

_SURELY = 1.0 - 1e-5  # depths nearer to each other than this are left to the samples
_MOST_TILES = 4  # a triangle or part of a stroke that reaches over more of them is not looked into


def farthest(depth: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Return the depth of the farthest sample in each tile of a window, 0 where one is empty."""
    left, top, right, bottom, _ = window
    shape = -(-(bottom - top) // TILE), -(-(right - left) // TILE)
    tiles = np.zeros(shape, np.float32)
    # Depths are positive: as whole numbers their bits are in the same order, and quicker compared.
    bits, found = depth.view(np.int32), tiles.view(np.int32)
    bands.each(
        lambda begin, end: _farthest(bits, window, found, begin, end), bands.of_rows(0, shape[0])
    )
    return tiles


@compiled
def _farthest(depth, window, tiles, begin, end):
    """Find the least of the numbers in the tiles of rows begin to end."""
    row, rows = (window[2] - window[0]) * SAMPLES, window[3] - window[1]
    across = TILE * SAMPLES
    for j in range(begin, end):
        last = min((j + 1) * TILE, rows)
        for i in range(tiles.shape[1]):
            start = window[4] + j * TILE * row + i * across
            if (i + 1) * across <= row and last == (j + 1) * TILE:
                tiles[j, i] = lowest_in_tile(depth, np.uint64(start), np.uint64(row))
                continue
            stop = min(across, row - i * across)
            lowest = depth[start]
            for line in range(last - j * TILE):
                for sample in depth[start + line * row : start + line * row + stop]:
                    lowest = min(lowest, sample)
            tiles[j, i] = lowest


@compiled
def sides(screen, faces):
    """Return the triangles (their numbers) that show the side which is nearer, and the others.

    In most pictures the first hide most of the second. There are no others where they are few.
    """
    count, near = np.zeros(2, np.int64), np.zeros(2)
    flipped = np.zeros(faces.shape[0], np.uint8)
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        across, down = screen[b, 0] - screen[a, 0], screen[b, 1] - screen[a, 1]
        area = across * (screen[c, 1] - screen[a, 1]) - (screen[c, 0] - screen[a, 0]) * down
        side = 1 if area > 0 else 0
        flipped[f] = side
        w = screen[a, 2]
        if math.isfinite(w):
            count[side] += 1
            near[side] += w
    first = 1 if near[1] * count[0] > near[0] * count[1] else 0
    if 4 * count[1 - first] < faces.shape[0] or faces.shape[0] < FEWEST:
        return np.arange(faces.shape[0]), np.arange(0)
    return np.flatnonzero(flipped == first), np.flatnonzero(flipped != first)


@compiled
def in_sight(screen, faces, numbers, window, tiles):
    """Return those of some triangles of which something may be seen."""
    kept = np.empty(numbers.shape[0], np.int64)
    count = 0
    for number in numbers:
        a, b, c = faces[number, 0], faces[number, 1], faces[number, 2]
        xa, xb, xc = screen[a, 0], screen[b, 0], screen[c, 0]
        ya, yb, yc = screen[a, 1], screen[b, 1], screen[c, 1]
        w = max(screen[a, 2], screen[b, 2], screen[c, 2])
        low, high = min(xa, xb, xc) - window[0], max(xa, xb, xc) - window[0]
        begin, end = min(ya, yb, yc) - window[1], max(ya, yb, yc) - window[1]
        if not w < _SURELY * nearest_gap(tiles, low, high, begin, end):
            kept[count] = number
            count += 1
    return kept[:count]


@compiled
def nearest_gap(tiles, low, high, begin, end):
    """Return the least depth in the tiles of columns low to high and rows begin to end.

    In pixels from the window's corner. It is 0 where these reach out of it, or over many tiles.
    """
    width, height = tiles.shape[1] * TILE, tiles.shape[0] * TILE
    if not (low >= 0 and begin >= 0 and high < width and end < height):  # nan too
        return np.float32(0.0)
    i, j, last_i, last_j = int(low), int(begin), int(high), int(end)
    i, j, last_i, last_j = i // TILE, j // TILE, last_i // TILE, last_j // TILE
    if last_i - i >= _MOST_TILES or last_j - j >= _MOST_TILES:
        return np.float32(0.0)
    least = tiles[j, i]
    for row in range(j, last_j + 1):
        for column in range(i, last_i + 1):
            least = min(least, tiles[row, column])
    return least
