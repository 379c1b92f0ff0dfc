"""A3C's workers taking turns in one process: what they do is decided by the seed alone."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import Tensor

from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.a3c.compiled import differentiate_for
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam
from qtkit.tasks.gridworld.a3c.update import Update
from qtkit.tasks.gridworld.a3c.worker import A3CWorker
from qtkit.tasks.gridworld.environment import Environment
from qtkit.tasks.gridworld.settings import GridworldSettings


class InterleavedPool:
    """W workers that play and update one after the other, each with its own copy of the shared numbers.

    When a worker's turn comes, the W - 1 others have updated since it copied the numbers: each gradient is as old as
    it is on average with W processes of equal speed.

    Arguments:
        model: the shared numbers.
        optimiser: of these.
    """

    def __init__(
        self, model: ActorCritic, optimiser: SharedAdam, environment: Environment, settings: GridworldSettings
    ) -> None:
        self._shared, self._optimiser = model.numbers, optimiser
        self._environment, self._settings = environment, settings
        self._replica = copy.deepcopy(model)
        self._shared.grad = self._replica.gradient  # what `backward` adds to is what the optimiser applies
        how = differentiate_for(self._replica, settings)
        self._workers = [
            A3CWorker(index, settings.seed, environment, self._shared.clone(), how) for index in range(settings.workers)
        ]
        self._turns = 0

    @property
    def alive(self) -> int:
        """How many workers there are."""
        return len(self._workers)

    def start(self) -> None:
        """Nothing is to be started."""

    def close(self) -> None:
        """Nothing is to be ended."""

    def round(self, left: int) -> list[Update]:
        """Every worker's turn, in order; or until as many episodes as are `left` have ended."""
        updates: list[Update] = []
        while True:
            worker = self._workers[self._turns % len(self._workers)]
            updates.append(worker.turn(self._replica, self._shared, self._optimiser, self._settings))
            self._turns += 1
            left -= updates[-1].finished is not None
            if self._turns % len(self._workers) == 0 or not left:
                return updates

    # A worker is its copy of the numbers, its counts, and its episode's actions, from which that is played again.

    def tensors(self) -> dict[str, Tensor]:
        """All that is needed to go on exactly."""
        actions = torch.full((len(self._workers), self._environment.max_steps), -1, dtype=torch.int16)
        for row, worker in zip(actions, self._workers, strict=True):
            if worker.episode is not None:
                row[: len(worker.episode.actions)] = torch.tensor(worker.episode.actions, dtype=torch.int16)
        return {
            "workers.numbers": torch.stack([worker.numbers for worker in self._workers]),
            "workers.counts": torch.tensor([(worker.episodes, worker.updates) for worker in self._workers]),
            "workers.actions": actions,
            "workers.turns": torch.tensor(self._turns),
        }

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
        rows = zip(
            self._workers,
            tensors["workers.numbers"],
            tensors["workers.counts"].tolist(),
            tensors["workers.actions"].tolist(),
            strict=True,
        )
        for worker, numbers, (episodes, updates), actions in rows:
            worker.numbers.copy_(numbers)
            worker.episodes, worker.updates, worker.episode = episodes, updates, None
            if episodes:
                taken = [action for action in actions if action >= 0]
                worker.episode = self._environment.replay(worker.episode_seed(episodes - 1), taken)
        self._turns = int(tensors["workers.turns"])
