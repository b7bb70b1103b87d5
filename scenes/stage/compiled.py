"""Compiled loops, cached on disk until any of their sources changes.

Numba keeps a compiled function beside its file until that file changes; it does not see that a
constant or a function taken from another file did. So the sources of all of them are in the name
that it keeps each function under.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

SOURCES = (
    "samples.py",
    "vectors.py",
    "lanes.py",
    "surface_lanes.py",
    "colour_lanes.py",
    "raster.py",
    "hidden.py",
    "surfaces.py",
    "shading.py",
    "strokes.py",
    "normals.py",
    "vertices.py",
    "clip.py",
    "tessellate.py",
    "fragments.py",
    "chords.py",
)
"""The files with compiled loops, and what these import, beside this one."""


def sources_digest(folder: Path) -> str:
    """Return what tells the sources in a folder from any others."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


@cache
def _current() -> str:
    """Return the digest of the sources as they are now; files of earlier ones are removed."""
    here = Path(__file__).resolve().parent
    digest = sources_digest(here)
    for name in SOURCES:
        for old in (here / "__pycache__").glob(f"{name[:-3]}.*.nb[ci]"):
            if digest not in old.name:
                old.unlink(missing_ok=True)
    return digest


def compiled(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile a loop at its first call: no Python inside, NumPy's rules for division by zero.

    Args:
        function: the loop, where the decorator stands without arguments.
        options: further options of numba.njit.
    """
    if function is None:
        return lambda loop: compiled(loop, **options)
    function.__qualname__ += f"_{_current()}"
    return numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)
