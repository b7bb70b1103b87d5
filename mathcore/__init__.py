"""The mathematics: from an expression to a field, its slopes and walks downhill. No pictures.

    expression -> ScalarField -> Path

`parse` reads what a teacher types; `ScalarField` gives values, gradients and Hessians of whole
arrays of points; the functions of `mathcore.local` look at one point; `descend` walks by a rule.
"""

from mathcore.descent import Path, descend
from mathcore.expression import ExpressionError, parse, symbol, variables_of
from mathcore.field import FieldError, ScalarField
from mathcore.local import (
    QuadraticModel,
    TangentLine,
    TangentPlane,
    directional_derivative,
    normalised,
    quadratic_model,
    slice_along,
    steepest_angle,
    tangent_line,
    tangent_plane,
    unit_direction,
)
from mathcore.outcomes import Outcome
from mathcore.rules import (
    Local,
    Rule,
    adagrad,
    adam,
    gradient_descent,
    momentum,
    nesterov,
    newton,
    rmsprop,
)
from mathcore.schedules import (
    Schedule,
    constant,
    exponential_decay,
    inverse_time_decay,
    step_decay,
)

__all__ = [
    "ExpressionError",
    "FieldError",
    "Local",
    "Outcome",
    "Path",
    "QuadraticModel",
    "Rule",
    "ScalarField",
    "Schedule",
    "TangentLine",
    "TangentPlane",
    "adagrad",
    "adam",
    "constant",
    "descend",
    "directional_derivative",
    "exponential_decay",
    "gradient_descent",
    "inverse_time_decay",
    "momentum",
    "nesterov",
    "newton",
    "normalised",
    "parse",
    "quadratic_model",
    "rmsprop",
    "slice_along",
    "steepest_angle",
    "step_decay",
    "symbol",
    "tangent_line",
    "tangent_plane",
    "unit_direction",
    "variables_of",
]
