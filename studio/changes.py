"""What was saved: files whose content differs from what it was at the last look.

Files are looked at again and again, which works on every disk (a network's and a container's tell
nobody of changes), for files that are not there yet, and however an editor saves. A look at two
hundred files takes a millisecond; they are read only where it finds something new.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

SETTLED = 0.04
"""Seconds in which nothing may change before files are read: an editor may be in the midst."""

LONGEST = 1.0
"""Seconds after which they are read all the same."""

Sign = tuple[int, int, int, int] | None


@dataclass(frozen=True)
class Look:
    """What was found: files whose content has changed, gone ones included, and all that were saved.

    Who saves a file as it was may want something to be tried again.
    """

    changed: frozenset[Path] = frozenset()
    saved: frozenset[Path] = frozenset()


class Changes:
    """Files, and what they held at the last look.

    Args:
        files: returns them all, those that are not there too; asked again when a folder changes.
        folders: returns the folders in which new files may appear.
    """

    def __init__(self, files: Callable[[], Iterable[Path]], folders: Callable[[], Iterable[Path]]):
        self._files, self._folders = files, folders
        self._list()
        self._signs = self._look()
        self._digests = {path: _digest(path) for path in self._paths}

    def look(self) -> Look:
        """Return what was saved since the last look."""
        signs = self._look()
        if signs == self._signs:
            return Look()
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            time.sleep(SETTLED)
            again = self._look()
            if again == signs:
                break
            signs = again
        moved = {path for path in signs if signs[path] != self._signs.get(path)}
        if moved:  # a folder has others, or a lesson names others
            self._list()
            # Of files that were known, the sign that they had before they are read counts.
            signs = {path: signs.get(path, sign) for path, sign in self._look().items()}
            moved |= signs.keys() ^ self._signs.keys()
        self._signs = signs
        digests = {path: _digest(path) for path in moved - set(self._beside)}
        changed = {path for path, digest in digests.items() if digest != self._digests.get(path)}
        self._digests |= digests
        return Look(frozenset(changed), frozenset(digests))

    def _list(self) -> None:
        self._beside = list(self._folders())
        self._paths = list(self._files())

    def _look(self) -> dict[Path, Sign]:
        return {path: _sign(path) for path in [*self._beside, *self._paths]}


def _sign(path: Path) -> Sign:
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
