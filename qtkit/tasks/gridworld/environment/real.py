"""Episodes in the real environment, for what cannot be a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qtkit.checks import checked_whole
from qtkit.tasks.gridworld.environment.interface import Batch, BatchStep, Environment, Episode, Step, checked_seeds
from qtkit.tasks.gridworld.environment.memory import find_memory_of
from qtkit.tasks.gridworld.environment.minigrid import MINIGRID, N_ACTIONS, begin, make_fresh, step_limit
from qtkit.tasks.gridworld.environment.senses import Senses

if TYPE_CHECKING:
    import gymnasium

_TRIED_SEEDS = range(5)


class RealEnvironment(Environment):
    """The environment itself, for what cannot be a table.

    Arguments:
        name: as registered with Gymnasium.
        why: in words, why it is no table.

    Attributes:
        senses: how it meets networks.

    Raises:
        ValueError: if it is unknown, or does not fit the task (see `make_real`).
    """

    observations = None
    senses: Senses = MINIGRID
    _hint = ""

    def __init__(self, name: str, why: str | None = None) -> None:
        self.name, self._why = name, why
        first = self.fresh()
        begin(first, 0, self.senses)  # much is only known then
        self.max_steps = step_limit(first, self._hint)
        self.n_inputs, self.n_actions = self.senses.n_inputs, self.senses.n_actions
        memory = find_memory_of(self.fresh, self.senses)
        self.remembers = memory is not None
        said = self._words()
        if self._has_own_limits():
            said.append(f"Each episode has its own limit of steps, {self.max_steps} that of seed 0.")
        if memory:
            said.append(
                f"It remembers earlier episodes ({memory}): a worker's follow each other in one environment, as do an "
                "evaluation's, which is slower; to go on after a break, all of them are played again."
            )
        self.note = " ".join(said) or None

    def fresh(self, render_mode: str | None = None) -> gymnasium.Env[Any, Any]:  # noqa: ARG002  (MiniGrid draws without)
        """A new one, before its first episode."""
        return make_fresh(self.name)

    def _words(self) -> list[str]:
        """How the note begins."""
        slow = "in the real environment, far slower than in a table."
        return [f"{self._why}. Its episodes run {slow}" if self._why else f"Episodes run {slow}"]

    def _has_own_limits(self) -> bool:
        """Whether the limit of steps differs from episode to episode."""
        real, limits = self.fresh(), set()
        for seed in _TRIED_SEEDS:
            begin(real, seed, self.senses)
            limits.add(step_limit(real))
        return len(limits) > 1

    def __repr__(self) -> str:
        return f"{self.name} itself, at most {self.max_steps} steps"

    def new_episode(self, seed: int) -> RealEpisode:
        """An episode that is about to begin; `seed` decides all that is random in it."""
        checked_whole("seed", seed, 0)
        return RealEpisode(self.fresh(), seed, self.senses)

    def new_batch(self, seeds: Sequence[int]) -> RealBatch:
        """One episode for each seed, to be stepped together."""
        return RealBatch([self.new_episode(seed) for seed in checked_seeds(seeds)], self.n_actions)

    def stream(self) -> Callable[[int], RealEpisode]:
        """A function as `new_episode` for episodes that follow each other, all in one environment."""
        real = self.fresh()
        return lambda seed: RealEpisode(real, seed, self.senses)


class RealEpisode(Episode):
    """One episode in the real environment.

    Arguments:
        world: an environment that is used for nothing else meanwhile, or the name of one that is made anew.
        seed: decides all that is random.
        senses: how it meets networks.

    Attributes:
        real: the environment.
    """

    __slots__ = ("_observation", "_senses", "real")

    def __init__(self, world: str | gymnasium.Env[Any, Any], seed: int, senses: Senses = MINIGRID) -> None:
        super().__init__(None, senses.n_actions)
        self.real = make_fresh(world) if isinstance(world, str) else world
        self._senses = senses
        self._observation = begin(self.real, seed, senses)

    def observation(self) -> NDArray[np.float32]:
        """What the agent sees now: `(n_inputs,)` float32."""
        return self._observation.copy()

    def step(self, action: int) -> Step:
        """Do `action`."""
        action = self._checked(action)
        observation, reward, terminated, truncated, _ = self.real.step(self._senses.first_action + action)
        self.actions.append(action)
        self._observation = self._senses.see(observation)
        self.steps += 1
        self.total += float(reward)
        self.done = bool(terminated or truncated)
        return float(reward), bool(terminated), bool(truncated)


class RealBatch(Batch):
    """Many episodes, one after the other."""

    def __init__(self, episodes: Sequence[Episode], n_actions: int = N_ACTIONS) -> None:
        super().__init__(len(episodes), n_actions)
        self.episodes = list(episodes)

    def observations(self) -> NDArray[np.float32]:
        """What each agent sees now: `(B, n_inputs)` float32."""
        return np.stack([episode.observation() for episode in self.episodes])

    def _step(self, live: NDArray[np.int64], actions: NDArray[np.integer]) -> BatchStep:
        results = [self.episodes[k].step(action) for k, action in zip(live.tolist(), actions.tolist(), strict=True)]
        rewards, terminated, truncated = zip(*results, strict=True)
        return np.array(rewards), np.array(terminated), np.array(truncated)
