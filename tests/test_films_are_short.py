"""A film is knobs, cast and beats: what it takes to draw them lives in the stage."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MOST = 150
"""Lines of a film's class, its docstrings, comments and blank lines not counted."""


def lines_of_class(source: str) -> int:
    """Return the lines of the classes in a film's source that say something to Python."""
    tree, lines = ast.parse(source), source.splitlines()
    documented = ast.ClassDef | ast.FunctionDef
    docstrings = {
        line
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    return sum(
        bool(lines[number - 1].partition("#")[0].strip()) and number not in docstrings
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for number in range(node.lineno, (node.end_lineno or 0) + 1)
    )


@pytest.mark.parametrize("path", sorted(ROOT.glob("scenes/[a-z]*.py")), ids=lambda path: path.stem)
def test_a_film_is_short(path: Path) -> None:
    assert 30 <= lines_of_class(path.read_text(encoding="utf-8")) <= MOST


def test_what_counts_is_what_python_reads() -> None:
    source = '''
LIMIT = 1

class Film:
    """Two
    lines."""

    knob = 1  # counted

    # not counted
    def beat(self):
        """Not counted."""
        self.play(
            1,
        )
'''
    assert lines_of_class(source) == 6
