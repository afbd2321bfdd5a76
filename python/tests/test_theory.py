"""Values in closed form, from docs/theory.md."""
import math

import numpy as np
import pytest

import aligngame as ag


def test_pools_of_two():
    """H_2(x) = sum_y p(y) 2 u(x) / (u(x) + u(y))."""
    mass, reward = np.array([0.2, 0.5, 0.3]), np.array([1.0, 0.0, -2.0])
    u = np.exp(reward / 0.7)
    expected = (2 * u[:, None] / (u[:, None] + u[None, :])) @ mass
    # stated: 1e-12 of log H, and some roundings here
    assert np.abs(ag.weights(mass, reward, 2, 0.7) - expected).max() <= 2e-12


def test_infinite_pools():
    """H = u / E u, and p_t is p_0 exp(t r) of n curators' sum."""
    mass, reward = np.array([0.2, 0.5, 0.3]), np.array([1.0, 0.0, -2.0])
    assert np.abs(ag.log_weights(mass, reward, "inf") -
                  (reward - math.log(mass @ np.exp(reward)))).max() <= 2e-12
    game = ag.Game.from_arrays({"a": reward, "b": 2 * reward}, mass=mass, pool="inf")
    expected = np.log(mass) + 3 * 5 * reward
    expected -= np.logaddexp.reduce(expected)
    # ten curations, each within 1e-12, of numbers up to 50
    assert np.abs(game.run(5).log_mass() - expected).max() <= 10 * 1e-12 * 50


def test_weights_average_to_one():
    draw = np.random.default_rng(1)
    mass = draw.random(100)
    mass /= mass.sum()
    for pool in (2, 3, 17, 1000):
        assert abs(mass @ ag.weights(mass, draw.normal(size=100), pool) - 1) <= 2e-12


def test_critical_mass():
    """Two atoms, (3, 0) and (0, 3), K = 8: the Owner, who moves first, needs 0.241557878495."""
    game = ag.Game.from_arrays({"owner": [3, 0], "public": [0, 3]}, mass=[1, 3])
    order = game.analyze()["basins"]["orders"][0]
    assert abs(order["critical_mass"] - 0.241557878495) <= 1e-12 + 0.5e-12


def test_drift():
    assert ag.drift_kept(10, 5) == pytest.approx(0.9 ** 5, rel=1e-12)
    forever = math.sin(math.pi / math.sqrt(10)) / (math.pi / math.sqrt(10))
    assert ag.drift_kept(10, None, accumulate=True) == pytest.approx(forever, rel=1e-12)
