"""The mixture of equations 5 to 7, against DiffQAS and sums written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from qtkit import CANDIDATES, DiffQAS, probabilities
from qtkit.panels.mixture.model import MixtureModel


def test_it_starts_as_a_search_does():
    model = MixtureModel(3, 2)
    search = DiffQAS(3, 2)
    assert np.allclose(model.mixture, search.mixture.detach())
    assert model.distribution.sum() == pytest.approx(1)
    assert model.trainable == {"angles": 6, "structural": 12, "mapping": 5}


@pytest.mark.parametrize("weighting", ["raw", "softmax"])
@pytest.mark.parametrize("shared", [True, False])
def test_it_mixes_as_diffqas(weighting, shared):
    model = MixtureModel(3, 2, seed=5)
    model.set_weighting(weighting)
    model.set_shared(shared)
    values = np.random.default_rng(0).normal(size=12)
    model.set_weights(values)
    search = DiffQAS(3, 2, weighting=weighting, shared_angles=shared, dtype=torch.float64, backend="torch")
    with torch.no_grad():
        search.angles.copy_(model.angles)
        search.structural_weights.copy_(torch.as_tensor(values))
    assert np.allclose(model.distribution, search().detach())
    assert model.trainable["angles"] == search.angles.numel()


def test_one_circuit_alone():
    model = MixtureModel(4, 2, seed=1)
    model.set_alone(8)
    assert model.mixture.tolist() == [float(k == 7) for k in range(12)]
    assert np.allclose(model.distribution, probabilities(CANDIDATES[7], model.angles))
    model.set_weighting("softmax")
    assert np.allclose(model.mixture, 1 / 12), "another weighting starts over"
    model.set_alone(8)
    assert model.mixture[7] == pytest.approx(1 / (1 + 11 * math.exp(-10)))
    model.set_equal()
    assert np.allclose(model.mixture, 1 / 12)


def test_raw_weights_need_not_make_a_distribution():
    model = MixtureModel(3, 2)
    model.set_weights([1.0] + 7 * [0.0] + [-0.5] + 3 * [0.0])  # the uniform one less half of state 0
    expected = np.full(8, 1 / 8)
    expected[0] -= 0.5
    assert np.allclose(model.distribution, expected)


def test_separate_angles_begin_with_the_shared_ones():
    model = MixtureModel(3, 2, seed=4)
    shared = model.angles
    model.set_shared(False)
    assert model.angles.shape == (12, 2, 3)
    assert torch.equal(model.angles[0], shared)
    assert not torch.equal(model.angles[1], shared)


def test_generated_weights_by_hand():
    model = MixtureModel(2, 1, seed=2)
    m = model.mapping
    p = model.distribution
    assert model.weights()[2] == pytest.approx(m[0] * 1 + m[1] * 0 + m[2] * p[2] + m[3])
    assert model.weights(seen="scaled")[2] == pytest.approx(m[0] + m[2] * (4 * p[2] - 1) + m[3])


def test_no_layers():
    model = MixtureModel(2, 0)
    assert np.allclose(model.distribution, [0.625, 0.125, 0.125, 0.125]), "half uniform, half state 0"
    assert model.trainable["angles"] == 0


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: MixtureModel(0), "from 1 to 10, got 0"),
        (lambda: MixtureModel(11), "from 1 to 10, got 11"),
        (lambda: MixtureModel(4, 16), "from 0 to 15, got 16"),
        (lambda: MixtureModel(seed=-1), "seed must be a whole number from 0"),
        (lambda: MixtureModel().set_weights([1.0]), "12 finite numbers"),
        (lambda: MixtureModel().set_weights([math.nan] * 12), "12 finite numbers"),
        (lambda: MixtureModel().set_weighting("hard"), "must be one of"),
        (lambda: MixtureModel().set_alone(13), "from 1 to 12, got 13"),
        (lambda: MixtureModel().set_seed(1.5), "got 1.5"),
    ],
)
def test_bad_input_is_refused(act, message):
    with pytest.raises(ValueError, match=message):
        act()
