"""What a function without brackets applies to."""

from __future__ import annotations

from lark import Token

from mathcore.expression.errors import ExpressionError
from mathcore.expression.tokens import END, STARTS_VALUE, retype


def bracket_bare_functions(tokens: list[Token], text: str) -> list[Token]:
    """Return the tokens with brackets around what each bare function takes: ``sin(2x)``.

    Raises:
        ExpressionError: if a function has no argument, or one whose end is unclear.
    """
    return _BareFunctions(tokens, text).bracketed()


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
        return self.tokens[index] if index < len(self.tokens) else END

    def _bracket(self, index: int) -> None:
        function = self.tokens[index]
        if function == "√":
            self.tokens[index] = retype(function, "FUNCTION", "sqrt")
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
        self.tokens.insert(end, retype(self.tokens[end - 1], "CLOSE", ")"))
        self.tokens.insert(start, retype(self.tokens[start], "OPEN", "("))

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
        if after.type in STARTS_VALUE or after.type in {"POW", "RAISED"}:
            return True
        if function == "√":
            return False
        if after.type == "FUNCTION":
            return self.tokens[end - 1].type in {"NUMBER", "CONSTANT"} and end > start
        return after.type == "MUL" and (after == "/" or self.at(end + 1).type != "FUNCTION")
