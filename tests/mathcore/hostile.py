"""Texts judged in a process of their own: a field or an error, how long, how much memory.

`Judge` starts that process and asks it about one text after another. What the text does while it
is read is watched by an audit hook: it must not run code, open files or start programs.
"""

from __future__ import annotations

import json
import os
import re
import resource
import select
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

HANGS = 60
"""Seconds after which a text that has no answer is given up."""

BACKSTOP = 4 << 30
"""Bytes of address space; what asks for more gets a MemoryError and not the whole machine."""

LONGEST_REASON = 300
"""Characters of an error's sentence."""


@dataclass(frozen=True)
class Verdict:
    """What became of a text.

    `outcome` is "field", "refused" or "WRONG"; `reason` says why; `seconds` of processor time
    went into reading it and taking its derivatives, `framing` into framing it; `peak` is the
    process's memory in bytes.
    """

    outcome: str
    reason: str
    seconds: float
    framing: float
    peak: int


class Judge:
    """A process that judges texts; a context manager."""

    def __enter__(self) -> Judge:
        """Start the process."""
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), **threads},
            cwd=ROOT,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def __call__(self, text: str, *, alone: bool = False, framed: bool = False) -> Verdict:
        """Judge a text, `alone` in a process of its own; `framed` also frames its field."""
        question = json.dumps({"text": text, "alone": alone, "framed": framed})
        self._process.stdin.write(question.encode() + b"\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], HANGS)
        answer = self._process.stdout.readline() if ready else b""
        if answer:
            return Verdict(**json.loads(answer))
        said = f"the process ended with status {self._process.wait()}" if ready else "it hangs"
        self.__exit__()
        self.__enter__()
        return Verdict("WRONG", said, HANGS, 0.0, 0)


# What the other process does. Events of the interpreter by which a text would have run something.

WATCHED = ("exec", "compile", "import", "open", "os.", "subprocess.", "socket.", "ctypes.", "code.")


class Watch:
    """An audit hook that can be switched on and off; `seen` are the events that are no import."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        self._installed = tuple({sys.prefix, sys.base_prefix, str(ROOT)})
        sys.addaudithook(self._event)

    def _event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event.startswith(WATCHED) and not self._is_loading(event, arguments):
            self.seen.append(f"{event} {str(arguments)[:100]}")

    def _is_loading(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Whether sympy and its like load a module of theirs, which they do when first needed."""
        if event == "import":
            return str(arguments[0]).partition(".")[0] in {"sympy", "mpmath", "numpy", "mathcore"}
        if event == "exec":
            place = getattr(arguments[0], "co_filename", "")
            return (
                str(place).startswith(self._installed) or place == "<frozen importlib._bootstrap>"
            )
        if event in ("open", "os.listdir", "os.scandir"):
            return str(arguments[0]).startswith(self._installed)
        return False


def judged(text: str, watch: Watch, framed: bool) -> dict[str, Any]:
    """Read a text, take its derivatives, set it as a formula and, if asked, frame it."""
    watch.seen.clear()
    began = time.process_time()
    framing = 0.0
    watch.on = True
    try:
        outcome, reason, field = _read(text)
        seconds = time.process_time() - began
        if field is not None and framed and field.dimension <= 2:
            began = time.process_time()
            reason = _framed(field)
            framing = time.process_time() - began
    except BaseException as error:  # whatever it is, it is wrong
        seconds = time.process_time() - began
        outcome, reason = "WRONG", f"{type(error).__name__}: {str(error)[:300]}"
    watch.on = False
    if watch.seen:
        outcome, reason = "WRONG", f"it ran: {watch.seen[:3]}"
    peak = peak_memory()
    answer = {"outcome": outcome, "reason": reason, "seconds": seconds}
    return answer | {"framing": framing, "peak": peak}


def peak_memory() -> int:
    """Return the most memory in bytes that this process has had.

    Linux counts what the process held that started it, and that is all the tests so far, into
    `ru_maxrss`; what it says in /proc begins anew with the program.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _read(text: str) -> tuple[str, str, Any]:
    import numpy as np

    from mathcore import ExpressionError, FieldError, ScalarField, parse, symbol, variables_of
    from mathcore.typeset import typeset

    try:
        expression = parse(text)
        variables = variables_of(expression) or (symbol("x"),)
        field = ScalarField(expression, variables)
        n = len(variables)
        rows = [[0.0] * n, [1.0] * n, [-0.7 + 1.3 * i for i in range(n)], [1e6] * n, [-1e-9] * n]
        points = np.array(rows)
        results = field.value(points), field.gradient(points), field.hessian(points)
        for result, shape in zip(results, ((5,), (5, n), (5, n, n)), strict=True):
            assert result.shape == shape
            assert result.dtype == np.float64
        assert typeset(expression)
    except ExpressionError as error:
        _check_picture(error, text)
        return "refused", error.reason, None
    except FieldError as error:
        _check_sentence(str(error))
        return "refused", str(error), None
    return "field", "", field


def _framed(field: Any) -> str:
    import numpy as np

    from mathcore import frame

    try:
        shown = frame(field)
    except ValueError as error:
        _check_sentence(str(error))
        return str(error)
    ranges = [shown.x_range, shown.value_range] + ([shown.y_range] if shown.y_range else [])
    assert all(np.isfinite(ends).all() and ends[0] < ends[1] for ends in ranges), ranges
    assert np.isfinite(field.value(shown.start)), shown.start
    assert 0 < shown.rate < np.inf
    assert shown.steps >= 1
    return "framed"


def _check_picture(error: Any, text: str) -> None:
    """Check the sentence, the piece of the text and the caret below it."""
    _check_sentence(error.reason)
    assert 0 <= error.position <= len(text)
    lines = str(error).splitlines()
    assert len(lines) in (1, 3), lines
    assert max(map(len, lines[1:]), default=0) < 250, lines


def _check_sentence(reason: str) -> None:
    assert 0 < len(reason) <= LONGEST_REASON, f"{len(reason)} characters: {reason[:200]}"
    assert reason.isprintable(), f"not printable: {reason!r}"


def _alone(question: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """Judge in a fork of this process, whose memory and time are then its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (HANGS // 2, HANGS // 2))
        answer = judged(question["text"], watch, question["framed"])
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status, used = os.wait4(child, 0)
    peak = used.ru_maxrss * 1024
    if answer:
        return json.loads(answer)
    seconds = used.ru_utime + used.ru_stime
    reason = f"ended with status {status} after {seconds:.1f} s"
    return {"outcome": "WRONG", "reason": reason, "seconds": seconds, "framing": 0.0, "peak": peak}


def main() -> None:
    """Answer questions, one a line."""
    resource.setrlimit(resource.RLIMIT_AS, (BACKSTOP, BACKSTOP))
    warnings.simplefilter("error")
    watch = Watch()
    for text in ("x^2 + |y|", "sin(x) + max(x, y, 1)", "cbrt(x) + foo", "sqrt(log(x)) floor(y)"):
        judged(text, watch, True)  # what is loaded when first needed
    for line in sys.stdin:
        question = json.loads(line)
        if question["alone"]:
            answer = _alone(question, watch)
        else:
            answer = judged(question["text"], watch, question["framed"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
