from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit.analysis import entangling_capability, meyer_wallach, random_angles, statevectors


def basis(n, *indices):
    state = np.zeros(2**n)
    state[list(indices)] = len(indices) ** -0.5
    return state[None]


def test_known_states():
    assert meyer_wallach(basis(3, 0)) == pytest.approx(0)
    assert meyer_wallach(np.full((1, 8), 8**-0.5)) == pytest.approx(0)
    for n in (2, 3, 5):
        assert meyer_wallach(basis(n, 0, 2**n - 1)) == pytest.approx(1), "GHZ"
    assert meyer_wallach(basis(3, 1, 2, 4)) == pytest.approx(8 / 9), "W"
    assert meyer_wallach(basis(3, 0, 3)) == pytest.approx(2 / 3), "a Bell pair beside a lone qubit"
    assert meyer_wallach(basis(1, 1)) == pytest.approx(0), "one qubit"


@pytest.mark.parametrize("config", [2, 6, 7, 10])
def test_against_pennylanes_purities(config):
    states = statevectors(CANDIDATES[config - 1], random_angles(4, 3, 3))
    for state, ours in zip(states, meyer_wallach(states), strict=True):
        purities = [qml.math.purity(qml.math.dm_from_state_vector(state + 0j), indices=[q]) for q in range(4)]
        assert ours == pytest.approx(2 * (1 - np.mean(purities)), abs=1e-13)


def test_invariance_under_local_unitaries():
    states = statevectors(CANDIDATES[10], random_angles(3, 2, 4))
    local = np.kron(np.kron(np.diag([1, 1j]), [[0, 1], [1, 0]]), np.array([[1, 1], [1, -1]]) / 2**0.5)
    np.testing.assert_allclose(meyer_wallach(states @ local.T), meyer_wallach(states), atol=1e-14)


def test_capability():
    assert entangling_capability(Ansatz(True, (), ("ry", "rz")), 4, 3, n_samples=20) == pytest.approx(0, abs=1e-12)
    assert entangling_capability(CANDIDATES[0], 4, 3, n_samples=20) == pytest.approx(0, abs=1e-12)
    # One CNOT after RY(a), RY(b) on |00>: tr ρ² = 1 - sin²a cos²b / 2, and the mean of sin² cos² is 1/4.
    bell = Ansatz(False, ((0, 1),), ("ry", "rz"))
    assert entangling_capability(bell, 2, 2, n_samples=20_000) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("states", [np.zeros(4), np.zeros((1, 3)), np.zeros((1, 1)), np.zeros((2, 0))])
def test_wrong_shapes_are_refused(states):
    with pytest.raises(ValueError, match="shape"):
        meyer_wallach(states)


def test_no_samples_are_refused():
    with pytest.raises(ValueError, match="n_samples"):
        entangling_capability(CANDIDATES[0], 2, 1, n_samples=0)
