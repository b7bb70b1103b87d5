"""On the hill shows what is so: read off the stage after every beat, and in between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from board import WholeTruth
from manim import DL, UR, Typst
from oracle import CASES, Case, varied
from reading import colours_of, drawn_text, is_visible, source_of, texts
from test_descent_truth import BY_NAME, report
from truth import CLOSE, read_scale
from walking import walk

from scenes.hill import OnTheHill
from scenes.stage import PartArrows, Readout
from scenes.stage.captions import STRUT
from scenes.stage.theme import BOARD

HILL = Case(
    "hill",
    "2 sin(x) cos(y)",
    lambda x, y: 2 * mpmath.sin(x) * mpmath.cos(y),
    x_range=(-3.0, 3.0),
    y_range=(-1.4, 3.0),
    start=(1.0, -0.4),
    rate=0.6,
    steps=5,
    minima=((-float(mpmath.pi) / 2, 0.0),),
)
"""The film's own example; -2 is the least that twice a sine times a cosine can be."""

SEEN = ("on_the_hill", "left_and_right", "ahead_and_behind", "put_together", "walk_down")
"""The beats of the first part, which is without mathematics."""

TABLE = {
    "your_place": [
        ("your place", "point $(x, y)$", "ink"),
        ("the height there", "value $f(x, y)$", "ink"),
    ],
    "both_slopes": [
        ("both slopes", "partial f \\/ partial x, partial f \\/ partial y", "tangent")
    ],
    "the_gradient": [
        ("fastest way up", "gradient $nabla f$", "gradient"),
        ("fastest way down", "-nabla f", "gradient"),
    ],
    "the_step": [
        ("one step", "-eta thin nabla f", "path"),
        ("its scale", "learning rate $eta$", "path"),
    ],
    "where_it_ends": [("the bottom", "minimum", "minimum")],
}  # fmt: skip
"""The entries that come with a beat: plain words, their name, the meaning whose colour it wears."""

SHOWN = {
    "axes", "hill", "map", "colours", "walker", "foot", "plumb", "plane", "cut", "trace", "tangent",
    "way", "way down", "gradient", "step", "trail", "stops", "tag", "entry", "f as written",
}  # fmt: skip
"""What a walk through the film has to have measured."""


