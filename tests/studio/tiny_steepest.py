"""The command `steepest` with real films and a small picture, for tests."""

from studio import picture
from studio.__main__ import main

if __name__ == "__main__":
    picture.QUALITIES["h"] = picture.QUALITIES["l"] = picture.Picture(192, 108, 5)
    main()
