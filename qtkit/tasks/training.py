"""`Training`: what the trainings of all tasks share: a stream of records that can be stopped, saved and resumed.

It is the base class of the package's own. What runs ask of a training, whoever wrote it, is the protocol of the same
name, `qtkit.tasks.protocols.Training`.
"""

from __future__ import annotations

import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import torch
from torch import Tensor, nn

from qtkit.choices import with_current_names
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.simulation.native.workspace import Workspace
from qtkit.tasks.checkpoints import read_checkpoint, write_checkpoint
from qtkit.tasks.fingerprint import checksum, fingerprint
from qtkit.tasks.models import classical_copy, count_weights, mixture_of, trainable_parameters
from qtkit.tasks.protocols import Optimiser
from qtkit.tasks.settings import RunSettings
from qtkit.tasks.versions import versions

SettingsT = TypeVar("SettingsT", bound=RunSettings)
DataT = TypeVar("DataT")
RecordT = TypeVar("RecordT")


class Training(ABC, Generic[SettingsT, DataT, RecordT]):
    """One training run: iterate over it and each step is done when its record is asked for.

    Stopping is to stop asking; asking again goes on where it stopped. Equal settings give equal records (but for the
    seconds) on the same machine, whether the run was paused, saved and resumed in between or not. Random numbers come
    from generators of its own: PyTorch's global one is neither read nor changed.

    Arguments:
        settings: what to train, on what, and how.
        data: what the settings name, loaded.
        model: a `QuantumTrain`, or a network itself.
        optimiser: of all parameters of the model, from `qtkit.tasks.optimisers`.
        n_steps: of the whole run.

    Attributes:
        settings, data, model, n_steps: as given.
        steps_done: so far.
        notes: what is worth knowing of the run, in words; the newest last.
    """

    record_class: Callable[..., RecordT]
    """A dataclass with `step`, `weights`, `seconds` and what `_begin` and `_advance` give."""
    settings_class: ClassVar[type[RunSettings]]
    data_name: ClassVar[str]
    """What the data are called, such as `"images"`."""
    task_name: ClassVar[str]
    """Such as `"an image training"`."""
    step_name: ClassVar[str] = "step"
    """What `steps_done` and `n_steps` count."""
    free_settings: ClassVar[frozenset[str]] = frozenset({"device"})
    """The settings in which a checkpoint may differ from the training it is loaded into."""

    def __init__(self, settings: SettingsT, data: DataT, model: nn.Module, optimiser: Optimiser, n_steps: int) -> None:
        self.settings = settings
        self.data = data
        self.model = model
        self._optimiser = optimiser
        self.n_steps = n_steps
        self.steps_done = 0
        self._started = False  # whether the record of the start was given
        self._seconds = 0.0
        # A panel's thread trains while another asks for the network or a checkpoint: one at a time.
        self._lock = threading.RLock()
        self._fingerprint: str | None = None
        self.notes: list[str] = []

    # What a task adds

    @abstractmethod
    def _begin(self) -> dict[str, Any]:
        """The record of the start, but for weights and seconds."""

    @abstractmethod
    def _advance(self) -> dict[str, Any]:
        """Train until the next record: what it holds, but for weights and seconds."""

    @abstractmethod
    def evaluate(self) -> dict[str, Any]:
        """What is measured of the network as it stands."""

    @abstractmethod
    def _data_tensors(self) -> dict[str, Tensor]:
        """All that a checkpoint's data must be equal to, by name."""

    @abstractmethod
    def _describe_data(self) -> dict[str, Any]:
        """What the data are, ready for JSON."""

    def _optimised(self) -> Iterable[Tensor]:
        """What the optimiser trains, in its order."""
        return trainable_parameters(self.model)

    def _has_moments(self, steps_done: int) -> bool:
        """Whether the optimiser has any after so many steps."""
        return steps_done > 0

    def _moment_shapes(self, tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:  # noqa: ARG002
        """The shapes of what the optimiser keeps, by name; `tensors` are those of the checkpoint."""
        shapes = {}
        for index, parameter in enumerate(self._optimised()):
            shapes[f"optimiser.{index}.step"] = torch.Size(())
            for moment in self._optimiser.moments:
                shapes[f"optimiser.{index}.{moment}"] = parameter.shape
        return shapes

    def _own_tensors(self) -> dict[str, Tensor]:
        """What a checkpoint needs besides model and optimiser."""
        return {}

    def _own_shapes(self, steps_done: int, tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:  # noqa: ARG002
        """The shapes these have after so many steps; `tensors` are those of the checkpoint, some of any length."""
        return {}

    def _load_own_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """Take them up again."""

    # What all can do

    def __iter__(self) -> Iterator[RecordT]:
        return self

    def __next__(self) -> RecordT:
        with self._lock:
            if self._started and self.steps_done >= self.n_steps:
                Workspace.release()  # another size comes next, or nothing
                raise StopIteration
            begin = time.perf_counter()
            values = self._advance() if self._started else self._begin()
            self._started = True
            self._seconds += time.perf_counter() - begin
            return self.record_class(weights=self.weights(), seconds=self._seconds, **values)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing is trained meanwhile, on whatever thread: each step waits, and the one under way is waited for."""
        with self._lock:
            yield

    def weights(self) -> tuple[float, ...]:
        """The effective structural weights, one a candidate; empty for the classical model."""
        return mixture_of(self.model)

    def network(self) -> nn.Module:
        """The network as it stands, a plain `nn.Module` of its own with no quantum part."""
        with self._lock:
            return classical_copy(self.model)

    def describe(self) -> dict[str, Any]:
        """What this run is, ready for JSON: settings, data, sizes, versions."""
        return {
            "settings": self.settings.to_dict(),
            **self._describe_data(),
            "n_qubits": self.model.n_qubits if isinstance(self.model, QuantumTrain) else None,
            "num_weights": count_weights(self.model),
            "num_trainable": sum(parameter.numel() for parameter in trainable_parameters(self.model)),
            "versions": versions(),
        }

    def state(self) -> dict[str, Any]:
        """An exact checkpoint, for `load_state`: plain values, and copies of all tensors under `"tensors"`."""
        with self._lock:
            tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
            for index, moments in self._optimiser.state_dict()["state"].items():
                tensors.update({f"optimiser.{index}.{name}": tensor for name, tensor in moments.items()})
            tensors.update(self._own_tensors())
            return {
                "settings": self.settings.to_dict(),
                self.data_name: self._data_fingerprint(),
                "steps_done": self.steps_done,
                "started": self._started,
                "seconds": self._seconds,
                "tensors": {name: tensor.detach().cpu().clone() for name, tensor in tensors.items()},
            }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint: the records that follow are those that would have followed there.

        The settings must be the same, but for those that do not change the course: the number of epochs (a run may be
        prolonged), the device, and where the data come from. The data must be the same.

        Raises:
            ValueError: if they are not, or the checkpoint is damaged; the training then stays as it was.
        """
        with self._lock:
            self._check_state(state)
            tensors = state["tensors"]
            self._load_own_tensors(tensors)  # first: what still trains, such as worker processes, ends there
            self.model.load_state_dict({name: tensors[f"model.{name}"] for name in self.model.state_dict()})
            groups = self._optimiser.state_dict()["param_groups"]
            moments: dict[int, dict[str, Tensor]] = {}
            for name, tensor in tensors.items():
                if name.startswith("optimiser."):
                    _, index, moment = name.split(".")
                    moments.setdefault(int(index), {})[moment] = tensor.clone()
            self._optimiser.load_state_dict({"state": moments, "param_groups": groups})
            self.steps_done, self._started, self._seconds = state["steps_done"], state["started"], state["seconds"]

    def close(self) -> None:
        """Let go of what a training holds besides memory. It can go on afterwards."""

    def save_checkpoint(self, folder: str | os.PathLike[str]) -> None:
        """Write `state()` to a folder, made if missing: `checkpoint.json`, and the tensors it names in safetensors.

        An interruption at any moment leaves the checkpoint before or the new one, never a mixture. The folder
        `checkpoint` of a stored run is one too.
        """
        write_checkpoint(folder, self.state())

    def load_checkpoint(self, folder: str | os.PathLike[str]) -> None:
        """Go on from a folder that `save_checkpoint` wrote.

        Raises:
            FileNotFoundError: if there is no checkpoint, or its tensors are missing.
            ValueError: if it is damaged, or as `load_state` does.
        """
        self.load_state(read_checkpoint(folder)["training"])

    @classmethod
    def resume(cls, folder: str | os.PathLike[str], data: DataT | None = None) -> Self:
        """The training that `save_checkpoint` wrote to `folder`, with its settings; raises as `load_checkpoint`."""
        state = read_checkpoint(folder)["training"]
        cls._check_names(state)
        make = cast("Callable[[RunSettings, DataT | None], Self]", cls)  # a task's class is made from these alone
        training = make(cls.settings_class.from_dict(state["settings"]), data)
        training.load_state(state)
        return training

    @classmethod
    def _check_settings(cls, settings: RunSettings) -> None:
        """ValueError unless these are settings of this training, exactly: another class would be stored as this one."""
        here, there = cls.settings_class, type(settings)
        # By name, as a module may have been read anew since they were made.
        if (there.__module__, there.__qualname__) != (here.__module__, here.__qualname__):
            raise ValueError(
                f"the settings of {cls.task_name} must be {here.__name__} themselves, got {there.__name__}"
            )

    def _data_fingerprint(self) -> str:
        if self._fingerprint is None:
            self._fingerprint = fingerprint(self._data_tensors())
        return self._fingerprint

    def _has_data(self, theirs: object) -> bool:
        """Whether the data are those that a checkpoint names: by a fingerprint, or in format 1 by a checksum."""
        return theirs in self._checksums() if isinstance(theirs, int) else theirs == self._data_fingerprint()

    def _checksums(self) -> tuple[int, ...]:
        """What a checkpoint of format 1 may name these data by."""
        return (checksum(self._data_tensors().values()),)

    def _check_state(self, state: Mapping[str, Any]) -> None:
        self._check_names(state)
        younger = type(self.settings)().to_dict()  # than the checkpoint may be some settings
        theirs = younger | with_current_names(state["settings"])
        for name, value in self.settings.to_dict().items():
            if name not in self.free_settings and _as_read(theirs[name]) != _as_read(value):
                raise ValueError(
                    f"the checkpoint was made with {name}={_short(theirs[name])}, this training has {name}={value!r}"
                )
        if not self._has_data(state[self.data_name]):
            raise ValueError(
                f"the checkpoint was made with other {self.data_name} than these ({self._describe_data()['source']})"
            )
        steps = state["steps_done"]
        shapes = {f"model.{name}": tensor.shape for name, tensor in self.model.state_dict().items()}
        if self._has_moments(steps):
            shapes |= self._moment_shapes(state["tensors"])
        shapes |= self._own_shapes(steps, state["tensors"])
        if {name: tensor.shape for name, tensor in state["tensors"].items()} != shapes:
            raise ValueError("the checkpoint is damaged: its tensors are not those of this model")

    @classmethod
    def _check_names(cls, state: Any) -> None:
        keys = {"settings", cls.data_name, "steps_done", "started", "seconds", "tensors"}
        # In format 1 a state had a number of its own.
        right = isinstance(state, Mapping) and set(state) - ({"format"} if state.get("format") == 1 else set()) == keys
        if not right or not all(isinstance(state[name], Mapping) for name in ("settings", "tensors")):
            raise ValueError(f"not a checkpoint of {cls.task_name}: {sorted(keys)} are expected")
        steps, started, seconds = state["steps_done"], state["started"], state["seconds"]
        whole = isinstance(steps, int) and not isinstance(steps, bool) and steps >= 0
        if not whole or not isinstance(started, bool) or (steps and not started):
            raise ValueError(f"the checkpoint is damaged: steps_done={_short(steps)}, started={_short(started)}")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not seconds >= 0:
            raise ValueError(f"the checkpoint is damaged: seconds={_short(seconds)}")


def _as_read(value: object) -> object:
    """A value as it comes from a file, which knows no tuples: the CNOTs and rotations of a circuit of one's own."""
    if isinstance(value, Mapping):
        return {name: _as_read(item) for name, item in value.items()}
    return [_as_read(item) for item in value] if isinstance(value, list | tuple) else value


def _short(value: object) -> str:
    """A value from a file, however long it is."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