class HillTruth(WholeTruth):
    """Measures what only this film shows: the two ways on the map, and the table of names."""

    def __init__(self, case: Case):
        super().__init__(case)
        self.ratios: list[float] = []

    def part_arrows(self, parts: PartArrows) -> None:
        """Each way is one part of ±∇f, in one scale; the second slides to the first one's end."""
        if parts.grown.get_value() != 1:
            return
        sign = -1 if self.film.beat_name in SEEN else 1
        wanted = sign * np.diag(self.case.gradient(self.here))
        places = [self.ruler.domain(part.points[[0, -1]]) for part in parts.arrows]
        lengths = [np.linalg.norm(end - start) for start, end in places]
        scale = max(lengths) / np.abs(wanted).max()
        joined, begin = parts.joined.get_value(), self.here
        for arrow, (start, end), part in zip(parts.arrows, places, wanted, strict=True):
            self.shows(arrow)
            if abs(part).max() > 1e-6 * abs(wanted).max():
                self.parallel("way", end - start, part)
            self.near("way: start", start, begin, CLOSE * self.ruler.extent)
            self.near("way: to one scale", end - start, scale * part, CLOSE * self.ruler.extent)
            self.near("way: lies on the map", arrow.points[:, 2], self.floor, CLOSE)
            self.wears("way", arrow, "tangent")
            begin = self.here + joined * (end - start)
        arrow = (self.film.downhill if sign < 0 else self.film.uphill).on_map
        if joined == 1 and is_visible(arrow):
            tip = self.ruler.domain(arrow.points[-1])
            self.near("way: both lead to the arrow's tip", tip, end, CLOSE * self.ruler.extent)

    def pins(self) -> None:
        """The ways down along the tangents are read too; else nothing would know them."""
        super().pins()
        if self.film.beat_name == "the_step" and read_scale(self.film) != 1:
            self.measured["scale told"] += 1
            if self.film.scale_row not in self.film.mobjects:
                self.fail("step: not at its true length, and the scale is not told")
        for axis, arrow in enumerate(self.film.ways_down):
            if not self.shows(arrow):
                continue
            start, end = arrow.points[[0, -1]]
            self.places("way down's start", start, self.here, self.height)
            step = self.ruler.domain(end) - self.here
            falls = self.ruler.heights(end) - self.height
            truth = float(step @ self.case.gradient(self.here))
            below = self.film.down.arrows[axis]
            if below in self.film.get_mobject_family_members() and self.film.down.grown.get_value():
                on_map = np.diff(self.ruler.domain(below.points[[0, -1]]), axis=0)[0]
                ratio = float(on_map @ step / (step @ step))
                self.ratios.append(ratio)
                self.near(
                    "way down: as on the map", ratio * step, on_map, CLOSE * self.ruler.extent
                )
                self.near("way down: both to one scale", ratio / self.ratios[0], 1, 1e-3)
                if ratio < 1 - 1e-6:
                    self.fail(f"way down: on the map it is shorter, {ratio}")
            self.on_line("way down", self.ruler.domain(end)[None], np.eye(2)[axis])
            self.near("way down: its slope", falls, truth, CLOSE * self.ruler.relief)
            if not falls < 0:
                self.fail(f"way down {axis}: it leads up")
            self.wears("way down", arrow, "tangent")

    def after_beat(self, film: Any) -> None:
        """Measure a beat's last picture, with the table as far as it has come."""
        super().after_beat(film)
        board = [
            text
            for text in texts(film)
            if text.get_center()[0] > BOARD.left and text.get_center()[1] > BOARD.bottom
        ]
        if film.beat_name in SEEN:
            shown = [*map(source_of, board), *self.numbers(film)]
            if shown:
                self.fail(f"the first part is without mathematics, and shows {shown}")
        else:
            self.table(film, board)

    def gradient_arrow(self, arrow: Any) -> None:
        """What the names are given to is drawn at its true length, or the board tells the scale."""
        super().gradient_arrow(arrow)
        if self.film.beat_name == "the_gradient" and read_scale(self.film) != 1:
            self.measured["scale told"] += 1
            if self.film.scale_row not in self.film.mobjects:
                self.fail("gradient: not at its true length, and the scale is not told")

    def numbers(self, film: Any) -> list[str]:
        """Return the numbers that stand on the stage."""
        readouts = [m for top in film.mobjects for m in top.get_family() if isinstance(m, Readout)]
        axes = [t for t in texts(film) if t in film.scenery.axes.get_family()]
        return [*map(drawn_text, readouts), *map(source_of, axes)]

    def table(self, film: Any, board: list[Typst]) -> None:
        """The entries stand in two columns, one a row, in the colours of what they name."""
        due = [row for beat in self.beats for row in TABLE.get(beat, [])]
        if np.abs(self.slopes).max() < 1e-12:
            due = [row for row in due if row[0] != "fastest way down"]
            due = [(row[0].replace("fastest way up", "both together"), *row[1:]) for row in due]
        if film.valley is None:
            due = [row for row in due if row[0] != "the bottom"]
        told = {id(part) for row in film.told for part in row.get_family()}
        heads = [t for t in board if colours_of(t) == {self.theme.quiet.upper()}]
        heads = [t for t in heads if id(t) not in told]
        self.near("entry: heads of columns", len(heads), 2, 0.5)
        by_text = {text.typst_code.removeprefix(STRUT): text for text in board}
        lines = {}
        for words, name, meaning in due:
            plain, named = (
                next((t for s, t in by_text.items() if self.says(s, wanted)), None)
                for wanted in (words, name)
            )
            if plain is None or named is None:
                self.fail(f"entry {words!r}: {sorted(by_text)}")
                continue
            self.measured["entry as written"] += 1
            for text, wanted in ((plain, "ink"), (named, meaning)):
                if colours_of(text) != {getattr(self.theme, wanted).upper()}:
                    self.fail(f"entry {source_of(text)!r}: colours {colours_of(text)}")
            lines[words] = plain.get_center()[1]
            self.near("entry: columns", plain.get_left()[0], BOARD.left, 0.05)
            self.near("entry: on one line", named.get_center()[1] - lines[words], 0, 0.12)
        gaps = -np.diff(list(lines.values()))
        if len(gaps) and not (gaps > 0.4).all():
            self.fail(f"entries {list(lines)}: {gaps} apart")

    def says(self, source: str, wanted: str) -> bool:
        """Whether a text of the board reads so, as words or as maths."""
        return source.strip() in (wanted, f"${wanted}$")


