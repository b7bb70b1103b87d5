"""Lessons: what a lesson file may say, what wins over what, and every refusal of the command."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import re
import shutil
import signal
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from manim import tempconfig
from sampling import sampled

from scenes.stage.errors import FilmError
from scenes.stage.film import Film, beat
from scenes.stage.knobs import knob
from scenes.stage.lesson import (
    Lesson,
    chosen_language,
    current_lesson,
    knobs_of_films,
    read_lesson,
    typed_settings,
)
from scenes.stage.stills import film_in

KNOBS = {"descent": frozenset({"rate", "steps", "f"}), "hill": frozenset({"f", "height"})}
RATE = knob(0.1, "a rate", above=0)


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """Write a lesson file into the working directory and read it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STEEPEST_LESSON", raising=False)
    monkeypatch.delenv("STEEPEST_LANG", raising=False)

    def read(content: str | bytes) -> Lesson:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "lesson.toml").write_bytes(data)
        return current_lesson(lambda: KNOBS)

    return read


def test_a_lesson_sets_language_theme_and_knobs(lesson):
    read = lesson('language = "zh"\ntheme = "light"\n[all]\nf = "x"\n[descent]\nrate = 0.1\n')
    assert (read.language, read.theme) == ("zh", "light")
    assert read.settings_for(("descent",)) == {
        "f": ("lesson.toml, [all]", "x"),
        "rate": ("lesson.toml, [descent]", 0.1),
    }
    assert read.settings_for(("hill",)) == {"f": ("lesson.toml, [all]", "x")}


def test_a_films_own_table_wins_over_all(lesson):
    read = lesson('[descent]\nf = "y"\n[all]\nf = "x"\n')
    assert read.settings_for(("descent",))["f"] == ("lesson.toml, [descent]", "y")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(lesson):
    assert lesson(b'\xef\xbb\xbflanguage = "zh"\r\n[descent]\r\nrate = 1\r\n').language == "zh"


def test_an_empty_file_is_an_empty_lesson(lesson):
    assert lesson("").settings_for(("descent",)) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[decent]\nrate = 1", r'no film named "decent"\. Did you mean "descent"\?'),
        ("[zzz]\nrate = 1", r'no film named "zzz"\. There are: descent, hill\.'),
        ('["a\\u001b[31m"]\nrate = 1', r'no film named "a\\x1b\[31m"'),
        ("[descent]\nrat = 1", r"\[descent\]: the film descent has no knob 'rat'\. .*\"rate\""),
        ("[descent]\nheight = 1", r"the film descent has no knob 'height'"),
        ("[all]\nheigt = 1", r"\[all\]: no film has a knob 'heigt'\. Did you mean \"height\""),
        ('langage = "zh"', r"no setting 'langage'\. Did you mean \"language\""),
        ("rate = 1", r"no setting 'rate'.* Knobs stand in a table"),
        ("descent = 1", r"no setting 'descent'"),
        ("[[descent]]\nrate = 1", r"no setting 'descent'"),
        ('language = "fr"', r"language = 'fr': it must be en or zh"),
        ("language = ['en']", r"language = \['en'\]: it must be en or zh"),
        ("theme = 1", r"theme = 1: it must be dark or light"),
        ("[descent]\nrate = 1\nrate = 2", r"line 3 sets for a second time .*: 'rate = 2'"),
        ("[descent]\nrate = 1\nrate = 2\n\nf = 3", r"line 3 sets for a second time .*: 'rate = 2'"),
        ("[descent]\n[descent]", r"not valid TOML: Cannot declare \('descent',\) twice"),
        ("[descent]\ntheme = 'light'", r"\[descent\]: theme is one for all films\. It stands at"),
        ("[all]\nlanguage = 'zh'", r"\[all\]: language is one for all films\. It stands at"),
        ("[descent]\nrate = ", r"not valid TOML: Invalid value"),
        ("[descent]\nrate = " + "1" * 5000, r"line 2: it has 5,007 characters; .* at most 2,000"),
        ("[descent]\nrate = " + "[\n" * 10_000, r"not valid TOML.*brackets inside brackets"),
        ("a" * 1_990 + " = 1", r"no setting 'a{59}…\."),
        (b'language = "\xff"', r"line 1: a lesson is UTF-8 text; byte 12 is not"),
        ("[descent]\nrate = 1e", r"not valid TOML"),
        (b"\x00", r"not valid TOML"),
        ("#\n" * 50_001, r"at most 100,000 bytes"),
    ],
)
def test_a_wrong_lesson_is_refused_by_name(lesson, content, said):
    with pytest.raises(FilmError) as refused:
        lesson(content)
    message = str(refused.value)
    assert message.startswith("lesson.toml")
    assert re.search(said, message), message
    assert len(message) < 400


