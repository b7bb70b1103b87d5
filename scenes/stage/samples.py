"""Where samples and triangles stand in the arrays that the rasteriser fills and the shading reads.

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

import numpy as np

SAMPLES = 4
"""Samples in a pixel."""

SAMPLE_X = np.array([0.375, 0.875, 0.125, 0.625])
"""Where in the pixel's width the sample of each sub-row stands."""

SAMPLE_Y = np.array([0.125, 0.375, 0.625, 0.875])
"""Where in the pixel's height the sub-rows are."""

LANES = 16
"""Samples that are drawn at once: those of four pixels."""

TILE = 8
"""Pixels across a tile and down (see `hidden`)."""

# Columns of `planes`. In fours, so that the quantities are computed side by side: depth, value
# times depth and light times depth at a corner of the triangle, their changes to the right and
# down; beside them the corner on the screen and the number of the mesh. Then the tint, which
# only triangles of a tinted mesh have.
(
    DEPTH,
    VALUE,
    LIGHT,
    CORNER_X,
    DEPTH_X,
    VALUE_X,
    LIGHT_X,
    CORNER_Y,
    DEPTH_Y,
    VALUE_Y,
    LIGHT_Y,
    MESH,
    TINT_RED,
    TINT_GREEN,
    TINT_BLUE,
) = range(15)
PLANE_TERMS = 16
"""Numbers in a row of `planes`: a whole line of the processor's cache."""
