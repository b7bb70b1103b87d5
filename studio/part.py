"""A part of a film, drawn: some of its beats, by a process of its own, wherever that runs.

`draw_part` takes one job and returns one result, both plain data, so that any
`concurrent.futures.Executor` can run it. Nothing but the standard library is imported here: on a
cluster the module itself travels to workers that know nothing of the studio.

The process is `python -m scenes.stage.render JOB.json`. It ends when its task is told to
(`stop_drawing`), and on Linux also when the process that started it dies, however that comes about.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, TypedDict

WORKER = "scenes.stage.render"
"""The module that draws."""

PATIENCE = 10.0
"""Seconds that a worker has to end when it is told to."""

LAST_LINES = 12
"""Lines of a worker's words that are kept."""

NEWS = ("beats ", "beat ", "frames ")
"""How lines begin that tell how far the worker is."""

_running: set[subprocess.Popen[str]] = set()
_changing = threading.Lock()
_stopped = False


class Parcel(TypedDict):
    """What a worker without our disk needs: the project and the folder it works in, as zips.

    `known` are the segments that there are at home; they are not drawn.
    """

    project: bytes
    workplace: bytes
    known: list[str]


class PartJob(TypedDict):
    """What is to be drawn: the worker's own job, its surroundings, and where its news go."""

    module: str
    request: dict[str, Any]
    settings: dict[str, str]
    home: str
    news: str | None
    parcel: Parcel | None


class PartResult(TypedDict):
    """How it ended: exit status, last words, `part.json`, beats of the film; files from afar."""

    status: int
    words: list[str]
    part: dict[str, Any] | None
    beats: int
    files: dict[str, bytes]


def draw_part(job: PartJob) -> PartResult:
    """Draw a part and return how it ended; what went wrong is a result too."""
    if job["parcel"] is not None:
        return _draw_away(job, job["parcel"])
    request = job["request"]
    Path(request["output"]).mkdir(parents=True, exist_ok=True)
    return _draw(job, request, job["home"], None)


def stop_drawing() -> None:
    """End every worker of this process, and start no more."""
    global _stopped
    with _changing:
        _stopped = True
        ending = list(_running)
    for process in ending:
        process.terminate()
    for process in ending:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _draw(job: PartJob, request: dict[str, Any], home: str, cwd: str | None) -> PartResult:
    output = Path(request["output"])
    file = output / "job.json"
    file.write_text(json.dumps(request), encoding="utf-8")
    words: list[str] = []
    beats = 0
    with _started(job, str(file), home, cwd) as process, _teller(job["news"]) as tell:
        assert process.stdout is not None
        for line in process.stdout:
            line = line.rstrip()
            if line.startswith(NEWS):
                tell(line)
                beats = int(line.split()[1]) if line.startswith("beats ") else beats
            else:
                words = [*words[-LAST_LINES + 1 :], line]
    part = output / "part.json"
    said = json.loads(part.read_text(encoding="utf-8")) if process.returncode == 0 else None
    return PartResult(status=process.returncode, words=words, part=said, beats=beats, files={})


def command(module: str, arguments: Sequence[str]) -> list[str]:
    """Return the command that runs a module of the films."""
    # -P keeps a file of the working directory from being taken for a module of the project.
    return [sys.executable, "-P", "-u", "-m", module, *arguments]


def environment(home: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a process that finds the project in a folder."""
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
    return {**os.environ, **ours, **settings}


@contextmanager
def _started(
    job: PartJob, file: str, home: str, cwd: str | None
) -> Iterator[subprocess.Popen[str]]:
    with _changing:
        if _stopped:
            raise RuntimeError("nothing more is to be drawn")
        process = subprocess.Popen(
            command(job["module"], [file]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(home, job["settings"]),
            cwd=cwd,
            encoding="utf-8",
            errors="replace",
            preexec_fn=_dies_with_us(),
        )
        _running.add(process)
    try:
        with process:
            try:
                yield process
            except BaseException:
                process.kill()
                raise
    finally:
        with _changing:
            _running.discard(process)


def _dies_with_us() -> Callable[[], None]:
    """Return what a worker does first: it leaves Ctrl-C to us, and ends when we do."""
    libc: Any = None
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)  # before the fork: nothing may be loaded after it

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if libc is not None:
            libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG

    return prepare


@contextmanager
def _teller(news: str | None) -> Iterator[Callable[[str], None]]:
    """Give what passes lines on: into a file, or to whoever watches the cluster."""
    if news is None:
        yield lambda line: None
    elif os.path.isabs(news):
        with open(news, "a", encoding="utf-8", buffering=1) as file:
            yield lambda line: print(line, file=file)
    else:
        from distributed import get_worker

        worker = get_worker()
        yield lambda line: worker.log_event(news, line)


# Without our disk


def _draw_away(job: PartJob, parcel: Parcel) -> PartResult:
    with tempfile.TemporaryDirectory(prefix="steepest-") as folder:
        # As the system calls it, since the worker will: on macOS /tmp is a link.
        here = Path(folder).resolve()
        project = _unpacked_project(parcel["project"])
        workplace, segments = here / "workplace", here / "segments"
        for place in (workplace, segments):
            place.mkdir()
        with zipfile.ZipFile(BytesIO(parcel["workplace"])) as archive:
            archive.extractall(workplace)
        _stand_in(parcel["known"], segments)
        places = {"project": project, "workplace": workplace}
        room, _, name = job["request"]["film"].partition("/")
        film = places[room] / name
        request = {
            **job["request"],
            "film": str(film),
            "segments": str(segments),
            "output": str(here / "output"),
        }
        (here / "output").mkdir()
        result = _draw(job, request, str(project), str(workplace))
        part = result["part"]
        if part is not None:
            code = part["inputs"]["code"]
            if str(film) in code:  # at home it has another place
                code[job["request"]["film"]] = code.pop(str(film))
            result["files"] = dict(_files_of(part, here, set(parcel["known"])))
        return result


def _files_of(part: dict[str, Any], here: Path, known: set[str]) -> Iterator[tuple[str, bytes]]:
    for beat in part["beats"]:
        yield f"output/{beat['still']}", (here / "output" / beat["still"]).read_bytes()
        for name in beat["segments"]:
            if name not in known:
                yield f"segments/{name}", (here / "segments" / name).read_bytes()


def _unpacked_project(data: bytes) -> Path:
    """Return the project's folder, which stays: compiled loops are compiled once a machine."""
    digest = hashlib.sha256(data).hexdigest()[:24]
    folder = Path(tempfile.gettempdir()).resolve() / f"steepest-{os.getuid()}" / digest
    if not folder.is_dir():
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        if folder.parent.stat().st_uid != os.getuid():
            raise PermissionError(f"{folder.parent} belongs to someone else")
        with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                archive.extractall(Path(unfinished) / "project")
            try:
                os.rename(Path(unfinished) / "project", folder)
            except OSError:
                if not folder.is_dir():  # else another task was faster
                    raise
    return folder


def _stand_in(known: list[str], segments: Path) -> None:
    """Put something in the place of segments that are at home, for the worker to pass over."""
    if not known:
        return
    import av

    first = segments / known[0]
    with av.open(str(first), "w") as container:
        stream = container.add_stream("libx264", rate=1)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
        container.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        container.mux(stream.encode(None))
    data = first.read_bytes()
    seal = hashlib.sha256(data).hexdigest()
    for name in known:
        (segments / name).write_bytes(data)
        (segments / name).with_suffix(".sha256").write_text(seal)
