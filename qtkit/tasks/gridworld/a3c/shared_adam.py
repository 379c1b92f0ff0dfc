"""`SharedAdam`: Adam for numbers that several workers change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from qtkit.tasks.optimisers import Adam

_kernel = getattr(torch, "_fused_adam_", None)  # a name of PyTorch's own use, which it may change


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

    @override
    def _update(
        self,
        parameters: list[Tensor],
        gradients: list[Tensor],
        moments: list[list[Tensor]],
        steps: list[Tensor],
        options: Mapping[str, Any],
    ) -> None:
        if not options["fused"] or _kernel is None:
            super()._update(parameters, gradients, moments, steps, options)
            return
        # What `torch.optim`'s function comes down to, but for sorting the tensors by device and type: for some hundred
        # numbers that takes six times as long as changing them.
        for step in steps:
            step.numpy()[...] += 1  # on the CPU, where this is faster than what PyTorch has for it
        beta1, beta2 = options["betas"]
        _kernel(
            parameters, gradients, *moments, [], steps, lr=options["lr"], beta1=beta1, beta2=beta2, weight_decay=0.0,
            eps=options["eps"], amsgrad=False, maximize=options["maximize"],
        )  # fmt: skip

    def share_memory(self) -> None:
        """Move everything to memory that other processes can have."""
        for group in self.param_groups:
            for numbers in group["params"]:
                numbers.share_memory_()
                for moment in self.state[numbers].values():
                    moment.share_memory_()
