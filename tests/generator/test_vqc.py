"""The circuit that reads its input, against PennyLane."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, VQC, Ansatz
from qtkit.circuits import CRY, CZ, RY, U3, H
from qtkit.circuits.pennylane import queue

ANSATZE = (Ansatz(start=[H()], layer=[CZ("ring"), U3()]), CANDIDATES[4], Ansatz(layer=[CRY("ring"), RY()]))


def by_pennylane(model, inputs):
    """`<Z>` of every wire, for one row of inputs."""
    n = model.n_qubits

    @qml.qnode(qml.device("default.qubit", wires=n))
    def circuit(row, angles):
        for place in range(len(row)):
            qml.RY(row[place], wires=place % n)
        start, *layers = model.ansatz.operations(n, model.depth)
        for operation in start:
            queue(operation, ())
        for layer, own in zip(layers, angles, strict=True):
            for operation in layer:
                queue(operation, own)
        return [qml.expval(qml.PauliZ(wire)) for wire in range(n)]

    return torch.stack(circuit(inputs, model.angles))


@pytest.mark.parametrize("ansatz", ANSATZE, ids=str)
@pytest.mark.parametrize(("n_inputs", "n_qubits"), [(3, 3), (5, 3), (2, 3)])
def test_outputs_and_gradients_are_those_of_pennylane(ansatz, n_inputs, n_qubits):
    model = VQC(n_inputs, 2, ansatz, 2, n_qubits=n_qubits, angle_init="uniform", dtype=torch.float64)
    inputs = torch.linspace(-2, 2, 2 * n_inputs, dtype=torch.float64).reshape(2, n_inputs).requires_grad_()
    outputs = model(inputs)
    theirs = torch.stack([by_pennylane(model, row)[:2] for row in inputs])
    torch.testing.assert_close(outputs, theirs, rtol=0, atol=1e-10)
    upstream = torch.tensor([[1.0, -0.5], [0.3, 2.0]], dtype=torch.float64)
    mine = torch.autograd.grad(outputs, (inputs, model.angles), upstream)
    for own, other in zip(mine, torch.autograd.grad(theirs, (inputs, model.angles), upstream), strict=True):
        torch.testing.assert_close(own, other, rtol=0, atol=1e-10)


def test_a_head_reads_all_qubits():
    model = VQC(2, 3, ANSATZE[0], 1, head=True)
    inputs = torch.rand(4, 2)
    torch.testing.assert_close(model(inputs), model.head(model.expectations(inputs)))
    assert model(inputs.reshape(2, 2, 2)).shape == (2, 2, 3)
    assert repr(model).startswith("VQC(\n  2 inputs → 2 qubits × 1 layer (H, CZ ring, U3) → 3 outputs, 15 trainable")


def test_it_learns():
    generator = torch.Generator().manual_seed(0)
    model = VQC(2, 1, ANSATZE[0], 2, generator=generator, angle_init="uniform")
    inputs = torch.rand(64, 2, generator=generator) * 3 - 1.5
    targets = torch.sign(inputs[:, :1] * inputs[:, 1:])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.1)
    losses = []
    for _ in range(40):
        loss = nn.functional.mse_loss(model(inputs), targets)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]
    assert np.isfinite(losses).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: VQC(2, 3, ANSATZE[1], 1, n_qubits=2),
            "3 outputs cannot be read from 2 qubits: take more, or",
        ),
        (lambda: VQC(0, 1, ANSATZE[1], 1), "n_inputs must be a whole number of at least 1, got 0"),
        (lambda: VQC(2, 1, Ansatz(layer=[RY(wires=5)]), 1), "out of range: 2 qubits have wires"),
        (lambda: VQC(2, 1, ANSATZE[1], 1)(torch.zeros(4, 3)), r"inputs must have shape \(\.\.\., 2\), got \(4, 3\)"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
