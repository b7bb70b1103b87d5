"""The picture of a video: its size and frame rate, as Manim's qualities name them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """Width and height in pixels, frames a second."""

    width: int
    height: int
    frame_rate: float

    @property
    def folder(self) -> str:
        """The name of a folder for it, as Manim has it.

        >>> Picture(1920, 1080, 60).folder
        '1080p60'
        """
        return f"{self.height}p{self.frame_rate:g}"

    @property
    def name(self) -> str:
        """The letter after `-q`, or height and rate.

        >>> Picture(1920, 1080, 60).name, Picture(192, 108, 5).name
        ('h', '108p5')
        """
        letters = [letter for letter, picture in QUALITIES.items() if picture == self]
        return letters[0] if letters else self.folder


QUALITIES = {
    "l": Picture(854, 480, 15),
    "m": Picture(1280, 720, 30),
    "h": Picture(1920, 1080, 60),
    "p": Picture(2560, 1440, 60),
    "k": Picture(3840, 2160, 60),
}
"""Manim's qualities by their letters."""
