"""The lecture page as files: what stands in them, beside the video, for as long as it is there."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from incremental import BEATS, contents, run, write_film

from studio.index import index_page
from studio.page import snippets, webvtt, write_page
from studio.record import Record, output_of, sealed
from studio.texts import translation

HOSTILE = (
    """</script><script>alert(1)</script><!-- "><img src=x onerror='alert(2)'> {{ 7*7 }} \\ ]"""
)
"""A text that would run in a page that does not escape it, in one place or another."""


class Page(HTMLParser):
    """The elements of a page: attributes of each by its tag, the text in each kind of element."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]][-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """All that is read in it."""
        return "\n".join(text for texts in self.texts.values() for text in texts)

    @property
    def links(self) -> list[str]:
        """All places that it names."""
        return [
            attributes[name]
            for _, attributes in self.elements
            for name in ("src", "href", "poster", "data", "action", "srcset")
            if name in attributes and attributes.get("rel") != "icon"
        ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the film one, built in both languages."""
    place = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        write_film("one")
        status, _, err = run("build", "one.py", "-ql", "--lang", "en,zh")
        assert status == 0, err
    return place


@pytest.fixture
def place(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder to work in, as it was built; whatever is done there is undone."""
    kept = tmp_path / "kept"
    shutil.copytree(built, kept)
    monkeypatch.chdir(built)
    yield built
    shutil.rmtree(built)
    shutil.copytree(kept, built)


def record_in(folder: Path) -> dict[str, Any]:
    record = Record.of(folder)
    assert record is not None
    return dict(record.fields)


def hostile(fields: Mapping[str, Any], text: str = HOSTILE) -> dict[str, Any]:
    """A record in which every text is hostile."""
    both = {"en": text, "zh": text}
    beats = [{**beat, "title": both, "caption": both, "said": both} for beat in fields["beats"]]
    return {
        **fields,
        "film": text,
        "summary": both,
        "beats": beats,
        "knobs": {text: text},
        "formula": {"text": text, "latex": text},
    }


# What is there


def test_a_build_writes_pages_and_captions_and_records_them(built: Path) -> None:
    for folder in (built / "renders/one", built / "renders/one/zh"):
        fields = record_in(folder)
        assert fields["page"] == "index.html"
        assert fields["single_file"] == "single.html"
        assert fields["captions"] == {"en": "captions.en.vtt", "zh": "captions.zh.vtt"}
        ours = {"index.html", "single.html", "captions.en.vtt", "captions.zh.vtt"}
        assert ours <= set(fields["outputs"])
        assert [beat["said"] for beat in fields["beats"]] == [
            {"en": f"See {name}.", "zh": "看。"} for name in BEATS
        ]
    names = {path.name for path in (built / "renders/one").iterdir()}
    assert names == {"zh", "clips", "stills", "film.json", "one.mp4", "poster.png"} | ours | {
        "storyboard.png"
    }


@pytest.mark.parametrize("name", ["index.html", "single.html", "captions.zh.vtt"])
@pytest.mark.parametrize("harm", ["deleted", "damaged"])
def test_a_page_that_is_harmed_is_mended_by_the_next_build(
    place: Path, name: str, harm: str
) -> None:
    before = contents(Path("renders"))
    file = Path("renders/one") / name
    if harm == "deleted":
        file.unlink()
    else:
        file.write_text(file.read_text(encoding="utf-8").replace("one", "two") + "x", "utf-8")
    status, out, err = run("build", "one.py", "-ql")
    assert status == 0, err
    assert name in out
    assert "0 of 6 segments drawn" in out
    assert contents(Path("renders")) == before


def test_pages_follow_their_templates_and_nothing_is_drawn(place: Path) -> None:
    before = contents(Path("renders"))
    record = json.loads(Path("renders/one/film.json").read_text(encoding="utf-8"))
    record["inputs"]["page"] = "older templates"
    for name in ("index.html", "single.html", "captions.en.vtt"):
        old = Path("renders/one") / name
        old.write_text("of older templates", encoding="utf-8")
        record["outputs"][name] = output_of(old)
    Path("renders/index.html").write_text("of older templates", encoding="utf-8")
    Path("renders/one/film.json").write_text(json.dumps(sealed(record)), encoding="utf-8")
    assert run("why", "one.py", "-ql")[1].startswith("one: nothing changed")
    status, out, err = run("build", "one.py", "-ql")
    assert (status, err) == (0, "")
    assert "(up to date)" in out
    assert contents(Path("renders")) == before
    stamps = {path: path.stat().st_mtime_ns for path in Path("renders/one").iterdir()}
    assert run("build", "one.py", "-ql")[0] == 0
    assert stamps == {path: path.stat().st_mtime_ns for path in Path("renders/one").iterdir()}


def test_names_stay_when_the_film_changes(place: Path) -> None:
    before = contents(Path("renders"))
    write_film("one", {**BEATS, "second": (200, 1.0)})
    status, _, err = run("build", "one.py", "-ql", "--lang", "en,zh")
    assert status == 0, err
    after = contents(Path("renders"))
    assert set(after) == set(before)
    assert after["one/index.html"] != before["one/index.html"]
    assert after["one/single.html"] != before["one/single.html"]


@pytest.mark.parametrize(
    "name", ["index.html", "one/index.html", "one/single.html", "one/zh/index.html"]
)
def test_a_page_names_nothing_outside_and_no_folder_of_this_machine(built: Path, name: str) -> None:
    file = built / "renders" / name
    text = file.read_text(encoding="utf-8")
    assert str(built) not in text
    assert "file:///" not in text
    assert not re.search(r"(?:https?:)?//[\w.-]+\.\w", re.sub(r"base64,[\w+/=]+", "", text))
    (icon,) = Page(text).all("link")
    assert icon["href"].startswith("data:image/svg+xml;base64,")
    for link in Page(text).links:
        parts = urlsplit(link)
        if name.endswith("single.html"):
            assert parts.scheme == "data"
            continue
        assert (parts.scheme, parts.netloc) == ("", ""), link
        assert not link.startswith("/")
        assert (file.parent / unquote(parts.path)).is_file(), link


@pytest.mark.parametrize("name", ["index.html", "one/index.html", "one/single.html"])
def test_the_policy_allows_the_pages_own_script_and_style_and_no_other(
    built: Path, name: str
) -> None:
    text = (built / "renders" / name).read_text(encoding="utf-8")
    page = Page(text)
    (policy,) = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
    allowed = dict(part.split(" ", 1) for part in policy.split("; "))
    assert allowed["default-src"] == "'none'"
    assert not re.search(r"unsafe|https?:|\*", policy)

    def digest(code: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"

    kinds = [element.get("type") for element in page.all("script")]
    scripts = [
        code for code, kind in zip(page.texts.get("script", []), kinds, strict=True) if not kind
    ]
    assert allowed["script-src"].split() == ([*map(digest, scripts)] or ["'none'"])
    assert allowed["style-src"].split() == [*map(digest, page.texts["style"])]
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [attribute for attribute in attributes if attribute.startswith("on")], tag


def test_a_page_stands_in_the_language_of_its_film(built: Path) -> None:
    english = Page((built / "renders/one/index.html").read_text(encoding="utf-8"))
    chinese = Page((built / "renders/one/zh/index.html").read_text(encoding="utf-8"))
    assert english.all("html")[0]["lang"] == "en"
    assert chinese.all("html")[0]["lang"] == "zh"
    labels = [button["aria-label"] for button in chinese.all("button") if "aria-label" in button]
    assert len(labels) > 8
    for label in labels:
        assert re.search(r"[\u4e00-\u9fff]", label), label
    assert "看。" in chinese.text
    assert "See first." in english.text


# Captions


def cues_in(text: str) -> list[tuple[float, float, str]]:
    """The cues of a WebVTT file as its grammar has them: begin, end, text as it is shown."""
    assert text.startswith("WEBVTT\n")
    cues = []
    for block in text.strip().split("\n\n")[1:]:
        lines = block.split("\n")
        timing = next(number for number, line in enumerate(lines) if "-->" in line)
        assert timing <= 1
        match = re.fullmatch(
            r"(\d\d):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d\d):([0-5]\d):([0-5]\d)\.(\d{3})",
            lines[timing],
        )
        assert match, lines[timing]
        numbers = [int(number) for number in match.groups()]
        begins, ends = (
            3600 * hours + 60 * minutes + seconds + thousandths / 1000
            for hours, minutes, seconds, thousandths in (numbers[:4], numbers[4:])
        )
        shown = "\n".join(lines[timing + 1 :])
        assert "<" not in shown  # a tag
        shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        cues.append((begins, ends, shown))
    return cues


@pytest.mark.parametrize("language", ["en", "zh"])
def test_captions_have_the_times_of_the_beats(built: Path, language: str) -> None:
    fields = record_in(built / "renders/one")
    text = (built / "renders/one" / fields["captions"][language]).read_text(encoding="utf-8")
    cues = cues_in(text)
    assert len(cues) == len(fields["beats"])
    for (begins, ends, words), beat in zip(cues, fields["beats"], strict=True):
        assert begins == pytest.approx(beat["begins"], abs=0.0005)
        assert ends == pytest.approx(beat["ends"], abs=0.0005)
        assert words == beat["said"][language]


def test_a_caption_can_say_anything() -> None:
    words = ["a --> b & <i>c</i>", "x &lt; y", "", "00:00:01.000 --> 00:00:02.000"]
    beats = [
        {"name": f"beat{number}", "begins": 3599.0 + number, "ends": 3600.0 + number}
        | {"said": {"en": said}}
        for number, said in enumerate(words)
    ]
    cues = cues_in(webvtt(beats, "en"))
    assert [said for _, _, said in cues] == [said for said in words if said]
    assert cues[0][:2] == (3599.0, 3600.0)


# Whatever a teacher writes


def test_no_text_leaves_its_place(place: Path) -> None:
    folder = Path("renders/one")
    fields = record_in(folder)
    tame = Page((folder / "index.html").read_text(encoding="utf-8"))
    write_page(folder, hostile(fields), "renders/one")
    text = (folder / "index.html").read_text(encoding="utf-8")
    page = Page(text)
    structure = [tag for tag, _ in page.elements if tag != "i"]  # the formula's
    assert structure.count("script") == 3
    for tag in ("script", "img", "style", "video", "iframe", "button", "textarea"):
        assert structure.count(tag) == [tag for tag, _ in tame.elements].count(tag), tag
    capitalised = HOSTILE[:1].upper() + HOSTILE[1:]
    assert page.texts["h1"] == [capitalised]
    assert page.texts["dt"] == page.texts["dd"] == [HOSTILE]
    assert page.all("video")[0]["aria-label"] == capitalised
    told = json.loads(page.texts["script"][1])
    assert [beat["title"] for beat in told["beats"]] == [HOSTILE] * 3
    assert [beat["captions"]["zh"] for beat in told["beats"]] == [HOSTILE] * 3
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]


def test_no_text_leaves_its_place_in_the_page_of_all_films(built: Path) -> None:
    fields = hostile(record_in(built / "renders/one"))
    page = Page(index_page({HOSTILE: fields}))
    assert not page.all("script")
    assert len(page.all("img")) == 1
    assert page.texts["p"] == [HOSTILE]
    assert all(unquote(link).startswith(f"{HOSTILE}/") for link in page.links)


def test_what_is_no_colour_is_refused(place: Path) -> None:
    fields = record_in(Path("renders/one"))
    fields["colours"] = {**fields["colours"], "ink": "red; } body { display: none"}
    with pytest.raises(ValueError, match="colour ink"):
        write_page(Path("renders/one"), fields, "renders/one")


@pytest.mark.parametrize(
    ("version", "title"),
    [("one", "The directional derivative"), ("one/zh", "方向导数")],
)
def test_a_film_is_called_by_its_title_on_its_page_and_on_that_of_all_films(
    place: Path, version: str, title: str
) -> None:
    folder = Path("renders") / version
    fields = {**record_in(folder), "film": "directional"}
    write_page(folder, fields, folder.as_posix())
    page = Page((folder / "index.html").read_text(encoding="utf-8"))
    assert page.texts["h1"] == [title]
    assert page.texts["title"][0].startswith(f"{title}: ")
    assert title in Page(index_page({version: fields})).texts["a"]


# Into a lecture


def test_what_is_copied_names_files_that_are_there(built: Path) -> None:
    fields = record_in(built / "renders/one")
    for snippet in snippets(fields, "renders/one", str):
        named = re.findall(r"renders/[\w./-]+\w", snippet.text)
        assert named, snippet.name
        for name in named:
            assert (built / name).exists(), (snippet.name, name)


def test_a_hostile_title_stays_a_title_in_what_is_copied(built: Path) -> None:
    fields = hostile(record_in(built / "renders/one"))
    fields |= {"video": "one.mp4"}
    every = {snippet.name: snippet.text for snippet in snippets(fields, "renders/one", str)}
    (frame,) = Page(every["Web page: the player"]).elements
    assert frame[0] == "iframe"
    assert frame[1]["title"].lower() == HOSTILE
    video = Page(every["Web page: the video alone"])
    assert [tag for tag, _ in video.elements] == ["video", "track", "track"]
    ast.parse(every["Jupyter"])
    assert "\n" not in every["Markdown"]


def test_a_notebooks_lines_show_the_page(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = record_in(built / "renders/one")
    (lines,) = [s.text for s in snippets(fields, "renders/one", str) if s.name == "Jupyter"]
    assert lines.endswith("</iframe>')")
    path = re.search(r"Path\('(.*?)'\)", lines)
    assert path is not None
    page = (built / path[1]).read_text(encoding="utf-8")
    assert Page(page).all("video")


# All films


def test_the_page_of_all_films_shows_each_version(place: Path) -> None:
    write_film("two")
    assert run("build", "two.py", "-ql")[0] == 0
    page = Page(Path("renders/index.html").read_text(encoding="utf-8"))
    assert page.texts["h2"] == ["", ""]
    links = [link["href"] for link in page.all("a") if "hreflang" in link]
    assert links == ["one/index.html", "one/zh/index.html", "two/index.html"]
    assert "English" in page.text
    assert "中文" in page.text
    assert "0:03" in page.text
    shutil.rmtree("renders/one")
    Path("renders/index.html").unlink()
    status, out, _ = run("build", "two.py", "-ql")
    assert status == 0
    assert "(up to date)" in out
    page = Page(Path("renders/index.html").read_text(encoding="utf-8"))
    assert [link["href"] for link in page.all("a") if "hreflang" in link] == ["two/index.html"]
    assert not list(Path("renders").glob(".unfinished*"))


def test_the_page_of_all_films_is_mended_where_a_build_was_killed_before_it(place: Path) -> None:
    page = Path("renders/index.html").read_text(encoding="utf-8")
    before = contents(Path("renders"))
    for harmed in (re.sub('data-page="..', 'data-page="xx', page), "", "\udcff"):
        Path("renders/index.html").write_bytes(harmed.encode("utf-8", "surrogateescape"))
        assert "(up to date)" in run("build", "one.py", "-ql")[1]
        assert contents(Path("renders")) == before


def test_nothing_of_the_page_is_loaded_where_all_is_up_to_date(place: Path) -> None:
    status, out, err = run("build", "one.py", "-ql", PYTHONPROFILEIMPORTTIME="1")
    assert status == 0
    assert "(up to date)" in out
    assert "studio.reasons" in err
    assert "jinja2" not in err
    assert "studio.page" not in err


def test_words_of_a_page_without_a_translation_stay_english() -> None:
    assert translation("zh")("No such word") == "No such word"
    assert translation("zh")("Play") == "播放"
