"""What travels to a worker without our disk, and what comes back from it."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from identity.seal import SEAL
from studio.asked import Declared
from studio.catalogue import HOME
from studio.errors import StudioError
from studio.fingerprint import MANIM_SETTINGS, ROOMS
from studio.part import Parcel, PartJob, PartResult
from studio.source import read_film
from studio.version import Version

LESSON = "lesson.toml"


def parcel_of(version: Version, job: PartJob) -> PartJob:
    """Return a job that can be done without our disk."""
    film = version.file.resolve()
    settings = dict(job["settings"])
    work: dict[str, Path] = {}
    if film.is_relative_to(HOME):
        place = f"project/{film.relative_to(HOME).as_posix()}"
    else:
        place = f"workplace/{film.name}"
        work[film.name] = film
    lesson = Path(settings.get("STEEPEST_LESSON") or os.environ.get("STEEPEST_LESSON") or LESSON)
    if lesson.is_file():
        name = lesson.name if lesson.is_absolute() or ".." in lesson.parts else lesson.as_posix()
        work[name] = lesson
        settings["STEEPEST_LESSON"] = name
    work |= _named_by(version, Path(settings.get("STEEPEST_LESSON", "")).parent)
    if Path(MANIM_SETTINGS).is_file():
        work[MANIM_SETTINGS] = Path(MANIM_SETTINGS)
    for name in ("STEEPEST_SET", "STEEPEST_LANG", "STEEPEST_THEME"):
        settings.setdefault(name, os.environ.get(name, ""))
    known = sorted(path.name for path in version.segments.glob("*.mp4") if path.name[0] != ".")
    return PartJob(
        module=job["module"],
        request={**job["request"], "film": place},
        settings=settings,
        home="",
        news=job["news"],
        parcel=Parcel(project=_project(), workplace=_zipped(work), known=known),
    )


def _named_by(version: Version, folder: Path) -> dict[str, Path]:
    """Return the files that knobs name by a path from where they stand: place there -> path here.

    Args:
        version: the version.
        folder: that of the lesson, at the worker.
    """
    try:
        declared = Declared.by(read_film(version.file))
    except StudioError:  # the film will speak for itself
        return {}
    found = {}
    for path in version.files(declared).values():
        for here, there in ((version.asked.folder, folder), (Path(), Path())):
            if path.is_file() and path.is_relative_to(here):
                place = there / path.relative_to(here)
                if ".." not in place.parts:
                    found[place.as_posix()] = path
    return found


def take_in(version: Version, result: PartResult, output: Path) -> None:
    """Put what came from afar where a worker of this machine would have put it."""
    part = result["part"]
    assert part is not None
    code = part["inputs"]["code"]
    film = f"workplace/{version.file.name}"
    if film in code:
        code[str(version.file.resolve())] = code.pop(film)
    version.segments.mkdir(parents=True, exist_ok=True)
    for name, data in result["files"].items():
        kind, _, file = name.partition("/")
        if Path(file).name != file:
            raise ValueError(f"a worker returned a file with the name {file!r}")
        if kind == "output":
            (output / file).write_bytes(data)
        else:
            place = version.segments / file
            _write_whole(place.with_suffix(SEAL), hashlib.sha256(data).hexdigest().encode("ascii"))
            _write_whole(place, data)
    (output / "part.json").write_text(json.dumps(part), encoding="utf-8")


def _write_whole(place: Path, data: bytes) -> None:
    unfinished = place.with_name(f".unfinished-{os.getpid()}-{place.name}")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, place)
    finally:
        unfinished.unlink(missing_ok=True)


def _project() -> bytes:
    files = [HOME / MANIM_SETTINGS]
    for room in ROOMS:
        files += [file for file in (HOME / room).rglob("*") if _travels(file)]
    return _zipped({file.relative_to(HOME).as_posix(): file for file in sorted(files)})


def _travels(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def _zipped(files: Mapping[str, Path]) -> bytes:
    """Return files as a zip that is the same for the same content."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return data.getvalue()
