"""Truth: what stands on the stage, measured and compared with the oracle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from manim import Mobject, VMobject
from oracle import Case
from reading import (
    Ruler,
    colour_of,
    family,
    in_space,
    numbers_in,
    on_stage,
    source_of,
    vertices,
)

from scenes.stage import (
    ArrowField,
    Compass,
    GradientArrow,
    PartArrows,
    Shadow,
    Slice,
    Step,
    StepArrow,
    Trail,
    Walker,
)
from scenes.stage.planes import MapPlane
from scenes.stage.space import Mesh, SpaceArrow, SpaceDot

CLOSE = 1e-6
"""How far a place may be off, in shares of what the axes span."""

DEGREE = np.pi / 180
STRAIGHT = 0.1 * DEGREE
"""How far a direction may be off."""


class Truth:
    """Measures a stage and keeps what is wrong (`failures`) and what was measured (`measured`)."""

    axis_names = "x", "y"
    """What the axes of the map are called."""

    def __init__(self, case: Case):
        self.case = case
        self.failures: list[str] = []
        self.measured: Counter[str] = Counter()
        self.worst: dict[str, float] = {}
        self.scales: list[float] = []
        self._all_over: np.ndarray | None = None
        self._found_for: dict[int, Any] | None = None

    def look(self, film: Any) -> None:
        """Measure everything that stands in space now."""
        self.film, self.theme = film, film.theme
        self.progress, self.planned, self.angle = (
            getattr(film, name).get_value() if hasattr(film, name) else 0.0
            for name in ("walked", "planned", "angle")
        )
        self.zero = getattr(film, "zero", 0.0)  # whence angles are counted
        self.angle += self.zero
        self.stand()
        self.height = self.case.value(self.here)
        self.slopes = self.case.gradient(self.here)
        self.state = f"{film.beat_name}, k={self.progress:.4g}, θ={self.angle / DEGREE:.4g}°"
        self.stage = {id(m): m for m in on_stage(film) if in_space(m)}
        self.ruler = Ruler(film, list(self.axis_names), getattr(self, "ruler", None))
        self.claimed = {id(part) for part in self.ruler.parts}
        self.floor = float("nan")
        self.near("axes: ticks off a straight scale", self.ruler.residual, 0, 1e-6)
        self.axes()
        self.meshes()
        self.rims()
        self.borders()
        for walker in self.cast(Walker):
            self.walker(walker)
        for cut in self.cast(Slice):
            self.slice(cut)
        for compass in self.cast(Compass):
            self.compass(compass)
        for arrow in self.cast(GradientArrow):
            self.gradient_arrow(arrow)
        for arrow in self.cast(StepArrow):
            self.step_arrow(arrow)
        for trail in self.cast(Trail):
            self.trail(trail)
        for parts in self.cast(PartArrows):
            self.part_arrows(parts)
        for step in self.cast(Step):
            self.step(step)
        for shadow in self.cast(Shadow):
            self.shadow(shadow)
        for field in self.cast(ArrowField):
            self.arrow_field(field)
        for plane in self.cast(MapPlane):
            self.level_plane(plane)
        self.left_behind()
        self.pins()
        self.level_lines()
        self.right_angles()
        self.stilts()
        for mobject in self.stage.values():
            if id(mobject) not in self.claimed:
                self.fail(f"{type(mobject).__name__}: nothing says what it shows")

    def stand(self) -> None:
        """Say where the walker is and where it stopped last."""
        self.here = self.case.position(self.progress)
        self.stop = self.case.position(min(int(self.progress + 1e-9), len(self.case.iterates) - 1))
        if hasattr(self.film, "journey"):  # it goes anywhere: what is shown has to fit where it is
            self.here = self.stop = self.film.journey.where()

    # Reporting

    def fail(self, message: str) -> None:
        """Keep that something is wrong, with when it was seen."""
        self.failures.append(f"{self.state}: {message}")

    def near(self, what: str, found: Any, truth: Any, tolerance: float) -> None:
        """Compare numbers or arrays of them; nan counts as wrong."""
        off = np.abs(np.asarray(found, dtype=float) - np.asarray(truth, dtype=float))
        worst = float(np.max(off)) if np.size(off) else 0.0
        kind = what.partition(":")[0]
        self.measured[kind] += 1
        if np.isfinite(worst):
            share = worst / tolerance
            self.worst[kind] = max(self.worst.get(kind, 0.0), share)
        if not worst <= tolerance:
            self.fail(f"{what}: off by {worst:.3g}, allowed {tolerance:.3g}")

    def wears(self, what: str, mobject: VMobject, meaning: str) -> None:
        """Compare a colour with the theme's colour of a meaning."""
        wanted = getattr(self.theme, meaning).upper()
        if colour_of(mobject) != wanted:
            self.fail(f"{what}: colour {colour_of(mobject)}, {meaning} is {wanted}")

    def shows(self, mobject: Mobject) -> bool:
        """Whether a thing in space is on stage; it then counts as read."""
        if id(mobject) not in self.stage:
            return False
        self.claimed.add(id(mobject))
        return True

    def cast(self, kind: type) -> Iterator[Any]:
        """Yield the film's actors of a kind that have a part on stage."""
        if self._found_for is not self.stage:  # once a look
            self._found_for = self.stage
            found = within(list(vars(self.film).values()))
            self._actors = list({id(actor): actor for actor in found}.values())
        for actor in self._actors:
            if isinstance(actor, kind) and any(id(part) in self.stage for part in family([actor])):
                yield actor

    # Places

    def places(self, what: str, places: np.ndarray, points: Any, heights: Any = None) -> None:
        """Compare places with points of the domain and heights; with the map's level without."""
        self.near(f"{what}: place", self.ruler.domain(places), points, CLOSE * self.ruler.extent)
        if heights is None:
            level = np.asarray(places)[..., 2]
            self.near(f"{what}: lies on the map", level, self.floor, CLOSE)
        else:
            found = self.ruler.heights(places)
            self.near(f"{what}: height", found, heights, CLOSE * self.ruler.relief)

    def on_line(self, what: str, points: np.ndarray, way: np.ndarray) -> None:
        """Compare points of the domain with the line through the walker along `way`."""
        off = (points - self.here) @ np.array([-way[1], way[0]])
        self.near(f"{what}: on the line through the point", off, 0, CLOSE * self.ruler.extent)

    def parallel(self, what: str, vector: np.ndarray, way: np.ndarray) -> None:
        """Compare the direction of a vector of the domain with another's."""
        turn = np.arctan2(vector[0] * way[1] - vector[1] * way[0], vector @ way)
        self.near(f"{what}: direction", turn, 0, STRAIGHT)

    # The landscape

    def axes(self) -> None:
        """The axes span the ranges that the case asks for, or a part of them, and the heights."""
        ranges = self.case.x_range, self.case.y_range
        for name, (low, high), here in zip(self.axis_names, ranges, self.here, strict=True):
            span, slack = self.ruler.span[name], CLOSE * self.ruler.extent
            if self.is_close():
                known = low - slack <= span[0] <= here <= span[1] <= high + slack
                self.near(f"close-up: {name} is a part", known, True, 0.5)
            else:
                self.near(f"axes: {name}", span, (low, high), slack)
        name = self.ruler.height
        if name in self.ruler.bounds:
            self.cuts(np.array(self.ruler.span[name]), np.array(self.ruler.bounds[name]))

    def cuts(self, span: np.ndarray, bounds: np.ndarray) -> None:
        """Where f is higher or lower than the hill, the axis says where it is cut off."""
        values = self.values_all_over()
        over = np.array([span[0] - values.min(), values.max() - span[1]])
        away = 1e-2 * self.ruler.relief  # the picture's samples are not these
        for is_told, end, bound, beyond in zip(
            np.isfinite(bounds), span, bounds, over, strict=True
        ):
            if is_told:
                self.near("cut: told where it is", end, bound, CLOSE * self.ruler.relief)
                self.near("cut: f goes beyond", min(beyond, 0.0), 0, CLOSE * self.ruler.relief)
            else:
                self.near("cut: nothing without a word", max(beyond, 0.0), 0, away)

    def values_all_over(self) -> np.ndarray:
        """Return the finite values of f (m,) on a grid over the whole picture."""
        if self._all_over is None:
            xs, ys = (np.linspace(*ends, 33) for ends in (self.case.x_range, self.case.y_range))
            points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
            beside = points + 1e-5 * (points.mean(axis=0) - points) + 1e-6  # a pole's are finite
            values = self.case.values(np.concatenate([points, beside]))
            self._all_over = values[np.isfinite(values)]
        return self._all_over

    def meshes(self) -> None:
        """The map is level, the hill is f, and both are coloured by f."""
        meshes = [m for m in self.stage.values() if isinstance(m, Mesh) and len(m.points) > 1000]
        flat = [m for m in meshes if np.ptp(m.points[:, 2]) == 0]
        if len(flat) != 1 or len(meshes) > 2:
            self.fail(f"{len(flat)} level meshes and {len(meshes) - len(flat)} others on stage")
            return
        self.floor = flat[0].points[0, 2]
        points = self.ruler.domain(flat[0].points)
        for axis, name in enumerate(self.axis_names):
            span = [points[:, axis].min(), points[:, axis].max()]
            self.near(f"map: {name}", span, self.ruler.span[name], CLOSE * self.ruler.extent)
        low, high = self.ruler.span[self.ruler.height]
        for mesh in meshes:
            self.shows(mesh)
            tolerance = CLOSE * self.ruler.relief
            chosen = np.random.default_rng(1).integers(0, len(mesh.points), 40)
            points = self.ruler.domain(mesh.points)
            truth = self.case.values(points[chosen])
            known = np.isfinite(truth)
            if mesh is not flat[0]:  # a wall higher than the frame is cut off there
                known &= (truth >= low - tolerance) & (truth <= high + tolerance)
            self.near("colours: by value", mesh.heights[chosen][known], truth[known], tolerance)
            if mesh is not flat[0]:
                found_all = self.ruler.heights(mesh.points)
                found = found_all[chosen]
                self.places("hill", mesh.points[chosen][known], points[chosen][known], truth[known])
                if np.isfinite(found[~known]).any():
                    self.fail("hill: it stands where f is not defined, or beyond the frame")
                corners = found_all[mesh.faces] if len(mesh.faces) else np.zeros((1, 3))
                self.near("hill: ends with the axis", np.nanmin(corners), low, tolerance)
                self.near("hill: ends with the axis", np.nanmax(corners), high, tolerance)

    def grounds(self) -> Iterator[tuple[Mobject, bool]]:
        """Yield what has rims and borders, and whether it is lifted off the map."""
        yield self.film.scenery.hill, True
        yield (self.film.closeup.map if self.is_close() else self.film.scenery.map), False

    def is_close(self) -> bool:
        """Whether a part of the map is seen from close by."""
        closeup = getattr(self.film, "closeup", None)
        return closeup is not None and id(closeup.map[0]) in self.stage

    def rims(self) -> None:
        """A rim runs where f ends: it is defined on the rim, and not everywhere beside it."""
        for group, lifted in self.grounds():
            rim = group[1]
            if not self.shows(rim):
                continue
            places = rim.points[::4][:: max(1, len(rim.points) // 120)]
            points = self.ruler.domain(places)
            self.places("rim", places, points, self.case.values(points) if lifted else None)
            turns = np.linspace(0, 2 * np.pi, 8, endpoint=False)
            around = 1e-4 * self.ruler.extent * np.stack([np.cos(turns), np.sin(turns)], axis=-1)
            beside = self.case.values((points[:, None] + around).reshape(-1, 2)).reshape(-1, 8)
            low, high = self.ruler.span[self.ruler.height]
            slack = CLOSE * self.ruler.relief
            with np.errstate(invalid="ignore"):
                if lifted:  # the frame's upper and lower end cut the hill too
                    beside[(beside > high + slack) | (beside < low - slack)] = np.nan
            inner = np.isfinite(beside).all(axis=1)
            jumps = np.ptp(beside, axis=1) > 1e-2 * self.ruler.relief
            if (inner & ~jumps).any():
                self.fail("rim: f is defined on all sides of it")

    def borders(self) -> None:
        """A line runs along the sides of the domain, on the map and on the hill."""
        sides = np.array([self.ruler.span[name] for name in self.axis_names])
        for group, lifted in self.grounds():
            border = group[2]
            if not self.shows(border):
                continue
            places = border.points[::4][:: max(1, len(border.points) // 200)]
            points = self.ruler.domain(places)
            self.places("border", places, points, self.case.values(points) if lifted else None)
            away = np.abs(points[:, :, None] - sides).min(axis=(1, 2))
            self.near("border: at a side of the domain", away, 0, CLOSE * self.ruler.extent)

    # The actors

    def walker(self, walker: Walker) -> None:
        """The dot stands on the hill, its foot below, the plumb between them."""
        if self.shows(walker.dot):
            self.places("walker", walker.dot.points.mean(axis=0), self.here, self.height)
            self.wears("walker", walker.dot, "ink")
        if self.shows(walker.foot):
            self.places("foot", walker.foot.points.mean(axis=0), self.here)
            self.wears("foot", walker.foot, "ink")
        low, high = self.ruler.span[self.ruler.height]
        zero = min(max(0.0, low), high)  # heights count from 0, or from the end of the axis nearby
        if not walker.counted.get_value():  # from nowhere yet: the plumb leads up to the walker
            zero = self.height
        if self.shows(walker.plumb):
            points = walker.plumb.points
            self.near(
                "plumb: upright", self.ruler.domain(points), self.here, CLOSE * self.ruler.extent
            )
            self.near("plumb: from the map", points[0, 2], self.floor, CLOSE)
            top = max(self.ruler.heights(points).max() - zero, 0)
            self.near("plumb: up to the height 0", top, 0, CLOSE * self.ruler.relief)
            self.wears("plumb", walker.plumb, "quiet")
        if self.shows(walker.zero):
            self.places("height 0", walker.zero.points.mean(axis=0), self.here, zero)
            self.wears("height 0", walker.zero, "ink")
        if self.shows(walker.stem):
            foot, top = walker.stem.points[[0, -1]]
            self.places("stem's foot", foot, self.here, zero)
            self.places("stem's top", top, self.here, self.height)
            self.wears("stem", walker.stem, "ink")

    def slice(self, cut: Slice) -> None:
        """The cut lies on the hill, the plane stands upright, the tangent has the right slope."""
        cuts = getattr(self.film, "cuts", ())
        angles = {id(actor): i * np.pi / 2 for i, actor in enumerate(cuts)}
        angle = angles.get(id(cut), self.angle)
        way = np.array([np.cos(angle), np.sin(angle)])
        if self.shows(cut.plane):
            corners = self.ruler.domain(cut.plane.points)
            self.on_line("plane", corners, way)
            low, high = np.argsort(corners @ way).reshape(2, 2)
            for pair in (low, high):
                self.near("plane: upright", np.ptp(corners[pair], axis=0), 0, 1e-9)
        for line, meaning in ((cut.cut, "cut"), (cut.trace, "trace")):
            if self.shows(line):
                self.cut_line(meaning, line, way)
        if self.shows(cut.tangent):
            self.tangent(cut.tangent, way)

    def cut_line(self, what: str, line: VMobject, way: np.ndarray) -> None:
        """A cut or its trace runs through the point from edge to edge."""
        corners = vertices(line)
        corners = corners[np.isfinite(corners).all(axis=1)]
        points = self.ruler.domain(corners)
        self.on_line(what, points, way)
        self.wears(what, line, "direction")
        if what == "trace":
            self.near("trace: lies on the map", corners[:, 2], self.floor, CLOSE)
            ends = points[[0, -1]]
        else:
            heights = self.ruler.heights(corners)
            self.near("cut: height", heights, self.case.values(points), CLOSE * self.ruler.relief)
            ends = [end for end in points[[0, -1]] if len(corners) == len(vertices(line))]
        box = np.array([self.ruler.span[name] for name in self.axis_names]).T
        for end in ends:
            self.near(f"{what}: reaches the edge", np.abs(end - box).min(), 0, 1e-6)

    def tangent(self, line: VMobject, way: np.ndarray) -> None:
        """A tangent touches the hill at the point; its slope is the directional derivative."""
        ends = line.points[[0, -1]]
        (first, last), (low, high) = self.ruler.domain(ends), self.ruler.heights(ends)
        run = np.linalg.norm(last - first)
        truth = self.case.slope(self.here, way)
        scale = max(abs(truth), self.ruler.relief / self.ruler.extent)
        self.near("tangent: slope", (high - low) / run, truth, CLOSE * scale)
        self.parallel("tangent", last - first, way)
        share = (self.here - first) @ (last - first) / run**2
        self.near(
            "tangent: touches", low + share * (high - low), self.height, CLOSE * self.ruler.relief
        )
        self.on_line("tangent", np.stack([first, last]), way)
        self.wears("tangent", line, "tangent")

    def compass(self, compass: Compass) -> None:
        """The arrow u stands at the angle; the circle of one radius holds all the others."""
        rim = self.ruler.domain(vertices(compass.circle)) - self.here
        radius = float(np.linalg.norm(rim[0]))
        self.near("compass: a readable size", radius / self.ruler.extent, 0.35, 0.26)
        if self.shows(compass.circle):
            corners = vertices(compass.circle)
            away = np.linalg.norm(self.ruler.domain(corners) - self.here, axis=1)
            self.near("compass: radius", away / radius, 1, 1e-6)
            self.near("compass: lies on the map", corners[:, 2], self.floor, CLOSE)
            self.wears("compass", compass.circle, "direction")
        if self.shows(compass.axis):
            corners = vertices(compass.axis)
            self.places(
                "compass's zero", corners, self.here + np.outer([0, radius], along(self.zero))
            )
            self.wears("compass's zero", compass.axis, "direction")
        if self.shows(compass.arc):
            self.arc(compass.arc)
        if self.shows(compass.arrow):
            u = radius * np.array([np.cos(self.angle), np.sin(self.angle)])
            self.map_arrow("u", compass.arrow, u)
            self.wears("u", compass.arrow, "direction")

    def arc(self, arc: VMobject) -> None:
        """The angle is drawn from the direction of the first axis round to u."""
        corners = vertices(arc)
        spokes = self.ruler.domain(corners) - self.here
        radius = np.linalg.norm(spokes[0])
        self.near("arc: radius", np.linalg.norm(spokes, axis=1) / radius, 1, 1e-6)
        turned = np.unwrap(np.arctan2(spokes[:, 1], spokes[:, 0]))
        self.near("arc: angle", turned[[0, -1]], [self.zero, self.angle], STRAIGHT)
        self.near("arc: lies on the map", corners[:, 2], self.floor, CLOSE)
        self.wears("arc", arc, "direction")

    def map_arrow(self, what: str, arrow: SpaceArrow, vector: np.ndarray) -> None:
        """An arrow on the map begins below the walker and is a vector of the domain."""
        start, end = arrow.points[[0, -1]]
        self.places(f"{what}'s start", start, self.here)
        self.places(f"{what}'s end", end, self.here + vector)
        if np.linalg.norm(vector) > 1e-6 * self.ruler.extent:
            self.parallel(what, self.ruler.domain(end) - self.ruler.domain(start), vector)

    def gradient_arrow(self, arrow: GradientArrow) -> None:
        """±∇f at the last stop, to one scale, on the map: it is a vector of the domain."""
        stop, slopes = self.stop, self.case.gradient(self.stop)
        sign = -1 if arrow is getattr(self.film, "downhill", None) else 1
        if self.shows(arrow.on_map):
            start, end = arrow.on_map.points[[0, -1]]
            vector = self.ruler.domain(end) - self.ruler.domain(start)
            steepness = float(np.linalg.norm(slopes))
            if not steepness > 1e-6 * self.ruler.relief / self.ruler.extent:
                self.near("gradient: none on level ground", vector, 0, CLOSE * self.ruler.extent)
                return
            self.parallel("gradient", vector, sign * slopes)
            told = hasattr(self.film, "scale_row") or hasattr(self.film, "scales_told")
            if arrow.grown.get_value() == 1 or told:
                self.scales.append(float(np.linalg.norm(vector)) / steepness)
                one = read_scale(self.film) if told else self.scales[0]
                self.near("gradient: to one scale", self.scales[-1], one, CLOSE * one)
            self.wears("gradient", arrow.on_map, "gradient")
            self.places("gradient's start", start, stop)
            self.places("gradient's end", end, stop + vector)

    def part_arrows(self, parts: PartArrows) -> None:
        """(f_x, 0) and (0, f_y) to one scale, the second from the point or from the first's tip."""
        if parts.grown.get_value() != 1:
            return
        whole, meaning = self.slopes, "tangent"
        if colour_of(parts.arrows[0]) == self.theme.direction.upper():
            rim = self.ruler.domain(vertices(self.film.compass.circle)[0])
            whole, meaning = np.linalg.norm(rim - self.here) * along(self.angle), "direction"
        else:
            whole = read_scale(self.film) * whole
        vectors = np.diag(whole)
        for axis, arrow in enumerate(parts.arrows):
            if self.shows(arrow):
                ends, away = self.ruler.domain(arrow.points[[0, -1]]), CLOSE * self.ruler.extent
                self.near("part: to scale", ends[1] - ends[0], vectors[axis], away)
                self.near("part: on the map", arrow.points[:, 2], self.floor, CLOSE)
                first = vectors[1 - axis] if axis != parts.lead else np.zeros(2)
                foot = self.here + parts.joined.get_value() * first
                self.near("part: its foot", ends[0], foot, away)
                self.wears("part", arrow, meaning)

    def step(self, step: Step) -> None:
        """A step h u on the map, the hill at its end, and the secant through both points."""
        u, h = along(self.angle), step.size()
        goal = self.here + h * u
        if self.shows(step.on_map):
            self.map_arrow("step h u", step.on_map, h * u)
            self.wears("step h u", step.on_map, "direction")
        if self.shows(step.dot):
            self.places("step's end", step.dot.points.mean(axis=0), goal, self.case.value(goal))
            self.wears("step's end", step.dot, "direction")
        if self.shows(step.secant):
            ends = step.secant.points[[0, -1]]
            points, heights = self.ruler.domain(ends), self.ruler.heights(ends)
            self.on_line("secant", points, u)
            slope = np.diff(heights)[0] / ((points[1] - points[0]) @ u)
            truth = (self.case.value(goal) - self.height) / h
            scale = max(abs(truth), self.ruler.relief / self.ruler.extent)
            self.near("secant: slope", slope, truth, 10 * CLOSE * scale)
            there = heights[0] + slope * ((self.here - points[0]) @ u)
            self.near("secant: meets the hill", there, self.height, CLOSE * self.ruler.relief)
            self.wears("secant", step.secant, "tangent")

    def shadow(self, shadow: Shadow) -> None:
        """From the point to the foot of the perpendicular from the gradient's tip to u's line."""
        u, vector = along(self.angle), read_scale(self.film) * self.slopes
        foot = self.here + self.case.slope(self.here, u) * read_scale(self.film) * u
        away = CLOSE * self.ruler.extent
        if self.shows(shadow.cast):
            ends = self.ruler.domain(shadow.cast.points[[0, -1]])
            self.near("shadow: from the point to the foot", ends, [self.here, foot], away)
            self.near("shadow: on the map", shadow.cast.points[:, 2], self.floor, CLOSE)
            pieces = self.ruler.domain(shadow.cast.points.reshape(-1, 4, 3)[:, [0, -1]])
            drawn = float(np.linalg.norm(pieces[:, 1] - pieces[:, 0], axis=1).sum())
            length, sign = np.linalg.norm(foot - self.here), self.case.slope(self.here, u)
            if sign > 0:
                self.near("shadow: whole", drawn, length, away)
            elif length > away and not drawn < 0.7 * length:
                self.fail("shadow: it counts as negative and is not in pieces")
            self.wears("shadow", shadow.cast, "tangent")
        if self.shows(shadow.drop):
            points = self.ruler.domain(shadow.drop.points)
            self.near("perpendicular: from the tip", points[0], self.here + vector, away)
            self.near("perpendicular: square on u", (points - foot) @ u, 0, away)
            self.wears("perpendicular", shadow.drop, "ink")

    def level_plane(self, plane: MapPlane) -> None:
        """A quiet plane is level, and as high as the hill at the point: the tangent lies in it."""
        for part in plane:
            if self.shows(part):
                heights = self.ruler.heights(part.points)  # it is drawn a hair too low
                self.near("level plane: height", heights, self.height, 5e-3 * self.ruler.relief)
                self.near("level plane: level", np.ptp(heights), 0, CLOSE * self.ruler.relief)
        self.wears("level plane", plane.outline, "quiet")
        tangent = self.ruler.heights(self.film.turning.tangent.points)
        if abs(self.case.slope(self.here, along(self.angle))) < 1e-9:
            self.near("level plane: the tangent", tangent, self.height, 5e-3 * self.ruler.relief)

    def arrow_field(self, field: ArrowField) -> None:
        """The arrows are the gradient where they stand, or its opposite, to the scale on the board.

        One that would reach the next one's point is drawn as long as it may be, and one too short
        to be seen a fifth as long as that. There is a dot where it would be less than a hundredth,
        level ground to the eye.
        """
        if field.grown.get_value() != 1:
            return
        scale, sign = read_scale(self.film), np.cos(field.turned.get_value())
        self.near("field: turned by nothing or half a turn", abs(sign), 1, 1e-9)
        points = self.ruler.domain(np.array([arrow.points[0] for arrow in field.arrows]))
        gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
        longest = 0.95 * np.min(gaps[gaps > 0]) if len(points) > 1 else np.inf
        for arrow in field.arrows:
            if self.shows(arrow):
                start, end = self.ruler.domain(arrow.points[[0, -1]])
                slopes = sign * self.case.gradient(start)
                length, drawn = scale * np.linalg.norm(slopes), np.linalg.norm(end - start)
                shown = np.clip(length, longest / 5, longest) if length > longest / 100 else 0.0
                if drawn:
                    self.parallel("field", end - start, slopes)
                self.near("field: to scale", drawn, shown, CLOSE * self.ruler.extent)
                self.near("field: on the map", arrow.points[:, 2], self.floor, CLOSE)
                self.wears("field", arrow, "gradient")
        for dot in field.dots:
            if self.shows(dot):
                place = self.ruler.domain(dot.points[0])
                steep = scale * np.linalg.norm(self.case.gradient(place))
                self.near("field: a dot where it looks level", steep, 0, longest / 100)

    def step_arrow(self, arrow: StepArrow) -> None:
        """From the walker to as far as an independent walk is planned."""
        if self.shows(arrow.on_map):
            left = self.case.position(self.planned) - self.here
            if arrow.times.get_value() != 1:  # the board says how much longer it is drawn
                left = read_scale(self.film) * left
            self.map_arrow("step", arrow.on_map, left)
            self.wears("step", arrow.on_map, "path")

    def trail(self, trail: Trail) -> None:
        """The way walked lies on the hill and on the map and passes through every stop."""
        stops = self.case.iterates[: int(self.progress + 1e-9) + 1]
        for line, above in ((trail.on_hill, True), (trail.on_map, False)):
            if not self.shows(line):
                continue
            corners = vertices(line)
            points = self.ruler.domain(corners)
            heights = self.case.values(points) if above else None
            self.places("trail", corners, points, heights)
            start = self.case.iterates[0]
            self.near("trail: begins at the start", points[0], start, CLOSE * self.ruler.extent)
            gaps = np.linalg.norm(stops[:, None] - points[None], axis=2).min(axis=1)
            self.near("trail: passes the stops", gaps, 0, CLOSE * self.ruler.extent)
            self.near("trail: ends here", points[-1], self.here, CLOSE * self.ruler.extent)
            self.wears("trail", line, "path")
        dots = [dot for dot in trail.stops if self.shows(dot)]
        places = np.array([dot.points.mean(axis=0) for dot in dots]).reshape(-1, 3)
        low = np.abs(places[:, 2] - self.floor) < CLOSE
        for chosen, truth in ((places[~low], self.case.values(stops)), (places[low], None)):
            if len(chosen) != len(stops):
                self.fail(f"stops: {len(chosen)} dots for {len(stops)} stops")
            else:
                self.places("stops", chosen, stops, truth)
        for dot in dots:
            self.wears("stops", dot, "path")

    def lines_of(self, color: str) -> Iterator[VMobject]:
        """Yield the lines of a colour that nothing else has read yet; they then count as read."""
        for line in list(self.stage.values()):
            if id(line) in self.claimed or isinstance(line, Mesh):
                continue
            if colour_of(line) == color.upper():
                self.claimed.add(id(line))
                yield line

    def pins(self) -> None:
        """A ring in the minimum's colour lies round a minimum, on the hill or on the map."""
        for ring in self.lines_of(self.theme.minimum):
            corners = vertices(ring)[:-1]
            points = self.ruler.domain(corners)
            middle = points.mean(axis=0)
            known = np.array(self.case.minima + self.case.kinks).reshape(-1, 2)
            if not len(known):
                self.fail("minimum: a ring, and f has no minimum in view")
                continue
            nearest = known[np.linalg.norm(known - middle, axis=1).argmin()]
            self.near("minimum: place", middle, nearest, CLOSE * self.ruler.extent)
            away = np.linalg.norm(points - nearest, axis=1)
            self.near("minimum: a circle round it", away, away[0], CLOSE * self.ruler.extent)
            level = np.ptp(corners[:, 2]) == 0 and abs(corners[0, 2] - self.floor) < CLOSE
            self.places("minimum", corners, points, None if level else self.case.values(points))

    def level_lines(self) -> None:
        """A contour line that is drawn runs through the point, and f is the same all along it."""
        for line in self.lines_of(self.theme.contour):
            corners = vertices(line)
            points = self.ruler.domain(corners)
            tolerance = CLOSE * self.ruler.relief
            self.near("contour: one value", self.case.values(points), self.height, tolerance)
            away = np.linalg.norm(points - self.here, axis=1).min()
            self.near("contour: runs through the point", away, 0, CLOSE * self.ruler.extent)
            level = np.ptp(corners[:, 2]) == 0 and abs(corners[0, 2] - self.floor) < CLOSE
            self.places("contour", corners, points, None if level else self.case.values(points))
            steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
            self.near("contour: unbroken", steps, 0, 0.02 * self.ruler.extent)

    def left_behind(self) -> None:
        """An arrow that stays where the point has been is still the gradient there."""
        for arrow in list(self.stage.values()):
            colour = self.theme.gradient.upper()
            if id(arrow) in self.claimed or not isinstance(arrow, SpaceArrow):
                continue
            if colour_of(arrow) == colour and self.shows(arrow):
                start, end = self.ruler.domain(arrow.points[[0, -1]])
                vector = read_scale(self.film) * self.case.gradient(start)
                self.parallel("left behind", end - start, vector)
                self.near("left behind: to scale", end - start, vector, CLOSE * self.ruler.extent)
                self.near("left behind: on the map", arrow.points[:, 2], self.floor, CLOSE)

    def right_angles(self) -> None:
        """The mark of a right angle lies between the gradient and the contour line."""
        for line in self.lines_of(self.theme.ink):
            corners = self.ruler.domain(vertices(line))
            if len(corners) != 3:
                self.fail(f"a line in ink with {len(corners)} corners")
                continue
            one, both, other = corners - self.here
            self.near("right angle: a square", both, one + other, CLOSE * self.ruler.extent)
            self.near("right angle: a square", np.hypot(*one), np.hypot(*other), CLOSE)
            self.parallel("right angle: along the gradient", one, self.slopes)
            across = np.array([-self.slopes[1], self.slopes[0]])
            self.parallel("right angle: along the contour", other, across)

    def stilts(self) -> None:
        """Dashes that carry the axis of heights stand upright at its foot."""
        for mobject in list(self.stage.values()):
            if id(mobject) in self.claimed or isinstance(mobject, (Mesh, SpaceArrow, SpaceDot)):
                continue
            points = self.ruler.domain(mobject.points)
            low, high = self.ruler.span[self.ruler.height]
            if colour_of(mobject) == self.theme.quiet.upper() and np.ptp(points, axis=0).max() < (
                CLOSE * self.ruler.extent
            ):
                self.claimed.add(id(mobject))
                box = np.array([self.case.x_range, self.case.y_range])
                corners = np.array(np.meshgrid(*box)).reshape(2, -1).T
                seen = self.film.camera.project_points(self.film.land.ground(corners))
                corner = corners[np.argmin(seen[:, 0])]  # the axis of heights stands at the left
                self.near("stilt: place", points, corner, CLOSE * self.ruler.extent)
                top = max(self.ruler.heights(mobject.points).max() - low, 0)
                self.near("stilt: below the axis", top, 0, CLOSE * (high - low))


def along(angle: float) -> np.ndarray:
    """Return the unit vector (2,) at an angle in radians."""
    return np.array([np.cos(angle), np.sin(angle)])


def read_scale(film: Any) -> float:
    """Return how many times their true length the gradient's arrows are drawn, as the board says.

    Where a film tells of lengths that are not true only, and tells of none, it is once.
    """
    told = (getattr(film, name, None) for name in ("scales_told", "told"))
    rows = next((rows for rows in told if rows is not None), None)
    rows = [film.scale_row] if rows is None else rows
    if not rows or source_of(rows[0].label).startswith("u"):
        return 1.0
    return numbers_in(rows[0].readout.shown)[0].value


def within(values: Any) -> Iterator[Any]:
    """Yield mobjects and those in lists, rows and groups."""
    for value in values:
        if isinstance(value, Mobject):
            yield from family([value])
        elif isinstance(value, (list, tuple)):
            yield from within(value)
