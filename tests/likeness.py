"""Pictures held against accepted ones: how far they may differ, and what is said when they do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

MEAN_SHADES = 0.5
"""Shades out of 255 by which what is drawn may differ in the mean."""

MANY_SHADES, FEW_PIXELS = 24, 0.003
"""No more than this share of the pixels may differ by more than so many shades."""


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


def check(name: str, new: np.ndarray, gold: Path, changed: Path, tests: str) -> None:
    """Fail where a picture is not the accepted one, and lay both beside each other.

    Args:
        name: of the picture.
        new: what is drawn now (h, w, 4).
        gold: the folder of the accepted pictures.
        changed: the folder where both are laid beside each other.
        tests: the file of tests that accepts what is drawn now.
    """
    accept = f"To accept what is drawn now: python -m pytest {tests} --update-gold"
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


def accept(name: str, new: np.ndarray, gold: Path) -> None:
    """Keep a picture as the accepted one."""
    gold.mkdir(exist_ok=True)
    opaque = bool((new[..., 3] == 255).all())
    picture = Image.fromarray(new)
    (picture.convert("RGB") if opaque else picture).save(gold / f"{name}.png", optimize=True)
