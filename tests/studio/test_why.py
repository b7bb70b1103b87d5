"""What is stale, and why: each kind of difference is told in words of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po as babel_read_po
from incremental import BEATS, HERE, ROOT, contents, film_text, run, write_and_build, write_film

from studio.asked import Asked, Declared
from studio.plan import balanced
from studio.record import sealed
from studio.texts import LOCALE, translations


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a film that is built."""
    monkeypatch.chdir(tmp_path)
    write_and_build("one")
    return tmp_path


def why(*arguments: str, **environment: str) -> str:
    status, out, err = run("why", "one.py", *arguments, **environment)
    assert (status, err) == (0, "")
    assert out.startswith("one: ")
    return out.removeprefix("one: ").removesuffix(".\n")


def record() -> dict[str, object]:
    return json.loads(Path("renders/one/film.json").read_text(encoding="utf-8"))


def edit_record(**inputs: object) -> None:
    fields = record()
    fields["inputs"] |= inputs
    text = json.dumps(sealed(fields))
    Path("renders/one/film.json").write_text(text, encoding="utf-8")


def test_a_film_without_a_video_is_not_built_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_film("one")
    assert why() == "not built yet"
    status, out, err = run("build", "one.py")
    assert status == 0, err
    assert out.startswith("renders/one/one.mp4  (6 of 6 segments drawn, ")
    assert out.endswith(": not built yet)\n")


def test_nothing_is_a_sentence_too(place: Path) -> None:
    assert why() == "nothing changed since renders/one/one.mp4 was built"
    assert run("build", "one.py") == (0, "renders/one/one.mp4  (up to date)\n", "")


def test_a_beat_a_new_one_one_that_is_gone_and_the_rest_of_a_film_are_told_apart(
    place: Path,
) -> None:
    own = "one.py"
    write_film("one", {**BEATS, "second": (1, 1.0)})
    assert why() == f"{own}: beat second changed"
    write_film("one", {**BEATS, "second": (1, 1.0), "fourth": (1, 1.0)})
    assert why() == f"{own}: beat second changed, beat fourth is new"
    write_film("one", {"first": BEATS["first"], "third": BEATS["third"]})
    assert why() == f"{own}: beat second is gone"
    write_film("one", more="    size = 3\n")
    assert why() == f"{own} changed"
    Path("one.py").write_text("class One(\n", encoding="utf-8")
    assert why() == f"{own} changed"


def test_another_film_of_the_same_name_is_another_film(place: Path) -> None:
    Path("other").mkdir()
    Path("other/one.py").write_text(film_text("one", BEATS), encoding="utf-8")
    said = run("why", "other/one.py")[1]
    assert said == "one: renders/one holds another film of this name.\n"
    status, _, err = run("build", "one.py", "other/one.py")
    assert status == 2
    assert err.startswith("steepest: one.py and other/one.py have the same name")


def test_only_an_edited_beat_is_drawn(place: Path) -> None:
    write_film("one", {**BEATS, "second": (1, 1.0)})
    out = run("build", "one.py")[1]
    assert out.startswith("renders/one/one.mp4  (2 of 6 segments drawn, ")
    assert out.endswith("one.py: beat second changed)\n")


def test_a_comment_or_a_line_break_counts_for_nothing_and_is_parsed_once(place: Path) -> None:
    before = contents(Path("renders"))
    Path("one.py").write_text("# A comment.\n\n" + film_text("one", BEATS), encoding="utf-8")
    assert why() == "nothing changed since renders/one/one.mp4 was built"
    old = record()["inputs"]["code"]
    assert run("build", "one.py")[1] == "renders/one/one.mp4  (up to date)\n"
    new = record()["inputs"]["code"]
    assert old != new
    assert [code["code"] for code in old.values()] == [code["code"] for code in new.values()]
    after = contents(Path("renders"))
    for held in (before, after):
        del held["one/film.json"]
    assert before == after


