"""From what a teacher types to a sympy expression, without ever running text as code.

``parse`` reads a line such as ``x^2 + 3y^2`` in four steps: scan it into tokens, pair its
brackets and bars, bracket what a bare function such as ``sin 2x`` takes, and hand the tokens to a
LALR(1) grammar, whose tree is built bottom-up.  Every step refuses what it does not understand
and points at the character.
"""

from __future__ import annotations

import difflib
import math
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy
from lark import Lark, Token, Transformer_NonRecursive, UnexpectedToken
from lark.exceptions import VisitError
from lark.lexer import Lexer

MAX_LENGTH = 1_000  # characters
MAX_DEPTH = 64  # brackets inside brackets
MAX_PARTS = 400  # numbers, names, functions and operators
MAX_HEIGHT = 120  # parts inside parts, however they were written
MAX_DIGITS = 50  # of one number
MAX_EXPONENT = 10**6  # a whole-number exponent
MAX_MAGNITUDE = 1e300  # a constant part; also 1 / the smallest


class ExpressionError(ValueError):
    """A text that is no real expression; ``position`` is the offending character, from 0.

    ``str()`` shows the reason, the text, and a caret under the character.
    """

    def __init__(self, reason: str, text: str = "", position: int = 0) -> None:
        self.reason = reason
        self.text = text
        self.position = max(0, min(position, len(text)))
        super().__init__(reason, text, position)

    def __str__(self) -> str:
        if not self.text:
            return self.reason
        start = max(0, self.position - 40)
        shown = self.text[start : start + 76]
        shown = "".join(" " if unicodedata.category(c).startswith("C") else c for c in shown)
        before = shown[: self.position - start]
        # A full-width character takes two columns of a terminal.
        width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before)
        return f"{self.reason}\n  {shown}\n  {' ' * width}^"


# --- names -----------------------------------------------------------------------------------

_LOWER_GREEK = {
    **{"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta"},
    **{"η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu"},
    **{"ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau"},
    **{"υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega"},
}
_GREEK_LETTERS = {
    **_LOWER_GREEK,
    **{letter.upper(): name.capitalize() for letter, name in _LOWER_GREEK.items()},
    **{"ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "µ": "mu", "ς": "sigma"},
}
GREEK_NAMES = frozenset(_GREEK_LETTERS.values())
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "tau": 2 * sympy.pi}
_FREE_PRODUCT = set("xyztuvwabcrs")  # letters that "xy" may multiply when no variables are given

_SUBSCRIPT = re.compile(r"[₀-₉]+|_(?:\{(?:[0-9]+|[A-Za-z]+)\}|[0-9]+|[A-Za-z]+)")
_LETTERS = re.compile(r"[A-Za-z]+")
_NAME = re.compile(rf"([A-Za-z]+|[{''.join(_GREEK_LETTERS)}])(?:{_SUBSCRIPT.pattern})?")


def canonical_name(name: str) -> str:
    """Return the one spelling of a variable's name: ``θ`` -> ``theta``, ``w₁`` -> ``w_1``.

    Raises:
        ExpressionError: if ``name`` is no letter or word with at most one subscript, or is the
            name of a function.

    >>> canonical_name("w₁"), canonical_name("θ"), canonical_name("x_{12}")
    ('w_1', 'theta', 'x_12')
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ExpressionError(
            f"{name!r} is no name for a variable; use a letter such as x, w_1 or theta"
        )
    base = _GREEK_LETTERS.get(match[1], match[1])
    if base in _FUNCTIONS:
        raise ExpressionError(f"{base!r} is a function, so no variable can have that name")
    subscript = name[match.end(1) :].lstrip("_").strip("{}").translate(_SUBSCRIPTS)
    return f"{base}_{subscript}" if subscript else base


def symbol(name: str) -> sympy.Symbol:
    """Return the real variable called ``name``; the one way that mathcore makes a variable.

    Raises:
        ExpressionError: if ``name`` cannot be a variable's name.

    >>> symbol("θ")
    theta
    >>> symbol("x").is_real
    True
    """
    return sympy.Symbol(canonical_name(name), real=True)


def variables_of(expression: sympy.Expr) -> tuple[sympy.Symbol, ...]:
    """Return the variables of ``expression``: x, y, z first, then by name, w_2 before w_10.

    >>> variables_of(parse("w_10 + w_2 + y + a + x"))
    (x, y, a, w_2, w_10)
    """

    def order(variable: sympy.Symbol) -> tuple[Any, ...]:
        name = variable.name
        words = [
            (0, int(w), "") if w.isdigit() else (1, 0, w) for w in re.findall(r"\d+|\D+", name)
        ]
        return (name not in {"x", "y", "z"}, words)

    return tuple(sorted(expression.free_symbols, key=order))


# --- functions -------------------------------------------------------------------------------


class cbrt(sympy.Function):  # type: ignore[misc]  # noqa: N801  (sympy: lower-case functions)
    """The real cube root, defined for negative numbers too: ``cbrt(-8) = -2``.

    Its derivative is ``1 / (3 cbrt(x)^2)``; sympy's own ``x**(1/3)`` is complex below zero.
    """

    nargs = 1

    @classmethod
    def eval(cls, x: sympy.Expr) -> sympy.Expr | None:
        """Take the minus sign out, and the root when it is exact."""
        if x.could_extract_minus_sign():
            return -cls(-x)
        if x.is_Rational:
            root = sympy.Pow(x, sympy.Rational(1, 3))
            return root if root.is_Rational else None
        return None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return the derivative of the root by what stands under it."""
        return 1 / (3 * self**2)

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real

    def _eval_evalf(self, prec: int) -> sympy.Expr | None:
        x = self.args[0]._evalf(prec)
        if not x.is_extended_real:
            return None
        return sympy.sign(x) * sympy.Pow(abs(x), sympy.Rational(1, 3))._evalf(prec)

    def _numpycode(self, printer: Any) -> str:
        return f"{printer._module_format('numpy.cbrt')}({printer._print(self.args[0])})"

    def _mpmathcode(self, printer: Any) -> str:
        root = printer._module_format("mpmath.cbrt")
        sign = printer._module_format("mpmath.sign")
        inner = printer._print(self.args[0])
        return f"({sign}({inner})*{root}(abs({inner})))"


