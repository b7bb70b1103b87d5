"""Vanishing shows true numbers: bars and read-outs against a network worked out by plain numpy."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from layout import Audit
from manim import Line, Typst
from reading import drawn_text, numbers_in, on_stage, source_of
from walking import walk

from mathcore.deep_network import RELU, random_network
from scenes.stage import Row
from scenes.stage.layer_picture import SYMBOLS, ActivationPlot, Product
from scenes.vanishing import Vanishing

SLOPES = {
    "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "ReLU": lambda z: np.where(z > 0, 1.0, 0.0),
}
VALUES = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "ReLU": lambda z: np.where(z > 0, z, 0.0),
}


def drawn_network(film: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the numbers that the seed stands for: direction, entry, weights of variance 2/n."""
    source = np.random.default_rng(film.seed)
    end, entry = source.standard_normal((2, film.width))
    weights = source.standard_normal((film.depth, film.width, film.width))
    return end / np.sqrt(end @ end), entry, weights * (2 / film.width) ** 0.5


def truth(film: Any, name: str, scale: float = 1.0) -> np.ndarray:
    """Return the gradient's length at each layer by whole Jacobian matrices, from the entry on."""
    end, after, weights = drawn_network(film)
    jacobians = []  # of each layer by the one before it
    for matrix in weights:
        z = scale * matrix @ after
        after = VALUES[name](z)
        jacobians.append(SLOPES[name](z)[:, None] * scale * matrix)
    lengths = []
    for layer in range(1, film.depth + 1):
        product = np.eye(film.width)
        for jacobian in jacobians[layer:]:
            product = jacobian @ product
        lengths.append(np.linalg.norm(end @ product))
    return np.array(lengths)


class LogRuler:
    """The map from the frame to layers and powers of ten, fitted from a plot's ticks and labels."""

    def __init__(self, plot: Any):
        strokes = [part for part in plot.submobjects if isinstance(part, Line)]
        labels = [part for part in plot.submobjects if isinstance(part, Typst)]
        upright = [(label, self.exponent(source_of(label))) for label in labels]
        upright = [(label, power) for label, power in upright if power is not None]
        ticks = [s for s in strokes if abs(s.points[0] - s.points[-1])[1] < 1e-9 and s.width < 0.2]
        pairs = [
            (tick.points[0][1], power)
            for tick in ticks
            for label, power in upright
            if abs(label.get_center()[1] - tick.points[0][1]) < 1e-6
            and label.get_center()[0] < tick.points[:, 0].min()
        ]
        assert len(pairs) >= 2
        self.y = self.line(pairs)
        feet = [s for s in strokes if abs(s.points[0] - s.points[-1])[0] < 1e-9 and s.height < 0.2]
        self.x = self.line(
            [
                (tick.points[0][0], float(source_of(label)))
                for tick in feet
                for label in labels
                if re.fullmatch(r"\d+", source_of(label))
                and abs(label.get_center()[0] - tick.points[0][0]) < 1e-6
            ]
        )

    @staticmethod
    def exponent(source: str) -> float | None:
        found = re.fullmatch(r"10\^\((-?\d+)\)", source)
        return float(found[1]) if found else 0.0 if source == "1" else None

    @staticmethod
    def line(pairs: list[tuple[float, float]]) -> np.ndarray:
        places, values = np.array(pairs).T
        fit = np.polyfit(places, values, 1)
        assert np.abs(np.polyval(fit, places) - values).max() < 1e-6 * np.ptp(values)
        return fit

    def bars(self, plot: Any) -> dict[int, float]:
        """Return the power of ten to which the bar of each layer reaches; 0 where there is none."""
        found = dict.fromkeys(range(1, plot.count + 1), 0.0)
        for corners in plot.bars.points.reshape(-1, 16, 3):
            across = np.polyval(self.x, corners[:, 0])
            up = np.polyval(self.y, corners[:, 1])
            assert min(abs(up.min()), abs(up.max())) < 1e-6  # from 1 on
            middle = (across.min() + across.max()) / 2
            assert middle == pytest.approx(round(middle), abs=1e-6)
            found[round(middle)] = up[np.argmax(np.abs(up))]
        return found