def test_a_module_that_the_film_imports_counts_by_its_code(place: Path) -> None:
    Path("helper.py").write_text("a = 1\n", encoding="utf-8")
    write_film("one", {**BEATS, "second": (1, 1.0)})
    run("build", "one.py")
    Path("helper.py").write_text("a = (1)  # one\n", encoding="utf-8")
    assert why().startswith("nothing changed")
    Path("helper.py").write_text("a = 2\n", encoding="utf-8")
    assert why() == "helper.py changed"
    Path("helper.py").unlink()
    assert why() == "helper.py is gone"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-q", "l"), "quality h → l"),
        (("--theme", "light"), "theme dark → light"),
        (("--set", "f=x^2"), "knob f: 'x' → 'x^2'"),
        (("--set", "one.f=x^2"), "knob f: 'x' → 'x^2'"),
        (("--set", "f=x"), "nothing changed since renders/one/one.mp4 was built"),
        (("--set", "f=y", "--theme", "light"), "theme dark → light; knob f: 'x' → 'y'"),
    ],
)
def test_what_is_set_is_told_with_what_was_set(
    place: Path, arguments: tuple[str, ...], said: str
) -> None:
    assert why(*arguments) == said


def test_variables_and_a_lesson_are_told_as_what_is_typed(place: Path) -> None:
    assert why(STEEPEST_SET="f=x^3") == "knob f: 'x' → 'x^3'"
    assert why(STEEPEST_THEME="light") == "theme dark → light"
    Path("lesson.toml").write_text('theme = "light"\n[all]\nf = "x^2"\n[one]\nf = "x^4"\n')
    assert why() == "theme dark → light; knob f: 'x' → 'x^4'"
    assert why("--set", "f=x", "--theme", "dark").startswith("nothing changed")
    run("build", "one.py")
    assert why().startswith("nothing changed")
    Path("lesson.toml").unlink()
    assert why() == "theme light → dark; knob f: 'x^4' → 'x'"


def test_a_lesson_that_is_none_is_refused_though_all_is_up_to_date(place: Path) -> None:
    Path("lesson.toml").write_text("[all\n")
    status, out, err = run("build", "one.py")
    assert (status, out) == (2, "")
    assert err.startswith("steepest: lesson.toml: this is not valid TOML")
    Path("lesson.toml").write_text("[oen]\nf = 'x'\n")
    status, out, err = run("build", "one.py")
    assert (status, out) == (2, "")
    assert err == 'steepest: lesson.toml: no film named "oen". Did you mean "one"?\n'


def test_a_language_is_a_version_of_its_own(place: Path) -> None:
    status, out, err = run("build", "one.py", "--lang", "en,zh")
    assert status == 0
    assert out.startswith("renders/one/one.mp4  (up to date)\nrenders/one/zh/one.mp4  (6 of 6 ")
    assert err.startswith("steepest: 1 of 2 films rendered in ")
    assert err.endswith(", 1 up to date.\n")
    assert json.loads(Path("renders/one/zh/film.json").read_text())["language"] == "zh"
    assert run("why", "one.py", "--lang", "zh,en")[1] == (
        "one (zh): nothing changed since renders/one/zh/one.mp4 was built.\n"
        "one: nothing changed since renders/one/one.mp4 was built.\n"
    )


def test_versions_fonts_texts_and_manims_settings_are_told(place: Path) -> None:
    edit_record(versions={"av": "1.0", "python": "2.7", "schema": "any"})
    av, python = why().split("; ")
    assert av.startswith("av 1.0 → ")
    assert python == f"python 2.7 → {sys.version_info[0]}.{sys.version_info[1]}"
    edit_record(versions={"steepest-none": "1.0"})
    assert why() == "steepest-none 1.0 → none"
    edit_record(versions={}, words={"zh": {"the hill": "山"}})
    assert why() == 'the Chinese of "the hill" changed'
    edit_record(versions={}, words={}, installed_fonts="others")
    assert why() == "the fonts on this machine changed"
    run("build", "one.py")
    Path("manim.cfg").write_text(
        (ROOT / "manim.cfg").read_text().replace("crf = 21", "crf = 18").replace("1000", "900")
    )
    assert why() == "manim.cfg, [video_encoder.options] crf: 21 → 18"


