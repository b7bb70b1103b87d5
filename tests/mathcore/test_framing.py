"""What is chosen to be shown of a function: sound, round, and true to its name."""

import functools

import numpy as np
import pytest

from mathcore import (
    GALLERY,
    Outcome,
    ScalarField,
    descend,
    frame,
    gradient_descent,
    parse,
    symbol,
    variables_of,
)
from mathcore.framing import SWING, swing

TYPICAL = """
x^2 + y^2
x^2 + 3y^2
x^2 + x y + y^2
(x + 2y - 7)^2 + (2x + y - 5)^2
sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1
(x^2 - 1)^2 + y^2
1 - exp(-x^2 - y^2)
sin(x) sin(y)
x^2
(x - 3)^2
(x - 1000)^2
x^4 - 2x^2 + 0.3x
|x|
|x| + |y|
max(|x|, |y|)
x log(x)
x log(x) + y^2
1/x + x + y^2
-exp(-100x^2 - 100y^2)
-exp(-(x^2 + y^2)/10000)
cosh(x) + cosh(y)
1000000(x^2 + y^2)
0.000001(x^2 + y^2)
x^x
sin(x)/x
x sin(x)
min((x - 1)^2 + y^2, (x + 1)^2 + y^2 + 0.3)
(x - y)^2
exp(-x) sin(5x)
floor(x) + y^2
""".strip().splitlines()
"""Functions on which there is a rate of each kind."""

OTHERS = """
(1 - x)^2 + 100(y - x^2)^2
(x^2 + y - 11)^2 + (x + y^2 - 7)^2
(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2
20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)
x^2 - y^2
x^3 - 3x y^2
x^3
x y
-x^2 - y^2
x + y
2x + 1
log(x)
log(x) + log(y)
log(x - 100)
log(x^2 + y^2)
1/x
1/(x^2 + y^2)
sqrt(1 - x^2 - y^2)
sqrt(x) + y^2
sqrt(x^2 + y^2)
sqrt(|x|)
cbrt(x)
exp(x)
exp(100x)
exp(exp(x))
exp(x) + exp(-y)
exp(-100x^2)
1/(1 + x^2)
tan(x)
tan(x) + y^2
atan2(y, x)
sin(10x) + y^2
sin(1/x)
sin(x^2 + y^2)
sigmoid(x/100)
log(1 + exp(x)) + y^2/2
sign(x) x^2 + y^2
x^4 + y^4
x^10
x^2 y^2
(x - 1)^2 + 1000(y + 2)^2
|x - 1| + (y - x)^2
""".strip().splitlines()
ALL = TYPICAL + OTHERS


def field_of(text: str) -> ScalarField:
    expression = parse(text)
    variables = variables_of(expression)
    plane = symbol("x"), symbol("y")
    return ScalarField(expression, variables if len(variables) == 1 else plane)


@pytest.fixture(scope="module")
def framed():
    """Every function with what is shown of it, framed once."""
    return {text: (field_of(text), frame(field_of(text))) for text in ALL}


def box_of(shown) -> np.ndarray:
    return np.array([shown.x_range] if shown.y_range is None else [shown.x_range, shown.y_range])


def inside(box: np.ndarray, points: np.ndarray) -> np.ndarray:
    return np.all((points >= box[:, 0]) & (points <= box[:, 1]), axis=-1)


def walked(field: ScalarField, shown, rate: float) -> np.ndarray:
    """The points (k + 1, n) of p ← p - η ∇f(p), written out; nan once there is no slope."""
    points = [np.array(shown.start)]
    with np.errstate(all="ignore"):
        for _ in range(shown.steps):
            points.append(points[-1] - rate * field.gradient(points[-1]))
    return np.array(points)


@functools.cache
def bottom_below(field: ScalarField, shown) -> np.ndarray:
    """Where water from the start would end: short steps along slopes that differences give."""
    box, point = box_of(shown), np.array(shown.start)
    size = box[:, 1] - box[:, 0]
    stride, eye = 4e-3, np.eye(len(point))
    for _ in range(3000):
        h = min(1e-5, stride / 4) * size
        slope = field.value(point + h * eye) - field.value(point - h * eye)
        if not np.any(slope) or np.isnan(slope).any():
            break
        ahead = point - stride * size * slope / np.linalg.norm(slope)
        if field.value(ahead) < field.value(point) and inside(box, ahead):
            point = ahead
        else:
            stride /= 2
            if stride < 1e-5:
                break
    return point


