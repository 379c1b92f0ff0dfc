"""A circuit as text for elsewhere: `qtkit_code`, `pennylane_code` and `openqasm`, each complete and runnable."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from qtkit.checks import checked_qubits
from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.elements import ANGLES, Element, Operation

RZZ_DEFINITION = "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }"
"""The gate that OpenQASM's standard library lacks."""

_QASM = {"cnot": "cx", "cu3": "cu"}


def qtkit_code(ansatz: Ansatz, angles: Tensor, n_qubits: int | None = None) -> str:
    """Python source that builds `ansatz` and its `angles` `(L, A)` and computes `probabilities` `(2**n,)`.

    Arguments:
        n_qubits: n, needed for a circuit by elements; in words it is A. Patterns that are functions become pairs.

    Raises:
        ValueError: for angles of another shape or dtype or that are not finite, a wire out of range, or an n that is
            missing or does not fit.
    """
    n, depth = _sizes(ansatz, angles, n_qubits)
    if not ansatz.in_words:
        return _qtkit_code_of_elements(ansatz, angles, n)
    arguments = f"hadamard={ansatz.hadamard}, entangler={ansatz.entangler!r}, rotation={ansatz.rotation!r}"
    comment = f"  # config {ansatz.config}" if ansatz.config else ""
    dtype = str(angles.dtype)
    values = (
        f"torch.tensor({_nested(angles, 'angles = torch.tensor(')}, dtype={dtype})"
        if depth
        else f"torch.zeros(0, {n}, dtype={dtype})"
    )
    return (
        "import torch\n"
        "import qtkit\n\n"
        f"ansatz = qtkit.Ansatz({arguments}){comment}\n"
        f"angles = {values}\n"
        "probabilities = qtkit.probabilities(ansatz, angles)\n"
    )


def _qtkit_code_of_elements(ansatz: Ansatz, angles: Tensor, n: int) -> str:
    plain = Ansatz(
        start=[_with_pairs(each, n) for each in ansatz.start or ()],
        layer=[[_with_pairs(each, n) for each in layer] for layer in ansatz.layers],
    )
    names = {type(each).__name__ for layer in (plain.start or (), *plain.layers) for each in layer}
    dtype, width = str(angles.dtype), angles.shape[1]
    values = (
        f"torch.tensor({_nested(angles, 'angles = torch.tensor(')}, dtype={dtype})"
        if angles.numel()
        else f"torch.zeros({len(angles)}, {width}, dtype={dtype})"
    )
    return (
        "import torch\n"
        "import qtkit\n"
        + (f"from qtkit.circuits import {', '.join(sorted(names))}\n" if not plain.in_words else "")
        + f"\nansatz = qtkit.{plain!r}\n"
        f"angles = {values}\n"
        f"probabilities = qtkit.probabilities(ansatz, angles, n_qubits={n})\n"
    )


def _with_pairs(element: Element, n: int) -> Element:
    if element.is_plain:
        return element
    return type(element)(tuple(each.wires for each in element.operations(n)))  # type: ignore[call-arg]  # of TwoQubits


def pennylane_code(ansatz: Ansatz, angles: Tensor, n_qubits: int | None = None) -> str:
    """Python source of a PennyLane QNode and the `probabilities` `(2**n,)` it gives; arguments as for `qtkit_code`."""
    n, depth = _sizes(ansatz, angles, n_qubits)
    if not ansatz.in_words:
        return _pennylane_code_of_elements(ansatz, angles, n)
    values = _nested(angles, "angles = np.array(") if depth else f"np.zeros((0, {n}))"
    rotations = ", ".join(f"qml.{name.upper()}" for name in ansatz.rotations(depth))
    lines = [
        "import numpy as np",
        "import pennylane as qml",
        "",
        f"n = {n}",
        f"cnots = {list(ansatz.cnots(n))!r}  # (control, target), in every layer",
        f"rotations = [{rotations}]  # one a layer",
        f"angles = np.array({values})  # (layers, qubits), in radians" if depth else f"angles = {values}",
        "",
        "",
        '@qml.qnode(qml.device("default.qubit", wires=n))',
        "def circuit(angles):",
    ]
    if ansatz.hadamard:
        lines += ["    for qubit in range(n):", "        qml.Hadamard(wires=qubit)"]
    lines += [
        "    for rotation, layer in zip(rotations, angles):",
        "        for pair in cnots:",
        "            qml.CNOT(wires=pair)",
        "        for qubit in range(n):",
        "            rotation(layer[qubit], wires=qubit)",
        "    return qml.probs(wires=range(n))",
        "",
        "",
        "probabilities = circuit(angles)",
    ]
    return "\n".join(lines) + "\n"


