"""Circuits written down as the tables that kernels read, see `kernels.tables`, and what all of them share."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from qtkit.circuits.ansatz import CNOT, Ansatz
from qtkit.simulation.grouping import Gates
from qtkit.simulation.kernels.half_turns import RX, RY, RZ
from qtkit.simulation.kernels.lanes import Movement, movement
from qtkit.simulation.kernels.tables import COLUMNS
from qtkit.simulation.kernels.vector import VECTOR_BYTES
from qtkit.simulation.permutation import cnot_images, cnot_sources, parity_masks

_ROTATION_CODES = {"rx": RX, "ry": RY, "rz": RZ}

Placed = tuple[int, int, Gates]
"""A circuit as its row among all of an ensemble, its set of angles, and its gates."""


def layered_circuits(
    circuits: Sequence[Placed], n: int, dtype: np.dtype, *, whole_orders: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The two tables of circuits that are run layer by layer: `circuits` int64 `(K, columns)`, `tables` int32.

    Arguments:
        whole_orders: whether `order` is read even where lanes can be moved.
    """
    tables = _Tables()
    rows = []
    for row, angle_set, gates in circuits:
        cnots = gates.cnots
        bits = np.array([(n - 1 - control, n - 1 - target) for control, target in cnots], np.int32)
        codes = np.array([_ROTATION_CODES[name] for name in gates.rotations], np.int32)
        ways = [_table_of(moved, whole=whole_orders) for moved in _movements(cnots, n, dtype)]
        parts = [tables.place(codes), tables.place(bits.reshape(-1)), len(cnots), *map(tables.place, ways)]
        rows.append([row, angle_set, int(gates.hadamard), *parts])
    return np.array(rows, np.int64).reshape(-1, COLUMNS), tables.joined()


def iqp_circuits(circuits: Sequence[Placed], n: int, depth: int) -> tuple[np.ndarray, np.ndarray]:
    """As `layered_circuits`, of circuits that are their masks."""
    tables = _Tables()
    rows = [
        [row, angle_set, 0, tables.place(_masks(gates, n, depth).reshape(-1).astype(np.int32))]
        for row, angle_set, gates in circuits
    ]
    return np.array(rows, np.int64), tables.joined()


def _masks(gates: Gates, n: int, depth: int) -> np.ndarray:
    return parity_masks(Ansatz(False, gates.cnots, "rx"), n, depth)


class _Tables:
    """Integer arrays end to end; equal ones have one place."""

    def __init__(self) -> None:
        self._parts: list[np.ndarray] = []
        self._places: dict[bytes, int] = {}
        self._length = 0

    def place(self, part: np.ndarray) -> int:
        """Where it begins."""
        key = part.tobytes()
        if key not in self._places:
            self._places[key] = self._length
            self._parts.append(part)
            self._length += len(part)
        return self._places[key]

    def joined(self) -> np.ndarray:
        """All of them, and a number to spare so that an empty part has a place too."""
        return np.concatenate([*self._parts, np.zeros(1, np.int32)])


def _table_of(moved: Movement, *, whole: bool) -> np.ndarray:
    parts = [np.array([moved.aside], np.int32), moved.starts.reshape(-1), moved.words.reshape(-1)]
    return np.concatenate([*parts, moved.order] if whole or moved.aside < 0 else parts)


def lanes_of(dtype: np.dtype) -> int:
    """How many numbers a vector has."""
    return VECTOR_BYTES // dtype.itemsize


def bits_of(n: int, dtype: np.dtype) -> int:
    """Bits of a state's index: n, or as many as fill a vector."""
    return max(n, lanes_of(dtype).bit_length() - 1)


@functools.lru_cache(maxsize=64)
def _movements(cnots: tuple[CNOT, ...], n: int, dtype: np.dtype) -> tuple[Movement, Movement]:
    """Those of the sources and of the images of one layer of CNOTs."""
    bits, lanes = bits_of(n, dtype), lanes_of(dtype)
    wires = tuple((control + bits - n, target + bits - n) for control, target in cnots)
    return movement(cnot_sources(wires, bits), lanes), movement(cnot_images(wires, bits), lanes)


@functools.lru_cache(maxsize=64)
def ones_of(n: int, dtype: np.dtype) -> np.ndarray:
    """1 for each bit that is a qubit, 0 for those that fill a vector."""
    ones = np.zeros(bits_of(n, dtype), dtype)
    ones[:n] = 1
    return ones


@functools.lru_cache(maxsize=64)
def _bit_counts(bits: int) -> np.ndarray:
    return np.bitwise_count(np.arange(2**bits, dtype=np.uint32))


@functools.lru_cache(maxsize=64)
def signs_of(n: int, dtype: np.dtype) -> np.ndarray:
    """The parity (-1)**bits of each index, `(2**bits,)`."""
    return (1 - 2 * (_bit_counts(bits_of(n, dtype)) & 1).astype(np.int8)).astype(dtype)


@functools.lru_cache(maxsize=64)
def quarter_turns(n: int, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Real and imaginary parts of i**bits, `(2**bits,)` each."""
    bits = _bit_counts(bits_of(n, dtype)) & 3
    return np.array([1, 0, -1, 0], dtype)[bits], np.array([0, 1, 0, -1], dtype)[bits]
