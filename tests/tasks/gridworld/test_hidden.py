"""Which hidden units of an agent answer to what it sees."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import qtkit
from qtkit.networks import PolicyMLP, ValueMLP
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining, count_awake, hidden_units, load_environment


@pytest.fixture(scope="module")
def observations() -> torch.Tensor:
    return load_environment("MiniGrid-Empty-5x5-v0").observations


@pytest.mark.parametrize("scale", [1.0, 0.1])
@pytest.mark.parametrize("kind", [PolicyMLP, ValueMLP])
def test_units_are_those_of_the_network(observations, kind, scale) -> None:
    network = kind(scale, generator=torch.Generator().manual_seed(3))
    units = hidden_units(network, observations)
    weight, bias = network[0].weight.detach().numpy(), network[0].bias.detach().numpy()
    assert np.allclose(units.numpy(), np.tanh(scale * observations.numpy() @ weight.T + bias), atol=1e-5)
    assert not units.requires_grad
    rest = torch.nn.Sequential(*list(network.children())[2:])
    assert torch.allclose(rest(units), network(observations), atol=1e-5)


def test_a_unit_that_never_changes_sleeps(observations) -> None:
    network = PolicyMLP(generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        network[0].weight[:5] = 1.0  # saturated: an observation sums to some 300
        network[0].weight[5:7] = 0.0  # deaf
    assert count_awake(network, observations) == 25
    assert count_awake(network, observations[:1]) == 0, "one observation is told from none"
    assert count_awake(network, observations, least=2.0) == 0
    with pytest.raises(ValueError, match="least"):
        count_awake(network, observations, least=0.0)


def test_observations_are_taken_in_the_networks_own_dtype(observations) -> None:
    assert hidden_units(PolicyMLP().double(), observations).dtype == torch.float64


def test_generated_networks_are_made_plain_before(observations) -> None:
    with pytest.raises(ValueError, match="layers in sequence, got QuantumTrain"):
        hidden_units(qtkit.QuantumTrain(PolicyMLP(), depth=1), observations)


def test_generated_agents_of_the_paper_sleep_and_small_observations_wake_them(observations) -> None:
    asleep, awake = (
        count_awake(GridworldTraining(GridworldSettings(depth=2, **change)).network().policy, observations)
        for change in ({}, {"observation_scale": 0.005})
    )
    assert (asleep, awake) == (0, 32)
