"""Sizes told before anything is built are those of what is built."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, QuantumTrain, networks
from qtkit.generator import WeightGenerator, plan

CASES = [
    {},
    {"chunk": 64},
    {"hidden": (4, 20, 4), "chunk": 8},
    {"hidden": (4,), "hidden_activation": "tanh"},
    {"only": "*.weight"},
    {"only": "*.weight", "rest": "trained"},
    {"shared_angles": False},
    {"train_angles": False},
    {"n_blocks": 2},
    {"candidates": CANDIDATES[:1]},
]


@pytest.mark.parametrize("options", CASES, ids=str)
def test_counts_are_those_of_the_model(options):
    told, model = (make(networks.SeriesLSTM(), 3, **options) for make in (plan, QuantumTrain))
    assert (told.weights, told.qubits, told.chunk, told.depth) == (model.num_weights, model.n_qubits, model.chunk, 3)
    assert told.trained == model.num_trainable
    assert told.compression == model.compression
    assert told.kept == model.num_kept
    assert told == model.plan


def test_a_number_is_a_target():
    told = plan(108_866, 15)
    assert (told.qubits, told.generating, told.states) == (17, 286, 108_866)
    assert str(told).startswith("17 qubits × 15 layers → 108,866 weights\n286 numbers generate them: 255 angles")
    assert "memory: about" in str(told)
    assert plan(108_866, 15, chunk=64).states == 1_702


def test_what_is_kept_is_told():
    told = plan(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 5)), 1, only="0.*")
    assert "25 other parameters stay as they came, frozen" in str(told)


def test_nothing_is_built():
    network = nn.Linear(100_000, 100_000, bias=False, device="meta")
    told = plan(network, 100)
    assert told.qubits == 34 and not told.fits
    assert "which is too little" in str(told)


def test_an_error_says_which_chunk_would_do():
    target = nn.Linear(100_000, 10_000, bias=False, device="meta")
    with pytest.raises(ValueError, match=r"1,000,000,000 parameters is too large here: .*, or chunk=\d+, that many"):
        QuantumTrain(target, 500)


@pytest.mark.parametrize(
    ("target", "options", "message"),
    [
        (0, {}, "target must be a whole number of at least 1"),
        (8, {"only": "x"}, "a number of weights has none"),
        (nn.Linear(2, 2), {"only": "x"}, "fits no parameter"),
        (8, {"mapping": nn.Linear(3, 1)}, "cannot take"),
        (30, {"shared_angles": "no"}, "shared_angles must be True or False, got 'no'"),
        (30, {"train_angles": "no"}, "train_angles must be True or False, got 'no'"),
        (30, {"recompute": "no"}, "recompute must be True or False, got 'no'"),
        (30, {"hidden_activation": "tanh"}, "hidden_activation='tanh' stands behind the hidden layers .* got none"),
        ("net", {}, "target must be a torch.nn.Module"),
    ],
)
def test_what_cannot_be_planned_is_refused(target, options, message):
    with pytest.raises(ValueError, match=message):
        plan(target, 1, **options)


def test_numbers_without_a_network():
    made = WeightGenerator(1_000, 2, chunk=10, hidden=(4,), generator=torch.Generator().manual_seed(0))
    assert made().shape == (1_000,)
    assert made.plan.generating == sum(parameter.numel() for parameter in made.parameters())
    assert "7 qubits × 2 layers → 1,000 weights, 10 at once" in repr(made)
    made().sum().backward()
    assert made.search.angles.grad is not None
