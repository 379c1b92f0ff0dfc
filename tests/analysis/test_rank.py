from __future__ import annotations

import numpy as np
import pytest
import torch

from qtkit import CANDIDATES, Ansatz
from qtkit.analysis import effective_parameters, numerical_rank, parity_groups, probability_jacobian, random_angles

MIXED = Ansatz(True, ((2, 0), (0, 1)), ("rx", "ry", "rz"))


def finite_differences(ansatz, angles, step=1e-4):
    """Central differences of PennyLane's probabilities."""
    circuit = ansatz.to_pennylane(angles.shape[1], len(angles))
    columns = []
    for place in np.ndindex(angles.shape):
        shift = np.zeros_like(angles)
        shift[place] = step
        columns.append((circuit(angles + shift) - circuit(angles - shift)) / (2 * step))
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("ansatz", [*CANDIDATES, MIXED], ids=lambda a: str(a.config))
def test_jacobian_against_finite_differences(ansatz):
    angles = random_angles(3, 2, 1, seed=3)[0]
    jacobian = probability_jacobian(ansatz, angles)
    assert jacobian.shape == (8, 6)
    np.testing.assert_allclose(jacobian, finite_differences(ansatz, angles), atol=1e-7)
    rank = np.linalg.matrix_rank(finite_differences(ansatz, angles), tol=1e-5)
    assert numerical_rank(jacobian) == rank


@pytest.mark.slow
@pytest.mark.parametrize("config", [5, 7, 8])
def test_jacobian_against_reverse_mode(config):
    from qtkit import probabilities

    angles = torch.as_tensor(random_angles(4, 3, 1)[0])
    expected = torch.autograd.functional.jacobian(lambda a: probabilities(CANDIDATES[config - 1], a), angles)
    ours = probability_jacobian(CANDIDATES[config - 1], angles.numpy())
    np.testing.assert_allclose(ours, expected.reshape(16, 12), atol=1e-13)


@pytest.mark.parametrize("config", [1, 3, 4, 6, 9, 12])
@pytest.mark.parametrize(("n", "depth"), [(1, 1), (3, 4), (8, 3)])
def test_six_candidates_have_no_effective_parameter(config, n, depth):
    assert effective_parameters(CANDIDATES[config - 1], n, depth) == 0


@pytest.mark.parametrize("config", [2, 5, 7, 8, 10, 11])
@pytest.mark.parametrize(("n", "depth"), [(1, 1), (2, 3), (3, 5), (6, 2)])
def test_the_others_have_some_and_at_most_the_bounds(config, n, depth):
    rank = effective_parameters(CANDIDATES[config - 1], n, depth)
    assert 0 < rank <= min(n * depth, 2**n - 1)


@pytest.mark.parametrize("config", [7, 10])
@pytest.mark.parametrize("depth", [1, 4, 9])
def test_iqp_rank_is_at_most_the_number_of_masks(config, depth):
    ansatz = CANDIDATES[config - 1]
    assert effective_parameters(ansatz, 4, depth) <= len(parity_groups(ansatz, 4, depth))


def test_no_layers_and_special_angles():
    assert effective_parameters(CANDIDATES[4], 3, 0) == 0
    assert numerical_rank(np.zeros((4, 0))) == 0
    still = probability_jacobian(CANDIDATES[7], np.zeros((2, 3)))  # every p is at an extremum where all angles are 0
    assert numerical_rank(still) == 0
    assert effective_parameters(CANDIDATES[7], 3, 2) == 6


@pytest.mark.parametrize("angles", [np.zeros(3), np.zeros((1, 2, 3)), np.zeros((2, 0))])
def test_wrong_shapes_are_refused(angles):
    with pytest.raises(ValueError, match=r"shape \(L, n\)"):
        probability_jacobian(CANDIDATES[0], angles)
