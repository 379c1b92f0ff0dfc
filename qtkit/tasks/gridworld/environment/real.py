"""Episodes in the real environment, for what cannot be a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qtkit.checks import checked_whole
from qtkit.tasks.gridworld.environment.interface import Batch, BatchStep, Environment, Episode, Step, checked_seeds
from qtkit.tasks.gridworld.environment.memory import find_memory
from qtkit.tasks.gridworld.environment.minigrid import begin, flat_image, make_fresh, make_real, step_limit

if TYPE_CHECKING:
    import gymnasium

_TRIED_SEEDS = range(5)


class RealEnvironment(Environment):
    """The environment itself, for what cannot be a table.

    Arguments:
        name: as registered with Gymnasium.
        why: in words, why it is no table.

    Raises:
        ValueError: if it is unknown, or does not fit the task (see `make_real`).
    """

    observations = None

    def __init__(self, name: str, why: str | None = None) -> None:
        self.name, self.max_steps = name, step_limit(make_real(name))
        memory = find_memory(name)
        self.remembers = memory is not None
        slow = "in the real environment, far slower than in a table."
        said = [f"{why}. Its episodes run {slow}" if why else f"Episodes run {slow}"]
        if _has_own_limits(name):
            said.append(f"Each episode has its own limit of steps, {self.max_steps} that of seed 0.")
        if memory:
            said.append(
                f"It remembers earlier episodes ({memory}): a worker's follow each other in one environment, as do an "
                "evaluation's, which is slower; to go on after a break, all of them are played again."
            )
        self.note = " ".join(said)

    def __repr__(self) -> str:
        return f"{self.name} itself, at most {self.max_steps} steps"

    def new_episode(self, seed: int) -> RealEpisode:
        """An episode that is about to begin; `seed` decides all that is random in it."""
        checked_whole("seed", seed, 0)
        return RealEpisode(self.name, seed)

    def new_batch(self, seeds: Sequence[int]) -> RealBatch:
        """One episode for each seed, to be stepped together."""
        return RealBatch([self.new_episode(seed) for seed in checked_seeds(seeds)])

    def stream(self) -> Callable[[int], RealEpisode]:
        """A function as `new_episode` for episodes that follow each other, all in one environment."""
        real = make_fresh(self.name)
        return lambda seed: RealEpisode(real, seed)


class RealEpisode(Episode):
    """One episode in the real environment.

    Arguments:
        world: an environment that is used for nothing else meanwhile, or the name of one that is made anew.
        seed: decides all that is random.

    Attributes:
        real: the environment.
    """

    __slots__ = ("_observation", "real")

    def __init__(self, world: str | gymnasium.Env[Any, Any], seed: int) -> None:
        super().__init__(None)
        self.real = make_fresh(world) if isinstance(world, str) else world
        self._observation = begin(self.real, seed)

    def observation(self) -> NDArray[np.float32]:
        """What the agent sees now: `(147,)` float32."""
        return self._observation.copy()

    def step(self, action: int) -> Step:
        """Do `action`."""
        action = self._checked(action)
        observation, reward, terminated, truncated, _ = self.real.step(action)
        self.actions.append(action)
        self._observation = flat_image(observation)
        self.steps += 1
        self.total += float(reward)
        self.done = bool(terminated or truncated)
        return float(reward), bool(terminated), bool(truncated)


class RealBatch(Batch):
    """Many episodes, one after the other."""

    def __init__(self, episodes: Sequence[Episode]) -> None:
        super().__init__(len(episodes))
        self.episodes = list(episodes)

    def observations(self) -> NDArray[np.float32]:
        """What each agent sees now: `(B, 147)` float32."""
        return np.stack([episode.observation() for episode in self.episodes])

    def _step(self, live: NDArray[np.int64], actions: NDArray[np.integer]) -> BatchStep:
        results = [self.episodes[k].step(action) for k, action in zip(live.tolist(), actions.tolist(), strict=True)]
        rewards, terminated, truncated = zip(*results, strict=True)
        return np.array(rewards), np.array(terminated), np.array(truncated)


def _has_own_limits(name: str) -> bool:
    """Whether the limit of steps differs from episode to episode."""
    real = make_fresh(name)
    limits = set()
    for seed in _TRIED_SEEDS:
        begin(real, seed)
        limits.add(step_limit(real))
    return len(limits) > 1
