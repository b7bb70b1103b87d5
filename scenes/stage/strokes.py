"""Strokes into pixels: capsules and arrow heads, each pixel tested against the depth."""

from __future__ import annotations

import math

import numpy as np

from scenes.stage import bands
from scenes.stage.compiled import compiled
from scenes.stage.fragments import (
    CORNER_X,
    CORNER_Y,
    COVER,
    LINK,
    ORDER,
    SHEET,
)
from scenes.stage.fragments import DEPTH as SHEET_DEPTH
from scenes.stage.fragments import DEPTH_X as SHEET_X
from scenes.stage.fragments import DEPTH_Y as SHEET_Y
from scenes.stage.hidden import nearest_gap
from scenes.stage.raster import DEPTH_X, DEPTH_Y, SAMPLE_X, SAMPLES
from scenes.stage.vectors import prefetch

# Columns of a stroke's parts: a tapered capsule, or the triangle of an arrow's head. Both ends
# have a place on the screen, a depth and a radius in pixels.
KIND, X0, Y0, W0, R0, X1, Y1, W1, R1 = range(9)
PART_TERMS = 9
"""Numbers in a row of a stroke's parts."""

# What is kept of a stroke in a pixel: how much of the pixel it covers; the shares of that which
# are seen, and which no solid hides; its depth; and, where it is seen through sheets, the light
# that reaches the eye from those, premultiplied.
COVERED, SEEN, OPEN, AWAY, TINT_RED, TINT_GREEN, TINT_BLUE = range(7)
_SHARE_TERMS = 7

GHOSTS, THROUGH, PLAIN = range(3)
"""The steps in which strokes are laid down, as `_weights` tells."""

STROKE_TERMS = 8
"""Numbers in a row of strokes, as `draw_strokes` tells."""

CAPSULE, HEAD, CUT_START, CUT_END, CUT = range(5)
"""The kinds of parts: a capsule, an arrow's head, a capsule that ends square at one end or both."""

_COLUMN = (1 << 32) - 1  # the bits of a place that hold its column
_EDGE = 0.5001  # pixels beside a part in which there may still be some of it
_STEEPEST = 8.0  # a surface that goes deeper than this for 1 across counts as so steep
_AHEAD = 8  # pixels whose surroundings are fetched before they are looked at
_BEND = 0.3  # how far off a surface may be from its plane, as a share of the way along it


@compiled
def _box(distance, radius):
    """Return how much of a pixel lies in a band, `distance` from its axis."""
    return max(0.0, min(distance + 0.5, radius) - max(distance - 0.5, -radius))


@compiled
def _cut_capsule(px, py, dx, dy, t, start, end, kind):
    """Return how much of the pixel at (px, py) a capsule that is cut square covers, 0 to 1.

    It goes from (0, 0) to (dx, dy), its radius from `start` to `end`; t is the nearest place on
    its axis.
    """
    square = dx * dx + dy * dy
    along, length = px * dx + py * dy, math.sqrt(square)
    cut = 1.0
    if kind != CUT_END:
        cut = min(cut, max(along / length + 0.5, 0.0))
    if kind != CUT_START:
        cut = min(cut, max(length - along / length + 0.5, 0.0))
    if cut <= 0.0:
        return 0.0
    if (along < 0.0 and kind != CUT_END) or (along > square and kind != CUT_START):
        distance = abs(px * dy - py * dx) / length
    else:
        distance = math.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2)
    return cut * min(1.0, _box(distance, start + t * (end - start)))


@compiled
def _arrow_head(px, py, dx, dy, length, half):
    """Return how much of the pixel at (px, py) a triangle covers, 0 to 1.

    Its base lies at (0, 0) and reaches `half` to both sides, its tip at (dx, dy).
    """
    along = (px * dx + py * dy) / length
    across = abs(px * dy - py * dx) / length
    slanted = (along * half + across * length - half * length) / math.hypot(half, length)
    return min(1.0, max(0.0, 0.5 - max(slanted, -along)))


