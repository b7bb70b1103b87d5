"""Stochastic's arrows, walks and balls of noise are those of plain numpy, in every beat."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from board import WholeTruth
from layout import Audit
from reading import PlotRuler, colour_of, family, is_visible, vertices
from test_learning_rate_truth import RateTruth, Walked
from test_regression_truth import EXACT, LineCase, LineTruth, case_of, written
from truth import CLOSE, read_scale
from walking import walk

from mathcore.data import BUILT_IN
from scenes.stage.data_picture import DataAxes
from scenes.stage.space import SpaceArrow
from scenes.stage.step_plots import StepCurves
from scenes.stochastic import Stochastic

ARROWS = "each_point", "their_mean", "one_at_random", "a_mini_batch"
"""The beats with an arrow for each data point."""

ON_HILL = {
    "the_loss": 0,
    **dict.fromkeys(ARROWS, 0),
    "one_by_one": 0,
    "mini_batches": 1,
    "all_of_them": 2,
    "a_rate_that_shrinks": 3,
}
"""The walk that is on the hill after a beat."""


def drawn(count: int, size: int, steps: int, seed: int) -> list[np.ndarray]:
    """Return the mini-batches of so many steps: epoch after epoch, each in a new order."""
    if size == count:
        return [np.arange(count)] * steps
    source, found = np.random.default_rng(seed), []
    while len(found) < steps:
        order = source.permutation(count)
        found += [order[i : i + size] for i in range(0, count, size)]
    return found[:steps]


@dataclass(frozen=True)
class NoisyCase(LineCase):
    """A walk that takes the gradient of `size` data points a step, at a rate that may decay."""

    size: int = 1
    decay: float = 0.0
    seed: int = 1

    def own(self, point: Any) -> np.ndarray:
        """Return the gradient of each data point's loss (k, 2)."""
        gaps = 2 * (self.line(point) - np.array(self.y))
        return np.stack([gaps * self.u, gaps], axis=1)

    @cached_property
    def whole(self) -> np.ndarray:
        """All points that the walk reaches, up to the first out of the picture."""
        points = [np.array(self.start)]
        for k, batch in enumerate(drawn(len(self.x), self.size, self.steps, self.seed)):
            mean = self.own(points[-1])[batch].mean(axis=0)
            points.append(points[-1] - self.rate / (1 + self.decay * k) * mean)
            if not self.holds(points[-1]):
                break
        return np.array(points)

    @cached_property
    def iterates(self) -> np.ndarray:
        """The points that are shown, with the place where the walk leaves."""
        return Walked.iterates.func(self)

    def away(self) -> float:
        """Return how far from the minimum the last third of the points is (RMS)."""
        late = self.whole[-round(len(self.whole) / 3) :]
        return float(np.sqrt(np.mean(np.sum((late - self.minima[0]) ** 2, axis=1))))


def noisy(case: LineCase, **more: Any) -> NoisyCase:
    """Return a case of gradient descent as one of mini-batches."""
    return NoisyCase(**{field.name: getattr(case, field.name) for field in fields(case)}, **more)


