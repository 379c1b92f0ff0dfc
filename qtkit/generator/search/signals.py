"""Candidates heard alike: `equalise_signals`, a control of what structural weights follow."""

from __future__ import annotations

import torch
from torch import Tensor

SILENT = 1e-4
"""A distribution that is so close to the uniform one, in the sum of absolute differences, is left as it is."""


def equalise_signals(probabilities: Tensor) -> Tensor:
    """Each row's distance from the uniform distribution scaled to the same size; `(N, 2**n)` as given, differentiable.

    A row becomes `1/2**n + (P - 1/2**n) / sum_i |P_i - 1/2**n|`, so that the numbers `2**n P - 1` which a mapping is
    shown are 1 in the mean of their absolute values, whatever the circuit. Rows still sum to 1, but may have negative
    numbers: no machine measures them. The uniform distribution has no signal and stays.

    Example:
        >>> equalise_signals(torch.tensor([[0.4, 0.2, 0.2, 0.2], [1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]]))
        tensor([[ 0.7500,  0.0833,  0.0833,  0.0833],
                [ 0.7500,  0.0833,  0.0833,  0.0833],
                [ 0.2500,  0.2500,  0.2500,  0.2500]])
    """
    uniform = 1 / probabilities.shape[-1]
    signal = probabilities - uniform
    size = signal.abs().sum(dim=-1, keepdim=True)
    heard = size > SILENT
    return uniform + signal / torch.where(heard, size, torch.ones_like(size))
