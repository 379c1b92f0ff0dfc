"""Gates in PennyLane: `queue` adds one to the circuit that is being written."""

from __future__ import annotations

from typing import Any

from qtkit.circuits.elements import ANGLES, Operation


def queue(operation: Operation, row: Any) -> None:
    """Apply a gate with its angles of a layer's `row`, within a QNode."""
    import pennylane as qml

    angles = [row[operation.angle + k] for k in range(ANGLES[operation.name])]
    wires = operation.wires
    if operation.name == "cu3":
        qml.ctrl(qml.U3, control=wires[0])(*angles, wires=wires[1])
        return
    named = {"h": qml.Hadamard, "u3": qml.U3, "rzz": qml.IsingZZ}
    gate = named.get(operation.name) or getattr(qml, operation.name.upper())
    gate(*angles, wires=wires if len(wires) > 1 else wires[0])
