"""The stage: everything that the films share."""

from scenes.stage.actors import (
    Compass,
    GradientArrow,
    Slice,
    StepArrow,
    Trail,
    Walker,
    domain_arrow,
    tangent_ends,
)
from scenes.stage.appear import Appear, Swell, Vanish, exchange
from scenes.stage.camera import DepthCamera
from scenes.stage.curve_actors import (
    CurvePoint,
    DerivativeGraph,
    FlatArrow,
    Lens,
    LineTrail,
    Secant,
    SlopeArrow,
    line,
)
from scenes.stage.curve_film import CurveFilm
from scenes.stage.errors import FilmError
from scenes.stage.film import Film, beat
from scenes.stage.glossary import Glossary
from scenes.stage.graphs import CutGraph, LossGraph, SideView, SlopeGraph, within_turn
from scenes.stage.hill import Hill
from scenes.stage.hill_film import HillFilm
from scenes.stage.knobs import knob
from scenes.stage.landscape import Landscape
from scenes.stage.panel import Row, on_board
from scenes.stage.plot import Marker, Plot, tick_label
from scenes.stage.readout import Readout, number_text, short_text, vector_text
from scenes.stage.space import SpaceArrow, in_space
from scenes.stage.theme import BOARD, LOWER_BOARD, QUICK, REST, SLOW, STEADY
from scenes.stage.turning_film import TurningFilm
from scenes.stage.walk import Ending, Walk

__all__ = [
    "BOARD",
    "LOWER_BOARD",
    "QUICK",
    "REST",
    "SLOW",
    "STEADY",
    "Appear",
    "Compass",
    "CurveFilm",
    "CurvePoint",
    "CutGraph",
    "DepthCamera",
    "DerivativeGraph",
    "Ending",
    "Film",
    "FilmError",
    "FlatArrow",
    "Glossary",
    "GradientArrow",
    "Hill",
    "HillFilm",
    "Landscape",
    "Lens",
    "LineTrail",
    "LossGraph",
    "Marker",
    "Plot",
    "Readout",
    "Row",
    "Secant",
    "SideView",
    "Slice",
    "SlopeArrow",
    "SlopeGraph",
    "SpaceArrow",
    "StepArrow",
    "Swell",
    "Trail",
    "TurningFilm",
    "Vanish",
    "Walk",
    "Walker",
    "beat",
    "domain_arrow",
    "exchange",
    "in_space",
    "knob",
    "line",
    "number_text",
    "on_board",
    "short_text",
    "tangent_ends",
    "tick_label",
    "vector_text",
    "within_turn",
]
