"""Truth about a curve: what a film of one variable shows, measured and compared with the oracle.

Numbers are read off the axes of the big picture; where the point stands is read off it too.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import mpmath
import numpy as np
from manim import Circle, Dot, Mobject
from oracle import DIGITS, Case
from reading import (
    PlotRuler,
    colour_of,
    colours_of,
    drawn_text,
    family,
    formulas_after,
    is_visible,
    number_in,
    numbers_in,
    source_of,
    value_at,
    vertices,
)

from mathcore.typeset import typeset
from scenes.stage import (
    CurvePoint,
    DerivativeGraph,
    FlatArrow,
    Lens,
    LossGraph,
    Row,
    Secant,
    SlopeArrow,
)

DRAWN = 'f\' thick "drawn"', 'f\' thick "缩放"'
"""Names of the row with the scale of the arrows of f'."""

CLOSE = 1e-6
"""How far a place may be off, in shares of what the axes span."""


class CurveTruth:
    """Measures a curve's picture and board after every beat; `failures` is what is wrong."""

    def __init__(self, case: Case):
        self.case = case
        self.failures: list[str] = []
        self.measured: Counter[str] = Counter()
        self.beats: list[str] = []
        self.scales: dict[Any, float] = {}

    def __call__(self, film: Any) -> None:
        """Measure a beat's last picture."""
        self.beats.append(film.beat_name)
        self.look(film)

    def f(self, x: float) -> float:
        """Return f(x) by the oracle, nan where it has no value."""
        return self.case.value((x, 0.0))

    def slope(self, x: float) -> float:
        """Return f'(x) by the oracle, a central difference in fifty digits; nan at a jump."""
        slope = self.case.slope((x, 0.0), (1, 0))
        return slope if abs(slope) < 1e12 * self.relief / self.span else float("nan")

    def beside_a_jump(self, x: float) -> bool:
        """Whether f jumps so near to x that the last bit of x, which is read off, decides."""
        step = abs(self.f(x + 1e-9 * self.span) - self.f(x - 1e-9 * self.span))
        return step > 1e-3 * self.relief

    def look(self, film: Any) -> None:
        """Measure everything on the picture now."""
        self.film, self.theme = film, film.theme
        self.state = film.beat_name
        self.shown = [m for m in family(film.mobjects) if is_visible(m)]
        self.on = {id(mobject) for mobject in self.shown}
        self.variable = typeset(film.land.hill.variables[0])
        self.ruler = PlotRuler(film.curve)
        self.near("axes", self.ruler.residual, 0, 1e-6)
        if set(self.ruler.names) != {self.variable, "f"}:
            self.fail(f"axes named {self.ruler.names}")
        self.span = film.land.span
        area = film.curve.area
        corners = np.array([[area.left, area.bottom, 0], [area.right, area.top, 0]])
        self.relief = float(np.ptp(self.ruler.read(corners)[:, 1]))
        self.units = 1 / np.abs(np.diff(self.ruler.read([[0, 0, 0], [1, 1, 0]]), axis=0))[0]
        self.axis = self._axis_height()
        self.outline()
        self.here, self.places = float("nan"), []
        kept = [value for value in vars(film).values() if isinstance(value, Mobject)]
        actors = list(family([*film.mobjects, *kept]))
        for kind, look in (
            (CurvePoint, self.point),
            (Secant, self.secant),
            (Lens, self.lens),
            (DerivativeGraph, self.derivative_graph),
            (LossGraph, self.loss_graph),
            (Row, self.row),
        ):
            for one in actors:
                if isinstance(one, kind) and any(id(part) in self.on for part in family([one])):
                    look(one)
        for runner in self.runners():
            self.runner(runner)
        self.rings()
        self.tangent()
        self.arrows()
        self.triangle()
        self.formulas()

    # Reporting

    def fail(self, message: str) -> None:
        """Keep that something is wrong, with the beat."""
        self.failures.append(f"{self.state}: {message}")

    def near(self, what: str, found: Any, truth: Any, tolerance: float) -> None:
        """Compare numbers or arrays of them; nan counts as wrong."""
        off = np.abs(np.asarray(found, dtype=float) - np.asarray(truth, dtype=float))
        self.measured[what.partition(":")[0]] += 1
        worst = float(np.max(off)) if np.size(off) else 0.0
        if not worst <= tolerance:
            self.fail(f"{what}: off by {worst:.3g}, allowed {tolerance:.3g}")

    def wears(self, what: str, mobject: Any, meaning: str) -> None:
        """Compare a colour with the theme's colour of a meaning."""
        wanted = getattr(self.theme, meaning).upper()
        if colour_of(mobject) != wanted:
            self.fail(f"{what}: colour {colour_of(mobject)}, {meaning} is {wanted}")

    def is_on(self, mobject: Any) -> bool:
        """Whether a thing is on the picture."""
        return id(mobject) in self.on

    # The picture

    def _axis_height(self) -> float:
        """Return the height of the number line on the frame: that of the lowest level stroke."""
        strokes = [m.points for m in self.film.curve.submobjects if len(m.points) == 4]
        level = [
            p for p in strokes if abs(p[0, 1] - p[-1, 1]) < 1e-9 and abs(p[0, 0] - p[-1, 0]) > 1
        ]
        return float(min(points[0, 1] for points in level))

    def outline(self) -> None:
        """The curve is f."""
        corners = vertices(self.film.curve.outline)
        chosen = np.random.default_rng(2).integers(0, len(corners), 60)
        pairs = self.ruler.read(corners[chosen])
        truth = np.array([self.f(x) for x in pairs[:, 0]])
        off = np.abs(pairs[:, 1] - truth)
        # At the ends of a stretch the last bit of x decides, as beside a jump or an upright slope.
        beside = [abs(self.f(x + s * 1e-9 * self.span) - y) for s in (1, -1) for x, y in pairs]
        off = np.fmin(off, np.fmin(*np.array(beside).reshape(2, -1)))
        self.near("curve: height", np.nan_to_num(off, nan=np.inf), 0, CLOSE * self.relief)
        self.wears("curve", self.film.curve.outline, "contour")

    def point(self, point: CurvePoint) -> None:
        """The foot stands on the number line, the dot above it on the curve, the height between."""
        foot = point.foot.get_center()
        x = self.here = float(self.ruler.read(foot)[0])
        self.places.append(x)
        self.near("foot: on the number line", foot[1], self.axis, CLOSE)
        value = self.f(x)
        if not self.is_on(point.dot):
            low, high = self.film.land.value_range
            if (
                low <= value <= high
                and np.isfinite(self.f(x + 1e-9))
                and np.isfinite(self.f(x - 1e-9))
            ):
                self.fail(f"point: none at {x}, where f is {value}")
            return
        self.near(
            "point: on the curve",
            self.ruler.read(point.dot.get_center()),
            (x, value),
            self.tolerance(),
        )
        if colours_of(point.dot) != {self.theme.ink.upper()}:
            self.fail(f"point: colours {colours_of(point.dot)}")
        if self.is_on(point.stem):
            pairs = self.ruler.read(point.stem.points[[0, -1]])
            self.near("stem: upright", pairs[:, 0], x, CLOSE * self.span)
            zero = min(max(0.0, self.film.land.lowest), self.film.land.highest)
            self.near("stem: from 0 to f", pairs[:, 1], (zero, value), CLOSE * self.relief)
        if self.is_on(point.plumb):
            pairs = self.ruler.read(point.plumb.points)
            self.near("plumb: upright", pairs[:, 0], x, CLOSE * self.span)
            self.near("plumb: from the number line", point.plumb.points[0, 1], self.axis, CLOSE)

    def tolerance(self) -> float:
        """Return how far a pair of numbers may be off."""
        return CLOSE * max(self.span, self.relief)

    def tangent(self) -> None:
        """The tangent touches the curve at the point; its slope is the derivative."""
        tangent = getattr(self.film, "touching", None)
        if tangent is None or not self.is_on(tangent):
            return
        first, last = self.ruler.read(tangent.points[[0, -1]])
        slope = (last[1] - first[1]) / (last[0] - first[0])
        touch = [abs(first[1] + slope * (x - first[0]) - self.f(x)) for x in self.places]
        x = self.places[int(np.argmin(np.nan_to_num(touch, nan=np.inf)))]
        truth, least = self.slope(x), self.relief / self.span
        self.near("tangent: slope", slope, truth, CLOSE * max(abs(truth), least))
        self.near("tangent: touches", min(touch), 0, CLOSE * self.relief)
        self.wears("tangent", tangent, "tangent")

    def secant(self, secant: Secant) -> None:
        """The secant runs through two points of the curve, its legs between them."""
        near, corner, far = self.ruler.read(secant.corners())
        self.run = far[0] - near[0]
        self.rise = self.f(far[0]) - self.f(near[0])
        truth = np.array([near[0], self.f(near[0]), far[0], self.f(far[0])])
        self.near("secant: points", [*near, *far], truth, self.tolerance())
        self.near("secant: corner", corner, (far[0], near[1]), self.tolerance())
        for leg, ends in ((secant.run, (near, corner)), (secant.climb, (corner, far))):
            if self.is_on(leg):
                self.near(
                    "secant: legs", self.ruler.read(leg.points[[0, -1]]), ends, self.tolerance()
                )
        if self.is_on(secant.chord):
            pairs = self.ruler.read(secant.chord.points[[0, -1]])
            slope = np.diff(pairs[:, 1])[0] / np.diff(pairs[:, 0])[0]
            truth = self.rise / self.run
            scale = max(abs(truth), self.relief / self.span)
            self.near("secant: slope", slope, truth, 1e-5 * scale)
            self.wears("secant", secant.chord, "tangent")

    def lens(self, lens: Lens) -> None:
        """What is seen through the glass is the curve round the point, enlarged alike both ways."""
        rim = vertices(lens.rim)
        middle, radius = rim[:-1].mean(axis=0), float(np.ptp(rim[:, 0]) / 2)
        power = radius / (np.ptp(vertices(lens.ring)[:, 0]) / 2)
        start = np.array([self.here, self.f(self.here)])
        corners = vertices(lens.curve)[::8]
        pairs = start + (corners - middle)[:, :2] / power / self.units
        truth = [self.f(x) for x in pairs[:, 0]]
        self.near("lens: curve", pairs[:, 1], truth, 2e-3 * self.relief / power + self.tolerance())
        ends = lens.chord.points[[0, -1], :2]
        way = (ends[1] - ends[0]) / self.units
        truth = self.rise / self.run
        turn = np.arctan2(way[1] * self.units[1], way[0] * self.units[0]) - np.arctan2(
            truth * self.units[1], self.units[0]
        )
        self.near("lens: secant", np.sin(turn), 0, 1e-5)

    def arrows(self) -> None:
        """Every arrow on the number line is f' there, all of one picture to one scale."""
        for arrow in [m for m in family(self.film.mobjects) if isinstance(m, FlatArrow)]:
            if not self.is_on(arrow.shaft):
                continue
            if colour_of(arrow.tip) == self.theme.path.upper():
                self.step(arrow)
                continue
            tail, tip = arrow.shaft.points[0], arrow.tip.points[0]
            x, end = self.ruler.read(np.stack([tail, tip]))[:, 0]
            truth = self.truth_of_arrow(arrow, x)
            if truth is None:
                continue
            self.near("arrow: on the number line", [tail[1], tip[1]], self.axis, CLOSE)
            kind = arrow if isinstance(arrow, SlopeArrow) else None
            one = self.scales.setdefault(kind, abs((end - x) / truth))
            self.near("arrow: to one scale", end - x, one * truth, 1e-5 * abs(one * truth))
            self.near("arrow: which way", np.sign(end - x), np.sign(truth), 0)
            self.wears("arrow", arrow.tip, "gradient")

    def drawn_scale(self) -> float:
        """Return how many times their true length the arrows of f' have on the number line."""
        scales = []
        for arrow in [m for m in family(self.film.mobjects) if isinstance(m, FlatArrow)]:
            if self.is_on(arrow.shaft) and colour_of(arrow.tip) == self.theme.gradient.upper():
                ends = np.stack([arrow.shaft.points[0], arrow.tip.points[0]])
                x, end = self.ruler.read(ends)[:, 0]
                scales.append(abs((end - x) / self.slope(x)))
        return float(np.median(scales))

    def is_there_an_arrow(self) -> bool:
        """Whether an arrow of f' is on the number line."""
        arrows = [m for m in family(self.film.mobjects) if isinstance(m, FlatArrow)]
        return any(
            self.is_on(arrow.shaft) and colour_of(arrow.tip) == self.theme.gradient.upper()
            for arrow in arrows
        )

    def step_scale(self) -> float:
        """Return how many times the length of a step its arrow on the number line has."""
        arrow = self.film.runner.arrow
        ends = np.stack([arrow.shaft.points[0], arrow.tip.points[0]])
        x, end = self.ruler.read(ends)[:, 0]
        return float((end - x) / (-self.film.rate * self.slope(x)))

    def runners(self) -> list[Any]:
        """Return the film's runners, those of `descent_1d`."""
        names = ("runner", "second")
        return [getattr(self.film, name) for name in names if hasattr(self.film, name)]

    def iterates(self, runner: Any) -> np.ndarray:
        """Return every point that gradient descent reaches from a runner's start, (k + 1,)."""
        start = self.film.start if runner is self.film.runner else self.film.other
        with mpmath.workdps(DIGITS):
            points = [mpmath.mpf(start)]
            for _ in range(runner.walk.steps):
                slope = self.case._slope((points[-1], mpmath.mpf(0)), (1, 0))
                points.append(points[-1] - mpmath.mpf(self.film.rate) * slope)
        return np.array([float(point) for point in points])

    def runner(self, runner: Any) -> None:
        """The trail lies on the curve and passes every stop, on the curve and on the line."""
        line, done = runner.trail.on_curve, runner.walked.get_value()
        stops = self.iterates(runner)[: int(done + 1e-9) + 1]
        dots = [dot for dot in runner.trail.stops if self.is_on(dot)]
        if dots:
            places = np.array([dot.get_center() for dot in dots])
            on_line = np.abs(places[:, 1] - self.axis) < CLOSE
            found = self.ruler.read(places)
            self.near("stops: on the number line", found[on_line, 0], stops, CLOSE * self.span)
            truth = np.array([[x, self.f(x)] for x in stops])
            self.near("stops: on the curve", found[~on_line], truth, self.tolerance())
        if self.is_on(line):
            pairs = self.ruler.read(vertices(line)[::6])
            truth = [self.f(x) for x in pairs[:, 0]]
            self.near("trail: on the curve", pairs[:, 1], truth, CLOSE * self.relief)
            self.wears("trail", line, "path")

    def step(self, arrow: FlatArrow) -> None:
        """The arrow of a step is as long as the step, on the number line."""
        tail, tip = arrow.shaft.points[0], arrow.tip.points[0]
        runner = next(each for each in self.runners() if each.arrow is arrow)
        self.near("step: on the number line", [tail[1], tip[1]], self.axis, CLOSE)
        x, end = self.ruler.read(np.stack([tail, tip]))[:, 0]
        planned = runner.planned.get_value()
        if planned <= len(self.iterates(runner)) - 1:
            truth = np.interp(planned, range(runner.walk.steps + 1), self.iterates(runner))
            self.near("step: as far as planned", end, truth, CLOSE * self.span)
        self.near("step: from the point", min(abs(x - one) for one in self.places), 0, 1e-6)

    def rings(self) -> None:
        """A ring in the minimum's colour stands round a minimum."""
        for ring in [m for m in self.shown if isinstance(m, Circle) and not isinstance(m, Dot)]:
            if colour_of(ring) == self.theme.minimum.upper():
                x = float(self.ruler.read(ring.get_center())[0])
                self.places.append(x)
                around = [self.f(x + s * d * self.span) for s in (1, -1) for d in (1e-5, 1e-4)]
                low = self.f(x) - 1e-9 * self.relief
                self.near("minimum: no lower beside it", min(*around, low) - low, 0, 0)

    def truth_of_arrow(self, arrow: FlatArrow, x: float) -> float | None:
        """Return the number that an arrow stands for; None where this is not looked at."""
        if isinstance(arrow, SlopeArrow):
            if arrow.grown.get_value() != 1:
                return None
            return float(np.sign(arrow.units)) * self.slope(x)
        return self.slope(x)

    def triangle(self) -> None:
        """The triangle's legs lie below the tangent; their names say how long they are."""
        triangle = getattr(self.film, "triangle", None)
        if triangle is None or not self.is_on(triangle[0][0]):
            return
        strokes, names = triangle
        (first, corner), (_, last) = (self.ruler.read(s.points[[0, -1]]) for s in strokes)
        run, rise = corner[0] - first[0], last[1] - corner[1]
        truth = self.slope(self.here) * run
        self.near("triangle: rise", rise, truth, CLOSE * max(abs(truth), self.relief))
        lengths = [run, rise]
        for name in names:
            shown = number_in(name)
            if not any(abs(shown - one) <= 5e-3 * abs(one) + 1e-12 for one in lengths):
                self.fail(f"triangle: the name {source_of(name)} where the legs are {lengths}")
            self.measured["triangle: name"] += 1

    # The board

    def derivative_graph(self, graph: DerivativeGraph) -> None:
        """The curve is f' as far as it is drawn, the marker stands at the point."""
        ruler = PlotRuler(graph)
        self.near("slopes: ticks", ruler.residual, 0, 1e-6)
        low, high = graph.y_range
        corners = vertices(graph.line)
        if len(corners):
            chosen = np.random.default_rng(3).integers(0, len(corners), 40)
            pairs = ruler.read(corners[chosen])
            truth = np.array([self.slope(x) for x in pairs[:, 0]])
            scale = np.maximum(np.abs(truth), high - low)
            self.near("slopes: curve", (pairs[:, 1] - truth) / scale, 0, 1e-5)
            self.wears("slopes", graph.line, "tangent")
        if self.is_on(graph.marker):
            x, slope = ruler.read(graph.marker.get_center())
            self.near("slopes: marker", x, self.here, CLOSE * self.span)
            self.near("slopes: marker", slope, self.slope(self.here), 1e-5 * (high - low))

    def loss_graph(self, graph: LossGraph) -> None:
        """The curve passes (k, f(x_k)) for every step walked."""
        second = "from_the_other_side" in self.beats
        runner = self.film.second if second else self.film.runner
        if runner.walk.steps < 2:  # fewer than two numbers stand at its axis
            return
        ruler = PlotRuler(graph)
        stops = self.iterates(runner)[: int(runner.walked.get_value() + 1e-9) + 1]
        truth = np.array([[k, self.f(x)] for k, x in enumerate(stops)])
        for line in graph.before:
            before = self.iterates(self.film.runner)
            truth_before = np.array([[k, self.f(x)] for k, x in enumerate(before)])
            self.near("loss: of before", ruler.read(vertices(line)), truth_before, self.tolerance())
            self.wears("loss of before", line, "path")
        corners = vertices(graph.line)
        if len(corners):
            pairs = ruler.read(corners)
            gaps = np.abs(pairs[None] - truth[:, None]).max(axis=2).min(axis=1)
            self.near("loss: passes (k, f)", gaps, 0, self.tolerance())
            self.wears("loss", graph.line, "path")

    def truth_of_row(self, label: str) -> tuple[float, str] | None:
        """Return what a row of this name has to show, and the meaning whose colour it wears."""
        x = self.variable
        if label == x:
            return self.here, "ink"
        if label == "f":
            return self.f(self.here), "ink"
        if label == f"f'({x})":
            return self.slope(self.here), "tangent"
        if label in DRAWN:
            return self.drawn_scale(), "ink"
        if label in {f"-eta {name}" for name in DRAWN}:
            return self.step_scale(), "ink"
        if label == f"Delta {x}":
            return self.run, "ink"
        if label == "Delta f":
            return self.rise, "ink"
        if label == f"Delta f \\/ Delta {x}":
            return self.rise / self.run, "tangent"
        return None

    def truth_of_walk(self, label: str) -> tuple[float, str] | None:
        """Return what a row about a walk has to show, and its colour's meaning."""
        if not hasattr(self.film, "runner"):
            return None
        second = "from_the_other_side" in self.beats
        self.walker = self.film.second if second else self.film.runner
        k = min(int(self.walker.walked.get_value() + 1e-6), self.walker.walk.steps)
        points, stem = self.iterates(self.walker), self.variable.partition("_")[0]
        if " = " in label:
            return self.result(label), "path"
        if label == "k":
            return k, "ink"
        if label == "eta":
            return self.film.rate, "ink"
        if label.startswith(f"{stem}_") and label.endswith("k+1)"):
            return float(points[k]), "path"
        if label.startswith(f"{stem}_"):
            return float(points[k]), "path"
        if label.startswith("f'("):
            return self.slope(points[k]), "tangent"
        return None

    def result(self, label: str) -> float:
        """Return the point that a walk comes to in the end, if that many steps lead there."""
        (start, last) = re.fullmatch(r".+ = (\S+) \\, quad .+?(\d+)\)?", label).groups()
        walks = map(self.iterates, self.runners())
        points = min(walks, key=lambda points: abs(points[0] - float(start)))
        if abs(points[0] - float(start)) > 5e-3 * abs(points[0]) or len(points) != int(last) + 1:
            self.fail(f"row {label}: there is no such walk")
        self.measured["result"] += 1
        return float(points[-1])

    def sum(self, row: Row, x: float) -> None:
        """The numbers that go into the rule are those of the oracle, and so is what comes out."""
        slope, rate = self.slope(x), self.film.rate
        text = f"{row.readout.shown} {row.result.shown}"
        drawn = drawn_text(row.readout) + drawn_text(row.result)
        if drawn != text.replace(" ", ""):
            self.fail(f"rule: {drawn!r} is drawn for {text!r}")
        shown = numbers_in(text)
        truth = [x, rate, slope, x - rate * slope]
        truth = truth if len(shown) > 1 else truth[-1:]
        self.measured["rule"] += 1
        wrong = len(shown) != len(truth) or not all(
            one.agrees(other) or (other == rate and abs(one.value / rate - 1) < 0.005)
            for one, other in zip(shown, truth, strict=True)
        )
        if wrong and np.isfinite(slope):
            self.fail(f"rule: shows {text}, the truth is {truth}")
        if len(shown) == 4 and np.isfinite(slope):
            x, rate, slope, there = (one.value for one in shown)
            off, half = abs(x - rate * slope - there), shown[3].half
            stands = x == there and slope != 0  # a step of some length that is not seen to lead on
            near, far = off < 0.99 * half and not stands, off > 1.01 * half or stands
            if near if "≈" in text else far:
                self.fail(f"rule: {text} is off by {off}")

    def row(self, row: Row) -> None:
        """A read-out shows the oracle's number, its outlines say the same, its colour fits."""
        label, readout = source_of(row.label), row.readout
        if label in DRAWN and not self.is_there_an_arrow():
            if self.slope(self.here):
                self.fail(f"row {label}: no arrow")
            return
        told = self.truth_of_row(label) or self.truth_of_walk(label)
        if told is None:
            self.fail(f"row {label!r}: nothing says what it shows")
            return
        truth, meaning = told
        if label.endswith("k+1)"):
            self.sum(row, truth)
            return
        self.measured["read-out"] += 1
        shown = numbers_in(readout.shown)
        if readout.shown == "–":
            if np.isfinite(truth) and not self.beside_a_jump(self.here):
                self.fail(f"row {label}: shows –, the truth is {truth}")
        elif len(shown) != 1 or not shown[0].agrees(truth):
            self.fail(f"row {label}: shows {readout.shown}, the truth is {truth}")
        elif "Delta" in label and "/" not in label and truth:
            self.near(f"row {label}: three digits", shown[0].value / truth, 1, 0.0051)
        if label == f"Delta f \\/ Delta {self.variable}":
            self.quotient(row)
        if drawn_text(readout) != readout.shown.replace(" ", ""):
            self.fail(f"row {label}: {drawn_text(readout)!r} is drawn for {readout.shown!r}")
        wanted = getattr(self.theme, meaning).upper()
        if colours_of(readout) != {wanted}:
            self.fail(f"row {label}: colours {colours_of(readout)}, wanted {wanted}")

    def quotient(self, row: Row) -> None:
        """The numbers that are shown above it give the slope of the secant that is shown."""
        above = {
            source_of(other.label): numbers_in(other.readout.shown)[0].value
            for other in family(self.film.mobjects)
            if isinstance(other, Row) and source_of(other.label).startswith("Delta")
        }
        rise, run = above.get("Delta f"), above.get(f"Delta {self.variable}")
        if rise is None or run is None:
            return
        self.measured["quotient"] += 1
        is_exact = abs(self.run / run - 1) < 1e-9 and abs(rise) >= 1e-4  # else there is no room
        if is_exact and not numbers_in(row.readout.shown)[0].agrees(rise / run):
            self.fail(f"row {source_of(row.label)}: {rise} / {run} is not {row.readout.shown}")

    def formulas(self) -> None:
        """The formulas mean f and f'."""
        low, high = self.film.land.x_range
        points = np.random.default_rng(5).uniform(low, high, 8)
        for name, truth in ((f"f({self.variable})", self.f), (f"f'({self.variable})", self.slope)):
            for written in formulas_after(self.film, name):
                if any(word in written for word in ("lim_", "dots", "cases")):
                    continue
                written = written.partition(" quad ")[0]
                for x in points:
                    wanted = truth(x)
                    if np.isfinite(wanted):
                        found = value_at(written, (x,), (self.variable,))
                        self.near(
                            f"{name} as written", found, wanted, 1e-9 * max(abs(wanted), 1e-3)
                        )
