"""A noisy circuit by its density matrix, exact and for a few qubits: PennyLane's `default.mixed`."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.elements import Operation
from qtkit.simulation.widths import qubits_of


def density_matrix_probabilities(
    ansatz: Ansatz, angles: Tensor, noise: float, *, n_qubits: int | None = None
) -> np.ndarray:
    """The probabilities after depolarising noise on every qubit a gate has touched, by PennyLane's `default.mixed`.

    `angles` are `(L, A)`; `n_qubits` says n where A does not.
    """
    import pennylane as qml

    from qtkit.circuits.pennylane import queue

    n = qubits_of((ansatz,), angles.shape[1], n_qubits)
    start, *layers = ansatz.operations(n, len(angles))

    def followed(operation: Operation, row: list[float]) -> None:
        queue(operation, row)
        for wire in operation.wires:
            qml.DepolarizingChannel(noise, wires=wire)

    def circuit() -> Any:  # PennyLane's measurement, the probabilities `(2**n,)` once it is a node
        for operation in start:
            followed(operation, [])
        for layer, row in zip(layers, angles.tolist(), strict=True):
            for operation in layer:
                followed(operation, row)
        return qml.probs(wires=range(n))

    node = qml.QNode(circuit, qml.device("default.mixed", wires=n))
    return np.asarray(node(), dtype=np.float64)
