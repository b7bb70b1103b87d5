"""One case of `benchmarks.stage`, in a process of its own: `python -m benchmarks.worker CASE ROLE`.

The last line that it prints is an object in JSON.
"""

from __future__ import annotations

import time

_BEGIN = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

from manim import Scene  # noqa: E402

from benchmarks.cases.board import Board  # noqa: E402
from benchmarks.cases.fixed import Fixed, StockFixed  # noqa: E402
from benchmarks.cases.manim_examples import example  # noqa: E402
from benchmarks.cases.orbit import Orbit, StockOrbit  # noqa: E402
from benchmarks.recording import encoded, recorded, set_up, timed  # noqa: E402
from scenes.descent import Descent  # noqa: E402
from scenes.stage.camera import DepthCamera  # noqa: E402

_IMPORTED = time.perf_counter()


def scene_of(case: str, role: str) -> Scene:
    """Return a new scene of a case, by us or as stock Manim has it."""
    ours = role == "ours"
    if case.startswith("manim-"):
        documented = example(case.removeprefix("manim-"))
        return documented(camera_class=DepthCamera) if ours else documented()
    twins = {"orbit": (StockOrbit, Orbit), "fixed": (StockFixed, Fixed)}
    films = {"descent": Descent, "board": Board}
    return films[case]() if case in films else twins[case][ours]()


def measured(case: str, role: str, limit: int, rounds: int, media: Path) -> dict[str, float]:
    """Render a case some times; return frames per second and the other figures.

    By us, it is also encoded only, the same frames, by turns. Machines are faster in one minute and
    slower in the next: the figures are those of the turn whose ratio of the two is the middle one.
    """

    def make() -> Scene:
        return scene_of(case, role)

    if role == "stock":
        timing = timed(make, limit)
        return {"fps": timing.fps, "build": timing.build, "imports": _IMPORTED - _BEGIN}
    segments = recorded(make, limit)
    count = sum(repeat for segment in segments for _, repeat in segment.frames)
    turns = [(timed(make, limit), encoded(make, segments, media)) for _ in range(rounds)]
    turns.sort(key=lambda turn: turn[0].seconds / turn[1])
    timing, floor = turns[rounds // 2]
    return {
        "fps": timing.fps,
        "floor_fps": count / floor,
        "raster_ms": 1000 * timing.drawing / timing.drawn,
        "frames": count,
        "build": timing.build,
        "imports": _IMPORTED - _BEGIN,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("role", choices=["ours", "stock"])
    parser.add_argument("--frames", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--encoder", choices=["manim", "project"], default="manim")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder), {} if given.encoder == "manim" else None)
        figures = measured(given.case, given.role, given.frames, given.rounds, Path(folder))
    sys.stdout.flush()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
