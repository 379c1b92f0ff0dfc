"""Generators without a circuit: their features, their start, and that they fill a network as Quantum-Train does."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from torch import nn

from qtkit.circuits.ansatz import qubits_for
from qtkit.generator.expansion import FEATURES, DenseFeatures, HashedFeatures, LinearExpansion
from qtkit.networks import ImageMLP
from tests.helpers import seeded

KINDS = sorted(FEATURES)


def dense(kind: str, p: int, count: int) -> torch.Tensor:
    """The features as a table `(p, count)`, column by column through `forward`."""
    features = FEATURES[kind](p, count, seeded())
    return torch.stack([features(column) for column in torch.eye(count)], dim=1)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_the_features_times_the_trained_numbers(kind: str) -> None:
    model = LinearExpansion(nn.Linear(9, 7), kind, 12, generator=seeded())
    table = torch.stack([model.expansion(column) for column in torch.eye(12)], dim=1)
    with torch.no_grad():
        model.coefficients.copy_(torch.randn(12, generator=seeded(1)))
    expected = table @ model.coefficients
    if kind == "subspace":
        expected = expected + model.start
    torch.testing.assert_close(model.weights(), expected)
    model.weights().square().sum().backward()
    torch.testing.assert_close(model.coefficients.grad, 2 * table.T @ expected.detach(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("p", [2, 64, 100])
def test_fourier_features_are_parities_and_none_comes_twice(p: int) -> None:
    n = qubits_for(p)
    table = dense("fourier", p, min(p, 2**n))
    assert (table[:, 0] == 1).all()
    index = torch.arange(p)
    for bit in range(min(n, table.shape[1] - 1)):
        assert (table[:, 1 + bit] == 1 - 2 * ((index >> bit) & 1)).all()
    if p == 2**n:  # the whole basis is orthogonal
        torch.testing.assert_close(table.T @ table, p * torch.eye(p))
    else:
        assert len(torch.unique(table, dim=1).T) == table.shape[1]


def test_hashed_features_use_each_number_about_equally_often() -> None:
    features = FEATURES["hashed"](1000, 7, seeded())
    assert isinstance(features, HashedFeatures)
    used = torch.bincount(features.places, minlength=7)
    assert used.max() - used.min() <= 1
    assert set(features.signs.tolist()) == {-1.0, 1.0}


def test_random_features_are_distributions_less_the_uniform_one() -> None:
    n, count = 12, 40
    table = dense("random", 2**n, count)
    distributions = (table[:, n + 1 :] + 1) / 2**n
    assert (distributions >= 0).all()
    torch.testing.assert_close(distributions.sum(0), torch.ones(count - n - 1), rtol=0.1, atol=0)
    assert table[:, n + 1 :].var().item() == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize("kind", ["fourier", "hashed", "random"])
def test_weights_start_as_wide_as_those_of_a_mapping(kind: str) -> None:
    spread = [LinearExpansion(nn.Linear(60, 60), kind, 200, scale=0.3, generator=seeded(s)) for s in range(20)]
    variances = torch.stack([model.weights().detach().var(correction=0) for model in spread])
    assert variances.mean().sqrt().item() == pytest.approx(0.3 / math.sqrt(12), rel=0.1)


def test_a_subspace_starts_at_the_network_itself() -> None:
    network = ImageMLP()
    model = LinearExpansion(network, "subspace", 5, generator=seeded())
    images = torch.rand(3, 1, 28, 28)
    torch.testing.assert_close(model(images), network(images))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_is_the_same_model_in_either_precision(kind: str) -> None:
    network = nn.Linear(9, 7)
    single = LinearExpansion(network, kind, 12, generator=seeded(3))
    double = LinearExpansion(network, kind, 12, generator=seeded(3), dtype=torch.float64)
    assert double.weights().dtype == torch.float64
    torch.testing.assert_close(single.weights().double(), double.weights(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_it_fills_copies_and_reads_networks(kind: str) -> None:
    network = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2))
    model = LinearExpansion(network, kind, 6, centre=True, generator=seeded())
    x = torch.randn(5, 4, generator=seeded(1))
    assert model.num_trainable == 6
    generated = model.weights() - (0 if model.start is None else model.start)
    assert generated.mean().item() == pytest.approx(0, abs=1e-6)
    torch.testing.assert_close(model(x), model.to_classical()(x))
    torch.testing.assert_close(copy.deepcopy(model)(x), model(x))
    assert "6 numbers on" in repr(model)
    other = LinearExpansion(network, kind, 6, centre=True, generator=seeded())
    other.load_state_dict(model.state_dict())
    torch.testing.assert_close(other(x), model(x))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="features must be one of"):
        LinearExpansion(nn.Linear(3, 2), "wavelets", 4)
    with pytest.raises(ValueError, match="9 features are more than the 8 parameters"):
        LinearExpansion(nn.Linear(3, 2), "hashed", 9)
    with pytest.raises(ValueError, match="count must be"):
        LinearExpansion(nn.Linear(3, 2), "hashed", 0)
    with pytest.raises(ValueError, match="centre must be True or False, got 'no'"):
        LinearExpansion(nn.Linear(3, 2), "hashed", 4, centre="no")  # type: ignore[arg-type]


def test_dense_features_keep_one_table() -> None:
    features = FEATURES["subspace"](50, 4, seeded())
    assert isinstance(features, DenseFeatures)
    assert features.table.shape == (50, 4)
    assert sum(tensor.numel() for tensor in features.state_dict().values()) == 8  # the rest comes from the seed


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_trained_on_other_features_are_refused(kind: str) -> None:
    model, other = (LinearExpansion(nn.Linear(40, 7), kind, 20, generator=seeded(seed)) for seed in (0, 1))
    with pytest.raises(ValueError, match="trained on other features"):
        other.load_state_dict(model.state_dict())
