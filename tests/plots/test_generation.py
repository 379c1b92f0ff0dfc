from __future__ import annotations

import pytest
import torch
from torch import nn

import qtkit
from qtkit.plots.generation import draw_mapping


def model(network: nn.Module) -> qtkit.QuantumTrain:
    return qtkit.QuantumTrain(network, depth=2, angle_init="uniform", generator=torch.Generator().manual_seed(0))


def test_the_mapping_shows_what_is_used() -> None:
    upper, lower, network = draw_mapping(model(nn.Linear(4, 3))).axes
    assert len(upper.patches) == 16
    assert len(lower.patches) == 15
    assert len({bar.get_facecolor() for bar in upper.patches}) == 2, "the state beyond the first p is pale"
    assert len(network.lines) == 12 and len(network.collections) == 2


def test_lines_are_as_wide_as_weights_are_large() -> None:
    generated = model(nn.Linear(3, 2))
    lines = draw_mapping(generated).axes[2].lines
    (sizes,) = (tensor.abs().reshape(-1) for tensor in generated.generate().values() if tensor.ndim == 2)
    assert [line.get_linewidth() for line in lines] == pytest.approx((0.3 + 3 * sizes / sizes.max()).tolist())


def test_layers_stand_one_after_the_other() -> None:
    network = draw_mapping(model(nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)))).axes[2]
    assert len(network.lines) == 9 and len(network.collections) == 3


def test_other_networks_are_not_drawn() -> None:
    network = draw_mapping(model(nn.LSTMCell(1, 2))).axes[2]
    assert not network.lines