def _calm(function: type[sympy.Expr]) -> Callable[..., sympy.Expr]:
    """Return ``function`` without sympy's simplifications where they take long or go wrong.

    Comparing the arguments of Abs, Max and Min with one another grows out of hand when they hold
    many others of their kind; and the absolute value of what sympy cannot prove real, such as
    |e^√x|, would be taken apart into real and imaginary parts.
    """

    def build(*parts: sympy.Expr) -> sympy.Expr:
        inner = sum(len(part.atoms(sympy.Abs, sympy.Max, sympy.Min)) for part in parts)
        real = all(part.is_extended_real for part in parts)
        return function(*parts, evaluate=real and len(parts) + inner <= 4)

    return build


@dataclass(frozen=True)
class _Function:
    """A function of the language: how sympy writes it, and how a float takes it."""

    build: Callable[..., sympy.Expr]
    number: Callable[..., float]
    least: int = 1
    most: int = 1


def _over(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: 1 / function(x)


def _sign(x: float) -> float:
    return math.copysign(1, x) if x else 0.0


_MANY = sys.maxsize
_FUNCTIONS: dict[str, _Function] = {
    "sin": _Function(sympy.sin, math.sin),
    "cos": _Function(sympy.cos, math.cos),
    "tan": _Function(sympy.tan, math.tan),
    "cot": _Function(sympy.cot, _over(math.tan)),
    "sec": _Function(sympy.sec, _over(math.cos)),
    "csc": _Function(sympy.csc, _over(math.sin)),
    "asin": _Function(sympy.asin, math.asin),
    "acos": _Function(sympy.acos, math.acos),
    "atan": _Function(sympy.atan, math.atan),
    "sinh": _Function(sympy.sinh, math.sinh),
    "cosh": _Function(sympy.cosh, math.cosh),
    "tanh": _Function(sympy.tanh, math.tanh),
    "asinh": _Function(sympy.asinh, math.asinh),
    "acosh": _Function(sympy.acosh, math.acosh),
    "atanh": _Function(sympy.atanh, math.atanh),
    "exp": _Function(sympy.exp, math.exp),
    "log": _Function(sympy.log, math.log),
    "log2": _Function(lambda x: sympy.log(x) / sympy.log(2), math.log2),
    "log10": _Function(lambda x: sympy.log(x) / sympy.log(10), math.log10),
    "sqrt": _Function(sympy.sqrt, math.sqrt),
    "cbrt": _Function(cbrt, math.cbrt),
    "abs": _Function(_calm(sympy.Abs), abs),
    "sign": _Function(sympy.sign, _sign),
    "min": _Function(_calm(sympy.Min), min, 2, _MANY),
    "max": _Function(_calm(sympy.Max), max, 2, _MANY),
    "floor": _Function(sympy.floor, math.floor),
    "ceil": _Function(sympy.ceiling, math.ceil),
    "sigmoid": _Function(lambda x: 1 / (1 + sympy.exp(-x)), lambda x: 1 / (1 + math.exp(-x))),
    "relu": _Function(lambda x: _calm(sympy.Max)(x, sympy.S.Zero), lambda x: max(x, 0.0)),
    "softplus": _Function(lambda x: sympy.log(1 + sympy.exp(x)), lambda x: math.log1p(math.exp(x))),
    "atan2": _Function(sympy.atan2, math.atan2, 2, 2),
    "hypot": _Function(lambda x, y: sympy.sqrt(x**2 + y**2), math.hypot, 2, 2),
}
_SAME = {
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "ceiling": "ceil",
}
_FUNCTIONS |= {name: _FUNCTIONS[same] for name, same in _SAME.items()}


# --- scanning --------------------------------------------------------------------------------

_OPERATORS = {"+": "ADD", "-": "ADD", "*": "MUL", "/": "MUL", "^": "POW", ",": "COMMA", "|": "BAR"}
_LOOKALIKES = str.maketrans("·×⋅∙•∗÷∕⁄−–∣√", "******///--|√")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[eE]([+-]?)([0-9]+)")
_RAISED = re.compile(r"[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_WHOLE_POWER = re.compile(r"\s*(?:\^|\*\*)\s*([0-9]{1,7})(?![0-9.])")
_INVERSE = re.compile(r"\s*(?:(?:\^|\*\*)\s*[({]?\s*-|⁻)")
_PLAIN_NAME = _NAME.pattern.replace("([", "(?:[")
_HEADING = re.compile(
    rf"\s*({_PLAIN_NAME})\s*(?:\(\s*{_PLAIN_NAME}(?:\s*,\s*{_PLAIN_NAME})*\s*\)\s*)?=(?!=)"
)


def _one_width(character: str) -> str:
    """Return the plain form of a full-width or mathematical letter, digit or sign."""
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    if 0x1D400 <= code <= 0x1D7FF:
        plain = unicodedata.normalize("NFKC", character)
        return plain if len(plain) == 1 else character
    return character


class _Scanner:
    """Cuts a text into tokens; names are resolved here, since ``xy`` may be one name or two."""

    def __init__(self, text: str, allowed: tuple[str, ...] | None) -> None:
        self.text = text
        self.plain = "".join(map(_one_width, text)).translate(_LOOKALIKES)
        self.allowed = allowed
        self.position = 0
        self.tokens: list[Token] = []

    def fail(self, reason: str, position: int | None = None) -> ExpressionError:
        at = self.position if position is None else position
        return ExpressionError(reason, self.text, at)

    def add(self, kind: str, value: str, length: int) -> None:
        end = self.position + length
        self.tokens.append(Token(kind, value, start_pos=self.position, end_pos=end))
        self.position = end

    def scan(self) -> list[Token]:
        """Return the tokens of the text after a heading such as ``f(x, y) =``."""
        self.position = self._heading()
        while self.position < len(self.plain):
            character = self.plain[self.position]
            if character.isspace():
                self.position += 1
            elif character in "0123456789.":
                self._number()
            elif match := _RAISED.match(self.plain, self.position):
                value = match[0].translate(_SUPERSCRIPTS)
                self.add("RAISED", value, len(match[0]))
            elif character in "([{":
                self.add("OPEN", character, 1)
            elif character in ")]}":
                self.add("CLOSE", character, 1)
            elif character == "√":
                self.add("FUNCTION", "√", 1)
            elif self.plain.startswith("**", self.position):
                self.add("POW", "^", 2)
            elif character in _OPERATORS:
                self.add(_OPERATORS[character], character, 1)
            elif _NAME.match(self.plain, self.position):
                self._name()
            else:
                raise self._stray(character)
        return self.tokens

    def _heading(self) -> int:
        match = _HEADING.match(self.plain)
        if match is None:
            if "=" in self.plain:
                raise self._stray("=", self.plain.index("="))
            return 0
        name = canonical_name(match[1])
        if re.search(
            rf"(?<![A-Za-z]){re.escape(match[1])}(?![A-Za-z(])", self.plain[match.end() :]
        ):
            raise self.fail(f"{name!r} stands on both sides of the =", match.start(1))
        return match.end()

    def _stray(self, character: str, position: int | None = None) -> ExpressionError:
        if character == "=":
            reason = "an = may only follow a name in front, as in f(x, y) = x^2 + y^2"
            return self.fail(reason, position)
        if character == "!":
            return self.fail("factorials are not part of the language")
        if character == "_":
            return self.fail("a subscript follows a name, as in w_1")
        if not character.isprintable():
            return self.fail(
                f"the character U+{ord(character):04X} cannot be part of an expression"
            )
        return self.fail(f"{character!r} cannot be part of an expression")

    def _number(self) -> None:
        match = _NUMBER.match(self.plain, self.position)
        if match is None:
            raise self.fail("a point needs digits after it, as in 0.5")
        end = match.end()
        if self.plain[end : end + 1] == ".":
            raise self.fail("a point needs digits on both sides, once: 5 or 5.0", end)
        value = match[0]
        power = _SCIENTIFIC.match(self.plain, end)
        if power and "e" not in (self.allowed or ()):
            after = self.plain[power.end() :].lstrip()[:1]
            if power[1] and (after.isalpha() or after in tuple("(^[{|.√")):
                raise self.fail(
                    f"{value}{power[0]} is unclear here: write {value}*10^({power[1]}{power[2]}) or"
                    f" {value}*e {power[1]} {power[2]}"
                )
            if len(power[2]) > 3 or int(power[2]) > 300:
                raise self.fail("a number must lie between 10^-300 and 10^300")
            value, end = value + power[0], power.end()
        if len(match[0]) > MAX_DIGITS:
            raise self.fail(f"a number may have at most {MAX_DIGITS} digits")
        self.add("NUMBER", value, end - self.position)

    def _name(self) -> None:
        start = self.position
        letters = _LETTERS.match(self.plain, start)
        run = letters[0] if letters else self.plain[start]
        end = start + len(run)
        digits = re.compile(r"[0-9]+").match(self.plain, end)
        if digits:
            if run + digits[0] in _FUNCTIONS and run + digits[0] not in (self.allowed or ()):
                self._function(run + digits[0], len(run) + len(digits[0]))
                return
            raise self.fail(
                f"{run}{digits[0]} is unclear: write {run}_{digits[0]} for a name with a subscript,"
                f" {run}^{digits[0]} for a power or {digits[0]}{run} for a product",
                end,
            )
        base = _GREEK_LETTERS.get(run, run)
        if match := _SUBSCRIPT.match(self.plain, end):
            self._subscripted(base, match)
        elif self._is_variable(base):
            self.add("NAME", base, len(run))
        elif base in _FUNCTIONS:
            self._function(base, len(run))
        elif base in _CONSTANTS:
            self.add("CONSTANT", base, len(run))
        else:
            self._product(run, base)

    def _is_variable(self, name: str) -> bool:
        if self.allowed is not None:
            return name in self.allowed
        if name in _FUNCTIONS or name in _CONSTANTS or name in {"i", "I"}:
            return False
        if name in {"f", "g", "h"} and self.plain[self.position + 1 :].lstrip().startswith("("):
            return False
        return len(name) == 1 or name in GREEK_NAMES

    def _subscripted(self, base: str, match: re.Match[str]) -> None:
        subscript = match[0].lstrip("_").strip("{}").translate(_SUBSCRIPTS)
        name, length = f"{base}_{subscript}", match.end() - self.position
        if base == "log" and subscript in {"2", "10"}:
            self._function(base + subscript, length)
        elif base in _FUNCTIONS:
            raise self.fail(f"{name}: only log_2 and log_10 have a subscript", match.start())
        elif name in self.allowed if self.allowed is not None else self._bears_subscript(base):
            self.add("NAME", name, length)
        else:
            raise self._unknown(name)

    @staticmethod
    def _bears_subscript(base: str) -> bool:
        return len(base) == 1 or base in GREEK_NAMES

    def _function(self, name: str, length: int) -> None:
        self.add("FUNCTION", _SAME.get(name, name), length)
        if _INVERSE.match(self.plain, self.position):
            raise self.fail(f"{name}^-1 is unclear: write a{name}(x) or 1/{name}(x)")
        if match := _WHOLE_POWER.match(self.plain, self.position):
            self.add("FUNCTION_POWER", match[1], len(match[0]))
        elif match := _RAISED.match(self.plain, self.position):
            self.add("FUNCTION_POWER", match[0].translate(_SUPERSCRIPTS), len(match[0]))

    def _product(self, run: str, base: str) -> None:
        """Read ``xy`` as x·y when only single letters make sense, and ``xe^…`` as x·e^…."""
        letters = run[:-1] if run.endswith("e") and "e" not in (self.allowed or ()) else run
        if self.allowed is not None:
            known = all(letter in self.allowed for letter in letters)
        else:
            known = len(run) <= 3 and set(letters) <= _FREE_PRODUCT
            if letters != run:  # "xe" alone may be a slip; "xe^" is not
                known = known and self.plain[self.position + len(run) :].lstrip()[:1] == "^"
        if len(run) == 1 or not known:
            raise self._unknown(base)
        for letter in letters:
            self.add("NAME", letter, 1)
        if letters != run:
            self.add("CONSTANT", "e", 1)

    def _unknown(self, name: str) -> ExpressionError:
        if name in {"i", "I"}:
            return self.fail(
                f"{name!r}: only real numbers here; to use it as a variable, declare it"
            )
        candidates = [*(self.allowed or ()), *_FUNCTIONS, *_CONSTANTS]
        if self.allowed is None:
            candidates += GREEK_NAMES
        near = difflib.get_close_matches(name, candidates, 1) or difflib.get_close_matches(
            name.lower(), candidates, 1
        )
        reason = f"unknown name {name!r}"
        if self.allowed is not None:
            listed = ", ".join(self.allowed)
            reason += f"; the variables are: {listed}" if listed else "; there are no variables"
        if inside := self._hidden_name(name):
            reason += f"; set {inside!r} apart from its neighbours with a space or brackets"
        elif near:
            reason += f"; did you mean {near[0]!r}?"
        elif self.allowed is None:
            reason += "; write a product of variables as x*y and a function as sin(x)"
        return self.fail(reason)

    def _hidden_name(self, name: str) -> str | None:
        """Return the function or constant that ``name`` runs into one or two variables."""
        letters = _FREE_PRODUCT if self.allowed is None else set(self.allowed)
        inside = [
            known
            for known in [*_FUNCTIONS, "pi"]
            if len(name) - len(known) in {1, 2}
            and (name.startswith(known) or name.endswith(known))
            and set(name.removeprefix(known) if name.startswith(known) else name[: -len(known)])
            <= letters
        ]
        return max(inside, key=len, default=None)


# --- pairing brackets and bars -----------------------------------------------------------------

_VALUE_END = {"NUMBER", "NAME", "CONSTANT", "RAISED", "CLOSE", "RBAR"}
_PARTNER = {")": "(", "]": "[", "}": "{", "|": "|"}


def _pair(tokens: list[Token], text: str) -> list[Token]:
    """Pair brackets, and tell each bar as an opening or a closing one.

    A bar closes when a value stands before it and the innermost open bracket is a bar; otherwise
    it opens: ``|x||y|`` is |x|·|y|, and ``||x|-1|`` is a bar inside a bar.
    """
    open_tokens: list[Token] = []
    paired: list[Token] = []
    for token in tokens:
        innermost = open_tokens[-1] if open_tokens else None
        after_value = bool(paired) and paired[-1].type in _VALUE_END
        kind = token.type
        if kind == "BAR":
            closes = after_value and innermost is not None and innermost == "|"
            kind = "RBAR" if closes else "LBAR"
        if kind in {"OPEN", "LBAR"}:
            open_tokens.append(token)
            if len(open_tokens) > MAX_DEPTH:
                raise ExpressionError(
                    f"more than {MAX_DEPTH} brackets inside one another", text, token.start_pos or 0
                )
        elif kind in {"CLOSE", "RBAR"}:
            if innermost is None or innermost != _PARTNER[str(token)]:
                raise ExpressionError(f"{str(token)!r} closes nothing", text, token.start_pos or 0)
            open_tokens.pop()
        paired.append(token if kind == token.type else _retype(token, kind))
    if open_tokens:
        left = open_tokens[-1]
        raise ExpressionError(f"{str(left)!r} is never closed", text, left.start_pos or 0)
    return paired


def _retype(token: Token, kind: str, value: str | None = None) -> Token:
    text = str(token) if value is None else value
    return Token(kind, text, start_pos=token.start_pos, end_pos=token.end_pos)


# --- functions without brackets ----------------------------------------------------------------

_STARTS_VALUE = {"NUMBER", "NAME", "CONSTANT", "OPEN", "LBAR"}
_END = Token("END", "", start_pos=0, end_pos=0)


class _BareFunctions:
    """Brackets the argument of a bare function: ``sin 2x`` becomes ``sin(2x)``.

    Accepted is one factor, which may carry a numeric coefficient; whatever two careful readers
    would read in two ways (``sin x y``, ``sin x / 2``) is refused.
    """

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens = tokens
        self.text = text

    def bracketed(self) -> list[Token]:
        # From the right, so that the inner function of "sin cos x" has its brackets already.
        for index in range(len(self.tokens) - 1, -1, -1):
            if self.tokens[index].type == "FUNCTION":
                self._bracket(index)
        return self.tokens

    def at(self, index: int) -> Token:
        return self.tokens[index] if index < len(self.tokens) else _END

    def _bracket(self, index: int) -> None:
        function = self.tokens[index]
        if function == "√":
            self.tokens[index] = _retype(function, "FUNCTION", "sqrt")
        start = index + 2 if self.at(index + 1).type == "FUNCTION_POWER" else index + 1
        if self.at(start).type == "OPEN":
            return
        end = self._root_end(start) if function == "√" else self._argument_end(start)
        if end == start:
            raise ExpressionError(
                f"{function} needs its argument, in brackets", self.text, function.end_pos or 0
            )
        if self._is_unclear(function, start, end):
            raise ExpressionError(
                f"what {function} applies to is unclear; put it in brackets",
                self.text,
                self.at(end).start_pos or 0,
            )
        self.tokens.insert(end, _retype(self.tokens[end - 1], "CLOSE", ")"))
        self.tokens.insert(start, _retype(self.tokens[start], "OPEN", "("))

    def _root_end(self, start: int) -> int:
        if self.at(start).type in {"NUMBER", "NAME", "CONSTANT"}:
            return start + 1
        return self._group_end(start)

    def _argument_end(self, start: int) -> int:
        end = start
        while self.at(end).type in {"NUMBER", "CONSTANT"}:
            end += 1
        if self.at(end).type == "NAME":
            return self._power_end(end + 1)
        return end if end > start else self._group_end(start)

    def _group_end(self, start: int) -> int:
        """Return the index after ``|…|`` or ``g(…)`` at ``start``; ``start`` if there is none."""
        index = start
        if self.at(index).type == "FUNCTION":
            index += 2 if self.at(index + 1).type == "FUNCTION_POWER" else 1
        elif self.at(index).type != "LBAR":
            return start
        return self._bracket_end(index)

    def _bracket_end(self, start: int) -> int:
        """Return the index after the bracket or bar that closes the one at ``start``."""
        depth = 0
        for index in range(start, len(self.tokens)):
            kind = self.tokens[index].type
            depth += (kind in {"OPEN", "LBAR"}) - (kind in {"CLOSE", "RBAR"})
            if depth == 0:
                return index + 1
        return start

    def _power_end(self, index: int) -> int:
        """Return the index after the powers that a name carries: ``x²``, ``x^-2``, ``x^(a+b)``."""
        while True:
            if self.at(index).type == "RAISED":
                index += 1
            elif self.at(index).type == "POW":
                index += 1
                while self.at(index).type == "ADD":
                    index += 1
                if self.at(index).type == "OPEN":
                    index = self._bracket_end(index)
                else:
                    index = max(index + 1, self._group_end(index))
            else:
                return min(index, len(self.tokens))

    def _is_unclear(self, function: Token, start: int, end: int) -> bool:
        after = self.at(end)
        if after.type in _STARTS_VALUE or after.type in {"POW", "RAISED"}:
            return True
        if function == "√":
            return False
        if after.type == "FUNCTION":
            return self.tokens[end - 1].type in {"NUMBER", "CONSTANT"} and end > start
        return after.type == "MUL" and (after == "/" or self.at(end + 1).type != "FUNCTION")


# --- what reads in two ways ---------------------------------------------------------------------


def _group_fractions(tokens: list[Token]) -> list[Token]:
    """Bracket a fraction of two numbers that stands apart: ``1/2 x^2`` is half of x^2.

    Without the space, ``1/2x`` stays unclear.
    """
    grouped: list[Token] = []
    for index, token in enumerate(tokens):
        grouped.append(token)
        window = tokens[max(index - 2, 0) : index + 1]
        if [part.type for part in window] != ["NUMBER", "MUL", "NUMBER"] or window[1] != "/":
            continue
        before = tokens[index - 3].type if index > 2 else "ADD"
        after = tokens[index + 1] if index + 1 < len(tokens) else _END
        apart = after.type in {*_STARTS_VALUE, "FUNCTION"} and after.start_pos != token.end_pos
        if apart and before in {"ADD", "OPEN", "LBAR", "COMMA"}:
            opening = _retype(window[0], "OPEN", "(")
            grouped[-3:] = [opening, *window, _retype(token, "CLOSE", ")")]
    return grouped


def _refuse_unclear(tokens: list[Token], text: str) -> None:
    """Refuse a power or a fraction whose end two readers would see in different places."""
    for before, power, exponent, after in _exponents(tokens):
        touching = exponent.end_pos == after.start_pos and after.type in {"NAME", "CONSTANT"}
        of_e = before.type == "CONSTANT" and before == "e"
        if touching and (exponent.type == "NAME" or of_e):
            raise ExpressionError(
                f"{before}^{exponent}{after} is unclear: write {before}^({exponent}*{after}) or"
                f" {before}^({exponent})*{after}",
                text,
                power.start_pos or 0,
            )


def _exponents(tokens: list[Token]) -> Iterator[tuple[Token, Token, Token, Token]]:
    for index, token in enumerate(tokens):
        if token.type == "POW" and index > 0:
            at = index + 1
            while at < len(tokens) and tokens[at].type == "ADD":
                at += 1
            if at + 1 < len(tokens):
                yield tokens[index - 1], token, tokens[at], tokens[at + 1]


# --- the grammar --------------------------------------------------------------------------------

_GRAMMAR = """
start: sum
?sum: term (ADD term)*
?term: signed (MUL signed)*
?signed: ADD signed -> sign | juxtaposed
?juxtaposed: power factor*
?power: number | factor
?number: NUMBER | NUMBER RAISED -> raised | NUMBER POW exponent -> raised
?factor: atom | atom RAISED -> raised | atom POW exponent -> raised
?exponent: ADD exponent -> sign | power
?atom: NAME | CONSTANT | call | OPEN sum CLOSE -> group | LBAR sum RBAR -> bars
call: FUNCTION FUNCTION_POWER? OPEN sum (COMMA sum)* CLOSE
%declare ADD MUL POW RAISED NUMBER NAME CONSTANT FUNCTION FUNCTION_POWER OPEN CLOSE LBAR RBAR COMMA
"""


class _Given(Lexer):
    """Passes on tokens that were made beforehand."""

    def __init__(self, lexer_conf: object) -> None:
        pass

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        return iter(data)


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer=_Given)


def _explain(error: UnexpectedToken, text: str) -> ExpressionError:
    """Say in plain words what the grammar stumbled over."""
    token = error.token
    if token.type == "$END":
        return ExpressionError("something is missing at the end", text, len(text.rstrip()))
    wants_value = "NAME" in error.expected
    at = token.start_pos or 0
    if token.type == "COMMA":
        reason = "a comma only parts the arguments of a function; decimals take a point, as in 0.5"
    elif wants_value and token.type in {"CLOSE", "RBAR"}:
        reason = f"something is missing before {str(token)!r}"
    elif wants_value:
        reason = f"a number, a name or a bracket should stand here, not {str(token)!r}"
    elif token.type == "NUMBER":
        reason = "a number cannot follow a factor directly; write an operator in between"
    else:
        reason = f"{str(token)!r} cannot stand here"
    return ExpressionError(reason, text, at)


# --- building -----------------------------------------------------------------------------------

_COMPLEX = (sympy.re, sympy.im, sympy.arg, sympy.conjugate)
_UNDEFINED = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)


