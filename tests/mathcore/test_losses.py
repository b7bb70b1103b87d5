"""Losses against plain numpy and finite differences; batches against counting."""

import pickle

import numpy as np
import pytest

from mathcore import (
    Choice,
    Outcome,
    ScalarField,
    check_gradient,
    descend,
    gradient_descent,
)
from mathcore.data import BUILT_IN, Data
from mathcore.losses import (
    RAVINE,
    Scale,
    batches,
    cross_entropy,
    frame_boundary,
    frame_line,
    least_squares,
    scale_for_line,
    scales_for_boundary,
    squared_error,
    stochastic_descent,
)

RNG = np.random.default_rng(8)
YEARS = Data(
    "years", np.arange(1990.0, 2021.0), 3e5 + 1e4 * np.arange(31) + 5e3 * np.sin(np.arange(31))
)
LEVEL = Data("level", np.array([0.0, 1.0, 2.0]), np.array([4.0, 4.0, 4.0]))
LINES = [BUILT_IN[name] for name in ("line", "noisy", "outlier")] + [YEARS, LEVEL]
CLASSES = [BUILT_IN[name] for name in ("clouds", "mixed")]
ids = {"ids": lambda data: data.name}


def mean_squared_error(data, scale, m, b):
    """The loss as a first-year student writes it, one point after another."""
    total = 0.0
    for x, y in zip(data.x, data.y, strict=True):
        total += (m * (x - scale.origin) / scale.unit + b - y) ** 2
    return total / len(data)


def mean_cross_entropy(data, w1, w2):
    p = 1 / (1 + np.exp(-(w1 * data.x + w2 * data.y)))
    return -np.mean(data.classes * np.log(p) + (1 - data.classes) * np.log(1 - p))


def losses():
    for data in LINES:
        scale = scale_for_line(data.x)
        yield pytest.param(
            squared_error(data, scale),
            lambda p, data=data, scale=scale: mean_squared_error(data, scale, *p),
            np.array(least_squares(scale(data.x), data.y)),
            float(np.ptp(data.y)) or 1.0,
            id=data.name,
        )
    for data in CLASSES:
        told = lambda p, data=data: mean_cross_entropy(data, *p)  # noqa: E731
        yield pytest.param(cross_entropy(data), told, np.array([1.5, 0.5]), 2.0, id=data.name)


LOSSES = list(losses())


@pytest.mark.parametrize(("loss", "plain", "middle", "reach"), LOSSES)
def test_a_loss_is_the_mean_over_the_points(loss, plain, middle, reach):
    for p in middle + reach * RNG.standard_normal((20, 2)):
        truth = plain(p)
        assert loss.field.value(p) == pytest.approx(truth, rel=1e-9)
        assert loss.point_losses(p).mean() == pytest.approx(truth, rel=1e-9)


@pytest.mark.parametrize(("loss", "plain", "middle", "reach"), LOSSES)
def test_a_gradient_is_the_mean_of_those_of_the_points_and_of_differences(
    loss, plain, middle, reach
):
    h = 1e-5 * reach
    for p in middle + reach * RNG.standard_normal((10, 2)):
        slopes = [(plain(p + step) - plain(p - step)) / (2 * h) for step in h * np.eye(2)]
        size = np.abs(slopes).max()
        assert loss.field.gradient(p) == pytest.approx(slopes, rel=1e-5, abs=1e-6 * size)
        assert loss.point_gradients(p).mean(axis=0) == pytest.approx(
            loss.field.gradient(p), rel=1e-9, abs=1e-9 * size
        )


@pytest.mark.parametrize(("loss", "plain", "middle", "reach"), LOSSES)
def test_a_hessian_is_that_of_differences_of_the_gradient(loss, plain, middle, reach):
    h = 1e-4 * reach
    for p in middle + reach * RNG.standard_normal((5, 2)):
        around = [loss.field.gradient(p + sign * s) for s in h * np.eye(2) for sign in (1, -1)]
        rows = [(a - b) / (2 * h) for a, b in zip(around[::2], around[1::2], strict=True)]
        found = loss.field.hessian(p)
        assert found == pytest.approx(np.array(rows), rel=1e-5, abs=1e-6 * np.abs(rows).max())
        assert np.array_equal(found, found.T)


@pytest.mark.parametrize(("loss", "plain", "middle", "reach"), LOSSES)
def test_a_loss_works_on_arrays_of_any_shape(loss, plain, middle, reach):
    points = middle + reach * RNG.standard_normal((3, 4, 2))
    values, gradients = loss.field.value_and_gradient(points)
    assert values.shape == (3, 4)
    assert gradients.shape == (3, 4, 2)
    assert loss.field.hessian(points).shape == (3, 4, 2, 2)
    assert loss.point_losses(points).shape == (3, 4, len(loss))
    assert loss.point_gradients(points).shape == (3, 4, len(loss), 2)
    assert values[1, 2] == loss.field.value(points[1, 2])
    assert loss.field.value(points[:0]).shape == (0, 4)
    assert loss.field.hessian(points[:0]).shape == (0, 4, 2, 2)


