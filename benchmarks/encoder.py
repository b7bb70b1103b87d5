"""What x264's settings cost and what they keep: `python -m benchmarks.encoder`.

Sixty frames of each of four passages go through every setting, by Manim's segment encoder.

- `ms`: one core's time for a frame, conversion to YUV included; the least of some runs.
- `fps`: frames a second on the machine's cores.
- `kB/s`: the size of a second of video.
- `SSIM`: structural similarity, mean of the frames, to the frames before encoding in the same YUV.
- `levels`: on the passage of gradients, the share of the picture's levels of light that are left;
  `step`: the 99.9th percentile of the steps between neighbouring pixels on its smooth ground, in
  levels of 255. Bands would show as few levels and large steps.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from manim import Scene, config
from manim._config.video_encoder import VideoEncoderSpec
from manim.scene.video_segment_encoder import VideoSegmentEncoder
from scipy.ndimage import maximum_filter

from benchmarks.cases.board import Board
from benchmarks.cases.gradients import Gradients
from benchmarks.cases.orbit import Orbit
from benchmarks.recording import HEIGHT, RATE, WIDTH, recorded, set_up
from scenes.descent import Descent

FRAMES = 60

PASSAGES: dict[str, tuple[Callable[[], Scene], int]] = {
    "board": (Board, 2),
    "orbit": (Orbit, 0),
    "gradients": (Gradients, 0),
    "descent": (Descent, 18),
}
"""What is encoded: a scene, and the number of its play."""


@dataclass
class Row:
    """A setting's figures, by passage."""

    options: dict[str, str]
    ms: dict[str, float] = field(default_factory=dict)
    fps: dict[str, float] = field(default_factory=dict)
    size: dict[str, float] = field(default_factory=dict)
    ssim: dict[str, float] = field(default_factory=dict)
    levels: float = 0.0
    step: float = 0.0

    @property
    def name(self) -> str:
        """The setting in words."""
        return " ".join(f"{key}={value}" for key, value in self.options.items())

    def __str__(self) -> str:
        name = self.name.replace("preset=", "").replace("crf=", "")
        cells = (
            f"{self.ms[n]:6.1f}{self.fps[n]:6.0f}{self.size[n]:7.0f}{self.ssim[n]:11.6f}    "
            for n in self.ms
        )
        return f"{name:30}{''.join(cells)}{self.levels:7.2f}{self.step:5.0f}"


MANIM = {"crf": "23"}
"""Manim's own setting; x264's preset is then `medium`."""

REPEATABLE = {"mbtree": "0"}
"""What the films' renderer adds to any setting, so that two runs give the same bytes."""


def candidates() -> Iterator[dict[str, str]]:
    """Yield settings, Manim's first."""
    yield MANIM
    yield MANIM | REPEATABLE
    for preset in ("medium", "fast", "faster", "veryfast", "superfast", "ultrafast"):
        for crf in (23, 21, 19, 17):
            if preset == "medium" and crf == 23:
                continue
            yield {"preset": preset, "crf": str(crf)} | REPEATABLE


def passage(name: str) -> list[np.ndarray]:
    """Return the frames (1080, 1920, 4) of a passage."""
    scene, play = PASSAGES[name]
    config.from_animation_number = play
    try:
        segments = recorded(scene, FRAMES)
    finally:
        config.from_animation_number = 0
    return [pixels for segment in segments for pixels, _ in segment.unpacked()]


def encode(frames: list[np.ndarray], options: dict[str, str], target: Path) -> tuple[float, float]:
    """Encode frames; return the seconds of all cores together and those on the clock."""
    spec = VideoEncoderSpec(
        "mp4", "libx264", "yuv420p", WIDTH, HEIGHT, Fraction(RATE), tuple(sorted(options.items()))
    )
    cores, clock = time.process_time(), time.perf_counter()
    encoder = VideoSegmentEncoder(target=target, spec=spec)
    for pixels in frames:
        encoder.write_frame(pixels)
    encoder.finish()
    return time.process_time() - cores, time.perf_counter() - clock


