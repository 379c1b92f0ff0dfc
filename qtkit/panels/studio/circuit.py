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
from qtkit.panels.studio.elements import StudioElements
from qtkit.simulation.permutation import cnot_images
from qtkit.simulation.structure import words_on

MAX_QUBITS, MAX_DEPTH, MAX_CNOTS = 10, 15, 40
MAX_GATES, MAX_ANGLES = 100, 90
"""Of a layer by elements."""

_ALL_ANGLES = MAX_DEPTH * MAX_QUBITS
_MORE_ANGLES = MAX_DEPTH * (MAX_ANGLES - MAX_QUBITS)


@dataclass(frozen=True)
class StudioCircuit:
    """Sizes, ansatz and angles of the circuit being built.

    Rotations and angles are kept for the largest circuit, so that a layer or a qubit taken away and put back finds its
    own again; only the first `depth` layers and `n_qubits` qubits count. The same holds for single CNOTs, and for the
    words where the circuit is said by elements.

    Attributes:
        n_qubits: 1..10.
        depth: layers, 0..15.
        hadamard: whether the circuit starts from the uniform superposition.
        entangler: `"ent"` (brick), `"cyc"` (ring), or `(control, target)` pairs, `()` for none.
        rotations: the rotation of each of 15 layers.
        table: 150 angles in radians, layer after layer, 10 to a layer.
        elements: what the circuit is where words cannot say it, else None.
        more: the other 80 angles that a layer by elements can have, layer after layer.

    Raises:
        ValueError: for an unknown word for the entangler or a rotation; all words of `Ansatz` are read. For elements
            that are too many, or of which nothing is left on so few qubits.
    """

    n_qubits: int = 4
    depth: int = 2
    hadamard: bool = True
    entangler: str | tuple[CNOT, ...] = "cyc"
    rotations: tuple[str, ...] = ("ry",) * MAX_DEPTH
    table: tuple[float, ...] = (0.0,) * _ALL_ANGLES
    elements: StudioElements | None = None
    more: tuple[float, ...] = (0.0,) * _MORE_ANGLES

    def __post_init__(self) -> None:
        read = Ansatz(self.hadamard, self.entangler, self.rotations)
        object.__setattr__(self, "entangler", read.entangler)
        object.__setattr__(self, "rotations", read.rotations(MAX_DEPTH))
        if self.elements is not None:
            self._check_sizes(self.elements)

    def _check_sizes(self, elements: StudioElements) -> None:
        n, turns = self.n_qubits, len(elements.layers)
        ansatz = elements.ansatz(n)
        gates, angles = max(map(len, ansatz.operations(n, turns))), ansatz.angles_per_layer(n)
        for what, count, most in (("gates", gates, MAX_GATES), ("angles", angles, MAX_ANGLES)):
            if count > most:
                raise ValueError(f"a layer can have {most} {what}; this one has {count} on {n} qubits")

    @staticmethod
    def of(
        ansatz: Ansatz, n_qubits: int, depth: int, angles: ArrayLike | None = None, *, seed: int = 0
    ) -> StudioCircuit:
        """The circuit of an `Ansatz`, with `angles` `(L, A)`, A = n in words, or random ones.

        Raises:
            ValueError: for sizes out of range, angles of another shape or no numbers, a gate out of range, or more
                gates or angles in a layer than the studio shows.
        """
        circuit = StudioCircuit().resized(n_qubits, depth)
        ansatz.check_fits(n_qubits)
        circuit = circuit.with_ansatz(ansatz).randomised(seed)
        if angles is None:
            return circuit
        width = ansatz.angles_per_layer(n_qubits)
        try:
            angles = torch.as_tensor(angles, dtype=torch.float64).detach().cpu()
        except (TypeError, ValueError) as error:
            raise ValueError(f"angles must be numbers of shape ({depth}, {width}): {error}") from None
        if tuple(angles.shape) != (depth, width):
            raise ValueError(f"angles must have shape ({depth}, {width}), got {tuple(angles.shape)}")
        for layer in range(depth):
            for place in range(width):
                circuit = circuit.with_angle(layer, place, float(angles[layer, place]))
        return circuit

    @property
    def cnots(self) -> tuple[CNOT, ...]:
        """The CNOTs of one layer; none by elements, whose gates `ansatz` tells."""
        if self.elements is not None:
            return ()
        if isinstance(self.entangler, str):
            return Ansatz(self.hadamard, self.entangler).cnots(self.n_qubits)
        return tuple(pair for pair in self.entangler if max(pair) < self.n_qubits)

    @property
    def ansatz(self) -> Ansatz:
        """The circuit as a `qtkit.Ansatz`; CNOTs that make a ring or a brick go by that name."""
        if self.elements is not None:
            return self.elements.ansatz(self.n_qubits)
        return Ansatz(self.hadamard, self._entangler_now, self.rotations[: max(1, self.depth)])

    @property
    def angles(self) -> Tensor:
        """The angles in radians, float64 `(L, A)`, A = n in words."""
        width = self.ansatz.angles_per_layer(self.n_qubits)
        table = np.array(self.table).reshape(MAX_DEPTH, MAX_QUBITS)
        more = np.array(self.more).reshape(MAX_DEPTH, MAX_ANGLES - MAX_QUBITS)
        return torch.tensor(np.hstack([table, more])[: self.depth, :width])

    @property
    def entangler_name(self) -> str:
        """`"cyc"`, `"ent"`, `"none"` or `"own"`; `"elements"` where these say it."""
        if self.elements is not None:
            return "elements"
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
        if self.elements is not None:
            return self.with_elements(self.elements.with_hadamards(bool(on)))
        return replace(self, hadamard=bool(on))

    def with_entangler(self, name: str) -> StudioCircuit:
        """With a ring (`"cyc"` or `"ring"`), a brick (`"ent"` or `"brick"`) or nothing (`"none"`).

        This, a rotation and a config say the circuit in words, and end what elements said.
        """
        if name == "none":
            return replace(self, entangler=(), elements=None)
        entangler = read_entangler(name)
        if entangler is None:
            raise ValueError(f"the entangler must be one of {(*ENTANGLER_WORDS, 'none')}, got {name!r}")
        return replace(self, entangler=entangler, elements=None)

    def with_ansatz(self, ansatz: Ansatz) -> StudioCircuit:
        """With the Hadamards, CNOTs and rotations of `ansatz`, or its elements; sizes and angles stay."""
        if not ansatz.in_words:
            return replace(self, hadamard=ansatz.hadamard, elements=StudioElements.of(ansatz))
        hadamard, entangler, rotations = ansatz.hadamard, ansatz.entangler, ansatz.rotations(MAX_DEPTH)
        return replace(self, hadamard=hadamard, entangler=entangler, rotations=rotations, elements=None)

    @property
    def by_elements(self) -> StudioElements:
        """The circuit by elements, also where words say it."""
        return StudioElements.of(self.ansatz) if self.elements is None else self.elements

    def with_elements(self, elements: StudioElements) -> StudioCircuit:
        """With these elements, or the words that say the same; sizes and angles stay.

        Raises:
            ValueError: for a layer without elements, a start with angles, or too many gates or angles in a layer.
        """
        return self.with_ansatz(Ansatz(start=elements.start, layer=list(elements.layers)))

    def with_config(self, number: int) -> StudioCircuit:
        """With config `number` (1..12) of Table I."""
        return self.with_ansatz(CANDIDATES[checked_whole("the config", number, 1, len(CANDIDATES)) - 1])

    def with_rotation(self, name: str, layer: int | None = None) -> StudioCircuit:
        """With rotation `name` in one layer, or in all; capital letters are read too."""
        rotation = read_rotation(name)
        if rotation is None:
            raise ValueError(f"the rotation must be one of {ROTATIONS}, in small or capital letters, got {name!r}")
        if layer is None:
            return replace(self, rotations=(rotation,) * MAX_DEPTH, elements=None)
        layer = checked_whole("the layer", layer, 0, MAX_DEPTH - 1)
        rotations = (*self.rotations[:layer], rotation, *self.rotations[layer + 1 :])
        return replace(self, rotations=rotations, elements=None)

    def with_cnot_toggled(self, control: int, target: int) -> StudioCircuit:
        """With one more CNOT at the end of each layer, or without the last one from `control` to `target`."""
        last = self.n_qubits - 1
        control, target = checked_whole("the control", control, 0, last), checked_whole("the target", target, 0, last)
        if control == target:
            raise ValueError("a CNOT needs two different wires")
        if self.elements is not None:
            return self.with_elements(self.elements.with_pair_toggled("CNOT", (control, target)))
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
        """With one angle set, in radians: of a qubit, or by elements at a place of the layer's row."""
        layer = checked_whole("the layer", layer, 0, MAX_DEPTH - 1)
        most = MAX_QUBITS if self.elements is None else MAX_ANGLES
        qubit = checked_whole("the qubit" if self.elements is None else "the angle", qubit, 0, most - 1)
        if qubit < MAX_QUBITS:
            return replace(self, table=_with_value(self.table, layer * MAX_QUBITS + qubit, value))
        place = layer * (MAX_ANGLES - MAX_QUBITS) + qubit - MAX_QUBITS
        return replace(self, more=_with_value(self.more, place, value))

    def with_all_angles(self, value: float) -> StudioCircuit:
        """With every angle the same."""
        return replace(self, table=(_angle(value),) * _ALL_ANGLES, more=(_angle(value),) * _MORE_ANGLES)

    def randomised(self, seed: int) -> StudioCircuit:
        """With angles drawn uniformly from (-π, π); a seed gives the same angles whatever the size of the circuit."""
        random = np.random.default_rng(checked_whole("the seed", seed, 0, 2**31 - 1))
        table, more = (tuple(random.uniform(-math.pi, math.pi, k).tolist()) for k in (_ALL_ANGLES, _MORE_ANGLES))
        return replace(self, table=table, more=more)

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

    def _words_on_wires(self, ansatz: Ansatz) -> tuple[bool, tuple[int, ...], tuple[str, ...]] | None:
        """Start, where a layer's CNOTs send each basis state, and rotations: of a circuit that has this form."""
        words = words_on(ansatz, self.n_qubits, self.depth)
        if words is None:
            return None
        hadamard, cnots, rotations = words
        images = cnot_images(cnots if self.depth else (), self.n_qubits)
        return hadamard, tuple(images.tolist()), rotations

    def _is(self, candidate: Ansatz) -> bool:
        if self.elements is not None:
            return self._words_on_wires(self.ansatz) == self._words_on_wires(candidate)
        if candidate.hadamard != self.hadamard:
            return False
        same_rotations = candidate.rotations(self.depth) == self.rotations[: self.depth]
        return self.depth == 0 or (same_rotations and self._acts_as(candidate.entangler))


def _with_value(values: tuple[float, ...], place: int, value: object) -> tuple[float, ...]:
    return (*values[:place], _angle(value), *values[place + 1 :])


def _angle(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"an angle must be a finite number of radians, got {value!r}")
    return float(value)
