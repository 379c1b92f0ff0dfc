"""`WorkerPool`: what a training asks of the workers, whether they take turns or run in processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor

from qtkit.tasks.gridworld.a3c.update import Update


class WorkerPool(Protocol):
    """W workers on one set of shared numbers."""

    @property
    def alive(self) -> int:
        """How many are at work; before the start, how many there will be."""

    def start(self) -> None:
        """Get ready for the first round."""

    def close(self) -> None:
        """Let go of processes; the next round starts them anew."""

    def round(self, left: int) -> list[Update]:
        """The next updates, in which at most as many episodes as are `left` end."""

    def tensors(self) -> dict[str, Tensor]:
        """What is needed to go on, besides the shared numbers and the optimiser's moments."""

    def shapes(self, tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:
        """Those that `tensors` must have for `load`."""

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
