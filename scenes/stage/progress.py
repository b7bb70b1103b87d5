"""Progress of one film's render: a bar on a terminal, a line a beat elsewhere."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, Self

from manim import config
from tqdm import tqdm


class Progress:
    """Counts beats and frames, and says at the end where the film is."""

    def __init__(self, film: str):
        self.film = film
        self.note = ""
        self._frames = 0
        self._started = time.perf_counter()
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def beat(self, name: str, count: int) -> None:
        """Begin a beat."""
        if config.progress_bar == "none":
            return
        if self._bar is None:
            self._bar = tqdm(
                total=count,
                unit="beat",
                leave=False,
                disable=not sys.stderr.isatty(),
                bar_format="{desc} {bar} {n_fmt}/{total_fmt} beats {elapsed} {postfix}",
            )
        else:
            self._bar.update()
        self._bar.set_description_str(f"{self.film}: {name}")
        if self._bar.disable:
            print(f"{self.film}: {name}", file=sys.stderr, flush=True)

    def frame(self, count: int) -> None:
        """Count frames that were drawn."""
        self._frames += count
        if self._bar is not None and not self._bar.disable:
            rate = self._frames / (time.perf_counter() - self._started)
            self._bar.set_postfix_str(
                f"{self._frames} frames, {rate:.0f}/s", refresh=self._frames % 10 == 0
            )

    def done(self, path: Path, renderer: Any) -> None:
        """Say where the film is."""
        seconds = time.perf_counter() - self._started
        cached = (
            f", {renderer.segments_reused} segments from the cache"
            if renderer.segments_reused
            else ""
        )
        print(f"{self.note}{path}  ({self._frames} frames drawn in {seconds:.1f} s{cached})")
