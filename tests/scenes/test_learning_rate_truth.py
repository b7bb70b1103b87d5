"""The learning rate's four walks are true: on the hill, on the small maps, and on the board."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import mpmath
import numpy as np
import pytest
from board import WholeTruth
from manim import DL, UR, Typst
from oracle import Case
from reading import (
    PlotRuler,
    colour_of,
    family,
    is_visible,
    numbers_in,
    powers_of_ten,
    source_of,
    vertices,
)
from truth import CLOSE
from walking import walk

from scenes.learning_rate import LearningRate
from scenes.stage import LogCurves, Row, SmallMap, StepBars, StepCurves
from scenes.stage.readout import Readout
from scenes.stage.space import SpaceArrow

ON_HILL = {
    "the_hill": 1,
    "two_rates": 1,
    "the_first_rate": 0,
    "the_second_rate": 1,
    "the_third_rate": 2,
    "the_fourth_rate": 3,
    "why_it_leaves": 3,
}
"""The walk that is on the hill after a beat, by the number of its rate."""


@dataclass(frozen=True)
class Walked(Case):
    """A walk as far as the picture shows it: its last point is where it leaves the rectangle.

    `decay` is how fast the rate shrinks.
    """

    decay: float = 0.0

    @cached_property
    def whole(self) -> np.ndarray:
        """All points that gradient descent reaches, up to the first out of the picture."""
        with mpmath.workdps(50):
            points = [tuple(map(mpmath.mpf, self.start))]
            for k in range(self.steps):
                slopes = self._slope(points[-1], (1, 0)), self._slope(points[-1], (0, 1))
                rate = mpmath.mpf(self.rate) / (1 + mpmath.mpf(self.decay) * k)
                here = points[-1]
                points.append(tuple(p - rate * s for p, s in zip(here, slopes, strict=True)))
                if not self.holds(points[-1]):
                    break
        return np.array([[float(x), float(y)] for x, y in points])

    def holds(self, point: Any) -> bool:
        """Whether the picture holds a point."""
        ranges = self.x_range, self.y_range
        return all(low <= part <= high for part, (low, high) in zip(point, ranges, strict=True))

    @property
    def leaves(self) -> bool:
        """Whether the walk goes out of the picture."""
        return not self.holds(self.whole[-1])

    @cached_property
    def iterates(self) -> np.ndarray:
        """The points that are shown, with the place where the walk leaves."""
        points = self.whole.copy()
        if self.leaves:
            here, ahead = points[-2:]
            box = np.array([self.x_range, self.y_range]).T
            shares = ((box - here) / (ahead - here)).max(axis=0)
            points[-1] = here + shares.min() * (ahead - here)
        return points

    def lengths(self) -> np.ndarray:
        """Return how long the steps are, with the one that leaves."""
        return np.linalg.norm(np.diff(self.whole, axis=0), axis=1)


VALLEY = Walked(
    "valley",
    "x^2/4 + y^2",
    lambda x, y: x**2 / 4 + y**2,
    x_range=(-3.0, 3.0),
    start=(-2.0, 1.0),
    minima=((0.0, 0.0),),
)
"""The film's own example."""

BOWL = replace(VALLEY, text="x^2 + y^2", f=lambda x, y: x**2 + y**2, start=(1.6, 1.2))
RATES = 0.02, 0.45, 0.95, 1.08


