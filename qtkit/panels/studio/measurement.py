"""What one would read off a machine: exact probabilities, a number of shots, or a noisy circuit: `measure`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation import probabilities
from qtkit.simulation.density import density_matrix_probabilities

MAX_NOISY_QUBITS = 6  # a density matrix has 4**n entries


@dataclass(frozen=True)
class Measurement:
    """How the circuit is measured.

    Attributes:
        shots: how often, 100..100,000; None for exact probabilities.
        noise: the chance that a gate leaves a random Pauli error on each qubit it touches, 0..0.5.
        seed: of the shots.
    """

    shots: int | None = None
    noise: float = 0.0
    seed: int = 0

    @property
    def exact(self) -> bool:
        """Neither shots nor noise."""
        return self.shots is None and self.noise == 0


def measure(ansatz: Ansatz, angles: Tensor, how: Measurement, *, n_qubits: int | None = None) -> np.ndarray:
    """The relative frequencies or probabilities of the basis states, float64 `(2**n,)`.

    Arguments:
        angles: `(L, A)`; `n_qubits` says n where A does not.

    Raises:
        ValueError: for noise on more than 6 qubits.
    """
    n = angles.shape[1] if n_qubits is None else n_qubits
    if how.noise:
        if n > MAX_NOISY_QUBITS:
            raise ValueError(f"Noise is simulated for up to {MAX_NOISY_QUBITS} qubits; this circuit has {n}.")
        exact = density_matrix_probabilities(ansatz, angles, how.noise, n_qubits=n_qubits)
    else:
        exact = probabilities(ansatz, angles.double(), n_qubits=n_qubits).numpy()
    if how.shots is None:
        return exact
    clean = np.clip(exact, 0.0, None)
    return np.random.default_rng(how.seed).multinomial(how.shots, clean / clean.sum()) / how.shots