@pytest.mark.parametrize("text", ALL)
def test_the_start_lies_well_inside_on_a_slope(framed, text):
    field, shown = framed[text]
    box = box_of(shown)
    margin = 0.03 * (box[:, 1] - box[:, 0])
    assert np.all(np.array(shown.start) > box[:, 0] + margin)
    assert np.all(np.array(shown.start) < box[:, 1] - margin)
    assert np.isfinite(field.value(shown.start))
    slope = field.gradient(shown.start)
    assert np.all(np.isfinite(slope))
    assert np.any(slope != 0)
    beside = np.array(shown.start) + 0.003 * np.diff(box)[:, 0] * np.array([[1], [-1]])
    assert np.isfinite(field.gradient(beside)).all()


@pytest.mark.parametrize("text", ALL)
def test_ranges_and_start_are_round(framed, text):
    _, shown = framed[text]
    for low, high in box_of(shown):
        unit = 10.0 ** np.floor(np.log10(high - low)) / 200
        for end in (low, high):
            assert end / unit == pytest.approx(round(end / unit), abs=1e-6)
    assert all(len(f"{c:.12g}".lstrip("-0.").replace(".", "")) <= 8 for c in shown.start)


@pytest.mark.parametrize("text", ALL)
def test_most_of_the_frame_is_defined_and_any_rim_is_in_view(framed, text):
    field, shown = framed[text]
    axes = [np.linspace(low, high, 61) for low, high in box_of(shown)]
    values = field.value(np.stack(np.meshgrid(*axes), axis=-1))
    assert np.mean(np.isfinite(values)) > 0.5


@pytest.mark.parametrize("text", ALL)
def test_the_walk_stays_in_the_frame_and_its_heights_are_shown(framed, text):
    field, shown = framed[text]
    path = descend(field, shown.start, gradient_descent(shown.rate), shown.steps)
    assert 5 <= shown.steps <= 40
    assert inside(box_of(shown), path.points).all()
    low, high = shown.value_range
    assert low <= path.values.min() <= path.values.max() <= high
    assert path.values[-1] < path.values[0]


@pytest.mark.parametrize("text", ALL)
def test_contour_levels_are_few_round_and_rising(framed, text):
    _, shown = framed[text]
    levels = np.array(shown.contour_levels)
    low, high = shown.value_range
    assert 3 <= len(levels) <= 16
    assert np.all(np.diff(levels) > 0)
    assert low < levels[0] < levels[-1] <= high
    unit = 10.0 ** np.floor(np.log10(np.diff(levels).min() * 1.001))
    np.testing.assert_allclose(levels / unit, np.round(levels / unit), atol=1e-6)


@pytest.mark.parametrize("text", ALL)
def test_the_same_function_is_framed_alike(framed, text):
    assert frame(field_of(text)) == framed[text][1]


@pytest.mark.parametrize("text", TYPICAL)
def test_there_is_a_working_rate_and_one_that_crawls_and_one_that_diverges(framed, text):
    rates = framed[text][1].rates
    assert None not in (rates.crawls, rates.works, rates.diverges)
    assert rates.crawls < rates.works < (rates.oscillates or rates.diverges)
    assert (rates.oscillates or 0) < rates.diverges


@pytest.mark.parametrize("text", ALL)
def test_the_rate_that_works_comes_near_a_bottom(framed, text):
    field, shown = framed[text]
    if shown.rates.works is None:
        return
    assert shown.rate == shown.rates.works
    points = walked(field, shown, shown.rates.works)
    assert inside(box_of(shown), points).all()
    values = field.value(points)
    lowest = min(float(field.value(bottom_below(field, shown))), float(values.min()))
    assert values[-1] - lowest <= 0.3 * (values[0] - lowest)


@pytest.mark.parametrize("text", ALL)
def test_the_rate_that_crawls_hardly_moves(framed, text):
    field, shown = framed[text]
    if shown.rates.crawls is None:
        return
    points = walked(field, shown, shown.rates.crawls)
    box = box_of(shown)
    size = box[:, 1] - box[:, 0]
    way = np.linalg.norm((bottom_below(field, shown) - points[0]) / size)
    assert np.linalg.norm((points[-1] - points[0]) / size) < 0.15 * max(way, 0.5)
    assert np.linalg.norm(points[-1] - points[0]) > 0


