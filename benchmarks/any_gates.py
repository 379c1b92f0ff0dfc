"""Circuits of any gates beside PennyLane, and beside the way of the paper's circuits: `python benchmarks/any_gates.py`.

Value of the probabilities and gradient of a weighted sum of them, by a CZ ring with U3 on all qubits; and, for the same
circuit both ways, a CNOT ring with RY. Seconds of the processor, of all threads together, medians: so other work on the
machine does not count. PennyLane is `default.qubit` with torch backpropagation; `lightning.qubit`, where installed,
has no gradient of probabilities: it gives that of one <Z>, by its adjoint method, which is one pass as well.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from qtkit import CANDIDATES, Ansatz, probabilities
from qtkit.circuits import CNOT, CZ, RY, U3, H
from qtkit.circuits.pennylane import queue
from qtkit.simulation import set_num_threads, structure

RING = Ansatz(start=[H()], layer=[CZ("ring"), U3()])
LAYERED = CANDIDATES[4]


def milliseconds(work: Callable[[], object], repeats: int) -> float:
    """The median of some calls, after one."""
    work()
    found = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        found.append(1e3 * (time.process_time() - begin))
    return statistics.median(found)


def qtkit_gradient(ansatz: Ansatz, n: int, depth: int, dtype: torch.dtype) -> Callable[[], object]:
    """Value and gradient by the compiled kernels."""
    angles = torch.rand(depth, ansatz.angles_per_layer(n), dtype=dtype, requires_grad=True)
    upstream = torch.rand(2**n, dtype=dtype)
    return lambda: torch.autograd.grad(probabilities(ansatz, angles, n_qubits=n), angles, upstream)


def pennylane_gradient(ansatz: Ansatz, n: int, depth: int) -> Callable[[], object]:
    """Value and gradient by `default.qubit`, in double precision."""
    angles = torch.rand(depth, ansatz.angles_per_layer(n), dtype=torch.float64, requires_grad=True)
    upstream, node = torch.rand(2**n, dtype=torch.float64), ansatz.to_pennylane(n, depth)
    return lambda: torch.autograd.grad(node(angles), angles, upstream)


def lightning_gradient(ansatz: Ansatz, n: int, depth: int) -> Callable[[], object]:
    """Value and gradient of one <Z> by `lightning.qubit`, in double precision."""
    import pennylane as qml
    from pennylane import numpy as pnp

    start, *layers = ansatz.operations(n, depth)

    @qml.qnode(qml.device("lightning.qubit", wires=n), diff_method="adjoint")
    def circuit(angles: np.ndarray) -> object:
        for operation in start:
            queue(operation, ())
        for layer, row in zip(layers, angles, strict=True):
            for operation in layer:
                queue(operation, row)
        return qml.expval(qml.PauliZ(0))

    angles = pnp.array(np.random.default_rng(0).random((depth, ansatz.angles_per_layer(n))), requires_grad=True)
    gradient = qml.grad(circuit)
    return lambda: gradient(angles)


def rows(sizes: list[tuple[int, int]], repeats: int) -> list[str]:
    """The table."""
    has_lightning = importlib.util.find_spec("pennylane_lightning") is not None
    heads = ("n, L", "qtkit, float32", "float64", "default.qubit", "lightning.qubit", "layered way", "general way")
    found = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for n, depth in sizes:
        fewer = max(1, repeats // 10)
        last_first = (RY(wires=wire) for wire in reversed(range(n)))  # no order of the layered way
        same = Ansatz(start=[H()], layer=[CNOT("ring"), *last_first])
        assert structure(same, depth, n) is structure(LAYERED, depth)
        values = [
            milliseconds(qtkit_gradient(RING, n, depth, torch.float32), repeats),
            milliseconds(qtkit_gradient(RING, n, depth, torch.float64), repeats),
            milliseconds(pennylane_gradient(RING, n, depth), fewer),
            milliseconds(lightning_gradient(RING, n, depth), fewer) if has_lightning else float("nan"),
            milliseconds(qtkit_gradient(LAYERED, n, depth, torch.float32), repeats),
            milliseconds(qtkit_gradient(same, n, depth, torch.float32), repeats),
        ]
        found.append(f"| {n}, {depth} | " + " | ".join(f"{value:,.2f} ms" for value in values) + " |")
    return found


def main() -> None:
    """Print the table, or write it to `--save`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--save", type=Path, help="a Markdown file")
    parser.add_argument("--sizes", default="11x10,13x10,17x15")
    arguments = parser.parse_args()
    set_num_threads(1)
    sizes = [(int(n), int(depth)) for n, depth in (size.split("x") for size in arguments.sizes.split(","))]
    table = "\n".join(rows(sizes, arguments.repeats))
    command = f"python benchmarks/any_gates.py --repeats {arguments.repeats} --sizes {arguments.sizes}"
    text = (
        "# Circuits of any gates\n\n"
        f"`{command}`: value and gradient, milliseconds of the processor, medians, qtkit on one thread.\n\n"
        "A CZ ring with U3 on all qubits by qtkit, by PennyLane's `default.qubit` (backpropagation, float64) and "
        "`lightning.qubit` (one <Z>, adjoint, float64); then a CNOT ring with RY, by the kernels for such layers and, "
        f"its rotations in another order, by those for any gates (float32).\n\n{table}\n"
    )
    if arguments.save is None:
        print(text)
    else:
        arguments.save.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