@dataclass(frozen=True)
class _Part:
    """A built part: its expression, where it stands, its value if it is a constant.

    The float is known before sympy computes with the part, so that a tower of powers is refused
    instead of computed.
    """

    expression: sympy.Expr
    position: int
    constant: float | None = None
    juxtaposed: bool = False


class _Builder(Transformer_NonRecursive[Token, Any]):
    """Builds the expression of a tree, bottom-up, refusing what is undefined or too large."""

    def __init__(self, text: str) -> None:
        super().__init__(visit_tokens=False)
        self.text = text

    def fail(self, reason: str, position: int) -> ExpressionError:
        return ExpressionError(reason, self.text, position)

    def make(
        self,
        position: int,
        build: Callable[[], sympy.Expr],
        number: Callable[..., float],
        *operands: _Part,
    ) -> _Part:
        """Return ``build()`` once ``number`` has shown that a constant result is in range."""
        constants = [operand.constant for operand in operands]
        constant = None
        if None not in constants:
            constant = self._checked(lambda: number(*constants), position)
        try:
            expression = build()
        except Exception as error:  # whatever trips sympy, the writer of the text sees where
            raise self.fail("this part cannot be worked out", position) from error
        if expression in _UNDEFINED or any(a in _UNDEFINED for a in expression.args):
            raise self.fail("this part is not a real number", position)
        if expression.is_Rational:
            constant = self._checked(lambda: _as_float(expression), position)
        elif constant is None and not expression.free_symbols:
            constant = self._checked(lambda: float(expression), position)
        return _Part(expression, position, constant)

    def _checked(self, compute: Callable[[], float], position: int) -> float:
        try:
            value = compute()
        except ZeroDivisionError:
            raise self.fail("a division by zero", position) from None
        except OverflowError:
            value = math.inf
        except (ValueError, TypeError):
            raise self.fail("this part is not a real number", position) from None
        if isinstance(value, complex) or math.isnan(value):
            raise self.fail("this part is not a real number", position)
        if abs(value) > MAX_MAGNITUDE or 0 < abs(value) < 1 / MAX_MAGNITUDE:
            raise self.fail("a constant must lie between 10^-300 and 10^300", position)
        return value

    def leaf(self, item: Any) -> _Part:
        """Return the part of a token; a part stays as it is."""
        if not isinstance(item, Token):
            return item  # type: ignore[no-any-return]
        at = item.start_pos or 0
        if item.type == "NUMBER":
            fraction = Fraction(str(item))
            rational = sympy.Rational(fraction.numerator, fraction.denominator)
            return _Part(rational, at, self._checked(lambda: _as_float(rational), at))
        if item.type == "CONSTANT":
            value = _CONSTANTS[str(item)]
            return _Part(value, at, float(value))
        return _Part(sympy.Symbol(str(item), real=True), at)

    def start(self, items: list[Any]) -> sympy.Expr:
        return self.leaf(items[0]).expression

    def group(self, items: list[Any]) -> _Part:
        part = self.leaf(items[1])
        return _Part(part.expression, part.position, part.constant)

    def bars(self, items: list[Any]) -> _Part:
        part = self.leaf(items[1])
        build = _FUNCTIONS["abs"].build
        return self.make(items[0].start_pos, lambda: build(part.expression), abs, part)

    def sign(self, items: list[Any]) -> _Part:
        part = self.leaf(items[1])
        if items[0] == "+":
            return part
        return self.make(items[0].start_pos, lambda: -part.expression, lambda x: -x, part)

    def sum(self, items: list[Any]) -> _Part:
        parts = [self.leaf(item) for item in items[::2]]
        signs = [1, *(-1 if operator == "-" else 1 for operator in items[1::2])]
        pairs = list(zip(signs, parts, strict=True))
        return self.make(
            parts[0].position,
            lambda: sympy.Add(*(sign * part.expression for sign, part in pairs)),
            lambda *values: math.fsum(s * v for s, v in zip(signs, values, strict=True)),
            *parts,
        )

    def juxtaposed(self, items: list[Any]) -> _Part:
        parts = [self.leaf(item) for item in items]
        part = self.make(
            parts[0].position,
            lambda: sympy.Mul(*(part.expression for part in parts)),
            lambda *values: math.prod(values),
            *parts,
        )
        return _Part(part.expression, part.position, part.constant, juxtaposed=True)

    def term(self, items: list[Any]) -> _Part:
        parts = [self.leaf(item) for item in items[::2]]
        divides = [False, *(operator == "/" for operator in items[1::2])]
        for index, part in enumerate(parts):
            if not divides[index]:
                continue
            slash = items[2 * index - 1].start_pos
            if part.constant == 0:
                raise self.fail("a division by zero", slash)
            if part.juxtaposed:
                raise self.fail(
                    "how far this fraction reaches is unclear: write a/(b c) or (a/b) c", slash
                )
        factors = [
            (part.expression, -1 if divided else 1)
            for part, divided in zip(parts, divides, strict=True)
        ]
        return self.make(
            parts[0].position,
            lambda: sympy.Mul(*(base**exponent for base, exponent in factors)),
            lambda *values: math.prod(
                1 / value if divided else value
                for value, divided in zip(values, divides, strict=True)
            ),
            *parts,
        )

    def raised(self, items: list[Any]) -> _Part:
        base = self.leaf(items[0])
        last = items[-1]
        if isinstance(last, Token) and last.type == "RAISED":
            exponent = self._whole(last)
        else:
            exponent = self.leaf(last)
        return self.power(base, exponent, items[1].start_pos)

    def _whole(self, token: Token) -> _Part:
        at = token.start_pos or 0
        if len(token) > 8:
            raise self.fail(f"an exponent may be at most {MAX_EXPONENT:,}", at)
        return _Part(sympy.Integer(int(token)), at, float(token))

    def power(self, base: _Part, exponent: _Part, position: int) -> _Part:
        """Return the power, refused before it is computed when it would be too large."""
        self._refuse_large_power(base, exponent, position)
        part = self.make(
            position,
            lambda: sympy.Pow(base.expression, exponent.expression),
            math.pow,
            base,
            exponent,
        )
        result = part.expression.exp if part.expression.is_Pow else None
        if result is not None and result.is_Integer and abs(result) > MAX_EXPONENT:
            raise self.fail(f"an exponent may be at most {MAX_EXPONENT:,}", position)
        return part

    def _refuse_large_power(self, base: _Part, exponent: _Part, position: int) -> None:
        power = exponent.constant
        if power is None:
            return
        if abs(power) > MAX_EXPONENT:
            raise self.fail(f"an exponent may be at most {MAX_EXPONENT:,}", position)
        if base.constant == 0 and power < 0:
            raise self.fail("a division by zero", position)
        # (2x)^n holds the constant 2^n.
        coefficient = base.expression.as_coeff_Mul()[0]
        self._checked(lambda: math.pow(abs(_as_float(coefficient)), power), position)
        digits = max(abs(coefficient.p), coefficient.q).bit_length() * abs(power)
        if coefficient not in (1, -1) and digits > 8_000:
            raise self.fail("a constant power must stay below 2,400 digits", position)

    def call(self, items: list[Any]) -> _Part:
        name, *rest = items
        at = name.start_pos
        function_power = rest.pop(0) if rest[0].type == "FUNCTION_POWER" else None
        arguments = [self.leaf(item) for item in rest[1:-1:2]]
        function = _FUNCTIONS[str(name)]
        if not function.least <= len(arguments) <= function.most:
            wanted = {1: "one argument", 2: "two arguments"}[function.least]
            more = " or more" if function.most == _MANY else ""
            raise self.fail(f"{name} takes {wanted}{more}, not {len(arguments)}", at)
        part = self.make(
            at,
            lambda: function.build(*(argument.expression for argument in arguments)),
            function.number,
            *arguments,
        )
        if function_power is None:
            return part
        return self.power(part, self._whole(function_power), function_power.start_pos)