class RateTruth(WholeTruth):
    """Measures the hill with the walk of the beat, then the small maps and the plots."""

    on_hill = ON_HILL

    def __init__(self, case: Walked, rates: tuple[float, ...], decay: float):
        super().__init__(case)
        self.walks = [replace(case, rate=rate) for rate in rates]
        self.fixed = 3
        self.shrinking = replace(case, rate=rates[self.fixed], decay=decay)

    def __call__(self, film: Any) -> None:
        self.film, self.theme, self.state = film, film.theme, film.beat_name
        if film.beat_name in self.on_hill:
            self.hill(film)
        else:
            self.beats.append(film.beat_name)
        self.contestants(film)
        self.curves(film)
        self.small_maps(film)

    def hill(self, film: Any) -> None:
        """Measure the hill at the end, or, where the walker has left, a little before."""
        number = self.on_hill[film.beat_name]
        self.case = self.walks[number]
        tracker = film.racers[number].done
        done = tracker.get_value()
        if self.case.leaves and done:
            wanted = len(self.case.iterates) - 1
            self.near("leaves: in its step", done, wanted, 1e-9)
            tracker.set_value(wanted - 0.4)
            film.update_mobjects(0)
        film.walked = tracker
        self.after_beat(film)
        tracker.set_value(done)
        film.update_mobjects(0)

    def name_of(self, number: int) -> str:
        """Return what a walk is called."""
        return f"eta = {self.walks[number].rate:g}"

    def wears(self, what: str, mobject: Any, meaning: str) -> None:
        """Compare a colour as is usual; a walk on the hill has that of its line on the board."""
        if what not in ("trail", "stops") or not hasattr(self.film, "standings"):
            super().wears(what, mobject, meaning)
            return
        sample = self.film.standings.entries[self.on_hill[self.film.beat_name]][0]
        if colour_of(mobject) != colour_of(sample):
            self.fail(f"{what}: colour {colour_of(mobject)}, on the board {colour_of(sample)}")

    def truth_of(self, label: str) -> list[float] | None:
        steepness = float(np.linalg.norm(self.case.gradient(self.stop)))
        rows = {"|nabla f|": steepness, "eta": self.case.rate}
        rows["eta thin |nabla f|"] = steepness * self.case.rate
        return [rows[label]] if label in rows else super().truth_of(label)

    def drawn(self, label: str) -> list[float]:
        """Return how many times their true length the arrows −∇f have."""
        assert label.startswith("-nabla f"), label
        arrows = [m for m in family(self.film.mobjects) if isinstance(m, SpaceArrow)]
        color = self.theme.gradient.upper()
        shown = [a for a in arrows if is_visible(a) and colour_of(a) == color]
        ends = [self.ruler.domain(arrow.points[[0, -1]]) for arrow in shown]
        slopes = [np.linalg.norm(self.case.gradient(start)) for start, _ in ends]
        lengths = [np.linalg.norm(tip - start) for start, tip in ends]
        return [float(np.median(np.divide(lengths, slopes)))]

    # On the hill

    def left_behind(self) -> None:
        """Each arrow is −∇f at a stop of the walk, all in one scale."""
        scales = []
        for arrow in list(self.stage.values()):
            if not isinstance(arrow, SpaceArrow) or id(arrow) in self.claimed:
                continue
            if colour_of(arrow) != self.theme.gradient.upper():
                continue
            self.shows(arrow)
            start, end = self.ruler.domain(arrow.points[[0, -1]])
            away = np.linalg.norm(self.case.iterates - start, axis=1).min()
            self.near("slope: at a stop", away, 0, CLOSE * self.ruler.extent)
            slopes = self.case.gradient(start)
            self.parallel("slope", end - start, -slopes)
            scales.append(np.linalg.norm(end - start) / np.linalg.norm(slopes))
            self.near("slope: to one scale", scales[-1], scales[0], CLOSE)
        if self.film.beat_name == "why_it_leaves":
            self.near("slope: one at every stop", len(scales), len(self.case.iterates) - 1, 0.5)

    def pins(self) -> None:
        """The two steps begin at the start and are η|∇f| long, for the rates written beside."""
        super().pins()
        arrows = [
            m
            for m in self.stage.values()
            if isinstance(m, SpaceArrow) and id(m) not in self.claimed
        ]
        steps = [a for a in arrows if colour_of(a) == self.theme.path.upper()]
        if self.film.beat_name != "two_rates":
            return
        steepness = np.linalg.norm(self.case.gradient(self.here))
        lengths = []
        for arrow in steps:
            self.shows(arrow)
            start, end = self.ruler.domain(arrow.points[[0, -1]])
            self.near("step: from the start", start, self.here, CLOSE * self.ruler.extent)
            self.parallel("step", end - start, -self.case.gradient(self.here))
            lengths.append(np.linalg.norm(end - start) / steepness)
        rims = [a for a in arrows if colour_of(a) == self.theme.background.upper()]
        shorter = min(steps, key=lambda arrow: np.linalg.norm(arrow.get_vector()))
        for rim in rims:
            self.shows(rim)
            self.near("step's rim: below the shorter one", rim.points, shorter.points, 1e-9)
        self.near("step's rim: one", len(rims), 1, 0.5)
        wanted = [self.case.rate / 2, self.case.rate]
        self.near("step: η|∇f| long", sorted(lengths), wanted, CLOSE)
        for shown in (n for name in self.film.arrow_names for n in numbers_in(source_of(name))):
            away = min(abs(shown.value - rate) for rate in wanted)
            self.near("step's name: its rate", away, 0, 1e-9)
        self.names_on_map()

    def names_on_map(self) -> None:
        """No name of an arrow crosses the map's edge."""
        corners = [(x, y) for x in self.case.x_range for y in self.case.y_range]
        places = self.film.camera.project_points(self.film.land.ground(np.array(corners)))
        low, high = places.min(axis=0)[:2], places.max(axis=0)[:2]
        for name in self.film.arrow_names:
            left, right = name.get_corner(DL)[:2], name.get_corner(UR)[:2]
            over = max(0.0, *(low - left), *(right - high))
            self.near("name: on the map", over, 0, 1e-6)

    # On the board

    def contestants(self, film: Any) -> None:
        """The numbers in the standings are f at the last whole step; who has left is said to."""
        rows = [m for m in family(film.mobjects) if isinstance(m, Row)]
        inside = {id(part) for part in family(rows)}
        shown = [m for m in family(film.mobjects) if isinstance(m, Readout) and id(m) not in inside]
        standings = getattr(film, "standings", None)
        counts = [row for row in rows if source_of(row.label) == "k"]
        if standings and film.shown(*standings.entries):
            self.headed(film, bool(counts))
        for number, entry in enumerate(standings.entries if standings else ()):
            readout, case = entry[2], self.walks[number]
            if readout not in shown:
                continue
            self.measured["standing"] += 1
            if source_of(entry[1]) != self.name_of(number):
                self.fail(f"standing {number}: {source_of(entry[1])}")
            step = int(film.racers[number].done.get_value() + 1e-6)
            if case.leaves and step == len(case.iterates) - 1:
                if readout.shown or f"${step}$" not in entry[3].typst_code:
                    self.fail(f"standing {number}: {readout.shown!r} of one that has left")
            elif not numbers_in(readout.shown)[0].agrees(case.value(case.iterates[step])):
                self.fail(f"standing {number}: shows {readout.shown}")
            elif any(row.readout.shown != f"{step}" for row in counts):
                self.fail(f"standing {number}: of step {step}, not {counts[0].readout.shown}")
        if film.beat_name == "the_ranking":
            ends = [np.inf if w.leaves else w.value(w.iterates[-1]) for w in self.walks]
            found = np.argsort([-entry[1].get_y() for entry in standings.entries])
            self.near("ranking: by f in the end", found, np.argsort(ends), 0.5)
            ranks = len(standings.ranks)
            self.near("ranking: of those that stay", ranks, np.isfinite(ends).sum(), 0.5)

    def headed(self, film: Any, has_count: bool) -> None:
        """The standings have one head, and no step count where walks end after different steps."""
        heads = [head for head in (film.standings.head, film.final_head) if film.shown(head)]
        self.near("standings: one head", len(heads), 1, 0.5)
        if heads[0] is film.final_head and has_count:
            self.fail("standings: a step count above numbers that end after other steps")

    def curves(self, film: Any) -> None:
        """Every curve runs through (k, f) of its walk; bars are as high as steps are long."""
        for graph in family(film.mobjects):
            if isinstance(graph, StepBars) and is_visible(graph.bars):
                tops = PlotRuler(graph).read(graph.bars.points)
                lengths = self.walks[3].lengths()
                heights = [tops[np.abs(tops[:, 0] - k) < 0.3, 1].max() for k in range(len(lengths))]
                self.near("bars: the steps' lengths", heights, lengths, CLOSE * max(lengths))
            if isinstance(graph, StepCurves) and is_visible(graph.submobjects[0]):
                self.step_curves(film, graph)

    def step_curves(self, film: Any, graph: StepCurves) -> None:
        """The curves of a plot, told apart by their pens."""
        names, read = PlotRuler(graph).names, PlotRuler(graph).read
        is_log = isinstance(graph, LogCurves)
        if is_log:
            read = partial(powers_of_ten, graph)
        two = len(graph.lines) == 2
        walks = [self.walks[self.fixed], self.shrinking] if two else self.walks
        for case, line in zip(walks, graph.lines, strict=True):
            steps = np.arange(len(case.whole))
            truth = case.values(case.whole)
            if "eta_k" in names:
                truth = case.rate / (1 + case.decay * steps)
            truth = np.log10(truth) if is_log else truth
            pairs = read(vertices(line)) if len(line.points) else np.zeros((0, 2))
            if film.beat_name in ("all_at_once", "the_ranking", "one_that_shrinks") and not len(
                pairs
            ):
                self.fail("curve: not drawn")
            between = np.interp(pairs[:, 0], steps, truth)
            self.near("curve: of its walk", pairs[:, 1], between, 1e-5 * max(abs(truth)))
            if len(pairs) and not case.leaves:
                end = read(np.array([d.get_center() for d in graph.ends]))
                found = np.abs(end - [steps[-1], truth[-1]]).min(axis=0)
                self.near("curve: to its end", found, 0, 1e-5 * max(abs(truth)))

    # Side by side

    def small_maps(self, film: Any) -> None:
        """Every small map is the map in small, to one scale, with its own walk on it."""
        seen = [m for m in family(film.mobjects) if isinstance(m, SmallMap)]
        for small in seen:
            shrinks = small is getattr(film, "shrunk", None)
            number = self.fixed if shrinks else film.maps.index(small)
            self.small_map(small, self.shrinking if shrinks else self.walks[number])
            title = film.shrunk_title if shrinks else film.titles[number]
            name = source_of(title[1])
            if name != ("eta_k" if shrinks else self.name_of(number)):
                self.fail(f"small map: {name} above the walk {number}")
            corner = film.camera.project_points(small.ground.points[:, :])[:, :2]
            self.near("small map: its title", title.get_left()[0], corner[:, 0].min(), 0.05)
            if not 0 < title.get_bottom()[1] - corner[:, 1].max() < 0.4:
                self.fail("small map: its title is not above it")

    def small_map(self, small: SmallMap, case: Walked) -> None:
        """Fit the small map's corners to the ranges; then measure what lies on it."""
        places = small.ground.points
        low, high = places.min(axis=0)[:2], places.max(axis=0)[:2]
        box = np.array([case.x_range, case.y_range]).T
        units = (high - low) / (box[1] - box[0])
        self.near("small map: one scale", units[0] / units[1], 1, 1e-9)

        def domain(points: np.ndarray) -> np.ndarray:
            return box[0] + (points[..., :2] - low) / units

        chosen = np.random.default_rng(2).integers(0, len(places), 40)
        truth = case.values(domain(places[chosen]))
        self.near("small map: its heights", small.ground.heights[chosen], truth, CLOSE * 10)
        away = CLOSE * (box[1] - box[0]).max()
        way = domain(vertices(small.trail))
        way = way[: len(case.iterates)]  # at a stop it stands there twice
        self.near("small map: the way", way, case.iterates, away)
        stops = [dot for dot in small.stops if is_visible(dot)]
        whole = case.iterates[:-1] if case.leaves else case.iterates
        self.near("small map: stops", domain(np.array([d.points[0] for d in stops])), whole, away)
        if is_visible(small.dot) == case.leaves:
            self.fail("small map: a walker that has left stays, or one that stays has left")
        elif not case.leaves:
            self.near("small map: walker", domain(small.dot.points[0]), case.iterates[-1], away)
        ring = domain(vertices(small.ring[0]))[:-1]
        self.near("small map: minimum", ring.mean(axis=0), case.minima[0], away)
        if colour_of(small.ring[0]) != self.theme.minimum.upper():
            self.fail("small map: the ring's colour")


