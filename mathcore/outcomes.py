"""How a walk can end, and how to tell which kind of level ground it ended on."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mathcore.field import ScalarField

FloatArray: TypeAlias = npt.NDArray[np.float64]


class Outcome(StrEnum):
    """How a walk ended."""

    CONVERGED = "converged"
    OUT_OF_STEPS = "out of steps"
    DIVERGED = "diverged"
    STALLED_FLAT = "stalled on flat ground"
    STALLED_SADDLE = "stalled on a saddle"
    STALLED_MAXIMUM = "stalled on a maximum"
    LEFT_DOMAIN = "left the domain"

    @property
    def sentence(self) -> str:
        """What happened, in one plain sentence."""
        return _SENTENCES[self]


_SENTENCES = {
    Outcome.CONVERGED: "The walk reached a minimum: the ground is level and rises around it.",
    Outcome.OUT_OF_STEPS: "The steps ran out before the ground was level.",
    Outcome.DIVERGED: "The steps grew without bound and the walk ran away.",
    Outcome.STALLED_FLAT: "The walk stopped on flat ground, where no slope shows the way down.",
    Outcome.STALLED_SADDLE: "The walk stopped on a saddle: level ground that falls to some sides.",
    Outcome.STALLED_MAXIMUM: "The walk stopped on a summit: level ground that rises nowhere.",
    Outcome.LEFT_DOMAIN: "The walk left the region where the function and its slope are defined.",
}

# Curvature above this share of the largest (and of 1) is trusted; the rest is felt out.
_CLEAR_CURVATURE = 1e-3
_PROBE_DISTANCES = (1e-3, 1e-2, 1e-1)


def kind_of_level_ground(field: ScalarField, point: FloatArray, tolerance: float) -> Outcome:
    """Tell what a point (n,) with |∇f| ≤ tolerance is: a minimum, a saddle, a maximum or flat.

    The eigenvalues of the Hessian decide. Directions in which it hardly bends are felt out: f is
    compared with its value up to 0.1 away, and a rise or fall counts when its mean slope exceeds
    twice the tolerance. On a convex hill no fall from such a point can, so x⁴ has its minimum at 0.
    With no curvature anywhere and both rises and falls, as for x³ at 0, the ground is called flat.

    Source: J. Nocedal and S. Wright, Numerical Optimization, theorems 2.3 and 2.4.
    """
    curvatures, directions = _principal_curvatures(field.hessian(point))
    threshold = _CLEAR_CURVATURE * max(1.0, float(np.max(np.abs(curvatures))))
    unclear = directions[:, np.abs(curvatures) <= threshold]
    rises, falls = bool(np.any(curvatures > threshold)), bool(np.any(curvatures < -threshold))
    bends = rises or falls
    if unclear.size:
        felt_rise, felt_fall = _feel_out(field, point, unclear.T, tolerance)
        rises, falls = rises or felt_rise, falls or felt_fall
    if rises and falls:
        return Outcome.STALLED_SADDLE if bends else Outcome.STALLED_FLAT
    if rises:
        return Outcome.CONVERGED
    return Outcome.STALLED_MAXIMUM if falls else Outcome.STALLED_FLAT


def _principal_curvatures(hessian: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues (n,) and eigenvectors as columns; no curvature where there is no Hessian."""
    if not np.all(np.isfinite(hessian)):
        return np.zeros(len(hessian)), np.eye(len(hessian))
    curvatures, directions = np.linalg.eigh(hessian)
    return curvatures, directions


def _feel_out(
    field: ScalarField, point: FloatArray, axes: FloatArray, tolerance: float
) -> tuple[bool, bool]:
    """Whether f rises, and whether it falls, along the axes (m, n) and their diagonals."""
    pairs = [
        (a + sign * b) / np.sqrt(2)
        for i, a in enumerate(axes)
        for b in axes[i + 1 :]
        for sign in (1, -1)
    ]
    ways = np.array([*axes, *pairs])
    distances = np.repeat(_PROBE_DISTANCES, 2) * np.tile([1.0, -1.0], len(_PROBE_DISTANCES))
    here = float(field.value(point))
    change = field.value(point + distances[:, np.newaxis, np.newaxis] * ways) - here
    noise = 8 * np.finfo(np.float64).eps * abs(here)
    notable = 2 * tolerance * np.abs(distances)[:, np.newaxis] + noise
    return bool(np.any(change > notable)), bool(np.any(change < -notable))
