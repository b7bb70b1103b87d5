"""What a film's source tells of it: summary, beats with captions, knobs. Nothing of it is run.

So it is told in milliseconds, and a film that is broken cannot break the studio. The class is
followed to its bases through imports, as far as these lead to files of the project; the last base
is the stage's Film.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from studio.catalogue import HOME
from studio.errors import StudioError
from studio.knob_source import KnobSource, declared_knob, literal

FILM_BASE = HOME / "scenes" / "stage" / "film.py", "Film"
"""Where the class stands that every film extends."""


@dataclass(frozen=True)
class BeatSource:
    """A beat: its method's name, and the captions of which it shows one."""

    name: str
    captions: tuple[str, ...]


@dataclass(frozen=True)
class FilmSource:
    """A film as its file describes it; `names` are those of its tables, its own the last."""

    name: str
    names: tuple[str, ...]
    file: Path
    summary: str
    beats: tuple[BeatSource, ...]
    knobs: dict[str, KnobSource]


def read_film(file: Path) -> FilmSource:
    """Return what a film's file says of it.

    Raises:
        StudioError: the file cannot be read, is not Python, or holds no film.
    """
    classes = [node for node in _module(file).body if isinstance(node, ast.ClassDef)]
    for node in reversed(classes):
        line = _line_of(file.resolve(), node)
        if any((path, base.name) == FILM_BASE for path, base in line):
            summary = (ast.get_docstring(node) or "").strip().partition("\n")[0]
            names = dict.fromkeys(path.stem for path, _ in line)
            return FilmSource(file.stem, tuple(names), file, summary, _beats(line), _knobs(line))
    raise StudioError(f"{file}: there is no film in it. A film is a class that extends Film.")


@dataclass(frozen=True)
class UnreadFilm:
    """A film whose source tells nothing, and why."""

    name: str
    file: Path
    reason: str


def read_films(files: Mapping[str, Path]) -> list[FilmSource | UnreadFilm]:
    """Return what each film's file says of it."""
    found: list[FilmSource | UnreadFilm] = []
    for name, file in files.items():
        try:
            found.append(read_film(file))
        except StudioError as error:
            found.append(UnreadFilm(name, file, error.message))
    return found


def _knobs(line: list[tuple[Path, ast.ClassDef]]) -> dict[str, KnobSource]:
    knobs: dict[str, KnobSource] = {}
    for path, node in line:
        constants = dict(_assignments(_module(path).body))
        for name, value in _assignments(node.body):
            knob = declared_knob(name, value, constants)
            if knob is not None:
                knobs[name] = knob
            elif name in knobs:  # a subclass that only sets it
                knobs[name] = replace(knobs[name], default=literal(value, constants))
    return knobs


def _beats(line: list[tuple[Path, ast.ClassDef]]) -> tuple[BeatSource, ...]:
    methods = {
        item.name: item
        for _, node in line
        for item in node.body
        if isinstance(item, ast.FunctionDef)
    }
    beats = {
        item.name: None
        for _, node in line
        for item in node.body
        if isinstance(item, ast.FunctionDef) and any(map(is_beat, item.decorator_list))
    }
    return tuple(BeatSource(name, tuple(_captions(name, methods, set(beats)))) for name in beats)


def is_beat(decorator: ast.expr) -> bool:
    """Whether a method's decorator is that of beats."""
    match decorator:
        case ast.Name(id="beat") | ast.Attribute(attr="beat"):
            return True
    return False


def _captions(name: str, methods: dict[str, ast.FunctionDef], visited: set[str]) -> dict[str, None]:
    """Return what a method says, itself or through methods that it calls, as keys in order."""
    said: dict[str, None] = {}
    for node in _in_order(methods[name]):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="self"), attr="say"),
                args=[ast.Constant(value=str(text)), *_],
            ):
                said[text] = None
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=called)) if (
                called in methods and called not in visited
            ):
                said |= _captions(called, methods, visited | {called})
    return said


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a tree's nodes in the order of the source."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)


def _assignments(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


# Which class is meant


def _line_of(path: Path, node: ast.ClassDef, depth: int = 0) -> list[tuple[Path, ast.ClassDef]]:
    """Return a class and the bases of it that stand in the project, the first base first."""
    line: list[tuple[Path, ast.ClassDef]] = []
    if depth < 50:  # a class cannot be its own base, but a source can say so
        for base in node.bases:
            found = _class(path, base.id, depth) if isinstance(base, ast.Name) else None
            if found is not None and found[1] is not node:
                line += [item for item in _line_of(*found, depth + 1) if item not in line]
    return [*line, (path, node)]


def _class(path: Path, name: str, depth: int = 0) -> tuple[Path, ast.ClassDef] | None:
    """Return the class that a name stands for in a file, and the file that defines it."""
    for node in reversed(_module(path).body):
        match node:
            case ast.ClassDef() if node.name == name:
                return path, node
            case ast.ImportFrom(names=names) if depth < 50:
                for alias in names:
                    if (alias.asname or alias.name) == name:
                        file = _file_of(node, path)
                        return _class(file, alias.name, depth + 1) if file is not None else None
    return None


def _file_of(node: ast.ImportFrom, importer: Path) -> Path | None:
    """Return the project's file that `from … import` reads, if it is one."""
    folder = importer.parents[node.level - 1] if node.level else HOME
    stem = folder.joinpath(*(node.module or "").split("."))
    for file in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
        if file.is_file():
            return file
    return None


def require_python(file: Path) -> None:
    """Do nothing where a file is Python.

    Raises:
        StudioError: it cannot be read, or is not Python; with the line, in one sentence.
    """
    _module(file)


def _module(path: Path) -> ast.Module:
    """Return a parsed file.

    Raises:
        StudioError: it cannot be read, or is not Python.
    """
    try:
        state = path.stat()
        return _parsed(path, state.st_mtime_ns, state.st_size)
    except SyntaxError as error:
        raise StudioError(
            f"{path}, line {error.lineno}: this is not Python ({error.msg})."
        ) from None
    except (RecursionError, MemoryError):
        raise StudioError(f"{path}: this is not Python (too deep).") from None
    except ValueError as error:
        reason = "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
        raise StudioError(f"{path}: this is not Python ({reason}).") from None
    except OSError as error:
        raise StudioError(f"{path}: it cannot be read ({error.strerror}).") from None


@cache
def _parsed(path: Path, _modified: int, _size: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8-sig"))