def lesson_of(case: Walked, rates: tuple[float, ...], decay: float, language: str) -> str:
    """Return a lesson that makes the film show a case."""
    return (
        f'language = "{language}"\ntheme = "light"\n[learning_rate]\nf = "{case.text}"\n'
        f"x_range = {list(case.x_range)}\ny_range = {list(case.y_range)}\n"
        f"start = {list(case.start)}\nrates = {list(rates)}\nsteps = {case.steps}\n"
        f"decay = {decay}\n"
    )


SHOWN = {
    "axes", "hill", "map", "colours", "walker", "foot", "plumb", "gradient", "trail", "stops",
    "tag", "read-out", "f as written", "step", "slope", "standing", "ranking", "curve", "bars",
    "step's name",
    "small map",
}  # fmt: skip
"""What a walk through the film has to have measured."""


def check(case: Walked, rates: tuple[float, ...], decay: float, lesson: str, folder: Any) -> Any:
    """Walk through the film and fail with everything that is not true."""
    truth = RateTruth(case, rates, decay)
    film = walk(LearningRate, lesson, folder, truth)
    assert not truth.failures, "\n".join(truth.failures[:30])
    assert set(truth.measured) >= SHOWN, SHOWN - set(truth.measured)
    assert truth.beats == list(film.beats)
    return film


