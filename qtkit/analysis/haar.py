"""How evenly a circuit's states cover the space of all states: `expressibility`, and how sure the estimate is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from qtkit.analysis.states import random_angles, statevectors
from qtkit.checks import checked_whole
from qtkit.circuits.ansatz import Ansatz

PAIRS, BINS = 5000, 75  # the figures of Sim, Johnson and Aspuru-Guzik
_AMPLITUDES_AT_ONCE = 2**21  # keeps a batch of states within about 100 MB


class Estimate(NamedTuple):
    """An estimate from random draws, and its standard deviation from one set of draws to another."""

    value: float
    error: float

    def __str__(self) -> str:
        """Such as 0.123 ± 0.012."""
        return f"{self.value:.3f} ± {self.error:.3f}"


def expressibility(
    ansatz: Ansatz, n_qubits: int, depth: int, *, n_pairs: int = PAIRS, n_bins: int = BINS, seed: int = 0
) -> float:
    """`D_KL(P_circuit(F) || P_Haar(F))` of the fidelity F between two states at random angles, in nats.

    0: the states are spread like random ones. A circuit whose state never changes gives the largest value there is,
    `(2**n - 1) ln(n_bins)`. It speaks of *states*: a circuit can move its state about and still leave every
    probability alone (configs 3 and 6), and Quantum-Train uses the probabilities only.

    Arguments:
        n_pairs: pairs of states, each at angles drawn uniformly from (-π, π). The estimate carries a positive bias of
            about `(occupied bins - 1) / (2 n_pairs)`; by how much it changes from one `seed` to another, 4 to
            20 % for the candidates at 5,000 pairs, `estimate_expressibility` tells.

    Raises:
        ValueError: if `n_pairs` or `n_bins` is no whole number from 1 on, and as for `statevectors`.

    Source: Sim, Johnson and Aspuru-Guzik, Adv. Quantum Technol. 2, 1900070 (2019), equation 8.
    """
    return estimate_expressibility(ansatz, n_qubits, depth, n_pairs=n_pairs, n_bins=n_bins, seed=seed).value


def estimate_expressibility(
    ansatz: Ansatz, n_qubits: int, depth: int, *, n_pairs: int = PAIRS, n_bins: int = BINS, seed: int = 0
) -> Estimate:
    """`expressibility` with its error bar: the standard deviation over other draws of as many pairs.

    It is that of the mean of `ln(P_circuit / P_Haar)` over the pairs, since a divergence changes to first order as if
    the logarithm stayed. Two circuits whose bars overlap are not told apart. The bias is not in it.

    Arguments and errors: as for `expressibility`.
    """
    n_bins = checked_whole("n_bins", n_bins, 1)
    fidelities = pair_fidelities(ansatz, n_qubits, depth, n_pairs=n_pairs, seed=seed)
    counts, edges = np.histogram(fidelities, bins=n_bins, range=(0.0, 1.0))
    seen = counts > 0
    shares = counts[seen] / counts.sum()
    logarithms = np.log(shares) - _log_haar_masses(edges, 2**n_qubits)[seen]
    value = float(np.sum(shares * logarithms))
    variance = float(np.sum(shares * (logarithms - value) ** 2))
    return Estimate(value, float(np.sqrt(variance / n_pairs)))


def pair_fidelities(ansatz: Ansatz, n_qubits: int, depth: int, *, n_pairs: int = PAIRS, seed: int = 0) -> np.ndarray:
    """`|<ψ(Θ)|ψ(Θ')>|²` for `n_pairs` independent pairs of random angles, `(n_pairs,)`.

    Raises:
        ValueError: if `n_pairs` is no whole number from 1 on, and as for `statevectors`.
    """
    n_pairs = checked_whole("n_pairs", n_pairs, 1)
    angles = random_angles(n_qubits, depth, 2 * n_pairs, seed=seed, ansatz=ansatz)
    batch = max(1, _AMPLITUDES_AT_ONCE >> (n_qubits + 1))
    parts = []
    for first in range(0, n_pairs, batch):
        states = statevectors(ansatz, angles[2 * first : 2 * (first + batch)], n_qubits=n_qubits)
        overlaps = np.einsum("si,si->s", states[::2].conj(), states[1::2])
        parts.append(np.abs(overlaps) ** 2)
    fidelities: np.ndarray = np.clip(np.concatenate(parts), 0.0, 1.0)  # rounding can exceed 1 by 1e-16
    return fidelities


def haar_fidelity_cdf(fidelity: np.ndarray | float, dimension: int) -> np.ndarray:
    """The chance `1 - (1 - F)**(N - 1)` that two random states of `dimension` N have a fidelity of at most F.

    Arguments:
        fidelity: F, of any shape, which the chances have, too.
    """
    chance: np.ndarray = 1 - (1 - np.asarray(fidelity, dtype=np.float64)) ** (dimension - 1)
    return chance


def _log_haar_masses(edges: np.ndarray, dimension: int) -> np.ndarray:
    """Logarithm of the Haar mass of each bin; in logarithms because the upper bins' masses underflow from n = 8 on."""
    power = dimension - 1
    rest, beyond = 1 - edges[:-1], 1 - edges[1:]
    beyond[-1] = 0.0
    masses: np.ndarray = power * np.log(rest) + np.log1p(-((beyond / rest) ** power))
    return masses
