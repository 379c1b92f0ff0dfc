"""`linear`: an `nn.Linear` whose start is drawn from a generator of its own."""

from __future__ import annotations

import math

import torch
from torch import nn


def linear(
    n_inputs: int,
    n_outputs: int,
    *,
    scale: float = 1.0,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> nn.Linear:
    """An `nn.Linear` that starts as usual, but drawn from a generator of its own.

    Weight `(n_outputs, n_inputs)`, then bias `(n_outputs,)`: uniform in `±scale / sqrt(n_inputs)`, drawn in float32 so
    that float64 starts at the same point. With a generator, torch's global random state is neither read nor changed.
    """
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, n_inputs, n_outputs, dtype=dtype, device=device or "cpu")
    bound = scale / math.sqrt(n_inputs)
    with torch.no_grad():
        for parameter in (layer.weight, layer.bias):
            draws = torch.rand(parameter.shape, generator=generator, dtype=torch.float32, device="cpu")
            parameter.copy_((2 * draws - 1) * bound)
    return layer