def test_a_package_that_passes_names_on_counts_by_where_they_come_from(place: Path) -> None:
    facade = "mathcore/__init__.py"
    from studio.fingerprint import Now, facades_of

    facades = facades_of(["mathcore/field.py"], Now())
    assert list(facades) == [facade]
    names = facades[facade]["names"]
    assert names["ScalarField"] == "mathcore.field:ScalarField"
    less = {name: origin for name, origin in names.items() if name != "ScalarField"}
    edit_record(facades={facade: {"bytes": "other", "names": less}})
    assert why().startswith("nothing changed")
    edit_record(facades={facade: {"bytes": "other", "names": names | {"ScalarField": "a:B"}}})
    assert why() == f"{facade}: ScalarField no longer as before"


def test_an_answer_needs_neither_manim_nor_numpy_nor_sympy(place: Path) -> None:
    code = (
        "import sys, studio.picture as p; p.QUALITIES['h'] = p.Picture(96, 64, 10)\n"
        "sys.argv = ['steepest', 'build', 'one.py']\n"
        "import atexit\n"
        "heavy = ('manim', 'numpy', 'sympy', 'av', 'PIL', 'rich', 'babel', 'filelock', 'ast')\n"
        "atexit.register(lambda: print([name for name in heavy if name in sys.modules]))\n"
        "from studio.__main__ import main; main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={"PYTHONPATH": f"{ROOT}:{HERE}", "HOME": str(place), "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[0] == "renders/one/one.mp4  (up to date)", done.stderr
    assert done.stdout.splitlines()[1] in ("[]", "['ast']")


# What it is made of


def test_the_catalogue_is_read_as_babel_reads_it() -> None:
    with (LOCALE / "zh" / "LC_MESSAGES" / "steepest.po").open("rb") as file:
        catalogue = babel_read_po(file, locale="zh")
    assert translations("zh") == {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


def test_beats_are_spread_evenly() -> None:
    weights = {f"beat_{number}": float(number % 7 + 1) for number in range(20)}
    for count in (1, 2, 3, 5):
        groups = balanced(weights, count)
        assert sorted(name for group in groups for name in group) == sorted(weights)
        loads = [sum(weights[name] for name in group) for group in groups]
        assert max(loads) - min(loads) <= max(weights.values())


def test_an_edit_of_a_file_that_a_knob_names_is_told(place: Path) -> None:
    points = Path("points.csv")
    points.write_text("0,1\n", encoding="utf-8")
    write_film("one", more='    data = knob("points.csv", "points", file=True)\n')
    assert run("build", "one.py")[0] == 0
    assert why() == "nothing changed since renders/one/one.mp4 was built"
    points.write_text("0,2\n", encoding="utf-8")
    assert why() == "points.csv changed"
    points.unlink()
    assert why() == "points.csv is gone"
    points.write_text("0,1\n", encoding="utf-8")
    assert why() == "nothing changed since renders/one/one.mp4 was built"


def test_a_file_is_looked_for_where_its_name_was_written(place: Path) -> None:
    film = Declared(("one",), {"data": "a.csv", "f": "x"}, ("data", "f"), ("data",))
    lesson = {"all": {"data": "b.csv"}, "one": {"f": "y"}}
    typed = {"one": {"data": "c.csv"}}
    beside = Path("films")
    plain = Asked("en", "dark", "")
    assert plain.files_of(film, beside) == {"data": Path("films/a.csv")}
    asked = replace(plain, lesson=lesson, folder=Path("week"))
    assert asked.files_of(film, beside) == {"data": Path("week/b.csv")}
    assert replace(asked, typed=typed).files_of(film, beside) == {"data": Path("c.csv")}
