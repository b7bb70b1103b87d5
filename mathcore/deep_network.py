"""A deep network with random weights: how large the gradient is that comes back to each layer.

Sources: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
networks", AISTATS (2010); K. He et al., "Delving deep into rectifiers", ICCV (2015).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Activation:
    """A function that a layer applies to each of its numbers, and its derivative."""

    name: str
    value: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]


def _sigmoid(z: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-np.logaddexp(0, -z)))  # exact far out, where 1 + e^-z is 1 or inf


def _sigmoid_slope(z: FloatArray) -> FloatArray:
    return _sigmoid(z) * _sigmoid(-z)


SIGMOID = Activation("sigmoid", _sigmoid, _sigmoid_slope)
TANH = Activation("tanh", lambda z: np.tanh(z), lambda z: 4 * _sigmoid_slope(2 * z))
RELU = Activation(
    "ReLU", lambda z: np.maximum(z, 0.0), lambda z: np.asarray((z > 0).astype(np.float64))
)


@dataclass(frozen=True, eq=False)
class DeepNetwork:
    """Layers a_l = φ(z_l) with z_l = W_l a_(l-1) for l = 1 to D, from a_0; the output is u·a_D.

    `weights` are the W_l, (D, n, n); `entry` is a_0, (n,); `end` is u, (n,), of length 1, so that a
    gradient of length 1 sets out from the last layer.
    """

    weights: FloatArray
    entry: FloatArray
    end: FloatArray
    activation: Activation

    @property
    def depth(self) -> int:
        """The number D of layers."""
        return len(self.weights)

    def forward(self) -> tuple[FloatArray, FloatArray]:
        """Return all z_l (D, n), and all a_l from a_0 on (D + 1, n)."""
        before, after = [], [self.entry]
        for matrix in self.weights:
            before.append(matrix @ after[-1])
            after.append(self.activation.value(before[-1]))
        return np.array(before), np.array(after)

    def output(self) -> float:
        """Return the number that comes out."""
        return float(self.end @ self.forward()[1][-1])

    def gradients(self) -> FloatArray:
        """Return the gradient of the output by every a_l from a_1 to a_D, (D, n).

        The chain rule takes it one layer back: ∂/∂a_(l-1) = W_lᵀ (φ'(z_l) ⊙ ∂/∂a_l).
        """
        before, _ = self.forward()
        back = [self.end]
        for matrix, z in zip(self.weights[:0:-1], before[:0:-1], strict=True):
            back.append(matrix.T @ (self.activation.slope(z) * back[-1]))
        return np.array(back[::-1])

    def gradient_sizes(self) -> FloatArray:
        """Return the lengths of these gradients, (D,); the last one is 1."""
        return np.asarray(np.linalg.norm(self.gradients(), axis=1))

    def factor(self) -> float:
        """Return by how much a layer multiplies the gradient: the geometric mean; 1 for one layer.

        With q, the first layer's gradient is q^(D-1) times as long as the last one's.
        """
        steps = self.depth - 1
        return float(self.gradient_sizes()[0] ** (1 / steps)) if steps else 1.0


def random_network(
    depth: int, width: int, activation: Activation, scale: float = 1.0, seed: int = 0
) -> DeepNetwork:
    """Return a network whose weights are drawn from N(0, scale² · 2 / width).

    With `scale` 1 they keep the gradient's length on average where φ is ReLU (He et al. 2015). One
    seed gives the same draw for every activation, and for every scale but for the factor.

    Args:
        depth: number of layers, 1 or more.
        width: numbers in each layer, 1 or more.
        activation: φ.
        scale: how many times as large as that the weights are, above 0.
        seed: what is drawn.

    >>> sizes = random_network(20, 32, SIGMOID).gradient_sizes()
    >>> bool(sizes[0] < 1e-6), round(float(sizes[-1]), 9)
    (True, 1.0)
    """
    if depth < 1 or width < 1:
        raise ValueError(f"depth={depth}, width={width}: a network needs 1 or more of both")
    if not scale > 0:
        raise ValueError(f"scale={scale}: the scale of the weights must be above 0")
    draw = np.random.default_rng(seed)
    end, entry = draw.standard_normal((2, width))
    weights = draw.standard_normal((depth, width, width)) * np.sqrt(2 / width)
    return DeepNetwork(scale * weights, entry, end / np.linalg.norm(end), activation)
