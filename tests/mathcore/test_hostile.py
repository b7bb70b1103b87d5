"""Whatever is typed: a field or a sentence, within 2 seconds and 500 MB, and nothing is run."""

from __future__ import annotations

import random
import string
from collections import Counter

import pytest
from hostile import Judge, Verdict
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcore.expression.functions import FUNCTIONS

SECONDS = 2.0
"""Processor time for reading a text and taking its value, gradient and Hessian."""

FRAMING_SECONDS = 10.0
"""Processor time for framing what was read; `test_framing` holds usual functions to much less."""

MEMORY = 500e6
"""Bytes that the process may take, interpreter, numpy and sympy included."""

EACH = 2_000
"""Texts of each kind in the audit: 16,000 asked for, of which some come twice."""

SAMPLE = 50
"""Texts of each kind in the plain run."""

FRAMED = 6
"""Of so many texts one is framed as well."""

VALID = (
    "x^2 + 3y^2", "(1-x)^2 + 100(y-x^2)^2", "sin(x)cos(y)", "2x·y − π", "|x| + |y|^1.5", "x ln(x)",
    "exp(-(x^2 + y^2)/2)", "sqrt(x^2 + y^2)", "max(x, y, 0) + relu(x)", "softplus(x) - sigmoid(2y)",
    "w₁² + w₂²", "sin²(θ) + cbrt(x)", "1/(1 + x^2)", "log2(x) + log_10(y)", "atan2(y, x)",
    "f(x, y) = x^2 - y^2", "tanh(x)/x", "e^(-x^2) sin 2x", "floor(x) + sign(y)", "x^y", "√(x+1)",
)  # fmt: skip

ATTACKS = (
    "__import__('os').system('touch /tmp/steepest-was-here')", "().__class__.__bases__[0]",
    "lambda: 0", "(lambda x: x)(1)", "x.__class__", "x.subs(1, 2)", "exec('1')", "eval(x)",
    "open('/etc/passwd')", "import os", "from os import *", "globals()", "f'{x}'", "{x: 1}",
    "x if x else y", "[x for x in y]", "print(x)", "sympy.pi", "os.abort()", "x := 1", "x; y",
    "Symbol('x')", "S('x')", "sympify('1')", "N(pi, 10**9)", "factorial(10**6)", "x @ y", "x == y",
    "`id`", "$(id)", "\\input{x}", "#import \"x\": *", "#read(\"/etc/passwd\")", "%s%n", "'; DROP",
    "<script>", "${7*7}", "{{7*7}}", "yield x", "await x", "...", "~x", "x >> 1", "x & y", "True",
    "None", "nan", "inf", "oo", "zoo", "I", "E", "Integer(1)", "Lambda(x, x)", "x._eval_evalf(9)",
    "__builtins__", "x[0]", "'a' * 10**9", "\"\"\"x\"\"\"", "b'x'", "0x10", "0b1", "1_000", "1j",
)  # fmt: skip

UNARY = sorted(name for name, f in FUNCTIONS.items() if f.least == 1)
BINARY = ["min", "max", "atan2", "hypot"]
LEAVES = ["x", "y", "w_1", "θ", "2", "0.3", "10", "-1", "π", "e", "1e-3", "1e5", "0", "1/3"]


def nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return texts in the shape of the grammar round those of `inner`."""
    return st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " - ", "*", "/", " ", "^", "·"]), inner).map(
            lambda parts: f"({parts[0]}){parts[1]}({parts[2]})"
        ),
        st.tuples(st.sampled_from(UNARY), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(st.sampled_from(BINARY), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
        inner.map(lambda text: f"|{text}|"),
        st.tuples(inner, st.sampled_from("²³⁴")).map(lambda p: f"({p[0]})" + p[1]),
        inner.map(lambda text: f"-({text})"),
    )


@st.composite
def mutated(draw: st.DrawFn, texts: tuple[str, ...]) -> str:
    """Return one of the texts with some characters changed, taken out, doubled or moved."""
    text = draw(st.sampled_from(texts))
    source = random.Random(draw(st.integers(0, 2**32)))
    pieces = [
        *string.printable,
        *"²√π·−|θ₁∞∂∇（）",
        "\x00",
        "\u202e",
        "sin",
        "9999999999",
        "^^",
        "e9",
    ]
    for _ in range(source.randint(1, 4)):
        at, to = sorted(source.randint(0, len(text)) for _ in range(2))
        text = source.choice(
            [
                text[:at] + source.choice(pieces) + text[at:],
                text[:at] + text[to:],
                text[:to] + text[at:to] * source.randint(1, 9) + text[to:],
                text[:at] + text[at:to][::-1] + text[to:],
                text[:at] + source.choice(texts) + text[to:],
            ]
        )
    return text


@st.composite
def towers(draw: st.DrawFn) -> str:
    """Return what grows: towers, products, sums, nests and numbers beyond all size."""
    n = draw(st.one_of(st.integers(1, 30), st.integers(1, 2000)))
    inner = draw(st.sampled_from([*VALID, "x", "x+1", "x y", "9", "1/3", "x-y", "2x"]))
    inner = inner.partition("=")[2] or inner
    one = draw(st.sampled_from(UNARY))
    other = draw(st.sampled_from(UNARY))
    return draw(
        st.sampled_from(
            [
                f"({inner})^{n}",
                f"({inner})" * min(n, 200),
                f"({inner})^" * min(n, 70) + "2",
                f"{one}(" * n + inner + ")" * n,
                f"{one}({other}(" * n + inner + "))" * n,
                f"{one}({inner})" + f"*{one}({inner})" * n,
                " + ".join(f"{one}({i}*({inner}))" for i in range(min(n, 200))),
                "*".join(f"(x - {i})" for i in range(min(n, 200))),
                "/(1 + ".join(["x"] * n) + ")" * (n - 1),
                "x" + "²" * n,
                "9" * n,
                f"{n}^{n}^{n}",
                f"1e{n}x",
                f"(({inner})^{n})^{n}",
                f"x^{n}/{n}^x",
                f"max({', '.join([inner] * n)})",
                f"max({', '.join(f'{one}(x - {i}*y)' for i in range(min(n, 90)))})",
                "|" * n + inner + "|" * n,
                "(x+1)^(y+1)" * min(n, 40),
                f"x^(1/{n}) + x^{n}.5",
            ]
        )
    )


KINDS = {
    "any text": st.text(st.characters(exclude_categories=()), max_size=60),
    "characters of the language": st.text(
        "xyzwθπe0123456789.+-*/^²³₁()[]{}|·−√ ,=_ sincolgqrt", max_size=40
    ),
    "mutated formulas": mutated(VALID),
    "mutated attacks": mutated(ATTACKS),
    "attacks in formulas": st.tuples(
        st.sampled_from(VALID), st.sampled_from(ATTACKS), st.sampled_from([" + ", "(", "*", ""])
    ).map(lambda parts: parts[0] + parts[2] + parts[1]),
    "shapes of the grammar": st.recursive(st.sampled_from(LEAVES), nest, max_leaves=12),
    "towers": towers(),
    "names": st.lists(
        st.one_of(
            st.sampled_from([*FUNCTIONS, "theta", "pi", "e", "i", "I", "__", "._", "w_1", "x_max"]),
            st.text(st.characters(categories=("L", "N", "Pc", "M")), min_size=1, max_size=8),
        ),
        min_size=1,
        max_size=6,
    ).map(" ".join),
}  # fmt: skip

HEAVY = {
    "tower of nines": "9^9^9^9",
    "tower of x": "x^" * 199 + "x",
    "tower of thirds": "(1/3)^" * 60 + "2",
    "nested constants": "exp(-" * 30 + "1" + ")" * 30,
    "tower of roots": "(√(x+1))^" * 70 + "2",
    "tower of powers": "(x^y)^" * 70 + "2",
    "line ends of other alphabets": "x\u2028\u2029\x85y $",
    "tower of brackets": "(x^" * 60 + "x" + ")" * 60,
    "100,000 brackets": "(" * 100_000,
    "100,000 paired brackets": "(" * 100_000 + "x" + ")" * 100_000,
    "100,000 bars": "|" * 100_000,
    "1 MB of x": "x" * 1_000_000,
    "1 MB of sum": "x + " * 250_000 + "y",
    "1 MB of digits": "9" * 1_000_000,
    "1 MB of unicode": "\U0001f600" * 1_000_000,
    "1 MB of blanks": " " * 1_000_000,
    "1 MB of line ends": "\n" * 1_000_000,
    "control characters": "".join(map(chr, range(32))) + "x",
    "bidirectional marks": "x \u202e+ y\u202c",
    "lone surrogates": "x + \ud800",
    "a long product": "(x+1)^999",
    "a long product of two": "(x+y+1)^999",
    "a huge exponent": "(x + y)^1000000",
    "a huge power of a sum": "(1 + x + x^2 + y)^999999",
    "powers of powers": "((x+1)^1000)^1000",
    "a written-out product": "".join(f"(x-{i})" for i in range(99)),
    "a product of sums": "(x+y+1)" * 100,
    "sums of powers": "+".join(f"(x+{i})^{i}" for i in range(1, 60)),
    "sine of sine": "sin(" * 60 + "x" + ")" * 60,
    "exp of exp": "exp(" * 60 + "x" + ")" * 60,
    "tanh of tanh": "tanh(" * 10 + "x^y" + ")" * 10,
    "tanh of arcosh": "tanh(arcosh(" * 10 + "|x| + |y|^1.5" + "))" * 10,
    "a long name": "sympi" * 40 + "1_000",
    "a long subscript": "x_" + "max" * 200,
    "sigmoid of sigmoid": "sigmoid(" * 30 + "x y" + ")" * 30,
    "softplus of softplus": "softplus(" * 40 + "x - y" + ")" * 40,
    "root of root": "sqrt(x + " * 55 + "y" + ")" * 55,
    "cube root of sum": "cbrt(x + " * 55 + "y" + ")" * 55,
    "bars of differences": "abs(x - " * 60 + "y" + ")" * 60,
    "maximum of maximum": "max(x y, " * 60 + "y" + ")" * 60,
    "a wide maximum": "max(" + ",".join(f"sin({i}x)+y" for i in range(60)) + ")",
    "minimum of maxima": "min(" + ",".join(f"max(x-{i},y+{i})" for i in range(30)) + ")",
    "a continued fraction": "1/(x + " * 60 + "y" + ")" * 60,
    "products of functions": " ".join(f"sin({i}x+y)" for i in range(1, 60)),
    "gaussians": "+".join(f"exp(-(x-{i})^2-(y+{i})^2)" for i in range(30)),
    "a net of units": "+".join(f"{i}*sigmoid({i}x - {i + 1}y + 1)" for i in range(1, 30)),
    "growth like a factorial": "*".join(str(i) for i in range(1, 150)),
    "a tower of e": "e^e^e^e^x",
    "x to the x": "x^x^x^x^x^x",
    "powers with powers": "(x^y)^(y^x)^(x+y)^(x y)",
    "constants hard to compare": "|sqrt(2) + sqrt(3) - sqrt(5 + 2 sqrt(6)) + x|",
    "nearly nothing": "1/(sqrt(2)sqrt(3) - sqrt(6))",
    "tiny numbers": "1e-300 x^2 + 1e-300",
    "huge numbers": "1e300 x^2 + 1e300 y^2",
    "a steep wall": "exp(700x) + exp(-700y)",
    "fast waves": "sin(1e6 x) + sin(1e9 y)",
    "beyond the floats": "exp(x^1000) - 1e300^y",
    "many names": " + ".join(f"w_{i}^2" for i in range(60)),
    "floor in floor": "floor(x + " * 40 + "y" + ")" * 40,
    "angle of angle": "atan2(x, " * 50 + "y" + ")" * 50,
    "code": "__import__('os').system('true')",
    "a lambda": "(lambda: 0)()",
    "attributes": "x.__class__.__mro__[1].__subclasses__()",
}
QUICK = ("tower of nines", "tanh of tanh", "a long name", "100,000 paired brackets",
         "1 MB of sum", "a huge power of a sum", "sigmoid of sigmoid", "minimum of maxima",
         "code")  # fmt: skip


@pytest.fixture(scope="module")
def judge():
    """Return the process that judges."""
    with Judge() as process:
        yield process


def problem(verdict: Verdict) -> str:
    """Return what is wrong with how a text was answered, or nothing."""
    if verdict.outcome == "WRONG":
        return verdict.reason
    if verdict.seconds > SECONDS:
        return f"{verdict.seconds:.1f} s ({verdict.outcome})"
    if verdict.framing > FRAMING_SECONDS:
        return f"{verdict.framing:.1f} s to frame"
    return f"{verdict.peak / 1e6:.0f} MB" if verdict.peak > MEMORY else ""


def fuzzed(judge: Judge, kind: str, count: int) -> None:
    """Judge so many texts of a kind; print how they came out and the slowest."""
    asked: dict[str, Verdict] = {}

    @settings(settings.get_profile("fuzz"), max_examples=count)
    @given(KINDS[kind])
    def ask(text: str) -> None:
        if text not in asked:
            asked[text] = judge(text, framed=len(asked) % FRAMED == 0)

    ask()
    came_out = Counter(verdict.outcome for verdict in asked.values())
    text, slowest = max(asked.items(), key=lambda pair: pair[1].seconds)
    framed = [verdict.framing for verdict in asked.values() if verdict.framing]
    print(
        f"{kind}: {len(asked)} texts, {dict(came_out)}; slowest {slowest.seconds:.2f} s,"
        f" {text[:80]!r}; {len(framed)} framed, slowest {max(framed, default=0):.2f} s;"
        f" memory {max(v.peak for v in asked.values()) / 1e6:.0f} MB"
    )
    wrong = [(text, problem(verdict)) for text, verdict in asked.items() if problem(verdict)]
    wrong.sort(key=lambda pair: len(pair[0]))
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(
        f"{text[:200]!r}: {said}" for text, said in wrong[:12]
    )
    assert len(asked) > 0.45 * count


@pytest.mark.parametrize("kind", KINDS)
def test_any_text_gives_a_field_or_a_sentence(judge, kind):
    fuzzed(judge, kind, SAMPLE)


@pytest.mark.audit
@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_texts_give_a_field_or_a_sentence(judge, kind):
    fuzzed(judge, kind, EACH)


def weighed(judge: Judge, name: str) -> None:
    """Judge a heavy text in a process of its own."""
    verdict = judge(HEAVY[name], alone=True, framed=True)
    print(
        f"{name}: {verdict.outcome}, {verdict.seconds:.2f} s, framed {verdict.framing:.2f} s,"
        f" {verdict.peak / 1e6:.0f} MB; {verdict.reason[:90]}"
    )
    assert not problem(verdict), f"{HEAVY[name][:100]!r}: {problem(verdict)}"


@pytest.mark.parametrize("name", QUICK)
def test_a_heavy_text_is_answered_in_little(judge, name):
    weighed(judge, name)


@pytest.mark.audit
@pytest.mark.parametrize("name", sorted(set(HEAVY) - set(QUICK)))
def test_every_heavy_text_is_answered_in_little(judge, name):
    weighed(judge, name)


def test_the_judge_sees_what_a_text_would_run():
    """An audit hook that sees nothing would let everything pass."""
    from hostile import Watch

    watch = Watch()
    watch.on = True
    eval(compile("1 + 1", "<text>", "eval"))
    watch.on = False
    assert any(event.startswith("compile") for event in watch.seen)
    assert any(event.startswith("exec") for event in watch.seen)
