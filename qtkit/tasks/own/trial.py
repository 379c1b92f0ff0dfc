"""`check_fit`: data, network, loss and metrics tried on a few items before anything is trained."""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from qtkit.tasks.own.data import OwnData, _words
from qtkit.tasks.own.task import Task

FEW = 4


@torch.no_grad()
def check_fit(task: Task, network: nn.Module, data: OwnData, dtype: torch.dtype) -> None:
    """Check that a task's parts fit each other.

    Raises:
        ValueError: if the network does not take the inputs, the loss not what the network gives with the targets, or
            if loss or a metric is not one finite number; with what came and what fits.
    """
    tried = copy.deepcopy(network).to("cpu", dtype).eval()
    rows = _telling_rows(data.train_targets)
    inputs, targets = _cast(data.train_inputs[rows], dtype), _cast(data.train_targets[rows], dtype)
    with torch.random.fork_rng():
        outputs = _try(f"the network does not take inputs of {_words(inputs)}", tried, inputs)
    if not isinstance(outputs, Tensor) or outputs.shape[:1] != inputs.shape[:1]:
        raise ValueError(
            f"the network must give one tensor with a row an item, {len(inputs)} here; got {_words(outputs)}"
        )
    pair = f"outputs of {_words(outputs)} with targets of {_words(targets)}"
    loss = _try(f"the loss {_name(task.loss)} does not take {pair}", task.loss, outputs, targets)
    if not isinstance(loss, Tensor) or loss.numel() != 1 or not loss.is_floating_point():
        raise ValueError(
            f"the loss must be one real number, a tensor without axes: {_name(task.loss)} gives {_words(loss)} "
            f"of {pair}" + ("; its mean would fit" if isinstance(loss, Tensor) and loss.numel() > 1 else "")
        )
    if not math.isfinite(loss.item()):
        raise ValueError(f"the loss is {loss.item()} at the start: {_name(task.loss)} of {pair}")
    for name, metric in task.metrics.items():
        value = _try(f"the metric {name} does not take {pair}", metric, outputs, targets)
        try:
            float(value)
        except (TypeError, ValueError, RuntimeError):
            raise ValueError(f"the metric {name} must be one number, got {_words(value)} of {pair}") from None


def _telling_rows(targets: Tensor) -> Tensor:
    """A few items; of classes, those with the least and the largest number, which a network may have no output for."""
    rows = torch.arange(min(FEW, len(targets)))
    if targets.is_floating_point() or targets.is_complex() or targets.dtype == torch.bool:
        return rows
    by_item = targets.reshape(len(targets), -1)
    ends = torch.stack([by_item.amin(1).argmin(), by_item.amax(1).argmax()])
    return torch.cat([rows, ends])


def _cast(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def _try(words: str, function: Any, *arguments: Tensor) -> Any:
    """What the function gives; an error or a warning of it as a ValueError that begins with `words`."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message=".*(broadcast|target size).*")
            with _Pairs():
                return function(*arguments)
    except Exception as error:  # of a part of the user's own
        reason = str(error).strip().splitlines()
        raise ValueError(f"{words} ({type(error).__name__}: {reason[0] if reason else ''})") from error


class _Pairs(TorchFunctionMode):
    """Refuses what takes outputs `(N, 1)` with targets `(N,)`: these are no pairs, and PyTorch compares each with all.

    Its own losses warn of that; an operator such as `outputs - targets` does not, and the mean is a number like any.
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, Tensor) and result.ndim == 2 and (n := len(result)) == result.shape[1] > 1:
            shapes = {tuple(each.shape) for each in args if isinstance(each, Tensor)}
            if {(n, 1), (n,)} <= shapes:
                raise ValueError(
                    f"it takes ({n}, 1) with ({n},) as all pairs, ({n}, {n}): give both the same shape, by "
                    "targets[:, None] in the data or outputs[:, 0] here"
                )
        return result


def _name(function: object) -> str:
    return getattr(function, "__name__", type(function).__name__)
