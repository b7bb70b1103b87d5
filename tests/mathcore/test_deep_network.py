"""The gradients of a deep network, compared with differences of its output and with theory."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest

from mathcore.deep_network import RELU, SIGMOID, TANH, random_network

ALL = (SIGMOID, TANH, RELU)
BY_HAND = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "ReLU": lambda z: max(z, mpmath.mpf(0)),
}


def output_from(network, layer, after):
    """Return the output where a_l is given, by mpmath and from the next layer on."""
    numbers = [mpmath.mpf(float(one)) if isinstance(one, float) else one for one in after]
    phi = BY_HAND[network.activation.name]
    for matrix in network.weights[layer:]:
        numbers = [
            phi(mpmath.fsum(mpmath.mpf(float(w)) * a for w, a in zip(row, numbers, strict=True)))
            for row in matrix
        ]
    return mpmath.fsum(mpmath.mpf(float(u)) * a for u, a in zip(network.end, numbers, strict=True))


@pytest.mark.parametrize("activation", ALL, ids=lambda one: one.name)
@pytest.mark.parametrize(("depth", "width", "scale", "seed"), [(5, 4, 1.0, 0), (7, 6, 1.7, 3)])
def test_a_gradient_is_the_change_of_the_output(activation, depth, width, scale, seed):
    network = random_network(depth, width, activation, scale, seed)
    _, after = network.forward()
    gradients = network.gradients()
    with mpmath.workdps(40):
        h = mpmath.mpf(10) ** -15
        for layer in range(1, depth + 1):
            for unit in range(width):
                slopes = []
                for step in (h, -h):
                    moved = [mpmath.mpf(float(one)) for one in after[layer]]
                    moved[unit] += step
                    slopes.append(output_from(network, layer, moved))
                slope = float((slopes[0] - slopes[1]) / (2 * h))
                assert gradients[layer - 1, unit] == pytest.approx(slope, rel=1e-8, abs=1e-14)


@pytest.mark.parametrize("activation", ALL, ids=lambda one: one.name)
def test_the_output_is_that_of_mpmath(activation):
    network = random_network(6, 5, activation, seed=4)
    with mpmath.workdps(40):
        entry = [mpmath.mpf(float(one)) for one in network.entry]
        assert network.output() == pytest.approx(float(output_from(network, 0, entry)), rel=1e-12)


@pytest.mark.parametrize("activation", ALL, ids=lambda one: one.name)
def test_slopes_are_those_of_the_function(activation):
    z = np.array([-700.0, -5.0, -0.3, 0.2, 4.0, 700.0])
    with mpmath.workdps(400):
        exact = [float(mpmath.diff(BY_HAND[activation.name], mpmath.mpf(one))) for one in z]
    assert activation.slope(z) == pytest.approx(exact, abs=1e-15)


def test_a_gradient_of_length_1_sets_out():
    for activation in ALL:
        assert random_network(7, 9, activation).gradient_sizes()[-1] == pytest.approx(1)


def test_sigmoid_loses_at_least_three_quarters_of_what_the_weights_leave():
    """σ' ≤ 1/4, so no layer multiplies by more than a quarter of its matrix's norm."""
    network = random_network(20, 32, SIGMOID, seed=2)
    sizes = network.gradient_sizes()
    norms = np.array([np.linalg.norm(matrix, 2) for matrix in network.weights[1:]])
    assert (sizes[:-1] <= 0.25 * norms * sizes[1:] * (1 + 1e-12)).all()


def test_relu_keeps_the_mean_square_of_the_gradient():
    """He et al.: with variance 2/n the squared length stays 1 on average, whatever the depth."""
    squares = [
        random_network(12, 64, RELU, seed=seed).gradient_sizes()[0] ** 2 for seed in range(200)
    ]
    assert np.mean(squares) == pytest.approx(1, abs=4 * np.std(squares) / np.sqrt(len(squares)))


def test_the_scale_goes_into_every_layer_of_relu():
    one, half = (random_network(10, 16, RELU, scale, seed=5) for scale in (1.0, 0.5))
    shares = half.gradient_sizes() / one.gradient_sizes()
    assert shares == pytest.approx(0.5 ** np.arange(9, -1, -1))


def test_the_factor_is_the_geometric_mean():
    network = random_network(9, 12, TANH, 0.8, seed=6)
    sizes = network.gradient_sizes()
    steps = sizes[:-1] / sizes[1:]
    assert network.factor() == pytest.approx(np.exp(np.mean(np.log(steps))))
    assert replace(network, weights=network.weights[:1]).factor() == 1.0


def test_one_seed_is_one_draw():
    networks = [random_network(4, 6, one, scale, 7) for one in ALL for scale in (1.0, 3.0)]
    for network in networks[2:]:
        assert network.entry.tolist() == networks[0].entry.tolist()
        assert network.end.tolist() == networks[0].end.tolist()
    assert networks[1].weights == pytest.approx(3 * networks[4].weights)
    assert random_network(4, 6, TANH, seed=8).weights[0, 0, 0] != networks[0].weights[0, 0, 0]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"depth": 0, "width": 3}, "depth=0"),
        ({"depth": 3, "width": 0}, "width=0"),
        ({"depth": 3, "width": 3, "scale": 0.0}, "scale=0.0: the scale of the weights"),
    ],
)
def test_what_makes_no_network_is_refused(settings, told):
    with pytest.raises(ValueError, match=told):
        random_network(activation=TANH, **settings)
