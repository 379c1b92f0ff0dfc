"""Which architectures of a space have the same distributions: `equal_architectures`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from qtkit.circuits.architectures import Architecture
from qtkit.circuits.elements import Operation
from qtkit.simulation.structure import structure


def equal_architectures(architectures: Sequence[Architecture], n_qubits: int) -> tuple[tuple[int, ...], ...]:
    """The places of `architectures` in groups that have the same probabilities, in order; depths count, too.

    Equal are, as in `equal_circuits`, those whose probabilities do not depend on the angles and are of the same kind,
    whatever their depths. And those whose gates are the same once what does nothing at the start is left out: a CNOT
    whose control is |0> or whose target is |+>, a CZ with a wire in |0>. So with one layer and no Hadamards no
    entangler does anything.

    And without Hadamards, CNOTs and other rotations RX is as RY, whatever CZs stand between: `RX(t) = S RY(t) S^-1`
    with `S = diag(1, -i)`, which commutes with CZ, leaves |0> and, at the end, no trace in the probabilities.

    Example:
        >>> found = [Architecture("none", entangler, "RY", 1) for entangler in ("none", "CNOT ring", "CZ star")]
        >>> equal_architectures([*found, Architecture("H", "none", "RY", 1)], n_qubits=4)
        ((0, 1, 2), (3,))
    """
    groups: dict[Hashable, list[int]] = {}
    for place, each in enumerate(architectures):
        kind = structure(each.ansatz, each.depth, n_qubits)
        gates = (operation for part in each.ansatz.operations(n_qubits, each.depth) for operation in part)
        # A layer's angles are rows of their own: that the layers are as many tells the rows apart.
        key = (each.depth, _alike(_acting(gates))) if kind.depends_on_angles else kind
        groups.setdefault(key, []).append(place)
    return tuple(map(tuple, groups.values()))


def _alike(gates: Iterable[Operation]) -> tuple[Operation, ...]:
    """The gates, RX read as RY where nothing else tells them apart."""
    found = tuple(gates)
    if {gate.name for gate in found} <= {"rx", "cz"}:
        return tuple(gate._replace(name="ry") if gate.name == "rx" else gate for gate in found)
    return found


def _acting(gates: Iterable[Operation]) -> Iterable[Operation]:
    """The gates without those of no angle that leave the start as it is, as long as it is known."""
    state: dict[int, str] = {}  # of a wire "0" or "+"; "" once it is another
    for gate in gates:
        first, last = state.get(gate.wires[0], "0"), state.get(gate.wires[-1], "0")
        if gate.name == "cnot" and (first == "0" or last == "+"):
            continue
        if gate.name == "cz" and "0" in (first, last):
            continue
        known = {"0": "+", "+": "0"} if gate.name == "h" else {}
        state |= {wire: known.get(state.get(wire, "0"), "") for wire in gate.wires}
        yield gate
