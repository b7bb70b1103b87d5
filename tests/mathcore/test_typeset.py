"""The Typst maths means what the expression means, compiles, and looks as it should."""

import random
import re
from functools import cache

import mpmath
import pytest
import sympy
import typst

from mathcore.expression import GREEK_NAMES, parse, symbol
from mathcore.typeset import (
    coloured,
    typeset,
    typeset_column,
    typeset_number,
    typeset_vector,
)

X, Y = symbol("x"), symbol("y")
ORANGE = "#E69F00"


# --- an independent reading of Typst maths -------------------------------------------------------

FUNCTIONS = {
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "arctan": mpmath.atan,
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arsinh": mpmath.asinh,
    "ln": mpmath.log,
    "sgn": mpmath.sign,
    "atan2": mpmath.atan2,
    "max": max,
    "min": min,
}
SHAPES = {
    "frac": lambda a, b: a / b,
    "sqrt": mpmath.sqrt,
    "root": lambda n, x: mpmath.sign(x) * abs(x) ** (1 / n),
    "abs": abs,
    "floor": mpmath.floor,
    "ceil": mpmath.ceil,
}
TOKEN = re.compile(r'\s*(op\("\w+"\)|[0-9]+(?:\.[0-9]+)?|[A-Za-z]+(?:_[A-Za-z0-9]+)?|\\/|\S)')


class Reader:
    """Evaluates Typst maths by Typst's own rules: an exponent holds the next item only."""

    def __init__(self, source, values):
        self.source = re.sub(r'#text\(fill: rgb\("#\w{6}"\)\)\[\$(.*?)\$\]', r"\1", source)
        self.source = re.sub(r"\bw_\((\d)\)", r"w_\1", self.source)  # a coloured subscript
        self.tokens = TOKEN.findall(self.source)
        self.values = values
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted=None):
        token = self.peek()
        assert wanted is None or token == wanted, (self.source, self.at, token)
        self.at += 1
        return token

    def whole(self):
        value = self.sum()
        assert self.peek() == "", self.source
        return value

    def sum(self):
        sign = -1 if self.peek() == "-" else 1
        if sign == -1:
            self.take()
        total = sign * self.product()
        while self.peek() in {"+", "-"}:
            sign = 1 if self.take() == "+" else -1
            total += sign * self.product()
        return total

    def product(self):
        value = self.juxtaposed()
        while self.peek() == "\\/":
            self.take()
            value /= self.power()  # a slash divides by the next item only
        return value

    def juxtaposed(self):
        value = self.power()
        previous = self.tokens[self.at - 1]
        while self.peek() not in {"", "+", "-", ")", ",", "\\/", ">"}:
            if self.peek() == "dot":
                self.take()
            else:
                both = previous[0].isdigit() and self.peek()[0].isdigit()
                assert not both, f"two numbers side by side: {self.source}"
            value *= self.power()
            previous = self.tokens[self.at - 1]
        return value

    def power(self):
        base = self.atom()
        if self.peek() == "^":
            self.take()
            return mpmath.power(base, self.script())
        return base

    def script(self):
        return self.group() if self.peek() == "(" else self.atom()

    def group(self):
        self.take("(")
        value = self.sum()
        self.take(")")
        return value

    def arguments(self):
        self.take("(")
        values = [self.sum()]
        while self.peek() == ",":
            self.take()
            values.append(self.sum())
        self.take(")")
        return values

    def atom(self):
        if self.peek() == "(":
            return self.group()
        name = self.take()
        if name.startswith("op("):
            name = name[4:-2]
        if name in SHAPES:
            return SHAPES[name](*self.arguments())
        if name in FUNCTIONS:
            power = 1
            if self.peek() == "^":
                self.take()
                power = int(self.take())
            return FUNCTIONS[name](*self.arguments()) ** power
        if name.startswith("log_"):
            return mpmath.log(self.arguments()[0]) / mpmath.log(int(name[4:]))
        if name == "bb":
            for token in "(1)_(":
                if token != "_":
                    self.take(token)
                else:
                    self.take("_")
            left = self.sum()
            self.take(">")
            right = self.sum()
            self.take(")")
            return mpmath.mpf(left > right)
        if name[0].isdigit():
            return mpmath.mpf(name)
        if name == "pi":
            return mpmath.pi
        return mpmath.e if name == "e" else self.values[name]


def value_of(source, values):
    return Reader(source, values).whole()


