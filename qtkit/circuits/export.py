"""A circuit as text for elsewhere: `qtkit_code`, `pennylane_code` and `openqasm`, each complete and runnable."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz


def qtkit_code(ansatz: Ansatz, angles: Tensor) -> str:
    """Python source that builds `ansatz` and its `angles` `(L, n)` and computes `probabilities` `(2**n,)`.

    Raises:
        ValueError: for angles of another shape or dtype or that are not finite, or a custom CNOT out of range.
    """
    n, depth = _sizes(ansatz, angles)
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


def pennylane_code(ansatz: Ansatz, angles: Tensor) -> str:
    """Python source of a PennyLane QNode and the `probabilities` `(2**n,)` it gives; arguments as for `qtkit_code`."""
    n, depth = _sizes(ansatz, angles)
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


def openqasm(ansatz: Ansatz, angles: Tensor) -> str:
    """The circuit as an OpenQASM 3 program that ends by measuring every qubit; arguments as for `qtkit_code`.

    Qubit `q[0]` is wire 0, the most significant bit of a basis state's index.
    """
    n, depth = _sizes(ansatz, angles)
    lines = [
        "OPENQASM 3.0;",
        'include "stdgates.inc";',
        f"// {ansatz.label}; q[0] is the most significant bit of a basis state",
        f"qubit[{n}] q;",
        f"bit[{n}] c;",
    ]
    if ansatz.hadamard:
        lines += [f"h q[{q}];" for q in range(n)]
    cnots, values = ansatz.cnots(n), _written(angles)
    for layer, rotation in enumerate(ansatz.rotations(depth)):
        lines.append(f"// layer {layer}")
        lines += [f"cx q[{control}], q[{target}];" for control, target in cnots]
        lines += [f"{rotation}({values[layer][q]}) q[{q}];" for q in range(n)]
    return "\n".join([*lines, "c = measure q;"]) + "\n"


def _sizes(ansatz: Ansatz, angles: Tensor) -> tuple[int, int]:
    if not isinstance(angles, Tensor) or angles.ndim != 2 or angles.shape[1] < 1 or not angles.is_floating_point():
        got = tuple(angles.shape) if isinstance(angles, Tensor) else type(angles).__name__
        raise ValueError(f"angles must be a floating-point tensor of shape (L, n) with n >= 1, got {got}")
    if not torch.isfinite(angles).all():
        raise ValueError("angles must be finite: a text can hold no NaN and no infinity")
    depth, n = angles.shape
    ansatz.cnots(n)  # a custom CNOT out of range is refused here
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
