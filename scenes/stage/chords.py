"""Bezier curves in space into the parts that `strokes` draws: capsules and arrow heads."""

from __future__ import annotations

import math

import numpy as np

from scenes.stage.compiled import compiled
from scenes.stage.strokes import (
    CAPSULE,
    CUT,
    CUT_END,
    CUT_START,
    HEAD,
    KIND,
    PART_TERMS,
    R0,
    R1,
    W0,
    W1,
    X0,
    X1,
    Y0,
    Y1,
)
from scenes.stage.vertices import EXPONENTIAL, FOCAL, MIDDLE_X, MIDDLE_Y, NEAR, SCALE_X, SCALE_Y

_CHORD_ERROR = 0.1  # pixels that a chord may leave its curve by
_MOST_CHORDS = 64

ROUND, SOFT, BUTT, BUTT_START = range(4)
"""How a stroke ends: round, a dot where it has no length; round, but nothing then; cut square;
cut square where it begins, for strokes that go on in the next one."""

_JOINED = 1e-6  # curves that come so near to each other, in world units, go on in each other


@compiled
def _apart(eye, i, j):
    """Whether two points are at different places."""
    away = abs(eye[i, 0] - eye[j, 0]) + abs(eye[i, 1] - eye[j, 1]) + abs(eye[i, 2] - eye[j, 2])
    return not away < _JOINED


@compiled
def _seen(view, x, y, away):
    """Return where a place before the eye is on the screen, and its depth: x, y, w."""
    factor = view[FOCAL] / away
    if view[EXPONENTIAL] > 0.0 and away < view[FOCAL]:
        factor = math.exp((view[FOCAL] - away) / view[FOCAL])
    return (
        view[MIDDLE_X] + x * factor * view[SCALE_X],
        view[MIDDLE_Y] - y * factor * view[SCALE_Y],
        1.0 / away,
    )


@compiled
def stroke_chords(eye, spans, shares, radii, caps, heads, view):
    """Cut strokes into parts; return those (p, 9) and where each stroke's parts end (s,).

    `eye` (n, 3) are control points as the eye has them, four to a curve; stroke i has those of
    spans[i] (2,), of each curve the stretch from shares[i, 0] to shares[i, 1]. `radii` (s,) are
    half the widths in pixels, `caps` (s,) says how strokes end, by the constants here, `heads`
    (s, 2) are the length and half the width of an arrow's head, or 0. What lies behind the near
    plane is cut off.
    """
    near = view[NEAR]
    curves = 0
    for s in range(spans.shape[0]):
        curves += max(spans[s, 1] - spans[s, 0], 0) // 4
    counts = np.empty(curves, np.int64)
    curve, total = 0, spans.shape[0]
    for s in range(spans.shape[0]):
        for c in range(spans[s, 0], spans[s, 1] - 3, 4):
            straight = True
            for axis in range(3):
                third = (eye[c + 3, axis] - eye[c, axis]) / 3.0
                straight &= abs(eye[c + 1, axis] - eye[c, axis] - third) < 1e-9
                straight &= abs(eye[c + 3, axis] - eye[c + 2, axis] - third) < 1e-9
            bend = 0.0
            if not straight:
                behind = False
                for k in range(4):
                    behind |= not eye[c + k, 2] >= near
                if behind:
                    bend = math.inf
                else:
                    xa, ya, _ = _seen(view, eye[c, 0], eye[c, 1], eye[c, 2])
                    xb, yb, _ = _seen(view, eye[c + 1, 0], eye[c + 1, 1], eye[c + 1, 2])
                    for k in range(2, 4):
                        xc, yc, _ = _seen(view, eye[c + k, 0], eye[c + k, 1], eye[c + k, 2])
                        bend = max(bend, abs(xa - 2 * xb + xc) + abs(ya - 2 * yb + yc))
                        xa, ya, xb, yb = xb, yb, xc, yc
            stretch = shares[s, 1] - shares[s, 0]
            chords = math.ceil(stretch * math.sqrt(0.75 * bend / _CHORD_ERROR))
            counts[curve] = int(min(max(chords, 1.0), _MOST_CHORDS))
            total += 2 * counts[curve]  # each with a mitre
            curve += 1

    parts = np.empty((total, PART_TERMS))
    ends = np.empty(spans.shape[0], np.int64)
    curve, made = 0, 0
    for s in range(spans.shape[0]):
        first = chain = made
        opened = spans[s, 0]
        for c in range(spans[s, 0], spans[s, 1] - 3, 4):
            if caps[s] == BUTT and c > opened and _apart(eye, c, c - 1):
                made = _finish(parts, chain, made, _apart(eye, opened, c - 1), True)
                opened, chain = c, made
            x0, y0, z0 = eye[c, 0], eye[c, 1], eye[c, 2]
            for k in range(0 if shares[s, 0] > 0.0 else 1, counts[curve] + 1):
                t = shares[s, 0] + k / counts[curve] * (shares[s, 1] - shares[s, 0])
                r = 1.0 - t
                a, b, d, e = r * r * r, 3 * r * r * t, 3 * r * t * t, t * t * t
                x1 = a * eye[c, 0] + b * eye[c + 1, 0] + d * eye[c + 2, 0] + e * eye[c + 3, 0]
                y1 = a * eye[c, 1] + b * eye[c + 1, 1] + d * eye[c + 2, 1] + e * eye[c + 3, 1]
                z1 = a * eye[c, 2] + b * eye[c + 1, 2] + d * eye[c + 2, 2] + e * eye[c + 3, 2]
                ax, ay, az, bx, by, bz = x0, y0, z0, x1, y1, z1
                x0, y0, z0 = x1, y1, z1
                if k == 0:
                    continue
                if not (az >= near or bz >= near):  # also when they are nan
                    continue
                if az < near:
                    share = (near - az) / (bz - az)
                    ax, ay, az = ax + share * (bx - ax), ay + share * (by - ay), near
                elif bz < near:
                    share = (near - bz) / (az - bz)
                    bx, by, bz = bx + share * (ax - bx), by + share * (ay - by), near
                xs, ys, ws = _seen(view, ax, ay, az)
                xe, ye, we = _seen(view, bx, by, bz)
                if not math.isfinite(xs + ys + ws + xe + ye + we):
                    continue
                if math.hypot(xe - xs, ye - ys) <= 1e-4 and caps[s] != ROUND:
                    continue
                parts[made, KIND] = CAPSULE
                parts[made, X0], parts[made, Y0], parts[made, W0] = xs, ys, ws
                parts[made, X1], parts[made, Y1], parts[made, W1] = xe, ye, we
                parts[made, R0] = parts[made, R1] = radii[s]
                made += 1
            curve += 1
        if caps[s] >= BUTT:
            opened_there = _apart(eye, opened, spans[s, 1] - 1) or shares[s, 1] - shares[s, 0] < 1.0
            made = _finish(parts, chain, made, opened_there, caps[s] == BUTT)
        if heads[s, 0] > 0.0 and made > first:
            made = _with_head(parts, first, made, heads[s, 0], heads[s, 1])
        ends[s] = made
    return parts[:made], ends


