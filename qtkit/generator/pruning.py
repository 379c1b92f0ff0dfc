"""Fewer rows of a trained parameter, in place: the optimiser goes on with what it knows of those that are left."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Protocol

import torch
from torch import Tensor, nn


class HasState(Protocol):
    """An optimiser, PyTorch's or `qtkit.tasks.optimisers`': it has what it knows by the parameter."""

    @property
    def state(self) -> MutableMapping[Any, Any]:
        """Parameter to named values, of which those in the parameter's shape belong to its numbers."""


def check_prunable(optimiser: HasState | None) -> None:
    """ValueError for an optimiser that mixes numbers of all parameters in its state."""
    if isinstance(optimiser, torch.optim.LBFGS):
        raise ValueError("LBFGS has a history of all numbers at once, which cannot be pruned: make a new one after it")


@torch.no_grad()
def keep_rows(parameter: Tensor, axis: int, places: list[int], optimiser: HasState | None) -> None:
    """Leave these places of an axis in a parameter, its gradient, and what the optimiser has in its shape."""
    index, shape = torch.tensor(places, device=parameter.device), parameter.shape
    known = {} if optimiser is None or parameter not in optimiser.state else optimiser.state[parameter]
    for name, value in known.items():
        if isinstance(value, Tensor) and value.shape == shape and value.ndim:
            known[name] = value.index_select(axis, index)
    gradient = parameter.grad
    parameter.grad = None  # of another shape than the parameter it cannot be
    parameter.data = parameter.data.index_select(axis, index)
    if gradient is not None and isinstance(parameter, nn.Parameter):
        parameter.grad = gradient.index_select(axis, index)