def test_the_variable_names_another_lesson(lesson, tmp_path, monkeypatch):
    lesson('theme = "light"')
    (tmp_path / "other.toml").write_text('language = "zh"')
    monkeypatch.setenv("STEEPEST_LESSON", "other.toml")
    read = current_lesson(lambda: KNOBS)
    assert (read.language, read.theme) == ("zh", None)


def test_a_lesson_that_is_not_there_is_refused_where_it_was_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEEPEST_LESSON", "nowhere.toml")
    with pytest.raises(FilmError, match=r"STEEPEST_LESSON=nowhere.toml: there is no such file"):
        current_lesson(lambda: KNOBS)


def test_a_folder_or_a_dead_link_is_no_lesson(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STEEPEST_LESSON", raising=False)
    place = tmp_path / "lesson.toml"
    place.mkdir()
    with pytest.raises(FilmError, match=r"lesson.toml: a lesson is a text file; this is a folder"):
        current_lesson(lambda: KNOBS)
    place.rmdir()
    place.symlink_to("gone.toml")
    with pytest.raises(FilmError, match=r"lesson.toml: it cannot be read \(No such file"):
        current_lesson(lambda: KNOBS)
    monkeypatch.setenv("STEEPEST_LESSON", "lesson.toml")
    place.unlink()
    place.symlink_to("lesson.toml")
    with pytest.raises(FilmError, match=r"lesson.toml: it cannot be read \(Too many levels"):
        current_lesson(lambda: KNOBS)


def test_a_pipe_and_a_device_are_refused_without_waiting_for_them(tmp_path):
    def too_late(*_):
        raise TimeoutError("it waited")

    os.mkfifo(tmp_path / "lesson.toml")
    before = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(5)
    try:
        with pytest.raises(FilmError, match=r"lesson.toml: a lesson .*; this is a pipe"):
            read_lesson(tmp_path / "lesson.toml", KNOBS)
        with pytest.raises(FilmError, match=r"/dev/zero: a lesson .*; this is a device"):
            read_lesson(Path("/dev/zero"), KNOBS)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_huge_file_is_refused_without_being_read(tmp_path, monkeypatch):
    path = tmp_path / "lesson.toml"
    path.touch()
    os.truncate(path, 100_000_000)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(FilmError, match="a lesson is at most 100,000 bytes long"):
        read_lesson(path, KNOBS)


@pytest.mark.parametrize(
    "content",
    [
        ".".join(["a"] * 49_000) + " = 1",
        "".join(".".join(["a"] * 990) + f".b{line} = 1\n" for line in range(50)),
        "[" + ".".join(["a"] * 990) + "]",
        "[descent]\n" + ".".join(["rate"] * 300) + " = 1",
        "x = [" + "1,\n" * 33_000 + "]",
    ],
    ids=["one key", "long keys", "long table", "table in table", "long list"],
)
def test_what_would_fill_the_memory_is_refused_in_little(tmp_path, content):
    path = tmp_path / "lesson.toml"
    path.write_text(content)
    tracemalloc.start()
    began = time.thread_time()
    try:
        with pytest.raises(FilmError):
            RATE.checked("rate", read_lesson(path, KNOBS).films["descent"]["rate"])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40e6  # bytes
    assert time.thread_time() - began < 10  # tracing makes it several times as slow


def test_without_a_lesson_the_films_are_not_even_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STEEPEST_LESSON", raising=False)
    assert current_lesson(lambda: pytest.fail("there is nothing to check")) == Lesson()


def test_the_language_of_the_environment_beats_the_lessons(monkeypatch):
    monkeypatch.delenv("STEEPEST_LANG", raising=False)
    assert chosen_language(Lesson()) == "en"
    assert chosen_language(Lesson(language="zh")) == "zh"
    monkeypatch.setenv("STEEPEST_LANG", "en")
    assert chosen_language(Lesson(language="zh")) == "en"
    monkeypatch.setenv("STEEPEST_LANG", "zh_CN")
    with pytest.raises(FilmError, match="STEEPEST_LANG=zh_CN: it must be en or zh"):
        chosen_language(Lesson())


def test_knobs_of_films_are_read_without_running_them(tmp_path):
    (tmp_path / "one.py").write_text("class One: a = knob(1, ''); b = 2\nraise SystemExit")
    (tmp_path / "__init__.py").write_text("")
    assert knobs_of_films(tmp_path) == {"one": frozenset({"a"})}
    (tmp_path / "two.py").write_text("class Two:\n  def\n")
    (tmp_path / "three.py").write_bytes(b"\x00\xff")
    assert knobs_of_films(tmp_path) == {"one": frozenset({"a"}), "two": None, "three": None}


def test_a_broken_film_does_not_keep_the_others_from_their_lesson(lesson, tmp_path):
    (tmp_path / "lesson.toml").write_text("[broken]\nb = 1\n[all]\nc = 1\n[one]\na = 2\n")
    knobs = {"one": frozenset({"a"}), "broken": None}
    assert read_lesson(tmp_path / "lesson.toml", knobs).films["one"] == {"a": 2}
    (tmp_path / "lesson.toml").write_text("[one]\nb = 2\n")
    with pytest.raises(FilmError, match="the film one has no knob 'b'"):
        read_lesson(tmp_path / "lesson.toml", knobs)


def test_a_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "lesson.toml"
    path.write_text("")

    def locked(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", locked)
    with pytest.raises(FilmError, match=r"cannot be read \(Permission denied\)"):
        read_lesson(path, KNOBS)


def test_the_table_of_a_film_of_ones_own_does_not_keep_other_films_from_the_lesson(
    lesson, tmp_path, monkeypatch
):
    text = "[mine]\nspeed = 1\n[descent]\nrate = 0.3\n"
    with pytest.raises(FilmError, match='no film named "mine"'):
        lesson(text)
    (tmp_path / "mine.py").touch()
    assert lesson(text).films["descent"] == {"rate": 0.3}
    monkeypatch.setenv("STEEPEST_SET", "mine.speed=2")
    assert not typed_settings(lambda: KNOBS).settings_for(("descent",))
    monkeypatch.chdir(tmp_path.parent)  # beside the lesson, wherever one works
    assert read_lesson(tmp_path / "lesson.toml", KNOBS).films["descent"] == {"rate": 0.3}
    for name in ("../mine", "/etc/passwd", "a\0b", ""):
        (tmp_path / "lesson.toml").write_text(f"[{json.dumps(name)}]\n")
        with pytest.raises(FilmError, match="no film named"):
            read_lesson(tmp_path / "lesson.toml", KNOBS)


# What is typed


def typed(text, monkeypatch):
    monkeypatch.setenv("STEEPEST_SET", text)
    return typed_settings(lambda: KNOBS)


def test_a_line_sets_a_knob_of_all_films_or_of_one(monkeypatch):
    read = typed("rate=0.2\n\n f = x=y \ndescent.rate=0.3\nrate=0.4", monkeypatch)
    assert read.settings_for(("hill",)) == {
        "rate": ("--set rate", "0.4"),
        "f": ("--set f", " x=y "),
    }
    assert read.settings_for(("descent",))["rate"] == ("--set descent.rate", "0.3")


def test_where_nothing_is_typed_the_films_are_not_even_read(monkeypatch):
    monkeypatch.delenv("STEEPEST_SET", raising=False)
    assert not typed_settings(lambda: pytest.fail("nothing to check")).settings_for(("hill",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rat=1", "--set rat: no film has a knob 'rat'. Did you mean \"rate\"?"),
        ("decent.rate=1", '--set decent.rate: no film named "decent". Did you mean "descent"?'),
        ("hill.rate=1", "--set hill.rate: the film hill has no knob 'rate'. There are: f, height."),
        ("rate", "--set rate: write it as NAME=VALUE, such as rate=0.2."),
        ("=1", "--set =1: write it as NAME=VALUE, such as rate=0.2."),
        ("descent.=1", "--set descent.=1: write it as NAME=VALUE, such as rate=0.2."),
    ],
)
def test_a_typed_name_that_is_not_there_is_refused(monkeypatch, text, said):
    with pytest.raises(FilmError, match=f"^{re.escape(said)}$"):
        typed(text, monkeypatch)


# What wins, on real films


class Base(Film):
    """A film with three knobs."""

    rate = knob(0.1, "a rate", above=0)
    steps = knob(10, "steps", between=(1, 200))
    start = knob((1.0, 2.0), "a start")

    @beat
    def nothing(self) -> None:
        """No picture."""


class Derived(Base):
    """The same film with a default of its own."""

    rate = 0.2


class Wrong(Base):
    """A subclass that sets a knob wrongly."""

    steps = 1000


@pytest.fixture
def film(tmp_path, monkeypatch):
    """Make a film under a lesson."""
    monkeypatch.chdir(tmp_path)
    for name in ("STEEPEST_LANG", "STEEPEST_LESSON", "STEEPEST_SET", "STEEPEST_THEME"):
        monkeypatch.delenv(name, raising=False)

    def make(kind: type[Film], content: str = "") -> Film:
        (tmp_path / "lesson.toml").write_text(content)
        with tempconfig({"dry_run": True, "media_dir": str(tmp_path / "media")}):
            return kind(skip_animations=True)

    return make


@pytest.mark.parametrize(
    ("kind", "content", "rate"),
    [
        (Base, "", 0.1),
        (Derived, "", 0.2),
        (Base, "[all]\nrate = 0.3", 0.3),
        (Derived, "[all]\nrate = 0.3", 0.3),
        (Derived, "[test_lesson]\nrate = 0.4\n[all]\nrate = 0.3", 0.4),
    ],
)
def test_default_subclass_all_film_each_wins_over_the_one_before(film, kind, content, rate):
    made = film(kind, content)
    assert made.rate == rate
    assert made.start == (1.0, 2.0)
    assert made.steps == 10


def test_a_subclass_is_set_by_its_own_table_and_by_its_bases(film, tmp_path, monkeypatch):
    path = tmp_path / "mine.py"
    path.write_text("from scenes.descent import Descent\nclass Mine(Descent):\n    steps = 3\n")
    spec = importlib.util.spec_from_file_location("mine", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "mine", module)
    spec.loader.exec_module(module)
    made = film(module.Mine, "[mine]\nrate = 0.05\n[descent]\nrate = 0.3\nf = 'x^2 + 2y^2'\n")
    assert (made.rate, made.steps, made.f) == (0.05, 3, "x^2 + 2y^2")


def test_a_subclass_that_sets_a_knob_wrongly_is_refused(film, capsys):
    with pytest.raises(SystemExit) as ended:
        film(Wrong)
    assert ended.value.code == 2
    said = "steps = 1000: steps; it must be a whole number between 1 and 200."
    assert said in capsys.readouterr().err


def test_what_is_typed_wins_over_the_lesson(film, monkeypatch):
    monkeypatch.setenv("STEEPEST_SET", "rate=1/8\nstart=3,-pi\ntest_lesson.steps=7\nf=x")
    monkeypatch.setenv("STEEPEST_THEME", "dark")
    monkeypatch.setenv("STEEPEST_LANG", "en")
    lesson = 'theme = "light"\nlanguage = "zh"\n[test_lesson]\nrate = 1\nsteps = 2\nstart = [0, 0]'
    made = film(Base, lesson)  # f is a knob of another film
    assert (made.rate, made.steps, made.start) == (0.125, 7, (3.0, -math.pi))
    assert (made.theme.name, made.language) == ("dark", "en")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("f=x +", "--set f: f = 'x +': "),
        (
            "x_range=-2,2\nstart=9,9",
            "--set start: start = [9.0, 9.0]: it lies outside what is shown, "
            "x_range = [-2.0, 2.0]. Move the start, or widen the range.",
        ),
        ("f=log(x)\nstart=-1,1", "--set start: start = [-1.0, 1.0]: f is not defined there."),
        ("f=himelblau", 'no function has this name. Did you mean "himmelblau"?'),
        ("f=sqrt(-1 - x^2)", "it is defined nowhere that was looked"),
        ("x_range=1,1", "--set x_range: x_range = [1.0, 1.0]: the first number must be below"),
    ],
)
def test_what_the_film_finds_out_later_is_refused_where_it_was_set(
    film, monkeypatch, capsys, root, setting, said
):
    monkeypatch.setenv("STEEPEST_SET", setting)
    made = film(film_in(root / "scenes" / "descent.py"))
    with pytest.raises(SystemExit) as ended:
        made.render()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_theme_that_there_is_not_is_refused(film, monkeypatch, capsys):
    monkeypatch.setenv("STEEPEST_THEME", "drak")
    with pytest.raises(SystemExit):
        film(Base)
    assert "STEEPEST_THEME=drak: it must be dark or light" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "[all]\nstart = 1",
            "lesson.toml, [all]: start = 1: a start; it must be 2 numbers, such as "
            "[1.0, 2.0]. For this film alone, set it in [test_lesson].",
        ),
        (
            "[test_lesson]\nrate = true",
            "lesson.toml, [test_lesson]: rate = true: a rate; it must be a number above 0.",
        ),
        (
            "[all]\nrate = 2026-11-24",
            "[all]: rate = 2026-11-24: a rate; it must be a number above 0.",
        ),
        ("[all]\nrate = nan", "rate = nan: a rate;"),
        ("[all]\nsteps = inf", "steps = inf: steps;"),
        ("[all]\nsteps = 2.5", "steps = 2.5: steps; it must be a whole number between 1 and 200."),
        ("[all]\nstart = [1, [2]]", "start = [1, [2]]: a start;"),
        ("[all.rate]\na = 1", "rate = {'a': 1}: a rate;"),
    ],
)
def test_a_value_of_another_kind_is_refused_as_it_was_written(film, capsys, content, said):
    with pytest.raises(SystemExit) as ended:
        film(Base, content)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


