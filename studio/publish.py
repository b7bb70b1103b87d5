"""A version's folder: video, clips, stills, poster, storyboard, pages, record; each is whole.

All of it is made beside and moved to its place file by file, the record last. Whoever looks in
between finds earlier files and later ones, each whole; and the next build finds that they are not
what the record speaks of.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from studio.index import write_index
from studio.join import join
from studio.page import PAGE, SINGLE, caption_files, write_page
from studio.plain_text import plain_texts
from studio.record import FILE, SCHEMA, output_of, sealed
from studio.storyboard import compose
from studio.version import Version

UNFINISHED = ".unfinished"
"""The folder in which a version's files are made; one that is found is a killed build's."""

OWN_FOLDERS = ("clips", "stills")
"""Folders that hold nothing but what was published."""

SHEET_HEIGHT = 450
"""Pixels of a still on the storyboard."""

COLUMNS = 3
"""Stills beside each other on the storyboard."""


def publish(
    version: Version, part: Mapping[str, Any], stills: Mapping[str, Path], inputs: Mapping[str, Any]
) -> Path:
    """Make a version's folder what its segments say, and return the video's path.

    Args:
        version: the version.
        part: what `part.json` says, with all beats of the film.
        stills: the pictures that it names.
        inputs: all that the pictures depended on.

    Raises:
        OSError: something cannot be written.
        ValueError: the segments do not fit together.
    """
    new = version.folder / UNFINISHED
    shutil.rmtree(new, ignore_errors=True)
    for folder in OWN_FOLDERS:
        (new / folder).mkdir(parents=True)
    try:
        beats = _videos(version, part["beats"], new)
        for beat in beats:
            shutil.copyfile(stills[Path(beat["still"]).name], new / beat["still"])
        shutil.copyfile(new / beats[-1]["still"], new / "poster.png")
        _storyboard(part, beats, new)
        fields = _record(version, part, beats, inputs)
        write_page(new, fields, version.folder.as_posix())
        outputs = {
            file.relative_to(new).as_posix(): output_of(file)
            for file in sorted(new.rglob("*"))
            if file.is_file()
        }
        _write_record(new / FILE, {**fields, "outputs": outputs})
        _move(new, version.folder, outputs)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    write_index()
    return version.video


def rewrite_record(version: Version, fields: Mapping[str, Any], renew_pages: bool = False) -> None:
    """Put a record in the place of the one that is there, where no picture changed.

    With `renew_pages`, its pages are made anew from it.
    """
    new = version.folder / UNFINISHED
    new.mkdir(exist_ok=True)
    outputs = dict(fields["outputs"])
    if renew_pages:
        for name in write_page(new, fields, version.folder.as_posix(), version.folder):
            outputs[name] = output_of(new / name)
            os.replace(new / name, version.folder / name)
    _write_record(new / FILE, {**fields, "outputs": outputs})
    os.replace(new / FILE, version.folder / FILE)
    shutil.rmtree(new, ignore_errors=True)
    if renew_pages:
        write_index()


def _write_record(file: Path, fields: Mapping[str, Any]) -> None:
    text = json.dumps(sealed(fields), ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def _videos(
    version: Version, beats: Sequence[Mapping[str, Any]], new: Path
) -> list[dict[str, Any]]:
    """Write the film and a clip of each beat; return the beats as the record has them."""
    rate = Fraction(version.picture.frame_rate)
    written: list[dict[str, Any]] = []
    everything: list[Path] = []
    begins = 0
    for beat in beats:
        segments = [version.segments / name for name in beat["segments"]]
        everything += segments
        name = Path(beat["still"]).stem
        frames = join(segments, new / "clips" / f"{name}.mp4", rate)
        written.append(
            {
                "name": beat["name"],
                "title": beat["title"],
                "caption": beat["caption"],
                "begins": _seconds(begins, rate),
                "ends": _seconds(begins + frames, rate),
                "still": f"stills/{name}.png",
                "clip": f"clips/{name}.mp4",
            }
        )
        begins += frames
    join(everything, new / version.video.name, rate)
    _tell_plainly(written)
    return written


def _tell_plainly(beats: Sequence[dict[str, Any]]) -> None:
    """Add to beats what their captions say without markup, in each language."""
    plain = iter(plain_texts([text for beat in beats for text in beat["caption"].values()]))
    for beat in beats:
        beat["said"] = {language: next(plain) for language in beat["caption"]}


def _seconds(frames: int, rate: Fraction) -> float:
    return round(float(frames / rate), 6)


def _storyboard(part: Mapping[str, Any], beats: Sequence[Mapping[str, Any]], new: Path) -> None:
    sheet = new / "sheet"
    sheet.mkdir()
    language = part["language"]
    height = min(SHEET_HEIGHT, part["height"])
    width = round(part["width"] * height / part["height"])
    for beat in beats:
        with Image.open(new / beat["still"]) as still:
            small = still.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
            small.save(sheet / Path(beat["still"]).name, compress_level=1)
    said = {
        **{name: part[name] for name in ("film", "language", "fonts", "colours", "knobs")},
        "summary": part["summary"][language],
        "width": width,
        "height": height,
        "beats": [
            {
                "name": beat["name"],
                "title": beat["title"][language],
                "caption": beat["caption"].get(language, ""),
                "file": Path(beat["still"]).name,
                "begins": beat["begins"],
                "ends": beat["ends"],
            }
            for beat in beats
        ],
    }
    (sheet / "beats.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    (new / "storyboard.png").write_bytes(compose(sheet, COLUMNS))
    shutil.rmtree(sheet)


def _record(
    version: Version,
    part: Mapping[str, Any],
    beats: Sequence[Mapping[str, Any]],
    inputs: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a version's record, all but its outputs and its digest."""
    told = ("film", "summary", "language", "theme", "width", "height", "frame_rate")
    return {
        "schema": SCHEMA,
        **{name: part[name] for name in told},
        "duration": beats[-1]["ends"],
        "video": version.video.name,
        "poster": "poster.png",
        "storyboard": "storyboard.png",
        "page": PAGE,
        "single_file": SINGLE,
        "captions": caption_files(beats),
        **{name: part[name] for name in ("colours", "formula", "knobs", "versions")},
        "digest": "",
        "beats": list(beats),
        "inputs": dict(inputs),
        "outputs": {},
    }


def _move(new: Path, folder: Path, outputs: Mapping[str, Any]) -> None:
    for name in OWN_FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    for name in outputs:
        os.replace(new / name, folder / name)
    for own in OWN_FOLDERS:
        for file in (folder / own).iterdir():
            if file.relative_to(folder).as_posix() not in outputs:
                file.unlink()
    os.replace(new / FILE, folder / FILE)
