"""Compiled loops, cached on disk until any of their sources changes.

Numba keeps a compiled function until its own file changes; it does not see that a constant or a
function taken from another file did. So the cache's folder is named by the sources of all of them.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
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
    "surfaces.py",
    "shading.py",
    "strokes.py",
    "normals.py",
    "vertices.py",
)
"""The files with compiled loops, and what these import, beside this one."""


def cache_name(folder: Path) -> str:
    """Return the name of the cache for the sources in a folder as they are now."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((folder / name).read_bytes())
    return f"loops-{digest.hexdigest()[:16]}"


@cache
def _cache_folder() -> str:
    """Return the cache's folder, or nothing where the project cannot be written to.

    Numba then keeps its cache in the user's own folder. Caches of earlier sources are removed.
    """
    here = Path(__file__).resolve().parent
    folder = here / "__pycache__" / cache_name(here)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return ""
    for old in folder.parent.glob("loops-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return str(folder)


def compiled(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile a loop at its first call: no Python inside, NumPy's rules for division by zero.

    Args:
        function: the loop, where the decorator stands without arguments.
        options: further options of numba.njit.
    """
    if function is None:
        return lambda loop: compiled(loop, **options)
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, _cache_folder()
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    finally:
        numba.config.CACHE_DIR = before
