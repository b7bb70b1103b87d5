"""The record of a version: `film.json`, which says what was built, and of what.

It stands in the folder that it is about and is written last, so that it never speaks of files that
are not there; nothing else keeps account of a build.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.asked import Declared

SCHEMA = "steepest-film-2"

FILE = "film.json"

REPLACEABLE = frozenset({"storyboard.png"})
"""Outputs that may be written anew by others: `steepest storyboard` does."""


class RecordError(ValueError):
    """There is a record that cannot be used; the message says why."""


@dataclass(frozen=True)
class Record:
    """What `film.json` holds; the fields that a build compares are attributes."""

    fields: Mapping[str, Any]

    @property
    def inputs(self) -> Mapping[str, Any]:
        """All that the pictures depended on."""
        inputs: Mapping[str, Any] = self.fields["inputs"]
        return inputs

    @property
    def declared(self) -> Declared:
        """What the film declared."""
        return Declared.read(self.inputs["declared"])

    @property
    def durations(self) -> dict[str, float]:
        """Seconds of each beat."""
        return {beat["name"]: beat["ends"] - beat["begins"] for beat in self.fields["beats"]}

    @classmethod
    def of(cls, folder: Path) -> Record | None:
        """Return the record in a folder; None where there is none.

        Raises:
            RecordError: there is one that is no record of ours, or of another format.
        """
        try:
            fields = json.loads((folder / FILE).read_text(encoding="utf-8"))
            schema = fields["schema"]
            if schema != SCHEMA:
                raise RecordError(f"{FILE} has the format {schema}, this is {SCHEMA}")
            if sealed(fields)["digest"] != fields["digest"]:
                raise RecordError(f"{FILE} is not what was written")
            record = cls(fields)
            _look_at(record)
        except FileNotFoundError:
            return None
        except RecordError:
            raise
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            raise RecordError(f"{FILE} cannot be read") from None
        return record


def sealed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's fields with the digest of all others in the field `digest`."""
    others = {**fields, "digest": ""}
    text = json.dumps(others, sort_keys=True, ensure_ascii=False)
    return {**others, "digest": hashlib.sha256(text.encode()).hexdigest()}


def _look_at(record: Record) -> None:
    """Touch all that is relied on, so that what is missing is missed here."""
    fields, inputs = record.fields, record.inputs
    _ = [fields[name] for name in ("width", "height", "frame_rate", "language", "theme")]
    _ = [
        inputs[name]
        for name in ("versions", "manim_settings", "installed_fonts", "asked_digest", "page")
    ]
    _ = record.declared, record.durations, dict(inputs["asked"]), dict(inputs["texts"])
    _ = dict(inputs["files"])
    _ = dict(inputs["beats"]), [dict(texts) for texts in inputs["words"].values()]
    _ = [(code["bytes"], code["code"]) for code in inputs["code"].values()]
    _ = [(facade["bytes"], facade["names"]) for facade in inputs["facades"].values()]
    _ = fields["outputs"][fields["page"]]
    _ = [(out["size"], out["sha256"], out["modified"]) for out in fields["outputs"].values()]
    _ = [fields["width"] + 0, fields["height"] + 0, fields["frame_rate"] + 0]


def output_of(path: Path) -> dict[str, Any]:
    """Return what a record says of a file that was written."""
    state = path.stat()
    return {"size": state.st_size, "sha256": _digest(path), "modified": state.st_mtime_ns}


def is_as_written(path: Path, said: Mapping[str, Any]) -> bool:
    """Whether a file still holds what was written.

    Its content decides. A file that has the size and the time that it was given is not read again:
    a lecture's videos are a gigabyte.
    """
    try:
        state = path.stat()
    except OSError:
        return False
    if state.st_size != said["size"]:
        return False
    return bool(state.st_mtime_ns == said["modified"] or _digest(path) == said["sha256"])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
