"""Graphs that several films draw: the slope over the direction, the height over the steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from manim import DL, DOWN, LEFT, PI, RIGHT, UP, UR, DashedLine, Dot, Line, VGroup, VMobject

from mathcore import directional_derivative
from mathcore.typeset import coloured, typeset
from scenes.stage.actors import TANGENT_REACH, Slice
from scenes.stage.appear import DIMMED
from scenes.stage.formula import Formula, Typesetter, half_size
from scenes.stage.function_film import clearance
from scenes.stage.landscape import RELIEF, Landscape
from scenes.stage.plot import (
    Marker,
    Plot,
    following,
    nice_ticks,
    short_label,
    tick_label,
    tick_labels,
    unbroken,
)
from scenes.stage.step import Step
from scenes.stage.step_plots import around
from scenes.stage.theme import LABEL_EM, LOWER_BOARD, UPPER_BOARD, Zone
from scenes.stage.turn_graph import TurnGraph
from scenes.stage.walk import Walk

NARROW = 3.0
"""Manim units of width below which a graph has few numbers."""

_APART = 0.15
"""Manim units between two graphs beside each other."""

_AIR = 0.05
"""Air above and below cuts on their graphs, as a share of what they span."""

_OVER = 0.2
"""Manim units that a tangent may reach beyond a cut seen from the side, above and below."""


class CutGraph(Plot):
    """The hill cut along an axis, seen from the side: the cut, its tangent and the tangent's slope.

    Args:
        cut: the slice.
        axis: 0 or 1, the variable that the cut runs along.
        heights: (low, high) of f; those of the whole landscape where left out, so cuts compare.
        zone: where it stands.
        numbered: whether the heights have numbers.
        name: what they are called, as Typst maths.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        cut: Slice,
        axis: int,
        *,
        heights: tuple[float, float] | None = None,
        zone: Zone = LOWER_BOARD,
        numbered: bool = True,
        name: str = "f",
    ):
        self.zone, self.typesetter = zone, typesetter
        self.cut, self.axis, self.theme = cut, axis, typesetter.theme
        land, theme = cut.land, self.theme
        low, high = (land.x_range, land.y_range)[axis]
        super().__init__(
            typesetter,
            zone,
            (low, high),
            heights or (land.lowest, land.highest),
            x_label=typeset(land.hill.variables[axis]),
            y_label=name,
            x_count=5 if zone.width > NARROW else 2,
            numbered=numbered,
        )

        def section() -> np.ndarray:
            along = np.linspace(low, high, 481)
            points = np.tile(cut.where(), (len(along), 1))
            points[:, axis] = along
            shown, heights = land.section(points)
            low_end, high_end = self.y_range
            noise = 1e-9 * (high_end - low_end)
            beyond = (heights < low_end - noise) | (heights > high_end + noise)  # of a thin wall
            return np.stack([shown[:, axis], np.where(beyond, np.nan, heights)], axis=-1)

        self.section = self.curve(section, theme.direction)
        self.tangent = self.curve(lambda: self.through_point(cut.slope()), theme.tangent)
        self.marker = Marker(self, self.spot, theme.ink).set_z_index(
            2
        )  # the tangent comes and goes
        self.add(self.section, self.tangent, self.marker)

    def spot(self) -> tuple[float, float]:
        """Return the number on the axis where the point is, and the height of the hill there."""
        point = self.cut.where()
        return float(point[self.axis]), float(self.cut.land.hill.value(point))

    def through_point(self, slope: float) -> np.ndarray:
        """Return the line of a slope through the point (2, 2) as far as it stays on the graph."""
        x, height = self.spot()
        reach = np.array(self.x_range) - x
        if slope:
            limits = (np.array(self.y_range) - height) / slope
            reach = np.array([max(reach[0], limits.min()), min(reach[1], limits.max())])
        return np.stack([x + reach, height + slope * reach], axis=-1)

    def secant(self, step: Step) -> VGroup:
        """Return the secant through the point and the end of a step along the cut, and that end."""

        def goal() -> tuple[float, float]:
            x, height = self.spot()
            return x + step.size(), height + step.size() * step.slope()

        line = self.curve(lambda: self.through_point(step.slope()), self.theme.tangent, 3.5)
        return VGroup(line, Marker(self, goal, self.theme.direction))

    def climb(self, run: Callable[[], float]) -> VGroup:
        """Return what the tangent gains on a stretch of the axis: a level and an upright line."""

        def corners() -> np.ndarray:
            x, height = self.spot()
            ahead, top = x + run(), height + self.cut.slope() * run()
            return np.array([[x, height], [ahead, height], [ahead, top]])

        level = self.curve(lambda: corners()[:2], self.theme.ink, 3)
        return VGroup(level, self.curve(lambda: corners()[1:], self.theme.tangent, 4))

    def lengths(self, climb: VGroup, run: float) -> VGroup:
        """Return the numbers of what a `climb` measures, beside its lines where there is room."""
        slope, (level, upright) = self.cut.slope(), climb
        below = DOWN if slope >= 0 else UP
        # The tangent comes from the left: there the number of the level line has less room.
        legs = (
            (tick_label(run), level, below, (0.0, 0.25, 0.5, 0.75, 1.0)),
            (short_label(run * slope), upright, RIGHT, (0.0,)),
        )
        lines = [self.section, self.tangent, level, upright]
        lines += [part for part in self if isinstance(part, Line)]
        taken = [*map(_along, lines), self.marker.points[:, :2]]
        taken += [_filled(part) for part in self if isinstance(part, Formula)]
        labels = VGroup()
        for source, leg, side, aside in legs:
            label = self.typesetter.formula(source, em=LABEL_EM, color=leg.get_stroke_color())
            middle = label.next_to(leg, side, buff=0.1).get_center()
            spots = [(middle + share * label.width * RIGHT)[:2] for share in aside]
            half = half_size(label)
            free = [
                spot
                for spot in spots
                if self.zone.contains(Zone.around(spot, half))
                and clearance(spot, half, np.concatenate(taken)) > 0.04
            ]
            if free and leg.get_arc_length() > 0:
                labels.add(label.move_to([*free[0], 0.0]))
                taken.append(_filled(label))
        return labels


