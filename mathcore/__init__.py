"""The mathematics: from an expression to a field, its slopes and walks downhill. No pictures.

    expression -> ScalarField -> Path

`parse` reads what a teacher types; `ScalarField` gives values, gradients and Hessians of whole
arrays of points; the functions of `mathcore.local` look at one point; `descend` walks by a rule.
"""

from mathcore.checks import GradientError, check_gradient, kinks, undefined_slope
from mathcore.curvature import Curvature, Shape, contractions, curvature_at, second_derivative
from mathcore.data import Data, DataError, load_data, read_csv
from mathcore.descent import Path, descend
from mathcore.expression import ExpressionError, parse, symbol, variables_of
from mathcore.field import FieldError, ScalarField
from mathcore.framing import Framing, Rates, frame
from mathcore.gallery import GALLERY, NamedField, named, with_name
from mathcore.level import level_line
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
from mathcore.losses import (
    Loss,
    Scale,
    batches,
    cross_entropy,
    frame_line,
    least_squares,
    scale_for_line,
    squared_error,
    stochastic_descent,
)
from mathcore.on_line import (
    across_from,
    chosen_around,
    field_on_line,
    frame_on_line,
    stands_on_line,
)
from mathcore.outcomes import Outcome
from mathcore.over_plane import Choice, field_over_plane, frame_over_plane
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
    "GALLERY",
    "Choice",
    "Curvature",
    "Data",
    "DataError",
    "ExpressionError",
    "FieldError",
    "Framing",
    "GradientError",
    "Local",
    "Loss",
    "NamedField",
    "Outcome",
    "Path",
    "QuadraticModel",
    "Rates",
    "Rule",
    "ScalarField",
    "Scale",
    "Schedule",
    "Shape",
    "TangentLine",
    "TangentPlane",
    "across_from",
    "adagrad",
    "adam",
    "batches",
    "check_gradient",
    "chosen_around",
    "constant",
    "contractions",
    "cross_entropy",
    "curvature_at",
    "descend",
    "directional_derivative",
    "exponential_decay",
    "field_on_line",
    "field_over_plane",
    "frame",
    "frame_line",
    "frame_on_line",
    "frame_over_plane",
    "gradient_descent",
    "inverse_time_decay",
    "kinks",
    "least_squares",
    "level_line",
    "load_data",
    "momentum",
    "named",
    "nesterov",
    "newton",
    "normalised",
    "parse",
    "quadratic_model",
    "read_csv",
    "rmsprop",
    "scale_for_line",
    "second_derivative",
    "slice_along",
    "squared_error",
    "stands_on_line",
    "steepest_angle",
    "step_decay",
    "stochastic_descent",
    "symbol",
    "tangent_line",
    "tangent_plane",
    "undefined_slope",
    "unit_direction",
    "variables_of",
    "with_name",
]
