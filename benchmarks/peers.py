"""Other simulators beside the engine, each where it is installed: `pip install qulacs`."""

from __future__ import annotations

import importlib
import importlib.util
import time

import numpy as np

from qtkit import CANDIDATES, Ansatz
from qtkit.simulation import structure


def has_qulacs() -> bool:
    """Whether Qulacs is installed."""
    return importlib.util.find_spec("qulacs") is not None


def qulacs_gradient(ansatz: Ansatz, angles: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    """The derivative of `sum(upstream * probabilities)` by the angles `(L, n)`, by Qulacs' backpropagation.

    `d<b|psi> / da` with `b = upstream * psi` is half of it. Qulacs counts qubits from the least significant bit, and
    turns by `exp(+i a P / 2)`.
    """
    qulacs = importlib.import_module("qulacs")  # no dependency of ours
    depth, n = angles.shape
    circuit = qulacs.ParametricQuantumCircuit(n)
    state, bra = qulacs.QuantumState(n), qulacs.QuantumState(n)
    turn = {kind: getattr(circuit, f"add_parametric_{kind.upper()}_gate") for kind in ("rx", "ry", "rz")}
    if ansatz.hadamard:
        for bit in range(n):
            circuit.add_H_gate(bit)
    for kind, layer in zip(ansatz.rotations(depth), angles, strict=True):
        for control, target in ansatz.cnots(n):
            circuit.add_CNOT_gate(n - 1 - control, n - 1 - target)
        for q, angle in enumerate(layer):
            turn[kind](n - 1 - q, -angle)
    circuit.update_quantum_state(state)
    bra.load(upstream * state.get_vector())
    return -2 * np.array(circuit.backprop_inner_product(bra)).reshape(depth, n)


def qulacs_milliseconds(angles: np.ndarray, upstream: np.ndarray) -> tuple[float, float]:
    """All candidates one by one, and those alone that depend on the angles; on as many threads as OpenMP gives."""
    every, dependent = 0.0, 0.0
    for candidate in CANDIDATES:
        begin = time.perf_counter()
        qulacs_gradient(candidate, angles, upstream)
        spent = 1e3 * (time.perf_counter() - begin)
        every += spent
        dependent += spent if structure(candidate, len(angles)).depends_on_angles else 0.0
    return every, dependent
