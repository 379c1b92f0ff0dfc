"""The distinct circuits on the CPU: what their kernels need, and what a forward pass keeps for the backward."""

from __future__ import annotations

import abc
import functools
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from qtkit.circuits.ansatz import CNOT, Ansatz
from qtkit.simulation import complex as complex_kernels
from qtkit.simulation import iqp, real
from qtkit.simulation.half_turns import RX, RY, RZ
from qtkit.simulation.lanes import Movement, movement
from qtkit.simulation.permutation import cnot_images, cnot_sources, parity_masks
from qtkit.simulation.structure import Structure
from qtkit.simulation.vector import VECTOR_BYTES
from qtkit.simulation.workspace import Workspace

_ROTATION_CODES = {"rx": RX, "ry": RY, "rz": RZ}

KEEP_BYTES = 2**26
"""States of a circuit's layers that are kept for the backward pass; where they are more, they are computed again."""


class Turns:
    """One set of angles `(L, n)` with what the kernels need of it, computed once for all circuits that share it."""

    def __init__(self, angles: np.ndarray) -> None:
        self.angles, self.dtype = angles, angles.dtype
        self.depth, self.n = angles.shape

    @functools.cached_property
    def reduced_half_angles(self) -> np.ndarray:
        """Half the angles `(L * n,)` brought to [-pi/2, pi/2]: a whole turn changes no more than the state's sign."""
        reduced = np.remainder(self.angles.astype(np.float64) + np.pi, 2 * np.pi) - np.pi
        return (reduced / 2).astype(self.dtype).reshape(-1)


Layers = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Kept:
    """What a forward pass leaves for the backward: states, and for each layer the tangents, scales and shares."""

    states: Workspace
    layers: Layers | None = None


class Circuit(abc.ABC):
    """A circuit of fixed gates, qubits and depth, to be run at any angles."""

    @abc.abstractmethod
    def __init__(self, ansatz: Ansatz, n: int, depth: int) -> None: ...

    @abc.abstractmethod
    def forward(self, turns: Turns, probabilities: np.ndarray, *, keep: bool) -> Kept:
        """Fill `probabilities` `(2**n,)` and return what `backward` needs; with `keep` False it may be less."""

    @abc.abstractmethod
    def backward(
        self, turns: Turns, kept: Kept, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray
    ) -> float:
        """Add `weight` times the derivative of `sum(upstream * probabilities)` by the angles to `gradient` `(L, n)`.

        Returns that sum. `kept` is left as it is, so that it may be called again.
        """


class _LayeredCircuit(Circuit):
    """One that is run layer by layer."""

    @override
    def __init__(self, ansatz: Ansatz, n: int, depth: int) -> None:
        self._hadamard, self._cnots, self._n = ansatz.hadamard, ansatz.cnots(n), n
        self._rotations = np.array([_ROTATION_CODES[name] for name in ansatz.rotations(depth)], dtype=np.int8)
        bits = [(n - 1 - control, n - 1 - target) for control, target in self._cnots]
        self._cnot_bits = np.array(bits, dtype=np.int64).reshape(-1, 2)
        self._known: dict[np.dtype, tuple[Movement, Movement]] = {}

    def _movements(self, dtype: np.dtype) -> tuple[Movement, Movement]:
        """Those of the sources and of the images of one layer of CNOTs."""
        if dtype not in self._known:
            self._known[dtype] = _movements(self._cnots, self._n, dtype)
        return self._known[dtype]


class RealCircuit(_LayeredCircuit):
    """Only RY, any CNOTs, Hadamards or not. Kept: the state after each layer, or the last one."""

    @override
    def forward(self, turns: Turns, probabilities: np.ndarray, *, keep: bool) -> Kept:
        size = 1 << _bits(turns.n, turns.dtype)
        keep = keep and turns.depth * size * turns.dtype.itemsize <= KEEP_BYTES
        states = Workspace((turns.depth if keep else min(2, turns.depth), size), turns.dtype)
        moved, layers = self._movements(turns.dtype)[0], _layers(turns)
        real.real_forward(
            turns.angles,
            self._rotations,
            self._cnot_bits,
            self._hadamard,
            *moved.tables,
            *layers,
            states.array,
            probabilities,
        )
        return Kept(states, layers)

    @override
    def backward(
        self, turns: Turns, kept: Kept, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray
    ) -> float:
        moved, states = self._movements(turns.dtype)[1], kept.states.array
        work = Workspace((2 if len(states) == turns.depth else 4, states.shape[1]), turns.dtype)
        return real.real_backward(*moved.tables, *_layers_of(kept), states, upstream, weight, work.array, gradient)


