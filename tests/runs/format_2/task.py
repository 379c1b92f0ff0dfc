"""A task of one's own, as it was when its run was stored: runs know it by this text, so not a letter of it changes."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from qtkit.tasks import Task


def line() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    inputs = torch.arange(16.0)[:, None] / 16
    return (inputs, 2 * inputs + 1), (inputs / 2, inputs + 1)


def network() -> nn.Module:
    return nn.Linear(1, 1)


LINE = Task(line, network, mse_loss)
