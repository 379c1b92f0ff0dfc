"""Asynchronous advantage actor-critic (A3C): what a worker does between two updates, and how the update is made.

Workers share one set of numbers, `SharedNumbers`. Each has a copy of its own. It plays with the copy, makes a gradient
at the copy, has the shared optimiser apply it to the shared numbers, whatever the others have made of them meanwhile,
and copies them again. So a gradient belongs to numbers that up to W - 1 other updates have moved away from: that is the
"asynchronous" of A3C, and it is the same whether workers are processes or take turns.

Source: V. Mnih et al., "Asynchronous methods for deep reinforcement learning" (2016), with the settings of section VI.C
of the paper.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax

from qtkit.generator.quantum_train import QuantumTrain
from qtkit.networks import PolicyMLP, ValueMLP
from qtkit.tasks.gridworld.environment import Environment, Episode
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.models import build_model, make_generator

Differentiate = Callable[["ActorCritic", Episode, Environment, Sequence[float], GridworldSettings], "Update"]
"""What `differentiate` is."""


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
        policy, value = _network(self.policy), _network(self.value)
        return lambda observations: (policy(observations), value(observations)[:, 0])


class SharedAdam(torch.optim.Adam):
    """Adam whose moments exist from the start, so that processes can share them.

    Arguments:
        numbers: the shared vector `(P,)`; `step` applies the gradient in `numbers.grad`.
    """

    def __init__(self, numbers: Tensor, learning_rate: float, betas: tuple[float, float]) -> None:
        super().__init__([numbers], lr=learning_rate, betas=betas, fused=numbers.device.type == "cpu")
        self.state[numbers] = {
            "step": torch.zeros(()),
            "exp_avg": torch.zeros_like(numbers),
            "exp_avg_sq": torch.zeros_like(numbers),
        }

    def share_memory(self) -> None:
        """Move everything to memory that other processes can have."""
        for group in self.param_groups:
            for numbers in group["params"]:
                numbers.share_memory_()
                for moment in self.state[numbers].values():
                    moment.share_memory_()


@dataclass
class Update:
    """What a worker did in one turn: at most `update_every` steps, and the update they gave.

    Attributes:
        loss, policy_loss, value_loss: of this rollout; the first is the sum that is minimised.
        entropy: of the policy in the states that were seen, in nats, their mean.
        steps: in the environment.
        finished: return and length of the episode, if it ended.
    """

    loss: float
    policy_loss: float
    value_loss: float
    entropy: float
    steps: int
    finished: tuple[float, int] | None


@dataclass
class A3CWorker:
    """One of the workers: its episode, and its own copy of the shared numbers.

    Random numbers depend on the seed, the worker, and the number of the episode or update alone, so that nothing has
    to be kept of them to go on after a break.

    Attributes:
        numbers: its copy `(P,)`.
        differentiate: plays and adds to the model's gradient: `differentiate` or something equal but faster.
        episode: under way; None before the first.
        episodes, updates: begun and made by this worker so far.
    """

    index: int
    seed: int
    environment: Environment
    numbers: Tensor
    differentiate: Differentiate
    episode: Episode | None = None
    episodes: int = 0
    updates: int = 0

    def turn(self, model: ActorCritic, shared: Tensor, optimiser: SharedAdam, settings: GridworldSettings) -> Update:
        """Play on, and update the shared numbers.

        Arguments:
            model: to compute with; its numbers are overwritten.
            shared: the shared numbers `(P,)`, whose gradient is that of `model`.

        Raises:
            FloatingPointError: if the loss is not finite; nothing is updated then.
        """
        if self.episode is None or self.episode.done:
            self.episode = self.environment.new_episode(self.episode_seed(self.episodes))
            self.episodes += 1
        model.numbers.copy_(self.numbers)
        model.gradient.zero_()
        update = self.differentiate(model, self.episode, self.environment, self._draws(settings.update_every), settings)
        if not math.isfinite(update.loss):
            raise FloatingPointError(
                f"the loss is {update.loss} in update {self.updates + 1} of worker {self.index}: try a smaller "
                f"learning rate than {settings.learning_rate:g}"
            )
        optimiser.step()
        self.numbers.copy_(shared)
        self.updates += 1
        return update

    def episode_seed(self, number: int) -> int:
        """The environment's seed in this worker's episode `number`."""
        return int(np.random.SeedSequence((self.seed, self.index, number)).generate_state(1)[0])

    def _draws(self, count: int) -> list[float]:
        """Uniform in [0, 1), for this turn's actions."""
        return np.random.default_rng((1, self.seed, self.index, self.updates)).random(count).tolist()


def differentiate(
    model: ActorCritic,
    episode: Episode,
    environment: Environment,
    draws: Sequence[float],
    settings: GridworldSettings,
) -> Update:
    """Go on with `episode` for as many steps as there are `draws`, and add the loss's gradient to the model's.

    By autograd, for any networks and devices; see `qtkit.tasks.gridworld.a3c.compiled` for a faster way to the same.
    """
    rollout = collect_rollout(model, episode, environment, draws)
    returns = compute_returns(rollout.rewards, rollout.bootstrap, settings.discount)
    loss, policy_loss, value_loss = losses(rollout, returns, settings.entropy_weight)
    loss.backward()
    told = (loss.item(), policy_loss.item(), value_loss.item(), rollout.entropy)
    return Update(*told, len(rollout.rewards), result(episode))


