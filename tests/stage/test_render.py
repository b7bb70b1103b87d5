"""The worker that draws a film, or some of its beats, into segments."""

import json
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

BEATS = ["the_hill", "the_walker", "the_steps"]


class Worker:
    """Runs the worker on the short film in a folder of its own."""

    def __init__(self, film: Path, folder: Path, environment_of):
        self.film, self.folder, self.environment_of = film, folder, environment_of
        self.count = 0

    def run(self, beats=None, film=None, **environment):
        """Run a job; return the finished process, and the folder of its output."""
        self.count += 1
        output = self.folder / f"output-{self.count}"
        job = {
            "film": str(film or self.film),
            "width": 192,
            "height": 108,
            "frame_rate": 5,
            "segments": str(self.folder / "segments"),
            "output": str(output),
            "beats": beats,
        }
        file = self.folder / f"job-{self.count}.json"
        file.write_text(json.dumps(job), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-P", "-m", "scenes.stage.render", str(file)],
            cwd=self.folder,
            env=self.environment_of(**environment),
            capture_output=True,
            text=True,
        )
        return done, output

    def part(self, *beats, **environment):
        """Run a job that has to succeed; return its part, and where its stills are."""
        done, output = self.run(list(beats) or None, **environment)
        assert done.returncode == 0, done.stderr
        return json.loads((output / "part.json").read_text(encoding="utf-8")), output, done.stdout

    def frames(self, part):
        """Return the frames (n, 108, 192, 3) of a part's segments."""
        frames = []
        for beat in part["beats"]:
            for name in beat["segments"]:
                with av.open(str(self.folder / "segments" / name)) as video:
                    frames += [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]
        return np.stack(frames)


@pytest.fixture
def worker(short_film, tmp_path, environment_of):
    return Worker(short_film, tmp_path, environment_of)


def test_a_film_is_drawn_beat_by_beat(worker):
    part, output, said = worker.part()
    assert [beat["name"] for beat in part["beats"]] == BEATS
    assert [beat["drawn"] for beat in part["beats"]] == [3, 3, 3]
    assert [beat["reused"] for beat in part["beats"]] == [0, 0, 0]
    frames = worker.frames(part)
    assert len(frames) == sum(beat["frames"] for beat in part["beats"])
    ends = np.cumsum([beat["frames"] for beat in part["beats"]])
    for beat, end in zip(part["beats"], ends, strict=True):
        still = np.asarray(Image.open(output / beat["still"]).convert("RGB"), dtype=float)
        assert np.abs(still - frames[end - 1]).mean() < 3
        assert beat["duration"] == beat["frames"] / 5
        assert beat["caption"]["en"].endswith(".")
    lines = said.splitlines()
    assert lines[0] == "beats 3"
    assert [line for line in lines if line.startswith("beat ")] == [
        f"beat {number} {name}" for number, name in enumerate(BEATS, 1)
    ]
    drawn = sum(int(line.split()[1]) for line in lines if line.startswith("frames "))
    assert drawn == len(frames)
    assert part["formula"] == {"text": "f(x, y) = x^2 + y^2", "latex": "f(x, y) = x^{2} + y^{2}"}


def test_parts_make_the_film(worker):
    parts = [worker.part(name)[0] for name in reversed(BEATS)][::-1]
    assert [beat["name"] for part in parts for beat in part["beats"]] == BEATS
    whole, _, _ = worker.part()
    assert [beat["reused"] for beat in whole["beats"]] == [3, 3, 3]
    assert [beat["segments"] for part in parts for beat in part["beats"]] == [
        beat["segments"] for beat in whole["beats"]
    ]


def test_a_segment_that_is_not_whole_is_drawn_again(worker):
    part, _, _ = worker.part()
    frames = worker.frames(part)
    names = part["beats"][1]["segments"]
    for name, spoil in zip(names, (lambda data: data[:-7], lambda data: b"", None), strict=True):
        segment = worker.folder / "segments" / name
        if spoil is None:
            segment.with_suffix(".sha256").unlink()
        else:
            segment.write_bytes(spoil(segment.read_bytes()))
    again, _, _ = worker.part()
    assert [beat["drawn"] for beat in again["beats"]] == [0, 3, 0]
    assert np.array_equal(worker.frames(again), frames)


def test_what_the_pictures_depend_on_is_told(worker, root):
    inputs = worker.part("the_hill", STEEPEST_LANG="zh")[0]["inputs"]
    code = set(inputs["code"])
    assert {str(worker.film), "mathcore/field.py", "scenes/stage/hill.py"} <= code
    assert not code & {"scenes/descent.py", "scenes/stage/crowd.py", "scenes/stage/__init__.py"}
    assert inputs["language"] == "zh"
    assert inputs["texts"]["A hill."] == "A hill."
    assert inputs["knobs"]["steps"] == 3


def test_a_refusal_is_one_sentence_and_status_2(worker, tmp_path):
    done, output = worker.run(STEEPEST_SET="rate=-1")
    assert done.returncode == 2
    assert done.stderr.startswith("steepest: --set rate: ")
    assert len(done.stderr.splitlines()) == 1
    assert not (output / "part.json").exists()
    done, _ = worker.run(["the_sea"])
    assert done.returncode == 2
    assert "there is no beat the_sea" in done.stderr
    empty = tmp_path / "empty.py"
    empty.write_text("")
    assert worker.run(film=empty)[0].returncode == 2
