"""What a film's pictures depend on, as digests: the key to segments that may be used again.

Manim hashes the objects of each animation but does not see through modules, methods of the scene
or updaters, so that an edited formula brings back the old video. Here the key is causal instead:
the code of every project module that the film imports, the knobs, the language, the theme, the
library versions, and of each beat its own code and what it finds on the stage (`state`). Code is
compared as parsed, so comments and layout do not count.
"""

from __future__ import annotations

import gc
import hashlib
import importlib.metadata
import importlib.util
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from identity.code import Source, parsed, written
from identity.digest import Digest

SCHEMA = "steepest-segment-2"

LIBRARIES = ("manim", "numpy", "sympy", "numba", "typst", "pycairo", "svgelements", "av", "babel")
"""The packages whose version can change a picture."""

HOME = Path(__file__).resolve().parents[2]
"""The folder of the project."""


def machine_identity() -> dict[str, str]:
    """Return the versions that a picture depends on."""
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"schema": SCHEMA, "python": ".".join(map(str, sys.version_info[:2])), **versions}


def code_identity(film: type, beats: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """Return the digest of all code that a film shares among its beats, and one for each beat.

    Args:
        film: the film's class.
        beats: names of its beat methods; their bodies are left out of the shared digest.
    """
    with _collector_at_rest():
        return _code_identity(film, beats)


@cache  # the sources are read once
def _code_identity(film: type, beats: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    classes = _project_classes(film)
    files = film_sources(film)
    called = set().union(*(file.code.attributes for file in files.values()))
    alone = set(beats) - called  # a beat that other code calls is shared
    own_beats = {cls: {name for name in alone if name in vars(cls)} for cls in classes}
    shared = Digest()
    for path, file in sorted(files.items()):
        inside = {
            cls.__name__: own_beats[cls] for cls in classes if _file_of(cls.__module__) == path
        }
        code = file.code
        rest = written(code.without(inside)) if inside else code.dump
        shared.feed([path.name, rest])
    digests = {}
    for name in beats:
        owner = next(cls for cls in classes if name in vars(cls))
        methods = files[_file_of(owner.__module__)].code.methods(owner.__name__, name)
        digests[name] = Digest([written(method) for method in methods]).value()
    return shared.value(), digests


def _project_classes(film: type) -> list[type]:
    return [cls for cls in film.__mro__ if _is_project_file(_file_of(cls.__module__))]


@dataclass(frozen=True)
class SourceFile:
    """A file as it was read: the digest of its bytes, and its code."""

    data: str
    code: Source


@cache
def film_sources(film: type) -> dict[Path, SourceFile]:
    """Return the project's and the user's files that a film's code reaches by import.

    Through a package that only passes names on, the module behind each name is reached, and not
    the others. All are read once, before the film draws anything.
    """
    reach = _Reach()
    waiting = [cls.__module__ for cls in _project_classes(film)]
    seen = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting += reach.imports_of(name)
    return reach.found


class _Reach:
    """Follows imports; `found` are the files whose code counts."""

    def __init__(self) -> None:
        self.found: dict[Path, SourceFile] = {}
        self._read: dict[Path, SourceFile] = {}

    def imports_of(self, module: str) -> list[str]:
        """Take in a module's file, if it is the project's; return the modules that it imports."""
        path = _file_of(module)
        if not _is_project_file(path):
            return []
        file = self._file(path)
        is_package = path.name == "__init__.py"
        if is_package and file.code.passes_on:
            return []
        self.found[path] = file
        package = module if is_package else module.rpartition(".")[0]
        return [
            name
            for each in file.code.imports
            for name in self._behind(each.source(package), [theirs for _, theirs in each.names])
        ]

    def _behind(self, base: str, names: list[str]) -> Iterator[str]:
        """Yield the modules behind some names of a module or package, or all of it without any."""
        path = _file_of(base)
        if not _is_project_file(path):
            return
        yield from (base[:end] for end, letter in enumerate(base) if letter == ".")
        yield base
        if path.name != "__init__.py":
            return
        package = self._file(path).code
        origins = package.origins(base)
        known = package.passes_on and names and "*" not in names
        for name in names if known else [*names, *origins]:
            if name in origins:
                module, theirs = origins[name]
                yield from self._behind(module, [theirs])
            else:
                yield f"{base}.{name}"

    def _file(self, path: Path) -> SourceFile:
        if path not in self._read:
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            self._read[path] = SourceFile(digest, parsed(data.decode("utf-8-sig")))
        return self._read[path]


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Have Python look for garbage neither while sources are parsed nor among them later.

    It would go through a million nodes again and again: a third of the time in which a film is
    set up.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        _set_aside()
    finally:
        if was_on:
            gc.enable()


@cache
def _set_aside() -> None:
    """Take all that there is out of the collector's rounds, once in a process."""
    gc.freeze()


def _file_of(module: str) -> Path | None:
    """Return the source file of a module, if it has one."""
    loaded = sys.modules.get(module)
    if loaded is not None:
        file = getattr(loaded, "__file__", None)
        return _resolved(file) if file and file.endswith(".py") else None
    if module.partition(".")[0] in sys.stdlib_module_names:
        return None
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None  # `from module import name`, where the name is no module
    origin = spec.origin if spec else None
    return _resolved(origin) if origin and origin.endswith(".py") else None


@cache
def _resolved(file: str) -> Path:
    return Path(file).resolve()


@cache
def _is_project_file(path: Path | None) -> bool:
    """Whether a file is the project's or the user's, not a library's."""
    if path is None:
        return False
    if any(path.is_relative_to(HOME / room) for room in ("mathcore", "scenes", "identity")):
        return True
    return not any(path.is_relative_to(folder) for folder in _library_folders())


@cache
def _library_folders() -> tuple[Path, ...]:
    return tuple(
        {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")}
    )