# The command: each refusal is a sentence and exit status 2, and leaves earlier videos alone

NO_CHINESE = "import scenes.stage.formula as f\nf.installed_fonts = lambda: frozenset({'Serif'})"

REFUSALS = {
    "unknown film": ("[decent]\nrate = 1", [], "", r'no film named "decent".*"descent"'),
    "unknown knob": ("[descent]\nrat = 1", [], "", r"\[descent\].*'rat'.*Did you mean \"rate\""),
    "wrong type": ('[descent]\nrate = "a"', [], "", r"\[descent\]: rate = 'a'.*number above 0"),
    "out of range": ("[all]\nsteps = 0", [], "", r"\[all\]: steps = 0.*between 1 and 200"),
    "unparseable f": ('[all]\nf = "x^2 +"', [], "", r"f = 'x\^2 \+'.*missing.*\n  x\^2 \+\n"),
    "a name that is none": ('[all]\nf = "rosenbrok"', [], "", r'Did you mean "rosenbrock"\?'),
    "a third variable": ('[all]\nf = "x + y + z"', [], "", r"f = 'x \+ y \+ z'.*variable"),
    "start outside": (
        "[all]\nx_range = [-2, 2]\nstart = [9, 9]",
        [],
        "",
        r"start = \[9.*outside.*Move the start",
    ),
    "empty range": ("[all]\nx_range = [1, 1]", [], "", r"x_range = \[1.*must be below"),
    "no Chinese font": ('language = "zh"', [], NO_CHINESE, r"no Chinese font.*fonts-wqy-microhei"),
    "OpenGL": ("", ["--renderer=opengl"], "", r"--renderer=opengl.*Leave the option out"),
    "not UTF-8": (b'theme = "\xff"', [], "", r"UTF-8"),
}


