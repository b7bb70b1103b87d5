"""Lessons: what a lesson file may say, what wins over what, and every refusal of the command."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys

import pytest
from manim import tempconfig

from scenes.stage.errors import FilmError
from scenes.stage.film import Film, beat
from scenes.stage.knobs import knob
from scenes.stage.lesson import Lesson, chosen_language, current_lesson, knobs_of_films, read_lesson

KNOBS = {"descent": frozenset({"rate", "steps", "f"}), "hill": frozenset({"f", "height"})}


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
        ('["a\\u001b[31m"]\nrate = 1', r'no film named "a\\u001b\[31m"'),
        ("[descent]\nrat = 1", r"\[descent\]: the film descent has no knob 'rat'\. .*\"rate\""),
        ("[descent]\nheight = 1", r"the film descent has no knob 'height'"),
        ("[all]\nheigt = 1", r"\[all\]: any film has no knob 'heigt'\. Did you mean \"height\""),
        ('langage = "zh"', r"no setting 'langage'\. Did you mean \"language\""),
        ("rate = 1", r"no setting 'rate'.* Knobs stand in a table"),
        ("descent = 1", r"no setting 'descent'"),
        ("[[descent]]\nrate = 1", r"no setting 'descent'"),
        ('language = "fr"', r"language = 'fr': it must be en or zh"),
        ("language = ['en']", r"language = \['en'\]: it must be en or zh"),
        ("theme = 1", r"theme = 1: it must be dark or light"),
        ("[descent]\nrate = 1\nrate = 2", r"not valid TOML: Cannot overwrite a value"),
        ("[descent]\n[descent]", r"not valid TOML"),
        ("[descent]\nrate = ", r"not valid TOML: Invalid value"),
        ("[descent]\nrate = " + "1" * 5000, r"not valid TOML"),
        ("[descent]\nrate = " + "[" * 100_000, r"not valid TOML"),
        (b'language = "\xff"', r"UTF-8 text; byte 12 is not"),
        (b"\x00", r"not valid TOML"),
        ("#" * 1_000_001, r"at most 1,000,000 bytes"),
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
    with pytest.raises(FilmError, match=r"lesson.toml: it cannot be read \(Is a directory\)"):
        current_lesson(lambda: KNOBS)
    place.rmdir()
    place.symlink_to("gone.toml")
    with pytest.raises(FilmError, match=r"lesson.toml: it cannot be read \(No such file"):
        current_lesson(lambda: KNOBS)


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
    with pytest.raises(FilmError, match=r"two.py, line 2: this is not Python"):
        knobs_of_films(tmp_path)


def test_a_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "lesson.toml"
    path.write_text("")

    def locked(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_text", locked)
    with pytest.raises(FilmError, match=r"cannot be read \(Permission denied\)"):
        read_lesson(path, KNOBS)


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
    monkeypatch.delenv("STEEPEST_LANG", raising=False)
    monkeypatch.delenv("STEEPEST_LESSON", raising=False)

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


# The command: each refusal is a sentence and exit status 2, and leaves earlier videos alone

NO_CHINESE = "import scenes.stage.formula as f\nf.installed_fonts = lambda: frozenset({'Serif'})"

REFUSALS = {
    "unknown film": ("[decent]\nrate = 1", [], "", r'no film named "decent".*"descent"'),
    "unknown knob": ("[descent]\nrat = 1", [], "", r"\[descent\].*'rat'.*Did you mean \"rate\""),
    "wrong type": ('[descent]\nrate = "a"', [], "", r"\[descent\]: rate = 'a'.*number above 0"),
    "out of range": ("[all]\nsteps = 0", [], "", r"\[all\]: steps = 0.*between 1 and 200"),
    "unparseable f": ('[all]\nf = "x^2 +"', [], "", r"f = 'x\^2 \+'.*missing.*\n  x\^2 \+\n"),
    "a third variable": ('[all]\nf = "x + y + z"', [], "", r"f = 'x \+ y \+ z'.*variable"),
    "start outside": ("[all]\nstart = [9, 9]", [], "", r"start = \[9.*outside.*Move the start"),
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


@pytest.mark.parametrize("name", REFUSALS)
def test_the_command_refuses_in_a_sentence(manim, small, root, workplace, name):
    lesson, options, before, said = REFUSALS[name]
    message = refusal(manim, small, root, workplace, lesson, options, before)
    assert re.search(said, message, re.DOTALL), message


def test_the_command_refuses_a_place_it_cannot_write_to(manim, small, root, workplace):
    (workplace / "renders" / ".cache").write_text("a file where a folder should be")
    message = refusal(manim, small, root, workplace, "")
    assert re.search(r"renders/\.cache.*cannot be written to.*--media_dir", message), message
    shutil.rmtree(workplace / "renders")
    (workplace / "renders").write_text("a file where a folder should be")
    message = refusal(manim, small, root, workplace, "")
    assert re.search(r"renders.*cannot be written to.*--media_dir", message), message


def test_the_command_refuses_a_missing_lesson(manim, small, root, workplace):
    film = root / "scenes" / "descent.py"
    run = manim(*small, film, cwd=workplace, STEEPEST_LESSON="nowhere.toml")
    assert run.code == 2
    assert "STEEPEST_LESSON=nowhere.toml: there is no such file" in run.err
    run = manim(*small, film, cwd=workplace, STEEPEST_LANG="fr")
    assert run.code == 2
    assert "STEEPEST_LANG=fr: it must be en or zh" in run.err
