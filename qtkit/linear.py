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
    layer = nn.Linear(n_inputs, n_outputs, device="meta")  # draws nothing; `skip_init` would import SymPy, 40 MB
    bound = scale / math.sqrt(n_inputs)
    for name, parameter in list(layer.named_parameters()):
        draws = torch.rand(parameter.shape, generator=generator, dtype=torch.float32, device="cpu")
        setattr(layer, name, nn.Parameter(((2 * draws - 1) * bound).to(device=device or "cpu", dtype=dtype)))
    return layer
