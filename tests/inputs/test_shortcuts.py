"""Compiled A3C updates take the paper's networks exactly as they are; all else goes the general way, and is right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from qtkit import QuantumTrain
from qtkit.networks import PolicyMLP, ValueMLP
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic, build_actor_critic
from qtkit.tasks.gridworld.a3c.compiled import CompiledDifferentiate, differentiate_for, find_obstacle
from qtkit.tasks.gridworld.a3c.update import differentiate
from qtkit.tasks.gridworld.environment import load_environment
from qtkit.tasks.gridworld.settings import GridworldSettings

SETTINGS = GridworldSettings(episodes=1)


def with_relu() -> PolicyMLP:
    network = PolicyMLP()
    network[1] = nn.ReLU()
    return network


class Halved(PolicyMLP):
    def forward(self, observations: Tensor) -> Tensor:
        return super().forward(observations) / 2


def hooked() -> PolicyMLP:
    network = PolicyMLP()
    network.register_forward_hook(lambda module, inputs, output: output * 2)
    return network


def normed() -> PolicyMLP:
    network = PolicyMLP()
    nn.utils.parametrizations.weight_norm(network[2])
    return network


class SquaredWeights(QuantumTrain):
    def weights(self, distribution: Tensor | None = None) -> Tensor:
        return super().weights(distribution).square()


AS_THEY_ARE: dict[str, Callable[[], nn.Module]] = {
    "the policy network": PolicyMLP,
    "generated": lambda: QuantumTrain(PolicyMLP(), 1),
}

OTHERS: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "a layer replaced": (with_relu, "the policy network is not PolicyMLP as it is"),
    "a subclass": (Halved, "the policy network is not PolicyMLP as it is"),
    "an own network": (lambda: nn.Sequential(nn.Linear(147, 7)), "the policy network is not PolicyMLP as it is"),
    "a parametrised layer": (normed, "the policy network is not PolicyMLP as it is"),
    "a hook": (hooked, "the policy network has hooks"),
    "a layer replaced, generated": (lambda: QuantumTrain(with_relu(), 1), "the policy network is not PolicyMLP"),
    "a subclass, generated": (lambda: QuantumTrain(Halved(), 1), "the policy network is not PolicyMLP as it is"),
    "a hook, generated": (lambda: QuantumTrain(hooked(), 1), "the policy network has hooks"),
    "generated in another way": (lambda: SquaredWeights(PolicyMLP(), 1), "weights are generated in another way"),
}


@pytest.mark.parametrize("kind", AS_THEY_ARE)
def test_kernels_take_the_papers_networks(kind: str) -> None:
    model = ActorCritic(AS_THEY_ARE[kind](), ValueMLP())
    assert find_obstacle(model) is None
    assert isinstance(differentiate_for(model, SETTINGS), CompiledDifferentiate)


@pytest.mark.parametrize("kind", OTHERS)
def test_all_else_goes_the_general_way_and_it_is_said_why(kind: str) -> None:
    make, reason = OTHERS[kind]
    model = ActorCritic(make(), ValueMLP())
    assert reason in str(find_obstacle(model))
    assert differentiate_for(model, SETTINGS) is differentiate


def test_the_general_way_computes_with_what_was_given() -> None:
    torch.manual_seed(0)
    observations = torch.rand(3, 147)
    model = ActorCritic(QuantumTrain(with_relu(), 1), ValueMLP())
    logits, _ = model.networks()(observations)
    k = model.policy.generate()
    first = torch.relu(observations @ k["0.weight"].T + k["0.bias"])
    second = torch.tanh(first @ k["2.weight"].T + k["2.bias"])
    torch.testing.assert_close(logits, second @ k["4.weight"].T + k["4.bias"])


@pytest.mark.parametrize("seed", range(8))
def test_the_shortcut_is_the_general_way(seed: int) -> None:
    """In models built at random: the same actions, losses and gradients, at numbers that move from update to update."""
    chance = np.random.default_rng(seed)
    settings = GridworldSettings(
        model=str(chance.choice(["diffqas", "diffqas", "mapping", "classical"])),
        candidates=tuple(sorted(chance.choice(12, int(chance.integers(1, 5)), replace=False) + 1)),
        depth=int(chance.integers(0, 3)),
        weighting=str(chance.choice(["raw", "softmax"])),
        structural_init=str(chance.choice(["equal", "random"])),
        shared_angles=bool(chance.integers(2)),
        angle_init="uniform",
        probability=str(chance.choice(["raw", "tanh", "scaled"])),
        bits=str(chance.choice(["01", "pm1"])),
        mapping_scale=float(chance.uniform(0.1, 1)),
        centre=bool(chance.integers(2)),
        update_every=int(chance.integers(1, 9)),
        discount=float(chance.uniform(0.1, 1)),
        entropy_weight=float(chance.choice([0, 0.1])),
        dtype="float64",
        seed=seed,
    )
    model, environment = build_actor_critic(settings), load_environment(settings.environment)
    shortcut = differentiate_for(model, settings)
    assert isinstance(shortcut, CompiledDifferentiate)
    episodes = [environment.new_episode(0) for _ in range(2)]
    for _ in range(6):
        draws, updates, gradients = chance.random(settings.update_every).tolist(), [], []
        for way, episode in zip((shortcut, differentiate), episodes, strict=True):
            model.gradient.zero_()
            updates.append(way(model, episode, environment, draws, settings))
            gradients.append(model.gradient.clone())
        assert episodes[0].actions == episodes[1].actions
        assert updates[0].finished == updates[1].finished
        for name in ("loss", "policy_loss", "value_loss", "entropy"):
            assert getattr(updates[0], name) == pytest.approx(getattr(updates[1], name), rel=1e-9, abs=1e-12)
        torch.testing.assert_close(*gradients, rtol=1e-8, atol=1e-10)
        model.numbers += 0.02 * torch.from_numpy(chance.normal(size=len(model.numbers)))
        if episodes[0].done:
            break
