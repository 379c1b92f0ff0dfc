"""The compiled networks against torch's, number by number and over whole trainings."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch.nn.functional import log_softmax

from qtkit.networks import PolicyMLP, ValueMLP
from qtkit.tasks.gridworld.a3c import kernels
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic, build_actor_critic
from qtkit.tasks.gridworld.a3c.compiled import CompiledDifferentiate, differentiate_for, find_obstacle
from qtkit.tasks.gridworld.a3c.update import differentiate
from qtkit.tasks.gridworld.environment import RealEnvironment, TableEpisode, load_environment
from qtkit.tasks.gridworld.settings import GridworldSettings

FIVE = "MiniGrid-Empty-5x5-v0"
SMALL = GridworldSettings(candidates=(1, 2, 7, 9), depth=1, seed=5)
by_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
TOLERANCE = {"float32": 1e-4, "float64": 1e-10}


@by_dtype
@pytest.mark.parametrize("kind", [PolicyMLP, ValueMLP])
def test_forward_and_backward_are_torch_s(kind, dtype):
    network = kind(generator=torch.Generator().manual_seed(0)).to(getattr(torch, dtype))
    weights = torch.cat([p.detach().reshape(-1) for p in network.parameters()])
    draws = np.random.default_rng(0)
    observations = draws.integers(0, 10, (5, 147)).astype(dtype)
    first, second = np.empty((5, 32), dtype), np.empty((5, 32), dtype)
    output = np.empty(network[-1].out_features, dtype)
    upstream = draws.normal(size=(5, len(output))).astype(dtype)
    expected = network(torch.from_numpy(observations))
    for t in range(5):
        kernels.forward(weights.numpy(), observations[t], first[t], second[t], output)
        np.testing.assert_allclose(output, expected[t].detach(), rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])
    (expected * torch.from_numpy(upstream)).sum().backward()
    gradient = np.full(len(weights), np.nan, dtype)
    kernels.backward(weights.numpy(), observations, first, second, upstream, gradient)
    wanted = torch.cat([p.grad.reshape(-1) for p in network.parameters()]).numpy()
    np.testing.assert_allclose(gradient, wanted, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@by_dtype
def test_actions_are_drawn_from_the_softmax(dtype):
    logits = np.array([0.0, 1.0, -2.0, 800.0, 799.0, 0.5, 0.0], dtype)
    log_policy = np.empty(7, dtype)
    for draw, action in ((0.0, 3), (0.7, 3), (0.74, 4), (0.999_999, 4)):
        assert kernels.choose(logits, log_policy, draw) == action
    np.testing.assert_allclose(log_policy, log_softmax(torch.from_numpy(logits), -1), rtol=1e-6)
    logits = np.log(np.array([0.1, 0.2, 0.3, 0.1, 0.1, 0.1, 0.1])).astype(dtype)
    draws = np.random.default_rng(0).random(20_000)
    counts = np.bincount([kernels.choose(logits, log_policy, draw) for draw in draws], minlength=7)
    np.testing.assert_allclose(counts / 20_000, np.exp(logits), atol=0.015)
    assert kernels.choose(logits, log_policy, 1.0) == 6, "also if the shares end a rounding below 1"


@by_dtype
@pytest.mark.parametrize("model", ["diffqas", "mapping", "classical"])
@pytest.mark.parametrize("world", ["table", "real"])
@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_equal_to_autograd_update_by_update(model, dtype, world, scale):
    """The same actions, losses and gradients, over several episodes at moving numbers."""
    settings = dataclasses.replace(SMALL, model=model, dtype=dtype, entropy_weight=0.05, observation_scale=scale)
    environment = load_environment(FIVE) if world == "table" else RealEnvironment(FIVE)
    network = build_actor_critic(settings)
    ways, draws = (differentiate, CompiledDifferentiate(network, settings)), np.random.default_rng(1)
    noise = torch.Generator().manual_seed(2)
    episodes = [environment.new_episode(0) for _ in ways]
    for _ in range(30 if world == "table" else 12):
        if episodes[0].done:
            episodes = [environment.new_episode(0) for _ in ways]
        chances, gradients, updates = draws.random(5).tolist(), [], []
        for way, episode in zip(ways, episodes, strict=True):
            network.gradient.zero_()
            updates.append(way(network, episode, environment, chances, settings))
            gradients.append(network.gradient.clone())
        assert episodes[0].actions == episodes[1].actions
        assert updates[0].finished == updates[1].finished and updates[0].steps == updates[1].steps
        for name in ("loss", "policy_loss", "value_loss", "entropy"):
            near = pytest.approx(getattr(updates[1], name), rel=TOLERANCE[dtype], abs=TOLERANCE[dtype])
            assert getattr(updates[0], name) == near
        worst = (gradients[0] - gradients[1]).abs().max() / gradients[0].abs().max()
        assert worst < TOLERANCE[dtype]
        network.numbers += 0.02 * torch.randn(network.numbers.shape, generator=noise).to(network.numbers)


def test_a_table_is_played_in_one_call_and_another_step_by_step_alike():
    """Bit for bit; an episode or environment of a class of its own may do anything, and is asked at every step."""

    class Counting(TableEpisode):
        observed = 0

        def observation(self):
            type(self).observed += 1
            return super().observation()

    settings = dataclasses.replace(SMALL, model="mapping", observation_scale=0.1)
    environment, network, draws = load_environment(FIVE), build_actor_critic(settings), np.random.default_rng(3)
    compiled = CompiledDifferentiate(network, settings)
    episodes = [environment.new_episode(0), Counting(environment)]
    while not episodes[0].done:  # at random 100 steps long: the last of them ends it by time, and has no value
        chances, found = draws.random(5).tolist(), []
        for episode in episodes:
            network.gradient.zero_()
            found.append((compiled(network, episode, environment, chances, settings), network.gradient.tolist()))
        assert found[0] == found[1]
    assert episodes[0].actions == episodes[1].actions and Counting.observed >= episodes[0].steps
    assert all(type(action) is int for episode in episodes for action in episode.actions)


def test_another_table_is_seen_as_such():
    """One way to compute, asked in two rooms by turns."""
    settings = dataclasses.replace(SMALL, model="mapping", dtype="float64")
    rooms = [load_environment(FIVE), load_environment("MiniGrid-Empty-6x6-v0")]
    network = build_actor_critic(settings)
    compiled = CompiledDifferentiate(network, settings)
    for room in rooms * 2:
        losses = [
            how(network, room.new_episode(0), room, [0.3] * 5, settings).loss for how in (compiled, differentiate)
        ]
        assert losses[0] == pytest.approx(losses[1], rel=1e-9)


@by_dtype
def test_gradients_are_added(dtype):
    for model in ("mapping", "classical"):
        settings = dataclasses.replace(SMALL, model=model, dtype=dtype)
        network, environment = build_actor_critic(settings), load_environment(FIVE)
        for how in (differentiate, CompiledDifferentiate(network, settings)):
            network.gradient.zero_()
            how(network, environment.new_episode(0), environment, [0.5] * 5, settings)
            once = network.gradient.clone()
            how(network, environment.new_episode(0), environment, [0.5] * 5, settings)
            torch.testing.assert_close(network.gradient, 2 * once)


def test_more_steps_between_updates():
    settings = dataclasses.replace(SMALL, model="mapping", update_every=250, dtype="float64")
    network, environment = build_actor_critic(settings), load_environment(FIVE)
    for how in (differentiate, CompiledDifferentiate(network, settings)):
        episode = environment.new_episode(0)
        update = how(network, episode, environment, np.random.default_rng(0).random(250).tolist(), settings)
        assert update.steps == episode.steps <= 100 and update.finished == (episode.total, episode.steps)


def test_networks_on_different_scales_go_by_autograd():
    network = ActorCritic(PolicyMLP(0.1), ValueMLP(0.2))
    assert find_obstacle(network) == "policy and value see observations on different scales"
    assert find_obstacle(ActorCritic(PolicyMLP(0.1), ValueMLP(0.1))) is None


def test_only_the_cpu_has_kernels():
    settings = dataclasses.replace(SMALL, model="classical", device="meta")
    network = build_actor_critic(dataclasses.replace(settings, device="cpu"))
    assert isinstance(differentiate_for(network, settings), CompiledDifferentiate)
    network.numbers = network.numbers.to("meta")
    assert differentiate_for(network, settings) is differentiate


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_bit_depends_on_where_arrays_lie(dtype):
    """Arrays one after the other in memory, in several orders: no sum may be ordered by that."""
    shapes = {
        "weights": (6_023,),
        "observations": (5, 147),
        "first": (5, 32),
        "second": (5, 32),
        "logits": (5, 7),
        "log_policy": (5, 7),
        "by_logits": (5, 7),
        "gradient": (6_023,),
    }
    draws = np.random.default_rng(0)
    weights, observations = draws.normal(size=6_023) / 10, draws.integers(0, 10, (5, 147))
    found = set()
    for _ in range(10):
        order = draws.permutation(list(shapes)).tolist()
        memory, start, a = np.zeros(16_000, dtype), 0, {}
        for name in order:
            size = int(np.prod(shapes[name]))
            a[name] = memory[start : start + size].reshape(shapes[name])
            start += size + int(draws.integers(3))
        a["weights"][:], a["observations"][:] = weights, observations
        actions, advantage = [], np.linspace(-1, 1, 5).astype(dtype)
        for t in range(5):
            kernels.forward(a["weights"], a["observations"][t], a["first"][t], a["second"][t], a["logits"][t])
            actions.append(kernels.choose(a["logits"][t], a["log_policy"][t], 0.4))
        told = kernels.by_logits(a["log_policy"], np.array(actions), advantage, 0.1, a["by_logits"])
        kept = (a["first"], a["second"])
        kernels.backward(a["weights"], a["observations"], *kept, a["by_logits"], a["gradient"])
        found.add(b"".join(a[name].tobytes() for name in shapes) + np.array(told).tobytes())
    assert len(found) == 1