class Looks:
    """Looks at each beat's last picture, and at others on the way to it."""

    def __init__(self, case: Case, seed: int = 0):
        self.truth = HillTruth(case)
        self.source = np.random.default_rng(seed)

    def __call__(self, film: Any) -> None:
        self.truth.after_beat(film)
        if film.trail.on_map in film.get_mobject_family_members():
            for progress in self.source.uniform(0, film.path.steps, 3):
                self.at(film, film.walked, progress)
        if film.beat_name == "put_together" and film.slopes_here.all():
            for share in self.source.uniform(0, 1, 3):
                self.at(film, film.down.joined, share)
        if film.beat_name == "the_step":
            self.at(film, film.planned, self.source.uniform(0.1, 1))

    def at(self, film: Any, tracker: Any, value: float) -> None:
        """Measure the stage with a tracker at another value; put it back."""
        before = tracker.get_value()
        tracker.set_value(value)
        film.update_mobjects(0)
        self.truth.look(film)
        self.truth.look_at_board(film)
        tracker.set_value(before)
        film.update_mobjects(0)


def lesson_of(case: Case, theme: str = "dark") -> str:
    """Return a lesson that makes the film show a case."""
    return case.lesson("en", theme).replace("[descent]", "[hill]")


def seen(case: Case, folder: Any, lesson: str | None = None, seed: int = 0) -> tuple[Any, Looks]:
    """Walk through the film and fail with everything that is not true; return it."""
    looks = Looks(case, seed)
    film = walk(OnTheHill, lesson_of(case) if lesson is None else lesson, folder, looks)
    assert not looks.truth.failures, report(looks.truth)
    return film, looks


def test_everything_is_true_on_the_films_own_example(tmp_path):
    film, looks = seen(HILL, tmp_path, lesson="")
    assert set(looks.truth.measured) >= SHOWN | {"minimum"}
    assert looks.truth.measured["entry as written"] == 2 + 3 + 5 + 7 + 8
    assert looks.truth.beats == [*SEEN, *TABLE]
    assert 45 < film.clock < 65


@pytest.mark.parametrize("name", ["shore"])
def test_everything_is_true(name, tmp_path):
    case = varied(BY_NAME[name], 2)
    _, looks = seen(case, tmp_path, lesson_of(case, "light"), seed=2)
    assert set(looks.truth.measured) >= SHOWN - {"tag"}


@pytest.mark.audit
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_everything_is_true_everywhere(case, theme, tmp_path):
    seen(case, tmp_path, lesson_of(case, theme))


def said(case: Case, folder: Any) -> dict[str, str]:
    """Return what the film about a case says in each beat, having looked at everything."""
    captions: dict[str, str] = {}
    looks = Looks(case)

    def listen(film: Any) -> None:
        captions[film.beat_name] = film.sentence

    walk(OnTheHill, lesson_of(case), folder, looks, listen)
    assert not looks.truth.failures, report(looks.truth)
    return captions


BOWL = replace(BY_NAME["bowl"], start=(1.0, 1.0))


def test_the_sentences_fit_what_is_seen(tmp_path):
    captions = said(replace(BOWL, rate=0.3), tmp_path)
    assert "to one side the ground rises" in captions["left_and_right"]
    assert "one of these ways leads up" in captions["ahead_and_behind"]
    assert "Add both ways down" in captions["put_together"]
    assert "you come to the bottom" in captions["walk_down"]
    assert "is a minimum" in captions["where_it_ends"]


