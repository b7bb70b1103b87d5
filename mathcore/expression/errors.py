"""What is said of a text that is no expression."""

from __future__ import annotations

import unicodedata


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
        # Control characters and line ends, of which some are separators, would break the picture.
        hidden = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        shown = "".join(" " if unicodedata.category(c) in hidden else c for c in shown)
        before = shown[: self.position - start]
        # A full-width character takes two columns of a terminal.
        width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before)
        return f"{self.reason}\n  {shown}\n  {' ' * width}^"