def decoded(video: Path) -> list[av.VideoFrame]:
    """Return the frames of a video."""
    with av.open(video) as container:
        return list(container.decode(video=0))


def in_yuv(frames: list[np.ndarray]) -> list[av.VideoFrame]:
    """Return frames (1080, 1920, 4) in the YUV that the encoder is given."""
    return [
        av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format="yuv420p")
        for pixels in frames
    ]


def similarity(frames: list[av.VideoFrame], raw: list[av.VideoFrame]) -> float:
    """Return the structural similarity of frames to raw ones, over all planes, 1 when equal."""
    graph = av.filter.Graph()
    shape = {"width": WIDTH, "height": HEIGHT, "format": "yuv420p", "time_base": Fraction(1, RATE)}
    sources = [graph.add_buffer(**shape) for _ in range(2)]
    ssim, sink = graph.add("ssim"), graph.add("buffersink")
    for number, source in enumerate(sources):
        source.link_to(ssim, 0, number)
    ssim.link_to(sink)
    graph.configure()
    values = []
    for number, pair in enumerate(zip(frames, raw, strict=True)):
        for source, frame in zip(sources, pair, strict=True):
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            source.push(frame)
        values.append(float(sink.pull().metadata["lavfi.ssim.All"]))
    return float(np.mean(values))


def light(frame: av.VideoFrame) -> np.ndarray:
    """Return a frame's plane of light (1080, 1920)."""
    return frame.to_ndarray()[:HEIGHT]


def bands(frames: list[av.VideoFrame], raw: list[av.VideoFrame]) -> tuple[float, float]:
    """Return the share of levels of light that are left, and the steps on smooth ground.

    Smooth is where neighbours differ by a level at most before encoding, 12 pixels round.
    """
    before, after = light(raw[-1]).astype(int), light(frames[-1]).astype(int)
    step = np.abs(np.diff(before, axis=1, prepend=before[:, :1]))
    smooth = maximum_filter(step, 25) <= 1
    left = len(np.unique(after[smooth])) / len(np.unique(before[smooth]))
    steps = np.abs(np.diff(after, axis=1, prepend=after[:, :1]))[smooth]
    return left, float(np.percentile(steps, 99.9))


def measured(options: dict[str, str], passages: dict[str, list[np.ndarray]], runs: int) -> Row:
    """Encode every passage with a setting and return its row of the table."""
    row = Row(options)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "passage.mp4"
        for name, frames in passages.items():
            times = np.array([encode(frames, options, target) for _ in range(runs)])
            cores, clock = times.min(axis=0)
            raw, video = in_yuv(frames), decoded(target)
            row.ms[name], row.fps[name] = 1000 * cores / len(frames), len(frames) / clock
            row.size[name] = target.stat().st_size / 1000 * RATE / len(frames)
            row.ssim[name] = similarity(video, raw)
            if name == "gradients":
                row.levels, row.step = bands(video, raw)
    return row


def proposal(rows: list[Row]) -> Row:
    """Return the fastest repeatable row that is as good as Manim's setting in every passage."""
    standard = rows[0]
    good = [
        row
        for row in rows
        if REPEATABLE.items() <= row.options.items()
        and all(row.ssim[name] >= standard.ssim[name] for name in standard.ssim)
        and row.step <= standard.step
    ]
    return min(good, key=lambda row: sum(row.ms.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description="Times and quality of x264's settings.")
    parser.add_argument("--runs", type=int, default=2, help="times of which the least counts")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder), None)
        passages = {name: passage(name) for name in PASSAGES}
    rows = []
    print(f"{'':30}" + "".join(f"{name:^34}" for name in passages))
    print(f"{'':30}" + "    ms   fps   kB/s     SSIM     " * len(passages) + " levels step")
    for options in candidates():
        rows.append(measured(options, passages, given.runs))
        print(rows[-1], flush=True)
    print(f"\nThe fastest that is as good as Manim's own everywhere: {proposal(rows).name}")


if __name__ == "__main__":
    main()
