"""A3C's workers taking turns in one process: what they do is decided by the seed alone."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.a3c.compiled import differentiate_for
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam
from qtkit.tasks.gridworld.a3c.update import Update
from qtkit.tasks.gridworld.a3c.worker import A3CWorker
from qtkit.tasks.gridworld.environment import Environment
from qtkit.tasks.gridworld.settings import GridworldSettings

_USUAL = 10_000  # steps
_NONE = -1  # in a row of actions, where there is none
_END = b"\xff"  # the same as a byte


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

    # A worker is its copy of the numbers, its counts, and its episode's actions, from which that is played again; where
    # an environment remembers, those of all its episodes.

    def tensors(self) -> dict[str, Tensor]:
        """All that is needed to go on exactly."""
        under_way = [worker.episode.actions if worker.episode is not None else [] for worker in self._workers]
        # As wide as most episodes get; where each has its own limit of steps, or one far off, some get longer.
        width = max(min(self._environment.max_steps, _USUAL), *map(len, under_way))
        told = {
            "workers.numbers": torch.stack([worker.numbers for worker in self._workers]),
            "workers.counts": _whole([(worker.episodes, worker.updates) for worker in self._workers], torch.int64),
            "workers.actions": _whole([_padded(actions, width) for actions in under_way], torch.int16),
            "workers.turns": _whole(self._turns, torch.int64),
        }
        if self._environment.remembers:
            told["workers.history"] = _write_history([worker.history for worker in self._workers])
        return told

    def shapes(self, tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:
        """Those that `tensors` must have for `load`: lists of actions may be of any length."""
        shapes = {name: tensor.shape for name, tensor in self.tensors().items()}
        for name in ("workers.actions", "workers.history"):
            if name in shapes and name in tensors and tensors[name].ndim == 2:
                shapes[name] = torch.Size((len(self._workers), tensors[name].shape[1]))
        return shapes

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from what `tensors` gave.

        Raises:
            ValueError: if the workers' episodes cannot be played again; they then stay as they are.
        """
        history = tensors.get("workers.history")
        restored = []
        for worker, numbers, (episodes, updates), actions, ended in zip(
            self._workers,
            tensors["workers.numbers"],
            tensors["workers.counts"].tolist(),
            tensors["workers.actions"].tolist(),
            [[] for _ in self._workers] if history is None else _read_history(history),
            strict=True,
        ):
            own = torch.empty_like(worker.numbers).copy_(numbers)
            new = A3CWorker(worker.index, worker.seed, self._environment, own, worker.differentiate)
            new.restore(episodes, updates, [action for action in actions if action >= 0], ended)
            restored.append(new)
        self._workers, self._turns = restored, int(tensors["workers.turns"])


def _whole(values: object, dtype: torch.dtype) -> Tensor:
    return torch.tensor(values, dtype=dtype, device="cpu")


def _padded(actions: Sequence[int], width: int) -> list[int]:
    return [*actions, *[_NONE] * (width - len(actions))]


def _write_history(histories: Sequence[Sequence[bytes]]) -> Tensor:
    """The actions of all episodes `(W, T)` int8, -1 after each of them and where a worker has done fewer steps."""
    rows = [b"".join(episode + _END for episode in history) for history in histories]
    width = max(map(len, rows))
    packed = b"".join(row.ljust(width, _END) for row in rows)
    return torch.from_numpy(np.frombuffer(packed, np.int8).reshape(len(rows), width).copy())


def _read_history(history: Tensor) -> list[list[bytes]]:
    """What `_write_history` was given."""
    rows = [row.tobytes().split(_END) for row in history.numpy()]
    return [[episode for episode in row if episode] for row in rows]
