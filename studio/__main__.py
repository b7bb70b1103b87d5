"""The command `steepest`; also `python -m studio`."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import NoReturn

import click
import cloup

from studio.catalogue import film_file, films
from studio.errors import StudioError
from studio.options import LANGUAGES, Settings, check_names, film_settings
from studio.picture import QUALITIES

MANIM_OPTIONS = "steepest.manim_options"
"""Where a context keeps what was typed after `--`."""


class ManimCommand(cloup.Command):
    """A command that hands everything after `--` on to Manim."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take away what is Manim's, read the rest."""
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[MANIM_OPTIONS] = args[end + 1 :]
        return super().parse_args(ctx, args[:end])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the parts of the usage line."""
        return [*super().collect_usage_pieces(ctx), "[-- MANIM-OPTIONS]"]


@cloup.group(context_settings={"help_option_names": ["-h", "--help"]})
def steepest() -> None:
    """From films to lectures."""


FILMS = cloup.argument(
    "names",
    nargs=-1,
    metavar="[FILMS]...",
    help="Films by name, such as descent, or by Python file; all of ours if none is given.",
)

QUALITY = cloup.option(
    "-q",
    "--quality",
    type=click.Choice(list(QUALITIES)),
    default="h",
    show_default=True,
    help="480p15, 720p30, 1080p60, 1440p60 or 2160p60.",
)


@steepest.command(cls=ManimCommand)
@FILMS
@film_settings(several_languages=True)
@QUALITY
@cloup.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that draw at the same time.  [default: as many as there are cores]",
)
@cloup.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Draw on a Dask cluster, such as tcp://10.0.0.1:8786; its workers need no disk of ours.",
)
@cloup.option(
    "--format",
    "kind",
    type=click.Choice(["mp4", "webm", "mov", "gif", "png"]),
    help="Kind of file.  [default: mp4]  All others are drawn anew by plain Manim, and so is "
    "whatever has options after --.",
)
@click.pass_context
def build(
    ctx: click.Context,
    names: tuple[str, ...],
    settings: Settings,
    quality: str,
    jobs: int | None,
    scheduler: str | None,
    kind: str | None,
) -> None:
    """Bring films up to date and say where they are.

    Only what an edit has changed is drawn. Exit status 2: a film refused what was set; 1: a film
    broke. The other films are rendered.
    """
    files = _files(names, settings)
    manim_options = ctx.meta[MANIM_OPTIONS]
    if manim_options or kind not in (None, "mp4"):
        from studio.plain import render_plainly

        if len(settings.languages) > 1 or jobs or scheduler:
            raise StudioError(
                "--format and options after -- go to plain Manim, which draws one film after "
                "another, in one language. Leave out --jobs and --scheduler, and name one language."
            )
        options = [f"-q{quality}", *(["--format", kind] if kind else []), *manim_options]
        ctx.exit(render_plainly(files, options, settings.environment))
    from studio.build import build

    picture = QUALITIES[quality]
    ctx.exit(build(files, settings.languages, picture, settings.environment, jobs, scheduler))


@steepest.command()
@FILMS
@film_settings(several_languages=True)
@QUALITY
@click.pass_context
def why(ctx: click.Context, names: tuple[str, ...], settings: Settings, quality: str) -> None:
    """Say what changed since films were built, and draw nothing."""
    from studio.build import why

    files = _files(names, settings)
    ctx.exit(why(files, settings.languages, QUALITIES[quality], settings.environment))


@steepest.command(name="watch")
@FILMS
@film_settings(several_languages=True)
@QUALITY
@cloup.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port of the page on 127.0.0.1.  [default: the first free one from 8000 on]",
)
@cloup.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@click.pass_context
def watch_films(
    ctx: click.Context,
    names: tuple[str, ...],
    settings: Settings,
    quality: str,
    port: int | None,
    opens: bool,
) -> None:
    """Show films in a local page that follows each save, until Ctrl-C.

    What an edit has changed is drawn as a preview first, then at the quality that is asked for. A
    film that is broken shows its error, in the page and here.
    """
    if len(settings.languages) > 1:
        raise StudioError(
            "--lang: watch shows one language. Name one, and start a second watch for the other."
        )
    from studio.watch import watch

    files = _files(names, settings)
    language = next(iter(settings.languages), None)
    picture = QUALITIES[quality]
    ctx.exit(watch(files, language, picture, settings.environment, port, opens))


def _files(names: tuple[str, ...], settings: Settings) -> list[Path]:
    files = list(dict.fromkeys(map(film_file, names))) or list(films().values())
    check_names(settings, files)
    return files


@steepest.command(name="list")
@cloup.argument("film", required=False, help="A film, by name or by Python file.")
@cloup.option("--json", "as_json", is_flag=True, help="Everything as JSON, for tools.")
def list_films(film: str | None, as_json: bool) -> None:
    """Show the films, or of one film its beats and knobs.

    A beat is a part of a film with one caption, a knob is what can be set on it.
    """
    from studio.listing import film_page, films_page, to_json
    from studio.source import read_film, read_films

    if film is not None:
        source = read_film(film_file(film))
        click.echo(to_json([source]) if as_json else film_page(source))
    else:
        sources = read_films(films())
        click.echo(to_json(sources) if as_json else films_page(sources))


@steepest.command()
@cloup.argument("file", type=click.Path(path_type=Path), help="The lesson to write: NAME.toml.")
@cloup.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the lesson, and of what is explained in it.",
)
def new(file: Path, lang: str) -> None:
    """Write a lesson file with every knob of every film."""
    from studio.new import write_lesson

    click.echo(write_lesson(file, lang))


@steepest.command()
@cloup.argument("film", help="A film's name, such as descent, or a film's Python file.")
@film_settings()
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
def storyboard(
    film: str, settings: Settings, height: int, columns: int, output: Path | None
) -> None:
    """Put the last frame of each beat on one sheet, without a video."""
    from studio.storyboard import make_storyboard

    file = film_file(film)
    check_names(settings, [file])
    sheet = make_storyboard(
        file, height=height, columns=columns, settings=settings.environment, output=output
    )
    click.echo(sheet)


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGTERM, _end)
    steepest(prog_name="steepest")


def _end(number: int, _: object) -> NoReturn:
    """End as at Ctrl-C, workers included, where the process is told to end."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
