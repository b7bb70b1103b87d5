"""A folder to work in, and a film that tells what was set on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TELLER = '''
import json
from pathlib import Path

from scenes.stage import Film, beat, knob


class Teller(Film):
    """Tells what was set on it."""

    f = knob("x", "a text")
    rate = knob(0.5, "a number", above=0)
    steps = knob(3, "a whole number", between=(1, 9))
    start = knob((1.0, 2.0), "two numbers")
    loud = knob(False, "a yes or no")

    @beat
    def it_tells(self):
        told = {name: getattr(self, name) for name in self.knobs()}
        told |= {"language": self.language, "theme": self.theme.name}
        Path("told.json").write_text(json.dumps(told))
        self.say("Told.")
'''

BROKEN = TELLER.replace('self.say("Told.")', 'raise RuntimeError("out of chalk")')

SMALL = ("--", "-r", "192,108", "--fps", "5")


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start the command in the current folder, without what this shell sets for films."""
    kept = {name: value for name, value in os.environ.items() if "STEEPEST_" not in name}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "studio", *arguments],
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # Whoever runs the tests in the background has them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run the command; return its exit status, what it printed, and what it printed as an error."""
    with start(*arguments, **environment) as process:
        out, err = process.communicate(timeout=300)
    return process.returncode, out, err
