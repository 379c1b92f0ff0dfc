"""Fewer rows of a trained parameter: the optimiser goes on with what it knows of those that are left."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Protocol

import torch
from torch import Tensor, nn


class HasState(Protocol):
    """An optimiser, PyTorch's or `qtkit.tasks.optimisers`'.

    Attributes:
        param_groups: dictionaries with the parameters it trains under `"params"`.
        state: parameter to named values, of which those in the parameter's shape belong to its numbers.
    """

    param_groups: list[dict[str, Any]]

    @property
    def state(self) -> MutableMapping[Any, Any]:
        """See above."""


def check_prunable(optimiser: HasState | None) -> None:
    """ValueError for an optimiser that mixes numbers of all parameters in its state."""
    if isinstance(optimiser, torch.optim.LBFGS):
        raise ValueError("LBFGS has a history of all numbers at once, which cannot be pruned: make a new one after it")


@torch.no_grad()
def keep_rows(module: nn.Module, name: str, axis: int, places: list[int], optimiser: HasState | None) -> None:
    """Leave these places of an axis in a module's parameter or buffer, its gradient, and the optimiser's knowledge.

    The parameter is another one afterwards, which takes the place of the former in the optimiser: graphs of earlier
    steps, which may still be there, remember its shape.
    """
    former: Tensor = getattr(module, name)
    index = torch.tensor(places, device=former.device)
    kept: Tensor = former.index_select(axis, index)
    if isinstance(former, nn.Parameter):
        kept = nn.Parameter(kept, requires_grad=former.requires_grad)
        kept.grad = None if former.grad is None else former.grad.index_select(axis, index)
    setattr(module, name, kept)
    if optimiser is None:
        return
    for group in optimiser.param_groups:
        group["params"] = [kept if parameter is former else parameter for parameter in group["params"]]
    if former in optimiser.state:
        known = optimiser.state.pop(former)
        optimiser.state[kept] = {
            what: value.index_select(axis, index) if _is_of(value, former) else value for what, value in known.items()
        }


def _is_of(value: object, parameter: Tensor) -> bool:
    return isinstance(value, Tensor) and value.ndim > 0 and value.shape == parameter.shape
