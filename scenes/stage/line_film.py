"""LineFilm: a film about a line through points of data; its function is the mean squared error."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import VMobject

from mathcore import Choice, Data, Framing, Loss, ScalarField, Scale
from mathcore.data import load_data
from mathcore.losses import frame_line, scale_for_line, squared_error
from scenes.stage.actors import Place
from scenes.stage.function_film import FITTED, FunctionFilm
from scenes.stage.plot import tick_label


class LineFilm(FunctionFilm):
    """A film with the knob data, about the line ŷ = m x + b through its points.

    `sample` are the points, `scale` is how x is measured for the line, and `loss` the mean squared
    error, the hill of the film. The line is that of the place `where` the walker stands.
    """

    subject = "data"
    name_of_height = "L"
    gradient_symbol = "nabla L"
    sample: Data
    scale: Scale
    loss: Loss
    where: Place

    def takes(self, name: str, value: Any) -> bool:
        """Whether a value for all films is meant for this one: not what goes with a function f."""
        return name not in FITTED

    def read(self, text: str) -> ScalarField:
        """Return the mean squared error of lines through the points that a text names."""
        self.sample = load_data(text, 2, self.folder_of("data"))
        self.scale = scale_for_line(self.sample.x)
        self.loss = squared_error(self.sample, self.scale)
        self.law = self._law()
        return self.loss.field

    def frame(self, field: ScalarField, choice: Choice) -> Framing:
        """Return what to show of the hill of the loss, keeping what is chosen."""
        return frame_line(self.loss, choice)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return what the line says now for numbers x (k,)."""
        slope, intercept = self.where()
        return slope * self.scale(x) + intercept

    @property
    def variable(self) -> str:
        """What the line takes: x, or u where that is measured otherwise."""
        return "x" if self.scale.is_plain else "u"

    def line_formula(self) -> VMobject:
        """Return ŷ = m x + b, and what u is where x is measured otherwise."""
        m, b = (self.wearing(name, "path") for name in ("m", "b"))
        line = f"hat(y) = {m} {self.variable} + {b}"
        if self.scale.is_plain:
            return self.formula(line)
        origin, unit = self.scale.origin, tick_label(self.scale.unit)
        sign = "-" if origin >= 0 else "+"
        shifted = f"x {sign} {tick_label(abs(origin))}" if origin else "x"
        return self.fitting(f"{line} \\, quad u = frac({shifted}, {unit})")

    def loss_formula(self) -> VMobject:
        """Return L = 1/k Σ (ŷ - y)², k being the number of points."""
        count = len(self.sample)
        return self.fitting(f"L = frac(1, {count}) sum_(i=1)^{count} (hat(y)_i - y_i)^2")

    def _law(self) -> dict[str, str]:
        """Return what the loss is, as text and as LaTeX, for the record of the film."""
        count, u = len(self.sample), self.variable
        told = ""
        if not self.scale.is_plain:
            told = f", u = (x - {self.scale.origin:g})/{self.scale.unit:g}"
        return {
            "text": f"L(m, b) = 1/{count} Σ (m {u} + b - y)^2{told}",
            "latex": rf"L(m, b) = \frac{{1}}{{{count}}} \sum_i (m {u}_i + b - y_i)^2{told}",
        }
