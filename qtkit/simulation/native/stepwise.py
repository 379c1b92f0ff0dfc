"""Circuits of any gates on the CPU: as `passes`, one compiled call a circuit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qtkit.simulation.grouping import General
from qtkit.simulation.kernels.general import general_backward, general_forward
from qtkit.simulation.native.passes import Kept
from qtkit.simulation.native.rooms import room_of_steps
from qtkit.simulation.native.tabulated import bits_of
from qtkit.simulation.native.tabulated_steps import step_tables
from qtkit.simulation.native.workspace import Workspace


class StepwiseCircuits:
    """K circuits of any gates, all real or none, to be run at any angles. Kept: the last state.

    Arguments:
        circuits: of n qubits, each with its row among all of an ensemble.
        dtype: float32 or float64.
    """

    def __init__(self, circuits: Sequence[tuple[int, General]], n: int, dtype: np.dtype) -> None:
        self._dtype, self._size = dtype, 1 << bits_of(n, dtype)
        self._is_real = circuits[0][1].steps.is_real
        self._parts = 1 if self._is_real else 2
        self._places = [(row, circuit.angle_set, step_tables(circuit.steps, dtype)) for row, circuit in circuits]

    def forward(self, angles: np.ndarray, probabilities: np.ndarray, part: range, *, keep: bool) -> Kept | None:
        """As `passes.Circuits.forward`; `angles` `(S, L, A)`."""
        room = room_of_steps(is_real=self._is_real)
        states = Workspace((len(part), self._parts, self._size), self._dtype)
        moved = Workspace((self._parts, self._size), self._dtype)
        for state, (row, angle_set, tables) in zip(states.array, self._places[part.start : part.stop], strict=True):
            own = angles[angle_set].reshape(-1)
            general_forward(*tables, own, state, moved.array, probabilities[row])
        return Kept(part, states, (angles,), room.work) if keep else None

    def backward(
        self, kept: Kept, given: tuple[np.ndarray, np.ndarray], results: tuple[np.ndarray, np.ndarray]
    ) -> None:
        """As `passes.Circuits.backward`; gradients `(circuits, L, A)`."""
        (upstream, weights), (gradients, totals), (angles,) = given, results, kept.arrays
        work = Workspace((3, self._parts, self._size), self._dtype)
        part = self._places[kept.part.start : kept.part.stop]
        for state, (row, angle_set, tables) in zip(kept.states.array, part, strict=True):
            own = angles[angle_set].reshape(-1)
            totals[row] = general_backward(
                *tables[:5], own, state, upstream, weights[row], work.array, gradients[row].reshape(-1)
            )
