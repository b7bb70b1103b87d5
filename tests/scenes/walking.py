"""Walking through a film without a video: every beat is played, and its last picture looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from manim import tempconfig

from scenes.stage.render import inputs

HEIGHT = 180
"""Pixels of the pictures, where they are drawn at all."""


class _FarEnoughError(Exception):
    """Ends a walk that has come as far as it was to."""


@contextmanager
def lesson(text: str, folder: Path) -> Iterator[None]:
    """Let the films follow a lesson file of this text, and nothing else that is lying about."""
    file = folder / "lesson.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEEPEST_LESSON", str(file))
        patch.delenv("STEEPEST_LANG", raising=False)
        yield


def walk(
    film_class: type,
    lesson_text: str,
    folder: Path,
    *listeners: Callable[[Any], None],
    last: str = "",
    height: int = HEIGHT,
) -> Any:
    """Play a film to a beat's or its own end, calling the listeners with it after every beat.

    The film is returned. It has `said_at`, the clock at which the current caption was asked for.
    """
    size = {"pixel_width": round(height * 16 / 9), "pixel_height": height}
    quiet = {"dry_run": True, "progress_bar": "none", "transparent": False}
    with lesson(lesson_text, folder), tempconfig({**size, **quiet}):
        film = film_class(skip_animations=True)
        film.said_at = 0.0
        say = film.say

        def noted(*args: Any, **kwargs: Any) -> None:
            film.said_at = film.clock
            say(*args, **kwargs)

        film.say = noted
        film.after_beat.extend([*listeners, partial(_end_after, last)])
        with suppress(_FarEnoughError):
            film.render()
    assert last in ("", film.beat_name)
    json.dumps(inputs(film))  # what a build records of a film can be written
    return film


def _end_after(last: str, film: Any) -> None:
    if film.beat_name == last:
        raise _FarEnoughError
