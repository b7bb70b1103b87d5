"""Captions: each has its Chinese, keeps its maths, fits the strip in one line, and can be read."""

from __future__ import annotations

import inspect
import random
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from manim import tempconfig

from scenes.stage.captions import LOCALE, caption, reading_time, translations
from scenes.stage.film import Film, beat
from scenes.stage.formula import Typesetter, chinese_font
from scenes.stage.stills import film_in
from scenes.stage.theme import CAPTION, CAPTION_EM, DARK, QUICK, REST, SMALLEST_EM, Zone

SCENES = LOCALE.parents[1]

LIMITS = {"en": 15.0, "zh": 7.0}
"""Characters a second, as the design sets them."""


def source_captions() -> dict[str, str]:
    """Every text that the films say, and the file it stands in."""
    found = extract_from_dir(
        SCENES, method_map=[("**.py", "python")], keywords={"say": None, "tr": None}
    )
    return {message: file for file, _, message, *_ in found}


def catalogue():
    path = LOCALE / "zh" / "LC_MESSAGES" / "steepest.po"
    with path.open("rb") as file:
        return read_po(file, locale="zh", abort_invalid=True)


PART = re.compile(r"\{\w+\}")
"""What `say` fills in after the translation."""

CAPTIONS = sorted(source_captions())


def titles() -> set[str]:
    """What storyboards call the films and their beats."""
    films = [film_in(path) for path in sorted(SCENES.glob("*.py")) if path.stem != "__init__"]
    beats = [
        name for film in films for name, value in vars(film).items() if hasattr(value, "is_beat")
    ]
    summaries = {(inspect.getdoc(film) or "").partition("\n")[0] for film in films}
    return summaries | {name.replace("_", " ") for name in beats}


BOTH = [("en", text) for text in CAPTIONS] + [("zh", text) for text in CAPTIONS]


def in_language(language: str, english: str) -> str:
    """A caption as it is shown, its parts filled in with a name as long as names are."""
    text = english if language == "en" else translations("zh")[english]
    return PART.sub("$theta$", text)


SAMPLE = [(language, text) for text in sorted(CAPTIONS, key=len)[-20:] for language in LIMITS]
SAMPLE += random.Random(5).sample([each for each in BOTH if each not in SAMPLE], 80)
"""The longest captions, and some others."""


def test_the_films_say_something():
    assert len(CAPTIONS) >= 8
    assert "descent.py" in source_captions().values()


@pytest.mark.parametrize("keyword", ["say", "tr"])
def test_every_text_is_written_where_it_is_said(keyword):
    """A text that is put together while the film runs could not be found or translated."""
    for path in SCENES.glob("*.py"):
        calls = len(re.findall(rf"\bself\.{keyword}\(", path.read_text(encoding="utf-8")))
        found = list(
            extract_from_dir(
                path.parent, method_map=[(path.name, "python")], keywords={keyword: None}
            )
        )
        assert calls == len(found), path.name


def test_every_text_has_its_chinese():
    assert not [text for text in {*CAPTIONS, *titles()} if not translations("zh").get(text)]


def test_the_catalogue_holds_nothing_fuzzy_unused_or_twice():
    messages = [message for message in catalogue() if message.id]
    assert not [message.id for message in messages if message.fuzzy]
    used = {*CAPTIONS, *titles()}
    assert not [message.id for message in messages if message.id not in used]
    assert not catalogue().obsolete
    texts = [message.string for message in messages]
    assert len(texts) == len(set(texts))


def test_the_catalogues_header_says_its_language_and_encoding():
    head = catalogue().mime_headers
    assert ("Language", "zh") in head
    assert ("Content-Type", "text/plain; charset=utf-8") in [(k, v.lower()) for k, v in head] or (
        "Content-Type",
        "text/plain; charset=UTF-8",
    ) in head


@pytest.mark.parametrize("english", CAPTIONS)
def test_the_chinese_has_the_same_maths_and_is_chinese(english):
    chinese = translations("zh")[english]
    same = re.compile(rf"\$[^$]*\$|{PART.pattern}")
    assert sorted(same.findall(english)) == sorted(same.findall(chinese))
    words = re.sub("Adam|sigmoid", "", same.sub("", chinese))  # names that stay as they are
    assert re.search(r"[\u4e00-\u9fff]", words)
    assert not re.search(r"[A-Za-z,.?!;:]", words)  # Chinese words and Chinese punctuation


def fits(language: str, english: str) -> None:
    """Check that a caption is one line of a readable size in its strip."""
    typesetter = Typesetter(DARK, language)
    text = in_language(language, english)
    natural = typesetter.words(text, em=CAPTION_EM)
    line = caption(text, typesetter)
    left, right = line.get_left()[0], line.get_right()[0]
    assert CAPTION.contains(Zone(left, right, line.get_bottom()[1], line.get_top()[1]))
    assert natural.height < 2 * CAPTION_EM  # two lines would be taller
    assert CAPTION_EM * line.width / natural.width >= SMALLEST_EM


@pytest.mark.parametrize(("language", "english"), SAMPLE)
def test_a_caption_fits_its_strip_in_one_line_at_a_readable_size(language, english):
    fits(language, english)


@pytest.mark.audit
@pytest.mark.parametrize(("language", "english"), [each for each in BOTH if each not in SAMPLE])
def test_every_caption_fits_its_strip_in_one_line_at_a_readable_size(language, english):
    fits(language, english)


@pytest.mark.parametrize(("language", "english"), BOTH)
def test_the_reading_time_holds_the_speed_limit(language, english):
    text = in_language(language, english)
    shown = re.sub(r"[$\\*_#]", "", text)
    seconds = reading_time(text, language)
    assert len(shown) / seconds <= LIMITS[language] + 1e-9
    assert seconds <= len(shown) / LIMITS[language] + 0.1 + 1e-9  # and no longer than needed


def test_a_missing_translation_would_be_found(tmp_path):
    """The extraction sees what is said in a new film."""
    (tmp_path / "new.py").write_text('class A:\n    def b(self):\n        self.say("Hello.")\n')
    found = extract_from_dir(
        tmp_path, method_map=[("**.py", "python")], keywords={"say": None, "tr": None}
    )
    assert [message for _, _, message, *_ in found] == ["Hello."]


class Talker(Film):
    """A film that says short and long things, and moves on at once."""

    long = "A sentence of some length, which nobody could take in if it went away too soon."

    @beat
    def one(self) -> None:
        """Say something long."""
        self.say(self.long)

    @beat
    def two(self) -> None:
        """Say something short."""
        self.say("Yes.")

    @beat
    def three(self) -> None:
        """Say something while something long goes on."""
        self.say(self.long)
        self.wait(30)


def test_a_caption_stays_until_it_can_be_read_and_no_beat_ends_without_a_rest(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STEEPEST_LANG", raising=False)
    ends: list[float] = []
    with tempconfig({"dry_run": True, "media_dir": str(tmp_path), "progress_bar": "none"}):
        film = Talker(skip_animations=True)
        film.after_beat.append(lambda scene: ends.append(scene.clock))
        film.render()
    read = len(Talker.long) / LIMITS["en"]
    assert read <= ends[0] - QUICK <= read + 0.2
    assert ends[1] - ends[0] == pytest.approx(QUICK + max(REST, 0.3))
    assert ends[2] - ends[1] == pytest.approx(QUICK + 30 + REST)


def test_chinese_is_set_in_an_installed_chinese_font():
    assert chinese_font() in Typesetter(DARK, "zh").fonts
    assert Path(LOCALE, "zh", "LC_MESSAGES", "steepest.po").is_file()
