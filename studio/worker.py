"""Films are drawn in processes of their own, so that a broken film cannot break the studio."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from studio.catalogue import HOME
from studio.errors import FilmRefusedError, WorkerCrashedError

LAST_LINES = 12
"""Lines of a crashed worker's output that are shown."""


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
    # -P keeps a file of the working directory from being taken for a module of the project.
    command = [sys.executable, "-P", "-u", "-m", module, *arguments]
    paths = [str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
    lines: list[str] = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **ours, **settings},
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
        raise WorkerCrashedError(f"{film}: {_ending(process.returncode)}{last}")
    return lines


def _ending(status: int) -> str:
    if status == -signal.SIGKILL:
        return "the process that draws the film was killed; was there too little memory?"
    if status < 0:
        return f"the process that draws the film was ended by {signal.Signals(-status).name}."
    return "the film broke while it was drawn. The end of what it said:"