def test_a_side_without_slope_is_said_to_be_level(tmp_path):
    captions = said(replace(BOWL, start=(0.0, 1.0)), tmp_path)
    assert "here the ground is level" in captions["left_and_right"]
    assert "leads up" in captions["ahead_and_behind"]
    assert "Only one of the looks" in captions["put_together"]
    captions = said(replace(BOWL, start=(1.0, 0.0)), tmp_path)
    assert "that way the ground is level" in captions["ahead_and_behind"]


def test_a_slope_that_is_nothing_but_rounding_is_said_to_be_level(tmp_path):
    captions = said(replace(HILL, start=(np.pi / 2, 0.5)), tmp_path)
    assert "here the ground is level" in captions["left_and_right"]
    assert "Only one of the looks" in captions["put_together"]
    captions = said(replace(HILL, start=(np.pi / 2, 0.0)), tmp_path)
    assert not {"put_together", "walk_down", "the_step"} & set(captions)


def test_steps_that_are_too_long_are_said_to_lead_up(tmp_path):
    captions = said(
        replace(BOWL, start=(0.3, 0.2), rate=1.1, steps=4, minima=BOWL.minima), tmp_path
    )
    assert "leads up once more" in captions["walk_down"]


def test_a_walk_that_does_not_arrive_is_not_said_to(tmp_path):
    captions = said(replace(BOWL, rate=0.01, steps=5), tmp_path)
    assert "every step leads lower" in captions["walk_down"]
    captions = said(replace(BY_NAME["ramp"], start=(1.2, -1.1), rate=0.15, steps=5), tmp_path)
    assert "every step leads lower" in captions["walk_down"]
    assert captions["where_it_ends"].endswith("this is called gradient descent.")


def test_at_the_bottom_there_is_no_way_down(tmp_path):
    captions = said(replace(BOWL, start=(0.0, 0.0)), tmp_path)
    assert not {"put_together", "walk_down", "the_step"} & set(captions)
    assert "on level ground it is zero" in captions["the_gradient"]
    assert "you stand at the bottom" in captions["where_it_ends"]


def test_on_other_level_ground_no_bottom_is_spoken_of(tmp_path):
    captions = said(replace(BY_NAME["saddle"], start=(0.0, 0.0)), tmp_path)
    assert list(captions)[-1] == "the_gradient"


def test_a_step_out_of_the_picture_is_not_taken(tmp_path):
    captions = said(replace(BOWL, rate=5.0), tmp_path)
    assert list(captions) == [*SEEN[:4], "your_place", "both_slopes", "the_gradient"]


def test_a_step_too_short_to_be_seen_is_drawn_longer_and_the_scale_is_told(tmp_path):
    _, looks = seen(replace(BOWL, rate=0.01, steps=5), tmp_path)
    assert looks.truth.measured["scale told"] >= 2


def test_names_of_arrows_do_not_cross_the_maps_edge(tmp_path):
    crossed, named = [], []

    def look(film: Any) -> None:
        (left, right), (front, back) = film.land.ranges
        rim = np.array(
            [(left, front), (right, front), (right, back), (left, back), (left, front)], float
        )
        along = np.linspace(rim[:-1], rim[1:], 200).reshape(-1, 2)
        edge = film.camera.project_points(film.land.ground(along))[:, :2]
        for tag in film.tags():
            named.append(source_of(tag))
            low, high = tag.get_corner(DL)[:2], tag.get_corner(UR)[:2]
            if ((low <= edge) & (edge <= high)).all(axis=1).any():
                crossed.append((film.beat_name, source_of(tag)))

    walk(OnTheHill, "", tmp_path, look)
    assert {"nabla f", "-nabla f", "-eta thin nabla f"} <= set(named)
    assert not crossed


def test_a_kink_is_refused_by_name(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(OnTheHill, '[hill]\nf = "|x| + y^2"\nstart = [0, 1]\n', tmp_path)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "start = [0.0, 1.0]" in said
    assert "no gradient" in said
