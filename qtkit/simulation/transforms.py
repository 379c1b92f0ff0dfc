"""PyTorch's function transforms (`torch.func.grad`, `jacrev`, `vmap`, ...): compiled kernels cannot be seen through."""

from __future__ import annotations

import torch


def is_transformed() -> bool:
    """Whether this call is made within a transform, where tensors have no numbers to look at."""
    return bool(torch._C._are_functorch_transforms_active())