class NoiseTruth(LineTruth, RateTruth):
    """Measures the arrows of the data points, the walks, their small maps, and the balls."""

    on_hill = ON_HILL

    def __call__(self, film: Any) -> None:
        if not self.made:
            WholeTruth.__init__(self, noisy(case_of(film, *self.given), seed=film.seed))
            self.made = True
            self.sizes = 1, film.batch, len(self.case.x), 1
            self.walks = [replace(self.case, size=size) for size in self.sizes]
            self.walks[3] = replace(self.case, decay=film.decay)
        RateTruth.__call__(self, film)
        if film.beat_name in ("the_loss", *ARROWS):
            self.points_and_line(film)
            self.said(film)
        if film.beat_name == "one_at_random":
            self.ring(film)
        if film.beat_name == "the_ball_of_noise":
            self.balls(film)

    def stand(self) -> None:
        super(LineTruth, self).stand()

    def marks(self, *_: Any) -> None:
        """No slope and no intercept are marked here."""

    def name_of(self, number: int) -> str:
        return f"B = {self.sizes[number]}" + (", eta_k" if number == 3 else "")

    def drawn(self, label: str) -> list[float]:
        """Return how many times as long arrows are drawn, or how far they scatter (RMS)."""
        if not label.startswith("B = "):
            return [read_scale(self.film)]
        size, own = int(label.split()[2]), self.walks[0].own(self.here)
        means = own if size == 1 else self.means()
        return [float(np.sqrt(np.mean(np.sum((means - own.mean(axis=0)) ** 2, axis=1))))]

    def means(self) -> np.ndarray:
        """Return the mean gradient of each mini-batch of the first epoch (j, 2)."""
        count, size, own = len(self.case.x), self.sizes[1], self.walks[0].own(self.here)
        epoch = drawn(count, size, -(-count // size), self.walks[0].seed)
        return np.array([own[batch].mean(axis=0) for batch in epoch])

    def left_behind(self) -> None:
        """Each arrow is −∇ℓ of a data point or −∇L of a mini-batch, all to the scale told."""
        if self.film.beat_name not in ARROWS:
            return
        case, scale = self.walks[0], read_scale(self.film)
        own, tolerance = case.own(self.here), CLOSE * self.ruler.extent
        arrows = [m for m in self.stage.values() if isinstance(m, SpaceArrow)]
        arrows = [a for a in arrows if id(a) not in self.claimed and self.shows(a)]
        for arrow in arrows:
            self.wears("fan", arrow, "gradient")
        ends = np.array([self.ruler.domain(arrow.points[[0, -1]]) for arrow in arrows])
        wanted = {
            "each_point": lambda: own,
            "their_mean": lambda: own / len(own),
            "one_at_random": lambda: np.vstack([own, own[self.picked()]]),
            "a_mini_batch": lambda: np.vstack([own, self.means()]),
        }[self.film.beat_name]()
        self.near("fan: arrows", len(ends), len(wanted), 0.5)
        found = ends[:, 1] - ends[:, 0]
        gaps = np.abs(found[:, None] + scale * wanted).max(axis=2)
        self.near("fan: each a gradient", gaps.min(axis=1), 0, tolerance)
        self.near("fan: each gradient", gaps.min(axis=0), 0, tolerance)
        if self.film.beat_name != "their_mean":
            self.near("fan: from the point", ends[:, 0], self.here, tolerance)
            return
        feet = np.vstack([ends[1:, 0], self.here - scale * own.mean(axis=0)])
        self.near("fan: end to end", ends[:, 1], feet, tolerance)
        self.near("fan: from the point", ends[0, 0], self.here, tolerance)

    def picked(self) -> int:
        """Return the number of the data point in the ring, whose arrow is shown once more."""
        shown = family(self.film.mobjects)
        axes = [m for m in shown if isinstance(m, DataAxes) and is_visible(m[0])]
        found = PlotRuler(axes[0]).read(self.film.picked[1].get_center())
        gaps = np.hypot(self.case.x - found[0], self.case.y - found[1])
        self.near("ring: round a data point", gaps.min(), 0, CLOSE * np.ptp(self.case.y))
        return int(np.argmin(gaps))

    def ring(self, film: Any) -> None:
        """The point in the ring is one that the walk draws, and its arrow is seen beside −∇L."""
        case, own = self.walks[0], self.walks[0].own(self.here)
        order = np.concatenate(drawn(len(case.x), 1, case.steps, case.seed))
        mean, number = own.mean(axis=0), self.picked()
        aside = np.abs(own[:, 0] * mean[1] - own[:, 1] * mean[0])
        if number not in order or aside[number] < 0.4 * aside[order].max():
            self.fail(f"ring: round data point {number}")

    def read(self, number: int) -> np.ndarray:
        """Return how many data points a walk has read by each step (k + 1,)."""
        case = self.walks[number]
        batches = drawn(len(case.x), case.size, case.steps, case.seed)
        return np.cumsum([0, *map(len, batches)])

    def headed(self, *_: Any) -> None:
        """All walks make as many steps, in one count."""

    def contestants(self, film: Any) -> None:
        """Beside the heights stand the data points read; at equal cost, the steps instead."""
        super().contestants(film)
        entries = film.standings.entries if hasattr(film, "standings") else []
        shown = {id(part) for part in family(film.mobjects)}
        for number, entry in enumerate(entries):
            if id(entry[-1]) not in shown:
                continue
            step = int(film.racers[number].done.get_value() + 1e-6)
            at_equal_cost = film.beat_name == "at_equal_cost"
            told = step if at_equal_cost else self.read(number)[step]
            self.near("points read", int(entry[-1].shown), told, 0.5)
            self.measured["points read"] += 1
            if at_equal_cost:
                budget = min(len(self.case.x), self.case.steps)
                after = np.append(self.read(number), np.inf)[step + 1]
                if not self.read(number)[step] <= budget < after:
                    self.fail(f"equal cost: {step} steps of walk {number}")

    def step_curves(self, film: Any, graph: StepCurves) -> None:
        if film.beat_name != "at_equal_cost":
            super().step_curves(film, graph)
            return
        plot = PlotRuler(graph)
        for number, line in enumerate(graph.lines):
            case = self.walks[number]
            pairs = plot.read(vertices(line)) if len(line.points) else np.zeros((0, 2))
            truth = np.interp(
                pairs[:, 0], self.read(number)[: len(case.whole)], case.values(case.whole)
            )
            self.near(
                "cost: its curve", pairs[:, 1], truth, 1e-5 * max(abs(case.values(case.whole)))
            )
            self.measured["cost"] += len(pairs) > 0

    def small_map(self, small: Any, case: Any) -> None:
        if self.film.beat_name == "at_equal_cost":
            done = self.film.racers[self.film.maps.index(small)].done.get_value()
            case = replace(case, steps=int(done + 1e-6))
        super().small_map(small, case)

    def balls(self, film: Any) -> None:
        """Each circle is round the minimum, as far as its walk is from there in the end."""
        shown = [m for m in film.circles if is_visible(m)]
        self.near("ball: for each noisy walk", len(shown), 3, 0.5)
        self.near("ball: no other rings", sum(is_visible(m.ring) for m in film.maps), 0, 0.5)
        for number, ball in zip((0, 1, 3), shown, strict=True):
            case, small = self.walks[number], film.maps[number]
            low, high = small.ground.points.min(axis=0)[:2], small.ground.points.max(axis=0)[:2]
            box = np.array([case.x_range, case.y_range]).T
            around = box[0] + (vertices(ball)[:, :2] - low) / (high - low) * (box[1] - box[0])
            away = np.linalg.norm(around - case.minima[0], axis=1)
            self.near("ball: as far as the walk", away, case.away(), CLOSE * np.ptp(box))
            if colour_of(ball) != self.theme.minimum.upper():
                self.fail("ball: its colour")


def check(data: Any, folder: Any, lesson: str = "", **scale: float) -> tuple[Any, NoiseTruth]:
    """Walk through the film and fail with all that is wrong; return the film and its measures."""
    audit, truth = Audit(), NoiseTruth(data, **scale)
    film = walk(Stochastic, lesson, folder, audit, truth)
    problems = [*truth.failures, *audit.violations]
    assert not problems, "\n".join(problems[:20])
    assert truth.beats == list(film.beats)
    return film, truth


SHOWN = {
    "axes", "hill", "map", "colours", "walker", "foot", "gradient", "trail", "stops", "read-out",
    "data", "mean", "fan", "ring", "standing", "curve", "small map", "ball",
    "points read", "cost",
}  # fmt: skip
"""What a walk through the film has to have measured."""


def test_everything_is_true_of_the_films_own_points(tmp_path):
    own = BUILT_IN["noisy"]
    film, truth = check((own.x, own.y), tmp_path)
    assert set(truth.measured) >= SHOWN, SHOWN - set(truth.measured)
    assert len(film.beats) == 12
    assert "stay noisy" in film.sentence
    assert "last $20$ steps" in film.sentence
    assert truth.walks[3].away() < truth.walks[0].away()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_everything_is_true_in_chinese(theme, tmp_path):
    own = BUILT_IN["outlier"]
    lesson = f'language = "zh"\ntheme = "{theme}"\n[stochastic]\ndata = "outlier"\nseed = 5\n'
    check((own.x, own.y), tmp_path, lesson)


def test_where_the_line_meets_every_point_no_noise_is_left(tmp_path):
    written(EXACT, tmp_path)
    film, _ = check(EXACT, tmp_path, '[stochastic]\ndata = "points.csv"\n')
    assert "no noise is left" in film.sentence


def test_with_too_large_a_rate_a_walk_leaves(tmp_path):
    own = BUILT_IN["noisy"]
    said: dict[str, str] = {}
    film = walk(
        Stochastic,
        "[stochastic]\nrate = 0.6\n",
        tmp_path,
        lambda film: said.update({film.beat_name: film.sentence}),
    )
    assert noisy(case_of(film, own.x, own.y, 0.0, 1.0), seed=film.seed).leaves
    assert said["one_by_one"].startswith("With this rate the noise carries")
    assert "the_ball_of_noise" not in said


@pytest.mark.parametrize(
    ("knobs", "told"),
    [
        ("batch = 40", "there are 40 data points; a mini-batch has fewer"),
        ("batch = 1", "between 2 and 299"),
        ('data = "clouds"', "x, y are needed"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(knobs, told, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(Stochastic, f"[stochastic]\n{knobs}\n", tmp_path)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_another_seed_draws_other_batches(tmp_path):
    ends = []
    for seed in (1, 2, 1):
        film = walk(Stochastic, f"[stochastic]\nseed = {seed}\nsteps = 5\n", tmp_path)
        ends.append(film.racers[0].walk.points[-1].tolist())
    assert ends[0] != ends[1]
    assert ends[0] == ends[2]