def test_everything_is_true_on_the_films_own_example(tmp_path):
    film = check(VALLEY, RATES, 0.1, "", tmp_path)
    assert film.sentence.endswith("now it settles.")


@pytest.mark.audit
@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_is_true_with_other_rates(language, tmp_path):
    case, rates = replace(BOWL, steps=8), (0.03, 0.3, 0.85, 1.05)
    check(case, rates, 0.25, lesson_of(case, rates, 0.25, language), tmp_path)


class Said:
    """Notes what is said in each beat."""

    def __init__(self) -> None:
        self.sentences: dict[str, str] = {}

    def __call__(self, film: Any) -> None:
        self.sentences[film.beat_name] = film.sentence


def said_of(f: str, folder: Any, more: str = "") -> dict[str, str]:
    """Return what the film says of a function, beat by beat."""
    said = Said()
    walk(LearningRate, f"[learning_rate]\nf = {json.dumps(f)}\n{more}", folder, said)
    return said.sentences


def test_on_a_ramp_no_rate_is_said_to_be_too_large(tmp_path):
    said = said_of("2x - y", tmp_path)
    assert not any("Too large" in sentence or "flies off" in sentence for sentence in said.values())
    assert said["the_fourth_rate"].startswith("With this rate the way down")
    assert said["all_at_once"].endswith("those that leave are out.")
    assert said["the_ranking"].startswith("Of the rates whose walks stay in the picture")
    assert "why_it_leaves" not in said
    assert "one_that_shrinks" not in said


