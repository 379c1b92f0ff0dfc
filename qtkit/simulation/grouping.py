"""Which candidates of an ensemble have one distribution, whatever their angles: each distribution is computed once."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from qtkit.circuits.ansatz import CNOT, Ansatz
from qtkit.simulation.structure import Structure, structure


@dataclass(frozen=True)
class Gates:
    """A circuit by its gates, whatever its name.

    Attributes:
        hadamard: whether it starts from the uniform superposition.
        cnots: of one layer.
        rotations: each layer's.
        angle_set: the index of its angles among `(N, L, n)`; 0 where all share one set.
    """

    hadamard: bool
    cnots: tuple[CNOT, ...]
    rotations: tuple[str, ...]
    angle_set: int


@dataclass(frozen=True)
class Grouping:
    """The distinct distributions among N candidates.

    Attributes:
        real, complex, iqp: the circuits of each structure that depends on angles, with their candidates' indices.
        uniform, basis: the candidates whose distributions are uniform, or basis state 0 alone.
    """

    real: dict[Gates, list[int]]
    complex: dict[Gates, list[int]]
    iqp: dict[Gates, list[int]]
    uniform: list[int]
    basis: list[int]

    def members(self) -> np.ndarray:
        """1 where candidate j has distribution k: uniform, basis, then each circuit, `(2 + circuits, N)`."""
        groups = self._groups()
        members = np.zeros((len(groups), sum(map(len, groups))))
        for row, group in zip(members, groups, strict=True):
            row[group] = 1
        return members

    def by_cnots(self) -> list[Grouping]:
        """The same circuits in parts, one for each layer of CNOTs; what depends on no angles is a part of its own."""
        layers = dict.fromkeys(gates.cnots for gates in (*self.real, *self.complex, *self.iqp))
        parts = [Grouping({}, {}, {}, self.uniform, self.basis)] if self.uniform or self.basis else []
        for cnots in layers:
            real, other, iqp = (
                {gates: group for gates, group in circuits.items() if gates.cnots == cnots}
                for circuits in (self.real, self.complex, self.iqp)
            )
            parts.append(Grouping(real, other, iqp, [], []))
        return parts

    def candidates(self) -> list[int]:
        """The indices of all candidates."""
        return sorted(j for group in self._groups() for j in group)

    def _groups(self) -> list[list[int]]:
        return [self.uniform, self.basis, *self.real.values(), *self.complex.values(), *self.iqp.values()]


@functools.lru_cache(maxsize=64)
def group_candidates(candidates: tuple[Ansatz, ...], depth: int, n: int, *, shared: bool) -> Grouping:
    """The grouping of `candidates` at a size; `shared` angles are one set for all."""
    found: dict[Structure, dict[Gates, list[int]]] = {kind: {} for kind in Structure}
    known: dict[Structure, list[int]] = {kind: [] for kind in Structure}
    for j, ansatz in enumerate(candidates):
        kind = structure(ansatz, depth)
        gates = Gates(ansatz.hadamard, ansatz.cnots(n), ansatz.rotations(depth), 0 if shared else j)
        if kind.depends_on_angles:
            found[kind].setdefault(gates, []).append(j)
        else:
            known[kind].append(j)
    return Grouping(
        found[Structure.REAL],
        found[Structure.COMPLEX],
        found[Structure.IQP],
        known[Structure.UNIFORM],
        known[Structure.BASIS],
    )
