"""What `update.differentiate` does, by compiled kernels: for the paper's networks on the CPU."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from qtkit.generator.compiled import CompiledGenerator
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.simulation.compiling import Floats
from qtkit.tasks.gridworld.a3c import kernels
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.a3c.rollout import compute_returns
from qtkit.tasks.gridworld.a3c.update import Differentiate, Update, differentiate, finished_episode
from qtkit.tasks.gridworld.environment import Environment, Episode
from qtkit.tasks.gridworld.settings import GridworldSettings


def differentiate_for(model: ActorCritic, settings: GridworldSettings) -> Differentiate:
    """The fastest way for this model: `CompiledDifferentiate` where it can, else autograd."""
    parts = (model.policy, model.value)
    compiled = all(CompiledGenerator.supports(part) for part in parts if isinstance(part, QuantumTrain))
    return CompiledDifferentiate(model, settings) if compiled and model.numbers.device.type == "cpu" else differentiate


class CompiledDifferentiate:
    """Plays and differentiates as `differentiate` does.

    Arguments:
        model: the one that it will be called with, of `PolicyMLP` and `ValueMLP`; generated or not.
        settings: how many steps there are between two updates.
    """

    def __init__(self, model: ActorCritic, settings: GridworldSettings) -> None:
        policy, value = _sizes(model.policy), _sizes(model.value)
        steps, dtype = settings.update_every + 1, model.numbers.numpy().dtype  # one more: the state after the last step
        self._seen = np.empty((steps, policy[0]), dtype)
        self._policy_hidden = np.empty((steps, policy[1]), dtype), np.empty((steps, policy[2]), dtype)
        self._value_hidden = np.empty((steps, value[1]), dtype), np.empty((steps, value[2]), dtype)
        self._log_policy = np.empty((steps, policy[3]), dtype)
        self._logits, self._value = np.empty(policy[3], dtype), np.empty(value[3], dtype)
        self._by_logits = np.empty((steps, policy[3]), dtype)
        self._policy, self._value_of = _weights_of(model.policy), _weights_of(model.value)
        self._policy_gradient, self._value_gradient = (np.empty(_count(sizes), dtype) for sizes in (policy, value))

    def __call__(
        self,
        model: ActorCritic,  # noqa: ARG002  (the one of __init__)
        episode: Episode,
        environment: Environment,  # noqa: ARG002  (the episode tells what is seen)
        draws: Sequence[float],
        settings: GridworldSettings,
    ) -> Update:
        """As `differentiate`."""
        of_policy, of_value = self._policy.weights(), self._value_of.weights()
        rewards: list[float] = []
        actions: list[int] = []
        values: list[float] = []
        while len(rewards) < len(draws) and not episode.done:
            t = len(rewards)
            values.append(self._look(of_value, episode, t))
            first, second = self._policy_hidden
            kernels.forward(of_policy, self._seen[t], first[t], second[t], self._logits)
            actions.append(kernels.choose(self._logits, self._log_policy[t], draws[t]))
            rewards.append(episode.step(actions[-1])[0])
        bootstrap = 0.0 if episode.done else self._look(of_value, episode, len(rewards))
        returns = compute_returns(rewards, bootstrap, settings.discount)

        advantage = np.array(returns, self._seen.dtype) - np.array(values, self._seen.dtype)  # (T,)
        steps = len(rewards)
        policy_loss, entropy = map(
            float,
            kernels.by_logits(
                self._log_policy, np.array(actions), advantage, settings.entropy_weight, self._by_logits[:steps]
            ),
        )
        value_loss = float(np.mean(advantage**2))
        by_value = (-2 / steps * advantage)[:, None]
        kernels.backward(of_policy, self._seen, *self._policy_hidden, self._by_logits[:steps], self._policy_gradient)
        kernels.backward(of_value, self._seen, *self._value_hidden, by_value, self._value_gradient)
        self._policy.backward(self._policy_gradient)
        self._value_of.backward(self._value_gradient)
        loss = value_loss + policy_loss - settings.entropy_weight * entropy
        return Update(loss, policy_loss, value_loss, entropy, steps, finished_episode(episode))

    def _look(self, weights: Floats, episode: Episode, t: int) -> float:
        """The value of the state as step `t` finds it, which is kept."""
        self._seen[t] = episode.observation()
        first, second = self._value_hidden
        kernels.forward(weights, self._seen[t], first[t], second[t], self._value)
        return float(self._value[0])


class _OwnWeights:
    """The weights of a network that is not generated, in the way of a `CompiledGenerator`."""

    def __init__(self, network: nn.Module) -> None:
        self._parameters = list(network.parameters())

    def weights(self) -> Floats:
        return torch.cat([p.detach().reshape(-1) for p in self._parameters]).numpy()

    def backward(self, by_weights: Floats) -> None:
        parts = torch.from_numpy(by_weights).split([p.numel() for p in self._parameters])
        for p, part in zip(self._parameters, parts, strict=True):
            assert p.grad is not None, "a view of the model's gradient"
            p.grad += part.view_as(p)


def _weights_of(model: nn.Module) -> CompiledGenerator | _OwnWeights:
    return CompiledGenerator(model) if isinstance(model, QuantumTrain) else _OwnWeights(model)


def _sizes(model: nn.Module) -> tuple[int, int, int, int]:
    """Inputs, hidden units of both layers, outputs."""
    network = model.target if isinstance(model, QuantumTrain) else model
    first, second, third = (layer for layer in network.modules() if isinstance(layer, nn.Linear))
    return first.in_features, first.out_features, second.out_features, third.out_features


def _count(sizes: tuple[int, ...]) -> int:
    return sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise(sizes))
