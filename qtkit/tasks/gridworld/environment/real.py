"""Episodes in the real environment, for what cannot be a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qtkit.checks import checked_whole
from qtkit.tasks.gridworld.environment.interface import Batch, BatchStep, Environment, Episode, Step, checked_seeds
from qtkit.tasks.gridworld.environment.minigrid import flat_image, make_real, step_limit


class RealEnvironment(Environment):
    """The environment itself, for what cannot be a table."""

    observations = None

    def __init__(self, name: str) -> None:
        self.name, self.max_steps = name, step_limit(make_real(name))
        self.note = "Episodes run in the real environment, far slower than in a table."

    def __repr__(self) -> str:
        return f"{self.name} itself, at most {self.max_steps} steps"

    def new_episode(self, seed: int) -> RealEpisode:
        """An episode that is about to begin; `seed` decides all that is random in it."""
        checked_whole("seed", seed, 0)
        return RealEpisode(self.name, seed)

    def new_batch(self, seeds: Sequence[int]) -> RealBatch:
        """One episode for each seed, to be stepped together."""
        return RealBatch([self.new_episode(seed) for seed in checked_seeds(seeds)])


class RealEpisode(Episode):
    """One episode in an environment of its own, `real`: nothing of another episode can be left in there."""

    __slots__ = ("_observation", "real")

    def __init__(self, name: str, seed: int) -> None:
        super().__init__(None)
        self.real = make_real(name)
        observation, _ = self.real.reset(seed=seed)
        self._observation = flat_image(observation)

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