@compiled
def _row_range(x0, y0, dx, dy, head, radius, y, width):
    """Return the pixels (start, stop) of row y that a part can touch."""
    start, stop = min(x0, x0 + dx) - radius, max(x0, x0 + dx) + radius
    if abs(dy) > 1e-6 and not head:
        middle = x0 + (y + 0.5 - y0) * dx / dy
        half = radius * math.sqrt(dx * dx + dy * dy) / abs(dy)
        start, stop = max(start, middle - half), min(stop, middle + half)
    # Clamped before it becomes an integer: a point near the eye can be far off the screen.
    return int(min(max(start, 0.0), width)), int(min(max(stop + 1.0, 0.0), width))


@compiled
def _rows(y0, y1, radius, rows):
    """Return which of the rows (start, stop) a part can touch."""
    low, high = max(min(y0, y1) - radius, rows[0]), max(max(y0, y1) + radius + 1.0, rows[0])
    return int(min(low, rows[1])), int(min(high, rows[1]))


@compiled
def _find(rows, width, parts, first, end, entries, places, of, shares, count):
    """Find each pixel of parts `first` to `end` once, and return how many are entered then.

    They are entered from number `count` on: where (the row in the upper 32 bits, the column in the
    lower), the part that covers most of the pixel, how much that is, and the place along it (as
    AWAY). Also returns the tables, which may have grown. `entries` (h, w) holds the number of a
    pixel's entry, from 1; it must be, and is left, all 0.
    """
    alone = end - first == 1  # there is nothing that could overlap it
    begin = count
    for p in range(first, end):
        kind = parts[p, KIND]
        head, capsule = kind == HEAD, kind == CAPSULE
        x0, y0, r0, r1 = parts[p, X0], parts[p, Y0], parts[p, R0], parts[p, R1]
        dx, dy = parts[p, X1] - x0, parts[p, Y1] - y0
        square = dx * dx + dy * dy
        length = math.sqrt(square)
        inverse = 1.0 / square if square > 1e-12 else 0.0
        radius = max(r0, r1) + _EDGE
        beyond = radius * radius
        low, high = _rows(y0, y0 + dy, radius, rows)
        for y in range(low, high):
            start, stop = _row_range(x0, y0, dx, dy, head, radius, y, width)
            if count + stop - start > places.shape[0]:
                room = 2 * (count + stop - start)
                places, of = _longer(places, room), _longer(of, room)
                kept, shares = shares, np.empty((room, _SHARE_TERMS), np.float32)
                shares[:count] = kept[:count]
            py = y + 0.5 - y0
            for x in range(start, stop):
                px = x + 0.5 - x0
                t = min(max((px * dx + py * dy) * inverse, 0.0), 1.0)
                if capsule:
                    away_x, away_y = px - t * dx, py - t * dy
                    away = away_x * away_x + away_y * away_y
                    if away > beyond:
                        continue
                    coverage = min(1.0, _box(math.sqrt(away), r0 + t * (r1 - r0)))
                elif head:
                    coverage = _arrow_head(px, py, dx, dy, length, r0)
                else:
                    coverage = _cut_capsule(px, py, dx, dy, t, r0, r1, kind)
                if coverage <= 0.0:
                    continue
                entry = np.uint64(count)
                if not alone:
                    known = entries[np.uint64(y), np.uint64(x)]
                    if known > 0:
                        entry = np.uint64(known - 1)
                        if coverage <= shares[entry, COVERED]:
                            continue
                if entry == np.uint64(count):
                    count += 1
                    places[entry] = (y << 32) | x
                    if not alone:
                        entries[np.uint64(y), np.uint64(x)] = count
                of[entry] = p
                shares[entry, COVERED], shares[entry, AWAY] = coverage, t
    if not alone:
        for i in range(begin, count):
            place = places[i]
            entries[np.uint64(place >> 32), np.uint64(place & _COLUMN)] = 0
    return count, places, of, shares


