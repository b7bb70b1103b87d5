"""The command `steepest` with the workers of the tests and a small picture."""

import os
import sys
from pathlib import Path

from studio import live, part, picture, rehearse
from studio.__main__ import main

if __name__ == "__main__":
    part.WORKER = "drawer"
    rehearse.MODULE = "fake_standby"
    live.LIBRARIES = ("av", "numpy", "PIL.Image")
    live.CAN_FORK = "NO_FORK" not in os.environ
    picture.QUALITIES["h"] = picture.Picture(96, 64, 10)
    picture.QUALITIES["l"] = picture.Picture(48, 32, 5)
    sys.path.append(str(Path(__file__).parent))
    main()
