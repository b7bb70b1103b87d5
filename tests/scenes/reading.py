"""Reading a stage as a viewer with a ruler would: from outlines and labels back to numbers.

Nothing here asks the film what it meant to show. Where space, domain and heights meet is fitted
from the axes as they are drawn and from the numbers printed at their ticks; numbers are read from
the text on screen, and that text is compared with the outlines that are drawn.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
from manim import Line, Mobject, Typst, VMobject

from scenes.stage.readout import Readout, glyphs
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot
from scenes.stage.theme import BOARD

sys.path.insert(0, str(Path(__file__).parents[1] / "mathcore"))
from test_typeset import value_of

COLOURED = re.compile(r'#text\(fill: rgb\("(#\w{6})"\)\)\[\$(.*?)\$\]')


# What is there


def family(mobjects: Iterable[Mobject]) -> Iterator[Mobject]:
    """Yield every mobject and all that it holds, each once."""
    seen: set[int] = set()
    waiting = list(mobjects)[::-1]
    while waiting:
        member = waiting.pop()
        if id(member) not in seen:
            seen.add(id(member))
            yield member
            waiting += member.submobjects[::-1]


def is_visible(mobject: Mobject) -> bool:
    """Whether a mobject by itself leaves a mark on the picture."""
    if isinstance(mobject, Mesh):
        return mobject.opacity > 0.01
    if not isinstance(mobject, VMobject) or len(mobject.points) == 0:
        return False
    if isinstance(mobject, SpaceArrow) and np.linalg.norm(mobject.get_vector()) == 0:
        return False
    stroke = mobject.get_stroke_width() > 0 and mobject.get_stroke_opacity() > 0.01
    return bool(stroke or mobject.get_fill_opacity() > 0.01)


def on_stage(film: Any) -> list[Mobject]:
    """Return all mobjects that leave a mark on the picture now."""
    return [mobject for mobject in family(film.mobjects) if is_visible(mobject)]


def in_space(mobject: Mobject) -> bool:
    """Whether a mobject stands in the space behind the camera."""
    return bool(getattr(mobject, "in_space", False))


def texts(film: Any) -> list[Typst]:
    """Return the words and formulas on stage that can be seen."""
    return [text for text in all_texts(film) if is_text_visible(text)]


def all_texts(film: Any) -> list[Typst]:
    """Return the words and formulas on stage, those included that give way to others now."""
    return [mobject for mobject in family(film.mobjects) if isinstance(mobject, Typst)]


def is_text_visible(text: Typst) -> bool:
    """Whether a text leaves a mark on the picture."""
    return any(map(is_visible, text.family_members_with_points()))


def on_board(text: Mobject) -> bool:
    """Whether a text belongs to the board, not to the stage on its left."""
    return bool(text.get_center()[0] > BOARD.left)


def colour_of(mobject: VMobject) -> str:
    """Return the colour that a mobject is seen in, as #RRGGBB."""
    if mobject.get_fill_opacity() > 0 and mobject.get_stroke_width() == 0:
        return str(mobject.get_fill_color().to_hex()).upper()
    return str(mobject.get_stroke_color().to_hex()).upper()


def colours_of(text: Mobject) -> set[str]:
    """Return the fill colours of the glyphs of a text that can be seen."""
    return worn_by(text, 0.01)


def worn_by(text: Mobject, opacity: float = -1) -> set[str]:
    """Return the fill colours of the glyphs of a text that are more than so opaque."""
    return {
        str(glyph.get_fill_color().to_hex()).upper()
        for glyph in text.family_members_with_points()
        if glyph.get_fill_opacity() > opacity
    }


# Text and numbers


def source_of(text: Typst) -> str:
    """Return the maths of a formula without dollar signs, colours and size; words as they are."""
    source = COLOURED.sub(r"\2", text.typst_code).strip()
    if source.count("$") != 2 or source[0] != source[-1]:
        return source
    source = source[1:-1].strip()
    source = source.replace("= & ", "= ").replace(" \\ & ", " ")  # broken in two lines
    return source[len("inline(") : -1] if source.startswith("inline(") else source


