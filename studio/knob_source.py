"""A knob as a film's source declares it: `rate = knob(0.15, "learning rate η", above=0)`."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Unread:
    """An expression in a source whose value only running it would tell."""

    source: str


@dataclass(frozen=True)
class KnobSource:
    """What a source says of a knob; whatever is computed there is `Unread`."""

    name: str
    default: Any
    meaning: str
    above: Any = None
    between: Any = None
    choices: Any = None
    like: Any = None
    file: Any = None

    @property
    def typical(self) -> Any:
        """A value of its type: the default, or what a knob that may be `auto` is like."""
        return self.default if self.like is None else self.like

    @property
    def kind(self) -> str:
        """The type of its value: text, boolean, numbers, integer, number, or unknown."""
        if isinstance(self.typical, str):
            return "text"
        if isinstance(self.typical, bool):
            return "boolean"
        if isinstance(self.typical, tuple):
            return "numbers"
        if isinstance(self.typical, int):
            return "integer"
        return "number" if isinstance(self.typical, float) else "unknown"

    @property
    def rule(self) -> str:
        """What it may be set to, in the words of the film's own refusals."""
        return self.rule_in(str)

    def rule_in(self, tr: Callable[[str], str]) -> str:
        """Return what it may be set to, in the language that `tr` translates into."""
        rule = self._rule_in(tr)
        return rule if self.like is None else tr("auto (fitted to f), or {rule}").format(rule=rule)

    def _rule_in(self, tr: Callable[[str], str]) -> str:
        if isinstance(self.choices, tuple):
            return tr("one of {choices}").format(choices=", ".join(map(str, self.choices)))
        kinds = {
            "text": tr("text"),
            "boolean": tr("true or false"),
            "numbers": tr("{count} numbers"),
            "integer": tr("a whole number"),
            "number": tr("a number"),
            "unknown": tr("a value as in the film's source"),
        }
        count = len(self.typical) if isinstance(self.typical, tuple) else 0
        ranged = self.above is not None or self.between is not None
        of_number = self.kind == "unknown" and ranged
        kind = kinds["number" if of_number else self.kind].format(count=count)
        if isinstance(self.above, (int, float)):
            return tr("{kind} above {low}").format(kind=kind, low=f"{self.above:g}")
        if isinstance(self.between, tuple):
            low, high = (f"{end:g}" for end in self.between)
            return tr("{kind} between {low} and {high}").format(kind=kind, low=low, high=high)
        return kind

    @property
    def toml(self) -> str | None:
        """The default as a lesson file has it; None where it is computed."""
        return None if isinstance(self.default, Unread) else toml_value(self.default)

    @property
    def shown(self) -> str:
        """The default as it is typed after `--set name=`."""
        if isinstance(self.default, str):
            return self.default
        return self.default.source if isinstance(self.default, Unread) else str(self.toml)


def toml_value(value: Any) -> str:
    r"""Return a value as TOML.

    >>> toml_value((1.6, -2.0))
    '[1.6, -2]'
    >>> print(toml_value('say "η"'))
    "say \"η\""
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return str(value).removesuffix(".0")


def declared_knob(
    name: str, value: ast.expr | None, constants: Mapping[str, ast.expr]
) -> KnobSource | None:
    """Return the knob that `name = value` declares, or None where it declares none.

    Args:
        name: what the value is bound to.
        value: an expression of a class body.
        constants: the expressions that the module's own names stand for.
    """
    match value:
        case ast.Call(func=ast.Name(id="knob") | ast.Attribute(attr="knob"), args=args):
            given = dict(zip(("default", "meaning"), args, strict=False))
            given |= {word.arg: word.value for word in value.keywords if word.arg is not None}
            read = {key: literal(node, constants) for key, node in given.items()}
            meaning = read.get("meaning", "")
            return KnobSource(
                name,
                read.get("default", Unread("")),
                meaning if isinstance(meaning, str) else "",
                read.get("above"),
                read.get("between"),
                read.get("choices"),
                read.get("like"),
                read.get("file"),
            )
    return None


def literal(node: ast.expr, constants: Mapping[str, ast.expr]) -> Any:
    """Return the value that an expression writes out, in tuples for lists, or `Unread`."""

    class Named(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.AST:
            return constants.get(name.id, name)

    source = ast.unparse(node)
    try:
        value = ast.literal_eval(Named().visit(ast.parse(source, mode="eval")).body)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return Unread(source)
    return tuple(value) if isinstance(value, list) else value
