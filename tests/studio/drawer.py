"""A worker that draws nothing but speaks as the films' own does: `python -m drawer JOB.json`.

A film is a Python file; each beat in it has a line `self.draw(NAME, COLOUR, SECONDS)`. Its pictures
are grounds of one light, which grows; they depend on the line, the settings and the size. What else
a text `do WHAT at BEAT` asks for, such as to hang, is done once, unless it says always.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

BEAT = re.compile(r'self.draw\("(\w+)", (\d+), ([\d.]+)\)')
FILE = re.compile(r'(\w+) = knob\("([\w.]+)", .*file=True\)')


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    film = Path(job["film"])
    text = film.read_text(encoding="utf-8")
    beats = BEAT.findall(text)
    settings = {name: os.environ.get(f"STEEPEST_{name}", "") for name in ("LANG", "THEME", "SET")}
    if "refuse" in settings["SET"]:
        print("steepest: --set f: it is refused.", file=sys.stderr)
        raise SystemExit(2)
    segments, output = Path(job["segments"]), Path(job["output"])
    segments.mkdir(parents=True, exist_ok=True)
    print(f"beats {len(beats)}", flush=True)
    told = []
    for number, (name, colour, seconds) in enumerate(beats, 1):
        print(f"beat {number} {name}", flush=True)
        if job["beats"] is not None and name not in job["beats"]:
            continue
        do(text, name, film)
        cause = json.dumps([name, colour, seconds, settings, job["width"], job["frame_rate"]])
        key = hashlib.sha256(cause.encode()).hexdigest()
        names, drawn = [], 0
        for half in range(2):
            segment = segments / f"{key}{half}.mp4"
            names.append(segment.name)
            if not whole(segment):
                draw(segment, job, int(colour), float(seconds) / 2, half)
                drawn += 1
        still = f"{number:02}_{name}.png"
        picture = np.full((job["height"], job["width"], 3), int(colour), np.uint8)
        Image.fromarray(picture).save(output / still)
        told.append(
            {
                "name": name,
                "title": {"en": name.replace("_", " "), "zh": "拍"},
                "caption": {"en": f"See {name.replace('_', ' ')}.", "zh": "看。"},
                "segments": names,
                "frames": 0,
                "duration": 0,
                "still": still,
                "drawn": drawn,
                "reused": 2 - drawn,
            }
        )
    part = {
        "schema": "steepest-part-1",
        "film": film.stem,
        "summary": {"en": "A film.", "zh": "片。"},
        "language": settings["LANG"] or "en",
        "theme": settings["THEME"] or "dark",
        "width": job["width"],
        "height": job["height"],
        "frame_rate": job["frame_rate"],
        "colours": {"ink": "#FFFFFF", "quiet": "#888888", "background": "#000000"}
        | {"gradient": "#E69F00", "direction": "#56B4E9"},
        "fonts": ["Libertinus Serif"],
        "formula": None,
        "knobs": {"f": "x"},
        "versions": {"av": av.__version__},
        "beats": told,
        "inputs": inputs(film, settings),
    }
    (output / "part.json").write_text(json.dumps(part), encoding="utf-8")


def inputs(film: Path, settings: dict[str, str]) -> dict[str, object]:
    from identity.code import code_digest

    code = {
        str(path.resolve()): {
            "bytes": hashlib.sha256(path.read_bytes()).hexdigest(),
            "code": code_digest(path.read_text(encoding="utf-8")),
        }
        for path in (film, film.parent / "helper.py")
        if path.is_file()
    }
    return {
        "code": code,
        "texts": {},
        "knobs": {"f": "x"},
        "language": settings["LANG"] or "en",
        "theme": settings["THEME"] or "dark",
        "fonts": ["Libertinus Serif"],
        "encoder": "x264",
        "files": {
            name: hashlib.sha256((film.parent / value).read_bytes()).hexdigest()
            for name, value in FILE.findall(film.read_text(encoding="utf-8"))
        },
        "versions": {"av": av.__version__},
    }


def do(text: str, beat: str, film: Path) -> None:
    """Do what a film asks for at a beat, where that is not done yet."""
    for what, once in re.findall(rf"do (\w+) at {beat}( always)?", text):
        done = film.with_suffix(f".{what}")
        if done.exists() and not once:
            continue
        done.write_text(str(os.getpid()), encoding="utf-8")
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif what == "kill_pool":
            os.kill(os.getppid(), signal.SIGKILL)
        elif what == "break":
            raise RuntimeError("out of chalk")
        elif what == "hang":
            time.sleep(3600)
        elif what == "edit":
            film.write_text(text + "\nx = 1\n", encoding="utf-8")


def whole(segment: Path) -> bool:
    try:
        digest = hashlib.sha256(segment.read_bytes()).hexdigest()
        return segment.with_suffix(".sha256").read_text() == digest
    except OSError:
        return False


def draw(place: Path, job: dict[str, int], colour: int, seconds: float, half: int) -> None:
    unfinished = place.with_name(f".unfinished-{os.getpid()}-{place.name}")
    count = max(1, round(seconds * job["frame_rate"]))
    with av.open(str(unfinished), "w", format="mp4") as container:
        options = {"preset": "superfast", "mbtree": "0"}
        stream = container.add_stream("libx264", rate=Fraction(job["frame_rate"]), options=options)
        stream.width, stream.height, stream.pix_fmt = job["width"], job["height"], "yuv420p"
        for number in range(count):
            light = (colour + 3 * number + 60 * half) % 256
            pixels = np.full((job["height"], job["width"], 3), light, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    print(f"frames {count}", flush=True)
    seal = place.with_suffix(".sha256")
    seal_unfinished = unfinished.with_suffix(".sha256")
    seal_unfinished.write_text(hashlib.sha256(unfinished.read_bytes()).hexdigest())
    os.replace(seal_unfinished, seal)
    os.replace(unfinished, place)


if __name__ == "__main__":
    main()
