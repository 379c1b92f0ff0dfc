"""Which candidates of an ensemble have one distribution, whatever their angles: each distribution is computed once."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np

from qtkit.circuits.ansatz import CNOT, Ansatz
from qtkit.simulation.steps import Steps, steps_of
from qtkit.simulation.structure import Structure, structure, words_on
from qtkit.simulation.widths import max_angles


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
class General:
    """A circuit of any gates, with the index of its angles among `(N, L, A)`; 0 where all share one set."""

    steps: Steps
    angle_set: int


@dataclass(frozen=True)
class Grouping:
    """The distinct distributions among N candidates.

    Attributes:
        real, complex, iqp: the circuits of each structure that depends on angles, with their candidates' indices: those
            that are layers of CNOTs and of one rotation on all qubits.
        general: all others that depend on angles.
        uniform, basis: the candidates whose distributions are uniform, or basis state 0 alone.
    """

    real: dict[Gates, list[int]]
    complex: dict[Gates, list[int]]
    iqp: dict[Gates, list[int]]
    uniform: list[int]
    basis: list[int]
    general: dict[General, list[int]] = field(default_factory=dict)

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
        parts += [Grouping({}, {}, {}, [], [], {circuit: group}) for circuit, group in self.general.items()]
        return parts

    def candidates(self) -> list[int]:
        """The indices of all candidates."""
        return sorted(j for group in self._groups() for j in group)

    def _groups(self) -> list[list[int]]:
        layered = [*self.real.values(), *self.complex.values(), *self.iqp.values()]
        return [self.uniform, self.basis, *layered, *self.general.values()]


@functools.lru_cache(maxsize=64)
def group_candidates(
    candidates: tuple[Ansatz, ...], depth: int, n: int, *, shared: bool, width: int | None = None
) -> Grouping:
    """The grouping of `candidates` at a size; `shared` angles are one set for all.

    `width` is the length of a layer's row of angles, by default as many as the longest layer of all takes.
    """
    found: dict[Structure, dict[Gates, list[int]]] = {kind: {} for kind in Structure}
    general: dict[General, list[int]] = {}
    width = max_angles(candidates, n) if width is None else width
    known: dict[Structure, list[int]] = {kind: [] for kind in Structure}
    for j, ansatz in enumerate(candidates):
        kind, words = structure(ansatz, depth, n), words_on(ansatz, n, depth)
        angle_set = 0 if shared else j
        if not kind.depends_on_angles:
            known[kind].append(j)
        elif words is not None:
            found[kind].setdefault(Gates(*words, angle_set), []).append(j)
        else:
            general.setdefault(General(steps_of(ansatz, n, depth, width), angle_set), []).append(j)
    return Grouping(
        found[Structure.REAL],
        found[Structure.COMPLEX],
        found[Structure.IQP],
        known[Structure.UNIFORM],
        known[Structure.BASIS],
        general,
    )
