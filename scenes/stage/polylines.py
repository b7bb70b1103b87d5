"""Manim's curves in space into the parts that `strokes` draws: capsules and arrow heads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim.constants import CapStyleType
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.stage.space import DEPTH_BIAS, GHOST_OPACITY, OCCLUSIONS
from scenes.stage.strokes import CAPSULE, HEAD, PART_TERMS, R0, R1, W0, W1, X0, X1

_CHORD_ERROR = 0.1  # pixels that a chord may leave its curve by
_MOST_CHORDS = 64

Project = Callable[[np.ndarray], np.ndarray]
"""Points (n, 3) of space to x, y in pixels and depth, (n, 3)."""


def stroke_parts(
    lines: list[VMobject], project: Project, unit: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the strokes (s, 6), their parts (p, 9) and where each stroke's parts end (s,).

    The columns are those of `strokes.draw_strokes`; `unit` is a stroke unit in pixels. Raises
    ValueError where a line's occlusion is none that there is.
    """
    drawn = [(line, below) for line in lines for below in (True, False) if _shows(line, below)]
    if not drawn:
        return np.zeros((0, 6)), np.zeros((0, PART_TERMS)), np.zeros(0, np.int64)
    strokes = np.array([_stroke(line, below) for line, below in drawn], dtype=float)
    radii = np.array([line.get_stroke_width(below) * unit / 2 for line, below in drawn])
    curves = [line.points[: len(line.points) // 4 * 4].reshape(-1, 4, 3) for line, _ in drawn]
    stroke_of = np.repeat(np.arange(len(curves)), [len(control) for control in curves])
    start, end, of = _chords(np.concatenate(curves), project)
    stroke_of = stroke_of[of]
    parts = np.zeros((len(of), PART_TERMS))
    parts[:, X0 : W0 + 1] = start
    parts[:, X1 : W1 + 1] = end
    parts[:, R0] = parts[:, R1] = radii[stroke_of]
    dots = np.array([line.cap_style == CapStyleType.ROUND for line, _ in drawn])
    length = np.hypot(*(end - start)[:, :2].T)
    kept = ((length > 1e-4) | dots[stroke_of]) & np.isfinite(parts).all(axis=1)
    parts, stroke_of = parts[kept], stroke_of[kept]
    ends = np.searchsorted(stroke_of, np.arange(len(curves)), side="right")
    heads = [getattr(line, "head_length", 0) for line, _ in drawn]
    if not any(heads):
        return strokes, parts, ends
    pieces = np.split(parts, ends[:-1])
    pieces = [
        _with_head(piece, head * unit, line.head_width * unit / 2) if head and len(piece) else piece
        for piece, head, (line, _) in zip(pieces, heads, drawn, strict=True)
    ]
    return strokes, np.concatenate(pieces), np.cumsum([len(piece) for piece in pieces])


def _shows(line: VMobject, below: bool) -> bool:
    """Whether a line's stroke (or the wider one below it) is there to see."""
    return (
        len(line.points) >= 4
        and line.get_stroke_width(below) > 0
        and line.get_stroke_rgbas(below)[0][3] > 0
    )


def _stroke(line: VMobject, below: bool) -> tuple[float, ...]:
    """Return a stroke's colour, opacity, what is left of it behind something, and its lift."""
    occlusion = getattr(line, "occlusion", "ghost")
    if occlusion not in OCCLUSIONS:
        raise ValueError(f"occlusion={occlusion!r}: give one of {', '.join(OCCLUSIONS)}")
    left = {"hide": 0.0, "show": 1.0}.get(occlusion, getattr(line, "ghost_opacity", GHOST_OPACITY))
    red, green, blue, alpha = line.get_stroke_rgbas(below)[0][:4]
    return red, green, blue, min(alpha, 1.0), left, getattr(line, "depth_bias", DEPTH_BIAS)


def _chords(control: np.ndarray, project: Project) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut Bezier curves (c, 4, 3) into chords: their two ends on the screen, and whose."""
    seen = project(control.reshape(-1, 3)).reshape(-1, 4, 3)
    bend = np.abs(np.diff(seen[..., :2], n=2, axis=1)).sum(axis=2).max(axis=1)
    bend = np.nan_to_num(bend, nan=0.0, posinf=0.0)
    count = np.clip(np.ceil(np.sqrt(0.75 * bend / _CHORD_ERROR)), 1, _MOST_CHORDS).astype(int)
    of = np.repeat(np.arange(len(control)), count)
    last = np.cumsum(count) - 1
    t = (np.arange(1, len(of) + 1) - np.repeat(last + 1 - count, count)) / count[of]
    t, s = t[:, None], 1 - t[:, None]
    p0, p1, p2, p3 = (control[of, i] for i in range(4))
    end = project(s**3 * p0 + 3 * s**2 * t * p1 + 3 * s * t**2 * p2 + t**3 * p3)
    end[last] = seen[:, 3]
    start = np.empty_like(end)
    start[1:] = end[:-1]
    start[last + 1 - count] = seen[:, 0]
    return start, end, of


def _with_head(parts: np.ndarray, length: float, half: float) -> np.ndarray:
    """Return an arrow's parts: a shaft and a head, which shrink together on a short arrow."""
    start, tip = parts[0, X0 : W0 + 1], parts[-1, X1 : W1 + 1]
    whole = np.hypot(*(tip - start)[:2])
    if whole < 1e-6:
        return parts[:0]
    scale = min(1.0, whole / (3 * length))
    radius = parts[0, R0] * scale
    base = tip + (start - tip) * (length * scale / whole)
    neck = tip + (start - tip) * (0.8 * length * scale / whole)
    return np.array(
        [
            [CAPSULE, *start, radius, *neck, radius],
            [HEAD, *base, half * scale, *tip, 0.0],
        ]
    )
