"""A few pictures by which a change to what the stage draws is seen.

After a change that is meant, look at the pictures that a failure names, then accept them all with
`python -m pytest tests/stage/test_gold.py --update-gold` and commit what it wrote.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from stills import STILLS

GOLD = Path(__file__).with_name("gold")
CHANGED = Path(__file__).parents[2] / "renders" / ".gold"

MEAN_SHADES = 0.5
"""Shades out of 255 by which what is drawn may differ in the mean."""

MANY_SHADES, FEW_PIXELS = 24, 0.003
"""No more than this share of the pixels may differ by more than so many shades."""

MOST_BYTES = 300_000


def as_seen(picture: np.ndarray) -> np.ndarray:
    """Return colours multiplied by their alpha, which is how far they are seen, and the alpha."""
    seen = picture.astype(float)
    seen[..., :3] *= seen[..., 3:] / 255
    return seen


def differences(old: np.ndarray, new: np.ndarray) -> tuple[float, float]:
    """Return the mean difference in shades, and the share of pixels that differ by many.

    The mean is that of what is drawn: bare background, the colour of the corner, would thin it.
    """
    off = np.abs(as_seen(old) - as_seen(new)).max(axis=-1)
    drawn = (old != old[0, 0]).any(axis=-1) | (new != new[0, 0]).any(axis=-1)
    mean = off[drawn].mean() if drawn.any() else 0.0
    return float(mean), float((off > MANY_SHADES).mean())


def side_by_side(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the old picture, the new one, and eight times their difference, next to each other."""
    off = np.abs(as_seen(old) - as_seen(new)).max(axis=-1, keepdims=True)
    shown = np.minimum(8 * off, 255).astype(np.uint8).repeat(3, axis=-1)
    opaque = np.full_like(old[..., 3:], 255)
    return np.concatenate([old, new, np.concatenate([shown, opaque], axis=-1)], axis=1)


def check(name: str, new: np.ndarray, gold: Path, changed: Path) -> None:
    """Fail where a picture is not the accepted one, and lay both beside each other."""
    accept = "To accept what is drawn now: python -m pytest tests/stage/test_gold.py --update-gold"
    if not (gold / f"{name}.png").is_file():
        pytest.fail(f"{name}: there is no picture in {gold} to compare with.\n{accept}")
    old = np.array(Image.open(gold / f"{name}.png").convert("RGBA"))
    assert old.shape == new.shape, f"{name}: the size changed from {old.shape}.\n{accept}"
    mean, share = differences(old, new)
    if mean > MEAN_SHADES or share > FEW_PIXELS:
        changed.mkdir(parents=True, exist_ok=True)
        file = changed / f"{name}.png"
        Image.fromarray(side_by_side(old, new)).save(file)
        pytest.fail(
            f"{name} looks different: {mean:.2f} shades in the mean, {share:.2%} of the pixels by "
            f"more than {MANY_SHADES}.\nOld, new and difference: {file}\n{accept}"
        )


@pytest.mark.parametrize("name", STILLS)
def test_a_still_looks_as_it_did(name, request):
    new = STILLS[name]()
    assert np.array_equal(new, STILLS[name]()), f"{name}: drawn twice, it is not the same"
    if request.config.getoption("--update-gold"):
        GOLD.mkdir(exist_ok=True)
        opaque = bool((new[..., 3] == 255).all())
        picture = Image.fromarray(new)
        (picture.convert("RGB") if opaque else picture).save(GOLD / f"{name}.png", optimize=True)
    check(name, new, GOLD, CHANGED)


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
        check(name, new, tmp_path, tmp_path / "changed")
        assert not (tmp_path / "changed").exists()
        return
    with pytest.raises(pytest.fail.Exception, match=r"(?s)looks different.*--update-gold"):
        check(name, new, tmp_path, tmp_path / "changed")
    shown = np.array(Image.open(tmp_path / "changed" / f"{name}.png"))
    assert np.array_equal(shown[:, :320], old)
    assert np.array_equal(shown[:, 320:640], new)
    assert shown[:, 640:, 0].any()


def test_a_still_without_gold_is_told(tmp_path):
    with pytest.raises(pytest.fail.Exception, match=r"no picture.*\n.*--update-gold"):
        check("new_still", np.zeros((180, 320, 4), np.uint8), tmp_path, tmp_path)
