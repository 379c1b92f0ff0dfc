"""How many independent directions the angles give the distribution: `effective_parameters`."""

from __future__ import annotations

import numpy as np

from qtkit.analysis.any_gates import any_jacobian
from qtkit.analysis.states import entangle, random_angles, rotate, rotation_factors, rotation_named, start_states
from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.widths import qubits_of

_RELATIVE, _ABSOLUTE = 1e-9, 1e-12


def probability_jacobian(ansatz: Ansatz, angles: np.ndarray, *, n_qubits: int | None = None) -> np.ndarray:
    """The exact derivatives `∂p_i / ∂Θ[l, q]` at `angles` `(L, n)`: `(2**n, L * n)`, angles in row order.

    By elements angles are `(L, A)`, and `n_qubits` says n where A does not.

    One pass over the circuit carries the state together with its derivative by every angle met so far.

    Raises:
        ValueError: for angles of another number of axes, n < 1, or a gate out of range.
    """
    angles = np.asarray(angles, dtype=np.float64)
    if not ansatz.in_words and angles.ndim == 2:
        return any_jacobian(ansatz, angles, qubits_of((ansatz,), angles.shape[1], n_qubits))
    if angles.ndim != 2 or angles.shape[1] < 1:
        raise ValueError(f"angles must have shape (L, n) with n >= 1, got {angles.shape}")
    depth, n = angles.shape
    carried = start_states(ansatz, n, 1, depth)  # (1 + angles so far, 2**n): the state, then its derivatives
    for rotation, layer in zip(ansatz.rotations(depth), angles, strict=True):
        carried = rotate(entangle(carried, ansatz, n), rotation_factors(rotation, layer[None]))
        carried = np.concatenate((carried, _generators(rotation, carried[0], n)))
    jacobian: np.ndarray = 2 * (carried[0].conj() * carried[1:]).real.T
    return jacobian


def numerical_rank(jacobian: np.ndarray) -> int:
    """Singular values above 1e-9 of the largest; 0 if none exceeds 1e-12."""
    if 0 in jacobian.shape:
        return 0
    values = np.linalg.svd(jacobian, compute_uv=False)
    return int(np.sum(values > max(_ABSOLUTE, _RELATIVE * values[0])))


def effective_parameters(ansatz: Ansatz, n_qubits: int, depth: int, *, n_draws: int = 3, seed: int = 0) -> int:
    """The largest rank of `∂p/∂Θ` over `n_draws` random settings of the angles.

    Probabilities are analytic in the angles, so the rank takes its maximum almost everywhere: one draw would do but for
    rounding. It is at most the number of angles, and at most `2**n - 1`, since the probabilities sum to one.
    """
    draws = random_angles(n_qubits, depth, n_draws, seed=seed, ansatz=ansatz)
    ranks = (numerical_rank(probability_jacobian(ansatz, angles, n_qubits=n_qubits)) for angles in draws)
    return max(ranks, default=0)


def _generators(rotation: str, state: np.ndarray, n: int) -> np.ndarray:
    """`-i/2 P_q |state>` for the Pauli P of the rotation on each qubit q: `(n, 2**n)`, the derivative of that gate."""
    name = rotation_named(rotation)
    out = np.empty((n, len(state)), dtype=state.dtype)
    for qubit in range(n):
        zero, one = state.reshape(2**qubit, 2, -1).swapaxes(0, 1)
        parts: tuple[np.ndarray, np.ndarray]
        if name == "ry":
            parts = (-one / 2, zero / 2)
        elif name == "rx":
            parts = (-0.5j * one, -0.5j * zero)
        else:  # rz
            parts = (-0.5j * zero, 0.5j * one)
        out[qubit] = np.stack(parts, axis=1).reshape(-1)
    return out
