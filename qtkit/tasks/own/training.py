"""The training of a task of one's own: a stream of records, as those of the paper's tasks."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from qtkit.tasks.epochs import EpochTraining
from qtkit.tasks.models import build_model, count_weights, make_generator, trainable_parameters
from qtkit.tasks.own.data import OwnData, load_own
from qtkit.tasks.own.optimising import TorchOptimiser, from_tensor, make_optimiser, takes_settings, to_tensor
from qtkit.tasks.own.settings import OwnSettings
from qtkit.tasks.own.task import Metric, Task
from qtkit.tasks.own.trial import check_fit
from qtkit.tasks.settings import check_usable

EVALUATION_CHUNK = 2_000  # items at once

_ORDER, _STEP, _NETWORK = range(3)
"""What random numbers are for: each use has a seed of its own, so that nothing of them needs to be stored."""


@dataclass(frozen=True)
class Record:
    """What one step of training gave; the first record, step 0, is the start.

    Attributes:
        step: optimiser steps done.
        epoch: epochs done, a whole number at an epoch's end.
        loss: that of this step's batch, before the step; None at the start.
        weights: the effective structural weights w `(N,)` after the step; empty for a model without circuits.
        seconds: time spent in training so far, evaluations included, pauses not.
        learning_rate: of the next step.
        train_loss, test_loss: over all items, at the start and at every epoch's end; else None. A `train_NAME` and a
            `test_NAME` for each of the task's metrics follow.
    """

    step: int
    epoch: float
    loss: float | None
    weights: tuple[float, ...]
    seconds: float
    learning_rate: float
    train_loss: float | None = None
    test_loss: float | None = None

    @property
    def kind(self) -> str:
        """`"epoch"` for the start and the last step of an epoch, `"step"` for all others."""
        return "step" if self.test_loss is None else "epoch"


@functools.cache
def record_class_of(metrics: tuple[str, ...]) -> type[Record]:
    """The records of a task with these metrics."""
    fields = [
        (f"{part}_{name}", float | None, dataclasses.field(default=None))
        for name in metrics
        for part in ("train", "test")
    ]
    return cast("type[Record]", dataclasses.make_dataclass("Record", fields, bases=(Record,), frozen=True))


def build_own_model(task: Task, settings: OwnSettings, data: OwnData) -> nn.Module:
    """The model at its start: `settings.model` around the task's network, or a network itself.

    Raises:
        ValueError: for a network that is none or does not fit data and loss, with what came and what fits.
    """
    check_usable(settings.device)
    network = _make(task.network, settings)
    check_fit(task, network, data, getattr(torch, settings.dtype))
    if settings.model == "small":
        if task.small is None:
            raise ValueError(
                "this task has no small network: give Task(..., small=...), from a number of weights to one"
            )
        network = _make(functools.partial(task.small, settings.count_search(count_weights(network))), settings)
        check_fit(task, network, data, getattr(torch, settings.dtype))
    return build_model(network, settings)


def _make(function: Callable[[], nn.Module], settings: OwnSettings) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(_seed(settings, _NETWORK))
        network = function()
    if not isinstance(network, nn.Module):
        raise ValueError(f"network must return a torch.nn.Module, got {type(network).__name__}")
    return network


class OwnTraining(EpochTraining[OwnSettings, OwnData, Record]):
    """One training run of a task of one's own; all it can do besides is in `EpochTraining`.

    A network's layers that draw random numbers or keep means, such as dropout and batch normalisation, train as they
    do in PyTorch; what is measured, and `network()`, is in evaluation mode.

    Arguments:
        settings: what to train, on what, and how: `Task.settings` makes them.
        data: by default those of the task that the settings name.

    Raises:
        FileNotFoundError, ValueError: as `find_task`, `Task.load`, `build_own_model` and `QuantumTrain` do.
    """

    settings_class = OwnSettings
    data_name = "data"
    task_name = "a training of a task of one's own"
    free_settings = EpochTraining.free_settings | {"file"}

    def __init__(self, settings: OwnSettings, data: OwnData | None = None) -> None:
        self._check_settings(settings)
        data = load_own(settings) if data is None else data
        self.task = task = data.task
        model = build_own_model(task, settings, data)
        dtype, device = getattr(torch, settings.dtype), settings.device
        self._parts = {name: _placed(tensor, dtype, device) for name, tensor in data.tensors().items()}
        optimiser = make_optimiser(task, settings, trainable_parameters(model))
        n_steps_per_epoch = math.ceil(len(data.train_targets) / settings.batch_size)
        super().__init__(settings, data, model, optimiser, n_steps_per_epoch)
        self.record_class = record_class_of(tuple(task.metrics))
        if takes_settings(task.schedule):  # whose course a longer run would change
            self.free_settings = type(self).free_settings - {"epochs"}  # type: ignore[misc]  # of this one alone
        self._order: tuple[int, Tensor] | None = None  # an epoch, and its order of items

    def network(self) -> nn.Module:
        """The network as it stands, a plain `nn.Module` of its own with no quantum part, in evaluation mode."""
        return super().network().eval()

    def _loss(self, place: int) -> Tensor:
        rows = self._rows(place)
        self.model.train()
        outputs = self.model(self._parts["train_inputs"][rows])
        return self.task.loss(outputs, self._parts["train_targets"][rows])

    def _rows(self, place: int) -> Tensor:
        """The items of the batch number `place` of this epoch."""
        epoch, targets = self.steps_done // self.n_steps_per_epoch, self._parts["train_targets"]
        if self._order is None or self._order[0] != epoch:
            draws = make_generator(_seed(self.settings, _ORDER, epoch))
            self._order = epoch, torch.randperm(len(targets), generator=draws, dtype=torch.int64, device="cpu")
        size = self.settings.batch_size
        return self._order[1][place * size : (place + 1) * size].to(targets.device)

    def _step(self) -> float:
        with _seeded(_seed(self.settings, _STEP, self.steps_done)):
            value = super()._step()
        if isinstance(self._optimiser, TorchOptimiser) and self.task.schedule_every == "step":
            self._optimiser.step_schedule(value)
        return value

    def _values(self, loss: float | None) -> dict[str, Any]:
        values = super()._values(loss)
        at_end = loss is not None and self.steps_done % self.n_steps_per_epoch == 0
        if at_end and isinstance(self._optimiser, TorchOptimiser) and self.task.schedule_every == "epoch":
            self._optimiser.step_schedule(values["train_loss"])
        return {**values, "learning_rate": float(self._optimiser.param_groups[0]["lr"])}

    @torch.no_grad()
    def _results(self, network: nn.Module) -> dict[str, Any]:
        results: dict[str, float] = {}
        for part in ("train", "test"):
            inputs, targets = self._parts[f"{part}_inputs"], self._parts[f"{part}_targets"]
            outputs = torch.cat([network(some) for some in inputs.split(EVALUATION_CHUNK)])
            measured: Mapping[str, Metric] = {"loss": self.task.loss, **self.task.metrics}
            results |= {f"{part}_{name}": float(measure(outputs, targets)) for name, measure in measured.items()}
        return results

    def _data_tensors(self) -> dict[str, Tensor]:
        return {**self.data.tensors(), "code": torch.from_numpy(self.data.code.copy())}

    def _describe_data(self) -> dict[str, Any]:
        return {
            "source": f"the task {self.settings.task}",
            "metrics": list(self.task.metrics),
            "train_items": len(self.data.train_targets),
            "test_items": len(self.data.test_targets),
            "code": self.task.code,
        }

    def _own_tensors(self) -> dict[str, Tensor]:
        return {"plain": to_tensor(self._optimiser.plain())} if isinstance(self._optimiser, TorchOptimiser) else {}

    def _own_shapes(self, steps_done: int, tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:  # noqa: ARG002
        return {name: tensors[name].shape for name in self._own_tensors() if name in tensors}

    def _load_own_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        if isinstance(self._optimiser, TorchOptimiser):
            self._optimiser.load_plain(from_tensor(tensors["plain"]))

    def _moment_shapes(self, tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:
        if not isinstance(self._optimiser, TorchOptimiser):
            return super()._moment_shapes(tensors)
        numbers = {str(number) for number, _ in enumerate(self._optimised())}
        kept = {name: name.split(".") for name in tensors if name.startswith("optimiser.")}
        return {name: tensors[name].shape for name, parts in kept.items() if len(parts) == 3 and parts[1] in numbers}


def train(settings: OwnSettings, data: OwnData | None = None) -> Iterator[Record]:
    """The records of a run, step by step: `iter(OwnTraining(settings, data))`."""
    return iter(OwnTraining(settings, data))


def _placed(tensor: Tensor, dtype: torch.dtype, device: str) -> Tensor:
    """Where the network is; floats in its dtype."""
    return tensor.to(device, dtype) if tensor.is_floating_point() else tensor.to(device)


def _seed(settings: OwnSettings, *use: int) -> int:
    """A seed for one use."""
    return int(np.random.SeedSequence([settings.seed, *use]).generate_state(1, np.uint32)[0])


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """PyTorch's global random numbers begin at `seed`, and go on afterwards where they were."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
