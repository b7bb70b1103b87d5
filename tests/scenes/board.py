"""Truth on the board: read-outs, graphs and formulas compared with the oracle."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from manim import Mobject, Typst
from oracle import Case
from reading import (
    PlotRuler,
    colours_of,
    drawn_text,
    family,
    formulas_after,
    is_visible,
    numbers_in,
    on_board,
    parts_of,
    source_of,
    texts,
    value_at,
    vertices,
    wrong_sign,
)
from truth import CLOSE, DEGREE, Truth, along, read_scale

from scenes.stage import CutGraph, CutPair, LossGraph, Row, SideView, SlopeGraph, StepGraph
from scenes.stage.space import SpaceArrow

MEANINGS = {
    "(x, y)": "ink",
    "bold(p)": "ink",
    "bold(x)_k": "path",
    "f": "ink",
    "f(bold(x)_k)": "ink",
    "partial f \\/ partial x": "tangent",
    "partial f \\/ partial y": "tangent",
    "D_u f": "tangent",
    "nabla f": "gradient",
    "-nabla f": "gradient",
    "|nabla f|": "gradient",
    "k": "ink",
    "k =": "ink",  # beside two heads
    "eta": "ink",
    "eta thin |nabla f|": "path",
    "theta": "direction",
    "phi": "direction",
    "h": "direction",
    "Delta f \\/ h": "tangent",
    "u": "direction",
    "u = (u_1, u_2)": "direction",
    "m": "path",
    "b": "path",
    "w_1": "path",
    "w_2": "path",
    "L": "ink",
    "min L": "ink",
    "nabla L": "gradient",
}
"""What a row of the board is called and the meaning whose colour it wears."""

RULE = "bold(x)_(k+1) = bold(x)_k - eta thin nabla f (bold(x)_k)"
"""The update rule of gradient descent as Typst maths."""


DEFINITION = "(partial f \\/ partial x, partial f \\/ partial y)"
"""What the gradient is, as Typst maths."""


class WholeTruth(Truth):
    """Measures the space and the board, after every beat and wherever else it is told to."""

    losses_name = "f(bold(x)_k)"
    """What the axis of losses is called."""

    cut_name = "f"
    """What the axis of heights is called beside a cut."""

    def __init__(self, case: Case):
        super().__init__(case)
        self.beats: list[str] = []

    def after_beat(self, film: Any) -> None:
        """Measure a beat's last picture."""
        self.beats.append(film.beat_name)
        self.look(film)
        self.look_at_board(film)

    def look_at_board(self, film: Any) -> None:
        """Measure everything that lies flat on the picture; `look` comes first."""
        for row in _seen(film, Row):
            self.row(row)
        for graph in _seen(film, LossGraph):
            self.loss_graph(graph)
        beside = {id(second): PlotRuler(first) for first, second in _seen(film, CutPair)}
        for graph in _seen(film, CutGraph):
            self.cut_graph(graph, beside.get(id(graph)))
        for graph in _seen(film, SlopeGraph):
            self.slope_graph(graph)
        for graph in _seen(film, StepGraph):
            self.step_graph(graph)
        for view in _seen(film, SideView):
            self.side_view(view)
        self.formulas()
        self.tags()

    # Numbers

    def truth_of(self, label: str) -> list[float] | None:
        """Return what a row of this name has to show."""
        u = np.cos(self.angle), np.sin(self.angle)
        return {
            "(x, y)": list(self.here),
            "bold(p)": list(self.here),
            "bold(x)_k": list(self.stop),
            "f": [self.case.value(self.here)],
            "f(bold(x)_k)": [self.case.value(self.stop)],
            "partial f \\/ partial x": [self.slopes[0]],
            "partial f \\/ partial y": [self.slopes[1]],
            "D_u f": [self.case.slope(self.here, u)],
            "nabla f": list(self.case.gradient(self.stop)),
            "-nabla f": list(-self.case.gradient(self.stop)),
            "|nabla f|": [float(np.hypot(*self.slopes))],
            "k": [math.floor(self.progress + 1e-6)],
            "k =": [math.floor(self.progress + 1e-6)],
            "eta": [self.case.rate],
            "phi": [self.angle / DEGREE],
            "theta": [(self.angle - self.uphill()) / DEGREE],
            "h": [self.step_size()],
            "Delta f \\/ h": [self.quotient()],
            "u": list(u),
            "u = (u_1, u_2)": list(u),
        }.get(label)

    def uphill(self) -> float:
        """Return the angle of the gradient from the first axis; 0 where there is none."""
        return math.atan2(*self.slopes[::-1]) if np.abs(self.slopes).max() > 1e-9 else 0.0

    def step_size(self) -> float:
        """Return h, as long as the step's arrow on the map is."""
        step = getattr(self.film, "step", None)
        if step is None:
            return math.nan
        ends = self.ruler.domain(step.on_map.points[[0, -1]])
        return float(np.linalg.norm(ends[1] - ends[0]))

    def quotient(self) -> float:
        """Return (f(x + h u) - f(x)) / h."""
        h = self.step_size()
        if not h > 0:
            return math.nan
        return float((self.case.value(self.here + h * along(self.angle)) - self.height) / h)

    def climb(self, row: Row) -> list[float] | None:
        """Return what a product has to show, both its factors and itself.

        It is a term of the chain rule, a slope times a part of u, or |∇f| cos θ.
        """
        rates = list(getattr(self.film, "rates", ()))
        if row is getattr(self.film, "product", None):
            factors = [float(np.hypot(*self.slopes)), math.cos(self.angle - self.uphill())]
        elif row in rates:
            axis = rates.index(row)
            factors = [float(self.slopes[axis]), float(along(self.angle)[axis])]
        else:
            return None
        product = factors[0] * factors[1]
        shown = numbers_in(row.readout.shown)
        if len(shown) == 1:
            return [product]
        if wrong := wrong_sign(row.readout.shown, shown[0].value * shown[1].value, shown[2]):
            self.fail(wrong)
        return [*factors, product]

    def drawn(self, label: str) -> list[float]:
        """Return how many times their true length the arrows of a row are drawn, each once.

        The gradient's arrows are held against what is read off the row itself.
        """
        found = [] if label.startswith("u") else [read_scale(self.film)]
        if label.startswith(("u", "nabla f, u")):
            rim = self.ruler.domain(vertices(self.film.compass.circle)[0])
            length = float(np.linalg.norm(rim - self.here))
            if not any(abs(length / scale - 1) < 0.005 for scale in found):
                found.append(length)
        return found

    def row(self, row: Row) -> None:
        """A read-out shows the oracle's numbers, its outlines say the same, its colour fits."""
        label, readout = source_of(row.label), row.readout
        is_scale = label.endswith('"')  # that says how arrows are drawn
        truth = self.drawn(label) if is_scale else self.climb(row) or self.truth_of(label)
        if truth is None:
            self.fail(f"row {label!r}: nothing says what it shows")
            return
        shown = numbers_in(readout.shown)
        self.measured["read-out"] += 1
        if len(shown) != len(truth):
            self.fail(f"row {label}: {readout.shown!r} for {len(truth)} numbers")
        elif not all(one.agrees(other) for one, other in zip(shown, truth, strict=True)):
            self.fail(f"row {label}: shows {readout.shown}, the truth is {truth}")
        if label == "eta" and shown and abs(shown[0].value / truth[0] - 1) > 0.005:
            self.fail(f"row eta: shows {readout.shown} where the knob is {truth[0]!r}")
        if drawn_text(readout) != readout.shown.replace(" ", ""):
            self.fail(f"row {label}: {drawn_text(readout)!r} is drawn for {readout.shown!r}")
        slope = label.partition(' class("normal", dot) u_')[0]  # of a term of the chain rule
        wanted = getattr(self.theme, "ink" if is_scale else MEANINGS[slope]).upper()
        if colours_of(readout) != {wanted}:
            self.fail(f"row {label}: colours {colours_of(readout)}, wanted {wanted}")

    # Graphs

    def loss_graph(self, graph: LossGraph) -> None:
        """The curve passes (j, f(x_j)) for every step walked; the marker is at its end."""
        ruler = self.plot(graph, {"k", self.losses_name})
        stops = self.case.iterates[: int(self.progress + 1e-9) + 1]
        truth = np.column_stack([np.arange(len(stops)), self.case.values(stops)])
        heights = self.case.values(self.case.iterates)
        steps = np.arange(len(heights))
        end = [self.progress, np.interp(self.progress, steps, heights)]
        tolerance = CLOSE * max(np.ptp(heights), np.abs(heights).max())
        self.near("loss: marker", ruler.read(graph.marker.get_center()), end, tolerance)
        corners = vertices(graph.line)
        if len(corners):
            pairs = ruler.read(corners)
            gaps = np.abs(pairs[None] - truth[:, None]).max(axis=2).min(axis=1)
            self.near("loss: passes (k, f)", gaps, 0, tolerance)
            between = np.interp(pairs[:, 0], steps, heights)
            self.near("loss: straight between the steps", pairs[:, 1], between, tolerance)
            self.near("loss: as far as walked", pairs[-1, 0], self.progress, CLOSE * len(steps))
        elif self.progress > 0:
            self.fail("loss: no curve")
        dots = [dot for dot in graph.stops if is_visible(dot)]
        self.near("loss: dots", len(dots), len(stops), 0.5)
        for dot, pair in zip(dots, truth, strict=False):
            self.near("loss: dots", ruler.read(dot.get_center()), pair, tolerance)
            self.coloured("loss", dot, "path")
        self.coloured("loss", graph.line, "path")
        self.coloured("loss", graph.marker, "ink")

    def cut_graph(self, graph: CutGraph, beside: PlotRuler | None = None) -> None:
        """The hill along an axis through the point, with the tangent and the point on it.

        Its numbers may stand at the graph beside it.
        """
        ruler = self.plot(graph, None, beside)
        axis = ["x", "y"].index(min(ruler.names, key=lambda name: name == self.cut_name))
        if sorted(ruler.names) != sorted([self.cut_name, "xy"[axis]]):
            self.fail(f"cut graph: axes named {ruler.names}")
        tolerance = CLOSE * self.ruler.relief
        pairs = ruler.read(vertices(graph.section))
        if not len(pairs) or not np.isfinite(pairs).all():  # one such point, and nothing is drawn
            self.fail("cut graph: its outline has no place on the picture")
            return
        points = np.tile(self.here, (len(pairs), 1))
        points[:, axis] = pairs[:, 0]
        self.near("cut graph: section", pairs[:, 1], self.case.values(points), tolerance)
        first, last = ruler.read(graph.tangent.points[[0, -1]])
        slope = (last[1] - first[1]) / (last[0] - first[0])
        truth = self.slopes[axis]
        scale = max(abs(truth), self.ruler.relief / self.ruler.extent)
        self.near("cut graph: slope", slope, truth, CLOSE * scale)
        there = [self.here[axis], self.height]
        touch = first[1] + slope * (there[0] - first[0])
        self.near("cut graph: touches", touch, self.height, tolerance)
        spot = ruler.read(graph.marker.get_center())
        self.near("cut graph: marker", spot[0], there[0], CLOSE * self.ruler.extent)
        self.near("cut graph: marker", spot[1], there[1], tolerance)
        self.coloured("cut graph", graph.section, "direction")
        self.coloured("cut graph", graph.tangent, "tangent")

    def side_view(self, view: SideView) -> None:
        """The cut along u through the point in the hill's own proportions, with its tangent."""
        u = np.array([np.cos(self.angle), np.sin(self.angle)])
        foot, spot = view.stem.points[[0, -1], :2]
        self.near("side view: marker", view.marker.get_center()[:2], spot, 1e-6)
        self.near("side view: stem", foot, [spot[0], view.base.get_y()], 1e-6)
        # It is a small copy: how small is read off its stem, or the tangent if that is short.
        first, last = view.tangent.points[[0, -1], :2]
        low, high = self.ruler.span[self.ruler.height]
        zero = min(max(0.0, low), high)
        size = np.linalg.norm(last - first) / np.linalg.norm(
            np.diff(self.film.turning.tangent.points[[0, -1]], axis=0)
        )
        if abs(self.height - zero) > 0.02 * self.ruler.relief:
            size = (spot - foot)[1] / (self.height - zero) / self.ruler.units[1]
        units = self.ruler.units * size
        tolerance = CLOSE * self.ruler.relief
        corners = vertices(view.section)[:, :2]
        along, climbs = ((corners - spot) / units).T
        truth = self.case.values(self.here + along[:, None] * u)
        self.near("side view: section", self.height + climbs, truth, tolerance)
        limits = np.array([self.film.x_range, self.film.y_range], dtype=float).T
        places = self.here + along[:, None] * u
        beyond = np.maximum(limits[0] - places, places - limits[1])
        if beyond.max() > 1e-6 * self.ruler.extent:
            self.fail("side view: section beyond the hill's edge")
        along, climb = (last - first) / units
        true = self.case.slope(self.here, u)
        scale = max(abs(true), self.ruler.relief / self.ruler.extent)
        self.near("side view: slope", climb / along, true, CLOSE * scale)
        self.near("side view: touches", (first + last) / 2, spot, 1e-6)
        base = self.height + (foot[1] - spot[1]) / units[1]
        self.near("side view: base", base, zero, tolerance)
        self.coloured("side view", view.section, "direction")
        self.coloured("side view", view.tangent, "tangent")
        self.coloured("side view", view.stem, "ink")

    def slope_graph(self, graph: SlopeGraph) -> None:
        """The curve is the slope over the angle at the start; the marker is at the angle now."""
        name = "theta" if self.film.film_name() == "why_steepest" else "phi"
        ruler = self.plot(graph, {name, "D_u f"})
        start = self.case.iterates[0]
        steepest = float(np.hypot(*self.case.gradient(start))) or 1.0  # on level ground

        def slope(degrees: float) -> float:
            turn = degrees * DEGREE + self.zero
            return self.case.slope(start, (np.cos(turn), np.sin(turn)))

        degrees, shown = ruler.read(graph.marker.get_center())
        angle = (self.angle - self.zero) / DEGREE
        turned = (degrees - angle + 180) % 360 - 180
        self.near("slope graph: angle", turned, 0, 1e-4)
        self.near("slope graph: marker", shown, slope(angle), CLOSE * steepest)
        corners = vertices(graph.line)
        if len(corners):
            pairs = ruler.read(corners)
            truth = [slope(one) for one in pairs[:, 0]]
            self.near("slope graph: curve", pairs[:, 1], truth, CLOSE * steepest)
            drawn = graph.drawn.get_value() / DEGREE
            self.near("slope graph: as far as turned", pairs[[0, -1], 0], [0, drawn], 1e-4)
        self.coloured("slope graph", graph.line, "tangent")
        ceiling = getattr(self.film, "ceiling", None)
        if ceiling is not None and is_visible(ceiling[1][0]):
            line, name = ceiling
            ends = ruler.read(np.stack([line[0].get_start(), line[-1].get_end()]))
            self.near("ceiling: at |∇f|", ends[:, 1], steepest, CLOSE * steepest)
            self.coloured("ceiling", line[0], "gradient")
            if source_of(name) != "|nabla f|":
                self.fail(f"ceiling: named {source_of(name)}")
        for mark in getattr(self.film, "marks", ()):
            if is_visible(mark):
                self.coloured("mark", mark, "tangent")
                degrees, shown = ruler.read(mark.get_center())
                self.near("mark: on the curve", shown, slope(degrees), CLOSE * steepest)

    def step_graph(self, graph: StepGraph) -> None:
        """The hill along u over h, the secant through 0 and h, and between them run and rise."""
        ruler, u, h = self.plot(graph, {"h", "f"}), along(self.angle), self.step_size()
        tolerance, away = CLOSE * self.ruler.relief, CLOSE * self.ruler.extent
        pairs = ruler.read(vertices(graph.section))
        points = self.here + pairs[:, :1] * u
        self.near("step graph: section", pairs[:, 1], self.case.values(points), tolerance)
        end = np.array([h, self.case.value(self.here + h * u)])
        here = np.array([0.0, self.height])
        for marker, truth in ((graph.marker, here), (graph.goal, end)):
            found = ruler.read(marker.get_center())
            self.near("step graph: marker", found[0], truth[0], away)
            self.near("step graph: marker", found[1], truth[1], tolerance)
        if is_visible(graph.secant):
            first, last = ruler.read(graph.secant.points[[0, -1]])
            slope = (last[1] - first[1]) / (last[0] - first[0])
            scale = max(abs(self.quotient()), self.ruler.relief / self.ruler.extent)
            self.near("step graph: secant", slope, self.quotient(), 10 * CLOSE * scale)
            through = first[1] + slope * (0 - first[0])
            self.near("step graph: secant through the point", through, self.height, tolerance)
        for tangent in graph.tangent:
            (first, low), (last, high) = ruler.read(tangent.points[[0, -1]])
            truth = self.case.slope(self.here, u)
            scale = max(abs(truth), self.ruler.relief / self.ruler.extent)
            slope = (high - low) / (last - first)
            self.near("step graph: tangent", slope, truth, 10 * CLOSE * scale)
            self.near("step graph: tangent touches", low - slope * first, self.height, tolerance)
            self.coloured("step graph", tangent, "tangent")
        run, rise = (ruler.read(line.points[[0, -1]]) for line in (graph.run, graph.rise))
        corner = np.array([h, self.height])
        for found, truth in ((run, [here, corner]), (rise, [corner, end])):
            self.near("step graph: run and rise", found[:, 0], np.array(truth)[:, 0], away)
            self.near("step graph: run and rise", found[:, 1], np.array(truth)[:, 1], tolerance)
        self.coloured("step graph", graph.section, "direction")
        self.coloured("step graph", graph.secant, "tangent")
        self.coloured("step graph", graph.run, "direction")

    def plot(
        self, graph: Mobject, names: set[str] | None, beside: PlotRuler | None = None
    ) -> PlotRuler:
        """Fit a graph's axes; its ticks stand on a straight scale and its axes are named."""
        ruler = PlotRuler(graph, beside)
        self.near(f"{type(graph).__name__}: ticks off a straight scale", ruler.residual, 0, 1e-6)
        if names is not None and set(ruler.names) != names:
            self.fail(f"{type(graph).__name__}: axes named {ruler.names}")
        return ruler

    def coloured(self, what: str, part: Any, meaning: str) -> None:
        """Compare a flat line's or dot's colour with the theme's."""
        if is_visible(part):
            self.wears(what, part, meaning)

    # Formulas

    def formulas(self) -> None:
        """The formulas mean f and its partial derivatives; the rule is the rule."""
        source = np.random.default_rng(3)
        points = source.uniform(*np.array([self.case.x_range, self.case.y_range]).T, (8, 2))
        for written in formulas_after(self.film, "f(x, y)") + formulas_after(self.film, "f"):
            self.same("f as written", [value_at(written, p) for p in points], points, None)
        for row in formulas_after(self.film, "nabla f"):
            if row == DEFINITION:
                self.measured["definition"] += 1
                continue
            for axis, part in enumerate(parts_of(row.partition(" quad ")[0])):
                values = [value_at(part, point) for point in points]
                self.same("gradient as written", values, points, axis)
        for rule in formulas_after(self.film, RULE.partition(" = ")[0]):
            if rule != RULE.partition(" = ")[2]:
                self.fail(f"rule: {rule}")

    def same(self, what: str, values: list[float], points: np.ndarray, axis: int | None) -> None:
        """Compare what a formula says at some points with f or one of its slopes."""
        if axis is None:
            truth = self.case.values(points)
        else:
            truth = np.array([self.case.gradient(point)[axis] for point in points])
        known = np.isfinite(truth)
        scale = 1e-9 * max(1e-3, np.abs(truth[known]).max())
        self.near(f"{what}:", np.array(values)[known], truth[known], scale)

    def tags(self) -> None:
        """A name beside an arrow stands at an arrow that is what it says."""
        u = np.array([np.cos(self.angle), np.sin(self.angle)])
        slopes = self.case.gradient(self.stop)
        meant = {
            "u": u,
            "u_1": np.array([u[0], 0]),
            "u_2": np.array([0, u[1]]),
            "nabla f": self.case.gradient,
            "-nabla f": lambda point: -self.case.gradient(point),
            "-eta thin nabla f": -slopes,
            "partial f \\/ partial x": np.array([slopes[0], 0]),
            "partial f \\/ partial y": np.array([0, slopes[1]]),
        }
        arrows = [m for m in self.stage.values() if isinstance(m, SpaceArrow)]
        for text in texts(self.film):
            truth = meant.get(source_of(text).replace("nabla L", "nabla f"))
            is_angle = source_of(text) in ("theta", "phi")
            if is_angle and not on_board(text) and _opacity(text) > 0.3:
                self.angle_tag(text)
            is_length = colours_of(text) == {self.theme.gradient.upper()} and not on_board(text)
            if is_length and numbers_in(source_of(text)):
                self.length_tag(text, arrows)
            if truth is None or on_board(text) or _opacity(text) < 0.3:
                continue
            self.measured["tag"] += 1
            if not any(self.names(text, arrow, truth) for arrow in arrows):
                self.fail(f"tag {source_of(text)}: there is no such arrow beside it")

    def angle_tag(self, text: Typst) -> None:
        """The name of the angle stands half-way round, beyond the arc and inside of the circle.

        θ is counted from ∇f, φ from the first axis.
        """
        self.measured["angle's name"] += 1
        zero, compass = self.uphill() if source_of(text) == "theta" else 0.0, self.film.compass
        rim, arc = (self.ruler.domain(vertices(line)) for line in (compass.circle, compass.arc))
        circle, small = (np.linalg.norm(line[0] - self.here) for line in (rim, arc))
        way = along(zero + (self.angle - zero) % (2 * math.pi) / 2)
        places = self.film.land.ground(self.here + np.array([[0], [small]]) * way)
        foot, inner = self.film.camera.project_points(places)[:, :2]
        spot, spoke = text.get_center()[:2] - foot, inner - foot
        reach = np.linalg.norm(spoke)
        ahead = spoke / reach
        self.near("angle's name: half-way", spot @ (-ahead[1], ahead[0]), 0, 1e-6)
        seen = self.film.camera.project_points(vertices(compass.circle))[:, :2] - foot
        largest = float(np.linalg.norm(seen, axis=1).max())
        if not reach < spot @ ahead <= largest + 1e-6 or small > circle:
            self.fail(f"angle's name: {spot @ ahead} away, the arc {reach}, the rim {largest}")

    def length_tag(self, text: Typst, arrows: list[SpaceArrow]) -> None:
        """A number in the gradient's colour beside an arrow is the steepness at its foot."""
        shown = numbers_in(source_of(text))[0]
        spot = text.get_center()[:2]

        def away(arrow: SpaceArrow) -> float:
            start, tip = self.film.camera.project_points(arrow.points[[0, -1]])[:, :2]
            return min(np.linalg.norm(spot - start - s * (tip - start)) for s in (0, 0.5, 1))

        nearest = min(arrows, key=away)
        steepness = np.hypot(*self.case.gradient(self.ruler.domain(nearest.points[0])))
        self.measured["length"] += 1
        if not shown.agrees(steepness):
            self.fail(f"an arrow is said to be {source_of(text)} long, it is {steepness}")

    def names(self, text: Typst, arrow: SpaceArrow, truth: Any) -> bool:
        """Whether a tag stands beside an arrow that points along a vector, in its colour.

        The vector (2,) may be a function of the point (2,) at which the arrow begins.
        """
        start, tip = self.film.camera.project_points(arrow.points[[0, -1]])[:, :2]
        along = start + np.linspace(0, 1, 41)[:, None] * (tip - start)
        away = np.abs(text.get_center()[:2] - along) - np.array([text.width, text.height]) / 2
        if np.linalg.norm(np.maximum(away, 0), axis=1).min() > 0.5:
            return False
        ends = self.ruler.domain(arrow.points[[0, -1]])
        vector = ends[1] - ends[0]
        truth = truth(ends[0]) if callable(truth) else truth
        turn = np.arctan2(vector[0] * truth[1] - vector[1] * truth[0], vector @ truth)
        colours = colours_of(text)
        return bool(abs(turn) < DEGREE / 10) and colours == {arrow.get_stroke_color().to_hex()}


def _seen(film: Any, kind: type) -> list[Any]:
    return [
        mobject
        for mobject in family(film.mobjects)
        if isinstance(mobject, kind) and any(is_visible(part) for part in family([mobject]))
    ]


def _opacity(text: Typst) -> float:
    return max(glyph.get_fill_opacity() for glyph in text.family_members_with_points())
