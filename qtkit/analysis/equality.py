"""Which circuits are one and the same in their probabilities: `equal_circuits`, and those of Table I among them."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Sequence

from qtkit.circuits.ansatz import CANDIDATES, Ansatz, qubits_for
from qtkit.paper import EXPERIMENTS
from qtkit.simulation.structure import structure, words_on


def equal_circuits(candidates: Sequence[Ansatz], n_qubits: int, depth: int) -> tuple[tuple[int, ...], ...]:
    """The places of `candidates` in groups that have the same probabilities at whatever angles, in order.

    Equal are circuits whose probabilities do not depend on the angles and are of the same kind, see
    `qtkit.simulation.structure.structure`; and those with the same gates in the same order.

    Example:
        >>> from qtkit import CANDIDATES
        >>> equal_circuits(CANDIDATES[6:], n_qubits=4, depth=2)  # configs 9 and 12
        ((0,), (1,), (2, 5), (3,), (4,))
    """
    groups: dict[Hashable, list[int]] = {}
    for place, ansatz in enumerate(candidates):
        kind = structure(ansatz, depth, n_qubits)
        gates = words_on(ansatz, n_qubits, depth) or ansatz.operations(n_qubits, depth)
        groups.setdefault(gates if kind.depends_on_angles else kind, []).append(place)
    return tuple(map(tuple, groups.values()))


@functools.cache
def equal_candidates() -> tuple[tuple[int, ...], ...]:
    """The places of the twelve `CANDIDATES` in groups that are equal in all of the paper's experiments, in order.

    They are told by its least qubits and layers, those of the series: what is equal there is equal above.
    """
    smallest = EXPERIMENTS["series"]
    return equal_circuits(CANDIDATES, qubits_for(smallest.targets[0].num_weights), smallest.depth)
