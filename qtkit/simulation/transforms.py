"""PyTorch's function transforms (`torch.func.grad`, `jacrev`, `vmap`, ...): compiled kernels cannot be seen through."""

from __future__ import annotations

import torch
from torch import Tensor


def is_transformed() -> bool:
    """Whether this call is made within a transform, where tensors have no numbers to look at."""
    return bool(torch._C._are_functorch_transforms_active())


def is_batched(tensor: Tensor) -> bool:
    """Whether this is many derivatives at once, by `torch.autograd.grad(..., is_grads_batched=True)`."""
    return bool(torch._C._functorch.is_legacy_batchedtensor(tensor))
