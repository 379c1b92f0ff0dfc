"""`StudioModel`: the circuit with its history, how it is measured, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

import numpy as np
from torch import Tensor

from qtkit.analysis import explain, parity_groups
from qtkit.checks import checked_whole
from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.export import openqasm, pennylane_code, qtkit_code
from qtkit.circuits.svg import circuit_svg
from qtkit.generator.counts import counts, mapping_start, weights
from qtkit.panels.studio.circuit import StudioCircuit
from qtkit.panels.studio.measurement import Measurement, measure
from qtkit.panels.studio.typed import parse_noise, parse_shots, parse_target
from qtkit.simulation.structure import Structure, words_on

EXPORTS: dict[str, Callable[[Ansatz, Tensor, int], str]] = {
    "pennylane": pennylane_code,
    "openqasm": openqasm,
    "qtkit": qtkit_code,
}
_HISTORY = 200


class StudioModel:
    """Everything the studio knows, without a widget.

    Every edit is one method. It changes `circuit` and can be undone; a refused edit changes nothing.

    Arguments:
        circuit: what is on the bench at the start.
        target: p, weights of the network to be generated; None for as many as the circuit can, `2**n`.
        seed: of the mapping's start.
    """

    def __init__(self, circuit: StudioCircuit | None = None, *, target: int | None = None, seed: int = 0) -> None:
        self.circuit = circuit or StudioCircuit().randomised(seed)
        self.measurement = Measurement()
        self._target = None if target is None else parse_target(target)
        self.seed = seed
        self._past: list[StudioCircuit] = []
        self._future: list[StudioCircuit] = []
        self._gesture: Hashable | None = None

    # -- edits -------------------------------------------------------------------------------------------------------
    def set_size(self, n_qubits: int | None = None, depth: int | None = None) -> None:
        """Set the number of qubits (1..10), of layers (0..15), or both."""
        n = self.circuit.n_qubits if n_qubits is None else n_qubits
        self._edit(self.circuit.resized(n, self.circuit.depth if depth is None else depth))

    def set_hadamard(self, on: bool) -> None:
        """Start from the uniform superposition, or not."""
        self._edit(self.circuit.with_hadamard(on))

    def set_entangler(self, name: str) -> None:
        """`"cyc"`, `"ent"` or `"none"`."""
        self._edit(self.circuit.with_entangler(name))

    def toggle_cnot(self, control: int, target: int) -> None:
        """Add a CNOT at the end of every layer, or take the last one of this kind away."""
        self._edit(self.circuit.with_cnot_toggled(control, target))

    def remove_cnot(self, index: int) -> None:
        """Take the CNOT at this place of a layer away."""
        self._edit(self.circuit.without_cnot(index))

    def set_rotation(self, name: str, layer: int | None = None) -> None:
        """`"rx"`, `"ry"` or `"rz"`, for one layer or for all."""
        self._edit(self.circuit.with_rotation(name, layer))

    def load_config(self, number: int) -> None:
        """One of Table I's twelve; sizes and angles stay."""
        self._edit(self.circuit.with_config(number))

    def add_element(self, gate: str, part: str | int = 0, place: int | None = None) -> None:
        """One more element, such as `"CZ"`, in the start (`"start"`) or in a layer (0, and so on, in turn)."""
        self._edit(self.circuit.with_elements(self.circuit.by_elements.with_added(gate, part, place)))

    def remove_element(self, part: str | int, place: int) -> None:
        """Take the element at this place of a part away."""
        self._edit(self.circuit.with_elements(self.circuit.by_elements.without(part, place)))

    def move_element(self, part: str | int, place: int, to: int, to_part: str | int | None = None) -> None:
        """Put the element at this place of a part elsewhere, in the same part or another."""
        self._edit(self.circuit.with_elements(self.circuit.by_elements.with_moved(part, place, to, to_part)))

    def set_pattern(self, part: str | int, place: int, pattern: str) -> None:
        """`"brick"`, `"ring"`, `"star"` or `"all"`, for the pairs of the element at this place."""
        self._edit(self.circuit.with_elements(self.circuit.by_elements.with_pattern(part, place, pattern)))

    def set_angle(self, layer: int, qubit: int, value: float, *, dragging: bool = False) -> None:
        """One angle in radians, of a qubit or, by elements, at this place of the layer's row.

        While `dragging`, all steps of one drag are undone as one.
        """
        self._edit(self.circuit.with_angle(layer, qubit, value), gesture=(layer, qubit) if dragging else None)

    def set_all_angles(self, value: float, *, dragging: bool = False) -> None:
        """Every angle the same."""
        self._edit(self.circuit.with_all_angles(value), gesture="all" if dragging else None)

    def randomise(self, seed: int) -> None:
        """Draw the angles uniformly from (-π, π)."""
        self._edit(self.circuit.randomised(seed))

    def undo(self) -> None:
        """Take the last edit back; nothing happens if there is none."""
        self._step(self._past, self._future)

    def redo(self) -> None:
        """Do it again; nothing happens if nothing was taken back."""
        self._step(self._future, self._past)

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to do again."""
        return bool(self._future)

    # -- settings that are not part of the circuit -------------------------------------------------------------------
    def set_target(self, text: str | int) -> None:
        """Set p as typed, empty for `2**n`; ValueError with a sentence for the user."""
        self._target = parse_target(text) if str(text).strip() else None

    def set_shots(self, text: str | int | None) -> None:
        """Set the shots as typed; ValueError with a sentence for the user."""
        self.measurement = replace(self.measurement, shots=parse_shots(text))

    def set_noise(self, text: str | float) -> None:
        """Set the noise as typed; ValueError with a sentence for the user."""
        self.measurement = replace(self.measurement, noise=parse_noise(text))

    def set_shot_seed(self, seed: int) -> None:
        """Set the seed of the shots."""
        self.measurement = replace(self.measurement, seed=checked_whole("the seed", seed, 0))

    # -- what is shown -----------------------------------------------------------------------------------------------
    @property
    def target(self) -> int:
        """p, the weights of the network to be generated."""
        return 2**self.circuit.n_qubits if self._target is None else self._target

    @property
    def ansatz(self) -> Ansatz:
        """The circuit as a `qtkit.Ansatz`."""
        return self.circuit.ansatz

    @property
    def angles(self) -> Tensor:
        """The angles in radians, float64 `(L, A)`; A is n in words."""
        return self.circuit.angles

    def probabilities(self) -> np.ndarray:
        """What is measured now: exact, sampled or noisy, `(2**n,)`."""
        return measure(self.ansatz, self.angles, self.measurement, n_qubits=self.circuit.n_qubits)

    @property
    def mapping(self) -> np.ndarray:
        """The linear mapping `(n + 2,)` that turns bits and probability into a weight."""
        return mapping_start(self.circuit.n_qubits, seed=self.seed)

    def weights(self, *, seen: str = "raw") -> np.ndarray:
        """The generated κ: the first p of them, or all 2**n if there are fewer."""
        return weights(self.probabilities(), self.mapping, seen=seen)[: self.target]

    def export(self, form: str) -> str:
        """The circuit as text: `"pennylane"`, `"openqasm"`, `"qtkit"` or `"svg"`."""
        if form == "svg":
            return circuit_svg(self.ansatz, self.circuit.n_qubits, self.circuit.depth)
        if form not in EXPORTS:
            raise ValueError(f"the form must be one of {(*EXPORTS, 'svg')}, got {form!r}")
        return EXPORTS[form](self.ansatz, self.angles, self.circuit.n_qubits)

    def recognised(self) -> str:
        """The circuit's place in Table I, in words."""
        found, kind = self.circuit.configs, ", ".join(self.ansatz.label.split(", "))
        if not found:
            return f"Not in Table I ({kind})"
        if len(found) == 1:
            return f"config {found[0]}: {kind}"
        others = [str(k) for k in found if k != self.circuit.config]
        return f"config {self.circuit.config}: {kind} (here the same circuit as {', '.join(others)})"

    def circuit_state(self) -> dict[str, Any]:
        """All about the circuit that does not depend on the angles' values, as plain JSON."""
        c = self.circuit
        said = explain(c.ansatz, c.n_qubits, c.depth)
        return {
            "n": c.n_qubits,
            "depth": c.depth,
            "hadamard": c.hadamard,
            "entangler": c.entangler_name,
            "cnots": [list(pair) for pair in c.cnots],
            "rotations": list(c.rotations[: c.depth]) if c.elements is None else [],
            "elements": c.by_elements.to_json(),
            "operations": None if c.elements is None else self._operations(),
            "config": c.config,
            "recognised": self.recognised(),
            "svg": circuit_svg(c.ansatz, c.n_qubits, c.depth, max_width=1e6, ghosts=True),
            "depends": said.depends,
            "headline": said.headline,
            "reason": said.reason,
            "parity": self._parity(said.structure),
            "mapping": self.mapping.tolist(),
        }

    def sizes(self) -> dict[str, Any]:
        """Qubits, trained numbers and compression for the target, as plain JSON."""
        sizes = counts(self.target, self.circuit.depth)
        own = self._count_angles(sizes.qubits)
        return {
            "target": sizes.target,
            "typed": self._target is not None,
            "qubits": sizes.qubits,
            "angles": sizes.angles,
            "mapping": sizes.mapping,
            "structural": sizes.structural,
            "trainable": None if own is None else own + sizes.mapping,
            "searched": sizes.searched,
            "compression": sizes.compression,
        }

    def _count_angles(self, n: int) -> int | None:
        """Those of the circuit on `n` qubits; None where they are so few that nothing is left of its elements."""
        elements, depth = self.circuit.elements, self.circuit.depth
        if elements is None:
            return depth * n
        try:
            return depth * elements.ansatz(n).angles_per_layer(n)
        except ValueError:
            return None

    def _operations(self) -> dict[str, Any]:
        """The gates of the start, and of each layer in turn: `[name, wires, place of its first angle]`."""
        turns = len(self.ansatz.layers)
        start, *layers = self.ansatz.operations(self.circuit.n_qubits, turns)
        return {"start": [list(each) for each in start], "layers": [[list(each) for each in own] for own in layers]}

    def _parity(self, kind: Structure) -> list[dict[str, Any]]:
        if kind is not Structure.IQP:
            return []
        n, depth = self.circuit.n_qubits, self.circuit.depth
        words = words_on(self.ansatz, n, depth)
        groups = parity_groups(Ansatz(*words), n, depth) if words is not None else {}
        return [{"mask": mask, "angles": [list(place) for place in members]} for mask, members in groups.items()]

    def _edit(self, circuit: StudioCircuit, *, gesture: Hashable | None = None) -> None:
        if circuit == self.circuit:
            return
        if gesture is None or gesture != self._gesture:
            self._past = [*self._past[-_HISTORY + 1 :], self.circuit]
        self._gesture = gesture
        self._future.clear()
        self.circuit = circuit

    def end_gesture(self) -> None:
        """A drag ended: the next one is an edit of its own."""
        self._gesture = None

    def _step(self, source: list[StudioCircuit], sink: list[StudioCircuit]) -> None:
        self._gesture = None
        if source:
            sink.append(self.circuit)
            self.circuit = source.pop()
