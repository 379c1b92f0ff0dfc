"""OpenQASM 3 read as an `Ansatz`: `read_openqasm`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.found_layers import elements_of, find_layers
from qtkit.circuits.openqasm_statements import Angle, Program


@dataclass(frozen=True)
class ReadCircuit:
    """What a program says.

    Attributes:
        ansatz: the circuit.
        n_qubits: n, all qubits that are declared, in this order.
        angles: float64 `(L, A)`, in radians, 0 where a layer takes fewer; NaN where an input has no value yet.
        names: L tuples of A names: the input that stands there, such as `"theta[2]"`, or empty.
    """

    ansatz: Ansatz
    n_qubits: int
    angles: Tensor
    names: tuple[tuple[str, ...], ...]


def read_openqasm(text: str, values: Mapping[str, float | Sequence[float]] | None = None) -> ReadCircuit:
    """The circuit of an OpenQASM 3 program, with its angles.

    Read are the gates h, rx, ry, rz, u3 or U, cx, cz, swap, crx, cry, crz, cu3, cu with a last angle of 0, rzz, and
    `ctrl @` before x, z, rx, ry, rz, u3 or U; a definition of one of these is passed over. U and u3 are the matrix of
    `U3`, under a control too, as PennyLane reads u3. Angles are numbers and what +, -, *, / and pi make of
    them, or inputs: `input float name;`, `input angle name;` or `input array[float, 6] name;`. Measurements end it.

    A start and layers that repeat are found, also layers by comments `// layer k` as `qtkit.circuits.export.openqasm`
    writes them; where there are none, all gates are one layer.

    Arguments:
        text: the program.
        values: of inputs, by name: a number, or as many as the array has. Angles may then be any sum or product of
            inputs; without a value an input must stand alone.

    Raises:
        ValueError: for what is not known, with its line, what came and what is known.

    Example:
        >>> read = read_openqasm("OPENQASM 3.0; qubit[2] q; h q; cz q[0], q[1]; rx(pi/2) q[0]; rx(0.5) q[1];")
        >>> read.ansatz
        Ansatz(start=[H()], layer=[CZ('brick'), RX()])
        >>> read.angles
        tensor([[1.5708, 0.5000]], dtype=torch.float64)
    """
    program = Program.read(text, {} if values is None else values)
    start, layers = find_layers(program.gates, program.n_qubits)
    hadamards = [(gate.name, gate.wires) for gate in start] == [("h", (q,)) for q in range(program.n_qubits)]
    if not layers and (hadamards or not start):
        return ReadCircuit(Ansatz(hadamards), program.n_qubits, torch.zeros(0, program.n_qubits).double(), ())
    if not layers:
        start, layers = [], [start]
    n = program.n_qubits
    found = [elements_of(layer, n) for layer in layers]
    turn = next(k for k in range(1, len(found) + 1) if found == (found[:k] * len(found))[: len(found)])
    ansatz = Ansatz(start=elements_of(start, n), layer=found[:turn])
    width = ansatz.angles_per_layer(n)
    rows: list[list[Angle]] = []
    for layer in layers:
        row = [angle for gate in layer for angle in gate.angles]
        rows.append(row + [0.0] * (width - len(row)))
    numbers = [[angle if isinstance(angle, float) else float("nan") for angle in row] for row in rows]
    names = tuple(tuple("" if isinstance(angle, float) else angle for angle in row) for row in rows)
    return ReadCircuit(ansatz, n, torch.tensor(numbers, dtype=torch.float64).reshape(len(rows), width), names)
