"""Python code as it is parsed: comments and layout do not count."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property

from identity.digest import Digest


@dataclass(frozen=True)
class Import:
    """An import: how many dots before it, the module or package, the names taken from there.

    `names` maps what a name is called here to what it is called there; it is empty for `import`.
    """

    level: int
    base: str
    names: tuple[tuple[str, str], ...] = ()

    def source(self, package: str) -> str:
        """Return the dotted name of what is imported from, in a module of a package."""
        if not self.level:
            return self.base
        parents = package.split(".")[: len(package.split(".")) - self.level + 1]
        return ".".join([*parents, self.base] if self.base else parents)


class Source:
    """A module's source, parsed. What is said of it is found out once, since it never changes.

    `attributes` are the names read as attributes, as in `self.the_hill()`; `dump` is all of it, as
    `written`.

    Raises:
        SyntaxError: it is not Python.
    """

    def __init__(self, text: str):
        self.tree = ast.parse(text)
        self.attributes: set[str] = set()
        self.imports: list[Import] = []
        parts: list[str] = []
        noted: list[ast.AST] = []
        _write(self.tree, parts, noted)
        self.dump = "\n".join(parts)
        for node in noted:
            if isinstance(node, ast.Attribute):
                self.attributes.add(node.attr)
            elif isinstance(node, ast.Import):
                self.imports.extend(Import(0, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                names = tuple((alias.asname or alias.name, alias.name) for alias in node.names)
                self.imports.append(Import(node.level, node.module or "", names))

    @cached_property
    def passes_on(self) -> bool:
        """Whether there is nothing in it but imports, a docstring and `__all__`."""
        return all(map(_only_passes_on, self.tree.body))

    def origins(self, package: str) -> dict[str, tuple[str, str]]:
        """Return what is imported by name, in a module of a package: its name here -> whence.

        That is the module or package, and the name there.
        """
        return {
            ours: (each.source(package), theirs)
            for each in self.imports
            for ours, theirs in each.names
        }

    def without(self, methods: dict[str, set[str]]) -> ast.Module:
        """Return the module without some methods: the names of a class -> those of methods."""
        body: list[ast.stmt] = []
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and node.name in methods:
                kept = [
                    item
                    for item in node.body
                    if not (isinstance(item, ast.FunctionDef) and item.name in methods[node.name])
                ]
                node = ast.ClassDef(node.name, node.bases, node.keywords, kept, node.decorator_list)
                setattr(node, "type_params", [])  # noqa: B010, Python 3.12 would warn without it
            body.append(node)
        return ast.Module(body, [])

    def methods(self, owner: str, name: str) -> list[ast.FunctionDef]:
        """Return the definitions of a method in a class, those that `without` leaves out."""
        return [
            item
            for node in self.tree.body
            if isinstance(node, ast.ClassDef) and node.name == owner
            for item in node.body
            if isinstance(item, ast.FunctionDef) and item.name == name
        ]


def written(node: ast.AST) -> str:
    """Return code as text: equal for what is parsed alike. It takes half as long as `ast.dump`.

    >>> written(ast.parse("x = (1)  # one")) == written(ast.parse("x=1")) != written(ast.parse("x"))
    True
    """
    parts: list[str] = []
    _write(node, parts, [])
    return "\n".join(parts)


def _write(node: ast.AST, parts: list[str], noted: list[ast.AST]) -> None:
    """Add the parts of a node's text; note the attributes and imports below it."""
    kind = type(node)
    parts.append(kind.__name__)
    if kind in _NOTED:
        noted.append(node)
    for name in kind._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            parts.append("[")
            for item in value:
                if isinstance(item, ast.AST):
                    _write(item, parts, noted)
                else:
                    parts.append(repr(item))
            parts.append("]")
        elif not isinstance(value, ast.AST):
            parts.append(repr(value))
        elif name != "ctx":  # whether it is read or set: its place tells
            _write(value, parts, noted)


_NOTED = {ast.Attribute, ast.Import, ast.ImportFrom}


def _only_passes_on(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False


@cache
def parsed(text: str) -> Source:
    """Return a module's source, parsed once."""
    return Source(text)


def code_digest(text: str) -> str:
    """Return the digest of a module's code: equal texts but for comments and layout have one.

    Raises:
        SyntaxError: it is not Python.

    >>> code_digest("x = 1  # one") == code_digest("x = (1)") != code_digest("x = 2")
    True
    """
    return Digest(parsed(text).dump).value()