@compiled
def _behind(parts, first, end, lift, pixel_depth, window, tiles):
    """Whether all parts of a stroke lie wholly behind what is drawn, as `hidden` has it."""
    for p in range(first, end):
        radius = max(parts[p, R0], parts[p, R1]) + 1.0
        x0, x1, y0, y1 = parts[p, X0], parts[p, X1], parts[p, Y0], parts[p, Y1]
        w = max(parts[p, W0], parts[p, W1])
        soft = w * pixel_depth
        nearest = w + max(w * w * lift, soft) + soft
        nearest += (1.0 + _BEND) * (radius + 0.5) * soft * _STEEPEST  # what a surface may slope
        low, high = min(x0, x1) - radius - window[0], max(x0, x1) + radius - window[0]
        begin, stop = min(y0, y1) - radius - window[1], max(y0, y1) + radius - window[1]
        if not nearest < nearest_gap(tiles, low, high, begin, stop):
            return False
    return end > first


@compiled
def _longer(numbers, room):
    """Return an array of `room` that begins with these numbers."""
    longer = np.empty(room, numbers.dtype)
    longer[: numbers.shape[0]] = numbers
    return longer


@compiled
def _any_equal(strokes):
    """Whether two strokes may have one rank: those of a rank of their own have a negative one."""
    return strokes.shape[0] > 1 and strokes[:, 7].max() >= 0.0


@compiled(inline="always")
def _weights(seen, bare, left, step):
    """Return how much of its own colour and of the sheets' before it a stroke puts into a pixel.

    The third number is what both cover. `seen` and `bare` are the shares SEEN and OPEN, `left` is
    the share of the stroke that is left behind solids. Strokes are laid down in three steps: what
    solids hide, what is seen through sheets, what is seen plainly.
    """
    through, wanted = seen < bare, step == THROUGH
    hidden = left * (1.0 - bare)
    plain = 1.0 if through == wanted else 0.0
    own = hidden if step == GHOSTS else plain * seen
    tint = plain if wanted else 0.0
    alpha = hidden if step == GHOSTS else plain * (bare if wanted else seen)
    return own, tint, alpha


@compiled
def _blend_by_depth(pixels, tops, strokes, stops, places, shares, pixel_depth, steps):
    """Blend what was found of strokes pixel by pixel, among those of one rank the nearest on top.

    `steps` are those in which there is anything, from the last to the first. `tops` holds the front
    of each pixel's list of places, which `below` links to the back.
    """
    width = pixels.shape[1]
    total = stops[-1]
    below, of = np.empty(total, np.int64), np.empty(total, np.int64)
    first = 0
    for s in range(strokes.shape[0]):
        lift, rank = strokes[s, 5], strokes[s, 7]
        for number in range(first, stops[s]):
            ahead = places[np.uint64(min(number + _AHEAD, total - 1))]
            prefetch(tops, np.uint64((ahead >> 32) * width + (ahead & _COLUMN)))
            i = np.uint64(number)
            of[i] = s
            w = shares[i, AWAY]
            # What is nearer by less than the width of a line or so counts as crossing it.
            margin = w + max(w * w * lift, 2.0 * w * pixel_depth)
            top = np.uint64((places[i] >> 32) * width + (places[i] & _COLUMN))
            before, under = -1, np.int64(tops[top])
            while under >= 0:
                at = np.uint64(under)
                if strokes[np.uint64(of[at]), 7] != rank or not shares[at, AWAY] > margin:
                    break
                before, under = under, below[at]
            below[i] = under
            if before < 0:
                tops[top] = number
            else:
                below[np.uint64(before)] = number
        first = stops[s]
    for start in range(total):
        ahead = places[np.uint64(min(start + _AHEAD, total - 1))]
        at = np.uint64((ahead >> 32) * width + (ahead & _COLUMN))
        prefetch(tops, at)
        prefetch(pixels, np.uint64(4) * at)
        y, x = np.uint64(places[start] >> 32), np.uint64(places[start] & _COLUMN)
        place = y * np.uint64(width) + x
        front = np.int64(tops[place])
        if front < 0:
            continue
        tops[place] = -1
        red, green, blue, keep = 0.0, 0.0, 0.0, 1.0
        for step in steps:  # from the front to the back
            number = front
            while number >= 0:
                i = np.uint64(number)
                s = np.uint64(of[i])
                own, tint, alpha = _weights(shares[i, SEEN], shares[i, OPEN], strokes[s, 4], step)
                if alpha > 0.0:
                    opacity = shares[i, COVERED] * strokes[s, 3] * keep
                    own *= opacity
                    red += strokes[s, 0] * own
                    green += strokes[s, 1] * own
                    blue += strokes[s, 2] * own
                    if tint > 0.0:
                        tint *= opacity
                        red += shares[i, TINT_RED] * tint
                        green += shares[i, TINT_GREEN] * tint
                        blue += shares[i, TINT_BLUE] * tint
                    keep -= alpha * opacity
                number = below[i]
        pixels[y, x, 0] = int(pixels[y, x, 0] * keep + 255.0 * red + 0.5)
        pixels[y, x, 1] = int(pixels[y, x, 1] * keep + 255.0 * green + 0.5)
        pixels[y, x, 2] = int(pixels[y, x, 2] * keep + 255.0 * blue + 0.5)
        pixels[y, x, 3] = int(pixels[y, x, 3] * keep + 255.0 * (1.0 - keep) + 0.5)


