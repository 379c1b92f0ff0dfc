"""`AnsatzStudio`: build a circuit under your fingers and see at once what it generates."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike
from torch import Tensor

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.circuits.svg import circuit_svg
from qtkit.names import counted
from qtkit.panels.parts.front_end import FrontEnd
from qtkit.panels.parts.later import Later
from qtkit.panels.studio import Rank, Reach, StudioCircuit, StudioModel, measure, rank, reach
from qtkit.web.bundle import bundle

_HERE = Path(__file__).parent
_QUIET = 0.3  # seconds without an edit before the slow numbers are computed


class AnsatzStudio(FrontEnd):
    """A circuit editor: click Hadamards, wires and CNOTs, turn angles, see probabilities and weights.

    Under "More gates" the circuit is a row of elements, any that `qtkit.circuits` has. `studio.ansatz` and
    `studio.angles` are what was built, ready for `qtkit.DiffQAS` or `qtkit.probabilities`.

    Arguments:
        ansatz: the circuit to begin with, in words or by elements, or its number in Table I.
        n_qubits: 1..10.
        depth: layers, 0..15.
        angles: `(L, A)` in radians, A = n in words; by default random ones.
        target: p, the weights of the network to be generated; by default as many as the circuit can, `2**n`.
        seed: of the random angles and of the mapping's start.

    Raises:
        ValueError: for sizes out of range, angles of another shape or no numbers, a gate out of range, or a layer of
            more than 100 gates or 90 angles.

    Example:
        >>> AnsatzStudio(5, n_qubits=4, depth=2).ansatz.config
        5
        >>> from qtkit.circuits import CZ, U3, Ansatz, H
        >>> AnsatzStudio(Ansatz(start=[H()], layer=[CZ("ring"), U3()]), n_qubits=3).angles.shape
        torch.Size([2, 9])
    """

    _esm = bundle(_HERE / "studio.js")
    _css = bundle(_HERE / "studio.css")

    _circuit = traitlets.Dict().tag(sync=True)
    _angles: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    _measured = traitlets.Bytes().tag(sync=True)  # float32 (2**n,) after shots or noise, empty if there are none
    _measurement = traitlets.Dict().tag(sync=True)
    _sizes = traitlets.Dict().tag(sync=True)
    _numbers = traitlets.Dict().tag(sync=True)
    _history = traitlets.Dict().tag(sync=True)
    _export = traitlets.Dict().tag(sync=True)

    _later: Later | None = None

    def __init__(
        self,
        ansatz: Ansatz | int = 5,
        *,
        n_qubits: int = 4,
        depth: int = 2,
        angles: ArrayLike | None = None,
        target: int | None = None,
        seed: int = 0,
    ) -> None:
        if isinstance(ansatz, int) and not isinstance(ansatz, bool):
            if not 1 <= ansatz <= len(CANDIDATES):
                raise ValueError(f"Table I has configs 1 to {len(CANDIDATES)}, got {ansatz}")
            ansatz = CANDIDATES[ansatz - 1]
        if not isinstance(ansatz, Ansatz):
            raise ValueError(f"ansatz must be a qtkit.Ansatz or a number of Table I, got {ansatz!r}")
        circuit = StudioCircuit.of(ansatz, n_qubits, depth, angles, seed=seed)
        self.model = StudioModel(circuit, target=target, seed=seed)
        self._shown: StudioCircuit | None = None
        self._computed: object = None
        self._later = Later(_QUIET)
        super().__init__()

    @property
    def ansatz(self) -> Ansatz:
        """What is built, as a `qtkit.Ansatz`."""
        return self.model.ansatz

    @property
    def angles(self) -> Tensor:
        """Its angles in radians, float64 `(L, A)`; A is n in words."""
        return self.model.angles

    @property
    def n_qubits(self) -> int:
        """Its number of qubits."""
        return self.model.circuit.n_qubits

    @property
    def config(self) -> int | None:
        """Its number in Table I, or None."""
        return self.model.circuit.config

    @property
    def probabilities(self) -> np.ndarray:
        """What is measured now, `(2**n,)`: exact, or with the shots and the noise that are set."""
        return self.model.probabilities()

    @property
    def error(self) -> Exception | None:
        """What the last computation of the slow numbers raised, if it failed: they are not shown then."""
        return None if self._later is None else self._later.error

    def join(self, timeout: float = 30.0) -> bool:
        """Wait until the numbers that take longer are there: rank, reach, noise; True if so."""
        return self._later is None or self._later.wait(timeout)

    def close(self) -> None:
        """End the widget and its background work."""
        if self._later is not None:  # None if the arguments were refused
            self._later.close()
            super().close()

    def __repr__(self) -> str:
        c = self.model.circuit
        return f"AnsatzStudio: {self.model.recognised()}, {counted(c.n_qubits, 'qubit')}, {counted(c.depth, 'layer')}"

    def _still(self) -> str:
        c = self.model.circuit
        return f"<p>{self!r}</p>" + circuit_svg(c.ansatz, c.n_qubits, c.depth)

    # -- what the front end may ask for ------------------------------------------------------------------------------
    def _actions(self) -> dict[str, Callable[..., None]]:
        m = self.model
        return {
            "size": m.set_size,
            "hadamard": m.set_hadamard,
            "entangler": m.set_entangler,
            "toggle_cnot": m.toggle_cnot,
            "remove_cnot": m.remove_cnot,
            "rotation": m.set_rotation,
            "add_element": m.add_element,
            "remove_element": m.remove_element,
            "move_element": m.move_element,
            "pattern": m.set_pattern,
            "config": m.load_config,
            "angle": m.set_angle,
            "all_angles": m.set_all_angles,
            "end_gesture": m.end_gesture,
            "randomise": m.randomise,
            "undo": m.undo,
            "redo": m.redo,
            "target": m.set_target,
            "shots": m.set_shots,
            "noise": m.set_noise,
            "shot_seed": m.set_shot_seed,
            "export": self._set_export,
        }

    def _set_export(self, form: str) -> None:
        self._export = {"form": form, "text": self.model.export(form)}

    def _refresh(self) -> None:
        """Bring all synced state up to date; what has not changed is not sent."""
        m, c = self.model, self.model.circuit
        structure = _without_angles(c)
        with self.hold_sync():
            if self._shown is None or structure != _without_angles(self._shown):
                self._circuit = m.circuit_state()
            self._angles = c.angles.tolist()
            self._history = {"undo": m.can_undo, "redo": m.can_redo}
            self._sizes = m.sizes()
            self._show_measurement(c)
        if self._later is not None and (c, m.measurement) != self._computed:
            self._later.do(lambda: self._compute_numbers(c))
        self._shown, self._computed = c, (c, m.measurement)

    def _show_measurement(self, circuit: StudioCircuit) -> None:
        how = self.model.measurement
        state = {"shots": how.shots, "noise": how.noise, "seed": how.seed, "pending": False, "message": ""}
        if how.exact:
            self._measured = b""
        elif how.noise == 0:
            self._measured = _packed(self.model.probabilities())
        elif circuit.n_qubits > 6:
            self._measured = b""
            state["message"] = "Noise is simulated for up to 6 qubits."
        else:
            state["pending"] = True
        self._measurement = state

    def _compute_numbers(self, circuit: StudioCircuit) -> None:
        """On the background thread: the slow numbers, each shown when there, dropped if the circuit has changed."""
        if self.model.measurement.noise and circuit.n_qubits <= 6:
            how = self.model.measurement
            measured = _packed(measure(circuit.ansatz, circuit.angles, how, n_qubits=circuit.n_qubits))
            with self._lock, self.hold_sync():
                if circuit is self.model.circuit and how == self.model.measurement:
                    self._measured = measured
                    self._measurement = self._measurement | {"pending": False}
        numbers = {"rank": _as_dict(rank(circuit))}
        self._publish(circuit, numbers)
        self._publish(circuit, numbers | {"reach": _as_dict(reach(circuit))})

    def _publish(self, circuit: StudioCircuit, numbers: dict[str, Any]) -> None:
        with self._lock:
            if circuit is self.model.circuit:
                self._numbers = numbers


def _as_dict(numbers: Rank | Reach | None) -> dict[str, Any] | None:
    return None if numbers is None else dataclasses.asdict(numbers)


def _without_angles(circuit: StudioCircuit) -> StudioCircuit:
    return dataclasses.replace(circuit, table=(), more=())


def _packed(values: np.ndarray) -> bytes:
    return np.asarray(values, dtype="<f4").tobytes()