def exact_value(expression, values):
    """Evaluate a sympy tree with mpmath, node by node."""
    parts = [exact_value(part, values) for part in expression.args]
    if expression.is_Symbol:
        return values[expression.name]
    if expression.is_Rational:
        return mpmath.mpf(int(expression.p)) / int(expression.q)
    name = type(expression).__name__
    if name == "Exp1":
        return mpmath.e
    if name == "Pi":
        return mpmath.pi
    table = {
        "Add": lambda *p: mpmath.fsum(p),
        "Mul": lambda *p: mpmath.fprod(p),
        "Pow": mpmath.power,
        "exp": mpmath.exp,
        "log": mpmath.log,
        "Abs": abs,
        "Max": max,
        "Min": min,
        "cbrt": lambda x: mpmath.sign(x) * abs(x) ** (mpmath.mpf(1) / 3),
        "sign": mpmath.sign,
        "floor": mpmath.floor,
        "ceiling": mpmath.ceil,
        "Heaviside": lambda x, _half: mpmath.mpf(x > 0),
        "atan": mpmath.atan,
        "asinh": mpmath.asinh,
        "atan2": mpmath.atan2,
    }
    return (table.get(name) or FUNCTIONS[name])(*parts)


# --- random expressions --------------------------------------------------------------------------

LEAVES = ["x", "y", "w_1", "theta", "2", "3", "10", "0.1", "0.15", "1/2", "2/3", "3/4", "pi", "e"]
SHAPES_OF_TEXT = [
    "({a}) + ({b})",
    "({a}) - ({b})",
    "({a}) * ({b})",
    "({a}) * ({b})",
    "({a}) / (({b})^2 + 1)",
    "({a}) / ({b})",
    "-({a})",
    "({a})^2",
    "({a})^3",
    "({a})^-1",
    "(({a})^2 + 1)^({b})",
    "abs({a})^(2/3)",
    "abs({a})^(-1/2)",
    "2^({a})",
    "sin({a})",
    "cos({a})^2",
    "tanh({a})",
    "atan({a})",
    "asinh({a})",
    "exp(-({a})^2)",
    "exp({a}/({b}))",
    "log(1 + ({a})^2)",
    "log2(2 + ({a})^2)",
    "sqrt(1 + ({a})^2)",
    "cbrt({a})",
    "cbrt({a})^2",
    "abs({a})",
    "max({a}, {b})^2",
    "min({a}, 1)",
    "sign({a}) * ({b})",
    "floor({a})",
    "sigmoid({a})",
    "relu({a})",
    "atan2({a}, {b})",
]


def random_text(random_source, depth):
    if depth == 0 or random_source.random() < 0.15:
        return random_source.choice(LEAVES)
    shape = random_source.choice(SHAPES_OF_TEXT)
    return shape.format(
        a=random_text(random_source, depth - 1), b=random_text(random_source, depth - 1)
    )


@cache
def random_expressions():
    """Return 300 distinct expressions in one to four variables, some of them derivatives."""
    random_source = random.Random(20)
    found = {}
    while len(found) < 300:
        try:
            expression = parse(random_text(random_source, random_source.choice([1, 2, 2, 3])))
        except ValueError:  # a constant part such as 1/(3 - 3)
            continue
        if not expression.free_symbols:
            continue
        if random_source.random() < 0.3:
            expression = sympy.diff(expression, min(expression.free_symbols, key=str))
        if not expression.has(sympy.DiracDelta, sympy.Derivative, sympy.Subs):
            found[expression] = None
    return tuple(found)


def same(expression, source, points=4):
    """Count the points at which both are defined and real; fail where they differ."""
    random_source = random.Random(str(expression))
    compared = 0
    for _ in range(points * 5):
        values = {
            name: mpmath.mpf(random_source.uniform(-2, 2)) for name in ("x", "y", "w_1", "theta")
        }
        try:
            wanted = exact_value(expression, values)
        except (ZeroDivisionError, OverflowError):
            continue
        if not isinstance(wanted, mpmath.mpf) or not mpmath.isfinite(wanted):
            continue
        found = value_of(source, values)
        assert abs(found - wanted) <= 1e-20 * (1 + abs(wanted)), (expression, source, values)
        compared += 1
        if compared == points:
            break
    return compared


def test_random_expressions_mean_the_same_in_typst():
    with mpmath.workdps(40):
        compared = [same(expression, typeset(expression)) for expression in random_expressions()]
    assert sum(count > 0 for count in compared) >= 250
    print(f"{sum(c > 0 for c in compared)} expressions at {sum(compared)} points")


def test_colour_changes_no_meaning():
    mark = {X: ORANGE, Y: "#56B4E9", symbol("w_1"): "#2BD4A5"}
    with mpmath.workdps(40):
        compared = [same(e, typeset(e, mark)) for e in random_expressions()[:100]]
    assert sum(count > 0 for count in compared) >= 80


# --- Typst itself -------------------------------------------------------------------------------


