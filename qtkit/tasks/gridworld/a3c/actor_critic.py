"""`ActorCritic`: a policy and a value network, all their trained numbers in one vector."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Self

import torch
from torch import Tensor, nn

from qtkit.generator.generated import GeneratedNetwork
from qtkit.networks import PolicyMLP, SmallGridworldMLP, ValueMLP
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.models import build_model, count_weights, make_generator


class ActorCritic(nn.Module):
    """A policy and a value network that are trained together; all trained numbers lie in one vector.

    Arguments:
        policy: observations `(B, 147)` to the logits of the actions `(B, 7)`.
        value: observations `(B, 147)` to values `(B, 1)`.

    Attributes:
        numbers: all trained numbers `(P,)`, of the policy, then of the value; the parameters are views of it.
        gradient: their gradient `(P,)`; the parameters' gradients are views of it, and `backward` adds to it.
    """

    def __init__(self, policy: nn.Module, value: nn.Module) -> None:
        super().__init__()
        self.policy, self.value = policy, value
        parameters = list(self.parameters())
        self.numbers = torch.cat([p.detach().reshape(-1) for p in parameters])
        self.gradient = torch.zeros_like(self.numbers)
        start = 0
        for p in parameters:
            part = slice(start, start := start + p.numel())
            p.data, p.grad = self.numbers[part].view_as(p), self.gradient[part].view_as(p)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Made anew: copies of the parameters would be no views of a copy of `numbers`.
        return type(self)(copy.deepcopy(self.policy, memo), copy.deepcopy(self.value, memo))

    def forward(self, observations: Tensor) -> tuple[Tensor, Tensor]:
        """Logits `(B, 7)` and values `(B,)` of observations `(B, 147)`."""
        return self.policy(observations), self.value(observations)[:, 0]

    def networks(self) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
        """`forward` with weights that are generated now, once for all calls; differentiable."""
        policy, value = _generate_network(self.policy), _generate_network(self.value)
        return lambda observations: (policy(observations), value(observations)[:, 0])


def build_actor_critic(settings: GridworldSettings) -> ActorCritic:
    """Policy and value at their start: each generated, with circuits of its own, or the networks themselves."""
    draws, scale = make_generator(settings.seed), settings.observation_scale

    def build(kind: type[PolicyMLP | ValueMLP]) -> nn.Module:
        network: nn.Module = kind(scale, generator=draws)
        if settings.model == "small":
            budget = settings.count_search(count_weights(network))
            network = SmallGridworldMLP(budget, kind.n_outputs, scale, generator=draws)
        return build_model(network, settings, draws)

    return ActorCritic(build(PolicyMLP), build(ValueMLP))


def _generate_network(model: nn.Module) -> Callable[[Tensor], Tensor]:
    """`model` as a function of observations, its weights generated once."""
    if not isinstance(model, GeneratedNetwork):
        return model
    weights = model.generate()
    return lambda observations: model.call_target(weights, observations)
