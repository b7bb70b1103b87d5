"""Identity: what counts as a change of a film, and for which of its beats."""

from __future__ import annotations

import ast
import importlib.util
import itertools
import shutil
import sys
from pathlib import Path

import pytest

from identity.digest import Digest
from scenes import stage
from scenes.stage.compiled import SOURCES, sources_digest
from scenes.stage.film_identity import LIBRARIES, code_identity, machine_identity

STAGE = Path(stage.__file__).parent

FILM = """
import numpy as np
from helpers import double

SPEED = 2

class Base:
    def helper(self):
        return double(SPEED)

    def first(self):
        return self.helper()

class Film(Base):
    size: int = 1

    def second(self):
        return np.sin(2)

    def third(self):
        return 3
"""

HELPERS = "from deeper import one\n\ndef double(x):\n    return 2 * x * one()\n"

DEEPER = "def one():\n    return 1\n"

BEATS = ("first", "second", "third")


@pytest.fixture
def identity(tmp_path, monkeypatch):
    """Return (shared digest, digest of each beat) of a film from its sources."""
    monkeypatch.syspath_prepend(str(tmp_path))
    count = itertools.count()

    def of(film=FILM, helpers=HELPERS, deeper=DEEPER, beats=BEATS):
        for name in ("helpers", "deeper"):
            sys.modules.pop(name, None)
            (tmp_path / f"{name}.py").write_text({"helpers": helpers, "deeper": deeper}[name])
        importlib.invalidate_caches()
        folder = tmp_path / str(next(count))
        folder.mkdir()
        path = folder / "a_film.py"
        path.write_text(film)
        spec = importlib.util.spec_from_file_location("a_film", path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "a_film", module)
        sys.dont_write_bytecode, kept = True, sys.dont_write_bytecode
        try:
            spec.loader.exec_module(module)
        finally:
            sys.dont_write_bytecode = kept
        return code_identity(module.Film, beats)

    yield of
    for name in ("helpers", "deeper"):
        sys.modules.pop(name, None)


def changed(before, after):
    """Which of the digests differ: "shared" and names of beats."""
    names = {name for name in after[1] if before[1].get(name) != after[1][name]}
    return names | ({"shared"} if before[0] != after[0] else set())


@pytest.mark.parametrize(
    ("old", "new", "which"),
    [
        ("return np.sin(2)", "return np.sin(3)", {"second"}),
        ("return self.helper()", "return self.helper() + 1", {"first"}),
        ("    def third(self):\n        return 3", "    def third(self):\n        pass", {"third"}),
        ("SPEED = 2", "SPEED = 3", {"shared"}),
        ("size: int = 1", "size: int = 2", {"shared"}),
        ("return double(SPEED)", "return double(-SPEED)", {"shared"}),
        ("class Film(Base):", "@staticmethod\nclass Film(Base):", {"shared"}),
        ("return 3", "return 3  # a comment", set()),
        ("\n    def third", "\n\n\n    def third", set()),
        ("return 3", "return (\n            3\n        )", set()),
    ],
)
def test_an_edit_counts_for_what_it_can_change(identity, old, new, which):
    assert old in FILM
    if "staticmethod" in new:
        new = new.replace("@staticmethod", "@(lambda cls: cls)")
    assert changed(identity(), identity(FILM.replace(old, new))) == which


def test_an_edit_to_an_imported_module_counts_for_all_however_deep(identity):
    before = identity()
    assert changed(before, identity(helpers=HELPERS.replace("2 *", "3 *"))) == {"shared"}
    assert changed(before, identity(deeper="def one():\n    return 2\n")) == {"shared"}
    assert changed(before, identity(deeper=DEEPER + "# nothing\n")) == set()


def test_an_import_inside_a_function_counts(identity):
    film = FILM.replace("from helpers import double\n", "").replace(
        "        return double(SPEED)",
        "        import helpers\n        return helpers.double(SPEED)",
    )
    edited = HELPERS.replace("2 *", "3 *")
    assert changed(identity(film), identity(film, helpers=edited)) == {"shared"}


def test_a_beat_that_other_code_calls_is_shared_code(identity):
    film = FILM.replace("return np.sin(2)", "return self.third()")
    edited = film.replace("return 3", "return 4")
    assert "shared" in changed(identity(film), identity(edited))


def test_the_base_of_a_beat_that_calls_it_is_shared_code(identity):
    film = FILM + "\n    def first(self):\n        return super().first() + 1\n"
    edited = film.replace("return self.helper()", "return 5 * self.helper()")
    assert "shared" in changed(identity(film), identity(edited))


def test_of_two_definitions_the_one_that_runs_counts(identity):
    film = FILM + "\n    def third(self):\n        return 33\n"
    assert changed(identity(film), identity(film.replace("33", "34"))) == {"third"}


def test_a_beat_that_is_no_plain_method_counts_as_shared(identity):
    film = FILM + "\n    fourth = lambda self: 4\n"
    beats = (*BEATS, "fourth")
    edited = film.replace("self: 4", "self: 5")
    assert changed(identity(film, beats=beats), identity(edited, beats=beats)) == {"shared"}


def test_a_new_beat_leaves_the_others_as_they_are(identity):
    film = FILM + "\n    def fourth(self):\n        return 4\n"
    assert changed(identity(), identity(film, beats=(*BEATS, "fourth"))) == {"fourth"}


def test_a_digest_keeps_items_and_their_order_apart():
    values = [
        Digest(*items).value()
        for items in (("a", "b"), ("b", "a"), ("ab",), ("a",), (["a", "b"],), ("1",), (1,), (1.5,))
    ]
    assert len(set(values)) == len(values)
    assert Digest({"a": 1, "b": 2}).value() == Digest({"b": 2, "a": 1}).value()


def test_a_library_or_python_of_another_version_is_another_machine(monkeypatch):
    before = machine_identity()
    assert set(LIBRARIES) < set(before)
    version = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "0" if name == "numba" else version(name)
    )
    assert {name for name, value in machine_identity().items() if value != before[name]} == {
        "numba"
    }


def test_compiled_loops_are_compiled_anew_after_any_edit_of_their_sources(tmp_path):
    """Numba's cache looks at the file of a function, not at the files of what it uses."""
    for name in SOURCES:
        shutil.copy(STAGE / name, tmp_path)
    names = {sources_digest(tmp_path)}
    for name in SOURCES:
        with (tmp_path / name).open("a") as file:
            file.write("\n")
        names.add(sources_digest(tmp_path))
    assert len(names) == len(SOURCES) + 1


def test_compiled_loops_and_all_that_they_import_are_sources_of_the_cache():
    trees = {path.name: ast.parse(path.read_text("utf-8")) for path in STAGE.glob("*.py")}
    todo = {
        name
        for name, tree in trees.items()
        if any(
            isinstance(node, ast.FunctionDef)
            and any("compiled" in ast.dump(decorator) for decorator in node.decorator_list)
            for node in tree.body
        )
    }
    assert len(todo) > 3
    using = set()
    while todo:
        name = todo.pop()
        using.add(name)
        imported = {
            node.module.removeprefix("scenes.stage.") + ".py"
            for node in trees[name].body
            if isinstance(node, ast.ImportFrom) and node.module.startswith("scenes.stage.")
        }
        todo |= imported - using - {"compiled.py"}
    assert using == set(SOURCES)
