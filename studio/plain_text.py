"""Texts in Typst markup as plain text, with formulas in Unicode: for captions, titles, readers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import typst

from studio.errors import WorkerCrashedError

TEMPLATE = Path(__file__).with_name("templates") / "plain.typ"


def plain_texts(markup: Sequence[str]) -> list[str]:
    """Return what texts say, in their order.

    >>> plain_texts(["Where $nabla f = 0$ it is *level*.", "$x_0^2 + sqrt(x)$"])
    ['Where ∇f = 0 it is level.', 'x₀² + √x']

    Raises:
        WorkerCrashedError: one of them is no Typst markup.
    """
    with tempfile.TemporaryDirectory() as folder:  # Typst reads nothing from outside its root
        main = Path(folder) / TEMPLATE.name
        main.write_bytes(TEMPLATE.read_bytes())
        main.with_name("texts.json").write_text(json.dumps(list(markup)), encoding="utf-8")
        try:
            said = typst.query(
                str(main), "<plain>", field="value", one=True, root=folder, ignore_system_fonts=True
            )
        except RuntimeError as error:  # what typst.query raises for all that is no markup
            raise WorkerCrashedError(f"a caption could not be set: {error}") from error
    texts: list[str] = json.loads(said)
    return texts
