"""`QuantumTrain`: the paper's counts, every generated number against a plain loop, and the classical network left."""

from __future__ import annotations

import pytest

from qtkit import CANDIDATES, QuantumTrain, networks

COUNTS = [  # target, depth, n, p, trainable
    (networks.ImageMLP, 15, 17, 108_866, 286),
    (networks.SeriesLSTM, 10, 11, 1_781, 135),
    (networks.PolicyMLP, 10, 13, 6_023, 157),
    (networks.ValueMLP, 10, 13, 5_825, 157),
]


@pytest.mark.parametrize(("target", "depth", "n", "p", "trainable"), COUNTS)
def test_counts_of_the_paper(target, depth, n, p, trainable):
    model = QuantumTrain(target(), depth)
    assert (model.n_qubits, model.num_weights, model.num_trainable) == (n, p, trainable)
    assert sum(parameter.numel() for parameter in model.parameters()) == trainable
    baseline = QuantumTrain(target(), depth, [CANDIDATES[4]])
    assert baseline.num_trainable == trainable - 12