def _along(line: VMobject) -> np.ndarray:
    """Return points (m, 2) close together on a line of the board."""
    starts, ends = line.points[0::4, None, :2], line.points[3::4, None, :2]
    return (starts + np.linspace(0, 1, 24)[:, None] * (ends - starts)).reshape(-1, 2)


def _filled(text: VMobject) -> np.ndarray:
    """Return points (m, 2) all over the box of a text of the board."""
    low, high = text.get_corner(DL)[:2], text.get_corner(UR)[:2]
    shares = np.stack(np.meshgrid(*[np.linspace(0, 1, 8)] * 2), axis=-1).reshape(-1, 2)
    return low + shares * (high - low)


def heights_of(cuts: Sequence[Slice]) -> tuple[float, float]:
    """Return between which values of f some cuts run; the level of 0 is among them, if it is shown.

    Those of the whole landscape where the cuts are level.
    """
    land = cuts[0].land
    values = np.concatenate([land.section(cut.row())[1] for cut in cuts])
    known = values[np.isfinite(values)]
    low, high = min(known, default=land.datum), max(known, default=land.datum)
    air = _AIR * (high - low)  # for hilltops between the points of a row, and for what is below 0
    low, high = float(min(land.datum, low - air)), float(max(land.datum, high + air))
    level = high - low <= 0.02 * (land.highest - land.lowest)
    return (land.lowest, land.highest) if level else (low, high)