@pytest.mark.parametrize("text", ALL)
def test_the_rate_that_oscillates_goes_to_and_fro_and_not_up(framed, text):
    field, shown = framed[text]
    if shown.rates.oscillates is None:
        return
    points = walked(field, shown, shown.rates.oscillates)
    assert inside(box_of(shown), points).all()
    moves = np.diff(points, axis=0)[:12]
    back = np.sum(moves[1:] * moves[:-1], axis=1) < 0
    assert back.mean() >= 0.5
    assert field.value(points[-1]) <= field.value(points[0]) * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("text", ALL)
def test_the_rate_that_diverges_leaves_the_frame(framed, text):
    field, shown = framed[text]
    if shown.rates.diverges is None:
        return
    points = walked(field, shown, shown.rates.diverges)
    assert not inside(box_of(shown), points).all()


@pytest.mark.parametrize("text", ["x + y", "2x + 1", "exp(x)", "x^2 - y^2", "log(x)"])
def test_a_slope_without_a_bottom_has_no_working_or_oscillating_rate(framed, text):
    rates = framed[text][1].rates
    assert rates.works is None
    assert rates.oscillates is None


RANGES = [
    ("x^2 + y^2", (-2, 2), (-2, 2)),
    ("x^2", (-2, 2), None),
    ("(x - 3)^2", (0, 6), None),
    ("(x - 1000)^2", (998, 1002), None),
    ("x + y", (-2, 2), (-2, 2)),
]


@pytest.mark.parametrize(("text", "x_range", "y_range"), RANGES)
def test_plain_functions_get_the_frame_a_teacher_would_draw(framed, text, x_range, y_range):
    shown = framed[text][1]
    assert (shown.x_range, shown.y_range) == (x_range, y_range)


# The length over which the function changes its shape, by hand: a frame of 2 to 12 times that.
SIZES = [
    ("-exp(-100x^2 - 100y^2)", 0.1),
    ("exp(-100x^2)", 0.1),
    ("-exp(-(x^2 + y^2)/10000)", 100.0),
    ("sigmoid(x/100)", 100.0),
    ("exp(100x)", 0.01),
    ("sin(x) sin(y)", 1.0),
    ("1/(1 + x^2)", 1.0),
]


@pytest.mark.parametrize(("text", "size"), SIZES)
def test_the_frame_is_as_wide_as_the_function_is(framed, text, size):
    low, high = framed[text][1].x_range
    assert 2 * size <= high - low <= 12 * size


@pytest.mark.parametrize(
    "name", ["himmelblau", "twin-valleys", "three-hump-camel", "six-hump-camel"]
)
def test_all_valleys_of_a_classic_are_in_the_frame_and_found(name):
    entry = GALLERY[name]
    shown = frame(entry.field)
    for point, _ in entry.minima:
        assert inside(box_of(shown), np.array(point))
        assert np.min(np.abs(np.array(shown.minima) - point).max(axis=1)) < 1e-5


@pytest.mark.parametrize(("text", "edge"), [("log(x)", 0.0), ("log(x - 100)", 100.0)])
def test_the_edge_of_a_half_plane_is_in_view_with_little_beyond(framed, text, edge):
    low, high = framed[text][1].x_range
    assert low < edge < low + 0.12 * (high - low)


def test_a_high_wall_is_cut_so_that_the_valley_is_seen():
    entry = GALLERY["rosenbrock"]
    shown = frame(entry.field, x_range=entry.x_range, y_range=entry.y_range, start=entry.start)
    assert 24.2 < shown.value_range[1] < 2509 / 4  # f(start), and f(-2, -1) of the corner
    assert shown.value_range[0] < 0


@pytest.mark.parametrize(("text", "most"), [("1/x", 20), ("1/(x^2 + y^2)", 10), ("tan(x)", 20)])
def test_a_pole_is_cut_at_the_frame(framed, text, most):
    assert max(np.abs(framed[text][1].value_range)) < most


@pytest.mark.parametrize("text", ["x^2 + y^2", "x^2 + x y + y^2", "x + y", "sin(x) sin(y)", "x y"])
def test_an_even_hill_is_shown_whole(framed, text):
    field, shown = framed[text]
    corners = np.array(np.meshgrid(*box_of(shown))).reshape(2, -1).T
    assert field.value(corners).max() <= shown.value_range[1]


