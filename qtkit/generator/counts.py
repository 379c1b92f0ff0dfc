"""What a circuit is worth to a network of p weights: `counts`; and the weights it would generate: `weights`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qtkit.circuits.ansatz import CANDIDATES, qubits_for

LARGEST_TARGET = 10**18


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


def parse_target(text: str | int) -> int:
    """The number of weights a user typed: `6023`, `6,023`, `6 023`, `1e6`.

    Raises:
        ValueError: with a sentence for the user, unless it is a whole number from 1 to 10**18.
    """
    plain = str(text).strip().replace(",", "").replace(" ", "").replace("_", "").replace("\u202f", "")
    if not plain:
        raise ValueError("Type how many weights the target network has, such as 1781.")
    try:
        number = float(plain)
    except ValueError:
        raise ValueError(f"“{_short(text)}” is not a number. Type how many weights the network has.") from None
    if math.isnan(number):
        raise ValueError("“nan” is not a number of weights.")
    if number < 1:
        raise ValueError(f"A network has at least 1 weight, not {_short(text)}.")
    if number > LARGEST_TARGET:
        raise ValueError(f"{_short(text)} is more than the 10¹⁸ weights this field counts to.")
    if number != int(number):
        raise ValueError(f"{_short(text)} is not a whole number of weights.")
    return int(plain) if plain.lstrip("+").isdigit() else int(number)


def mapping_start(n_qubits: int, *, seed: int) -> np.ndarray:
    """A mapping as `nn.Linear(n + 1, 1)` starts, `(n + 2,)`: n weights for bits, one for the probability, the bias."""
    bound = (n_qubits + 1) ** -0.5
    return np.random.default_rng(seed).uniform(-bound, bound, n_qubits + 2)


def weights(probabilities: np.ndarray, mapping: np.ndarray, *, seen: str = "raw") -> np.ndarray:
    """Equation 4: `κ_i = mapping([bits of i, P(i)])` for every basis state, `(2**n,)`.

    Arguments:
        probabilities: `(2**n,)`.
        mapping: `(n + 2,)`, as `mapping_start` gives it.
        seen: what the mapping sees of P: `"raw"`, or `"centred"`, `2**n P - 1`.
    """
    n = len(mapping) - 2
    bits = (np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1  # (2**n, n), wire 0 first
    shown = probabilities if seen == "raw" else 2**n * probabilities - 1
    return bits @ mapping[:n] + mapping[n] * shown + mapping[n + 1]


def _short(text: object) -> str:
    words = str(text).strip()
    return words if len(words) <= 24 else words[:21] + "…"