def draw_strokes(
    pixels,
    entries,
    tops,
    parts,
    strokes,
    ends,
    pixel_depth,
    window,
    depth,
    owner,
    planes,
    tiles,
    sheet_window,
    heads,
    records,
    tints,
    sheets,
):
    """Blend strokes over `pixels`, each one tested against the depth of the rest pixel by pixel.

    `parts` (p, 9) are the strokes' capsules and arrow heads in order; stroke s takes those up to
    ends[s]. `strokes` (s, 8) holds red, green, blue, opacity, the share of the opacity that is
    left behind something, how far toward the eye it is lifted (world units, at least a pixel's
    width), its place in the order by which flat things at one depth cover each other, and its
    rank: of two strokes of one rank the nearer lies on top, of others the later.
    `depth`, `owner` and `planes` are those of the opaque `window`, `tiles` (see `hidden`) the
    farthest of the depths, or of no size; `heads`, `records`, `tints`
    and `sheets` the fragments of `sheet_window` (see `fragments`), in order. Behind sheets a stroke
    is the light of these and what they let through of its own. What is seen through something
    is drawn first, so that it never lies over a line that is really seen. `pixel_depth` is the
    step in depth as wide as one pixel, as a share of w. The parts of a stroke count once where
    they overlap. `entries` (h, w) must be, and is left, all zero, and `tops` (h w,) all -1.
    """

    def draw(begin: int, end: int) -> None:
        _draw(
            (begin, end), pixels, entries, tops, parts, strokes, ends, pixel_depth,
            window, depth, owner, planes, tiles,
            sheet_window, heads, records, tints, sheets,
        )  # fmt: skip

    bands.each(draw, bands.of_rows(0, len(pixels)))


