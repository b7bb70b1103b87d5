"""Segments become videos: packets are moved, nothing is encoded again."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av


def join(segments: Sequence[Path], video: Path, frame_rate: Fraction) -> int:
    """Write segments one after another into a new MP4 and return how many frames it has.

    Its index stands first (`faststart`), so that a browser can begin before all of it has come.

    Raises:
        ValueError: the segments are not of one kind: their sizes or encoders differ.
        OSError: the video cannot be written, or a segment cannot be read.
    """
    frames = 0
    with av.open(str(video), "w", format="mp4", options={"movflags": "+faststart"}) as output:
        stream = None
        last: int | None = None
        kind: object = None
        for segment in segments:
            with av.open(str(segment)) as source:
                theirs = source.streams.video[0]
                context = theirs.codec_context
                if stream is None:
                    stream = output.add_stream_from_template(theirs)
                    stream.time_base = theirs.time_base
                    kind = _kind(context)
                elif _kind(context) != kind:
                    raise ValueError(f"{segment}: it was encoded otherwise than those before it")
                assert theirs.time_base is not None
                offset = round(Fraction(frames) / frame_rate / theirs.time_base)
                for packet in source.demux(theirs):
                    if packet.dts is None or packet.pts is None:  # the end
                        continue
                    packet.pts += offset
                    packet.dts += offset
                    if last is not None and packet.dts <= last:
                        packet.dts = last + 1
                    last = packet.dts
                    packet.stream = stream
                    output.mux(packet)
                    frames += 1
    return frames


def _kind(context: av.VideoCodecContext) -> tuple[object, ...]:
    return context.name, context.width, context.height, context.pix_fmt, context.extradata
