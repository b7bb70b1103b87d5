"""What the films are called on pages and in lists; their Chinese is in the studio's catalogue."""

from __future__ import annotations

import re

from studio.texts import Translate

TITLES = {
    "hill": "Down the hill",
    "derivative": "The derivative",
    "descent_1d": "Gradient descent in one dimension",
    "partials": "Partial derivatives",
    "directional": "The directional derivative",
    "gradient": "The gradient",
    "why_steepest": "Why the gradient points the steepest way up",
    "tangent_plane": "The tangent plane",
    "recap": "From the derivative to gradient descent",
    "convexity": "Convex and non-convex functions",
    "descent": "Gradient descent",
    "learning_rate": "The learning rate",
    "curvature": "The Hessian and the condition number",
    "optimizers": "Optimizers",
    "autodiff": "Automatic differentiation",
    "vanishing": "Vanishing and exploding gradients",
    "regression": "Linear regression",
    "classification": "Classification",
    "stochastic": "Stochastic gradient descent",
}
"""The title of every film of the project by its name."""


def title_of(film: str, tr: Translate = str) -> str:
    """Return what a film is called; one of your own is called like its file.

    >>> title_of("directional"), title_of("my_lecture_2d")
    ('The directional derivative', 'My lecture 2D')
    """
    words = re.sub(r"\b(\d)d\b", r"\1D", film.replace("_", " "))
    return tr(TITLES.get(film, words[:1].upper() + words[1:]))
