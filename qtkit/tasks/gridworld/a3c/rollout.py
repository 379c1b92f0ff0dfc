"""`collect_rollout`: a few steps of an episode with sampled actions, what they return, and the loss of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.environment import Environment, Episode

_Networks = Callable[
    [Tensor], tuple[Tensor, Tensor]
]  # observations (B, n_inputs) to logits (B, n_actions) and values (B,)


@dataclass
class Rollout:
    """T steps of one episode.

    Attributes:
        log_policy: log-probabilities of all actions `(T, n_actions)`, differentiable.
        values: `(T,)`, differentiable.
        actions: `(T,)`, those taken.
        rewards: T numbers.
        bootstrap: the value of the state after the last step; 0 if the episode ended, be it by time.
    """

    log_policy: Tensor
    values: Tensor
    actions: Tensor
    rewards: list[float]
    bootstrap: float

    @property
    def entropy(self) -> float:
        """Of the policy in these states, in nats, their mean."""
        log_policy = self.log_policy.detach()
        return -(log_policy.exp() * log_policy).sum(-1).mean().item()


def collect_rollout(model: ActorCritic, episode: Episode, environment: Environment, draws: Sequence[float]) -> Rollout:
    """Go on with `episode` for at most as many steps as there are `draws`, each in [0, 1), with sampled actions.

    Where an environment's states are known, the networks see all of them at once, and a step is a look at a table.
    """
    networks = model.networks()
    if environment.observations is not None:
        logits, values = networks(environment.observations.to(model.numbers))  # (S, n_actions), (S,)
        return _collect_from_table(logits, values, episode, draws)
    return _collect_step_by_step(networks, episode, draws, model.numbers)


def compute_returns(rewards: Sequence[float], bootstrap: float, discount: float) -> list[float]:
    """The n-step returns `R_t = r_t + discount R_(t+1)`, with `R_T = bootstrap`."""
    returns, following = [], bootstrap
    for reward in reversed(rewards):
        following = reward + discount * following
        returns.append(following)
    return returns[::-1]


def compute_losses(
    rollout: Rollout, returns: Sequence[float], entropy_weight: float = 0.0
) -> tuple[Tensor, Tensor, Tensor]:
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


def choose_action(cumulated: Sequence[float], draw: float) -> int:
    """The action whose share of [0, 1) holds `draw`; `cumulated` are the sums of the first 1, 2, ... probabilities."""
    for action, top in enumerate(cumulated):
        if draw < top:
            return action
    return len(cumulated) - 1  # the sum ends a rounding below 1


def _collect_from_table(logits: Tensor, values: Tensor, episode: Episode, draws: Sequence[float]) -> Rollout:
    log_policy = log_softmax(logits, -1)
    cumulated, value_of = log_policy.detach().exp().cumsum(-1).tolist(), values.tolist()
    rows: list[int] = []
    actions: list[int] = []
    rewards: list[float] = []
    while len(rewards) < len(draws) and not episode.done:
        rows.append(_row(episode))
        actions.append(choose_action(cumulated[rows[-1]], draws[len(rewards)]))
        rewards.append(episode.step(actions[-1])[0])
    bootstrap = 0.0 if episode.done else value_of[_row(episode)]
    return Rollout(
        log_policy[rows], values[rows], torch.tensor(actions, dtype=torch.int64, device="cpu"), rewards, bootstrap
    )


def _collect_step_by_step(networks: _Networks, episode: Episode, draws: Sequence[float], numbers: Tensor) -> Rollout:
    """As dtype and device of `numbers` say."""
    logits: list[Tensor] = []
    values: list[Tensor] = []
    actions: list[int] = []
    rewards: list[float] = []
    while len(rewards) < len(draws) and not episode.done:
        its_logits, its_value = networks(_observe(episode, numbers))  # (1, n_actions), (1,)
        logits.append(its_logits)
        values.append(its_value)
        cumulated = log_softmax(its_logits.detach(), -1).exp().cumsum(-1)[0].tolist()
        actions.append(choose_action(cumulated, draws[len(rewards)]))
        rewards.append(episode.step(actions[-1])[0])
    bootstrap = 0.0
    if not episode.done:
        with torch.no_grad():
            bootstrap = networks(_observe(episode, numbers))[1].item()
    log_policy = log_softmax(torch.cat(logits), -1)
    return Rollout(
        log_policy, torch.cat(values), torch.tensor(actions, dtype=torch.int64, device="cpu"), rewards, bootstrap
    )


def _row(episode: Episode) -> int:
    assert episode.state is not None, "where all states are known, so is this one"
    return episode.state


def _observe(episode: Episode, numbers: Tensor) -> Tensor:
    return torch.from_numpy(episode.observation()).to(numbers)[None]  # (1, n_inputs)