@compiled
def _draw(
    rows, pixels, entries, tops, parts, strokes, ends, pixel_depth,
    window, depth, owner, planes, tiles, sheet_window, heads, records, tints, sheets,
):  # fmt: skip
    """Blend strokes over rows (begin, end) of `pixels`, as `draw_strokes` says."""
    width = pixels.shape[1]
    left, top, right, bottom, offset = window[0], window[1], window[2], window[3], window[4]
    sheet_left, sheet_top = sheet_window[0], sheet_window[1]
    sheet_right, sheet_bottom = sheet_window[2], sheet_window[3]
    # What is drawn, pixel by pixel: where, by which part, and the shares.
    places, of = np.empty(1 << 16, np.int64), np.empty(1 << 16, np.int64)
    shares = np.empty((1 << 16, _SHARE_TERMS), np.float32)
    stops = np.empty(strokes.shape[0], np.int64)
    through = np.empty(SAMPLES)
    none = np.uint64(0)
    count, part = none, 0
    ghostly = sheer = False  # whether there is anything at all in the first two steps
    for s in range(strokes.shape[0]):
        first, part = part, ends[s]
        lift = strokes[s, 5]
        left_over = strokes[s, 4]
        hides = left_over < 1.0
        if left_over == 0.0 and _behind(parts, first, part, lift, pixel_depth, window, tiles):
            stops[s] = count
            continue
        ghostly |= left_over > 0.0
        begin = np.int64(count)
        found, places, of, shares = _find(
            rows, width, parts, first, part, entries, places, of, shares, begin
        )
        for number in range(begin, found):
            ahead = places[np.uint64(min(number + _AHEAD, found - 1))]
            y, x = ahead >> 32, ahead & _COLUMN
            if hides and left <= x < right and top <= y < bottom:
                i = np.uint64(offset + ((y - top) * (right - left) + x - left) * SAMPLES)
                prefetch(depth, i)
                prefetch(owner, i)
            if hides and sheet_left <= x < sheet_right and sheet_top <= y < sheet_bottom:
                row = (y - sheet_top) * (sheet_right - sheet_left)
                prefetch(heads, np.uint64(row + x - sheet_left))
            ahead = places[np.uint64(min(number + _AHEAD // 2, found - 1))]
            y, x = ahead >> 32, ahead & _COLUMN
            if hides and sheet_left <= x < sheet_right and sheet_top <= y < sheet_bottom:
                row = (y - sheet_top) * (sheet_right - sheet_left)
                i = np.uint64(max(heads[np.uint64(row + x - sheet_left)], 0))
                prefetch(records, np.uint64(records.shape[1]) * i)
                prefetch(tints, np.uint64(tints.shape[1]) * i)
            entry = np.uint64(number)
            p, t, place = np.uint64(of[entry]), shares[entry, AWAY], places[entry]
            y, x = place >> 32, place & _COLUMN
            w0, dw = parts[p, W0], parts[p, W1] - parts[p, W0]
            seen = bare = 1.0
            if hides:
                # The stroke's depth is known on its axis; so each surface is carried
                # along its own plane from the sample to there. A line that lies on a
                # surface is then seen in its full width, however steep that stands.
                w = w0 + t * dw
                soft = w * pixel_depth
                w += max(w * w * lift, soft)
                away_x = parts[p, X0] + t * (parts[p, X1] - parts[p, X0]) - x - 0.5
                away_y = parts[p, Y0] + t * (parts[p, Y1] - parts[p, Y0]) - y - 0.5
                reach = math.sqrt(away_x * away_x + away_y * away_y) + 0.5
                reach *= soft * _STEEPEST
                a, b, c, d = 1.0, 1.0, 1.0, 1.0  # what each sample lets through
                if left <= x < right and top <= y < bottom:
                    i = np.uint64(offset + ((y - top) * (right - left) + x - left) * SAMPLES)
                    last, passed = none, -1.0
                    for k in range(SAMPLES):
                        surface = depth[i + np.uint64(k)]
                        if surface == 0.0:
                            continue
                        sheet = np.uint64(owner[i + np.uint64(k)])
                        # Samples of one triangle lie on one plane: once is enough.
                        if sheet != last or passed < 0.0:
                            last = sheet
                            shift_x = away_x + 0.5 - SAMPLE_X[np.uint64(k)]
                            shift_y = away_y + 0.5 - (k + 0.5) / SAMPLES
                            change = planes[sheet, DEPTH_X] * shift_x
                            change += planes[sheet, DEPTH_Y] * shift_y
                            change = min(max(change, -reach), reach)
                            surface += change - _BEND * abs(change)
                            hidden = min(max((surface - w) / soft + 0.5, 0.0), 1.0)
                            passed = 1.0 - hidden
                        if k == 0:
                            a = passed
                        elif k == 1:
                            b = passed
                        elif k == 2:
                            c = passed
                        else:
                            d = passed
                bare = seen = (a + b + c + d) / SAMPLES
                fragment = -1
                if sheet_left <= x < sheet_right and sheet_top <= y < sheet_bottom:
                    row = (y - sheet_top) * (sheet_right - sheet_left)
                    fragment = np.int64(heads[np.uint64(row + x - sheet_left)])
                if fragment >= 0 and bare > 0.0:
                    through[0], through[1], through[2], through[3] = a, b, c, d
                    red = green = blue = 0.0
                    while fragment >= 0:  # from the front to the back
                        i = np.uint64(fragment)
                        sheet = np.uint64(records[i, SHEET])
                        surface = sheets[sheet, SHEET_DEPTH]
                        change = x + 0.5 - sheets[sheet, CORNER_X]
                        surface += sheets[sheet, SHEET_X] * change
                        change = y + 0.5 - sheets[sheet, CORNER_Y]
                        surface += sheets[sheet, SHEET_Y] * change
                        change = sheets[sheet, SHEET_X] * away_x
                        change += sheets[sheet, SHEET_Y] * away_y
                        if sheets[sheet, ORDER] > strokes[s, 6]:
                            # A flat thing that comes later lies on what is in its plane.
                            surface += change
                            level = w0 + t * dw - soft
                        else:
                            change = min(max(change, -reach), reach)
                            surface += change - _BEND * abs(change)
                            level = w
                        hidden = min(max((surface - level) / soft + 0.5, 0.0), 1.0)
                        opacity = tints[i, 3] * hidden
                        if opacity > 0.0:
                            mask = records[i, COVER]
                            lost = 0.0
                            for k in range(SAMPLES):
                                if (mask >> k) & 1:
                                    lost += through[k] * opacity
                                    through[k] -= through[k] * opacity
                            red += lost * tints[i, 0]
                            green += lost * tints[i, 1]
                            blue += lost * tints[i, 2]
                        fragment = np.int64(records[i, LINK])
                    seen = (through[0] + through[1] + through[2] + through[3]) / SAMPLES
                    shares[count, TINT_RED] = red / SAMPLES
                    shares[count, TINT_GREEN] = green / SAMPLES
                    shares[count, TINT_BLUE] = blue / SAMPLES
                if seen == 0.0 and left_over == 0.0:
                    continue
            sheer |= seen < bare
            places[count] = place
            shares[count, COVERED], shares[count, SEEN] = shares[entry, COVERED], seen
            shares[count, OPEN], shares[count, AWAY] = bare, w0 + t * dw
            count += np.uint64(1)
        stops[s] = count
    steps = np.array([PLAIN, THROUGH, GHOSTS])[np.array([True, sheer, ghostly])]
    if _any_equal(strokes):
        _blend_by_depth(pixels, tops, strokes, stops, places, shares, pixel_depth, steps)
        return
    for step in steps[::-1]:
        at = 0
        for s in range(strokes.shape[0]):
            first, at = at, stops[s]
            left_over = strokes[s, 4]
            for number in range(first, at):
                i = np.uint64(number)
                own, tint, alpha = _weights(shares[i, SEEN], shares[i, OPEN], left_over, step)
                if alpha > 0.0:
                    y, x = np.uint64(places[i] >> 32), np.uint64(places[i] & _COLUMN)
                    opacity = shares[i, COVERED] * strokes[s, 3]
                    keep = 1.0 - alpha * opacity
                    for channel in range(3):
                        mixed = strokes[s, channel] * own
                        if tint > 0.0:
                            mixed += shares[i, TINT_RED + channel] * tint
                        mixed = pixels[y, x, channel] * keep + 255.0 * opacity * mixed
                        pixels[y, x, channel] = int(mixed + 0.5)
                    mixed = pixels[y, x, 3] * keep + 255.0 * alpha * opacity
                    pixels[y, x, 3] = int(mixed + 0.5)
