"""Whatever stands in a lesson file, or is typed: accepted, or refused in a sentence, at once."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.stage.errors import FilmError
from scenes.stage.knobs import knob
from scenes.stage.lesson import read_lesson, typed_settings

SECONDS = 2.0
"""Processor time for reading one lesson."""

LONGEST = 450
"""Characters of a refusal."""

EACH, SAMPLE = 2_000, 60
"""Documents of each kind in the audit and in the plain run."""

KNOBS = {
    "f": knob("x^2 + y^2", "the height"),
    "rate": knob(0.1, "a rate", above=0),
    "steps": knob(10, "steps", between=(1, 200)),
    "start": knob((1.0, 2.0), "a start"),
    "shown": knob(True, "whether it is shown"),
    "mode": knob("a", "a mode", choices=("a", "b")),
    "width": knob("auto", "a range", like=(-2.0, 2.0)),
}
FILMS = {"descent": frozenset(KNOBS), "hill": frozenset({"f", "width"}), "broken": None}

VALID = (
    'language = "zh"\ntheme = "light"\n\n[all]\nf = "x^2 + 3y^2"\n\n[descent]\nstart = [1.6, 1.2]\n'
    "rate = 0.15\nsteps = 10\nshown = true\n",
    "# a lesson\n[descent]\nrate = 1e-3 # small\nf = '''\nx^2\n'''\n[hill]\nf = \"θ²\"\n",
    "[all]\nwidth = [-2, 2]\nmode = 'b'\n[descent]\nstart = [\n  1,\n  2,\n]\n",
)

VALUES = st.recursive(
    st.one_of(
        st.integers().map(str),
        st.integers(1, 400).map(lambda n: "9" * n),
        st.floats().map(str),
        st.text(max_size=20).map(json.dumps),
        st.text("x^2+y3()", max_size=12).map(lambda text: f"'{text}'"),
        st.sampled_from(["true", "false", "2026-11-25", "07:32:00", "inf", "-nan", "0x1F", "1_0",
                         "1e999", '"""\nx\n"""', "auto", "", "[]", "{}", "1 2", "'a", "[1, 2]"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(items) + "]"),
        st.tuples(st.sampled_from("ab"), inner).map(lambda pair: f"{{{pair[0]} = {pair[1]}}}"),
        st.tuples(inner, st.integers(1, 900)).map(lambda p: "[" * p[1] + p[0] + "]" * p[1]),
    ),
    max_leaves=5,
)  # fmt: skip
KEYS = st.one_of(
    st.sampled_from([*KNOBS, "language", "theme", "rat", "stepz", "a.b", "rate.x", '""', "F"]),
    st.text(max_size=12).map(json.dumps),
    st.text("abz_-.\"'# é", min_size=1, max_size=8),
)
TABLES = st.one_of(
    st.sampled_from(["[all]", "[descent]", "[hill]", "[decent]", "[broken]", "[[descent]]", "[]",
                     "[all.f]", "[descent", "[ all ]", '["descent"]', "[..]", "[../x]"]),
    st.text(max_size=8).map(lambda text: f"[{json.dumps(text)}]"),
)  # fmt: skip
LINES = st.one_of(TABLES, st.tuples(KEYS, VALUES).map(" = ".join), st.just("# é"), st.text())


def mutated(text: str, seed: int) -> bytes:
    """Return a lesson with some bytes changed, taken out, doubled or moved."""
    source, data = random.Random(seed), text.encode()
    for _ in range(source.randint(1, 5)):
        at, to = sorted(source.randint(0, len(data)) for _ in range(2))
        data = source.choice(
            [
                data[:at] + bytes([source.randrange(256)]) + data[at:],
                data[:at] + data[to:],
                data[:to] + data[at:to] + data[to:],
                data[:at] + source.choice(b'[]{}="\n#.,\x00\xff').to_bytes() + data[at + 1 :],
                data[:at] + data[at:to] * source.randint(1, 40) + data[to:],
            ]
        )
    return data


KINDS = {
    "random bytes": st.binary(max_size=200),
    "random text": st.text(max_size=200).map(lambda text: text.encode()),
    "random documents": st.lists(LINES, max_size=12).map(
        lambda lines: "\n".join(lines).encode(errors="surrogatepass")
    ),
    "random values": st.lists(
        st.tuples(st.sampled_from([*KNOBS, "rat"]), VALUES).map(" = ".join),
        max_size=4,
        unique_by=lambda line: line.partition(" ")[0],
    ).map(lambda lines: "\n".join(["[descent]", *lines]).encode(errors="surrogatepass")),
    "mutated lessons": st.builds(mutated, st.sampled_from(VALID), st.integers(0, 2**32)),
}


def sentence(error: FilmError, begins: str) -> None:
    """Check that a refusal names its subject, is a line of text, and no more."""
    said = str(error)
    assert said.startswith(begins), said
    assert len(said) <= LONGEST, f"{len(said)} characters: {said[:200]}"
    assert said.isprintable(), repr(said)


def read(data: bytes) -> str:
    """Read a lesson and every knob in it; return how that came out."""
    Path("lesson.toml").write_bytes(data)
    try:
        lesson = read_lesson(Path("lesson.toml"), FILMS)
    except FilmError as error:
        sentence(error, "lesson.toml")
        return "refused"
    wrong = 0
    for film in ("descent", "hill"):
        for name, (where, value) in lesson.settings_for((film,)).items():
            assert where.startswith("lesson.toml, [")
            if name not in KNOBS:  # the broken film may have it; nobody can tell
                continue
            try:
                KNOBS[name].checked(name, value)
            except FilmError as error:
                sentence(error, f"{name} = ")
                wrong += 1
    return "a knob refused" if wrong else "accepted"


def fuzzed(kind: str, count: int) -> None:
    """Read so many lessons of a kind; print how they came out and the slowest."""
    outcomes: Counter[str] = Counter()
    slowest = 0.0, b""

    @settings(settings.get_profile("fuzz"), max_examples=count)
    @given(KINDS[kind])
    def ask(data: bytes) -> None:
        nonlocal slowest
        began = time.process_time()
        outcomes[read(data)] += 1
        slowest = max(slowest, (time.process_time() - began, data))
        assert slowest[0] < SECONDS

    ask()
    print(f"{kind}: {dict(outcomes)}; slowest {slowest[0]:.3f} s, {slowest[1][:60]!r}")


@pytest.mark.parametrize("kind", KINDS)
def test_any_lesson_is_read_or_refused_in_a_sentence(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fuzzed(kind, SAMPLE)


@pytest.mark.audit
@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_lessons_are_read_or_refused_in_a_sentence(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fuzzed(kind, EACH)


TYPED = st.lists(
    st.one_of(
        st.tuples(KEYS, VALUES).map("=".join),
        st.tuples(
            st.sampled_from([*KNOBS, "descent.rate", "hill.width"]),
            st.one_of(st.text(max_size=20), st.text("0123456789.,-/()[]πe^* ", max_size=12)),
        ).map("=".join),
        st.text(max_size=20),
    ),
    max_size=4,
).map("\n".join)


@pytest.mark.parametrize("count", [100, pytest.param(3_000, marks=pytest.mark.audit)])
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(count, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcomes: Counter[str] = Counter()

    @settings(settings.get_profile("fuzz"), max_examples=count)
    @given(TYPED.filter(lambda text: "\0" not in text))
    def ask(text: str) -> None:
        monkeypatch.setenv("STEEPEST_SET", text)
        began = time.process_time()
        try:
            values = typed_settings(lambda: FILMS).read_for(("descent",), KNOBS)
        except FilmError as error:
            sentence(error, "--set ")
            outcomes["refused"] += 1
            return
        for name, (_, value) in values.items():
            try:
                KNOBS[name].checked(name, value)
                outcomes["accepted"] += 1
            except FilmError as error:
                sentence(error, f"{name} = ")
                outcomes["a knob refused"] += 1
        assert time.process_time() - began < SECONDS

    ask()
    print(dict(outcomes))


def test_every_single_byte_changed_in_a_lesson_is_answered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = VALID[0].encode()
    outcomes = Counter(
        read(data[:at] + bytes([byte]) + data[at + 1 :])
        for at in range(len(data))
        for byte in (0, 10, 34, 35, 61, 91, 93, 128, 255)
    )
    print(dict(outcomes))
    assert outcomes["refused"] > 100
