"""How entangled a circuit's states are: `meyer_wallach`, and its mean over random angles."""

from __future__ import annotations

import numpy as np

from qtkit.analysis.states import random_angles, statevectors
from qtkit.checks import checked_whole
from qtkit.circuits.ansatz import Ansatz


def meyer_wallach(states: np.ndarray) -> np.ndarray:
    """The measure `Q = 2 (1 - mean_k tr ρ_k²)` of each of `states` `(S, 2**n)`: 0 for product states, at most 1.

    Raises:
        ValueError: if `states` is no batch of vectors whose length is a power of two, at least 2.

    Source: Meyer and Wallach, J. Math. Phys. 43, 4273 (2002), in the form of Brennen (2003).
    """
    states = np.asarray(states)
    if states.ndim != 2 or states.shape[1] < 2 or states.shape[1].bit_count() != 1:
        raise ValueError(f"states must have shape (samples, 2**n) with n >= 1, got {states.shape}")
    n = states.shape[1].bit_length() - 1
    purity = np.zeros(len(states))
    for qubit in range(n):
        halves = states.reshape(len(states), 2**qubit, 2, -1)
        reduced = np.einsum("saib,sajb->sij", halves, halves.conj())
        purity += np.einsum("sij,sij->s", reduced, reduced.conj()).real
    entanglement: np.ndarray = np.maximum(0.0, 2 * (1 - purity / n))
    return entanglement


def entangling_capability(ansatz: Ansatz, n_qubits: int, depth: int, *, n_samples: int = 1000, seed: int = 0) -> float:
    """The mean Meyer-Wallach entanglement over `n_samples` settings of random angles.

    Raises:
        ValueError: if `n_samples` is no whole number from 1 on, and as for `statevectors`.

    Source: Sim, Johnson and Aspuru-Guzik (2019), equation 11.
    """
    n_samples = checked_whole("n_samples", n_samples, 1)
    angles = random_angles(n_qubits, depth, n_samples, seed=seed, ansatz=ansatz)
    batch = max(1, 2**21 >> n_qubits)
    firsts = range(0, n_samples, batch)
    states = (statevectors(ansatz, angles[i : i + batch], n_qubits=n_qubits) for i in firsts)
    return float(np.concatenate([meyer_wallach(each) for each in states]).mean())
