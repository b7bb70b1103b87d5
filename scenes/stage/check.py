"""Whether a lecture's settings can be read: `python -m scenes.stage.check FILM.py …`.

Before it draws many films the studio asks this once, so that a lesson which every film would refuse
is refused in one sentence. Exit status 2 means that it was, with the reason on standard error.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from scenes.stage.errors import FilmError
from scenes.stage.film import FILMS
from scenes.stage.lesson import (
    chosen_language,
    chosen_theme,
    current_lesson,
    knobs_of_films,
    typed_settings,
)


def main() -> None:
    """Check what the environment and the lesson say, but for the values of knobs."""
    files = [Path(name).resolve() for name in sys.argv[1:]]
    # Films of the user's own may have knobs from anywhere.
    own = {file.stem: None for file in files if file.parent != FILMS}
    film_knobs = cache(lambda: knobs_of_films(FILMS) | own)
    try:
        lesson = current_lesson(film_knobs)
        typed_settings(film_knobs)
        chosen_language(lesson)
        chosen_theme(lesson)
    except FilmError as error:
        print(f"steepest: {error}", file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
