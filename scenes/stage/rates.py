"""Learning rates that are worth showing on a landscape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mathcore import Framing, inverse_time_decay
from scenes.stage.landscape import Landscape
from scenes.stage.plot import tick_label
from scenes.stage.walk import Walk

SEEN = 0.15
"""The share of the hill's longer side from which the longer of two steps is well seen."""


@dataclass(frozen=True, eq=False)
class Decay:
    """A learning rate that shrinks to η / (1 + decay k), where a fixed one does not do.

    Args:
        number: which of the rates of a race it is at first.
        rate: that rate η.
        decay: how fast it shrinks.
        walk: where it leads.
    """

    number: int
    rate: float
    decay: float
    walk: Walk

    @property
    def law(self) -> str:
        """How η_k follows from k, as Typst maths."""
        return f"eta_k = frac({tick_label(self.rate)}, 1 + {tick_label(self.decay)} thin k)"

    def rates(self) -> np.ndarray:
        """Return η_k at every stop of the walk (m,)."""
        shrinks = inverse_time_decay(self.rate, self.decay)
        return np.array([shrinks(k) for k in range(self.walk.last + 1)])


def four_rates(framing: Framing) -> list[float]:
    """Return four rising rates that differ in what they do, as far as the function has such."""
    found, works = framing.rates, framing.rates.works or framing.rate
    crawls = found.crawls if found.crawls and found.crawls < works else works / 10
    diverges = found.diverges if found.diverges and found.diverges > works else None
    between = 3 * works if diverges is None else (works * diverges) ** 0.5
    swings = found.oscillates or between
    return [float(f"{rate:.2g}") for rate in (crawls, works, swings, diverges or 3 * swings)]


def two_rates_in_view(
    land: Landscape, start: np.ndarray, slope: np.ndarray, wanted: float
) -> tuple[float, float]:
    """Return a rate and twice that, whose steps from a point stay in view and are seen.

    Args:
        land: the landscape.
        start: the point (2,).
        slope: the gradient there (2,).
        wanted: what the larger one is, if it can be.
    """
    shares = np.linspace(0, 1, 40)[:, None]

    def is_in_view(rate: float) -> bool:
        return all(map(land.contains, start - shares * rate * slope))

    rate, steepness = wanted, float(np.hypot.reduce(slope))
    while not is_in_view(rate) and rate > 1e-6 * wanted:
        rate /= 2
    while 0 < rate * steepness < SEEN * land.span and is_in_view(2 * rate):
        rate *= 2
    return rate / 2, rate
