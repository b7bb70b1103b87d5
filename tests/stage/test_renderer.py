"""What killed renders leave behind is swept up, and nothing else is."""

import os
import time

import pytest

from scenes.stage.renderer import sweep

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
