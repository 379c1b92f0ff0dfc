"""What an agent's first layer makes of what is seen: a unit that answers the same to everything sleeps."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from qtkit.checks import checked_positive
from qtkit.tasks.gridworld.evaluation import convert_for

LEAST = 0.001
"""How much a unit's answers must vary, as their standard deviation, for it to be awake."""


@torch.no_grad()
def hidden_units(network: nn.Module, observations: Tensor) -> Tensor:
    """What the units of the first layer give `(S, H)`, between -1 and 1, for observations `(S, 147)`.

    Arguments:
        network: a policy or a value network, such as `GridworldTraining.network().policy`.

    Raises:
        ValueError: if it is generated, or otherwise not a sequence of layers.
    """
    if not isinstance(network, nn.Sequential):
        raise ValueError(f"hidden units are those of a network of layers in sequence, got {type(network).__name__}")
    seen = getattr(network, "input_scale", 1.0) * convert_for(network, observations)
    units: Tensor = network[1](network[0](seen))
    return units


def count_awake(network: nn.Module, observations: Tensor, least: float = LEAST) -> int:
    """How many units of the first layer tell some of the observations `(S, 147)` from others.

    Arguments:
        network: as of `hidden_units`.
        least: how much a unit's answers must vary at least, as their standard deviation.

    Raises:
        ValueError: if `least` is no positive number, or as `hidden_units`.
    """
    checked_positive("least", least)
    return int((hidden_units(network, observations).std(0, correction=0) > least).sum())