class Looks:
    """Looks at each beat's last picture, and at some on the way there."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.measured = 0

    def __call__(self, film: Any) -> None:
        beat = film.beat_name
        wanted = self.wanted(film)
        if wanted is not None:
            self.bars(film, wanted)
        tracker = {"small_weights": film.scale, "below_one": film.factor}.get(beat)
        if tracker is not None:
            end = tracker.get_value()
            for value in (0.9, 0.8123):
                tracker.set_value(value)
                film.update_mobjects(0)
                sizes = (
                    truth(film, "ReLU", value) if beat == "small_weights" else power(film, value)
                )
                self.bars(film, sizes)
                assert numbers_in(film.live.readout.shown)[0].agrees(value)
            tracker.set_value(end)
            film.update_mobjects(0)
        for row in film.mobjects:
            if isinstance(row, Row):
                self.row(film, row)
        for made in on_stage(film):
            if isinstance(made, Product):
                self.product(film, made)
        self.slopes(film)
        self.seen.append(beat)

    def wanted(self, film: Any) -> np.ndarray | None:
        small, large = film.scales
        return {
            "below_one": lambda: power(film, 0.5),
            "above_one": lambda: power(film, 1.5),
            "with_sigmoid": lambda: truth(film, "sigmoid"),
            "with_tanh": lambda: truth(film, "tanh"),
            "with_relu": lambda: truth(film, "ReLU"),
            "small_weights": lambda: truth(film, "ReLU", small),
            "large_weights": lambda: truth(film, "ReLU", large),
            "the_right_size": lambda: truth(film, "ReLU"),
        }.get(film.beat_name, lambda: None)()

    def bars(self, film: Any, sizes: np.ndarray) -> None:
        found = LogRuler(film.bars).bars(film.bars)
        floor = film.bars.y_range[0]
        with np.errstate(divide="ignore"):
            exact = np.maximum(np.log10(sizes), floor)
        assert list(found.values()) == pytest.approx(exact.tolist(), abs=1e-5)
        self.measured += len(found)
        self.dots(film.net, exact)

    def dots(self, net: Any, exact: np.ndarray) -> None:
        """The larger a layer's gradient, the larger its dots; where it is 1 they are like units."""
        covered = [self.widths(net.units, len(exact))[0]]
        found = self.widths(net.slopes, len(exact))[::-1]
        order = np.argsort(exact)
        assert (np.diff(found[order]) >= -1e-9).all()
        is_larger = np.diff(exact[order]) > 1e-3
        assert (np.diff(found[order])[is_larger] > 0).all()
        assert found[-1] == pytest.approx(covered[0])
        self.measured += len(found)

    @staticmethod
    def widths(dots: Any, layers: int) -> np.ndarray:
        """Return how wide the first dot of each layer is (layers,), in the order of drawing."""
        places = dots.points.reshape(layers, -1, 3)
        units = round(len(places[0]) / 32)
        return np.ptp(places.reshape(layers, units, -1, 3)[:, 0, :, 0], axis=1)

    def row(self, film: Any, row: Row) -> None:
        """A row shows a true number, and its outlines say what its text says."""
        label, shown = source_of(row.label), row.readout.shown
        assert drawn_text(row.readout) == shown.replace(" ", "")
        names = {symbol: name for name, symbol in SYMBOLS.items()}
        if label.startswith('"'):
            counts = {"D": film.depth, "n": film.width, "s": film.scale.get_value()}
            assert numbers_in(shown)[0].agrees(counts[label[-1]])
            return
        if label.startswith("max "):
            steepest = SLOPES[names[label.removeprefix("max ").removesuffix("'")]]
            assert numbers_in(shown)[0].agrees(steepest(np.linspace(-9, 9, 1801)).max())
            self.measured += 1
            return
        assert label == "q"  # what is being changed now

    def product(self, film: Any, made: Product) -> None:
        """A product is a power of the mean factor of a layer, and what that makes."""
        labels, shown = list(map(source_of, made.names)), source_of(made.value)
        if labels == ["phi", "s"]:
            return  # what the columns are
        names = {symbol: name for name, symbol in SYMBOLS.items()}
        if len(labels) == 1:
            left = float(labels[0].removeprefix("q = ")) ** (film.depth - 1)
        else:
            left = truth(film, names[labels[0]], float(labels[1]))[0]
        self.measured += 2
        if shown == "0":
            assert left == 0
            return
        found = re.fullmatch(r"([\d.]+)\^(\d+) = ([\d.]+)(?: times 10\^\((-?\d+)\))?", shown)
        assert found, shown
        mean, factors, total, power = found.groups()
        assert float(mean) == pytest.approx(left ** (1 / (film.depth - 1)), rel=6e-4)
        assert int(factors) == film.depth - 1
        assert float(total) * 10.0 ** int(power or 0) == pytest.approx(left, rel=0.051)

    def slopes(self, film: Any) -> None:
        """The plots show the activations and their derivatives."""
        shown = {id(one) for one in on_stage(film)}
        names = {symbol: name for name, symbol in SYMBOLS.items()}
        for plot in (one for one in getattr(film, "plots", ()) if isinstance(one, ActivationPlot)):
            if id(plot.line) not in shown:
                continue
            texts = [source_of(part) for part in plot.submobjects if isinstance(part, Typst)]
            (name,) = [text.removesuffix("(z)") for text in texts if text.endswith("(z)")]
            exact = (SLOPES if name.endswith("'") else VALUES)[names[name.removesuffix("'")]]
            corners = np.concatenate([plot.line.points[::4], plot.line.points[3::4]])
            (x0, x1), (y0, y1) = plot.x_range, plot.y_range
            z = x0 + (corners[:, 0] - plot.area.left) / plot.area.width * (x1 - x0)
            up = y0 + (corners[:, 1] - plot.area.bottom) / plot.area.height * (y1 - y0)
            beside = np.abs(z) > 1e-6  # at 0 itself ReLU has a kink
            assert up[beside] == pytest.approx(exact(z[beside]), abs=1e-6)
            self.measured += len(up)