def test_a_valley_floor_has_contour_lines_too():
    entry = GALLERY["rosenbrock"]
    levels = frame(entry.field, start=(-1.2, 1.0)).contour_levels
    high = frame(entry.field, start=(-1.2, 1.0)).value_range[1]
    assert levels[0] < 0.1 * high
    assert len(levels) >= 6


CHOICES = [
    {"x_range": (-1.5, 3.25)},
    {"y_range": (-0.5, 7.0)},
    {"x_range": (-3.0, 3.0), "y_range": (0.0, 1.0)},
    {"start": (0.3, -0.7)},
    {"start": (7.0, 4.0)},
    {"start": (0.02, 0.01)},
    {"rate": 0.123},
    {"steps": 3},
    {"steps": 77},
    {"start": (1.0, 1.0), "rate": 0.9, "steps": 6, "x_range": (-1.3, 1.3)},
    {"rate": 3.0},
    {"start": (0.0, 0.0)},
]


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("text", ["x^2 + 3y^2", "x y", "x + y", "(x - 1)^2 + |y|^3", "5"])
def test_what_the_user_chose_is_kept(text, choice):
    field = field_of(text)
    shown = frame(field, **choice)
    for name, value in choice.items():
        assert getattr(shown, name) == value
    assert inside(box_of(shown), np.array(shown.start))
    assert shown.value_range[0] <= field.value(shown.start) <= shown.value_range[1]
    assert shown.steps >= 1
    assert shown.rate > 0


@pytest.mark.parametrize("start", [(10.0, 3.0), (0.02, 0.01), (-55.0, 20.0)])
def test_a_given_start_is_shown_with_the_valley_it_leads_to(start):
    shown = frame(field_of("x^2 + y^2"), start=start)
    box = box_of(shown)
    away = np.linalg.norm(start) / (box[0, 1] - box[0, 0])
    assert inside(box, np.zeros(2))
    assert 0.2 < away < 0.6


@pytest.mark.parametrize("entry", GALLERY.values(), ids=lambda entry: entry.name)
def test_the_side_to_look_from_shows_the_walk(entry):
    if entry.y_range is None:
        return
    field = entry.field
    shown = frame(field, x_range=entry.x_range, y_range=entry.y_range, start=entry.start)
    box = box_of(shown)
    path = descend(
        field, shown.start, gradient_descent(shown.rate), shown.steps, domain=box.tolist()
    ).points[:-1]

    def hidden(side: float) -> float:
        """How many points are hidden while the eye goes on round the hill, in the mean."""
        views = side + swing(side) * SWING * np.array([0.0, 0.6, 1.0])
        return np.mean([hidden_points(field, box, shown.value_range, path, v) for v in views])

    ends = {side: (side % 90, side % 90 + swing(side) * SWING) for side in range(-180, 180, 9)}
    slanted = [side for side, both in ends.items() if min(both) >= 15 and max(both) <= 72]
    assert hidden(shown.turn) <= min(map(hidden, slanted)) + 1 + 0.1 * len(path)
    assert hidden(shown.turn) <= hidden(-62.0) + 1


def test_the_eye_goes_on_round_the_hill_without_passing_a_corner():
    """The quadrant in which the eye stands tells the two sides of the map that are nearest."""
    for side in np.arange(-180, 180, 7.5):
        there = side + swing(side) * SWING
        assert abs(there - side) == SWING
        assert np.floor((side + 1e-9) / 90) == np.floor((there - 1e-9 * swing(side)) / 90)


def hidden_points(field, box, heights, path, side) -> int:
    """How many points of a path a hill drawn 2.5/4.6 as high as wide hides from an eye at 38°."""
    angle, unit = np.radians(side), float((box[:, 1] - box[:, 0]).max())
    low, high = heights
    scale = 2.5 / 4.6 * unit / (high - low)
    reach = np.linspace(0.02, 1.4, 300) * unit
    hidden = 0
    for point in path:
        ray = point + reach[:, None] * [np.cos(angle), np.sin(angle)]
        sight = float(field.value(point)) * scale + reach * np.tan(np.radians(38))
        ground = field.value(ray)
        above = inside(box, ray) & (ground <= high) & (ground * scale > sight + 0.005 * unit)
        hidden += bool(above.any())
    return hidden


