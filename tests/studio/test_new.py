"""A new lesson file: accepted as it is written and with every line set, and never in the way."""

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result
from workplace import ROOT, TELLER

from scenes.stage.film import FILMS, Film
from scenes.stage.lesson import LANGUAGES, knobs_of_films, read_lesson
from scenes.stage.stills import film_in
from studio import catalogue
from studio.__main__ import steepest
from studio.catalogue import films
from studio.new import lesson_text, shared_knobs
from studio.source import read_film
from studio.texts import OWN_LOCALE, translation
from studio.titles import TITLES
from studio.watch import WORDS


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*arguments: str) -> Result:
    return CliRunner().invoke(steepest, ["new", *arguments])


def uncommented(text: str) -> str:
    """The text as an editor uncomments all of its lines: one # goes, and a space after it."""
    return re.sub(r"^# ?", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_a_lesson_as_written_and_with_every_line_uncommented(
    workplace: Path, language: str
) -> None:
    result = new("a.toml", "--lang", language)
    assert (result.exit_code, result.output) == (0, "a.toml\n")
    text = (workplace / "a.toml").read_text(encoding="utf-8")
    as_written = read_lesson(Path("a.toml"), knobs_of_films(FILMS))
    assert as_written.language == (None if language == "en" else language)
    assert not any([as_written.theme, as_written.shared, *as_written.films.values()])

    (workplace / "a.toml").write_text(uncommented(text), encoding="utf-8")
    lesson = read_lesson(Path("a.toml"), knobs_of_films(FILMS))
    assert (lesson.language, lesson.theme) == (language, "dark")
    assert list(lesson.films) == list(films())
    for name, file in films().items():
        declared = film_in(file).knobs()
        kept = {
            knob: declared[knob].checked(knob, value) for knob, value in lesson.films[name].items()
        }
        assert kept == {knob: declared[knob].default for knob in declared}


def test_each_line_says_type_range_default_and_meaning(workplace: Path) -> None:
    new("a.toml")
    text = (workplace / "a.toml").read_text(encoding="utf-8")
    remark = "# how many steps; auto (fitted to f), or a whole number between 1 and 200"
    assert re.search(rf"^# steps = \"auto\" +{re.escape(remark)}$", text, re.MULTILINE)
    assert "## Gradient descent walks down the hill, one step at a time.\n[descent]\n" in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("kind", ["a file", "a folder", "a dead link"])
def test_what_is_there_stays(workplace: Path, kind: str) -> None:
    place = workplace / "a.toml"
    if kind == "a file":
        place.write_text("mine")
    elif kind == "a folder":
        place.mkdir()
    else:
        place.symlink_to("gone.toml")
    result = new("a.toml")
    assert result.exit_code == 2
    assert "a.toml: it is there already and stays as it is." in result.output
    assert kind != "a file" or place.read_text() == "mine"
    assert not (workplace / "gone.toml").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.txt", "a.txt: a lesson is a TOML file. Name it a.toml."),
        ("lesson", "lesson: a lesson is a TOML file. Name it lesson.toml."),
        ("nowhere/a.toml", "nowhere/a.toml: it cannot be written (No such file or directory)."),
    ],
)
def test_a_wrong_place_is_refused(name: str, said: str) -> None:
    result = new(name)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_broken_film_is_left_out_and_told(workplace: Path, monkeypatch) -> None:
    folder = workplace / "films"
    folder.mkdir()
    (folder / "teller.py").write_text(TELLER, encoding="utf-8")
    (folder / "broken.py").write_text("class Broken(")
    monkeypatch.setattr(catalogue.films, "__defaults__", (folder,))
    result = new("a.toml")
    assert result.exit_code == 0
    assert "broken.py, line 1: this is not Python" in result.stderr
    assert set(tomllib.loads((workplace / "a.toml").read_text())) == {"all", "teller"}


def test_all_has_what_several_films_share_with_one_rule(workplace: Path) -> None:
    changes = [
        ("one", "", ""),
        ("two", "knob(0.5,", "knob(0.25,"),
        ("three", "knob(0.5,", "knob(0.25,"),
        ("four", "between=(1, 9)", "between=(1, 99)"),
        ("five", "    loud = ", "    shy = "),
    ]
    for name, old, text in changes:
        source = TELLER.replace("Teller", name.title()).replace(old, text) if old else TELLER
        (workplace / f"{name}.py").write_text(source, encoding="utf-8")
    sources = [read_film(workplace / f"{name}.py") for name, *_ in changes]
    shared = {knob.name: knob.default for knob in shared_knobs(sources)}
    assert shared == {"f": "x", "rate": 0.5, "start": (1.0, 2.0), "loud": False}
    text = lesson_text(sources, Path("a.toml"), "en")
    assert tomllib.loads(uncommented(text))["all"]["rate"] == 0.5


def test_what_only_the_source_can_compute_is_explained_and_not_set(workplace: Path) -> None:
    (workplace / "teller.py").write_text(TELLER.replace("knob(0.5", "knob(1 / 2"), encoding="utf-8")
    text = lesson_text([read_film(workplace / "teller.py")], Path("a.toml"), "en")
    assert "## rate: a number; a number above 0 (computed in the source)" in text
    assert "rate" not in tomllib.loads(uncommented(text))["teller"]


# In Chinese


def test_a_chinese_lesson_explains_itself_in_chinese(workplace: Path) -> None:
    new("a.toml", "--lang", "zh")
    lines = (workplace / "a.toml").read_text(encoding="utf-8").splitlines()
    explained = [line for line in lines if line.startswith("##") and "steepest" not in line.lower()]
    assert all(re.search(r"[\u4e00-\u9fff]", line) for line in explained if line.strip("#"))
    descent = lines[lines.index("[descent]") + 1 :][: len(read_film(films()["descent"]).knobs)]
    assert all(re.search(r"  # .*[\u4e00-\u9fff].*；", line) for line in descent), descent


def test_every_word_of_the_studio_has_its_chinese_and_nothing_else_has() -> None:
    room = ROOT / "studio"
    python = [room / name for name in ("new.py", "knob_source.py", "page.py", "index.py")]
    sources = dict.fromkeys(python, "python")
    sources |= dict.fromkeys((room / "templates").glob("*.j2"), "jinja2")
    ours = {
        message
        for source, kind in sources.items()
        for _, message, *_ in extract_from_file(kind, source, keywords={"tr": None})
    }
    ours |= {*TITLES.values(), *WORDS}
    theirs = {source.summary for source in map(read_film, films().values())} | {
        knob.meaning for file in films().values() for knob in read_film(file).knobs.values()
    }
    with (OWN_LOCALE / "zh" / "LC_MESSAGES" / "steepest.po").open("rb") as file:
        catalogue = {str(message.id) for message in read_po(file) if message.id}
    assert ours <= catalogue
    assert catalogue <= ours | theirs
    for english in ours:
        chinese = translation("zh")(english)
        parts = re.compile(r"\{\w+\}")
        assert sorted(parts.findall(english)) == sorted(parts.findall(chinese))


# The lessons that come with Steepest


@pytest.mark.parametrize("path", sorted(ROOT.glob("lessons/*.toml")), ids=lambda path: path.stem)
def test_a_lesson_that_comes_with_steepest_is_one_that_the_films_accept(path: Path) -> None:
    lesson = read_lesson(path, knobs_of_films(FILMS))
    assert lesson.films
    for name in lesson.films:
        film: type[Film] = film_in(films()[name])
        for knob, (_, value) in lesson.settings_for((name,)).items():
            if knob in film.knobs():
                film.knobs()[knob].checked(knob, value)
