"""Functions of all kinds, as a teacher may type them, each with the same function by hand.

`f` is written with mpmath, apart from mathcore, in the order in which the film names the variables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath as m

from mathcore import GALLERY


@dataclass(frozen=True)
class Function:
    """A function for every film that takes one.

    `refusal` are words of the sentence with which a film rightly refuses it, else empty.
    """

    name: str
    text: str
    f: Callable[[Any, Any], Any]
    refusal: str = ""


def _cbrt(x: Any) -> Any:
    return m.sign(x) * m.cbrt(abs(x))


def _relu(x: Any) -> Any:
    return max(x, m.mpf(0))


def _soft(x: Any) -> Any:
    return m.log1p(m.exp(x))


def _sig(x: Any) -> Any:
    return 1 / (1 + m.exp(-x))


def _refused(*_: Any) -> Any:
    raise AssertionError("a film that refuses a function has nothing to show of it")


HALF, TENTH = m.mpf(1) / 2, m.mpf(1) / 10

FUNCTIONS = (
    # bowls and valleys
    Function("bowl", "x^2 + y^2", lambda x, y: x**2 + y**2),
    Function("far bowl", "(x - 30)^2 + (y + 12)^2", lambda x, y: (x - 30) ** 2 + (y + 12) ** 2),
    Function("narrow valley", "x^2 + 200y^2", lambda x, y: x**2 + 200 * y**2),
    Function("slanted valley", "x^2 + 1.9x y + y^2", lambda x, y: x**2 + 19 * TENTH * x * y + y**2),
    Function("banana", "(1-x)^2 + 100(y-x^2)^2", lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2),
    Function("quartic", "x^4 + y^4 - x^2", lambda x, y: x**4 + y**4 - x**2),
    Function("hilltop", "4 - x^2 - y^2", lambda x, y: 4 - x**2 - y**2),
    # linear, constant, one variable
    Function("ramp", "2x - y", lambda x, y: 2 * x - y),
    Function("plain", "3", lambda x, y: m.mpf(3)),
    Function("nothing", "x - x", lambda x, y: m.mpf(0)),
    Function("parabola", "(x - 3)^2", lambda x, y: (x - 3) ** 2),
    Function("only y", "y^4 - 2y^2", lambda x, y: y**4 - 2 * y**2),
    Function("only t", "sin(t) + t^2/10", lambda t, s: m.sin(t) + t**2 / 10),
    # kinks and jumps
    Function("roof", "|x| + y^2", lambda x, y: abs(x) + y**2),
    Function("pyramid", "max(|x|, |y|)", lambda x, y: max(abs(x), abs(y))),
    Function("fold", "min((x-1)^2, (x+1)^2) + y^2",
             lambda x, y: min((x - 1) ** 2, (x + 1) ** 2) + y**2),
    Function("cone", "sqrt(x^2 + y^2)", lambda x, y: m.sqrt(x**2 + y**2)),
    Function("step", "sign(x) + y^2", lambda x, y: m.sign(x) + y**2),
    Function("stairs", "floor(x) + y^2/4", lambda x, y: m.floor(x) + y**2 / 4),
    Function("upright slope", "cbrt(x) + y^2", lambda x, y: _cbrt(x) + y**2),
    # holes and poles
    Function("shore", "x ln(x) + y^2", lambda x, y: x * m.log(x) + y**2),
    Function("root", "sqrt(x + y)", lambda x, y: m.sqrt(x + y)),
    Function("dome", "-sqrt(4 - x^2 - y^2)", lambda x, y: -m.sqrt(4 - x**2 - y**2)),
    Function("pole", "1/x + y^2", lambda x, y: 1 / x + y**2),
    Function("well without bottom", "log(x^2 + y^2)", lambda x, y: m.log(x**2 + y**2)),
    Function("spike", "1/(x^2 + y^2)", lambda x, y: 1 / (x**2 + y**2)),
    Function("tangent", "tan(x) + y^2", lambda x, y: m.tan(x) + y**2),
    Function("arcs", "asin(x) + acos(y)", lambda x, y: m.asin(x) + m.acos(y)),
    # waves and bumps
    Function("waves", "sin(x)cos(y)", lambda x, y: m.sin(x) * m.cos(y)),
    Function("fast waves", "sin(40x) + cos(40y)", lambda x, y: m.sin(40 * x) + m.cos(40 * y)),
    Function("well", "-exp(-x^2 - y^2)", lambda x, y: -m.exp(-(x**2) - y**2)),
    Function("two bumps", "exp(-(x-1)^2-y^2) - exp(-(x+1)^2-y^2)",
             lambda x, y: m.exp(-((x - 1) ** 2) - y**2) - m.exp(-((x + 1) ** 2) - y**2)),
    Function("ripples", "sin(x^2 + y^2)/(1 + x^2 + y^2)",
             lambda x, y: m.sin(x**2 + y**2) / (1 + x**2 + y**2)),
    # saddles, plateaus, cliffs
    Function("saddle", "x y", lambda x, y: x * y),
    Function("monkey saddle", "x^3 - 3x y^2", lambda x, y: x**3 - 3 * x * y**2),
    Function("plateau", "tanh(4x^2 + 4y^2)", lambda x, y: m.tanh(4 * x**2 + 4 * y**2)),
    Function("cliff", "tanh(20x) + (x^2 + y^2)/10",
             lambda x, y: m.tanh(20 * x) + (x**2 + y**2) / 10),
    # scales
    Function("tiny", "1e-9 (x^2 + 2y^2)", lambda x, y: m.mpf("1e-9") * (x**2 + 2 * y**2)),
    Function("huge", "1e12 (x^2 + 2y^2)", lambda x, y: m.mpf("1e12") * (x**2 + 2 * y**2)),
    Function("a speck", "(1000x)^2 + (1000y - 1)^2",
             lambda x, y: (1000 * x) ** 2 + (1000 * y - 1) ** 2),
    Function("high up", "1000000 + x^2 + y^2", lambda x, y: 1000000 + x**2 + y**2),
    Function("steep", "exp(3x) + exp(-3y)", lambda x, y: m.exp(3 * x) + m.exp(-3 * y)),
    Function("exponential", "e^(x^2 + y^2)", lambda x, y: m.exp(x**2 + y**2)),
    Function("towering", "x^20 + y^20", lambda x, y: x**20 + y**20),
    # what learning machines are made of
    Function("softplus", "softplus(x) + softplus(-2y)", lambda x, y: _soft(x) + _soft(-2 * y)),
    Function("a unit", "(sigmoid(w_1 + 2w_2) - 0.3)^2",
             lambda w, v: (_sig(w + 2 * v) - 3 * TENTH) ** 2),
    Function("a net", "relu(x + y) + relu(x - y) + relu(-x)",
             lambda x, y: _relu(x + y) + _relu(x - y) + _relu(-x)),
    Function("a loss", "(2w + b - 3)^2 + (w + b - 1)^2",
             lambda b, w: (2 * w + b - 3) ** 2 + (w + b - 1) ** 2),
    # how it is written
    Function("unicode", "θ² + 3·w₁² − 2", lambda t, w: t**2 + 3 * w**2 - 2),
    Function("Greek", "sin(α)² + cos(β)²", lambda a, b: m.sin(a) ** 2 + m.cos(b) ** 2),
    Function("a heading", "f(u, v) = u² − v²/2 + 1", lambda u, v: u**2 - v**2 / 2 + 1),
    Function("a long formula",
             "0.1x^4 - 0.25x^3 + 0.7x^2 y - 1.3x y^2 + y^4/3 + sin(3x - y) + exp(-x^2) - 0.05x + 2",
             lambda x, y: TENTH * x**4 - x**3 / 4 + 7 * TENTH * x**2 * y - 13 * TENTH * x * y**2
             + y**4 / 3 + m.sin(3 * x - y) + m.exp(-(x**2)) - TENTH * HALF * x + 2),
    Function("powers of powers", "|x|^1.5 + |y|^(1+|x|)",
             lambda x, y: abs(x) ** (3 * HALF) + abs(y) ** (1 + abs(x))),
    Function("x to the x", "x^x + y^2", lambda x, y: x**x + y**2),
    # one variable
    Function("named by its index", "w_1^2", lambda w, v: w**2),
    Function("logarithm", "log(x)", lambda x, y: m.log(x)),
    Function("hyperbola", "1/x", lambda x, y: 1 / x),
    Function("square root", "sqrt(x)", lambda x, y: m.sqrt(x)),
    Function("only tangent", "tan(x)", lambda x, y: m.tan(x)),
    Function("corner", "|x|", lambda x, y: abs(x)),
    Function("tie", "max(x, |x|)", lambda x, y: max(x, abs(x))),
    Function("a line", "2x - 1", lambda x, y: 2 * x - 1),
    Function("wave", "sin(x)", lambda x, y: m.sin(x)),
    Function("growth", "e^x", lambda x, y: m.exp(x)),
    Function("two wells", "x^4 - 2x^2", lambda x, y: x**4 - 2 * x**2),
    Function("flight of stairs", "floor(x)", lambda x, y: m.floor(x)),
    Function("upright at 0", "cbrt(x)", lambda x, y: _cbrt(x)),
    Function("power of a third", "x^(1/3)", lambda x, y: x ** (m.mpf(1) / 3)),
    Function("entropy", "x ln x", lambda x, y: x * m.log(x)),
    Function("half circle", "sqrt(1 - x^2)", lambda x, y: m.sqrt(1 - x**2)),
    Function("low", "1e-9 x^2", lambda x, y: m.mpf("1e-9") * x**2),
    Function("tall", "1e12 x^2", lambda x, y: m.mpf("1e12") * x**2),
    Function("far", "(x - 1000)^2", lambda x, y: (x - 1000) ** 2),
    Function("ramp from 0", "relu(x)", lambda x, y: _relu(x)),
    Function("sides", "sign(x)", lambda x, y: m.sign(x)),
    Function("saddle of a line", "x^3", lambda x, y: x**3),
    Function("top", "4 - t^2", lambda t, s: 4 - t**2),
    # more of the kinds above
    Function("even quartic", "x^4 + y^4", lambda x, y: x**4 + y**4),
    Function("difference", "x^2 - y^2", lambda x, y: x**2 - y**2),
    Function("lozenge", "|x| + |y|", lambda x, y: abs(x) + abs(y)),
    Function("two poles", "1/(x y)", lambda x, y: 1 / (x * y)),
    Function("half a root", "sqrt(x) + y^2", lambda x, y: m.sqrt(x) + y**2),
    Function("cap", "sqrt(1 - x^2 - y^2)", lambda x, y: m.sqrt(1 - x**2 - y**2)),
    Function("needle", "exp(-100(x^2 + y^2))", lambda x, y: m.exp(-100 * (x**2 + y**2))),
    Function("fast along x", "cos(20x) + y^2", lambda x, y: m.cos(20 * x) + y**2),
    Function("uneven fold", "min((x - 1)^2 + y^2, (x + 1)^2 + y^2 + 0.3)",
             lambda x, y: min((x - 1) ** 2 + y**2, (x + 1) ** 2 + y**2 + 3 * TENTH)),
    Function("ramp to a trough", "relu(x) + y^2", lambda x, y: _relu(x) + y**2),
    Function("spiral stair", "atan2(y, x)", lambda x, y: m.atan2(y, x)),
    Function("other letters", "u^2 + |v|", lambda u, v: u**2 + abs(v)),
    Function("Greek names", "theta^2 + phi^2 + theta phi",
             lambda p, t: t**2 + p**2 + t * p),
    Function("a wall", "x^400 + y^2", lambda x, y: x**400 + y**2),
    Function("millionths", "x^2/1000000 + y^2/3000000",
             lambda x, y: x**2 / 1000000 + y**2 / 3000000),
    Function("millions", "1000000x^2 + 3000000y^2",
             lambda x, y: 1000000 * x**2 + 3000000 * y**2),
    Function("very far bowl", "(x - 1000)^2 + (y + 500)^2",
             lambda x, y: (x - 1000) ** 2 + (y + 500) ** 2),
    # what no film can show
    Function("three variables", "x + y + z", _refused, "this has 3 (x, y, z)"),
    Function("nowhere", "sqrt(-1 - x^2 - y^2)", _refused, "defined nowhere"),
    Function("no formula", "x^2 +", _refused, "something is missing at the end"),
)  # fmt: skip
"""By kind; every sort of place that a walk can meet."""


def _by_sympy(name: str) -> Callable[[Any, Any], Any]:
    import sympy

    field = GALLERY[name].field
    variables = field.variables
    f = sympy.lambdify(variables, field.expression, [{"cbrt": _cbrt}, "mpmath"])
    return f if len(variables) == 2 else lambda x, _: f(x)


NAMED = tuple(Function(f"named {name}", name, _by_sympy(name)) for name in GALLERY)
"""The gallery, by name; `tests/mathcore/test_gallery.py` compares it with its sources."""
