from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit.analysis import random_angles, statevectors
from qtkit.analysis.states import rotation_factors

MIXED = Ansatz(True, ((2, 0), (0, 1)), ("rx", "ry", "rz"))


def pennylane_state(ansatz, angles):
    depth, n = angles.shape

    @qml.qnode(qml.device("default.qubit", wires=n))
    def circuit():
        if ansatz.hadamard:
            for q in range(n):
                qml.Hadamard(q)
        for rotation, layer in zip(ansatz.rotations(depth), angles, strict=True):
            for pair in ansatz.cnots(n):
                qml.CNOT(pair)
            for q in range(n):
                getattr(qml, rotation.upper())(layer[q], wires=q)
        return qml.state()

    return circuit()


@pytest.mark.parametrize("ansatz", [*CANDIDATES, MIXED], ids=lambda a: str(a.config))
def test_states_are_pennylanes(ansatz):
    angles = random_angles(3, 3, 2, seed=1)
    ours = statevectors(ansatz, angles)
    assert ours.shape == (2, 8)
    for state, own in zip(ours, angles, strict=True):
        np.testing.assert_allclose(state, pennylane_state(ansatz, own), atol=1e-13)


@pytest.mark.parametrize(("n", "depth"), [(1, 0), (1, 2), (2, 1), (5, 4)])
@pytest.mark.parametrize("config", [2, 6, 10])
def test_states_at_the_edges(config, n, depth):
    angles = random_angles(n, depth, 1)
    np.testing.assert_allclose(
        statevectors(CANDIDATES[config - 1], angles)[0], pennylane_state(CANDIDATES[config - 1], angles[0]), atol=1e-13
    )


def test_only_ry_circuits_are_kept_real():
    angles = random_angles(2, 2, 1)
    assert statevectors(CANDIDATES[1], angles).dtype == np.float64
    assert statevectors(CANDIDATES[0], angles).dtype == np.complex128


def test_random_angles_are_reproducible_and_cover_the_circle():
    angles = random_angles(3, 2, 4000, seed=5)
    assert angles.shape == (4000, 2, 3)
    assert np.array_equal(angles, random_angles(3, 2, 4000, seed=5))
    assert angles.min() == pytest.approx(-np.pi, abs=0.01)
    assert angles.max() == pytest.approx(np.pi, abs=0.01)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (1, 2, 0)])
def test_wrong_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(samples, L, n\)"):
        statevectors(CANDIDATES[0], np.zeros(shape))


@pytest.mark.parametrize("word", ["rx", "ry", "rz"])
def test_rotations_are_read_in_capital_letters_too(word):
    angles = random_angles(3, 1, 2)[:, 0]
    for small, capital in zip(rotation_factors(word, angles), rotation_factors(word.upper(), angles), strict=True):
        assert np.array_equal(small, capital)
    upper, lower = rotation_factors(word.upper(), angles[:1])
    gates = [qml.matrix(getattr(qml, word.upper())(angle, wires=0)) for angle in angles[0]]
    np.testing.assert_allclose(upper[0], gates[0], atol=1e-15)
    np.testing.assert_allclose(lower[0], np.kron(gates[1], gates[2]), atol=1e-15)


@pytest.mark.parametrize("word", ["u3", "", None])
def test_words_that_name_no_rotation_are_refused(word):
    with pytest.raises(ValueError, match=r"rotation must be one of \('rx', 'ry', 'rz'\), got"):
        rotation_factors(word, np.zeros((1, 2)))
