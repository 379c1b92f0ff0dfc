"""A noisy circuit by its density matrix, exact and for a few qubits: PennyLane's `default.mixed`."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz


def density_matrix_probabilities(ansatz: Ansatz, angles: Tensor, noise: float) -> np.ndarray:
    """The probabilities after depolarising noise on every qubit a gate has touched, by PennyLane's `default.mixed`."""
    import pennylane as qml

    depth, n = angles.shape
    gates = {"rx": qml.RX, "ry": qml.RY, "rz": qml.RZ}

    def followed(gate: object, wires: tuple[int, ...]) -> None:
        del gate  # made is applied: PennyLane records it
        for wire in wires:
            qml.DepolarizingChannel(noise, wires=wire)

    def circuit() -> Any:  # PennyLane's measurement, the probabilities `(2**n,)` once it is a node
        if ansatz.hadamard:
            for wire in range(n):
                followed(qml.Hadamard(wires=wire), (wire,))
        for rotation, layer in zip(ansatz.rotations(depth), angles.tolist(), strict=True):
            for pair in ansatz.cnots(n):
                followed(qml.CNOT(wires=pair), pair)
            for wire in range(n):
                followed(gates[rotation](layer[wire], wires=wire), (wire,))
        return qml.probs(wires=range(n))

    node = qml.QNode(circuit, qml.device("default.mixed", wires=n))
    return np.asarray(node(), dtype=np.float64)
