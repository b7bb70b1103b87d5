"""A few pictures by which a change to what the stage draws is seen.

After a change that is meant, look at the pictures that a failure names, then accept them all with
`python -m pytest tests/stage/test_gold.py --update-gold` and commit what it wrote.
"""

from pathlib import Path

import numpy as np
import pytest
from likeness import accept, check
from PIL import Image
from stills import STILLS

GOLD = Path(__file__).with_name("gold")
CHANGED = Path(__file__).parents[2] / "renders" / ".gold"

TESTS = "tests/stage/test_gold.py"
MOST_BYTES = 300_000


@pytest.mark.parametrize("name", STILLS)
def test_a_still_looks_as_it_did(name, request):
    new = STILLS[name]()
    assert np.array_equal(new, STILLS[name]()), f"{name}: drawn twice, it is not the same"
    if request.config.getoption("--update-gold"):
        accept(name, new, GOLD)
    check(name, new, GOLD, CHANGED, TESTS)


def test_the_gold_is_that_of_the_stills_and_small():
    files = sorted(GOLD.glob("*"))
    assert [file.name for file in files] == sorted(f"{name}.png" for name in STILLS)
    assert sum(file.stat().st_size for file in files) < MOST_BYTES


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda picture: picture[60:70, 100:130, :3].__iadd__(40), True),  # a piece of it
        (lambda picture: picture[..., :3].__iadd__(1), True),  # a shade everywhere
        (lambda picture: np.copyto(picture, np.roll(picture, 1, axis=1)), True),  # a pixel aside
        (lambda picture: picture[60:62, 100:120, :3].__iadd__(40), False),
        (lambda picture: picture[::4, ::4, :3].__iadd__(4), False),
    ],
)
def test_a_change_is_told_with_the_pictures_and_the_remedy(tmp_path, change, told):
    name = "hill_and_map"
    new = np.array(Image.open(GOLD / f"{name}.png").convert("RGBA"))
    new[..., :3] = np.clip(new[..., :3], 0, 200)
    old = new.copy()
    Image.fromarray(old).save(tmp_path / f"{name}.png")
    change(new)
    if not told:
        check(name, new, tmp_path, tmp_path / "changed", TESTS)
        assert not (tmp_path / "changed").exists()
        return
    with pytest.raises(pytest.fail.Exception, match=r"(?s)looks different.*--update-gold"):
        check(name, new, tmp_path, tmp_path / "changed", TESTS)
    shown = np.array(Image.open(tmp_path / "changed" / f"{name}.png"))
    assert np.array_equal(shown[:, :320], old)
    assert np.array_equal(shown[:, 320:640], new)
    assert shown[:, 640:, 0].any()


def test_a_still_without_gold_is_told(tmp_path):
    with pytest.raises(pytest.fail.Exception, match=r"no picture.*\n.*--update-gold"):
        check("new_still", np.zeros((180, 320, 4), np.uint8), tmp_path, tmp_path, TESTS)
