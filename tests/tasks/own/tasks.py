"""Small tasks from plain PyTorch parts."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss
from torch.optim.lr_scheduler import CosineAnnealingLR, StepLR

from qtkit.tasks import Task
from qtkit.tasks.own.data import Part


def three_classes() -> tuple[Part, Part]:
    """Points in four dimensions of three classes that a network tells apart."""
    draws = torch.Generator().manual_seed(0)
    inputs = torch.randn(60, 4, generator=draws)
    targets = (inputs[:, 0] > 0).long() + (inputs[:, 1] > 0).long()
    return (inputs[:40], targets[:40]), (inputs[40:], targets[40:])


def lines() -> tuple[Part, Part]:
    inputs = torch.linspace(-1, 1, 30)[:, None]
    return (inputs, 2 * inputs + 1), (inputs / 2, inputs + 1)


def accuracy(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs.argmax(dim=1) == targets).float().mean()


def network() -> nn.Module:
    return nn.Linear(4, 3)


def noisy_network() -> nn.Module:
    """With layers that draw random numbers, and that keep means."""
    return nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Dropout(0.3), nn.Linear(5, 3))


def until_the_end(optimizer: torch.optim.Optimizer, settings: object) -> CosineAnnealingLR:
    return CosineAnnealingLR(optimizer, T_max=settings.epochs)  # type: ignore[attr-defined]


CLASSES = Task(three_classes, network, cross_entropy, {"accuracy": accuracy})
LINE = Task(lines, lambda: nn.Linear(1, 1), mse_loss, optimiser="rmsprop")
NOISY = Task(
    three_classes,
    noisy_network,
    cross_entropy,
    {"accuracy": accuracy},
    optimiser=partial(torch.optim.SGD, momentum=0.9),
    schedule=partial(StepLR, step_size=2, gamma=0.5),
    schedule_every="step",
    small=lambda count: nn.Sequential(nn.Linear(4, max(1, count // 8)), nn.Linear(max(1, count // 8), 3)),
)
SMALL = {"depth": 1, "candidates": (5, 2), "epochs": 2, "batch_size": 16}
"""Settings that are computed at once."""
