"""What killed renders leave behind is swept up, and nothing else is."""

import os
import time

import pytest
from manim import tempconfig

from scenes.stage import Film, beat
from scenes.stage.renderer import FilmRenderer, sweep

DAY = 24 * 3600


@pytest.mark.parametrize(
    ("name", "age", "kept"),
    [
        (".unfinished-123-abc.mp4", 2 * DAY, False),
        ("tmp4f.unfinished", 2 * DAY, False),
        (".unfinished-123-abc.mp4", 60, True),  # somebody is still writing to it
        ("abc.mp4", 200 * DAY, True),
        ("abc.sha256", 2 * DAY, False),  # Manim took its segment away
    ],
)
def test_old_unfinished_files_are_swept_up(tmp_path, name, age, kept):
    path = tmp_path / name
    path.write_bytes(b"half")
    then = time.time() - age
    os.utime(path, (then, then))
    sweep(tmp_path)
    assert path.exists() is kept


def test_the_seal_of_a_segment_stays_with_it(tmp_path):
    for name in ("abc.mp4", "abc.sha256"):
        (tmp_path / name).write_bytes(b"whole")
        os.utime(tmp_path / name, (0, 0))
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["abc.mp4", "abc.sha256"]


class Played(Film):
    """Two beats of two plays."""

    @beat
    def first(self) -> None:
        self.say("One.")

    @beat
    def second(self) -> None:
        self.say("Two.")


def test_what_is_skipped_is_not_drawn(tmp_path, monkeypatch):
    seen = []
    monkeypatch.chdir(tmp_path)
    draw = FilmRenderer.update_frame

    def noted(*args, **kwargs):
        seen.append(film.beat_name)
        draw(*args, **kwargs)

    monkeypatch.setattr(FilmRenderer, "update_frame", noted)
    pictures = []
    for drawn in (None, {"second"}, set()):
        seen.clear()
        with tempconfig({"pixel_width": 64, "pixel_height": 36, "frame_rate": 5, "dry_run": True}):
            film = Played()
            film.drawn = drawn
            film.render()
        pictures.append((seen.count("first"), seen.count("second")))
    each = pictures[0][0]
    assert each > 3
    assert pictures == [(each, each), (0, each), (0, 0)]


@pytest.mark.parametrize("name", ["drawn", "chosen", "theme"])
def test_what_every_film_needs_is_not_written_over(name, tmp_path, monkeypatch, capsys):
    class Careless(Played):
        @beat
        def third(self) -> None:
            setattr(self, name, [1, 2])

    monkeypatch.chdir(tmp_path)
    size = {"pixel_width": 64, "pixel_height": 36, "frame_rate": 5, "dry_run": True}
    with tempconfig(size), pytest.raises(SystemExit) as ended:
        Careless().render()
    assert ended.value.code == 2
    assert f"third writes over self.{name}, which every film needs" in capsys.readouterr().err
