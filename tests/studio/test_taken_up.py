"""A film that is taken up anywhere goes on with the frames of one that is drawn from its start.

What was drawn before is not drawn again: the stage walks through it without a picture. Nothing of
what comes later may depend on that.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from incremental import ROOT, launched

FILMS = sorted(path.stem for path in (ROOT / "scenes").glob("[a-z]*.py"))

TIMES = 3
"""How often other segments are taken away."""


def built(film: str) -> dict[str, bytes]:
    """Build a film in the current folder and return its segments: name -> bytes."""
    with launched("tiny_steepest.py", "build", film, PYTHONPATH=str(ROOT)) as process:
        _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    found = {path.name: path.read_bytes() for path in segments(Path(film).stem)}
    assert len(found) > 5
    return found


def segments(film: str) -> list[Path]:
    """The files of a film's segments."""
    return sorted(Path("renders/.cache/segments", film).rglob("*.mp4"))


def take_up(film: str, times: int) -> None:
    """Build a film, take away half of its segments, build it again: as often as told."""
    whole, chance = built(film), random.Random(film)
    name = Path(film).stem
    for _ in range(times):
        shutil.rmtree(Path("renders", name))
        gone = chance.sample(segments(name), len(whole) // 2)
        for path in gone:
            path.unlink()
        again = built(film)
        assert again.keys() == whole.keys()
        other = [name for name in whole if again[name] != whole[name]]
        print(f"{film}: {len(gone)} of {len(whole)} segments drawn again, {len(other)} differ")
        assert not other


def test_a_short_film_goes_on_as_if_all_before_had_been_drawn(
    short_source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("short.py").write_text(short_source, encoding="utf-8")
    take_up("short.py", 1)


@pytest.mark.audit
@pytest.mark.parametrize("film", FILMS)
def test_a_film_goes_on_as_if_all_before_had_been_drawn(
    film: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    take_up(film, TIMES)