@pytest.fixture
def workplace(tmp_path, root):
    """A working directory with the project's manim.cfg and an earlier video in its place."""
    shutil.copy(root / "manim.cfg", tmp_path)
    earlier = tmp_path / "renders" / "descent" / "108p5" / "Descent.mp4"
    earlier.parent.mkdir(parents=True)
    earlier.write_bytes(b"an earlier video")
    return tmp_path


def refusal(manim, small, root, workplace, lesson, options=(), before=""):
    """Run the command; check that it refused as all refusals must; return what it said."""
    data = lesson if isinstance(lesson, bytes) else lesson.encode()
    (workplace / "lesson.toml").write_bytes(data)
    earlier = workplace / "renders" / "descent" / "108p5" / "Descent.mp4"
    state = earlier.exists() and (earlier.read_bytes(), earlier.stat().st_mtime_ns)
    film = root / "scenes" / "descent.py"
    run = manim(*small, *options, film, cwd=workplace, before=before)
    said = run.out + run.err
    assert run.code == 2, said
    assert "Traceback" not in said
    assert "╭" not in said  # the frame that rich draws round one
    assert state == (earlier.exists() and (earlier.read_bytes(), earlier.stat().st_mtime_ns))
    assert not list(workplace.rglob("*.mp4")) or list(workplace.rglob("*.mp4")) == [earlier]
    (start,) = (place.start() for place in re.finditer("steepest: ", run.err))
    return run.err[start:]


