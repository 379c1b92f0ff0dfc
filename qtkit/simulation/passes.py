"""The distinct circuits on the CPU: what their kernels need, and what a forward pass keeps for the backward."""

from __future__ import annotations

import abc
import functools

import numpy as np
from typing_extensions import override

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation import kernels
from qtkit.simulation.permutation import cnot_images, cnot_sources, parity_masks
from qtkit.simulation.structure import Structure
from qtkit.simulation.workspace import Workspace

_ROTATION_CODES = {"rx": 0, "ry": 1, "rz": 2}


class Turns:
    """One set of angles `(L, n)` with what the kernels need of it, computed once for all circuits that share it."""

    def __init__(self, angles: np.ndarray) -> None:
        self.angles, self.dtype = angles, angles.dtype
        self.depth, self.n = angles.shape
        half = angles.astype(np.float64) / 2
        self.cos, self.sin = np.cos(half).astype(self.dtype), np.sin(half).astype(self.dtype)

    @functools.cached_property
    def reduced_half_angles(self) -> np.ndarray:
        """Half the angles `(L * n,)` brought to [-pi/2, pi/2]: a whole turn changes no more than the state's sign."""
        reduced = np.remainder(self.angles.astype(np.float64) + np.pi, 2 * np.pi) - np.pi
        return (reduced / 2).astype(self.dtype).reshape(-1)


class Circuit(abc.ABC):
    """A circuit of fixed gates, qubits and depth, to be run at any angles."""

    @abc.abstractmethod
    def __init__(self, ansatz: Ansatz, n: int, depth: int) -> None: ...

    @abc.abstractmethod
    def forward(self, turns: Turns, probabilities: np.ndarray, *, keep: bool) -> Workspace:
        """Fill `probabilities` `(2**n,)` and return what `backward` needs; with `keep` False it may be less."""

    @abc.abstractmethod
    def backward(
        self, turns: Turns, kept: Workspace, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray
    ) -> float:
        """Add `weight` times the derivative of `sum(upstream * probabilities)` by the angles to `gradient` `(L, n)`.

        Returns that sum. `kept` is left as it is, so that it may be called again.
        """


class RealCircuit(Circuit):
    """Only RY, any CNOTs, Hadamards or not. Kept: the state after each layer."""

    @override
    def __init__(self, ansatz: Ansatz, n: int, depth: int) -> None:
        cnots = ansatz.cnots(n)
        self._hadamard = ansatz.hadamard
        self._sources, self._images = cnot_sources(cnots, n), cnot_images(cnots, n)

    @override
    def forward(self, turns: Turns, probabilities: np.ndarray, *, keep: bool) -> Workspace:
        rows = max(turns.depth, 1) if keep else 2
        states = Workspace((rows, len(probabilities)), turns.dtype)
        kernels.real_forward(turns.cos, turns.sin, self._sources, self._hadamard, states.array, probabilities)
        return states

    @override
    def backward(
        self, turns: Turns, kept: Workspace, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray
    ) -> float:
        work = Workspace((2, len(upstream)), turns.dtype)
        return kernels.real_backward(
            turns.cos, turns.sin, self._images, kept.array, upstream, weight, work.array, gradient
        )


class IQPCircuit(Circuit):
    """No Hadamards, only RX: six Walsh-Hadamard transforms, whatever the depth. Kept: the phases and the amplitudes."""

    @override
    def __init__(self, ansatz: Ansatz, n: int, depth: int) -> None:
        self._masks = parity_masks(ansatz, n, depth).reshape(-1)
        self._n = n

    @override
    def forward(self, turns: Turns, probabilities: np.ndarray, *, keep: bool) -> Workspace:
        ones, signs = _ones(self._n, turns.dtype), _signs(self._n, turns.dtype)
        kept, phases = Workspace((4, len(signs)), turns.dtype), Workspace((len(signs),), turns.dtype)
        kernels.iqp_forward(
            turns.reduced_half_angles, self._masks, ones, signs, phases.array, kept.array, probabilities
        )
        return kept

    @override
    def backward(
        self, turns: Turns, kept: Workspace, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray
    ) -> float:
        ones, signs = _ones(self._n, turns.dtype), _signs(self._n, turns.dtype)
        work = Workspace((2, len(upstream)), turns.dtype)
        return kernels.iqp_backward(
            self._masks, ones, signs, kept.array, upstream, weight, work.array, gradient.reshape(-1)
        )


class ComplexCircuit(Circuit):
    """Any rotations, layer by layer. Kept: real and imaginary parts of the state after each layer."""

    @override
    def __init__(self, ansatz: Ansatz, n: int, depth: int) -> None:
        cnots = ansatz.cnots(n)
        self._hadamard = ansatz.hadamard
        self._sources, self._images = cnot_sources(cnots, n), cnot_images(cnots, n)
        self._rotations = np.array([_ROTATION_CODES[name] for name in ansatz.rotations(depth)], dtype=np.int8)

    @override
    def forward(self, turns: Turns, probabilities: np.ndarray, *, keep: bool) -> Workspace:
        rows = turns.depth + 1 if keep else 2
        states = Workspace((rows, 2, len(probabilities)), turns.dtype)
        kernels.complex_forward(
            turns.angles,
            turns.cos,
            turns.sin,
            self._rotations,
            self._sources,
            self._hadamard,
            *_quarter_turns(turns.n, turns.dtype),
            states.array,
            probabilities,
        )
        return states

    @override
    def backward(
        self, turns: Turns, kept: Workspace, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray
    ) -> float:
        work = Workspace((2, 2, len(upstream)), turns.dtype)
        return kernels.complex_backward(
            turns.angles,
            turns.cos,
            turns.sin,
            self._rotations,
            self._images,
            *_quarter_turns(turns.n, turns.dtype),
            _ones(turns.n, turns.dtype),
            _signs(turns.n, turns.dtype),
            kept.array,
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


@functools.lru_cache(maxsize=64)
def _ones(n: int, dtype: np.dtype) -> np.ndarray:
    return np.ones(n, dtype)


@functools.lru_cache(maxsize=64)
def _bit_counts(n: int) -> np.ndarray:
    return np.bitwise_count(np.arange(2**n, dtype=np.uint32))


@functools.lru_cache(maxsize=64)
def _signs(n: int, dtype: np.dtype) -> np.ndarray:
    """The parity (-1)**bits of each index, `(2**n,)`."""
    return (1 - 2 * (_bit_counts(n) & 1).astype(np.int8)).astype(dtype)


@functools.lru_cache(maxsize=64)
def _quarter_turns(n: int, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Real and imaginary parts of i**bits, `(2**n,)` each."""
    bits = _bit_counts(n) & 3
    return np.array([1, 0, -1, 0], dtype)[bits], np.array([0, 1, 0, -1], dtype)[bits]