@pytest.mark.parametrize(("loss", "plain", "middle", "reach"), LOSSES)
def test_a_losses_field_passes_the_films_own_check(loss, plain, middle, reach):
    check_gradient(loss.field, *((c - reach, c + reach) for c in middle))


# The line


@pytest.mark.parametrize("data", LINES, **ids)
def test_least_squares_is_that_of_numpy(data):
    u = scale_for_line(data.x)(data.x)
    slope, intercept = np.polyfit(u, data.y, 1)
    scale = np.abs(data.y).max()
    assert least_squares(u, data.y) == pytest.approx((slope, intercept), abs=1e-10 * scale)


def test_points_on_a_line_have_no_loss_at_it():
    data = Data("exact", np.array([0.0, 1.0, 5.0]), np.array([1.0, 3.0, 11.0]))
    assert squared_error(data).field.value([2.0, 1.0]) == pytest.approx(0.0, abs=1e-28)


@pytest.mark.parametrize(
    "x", [[0.0, 1.0], [-1, 0.5, 2], [1990, 2000, 2020], [1e-6, 3e-6], [0, 1e9], [100.0, 100.1]]
)
def test_x_is_measured_so_that_the_bowl_is_no_ravine(x):
    x = np.array(x, dtype=float)
    u = scale_for_line(x)(x)
    bends = np.linalg.eigvalsh([[np.mean(u**2), np.mean(u)], [np.mean(u), 1]])
    assert bends[1] <= RAVINE * bends[0]


def test_x_that_needs_no_scale_is_left_as_it_is():
    assert scale_for_line(BUILT_IN["line"].x) == Scale()
    assert scale_for_line(np.array([1990.0, 2020.0])) == Scale(2005.0, 20.0)


@pytest.mark.parametrize("data", LINES, **ids)
def test_the_walk_that_is_framed_comes_to_the_best_line(data):
    scale = scale_for_line(data.x)
    loss = squared_error(data, scale)
    framing = frame_line(loss, Choice())
    path = descend(loss.field, framing.start, gradient_descent(framing.rate), framing.steps)
    best = np.polyfit(scale(data.x), data.y, 1)
    away = np.linalg.norm(path.points - best, axis=1)
    assert away[-1] <= 0.1 * away[0]
    assert len(framing.minima) == 1
    assert framing.minima[0] == pytest.approx(best, abs=1e-6 * np.ptp(framing.x_range))


def test_a_chosen_start_lies_in_the_frame():
    loss = squared_error(BUILT_IN["line"])
    framing = frame_line(loss, Choice(start=(30.0, -4.0)))
    assert framing.start == (30.0, -4.0)
    assert framing.x_range[0] < 30 < framing.x_range[1]


# Two classes


@pytest.mark.parametrize("data", CLASSES, **ids)
def test_cross_entropy_is_its_own_formula(data):
    field = cross_entropy(data).field
    written = ScalarField(field.expression, field.variables)
    points = 3 * RNG.standard_normal((20, 2))
    assert np.allclose(field.value(points), written.value(points), rtol=1e-12)
    assert np.allclose(field.gradient(points), written.gradient(points), rtol=1e-9, atol=1e-12)


def test_cross_entropy_is_log_two_where_nothing_is_known():
    assert cross_entropy(BUILT_IN["mixed"]).field.value([0.0, 0.0]) == pytest.approx(np.log(2))


def test_far_out_cross_entropy_neither_overflows_nor_loses_its_slope():
    loss = cross_entropy(BUILT_IN["clouds"])
    values, gradients = loss.field.value_and_gradient(1e4 * np.array([[1.0, 1.0], [-1.0, -1.0]]))
    assert np.isfinite(values).all()
    assert np.isfinite(gradients).all()
    assert values[1] > values[0] > 0


