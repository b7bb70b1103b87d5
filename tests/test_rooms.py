"""The arrows between the rooms: mathcore <- scenes/stage <- scenes/*.py, and studio apart.

Every rule is a function from source text to the lines that break it, so that each can be shown
to catch what it is for.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What a file of each room must not import, as dotted prefixes.
FORBIDDEN_IMPORTS = {
    "identity": ("manim", "mathcore", "scenes", "studio"),
    "mathcore": ("manim", "scenes", "studio"),
    "stage": ("studio", "scenes except scenes.stage"),
    "film": ("studio", "scenes except scenes.stage"),
    "studio": ("manim", "mathcore", "scenes"),
}

ROOMS = tuple(FORBIDDEN_IMPORTS)

# Calls that would run what a teacher typed as code.
EVALUATORS = {"eval", "exec", "compile", "sympify", "parse_expr", "S", "lambdastr"}

# Manim's classes and methods that start LaTeX, which is not installed. Integer is Manim's here.
LATEX_NAMES = {
    "BulletedList",
    "DecimalMatrix",
    "DecimalNumber",
    "DecimalTable",
    "Integer",
    "IntegerMatrix",
    "IntegerTable",
    "MathTable",
    "MathTex",
    "Matrix",
    "SingleStringMathTex",
    "Tex",
    "TexTemplate",
    "Title",
    "Variable",
    "add_coordinates",
    "add_numbers",
    "get_axis_labels",
    "get_graph_label",
    "include_numbers",
}


def room_of(path: Path) -> str | None:
    """Name the room that a file, given from the project's root, belongs to."""
    if path.parts[0] in {"identity", "mathcore", "studio"}:
        return path.parts[0]
    if path.parts[:2] == ("scenes", "stage"):
        return "stage"
    return "film" if path.parts[0] == "scenes" else None


def imported_modules(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) for all that a source imports, wherever it stands in it.

    `package` is the dotted package the file lies in; relative imports are resolved against it.
    `from a import b` yields `a.b`, since b may be a module.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _resolve(node, package)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            # importlib.import_module("scenes.descent") and __import__("manim")
            name, target = _called_name(node), node.args[0]
            if name in {"import_module", "__import__"} and isinstance(target, ast.Constant):
                yield node.lineno, str(target.value)


