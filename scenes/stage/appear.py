"""Appear, Vanish, Jump, exchange and dim: mobjects that come and go by their opacity.

Manim's FadeIn and FadeOut copy every glyph, twice, and stop updaters meanwhile: 0.2 s for a
caption, and a label that stays behind while the camera turns. These copy nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from manim import (
    Animation,
    Group,
    Mobject,
    VMobject,
    smooth,
    squish_rate_func,
    there_and_back,
)

from scenes.stage.space import Mesh
from scenes.stage.theme import QUICK, STEADY

SWELLING = 2.0
"""How many times as wide as they are strokes become that swell."""

DIMMED = 0.5
"""Opacity of what has been looked at and stays for comparison."""

_RGBAS = ("fill_rgbas", "stroke_rgbas", "background_stroke_rgbas")


class Appear(Animation):
    """Bring mobjects on, from nothing to the opacity that they have."""

    leaving = False
    unseen: frozenset[int] = frozenset()

    def __init__(self, *mobjects: Mobject, run_time: float = QUICK, **kwargs: Any):
        together = mobjects[0] if len(mobjects) == 1 else Group(*mobjects)
        super().__init__(
            together,
            run_time=run_time,
            suspend_mobject_updating=False,
            introducer=not self.leaving,
            remover=self.leaving,
            **kwargs,
        )

    def create_starting_mobject(self) -> Mobject:
        """Return the mobject itself; nothing is copied."""
        self._whole = [(member, _opacities(member)) for member in self.mobject.get_family()]
        return self.mobject

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the mobjects with this much of their opacity."""
        eased = self.rate_func(alpha)
        share = 1 - eased if self.leaving else eased
        for member, whole in self._whole:
            _set_opacities(member, whole, 0.0 if id(member) in self.unseen else share)

    def clean_up_from_scene(self, scene: Any) -> None:
        """Take off what has vanished, whole again for its next entrance."""
        super().clean_up_from_scene(scene)
        for member, whole in self._whole:
            _set_opacities(member, whole, 1.0)


class Vanish(Appear):
    """Take mobjects off, from the opacity that they have to nothing."""

    leaving = True

    def look_for(self, there: set[int]) -> None:
        """Keep unseen what is not among the numbers of the mobjects that are on the picture.

        Manim brings on all of what it animates, so that it would flash up before it vanishes again.
        """
        self.unseen = frozenset(id(member) for member in self.mobject.get_family()) - there


class Jump(Appear):
    """Fade a mobject, part of a group or not, while something changes by which it jumps."""

    def __init__(self, mobject: Mobject, change: Callable[[], Any], **kwargs: Any):
        super().__init__(mobject, **kwargs)
        self.introducer = False
        self.change, self._changed = change, False

    def interpolate_mobject(self, alpha: float) -> None:
        """Show less of the mobject up to the middle, and more of it from there."""
        if alpha >= 0.5 and not self._changed:
            self._changed = True
            self.change()
        share = self.rate_func(abs(2 * alpha - 1))
        for member, whole in self._whole:
            _set_opacities(member, whole, share)


class Swell(Animation):
    """Draw strokes, arrows and dots wider for a moment: they are what is spoken of."""

    def __init__(self, *mobjects: Mobject, run_time: float = STEADY, **kwargs: Any):
        together = mobjects[0] if len(mobjects) == 1 else Group(*mobjects)
        super().__init__(together, run_time=run_time, suspend_mobject_updating=False, **kwargs)
        self.introducer = False

    def create_starting_mobject(self) -> Mobject:
        """Return the mobject itself; nothing is copied."""
        self._widths = [
            (member, float(member.stroke_width))
            for member in self.mobject.get_family()
            if isinstance(member, VMobject)
        ]
        return self.mobject

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the mobjects this far through the swelling, which ends as it began."""
        for member, width in self._widths:
            member.stroke_width = width * (1 + (SWELLING - 1) * there_and_back(alpha))


def exchange(gone: Sequence[Mobject], *come: Mobject) -> list[Animation]:
    """Return the animations that take mobjects off and then bring on others where they were."""
    halves = [squish_rate_func(smooth, *half) for half in ((0.0, 0.5), (0.5, 1.0))]
    return [Vanish(*gone, rate_func=halves[0]), Appear(*come, rate_func=halves[1])]


def dim(*strokes: VMobject) -> list[Animation]:
    """Return the animations that let strokes step back: they have been looked at."""
    return [stroke.animate.set_stroke(opacity=DIMMED) for stroke in strokes]


def undim(*strokes: VMobject) -> list[Animation]:
    """Return the animations that bring dimmed strokes back to the front."""
    return [stroke.animate.set_stroke(opacity=1) for stroke in strokes]


def _opacities(member: Mobject) -> dict[str, Any]:
    if isinstance(member, Mesh):
        return {"opacity": member.opacity}
    if isinstance(member, VMobject):
        return {name: _undimmed(member, getattr(member, name)[:, 3]) for name in _RGBAS}
    return {}


def _undimmed(member: Mobject, opacity: np.ndarray) -> np.ndarray:
    """Return the opacity of a part without what a director has left of it."""
    return np.ones(len(opacity)) if getattr(member, "spared", 1.0) < 1 else opacity.copy()


def _set_opacities(member: Mobject, whole: dict[str, Any], share: float) -> None:
    if hasattr(member, "spared"):  # a director fades it too, by its own share, whatever comes first
        member.come = share
        share *= member.spared
    for name, opacity in whole.items():
        if name == "opacity":
            member.opacity = share * opacity
        else:
            rgbas = getattr(member, name)
            if len(rgbas) != len(opacity):
                rgbas = np.repeat(rgbas[:1], len(opacity), axis=0)
            rgbas[:, 3] = share * opacity
            setattr(member, name, rgbas)