def result(episode: Episode) -> tuple[float, int] | None:
    """Return and length of an episode that has ended."""
    return (episode.total, episode.steps) if episode.done else None


@dataclass
class Rollout:
    """T steps of one episode.

    Attributes:
        log_policy: log-probabilities of all actions `(T, 7)`, differentiable.
        values: `(T,)`, differentiable.
        actions: `(T,)`, those taken.
        rewards: T numbers.
        bootstrap: the value of the state after the last step; 0 if the episode ended, be it by time.
        entropy: of the policy in these states, their mean.
    """

    log_policy: Tensor
    values: Tensor
    actions: Tensor
    rewards: list[float]
    bootstrap: float
    entropy: float


def collect_rollout(model: ActorCritic, episode: Episode, environment: Environment, draws: Sequence[float]) -> Rollout:
    """Go on with `episode` for at most as many steps as there are `draws`, each in [0, 1), with sampled actions.

    Where an environment's states are known, the networks see all of them at once, and a step is a look at a table.
    """
    networks = model.networks()
    known = environment.observations is not None
    if known:
        logits, values = networks(environment.observations.to(model.numbers))  # (S, 7), (S,)
        log_policy = log_softmax(logits, -1)
        ladder = log_policy.detach().exp().cumsum(-1).tolist()
        value_of = values.tolist()
    rows, actions, rewards, seen = [], [], [], []
    while len(rewards) < len(draws) and not episode.done:
        if known:
            rows.append(episode.state)
            steps = ladder[episode.state]
        else:
            observation = torch.from_numpy(episode.observation()).to(model.numbers)
            seen.append(networks(observation[None]))
            steps = log_softmax(seen[-1][0].detach(), -1).exp().cumsum(-1)[0].tolist()
        action = _chosen(steps, draws[len(rewards)])
        reward, *_ = episode.step(action)
        actions.append(action)
        rewards.append(reward)
    bootstrap = 0.0
    if known:
        log_policy, values = log_policy[rows], values[rows]  # (T, 7), (T,)
        bootstrap = 0.0 if episode.done else value_of[episode.state]
    else:
        log_policy = log_softmax(torch.cat([logits for logits, _ in seen]), -1)
        values = torch.cat([value for _, value in seen])
        if not episode.done:
            with torch.no_grad():
                bootstrap = networks(torch.from_numpy(episode.observation()).to(model.numbers)[None])[1].item()
    entropy = -(log_policy.detach().exp() * log_policy.detach()).sum(-1).mean().item()
    return Rollout(log_policy, values, torch.tensor(actions), rewards, bootstrap, entropy)


def compute_returns(rewards: Sequence[float], bootstrap: float, discount: float) -> list[float]:
    """The n-step returns `R_t = r_t + discount R_(t+1)`, with `R_T = bootstrap`."""
    returns, following = [], bootstrap
    for reward in reversed(rewards):
        following = reward + discount * following
        returns.append(following)
    return returns[::-1]


def losses(rollout: Rollout, returns: Sequence[float], entropy_weight: float = 0.0) -> tuple[Tensor, Tensor, Tensor]:
    """The loss `mean((R - V)**2 - log pi(a) (R - V) - entropy_weight H)`, and its policy and value part.

    The advantage `R - V` counts as a constant beside `log pi(a)`.
    """
    values, log_policy = rollout.values, rollout.log_policy
    advantage = values.new_tensor(returns) - values  # (T,)
    value_loss = advantage.square().mean()
    taken = log_policy.gather(-1, rollout.actions[:, None].to(log_policy.device))[:, 0]  # (T,)
    policy_loss = -(taken * advantage.detach()).mean()
    loss = value_loss + policy_loss
    if entropy_weight:
        loss = loss + entropy_weight * (log_policy.exp() * log_policy).sum(-1).mean()
    return loss, policy_loss, value_loss


def build_actor_critic(settings: GridworldSettings) -> ActorCritic:
    """Policy and value at their start: each a `QuantumTrain` with circuits of its own, or the networks themselves."""
    draws = make_generator(settings.seed)
    policy = build_model(PolicyMLP(generator=draws), settings, draws)
    return ActorCritic(policy, build_model(ValueMLP(generator=draws), settings, draws))


def _network(model: nn.Module) -> Callable[[Tensor], Tensor]:
    """`model` as a function of observations, its weights generated once."""
    if not isinstance(model, QuantumTrain):
        return model
    weights = model.generate()
    return lambda observations: torch.func.functional_call(model.target, weights, (observations,))


def _chosen(ladder: Sequence[float], draw: float) -> int:
    """The action whose share of [0, 1) holds `draw`; `ladder` are the cumulated probabilities."""
    for action, top in enumerate(ladder):
        if draw < top:
            return action
    return len(ladder) - 1  # the ladder ends a rounding below 1
