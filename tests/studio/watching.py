"""A watch that runs, and the page's side of it: what it is told, what it asks for."""

from __future__ import annotations

import http.client
import json
import queue
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from incremental import PATIENCE

State = dict[str, Any]


class Watching:
    """A watch: its process, what it prints, what it tells its pages."""

    def __init__(self, process: subprocess.Popen[str]):
        self.process = process
        self.out: queue.Queue[str] = queue.Queue()
        self.err: queue.Queue[str] = queue.Queue()
        self._readers = [
            threading.Thread(target=_read, args=each)
            for each in ((process.stdout, self.out), (process.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()
        greeting = self.said(lambda line: line.startswith("http://"))
        match = re.match(r"http://127\.0\.0\.1:(\d+)/  watches ", greeting)
        assert match, greeting
        self.port = int(match[1])
        self.seen: list[State] = []
        self._states: queue.Queue[State] = queue.Queue()
        self._readers.append(threading.Thread(target=self._listen))
        self._readers[-1].start()

    def _listen(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        with closing(connection), suppress(OSError):  # the watch has ended
            connection.request("GET", "/events")
            with connection.getresponse() as response:
                while line := response.readline():
                    if line.startswith(b"data: "):
                        self._states.put(json.loads(line.removeprefix(b"data: ")))

    def close(self) -> None:
        """Wait until all is read that the ended watch has said."""
        for reader in self._readers:
            reader.join(PATIENCE)

    def until(self, holds: Callable[[State], Any]) -> State:
        """Wait for a state told to the page, from now on, of which something holds."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                state = self._states.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                last = [state["films"] for state in self.seen[-3:]]
                raise AssertionError(f"never so: {last}, {self.rest()}") from None
            self.seen.append(state)
            if holds(state):
                return state

    def said(self, holds: Callable[[str], bool], err: bool = False) -> str:
        """Wait for a line in the terminal."""
        lines = self.err if err else self.out
        end = time.monotonic() + PATIENCE
        while True:
            try:
                line = lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(self.rest()) from None
            if holds(line):
                return line

    def rest(self) -> tuple[list[str], list[str]]:
        """What was printed and not read."""
        return [*_drained(self.out)], [*_drained(self.err)]

    def get(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask for something; return status, headers, body. in names `_` stands for `-`."""
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        ) as connection:
            connection.putrequest(method, path, skip_host="Host" in headers)
            if body is not None:
                headers["Content_Length"] = str(len(body.encode()))
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders(None if body is None else body.encode())
            with connection.getresponse() as answer:
                unread = answer.getheader("Content-Type", "").startswith("text/event-stream")
                data = b"" if unread else answer.read()
                return answer.status, dict(answer.getheaders()), data

    def interrupt(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


def _read(stream: Any, lines: queue.Queue[str]) -> None:
    with stream:
        for line in stream:
            lines.put(line.rstrip("\n"))


def _drained(lines: queue.Queue[str]) -> Iterator[str]:
    while True:
        try:
            yield lines.get_nowait()
        except queue.Empty:
            return


@contextmanager
def watching(process: subprocess.Popen[str]) -> Iterator[Watching]:
    """Give a watch that is ended afterwards."""
    watch = Watching(process)
    try:
        yield watch
    finally:
        process.terminate()
        process.wait(PATIENCE)
        watch.close()


def beats_of(state: State, film: int = 0) -> dict[str, Any]:
    """What the page is told of a film's beats, by their names."""
    return {beat["name"]: beat for beat in state["films"][film]["beats"]}


def qualities(state: State, film: int = 0) -> list[str]:
    """The beats' qualities in their order."""
    return [beat["quality"] for beat in state["films"][film]["beats"]]


def is_full(state: State) -> bool:
    """Whether all of all films is shown at full quality, and nothing goes on."""
    return all(
        film["beats"]
        and not film["work"]
        and not any(beat["drawing"] for beat in film["beats"])
        and set(qualities(state, number)) == {"full"}
        for number, film in enumerate(state["films"])
    )


def error_of(state: State) -> str:
    """What the page says is wrong with the first film."""
    error = state["films"][0]["error"]
    return f"{error['where']}: {error['what']}" if error else ""


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return True
    return fields[0] == "Z"
