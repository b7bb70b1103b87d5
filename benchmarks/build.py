"""How long a build takes: cold with one process, two, four …; with nothing to do.

    python -m benchmarks.build                          # descent at 1080p60
    python -m benchmarks.build derivative -q l --json

Each build is a command of its own in a folder of its own. The cold ones take turns: once through
all numbers of processes, as often as `--turns` says; the figure is the middle one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]


def build(film: str, quality: str, folder: Path, *options: str) -> float:
    """Return the seconds that a build takes in a folder."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-P", "-m", "studio", "build", film, "-q", quality, *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began


def processes() -> list[int]:
    """Return 1, 2, 4 … up to the number of cores, and that."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    counts = [1]
    while 2 * counts[-1] < (cores or 1):
        counts.append(2 * counts[-1])
    return [*counts, cores] if cores and cores > 1 else counts


def measure(film: str, quality: str, turns: int) -> dict[str, float]:
    """Return what was measured -> seconds."""
    cold: dict[int, list[float]] = {count: [] for count in processes()}
    nothing: list[float] = []
    for _ in range(turns):
        for count, times in cold.items():
            with tempfile.TemporaryDirectory() as folder:
                times.append(build(film, quality, Path(folder), "-j", str(count)))
                nothing.append(build(film, quality, Path(folder)))
    figures = {f"{count} processes": statistics.median(times) for count, times in cold.items()}
    return {**figures, "nothing to do": statistics.median(nothing)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("film", nargs="?", default="descent")
    parser.add_argument("-q", "--quality", default="h")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.film, arguments.quality, arguments.turns)
    if arguments.json:
        print(json.dumps(figures))
        return
    first = figures["1 processes"]
    for what, seconds in figures.items():
        print(f"{what:16} {seconds:8.2f} s   {first / seconds:6.2f} times as fast as one process")


if __name__ == "__main__":
    main()
