"""`SharedAdam`: Adam for numbers that several workers change."""

from __future__ import annotations

import torch
from torch import Tensor

from qtkit.tasks.optimisers import Adam


class SharedAdam(Adam):
    """Adam whose moments exist from the start, so that processes can share them.

    Arguments:
        numbers: the shared vector `(P,)`; `step` applies the gradient in `numbers.grad`.
    """

    def __init__(self, numbers: Tensor, learning_rate: float, betas: tuple[float, float], eps: float = 1e-8) -> None:
        super().__init__([numbers], lr=learning_rate, betas=betas, eps=eps, fused=numbers.device.type == "cpu")
        self.state[numbers] = {
            "step": torch.zeros((), dtype=torch.float32, device="cpu"),
            "exp_avg": torch.zeros_like(numbers),
            "exp_avg_sq": torch.zeros_like(numbers),
        }

    @property
    def steps_done(self) -> int:
        """The updates of all workers so far."""
        (numbers,) = self._parameters
        return int(self.state[numbers]["step"])

    def share_memory(self) -> None:
        """Move everything to memory that other processes can have."""
        for group in self.param_groups:
            for numbers in group["params"]:
                numbers.share_memory_()
                for moment in self.state[numbers].values():
                    moment.share_memory_()
