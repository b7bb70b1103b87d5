"""A version of a film: the film in one language, as a folder of its own below `renders/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.asked import Asked, Declared
from studio.picture import Picture

RENDERS = Path("renders")
"""Where the videos go, seen from the working directory."""

INDEX = RENDERS / "index.html"
"""The page of all films that are there."""

CACHE = RENDERS / ".cache"
"""What may be deleted at any time."""


@dataclass(frozen=True)
class Version:
    """A film's file, the picture, and what is asked of it; `settings` tell that to a worker."""

    file: Path
    picture: Picture
    asked: Asked
    settings: Mapping[str, str]

    @property
    def film(self) -> str:
        """The film's name."""
        return self.file.stem

    @property
    def language(self) -> str:
        """The language of what is shown and said."""
        return self.asked.language

    @property
    def name(self) -> str:
        """What messages call it: English needs no mention."""
        return self.film if self.language == "en" else f"{self.film} ({self.language})"

    @property
    def folder(self) -> Path:
        """Where its video and all that goes with it are."""
        film = RENDERS / self.film
        return film if self.language == "en" else film / self.language

    @property
    def video(self) -> Path:
        """Where its video is."""
        return self.folder / f"{self.film}.mp4"

    def files(self, declared: Declared) -> dict[str, Path]:
        """Return the files that the film's knobs may name: knob -> path."""
        return self.asked.files_of(declared, self.file.resolve().parent)

    @property
    def segments(self) -> Path:
        """Where its segments are kept, those of all its languages and settings."""
        return CACHE / "segments" / self.film / self.picture.folder


class Draft(Version):
    """A version that is looked at and not kept: it has a folder aside."""

    @property
    def folder(self) -> Path:
        """Where its video and all that goes with it are."""
        return CACHE / "drafts" / self.film / self.language
