"""`ActorCritic`: a policy and a value network, all their trained numbers in one vector."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Self

import torch
from torch import Tensor, nn

from qtkit.generator.generated import GeneratedNetwork
from qtkit.networks import PolicyMLP, SmallGridworldMLP, ValueMLP
from qtkit.tasks.gridworld.a3c.own_networks import OwnNetworks, make_own
from qtkit.tasks.gridworld.environment import Environment
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.models import build_model, count_weights, make_generator


class ActorCritic(nn.Module):
    """A policy and a value network that are trained together; all trained numbers lie in one vector.

    Arguments:
        policy: observations `(B, n_inputs)` to the logits of the actions `(B, n_actions)`; in MiniGrid 147 and 7.
        value: observations `(B, n_inputs)` to values `(B, 1)`.

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
        """Logits `(B, n_actions)` and values `(B,)` of observations `(B, n_inputs)`."""
        return self.policy(observations), self.value(observations)[:, 0]

    def networks(self) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
        """`forward` with weights that are generated now, once for all calls; differentiable."""
        policy, value = _generate_network(self.policy), _generate_network(self.value)
        return lambda observations: (policy(observations), value(observations)[:, 0])


def build_actor_critic(
    settings: GridworldSettings, environment: Environment | None = None, own: OwnNetworks | None = None
) -> ActorCritic:
    """Policy and value at their start: each generated, with circuits of its own, or the networks themselves.

    Arguments:
        environment: whose sizes they have; by default MiniGrid's.
        own: networks of one's own; by default the paper's.
    """
    draws, scale = make_generator(settings.seed), settings.observation_scale
    kind = Environment if environment is None else environment  # the class has MiniGrid's sizes
    n_inputs, n_actions = kind.n_inputs, kind.n_actions

    def build(name: str, n_outputs: int) -> nn.Module:
        if own is not None:
            network = make_own(name, own, n_inputs, n_outputs, settings)
        elif name == "policy":
            network = PolicyMLP(scale, n_inputs, n_outputs, generator=draws)
        else:
            network = ValueMLP(scale, n_inputs, generator=draws)
        if settings.model == "small":
            budget = settings.count_search(count_weights(network))
            network = SmallGridworldMLP(budget, n_outputs, scale, n_inputs, generator=draws)
        return build_model(network, settings, draws)

    return ActorCritic(build("policy", n_actions), build("value", 1))


def _generate_network(model: nn.Module) -> Callable[[Tensor], Tensor]:
    """`model` as a function of observations, its weights generated once."""
    if not isinstance(model, GeneratedNetwork):
        return model
    weights = model.generate()
    return lambda observations: model.call_target(weights, observations)
