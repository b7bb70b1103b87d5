"""What x264's settings cost and what they keep: `python -m benchmarks.encoder`.

Sixty frames of each of four passages go through every setting, by the films' segment encoder.

- `ms`: one core's time for a frame, conversion to YUV included; the least of some runs.
- `kB/s`: the size of a second of video.
- `SSIM`: structural similarity, mean of the frames, to the frames before encoding in the same YUV.
- `blocks`: on smooth ground of the passage of gradients, steps of light across the encoder's
  blocks as a share of those inside them. 1 where no block is seen; above 1.5, the ground is visibly
  tiled where it is stretched to full contrast.
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
from scipy.ndimage import maximum_filter

from benchmarks.cases.board import Board
from benchmarks.cases.gradients import Gradients
from benchmarks.cases.orbit import Orbit
from benchmarks.recording import HEIGHT, RATE, WIDTH, recorded, set_up
from scenes.descent import Descent
from scenes.stage.renderer import WholeSegmentEncoder

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
    size: dict[str, float] = field(default_factory=dict)
    ssim: dict[str, float] = field(default_factory=dict)
    blocks: float = 0.0

    @property
    def name(self) -> str:
        """The setting in words; all but Manim's are repeatable."""
        told = {
            key: value for key, value in self.options.items() if (key, value) != ("mbtree", "0")
        }
        return " ".join(f"{key}={value}" for key, value in told.items())

    def __str__(self) -> str:
        cells = (
            f"{self.ms[name]:6.1f}{self.size[name]:7.0f}{self.ssim[name]:11.6f}    "
            for name in self.ms
        )
        return f"{self.name:32}{''.join(cells)}{self.blocks:7.2f}"


MANIM = {"crf": "23", "mbtree": "1"}
"""Manim's own setting; x264's preset is then `medium`, with its macroblock tree."""

REPEATABLE = {"mbtree": "0"}
"""What the films' renderer adds to any setting, so that two runs give the same bytes."""


def candidates() -> Iterator[dict[str, str]]:
    """Yield settings, Manim's first."""
    yield MANIM
    for preset, qualities in (
        ("medium", (23, 21)),
        ("fast", (23, 21)),
        ("faster", (23, 21)),
        ("veryfast", (23, 22, 21)),
        ("superfast", (23, 22, 21, 20)),
        ("ultrafast", (23, 22, 21, 20, 18)),
    ):
        for crf in qualities:
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


def encode(frames: list[np.ndarray], options: dict[str, str], target: Path) -> float:
    """Encode frames; return the seconds that all cores take for it together."""
    spec = VideoEncoderSpec(
        "mp4", "libx264", "yuv420p", WIDTH, HEIGHT, Fraction(RATE), tuple(sorted(options.items()))
    )
    begin = time.process_time()
    encoder = WholeSegmentEncoder(target=target, spec=spec)
    for pixels in frames:
        encoder.write_frame(pixels)
    encoder.finish()
    return time.process_time() - begin


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


def blocks(frames: list[av.VideoFrame], raw: list[av.VideoFrame]) -> float:
    """Return the mean step of light across the edges of blocks, as a share of that inside them.

    Counted on smooth ground: where neighbours differ by a level at most before encoding, 12 pixels
    round.
    """
    before, after = light(raw[-1]).astype(int), light(frames[-1]).astype(int)
    smooth = maximum_filter(np.abs(np.diff(before, axis=1)), 25) <= 1
    steps = np.abs(np.diff(after, axis=1))
    edge = np.arange(1, WIDTH) % 8 == 0
    return float(steps[smooth & edge].mean() / steps[smooth & ~edge].mean())


def measured(options: dict[str, str], passages: dict[str, list[np.ndarray]], runs: int) -> Row:
    """Encode every passage with a setting and return its row of the table."""
    row = Row(options)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "passage.mp4"
        for name, frames in passages.items():
            seconds = min(encode(frames, options, target) for _ in range(runs))
            raw, video = in_yuv(frames), decoded(target)
            row.ms[name] = 1000 * seconds / len(frames)
            row.size[name] = target.stat().st_size / 1000 * RATE / len(frames)
            row.ssim[name] = similarity(video, raw)
            if name == "gradients":
                row.blocks = blocks(video, raw)
    return row


def proposal(rows: list[Row]) -> Row:
    """Return the smallest row of the fastest preset as good as Manim's setting in every passage."""
    standard = rows[0]
    good = [
        row
        for row in rows[1:]
        if all(row.ssim[name] >= standard.ssim[name] for name in standard.ssim)
        and row.blocks <= 1.05 * standard.blocks
    ]
    fastest = min(good, key=lambda row: sum(row.ms.values())).options["preset"]
    return next(row for row in good if row.options["preset"] == fastest)


def main() -> None:
    parser = argparse.ArgumentParser(description="Times and quality of x264's settings.")
    parser.add_argument("--runs", type=int, default=2, help="times of which the least counts")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder), None)
        passages = {name: passage(name) for name in PASSAGES}
    rows = []
    print(f"{'':32}" + "".join(f"{name:^28}" for name in passages))
    print(f"{'':32}" + "    ms   kB/s       SSIM    " * len(passages) + " blocks")
    for options in candidates():
        rows.append(measured(options, passages, given.runs))
        print(rows[-1], flush=True)
    print(f"\nAs good as Manim's own in every passage, and fastest: {proposal(rows).name}")


if __name__ == "__main__":
    main()
