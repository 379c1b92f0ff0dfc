"""One run of one distinct circuit on the CPU: what its kernels need, and what the forward pass leaves for the backward.

Each class has `forward(probabilities)`, which fills `(2**n,)`, and `backward(upstream, weight, gradient)`, which adds
`weight` times the derivative of `sum(upstream * probabilities)` by the angles to `gradient` `(L, n)` and returns that sum.
`backward` may be called again.
"""

from __future__ import annotations

import functools

import numpy as np

from qtkit.ansatz import Ansatz
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


class RealRun:
    """Only RY, any CNOTs, Hadamards or not."""

    def __init__(self, ansatz: Ansatz, turns: Turns, *, keep: bool) -> None:
        cnots, n = ansatz.cnots(turns.n), turns.n
        self._turns, self._hadamard = turns, ansatz.hadamard
        self._sources, self._images = cnot_sources(cnots, n), cnot_images(cnots, n)
        rows = max(turns.depth, 1) if keep else min(max(turns.depth, 1), 2)
        self._states = Workspace((rows, 2**n), turns.dtype)

    def forward(self, probabilities: np.ndarray) -> None:
        turns = self._turns
        kernels.real_forward(turns.cos, turns.sin, self._sources, self._hadamard, self._states.array, probabilities)

    def backward(self, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray) -> float:
        turns, work = self._turns, Workspace((2, len(upstream)), self._turns.dtype)
        return kernels.real_backward(
            turns.cos, turns.sin, self._images, self._states.array, upstream, weight, *work.array, gradient
        )


class IQPRun:
    """No Hadamards, only RX: six Walsh-Hadamard transforms, whatever the depth."""

    def __init__(self, ansatz: Ansatz, turns: Turns, *, keep: bool) -> None:
        self._half_angles = turns.reduced_half_angles
        self._masks = parity_masks(ansatz, turns.n, turns.depth).reshape(-1)
        self._ones, self._signs = _ones(turns.n, turns.dtype), _signs(turns.n, turns.dtype)
        self._kept = Workspace((4, 2**turns.n), turns.dtype)

    def forward(self, probabilities: np.ndarray) -> None:
        phases = Workspace(probabilities.shape, probabilities.dtype)
        kernels.iqp_forward(
            self._half_angles, self._masks, self._ones, self._signs, phases.array, *self._kept.array, probabilities
        )

    def backward(self, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray) -> float:
        work = Workspace((2, len(upstream)), upstream.dtype)
        return kernels.iqp_backward(
            self._masks, self._ones, self._signs, *self._kept.array, upstream, weight, *work.array, gradient.reshape(-1)
        )


class ComplexRun:
    """Any rotations, layer by layer."""

    def __init__(self, ansatz: Ansatz, turns: Turns, *, keep: bool) -> None:
        cnots, n = ansatz.cnots(turns.n), turns.n
        self._turns, self._hadamard = turns, ansatz.hadamard
        self._sources, self._images = cnot_sources(cnots, n), cnot_images(cnots, n)
        self._rotations = np.array([_ROTATION_CODES[name] for name in ansatz.rotations(turns.depth)], dtype=np.int8)
        self._quarter_turns = _quarter_turns(n, turns.dtype)
        rows = turns.depth + 1 if keep else min(turns.depth + 1, 2)
        self._states = Workspace((rows, 2, 2**n), turns.dtype)

    def forward(self, probabilities: np.ndarray) -> None:
        turns = self._turns
        kernels.complex_forward(
            turns.angles,
            turns.cos,
            turns.sin,
            self._rotations,
            self._sources,
            self._hadamard,
            *self._quarter_turns,
            self._states.array,
            probabilities,
        )

    def backward(self, upstream: np.ndarray, weight: np.floating, gradient: np.ndarray) -> float:
        turns, work = self._turns, Workspace((2, 2, len(upstream)), self._turns.dtype)
        return kernels.complex_backward(
            turns.angles,
            turns.cos,
            turns.sin,
            self._rotations,
            self._images,
            *self._quarter_turns,
            _ones(turns.n, turns.dtype),
            _signs(turns.n, turns.dtype),
            self._states.array,
            upstream,
            weight,
            work.array,
            gradient,
        )


RUNS = {Structure.REAL: RealRun, Structure.IQP: IQPRun, Structure.COMPLEX: ComplexRun}


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
