"""The processes that stand by with a film: started, ordered about, and ended."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from studio.catalogue import HOME
from studio.part import environment
from studio.wire import PATIENCE, Wire

MODULE = "scenes.stage.standby"
"""What a forked process goes on with."""

LIBRARIES = ("manim", "numba", "sympy", "typst", "av", "babel.messages.pofile")
"""What it needs and takes long to import; names alone, as for the worker of a part."""

CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"
"""Whether a process may be forked after such libraries were imported: macOS's own forbid it."""


@dataclass(eq=False)
class Process:
    """A process that has told who it is."""

    wire: Wire
    pid: int
    role: str
    number: int = -1
    beat: str = ""
    gone: threading.Event = field(default_factory=threading.Event)

    def order(self, **words: Any) -> None:
        """Have it do something."""
        self.wire.tell(**words)

    def end(self) -> None:
        """Have it end."""
        self.wire.hang_up()


@dataclass(frozen=True)
class Told:
    """What a process has told; `said` is None where it has ended."""

    process: Process
    said: dict[str, Any] | None


class Company:
    """All processes that stand by with films; what they tell goes into a queue."""

    def __init__(self, news: queue.SimpleQueue[Any], sources: Sequence[Path]):
        self._news = news
        self._folder = tempfile.mkdtemp(prefix="steepest-")  # of ours alone, as mkdtemp makes it
        self._address = str(Path(self._folder) / "wire")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(self._address)
        self._listener.listen(64)
        self._there: set[Process] = set()
        self._changing = threading.Lock()
        self._closed = False
        self._first = [str(source) for source in sources]
        threading.Thread(target=self._accept, daemon=True).start()
        self._root = subprocess.Popen(
            [sys.executable, "-P", "-u", "-m", "studio.forkserver", self._address],
            stdin=subprocess.DEVNULL,
            env=environment(str(HOME), {"PYTHONDONTWRITEBYTECODE": "1"}),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes, and wait until they are gone."""
        with self._changing:
            self._closed = True
            there = list(self._there)
        self._listener.close()
        for process in there:
            process.end()
        for process in there:
            if not process.gone.wait(PATIENCE):
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
        try:
            self._root.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._root.kill()
            self._root.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._listen, args=(Wire(connection),), daemon=True).start()

    def _listen(self, wire: Wire) -> None:
        who = wire.hear()
        if who is None:
            return
        process = Process(wire, who["pid"], who["role"], who.get("number", -1), who.get("beat", ""))
        with self._changing:
            self._there.add(process)
            if self._closed:
                process.end()
        if process.role == "libraries":
            process.order(libraries=LIBRARIES, sources=self._first)
        self._news.put(Told(process, {}))
        while (said := wire.hear()) is not None:
            self._news.put(Told(process, said))
        with self._changing:
            self._there.discard(process)
        process.gone.set()
        self._news.put(Told(process, None))
        wire.close()
