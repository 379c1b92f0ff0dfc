"""State vectors of many angle settings at once, in float64: `statevectors`."""

from __future__ import annotations

import functools
import math
from typing import cast

import numpy as np

from qtkit.analysis.any_gates import any_states
from qtkit.checks import checked_choice, checked_depth, checked_qubits
from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.words import ROTATIONS, Rotation, read_rotation
from qtkit.simulation.permutation import cnot_sources
from qtkit.simulation.widths import qubits_of


def random_angles(
    n_qubits: int, depth: int, n_samples: int, *, seed: int = 0, ansatz: Ansatz | None = None
) -> np.ndarray:
    """Angles drawn uniformly from (-π, π): `(n_samples, L, n)`, for an `ansatz` by elements `(n_samples, L, A)`."""
    width = checked_qubits(n_qubits) if ansatz is None else ansatz.angles_per_layer(n_qubits)
    shape = (n_samples, checked_depth(depth), width)
    return np.random.default_rng(seed).uniform(-math.pi, math.pi, shape)


def statevectors(ansatz: Ansatz, angles: np.ndarray, *, n_qubits: int | None = None) -> np.ndarray:
    """The states `(S, 2**n)` that `ansatz` prepares at `angles` `(S, L, n)`; real if its gates are, else complex.

    By elements angles are `(S, L, A)`, and `n_qubits` says n where A does not.

    Raises:
        ValueError: for angles of another number of axes, n < 1, or a gate out of range.
    """
    angles = np.asarray(angles, dtype=np.float64)
    if angles.ndim != 3 or (ansatz.in_words and angles.shape[-1] < 1):
        raise ValueError(f"angles must have shape (samples, L, n) with n >= 1, got {angles.shape}")
    if not ansatz.in_words:
        return any_states(ansatz, angles, qubits_of((ansatz,), angles.shape[-1], n_qubits))
    n_samples, depth, n = angles.shape
    states = start_states(ansatz, n, n_samples, depth)
    for layer, rotation in enumerate(ansatz.rotations(depth)):
        states = entangle(states, ansatz, n)
        states = rotate(states, rotation_factors(rotation, angles[:, layer]))
    return states


def start_states(ansatz: Ansatz, n: int, n_samples: int, depth: int) -> np.ndarray:
    """`n_samples` copies of the state before the first layer, `(S, 2**n)`."""
    dtype = np.float64 if set(ansatz.rotations(depth)) <= {"ry"} else np.complex128
    states = np.zeros((n_samples, 2**n), dtype=dtype)
    states[:, slice(None) if ansatz.hadamard else 0] = 2.0 ** (-n / 2) if ansatz.hadamard else 1.0
    return states


def entangle(states: np.ndarray, ansatz: Ansatz, n: int) -> np.ndarray:
    """One layer of CNOTs on `states` `(S, 2**n)`."""
    return states[:, cnot_sources(ansatz.cnots(n), n)]


def rotation_named(word: str) -> Rotation:
    """The rotation that is given in small or capital letters; ValueError for a word that names none."""
    return checked_choice("rotation", read_rotation(word) or cast("Rotation", word), ROTATIONS)


def rotation_factors(rotation: str, angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The matrices of one rotation layer, `angles` `(S, n)`, on the upper and on the lower half of the qubits.

    Each is `(S, 2**k, 2**k)` for a half of k qubits; the lower half has one more where n is odd.

    Raises:
        ValueError: for a word that names no rotation.
    """
    gates = _gates(rotation_named(rotation), angles)  # (S, n, 2, 2)
    half = gates.shape[1] // 2
    return _kron(gates[:, :half]), _kron(gates[:, half:])


def rotate(states: np.ndarray, factors: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """A rotation layer on `states` `(S, 2**n)`: with the state as a matrix M, one qubit half a side, `A M Bᵀ`."""
    upper, lower = factors
    matrix = states.reshape(len(states), upper.shape[-1], lower.shape[-1])
    rotated: np.ndarray = upper @ matrix @ lower.swapaxes(-1, -2)
    return rotated.reshape(states.shape)


def _gates(rotation: Rotation, angles: np.ndarray) -> np.ndarray:
    cos, sin = np.cos(angles / 2), np.sin(angles / 2)
    zero = np.zeros_like(cos)
    if rotation == "ry":
        entries = (cos, -sin, sin, cos)
    elif rotation == "rx":
        entries = (cos, -1j * sin, -1j * sin, cos)
    else:  # rz
        entries = (cos - 1j * sin, zero, zero, cos + 1j * sin)
    return np.stack(entries, axis=-1).reshape(*angles.shape, 2, 2)


def _kron(gates: np.ndarray) -> np.ndarray:
    """Tensor products `(S, 2**k, 2**k)` of `gates` `(S, k, 2, 2)`; k = 0 gives ones."""

    def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        size = 2 * left.shape[-1]
        products: np.ndarray = np.einsum("sij,skl->sikjl", left, right)
        return products.reshape(len(left), size, size)

    one = np.ones((len(gates), 1, 1), dtype=gates.dtype)
    return functools.reduce(product, gates.swapaxes(0, 1), one)
