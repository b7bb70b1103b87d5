"""The storyboard: which film is meant, what is on the sheet, and how each failure ends."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from scenes.stage.formula import chinese_font
from scenes.stage.lesson import LANGUAGES as FILM_LANGUAGES
from studio.__main__ import steepest
from studio.catalogue import film_file, films
from studio.errors import FilmRefusedError, StudioError, WorkerCrashedError
from studio.options import LANGUAGES
from studio.storyboard import compose, make_storyboard, sheet_name
from studio.worker import run_worker

ROOT = Path(__file__).resolve().parents[2]

TINY_FILM = '''
from manim import FadeIn, Square

from scenes.stage import Film, beat, knob


class Tiny(Film):
    """A square grows."""

    side = knob(1.0, "side of the square", above=0)

    def cast(self):
        self.square = Square(self.side, fill_opacity=1, stroke_width=0, color=self.theme.path)

    @beat
    def a_square(self):
        self.say("A square of side $s$.")
        self.play(FadeIn(self.square))

    @beat
    def it_grows(self):
        self.say("Now it is three times as wide.")
        self.play(self.square.animate.scale(3))
'''


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with a tiny film, tiny.py, and no lesson."""
    (tmp_path / "tiny.py").write_text(TINY_FILM, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("STEEPEST_LESSON", "STEEPEST_LANG", "STEEPEST_SET", "STEEPEST_THEME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def storyboard(*arguments: str) -> Result:
    return CliRunner().invoke(steepest, ["storyboard", *arguments])


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB")).astype(int)


def place_of(picture: np.ndarray, color: tuple[int, int, int]) -> tuple[np.ndarray, int]:
    """The centre (x, y) and the count of the pixels that have a colour, or nearly so."""
    rows, columns = np.nonzero(np.abs(picture - color).max(axis=-1) <= 3)
    return np.array([columns.mean(), rows.mean()]), len(rows)


# Which film


def test_a_film_is_known_by_the_stem_of_its_file() -> None:
    assert films()["descent"] == ROOT / "scenes" / "descent.py"
    assert "__init__" not in films()
    assert film_file("descent") == ROOT / "scenes" / "descent.py"


def test_a_film_may_be_a_file_of_ones_own(workplace: Path) -> None:
    assert film_file("tiny.py") == Path("tiny.py")


@pytest.mark.parametrize(
    ("film", "message"),
    [
        ("decent", 'No film named "decent". Did you mean "descent"?'),
        ("stage", 'No film named "stage".'),
        ("", 'No film named "".'),
        ("tini.py", 'tini.py: there is no such file. Did you mean "tiny.py"?'),
        ("scenes/decent.py", 'there is no such file. Did you mean "descent"?'),
        ("films/notes.txt", "a film is a Python file, such as scenes/descent.py."),
        ("folder.py", "folder.py: a film is a file; this is a folder."),
    ],
)
def test_a_film_that_is_not_there_is_refused(workplace: Path, film: str, message: str) -> None:
    (workplace / "folder.py").mkdir()
    result = storyboard(film)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (workplace / "renders").exists()


def test_the_command_knows_the_languages_of_the_films() -> None:
    assert LANGUAGES == FILM_LANGUAGES


# What is on the sheet


def test_the_sheet_of_a_film_has_the_last_frame_that_manim_draws(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []

    def spy(stills: Path, columns: int) -> bytes:
        told.append(json.loads((stills / "beats.json").read_text(encoding="utf-8")))
        return compose(stills, columns)

    monkeypatch.setattr("studio.storyboard.compose", spy)
    result = storyboard("tiny.py", "--height", "180", "--columns", "2")
    assert result.exit_code == 0, result.output
    sheet = workplace / "renders" / "tiny" / "storyboard.png"
    assert result.stdout.strip() == str(sheet.relative_to(workplace))
    assert [path.name for path in sheet.parent.iterdir()] == ["storyboard.png"]
    assert not list(workplace.rglob("*.mp4"))

    manim = ["-m", "manim", "-s", "-r", "320,180", "--media_dir", "media", "tiny.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *manim], check=True, capture_output=True, env=environment)
    (drawn,) = (workplace / "media").rglob("Tiny*.png")
    picture, frame = pixels(sheet), pixels(drawn)
    # The second still: right of the margin, a still and a gap (22 + 320 + 14).
    # The square's side is 3 units of 8, 67.5 pixels of 180; the frame's middle is the square's.
    (x, y), count = place_of(picture[:, 356:], (0xE3, 0x77, 0xA8))
    assert count == pytest.approx(67.5**2, rel=0.05)
    left, top = 356 + round(x - 159.5), round(y - 89.5)
    on_sheet = picture[top : top + 180, left : left + 320]
    assert left == 356
    assert np.array_equal(on_sheet[4:-4, 4:-4], frame[4:-4, 4:-4])  # within the border

    (facts,) = told
    assert facts["summary"] == "A square grows."
    assert facts["knobs"] == {"side": "1"}
    first, second = facts["beats"]
    assert [first["name"], second["name"]] == ["a_square", "it_grows"]
    assert first["caption"] == "A square of side $s$."
    assert first["ends"] >= 0.5 + 19 / 15  # it comes in half a second; 15 characters a second
    assert second["begins"] == first["ends"]


def test_a_sheet_shows_what_was_set(workplace: Path) -> None:
    options = ("--set", "side=1/2", "--theme", "light", "--height", "180", "--columns", "2")
    result = storyboard("tiny.py", *options)
    assert result.exit_code == 0, result.output
    picture = pixels(workplace / result.stdout.strip())
    assert (picture[0] == (0xFA, 0xFA, 0xF7)).all()
    _, count = place_of(picture[:, 356:], (0xB0, 0x2C, 0x73))
    assert math.sqrt(count) == pytest.approx(1.5 / 8 * 180, abs=2)  # its edges are blended


def test_a_name_that_the_film_has_not_is_refused(workplace: Path) -> None:
    result = storyboard("tiny.py", "--set", "sid=2")
    assert result.exit_code == 2
    assert 'the film tiny has no knob "sid". Did you mean "side"?' in result.stderr


RED, GREEN, BLUE = (200, 30, 30), (30, 160, 40), (40, 60, 220)


def plain_stills(
    folder: Path, captions: list[str], fonts: Sequence[str] = ("Libertinus Serif",)
) -> Path:
    """Stills of one colour each, 200 by 100, and what is told of them."""
    folder.mkdir()
    beats = []
    for number, (color, caption) in enumerate(zip((RED, GREEN, BLUE), captions, strict=True)):
        file = f"{number}.png"
        Image.new("RGB", (200, 100), color).save(folder / file)
        beat = {"name": f"beat_{number}", "title": f"beat {number}", "caption": caption}
        beats.append({**beat, "file": file, "begins": 61.0 * number, "ends": 61.0 * (number + 1)})
    facts = {
        "film": "plain",
        "summary": "",
        "language": "en",
        "fonts": list(fonts),
        "colours": {
            "ink": "#FFFFFF",
            "quiet": "#999999",
            "gradient": "#E69F00",
            "background": "#000000",
        },
        "knobs": {"f": 'x^2 "#eval" $'},
        "width": 200,
        "height": 100,
        "beats": beats,
    }
    (folder / "beats.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def test_stills_stand_in_rows_at_their_own_size_on_the_background(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    sheet.write_bytes(compose(plain_stills(tmp_path / "stills", ["one", "two", "three"]), 2))
    picture = pixels(sheet)
    places = [place_of(picture, color) for color in (RED, GREEN, BLUE)]
    for _, count in places:
        assert count == pytest.approx(200 * 100, rel=0.03)
    (first, second, third) = (centre for centre, _ in places)
    assert second[1] == pytest.approx(first[1], abs=1)
    assert second[0] - first[0] == pytest.approx(200 * 1.045, abs=0.5)
    assert third[0] == pytest.approx(first[0], abs=1)
    assert third[1] - first[1] > 100
    assert (picture[0] == 0).all()
    assert (picture[:, -1] == 0).all()


def test_captions_stand_under_their_stills(tmp_path: Path) -> None:
    both = [["one", "two", "three"], ["one", "other words", "three"]]
    pictures = []
    for number, captions in enumerate(both):
        sheet = tmp_path / f"{number}.png"
        sheet.write_bytes(compose(plain_stills(tmp_path / f"stills{number}", captions), 3))
        pictures.append(pixels(sheet))
    centre, _ = place_of(pictures[0], GREEN)
    rows, columns = np.nonzero((pictures[0] != pictures[1]).any(axis=-1))
    assert rows.min() > centre[1] + 50
    assert columns.min() >= centre[0] - 101
    assert columns.max() <= centre[0] + 101


@pytest.mark.parametrize(
    ("running", "broken"),
    [
        ("一二三四五六七八，" * 5, "一二三四五六七八，" * 3 + "\\ " + "一二三四五六七八，" * 2),
        ("一二三四五六七八九。" * 4, "一二三四五六七八九。" * 3 + "\\ 一二三四五六七八九。"),
    ],
)
def test_a_chinese_caption_breaks_behind_punctuation(
    tmp_path: Path, running: str, broken: str
) -> None:
    sheets = [
        compose(plain_stills(tmp_path / name, [caption] * 3, [chinese_font()]), 3)
        for name, caption in (("running", running), ("broken", broken))
    ]
    assert sheets[0] == sheets[1]


def test_a_chinese_caption_without_punctuation_stays_under_its_still(tmp_path: Path) -> None:
    pictures = []
    for number, captions in enumerate([["", "", ""], ["一二三四五六七八九十" * 8, "", ""]]):
        sheet = tmp_path / f"{number}.png"
        stills = plain_stills(tmp_path / f"stills{number}", captions, [chinese_font()])
        sheet.write_bytes(compose(stills, 3))
        pictures.append(pixels(sheet))
    height = min(map(len, pictures))
    columns = np.nonzero((pictures[0][:height] != pictures[1][:height]).any(axis=-1))[1]
    centre, _ = place_of(pictures[0], RED)
    assert len(columns)
    assert columns.max() <= centre[0] + 101


def test_a_caption_that_cannot_be_set_is_told_without_a_traceback(tmp_path: Path) -> None:
    stills = plain_stills(tmp_path / "stills", ["one", "an open $formula", "three"])
    with pytest.raises(WorkerCrashedError, match="the sheet could not be set: unclosed"):
        compose(stills, 3)


def test_a_chinese_sheet_says_so_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "beats.json").write_text('{"language": "zh"}', encoding="utf-8")
    assert sheet_name(tmp_path) == "storyboard-zh.png"


# How a failure ends


def test_a_refusal_of_the_film_is_passed_on_and_the_old_sheet_stays(workplace: Path) -> None:
    (workplace / "lesson.toml").write_text("[all]\nrate = -0.1\n", encoding="utf-8")
    old = workplace / "renders" / "descent" / "storyboard.png"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"yesterday's")
    result = storyboard("descent", "--height", "90")
    assert result.exit_code == 2
    assert result.stderr.startswith("steepest: lesson.toml, [all]: rate = -0.1")
    assert "Traceback" not in result.output
    assert old.read_bytes() == b"yesterday's"
    assert [path.name for path in old.parent.iterdir()] == ["storyboard.png"]


def test_a_film_that_breaks_ends_with_its_last_words(workplace: Path) -> None:
    (workplace / "broken.py").write_text(TINY_FILM + "\nraise RuntimeError('out of chalk')\n")
    result = storyboard("broken.py")
    assert result.exit_code == 1
    assert result.stderr.startswith("steepest: broken: the film broke while it was drawn.")
    assert result.stderr.rstrip().endswith("RuntimeError: out of chalk")


def test_a_file_without_a_film_is_refused(workplace: Path) -> None:
    (workplace / "notes.py").write_text("chalk = 3\n", encoding="utf-8")
    result = storyboard("notes.py")
    assert result.exit_code == 2
    assert "notes.py: there is no film in it." in result.stderr


def test_what_cannot_be_written_is_refused_before_anything_is_drawn(workplace: Path) -> None:
    (workplace / "renders").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StudioError, match=r"renders/tiny: the sheet cannot be written there"):
        make_storyboard(Path("tiny.py"))
    (workplace / "folder.png").mkdir()
    with pytest.raises(StudioError, match="this is a folder"):
        make_storyboard(Path("tiny.py"), output=Path("folder.png"))
    with pytest.raises(StudioError, match=r"a storyboard is a PNG picture. Name it sheet.png."):
        make_storyboard(Path("tiny.py"), output=Path("sheet.jpg"))


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a module `worker` that run_worker finds."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "worker.py"


def heard(source: str, worker: Path) -> list[str]:
    worker.write_text(source, encoding="utf-8")
    return run_worker("descent", "worker", [], {"SUM": "∇"}, lambda line: line == "news")


def test_a_worker_gets_its_settings_and_its_news_are_taken_out(worker: Path) -> None:
    source = "import os; print('news'); print(os.environ['SUM'])"
    assert heard(source, worker) == ["∇"]


def test_a_worker_that_exits_2_refused(worker: Path) -> None:
    with pytest.raises(FilmRefusedError, match=r"^too steep$"):
        heard("import sys; print('too steep', file=sys.stderr); sys.exit(2)", worker)


def test_of_a_crash_only_the_end_is_shown(worker: Path) -> None:
    with pytest.raises(WorkerCrashedError) as crash:
        heard("import sys; print('chatter\\n' * 50000, 'the end'); sys.exit(3)", worker)
    assert crash.value.message.endswith("the end")
    assert len(crash.value.message.splitlines()) == 13


def test_a_worker_that_was_killed_is_told_as_such(worker: Path) -> None:
    with pytest.raises(WorkerCrashedError, match="was killed; was there too little memory"):
        heard("import os; os.kill(os.getpid(), 9)", worker)
