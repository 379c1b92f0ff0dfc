"""`Update`, and `differentiate`, which makes the gradient of one: by autograd, for any networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.a3c.rollout import collect_rollout, compute_losses, compute_returns
from qtkit.tasks.gridworld.environment import Environment, Episode
from qtkit.tasks.gridworld.settings import GridworldSettings

Differentiate = Callable[[ActorCritic, Episode, Environment, Sequence[float], GridworldSettings], "Update"]
"""What `differentiate` is."""


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
    returns = compute_returns(scaled(rollout.rewards, settings), rollout.bootstrap, settings.discount)
    loss, policy_loss, value_loss = compute_losses(rollout, returns, settings.entropy_weight)
    loss.backward()
    return Update(
        loss=loss.item(),
        policy_loss=policy_loss.item(),
        value_loss=value_loss.item(),
        entropy=rollout.entropy,
        steps=len(rollout.rewards),
        finished=finished_episode(episode),
    )


def scaled(rewards: list[float], settings: GridworldSettings) -> list[float]:
    """What is learnt from: the rewards, times a scale where the settings have one."""
    scale: float = getattr(settings, "reward_scale", 1.0)
    return rewards if scale == 1 else [scale * reward for reward in rewards]


def finished_episode(episode: Episode) -> tuple[float, int] | None:
    """Return and length of an episode that has ended."""
    return (episode.total, episode.steps) if episode.done else None