def test_newton_finds_the_minimum_of_cross_entropy():
    loss = cross_entropy(BUILT_IN["mixed"])
    path = descend(loss.field, (0.0, 0.0), gradient_descent(2.0), 300, tolerance=1e-10)
    assert path.outcome is Outcome.CONVERGED
    data = BUILT_IN["mixed"]
    around = [
        mean_cross_entropy(data, *(path.points[-1] + 0.01 * np.array(way)))
        for way in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    assert min(around) > mean_cross_entropy(data, *path.points[-1])


def test_a_field_of_cross_entropy_travels_and_is_equal_to_itself_alone():
    field, other = (cross_entropy(data).field for data in CLASSES)
    twin = pickle.loads(pickle.dumps(field))
    assert twin == field
    assert hash(twin) == hash(field)
    assert field != other
    assert twin.value([0.3, 0.4]) == field.value([0.3, 0.4])


def test_points_without_classes_have_no_cross_entropy():
    with pytest.raises(ValueError, match="line: these points have no classes"):
        cross_entropy(BUILT_IN["line"])


# Mini-batches


@pytest.mark.parametrize(("count", "size"), [(12, 1), (12, 5), (12, 12), (7, 8), (40, 8)])
def test_in_each_epoch_every_point_is_used_once(count, size):
    per_epoch = -(-count // size)
    found = batches(count, size, 3 * per_epoch, seed=4)
    for epoch in range(3):
        numbers = np.concatenate(found[epoch * per_epoch : (epoch + 1) * per_epoch])
        assert sorted(numbers.tolist()) == list(range(count))


def test_batches_follow_from_their_seed():
    one, same, other = (batches(20, 4, 12, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("wrong", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_no_batch_is_empty(wrong):
    with pytest.raises(ValueError, match="must be a whole number from 1"):
        batches(*wrong, seed=0)


def test_with_all_points_in_each_batch_the_walk_is_gradient_descent():
    loss = squared_error(BUILT_IN["line"])
    rule = stochastic_descent(loss, batches(len(loss), 12, 8, seed=0), 0.2)
    one = descend(loss.field, (2.6, 2.2), rule, 8)
    other = descend(loss.field, (2.6, 2.2), gradient_descent(0.2), 8)
    assert np.allclose(one.points, other.points, rtol=1e-12)


def test_steps_of_an_epoch_average_to_the_full_gradient():
    loss = squared_error(BUILT_IN["line"])
    p = np.array([0.3, -0.2])
    of_batches = [loss.batch_gradient(p, one) for one in batches(12, 3, 4, seed=6)]
    u, y = BUILT_IN["line"].x, BUILT_IN["line"].y
    gap = 0.3 * u - 0.2 - y
    assert np.mean(of_batches, axis=0) == pytest.approx([2 * np.mean(gap * u), 2 * np.mean(gap)])


def test_a_step_follows_its_batch_and_its_rate():
    loss = squared_error(BUILT_IN["line"])
    chosen = batches(12, 1, 3, seed=2)
    path = descend(
        loss.field, (1.0, 1.0), stochastic_descent(loss, chosen, lambda k: 0.1 / (1 + k)), 3
    )
    p = np.array([1.0, 1.0])
    for k, (number,) in enumerate(chosen):
        u, y = BUILT_IN["line"].x[number], BUILT_IN["line"].y[number]
        p = p - 0.1 / (1 + k) * 2 * (p[0] * u + p[1] - y) * np.array([u, 1.0])
        assert path.points[k + 1] == pytest.approx(p)


# A boundary


@pytest.mark.parametrize("data", CLASSES, **ids)
def test_what_is_shown_of_a_boundary_holds_the_minimum_and_the_way_there(data):
    scales = scales_for_boundary(data)
    loss = cross_entropy(data, scales)
    framing = frame_boundary(loss, Choice())
    path = descend(loss.field, framing.start, gradient_descent(framing.rate), 2000)
    best = path.points[-1]
    assert scales == (Scale(), Scale())
    assert np.abs(loss.field.gradient(best)).max() < 1e-6
    for point in (best, framing.start):
        for part, (low, high) in zip(point, (framing.x_range, framing.y_range), strict=True):
            assert low < part < high
    turned = np.dot(best, framing.start) / np.linalg.norm(best) / np.linalg.norm(framing.start)
    assert turned < 0  # more than a right angle


def test_a_start_of_ones_own_is_within_what_is_shown():
    framing = frame_boundary(cross_entropy(CLASSES[0]), Choice(start=(-9.0, 7.0)))
    assert framing.start == (-9.0, 7.0)
    assert framing.x_range[0] < -9.0
    assert framing.y_range[1] > 7.0


def test_large_numbers_are_measured_from_between_the_classes():
    x = np.array([150.0, 160, 170, 180])
    y = np.array([48e3, 52e3, 70e3, 82e3])
    first, second = scales_for_boundary(Data("people", x, y, np.array([0.0, 0, 1, 1])))
    for scale, numbers in ((first, x), (second, y)):
        assert numbers[:2].mean() < scale.origin < numbers[2:].mean()
        assert np.abs(scale(numbers)).max() < 4


def test_classes_that_a_line_parts_are_framed_although_there_is_no_minimum():
    x, y = np.array([-2.0, -1, 1, 2]), np.array([-1.0, -2, 2, 1])
    loss = cross_entropy(Data("apart", x, y, np.array([0.0, 0, 1, 1])))
    framing = frame_boundary(loss, Choice())
    assert framing.minima == ()
    path = descend(loss.field, framing.start, gradient_descent(framing.rate), 200)
    assert (np.diff(path.values) < 0).all()
