"""Where angles and structural weights start."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from qtkit.checks import checked_choice
from qtkit.choices import ANGLE_INITS, STRUCTURAL_INITS


# The start is drawn in float32 on the CPU, whatever PyTorch's defaults are: equal seeds give equal starts.
def initial_angles(shape: tuple[int, ...], how: str, generator: torch.Generator | None) -> Tensor:
    """Angles of this shape in radians at their start, float32 on the CPU; `how` is `angle_init` of `DiffQAS`.

    Raises:
        ValueError: for another word than those of `ANGLE_INITS`.
    """
    if checked_choice("angle_init", how, ANGLE_INITS) == "normal":
        return 0.01 * torch.randn(shape, generator=generator, dtype=torch.float32, device="cpu")
    return (2 * torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu") - 1) * math.pi


def initial_weights(shape: tuple[int, ...], how: str, weighting: str, generator: torch.Generator | None) -> Tensor:
    """Structural weights at their start, float32 on the CPU; `how` is `structural_init` of `DiffQAS`.

    Arguments:
        shape: `(..., N)`, the candidates last; a single one has the weight 1.
        weighting: `"raw"` gives weights, all other words the logits of weights.

    Raises:
        ValueError: for another word than those of `STRUCTURAL_INITS`.
    """
    equal = checked_choice("structural_init", how, STRUCTURAL_INITS) == "equal"
    if shape[-1] == 1:
        return torch.ones(shape, dtype=torch.float32, device="cpu")
    if equal:
        return torch.full(shape, 1 / shape[-1] if weighting == "raw" else 0.0, dtype=torch.float32, device="cpu")
    if weighting != "raw":
        return torch.randn(shape, generator=generator, dtype=torch.float32, device="cpu")
    draws = torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu")
    return draws / draws.sum(dim=-1, keepdim=True)
