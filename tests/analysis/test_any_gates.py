"""What circuits of any gates can reach, against PennyLane and against the same circuits in words."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit.analysis import (
    effective_parameters,
    entangling_capability,
    equal_circuits,
    explain,
    expressibility,
    probability_jacobian,
    random_angles,
    statevectors,
)
from qtkit.circuits import CNOT, CRX, CRY, CZ, RX, RY, RZ, RZZ, SWAP, U3, H
from qtkit.simulation import Structure

ANY = (
    Ansatz(start=[H()], layer=[CZ("ring"), U3()]),
    Ansatz(layer=[RY(), CZ("all"), CRY("ring")]),
    Ansatz(layer=[[CRX("ring"), RX(wires=0)], [RZZ("all"), U3()]]),
)


@pytest.mark.parametrize("ansatz", ANY, ids=str)
def test_states_and_derivatives_are_those_of_pennylane(ansatz):
    n = 3
    angles = random_angles(n, 2, 2, ansatz=ansatz)
    circuit = ansatz.to_pennylane(n, 2)
    states = statevectors(ansatz, angles, n_qubits=n)
    assert np.iscomplexobj(states) == (ansatz is not ANY[1])
    for own, state in zip(angles, states, strict=True):
        np.testing.assert_allclose(abs(state) ** 2, circuit(own), rtol=0, atol=1e-10)
    jacobian = probability_jacobian(ansatz, angles[0], n_qubits=n)
    assert jacobian.shape == (8, angles[0].size)
    for column in (0, angles[0].size - 1):
        shift = np.zeros(angles[0].size)
        shift[column] = 1e-4
        shift = shift.reshape(angles[0].shape)
        difference = (circuit(angles[0] + shift) - circuit(angles[0] - shift)) / 2e-4
        np.testing.assert_allclose(jacobian[:, column], difference, rtol=0, atol=1e-7)


def test_the_same_circuit_by_elements_has_the_same_measures():
    ring = Ansatz(layer=[CNOT(lambda n: [(k, (k + 1) % n) for k in range(n)]), RY()])  # words cannot say a function
    assert not ring.in_words
    words = CANDIDATES[10]
    assert effective_parameters(ring, 3, 2) == effective_parameters(words, 3, 2)
    for measure in (entangling_capability, expressibility):
        options = {"n_samples": 50} if measure is entangling_capability else {"n_pairs": 50}
        assert measure(ring, 3, 2, **options) == pytest.approx(measure(words, 3, 2, **options))
    assert explain(ring, 3, 2) == explain(Ansatz(False, ((0, 1), (1, 2), (2, 0)), "ry"), 3, 2)
    assert equal_circuits((ring, ANY[0], words, ANY[0]), 3, 2) == ((0, 2), (1, 3))


def test_effective_parameters_of_idle_gates():
    start = Ansatz(start=[H()], layer=[RX(wires=0), RZZ("ring")])
    assert effective_parameters(start, 3, 1) == 0
    assert effective_parameters(Ansatz(layer=[SWAP("ring")]), 3, 1) == 0
    assert effective_parameters(Ansatz(layer=[U3(wires=0)]), 2, 1) == 1  # the polar angle alone is seen


@pytest.mark.parametrize(
    ("ansatz", "kind", "words"),
    [
        (Ansatz(start=[H()], layer=[CZ("ring"), RZ()]), Structure.UNIFORM, "No: whatever the angles are, all 8"),
        (Ansatz(layer=[CRX("ring"), RZ()]), Structure.BASIS, "the outcome is 0…0 with certainty"),
        (Ansatz(layer=[RX(), SWAP("ring")]), Structure.IQP, "Yes: this is an IQP circuit"),
        (Ansatz(layer=[RY(), CZ("ring")]), Structure.REAL, "All of its gates are real"),
        (ANY[0], Structure.COMPLEX, "Some of its gates do not commute"),
        (Ansatz(start=[H(wires=0)], layer=[SWAP("ring")]), Structure.REAL, "No: there are no angles"),
    ],
    ids=str,
)
def test_explanations(ansatz, kind, words):
    explanation = explain(ansatz, 3, 2)
    assert explanation.structure is kind
    assert words in str(explanation)
    assert explanation.depends == str(explanation).startswith("Yes")