def test_where_every_rate_leads_out_there_is_no_ranking(tmp_path):
    said = said_of("2x - y", tmp_path, "rates = [1, 2, 3, 4]\n")
    assert said["all_at_once"].endswith("all lead out of the picture.")
    assert "the_ranking" not in said


def test_the_only_walk_that_stays_is_said_to_be_the_only_one(tmp_path):
    said = said_of("2x - y", tmp_path, "rates = [0.01, 2, 3, 4]\n")
    assert said["the_ranking"].startswith("Only with $eta = 0.01$ does the walk stay")


def test_a_rate_that_shrinks_has_another_pen_than_the_one_it_is_compared_with(tmp_path):
    rates = "rates = [0.3, 1.05, 5, 6]\ndecay = 0.3\n"
    film = walk(LearningRate, f'[learning_rate]\nf = "x^2 + y^2"\n{rates}', tmp_path)
    assert film.shrinking.number == 1
    assert len({colour_of(line) for line in film.plots[0].lines}) == 2
    others = {one.pen for one in film.racers}
    assert len({pen.color for pen in others}) == len({pen.pattern for pen in others}) == 4
    pen = film.shrunk.trail.get_stroke_color().to_hex()
    assert pen.upper() not in {one.pen.color.upper() for one in film.racers}


BANANA = Walked(
    "banana",
    "(1-x)^2 + 100(y-x^2)^2",
    lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    start=(-1.2, 1.0),
)


def logarithmic(graph: LogCurves) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of a plot's ticks (m,), and the powers of ten written beside them (m,)."""
    left = graph.at(0.0, 0.0)[0]
    labels = [m for m in graph.submobjects if isinstance(m, Typst) and m.get_right()[0] < left]
    pairs = [(label.get_y(), np.log10(float(source_of(label)))) for label in labels]
    return np.array(pairs).T


def test_walks_that_plunge_and_then_crawl_are_told_apart(tmp_path):
    """On Rosenbrock's valley f falls from 24.2 to about 4 and stays there, but climbs to 100."""
    said, lesson = Said(), '[learning_rate]\nf = "rosenbrock"\n'
    film = walk(LearningRate, lesson, tmp_path, said)
    assert said.sentences["the_first_rate"].startswith("First a plunge, then it only crawls")
    assert said.sentences["the_second_rate"].startswith("This rate, too, plunges")
    places, powers = logarithmic(film.losses)
    assert len(places) >= 2
    upward, foot = np.polyfit(powers, places, 1)
    assert np.allclose(foot + upward * powers, places, atol=1e-3)
    heights = []
    for rate, end in zip(film.rates[:3], film.losses.ends, strict=False):
        case = replace(BANANA, rate=rate, steps=film.steps, x_range=(-2, 2), y_range=(-1, 3))
        wanted = foot + upward * np.log10(case.value(case.whole[-1]))
        assert end.get_y() == pytest.approx(wanted, abs=1e-3)
        heights.append(end.get_y())
    first, second, third = heights
    assert min(first, second) - third > 0.2, "curves that end in different places look like one"
    words = [source_of(m) for m in family(film.losses) if isinstance(m, Typst)]
    assert any("log scale" in text for text in words)


