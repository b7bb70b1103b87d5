"""Manim's Cairo renderer for films: causal segment keys, frames built in layers, whole files."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from manim import config
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter
from manim.scene.video_segment_encoder import VideoSegmentEncoder
from PIL import Image

from identity.seal import SEAL, is_whole, seal_of
from scenes.stage.gather import family_members

_ABANDONED = 24 * 3600.0
"""Seconds after which nobody is still writing to a file."""


def _unfinished(path: Path) -> Path:
    return path.with_name(f".unfinished-{os.getpid()}-{path.name}")


def sweep(folder: Path) -> None:
    """Remove what killed renders left unfinished in a folder; what others write now is younger."""
    seals = {path.stem: path for path in folder.glob(f"*{SEAL}")}
    for path in folder.iterdir() if seals else ():
        if path.suffix != SEAL:
            seals.pop(path.stem, None)
    idle = seals.values()  # whose segments are gone
    for path in [*folder.glob(".unfinished-*"), *folder.glob("*.unfinished"), *idle]:
        with suppress(FileNotFoundError):  # its writer has just finished
            if time.time() - path.stat().st_mtime > _ABANDONED:
                path.unlink()


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """End as at Ctrl-C where the process is told to end: without unfinished files, and silently."""

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _repeatable(spec: Any) -> Any:
    """Return an encoder specification under which equal frames give equal bytes.

    x264's macroblock tree depends on what memory held before: of two runs over the same frames some
    segments come out differently. Without it they never do, at the same speed, in larger files.
    """
    if spec.codec != "libx264":
        return spec
    options = {"mbtree": "0", **dict(spec.options)}
    return dataclasses.replace(spec, options=tuple(sorted(options.items())))


class WholeSegmentEncoder(VideoSegmentEncoder):
    """Encodes a segment beside its place and renames it there when it is complete.

    Manim takes any file that has the segment's name for a cached segment, half of one included.
    """

    def __init__(self, *, target: Path, spec: Any) -> None:
        self.place = target
        super().__init__(target=_unfinished(target), spec=_repeatable(spec))
        self._converter = VideoReformatter()
        self.abandoned = False

    def write_frame(self, pixels: np.ndarray, *, repeat: int = 1) -> None:
        """Encode a frame, `repeat` times.

        The same pictures as Manim's, which first copies the pixels twice and converts each repeat
        anew: 5 ms of a core for a frame of 1080p, as much as x264 takes for many of ours.
        """
        self._validate_frame(pixels, repeat)
        rate = self.spec.frame_rate
        try:
            frame = self._converter.reformat(
                av.VideoFrame.from_numpy_buffer(pixels, format="rgba"),
                format=self._stream.pix_fmt,
            )
            frame.time_base = 1 / rate
            for _ in range(repeat):
                if self.abandoned:
                    return
                frame.pts = self._next_pts
                self._next_pts += 1
                for packet in self._stream.encode(frame):
                    self._container.mux(packet)
        except BaseException as error:
            raise self._operation_error("encode", error) from error

    def finish(self) -> None:
        """Flush, close, and move the segment to its place, sealed."""
        super().finish()
        seal = self.place.with_suffix(SEAL)
        unfinished = _unfinished(seal)
        unfinished.write_text(seal_of(self.target), encoding="ascii")
        os.replace(unfinished, seal)
        os.replace(self.target, self.place)


class WholeFileWriter(SceneFileWriter):
    """Writes videos and stills beside their place and renames them there when complete.

    Where it `joins` no segments, they are all there is.
    """

    joins = True

    def combine_to_movie(self) -> None:
        """Join the segments to the film."""
        if self.joins:
            super().combine_to_movie()

    def _create_segment_encoder(self, target: Path) -> VideoSegmentEncoder:
        return WholeSegmentEncoder(target=target, spec=self.video_encoder)

    def is_already_cached(self, hash_invocation: str) -> bool:
        """Whether there is a segment of a name, whole; half of one is taken away."""
        if not super().is_already_cached(hash_invocation):
            return False
        segment = self.output_plan.segment_path(hash_invocation)
        if not is_whole(segment):
            segment.unlink(missing_ok=True)
            return False
        return True

    def abort_encode_jobs(self, reraise_encoder_failures: bool = False) -> None:
        """Discard every segment that is not complete, at once.

        Manim waits until those that were drawn to their end are encoded, which a long still may
        keep up for minutes.
        """
        current = self._current_encode_job
        for job in [*self._inflight_encode_jobs, *([current] if current else [])]:
            job._abort_requested = True  # before the encoder stops, so that it finishes nothing
            job.encoder.abandoned = True
        super().abort_encode_jobs(reraise_encoder_failures)

    def save_image(self, pixels: Any) -> None:
        """Save one picture, which appears whole or not at all."""
        place = self.image_file_path
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = _unfinished(place)
        try:
            Image.fromarray(pixels).save(unfinished)
            os.replace(unfinished, place)
        finally:
            unfinished.unlink(missing_ok=True)
        self.print_file_ready_message(place)

    def combine_files(
        self, input_files: list[str], output_file: Path, *args: Any, **kwargs: Any
    ) -> None:
        """Join segments into `output_file`, which appears whole or not at all."""
        output_file = Path(output_file)
        output_file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = _unfinished(output_file)
        spec = self.output_spec
        if output_file.suffix == ".gif":
            # Manim picks the colours that a GIF needs, then uses them in transparent GIFs only:
            # the others get 256 fixed ones, in which a dark background is a pattern of dots.
            self.output_spec = dataclasses.replace(spec, transparent=True)
        try:
            super().combine_files(input_files, unfinished, *args, **kwargs)
            os.replace(unfinished, output_file)
        finally:
            self.output_spec = spec
            unfinished.unlink(missing_ok=True)


class FilmRenderer(CairoRenderer):
    """Renders a film: `Film.segment_key` names each segment, and what rests is drawn once a play.

    A frame is the space (all that the depth camera draws), then the flat mobjects that rest, then
    the flat ones that move. What rests in both is kept as one picture; where the space moves, the
    flat part that rests is kept as a transparent layer and laid over it.
    """

    def __init__(self, camera_class: type, skip_animations: bool = False):
        super().__init__(WholeFileWriter, camera_class, skip_animations)
        self.segments_reused = 0
        self.on_segment: Callable[[str, bool], None] = lambda name, reused: None
        self.on_frame: Callable[[int], None] = lambda count: None

    def play(self, scene: Any, *args: Any, **kwargs: Any) -> None:
        """Render one play call, or take its segment from the cache."""
        self.skip_animations = self._original_skipping_status
        self.update_skipping_status()
        scene.compile_animation_data(*args, **kwargs)
        key = None
        if self.skip_animations:
            self.time += scene.duration
        elif config.disable_caching:
            key = f"uncached_{self.num_plays:05}"
        else:
            key = scene.segment_key()
            reused = self.file_writer.is_already_cached(key)
            if reused:
                self.segments_reused += 1
                self.skip_animations = True
                self.time += scene.duration
            self.on_segment(key, reused)
        self.file_writer.add_partial_movie_file(key)
        self.animations_hashes.append(key)
        self.file_writer.begin_animation(not self.skip_animations, animation_index=self.num_plays)
        scene.begin_animations()
        if not self.skip_animations:
            self.save_static_frame_data(scene, scene.static_mobjects)
        if scene.is_current_animation_frozen_frame():
            if not self.skip_animations:
                self.update_frame(scene, mobjects=scene.moving_mobjects)
                self.freeze_current_frame(scene.duration)
        else:
            scene.play_internal()
        self.static_image = self.camera.overlay = None
        self.file_writer.end_animation(not self.skip_animations)
        self.num_plays += 1

    def render(self, scene: Any, time: float, moving_mobjects: Any = None) -> None:
        """Draw a frame and hand it to the encoder; Manim draws the last one of a skipped play."""
        if not self.skip_animations:
            super().render(scene, time, moving_mobjects)

    def save_static_frame_data(self, scene: Any, static_mobjects: Any) -> Any:
        """Draw what rests during a play: one picture, or a layer where the space moves."""
        self.static_image = self.camera.overlay = None
        static = list(static_mobjects)
        if not static:
            return None
        if any(map(self.camera.is_in_space, family_members(scene.moving_mobjects))):
            self.camera.overlay = self.camera.drawn_as_layer(static)
        else:
            self.update_frame(scene, mobjects=static, include_submobjects=False)
            self.static_image = self.get_frame()
        return self.static_image

    def update_frame(
        self,
        scene: Any,
        mobjects: Any = None,
        include_submobjects: bool = True,
        ignore_skipping: bool = True,
        **_: Any,
    ) -> None:
        """Draw one frame into the camera's pixels."""
        if self.skip_animations and not ignore_skipping:
            return
        camera = self.camera
        named = list(mobjects or ())
        if self.static_image is None:
            camera.reset()
            # With nothing named everything is meant, as in Manim.
            named = named or [*scene.mobjects, *scene.foreground_mobjects]
        else:
            camera.set_frame_to_background(self.static_image)
        camera.capture_mobjects(
            family_members(named) if include_submobjects else named, include_submobjects=False
        )

    def get_frame(self) -> np.ndarray:
        """Return the frame as it was drawn, without a copy."""
        return self.camera.lend()

    def add_frame(self, frame: Any, num_frames: int = 1) -> None:
        """Hand a frame to the encoder."""
        if not self.skip_animations:
            self.on_frame(num_frames)
        super().add_frame(frame, num_frames)
