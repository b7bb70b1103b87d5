"""What a film's pictures depend on, as digests: the key to segments that may be used again.

Manim hashes the objects of each animation but does not see through modules, methods of the scene
or updaters, so that an edited formula brings back the old video. Here the key is causal instead:
the code of every project module that the film imports, the knobs, the language, the theme, the
library versions, and of the beats the ones up to the current one. Code is compared as parsed, so
comments and layout do not count.
"""

from __future__ import annotations

import ast
import gc
import hashlib
import importlib.metadata
import importlib.util
import json
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

SCHEMA = "steepest-segment-1"

LIBRARIES = ("manim", "numpy", "sympy", "numba", "typst", "pycairo", "svgelements", "av", "babel")
"""The packages whose version can change a picture."""


class Digest:
    """A growing digest; equal histories of `feed` give equal values."""

    def __init__(self, *history: Any):
        self._hash = hashlib.sha256()
        for item in history:
            self.feed(item)

    def feed(self, item: Any) -> None:
        """Add one JSON-serialisable item."""
        data = json.dumps(item, sort_keys=True, ensure_ascii=False).encode()
        self._hash.update(len(data).to_bytes(8, "big"))
        self._hash.update(data)

    def value(self) -> str:
        """Return the digest of everything fed so far, in hex."""
        return self._hash.hexdigest()


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
    classes = [cls for cls in film.__mro__ if _is_project_file(_file_of(cls.__module__))]
    files = _closure([cls.__module__ for cls in classes])
    called = set().union(*(source.attributes for source in files.values()))
    alone = set(beats) - called  # a beat that other code calls is shared
    own_beats = {cls: {name for name in alone if name in vars(cls)} for cls in classes}
    shared = Digest()
    for path, source in sorted(files.items()):
        inside = {
            cls.__name__: own_beats[cls] for cls in classes if _file_of(cls.__module__) == path
        }
        rest = ast.dump(_without(source.tree, inside)) if inside else source.dump
        shared.feed([path.name, rest])
    digests = {}
    for name in beats:
        owner = next(cls for cls in classes if name in vars(cls))
        methods = _methods(files[_file_of(owner.__module__)].tree, owner.__name__, name)
        digests[name] = Digest([ast.dump(method) for method in methods]).value()
    return shared.value(), digests


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


def _without(tree: ast.Module, beats: dict[str, set[str]]) -> ast.Module:
    """Return the module without the bodies of the beats of its film classes."""
    body: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name in beats:
            kept = [
                item
                for item in node.body
                if not (isinstance(item, ast.FunctionDef) and item.name in beats[node.name])
            ]
            node = ast.ClassDef(node.name, node.bases, node.keywords, kept, node.decorator_list)
            node.type_params = []  # Python 3.12 has the field and would warn where it is missing
        body.append(node)
    return ast.Module(body, [])


def _methods(tree: ast.Module, owner: str, name: str) -> list[ast.FunctionDef]:
    """Return the definitions of a method in a class of a module, those that `_without` drops."""
    return [
        item
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == owner
        for item in node.body
        if isinstance(item, ast.FunctionDef) and item.name == name
    ]


class _Source:
    """A module's source, parsed. What is said of it is found out once, since it never changes.

    `attributes` are the names read as attributes, as in `self.the_hill()`; `imports` holds, for
    each import, its level (0 for an absolute one), its base and the names taken from there.
    """

    def __init__(self, text: str):
        self.tree = ast.parse(text)
        self.attributes: set[str] = set()
        self.imports: list[tuple[int, str, list[str]]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                self.attributes.add(node.attr)
            elif isinstance(node, ast.Import):
                self.imports.extend((0, alias.name, []) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                taken = [alias.name for alias in node.names]
                self.imports.append((node.level, node.module or "", taken))

    @cached_property
    def dump(self) -> str:
        """The whole module, without comments and layout."""
        return ast.dump(self.tree)

    def modules(self, package: str) -> set[str]:
        """Return every module that may be imported, packages on the way included."""
        names = set()
        for level, base, taken in self.imports:
            if level:
                parents = package.split(".")[: len(package.split(".")) - level + 1]
                base = ".".join([*parents, base] if base else parents)
            names |= {base, *(f"{base}.{name}" for name in taken)}
        return names | {name.rpartition(".")[0] for name in names if "." in name}


def _closure(modules: list[str]) -> dict[Path, _Source]:
    """Return the project files that these modules reach by import, themselves included."""
    found: dict[Path, _Source] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        path = _file_of(name)
        if path is None or path in found or not _is_project_file(path):
            continue
        found[path] = _parsed(path.read_text(encoding="utf-8"))
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        waiting.extend(found[path].modules(package))
    return found


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
    home = Path(__file__).resolve().parents[2]
    if any(path.is_relative_to(home / room) for room in ("mathcore", "scenes")):
        return True
    return not any(path.is_relative_to(folder) for folder in _library_folders())


@cache
def _library_folders() -> tuple[Path, ...]:
    return tuple(
        {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")}
    )


@cache
def _parsed(text: str) -> _Source:
    return _Source(text)
