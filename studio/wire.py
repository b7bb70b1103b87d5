"""A wire between two processes of ours: a local socket on which each line is one JSON object.

A process whose wire is closed has nothing to do any more, and ends. So whatever becomes of the one
that holds the other ends, nothing is left behind.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

PATIENCE = 5.0
"""Seconds that a process has to end in good order once its wire is closed."""

LAST_LINES = 12
"""Lines of a traceback that are told."""


class Wire:
    """One end of a wire."""

    def __init__(self, connection: socket.socket):
        self._socket = connection
        self._heard = b""
        self._telling = threading.Lock()

    @classmethod
    def to(cls, address: str, **who: Any) -> Self:
        """Return a wire to whoever listens at an address, which is told first who we are."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(address)
        wire = cls(connection)
        wire.tell(pid=os.getpid(), **who)
        return wire

    def tell(self, **said: Any) -> None:
        """Send something; where nobody is left to hear it, nothing happens."""
        line = json.dumps(said, ensure_ascii=False).encode() + b"\n"
        with self._telling, suppress(OSError):  # those that listen notice a closed wire
            self._socket.sendall(line)

    def hear(self) -> dict[str, Any] | None:
        """Return what is said next; None where the other end is closed."""
        while b"\n" not in self._heard:
            try:
                data = self._socket.recv(1 << 16)
            except OSError:
                return None
            if not data:
                return None
            self._heard += data
        line, _, self._heard = self._heard.partition(b"\n")
        said: dict[str, Any] = json.loads(line)
        return said

    def close(self) -> None:
        """Close this end, for a process that has another."""
        self._socket.close()

    def hang_up(self) -> None:
        """Have the process at the other end end; what it still says is heard."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def end_with_it(self) -> None:
        """From now on end this process when the other end is closed, in the midst of anything."""
        threading.Thread(target=self._wait_for_the_end, daemon=True).start()

    def _wait_for_the_end(self) -> None:
        while self.hear() is not None:
            pass
        os.kill(os.getpid(), signal.SIGTERM)  # which takes away what is unfinished
        time.sleep(PATIENCE)
        os._exit(1)


def fault(error: BaseException, film: Path | None = None) -> dict[str, str]:
    """Return what broke, where, and the last lines of the traceback.

    The place is the innermost one in the film's file, where the error came by there.
    """
    lines = "".join(traceback.format_exception(error)).rstrip().splitlines()
    told = {"what": f"{type(error).__name__}: {error}", "trace": "\n".join(lines[-LAST_LINES:])}
    if isinstance(error, SyntaxError) and error.filename:
        return {**told, "where": f"{error.filename}:{error.lineno}", "what": error.msg}
    places = [
        (Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)
    ]
    own = [place for place in places if film is not None and place[0].name == film.name]
    file, line = (own or places or [(Path(), 0)])[-1]
    return {**told, "where": f"{file}:{line}"}
