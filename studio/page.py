"""The lecture page of a version: a player with chapters and captions, beside the video.

All that the page needs stands in it, so that it plays from a file, in a frame, without a network:
its own script and style, which its Content-Security-Policy names by their digests, and nothing of
others. The template escapes every text.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from studio.texts import Translate, translation
from studio.titles import title_of

TEMPLATES = Path(__file__).with_name("templates")

PAGE = "index.html"
SINGLE = "single.html"

LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
"""What languages call themselves."""

SPEEDS = (0.5, 0.75, 1, 1.25, 1.5, 2)

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="{background}"/>'
    '<path d="M6 7c5 0 5 17 12 17s7-8 8-11" fill="none" stroke="{gradient}" stroke-width="3" '
    'stroke-linecap="round"/><circle cx="18" cy="24" r="3.5" fill="{ink}"/></svg>'
)
"""A ball at the bottom of a valley."""

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def write_page(
    folder: Path, fields: Mapping[str, Any], place: str, published: Path | None = None
) -> list[str]:
    """Write a version's captions and pages into a folder; return their names.

    Args:
        folder: where they go.
        fields: what the version's record says.
        place: the version's folder as a lecture is to find it, such as `renders/descent`.
        published: where video and poster are, if not in `folder`.
    """
    for language, file in fields["captions"].items():
        (folder / file).write_text(webvtt(fields["beats"], language), encoding="utf-8")
    tr = translation(fields["language"])
    page = _page(fields, tr)
    names = {"video": quote(fields["video"]), "poster": quote(fields["poster"])}
    beside = {"files": _files(fields, tr), "snippets": snippets(fields, place, tr)}
    _write(folder / PAGE, {**page, **names, **beside})
    inline = {
        name: _as_data(kind, ((published or folder) / fields[name]).read_bytes())
        for name, kind in (("video", "video/mp4"), ("poster", "image/png"))
    }
    _write(folder / SINGLE, {**page, **inline, "files": {}, "snippets": ()})
    return [*fields["captions"].values(), PAGE, SINGLE]


def _as_data(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _write(file: Path, values: Mapping[str, Any]) -> None:
    page = render("page.html.j2", values, "early.js", "page.js")
    file.write_text(page, encoding="utf-8")


def caption_files(beats: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the name of the caption file of each language that the beats tell."""
    languages = dict.fromkeys(language for beat in beats for language in beat["caption"])
    return {language: f"captions.{language}.vtt" for language in languages}


def webvtt(beats: Sequence[Mapping[str, Any]], language: str) -> str:
    """Return the captions of a language as WebVTT: a cue for each beat that says something."""
    cues = [
        f"{beat['name']}\n{_stamp(beat['begins'])} --> {_stamp(beat['ends'])}\n"
        f"{escape(beat['said'][language], quote=False)}\n"
        for beat in beats
        if beat["said"].get(language)
    ]
    return "\n".join([f"WEBVTT\nLanguage: {language}\n", *cues])


