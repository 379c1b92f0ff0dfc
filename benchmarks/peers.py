"""Other simulators beside the engine, each where it is installed: `pip install qulacs tensorcircuit-ng "jax[cpu]"`."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import time
from collections.abc import Callable

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


def has_tensorcircuit() -> bool:
    """Whether TensorCircuit-NG and JAX are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("tensorcircuit", "jax"))


@functools.cache
def tensorcircuit_gradient(
    ansatz: Ansatz, depth: int, n: int, precision: str = "complex64"
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """As `qulacs_gradient`, of angles and upstream, by TensorCircuit-NG and JAX; compiled on its first call.

    A layer is compiled once and scanned over, which takes XLA seconds instead of minutes: for circuits that rotate
    about one axis.
    """
    jax, tensorcircuit = importlib.import_module("jax"), importlib.import_module("tensorcircuit")
    tensorcircuit.set_backend("jax")
    tensorcircuit.set_dtype(precision)
    (rotation,) = set(ansatz.rotations(depth))
    start = np.full(2**n, 2 ** (-n / 2)) if ansatz.hadamard else np.eye(1, 2**n)[0]

    def layer(state: object, angles: object) -> tuple[object, None]:
        circuit = tensorcircuit.Circuit(n, inputs=state)
        for control, target in ansatz.cnots(n):
            circuit.cnot(control, target)
        for q in range(n):
            getattr(circuit, rotation)(q, theta=angles[q])
        return circuit.state(), None

    def value(angles: object, upstream: object) -> object:
        state, _ = jax.lax.scan(layer, jax.numpy.asarray(start, precision), angles)
        return (upstream * (state.real**2 + state.imag**2)).sum()

    gradient = jax.jit(jax.grad(value))
    kind = {"complex64": np.float32, "complex128": np.float64}[precision]
    return lambda angles, upstream: np.asarray(gradient(angles.astype(kind), upstream.astype(kind)))


def tensorcircuit_milliseconds(angles: np.ndarray, upstream: np.ndarray) -> tuple[float, float, float]:
    """As `qulacs_milliseconds`, in single precision, and the seconds that all took to compile, 0 where they are."""
    every, dependent, first = 0.0, 0.0, 0.0
    depth, n = angles.shape
    for candidate in CANDIDATES:
        times = []
        gradient = tensorcircuit_gradient(candidate, depth, n)
        for _ in range(2):
            begin = time.perf_counter()
            gradient(angles, upstream)
            times.append(1e3 * (time.perf_counter() - begin))
        every += times[1]
        dependent += times[1] if structure(candidate, depth).depends_on_angles else 0.0
        first += times[0] - times[1]
    return every, dependent, first / 1e3
