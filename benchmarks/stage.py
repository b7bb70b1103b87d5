"""How fast the stage renders at 1080p60, beside stock Manim: `python -m benchmarks.stage`.

Every case is rendered in a process of its own, without a cache: by stock Manim, by us, and encoded
only, which is the floor: the same frames, unpacked in memory, through the same file writer and
encoder. Rates are frames of the video for each second from the first play to the whole video.

    orbit     a hill that the camera goes round, with axes, a walked path and a dot
    fixed     a tangent plane and arrows that move on a hill, the camera at rest
    manim-*   the 3D examples of Manim's documentation, where only the camera's class is changed
    descent   the film as it is; it has no twin in stock Manim
    board     formulas, live numbers and a plot: what is flat in a film; run when it is named

The encoder has Manim's default settings, or with `--encoder project` those of `manim.cfg`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from benchmarks.cases.names import CASES, ON_REQUEST, WITHOUT_TWIN

ROOT = Path(__file__).resolve().parents[1]

_WHOLE = 1_000_000  # frames, more than any film has


def run(case: str, role: str, *options: str) -> dict[str, float]:
    """Measure a case in a process of its own.

    Raises:
        RuntimeError: the process failed; its last lines are in the message.
    """
    command = [sys.executable, "-m", "benchmarks.worker", case, role, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{case} ({role}) failed:\n" + "\n".join(done.stderr.splitlines()[-12:]))
    return json.loads(done.stdout.splitlines()[-1])


def measured(case: str, quick: bool, encoder: str) -> dict[str, float | None]:
    """Return the figures of a case: of stock Manim (None without a twin), ours, the floor."""
    settings = ["--encoder", encoder]
    stock = None
    if case not in WITHOUT_TWIN:
        stock = run(case, "stock", "--frames", "6" if quick else "15", *settings)["fps"]
    frames = "60" if quick else str(_WHOLE) if case == "descent" else "240"
    rounds = "1" if quick or case == "descent" else "3"
    ours = run(case, "ours", "--frames", frames, "--rounds", rounds, *settings)
    return {
        "stock_fps": stock,
        "ours_fps": ours["fps"],
        "floor_fps": ours["floor_fps"],
        "raster_ms": ours["raster_ms"],
        "build_s": ours["build"],
        "imports_s": ours["imports"],
    }


_COLUMNS = (
    ("stock", "fps", 8),
    ("ours", "fps", 8),
    ("floor", "fps", 8),
    ("ours /", "stock", 9),
    ("floor /", "stock", 9),
    ("time /", "floor", 9),
    ("drawing", "ms", 10),
    ("build", "s", 8),
    ("imports", "s", 9),
)


def header() -> str:
    """Return the two lines above the table."""
    return "\n".join(
        " " * 32 + "".join(f"{column[row]:>{column[2]}}" for column in _COLUMNS) for row in (0, 1)
    )


def line(case: str, figures: dict[str, float | None]) -> str:
    """Return a row of the table. A case can be no faster than its floor."""
    stock, ours, floor = (figures[f"{who}_fps"] for who in ("stock", "ours", "floor"))
    assert ours is not None
    assert floor is not None
    gains = [ours / stock, floor / stock] if stock else [None, None]
    rest = [figures[name] for name in ("raster_ms", "build_s", "imports_s")]
    cells = [stock, ours, floor, *gains, floor / ours, *rest]
    formats = (".2f", ".1f", ".1f", ".1f", ".1f", ".2f", ".1f", ".2f", ".2f")
    return f"{case:32}" + "".join(
        f"{'' if cell is None else format(cell, form):>{width}}"
        for cell, form, (_, _, width) in zip(cells, formats, _COLUMNS, strict=True)
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer frames, one round")
    parser.add_argument(
        "--case",
        action="append",
        choices=[*CASES, *ON_REQUEST],
        metavar="NAME",
        help="only this; may be given again",
    )
    parser.add_argument("--encoder", choices=["manim", "project"], default="manim")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    given = parser.parse_args()
    print(header())
    cases = {}
    for number, case in enumerate(given.case or CASES, start=1):
        print(f"{number}/{len(given.case or CASES)} {case}", file=sys.stderr, flush=True)
        cases[case] = measured(case, given.quick, given.encoder)
        print(line(case, cases[case]), flush=True)
    if given.json:
        machine = (
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        )
        asked = ("stock_fps", "ours_fps", "floor_fps", "raster_ms")
        kept = {name: {key: case[key] for key in asked} for name, case in cases.items()}
        print(json.dumps({"machine": machine, "cases": kept}))


if __name__ == "__main__":
    main()
