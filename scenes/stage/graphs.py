"""Graphs that several films draw: the slope over the direction, the height over the steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import PI, ValueTracker

from mathcore import Path, directional_derivative, unit_direction
from scenes.stage.formula import Typesetter, colored
from scenes.stage.landscape import Landscape
from scenes.stage.plot import Marker, Plot
from scenes.stage.theme import LOWER_BOARD


class SlopeGraph(Plot):
    """The slope at one point over the angle of the direction, drawn as far as `drawn` has turned.

    Args:
        point: the point of the domain (2,).
        angle: the direction now, in radians; the marker shows its slope.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        land: Landscape,
        point: np.ndarray,
        angle: Callable[[], float],
    ):
        theme = typesetter.theme
        steepest = float(np.linalg.norm(land.hill.gradient(point)))
        reach = 1.15 * steepest if steepest > 0 else 1.0
        super().__init__(
            typesetter,
            LOWER_BOARD,
            (0, 2 * PI),
            (-reach, reach),
            x_label="theta",
            y_label=colored("D_u f", theme.tangent),
            x_ticks=[(quarter * PI / 2, f"{90 * quarter} degree") for quarter in range(5)],
        )
        self.drawn = ValueTracker(0)

        def slopes(angles: np.ndarray) -> np.ndarray:
            along = directional_derivative(land.hill, point, unit_direction(angles))
            return np.stack([angles, along], axis=-1)

        self.line = self.curve(
            lambda: slopes(np.linspace(0, self.drawn.get_value(), 121)), theme.tangent
        )
        self.marker = Marker(self, lambda: slopes(np.array(angle())), theme.ink)
        self.add(self.line, self.marker)


class LossGraph(Plot):
    """The height over the steps of a walk, drawn as far as it has been walked.

    Args:
        progress: steps walked now; 2.5 is half-way along the third.
    """

    def __init__(self, typesetter: Typesetter, path: Path, progress: Callable[[], float]):
        color = typesetter.theme.path
        super().__init__(
            typesetter,
            LOWER_BOARD,
            (0, path.steps),
            (min(0.0, path.values.min()), path.values.max()),
            x_label="k",
            y_label=colored("f(bold(x)_k)", color),
        )

        def walked() -> np.ndarray:
            done = progress()
            steps = np.append(np.arange(np.floor(done) + 1), done)
            heights = np.interp(steps, np.arange(path.steps + 1), path.values)
            return np.stack([steps, heights], axis=-1)

        self.line = self.curve(walked, color)
        self.marker = Marker(self, lambda: walked()[-1], color)
        self.add(self.line, self.marker)
