"""What a circuit is worth to a network of p weights: `counts`; and the weights it would generate: `weights`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qtkit.circuits.ansatz import CANDIDATES, qubits_for
from qtkit.generator.mapping.reading import Reading


@dataclass(frozen=True)
class Counts:
    """The sizes for a target of p weights.

    Attributes:
        target: p.
        qubits: n, the qubits that p weights need.
        angles: L n, at that n.
        mapping: n + 2 numbers of the linear mapping.
        structural: 12 weights of a search over Table I.
    """

    target: int
    qubits: int
    angles: int
    mapping: int
    structural: int = len(CANDIDATES)

    @property
    def trainable(self) -> int:
        """Trained numbers of this one circuit with its mapping."""
        return self.angles + self.mapping

    @property
    def searched(self) -> int:
        """Trained numbers of a search over the twelve candidates."""
        return self.trainable + self.structural

    @property
    def compression(self) -> float:
        """Generated weights per number trained in a search."""
        return self.target / self.searched


def counts(target: int, depth: int) -> Counts:
    """The sizes for `target` weights and `depth` layers: section IV of the paper, design of its table of sizes."""
    n = qubits_for(target)
    return Counts(target, n, depth * n, n + 2)


def mapping_start(n_qubits: int, *, seed: int) -> np.ndarray:
    """A mapping as `nn.Linear(n + 1, 1)` starts, `(n + 2,)`: n weights for bits, one for the probability, the bias."""
    bound = (n_qubits + 1) ** -0.5
    return np.random.default_rng(seed).uniform(-bound, bound, n_qubits + 2)


def weights(probabilities: np.ndarray, mapping: np.ndarray, *, seen: str = "raw") -> np.ndarray:
    """Equation 4: `κ_i = mapping([bits of i, P(i)])` for every basis state, `(2**n,)`.

    Arguments:
        probabilities: `(2**n,)`.
        mapping: `(n + 2,)`, as `mapping_start` gives it.
        seen: what the mapping sees of P, a kind of `Reading`.

    Raises:
        ValueError: for another kind.
    """
    n = len(mapping) - 2
    bits = (np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1  # (2**n, n), wire 0 first
    kappa: np.ndarray = bits @ mapping[:n] + mapping[n] * Reading(seen, n).seen(probabilities) + mapping[n + 1]
    return kappa
