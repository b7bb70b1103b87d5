"""A scene rendered at 1080p60 under a watch: how long it takes, and what its frames are."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from manim import Scene, config
from manim.utils.exceptions import EndSceneEarlyException

from scenes.stage import bands

WIDTH, HEIGHT, RATE = 1920, 1080, 60

_AT_ONCE = 240
"""Frames unpacked in memory at a time (2 GB)."""


def set_up(media: Path, encoder: dict[str, str] | None) -> None:
    """Have this process render at 1080p60 without a cache, its files under `media`.

    `encoder` holds the options of the video encoder; None leaves those of `manim.cfg`.
    """
    config.pixel_width, config.pixel_height, config.frame_rate = WIDTH, HEIGHT, RATE
    config.media_dir = str(media)
    config.disable_caching = True
    config.progress_bar = "none"
    config.verbosity = "ERROR"
    if encoder is not None:
        config.video_encoder_options = encoder


def drawing_seconds() -> float:
    """Return the time of cores that drawing took so far: this thread's and that of its bands."""
    if not hasattr(time, "pthread_getcpuclockid"):  # macOS, Windows: the bands' time is left out
        return time.thread_time()
    clocks = [
        time.pthread_getcpuclockid(thread.ident)
        for thread in threading.enumerate()
        if thread.name.startswith(bands.THREADS) and thread.ident
    ]
    return time.thread_time() + sum(map(time.clock_gettime, clocks))


@dataclass
class Timing:
    """How long a scene took.

    `seconds` go from the first play to the whole video; `build` is what `construct` did before,
    `drawing` the time of cores in `update_frame`, both in seconds too.
    """

    frames: int = 0
    drawn: int = 0
    seconds: float = 0.0
    build: float = 0.0
    drawing: float = 0.0

    @property
    def fps(self) -> float:
        """Frames of the video for each second of rendering."""
        return self.frames / self.seconds


def timed(make_scene: Callable[[], Scene], limit: int) -> Timing:
    """Render a scene as Manim does, up to `limit` frames, and return how long that took."""
    timing = Timing()
    scene = make_scene()
    renderer: Any = scene.renderer
    play, draw, add = renderer.play, renderer.update_frame, renderer.add_frame
    begin = time.perf_counter()
    first_play: list[float] = []

    def play_timed(*args: Any, **kwargs: Any) -> None:
        first_play.append(time.perf_counter())
        play(*args, **kwargs)

    def draw_timed(*args: Any, **kwargs: Any) -> None:
        start = drawing_seconds()
        draw(*args, **kwargs)
        timing.drawing += drawing_seconds() - start

    def add_counted(frame: np.ndarray, num_frames: int = 1) -> None:
        timing.drawn += 1
        timing.frames += num_frames
        add(frame, num_frames)

    renderer.play, renderer.update_frame, renderer.add_frame = play_timed, draw_timed, add_counted
    _end_after(scene, limit)
    scene.render()
    timing.seconds = time.perf_counter() - first_play[0]
    timing.build = first_play[0] - begin
    return timing


@dataclass
class Segment:
    """The frames of one play, packed, each with how often it is shown."""

    frames: list[tuple[bytes, int]] = field(default_factory=list)

    def unpacked(self) -> Iterator[tuple[np.ndarray, int]]:
        """Yield the frames (1080, 1920, 4) and how often each is shown."""
        for packed, repeat in self.frames:
            # Copied, so that the pixels lie in memory as a camera's do (NumPy asks for huge pages):
            # read from where zlib leaves them, they are encoded at two thirds of the speed.
            pixels = np.frombuffer(zlib.decompress(packed), np.uint8).copy()
            yield pixels.reshape(HEIGHT, WIDTH, 4), repeat


def recorded(make_scene: Callable[[], Scene], limit: int) -> list[Segment]:
    """Return the frames that a scene hands to the encoder, up to `limit`, without encoding them."""
    segments: list[Segment] = []
    scene = make_scene()
    writer: Any = scene.renderer.file_writer

    def begin(allow_write: bool = False, **_: Any) -> None:
        if allow_write:
            segments.append(Segment())

    def write(pixels: np.ndarray, *, repeat: int = 1) -> None:
        segments[-1].frames.append((zlib.compress(pixels, 1), repeat))

    writer.begin_animation, writer.write_frame = begin, write
    writer.end_animation = writer.finish = lambda *_: None
    _end_after(scene, limit)
    scene.render()
    return segments


def encoded(make_scene: Callable[[], Scene], segments: list[Segment], folder: Path) -> float:
    """Encode recorded frames as the scene's own file writer does; return the seconds it takes.

    The frames are unpacked in batches, off the clock.
    """
    writer: Any = make_scene().renderer.file_writer
    seconds = 0.0
    index = 0
    for batch in _batches(segments):
        unpacked = [list(segment.unpacked()) for segment in batch]
        begin = time.perf_counter()
        for frames in unpacked:
            path = folder / f"floor-{index}.mp4"
            writer.open_partial_movie_stream(animation_index=index, file_path=path)
            for pixels, repeat in frames:
                writer.write_frame(pixels, repeat=repeat)
            writer.close_partial_movie_stream()
            index += 1
        writer.join_all_encode_jobs()
        seconds += time.perf_counter() - begin
    return seconds


def _batches(segments: list[Segment]) -> Iterator[list[Segment]]:
    batch: list[Segment] = []
    for segment in segments:
        if batch and sum(len(one.frames) for one in [*batch, segment]) > _AT_ONCE:
            yield batch
            batch = []
        batch.append(segment)
    if batch:
        yield batch


def _end_after(scene: Scene, limit: int) -> None:
    """End a scene's construction once it has handed over `limit` frames."""
    renderer: Any = scene.renderer
    left = limit

    def add(add_frame: Callable[..., None], frame: np.ndarray, num_frames: int = 1) -> None:
        nonlocal left
        if renderer.skip_animations:
            return
        shown = min(num_frames, left)
        add_frame(frame, shown)
        left -= shown
        if left == 0:
            renderer.file_writer.end_animation(not renderer.skip_animations)
            raise EndSceneEarlyException

    renderer.add_frame = partial(add, renderer.add_frame)
