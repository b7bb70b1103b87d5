"""The last picture of each beat, without any video: `python -m scenes.stage.stills FILM.py FOLDER`.

The storyboard starts this as a process of its own. FOLDER receives one PNG a beat and `beats.json`,
which says what is on them and how the film looks. A line `still 3 of 11: look_along_x` on standard
output tells of each picture. Exit status 2 means that the film or its settings were refused; the
reason stands on standard error.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from manim import config, logger, tempconfig
from manim.utils.module_ops import get_module
from PIL import Image

from scenes.stage.captions import translations
from scenes.stage.errors import FilmError
from scenes.stage.film import FILMS, Film

LONGEST_VALUE = 60
"""Characters of a knob's value that a sheet shows at most."""


def film_in(path: Path) -> type[Film]:
    """Return the one film that a file defines.

    Raises:
        FilmError: there is none, or more than one.
    """
    module = get_module(path)
    films = [
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, Film)
        and value.__module__ == module.__name__
    ]
    if not films:
        raise FilmError(f"{path}: there is no film in it. A film is a class that extends Film.")
    if len(films) > 1:
        names = ", ".join(film.__name__ for film in films)
        raise FilmError(f"{path}: a file holds one film; here are {len(films)}: {names}.")
    return films[0]


def take_stills(film: type[Film], folder: Path, height: int) -> dict[str, Any]:
    """Write the last picture of each beat as PNG and return what `beats.json` holds.

    Args:
        film: the film's class.
        folder: where the pictures go; made if it is not there.
        height: of a picture, in pixels; the shape is 16:9.
    """
    folder.mkdir(parents=True, exist_ok=True)
    width = round(height * 16 / 9)
    beats: list[dict[str, Any]] = []

    def keep(scene: Film) -> None:
        scene.renderer.update_frame(scene)
        file = folder / f"{len(beats) + 1:02}_{scene.beat_name}.png"
        Image.fromarray(scene.renderer.get_frame()).convert("RGB").save(file, compress_level=1)
        begins = beats[-1]["ends"] if beats else 0.0
        beats.append(
            {
                "name": scene.beat_name,
                "title": in_words(scene.beat_name, scene.language),
                "caption": scene.sentence,
                "file": file.name,
                "begins": begins,
                "ends": round(scene.clock, 3),
            }
        )
        print(f"still {len(beats)} of {len(scene.beats)}: {scene.beat_name}", flush=True)

    size = {"pixel_width": width, "pixel_height": height, "transparent": False}
    with tempconfig({**size, "dry_run": True, "progress_bar": "none"}):
        scene = film(skip_animations=True)
        if not scene.beats:
            raise FilmError(f"{film.__name__}: the film has no beats. Mark its methods with @beat.")
        scene.after_beat.append(keep)
        scene.render()
        return {**description(scene), "width": width, "height": height, "beats": beats}


def description(scene: Film) -> dict[str, Any]:
    """Return what a sheet says of a film besides its beats: name, summary, knobs, look."""
    colours = {name: getattr(scene.theme, name) for name in scene.theme.MEANINGS}
    summary = summary_of(type(scene))
    if scene.language != "en":
        summary = translations(scene.language).get(summary, "")
    return {
        "film": scene.film_name(),
        "summary": summary,
        "language": scene.language,
        "fonts": list(scene.typeset.fonts),
        "colours": {**colours, "background": scene.camera.background_color.to_hex()},
        "knobs": {name: value_text(getattr(scene, name)) for name in scene.knobs()},
    }


def summary_of(film: type[Film]) -> str:
    """Return what a film says of itself in one line, in English."""
    return (inspect.getdoc(film) or "").partition("\n")[0]


def in_words(beat: str, language: str) -> str:
    """Return what a beat is called in a language, in English where it has no name there.

    >>> in_words("the_way_down", "zh")
    '下降最快的方向'
    """
    english = beat.replace("_", " ")
    return translations(language).get(english, english)


def value_text(value: Any) -> str:
    """Return a knob's value as a lesson file would have it, cut where it is very long.

    >>> value_text((1.6, 2.0))
    '[1.6, 2]'
    >>> value_text(True)
    'true'
    """
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, Sequence):
        text = "[" + ", ".join(value_text(item) for item in value) + "]"
    else:
        text = f"{value:g}"
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def use_project_settings() -> None:
    """Read the project's manim.cfg where the working directory has none of its own."""
    settings = FILMS.parent / "manim.cfg"
    if not Path("manim.cfg").is_file() and settings.is_file():
        logger.setLevel("WARNING")  # Manim tells of every settings file that it reads
        config.digest_file(settings)


@contextmanager
def refusals_told() -> Iterator[None]:
    """Tell a refusal in one sentence on standard error and end with exit status 2."""
    try:
        yield
    except FilmError as error:
        print(f"steepest: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def write_json(file: Path, value: Any) -> None:
    """Write what the studio reads."""
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def main() -> None:
    """Take the stills and write `beats.json` beside them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("film", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--height", type=int, default=540, help="pixels")
    arguments = parser.parse_args()
    use_project_settings()
    config.input_file = str(arguments.film)
    with refusals_told():
        sheet = take_stills(film_in(arguments.film), arguments.folder, arguments.height)
        write_json(arguments.folder / "beats.json", sheet)


if __name__ == "__main__":
    main()