class IQPCircuit(Circuit):
    """No Hadamards, only RX: six Walsh-Hadamard transforms, whatever the depth. Kept: the phases and the amplitudes."""

    @override
    def __init__(self, ansatz: Ansatz, n: int, depth: int) -> None:
        self._masks = parity_masks(ansatz, n, depth).reshape(-1).copy()  # see `lanes.movement` on copies
        self._n = n

    @override
    def forward(self, turns: Turns, probabilities: np.ndarray, *, keep: bool) -> Kept:
        ones, signs = _ones(self._n, turns.dtype), _signs(self._n, turns.dtype)
        kept, phases = Workspace((4, len(signs)), turns.dtype), Workspace((len(signs),), turns.dtype)
        iqp.iqp_forward(turns.reduced_half_angles, self._masks, ones, signs, phases.array, kept.array, probabilities)
        return Kept(kept)

    @override
    def backward(
        self, turns: Turns, kept: Kept, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray
    ) -> float:
        ones, signs = _ones(self._n, turns.dtype), _signs(self._n, turns.dtype)
        work = Workspace((2, len(signs)), turns.dtype)
        return iqp.iqp_backward(
            self._masks, ones, signs, kept.states.array, upstream, weight, work.array, gradient.reshape(-1)
        )


class ComplexCircuit(_LayeredCircuit):
    """Any rotations, layer by layer. Kept: real and imaginary parts of the state after each layer."""

    @override
    def forward(self, turns: Turns, probabilities: np.ndarray, *, keep: bool) -> Kept:
        rows = turns.depth + 1 if keep else 2
        states = Workspace((rows, 2, 1 << _bits(turns.n, turns.dtype)), turns.dtype)
        layers = _layers(turns)
        complex_kernels.complex_forward(
            turns.angles,
            self._rotations,
            self._cnot_bits,
            self._hadamard,
            self._movements(turns.dtype)[0].order,
            *layers,
            *_quarter_turns(turns.n, turns.dtype),
            states.array,
            probabilities,
        )
        return Kept(states, layers)

    @override
    def backward(
        self, turns: Turns, kept: Kept, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray
    ) -> float:
        states = kept.states.array
        work = Workspace((2, *states.shape[1:]), turns.dtype)
        return complex_kernels.complex_backward(
            self._rotations,
            self._movements(turns.dtype)[1].order,
            *_layers_of(kept),
            *_quarter_turns(turns.n, turns.dtype),
            _ones(turns.n, turns.dtype),
            _signs(turns.n, turns.dtype),
            states,
            upstream,
            weight,
            work.array,
            gradient,
        )


CIRCUITS: dict[Structure, type[Circuit]] = {
    Structure.REAL: RealCircuit,
    Structure.IQP: IQPCircuit,
    Structure.COMPLEX: ComplexCircuit,
}


def _layers(turns: Turns) -> Layers:
    """Room for the tangents, scales and shares of `half_turns.take_half_turns`."""
    bits = _bits(turns.n, turns.dtype)
    numbers = np.empty((2, turns.depth, bits), turns.dtype)
    return numbers[0], np.empty(turns.depth, turns.dtype), numbers[1]


def _layers_of(kept: Kept) -> Layers:
    assert kept.layers is not None, "a circuit of layers keeps them"
    return kept.layers


def _lanes(dtype: np.dtype) -> int:
    return VECTOR_BYTES // dtype.itemsize


def _bits(n: int, dtype: np.dtype) -> int:
    """Bits of a state's index: n, or as many as fill a vector."""
    return max(n, _lanes(dtype).bit_length() - 1)


@functools.lru_cache(maxsize=64)
def _movements(cnots: tuple[CNOT, ...], n: int, dtype: np.dtype) -> tuple[Movement, Movement]:
    bits = _bits(n, dtype)
    wires = tuple((control + bits - n, target + bits - n) for control, target in cnots)
    lanes = _lanes(dtype)
    return movement(cnot_sources(wires, bits), lanes), movement(cnot_images(wires, bits), lanes)


@functools.lru_cache(maxsize=64)
def _ones(n: int, dtype: np.dtype) -> np.ndarray:
    ones = np.zeros(_bits(n, dtype), dtype)
    ones[:n] = 1
    return ones


@functools.lru_cache(maxsize=64)
def _bit_counts(bits: int) -> np.ndarray:
    return np.bitwise_count(np.arange(2**bits, dtype=np.uint32))


@functools.lru_cache(maxsize=64)
def _signs(n: int, dtype: np.dtype) -> np.ndarray:
    """The parity (-1)**bits of each index, `(2**bits,)`."""
    return (1 - 2 * (_bit_counts(_bits(n, dtype)) & 1).astype(np.int8)).astype(dtype)


@functools.lru_cache(maxsize=64)
def _quarter_turns(n: int, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Real and imaginary parts of i**bits, `(2**bits,)` each."""
    bits = _bit_counts(_bits(n, dtype)) & 3
    return np.array([1, 0, -1, 0], dtype)[bits], np.array([0, 1, 0, -1], dtype)[bits]
