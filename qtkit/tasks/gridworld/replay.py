"""One episode of a trained pair of networks, step by step: what was likely, what was done, what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qtkit.checks import checked_whole
from qtkit.names import counted
from qtkit.tasks.gridworld.environment import AnyEnvironment, Environment, RealEpisode
from qtkit.tasks.gridworld.evaluation import convert_for
from qtkit.tasks.gridworld.frames import Frames, draw_episode, render_episode

ACTIONS = ("turn left", "turn right", "forward", "pick up", "drop", "toggle", "done")
"""MiniGrid's actions, by their numbers."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "Acrobot": ("push back", "do nothing", "push on"),
    "CartPole": ("push left", "push right"),
    "CliffWalking": ("up", "right", "down", "left"),
    "FrozenLake": ("left", "down", "right", "up"),
    "FrozenLake8x8": ("left", "down", "right", "up"),
    "LunarLander": ("nothing", "left engine", "main engine", "right engine"),
    "MountainCar": ("push left", "do nothing", "push right"),
}
"""Those of Gymnasium's own, by their names without the version: they tell none themselves."""

MAX_STEPS = 300
"""So many steps of an episode are played: each is two pictures."""

_WIDEST = 320  # pixels of a picture of the grid, where tiles of 8 pixels allow it

ActorCritic = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Observations `(B, n_inputs)` to logits `(B, n_actions)` and values `(B,)`, such as `GridworldTraining.network()`."""


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
        probabilities: of the actions at each moment, `(T + 1, n_actions)`.
        values: what the value network says at each moment, `(T + 1,)`.
        outcome: `"goal"`: it ended by itself, with a return above 0, or where the environment has a threshold, with a
            return that reaches it; `"end"`: by itself without one; `"time"`: by the limit of steps; `"cut"`: it was
            left after `MAX_STEPS`.
        pictures: T + 1 of the grid, and of what the agent sees; None if they were not wanted, or there are none.
        threshold: that of the environment.
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
    threshold: float | None = None

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
        steps = counted(len(self.actions), "step")
        if self.threshold is not None and self.outcome != "cut":
            return f"return {self.total:g} of {self.threshold:g} in {steps}{', solved' * (self.outcome == 'goal')}"
        return {
            "goal": f"reaches the goal in {steps}, return {self.total:.3f}",
            "end": f"ends without the goal after {steps}, return {self.total:.3f}",
            "time": f"does not reach the goal in {steps}, the limit",
            "cut": f"the first {steps}; the episode goes on",
        }[self.outcome]


def play(
    network: ActorCritic,
    environment: str | Environment,
    *,
    greedy: bool = False,
    seed: int = 0,
    discount: float = 0.9,
    pictures: bool = True,
) -> Replay:
    """Play one episode in the real environment. The same network and seed give the same episode.

    Arguments:
        network: logits and values of observations.
        environment: a MiniGrid as registered with Gymnasium, or any that is open (`open_environment`).
        greedy: take the likeliest action, the first of equals, instead of drawing one.
        seed: of the environment, and of the draws.
        discount: gamma, for `Replay.returns_to_go`.
        pictures: draw them too.

    Raises:
        ValueError: for an unknown environment or one that does not fit, a negative seed, or a network that gives other
            than a finite logit an action and a value.
    """
    checked_whole("seed", seed, 0)
    world = environment if isinstance(environment, AnyEnvironment) else None
    name = environment.name if isinstance(environment, Environment) else environment
    threshold = None if world is None else world.threshold
    episode = RealEpisode(name, seed) if world is None else world.new_episode(seed)
    draws = np.random.default_rng(seed)
    probabilities, values, rewards = [], [], []
    outcome = "cut"
    while True:
        chances, value = _ask(network, episode)
        probabilities.append(chances)
        values.append(value)
        if episode.done or episode.steps == MAX_STEPS:
            break
        # The number of thresholds at or below the draw is the action, as in `qtkit.tasks.gridworld.evaluation`.
        thresholds = chances.cumsum()[:-1]
        action = int(chances.argmax() if greedy else (thresholds <= draws.random()).sum())
        reward, terminated, truncated = episode.step(action)
        rewards.append(reward)
        if episode.done and threshold is not None:
            outcome = "goal" if episode.total >= threshold else "end" if terminated else "time"
        elif terminated:
            outcome = "goal" if episode.total > 0 else "end"
        elif truncated:
            outcome = "time"
    return Replay(
        environment=name,
        greedy=greedy,
        seed=seed,
        discount=discount,
        actions=tuple(episode.actions),
        rewards=tuple(rewards),
        probabilities=np.array(probabilities),
        values=np.array(values),
        outcome=outcome,
        pictures=_draw(name if world is None else world, episode, seed) if pictures else None,
        threshold=threshold,
    )


def action_names(environment: str, n_actions: int) -> tuple[str, ...]:
    """What the actions of an environment are called; where nobody tells, by their numbers."""
    known = _NAMES.get(
        environment.rpartition("-v")[0], ACTIONS if environment.startswith(("MiniGrid", "BabyAI")) else ()
    )
    return known if len(known) == n_actions else tuple(f"action {number}" for number in range(n_actions))


@torch.no_grad()
def _ask(network: ActorCritic, episode: RealEpisode) -> tuple[NDArray[np.float64], float]:
    """Probabilities `(n_actions,)` and value of what is seen now."""
    logits, values = network(convert_for(network, torch.from_numpy(episode.observation())[None]))
    if logits.shape != (1, episode.n_actions) or values.shape != (1,):
        raise ValueError(
            f"for one observation the network must give logits (1, {episode.n_actions}) and values (1,), "
            f"got {tuple(logits.shape)} and {tuple(values.shape)}"
        )
    if not (logits.isfinite().all() and values.isfinite().all()):
        raise ValueError("the network gives numbers that are not finite")
    return logits[0].double().softmax(0).cpu().numpy(), values.item()


def _draw(environment: str | AnyEnvironment, episode: RealEpisode, seed: int) -> Frames | None:
    if isinstance(environment, AnyEnvironment):
        return draw_episode(environment, seed, episode.actions, width=_WIDEST)
    grid = getattr(episode.real.unwrapped, "grid", None)
    cells = max(grid.width, grid.height) if grid is not None else 1
    tile = max(8, min(32, _WIDEST // cells))
    return render_episode(environment, seed, episode.actions, tile_size=tile)