def test_only_a_walk_whose_every_step_crosses_the_valley_is_said_to(tmp_path):
    """On Rosenbrock's valley, y = x², the third rate crosses it at first, then stays on a side."""
    said = Said()
    film = walk(LearningRate, '[learning_rate]\nf = "rosenbrock"\n', tmp_path, said)
    case = replace(BANANA, rate=film.rates[2], steps=film.steps, x_range=(-2, 2), y_range=(-1, 3))
    beyond = case.whole[:, 1] > case.whole[:, 0] ** 2
    crosses = beyond[1:] != beyond[:-1]
    assert crosses[:2].all()
    assert not crosses[4:].any()
    assert said.sentences["the_third_rate"].startswith("The first steps jump to and fro")
    on_own_example = Said()
    walk(LearningRate, "", tmp_path, on_own_example)
    case = replace(VALLEY, rate=RATES[2])
    assert (case.whole[1:, 1] * case.whole[:-1, 1] < 0).all()
    assert "Rather large: each step jumps across" in on_own_example.sentences["the_third_rate"]


def test_a_rate_that_gets_lowest_is_not_said_to_be_too_large(tmp_path):
    """On Rosenbrock's valley the third rate swings at first, and ends lowest of all."""
    said = Said()
    film = walk(LearningRate, '[learning_rate]\nf = "rosenbrock"\n', tmp_path, said)
    ends = []
    for rate in film.rates:
        case = replace(BANANA, rate=rate, steps=film.steps, x_range=(-2, 2), y_range=(-1, 3))
        ends.append(np.inf if case.leaves else case.value(case.whole[-1]))
    assert int(np.argmin(ends)) == 2
    assert not said.sentences["the_third_rate"].startswith("Rather large")


def test_a_walk_that_leaves_by_its_height_is_not_said_to_leave_the_map(tmp_path):
    film = walk(LearningRate, '[learning_rate]\nf = "rosenbrock"\n', tmp_path)
    case = replace(BANANA, rate=film.rates[3], x_range=(-2, 2), y_range=(-1, 3))
    point = np.array(case.start)
    for step in range(1, film.racers[3].walk.last + 1):
        point = point - case.rate * case.gradient(point)
        words = film.standings.entries[3][3].typst_code
        bound = numbers_in(words)[-1].value
        assert (case.value(point) > bound) == (step == film.racers[3].walk.last)
    assert case.holds(point)
    assert words.startswith("$f > ")


def test_an_axis_on_which_curves_are_told_apart_is_an_ordinary_one(tmp_path):
    film = walk(LearningRate, "", tmp_path)
    assert not isinstance(film.losses, LogCurves)


def test_on_level_ground_no_rate_makes_a_step(tmp_path):
    said = said_of("3", tmp_path)
    assert list(said) == ["the_hill", "two_rates"]
    assert said["two_rates"].startswith("Level ground")


def test_at_a_kink_there_is_no_step(tmp_path):
    said = said_of("|x| + y^2", tmp_path, "start = [0, 1]\n")
    assert said["two_rates"].startswith("There is no gradient here")


def test_rates_are_taken_from_the_smallest_on(tmp_path):
    film = walk(LearningRate, "[learning_rate]\nrates = [0.9, 0.1, 0.3, 0.02]\n", tmp_path)
    assert film.rates == [0.02, 0.1, 0.3, 0.9]


def test_a_walk_that_hardly_moves_is_seen_beside_its_dot(tmp_path):
    film = walk(LearningRate, '[learning_rate]\nf = "rosenbrock"\n', tmp_path)
    small = film.maps[0]
    places = np.stack([small.stops[0].points[0], small.dot.points[0]])
    start, end = film.camera.project_points(places)[:, :2]
    across = 0.01 * small.dot.get_stroke_width()
    assert np.linalg.norm(end - start) > 1.5 * across
