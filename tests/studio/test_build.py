"""Plain Manim's part in building: what is set reaches the film, and none harms the others."""

import json
import math
import os
import signal
import time
from pathlib import Path

import av
import pytest
from click.testing import CliRunner
from sampling import sampled
from workplace import BROKEN, SMALL, TELLER, run, start

from scenes.stage.theme import THEMES as FILM_THEMES
from studio.__main__ import steepest
from studio.catalogue import films
from studio.errors import StudioError
from studio.options import SET, THEMES, Settings, check_names, joined


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the film teller.py, no manim.cfg and no lesson."""
    (tmp_path / "teller.py").write_text(TELLER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("STEEPEST_LESSON", "STEEPEST_LANG", "STEEPEST_SET", "STEEPEST_THEME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def frames_of(video: Path) -> tuple[int, int, int]:
    """Frames, width and height of a video that decodes to its end."""
    with av.open(str(video)) as container:
        frames = list(container.decode(video=0))
    return len(frames), frames[0].width, frames[0].height


# With films


def test_a_film_is_rendered_as_it_was_set_and_its_path_is_printed(workplace: Path) -> None:
    assignments = ["f=x^2 + 3y = #1", "rate=pi/4", "teller.steps=7", "start=1/2,-1", "loud=true"]
    options = [word for text in assignments for word in ("--set", text)]
    status, out, err = run("build", "teller.py", *options, "--theme", "light", *SMALL)
    assert status == 0, err
    assert err == "teller: it_tells\n"
    video = workplace / "renders" / "teller" / "108p5" / "Teller.mp4"
    assert out.startswith(f"{video}  (")
    assert len(out.splitlines()) == 1
    frames, *size = frames_of(video)
    assert frames > 3
    assert size == [192, 108]
    assert json.loads((workplace / "told.json").read_text()) == {
        "f": "x^2 + 3y = #1",
        "rate": math.pi / 4,
        "steps": 7,
        "start": [0.5, -1.0],
        "loud": True,
        "language": "en",
        "theme": "light",
    }


def test_the_command_line_beats_the_variables_and_these_the_lesson(workplace: Path) -> None:
    (workplace / "week3.toml").write_text(
        'language = "zh"\ntheme = "light"\n[teller]\nf = "lesson"\nrate = 1\nsteps = 4\n[all]\n'
        "start = [9, 9]\n",
        encoding="utf-8",
    )
    status, _, err = run(
        *("build", "teller.py", "--lesson", "week3.toml", "--lang", "en", "--set", "rate=3"),
        *SMALL,
        STEEPEST_SET="steps=5\nteller.rate=2",
        STEEPEST_LESSON="nowhere.toml",
    )
    assert status == 0, err
    told = json.loads((workplace / "told.json").read_text())
    assert (told["rate"], told["steps"], told["f"]) == (3, 5, "lesson")
    assert told["start"] == [9, 9]
    assert (told["language"], told["theme"]) == ("en", "light")


def test_a_film_that_refuses_or_breaks_does_not_stop_the_others(workplace: Path) -> None:
    (workplace / "broken.py").write_text(BROKEN, encoding="utf-8")
    (workplace / "shy.py").write_text(TELLER.replace("above=0", "above=3"), encoding="utf-8")
    status, out, err = run("build", "broken.py", "shy.py", "teller.py", "--set", "rate=2", *SMALL)
    assert status == 1
    assert len(out.splitlines()) == 1
    assert out.startswith(str(workplace / "renders" / "teller"))
    assert "steepest: --set rate: rate = 2: a number; it must be a number above 3." in err
    assert "RuntimeError: out of chalk" in err
    assert "steepest: broken: the film broke while it was drawn." in err
    assert err.endswith("steepest: 1 of 3 films rendered; refused: shy; broken: broken.\n")
    assert not list(workplace.rglob("renders/shy/**/*.mp4"))


def test_a_refusal_alone_ends_with_2_and_one_sentence(workplace: Path) -> None:
    os.mkfifo(workplace / "lesson.toml")
    began = time.monotonic()
    status, out, err = run("build", "teller.py", *SMALL)
    assert (status, out) == (2, "")
    assert err == "steepest: lesson.toml: a lesson is a text file; this is a pipe.\n"
    assert time.monotonic() - began < 60  # the others on this machine included


def test_a_film_that_is_not_python_is_told_in_a_sentence(workplace: Path) -> None:
    (workplace / "slip.py").write_text("class Slip(Film):\n  def\n")
    status, output, calls = build("slip.py", "teller.py")
    assert status == 1
    assert output == (
        "steepest: slip.py, line 2: this is not Python (invalid syntax).\n"
        "steepest: 1 of 2 films rendered; broken: slip.\n"
    )
    assert [arguments[-1] for arguments, _ in calls] == ["teller.py"]


def test_a_lesson_that_all_films_would_refuse_is_refused_once(workplace: Path) -> None:
    (workplace / "lesson.toml").write_text("[tell]\nrate = 1\n")
    status, out, err = run("build", "descent", "teller.py", *SMALL)
    assert (status, out) == (2, "")
    said = 'steepest: lesson.toml: no film named "tell". Did you mean "teller"?\n'
    assert err == said


@pytest.mark.parametrize("number", sampled([signal.SIGTERM, signal.SIGINT], 1))
def test_an_interruption_ends_the_worker_and_leaves_what_was_there(
    workplace: Path, number: signal.Signals
) -> None:
    out = run("build", "teller.py", *SMALL)[1]
    video = Path(out.split("  (")[0])
    before = video.read_bytes()
    text = TELLER.replace('"Told."', '"Told at length."').replace(
        "Path(", "Path('worker').write_text(str(__import__('os').getpid()));Path("
    )
    (workplace / "teller.py").write_text(
        text + '        self.say("More.")\n        self.wait(3600)\n', encoding="utf-8"
    )
    with start("build", "teller.py", "-q", "k", "--", "-v", "WARNING") as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "teller: it_tells\n"
        while not list(workplace.rglob("renders/.cache/segments/teller/*/.unfinished-*")):
            assert process.poll() is None
            time.sleep(0.05)
        worker = int((workplace / "worker").read_text())
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else 143)
    assert "Traceback" not in out + err
    if number == signal.SIGINT:
        assert err.endswith(
            "steepest: stopped while teller was drawn; earlier videos are as they were.\n"
        )
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    assert video.read_bytes() == before
    assert not list(workplace.rglob(".unfinished-*"))


# Without


PLAIN = ("--format", "gif")


def build(*arguments: str) -> tuple[int, str, list[tuple[list[str], dict[str, str]]]]:
    """Run the command as plain Manim does it, with a worker that only notes what it is given."""
    if "--format" not in arguments:
        arguments = (*PLAIN, *arguments)
    calls: list[tuple[list[str], dict[str, str]]] = []

    def worker(module: str, arguments: list[str], settings: dict[str, str]) -> int:
        if module == "scenes.stage.command":
            calls.append((arguments, settings))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("studio.plain.run_aloud", worker)
        result = CliRunner().invoke(steepest, ["build", *arguments])
    return result.exit_code, result.output, calls


def test_without_a_name_all_films_are_built_at_1080p60(workplace: Path) -> None:
    status, _, calls = build()
    assert status == 0
    assert [arguments for arguments, _ in calls] == [
        ["-qh", *PLAIN, str(file)] for file in films().values()
    ]
    assert [settings for _, settings in calls] == [{}] * len(films())


def test_a_film_that_is_named_twice_is_built_once(workplace: Path) -> None:
    assert len(build("descent", "teller.py", "descent")[2]) == 2


def test_what_stands_after_two_dashes_is_manims(workplace: Path) -> None:
    options = ("-q", "l", "--format", "gif", "teller.py", "--", "--fps", "5", "--lang", "--")
    assert build(*options)[2] == [
        (["-ql", "--format", "gif", "--fps", "5", "--lang", "--", "teller.py"], {})
    ]


def test_the_options_become_the_variables_that_plain_manim_reads(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workplace / "a.toml").touch()
    monkeypatch.setenv(SET, "descent.rate=1\nsteps=5")
    options = ("--lang", "zh", "--theme", "light", "--lesson", "a.toml", "--set", "rate=2")
    ((_, settings),) = build("descent", *options)[2]
    assert settings == {
        "STEEPEST_LANG": "zh",
        "STEEPEST_THEME": "light",
        "STEEPEST_LESSON": "a.toml",
        "STEEPEST_SET": "steps=5\nrate=2",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["decent"], 'No film named "decent". Did you mean "descent"?'),
        (["descent", "--set", "rat=1"], 'the film descent has no knob "rat". Did you mean "rate"?'),
        (
            ["descent", "teller.py", "--set", "lod=1"],
            'no film has a knob "lod". Did you mean "loud"',
        ),
        (["descent", "--set", "loud=1"], 'the film descent has no knob "loud". There are: f, '),
        (["descent", "--set", "decent.rate=1"], 'no film named "decent". Did you mean "descent"?'),
        (["teller.py", "--set", "descent.rate=1"], 'the film "descent" is not among those'),
        (["teller.py", "--set", "teller.rat=1"], "--set teller.rat: the film teller has no knob"),
        (["--set", "theme=light"], 'no film has a knob "theme". Use the option --theme.'),
        (["--set", "language=zh"], 'no film has a knob "language". Use the option --lang.'),
        (["--set", "rate"], "--set rate: write it as NAME=VALUE, such as rate=0.2."),
        (["--set", "=2"], "--set =2: write it as NAME=VALUE"),
        (["--set", "f=x\ny"], "--set f: a value is one line of text."),
        (["--lesson", "teler.toml"], "--lesson teler.toml: there is no such file. `steepest new`"),
        (["--theme", "drak"], "'drak' is not one of 'dark', 'light'"),
        (["--lang", "en,zh"], "draws one film after another, in one language."),
        (["--jobs", "2"], "Leave out --jobs and --scheduler, and name one language."),
        (["--lang", "fr"], "'fr' is not one of 'en', 'zh', or both: en,zh."),
    ],
)
def test_what_is_not_there_is_refused_before_anything_is_drawn(
    workplace: Path, arguments: list[str], said: str
) -> None:
    status, output, calls = build(*arguments)
    assert status == 2
    assert said in output
    assert not calls


def test_a_lesson_nearby_is_proposed(workplace: Path) -> None:
    (workplace / "week3.toml").touch()
    assert 'Did you mean "week3.toml"?' in build("--lesson", "wek3.toml")[1]


def test_a_subclass_has_the_knobs_and_the_name_of_its_base(workplace: Path) -> None:
    (workplace / "mine.py").write_text(
        "from scenes.descent import Descent\nclass Mine(Descent):\n    rate = 0.1\n"
    )
    for name in ("rate", "mine.rate", "descent.rate"):
        check_names(Settings((f"{name}=1",)), [Path("mine.py")])
    with pytest.raises(StudioError, match="the film mine has no knob"):
        check_names(Settings(("loud=1",)), [Path("mine.py")])


def test_a_film_that_cannot_be_read_may_have_any_knob(workplace: Path) -> None:
    (workplace / "broken.py").write_text("class Broken(\n")
    check_names(Settings(("loud=1",)), [Path("broken.py"), films()["descent"]])


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        ("", ["a=1", "b= x=y "], "a=1\nb= x=y "),
        ("a=1\nb=2", ["a=3"], "b=2\na=3"),
        ("film.a=1\nb=2", ["a=3"], "b=2\na=3"),
        ("a=1\nfilm.a=2", ["film.a=3"], "a=1\nfilm.a=3"),
    ],
)
def test_what_is_typed_takes_the_place_of_what_the_variable_held(
    before: str, typed: list[str], after: str
) -> None:
    assert joined(before, typed) == after


def test_the_command_knows_the_themes_of_the_films() -> None:
    assert tuple(FILM_THEMES) == THEMES
