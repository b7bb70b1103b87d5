"""The command `steepest` with the worker of `drawer` and a small picture, for tests."""

import sys
from pathlib import Path

from studio import part, picture
from studio.__main__ import main

if __name__ == "__main__":
    part.WORKER = "drawer"
    picture.QUALITIES["h"] = picture.Picture(96, 64, 10)
    picture.QUALITIES["l"] = picture.Picture(48, 32, 5)
    sys.path.append(str(Path(__file__).parent))
    main()
