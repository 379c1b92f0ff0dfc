"""What `qtkit.tasks.a3c.differentiate` does, by compiled kernels: for the paper's networks on the CPU."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from qtkit.quantum_train import QuantumTrain
from qtkit.tasks import a3c_kernels
from qtkit.tasks.a3c import ActorCritic, Differentiate, Update, differentiate, discounted, result
from qtkit.tasks.gridworld_env import Environment, Episode
from qtkit.tasks.gridworld_settings import GridworldSettings


def differentiate_for(model: ActorCritic, settings: GridworldSettings) -> Differentiate:
    """The fastest way for this model: `CompiledDifferentiate` on the CPU, else autograd."""
    return CompiledDifferentiate(model, settings) if model.numbers.device.type == "cpu" else differentiate


class CompiledDifferentiate:
    """Plays and differentiates as `differentiate` does; generated weights and their gradients stay with autograd.

    Arguments:
        model: of `PolicyMLP` and `ValueMLP`; generated or not.
        settings: how many steps there are between two updates.
    """

    def __init__(self, model: ActorCritic, settings: GridworldSettings) -> None:
        policy, value = _sizes(model.policy), _sizes(model.value)
        steps, dtype = settings.update_every + 1, model.numbers.numpy().dtype  # one more: the state after the last step
        self._seen = np.empty((steps, policy[0]), dtype)
        self._policy_hidden = [np.empty((steps, size), dtype) for size in policy[1:3]]
        self._value_hidden = [np.empty((steps, size), dtype) for size in value[1:3]]
        self._log_policy = np.empty((steps, policy[3]), dtype)
        self._logits, self._value = np.empty(policy[3], dtype), np.empty(value[3], dtype)
        self._by_logits = np.empty((steps, policy[3]), dtype)
        self._policy_gradient, self._value_gradient = (
            torch.empty(_count(sizes), dtype=model.numbers.dtype) for sizes in (policy, value)
        )

    def __call__(
        self,
        model: ActorCritic,
        episode: Episode,
        environment: Environment,  # noqa: ARG002  (the episode tells what is seen)
        draws: Sequence[float],
        settings: GridworldSettings,
    ) -> Update:
        """As `differentiate`."""
        parts = [_weights(model.policy), _weights(model.value)]
        of_policy, of_value = (part.detach().numpy() for part in parts)
        rewards, actions, values = [], [], []
        while len(rewards) < len(draws) and not episode.done:
            t = len(rewards)
            values.append(self._look(of_value, episode, t))
            first, second = self._policy_hidden
            a3c_kernels.forward(of_policy, self._seen[t], first[t], second[t], self._logits)
            actions.append(a3c_kernels.choose(self._logits, self._log_policy[t], draws[t]))
            rewards.append(episode.step(actions[-1])[0])
        bootstrap = 0.0 if episode.done else self._look(of_value, episode, len(rewards))
        returns = discounted(rewards, bootstrap, settings.discount)

        advantage = np.array(returns, self._seen.dtype) - np.array(values, self._seen.dtype)  # (T,)
        steps = len(rewards)
        policy_loss, entropy = a3c_kernels.by_logits(
            self._log_policy, np.array(actions), advantage, settings.entropy_weight, self._by_logits[:steps]
        )
        value_loss = float(np.mean(advantage**2))
        for weights, hidden, by_output, gradient in (
            (of_policy, self._policy_hidden, self._by_logits[:steps], self._policy_gradient),
            (of_value, self._value_hidden, (-2 / steps * advantage)[:, None], self._value_gradient),
        ):
            a3c_kernels.backward(weights, self._seen, *hidden, by_output, gradient.numpy())
        self._propagate(model, parts)
        loss = value_loss + policy_loss - settings.entropy_weight * entropy
        return Update(loss, policy_loss, value_loss, entropy, steps, result(episode))

    def _look(self, weights: np.ndarray, episode: Episode, t: int) -> float:
        """The value of the state as step `t` finds it, which is kept."""
        self._seen[t] = episode.observation()
        first, second = self._value_hidden
        a3c_kernels.forward(weights, self._seen[t], first[t], second[t], self._value)
        return float(self._value[0])

    def _propagate(self, model: ActorCritic, parts: list[Tensor]) -> None:
        """From the gradients by the networks' weights to those by the trained numbers."""
        gradients = [self._policy_gradient, self._value_gradient]
        if parts[0].requires_grad:
            torch.autograd.backward(parts, gradients)
        else:
            model.gradient += torch.cat(gradients)


def _weights(model: nn.Module) -> Tensor:
    """The network's parameters as one vector: generated, with a graph, or a copy of what they are, without."""
    if isinstance(model, QuantumTrain):
        return model.weights()
    return torch.cat([p.detach().reshape(-1) for p in model.parameters()])


def _sizes(model: nn.Module) -> tuple[int, int, int, int]:
    """Inputs, hidden units of both layers, outputs."""
    network = model.target if isinstance(model, QuantumTrain) else model
    layers = [layer for layer in network if isinstance(layer, nn.Linear)]
    return layers[0].in_features, *(layer.out_features for layer in layers)


def _count(sizes: tuple[int, ...]) -> int:
    return sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise(sizes))
