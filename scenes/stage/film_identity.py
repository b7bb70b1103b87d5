"""What a film's pictures depend on, as digests: the key to segments that may be used again.

Manim hashes the objects of each animation but does not see through modules, methods of the scene
or updaters, so that an edited formula brings back the old video. Here the key is causal instead:
the code of every project module that the film imports, the knobs, the language, the theme, the
library versions, and of each beat its own code and what it finds on the stage (`state`). Code is
compared as parsed, so comments and layout do not count.
"""

from __future__ import annotations

import ast
import gc
import importlib.metadata
import importlib.util
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from identity.code import Source, parsed
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


def _code_identity(film: type, beats: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    classes = _project_classes(film)
    files = film_sources(film)
    called = set().union(*(source.attributes for source in files.values()))
    alone = set(beats) - called  # a beat that other code calls is shared
    own_beats = {cls: {name for name in alone if name in vars(cls)} for cls in classes}
    shared = Digest()
    for path, source in sorted(files.items()):
        inside = {
            cls.__name__: own_beats[cls] for cls in classes if _file_of(cls.__module__) == path
        }
        rest = ast.dump(source.without(inside)) if inside else source.dump
        shared.feed([path.name, rest])
    digests = {}
    for name in beats:
        owner = next(cls for cls in classes if name in vars(cls))
        methods = files[_file_of(owner.__module__)].methods(owner.__name__, name)
        digests[name] = Digest([ast.dump(method) for method in methods]).value()
    return shared.value(), digests


def _project_classes(film: type) -> list[type]:
    return [cls for cls in film.__mro__ if _is_project_file(_file_of(cls.__module__))]


def film_sources(film: type) -> dict[Path, Source]:
    """Return the project's and the user's files that a film's code reaches by import, parsed.

    Through a package that only passes names on, the module behind each name is reached, and not
    the others.
    """
    found: dict[Path, Source] = {}
    waiting = [cls.__module__ for cls in _project_classes(film)]
    seen = set()
    while waiting:
        name = waiting.pop()
        path = _file_of(name)
        if name in seen or not _is_project_file(path):
            continue
        seen.add(name)
        source = parsed(path.read_text(encoding="utf-8"))
        is_package = path.name == "__init__.py"
        if not (is_package and source.passes_on):
            found[path] = source
        package = name if is_package else name.rpartition(".")[0]
        for each in source.imports if path in found else ():
            waiting.extend(_reached(each.source(package), [theirs for _, theirs in each.names]))
    return found


def _reached(base: str, names: list[str]) -> Iterator[str]:
    """Yield the modules behind some names of a module or package, or all of it without names."""
    path = _file_of(base)
    if not _is_project_file(path):
        return
    yield from (base[:end] for end, letter in enumerate(base) if letter == ".")
    if path.name != "__init__.py":
        yield base
        return
    source = parsed(path.read_text(encoding="utf-8"))
    behind = {
        ours: (each.source(base), theirs) for each in source.imports for ours, theirs in each.names
    }
    known = source.passes_on and names and "*" not in names
    yield base
    for name in names if known else [*names, *behind]:
        if name in behind:
            module, theirs = behind[name]
            yield from _reached(module, [theirs])
        else:
            yield f"{base}.{name}"


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
        return Path(file).resolve() if file and file.endswith(".py") else None
    if module.partition(".")[0] in sys.stdlib_module_names:
        return None
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None  # `from module import name`, where the name is no module
    return (
        Path(spec.origin).resolve()
        if spec and spec.origin and spec.origin.endswith(".py")
        else None
    )


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