def _as_float(rational: sympy.Rational) -> float:
    """Return the nearest float; OverflowError when it is too large."""
    return int(rational.p) / int(rational.q)


# --- the whole ----------------------------------------------------------------------------------


def parse(text: str, variables: Sequence[str] | None = None) -> sympy.Expr:
    """Return the real expression that ``text`` writes, exact: ``0.1`` is one tenth.

    Args:
        text: such as ``x^2 + 3y^2``, ``2 sin(x) cos(y)``, ``|x| - √(y²+1)``, ``e^(-x^2)``.
            A heading such as ``f(x, y) =`` is skipped.
        variables: the names that may stand for variables; ``None`` accepts any letter.  A
            variable called ``e`` or ``pi`` hides the constant.

    Raises:
        ExpressionError: if the text is no real expression of the language, or is too large; it
            points at the character.

    >>> parse("x^2 + 3y^2")
    x**2 + 3*y**2
    >>> parse("0.1 sin^2(2πx)")
    sin(2*pi*x)**2/10
    >>> parse("x + q", variables=["x", "y"])
    Traceback (most recent call last):
    mathcore.expression.ExpressionError: unknown name 'q'; the variables are: x, y
      x + q
          ^
    """
    allowed = None if variables is None else tuple(canonical_name(str(v)) for v in variables)
    _refuse_outright(text)
    tokens = _pair(_Scanner(text, allowed).scan(), text)
    if not tokens:
        raise ExpressionError("an expression is missing; write one such as x^2 + y^2", text)
    parts = [token for token in tokens if token.type not in {"OPEN", "CLOSE", "COMMA", "RBAR"}]
    if len(parts) > MAX_PARTS:
        raise ExpressionError(
            f"more than {MAX_PARTS} numbers, names and operators",
            text,
            parts[MAX_PARTS].start_pos or 0,
        )
    tokens = _BareFunctions(_group_fractions(tokens), text).bracketed()
    _refuse_unclear(tokens, text)
    return _built(tokens, text)