class CutPair(VGroup):
    """Two cuts along the axes beside each other; the numbers of heights stand at the first alone.

    Args:
        cuts: the slices along the first and along the second axis.
        heights: (low, high) of f; those of the whole landscape where left out.
        zone: where they stand.
        name: what heights are called, as Typst maths.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        cuts: Sequence[Slice],
        *,
        heights: tuple[float, float] | None = None,
        zone: Zone = LOWER_BOARD,
        name: str = "f",
    ):
        heights = heights or (cuts[0].land.lowest, cuts[0].land.highest)
        labels = tick_labels(nice_ticks(*heights, 4))
        widest = max(typesetter.formula(label, em=LABEL_EM).width for label in labels)
        middle = zone.left + (zone.width - _APART + widest) / 2
        halves = (
            Zone(zone.left, middle, zone.bottom, zone.top),
            Zone(middle + _APART, zone.right, zone.bottom, zone.top),
        )
        super().__init__(
            *(
                CutGraph(
                    typesetter, cut, axis, heights=heights, zone=half, numbered=not axis, name=name
                )
                for axis, (cut, half) in enumerate(zip(cuts, halves, strict=True))
            )
        )

    def climbs(self, run: Callable[[Slice], float]) -> list[VGroup]:
        """Return what the tangents gain on the two graphs, each on a stretch of its cut."""
        return [graph.climb(lambda cut=graph.cut: run(cut)) for graph in self]

    def lengths(self, climbs: Sequence[VGroup], run: Callable[[Slice], float]) -> list[VGroup]:
        """Return the numbers of what these `climbs` measure, if there is room for all of them."""
        pairs = list(zip(self, climbs, strict=True))
        lengths = [graph.lengths(climb, run(graph.cut)) for graph, climb in pairs]
        legs = [sum(leg.get_arc_length() > 0 for leg in climb) for climb in climbs]
        is_whole = list(map(len, lengths)) == legs
        return lengths if is_whole else [VGroup() for _ in pairs]


class SideView(VGroup):
    """A cut along any direction seen straight from the side: a small copy in true proportions.

    Steepness in the picture of the hill depends on where the eye is; here it does not.

    Args:
        cut: the slice; what is shown of it ends where the hill does, or the room beside the point.
        label: what to call the view.
        bend: the second derivative along the cut, now; the line then bends with it, as a parabola.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        cut: Slice,
        label: str,
        bend: Callable[[], float] = lambda: 0.0,
    ):
        land, theme = cut.land, typesetter.theme
        self.zone = zone = UPPER_BOARD
        words = typesetter.words(label, em=LABEL_EM, color=theme.quiet)
        words.move_to((zone.right, zone.top, 0), aligned_edge=UP + RIGHT)
        share = (zone.height - 2 * _OVER) / RELIEF
        right = words.get_left()[0] - 0.3
        middle = (zone.left + right) / 2
        reach = (right - zone.left) / 2 / (share * land.ground_scale)
        unit = np.array([share * land.ground_scale, share * land.height_scale])

        def at(along: np.ndarray | float, height: np.ndarray | float) -> np.ndarray:
            """Return where things so far along the cut, and so high, are on the board."""
            rise = (np.asarray(height) - land.lowest) * unit[1]
            level = np.asarray(along) * unit[0] + middle
            return np.stack(np.broadcast_arrays(level, zone.bottom + _OVER + rise, 0.0), axis=-1)

        def section() -> list[np.ndarray]:
            ends = (cut.row()[[0, -1]] - cut.where()) @ cut.way()
            along = np.linspace(*np.clip(ends, -reach, reach), 241)
            shown, heights = land.section(cut.where() + along[:, None] * cut.way())
            ahead = (shown - cut.where()) @ cut.way()
            return [at(*stretch.T) for stretch in unbroken(np.stack([ahead, heights], axis=-1))]

        def height() -> float:
            return float(land.hill.value(cut.where()))

        def tangent() -> list[np.ndarray]:
            slope = cut.slope()
            way = np.array([1.0, slope]) * unit
            ahead = share * TANGENT_REACH / np.linalg.norm(way)
            # Where it would leave the zone it is shorter, on both sides alike.
            level = at(0.0, height())[1]
            room = min(level - zone.bottom, zone.top - level)
            ahead *= min(1.0, room / max(abs(slope) * ahead * unit[1], 1e-12))
            ends = np.array([-ahead, ahead])
            bent = bend() / 2
            if not bent:
                return [at(ends, height() + slope * ends)]
            along = np.linspace(-reach, reach, 241)
            places = at(along, height() + slope * along + bent * along**2)
            seen = (places[:, 1] >= zone.bottom) & (places[:, 1] <= zone.top)
            seen[120] = True
            first = 120 - int(np.argmin(np.append(seen[120::-1], False))) + 1
            last = 120 + int(np.argmin(np.append(seen[120:], False)))
            return [places[first : max(last, first + 2)]]

        base = min(max(0.0, land.lowest), land.highest)
        self.base = Line(at(-reach, base), at(reach, base)).set_stroke(theme.quiet, 2)
        self.section = following(section, theme.direction, 3.5)
        self.stem = following(lambda: [at(np.zeros(2), np.array([base, height()]))], theme.ink, 3)
        self.tangent = following(tangent, theme.tangent, 5.5)
        self.marker = Dot(radius=0.075, color=theme.ink)
        self.marker.add_updater(lambda dot: dot.move_to(at(0.0, height())), call_updater=True)
        self.letter = self.axis_name(typesetter, "u", theme.direction)
        super().__init__(
            words, self.base, self.letter, self.section, self.stem, self.tangent, self.marker
        )

    def axis_name(self, typesetter: Typesetter, source: str, color: str) -> VMobject:
        """Return a name for the way that is seen from left to right: Typst maths, a hex colour."""
        name = typesetter.formula(source, em=LABEL_EM, color=color)
        return name.next_to(self.base, RIGHT, buff=0.12)


