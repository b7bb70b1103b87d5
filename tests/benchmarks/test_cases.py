"""The benchmark's cases are what they say they are."""

import inspect

import numpy as np
import pytest
from manim import ThreeDScene, tempconfig

from benchmarks.cases.manim_examples import example
from benchmarks.cases.names import MANIM_EXAMPLES
from benchmarks.recording import Segment, recorded
from benchmarks.worker import scene_of


@pytest.mark.parametrize("name", MANIM_EXAMPLES)
def test_every_example_is_found_in_the_installed_manim_or_set_up_here(name: str) -> None:
    scene = example(name)
    assert issubclass(scene, ThreeDScene)
    assert scene.__name__ == name
    assert "construct" in vars(inspect.getmro(scene)[1])


@pytest.mark.parametrize("case", ["orbit", "fixed", "board", "manim-ExampleArrow3D"])
def test_a_case_moves(case: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.recording.HEIGHT", 54)
    monkeypatch.setattr("benchmarks.recording.WIDTH", 96)
    settings = {"pixel_width": 96, "pixel_height": 54, "frame_rate": 10, "media_dir": str(tmp_path)}
    with tempconfig(settings | {"disable_caching": True, "progress_bar": "none"}):
        segments: list[Segment] = recorded(lambda: scene_of(case, "ours"), limit=4)
    frames = [pixels for segment in segments for pixels, _ in segment.unpacked()]
    assert len(frames) == 4
    assert frames[3][..., :3].max() > 60
    assert not np.array_equal(frames[0], frames[3])
