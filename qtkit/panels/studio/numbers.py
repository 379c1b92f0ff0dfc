"""What is computed about a circuit beside its distribution: `rank` and `reach`."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from qtkit.analysis import (
    effective_parameters,
    entangling_capability,
    expressibility,
    numerical_rank,
    probability_jacobian,
)
from qtkit.circuits.ansatz import Ansatz
from qtkit.panels.studio.circuit import StudioCircuit

MOST_WORK = 200_000
"""Angles, and gates, times 2**n: what is more, of a circuit by elements, would keep the kernel busy for too long."""


@dataclass(frozen=True)
class Rank:
    """Effective parameters: the rank of ∂p/∂Θ at the present angles and at random ones, out of so many angles."""

    here: int
    random: int
    angles: int


@dataclass(frozen=True)
class Reach:
    """Expressibility (nats) and mean Meyer-Wallach entanglement, with the numbers of samples they rest on."""

    expressibility: float
    entanglement: float
    n_pairs: int
    n_samples: int


def rank(circuit: StudioCircuit) -> Rank | None:
    """The effective parameters of `circuit`; None for more angles by elements than `MOST_WORK` allows."""
    n, angles = circuit.n_qubits, circuit.angles
    if circuit.elements is not None and 2 * angles.numel() << n > MOST_WORK:
        return None
    here = numerical_rank(probability_jacobian(circuit.ansatz, angles.numpy(), n_qubits=n))
    return Rank(here, _random_rank(circuit.ansatz, n, circuit.depth), angles.numel())


def reach(circuit: StudioCircuit) -> Reach | None:
    """Expressibility and entanglement of `circuit` over random angles; fewer samples where its states are large.

    None for more gates by elements than `MOST_WORK` allows.
    """
    if circuit.elements is not None:
        gates = sum(map(len, circuit.ansatz.operations(circuit.n_qubits, circuit.depth)))
        if gates << circuit.n_qubits > MOST_WORK:
            return None
    return _reach(circuit.ansatz, circuit.n_qubits, circuit.depth)


@functools.lru_cache(maxsize=128)
def _random_rank(ansatz: Ansatz, n: int, depth: int) -> int:
    return effective_parameters(ansatz, n, depth, n_draws=1)


@functools.lru_cache(maxsize=128)
def _reach(ansatz: Ansatz, n: int, depth: int) -> Reach:
    n_pairs = 5000 if n <= 5 else 2000 if n <= 7 else 400
    n_samples = min(1000, n_pairs)
    return Reach(
        expressibility=expressibility(ansatz, n, depth, n_pairs=n_pairs),
        entanglement=entangling_capability(ansatz, n, depth, n_samples=n_samples),
        n_pairs=n_pairs,
        n_samples=n_samples,
    )
