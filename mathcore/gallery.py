"""Functions with a name: classics of optimisation and shapes that teach, and their known minima.

Films take them by name (`f = "himmelblau"`), and tests hold them to what is published.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from mathcore.expression import parse, symbol, variables_of
from mathcore.field import ScalarField

Point: TypeAlias = tuple[float, ...]
Range: TypeAlias = tuple[float, float]

_SURVEY = (
    "M. Jamil and X.-S. Yang, A literature survey of benchmark functions for global "
    "optimisation problems, 2013"
)
_SEEDS = "the project's own source texts"


@dataclass(frozen=True)
class NamedField:
    """A function with a name, and what is known of it.

    `text` is in the language of `parse`. `x_range` and `y_range` are where it is usually shown;
    `y_range` is None for a function of one variable. `starts` are points from which a walk is worth
    seeing, the best one first. `rate` and `steps` stand where ours beat what `frame` finds.
    `minima` are all local minima inside the ranges, as pairs (point, value), to 6 digits or more;
    `source` is where function and minima were published; `shows` says what it is good for.
    """

    name: str
    text: str
    x_range: Range
    y_range: Range | None
    starts: tuple[Point, ...]
    minima: tuple[tuple[Point, float], ...]
    source: str
    shows: str
    rate: float | None = None
    steps: int | None = None

    @property
    def start(self) -> Point:
        """The first of the starts."""
        return self.starts[0]

    @cached_property
    def field(self) -> ScalarField:
        """The function itself, of x, or of x and y."""
        expression = parse(self.text)
        if self.y_range is None:
            return ScalarField(expression, variables_of(expression))
        return ScalarField(expression, (symbol("x"), symbol("y")))


_FIELDS = (
    NamedField(
        "bowl",
        "x^2 + y^2",
        (-2.0, 2.0),
        (-2.0, 2.0),
        starts=((1.6, 1.2), (1.0, 1.0)),
        minima=(((0.0, 0.0), 0.0),),
        source=_SEEDS,
        shows="every way down leads to the one bottom, and straight there",
        rate=0.15,
        steps=10,
    ),
    NamedField(
        "stretched-bowl",
        "x^2 + 10y^2",
        (-2.0, 2.0),
        (-2.0, 2.0),
        starts=((1.6, 0.7),),
        minima=(((0.0, 0.0), 0.0),),
        source="J. Nocedal and S. Wright, Numerical Optimization, section 3.3",
        shows="a narrow valley: the steepest way is not the way to the bottom, and steps zigzag",
    ),
    NamedField(
        "tilted-bowl",
        "x^2 + x y + y^2",
        (-2.0, 2.0),
        (-2.0, 2.0),
        starts=((1.6, 0.4),),
        minima=(((0.0, 0.0), 0.0),),
        source="J. Stewart, Calculus, section 14.7",
        shows="a valley that runs across both axes",
    ),
    NamedField(
        "rosenbrock",
        "(1 - x)^2 + 100(y - x^2)^2",
        (-2.0, 2.0),
        (-1.0, 3.0),
        starts=((-1.2, 1.0), (0.4, 1.6)),
        minima=(((1.0, 1.0), 0.0),),
        source=(
            "H. Rosenbrock, An automatic method for finding the greatest or least value of a "
            "function, The Computer Journal 3, 1960"
        ),
        shows="a curved valley, easily entered and slowly followed",
        rate=0.0015,
        steps=20,
    ),
    NamedField(
        "himmelblau",
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        (-5.0, 5.0),
        (-5.0, 5.0),
        starts=((1.0, -4.0), (0.5, -1.0), (-1.0, -1.0)),
        minima=(
            ((3.0, 2.0), 0.0),
            ((-2.805118, 3.131313), 0.0),
            ((-3.779310, -3.283186), 0.0),
            ((3.584428, -1.848127), 0.0),
        ),
        source="D. Himmelblau, Applied Nonlinear Programming, 1972",
        shows="four valleys of equal depth: where you start decides",
    ),
    NamedField(
        "beale",
        "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
        (-4.5, 4.5),
        (-4.5, 4.5),
        starts=((0.5, -1.0), (0.4, 1.0)),
        minima=(((3.0, 0.5), 0.0),),
        source="E. Beale, On an iterative method for finding a local minimum of a function, 1958",
        shows="steep walls round a nearly level cross",
    ),
    NamedField(
        "booth",
        "(x + 2y - 7)^2 + (2x + y - 5)^2",
        (-10.0, 10.0),
        (-10.0, 10.0),
        starts=((-7.0, 1.0),),
        minima=(((1.0, 3.0), 0.0),),
        source=_SURVEY,
        shows="a tilted bowl away from the origin",
    ),
    NamedField(
        "matyas",
        "0.26(x^2 + y^2) - 0.48 x y",
        (-10.0, 10.0),
        (-10.0, 10.0),
        starts=((8.0, 1.0),),
        minima=(((0.0, 0.0), 0.0),),
        source="J. Matyas, Random optimization, Automation and Remote Control 26, 1965",
        shows="a long valley floor, almost level along the diagonal",
    ),
    NamedField(
        "three-hump-camel",
        "2x^2 - 1.05x^4 + x^6/6 + x y + y^2",
        (-2.5, 2.5),
        (-2.5, 2.5),
        starts=((0.9, 1.6), (1.6, 0.8)),
        minima=(
            ((0.0, 0.0), 0.0),
            ((1.747552, -0.873776), 0.298638),
            ((-1.747552, 0.873776), 0.298638),
        ),
        source=_SURVEY,
        shows="one deep valley between two higher ones",
    ),
    NamedField(
        "six-hump-camel",
        "(4 - 2.1x^2 + x^4/3)x^2 + x y + (-4 + 4y^2)y^2",
        (-2.0, 2.0),
        (-1.0, 1.0),
        starts=((0.8, 0.1), (-0.8, -0.1)),
        minima=(
            ((0.089842, -0.712656), -1.031628),
            ((-0.089842, 0.712656), -1.031628),
            ((1.703607, -0.796084), -0.215464),
            ((-1.703607, 0.796084), -0.215464),
            ((1.607105, 0.568651), 2.104250),
            ((-1.607105, -0.568651), 2.104250),
        ),
        source="L. Dixon and G. Szegö, Towards Global Optimisation 2, 1978",
        shows="six valleys, two of them the deepest",
    ),
    NamedField(
        "styblinski-tang",
        "(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y)/2",
        (-4.0, 4.0),
        (-4.0, 4.0),
        starts=((-0.5, -1.0), (1.0, 0.8)),
        minima=(
            ((-2.903534, -2.903534), -78.332331),
            ((-2.903534, 2.746803), -64.195612),
            ((2.746803, -2.903534), -64.195612),
            ((2.746803, 2.746803), -50.058893),
        ),
        source=(
            "M. Styblinski and T.-S. Tang, Experiments in nonconvex optimization, Neural "
            "Networks 3, 1990"
        ),
        shows="four valleys, each of another depth",
    ),
    NamedField(
        "rastrigin",
        "20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)",
        (-1.5, 1.5),
        (-1.5, 1.5),
        starts=((0.4, 0.3), (1.3, 0.8)),
        minima=(
            ((0.0, 0.0), 0.0),
            *(((s * 0.994959, 0.0), 0.994959) for s in (1, -1)),
            *(((0.0, s * 0.994959), 0.994959) for s in (1, -1)),
            *(((s * 0.994959, t * 0.994959), 1.989918) for s in (1, -1) for t in (1, -1)),
        ),
        source="L. Rastrigin, Systems of Extremal Control, 1974",
        shows="an egg box on a bowl: a walk ends in the next hollow, seldom in the deepest",
    ),
    NamedField(
        "ackley",
        "-20exp(-0.2sqrt((x^2 + y^2)/2)) - exp((cos(2pi x) + cos(2pi y))/2) + e + 20",
        (-0.6, 0.6),
        (-0.6, 0.6),
        starts=((0.4, 0.3),),
        minima=(((0.0, 0.0), 0.0),),
        source="D. Ackley, A Connectionist Machine for Genetic Hillclimbing, 1987",
        shows="a funnel with a sharp tip, where no derivative exists",
    ),
    NamedField(
        "levy",
        "sin(pi(3 + x)/4)^2 + ((x - 1)/4)^2 (1 + 10sin(pi(3 + x)/4 + 1)^2)"
        " + ((y - 1)/4)^2 (1 + sin(pi(3 + y)/2)^2)",
        (-2.0, 4.0),
        (-2.0, 4.0),
        starts=((2.0, 3.0),),
        minima=(((1.0, 1.0), 0.0), ((3.791082, 1.0), 1.160453)),
        source=(
            "A. Levy and A. Montalvo, The tunneling algorithm for the global minimization of "
            "functions, SIAM Journal on Scientific and Statistical Computing 6, 1985"
        ),
        shows="waves on a bowl, with valleys side by side",
    ),
    NamedField(
        "mccormick",
        "sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1",
        (-1.5, 4.0),
        (-3.0, 4.0),
        starts=((0.5, 0.6),),
        minima=(((-0.547198, -1.547198), -1.913223), ((2.594395, 1.594395), 1.228370)),
        source=_SURVEY,
        shows="waves along the floor of a valley that runs across both axes",
    ),
    NamedField(
        "saddle",
        "x^2 - y^2",
        (-2.0, 2.0),
        (-2.0, 2.0),
        starts=((1.7, -0.1),),
        minima=(),
        source="J. Stewart, Calculus, section 14.7, example 2",
        shows="level ground that is no bottom: down to both sides",
    ),
    NamedField(
        "monkey-saddle",
        "x^3 - 3x y^2",
        (-1.5, 1.5),
        (-1.5, 1.5),
        starts=((1.2, 0.2),),
        minima=(),
        source="D. Hilbert and S. Cohn-Vossen, Geometry and the Imagination, section 29",
        shows="a saddle with three ways down, and no curvature at its middle",
    ),
    NamedField(
        "peaks",
        "3(1 - x)^2 exp(-x^2 - (y + 1)^2) - 10(x/5 - x^3 - y^5)exp(-x^2 - y^2)"
        " - exp(-(x + 1)^2 - y^2)/3",
        (-3.0, 3.0),
        (-3.0, 3.0),
        starts=((1.0, -0.8),),
        minima=(
            ((0.228279, -1.625535), -6.551133),
            ((-1.347396, 0.204519), -3.049849),
            ((0.296446, 0.320196), -0.064936),
        ),
        source="The MathWorks, MATLAB, function peaks",
        shows="hills and hollows of many kinds in one picture",
    ),
    NamedField(
        "twin-valleys",
        "(x^2 - 1)^2 + y^2",
        (-1.6, 1.6),
        (-1.6, 1.6),
        starts=((0.2, 1.3), (-0.2, 1.3)),
        minima=(((1.0, 0.0), 0.0), ((-1.0, 0.0), 0.0)),
        source="S. Strogatz, Nonlinear Dynamics and Chaos, section 2.7: the double well",
        shows="two valleys and the pass between them: where you start decides",
    ),
    NamedField(
        "plateau",
        "1 - exp(-x^2 - y^2)",
        (-2.5, 2.5),
        (-2.5, 2.5),
        starts=((1.2, 0.9), (1.8, 1.4)),
        minima=(((0.0, 0.0), 0.0),),
        source="I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, section 8.2.3",
        shows="far from the hollow the ground is almost level, and a walk hardly moves",
    ),
    NamedField(
        "cliff",
        "2sigmoid(8x) + ((x + 1)^2 + y^2)/4",
        (-3.0, 2.0),
        (-2.5, 2.5),
        starts=((1.2, 1.4),),
        minima=(((-1.009910, 0.0), 0.000644),),
        source=(
            "after R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training recurrent "
            "neural networks, 2013, figure 6"
        ),
        shows="a step from the edge of a cliff is thrown far: there the gradient is huge",
    ),
    NamedField(
        "egg-box",
        "sin(x) sin(y)",
        (-3.5, 3.5),
        (-3.5, 3.5),
        starts=((0.6, -0.4),),
        minima=(
            ((1.570796, -1.570796), -1.0),
            ((-1.570796, 1.570796), -1.0),
        ),
        source="J. Stewart, Calculus, section 14.1",
        shows="hills and hollows that repeat for ever",
    ),
    NamedField(
        "parabola",
        "x^2",
        (-3.0, 3.0),
        None,
        starts=((2.0,), (-2.0,)),
        minima=(((0.0,), 0.0),),
        source=_SEEDS,
        shows="the slope's sign says which way is up",
    ),
    NamedField(
        "shifted-parabola",
        "(x - 3)^2",
        (0.0, 6.0),
        None,
        starts=((5.0,), (2.0,)),
        minima=(((3.0,), 0.0),),
        source=_SEEDS,
        shows="the slope is 4 at 5 and -2 at 2: both walks lead to 3",
    ),
    NamedField(
        "double-well",
        "x^4 - 2x^2 + 0.3x",
        (-1.6, 1.6),
        None,
        starts=((1.3,), (-1.3,)),
        minima=(((-1.035579,), -1.305428), ((0.960150,), -0.705854)),
        source="S. Strogatz, Nonlinear Dynamics and Chaos, section 3.6",
        shows="two valleys of unequal depth",
    ),
    NamedField(
        "absolute-value",
        "|x|",
        (-2.0, 2.0),
        None,
        starts=((1.6,),),
        minima=(((0.0,), 0.0),),
        source="J. Stewart, Calculus, section 2.8, example 5",
        shows="a kink: at the bottom there is no derivative, and steps never shrink",
    ),
)

GALLERY: dict[str, NamedField] = {entry.name: entry for entry in _FIELDS}
"""The named fields, by name."""

_LONGEST_NAME = 60
"""Characters; what is longer is a formula."""

_OTHER_NAMES = {
    "banana": "rosenbrock",
    "3humpcamel": "three-hump-camel",
    "6humpcamel": "six-hump-camel",
    "camel": "six-hump-camel",
    "twovalleys": "twin-valleys",
    "abs": "absolute-value",
}


def named(name: str) -> NamedField:
    """Return the field with this name; case, spaces, hyphens and underscores do not matter.

    Raises ValueError when there is none, naming the nearest.

    >>> named("Three Hump_Camel").name
    'three-hump-camel'
    >>> named("Himmelblau's function").text
    '(x^2 + y - 11)^2 + (x + y^2 - 7)^2'
    """
    found = with_name(name)
    if found is not None:
        return found
    near = near_name(name, cutoff=0.5)
    hint = (
        f"Did you mean {near!r}?"
        if near is not None
        else f"There are {', '.join(GALLERY)}; or write a formula."
    )
    raise ValueError(f"No function named {name!r}. {hint}")


def with_name(name: str) -> NamedField | None:
    """Return the field with this name, as `named` understands it, or None.

    >>> with_name("x^2 + y^2") is None
    True
    """
    if len(name) > _LONGEST_NAME:
        return None
    found = _known().get(_letters(name))
    return None if found is None else GALLERY[found]


def near_name(text: str, cutoff: float = 0.7) -> str | None:
    """Return the name that a mistyped one is nearest to; None where it is no name, or near to none.

    >>> near_name("rosenbrok"), near_name("sin(q"), near_name("hello")
    ('rosenbrock', None, None)
    """
    if len(text) > _LONGEST_NAME or not re.fullmatch(r"[\w\s'’-]+", text):
        return None
    near = difflib.get_close_matches(_letters(text), _known(), 1, cutoff=cutoff)
    return _known()[near[0]] if near else None


def _known() -> dict[str, str]:
    """Return the names by their letters."""
    return {_letters(name): name for name in GALLERY} | _OTHER_NAMES


def _letters(name: str) -> str:
    """Return a name's letters and digits in lower case, without "'s" and "function"."""
    bare = re.sub(r"['’]s\b|\bfunction\b", "", name.casefold())
    return re.sub(r"[\W_]+", "", bare)
