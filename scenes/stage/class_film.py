"""ClassFilm: a film in which a boundary is put between two classes by walking down its loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import LEFT, UP, Group, VGroup, VMobject

from mathcore import Choice, Data, Framing, Loss, ScalarField, Scale
from mathcore.data import load_data
from mathcore.losses import cross_entropy, frame_boundary, scales_for_boundary
from scenes.stage.boundary import BoundaryPicture
from scenes.stage.function_film import FITTED
from scenes.stage.loss_film import LossFilm
from scenes.stage.panel import SECOND, fitting_scale
from scenes.stage.plot import tick_label
from scenes.stage.theme import BOARD, READOUT_EM

SLOPES = -1.5, -2.1, -2.65
"""Heights of the two parts of the gradient on the board, and of what p is there."""

LEGEND = 1.3
"""Height of the name of the first class on the board; that of the other is a row below."""

AIR = 0.35
"""Manim units between the names of the classes and what stands beside them."""


class ClassFilm(LossFilm):
    """A loss film with the knob data: points of two classes, and a boundary between them.

    `sample` are the points, `scales` is how x and y are measured for the boundary, and `loss` the
    mean cross-entropy, the hill of the film. The boundary is that of the walker's place, w.
    """

    subject = "data"
    step_heights = -1.35, -1.95
    name_of_height = "L"
    gradient_symbol = "nabla L"
    picture: BoundaryPicture
    sample: Data
    scales: tuple[Scale, Scale]
    loss: Loss

    def takes(self, name: str, value: Any) -> bool:
        """Whether a value for all films is meant for this one: not what goes with a function f."""
        return name not in FITTED

    def read(self, text: str) -> ScalarField:
        """Return the cross-entropy of boundaries between the classes that a text names."""
        self.sample = load_data(text, 3, self.folder_of("data"))
        self.scales = scales_for_boundary(self.sample)
        self.loss = cross_entropy(self.sample, self.scales)
        self.law = self._law()
        return self.loss.field

    def frame(self, field: ScalarField, choice: Choice) -> Framing:
        """Return what to show of the hill of the loss, keeping what is chosen."""
        return frame_boundary(self.loss, choice)

    def set_up_classes(self) -> None:
        """Make the hill, the walk on it, and the points with the boundary; `cast` calls it."""
        self.set_up_loss()
        self.picture = BoundaryPicture(self.typeset, self.sample, self.weigh, self.point_losses)
        self.picture.draw_upright()
        place = np.array([BOARD.left, LEGEND, 0.0])
        self.legend = self.picture.legend(self.typeset, place, self.tr("class"))
        self.origin = self.picture.ring(np.array([scale.origin for scale in self.scales]))

    def side_names(self) -> VGroup:
        """Return z > 0 and z < 0 on the two sides of the boundary, near it and clear of points."""
        sides = (("<", -1), (">", 1))
        names = [(self.formula(f"z {sign} 0", em=READOUT_EM), side) for sign, side in sides]
        return VGroup(*(self.picture.beside(name, side) for name, side in names))

    def weigh(self, points: np.ndarray) -> np.ndarray:
        """Return z = w₁ u + w₂ v of points of data (..., 2), now."""
        parts = [scale(points[..., axis]) for axis, scale in enumerate(self.scales)]
        return np.asarray(np.stack(parts, axis=-1) @ self.where())

    def point_losses(self) -> np.ndarray:
        """Return the losses (k,) of the data points, now."""
        return self.loss.point_losses(self.where())

    # Formulas

    @property
    def inputs(self) -> tuple[str, str]:
        """What the boundary takes: x and y, or u and v where these are measured otherwise."""
        return ("x", "y") if all(scale.is_plain for scale in self.scales) else ("u", "v")

    def sum_formula(self) -> VMobject:
        """Return z = w₁ x + w₂ y, and what u and v are where x and y are measured otherwise."""
        first, second = (self.wearing(name, "path") for name in ("w_1", "w_2"))
        u, v = self.inputs
        told = [
            f"{name} = frac({letter} - {tick_label(scale.origin)}, {tick_label(scale.unit)})"
            for name, letter, scale in zip(self.inputs, "xy", self.scales, strict=True)
            if name != letter
        ]
        return self.fitting(" \\, quad ".join([f"z = {first} {u} + {second} {v}", *told]))

    def probability_formula(self) -> VMobject:
        """Return p = 1 / (1 + e^(-z)), how probable class 1 is said to be."""
        return self.formula("p = sigma(z) = inline(frac(1, 1 + e^(-z)))")

    def loss_formula(self) -> VMobject:
        """Return L = -1/k Σ log pᵢ(tᵢ), tᵢ being the class of a point, which is so probable."""
        count = len(self.sample)
        return self.fitting(f"L = -frac(1, {count}) sum_(i=1)^{count} log p_i (t_i)")

    def class_formulas(self) -> VGroup:
        """Return what pᵢ(t) is for each class t, beside its name."""
        sources = "p_i (0) = 1 - p_i", "p_i (1) = p_i"
        formulas = VGroup(*(self.formula(source, em=READOUT_EM) for source in sources))
        widest, left = formulas[0].width, float(self.legend.get_right()[0]) + AIR
        pen = max(left, min(SECOND, BOARD.right - widest))
        size = min(1.0, (BOARD.right - pen) / widest)
        for formula, (_, name) in zip(formulas, self.legend, strict=True):
            formula.scale(size).move_to((pen, 0, 0), aligned_edge=LEFT)
            formula.shift((name.baseline() - formula.baseline()) * UP)
        return formulas

    def gradient_formulas(self) -> Group:
        """Return the two parts of ∇L as means over the points, below the rows, and what p is."""
        count, lines = len(self.sample), []
        w, (u, v) = [self.wearing(name, "path") for name in ("w_1", "w_2")], self.inputs
        for name, letter in zip(("w_1", "w_2"), self.inputs, strict=True):
            slope = self.wearing(f"partial L \\/ partial {name}", "gradient")
            mean = f"frac(1, {count}) sum_(i=1)^{count} (p_i - t_i) {letter}_i"
            lines.append(f"inline({slope} = {mean})")
        lines.append(f"p_i = sigma({w[0]} {u}_i + {w[1]} {v}_i)")
        parts = Group()
        for line, height in zip(lines, SLOPES, strict=True):
            part = self.formula(line, em=READOUT_EM)
            part.scale(fitting_scale(part))
            parts.add(part.move_to((BOARD.left + part.width / 2, height, 0)))
        return parts

    def _law(self) -> dict[str, str]:
        """Return what the loss is, as text and as LaTeX, for the record of the film."""
        count, (u, v) = len(self.sample), self.inputs
        told = "".join(
            f", {name} = ({letter} - {scale.origin:g})/{scale.unit:g}"
            for name, letter, scale in zip(self.inputs, "xy", self.scales, strict=True)
            if name != letter
        )
        terms = r"t_i \log p_i + (1 - t_i) \log(1 - p_i)"
        return {
            "text": f"L(w) = -1/{count} Σ (t log p + (1 - t) log(1 - p)), "
            f"p = σ(w₁ {u} + w₂ {v}){told}",
            "latex": rf"L(w) = -\frac{{1}}{{{count}}} \sum_i \left({terms}\right){told}",
        }

    # What is said

    def say_what_walk_found(self, valley: np.ndarray | None) -> None:
        """Say how the walk ended; a loss without a minimum falls for ever."""
        parted = (self.loss.point_losses(self.path.points[-1]) < np.log(2)).all()
        if valley is None and self.path.exit is None and parted:
            self.say("A line parts the classes: surer is always better, so $L$ falls for ever.")
        else:
            super().say_what_walk_found(valley)

    def say_that_it_is_best(self) -> None:
        """Say that the boundary at the minimum is that of the least cross-entropy."""
        self.say(
            "At the bottom the gradient is zero: no line through the origin has a smaller loss."
        )
