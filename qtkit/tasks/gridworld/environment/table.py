"""Episodes in an environment's table: a step is two look-ups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qtkit.checks import checked_whole
from qtkit.tasks.gridworld.environment.interface import Batch, BatchStep, Environment, Episode, Step, checked_seeds
from qtkit.tasks.gridworld.environment.transitions import TransitionTable


class TableEnvironment(Environment):
    """An environment as its table: a step is two look-ups."""

    observations: Tensor
    note = None

    def __init__(self, table: TransitionTable) -> None:
        self.table, self.name, self.max_steps = table, table.environment, table.max_steps
        self.observations = torch.tensor(table.observations[: table.n_live], dtype=torch.float32, device="cpu")
        # Plain lists: reading a single number out of an array takes several times as long.
        payoff = table.payoff.tolist()
        self.moves = [
            [(state, ended, payoff[paid]) for state, ended, paid in zip(*rows, strict=True)]
            for rows in zip(table.next_state.tolist(), table.terminated.tolist(), table.payment.tolist(), strict=True)
        ]
        """By state and action: the next state, whether the episode ends, and the reward by the number of steps."""

    def __repr__(self) -> str:
        return repr(self.table)

    def __reduce__(self) -> tuple[type, tuple[TransitionTable]]:
        return type(self), (self.table,)  # what a process of A3C gets: the rest is made from it

    def new_episode(self, seed: int) -> TableEpisode:
        """An episode that is about to begin; nothing in it is random, whatever the `seed`."""
        checked_whole("seed", seed, 0)
        return TableEpisode(self)

    def new_batch(self, seeds: Sequence[int]) -> TableBatch:
        """One episode for each seed, to be stepped together."""
        return TableBatch(self.table, len(checked_seeds(seeds)))


class TableEpisode(Episode):
    """One episode in a table."""

    __slots__ = ("_max_steps", "_moves", "_observations")

    state: int
    _observations: NDArray[np.float32]

    def __init__(self, environment: TableEnvironment) -> None:
        super().__init__(environment.table.start)
        self._moves, self._max_steps = environment.moves, environment.max_steps
        self._observations = environment.table.observations

    def observation(self) -> NDArray[np.float32]:
        """What the agent sees now: `(147,)` float32."""
        seen: NDArray[np.float32] = self._observations[self.state]
        return seen.copy()

    def step(self, action: int) -> Step:
        """Do `action`."""
        action = self._checked(action)
        self.actions.append(action)
        self.state, terminated, rewards = self._moves[self.state][action]
        self.steps += 1
        reward = rewards[self.steps]
        self.total += reward
        truncated = self.steps >= self._max_steps
        self.done = terminated or truncated
        return reward, terminated, truncated


class TableBatch(Batch):
    """Many episodes in a table: a step is a few look-ups for all."""

    states: NDArray[np.int64]

    def __init__(self, table: TransitionTable, size: int) -> None:
        super().__init__(size)
        self.table, self.states = table, np.full(size, table.start)

    def observations(self) -> NDArray[np.float32]:
        """What each agent sees now: `(B, 147)` float32."""
        return self.table.observations[self.states]

    def _step(self, live: NDArray[np.int64], actions: NDArray[np.integer]) -> BatchStep:
        where, steps = (self.states[live], actions), self.steps[live] + 1
        self.states[live] = self.table.next_state[where]
        rewards = self.table.payoff[self.table.payment[where], steps]
        return rewards, self.table.terminated[where], steps >= self.table.max_steps