@compiled
def _finish(parts, first, end, opened, ended):
    """Give a chain of parts its mitres and, where it is open, square ends; return its new end.

    Where it is not `ended`, another stroke goes on there, and its end stays round.
    """
    made = end
    for i in range(first + 1, end):
        made = _with_mitre(parts, i - 1, i, made)
    if end > first:
        if opened:
            parts[first, KIND] = CUT_START
            if ended:
                parts[end - 1, KIND] = CUT if end - 1 == first else CUT_END
        else:
            made = _with_mitre(parts, end - 1, first, made)
    return made


@compiled
def _with_mitre(parts, one, two, made):
    """Fill the outer corner between parts `one` and `two` to a point, if they meet in a corner.

    A corner sharper than 11.5° stays round (where Manim cuts it off: cairo's limit of 10).
    """
    x, y = parts[two, X0], parts[two, Y0]
    if abs(parts[one, X1] - x) + abs(parts[one, Y1] - y) > 1e-6:
        return made
    ax, ay = x - parts[one, X0], y - parts[one, Y0]
    bx, by = parts[two, X1] - x, parts[two, Y1] - y
    a, b = math.hypot(ax, ay), math.hypot(bx, by)
    if a < 1e-6 or b < 1e-6:
        return made
    ax, ay, bx, by = ax / a, ay / a, bx / b, by / b
    turn = ax * by - ay * bx
    straight = ax * bx + ay * by  # the cosine of the turn
    if straight > 0.97:
        return made
    # The tip is 1 / cos(turn / 2) radii from the corner, away from the inside of the turn.
    half = math.sqrt(max(0.5 * (1.0 + straight), 0.0))
    if half < 0.1:
        return made
    radius = parts[two, R0]
    sense = -1.0 if turn > 0.0 else 1.0
    nx, ny = -sense * (ay + by), sense * (ax + bx)
    size = math.hypot(nx, ny)
    nx, ny = nx / size, ny / size
    parts[made, KIND] = HEAD
    # The base joins the outer edges' ends, which lie cos(turn / 2) radii along the bisector.
    parts[made, X0], parts[made, Y0] = x + nx * radius * half, y + ny * radius * half
    parts[made, X1], parts[made, Y1] = x + nx * radius / half, y + ny * radius / half
    parts[made, W0] = parts[made, W1] = parts[two, W0]
    parts[made, R0], parts[made, R1] = radius * math.sqrt(1.0 - half * half), 0.0
    return made + 1


@compiled
def _with_head(parts, first, end, length, half):
    """Make parts an arrow, a shaft and a head that shrink together on a short one.

    Returns where its parts end.
    """
    x0, y0, w0 = parts[first, X0], parts[first, Y0], parts[first, W0]
    x1, y1, w1 = parts[end - 1, X1], parts[end - 1, Y1], parts[end - 1, W1]
    radius = parts[first, R0]
    whole = math.hypot(x1 - x0, y1 - y0)
    if whole < 1e-6:
        return first
    scale = min(1.0, whole / (3 * length))
    base, neck = length * scale / whole, 0.8 * length * scale / whole
    parts[first, KIND] = CAPSULE
    parts[first, X0], parts[first, Y0], parts[first, W0] = x0, y0, w0
    parts[first, X1] = x1 + (x0 - x1) * neck
    parts[first, Y1] = y1 + (y0 - y1) * neck
    parts[first, W1] = w1 + (w0 - w1) * neck
    parts[first, R0] = parts[first, R1] = radius * scale
    head = first + 1
    parts[head, KIND] = HEAD
    parts[head, X0] = x1 + (x0 - x1) * base
    parts[head, Y0] = y1 + (y0 - y1) * base
    parts[head, W0] = w1 + (w0 - w1) * base
    parts[head, X1], parts[head, Y1], parts[head, W1] = x1, y1, w1
    parts[head, R0], parts[head, R1] = half * scale, 0.0
    return first + 2