def _pennylane_code_of_elements(ansatz: Ansatz, angles: Tensor, n: int) -> str:
    start, *layers = ansatz.operations(n, len(angles))
    gates = [_pennylane_gate(each, 0) for each in start]
    gates += [_pennylane_gate(each, k) for k, layer in enumerate(layers) for each in layer]
    values = (
        f"np.array({_nested(angles, 'angles = np.array(')})" if angles.numel() else f"np.zeros({tuple(angles.shape)})"
    )
    lines = [
        "import numpy as np",
        "import pennylane as qml",
        "",
        f"n = {n}",
        f"angles = {values}  # one row a layer, in radians",
        "",
        "",
        '@qml.qnode(qml.device("default.qubit", wires=n))',
        "def circuit(angles):",
        *(f"    {gate}" for gate in gates),
        "    return qml.probs(wires=range(n))",
        "",
        "",
        "probabilities = circuit(angles)",
    ]
    return "\n".join(lines) + "\n"


def _pennylane_gate(operation: Operation, layer: int) -> str:
    name, wires, first = operation
    angles = "".join(f"angles[{layer}, {first + k}], " for k in range(ANGLES[name]))
    if name == "cu3":
        return f"qml.ctrl(qml.U3, control={wires[0]})({angles}wires={wires[1]})"
    gate = {"h": "Hadamard", "rzz": "IsingZZ"}.get(name, name.upper())
    return f"qml.{gate}({angles}wires={list(wires) if len(wires) > 1 else wires[0]})"


def openqasm(ansatz: Ansatz, angles: Tensor, n_qubits: int | None = None) -> str:
    """The circuit as an OpenQASM 3 program that ends by measuring every qubit; arguments as for `qtkit_code`.

    Qubit `q[0]` is wire 0, the most significant bit of a basis state's index. `qtkit.circuits.openqasm.read_openqasm`
    reads it again.
    """
    n, depth = _sizes(ansatz, angles, n_qubits)
    start, *layers = ansatz.operations(n, depth)
    used = {each.name for layer in (start, *layers) for each in layer}
    lines = [
        "OPENQASM 3.0;",
        'include "stdgates.inc";',
        f"// {ansatz.label}; q[0] is the most significant bit of a basis state",
        *([RZZ_DEFINITION] if "rzz" in used else []),
        f"qubit[{n}] q;",
        f"bit[{n}] c;",
        *(_qasm_gate(each, []) for each in start),
    ]
    for layer, (operations, values) in enumerate(zip(layers, _written(angles), strict=True)):
        lines.append(f"// layer {layer}")
        lines += [_qasm_gate(each, values) for each in operations]
    return "\n".join([*lines, "c = measure q;"]) + "\n"


def _qasm_gate(operation: Operation, values: list[str]) -> str:
    name, wires, first = operation
    angles = values[first : first + ANGLES[name]]
    if name == "cu3":
        angles = [*angles, "0.0"]  # of `cu`: the control's own phase
    given = f"({', '.join(angles)})" if angles else ""
    return f"{_QASM.get(name, name)}{given} {', '.join(f'q[{q}]' for q in wires)};"


def _sizes(ansatz: Ansatz, angles: Tensor, n_qubits: int | None) -> tuple[int, int]:
    least = 1 if ansatz.in_words else 0
    if not isinstance(angles, Tensor) or angles.ndim != 2 or angles.shape[1] < least or not angles.is_floating_point():
        got = tuple(angles.shape) if isinstance(angles, Tensor) else type(angles).__name__
        shape = "(L, n) with n >= 1" if ansatz.in_words else "(L, A)"
        raise ValueError(f"angles must be a floating-point tensor of shape {shape}, got {got}")
    if not torch.isfinite(angles).all():
        raise ValueError("angles must be finite: a text can hold no NaN and no infinity")
    depth, width = angles.shape
    if n_qubits is None and not ansatz.in_words:
        raise ValueError(f"the number of qubits of {ansatz.label} must be told: n_qubits=")
    n = width if n_qubits is None else checked_qubits(n_qubits)
    ansatz.check_fits(n)
    if ansatz.angles_per_layer(n) > width:
        raise ValueError(
            f"on {n} qubits a layer takes {ansatz.angles_per_layer(n)} angles: angles must have shape "
            f"(L, {ansatz.angles_per_layer(n)}), got {tuple(angles.shape)}"
        )
    if ansatz.in_words and width != n:
        raise ValueError(f"angles must have shape (L, {n}) on {n} qubits, got {tuple(angles.shape)}")
    return n, depth


def _written(angles: Tensor) -> list[list[str]]:
    """Every angle as the shortest decimal that reads back as the same number of its dtype."""
    rows = angles.detach().cpu().numpy()
    return [[_decimal(value) for value in row] for row in rows]


def _decimal(value: np.floating) -> str:
    text = str(value)
    return text if "." in text or "e" in text else text + ".0"


def _nested(angles: Tensor, before: str) -> str:
    """A nested list of numbers, one layer a line, continued under its own opening bracket."""
    rows = ["[" + ", ".join(row) + "]" for row in _written(angles)]
    return "[" + (",\n" + " " * (len(before) + 1)).join(rows) + "]"
