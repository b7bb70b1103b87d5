"""The command `steepest`; also `python -m studio`."""

from __future__ import annotations

from pathlib import Path

import click
import cloup

from studio.catalogue import film_file
from studio.storyboard import make_storyboard

LANGUAGES = ("en", "zh")
"""What the films speak."""


@cloup.group(context_settings={"help_option_names": ["-h", "--help"]})
def steepest() -> None:
    """From films to lectures."""


@steepest.command()
@cloup.argument("film", help="A film's name, such as descent, or a film's Python file.")
@cloup.option("--lang", type=click.Choice(LANGUAGES), help="Language of the captions.")
@cloup.option(
    "--height",
    type=click.IntRange(90, 1080),
    default=450,
    show_default=True,
    help="Height of each still in pixels.",
)
@cloup.option(
    "--columns",
    type=click.IntRange(1, 12),
    default=3,
    show_default=True,
    help="Stills beside each other.",
)
@cloup.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The PNG to write.  [default: renders/FILM/storyboard.png]",
)
def storyboard(film: str, lang: str | None, height: int, columns: int, output: Path | None) -> None:
    """Put the last frame of each beat on one sheet, without a video."""
    sheet = make_storyboard(
        film_file(film), height=height, columns=columns, language=lang, output=output
    )
    click.echo(sheet)


def main() -> None:
    """Run the command line."""
    steepest()


if __name__ == "__main__":
    main()
