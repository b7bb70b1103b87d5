"""The last picture of each beat, without any video: `python -m scenes.stage.stills FILM.py FOLDER`."""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from pathlib import Path

from manim import config, tempconfig
from manim.utils.module_ops import get_module
from PIL import Image

from scenes.stage.film import Film


def film_in(path: Path) -> type[Film]:
    """Return the one film that a file defines.

    Raises:
        LookupError: there is none, or more than one.
    """
    module = get_module(path)
    films = [
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, Film)
        and value.__module__ == module.__name__
    ]
    if len(films) != 1:
        raise LookupError(f"{path}: one film a file; here are {len(films)}.")
    return films[0]


def take_stills(film: type[Film], folder: Path, height: int) -> list[dict[str, str]]:
    """Write the last picture of each beat as PNG and return the beats' names, captions and files."""
    folder.mkdir(parents=True, exist_ok=True)
    beats: list[dict[str, str]] = []

    def keep(scene: Film) -> None:
        scene.renderer.update_frame(scene)
        file = folder / f"{len(beats) + 1:02}_{scene.beat_name}.png"
        Image.fromarray(scene.renderer.get_frame()).convert("RGB").save(file)
        beats.append({"name": scene.beat_name, "caption": scene.sentence, "file": file.name})

    size = {"pixel_width": round(height * 16 / 9), "pixel_height": height}
    with tempconfig({**size, "dry_run": True, "progress_bar": "none"}):
        scene = film(skip_animations=True)
        scene.after_beat.append(keep)
        scene.render()
    return beats


def main() -> None:
    """Take the stills and write `beats.json` beside them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--height", type=int, default=540, help="pixels")
    arguments = parser.parse_args()
    config.input_file = str(arguments.film)
    beats = take_stills(film_in(arguments.film), arguments.folder, arguments.height)
    (arguments.folder / "beats.json").write_text(json.dumps(beats, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main())
