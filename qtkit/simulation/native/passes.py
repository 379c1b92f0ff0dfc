"""The circuits of one structure on the CPU: what their kernels need, and what a forward pass keeps for the backward."""

from __future__ import annotations

import abc
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from qtkit.simulation.kernels import complex as complex_kernels
from qtkit.simulation.kernels import iqp, real
from qtkit.simulation.native.rooms import room_of
from qtkit.simulation.native.tabulated import (
    Placed,
    bits_of,
    iqp_circuits,
    layered_circuits,
    ones_of,
    quarter_turns,
    signs_of,
)
from qtkit.simulation.native.workspace import Workspace
from qtkit.simulation.structure import Structure

Arrays = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Kept:
    """What a forward pass of some circuits leaves for the backward: the states, and all arrays as kernels take them."""

    part: range
    states: Workspace
    arrays: Arrays
    rows_of_work: int


class Circuits(abc.ABC):
    """K circuits of one structure, to be run at any angles: any part of them in one compiled call.

    Arguments:
        circuits: of n qubits and `depth` layers.
        dtype: float32 or float64.
    """

    structure: Structure
    parts: int = 1
    """Real vectors that a state is made of."""

    _forward: Callable[..., None]
    _backward: Callable[..., None]

    def __init__(self, circuits: Sequence[Placed], n: int, depth: int, dtype: np.dtype) -> None:
        self._depth, self._dtype, self._bits = depth, dtype, bits_of(n, dtype)
        self._of_forward, self._of_backward = self._shared_tables(n)
        self._circuits, self._tables = self._tabulated(circuits, n)

    @abc.abstractmethod
    def _tabulated(self, circuits: Sequence[Placed], n: int) -> tuple[np.ndarray, np.ndarray]:
        """The tables `circuits` and `tables`."""

    def _shared_tables(self, n: int) -> tuple[Arrays, Arrays]:
        """Tables of numbers that all of the circuits share, those of the forward and of the backward kernel."""
        tables = ones_of(n, self._dtype), signs_of(n, self._dtype)
        return tables, tables

    def _layers(self, count: int) -> Arrays:
        """Room for what `half_turns.take_half_turns` makes of circuits: see `real.real_forward`."""
        return np.empty((count, 2, self._depth, self._bits), self._dtype), np.empty((count, self._depth), self._dtype)

    def forward(self, angles: np.ndarray, probabilities: np.ndarray, part: range, *, keep: bool) -> Kept | None:
        """Run the circuits in `part`: fill their rows of `probabilities` `(circuits, 2**n)`.

        `angles` are all sets, `(S, L, n)`. Returns what `backward` needs if it is to be kept.
        """
        size = 1 << self._bits
        room = room_of(self.structure, self._depth, size * self._dtype.itemsize, keep=keep)
        states = Workspace((len(part), room.kept, size), self._dtype)
        kept = Kept(part, states, (self._as_states(states), *self._layers(len(part))), room.work)
        first, last, shared = part.start, part.stop, self._of_forward
        self._forward(self._circuits, self._tables, first, last, angles, *shared, *kept.arrays, probabilities)
        return kept if keep else None

    def backward(
        self, kept: Kept, given: tuple[np.ndarray, np.ndarray], results: tuple[np.ndarray, np.ndarray]
    ) -> None:
        """Of the circuits that `kept` is of, add to the gradients and fill the totals.

        A circuit's total is `sum(upstream * probabilities)`; its gradient is that one's derivative by the angles, times
        its weight. `kept` is left as it is, so that it may be called again.

        Arguments:
            given: upstream `(2**n,)`, and the weights of all circuits of the ensemble, `(circuits,)`.
            results: gradients `(circuits, L, n)` and totals `(circuits,)`.
        """
        work = Workspace((kept.rows_of_work, 1 << self._bits), self._dtype)
        self._backward(
            self._circuits,
            self._tables,
            kept.part.start,
            kept.part.stop,
            *self._of_backward,
            *kept.arrays,
            *given,
            self._as_states(work),
            *results,
        )

    def _as_states(self, vectors: Workspace) -> np.ndarray:
        """`(..., vectors, 2**bits)` as `(..., states, parts, 2**bits)`, or as it is where a state has one part."""
        array = vectors.array
        return array if self.parts == 1 else array.reshape(*array.shape[:-2], -1, self.parts, array.shape[-1])


class RealCircuits(Circuits):
    """Only RY, any CNOTs, Hadamards or not. Kept: the state after each layer, or the last one."""

    structure = Structure.REAL
    _forward, _backward = staticmethod(real.real_forward), staticmethod(real.real_backward)

    @override
    def _tabulated(self, circuits: Sequence[Placed], n: int) -> tuple[np.ndarray, np.ndarray]:
        return layered_circuits(circuits, n, self._dtype, whole_orders=False)

    @override
    def _shared_tables(self, n: int) -> tuple[Arrays, Arrays]:
        return (), ()


class IQPCircuits(Circuits):
    """No Hadamards, only RX: six Walsh-Hadamard transforms, whatever the depth. Kept: the phases and the amplitudes."""

    structure = Structure.IQP
    _forward, _backward = staticmethod(iqp.iqp_forward), staticmethod(iqp.iqp_backward)

    @override
    def _tabulated(self, circuits: Sequence[Placed], n: int) -> tuple[np.ndarray, np.ndarray]:
        return iqp_circuits(circuits, n, self._depth)

    @override
    def _layers(self, count: int) -> Arrays:
        return ()


class ComplexCircuits(Circuits):
    """Any rotations, layer by layer. Kept: real and imaginary parts of the state after each layer."""

    structure = Structure.COMPLEX
    parts = 2
    _forward, _backward = staticmethod(complex_kernels.complex_forward), staticmethod(complex_kernels.complex_backward)

    @override
    def _tabulated(self, circuits: Sequence[Placed], n: int) -> tuple[np.ndarray, np.ndarray]:
        return layered_circuits(circuits, n, self._dtype, whole_orders=True)

    @override
    def _shared_tables(self, n: int) -> tuple[Arrays, Arrays]:
        turns = quarter_turns(n, self._dtype)
        return turns, (*turns, *super()._shared_tables(n)[1])


KINDS: tuple[type[Circuits], ...] = (RealCircuits, ComplexCircuits, IQPCircuits)
"""The dearest first."""
