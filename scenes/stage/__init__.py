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
from scenes.stage.arrow_field import ArrowField, PartArrows, round_scale
from scenes.stage.camera import DepthCamera
from scenes.stage.contour import ContourLine, right_angle
from scenes.stage.curve_actors import (
    CurvePoint,
    DerivativeGraph,
    FlatArrow,
    Lens,
    LineTrail,
    Runner,
    Secant,
    SlopeArrow,
    line,
)
from scenes.stage.curve_film import CurveFilm
from scenes.stage.errors import FilmError
from scenes.stage.film import Film, beat
from scenes.stage.glossary import Glossary
from scenes.stage.graphs import CutGraph, LossGraph, SideView, SlopeGraph, within_turn
from scenes.stage.halvings import GapGraph, Halvings
from scenes.stage.hill import Hill
from scenes.stage.hill_film import VIEW, HillFilm
from scenes.stage.journey import Journey, is_smooth_between, steep_and_flat
from scenes.stage.knobs import knob
from scenes.stage.landscape import Landscape
from scenes.stage.map_film import MapFilm
from scenes.stage.microscope import LAST, Microscope, Patch
from scenes.stage.panel import SECOND, Row, Term, fitting_scale, on_board
from scenes.stage.planes import PlanePatch, Stairs
from scenes.stage.plot import Marker, Plot, tick_label
from scenes.stage.readout import Readout, number_text, short_text, vector_text
from scenes.stage.shadow import Shadow
from scenes.stage.space import SpaceArrow, in_space
from scenes.stage.step import Step, StepGraph, first_step
from scenes.stage.theme import (
    BOARD,
    FORMULA_EM,
    LOWER_BOARD,
    QUICK,
    READOUT_EM,
    REST,
    SLOW,
    SMALLEST_EM,
    STAGE,
    STEADY,
    Zone,
)
from scenes.stage.turning_film import TurningFilm
from scenes.stage.walk import Ending, Walk

__all__ = [
    "BOARD",
    "FORMULA_EM",
    "LAST",
    "LOWER_BOARD",
    "QUICK",
    "READOUT_EM",
    "REST",
    "SECOND",
    "SLOW",
    "SMALLEST_EM",
    "STAGE",
    "STEADY",
    "VIEW",
    "Appear",
    "ArrowField",
    "Compass",
    "ContourLine",
    "CurveFilm",
    "CurvePoint",
    "CutGraph",
    "DepthCamera",
    "DerivativeGraph",
    "Ending",
    "Film",
    "FilmError",
    "FlatArrow",
    "GapGraph",
    "Glossary",
    "GradientArrow",
    "Halvings",
    "Hill",
    "HillFilm",
    "Journey",
    "Landscape",
    "Lens",
    "LineTrail",
    "LossGraph",
    "MapFilm",
    "Marker",
    "Microscope",
    "PartArrows",
    "Patch",
    "PlanePatch",
    "Plot",
    "Readout",
    "Row",
    "Runner",
    "Secant",
    "Shadow",
    "SideView",
    "Slice",
    "SlopeArrow",
    "SlopeGraph",
    "SpaceArrow",
    "Stairs",
    "Step",
    "StepArrow",
    "StepGraph",
    "Swell",
    "Term",
    "Trail",
    "TurningFilm",
    "Vanish",
    "Walk",
    "Walker",
    "Zone",
    "beat",
    "domain_arrow",
    "exchange",
    "first_step",
    "fitting_scale",
    "in_space",
    "is_smooth_between",
    "knob",
    "line",
    "number_text",
    "on_board",
    "right_angle",
    "round_scale",
    "short_text",
    "steep_and_flat",
    "tangent_ends",
    "tick_label",
    "vector_text",
    "within_turn",
]
