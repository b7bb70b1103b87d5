"""Seals: a small file beside a segment that says what bytes the segment has."""

from __future__ import annotations

import hashlib
from pathlib import Path

SEAL = ".sha256"
"""Ending of a seal's name, in place of the segment's own."""


def seal_of(file: Path) -> str:
    """Return what the seal of a file holds.

    Raises:
        OSError: the file cannot be read.
    """
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def is_whole(segment: Path) -> bool:
    """Whether a segment is there with all the bytes that were written, as its seal says."""
    try:
        return segment.with_suffix(SEAL).read_text(encoding="ascii") == seal_of(segment)
    except (OSError, ValueError):
        return False