def _resolve(node: ast.ImportFrom, package: str) -> str:
    if node.level == 0:
        return node.module or ""
    parts = package.split(".")
    kept = parts[: len(parts) - (node.level - 1)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _called_name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _lies_under(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(prefix + ".")


def wrong_imports(source: str, room: str, package: str) -> list[str]:
    """List the imports of a source that its room forbids, as `line: module`."""
    wrong = []
    for line, module in imported_modules(source, package):
        for rule in FORBIDDEN_IMPORTS[room]:
            prefix, _, allowed = rule.partition(" except ")
            if _lies_under(module, prefix) and not (allowed and _lies_under(module, allowed)):
                wrong.append(f"{line}: {module}")
    return wrong


def evaluations(source: str) -> list[str]:
    """List the calls that would run text as code, as `line: name`.

    A method is left alone where its name is common (`re.compile`, `pattern.compile`), and so is
    `sympify(..., strict=True)`, which refuses text.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _called_name(node)
        a_method = name == "compile" and isinstance(node.func, ast.Attribute)
        strict = name == "sympify" and _is_set(node, "strict")
        if name in EVALUATORS and not (a_method or strict):
            found.append(f"{node.lineno}: {name}")
    return found


def _is_set(call: ast.Call, option: str) -> bool:
    return any(
        keyword.arg == option
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is True
        for keyword in call.keywords
    )


def latex_uses(source: str) -> list[str]:
    """List the uses of names that start LaTeX, as `line: name`.

    A function that is defined here under such a name, or a number type from mathcore or sympy,
    is not Manim's: only names imported from Manim, names used as its attribute, and methods count.
    """
    tree = ast.parse(source)
    own = _names_not_from_manim(tree)
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in LATEX_NAMES and name not in own:
                found.append(f"{node.lineno}: {name}")
            case ast.Attribute(attr=name) if name in LATEX_NAMES and not _is_module(
                node.value, own
            ):
                found.append(f"{node.lineno}: {name}")
            case ast.keyword(arg=str(name), value=ast.Constant(value=True)) if name in LATEX_NAMES:
                found.append(f"{node.value.lineno}: {name}")
            case ast.ImportFrom(module=str(module)) if _lies_under(module, "manim"):
                found += [f"{node.lineno}: {a.name}" for a in node.names if a.name in LATEX_NAMES]
    return sorted(set(found), key=lambda text: int(text.split(":")[0]))


def _names_not_from_manim(tree: ast.Module) -> set[str]:
    own: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=module) if not _lies_under(module or "", "manim"):
                own |= {alias.asname or alias.name for alias in node.names}
            case ast.Import():
                own |= {a.asname or a.name for a in node.names if not _lies_under(a.name, "manim")}
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                own.add(name)
    return own


def _is_module(node: ast.expr, own: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in own


def _files(*rooms: str) -> list[Path]:
    paths = (
        path.relative_to(ROOT)
        for folder in ("identity", "mathcore", "scenes", "studio")
        for path in (ROOT / folder).rglob("*.py")
    )
    return sorted(path for path in paths if room_of(path) in rooms)


def _read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", _files(*ROOMS), ids=str)
def test_imports_point_one_way(path: Path) -> None:
    room = room_of(path)
    assert room is not None
    assert wrong_imports(_read(path), room, ".".join(path.parent.parts)) == []


@pytest.mark.parametrize("path", _files(*ROOMS), ids=str)
def test_no_text_is_run_as_code(path: Path) -> None:
    assert evaluations(_read(path)) == []


@pytest.mark.parametrize("path", _files("stage", "film"), ids=str)
def test_no_latex_is_reached(path: Path) -> None:
    assert latex_uses(_read(path)) == []


@pytest.mark.parametrize("room", ["identity", "mathcore", "stage", "studio"])
def test_every_room_is_found(room: str) -> None:
    assert _files(room)


@pytest.mark.parametrize(
    ("room", "package", "source"),
    [
        ("identity", "identity", "from scenes.stage.film import Film"),
        ("mathcore", "mathcore", "import manim"),
        ("mathcore", "mathcore", "import manim.utils.color as c"),
        ("mathcore", "mathcore", "def f():\n    from manim import Scene"),
        ("mathcore", "mathcore", "from scenes.stage import theme"),
        ("mathcore", "mathcore", "from ..studio import plan"),
        ("mathcore", "mathcore", "if TYPE_CHECKING:\n    from studio.plan import Plan"),
        ("stage", "scenes.stage", "import studio"),
        ("stage", "scenes.stage", "from scenes.descent import Descent"),
        ("stage", "scenes.stage", "from scenes import descent"),
        ("stage", "scenes.stage", "from .. import descent"),
        ("stage", "scenes.stage", "from ..descent import Descent"),
        ("film", "scenes", "from scenes.gradient import Gradient"),
        ("film", "scenes", "from . import gradient"),
        ("film", "scenes", "from .gradient import Gradient"),
        ("film", "scenes", "import studio.plan"),
        ("studio", "studio", "import importlib\nimportlib.import_module('scenes.descent')"),
        ("studio", "studio", "__import__('manim')"),
        ("studio", "studio", "from mathcore import ScalarField"),
    ],
)
def test_a_wrong_import_is_caught(room: str, package: str, source: str) -> None:
    assert len(wrong_imports(source, room, package)) == 1


@pytest.mark.parametrize(
    ("room", "package", "source"),
    [
        ("mathcore", "mathcore", "import numpy as np\nfrom .field import ScalarField"),
        ("mathcore", "mathcore", "import manimlike, scenesque"),
        ("stage", "scenes.stage", "from manim import Scene\nfrom mathcore import ScalarField"),
        ("stage", "scenes.stage", "from . import theme\nfrom .theme import INK"),
        (
            "stage",
            "scenes.stage",
            "from scenes.stage.theme import INK\nfrom scenes.stage import theme",
        ),
        ("film", "scenes", "from scenes.stage import Film\nfrom .stage import beat"),
        ("studio", "studio", "import subprocess\nfrom .plan import Plan\nfrom studio import page"),
    ],
)
def test_a_right_import_is_left_alone(room: str, package: str, source: str) -> None:
    assert wrong_imports(source, room, package) == []


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "exec(text)",
        "compile(text, 'f', 'eval')",
        "sympy.sympify(text)",
        "sympify(text, strict=False)",
        "from sympy import S\nS(text)",
        "sympy.parsing.sympy_parser.parse_expr(text)",
    ],
)
def test_running_text_is_caught(source: str) -> None:
    assert len(evaluations(source)) == 1


@pytest.mark.parametrize(
    "source",
    ["re.compile('x')", "sympy.S.Zero", "evaluate(text)", "sympy.sympify(number, strict=True)"],
)
def test_what_only_looks_like_running_text_is_left_alone(source: str) -> None:
    assert evaluations(source) == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from manim import *\nMathTex('x')", "MathTex"),
        ("import manim\nmanim.Tex('x')", "Tex"),
        ("from manim import *\nDecimalNumber(3)", "DecimalNumber"),
        ("from manim import *\nInteger(3)", "Integer"),
        ("from manim import *\nMatrix([[1]])", "Matrix"),
        ("axes.add_coordinates()", "add_coordinates"),
        ("NumberLine(include_numbers=True)", "include_numbers"),
    ],
)
def test_latex_is_caught(source: str, name: str) -> None:
    assert [use.split(": ")[1] for use in latex_uses(source)] == [name]


def test_an_import_of_a_latex_class_is_caught_before_its_use() -> None:
    assert latex_uses("from manim import Scene, Variable") == ["1: Variable"]


@pytest.mark.parametrize(
    "source",
    [
        "from sympy import Integer\nInteger(3)",
        "import sympy\nsympy.Integer(3), sympy.Matrix([[1]])",
        "from manim import Axes, MathTypst, Typst\nMathTypst('x')",
        "NumberLine(include_numbers=False)",
    ],
)
def test_what_needs_no_latex_is_left_alone(source: str) -> None:
    assert latex_uses(source) == []
