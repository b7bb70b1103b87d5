"""From a text to tokens: numbers, names, functions, operators, brackets."""

from __future__ import annotations

import re
import unicodedata

from lark import Token

from mathcore.expression.errors import ExpressionError
from mathcore.expression.functions import FUNCTIONS, SYNONYMS
from mathcore.expression.names import (
    CONSTANTS,
    FREE_PRODUCT,
    GREEK_LETTERS,
    GREEK_NAMES,
    NAME,
    SUBSCRIPT,
    SUBSCRIPT_DIGITS,
    canonical_name,
)
from mathcore.expression.suggestions import why_unknown

MAX_DIGITS = 50  # of one number
MAX_NAME = 60  # letters and digits of a name, or letters side by side

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_LETTERS = re.compile(r"[A-Za-z]+")
_OPERATORS = {"+": "ADD", "-": "ADD", "*": "MUL", "/": "MUL", "^": "POW", ",": "COMMA", "|": "BAR"}
_LOOKALIKES = str.maketrans("·×⋅∙•∗÷∕⁄−–∣√", "******///--|√")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[eE]([+-]?)([0-9]+)")
_RAISED = re.compile(r"[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_WHOLE_POWER = re.compile(r"\s*(?:\^|\*\*)\s*([0-9]{1,7})(?![0-9.])")
_INVERSE = re.compile(r"\s*(?:(?:\^|\*\*)\s*[({]?\s*-|⁻)")
_PLAIN_NAME = NAME.pattern.replace("([", "(?:[")
_HEADING = re.compile(
    rf"\s*({_PLAIN_NAME})\s*(?:\(\s*({_PLAIN_NAME}(?:\s*,\s*{_PLAIN_NAME})*)\s*\)\s*)?=(?!=)"
)


def scan(text: str, allowed: tuple[str, ...] | None) -> list[Token]:
    """Return the tokens of ``text`` after a heading such as ``f(x, y) =``.

    Args:
        text: what was typed.
        allowed: the names that may stand for variables; ``None`` accepts any letter.

    Raises:
        ExpressionError: at the first character or name that the language does not have.
    """
    return _Scanner(text, allowed).scan()


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
        self.declared: tuple[str, ...] = ()
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
            elif NAME.match(self.plain, self.position):
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
        if match[2] and self.allowed is None:
            self.declared = self._declared(match[2], match.start(2))
        return match.end()

    def _declared(self, names: str, position: int) -> tuple[str, ...]:
        """Return the names that a heading such as ``f(weight, bias) =`` declares."""
        try:
            return tuple(canonical_name(name.strip()) for name in names.split(","))
        except ExpressionError as error:
            raise self.fail(error.reason, position) from None

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
            after = self.plain[power.end() :][:1]  # "1e-3 x" has a space to tell by
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
        subscript = SUBSCRIPT.match(self.plain, end)
        rest = digits or subscript
        if len(run) + len(rest[0] if rest else "") > MAX_NAME:
            raise self.fail(f"a name may have at most {MAX_NAME} letters and digits")
        if digits:
            if run + digits[0] in FUNCTIONS and run + digits[0] not in (self.allowed or ()):
                self._function(run + digits[0], len(run) + len(digits[0]))
                return
            raise self.fail(
                f"{run}{digits[0]} is unclear: write {run}_{digits[0]} for a name with a subscript,"
                f" {run}^{digits[0]} for a power or {digits[0]}{run} for a product",
                end,
            )
        base = GREEK_LETTERS.get(run, run)
        if subscript:
            self._subscripted(base, subscript)
        elif self._is_variable(base):
            self.add("NAME", base, len(run))
        elif base in FUNCTIONS:
            self._function(base, len(run))
        elif base in CONSTANTS:
            self.add("CONSTANT", base, len(run))
        else:
            self._product(run, base)

    def _is_variable(self, name: str) -> bool:
        if self.allowed is not None:
            return name in self.allowed
        if name in self.declared:
            return True
        if name in FUNCTIONS or name in CONSTANTS or name in {"i", "I"}:
            return False
        if name in {"f", "g", "h"} and self.plain[self.position + 1 :].lstrip().startswith("("):
            return False
        return len(name) == 1 or name in GREEK_NAMES

    def _subscripted(self, base: str, match: re.Match[str]) -> None:
        subscript = match[0].lstrip("_").strip("{}").translate(SUBSCRIPT_DIGITS)
        name, length = f"{base}_{subscript}", match.end() - self.position
        if base == "log" and subscript in {"2", "10"}:
            self._function(base + subscript, length)
        elif base in FUNCTIONS:
            raise self.fail(f"{name}: only log_2 and log_10 have a subscript", match.start())
        elif (
            name in self.allowed if self.allowed is not None else self._bears_subscript(base, name)
        ):
            self.add("NAME", name, length)
        else:
            raise self.fail(why_unknown(name, self.allowed))

    def _bears_subscript(self, base: str, name: str) -> bool:
        return len(base) == 1 or base in GREEK_NAMES or name in self.declared

    def _function(self, name: str, length: int) -> None:
        self.add("FUNCTION", SYNONYMS.get(name, name), length)
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
            known = len(run) <= 3 and set(letters) <= FREE_PRODUCT
            if letters != run:  # "xe" alone may be a slip; "xe^" is not
                known = known and self.plain[self.position + len(run) :].lstrip()[:1] == "^"
        if len(run) == 1 or not known:
            raise self.fail(why_unknown(base, self.allowed))
        for letter in letters:
            self.add("NAME", letter, 1)
        if letters != run:
            self.add("CONSTANT", "e", 1)
