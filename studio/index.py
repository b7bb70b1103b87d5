"""The page of all films that are there: `renders/index.html`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from studio.page import LANGUAGE_NAMES, clock, look, render
from studio.record import FILE, Record, RecordError
from studio.texts import Translate, translation
from studio.titles import title_of
from studio.version import INDEX, RENDERS


def write_index() -> None:
    """Put the page of all films that are there in its place, whole; without any there is none."""
    versions = dict(_versions())
    if not versions:
        return
    new = INDEX.with_name(f".unfinished-{INDEX.name}")
    new.write_text(index_page(versions), encoding="utf-8")
    os.replace(new, INDEX)


def _versions() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each version's folder, seen from the page, and record: by name, English first."""
    places = [*RENDERS.glob(f"*/{FILE}"), *RENDERS.glob(f"*/*/{FILE}")]
    for file in sorted(places, key=lambda place: place.parent.parts):
        try:
            record = Record.of(file.parent)
        except RecordError:
            continue  # the next build will say so
        if record is not None:
            yield file.parent.relative_to(RENDERS).as_posix(), record.fields


def index_page(versions: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page as HTML.

    Args:
        versions: folder -> what its record says.
    """
    every = list(versions.values())
    languages = {fields["language"] for fields in every}
    themes = {fields["theme"] for fields in every}
    language = languages.pop() if len(languages) == 1 else "en"
    theme = themes.pop() if len(themes) == 1 else "dark"
    tr = translation(language)
    colours = next(fields["colours"] for fields in every if fields["theme"] == theme)
    films: dict[str, list[dict[str, Any]]] = {}
    for folder, fields in versions.items():
        films.setdefault(fields["film"], []).append(_card(folder, fields, tr, language))
    values = {
        **look(theme, colours, "base.css", "index.css"),
        "tr": tr,
        "lang": language,
        "films": films,
    }
    return render("index.html.j2", values)


def _card(folder: str, fields: Mapping[str, Any], tr: Translate, language: str) -> dict[str, Any]:
    own = fields["language"]
    place = quote(folder)
    return {
        "page": f"{place}/{fields['page']}",
        "digest": fields["outputs"][fields["page"]]["sha256"],
        "poster": f"{place}/{quote(fields['poster'])}",
        "width": fields["width"],
        "height": fields["height"],
        "title": title_of(fields["film"], tr),
        "summary": fields["summary"][language],
        "length": clock(fields["duration"]),
        "language": own,
        "spoken": LANGUAGE_NAMES.get(own, own),
    }
