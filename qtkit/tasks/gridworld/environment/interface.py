"""What environments give: an `Episode`, one stream of steps, as a worker of A3C takes it, or a `Batch` of many at once.

Neither draws a random number but from the seed that it is given.
"""

from __future__ import annotations

import abc
import operator
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from qtkit.checks import checked_whole
from qtkit.tasks.gridworld.environment.minigrid import N_ACTIONS, N_INPUTS

Step = tuple[float, bool, bool]
"""What a step gives: the reward, whether the episode ended by itself, whether it ended by the limit of steps."""

BatchStep = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]
"""The same of many episodes."""


class Episode(abc.ABC):
    """One episode, from its start to its end.

    Attributes:
        state: the row of the table, or None in the real environment.
        n_actions: how many there are.
        steps: how many were done.
        total: the rewards so far, summed.
        done: whether it has ended, by itself or by the limit of steps.
        actions: all so far; with the seed of the episode they are enough to restore it (`Environment.replay`).
    """

    __slots__ = ("actions", "done", "n_actions", "state", "steps", "total")

    state: int | None
    n_actions: int
    steps: int
    total: float
    done: bool
    actions: list[int]

    def __init__(self, state: int | None, n_actions: int = N_ACTIONS) -> None:
        self.state, self.steps, self.total, self.done, self.actions = state, 0, 0.0, False, []
        self.n_actions = n_actions

    @abc.abstractmethod
    def observation(self) -> NDArray[np.float32]:
        """What the agent sees now: `(n_inputs,)` float32, the caller's own."""

    @abc.abstractmethod
    def step(self, action: int) -> Step:
        """Do `action`, from 0 on: the reward, "terminated" and "truncated", both of which the last step may be.

        Raises:
            ValueError: if the episode has ended, or for another action.
        """

    def _checked(self, action: int) -> int:
        if self.done:
            raise ValueError(f"the episode has ended after {self.steps} steps; begin a new one")
        try:
            number = operator.index(action)
        except TypeError:
            number = -1
        if not 0 <= number < self.n_actions:
            raise ValueError(f"an action is a whole number from 0 to {self.n_actions - 1}, got {action!r}")
        return number


class Environment(abc.ABC):
    """Where episodes come from.

    Attributes:
        name: as registered with Gymnasium.
        max_steps: an episode has no more; where each has a limit of its own, as in BabyAI, that of seed 0.
        n_inputs, n_actions: how many numbers are seen, and how many actions there are; in MiniGrid 147 and 7.
        threshold: the return from which on an episode counts as a success, if Gymnasium names one. In MiniGrid it is
            one that ended by itself with a return above 0.
        observations: `(n_live, 147)` float32, what the agent sees in each state in which an episode goes on, or None
            if the states are not known.
        note: in words, why this is the real environment rather than its table; None for the table.
        remembers: whether an episode may depend on those before it, see `stream`.
    """

    n_inputs: int = N_INPUTS
    n_actions: int = N_ACTIONS
    threshold: float | None = None
    remembers: bool = False

    name: str
    max_steps: int
    observations: Tensor | None
    note: str | None

    @abc.abstractmethod
    def new_episode(self, seed: int) -> Episode:
        """An episode that is about to begin; `seed` decides all that is random in it.

        Raises:
            ValueError: if `seed` is no whole number of at least 0.
        """

    @abc.abstractmethod
    def new_batch(self, seeds: Sequence[int]) -> Batch:
        """One episode for each seed, to be stepped together.

        Raises:
            ValueError: if a seed is no whole number of at least 0, or if there is none.
        """

    def stream(self) -> Callable[[int], Episode]:
        """A function as `new_episode` for episodes that follow each other: each ends before the next begins.

        What an environment remembers of earlier episodes, such as a bonus that decays, it remembers from one of them to
        the next; an episode of `new_episode` has none before it.
        """
        return self.new_episode

    def replay(self, seed: int, actions: Iterable[int]) -> Episode:
        """The episode with this seed, as it stands after these actions.

        Raises:
            ValueError: if it ends before the last of them, or for what is no action.
        """
        return replayed(self.new_episode(seed), actions)


def replayed(episode: Episode, actions: Iterable[int]) -> Episode:
    """An episode that has just begun, after these actions; raises as `Environment.replay`."""
    actions = list(actions)
    for action in actions:
        if episode.done:
            raise ValueError(f"the episode ends after {episode.steps} of the {len(actions)} actions to be replayed")
        episode.step(action)
    return episode


class Batch(abc.ABC):
    """Many episodes at once. Those that have ended rest: their actions are ignored, and their rewards are 0.

    Attributes:
        steps: `(B,)` int64, how many were done.
        totals: `(B,)` float64, the rewards so far, summed.
        done: `(B,)` bool.
        states: `(B,)` int64, the rows of the table, or None in the real environment.
        n_actions: how many there are.
    """

    steps: NDArray[np.int64]
    totals: NDArray[np.float64]
    done: NDArray[np.bool_]
    states: NDArray[np.int64] | None

    def __init__(self, size: int, n_actions: int = N_ACTIONS) -> None:
        self.n_actions = n_actions
        self.steps, self.totals = np.zeros(size, dtype=np.int64), np.zeros(size)
        self.done, self.states = np.zeros(size, dtype=bool), None

    def __len__(self) -> int:
        return len(self.steps)

    @abc.abstractmethod
    def observations(self) -> NDArray[np.float32]:
        """What each agent sees now: `(B, n_inputs)` float32."""

    def step(self, actions: NDArray[np.integer]) -> BatchStep:
        """Do `actions` `(B,)`: rewards float64, "terminated" and "truncated", each `(B,)`.

        Raises:
            ValueError: for another shape, for an action that there is not, or if all episodes have ended.
        """
        actions = np.asarray(actions)
        live = np.flatnonzero(~self.done)
        if actions.shape != self.done.shape or actions.dtype.kind not in "iu":
            raise ValueError(f"actions must be {len(self)} whole numbers, got {actions.dtype} of shape {actions.shape}")
        if not len(live):
            raise ValueError(f"all {len(self)} episodes have ended; begin new ones")
        taken = actions[live]
        if (wrong := (taken < 0) | (taken >= self.n_actions)).any():
            raise ValueError(f"an action is a whole number from 0 to {self.n_actions - 1}, got {taken[wrong][0]}")
        rewards = np.zeros(len(self))
        terminated, truncated = np.zeros((2, len(self)), dtype=bool)
        rewards[live], terminated[live], truncated[live] = self._step(live, taken)
        self.steps[live] += 1
        self.totals += rewards
        self.done |= terminated | truncated
        return rewards, terminated, truncated

    @abc.abstractmethod
    def _step(self, live: NDArray[np.int64], actions: NDArray[np.integer]) -> BatchStep:
        """Do `actions` `(K,)` in the episodes `live` `(K,)`, whose steps are not yet counted."""


def checked_seeds(seeds: Sequence[int]) -> list[int]:
    """The seeds of a batch.

    Raises:
        ValueError: if a seed is no whole number of at least 0, or if there is none.
    """
    seeds = list(seeds)
    if not seeds:
        raise ValueError("seeds is empty; at least one episode is needed")
    for seed in seeds:
        checked_whole("seed", seed, 0)
    return seeds
