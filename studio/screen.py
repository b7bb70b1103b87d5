"""The page that `steepest watch` shows: served on this machine alone, told of what changes.

A path in a URL never names a file: the page may ask for its own three files and for the clips that
were offered, each under a key of its own.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

from studio.errors import StudioError

HOST = "127.0.0.1"

PORT = 8000
"""The port that is tried first where none is named."""

TRIES = 50
"""How many ports after it are tried."""

ASSETS = {
    "/": ("watch.html", "text/html; charset=utf-8"),
    "/watch.js": ("watch.js", "text/javascript; charset=utf-8"),
    "/watch.css": ("watch.css", "text/css; charset=utf-8"),
}

PULSE = 5.0
"""Seconds after which an idle page is spoken to, to find out whether it is still there."""

LARGEST_WORD = 1_000
"""Bytes that a page may send."""

KEPT = 200
"""Clips shown earlier that may still be asked for."""

BLOCK = 1 << 16

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "media-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_CLIP = re.compile(r"/clip/([0-9a-f]{64})\.mp4")


@dataclass(frozen=True)
class Clip:
    """The video of a beat: its file, a digest of what it shows, its length in seconds."""

    file: Path
    key: str
    seconds: float

    @property
    def url(self) -> str:
        """Where the page finds it."""
        return f"/clip/{self.key}.mp4"


class Screen:
    """Serves the page and what it shows.

    Args:
        port: where; the first free one from 8000 on where it is None.
        on_place: is called with what the page says of the place that it shows.

    Raises:
        StudioError: the port is taken, or may not be used.
    """

    def __init__(self, port: int | None, on_place: Callable[[dict[str, Any]], None]):
        self._clips: dict[str, Path] = {}
        self._state, self._version = b"{}", 0
        self._changed = threading.Condition()
        self._closed = False
        self.on_place = on_place
        self._server = _listening(port, self)
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    @property
    def port(self) -> int:
        """The port that is listened at."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://{HOST}:{self.port}/"

    def show(self, state: dict[str, Any], clips: list[Clip]) -> None:
        """Show a state in all pages; its clips can be asked for, and no others."""
        data = json.dumps(state, ensure_ascii=False).encode()
        with self._changed:
            before = list(self._clips.items())[-KEPT:]  # may be on their way to a page
            self._clips = dict(before) | {clip.key: clip.file.resolve() for clip in clips}
            if data != self._state:
                self._state, self._version = data, self._version + 1
                self._changed.notify_all()

    def clip(self, key: str) -> Path | None:
        """Return the file of a clip that was offered."""
        return self._clips.get(key)

    def next_state(self, seen: int) -> tuple[int, bytes | None]:
        """Wait for a state later than one that was seen; None where there is none for a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._version > seen, PULSE)
            if self._closed:
                raise ConnectionAbortedError
            return self._version, self._state if self._version > seen else None

    def close(self) -> None:
        """Serve no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, screen: Screen):
        self.screen = screen
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over it: a page was closed, or spoke no HTTP."""


def _listening(port: int | None, screen: Screen) -> _Server:
    if port is not None:
        try:
            return _Server(port, screen)
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else "there is no such port"
            raise StudioError(
                f"--port {port}: the page cannot be served there ({reason}). "
                "Name another port, or leave the option out."
            ) from error
    for candidate in range(PORT, PORT + TRIES):
        try:
            return _Server(candidate, screen)
        except OSError:
            continue
    return _Server(0, screen)  # whichever is free


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "steepest"
    sys_version = ""
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is for the films."""

    def do_GET(self) -> None:
        """Answer a request."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer a request without its body."""
        self._answer(with_body=False)

    def do_POST(self) -> None:
        """Take in where the page is."""
        length = self.headers.get("Content-Length", "")
        own = f"http://{self.headers.get('Host')}"
        kind = self.headers.get("Content-Type", "")
        if not self._is_for_us() or self.headers.get("Origin", own) != own:
            return self._refuse(HTTPStatus.FORBIDDEN)
        if self.path != "/place" or kind != "application/json":
            return self._refuse(HTTPStatus.NOT_FOUND)
        if not length.isdecimal() or int(length) > LARGEST_WORD:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            said = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            return self._refuse(HTTPStatus.BAD_REQUEST)
        self.server.screen.on_place(said)
        self._head(HTTPStatus.NO_CONTENT, {"Content-Length": "0"})
        return None

    def _is_for_us(self) -> bool:
        """Whether we were called by our own name: other sites' names may be made to lead here."""
        port = self.server.screen.port
        return self.headers.get("Host") in (f"{HOST}:{port}", f"localhost:{port}")

    def _answer(self, with_body: bool) -> None:
        clip = _CLIP.fullmatch(self.path)
        if not self._is_for_us():
            self._refuse(HTTPStatus.FORBIDDEN)
        elif self.path in ASSETS:
            name, kind = ASSETS[self.path]
            data = (Path(__file__).with_name("templates") / name).read_bytes()
            headers = {"Content-Type": kind, "Content-Length": str(len(data))}
            self._head(HTTPStatus.OK, {**headers, "Cache-Control": "no-store"})
            if with_body:
                self.wfile.write(data)
        elif self.path == "/events" and with_body:
            self._send_events()
        elif clip and (file := self.server.screen.clip(clip[1])) is not None:
            self._send_clip(file, with_body)
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def _head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        data = f"{status.value} {status.phrase}\n".encode()
        headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
        self._head(status, {**headers, "Content-Length": str(len(data))})
        if self.command != "HEAD":
            self.wfile.write(data)

    def _send_events(self) -> None:
        self.close_connection = True
        headers = {"Content-Type": "text/event-stream; charset=utf-8", "Connection": "close"}
        self._head(HTTPStatus.OK, {**headers, "Cache-Control": "no-store"})
        seen = 0
        try:
            while True:
                seen, state = self.server.screen.next_state(seen)
                self.wfile.write(b": \n\n" if state is None else b"data: " + state + b"\n\n")
        except OSError:
            return  # the page was closed, or we are

    def _send_clip(self, file: Path, with_body: bool) -> None:
        try:
            source = file.open("rb")
        except OSError:
            return self._refuse(HTTPStatus.NOT_FOUND)
        with source:
            size = source.seek(0, 2)
            headers = {"Content-Type": "video/mp4", "Accept-Ranges": "bytes"}
            headers["Cache-Control"] = "max-age=31536000, immutable"
            asked = self.headers.get("Range")
            begin, end = 0, size
            if asked is not None and (span := _span(asked, size)) is not None:
                begin, end = span
                if begin >= end:
                    self.close_connection = True
                    none = {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
                    return self._head(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, none)
                headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
            headers["Content-Length"] = str(end - begin)
            partial = "Content-Range" in headers
            self._head(HTTPStatus.PARTIAL_CONTENT if partial else HTTPStatus.OK, headers)
            if with_body:
                self._copy(source, begin, end)
        return None

    def _copy(self, source: BinaryIO, begin: int, end: int) -> None:
        source.seek(begin)
        while begin < end:
            block = source.read(min(BLOCK, end - begin))
            if not block:  # it was cut short under our eyes
                self.close_connection = True
                return
            self.wfile.write(block)
            begin += len(block)


def _span(text: str, size: int) -> tuple[int, int] | None:
    """Return where a range begins and ends; None for what is no single range, and is passed over.

    >>> _span("bytes=0-9", 100), _span("bytes=90-", 100), _span("bytes=-5", 100)
    ((0, 10), (90, 100), (95, 100))
    >>> _span("bytes=200-", 100), _span("bytes=0-1,5-6", 100)
    ((200, 100), None)
    """
    match = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", text)
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        return max(0, size - int(match[2])), size
    begin = int(match[1])
    end = min(size, int(match[2]) + 1) if match[2] else size
    return (begin, end) if not match[2] or int(match[2]) >= begin else None
