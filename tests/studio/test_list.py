"""The list of films: what is read from a source is what the film is; a broken one harms none."""

import inspect
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from click.testing import CliRunner, Result
from workplace import ROOT, TELLER

from scenes.stage.film import Film
from scenes.stage.stills import film_in
from studio import catalogue
from studio.__main__ import steepest
from studio.catalogue import films
from studio.errors import StudioError
from studio.knob_source import Unread
from studio.source import read_film
from studio.texts import translation
from studio.titles import TITLES, title_of


def listed(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "80"}).invoke(steepest, ["list", *arguments])


@pytest.fixture
def own_films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the studio takes for that of the films, with one film."""
    (tmp_path / "teller.py").write_text(TELLER, encoding="utf-8")
    (tmp_path / "__init__.py").touch()
    monkeypatch.setattr(catalogue.films, "__defaults__", (tmp_path,))
    monkeypatch.setattr(catalogue.film_file, "__defaults__", (tmp_path,))
    return tmp_path


def same_as_the_class(file: Path, film: type[Film]) -> None:
    source = read_film(file)
    assert source.summary == (inspect.getdoc(film) or "").partition("\n")[0]
    assert [beat.name for beat in source.beats] == list(film().beat_names())
    assert list(source.knobs) == list(film.knobs())
    for name, knob in film.knobs().items():
        read = source.knobs[name]
        assert (read.default, read.meaning) == (knob.default, knob.meaning)
        assert read.like == knob.like
        assert (read.above, read.between, read.choices) == (knob.above, knob.between, knob.choices)
        assert read.rule == re.sub(r", such as \[.*?\]", "", knob.rule())


# What is read


@pytest.mark.parametrize("name", list(films()))
def test_what_is_read_is_what_the_film_is(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    same_as_the_class(films()[name], film_in(films()[name]))


def captions_in(file: Path) -> set[str]:
    """Return the sentences that stand in a file."""
    return {text for _, text, *_ in extract_from_file("python", file, keywords={"say": None})}


@pytest.mark.parametrize("name", list(films()))
def test_every_caption_of_a_film_is_told_at_a_beat(name: str) -> None:
    told = {text for beat in read_film(films()[name]).beats for text in beat.captions}
    said = captions_in(films()[name])
    assert said <= told <= said.union(*map(captions_in, (ROOT / "scenes" / "stage").glob("*.py")))
    assert all(beat.captions for beat in read_film(films()[name]).beats)


def test_every_kind_of_knob_and_a_subclass_are_read_as_the_classes_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kinds.py").write_text(
        TELLER.replace("Teller", "Kinds")
        .replace(
            "    @beat\n",
            "    side = knob('left', 'a side', choices=('left', 'right'))\n"
            "    share: float = knob(-0.5, between=(-1, MOST), meaning='a share')\n"
            "    ends = knob([-1.0, 1.0], 'ends', above=-5)\n\n    @beat\n",
            1,
        )
        .replace("\n\n\nclass", "\n\nMOST = 0.25\n\n\nclass", 1),
        encoding="utf-8",
    )
    kinds = film_in(tmp_path / "kinds.py")
    source = read_film(tmp_path / "kinds.py")
    assert source.knobs["ends"].default == (-1.0, 1.0)
    kinds.ends.__dict__["default"] = (-1.0, 1.0)  # a row is a row, list or tuple
    same_as_the_class(tmp_path / "kinds.py", kinds)


def test_a_subclass_is_read_with_its_bases(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from scenes.descent import Descent as Base\n"
        "from scenes.stage import beat, knob\n"
        "class Mine(Base):\n"
        '    """My own hill.\n\n    And more."""\n'
        '    f = "x^2"\n'
        "    rate = 1 / 3\n"
        '    pace = knob(2, "steps a second")\n'
        "    def the_hill(self):\n        self.say('Anew.')\n"
        "    @beat\n    def at_last(self):\n        self.end()\n"
        "    def end(self):\n        self.end()\n        self.say('The end.')\n",
        encoding="utf-8",
    )
    base, mine = read_film(films()["descent"]), read_film(file)
    assert mine.summary == "My own hill."
    assert list(mine.knobs) == [*base.knobs, "pace"]
    assert mine.knobs["f"].default == "x^2"
    assert mine.knobs["rate"].default == Unread("1 / 3")
    assert mine.knobs["start"] == base.knobs["start"]
    assert [beat.name for beat in mine.beats] == [*(beat.name for beat in base.beats), "at_last"]
    assert mine.beats[0].captions == ("Anew.",)
    assert mine.beats[-1].captions == ("The end.",)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"class Film(\n", r"line 1: this is not Python \('\(' was never closed\)"),
        (b"x = 1\n", r"there is no film in it"),
        (b"class A(A): pass\nclass B(C): pass\nclass C(B): pass\n", r"there is no film in it"),
        (b"from broken import X\nfrom . import X\nclass A(X): pass\n", r"there is no film in it"),
        (b"\x00", r"this is not Python \(|null bytes"),
        (b"\xff\xfe", r"this is not Python \(it is no UTF-8 text\)"),
        (b"x = " + b"(" * 5000, r"this is not Python"),
        (b"x = " + b"-" * 100_000 + b"1", r"this is not Python"),
    ],
)
def test_a_source_that_tells_nothing_is_told_with_its_reason(
    tmp_path: Path, source: bytes, said: str
) -> None:
    file = tmp_path / "broken.py"
    file.write_bytes(source)
    with pytest.raises(StudioError, match=said) as refused:
        read_film(file)
    assert str(file) in refused.value.message


# How it is shown


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def test_every_film_and_no_other_has_a_title_and_each_its_own() -> None:
    assert set(TITLES) == set(films())
    chinese = [title_of(name, translation("zh")) for name in TITLES]
    assert len({*TITLES.values()}) == len({*chinese}) == len(TITLES)
    assert all(re.search(r"[\u4e00-\u9fff]", title) for title in chinese)
    assert title_of("my_lecture", translation("zh")) == "My lecture"


def test_films_stand_with_their_titles_and_below_these_with_their_summaries() -> None:
    result = listed()
    assert result.exit_code == 0
    lines = result.output.splitlines()
    heads = [line.split(maxsplit=1) for line in lines if not line.startswith(" ")]
    assert heads == [[name, TITLES[name]] for name in films()]
    at = next(i for i, line in enumerate(lines) if line.startswith("descent "))
    assert lines[at + 1].strip() == "Gradient descent walks down the hill, one step at a time."
    assert max(map(width, lines)) <= 80


@pytest.mark.parametrize("name", list(films()))
def test_a_films_page_has_its_beats_and_knobs_within_80_columns(name: str) -> None:
    result = listed(name)
    assert result.exit_code == 0
    assert max(map(width, result.output.splitlines())) <= 80
    source = read_film(films()[name])
    words = " ".join(result.output.split())
    assert words.startswith(f"{name}: {TITLES[name]} {source.summary} ")
    for number, beat in enumerate(source.beats, 1):
        assert f" {number} {beat.name} " in words
        assert " ".join(beat.captions[-1].split()) in words
    for knob in source.knobs.values():
        shown = knob.shown if len(knob.shown) <= 24 else knob.shown[:23] + "…"
        assert f"{knob.name} {shown} {knob.meaning} ({knob.rule})" in words


def test_a_broken_film_is_named_and_the_others_are_listed(own_films: Path) -> None:
    (own_films / "broken.py").write_text("class Broken(Film):\n  def\n")
    result = listed()
    assert result.exit_code == 0
    words = " ".join(result.output.split())
    assert f"[broken] {own_films / 'broken.py'}, line 2: this is not Python" in words
    assert "teller Teller Tells what was set on it." in words
    result = listed("broken")
    assert result.exit_code == 2
    assert "line 2: this is not Python" in result.output


def test_json_has_everything_of_every_film(own_films: Path) -> None:
    (own_films / "broken.py").write_text("class Broken(Film):\n  def\n")
    broken, teller = json.loads(listed("--json").stdout)
    assert set(broken) == {"film", "file", "error"}
    assert (teller["film"], teller["title"]) == ("teller", "Teller")
    assert teller["summary"] == "Tells what was set on it."
    assert teller["beats"] == [{"name": "it_tells", "captions": ["Told."]}]
    steps = {knob["name"]: knob for knob in teller["knobs"]}["steps"]
    assert steps == {
        "name": "steps",
        "type": "integer",
        "default": 3,
        "rule": "a whole number between 1 and 9",
        "above": None,
        "between": [1, 9],
        "choices": None,
        "like": None,
        "meaning": "a whole number",
    }
    assert json.loads(listed("teller", "--json").stdout) == [teller]


def test_a_film_that_is_not_there_is_refused_with_the_nearest(own_films: Path) -> None:
    result = listed("taller")
    assert result.exit_code == 2
    assert 'No film named "taller". Did you mean "teller"?' in result.output


def test_nothing_heavy_is_imported_and_it_takes_no_time(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from studio.__main__ import steepest\n"
        "steepest(['list', 'descent'], standalone_mode=False)\n"
        "heavy = {'manim', 'numpy', 'sympy', 'typst', 'babel'} & set(sys.modules)\n"
        "print(time.process_time(), sorted(heavy), file=sys.stderr)\n"
    )
    seconds = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-P", "-c", program],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        time, _, heavy = done.stderr.partition(" ")
        assert heavy.strip() == "[]"
        seconds.append(float(time))
    assert min(seconds) < 0.5