def power(film: Any, factor: float) -> np.ndarray:
    """Return what a factor in every layer leaves of 1."""
    return np.array([factor ** (film.depth - layer) for layer in range(1, film.depth + 1)])


def test_every_number_is_true_on_the_films_own_example(tmp_path):
    looks = Looks()
    film = walk(Vanishing, "", tmp_path, looks)
    assert looks.seen == list(film.beats)
    assert looks.measured > 200


@pytest.mark.parametrize(
    "settings",
    [
        'language = "zh"\ntheme = "light"\n[vanishing]\ndepth = 60\nwidth = 6\nseed = 5\n',
        "[vanishing]\ndepth = 5\nwidth = 100\nseed = 3\nscales = [1.0, 3.0]\n",
        "[vanishing]\ndepth = 12\nwidth = 3\nseed = 4\nscales = [0.05, 50]\n",
    ],
)
def test_every_number_is_true_and_can_be_read(settings, tmp_path):
    looks, audit = Looks(), Audit()
    film = walk(Vanishing, settings, tmp_path, looks, audit)
    assert not audit.violations, audit.report()
    assert looks.seen == list(film.beats)


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("zh", "light")])
def test_it_keeps_its_layout(language, theme, tmp_path):
    audit = Audit()
    walk(Vanishing, f'language = "{language}"\ntheme = "{theme}"\n', tmp_path, audit)
    assert not audit.violations, audit.report()


def test_what_is_said_is_what_is_shown(tmp_path):
    said = {}

    def look(film: Any) -> None:
        said[film.beat_name] = film.sentence

    walk(Vanishing, "[vanishing]\nscales = [0.98, 1.01]\n", tmp_path, look)
    assert "hardly learn" in said["with_sigmoid"]
    assert "about as large" in said["with_relu"]
    assert "keeps about its size" in said["small_weights"]
    assert "keeps about its size" in said["large_weights"]


@pytest.mark.parametrize("scale", [1.0, 0.7])
def test_the_weights_alone_multiply_a_gradient_by_the_root_of_two(scale):
    (matrix,) = random_network(1, 400, RELU, scale).weights
    back = np.random.default_rng(3).standard_normal((400, 50))
    grown = np.linalg.norm(matrix.T @ back, axis=0) / np.linalg.norm(back, axis=0)
    assert grown.mean() == pytest.approx(np.sqrt(2) * scale, rel=0.02)


def test_one_seed_is_one_film(tmp_path):
    first, second = (walk(Vanishing, "", tmp_path) for _ in range(2))
    assert first.left() == second.left()
    other = walk(Vanishing, "[vanishing]\nseed = 9\n", tmp_path)
    assert other.left() != first.left()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("depth = 1", "depth = 1: how many layers; it must be a whole number between 5 and 60"),
        ("width = 2", "width = 2"),
        ("scales = [0, 2]", "scales = [0, 2]"),
        ("scales = 2", "2 numbers, such as [0.7, 1.5]"),
    ],
)
def test_what_cannot_be_shown_is_refused(settings, told, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        walk(Vanishing, f"[vanishing]\n{settings}\n", tmp_path)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
