"""Reinforcement learning (section VI.C of the paper): A3C in MiniGrid, a training that is a stream of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from qtkit.generator.quantum_train import QuantumTrain
from qtkit.tasks.fingerprint import checksum
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic, build_actor_critic
from qtkit.tasks.gridworld.a3c.compiled import find_obstacle
from qtkit.tasks.gridworld.a3c.interleaved import InterleavedPool
from qtkit.tasks.gridworld.a3c.own_networks import OwnNetworks
from qtkit.tasks.gridworld.a3c.pool import WorkerPool
from qtkit.tasks.gridworld.a3c.processes import ProcessPool
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam
from qtkit.tasks.gridworld.a3c.update import Update
from qtkit.tasks.gridworld.environment import Environment, TableEnvironment, load_environment
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.models import classical_copy, count_weights, mixture_of, searches_in
from qtkit.tasks.settings import RunSettings
from qtkit.tasks.training import Training

_RULES = ("next_state", "terminated", "payment", "payoff")
"""What a table tells besides what is seen in each state."""


@dataclass(frozen=True)
class Record:
    """What one round gave: every worker played on and updated once. The first record is the start.

    Attributes:
        step: updates of all workers so far.
        episode: episodes of all workers that have ended so far.
        environment_steps: of all workers so far.
        loss, policy_loss, value_loss, entropy: means over the round's updates, see `a3c.update.Update`; None at
            the start.
        returns, lengths: of the episodes that ended in this round, in their order; each episode is in one record.
        weights: the effective structural weights w `(N,)` of the policy after the round; empty for the classical model.
        value_weights: those of the value network.
        seconds: time spent in training so far, pauses not.
        workers: how many are at work.
    """

    step: int
    episode: int
    environment_steps: int
    loss: float | None
    policy_loss: float | None
    value_loss: float | None
    entropy: float | None
    returns: tuple[float, ...]
    lengths: tuple[int, ...]
    weights: tuple[float, ...]
    value_weights: tuple[float, ...]
    seconds: float
    workers: int


class GridworldTraining(Training[GridworldSettings, Environment, Record]):
    """One A3C run; all it can do besides is in `Training`. `steps_done` and `n_steps` count episodes.

    With `settings.run_as == "processes"`, each worker is a process, see `a3c.processes`. They end with the
    last episode, or with `close`; whatever befalls them is noted in `notes`.

    Arguments:
        settings: what to train, where, and how.
        data: the environment; by default the one the settings name, see `environment.load_environment`.

    Raises:
        ValueError: as `load_environment` and `QuantumTrain` do, or if `data` is another environment than the settings'.

    Example:
        >>> for record in GridworldTraining(GridworldSettings(episodes=100)):
        ...     print(record.episode, record.returns)
    """

    model: ActorCritic
    record_class = Record
    settings_class: ClassVar[type[RunSettings]] = GridworldSettings
    data_name = "environment"
    step_name = "episode"
    task_name = "a reinforcement-learning training"
    free_settings = Training.free_settings | {"episodes"}

    def __init__(self, settings: GridworldSettings, data: Environment | None = None) -> None:
        self._check_settings(settings)
        environment = self._open(settings) if data is None else data
        if environment.name != settings.environment:
            raise ValueError(f"the settings are for {settings.environment}, but the environment is {environment.name}")
        own = self._own_networks(settings)
        model = build_actor_critic(settings, environment, own)
        optimiser = SharedAdam(model.numbers, settings.learning_rate, **settings.optimiser_options)
        super().__init__(settings, environment, model, optimiser, settings.episodes)
        if settings.run_as == "processes":
            self._pool: WorkerPool = ProcessPool(model, optimiser, environment, settings, self.notes.append, own)
        else:
            self._pool = InterleavedPool(model, optimiser, environment, settings)
        self._updates = self._environment_steps = 0
        if environment.note:
            self.notes.append(environment.note)
        if obstacle := find_obstacle(model):
            self.notes.append(f"{obstacle}: trained by autograd, which is slower than the compiled kernels")

    def _open(self, settings: GridworldSettings) -> Environment:
        """The environment that the settings name."""
        return load_environment(settings.environment)

    def _own_networks(self, settings: GridworldSettings) -> OwnNetworks | None:  # noqa: ARG002
        """The user's own, if the settings name any."""
        return None

    def close(self) -> None:
        """End worker processes, if there are any. They start anew when the next record is asked for."""
        with self._lock:
            self._pool.close()

    def weights(self) -> tuple[float, ...]:
        """The policy's effective structural weights, one a candidate; empty for the classical model."""
        return mixture_of(self.model.policy)

    def value_weights(self) -> tuple[float, ...]:
        """Those of the value network."""
        return mixture_of(self.model.value)

    def network(self) -> ActorCritic:
        """Policy and value network as they stand, two plain networks of their own with no quantum part."""
        with self._lock:
            return ActorCritic(classical_copy(self.model.policy), classical_copy(self.model.value))

    def evaluate(self, episodes: int = 1_000) -> dict[str, Any]:
        """The policy as it stands: mean return and length of so many episodes, greedy and sampled."""
        from qtkit.tasks.gridworld.evaluation import evaluate

        policy = self.network().policy
        measured: dict[str, float] = {}
        for name, greedy in (("greedy", True), ("sampled", False)):
            result = evaluate(policy, self.data, episodes=episodes, greedy=greedy, seed=self.settings.seed)
            measured |= {f"{name}_return": result.mean_return, f"{name}_length": result.mean_length}
        return measured

    def describe(self) -> dict[str, Any]:
        """What this run is, ready for JSON: settings, environment, sizes of policy and value, versions."""
        policy, value = self.model.policy, self.model.value
        return {
            **super().describe(),
            "n_qubits": policy.n_qubits if isinstance(policy, QuantumTrain) else None,
            "num_weights": count_weights(policy) + count_weights(value),
        }

    def _begin(self) -> dict[str, Any]:
        self._pool.start()
        return self._values([])

    def _advance(self) -> dict[str, Any]:
        updates = self._pool.round(self.n_steps - self.steps_done)
        self._updates += len(updates)
        for search in searches_in(self.model.policy, self.model.value):
            search.stand_at(self._updates)
        self._environment_steps += sum(update.steps for update in updates)
        self.steps_done += sum(update.finished is not None for update in updates)
        values = self._values(updates)
        if self.steps_done >= self.n_steps:
            self._pool.close()
        return values

    def _values(self, updates: Sequence[Update]) -> dict[str, Any]:
        means = {
            name: float(np.mean([getattr(update, name) for update in updates])) if updates else None
            for name in ("loss", "policy_loss", "value_loss", "entropy")
        }
        finished = [update.finished for update in updates if update.finished]
        return {
            "step": self._updates,
            "episode": self.steps_done,
            "environment_steps": self._environment_steps,
            "returns": tuple(total for total, _ in finished),
            "lengths": tuple(steps for _, steps in finished),
            "value_weights": self.value_weights(),
            "workers": self._pool.alive,
            **means,
        }

    def _optimised(self) -> Iterable[Tensor]:
        return (self.model.numbers,)

    def _has_moments(self, steps_done: int) -> bool:  # noqa: ARG002
        return True  # they are made at the start, to be shared

    def _own_tensors(self) -> dict[str, Tensor]:
        counts = torch.tensor([self._updates, self._environment_steps], dtype=torch.int64, device="cpu")
        return {**self._pool.tensors(), "counts": counts}

    def _own_shapes(self, steps_done: int, tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:  # noqa: ARG002
        return {**self._pool.shapes(tensors), "counts": torch.Size((2,))}

    def _load_own_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        self._pool.load(tensors)
        self._updates, self._environment_steps = tensors["counts"].tolist()

    def _data_tensors(self) -> dict[str, Tensor]:
        return {**self._seen(), **self._rules()}

    def _seen(self) -> dict[str, Tensor]:
        known = self.data.observations
        return {} if known is None else {"observations": known}

    def _rules(self) -> dict[str, Tensor]:
        """Where actions lead and what they pay, if there is a table of it."""
        if not isinstance(self.data, TableEnvironment):
            return {}
        return {name: torch.tensor(getattr(self.data.table, name), device="cpu") for name in _RULES}

    def _checksums(self) -> tuple[int, ...]:
        # Before the rules were counted in, a checkpoint knew what is seen alone: that must do.
        return (*super()._checksums(), checksum(self._seen().values()))

    def _describe_data(self) -> dict[str, Any]:
        return {"source": self.data.name, "max_steps": self.data.max_steps, "states": _count(self.data.observations)}


def train(settings: GridworldSettings, data: Environment | None = None) -> Iterator[Record]:
    """The records of a run, round by round: `iter(GridworldTraining(settings, data))`."""
    return iter(GridworldTraining(settings, data))


def _count(known: Tensor | None) -> int | None:
    return None if known is None else len(known)
