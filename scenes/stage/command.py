"""Manim's command line with the project's settings: `python -m scenes.stage.command -qh FILM.py`.

The studio starts this, from whatever folder the user stands in: without a `manim.cfg` there, films
land in `renders/` all the same. The options, the words and the exit status are Manim's; status 2
means that the options, the film or its settings were refused.
"""

from __future__ import annotations

import sys

from manim.__main__ import main as manim

from scenes.stage.stills import use_project_settings


def main() -> None:
    """Run Manim on the command line's arguments."""
    use_project_settings()
    manim(["--hide-splash", "render", *sys.argv[1:]], prog_name="manim")


if __name__ == "__main__":
    main()
