from __future__ import annotations

import itertools

import numpy as np
import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit.analysis import (
    effective_parameters,
    explain,
    idle_layers,
    parity_groups,
    probability_jacobian,
    random_angles,
)
from qtkit.simulation.structure import Structure

SEQUENCES = [names for depth in (1, 2, 3, 4) for names in itertools.product(("rx", "ry", "rz"), repeat=depth)]


@pytest.mark.parametrize("hadamard", [True, False])
@pytest.mark.parametrize("entangler", [(), "ent", "cyc", ((1, 0), (2, 1))])
def test_the_words_agree_with_the_rank(hadamard, entangler):
    for names in SEQUENCES:
        ansatz = Ansatz(hadamard, entangler, names)
        said = explain(ansatz, 3, len(names))
        assert said.depends == (effective_parameters(ansatz, 3, len(names)) > 0), names
        assert said.headline.startswith("Yes" if said.depends else "No")


@pytest.mark.parametrize("hadamard", [True, False])
@pytest.mark.parametrize("entangler", ["ent", "cyc"])
def test_idle_layers_are_exactly_the_columns_of_zeros(hadamard, entangler):
    for names in SEQUENCES:
        ansatz, depth = Ansatz(hadamard, entangler, names), len(names)
        jacobian = probability_jacobian(ansatz, random_angles(3, depth, 1, seed=2)[0]).reshape(8, depth, 3)
        still = {layer for layer in range(depth) if np.abs(jacobian[:, layer]).max() < 1e-12}
        idle = set(idle_layers(ansatz, depth))
        assert idle <= still, names
        assert idle == still, names


def test_the_twelve():
    kinds = {c.config: explain(c, 4, 2).structure for c in CANDIDATES}
    assert {k for k, kind in kinds.items() if kind is Structure.UNIFORM} == {1, 3, 4, 6}
    assert {k for k, kind in kinds.items() if kind is Structure.BASIS} == {9, 12}
    assert {k for k, kind in kinds.items() if kind is Structure.IQP} == {7, 10}
    assert {k for k, kind in kinds.items() if kind is Structure.REAL} == {2, 5, 8, 11}


def test_what_is_said():
    assert "all 16 probabilities stay 1/16" in str(explain(CANDIDATES[0], 4, 2))
    assert "eigenvector of X" in explain(CANDIDATES[0], 4, 2).reason
    assert "eigenvector of X" not in explain(CANDIDATES[2], 4, 2).reason
    assert "0…0 with certainty" in explain(CANDIDATES[8], 4, 2).headline
    assert "7 strings for 8 angles" in explain(CANDIDATES[6], 4, 2).reason
    assert "no angles" in explain(CANDIDATES[4], 4, 0).headline
    mixed = explain(Ansatz(True, "ent", ("rx", "ry", "rz")), 3, 3)
    assert "layer 0 change nothing" in mixed.reason
    assert "layer 2 change nothing" in mixed.reason


def test_parity_groups_by_hand():
    # One layer: every angle turns its own qubit. Two layers on two qubits with CNOT(0, 1): X_0 of the first layer is
    # pushed through one CNOT and becomes X_0 X_1; X_1 passes.
    assert parity_groups(CANDIDATES[6], 2, 1) == {"10": [(0, 0)], "01": [(0, 1)]}
    assert parity_groups(CANDIDATES[6], 2, 2) == {"11": [(0, 0)], "01": [(0, 1), (1, 1)], "10": [(1, 0)]}


@pytest.mark.parametrize("config", [7, 10])
def test_angles_of_one_group_count_only_by_their_sum(config):
    ansatz = CANDIDATES[config - 1]
    angles = random_angles(3, 7, 1)[0]
    jacobian = probability_jacobian(ansatz, angles).reshape(8, 7, 3)
    groups = parity_groups(ansatz, 3, 7)
    assert sum(map(len, groups.values())) == 21
    for members in groups.values():
        columns = np.array([jacobian[:, layer, qubit] for layer, qubit in members])
        np.testing.assert_allclose(columns, columns[[0] * len(columns)], atol=1e-13)


@pytest.mark.parametrize("ansatz", [CANDIDATES[0], CANDIDATES[7], Ansatz(False, "ent", ("rx", "rz"))])
def test_parity_groups_belong_to_rx_circuits(ansatz):
    with pytest.raises(ValueError, match="without Hadamards and with RX only"):
        parity_groups(ansatz, 3, 2)
