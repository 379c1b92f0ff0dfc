"""A circuit's steps written down as the tables that `kernels.general` reads."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from qtkit.simulation.kernels.general import COLUMNS, IMAGES, SIGNS, SIGNS_BACK, SOURCES, TILE_BYTES
from qtkit.simulation.kernels.matrices import CODES
from qtkit.simulation.native.tabulated import bits_of
from qtkit.simulation.steps import Move, Steps, Turn, moved_images, permutes


class StepTables(NamedTuple):
    """One circuit's tables, and the bits that start in |0>.

    Attributes:
        steps: int64 `(S, columns)`.
        gates: codes and places of the first angle, int64 `(G, 2)`.
        moves: int64 `(M, 4)`.
        orders: int32 `(K, 2**bits)`.
        signs: of the circuit's dtype, `(J, 2**bits)`.
    """

    steps: np.ndarray
    gates: np.ndarray
    moves: np.ndarray
    orders: np.ndarray
    signs: np.ndarray
    zeros: int


@functools.lru_cache(maxsize=64)
def step_tables(steps: Steps, dtype: np.dtype) -> StepTables:
    """The tables of a circuit whose states are of this dtype."""
    n, bits = steps.n, bits_of(steps.n, dtype)
    tile_bits = (TILE_BYTES // (dtype.itemsize * (1 if steps.is_real else 2))).bit_length() - 1
    rows: list[list[int]] = []
    gates: list[tuple[int, int]] = []
    moves: dict[Move, int] = {}
    for step in steps.steps:
        if isinstance(step, Turn):
            begin = len(gates)
            gates += [(CODES[name], place) for name, place in step.gates]
            control = -1 if step.control is None else n - 1 - step.control
            bit = n - 1 - step.wire
            rows.append([0, bit, control, step.value, begin, len(gates), int(max(bit, control) < tile_bits)])
        else:
            rows.append([1, 0, -1, 0, moves.setdefault(step, len(moves)), 0, 0])
    for row, after in zip(rows[-2::-1], rows[:0:-1], strict=True):  # low turns count those that follow
        if row[-1]:
            row[-1] += after[-1]
    for row in rows:
        row[-1] = max(row[-1], 1)
    of_moves = [_of_move(move, n, bits, dtype) for move in moves]
    table = np.full((len(moves), 4), -1, np.int64)
    orders: list[np.ndarray] = []
    signs: list[np.ndarray] = []
    for row_of_move, arrays in zip(table, of_moves, strict=True):
        for column, array in zip((SOURCES, IMAGES, SIGNS, SIGNS_BACK), arrays, strict=True):
            if array is not None:
                into = orders if column in (SOURCES, IMAGES) else signs
                row_of_move[column] = len(into)
                into.append(array)
    none = np.zeros((1, 1))
    return StepTables(
        np.array(rows, np.int64).reshape(-1, COLUMNS),
        np.array(gates, np.int64).reshape(-1, 2),
        table,
        np.stack(orders) if orders else none.astype(np.int32),
        np.stack(signs) if signs else none.astype(dtype),
        sum(1 << (n - 1 - wire) for wire in range(n) if wire not in steps.plus),
    )


def _of_move(move: Move, n: int, bits: int, dtype: np.dtype) -> tuple[np.ndarray | None, ...]:
    """Sources, images, signs forwards and back; None where nothing moves, or no sign changes."""
    images = np.arange(2**bits, dtype=np.int32)
    factors = np.ones(2**bits, dtype)
    images[: 2**n], flips = moved_images(move, n)
    factors[: 2**n][flips] = -1
    sources = np.argsort(images).astype(np.int32)
    orders = (sources, images) if permutes(move) else (None, None)
    signs = (factors[sources], factors) if flips.any() or not permutes(move) else (None, None)
    return *orders, *signs
