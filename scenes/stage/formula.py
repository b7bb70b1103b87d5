"""Words and formulas, set with Typst in the theme's colours."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Self
from xml.etree import ElementTree

import numpy as np
import typst
from manim import RIGHT, Mobject, SVGMobject, Typst, VMobject, config
from manim.mobject.svg.svg_mobject import VMobjectFromSVGPath
from manim.utils.typst_file_writing import (
    TYPST_COMPILATION_FONT_SIZE,
    TYPST_TEMPLATE,
    _typst_hash,
)
from svgelements import Matrix, Path

from scenes.stage.errors import FilmError
from scenes.stage.theme import CAPTION_EM, FORMULA_EM, Theme

CHINESE_FONTS = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimSun",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)
"""Fonts with simplified Chinese, the best first; one of them is on every macOS and Windows."""

_FONT_SIZE_PER_UNIT = 96.0
"""Manim's font_size of a Typst text whose em is one Manim unit (48 gives half a unit)."""


def half_size(text: Mobject) -> np.ndarray:
    """Return half the width and half the height (2,) of what stands on the frame."""
    return np.array([text.width, text.height]) / 2


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that Typst finds, looked for once: that takes longer than to set a text."""
    return typst.Fonts()


@cache
def installed_fonts() -> frozenset[str]:
    """Return the font families that Typst finds on this machine."""
    return frozenset(_fonts().families())


def chinese_font() -> str:
    """Return the best Chinese font on this machine.

    Raises:
        FilmError: there is none.
    """
    for family in CHINESE_FONTS:
        if family in installed_fonts():
            return family
    raise FilmError(
        'language "zh": no Chinese font is installed, so the captions would be empty boxes. '
        "Install one, for example with: apt-get install fonts-wqy-microhei"
    )


class Formula(Typst):
    """A Typst text that any number of processes may set at once.

    Manim writes its SVG files in place and passes each through a second file of a fixed name, so
    that films rendered side by side read each other's halves. A text that is set again in the same
    way is a copy of the first one.
    """

    def __init__(self, source: str, *, typst_preamble: str, **kwargs: Any):
        pixels = config.pixel_width / config.frame_width  # Manim has them in the widths of lines
        model = _model(source, typst_preamble, pixels, tuple(sorted(kwargs.items())))
        vars(self).update(vars(_twin(model)), name=type(self).__name__)

    def baseline(self) -> float:
        """Return the height on the frame of the baseline on which the first glyph stands."""
        heights = self.submobjects[0].points[:, 1]
        return float(heights.min() + self._below * np.ptp(heights))


class _Model(Typst):
    """A text that is never shown: what others are copied from."""

    def generate_mobject(self) -> Self:
        """Make the shapes of the SVG, as Manim does, but read each glyph's outline only once."""
        root = ElementTree.parse(self.get_file_path()).getroot()
        glyphs = {symbol.get("id"): symbol[0].get("d") for symbol in root.iter(f"{_SVG}symbol")}
        self._below = 0.0
        for element, transform in _leaves(root, Matrix()):
            glyph = element.get(_HREF, "")[1:]
            style = tuple(element.get(name, usual) for name, usual in _STYLE.items())
            shape = _shape(glyphs[glyph] if glyph else element.get("d"), style)
            mobject = self.get_mob_from_shape_element(shape)
            if mobject is not None:
                if glyph and not self.submobjects:  # glyphs have their outline from the baseline on
                    heights = shape.drawn.points[:, 1]
                    self._below = -heights.min() / np.ptp(heights)
                self.add(self.handle_transform(mobject, transform))
        return self.flip(RIGHT)

    def path_to_mobject(self, path: Path) -> VMobject:
        """Return a mobject with a path's outline and style."""
        return _twin(path.drawn)

    @staticmethod
    def apply_style_to_mobject(mobject: VMobject, path: Path) -> VMobject:
        """Leave the style as it is: the path was drawn in it."""
        return mobject


@lru_cache(maxsize=400)
def _model(
    source: str, preamble: str, pixels: float, options: tuple[tuple[str, Any], ...]
) -> _Model:
    _set_whole(source, preamble)
    return _Model(source, typst_preamble=preamble, use_svg_cache=False, **dict(options))