def test_a_wall_in_front_makes_the_camera_go_round():
    wall = field_of("x^2 + y^2 + 40exp(-20(y + 1.2)^2)")
    shown = frame(wall, x_range=(-2, 2), y_range=(-2, 2), start=(0.8, -0.5))
    assert abs((shown.turn + 62 + 180) % 360 - 180) >= 45
    assert frame(field_of("x^2 + y^2")).turn == -62.0


REFUSED = [
    ("x + y + z", {}, "it has 3 variables"),
    ("x^2", {"y_range": (0, 1)}, "has one variable only"),
    ("x^2", {"x_range": (1, 1)}, "the lower one first"),
    ("x^2", {"x_range": (0, np.inf)}, "two finite numbers"),
    ("x^2", {"start": (1.0, 2.0)}, "give 1 finite coordinates"),
    ("x^2", {"start": (3.0,), "x_range": (-1, 1)}, "outside the range"),
    ("log(x)", {"start": (-1.0,)}, "is not defined here"),
    ("x^2", {"rate": 0.0}, "must be above 0"),
    ("x^2", {"steps": 0}, "a whole number from 1"),
    ("sqrt(-1 - x^2)", {}, "defined nowhere"),
]


@pytest.mark.parametrize(("text", "choice", "message"), REFUSED)
def test_what_cannot_be_shown_is_refused_by_name(text, choice, message):
    expression = parse(text)
    with pytest.raises(ValueError, match=message):
        frame(ScalarField(expression, variables_of(expression)), **choice)


OUTCOMES = [
    ("x^2 - y^2", {"start": (1.0, 0.0)}),
    ("x^2 - y^2", {"start": (0.0, 0.0)}),
    ("-x^2 - y^2", {"start": (0.0, 0.0)}),
    ("exp(-x^2 - y^2)", {"start": (9.0, 9.0)}),
    ("x^2 + y^2", {"rate": 1e6}),
    ("exp(exp(x)) + y^2", {"rate": 1e9}),
    ("log(x) + y^2", {"rate": 50.0}),
    ("7", {}),
    ("x^400 + y^2", {}),
    ("exp(x^2 y^2)", {"x_range": (-60.0, 60.0), "y_range": (-60.0, 60.0)}),
]


@pytest.mark.parametrize(("text", "choice"), OUTCOMES)
def test_a_walk_that_ends_badly_is_framed_all_the_same(text, choice):
    shown = frame(field_of(text), **choice)
    assert np.isfinite([*shown.x_range, *shown.y_range, *shown.start, *shown.value_range]).all()
    path = descend(field_of(text), shown.start, gradient_descent(shown.rate), shown.steps)
    assert isinstance(path.outcome, Outcome)


@pytest.mark.parametrize(("text", "start"), [("|x|", (0.0,)), ("|x| + y^2", (0.0, 1.0))])
def test_a_start_on_a_kink_is_framed_though_no_step_leads_away(text, start):
    shown = frame(field_of(text), start=start)
    assert shown.start == start
    assert shown.x_range == (-2.0, 2.0)
    low, high = shown.value_range
    assert low <= 0
    assert high >= 2
    assert frame(field_of(text), start=start, rate=0.3, steps=4).steps == 4


HEAVY = {
    "a product of 54 factors": "".join(f"(x-{k / 10})(y+{k / 7:.3f})" for k in range(1, 28)),
    "a tower": "x^" * 20 + "y",
    "a maximum of 39": "max(" + ",".join(f"{k}x-{k % 5}y+{k % 3}" for k in range(1, 40)) + ")",
    "39 waves": "+".join(f"sin({k}x+{k * k % 7}y)" for k in range(1, 40)),
}


@pytest.mark.parametrize("text", [*HEAVY.values(), *ALL[::9]], ids=[*HEAVY, *ALL[::9]])
def test_a_function_however_large_is_asked_at_few_points_to_be_framed(text, monkeypatch):
    asked = []

    def counted(ask):
        def answer(field, points):
            asked.append(np.size(points) // field.dimension)
            return ask(field, points)

        return answer

    for name in "value", "gradient", "value_and_gradient", "hessian":
        monkeypatch.setattr(ScalarField, name, counted(getattr(ScalarField, name)))
    frame(field_of(text))
    assert 0 < len(asked) < 3_000
    assert sum(asked) < 700_000
