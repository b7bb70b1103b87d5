"""A process with the films' libraries imported, which forks: `python -m studio.forkserver ADDRESS`.

Importing them takes two seconds; a fork of a process that has them takes some hundredths. Which
libraries, and which module a new process goes on with, it is told: it knows nothing of films.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from identity.code import parsed
from studio.wire import Wire, fault


def main() -> None:
    """Import and parse what is told first, then fork for each order that comes over the wire."""
    address = sys.argv[1]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one at the other end
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that we fork
    wire = Wire.to(address, role="libraries")
    first = wire.hear() or {}
    for library in first.get("libraries", ()):
        importlib.import_module(library)
    for source in first.get("sources", ()):
        _parse(Path(source))
    gc.freeze()  # the collector would write to, and so copy, every page that is shared
    wire.tell(ready=True)
    while (order := wire.hear()) is not None:
        if os.fork() == 0:
            wire.close()
            _go_on(address, order)


def _parse(source: Path) -> None:
    """Have a source parsed for all that are forked: its text says whether it is the same."""
    # Whoever imports one that is broken will say so.
    with suppress(OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        parsed(source.read_text(encoding="utf-8-sig"))


def _go_on(address: str, order: dict[str, Any]) -> NoReturn:
    def connect(**who: Any) -> Wire:
        try:
            return Wire.to(address, **who)
        except OSError:  # nobody listens any more
            os._exit(0)

    wire = connect(role="stage", number=order["number"])
    try:
        module = importlib.import_module(order["module"])
        module.serve(wire, connect, fault)
    except BaseException as error:  # whatever a broken module does
        wire.tell(broken=fault(error))
    finally:
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    main()
