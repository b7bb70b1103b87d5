"""Segments hold the pictures that Manim's own encoder would have written."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from manim._config.video_encoder import VideoEncoderSpec
from manim.scene.video_segment_encoder import VideoSegmentEncoder

from scenes.stage.renderer import WholeSegmentEncoder

X264 = VideoEncoderSpec(
    "mp4", "libx264", "yuv420p", 96, 64, Fraction(30), (("crf", "23"), ("mbtree", "0"))
)
SEE_THROUGH = VideoEncoderSpec("mov", "qtrle", "argb", 96, 64, Fraction(30), ())
WEBM = replace(SEE_THROUGH, container_format="webm", codec="libvpx-vp9", pixel_format="yuva420p")


def packets(encoder: VideoSegmentEncoder, frames: np.ndarray, repeat: int, path: Path) -> list:
    """Encode frames; return each packet's time and bytes (WebM files carry random numbers too)."""
    for pixels in frames:
        encoder.write_frame(pixels.copy(), repeat=repeat)
    encoder.finish()
    with av.open(path) as container:
        return [(packet.pts, bytes(packet)) for packet in container.demux(video=0)]


@pytest.mark.parametrize("spec", [X264, SEE_THROUGH, WEBM, replace(X264, pixel_format="yuv444p")])
@pytest.mark.parametrize("repeat", [1, 3])
def test_a_segment_is_packet_for_packet_that_of_manim(
    spec: VideoEncoderSpec, repeat: int, tmp_path: Path
) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (5, 64, 96, 4), dtype=np.uint8)
    ours, theirs = (tmp_path / f"{name}.{spec.container_format}" for name in ("ours", "theirs"))
    segment = packets(WholeSegmentEncoder(target=ours, spec=spec), frames, repeat, ours)
    assert len(segment) >= 5 * repeat
    assert segment == packets(VideoSegmentEncoder(target=theirs, spec=spec), frames, repeat, theirs)


def test_a_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    encoder = WholeSegmentEncoder(target=tmp_path / "a.mp4", spec=X264)
    with pytest.raises(ValueError, match="shape"):
        encoder.write_frame(np.zeros((32, 96, 4), np.uint8))
    encoder.abort()
    assert list(tmp_path.iterdir()) == []
