"""One episode of a trained pair of networks, step by step: what was likely, what was done, what was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qtkit.checks import checked_whole
from qtkit.tasks.gridworld.environment import RealEpisode
from qtkit.tasks.gridworld.environment.minigrid import N_ACTIONS
from qtkit.tasks.gridworld.evaluation import convert_for
from qtkit.tasks.gridworld.frames import Frames, render_episode

ACTIONS = ("turn left", "turn right", "forward", "pick up", "drop", "toggle", "done")
"""MiniGrid's actions, by their numbers."""

MAX_STEPS = 300
"""So many steps of an episode are played: each is two pictures."""

_WIDEST = 320  # pixels of a picture of the grid, where tiles of 8 pixels allow it

ActorCritic = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Observations `(B, 147)` to logits `(B, 7)` and values `(B,)`, such as `GridworldTraining.network()`."""


@dataclass(frozen=True, eq=False)
class Replay:
    """An episode of T actions; what belongs to a moment is there T + 1 times, before the first action and after each.

    Attributes:
        environment: as registered with Gymnasium.
        greedy: whether the likeliest action was taken each time, instead of a drawn one.
        seed: of the environment, and of the draws.
        discount: gamma.
        actions: `(T,)`.
        rewards: `(T,)`.
        probabilities: of the actions at each moment, `(T + 1, 7)`.
        values: what the value network says at each moment, `(T + 1,)`.
        outcome: `"goal"`: it ended by itself, with a return above 0; `"end"`: by itself without one;
            `"time"`: by the limit of steps; `"cut"`: it was left after `MAX_STEPS`.
        pictures: T + 1 of the grid, and of what the agent sees; None if they were not wanted.
    """

    environment: str
    greedy: bool
    seed: int
    discount: float
    actions: tuple[int, ...]
    rewards: tuple[float, ...]
    probabilities: NDArray[np.float64]
    values: NDArray[np.float64]
    outcome: str
    pictures: Frames | None = field(default=None, repr=False)

    @property
    def total(self) -> float:
        """The return: the sum of the rewards."""
        return float(sum(self.rewards))

    @property
    def returns_to_go(self) -> NDArray[np.float64]:
        """What followed each moment, discounted, `(T + 1,)`: the value network is trained to foretell it."""
        following = np.zeros(len(self.rewards) + 1)
        for step in reversed(range(len(self.rewards))):
            following[step] = self.rewards[step] + self.discount * following[step + 1]
        return following

    def __str__(self) -> str:
        steps = f"{len(self.actions)} step{'s' if len(self.actions) != 1 else ''}"
        return {
            "goal": f"reaches the goal in {steps}, return {self.total:.3f}",
            "end": f"ends without the goal after {steps}, return {self.total:.3f}",
            "time": f"does not reach the goal in {steps}, the limit",
            "cut": f"the first {steps}; the episode goes on",
        }[self.outcome]


def play(
    network: ActorCritic,
    environment: str,
    *,
    greedy: bool = False,
    seed: int = 0,
    discount: float = 0.9,
    pictures: bool = True,
) -> Replay:
    """Play one episode in the real environment. The same network and seed give the same episode.

    Arguments:
        network: logits and values of observations.
        environment: as registered with Gymnasium.
        greedy: take the likeliest action, the first of equals, instead of drawing one.
        seed: of the environment, and of the draws.
        discount: gamma, for `Replay.returns_to_go`.
        pictures: draw them too.

    Raises:
        ValueError: for an unknown environment or one that does not fit, a negative seed, or a network that gives other
            than 7 finite logits and a value.
    """
    checked_whole("seed", seed, 0)
    episode, draws = RealEpisode(environment, seed), np.random.default_rng(seed)
    probabilities, values, rewards = [], [], []
    outcome = "cut"
    while True:
        chances, value = _ask(network, episode.observation())
        probabilities.append(chances)
        values.append(value)
        if episode.done or episode.steps == MAX_STEPS:
            break
        # The number of thresholds at or below the draw is the action, as in `qtkit.tasks.gridworld.evaluation`.
        thresholds = chances.cumsum()[:-1]
        action = int(chances.argmax() if greedy else (thresholds <= draws.random()).sum())
        reward, terminated, truncated = episode.step(action)
        rewards.append(reward)
        if terminated:
            outcome = "goal" if episode.total > 0 else "end"
        elif truncated:
            outcome = "time"
    return Replay(
        environment=environment,
        greedy=greedy,
        seed=seed,
        discount=discount,
        actions=tuple(episode.actions),
        rewards=tuple(rewards),
        probabilities=np.array(probabilities),
        values=np.array(values),
        outcome=outcome,
        pictures=_draw(environment, episode, seed) if pictures else None,
    )


@torch.no_grad()
def _ask(network: ActorCritic, observation: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """Probabilities `(7,)` and value of one observation `(147,)`."""
    logits, values = network(convert_for(network, torch.from_numpy(observation)[None]))
    if logits.shape != (1, N_ACTIONS) or values.shape != (1,):
        raise ValueError(
            f"for one observation the network must give logits (1, {N_ACTIONS}) and values (1,), "
            f"got {tuple(logits.shape)} and {tuple(values.shape)}"
        )
    if not (logits.isfinite().all() and values.isfinite().all()):
        raise ValueError("the network gives numbers that are not finite")
    return logits[0].double().softmax(0).cpu().numpy(), values.item()


def _draw(environment: str, episode: RealEpisode, seed: int) -> Frames:
    grid = getattr(episode.real.unwrapped, "grid", None)
    cells = max(grid.width, grid.height) if grid is not None else 1
    tile = max(8, min(32, _WIDEST // cells))
    return render_episode(environment, seed, episode.actions, tile_size=tile)
