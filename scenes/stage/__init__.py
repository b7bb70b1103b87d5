"""The stage: everything that the films share."""

from scenes.stage.actors import (
    Climb,
    Compass,
    GradientArrow,
    Slice,
    StepArrow,
    TangentFan,
    Trail,
    Walker,
    tangent_ends,
)
from scenes.stage.appear import Appear, Swell, Vanish, dim, exchange, undim
from scenes.stage.arrow_field import ArrowField, PartArrows, round_scale
from scenes.stage.autodiff_film import AutodiffFilm
from scenes.stage.camera import DepthCamera
from scenes.stage.chord_film import ChordFilm
from scenes.stage.class_film import ClassFilm
from scenes.stage.closeup_film import CloseupFilm
from scenes.stage.contour import ContourLine
from scenes.stage.course import Course
from scenes.stage.crowd import Crowd
from scenes.stage.crowd_film import CrowdFilm
from scenes.stage.curvature_film import CurvatureFilm
from scenes.stage.curve_actors import (
    CurvePoint,
    DerivativeGraph,
    FlatArrow,
    Lens,
    Runner,
    Secant,
    SlopeArrow,
    line,
)
from scenes.stage.curve_film import CurveFilm
from scenes.stage.curve_walk_film import CurveWalkFilm
from scenes.stage.cut_film import CutFilm
from scenes.stage.errors import FilmError
from scenes.stage.field_film import FieldFilm
from scenes.stage.film import Film, beat
from scenes.stage.fit_film import FitFilm
from scenes.stage.glossary import Glossary
from scenes.stage.graphs import (
    CutGraph,
    CutPair,
    LossGraph,
    SideView,
    SlopeGraph,
)
from scenes.stage.halvings import GapGraph, Halvings
from scenes.stage.hill import Hill
from scenes.stage.hill_film import VIEW, HillFilm
from scenes.stage.journey import (
    Journey,
    steep_and_flat,
)
from scenes.stage.knobs import knob
from scenes.stage.landscape import Landscape
from scenes.stage.layers_film import LayersFilm
from scenes.stage.map_film import MapFilm
from scenes.stage.microscope_film import MicroscopeFilm
from scenes.stage.noise_film import NoiseFilm
from scenes.stage.optimizer_film import OptimizerFilm
from scenes.stage.panel import Row, added_up, lined_up, on_board
from scenes.stage.partial_film import PartialFilm
from scenes.stage.patch import LAST
from scenes.stage.pens import pens
from scenes.stage.plane_film import PlaneFilm
from scenes.stage.plane_formulas import PlaneFormulas
from scenes.stage.planes import DiscPlane
from scenes.stage.plot import Plot
from scenes.stage.proof import Proof
from scenes.stage.racer import Racer
from scenes.stage.rate_film import RateFilm
from scenes.stage.readout import Readout, number_text, short_text, vector_text
from scenes.stage.saddle import Saddle
from scenes.stage.shadow import Shadow
from scenes.stage.small_map import SmallMap
from scenes.stage.space import SpaceArrow, SpaceDot, in_space
from scenes.stage.step import Step, StepGraph, first_step
from scenes.stage.step_plots import LogCurves, StepBars, StepCurves
from scenes.stage.theme import (
    BOARD,
    QUICK,
    REST,
    SLOW,
    SMALLEST_EM,
    STAGE,
    STEADY,
    Zone,
)
from scenes.stage.turning_film import TurningFilm, well_apart
from scenes.stage.walk import Ending, Walk
from scenes.stage.walk_film import WalkFilm

__all__ = [
    "BOARD",
    "LAST",
    "QUICK",
    "REST",
    "SLOW",
    "SMALLEST_EM",
    "STAGE",
    "STEADY",
    "VIEW",
    "Appear",
    "ArrowField",
    "AutodiffFilm",
    "ChordFilm",
    "ClassFilm",
    "Climb",
    "CloseupFilm",
    "Compass",
    "ContourLine",
    "Course",
    "Crowd",
    "CrowdFilm",
    "CurvatureFilm",
    "CurveFilm",
    "CurvePoint",
    "CurveWalkFilm",
    "CutFilm",
    "CutGraph",
    "CutPair",
    "DepthCamera",
    "DerivativeGraph",
    "DiscPlane",
    "Ending",
    "FieldFilm",
    "Film",
    "FilmError",
    "FitFilm",
    "FlatArrow",
    "GapGraph",
    "Glossary",
    "GradientArrow",
    "Halvings",
    "Hill",
    "HillFilm",
    "Journey",
    "Landscape",
    "LayersFilm",
    "Lens",
    "LogCurves",
    "LossGraph",
    "MapFilm",
    "MicroscopeFilm",
    "NoiseFilm",
    "OptimizerFilm",
    "PartArrows",
    "PartialFilm",
    "PlaneFilm",
    "PlaneFormulas",
    "Plot",
    "Proof",
    "Racer",
    "RateFilm",
    "Readout",
    "Row",
    "Runner",
    "Saddle",
    "Secant",
    "Shadow",
    "SideView",
    "Slice",
    "SlopeArrow",
    "SlopeGraph",
    "SmallMap",
    "SpaceArrow",
    "SpaceDot",
    "Step",
    "StepArrow",
    "StepBars",
    "StepCurves",
    "StepGraph",
    "Swell",
    "TangentFan",
    "Trail",
    "TurningFilm",
    "Vanish",
    "Walk",
    "WalkFilm",
    "Walker",
    "Zone",
    "added_up",
    "beat",
    "dim",
    "exchange",
    "first_step",
    "in_space",
    "knob",
    "line",
    "lined_up",
    "number_text",
    "on_board",
    "pens",
    "round_scale",
    "short_text",
    "steep_and_flat",
    "tangent_ends",
    "undim",
    "vector_text",
    "well_apart",
]
