"""Films are drawn in processes of their own, so that a broken film cannot break the studio."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence

from studio.catalogue import HOME
from studio.errors import FilmRefusedError, WorkerCrashedError
from studio.part import LAST_LINES, PATIENCE, command, environment


def run_worker(
    film: str,
    module: str,
    arguments: Sequence[str],
    settings: Mapping[str, str],
    is_news: Callable[[str], bool],
) -> list[str]:
    """Run a module of the films to its end and return what it printed.

    Args:
        film: the film's name, for messages.
        module: the module's dotted name.
        arguments: its command line.
        settings: environment variables for it, besides our own.
        is_news: is called with each line as it comes; a line for which it returns true is taken
            for read and is not returned.

    Raises:
        FilmRefusedError: exit status 2, with the worker's words.
        WorkerCrashedError: any other failure, with the last lines of its words.
    """
    lines: list[str] = []
    with subprocess.Popen(
        command(module, arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(str(HOME), settings),
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if not is_news(line.rstrip()):
                    lines.append(line.rstrip())
        except BaseException:
            process.kill()
            raise
    if process.returncode == 2:
        raise FilmRefusedError("\n".join(lines))
    if process.returncode != 0:
        last = "".join(f"\n  {line}" for line in lines[-LAST_LINES:])
        end = " The end of what it said:" if last else ""
        raise WorkerCrashedError(f"{film}: {ending(process.returncode)}{end}{last}")
    return lines


def run_aloud(module: str, arguments: Sequence[str], settings: Mapping[str, str]) -> int:
    """Run a module of the films, whose words go to the user as they come; return its exit status.

    An interruption of ours (Ctrl-C) ends the worker before it goes on its way: the worker itself
    does not hear the terminal's, it is told to end and has time to take away what is unfinished.
    """
    with subprocess.Popen(
        command(module, arguments),
        stdin=subprocess.DEVNULL,
        env=environment(str(HOME), settings),
        preexec_fn=_ignore_interruptions,
    ) as process:
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                process.kill()
            raise


def _ignore_interruptions() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def ending(status: int) -> str:
    """Return in a sentence how a worker ended that neither finished nor refused."""
    if status == -signal.SIGKILL:
        return "the process that draws the film was killed; was there too little memory?"
    if status < 0:
        return f"the process that draws the film was ended by {signal.Signals(-status).name}."
    return "the film broke while it was drawn."
