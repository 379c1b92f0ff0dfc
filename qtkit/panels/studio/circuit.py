"""The circuit on the studio's bench: an immutable value, and the edits that make a new one of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from qtkit.checks import checked_whole
from qtkit.circuits.ansatz import CANDIDATES, CNOT, Ansatz
from qtkit.circuits.words import ENTANGLER_WORDS, ROTATIONS, read_entangler, read_rotation
from qtkit.simulation.permutation import cnot_images

MAX_QUBITS, MAX_DEPTH, MAX_CNOTS = 10, 15, 40

_ALL_ANGLES = MAX_DEPTH * MAX_QUBITS


@dataclass(frozen=True)
class StudioCircuit:
    """Sizes, ansatz and angles of the circuit being built.

    Rotations and angles are kept for the largest circuit, so that a layer or a qubit taken away and put back finds its
    own again; only the first `depth` layers and `n_qubits` qubits count. The same holds for single CNOTs.

    Attributes:
        n_qubits: 1..10.
        depth: layers, 0..15.
        hadamard: whether the circuit starts from the uniform superposition.
        entangler: `"ent"` (brick), `"cyc"` (ring), or `(control, target)` pairs, `()` for none.
        rotations: the rotation of each of 15 layers.
        table: 150 angles in radians, layer after layer, 10 to a layer.

    Raises:
        ValueError: for an unknown word for the entangler or a rotation; all words of `Ansatz` are read.
    """

    n_qubits: int = 4
    depth: int = 2
    hadamard: bool = True
    entangler: str | tuple[CNOT, ...] = "cyc"
    rotations: tuple[str, ...] = ("ry",) * MAX_DEPTH
    table: tuple[float, ...] = (0.0,) * _ALL_ANGLES

    def __post_init__(self) -> None:
        read = Ansatz(self.hadamard, self.entangler, self.rotations)
        object.__setattr__(self, "entangler", read.entangler)
        object.__setattr__(self, "rotations", read.rotations(MAX_DEPTH))

    @staticmethod
    def of(
        ansatz: Ansatz, n_qubits: int, depth: int, angles: ArrayLike | None = None, *, seed: int = 0
    ) -> StudioCircuit:
        """The circuit of an `Ansatz`, with `angles` `(L, n)` or random ones.

        Raises:
            ValueError: for sizes out of range, angles of another shape or no numbers, a custom CNOT out of range, or a
                circuit by elements.
        """
        if not ansatz.in_words:
            raise ValueError(
                f"the studio builds circuits of CNOTs and one rotation a layer, got {ansatz}: "
                "ansatz.draw(n_qubits, depth) shows any"
            )
        circuit = StudioCircuit().resized(n_qubits, depth).with_ansatz(ansatz).randomised(seed)
        ansatz.cnots(n_qubits)
        if angles is None:
            return circuit
        try:
            angles = torch.as_tensor(angles, dtype=torch.float64).detach().cpu()
        except (TypeError, ValueError) as error:
            raise ValueError(f"angles must be numbers of shape ({depth}, {n_qubits}): {error}") from None
        if tuple(angles.shape) != (depth, n_qubits):
            raise ValueError(f"angles must have shape ({depth}, {n_qubits}), got {tuple(angles.shape)}")
        for layer in range(depth):
            for qubit in range(n_qubits):
                circuit = circuit.with_angle(layer, qubit, float(angles[layer, qubit]))
        return circuit

    @property
    def cnots(self) -> tuple[CNOT, ...]:
        """The CNOTs of one layer."""
        if isinstance(self.entangler, str):
            return Ansatz(self.hadamard, self.entangler).cnots(self.n_qubits)
        return tuple(pair for pair in self.entangler if max(pair) < self.n_qubits)

    @property
    def ansatz(self) -> Ansatz:
        """The circuit as a `qtkit.Ansatz`; CNOTs that make a ring or a brick go by that name."""
        return Ansatz(self.hadamard, self._entangler_now, self.rotations[: max(1, self.depth)])

    @property
    def angles(self) -> Tensor:
        """The angles in radians, float64 `(L, n)`."""
        table = np.array(self.table).reshape(MAX_DEPTH, MAX_QUBITS)
        return torch.tensor(table[: self.depth, : self.n_qubits])

    @property
    def entangler_name(self) -> str:
        """`"cyc"`, `"ent"`, `"none"` or `"own"`."""
        now = self._entangler_now
        return now if isinstance(now, str) else ("own" if now else "none")

    @property
    def configs(self) -> tuple[int, ...]:
        """The numbers in Table I of all candidates that are this very circuit, at this size.

        There can be several: one qubit has no entangler, and without layers only the start state is left.
        """
        return tuple(k for k, candidate in enumerate(CANDIDATES, start=1) if self._is(candidate))

    @property
    def config(self) -> int | None:
        """The number in Table I, or None; of several, the one of the same name, else the first."""
        found = self.configs
        return self.ansatz.config if self.ansatz.config in found else next(iter(found), None)

    def resized(self, n_qubits: int, depth: int) -> StudioCircuit:
        """With `n_qubits` qubits and `depth` layers.

        Raises:
            ValueError: if one of them is out of range.
        """
        n = checked_whole("the number of qubits", n_qubits, 1, MAX_QUBITS)
        return replace(self, n_qubits=n, depth=checked_whole("the number of layers", depth, 0, MAX_DEPTH))

    def with_hadamard(self, on: bool) -> StudioCircuit:
        """With or without the Hadamards at the start."""
        return replace(self, hadamard=bool(on))

    def with_entangler(self, name: str) -> StudioCircuit:
        """With a ring (`"cyc"` or `"ring"`), a brick (`"ent"` or `"brick"`) or nothing (`"none"`)."""
        if name == "none":
            return replace(self, entangler=())
        entangler = read_entangler(name)
        if entangler is None:
            raise ValueError(f"the entangler must be one of {(*ENTANGLER_WORDS, 'none')}, got {name!r}")
        return replace(self, entangler=entangler)

    def with_ansatz(self, ansatz: Ansatz) -> StudioCircuit:
        """With the Hadamards, CNOTs and rotations of `ansatz`; sizes and angles stay."""
        return replace(
            self, hadamard=ansatz.hadamard, entangler=ansatz.entangler, rotations=ansatz.rotations(MAX_DEPTH)
        )

    def with_config(self, number: int) -> StudioCircuit:
        """With config `number` (1..12) of Table I."""
        return self.with_ansatz(CANDIDATES[checked_whole("the config", number, 1, len(CANDIDATES)) - 1])

    def with_rotation(self, name: str, layer: int | None = None) -> StudioCircuit:
        """With rotation `name` in one layer, or in all; capital letters are read too."""
        rotation = read_rotation(name)
        if rotation is None:
            raise ValueError(f"the rotation must be one of {ROTATIONS}, in small or capital letters, got {name!r}")
        if layer is None:
            return replace(self, rotations=(rotation,) * MAX_DEPTH)
        layer = checked_whole("the layer", layer, 0, MAX_DEPTH - 1)
        return replace(self, rotations=(*self.rotations[:layer], rotation, *self.rotations[layer + 1 :]))

    def with_cnot_toggled(self, control: int, target: int) -> StudioCircuit:
        """With one more CNOT at the end of each layer, or without the last one from `control` to `target`."""
        last = self.n_qubits - 1
        control, target = checked_whole("the control", control, 0, last), checked_whole("the target", target, 0, last)
        if control == target:
            raise ValueError("a CNOT needs two different wires")
        cnots = self.cnots
        if (control, target) in cnots:
            return self.without_cnot(len(cnots) - 1 - cnots[::-1].index((control, target)))
        if len(cnots) >= MAX_CNOTS:
            raise ValueError(f"a layer can hold {MAX_CNOTS} CNOTs")
        return replace(self, entangler=(*cnots, (control, target)))

    def without_cnot(self, index: int) -> StudioCircuit:
        """Without the CNOT that stands at place `index` of a layer."""
        cnots = self.cnots
        index = checked_whole("the CNOT", index, 0, len(cnots) - 1)
        return replace(self, entangler=cnots[:index] + cnots[index + 1 :])

    def with_angle(self, layer: int, qubit: int, value: float) -> StudioCircuit:
        """With one angle set, in radians."""
        layer = checked_whole("the layer", layer, 0, MAX_DEPTH - 1)
        place = layer * MAX_QUBITS + checked_whole("the qubit", qubit, 0, MAX_QUBITS - 1)
        return replace(self, table=(*self.table[:place], _angle(value), *self.table[place + 1 :]))

    def with_all_angles(self, value: float) -> StudioCircuit:
        """With every angle the same."""
        return replace(self, table=(_angle(value),) * _ALL_ANGLES)

    def randomised(self, seed: int) -> StudioCircuit:
        """With angles drawn uniformly from (-π, π); a seed gives the same angles whatever the size of the circuit."""
        seed = checked_whole("the seed", seed, 0, 2**31 - 1)
        return replace(self, table=tuple(np.random.default_rng(seed).uniform(-math.pi, math.pi, _ALL_ANGLES).tolist()))

    @property
    def _entangler_now(self) -> str | tuple[CNOT, ...]:
        if isinstance(self.entangler, str):
            return self.entangler
        cnots = self.cnots
        named = (name for name in ("cyc", "ent") if cnots and self._acts_as(name))
        return next(named, cnots)

    def _acts_as(self, entangler: str | tuple[CNOT, ...]) -> bool:
        """Whether the CNOTs of a layer are, taken together, those of an entangler, in whatever order."""
        named = Ansatz(self.hadamard, entangler).cnots(self.n_qubits)
        return np.array_equal(cnot_images(self.cnots, self.n_qubits), cnot_images(named, self.n_qubits))

    def _is(self, candidate: Ansatz) -> bool:
        if candidate.hadamard != self.hadamard:
            return False
        same_rotations = candidate.rotations(self.depth) == self.rotations[: self.depth]
        return self.depth == 0 or (same_rotations and self._acts_as(candidate.entangler))


def _angle(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"an angle must be a finite number of radians, got {value!r}")
    return float(value)
