"""`OwnData`: what a task of one's own learns from, as tensors; read from whatever a `Task` was given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Hashable

    from qtkit.tasks.own.settings import OwnSettings
    from qtkit.tasks.own.task import Task

Part = Any
"""`(inputs, targets)` of tensors, arrays, tables or lists, or a map-style Dataset of such pairs."""


@dataclass(frozen=True, eq=False)
class OwnData:
    """What a task learns from, and the task itself.

    Attributes:
        task: that these are the data of.
        train_inputs, train_targets, test_inputs, test_targets: `(N, ...)`, one row an item.
        code: the digest of the task's code, as bytes: with the tensors it identifies a run.
    """

    task: Task
    train_inputs: Tensor
    train_targets: Tensor
    test_inputs: Tensor
    test_targets: Tensor
    code: NDArray[np.uint8]

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            _check_part(part, getattr(self, f"{part}_inputs"), getattr(self, f"{part}_targets"))
        for what in ("inputs", "targets"):
            train, test = getattr(self, f"train_{what}"), getattr(self, f"test_{what}")
            if train.shape[1:] != test.shape[1:] or _kind(train) != _kind(test):
                raise ValueError(
                    f"{what} for training and testing must be alike, got {_words(train)} and {_words(test)}"
                )

    def __reduce__(self) -> tuple[Callable[..., OwnData], tuple[Any, ...]]:
        tensors = (self.train_inputs, self.train_targets, self.test_inputs, self.test_targets)
        return OwnData, (self.task.without_data(), *tensors, self.code)

    def tensors(self) -> dict[str, Tensor]:
        """The four of them by name."""
        names = [f"{part}_{what}" for part in ("train", "test") for what in ("inputs", "targets")]
        return {name: getattr(self, name) for name in names}


def load_own(settings: OwnSettings) -> OwnData:
    """The data of the task that `settings` name.

    Raises:
        FileNotFoundError, ValueError: as `find_task` and `Task.load` do.
    """
    from qtkit.tasks.own.places import find_task

    return find_task(settings).load()


def own_stamp(settings: OwnSettings) -> Hashable:
    """The task itself, which is another one once its file has changed or it was made anew."""
    from qtkit.tasks.own.places import find_task

    return find_task(settings)


def read_data(task: Task) -> OwnData:
    """The data of `task`; raises ValueError for what is none, with what came."""
    parts = task.data() if callable(task.data) else task.data
    if not isinstance(parts, Sequence) or isinstance(parts, str) or len(parts) != 2:
        what = f"{len(parts)} parts" if isinstance(parts, tuple | list) else type(parts).__name__
        raise ValueError(f"the task's data must be (train, test), got {what}")
    (train_inputs, train_targets), (test_inputs, test_targets) = (
        _read_part(name, part) for name, part in zip(("train", "test"), parts, strict=True)
    )
    code = np.frombuffer(bytes.fromhex(task.code), dtype=np.uint8)
    return OwnData(task, train_inputs, train_targets, test_inputs, test_targets, code)


def _read_part(name: str, part: Part) -> tuple[Tensor, Tensor]:
    """Inputs and targets of one part."""
    if isinstance(part, torch.utils.data.TensorDataset):
        part = part.tensors
    if isinstance(part, torch.utils.data.Dataset):
        part = _read_items(name, part)
    if not isinstance(part, tuple | list) or len(part) != 2:
        what = f"{len(part)} of them" if isinstance(part, tuple | list) else _words(part)
        raise ValueError(f"{name} must be a pair (inputs, targets) or a Dataset of such pairs, got {what}")
    return _tensor(f"{name} inputs", part[0]), _tensor(f"{name} targets", part[1])


def _read_items(name: str, dataset: Any) -> tuple[Tensor, Tensor]:
    """All items of a map-style dataset, each read once."""
    try:
        count = len(dataset)
    except TypeError:
        raise ValueError(f"{name} must know its length, which {type(dataset).__name__} does not") from None
    items = [dataset[k] for k in range(count)]
    if not items:
        raise ValueError(f"{name} is empty")
    if any(not isinstance(item, tuple | list) or len(item) != 2 for item in items):
        raise ValueError(f"each item of {name} must be (input, target), got {_words(items[0])}")
    stacked = []
    for what, values in zip(("inputs", "targets"), zip(*items, strict=True), strict=True):
        each = [_tensor(f"{name} {what}", value) for value in values]
        if len({value.shape for value in each}) > 1:
            shapes = sorted({tuple(value.shape) for value in each})[:3]
            raise ValueError(f"{name} {what} must all have one shape, got {' and '.join(map(str, shapes))}")
        stacked.append(torch.stack(each))
    return stacked[0], stacked[1]


def _tensor(name: str, value: Any) -> Tensor:
    """As a tensor on the CPU."""
    if isinstance(value, Tensor):
        return value.detach().cpu()
    if hasattr(value, "to_numpy"):  # a table of pandas
        value = value.to_numpy()
    try:
        return torch.as_tensor(np.array(value))  # a copy: it may be read-only
    except (TypeError, ValueError, RuntimeError) as error:
        held = np.asarray(value, dtype=object).reshape(-1)[:1].tolist()
        raise ValueError(
            f"{name} must be numbers: a tensor, an array or a table of them; got {_words(value)} with {held} ({error})"
        ) from None


def _check_part(name: str, inputs: Tensor, targets: Tensor) -> None:
    for what, tensor in (("inputs", inputs), ("targets", targets)):
        if not tensor.ndim or not len(tensor):
            raise ValueError(f"{name} {what} must have one row an item, and at least one, got {_words(tensor)}")
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            count = int((~torch.isfinite(tensor)).sum())
            raise ValueError(f"{name} {what} must be finite numbers, got {count:,} NaN or infinite ones")
    if len(inputs) != len(targets):
        raise ValueError(
            f"{name} must have as many inputs as targets, got {len(inputs):,} and {len(targets):,}: "
            f"inputs {_words(inputs)}, targets {_words(targets)}"
        )


def _kind(tensor: Tensor) -> torch.dtype | None:
    """Its dtype; None for floats, which all take that of the settings."""
    return None if tensor.is_floating_point() else tensor.dtype


def _words(value: object) -> str:
    """What it is, for an error."""
    if isinstance(value, Tensor | np.ndarray):
        return f"{str(value.dtype).removeprefix('torch.')} of shape {tuple(value.shape)}"
    return type(value).__name__