def _twin(mobject: VMobject) -> VMobject:
    """Return a copy of a mobject that is in no scene; Manim's takes ten times as long."""
    twins: dict[int, VMobject] = {}

    def twin(one: VMobject) -> VMobject:
        other = twins[id(one)] = type(one).__new__(type(one))
        below = list(map(twin, one.submobjects))
        for name, value in vars(one).items():
            if isinstance(value, (np.ndarray, dict)):
                value = value.copy()
            elif isinstance(value, list):
                value = [twins.get(id(item), item) for item in value]
            vars(other)[name] = value
        other.submobjects = below
        return other

    return twin(mobject)


_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_STYLE = {"fill": "black", "stroke": "none", "stroke-width": "0"}


def _leaves(
    parent: ElementTree.Element, transform: Matrix
) -> Iterator[tuple[ElementTree.Element, Matrix]]:
    """Yield the glyphs and paths of an SVG of Typst in their order, and how each is placed.

    Raises NotImplementedError where there is anything else, such as a picture.
    """
    for element in parent:
        tag = element.tag.removeprefix(_SVG)
        here = Matrix(element.get("transform", "")) * transform
        if tag == "g":
            yield from _leaves(element, here)
        elif tag == "use":
            shift = Matrix.translate(float(element.get("x", 0)), float(element.get("y", 0)))
            yield element, shift * here
        elif tag == "path":
            yield element, here
        elif tag != "defs":
            raise NotImplementedError(f"<{tag}> in a text: only glyphs and lines are drawn")


@lru_cache(maxsize=4000)
def _shape(path: str, style: tuple[str, ...]) -> Path:
    """Return a path of an SVG in a style; `drawn` is the mobject of it."""
    shape = Path(path, **dict(zip(_STYLE, style, strict=True)))
    shape.apply = False  # it has no transform of its own
    shape.drawn = VMobject()
    shape.drawn.points = VMobjectFromSVGPath(shape).points
    SVGMobject.apply_style_to_mobject(shape.drawn, shape)
    return shape


def _set_whole(source: str, preamble: str) -> None:
    """Put the SVG of a Typst text where Manim looks for it, whole from the first moment."""
    text = TYPST_TEMPLATE.format(
        text_size=TYPST_COMPILATION_FONT_SIZE, preamble=preamble, body=source
    )
    folder = config.get_dir("tex_dir")
    path = folder / f"{_typst_hash(text)}.svg"
    if path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".unfinished", delete=False) as file:
        file.write(typst.compile(text.encode(), format="svg", font_paths=_fonts()))
    os.replace(file.name, path)


def quoted(text: str) -> str:
    r"""Return text as Typst markup that shows it as it is.

    >>> quoted('a "b" $c$')
    '#"a \\"b\\" $c$"'
    """
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'#"{plain}"'


class Typesetter:
    """Sets words and formulas in one language and one theme."""

    def __init__(self, theme: Theme, language: str):
        self.theme = theme
        self.language = language
        self.fonts = (
            ("Libertinus Serif", chinese_font()) if language == "zh" else ("Libertinus Serif",)
        )
        families = "".join(f'"{family}",' for family in self.fonts)
        self._preamble = (
            f'#set text(font: ({families}), lang: "{language}")\n'
            f'#show math.equation: set text(font: ("New Computer Modern Math", {families}))'
        )

    def words(self, source: str, *, em: float = CAPTION_EM, color: str | None = None) -> Formula:
        """Return a line of text; `source` is Typst markup, so `$...$` is a formula.

        Args:
            source: one sentence or label.
            em: type size in Manim units.
            color: hex colour, the theme's ink by default.
        """
        return Formula(
            source,
            font_size=em * _FONT_SIZE_PER_UNIT,
            typst_preamble=self._preamble,
            color=color or self.theme.ink,
            stroke_width=0 if "frac" not in source and "sqrt" not in source else None,
        )

    def formula(self, source: str, *, em: float = FORMULA_EM, color: str | None = None) -> Formula:
        """Return a displayed formula; `source` is Typst maths without its dollar signs."""
        return self.words(f"$ {source} $", em=em, color=color)
