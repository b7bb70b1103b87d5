"""The films that there are: a film is a file, and the file's stem is the film's name."""

from __future__ import annotations

from pathlib import Path

from studio.errors import StudioError, nearest

HOME = Path(__file__).resolve().parents[1]
"""The folder that holds mathcore, scenes and studio."""

FILMS = HOME / "scenes"
"""The folder of the films."""


def films(folder: Path = FILMS) -> dict[str, Path]:
    """Return the file of every film by the film's name, in the order of the names.

    >>> films()["descent"].name
    'descent.py'
    """
    return {
        path.stem: path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")
    }


def film_file(film: str, folder: Path = FILMS) -> Path:
    """Return the file of a film that is given by its name or by its file.

    Args:
        film: a name such as `descent`, or the path of a Python file.
        folder: where films with a name stand.

    Raises:
        StudioError: there is no such film or file; the message says which one is near.
    """
    known = films(folder)
    if film in known:
        return known[film]
    path = Path(film)
    if path.suffix != ".py" and len(path.parts) < 2:
        raise StudioError(f'No film named "{film}".{nearest(film, known)}')
    if path.suffix != ".py":
        raise StudioError(f"{film}: a film is a Python file, such as scenes/descent.py.")
    if path.is_file():
        return path
    if path.exists():
        raise StudioError(f"{film}: a film is a file; this is a folder.")
    beside = [str(other) for other in path.parent.glob("*.py")]
    hint = nearest(film, beside) if beside else nearest(path.stem, known)
    raise StudioError(f"{film}: there is no such file.{hint}")