class SlopeGraph(TurnGraph):
    """The slope at one point over the angle of the direction.

    Args:
        point: the point of the domain (2,).
        angle: the direction now, in radians from `zero`; the marker shows its slope.
        zero: the direction from which angles are counted.
        name: what the angle is called, as Typst maths.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        land: Landscape,
        point: np.ndarray,
        angle: Callable[[], float],
        zero: float,
        name: str,
    ):
        steepest = float(np.hypot.reduce(land.hill.gradient(point)))
        reach = 1.15 * steepest if steepest > 0 else 1.0
        super().__init__(
            typesetter,
            lambda ways: directional_derivative(land.hill, point, ways),
            (-reach, reach),
            coloured("D_u f", typesetter.theme.tangent),
            angle,
            zero,
            name,
        )
        self.steepest = steepest

    def ceiling(self) -> VGroup:
        """Return a dashed line at the height |∇f|, which the curve touches, with its name."""
        color = self.typesetter.theme.gradient
        line = DashedLine(self.at(0, self.steepest), self.at(2 * PI, self.steepest))
        name = self.typesetter.formula("|nabla f|", em=LABEL_EM, color=color)
        name.next_to(line.get_end(), UP + LEFT, buff=0.06)
        return VGroup(line.set_stroke(color, 2.5), name)


class LossGraph(Plot):
    """The height over the steps of a walk, drawn as far as it has been walked.

    Args:
        progress: steps walked now; 2.5 is half-way along the third.
        name: Typst maths of the height at the current point.
        before: a walk that was made before: its heights stand dimmed beside those of this one.
    """

    def __init__(
        self,
        typesetter: Typesetter,
        walk: Walk,
        progress: Callable[[], float],
        name: str = "f(bold(x)_k)",
        before: Walk | None = None,
    ):
        walks = [walk] if before is None else [walk, before]
        color, last = typesetter.theme.path, max(1, *(one.steps for one in walks))
        super().__init__(
            typesetter,
            LOWER_BOARD,
            (0, last),
            around(np.concatenate([one.values for one in walks])),
            x_label="k",
            y_label=coloured(name, color),
            x_ticks=[(k, f"{k:.0f}") for k in nice_ticks(0, last, 5) if k == round(k)],
        )

        def walked() -> np.ndarray:
            done = min(progress(), walk.steps)
            steps = np.append(np.arange(np.floor(done) + 1), done)
            heights = np.interp(steps, np.arange(walk.steps + 1), walk.values)
            return np.stack([steps, heights], axis=-1)

        self.before = VGroup()
        if before is not None:
            steps = np.arange(len(before.values))
            line = self.curve(lambda: np.stack([steps, before.values], axis=-1), color)
            self.before.add(line.set_stroke(opacity=DIMMED))
        self.line = self.curve(walked, color)
        self.marker = Marker(self, lambda: walked()[-1], typesetter.theme.ink)
        self.stops = VGroup(
            *(Dot(self.at(k, f), radius=0.05, color=color) for k, f in enumerate(walk.values))
        )

        def reveal(dot: Dot, step: int) -> None:
            if dot.is_reached != (step <= progress()):  # else its opacity is that of a fade
                dot.is_reached = not dot.is_reached
                dot.set_opacity(float(dot.is_reached))

        for step, stop in enumerate(self.stops):
            stop.is_reached = True
            stop.add_updater(lambda dot, step=step: reveal(dot, step))
        self.stops.update()
        self.add(self.before, self.line, self.stops, self.marker)