def number_in(text: Typst) -> float | None:
    """Return the number that a label shows, None where it shows something else.

    Degrees are left as they are: `90 degree` is 90.
    """
    return number_of(source_of(text))


def number_of(source: str) -> float | None:
    """Return the number that maths shows, as `number_in` does."""
    source = source.removesuffix("degree").strip()
    if not re.fullmatch(r"[-0-9.e+ ^()]*(times|dot)?[-0-9 ^()]*", source):
        return None
    try:
        return float(value_of(source.replace("times", "dot"), {}))
    except (AssertionError, KeyError, IndexError):
        return None


@dataclass(frozen=True)
class Shown:
    """A number as it is printed, and half a unit of its last digit."""

    value: float
    half: float

    def agrees(self, truth: float) -> bool:
        """Whether a number rounds to what is shown, up or down at a tie."""
        return bool(abs(self.value - truth) <= self.half * (1 + 1e-9) + 1e-12 * abs(truth))


_NUMBER = re.compile(r"([-+]?)(\d+)(?:\.(\d+))?(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def numbers_in(text: str) -> list[Shown]:
    """Return the numbers in a read-out's text.

    >>> numbers_in("(1.60, −2.4×10⁶)")
    [Shown(value=1.6, half=0.005), Shown(value=-2400000.0, half=50000.0)]
    """
    found = []
    for sign, whole, decimals, power in _NUMBER.findall(text.replace("−", "-")):
        scale = 10.0 ** int(power.translate(_RAISED)) if power else 1.0
        value = float(f"{sign}{whole}.{decimals or 0}")
        found.append(Shown(value * scale, 0.5 * 10.0 ** -len(decimals) * scale))
    return found


def wrong_sign(text: str, found: float, result: Shown) -> str:
    """Return what is wrong with the sign before a result, or nothing.

    It stands behind = where the numbers as they are shown give it (`found`), and else behind ≈.
    """
    off, slack = abs(found - result.value), 1e-9 * result.half + 1e-12 * abs(found)
    if ("=" in text) == ("≈" in text):
        return f"{text!r}: there is no one sign before the result"
    if "=" in text and off > result.half + slack:
        return f"{text!r}: the numbers shown give {found}"
    if "≈" in text and off < result.half - slack:
        return f"{text!r}: the numbers shown do give it"
    return ""


def drawn_text(readout: Readout) -> str:
    """Return what the outlines of a read-out say, without spaces; ? for an unknown outline."""
    slots = sorted(
        (slot for slot in readout.submobjects if len(slot.points)),
        key=lambda slot: slot.points[:, 0].min(),
    )
    return "".join(_character(slot.points, readout.em) for slot in slots)


def _character(outline: np.ndarray, em: float) -> str:
    shape = (outline - outline[0]) / em
    for character, glyph in glyphs().items():
        points = glyph.points - glyph.points[0]
        if points.shape == shape.shape and np.abs(points - shape).max() < 1e-9:
            return character
    return "?"


# Space


class Ruler:
    """The map from space to the domain and to heights, fitted from the axes that are drawn.

    It is told the names of the variables in the order of f; the axes stand in any order. Where
    they are not on stage yet they are read as they will stand. Where the axis of heights is gone,
    because the map is seen from above, it may remember it (`before`).
    """

    def __init__(self, film: Any, variables: list[str], before: Ruler | None = None):
        quiet = film.theme.quiet.upper()
        self.axes = list(family([film.scenery.axes]))
        drawn = list(family(film.mobjects))
        if hasattr(film, "closeup") and film.closeup.map_axes[0] in drawn:
            self.axes = list(family([film.closeup.map_axes]))
        if not {id(part) for part in drawn} & {id(part) for part in self.axes}:
            drawn = self.axes
        lines = [m for m in drawn if in_space(m) and is_straight(m) and is_visible(m)]
        lines = [line for line in lines if colour_of(line) == quiet]
        self.labels = [m for m in drawn if isinstance(m, Typst) and worn_by(m) == {quiet}]
        words = [label for label in self.labels if number_in(label) is None]
        attached = [label for label, *_ in film.director.labels]
        self.names_there = [m for m in words if m in self.axes]
        if not self.names_there:  # the axes have got other names
            self.names_there = [m for m in words if m in attached]
        self.parts: list[Mobject] = []
        self.span: dict[str, tuple[float, float]] = {}
        self.names: list[str] = []
        self.bounds: dict[str, tuple[float, float]] = {}
        fits: dict[str, tuple[np.ndarray, float, float]] = {}
        taken: set[int] = set()
        for axis in lines:
            ticks = [line for line in lines if _is_tick_of(line, axis)]
            if len(ticks) < 2:
                continue
            name = self._name(film, axis)
            fits[name] = self._fit(film, axis, ticks, taken)
            self.parts += [axis, *ticks]
            self.names.append(name)
            ends = [fits[name][1] + axis.points[i] @ fits[name][0] for i in (0, -1)]
            self.span[name] = (min(ends), max(ends))
        if len(fits) == 2 and before is not None:
            fits[before.height] = before._fits[before.height]
            self.span[before.height] = before.span[before.height]
            self.names.append(before.height)
        if len(fits) != 3:
            raise AssertionError(f"axes that can be read: {sorted(fits)}; there should be three")
        self.height = self.names[-1] if "f" not in fits else "f"
        self.variables = variables
        across = [name for name in self.names if name != self.height]
        if sorted(across) != sorted(variables):
            raise AssertionError(f"axes named {across}; they should be {variables}")
        self._fits = fits
        self.residual = max(fit[2] for fit in fits.values())

    def domain(self, places: np.ndarray) -> np.ndarray:
        """Return the points of the domain (..., 2) below or above places in space (..., 3)."""
        return np.stack([self._read(name, places) for name in self.variables], axis=-1)

    def heights(self, places: np.ndarray) -> np.ndarray:
        """Return the values (...) at the height of places in space (..., 3)."""
        return self._read(self.height, places)

    @property
    def relief(self) -> float:
        """The range of values that the axis of heights spans."""
        low, high = self.span[self.height]
        return high - low

    @property
    def extent(self) -> float:
        """The longer side of the domain that the axes span."""
        return max(self.span[name][1] - self.span[name][0] for name in self.variables)

    @property
    def units(self) -> np.ndarray:
        """Manim units for one unit along the map and for one unit of height, (2,)."""
        names = self.variables[0], self.height
        return np.array([1 / np.linalg.norm(self._fits[name][0]) for name in names])

    def _read(self, name: str, places: np.ndarray) -> np.ndarray:
        slope, offset, _ = self._fits[name]
        return offset + np.asarray(places) @ slope

    def _name(self, film: Any, axis: VMobject) -> str:
        middle = film.camera.project_points(axis.points[[0, -1]]).mean(axis=0)[:2]
        nearest = min(self.names_there, key=lambda t: np.linalg.norm(t.get_center()[:2] - middle))
        name, bounds = _name_and_bounds(source_of(nearest))
        self.bounds[name] = bounds
        return name

    def _fit(
        self, film: Any, axis: VMobject, ticks: Sequence[VMobject], taken: set[int]
    ) -> tuple[np.ndarray, float, float]:
        """Return slope (3,), offset and the worst residual, in shares of the axis."""
        along = axis.points[-1] - axis.points[0]
        feet = [(tick.points[0] - axis.points[0]) @ along / (along @ along) for tick in ticks]
        tips = film.camera.project_points(np.array([tick.points[-1] for tick in ticks]))[:, :2]
        free = [t for t in self.labels if number_in(t) is not None and id(t) not in taken]
        chosen = _labels_of(tips, feet, free)
        taken.update(id(label) for label in chosen)
        values = [number_in(label) for label in chosen]
        rate, start = np.polyfit(feet, values, 1)
        residual = np.abs(np.polyval((rate, start), feet) - values).max() / abs(rate)
        slope = rate * along / (along @ along)
        return slope, float(start - axis.points[0] @ slope), float(residual)


def _labels_of(tips: np.ndarray, feet: list[float], free: list[Typst]) -> list[Typst]:
    """Return the label of each tick: the nearest ones that make a straight scale, if any do.

    Where two axes meet, the nearest label by itself may be another axis's.
    """
    away = np.linalg.norm([t.get_center()[:2] - tips for t in free], axis=-1)  # (labels, ticks)
    near = np.argsort(away, axis=0)[:3].T.tolist()
    best, least = None, np.inf
    for choice in product(*near):
        total = sum(away[label, tick] for tick, label in enumerate(choice))
        if total >= least or len(set(choice)) < len(choice):
            continue
        values = [number_in(free[label]) for label in choice]
        line = np.polyfit(feet, values, 1)
        if np.abs(np.polyval(line, feet) - values).max() < 1e-6 * abs(line[0]):
            best, least = choice, total
    if best is None:
        best = tuple(labels[0] for labels in near)
    return [free[label] for label in best]


def _name_and_bounds(source: str) -> tuple[str, tuple[float, float]]:
    """Return the name of an axis, and the bounds that it is said to keep between.

    >>> _name_and_bounds("f"), _name_and_bounds("-7 <= f <= 9.5"), _name_and_bounds("f >= -4")
    (('f', (-inf, inf)), ('f', (-7.0, 9.5)), ('f', (-4.0, inf)))
    """
    low, high = -np.inf, np.inf
    if " >= " in source:
        source, least = source.split(" >= ")
        low = number_of(least)
    elif " <= " in source:
        *least, source, most = source.split(" <= ")
        low, high = number_of(least[0]) if least else low, number_of(most)
    return source, (low, high)


def is_straight(mobject: Mobject) -> bool:
    """Whether a mobject is one straight stroke."""
    if not isinstance(mobject, VMobject) or isinstance(mobject, (SpaceArrow, SpaceDot)):
        return False
    return len(mobject.points) == 4 and mobject.get_stroke_width() > 0


def _is_tick_of(line: VMobject, axis: VMobject) -> bool:
    start, along = axis.points[0], axis.points[-1] - axis.points[0]
    length, way = np.linalg.norm(along), line.points[-1] - line.points[0]
    if line is axis or np.linalg.norm(way) > 0.2 * length:
        return False
    if np.linalg.norm(np.cross(way, along)) < 1e-6 * np.linalg.norm(way) * length:
        return False
    share = (line.points[0] - start) @ along / length**2
    off = np.linalg.norm(line.points[0] - start - share * along)
    return bool(-1e-6 <= share <= 1 + 1e-6 and off < 1e-6 * length)


# Plots on the board


class PlotRuler:
    """The map from the board to a plot's numbers, fitted from its axes, ticks and labels.

    The horizontal axis of angles is read in degrees, as it is labelled. Heights without numbers
    are read with those of the plot `beside`.
    """

    def __init__(self, plot: Mobject, beside: PlotRuler | None = None):
        strokes = [m for m in plot.submobjects if isinstance(m, Line) and len(m.points) == 4]
        labels = [m for m in plot.submobjects if isinstance(m, Typst)]
        numbers = [(label, value) for label in labels if (value := number_in(label)) is not None]
        self.names = [source_of(label) for label in labels if number_in(label) is None]
        self.residual = 0.0
        self._x = self._fit(strokes, numbers, 0)
        self._y = beside._y if beside else self._fit(strokes, numbers, 1)

    def read(self, places: np.ndarray) -> np.ndarray:
        """Return pairs of numbers (..., 2) at places on the board (..., 3)."""
        places = np.asarray(places)
        return np.stack(
            [np.polyval(self._x, places[..., 0]), np.polyval(self._y, places[..., 1])], axis=-1
        )

    def _fit(self, strokes: list[Line], numbers: list[tuple[Typst, float]], axis: int) -> Any:
        """Fit one axis: its ticks are the short strokes across it, labels stand level with them."""
        across = 1 - axis
        ticks = [
            stroke.points[0]
            for stroke in strokes
            if abs(stroke.points[0] - stroke.points[-1])[axis] < 1e-9
            and abs(stroke.points[0] - stroke.points[-1])[across] < 0.2
        ]
        lowest = min(stroke.points[:, across].min() for stroke in strokes)
        pairs = []
        for place in ticks:
            level = [
                (label, value)
                for label, value in numbers
                if abs(label.get_center()[axis] - place[axis]) < 1e-6
                and label.get_center()[across] < lowest
            ]
            pairs += [(place[axis], value) for _, value in level]
        if len(pairs) < 2:
            raise AssertionError(f"{type(self).__name__}: fewer than two ticks with a number")
        places, values = np.array(pairs).T
        fit = np.polyfit(places, values, 1)
        worst = np.abs(np.polyval(fit, places) - values).max() / max(np.ptp(values), 1e-300)
        self.residual = max(self.residual, float(worst))
        return fit


def powers_of_ten(graph: Mobject, places: np.ndarray) -> np.ndarray:
    """Return steps and powers of ten (m, 2) at places of a plot, by its ticks and their labels."""
    corner = graph.at(0.0, 0.0)
    strokes = [line.points[[0, -1]] for line in [m for m in family([graph]) if isinstance(m, Line)]]
    labels = [
        (m, n)
        for m in [m for m in family([graph]) if isinstance(m, Typst)]
        if (n := number_in(m)) is not None
    ]
    below = [(m, n) for m, n in labels if m.get_top()[1] < corner[1]]
    left = [(m, np.log10(n)) for m, n in labels if m.get_right()[0] < corner[0]]
    read = []
    for axis, named in enumerate((below, left)):
        ticks = [ends[0, axis] for ends in strokes if np.ptp(ends[:, axis]) < 1e-9]
        pairs = [
            (min(ticks, key=lambda at, m=m: abs(at - m.get_center()[axis])), n) for m, n in named
        ]
        read.append(np.polyval(np.polyfit(*np.array(pairs).T, 1), places[:, axis]))
    return np.stack(read, axis=-1)


def vertices(line: VMobject) -> np.ndarray:
    """Return the corners (m, 3) of a polyline."""
    points = np.asarray(line.points)
    return points if len(points) == 0 else np.concatenate([points[::4], points[-1:]])


# Formulas


def formulas_after(film: Any, beginning: str) -> list[str]:
    """Return the right-hand sides of the formulas on stage whose left-hand side this is."""
    split = [source_of(text).partition(" = ") for text in texts(film)]
    return [right for left, equals, right in split if equals and left == beginning]


def parts_of(row: str) -> list[str]:
    """Return the parts of a row such as `(2 x, frac(1, y))`, or of a column `vec(2 x, ...)`.

    >>> parts_of("(2 x, frac(1, y))")
    ['2 x', 'frac(1, y)']
    """
    row = row.removeprefix("vec")
    assert row[0] == "(", row
    assert row[-1] == ")", row
    parts, depth = [""], 0
    for character in row[1:-1]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def value_at(source: str, point: Any, names: Sequence[str] = ("x", "y")) -> float:
    """Return the value of Typst maths at a point, nan where it has none."""
    values = {name: mpmath.mpf(float(part)) for name, part in zip(names, point, strict=True)}
    try:
        value = value_of(source, values)
    except ZeroDivisionError:
        return float("nan")
    return float(value) if isinstance(value, mpmath.mpf) else float("nan")