def compiled(sources, folder):
    """Compile all formulas in one document, which is much cheaper than one by one."""
    document = folder / "formulas.typ"
    page = "#set page(width: auto, height: auto)\n#let label(x) = box(x)\n"
    document.write_text(page + "\n".join(f"$ {source} $" for source in sources), encoding="utf-8")
    return typst.compile(str(document), format="svg")


def test_every_random_expression_compiles(tmp_path):
    marks = {X: ORANGE, Y: "label"}
    sources = [typeset(expression) for expression in random_expressions()]
    sources += [typeset(expression, marks) for expression in random_expressions()[:60]]
    assert b"<svg" in compiled(sources, tmp_path)


def test_every_name_of_the_language_compiles(tmp_path):
    names = [*GREEK_NAMES, "x_max", "w_10", "theta_1", "x_a", "rate", "rate_2", "Q"]
    sources = [typeset(symbol(name) ** 2) for name in names if name not in {"pi", "tau"}]
    assert b"<svg" in compiled(sources, tmp_path)


def test_a_document_with_broken_maths_does_not_compile(tmp_path):
    with pytest.raises(Exception, match="unknown variable"):
        compiled(["nosuchname(x)"], tmp_path)


# --- conventions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2x+3", "2 x + 3"),
        ("3y^2 + x^2", "x^2 + 3 y^2"),
        ("(x-3)^2", "(x - 3)^2"),
        ("1-x", "1 - x"),
        ("4-x^2-y^2", "4 - x^2 - y^2"),
        ("-x^2+4", "4 - x^2"),
        ("3-2x", "3 - 2 x"),
        ("-2x+y", "y - 2 x"),
        ("3-2x+y", "y - 2 x + 3"),
        ("2-x-y", "2 - x - y"),
        ("-1-x", "-x - 1"),
        ("2x-x^2", "2 x - x^2"),
        ("2+x-x^3", "-x^3 + x + 2"),
        ("x^2-2x y+y^2", "x^2 - 2 x y + y^2"),
        ("1-cos(x)", "1 - cos(x)"),
        ("5-(x-1)^2", "5 - (x - 1)^2"),
        ("-x^2+2x-1", "-x^2 + 2 x - 1"),
        ("(a-x)^2+b(y-x^2)^2", "(a - x)^2 + b (y - x^2)^2"),
        ("(1-x)^2+100(y-x^2)^2", "(1 - x)^2 + 100 (y - x^2)^2"),
        ("(x^2+y-11)^2+(x+y^2-7)^2", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"),
        ("sin(x)cos(y)", "sin(x) cos(y)"),
        ("sin(x)^2", "sin^2(x)"),
        ("exp(-x^2-y^2)", "e^(-x^2 - y^2)"),
        ("e^(-x^2/2)", "e^(-x^2 \\/ 2)"),
        ("x/(1+x^2)", "frac(x, x^2 + 1)"),
        ("sqrt(x^2+y^2)", "sqrt(x^2 + y^2)"),
        ("cbrt(x)", "root(3, x)"),
        ("|x|", "abs(x)"),
        ("max(0, x)", "max(x, 0)"),
        ("sigmoid(x)", "frac(1, 1 + e^(-x))"),
        ("0.15x", "0.15 x"),
        ("0.001", "0.001"),
        ("0.0001", "10^(-4)"),
        ("x/3", "frac(x, 3)"),
        ("1/2", "frac(1, 2)"),
        ("2.5x", "2.5 x"),
        ("x^2/4", "frac(x^2, 4)"),
        ("-x/2", "-frac(x, 2)"),
        ("2*3^x", "2 dot 3^x"),
        ("x^(3/2)", "x^(3 \\/ 2)"),
        ("1/√x", "frac(1, sqrt(x))"),
        ("ln(x)", "ln(x)"),
        ("log2(x)", "log_2(x)"),
        ("2πx", "2 pi x"),
        ("w_1^2 + θ", "theta + w_1^2"),
        ("2·α·w₁² − β₂", "2 alpha w_1^2 - beta_2"),
        ("f(weight, bias) = weight^2 + bias", 'italic("bias") + italic("weight")^2'),
    ],
)
def test_formulas_look_as_a_teacher_writes_them(text, wanted):
    assert typeset(parse(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("|x|", 'op("sgn")(x)'),
        ("relu(x)", "bb(1)_(x > 0)"),
        ("sign(x)", "2 delta(x)"),
        ("floor(x)", "frac(d, d x) floor(x)"),
        ("max(x, y)", "bb(1)_(x - y > 0)"),
    ],
)
def test_derivatives_at_corners_are_readable(text, wanted, tmp_path):
    source = typeset(sympy.diff(parse(text), X))
    assert source == wanted
    assert b"<svg" in compiled([source], tmp_path)