@pytest.mark.parametrize("name", sampled(REFUSALS, 3))
def test_the_command_refuses_in_a_sentence(manim, small, root, workplace, name):
    lesson, options, before, said = REFUSALS[name]
    message = refusal(manim, small, root, workplace, lesson, options, before)
    assert re.search(said, message, re.DOTALL), message


@pytest.mark.parametrize("blocked", sampled(["renders", "renders/.cache"], 1))
def test_the_command_refuses_a_place_it_cannot_write_to(manim, small, root, workplace, blocked):
    if blocked == "renders":
        shutil.rmtree(workplace / blocked)
    (workplace / blocked).write_text("a file where a folder should be")
    message = refusal(manim, small, root, workplace, "")
    assert re.search(rf"{blocked}.*cannot be written to.*--media_dir", message), message


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    sampled(
        [
            ("STEEPEST_LESSON", "nowhere.toml", "there is no such file"),
            ("STEEPEST_LANG", "fr", "it must be en or zh"),
        ],
        1,
    ),
)
def test_the_command_refuses_a_variable(manim, small, root, workplace, variable, value, said):
    run = manim(*small, root / "scenes" / "descent.py", cwd=workplace, **{variable: value})
    assert run.code == 2
    assert f"{variable}={value}: {said}" in run.err
