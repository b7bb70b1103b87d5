"""What there is now of all that pictures depend on: sources, texts, fonts, settings, versions.

Files are compared by their bytes first, which takes milliseconds for all of them, and only those
that differ are parsed.
"""

from __future__ import annotations

import ast
import configparser
import hashlib
import importlib.metadata
import json
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from studio.catalogue import HOME
from studio.source import is_beat
from studio.texts import OWN_LOCALE, translations

ROOMS = ("identity", "mathcore", "scenes")
"""The project's packages that films import."""

MANIM_SETTINGS = "manim.cfg"

STUDIO = HOME / "studio"

TEMPLATES = STUDIO / "templates"

PAGE_MAKERS = tuple(STUDIO / name for name in ("page.py", "index.py", "texts.py", "titles.py"))

UNSEEN_SETTINGS = frozenset(
    {
        "verbosity",
        "max_files_cached",
        "max_inflight_encoders",
        "notify_outdated_version",
        "progress_bar",
        "preview",
    }
)
"""Manim's settings that no picture shows; neither does one that ends in `_dir`."""


class Now:
    """The state of things at one moment; each is looked at once."""

    def __init__(self) -> None:
        self._data_of = cache(_data_of)
        self.bytes_of = cache(self._bytes_of)
        self.texts = cache(translations)
        self.version = cache(_version)
        self.manim_settings = cache(_manim_settings)
        self.fonts = cache(_fonts)
        self.page = cache(_page)

    def code_of(self, name: str) -> str | None:
        """Return the digest of a file's code; None where it is no Python, or gone."""
        from identity.code import code_digest  # takes time that an up-to-date build does not have

        try:
            text = self.text_of(name)
            return None if text is None else code_digest(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def sources(self, film: Path) -> dict[str, str | None]:
        """Return the digests of all the project's sources and of those beside a film."""
        files = [file for room in ROOMS for file in (HOME / room).rglob("*.py")]
        files += [file for file in film.resolve().parent.glob("*.py") if file.is_file()]
        return {name: self.bytes_of(name) for name in map(source_name, files)}

    def text_of(self, name: str) -> str | None:
        """Return a file's text; None where it is none, or gone."""
        data = self._data_of(name)
        try:
            return None if data is None else data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None

    def _bytes_of(self, name: str) -> str | None:
        data = self._data_of(name)
        return None if data is None else hashlib.sha256(data).hexdigest()


def source_name(file: Path) -> str:
    """Return what a source is called in records: seen from the project, or from the root."""
    file = file.resolve()
    return file.relative_to(HOME).as_posix() if file.is_relative_to(HOME) else str(file)


def _data_of(name: str) -> bytes | None:
    try:
        return (HOME / name).read_bytes()
    except OSError:
        return None


def _version(package: str) -> str | None:
    if package == "python":
        return ".".join(map(str, sys.version_info[:2]))
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _manim_settings() -> dict[str, str]:
    """Return what `manim.cfg` sets that can be seen: the user's own, then the folder's or ours."""
    here = Path(MANIM_SETTINGS)
    own = Path.home() / ".config" / "manim" / MANIM_SETTINGS
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=None)
    try:
        parser.read([own, here if here.is_file() else HOME / MANIM_SETTINGS], encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return {"": "unreadable"}
    return {
        f"[{section}] {name}": value
        for section in parser.sections()
        for name, value in parser.items(section)
        if not (name in UNSEEN_SETTINGS or name.endswith("_dir"))
    }


def _page() -> str:
    """Return the digest of all that makes a lecture page of a record."""
    digest = hashlib.sha256()
    for file in sorted([*TEMPLATES.iterdir(), *OWN_LOCALE.rglob("*.po"), *PAGE_MAKERS]):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _fonts() -> str:
    """Return the digest of the names of the fonts that there are."""
    import typst

    return hashlib.sha256(json.dumps(sorted(typst.Fonts().families())).encode()).hexdigest()


# What a film's own file and the packages on its way tell


def beats_of(text: str) -> dict[str, str]:
    """Return the digest of each beat in a film's file, and under "" that of all the rest."""
    from identity.code import parsed, written
    from identity.digest import Digest

    source = parsed(text)
    methods: dict[str, set[str]] = {}
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef):
            methods[node.name] = {
                item.name
                for item in node.body
                if isinstance(item, ast.FunctionDef) and any(map(is_beat, item.decorator_list))
            }
    digests = {"": Digest(written(source.without(methods))).value()}
    for owner, names in methods.items():
        for name in sorted(names):
            dumps = [written(method) for method in source.methods(owner, name)]
            digests[name] = Digest(digests.get(name), dumps).value()
    return digests


def facades_of(code: Iterable[str], now: Now) -> dict[str, dict[str, Any]]:
    """Return the packages that files are reached through and that are not among them.

    They only pass names on: which name comes from where is all that counts of them.
    """
    known = set(code)
    folders = {parent for name in known if not os.path.isabs(name) for parent in Path(name).parents}
    names = [(folder / "__init__.py").as_posix() for folder in sorted(folders) if folder.name]
    return {
        name: {"bytes": now.bytes_of(name), "names": passed_on(name, now)}
        for name in names
        if name not in known and now.bytes_of(name) is not None
    }


def passed_on(name: str, now: Now) -> dict[str, str] | None:
    """Return name -> where it comes from, for a package's file; None where it does more."""
    from identity.code import parsed

    text = now.text_of(name)
    try:
        source = None if text is None else parsed(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if source is None or not source.passes_on:
        return None
    package = ".".join(Path(name).parent.parts)
    return {name: ":".join(origin) for name, origin in source.origins(package).items()}