def test_pieces_relations_and_tables(tmp_path):
    pieces = sympy.Piecewise((X**2, X > 0), (-X, True))
    sources = [
        typeset(pieces),
        typeset(sympy.Eq(X, Y**2)),
        typeset(sympy.Matrix([[2 * X, 0], [0, 2]])),
        typeset(sympy.Tuple(2 * X, 6 * Y)),
    ]
    assert sources[0] == "cases(x^2 comma & quad x > 0, -x comma & quad x <= 0)"
    assert sources[1:] == ["x = y^2", "mat(2 x, 0; 0, 2)", "(2 x, 6 y)"]
    assert b"<svg" in compiled(sources, tmp_path)


def test_parts_wear_their_colour():
    source = typeset(parse("x^2 + 3y^2"), {parse("3y^2"): ORANGE})
    assert source == f"x^2 + {coloured('3 y^2', ORANGE)}"
    assert typeset(parse("x - 3y"), {parse("-3y"): ORANGE}) == f"x - {coloured('3 y', ORANGE)}"
    assert typeset(parse("(x-3)^2"), {parse("x-3"): "label"}) == "(#label[$x - 3$])^2"


def test_a_coloured_formula_keeps_its_size(tmp_path):
    """Size and spacing are those of the plain formula: both pages have the same measures."""

    def measures(source):
        svg = compiled([source], tmp_path).decode()
        return re.search(r'viewBox="([^"]+)"', svg)[1]

    expression = parse("x sin(y)/(1 + x^2) - 2 cos(x) + 1/2")
    marks = dict.fromkeys((X, parse("sin(y)"), parse("cos(x)"), parse("1/2")), ORANGE)
    assert measures(typeset(expression, marks)) == measures(typeset(expression))
    plus = f"x {coloured('+', ORANGE)} y"
    assert measures(plus) == measures("x + y") != measures("x y")


@pytest.mark.parametrize("mark", ["orange!", "#E69F0", "", "#text"])
def test_a_mark_that_is_neither_colour_nor_name_is_refused(mark):
    with pytest.raises(ValueError, match="give a colour such as"):
        typeset(X, {X: mark})
    with pytest.raises(ValueError, match="written like"):
        coloured("x", mark)


def test_what_has_no_notation_is_refused_by_name():
    with pytest.raises(ValueError, match="no Typst notation for besselj"):
        typeset(sympy.besselj(0, X))


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "wanted"),
    [
        (1.5, 2, "1.50"),
        (-1.5, 1, "-1.5"),
        (0, 2, "0.00"),
        (-0.0, 2, "0.00"),
        (-1e-17, 2, "0.00"),
        (0.0049, 2, "4.90 times 10^(-3)"),
        (-0.004, 1, "-4.0 times 10^(-3)"),
        (99999.4, 0, "99999"),
        (99999.6, 0, "1 times 10^5"),
        (123456, 1, "1.2 times 10^5"),
        (-9.999e8, 1, "-1.0 times 10^9"),
        (1e300, 2, "1.00 times 10^300"),
        (float("nan"), 2, '"–"'),
        (float("inf"), 2, "oo"),
        (float("-inf"), 2, "-oo"),
    ],
)
def test_read_outs(value, decimals, wanted, tmp_path):
    assert typeset_number(value, decimals) == wanted


@pytest.mark.parametrize(
    ("value", "decimals", "wanted"),
    [
        (0.15, 3, "0.15 x"),
        (10.0, 0, "10 x"),
        (0.0004, 3, "4.000 times 10^(-4) x"),
        (-2.0, 3, "-2 x"),
    ],
)
def test_rounded_coefficients(value, decimals, wanted):
    assert typeset(sympy.Float(value) * X, decimals=decimals) == wanted


def test_names_from_elsewhere_cannot_break_the_formula(tmp_path):
    odd = [sympy.Symbol(name) for name in ('a"b', "$", "#", "x_$1", "a\\b", "x'")]
    assert b"<svg" in compiled([typeset(name**2) for name in odd], tmp_path)


def test_read_outs_never_show_a_negative_zero():
    for exponent in range(-20, 8):
        for decimals in range(5):
            text = typeset_number(-(10.0**exponent), decimals)
            assert not re.match(r"-0(\.0*)?$", text), (exponent, decimals)


def test_negative_decimals_are_refused():
    for refused in (lambda: typeset_number(1.0, -1), lambda: typeset(X, decimals=-1)):
        with pytest.raises(ValueError, match="decimals=-1: the number of decimals must be"):
            refused()


def test_rows_and_columns(tmp_path):
    assert typeset_vector(["1", "2"]) == "(1, 2)"
    assert typeset_column(["1", "2"]) == "vec(1, 2)"
    sources = [typeset_vector(["2 x", "6 y"]), typeset_column(["2 x", coloured("6 y", ORANGE)])]
    assert b"<svg" in compiled([*sources, typeset_number(float("nan"))], tmp_path)