def _refuse_outright(text: str) -> None:
    if not isinstance(text, str):
        raise ExpressionError(f"an expression is a text such as 'x^2 + y^2', not {text!r}")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"the text has {len(text):,} characters; at most {MAX_LENGTH:,} are read",
            text,
            MAX_LENGTH,
        )
    for position, character in enumerate(text):
        if unicodedata.category(character) == "Cc":
            raise ExpressionError(
                f"the control character U+{ord(character):04X} cannot be part of an expression",
                text,
                position,
            )


def _built(tokens: list[Token], text: str) -> sympy.Expr:
    try:
        tree = _grammar().parse(tokens)
        expression: sympy.Expr = _Builder(text).transform(tree)
    except UnexpectedToken as error:
        raise _explain(error, text) from None
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    _refuse_result(expression, text)
    return expression


def _refuse_result(expression: sympy.Expr, text: str) -> None:
    nodes = 0
    waiting = [(expression, 1)]  # not recursive: a tower of powers is as deep as the text is long
    while waiting:
        node, height = waiting.pop()
        waiting += [(part, height + 1) for part in node.args]
        nodes += 1
        if nodes > MAX_PARTS:
            raise ExpressionError(f"the expression has more than {MAX_PARTS} parts", text)
        if height > MAX_HEIGHT:
            raise ExpressionError(f"more than {MAX_HEIGHT} parts inside one another", text)
        if node in _UNDEFINED or isinstance(node, _COMPLEX):
            raise ExpressionError("the expression is not a real number", text)
        if node.is_Rational and not -(10**300) <= node <= 10**300:
            raise ExpressionError("a constant must stay below 10^300", text)