def _stamp(seconds: float) -> str:
    """Return a time as WebVTT has it.

    >>> _stamp(3723.0666)
    '01:02:03.067'
    """
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def clock(seconds: float) -> str:
    """Return a time in minutes and seconds.

    >>> clock(83.4)
    '1:23'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def look(theme: str, colours: Mapping[str, str], *styles: str) -> dict[str, Any]:
    """Return what a page needs to look like its films.

    Raises:
        ValueError: a colour is none.
    """
    used = {name: colours[name] for name in ("background", "ink", "quiet", "gradient", "direction")}
    for name, colour in used.items():
        if not COLOUR.fullmatch(colour):
            raise ValueError(f"the colour {name} is {colour!r}; it must be like #E69F00")
    root = (
        ":root {{ --ground: {background}; --ink: {ink}; --quiet: {quiet}; "
        "--accent: {gradient}; --link: {direction}; }}\n"
    ).format(**used)
    return {
        "ground": used["background"],
        "icon": _as_data("image/svg+xml", ICON.format(**used).encode()),
        "theme": "light" if theme == "light" else "dark",
        "style": root + "".join(map(_source, styles)),
    }


def render(template: str, values: Mapping[str, Any], *scripts: str) -> str:
    """Return a page; its own style and scripts, and nothing else, may act in it.

    Args:
        template: its name.
        values: what the template uses, with `style`.
        scripts: names of the scripts' files; the template has them as `script_1` and so on.
    """
    sources = [_source(script) for script in scripts]
    policy = {
        "default-src": "'none'",
        "script-src": " ".join(map(_digest, sources)) or "'none'",
        "style-src": _digest(values["style"]),
        "img-src": "'self' file: data:",
        "media-src": "'self' file: data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }
    named = {f"script_{number}": Markup(text) for number, text in enumerate(sources, 1)}
    return (
        _templates()
        .get_template(template)
        .render(
            **{**values, **named, "style": Markup(values["style"])},
            policy="; ".join(f"{name} {allowed}" for name, allowed in policy.items()),
        )
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    return environment


@cache
def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _page(fields: Mapping[str, Any], tr: Translate) -> dict[str, Any]:
    """Return what both pages of a version show."""
    language = fields["language"]
    spoken = {name: LANGUAGE_NAMES.get(name, name) for name in fields["captions"]}
    beats = [
        {
            "title": beat["title"][language],
            "clock": clock(beat["begins"]),
            "caption": beat["said"].get(language, ""),
        }
        for beat in fields["beats"]
    ]
    told = {
        "languages": spoken,
        "frame_rate": fields["frame_rate"],
        "duration": fields["duration"],
        "beats": [
            {
                "name": beat["name"],
                "title": beat["title"][language],
                "begins": beat["begins"],
                "ends": beat["ends"],
                "captions": beat["said"],
            }
            for beat in fields["beats"]
        ],
        "words": _words(tr),
    }
    return {
        **look(fields["theme"], fields["colours"], "base.css", "page.css"),
        "tr": tr,
        "lang": language,
        "title": title_of(fields["film"], tr),
        "summary": fields["summary"][language],
        "formula": formula_parts(fields["formula"]["text"]) if fields["formula"] else [],
        "width": fields["width"],
        "height": fields["height"],
        "duration": fields["duration"],
        "length": clock(fields["duration"]),
        "languages": spoken,
        "speeds": SPEEDS,
        "knobs": fields["knobs"],
        "beats": beats,
        "data": told,
    }


def _words(tr: Translate) -> dict[str, str]:
    """Return what the script says."""
    return {
        "play": tr("Play"),
        "pause": tr("Pause"),
        "position": tr("{time} of {length}: {title}"),
        "paused": tr("Paused after chapter {number} of {count}: {title}"),
        "the_end": tr("The end, after chapter {number} of {count}: {title}"),
        "trouble": tr(
            "The video cannot be played. It has to stand in the same folder as this page."
        ),
        "copy": tr("Copy"),
        "copied": tr("Copied"),
        "selected": tr("Selected: copy it with Ctrl+C"),
    }


def formula_parts(text: str) -> list[str]:
    """Return a formula as it is read, its names and what is between them.

    >>> formula_parts("f(x, y) = 3*x^2 - sin(y)")
    ['f', '(', 'x', ', ', 'y', ') = 3 ', 'x', '² − ', 'sin', '(', 'y', ')']
    """
    raised = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    text = re.sub(r"\^(\d+)(?![\d.])", lambda power: power[1].translate(raised), text)
    text = text.replace("*", " ").replace("-", "−")
    return [part for part in re.split(r"([^\W\d_⁰¹²³⁴-⁹]+)", text) if part]


def _files(fields: Mapping[str, Any], tr: Translate) -> dict[str, str]:
    """Return the files beside the page that are of use elsewhere, and what they are."""
    captions = {
        file: tr("captions, {language}").format(language=LANGUAGE_NAMES.get(language, language))
        for language, file in fields["captions"].items()
    }
    return {
        quote(fields["video"]): tr("the video"),
        SINGLE: tr("this page with the video in one file, to send or to carry along"),
        **captions,
        fields["poster"]: tr("a picture to show before the video plays"),
        fields["storyboard"]: tr("all chapters on one sheet"),
        "clips/": tr("a video of each chapter"),
        "stills/": tr("the last picture of each chapter"),
        "film.json": tr("times, captions, formula, settings, for tools"),
    }


# Into a lecture


@dataclass(frozen=True)
class Snippet:
    """A few lines to copy, and what they are for."""

    name: str
    text: str
    is_prose: bool = False

    @property
    def rows(self) -> int:
        """How many lines a field for them has: long ones need two."""
        return sum(1 + len(line) // 64 for line in self.text.splitlines())


def snippets(fields: Mapping[str, Any], place: str, tr: Translate) -> list[Snippet]:
    """Return how a version is put into pages, slides and notebooks.

    Args:
        fields: what the version's record says.
        place: the version's folder as a lecture is to find it.
        tr: translates what is said about it.
    """
    language = fields["language"]
    folder = quote(place)
    video, poster = (f"{folder}/{quote(fields[name])}" for name in ("video", "poster"))
    page = f"{folder}/{PAGE}"
    title = title_of(fields["film"], tr)
    named = escape(title)
    tracks = "".join(
        f'\n  <track kind="captions" src="{folder}/{file}" srclang="{name}" '
        f'label="{LANGUAGE_NAMES.get(name, name)}">'
        for name, file in fields["captions"].items()
    )
    shape = f"{fields['width']} / {fields['height']}"
    slide = title.replace("\\", "\\\\").replace("]", "\\]")
    return [
        Snippet(
            tr("Web page: the player"),
            f'<iframe src="{page}?embed" title="{named}" lang="{language}" allowfullscreen\n'
            f'  style="width: 100%; aspect-ratio: 16 / 11; border: 0"></iframe>',
        ),
        Snippet(
            tr("Web page: the video alone"),
            f'<video src="{video}" poster="{poster}" controls playsinline preload="metadata"\n'
            f'  style="width: 100%; aspect-ratio: {shape}">{tracks}\n</video>',
        ),
        Snippet("Markdown", f"[![{slide}]({poster})]({page})"),
        Snippet(
            tr("Quarto: a slide that pauses after each chapter"),
            f'## {{background-iframe="{page}?embed&step"\n  background-interactive="true"}}',
        ),
        Snippet(
            tr("reveal.js: a slide that pauses after each chapter"),
            f'<section data-background-iframe="{page}?embed&amp;step"\n'
            "  data-background-interactive></section>",
        ),
        Snippet(
            "PowerPoint, Keynote",
            tr(
                "Insert > Video > This Device: {video}\n"
                "Choose “Link to File” to show the new video when the film is built again.\n"
                "To pause after each chapter: one video of {clips} on each slide."
            ).format(video=f"{place}/{fields['video']}", clips=f"{place}/clips"),
            is_prose=True,
        ),
        Snippet(
            "Jupyter",
            "from html import escape\nfrom pathlib import Path\n\n"
            "from IPython.display import HTML\n\n"
            f'page = escape(Path({f"{place}/{SINGLE}"!r}).read_text("utf-8"))\n'
            'HTML(f\'<iframe srcdoc="{page}" width="100%" height="600"></iframe>\')',
        ),
    ]
